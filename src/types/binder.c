/* binder.c: signature texts of native functions, and the binding of arguments to them.
 *
 * A native function declares its parameters as Python writes them ("self, iterable, /, *, key=None").  The text
 * is parsed once for each function object, at its first call, into a small table; names stay where they are in the
 * text.  A call without keywords whose count of arguments fits passes its arguments on untouched.  Every other call
 * arranges them in an array on the C stack, in the order of the parameters.
 *
 * The wording of the errors follows what CPython's calling conventions say for the same signature: functions
 * without parameters, with exactly one, with several by position only, and with names each have their own.
 */
#include "types/binder.h"

#include "mem/mem_vector.h"

#include "types/error.h"
#include "types/protocol.h"
#include "types/str.h"

enum { BINDER_STACK_ARGUMENTS = 16 };

/* ---- parsing -------------------------------------------------------------------------------------------- */

/* The end of the parameter that begins at `text`: its comma or the final NUL, brackets and quotes skipped. */
static const char *signature_parameter_end(const char *text)
{
    int depth = 0;
    char quote = 0;
    for (;; text++) {
        char c = *text;
        if (c == 0) {
            return text;
        }
        if (quote != 0) {
            if (c == '\\' && text[1] != 0) {
                text++;
            } else if (c == quote) {
                quote = 0;
            }
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == '(' || c == '[' || c == '{') {
            depth++;
        } else if (c == ')' || c == ']' || c == '}') {
            depth--;
        } else if (c == ',' && depth == 0) {
            return text;
        }
    }
}

static const char *signature_begin(const char *text)
{
    if (*text == '?') {
        text++;
    }
    return text + strspn(text, " ");
}

signature *signature_parse(ouro_runtime *rt, const char *text)
{
    text = signature_begin(text);
    size_t room = 1;
    for (const char *p = text; *p != 0; p++) {
        room += *p == ',';
    }
    signature *s = ouro_mem_alloc_zeroed(rt->mem, sizeof(signature) + room * sizeof(parameter));
    if (s == NULL) {
        error_no_memory(rt);
        return NULL;
    }
    s->varargs = -1;
    s->varkeywords = -1;
    parameter_kind kind = PARAMETER_NORMAL;
    bool required_keyword = false;
    while (*text != 0) {
        const char *end = signature_parameter_end(text);
        size_t length = (size_t)(end - text);
        if (length == 1 && *text == '/') {
            for (unsigned i = 0; i < s->count; i++) {
                s->parameters[i].kind = PARAMETER_POSITIONAL_ONLY;
            }
            s->positional_only = s->count;
        } else if (length == 1 && *text == '*') {
            kind = PARAMETER_KEYWORD_ONLY;
        } else {
            parameter *p = &s->parameters[s->count];
            p->kind = (uint8_t)kind;
            p->name = text;
            if (text[0] == '*' && text[1] == '*') {
                p->name = text + 2;
                p->kind = PARAMETER_VARKEYWORDS;
                s->varkeywords = (int16_t)s->count;
            } else if (text[0] == '*') {
                p->name = text + 1;
                p->kind = PARAMETER_VARARGS;
                s->varargs = (int16_t)s->count;
                kind = PARAMETER_KEYWORD_ONLY;
            }
            const char *stop = p->name;
            while (stop < end && *stop != '=' && *stop != ':' && *stop != ' ') {
                stop++;
            }
            p->name_length = (uint16_t)(stop - p->name);
            p->required = memchr(stop, '=', (size_t)(end - stop)) == NULL && p->kind != PARAMETER_VARARGS &&
                          p->kind != PARAMETER_VARKEYWORDS;
            if (p->kind == PARAMETER_NORMAL) {
                s->positional++;
                if (p->required) {
                    s->required = s->positional;
                }
            } else if (p->kind == PARAMETER_KEYWORD_ONLY) {
                s->keyword_only++;
                required_keyword = required_keyword || p->required;
            }
            s->count++;
        }
        text = end + strspn(end, ", \n"); /* what is long is shown on several lines */
    }
    s->plain = s->varargs < 0 && !required_keyword;
    s->takes_keywords = s->positional > s->positional_only || s->keyword_only > 0 || s->varkeywords >= 0;
    return s;
}

/* ---- errors --------------------------------------------------------------------------------------------- */

static const char *binder_plural(size_t n)
{
    return n == 1 ? "" : "s";
}

/* "list.append" or "len": TypeError with that name in front of the rest of the message. */
static void binder_qualified_error(ouro_runtime *rt, const binder_name *who, const char *rest, size_t given,
                                   bool with_count)
{
    const char *prefix = who->prefix == NULL ? "" : who->prefix;
    const char *dot = who->prefix == NULL ? "" : ".";
    if (with_count) {
        error_type(rt, "%s%s%s() %s (%zu given)", prefix, dot, who->name, rest, given);
    } else {
        error_type(rt, "%s%s%s() %s", prefix, dot, who->name, rest);
    }
}

static void binder_expected_error(ouro_runtime *rt, const char *name, size_t least, size_t most, size_t given)
{
    if (given < least) {
        error_type(rt, "%s expected %s%zu argument%s, got %zu", name, least == most ? "" : "at least ", least,
                   binder_plural(least), given);
    } else {
        error_type(rt, "%s expected %s%zu argument%s, got %zu", name, least == most ? "" : "at most ", most,
                   binder_plural(most), given);
    }
}

/* The count of positional arguments does not fit a function whose parameters have no names. */
static void binder_count_error(ouro_runtime *rt, const signature *s, const binder_name *who, size_t nargs)
{
    size_t least = s->required - who->implicit;
    size_t most = s->varargs >= 0 ? SIZE_MAX : s->positional - who->implicit;
    size_t given = nargs - who->implicit;
    if (most == 0) {
        binder_qualified_error(rt, who, "takes no arguments", given, true);
    } else if (most == 1 && least == 1) {
        binder_qualified_error(rt, who, "takes exactly one argument", given, true);
    } else {
        binder_expected_error(rt, who->name, least, most, given);
    }
}

/* ---- binding -------------------------------------------------------------------------------------------- */

static bool parameter_is_named(const parameter *p, ouro_value name)
{
    const str_object *s = as_str(name);
    return s->length == p->name_length && (s->flags & STR_ASCII) != 0 &&
           memcmp(s->data, p->name, p->name_length) == 0;
}

static size_t binder_keyword_count(ouro_value kwnames)
{
    return ouro_is_null(kwnames) ? 0 : as_tuple(kwnames)->size;
}

/* The parameter that can be given by `name`, or -1. */
static int binder_find(const signature *s, ouro_value name)
{
    for (unsigned i = s->positional_only; i < s->count; i++) {
        const parameter *p = &s->parameters[i];
        if ((p->kind == PARAMETER_NORMAL || p->kind == PARAMETER_KEYWORD_ONLY) && parameter_is_named(p, name)) {
            return (int)i;
        }
    }
    return -1;
}

/* Checks the counts; false with TypeError. */
static bool binder_check_counts(ouro_runtime *rt, const signature *s, const binder_name *who, size_t nargs,
                                size_t nkeywords)
{
    size_t implicit = who->implicit;
    if (!s->takes_keywords) {
        if (nkeywords > 0) {
            binder_qualified_error(rt, who, "takes no keyword arguments", 0, false);
            return false;
        }
        if (nargs < s->required || (s->varargs < 0 && nargs > s->positional)) {
            binder_count_error(rt, s, who, nargs);
            return false;
        }
        return true;
    }
    size_t given = nargs - implicit;
    size_t most = s->positional - implicit;
    if (s->varargs < 0 && s->varkeywords < 0) {
        size_t all = most + s->keyword_only;
        if (given + nkeywords > all) {
            error_type(rt, "%s() takes %s %zu %sargument%s (%zu given)", who->name, "at most", all,
                       given == 0 ? "keyword " : "", binder_plural(all), given + nkeywords);
            return false;
        }
    }
    if (s->varargs < 0 && given > most) {
        if (most == 0) {
            error_type(rt, "%s() takes no positional arguments", who->name);
        } else {
            error_type(rt, "%s() takes %s %zu positional argument%s (%zu given)", who->name,
                       s->required < s->positional ? "at most" : "exactly", most, binder_plural(most), given);
        }
        return false;
    }
    size_t least = s->required < s->positional_only ? s->required : s->positional_only;
    if (nargs < least) {
        if (s->positional == s->positional_only && s->varargs >= 0) {
            binder_expected_error(rt, who->name, least - implicit, SIZE_MAX, given);
        } else {
            error_type(rt, "%s() takes %s %zu positional argument%s (%zu given)", who->name,
                       least < s->positional ? "at least" : "exactly", least - implicit,
                       binder_plural(least - implicit), given);
        }
        return false;
    }
    return true;
}

static bool binder_keyword_error(ouro_runtime *rt, const signature *s, const binder_name *who, ouro_value name)
{
    int at = binder_find(s, name);
    if (at >= 0) {
        error_type(rt, "argument for %s() given by name ('%U') and position (%zu)", who->name, name,
                   (size_t)at + 1 - who->implicit);
    } else {
        error_type(rt, "'%U' is an invalid keyword argument for %s()", name, who->name);
    }
    return false;
}

/* Fills `out` with borrowed values; *args and **kwargs are new references (owned by the caller). */
static bool binder_arrange(ouro_runtime *rt, const signature *s, const binder_name *who, const ouro_value *args,
                           size_t nargs, ouro_value kwnames, ouro_value *out)
{
    size_t nkeywords = binder_keyword_count(kwnames);
    for (unsigned i = 0; i < s->count; i++) {
        out[i] = OURO_NULL;
    }
    if (!binder_check_counts(rt, s, who, nargs, nkeywords)) {
        return false;
    }
    size_t direct = nargs < s->positional ? nargs : s->positional;
    memcpy(out, args, direct * sizeof(ouro_value));
    bool leftover = false;
    for (size_t k = 0; k < nkeywords; k++) {
        int at = binder_find(s, as_tuple(kwnames)->items[k]);
        if (at >= 0 && ouro_is_null(out[at])) {
            out[at] = args[nargs + k];
        } else {
            leftover = true;
        }
    }
    for (unsigned i = 0; i < s->count; i++) {
        const parameter *p = &s->parameters[i];
        if (p->required && ouro_is_null(out[i])) {
            if (p->kind == PARAMETER_KEYWORD_ONLY) {
                error_type(rt, "%s() missing required keyword-only argument: '%.*s'", who->name,
                           (int)p->name_length, p->name);
            } else {
                error_type(rt, "%s() missing required argument '%.*s' (pos %zu)", who->name, (int)p->name_length,
                           p->name, (size_t)i + 1 - who->implicit);
            }
            return false;
        }
    }
    ouro_value extra = OURO_NULL;
    if (leftover) {
        for (size_t k = 0; k < nkeywords; k++) {
            ouro_value name = as_tuple(kwnames)->items[k];
            int at = binder_find(s, name);
            if (at >= 0 && ouro_is(out[at], args[nargs + k]) && (size_t)at >= direct) {
                continue;
            }
            if (s->varkeywords < 0 || at >= 0) {
                value_decref(rt, extra);
                return binder_keyword_error(rt, s, who, name);
            }
            if (ouro_is_null(extra)) {
                extra = dict_new(rt, nkeywords);
                if (ouro_is_null(extra)) {
                    return false;
                }
            }
            if (!dict_set(rt, as_dict(extra), name, args[nargs + k])) {
                value_decref(rt, extra);
                return false;
            }
        }
    }
    if (s->varargs >= 0) {
        ouro_value rest = tuple_new(rt, args + direct, nargs - direct);
        if (ouro_is_null(rest)) {
            value_decref(rt, extra);
            return false;
        }
        out[s->varargs] = rest;
    }
    if (s->varkeywords >= 0) {
        out[s->varkeywords] = extra;
    }
    return true;
}

ouro_value binder_call(ouro_runtime *rt, const signature *s, native_fn fn, const binder_name *who,
                       const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    ouro_value few[BINDER_STACK_ARGUMENTS];
    ouro_value *out = few;
    if (!ouro_is_null(kwnames) && as_tuple(kwnames)->size == 0) {
        kwnames = OURO_NULL;
    }
    if (binder_fits(s, nargs, kwnames)) {
        return fn(rt, args, nargs);
    }
    if (s->count > BINDER_STACK_ARGUMENTS) {
        out = ouro_mem_alloc(rt->mem, s->count * sizeof(ouro_value));
        if (out == NULL) {
            error_no_memory(rt);
            return OURO_NULL;
        }
    }
    ouro_value result = OURO_NULL;
    if (binder_arrange(rt, s, who, args, nargs, kwnames, out)) {
        result = fn(rt, out, s->count);
        if (s->varargs >= 0) {
            value_decref(rt, out[s->varargs]);
        }
        if (s->varkeywords >= 0) {
            value_decref(rt, out[s->varkeywords]);
        }
    }
    if (out != few) {
        ouro_mem_free(rt->mem, out);
    }
    return result;
}

/* ---- for constructors ----------------------------------------------------------------------------------- */

/* The parsed text, kept until the runtime is closed; *kept: it is (else the caller frees it: there was no memory to note
 * it).  By the address of the text: those who call arguments_bind have constants. */
static signature *signature_kept(ouro_runtime *rt, const char *text, bool *kept)
{
    struct map *table = rt->types->signatures;
    signature *s = table == NULL ? NULL : map_get_pointer(table, text);
    *kept = s != NULL;
    if (s != NULL) {
        return s;
    }
    if (table == NULL) {
        table = ouro_mem_alloc(rt->mem, sizeof *table);
        if (table == NULL) {
            error_no_memory(rt);
            return NULL;
        }
        map_init(table, mem_allocation(rt->mem));
        rt->types->signatures = table;
    }
    s = signature_parse(rt, text);
    *kept = s != NULL && map_set_pointer(table, text, s);
    return s;
}

void binder_stop(ouro_runtime *rt)
{
    struct map *table = rt->types->signatures;
    if (table == NULL) {
        return;
    }
    size_t position = 0;
    uint64_t text, parsed;
    while (map_next(table, &position, &text, &parsed)) {
        ouro_mem_free(rt->mem, (void *)(uintptr_t)parsed);
    }
    map_clear(table);
    ouro_mem_free(rt->mem, table);
    rt->types->signatures = NULL;
}

bool arguments_bind(ouro_runtime *rt, const char *name, const char *text, const ouro_value *args, size_t nargs,
                    ouro_value kwnames, ouro_value *out)
{
    bool kept;
    signature *s = signature_kept(rt, text, &kept);
    if (s == NULL) {
        return false;
    }
    if (binder_fits(s, nargs, kwnames)) {
        for (size_t i = 0; i < s->count; i++) {
            out[i] = i < nargs ? args[i] : OURO_NULL;
        }
        if (!kept) {
            ouro_mem_free(rt->mem, s);
        }
        return true;
    }
    binder_name who = {name, NULL, 0};
    bool ok = binder_arrange(rt, s, &who, args, nargs, kwnames, out);
    if (!kept) {
        ouro_mem_free(rt->mem, s);
    }
    return ok;
}

bool arguments_positional(ouro_runtime *rt, const char *name, size_t nargs, ouro_value kwnames, size_t least,
                          size_t most)
{
    if (binder_keyword_count(kwnames) > 0) {
        error_type(rt, "%s() takes no keyword arguments", name);
        return false;
    }
    if (nargs < least || nargs > most) {
        binder_expected_error(rt, name, least, most, nargs);
        return false;
    }
    return true;
}

bool arguments_positional_new(ouro_runtime *rt, type_object *type, const char *name, size_t nargs, ouro_value kwnames,
                              size_t least, size_t most)
{
    bool may_take = type->spec == NULL && type->slots.init != TYPE(rt, object)->slots.init;
    return arguments_positional(rt, name, nargs, may_take ? OURO_NULL : kwnames, least, most);
}
