/* bytes_methods.h: the methods that bytes and bytearray share; bytes_type.c and bytearray_type.c put them in tables. */
#ifndef OURO_SRC_TYPES_BYTES_METHODS_H
#define OURO_SRC_TYPES_BYTES_METHODS_H

#include "types/buffer.h"
#include "types/bytes.h"
#include "types/text.h"

/* The bytes of a bytes-like value, held in place until byte_span_release. */
typedef struct byte_span {
    const unsigned char *data;
    size_t length;
    buffer_view view;
    bool has_view;
} byte_span;

/* TypeError "a bytes-like object is required, not 'T'". */
OURO_NODISCARD bool byte_span_get(ouro_runtime *rt, ouro_value v, byte_span *span);
void byte_span_release(ouro_runtime *rt, byte_span *span);
/* A memoryview whose items do not lie side by side: byte_span_get refuses it. */
bool byte_span_has_gaps(ouro_runtime *rt, ouro_value v);
/* A new object of the kind of `self` (bytes, or bytearray) with these bytes. */
OURO_NODISCARD ouro_value byte_result(ouro_runtime *rt, ouro_value self, const void *data, size_t length);
/* A byte: 0..255 in *byte.  ValueError with `message` if out of range, TypeError if no int. */
OURO_NODISCARD bool byte_value(ouro_runtime *rt, ouro_value v, unsigned char *byte, const char *message);
/* hex(sep, bytes_per_sep) of any bytes. */
OURO_NODISCARD ouro_value bytes_hex(ouro_runtime *rt, const unsigned char *data, size_t length, ouro_value separator,
                                    ouro_value group);
/* item in bytes: 1, 0, -1. */
int bytes_contains(ouro_runtime *rt, ouro_value self, ouro_value item);
/* repr with a prefix and suffix: "b'..'", "bytearray(b'..')". */
OURO_NODISCARD ouro_value bytes_repr(ouro_runtime *rt, const unsigned char *data, size_t length, const char *before,
                                     const char *after);
/* The bytes that bytes(v) or bytearray(v) is made of, when v is an int, a buffer or an iterable.  `what`: the name of
 * the type for messages. */
OURO_NODISCARD ouro_value bytes_from_source(ouro_runtime *rt, ouro_value v, const char *what);
/* The bytes for the constructor's arguments (source, encoding, errors). */
OURO_NODISCARD ouro_value bytes_from_arguments(ouro_runtime *rt, const char *what, const ouro_value *args, size_t nargs,
                                               ouro_value kwnames);
/* bytes == < ... any buffer. */
/* -b: tells that a bytes or bytearray (`name`) is compared with `other`, a str or an int.  False: it became an exception. */
OURO_NODISCARD bool bytes_warn_compared(ouro_runtime *rt, const char *name, ouro_value other, compare_op op);
/* -b: the same of str() on one. */
OURO_NODISCARD bool bytes_warn_str(ouro_runtime *rt, const char *name);
OURO_NODISCARD ouro_value bytes_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op);
OURO_NODISCARD ouro_value bytes_iterator_new(ouro_runtime *rt, ouro_value bytes);
OURO_NODISCARD ouro_value bytearray_iterator_new(ouro_runtime *rt, ouro_value bytearray);

#define BYTES_METHODS(X) \
    X(capitalize) X(center) X(count) X(decode) X(endswith) X(expandtabs) X(find) X(fromhex) X(hex) X(index) \
    X(isalnum) X(isalpha) X(isascii) X(isdigit) X(islower) X(isspace) X(istitle) X(isupper) X(join) X(ljust) \
    X(lower) X(lstrip) X(maketrans) X(partition) X(removeprefix) X(removesuffix) X(replace) X(rfind) X(rindex) \
    X(rjust) X(rpartition) X(rsplit) X(rstrip) X(split) X(splitlines) X(startswith) X(strip) X(swapcase) X(title) \
    X(translate) X(upper) X(zfill)

#define BYTES_METHOD(name) ouro_value bytes_method_##name(ouro_runtime *rt, const ouro_value *args, size_t nargs);
BYTES_METHODS(BYTES_METHOD)
#undef BYTES_METHOD

/* The rows of the two method tables. */
#define BYTES_METHOD_TABLE \
    {"capitalize", "self, /", bytes_method_capitalize, .doc = "A copy whose first byte is in upper case and the rest in lower case (ASCII)."}, \
    {"center", "?self, width, fillchar=b' ', /", bytes_method_center, .doc = "The bytes in the middle of `width` bytes."}, \
    {"count", "?self, sub, start=None, end=None, /", bytes_method_count, .doc = "How often sub occurs in B[start:end], without overlap."}, \
    {"decode", "self, /, encoding='utf-8', errors='strict'", bytes_method_decode, .doc = "The bytes as text."}, \
    {"endswith", "?self, suffix, start=None, end=None, /", bytes_method_endswith, .doc = "Does B end with the suffix, or one of a tuple of them?"}, \
    {"expandtabs", "self, /, tabsize=8", bytes_method_expandtabs, .doc = "A copy with spaces in place of tabs."}, \
    {"find", "?self, sub, start=None, end=None, /", bytes_method_find, .doc = "The lowest index where sub is found in B[start:end], or -1."}, \
    {"fromhex", "type, string, /", bytes_method_fromhex, .flags = METHOD_CLASS, .doc = "The bytes written as pairs of hexadecimal digits."}, \
    {"hex", "?self, sep=None, bytes_per_sep=1", bytes_method_hex, .doc = "The bytes as pairs of hexadecimal digits."}, \
    {"index", "?self, sub, start=None, end=None, /", bytes_method_index, .doc = "Like find, but raises ValueError if sub is not found."}, \
    {"isalnum", "self, /", bytes_method_isalnum, .doc = "Are all bytes ASCII letters or digits, and is there one?"}, \
    {"isalpha", "self, /", bytes_method_isalpha, .doc = "Are all bytes ASCII letters, and is there one?"}, \
    {"isascii", "self, /", bytes_method_isascii, .doc = "Are all bytes ASCII?"}, \
    {"isdigit", "self, /", bytes_method_isdigit, .doc = "Are all bytes ASCII digits, and is there one?"}, \
    {"islower", "self, /", bytes_method_islower, .doc = "Are all ASCII letters in lower case, and is there one?"}, \
    {"isspace", "self, /", bytes_method_isspace, .doc = "Are all bytes ASCII white space, and is there one?"}, \
    {"istitle", "self, /", bytes_method_istitle, .doc = "Are the bytes in title case, with at least one letter?"}, \
    {"isupper", "self, /", bytes_method_isupper, .doc = "Are all ASCII letters in upper case, and is there one?"}, \
    {"join", "self, iterable_of_bytes, /", bytes_method_join, .doc = "The bytes of the iterable with these between them."}, \
    {"ljust", "?self, width, fillchar=b' ', /", bytes_method_ljust, .doc = "The bytes at the left of `width` bytes."}, \
    {"lower", "self, /", bytes_method_lower, .doc = "A copy in lower case (ASCII)."}, \
    {"lstrip", "self, bytes=None, /", bytes_method_lstrip, .doc = "A copy without leading white space (or the given bytes)."}, \
    {"maketrans", "frm, to, /", bytes_method_maketrans, .flags = METHOD_STATIC, .doc = "A translation table for translate()."}, \
    {"partition", "self, sep, /", bytes_method_partition, .doc = "The part before the separator, the separator, and the part after it."}, \
    {"removeprefix", "self, prefix, /", bytes_method_removeprefix, .doc = "The bytes without the prefix, if they have it."}, \
    {"removesuffix", "self, suffix, /", bytes_method_removesuffix, .doc = "The bytes without the suffix, if they have it."}, \
    {"replace", "self, old, new, count=-1, /", bytes_method_replace, .doc = "A copy with all (at most `count`) occurrences of `old` replaced by `new`."}, \
    {"rfind", "?self, sub, start=None, end=None, /", bytes_method_rfind, .doc = "The highest index where sub is found in B[start:end], or -1."}, \
    {"rindex", "?self, sub, start=None, end=None, /", bytes_method_rindex, .doc = "Like rfind, but raises ValueError if sub is not found."}, \
    {"rjust", "?self, width, fillchar=b' ', /", bytes_method_rjust, .doc = "The bytes at the right of `width` bytes."}, \
    {"rpartition", "self, sep, /", bytes_method_rpartition, .doc = "The part before the last separator, the separator, and the part after it."}, \
    {"rsplit", "self, /, sep=None, maxsplit=-1", bytes_method_rsplit, .doc = "The pieces between separators (white space if None), split from the right."}, \
    {"rstrip", "self, bytes=None, /", bytes_method_rstrip, .doc = "A copy without trailing white space (or the given bytes)."}, \
    {"split", "self, /, sep=None, maxsplit=-1", bytes_method_split, .doc = "The pieces between separators (white space if None)."}, \
    {"splitlines", "self, /, keepends=False", bytes_method_splitlines, .doc = "The lines, without their ends unless asked."}, \
    {"startswith", "?self, prefix, start=None, end=None, /", bytes_method_startswith, .doc = "Does B start with the prefix, or one of a tuple of them?"}, \
    {"strip", "self, bytes=None, /", bytes_method_strip, .doc = "A copy without white space (or the given bytes) at both ends."}, \
    {"swapcase", "self, /", bytes_method_swapcase, .doc = "A copy with upper and lower case exchanged (ASCII)."}, \
    {"title", "self, /", bytes_method_title, .doc = "A copy in which each word begins in upper case (ASCII)."}, \
    {"translate", "self, table, /, delete=b''", bytes_method_translate, .doc = "A copy with each byte replaced through the table, after deleting some."}, \
    {"upper", "self, /", bytes_method_upper, .doc = "A copy in upper case (ASCII)."}, \
    {"zfill", "self, width, /", bytes_method_zfill, .doc = "The bytes with zeros at the left, behind a sign."}

#endif
