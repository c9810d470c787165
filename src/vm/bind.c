/* bind.c: how the arguments of a call find the parameters of a Python function.
 *
 * Locals of a fresh frame: positional parameters, keyword-only ones, *args, **kwargs, in this order (as the
 * compiler numbered them).  The errors are worded as CPython 3.11 words them.
 */
#include "types/error.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/vm.h"

static ouro_value bind_qualname(const function_object *function)
{
    const function_extras *x = function->extras;
    return x && !ouro_is_null(x->qualname) ? x->qualname : function->code->qualname;
}

/* "'a', 'b', and 'c'" */
static ouro_value bind_list_names(ouro_runtime *rt, const ouro_value *names, size_t count)
{
    str_builder b;
    str_builder_init(&b, rt);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            str_builder_cstring(&b, count == 2 ? " and " : i + 1 == count ? ", and " : ", ");
        }
        str_builder_repr(&b, names[i]);
    }
    return str_builder_finish(&b);
}

static void bind_error_missing(ouro_runtime *rt, frame *f, const char *kind, const ouro_value *names, size_t count)
{
    ouro_value list = bind_list_names(rt, names, count);
    if (!ouro_is_null(list)) {
        error_type(rt, "%U() missing %zu required %s argument%s: %U", bind_qualname(f->function), count, kind,
                   count == 1 ? "" : "s", list);
        value_decref(rt, list);
    }
}

/* Collects the names of parameters [from, to) that have no value and no default. */
static bool bind_check_missing(ouro_runtime *rt, frame *f, size_t from, size_t to, const char *kind)
{
    const tuple_object *names = as_tuple(f->code->local_names);
    ouro_value *locals = frame_locals(f);
    size_t missing = 0;
    for (size_t i = from; i < to; i++) {
        missing += ouro_is_null(locals[i]);
    }
    if (missing == 0) {
        return true;
    }
    ouro_value *found = ouro_mem_alloc(rt->mem, missing * sizeof *found);
    if (!found) {
        error_no_memory(rt);
        return false;
    }
    size_t n = 0;
    for (size_t i = from; i < to; i++) {
        if (ouro_is_null(locals[i])) {
            found[n++] = names->items[i];
        }
    }
    bind_error_missing(rt, f, kind, found, n);
    ouro_mem_free(rt->mem, found);
    return false;
}

static size_t bind_default_count(const function_object *function)
{
    const function_extras *x = function->extras;
    return x && !ouro_is_null(x->defaults) && !ouro_is_none(x->defaults) ? as_tuple(x->defaults)->size : 0;
}

static void bind_error_too_many(ouro_runtime *rt, frame *f, size_t given)
{
    code_object *code = f->code;
    ouro_value *locals = frame_locals(f);
    size_t keyword_given = 0;
    for (size_t i = code->argument_count; i < code->argument_count + code->keyword_only_count; i++) {
        keyword_given += !ouro_is_null(locals[i]);
    }
    size_t defaults = bind_default_count(f->function);
    size_t n = code->argument_count;
    ouro_value takes = defaults ? str_format_c(rt, "from %zu to %zu", n - defaults, n) : str_format_c(rt, "%zu", n);
    ouro_value and_keywords =
        keyword_given ? str_format_c(rt, " positional argument%s (and %zu keyword-only argument%s)",
                                     given != 1 ? "s" : "", keyword_given, keyword_given != 1 ? "s" : "")
                      : value_incref(rt->types->empty_str);
    if (!ouro_is_null(takes) && !ouro_is_null(and_keywords)) {
        bool plural = defaults ? true : n != 1;
        error_type(rt, "%U() takes %U positional argument%s but %zu%U %s given", bind_qualname(f->function), takes,
                   plural ? "s" : "", given, and_keywords, given == 1 && !keyword_given ? "was" : "were");
    }
    value_decref(rt, takes);
    value_decref(rt, and_keywords);
}

/* Positional-only parameters that were given by keyword. */
static void bind_error_positional_only(ouro_runtime *rt, frame *f, ouro_value kwnames)
{
    const tuple_object *names = as_tuple(f->code->local_names);
    const tuple_object *given = as_tuple(kwnames);
    str_builder b;
    str_builder_init(&b, rt);
    size_t n = 0;
    for (size_t i = 0; i < f->code->positional_only_count; i++) {
        for (size_t k = 0; k < given->size; k++) {
            if (value_is_str(rt, given->items[k]) && str_equal(as_str(given->items[k]), as_str(names->items[i]))) {
                if (n++) {
                    str_builder_cstring(&b, ", ");
                }
                str_builder_str(&b, names->items[i]);
            }
        }
    }
    ouro_value list = str_builder_finish(&b);
    if (!ouro_is_null(list) && n) {
        error_type(rt, "%U() got some positional-only arguments passed as keyword arguments: '%U'",
                   bind_qualname(f->function), list);
    }
    value_decref(rt, list);
}

/* The parameter called `name`, or -1.  Names are nearly always the same interned object. */
static int64_t bind_find(const frame *f, ouro_value name)
{
    const code_object *code = f->code;
    const tuple_object *names = as_tuple(code->local_names);
    size_t end = code->argument_count + code->keyword_only_count;
    for (size_t i = code->positional_only_count; i < end; i++) {
        if (ouro_is(names->items[i], name)) {
            return (int64_t)i;
        }
    }
    for (size_t i = code->positional_only_count; i < end; i++) {
        if (str_equal(as_str(names->items[i]), as_str(name))) {
            return (int64_t)i;
        }
    }
    return -1;
}

static bool bind_keywords(ouro_runtime *rt, frame *f, const ouro_value *values, ouro_value kwnames,
                          ouro_value kwdict)
{
    ouro_value *locals = frame_locals(f);
    const tuple_object *names = as_tuple(kwnames);
    for (size_t k = 0; k < names->size; k++) {
        ouro_value name = names->items[k];
        if (!value_is_str(rt, name)) {
            error_type(rt, "%U() keywords must be strings", bind_qualname(f->function));
            return false;
        }
        int64_t i = bind_find(f, name);
        if (i >= 0) {
            if (!ouro_is_null(locals[i])) {
                error_type(rt, "%U() got multiple values for argument '%U'", bind_qualname(f->function), name);
                return false;
            }
            locals[i] = value_incref(values[k]);
            continue;
        }
        if (ouro_is_null(kwdict)) {
            if (f->code->positional_only_count) {
                bind_error_positional_only(rt, f, kwnames);
                if (error_is_set(rt)) {
                    return false;
                }
            }
            error_type(rt, "%U() got an unexpected keyword argument '%U'", bind_qualname(f->function), name);
            return false;
        }
        if (!dict_set(rt, as_dict(kwdict), name, values[k])) {
            return false;
        }
    }
    return true;
}

static bool bind_defaults(ouro_runtime *rt, frame *f, size_t given)
{
    code_object *code = f->code;
    ouro_value *locals = frame_locals(f);
    const function_extras *x = f->function->extras;
    size_t n = code->argument_count;
    size_t defaults = bind_default_count(f->function);
    if (given < n) {
        size_t first = n > defaults ? n - defaults : 0;
        if (!bind_check_missing(rt, f, given < first ? given : first, first, "positional")) {
            return false;
        }
        for (size_t i = given > first ? given : first; i < n; i++) {
            if (ouro_is_null(locals[i])) {
                locals[i] = value_incref(as_tuple(x->defaults)->items[i + defaults - n]);
            }
        }
    }
    size_t end = n + code->keyword_only_count;
    if (code->keyword_only_count) {
        const tuple_object *names = as_tuple(code->local_names);
        for (size_t i = n; i < end; i++) {
            if (ouro_is_null(locals[i]) && x && ouro_is_object(x->kwdefaults)) {
                ouro_value dict = value_incref(x->kwdefaults); /* a key's __eq__ may give the function another */
                locals[i] = value_incref(dict_get(rt, as_dict(dict), names->items[i]));
                value_decref(rt, dict);
                if (error_is_set(rt)) {
                    return false;
                }
            }
        }
        return bind_check_missing(rt, f, n, end, "keyword-only");
    }
    return true;
}

bool frame_bind(ouro_runtime *rt, frame *f, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    code_object *code = f->code;
    ouro_value *locals = frame_locals(f);
    size_t n = code->argument_count;
    size_t total = n + code->keyword_only_count;
    ouro_value kwdict = OURO_NULL;
    if (OURO_UNLIKELY(!(code->flags & CODE_NEWLOCALS))) { /* FunctionType() of a module's code: it fills the globals */
        f->locals = value_incref(ouro_from_object(frame_globals(f)));
    }
    if (code->flags & CODE_VARKEYWORDS) {
        kwdict = dict_new(rt, 0);
        if (ouro_is_null(kwdict)) {
            return false;
        }
        locals[total + ((code->flags & CODE_VARARGS) ? 1 : 0)] = kwdict;
    }
    size_t direct = nargs < n ? nargs : n;
    for (size_t i = 0; i < direct; i++) {
        locals[i] = value_incref(args[i]);
    }
    if (code->flags & CODE_VARARGS) {
        locals[total] = tuple_new(rt, args + direct, nargs - direct);
        if (ouro_is_null(locals[total])) {
            return false;
        }
    }
    if (!ouro_is_null(kwnames) && !bind_keywords(rt, f, args + nargs, kwnames, kwdict)) {
        return false;
    }
    if (nargs > n && !(code->flags & CODE_VARARGS)) {
        bind_error_too_many(rt, f, nargs);
        return false;
    }
    return bind_defaults(rt, f, direct);
}
