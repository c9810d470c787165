/* io_open.c: the module _io: open() and its kin, standard streams, and the table of the types. */
#include "modules/io.h"

#include "types/codec.h"
#include "vm/audit.h"
#include "vm/vm.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>
#include <fcntl.h>

typedef struct io_open_mode {
    bool creating, reading, writing, appending, updating, text, binary;
} io_open_mode;

static bool io_open_parse_mode(ouro_runtime *rt, const char *mode, io_open_mode *m)
{
    *m = (io_open_mode){.creating = false};
    for (const char *p = mode; *p != 0; p++) {
        bool *flag = *p == 'x'   ? &m->creating
                     : *p == 'r' ? &m->reading
                     : *p == 'w' ? &m->writing
                     : *p == 'a' ? &m->appending
                     : *p == '+' ? &m->updating
                     : *p == 't' ? &m->text
                     : *p == 'b' ? &m->binary
                                 : NULL;
        if (flag == NULL || *flag) {
            error_value(rt, "invalid mode: '%s'", mode);
            return false;
        }
        *flag = true;
    }
    return true;
}

/* The audit event "open": the file, the raw mode, the flags for the system. */
static bool io_open_tell(ouro_runtime *rt, ouro_value file, const char *raw_mode)
{
    if (!audit_is_on(rt)) {
        return true;
    }
    int flags = raw_mode[1] == '+' ? O_RDWR : raw_mode[0] == 'r' ? O_RDONLY : O_WRONLY;
    flags |= raw_mode[0] == 'w' ? O_CREAT | O_TRUNC : raw_mode[0] == 'a' ? O_CREAT | O_APPEND : 0;
    flags |= (raw_mode[0] == 'x' ? O_CREAT | O_EXCL : 0) | O_CLOEXEC;
    ouro_value told[3] = {file, str_from_cstring(rt, raw_mode), ouro_int(flags)};
    bool ok = !ouro_is_null(told[1]) && audit_event(rt, "open", told, 3);
    value_decref(rt, told[1]);
    return ok;
}

ouro_value io_open(ouro_runtime *rt, ouro_value file, const char *mode, int64_t buffering, const char *encoding,
                   const char *errors, const char *newline, bool close_fd, ouro_value opener)
{
    io_open_mode m;
    if (!io_open_parse_mode(rt, mode, &m)) {
        return OURO_NULL;
    }
    if (m.text && m.binary) {
        return error_value(rt, "can't have text and binary mode at once");
    }
    int main_modes = m.creating + m.reading + m.writing + m.appending;
    if (main_modes != 1) {
        return error_value(rt, main_modes > 1 ? "must have exactly one of create/read/write/append mode"
                                              : "Must have exactly one of create/read/write/append mode and at most one plus");
    }
    if (m.binary && encoding != NULL) {
        return error_value(rt, "binary mode doesn't take an encoding argument");
    }
    if (m.binary && errors != NULL) {
        return error_value(rt, "binary mode doesn't take an errors argument");
    }
    if (m.binary && newline != NULL) {
        return error_value(rt, "binary mode doesn't take a newline argument");
    }
    if (m.binary && buffering == 1 &&
        !error_warn(rt, EXC(rt, RuntimeWarning), 1,
                    "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used")) {
        return OURO_NULL;
    }
    char raw_mode[6];
    size_t n = 0;
    raw_mode[n++] = m.creating ? 'x' : m.reading ? 'r' : m.writing ? 'w' : 'a';
    if (m.updating) {
        raw_mode[n++] = '+';
    }
    raw_mode[n] = 0;
    if (!io_open_tell(rt, file, raw_mode)) {
        return OURO_NULL;
    }
    ouro_value raw = io_file_new(rt, file, raw_mode, close_fd, opener), buffer = OURO_NULL, text = OURO_NULL;
    if (ouro_is_null(raw)) {
        return OURO_NULL;
    }
    bool is_terminal = buffering < 0 && isatty(as_file(raw)->fd);
    bool line_buffering = (buffering == 1 && !m.binary) || is_terminal;
    if (buffering < 0 || buffering == 1) {
        buffering = as_file(raw)->block_size;
        buffering = buffering < IO_BUFFER_SIZE ? IO_BUFFER_SIZE : buffering;
        if (as_file(raw)->block_size > 1) {
            buffering = as_file(raw)->block_size;
        }
    }
    if (buffering == 0) {
        if (m.binary) {
            return raw;
        }
        error_value(rt, "can't have unbuffered text I/O");
        goto failed;
    }
    buffer = io_buffered_new(rt, m.updating ? &io_buffered_random_spec : m.reading ? &io_buffered_reader_spec
                                                                                   : &io_buffered_writer_spec,
                             raw, buffering);
    if (ouro_is_null(buffer)) {
        goto failed;
    }
    if (m.binary) {
        value_decref(rt, raw);
        return buffer;
    }
    text = io_text_new(rt, buffer, encoding, errors, newline, line_buffering, false);
    ouro_value mode_value = ouro_is_null(text) ? OURO_NULL : str_from_cstring(rt, mode);
    if (ouro_is_null(mode_value) || !object_setattr(rt, text, STR(rt, mode), mode_value)) {
        value_decref(rt, mode_value);
        goto failed;
    }
    value_decref(rt, mode_value);
    value_decref(rt, buffer);
    value_decref(rt, raw);
    return text;
failed: {
    ouro_value failure = error_take(rt);
    ouro_value last = !ouro_is_null(text) ? text : !ouro_is_null(buffer) ? buffer : raw;
    if (!io_call_ignore(rt, last, STR(rt, close))) {
        error_clear(rt);
    }
    value_decref(rt, text);
    value_decref(rt, buffer);
    value_decref(rt, raw);
    error_restore(rt, failure);
    return OURO_NULL;
}
}

/* A program that has run out of memory says so, and what it has written is flushed: no look-up on the way may need a dict
 * to be filled then. */
static bool io_fill_types(ouro_runtime *rt, ouro_value raw, ouro_value buffer, ouro_value text)
{
    return type_fill(rt, value_type(rt, raw)) && type_fill(rt, value_type(rt, buffer)) &&
           type_fill(rt, value_type(rt, text));
}

ouro_value io_standard_stream(ouro_runtime *rt, int fd, bool unbuffered, const char *encoding, const char *errors)
{
    struct stat st;
    if (fstat(fd, &st) < 0 && errno == EBADF) {
        return OURO_NONE;
    }
    bool writing = fd != 0;
    ouro_value raw = io_file_new(rt, ouro_int(fd), writing ? "w" : "r", false, OURO_NULL);
    ouro_value name = OURO_NULL, buffer = OURO_NULL, text = OURO_NULL, mode = OURO_NULL;
    if (ouro_is_null(raw)) {
        return OURO_NULL;
    }
    static const char *const names[] = {"<stdin>", "<stdout>", "<stderr>"};
    name = str_from_cstring(rt, names[fd]);
    if (ouro_is_null(name) || !object_setattr_generic(rt, raw, STR(rt, name), name)) {
        goto done;
    }
    buffer = writing && unbuffered
                 ? value_incref(raw)
                 : io_buffered_new(rt, writing ? &io_buffered_writer_spec : &io_buffered_reader_spec, raw, IO_BUFFER_SIZE);
    if (ouro_is_null(buffer)) {
        goto done;
    }
    bool line = fd == 2 || isatty(fd);
    text = io_text_new(rt, buffer, encoding, fd == 2 ? "backslashreplace" : errors, writing ? "\n" : NULL, line,
                       writing && unbuffered);
    mode = ouro_is_null(text) ? OURO_NULL : str_from_cstring(rt, writing ? "w" : "r");
    if (ouro_is_null(mode) || !object_setattr(rt, text, STR(rt, mode), mode) ||
        (writing && !io_fill_types(rt, raw, buffer, text))) {
        value_clear(rt, &text);
    }
done:
    value_decref(rt, raw);
    value_decref(rt, name);
    value_decref(rt, buffer);
    value_decref(rt, mode);
    return text;
}

/* The name that the codec has for itself: a block of rt->mem; NULL: LookupError, no memory. */
static char *io_codec_name(ouro_runtime *rt, const char *encoding)
{
    ouro_value info = codec_lookup(rt, encoding);
    ouro_value name = ouro_is_null(info) ? info : object_getattr(rt, info, STR(rt, name));
    char *text = NULL;
    if (!ouro_is_null(name)) {
        text = value_is_str(rt, name) ? str_to_utf8(rt, name, NULL, false)
                                      : (error_type(rt, "the name of a codec must be str, not %T", name), NULL);
    }
    value_decref(rt, name);
    value_decref(rt, info);
    return text;
}

bool io_add_standard_streams(ouro_runtime *rt, module_object *sys, const ouro_flags *flags)
{
    static const char *const names[][2] = {{"stdin", "__stdin__"}, {"stdout", "__stdout__"}, {"stderr", "__stderr__"}};
    ouro_value io = import_module_cstring(rt, "_io");
    if (ouro_is_null(io)) {
        return false;
    }
    char *wanted = flags && flags->io_encoding ? io_codec_name(rt, flags->io_encoding) : NULL;
    bool ok = wanted != NULL || !flags || !flags->io_encoding;
    const char *encoding = wanted ? wanted : "utf-8";
    const char *errors = flags && flags->io_errors ? flags->io_errors : "strict";
    for (int fd = 0; ok && fd < 3; fd++) {
        ouro_value stream = io_standard_stream(rt, fd, flags && flags->unbuffered, encoding, errors);
        ok = !ouro_is_null(stream) && module_add(rt, sys, names[fd][1], value_incref(stream));
        if (ok) {
            ok = module_add(rt, sys, names[fd][0], stream);
        } else {
            value_decref(rt, stream);
        }
    }
    ouro_mem_free(rt->mem, wanted);
    value_decref(rt, io);
    return ok;
}

/* ---- functions ---------------------------------------------------------------------------------------- */

static bool io_open_text_argument(ouro_runtime *rt, ouro_value v, const char *name, char **text)
{
    *text = NULL;
    if (ouro_is_null(v) || ouro_is_none(v)) {
        return true;
    }
    if (!value_is_str(rt, v)) {
        error_type(rt, "open() argument '%s' must be str or None, not %T", name, v);
        return false;
    }
    *text = text_c_name(rt, v);
    return *text != NULL;
}

static ouro_value io_module_open(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char *encoding = NULL, *errors = NULL, *newline = NULL, *mode = NULL;
    ouro_value mode_value = arg_or_null(args, nargs, 1), result = OURO_NULL;
    int64_t buffering = -1;
    int close_fd = 1;
    if (!ouro_is_null(mode_value) && !value_is_str(rt, mode_value)) {
        return error_type(rt, "open() argument 'mode' must be str, not %T", mode_value);
    }
    if (!ouro_is_null(mode_value)) {
        mode = text_c_name(rt, mode_value);
        if (mode == NULL) {
            return OURO_NULL;
        }
    }
    if (!ouro_is_null(arg_or_null(args, nargs, 2)) && !text_size_argument(rt, args[2], &buffering)) {
        goto done;
    }
    if (!ouro_is_null(arg_or_null(args, nargs, 6))) {
        close_fd = object_truth(rt, args[6]);
        if (close_fd < 0) {
            goto done;
        }
    }
    if (io_open_text_argument(rt, arg_or_null(args, nargs, 3), "encoding", &encoding) &&
        io_open_text_argument(rt, arg_or_null(args, nargs, 4), "errors", &errors) &&
        io_open_text_argument(rt, arg_or_null(args, nargs, 5), "newline", &newline)) {
        result = io_open(rt, args[0], mode == NULL ? "r" : mode, buffering, encoding, errors, newline, close_fd == 1,
                         arg_or_null(args, nargs, 7));
    }
done:
    ouro_mem_free(rt->mem, mode);
    ouro_mem_free(rt->mem, encoding);
    ouro_mem_free(rt->mem, errors);
    ouro_mem_free(rt->mem, newline);
    return result;
}

static ouro_value io_module_open_code(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_str(rt, args[0])) {
        return error_type(rt, "open_code() argument 'path' must be str, not %T", args[0]);
    }
    return io_open(rt, args[0], "rb", -1, NULL, NULL, NULL, true, OURO_NULL);
}

static ouro_value io_module_text_encoding(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t level = 2;
    if (!ouro_is_null(arg_or_null(args, nargs, 1)) && !text_size_argument(rt, args[1], &level)) {
        return OURO_NULL;
    }
    if (!ouro_is_none(args[0])) {
        return value_incref(args[0]);
    }
    if (rt->vm->warn_default_encoding && !error_warn(rt, EXC(rt, EncodingWarning), (int)level, "'encoding' argument not specified")) {
        return OURO_NULL;
    }
    return str_from_cstring(rt, rt->vm->utf8_mode ? "utf-8" : "locale");
}

static bool io_module_start(ouro_runtime *rt, module_object *module)
{
    struct modules_state *state = rt->modules;
    if (!module_add_int(rt, module, "DEFAULT_BUFFER_SIZE", IO_BUFFER_SIZE)) {
        return false;
    }
    /* UnsupportedOperation is both an OSError and a ValueError */
    ouro_value name = str_intern_cstring(rt, "UnsupportedOperation"), dict = dict_new(rt, 1);
    ouro_value bases = tuple_pack2(rt, type_value(EXC(rt, OSError)), type_value(EXC(rt, ValueError)));
    ouro_value made = OURO_NULL;
    if (!ouro_is_null(name) && !ouro_is_null(dict) && !ouro_is_null(bases) &&
        dict_set(rt, as_dict(dict), STR(rt, __module__), STR(rt, io))) {
        made = type_new_class(rt, TYPE(rt, type), name, bases, dict, NULL, OURO_NULL);
    }
    value_decref(rt, name);
    value_decref(rt, dict);
    value_decref(rt, bases);
    if (ouro_is_null(made)) {
        return false;
    }
    value_decref(rt, type_value(state->io_unsupported));
    state->io_unsupported = (type_object *)(void *)ouro_as_object(made);
    if (!module_add(rt, module, "UnsupportedOperation", value_incref(made)) ||
        !module_add(rt, module, "BlockingIOError", value_incref(type_value(EXC(rt, BlockingIOError))))) {
        return false;
    }
    return module_add_type(rt, module, &io_base_spec) != NULL && module_add_type(rt, module, &io_raw_base_spec) != NULL &&
           module_add_type(rt, module, &io_buffered_base_spec) != NULL &&
           module_add_type(rt, module, &io_text_base_spec) != NULL &&
           module_add_kept_type(rt, module, &io_file_spec, &state->io_file) &&
           module_add_kept_type(rt, module, &io_buffered_reader_spec, &state->io_buffered_reader) &&
           module_add_kept_type(rt, module, &io_buffered_writer_spec, &state->io_buffered_writer) &&
           module_add_kept_type(rt, module, &io_buffered_random_spec, &state->io_buffered_random) &&
           module_add_kept_type(rt, module, &io_buffered_rwpair_spec, &state->io_buffered_rwpair) &&
           module_add_kept_type(rt, module, &io_bytes_spec, &state->io_bytes) &&
           module_add_kept_type(rt, module, &io_bytes_buffer_spec, &state->io_bytes_buffer) &&
           module_add_kept_type(rt, module, &io_newline_decoder_spec, &state->io_newline_decoder) &&
           module_add_kept_type(rt, module, &io_string_spec, &state->io_string) &&
           module_add_kept_type(rt, module, &io_text_wrapper_spec, &state->io_text_wrapper);
}

static const method_def io_module_functions[] = {
    {"open",
     "file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None",
     io_module_open, .doc = "Open file and return a stream.  Raise OSError upon failure."},
    {"open_code", "path", io_module_open_code,
     .doc = "Opens the provided file with the intent to import the contents."},
    {"text_encoding", "encoding, stacklevel=2, /", io_module_text_encoding,
     .doc = "A helper function to choose the text encoding."},
    {NULL},
};

const module_def io_module_def = {
    .name = "_io",
    .doc = "The io module provides the Python interfaces to stream handling.",
    .functions = io_module_functions,
    .start = io_module_start,
};
