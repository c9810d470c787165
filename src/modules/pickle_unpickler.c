/* pickle_unpickler.c: the type Unpickler: its __init__, its methods and attributes. */
#include "modules/pickle.h"
#include "types/binder.h"

/* ---- making one ---- */

/* *method becomes file.name: the old one is dropped.  OURO_NULL: the file has none. */
static bool unpickler_find_method(ouro_runtime *rt, ouro_value file, ouro_value name, ouro_value *method)
{
    ouro_value found;
    int has = object_getattr_optional(rt, file, name, &found);
    if (has >= 0) {
        value_replace(rt, method, has > 0 ? found : OURO_NULL);
    }
    return has >= 0;
}

bool unpickler_set_file(ouro_runtime *rt, unpickler_object *u, ouro_value file)
{
    ouro_value peek = str_intern_cstring(rt, "peek"),
               readinto = ouro_is_null(peek) ? peek : str_intern_cstring(rt, "readinto");
    bool ok = !ouro_is_null(readinto) && unpickler_find_method(rt, file, peek, &u->peek) &&
              unpickler_find_method(rt, file, readinto, &u->readinto) &&
              unpickler_find_method(rt, file, STR(rt, readline), &u->readline) &&
              unpickler_find_method(rt, file, STR(rt, read), &u->read);
    value_decref(rt, readinto);
    value_decref(rt, peek);
    if (ok && (ouro_is_null(u->read) || ouro_is_null(u->readline))) {
        error_type(rt, "file must have 'read' and 'readline' attributes");
        ok = false;
    }
    return ok;
}

static bool unpickler_set_name(ouro_runtime *rt, const char *function, const char *what, ouro_value given,
                               const char *otherwise, ouro_value *place)
{
    if (!ouro_is_null(given) && !value_is_str(rt, given)) {
        error_type(rt,
                   ouro_is_none(given) ? "%s() argument '%s' must be str, not None"
                                       : "%s() argument '%s' must be str, not %T",
                   function, what, given);
        return false;
    }
    ouro_value name = ouro_is_null(given) ? str_intern_cstring(rt, otherwise) : value_incref(given);
    if (!ouro_is_null(name)) {
        value_replace(rt, place, name);
    }
    return !ouro_is_null(name);
}

bool unpickler_set_options(ouro_runtime *rt, unpickler_object *u, const char *function,
                           const ouro_value *options)
{
    ouro_value buffers = options[3];
    int fix = ouro_is_null(options[0]) ? 1 : object_truth(rt, options[0]);
    u->fix_imports = fix > 0;
    if (fix < 0 || !unpickler_set_name(rt, function, "encoding", options[1], "ASCII", &u->encoding) ||
        !unpickler_set_name(rt, function, "errors", options[2], "strict", &u->errors)) {
        return false;
    }
    bool none = ouro_is_null(buffers) || ouro_is_none(buffers);
    ouro_value iterator = none ? OURO_NULL : object_iter(rt, buffers);
    if (none || !ouro_is_null(iterator)) {
        value_replace(rt, &u->buffers, iterator);
        return true;
    }
    return false;
}

static ouro_value unpickler_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                 ouro_value kwnames)
{
    return instance_new(rt, type);
}

unpickler_object *unpickler_new(ouro_runtime *rt)
{
    ouro_value self = instance_new(rt, MODULE_TYPE(rt, unpickler));
    return ouro_is_null(self) ? NULL : as_unpickler(self);
}

static bool unpickler_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                           ouro_value kwnames)
{
    ouro_value given[5];
    unpickler_object *u = as_unpickler(self);
    if (!arguments_bind(rt, "Unpickler",
                        "file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=()", args,
                        nargs, kwnames, given)) {
        return false;
    }
    if (u->busy) {
        error_runtime(rt, "Unpickler object is already used");
        return false;
    }
    if (!ouro_is_null(u->read)) { /* once more; what was assigned before the first time counts */
        value_clear(rt, &u->persistent_load.function);
        unpickle_memo_clear(rt, u);
    }
    u->ready = false;
    unpickle_cut(rt, u, 0);
    u->mark_count = u->fence = 0;
    unpickle_drop_input(rt, u);
    u->protocol = 0;
    u->ready = unpickler_set_file(rt, u, given[0]) && unpickler_set_options(rt, u, "Unpickler", given + 1) &&
               pickle_hook_find(rt, self, "persistent_load", &u->persistent_load);
    return u->ready;
}

/* ---- methods and attributes ---- */

static ouro_value unpickler_method_load(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    unpickler_object *u = as_unpickler(args[0]);
    if (!u->ready) {
        unpickling_error(rt, "Unpickler.__init__() was not called by %T.__init__()", args[0]);
        return OURO_NULL;
    }
    return unpickler_load(rt, u);
}

static ouro_value unpickler_method_find_class(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return unpickler_find_class(rt, as_unpickler(args[0]), args[1], args[2]);
}

static ouro_value unpickler_get_persistent_load(ouro_runtime *rt, ouro_value self, void *closure)
{
    return pickle_hook_get(rt, &as_unpickler(self)->persistent_load, self, "persistent_load");
}

static bool unpickler_set_persistent_load(ouro_runtime *rt, ouro_value self, ouro_value v, void *closure)
{
    return pickle_hook_set(rt, &as_unpickler(self)->persistent_load, v, "persistent_load");
}

/* ---- the type ---- */

static int unpickler_traverse(ouro_runtime *rt, ouro_object *self, ouro_visit_fn visit, void *context)
{
    ouro_value owner = ((unpickler_object *)(void *)self)->input.owner;
    return ouro_is_null(owner) ? 0 : visit(owner, context);
}

static void unpickler_clear(ouro_runtime *rt, ouro_object *self)
{
    unpickle_drop_input(rt, (unpickler_object *)(void *)self);
}

static void unpickler_dispose(ouro_runtime *rt, ouro_object *self)
{
    unpickler_object *u = (unpickler_object *)(void *)self;
    ouro_mem_free(rt->mem, u->stack);
    ouro_mem_free(rt->mem, u->marks);
    ouro_mem_free(rt->mem, u->memo);
    ouro_mem_free(rt->mem, u->line);
}

static size_t unpickler_extra_size(ouro_runtime *rt, ouro_object *self)
{
    const unpickler_object *u = (const unpickler_object *)(void *)self;
    return (u->stack_capacity + u->memo_capacity) * sizeof(ouro_value) + u->mark_capacity * sizeof *u->marks +
           u->line_capacity;
}

static const ouro_field unpickler_fields[] = {
    {OURO_FIELD_BUFFER, offsetof(unpickler_object, stack), offsetof(unpickler_object, depth), "stack"},
    {OURO_FIELD_BUFFER, offsetof(unpickler_object, memo), offsetof(unpickler_object, memo_size), "memo"},
    {OURO_FIELD_VALUE, offsetof(unpickler_object, far_memo), 0, "far_memo"},
    {OURO_FIELD_VALUE, offsetof(unpickler_object, persistent_load.function), 0, "persistent_load"},
    {OURO_FIELD_VALUE, offsetof(unpickler_object, read), 0, "read"},
    {OURO_FIELD_VALUE, offsetof(unpickler_object, readline), 0, "readline"},
    {OURO_FIELD_VALUE, offsetof(unpickler_object, peek), 0, "peek"},
    {OURO_FIELD_VALUE, offsetof(unpickler_object, readinto), 0, "readinto"},
    {OURO_FIELD_VALUE, offsetof(unpickler_object, buffers), 0, "buffers"},
    {OURO_FIELD_VALUE, offsetof(unpickler_object, encoding), 0, "encoding"},
    {OURO_FIELD_VALUE, offsetof(unpickler_object, errors), 0, "errors"},
};

static const method_def unpickler_methods[] = {
    {"load", "self, /", unpickler_method_load,
     .doc = "Reads a pickle from the file, and returns the object that it describes."},
    {"find_class", "self, module_name, global_name, /", unpickler_method_find_class,
     .doc = "The class or function of this name in the module, which is imported if need be.\n\nSubclasses "
            "may decide here what a "
            "pickle may name."},
    SIZEOF_METHOD("unpickler"),
    {NULL},
};

static const getset_def unpickler_getsets[] = {
    {"memo", unpickler_memo_get, unpickler_memo_set, NULL, NULL},
    {"persistent_load", unpickler_get_persistent_load, unpickler_set_persistent_load, NULL, NULL},
    {NULL},
};

const type_spec unpickler_spec = {
    .name = "_pickle.Unpickler",
    .signature = "(file, *, fix_imports=True, encoding='ASCII', errors='strict',\n          buffers=())",
    .size = sizeof(unpickler_object),
    .flags = TYPE_BASE,
    .doc = "Reads pickles from a binary file, anything with a read() and a readline() that return "
           "bytes.\n\nencoding and errors "
           "tell how strs of Python 2 are decoded (encoding 'bytes': not at all).\nbuffers are what the "
           "pickle has outside of "
           "it, in the order in which buffer_callback got\nthem.",
    .fields = unpickler_fields,
    .field_count = COUNT_OF(unpickler_fields),
    .traverse = unpickler_traverse,
    .clear = unpickler_clear,
    .dispose = unpickler_dispose,
    .extra_size = unpickler_extra_size,
    .methods = unpickler_methods,
    .getsets = unpickler_getsets,
    .slots = {.make = unpickler_make, .init = unpickler_init},
};
