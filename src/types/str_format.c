/* str_format.c: str.format, str.format_map and str.__format__.
 *
 * A spec may itself hold fields, one level deep.  Positional fields are either all numbered or all automatic.
 */
#include "types/str_format.h"
#include "types/str_methods.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"

typedef struct format_state {
    ouro_runtime *rt;
    ouro_value text;
    const ouro_value *args; /* NULL: format_map */
    size_t nargs;
    ouro_value mapping;     /* the keyword arguments (OURO_NULL: none), or format_map's argument */
    enum { FORMAT_UNDECIDED, FORMAT_AUTOMATIC, FORMAT_MANUAL } numbering;
    int64_t next_index;
} format_state;

/* The value that the first part of a field name stands for. */
static ouro_value format_first_value(format_state *f, format_span first)
{
    ouro_runtime *rt = f->rt;
    const str_object *s = as_str(f->text);
    bool empty = first.start >= first.end;
    int64_t index = format_span_index(rt, s, first);
    if (index == -2) {
        return OURO_NULL;
    }
    if (empty || index >= 0) {
        if (f->numbering == FORMAT_UNDECIDED) {
            f->numbering = empty ? FORMAT_AUTOMATIC : FORMAT_MANUAL;
        } else if (empty && f->numbering == FORMAT_MANUAL) {
            return error_value(rt, "cannot switch from manual field specification to automatic field numbering");
        } else if (!empty && f->numbering == FORMAT_AUTOMATIC) {
            return error_value(rt, "cannot switch from automatic field numbering to manual field specification");
        }
        if (empty) {
            index = f->next_index++;
        }
        if (f->args == NULL) {
            return error_value(rt, "Format string contains positional fields");
        }
        if ((uint64_t)index >= f->nargs) {
            return error_raise(rt, EXC(rt, IndexError),
                               "Replacement index %lld out of range for positional args tuple", (long long)index);
        }
        return value_incref(f->args[index]);
    }
    ouro_value key = str_substring(rt, f->text, first.start, first.end), value;
    if (ouro_is_null(key)) {
        return OURO_NULL;
    }
    if (ouro_is_null(f->mapping)) {
        value = error_key(rt, key);
    } else if (f->args != NULL) {
        value = value_incref(dict_get(rt, as_dict(f->mapping), key));
        if (ouro_is_null(value) && !error_is_set(rt)) {
            error_key(rt, key);
        }
    } else {
        value = object_getitem(rt, f->mapping, key);
    }
    value_decref(rt, key);
    return value;
}

static ouro_value format_field_value(format_state *f, format_span name)
{
    ouro_runtime *rt = f->rt;
    const str_object *s = as_str(f->text);
    size_t at = format_first_part(s, name);
    ouro_value value = format_first_value(f, (format_span){name.start, at});
    while (!ouro_is_null(value)) {
        format_step step;
        int more = format_next_step(rt, s, &at, name.end, &step);
        if (more == 0) {
            return value;
        }
        ouro_value next = OURO_NULL;
        if (more > 0) {
            ouro_value key = step.index >= 0 ? ouro_int(step.index)
                                             : str_substring(rt, f->text, step.name.start, step.name.end);
            if (!ouro_is_null(key)) {
                next = step.is_attribute ? object_getattr(rt, value, key) : object_getitem(rt, value, key);
            }
            value_decref(rt, key);
        }
        value_replace(rt, &value, next);
    }
    return OURO_NULL;
}

static ouro_value format_convert(ouro_runtime *rt, ouro_value value, uint32_t conversion)
{
    switch (conversion) {
    case 'r':
        return object_repr(rt, value);
    case 's':
        return object_str(rt, value);
    case 'a':
        return object_ascii(rt, value);
    default:
        if (conversion > 32 && conversion < 127) {
            return error_value(rt, "Unknown conversion specifier %c", (int)conversion);
        }
        return error_value(rt, "Unknown conversion specifier \\x%x", conversion);
    }
}

static bool format_build(format_state *f, str_builder *b, size_t start, size_t end, int depth);

static bool format_field(format_state *f, str_builder *b, const format_piece *piece, int depth)
{
    ouro_runtime *rt = f->rt;
    ouro_value value = format_field_value(f, piece->name);
    if (ouro_is_null(value)) {
        return false;
    }
    bool ok = false;
    ouro_value spec = OURO_NULL, text = OURO_NULL;
    if (piece->conversion != 0) {
        value_replace(rt, &value, format_convert(rt, value, piece->conversion));
        if (ouro_is_null(value)) {
            return false;
        }
    }
    if (piece->spec.start == piece->spec.end && value_is_str_exact(rt, value)) {
        str_builder_str(b, value);
        ok = true;
        goto done;
    }
    if (piece->spec_has_fields) {
        str_builder inner;
        str_builder_init(&inner, rt);
        if (!format_build(f, &inner, piece->spec.start, piece->spec.end, depth - 1)) {
            str_builder_drop(&inner);
            goto done;
        }
        spec = str_builder_finish(&inner);
    } else {
        spec = str_substring(rt, f->text, piece->spec.start, piece->spec.end);
    }
    if (ouro_is_null(spec)) {
        goto done;
    }
    text = object_format(rt, value, spec);
    if (!ouro_is_null(text)) {
        str_builder_str(b, text);
        ok = true;
    }
done:
    value_decref(rt, value);
    value_decref(rt, spec);
    value_decref(rt, text);
    return ok;
}

static bool format_build(format_state *f, str_builder *b, size_t start, size_t end, int depth)
{
    if (depth <= 0) {
        error_value(f->rt, "Max string recursion exceeded");
        return false;
    }
    size_t at = start;
    format_piece piece;
    int more;
    while ((more = format_next_piece(f->rt, as_str(f->text), &at, end, &piece)) > 0) {
        str_builder_range(b, f->text, piece.literal.start, piece.literal.end);
        if (piece.has_field && !format_field(f, b, &piece, depth)) {
            return false;
        }
    }
    return more == 0;
}

static ouro_value format_run(format_state *f)
{
    str_builder b;
    str_builder_init(&b, f->rt);
    if (!format_build(f, &b, 0, as_str(f->text)->length, 2)) {
        str_builder_drop(&b);
        return OURO_NULL;
    }
    return str_builder_finish(&b);
}

ouro_value str_method_format(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value positional = arg_or_null(args, nargs, 1);
    static const ouro_value none[1];
    format_state f = {.rt = rt, .text = args[0], .args = none, .mapping = arg_or_null(args, nargs, 2)};
    if (!ouro_is_null(positional)) {
        f.args = as_tuple(positional)->items;
        f.nargs = as_tuple(positional)->size;
    }
    return format_run(&f);
}

ouro_value str_method_format_map(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    format_state f = {.rt = rt, .text = args[0], .mapping = args[1]};
    return format_run(&f);
}
