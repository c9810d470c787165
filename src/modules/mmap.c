/* mmap.c: the mmap module: files and anonymous memory mapped into the process.
 *
 * data is NULL exactly when the map is closed.  While a buffer view is out (exports > 0) the map can neither be
 * closed nor resized.  Converting an argument may run program code that closes the map: every method converts
 * first and looks at data after.
 */
#include "modules/modules.h"
#include "types/binder.h"
#include "types/buffer.h"
#include "types/bytes.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

typedef enum mmap_access { MMAP_DEFAULT, MMAP_READ, MMAP_WRITE, MMAP_COPY } mmap_access;

typedef struct mmap_object {
    ouro_object object;
    unsigned char *data;
    size_t size;
    size_t position;
    int64_t offset;
    size_t exports;
    int fd; /* our own duplicate; -1: anonymous */
    int flags;
    mmap_access access;
} mmap_object;

static mmap_object *as_mmap(ouro_value v)
{
    return (mmap_object *)(void *)ouro_as_object(v);
}

static bool mmap_check_open(ouro_runtime *rt, const mmap_object *m)
{
    if (!m->data) {
        error_value(rt, "mmap closed or invalid");
    }
    return m->data != NULL;
}

static bool mmap_check_writable(ouro_runtime *rt, const mmap_object *m)
{
    if (!mmap_check_open(rt, m)) {
        return false;
    }
    if (m->access == MMAP_READ) {
        error_type(rt, "mmap can't modify a readonly memory map.");
        return false;
    }
    return true;
}

static ouro_value mmap_os_error(ouro_runtime *rt)
{
    return error_os(rt, errno, OURO_NULL, OURO_NULL);
}

static void mmap_unmap(mmap_object *m)
{
    if (m->data) {
        munmap(m->data, m->size);
        m->data = NULL;
    }
    if (m->fd >= 0) {
        close(m->fd);
        m->fd = -1;
    }
}

/* ---- construction ------------------------------------------------------------------------------------- */

static bool mmap_int(ouro_runtime *rt, ouro_value v, int64_t *result)
{
    return ouro_is_null(v) || object_as_index(rt, v, result, false);
}

static ouro_value mmap_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                            ouro_value kwnames)
{
    ouro_value bound[6];
    if (!arguments_bind(rt, "mmap", "fileno, length, flags=1, prot=3, access=0, offset=0", args, nargs, kwnames,
                        bound)) {
        return OURO_NULL;
    }
    int64_t fd, length, flags = MAP_SHARED, prot = PROT_READ | PROT_WRITE, access = MMAP_DEFAULT, offset = 0;
    if (!mmap_int(rt, bound[0], &fd) || !mmap_int(rt, bound[1], &length) || !mmap_int(rt, bound[2], &flags) ||
        !mmap_int(rt, bound[3], &prot) || !mmap_int(rt, bound[4], &access) || !mmap_int(rt, bound[5], &offset)) {
        return OURO_NULL;
    }
    ouro_value told[4] = {bound[0], bound[1], ouro_int(access), ouro_int(offset)};
    if (!audit_event(rt, "mmap.__new__", told, 4)) {
        return OURO_NULL;
    }
    if (length < 0) {
        return error_overflow(rt, "memory mapped length must be positive");
    }
    if (offset < 0) {
        return error_overflow(rt, "memory mapped offset must be positive");
    }
    if (access != MMAP_DEFAULT && (flags != MAP_SHARED || prot != (PROT_READ | PROT_WRITE))) {
        return error_value(rt, "mmap can't specify both access and flags, prot.");
    }
    switch (access) {
    case MMAP_READ:
        flags = MAP_SHARED;
        prot = PROT_READ;
        break;
    case MMAP_WRITE:
        flags = MAP_SHARED;
        prot = PROT_READ | PROT_WRITE;
        break;
    case MMAP_COPY:
        flags = MAP_PRIVATE;
        prot = PROT_READ | PROT_WRITE;
        break;
    case MMAP_DEFAULT: /* what the protection comes to */
        if ((prot & PROT_READ) && (prot & PROT_WRITE)) {
            break;
        }
        access = prot & PROT_WRITE ? MMAP_WRITE : MMAP_READ;
        break;
    default:
        return error_value(rt, "mmap invalid access parameter.");
    }
    struct stat st;
    if (fd != -1 && fstat((int)fd, &st) == 0 && S_ISREG(st.st_mode)) {
        if (length == 0) {
            if (st.st_size == 0) {
                return error_value(rt, "cannot mmap an empty file");
            }
            if (offset >= st.st_size) {
                return error_value(rt, "mmap offset is greater than file size");
            }
            length = st.st_size - offset;
        } else if (offset > st.st_size || st.st_size - offset < length) {
            return error_value(rt, "mmap length is greater than file size");
        }
    }
    mmap_object *m = object_new(rt, &type->type, 0);
    if (!m) {
        return OURO_NULL;
    }
    m->data = NULL;
    m->size = (size_t)length;
    m->position = 0;
    m->offset = offset;
    m->exports = 0;
    m->flags = (int)flags;
    m->access = (mmap_access)access;
    m->fd = fd == -1 ? -1 : fcntl((int)fd, F_DUPFD_CLOEXEC, 0);
    if (fd == -1) {
        m->flags |= MAP_ANONYMOUS;
    } else if (m->fd < 0) {
        object_decref(rt, &m->object);
        errno = EBADF;
        return mmap_os_error(rt);
    }
    void *data = mmap(NULL, m->size, (int)prot, m->flags, m->fd, offset);
    if (data == MAP_FAILED) {
        int err = errno;
        object_decref(rt, &m->object);
        errno = err;
        return mmap_os_error(rt);
    }
    m->data = data;
    if (!(type->type.flags & OURO_TYPE_LEAF)) {
        gc_track(rt, &m->object);
    }
    return ouro_from_object(m);
}

static void mmap_dispose(ouro_runtime *rt, ouro_object *self)
{
    mmap_unmap((mmap_object *)(void *)self);
}

static size_t mmap_extra_size(ouro_runtime *rt, ouro_object *self)
{
    const mmap_object *m = (const mmap_object *)(const void *)self;
    return m->data && m->fd < 0 ? m->size : 0;
}

/* ---- sequence ----------------------------------------------------------------------------------------- */

static int64_t mmap_length(ouro_runtime *rt, ouro_value self)
{
    const mmap_object *m = as_mmap(self);
    return mmap_check_open(rt, m) ? (int64_t)m->size : -1;
}

static ouro_value mmap_getitem(ouro_runtime *rt, ouro_value self, ouro_value key)
{
    const mmap_object *m = as_mmap(self);
    int64_t i, stop, step, count;
    if (!mmap_check_open(rt, m)) {
        return OURO_NULL;
    }
    if (ouro_is_object(key) && value_is_instance_exactly(rt, key, TYPE(rt, slice))) {
        if (!slice_resolve_live(rt, key, &m->size, &i, &stop, &step, &count) || !mmap_check_open(rt, m)) {
            return OURO_NULL;
        }
        if (step == 1) {
            return bytes_new(rt, m->data + i, (size_t)count);
        }
        ouro_value result = bytes_new(rt, NULL, (size_t)count);
        for (int64_t k = 0; k < count && !ouro_is_null(result); k++) {
            as_bytes(result)->data[k] = m->data[i + k * step];
        }
        return result;
    }
    if (!value_type(rt, key)->slots.to_index) {
        return error_type(rt, "mmap indices must be integers");
    }
    if (!object_as_index(rt, key, &i, false) || !mmap_check_open(rt, m)) {
        return OURO_NULL;
    }
    if (i < 0) {
        i += (int64_t)m->size;
    }
    if (i < 0 || (uint64_t)i >= m->size) {
        return error_index(rt, "mmap index out of range");
    }
    return ouro_int(m->data[i]);
}

static bool mmap_set_slice(ouro_runtime *rt, mmap_object *m, ouro_value key, ouro_value value)
{
    int64_t start, stop, step, count;
    buffer_view view;
    bool done = false;
    if (!slice_resolve_live(rt, key, &m->size, &start, &stop, &step, &count)) {
        return false;
    }
    if (ouro_is_null(value)) {
        error_type(rt, "mmap object doesn't support slice deletion");
        return false;
    }
    if (!buffer_get(rt, value, &view, false)) {
        return false;
    }
    if (view.length != (size_t)count) {
        error_index(rt, "mmap slice assignment is wrong size");
    } else if (mmap_check_writable(rt, m)) {
        const unsigned char *from = view.data;
        if (step == 1 && count > 0) {
            memmove(m->data + start, from, (size_t)count);
        } else {
            for (int64_t k = 0; k < count; k++) {
                m->data[start + k * step] = from[k];
            }
        }
        done = true;
    }
    buffer_release(rt, &view);
    return done;
}

static bool mmap_setitem(ouro_runtime *rt, ouro_value self, ouro_value key, ouro_value value)
{
    mmap_object *m = as_mmap(self);
    int64_t i, byte;
    if (!mmap_check_writable(rt, m)) {
        return false;
    }
    if (ouro_is_object(key) && value_is_instance_exactly(rt, key, TYPE(rt, slice))) {
        return mmap_set_slice(rt, m, key, value);
    }
    if (!value_type(rt, key)->slots.to_index) {
        error_type(rt, "mmap indices must be integer");
        return false;
    }
    if (!object_as_index(rt, key, &i, false)) {
        return false;
    }
    if (i < 0) {
        i += (int64_t)m->size;
    }
    if (i < 0 || (uint64_t)i >= m->size) {
        error_index(rt, "mmap index out of range");
        return false;
    }
    if (ouro_is_null(value)) {
        error_type(rt, "mmap doesn't support item deletion");
        return false;
    }
    if (!value_type(rt, value)->slots.to_index) {
        error_type(rt, "mmap item value must be an int");
        return false;
    }
    if (!object_as_index(rt, value, &byte, true)) {
        return false;
    }
    if (byte < 0 || byte > 255) {
        error_value(rt, "mmap item value must be in range(0, 256)");
        return false;
    }
    if (!mmap_check_writable(rt, m) || (uint64_t)i >= m->size) {
        return false;
    }
    m->data[i] = (unsigned char)byte;
    return true;
}

static bool mmap_get_buffer(ouro_runtime *rt, ouro_value self, buffer_view *view, bool writable)
{
    mmap_object *m = as_mmap(self);
    if (!mmap_check_open(rt, m)) {
        return false;
    }
    if (writable && m->access == MMAP_READ) {
        error_raise(rt, EXC(rt, BufferError), "Object is not writable.");
        return false;
    }
    view->data = m->data;
    view->length = m->size;
    view->readonly = m->access == MMAP_READ;
    m->exports++;
    return true;
}

static void mmap_release_buffer(ouro_runtime *rt, ouro_value self, buffer_view *view)
{
    as_mmap(self)->exports--;
}

static ouro_value mmap_repr(ouro_runtime *rt, ouro_value self)
{
    static const char *const names[] = {"ACCESS_DEFAULT", "ACCESS_READ", "ACCESS_WRITE", "ACCESS_COPY"};
    const mmap_object *m = as_mmap(self);
    if (!m->data) {
        return str_format_c(rt, "<%s closed=True>", "mmap.mmap");
    }
    return str_format_c(rt, "<%s closed=False, access=%s, length=%zu, pos=%zu, offset=%lld>", "mmap.mmap",
                        names[m->access], m->size, m->position, (long long)m->offset);
}

/* ---- methods ------------------------------------------------------------------------------------------ */

static ouro_value mmap_method_close(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    mmap_object *m = as_mmap(args[0]);
    if (m->exports > 0) {
        return error_raise(rt, EXC(rt, BufferError), "cannot close exported pointers exist");
    }
    mmap_unmap(m);
    return OURO_NONE;
}

static ouro_value mmap_find_in(ouro_runtime *rt, const ouro_value *args, size_t nargs, bool reverse)
{
    mmap_object *m = as_mmap(args[0]);
    buffer_view view;
    if (!mmap_check_open(rt, m)) {
        return OURO_NULL;
    }
    int64_t start = (int64_t)m->position, end = (int64_t)m->size;
    if (!buffer_get(rt, args[1], &view, false)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (mmap_int(rt, arg_or_null(args, nargs, 2), &start) && mmap_int(rt, arg_or_null(args, nargs, 3), &end) &&
        mmap_check_open(rt, m)) {
        int64_t size = (int64_t)m->size, length = (int64_t)view.length;
        start = start < 0 ? (start + size < 0 ? 0 : start + size) : start > size ? size : start;
        end = end < 0 ? (end + size < 0 ? 0 : end + size) : end > size ? size : end;
        int64_t found = -1;
        if (end - start >= length && !reverse) {
            const unsigned char *at = length == 0 ? m->data + start
                                                  : memmem(m->data + start, (size_t)(end - start), view.data,
                                                           (size_t)length);
            found = at ? at - m->data : -1;
        } else if (end - start >= length) {
            for (int64_t i = end - length; i >= start && found < 0; i--) {
                if (length == 0 || memcmp(m->data + i, view.data, (size_t)length) == 0) {
                    found = i;
                }
            }
        }
        result = ouro_int(found);
    }
    buffer_release(rt, &view);
    return result;
}

static ouro_value mmap_method_find(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return mmap_find_in(rt, args, nargs, false);
}

static ouro_value mmap_method_rfind(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return mmap_find_in(rt, args, nargs, true);
}

static ouro_value mmap_method_flush(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    mmap_object *m = as_mmap(args[0]);
    int64_t offset = 0, size = (int64_t)m->size;
    if (!mmap_check_open(rt, m) || !mmap_int(rt, arg_or_null(args, nargs, 1), &offset) ||
        !mmap_int(rt, arg_or_null(args, nargs, 2), &size) || !mmap_check_open(rt, m)) {
        return OURO_NULL;
    }
    if (size < 0 || offset < 0 || (int64_t)m->size - offset < size) {
        return error_value(rt, "flush values out of range");
    }
    if (m->access == MMAP_READ || m->access == MMAP_COPY) {
        return OURO_NONE;
    }
    return msync(m->data + offset, (size_t)size, MS_SYNC) < 0 ? mmap_os_error(rt) : OURO_NONE;
}

static ouro_value mmap_method_madvise(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    mmap_object *m = as_mmap(args[0]);
    int64_t option = 0, start = 0, length = (int64_t)m->size;
    if (!mmap_check_open(rt, m) || !mmap_int(rt, args[1], &option) ||
        !mmap_int(rt, arg_or_null(args, nargs, 2), &start) || !mmap_int(rt, arg_or_null(args, nargs, 3), &length) ||
        !mmap_check_open(rt, m)) {
        return OURO_NULL;
    }
    if (start < 0 || (uint64_t)start >= m->size) {
        return error_value(rt, "madvise start out of bounds");
    }
    if (length < 0) {
        return error_value(rt, "madvise length invalid");
    }
    if (INT64_MAX - start < length) {
        return error_overflow(rt, "madvise length too large");
    }
    if (start + length > (int64_t)m->size) {
        length = (int64_t)m->size - start;
    }
    return madvise(m->data + start, (size_t)length, (int)option) < 0 ? mmap_os_error(rt) : OURO_NONE;
}

static ouro_value mmap_method_move(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    mmap_object *m = as_mmap(args[0]);
    int64_t to, from, count;
    if (!mmap_check_open(rt, m) || !mmap_int(rt, args[1], &to) || !mmap_int(rt, args[2], &from) ||
        !mmap_int(rt, args[3], &count) || !mmap_check_writable(rt, m)) {
        return OURO_NULL;
    }
    int64_t size = (int64_t)m->size;
    if (to < 0 || from < 0 || count < 0 || size - to < count || size - from < count) {
        return error_value(rt, "source, destination, or count out of range");
    }
    memmove(m->data + to, m->data + from, (size_t)count);
    return OURO_NONE;
}

static ouro_value mmap_read_bytes(ouro_runtime *rt, mmap_object *m, size_t count)
{
    ouro_value result = bytes_new(rt, m->data + m->position, count);
    if (!ouro_is_null(result)) {
        m->position += count;
    }
    return result;
}

static ouro_value mmap_method_read(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    mmap_object *m = as_mmap(args[0]);
    ouro_value count_value = arg_or_null(args, nargs, 1);
    int64_t count = -1;
    if (!mmap_check_open(rt, m)) {
        return OURO_NULL;
    }
    if (!ouro_is_null(count_value) && !ouro_is_none(count_value)) {
        if (!value_type(rt, count_value)->slots.to_index) {
            return error_type(rt, "argument should be integer or None, not '%T'", count_value);
        }
        if (!object_as_index(rt, count_value, &count, false) || !mmap_check_open(rt, m)) {
            return OURO_NULL;
        }
    }
    size_t left = m->position < m->size ? m->size - m->position : 0;
    return mmap_read_bytes(rt, m, count < 0 || (uint64_t)count > left ? left : (size_t)count);
}

static ouro_value mmap_method_read_byte(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    mmap_object *m = as_mmap(args[0]);
    if (!mmap_check_open(rt, m)) {
        return OURO_NULL;
    }
    if (m->position >= m->size) {
        return error_value(rt, "read byte out of range");
    }
    return ouro_int(m->data[m->position++]);
}

static ouro_value mmap_method_readline(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    mmap_object *m = as_mmap(args[0]);
    if (!mmap_check_open(rt, m)) {
        return OURO_NULL;
    }
    size_t left = m->position < m->size ? m->size - m->position : 0;
    const unsigned char *end = left ? memchr(m->data + m->position, '\n', left) : NULL;
    return mmap_read_bytes(rt, m, end ? (size_t)(end + 1 - (m->data + m->position)) : left);
}

static ouro_value mmap_method_resize(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    mmap_object *m = as_mmap(args[0]);
    int64_t size;
    if (!mmap_int(rt, args[1], &size) || !mmap_check_open(rt, m)) {
        return OURO_NULL;
    }
    if (m->exports > 0) {
        return error_raise(rt, EXC(rt, BufferError), "mmap can't resize with extant buffers exported.");
    }
    if (m->access != MMAP_WRITE && m->access != MMAP_DEFAULT) {
        return error_type(rt, "mmap can't resize a readonly or copy-on-write memory map.");
    }
    if (size < 0 || INT64_MAX - size < m->offset) {
        return error_value(rt, "new size out of range");
    }
    if (m->fd >= 0 && ftruncate(m->fd, m->offset + size) < 0) {
        return mmap_os_error(rt);
    }
    void *data = mremap(m->data, m->size, (size_t)size, MREMAP_MAYMOVE);
    if (data == MAP_FAILED) {
        return mmap_os_error(rt);
    }
    m->data = data;
    m->size = (size_t)size;
    return OURO_NONE;
}

static ouro_value mmap_method_seek(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    mmap_object *m = as_mmap(args[0]);
    int64_t distance, how = 0, at;
    if (!mmap_check_open(rt, m) || !mmap_int(rt, args[1], &distance) ||
        !mmap_int(rt, arg_or_null(args, nargs, 2), &how) || !mmap_check_open(rt, m)) {
        return OURO_NULL;
    }
    if (how < 0 || how > 2) {
        return error_value(rt, "unknown seek type");
    }
    int64_t base = how == 0 ? 0 : how == 1 ? (int64_t)m->position : (int64_t)m->size;
    if (__builtin_add_overflow(base, distance, &at) || at < 0 || at > (int64_t)m->size) {
        return error_value(rt, "seek out of range");
    }
    m->position = (size_t)at;
    return OURO_NONE;
}

static ouro_value mmap_method_size(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const mmap_object *m = as_mmap(args[0]);
    struct stat st;
    if (!mmap_check_open(rt, m)) {
        return OURO_NULL;
    }
    return fstat(m->fd, &st) < 0 ? mmap_os_error(rt) : int_from_int64(rt, st.st_size);
}

static ouro_value mmap_method_tell(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const mmap_object *m = as_mmap(args[0]);
    return mmap_check_open(rt, m) ? int_from_uint64(rt, m->position) : OURO_NULL;
}

static ouro_value mmap_method_write(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    mmap_object *m = as_mmap(args[0]);
    buffer_view view;
    if (!mmap_check_open(rt, m) || !buffer_get(rt, args[1], &view, false)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (mmap_check_writable(rt, m)) {
        if (m->position > m->size || m->size - m->position < view.length) {
            error_value(rt, "data out of range");
        } else {
            memmove(m->data + m->position, view.data, view.length);
            m->position += view.length;
            result = int_from_uint64(rt, view.length);
        }
    }
    buffer_release(rt, &view);
    return result;
}

static ouro_value mmap_method_write_byte(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    mmap_object *m = as_mmap(args[0]);
    int64_t byte;
    if (!mmap_check_open(rt, m) || !object_as_index(rt, args[1], &byte, true)) {
        return OURO_NULL;
    }
    if (byte < 0 || byte > 255) {
        return error_overflow(rt, byte < 0 ? "unsigned byte integer is less than minimum"
                                           : "unsigned byte integer is greater than maximum");
    }
    if (!mmap_check_writable(rt, m)) {
        return OURO_NULL;
    }
    if (m->position >= m->size) {
        return error_value(rt, "write byte out of range");
    }
    m->data[m->position++] = (unsigned char)byte;
    return OURO_NONE;
}

static ouro_value mmap_method_enter(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return mmap_check_open(rt, as_mmap(args[0])) ? value_incref(args[0]) : OURO_NULL;
}

static ouro_value mmap_method_exit(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    return mmap_method_close(rt, args, 1);
}

static const method_def mmap_methods[] = {
    {"close", "?self, /", mmap_method_close},
    {"find", "?self, sub, start=None, end=None, /", mmap_method_find},
    {"rfind", "?self, sub, start=None, end=None, /", mmap_method_rfind},
    {"flush", "?self, offset=0, size=None, /", mmap_method_flush},
    {"madvise", "?self, option, start=0, length=None, /", mmap_method_madvise},
    {"move", "?self, dest, src, count, /", mmap_method_move},
    {"read", "?self, n=None, /", mmap_method_read},
    {"read_byte", "?self, /", mmap_method_read_byte},
    {"readline", "?self, /", mmap_method_readline},
    {"resize", "?self, newsize, /", mmap_method_resize},
    {"seek", "?self, pos, whence=0, /", mmap_method_seek},
    {"size", "?self, /", mmap_method_size},
    {"tell", "?self, /", mmap_method_tell},
    {"write", "?self, bytes, /", mmap_method_write},
    {"write_byte", "?self, byte, /", mmap_method_write_byte},
    {"__enter__", "?self, /", mmap_method_enter},
    {"__exit__", .raw = mmap_method_exit},
    {0},
};

static ouro_value mmap_get_closed(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_bool(as_mmap(self)->data == NULL);
}

static const getset_def mmap_getsets[] = {
    {"closed", mmap_get_closed, NULL, NULL},
    {0},
};

/* ---- iterator: one-byte bytes objects ----------------------------------------------------------------- */

typedef struct mmap_iterator {
    ouro_object object;
    ouro_value map; /* OURO_NULL when exhausted */
    size_t at;
} mmap_iterator;

static ouro_value mmap_iter(ouro_runtime *rt, ouro_value self)
{
    mmap_iterator *it = object_new(rt, &MODULE_TYPE(rt, mmap_iterator)->type, 0);
    if (!it) {
        return OURO_NULL;
    }
    it->map = value_incref(self);
    gc_track(rt, &it->object);
    return ouro_from_object(it);
}

static ouro_value mmap_iterator_self(ouro_runtime *rt, ouro_value self)
{
    return value_incref(self);
}

static ouro_value mmap_iterator_next(ouro_runtime *rt, ouro_value self)
{
    mmap_iterator *it = (mmap_iterator *)(void *)ouro_as_object(self);
    if (ouro_is_null(it->map)) {
        return OURO_NULL;
    }
    const mmap_object *m = as_mmap(it->map);
    if (!mmap_check_open(rt, m)) {
        return OURO_NULL;
    }
    if (it->at < m->size) {
        return bytes_new(rt, m->data + it->at++, 1);
    }
    value_clear(rt, &it->map);
    return OURO_NULL;
}

static const ouro_field mmap_iterator_fields[] = {
    {OURO_FIELD_VALUE, offsetof(mmap_iterator, map), 0, "map"},
};

static const type_spec mmap_iterator_spec = {
    .name = "mmap.iterator",
    .size = sizeof(mmap_iterator),
    .flags = TYPE_NO_MAKE,
    .fields = mmap_iterator_fields,
    .field_count = 1,
    .slots = {.iter = mmap_iterator_self, .next = mmap_iterator_next},
};

static const type_spec mmap_spec = {
    .name = "mmap.mmap",
    .size = sizeof(mmap_object),
    .flags = OURO_TYPE_LEAF | TYPE_BASE | OURO_TYPE_WEAKREF,
    .doc = "mmap(fileno, length[, flags[, prot[, access[, offset]]]])\n\n"
           "Maps length bytes from the file specified by the file descriptor fileno,\n"
           "and returns a mmap object.  fileno -1 maps anonymous memory; length 0 maps\n"
           "the whole file.",
    .dispose = mmap_dispose,
    .extra_size = mmap_extra_size,
    .methods = mmap_methods,
    .getsets = mmap_getsets,
    .slots =
        {
            .make = mmap_make,
            .repr = mmap_repr,
            .iter = mmap_iter,
            .length = mmap_length,
            .getitem = mmap_getitem,
            .setitem = mmap_setitem,
            .get_buffer = mmap_get_buffer,
            .release_buffer = mmap_release_buffer,
        },
};

/* ---- the module --------------------------------------------------------------------------------------- */

#define MMAP_CONSTANTS(X)                                                                                        \
    X(PROT_EXEC) X(PROT_READ) X(PROT_WRITE) X(MAP_SHARED) X(MAP_PRIVATE) X(MAP_DENYWRITE) X(MAP_EXECUTABLE)      \
    X(MAP_ANONYMOUS) X(MAP_ANON) X(MAP_POPULATE) X(MAP_STACK) X(MADV_NORMAL) X(MADV_RANDOM) X(MADV_SEQUENTIAL)   \
    X(MADV_WILLNEED) X(MADV_DONTNEED) X(MADV_REMOVE) X(MADV_DONTFORK) X(MADV_DOFORK) X(MADV_HWPOISON)            \
    X(MADV_MERGEABLE) X(MADV_UNMERGEABLE) X(MADV_HUGEPAGE) X(MADV_NOHUGEPAGE) X(MADV_DONTDUMP) X(MADV_DODUMP)    \
    X(MADV_FREE)

static const struct {
    const char *name;
    int value;
} mmap_constants[] = {
#define MMAP_CONSTANT(name) {#name, name},
    MMAP_CONSTANTS(MMAP_CONSTANT)
#undef MMAP_CONSTANT
    {"ACCESS_DEFAULT", MMAP_DEFAULT},
    {"ACCESS_READ", MMAP_READ},
    {"ACCESS_WRITE", MMAP_WRITE},
    {"ACCESS_COPY", MMAP_COPY},
};

static bool mmap_start(ouro_runtime *rt, module_object *module)
{
    for (size_t i = 0; i < sizeof mmap_constants / sizeof mmap_constants[0]; i++) {
        if (!module_add_int(rt, module, mmap_constants[i].name, mmap_constants[i].value)) {
            return false;
        }
    }
    return module_add_type(rt, module, &mmap_spec) &&
           module_keep_type(rt, &mmap_iterator_spec, &MODULE_TYPE(rt, mmap_iterator)) &&
           module_add(rt, module, "error", value_incref(type_value(EXC(rt, OSError)))) &&
           module_add_int(rt, module, "PAGESIZE", sysconf(_SC_PAGESIZE)) &&
           module_add_int(rt, module, "ALLOCATIONGRANULARITY", sysconf(_SC_PAGESIZE));
}

const module_def mmap_module_def = {
    .name = "mmap",
    .doc = "Files and anonymous memory mapped into the process.",
    .functions = (const method_def[]){{0}},
    .start = mmap_start,
};
