/* ops.c: slow paths of loads and stores (caches are filled here), unpacking, building, functions, with, imports. */
#include "vm/ops.h"

#include "lang/opcode.h"
#include "types/descriptor.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/module.h"
#include "types/protocol.h"
#include "types/str.h"
#include "types/table.h"
#include "types/text.h"
#include "vm/generator.h"

/* ---- attributes ---- */

/* May the site be filled (again)?  Counts a miss. */
static bool cache_may_fill(uint32_t *cache)
{
    uint32_t misses = cache[1] >> 4 & 15;
    if (cache[0] != 0) {
        if (misses >= OPS_MAX_MISSES) {
            return false;
        }
        cache[1] += 1u << 4;
    }
    return misses < OPS_MAX_MISSES;
}

static void cache_fill(uint32_t *cache, uint32_t shape_id, attribute_kind kind, uint32_t index, uint64_t bits)
{
    if (index >= 1u << 24) {
        return;
    }
    cache[0] = shape_id;
    cache[1] = (cache[1] & 0xf0) | (uint32_t)kind | index << 8;
    memcpy(cache + 2, &bits, sizeof bits);
}

static void cache_resolve_load(ouro_runtime *rt, uint32_t *cache, ouro_value receiver, ouro_value name)
{
    if (!cache_may_fill(cache)) {
        return;
    }
    attribute_cache how;
    attribute_cache_resolve(rt, receiver, name, &how);
    if (how.kind == ATTRIBUTE_NOT_CACHED || how.kind == ATTRIBUTE_DICT) {
        if (cache[0] == 0) { /* asking again and again would cost more than the long way */
            cache[1] += 1u << 4;
        }
        return;
    }
    if (how.kind == ATTRIBUTE_MODULE) {
        dict_object *dict = as_module(receiver)->dict;
        int64_t index = dict_index_str(rt, dict, name);
        uint32_t version = dict_layout_version(rt, dict);
        if (index < 0 || version == 0) {
            return;
        }
        cache_fill(cache, how.shape_id, how.kind, (uint32_t)index, 0);
        cache[4] = version;
        return;
    }
    cache_fill(cache, how.shape_id, how.kind, how.index, how.value.bits);
    cache[4] = how.version;
}

/* The class that a cached class method is bound to for the receiver (borrowed); OURO_NULL: the guards do not hold. */
static ouro_value cache_method_class(ouro_runtime *rt, const uint32_t *cache, ouro_value receiver)
{
    const ouro_shape *shape = value_shape(rt, receiver);
    if (shape->id != cache[0] || cache[0] == 0) {
        return OURO_NULL;
    }
    if (!(shape->type->flags & TYPE_IS_TYPE)) {
        return ouro_from_object(shape->type);
    }
    return as_type(receiver)->version == cache[4] && cache[4] != 0 ? receiver : OURO_NULL;
}

/* What a filled cache gives for a receiver whose shape it knows: a new reference; OURO_NULL without an exception: the
 * long way.  (The loop has tried the plainest kinds itself.) */
static ouro_value cache_load(ouro_runtime *rt, const uint32_t *cache, ouro_value receiver)
{
    ouro_shape *shape = value_shape(rt, receiver);
    if (cache[0] == 0 || shape->id != cache[0]) {
        return OURO_NULL;
    }
    ouro_value v = cache_value(cache);
    switch (cache_kind(cache)) {
    case ATTRIBUTE_INLINE:
        return value_incref(shape_values(shape, ouro_as_object(receiver))[cache_index(cache)]);
    case ATTRIBUTE_METHOD:
        return bound_method_new(rt, v, receiver);
    case ATTRIBUTE_CONSTANT:
        return value_incref(v);
    case ATTRIBUTE_PROPERTY: {
        value_incref(v);
        ouro_value result = object_call1(rt, v, receiver);
        value_decref(rt, v);
        return result;
    }
    case ATTRIBUTE_GETSET: {
        value_incref(v);
        const getset_def *def = ((const getset_descriptor_object *)(const void *)ouro_as_object(v))->def;
        ouro_value result = def->get(rt, receiver, def->closure);
        value_decref(rt, v);
        return result;
    }
    case ATTRIBUTE_MODULE: {
        dict_object *dict = as_module(receiver)->dict;
        if (dict->layout_version != cache[4]) {
            return OURO_NULL;
        }
        return value_incref(table_entry(dict->table, cache_index(cache))[1]);
    }
    case ATTRIBUTE_OF_CLASS: {
        const type_object *class = (const type_object *)(const void *)ouro_as_object(receiver);
        return class->version == cache[4] && cache[4] != 0 ? value_incref(v) : OURO_NULL;
    }
    case ATTRIBUTE_CLASS_METHOD: {
        ouro_value class = cache_method_class(rt, cache, receiver);
        return ouro_is_null(class) ? OURO_NULL : bound_method_new(rt, v, class);
    }
    default:
        return OURO_NULL;
    }
}

ouro_value op_load_attr(ouro_runtime *rt, uint32_t *cache, ouro_value receiver, ouro_value name)
{
    ouro_value v = cache_load(rt, cache, receiver);
    if (!ouro_is_null(v) || error_is_set(rt)) {
        return v;
    }
    cache_resolve_load(rt, cache, receiver, name);
    return object_getattr(rt, receiver, name);
}

bool op_load_method(ouro_runtime *rt, uint32_t *cache, ouro_value receiver, ouro_value name, ouro_value *callable,
                    ouro_value *self)
{
    *self = OURO_NULL;
    if (cache_kind(cache) == ATTRIBUTE_CLASS_METHOD) {
        ouro_value class = cache_method_class(rt, cache, receiver);
        if (!ouro_is_null(class)) {
            *callable = value_incref(cache_value(cache));
            *self = value_incref(class);
            return true;
        }
    }
    if (cache[0] == 0 || cache_kind(cache) != ATTRIBUTE_METHOD || value_shape(rt, receiver)->id != cache[0]) {
        *callable = cache_load(rt, cache, receiver);
        if (!ouro_is_null(*callable)) {
            return true;
        }
        if (error_is_set(rt)) {
            return false;
        }
        cache_resolve_load(rt, cache, receiver, name);
    }
    bool unbound;
    *callable = object_getmethod(rt, receiver, name, &unbound);
    if (ouro_is_null(*callable)) {
        return false;
    }
    if (unbound) {
        *self = value_incref(receiver);
    }
    return true;
}

bool op_store_attr(ouro_runtime *rt, uint32_t *cache, ouro_value receiver, ouro_value name, ouro_value value)
{
    bool known = cache[0] != 0 && value_shape(rt, receiver)->id == cache[0];
    if (known && cache_kind(cache) == ATTRIBUTE_MEMBER) {
        ouro_value *slot = (ouro_value *)(void *)((char *)ouro_as_object(receiver) + cache_index(cache));
        value_replace(rt, slot, value_incref(value));
        return true;
    }
    if (!known && cache_may_fill(cache)) {
        attribute_store_cache how;
        attribute_cache_resolve_store(rt, receiver, name, &how);
        if (how.kind == ATTRIBUTE_INLINE || how.kind == ATTRIBUTE_MEMBER) {
            cache_fill(cache, how.shape_id, how.kind, how.index,
                       how.kind == ATTRIBUTE_INLINE ? (uint64_t)(uintptr_t)how.next : 0);
        }
    }
    return object_setattr(rt, receiver, name, value);
}

/* ---- names ---- */

static ouro_value op_name_error(ouro_runtime *rt, ouro_value name)
{
    error_raise(rt, EXC(rt, NameError), "name '%U' is not defined", name);
    if (error_is_set(rt) && value_is_instance_exactly(rt, rt->exception, EXC(rt, NameError))) {
        ouro_value exception = error_take(rt);
        if (!object_setattr(rt, exception, STR(rt, name), name)) {
            error_clear(rt);
        }
        error_restore(rt, exception);
    }
    return OURO_NULL;
}

/* A name in a namespace that may be any mapping: 1 found (new reference), 0 absent, -1 failed. */
static int op_lookup(ouro_runtime *rt, ouro_value namespace, ouro_value name, ouro_value *result)
{
    if (value_is_instance_exactly(rt, namespace, TYPE(rt, dict))) {
        *result = value_incref(dict_get_str(rt, as_dict(namespace), name));
        return !ouro_is_null(*result);
    }
    *result = object_getitem(rt, namespace, name);
    if (!ouro_is_null(*result)) {
        return 1;
    }
    return error_clear_if(rt, EXC(rt, KeyError)) ? 0 : -1;
}

/* Globals, then builtins. */
static ouro_value op_lookup_global(ouro_runtime *rt, frame *f, ouro_value name)
{
    ouro_value v;
    int found = op_lookup(rt, ouro_from_object(frame_globals(f)), name, &v);
    if (found == 0) {
        found = op_lookup(rt, vm_builtins_of(rt, f), name, &v);
    }
    if (found < 0) {
        return OURO_NULL;
    }
    return found ? v : op_name_error(rt, name);
}

ouro_value op_load_global(ouro_runtime *rt, frame *f, uint32_t *cache, ouro_value name)
{
    dict_object *globals = frame_globals(f);
    dict_object *builtins = rt->vm->builtins_dict;
    if (value_is_instance_exactly(rt, ouro_from_object(globals), TYPE(rt, dict))) {
        int64_t index = dict_index_str(rt, globals, name);
        if (index >= 0) {
            cache[1] = 0;
            cache[2] = (uint32_t)index;
            cache[0] = dict_layout_version(rt, globals);
        } else if (ouro_is(vm_builtins_of(rt, f), ouro_from_object(builtins))) {
            index = dict_index_str(rt, builtins, name);
            uint32_t version = index >= 0 ? dict_layout_version(rt, builtins) : 0;
            if (version) {
                cache[1] = version;
                cache[2] = (uint32_t)index;
                cache[0] = dict_layout_version(rt, globals);
            }
        }
    }
    return op_lookup_global(rt, f, name);
}

ouro_value op_load_name(ouro_runtime *rt, frame *f, ouro_value name)
{
    if (!ouro_is_null(f->locals)) {
        ouro_value v;
        int found = op_lookup(rt, f->locals, name, &v);
        if (found) {
            return found > 0 ? v : OURO_NULL;
        }
    }
    return op_lookup_global(rt, f, name);
}

bool op_store_name(ouro_runtime *rt, frame *f, ouro_value name, ouro_value value)
{
    if (ouro_is_null(f->locals)) {
        error_system(rt, "no locals found when storing %R", name);
        return false;
    }
    if (value_is_instance_exactly(rt, f->locals, TYPE(rt, dict))) {
        return dict_set(rt, as_dict(f->locals), name, value);
    }
    return object_setitem(rt, f->locals, name, value);
}

bool op_delete_name(ouro_runtime *rt, frame *f, ouro_value name)
{
    if (ouro_is_null(f->locals)) {
        error_system(rt, "no locals when deleting %R", name);
        return false;
    }
    if (!object_setitem(rt, f->locals, name, OURO_NULL)) {
        if (error_clear_if(rt, EXC(rt, KeyError))) {
            op_name_error(rt, name);
        }
        return false;
    }
    return true;
}

bool op_delete_global(ouro_runtime *rt, frame *f, ouro_value name)
{
    int found = dict_delete(rt, frame_globals(f), name);
    if (found == 0) {
        op_name_error(rt, name);
    }
    return found > 0;
}

ouro_value op_load_classderef(ouro_runtime *rt, frame *f, uint32_t local)
{
    ouro_value name = as_tuple(f->code->local_names)->items[local];
    if (!ouro_is_null(f->locals)) {
        ouro_value v;
        int found = op_lookup(rt, f->locals, name, &v);
        if (found) {
            return found > 0 ? v : OURO_NULL;
        }
    }
    ouro_value v = ((cell_object *)(void *)ouro_as_object(frame_locals(f)[local]))->contents;
    if (ouro_is_null(v)) {
        op_unbound(rt, f, local);
        return v;
    }
    return value_incref(v);
}

void op_unbound(ouro_runtime *rt, frame *f, uint32_t local)
{
    ouro_value name = as_tuple(f->code->local_names)->items[local];
    if (f->code->local_kinds[local] & CODE_LOCAL_FREE) {
        error_raise(rt, EXC(rt, NameError),
                    "cannot access free variable '%U' where it is not associated with a value in enclosing scope",
                    name);
        return;
    }
    error_raise(rt, EXC(rt, UnboundLocalError),
                "cannot access local variable '%U' where it is not associated with a value", name);
}

/* ---- unpacking and building ---- */

static bool op_not_iterable(ouro_runtime *rt, ouro_value v)
{
    if (error_matches(rt, EXC(rt, TypeError)) && ouro_is_null(value_type(rt, v)->slots.iter ? OURO_TRUE : OURO_NULL) &&
        !value_type(rt, v)->slots.getitem) {
        error_clear(rt);
        error_type(rt, "cannot unpack non-iterable %T object", v);
    }
    return false;
}

static bool op_unpack_failed(ouro_runtime *rt, ouro_value *top, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++) {
        value_decref(rt, top[i]);
    }
    return false;
}

bool op_unpack_sequence(ouro_runtime *rt, ouro_value v, uint32_t count, ouro_value *top)
{
    if (value_is_instance_exactly(rt, v, TYPE(rt, list)) && as_list(v)->size == count) {
        const list_object *list = as_list(v);
        for (uint32_t i = 0; i < count; i++) {
            top[count - 1 - i] = value_incref(list->items[i]);
        }
        return true;
    }
    ouro_value iterator = object_iter(rt, v);
    if (ouro_is_null(iterator)) {
        return op_not_iterable(rt, v);
    }
    uint32_t got = 0;
    bool ok = true;
    for (; got < count; got++) {
        ouro_value item = iterator_next(rt, iterator);
        if (ouro_is_null(item)) {
            if (!error_is_set(rt)) {
                error_value(rt, "not enough values to unpack (expected %u, got %u)", count, got);
            }
            ok = false;
            break;
        }
        top[count - 1 - got] = item;
    }
    if (ok) {
        ouro_value extra = iterator_next(rt, iterator);
        if (!ouro_is_null(extra)) {
            value_decref(rt, extra);
            error_value(rt, "too many values to unpack (expected %u)", count);
            ok = false;
        } else if (error_is_set(rt)) {
            ok = false;
        }
    }
    value_decref(rt, iterator);
    return ok || op_unpack_failed(rt, top, count - got, count);
}

bool op_unpack_ex(ouro_runtime *rt, ouro_value v, uint32_t before, uint32_t after, ouro_value *top)
{
    ouro_value iterator = object_iter(rt, v);
    if (ouro_is_null(iterator)) {
        return op_not_iterable(rt, v);
    }
    uint32_t total = before + 1 + after;
    uint32_t got = 0;
    for (; got < before; got++) {
        ouro_value item = iterator_next(rt, iterator);
        if (ouro_is_null(item)) {
            if (!error_is_set(rt)) {
                error_value(rt, "not enough values to unpack (expected at least %u, got %u)", before + after, got);
            }
            value_decref(rt, iterator);
            return op_unpack_failed(rt, top, total - got, total);
        }
        top[total - 1 - got] = item;
    }
    ouro_value rest = list_from_iterable(rt, iterator);
    value_decref(rt, iterator);
    if (ouro_is_null(rest)) {
        return op_unpack_failed(rt, top, total - got, total);
    }
    list_object *list = as_list(rest);
    if (list->size < after) {
        error_value(rt, "not enough values to unpack (expected at least %u, got %zu)", before + after,
                    before + list->size);
        value_decref(rt, rest);
        return op_unpack_failed(rt, top, total - got, total);
    }
    for (uint32_t i = 0; i < after; i++) { /* the last items move out of the list */
        top[i] = list->items[list->size - 1 - i];
    }
    list->size -= after;
    top[after] = rest;
    return true;
}

ouro_value op_build_string(ouro_runtime *rt, ouro_value *parts, uint32_t count)
{
    str_builder b;
    str_builder_init(&b, rt);
    size_t length = 0;
    uint32_t class = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t own = str_max_class(as_str(parts[i]));
        length += as_str(parts[i])->length; /* 2^24 parts of 2^40 characters fit */
        class = own > class ? own : class;
    }
    str_builder_expect(&b, length, class);
    for (uint32_t i = 0; i < count; i++) {
        str_builder_str(&b, parts[i]);
    }
    return str_builder_finish(&b);
}

ouro_value op_format_value(ouro_runtime *rt, ouro_value v, ouro_value spec, uint32_t flags)
{
    ouro_value text;
    switch (flags & 3) {
    case OPCODE_FORMAT_STR:
        text = object_str(rt, v);
        break;
    case OPCODE_FORMAT_REPR:
        text = object_repr(rt, v);
        break;
    case OPCODE_FORMAT_ASCII:
        text = object_ascii(rt, v);
        break;
    default:
        text = value_incref(v);
        break;
    }
    if (ouro_is_null(text) || (ouro_is_null(spec) && value_is_str_exact(rt, text))) {
        return text;
    }
    ouro_value formatted = object_format(rt, text, spec);
    value_decref(rt, text);
    return formatted;
}

ouro_value op_make_function(ouro_runtime *rt, frame *f, ouro_value *parts, uint32_t flags)
{
    /* [defaults] [kwdefaults] [annotations] [closure] code */
    ouro_value *at = parts;
    ouro_value defaults = flags & OPCODE_FUNCTION_DEFAULTS ? *at++ : OURO_NULL;
    ouro_value kwdefaults = flags & OPCODE_FUNCTION_KWDEFAULTS ? *at++ : OURO_NULL;
    ouro_value annotations = flags & OPCODE_FUNCTION_ANNOTATIONS ? *at++ : OURO_NULL;
    ouro_value closure = flags & OPCODE_FUNCTION_CLOSURE ? *at++ : OURO_NULL;
    ouro_value v = function_new(rt, as_code(*at), frame_globals(f));
    if (ouro_is_null(v)) {
        return v;
    }
    function_object *function = (function_object *)(void *)ouro_as_object(v);
    if (!ouro_is_null(closure)) {
        function->closure = value_incref(closure);
    }
    const function_extras *outer = f->function->extras;
    ouro_value builtins = outer ? outer->builtins : OURO_NULL;
    if (flags & (OPCODE_FUNCTION_DEFAULTS | OPCODE_FUNCTION_KWDEFAULTS | OPCODE_FUNCTION_ANNOTATIONS) ||
        !ouro_is_null(builtins)) {
        function_extras *x = function_get_extras(rt, function);
        if (!x) {
            value_decref(rt, v);
            return OURO_NULL;
        }
        x->defaults = value_incref(defaults);
        x->kwdefaults = value_incref(kwdefaults);
        x->annotations = value_incref(annotations);
        x->builtins = value_incref(builtins);
    }
    return v;
}

bool op_list_extend(ouro_runtime *rt, ouro_value list, ouro_value iterable)
{
    if (list_extend(rt, list, iterable)) {
        return true;
    }
    if (error_matches(rt, EXC(rt, TypeError)) && !value_type(rt, iterable)->slots.iter &&
        !value_type(rt, iterable)->slots.getitem) {
        error_clear(rt);
        error_type(rt, "Value after * must be an iterable, not %T", iterable);
    }
    return false;
}

static ouro_value op_callable_name(ouro_runtime *rt, ouro_value callable)
{
    ouro_value name;
    int found = object_getattr_optional(rt, callable, STR(rt, __qualname__), &name);
    if (found <= 0 || !value_is_str(rt, name)) {
        if (found > 0) {
            value_decref(rt, name);
        }
        error_clear(rt);
        return object_str(rt, callable);
    }
    ouro_value module;
    ouro_value text = OURO_NULL;
    if (object_getattr_optional(rt, callable, STR(rt, __module__), &module) > 0) {
        if (value_is_str(rt, module) && !str_equal_ascii(as_str(module), "builtins")) {
            text = str_format_c(rt, "%U.%U()", module, name);
        }
        value_decref(rt, module);
    }
    error_clear(rt);
    if (ouro_is_null(text)) {
        text = str_format_c(rt, "%U()", name);
    }
    value_decref(rt, name);
    return text;
}

static void op_merge_twice(ouro_runtime *rt, ouro_value callable, ouro_value key)
{
    ouro_value name = op_callable_name(rt, callable);
    if (!ouro_is_null(name)) {
        error_type(rt, "%U got multiple values for keyword argument '%S'", name, key);
        value_decref(rt, name);
    }
}

/* op_dict_merge for a call, of a dict whose keys are strs and ints: comparing them runs no code. */
static bool op_merge_plain(ouro_runtime *rt, dict_object *dict, dict_object *other, ouro_value callable)
{
    size_t position = 0;
    ouro_value key, value;
    while (dict_next(other, &position, &key, &value)) {
        if (dict_size(dict) > 0 && !ouro_is_null(dict_get(rt, dict, key))) {
            op_merge_twice(rt, callable, key);
            return false;
        }
        if (!dict_set(rt, dict, key, value)) {
            return false;
        }
    }
    return true;
}

/* Adds the entries of `other` to `dict`; for a call (callable given) keys must be new strs. */
bool op_dict_merge(ouro_runtime *rt, ouro_value dict, ouro_value other, ouro_value callable)
{
    if (ouro_is_null(callable)) {
        ouro_value keys_method;
        int is_mapping = value_is_dict(rt, other) ? 1 : object_getattr_optional(rt, other, STR(rt, keys), &keys_method);
        if (is_mapping > 0) {
            value_decref(rt, value_is_dict(rt, other) ? OURO_NULL : keys_method);
            return dict_update(rt, as_dict(dict), other);
        }
        if (is_mapping == 0) {
            error_type(rt, "'%T' object is not a mapping", other);
        }
        return false;
    }
    /* A dict that iterates in its own way is asked for its keys and items, as in dict_update. */
    bool entries = value_is_dict(rt, other) && value_type(rt, other)->slots.iter == TYPE(rt, dict)->slots.iter;
    if (entries && !dict_has_strange_keys(as_dict(other)) && !dict_has_strange_keys(as_dict(dict))) {
        return op_merge_plain(rt, as_dict(dict), as_dict(other), callable);
    }
    ouro_value keys = OURO_NULL, iterator = OURO_NULL;
    bool ok = false;
    if (!value_is_dict(rt, other)) {
        int found = object_getattr_optional(rt, other, STR(rt, keys), &keys);
        if (found <= 0) {
            if (found == 0) {
                ouro_value name = op_callable_name(rt, callable);
                if (!ouro_is_null(name)) {
                    error_type(rt, "%U argument after ** must be a mapping, not %T", name, other);
                    value_decref(rt, name);
                }
            }
            return false;
        }
        value_decref(rt, keys);
    }
    keys = entries ? value_incref(other) : object_call_method0(rt, other, STR(rt, keys));
    iterator = ouro_is_null(keys) ? keys : object_iter(rt, keys);
    if (ouro_is_null(iterator)) {
        goto done;
    }
    for (;;) {
        ouro_value key = iterator_next(rt, iterator);
        if (ouro_is_null(key)) {
            ok = !error_is_set(rt);
            goto done;
        }
        ouro_value value = OURO_NULL;
        bool fine = false;
        if (!ouro_is_null(dict_get(rt, as_dict(dict), key))) { /* the call sees to keys that are no strings */
            op_merge_twice(rt, callable, key);
        } else if (!error_is_set(rt)) {
            value = entries ? value_incref(dict_get(rt, as_dict(other), key)) : object_getitem(rt, other, key);
            if (ouro_is_null(value) && !error_is_set(rt)) {
                error_key(rt, key); /* a comparison took it out */
            }
            fine = !ouro_is_null(value) && dict_set(rt, as_dict(dict), key, value);
        }
        value_decref(rt, value);
        value_decref(rt, key);
        if (!fine) {
            goto done;
        }
    }
done:
    value_decref(rt, iterator);
    value_decref(rt, keys);
    return ok;
}

ouro_value op_call_ex(ouro_runtime *rt, ouro_value callable, ouro_value args, ouro_value kwargs)
{
    ouro_value tuple;
    if (value_is_instance_exactly(rt, args, TYPE(rt, tuple))) {
        tuple = value_incref(args);
    } else {
        tuple = tuple_from_iterable(rt, args);
        if (ouro_is_null(tuple)) {
            if (error_matches(rt, EXC(rt, TypeError)) && !value_type(rt, args)->slots.iter &&
                !value_type(rt, args)->slots.getitem) {
                error_clear(rt);
                ouro_value name = op_callable_name(rt, callable);
                if (!ouro_is_null(name)) {
                    error_type(rt, "%U argument after * must be an iterable, not %T", name, args);
                    value_decref(rt, name);
                }
            }
            return OURO_NULL;
        }
    }
    ouro_value result = object_call_tuple(rt, callable, tuple, kwargs);
    value_decref(rt, tuple);
    return result;
}

/* ---- with, iteration, classes ---- */

bool op_before_with(ouro_runtime *rt, ouro_value manager, bool is_async, ouro_value *exit, ouro_value *entered)
{
    ouro_value enter_name = is_async ? STR(rt, __aenter__) : STR(rt, __enter__);
    ouro_value exit_name = is_async ? STR(rt, __aexit__) : STR(rt, __exit__);
    const char *protocol = is_async ? "asynchronous context manager" : "context manager";
    ouro_value enter = object_special(rt, manager, enter_name);
    if (ouro_is_null(enter)) {
        if (!error_is_set(rt)) {
            error_type(rt, "'%T' object does not support the %s protocol", manager, protocol);
        }
        return false;
    }
    *exit = object_special(rt, manager, exit_name);
    if (ouro_is_null(*exit)) {
        if (!error_is_set(rt)) {
            error_type(rt, "'%T' object does not support the %s protocol (missed %U method)", manager, protocol,
                       exit_name);
        }
        value_decref(rt, enter);
        return false;
    }
    *entered = object_call0(rt, enter);
    value_decref(rt, enter);
    if (ouro_is_null(*entered)) {
        value_decref(rt, *exit);
        return false;
    }
    return true;
}

ouro_value op_load_build_class(ouro_runtime *rt, frame *f)
{
    ouro_value v;
    int found = op_lookup(rt, vm_builtins_of(rt, f), STR(rt, __build_class__), &v);
    if (found == 0) {
        return error_raise(rt, EXC(rt, NameError), "__build_class__ not found");
    }
    return found > 0 ? v : OURO_NULL;
}

bool op_setup_annotations(ouro_runtime *rt, frame *f)
{
    ouro_value name = STR(rt, __annotations__);
    ouro_value v;
    int found = op_lookup(rt, f->locals, name, &v);
    if (found) {
        value_decref(rt, found > 0 ? v : OURO_NULL);
        return found > 0;
    }
    v = dict_new(rt, 0);
    bool ok = !ouro_is_null(v) && op_store_name(rt, f, name, v);
    value_decref(rt, v);
    return ok;
}

bool op_print_expr(ouro_runtime *rt, ouro_value v)
{
    ouro_value hook;
    int found = object_getattr_optional(rt, rt->vm->sys, STR(rt, displayhook), &hook);
    if (found <= 0) {
        if (found == 0) {
            error_runtime(rt, "lost sys.displayhook");
        }
        return false;
    }
    ouro_value result = object_call1(rt, hook, v);
    value_decref(rt, hook);
    value_decref(rt, result);
    return !ouro_is_null(result);
}

ouro_value op_import_name(ouro_runtime *rt, frame *f, ouro_value name, ouro_value level, ouro_value fromlist)
{
    ouro_value function;
    int found = op_lookup(rt, vm_builtins_of(rt, f), STR(rt, __import__), &function);
    if (found <= 0) {
        return found < 0 ? OURO_NULL : error_raise(rt, EXC(rt, ImportError), "__import__ not found");
    }
    ouro_value globals = ouro_from_object(frame_globals(f));
    ouro_value result;
    if (ouro_is(function, rt->vm->import_function)) {
        result = import_builtin(rt, name, globals, fromlist, ouro_as_int(level));
    } else {
        ouro_value args[5] = {name, globals, ouro_is_null(f->locals) ? OURO_NONE : f->locals, fromlist, level};
        result = object_call(rt, function, args, 5, OURO_NULL);
    }
    value_decref(rt, function);
    return result;
}

function_object *op_plain_init(ouro_runtime *rt, type_object *type)
{
    if (!(type->type.flags & TYPE_HEAP) || (type->type.flags & (TYPE_ABSTRACT | TYPE_VAR_SIZED)) ||
        !type_has_default_new(type)) {
        return NULL;
    }
    ouro_value init = type_lookup(rt, type, STR(rt, __init__));
    if (ouro_is_null(init) || !value_is_instance_exactly(rt, init, TYPE(rt, function))) {
        return NULL;
    }
    return (function_object *)(void *)ouro_as_object(init);
}

void op_point_at_raise(ouro_runtime *rt, frame *f)
{
    ouro_value exception = error_take(rt);
    ouro_value entry = as_exception(exception)->traceback;
    if (f->object && !ouro_is_null(entry)) {
        const traceback_object *t = (const traceback_object *)(void *)ouro_as_object(entry);
        /* a program can make entries (TracebackType) with any number */
        if (ouro_is_object(t->frame) && ouro_as_object(t->frame) == &f->object->object && t->unit >= 0 &&
            (uint32_t)t->unit < f->code->unit_count) {
            f->ip = f->code->units + t->unit + 1;
        }
    }
    error_restore(rt, exception);
}

void op_add_traceback(ouro_runtime *rt, frame *f)
{
    if (OURO_UNLIKELY(rt->vm->on_memory_error != NULL)) {
        rt->vm->on_memory_error(rt);
    }
    /* taken out meanwhile: making the frame object allocates, and may fail */
    ouro_value exception = error_take(rt);
    frame_object *object = frame_get_object(rt, f);
    if (!object || !exception_add_traceback(rt, exception, ouro_from_object(object), (int)frame_unit(f))) {
        error_clear(rt);
    }
    error_restore(rt, exception);
}
