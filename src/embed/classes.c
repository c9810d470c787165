/* classes.c: types of the embedder's, with C structs as objects (ouro.h).
 *
 * Such a type is a built-in type made from a type_spec (types/type.h) that is built here at run time.  Its
 * special methods are ordinary methods of the definition; the slots are filled from them as for a class
 * written in Python.
 */
#include "embed/embed.h"

#include "types/error.h"
#include "types/slots.h"

#include <assert.h>
#include <string.h>

static_assert((uint32_t)OURO_CLASS_BASE == TYPE_BASE && (uint32_t)OURO_CLASS_DICT == TYPE_HAS_DICT &&
                  (uint32_t)OURO_CLASS_HIDDEN == TYPE_NO_MAKE,
              "the public flags are the inner ones");

enum {
    CLASSES_FLAGS = OURO_TYPE_LEAF | OURO_TYPE_WEAKREF | OURO_TYPE_IMMUTABLE | OURO_CLASS_BASE |
                    OURO_CLASS_DICT | OURO_CLASS_HIDDEN,
};

/* A new object with all bytes behind the header zero, in the collector's sight unless it is a leaf. */
static ouro_value classes_new(ouro_runtime *rt, type_object *type)
{
    if (!(type->type.flags & OURO_TYPE_LEAF)) {
        return instance_new(rt, type);
    }
    ouro_object *object = object_new(rt, &type->type, 0);
    if (object == NULL) {
        return OURO_NULL;
    }
    memset(object + 1, 0, type->type.size - sizeof *object);
    return ouro_from_object(object);
}

static ouro_value classes_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                               ouro_value kwnames)
{
    if (type_has_default_init(type) && (nargs > 0 || !ouro_is_null(kwnames))) {
        return error_type(rt, "%N() takes no arguments", type);
    }
    return classes_new(rt, type);
}

static ouro_value classes_get(ouro_runtime *rt, ouro_value self, void *closure)
{
    const ouro_attribute_def *def = closure;
    return def->get(rt, self);
}

static bool classes_set(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    const ouro_attribute_def *def = closure;
    return def->set(rt, self, value);
}

static const getset_def *classes_attributes(ouro_runtime *rt, const ouro_attribute_def *defs)
{
    static const getset_def none = {0};
    size_t count = 0;
    while (defs != NULL && defs[count].name != NULL) {
        count++;
    }
    if (count == 0) {
        return &none;
    }
    getset_def *inner = embed_adopt(rt, (count + 1) * sizeof *inner);
    for (size_t i = 0; inner != NULL && i < count; i++) {
        inner[i] = (getset_def){
            .name = defs[i].name,
            .get = classes_get,
            .set = defs[i].set != NULL ? classes_set : NULL,
            .doc = defs[i].doc,
            .closure = (void *)(uintptr_t)&defs[i],
        };
    }
    return inner;
}

ouro_type *ouro_class_create(ouro_runtime *rt, const ouro_class_def *def)
{
    API(rt, NULL);
    if (def->size < sizeof(ouro_object)) {
        error_system(rt, "type %s: its struct does not begin with ouro_object", def->name);
        return NULL;
    }
    type_spec *spec = embed_adopt(rt, sizeof *spec);
    const method_def *methods = spec == NULL ? NULL : embed_functions(rt, def->methods);
    const getset_def *attributes = methods == NULL ? NULL : classes_attributes(rt, def->attributes);
    if (attributes == NULL) {
        return NULL;
    }
    *spec = (type_spec){
        .name = def->name,
        .size = def->size,
        .flags = def->flags & CLASSES_FLAGS,
        .doc = def->doc,
        .fields = def->fields,
        .field_count = def->field_count,
        .traverse = def->traverse,
        .clear = def->clear,
        .dispose = def->dispose,
        .finalize = def->finalize,
        .extra_size = def->extra_size,
        .methods = methods,
        .getsets = attributes,
        .slots = {.make = def->flags & OURO_CLASS_HIDDEN ? NULL : classes_make},
    };
    type_object *type = type_from_spec(rt, spec);
    if (type == NULL || !type_fill(rt, type)) {
        return NULL; /* the runtime has it all the same, as one that nothing looks into */
    }
    slots_update_own(rt, type);
    return &type->type;
}

void *ouro_instance_new(ouro_runtime *rt, ouro_type *type)
{
    API(rt, NULL);
    ouro_value v = classes_new(rt, (type_object *)(void *)type);
    return ouro_is_null(v) ? NULL : ouro_as_object(v);
}

void *ouro_instance_get(ouro_runtime *rt, ouro_value v, const ouro_type *type)
{
    API(rt, NULL);
    API_ARGUMENT(rt, v, NULL);
    const type_object *wanted = (const type_object *)(const void *)type;
    if (!value_is_instance(rt, v, wanted)) {
        error_type(rt, "expected %N, not %T", wanted, v);
        return NULL;
    }
    return ouro_as_object(v);
}
