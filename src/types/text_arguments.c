/* text_arguments.c: reading the arguments of the methods of str and bytes, and of their constructors. */
#include "types/text.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"

#include <limits.h>

bool text_bind(ouro_runtime *rt, const char *function, const char *const *names, size_t count,
               size_t positional_only, const ouro_value *args, size_t nargs, ouro_value kwnames, ouro_value *out)
{
    size_t nkw = ouro_is_null(kwnames) ? 0 : as_tuple(kwnames)->size;
    if (nargs + nkw > count) {
        error_type(rt, "%s() takes at most %zd argument%s (%zd given)", function, (ssize_t)count,
                   count == 1 ? "" : "s", (ssize_t)(nargs + nkw));
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        out[i] = i < nargs ? args[i] : OURO_NULL;
    }
    for (size_t k = 0; k < nkw; k++) {
        ouro_value name = as_tuple(kwnames)->items[k];
        size_t i = positional_only;
        while (i < count && !str_equal_ascii(as_str(name), names[i])) {
            i++;
        }
        if (i == count) {
            error_type(rt, "'%U' is an invalid keyword argument for %s()", name, function);
            return false;
        }
        if (i < nargs) {
            error_type(rt, "argument for %s() given by name ('%U') and position (%zd)", function, name,
                       (ssize_t)(i + 1));
            return false;
        }
        out[i] = args[nargs + k];
    }
    return true;
}

static bool text_index_argument(ouro_runtime *rt, ouro_value v, int64_t *result)
{
    if (ouro_is_int(v)) {
        *result = ouro_as_int(v);
        return true;
    }
    if (!ouro_is_bool(v) && value_type(rt, v)->slots.to_index == NULL) {
        error_type(rt, "slice indices must be integers or None or have an __index__ method");
        return false;
    }
    return object_as_index(rt, v, result, true);
}

bool text_range(ouro_runtime *rt, ouro_value start, ouro_value end, size_t length, int64_t *from, int64_t *to)
{
    int64_t n = (int64_t)length, first = 0, last = n;
    if (!ouro_is_null(start) && !ouro_is_none(start) && !text_index_argument(rt, start, &first)) {
        return false;
    }
    if (!ouro_is_null(end) && !ouro_is_none(end) && !text_index_argument(rt, end, &last)) {
        return false;
    }
    if (last > n) {
        last = n;
    } else if (last < 0) {
        last = last + n < 0 ? 0 : last + n;
    }
    if (first < 0) {
        first = first + n < 0 ? 0 : first + n;
    }
    *from = first;
    *to = last;
    return true;
}

static bool text_number_argument(ouro_runtime *rt, ouro_value v, int64_t *result, const char *message)
{
    if (ouro_is_int(v)) {
        *result = ouro_as_int(v);
        return true;
    }
    ouro_value exact = object_index(rt, v);
    if (ouro_is_null(exact)) {
        return false;
    }
    bool fits = int_fits_int64(exact, result);
    value_decref(rt, exact);
    if (!fits) {
        error_overflow(rt, message, v);
    }
    return fits;
}

bool text_size_argument(ouro_runtime *rt, ouro_value v, int64_t *result)
{
    return text_number_argument(rt, v, result, "Python int too large to convert to C ssize_t");
}

bool text_repeat_argument(ouro_runtime *rt, ouro_value v, int64_t *result)
{
    return text_number_argument(rt, v, result, "cannot fit '%T' into an index-sized integer");
}

bool text_int_argument(ouro_runtime *rt, ouro_value v, int64_t *result)
{
    if (!text_number_argument(rt, v, result, "Python int too large to convert to C int")) {
        return false;
    }
    if (*result > INT_MAX || *result < INT_MIN) {
        error_overflow(rt, "Python int too large to convert to C int");
        return false;
    }
    return true;
}

bool text_check_count(ouro_runtime *rt, const char *function, size_t nargs, ouro_value kwnames, size_t most)
{
    if (!ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0) {
        error_type(rt, "%s() takes no keyword arguments", function);
        return false;
    }
    const char *name = strrchr(function, '.') != NULL ? strrchr(function, '.') + 1 : function;
    if (nargs < 1 || nargs > most) {
        error_type(rt, "%s() takes at %s %zd argument%s (%zd given)", name, nargs < 1 ? "least" : "most",
                   (ssize_t)(nargs < 1 ? 1 : most), nargs < 1 || most == 1 ? "" : "s", (ssize_t)nargs);
        return false;
    }
    return true;
}

ouro_value text_builtin(ouro_runtime *rt, const char *name)
{
    if (rt->types->import_name == NULL) {
        return error_system(rt, "no builtins");
    }
    ouro_value module = rt->types->import_name(rt, STR(rt, builtins));
    if (ouro_is_null(module)) {
        return OURO_NULL;
    }
    ouro_value v = object_getattr_utf8(rt, module, name);
    value_decref(rt, module);
    return v;
}

char *text_c_name(ouro_runtime *rt, ouro_value s)
{
    size_t length;
    char *text = str_to_utf8(rt, s, &length, false);
    if (text != NULL && strlen(text) != length) {
        ouro_mem_free(rt->mem, text);
        error_value(rt, "embedded null character");
        return NULL;
    }
    return text;
}
