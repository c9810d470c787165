/* str.h: text.  One, two or four bytes for each character, by the widest in it (the idea of PEP 393).
 *
 * A str never changes once it is visible to a program.  No NUL byte follows the characters.  Invariants:
 * the kind is the narrowest that holds every character; STR_ASCII <=> all below 0x80 (kind 1);
 * hash is 0 until computed (a computed 0 is stored as another constant).
 */
#ifndef OURO_SRC_TYPES_STR_H
#define OURO_SRC_TYPES_STR_H

#include "types/types.h"

#include <stdarg.h>

enum {
    STR_KIND_MASK = 7,  /* 1, 2 or 4 */
    STR_ASCII = 8,
    STR_INTERNED = 16,
};

struct str_object {
    ouro_object object;
    uint64_t hash;        /* 0: not computed */
    uint64_t length : 56; /* characters */
    uint64_t flags : 8;
    unsigned char data[];
};

static inline str_object *as_str(ouro_value v)
{
    return (str_object *)(void *)ouro_as_object(v);
}
static inline bool value_is_str(ouro_runtime *rt, ouro_value v) /* or a subclass */
{
    return ouro_is_object(v) && (ouro_as_object(v)->shape->type->flags & TYPE_IS_STR) != 0;
}
static inline bool value_is_str_exact(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_object(v) && ouro_as_object(v)->shape->type == &TYPE(rt, str)->type;
}
static inline size_t str_length(const str_object *s)
{
    return s->length;
}
static inline unsigned str_kind(const str_object *s)
{
    return s->flags & STR_KIND_MASK;
}
static inline uint32_t str_char_at(const str_object *s, size_t i)
{
    switch (str_kind(s)) {
    case 1:
        return s->data[i];
    case 2:
        return ((const uint16_t *)(const void *)s->data)[i];
    default:
        return ((const uint32_t *)(const void *)s->data)[i];
    }
}

/* A new str of `length` characters, contents to be filled by the caller, none above `max_char`. */
OURO_NODISCARD str_object *str_new_blank(ouro_runtime *rt, size_t length, uint32_t max_char);
/* From UTF-8 (strict; surrogates as three bytes are accepted, so that str_from_utf8 and str_to_utf8 with
 * surrogates are inverse).  Invalid bytes: UnicodeDecodeError. */
OURO_NODISCARD ouro_value str_from_utf8(ouro_runtime *rt, const char *text, size_t length);
OURO_NODISCARD ouro_value str_from_cstring(ouro_runtime *rt, const char *text);
OURO_NODISCARD ouro_value str_from_char(ouro_runtime *rt, uint32_t c);
OURO_NODISCARD ouro_value str_from_latin1(ouro_runtime *rt, const unsigned char *bytes, size_t length);
OURO_NODISCARD ouro_value str_from_ucs4(ouro_runtime *rt, const uint32_t *chars, size_t length);
/* error.h describes the formats. */
OURO_NODISCARD ouro_value str_format_va(ouro_runtime *rt, const char *format, va_list arguments);
OURO_NODISCARD ouro_value str_format_c(ouro_runtime *rt, const char *format, ...);
/* The interned equal of `s` (stolen); new reference. */
OURO_NODISCARD ouro_value str_intern(ouro_runtime *rt, ouro_value s);
OURO_NODISCARD ouro_value str_intern_cstring(ouro_runtime *rt, const char *text);
OURO_NODISCARD ouro_value str_concat(ouro_runtime *rt, ouro_value a, ouro_value b);
/* a + b with a's reference stolen: grows a in place when nobody else holds it (s += t in a loop is linear). */
OURO_NODISCARD ouro_value str_append(ouro_runtime *rt, ouro_value a, ouro_value b);
OURO_NODISCARD ouro_value str_substring(ouro_runtime *rt, ouro_value s, size_t start, size_t end);
OURO_NODISCARD ouro_value str_join(ouro_runtime *rt, ouro_value separator, ouro_value iterable);
hash_t str_hash(ouro_runtime *rt, str_object *s);
bool str_equal(const str_object *a, const str_object *b); /* runs no code */
int str_order(const str_object *a, const str_object *b);  /* <0, 0, >0 */
bool str_equal_ascii(const str_object *a, const char *text);
/* The text as UTF-8 with a NUL after it, in a block of rt->mem that the caller frees with ouro_mem_free;
 * surrogates: as three bytes if `surrogates`, else UnicodeEncodeError.  NULL: failed. */
OURO_NODISCARD char *str_to_utf8(ouro_runtime *rt, ouro_value s, size_t *length, bool surrogates);
/* Names and arguments as the system has them, any bytes (os.fsdecode, os.fsencode): UTF-8, what is none as surrogates. */
OURO_NODISCARD ouro_value str_from_system(ouro_runtime *rt, const char *text, size_t length);
/* As str_to_utf8.  NULL: UnicodeEncodeError (a surrogate that stands for no byte), no memory. */
OURO_NODISCARD char *str_to_system(ouro_runtime *rt, ouro_value s, size_t *length);
int64_t str_find_char(const str_object *s, uint32_t c, size_t start, size_t end); /* -1: none */

/* Building: append pieces, then take the str.  Failure sticks: check once, at str_builder_finish. */
typedef struct str_builder {
    ouro_runtime *rt;
    void *data;
    size_t length, capacity; /* characters */
    uint32_t max_char;
    unsigned kind;
    bool failed;
    bool shared; /* data is a str of others */
} str_builder;

void str_builder_init(str_builder *b, ouro_runtime *rt);
/* Makes room, and no more, for so many characters of a class (text_class_of): for who knows the length of the whole. */
void str_builder_expect(str_builder *b, size_t count, uint32_t class);
void str_builder_char(str_builder *b, uint32_t c);
void str_builder_fill(str_builder *b, uint32_t c, size_t count); /* the character so many times */
void str_builder_ascii(str_builder *b, const char *text, size_t length);
void str_builder_latin1(str_builder *b, const unsigned char *text, size_t length);
void str_builder_cstring(str_builder *b, const char *ascii_text);
void str_builder_str(str_builder *b, ouro_value s);
void str_builder_range(str_builder *b, ouro_value s, size_t start, size_t end);
void str_builder_repr(str_builder *b, ouro_value v); /* object_repr of any value */
/* The str, or OURO_NULL with the exception set; the builder is empty afterwards. */
OURO_NODISCARD ouro_value str_builder_finish(str_builder *b);
/* Instead of finish: drops everything. */
void str_builder_drop(str_builder *b);

/* repr of a str: quotes and escapes. */
OURO_NODISCARD ouro_value str_repr(ouro_runtime *rt, ouro_value s);
/* Format mini-language: used by the __format__ of str, int, float, complex.  format_spec.h has the parser. */
bool str_is_identifier(const str_object *s);

/* Unicode properties of a character, through the Unicode library (unicode.c). */
bool unicode_is_alpha(uint32_t c), unicode_is_decimal(uint32_t c), unicode_is_digit(uint32_t c);
bool unicode_is_numeric(uint32_t c), unicode_is_space(uint32_t c), unicode_is_printable(uint32_t c);
bool unicode_is_upper(uint32_t c), unicode_is_lower(uint32_t c), unicode_is_title(uint32_t c);
bool unicode_is_cased(uint32_t c), unicode_is_linebreak(uint32_t c);
bool unicode_is_id_start(uint32_t c), unicode_is_id_continue(uint32_t c);
int unicode_decimal_value(uint32_t c); /* -1: none */

#endif
