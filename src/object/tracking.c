/* tracking.c: noting which objects the collector sees (tracking.h has the invariants).
 *
 * Adding to a full array first closes its holes when they are at least half of it, and doubles it otherwise, so
 * that an array never holds more than twice the live objects plus a constant, and each addition costs constant time.
 * The arrays are hidden from a tracer: the line on which one happens to grow has nothing to do with its size.
 */
#include "object/object.h"
#include "mem/mem_inline.h"

enum { TRACKED_SET_FIRST_CAPACITY = 1024 };

static bool tracked_set_resize(ouro_runtime *rt, struct tracked_set *set, size_t capacity)
{
    if (capacity > SIZE_MAX / sizeof *set->items) {
        return false;
    }
    ouro_object **items = mem_resize_hidden(rt->mem, set->items, capacity * sizeof *items);
    if (items == NULL) {
        return false;
    }
    set->items = items;
    set->capacity = capacity;
    return true;
}

void tracked_set_compact(struct tracked_set *set)
{
    size_t n = 0;
    for (size_t i = 0; i < set->length; i++) {
        ouro_object *object = set->items[i];
        if (object != NULL) {
            set->items[n] = object;
            tracking_set_position(object, n);
            n++;
        }
    }
    set->length = n;
}

bool tracked_set_reserve(ouro_runtime *rt, struct tracked_set *set, size_t more)
{
    if (set->capacity - set->length >= more) {
        return true;
    }
    size_t capacity = set->capacity * 2;
    if (capacity < set->length + more) {
        capacity = set->length + more;
    }
    if (capacity < TRACKED_SET_FIRST_CAPACITY) {
        capacity = TRACKED_SET_FIRST_CAPACITY;
    }
    return tracked_set_resize(rt, set, capacity) || tracked_set_resize(rt, set, set->length + more);
}

bool tracked_set_note(ouro_runtime *rt, struct tracked_set *set, ouro_object *object)
{
    if (set->length == set->capacity) {
        if (set->length >= TRACKED_SET_FIRST_CAPACITY && set->live <= set->length / 2) {
            tracked_set_compact(set);
        } else if (!tracked_set_reserve(rt, set, 1)) {
            return false;
        }
    }
    tracking_set_position(object, set->length);
    set->items[set->length++] = object;
    set->live++;
    return true;
}

void tracked_set_shrink(ouro_runtime *rt, struct tracked_set *set, size_t least)
{
    size_t capacity = set->length * 2 > least ? set->length * 2 : least;
    if (set->capacity / 2 > capacity) {
        (void)tracked_set_resize(rt, set, capacity);
    }
}

void tracked_set_free(ouro_runtime *rt, struct tracked_set *set)
{
    ouro_mem_free(rt->mem, set->items);
    *set = (struct tracked_set){0};
}

void tracking_add_slow(ouro_runtime *rt, ouro_object *object)
{
    struct tracking *t = &rt->tracking;
    unsigned generation = OURO_GENERATION_YOUNG;
    if (!tracked_set_note(rt, &t->sets[OURO_GENERATION_YOUNG], object)) {
        generation = OURO_GENERATION_OLD;
        tracking_set_position(object, 0);
        t->sets[OURO_GENERATION_OLD].live++;
        t->grown_old = true;
    }
    object->gc = (object->gc & ~(uint32_t)OURO_GC_GENERATION) | generation;
    if (++t->count > t->trigger) {
        tracking_look(rt);
    }
}

/* A request stays until the collector has looked (gc_run_pending): it then sets the trigger anew. */
void tracking_look(ouro_runtime *rt)
{
    struct tracking *t = &rt->tracking;
    if (t->count > t->threshold || ouro_mem_live_bytes(rt->mem) > t->bytes_limit) {
        t->trigger = UINT32_MAX;
        rt_set_pending(rt, RT_PENDING_GC);
    } else {
        uint32_t next = t->count + TRACKING_LOOK_STEP;
        t->trigger = next < t->threshold ? next : t->threshold;
    }
}

static void tracked_set_forget(struct tracked_set *set, ouro_object *object)
{
    set->live--;
    for (size_t i = object->gc >> OURO_GC_POSITION_SHIFT; i < set->length; i += TRACKING_POSITIONS) {
        if (set->items[i] == object) {
            set->items[i] = NULL;
            while (set->length > 0 && set->items[set->length - 1] == NULL) {
                set->length--;
            }
            return;
        }
    }
}

void tracking_remove(ouro_runtime *rt, ouro_object *object)
{
    struct tracking *t = &rt->tracking;
    if (object->gc & OURO_GC_COLLECTING) {
        tracked_set_forget(&t->sets[0], object);
    } else if (object->gc & OURO_GC_FROZEN) {
        t->frozen--;
    } else if (object_generation(object) == OURO_GENERATION_OLD) {
        t->sets[OURO_GENERATION_OLD].live--;
    } else {
        tracked_set_forget(&t->sets[object_generation(object)], object);
    }
    object->gc &= 0xff & ~(uint32_t)(OURO_GC_GENERATION | OURO_GC_FROZEN | OURO_GC_COLLECTING);
    t->count -= t->count > 0;
}

const char *tracking_check(ouro_runtime *rt)
{
    for (unsigned g = OURO_GENERATION_YOUNG; g <= OURO_GENERATION_MIDDLE; g++) {
        const struct tracked_set *set = &rt->tracking.sets[g];
        size_t live = 0;
        for (size_t i = 0; i < set->length; i++) {
            const ouro_object *object = set->items[i];
            if (object == NULL) {
                continue;
            }
            live++;
            if (object_generation(object) != g) {
                return "tracking: an object in the array of another generation";
            }
            if (object->gc >> OURO_GC_POSITION_SHIFT != i % TRACKING_POSITIONS) {
                return "tracking: wrong position";
            }
        }
        if (live != set->live) {
            return "tracking: wrong count";
        }
    }
    return NULL;
}
