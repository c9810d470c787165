/* type.h: what Python adds to a type: slots, attributes, inheritance; and how built-in types are declared.
 *
 * A type_object is an ouro_type with a table of slots.  A slot is a C function for one of the protocols of
 * Python's data model.  Built-in types fill slots directly, and from them the type's dict gets its __dunder__
 * methods (slots.c); a class written in Python has dunder methods in its dict, and from them gets slots that
 * call them.  Both directions follow one table: SLOT_TABLE in slots.c.
 *
 * Conventions of all slots and native functions:
 *   - arguments are borrowed, results are new references;
 *   - OURO_NULL (or -1, or false) means failure, with the exception set;
 *   - a binary number slot gets both operands in program order, either may be of the type, and returns
 *     OURO_NOT_IMPLEMENTED if it does not know the pair;
 *   - `value` OURO_NULL in setattr, setitem, descr_set means delete.
 *
 * A built-in type is declared by a constant type_spec (fields, slots, methods, members), and created once in
 * each runtime by type_from_spec.
 */
#ifndef OURO_SRC_TYPES_TYPE_H
#define OURO_SRC_TYPES_TYPE_H

#include "gc/gc.h"
#include "object/edge.h"
#include "object/object.h"

typedef struct type_object type_object;
typedef struct dict_object dict_object;
typedef struct str_object str_object;
typedef struct tuple_object tuple_object;
typedef struct list_object list_object;

/* Python's hash, as wide as the machine's word; -1 is the error result and never a hash. */
typedef int64_t hash_t;

typedef enum compare_op { COMPARE_LT, COMPARE_LE, COMPARE_EQ, COMPARE_NE, COMPARE_GT, COMPARE_GE } compare_op;

typedef enum binary_op {
    BINARY_ADD, BINARY_SUBTRACT, BINARY_MULTIPLY, BINARY_TRUE_DIVIDE, BINARY_FLOOR_DIVIDE, BINARY_REMAINDER,
    BINARY_POWER, BINARY_LSHIFT, BINARY_RSHIFT, BINARY_AND, BINARY_OR, BINARY_XOR, BINARY_MATMUL,
    BINARY_DIVMOD, BINARY_COUNT,
} binary_op;

typedef enum unary_op { UNARY_NEGATIVE, UNARY_POSITIVE, UNARY_INVERT, UNARY_ABSOLUTE, UNARY_COUNT } unary_op;

/* ---- native functions --------------------------------------------------------------------------------- */

/* A native function with a signature text: the binder (binder.c) has matched the arguments to it.
 * args[i] for i < nargs are the parameters in the signature's order; an optional one that was not given is
 * OURO_NULL or, at the end, missing (i >= nargs): read optional ones with arg_or_null.
 * For a method args[0] is self. */
typedef ouro_value (*native_fn)(ouro_runtime *rt, const ouro_value *args, size_t nargs);

/* A native function that takes its arguments as they come: `nargs` positional values, then the values of the
 * keywords whose names are in the tuple `kwnames` (OURO_NULL: none). */
typedef ouro_value (*native_raw_fn)(ouro_runtime *rt, const ouro_value *args, size_t nargs,
                                    ouro_value kwnames);

static inline ouro_value arg_or_null(const ouro_value *args, size_t nargs, size_t i)
{
    return i < nargs ? args[i] : OURO_NULL;
}

enum {
    METHOD_STATIC = 1, /* staticmethod: no self */
    METHOD_CLASS = 2,  /* classmethod: args[0] is the class */
    METHOD_PADDED = 4, /* the function gets all parameters always, OURO_NULL for those not given */
};

/* One native function or method.  `signature` is the text of the parameters as Python writes them, without
 * parentheses, also shown as __text_signature__: "self, iterable, /", "self, /, *, key=None, reverse=False",
 * "*args, **kwargs" (a tuple and a dict, or OURO_NULL for an absent dict).  All-positional signatures cost
 * nothing to bind.  A signature that begins with "?" is bound like the rest but not shown (CPython shows none).
 * Exactly one of `fn` (with a signature) and `raw` is set. */
typedef struct method_def {
    const char *name;
    const char *signature;
    native_fn fn;
    native_raw_fn raw;
    uint32_t flags;
    const char *doc;
} method_def;

/* A computed attribute: get (required) and set (NULL: read-only; value OURO_NULL deletes). */
typedef struct getset_def {
    const char *name;
    ouro_value (*get)(ouro_runtime *rt, ouro_value self, void *closure);
    bool (*set)(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure);
    const char *doc;
    void *closure;
    bool member; /* CPython keeps it in a field: its descriptor says that it is a member_descriptor */
} getset_def;

enum {
    MEMBER_READONLY = 1,
    MEMBER_NONE_IF_NULL = 2, /* else AttributeError when empty */
    MEMBER_OUT_OF_LINE = 4,  /* __slots__ of subclasses of str: in the side table's dict, not at an offset */
    MEMBER_COMPUTED = 8,     /* by the functions of a getset_def with `member` set; no offset */
};

/* An attribute that is an ouro_value at an offset of the object. */
typedef struct member_def {
    const char *name;
    uint32_t offset;
    uint32_t flags;
    const char *doc;
} member_def;

/* ---- slots -------------------------------------------------------------------------------------------- */

typedef ouro_value (*unary_slot)(ouro_runtime *rt, ouro_value self);
typedef ouro_value (*binary_slot)(ouro_runtime *rt, ouro_value a, ouro_value b);
typedef ouro_value (*ternary_slot)(ouro_runtime *rt, ouro_value a, ouro_value b, ouro_value c);

struct buffer_view; /* types/buffer.h */

typedef struct type_slots {
    /* construction: `make` is __new__; args exclude the type.  `init` is __init__; args exclude self */
    ouro_value (*make)(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                       ouro_value kwnames);
    bool (*init)(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs, ouro_value kwnames);
    ouro_value (*call)(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                       ouro_value kwnames);
    unary_slot repr;
    unary_slot str;
    hash_t (*hash)(ouro_runtime *rt, ouro_value self); /* hash_not_implemented: unhashable */
    ouro_value (*compare)(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op); /* a is of the type */
    ouro_value (*getattr)(ouro_runtime *rt, ouro_value self, ouro_value name); /* name: a str */
    bool (*setattr)(ouro_runtime *rt, ouro_value self, ouro_value name, ouro_value value);
    /* descriptors: instance OURO_NULL when looked up on the class; owner may be OURO_NULL */
    ouro_value (*descr_get)(ouro_runtime *rt, ouro_value self, ouro_value instance, ouro_value owner);
    bool (*descr_set)(ouro_runtime *rt, ouro_value self, ouro_value instance, ouro_value value);
    unary_slot iter;
    unary_slot next;  /* OURO_NULL without an exception: exhausted (as good as StopIteration) */
    unary_slot await, aiter, anext;
    /* PEP 342 for native iterators used by `yield from`: NULL: by method */
    binary_slot binary[BINARY_COUNT];   /* BINARY_POWER with two operands: `power` below with OURO_NONE */
    binary_slot inplace[BINARY_COUNT];  /* may return OURO_NOT_IMPLEMENTED */
    ternary_slot power, inplace_power;
    unary_slot unary[UNARY_COUNT];
    int (*truth)(ouro_runtime *rt, ouro_value self);  /* 1, 0, -1 failed; NULL: by length, else true */
    unary_slot to_int, to_float, to_index;
    /* containers */
    int64_t (*length)(ouro_runtime *rt, ouro_value self); /* -1: failed */
    binary_slot getitem;  /* any key, negative ints and slices included */
    bool (*setitem)(ouro_runtime *rt, ouro_value self, ouro_value key, ouro_value value);
    int (*contains)(ouro_runtime *rt, ouro_value self, ouro_value item);
    /* sequences only: what `+` and `*` do when no number slot knew the pair (their own error messages) */
    binary_slot concat, inplace_concat;
    ouro_value (*repeat)(ouro_runtime *rt, ouro_value self, ouro_value count);
    ouro_value (*inplace_repeat)(ouro_runtime *rt, ouro_value self, ouro_value count);
    bool (*get_buffer)(ouro_runtime *rt, ouro_value self, struct buffer_view *view, bool writable);
    void (*release_buffer)(ouro_runtime *rt, ouro_value self, struct buffer_view *view);
} type_slots;

/* Flags in ouro_type.flags, continuing OURO_TYPE_*. */
enum {
    TYPE_HEAP = 1u << 8,        /* made by a class statement or type(): mutable attributes */
    TYPE_BASE = 1u << 9,        /* may be subclassed */
    TYPE_ABSTRACT = 1u << 10,   /* has abstract methods */
    TYPE_HAS_DICT = 1u << 11,   /* instances have __dict__ (inline values, or out of line in the side table) */
    TYPE_SEQUENCE = 1u << 12,   /* matches sequence patterns */
    TYPE_MAPPING = 1u << 13,    /* matches mapping patterns */
    TYPE_MATCH_SELF = 1u << 14, /* a class pattern's single positional subpattern matches the subject itself */
    TYPE_READY = 1u << 15,
    /* subclass of (or the same as) these: tested by one AND */
    TYPE_IS_INT = 1u << 16,
    TYPE_IS_STR = 1u << 17,
    TYPE_IS_BYTES = 1u << 18,
    TYPE_IS_TUPLE = 1u << 19,
    TYPE_IS_LIST = 1u << 20,
    TYPE_IS_DICT = 1u << 21,
    TYPE_IS_TYPE = 1u << 22,
    TYPE_IS_EXCEPTION = 1u << 23, /* BaseException */
    TYPE_IS_FLOAT = 1u << 24,
    TYPE_IS_SET = 1u << 25,       /* set or frozenset */
    TYPE_NO_MAKE = 1u << 26,      /* "cannot create 'x' instances" */
    TYPE_METHOD_DESCR = 1u << 27, /* its instances bind like functions: a call can skip the bound method */
    TYPE_VAR_SIZED = 1u << 28,    /* items follow the fixed part: a subclass's __dict__ is out of line */
    TYPE_IMMUTABLE = 1u << 29,    /* attributes of the type cannot be set (built-in types) */
    TYPE_FILLED = 1u << 30,       /* it and all that its MRO names have their dicts: a look-up may begin */
};

struct type_object {
    ouro_type type;        /* type.object is the header; type.fields, traverse, ... describe the INSTANCES */
    type_slots slots;
    ouro_value name;       /* str: __name__ */
    ouro_value qualname;   /* str */
    type_object *base;     /* the one whose layout is extended; owned; NULL for object */
    ouro_value bases;      /* tuple */
    ouro_value mro;        /* tuple, or OURO_NULL while being made */
    dict_object *dict;     /* owned; NULL: built-in, and not filled yet (type_fill) */
    ouro_value subclasses; /* dict of the direct subclasses' addresses as ints (not counted: a dying class takes
                            * itself out), in order of creation; OURO_NULL: none yet */
    ouro_value module_types_data; /* owned by the module that made the type, if it wants */
    uint32_t version;      /* changes with every change of an attribute here or in a base; 0: not cached */
    uint16_t slot_count;   /* __slots__ of this class and its bases, lying after the base's fixed part */
    uint16_t inline_guess; /* attributes that instances are expected to have (learned) */
    const struct type_spec *spec; /* built-in: what it was made from */
    const char *doc;
    char *owned_name;      /* heap types: the UTF-8 that type.name points at */
    ouro_field *owned_fields;
    uint64_t looks;        /* built-in, not filled: how often a name was looked for */
    ouro_shape *dict_shape;     /* the shape of instances in SHAPE_DICT mode; NULL: none yet */
    type_object *walk_next;     /* a list while the subclasses of a type are walked; else NULL */
    type_object *next_built_in; /* made by type_from_spec: all of a runtime, newest first */
};

/* The declaration of a built-in type.  Arrays end with a member whose name is NULL. */
typedef struct type_spec {
    const char *name;        /* "list"; with a module: "collections.deque" */
    size_t size;
    uint32_t flags;          /* OURO_TYPE_* and TYPE_*; TYPE_IMMUTABLE | TYPE_READY are added */
    const struct type_spec *base; /* NULL: object */
    const char *doc;
    const ouro_field *fields;
    uint32_t field_count;
    int (*traverse)(ouro_runtime *rt, ouro_object *self, ouro_visit_fn visit, void *context);
    void (*clear)(ouro_runtime *rt, ouro_object *self);
    void (*dispose)(ouro_runtime *rt, ouro_object *self);
    void (*release)(ouro_runtime *rt, ouro_object *self);
    void (*finalize)(ouro_runtime *rt, ouro_object *self);
    size_t (*extra_size)(ouro_runtime *rt, ouro_object *self);
    bool (*can_untrack)(ouro_runtime *rt, ouro_object *self);
    int (*traverse_edges)(ouro_runtime *rt, ouro_object *self, ouro_edge_fn visit, void *context);
    const method_def *methods;
    const getset_def *getsets;
    const member_def *members;
    type_slots slots;
    const char *signature;   /* __text_signature__, "(iterable=(), /)"; NULL: None */
    /* Enters what the dict has beyond methods, getsets, members and slots; NULL: nothing. */
    bool (*fill)(ouro_runtime *rt, type_object *type, dict_object *dict);
} type_spec;

/* ---- making and asking -------------------------------------------------------------------------------- */

/* Creates the type: slots inherited from the base, dict filled.  Returns a new reference (immortal until the
 * runtime closes), or NULL. */
OURO_NODISCARD type_object *type_from_spec(ouro_runtime *rt, const type_spec *spec);

static inline type_object *value_type(ouro_runtime *rt, ouro_value v)
{
    return (type_object *)(void *)value_shape(rt, v)->type;
}

static inline ouro_value type_value(const type_object *type)
{
    return ouro_from_object(type);
}

/* Does the value's type (or a base of it) have this TYPE_IS_* flag? */
static inline bool value_has_flag(ouro_runtime *rt, ouro_value v, uint32_t flag)
{
    return (value_shape(rt, v)->type->flags & flag) != 0;
}

/* Is `type` the same as, or derived from, `base`?  By the MRO; runs no code. */
bool type_is_subtype(const type_object *type, const type_object *base);

static inline bool value_is_instance_exactly(ouro_runtime *rt, ouro_value v, const type_object *type)
{
    return value_type(rt, v) == type;
}

static inline bool value_is_instance(ouro_runtime *rt, ouro_value v, const type_object *type)
{
    type_object *t = value_type(rt, v);
    return t == type || type_is_subtype(t, type);
}

/* A built-in type gets its dict, and the descriptors in it, when a program looks into it or into a class that is derived
 * from it: most programs look into few of the types that there are.  A class has all of its bases filled when it is
 * made.  True: `type` is filled; false: MemoryError, and no dict is half filled.  Runs no program code.
 *
 * Whoever looks into a dict by itself calls this first.  Whoever calls type_lookup, and must tell "not there" from "no
 * memory", calls type_fill_for with the same name, which fills only the classes that may have it; type_lookup does so too,
 * and finds nothing where there is no memory.  Whoever looks at the heap as a whole (lists of all objects, snapshots,
 * tracing) calls types_fill_all first, so that a dict which is filled later is no growth. */
OURO_NODISCARD bool type_fill_slow(ouro_runtime *rt, type_object *type);

OURO_NODISCARD static inline bool type_fill(ouro_runtime *rt, type_object *type)
{
    return OURO_LIKELY((type->type.flags & TYPE_FILLED) != 0) || type_fill_slow(rt, type);
}

OURO_NODISCARD bool type_fill_for_slow(ouro_runtime *rt, type_object *type, ouro_value name);

OURO_NODISCARD static inline bool type_fill_for(ouro_runtime *rt, type_object *type, ouro_value name)
{
    return OURO_LIKELY((type->type.flags & TYPE_FILLED) != 0) || type_fill_for_slow(rt, type, name);
}

/* All built-in types made so far. */
OURO_NODISCARD bool types_fill_all(ouro_runtime *rt);

/* Looks `name` (interned str) up along the MRO, without descriptors.  Borrowed, or OURO_NULL without an
 * exception.  Runs no code.  Cached (by version and name). */
ouro_value type_lookup(ouro_runtime *rt, type_object *type, ouro_value name);
/* The same as a new reference, where keys that are no strs have their say: it may run program code (attribute.c). */
OURO_NODISCARD ouro_value type_lookup_held(ouro_runtime *rt, type_object *type, ouro_value name);

/* Generic attribute access: data descriptor, instance attribute, class attribute. */
OURO_NODISCARD ouro_value object_getattr_generic(ouro_runtime *rt, ouro_value self, ouro_value name);
OURO_NODISCARD bool object_setattr_generic(ouro_runtime *rt, ouro_value self, ouro_value name,
                                           ouro_value value);

/* A plain new instance of `type` (object.__new__ without its checks): attributes empty, tracked.
 * Returns a new reference. */
OURO_NODISCARD ouro_value instance_new(ouro_runtime *rt, type_object *type);

/* type.__call__ for any class: makes and initializes an instance. */
OURO_NODISCARD ouro_value type_call(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                    ouro_value kwnames);
/* Is the class's __new__ that of object, and may it be instantiated: does `instance_new` make what calling the
 * class begins with? */
bool type_has_default_new(const type_object *type);
/* Is the class's __init__ that of object? */
bool type_has_default_init(const type_object *type);
/* The class builder tells how many attributes the methods of the class assign through self: instances get room for so
 * many.  False: no memory. */
OURO_NODISCARD bool type_set_inline_guess(ouro_runtime *rt, type_object *type, unsigned count);
/* Looks up the most derived metaclass of `metatype` and the types of the bases (a tuple): borrowed; NULL with
 * TypeError: conflict. */
OURO_NODISCARD type_object *type_calculate_metaclass(ouro_runtime *rt, type_object *metatype, ouro_value bases);
/* The class's __name__ as UTF-8, without a module. */
const char *type_short_name(const type_object *type);
/* Something that look-ups through the type depend on has changed: gives it and all its subclasses new versions, their
 * shapes new ids. */
void type_modified(ouro_runtime *rt, type_object *type);

/* The instance's __dict__, made now if need be: a new reference.  From then on the dict is the only place of the
 * attributes.  OURO_NULL with TypeError/AttributeError if the type has none. */
OURO_NODISCARD ouro_value instance_dict(ouro_runtime *rt, ouro_value self);

/* The slot of an unhashable type: raises "unhashable type: 'list'". */
hash_t hash_not_implemented(ouro_runtime *rt, ouro_value self);

static inline type_object *as_type(ouro_value v)
{
    return (type_object *)(void *)ouro_as_object(v);
}

/* Is the value a class? */
static inline bool value_is_type(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_object(v) && (ouro_as_object(v)->shape->type->flags & TYPE_IS_TYPE) != 0;
}

/* Makes a class as type(name, bases, namespace, **keywords) does.  `namespace` is copied. */
OURO_NODISCARD ouro_value type_new_class(ouro_runtime *rt, type_object *metatype, ouro_value name,
                                         ouro_value bases, ouro_value namespace_dict,
                                         const ouro_value *kwvalues, ouro_value kwnames);

#endif
