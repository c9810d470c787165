/* str_methods_case.c: methods of str that change case, and those that ask what the characters are.
 *
 * ASCII text takes loops over bytes; everything else goes character by character through unicode.c, with full case
 * mappings (one character may become three) and the rule for the sigma at the end of a word.
 */
#include "types/str_methods.h"

static inline unsigned char str_case_ascii_lower(unsigned char c)
{
    return (unsigned char)(c + ((unsigned)(c - 'A') < 26u ? 32 : 0));
}

static inline unsigned char str_case_ascii_upper(unsigned char c)
{
    return (unsigned char)(c - ((unsigned)(c - 'a') < 26u ? 32 : 0));
}

typedef enum str_case { STR_CASE_LOWER, STR_CASE_UPPER, STR_CASE_FOLD, STR_CASE_SWAP, STR_CASE_TITLE,
                        STR_CASE_CAPITALIZE } str_case;

static void str_case_ascii(str_case what, const unsigned char *in, unsigned char *out, size_t n)
{
    bool after_letter = false;
    switch (what) {
    case STR_CASE_LOWER:
    case STR_CASE_FOLD:
        for (size_t i = 0; i < n; i++) {
            out[i] = str_case_ascii_lower(in[i]);
        }
        break;
    case STR_CASE_UPPER:
        for (size_t i = 0; i < n; i++) {
            out[i] = str_case_ascii_upper(in[i]);
        }
        break;
    case STR_CASE_SWAP:
        for (size_t i = 0; i < n; i++) {
            unsigned char u = str_case_ascii_upper(in[i]);
            out[i] = u != in[i] ? u : str_case_ascii_lower(in[i]);
        }
        break;
    case STR_CASE_TITLE:
        for (size_t i = 0; i < n; i++) {
            out[i] = after_letter ? str_case_ascii_lower(in[i]) : str_case_ascii_upper(in[i]);
            after_letter = (unsigned)((in[i] | 0x20) - 'a') < 26u;
        }
        break;
    case STR_CASE_CAPITALIZE:
        for (size_t i = 0; i < n; i++) {
            out[i] = i == 0 ? str_case_ascii_upper(in[i]) : str_case_ascii_lower(in[i]);
        }
        break;
    }
}

/* The capital sigma at i, lowered: final if a cased character stands before and none after, looking through those
 * that case ignores. */
static uint32_t str_case_sigma(const str_object *s, size_t i)
{
    size_t j = i;
    while (j > 0 && unicode_is_case_ignorable(str_char_at(s, j - 1))) {
        j--;
    }
    bool final = j > 0 && unicode_is_cased(str_char_at(s, j - 1));
    if (final) {
        j = i + 1;
        while (j < s->length && unicode_is_case_ignorable(str_char_at(s, j))) {
            j++;
        }
        final = j == s->length || !unicode_is_cased(str_char_at(s, j));
    }
    return final ? 0x3c2 : 0x3c3;
}

static unsigned str_case_lower_at(const str_object *s, size_t i, uint32_t out[3])
{
    uint32_t c = str_char_at(s, i);
    if (c == 0x3a3) {
        out[0] = str_case_sigma(s, i);
        return 1;
    }
    return unicode_to_lower(c, out);
}

static ouro_value str_case_map(ouro_runtime *rt, ouro_value v, str_case what)
{
    const str_object *s = as_str(v);
    size_t n = s->length;
    if (str_is_ascii(s)) {
        str_object *r = str_new_blank(rt, n, 0x7f);
        if (r != NULL) {
            str_case_ascii(what, s->data, r->data, n);
        }
        return ouro_from_object(r);
    }
    str_builder b;
    str_builder_init(&b, rt);
    bool after_cased = false;
    for (size_t i = 0; i < n && !b.failed; i++) {
        uint32_t c = str_char_at(s, i), out[3];
        unsigned count;
        switch (what) {
        case STR_CASE_LOWER:
            count = str_case_lower_at(s, i, out);
            break;
        case STR_CASE_UPPER:
            count = unicode_to_upper(c, out);
            break;
        case STR_CASE_FOLD:
            count = unicode_to_folded(c, out);
            break;
        case STR_CASE_SWAP:
            count = unicode_is_upper(c) ? str_case_lower_at(s, i, out)
                    : unicode_is_lower(c) ? unicode_to_upper(c, out)
                                          : (out[0] = c, 1u);
            break;
        case STR_CASE_TITLE:
            count = after_cased ? str_case_lower_at(s, i, out) : unicode_to_title(c, out);
            after_cased = unicode_is_cased(c);
            break;
        default:
            count = i == 0 ? unicode_to_title(c, out) : str_case_lower_at(s, i, out);
            break;
        }
        for (unsigned k = 0; k < count; k++) {
            str_builder_char(&b, out[k]);
        }
    }
    return str_builder_finish(&b);
}

#define STR_CASE_METHOD(name, what) \
    ouro_value str_method_##name(ouro_runtime *rt, const ouro_value *args, size_t nargs) \
    { \
        return str_case_map(rt, args[0], what); \
    }
STR_CASE_METHOD(lower, STR_CASE_LOWER)
STR_CASE_METHOD(upper, STR_CASE_UPPER)
STR_CASE_METHOD(casefold, STR_CASE_FOLD)
STR_CASE_METHOD(swapcase, STR_CASE_SWAP)
STR_CASE_METHOD(title, STR_CASE_TITLE)
STR_CASE_METHOD(capitalize, STR_CASE_CAPITALIZE)

/* ---- questions ---------------------------------------------------------------------------------------- */

#define STR_CASE_ALL(name, property, if_empty) \
    ouro_value str_method_##name(ouro_runtime *rt, const ouro_value *args, size_t nargs) \
    { \
        const str_object *s = as_str(args[0]); \
        for (size_t i = 0; i < s->length; i++) { \
            if (!property(str_char_at(s, i))) { \
                return OURO_FALSE; \
            } \
        } \
        return ouro_bool(s->length > 0 || if_empty); \
    }
STR_CASE_ALL(isalnum, unicode_is_alnum, false)
STR_CASE_ALL(isalpha, unicode_is_alpha, false)
STR_CASE_ALL(isdecimal, unicode_is_decimal, false)
STR_CASE_ALL(isdigit, unicode_is_digit, false)
STR_CASE_ALL(isnumeric, unicode_is_numeric, false)
STR_CASE_ALL(isspace, unicode_is_space, false)
STR_CASE_ALL(isprintable, unicode_is_printable, true)

ouro_value str_method_isascii(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_bool(str_is_ascii(as_str(args[0])));
}

bool str_is_identifier(const str_object *s)
{
    if (s->length == 0 || !unicode_is_id_start(str_char_at(s, 0))) {
        return false;
    }
    for (size_t i = 1; i < s->length; i++) {
        if (!unicode_is_id_continue(str_char_at(s, i))) {
            return false;
        }
    }
    return true;
}

ouro_value str_method_isidentifier(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_bool(str_is_identifier(as_str(args[0])));
}

ouro_value str_method_islower(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const str_object *s = as_str(args[0]);
    bool cased = false;
    for (size_t i = 0; i < s->length; i++) {
        uint32_t c = str_char_at(s, i);
        if (unicode_is_upper(c) || unicode_is_title(c)) {
            return OURO_FALSE;
        }
        cased = cased || unicode_is_lower(c);
    }
    return ouro_bool(cased);
}

ouro_value str_method_isupper(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const str_object *s = as_str(args[0]);
    bool cased = false;
    for (size_t i = 0; i < s->length; i++) {
        uint32_t c = str_char_at(s, i);
        if (unicode_is_lower(c) || unicode_is_title(c)) {
            return OURO_FALSE;
        }
        cased = cased || unicode_is_upper(c);
    }
    return ouro_bool(cased);
}

ouro_value str_method_istitle(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const str_object *s = as_str(args[0]);
    bool cased = false, after_cased = false;
    for (size_t i = 0; i < s->length; i++) {
        uint32_t c = str_char_at(s, i);
        if (unicode_is_upper(c) || unicode_is_title(c)) {
            if (after_cased) {
                return OURO_FALSE;
            }
            after_cased = cased = true;
        } else if (unicode_is_lower(c)) {
            if (!after_cased) {
                return OURO_FALSE;
            }
            cased = true;
        } else {
            after_cased = false;
        }
    }
    return ouro_bool(cased);
}
