/* pickle_write.c: bytes out of a pickler: opcodes, frames, the file's write().
 *
 * All is gathered in a bytes object.  From protocol 4 on it is cut into frames (PEP 3154): the header of the
 * open one has its place at `frame` in the bytes, and gets its length when the frame ends.  A frame ends
 * between two values when it is long enough; then, with a file, it is passed on.
 *
 *     frame == PICKLE_NO_FRAME  or  framing and frame + PICKLE_FRAME_HEADER <= out.length
 */
#include "modules/pickle.h"

unsigned char *pickle_room_slow(pickler_object *p, size_t size)
{
    if (p->framing && p->frame == PICKLE_NO_FRAME) {
        int64_t frame = (int64_t)p->out.length;
        if (bytes_builder_room(&p->out, PICKLE_FRAME_HEADER) == NULL) {
            return NULL;
        }
        p->frame = frame;
    }
    return bytes_builder_room(&p->out, size);
}

static void write_bytes_of(unsigned char *room, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        room[i] = (unsigned char)(number >> (8 * i));
    }
}

bool pickle_write_number(pickler_object *p, pickle_opcode opcode, uint64_t number, size_t size)
{
    unsigned char *room = pickle_room(p, size + 1);
    if (room == NULL) {
        return false;
    }
    room[0] = (unsigned char)opcode;
    write_bytes_of(room + 1, number, size);
    return true;
}

bool pickle_write_line(pickler_object *p, pickle_opcode opcode, const void *text, size_t length)
{
    unsigned char *room = pickle_room(p, length + 2);
    if (room == NULL) {
        return false;
    }
    room[0] = (unsigned char)opcode;
    memcpy(room + 1, text, length);
    room[length + 1] = '\n';
    return true;
}

/* Gives what there is to the file. */
static bool write_flush(ouro_runtime *rt, pickler_object *p)
{
    if (ouro_is_null(p->write)) {
        return true;
    }
    ouro_value bytes = bytes_builder_finish(&p->out), done = OURO_NULL;
    if (!ouro_is_null(bytes)) {
        done = object_call1(rt, p->write, bytes);
        value_decref(rt, bytes);
    }
    value_decref(rt, done);
    return !ouro_is_null(done);
}

/* The open frame, if there is one, gets its header; a short one loses the place for it. */
static void write_close_frame(pickler_object *p)
{
    if (p->frame == PICKLE_NO_FRAME || p->out.data == NULL) {
        return;
    }
    unsigned char *header = p->out.data->data + p->frame;
    size_t length = p->out.length - (size_t)p->frame - PICKLE_FRAME_HEADER;
    if (length >= PICKLE_FRAME_MIN) {
        header[0] = PICKLE_FRAME;
        write_bytes_of(header + 1, length, 8);
    } else {
        memmove(header, header + PICKLE_FRAME_HEADER, length);
        p->out.length -= PICKLE_FRAME_HEADER;
    }
    p->frame = PICKLE_NO_FRAME;
}

bool pickle_pass_frame(ouro_runtime *rt, pickler_object *p)
{
    write_close_frame(p);
    return write_flush(rt, p);
}

bool pickle_end_frames(ouro_runtime *rt, pickler_object *p)
{
    write_close_frame(p);
    p->framing = false;
    return write_flush(rt, p);
}

/* A block that is long: to the file by itself, so that it is copied nowhere. */
static bool write_long_block(ouro_runtime *rt, pickler_object *p, const unsigned char *header,
                             size_t header_size, const void *data, size_t length, ouro_value owner)
{
    bool framing = p->framing;
    write_close_frame(p);
    p->framing = false;
    unsigned char *room = pickle_room(p, header_size + (ouro_is_null(p->write) ? length : 0));
    bool ok = room != NULL;
    if (ok) {
        memcpy(room, header, header_size);
    }
    if (ok && ouro_is_null(p->write)) {
        memcpy(room + header_size, data, length);
    } else if (ok) {
        /* before the file is asked: it may change what the data belong to */
        ouro_value block = ouro_is_null(owner) ? bytes_new(rt, data, length) : value_incref(owner),
                   done = OURO_NULL;
        if (!ouro_is_null(block) && write_flush(rt, p)) {
            done = object_call1(rt, p->write, block);
        }
        ok = !ouro_is_null(done);
        value_decref(rt, done);
        value_decref(rt, block);
    }
    p->framing = framing;
    return ok;
}

bool pickle_write_block(ouro_runtime *rt, pickler_object *p, pickle_opcode short_opcode,
                        pickle_opcode middle_opcode, pickle_opcode long_opcode, const void *data,
                        size_t length, ouro_value owner)
{
    unsigned char header[PICKLE_FRAME_HEADER];
    size_t size = length <= UINT8_MAX && short_opcode != 0     ? 1
                  : length <= UINT32_MAX && middle_opcode != 0 ? 4
                                                               : 8;
    header[0] = (unsigned char)(size == 1 ? short_opcode : size == 4 ? middle_opcode : long_opcode);
    write_bytes_of(header + 1, length, size);
    if (length >= PICKLE_FRAME_TARGET) {
        return write_long_block(rt, p, header, size + 1, data, length, owner);
    }
    unsigned char *room = pickle_room(p, size + 1 + length);
    if (room == NULL) {
        return false;
    }
    memcpy(room, header, size + 1);
    memcpy(room + size + 1, data, length);
    return true;
}
