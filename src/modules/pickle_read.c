/* pickle_read.c: bytes into an unpickler: from the memory of an object (loads), or piece by piece from a
 * file.
 *
 * A file that can be peeked into shows more than is asked for; what of that has been used is read from the
 * file before it is asked for anything else, so that its place in the end is that behind the pickle.
 *
 *     taken <= at <= length: data[taken .. at) was used, though only peeked at;  data == NULL  =>  length ==
 * 0
 */
#include "modules/pickle.h"

enum {
    READ_PEEK = 128 * 1024, /* bytes that a file is asked to show */
    READ_PIECE = 1 << 20, /* what is longer is read in pieces: memory is asked for as the data come, not as a
                             pickle says */
};

static bool read_truncated(ouro_runtime *rt)
{
    return unpickling_error(rt, "pickle data was truncated");
}

void unpickle_drop_input(ouro_runtime *rt, unpickler_object *u)
{
    u->data = NULL;
    u->length = u->at = u->taken = 0;
    buffer_view old = u->input;
    u->input.owner = OURO_NULL;
    buffer_release(rt, &old);
}

bool unpickle_set_input(ouro_runtime *rt, unpickler_object *u, ouro_value source)
{
    unpickle_drop_input(rt, u);
    buffer_view view;
    if (!buffer_get(rt, source, &view, false)) {
        return false;
    }
    ouro_value bytes = OURO_NULL;
    if (view.strides != NULL) { /* perhaps with gaps */
        bytes = bytes_from_object(rt, source);
        buffer_release(rt, &view);
        bool ok = !ouro_is_null(bytes) && buffer_get(rt, bytes, &view, false);
        value_decref(rt, bytes);
        if (!ok) {
            return false;
        }
    }
    unpickle_drop_input(rt, u); /* asking for the buffer may have run code */
    u->input = view;
    u->data = view.data;
    u->length = view.length;
    u->taken = view.length;
    return true;
}

bool unpickle_take_peeked(ouro_runtime *rt, unpickler_object *u)
{
    if (u->at <= u->taken || ouro_is_null(u->read)) {
        return true;
    }
    size_t used = u->at - u->taken;
    ouro_value read = value_incref(u->read), done = object_call1(rt, read, ouro_int((int64_t)used));
    value_decref(rt, read);
    u->taken = u->at <= u->length ? u->at : u->taken;
    bool ok = !ouro_is_null(done);
    value_decref(rt, done);
    return ok;
}

/* Asks the file: read(size), or readline() for `size` SIZE_MAX.  The input is what it gives. */
static bool read_file(ouro_runtime *rt, unpickler_object *u, size_t size)
{
    if (!unpickle_take_peeked(rt, u)) {
        return false;
    }
    bool line = size == SIZE_MAX;
    if (!line && size > INT64_MAX / 2) {
        return unpickling_error(rt, "read would overflow (invalid bytecode)");
    }
    if (!line && !ouro_is_null(u->peek) && size < READ_PEEK) {
        ouro_value peek = value_incref(u->peek), shown = object_call1(rt, peek, ouro_int(READ_PEEK));
        value_decref(rt, peek);
        if (!ouro_is_null(shown)) {
            bool ok = unpickle_set_input(rt, u, shown);
            u->taken = 0;
            value_decref(rt, shown);
            if (!ok || size <= u->length) {
                return ok;
            }
        } else if (error_clear_if(rt, EXC(rt, NotImplementedError))) {
            value_clear(rt, &u->peek);
        } else {
            return false;
        }
    }
    ouro_value method = value_incref(line ? u->readline : u->read);
    ouro_value data = line ? object_call0(rt, method) : object_call1(rt, method, ouro_int((int64_t)size));
    value_decref(rt, method);
    bool ok = !ouro_is_null(data) && unpickle_set_input(rt, u, data);
    value_decref(rt, data);
    return ok;
}

const unsigned char *unpickle_read_slow(ouro_runtime *rt, unpickler_object *u, size_t size)
{
    if (ouro_is_null(u->read)) {
        read_truncated(rt);
        return NULL;
    }
    if (!read_file(rt, u, size)) {
        return NULL;
    }
    if (u->length < size) {
        u->at = u->length;
        read_truncated(rt);
        return NULL;
    }
    u->at = size;
    return u->data;
}

/* What readinto() puts into a block of its own: a file that keeps what it was given must not keep memory that
 * is gone. */
static bool read_by_readinto(ouro_runtime *rt, unpickler_object *u, bytes_builder *to, size_t size)
{
    ouro_value block = bytearray_new(rt, NULL, size), count = OURO_NULL;
    if (ouro_is_null(block)) {
        return false;
    }
    ouro_value method = value_incref(u->readinto);
    count = object_call1(rt, method, block);
    value_decref(rt, method);
    int64_t got = 0;
    bool ok = !ouro_is_null(count) && object_as_index(rt, count, &got, true);
    value_decref(rt, count);
    const bytearray_object *b = as_bytearray(block);
    if (ok && (got < 0 || (size_t)got < size || b->length < size)) {
        ok = read_truncated(rt);
    } else if (ok) {
        bytes_builder_add(to, b->data + b->start, size);
    }
    value_decref(rt, block);
    return ok;
}

/* What read() gives, whatever the file would show. */
static bool read_by_read(ouro_runtime *rt, unpickler_object *u, bytes_builder *to, size_t size)
{
    ouro_value method = value_incref(u->read), data = object_call1(rt, method, ouro_int((int64_t)size));
    value_decref(rt, method);
    bool ok = !ouro_is_null(data);
    if (ok && !value_is_bytes(rt, data)) {
        error_value(rt, "read() returned non-bytes object (%R)", type_value(value_type(rt, data)));
        ok = false;
    } else if (ok && as_bytes(data)->length < size) {
        ok = read_truncated(rt);
    } else if (ok) {
        bytes_builder_add(to, as_bytes(data)->data, size);
    }
    value_decref(rt, data);
    return ok;
}

ouro_value unpickle_read_bytes(ouro_runtime *rt, unpickler_object *u, size_t size)
{
    size_t here = u->length - u->at;
    if (size <= here) {
        return size == 0 ? bytes_empty(rt) : bytes_new(rt, unpickle_read(rt, u, size), size);
    }
    if (ouro_is_null(u->read)) {
        read_truncated(rt);
        return OURO_NULL;
    }
    bytes_builder data;
    bytes_builder_init(&data, rt);
    bytes_builder_add(&data, here == 0 ? NULL : unpickle_read(rt, u, here), here);
    bool ok = unpickle_take_peeked(rt, u);
    while (ok && data.length < size) {
        size_t piece = size - data.length, most = data.length < READ_PIECE ? READ_PIECE : data.length;
        piece = piece < most ? piece : most;
        ok = ouro_is_null(u->readinto) ? read_by_read(rt, u, &data, piece)
                                       : read_by_readinto(rt, u, &data, piece);
        ok = ok && !data.failed;
    }
    if (!ok) {
        bytes_builder_drop(&data);
        return OURO_NULL;
    }
    return bytes_builder_finish(&data);
}

bool unpickle_read_length(ouro_runtime *rt, unpickler_object *u, size_t size, const char *what,
                          size_t *length)
{
    uint64_t number;
    if (!unpickle_read_number(rt, u, size, &number)) {
        return false;
    }
    if (number > INT64_MAX) {
        error_overflow(rt, "%s exceeds system's maximum size of %lld bytes", what, (long long)INT64_MAX);
        return false;
    }
    *length = (size_t)number;
    return true;
}

static bool read_keep_line(ouro_runtime *rt, unpickler_object *u, const unsigned char *start, size_t length)
{
    if (length + 1 > u->line_capacity) {
        char *line = ouro_mem_resize(rt->mem, u->line, length + 64);
        if (line == NULL) {
            error_no_memory(rt);
            return false;
        }
        u->line = line;
        u->line_capacity = length + 64;
    }
    memcpy(u->line, start, length);
    u->line[length] = 0;
    return true;
}

bool unpickle_read_line(ouro_runtime *rt, unpickler_object *u, size_t least, size_t *length)
{
    const unsigned char *start = u->data + u->at, *end = NULL;
    if (u->at < u->length) {
        end = memchr(start, '\n', u->length - u->at);
    }
    if (end == NULL) {
        if (ouro_is_null(u->read)) {
            return read_truncated(rt);
        }
        if (!read_file(rt, u, SIZE_MAX)) {
            return false;
        }
        if (u->length == 0 || u->data[u->length - 1] != '\n') {
            u->at = u->length;
            return read_truncated(rt);
        }
        start = u->data;
        end = u->data + u->length - 1;
    }
    *length = (size_t)(end - start);
    u->at = (size_t)(end + 1 - u->data);
    return read_keep_line(rt, u, start, *length) && (*length >= least || read_truncated(rt));
}
