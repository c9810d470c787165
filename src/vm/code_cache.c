/* code_cache.c: compiled modules in files, so that the next import need not compile.
 *
 * Where: sys.pycache_prefix when the program has one; else __pycache__ beside the source, under a name that CPython does not
 * use (NAME.ouro-311.pyc); else, when that folder cannot be written or is the system's (the standard library, and what
 * packages of the distribution have put under /usr), the same path below $XDG_CACHE_HOME/ouro or ~/.cache/ouro.
 *
 * A file is a head (cache_head) and what vm_code_hooks.write made.  It counts only when
 *     magic, version of the compiler, layout of code, optimization are this build's, and
 *     size and time of the source (to the nanosecond) are those of the file that is there now, and
 *     the length is right and the checksum over head and payload too, and
 *     it belongs to this user, to root, or to the owner of the source.
 * Anything else is as if it were not there.  It is written beside its place and renamed, so that no reader sees half of it;
 * it is not written when the source changed while it was compiled, with -B (sys.dont_write_bytecode), or to a disk that
 * refuses.  No failure here is an error: the module is compiled, as it would be without a cache.
 */
#include "vm/code_cache.h"

#include "ouro/ouro.h"
#include "types/bytes.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/module.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/import.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct cache_head {
    char magic[8];
    uint64_t compiler;
    uint32_t layout;
    int32_t optimize;
    int64_t source_size, source_seconds, source_nanoseconds;
    uint64_t length;   /* of the payload */
    uint64_t checksum; /* over the head (with 0 here) and the payload */
} cache_head;

static const char cache_magic[8] = {'o', 'u', 'r', 'o', 'c', 'o', 'd', '1'};

/* Good for finding damage, not for finding malice: eight bytes at a time, so that it costs little beside the reading. */
static uint64_t cache_sum(uint64_t sum, const void *data, size_t length)
{
    const unsigned char *at = data;
    for (; length >= 8; at += 8, length -= 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        sum = (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        sum ^= sum >> 29;
    }
    uint64_t rest = length;
    for (size_t i = 0; i < length; i++) {
        rest = rest << 8 | at[i];
    }
    sum = (sum ^ rest) * UINT64_C(0xbf58476d1ce4e5b9);
    return sum ^ sum >> 32;
}

static cache_head cache_head_of(ouro_runtime *rt, const struct stat *source, const void *payload, size_t length)
{
    cache_head head;
    memset(&head, 0, sizeof head);
    memcpy(head.magic, cache_magic, sizeof cache_magic);
    head.compiler = compile_version;
    head.layout = rt->vm->code_hooks->layout();
    head.optimize = rt->vm->optimize;
    head.source_size = source->st_size;
    head.source_seconds = source->st_mtim.tv_sec;
    head.source_nanoseconds = source->st_mtim.tv_nsec;
    head.length = length;
    head.checksum = cache_sum(cache_sum(0, &head, sizeof head), payload, length);
    return head;
}

/* ---- where ---- */

typedef struct cache_place {
    char path[PATH_MAX];  /* "": nowhere */
    size_t made;          /* the folders that begin behind so many bytes may have to be made */
    bool shared;          /* ... with what the user's mask allows, not for the user alone */
} cache_place;

/* Joins as printf does.  False: too long. */
static bool cache_name(cache_place *place, const char *root, const char *folder, size_t folder_length, const char *path,
                       int optimize)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    size_t length = strlen(base);
    if (length > 3 && strcmp(base + length - 3, ".py") == 0) {
        length -= 3;
    }
    char tail[32] = "";
    if (optimize > 0) {
        snprintf(tail, sizeof tail, ".opt-%d", optimize);
    }
    int n = snprintf(place->path, sizeof place->path, "%s%.*s%s%.*s.ouro-311%s.pyc", root, (int)folder_length, folder,
                     *root ? "/" : slash ? "/__pycache__/" : "__pycache__/", (int)length, base, tail);
    if (n < 0 || (size_t)n >= sizeof place->path) {
        *place->path = 0;
        return false;
    }
    place->made = *root ? 0 : folder_length;
    place->shared = !*root;
    return true;
}

/* The user's folder of caches, found once; NULL: none. */
static const char *cache_users_folder(ouro_runtime *rt)
{
    struct vm_state *vm = rt->vm;
    if (!vm->cache_folder) {
        const char *root = getenv("XDG_CACHE_HOME"), *tail = "/ouro";
        if (!root || *root != '/') {
            root = getenv("HOME");
            tail = "/.cache/ouro";
        }
        if (!root || *root != '/') {
            return NULL;
        }
        size_t length = strlen(root) + strlen(tail) + 1;
        vm->cache_folder = ouro_mem_alloc(rt->mem, length);
        if (vm->cache_folder) {
            snprintf(vm->cache_folder, length, "%s%s", root, tail);
        }
    }
    return vm->cache_folder;
}

static ouro_value cache_sys(ouro_runtime *rt, const char *name)
{
    ouro_value key = str_intern_cstring(rt, name);
    ouro_value v = ouro_is_null(key) ? key : dict_get_str(rt, as_module(rt->vm->sys)->dict, key);
    error_clear(rt);
    value_decref(rt, key);
    return v; /* borrowed */
}

/* Does the folder lie in `root`, or is it? */
static bool cache_is_below(const char *folder, size_t length, const char *root)
{
    size_t n = strlen(root);
    return length >= n && memcmp(folder, root, n) == 0 && (length == n || folder[n] == '/');
}

static bool cache_is_systems(ouro_runtime *rt, const char *folder, size_t length)
{
    if (cache_is_below(folder, length, "/usr") && !cache_is_below(folder, length, "/usr/local")) {
        return true;
    }
    ouro_value v = cache_sys(rt, "_stdlib_dir");
    size_t n;
    char *library = !ouro_is_null(v) && value_is_str(rt, v) ? str_to_system(rt, v, &n) : NULL;
    bool is = library && *library && cache_is_below(folder, length, library);
    error_clear(rt);
    ouro_mem_free(rt->mem, library);
    return is;
}

/* Where the code of the source is kept.  False: nowhere. */
static bool cache_find_place(ouro_runtime *rt, const char *path, cache_place *place)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) : 0, prefix_length;
    ouro_value v = cache_sys(rt, "pycache_prefix");
    char *prefix = !ouro_is_null(v) && value_is_str(rt, v) ? str_to_system(rt, v, &prefix_length) : NULL;
    error_clear(rt);
    bool systems = cache_is_systems(rt, path, length), found = false;
    memcpy(folder, path, length < sizeof folder ? length : 0);
    folder[length < sizeof folder ? length : 0] = 0;
    if (!prefix && !systems) {
        /* beside the source, if that can be, or if somebody has put it there */
        found = cache_name(place, "", path, length, path, rt->vm->optimize) &&
                (access(place->path, R_OK) == 0 || access(length ? folder : slash ? "/" : ".", W_OK) == 0);
    }
    if (!found) {
        const char *root = prefix && *prefix ? prefix : cache_users_folder(rt);
        char current[PATH_MAX] = "", *joined = NULL;
        if (root && *path != '/' && !getcwd(current, sizeof current)) {
            root = NULL;
        }
        if (root && *path != '/' && asprintf(&joined, "%s%s%s", current, length ? "/" : "", folder) < 0) {
            root = joined = NULL;
        }
        const char *whole = joined ? joined : folder;
        found = root && cache_name(place, root, whole, strlen(whole), path, rt->vm->optimize);
        free(joined);
    }
    ouro_mem_free(rt->mem, prefix);
    return found;
}

/* ---- reading ---- */

/* The whole file in a block of the heap; NULL: not there, or not to be trusted (no exception). */
static char *cache_read_file(ouro_runtime *rt, const char *path, const struct stat *source, size_t *length)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;
    char *data = NULL;
    if (fd < 0) {
        return NULL;
    }
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > (off_t)sizeof(cache_head) && st.st_size < INT32_MAX &&
        (st.st_uid == geteuid() || st.st_uid == 0 || st.st_uid == source->st_uid)) {
        data = ouro_mem_alloc(rt->mem, (size_t)st.st_size);
    }
    *length = 0;
    while (data && *length < (size_t)st.st_size) {
        ssize_t n = read(fd, data + *length, (size_t)st.st_size - *length);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            break;
        }
        *length += (size_t)n;
    }
    close(fd);
    return data;
}

/* NULL without an exception: there is none that counts. */
static code_object *cache_read(ouro_runtime *rt, const cache_place *place, const struct stat *source, ouro_value shown)
{
    size_t length;
    char *data = cache_read_file(rt, place->path, source, &length);
    code_object *code = NULL;
    if (data && length > sizeof(cache_head)) {
        const char *payload = data + sizeof(cache_head);
        length -= sizeof(cache_head);
        cache_head head = cache_head_of(rt, source, payload, length);
        if (memcmp(&head, data, sizeof head) == 0) {
            code = rt->vm->code_hooks->read(rt, payload, length, shown);
            error_clear(rt);
        }
    }
    ouro_mem_free(rt->mem, data);
    return code;
}

/* ---- writing ---- */

/* Makes the folders of the path that are missing, from the place's `made` on. */
static bool cache_make_folders(const cache_place *place)
{
    char path[PATH_MAX];
    strcpy(path, place->path);
    for (char *at = path + place->made;; at++) {
        at = strchr(at, '/');
        if (!at) {
            return true;
        }
        if (at == path) {
            continue;
        }
        *at = 0;
        bool ok = mkdir(path, place->shared ? 0777 : 0700) == 0 || errno == EEXIST;
        *at = '/';
        if (!ok) {
            return false;
        }
    }
}

static bool cache_write_all(int fd, const void *data, size_t length)
{
    const char *at = data;
    while (length) {
        ssize_t n = write(fd, at, length);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        at += n;
        length -= (size_t)n;
    }
    return true;
}

static void cache_write_file(const cache_place *place, const cache_head *head, const void *payload, size_t length)
{
    char temporary[PATH_MAX + 48];
    snprintf(temporary, sizeof temporary, "%s.%ld", place->path, (long)getpid());
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode = place->shared ? 0666 : 0600;
    int fd = open(temporary, flags, mode);
    if (fd < 0 && errno == ENOENT && cache_make_folders(place)) {
        fd = open(temporary, flags, mode);
    }
    if (fd < 0) {
        return;
    }
    bool ok = cache_write_all(fd, head, sizeof *head) && cache_write_all(fd, payload, length);
    ok &= close(fd) == 0;
    if (!ok || rename(temporary, place->path) != 0) {
        unlink(temporary);
    }
}

static void cache_write(ouro_runtime *rt, const cache_place *place, const struct stat *source, code_object *code)
{
    ouro_value bytes = rt->vm->code_hooks->write(rt, code);
    if (!ouro_is_null(bytes)) {
        const void *payload = as_bytes(bytes)->data;
        size_t length = as_bytes(bytes)->length;
        cache_head head = cache_head_of(rt, source, payload, length);
        cache_write_file(place, &head, payload, length);
    }
    value_decref(rt, bytes);
    error_clear(rt);
}

/* ---- both ---- */

static bool cache_is_same(const struct stat *a, const struct stat *b)
{
    return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec && a->st_ino == b->st_ino;
}

/* As sys.dont_write_bytecode says now. */
static bool cache_may_write(ouro_runtime *rt)
{
    ouro_value v = cache_sys(rt, "dont_write_bytecode");
    value_incref(v); /* its __bool__ may put another in its place */
    int truth = ouro_is_null(v) ? 1 : object_truth(rt, v);
    value_decref(rt, v);
    error_clear(rt);
    return truth == 0;
}

code_object *code_cache_load(ouro_runtime *rt, const char *path, ouro_value shown, int *error_number)
{
    cache_place place;
    struct stat before, after;
    *error_number = 0;
    bool use = rt->vm->code_hooks && !(rt->denied & OURO_DENY_FILES) && stat(path, &before) == 0 &&
               S_ISREG(before.st_mode) && cache_find_place(rt, path, &place);
    code_object *code = use ? cache_read(rt, &place, &before, shown) : NULL;
    if (code) {
        return code;
    }
    size_t length;
    char *text = import_read_file(rt, path, &length, error_number);
    if (!text) {
        return NULL;
    }
    compile_request request = {.filename = shown, .mode = AST_MODE_FILE, .optimize = rt->vm->optimize};
    code = compile_source(rt, text, length, &request);
    ouro_mem_free(rt->mem, text);
    if (code && use && stat(path, &after) == 0 && cache_is_same(&before, &after) && cache_may_write(rt)) {
        cache_write(rt, &place, &before, code);
    }
    return code;
}
