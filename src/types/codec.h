/* codec.h: turning text into bytes and back: what the codec files and the _codecs module share.
 *
 * A decoder reads bytes and appends to a str_builder, an encoder reads a str and appends to a bytes_builder.  Where
 * the input cannot be handled they call codec_decode_problem / codec_encode_problem, which apply the error handler
 * named by `errors` and say where to go on.  The handlers that Python knows by name run without calling anything;
 * others are looked up in the registry (codec_registry.c) and called.
 */
#ifndef OURO_SRC_TYPES_CODEC_H
#define OURO_SRC_TYPES_CODEC_H

#include "types/bytes.h"
#include "types/text.h"

typedef enum codec_handler {
    CODEC_STRICT, CODEC_IGNORE, CODEC_REPLACE, CODEC_BACKSLASHREPLACE, CODEC_XMLCHARREFREPLACE, CODEC_NAMEREPLACE,
    CODEC_SURROGATEESCAPE, CODEC_SURROGATEPASS, CODEC_REGISTERED,
} codec_handler;

/* NULL is strict; a name that is not one of the above is CODEC_REGISTERED. */
codec_handler codec_handler_by_name(const char *errors);

/* ---- decoding ---- */
typedef struct codec_decoder {
    ouro_runtime *rt;
    const char *encoding; /* as the exception names it */
    const char *errors;
    codec_handler handler;
    const unsigned char *data;
    size_t length;
    size_t at;            /* the next byte to read */
    str_builder out;
    ouro_value input;     /* bytes of `data` for the exception, made when needed; owned */
    ouro_value exception; /* UnicodeDecodeError of this run, reused; owned */
    ouro_value callback;  /* the registered handler; owned */
} codec_decoder;

void codec_decoder_init(codec_decoder *d, ouro_runtime *rt, const char *encoding, const char *errors,
                        const void *data, size_t length);
/* The bytes start..end cannot be decoded: applies the handler, which sets d->at.  False: raised. */
OURO_NODISCARD bool codec_decode_problem(codec_decoder *d, size_t start, size_t end, const char *reason);
/* The result, if `ok`; drops what the decoder holds. */
OURO_NODISCARD ouro_value codec_decoder_finish(codec_decoder *d, bool ok);

/* The decoders.  `consumed` NULL: the input is complete; else an incomplete end is left, and *consumed tells how many
 * bytes were used. */
OURO_NODISCARD ouro_value codec_utf8_decode(ouro_runtime *rt, const void *data, size_t length, const char *errors,
                                            size_t *consumed);
OURO_NODISCARD ouro_value codec_ascii_decode(ouro_runtime *rt, const void *data, size_t length, const char *errors);
/* *byte_order: -1 little, 1 big, 0 by the mark (then set to what was found). */
OURO_NODISCARD ouro_value codec_utf16_decode(ouro_runtime *rt, const void *data, size_t length, const char *errors,
                                             int *byte_order, size_t *consumed);
OURO_NODISCARD ouro_value codec_utf32_decode(ouro_runtime *rt, const void *data, size_t length, const char *errors,
                                             int *byte_order, size_t *consumed);
OURO_NODISCARD ouro_value codec_unicode_escape_decode(ouro_runtime *rt, const void *data, size_t length,
                                                      const char *errors, size_t *consumed);
OURO_NODISCARD ouro_value codec_raw_unicode_escape_decode(ouro_runtime *rt, const void *data, size_t length,
                                                          const char *errors, size_t *consumed);
OURO_NODISCARD ouro_value codec_utf7_decode(ouro_runtime *rt, const void *data, size_t length, const char *errors,
                                            size_t *consumed);
OURO_NODISCARD ouro_value codec_charmap_decode(ouro_runtime *rt, const void *data, size_t length, ouro_value mapping,
                                               const char *errors);
/* bytes with C escapes, as in bytes literals. */
OURO_NODISCARD ouro_value codec_escape_decode(ouro_runtime *rt, const void *data, size_t length, const char *errors);

/* ---- encoding ---- */
typedef struct codec_encoder {
    ouro_runtime *rt;
    const char *encoding;
    const char *errors;
    codec_handler handler;
    ouro_value input;     /* the str, borrowed */
    const str_object *s;
    size_t at;
    bytes_builder out;
    /* Encodes one character of a replacement: 1 done, 0 cannot, -1 failed with an exception. */
    int (*put)(struct codec_encoder *e, uint32_t c);
    ouro_value mapping;   /* charmap's; borrowed */
    ouro_value exception, callback; /* owned */
} codec_encoder;

void codec_encoder_init(codec_encoder *e, ouro_runtime *rt, const char *encoding, const char *errors, ouro_value s,
                        int (*put)(codec_encoder *e, uint32_t c));
OURO_NODISCARD bool codec_encode_problem(codec_encoder *e, size_t start, size_t end, const char *reason);
OURO_NODISCARD ouro_value codec_encoder_finish(codec_encoder *e, bool ok);

OURO_NODISCARD ouro_value codec_utf8_encode(ouro_runtime *rt, ouro_value s, const char *errors);
OURO_NODISCARD ouro_value codec_ascii_encode(ouro_runtime *rt, ouro_value s, const char *errors);
OURO_NODISCARD ouro_value codec_latin1_encode(ouro_runtime *rt, ouro_value s, const char *errors);
OURO_NODISCARD ouro_value codec_utf16_encode(ouro_runtime *rt, ouro_value s, const char *errors, int byte_order);
OURO_NODISCARD ouro_value codec_utf32_encode(ouro_runtime *rt, ouro_value s, const char *errors, int byte_order);
OURO_NODISCARD ouro_value codec_unicode_escape_encode(ouro_runtime *rt, ouro_value s);
OURO_NODISCARD ouro_value codec_raw_unicode_escape_encode(ouro_runtime *rt, ouro_value s);
OURO_NODISCARD ouro_value codec_utf7_encode(ouro_runtime *rt, ouro_value s, const char *errors);
OURO_NODISCARD ouro_value codec_charmap_encode(ouro_runtime *rt, ouro_value s, ouro_value mapping,
                                               const char *errors);
OURO_NODISCARD ouro_value codec_escape_encode(ouro_runtime *rt, const unsigned char *data, size_t length);

/* ---- exceptions ---- */
/* Instances of UnicodeDecodeError / UnicodeEncodeError: new references. */
OURO_NODISCARD ouro_value codec_decode_error_new(ouro_runtime *rt, const char *encoding, ouro_value bytes,
                                                 size_t start, size_t end, const char *reason);
OURO_NODISCARD ouro_value codec_encode_error_new(ouro_runtime *rt, const char *encoding, ouro_value str, size_t start,
                                                 size_t end, const char *reason);
/* What codecs.strict_errors and its kin do: a tuple (replacement, position). */
OURO_NODISCARD ouro_value codec_handle_exception(ouro_runtime *rt, codec_handler handler, ouro_value exception);

/* ---- registry (codec_registry.c) ---- */
OURO_NODISCARD bool codec_register(ouro_runtime *rt, ouro_value search_function);
OURO_NODISCARD bool codec_unregister(ouro_runtime *rt, ouro_value search_function);
/* The CodecInfo tuple: LookupError "unknown encoding: x". */
OURO_NODISCARD ouro_value codec_lookup(ouro_runtime *rt, const char *encoding);
OURO_NODISCARD bool codec_register_error(ouro_runtime *rt, const char *name, ouro_value handler);
/* The registered handler, or one of the built-in ones: LookupError "unknown error handler name 'x'". */
/* In development mode: are both names (NULL: not given) known, also where they will not be needed?  False: LookupError. */
OURO_NODISCARD bool codec_check_names(ouro_runtime *rt, const char *encoding, const char *errors);
OURO_NODISCARD ouro_value codec_lookup_error(ouro_runtime *rt, const char *name);
/* codecs.encode / decode: any codec, any types. */
OURO_NODISCARD ouro_value codec_encode_any(ouro_runtime *rt, ouro_value v, const char *encoding, const char *errors);
OURO_NODISCARD ouro_value codec_decode_any(ouro_runtime *rt, ouro_value v, const char *encoding, const char *errors);
/* Frees the registry. */
void codec_stop(ouro_runtime *rt);
int codec_visit_roots(ouro_runtime *rt, ouro_visit_fn visit, void *context);

#endif
