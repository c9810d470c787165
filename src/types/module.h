/* module.h: modules, and how native modules are declared.
 *
 * A native module is a constant module_def; `start` runs once when it is first imported in a runtime and may
 * create types and further attributes.  State goes into a leaf block of `state_size` zero bytes; references kept in
 * it are visited by `traverse` and dropped by `clear`.
 */
#ifndef OURO_SRC_TYPES_MODULE_H
#define OURO_SRC_TYPES_MODULE_H

#include "types/types.h"

typedef struct module_object module_object;

typedef struct module_def {
    const char *name;
    const char *doc;
    const method_def *functions; /* ends with name NULL */
    size_t state_size;
    bool (*start)(ouro_runtime *rt, module_object *module);
    int (*traverse)(ouro_runtime *rt, module_object *module, ouro_visit_fn visit, void *context);
    void (*clear)(ouro_runtime *rt, module_object *module);
    /* Attributes that are made when first asked for: 1 *value is it (new reference), 0 unknown, -1 raised. */
    int (*missing)(ouro_runtime *rt, ouro_value name, ouro_value *value);
    const char *const *late; /* their names, for dir(); ended by NULL */
    bool is_last;    /* found only when no path of sys.path has a module of this name */
    bool is_package; /* has a __path__, though an empty one */
    const char *text; /* written in Python: its source; NULL: written in C */
    const size_t *text_length;
} module_def;

struct module_object {
    ouro_object object;
    dict_object *dict;
    const module_def *def; /* NULL: written in Python */
    void *state;
};

OURO_NODISCARD ouro_value module_new(ouro_runtime *rt, const char *name);
/* Creates the module: functions added, `start` run. */
OURO_NODISCARD ouro_value module_from_def(ouro_runtime *rt, const module_def *def);
/* Adds an attribute; `value` stolen, also on failure.  OURO_NULL as value fails at once (so calls nest). */
OURO_NODISCARD bool module_add(ouro_runtime *rt, module_object *module, const char *name, ouro_value value);
/* Creates the type and adds it under its last name; borrowed result, NULL: failed. */
OURO_NODISCARD type_object *module_add_type(ouro_runtime *rt, module_object *module, const type_spec *spec);
OURO_NODISCARD bool module_add_int(ouro_runtime *rt, module_object *module, const char *name, int64_t i);
OURO_NODISCARD bool module_add_text(ouro_runtime *rt, module_object *module, const char *name, const char *text);

static inline module_object *as_module(ouro_value v)
{
    return (module_object *)(void *)ouro_as_object(v);
}

#endif
