/* warnings.c: what becomes of a warning: ignored, shown once, shown always, or raised.
 *
 * A filter list decides by category, message, module and line; a registry in the globals of the module that warned
 * remembers what has been shown.  While the Python module `warnings` is loaded its filters and its way of showing are
 * used; without it those of this file, whose filters are CPython's default ones.
 *
 * What always holds: a registry whose "version" is not that of the filters is emptied before use, so that a change
 * of the filters takes effect at once.
 */
#include "types/warnings.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/error_private.h"
#include "types/exception.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

#include <stdio.h>
#include <string.h>

/* ---- state ---------------------------------------------------------------------------------------------- */

static bool warnings_add_filter(ouro_runtime *rt, ouro_value filters, const char *action, type_object *category,
                                ouro_value module)
{
    ouro_value items[5] = {str_intern_cstring(rt, action), OURO_NONE, type_value(category), module, ouro_int(0)};
    if (ouro_is_null(items[0])) {
        return false;
    }
    ouro_value filter = tuple_new(rt, items, 5);
    value_decref(rt, items[0]);
    return !ouro_is_null(filter) && list_append_steal(rt, filters, filter);
}

struct warnings_state *warnings_get(ouro_runtime *rt)
{
    struct warnings_state *s = rt->types->warnings;
    if (s != NULL) {
        return s;
    }
    s = ouro_mem_alloc_zeroed(rt->mem, sizeof *s);
    if (s == NULL) {
        error_no_memory(rt);
        return NULL;
    }
    rt->types->warnings = s;
    s->filters = list_new(rt, NULL, 0);
    s->once_registry = dict_new(rt, 0);
    s->default_action = str_intern_cstring(rt, "default");
    if (ouro_is_null(s->filters) || ouro_is_null(s->once_registry) || ouro_is_null(s->default_action) ||
        !warnings_add_filter(rt, s->filters, "default", EXC(rt, DeprecationWarning), STR(rt, __main__)) ||
        !warnings_add_filter(rt, s->filters, "ignore", EXC(rt, DeprecationWarning), OURO_NONE) ||
        !warnings_add_filter(rt, s->filters, "ignore", EXC(rt, PendingDeprecationWarning), OURO_NONE) ||
        !warnings_add_filter(rt, s->filters, "ignore", EXC(rt, ImportWarning), OURO_NONE) ||
        !warnings_add_filter(rt, s->filters, "ignore", EXC(rt, ResourceWarning), OURO_NONE)) {
        warnings_stop(rt);
        return NULL;
    }
    return s;
}

void warnings_stop(ouro_runtime *rt)
{
    struct warnings_state *s = rt->types->warnings;
    if (s == NULL) {
        return;
    }
    rt->types->warnings = NULL;
    value_decref(rt, s->filters);
    value_decref(rt, s->once_registry);
    value_decref(rt, s->default_action);
    ouro_mem_free(rt->mem, s);
}

/* An attribute of the Python module `warnings` if it is loaded: new reference; OURO_NULL without an exception: not
 * loaded, or no such attribute. */
static ouro_value warnings_module_attribute(ouro_runtime *rt, const char *name)
{
    ouro_value modules = error_sys_attribute(rt, STR(rt, modules));
    ouro_value result = OURO_NULL;
    if (!ouro_is_null(modules) && value_is_dict(rt, modules)) {
        ouro_value module = value_incref(dict_get_str(rt, as_dict(modules), STR(rt, warnings)));
        if (!ouro_is_null(module) && !ouro_is_none(module)) {
            ouro_value key = str_intern_cstring(rt, name);
            if (!ouro_is_null(key) && object_getattr_optional(rt, module, key, &result) <= 0) {
                result = OURO_NULL;
            }
            value_decref(rt, key);
        }
        value_decref(rt, module);
    }
    value_decref(rt, modules);
    return result;
}

/* ---- registries ----------------------------------------------------------------------------------------- */

/* Has `key` been noted?  1, 0, -1.  If not and `note`, it is now. */
static int warnings_already(ouro_runtime *rt, ouro_value registry, ouro_value key, bool note)
{
    struct warnings_state *s = warnings_get(rt);
    ouro_value name = str_intern_cstring(rt, "version");
    int result = 0;
    if (s == NULL || ouro_is_null(name)) {
        value_decref(rt, name);
        return -1;
    }
    dict_object *d = as_dict(registry);
    ouro_value version = dict_get_str(rt, d, name);
    if (!ouro_is(version, ouro_int(s->version))) {
        dict_clear(rt, d);
        if (!dict_set(rt, d, name, ouro_int(s->version))) {
            result = -1;
        }
    } else {
        ouro_value noted = value_incref(dict_get(rt, d, key));
        if (!ouro_is_null(noted)) {
            result = object_truth(rt, noted);
            value_decref(rt, noted);
            note = note && result == 0;
        } else if (error_is_set(rt)) {
            result = -1;
        }
    }
    value_decref(rt, name);
    if (result == 0 && note && !dict_set(rt, d, key, OURO_TRUE)) {
        return -1;
    }
    return result;
}

/* The same with the key (text, category). */
static int warnings_already_once(ouro_runtime *rt, ouro_value registry, ouro_value text, ouro_value category)
{
    ouro_value key = tuple_pack2(rt, text, category);
    if (ouro_is_null(key)) {
        return -1;
    }
    int result = warnings_already(rt, registry, key, true);
    value_decref(rt, key);
    return result;
}

/* ---- filters -------------------------------------------------------------------------------------------- */

/* Does a filter's message or module fit?  None: all; a str: that; else a pattern.  1, 0, -1. */
static int warnings_pattern_fits(ouro_runtime *rt, ouro_value pattern, ouro_value text)
{
    if (ouro_is_none(pattern)) {
        return 1;
    }
    if (value_is_str_exact(rt, pattern)) {
        return object_equal(rt, pattern, text);
    }
    ouro_value match = str_intern_cstring(rt, "match");
    if (ouro_is_null(match)) {
        return -1;
    }
    ouro_value result = object_call_method1(rt, pattern, match, text);
    value_decref(rt, match);
    if (ouro_is_null(result)) {
        return -1;
    }
    int truth = object_truth(rt, result);
    value_decref(rt, result);
    return truth;
}

static int warnings_filter_fits(ouro_runtime *rt, const tuple_object *filter, ouro_value category, ouro_value text,
                                int64_t line, ouro_value module)
{
    int fits = object_is_subclass(rt, category, filter->items[2]);
    if (fits > 0) {
        fits = warnings_pattern_fits(rt, filter->items[1], text);
    }
    if (fits > 0) {
        fits = warnings_pattern_fits(rt, filter->items[3], module);
    }
    if (fits > 0) {
        int64_t wanted;
        if (!object_as_index(rt, filter->items[4], &wanted, false)) {
            return -1;
        }
        fits = wanted == 0 || wanted == line;
    }
    return fits;
}

/* The action for a warning: new reference.  *item: the filter that decided (new reference), or OURO_NULL. */
static ouro_value warnings_find_action(ouro_runtime *rt, ouro_value category, ouro_value text, int64_t line,
                                       ouro_value module, ouro_value *item)
{
    struct warnings_state *s = warnings_get(rt);
    *item = OURO_NULL;
    if (s == NULL) {
        return OURO_NULL;
    }
    ouro_value filters = warnings_module_attribute(rt, "filters");
    if (error_is_set(rt)) {
        return OURO_NULL;
    }
    if (!ouro_is_null(filters)) {
        value_replace(rt, &s->filters, filters);
    }
    filters = value_incref(s->filters);
    if (!value_is_list(rt, filters)) {
        value_decref(rt, filters);
        return error_value(rt, "_warnings.filters must be a list");
    }
    ouro_value action = OURO_NULL;
    /* A pattern's match may change the list: its size is read anew each time. */
    for (size_t i = 0; i < as_list(filters)->size; i++) {
        ouro_value filter = value_incref(as_list(filters)->items[i]);
        int fits;
        if (!value_is_tuple(rt, filter) || as_tuple(filter)->size != 5) {
            error_value(rt, "_warnings.filters item %zu isn't a 5-tuple", i);
            fits = -1;
        } else if (!value_is_str(rt, as_tuple(filter)->items[0])) {
            error_type(rt, "action must be a string, not '%.200T'", as_tuple(filter)->items[0]);
            fits = -1;
        } else {
            fits = warnings_filter_fits(rt, as_tuple(filter), category, text, line, module);
        }
        if (fits > 0) {
            action = value_incref(as_tuple(filter)->items[0]);
            *item = filter;
            break;
        }
        value_decref(rt, filter);
        if (fits < 0) {
            break;
        }
    }
    value_decref(rt, filters);
    if (ouro_is_null(action) && !error_is_set(rt)) {
        action = warnings_module_attribute(rt, "defaultaction");
        if (ouro_is_null(action) && !error_is_set(rt)) {
            action = value_incref(s->default_action);
        }
    }
    return action;
}

/* ---- display -------------------------------------------------------------------------------------------- */

/* A line of a source file, stripped, as a str; OURO_NULL (no exception) if it cannot be had. */
static ouro_value warnings_read_line(ouro_runtime *rt, ouro_value filename, int64_t wanted)
{
    enum { LINE_MAX_BYTES = 1024 };
    char line[LINE_MAX_BYTES];
    ouro_value result = OURO_NULL;
    char *path = value_is_str(rt, filename) ? str_to_utf8(rt, filename, NULL, true) : NULL;
    FILE *file = path == NULL ? NULL : fopen(path, "rb");
    ouro_mem_free(rt->mem, path);
    if (file != NULL) {
        int64_t at = 0;
        bool fresh = true;
        while (at < wanted && fgets(line, sizeof line, file) != NULL) {
            at += fresh;
            fresh = strchr(line, '\n') != NULL;
            if (at < wanted) {
                continue;
            }
            char *start = line + strspn(line, " \t\f");
            size_t length = strcspn(start, "\r\n");
            result = length == 0 ? OURO_NULL : str_from_utf8(rt, start, length);
            break;
        }
        fclose(file);
    }
    error_clear(rt);
    return result;
}

/* "file:line: Category: text" and the source line below, where errors go. */
static void warnings_show_plain(ouro_runtime *rt, ouro_value filename, int64_t line, ouro_value text,
                                ouro_value category, ouro_value source_line)
{
    ouro_value name = object_getattr(rt, category, STR(rt, __name__));
    ouro_value message = OURO_NULL;
    if (!ouro_is_null(name)) {
        message = str_format_c(rt, "%S:%lld: %S: %S\n", filename, (long long)line, name, text);
    }
    value_decref(rt, name);
    error_clear(rt);
    if (!ouro_is_null(message)) {
        error_write(rt, message);
        value_decref(rt, message);
    }
    ouro_value shown = OURO_NULL;
    if (!ouro_is_null(source_line) && value_is_str(rt, source_line)) {
        ouro_value strip = object_call_method0(rt, source_line, STR(rt, strip));
        shown = strip;
    } else {
        shown = warnings_read_line(rt, filename, line);
    }
    if (!ouro_is_null(shown)) {
        message = str_format_c(rt, "  %S\n", shown);
        if (!ouro_is_null(message)) {
            error_write(rt, message);
            value_decref(rt, message);
        }
        value_decref(rt, shown);
    }
    error_clear(rt);
}

/* Shows through warnings._showwarnmsg if that module is loaded.  False: an exception. */
static bool warnings_show(ouro_runtime *rt, ouro_value message, ouro_value filename, int64_t line, ouro_value text,
                          ouro_value category, ouro_value source_line, ouro_value source)
{
    ouro_value show = warnings_module_attribute(rt, "_showwarnmsg");
    if (ouro_is_null(show)) {
        if (!error_is_set(rt)) {
            warnings_show_plain(rt, filename, line, text, category, source_line);
        }
        return !error_is_set(rt);
    }
    bool ok = false;
    ouro_value class = warnings_module_attribute(rt, "WarningMessage");
    if (!object_is_callable(rt, show)) {
        error_type(rt, "warnings._showwarnmsg() must be set to a callable");
    } else if (ouro_is_null(class)) {
        if (!error_is_set(rt)) {
            error_runtime(rt, "unable to get warnings.WarningMessage");
        }
    } else {
        ouro_value number = int_from_int64(rt, line);
        ouro_value args[7] = {message,   category,  filename, number, OURO_NONE, OURO_NONE,
                              ouro_is_null(source) ? OURO_NONE : source};
        ouro_value record = ouro_is_null(number) ? OURO_NULL : object_call(rt, class, args, 7, OURO_NULL);
        ouro_value result = ouro_is_null(record) ? OURO_NULL : object_call1(rt, show, record);
        ok = !ouro_is_null(result);
        value_decref(rt, result);
        value_decref(rt, record);
        value_decref(rt, number);
    }
    value_decref(rt, class);
    value_decref(rt, show);
    return ok;
}

/* ---- warning -------------------------------------------------------------------------------------------- */

/* The module's name from a file name: without ".py". */
static ouro_value warnings_module_of(ouro_runtime *rt, ouro_value filename)
{
    if (!value_is_str(rt, filename)) {
        return str_from_cstring(rt, "<unknown>");
    }
    const str_object *s = as_str(filename);
    size_t length = str_length(s);
    if (length == 0) {
        return str_from_cstring(rt, "<unknown>");
    }
    if (length >= 3 && str_char_at(s, length - 3) == '.' && str_char_at(s, length - 2) == 'p' &&
        str_char_at(s, length - 1) == 'y') {
        return str_substring(rt, filename, 0, length - 3);
    }
    return value_incref(filename);
}

/* Applies the action to a warning not seen before: 1 show it, 0 do not, -1 an exception is set. */
static int warnings_apply(ouro_runtime *rt, ouro_value action, ouro_value item, ouro_value registry, ouro_value key,
                          ouro_value text, ouro_value category, ouro_value message)
{
    if (!value_is_str(rt, action)) {
        error_type(rt, "action must be a string, not '%.200T'", action);
        return -1;
    }
    const str_object *what = as_str(action);
    if (str_equal_ascii(what, "error")) {
        error_raise_value(rt, message);
        return -1;
    }
    if (str_equal_ascii(what, "ignore")) {
        return 0;
    }
    if (str_equal_ascii(what, "always")) {
        return 1;
    }
    if (!ouro_is_null(registry) && !dict_set(rt, as_dict(registry), key, OURO_TRUE)) {
        return -1;
    }
    int already = 0;
    if (str_equal_ascii(what, "once")) {
        ouro_value once = registry;
        if (ouro_is_null(once)) {
            once = warnings_get(rt)->once_registry;
        }
        already = warnings_already_once(rt, once, text, category);
    } else if (str_equal_ascii(what, "module")) {
        if (!ouro_is_null(registry)) {
            already = warnings_already_once(rt, registry, text, category);
        }
    } else if (!str_equal_ascii(what, "default")) {
        error_runtime(rt, "Unrecognized action (%R) in warnings.filters:\n %R", action,
                      ouro_is_null(item) ? OURO_NONE : item);
        return -1;
    }
    return already < 0 ? -1 : already == 0;
}

bool warnings_warn_explicit(ouro_runtime *rt, ouro_value message, ouro_value category, ouro_value filename,
                            int64_t line, ouro_value module, ouro_value registry, ouro_value source_line,
                            ouro_value source)
{
    ouro_value text = OURO_NULL, key = OURO_NULL, action = OURO_NULL, item = OURO_NULL;
    bool ok = false;
    if (ouro_is_none(module)) {
        return true;
    }
    if (ouro_is_none(registry)) {
        registry = OURO_NULL;
    }
    if (!ouro_is_null(registry) && !value_is_dict(rt, registry)) {
        error_type(rt, "'registry' must be a dict or None");
        return false;
    }
    module = ouro_is_null(module) ? warnings_module_of(rt, filename) : value_incref(module);
    if (value_is_exception(rt, message) && value_is_instance(rt, message, EXC(rt, Warning))) {
        value_incref(message);
        category = type_value(value_type(rt, message));
        text = object_str(rt, message);
    } else {
        text = value_incref(message);
        message = object_call1(rt, category, message);
    }
    value_incref(category);
    if (ouro_is_null(module) || ouro_is_null(text) || ouro_is_null(message)) {
        goto done;
    }
    ouro_value line_value = int_from_int64(rt, line);
    key = ouro_is_null(line_value) ? OURO_NULL : tuple_pack3(rt, text, category, line_value);
    value_decref(rt, line_value);
    if (ouro_is_null(key)) {
        goto done;
    }
    if (!ouro_is_null(registry)) {
        int already = warnings_already(rt, registry, key, false);
        if (already != 0) {
            ok = already > 0;
            goto done;
        }
    }
    action = warnings_find_action(rt, category, text, line, module, &item);
    if (ouro_is_null(action)) {
        goto done;
    }
    int show = warnings_apply(rt, action, item, registry, key, text, category, message);
    if (show <= 0) {
        ok = show == 0;
        goto done;
    }
    ok = warnings_show(rt, message, filename, line, text, category, source_line, source);
done:
    value_decref(rt, item);
    value_decref(rt, action);
    value_decref(rt, key);
    value_decref(rt, category);
    value_decref(rt, text);
    value_decref(rt, message);
    value_decref(rt, module);
    return ok;
}

/* The registry in a module's globals, made if need be: new reference. */
static ouro_value warnings_registry_of(ouro_runtime *rt, ouro_value globals)
{
    ouro_value name = str_intern_cstring(rt, "__warningregistry__");
    if (ouro_is_null(name)) {
        return OURO_NULL;
    }
    ouro_value registry = value_incref(dict_get_str(rt, as_dict(globals), name));
    if (ouro_is_null(registry)) {
        registry = dict_new(rt, 0);
        if (!ouro_is_null(registry) && !dict_set(rt, as_dict(globals), name, registry)) {
            value_clear(rt, &registry);
        }
    }
    value_decref(rt, name);
    return registry;
}

bool warnings_warn(ouro_runtime *rt, ouro_value message, ouro_value category, int64_t stack_level, ouro_value source)
{
    if (value_is_exception(rt, message) && value_is_instance(rt, message, EXC(rt, Warning))) {
        category = type_value(value_type(rt, message));
    } else if (ouro_is_null(category) || ouro_is_none(category)) {
        category = type_value(EXC(rt, UserWarning));
    }
    if (!value_is_exception_class(rt, category) ||
        !type_is_subtype((type_object *)(void *)ouro_as_object(category), EXC(rt, Warning))) {
        error_type(rt, "category must be a Warning subclass, not '%T'", category);
        return false;
    }
    ouro_value globals = OURO_NULL, filename = OURO_NULL;
    int line = 1;
    bool skip = stack_level > 0;
    if (rt->types->frame_context != NULL &&
        rt->types->frame_context(rt, skip ? stack_level - 1 : 0, skip, &globals, &filename, &line)) {
        value_incref(globals);
        value_incref(filename);
    } else {
        globals = error_sys_attribute(rt, STR(rt, __dict__));
        filename = value_incref(STR(rt, sys));
        line = 1;
    }
    ouro_value registry = OURO_NULL, module = OURO_NULL;
    bool ok = true;
    if (!ouro_is_null(globals) && value_is_dict(rt, globals)) {
        registry = warnings_registry_of(rt, globals);
        module = value_incref(dict_get_str(rt, as_dict(globals), STR(rt, __name__)));
        ok = !ouro_is_null(registry);
    }
    if (ok && (ouro_is_null(module) || !value_is_str(rt, module))) {
        value_decref(rt, module);
        module = str_from_cstring(rt, "<string>");
        ok = !ouro_is_null(module);
    }
    ok = ok && warnings_warn_explicit(rt, message, category, filename, line, module, registry, OURO_NULL, source);
    value_decref(rt, module);
    value_decref(rt, registry);
    value_decref(rt, filename);
    value_decref(rt, globals);
    return ok;
}

bool error_warn(ouro_runtime *rt, type_object *category, int stack_level, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    ouro_value message = str_format_va(rt, format, arguments);
    va_end(arguments);
    if (ouro_is_null(message)) {
        return false;
    }
    bool ok = warnings_warn(rt, message, type_value(category), stack_level, OURO_NULL);
    value_decref(rt, message);
    return ok;
}

bool error_warn_resource(ouro_runtime *rt, ouro_value source, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    ouro_value message = str_format_va(rt, format, arguments);
    va_end(arguments);
    if (ouro_is_null(message)) {
        return false;
    }
    bool ok = warnings_warn(rt, message, type_value(EXC(rt, ResourceWarning)), 1, source);
    value_decref(rt, message);
    return ok;
}

bool error_warn_at(ouro_runtime *rt, type_object *category, ouro_value filename, int line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    ouro_value message = str_format_va(rt, format, arguments);
    va_end(arguments);
    if (ouro_is_null(message)) {
        return false;
    }
    bool ok = warnings_warn_explicit(rt, message, type_value(category), filename, line, OURO_NULL, OURO_NULL,
                                     OURO_NULL, OURO_NULL);
    value_decref(rt, message);
    return ok;
}

void warnings_unawaited(ouro_runtime *rt, ouro_value coroutine, ouro_value qualname)
{
    ouro_value tell = warnings_module_attribute(rt, "_warn_unawaited_coroutine");
    ouro_value told = ouro_is_null(tell) ? tell : object_call1(rt, tell, coroutine);
    value_decref(rt, tell);
    if (ouro_is_null(told)) {
        bool warned = error_is_set(rt) && error_matches(rt, EXC(rt, RuntimeWarning)); /* the filters say: error */
        if (error_is_set(rt)) {
            rt->report_unraisable(rt, NULL, coroutine);
        }
        if (!warned && !error_warn(rt, EXC(rt, RuntimeWarning), 1, "coroutine '%U' was never awaited", qualname)) {
            rt->report_unraisable(rt, NULL, coroutine);
        }
    }
    value_decref(rt, told);
}
