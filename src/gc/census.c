/* census.c: see census.h.
 *
 * A row belongs to a type, and is found through a cache of a few shapes: objects of one type lie next to each other more
 * often than not.  What has been met stands in a shadow (shadow.h), a byte for each 16 bytes of the heap; where
 * there is none (an external allocator, a limit) in a map.
 */
#include "gc/census.h"

#include "gc/edges.h"
#include "gc/shadow.h"
#include "mem/mem_inline.h"

#include "base/map.h" /* after shadow.h, whose functions have parameters of that name */

#include <stdlib.h>

enum { CENSUS_CACHE = 256, CENSUS_PREFETCH_BYTES = 1024, CENSUS_WAITING = 16 };

struct census_row {
    const ouro_type *type;
    uint64_t count, bytes;
};

struct census {
    ouro_runtime *rt;
    VECTOR_OF(struct census_row) rows;
    map row_of; /* type -> number */
    struct {
        const ouro_shape *shape;
        uint32_t row;
    } cache[CENSUS_CACHE];
    bool has_shadow;
    struct shadow shadow;
    ouro_object *waiting[CENSUS_WAITING]; /* a ring of targets met for the first time, on their way into the cache */
    size_t next;
    map met; /* without a shadow: leaves that have been counted */
    bool failed;
};

static __attribute__((noinline)) struct census_row *census_find_row(struct census *c, const ouro_shape *shape, size_t slot)
{
    uint64_t number;
    if (!map_get(&c->row_of, (uint64_t)(uintptr_t)shape->type, &number)) {
        number = c->rows.count;
        if (!vector_push(&base_malloc, &c->rows, (struct census_row){shape->type, 0, 0}) ||
            !map_set(&c->row_of, (uint64_t)(uintptr_t)shape->type, number)) {
            c->failed = true;
            return NULL;
        }
    }
    c->cache[slot].shape = shape;
    c->cache[slot].row = (uint32_t)number;
    return &c->rows.items[number];
}

/* The row of the shape's type.  NULL: no memory. */
static inline struct census_row *census_row_of(struct census *c, const ouro_shape *shape)
{
    size_t slot = (size_t)((uintptr_t)shape >> 4 ^ (uintptr_t)shape >> 12) % CENSUS_CACHE;
    if (OURO_LIKELY(c->cache[slot].shape == shape)) {
        return &c->rows.items[c->cache[slot].row];
    }
    return census_find_row(c, shape, slot);
}

/* ---- what can hold references ---------------------------------------------------------------------------- */

static void census_add(struct census *c, const ouro_shape *shape, uint64_t count, uint64_t bytes)
{
    struct census_row *row = shape != NULL ? census_row_of(c, shape) : NULL;
    if (row != NULL) {
        row->count += count;
        row->bytes += bytes;
    }
}

/* As gc_visit_objects has it. */
static inline bool census_is_tracked(const ouro_object *object)
{
    unsigned generation = object_generation(object);
    return generation != 0 &&
           (generation != OURO_GENERATION_OLD || !(object->gc & (OURO_GC_FROZEN | OURO_GC_COLLECTING)));
}

/* What an object takes: its block, and what its type tells besides (NULL: nothing).  In the checked build blocks have guards:
 * there the size of each is asked for. */
#ifdef MEM_CHECKED
#define CENSUS_BLOCK(run) 0
#define CENSUS_BESIDES(shape) object_size
#else
#define CENSUS_BLOCK(run) (run)->stride
#define CENSUS_BESIDES(shape) (shape)->type->extra_size
#endif

/* Objects of one shape lie together more often than not: what is known of it is looked up where it changes.  `tracked`:
 * only what the collector tracks, and no bytes.  `marks`: each is marked in the shadow.  Both are constant where this is inlined. */
EDGES_INLINE void census_run(struct census *c, const mem_run *run, bool tracked, bool marks)
{
    const ouro_shape *last = NULL;
    size_t (*extra)(ouro_runtime *, ouro_object *) = NULL;
    uint64_t count = 0, more = 0, block_bytes = CENSUS_BLOCK(run);
    for (char *block = run->begin; block < run->end; block += run->stride) {
        __builtin_prefetch(block + CENSUS_PREFETCH_BYTES);
        ouro_object *object = (ouro_object *)(void *)block;
        if (!mem_object_lives(block) || (tracked && !census_is_tracked(object))) {
            continue;
        }
        if (object->shape != last) {
            census_add(c, last, count, count * block_bytes + more);
            last = object->shape;
            extra = tracked ? NULL : CENSUS_BESIDES(last);
            count = more = 0;
        }
        count++;
        if (marks) {
            int8_t *byte = shadow_find(&c->shadow.map, object);
            if (byte != NULL) {
                *byte = 1;
            }
        }
        more += extra != NULL ? extra(c->rt, object) : 0;
    }
    census_add(c, last, count, count * block_bytes + more);
}

/* The objects in the pools of what can hold references. */
EDGES_INLINE void census_pools(struct census *c, bool tracked, bool marks)
{
    mem_runs runs;
    mem_run run;
    for (mem_runs_begin(&runs, c->rt->mem, OURO_MEM_OBJECTS); !c->failed && mem_runs_next(&runs, &run);) {
        census_run(c, &run, tracked, marks);
    }
}

/* ---- leaves ---------------------------------------------------------------------------------------------- */

/* Counts a target that has been met for the first time, if it is a leaf. */
static inline void census_leaf(struct census *c, ouro_object *target)
{
    if (target->shape->type->flags & OURO_TYPE_LEAF) {
        struct census_row *row = census_row_of(c, target->shape);
        if (row != NULL) {
            row->count++;
            row->bytes += object_size(c->rt, target);
        }
    }
}

/* What has been met is told by the shadow alone, and what can hold references is marked there from the first pass on: a
 * target is looked at once, and by then the cache has had the time of CENSUS_WAITING others to fetch it. */
static inline void census_target(struct census *c, ouro_object *target)
{
    int8_t *byte = c->has_shadow ? shadow_find(&c->shadow.map, target) : NULL;
    if (OURO_LIKELY(byte != NULL)) {
        if (*byte == 0) {
            *byte = 1;
            __builtin_prefetch(target);
            ouro_object *before = c->waiting[c->next % CENSUS_WAITING];
            c->waiting[c->next++ % CENSUS_WAITING] = target;
            if (before != NULL) {
                census_leaf(c, before);
            }
        }
    } else if (target->shape->type->flags & OURO_TYPE_LEAF && !map_get(&c->met, (uint64_t)(uintptr_t)target, NULL)) {
        c->failed |= !map_set(&c->met, (uint64_t)(uintptr_t)target, 1);
        census_leaf(c, target);
    }
}

EDGES_INLINE void census_edge(void *context, ouro_object *target)
{
    census_target(context, target);
}

static int census_edge_odd(ouro_value target, void *context)
{
    if (ouro_is_object(target)) {
        census_target(context, ouro_as_object(target));
    }
    return 0;
}

static void census_leaves(struct census *c, int (*roots)(ouro_runtime *rt, ouro_visit_fn visit, void *context))
{
    mem_runs runs;
    mem_run run;
    for (mem_runs_begin(&runs, c->rt->mem, OURO_MEM_OBJECTS); !c->failed && mem_runs_next(&runs, &run);) {
        for (char *block = run.begin; block < run.end; block += run.stride) {
            __builtin_prefetch(block + CENSUS_PREFETCH_BYTES);
            if (mem_object_lives(block)) {
                edges_visit(c->rt, (ouro_object *)(void *)block, census_edge, census_edge_odd, c);
            }
        }
    }
    if (roots != NULL) {
        (void)roots(c->rt, census_edge_odd, c);
    }
    for (size_t i = 0; i < CENSUS_WAITING; i++) {
        if (c->waiting[i] != NULL) {
            census_leaf(c, c->waiting[i]);
        }
    }
}

/* ---- together -------------------------------------------------------------------------------------------- */

static int census_by_name(const void *a, const void *b)
{
    const struct census_row *x = a, *y = b;
    return strcmp(x->type->name, y->type->name);
}

static int census_by_bytes(const void *a, const void *b)
{
    const gc_census_row *x = a, *y = b;
    if (x->bytes != y->bytes) {
        return x->bytes < y->bytes ? 1 : -1;
    }
    return strcmp(x->name, y->name);
}

/* Rows of one name together, with a name of their own. */
static bool census_tell(struct census *c, gc_census *census)
{
    census->rows = calloc(c->rows.count + 1, sizeof *census->rows);
    if (census->rows == NULL) {
        return false;
    }
    if (c->rows.count > 1) {
        qsort(c->rows.items, c->rows.count, sizeof *c->rows.items, census_by_name);
    }
    for (size_t i = 0; i < c->rows.count; i++) {
        const struct census_row *row = &c->rows.items[i];
        if (i == 0 || strcmp(row->type->name, c->rows.items[i - 1].type->name) != 0) {
            char *name = strdup(row->type->name);
            if (name == NULL) {
                return false;
            }
            census->rows[census->count++].name = name;
        }
        census->rows[census->count - 1].count += row->count;
        census->rows[census->count - 1].bytes += row->bytes;
        census->objects += row->count;
        census->bytes += row->bytes;
    }
    if (census->count > 1) {
        qsort(census->rows, census->count, sizeof *census->rows, census_by_bytes);
    }
    return true;
}

void gc_census_free(gc_census *census)
{
    for (size_t i = 0; i < census->count; i++) {
        free(census->rows[i].name);
    }
    free(census->rows);
    *census = (gc_census){.count = 0};
}

static void census_begin(struct census *c, ouro_runtime *rt)
{
    *c = (struct census){.rt = rt};
    map_init(&c->row_of, base_malloc);
    map_init(&c->met, base_malloc);
}

static void census_end(struct census *c)
{
    if (c->has_shadow) {
        shadow_destroy(&c->shadow);
    }
    vector_free(&base_malloc, &c->rows);
    map_clear(&c->row_of);
    map_clear(&c->met);
}

bool gc_census_take(ouro_runtime *rt, bool leaves, int (*roots)(ouro_runtime *rt, ouro_visit_fn visit, void *context),
                    gc_census *census)
{
    struct census c;
    *census = (gc_census){.count = 0};
    census_begin(&c, rt);
    c.has_shadow = leaves && shadow_create(&c.shadow, rt->mem);
    if (c.has_shadow) {
        census_pools(&c, false, true);
    } else {
        census_pools(&c, false, false);
    }
    if (leaves && !c.failed) {
        census_leaves(&c, roots);
    }
    bool good = !c.failed && census_tell(&c, census);
    census_end(&c);
    if (!good) {
        gc_census_free(census);
    }
    return good;
}

bool gc_census_tracked(ouro_runtime *rt, gc_type_count **types, size_t *count)
{
    struct census c;
    census_begin(&c, rt);
    census_pools(&c, true, false);
    *count = c.rows.count;
    *types = c.failed ? NULL : malloc((c.rows.count + 1) * sizeof **types);
    for (size_t i = 0; *types != NULL && i < c.rows.count; i++) {
        (*types)[i] = (gc_type_count){(ouro_type *)(uintptr_t)c.rows.items[i].type, c.rows.items[i].count};
    }
    census_end(&c);
    return *types != NULL;
}
