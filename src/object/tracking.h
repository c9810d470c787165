/* tracking.h: which objects the collector sees, by generation.
 *
 * A tracked object's generation is in the low bits of its header's gc word.  Young and middle objects stand in a
 * dense array each, in the order in which they came; the header's upper 24 bits hold the position there, so that
 * dying costs one store of a hole.  Old objects are found by walking the object pools.
 *
 * What always holds outside of a collection, for every object o (tracking_check):
 *     o is young or middle, generation g  =>  sets[g].items[i] == o for exactly one i, and i % 2^24 == position(o)
 *     sets[g].live == number of objects of generation g, the frozen ones excluded
 *     sets[g].items[i] is NULL (a hole) or an object of generation g, for i < sets[g].length
 *     o is frozen  =>  o is old
 * An array may be longer than 2^24: the position is then looked for at each 2^24-th place.
 *
 * An object that cannot be noted because there is no memory becomes old at once: nothing is lost.
 */
#ifndef OURO_SRC_OBJECT_TRACKING_H
#define OURO_SRC_OBJECT_TRACKING_H

#include "ouro/object.h"

enum {
    OURO_GENERATION_NONE = 0,
    OURO_GENERATION_YOUNG = 1,
    OURO_GENERATION_MIDDLE = 2,
    OURO_GENERATION_OLD = 3,
};

struct tracked_set {
    ouro_object **items;
    size_t length;   /* holes included */
    size_t capacity;
    size_t live;     /* objects of this generation; for the old ones the only member in use */
};

struct tracking {
    struct tracked_set sets[4]; /* by generation; [0]: unreachable objects, during a collection only */
    size_t frozen;              /* objects with OURO_GC_FROZEN */
    /* Tracked minus untracked since the last collection of the young, not below zero (gc.get_count()[0]). */
    uint32_t count;
    /* When `count` passes `trigger`, tracking_look decides whether a collection is due: because the count passed
     * `threshold` or the live bytes of the heap passed `bytes_limit`.  Otherwise it looks again
     * TRACKING_LOOK_STEP objects later. */
    uint32_t trigger;
    uint32_t threshold;
    size_t bytes_limit;
    bool grown_old; /* some object became old since gc_settle (gc.h) */
};

enum {
    TRACKING_POSITIONS = 1 << 24,
    /* A loop that makes one cycle of two objects in each turn is looked at every fourth turn; the look costs 3 ns,
     * that is less than half a nanosecond for each object. */
    TRACKING_LOOK_STEP = 8,
};

static inline unsigned object_generation(const ouro_object *object)
{
    return object->gc & OURO_GC_GENERATION;
}

static inline void tracking_set_position(ouro_object *object, size_t position)
{
    object->gc = (object->gc & 0xff) | (uint32_t)position << OURO_GC_POSITION_SHIFT;
}

/* The parts of tracking_add and tracking_remove that are rare. */
void tracking_add_slow(ouro_runtime *rt, ouro_object *object);
void tracking_look(ouro_runtime *rt);
void tracking_remove(ouro_runtime *rt, ouro_object *object);

/* Notes `object` in `set`, its generation being the caller's to set; false: no memory, nothing changed. */
OURO_NODISCARD bool tracked_set_note(ouro_runtime *rt, struct tracked_set *set, ouro_object *object);
/* Makes room for `more` further objects; false: no memory. */
OURO_NODISCARD bool tracked_set_reserve(ouro_runtime *rt, struct tracked_set *set, size_t more);
/* Closes the holes, keeping order and setting new positions. */
void tracked_set_compact(struct tracked_set *set);
/* Gives back what an array holds beyond twice its length, down to `least` items. */
void tracked_set_shrink(ouro_runtime *rt, struct tracked_set *set, size_t least);
void tracked_set_free(ouro_runtime *rt, struct tracked_set *set);
/* Checks what of the above can be seen from the arrays; returns what is wrong, or NULL. */
const char *tracking_check(ouro_runtime *rt);

#endif
