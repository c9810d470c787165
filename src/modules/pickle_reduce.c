/* pickle_reduce.c: objects whose type has no opcode: a function that makes them, its arguments, and what is
 * then done with the result (PEP 307), as a dispatch table or __reduce_ex__ tells; and plain instances, for
 * which that would only make a tuple, a call and a __dict__ that none of them needs.
 */
#include "modules/pickle.h"
#include "object/shape.h"
#include "types/attribute.h"
#include "types/descriptor.h"
#include "types/type_build.h"

/* ---- what a reduction tells ---- */

/* A reduction taken apart, checked; all are borrowed from the tuple.  OURO_NULL: not there. */
struct reduction {
    ouro_value function, arguments, state, list_items, dict_items, state_setter;
};

static bool reduction_part(ouro_runtime *rt, const tuple_object *t, size_t i,
                           bool (*fits)(ouro_runtime *rt, ouro_value v), const char *what, ouro_value *part)
{
    static const char *const ordinals[] = {"first", "second", "third", "fourth", "fifth", "sixth"};
    *part = i < t->size && (i < 2 || !ouro_is_none(t->items[i])) ? t->items[i] : OURO_NULL;
    if (ouro_is_null(*part) || fits(rt, *part)) {
        return true;
    }
    return i < 2 ? pickling_error(rt, "%s item of the tuple returned by __reduce__ must be %s", ordinals[i],
                                  what)
                 : pickling_error(rt, "%s element of the tuple returned by __reduce__ must be %s, not %T",
                                  ordinals[i], what, *part);
}

static bool reduction_open(ouro_runtime *rt, const tuple_object *t, struct reduction *r)
{
    if (t->size < 2 || t->size > 6) {
        return pickling_error(rt, "tuple returned by __reduce__ must contain 2 through 6 elements");
    }
    r->state = t->size > 2 && !ouro_is_none(t->items[2]) ? t->items[2] : OURO_NULL;
    return reduction_part(rt, t, 0, object_is_callable, "callable", &r->function) &&
           reduction_part(rt, t, 1, value_is_tuple, "a tuple", &r->arguments) &&
           reduction_part(rt, t, 3, value_is_iterator, "an iterator", &r->list_items) &&
           reduction_part(rt, t, 4, value_is_iterator, "an iterator", &r->dict_items) &&
           reduction_part(rt, t, 5, object_is_callable, "a function", &r->state_setter);
}

/* ---- how the object is made ---- */

/* (class, arguments, keywords) for __new__. */
static bool reduce_save_newobj_ex(ouro_runtime *rt, pickler_object *p, ouro_value arguments)
{
    const tuple_object *t = as_tuple(arguments);
    if (t->size != 3) {
        return pickling_error(rt, "length of the NEWOBJ_EX argument tuple must be exactly 3, not %zu",
                              t->size);
    }
    ouro_value class = t->items[0], args = t->items[1], keywords = t->items[2];
    if (!value_is_type(rt, class)) {
        return pickling_error(rt, "first item from NEWOBJ_EX argument tuple must be a class, not %T", class);
    }
    if (!value_is_tuple(rt, args)) {
        return pickling_error(rt, "second item from NEWOBJ_EX argument tuple must be a tuple, not %T", args);
    }
    if (!value_is_dict(rt, keywords)) {
        return pickling_error(rt, "third item from NEWOBJ_EX argument tuple must be a dict, not %T",
                              keywords);
    }
    if (p->protocol >= 4) {
        return pickle_save(rt, p, class) && pickle_save(rt, p, args) && pickle_save(rt, p, keywords) &&
               pickle_write_opcode(p, PICKLE_NEWOBJ_EX);
    }
    /* functools.partial(class.__new__, class, *arguments, **keywords), called without arguments */
    size_t count = as_tuple(args)->size;
    tuple_object *all = tuple_new_blank(rt, count + 2);
    if (all == NULL) {
        return false;
    }
    all->items[1] = value_incref(class);
    for (size_t i = 0; i < count; i++) {
        all->items[i + 2] = value_incref(as_tuple(args)->items[i]);
    }
    gc_track(rt, all);
    all->items[0] = object_getattr(rt, class, STR(rt, __new__));
    ouro_value partial =
        ouro_is_null(all->items[0])
            ? OURO_NULL
            : object_call_tuple(rt, pickle_library(rt, PICKLE_LIB_PARTIAL), ouro_from_object(all), keywords);
    bool ok = !ouro_is_null(partial) && pickle_save(rt, p, partial) &&
              pickle_save(rt, p, rt->types->empty_tuple) && pickle_write_opcode(p, PICKLE_REDUCE);
    value_decref(rt, partial);
    value_decref(rt, ouro_from_object(all));
    return ok;
}

/* (class, *arguments) for __new__. */
static bool reduce_save_newobj(ouro_runtime *rt, pickler_object *p, ouro_value arguments, ouro_value v)
{
    const tuple_object *t = as_tuple(arguments);
    if (t->size < 1) {
        return pickling_error(rt, "__newobj__ arglist is empty");
    }
    ouro_value class = t->items[0];
    if (!value_is_type(rt, class)) {
        return pickling_error(rt, "args[0] from __newobj__ args is not a type");
    }
    if (!ouro_is_null(v)) {
        ouro_value own = object_getattr(rt, v, STR(rt, __class__));
        bool same = ouro_is(own, class);
        value_decref(rt, own);
        if (!same) {
            return !ouro_is_null(own) &&
                   pickling_error(rt, "args[0] from __newobj__ args has the wrong class");
        }
    }
    ouro_value rest = tuple_new(rt, t->items + 1, t->size - 1);
    bool ok = !ouro_is_null(rest) && pickle_save(rt, p, class) && pickle_save(rt, p, rest) &&
              pickle_write_opcode(p, PICKLE_NEWOBJ);
    value_decref(rt, rest);
    return ok;
}

static bool reduce_save_made(ouro_runtime *rt, pickler_object *p, const struct reduction *r, ouro_value v)
{
    if (p->protocol >= 2) {
        ouro_value name;
        int has = object_getattr_optional(rt, r->function, STR(rt, __name__), &name);
        if (has < 0) {
            return false;
        }
        bool text = has > 0 && value_is_str(rt, name);
        bool extended = text && str_equal_ascii(as_str(name), "__newobj_ex__");
        bool simple = text && str_equal_ascii(as_str(name), "__newobj__");
        value_decref(rt, has > 0 ? name : OURO_NULL);
        if (extended || simple) {
            return extended ? reduce_save_newobj_ex(rt, p, r->arguments)
                            : reduce_save_newobj(rt, p, r->arguments, v);
        }
    }
    return pickle_save(rt, p, r->function) && pickle_save(rt, p, r->arguments) &&
           pickle_write_opcode(p, PICKLE_REDUCE);
}

/* ---- what is done with it ---- */

/* state_setter(v, state), its result dropped. */
static bool reduce_save_setter(ouro_runtime *rt, pickler_object *p, const struct reduction *r, ouro_value v)
{
    if (ouro_is_null(v)) {
        return pickling_error(rt, "a state setter needs an object");
    }
    return pickle_save(rt, p, r->state_setter) && pickle_save(rt, p, v) && pickle_save(rt, p, r->state) &&
           pickle_write_opcode(p, PICKLE_TUPLE2) && pickle_write_opcode(p, PICKLE_REDUCE) &&
           pickle_write_opcode(p, PICKLE_POP);
}

bool pickle_save_reduction(ouro_runtime *rt, pickler_object *p, ouro_value reduction, ouro_value v)
{
    struct reduction r;
    if (!reduction_open(rt, as_tuple(reduction), &r) || !reduce_save_made(rt, p, &r, v)) {
        return false;
    }
    if (!ouro_is_null(v)) {
        bool found; /* its arguments may have led back to it */
        if (!pickle_fetch_instead(rt, p, v, 1, false, &found) || (!found && !pickle_memoize(rt, p, v))) {
            return false;
        }
    }
    if ((!ouro_is_null(r.list_items) && !pickle_save_appends(rt, p, r.list_items)) ||
        (!ouro_is_null(r.dict_items) && !pickle_save_pairs(rt, p, r.dict_items))) {
        return false;
    }
    if (ouro_is_null(r.state)) {
        return true;
    }
    return ouro_is_null(r.state_setter) ? pickle_save(rt, p, r.state) && pickle_write_opcode(p, PICKLE_BUILD)
                                        : reduce_save_setter(rt, p, &r, v);
}

bool pickle_save_call(ouro_runtime *rt, pickler_object *p, ouro_value function, ouro_value arguments,
                      ouro_value v)
{
    ouro_value reduction = ouro_is_null(arguments) ? arguments : tuple_pack2(rt, function, arguments);
    value_decref(rt, arguments);
    bool ok = !ouro_is_null(reduction) && pickle_save_reduction(rt, p, reduction, v);
    value_decref(rt, reduction);
    return ok;
}

/* ---- plain instances ---- */

/* Has the class under this name the same as object? */
static bool plain_inherits(ouro_runtime *rt, type_object *type, ouro_value name)
{
    return ouro_is(type_lookup(rt, type, name), type_lookup(rt, TYPE(rt, object), name));
}

/* Is the object an instance of a class, with attributes of its own and nothing that would have a say in how
 * it is pickled? Holds for all objects of its shape as long as that keeps its id, but for what a dict of
 * attributes has. */
static bool plain_shape(ouro_runtime *rt, const ouro_object *object)
{
    type_object *type = (type_object *)(void *)object->shape->type;
    const type_object *root = type;
    if (object->shape->mode == SHAPE_FIXED || (type->type.flags & TYPE_HEAP) == 0 || type->slot_count != 0 ||
        type->slots.getattr != object_getattr_generic || !type_fill(rt, type) ||
        !type_fill(rt, TYPE(rt, object))) {
        error_clear(rt); /* no memory: the long way will tell */
        return false;
    }
    while (root->type.flags & TYPE_HEAP) {
        root = root->base;
    }
    ouro_value dict = type_lookup(rt, type, STR(rt, __dict__));
    return root == TYPE(rt, object) && plain_inherits(rt, type, STR(rt, __reduce_ex__)) &&
           plain_inherits(rt, type, STR(rt, __reduce__)) && plain_inherits(rt, type, STR(rt, __getstate__)) &&
           plain_inherits(rt, type, STR(rt, __class__)) &&
           ouro_is_null(type_lookup(rt, type, STR(rt, __getnewargs_ex__))) &&
           ouro_is_null(type_lookup(rt, type, STR(rt, __getnewargs__))) && !ouro_is_null(dict) &&
           value_type(rt, dict) == TYPE(rt, getset_descriptor) &&
           ((getset_descriptor_object *)(void *)ouro_as_object(dict))->def == &type_dict_getset &&
           shape_find(rt, object->shape, STR(rt, __reduce_ex__)) < 0 &&
           shape_find(rt, object->shape, STR(rt, __getstate__)) < 0;
}

/* The attributes as a dict that is nowhere but in the pickle: names and values in turn. */
static bool plain_save_pairs(ouro_runtime *rt, pickler_object *p, const ouro_value *pairs, size_t count)
{
    if (!pickle_write_opcode(p, PICKLE_EMPTY_DICT) || !pickle_memoize(rt, p, OURO_NULL) ||
        (count > 2 && !pickle_write_opcode(p, PICKLE_MARK))) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!pickle_save(rt, p, pairs[i])) {
            return false;
        }
    }
    return pickle_write_opcode(p, count > 2 ? PICKLE_SETITEMS : PICKLE_SETITEM) &&
           pickle_write_opcode(p, PICKLE_BUILD);
}

/* How many attributes the object has of its own. */
static size_t plain_count(ouro_runtime *rt, ouro_object *object)
{
    const ouro_shape *shape = object->shape;
    size_t count = 0;
    if (shape->mode != SHAPE_INLINE) {
        ouro_value dict = instance_known_dict(rt, object);
        return ouro_is_null(dict) ? 0 : dict_size(as_dict(dict));
    }
    for (unsigned i = 0; i < shape->count; i++) {
        count += !ouro_is_null(shape_values(shape, object)[i]);
    }
    return count;
}

static bool plain_save_values(ouro_runtime *rt, pickler_object *p, ouro_object *object)
{
    enum { FEW = 8 };
    ouro_value few[2 * FEW], *pairs = few; /* held: writing them may change the object */
    const ouro_shape *shape = object->shape;
    size_t count = 0;
    if (shape->count > FEW) {
        pairs = ouro_mem_alloc(rt->mem, 2 * (size_t)shape->count * sizeof *pairs);
        if (pairs == NULL) {
            error_no_memory(rt);
            return false;
        }
    }
    for (unsigned i = 0; i < shape->count; i++) {
        ouro_value value = shape_values(shape, object)[i];
        if (!ouro_is_null(value)) {
            pairs[count++] = value_incref(shape_name_at(shape, i));
            pairs[count++] = value_incref(value);
        }
    }
    bool ok = count == 0 || plain_save_pairs(rt, p, pairs, count);
    if (ok && count > 2 && plain_count(rt, object) != count / 2) { /* what a dict would have said */
        error_runtime(rt, "dictionary changed size during iteration");
        ok = false;
    }
    values_decref(rt, pairs, count);
    if (pairs != few) {
        ouro_mem_free(rt->mem, pairs);
    }
    return ok;
}

static bool plain_save(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    if (!pickle_save(rt, p, type_value(value_type(rt, v))) || !pickle_write_opcode(p, PICKLE_EMPTY_TUPLE) ||
        !pickle_write_opcode(p, PICKLE_NEWOBJ) || !pickle_memoize(rt, p, v)) {
        return false;
    }
    if (ouro_as_object(v)->shape->mode == SHAPE_INLINE) {
        return plain_save_values(rt, p, ouro_as_object(v));
    }
    ouro_value dict = instance_dict(rt, v);
    bool ok = !ouro_is_null(dict) && (dict_size(as_dict(dict)) == 0 ||
                                      (pickle_save(rt, p, dict) && pickle_write_opcode(p, PICKLE_BUILD)));
    value_decref(rt, dict);
    return ok;
}

/* ---- any object ---- */

/* What its __reduce_ex__, or without one its __reduce__, returns. */
static ouro_value reduce_by_method(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    ouro_value method, result;
    int has = object_getattr_optional(rt, v, STR(rt, __reduce_ex__), &method);
    if (has > 0) {
        result = object_call1(rt, method, ouro_int(p->protocol));
        value_decref(rt, method);
        return result;
    }
    has = has < 0 ? has : object_getattr_optional(rt, v, STR(rt, __reduce__), &method);
    if (has > 0) {
        result = object_call0(rt, method);
        value_decref(rt, method);
        return result;
    }
    if (has == 0) {
        pickling_error(rt, "can't pickle '%T' object: %R", v, v);
    }
    return OURO_NULL;
}

/* The function that a dispatch table has for the type: new reference; OURO_NULL without an exception: none.
 */
static ouro_value reduce_dispatched(ouro_runtime *rt, pickler_object *p, const type_object *type)
{
    if (ouro_is_null(p->dispatch_table)) {
        return value_incref(
            dict_get(rt, pickle_library_dict(rt, PICKLE_LIB_DISPATCH_TABLE), type_value(type)));
    }
    ouro_value table = value_incref(p->dispatch_table);
    ouro_value function = object_getitem(rt, table, type_value(type));
    value_decref(rt, table);
    if (ouro_is_null(function)) {
        (void)error_clear_if(rt, EXC(rt, KeyError));
    }
    return function;
}

static bool reduce_save_result(ouro_runtime *rt, pickler_object *p, ouro_value result, ouro_value v)
{
    bool ok = !ouro_is_null(result);
    if (ok && value_is_str(rt, result)) {
        ok = pickle_save_global(rt, p, v, result);
    } else if (ok && value_is_tuple(rt, result)) {
        ok = pickle_save_reduction(rt, p, result, v);
    } else if (ok) {
        ok = pickling_error(rt, "__reduce__ must return a string or tuple");
    }
    value_decref(rt, result);
    return ok;
}

/* Has the object's dict, if it has one, a method in place of the class's? */
static bool plain_dict(ouro_runtime *rt, ouro_object *object)
{
    ouro_value dict = object->shape->mode == SHAPE_DICT ? instance_known_dict(rt, object) : OURO_NULL;
    return ouro_is_null(dict) || (ouro_is_null(dict_get_str(rt, as_dict(dict), STR(rt, __reduce_ex__))) &&
                                  ouro_is_null(dict_get_str(rt, as_dict(dict), STR(rt, __getstate__))));
}

/* Does plain_save do for the object? */
static bool reduce_is_plain(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    if (!ouro_is_object(v) || p->protocol < 2 || !ouro_is_null(p->persistent_id.function)) {
        return false;
    }
    ouro_object *object = ouro_as_object(v);
    if (object->shape->id == 0 || object->shape->id != p->plain_shape) {
        if (!plain_shape(rt, object)) {
            return false;
        }
        p->plain_shape = object->shape->id;
    }
    return plain_dict(rt, object);
}

bool pickle_save_object(ouro_runtime *rt, pickler_object *p, ouro_value v)
{
    if (!ouro_is_null(p->reducer_override)) {
        ouro_value result = object_call1(rt, p->reducer_override, v);
        if (!ouro_is(result, OURO_NOT_IMPLEMENTED)) {
            return reduce_save_result(rt, p, result, v);
        }
    }
    const type_object *type = value_type(rt, v);
    if (type == TYPE(rt, type)) {
        return pickle_save_type(rt, p, v);
    }
    if (type == TYPE(rt, function)) {
        return pickle_save_global(rt, p, v, OURO_NULL);
    }
    ouro_value function = reduce_dispatched(rt, p, type);
    if (!ouro_is_null(function)) {
        ouro_value result = object_call1(rt, function, v);
        value_decref(rt, function);
        return reduce_save_result(rt, p, result, v);
    }
    if (error_is_set(rt)) {
        return false;
    }
    if (type->type.flags & TYPE_IS_TYPE) { /* a class with a metaclass of its own */
        return pickle_save_global(rt, p, v, OURO_NULL);
    }
    if (reduce_is_plain(rt, p, v)) {
        return plain_save(rt, p, v);
    }
    return reduce_save_result(rt, p, reduce_by_method(rt, p, v), v);
}
