/* pickle_pickler.c: the type Pickler: its attributes, its __init__, and dump(). */
#include "modules/pickle.h"
#include "types/binder.h"
#include "types/text.h"

/* ---- making one ---- */

static ouro_value pickler_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                               ouro_value kwnames)
{
    ouro_value self = instance_new(rt, type);
    if (!ouro_is_null(self)) {
        bytes_builder_init(&as_pickler(self)->out, rt);
        as_pickler(self)->frame = PICKLE_NO_FRAME;
    }
    return self;
}

static bool pickler_set_protocol(ouro_runtime *rt, pickler_object *p, ouro_value protocol,
                                 ouro_value fix_imports)
{
    int64_t number = PICKLE_DEFAULT_PROTOCOL;
    bool given = !ouro_is_null(protocol) && !ouro_is_none(protocol);
    ouro_value index = given ? object_index(rt, protocol) : OURO_NULL;
    bool ok = !given || (!ouro_is_null(index) && int_as_int64(rt, index, &number));
    value_decref(rt, index);
    if (!ok) {
        return false;
    }
    number = number < 0 ? PICKLE_HIGHEST_PROTOCOL : number;
    if (number > PICKLE_HIGHEST_PROTOCOL) {
        error_value(rt, "pickle protocol must be <= %d", PICKLE_HIGHEST_PROTOCOL);
        return false;
    }
    int fix = ouro_is_null(fix_imports) ? 1 : object_truth(rt, fix_imports);
    if (fix < 0) {
        return false;
    }
    p->protocol = number;
    p->binary = number > 0;
    p->fix_imports = fix > 0 && number < 3;
    return true;
}

static bool pickler_set_callback(ouro_runtime *rt, pickler_object *p, ouro_value callback)
{
    if (ouro_is_null(callback) || ouro_is_none(callback)) {
        value_clear(rt, &p->buffer_callback);
        return true;
    }
    if (p->protocol < 5) {
        error_value(rt, "buffer_callback needs protocol >= 5");
        return false;
    }
    value_replace(rt, &p->buffer_callback, value_incref(callback));
    return true;
}

bool pickler_set_file(ouro_runtime *rt, pickler_object *p, ouro_value file)
{
    ouro_value write;
    int has = object_getattr_optional(rt, file, STR(rt, write), &write);
    if (has <= 0) {
        if (has == 0) {
            error_type(rt, "file must have a 'write' attribute");
        }
        return false;
    }
    value_replace(rt, &p->write, write);
    return true;
}

pickler_object *pickler_new(ouro_runtime *rt, ouro_value protocol, ouro_value fix_imports,
                            ouro_value buffer_callback)
{
    ouro_value self = pickler_make(rt, MODULE_TYPE(rt, pickler), NULL, 0, OURO_NULL);
    if (ouro_is_null(self)) {
        return NULL;
    }
    if (!pickler_set_protocol(rt, as_pickler(self), protocol, fix_imports) ||
        !pickler_set_callback(rt, as_pickler(self), buffer_callback)) {
        value_decref(rt, self);
        return NULL;
    }
    return as_pickler(self);
}

/* RuntimeError: a reducer, a hook or another thread came back to a pickler that is writing. */
static bool pickler_check_free(ouro_runtime *rt, const pickler_object *p)
{
    if (p->busy) {
        error_runtime(rt, "Pickler object is already used");
    }
    return !p->busy;
}

static bool pickler_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                         ouro_value kwnames)
{
    ouro_value given[4];
    pickler_object *p = as_pickler(self);
    if (!arguments_bind(rt, "Pickler", "file, protocol=None, fix_imports=True, buffer_callback=None", args,
                        nargs, kwnames, given) ||
        !pickler_check_free(rt, p)) {
        return false;
    }
    if (!ouro_is_null(p->write)) { /* once more; what was assigned before the first time counts */
        value_clear(rt, &p->write);
        value_clear(rt, &p->persistent_id.function);
        value_clear(rt, &p->dispatch_table);
        pickle_memo_clear(rt, &p->memo);
    }
    p->ready = false;
    p->fast = 0;
    if (!pickler_set_protocol(rt, p, given[1], given[2]) || !pickler_set_file(rt, p, given[0]) ||
        !pickler_set_callback(rt, p, given[3]) ||
        !pickle_hook_find(rt, self, "persistent_id", &p->persistent_id)) {
        return false;
    }
    ouro_value name = str_intern_cstring(rt, "dispatch_table"), table = OURO_NULL;
    int has = ouro_is_null(name) ? -1 : object_getattr_optional(rt, self, name, &table);
    value_decref(rt, name);
    if (has > 0) {
        value_replace(rt, &p->dispatch_table, table);
    }
    p->ready = has >= 0;
    return has >= 0;
}

/* ---- dump() ---- */

static bool pickler_write(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    if (p->protocol >= 2 && !pickle_write_number(p, PICKLE_PROTO, (uint64_t)p->protocol, 1)) {
        return false;
    }
    p->framing = p->protocol >= 4;
    return pickle_save(rt, p, v) && pickle_write_opcode(p, PICKLE_STOP) && pickle_end_frames(rt, p);
}

bool pickler_dump(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    if (!pickler_check_free(rt, p)) {
        return false;
    }
    p->busy = true;
    p->frame = PICKLE_NO_FRAME;
    p->framing = false;
    p->fast_depth = 0;
    p->plain_shape = 0;
    bool ok = pickler_write(rt, p, v);
    p->framing = false;
    p->frame = PICKLE_NO_FRAME;
    if (!ok) {
        bytes_builder_drop(&p->out);
    }
    value_clear(rt, &p->fast_memo);
    p->busy = false;
    return ok;
}

static ouro_value pickler_method_dump(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    pickler_object *p = as_pickler(args[0]);
    if (!p->ready) {
        pickling_error(rt, "Pickler.__init__() was not called by %T.__init__()", args[0]);
        return OURO_NULL;
    }
    if (!pickler_check_free(rt, p)) {
        return OURO_NULL;
    }
    ouro_value name = str_intern_cstring(rt, "reducer_override"), reducer = OURO_NULL;
    int has = ouro_is_null(name) ? -1 : object_getattr_optional(rt, args[0], name, &reducer);
    value_decref(rt, name);
    if (has < 0) {
        return OURO_NULL;
    }
    value_replace(rt, &p->reducer_override, has > 0 ? reducer : OURO_NULL);
    bool ok = pickler_dump(rt, p, args[1]);
    value_clear(rt, &p->reducer_override); /* bound to the pickler: no cycle is to stay */
    return ok ? OURO_NONE : OURO_NULL;
}

static ouro_value pickler_method_clear_memo(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    pickle_memo_clear(rt, &as_pickler(args[0])->memo);
    return OURO_NONE;
}

/* ---- attributes ---- */

static ouro_value pickler_get_persistent_id(ouro_runtime *rt, ouro_value self, void *closure)
{
    return pickle_hook_get(rt, &as_pickler(self)->persistent_id, self, "persistent_id");
}

static bool pickler_set_persistent_id(ouro_runtime *rt, ouro_value self, ouro_value v, void *closure)
{
    return pickle_hook_set(rt, &as_pickler(self)->persistent_id, v, "persistent_id");
}

static int64_t *pickler_number(ouro_value self, const void *closure)
{
    pickler_object *p = as_pickler(self);
    return closure != NULL ? &p->binary : &p->fast;
}

static ouro_value pickler_get_number(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_int(*pickler_number(self, closure));
}

static bool pickler_set_number(ouro_runtime *rt, ouro_value self, ouro_value v, void *closure)
{
    int64_t number;
    if (ouro_is_null(v)) {
        error_type(rt, "can't delete numeric/char attribute");
        return false;
    }
    if (!text_int_argument(rt, v, &number)) {
        return false;
    }
    *pickler_number(self, closure) = number;
    return true;
}

/* ---- the type ---- */

static void pickler_dispose(ouro_runtime *rt, ouro_object *self)
{
    pickle_memo_free(rt, &((pickler_object *)(void *)self)->memo);
}

static size_t pickler_extra_size(ouro_runtime *rt, ouro_object *self)
{
    return pickle_memo_bytes(&((pickler_object *)(void *)self)->memo);
}

static const ouro_field pickler_fields[] = {
    {OURO_FIELD_VALUE, offsetof(pickler_object, write), 0, "write"},
    {OURO_FIELD_VALUE, offsetof(pickler_object, persistent_id.function), 0, "persistent_id"},
    {OURO_FIELD_VALUE, offsetof(pickler_object, dispatch_table), 0, "dispatch_table"},
    {OURO_FIELD_VALUE, offsetof(pickler_object, reducer_override), 0, "reducer_override"},
    {OURO_FIELD_VALUE, offsetof(pickler_object, buffer_callback), 0, "buffer_callback"},
    {OURO_FIELD_VALUE, offsetof(pickler_object, fast_memo), 0, "fast_memo"},
    {OURO_FIELD_BUFFER, offsetof(pickler_object, memo.values), offsetof(pickler_object, memo.count), "memo"},
    {OURO_FIELD_VALUE, offsetof(pickler_object, out.data), 0, "output"},
};

static const method_def pickler_methods[] = {
    {"dump", "self, obj, /", pickler_method_dump, .doc = "Writes the pickle of the object to the file."},
    {"clear_memo", "self, /", pickler_method_clear_memo,
     .doc = "Forgets which objects have been written: a pickler that is used again writes them anew."},
    SIZEOF_METHOD("pickler"),
    {NULL},
};

static const getset_def pickler_getsets[] = {
    {"bin", pickler_get_number, pickler_set_number, NULL, "b", .member = true},
    {"fast", pickler_get_number, pickler_set_number, NULL, NULL, .member = true},
    {"memo", pickler_memo_get, pickler_memo_set, NULL, NULL},
    {"persistent_id", pickler_get_persistent_id, pickler_set_persistent_id, NULL, NULL},
    {NULL},
};

static const member_def pickler_members[] = {
    {"dispatch_table", offsetof(pickler_object, dispatch_table), 0, NULL},
    {NULL},
};

const type_spec pickler_spec = {
    .name = "_pickle.Pickler",
    .signature = "(file, protocol=None, fix_imports=True, buffer_callback=None)",
    .size = sizeof(pickler_object),
    .flags = TYPE_BASE,
    .doc = "Writes pickles to a binary file, anything with a write() that takes bytes.\n\nprotocol is 0 to "
           "5; the default is 4, a "
           "negative one stands for 5.  With fix_imports,\nprotocols below 3 name modules as Python 2 did.  "
           "buffer_callback "
           "(from protocol 5 on)\nis called with each PickleBuffer: where it returns a false value the "
           "buffer stays out\nof the "
           "pickle.",
    .fields = pickler_fields,
    .field_count = COUNT_OF(pickler_fields),
    .dispose = pickler_dispose,
    .extra_size = pickler_extra_size,
    .methods = pickler_methods,
    .getsets = pickler_getsets,
    .members = pickler_members,
    .slots = {.make = pickler_make, .init = pickler_init},
};
