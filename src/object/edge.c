/* edge.c: the references of an object with their names (edge.h): the same as object_traverse visits, in the
 * same order.
 *
 * Nothing here allocates or runs program code: it is called in the middle of collections and with an
 * exhausted heap.
 */
#include "object/edge.h"
#include "object/side.h"

#include <stdio.h>

/* ---- telling ------------------------------------------------------------------------------------------- */

/* What `traverse` visits where the type gives no names. */
struct edge_unnamed {
    ouro_edge_fn visit;
    void *context;
};

static int edge_visit_unnamed(ouro_value referent, void *context)
{
    const struct edge_unnamed *u = context;
    return edge_tell(referent, &(ouro_edge){.kind = OURO_EDGE_UNNAMED}, u->visit, u->context);
}

static int edge_tell_field(ouro_object *object, const ouro_field *field, ouro_edge_fn visit, void *context)
{
    const char *at = (const char *)object + field->offset;
    if (field->kind == OURO_FIELD_VALUE) {
        return edge_tell(*(const ouro_value *)(const void *)at,
                         &(ouro_edge){.kind = OURO_EDGE_FIELD, .text = field->name}, visit, context);
    }
    size_t count = *(const size_t *)(const void *)((const char *)object + field->count_offset);
    const ouro_value *items = field->kind == OURO_FIELD_BUFFER ? *(ouro_value *const *)(const void *)at
                                                               : (const ouro_value *)(const void *)at;
    int result = 0;
    for (size_t i = count; result == 0 && i-- > 0;) {
        result = edge_tell(items[i], &(ouro_edge){.kind = OURO_EDGE_INDEX, .text = field->name, .number = i},
                           visit, context);
    }
    return result;
}

static int edge_tell_attributes(ouro_object *object, ouro_edge_fn visit, void *context)
{
    const ouro_shape *shape = object->shape;
    const ouro_value *values = shape_values(shape, object);
    if (shape->mode == SHAPE_DICT) {
        return edge_tell(values[0], &(ouro_edge){.kind = OURO_EDGE_FIELD, .text = "__dict__"}, visit,
                         context);
    }
    int result = 0;
    for (unsigned i = 0; result == 0 && i < shape->count; i++) {
        if (ouro_is_object(values[i])) {
            ouro_edge edge = {.kind = OURO_EDGE_ATTRIBUTE, .name = shape_name_at(shape, i), .number = i};
            result = visit(values[i], &edge, context);
        }
    }
    return result;
}

int object_traverse_edges(ouro_runtime *rt, ouro_object *object, ouro_edge_fn visit, void *context)
{
    ouro_type *type = object->shape->type;
    int result = 0;
    for (uint32_t f = 0; result == 0 && f < type->field_count; f++) {
        result = edge_tell_field(object, &type->fields[f], visit, context);
    }
    if (result == 0 && (type->flags & OURO_TYPE_SHAPED)) {
        result = edge_tell_attributes(object, visit, context);
    }
    if (result == 0 && (object->gc & OURO_GC_SIDE)) {
        result = edge_tell(side_dict(rt, object), &(ouro_edge){.kind = OURO_EDGE_FIELD, .text = "__dict__"},
                           visit, context);
    }
    if (result == 0 && type->traverse_edges != NULL) {
        result = type->traverse_edges(rt, object, visit, context);
    } else if (result == 0 && type->traverse != NULL) {
        struct edge_unnamed unnamed = {visit, context};
        result = type->traverse(rt, object, edge_visit_unnamed, &unnamed);
    }
    if (result == 0 && (type->flags & OURO_TYPE_COUNTED)) {
        result = edge_tell(ouro_from_object(type), &(ouro_edge){.kind = OURO_EDGE_FIELD, .text = "__class__"},
                           visit, context);
    }
    return result;
}

/* ---- as text ------------------------------------------------------------------------------------------- */

enum { EDGE_KEY_MAX = 40 };

static void edge_key_text(ouro_runtime *rt, ouro_value key, char *text, size_t size)
{
    char name[EDGE_KEY_MAX];
    if (ouro_is_int(key)) {
        snprintf(text, size, "[%lld]", (long long)ouro_as_int(key));
    } else if (rt->name_text != NULL && rt->name_text(rt, key, name, sizeof name)) {
        snprintf(text, size, "['%s']", name);
    } else {
        snprintf(text, size, "[...]");
    }
}

static void edge_attribute_text(ouro_runtime *rt, const ouro_edge *edge, char *text, size_t size)
{
    text[0] = '.';
    if (size < 2 || rt->name_text == NULL || !rt->name_text(rt, edge->name, text + 1, size - 1)) {
        snprintf(text, size, ".attribute %zu", edge->number);
    }
}

bool object_edge_text(ouro_runtime *rt, const ouro_edge *edge, char *text, size_t size)
{
    switch (edge->kind) {
    case OURO_EDGE_FIELD:
        snprintf(text, size, "%s%s", edge->text != NULL ? "." : "", edge->text != NULL ? edge->text : "");
        return true;
    case OURO_EDGE_ATTRIBUTE:
        edge_attribute_text(rt, edge, text, size);
        return true;
    case OURO_EDGE_INDEX:
        snprintf(text, size, "%s%s[]", edge->text != NULL ? "." : "", edge->text != NULL ? edge->text : "");
        return true;
    case OURO_EDGE_KEY:
        edge_key_text(rt, edge->name, text, size);
        return true;
    case OURO_EDGE_DICT_KEY:
        snprintf(text, size, ".keys()");
        return true;
    case OURO_EDGE_ITEM:
        snprintf(text, size, "{}");
        return true;
    case OURO_EDGE_LOCAL:
        edge_attribute_text(rt, edge, text, size);
        text[0] = ' ';
        return true;
    case OURO_EDGE_OPERAND:
        snprintf(text, size, " (operand)");
        return true;
    case OURO_EDGE_UNNAMED:
        break;
    }
    return false;
}

struct edge_search {
    ouro_runtime *rt;
    ouro_value wanted;
    char *text;
    size_t size;
};

enum { EDGE_NOT_FOUND, EDGE_NAMED, EDGE_WITHOUT_NAME };

static int edge_search_visit(ouro_value referent, const ouro_edge *edge, void *context)
{
    const struct edge_search *s = context;
    if (!ouro_is(referent, s->wanted)) {
        return EDGE_NOT_FOUND;
    }
    return object_edge_text(s->rt, edge, s->text, s->size) ? EDGE_NAMED : EDGE_WITHOUT_NAME;
}

bool object_edge_name(ouro_runtime *rt, ouro_object *from, ouro_value to, char *text, size_t size)
{
    struct edge_search search = {rt, to, text, size};
    if ((from->shape->type->flags & OURO_TYPE_COUNTED) && ouro_is(ouro_from_object(from->shape->type), to)) {
        snprintf(text, size, ".__class__");
        return true;
    }
    return object_traverse_edges(rt, from, edge_search_visit, &search) == EDGE_NAMED;
}
