/* object.c: birth of objects, and the references that they hold.
 *
 * Which references an object holds is told once, by its type: the declared fields, the inline attribute values of
 * shaped instances, the out-of-line dict in the side table, and what the type's `traverse` adds.  object_traverse and
 * object_clear here, and the collector's own loop (gc/edges.h), read it from there.
 */
#include "object/object.h"
#include "mem/mem_inline.h"
#include "object/side.h"

static size_t object_block_size(const ouro_type *type, size_t extra)
{
    if ((type->flags & OURO_TYPE_SHAPED) && extra == 0) {
        size_t size = type->shape->values_offset + type->shape->capacity * sizeof(ouro_value);
        return size > type->size ? size : type->size;
    }
    return type->size + extra;
}

/* Most objects have a few words behind the header: for them a call costs more than the work.  Two words at a time, the last
 * two perhaps twice; the compiler must not see that the loop is a memset, or it makes one of it. */
static inline void object_zero(void *from, size_t size)
{
    enum { STEP = 16 };
    if (OURO_LIKELY(size >= STEP && size <= 8 * STEP)) {
        char *at = from, *last = at + size - STEP;
        for (; at < last; at += STEP) {
            memset(at, 0, STEP);
            __asm__("" : "+r"(at));
        }
        memset(last, 0, STEP);
    } else {
        memset(from, 0, size);
    }
}

void *object_new(ouro_runtime *rt, ouro_type *type, size_t extra)
{
    if (OURO_UNLIKELY(extra > SIZE_MAX / 2)) {
        error_no_memory(rt);
        return NULL;
    }
    size_t size = object_block_size(type, extra);
    ouro_object *object =
        type->flags & OURO_TYPE_LEAF ? mem_alloc(rt->mem, size) : mem_alloc_object(rt->mem, size);
    if (OURO_UNLIKELY(object == NULL)) {
        error_no_memory(rt);
        return NULL;
    }
    object->refcount = 1;
    object->gc = 0;
    object->shape = type->shape;
    if (!(type->flags & OURO_TYPE_LEAF)) {
        object_zero(object + 1, size - sizeof *object);
    }
    if (type->flags & OURO_TYPE_COUNTED) {
        object_incref(&type->object);
    }
    return object;
}

static ouro_value object_field_value(const ouro_object *object, uint32_t offset)
{
    return *(const ouro_value *)(const void *)((const char *)object + offset);
}

static size_t object_field_count(const ouro_object *object, uint32_t offset)
{
    return *(const size_t *)(const void *)((const char *)object + offset);
}

static ouro_value *object_field_items(ouro_object *object, const ouro_field *field)
{
    char *at = (char *)object + field->offset;
    return field->kind == OURO_FIELD_BUFFER ? *(ouro_value **)(void *)at : (ouro_value *)(void *)at;
}

#define OBJECT_VISIT(v)                                                                                      \
    do {                                                                                                     \
        ouro_value referent_ = (v);                                                                          \
        if (!ouro_is_null(referent_)) {                                                                      \
            int result_ = visit(referent_, context);                                                         \
            if (result_ != 0) {                                                                              \
                return result_;                                                                              \
            }                                                                                                \
        }                                                                                                    \
    } while (0)

/* In CPython's order: arrays from the end, the type last. */
int object_traverse_values(ouro_runtime *rt, ouro_object *object, ouro_visit_fn visit, void *context)
{
    const ouro_shape *shape = object->shape;
    ouro_type *type = shape->type;
    for (uint32_t f = 0; f < type->field_count; f++) {
        const ouro_field *field = &type->fields[f];
        if (field->kind == OURO_FIELD_VALUE) {
            OBJECT_VISIT(object_field_value(object, field->offset));
            continue;
        }
        const ouro_value *items = object_field_items(object, field);
        for (size_t i = object_field_count(object, field->count_offset); i-- > 0;) {
            OBJECT_VISIT(items[i]);
        }
    }
    if (type->flags & OURO_TYPE_SHAPED) {
        const ouro_value *values = shape_values(shape, object);
        unsigned count = shape_value_count(shape);
        for (unsigned i = 0; i < count; i++) {
            OBJECT_VISIT(values[i]);
        }
    }
    if (object->gc & OURO_GC_SIDE) {
        OBJECT_VISIT(side_dict(rt, object));
    }
    if (type->traverse != NULL) {
        int result = type->traverse(rt, object, visit, context);
        if (result != 0) {
            return result;
        }
    }
    if (type->flags & OURO_TYPE_COUNTED) {
        OBJECT_VISIT(ouro_from_object(type));
    }
    return 0;
}

struct object_filter {
    ouro_visit_fn visit;
    void *context;
};

static int object_filter_visit(ouro_value referent, void *context)
{
    const struct object_filter *filter = context;
    return ouro_is_object(referent) ? filter->visit(referent, filter->context) : 0;
}

int object_traverse(ouro_runtime *rt, ouro_object *object, ouro_visit_fn visit, void *context)
{
    struct object_filter filter = {visit, context};
    return object_traverse_values(rt, object, object_filter_visit, &filter);
}

size_t object_size(ouro_runtime *rt, ouro_object *object)
{
    ouro_type *type = object->shape->type;
    size_t size = ouro_mem_size(rt->mem, object);
    return type->extra_size != NULL ? size + type->extra_size(rt, object) : size;
}

void object_clear(ouro_runtime *rt, ouro_object *object)
{
    ouro_type *type = object->shape->type;
    if (type->flags & OURO_TYPE_IMMUTABLE) {
        /* what `clear` drops is not among the fields that never change; instances of a subclass have more too */
        if (type->clear != NULL) {
            type->clear(rt, object);
        }
        if (type->flags & OURO_TYPE_SHAPED) {
            object_clear_values(rt, object);
        }
    } else {
        object_drop_references(rt, object);
    }
    if (object->gc & OURO_GC_SIDE) {
        value_decref(rt, side_take_dict(rt, object));
    }
}

void object_clear_values(ouro_runtime *rt, ouro_object *object)
{
    /* The shape stays: an attribute that it names and whose value is OURO_NULL counts as deleted.  A nested
     * death may give the object another shape, so it is read anew each time. */
    for (unsigned i = 0; i < shape_value_count(object->shape); i++) {
        value_clear(rt, &shape_values(object->shape, object)[i]);
    }
}

void object_drop_references(ouro_runtime *rt, ouro_object *object)
{
    ouro_type *type = object->shape->type;
    if (type->clear != NULL) {
        type->clear(rt, object);
    }
    for (uint32_t f = 0; f < type->field_count; f++) {
        const ouro_field *field = &type->fields[f];
        if (field->kind == OURO_FIELD_VALUE) {
            value_clear(rt, (ouro_value *)(void *)((char *)object + field->offset));
        } else if (field->kind == OURO_FIELD_INLINE) {
            ouro_value *items = object_field_items(object, field);
            for (size_t i = object_field_count(object, field->count_offset); i-- > 0;) {
                value_clear(rt, &items[i]);
            }
        } else {
            /* From the end, as a pop would: code that runs in between sees a shorter but whole array, and may
             * even replace it. */
            size_t *count = (size_t *)(void *)((char *)object + field->count_offset);
            while (*count > 0) {
                --*count;
                value_decref(rt, object_field_items(object, field)[*count]);
            }
        }
    }
    if (type->flags & OURO_TYPE_SHAPED) {
        object_clear_values(rt, object);
    }
}
