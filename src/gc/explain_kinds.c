/* explain_kinds.c: which cycles collections found, each kind once, with what is known of it.
 *
 * When recording is on, the garbage of a collection is described (explain.c) before finalizers run and it is cleared.  A component
 * with a cycle counts for the kind that its text names; garbage that lies on no cycle counts for the component that
 * leads to it.  If there is no memory for it, that collection stays unexplained.
 *
 * What each kind costs: its bytes, and of the pause of each collection the share of its objects in the garbage (the
 * time that explaining took is left out).  How long it waited is known as far as this: when a collection last examined
 * this generation it was not garbage yet; so the time since then is the most that it can have waited.
 *
 * Where members were allocated and which store closed a cycle, the floors above know (gc_witness): the store is the
 * youngest among the references of the loop, since before it there was no loop.
 */
#include "gc/explain.h"
#include "gc/state.h"

#include <stdlib.h>

enum {
    EXPLAIN_KINDS_MAX = 10000,
    EXPLAIN_TEXT_SIZE = 1000,
    EXPLAIN_MEMBER_LINES = 8, /* of one kind; objects of further ones are counted together */
    EXPLAIN_CLOSING_LINES = 4,
};

/* A line with texts of its own: type and file lie in one block behind each other. */
struct explain_line {
    char *type;
    const char *file;
    uint32_t line;
    uint64_t count, bytes;
};

struct explain_lines {
    struct explain_line *items; /* room for all from the first on; NULL: none yet */
    uint32_t count;
    uint64_t others; /* what found no room, or has no line */
};

struct explain_kind {
    char *text;
    ouro_gc_pattern pattern;
    uint64_t count, objects, bytes;
    uint64_t objects_now; /* in the collection in progress */
    uint64_t nanoseconds, waited, longest_wait;
    uint64_t births, epochs;
    struct explain_lines members, closings;
};

struct gc_explain {
    ARRAY_OF(struct explain_kind) kinds;
    map by_hash; /* hash of the text -> index of the kind */
    uint64_t began;
    /* Of the collection in progress. */
    uint64_t spent; /* on explaining */
    uint64_t garbage;
};

/* ---- lines ----------------------------------------------------------------------------------------------- */

static bool explain_line_is(const struct explain_line *l, const char *type, const gc_place *place)
{
    return l->line == place->line && strcmp(l->file, place->file) == 0 && strcmp(l->type, type) == 0;
}

/* Counts an object (or a store, type "") at a place. */
static void explain_count_line(ouro_runtime *rt, struct explain_lines *lines, uint32_t room, const char *type,
                               const gc_place *place, size_t bytes)
{
    struct explain_line *l = NULL;
    for (uint32_t i = 0; i < lines->count && l == NULL; i++) {
        l = explain_line_is(&lines->items[i], type, place) ? &lines->items[i] : NULL;
    }
    if (l == NULL && lines->count < room) {
        if (lines->items == NULL) {
            lines->items = ouro_mem_alloc(rt->mem, room * sizeof *lines->items);
        }
        size_t type_size = strlen(type) + 1, file_size = strlen(place->file) + 1;
        char *texts = lines->items != NULL ? ouro_mem_alloc(rt->mem, type_size + file_size) : NULL;
        if (texts != NULL) {
            memcpy(texts, type, type_size);
            memcpy(texts + type_size, place->file, file_size);
            l = &lines->items[lines->count++];
            *l = (struct explain_line){texts, texts + type_size, place->line, 0, 0};
        }
    }
    if (l == NULL) {
        lines->others++;
        return;
    }
    l->count++;
    l->bytes += bytes;
}

static void explain_free_lines(ouro_runtime *rt, struct explain_lines *lines)
{
    for (uint32_t i = 0; i < lines->count; i++) {
        ouro_mem_free(rt->mem, lines->items[i].type);
    }
    ouro_mem_free(rt->mem, lines->items);
}

/* ---- patterns -------------------------------------------------------------------------------------------- */

const char *ouro_gc_pattern_name(ouro_gc_pattern pattern)
{
    static const char *const names[OURO_GC_PATTERNS] = {
        [OURO_GC_PATTERN_OTHER] = "other",
        [OURO_GC_PATTERN_EXCEPTION] = "exception and traceback",
        [OURO_GC_PATTERN_CLASS] = "class itself",
        [OURO_GC_PATTERN_SELF_CALLBACK] = "self-callback",
        [OURO_GC_PATTERN_GENERATOR] = "generator or frame",
        [OURO_GC_PATTERN_CLOSURE] = "closure cell",
        [OURO_GC_PATTERN_PARENT_CHILD] = "parent and child",
    };
    return pattern < OURO_GC_PATTERNS ? names[pattern] : "?";
}

/* The most telling of what lies on the loop.  An instance that leads to its class, and the class to it, is no class of
 * itself; a function in a class's __dict__ that knows its __class__ is no closure that anybody wrote. */
static ouro_gc_pattern explain_pattern(const struct explain_graph *g, const uint32_t *loop, size_t length)
{
    const gc_witness *witness = g->rt->gc->witness;
    if (witness == NULL || witness->role == NULL) {
        return OURO_GC_PATTERN_OTHER;
    }
    size_t found[GC_ROLE_TRACEBACK + 1] = {0};
    bool calls_back = false;
    gc_role first = witness->role(g->rt, g->objects[loop[0]]), role = first;
    for (size_t i = 0; i < length; i++) {
        gc_role next = i + 1 < length ? witness->role(g->rt, g->objects[loop[i + 1]]) : first;
        calls_back |= role == GC_ROLE_METHOD && next == GC_ROLE_INSTANCE;
        found[role]++;
        role = next;
    }
    if (found[GC_ROLE_EXCEPTION] > 0 &&
        found[GC_ROLE_TRACEBACK] + found[GC_ROLE_FRAME] + (found[GC_ROLE_EXCEPTION] > 1) > 0) {
        return OURO_GC_PATTERN_EXCEPTION;
    }
    if (found[GC_ROLE_CLASS] > 0 && found[GC_ROLE_INSTANCE] + found[GC_ROLE_FRAME] == 0) {
        return OURO_GC_PATTERN_CLASS;
    }
    if (calls_back) {
        return OURO_GC_PATTERN_SELF_CALLBACK;
    }
    if (found[GC_ROLE_FRAME] > 0) {
        return OURO_GC_PATTERN_GENERATOR;
    }
    if (found[GC_ROLE_CELL] > 0) {
        return OURO_GC_PATTERN_CLOSURE;
    }
    return found[GC_ROLE_INSTANCE] > 1 ? OURO_GC_PATTERN_PARENT_CHILD : OURO_GC_PATTERN_OTHER;
}

/* ---- kinds ----------------------------------------------------------------------------------------------- */

static uint64_t explain_hash(const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (; *text != 0; text++) {
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    }
    return hash;
}

/* The index of the kind with this text; NOT_YET: no memory, or too many kinds. */
static uint32_t explain_kind_of(ouro_runtime *rt, const char *text)
{
    struct gc_explain *explain = rt->gc->explain;
    uint64_t hash = explain_hash(text), index;
    if (map_get(&explain->by_hash, hash, &index)) {
        return (uint32_t)index;
    }
    size_t length = strlen(text);
    char *copy = ouro_mem_alloc(rt->mem, length + 1);
    if (copy == NULL || explain->kinds.count >= EXPLAIN_KINDS_MAX ||
        !mem_push(rt->mem, &explain->kinds, (struct explain_kind){.text = copy})) {
        ouro_mem_free(rt->mem, copy);
        return NOT_YET;
    }
    memcpy(copy, text, length + 1);
    if (!map_set(&explain->by_hash, hash, explain->kinds.count - 1)) {
        explain->kinds.count--;
        ouro_mem_free(rt->mem, copy);
        return NOT_YET;
    }
    return (uint32_t)(explain->kinds.count - 1);
}

/* The store that closed the loop: the youngest on it.  What an instance holds through its __dict__ was stored in the
 * instance, so two steps together are asked for as well. */
static void explain_closing(const struct explain_graph *g, struct explain_kind *k, const uint32_t *loop, size_t length)
{
    const gc_witness *witness = g->rt->gc->witness;
    if (witness == NULL || witness->store == NULL) {
        return;
    }
    gc_place youngest = {.line = 0}, place;
    for (size_t i = 0; i < length; i++) {
        ouro_object *from = g->objects[loop[i]];
        for (size_t step = 1; step <= 2; step++) {
            ouro_object *to = g->objects[loop[(i + step) % length]];
            if (witness->store(g->rt, from, to, &place) && (youngest.line == 0 || place.serial > youngest.serial)) {
                youngest = place;
            }
        }
    }
    if (youngest.line != 0) {
        explain_count_line(g->rt, &k->closings, EXPLAIN_CLOSING_LINES, "", &youngest, 0);
    }
}

static void explain_count(const struct explain_graph *g, uint32_t object, uint32_t kind, bool member)
{
    if (kind == NOT_YET) {
        return;
    }
    ouro_runtime *rt = g->rt;
    struct explain_kind *k = &rt->gc->explain->kinds.items[kind];
    ouro_object *o = g->objects[object];
    size_t size = object_size(rt, o);
    k->objects++;
    k->objects_now++;
    k->bytes += size;
    const gc_witness *witness = rt->gc->witness;
    if (!member || witness == NULL || witness->birth == NULL) {
        return;
    }
    gc_place place;
    if (!witness->birth(rt, o, &place)) {
        k->members.others++;
        return;
    }
    k->births++;
    k->epochs += place.epochs;
    explain_count_line(rt, &k->members, EXPLAIN_MEMBER_LINES, o->shape->type->name, &place, size);
}

/* Puts the objects in order of their components, the highest (which refer to all others) first. */
static void explain_sort(const struct explain_graph *g, uint32_t *sorted, uint32_t *starts)
{
    memset(starts, 0, g->count * sizeof *starts);
    uint32_t total = 0;
    for (size_t i = 0; i < g->count; i++) {
        if (g->objects[i] != NULL) {
            starts[g->component[i]]++;
        }
    }
    for (uint32_t c = g->component_count; c-- > 0;) {
        uint32_t here = starts[c];
        starts[c] = total;
        total += here;
    }
    for (size_t i = 0; i < g->count; i++) {
        if (g->objects[i] != NULL) {
            sorted[starts[g->component[i]]++] = (uint32_t)i;
        }
    }
}

/* One cycle more of its kind; NOT_YET: it could not be noted. */
static uint32_t explain_cycle(const struct explain_graph *g, const uint32_t *loop, size_t length)
{
    ouro_runtime *rt = g->rt;
    char text[EXPLAIN_TEXT_SIZE];
    explain_loop_text(g, loop, length, text, sizeof text);
    uint32_t number = explain_kind_of(rt, text);
    if (number == NOT_YET) {
        return NOT_YET;
    }
    struct explain_kind *k = &rt->gc->explain->kinds.items[number];
    if (k->count++ == 0) {
        k->pattern = explain_pattern(g, loop, length);
    }
    uint64_t waited = rt->gc->now.began - rt->gc->ended[rt->gc->now.generation];
    k->waited += waited;
    k->longest_wait = waited > k->longest_wait ? waited : k->longest_wait;
    explain_closing(g, k, loop, length);
    return number;
}

static void explain_kinds(const struct explain_graph *g)
{
    uint32_t *sorted = g->scratch, *kind = g->scratch + g->count;
    uint32_t *reached_from = g->scratch + 2 * g->count, *queue = g->scratch + 3 * g->count;
    explain_sort(g, sorted, kind);
    size_t count = 0;
    for (size_t i = 0; i < g->count; i++) {
        count += g->objects[i] != NULL;
    }
    g->rt->gc->explain->garbage += count;
    memset(kind, 0xff, g->count * sizeof *kind);
    memset(reached_from, 0xff, g->count * sizeof *reached_from);
    for (size_t at = 0, end; at < count; at = end) {
        uint32_t component = g->component[sorted[at]];
        for (end = at; end < count && g->component[sorted[end]] == component; end++) {
        }
        /* sorting kept the order of age: the first is the oldest */
        size_t length = explain_loop(g, sorted[at], reached_from, queue);
        if (length > 0) {
            uint32_t k = explain_cycle(g, queue, length);
            for (size_t i = at; i < end; i++) {
                kind[sorted[i]] = k;
            }
        }
        for (size_t i = at; i < end; i++) {
            uint32_t object = sorted[i];
            explain_count(g, object, kind[object], length > 0);
            for (uint64_t e = g->first[object]; e < g->first[object + 1]; e++) {
                if (kind[g->targets[e]] == NOT_YET) {
                    kind[g->targets[e]] = kind[object];
                }
            }
        }
    }
}

/* ---- in a collection ------------------------------------------------------------------------------------- */

void gc_explain_garbage(ouro_runtime *rt)
{
    struct explain_graph g;
    uint64_t start = gc_clock();
    if (rt->tracking.sets[0].length > 0 && explain_make_graph(&g, rt)) {
        explain_components(&g);
        explain_kinds(&g);
        explain_free_graph(&g);
    }
    rt->gc->explain->spent += gc_clock() - start;
}

void gc_explain_account(ouro_runtime *rt)
{
    struct gc_explain *explain = rt->gc->explain;
    if (explain == NULL || explain->garbage == 0) {
        return;
    }
    uint64_t pause = rt->gc->now.nanoseconds;
    pause -= explain->spent < pause ? explain->spent : pause;
    for (size_t i = 0; i < explain->kinds.count; i++) {
        struct explain_kind *k = &explain->kinds.items[i];
        k->nanoseconds += (uint64_t)((double)pause * (double)k->objects_now / (double)explain->garbage);
        k->objects_now = 0;
    }
    explain->spent = explain->garbage = 0;
}

/* ---- doors ----------------------------------------------------------------------------------------------- */

void gc_explain_witness(ouro_runtime *rt, const gc_witness *witness)
{
    rt->gc->witness = witness;
}

void gc_explain_free(ouro_runtime *rt)
{
    struct gc_explain *explain = rt->gc->explain;
    if (explain != NULL) {
        for (size_t i = 0; i < explain->kinds.count; i++) {
            struct explain_kind *k = &explain->kinds.items[i];
            ouro_mem_free(rt->mem, k->text);
            explain_free_lines(rt, &k->members);
            explain_free_lines(rt, &k->closings);
        }
        mem_vector_free(rt->mem, &explain->kinds);
        map_clear(&explain->by_hash);
        ouro_mem_free(rt->mem, explain);
        rt->gc->explain = NULL;
    }
}

bool gc_explain_enable(ouro_runtime *rt, bool on)
{
    if (!on) {
        gc_explain_free(rt);
    } else if (rt->gc->explain == NULL) {
        rt->gc->explain = ouro_mem_alloc_zeroed(rt->mem, sizeof *rt->gc->explain);
        if (rt->gc->explain == NULL) {
            return false;
        }
        map_init(&rt->gc->explain->by_hash, mem_allocation(rt->mem));
        rt->gc->explain->began = gc_clock();
    }
    return true;
}

bool gc_explain_is_on(const ouro_runtime *rt)
{
    return rt->gc->explain != NULL;
}

struct gc_explain *gc_explain_put_aside(ouro_runtime *rt)
{
    struct gc_explain *aside = rt->gc->explain;
    rt->gc->explain = NULL;
    return aside;
}

void gc_explain_take_up(ouro_runtime *rt, struct gc_explain *aside)
{
    gc_explain_free(rt);
    rt->gc->explain = aside;
}

static int explain_order(const void *a, const void *b)
{
    const struct explain_kind *x = *(struct explain_kind *const *)a, *y = *(struct explain_kind *const *)b;
    return x->bytes != y->bytes ? (x->bytes < y->bytes) - (x->bytes > y->bytes) : strcmp(x->text, y->text);
}

static int explain_line_order(const void *a, const void *b)
{
    const ouro_gc_line *x = a, *y = b;
    if (x->bytes != y->bytes) {
        return x->bytes < y->bytes ? 1 : -1;
    }
    if (x->count != y->count) {
        return x->count < y->count ? 1 : -1;
    }
    return x->line != y->line ? (x->line > y->line) - (x->line < y->line) : strcmp(x->type, y->type);
}

static size_t explain_tell_lines(const struct explain_lines *lines, ouro_gc_line *told)
{
    for (uint32_t i = 0; i < lines->count; i++) {
        const struct explain_line *l = &lines->items[i];
        told[i] = (ouro_gc_line){l->type, l->file, l->line, l->count, l->bytes};
    }
    if (lines->count > 1) {
        qsort(told, lines->count, sizeof *told, explain_line_order);
    }
    return lines->count;
}

static void explain_tell(const struct gc_explain *explain, const struct explain_kind *k, uint64_t now,
                         void (*each)(void *context, const ouro_gc_cycle *cycle), void *context)
{
    ouro_gc_line members[EXPLAIN_MEMBER_LINES], closings[EXPLAIN_CLOSING_LINES];
    ouro_gc_cycle cycle = {
        .text = k->text,
        .count = k->count,
        .objects = k->objects,
        .bytes = k->bytes,
        .pattern = k->pattern,
        .watched = now - explain->began,
        .nanoseconds = k->nanoseconds,
        .waited = k->waited,
        .longest_wait = k->longest_wait,
        .births = k->births,
        .epochs = k->epochs,
        .members = members,
        .member_lines = explain_tell_lines(&k->members, members),
        .members_elsewhere = k->members.others,
        .closings = closings,
        .closing_lines = explain_tell_lines(&k->closings, closings),
    };
    each(context, &cycle);
}

bool gc_explain_read_of(ouro_runtime *rt, const struct gc_explain *explain,
                        void (*each)(void *context, const ouro_gc_cycle *cycle), void *context)
{
    if (explain == NULL || explain->kinds.count == 0) {
        return true;
    }
    size_t count = explain->kinds.count;
    const struct explain_kind **sorted = ouro_mem_alloc(rt->mem, count * sizeof *sorted);
    if (sorted == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        sorted[i] = &explain->kinds.items[i];
    }
    qsort(sorted, count, sizeof *sorted, explain_order);
    uint64_t now = gc_clock();
    for (size_t i = 0; i < count; i++) {
        explain_tell(explain, sorted[i], now, each, context);
    }
    ouro_mem_free(rt->mem, sorted);
    return true;
}

bool gc_explain_read(ouro_runtime *rt, void (*each)(void *context, const ouro_gc_cycle *cycle), void *context)
{
    return gc_explain_read_of(rt, rt->gc->explain, each, context);
}

bool ouro_gc_explain(ouro_runtime *rt, bool on)
{
    return gc_explain_enable(rt, on);
}

bool ouro_gc_cycles(ouro_runtime *rt, void (*each)(void *context, const ouro_gc_cycle *cycle), void *context)
{
    return gc_explain_read(rt, each, context);
}
