/* pickle_build.c: opcodes that call the program: classes are found, instances made and given their state,
 * containers of any type filled.
 *
 * While program code runs, the stack stays as it is: an unpickler that is busy cannot be used or initialized
 * once more.
 */
#include "modules/pickle.h"
#include "vm/audit.h"
#include "object/shape.h"
#include "types/attribute.h"
#include "types/codec.h"
#include "types/descriptor.h"
#include "types/memoryview.h"
#include "types/type_build.h"

/* ---- persistent ids, buffers ---- */

bool unpickle_persistent(ouro_runtime *rt, unpickler_object *u, ouro_value id)
{
    if (ouro_is_null(u->persistent_load.function)) {
        value_decref(rt, id);
        return unpickling_error(rt, "A load persistent id instruction was encountered,\n"
                                    "but no persistent_load function was specified.");
    }
    ouro_value v = pickle_hook_call(rt, &u->persistent_load, ouro_from_object(u), id);
    value_decref(rt, id);
    return unpickle_push(rt, u, v);
}

bool unpickle_next_buffer(ouro_runtime *rt, unpickler_object *u)
{
    if (ouro_is_null(u->buffers)) {
        return unpickling_error(
            rt, "pickle stream refers to out-of-band data but no *buffers* argument was given");
    }
    ouro_value buffers = value_incref(u->buffers), buffer = iterator_next(rt, buffers);
    value_decref(rt, buffers);
    if (ouro_is_null(buffer) && !error_is_set(rt)) {
        return unpickling_error(rt, "not enough out-of-band buffers");
    }
    return unpickle_push(rt, u, buffer);
}

bool unpickle_readonly_buffer(ouro_runtime *rt, unpickler_object *u)
{
    ouro_value buffer = unpickle_pop(rt, u),
               view = ouro_is_null(buffer) ? buffer : memoryview_new(rt, buffer);
    if (!ouro_is_null(view) && as_memoryview(view)->readonly) {
        value_decref(rt, view);
        return unpickle_push(rt, u, buffer);
    }
    value_decref(rt, buffer);
    if (!ouro_is_null(view)) {
        as_memoryview(view)->readonly = true; /* nobody else has it */
    }
    return unpickle_push(rt, u, view);
}

/* ---- classes and functions ---- */

/* The names that Python 3 has for them; *module and *name are owned. */
static bool build_fix_imports(ouro_runtime *rt, ouro_value *module, ouro_value *name)
{
    ouro_value key = tuple_pack2(rt, *module, *name);
    if (ouro_is_null(key)) {
        return false;
    }
    ouro_value both = dict_get(rt, pickle_library_dict(rt, PICKLE_LIB_NAMES_TO_3), key);
    value_decref(rt, key);
    if (!ouro_is_null(both)) {
        if (!value_is_tuple(rt, both) || as_tuple(both)->size != 2) {
            error_runtime(rt, "_compat_pickle.NAME_MAPPING values should be 2-tuples, not %T", both);
            return false;
        }
        const ouro_value *parts = as_tuple(both)->items;
        if (!value_is_str(rt, parts[0]) || !value_is_str(rt, parts[1])) {
            error_runtime(rt, "_compat_pickle.NAME_MAPPING values should be pairs of str, not (%T, %T)",
                          parts[0], parts[1]);
            return false;
        }
        value_replace(rt, module, value_incref(parts[0]));
        value_replace(rt, name, value_incref(parts[1]));
        return true;
    }
    ouro_value other = error_is_set(rt)
                           ? OURO_NULL
                           : dict_get(rt, pickle_library_dict(rt, PICKLE_LIB_MODULES_TO_3), *module);
    if (!ouro_is_null(other)) {
        if (!value_is_str(rt, other)) {
            error_runtime(rt, "_compat_pickle.IMPORT_MAPPING values should be strings, not %T", other);
            return false;
        }
        value_replace(rt, module, value_incref(other));
    }
    return !error_is_set(rt);
}

ouro_value unpickler_find_class(ouro_runtime *rt, unpickler_object *u, ouro_value module, ouro_value name)
{
    const ouro_value told[] = {module, name};
    if (!audit_event(rt, "pickle.find_class", told, COUNT_OF(told))) {
        return OURO_NULL;
    }
    if (!value_is_str(rt, module)) {
        return error_type(rt, "module name must be a string");
    }
    value_incref(module);
    value_incref(name);
    ouro_value found = OURO_NULL;
    if (u->protocol >= 3 || !u->fix_imports || build_fix_imports(rt, &module, &name)) {
        ouro_value imported = rt->types->import_name(rt, module);
        if (!ouro_is_null(imported) && !value_is_str(rt, name)) {
            error_type(rt, "attribute name must be string, not '%T'", name);
        } else if (!ouro_is_null(imported)) {
            found = pickle_attribute(rt, imported, name, u->protocol >= 4);
        }
        value_decref(rt, imported);
    }
    value_decref(rt, name);
    value_decref(rt, module);
    return found;
}

/* By the method, which a subclass may have its own of. */
static ouro_value build_find_class(ouro_runtime *rt, unpickler_object *u, ouro_value module, ouro_value name)
{
    ouro_value self = ouro_from_object(u);
    if (value_is_instance_exactly(rt, self, MODULE_TYPE(rt, unpickler))) {
        return unpickler_find_class(rt, u, module, name);
    }
    ouro_value method = str_intern_cstring(rt, "find_class"), found = OURO_NULL;
    if (!ouro_is_null(method)) {
        const ouro_value args[] = {self, module, name};
        found = object_call_method(rt, method, args, COUNT_OF(args), OURO_NULL);
        value_decref(rt, method);
    }
    return found;
}

bool unpickle_global(ouro_runtime *rt, unpickler_object *u, ouro_value module, ouro_value name)
{
    return unpickle_push(rt, u, build_find_class(rt, u, module, name));
}

bool unpickle_extension(ouro_runtime *rt, unpickler_object *u, int64_t code)
{
    if (code <= 0) {
        return unpickling_error(rt, "EXT specifies code <= 0");
    }
    ouro_value key = ouro_int(code);
    ouro_value known = dict_get(rt, pickle_library_dict(rt, PICKLE_LIB_EXTENSION_CACHE), key);
    if (!ouro_is_null(known) || error_is_set(rt)) {
        return unpickle_push(rt, u, value_incref(known));
    }
    ouro_value pair = value_incref(dict_get(rt, pickle_library_dict(rt, PICKLE_LIB_INVERTED_REGISTRY), key));
    ouro_value found = OURO_NULL;
    if (ouro_is_null(pair)) {
        if (!error_is_set(rt)) {
            error_value(rt, "unregistered extension code %lld", (long long)code);
        }
    } else if (!value_is_tuple(rt, pair) || as_tuple(pair)->size != 2 ||
               !value_is_str(rt, as_tuple(pair)->items[0]) || !value_is_str(rt, as_tuple(pair)->items[1])) {
        error_value(rt, "_inverted_registry[%lld] isn't a 2-tuple of strings", (long long)code);
    } else {
        found = build_find_class(rt, u, as_tuple(pair)->items[0], as_tuple(pair)->items[1]);
        if (!ouro_is_null(found) &&
            !dict_set(rt, pickle_library_dict(rt, PICKLE_LIB_EXTENSION_CACHE), key, found)) {
            value_clear(rt, &found);
        }
    }
    value_decref(rt, pair);
    return unpickle_push(rt, u, found);
}

/* ---- instances ---- */

/* class(*arguments) as INST and OBJ have it: without arguments __new__ alone, unless the class has
 * __getinitargs__.  Both are the caller's. */
static ouro_value build_instance(ouro_runtime *rt, ouro_value class, ouro_value arguments)
{
    if (as_tuple(arguments)->size == 0 && value_is_type(rt, class)) {
        ouro_value method;
        int has = object_getattr_optional(rt, class, STR(rt, __getinitargs__), &method);
        if (has < 0) {
            return OURO_NULL;
        }
        if (has == 0) {
            return object_call_method1(rt, class, STR(rt, __new__), class);
        }
        value_decref(rt, method);
    }
    return object_call_tuple(rt, class, arguments, OURO_NULL);
}

bool unpickle_obj(ouro_runtime *rt, unpickler_object *u)
{
    size_t at;
    if (!unpickle_pop_mark(rt, u, &at)) {
        return false;
    }
    if (u->depth == at) {
        return unpickle_underflow(rt, u);
    }
    ouro_value arguments = unpickle_pop_tuple(rt, u, at + 1), v = OURO_NULL;
    if (!ouro_is_null(arguments)) {
        ouro_value class = u->stack[--u->depth];
        v = build_instance(rt, class, arguments);
        value_decref(rt, class);
        value_decref(rt, arguments);
    }
    return unpickle_push(rt, u, v);
}

bool unpickle_inst(ouro_runtime *rt, unpickler_object *u)
{
    size_t at, length;
    ouro_value module = OURO_NULL, name = OURO_NULL, class = OURO_NULL, arguments = OURO_NULL, v = OURO_NULL;
    if (!unpickle_pop_mark(rt, u, &at)) {
        return false;
    }
    if (unpickle_read_line(rt, u, 1, &length)) {
        module = codec_ascii_decode(rt, u->line, length, NULL);
    }
    if (!ouro_is_null(module) && unpickle_read_line(rt, u, 1, &length)) {
        name = codec_ascii_decode(rt, u->line, length, NULL);
    }
    if (!ouro_is_null(name)) {
        arguments = unpickle_pop_tuple(rt, u, at);
    }
    if (!ouro_is_null(arguments)) {
        class = build_find_class(rt, u, module, name);
    }
    if (!ouro_is_null(class)) {
        v = build_instance(rt, class, arguments);
    }
    value_decref(rt, class);
    value_decref(rt, arguments);
    value_decref(rt, name);
    value_decref(rt, module);
    return unpickle_push(rt, u, v);
}

/* class.__new__(class, *arguments, **keywords), all three checked. */
static ouro_value build_new(ouro_runtime *rt, ouro_value class, const tuple_object *arguments,
                            ouro_value keywords)
{
    type_object *type = as_type(class);
    if (ouro_is_null(keywords) || dict_size(as_dict(keywords)) == 0) {
        return arguments->size == 0 && type_has_default_new(type)
                   ? instance_new(rt, type)
                   : type->slots.make(rt, type, arguments->items, arguments->size, OURO_NULL);
    }
    size_t count = arguments->size, named = dict_size(as_dict(keywords)), position = 0, i = 0;
    ouro_value *values = ouro_mem_alloc(rt->mem, (count + named) * sizeof *values), key, value,
               made = OURO_NULL;
    tuple_object *names = values == NULL ? NULL : tuple_new_blank(rt, named);
    if (names == NULL) {
        ouro_mem_free(rt->mem, values);
        if (!error_is_set(rt)) {
            error_no_memory(rt);
        }
        return OURO_NULL;
    }
    memcpy(values, arguments->items, count * sizeof *values);
    bool text = true;
    while (i < named && dict_next(as_dict(keywords), &position, &key, &value)) {
        text = text && value_is_str(rt, key);
        names->items[i] = value_incref(key);
        values[count + i++] = value_incref(value);
    }
    gc_track(rt, names);
    if (text) {
        made = type->slots.make(rt, type, values, count, ouro_from_object(names));
    } else {
        error_type(rt, "keywords must be strings");
    }
    values_decref(rt, values + count, named);
    value_decref(rt, ouro_from_object(names));
    ouro_mem_free(rt->mem, values);
    return made;
}

bool unpickle_newobj(ouro_runtime *rt, unpickler_object *u, bool with_keywords)
{
    const char *opcode = with_keywords ? "NEWOBJ_EX" : "NEWOBJ";
    if (!unpickle_has(rt, u, with_keywords ? 3 : 2)) {
        return false;
    }
    ouro_value keywords = with_keywords ? u->stack[--u->depth] : OURO_NULL;
    ouro_value arguments = u->stack[--u->depth], class = u->stack[--u->depth], v = OURO_NULL;
    if (!value_is_type(rt, class)) {
        unpickling_error(rt, "%s class argument must be a type, not %T", opcode, class);
    } else if (as_type(class)->slots.make == NULL || (as_type(class)->type.flags & TYPE_NO_MAKE)) {
        unpickling_error(rt, "%s class argument '%N' doesn't have __new__", opcode, as_type(class));
    } else if (!value_is_tuple(rt, arguments)) {
        unpickling_error(rt, "%s args argument must be a tuple, not %T", opcode, arguments);
    } else if (with_keywords && !value_is_dict(rt, keywords)) {
        unpickling_error(rt, "%s kwargs argument must be a dict, not %T", opcode, keywords);
    } else {
        v = build_new(rt, class, as_tuple(arguments), keywords);
    }
    value_decref(rt, class);
    value_decref(rt, arguments);
    value_decref(rt, keywords);
    return unpickle_push(rt, u, v);
}

bool unpickle_reduce(ouro_runtime *rt, unpickler_object *u)
{
    if (!unpickle_has(rt, u, 2)) {
        return false;
    }
    ouro_value arguments = u->stack[--u->depth], function = u->stack[--u->depth], v = OURO_NULL;
    if (value_is_tuple(rt, arguments)) {
        v = object_call_tuple(rt, function, arguments, OURO_NULL);
    } else {
        error_type(rt, "argument list must be a tuple");
    }
    value_decref(rt, function);
    value_decref(rt, arguments);
    return unpickle_push(rt, u, v);
}

/* ---- the state of an instance ---- */

/* May attributes be stored right where the instance keeps them: would its __dict__, if it were asked for, be
 * just that?  Holds for all objects of the shape as long as that keeps its id. */
static bool build_is_plain(ouro_runtime *rt, unpickler_object *u, ouro_value v)
{
    if (!ouro_is_object(v) || ouro_as_object(v)->shape->mode == SHAPE_FIXED) {
        return false;
    }
    const ouro_shape *shape = ouro_as_object(v)->shape;
    type_object *type = value_type(rt, v);
    if (shape->id != 0 && shape->id == u->plain_shape) {
        return true;
    }
    if ((type->type.flags & TYPE_HEAP) == 0 || type->slots.getattr != object_getattr_generic ||
        !type_has_own_attributes(type) || !type_fill(rt, type)) {
        error_clear(rt); /* no memory: the long way will tell */
        return false;
    }
    ouro_value dict = type_lookup(rt, type, STR(rt, __dict__));
    bool plain = !ouro_is_null(dict) && value_type(rt, dict) == TYPE(rt, getset_descriptor) &&
                 ((getset_descriptor_object *)(void *)ouro_as_object(dict))->def == &type_dict_getset;
    plain = plain && ouro_is_null(type_lookup(rt, type, STR(rt, __setstate__)));
    u->plain_shape = plain ? shape->id : u->plain_shape;
    return plain;
}

/* Attributes into the instance itself.  1 done, 0 there is one of a kind that only a dict holds, -1 failed.
 */
static int build_attributes(ouro_runtime *rt, ouro_value v, dict_object *state)
{
    size_t position = 0;
    ouro_value key, value;
    while (dict_next(state, &position, &key, &value)) {
        if (!value_is_str_exact(rt, key)) {
            return 0;
        }
    }
    position = 0;
    size_t size = dict_size(state);
    while (dict_next(state, &position, &key, &value)) {
        ouro_value name =
            str_intern(rt, value_incref(key)); /* also where it is not: the next instance has the same */
        int done = ouro_is_null(name) ? -1 : instance_set(rt, ouro_as_object(v), name, value);
        value_decref(rt, name);
        if (done <= 0) {
            return done;
        }
        if (dict_size(state) != size) { /* a value that was replaced had a finalizer */
            error_runtime(rt, "dictionary changed size during iteration");
            return -1;
        }
    }
    return 1;
}

/* The same through v.__dict__. */
static bool build_dict_items(ouro_runtime *rt, ouro_value v, dict_object *state)
{
    ouro_value dict = object_getattr(rt, v, STR(rt, __dict__)), key, value;
    size_t position = 0;
    bool ok = !ouro_is_null(dict);
    while (ok && dict_next(state, &position, &key, &value)) {
        value_incref(value);
        ouro_value name = value_is_str_exact(rt, key) ? str_intern(rt, value_incref(key)) : value_incref(key);
        ok = !ouro_is_null(name) && object_setitem(rt, dict, name, value);
        value_decref(rt, name);
        value_decref(rt, value);
    }
    value_decref(rt, dict);
    return ok;
}

static bool build_set_slots(ouro_runtime *rt, ouro_value v, dict_object *state)
{
    ouro_value key, value;
    size_t position = 0;
    bool ok = true;
    while (ok && dict_next(state, &position, &key, &value)) {
        value_incref(key);
        value_incref(value);
        ouro_value name = attribute_name(rt, key);
        ok = !ouro_is_null(name) && object_setattr(rt, v, name, value);
        value_decref(rt, name);
        value_decref(rt, value);
        value_decref(rt, key);
    }
    return ok;
}

/* What is done without a __setstate__: `state` is a dict of attributes, or that (or None) and one of slots.
 */
static bool build_default_state(ouro_runtime *rt, unpickler_object *u, ouro_value v, ouro_value state)
{
    ouro_value slots = OURO_NULL;
    if (value_is_tuple(rt, state) && as_tuple(state)->size == 2) {
        slots = as_tuple(state)->items[1];
        state = as_tuple(state)->items[0];
    }
    if (!ouro_is_none(state)) {
        if (!value_is_dict(rt, state)) {
            return unpickling_error(rt, "state is not a dictionary");
        }
        int done = build_is_plain(rt, u, v) ? build_attributes(rt, v, as_dict(state)) : 0;
        if (done < 0 || (done == 0 && !build_dict_items(rt, v, as_dict(state)))) {
            return false;
        }
    }
    if (ouro_is_null(slots) || ouro_is_none(slots)) {
        return true;
    }
    if (!value_is_dict(rt, slots)) {
        return unpickling_error(rt, "slot state is not a dictionary");
    }
    return build_set_slots(rt, v, as_dict(slots));
}

bool unpickle_state(ouro_runtime *rt, unpickler_object *u)
{
    if (!unpickle_has(rt, u, 2)) {
        return false;
    }
    ouro_value state = u->stack[--u->depth], v = value_incref(u->stack[u->depth - 1]), method = OURO_NULL;
    bool plain = build_is_plain(rt, u, v) && ouro_as_object(v)->shape->mode == SHAPE_INLINE &&
                 shape_find(rt, ouro_as_object(v)->shape, STR(rt, __setstate__)) < 0;
    int has = plain ? 0 : object_getattr_optional(rt, v, STR(rt, __setstate__), &method);
    bool ok = has >= 0;
    if (has > 0) {
        ouro_value done = object_call1(rt, method, state);
        ok = !ouro_is_null(done);
        value_decref(rt, done);
        value_decref(rt, method);
    } else if (ok) {
        ok = build_default_state(rt, u, v, state);
    }
    value_decref(rt, v);
    value_decref(rt, state);
    return ok;
}

/* ---- containers ---- */

/* Are there values from `at` up, and a container below them?  1; 0 there is nothing to do, -1 raised. */
static int build_items(ouro_runtime *rt, unpickler_object *u, size_t at)
{
    if (at > u->depth || at <= u->fence) {
        (void)unpickle_underflow(rt, u);
        return -1;
    }
    return at < u->depth;
}

/* Calls method(item) for each item. */
static bool build_call_each(ouro_runtime *rt, unpickler_object *u, size_t at, ouro_value method)
{
    bool ok = true;
    for (size_t i = at; ok && i < u->depth; i++) {
        ouro_value done = object_call1(rt, method, u->stack[i]);
        ok = !ouro_is_null(done);
        value_decref(rt, done);
    }
    unpickle_cut(rt, u, at);
    return ok;
}

static bool build_append_list(ouro_runtime *rt, unpickler_object *u, ouro_value list, size_t at)
{
    bool ok = list_extend_steal(rt, list, u->stack + at, u->depth - at);
    u->depth = ok ? at : u->depth;
    return ok;
}

/* By extend(), or append() where there is none. */
static bool build_append_other(ouro_runtime *rt, unpickler_object *u, ouro_value container, size_t at)
{
    ouro_value method;
    int has = object_getattr_optional(rt, container, STR(rt, extend), &method);
    if (has < 0) {
        return false;
    }
    bool ok;
    if (has > 0) {
        ouro_value list = unpickle_pop_list(rt, u, at);
        ouro_value done = ouro_is_null(list) ? list : object_call1(rt, method, list);
        ok = !ouro_is_null(done);
        value_decref(rt, done);
        value_decref(rt, list);
    } else {
        method = object_getattr(rt, container, STR(rt, append));
        ok = !ouro_is_null(method) && build_call_each(rt, u, at, method);
    }
    value_decref(rt, method);
    return ok;
}

bool unpickle_append(ouro_runtime *rt, unpickler_object *u, size_t at)
{
    int found = build_items(rt, u, at);
    if (found <= 0) {
        return found == 0;
    }
    ouro_value container = value_incref(u->stack[at - 1]);
    bool ok = value_is_instance_exactly(rt, container, TYPE(rt, list))
                  ? build_append_list(rt, u, container, at)
                  : build_append_other(rt, u, container, at);
    value_decref(rt, container);
    return ok;
}

bool unpickle_set_items(ouro_runtime *rt, unpickler_object *u, size_t at)
{
    int found = build_items(rt, u, at);
    if (found <= 0) {
        return found == 0;
    }
    if ((u->depth - at) % 2 != 0) {
        return unpickling_error(rt, "odd number of items for SETITEMS");
    }
    ouro_value container = value_incref(u->stack[at - 1]);
    bool is_dict = value_is_instance_exactly(rt, container, TYPE(rt, dict));
    bool ok = !is_dict || dict_reserve(rt, as_dict(container), (u->depth - at) / 2);
    for (size_t i = at; ok && i < u->depth; i += 2) {
        ok = is_dict ? dict_set(rt, as_dict(container), u->stack[i], u->stack[i + 1])
                     : object_setitem(rt, container, u->stack[i], u->stack[i + 1]);
    }
    unpickle_cut(rt, u, at);
    value_decref(rt, container);
    return ok;
}

bool unpickle_add_items(ouro_runtime *rt, unpickler_object *u, size_t at)
{
    int found = build_items(rt, u, at);
    if (found <= 0) {
        return found == 0;
    }
    ouro_value container = value_incref(u->stack[at - 1]), method = OURO_NULL;
    bool ok;
    if (value_is_instance(rt, container, TYPE(rt, set))) {
        ok = true;
        for (size_t i = at; ok && i < u->depth; i++) {
            ok = set_add(rt, container, u->stack[i]);
        }
        unpickle_cut(rt, u, at);
    } else {
        method = object_getattr(rt, container, STR(rt, add));
        ok = !ouro_is_null(method) && build_call_each(rt, u, at, method);
    }
    value_decref(rt, method);
    value_decref(rt, container);
    return ok;
}
