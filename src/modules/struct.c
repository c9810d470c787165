/* struct.c: the _struct module: Struct, and the functions that take a format each time. */
#include "modules/modules.h"
#include "modules/struct_format.h"
#include "types/binder.h"
#include "types/buffer.h"
#include "types/bytes.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "types/text.h"

typedef struct struct_object {
    ouro_object object;
    ouro_value format; /* str; OURO_NULL before __init__ */
    struct_format parsed;
} struct_object;

static struct_object *as_struct(ouro_value v)
{
    return (struct_object *)(void *)ouro_as_object(v);
}

static ouro_value struct_raise(ouro_runtime *rt, const char *format, int64_t a, int64_t b, int64_t c, int64_t d)
{
    return error_raise(rt, MODULE_TYPE(rt, struct_error), format, (long long)a, (long long)b, (long long)c,
                       (long long)d);
}

/* Parses the format given as str or bytes; *text_value (may be NULL) gets it as a str. */
static bool struct_parse_value(ouro_runtime *rt, ouro_value v, struct_format *f, ouro_value *text_value)
{
    ouro_value encoded = OURO_NULL;
    bool done = false;
    f->codes = f->local;
    f->code_count = 0;
    if (text_value == NULL && value_is_str(rt, v) && str_is_ascii(as_str(v))) { /* its characters are its bytes */
        return struct_format_parse(rt, f, (const char *)as_str(v)->data, as_str(v)->length);
    }
    if (value_is_str(rt, v)) {
        encoded = codec_encode(rt, v, "ascii", NULL);
        if (ouro_is_null(encoded)) {
            return false;
        }
    } else if (value_is_bytes(rt, v)) {
        encoded = value_incref(v);
    } else {
        error_type(rt, "Struct() argument 1 must be a str or bytes object, not %T", v);
        return false;
    }
    done = struct_format_parse(rt, f, (const char *)as_bytes(encoded)->data, as_bytes(encoded)->length);
    if (done && text_value) {
        *text_value = str_from_latin1(rt, as_bytes(encoded)->data, as_bytes(encoded)->length);
        if (ouro_is_null(*text_value)) {
            struct_format_free(rt, f);
            done = false;
        }
    }
    value_decref(rt, encoded);
    return done;
}

/* ---- the operations on a parsed format ---------------------------------------------------------------- */

static ouro_value struct_do_pack(ouro_runtime *rt, const struct_format *f, const ouro_value *values, size_t count)
{
    if (count != f->items) {
        return struct_raise(rt, "pack expected %lld items for packing (got %lld)", (int64_t)f->items,
                            (int64_t)count, 0, 0);
    }
    ouro_value result = bytes_new(rt, NULL, f->size);
    if (!ouro_is_null(result) && !struct_format_pack(rt, f, values, as_bytes(result)->data)) {
        value_clear(rt, &result);
    }
    return result;
}

static ouro_value struct_do_pack_into(ouro_runtime *rt, const struct_format *f, const ouro_value *args, size_t nargs)
{
    buffer_view view;
    int64_t offset;
    if (nargs == 0) {
        return struct_raise(rt, "pack_into expected buffer argument", 0, 0, 0, 0);
    }
    if (nargs == 1) {
        return struct_raise(rt, "pack_into expected offset argument", 0, 0, 0, 0);
    }
    if (nargs - 2 != f->items) {
        return struct_raise(rt, "pack_into expected %lld items for packing (got %lld)", (int64_t)f->items,
                            (int64_t)nargs - 2, 0, 0);
    }
    if (!buffer_get(rt, args[0], &view, true)) {
        if (error_clear_if(rt, EXC(rt, BufferError)) || error_clear_if(rt, EXC(rt, TypeError))) {
            error_type(rt, "argument must be read-write bytes-like object, not %T", args[0]);
        }
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (!object_as_index(rt, args[1], &offset, false)) {
        goto end;
    }
    int64_t size = (int64_t)f->size, length = (int64_t)view.length;
    if (offset < 0) {
        if (offset + size > 0) {
            struct_raise(rt, "no space to pack %lld bytes at offset %lld", size, offset, 0, 0);
            goto end;
        }
        if (offset + length < 0) {
            struct_raise(rt, "offset %lld out of range for %lld-byte buffer", offset, length, 0, 0);
            goto end;
        }
        offset += length;
    }
    if (offset > length || length - offset < size) {
        struct_raise(rt,
                     "pack_into requires a buffer of at least %llu bytes for packing %lld bytes at offset %lld "
                     "(actual buffer size is %lld)",
                     (uint64_t)size + (uint64_t)offset, size, offset, length);
        goto end;
    }
    if (struct_format_pack(rt, f, args + 2, (unsigned char *)view.data + offset)) {
        result = OURO_NONE;
    }
end:
    buffer_release(rt, &view);
    return result;
}

static ouro_value struct_do_unpack(ouro_runtime *rt, const struct_format *f, ouro_value buffer)
{
    buffer_view view;
    if (!buffer_get(rt, buffer, &view, false)) {
        return OURO_NULL;
    }
    ouro_value result;
    if (view.length != f->size) {
        result = struct_raise(rt, "unpack requires a buffer of %lld bytes", (int64_t)f->size, 0, 0, 0);
    } else {
        result = struct_format_unpack(rt, f, view.data);
    }
    buffer_release(rt, &view);
    return result;
}

static ouro_value struct_do_unpack_from(ouro_runtime *rt, const struct_format *f, ouro_value buffer,
                                        ouro_value offset_value)
{
    buffer_view view;
    int64_t offset = 0;
    if (!ouro_is_null(offset_value) && !object_as_index(rt, offset_value, &offset, false)) {
        return OURO_NULL;
    }
    if (!buffer_get(rt, buffer, &view, false)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    int64_t size = (int64_t)f->size, length = (int64_t)view.length;
    if (offset < 0) {
        if (offset + size > 0) {
            struct_raise(rt, "not enough data to unpack %lld bytes at offset %lld", size, offset, 0, 0);
            goto end;
        }
        if (offset + length < 0) {
            struct_raise(rt, "offset %lld out of range for %lld-byte buffer", offset, length, 0, 0);
            goto end;
        }
        offset += length;
    }
    if (offset > length || length - offset < size) {
        struct_raise(rt,
                     "unpack_from requires a buffer of at least %llu bytes for unpacking %lld bytes at offset %lld "
                     "(actual buffer size is %lld)",
                     (uint64_t)size + (uint64_t)offset, size, offset, length);
        goto end;
    }
    result = struct_format_unpack(rt, f, (const unsigned char *)view.data + offset);
end:
    buffer_release(rt, &view);
    return result;
}

/* ---- iterator ----------------------------------------------------------------------------------------- */

typedef struct struct_iterator {
    ouro_object object;
    ouro_value owner; /* the Struct; OURO_NULL when exhausted */
    buffer_view view; /* view.owner OURO_NULL: released */
    size_t at;
} struct_iterator;

static int struct_iterator_traverse(ouro_runtime *rt, ouro_object *self, ouro_visit_fn visit, void *context)
{
    struct_iterator *it = (struct_iterator *)(void *)self;
    return ouro_is_null(it->view.owner) ? 0 : visit(it->view.owner, context);
}

static void struct_iterator_clear(ouro_runtime *rt, ouro_object *self)
{
    struct_iterator *it = (struct_iterator *)(void *)self;
    if (!ouro_is_null(it->view.owner)) {
        buffer_view view = it->view;
        it->view.owner = OURO_NULL;
        buffer_release(rt, &view);
    }
}

static ouro_value struct_iterator_next(ouro_runtime *rt, ouro_value self)
{
    struct_iterator *it = (struct_iterator *)(void *)ouro_as_object(self);
    if (ouro_is_null(it->owner)) {
        return OURO_NULL;
    }
    const struct_format *f = &as_struct(it->owner)->parsed;
    if (it->at >= it->view.length) {
        value_clear(rt, &it->owner);
        struct_iterator_clear(rt, &it->object);
        return OURO_NULL;
    }
    ouro_value result = struct_format_unpack(rt, f, (const unsigned char *)it->view.data + it->at);
    it->at += f->size;
    return result;
}

static ouro_value struct_iterator_self(ouro_runtime *rt, ouro_value self)
{
    return value_incref(self);
}

static ouro_value struct_iterator_length_hint(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    struct_iterator *it = (struct_iterator *)(void *)ouro_as_object(args[0]);
    if (ouro_is_null(it->owner)) {
        return ouro_int(0);
    }
    return int_from_uint64(rt, (it->view.length - it->at) / as_struct(it->owner)->parsed.size);
}

static const method_def struct_iterator_methods[] = {
    {"__length_hint__", "?self, /", struct_iterator_length_hint},
    {0},
};

static const ouro_field struct_iterator_fields[] = {
    {OURO_FIELD_VALUE, offsetof(struct_iterator, owner), 0, "struct"},
};

static const type_spec struct_iterator_spec = {
    .name = "_struct.unpack_iterator",
    .size = sizeof(struct_iterator),
    .flags = TYPE_NO_MAKE,
    .fields = struct_iterator_fields,
    .field_count = 1,
    .traverse = struct_iterator_traverse,
    .clear = struct_iterator_clear,
    .methods = struct_iterator_methods,
    .slots = {.iter = struct_iterator_self, .next = struct_iterator_next},
};

static ouro_value struct_do_iter_unpack(ouro_runtime *rt, ouro_value self, ouro_value buffer)
{
    const struct_format *f = &as_struct(self)->parsed;
    if (f->size == 0) {
        return struct_raise(rt, "cannot iteratively unpack with a struct of length 0", 0, 0, 0, 0);
    }
    struct_iterator *it = object_new(rt, &MODULE_TYPE(rt, struct_unpack_iterator)->type, 0);
    if (!it) {
        return OURO_NULL;
    }
    if (!buffer_get(rt, buffer, &it->view, false)) {
        it->view.owner = OURO_NULL;
        object_decref(rt, &it->object);
        return OURO_NULL;
    }
    if (it->view.length % f->size != 0) {
        struct_raise(rt, "iterative unpacking requires a buffer of a multiple of %lld bytes", (int64_t)f->size, 0, 0,
                     0);
        object_decref(rt, &it->object);
        return OURO_NULL;
    }
    it->owner = value_incref(self);
    gc_track(rt, &it->object);
    return ouro_from_object(it);
}

/* ---- Struct ------------------------------------------------------------------------------------------- */

static ouro_value struct_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                              ouro_value kwnames)
{
    struct_object *s = object_new(rt, &type->type, 0);
    if (!s) {
        return OURO_NULL;
    }
    s->format = OURO_NULL;
    s->parsed.codes = s->parsed.local;
    s->parsed.code_count = 0;
    s->parsed.size = 0;
    s->parsed.items = 0;
    gc_track(rt, &s->object);
    return ouro_from_object(s);
}

static bool struct_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    struct_object *s = as_struct(self);
    ouro_value bound[1], text;
    struct_format parsed;
    if (!arguments_bind(rt, "Struct", "format", args, nargs, kwnames, bound) ||
        !struct_parse_value(rt, bound[0], &parsed, &text)) {
        return false;
    }
    struct_format_free(rt, &s->parsed);
    bool local = parsed.codes == parsed.local;
    s->parsed = parsed;
    if (local) {
        s->parsed.codes = s->parsed.local;
    }
    value_replace(rt, &s->format, text);
    return true;
}

static void struct_dispose(ouro_runtime *rt, ouro_object *self)
{
    struct_format_free(rt, &((struct_object *)(void *)self)->parsed);
}

static size_t struct_extra_size(ouro_runtime *rt, ouro_object *self)
{
    const struct_format *f = &((struct_object *)(void *)self)->parsed;
    return f->codes == f->local ? 0 : ouro_mem_size(rt->mem, f->codes);
}

static ouro_value struct_method_pack(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    if (!ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0) {
        return error_type(rt, "Struct.pack() takes no keyword arguments");
    }
    return struct_do_pack(rt, &as_struct(args[0])->parsed, args + 1, nargs - 1);
}

static ouro_value struct_method_pack_into(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    if (!ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0) {
        return error_type(rt, "Struct.pack_into() takes no keyword arguments");
    }
    return struct_do_pack_into(rt, &as_struct(args[0])->parsed, args + 1, nargs - 1);
}

static ouro_value struct_method_unpack(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return struct_do_unpack(rt, &as_struct(args[0])->parsed, args[1]);
}

static ouro_value struct_method_unpack_from(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return struct_do_unpack_from(rt, &as_struct(args[0])->parsed, args[1], arg_or_null(args, nargs, 2));
}

static ouro_value struct_method_iter_unpack(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return struct_do_iter_unpack(rt, args[0], args[1]);
}

static const method_def struct_methods[] = {
    {"pack", .raw = struct_method_pack, .doc = "S.pack(v1, v2, ...) -> bytes"},
    {"pack_into", .raw = struct_method_pack_into, .doc = "S.pack_into(buffer, offset, v1, v2, ...)"},
    {"unpack", "self, buffer, /", struct_method_unpack, .doc = "Return a tuple of the unpacked values."},
    {"unpack_from", "self, /, buffer, offset=0", struct_method_unpack_from,
     .doc = "Return a tuple of the values unpacked from the buffer at the offset."},
    {"iter_unpack", "self, buffer, /", struct_method_iter_unpack,
     .doc = "Return an iterator yielding tuples, one for each size bytes of the buffer."},
    {0},
};

static ouro_value struct_get_format(ouro_runtime *rt, ouro_value self, void *closure)
{
    ouro_value format = as_struct(self)->format;
    if (ouro_is_null(format)) {
        return error_raise(rt, EXC(rt, AttributeError), "format");
    }
    return value_incref(format);
}

static ouro_value struct_get_size(ouro_runtime *rt, ouro_value self, void *closure)
{
    return int_from_uint64(rt, as_struct(self)->parsed.size);
}

static const getset_def struct_getsets[] = {
    {"format", struct_get_format, NULL, "struct format string"},
    {"size", struct_get_size, NULL, "struct size in bytes"},
    {0},
};

static const ouro_field struct_fields[] = {
    {OURO_FIELD_VALUE, offsetof(struct_object, format), 0, "format"},
};

static const type_spec struct_type_spec = {
    .name = "_struct.Struct",
    .size = sizeof(struct_object),
    .flags = TYPE_BASE | OURO_TYPE_WEAKREF,
    .doc = "Struct(fmt) --> compiled struct object",
    .fields = struct_fields,
    .field_count = 1,
    .dispose = struct_dispose,
    .extra_size = struct_extra_size,
    .methods = struct_methods,
    .getsets = struct_getsets,
    .slots = {.make = struct_make, .init = struct_init},
};

/* ---- functions ---------------------------------------------------------------------------------------- */

static bool struct_function_arguments(ouro_runtime *rt, const char *name, size_t nargs, ouro_value kwnames)
{
    if (!ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0) {
        error_type(rt, "_struct.%s() takes no keyword arguments", name);
        return false;
    }
    if (nargs == 0) {
        error_type(rt, "missing format argument");
        return false;
    }
    return true;
}

static ouro_value struct_function_pack(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    struct_format f;
    if (!struct_function_arguments(rt, "pack", nargs, kwnames) || !struct_parse_value(rt, args[0], &f, NULL)) {
        return OURO_NULL;
    }
    ouro_value result = struct_do_pack(rt, &f, args + 1, nargs - 1);
    struct_format_free(rt, &f);
    return result;
}

static ouro_value struct_function_pack_into(ouro_runtime *rt, const ouro_value *args, size_t nargs,
                                            ouro_value kwnames)
{
    struct_format f;
    if (!struct_function_arguments(rt, "pack_into", nargs, kwnames) ||
        !struct_parse_value(rt, args[0], &f, NULL)) {
        return OURO_NULL;
    }
    ouro_value result = struct_do_pack_into(rt, &f, args + 1, nargs - 1);
    struct_format_free(rt, &f);
    return result;
}

static ouro_value struct_function_unpack(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    struct_format f;
    if (!struct_parse_value(rt, args[0], &f, NULL)) {
        return OURO_NULL;
    }
    ouro_value result = struct_do_unpack(rt, &f, args[1]);
    struct_format_free(rt, &f);
    return result;
}

static ouro_value struct_function_unpack_from(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    struct_format f;
    if (!struct_parse_value(rt, args[0], &f, NULL)) {
        return OURO_NULL;
    }
    ouro_value result = struct_do_unpack_from(rt, &f, args[1], arg_or_null(args, nargs, 2));
    struct_format_free(rt, &f);
    return result;
}

static ouro_value struct_function_iter_unpack(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value s = object_call1(rt, type_value(MODULE_TYPE(rt, struct_object)), args[0]);
    if (ouro_is_null(s)) {
        return OURO_NULL;
    }
    ouro_value result = struct_do_iter_unpack(rt, s, args[1]);
    value_decref(rt, s);
    return result;
}

static ouro_value struct_function_calcsize(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    struct_format f;
    if (!struct_parse_value(rt, args[0], &f, NULL)) {
        return OURO_NULL;
    }
    size_t size = f.size;
    struct_format_free(rt, &f);
    return int_from_uint64(rt, size);
}

static ouro_value struct_function_clearcache(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return OURO_NONE; /* there is none: parsing costs less than looking one up */
}

static const method_def struct_functions[] = {
    {"_clearcache", "", struct_function_clearcache, .doc = "Clear the internal cache."},
    {"calcsize", "format, /", struct_function_calcsize,
     .doc = "Return size in bytes of the struct described by the format string."},
    {"pack", .raw = struct_function_pack, .doc = "pack(format, v1, v2, ...) -> bytes"},
    {"pack_into", .raw = struct_function_pack_into, .doc = "pack_into(format, buffer, offset, v1, v2, ...)"},
    {"unpack", "format, buffer, /", struct_function_unpack,
     .doc = "Return a tuple containing values unpacked according to the format string."},
    {"unpack_from", "format, /, buffer, offset=0", struct_function_unpack_from,
     .doc = "Return a tuple containing values unpacked from the buffer at the offset."},
    {"iter_unpack", "format, buffer, /", struct_function_iter_unpack,
     .doc = "Return an iterator yielding tuples unpacked from the given bytes."},
    {0},
};

static bool struct_start(ouro_runtime *rt, module_object *module)
{
    return module_keep_type(rt, &struct_iterator_spec, &MODULE_TYPE(rt, struct_unpack_iterator)) &&
           module_add_kept_type(rt, module, &struct_type_spec, &MODULE_TYPE(rt, struct_object)) &&
           module_add_exception(rt, module, "struct.error", EXC(rt, Exception), &MODULE_TYPE(rt, struct_error));
}

const module_def struct_module_def = {
    .name = "_struct",
    .doc = "Functions to convert between Python values and C structs.\n"
           "Python bytes objects are used to hold the data representing the C struct\n"
           "and also as format strings to describe the layout of data in the C struct.",
    .functions = struct_functions,
    .start = struct_start,
};
