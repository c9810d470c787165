/* str_methods_layout.c: methods of str that pad, translate, encode and join. */
#include "types/str_methods.h"

#include "types/bytes.h"
#include "types/codec.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"

static ouro_value str_layout_pad(ouro_runtime *rt, ouro_value v, size_t left, size_t right, uint32_t fill)
{
    const str_object *s = as_str(v);
    if (left == 0 && right == 0) {
        return str_exact(rt, v);
    }
    if (left > SIZE_MAX / 16 - s->length || right > SIZE_MAX / 16 - s->length - left) {
        return error_overflow(rt, "padded string is too long");
    }
    uint32_t class = str_max_class(s), fill_class = text_class_of(fill);
    str_object *r = str_new_blank(rt, left + s->length + right, class > fill_class ? class : fill_class);
    if (r != NULL) {
        unsigned kind = str_kind(r);
        text_fill(kind, r->data, 0, left, fill);
        text_copy(kind, r->data, left, str_kind(s), s->data, 0, s->length);
        text_fill(kind, r->data, left + s->length, right, fill);
    }
    return ouro_from_object(r);
}

/* center, ljust, rjust: `left_share` tells how the padding is divided: 0 none left, 1 half, 2 all. */
static ouro_value str_layout_justify(ouro_runtime *rt, const ouro_value *args, size_t nargs, int left_share)
{
    const str_object *s = as_str(args[0]);
    int64_t width;
    if (!text_size_argument(rt, args[1], &width)) {
        return OURO_NULL;
    }
    uint32_t fill = ' ';
    ouro_value fill_value = arg_or_null(args, nargs, 2);
    if (!ouro_is_null(fill_value)) {
        if (!value_is_str(rt, fill_value)) {
            return error_type(rt, "The fill character must be a unicode character, not %T", fill_value);
        }
        if (as_str(fill_value)->length != 1) {
            return error_type(rt, "The fill character must be exactly one character long");
        }
        fill = str_char_at(as_str(fill_value), 0);
    }
    if (width <= (int64_t)s->length) {
        return str_exact(rt, args[0]);
    }
    size_t padding = (size_t)width - s->length;
    /* an odd space goes left when the width is odd */
    size_t left = left_share == 0 ? 0 : left_share == 2 ? padding : padding / 2 + (padding & (size_t)width & 1);
    return str_layout_pad(rt, args[0], left, padding - left, fill);
}

ouro_value str_method_center(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return str_layout_justify(rt, args, nargs, 1);
}

ouro_value str_method_ljust(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return str_layout_justify(rt, args, nargs, 0);
}

ouro_value str_method_rjust(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return str_layout_justify(rt, args, nargs, 2);
}

ouro_value str_method_zfill(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const str_object *s = as_str(args[0]);
    int64_t width;
    if (!text_size_argument(rt, args[1], &width)) {
        return OURO_NULL;
    }
    if (width <= (int64_t)s->length) {
        return str_exact(rt, args[0]);
    }
    size_t zeros = (size_t)width - s->length;
    ouro_value r = str_layout_pad(rt, args[0], zeros, 0, '0');
    if (!ouro_is_null(r) && s->length > 0) {
        uint32_t first = str_char_at(s, 0);
        if (first == '+' || first == '-') { /* the sign stays in front; nobody has seen r yet */
            str_object *filled = as_str(r);
            text_write(str_kind(filled), filled->data, 0, first);
            text_write(str_kind(filled), filled->data, zeros, '0');
        }
    }
    return r;
}

ouro_value str_method_expandtabs(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t size = 8;
    if (!ouro_is_null(arg_or_null(args, nargs, 1))) {
        if (!text_int_argument(rt, args[1], &size)) {
            return OURO_NULL;
        }
    }
    const str_object *s = as_str(args[0]);
    str_builder b;
    str_builder_init(&b, rt);
    int64_t column = 0;
    for (size_t i = 0; i < s->length && !b.failed; i++) {
        uint32_t c = str_char_at(s, i);
        if (c == '\t') {
            if (size > 0) {
                for (int64_t spaces = size - column % size; spaces > 0 && !b.failed; spaces--) {
                    str_builder_char(&b, ' ');
                    column++;
                }
            }
            continue;
        }
        str_builder_char(&b, c);
        column = c == '\n' || c == '\r' ? 0 : column + 1;
    }
    return str_builder_finish(&b);
}

/* ---- translation -------------------------------------------------------------------------------------- */

static bool str_layout_map_pair(ouro_runtime *rt, ouro_value table, uint32_t key, ouro_value value)
{
    return dict_set(rt, as_dict(table), ouro_int(key), value);
}

static ouro_value str_layout_table_from_dict(ouro_runtime *rt, ouro_value source, ouro_value table)
{
    if (!value_is_instance_exactly(rt, source, TYPE(rt, dict)) && !value_is_dict(rt, source)) {
        return error_type(rt, "if you give only one argument to maketrans it must be a dict");
    }
    size_t position = 0;
    ouro_value key, value;
    while (dict_next(as_dict(source), &position, &key, &value)) {
        if (value_is_str(rt, key)) {
            if (as_str(key)->length != 1) {
                return error_value(rt, "string keys in translate table must be of length 1");
            }
            if (!str_layout_map_pair(rt, table, str_char_at(as_str(key), 0), value)) {
                return OURO_NULL;
            }
        } else if (value_is_int(rt, key)) {
            if (!dict_set(rt, as_dict(table), key, value)) {
                return OURO_NULL;
            }
        } else {
            return error_type(rt, "keys in translate table must be strings or integers");
        }
    }
    return OURO_NONE;
}

ouro_value str_method_maketrans(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value x = args[0], y = arg_or_null(args, nargs, 1), z = arg_or_null(args, nargs, 2);
    for (int i = 1; i <= 2; i++) {
        ouro_value v = i == 1 ? y : z;
        if (!ouro_is_null(v) && !value_is_str(rt, v)) {
            return error_type(rt, "maketrans() argument %d must be str, not %T", i + 1, v);
        }
    }
    ouro_value table = dict_new(rt, 0);
    if (ouro_is_null(table)) {
        return OURO_NULL;
    }
    if (ouro_is_null(y)) {
        if (ouro_is_null(str_layout_table_from_dict(rt, x, table))) {
            goto failed;
        }
        return table;
    }
    if (!value_is_str(rt, x)) {
        error_type(rt, "first maketrans argument must be a string if there is a second argument");
        goto failed;
    }
    if (as_str(x)->length != as_str(y)->length) {
        error_value(rt, "the first two maketrans arguments must have equal length");
        goto failed;
    }
    for (size_t i = 0; i < as_str(x)->length; i++) {
        if (!str_layout_map_pair(rt, table, str_char_at(as_str(x), i), ouro_int(str_char_at(as_str(y), i)))) {
            goto failed;
        }
    }
    if (!ouro_is_null(z)) {
        for (size_t i = 0; i < as_str(z)->length; i++) {
            if (!str_layout_map_pair(rt, table, str_char_at(as_str(z), i), OURO_NONE)) {
                goto failed;
            }
        }
    }
    return table;
failed:
    value_decref(rt, table);
    return OURO_NULL;
}

/* Appends what the table says for `c`.  ASCII results of one character are kept in `cache` (0: not asked yet). */
static bool str_layout_translate_char(ouro_runtime *rt, str_builder *b, ouro_value table, uint32_t c,
                                      uint8_t cache[128])
{
    ouro_value mapped = object_getitem(rt, table, ouro_int(c));
    bool ok = true;
    if (ouro_is_null(mapped)) {
        if (!error_clear_if(rt, EXC(rt, LookupError))) {
            return false;
        }
        str_builder_char(b, c);
        if (c < 128) {
            cache[c] = (uint8_t)(c + 1);
        }
        return true;
    }
    if (value_is_int(rt, mapped)) {
        int64_t code;
        if (!int_fits_int64(mapped, &code) || code < 0 || code > 0x10ffff) {
            error_value(rt, "character mapping must be in range(0x%x)", 0x110000);
            ok = false;
        } else {
            str_builder_char(b, (uint32_t)code);
            if (c < 128 && code < 128) {
                cache[c] = (uint8_t)(code + 1);
            }
        }
    } else if (value_is_str(rt, mapped)) {
        str_builder_str(b, mapped);
    } else if (!ouro_is_none(mapped)) {
        error_type(rt, "character mapping must return integer, None or str");
        ok = false;
    }
    value_decref(rt, mapped);
    return ok;
}

ouro_value str_method_translate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const str_object *s = as_str(args[0]);
    uint8_t cache[128] = {0}; /* only for tables that nobody can change in between: exact dicts */
    bool cached = value_is_instance_exactly(rt, args[1], TYPE(rt, dict));
    str_builder b;
    str_builder_init(&b, rt);
    for (size_t i = 0; i < s->length && !b.failed; i++) {
        uint32_t c = str_char_at(s, i);
        if (cached && c < 128 && cache[c] != 0) {
            str_builder_char(&b, cache[c] - 1u);
        } else if (!str_layout_translate_char(rt, &b, args[1], c, cache)) {
            str_builder_drop(&b);
            return OURO_NULL;
        }
    }
    return str_builder_finish(&b);
}

/* ---- encode, join, pickling --------------------------------------------------------------------------- */

ouro_value str_method_encode(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    static const char *const names[] = {"encoding", "errors"};
    char *text[2] = {NULL, NULL};
    ouro_value result = OURO_NULL;
    for (size_t i = 0; i < 2; i++) {
        ouro_value v = arg_or_null(args, nargs, i + 1);
        if (ouro_is_null(v)) {
            continue;
        }
        if (!value_is_str(rt, v)) {
            error_type(rt, "encode() argument '%s' must be str, not %T", names[i], v);
            goto done;
        }
        text[i] = text_c_name(rt, v);
        if (text[i] == NULL) {
            goto done;
        }
    }
    if (codec_check_names(rt, text[0], text[1])) {
        result = codec_encode(rt, args[0], text[0], text[1]);
    }
done:
    ouro_mem_free(rt->mem, text[0]);
    ouro_mem_free(rt->mem, text[1]);
    return result;
}

ouro_value str_method_join(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return str_join(rt, args[0], args[1]);
}

ouro_value str_method_getnewargs(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value text = str_copy(rt, args[0]);
    if (ouro_is_null(text)) {
        return OURO_NULL;
    }
    ouro_value tuple = tuple_pack1(rt, text);
    value_decref(rt, text);
    return tuple;
}
