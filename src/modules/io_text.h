/* io_text.h: the struct of TextIOWrapper and what its files share.
 *
 * Encodings that C knows (UTF-8, ASCII, Latin-1) are coded here, without codec objects: an incomplete character at the
 * end of a chunk, or a carriage return that may be half of a newline, is simply not consumed yet.  Every other
 * encoding goes through the incremental encoder and decoder objects of the codecs module.
 *
 * Invariants: `chunk` holds the bytes that `decoded` was made of, followed by bytes not decoded yet (chunk_used is where
 * these begin); so the position of any decoded character can be found by counting through the chunk.
 */
#ifndef OURO_SRC_MODULES_IO_TEXT_H
#define OURO_SRC_MODULES_IO_TEXT_H

#include "modules/io.h"
#include "types/codec.h"

typedef enum io_text_codec { IO_TEXT_UTF8, IO_TEXT_ASCII, IO_TEXT_LATIN1, IO_TEXT_OTHER } io_text_codec;

typedef struct text_object {
    ouro_object object;
    ouro_value buffer;
    ouro_value encoding, errors; /* strs */
    ouro_value encoder, decoder; /* of IO_TEXT_OTHER */
    ouro_value newline;          /* str or OURO_NULL (None) */
    ouro_value decoded;          /* str or OURO_NULL */
    ouro_value decoder_state;    /* IO_TEXT_OTHER: what getstate() told before the chunk */
    size_t decoded_at;           /* characters consumed */
    char *errors_name;           /* `errors` for C */
    unsigned char *chunk;
    size_t chunk_length, chunk_used, chunk_capacity;
    unsigned char *pending;      /* encoded, not yet written */
    size_t pending_length, pending_capacity;
    size_t chunk_size;           /* _CHUNK_SIZE */
    io_text_codec codec;
    int seen;                    /* IO_SEEN_* */
    bool ok, detached, readable, writable, seekable, telling, has_read1, line_buffering, write_through;
    bool universal, translate, write_translate, pending_cr, finalizing;
    const char *write_newline;   /* NULL: "\n" as it is */
} text_object;

static inline text_object *as_text(ouro_value v)
{
    return (text_object *)(void *)ouro_as_object(v);
}

/* The buffer as our own buffered object that can be used directly, or NULL. */
buffered_object *io_text_fast_buffer(ouro_runtime *rt, const text_object *t);
OURO_NODISCARD bool io_text_ready(ouro_runtime *rt, const text_object *t);
/* Ready, and not closed. */
OURO_NODISCARD bool io_text_open(ouro_runtime *rt, const text_object *t);
/* Hands the pending bytes to the buffer. */
OURO_NODISCARD bool io_text_write_out(ouro_runtime *rt, text_object *t);
/* Writes out and flushes the buffer. */
OURO_NODISCARD bool io_text_flush(ouro_runtime *rt, text_object *t);
OURO_NODISCARD bool io_text_put(ouro_runtime *rt, text_object *t, ouro_value text);
/* Forgets what was read ahead. */
void io_text_drop_read(ouro_runtime *rt, text_object *t);
/* The same, and the decoder starts anew. */
OURO_NODISCARD bool io_text_restart_read(ouro_runtime *rt, text_object *t);
OURO_NODISCARD bool io_text_reset_encoder(ouro_runtime *rt, text_object *t, bool at_start);
void io_text_set_newline(ouro_runtime *rt, text_object *t, ouro_value newline);
OURO_NODISCARD bool io_text_set_encoding(ouro_runtime *rt, text_object *t, const char *encoding, const char *errors);
/* `newline`: a str or OURO_NULL. */
OURO_NODISCARD bool io_text_setup(ouro_runtime *rt, ouro_value self, ouro_value buffer, const char *encoding,
                                  const char *errors, ouro_value newline, bool line_buffering, bool write_through);
OURO_NODISCARD ouro_value io_text_read(ouro_runtime *rt, text_object *t, int64_t size);
OURO_NODISCARD ouro_value io_text_readline(ouro_runtime *rt, text_object *t, int64_t limit);
OURO_NODISCARD ouro_value io_text_tell(ouro_runtime *rt, ouro_value self);
OURO_NODISCARD ouro_value io_text_seek(ouro_runtime *rt, ouro_value self, ouro_value cookie, int64_t whence);

#endif
