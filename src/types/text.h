/* text.h: what the files of str, bytes and the codecs share, and nobody else needs.
 *
 * Text is handled as (kind, data, length): `kind` bytes for each character, 1, 2 or 4.  "max class" is the upper end
 * of the range that decides the kind and the ASCII flag: 0x7f, 0xff, 0xffff or 0x10ffff.
 */
#ifndef OURO_SRC_TYPES_TEXT_H
#define OURO_SRC_TYPES_TEXT_H

#include "types/str.h"

#include <sys/types.h>

/* How much room a text of `need` units gets.  The first filling is often the last: a whole file.  What is large is resized
 * by moving pages, so an eighth is enough. */
static inline size_t text_grown_capacity(bool first, size_t need)
{
    return need < 4096 ? need + need / 4 : first ? need : need + need / 8;
}

static inline uint32_t text_read(unsigned kind, const void *data, size_t i)
{
    switch (kind) {
    case 1:
        return ((const uint8_t *)data)[i];
    case 2:
        return ((const uint16_t *)data)[i];
    default:
        return ((const uint32_t *)data)[i];
    }
}

static inline void text_write(unsigned kind, void *data, size_t i, uint32_t c)
{
    switch (kind) {
    case 1:
        ((uint8_t *)data)[i] = (uint8_t)c;
        break;
    case 2:
        ((uint16_t *)data)[i] = (uint16_t)c;
        break;
    default:
        ((uint32_t *)data)[i] = c;
    }
}

static inline unsigned text_kind_for(uint32_t max_char)
{
    return max_char < 0x100 ? 1 : max_char < 0x10000 ? 2 : 4;
}

static inline uint32_t text_class_of(uint32_t c)
{
    return c < 0x80 ? 0x7f : c < 0x100 ? 0xff : c < 0x10000 ? 0xffff : 0x10ffff;
}

static inline bool str_is_ascii(const str_object *s)
{
    return (s->flags & STR_ASCII) != 0;
}

/* The max class of a whole str, without looking at its characters. */
static inline uint32_t str_max_class(const str_object *s)
{
    return str_is_ascii(s) ? 0x7f : str_kind(s) == 1 ? 0xff : str_kind(s) == 2 ? 0xffff : 0x10ffff;
}

/* The first index whose byte is not ASCII, or `length`. */
size_t text_ascii_prefix(const unsigned char *data, size_t length);
/* The max class of the characters. */
uint32_t text_max_class(unsigned kind, const void *data, size_t length);
/* Copies characters, widening or (when the caller knows that they fit) narrowing. */
void text_copy(unsigned to_kind, void *to, size_t to_index, unsigned from_kind, const void *from, size_t from_index,
               size_t count);
void text_fill(unsigned kind, void *data, size_t start, size_t count, uint32_t c);
/* A str of the characters, of the narrowest kind. */
OURO_NODISCARD ouro_value str_from_kind(ouro_runtime *rt, unsigned kind, const void *data, size_t length);

/* The empty str: a new reference. */
OURO_NODISCARD ouro_value str_empty(ouro_runtime *rt);
/* `v` itself if it is exactly a str, else (a subclass) its text: a new reference. */
OURO_NODISCARD ouro_value str_exact(ouro_runtime *rt, ouro_value v);
/* A str with the same text, always another object. */
OURO_NODISCARD ouro_value str_copy(ouro_runtime *rt, ouro_value v);
/* Makes what others use without asking: the empty str and the empty bytes. */
OURO_NODISCARD bool str_start(ouro_runtime *rt);
/* Drops the shared strs and the interning table; every str that was interned may outlive it. */
void str_stop(ouro_runtime *rt);
void str_intern_forget(ouro_runtime *rt, str_object *s); /* an interned str dies */
uint64_t text_hash_bytes(ouro_runtime *rt, const void *data, size_t length);
OURO_NODISCARD ouro_value str_repeat(ouro_runtime *rt, ouro_value s, int64_t count);

/* ---- search (str_search.c): both texts of the same kind; -1: not there ---- */
int64_t text_find(unsigned kind, const void *hay, size_t n, const void *needle, size_t m);
int64_t text_rfind(unsigned kind, const void *hay, size_t n, const void *needle, size_t m);
/* Occurrences without overlap, at most `limit`. m > 0. */
size_t text_count(unsigned kind, const void *hay, size_t n, const void *needle, size_t m, size_t limit);
int64_t text_find_char(unsigned kind, const void *hay, size_t n, uint32_t c);
int64_t text_rfind_char(unsigned kind, const void *hay, size_t n, uint32_t c);
/* str in str; indices are absolute, `start` <= `end` <= length.  -1: not there; -2: no memory (exception set). */
int64_t str_find_range(ouro_runtime *rt, const str_object *s, const str_object *sub, size_t start, size_t end,
                       bool from_right);
/* The characters of `s` as `kind` >= its own: s->data itself, or a block to be freed with text_widened_free. */
OURO_NODISCARD const void *text_widened(ouro_runtime *rt, const str_object *s, unsigned kind);
void text_widened_free(ouro_runtime *rt, const str_object *s, const void *data);

/* ---- case mapping (unicode.c): writes up to three characters, returns how many ---- */
unsigned unicode_to_upper(uint32_t c, uint32_t out[3]);
unsigned unicode_to_lower(uint32_t c, uint32_t out[3]); /* final sigma is the caller's */
unsigned unicode_to_title(uint32_t c, uint32_t out[3]);
unsigned unicode_to_folded(uint32_t c, uint32_t out[3]);
bool unicode_is_alnum(uint32_t c);
bool unicode_is_case_ignorable(uint32_t c);

/* ---- arguments ---- */
/* Binds positional and keyword arguments to `count` parameters for functions that cannot use a signature (`make`
 * slots): `out` gets borrowed values or OURO_NULL.  `positional_only` of them have no keyword.  False: TypeError. */
OURO_NODISCARD bool text_bind(ouro_runtime *rt, const char *function, const char *const *names, size_t count,
                              size_t positional_only, const ouro_value *args, size_t nargs, ouro_value kwnames,
                              ouro_value *out);
/* Optional start and end of find, count, index, startswith ..., clipped to 0..length (start may stay above it). */
OURO_NODISCARD bool text_range(ouro_runtime *rt, ouro_value start, ouro_value end, size_t length, int64_t *from,
                               int64_t *to);
/* An int argument that counts or measures (a width, a maxsplit): OverflowError if it does not fit in 64 bits. */
OURO_NODISCARD bool text_size_argument(ouro_runtime *rt, ouro_value v, int64_t *result);
/* The count of a repetition, and an int that CPython reads into a C int: the same with its words. */
OURO_NODISCARD bool text_repeat_argument(ouro_runtime *rt, ouro_value v, int64_t *result);
OURO_NODISCARD bool text_int_argument(ouro_runtime *rt, ouro_value v, int64_t *result);
/* For functions that take 1 to `most` arguments as they come, in the words of PyArg_ParseTuple.  `function` may have a
 * type before a dot. */
OURO_NODISCARD bool text_check_count(ouro_runtime *rt, const char *function, size_t nargs, ouro_value kwnames,
                                     size_t most);
/* builtins.NAME: a new reference. */
OURO_NODISCARD ouro_value text_builtin(ouro_runtime *rt, const char *name);
/* The str as UTF-8 for a C name (an encoding, an error handler): refuses embedded NULs. NULL: failed. */
OURO_NODISCARD char *text_c_name(ouro_runtime *rt, ouro_value s);

/* ---- repr (str_repr.c) ---- */
/* The \xNN, \uNNNN or \UNNNNNNNN escape. */
void str_builder_escape(str_builder *b, uint32_t c);
/* The text with everything beyond ASCII escaped, without quotes: ascii() of an object from its repr. */
OURO_NODISCARD ouro_value str_to_ascii(ouro_runtime *rt, ouro_value s);

/* str % values; bytes % values (a bytes object, whatever the format was). */
OURO_NODISCARD ouro_value str_percent(ouro_runtime *rt, ouro_value format, ouro_value arguments);
OURO_NODISCARD ouro_value bytes_percent(ouro_runtime *rt, const void *data, size_t length, ouro_value arguments);
OURO_NODISCARD ouro_value str_iterator_new(ouro_runtime *rt, ouro_value text);
ouro_value str_percent(ouro_runtime *rt, ouro_value format, ouro_value arguments);

#endif
