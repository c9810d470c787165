/* str_iterator.c: iterating over the characters of a str. */
#include "types/text.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"

typedef struct str_iterator_object {
    ouro_object object;
    ouro_value text; /* OURO_NULL: exhausted */
    size_t index;
} str_iterator_object;

ouro_value str_iterator_new(ouro_runtime *rt, ouro_value text)
{
    str_iterator_object *it = object_new(rt, &TYPE(rt, str_iterator)->type, 0);
    if (it == NULL) {
        return OURO_NULL;
    }
    it->text = value_incref(text);
    it->index = 0;
    if (!value_is_str_exact(rt, text)) { /* a str alone can be in no cycle */
        gc_track(rt, it);
    }
    return ouro_from_object(it);
}

static str_iterator_object *str_iterator_self(ouro_value v)
{
    return (str_iterator_object *)(void *)ouro_as_object(v);
}

static ouro_value str_iterator_next(ouro_runtime *rt, ouro_value self)
{
    str_iterator_object *it = str_iterator_self(self);
    if (ouro_is_null(it->text)) {
        return OURO_NULL;
    }
    const str_object *s = as_str(it->text);
    if (it->index < s->length) {
        return str_from_char(rt, str_char_at(s, it->index++));
    }
    value_clear(rt, &it->text);
    return OURO_NULL;
}

static ouro_value str_iterator_self_iter(ouro_runtime *rt, ouro_value self)
{
    return value_incref(self);
}

static ouro_value str_iterator_length_hint(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const str_iterator_object *it = str_iterator_self(args[0]);
    return ouro_int(ouro_is_null(it->text) ? 0 : (int64_t)(as_str(it->text)->length - it->index));
}

static ouro_value str_iterator_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const str_iterator_object *it = str_iterator_self(args[0]);
    ouro_value iter = text_builtin(rt, "iter");
    if (ouro_is_null(iter)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    ouro_value text = ouro_is_null(it->text) ? str_empty(rt) : value_incref(it->text);
    ouro_value inner = ouro_is_null(text) ? OURO_NULL : tuple_pack1(rt, text);
    if (!ouro_is_null(inner)) {
        result = ouro_is_null(it->text) ? tuple_pack2(rt, iter, inner)
                                        : tuple_pack3(rt, iter, inner, ouro_int((int64_t)it->index));
    }
    value_decref(rt, text);
    value_decref(rt, inner);
    value_decref(rt, iter);
    return result;
}

static ouro_value str_iterator_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    str_iterator_object *it = str_iterator_self(args[0]);
    int64_t index;
    if (!object_as_index(rt, args[1], &index, false)) {
        return OURO_NULL;
    }
    if (!ouro_is_null(it->text)) {
        int64_t length = (int64_t)as_str(it->text)->length;
        it->index = (size_t)(index < 0 ? 0 : index > length ? length : index);
    }
    return OURO_NONE;
}

static const ouro_field str_iterator_fields[] = {
    {OURO_FIELD_VALUE, offsetof(str_iterator_object, text), 0, NULL},
};

static const method_def str_iterator_methods[] = {
    {"__length_hint__", "?self, /", str_iterator_length_hint, .doc = "Private method returning an estimate of len(list(it))."},
    {"__reduce__", "?self, /", str_iterator_reduce, .doc = "Return state information for pickling."},
    {"__setstate__", "?self, state, /", str_iterator_setstate, .doc = "Set state information for unpickling."},
    {NULL},
};

const type_spec str_iterator_spec = {
    .name = "str_iterator",
    .size = sizeof(str_iterator_object),
    .flags = TYPE_NO_MAKE,
    .fields = str_iterator_fields,
    .field_count = 1,
    .methods = str_iterator_methods,
    .slots = {.iter = str_iterator_self_iter, .next = str_iterator_next},
};
