/* types.h: the state of the types floor: the built-in types of a runtime, its interned names.
 *
 * `TYPE(rt, list)` is the type_object of list; `STR(rt, __init__)` the interned str "__init__" (borrowed);
 * `EXC(rt, TypeError)` an exception type.  The three lists below are the only places to add to.
 */
#ifndef OURO_SRC_TYPES_TYPES_H
#define OURO_SRC_TYPES_TYPES_H

#include "types/type.h"
#include "types/names.h"
#include "types/builtin_types.h"
#include "types/exception_types.h"

struct interned_table;
struct lookup_cache;
struct codec_state;
struct slot_index;
struct map;

struct types_state {
#define BUILTIN_TYPE(name, spec) type_object *name;
    BUILTIN_TYPES(BUILTIN_TYPE)
#undef BUILTIN_TYPE
#define EXCEPTION_TYPE(name, base, spec) type_object *name;
    EXCEPTION_TYPES(EXCEPTION_TYPE)
#undef EXCEPTION_TYPE
#define PREDEFINED_NAME(name) ouro_value n_##name;
    PREDEFINED_NAMES(PREDEFINED_NAME)
#undef PREDEFINED_NAME
    ouro_value empty_str, empty_tuple, empty_bytes;
    ouro_value latin1_chars[256]; /* one-character strs, made when first asked for */
    struct interned_table *interned;
    struct lookup_cache *lookup_cache;
    struct codec_state *codecs;   /* codec_registry.c: search functions, error handlers; NULL until used */
    struct map *signatures;       /* text -> signature: what arguments_bind has parsed (binder.c); NULL until used */
    uint64_t hash_seed[2];
    int bytes_warning;            /* -b: BytesWarning is given (types/bytes.h) */
    bool dev_mode;                /* -X dev: names of codecs and error handlers are looked up in any case, and more */
    bool no_columns;              /* -X no_debug_ranges: positions in code are shown as lines alone */
    bool strange_names;           /* some class has had a namespace with keys that are no strs (attribute.c) */
    int64_t int_max_str_digits_plus_1; /* 0: the default (int_text.c) */
    ouro_value memory_error;      /* preallocated: raising it allocates nothing */
    bool making_memory_error;     /* while a second MemoryError is being allocated */
    struct warnings_state *warnings; /* types/warnings.h; NULL until the first warning */
    struct repr_chain *repr_chain; /* containers whose repr is in progress */
    ouro_value new_descriptor;     /* what the __new__ of built-in types are bound from */
    struct slot_index *slot_index; /* name of a special method -> its rows in the table of slots.c */
    type_object *built_in_types;   /* all that type_from_spec made, linked through next_built_in */
    type_object *filled_until;     /* this one of them and all older ones have their dicts (types_fill_all) */
    /* Installed by the vm floor: calls of Python functions, frames and so on. */
    ouro_value (*function_call)(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                ouro_value kwnames);
    ouro_value (*import_name)(ouro_runtime *rt, ouro_value name); /* import_module("a.b") -> module b */
    ouro_value (*handled_exception)(ouro_runtime *rt); /* the exception being handled (for __context__),
                                                          borrowed, or OURO_NULL */
    ouro_value (*current_globals)(ouro_runtime *rt);   /* of the innermost Python frame, borrowed or NULL */
    /* where the innermost Python frame finds built-in names, if not in the module builtins; borrowed or OURO_NULL */
    ouro_value (*inherited_builtins)(ouro_runtime *rt);
    /* super() without arguments: the class and the first argument of the innermost Python frame, borrowed.
     * False with RuntimeError. */
    bool (*super_arguments)(ouro_runtime *rt, ouro_value *type, ouro_value *self);
    /* The frame `level` calls above the innermost Python frame (0: that itself; `skip_import`: those of the import
     * system do not count): its globals (borrowed), file name (borrowed) and line; false: there is none. */
    bool (*frame_context)(ouro_runtime *rt, int64_t level, bool skip_import, ouro_value *globals, ouro_value *filename,
                          int *line);
    int (*frame_line)(ouro_value frame, uint32_t unit); /* the line of a frame object's instruction; 0: unknown */
    void (*write_stderr)(ouro_runtime *rt, const char *text, size_t length); /* the host's error output */
    /* Writes "Traceback (most recent call last):" with the entries and the source lines of the exception to
     * sys.stderr, without the last line that names the exception; swallows errors.  NULL: not written. */
    void (*write_traceback)(ouro_runtime *rt, ouro_value exception);
};

#define TYPE(rt, name) ((rt)->types->type_##name)
#define EXC(rt, name) ((rt)->types->exc_##name)
#define STR(rt, name) ((rt)->types->n_##name)

/* Creates the empty state: for settings that must be there before the first str is (hash_seed).  types_start does it
 * otherwise.  False: no memory. */
OURO_NODISCARD bool types_allocate(ouro_runtime *rt);
/* Creates all built-in types of a fresh runtime.  False: no memory. */
OURO_NODISCARD bool types_start(ouro_runtime *rt);
/* Drops everything types_start made; called last but for the memory. */
void types_stop(ouro_runtime *rt);
/* Visits each reference that this floor owns outside of objects (roots.c). */
int types_visit_roots(ouro_runtime *rt, ouro_visit_fn visit, void *context);

#endif
