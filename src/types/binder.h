/* binder.h: from the arguments of a call to the parameters of a native function. */
#ifndef OURO_SRC_TYPES_BINDER_H
#define OURO_SRC_TYPES_BINDER_H

#include "types/function.h"

typedef enum parameter_kind {
    PARAMETER_POSITIONAL_ONLY,
    PARAMETER_NORMAL,
    PARAMETER_VARARGS,
    PARAMETER_KEYWORD_ONLY,
    PARAMETER_VARKEYWORDS,
} parameter_kind;

typedef struct parameter {
    const char *name; /* within the signature's text; not terminated */
    uint16_t name_length;
    uint8_t kind; /* parameter_kind */
    bool required;
} parameter;

/* A parsed signature text: one leaf block. */
typedef struct signature {
    uint16_t count;           /* parameters, *args and **kwargs included */
    uint16_t positional;      /* those that can be given by position (they come first) */
    uint16_t positional_only;
    uint16_t required;        /* leading positional ones without a default */
    int16_t varargs;          /* index, -1: none */
    int16_t varkeywords;      /* index, -1: none */
    uint16_t keyword_only;
    bool plain;               /* a call without keywords needs only its count checked */
    bool takes_keywords;      /* some parameter can be given by name */
    parameter parameters[];
} signature;

/* Parses; NULL: no memory.  The text must outlive the result.  Freed with ouro_mem_free. */
OURO_NODISCARD signature *signature_parse(ouro_runtime *rt, const char *text);

/* How errors call the function. */
typedef struct binder_name {
    const char *name;   /* "append" */
    const char *prefix; /* "list" or a module's name, or NULL */
    size_t implicit;    /* 1 when the first argument is a self that the caller does not count */
} binder_name;

/* Calls `fn` with the arguments arranged after the signature. */
OURO_NODISCARD ouro_value binder_call(ouro_runtime *rt, const signature *s, native_fn fn, const binder_name *who,
                                      const ouro_value *args, size_t nargs, ouro_value kwnames);

/* Fast path: true when the arguments can be passed as they are. */
static inline bool binder_fits(const signature *s, size_t nargs, ouro_value kwnames)
{
    return s->plain && nargs <= s->positional && nargs >= s->required && ouro_is_null(kwnames);
}

/* For constructors and other functions that get arguments as they come: parses `text`, a constant (what was parsed is
 * found again by its address, until binder_stop at the end of the runtime), and stores the parameters in out[0 .. number of parameters), OURO_NULL for those not given; borrowed, except that *args and
 * **kwargs are not allowed here.  Errors name the function `name`. */
OURO_NODISCARD bool arguments_bind(ouro_runtime *rt, const char *name, const char *text, const ouro_value *args,
                                   size_t nargs, ouro_value kwnames, ouro_value *out);
void binder_stop(ouro_runtime *rt);
/* Errors as "name() takes no keyword arguments" and "name expected at most 1 argument, got 2". */
OURO_NODISCARD bool arguments_positional(ouro_runtime *rt, const char *name, size_t nargs, ouro_value kwnames,
                                         size_t least, size_t most);
/* The same for the `make` of a type whose instances have no __init__ of their own: keywords are refused but where a
 * subclass has an __init__ that may take them. */
OURO_NODISCARD bool arguments_positional_new(ouro_runtime *rt, type_object *type, const char *name, size_t nargs,
                                             ouro_value kwnames, size_t least, size_t most);

#endif
