/* posix_directory.c: the posix module's functions of directories: listing, scandir and its entries, the current
 * directory, times of files.
 */
#include "modules/posix_private.h"
#include "types/bytes.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* ---- current directory -------------------------------------------------------------------------------- */

static ouro_value posix_getcwd_as(ouro_runtime *rt, bool as_bytes)
{
    for (size_t room = 1024;; room *= 2) {
        char *name = ouro_mem_alloc(rt->mem, room);
        if (!name) {
            error_no_memory(rt);
            return OURO_NULL;
        }
        char *found = getcwd(name, room);
        int err = errno;
        ouro_value result = found ? posix_name(rt, name, strlen(name), as_bytes) : OURO_NULL;
        ouro_mem_free(rt->mem, name);
        if (found) {
            return result;
        }
        if (err != ERANGE) {
            errno = err;
            return posix_error(rt);
        }
    }
}

static ouro_value posix_getcwd(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return posix_getcwd_as(rt, false);
}

static ouro_value posix_getcwdb(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return posix_getcwd_as(rt, true);
}

static ouro_value posix_chdir(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path path;
    if (!posix_path_get(rt, &path, args[0], "chdir", "path", POSIX_PATH_FD)) {
        return OURO_NULL;
    }
    int failed = path.is_fd ? fchdir(path.fd) : chdir(path.narrow);
    ouro_value result = failed ? posix_error_path(rt, &path) : OURO_NONE;
    posix_path_free(rt, &path);
    return result;
}

/* ---- listing ------------------------------------------------------------------------------------------ */

/* Opens the directory of a path argument (absent: "."). */
static DIR *posix_open_directory(ouro_runtime *rt, const posix_path *path)
{
    DIR *dir;
    if (path->is_fd) {
        int fd = fcntl(path->fd, F_DUPFD_CLOEXEC, 0); /* closing the directory must not close the caller's */
        dir = fd < 0 ? NULL : fdopendir(fd);
        if (!dir && fd >= 0) {
            int err = errno;
            close(fd);
            errno = err;
        }
        if (dir) {
            rewinddir(dir);
        }
    } else {
        dir = opendir(path->narrow ? path->narrow : ".");
    }
    if (!dir) {
        posix_error_path(rt, path);
    }
    return dir;
}

static bool posix_is_dot(const char *name)
{
    return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

static ouro_value posix_listdir(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path path;
    if (!posix_path_get(rt, &path, arg_or_null(args, nargs, 0), "listdir", "path", POSIX_PATH_FD | POSIX_PATH_NONE)) {
        return OURO_NULL;
    }
    DIR *dir = posix_open_directory(rt, &path);
    ouro_value list = dir ? list_new(rt, NULL, 0) : OURO_NULL;
    while (!ouro_is_null(list)) {
        errno = 0;
        struct dirent *entry = readdir(dir);
        if (!entry) {
            if (errno != 0) {
                posix_error_path(rt, &path);
                value_clear(rt, &list);
            }
            break;
        }
        if (posix_is_dot(entry->d_name)) {
            continue;
        }
        ouro_value name = posix_name(rt, entry->d_name, strlen(entry->d_name), path.is_bytes);
        if (ouro_is_null(name) || !list_append_steal(rt, list, name)) {
            value_clear(rt, &list);
        }
    }
    if (dir) {
        closedir(dir);
    }
    posix_path_free(rt, &path);
    return list;
}

/* ---- DirEntry ----------------------------------------------------------------------------------------- */

typedef struct posix_dir_entry {
    ouro_object object;
    ouro_value name, path;  /* str or bytes */
    ouro_value stat, lstat; /* cached; OURO_NULL: not asked for yet */
    uint64_t inode;
    unsigned char kind; /* DT_* */
    int dir_fd;         /* of scandir(fd): where the name is; -1: none */
} posix_dir_entry;

static posix_dir_entry *as_dir_entry(ouro_value v)
{
    return (posix_dir_entry *)(void *)ouro_as_object(v);
}

static ouro_value posix_entry_fetch(ouro_runtime *rt, ouro_value self, bool follow)
{
    posix_dir_entry *e = as_dir_entry(self);
    posix_path path;
    struct stat st;
    if (!posix_path_get(rt, &path, e->dir_fd >= 0 ? e->name : e->path, "DirEntry.stat", "path", 0)) {
        return OURO_NULL;
    }
    value_replace(rt, &path.object, value_incref(e->path));
    int failed = fstatat(e->dir_fd >= 0 ? e->dir_fd : AT_FDCWD, path.narrow, &st, follow ? 0 : AT_SYMLINK_NOFOLLOW);
    ouro_value result = failed ? posix_error_path(rt, &path) : posix_stat_value(rt, &st);
    posix_path_free(rt, &path);
    return result;
}

/* The cached status; borrowed.  A name that is no link has only one. */
static ouro_value posix_entry_stat(ouro_runtime *rt, ouro_value self, bool follow)
{
    posix_dir_entry *e = as_dir_entry(self);
    ouro_value *cache = follow ? &e->stat : &e->lstat;
    if (ouro_is_null(*cache)) {
        ouro_value st;
        if (follow && e->kind != DT_LNK && e->kind != DT_UNKNOWN) {
            st = value_incref(posix_entry_stat(rt, self, false));
        } else {
            st = posix_entry_fetch(rt, self, follow);
        }
        if (ouro_is_null(st)) {
            return OURO_NULL;
        }
        value_replace(rt, cache, st);
    }
    return *cache;
}

static ouro_value posix_entry_method_stat(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bool follow = true;
    if (!posix_flag(rt, args, nargs, 1, &follow)) {
        return OURO_NULL;
    }
    return value_incref(posix_entry_stat(rt, args[0], follow));
}

/* Is the entry of the kind?  A vanished file is of no kind. */
static ouro_value posix_entry_is(ouro_runtime *rt, ouro_value self, bool follow, unsigned char kind, mode_t mode)
{
    posix_dir_entry *e = as_dir_entry(self);
    if (e->kind != DT_UNKNOWN && !(follow && e->kind == DT_LNK)) {
        return ouro_bool(e->kind == kind);
    }
    ouro_value st = posix_entry_stat(rt, self, follow);
    if (ouro_is_null(st)) {
        return error_clear_if(rt, EXC(rt, FileNotFoundError)) ? OURO_FALSE : OURO_NULL;
    }
    int64_t bits = ouro_as_int(as_tuple(st)->items[0]);
    return ouro_bool(((mode_t)bits & S_IFMT) == mode);
}

static ouro_value posix_entry_is_dir(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bool follow = true;
    return posix_flag(rt, args, nargs, 1, &follow) ? posix_entry_is(rt, args[0], follow, DT_DIR, S_IFDIR) : OURO_NULL;
}

static ouro_value posix_entry_is_file(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bool follow = true;
    return posix_flag(rt, args, nargs, 1, &follow) ? posix_entry_is(rt, args[0], follow, DT_REG, S_IFREG) : OURO_NULL;
}

static ouro_value posix_entry_is_symlink(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return posix_entry_is(rt, args[0], false, DT_LNK, S_IFLNK);
}

static ouro_value posix_entry_inode(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return int_from_uint64(rt, as_dir_entry(args[0])->inode);
}

static ouro_value posix_entry_fspath(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return value_incref(as_dir_entry(args[0])->path);
}

static ouro_value posix_entry_repr(ouro_runtime *rt, ouro_value self)
{
    return str_format_c(rt, "<DirEntry %R>", as_dir_entry(self)->name);
}

static ouro_value posix_entry_class_getitem(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_call2(rt, type_value(TYPE(rt, generic_alias)), args[0], args[1]);
}

static const method_def posix_entry_methods[] = {
    {"is_dir", "self, /, *, follow_symlinks=True", posix_entry_is_dir, .doc = "True if the entry is a directory."},
    {"is_file", "self, /, *, follow_symlinks=True", posix_entry_is_file, .doc = "True if the entry is a file."},
    {"is_symlink", "self, /", posix_entry_is_symlink, .doc = "True if the entry is a symbolic link."},
    {"stat", "self, /, *, follow_symlinks=True", posix_entry_method_stat, .doc = "The entry's stat_result, cached."},
    {"inode", "self, /", posix_entry_inode, .doc = "Return inode of the entry; cached per entry."},
    {"__fspath__", "self, /", posix_entry_fspath, .doc = "Returns the path for the entry."},
    {"__class_getitem__", "?cls, item, /", posix_entry_class_getitem, NULL, METHOD_CLASS, "See PEP 585"},
    {0},
};

static const member_def posix_entry_members[] = {
    {"name", offsetof(posix_dir_entry, name), MEMBER_READONLY, "the entry's base filename"},
    {"path", offsetof(posix_dir_entry, path), MEMBER_READONLY, "the entry's full path name"},
    {0},
};

static const ouro_field posix_entry_fields[] = {
    {OURO_FIELD_VALUE, offsetof(posix_dir_entry, name), 0, "name"},
    {OURO_FIELD_VALUE, offsetof(posix_dir_entry, path), 0, "path"},
    {OURO_FIELD_VALUE, offsetof(posix_dir_entry, stat), 0, "stat"},
    {OURO_FIELD_VALUE, offsetof(posix_dir_entry, lstat), 0, "lstat"},
};

const type_spec posix_dir_entry_spec = {
    .name = "posix.DirEntry",
    .size = sizeof(posix_dir_entry),
    .flags = TYPE_NO_MAKE,
    .fields = posix_entry_fields,
    .field_count = 4,
    .methods = posix_entry_methods,
    .members = posix_entry_members,
    .slots = {.repr = posix_entry_repr},
};

/* ---- scandir ------------------------------------------------------------------------------------------ */

typedef struct posix_scandir_iterator {
    ouro_object object;
    ouro_value path; /* str, bytes, or an int (a descriptor) */
    DIR *dir;        /* NULL: exhausted or closed */
    int dir_fd;      /* the caller's descriptor, or -1 */
    bool is_bytes;
} posix_scandir_iterator;

static posix_scandir_iterator *as_scandir(ouro_value v)
{
    return (posix_scandir_iterator *)(void *)ouro_as_object(v);
}

static void posix_scandir_end(posix_scandir_iterator *it)
{
    if (it->dir) {
        DIR *dir = it->dir;
        it->dir = NULL;
        closedir(dir);
    }
}

static ouro_value posix_scandir(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path path;
    if (!posix_path_get(rt, &path, arg_or_null(args, nargs, 0), "scandir", "path", POSIX_PATH_FD | POSIX_PATH_NONE)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    posix_scandir_iterator *it = object_new(rt, &MODULE_TYPE(rt, scandir_iterator)->type, 0);
    if (it) {
        it->is_bytes = path.is_bytes;
        it->dir_fd = path.is_fd ? path.fd : -1;
        it->dir = posix_open_directory(rt, &path);
        if (it->dir) {
            it->path = path.is_fd ? OURO_NONE
                                  : posix_name(rt, path.narrow ? path.narrow : ".",
                                               path.narrow ? strlen(path.narrow) : 1, path.is_bytes);
        }
        if (!it->dir || ouro_is_null(it->path)) {
            object_decref(rt, &it->object);
        } else {
            gc_track(rt, &it->object);
            result = ouro_from_object(it);
        }
    }
    posix_path_free(rt, &path);
    return result;
}

/* directory + "/" + name; the name alone for a descriptor. */
static ouro_value posix_scandir_join(ouro_runtime *rt, const posix_scandir_iterator *it, ouro_value name)
{
    if (ouro_is_none(it->path)) {
        return value_incref(name);
    }
    if (it->is_bytes) {
        bytes_object *directory = as_bytes(it->path), *base = as_bytes(name);
        bool slash = directory->length > 0 && directory->data[directory->length - 1] != '/';
        ouro_value joined = bytes_new(rt, NULL, directory->length + slash + base->length);
        if (!ouro_is_null(joined)) {
            unsigned char *out = as_bytes(joined)->data;
            memcpy(out, directory->data, directory->length);
            if (slash) {
                out[directory->length] = '/';
            }
            memcpy(out + directory->length + slash, base->data, base->length);
        }
        return joined;
    }
    size_t length = str_length(as_str(it->path));
    bool slash = length > 0 && str_char_at(as_str(it->path), length - 1) != '/';
    return str_format_c(rt, slash ? "%U/%U" : "%U%U", it->path, name);
}

static ouro_value posix_scandir_next(ouro_runtime *rt, ouro_value self)
{
    posix_scandir_iterator *it = as_scandir(self);
    while (it->dir) {
        errno = 0;
        struct dirent *entry = readdir(it->dir);
        if (!entry) {
            int err = errno;
            posix_scandir_end(it);
            return err ? error_os(rt, err, it->path, OURO_NULL) : OURO_NULL;
        }
        if (posix_is_dot(entry->d_name)) {
            continue;
        }
        ouro_value name = posix_name(rt, entry->d_name, strlen(entry->d_name), it->is_bytes);
        ouro_value path = ouro_is_null(name) ? OURO_NULL : posix_scandir_join(rt, it, name);
        posix_dir_entry *e =
            ouro_is_null(path) ? NULL : object_new(rt, &MODULE_TYPE(rt, dir_entry)->type, 0);
        if (!e) {
            value_decref(rt, name);
            value_decref(rt, path);
            return OURO_NULL;
        }
        e->name = name;
        e->path = path;
        e->inode = entry->d_ino;
        e->kind = entry->d_type;
        e->dir_fd = it->dir_fd;
        gc_track(rt, &e->object);
        return ouro_from_object(e);
    }
    return OURO_NULL;
}

static ouro_value posix_scandir_self(ouro_runtime *rt, ouro_value self)
{
    return value_incref(self);
}

static ouro_value posix_scandir_enter(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return value_incref(args[0]);
}

static ouro_value posix_scandir_close(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_scandir_end(as_scandir(args[0]));
    return OURO_NONE;
}

static ouro_value posix_scandir_exit(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    posix_scandir_end(as_scandir(args[0]));
    return OURO_NONE;
}

static void posix_scandir_dispose(ouro_runtime *rt, ouro_object *self)
{
    posix_scandir_end((posix_scandir_iterator *)(void *)self);
}

static void posix_scandir_finalize(ouro_runtime *rt, ouro_object *self)
{
    posix_scandir_iterator *it = (posix_scandir_iterator *)(void *)self;
    if (it->dir) {
        ouro_value raised = error_take(rt);
        if (!error_warn_resource(rt, ouro_from_object(it), "unclosed scandir iterator %R",
                                 ouro_from_object(it))) {
            rt->report_unraisable(rt, NULL, ouro_from_object(it));
        }
        error_restore(rt, raised);
        posix_scandir_end(it);
    }
}

static const method_def posix_scandir_methods[] = {
    {"__enter__", "?self, /", posix_scandir_enter},
    {"__exit__", .raw = posix_scandir_exit},
    {"close", "?self, /", posix_scandir_close},
    {0},
};

static const ouro_field posix_scandir_fields[] = {
    {OURO_FIELD_VALUE, offsetof(posix_scandir_iterator, path), 0, "path"},
};

const type_spec posix_scandir_spec = {
    .name = "posix.ScandirIterator",
    .size = sizeof(posix_scandir_iterator),
    .flags = TYPE_NO_MAKE | OURO_TYPE_FINALIZER,
    .fields = posix_scandir_fields,
    .field_count = 1,
    .dispose = posix_scandir_dispose,
    .finalize = posix_scandir_finalize,
    .methods = posix_scandir_methods,
    .slots = {.iter = posix_scandir_self, .next = posix_scandir_next},
};

const method_def posix_directory_functions[] = {
    {"getcwd", "", posix_getcwd, .doc = "Return a unicode string representing the current working directory."},
    {"getcwdb", "", posix_getcwdb, .doc = "Return a bytes string representing the current working directory."},
    {"chdir", "path", posix_chdir, .doc = "Change the current working directory to the specified path."},
    {"listdir", "path=None", posix_listdir, .doc = "Return a list of the names of the files in the directory."},
    {"scandir", "path=None", posix_scandir, .doc = "Return an iterator of DirEntry objects for given path."},
    {0},
};
