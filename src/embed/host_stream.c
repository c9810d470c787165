/* host_stream.c: the standard streams of a runtime whose embedder takes the text itself.
 *
 * A host_stream is a raw file (in the sense of the io module) over one of the callbacks of ouro_config.  Over
 * it lie the same buffer and text layers as over a file, so sys.stdout is what programs expect: encoding,
 * buffer, line buffering.  It has no descriptor; fileno() raises.
 */
#include "embed/embed.h"

#include "modules/io.h"
#include "types/bytes.h"
#include "types/str.h"
#include "vm/vm.h"

#include <string.h>

typedef struct host_stream {
    ouro_object object;
    int number; /* 0, 1, 2: of the standard streams */
    bool closed;
} host_stream;

static const char *const host_names[] = {"<stdin>", "<stdout>", "<stderr>"};
enum { HOST_STDIN, HOST_STDOUT, HOST_STDERR, HOST_STREAMS };

static host_stream *as_host_stream(ouro_value v)
{
    return (host_stream *)(void *)ouro_as_object(v);
}

static bool host_stream_may(ouro_runtime *rt, ouro_value self, bool write)
{
    const host_stream *s = as_host_stream(self);
    if (s->closed) {
        error_value(rt, "I/O operation on closed file.");
        return false;
    }
    if (write != (s->number != HOST_STDIN)) {
        io_unsupported(rt, write ? "write" : "read");
        return false;
    }
    return true;
}

static ouro_value host_stream_write(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const ouro_config *config = &rt->opened->config;
    buffer_view view;
    if (!host_stream_may(rt, args[0], true) || !buffer_get(rt, args[1], &view, false)) {
        return OURO_NULL;
    }
    size_t length = view.length;
    if (length > 0) {
        (as_host_stream(args[0])->number == HOST_STDOUT ? config->write_output : config->write_error)(
            config->context, view.data, length);
    }
    buffer_release(rt, &view);
    return int_from_uint64(rt, length);
}

static ouro_value host_stream_readinto(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const ouro_config *config = &rt->opened->config;
    buffer_view view;
    if (!host_stream_may(rt, args[0], false) || !buffer_get(rt, args[1], &view, true)) {
        return OURO_NULL;
    }
    size_t length = view.length == 0 ? 0 : config->read_input(config->context, view.data, view.length);
    OURO_CHECK(length <= view.length); /* else the callback has written past its buffer */
    buffer_release(rt, &view);
    return int_from_uint64(rt, length);
}

static ouro_value host_stream_readable(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_bool(as_host_stream(args[0])->number == HOST_STDIN);
}

static ouro_value host_stream_writable(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_bool(as_host_stream(args[0])->number != HOST_STDIN);
}

static ouro_value host_stream_seekable(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return OURO_FALSE;
}

static ouro_value host_stream_isatty(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return OURO_FALSE;
}

static ouro_value host_stream_close(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    as_host_stream(args[0])->closed = true;
    return OURO_NONE;
}

static ouro_value host_stream_closed(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_bool(as_host_stream(self)->closed);
}

static ouro_value host_stream_name(ouro_runtime *rt, ouro_value self, void *closure)
{
    return str_from_cstring(rt, host_names[as_host_stream(self)->number]);
}

static ouro_value host_stream_mode(ouro_runtime *rt, ouro_value self, void *closure)
{
    return str_from_cstring(rt, as_host_stream(self)->number == HOST_STDIN ? "rb" : "wb");
}

static const method_def host_stream_methods[] = {
    {"write", "self, b, /", host_stream_write},    {"readinto", "self, buffer, /", host_stream_readinto},
    {"readable", "self, /", host_stream_readable}, {"writable", "self, /", host_stream_writable},
    {"seekable", "self, /", host_stream_seekable}, {"isatty", "self, /", host_stream_isatty},
    {"close", "self, /", host_stream_close},       {0},
};

static const getset_def host_stream_getsets[] = {
    {"closed", host_stream_closed, NULL, NULL, NULL},
    {"name", host_stream_name, NULL, NULL, NULL},
    {"mode", host_stream_mode, NULL, NULL, NULL},
    {0},
};

static const type_spec host_stream_spec = {
    .name = "ouro.HostStream",
    .size = sizeof(host_stream),
    .flags = TYPE_NO_MAKE | IO_TYPE_FLAGS,
    .base = &io_raw_base_spec,
    .doc = "A standard stream that the program's host reads or writes.",
    .methods = host_stream_methods,
    .getsets = host_stream_getsets,
};

/* The text file over callback number `number`. */
static ouro_value host_stream_new(ouro_runtime *rt, type_object *type, int number)
{
    bool writes = number != HOST_STDIN;
    ouro_value raw = instance_new(rt, type), buffer = OURO_NULL, text = OURO_NULL;
    if (ouro_is_null(raw)) {
        return OURO_NULL;
    }
    as_host_stream(raw)->number = number;
    buffer = io_buffered_new(rt, writes ? &io_buffered_writer_spec : &io_buffered_reader_spec, raw,
                             IO_BUFFER_SIZE);
    value_decref(rt, raw);
    if (!ouro_is_null(buffer)) {
        text = io_text_new(rt, buffer, "utf-8", number == HOST_STDERR ? "backslashreplace" : "strict",
                           writes ? "\n" : NULL, writes, false);
        value_decref(rt, buffer);
    }
    ouro_value mode = ouro_is_null(text) ? OURO_NULL : str_from_cstring(rt, writes ? "w" : "r");
    if (ouro_is_null(mode) || !object_setattr(rt, text, STR(rt, mode), mode)) {
        value_clear(rt, &text);
    }
    value_decref(rt, mode);
    return text;
}

bool host_streams_add(ouro_runtime *rt, const ouro_config *config)
{
    static const char *const names[][2] = {
        {"stdin", "__stdin__"}, {"stdout", "__stdout__"}, {"stderr", "__stderr__"}};
    const bool wanted[] = {config->read_input != NULL, config->write_output != NULL,
                           config->write_error != NULL};
    module_object *sys = as_module(rt->vm->sys);
    type_object *type = NULL;
    for (int i = 0; i < HOST_STREAMS; i++) {
        ouro_value stream = OURO_NONE; /* sys.stdin of a program without files */
        if (wanted[i]) {
            type = type == NULL ? type_from_spec(rt, &host_stream_spec) : type;
            stream = type == NULL || !type_fill(rt, type) ? OURO_NULL : host_stream_new(rt, type, i);
        } else if (i != HOST_STDIN || !(config->deny & OURO_DENY_FILES)) {
            continue;
        }
        if (ouro_is_null(stream) || !module_add(rt, sys, names[i][1], value_incref(stream))) {
            value_decref(rt, stream);
            return false;
        }
        if (!module_add(rt, sys, names[i][0], stream)) {
            return false;
        }
    }
    return true;
}
