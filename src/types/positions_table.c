/* positions_table.c: a code's positions as programs see and give them: co_linetable and co_lnotab, in CPython 3.11's formats
 * (Objects/locations.md and Objects/lnotab_notes.txt of its sources describe them).
 *
 * An entry of co_linetable covers one to eight units.  Its first byte has the high bit set, then four bits of form, then
 * the units less one; the forms:
 *     0 to 9     the line goes on; one byte more: column / 8 is the form, its three bits below and four of the width follow
 *     10 to 12   that many lines less ten further on; column and end column, a byte each
 *     13         no columns: the line's difference
 *     14         all of it: the line's difference, end line - line, column + 1, end column + 1
 *     15         no place
 * Numbers have six bits in a byte, low ones first, and a bit that says that more follow; a signed one is its absolute value
 * shifted left once, the low bit for the sign.
 */
#include "types/positions.h"

#include "types/bytes.h"
#include "types/error.h"

enum { TABLE_MOST_UNITS = 8, TABLE_ONE_LINE = 10, TABLE_NO_COLUMNS = 13, TABLE_LONG = 14, TABLE_NONE = 15, TABLE_FIRST_BLOCK = 64 };

/* ---- writing -------------------------------------------------------------------------------------------- */

static void table_put(bytes_builder *b, uint32_t n)
{
    for (; n >= 64; n >>= 6) {
        bytes_builder_byte(b, (unsigned char)(64 | (n & 63)));
    }
    bytes_builder_byte(b, (unsigned char)n);
}

static void table_put_signed(bytes_builder *b, int32_t n)
{
    table_put(b, n < 0 ? (uint32_t)-n << 1 | 1 : (uint32_t)n << 1);
}

static void table_put_head(bytes_builder *b, unsigned form, uint32_t units)
{
    bytes_builder_byte(b, (unsigned char)(0x80 | form << 3 | (units - 1)));
}

/* One entry; `delta`: the line's difference to the entry before. */
static void table_put_entry(bytes_builder *b, uint32_t units, const position *p, int32_t delta)
{
    bool one_line = p->end_line == p->line, has_columns = p->column >= 0 && p->end_column >= 0;
    bool has_none = p->column < 0 && p->end_column < 0;
    int32_t width = p->end_column - p->column;
    if (p->line <= 0) {
        table_put_head(b, TABLE_NONE, units);
    } else if (one_line && has_none) {
        table_put_head(b, TABLE_NO_COLUMNS, units);
        table_put_signed(b, delta);
    } else if (one_line && has_columns && delta == 0 && p->column < 80 && width >= 0 && width < 16) {
        table_put_head(b, (unsigned)p->column / 8, units);
        bytes_builder_byte(b, (unsigned char)((p->column & 7) << 4 | width));
    } else if (one_line && has_columns && delta >= 0 && delta < 3 && p->column < 128 && p->end_column < 128) {
        table_put_head(b, TABLE_ONE_LINE + (unsigned)delta, units);
        bytes_builder_byte(b, (unsigned char)p->column);
        bytes_builder_byte(b, (unsigned char)p->end_column);
    } else {
        table_put_head(b, TABLE_LONG, units);
        table_put_signed(b, delta);
        table_put(b, (uint32_t)(p->end_line - p->line));
        table_put(b, (uint32_t)(p->column + 1));
        table_put(b, (uint32_t)(p->end_column + 1));
    }
}

ouro_value code_line_table(ouro_runtime *rt, const code_object *code)
{
    bytes_builder b;
    bytes_builder_init(&b, rt);
    positions_reader r;
    positions_read_start(&r, code);
    int32_t line = (int32_t)code->first_line;
    while (positions_read_next(&r)) {
        for (uint32_t left = r.end - r.start; left > 0;) {
            uint32_t units = left < TABLE_MOST_UNITS ? left : TABLE_MOST_UNITS;
            table_put_entry(&b, units, &r.place, r.place.line - line);
            line = r.place.line > 0 ? r.place.line : line;
            left -= units;
        }
    }
    return bytes_builder_finish(&b);
}

/* Pairs of bytes: so many bytes of code further, so many lines (signed) further. */
ouro_value code_line_number_table(ouro_runtime *rt, const code_object *code)
{
    bytes_builder b;
    bytes_builder_init(&b, rt);
    positions_reader r;
    positions_read_start(&r, code);
    int32_t line = (int32_t)code->first_line;
    uint32_t at = 0;
    while (positions_read_next(&r)) {
        if (r.place.line <= 0 || r.place.line == line) {
            continue;
        }
        uint32_t bytes = 2 * (r.start - at);
        int32_t lines = r.place.line - line;
        for (; bytes > 255; bytes -= 255) {
            bytes_builder_byte(&b, 255);
            bytes_builder_byte(&b, 0);
        }
        while (lines > 127 || lines < -128) {
            int32_t step = lines > 0 ? 127 : -128;
            bytes_builder_byte(&b, (unsigned char)bytes);
            bytes_builder_byte(&b, (unsigned char)step);
            bytes = 0;
            lines -= step;
        }
        bytes_builder_byte(&b, (unsigned char)bytes);
        bytes_builder_byte(&b, (unsigned char)lines);
        at = r.start;
        line = r.place.line;
    }
    return bytes_builder_finish(&b);
}

/* ---- reading -------------------------------------------------------------------------------------------- */

typedef struct table_reader {
    const unsigned char *at, *end;
} table_reader;

static unsigned table_byte(table_reader *r)
{
    return r->at < r->end ? *r->at++ : 0;
}

static uint32_t table_get(table_reader *r)
{
    uint32_t n = 0;
    for (unsigned shift = 0; r->at < r->end; shift += 6) {
        unsigned byte = *r->at++;
        n |= shift < 32 ? (uint32_t)(byte & 63) << shift : 0;
        if (!(byte & 64)) {
            break;
        }
    }
    return n;
}

static int32_t table_get_signed(table_reader *r)
{
    uint32_t n = table_get(r);
    return n & 1 ? -(int32_t)(n >> 1) : (int32_t)(n >> 1);
}

/* A line or column that the positions of a code can hold: what a program wrote may be anything. */
static int32_t table_bound(int64_t n)
{
    enum { TABLE_LARGEST = 1 << 29 };
    return n < -1 ? -1 : n > TABLE_LARGEST ? TABLE_LARGEST : (int32_t)n;
}

/* The entry at the reader: its units, and its place, for which *line is the running line. */
static uint32_t table_get_entry(table_reader *r, int64_t *line, position *place)
{
    unsigned head = table_byte(r), form = head >> 3 & 15;
    int64_t lines = 0, column = -1, end_column = -1;
    if (form < TABLE_ONE_LINE) {
        unsigned rest = table_byte(r);
        column = form * 8 + (rest >> 4 & 7);
        end_column = column + (rest & 15);
    } else if (form < TABLE_NO_COLUMNS) {
        *line += form - TABLE_ONE_LINE;
        column = table_byte(r);
        end_column = table_byte(r);
    } else if (form < TABLE_NONE) {
        *line += table_get_signed(r);
        if (form == TABLE_LONG) {
            lines = table_get(r);
            column = (int64_t)table_get(r) - 1;
            end_column = (int64_t)table_get(r) - 1;
        }
    }
    *place = (position){0, 0, -1, -1};
    if (form < TABLE_NONE && *line > 0) {
        *place = (position){table_bound(*line), table_bound(*line + lines), table_bound(column), table_bound(end_column)};
    }
    return (head & 7) + 1;
}

bool code_set_line_table(ouro_runtime *rt, code_object *code, const unsigned char *table, size_t length)
{
    table_reader r = {table, table + length};
    positions_writer w;
    positions_start(&w, rt->mem, (int32_t)code->first_line);
    int64_t line = code->first_line;
    w.bytes = ouro_mem_alloc(rt->mem, TABLE_FIRST_BLOCK); /* an empty table is a block too */
    w.capacity = w.bytes ? TABLE_FIRST_BLOCK : 0;
    bool ok = w.bytes != NULL;
    position place = {0, 0, -1, -1}, next;
    uint32_t units = 0; /* of the run at `place`: entries with one place become one run, as the compiler writes them */
    while (ok && r.at < r.end) {
        uint32_t more = table_get_entry(&r, &line, &next);
        if (units > 0 && memcmp(&place, &next, sizeof place) != 0) {
            ok = positions_add(&w, units, place);
            units = 0;
        }
        place = next;
        units += more;
    }
    ok = ok && (units == 0 || positions_add(&w, units, place));
    if (!ok || w.size > UINT32_MAX) {
        ouro_mem_free(rt->mem, w.bytes);
        error_no_memory(rt);
        return false;
    }
    ouro_mem_free(rt->mem, code->positions);
    code->positions = w.bytes;
    code->positions_size = (uint32_t)w.size;
    return true;
}
