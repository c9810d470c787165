/* compressed_stream.h: what the compressors and decompressors of _bz2 and _lzma share: how bytes go in and come out, in
 * pieces, and what a decompressor keeps of its input.
 *
 * The library works without the runtime's lock.  What it allocates comes from the runtime's heap: for each allocation
 * the lock is taken again (compressed_allocate).  One call at a time: another thread's waits.
 *
 * What always holds of a decompressor between two calls: `pending` has the input from `pending_start` on that the library
 * has not taken; at the end of the stream it is empty, and what came behind is in `unused`.
 */
#ifndef OURO_SRC_MODULES_COMPRESSED_STREAM_H
#define OURO_SRC_MODULES_COMPRESSED_STREAM_H

#include "modules/late_library.h"
#include "modules/wait_queue.h"
#include "types/bytes.h"

struct thread_state;

typedef struct compressed_stream compressed_stream;

/* Input that is left, and room for output that is left. */
typedef struct stream_window {
    const unsigned char *in;
    size_t in_left;
    unsigned char *out;
    size_t out_left;
} stream_window;

typedef enum stream_outcome { STREAM_GOES_ON, STREAM_HAS_ENDED, STREAM_HAS_FAILED } stream_outcome;

typedef struct stream_kind {
    /* Calls the library once, which moves the window on; without the lock.  The library's code. */
    int (*step)(compressed_stream *s, stream_window *w, bool finish);
    /* What the code means; raises where it is an error. */
    stream_outcome (*judge)(ouro_runtime *rt, compressed_stream *s, int code, const stream_window *w);
    /* Ends the library's stream. */
    void (*close)(compressed_stream *s);
    const char *at_end; /* what a decompressor says to more input behind the end */
} stream_kind;

struct compressed_stream {
    ouro_object object;
    late_library *library;
    const stream_kind *kind;
    ouro_runtime *rt; /* for the allocator */
    struct thread_state *me;
    bool released; /* the lock is given up, by `me` */
    bool open, busy;
    bool at_end;      /* compressor: flush() has been called */
    bool needs_input;
    bool broken;      /* after an error that it cannot be used after (the kind's judge says so) */
    wait_queue queue; /* who waits until it is not busy */
    ouro_value unused, pending; /* bytes */
    size_t pending_start;
};

static inline compressed_stream *as_compressed_stream(ouro_value v)
{
    return (compressed_stream *)(void *)ouro_as_object(v);
}

/* A new stream of a type whose struct begins with compressed_stream, not open yet.  NULL: no memory. */
OURO_NODISCARD void *compressed_stream_new(ouro_runtime *rt, type_object *type, const stream_kind *kind,
                                           late_library_index library);
/* For the library's allocator. */
void *compressed_allocate(compressed_stream *s, size_t size);
void compressed_release(compressed_stream *s, void *block);

/* The methods. */
OURO_NODISCARD ouro_value compressor_compress(ouro_runtime *rt, const ouro_value *args, size_t nargs);
OURO_NODISCARD ouro_value compressor_flush(ouro_runtime *rt, const ouro_value *args, size_t nargs);
OURO_NODISCARD ouro_value decompressor_decompress(ouro_runtime *rt, const ouro_value *args, size_t nargs);
/* The rows of a decompressor's getsets and members that both have. */
ouro_value decompressor_get_eof(ouro_runtime *rt, ouro_value self, void *closure);
ouro_value decompressor_get_needs_input(ouro_runtime *rt, ouro_value self, void *closure);

void compressed_stream_dispose(ouro_runtime *rt, ouro_object *self);
enum { COMPRESSED_FIELDS = 2 };
extern const ouro_field compressed_fields[COMPRESSED_FIELDS];
extern const method_def compressor_methods[], decompressor_methods[];

#define DECOMPRESSOR_GETSETS \
    {"eof", decompressor_get_eof, NULL, "Has the end of the stream been reached?", NULL, .member = true}, \
    {"needs_input", decompressor_get_needs_input, NULL, "Does it need more input to give more output?", NULL, .member = true}
#define DECOMPRESSOR_MEMBERS \
    {"unused_data", offsetof(compressed_stream, unused), MEMBER_READONLY, "What came behind the end of the stream."}

#endif
