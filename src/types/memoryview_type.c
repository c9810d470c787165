/* memoryview_type.c: the type memoryview, its methods and attributes, its iterator, and managed_buffer. */
#include "types/memoryview.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"

static ouro_value memoryview_type_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                       ouro_value kwnames)
{
    static const char *const names[] = {"object"};
    ouro_value object;
    if (!text_bind(rt, "memoryview", names, 1, 0, args, nargs, kwnames, &object)) {
        return OURO_NULL;
    }
    if (ouro_is_null(object)) {
        return error_type(rt, "memoryview() missing required argument 'object' (pos 1)");
    }
    return memoryview_new(rt, object);
}

static void memoryview_type_clear(ouro_runtime *rt, ouro_object *self)
{
    memoryview_object *m = (memoryview_object *)(void *)self;
    value_clear(rt, &m->managed);
}

static void memoryview_type_dispose(ouro_runtime *rt, ouro_object *self)
{
    memoryview_object *m = (memoryview_object *)(void *)self;
    ouro_mem_free(rt->mem, m->shape);
    ouro_mem_free(rt->mem, m->owned_format);
}

static void memoryview_managed_clear(ouro_runtime *rt, ouro_object *self)
{
    buffer_release(rt, &((managed_buffer_object *)(void *)self)->view);
}

static ouro_value memoryview_type_repr(ouro_runtime *rt, ouro_value self)
{
    return str_format_c(rt, ouro_is_null(as_memoryview(self)->managed) ? "<released memory at %p>" : "<memory at %p>",
                        (void *)ouro_as_object(self));
}

static hash_t memoryview_type_hash(ouro_runtime *rt, ouro_value self)
{
    memoryview_object *m = as_memoryview(self);
    if (m->hashed) {
        return m->hash;
    }
    if (!memoryview_check(rt, m)) {
        return -1;
    }
    if (!m->readonly) {
        error_value(rt, "cannot hash writable memoryview object");
        return -1;
    }
    char code = memoryview_native_code(m->format);
    if (code != 'B' && code != 'b' && code != 'c') {
        error_value(rt, "memoryview: hashing is restricted to formats 'B', 'b' or 'c'");
        return -1;
    }
    ouro_value owner = ((managed_buffer_object *)(void *)ouro_as_object(m->managed))->view.owner;
    if (object_hash(rt, owner) == -1) {
        return -1;
    }
    ouro_value bytes = bytes_new(rt, NULL, (size_t)memoryview_items(m));
    if (ouro_is_null(bytes)) {
        return -1;
    }
    memoryview_copy_out(m, as_bytes(bytes)->data, 'C');
    m->hash = bytes_hash(rt, as_bytes(bytes));
    m->hashed = true;
    value_decref(rt, bytes);
    return m->hash;
}

static ouro_value memoryview_type_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if (op != COMPARE_EQ && op != COMPARE_NE) {
        return OURO_NOT_IMPLEMENTED;
    }
    if (ouro_is_null(as_memoryview(a)->managed)) {
        return ouro_bool(ouro_is(a, b) == (op == COMPARE_EQ));
    }
    if (!value_has_buffer(rt, b)) {
        return OURO_NOT_IMPLEMENTED;
    }
    if (value_is_instance_exactly(rt, b, TYPE(rt, memoryview)) && ouro_is_null(as_memoryview(b)->managed)) {
        return ouro_bool(op == COMPARE_NE);
    }
    ouro_value other = memoryview_new(rt, b);
    if (ouro_is_null(other)) {
        error_clear(rt);
        return OURO_NOT_IMPLEMENTED;
    }
    int equal = memoryview_equal(rt, as_memoryview(a), as_memoryview(other));
    value_decref(rt, other);
    return equal < 0 ? OURO_NULL : ouro_bool(equal == (op == COMPARE_EQ));
}

static int64_t memoryview_type_length(ouro_runtime *rt, ouro_value self)
{
    const memoryview_object *m = as_memoryview(self);
    if (!memoryview_check(rt, m)) {
        return -1;
    }
    return m->dimensions == 0 ? 1 : m->shape[0];
}

static bool memoryview_type_get_buffer(ouro_runtime *rt, ouro_value self, buffer_view *view, bool writable)
{
    memoryview_object *m = as_memoryview(self);
    if (!memoryview_check(rt, m)) {
        return false;
    }
    if (writable && m->readonly) {
        error_raise(rt, EXC(rt, BufferError), "memoryview: underlying buffer is not writable");
        return false;
    }
    if (!memoryview_is_c_contiguous(m)) {
        error_raise(rt, EXC(rt, BufferError), "memoryview: underlying buffer is not C-contiguous");
        return false;
    }
    view->data = m->data;
    view->item_size = m->item_size;
    view->length = (size_t)memoryview_items(m) * m->item_size;
    view->format = m->format;
    view->readonly = m->readonly;
    view->dimensions = m->dimensions;
    view->shape = m->shape;
    view->strides = m->strides;
    m->exports++;
    return true;
}

static void memoryview_type_release_buffer(ouro_runtime *rt, ouro_value self, buffer_view *view)
{
    as_memoryview(self)->exports--;
}

/* ---- methods ------------------------------------------------------------------------------------------ */

ouro_value memoryview_bytes(ouro_runtime *rt, const memoryview_object *m, char order)
{
    ouro_value bytes = bytes_new(rt, NULL, (size_t)memoryview_items(m) * m->item_size);
    if (!ouro_is_null(bytes)) {
        memoryview_copy_out(m, as_bytes(bytes)->data, order);
    }
    return bytes;
}

static ouro_value memoryview_method_tobytes(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const memoryview_object *m = as_memoryview(args[0]);
    if (!memoryview_check(rt, m)) {
        return OURO_NULL;
    }
    ouro_value order = arg_or_null(args, nargs, 1);
    char code = 'C';
    if (!ouro_is_null(order) && !ouro_is_none(order)) {
        if (!value_is_str(rt, order)) {
            return error_type(rt, "tobytes() argument 'order' must be str or None, not %T", order);
        }
        const str_object *s = as_str(order);
        if (s->length != 1 || (str_char_at(s, 0) != 'C' && str_char_at(s, 0) != 'F' && str_char_at(s, 0) != 'A')) {
            return error_value(rt, "order must be 'C', 'F' or 'A'");
        }
        code = (char)str_char_at(s, 0);
        if (code == 'A') {
            code = memoryview_is_f_contiguous(m) && !memoryview_is_c_contiguous(m) ? 'F' : 'C';
        }
    }
    return memoryview_bytes(rt, m, code);
}

static ouro_value memoryview_list_level(ouro_runtime *rt, const memoryview_object *m, int dimension,
                                        const unsigned char *p)
{
    if (dimension == m->dimensions) {
        return memoryview_unpack(rt, m->format, p);
    }
    ouro_value list = list_new(rt, NULL, (size_t)m->shape[dimension]);
    for (int64_t i = 0; !ouro_is_null(list) && i < m->shape[dimension]; i++) {
        ouro_value item = memoryview_list_level(rt, m, dimension + 1, p + i * m->strides[dimension]);
        if (ouro_is_null(item) || !list_append_steal(rt, list, item)) {
            value_clear(rt, &list);
        }
    }
    return list;
}

static ouro_value memoryview_method_tolist(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const memoryview_object *m = as_memoryview(args[0]);
    return memoryview_check(rt, m) ? memoryview_list_level(rt, m, 0, m->data) : OURO_NULL;
}

static ouro_value memoryview_method_toreadonly(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const memoryview_object *m = as_memoryview(args[0]);
    if (!memoryview_check(rt, m)) {
        return OURO_NULL;
    }
    memoryview_object *view = memoryview_derive(rt, m, m->dimensions);
    if (view != NULL) {
        view->readonly = true;
    }
    return ouro_from_object(view);
}

static ouro_value memoryview_method_hex(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    /* Only what has gaps is copied first. */
    ouro_value joined = byte_span_has_gaps(rt, args[0]) ? memoryview_method_tobytes(rt, args, 1) : value_incref(args[0]);
    ouro_value text = OURO_NULL;
    byte_span span;
    if (!ouro_is_null(joined) && byte_span_get(rt, joined, &span)) {
        text = bytes_hex(rt, span.data, span.length, arg_or_null(args, nargs, 1), arg_or_null(args, nargs, 2));
        byte_span_release(rt, &span);
    }
    value_decref(rt, joined);
    return text;
}

static ouro_value memoryview_method_release(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    memoryview_object *m = as_memoryview(args[0]);
    if (ouro_is_null(m->managed)) {
        return OURO_NONE;
    }
    if (m->exports > 0) {
        return error_raise(rt, EXC(rt, BufferError), "memoryview has %zd exported buffer%s", (ssize_t)m->exports,
                           m->exports == 1 ? "" : "s");
    }
    value_clear(rt, &m->managed);
    return OURO_NONE;
}

static ouro_value memoryview_method_enter(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return memoryview_check(rt, as_memoryview(args[0])) ? value_incref(args[0]) : OURO_NULL;
}

/* Reads the shape argument of cast: its dimensions, or -1. */
static int memoryview_read_shape(ouro_runtime *rt, ouro_value shape, int64_t out[BUFFER_MAX_DIMENSIONS])
{
    const ouro_value *items;
    size_t n;
    if (value_is_list(rt, shape)) {
        items = as_list(shape)->items;
        n = as_list(shape)->size;
    } else if (value_is_tuple(rt, shape)) {
        items = as_tuple(shape)->items;
        n = as_tuple(shape)->size;
    } else {
        error_type(rt, "shape must be a list or a tuple");
        return -1;
    }
    if (n > BUFFER_MAX_DIMENSIONS) {
        error_value(rt, "memoryview: number of dimensions must not exceed %d", BUFFER_MAX_DIMENSIONS);
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        if (!value_is_int(rt, items[i])) {
            error_type(rt, "memoryview.cast(): elements of shape must be integers");
            return -1;
        }
        if (!int_fits_int64(items[i], &out[i]) || out[i] <= 0) {
            error_value(rt, "memoryview.cast(): elements of shape must be integers > 0");
            return -1;
        }
    }
    return (int)n;
}

static ouro_value memoryview_method_cast(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const memoryview_object *m = as_memoryview(args[0]);
    ouro_value shape_value = arg_or_null(args, nargs, 2);
    int64_t shape[BUFFER_MAX_DIMENSIONS];
    int dimensions = 1;
    if (!memoryview_check(rt, m)) {
        return OURO_NULL;
    }
    if (!value_is_str(rt, args[1])) {
        return error_type(rt, "cast() argument 'format' must be str, not %T", args[1]);
    }
    if (!memoryview_is_c_contiguous(m)) {
        return error_type(rt, "memoryview: casts are restricted to C-contiguous views");
    }
    bool shaped = !ouro_is_null(shape_value) && !ouro_is_none(shape_value);
    if (shaped) {
        dimensions = memoryview_read_shape(rt, shape_value, shape);
        if (dimensions < 0) {
            return OURO_NULL;
        }
        if (m->dimensions != 1 && dimensions != 1) {
            return error_type(rt, "memoryview: cast must be 1D -> ND or ND -> 1D");
        }
    }
    char *format = text_c_name(rt, args[1]);
    if (format == NULL) {
        return OURO_NULL;
    }
    memoryview_object *view = NULL;
    char from = memoryview_native_code(m->format), to = memoryview_native_code(format);
    size_t size = (size_t)memoryview_items(m) * m->item_size, item_size = memoryview_code_size(to);
    bool from_bytes = from == 'B' || from == 'b' || from == 'c', to_bytes = to == 'B' || to == 'b' || to == 'c';
    if (from == 0) {
        error_value(rt, "memoryview: source format must be a native single character format prefixed with an optional '@'");
    } else if (to == 0) {
        error_value(rt, "memoryview: destination format must be a native single character format prefixed with an optional '@'");
    } else if (!from_bytes && !to_bytes) {
        error_type(rt, "memoryview: cannot cast between two non-byte formats");
    } else if (size % item_size != 0) {
        error_type(rt, "memoryview: length is not a multiple of itemsize");
    } else {
        int64_t product = 1;
        bool fits = true;
        for (int i = 0; shaped && fits && i < dimensions; i++) {
            fits = shape[i] <= INT64_MAX / product;
            product = fits ? product * shape[i] : product;
        }
        if (shaped && (!fits || (uint64_t)product > SIZE_MAX / 8 || (size_t)product * item_size != size)) {
            error_type(rt, "memoryview: product(shape) * itemsize != buffer size");
        } else {
            view = memoryview_derive(rt, m, dimensions);
        }
    }
    if (view == NULL) {
        ouro_mem_free(rt->mem, format);
        return OURO_NULL;
    }
    ouro_mem_free(rt->mem, view->owned_format);
    view->format = view->owned_format = format;
    view->item_size = item_size;
    int64_t stride = (int64_t)item_size;
    for (int i = dimensions - 1; i >= 0; i--) {
        view->shape[i] = shaped ? shape[i] : (int64_t)(size / item_size);
        view->strides[i] = stride;
        stride *= view->shape[i];
    }
    return ouro_from_object(view);
}

/* ---- attributes --------------------------------------------------------------------------------------- */

static ouro_value memoryview_numbers(ouro_runtime *rt, const int64_t *numbers, int count)
{
    if (count == 0) {
        return tuple_new(rt, NULL, 0);
    }
    tuple_object *t = tuple_new_blank(rt, (size_t)count);
    if (t == NULL) {
        return OURO_NULL;
    }
    for (int i = 0; i < count; i++) {
        t->items[i] = ouro_int(numbers[i]);
    }
    gc_track(rt, t);
    return ouro_from_object(t);
}

enum {
    MEMORYVIEW_OBJ, MEMORYVIEW_NBYTES, MEMORYVIEW_READONLY, MEMORYVIEW_ITEMSIZE, MEMORYVIEW_FORMAT, MEMORYVIEW_NDIM,
    MEMORYVIEW_SHAPE, MEMORYVIEW_STRIDES, MEMORYVIEW_SUBOFFSETS, MEMORYVIEW_C, MEMORYVIEW_F, MEMORYVIEW_ANY,
};

static ouro_value memoryview_get(ouro_runtime *rt, ouro_value self, void *closure)
{
    const memoryview_object *m = as_memoryview(self);
    if (!memoryview_check(rt, m)) {
        return OURO_NULL;
    }
    switch ((intptr_t)closure) {
    case MEMORYVIEW_OBJ:
        return value_incref(((managed_buffer_object *)(void *)ouro_as_object(m->managed))->view.owner);
    case MEMORYVIEW_NBYTES:
        return ouro_int(memoryview_items(m) * (int64_t)m->item_size);
    case MEMORYVIEW_READONLY:
        return ouro_bool(m->readonly);
    case MEMORYVIEW_ITEMSIZE:
        return ouro_int((int64_t)m->item_size);
    case MEMORYVIEW_FORMAT:
        return str_from_cstring(rt, m->format);
    case MEMORYVIEW_NDIM:
        return ouro_int(m->dimensions);
    case MEMORYVIEW_SHAPE:
        return memoryview_numbers(rt, m->shape, m->dimensions);
    case MEMORYVIEW_STRIDES:
        return memoryview_numbers(rt, m->strides, m->dimensions);
    case MEMORYVIEW_SUBOFFSETS:
        return tuple_new(rt, NULL, 0);
    case MEMORYVIEW_C:
        return ouro_bool(memoryview_is_c_contiguous(m));
    case MEMORYVIEW_F:
        return ouro_bool(memoryview_is_f_contiguous(m));
    default:
        return ouro_bool(memoryview_is_c_contiguous(m) || memoryview_is_f_contiguous(m));
    }
}

#define MEMORYVIEW_ATTRIBUTE(name, which, text) {name, memoryview_get, NULL, text, (void *)(intptr_t)which}

static const getset_def memoryview_getsets[] = {
    MEMORYVIEW_ATTRIBUTE("obj", MEMORYVIEW_OBJ, "The underlying object of the memoryview."),
    MEMORYVIEW_ATTRIBUTE("nbytes", MEMORYVIEW_NBYTES, "The amount of space in bytes that the array would use in a contiguous representation."),
    MEMORYVIEW_ATTRIBUTE("readonly", MEMORYVIEW_READONLY, "A bool indicating whether the memory is read only."),
    MEMORYVIEW_ATTRIBUTE("itemsize", MEMORYVIEW_ITEMSIZE, "The size in bytes of each element of the memoryview."),
    MEMORYVIEW_ATTRIBUTE("format", MEMORYVIEW_FORMAT, "The format of each element, in the notation of the struct module."),
    MEMORYVIEW_ATTRIBUTE("ndim", MEMORYVIEW_NDIM, "How many dimensions the memory represents."),
    MEMORYVIEW_ATTRIBUTE("shape", MEMORYVIEW_SHAPE, "The extent of each dimension."),
    MEMORYVIEW_ATTRIBUTE("strides", MEMORYVIEW_STRIDES, "The bytes from element to element in each dimension."),
    MEMORYVIEW_ATTRIBUTE("suboffsets", MEMORYVIEW_SUBOFFSETS, "Used internally for PIL-style arrays: always empty."),
    MEMORYVIEW_ATTRIBUTE("c_contiguous", MEMORYVIEW_C, "Is the memory C contiguous?"),
    MEMORYVIEW_ATTRIBUTE("f_contiguous", MEMORYVIEW_F, "Is the memory Fortran contiguous?"),
    MEMORYVIEW_ATTRIBUTE("contiguous", MEMORYVIEW_ANY, "Is the memory contiguous?"),
    {NULL},
};

static const method_def memoryview_methods[] = {
    {"cast", "self, /, format, shape=None", memoryview_method_cast, .doc = "The memory with another format or shape."},
    {"hex", "?self, /, sep=None, bytes_per_sep=1", memoryview_method_hex, .doc = "The bytes as pairs of hexadecimal digits."},
    {"release", "self, /", memoryview_method_release, .doc = "Release the underlying buffer."},
    {"tobytes", "self, /, order='C'", memoryview_method_tobytes, .doc = "The data as bytes."},
    {"tolist", "self, /", memoryview_method_tolist, .doc = "The data as a list of elements."},
    {"toreadonly", "self, /", memoryview_method_toreadonly, .doc = "A readonly view of the same memory."},
    {"__enter__", "?self, /", memoryview_method_enter, .doc = NULL},
    {"__exit__", "?self, /, *args", memoryview_method_release, .doc = NULL},
    {NULL},
};

/* ---- iteration ---------------------------------------------------------------------------------------- */

typedef struct memory_iterator_object {
    ouro_object object;
    ouro_value view; /* OURO_NULL: exhausted */
    int64_t index;
} memory_iterator_object;

static ouro_value memoryview_type_iter(ouro_runtime *rt, ouro_value self)
{
    const memoryview_object *m = as_memoryview(self);
    if (!memoryview_check(rt, m)) {
        return OURO_NULL;
    }
    if (m->dimensions == 0) {
        return error_type(rt, "invalid indexing of 0-dim memory");
    }
    if (m->dimensions > 1) {
        return error_raise(rt, EXC(rt, NotImplementedError), "multi-dimensional sub-views are not implemented");
    }
    memory_iterator_object *it = object_new(rt, &TYPE(rt, memory_iterator)->type, 0);
    if (it != NULL) {
        it->view = value_incref(self);
        it->index = 0;
        gc_track(rt, it);
    }
    return ouro_from_object(it);
}

static ouro_value memoryview_iterator_next(ouro_runtime *rt, ouro_value self)
{
    memory_iterator_object *it = (memory_iterator_object *)(void *)ouro_as_object(self);
    if (ouro_is_null(it->view)) {
        return OURO_NULL;
    }
    const memoryview_object *m = as_memoryview(it->view);
    if (!memoryview_check(rt, m)) {
        return OURO_NULL;
    }
    if (it->index < m->shape[0]) {
        return memoryview_unpack(rt, m->format, m->data + it->index++ * m->strides[0]);
    }
    value_clear(rt, &it->view);
    return OURO_NULL;
}

static ouro_value memoryview_iterator_self(ouro_runtime *rt, ouro_value self)
{
    return value_incref(self);
}

static const ouro_field memoryview_fields[] = {
    {OURO_FIELD_VALUE, offsetof(memoryview_object, managed), 0, NULL},
};

const type_spec memoryview_spec = {
    .name = "memoryview",
    .signature = "(object)",
    .size = sizeof(memoryview_object),
    .flags = OURO_TYPE_WEAKREF | TYPE_SEQUENCE,
    .doc = "Create a new memoryview object which references the given object.",
    .fields = memoryview_fields,
    .field_count = 1,
    .clear = memoryview_type_clear,
    .dispose = memoryview_type_dispose,
    .methods = memoryview_methods,
    .getsets = memoryview_getsets,
    .slots =
        {
            .make = memoryview_type_make,
            .repr = memoryview_type_repr,
            .hash = memoryview_type_hash,
            .compare = memoryview_type_compare,
            .iter = memoryview_type_iter,
            .length = memoryview_type_length,
            .getitem = memoryview_getitem,
            .setitem = memoryview_setitem,
            .get_buffer = memoryview_type_get_buffer,
            .release_buffer = memoryview_type_release_buffer,
        },
};

static const ouro_field memory_iterator_fields[] = {
    {OURO_FIELD_VALUE, offsetof(memory_iterator_object, view), 0, NULL},
};

const type_spec memory_iterator_spec = {
    .name = "memory_iterator",
    .size = sizeof(memory_iterator_object),
    .flags = TYPE_NO_MAKE,
    .fields = memory_iterator_fields,
    .field_count = 1,
    .slots = {.iter = memoryview_iterator_self, .next = memoryview_iterator_next},
};

static const ouro_field managed_buffer_fields[] = {
    {OURO_FIELD_VALUE, offsetof(managed_buffer_object, view.owner), 0, NULL},
};

const type_spec managed_buffer_spec = {
    .name = "managedbuffer",
    .size = sizeof(managed_buffer_object),
    .flags = TYPE_NO_MAKE,
    .fields = managed_buffer_fields,
    .field_count = 1,
    .clear = memoryview_managed_clear,
};
