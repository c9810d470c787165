/* sys_hooks.c: the hooks that a program may replace: displayhook, excepthook, unraisablehook, breakpointhook; and the
 * standard streams. */
#include "modules/io.h"
#include "modules/modules.h"
#include "modules/sys_private.h"
#include "types/codec.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/vm.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* stream.write(text); a missing or None stream takes nothing.  False: an exception is set. */
static bool sys_write(ouro_runtime *rt, const char *stream_name, ouro_value text)
{
    ouro_value name = str_intern_cstring(rt, stream_name);
    ouro_value stream = OURO_NULL;
    int found = ouro_is_null(name) ? -1 : object_getattr_optional(rt, rt->vm->sys, name, &stream);
    value_decref(rt, name);
    if (found <= 0 || ouro_is_none(stream)) {
        return found >= 0;
    }
    ouro_value done = object_call_method1(rt, stream, STR(rt, write), text);
    value_decref(rt, stream);
    value_decref(rt, done);
    return !ouro_is_null(done);
}

/* sys.stdout for displayhook: new reference. */
static ouro_value sys_display_stream(ouro_runtime *rt)
{
    ouro_value stream = OURO_NULL;
    int found = object_getattr_optional(rt, rt->vm->sys, STR(rt, stdout), &stream);
    if (found >= 0 && (found == 0 || ouro_is_none(stream))) {
        return error_runtime(rt, "lost sys.stdout");
    }
    return stream;
}

/* Text that the stream's encoding does not have, with backslashes: new reference. */
static ouro_value sys_display_escaped(ouro_runtime *rt, ouro_value stream, ouro_value text)
{
    ouro_value encoding = object_getattr_utf8(rt, stream, "encoding");
    ouro_value bytes = OURO_NULL, escaped = OURO_NULL;
    size_t length;
    char *name = ouro_is_null(encoding)          ? NULL
                 : value_is_str(rt, encoding)    ? str_to_utf8(rt, encoding, &length, false)
                                                 : (error_type(rt, "stream has no encoding"), NULL);
    if (name != NULL) {
        bytes = codec_encode_any(rt, text, name, "backslashreplace");
        escaped = ouro_is_null(bytes) ? OURO_NULL : codec_decode_any(rt, bytes, name, "strict");
    }
    ouro_mem_free(rt->mem, name);
    value_decref(rt, bytes);
    value_decref(rt, encoding);
    return escaped;
}

static bool sys_display_write(ouro_runtime *rt, ouro_value stream, ouro_value text)
{
    ouro_value done = object_call_method1(rt, stream, STR(rt, write), text);
    if (ouro_is_null(done) && error_clear_if(rt, EXC(rt, UnicodeEncodeError))) {
        ouro_value escaped = sys_display_escaped(rt, stream, text);
        done = ouro_is_null(escaped) ? OURO_NULL : object_call_method1(rt, stream, STR(rt, write), escaped);
        value_decref(rt, escaped);
    }
    value_decref(rt, done);
    ouro_value newline = ouro_is_null(done) ? OURO_NULL : str_from_cstring(rt, "\n");
    done = ouro_is_null(newline) ? OURO_NULL : object_call_method1(rt, stream, STR(rt, write), newline);
    value_decref(rt, newline);
    value_decref(rt, done);
    return !ouro_is_null(done);
}

ouro_value sys_displayhook(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (ouro_is_none(args[0])) {
        return OURO_NONE;
    }
    ouro_value underscore = str_intern_cstring(rt, "_");
    ouro_value stream = OURO_NULL, text = OURO_NULL;
    bool ok = !ouro_is_null(underscore) && dict_set(rt, rt->vm->builtins_dict, underscore, OURO_NONE) &&
              !ouro_is_null(stream = sys_display_stream(rt)) && !ouro_is_null(text = object_repr(rt, args[0])) &&
              sys_display_write(rt, stream, text) && dict_set(rt, rt->vm->builtins_dict, underscore, args[0]);
    value_decref(rt, stream);
    value_decref(rt, underscore);
    value_decref(rt, text);
    return ok ? OURO_NONE : OURO_NULL;
}

ouro_value sys_excepthook(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_exception(rt, args[1])) {
        ouro_value complaint =
            str_format_c(rt, "TypeError: print_exception(): Exception expected for value, %T found\n", args[1]);
        bool told = !ouro_is_null(complaint) && sys_write(rt, "stderr", complaint);
        value_decref(rt, complaint);
        return told ? OURO_NONE : OURO_NULL;
    }
    if (nargs > 2 && value_is_instance_exactly(rt, args[2], TYPE(rt, traceback)) &&
        ouro_is_null(as_exception(args[1])->traceback)) {
        as_exception(args[1])->traceback = value_incref(args[2]);
    }
    ouro_value text = report_format_exception(rt, args[1]);
    bool ok = !ouro_is_null(text) && sys_write(rt, "stderr", text);
    value_decref(rt, text);
    return ok ? OURO_NONE : OURO_NULL;
}

/* "Exception ignored in: <object>" and the traceback. */
ouro_value sys_unraisablehook(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value exception = object_getattr_utf8(rt, args[0], "exc_value");
    ouro_value message = object_getattr_utf8(rt, args[0], "err_msg");
    ouro_value where = object_getattr_utf8(rt, args[0], "object");
    ouro_value head = OURO_NULL, text = OURO_NULL;
    bool ok = !ouro_is_null(exception) && !ouro_is_null(message) && !ouro_is_null(where);
    if (ok) {
        ouro_value repr = ouro_is_none(where) ? OURO_NULL : object_repr(rt, where);
        if (ouro_is_null(repr) && !ouro_is_none(where)) {
            error_clear(rt);
            repr = str_from_cstring(rt, "<object repr() failed>");
        }
        if (!ouro_is_null(repr)) {
            head = ouro_is_none(message) ? str_format_c(rt, "Exception ignored in: %U\n", repr)
                                         : str_format_c(rt, "%S: %U\n", message, repr);
        } else if (!ouro_is_none(message)) {
            head = str_format_c(rt, "%S:\n", message);
        } else {
            head = value_incref(rt->types->empty_str);
        }
        value_decref(rt, repr);
        text = value_is_exception(rt, exception) ? report_format_exception(rt, exception)
                                                 : value_incref(rt->types->empty_str);
        ok = !ouro_is_null(head) && !ouro_is_null(text) && sys_write(rt, "stderr", head) && sys_write(rt, "stderr", text);
    }
    value_decref(rt, text);
    value_decref(rt, head);
    value_decref(rt, where);
    value_decref(rt, message);
    value_decref(rt, exception);
    return ok ? OURO_NONE : OURO_NULL;
}

ouro_value sys_breakpointhook(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    const char *wanted = getenv("PYTHONBREAKPOINT");
    if (wanted && wanted[0] == '0' && wanted[1] == 0) {
        return OURO_NONE;
    }
    ouro_value text = str_from_cstring(rt, wanted && *wanted ? wanted : "pdb.set_trace");
    if (ouro_is_null(text)) {
        return text;
    }
    size_t length = str_length(as_str(text)), dot = length;
    while (dot > 0 && str_char_at(as_str(text), dot - 1) != '.') {
        dot--;
    }
    ouro_value module_name = dot ? str_substring(rt, text, 0, dot - 1) : str_from_cstring(rt, "builtins");
    ouro_value function_name = str_substring(rt, text, dot, length);
    ouro_value module = OURO_NULL;
    if (dot == 1) { /* ".name": of no module */
        error_raise(rt, EXC(rt, ImportError), wanted);
    } else if (!ouro_is_null(module_name)) {
        module = import_module(rt, module_name);
    }
    ouro_value function = ouro_is_null(module) || ouro_is_null(function_name)
                              ? OURO_NULL
                              : object_getattr(rt, module, function_name);
    ouro_value result = OURO_NULL;
    if (!ouro_is_null(function)) {
        result = object_call(rt, function, args, nargs, kwnames);
    } else if (error_clear_if(rt, ouro_is_null(module) ? EXC(rt, ImportError) : EXC(rt, AttributeError)) &&
               error_warn(rt, EXC(rt, RuntimeWarning), 1, "Ignoring unimportable $PYTHONBREAKPOINT: \"%U\"",
                          as_str(text))) {
        result = OURO_NONE;
    }
    value_decref(rt, function);
    value_decref(rt, module);
    value_decref(rt, function_name);
    value_decref(rt, module_name);
    value_decref(rt, text);
    return result;
}

/* ---- streams ---- */

bool sys_add_streams(ouro_runtime *rt, module_object *sys, const ouro_flags *flags)
{
    return io_add_standard_streams(rt, sys, flags);
}
