/* object.h: values, objects, types and weak references, without any Python.
 *
 * A value (`ouro_value`) is one 64-bit word: an immediate (a small int, a common float, one of a few constants)
 * or the address of an object.  The low bits tell which:
 *
 *     ...xxx1   int     the upper 63 bits, two's complement: -2^62 .. 2^62-1
 *     ...xx10   float   a double whose exponent is near 1, its bits rotated (Ruby's flonum)
 *     ...x100   constant (None, True, False, Ellipsis, NotImplemented, and the internal "deleted")
 *     ...x000   the address of an ouro_object; all bits zero: no value (OURO_NULL)
 *
 * OURO_NULL is never the value of a variable: it means "failed, the exception is set" as a result, and "absent"
 * as an argument or in a slot.
 *
 * An object begins with a header of 16 bytes: a reference count, a word for the collector and flags, and its
 * shape, which knows its type.  Reference counts are not atomic: a runtime belongs to one thread at a time.
 * A count that reaches 2^31 stays there: such an object is immortal.
 *
 * A type declares where its objects keep their references (ouro_field); from this alone the collector
 * traverses them, and death drops them.  Only odd layouts need a `traverse` and a `clear` function.
 *
 * Ownership words used in all comments: a function "returns a new reference" that the caller must release with
 * ouro_decref, or a "borrowed" one that is good only as long as something else holds it; it "steals" an
 * argument when the caller's reference becomes its own, also when it fails.
 *
 * The types say the same: ouro_owned is a reference that whoever has it must release, store or hand on, ouro_value one
 * that is only looked at.  To C both are one type, so that code stays short.  Compiled with OURO_OWNERSHIP_CHECKED
 * defined they are two, and a mix-up does not compile: ouro_borrow looks at what is owned, ouro_incref makes an owned
 * reference of a borrowed one, ouro_own declares one (an immediate, or what a field owned until now).
 */
#ifndef OURO_OBJECT_H
#define OURO_OBJECT_H

#include "common.h"
#include "mem.h"

#include <string.h>

OURO_BEGIN

typedef struct ouro_value {
    uint64_t bits;
} ouro_value;

#ifdef OURO_OWNERSHIP_CHECKED
typedef struct ouro_owned {
    ouro_value value;
} ouro_owned;
static inline ouro_value ouro_borrow(ouro_owned reference)
{
    return reference.value;
}
static inline ouro_owned ouro_own(ouro_value v)
{
    ouro_owned reference = {v};
    return reference;
}
#else
typedef ouro_value ouro_owned;
static inline ouro_value ouro_borrow(ouro_owned reference)
{
    return reference;
}
static inline ouro_owned ouro_own(ouro_value v)
{
    return v;
}
#endif

typedef struct ouro_object ouro_object;
typedef struct ouro_type ouro_type;
typedef struct ouro_shape ouro_shape;
typedef struct ouro_runtime ouro_runtime;

/* ---- values ------------------------------------------------------------------------------------------- */

#ifdef __cplusplus
#define OURO_VALUE(bits) (ouro_value{bits})
#else
#define OURO_VALUE(bits) ((ouro_value){bits})
#endif
#define OURO_NULL OURO_VALUE(0)
#define OURO_NONE OURO_VALUE(0x04)
#define OURO_FALSE OURO_VALUE(0x0c)
#define OURO_TRUE OURO_VALUE(0x14)
#define OURO_ELLIPSIS OURO_VALUE(0x1c)
#define OURO_NOT_IMPLEMENTED OURO_VALUE(0x24)
#define OURO_DELETED OURO_VALUE(0x2c) /* internal: a hole in a table; no program ever sees it */

#define OURO_INT_MAX ((INT64_C(1) << 62) - 1)
#define OURO_INT_MIN (-(INT64_C(1) << 62))

static inline bool ouro_is_null(ouro_value v)
{
    return v.bits == 0;
}

/* Identity, Python's `is`. */
static inline bool ouro_is(ouro_value a, ouro_value b)
{
    return a.bits == b.bits;
}

static inline bool ouro_is_none(ouro_value v)
{
    return v.bits == OURO_NONE.bits;
}

static inline bool ouro_is_int(ouro_value v)
{
    return (v.bits & 1) != 0;
}

static inline bool ouro_is_float(ouro_value v)
{
    return (v.bits & 3) == 2;
}

static inline bool ouro_is_constant(ouro_value v)
{
    return (v.bits & 7) == 4;
}

static inline bool ouro_is_bool(ouro_value v)
{
    return v.bits == OURO_TRUE.bits || v.bits == OURO_FALSE.bits;
}

/* True for the address of an object, and for OURO_NULL. */
static inline bool ouro_is_object_or_null(ouro_value v)
{
    return (v.bits & 7) == 0;
}

static inline bool ouro_is_object(ouro_value v)
{
    return (v.bits & 7) == 0 && v.bits != 0;
}

static inline ouro_object *ouro_as_object(ouro_value v)
{
    return (ouro_object *)(uintptr_t)v.bits;
}

/* The value that refers to an object (of any struct that begins with ouro_object); NULL gives OURO_NULL.
 * Changes no count. */
static inline ouro_value ouro_from_object(const void *object)
{
    return OURO_VALUE((uint64_t)(uintptr_t)object);
}

static inline ouro_value ouro_bool(bool truth)
{
    return truth ? OURO_TRUE : OURO_FALSE;
}

static inline bool ouro_int_fits(int64_t i)
{
    return i >= OURO_INT_MIN && i <= OURO_INT_MAX;
}

/* An immediate int; `i` must be within OURO_INT_MIN .. OURO_INT_MAX. */
static inline ouro_value ouro_int(int64_t i)
{
    return OURO_VALUE(((uint64_t)i << 1) | 1);
}

static inline int64_t ouro_as_int(ouro_value v)
{
    return (int64_t)v.bits >> 1;
}

/* Flonum: a double whose exponent field begins with 011 or 100 (magnitudes about 1e-77 to 1e77), and +0.0,
 * is an immediate.  Rotating left by 3 brings sign and those three bits to the bottom; the three are then
 * known up to one bit, which leaves two bits for the tag.  Source: Ruby's USE_FLONUM (K. Sasada, 2012). */
static inline bool ouro_float_fits(double d)
{
    uint64_t u;
    memcpy(&u, &d, sizeof u);
    uint64_t top = (u >> 60) & 7;
    return ((top == 3 || top == 4) && u != UINT64_C(0x3000000000000000)) || u == 0;
}

/* An immediate float; ouro_float_fits(d) must hold. */
static inline ouro_value ouro_flonum(double d)
{
    uint64_t u;
    memcpy(&u, &d, sizeof u);
    if (u == 0) {
        return OURO_VALUE(UINT64_C(0x8000000000000002));
    }
    return OURO_VALUE((((u << 3) | (u >> 61)) & ~UINT64_C(3)) | 2);
}

static inline double ouro_as_flonum(ouro_value v)
{
    double d;
    uint64_t u = 0;
    if (v.bits != UINT64_C(0x8000000000000002)) {
        /* bit 63 of the word is bit 60 of the double: it tells 011 from 100 */
        uint64_t b = (2 - (v.bits >> 63)) | (v.bits & ~UINT64_C(3));
        u = (b >> 3) | (b << 61);
    }
    memcpy(&d, &u, sizeof d);
    return d;
}

/* ---- objects ------------------------------------------------------------------------------------------ */

struct ouro_object {
    uint32_t refcount; /* OURO_IMMORTAL and above: never changes */
    uint32_t gc;       /* low 8 bits: flags below; high 24: the collector's (position or working count) */
    ouro_shape *shape;
};

#define OURO_IMMORTAL UINT32_C(0x80000000)

/* Flags in ouro_object.gc. */
enum {
    OURO_GC_GENERATION = 0x03, /* 0: not tracked, 1: young, 2: middle, 3: old (OURO_GENERATION_*) */
    OURO_GC_FROZEN = 0x04,     /* old, and out of the collector's sight (gc.freeze) */
    OURO_GC_FINALIZED = 0x08,  /* its finalizer has run (PEP 442: only once) */
    OURO_GC_SIDE = 0x10,       /* has a record in the side table: weak references, an out-of-line __dict__ */
    OURO_GC_COLLECTING = 0x20, /* only during a collection: belongs to the set being examined */
    OURO_GC_DYING = 0x40,      /* its count is zero and it waits for, or is in, deallocation */
    OURO_GC_OWN = 0x80,        /* free for the object's type */
    OURO_GC_POSITION_SHIFT = 8,
};

/* ---- types -------------------------------------------------------------------------------------------- */

typedef enum ouro_field_kind {
    OURO_FIELD_VALUE,  /* one ouro_value (or a pointer to an object, which is the same) at `offset` */
    OURO_FIELD_INLINE, /* ouro_values from `offset` on, as many as the size_t at `count_offset` says */
    OURO_FIELD_BUFFER, /* a pointer at `offset` to an array of ouro_values (a leaf block that the object
                        * owns and its type's dispose frees), as many as the size_t at `count_offset` */
} ouro_field_kind;

typedef struct ouro_field {
    ouro_field_kind kind;
    uint32_t offset;
    uint32_t count_offset;
    const char *name; /* how a report calls the edge: "__closure__"; NULL: by index */
} ouro_field;

/* Called once for each reference that an object holds.  Nonzero stops the traversal and is returned by it. */
typedef int (*ouro_visit_fn)(ouro_value referent, void *context);

/* What a report calls a reference. */
typedef enum ouro_edge_kind {
    OURO_EDGE_UNNAMED,
    OURO_EDGE_FIELD,     /* text: the name of a declared part: .__closure__ */
    OURO_EDGE_ATTRIBUTE, /* name: .next */
    OURO_EDGE_INDEX,     /* number: [3]; text: of which part, or NULL */
    OURO_EDGE_KEY,       /* name: the key, any value: ['key'] */
    OURO_EDGE_DICT_KEY,  /* number: the n-th key itself */
    OURO_EDGE_ITEM,      /* number: the n-th item of a set */
    OURO_EDGE_LOCAL,     /* name: a local variable of a frame */
    OURO_EDGE_OPERAND,   /* number: an intermediate result of a frame */
} ouro_edge_kind;

typedef struct ouro_edge {
    ouro_edge_kind kind;
    const char *text;
    ouro_value name; /* borrowed */
    size_t number;
} ouro_edge;

/* Called once for each reference to an object, with what it is called.  Nonzero stops the traversal. */
typedef int (*ouro_edge_fn)(ouro_value referent, const ouro_edge *edge, void *context);

enum {
    /* Objects hold no references: allocated as leaves, never tracked by the collector. */
    OURO_TYPE_LEAF = 1u << 0,
    /* Created at run time and counted: every instance holds a reference to its type. */
    OURO_TYPE_COUNTED = 1u << 1,
    /* Instances keep attribute values inline, `shape->capacity` of them from shape->values_offset on. */
    OURO_TYPE_SHAPED = 1u << 2,
    /* Instances can have weak references. */
    OURO_TYPE_WEAKREF = 1u << 3,
    /* Has a finalizer (`finalize` in ouro_type). */
    OURO_TYPE_FINALIZER = 1u << 4,
    /* The references in `fields` never change after birth (a tuple), so every cycle through them also passes through
     * another object that can be emptied: the collector does not clear them. */
    OURO_TYPE_IMMUTABLE = 1u << 5,
    /* Instances are weak references (object/weakref.h). */
    OURO_TYPE_IS_WEAKREF = 1u << 6,
    /* Instances with OURO_GC_OWN set are parts of another object, which programs do not see: a collection does not count
     * them among what it found. */
    OURO_TYPE_PARTS = 1u << 7,
    /* The flags from here on are the higher floors'. */
    OURO_TYPE_FIRST_FREE_FLAG = 8,
};

struct ouro_type {
    ouro_object object; /* a type is an object */
    const char *name;   /* for reports; UTF-8; owned by whoever made the type; for a class: its __name__ */
    ouro_shape *shape;  /* the shape of a new instance; owned */
    size_t size;        /* bytes of an instance's fixed part, header included, inline values excluded */
    uint32_t flags;     /* OURO_TYPE_* */
    uint32_t field_count;
    const ouro_field *fields; /* constant, or owned by the type's maker */
    /* Edges that `fields` cannot describe; called after them.  NULL: none. */
    int (*traverse)(ouro_runtime *rt, ouro_object *self, ouro_visit_fn visit, void *context);
    /* Drops the edges that `traverse` visits, leaving the object valid though empty: called by the collector
     * to break a cycle, and when the object dies.  NULL: none. */
    void (*clear)(ouro_runtime *rt, ouro_object *self);
    /* Frees what the object owns besides references (buffers, descriptors).  Called last, when the references
     * are gone; must not run any program code.  NULL: nothing to free. */
    void (*dispose)(ouro_runtime *rt, ouro_object *self);
    /* PEP 442 finalizer: runs with all references intact, may resurrect; reports its own errors. */
    void (*finalize)(ouro_runtime *rt, ouro_object *self);
    /* Bytes that the object owns outside its own block (buffers), for reports.  NULL: 0. */
    size_t (*extra_size)(ouro_runtime *rt, ouro_object *self);
    /* Asked of survivors of a collection: true when the object holds, and (until gc_track is called again) will
     * hold, no reference to an object that the collector must see; it is then untracked.  NULL: never. */
    bool (*can_untrack)(ouro_runtime *rt, ouro_object *self);
    /* Visits what `traverse` visits, objects only, and tells what each reference is called.  NULL: they have no names. */
    int (*traverse_edges)(ouro_runtime *rt, ouro_object *self, ouro_edge_fn visit, void *context);
    /* A death's shortcut: does what `clear`, the declared fields and `dispose` would do, for an object that nobody can reach
     * any more.  Not for shaped types; never inherited.  NULL: there is none. */
    void (*release)(ouro_runtime *rt, ouro_object *self);
};

/* ---- a runtime without Python ---------------------------------------------------------------------------
 *
 * An embedder who wants only the allocator, counted objects and the collector of cycles:
 *
 *     struct node { ouro_object object; ouro_value left, right; };
 *     static const ouro_field fields[] = {
 *         {OURO_FIELD_VALUE, offsetof(struct node, left), 0, "left"},
 *         {OURO_FIELD_VALUE, offsetof(struct node, right), 0, "right"},
 *     };
 *     ouro_runtime *rt = ouro_runtime_create_bare(NULL);
 *     ouro_type *type = ouro_type_create(rt, &(ouro_type_spec){
 *         .name = "node", .size = sizeof(struct node), .fields = fields, .field_count = 2});
 *     struct node *a = ouro_object_new(rt, type, 0);
 *     a->left = ouro_incref(ouro_from_object(a));    -- a snake that bites its tail
 *     ouro_gc_track(rt, a);                          -- gc.h
 *     ouro_decref(rt, ouro_from_object(a));          -- still alive: it holds itself
 *     ouro_gc_collect(rt, 2);                        -- gc.h: and now it is gone
 *     ouro_runtime_destroy_bare(rt);
 */

typedef struct ouro_type_spec {
    const char *name; /* copied */
    size_t size;      /* sizeof the instance struct, which begins with ouro_object */
    uint32_t flags;   /* OURO_TYPE_LEAF, _WEAKREF, _FINALIZER, _IMMUTABLE */
    uint32_t field_count;
    const ouro_field *fields; /* must stay good as long as the runtime */
    int (*traverse)(ouro_runtime *rt, ouro_object *self, ouro_visit_fn visit, void *context);
    void (*clear)(ouro_runtime *rt, ouro_object *self);
    void (*dispose)(ouro_runtime *rt, ouro_object *self);
    void (*finalize)(ouro_runtime *rt, ouro_object *self);
    size_t (*extra_size)(ouro_runtime *rt, ouro_object *self);
} ouro_type_spec;

/* Creates a runtime that knows no type yet, with a heap of its own made from `config` (NULL: defaults).
 * NULL: no memory. */
OURO_PUBLIC OURO_NODISCARD ouro_runtime *ouro_runtime_create_bare(const ouro_mem_config *config);

/* Runs a full collection, then destroys the runtime, its types and its heap.  Returns how many objects were
 * still alive: references that the program forgot to drop. */
OURO_PUBLIC size_t ouro_runtime_destroy_bare(ouro_runtime *rt);

/* The heap of a runtime: for the buffers of its objects. */
OURO_PUBLIC ouro_mem *ouro_runtime_mem(ouro_runtime *rt);

/* Creates a type.  It lives as long as the runtime.  NULL: no memory. */
OURO_PUBLIC OURO_NODISCARD ouro_type *ouro_type_create(ouro_runtime *rt, const ouro_type_spec *spec);

/* A new object of `type` with `extra` bytes after its struct, all bytes after the header zero (in a leaf:
 * undefined).  Returns a new reference, or NULL: no memory.  Call ouro_gc_track (gc.h) when it is filled. */
OURO_PUBLIC OURO_NODISCARD void *ouro_object_new(ouro_runtime *rt, ouro_type *type, size_t extra);

/* The type of an object. */
OURO_PUBLIC ouro_type *ouro_object_type(const void *object);

/* Adds a reference to what `v` refers to and returns `v`; immediates and OURO_NULL pass through. */
OURO_PUBLIC ouro_owned ouro_incref(ouro_value v);

/* Drops a reference; the last one finalizes and frees the object, and may so run any of the program's
 * callbacks.  Immediates and OURO_NULL are ignored. */
OURO_PUBLIC void ouro_decref(ouro_runtime *rt, ouro_owned v);

/* ---- weak references ------------------------------------------------------------------------------------ */

/* Called once when the object that a weak reference refers to is gone.  `reference` is borrowed. */
typedef void (*ouro_weakref_fn)(ouro_runtime *rt, ouro_value reference, void *context);

/* A weak reference to `object`, whose type must have OURO_TYPE_WEAKREF.  `callback` may be NULL; it is called
 * only if the weak reference is then still alive.  Without a callback all share one.  Only for a runtime from
 * ouro_runtime_create_bare (with Python: ouro_weakref_new in ouro.h).  Returns a new reference, or OURO_NULL: no
 * memory. */
OURO_PUBLIC OURO_NODISCARD ouro_owned ouro_weakref_create(ouro_runtime *rt, void *object,
                                                          ouro_weakref_fn callback, void *context);

/* The object of a weak reference as a new reference, or OURO_NONE when it is gone. */
OURO_PUBLIC OURO_NODISCARD ouro_owned ouro_weakref_get(ouro_value reference);

OURO_END

#endif
