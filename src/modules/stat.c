/* stat.c: the _stat module: what the bits of a file's mode mean, and the places in the result of stat(). */
#include "modules/modules.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

#include <sys/stat.h>

/* A file's mode.  False: raised. */
static bool stat_mode(ouro_runtime *rt, ouro_value v, mode_t *mode)
{
    ouro_value whole = object_index(rt, v);
    uint64_t bits;
    if (ouro_is_null(whole)) {
        if (error_clear_if(rt, EXC(rt, TypeError))) {
            error_type(rt, "an integer is required");
        }
        return false;
    }
    bool ok = false;
    if (int_sign(whole) < 0) {
        error_overflow(rt, "can't convert negative value to unsigned int");
    } else if (int_as_uint64(rt, whole, &bits)) {
        ok = bits <= UINT32_MAX;
        *mode = (mode_t)bits;
        if (!ok) {
            error_overflow(rt, "mode out of range");
        }
    }
    value_decref(rt, whole);
    return ok;
}

#define STAT_KINDS(X) \
    X(S_ISBLK, "a block special device file") X(S_ISCHR, "a character special device file") X(S_ISDIR, "a directory") \
    X(S_ISFIFO, "a FIFO (named pipe)") X(S_ISLNK, "a symbolic link") X(S_ISREG, "a regular file") \
    X(S_ISSOCK, "a socket")
/* Files of kinds that this system does not have. */
#define STAT_STRANGE_KINDS(X) X(S_ISDOOR, "a door") X(S_ISPORT, "an event port") X(S_ISWHT, "a whiteout")

#define STAT_KIND(name, what) \
    static ouro_value stat_##name(ouro_runtime *rt, const ouro_value *args, size_t nargs) \
    { \
        mode_t mode; \
        return stat_mode(rt, args[0], &mode) ? ouro_bool(name(mode)) : OURO_NULL; \
    }
STAT_KINDS(STAT_KIND)
#undef STAT_KIND

static ouro_value stat_no_such_kind(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    mode_t mode;
    return stat_mode(rt, args[0], &mode) ? OURO_FALSE : OURO_NULL;
}

static ouro_value stat_imode(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    mode_t mode;
    return stat_mode(rt, args[0], &mode) ? ouro_int(mode & 07777) : OURO_NULL;
}

static ouro_value stat_ifmt(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    mode_t mode;
    return stat_mode(rt, args[0], &mode) ? ouro_int(mode & S_IFMT) : OURO_NULL;
}

static char stat_kind_letter(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFREG:
        return '-';
    case S_IFDIR:
        return 'd';
    case S_IFLNK:
        return 'l';
    case S_IFBLK:
        return 'b';
    case S_IFCHR:
        return 'c';
    case S_IFIFO:
        return 'p';
    case S_IFSOCK:
        return 's';
    default:
        return '?';
    }
}

static ouro_value stat_filemode(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    mode_t mode;
    if (!stat_mode(rt, args[0], &mode)) {
        return OURO_NULL;
    }
    static const mode_t special[3] = {S_ISUID, S_ISGID, S_ISVTX};
    char text[10] = {stat_kind_letter(mode)};
    for (unsigned who = 0; who < 3; who++) {
        unsigned bits = mode >> (6 - 3 * who);
        char *at = text + 1 + 3 * who;
        at[0] = bits & 4 ? 'r' : '-';
        at[1] = bits & 2 ? 'w' : '-';
        at[2] = bits & 1 ? 'x' : '-';
        if (mode & special[who]) {
            at[2] = who == 2 ? (bits & 1 ? 't' : 'T') : (bits & 1 ? 's' : 'S');
        }
    }
    return str_from_utf8(rt, text, sizeof text);
}

static const method_def stat_functions[] = {
#define STAT_FUNCTION(name, what) {#name, "?mode, /", stat_##name, .doc = #name "(mode) -> bool\n\nIs the mode that of " what "?"},
    STAT_KINDS(STAT_FUNCTION)
#undef STAT_FUNCTION
#define STAT_FUNCTION(name, what) {#name, "?mode, /", stat_no_such_kind, .doc = #name "(mode) -> bool\n\nIs the mode that of " what "?"},
    STAT_STRANGE_KINDS(STAT_FUNCTION)
#undef STAT_FUNCTION
    {"S_IMODE", "?mode, /", stat_imode, .doc = "The part of the mode that os.chmod() can set."},
    {"S_IFMT", "?mode, /", stat_ifmt, .doc = "The part of the mode that tells what kind of file it is."},
    {"filemode", "?mode, /", stat_filemode, .doc = "The mode as text, like '-rwxr-xr-x'."},
    {0},
};

#define STAT_CONSTANTS(X) \
    X(S_IFDIR) X(S_IFCHR) X(S_IFBLK) X(S_IFREG) X(S_IFIFO) X(S_IFLNK) X(S_IFSOCK) X(S_ISUID) X(S_ISGID) X(S_ISVTX) \
    X(S_IREAD) X(S_IWRITE) X(S_IEXEC) X(S_IRWXU) X(S_IRUSR) X(S_IWUSR) X(S_IXUSR) X(S_IRWXG) X(S_IRGRP) X(S_IWGRP) \
    X(S_IXGRP) X(S_IRWXO) X(S_IROTH) X(S_IWOTH) X(S_IXOTH)

static bool stat_start(ouro_runtime *rt, module_object *module)
{
    static const struct {
        const char *name;
        int64_t value;
    } constants[] = {
#define STAT_CONSTANT(name) {#name, name},
        STAT_CONSTANTS(STAT_CONSTANT)
#undef STAT_CONSTANT
        /* not of this system */
        {"S_IFDOOR", 0}, {"S_IFPORT", 0}, {"S_IFWHT", 0}, {"S_ENFMT", S_ISGID},
        {"UF_NODUMP", 0x1}, {"UF_IMMUTABLE", 0x2}, {"UF_APPEND", 0x4}, {"UF_OPAQUE", 0x8}, {"UF_NOUNLINK", 0x10},
        {"UF_COMPRESSED", 0x20}, {"UF_HIDDEN", 0x8000}, {"SF_ARCHIVED", 0x10000}, {"SF_IMMUTABLE", 0x20000},
        {"SF_APPEND", 0x40000}, {"SF_NOUNLINK", 0x100000}, {"SF_SNAPSHOT", 0x200000},
        /* places in the tuple that stat() returns */
        {"ST_MODE", 0}, {"ST_INO", 1}, {"ST_DEV", 2}, {"ST_NLINK", 3}, {"ST_UID", 4}, {"ST_GID", 5}, {"ST_SIZE", 6},
        {"ST_ATIME", 7}, {"ST_MTIME", 8}, {"ST_CTIME", 9},
    };
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof constants / sizeof *constants; i++) {
        ok = module_add_int(rt, module, constants[i].name, constants[i].value);
    }
    return ok;
}

const module_def stat_module_def = {
    .name = "_stat",
    .doc = "Constants and functions for the mode of a file, for the module stat.",
    .functions = stat_functions,
    .start = stat_start,
};
