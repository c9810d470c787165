/* bz2.c: the _bz2 module: compressors and decompressors of the library libbz2, the one file that knows it. */
#include "modules/compressed_stream.h"

#ifdef OURO_BZ2

#include "modules/posix_private.h"
#include "types/binder.h"
#include "types/error.h"

#include <bzlib.h>
#include <limits.h>

#define BZ2_FUNCTIONS(X) \
    X(BZ2_bzCompressInit, int, (bz_stream *, int, int, int)) \
    X(BZ2_bzCompress, int, (bz_stream *, int)) \
    X(BZ2_bzCompressEnd, int, (bz_stream *)) \
    X(BZ2_bzDecompressInit, int, (bz_stream *, int, int)) \
    X(BZ2_bzDecompress, int, (bz_stream *)) \
    X(BZ2_bzDecompressEnd, int, (bz_stream *))

struct bz2_library {
    late_library library;
    BZ2_FUNCTIONS(LATE_POINTER)
};

typedef struct bz2_stream {
    compressed_stream common;
    bz_stream z;
} bz2_stream;

static struct bz2_library *bz2_library_of(compressed_stream *s)
{
    return (struct bz2_library *)(void *)s->library;
}

static bz_stream *bz2_stream_of(compressed_stream *s)
{
    return &((bz2_stream *)(void *)s)->z;
}

static void *bz2_allocate(void *opaque, int items, int size)
{
    return items < 0 || size < 0 ? NULL : compressed_allocate(opaque, (size_t)items * (size_t)size);
}

static void bz2_release(void *opaque, void *block)
{
    compressed_release(opaque, block);
}

static void bz2_fail(ouro_runtime *rt, int code)
{
    switch (code) {
    case BZ_PARAM_ERROR:
        error_value(rt, "Internal error - invalid parameters passed to libbzip2");
        break;
    case BZ_MEM_ERROR:
        error_no_memory(rt);
        break;
    case BZ_DATA_ERROR:
    case BZ_DATA_ERROR_MAGIC:
        error_raise(rt, EXC(rt, OSError), "Invalid data stream");
        break;
    case BZ_SEQUENCE_ERROR:
        error_runtime(rt, "Internal error - Invalid sequence of commands sent to libbzip2");
        break;
    case BZ_CONFIG_ERROR:
        error_system(rt, "libbzip2 was not compiled correctly");
        break;
    default:
        error_raise(rt, EXC(rt, OSError), "Unrecognized error from libbzip2: %d", code);
    }
}

/* The library counts in unsigned int. */
static unsigned bz2_part(size_t length)
{
    return length > UINT_MAX ? UINT_MAX : (unsigned)length;
}

static int bz2_step(compressed_stream *s, stream_window *w, int (*call)(bz_stream *, int), int action)
{
    bz_stream *z = bz2_stream_of(s);
    unsigned in = bz2_part(w->in_left), out = bz2_part(w->out_left);
    z->next_in = (char *)(uintptr_t)w->in;
    z->avail_in = in;
    z->next_out = (char *)w->out;
    z->avail_out = out;
    int code = call ? call(z, action) : bz2_library_of(s)->BZ2_bzDecompress(z);
    w->in += in - z->avail_in;
    w->in_left -= in - z->avail_in;
    w->out += out - z->avail_out;
    w->out_left -= out - z->avail_out;
    return code;
}

static int bz2_step_compress(compressed_stream *s, stream_window *w, bool finish)
{
    if (!finish && w->in_left == 0) {
        return BZ_RUN_OK; /* with no input the library knows no way to run */
    }
    return bz2_step(s, w, bz2_library_of(s)->BZ2_bzCompress, finish && w->in_left == 0 ? BZ_FINISH : BZ_RUN);
}

static int bz2_step_decompress(compressed_stream *s, stream_window *w, bool finish)
{
    return bz2_step(s, w, NULL, 0);
}

static stream_outcome bz2_judge(ouro_runtime *rt, compressed_stream *s, int code, const stream_window *w)
{
    if (code == BZ_OK || code == BZ_RUN_OK || code == BZ_FLUSH_OK || code == BZ_FINISH_OK) {
        return STREAM_GOES_ON;
    }
    if (code == BZ_STREAM_END) {
        return STREAM_HAS_ENDED;
    }
    bz2_fail(rt, code);
    s->broken = true;
    return STREAM_HAS_FAILED;
}

static void bz2_close_compressor(compressed_stream *s)
{
    bz2_library_of(s)->BZ2_bzCompressEnd(bz2_stream_of(s));
}

static void bz2_close_decompressor(compressed_stream *s)
{
    bz2_library_of(s)->BZ2_bzDecompressEnd(bz2_stream_of(s));
}

static const stream_kind bz2_compressor_kind = {bz2_step_compress, bz2_judge, bz2_close_compressor, NULL};
static const stream_kind bz2_decompressor_kind = {bz2_step_decompress, bz2_judge, bz2_close_decompressor,
                                                   "End of stream already reached"};

/* level 0: a decompressor. */
static ouro_value bz2_open(ouro_runtime *rt, type_object *type, int level)
{
    bz2_stream *s = compressed_stream_new(rt, type, level ? &bz2_compressor_kind : &bz2_decompressor_kind, LATE_BZ2);
    if (!s) {
        return OURO_NULL;
    }
    s->z.opaque = s;
    s->z.bzalloc = bz2_allocate;
    s->z.bzfree = bz2_release;
    struct bz2_library *library = bz2_library_of(&s->common);
    int code = level ? library->BZ2_bzCompressInit(&s->z, level, 0, 0) : library->BZ2_bzDecompressInit(&s->z, 0, 0);
    if (code != BZ_OK) {
        bz2_fail(rt, code);
        object_decref(rt, &s->common.object);
        return OURO_NULL;
    }
    s->common.open = true;
    return ouro_from_object(s);
}

static ouro_value bz2_compressor_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                      ouro_value kwnames)
{
    int level = 9;
    if (!arguments_positional(rt, "BZ2Compressor", nargs, kwnames, 0, 1) ||
        (nargs > 0 && !posix_int(rt, args[0], &level))) {
        return OURO_NULL;
    }
    if (level < 1 || level > 9) {
        return error_value(rt, "compresslevel must be between 1 and 9");
    }
    return bz2_open(rt, type, level);
}

static ouro_value bz2_decompressor_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                        ouro_value kwnames)
{
    if (!arguments_positional(rt, "BZ2Decompressor", 0, kwnames, 0, 0)) {
        return OURO_NULL;
    }
    return nargs > 0 ? error_type(rt, "BZ2Decompressor() takes no positional arguments") : bz2_open(rt, type, 0);
}

static const getset_def bz2_decompressor_getsets[] = {DECOMPRESSOR_GETSETS, {0}};
static const member_def bz2_decompressor_members[] = {DECOMPRESSOR_MEMBERS, {0}};

static const type_spec bz2_compressor_spec = {
    .name = "_bz2.BZ2Compressor",
    .size = sizeof(bz2_stream),
    .doc = "Create a compressor object for compressing data incrementally: compresslevel is from 1 to 9.",
    .signature = "(compresslevel=9, /)",
    .fields = compressed_fields,
    .field_count = COMPRESSED_FIELDS,
    .dispose = compressed_stream_dispose,
    .methods = compressor_methods,
    .slots = {.make = bz2_compressor_make},
};

static const type_spec bz2_decompressor_spec = {
    .name = "_bz2.BZ2Decompressor",
    .size = sizeof(bz2_stream),
    .doc = "Create a decompressor object for decompressing data incrementally.",
    .signature = "()",
    .fields = compressed_fields,
    .field_count = COMPRESSED_FIELDS,
    .dispose = compressed_stream_dispose,
    .methods = decompressor_methods,
    .getsets = bz2_decompressor_getsets,
    .members = bz2_decompressor_members,
    .slots = {.make = bz2_decompressor_make},
};

static bool bz2_start(ouro_runtime *rt, module_object *module)
{
    static const char *const files[] = {"libbz2.so.1.0", "libbz2.so.1", NULL}, *const names[] = {BZ2_FUNCTIONS(LATE_NAME) NULL};
    return late_library_load(rt, LATE_BZ2, files, names, sizeof(struct bz2_library)) &&
           module_add_kept_type(rt, module, &bz2_compressor_spec, &MODULE_TYPE(rt, bz2_compressor)) &&
           module_add_kept_type(rt, module, &bz2_decompressor_spec, &MODULE_TYPE(rt, bz2_decompressor));
}

const module_def bz2_module_def = {
    .name = "_bz2",
    .doc = "Compression with the library libbz2, for the module bz2.",
    .start = bz2_start,
};

#endif
