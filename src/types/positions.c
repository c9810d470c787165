/* positions.c: writes and reads the position table of a code object (positions.h describes it). */
#include "types/positions.h"

void positions_start(positions_writer *w, ouro_mem *mem, int32_t first_line)
{
    *w = (positions_writer){.mem = mem, .last_line = first_line};
}

static void positions_put(positions_writer *w, uint32_t n)
{
    while (n >= 0x80) {
        w->bytes[w->size++] = (unsigned char)(n | 0x80);
        n >>= 7;
    }
    w->bytes[w->size++] = (unsigned char)n;
}

bool positions_add(positions_writer *w, uint32_t units, position place)
{
    enum { LONGEST_ENTRY = 5 * 5 };
    if (w->capacity - w->size < LONGEST_ENTRY) {
        size_t capacity = w->capacity ? 2 * w->capacity : 64;
        unsigned char *bytes = ouro_mem_resize(w->mem, w->bytes, capacity);
        if (!bytes) {
            return false;
        }
        w->bytes = bytes;
        w->capacity = capacity;
    }
    if (place.line <= 0) {
        positions_put(w, units << 1 | 1);
        return true;
    }
    positions_put(w, units << 1);
    int32_t delta = place.line - w->last_line;
    positions_put(w, (uint32_t)delta << 1 ^ (uint32_t)(delta >> 31));
    positions_put(w, place.end_line > place.line ? (uint32_t)(place.end_line - place.line) : 0);
    positions_put(w, (uint32_t)(place.column + 1));
    positions_put(w, (uint32_t)(place.end_column + 1));
    w->last_line = place.line;
    return true;
}

void positions_read_start(positions_reader *r, const code_object *code)
{
    *r = (positions_reader){.code = code, .line = (int32_t)code->first_line};
}

static uint32_t positions_get(positions_reader *r)
{
    uint32_t n = 0;
    for (unsigned shift = 0; r->offset < r->code->positions_size && shift < 32; shift += 7) {
        unsigned char byte = r->code->positions[r->offset++];
        n |= (uint32_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            break;
        }
    }
    return n;
}

bool positions_read_next(positions_reader *r)
{
    if (r->offset >= r->code->positions_size) {
        return false;
    }
    uint32_t head = positions_get(r);
    r->start = r->end;
    r->end = r->start + (head >> 1);
    if (head & 1) {
        r->place = (position){0, 0, -1, -1};
        return true;
    }
    uint32_t zigzag = positions_get(r);
    r->line += (int32_t)(zigzag >> 1) ^ -(int32_t)(zigzag & 1);
    int32_t lines = (int32_t)positions_get(r);
    int32_t column = (int32_t)positions_get(r) - 1;
    int32_t end_column = (int32_t)positions_get(r) - 1;
    r->place = (position){r->line, r->line + lines, column, end_column};
    return true;
}

bool code_position(const code_object *code, uint32_t unit, int *line, int *end_line, int *column, int *end_column)
{
    positions_reader r;
    positions_read_start(&r, code);
    while (positions_read_next(&r)) {
        if (unit < r.end) {
            *line = r.place.line;
            *end_line = r.place.end_line;
            *column = r.place.column;
            *end_column = r.place.end_column;
            return r.place.line > 0;
        }
    }
    return false;
}
