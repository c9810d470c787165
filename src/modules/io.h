/* io.h: what the files of the module _io share: the structs of its types, and how its layers call each other.
 *
 * The layers: a raw file (FileIO), a buffer over a raw file (BufferedReader and kin), text over a buffer (TextIOWrapper).
 * Each layer calls the one below through functions here that go straight to the C code when the object below is
 * exactly of our type, and through its Python method otherwise.
 */
#ifndef OURO_SRC_MODULES_IO_H
#define OURO_SRC_MODULES_IO_H

#include "modules/modules.h"
#include "ouro/ouro.h"
#include "types/buffer.h"
#include "types/bytes_methods.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/text.h"
#include "vm/threads.h"

enum { IO_BUFFER_SIZE = 8192 };

/* Types that programs may derive from, and give attributes. */
#define IO_TYPE_FLAGS (OURO_TYPE_WEAKREF | OURO_TYPE_SHAPED | TYPE_HAS_DICT | TYPE_BASE)

extern const type_spec io_base_spec, io_raw_base_spec, io_buffered_base_spec, io_text_base_spec, io_file_spec,
    io_buffered_reader_spec, io_buffered_writer_spec, io_buffered_random_spec, io_buffered_rwpair_spec,
    io_bytes_spec, io_bytes_buffer_spec, io_string_spec, io_text_wrapper_spec, io_newline_decoder_spec;

/* ---- common ---- */
ouro_value io_unsupported(ouro_runtime *rt, const char *what); /* raises io.UnsupportedOperation */
/* ValueError "I/O operation on closed file." if self.closed is true. */
OURO_NODISCARD bool io_check_closed(ouro_runtime *rt, ouro_value self, const char *message);
/* The truth of an attribute or of what a method returns: 1, 0, -1. */
int io_ask(ouro_runtime *rt, ouro_value self, ouro_value method);
int io_is_closed(ouro_runtime *rt, ouro_value self);
/* A size argument: None and absent give -1. */
OURO_NODISCARD bool io_size_argument(ouro_runtime *rt, ouro_value v, int64_t *size);
/* A writable view for readinto: TypeError in the words of its argument check. */
OURO_NODISCARD bool io_get_writable(ouro_runtime *rt, ouro_value v, buffer_view *view, const char *function);
/* Calls a method that returns nothing of interest. */
OURO_NODISCARD bool io_call_ignore(ouro_runtime *rt, ouro_value self, ouro_value name);
/* Runs close() for an object that dies; errors are reported nowhere, as CPython does. */
void io_finalize(ouro_runtime *rt, ouro_object *self);
/* Adds `first`, an exception taken before, as the context of the one that is set now; or sets it again. */
void io_chain(ouro_runtime *rt, ouro_value first);
/* After EINTR: runs signal handlers.  False: one of them raised. */
OURO_NODISCARD bool io_interrupted(ouro_runtime *rt);
/* One line of bytes through read / peek of any object. */
OURO_NODISCARD ouro_value io_base_readline(ouro_runtime *rt, ouro_value self, int64_t limit);

/* ---- FileIO ---- */
typedef struct file_object {
    ouro_object object;
    int fd; /* -1: closed */
    bool created, readable, writable, appending, close_fd, finalizing;
    signed char seekable; /* -1: not asked yet */
    unsigned block_size;
} file_object;

static inline file_object *as_file(ouro_value v)
{
    return (file_object *)(void *)ouro_as_object(v);
}
/* Reads / writes once: the count; -1 raised; -2 would block. */
int64_t io_file_read(ouro_runtime *rt, file_object *f, void *data, size_t size);
int64_t io_file_write(ouro_runtime *rt, file_object *f, const void *data, size_t size);
/* -1: raised. */
int64_t io_file_seek(ouro_runtime *rt, file_object *f, int64_t offset, int whence);
OURO_NODISCARD ouro_value io_file_new(ouro_runtime *rt, ouro_value file, const char *mode, bool close_fd,
                                      ouro_value opener);

/* ---- buffered ---- */
typedef struct buffered_object {
    ouro_object object;
    ouro_value raw;  /* OURO_NULL: detached or never initialized */
    bool ok, detached, readable, writable, fast; /* fast: raw is exactly a FileIO */
    bool busy;       /* a call is in progress: a signal handler may not enter, another thread waits */
    struct thread_state *user; /* of the thread whose call it is; NULL: there was only one */
    bool finalizing;
    unsigned char *buffer;
    size_t size;
    /* The buffer holds the bytes of the file from `base` on: [0, end) are valid (read, or written), [0, at) are
     * consumed or written by the program; [dirty_from, dirty_to) wait to be written.  The raw file stands behind
     * base + raw_at. */
    size_t at, end, dirty_from, dirty_to, raw_at;
    int64_t base;    /* position in the file of buffer[0]; -1: not known */
} buffered_object;

static inline void io_buffered_claim(ouro_runtime *rt, buffered_object *b)
{
    b->busy = true;
    b->user = rt->vm->threads != NULL ? rt->vm->threads->holder : NULL;
}

/* Is another thread in it?  It may be in a call of the system's. */
bool io_buffered_is_others(ouro_runtime *rt, const buffered_object *b);
/* Lets the others run for a moment; the caller looks again, at everything.  False: raised. */
OURO_NODISCARD bool io_buffered_wait(ouro_runtime *rt);

static inline buffered_object *as_buffered(ouro_value v)
{
    return (buffered_object *)(void *)ouro_as_object(v);
}
OURO_NODISCARD ouro_value io_buffered_new(ouro_runtime *rt, const type_spec *spec, ouro_value raw, int64_t size);
/* Writes all of data (into the buffer); false: raised. */
OURO_NODISCARD bool io_buffered_write(ouro_runtime *rt, buffered_object *b, const void *data, size_t size);
OURO_NODISCARD bool io_buffered_flush(ouro_runtime *rt, buffered_object *b);
/* The engine (io_buffered.c), for the types in io_buffered_type.c. */
int64_t io_buffered_raw_seek(ouro_runtime *rt, buffered_object *b, int64_t offset, int whence);
OURO_NODISCARD bool io_buffered_locate(ouro_runtime *rt, buffered_object *b);
void io_buffered_restart(buffered_object *b);
int64_t io_buffered_peek(ouro_runtime *rt, buffered_object *b, const unsigned char **data);
int64_t io_buffered_read_into(ouro_runtime *rt, buffered_object *b, unsigned char *out, size_t size, bool once,
                              bool *blocked);
OURO_NODISCARD ouro_value io_buffered_read_all(ouro_runtime *rt, buffered_object *b);
OURO_NODISCARD ouro_value io_buffered_readline(ouro_runtime *rt, buffered_object *b, int64_t limit);
int64_t io_buffered_tell(ouro_runtime *rt, buffered_object *b);
int64_t io_buffered_seek(ouro_runtime *rt, buffered_object *b, int64_t target, int whence);
/* At least one byte unless at the end: a pointer into the buffer, good until the next call.  -1: raised, -2: none now. */
int64_t io_buffered_read1(ouro_runtime *rt, buffered_object *b, const unsigned char **data, size_t most);

/* ---- text ---- */
OURO_NODISCARD ouro_value io_text_new(ouro_runtime *rt, ouro_value buffer, const char *encoding, const char *errors,
                                      const char *newline, bool line_buffering, bool write_through);
/* io.open. */
OURO_NODISCARD ouro_value io_open(ouro_runtime *rt, ouro_value file, const char *mode, int64_t buffering,
                                  const char *encoding, const char *errors, const char *newline, bool close_fd,
                                  ouro_value opener);
/* sys.stdin, stdout, stderr: a text file over the descriptor; None when the descriptor is closed. */
OURO_NODISCARD ouro_value io_standard_stream(ouro_runtime *rt, int fd, bool unbuffered, const char *encoding,
                                             const char *errors);

/* sys.stdin, stdout, stderr and their dunder names, as the options say (NULL: none).  False: raised. */
OURO_NODISCARD bool io_add_standard_streams(ouro_runtime *rt, module_object *sys, const ouro_flags *flags);

/* Newline translation (io_newline.c).  `seen` collects IO_SEEN_*. */
enum { IO_SEEN_CR = 1, IO_SEEN_LF = 2, IO_SEEN_CRLF = 4 };
/* Notes the newlines of `text`, and with `translate` returns it with all as "\n".  New reference. */
OURO_NODISCARD ouro_value io_newlines_translate(ouro_runtime *rt, ouro_value text, bool translate, int *seen);
/* What .newlines shows for `seen`. */
OURO_NODISCARD ouro_value io_newlines_value(ouro_runtime *rt, int seen);
/* The end (behind the newline) of the first line of s[start:]; -1: none.  *tail: where it stopped looking. */
int64_t io_find_line_end(const str_object *s, size_t start, bool translated, bool universal, const str_object *newline);

extern const module_def io_module_def, codecs_module_def, string_module_def;

#endif
