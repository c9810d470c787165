/* positions_iterator.c: code.co_positions() and code.co_lines(): the table of positions, read as one goes.
 *
 * Offsets count half units: co_positions() has an item for each unit, which is what offset // 2 is the index of.  The two
 * types are made when a program first asks.
 */
#include "types/positions.h"

#include "types/containers.h"
#include "types/protocol.h"
#include "types/type_build.h"

typedef struct positions_iterator {
    ouro_object object;
    ouro_value code;
    positions_reader reader; /* at the run that `unit` is in; it has none left: end <= unit */
    uint32_t unit;           /* the next */
} positions_iterator;

static positions_iterator *as_positions_iterator(ouro_value v)
{
    return (positions_iterator *)(void *)ouro_as_object(v);
}

static ouro_value positions_iterator_self(ouro_runtime *rt, ouro_value self)
{
    return value_incref(self);
}

/* Goes on to the run of the next unit.  False: the code ends. */
static bool positions_iterator_step(positions_iterator *it)
{
    while (it->unit >= it->reader.end) {
        if (!positions_read_next(&it->reader)) {
            return false;
        }
    }
    return true;
}

static ouro_value positions_number_or_none(int32_t n)
{
    return n < 0 ? OURO_NONE : ouro_int(n);
}

static ouro_value positions_iterator_next(ouro_runtime *rt, ouro_value self)
{
    positions_iterator *it = as_positions_iterator(self);
    if (!positions_iterator_step(it)) {
        return OURO_NULL;
    }
    ouro_value items[4] = {OURO_NONE, OURO_NONE, OURO_NONE, OURO_NONE};
    if (it->reader.place.line > 0) {
        const position *p = &it->reader.place;
        bool plain = rt->types->no_columns;
        items[0] = positions_number_or_none(p->line);
        items[1] = positions_number_or_none(plain ? p->line : p->end_line);
        items[2] = positions_number_or_none(plain ? -1 : p->column);
        items[3] = positions_number_or_none(plain ? -1 : p->end_column);
    }
    it->unit++;
    return tuple_new(rt, items, 4);
}

/* (start, end, line) of the runs on one line. */
static ouro_value line_iterator_next(ouro_runtime *rt, ouro_value self)
{
    positions_iterator *it = as_positions_iterator(self);
    const uint32_t start = it->unit;
    if (!positions_iterator_step(it)) {
        return OURO_NULL;
    }
    int32_t line = it->reader.place.line;
    do {
        it->unit = it->reader.end;
    } while (positions_iterator_step(it) && it->reader.place.line == line);
    return tuple_pack3(rt, ouro_int((int64_t)start * 2), ouro_int((int64_t)it->unit * 2),
                       line > 0 ? ouro_int(line) : OURO_NONE);
}

static const ouro_field positions_iterator_fields[] = {
    {OURO_FIELD_VALUE, offsetof(positions_iterator, code), 0, "code"},
};

static const type_spec positions_iterator_spec = {
    .name = "positions_iterator",
    .size = sizeof(positions_iterator),
    .flags = TYPE_NO_MAKE,
    .fields = positions_iterator_fields,
    .field_count = 1,
    .slots = {.iter = positions_iterator_self, .next = positions_iterator_next},
};

static const type_spec line_iterator_spec = {
    .name = "line_iterator",
    .size = sizeof(positions_iterator),
    .flags = TYPE_NO_MAKE,
    .fields = positions_iterator_fields,
    .field_count = 1,
    .slots = {.iter = positions_iterator_self, .next = line_iterator_next},
};

static ouro_value positions_iterator_new(ouro_runtime *rt, const type_spec *spec, ouro_value code)
{
    type_object *type = type_of_spec(rt, spec);
    if (type == NULL) {
        type = type_from_spec(rt, spec);
    }
    positions_iterator *it = type == NULL ? NULL : object_new(rt, &type->type, 0);
    if (it == NULL) {
        return OURO_NULL;
    }
    it->code = value_incref(code);
    positions_read_start(&it->reader, as_code(code));
    gc_track(rt, &it->object);
    return ouro_from_object(it);
}

ouro_value code_method_positions(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return positions_iterator_new(rt, &positions_iterator_spec, args[0]);
}

ouro_value code_method_lines(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return positions_iterator_new(rt, &line_iterator_spec, args[0]);
}
