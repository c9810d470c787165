/* edge_name.c: what a report calls the reference from one object to another: ".next", "[]", "['key']", ".__class__".
 *
 * The order of the search is that of object_traverse; the first reference that fits gives the name.
 */
#include "object/object.h"
#include "object/side.h"

#include <stdio.h>

static bool edge_name_of_attribute(ouro_runtime *rt, ouro_object *from, ouro_value to, char *text, size_t size)
{
    const ouro_shape *shape = from->shape;
    const ouro_value *values = shape_values(shape, from);
    if (shape->mode == SHAPE_DICT) {
        if (!ouro_is(values[0], to)) {
            return false;
        }
        snprintf(text, size, ".__dict__");
        return true;
    }
    for (unsigned i = 0; i < shape->count; i++) {
        if (ouro_is(values[i], to)) {
            text[0] = '.';
            if (rt->name_text == NULL || !rt->name_text(rt, shape_name_at(shape, i), text + 1, size - 1)) {
                snprintf(text, size, ".attribute %u", i);
            }
            return true;
        }
    }
    return false;
}

static bool edge_name_of_field(ouro_object *from, const ouro_field *field, ouro_value to, char *text, size_t size)
{
    const char *at = (const char *)from + field->offset;
    const ouro_value *items = (const ouro_value *)(const void *)at;
    size_t count = 1;
    if (field->kind != OURO_FIELD_VALUE) {
        count = *(const size_t *)(const void *)((const char *)from + field->count_offset);
        if (field->kind == OURO_FIELD_BUFFER) {
            items = *(ouro_value *const *)(const void *)at;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (ouro_is(items[i], to)) {
            snprintf(text, size, "%s%s%s", field->name != NULL ? "." : "", field->name != NULL ? field->name : "",
                     field->kind == OURO_FIELD_VALUE ? "" : "[]");
            return true;
        }
    }
    return false;
}

bool object_edge_name(ouro_runtime *rt, ouro_object *from, ouro_value to, char *text, size_t size)
{
    ouro_type *type = from->shape->type;
    if ((type->flags & OURO_TYPE_COUNTED) && ouro_is(ouro_from_object(type), to)) {
        snprintf(text, size, ".__class__");
        return true;
    }
    for (uint32_t f = 0; f < type->field_count; f++) {
        if (edge_name_of_field(from, &type->fields[f], to, text, size)) {
            return true;
        }
    }
    if ((type->flags & OURO_TYPE_SHAPED) && edge_name_of_attribute(rt, from, to, text, size)) {
        return true;
    }
    if ((from->gc & OURO_GC_SIDE) && ouro_is(side_dict(rt, from), to)) {
        snprintf(text, size, ".__dict__");
        return true;
    }
    return type->edge_name != NULL && type->edge_name(rt, from, to, text, size);
}
