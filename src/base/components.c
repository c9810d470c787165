/* components.c: see components.h. */
#include "base/components.h"

#include <string.h>

#define NONE COMPONENTS_NONE

/* Always: the nodes on the stack are those whose component is not closed yet, in the order of their numbers. */
struct tarjan {
    const components_graph *g;
    const components_room *room; /* low: the least number reachable; NONE: its component is closed */
    uint32_t *component;         /* a node's number until its component is closed, then the component's */
    uint32_t height, numbered, components;
};

static void tarjan_enter(struct tarjan *t, uint32_t node, uint32_t caller)
{
    const components_room *r = t->room;
    r->low[node] = t->component[node] = t->numbered++;
    r->next[node] = t->g->first[node];
    r->caller[node] = caller;
    r->stack[t->height++] = node;
}

static void tarjan_leave(struct tarjan *t, uint32_t node)
{
    const components_room *r = t->room;
    uint32_t caller = r->caller[node], low = r->low[node];
    if (low == t->component[node]) {
        uint32_t member;
        do {
            member = r->stack[--t->height];
            t->component[member] = t->components;
            r->low[member] = NONE;
        } while (member != node);
        t->components++;
    }
    if (caller != NONE && low < r->low[caller]) {
        r->low[caller] = low;
    }
}

static void tarjan_run(struct tarjan *t, uint32_t start)
{
    const components_graph *g = t->g;
    const components_room *r = t->room;
    tarjan_enter(t, start, NONE);
    for (uint32_t at = start; at != NONE;) {
        if (r->next[at] == g->first[at + 1]) {
            uint32_t caller = r->caller[at];
            tarjan_leave(t, at);
            at = caller;
            continue;
        }
        uint64_t edge = r->next[at]++;
        uint32_t target = g->targets[edge];
        if (g->skips != NULL && g->skips(g->context, edge)) {
            continue;
        }
        if (t->component[target] == NONE) {
            tarjan_enter(t, target, at);
            at = target;
        } else if (r->low[target] != NONE && t->component[target] < r->low[at]) {
            r->low[at] = t->component[target];
        }
    }
}

uint32_t components_find(const components_graph *g, uint32_t *component, const components_room *room)
{
    struct tarjan t = {.g = g, .room = room, .component = component};
    if (g->count > 0) {
        memset(component, 0xff, g->count * sizeof *component);
    }
    for (uint32_t n = 0; n < g->count; n++) {
        if (component[n] == NONE) {
            tarjan_run(&t, n);
        }
    }
    return t.components;
}
