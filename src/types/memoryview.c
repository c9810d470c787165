/* memoryview.c: making views, indexing and slicing them. */
#include "types/memoryview.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"

bool memoryview_check(ouro_runtime *rt, const memoryview_object *m)
{
    if (ouro_is_null(m->managed) ||
        ouro_is_null(((managed_buffer_object *)(void *)ouro_as_object(m->managed))->view.owner)) {
        error_value(rt, "operation forbidden on released memoryview object");
        return false;
    }
    return true;
}

int64_t memoryview_items(const memoryview_object *m)
{
    int64_t n = 1;
    for (int i = 0; i < m->dimensions; i++) {
        n *= m->shape[i];
    }
    return n;
}

static memoryview_object *memoryview_allocate(ouro_runtime *rt, ouro_value managed, int dimensions)
{
    memoryview_object *m = object_new(rt, &TYPE(rt, memoryview)->type, 0);
    if (m == NULL) {
        return NULL;
    }
    m->dimensions = dimensions;
    if (dimensions > 0) {
        m->shape = ouro_mem_alloc(rt->mem, (size_t)dimensions * 2 * sizeof *m->shape);
        if (m->shape == NULL) {
            value_decref(rt, ouro_from_object(m));
            error_no_memory(rt);
            return NULL;
        }
        m->strides = m->shape + dimensions;
    }
    m->managed = value_incref(managed);
    gc_track(rt, m);
    return m;
}

/* Strides of a C-contiguous array. */
static void memoryview_fill_strides(memoryview_object *m)
{
    int64_t stride = (int64_t)m->item_size;
    for (int i = m->dimensions - 1; i >= 0; i--) {
        m->strides[i] = stride;
        stride *= m->shape[i];
    }
}

memoryview_object *memoryview_derive(ouro_runtime *rt, const memoryview_object *m, int dimensions)
{
    memoryview_object *d = memoryview_allocate(rt, m->managed, dimensions);
    if (d == NULL) {
        return NULL;
    }
    d->data = m->data;
    d->item_size = m->item_size;
    d->readonly = m->readonly;
    d->format = m->format;
    if (m->owned_format != NULL) {
        size_t n = strlen(m->owned_format) + 1;
        d->owned_format = ouro_mem_alloc(rt->mem, n);
        if (d->owned_format == NULL) {
            value_decref(rt, ouro_from_object(d));
            error_no_memory(rt);
            return NULL;
        }
        memcpy(d->owned_format, m->owned_format, n);
        d->format = d->owned_format;
    }
    if (dimensions == m->dimensions && dimensions > 0) {
        memcpy(d->shape, m->shape, (size_t)dimensions * 2 * sizeof *d->shape);
    }
    return d;
}

ouro_value memoryview_new(ouro_runtime *rt, ouro_value exporter)
{
    if (value_is_instance_exactly(rt, exporter, TYPE(rt, memoryview))) {
        const memoryview_object *m = as_memoryview(exporter);
        if (!memoryview_check(rt, m)) {
            return OURO_NULL;
        }
        return ouro_from_object(memoryview_derive(rt, m, m->dimensions));
    }
    if (!value_has_buffer(rt, exporter)) {
        return error_type(rt, "memoryview: a bytes-like object is required, not '%T'", exporter);
    }
    managed_buffer_object *managed = object_new(rt, &TYPE(rt, managed_buffer)->type, 0);
    if (managed == NULL) {
        return OURO_NULL;
    }
    if (!buffer_get(rt, exporter, &managed->view, false)) {
        managed->view.owner = OURO_NULL;
        value_decref(rt, ouro_from_object(managed));
        return OURO_NULL;
    }
    gc_track(rt, managed);
    const buffer_view *view = &managed->view;
    memoryview_object *m = memoryview_allocate(rt, ouro_from_object(managed), view->dimensions);
    if (m != NULL) {
        m->data = view->data;
        m->item_size = view->item_size;
        m->format = view->format != NULL ? view->format : "B";
        m->readonly = view->readonly;
        for (int i = 0; i < view->dimensions; i++) {
            m->shape[i] = view->shape != NULL ? view->shape[i] : (int64_t)(view->length / view->item_size);
        }
        if (view->strides != NULL) {
            memcpy(m->strides, view->strides, (size_t)view->dimensions * sizeof *m->strides);
        } else {
            memoryview_fill_strides(m);
        }
    }
    value_decref(rt, ouro_from_object(managed));
    return ouro_from_object(m);
}

bool memoryview_is_c_contiguous(const memoryview_object *m)
{
    if (memoryview_items(m) == 0) {
        return true;
    }
    int64_t stride = (int64_t)m->item_size;
    for (int i = m->dimensions - 1; i >= 0; i--) {
        if (m->shape[i] > 1 && m->strides[i] != stride) {
            return false;
        }
        stride *= m->shape[i];
    }
    return true;
}

bool memoryview_is_f_contiguous(const memoryview_object *m)
{
    if (memoryview_items(m) == 0) {
        return true;
    }
    int64_t stride = (int64_t)m->item_size;
    for (int i = 0; i < m->dimensions; i++) {
        if (m->shape[i] > 1 && m->strides[i] != stride) {
            return false;
        }
        stride *= m->shape[i];
    }
    return true;
}

static unsigned char *memoryview_copy_level(const memoryview_object *m, int dimension, const unsigned char *p,
                                            unsigned char *out)
{
    if (dimension == m->dimensions) {
        memcpy(out, p, m->item_size);
        return out + m->item_size;
    }
    for (int64_t i = 0; i < m->shape[dimension]; i++) {
        out = memoryview_copy_level(m, dimension + 1, p + i * m->strides[dimension], out);
    }
    return out;
}

static unsigned char *memoryview_copy_fortran(const memoryview_object *m, int dimension, const unsigned char *p,
                                              unsigned char *out)
{
    if (dimension < 0) {
        memcpy(out, p, m->item_size);
        return out + m->item_size;
    }
    for (int64_t i = 0; i < m->shape[dimension]; i++) {
        out = memoryview_copy_fortran(m, dimension - 1, p + i * m->strides[dimension], out);
    }
    return out;
}

void memoryview_copy_out(const memoryview_object *m, unsigned char *out, char order)
{
    if (order == 'F') {
        memoryview_copy_fortran(m, m->dimensions - 1, m->data, out);
    } else if (memoryview_is_c_contiguous(m)) {
        memcpy(out, m->data, (size_t)memoryview_items(m) * m->item_size);
    } else {
        memoryview_copy_level(m, 0, m->data, out);
    }
}

/* ---- indexing ----------------------------------------------------------------------------------------- */

static bool memoryview_is_index(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_int(v) || ouro_is_bool(v) || (ouro_is_object(v) && value_type(rt, v)->slots.to_index != NULL);
}

static bool memoryview_is_slice(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_object(v) && value_is_instance_exactly(rt, v, TYPE(rt, slice));
}

/* Moves *p to item `key` of a dimension. */
static bool memoryview_step(ouro_runtime *rt, const memoryview_object *m, unsigned char **p, int dimension,
                            ouro_value key)
{
    int64_t index;
    if (!object_as_index(rt, key, &index, false) || !memoryview_check(rt, m)) {
        return false;
    }
    if (index < 0) {
        index += m->shape[dimension];
    }
    if (index < 0 || index >= m->shape[dimension]) {
        error_raise(rt, EXC(rt, IndexError), "index out of bounds on dimension %d", dimension + 1);
        return false;
    }
    *p += index * m->strides[dimension];
    return true;
}

/* The item that a key selects; NULL: raised.  For the messages: `storing` when it is to be set. */
static unsigned char *memoryview_find(ouro_runtime *rt, const memoryview_object *m, ouro_value key, bool storing)
{
    unsigned char *p = m->data;
    if (memoryview_is_index(rt, key)) {
        if (m->dimensions == 0) {
            error_type(rt, "invalid indexing of 0-dim memory");
            return NULL;
        }
        if (m->dimensions > 1) {
            error_raise(rt, EXC(rt, NotImplementedError),
                        storing ? "sub-views are not implemented" : "multi-dimensional sub-views are not implemented");
            return NULL;
        }
        return memoryview_step(rt, m, &p, 0, key) ? p : NULL;
    }
    if (value_is_tuple(rt, key)) {
        const tuple_object *t = as_tuple(key);
        bool indices = true, slices = t->size > 0;
        for (size_t i = 0; i < t->size; i++) {
            indices = indices && memoryview_is_index(rt, t->items[i]);
            slices = slices && memoryview_is_slice(rt, t->items[i]);
        }
        if (indices) {
            if (t->size < (size_t)m->dimensions) {
                error_raise(rt, EXC(rt, NotImplementedError), "sub-views are not implemented");
                return NULL;
            }
            if (t->size > (size_t)m->dimensions) {
                error_type(rt, "cannot index %d-dimension view with %zd-element tuple", m->dimensions, (ssize_t)t->size);
                return NULL;
            }
            for (int i = 0; i < m->dimensions; i++) {
                if (!memoryview_step(rt, m, &p, i, t->items[i])) {
                    return NULL;
                }
            }
            return p;
        }
        if (slices) {
            error_raise(rt, EXC(rt, NotImplementedError), "multi-dimensional slicing is not implemented");
            return NULL;
        }
    }
    error_type(rt, "memoryview: invalid slice key");
    return NULL;
}

/* The part is a view before the bounds are asked for, so that their __index__ may release m. */
static memoryview_object *memoryview_slice(ouro_runtime *rt, const memoryview_object *m, ouro_value key)
{
    int64_t start, stop, step, count;
    memoryview_object *part = memoryview_derive(rt, m, m->dimensions);
    if (part == NULL) {
        return NULL;
    }
    if (!slice_resolve(rt, key, part->shape[0], &start, &stop, &step, &count)) {
        object_decref(rt, &part->object);
        return NULL;
    }
    part->data += start * part->strides[0];
    part->shape[0] = count < 0 ? 0 : count;
    /* a product that does not fit is of one item at most */
    part->strides[0] = (int64_t)((uint64_t)part->strides[0] * (uint64_t)step);
    return part;
}

ouro_value memoryview_getitem(ouro_runtime *rt, ouro_value self, ouro_value key)
{
    memoryview_object *m = as_memoryview(self);
    if (!memoryview_check(rt, m)) {
        return OURO_NULL;
    }
    if (m->dimensions == 0 && ouro_is(key, OURO_ELLIPSIS)) {
        return value_incref(self);
    }
    if (m->dimensions > 0 && memoryview_is_slice(rt, key)) {
        return ouro_from_object(memoryview_slice(rt, m, key));
    }
    const unsigned char *p = memoryview_find(rt, m, key, false);
    return p == NULL ? OURO_NULL : memoryview_unpack(rt, m->format, p);
}

static bool memoryview_set_slice(ouro_runtime *rt, memoryview_object *m, ouro_value key, ouro_value value)
{
    if (m->dimensions != 1) {
        error_raise(rt, EXC(rt, NotImplementedError),
                    "memoryview slice assignments are currently restricted to ndim = 1");
        return false;
    }
    ouro_value source = memoryview_new(rt, value);
    if (ouro_is_null(source)) {
        if (error_clear_if(rt, EXC(rt, TypeError))) {
            error_type(rt, "a bytes-like object is required, not '%T'", value);
        }
        return false;
    }
    const memoryview_object *from = as_memoryview(source);
    memoryview_object *to = memoryview_slice(rt, m, key);
    bool ok = false;
    if (to != NULL && memoryview_check(rt, m)) {
        const char *x = m->format[0] == '@' ? m->format + 1 : m->format;
        const char *y = from->format[0] == '@' ? from->format + 1 : from->format;
        if (from->dimensions != 1 || from->shape[0] != to->shape[0] || strcmp(x, y) != 0 ||
            from->item_size != to->item_size) {
            error_value(rt, "memoryview assignment: lvalue and rvalue have different structures");
        } else {
            size_t size = (size_t)to->shape[0] * to->item_size;
            unsigned char *copy = ouro_mem_alloc(rt->mem, size + 1); /* the two may overlap */
            if (copy == NULL) {
                error_no_memory(rt);
            } else {
                memoryview_copy_out(from, copy, 'C');
                for (int64_t i = 0; i < to->shape[0]; i++) {
                    memcpy(to->data + i * to->strides[0], copy + (size_t)i * to->item_size, to->item_size);
                }
                ouro_mem_free(rt->mem, copy);
                ok = true;
            }
        }
    }
    value_decref(rt, ouro_from_object(to));
    value_decref(rt, source);
    return ok;
}

bool memoryview_setitem(ouro_runtime *rt, ouro_value self, ouro_value key, ouro_value value)
{
    memoryview_object *m = as_memoryview(self);
    if (!memoryview_check(rt, m)) {
        return false;
    }
    if (m->readonly) {
        error_type(rt, "cannot modify read-only memory");
        return false;
    }
    if (ouro_is_null(value)) {
        error_type(rt, "cannot delete memory");
        return false;
    }
    if (memoryview_is_slice(rt, key) && m->dimensions > 0) {
        return memoryview_set_slice(rt, m, key, value);
    }
    unsigned char *p = m->dimensions == 0 && ouro_is(key, OURO_ELLIPSIS) ? m->data : memoryview_find(rt, m, key, true);
    if (p == NULL) {
        return false;
    }
    /* Packing may run code that releases the view: into a place of our own first. */
    unsigned char item[16];
    if (m->item_size > sizeof item) {
        return memoryview_pack(rt, m->format, p, value);
    }
    if (!memoryview_pack(rt, m->format, item, value) || !memoryview_check(rt, m)) {
        return false;
    }
    memcpy(p, item, m->item_size);
    return true;
}
