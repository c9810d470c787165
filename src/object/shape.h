/* shape.h: shapes (hidden classes): where the attributes of an object lie.
 *
 * Every object points at a shape; the shape names its type.  A built-in type has one shape.  A class whose
 * instances have attributes of their own has a tree of them: the root has no attribute, and each child adds one
 * to its parent's.  An object with a shape of `count` attributes keeps their values inline, in order of first
 * assignment, from `values_offset` on; it has room for `capacity` of them (those from `count` on are OURO_NULL).
 *
 * A shape's `id` guards inline caches: as long as the id an instruction remembers equals the id of the object's
 * shape, everything looked up before through that shape (layout, methods, class attributes along the whole MRO)
 * still holds.  When a type or one of its bases changes, every shape of the type and of its subclasses gets a
 * new id (shape_renew_ids).  Ids are never used twice; 0 means "do not cache".
 *
 * Invariants (shape_check):
 *     parent == NULL  <=>  count == 0
 *     parent != NULL   =>  count == parent->count + 1  &&  capacity == parent->capacity
 *     count <= capacity
 *     mode == SHAPE_DICT  =>  count == 0 && capacity >= 1: inline value 0 is the instance's dict
 * Shapes belong to their type (a list through all shapes of a type) and die with it.
 */
#ifndef OURO_SRC_OBJECT_SHAPE_H
#define OURO_SRC_OBJECT_SHAPE_H

#include "ouro/object.h"

typedef enum shape_mode {
    SHAPE_FIXED,  /* no attributes of its own: built-in objects, slotted instances */
    SHAPE_INLINE, /* attributes lie in the object, in the order of the shape's names */
    SHAPE_DICT,   /* inline value 0 is a dict that holds the attributes */
} shape_mode;

/* Beyond so many attributes, or so many shapes of one class, instances turn to a dict. */
enum { SHAPE_MAX_ATTRIBUTES = 250, SHAPE_MAX_PER_TYPE = 4096 };

struct ouro_shape {
    ouro_type *type; /* borrowed: the type owns the shape */
    uint32_t id;
    uint8_t mode; /* shape_mode */
    uint8_t immediate; /* the shape of immediates: no object has it */
    uint16_t count;
    uint16_t capacity;
    uint16_t values_offset;
    ouro_value name;     /* the attribute that this shape adds: an interned str, owned; the root has none */
    ouro_shape *parent;
    ouro_shape *next_of_type;     /* all shapes of one type, in a ring */
    uint32_t tree_size;           /* in a root: how many shapes descend from it, itself included */
    struct shape_index *index;    /* name -> position, made at the first look-up of a shape with many names */
    struct shape_children *children;
};

/* Creates a root shape for `type` and adds it to the ring of the type's shapes (found through type->shape, which
 * becomes this one if it was NULL).  NULL: no memory (exception set). */
OURO_NODISCARD ouro_shape *shape_new_root(ouro_runtime *rt, ouro_type *type, shape_mode mode,
                                          unsigned capacity, size_t values_offset);
/* The position of attribute `name` (interned str, compared by identity) in `shape`, or -1. */
int shape_find(ouro_runtime *rt, ouro_shape *shape, ouro_value name);
/* The child of `shape` that adds `name`; made if need be.  NULL without an exception: the limits above or the
 * capacity are reached; NULL with an exception: no memory. */
OURO_NODISCARD ouro_shape *shape_add(ouro_runtime *rt, ouro_shape *shape, ouro_value name);
/* Gives all shapes of `type` new ids (not those of its subclasses: the types floor walks them). */
void shape_renew_ids(ouro_runtime *rt, ouro_type *type);
/* Frees all shapes of a type that is dying; type->shape is NULL afterwards. */
void shape_free_all(ouro_runtime *rt, ouro_type *type);
/* Visits the names that the shapes of `type` own: for the type's own traverse. */
int shape_traverse_names(ouro_type *type, ouro_visit_fn visit, void *context);
/* Checks the invariants above for one shape; returns what is wrong, or NULL. */
const char *shape_check(const ouro_shape *shape);
/* The i-th attribute's name, borrowed (i < shape->count). */
ouro_value shape_name_at(const ouro_shape *shape, unsigned i);

/* How many inline values an object of this shape may hold references in. */
static inline unsigned shape_value_count(const ouro_shape *shape)
{
    return shape->mode == SHAPE_DICT ? 1 : shape->count;
}

static inline ouro_value *shape_values(const ouro_shape *shape, ouro_object *object)
{
    return (ouro_value *)(void *)((char *)object + shape->values_offset);
}

#endif
