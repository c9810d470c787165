/* posix_file.c: the posix module's functions of files by path: status, names, links, rights, times. */
#include "modules/posix_private.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/int_view.h"
#include "types/protocol.h"
#include "types/str.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* ---- stat_result -------------------------------------------------------------------------------------- */

static const member_def posix_stat_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "st_mode", "protection bits"),
    STRUCT_SEQUENCE_FIELD(1, "st_ino", "inode"),
    STRUCT_SEQUENCE_FIELD(2, "st_dev", "device"),
    STRUCT_SEQUENCE_FIELD(3, "st_nlink", "number of hard links"),
    STRUCT_SEQUENCE_FIELD(4, "st_uid", "user ID of owner"),
    STRUCT_SEQUENCE_FIELD(5, "st_gid", "group ID of owner"),
    STRUCT_SEQUENCE_FIELD(6, "st_size", "total size, in bytes"),
    STRUCT_SEQUENCE_FIELD(10, "st_atime", "time of last access"),
    STRUCT_SEQUENCE_FIELD(11, "st_mtime", "time of last modification"),
    STRUCT_SEQUENCE_FIELD(12, "st_ctime", "time of last change"),
    STRUCT_SEQUENCE_FIELD(13, "st_atime_ns", "time of last access in nanoseconds"),
    STRUCT_SEQUENCE_FIELD(14, "st_mtime_ns", "time of last modification in nanoseconds"),
    STRUCT_SEQUENCE_FIELD(15, "st_ctime_ns", "time of last change in nanoseconds"),
    STRUCT_SEQUENCE_FIELD(16, "st_blksize", "blocksize for filesystem I/O"),
    STRUCT_SEQUENCE_FIELD(17, "st_blocks", "number of blocks allocated"),
    STRUCT_SEQUENCE_FIELD(18, "st_rdev", "device type (if inode device)"),
    {0},
};

enum { POSIX_STAT_FIELDS = 19, POSIX_STAT_VISIBLE = 10 };

/* Its repr and its constructor know the three times at 7..9, which have no name of their own. */
static ouro_value posix_stat_repr(ouro_runtime *rt, ouro_value self)
{
    static const char *const names[POSIX_STAT_VISIBLE] = {"st_mode", "st_ino",   "st_dev",   "st_nlink", "st_uid",
                                                          "st_gid",  "st_size",  "st_atime", "st_mtime", "st_ctime"};
    str_builder b;
    str_builder_init(&b, rt);
    str_builder_cstring(&b, "os.stat_result(");
    for (size_t i = 0; i < POSIX_STAT_VISIBLE; i++) {
        str_builder_cstring(&b, i > 0 ? ", " : "");
        str_builder_cstring(&b, names[i]);
        str_builder_char(&b, '=');
        str_builder_repr(&b, as_tuple(self)->items[i]);
    }
    str_builder_char(&b, ')');
    return str_builder_finish(&b);
}

static ouro_value posix_stat_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                  ouro_value kwnames)
{
    ouro_value self = struct_sequence_make(rt, type, args, nargs, kwnames);
    if (!ouro_is_null(self)) {
        tuple_object *t = as_tuple(self);
        for (size_t i = 0; i < 3; i++) { /* times that were not given are the ints */
            if (ouro_is_none(t->items[10 + i])) {
                t->items[10 + i] = value_incref(t->items[7 + i]);
            }
        }
    }
    return self;
}

const struct_sequence_def posix_stat_def = {
    {
        .name = "os.stat_result",
        .size = sizeof(tuple_object),
        .flags = TYPE_SEQUENCE | TYPE_IS_TUPLE | TYPE_VAR_SIZED,
        .base = &tuple_spec,
        .doc = "stat_result: Result from stat, fstat, or lstat.",
        .traverse = struct_sequence_traverse,
        .clear = struct_sequence_clear,
        .methods = struct_sequence_methods,
        .members = posix_stat_fields,
        .fill = struct_sequence_fill,
        .slots = {.make = posix_stat_make, .repr = posix_stat_repr},
    },
    POSIX_STAT_FIELDS, POSIX_STAT_VISIBLE};

static ouro_value posix_time_ns(ouro_runtime *rt, const struct timespec *t)
{
    ouro_value seconds = int_multiply(rt, ouro_int(t->tv_sec), ouro_int(1000000000));
    ouro_value result = ouro_is_null(seconds) ? OURO_NULL : int_add(rt, seconds, ouro_int(t->tv_nsec));
    value_decref(rt, seconds);
    return result;
}

ouro_value posix_stat_value(ouro_runtime *rt, const struct stat *st)
{
    ouro_value items[POSIX_STAT_FIELDS] = {
        ouro_int(st->st_mode),
        int_from_uint64(rt, st->st_ino),
        int_from_uint64(rt, st->st_dev),
        int_from_uint64(rt, st->st_nlink),
        ouro_int(st->st_uid),
        ouro_int(st->st_gid),
        int_from_int64(rt, st->st_size),
        ouro_int(st->st_atim.tv_sec),
        ouro_int(st->st_mtim.tv_sec),
        ouro_int(st->st_ctim.tv_sec),
        float_new(rt, (double)st->st_atim.tv_sec + 1e-9 * (double)st->st_atim.tv_nsec),
        float_new(rt, (double)st->st_mtim.tv_sec + 1e-9 * (double)st->st_mtim.tv_nsec),
        float_new(rt, (double)st->st_ctim.tv_sec + 1e-9 * (double)st->st_ctim.tv_nsec),
        posix_time_ns(rt, &st->st_atim),
        posix_time_ns(rt, &st->st_mtim),
        posix_time_ns(rt, &st->st_ctim),
        ouro_int(st->st_blksize),
        ouro_int(st->st_blocks),
        int_from_uint64(rt, st->st_rdev),
    };
    return struct_sequence_new(rt, MODULE_TYPE(rt, stat_result), items);
}

/* `path` is consumed. */
static ouro_value posix_do_stat(ouro_runtime *rt, const char *function, posix_path *path, int dir_fd, bool follow)
{
    struct stat st;
    ouro_value result = OURO_NULL;
    if (path->is_fd && dir_fd != AT_FDCWD) {
        error_value(rt, "%s: can't specify dir_fd without matching path", function);
    } else if (path->is_fd && !follow) {
        error_value(rt, "%s: cannot use fd and follow_symlinks together", function);
    } else {
        errno = EFAULT; /* CPython takes -1 for no path at all */
        int failed = path->is_fd ? (path->fd == -1 ? -1 : fstat(path->fd, &st))
                                 : fstatat(dir_fd, path->narrow, &st, follow ? 0 : AT_SYMLINK_NOFOLLOW);
        result = failed ? posix_error_path(rt, path) : posix_stat_value(rt, &st);
    }
    posix_path_free(rt, path);
    return result;
}

static ouro_value posix_stat(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path path;
    int dir_fd;
    bool follow = true;
    if (!posix_dir_fd(rt, arg_or_null(args, nargs, 1), &dir_fd) || !posix_flag(rt, args, nargs, 2, &follow) ||
        !posix_path_get(rt, &path, args[0], "stat", "path", POSIX_PATH_FD)) {
        return OURO_NULL;
    }
    return posix_do_stat(rt, "stat", &path, dir_fd, follow);
}

static ouro_value posix_lstat(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path path;
    int dir_fd;
    if (!posix_dir_fd(rt, arg_or_null(args, nargs, 1), &dir_fd) ||
        !posix_path_get(rt, &path, args[0], "lstat", "path", 0)) {
        return OURO_NULL;
    }
    return posix_do_stat(rt, "lstat", &path, dir_fd, false);
}

/* ---- statvfs ------------------------------------------------------------------------------------------ */

static const member_def posix_statvfs_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "f_bsize", NULL),   STRUCT_SEQUENCE_FIELD(1, "f_frsize", NULL),
    STRUCT_SEQUENCE_FIELD(2, "f_blocks", NULL),  STRUCT_SEQUENCE_FIELD(3, "f_bfree", NULL),
    STRUCT_SEQUENCE_FIELD(4, "f_bavail", NULL),  STRUCT_SEQUENCE_FIELD(5, "f_files", NULL),
    STRUCT_SEQUENCE_FIELD(6, "f_ffree", NULL),   STRUCT_SEQUENCE_FIELD(7, "f_favail", NULL),
    STRUCT_SEQUENCE_FIELD(8, "f_flag", NULL),    STRUCT_SEQUENCE_FIELD(9, "f_namemax", NULL),
    STRUCT_SEQUENCE_FIELD(10, "f_fsid", NULL),   {0},
};

const struct_sequence_def posix_statvfs_def = {
    STRUCT_SEQUENCE_SPEC("os.statvfs_result", "statvfs_result: Result from statvfs or fstatvfs.",
                         posix_statvfs_fields),
    11, 10};

static ouro_value posix_statvfs_value(ouro_runtime *rt, const struct statvfs *st)
{
    ouro_value items[11] = {
        int_from_uint64(rt, st->f_bsize),  int_from_uint64(rt, st->f_frsize), int_from_uint64(rt, st->f_blocks),
        int_from_uint64(rt, st->f_bfree),  int_from_uint64(rt, st->f_bavail), int_from_uint64(rt, st->f_files),
        int_from_uint64(rt, st->f_ffree),  int_from_uint64(rt, st->f_favail), int_from_uint64(rt, st->f_flag),
        int_from_uint64(rt, st->f_namemax), int_from_uint64(rt, st->f_fsid)};
    return struct_sequence_new(rt, MODULE_TYPE(rt, statvfs_result), items);
}

static ouro_value posix_statvfs(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path path;
    struct statvfs st;
    if (!posix_path_get(rt, &path, args[0], "statvfs", "path", POSIX_PATH_FD)) {
        return OURO_NULL;
    }
    int failed = path.is_fd ? fstatvfs(path.fd, &st) : statvfs(path.narrow, &st);
    ouro_value result = failed ? posix_error_path(rt, &path) : posix_statvfs_value(rt, &st);
    posix_path_free(rt, &path);
    return result;
}

static ouro_value posix_fstatvfs(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    struct statvfs st;
    if (!posix_int(rt, args[0], &fd)) {
        return OURO_NULL;
    }
    return fstatvfs(fd, &st) < 0 ? posix_error(rt) : posix_statvfs_value(rt, &st);
}

/* ---- names -------------------------------------------------------------------------------------------- */

static ouro_value posix_unlink_at(ouro_runtime *rt, const ouro_value *args, size_t nargs, const char *function,
                                  int flags)
{
    posix_path path;
    int dir_fd;
    if (!posix_dir_fd(rt, arg_or_null(args, nargs, 1), &dir_fd) ||
        !posix_path_get(rt, &path, args[0], function, "path", 0)) {
        return OURO_NULL;
    }
    ouro_value result = unlinkat(dir_fd, path.narrow, flags) < 0 ? posix_error_path(rt, &path) : OURO_NONE;
    posix_path_free(rt, &path);
    return result;
}

static ouro_value posix_unlink(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return posix_unlink_at(rt, args, nargs, "unlink", 0);
}

static ouro_value posix_remove(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return posix_unlink_at(rt, args, nargs, "remove", 0);
}

static ouro_value posix_rmdir(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return posix_unlink_at(rt, args, nargs, "rmdir", AT_REMOVEDIR);
}

static ouro_value posix_mkdir(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path path;
    int dir_fd, mode = 0777;
    ouro_value mode_value = arg_or_null(args, nargs, 1);
    if ((!ouro_is_null(mode_value) && !posix_int(rt, mode_value, &mode)) ||
        !posix_dir_fd(rt, arg_or_null(args, nargs, 2), &dir_fd) ||
        !posix_path_get(rt, &path, args[0], "mkdir", "path", 0)) {
        return OURO_NULL;
    }
    ouro_value result = mkdirat(dir_fd, path.narrow, (mode_t)mode) < 0 ? posix_error_path(rt, &path) : OURO_NONE;
    posix_path_free(rt, &path);
    return result;
}

static ouro_value posix_mkfifo(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path path;
    int dir_fd, mode = 0666;
    ouro_value mode_value = arg_or_null(args, nargs, 1);
    if ((!ouro_is_null(mode_value) && !posix_int(rt, mode_value, &mode)) ||
        !posix_dir_fd(rt, arg_or_null(args, nargs, 2), &dir_fd) ||
        !posix_path_get(rt, &path, args[0], "mkfifo", "path", 0)) {
        return OURO_NULL;
    }
    ouro_value result = mkfifoat(dir_fd, path.narrow, (mode_t)mode) < 0 ? posix_error_path(rt, &path) : OURO_NONE;
    posix_path_free(rt, &path);
    return result;
}

static ouro_value posix_rename_with(ouro_runtime *rt, const ouro_value *args, size_t nargs, const char *function)
{
    posix_path from, to;
    int from_fd, to_fd;
    if (!posix_dir_fd(rt, arg_or_null(args, nargs, 2), &from_fd) ||
        !posix_dir_fd(rt, arg_or_null(args, nargs, 3), &to_fd) ||
        !posix_path_get(rt, &from, args[0], function, "src", 0)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (posix_path_get(rt, &to, args[1], function, "dst", 0)) {
        if (renameat(from_fd, from.narrow, to_fd, to.narrow) < 0) {
            error_os(rt, errno, from.object, to.object);
        } else {
            result = OURO_NONE;
        }
        posix_path_free(rt, &to);
    }
    posix_path_free(rt, &from);
    return result;
}

static ouro_value posix_rename(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return posix_rename_with(rt, args, nargs, "rename");
}

static ouro_value posix_replace(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return posix_rename_with(rt, args, nargs, "replace");
}

static ouro_value posix_link(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path from, to;
    int from_fd, to_fd;
    bool follow = true;
    if (!posix_dir_fd(rt, arg_or_null(args, nargs, 2), &from_fd) ||
        !posix_dir_fd(rt, arg_or_null(args, nargs, 3), &to_fd) || !posix_flag(rt, args, nargs, 4, &follow) ||
        !posix_path_get(rt, &from, args[0], "link", "src", 0)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (posix_path_get(rt, &to, args[1], "link", "dst", 0)) {
        /* Linux's link() does not follow: only an explicit descriptor or False goes another way */
        int flags = follow && (from_fd != AT_FDCWD || to_fd != AT_FDCWD) ? AT_SYMLINK_FOLLOW : 0;
        if (linkat(from_fd, from.narrow, to_fd, to.narrow, flags) < 0) {
            error_os(rt, errno, from.object, to.object);
        } else {
            result = OURO_NONE;
        }
        posix_path_free(rt, &to);
    }
    posix_path_free(rt, &from);
    return result;
}

static ouro_value posix_symlink(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path from, to;
    int dir_fd;
    if (!posix_dir_fd(rt, arg_or_null(args, nargs, 3), &dir_fd) ||
        !posix_path_get(rt, &from, args[0], "symlink", "src", 0)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (posix_path_get(rt, &to, args[1], "symlink", "dst", 0)) {
        if (symlinkat(from.narrow, dir_fd, to.narrow) < 0) {
            error_os(rt, errno, from.object, to.object);
        } else {
            result = OURO_NONE;
        }
        posix_path_free(rt, &to);
    }
    posix_path_free(rt, &from);
    return result;
}

static ouro_value posix_readlink(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path path;
    int dir_fd;
    if (!posix_dir_fd(rt, arg_or_null(args, nargs, 1), &dir_fd) ||
        !posix_path_get(rt, &path, args[0], "readlink", "path", 0)) {
        return OURO_NULL;
    }
    char target[4097];
    ssize_t length = readlinkat(dir_fd, path.narrow, target, sizeof target - 1);
    ouro_value result = length < 0 ? posix_error_path(rt, &path)
                                   : posix_name(rt, target, (size_t)length, path.is_bytes);
    posix_path_free(rt, &path);
    return result;
}

/* ---- rights and times --------------------------------------------------------------------------------- */

static ouro_value posix_access(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path path;
    int mode, dir_fd;
    bool effective = false, follow = true;
    if (!posix_int(rt, args[1], &mode) || !posix_dir_fd(rt, arg_or_null(args, nargs, 2), &dir_fd) ||
        !posix_flag(rt, args, nargs, 3, &effective) || !posix_flag(rt, args, nargs, 4, &follow) ||
        !posix_path_get(rt, &path, args[0], "access", "path", 0)) {
        return OURO_NULL;
    }
    int flags = (effective ? AT_EACCESS : 0) | (follow ? 0 : AT_SYMLINK_NOFOLLOW);
    bool granted = faccessat(dir_fd, path.narrow, mode, flags) == 0;
    posix_path_free(rt, &path);
    return ouro_bool(granted);
}

static ouro_value posix_chmod(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path path;
    int mode, dir_fd;
    bool follow = true;
    if (!posix_int(rt, args[1], &mode) || !posix_dir_fd(rt, arg_or_null(args, nargs, 2), &dir_fd) ||
        !posix_flag(rt, args, nargs, 3, &follow) ||
        !posix_path_get(rt, &path, args[0], "chmod", "path", POSIX_PATH_FD)) {
        return OURO_NULL;
    }
    int failed = path.is_fd ? fchmod(path.fd, (mode_t)mode)
                            : fchmodat(dir_fd, path.narrow, (mode_t)mode, follow ? 0 : AT_SYMLINK_NOFOLLOW);
    ouro_value result = OURO_NONE;
    if (failed && errno == EOPNOTSUPP && !follow) {
        result = error_raise(rt, EXC(rt, NotImplementedError), "chmod: follow_symlinks unavailable on this platform");
    } else if (failed) {
        result = posix_error_path(rt, &path);
    }
    posix_path_free(rt, &path);
    return result;
}

static ouro_value posix_chown_with(ouro_runtime *rt, const ouro_value *args, const char *function, int path_flags,
                                   int dir_fd, bool follow)
{
    posix_path path;
    uint32_t uid, gid;
    if (!posix_owner_id(rt, args[1], "uid", &uid) || !posix_owner_id(rt, args[2], "gid", &gid) ||
        !posix_path_get(rt, &path, args[0], function, "path", path_flags)) {
        return OURO_NULL;
    }
    int failed = path.is_fd ? fchown(path.fd, uid, gid)
                            : fchownat(dir_fd, path.narrow, uid, gid, follow ? 0 : AT_SYMLINK_NOFOLLOW);
    ouro_value result = failed ? posix_error_path(rt, &path) : OURO_NONE;
    posix_path_free(rt, &path);
    return result;
}

static ouro_value posix_chown(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int dir_fd;
    bool follow = true;
    if (!posix_dir_fd(rt, arg_or_null(args, nargs, 3), &dir_fd) || !posix_flag(rt, args, nargs, 4, &follow)) {
        return OURO_NULL;
    }
    return posix_chown_with(rt, args, "chown", POSIX_PATH_FD, dir_fd, follow);
}

static ouro_value posix_lchown(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return posix_chown_with(rt, args, "lchown", 0, AT_FDCWD, false);
}

/* A time in seconds (int or float) or, if `nanoseconds`, an int of them. */
static bool posix_timespec(ouro_runtime *rt, ouro_value v, bool nanoseconds, struct timespec *t)
{
    if (!nanoseconds && value_is_float(rt, v)) {
        double d = float_value(v);
        if (isnan(d)) {
            error_value(rt, "Invalid value NaN (not a number)");
            return false;
        }
        double whole = floor(d);
        double rest = floor((d - whole) * 1e9);
        if (!(whole > -9.2e18 && whole < 9.2e18)) {
            error_overflow(rt, "timestamp out of range for platform time_t");
            return false;
        }
        t->tv_sec = (time_t)whole;
        t->tv_nsec = (long)rest;
        return true;
    }
    if (!nanoseconds) {
        int64_t seconds;
        if (!posix_int64(rt, v, &seconds)) {
            return false;
        }
        t->tv_sec = seconds;
        t->tv_nsec = 0;
        return true;
    }
    ouro_value i = object_index(rt, v), q, r;
    if (ouro_is_null(i)) {
        return false;
    }
    bool done = int_divide(rt, i, ouro_int(1000000000), &q, &r, "time");
    value_decref(rt, i);
    if (!done) {
        return false;
    }
    int64_t seconds;
    done = int_as_int64(rt, q, &seconds);
    value_decref(rt, q);
    t->tv_sec = seconds;
    t->tv_nsec = (long)ouro_as_int(r);
    return done;
}

static ouro_value posix_utime(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path path;
    ouro_value times = arg_or_null(args, nargs, 1), ns = arg_or_null(args, nargs, 2);
    int dir_fd;
    bool follow = true;
    struct timespec when[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
    bool has_times = !ouro_is_null(times) && !ouro_is_none(times);
    if (has_times && !ouro_is_null(ns)) {
        return error_value(rt, "utime: you may specify either 'times' or 'ns' but not both");
    }
    ouro_value pair = has_times ? times : ns;
    if (!ouro_is_null(pair)) {
        if (!value_is_tuple(rt, pair) || as_tuple(pair)->size != 2) {
            return has_times ? error_type(rt, "utime: 'times' must be either a tuple of two ints or None")
                             : error_type(rt, "utime: 'ns' must be a tuple of two ints");
        }
        if (!posix_timespec(rt, as_tuple(pair)->items[0], !has_times, &when[0]) ||
            !posix_timespec(rt, as_tuple(pair)->items[1], !has_times, &when[1])) {
            return OURO_NULL;
        }
    }
    if (!posix_dir_fd(rt, arg_or_null(args, nargs, 3), &dir_fd) || !posix_flag(rt, args, nargs, 4, &follow) ||
        !posix_path_get(rt, &path, args[0], "utime", "path", POSIX_PATH_FD)) {
        return OURO_NULL;
    }
    int failed = path.is_fd ? futimens(path.fd, when)
                            : utimensat(dir_fd, path.narrow, when, follow ? 0 : AT_SYMLINK_NOFOLLOW);
    ouro_value result = failed ? posix_error(rt) : OURO_NONE;
    posix_path_free(rt, &path);
    return result;
}

static ouro_value posix_truncate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path path;
    int64_t length;
    if (!posix_int64(rt, args[1], &length) ||
        !posix_path_get(rt, &path, args[0], "truncate", "path", POSIX_PATH_FD)) {
        return OURO_NULL;
    }
    int failed = path.is_fd ? ftruncate(path.fd, length) : truncate(path.narrow, length);
    ouro_value result = failed ? posix_error_path(rt, &path) : OURO_NONE;
    posix_path_free(rt, &path);
    return result;
}

static bool posix_device(ouro_runtime *rt, ouro_value v, dev_t *device)
{
    uint64_t number = 0;
    ouro_value index = object_index(rt, v);
    bool fits = !ouro_is_null(index) && int_as_uint64(rt, index, &number);
    value_decref(rt, index);
    *device = (dev_t)number;
    return fits;
}

static ouro_value posix_major(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    dev_t device;
    return posix_device(rt, args[0], &device) ? ouro_int(major(device)) : OURO_NULL;
}

static ouro_value posix_minor(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    dev_t device;
    return posix_device(rt, args[0], &device) ? ouro_int(minor(device)) : OURO_NULL;
}

static ouro_value posix_makedev(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int high, low;
    if (!posix_int(rt, args[0], &high) || !posix_int(rt, args[1], &low)) {
        return OURO_NULL;
    }
    return int_from_uint64(rt, makedev((unsigned)high, (unsigned)low));
}

const method_def posix_file_functions[] = {
    {"stat", "path, *, dir_fd=None, follow_symlinks=True", posix_stat, .doc = "Perform a stat system call."},
    {"lstat", "path, *, dir_fd=None", posix_lstat, .doc = "Perform a stat system call, without following links."},
    {"statvfs", "path", posix_statvfs, .doc = "Perform a statvfs system call on the given path."},
    {"fstatvfs", "fd, /", posix_fstatvfs, .doc = "Perform an fstatvfs system call on the given fd."},
    {"unlink", "path, *, dir_fd=None", posix_unlink, .doc = "Remove a file (same as remove())."},
    {"remove", "path, *, dir_fd=None", posix_remove, .doc = "Remove a file (same as unlink())."},
    {"rmdir", "path, *, dir_fd=None", posix_rmdir, .doc = "Remove a directory."},
    {"mkdir", "path, mode=511, *, dir_fd=None", posix_mkdir, .doc = "Create a directory."},
    {"mkfifo", "path, mode=438, *, dir_fd=None", posix_mkfifo, .doc = "Create a FIFO (a POSIX named pipe)."},
    {"rename", "src, dst, *, src_dir_fd=None, dst_dir_fd=None", posix_rename, .doc = "Rename a file or directory."},
    {"replace", "src, dst, *, src_dir_fd=None, dst_dir_fd=None", posix_replace,
     .doc = "Rename a file or directory, overwriting the destination."},
    {"link", "src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True", posix_link,
     .doc = "Create a hard link to a file."},
    {"symlink", "src, dst, target_is_directory=False, *, dir_fd=None", posix_symlink,
     .doc = "Create a symbolic link pointing to src named dst."},
    {"readlink", "path, *, dir_fd=None", posix_readlink, .doc = "Return the path that a symbolic link points to."},
    {"access", "path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True", posix_access,
     .doc = "Use the real uid/gid to test for access to a path."},
    {"chmod", "path, mode, *, dir_fd=None, follow_symlinks=True", posix_chmod,
     .doc = "Change the access permissions of a file."},
    {"chown", "path, uid, gid, *, dir_fd=None, follow_symlinks=True", posix_chown,
     .doc = "Change the owner and group id of path."},
    {"lchown", "path, uid, gid", posix_lchown, .doc = "Change the owner and group id, not following links."},
    {"utime", "?path, times=None, *, ns=None, dir_fd=None, follow_symlinks=True", posix_utime,
     .doc = "Set the access and modified time of path."},
    {"truncate", "path, length", posix_truncate, .doc = "Truncate a file to a specific length."},
    {"major", "device, /", posix_major, .doc = "Extracts a device major number."},
    {"minor", "device, /", posix_minor, .doc = "Extracts a device minor number."},
    {"makedev", "major, minor, /", posix_makedev, .doc = "Composes a raw device number."},
    {0},
};
