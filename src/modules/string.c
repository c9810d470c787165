/* string.c: the module _string: format strings taken apart, for string.Formatter. */
#include "modules/modules.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/str_format.h"

/* The pieces of a format string as a list of (literal, field name, spec, conversion). */
static ouro_value string_formatter_parser(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_str(rt, args[0])) {
        return error_type(rt, "expected str, got %T", args[0]);
    }
    ouro_value list = list_new(rt, NULL, 0);
    if (ouro_is_null(list)) {
        return OURO_NULL;
    }
    const str_object *s = as_str(args[0]);
    size_t at = 0;
    format_piece piece;
    int more;
    while ((more = format_next_piece(rt, s, &at, s->length, &piece)) > 0) {
        ouro_value items[4] = {str_substring(rt, args[0], piece.literal.start, piece.literal.end), OURO_NONE, OURO_NONE,
                               OURO_NONE};
        if (piece.has_field) {
            items[1] = str_substring(rt, args[0], piece.name.start, piece.name.end);
            items[2] = str_substring(rt, args[0], piece.spec.start, piece.spec.end);
            items[3] = piece.conversion == 0 ? OURO_NONE : str_from_char(rt, piece.conversion);
        }
        ouro_value row = OURO_NULL;
        if (!ouro_is_null(items[0]) && !ouro_is_null(items[1]) && !ouro_is_null(items[2]) && !ouro_is_null(items[3])) {
            row = tuple_new(rt, items, 4);
        }
        for (int i = 0; i < 4; i++) {
            value_decref(rt, items[i]);
        }
        if (ouro_is_null(row) || !list_append_steal(rt, list, row)) {
            value_decref(rt, list);
            return OURO_NULL;
        }
    }
    if (more < 0) {
        value_decref(rt, list);
        return OURO_NULL;
    }
    ouro_value iterator = object_iter(rt, list);
    value_decref(rt, list);
    return iterator;
}

/* The first part of a field name, and an iterator over (is_attribute, key). */
static ouro_value string_field_name_split(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_str(rt, args[0])) {
        return error_type(rt, "expected str, got %T", args[0]);
    }
    const str_object *s = as_str(args[0]);
    format_span whole = {0, s->length};
    size_t at = format_first_part(s, whole);
    int64_t index = format_span_index(rt, s, (format_span){0, at});
    if (index == -2) {
        return OURO_NULL;
    }
    ouro_value list = list_new(rt, NULL, 0), first, result = OURO_NULL, iterator = OURO_NULL;
    if (ouro_is_null(list)) {
        return OURO_NULL;
    }
    first = index >= 0 ? ouro_int(index) : str_substring(rt, args[0], 0, at);
    bool ok = !ouro_is_null(first);
    while (ok) {
        format_step step;
        int more = format_next_step(rt, s, &at, s->length, &step);
        if (more <= 0) {
            ok = more == 0;
            break;
        }
        ouro_value key = step.index >= 0 ? ouro_int(step.index) : str_substring(rt, args[0], step.name.start, step.name.end);
        ouro_value pair = ouro_is_null(key) ? OURO_NULL : tuple_pack2(rt, ouro_bool(step.is_attribute), key);
        value_decref(rt, key);
        ok = !ouro_is_null(pair) && list_append_steal(rt, list, pair);
    }
    if (ok) {
        iterator = object_iter(rt, list);
    }
    if (!ouro_is_null(iterator)) {
        result = tuple_pack2(rt, first, iterator);
    }
    value_decref(rt, iterator);
    value_decref(rt, first);
    value_decref(rt, list);
    return result;
}

static const method_def string_functions[] = {
    {"formatter_field_name_split", "field_name, /", string_field_name_split, .doc = "Split the argument as a field name."},
    {"formatter_parser", "format_string, /", string_formatter_parser, .doc = "Parse the argument as a format string."},
    {NULL},
};

const module_def string_module_def = {
    .name = "_string",
    .doc = "string helper module",
    .functions = string_functions,
};
