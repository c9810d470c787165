/* zlib.c: the zlib module: compression through the library of that name, the one file that knows it.
 *
 * The library is loaded late (late_library.h): programs that compress nothing do not pay for it.  What a stream
 * allocates comes from the runtime's heap: it counts, and it obeys the limit.  So the runtime's lock is only given up
 * while compressing, where the library allocates nothing once a stream is there; decompressing allocates as it goes.
 *
 * Results grow in a bytes object that doubles, up to what the caller allows.
 */
#include "modules/late_library.h"

#ifdef OURO_ZLIB

#include "modules/posix_private.h"
#include "types/binder.h"
#include "types/buffer.h"
#include "types/bytes.h"
#include "types/bytes_methods.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/threads.h"

#include <limits.h>
#include <zlib.h>

enum { ZLIB_ROOM = 16384, ZLIB_MEMORY_LEVEL = 8 };

#define ZLIB_FUNCTIONS(X) \
    X(adler32, uLong, (uLong, const Bytef *, uInt)) \
    X(crc32, uLong, (uLong, const Bytef *, uInt)) \
    X(deflate, int, (z_streamp, int)) \
    X(deflateEnd, int, (z_streamp)) \
    X(deflateCopy, int, (z_streamp, z_streamp)) \
    X(deflateInit2_, int, (z_streamp, int, int, int, int, int, const char *, int)) \
    X(deflateSetDictionary, int, (z_streamp, const Bytef *, uInt)) \
    X(inflate, int, (z_streamp, int)) \
    X(inflateEnd, int, (z_streamp)) \
    X(inflateCopy, int, (z_streamp, z_streamp)) \
    X(inflateInit2_, int, (z_streamp, int, const char *, int)) \
    X(inflateSetDictionary, int, (z_streamp, const Bytef *, uInt)) \
    X(zlibVersion, const char *, (void))

struct zlib_library {
    late_library library;
    ZLIB_FUNCTIONS(LATE_POINTER)
};

static struct zlib_library *zlib_loaded(ouro_runtime *rt)
{
    return (struct zlib_library *)(void *)rt->modules->libraries[LATE_ZLIB];
}

/* ---- streams ---------------------------------------------------------------------------------------------- */

typedef struct zlib_stream {
    ouro_object object;
    struct zlib_library *library;
    z_stream z;
    bool compresses, open, at_end, busy;
    ouro_value unused, unconsumed; /* bytes */
    ouro_value dictionary;         /* OURO_NULL: none */
} zlib_stream;

static zlib_stream *as_stream(ouro_value v)
{
    return (zlib_stream *)(void *)ouro_as_object(v);
}

static voidpf zlib_allocate(voidpf opaque, uInt items, uInt size)
{
    ouro_runtime *rt = opaque;
    return ouro_mem_alloc(rt->mem, (size_t)items * size);
}

static void zlib_release(voidpf opaque, voidpf block)
{
    ouro_runtime *rt = opaque;
    ouro_mem_free(rt->mem, block);
}

static ouro_value zlib_fail(ouro_runtime *rt, const z_stream *z, int error, const char *what)
{
    if (error == Z_MEM_ERROR) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    const char *message = error == Z_VERSION_ERROR ? "library version mismatch" : z->msg;
    if (!message) {
        message = error == Z_BUF_ERROR      ? "incomplete or truncated stream"
                  : error == Z_STREAM_ERROR ? "inconsistent stream state"
                  : error == Z_DATA_ERROR   ? "invalid input data"
                                            : NULL;
    }
    return message ? error_raise(rt, MODULE_TYPE(rt, zlib_error), "Error %d %s: %s", error, what, message)
                   : error_raise(rt, MODULE_TYPE(rt, zlib_error), "Error %d %s", error, what);
}

/* Runs the stream over `input` until all of it is taken or the stream ends, or there are `most` bytes of output.
 * *error is the library's last answer.  The bytes made: new reference; OURO_NULL: no memory. */
static ouro_value zlib_pump(ouro_runtime *rt, struct zlib_library *library, z_stream *z, bool compresses,
                            const unsigned char *input, size_t length, int flush, size_t first, size_t most,
                            int *error)
{
    bytes_builder out;
    bytes_builder_init(&out, rt);
    size_t left = length, room = first < most ? first : most;
    z->next_in = (Bytef *)(uintptr_t)input;
    z->avail_in = 0;
    *error = Z_OK;
    for (;;) {
        if (z->avail_in == 0) {
            z->avail_in = left > UINT_MAX ? UINT_MAX : (uInt)left;
            left -= z->avail_in;
        }
        size_t take = room > INT_MAX ? INT_MAX : room;
        unsigned char *at = bytes_builder_room(&out, take);
        if (!at) {
            break;
        }
        z->next_out = at;
        z->avail_out = (uInt)take;
        int how = left > 0 ? Z_NO_FLUSH : flush;
        if (compresses) {
            thread_state *me = vm_release(rt);
            *error = library->deflate(z, how);
            vm_acquire(rt, me);
        } else {
            *error = library->inflate(z, left > 0 ? Z_SYNC_FLUSH : how);
        }
        bool full = z->avail_out == 0;
        out.length -= z->avail_out;
        if (*error == Z_STREAM_END || (*error != Z_OK && *error != Z_BUF_ERROR) || out.length >= most ||
            (!full && z->avail_in == 0 && left == 0) || (*error == Z_BUF_ERROR && !full)) {
            break;
        }
        room = full ? out.length : room;
        if (room > most - out.length) {
            room = most - out.length;
        }
    }
    return bytes_builder_finish(&out);
}

static bool zlib_int(ouro_runtime *rt, ouro_value v, int *number)
{
    return ouro_is_null(v) || posix_int(rt, v, number);
}

static int zlib_open(ouro_runtime *rt, struct zlib_library *library, z_stream *z, bool compresses, int level, int method,
                     int bits, int memory, int strategy)
{
    memset(z, 0, sizeof *z);
    z->opaque = rt;
    z->zalloc = zlib_allocate;
    z->zfree = zlib_release;
    return compresses ? library->deflateInit2_(z, level, method, bits, memory, strategy, ZLIB_VERSION, sizeof *z)
                      : library->inflateInit2_(z, bits, ZLIB_VERSION, sizeof *z);
}

/* ---- all at once ------------------------------------------------------------------------------------------ */

static ouro_value zlib_compress(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int level = Z_DEFAULT_COMPRESSION, bits = MAX_WBITS, error;
    byte_span data;
    struct zlib_library *library = zlib_loaded(rt);
    if (!zlib_int(rt, arg_or_null(args, nargs, 1), &level) || !zlib_int(rt, arg_or_null(args, nargs, 2), &bits) ||
        !byte_span_get(rt, args[0], &data)) {
        return OURO_NULL;
    }
    z_stream z;
    ouro_value result = OURO_NULL;
    error = zlib_open(rt, library, &z, true, level, Z_DEFLATED, bits, ZLIB_MEMORY_LEVEL, Z_DEFAULT_STRATEGY);
    if (error == Z_STREAM_ERROR) {
        error_raise(rt, MODULE_TYPE(rt, zlib_error), "Bad compression level");
    } else if (error != Z_OK) {
        zlib_fail(rt, &z, error, "while compressing data");
    } else {
        result = zlib_pump(rt, library, &z, true, data.data, data.length, Z_FINISH, ZLIB_ROOM, SIZE_MAX, &error);
        if (!ouro_is_null(result) && error != Z_STREAM_END) {
            value_clear(rt, &result);
            zlib_fail(rt, &z, error, "while compressing data");
        }
        library->deflateEnd(&z);
    }
    byte_span_release(rt, &data);
    return result;
}

static ouro_value zlib_decompress(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int bits = MAX_WBITS, error;
    int64_t room = ZLIB_ROOM;
    byte_span data;
    struct zlib_library *library = zlib_loaded(rt);
    ouro_value size = arg_or_null(args, nargs, 2);
    if (!zlib_int(rt, arg_or_null(args, nargs, 1), &bits) ||
        (!ouro_is_null(size) && !object_as_index(rt, size, &room, false))) {
        return OURO_NULL;
    }
    if (room < 0) {
        return error_value(rt, "bufsize must be non-negative");
    }
    if (!byte_span_get(rt, args[0], &data)) {
        return OURO_NULL;
    }
    z_stream z;
    ouro_value result = OURO_NULL;
    error = zlib_open(rt, library, &z, false, 0, 0, bits, 0, 0);
    if (error != Z_OK) {
        zlib_fail(rt, &z, error, "while preparing to decompress data");
    } else {
        result = zlib_pump(rt, library, &z, false, data.data, data.length, Z_SYNC_FLUSH, room ? (size_t)room : 1,
                           SIZE_MAX, &error);
        if (!ouro_is_null(result) && error != Z_STREAM_END) {
            value_clear(rt, &result);
            zlib_fail(rt, &z, error == Z_OK ? Z_BUF_ERROR : error, "while decompressing data");
        }
        library->inflateEnd(&z);
    }
    byte_span_release(rt, &data);
    return result;
}

/* ---- stream objects --------------------------------------------------------------------------------------- */

static zlib_stream *zlib_stream_new(ouro_runtime *rt, bool compresses)
{
    type_object *type = compresses ? MODULE_TYPE(rt, zlib_compress) : MODULE_TYPE(rt, zlib_decompress);
    zlib_stream *s = object_new(rt, &type->type, 0);
    if (!s) {
        return NULL;
    }
    s->library = (struct zlib_library *)(void *)late_library_share(rt, LATE_ZLIB);
    s->compresses = compresses;
    s->unused = bytes_empty(rt);
    s->unconsumed = bytes_empty(rt);
    gc_track(rt, &s->object);
    return s;
}

static void zlib_stream_dispose(ouro_runtime *rt, ouro_object *self)
{
    zlib_stream *s = (zlib_stream *)(void *)self;
    if (s->open) {
        (void)(s->compresses ? s->library->deflateEnd(&s->z) : s->library->inflateEnd(&s->z));
        s->open = false;
    }
    late_library_drop(rt, &s->library->library);
    s->library = NULL;
}

/* The dictionary of a stream: 0, or the library's error.  Raised: -100. */
static int zlib_set_dictionary(ouro_runtime *rt, zlib_stream *s)
{
    buffer_view view;
    if (!buffer_get(rt, s->dictionary, &view, false)) {
        return -100;
    }
    int error = Z_DATA_ERROR;
    if (view.length > UINT_MAX) {
        error_overflow(rt, "zdict length does not fit in an unsigned int");
        error = -100;
    } else if (s->compresses) {
        error = s->library->deflateSetDictionary(&s->z, view.data, (uInt)view.length);
    } else {
        error = s->library->inflateSetDictionary(&s->z, view.data, (uInt)view.length);
    }
    buffer_release(rt, &view);
    return error;
}

static ouro_value zlib_compressobj(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int numbers[5] = {Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS, ZLIB_MEMORY_LEVEL, Z_DEFAULT_STRATEGY};
    for (size_t i = 0; i < 5; i++) {
        if (!zlib_int(rt, arg_or_null(args, nargs, i), &numbers[i])) {
            return OURO_NULL;
        }
    }
    ouro_value dictionary = arg_or_null(args, nargs, 5);
    if (!ouro_is_null(dictionary) && !ouro_is_none(dictionary) && !value_has_buffer(rt, dictionary)) {
        return error_type(rt, "a bytes-like object is required, not '%T'", dictionary);
    }
    zlib_stream *s = zlib_stream_new(rt, true);
    if (!s) {
        return OURO_NULL;
    }
    int error = zlib_open(rt, s->library, &s->z, true, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
    if (error == Z_STREAM_ERROR) {
        error_value(rt, "Invalid initialization option");
    } else if (error != Z_OK) {
        zlib_fail(rt, &s->z, error, "while creating compression object");
    } else {
        s->open = true;
        if (ouro_is_null(dictionary) || ouro_is_none(dictionary)) {
            return ouro_from_object(s);
        }
        s->dictionary = value_incref(dictionary);
        error = zlib_set_dictionary(rt, s);
        if (error == Z_OK) {
            return ouro_from_object(s);
        }
        if (error != -100) {
            error_value(rt, error == Z_STREAM_ERROR ? "Invalid dictionary" : "deflateSetDictionary()");
        }
    }
    object_decref(rt, &s->object);
    return OURO_NULL;
}

static ouro_value zlib_decompressobj(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int bits = MAX_WBITS;
    ouro_value dictionary = arg_or_null(args, nargs, 1);
    if (!zlib_int(rt, arg_or_null(args, nargs, 0), &bits)) {
        return OURO_NULL;
    }
    if (!ouro_is_null(dictionary) && !value_has_buffer(rt, dictionary)) {
        return error_type(rt, "zdict argument must support the buffer protocol");
    }
    zlib_stream *s = zlib_stream_new(rt, false);
    if (!s) {
        return OURO_NULL;
    }
    int error = zlib_open(rt, s->library, &s->z, false, 0, 0, bits, 0, 0);
    if (error == Z_STREAM_ERROR) {
        error_value(rt, "Invalid initialization option");
    } else if (error != Z_OK) {
        zlib_fail(rt, &s->z, error, "while creating decompression object");
    } else {
        s->open = true;
        if (ouro_is_null(dictionary)) {
            return ouro_from_object(s);
        }
        s->dictionary = value_incref(dictionary);
        if (bits >= 0) { /* a header will ask for it */
            return ouro_from_object(s);
        }
        error = zlib_set_dictionary(rt, s);
        if (error == Z_OK) {
            return ouro_from_object(s);
        }
        if (error != -100) {
            zlib_fail(rt, &s->z, error, "while setting zdict");
        }
    }
    object_decref(rt, &s->object);
    return OURO_NULL;
}

/* One call at a time: the lock is given up inside. */
static bool zlib_enter(ouro_runtime *rt, zlib_stream *s)
{
    if (s->busy) {
        error_runtime(rt, "the stream is in use by another thread");
        return false;
    }
    s->busy = true;
    return true;
}

static ouro_value zlib_stream_compress(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    zlib_stream *s = as_stream(args[0]);
    byte_span data;
    int error;
    if (!byte_span_get(rt, args[1], &data)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (zlib_enter(rt, s)) {
        result = zlib_pump(rt, s->library, &s->z, true, data.data, data.length, Z_NO_FLUSH, ZLIB_ROOM, SIZE_MAX, &error);
        s->busy = false;
        if (!ouro_is_null(result) && error == Z_STREAM_ERROR) {
            value_clear(rt, &result);
            zlib_fail(rt, &s->z, error, "while compressing data");
        }
    }
    byte_span_release(rt, &data);
    return result;
}

static ouro_value zlib_stream_compress_flush(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    zlib_stream *s = as_stream(args[0]);
    int mode = Z_FINISH, error;
    if (!zlib_int(rt, arg_or_null(args, nargs, 1), &mode)) {
        return OURO_NULL;
    }
    if (mode == Z_NO_FLUSH) {
        return bytes_empty(rt);
    }
    if (!zlib_enter(rt, s)) {
        return OURO_NULL;
    }
    ouro_value result =
        zlib_pump(rt, s->library, &s->z, true, (const unsigned char *)"", 0, mode, ZLIB_ROOM, SIZE_MAX, &error);
    s->busy = false;
    if (!ouro_is_null(result) && error == Z_STREAM_END && mode == Z_FINISH) {
        s->library->deflateEnd(&s->z);
        s->open = false;
    } else if (!ouro_is_null(result) && error != Z_OK && error != Z_BUF_ERROR) {
        value_clear(rt, &result);
        zlib_fail(rt, &s->z, error, "while flushing");
    }
    return result;
}

/* Keeps what the stream did not take of the input that ended at `end`. */
static bool zlib_keep_rest(ouro_runtime *rt, zlib_stream *s, const unsigned char *end, int error)
{
    size_t left = (size_t)(end - s->z.next_in);
    if (error == Z_STREAM_END) {
        s->at_end = true;
        if (left > 0) {
            size_t before = as_bytes(s->unused)->length;
            ouro_value joined = bytes_new(rt, NULL, before + left);
            if (ouro_is_null(joined)) {
                return false;
            }
            memcpy(as_bytes(joined)->data, as_bytes(s->unused)->data, before);
            memcpy(as_bytes(joined)->data + before, s->z.next_in, left);
            value_replace(rt, &s->unused, joined);
        }
    }
    if ((left > 0 && error != Z_STREAM_END) || as_bytes(s->unconsumed)->length > 0) {
        ouro_value rest = left > 0 ? bytes_new(rt, s->z.next_in, left) : bytes_empty(rt);
        if (ouro_is_null(rest)) {
            return false;
        }
        value_replace(rt, &s->unconsumed, rest);
    }
    return true;
}

static ouro_value zlib_stream_inflate(ouro_runtime *rt, zlib_stream *s, const unsigned char *data, size_t length,
                                      int flush, size_t first, size_t most, const char *what)
{
    int error;
    ouro_value result =
        zlib_pump(rt, s->library, &s->z, false, data, length, flush, first, most, &error);
    if (!ouro_is_null(result) && error == Z_NEED_DICT && !ouro_is_null(s->dictionary)) {
        int set = zlib_set_dictionary(rt, s);
        value_clear(rt, &result);
        if (set == Z_OK) {
            const unsigned char *at = s->z.next_in;
            result = zlib_pump(rt, s->library, &s->z, false, at, (size_t)(data + length - at), flush, first, most,
                               &error);
        } else if (set != -100) {
            zlib_fail(rt, &s->z, set, "while setting zdict");
        }
    }
    if (ouro_is_null(result)) {
        return OURO_NULL;
    }
    bool kept = zlib_keep_rest(rt, s, data + length, error);
    if (kept && (error == Z_OK || error == Z_STREAM_END || error == Z_BUF_ERROR)) {
        return result;
    }
    value_decref(rt, result);
    return kept ? zlib_fail(rt, &s->z, error, what) : OURO_NULL;
}

static ouro_value zlib_stream_decompress(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    zlib_stream *s = as_stream(args[0]);
    int64_t most = 0;
    byte_span data;
    ouro_value limit = arg_or_null(args, nargs, 2);
    if (!ouro_is_null(limit) && !object_as_index(rt, limit, &most, false)) {
        return OURO_NULL;
    }
    if (most < 0) {
        return error_value(rt, "max_length must be non-negative");
    }
    if (!byte_span_get(rt, args[1], &data)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (zlib_enter(rt, s)) {
        const unsigned char *from = data.length > 0 ? data.data : (const unsigned char *)"";
        result = zlib_stream_inflate(rt, s, from, data.length, Z_SYNC_FLUSH, ZLIB_ROOM, most ? (size_t)most : SIZE_MAX,
                                     "while decompressing data");
        s->busy = false;
    }
    byte_span_release(rt, &data);
    return result;
}

static ouro_value zlib_stream_decompress_flush(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    zlib_stream *s = as_stream(args[0]);
    int64_t room = ZLIB_ROOM;
    ouro_value size = arg_or_null(args, nargs, 1);
    if (!ouro_is_null(size) && !object_as_index(rt, size, &room, false)) {
        return OURO_NULL;
    }
    if (room <= 0) {
        return error_value(rt, "length must be greater than zero");
    }
    if (!s->open) {
        return bytes_empty(rt);
    }
    if (!zlib_enter(rt, s)) {
        return OURO_NULL;
    }
    ouro_value rest = value_incref(s->unconsumed);
    ouro_value result = zlib_stream_inflate(rt, s, as_bytes(rest)->data, as_bytes(rest)->length, Z_FINISH, (size_t)room,
                                            SIZE_MAX, "while finishing decompression");
    value_decref(rt, rest);
    s->busy = false;
    if (!ouro_is_null(result) && s->at_end) {
        s->library->inflateEnd(&s->z);
        s->open = false;
    }
    return result;
}

static ouro_value zlib_stream_copy(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    zlib_stream *s = as_stream(args[0]);
    if (!s->open) {
        return error_value(rt, "Inconsistent stream state");
    }
    if (!zlib_enter(rt, s)) {
        return OURO_NULL;
    }
    zlib_stream *copy = zlib_stream_new(rt, s->compresses);
    if (copy) {
        int error = s->compresses ? s->library->deflateCopy(&copy->z, &s->z) : s->library->inflateCopy(&copy->z, &s->z);
        if (error == Z_OK) {
            copy->open = true;
            copy->at_end = s->at_end;
            value_replace(rt, &copy->unused, value_incref(s->unused));
            value_replace(rt, &copy->unconsumed, value_incref(s->unconsumed));
            copy->dictionary = value_incref(s->dictionary);
        } else {
            if (error == Z_STREAM_ERROR) {
                error_value(rt, "Inconsistent stream state");
            } else {
                zlib_fail(rt, &s->z, error, s->compresses ? "while copying compression object"
                                                          : "while copying decompression object");
            }
            object_decref(rt, &copy->object);
            copy = NULL;
        }
    }
    s->busy = false;
    return copy ? ouro_from_object(copy) : OURO_NULL;
}

static ouro_value zlib_stream_get_eof(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_bool(as_stream(self)->at_end);
}

static const method_def zlib_compress_methods[] = {
    {"compress", "self, data, /", zlib_stream_compress, .doc = "Returns a bytes object containing compressed data."},
    {"flush", "?self, mode=4, /", zlib_stream_compress_flush,
     .doc = "Return a bytes object containing any remaining compressed data."},
    {"copy", "self, /", zlib_stream_copy, .doc = "Return a copy of the compression object."},
    {"__copy__", "self, /", zlib_stream_copy},
    {"__deepcopy__", "self, memo, /", zlib_stream_copy},
    {0},
};

static const method_def zlib_decompress_methods[] = {
    {"decompress", "self, data, /, max_length=0", zlib_stream_decompress,
     .doc = "Return a bytes object containing the decompressed version of the data."},
    {"flush", "?self, length=16384, /", zlib_stream_decompress_flush,
     .doc = "Return a bytes object containing any remaining decompressed data."},
    {"copy", "self, /", zlib_stream_copy, .doc = "Return a copy of the decompression object."},
    {"__copy__", "self, /", zlib_stream_copy},
    {"__deepcopy__", "self, memo, /", zlib_stream_copy},
    {0},
};

static const getset_def zlib_decompress_getsets[] = {
    {"eof", zlib_stream_get_eof, NULL, NULL, .member = true},
    {0},
};

static const member_def zlib_decompress_members[] = {
    {"unused_data", offsetof(zlib_stream, unused), MEMBER_READONLY, NULL},
    {"unconsumed_tail", offsetof(zlib_stream, unconsumed), MEMBER_READONLY, NULL},
    {0},
};

static const ouro_field zlib_fields[] = {
    {OURO_FIELD_VALUE, offsetof(zlib_stream, unused), 0, "unused_data"},
    {OURO_FIELD_VALUE, offsetof(zlib_stream, unconsumed), 0, "unconsumed_tail"},
    {OURO_FIELD_VALUE, offsetof(zlib_stream, dictionary), 0, "zdict"},
};

static const type_spec zlib_compress_spec = {
    .name = "zlib.Compress",
    .size = sizeof(zlib_stream),
    .flags = TYPE_NO_MAKE,
    .fields = zlib_fields,
    .field_count = 3,
    .dispose = zlib_stream_dispose,
    .methods = zlib_compress_methods,
};

static const type_spec zlib_decompress_spec = {
    .name = "zlib.Decompress",
    .size = sizeof(zlib_stream),
    .flags = TYPE_NO_MAKE,
    .fields = zlib_fields,
    .field_count = 3,
    .dispose = zlib_stream_dispose,
    .methods = zlib_decompress_methods,
    .getsets = zlib_decompress_getsets,
    .members = zlib_decompress_members,
};

/* ---- checksums, the module ---------------------------------------------------------------------------------- */

static ouro_value zlib_checksum(ouro_runtime *rt, const ouro_value *args, size_t nargs, uLong start,
                                uLong (*next)(uLong, const Bytef *, uInt))
{
    byte_span data;
    ouro_value given = arg_or_null(args, nargs, 1);
    if (!ouro_is_null(given)) {
        ouro_value whole = object_index(rt, given);
        ouro_value low = ouro_is_null(whole) ? OURO_NULL : int_binary(rt, BINARY_AND, whole, ouro_int(UINT32_MAX));
        value_decref(rt, whole);
        if (ouro_is_null(low)) {
            return OURO_NULL;
        }
        start = (uLong)ouro_as_int(low);
    }
    if (!byte_span_get(rt, args[0], &data)) {
        return OURO_NULL;
    }
    for (size_t at = 0; at < data.length;) {
        uInt part = data.length - at > UINT_MAX ? UINT_MAX : (uInt)(data.length - at);
        start = next(start, data.data + at, part);
        at += part;
    }
    byte_span_release(rt, &data);
    return ouro_int((int64_t)(start & UINT32_MAX));
}

static ouro_value zlib_adler32(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return zlib_checksum(rt, args, nargs, 1, zlib_loaded(rt)->adler32);
}

static ouro_value zlib_crc32(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return zlib_checksum(rt, args, nargs, 0, zlib_loaded(rt)->crc32);
}

static const method_def zlib_functions[] = {
    {"adler32", "data, value=1, /", zlib_adler32, .doc = "Compute an Adler-32 checksum of data."},
    {"crc32", "data, value=0, /", zlib_crc32, .doc = "Compute a CRC-32 checksum of data."},
    {"compress", "?data, /, level=-1, wbits=15", zlib_compress,
     .doc = "Returns a bytes object containing compressed data."},
    {"decompress", "?data, /, wbits=15, bufsize=16384", zlib_decompress,
     .doc = "Returns a bytes object containing the uncompressed data."},
    {"compressobj", "?level=-1, method=8, wbits=15, memLevel=8, strategy=0, zdict=None", zlib_compressobj,
     .doc = "Return a compressor object."},
    {"decompressobj", "?wbits=15, zdict=b''", zlib_decompressobj, .doc = "Return a decompressor object."},
    {0},
};

#define ZLIB_CONSTANTS(X) \
    X(MAX_WBITS) X(Z_NO_COMPRESSION) X(Z_BEST_SPEED) X(Z_BEST_COMPRESSION) X(Z_DEFAULT_COMPRESSION) \
    X(Z_FILTERED) X(Z_HUFFMAN_ONLY) X(Z_RLE) X(Z_FIXED) X(Z_DEFAULT_STRATEGY) X(Z_NO_FLUSH) X(Z_PARTIAL_FLUSH) \
    X(Z_SYNC_FLUSH) X(Z_FULL_FLUSH) X(Z_FINISH) X(Z_BLOCK) X(Z_TREES)

static bool zlib_start(ouro_runtime *rt, module_object *module)
{
    static const char *const files[] = {"libz.so.1", NULL}, *const names[] = {ZLIB_FUNCTIONS(LATE_NAME) NULL};
    if (!late_library_load(rt, LATE_ZLIB, files, names, sizeof(struct zlib_library))) {
        return false;
    }
    static const struct {
        const char *name;
        int64_t value;
    } constants[] = {
#define ZLIB_CONSTANT(name) {#name, name},
        ZLIB_CONSTANTS(ZLIB_CONSTANT)
#undef ZLIB_CONSTANT
        {"DEFLATED", Z_DEFLATED},
        {"DEF_BUF_SIZE", ZLIB_ROOM},
        {"DEF_MEM_LEVEL", ZLIB_MEMORY_LEVEL},
    };
    bool ok = module_keep_type(rt, &zlib_compress_spec, &MODULE_TYPE(rt, zlib_compress)) &&
              module_keep_type(rt, &zlib_decompress_spec, &MODULE_TYPE(rt, zlib_decompress)) &&
              module_add_exception(rt, module, "zlib.error", EXC(rt, Exception), &MODULE_TYPE(rt, zlib_error)) &&
              module_add_text(rt, module, "ZLIB_VERSION", ZLIB_VERSION) &&
              module_add_text(rt, module, "ZLIB_RUNTIME_VERSION", zlib_loaded(rt)->zlibVersion()) &&
              module_add_text(rt, module, "__version__", "1.0");
    for (size_t i = 0; ok && i < sizeof constants / sizeof *constants; i++) {
        ok = module_add_int(rt, module, constants[i].name, constants[i].value);
    }
    return ok;
}

const module_def zlib_module_def = {
    .name = "zlib",
    .doc = "The functions in this module allow compression and decompression using the\n"
           "zlib library, which is based on GNU zip.",
    .functions = zlib_functions,
    .start = zlib_start,
};

#endif
