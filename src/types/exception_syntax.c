/* exception_syntax.c: SyntaxError, IndentationError, TabError: where in a source text something is wrong.
 *
 * SyntaxError(message, (filename, lineno, offset, text[, end_lineno, end_offset])).
 */
#include "types/exception_private.h"

#include "types/number.h"

typedef struct syntax_error_object {
    exception_object base;
    ouro_value msg, filename, line, offset, end_line, end_offset, text, print_file_and_line;
} syntax_error_object;

static syntax_error_object *as_syntax_error(ouro_value v)
{
    return (syntax_error_object *)(void *)ouro_as_object(v);
}

static bool exception_syntax_fill(ouro_runtime *rt, syntax_error_object *e, ouro_value details)
{
    ouro_value info = tuple_from_iterable(rt, details);
    if (ouro_is_null(info)) {
        return false;
    }
    const tuple_object *t = as_tuple(info);
    bool ok = false;
    if (t->size < 4) {
        error_type(rt, "function takes at least 4 arguments (%zu given)", t->size);
    } else if (t->size > 6) {
        error_type(rt, "function takes at most 6 arguments (%zu given)", t->size);
    } else {
        ouro_value *slots[] = {&e->filename, &e->line, &e->offset, &e->text, &e->end_line, &e->end_offset};
        value_clear(rt, &e->end_line);
        value_clear(rt, &e->end_offset);
        for (size_t i = 0; i < t->size; i++) {
            value_replace(rt, slots[i], value_incref(t->items[i]));
        }
        ok = t->size != 5;
        if (!ok) {
            error_type(rt, "end_offset must be provided when end_lineno is provided");
        }
    }
    value_decref(rt, info);
    return ok;
}

static bool exception_syntax_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                  ouro_value kwnames)
{
    if (!exception_init(rt, self, args, nargs, kwnames)) {
        return false;
    }
    syntax_error_object *e = as_syntax_error(self);
    if (nargs >= 1) {
        value_replace(rt, &e->msg, value_incref(args[0]));
    }
    return nargs != 2 || exception_syntax_fill(rt, e, args[1]);
}

/* The file's name without its folders. */
static ouro_value exception_syntax_base_name(ouro_runtime *rt, ouro_value filename)
{
    const str_object *s = as_str(filename);
    size_t start = 0;
    for (size_t i = 0; i < str_length(s); i++) {
        if (str_char_at(s, i) == '/') {
            start = i + 1;
        }
    }
    return str_substring(rt, filename, start, str_length(s));
}

static ouro_value exception_syntax_str(ouro_runtime *rt, ouro_value self)
{
    const syntax_error_object *e = as_syntax_error(self);
    ouro_value msg = ouro_is_null(e->msg) ? OURO_NONE : e->msg;
    int64_t line = 0;
    bool has_line = !ouro_is_null(e->line) && value_is_instance_exactly(rt, e->line, TYPE(rt, int)) &&
                    int_fits_int64(e->line, &line);
    if (ouro_is_null(e->filename) || !value_is_str(rt, e->filename)) {
        if (has_line) {
            return str_format_c(rt, "%S (line %lld)", msg, (long long)line);
        }
        return object_str(rt, msg);
    }
    ouro_value name = exception_syntax_base_name(rt, e->filename);
    if (ouro_is_null(name)) {
        return OURO_NULL;
    }
    ouro_value text;
    if (has_line) {
        text = str_format_c(rt, "%S (%U, line %lld)", msg, name, (long long)line);
    } else {
        text = str_format_c(rt, "%S (%U)", msg, name);
    }
    value_decref(rt, name);
    return text;
}

static const ouro_field exception_syntax_fields[] = {
    EXCEPTION_FIELDS,
    {OURO_FIELD_VALUE, offsetof(syntax_error_object, msg), 0, "msg"},
    {OURO_FIELD_VALUE, offsetof(syntax_error_object, filename), 0, "filename"},
    {OURO_FIELD_VALUE, offsetof(syntax_error_object, line), 0, "lineno"},
    {OURO_FIELD_VALUE, offsetof(syntax_error_object, offset), 0, "offset"},
    {OURO_FIELD_VALUE, offsetof(syntax_error_object, end_line), 0, "end_lineno"},
    {OURO_FIELD_VALUE, offsetof(syntax_error_object, end_offset), 0, "end_offset"},
    {OURO_FIELD_VALUE, offsetof(syntax_error_object, text), 0, "text"},
    {OURO_FIELD_VALUE, offsetof(syntax_error_object, print_file_and_line), 0, "print_file_and_line"},
};

static const member_def exception_syntax_members[] = {
    {"msg", offsetof(syntax_error_object, msg), MEMBER_NONE_IF_NULL, "exception msg"},
    {"filename", offsetof(syntax_error_object, filename), MEMBER_NONE_IF_NULL, "exception filename"},
    {"lineno", offsetof(syntax_error_object, line), MEMBER_NONE_IF_NULL, "exception lineno"},
    {"offset", offsetof(syntax_error_object, offset), MEMBER_NONE_IF_NULL, "exception offset"},
    {"text", offsetof(syntax_error_object, text), MEMBER_NONE_IF_NULL, "exception text"},
    {"end_lineno", offsetof(syntax_error_object, end_line), MEMBER_NONE_IF_NULL, "exception end lineno"},
    {"end_offset", offsetof(syntax_error_object, end_offset), MEMBER_NONE_IF_NULL, "exception end offset"},
    {"print_file_and_line", offsetof(syntax_error_object, print_file_and_line), MEMBER_NONE_IF_NULL,
     "exception print_file_and_line"},
    {0},
};

const type_spec exception_spec_SyntaxError = {
    .name = "SyntaxError",
    .size = sizeof(syntax_error_object),
    .flags = EXCEPTION_FLAGS,
    .base = &exception_spec_Exception,
    .doc = "Invalid syntax.",
    .fields = exception_syntax_fields,
    .field_count = EXCEPTION_FIELD_COUNT + 8,
    .members = exception_syntax_members,
    .slots = {.init = exception_syntax_init, .str = exception_syntax_str},
};

const type_spec exception_spec_IndentationError = {
    .name = "IndentationError",
    .size = sizeof(syntax_error_object),
    .flags = EXCEPTION_FLAGS,
    .base = &exception_spec_SyntaxError,
    .doc = "Improper indentation.",
    .fields = exception_syntax_fields,
    .field_count = EXCEPTION_FIELD_COUNT + 8,
};

const type_spec exception_spec_TabError = {
    .name = "TabError",
    .size = sizeof(syntax_error_object),
    .flags = EXCEPTION_FLAGS,
    .base = &exception_spec_IndentationError,
    .doc = "Improper mixture of spaces and tabs.",
    .fields = exception_syntax_fields,
    .field_count = EXCEPTION_FIELD_COUNT + 8,
};
