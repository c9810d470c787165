/* lzma.c: the _lzma module: compressors and decompressors of the library liblzma, the one file that knows it. */
#include "modules/compressed_stream.h"

#ifdef OURO_LZMA

#include "modules/posix_private.h"
#include "types/binder.h"
#include "types/bytes_methods.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

#include <lzma.h>

#define LZMA_FUNCTIONS(X) \
    X(lzma_code, lzma_ret, (lzma_stream *, lzma_action)) \
    X(lzma_end, void, (lzma_stream *)) \
    X(lzma_get_check, lzma_check, (const lzma_stream *)) \
    X(lzma_check_is_supported, lzma_bool, (lzma_check)) \
    X(lzma_easy_encoder, lzma_ret, (lzma_stream *, uint32_t, lzma_check)) \
    X(lzma_stream_encoder, lzma_ret, (lzma_stream *, const lzma_filter *, lzma_check)) \
    X(lzma_alone_encoder, lzma_ret, (lzma_stream *, const lzma_options_lzma *)) \
    X(lzma_raw_encoder, lzma_ret, (lzma_stream *, const lzma_filter *)) \
    X(lzma_auto_decoder, lzma_ret, (lzma_stream *, uint64_t, uint32_t)) \
    X(lzma_stream_decoder, lzma_ret, (lzma_stream *, uint64_t, uint32_t)) \
    X(lzma_alone_decoder, lzma_ret, (lzma_stream *, uint64_t)) \
    X(lzma_raw_decoder, lzma_ret, (lzma_stream *, const lzma_filter *)) \
    X(lzma_lzma_preset, lzma_bool, (lzma_options_lzma *, uint32_t)) \
    X(lzma_properties_size, lzma_ret, (uint32_t *, const lzma_filter *)) \
    X(lzma_properties_encode, lzma_ret, (const lzma_filter *, uint8_t *)) \
    X(lzma_properties_decode, lzma_ret, (lzma_filter *, const lzma_allocator *, const uint8_t *, size_t))

struct lzma_library {
    late_library library;
    LZMA_FUNCTIONS(LATE_POINTER)
};

/* The container formats of the module. */
enum { FORMAT_AUTO, FORMAT_XZ, FORMAT_ALONE, FORMAT_RAW };
enum { LZMA_CHECK_NOT_KNOWN = LZMA_CHECK_ID_MAX + 1 };

typedef struct lzma_stream_object {
    compressed_stream common;
    lzma_stream z;
    lzma_allocator allocator;
    int check;
} lzma_stream_object;

static struct lzma_library *lzma_library_of(const compressed_stream *s)
{
    return (struct lzma_library *)(void *)s->library;
}

static lzma_stream_object *lzma_object_of(compressed_stream *s)
{
    return (lzma_stream_object *)(void *)s;
}

static struct lzma_library *lzma_loaded(ouro_runtime *rt)
{
    return (struct lzma_library *)(void *)rt->modules->libraries[LATE_LZMA];
}

static void *lzma_allocate(void *opaque, size_t items, size_t size)
{
    size_t total;
    return __builtin_mul_overflow(items, size, &total) ? NULL : compressed_allocate(opaque, total);
}

static void lzma_release(void *opaque, void *block)
{
    compressed_release(opaque, block);
}

static void lzma_fail(ouro_runtime *rt, lzma_ret code)
{
    static const char *const messages[] = {
        [LZMA_UNSUPPORTED_CHECK] = "Unsupported integrity check",
        [LZMA_MEMLIMIT_ERROR] = "Memory usage limit exceeded",
        [LZMA_FORMAT_ERROR] = "Input format not supported by decoder",
        [LZMA_OPTIONS_ERROR] = "Invalid or unsupported options",
        [LZMA_DATA_ERROR] = "Corrupt input data",
        [LZMA_BUF_ERROR] = "Insufficient buffer space",
        [LZMA_PROG_ERROR] = "Internal error",
    };
    if (code == LZMA_MEM_ERROR) {
        error_no_memory(rt);
    } else if ((size_t)code < sizeof messages / sizeof *messages && messages[code]) {
        error_raise(rt, MODULE_TYPE(rt, lzma_error), "%s", messages[code]);
    } else {
        error_raise(rt, MODULE_TYPE(rt, lzma_error), "Unrecognized error from liblzma: %d", (int)code);
    }
}

static int lzma_step(compressed_stream *s, stream_window *w, bool finish)
{
    lzma_stream *z = &lzma_object_of(s)->z;
    z->next_in = w->in;
    z->avail_in = w->in_left;
    z->next_out = w->out;
    z->avail_out = w->out_left;
    int code = (int)lzma_library_of(s)->lzma_code(z, finish ? LZMA_FINISH : LZMA_RUN);
    w->in = z->next_in;
    w->in_left = z->avail_in;
    w->out = z->next_out;
    w->out_left = z->avail_out;
    return code;
}

static stream_outcome lzma_judge(ouro_runtime *rt, compressed_stream *s, int code, const stream_window *w)
{
    lzma_stream_object *object = lzma_object_of(s);
    switch (code) {
    case LZMA_NO_CHECK:
    case LZMA_GET_CHECK:
        object->check = (int)lzma_library_of(s)->lzma_get_check(&object->z);
        return STREAM_GOES_ON;
    case LZMA_OK:
        return STREAM_GOES_ON;
    case LZMA_STREAM_END:
        return STREAM_HAS_ENDED;
    case LZMA_BUF_ERROR:
        if (w->in_left == 0 && w->out_left > 0) {
            return STREAM_GOES_ON; /* there was nothing to do */
        }
        break;
    default:
        break;
    }
    lzma_fail(rt, (lzma_ret)code);
    return STREAM_HAS_FAILED;
}

static void lzma_close(compressed_stream *s)
{
    lzma_library_of(s)->lzma_end(&lzma_object_of(s)->z);
}

static const stream_kind lzma_kind = {lzma_step, lzma_judge, lzma_close, "Already at end of stream"};

/* ---- filters ------------------------------------------------------------------------------------------------ */

/* The options of one filter, and room for each kind of them. */
typedef struct filter_options {
    union {
        lzma_options_lzma lzma;
        lzma_options_delta delta;
        lzma_options_bcj bcj;
    };
} filter_options;

typedef struct filter_chain {
    lzma_filter filters[LZMA_FILTERS_MAX + 1];
    filter_options options[LZMA_FILTERS_MAX];
} filter_chain;

static bool lzma_is_bcj(lzma_vli id)
{
    return id == LZMA_FILTER_X86 || id == LZMA_FILTER_POWERPC || id == LZMA_FILTER_IA64 || id == LZMA_FILTER_ARM ||
           id == LZMA_FILTER_ARMTHUMB || id == LZMA_FILTER_SPARC;
}

/* An unsigned number.  False: raised. */
static bool lzma_number(ouro_runtime *rt, ouro_value v, uint64_t *number)
{
    ouro_value whole = object_index(rt, v);
    if (ouro_is_null(whole)) {
        if (error_clear_if(rt, EXC(rt, TypeError))) {
            error_type(rt, "an integer is required");
        }
        return false;
    }
    bool ok = false;
    if (int_sign(whole) < 0) {
        error_overflow(rt, "can't convert negative int to unsigned");
    } else {
        ok = int_as_uint64(rt, whole, number);
        if (!ok && error_clear_if(rt, EXC(rt, OverflowError))) {
            error_overflow(rt, "int too big to convert");
        }
    }
    value_decref(rt, whole);
    return ok;
}

static bool lzma_uint32(ouro_runtime *rt, ouro_value v, uint32_t *number)
{
    uint64_t wide;
    if (!lzma_number(rt, v, &wide)) {
        return false;
    }
    *number = (uint32_t)wide;
    if (wide > UINT32_MAX) {
        error_overflow(rt, "Value too large for uint32_t type");
        return false;
    }
    return true;
}

/* spec[key]: 1 there, 0 not, -1 raised. */
static int lzma_spec_item(ouro_runtime *rt, ouro_value spec, const char *key, ouro_value *item)
{
    ouro_value name = str_from_cstring(rt, key);
    *item = ouro_is_null(name) ? OURO_NULL : object_getitem(rt, spec, name);
    value_decref(rt, name);
    if (!ouro_is_null(*item)) {
        return 1;
    }
    return error_clear_if(rt, EXC(rt, KeyError)) ? 0 : -1;
}

/* The name of an option and where its number goes. */
typedef struct filter_option {
    const char *name;
    uint32_t *number;
} filter_option;

/* Reads the options that the filter's dict has; a name that is not known, or no number, is an error of the filter. */
static bool lzma_spec_options(ouro_runtime *rt, ouro_value spec, const filter_option *options, size_t count,
                              const char *what)
{
    int64_t known = 1; /* "id" */
    for (size_t i = 0; i < count; i++) {
        ouro_value item;
        int there = lzma_spec_item(rt, spec, options[i].name, &item);
        bool ok = there == 0 || (there > 0 && (!options[i].number || lzma_uint32(rt, item, options[i].number)));
        known += there > 0;
        value_decref(rt, item);
        if (!ok) {
            goto wrong;
        }
    }
    if (object_length(rt, spec) == known) {
        return true;
    }
wrong:
    if (!error_is_set(rt) || error_clear_if(rt, EXC(rt, TypeError)) || error_clear_if(rt, EXC(rt, OverflowError))) {
        error_value(rt, "Invalid filter specifier for %s filter", what);
    }
    return false;
}

static bool lzma_read_lzma(ouro_runtime *rt, ouro_value spec, lzma_options_lzma *options)
{
    uint32_t preset = LZMA_PRESET_DEFAULT, mode, match_finder;
    ouro_value item;
    int there = lzma_spec_item(rt, spec, "preset", &item);
    bool ok = there == 0 || (there > 0 && lzma_uint32(rt, item, &preset));
    value_decref(rt, item);
    if (!ok) {
        return false;
    }
    if (lzma_loaded(rt)->lzma_lzma_preset(options, preset)) {
        error_raise(rt, MODULE_TYPE(rt, lzma_error), "Invalid compression preset: %u", preset);
        return false;
    }
    mode = (uint32_t)options->mode;
    match_finder = (uint32_t)options->mf;
    const filter_option table[] = {
        {"preset", NULL}, {"dict_size", &options->dict_size}, {"lc", &options->lc}, {"lp", &options->lp},
        {"pb", &options->pb}, {"mode", &mode}, {"nice_len", &options->nice_len}, {"mf", &match_finder},
        {"depth", &options->depth},
    };
    ok = lzma_spec_options(rt, spec, table, sizeof table / sizeof *table, "LZMA");
    options->mode = (lzma_mode)mode;
    options->mf = (lzma_match_finder)match_finder;
    return ok;
}

/* One filter from its dict. */
static bool lzma_read_filter(ouro_runtime *rt, ouro_value spec, lzma_filter *filter, filter_options *options)
{
    ouro_value item;
    if (value_type(rt, spec)->slots.getitem == NULL) {
        error_type(rt, "Filter specifier must be a dict or dict-like object");
        return false;
    }
    int there = lzma_spec_item(rt, spec, "id", &item);
    if (there <= 0) {
        if (there == 0) {
            error_value(rt, "Filter specifier must have an \"id\" entry");
        }
        return false;
    }
    uint64_t id;
    bool ok = lzma_number(rt, item, &id);
    value_decref(rt, item);
    if (!ok) {
        return false;
    }
    memset(options, 0, sizeof *options);
    filter->id = id;
    filter->options = options;
    if (id == LZMA_FILTER_LZMA1 || id == LZMA_FILTER_LZMA2) {
        return lzma_read_lzma(rt, spec, &options->lzma);
    }
    if (id == LZMA_FILTER_DELTA) {
        options->delta.type = LZMA_DELTA_TYPE_BYTE;
        options->delta.dist = 1;
        return lzma_spec_options(rt, spec, &(filter_option){"dist", &options->delta.dist}, 1, "delta");
    }
    if (lzma_is_bcj(id)) {
        return lzma_spec_options(rt, spec, &(filter_option){"start_offset", &options->bcj.start_offset}, 1, "BCJ");
    }
    error_value(rt, "Invalid filter ID: %llu", (unsigned long long)id);
    return false;
}

static bool lzma_read_chain(ouro_runtime *rt, ouro_value specs, filter_chain *chain)
{
    if (value_is_dict(rt, specs)) {
        error_type(rt, "%T is not a sequence", specs);
        return false;
    }
    int64_t count = object_length(rt, specs);
    if (count < 0) {
        return false;
    }
    if (count > LZMA_FILTERS_MAX) {
        error_value(rt, "Too many filters - liblzma supports a maximum of %d", LZMA_FILTERS_MAX);
        return false;
    }
    for (int64_t i = 0; i < count; i++) {
        ouro_value spec = object_getitem(rt, specs, ouro_int(i));
        bool ok = !ouro_is_null(spec) && lzma_read_filter(rt, spec, &chain->filters[i], &chain->options[i]);
        value_decref(rt, spec);
        if (!ok) {
            return false;
        }
    }
    chain->filters[count].id = LZMA_VLI_UNKNOWN;
    return true;
}

/* ---- stream objects ------------------------------------------------------------------------------------------ */

static lzma_stream_object *lzma_new(ouro_runtime *rt, type_object *type)
{
    lzma_stream_object *s = compressed_stream_new(rt, type, &lzma_kind, LATE_LZMA);
    if (s) {
        s->allocator = (lzma_allocator){lzma_allocate, lzma_release, s};
        s->z.allocator = &s->allocator;
    }
    return s;
}

/* The stream when the library's `code` says that it is open; else drops it. */
static ouro_value lzma_opened(ouro_runtime *rt, lzma_stream_object *s, lzma_ret code)
{
    if (code == LZMA_OK) {
        s->common.open = true;
        return ouro_from_object(s);
    }
    if (!error_is_set(rt)) {
        lzma_fail(rt, code);
    }
    lzma_library_of(&s->common)->lzma_end(&s->z);
    object_decref(rt, &s->common.object);
    return OURO_NULL;
}

/* chain NULL: by the preset. */
static lzma_ret lzma_open_compressor(ouro_runtime *rt, lzma_stream_object *s, int format, uint32_t preset,
                                     const filter_chain *chain)
{
    const struct lzma_library *library = lzma_library_of(&s->common);
    lzma_options_lzma options;
    switch (format) {
    case FORMAT_XZ:
        return chain ? library->lzma_stream_encoder(&s->z, chain->filters, (lzma_check)s->check)
                     : library->lzma_easy_encoder(&s->z, preset, (lzma_check)s->check);
    case FORMAT_ALONE:
        if (chain) {
            if (chain->filters[0].id == LZMA_FILTER_LZMA1 && chain->filters[1].id == LZMA_VLI_UNKNOWN) {
                return library->lzma_alone_encoder(&s->z, chain->filters[0].options);
            }
            error_value(rt, "Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter");
            return LZMA_PROG_ERROR;
        }
        if (library->lzma_lzma_preset(&options, preset)) {
            error_raise(rt, MODULE_TYPE(rt, lzma_error), "Invalid compression preset: %u", preset);
            return LZMA_PROG_ERROR;
        }
        return library->lzma_alone_encoder(&s->z, &options);
    default:
        return library->lzma_raw_encoder(&s->z, chain->filters);
    }
}

static ouro_value lzma_compressor_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                       ouro_value kwnames)
{
    ouro_value given[4];
    int format = FORMAT_XZ, check = -1;
    uint32_t preset = LZMA_PRESET_DEFAULT;
    filter_chain chain;
    if (!arguments_bind(rt, "LZMACompressor", "format=1, check=-1, preset=None, filters=None", args, nargs, kwnames, given) ||
        (!ouro_is_null(given[0]) && !posix_int(rt, given[0], &format)) ||
        (!ouro_is_null(given[1]) && !posix_int(rt, given[1], &check))) {
        return OURO_NULL;
    }
    bool has_preset = !ouro_is_null(given[2]) && !ouro_is_none(given[2]);
    bool has_filters = !ouro_is_null(given[3]) && !ouro_is_none(given[3]);
    if (has_preset && has_filters) {
        return error_value(rt, "Cannot specify both preset and filter chain");
    }
    if (has_preset && !lzma_uint32(rt, given[2], &preset)) {
        return OURO_NULL;
    }
    if (format < FORMAT_XZ || format > FORMAT_RAW) {
        return error_value(rt, "Invalid container format: %d", format);
    }
    if (format != FORMAT_XZ && check != -1 && check != LZMA_CHECK_NONE) {
        return error_value(rt, "Integrity checks are only supported by FORMAT_XZ");
    }
    if (format == FORMAT_RAW && !has_filters) {
        return error_value(rt, "Must specify filters for FORMAT_RAW");
    }
    if (has_filters && !lzma_read_chain(rt, given[3], &chain)) {
        return OURO_NULL;
    }
    lzma_stream_object *s = lzma_new(rt, type);
    if (!s) {
        return OURO_NULL;
    }
    s->check = check != -1 ? check : format == FORMAT_XZ ? LZMA_CHECK_CRC64 : LZMA_CHECK_NONE;
    return lzma_opened(rt, s, lzma_open_compressor(rt, s, format, preset, has_filters ? &chain : NULL));
}

static ouro_value lzma_decompressor_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                         ouro_value kwnames)
{
    ouro_value given[3];
    int format = FORMAT_AUTO;
    uint64_t limit = UINT64_MAX;
    filter_chain chain;
    if (!arguments_bind(rt, "LZMADecompressor", "format=0, memlimit=None, filters=None", args, nargs, kwnames, given) ||
        (!ouro_is_null(given[0]) && !posix_int(rt, given[0], &format))) {
        return OURO_NULL;
    }
    bool has_limit = !ouro_is_null(given[1]) && !ouro_is_none(given[1]);
    bool has_filters = !ouro_is_null(given[2]) && !ouro_is_none(given[2]);
    if (has_limit && format == FORMAT_RAW) {
        return error_value(rt, "Cannot specify memory limit with FORMAT_RAW");
    }
    if (has_limit && !lzma_number(rt, given[1], &limit)) {
        return OURO_NULL;
    }
    if (format == FORMAT_RAW && !has_filters) {
        return error_value(rt, "Must specify filters for FORMAT_RAW");
    }
    if (format != FORMAT_RAW && has_filters) {
        return error_value(rt, "Cannot specify filters except with FORMAT_RAW");
    }
    if (format < FORMAT_AUTO || format > FORMAT_RAW) {
        return error_value(rt, "Invalid container format: %d", format);
    }
    if (has_filters && !lzma_read_chain(rt, given[2], &chain)) {
        return OURO_NULL;
    }
    lzma_stream_object *s = lzma_new(rt, type);
    if (!s) {
        return OURO_NULL;
    }
    const struct lzma_library *library = lzma_library_of(&s->common);
    const uint32_t tell = LZMA_TELL_ANY_CHECK | LZMA_TELL_NO_CHECK;
    s->check = format == FORMAT_ALONE || format == FORMAT_RAW ? (int)LZMA_CHECK_NONE : (int)LZMA_CHECK_NOT_KNOWN;
    return lzma_opened(rt, s, format == FORMAT_AUTO    ? library->lzma_auto_decoder(&s->z, limit, tell)
                              : format == FORMAT_XZ    ? library->lzma_stream_decoder(&s->z, limit, tell)
                              : format == FORMAT_ALONE ? library->lzma_alone_decoder(&s->z, limit)
                                                       : library->lzma_raw_decoder(&s->z, chain.filters));
}

static ouro_value lzma_get_check_of(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_int(lzma_object_of(as_compressed_stream(self))->check);
}

static const getset_def lzma_decompressor_getsets[] = {
    DECOMPRESSOR_GETSETS,
    {"check", lzma_get_check_of, NULL, "ID of the integrity check that the stream has.", NULL, .member = true},
    {0},
};
static const member_def lzma_decompressor_members[] = {DECOMPRESSOR_MEMBERS, {0}};

static const type_spec lzma_compressor_spec = {
    .name = "_lzma.LZMACompressor",
    .size = sizeof(lzma_stream_object),
    .doc = "LZMACompressor(format=FORMAT_XZ, check=-1, preset=None, filters=None)\n\n"
           "Create a compressor object for compressing data incrementally.",
    .fields = compressed_fields,
    .field_count = COMPRESSED_FIELDS,
    .dispose = compressed_stream_dispose,
    .methods = compressor_methods,
    .slots = {.make = lzma_compressor_make},
};

static const type_spec lzma_decompressor_spec = {
    .name = "_lzma.LZMADecompressor",
    .size = sizeof(lzma_stream_object),
    .doc = "Create a decompressor object for decompressing data incrementally.",
    .signature = "(format=FORMAT_AUTO, memlimit=None, filters=None)",
    .fields = compressed_fields,
    .field_count = COMPRESSED_FIELDS,
    .dispose = compressed_stream_dispose,
    .methods = decompressor_methods,
    .getsets = lzma_decompressor_getsets,
    .members = lzma_decompressor_members,
    .slots = {.make = lzma_decompressor_make},
};

/* ---- functions ------------------------------------------------------------------------------------------------ */

static ouro_value lzma_is_check_supported(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int check;
    return posix_int(rt, args[0], &check) ? ouro_bool(lzma_loaded(rt)->lzma_check_is_supported((lzma_check)check))
                                          : OURO_NULL;
}

static ouro_value lzma_encode_properties(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    lzma_filter filter;
    filter_options options;
    uint32_t size;
    if (!lzma_read_filter(rt, args[0], &filter, &options)) {
        return OURO_NULL;
    }
    lzma_ret code = lzma_loaded(rt)->lzma_properties_size(&size, &filter);
    ouro_value result = code == LZMA_OK ? bytes_new(rt, NULL, size) : OURO_NULL;
    if (!ouro_is_null(result)) {
        code = lzma_loaded(rt)->lzma_properties_encode(&filter, as_bytes(result)->data);
    }
    if (code != LZMA_OK) {
        value_clear(rt, &result);
        lzma_fail(rt, code);
    }
    return result;
}

static bool lzma_enter_number(ouro_runtime *rt, ouro_value dict, const char *name, uint64_t number)
{
    ouro_value key = str_intern_cstring(rt, name), value = int_from_uint64(rt, number);
    bool ok = !ouro_is_null(key) && !ouro_is_null(value) && dict_set(rt, as_dict(dict), key, value);
    value_decref(rt, key);
    value_decref(rt, value);
    return ok;
}

static ouro_value lzma_filter_dict(ouro_runtime *rt, const lzma_filter *filter)
{
    ouro_value dict = dict_new(rt, 5);
    bool ok = !ouro_is_null(dict) && lzma_enter_number(rt, dict, "id", filter->id);
    if (filter->id == LZMA_FILTER_LZMA1 || filter->id == LZMA_FILTER_LZMA2) {
        const lzma_options_lzma *options = filter->options;
        if (filter->id == LZMA_FILTER_LZMA1) {
            ok = ok && lzma_enter_number(rt, dict, "lc", options->lc) && lzma_enter_number(rt, dict, "lp", options->lp) &&
                 lzma_enter_number(rt, dict, "pb", options->pb);
        }
        ok = ok && lzma_enter_number(rt, dict, "dict_size", options->dict_size);
    } else if (filter->id == LZMA_FILTER_DELTA) {
        ok = ok && lzma_enter_number(rt, dict, "dist", ((const lzma_options_delta *)filter->options)->dist);
    } else if (filter->options) { /* else the offset is 0 */
        ok = ok && lzma_enter_number(rt, dict, "start_offset", ((const lzma_options_bcj *)filter->options)->start_offset);
    }
    if (!ok) {
        value_clear(rt, &dict);
    }
    return dict;
}

static void *lzma_allocate_options(void *opaque, size_t items, size_t size)
{
    return ouro_mem_alloc(((ouro_runtime *)opaque)->mem, items * size);
}

static void lzma_release_options(void *opaque, void *block)
{
    ouro_mem_free(((ouro_runtime *)opaque)->mem, block);
}

static ouro_value lzma_decode_properties(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    lzma_filter filter = {0};
    byte_span encoded;
    const lzma_allocator allocator = {lzma_allocate_options, lzma_release_options, rt};
    uint64_t id;
    if (!lzma_number(rt, args[0], &id) || !byte_span_get(rt, args[1], &encoded)) {
        return OURO_NULL;
    }
    filter.id = id;
    lzma_ret code = lzma_loaded(rt)->lzma_properties_decode(&filter, &allocator, encoded.data, encoded.length);
    byte_span_release(rt, &encoded);
    if (code != LZMA_OK) {
        lzma_fail(rt, code);
        return OURO_NULL;
    }
    ouro_value result = lzma_filter_dict(rt, &filter);
    ouro_mem_free(rt->mem, filter.options);
    return result;
}

static const method_def lzma_functions[] = {
    {"is_check_supported", "check_id, /", lzma_is_check_supported, .doc = "Test whether the given integrity check is supported."},
    {"_encode_filter_properties", "filter, /", lzma_encode_properties,
     .doc = "Return a bytes object encoding the options (properties) of the filter specified by *filter* (a dict)."},
    {"_decode_filter_properties", "filter_id, encoded_props, /", lzma_decode_properties,
     .doc = "Return a dict with the options of the filter that are encoded in the bytes."},
    {0},
};

static bool lzma_start(ouro_runtime *rt, module_object *module)
{
    static const struct {
        const char *name;
        uint64_t value;
    } constants[] = {
        {"FORMAT_AUTO", FORMAT_AUTO}, {"FORMAT_XZ", FORMAT_XZ}, {"FORMAT_ALONE", FORMAT_ALONE}, {"FORMAT_RAW", FORMAT_RAW},
        {"CHECK_NONE", LZMA_CHECK_NONE}, {"CHECK_CRC32", LZMA_CHECK_CRC32}, {"CHECK_CRC64", LZMA_CHECK_CRC64},
        {"CHECK_SHA256", LZMA_CHECK_SHA256}, {"CHECK_ID_MAX", LZMA_CHECK_ID_MAX}, {"CHECK_UNKNOWN", LZMA_CHECK_NOT_KNOWN},
        {"FILTER_LZMA1", LZMA_FILTER_LZMA1}, {"FILTER_LZMA2", LZMA_FILTER_LZMA2}, {"FILTER_DELTA", LZMA_FILTER_DELTA},
        {"FILTER_X86", LZMA_FILTER_X86}, {"FILTER_POWERPC", LZMA_FILTER_POWERPC}, {"FILTER_IA64", LZMA_FILTER_IA64},
        {"FILTER_ARM", LZMA_FILTER_ARM}, {"FILTER_ARMTHUMB", LZMA_FILTER_ARMTHUMB}, {"FILTER_SPARC", LZMA_FILTER_SPARC},
        {"MF_HC3", LZMA_MF_HC3}, {"MF_HC4", LZMA_MF_HC4}, {"MF_BT2", LZMA_MF_BT2}, {"MF_BT3", LZMA_MF_BT3},
        {"MF_BT4", LZMA_MF_BT4}, {"MODE_FAST", LZMA_MODE_FAST}, {"MODE_NORMAL", LZMA_MODE_NORMAL},
        {"PRESET_DEFAULT", LZMA_PRESET_DEFAULT}, {"PRESET_EXTREME", LZMA_PRESET_EXTREME},
    };
    static const char *const files[] = {"liblzma.so.5", NULL}, *const names[] = {LZMA_FUNCTIONS(LATE_NAME) NULL};
    bool ok = late_library_load(rt, LATE_LZMA, files, names, sizeof(struct lzma_library)) &&
              module_add_kept_type(rt, module, &lzma_compressor_spec, &MODULE_TYPE(rt, lzma_compressor)) &&
              module_add_kept_type(rt, module, &lzma_decompressor_spec, &MODULE_TYPE(rt, lzma_decompressor)) &&
              module_add_exception(rt, module, "_lzma.LZMAError", EXC(rt, Exception), &MODULE_TYPE(rt, lzma_error));
    for (size_t i = 0; ok && i < sizeof constants / sizeof *constants; i++) {
        ok = module_add(rt, module, constants[i].name, int_from_uint64(rt, constants[i].value));
    }
    return ok;
}

const module_def lzma_module_def = {
    .name = "_lzma",
    .doc = "Compression with the library liblzma, for the module lzma.",
    .functions = lzma_functions,
    .start = lzma_start,
};

#endif
