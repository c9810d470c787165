/* pickle_buffer.c: PickleBuffer (PEP 574): says of an object with a buffer that its memory may stay out of
 * the pickle.
 *
 * It holds a memoryview of the object, and with it the object's buffer, until it is released or dies; others
 * that ask it for a buffer get the object's.
 */
#include "modules/pickle.h"
#include "types/memoryview.h"

typedef struct pickle_buffer_object {
    ouro_object object;
    ouro_value exporter;
    ouro_value view; /* memoryview; OURO_NULL: released */
} pickle_buffer_object;

static pickle_buffer_object *as_pickle_buffer(ouro_value v)
{
    return (pickle_buffer_object *)(void *)ouro_as_object(v);
}

ouro_value pickle_buffer_view(ouro_runtime *rt, ouro_value v)
{
    if (ouro_is_null(as_pickle_buffer(v)->view)) {
        return error_value(rt, "operation forbidden on released PickleBuffer object");
    }
    return value_incref(as_pickle_buffer(v)->view);
}

static ouro_value pickle_buffer_make(ouro_runtime *rt, type_object *type, const ouro_value *args,
                                     size_t nargs, ouro_value kwnames)
{
    size_t given = nargs + (ouro_is_null(kwnames) ? 0 : as_tuple(kwnames)->size);
    if (given > 1) {
        return error_type(rt, "PickleBuffer() takes at most 1 argument (%zu given)", given);
    }
    if (nargs != 1) {
        return error_type(rt, "PickleBuffer() takes exactly 1 positional argument (%zu given)", nargs);
    }
    if (!value_has_buffer(rt, args[0])) {
        return error_type(rt, "a bytes-like object is required, not '%T'", args[0]);
    }
    ouro_value view = memoryview_new(rt, args[0]);
    if (ouro_is_null(view)) {
        return OURO_NULL;
    }
    pickle_buffer_object *b = object_new(rt, &type->type, 0);
    if (b == NULL) {
        value_decref(rt, view);
        return OURO_NULL;
    }
    b->exporter = value_incref(args[0]);
    b->view = view;
    gc_track(rt, b);
    return ouro_from_object(b);
}

/* The object's own buffer, which it is then given back to. */
static bool pickle_buffer_get_buffer(ouro_runtime *rt, ouro_value self, buffer_view *view, bool writable)
{
    ouro_value held = pickle_buffer_view(rt, self);
    bool ok = !ouro_is_null(held) && buffer_get(rt, as_pickle_buffer(self)->exporter, view, writable);
    value_decref(rt, held);
    return ok;
}

static ouro_value pickle_buffer_raw(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value view = pickle_buffer_view(rt, args[0]);
    if (ouro_is_null(view)) {
        return OURO_NULL;
    }
    const memoryview_object *m = as_memoryview(view);
    memoryview_object *raw = NULL;
    if (!memoryview_is_c_contiguous(m) && !memoryview_is_f_contiguous(m)) {
        error_raise(rt, EXC(rt, BufferError), "cannot extract raw buffer from non-contiguous buffer");
    } else {
        raw = memoryview_derive(rt, m, 1);
    }
    if (raw != NULL) {
        ouro_mem_free(rt->mem, raw->owned_format);
        raw->owned_format = NULL;
        raw->format = "B";
        raw->item_size = 1;
        raw->shape[0] = memoryview_items(m) * (int64_t)m->item_size;
        raw->strides[0] = 1;
    }
    value_decref(rt, view);
    return ouro_from_object(raw);
}

static ouro_value pickle_buffer_release(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    pickle_buffer_object *b = as_pickle_buffer(args[0]);
    value_clear(rt, &b->view);
    value_clear(rt, &b->exporter);
    return OURO_NONE;
}

static const ouro_field pickle_buffer_fields[] = {
    {OURO_FIELD_VALUE, offsetof(pickle_buffer_object, exporter), 0, "exporter"},
    {OURO_FIELD_VALUE, offsetof(pickle_buffer_object, view), 0, "view"},
};

static const method_def pickle_buffer_methods[] = {
    {"raw", "self, /", pickle_buffer_raw,
     .doc = "A memoryview of the bytes of the buffer, one after the other.\n\nBufferError if they do not lie "
            "so."},
    {"release", "self, /", pickle_buffer_release, .doc = "Gives the buffer back to its object."},
    {NULL},
};

const type_spec pickle_buffer_spec = {
    .name = "pickle.PickleBuffer",
    .size = sizeof(pickle_buffer_object),
    .flags = OURO_TYPE_WEAKREF,
    .doc = "Wrapper for potentially out-of-band buffers",
    .fields = pickle_buffer_fields,
    .field_count = COUNT_OF(pickle_buffer_fields),
    .methods = pickle_buffer_methods,
    .slots = {.make = pickle_buffer_make, .get_buffer = pickle_buffer_get_buffer},
};
