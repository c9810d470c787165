/* class_build.c: the class statement: __build_class__(function, name, *bases, metaclass=..., **keywords).
 *
 * The bases may stand in for others (__mro_entries__); the most derived metaclass prepares the namespace; the body
 * fills it; the metaclass makes the class of it; the cell of __class__ is then set.
 */
#include "types/descriptor.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/vm.h"

/* The bases with those replaced that have __mro_entries__: new reference (the same tuple if none has). */
static ouro_value class_resolve_bases(ouro_runtime *rt, ouro_value bases)
{
    ouro_value list = OURO_NULL;
    for (size_t i = 0; i < as_tuple(bases)->size; i++) {
        ouro_value base = as_tuple(bases)->items[i];
        ouro_value method = OURO_NULL;
        int found = 0;
        if (!value_has_flag(rt, base, TYPE_IS_TYPE)) {
            found = object_getattr_optional(rt, base, STR(rt, __mro_entries__), &method);
            if (found < 0) {
                goto failed;
            }
        }
        if (!found) {
            if (!ouro_is_null(list) && !list_append(rt, list, base)) {
                goto failed;
            }
            continue;
        }
        ouro_value entries = object_call1(rt, method, bases);
        value_decref(rt, method);
        if (ouro_is_null(entries)) {
            goto failed;
        }
        if (!value_is_tuple(rt, entries)) {
            error_type(rt, "__mro_entries__ must return a tuple");
            value_decref(rt, entries);
            goto failed;
        }
        if (ouro_is_null(list)) {
            list = list_new(rt, as_tuple(bases)->items, i);
        }
        bool ok = !ouro_is_null(list) && list_extend(rt, list, entries);
        value_decref(rt, entries);
        if (!ok) {
            goto failed;
        }
    }
    if (ouro_is_null(list)) {
        return value_incref(bases);
    }
    ouro_value resolved = list_as_tuple(rt, list);
    value_decref(rt, list);
    return resolved;
failed:
    value_decref(rt, list);
    return OURO_NULL;
}

/* The most derived metaclass of the bases and the one asked for: borrowed, or NULL. */
static type_object *class_winner(ouro_runtime *rt, type_object *winner, ouro_value bases)
{
    for (size_t i = 0; i < as_tuple(bases)->size; i++) {
        type_object *candidate = value_type(rt, as_tuple(bases)->items[i]);
        if (type_is_subtype(winner, candidate)) {
            continue;
        }
        if (!type_is_subtype(candidate, winner)) {
            error_type(rt, "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the "
                           "metaclasses of all its bases");
            return NULL;
        }
        winner = candidate;
    }
    return winner;
}

/* Keywords of the statement without `metaclass`, as a dict (or OURO_NULL when there are none). */
static bool class_keywords(ouro_runtime *rt, const ouro_value *values, ouro_value kwnames, ouro_value *metaclass,
                           ouro_value *keywords)
{
    *metaclass = *keywords = OURO_NULL;
    size_t n = ouro_is_null(kwnames) ? 0 : as_tuple(kwnames)->size;
    for (size_t i = 0; i < n; i++) {
        ouro_value name = as_tuple(kwnames)->items[i];
        if (str_equal_ascii(as_str(name), "metaclass")) {
            *metaclass = values[i];
            continue;
        }
        if (ouro_is_null(*keywords)) {
            *keywords = dict_new(rt, n);
        }
        if (ouro_is_null(*keywords) || !dict_set(rt, as_dict(*keywords), name, values[i])) {
            value_clear(rt, keywords);
            return false;
        }
    }
    return true;
}

static ouro_value class_prepare(ouro_runtime *rt, ouro_value metaclass, ouro_value name, ouro_value bases,
                                ouro_value keywords)
{
    ouro_value prepare;
    int found = object_getattr_optional(rt, metaclass, STR(rt, __prepare__), &prepare);
    if (found <= 0) {
        return found < 0 ? OURO_NULL : dict_new(rt, 0);
    }
    ouro_value args = tuple_pack2(rt, name, bases);
    ouro_value namespace = ouro_is_null(args) ? args : object_call_tuple(rt, prepare, args, keywords);
    value_decref(rt, args);
    value_decref(rt, prepare);
    if (!ouro_is_null(namespace) && !value_is_dict(rt, namespace) && !value_type(rt, namespace)->slots.getitem) {
        if (value_has_flag(rt, metaclass, TYPE_IS_TYPE)) {
            error_type(rt, "%N.__prepare__() must return a mapping, not %T",
                       (type_object *)(void *)ouro_as_object(metaclass), namespace);
        } else {
            error_type(rt, "<metaclass>.__prepare__() must return a mapping, not %T", namespace);
        }
        value_clear(rt, &namespace);
    }
    return namespace;
}

/* Runs the body: returns its cell for __class__ (or None). */
static ouro_value class_run_body(ouro_runtime *rt, function_object *function, ouro_value namespace)
{
    frame *f = frame_push(rt, OBJECT_INCREF(function));
    if (!f) {
        return OURO_NULL;
    }
    f->locals = value_incref(namespace);
    return vm_run(rt, f);
}

/* The cell must hold the class that was made. */
static bool class_check_cell(ouro_runtime *rt, ouro_value cell, ouro_value class, ouro_value name)
{
    if (!ouro_is_object(cell) || value_type(rt, cell) != TYPE(rt, cell) ||
        !value_has_flag(rt, class, TYPE_IS_TYPE)) {
        return true;
    }
    ouro_value contents = ((cell_object *)(void *)ouro_as_object(cell))->contents;
    if (ouro_is(contents, class)) {
        return true;
    }
    if (ouro_is_null(contents)) {
        error_runtime(rt, "__class__ not set defining %R as %R. Was __classcell__ propagated to type.__new__?", name,
                      class);
    } else {
        error_type(rt, "__class__ set to %R defining %R as %R", contents, name, class);
    }
    return false;
}

ouro_value vm_build_class(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    if (nargs < 2) {
        return error_type(rt, "__build_class__: not enough arguments");
    }
    if (!value_is_instance_exactly(rt, args[0], TYPE(rt, function))) {
        return error_type(rt, "__build_class__: func must be a function");
    }
    if (!value_is_str(rt, args[1])) {
        return error_type(rt, "__build_class__: name is not a string");
    }
    function_object *function = (function_object *)(void *)ouro_as_object(args[0]);
    ouro_value name = args[1];
    ouro_value original = tuple_new(rt, args + 2, nargs - 2);
    ouro_value bases = ouro_is_null(original) ? original : class_resolve_bases(rt, original);
    ouro_value metaclass = OURO_NULL, keywords = OURO_NULL, namespace = OURO_NULL, cell = OURO_NULL;
    ouro_value class = OURO_NULL, class_args = OURO_NULL;
    if (ouro_is_null(bases) || !class_keywords(rt, args + nargs, kwnames, &metaclass, &keywords)) {
        goto done;
    }
    if (ouro_is_null(metaclass)) {
        metaclass = as_tuple(bases)->size ? type_value(value_type(rt, as_tuple(bases)->items[0]))
                                          : type_value(TYPE(rt, type));
    }
    if (value_has_flag(rt, metaclass, TYPE_IS_TYPE)) {
        type_object *winner = class_winner(rt, (type_object *)(void *)ouro_as_object(metaclass), bases);
        if (!winner) {
            goto done;
        }
        metaclass = type_value(winner);
    }
    namespace = class_prepare(rt, metaclass, name, bases, keywords);
    if (ouro_is_null(namespace)) {
        goto done;
    }
    cell = class_run_body(rt, function, namespace);
    if (ouro_is_null(cell)) {
        goto done;
    }
    if (!ouro_is(bases, original) && !object_setitem(rt, namespace, STR(rt, __orig_bases__), original)) {
        goto done;
    }
    class_args = tuple_pack3(rt, name, bases, namespace);
    if (ouro_is_null(class_args)) {
        goto done;
    }
    class = object_call_tuple(rt, metaclass, class_args, keywords);
    if (!ouro_is_null(class)) {
        if (value_has_flag(rt, class, TYPE_IS_TYPE)) {
            if (!type_set_inline_guess(rt, (type_object *)(void *)ouro_as_object(class),
                                      function->code->self_attribute_count)) {
                value_clear(rt, &class);
                goto done;
            }
        }
        if (!class_check_cell(rt, cell, class, name)) {
            value_clear(rt, &class);
        }
    }
done:
    value_decref(rt, class_args);
    value_decref(rt, cell);
    value_decref(rt, namespace);
    value_decref(rt, keywords);
    value_decref(rt, bases);
    value_decref(rt, original);
    return class;
}
