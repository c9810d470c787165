/* std_printer.c: the plainest text stream: write() goes straight to a file descriptor, as UTF-8.
 *
 * sys.stderr and sys.stdout are made of it when the real streams of `_io` cannot be: early, or without memory.
 */
#include "types/error.h"
#include "types/str.h"
#include "vm/vm.h"

#include <errno.h>
#include <unistd.h>

typedef struct std_printer {
    ouro_object object;
    int fd;
} std_printer;

ouro_value std_printer_new(ouro_runtime *rt, int fd)
{
    std_printer *p = object_new(rt, &TYPE(rt, std_printer)->type, 0);
    if (!p) {
        return OURO_NULL;
    }
    p->fd = fd;
    return ouro_from_object(p);
}

static int std_printer_fd(ouro_value self)
{
    return ((std_printer *)(void *)ouro_as_object(self))->fd;
}

static ouro_value std_printer_write(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_str(rt, args[1])) {
        return error_type(rt, "write() argument must be str, not %T", args[1]);
    }
    size_t length;
    char *text = str_to_utf8(rt, args[1], &length, true);
    if (!text) {
        return OURO_NULL;
    }
    size_t done = 0;
    while (done < length) {
        ssize_t n = write(std_printer_fd(args[0]), text + done, length - done);
        if (n < 0 && errno != EINTR) {
            break;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    ouro_mem_free(rt->mem, text);
    return ouro_int((int64_t)str_length(as_str(args[1])));
}

static ouro_value std_printer_flush(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return OURO_NONE;
}

static ouro_value std_printer_fileno(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int(std_printer_fd(args[0]));
}

static ouro_value std_printer_isatty(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_bool(isatty(std_printer_fd(args[0])));
}

static ouro_value std_printer_repr(ouro_runtime *rt, ouro_value self)
{
    return str_format_c(rt, "<stdprinter(fd=%d) object at %p>", std_printer_fd(self), (void *)ouro_as_object(self));
}

static ouro_value std_printer_encoding(ouro_runtime *rt, ouro_value self, void *closure)
{
    return OURO_NONE;
}

static const getset_def std_printer_getsets[] = {
    {"encoding", std_printer_encoding, NULL, NULL, NULL},
    {0},
};

static const method_def std_printer_methods[] = {
    {"write", "self, text, /", .fn = std_printer_write, .doc = NULL},
    {"flush", "self, /", .fn = std_printer_flush, .doc = NULL},
    {"fileno", "self, /", .fn = std_printer_fileno, .doc = NULL},
    {"isatty", "self, /", .fn = std_printer_isatty, .doc = NULL},
    {0},
};

const type_spec std_printer_spec = {
    .name = "stderrprinter",
    .size = sizeof(std_printer),
    .flags = OURO_TYPE_LEAF | TYPE_NO_MAKE,
    .methods = std_printer_methods,
    .getsets = std_printer_getsets,
    .slots = {.repr = std_printer_repr},
};
