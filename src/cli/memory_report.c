/* memory_report.c: gathers what `ouro --memory` tells (memory_report.h); memory_print.c lays it out.
 *
 * Everything is copied into blocks of the C library while the program's objects still exist, so that printing needs
 * no runtime and the report costs the measured heap nothing.
 */
#include "cli/memory_report.h"

#include "cli/census.h"
#include "cli/memory_facts.h"
#include "types/containers.h"
#include "types/str.h"
#include "vm/vm.h"

#include <stdlib.h>
#include <string.h>

void memory_report_start(ouro_runtime *rt)
{
    (void)ouro_gc_explain(rt, true); /* without memory for it the report has no cycles */
}

static char *report_copy(const char *text)
{
    char *copy = strdup(text);
    return copy ? copy : NULL;
}

static void report_add_cycle(void *context, const ouro_gc_cycle *cycle)
{
    memory_report *r = context;
    if (r->cycle_count == MEMORY_CYCLES) {
        r->cycles_more++;
        return;
    }
    memory_cycle *c = &r->cycles[r->cycle_count++];
    c->text = report_copy(cycle->text);
    c->count = cycle->count;
    c->objects = cycle->objects;
    c->bytes = cycle->bytes;
}

/* The roots of the search: __main__, the other modules by name, sys and builtins last. */
static census_root *report_roots(ouro_runtime *rt, size_t *count, char ***names)
{
    dict_object *modules = as_dict(rt->vm->modules);
    size_t n = dict_size(modules);
    census_root *roots = calloc(n + 1, sizeof *roots);
    char **texts = calloc(n + 1, sizeof *texts);
    *count = 0;
    *names = texts;
    if (!roots || !texts) {
        free(roots);
        free(texts);
        *names = NULL;
        return NULL;
    }
    for (int pass = 0; pass < 3; pass++) {
        size_t position = 0;
        ouro_value key, value;
        while (dict_next(modules, &position, &key, &value) && *count < n) {
            if (!ouro_is_object(value) || !value_is_str(rt, key)) {
                continue;
            }
            bool main = ouro_is(value, rt->vm->main);
            bool base = ouro_is(value, rt->vm->sys) || ouro_is(value, rt->vm->builtins);
            if ((pass == 0) != main || (pass == 2) != base) {
                continue;
            }
            size_t length;
            char *text = str_to_utf8(rt, key, &length, true);
            roots[*count].object = ouro_as_object(value);
            texts[*count] = text ? report_copy(text) : NULL;
            roots[*count].name = texts[*count] ? texts[*count] : "?";
            ++*count;
            ouro_mem_free(rt->mem, text);
        }
    }
    return roots;
}

static void report_add_types(memory_report *r, const census *c)
{
    r->type_total = c->type_count;
    for (size_t i = 0; i < c->type_count && i < MEMORY_TYPES; i++) {
        r->types[i] = (memory_type){report_copy(c->types[i].type->name), c->types[i].count, c->types[i].bytes};
        r->type_count++;
    }
    for (size_t i = MEMORY_TYPES; i < c->type_count; i++) {
        r->other_types.count += c->types[i].count;
        r->other_types.bytes += c->types[i].bytes;
    }
    r->objects = c->count;
    r->object_bytes = c->object_bytes;
    r->unreached = c->unreached;
}

static void report_add_holders(memory_report *r, const census *c)
{
    uint32_t nodes[MEMORY_HOLDERS];
    size_t n = census_biggest(c, nodes, MEMORY_HOLDERS);
    for (size_t i = 0; i < n; i++) {
        const census_node *node = &c->nodes[nodes[i]];
        if (i >= MEMORY_HOLDERS_ALWAYS && node->held < c->object_bytes / 100) {
            break;
        }
        char text[512];
        census_path(c, nodes[i], text, sizeof text);
        r->holders[r->holder_count++] = (memory_holder){
            .path = report_copy(text),
            .type = report_copy(node->object->shape->type->name),
            .bytes = node->bytes,
            .held = node->held,
        };
    }
}

memory_report *memory_report_take(ouro_runtime *rt, const char *program)
{
    memory_report *r = calloc(1, sizeof *r);
    if (!r) {
        return NULL;
    }
    r->program = report_copy(program ? program : "");
    ouro_mem_stats(rt->mem, &r->at_end);
    for (int g = 0; g < 3; g++) {
        r->generations[g] = ouro_gc_stats(rt, g);
        r->thresholds[g] = ouro_gc_threshold(rt, g);
    }
    size_t root_count;
    char **names;
    census_root *roots = report_roots(rt, &root_count, &names);
    census c;
    if (roots && census_take(&c, rt, roots, root_count)) {
        report_add_types(r, &c);
        report_add_holders(r, &c);
        census_free(&c);
    }
    for (size_t i = 0; names && i < root_count; i++) {
        free(names[i]);
    }
    free(names);
    free(roots);
    /* cycles that the program left behind without a collection are garbage as well: found now, told apart */
    r->left_in_cycles = ouro_gc_collect(rt, 2);
    if (!ouro_gc_cycles(rt, report_add_cycle, r)) {
        r->cycle_count = 0;
    }
    return r;
}

void memory_report_end(memory_report *r, ouro_runtime *rt)
{
    (void)ouro_mem_trim(ouro_heap(rt));
    ouro_mem_stats(ouro_heap(rt), &r->after_close);
}

void memory_report_free(memory_report *r)
{
    if (!r) {
        return;
    }
    for (size_t i = 0; i < r->type_count; i++) {
        free(r->types[i].name);
    }
    for (size_t i = 0; i < r->cycle_count; i++) {
        free(r->cycles[i].text);
    }
    for (size_t i = 0; i < r->holder_count; i++) {
        free(r->holders[i].path);
        free(r->holders[i].type);
    }
    free(r->program);
    free(r);
}
