/* builtins_io.c: print, input, open. */
#include "modules/builtins.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/error_private.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/vm.h"

#include <unistd.h>

/* sys.NAME as a new reference; RuntimeError "lost sys.NAME" if it is gone. */
static ouro_value builtins_sys_file(ouro_runtime *rt, ouro_value name, const char *message)
{
    ouro_value file = OURO_NULL;
    if (ouro_is_object(rt->vm->sys)) {
        file = value_incref(dict_get_str(rt, as_module(rt->vm->sys)->dict, name));
    }
    return ouro_is_null(file) ? error_runtime(rt, "%s", message) : file;
}

static bool builtins_flush(ouro_runtime *rt, ouro_value file)
{
    ouro_value result = object_call_method0(rt, file, STR(rt, flush));
    value_decref(rt, result);
    return !ouro_is_null(result);
}

/* ---- print ---------------------------------------------------------------------------------------------- */

/* A separator or end: *text is OURO_NULL for the default. */
static bool builtins_print_text(ouro_runtime *rt, ouro_value given, const char *name, ouro_value *text)
{
    *text = ouro_is_null(given) || ouro_is_none(given) ? OURO_NULL : given;
    if (!ouro_is_null(*text) && !value_is_str(rt, *text)) {
        error_type(rt, "%s must be None or a string, not %.200T", name, given);
        return false;
    }
    return true;
}

static bool builtins_print_write(ouro_runtime *rt, ouro_value write, ouro_value text)
{
    ouro_value result = object_call1(rt, write, text);
    value_decref(rt, result);
    return !ouro_is_null(result);
}

/* Everything in one write: for a file whose write method is our own, where nobody can tell. */
static bool builtins_print_joined(ouro_runtime *rt, ouro_value write, ouro_value items, ouro_value separator,
                                  ouro_value end)
{
    str_builder b;
    str_builder_init(&b, rt);
    for (size_t i = 0; i < as_tuple(items)->size; i++) {
        if (i > 0) {
            if (ouro_is_null(separator)) {
                str_builder_char(&b, ' ');
            } else {
                str_builder_str(&b, separator);
            }
        }
        ouro_value item = as_tuple(items)->items[i];
        ouro_value text = value_is_str_exact(rt, item) ? value_incref(item) : object_str(rt, item);
        if (ouro_is_null(text)) {
            str_builder_drop(&b);
            return false;
        }
        str_builder_str(&b, text);
        value_decref(rt, text);
    }
    if (ouro_is_null(end)) {
        str_builder_char(&b, '\n');
    } else {
        str_builder_str(&b, end);
    }
    ouro_value all = str_builder_finish(&b);
    bool ok = !ouro_is_null(all) && builtins_print_write(rt, write, all);
    value_decref(rt, all);
    return ok;
}

/* One write for each piece, as a program's own file object sees it in CPython. */
static bool builtins_print_pieces(ouro_runtime *rt, ouro_value write, ouro_value items, ouro_value separator,
                                  ouro_value end)
{
    ouro_value space = str_from_char(rt, ' ');
    ouro_value newline = ouro_is_null(space) ? OURO_NULL : str_from_char(rt, '\n');
    bool ok = !ouro_is_null(newline);
    for (size_t i = 0; ok && i < as_tuple(items)->size; i++) {
        if (i > 0) {
            ok = builtins_print_write(rt, write, ouro_is_null(separator) ? space : separator);
        }
        if (ok) {
            ouro_value text = object_str(rt, as_tuple(items)->items[i]);
            ok = !ouro_is_null(text) && builtins_print_write(rt, write, text);
            value_decref(rt, text);
        }
    }
    ok = ok && builtins_print_write(rt, write, ouro_is_null(end) ? newline : end);
    value_decref(rt, newline);
    value_decref(rt, space);
    return ok;
}

/* "*args, sep=' ', end='\n', file=None, flush=False" */
ouro_value builtins_print(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value separator, end;
    ouro_value file = arg_or_null(args, nargs, 3);
    ouro_value flush = arg_or_null(args, nargs, 4);
    if (ouro_is_null(file) || ouro_is_none(file)) {
        file = builtins_sys_file(rt, STR(rt, stdout), "lost sys.stdout");
        if (ouro_is_null(file)) {
            return OURO_NULL;
        }
        if (ouro_is_none(file)) {
            return OURO_NONE; /* a process without a standard output */
        }
    } else {
        value_incref(file);
    }
    ouro_value write = OURO_NULL;
    bool ok = builtins_print_text(rt, arg_or_null(args, nargs, 1), "sep", &separator) &&
              builtins_print_text(rt, arg_or_null(args, nargs, 2), "end", &end);
    if (ok) {
        write = object_getattr(rt, file, STR(rt, write));
        ok = !ouro_is_null(write);
    }
    if (ok) {
        bool own = (value_type(rt, file)->type.flags & TYPE_HEAP) == 0 &&
                   value_is_instance_exactly(rt, write, TYPE(rt, builtin_function));
        ok = own ? builtins_print_joined(rt, write, args[0], separator, end)
                 : builtins_print_pieces(rt, write, args[0], separator, end);
    }
    if (ok && !ouro_is_null(flush)) {
        int truth = object_truth(rt, flush);
        ok = truth == 0 || (truth > 0 && builtins_flush(rt, file));
    }
    value_decref(rt, write);
    value_decref(rt, file);
    return ok ? OURO_NONE : OURO_NULL;
}

/* ---- input ---------------------------------------------------------------------------------------------- */

/* Is the stream's descriptor this one, and a terminal? */
static bool builtins_is_terminal(ouro_runtime *rt, ouro_value file, int fd)
{
    int64_t number;
    ouro_value v = object_call_method0(rt, file, STR(rt, fileno));
    bool is = ouro_is_int(v) && int_fits_int64(v, &number) && number == fd && isatty(fd);
    error_clear(rt);
    value_decref(rt, v);
    return is;
}

/* At a terminal with a line editor: the line that it read with the prompt; NotImplemented: there is none. */
static ouro_value builtins_edit_line(ouro_runtime *rt, ouro_value in, ouro_value out, ouro_value prompt)
{
    if (!rt->vm->read_line || !builtins_is_terminal(rt, in, 0) || !builtins_is_terminal(rt, out, 1)) {
        return OURO_NOT_IMPLEMENTED;
    }
    ouro_value text = ouro_is_null(prompt) ? value_incref(rt->types->empty_str) : object_str(rt, prompt);
    if (ouro_is_null(text)) {
        return text;
    }
    if (!builtins_flush(rt, out)) {
        error_clear(rt);
    }
    ouro_value line = rt->vm->read_line(rt, text);
    value_decref(rt, text);
    return line;
}

/* The line (stolen) without its newline. */
static ouro_value builtins_take_line(ouro_runtime *rt, ouro_value line)
{
    if (ouro_is_null(line)) {
        return OURO_NULL;
    }
    if (!value_is_str(rt, line)) {
        value_decref(rt, line);
        return error_type(rt, "object.readline() returned non-string");
    }
    size_t length = str_length(as_str(line));
    if (length == 0) {
        value_decref(rt, line);
        return error_raise(rt, EXC(rt, EOFError), "EOF when reading a line");
    }
    if (str_char_at(as_str(line), length - 1) != '\n') {
        return line;
    }
    ouro_value cut = str_substring(rt, line, 0, length - 1);
    value_decref(rt, line);
    return cut;
}

ouro_value builtins_input(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value prompt = arg_or_null(args, nargs, 0);
    ouro_value in = builtins_sys_file(rt, STR(rt, stdin), "input(): lost sys.stdin");
    ouro_value out = OURO_NULL, err = OURO_NULL, result = OURO_NULL;
    if (ouro_is_null(in)) {
        goto done;
    }
    out = builtins_sys_file(rt, STR(rt, stdout), "input(): lost sys.stdout");
    if (ouro_is_null(out)) {
        goto done;
    }
    err = builtins_sys_file(rt, STR(rt, stderr), "input(): lost sys.stderr");
    if (ouro_is_null(err)) {
        goto done;
    }
    if (ouro_is_none(in) || ouro_is_none(out) || ouro_is_none(err)) {
        const char *name = ouro_is_none(in) ? "stdin" : ouro_is_none(out) ? "stdout" : "stderr";
        error_runtime(rt, "input(): lost sys.%s", name);
        goto done;
    }
    if (!builtins_flush(rt, err)) {
        error_clear(rt);
    }
    result = builtins_edit_line(rt, in, out, prompt);
    if (!ouro_is(result, OURO_NOT_IMPLEMENTED)) {
        result = builtins_take_line(rt, result);
        goto done;
    }
    result = OURO_NULL;
    if (!ouro_is_null(prompt)) {
        ouro_value text = object_str(rt, prompt);
        ouro_value written = OURO_NULL;
        if (!ouro_is_null(text)) {
            written = object_call_method1(rt, out, STR(rt, write), text);
            value_decref(rt, text);
        }
        if (ouro_is_null(written)) {
            goto done;
        }
        value_decref(rt, written);
    }
    if (!builtins_flush(rt, out)) {
        error_clear(rt);
    }
    result = builtins_take_line(rt, object_call_method0(rt, in, STR(rt, readline)));
done:
    value_decref(rt, err);
    value_decref(rt, out);
    value_decref(rt, in);
    return result;
}

/* ---- open ----------------------------------------------------------------------------------------------- */

/* io.open, fetched when called, so that starting up does not load the io module. */
ouro_value builtins_open(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    ouro_value io = import_module_cstring(rt, "_io");
    if (ouro_is_null(io)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    ouro_value open = object_getattr_utf8(rt, io, "open");
    value_decref(rt, io);
    if (!ouro_is_null(open)) {
        result = object_call(rt, open, args, nargs, kwnames);
        value_decref(rt, open);
    }
    return result;
}
