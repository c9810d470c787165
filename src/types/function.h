/* function.h: functions, methods, cells, and how calls find their arguments.
 *
 * A function keeps what every function has; what few have (defaults, annotations, own __dict__, ...) is in a block
 * made when first needed, so that a closure over one variable costs 48 bytes and its cell 24.
 */
#ifndef OURO_SRC_TYPES_FUNCTION_H
#define OURO_SRC_TYPES_FUNCTION_H

#include "types/code.h"
#include "types/containers.h"

typedef struct function_extras {
    ouro_value defaults;    /* tuple or OURO_NULL */
    ouro_value kwdefaults;  /* dict or OURO_NULL */
    ouro_value annotations; /* dict, or a tuple of names and values not yet turned into one, or OURO_NULL */
    ouro_value doc;         /* OURO_NULL: as the code says */
    ouro_value name;        /* OURO_NULL: the code's */
    ouro_value qualname;    /* OURO_NULL: the code's */
    ouro_value module;      /* OURO_NULL: globals["__name__"] */
    ouro_value dict;        /* own attributes */
    ouro_value builtins;    /* OURO_NULL: as found through globals */
} function_extras;

typedef struct function_object {
    ouro_object object;
    code_object *code;
    dict_object *globals;
    ouro_value closure;      /* tuple of cells or OURO_NULL... one cell alone is stored as the cell itself */
    function_extras *extras; /* leaf block or NULL; behind the references, which so lie side by side for the collector */
} function_object;

typedef struct cell_object {
    ouro_object object;
    ouro_value contents; /* OURO_NULL: empty */
} cell_object;

typedef struct bound_method_object {
    ouro_object object;
    ouro_value function;
    ouro_value self;
} bound_method_object;

/* builtin_function: a module's function, or a method bound to its self.  method_descriptor: the same in a type's
 * dict, unbound. */
typedef struct native_object {
    ouro_object object;
    const method_def *def;
    struct signature *signature; /* parsed at the first call; owned, unless `owner` is the descriptor that owns it */
    ouro_value self;             /* bound self, module, or OURO_NULL */
    /* descriptor: the type; bound method: the descriptor it came from; module's function: the module's name */
    ouro_value owner;
} native_object;

OURO_NODISCARD ouro_value function_new(ouro_runtime *rt, code_object *code, dict_object *globals);
/* Makes the extras block if there is none.  NULL: no memory. */
OURO_NODISCARD function_extras *function_get_extras(ouro_runtime *rt, function_object *f);
static inline ouro_value function_cell(const function_object *f, size_t i)
{
    ouro_value c = f->closure;
    return f->code->free_count == 1 ? c : ((const tuple_object *)(const void *)ouro_as_object(c))->items[i];
}
OURO_NODISCARD ouro_value cell_new(ouro_runtime *rt, ouro_value contents); /* contents counted, may be NULL */
OURO_NODISCARD ouro_value bound_method_new(ouro_runtime *rt, ouro_value function, ouro_value self);
/* A builtin_function; `self` may be OURO_NULL (for a module's function: the module); module_name a str or NULL.
 * `self` is shown as __self__, and not passed to the function. */
OURO_NODISCARD ouro_value native_function_new(ouro_runtime *rt, const method_def *def, ouro_value self,
                                              ouro_value module_name);
/* What a type's dict holds for a method: a method_descriptor; a classmethod_descriptor for METHOD_CLASS; a staticmethod
 * around a builtin_function for METHOD_STATIC. */
OURO_NODISCARD ouro_value native_method_new(ouro_runtime *rt, const method_def *def, type_object *owner);
/* A builtin_function that passes `self` before the arguments: what a method_descriptor's __get__ returns. */
OURO_NODISCARD ouro_value native_bind(ouro_runtime *rt, native_object *descriptor, ouro_value self);
/* The text of __text_signature__: a str, or None when the definition shows none.  `first` is "$self", "$type" or
 * "$module". */
OURO_NODISCARD ouro_value native_text_signature(ouro_runtime *rt, const char *text, const char *first);
/* Calls a native function or method descriptor: binds the arguments after its signature (args include self for a
 * descriptor). */
OURO_NODISCARD ouro_value native_call(ouro_runtime *rt, native_object *native, const ouro_value *args,
                                      size_t nargs, ouro_value kwnames);

#endif
