/* insight_memory.c: what the module ouro tells of pages, pools and arenas: how full they are, and who keeps them. */
#include "base/text.h"
#include "gc/census.h"
#include "modules/insight.h"
#include "modules/page_pins.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/vm.h"

#include <stdlib.h>
#include <string.h>

enum { CENSUS_FIELDS = 3, CLASS_FIELDS = 6, PIN_FIELDS = 9, FRAGMENTATION_SHOWN = 8, FRAGMENTATION_FIELDS = 11, PINS_LIMIT = 10, PINS_MAX = 100000 };

static const member_def class_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "block_size", "bytes of each block"),
    STRUCT_SEQUENCE_FIELD(1, "kind", "'object': seen by the collector; 'leaf': texts, numbers, buffers"),
    STRUCT_SEQUENCE_FIELD(2, "pools", "pools of this class"),
    STRUCT_SEQUENCE_FIELD(3, "used", "blocks in use"),
    STRUCT_SEQUENCE_FIELD(4, "free", "blocks free, their pages present"),
    STRUCT_SEQUENCE_FIELD(5, "fill", "used / (used + free)"),
    {0},
};
static const struct_sequence_def class_def = {
    STRUCT_SEQUENCE_SPEC("ouro.SizeClass", "How full the pools of one size class are.", class_fields),
    CLASS_FIELDS, CLASS_FIELDS};

static const member_def pin_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "file", "file that allocated the blocks; '': by type"),
    STRUCT_SEQUENCE_FIELD(1, "line", "line that allocated them; 0: by type"),
    STRUCT_SEQUENCE_FIELD(2, "type", "type of the objects; '': by line"),
    STRUCT_SEQUENCE_FIELD(3, "count", "blocks that live"),
    STRUCT_SEQUENCE_FIELD(4, "size", "their bytes"),
    STRUCT_SEQUENCE_FIELD(5, "returned", "bytes of pages that freeing them would return, once those before in the list are gone"),
    STRUCT_SEQUENCE_FIELD(6, "alone", "the same while all others stay"),
    STRUCT_SEQUENCE_FIELD(7, "arenas", "arenas in which they lie"),
    STRUCT_SEQUENCE_FIELD(8, "text", "all that as a sentence"),
    {0},
};
static const struct_sequence_def pin_def = {
    STRUCT_SEQUENCE_SPEC("ouro.Pin", "Blocks of one line, or of one type, that keep pages from going back.", pin_fields),
    PIN_FIELDS, PIN_FIELDS};

static const member_def fragmentation_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "live", "bytes in use"),
    STRUCT_SEQUENCE_FIELD(1, "resident", "bytes of pages taken from the system and not given back"),
    STRUCT_SEQUENCE_FIELD(2, "empty", "bytes of pages without a live block, on their way back"),
    STRUCT_SEQUENCE_FIELD(3, "overhead", "resident / live"),
    STRUCT_SEQUENCE_FIELD(4, "arenas", "arenas"),
    STRUCT_SEQUENCE_FIELD(5, "pools", "pools in use"),
    STRUCT_SEQUENCE_FIELD(6, "free_pools", "pools free"),
    STRUCT_SEQUENCE_FIELD(7, "classes", "SizeClass tuples, the most free bytes first"),
    STRUCT_SEQUENCE_FIELD(8, "arena_fill", "(resident, live) bytes of each arena, in order of address"),
    STRUCT_SEQUENCE_FIELD(9, "pinned", "bytes of pages in which live blocks lie"),
    STRUCT_SEQUENCE_FIELD(10, "pins", "Pin tuples: whose blocks keep pages, the most waste first"),
    {0},
};
/* What print() shows: a table, where repr() has all fields in one line.  A program can make such a tuple of anything:
 * what is not as it should be is left out. */
static ouro_value memory_fragmentation_str(ouro_runtime *rt, ouro_value self);

static const struct_sequence_def fragmentation_def = {
    STRUCT_SEQUENCE_SPEC_SHOWN("ouro.Fragmentation", "What of the memory taken from the system is in use.",
                               fragmentation_fields, memory_fragmentation_str),
    FRAGMENTATION_FIELDS, FRAGMENTATION_SHOWN};

static const member_def census_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "type", "the type"),
    STRUCT_SEQUENCE_FIELD(1, "count", "objects alive"),
    STRUCT_SEQUENCE_FIELD(2, "size", "their bytes, buffers included"),
    {0},
};
static const struct_sequence_def census_def = {
    STRUCT_SEQUENCE_SPEC("ouro.Census", "How many objects of a type are alive.", census_fields), CENSUS_FIELDS, CENSUS_FIELDS};

bool insight_start_memory(ouro_runtime *rt, module_object *module)
{
    return module_add_sequence_type(rt, module, &census_def, &MODULE_TYPE(rt, census_row)) &&
           module_add_sequence_type(rt, module, &class_def, &MODULE_TYPE(rt, fragmentation_class)) &&
           module_add_sequence_type(rt, module, &pin_def, &MODULE_TYPE(rt, page_pin)) &&
           module_add_sequence_type(rt, module, &fragmentation_def, &MODULE_TYPE(rt, fragmentation));
}

/* ---- fragmentation ----------------------------------------------------------------------------------- */

static ouro_value insight_class_row(ouro_runtime *rt, const ouro_mem_class_stats *c)
{
    size_t pages = c->blocks_used + c->blocks_free;
    ouro_value items[] = {
        ouro_int((int64_t)c->block_size),
        str_from_cstring(rt, c->kind == OURO_MEM_OBJECT ? "object" : "leaf"),
        ouro_int((int64_t)c->pools),
        ouro_int((int64_t)c->blocks_used),
        ouro_int((int64_t)c->blocks_free),
        float_new(rt, pages == 0 ? 1 : (double)c->blocks_used / (double)pages),
    };
    return struct_sequence_new(rt, MODULE_TYPE(rt, fragmentation_class), items);
}

static int insight_compare_class(const void *a, const void *b)
{
    const ouro_mem_class_stats *x = a, *y = b;
    size_t p = x->blocks_free * x->block_size, q = y->blocks_free * y->block_size;
    return p < q ? 1 : p > q ? -1 : x->block_size < y->block_size ? -1 : 1;
}

static ouro_value memory_classes(ouro_runtime *rt, ouro_mem_statistics *s)
{
    qsort(s->classes, OURO_MEM_CLASSES, sizeof *s->classes, insight_compare_class);
    ouro_value classes = list_new(rt, NULL, 0);
    for (size_t i = 0; i < OURO_MEM_CLASSES && !ouro_is_null(classes); i++) {
        ouro_value row = s->classes[i].pools == 0 ? OURO_NONE : insight_class_row(rt, &s->classes[i]);
        if (!ouro_is_none(row) && (ouro_is_null(row) || !list_append_steal(rt, classes, row))) {
            value_clear(rt, &classes);
        }
    }
    return classes;
}

static ouro_value memory_arenas(ouro_runtime *rt, const page_pins *pins)
{
    ouro_value arenas = list_new(rt, NULL, 0);
    for (size_t i = 0; i < pins->arena_count && !ouro_is_null(arenas); i++) {
        ouro_value items[] = {int_from_uint64(rt, pins->arenas[i].resident), int_from_uint64(rt, pins->arenas[i].live)};
        ouro_value row = tuple_new_made(rt, items, 2);
        if (ouro_is_null(row) || !list_append_steal(rt, arenas, row)) {
            value_clear(rt, &arenas);
        }
    }
    return arenas;
}

static ouro_value memory_pins(ouro_runtime *rt, const page_pins *pins)
{
    char text[PAGE_PINS_TEXT];
    ouro_value list = list_new(rt, NULL, 0);
    for (size_t i = 0; i < pins->count && !ouro_is_null(list); i++) {
        const page_pin *p = &pins->pins[i];
        ouro_value items[PIN_FIELDS] = {
            str_from_cstring(rt, p->file != NULL ? p->file : ""),
            ouro_int(p->line),
            str_from_cstring(rt, p->type),
            int_from_uint64(rt, p->pin.blocks),
            int_from_uint64(rt, p->pin.bytes),
            int_from_uint64(rt, p->pin.returned),
            int_from_uint64(rt, p->pin.alone),
            int_from_uint64(rt, p->pin.arenas),
            str_from_cstring(rt, page_pin_text(p, text)),
        };
        ouro_value row = struct_sequence_new(rt, MODULE_TYPE(rt, page_pin), items);
        if (ouro_is_null(row) || !list_append_steal(rt, list, row)) {
            value_clear(rt, &list);
        }
    }
    return list;
}

/* A count or a ratio of a report, 0 for what is none. */
static double memory_number(ouro_value v)
{
    double n = ouro_is_int(v) ? (double)ouro_as_int(v) : ouro_is_float(v) ? ouro_as_flonum(v) : 0;
    return n > 0 && n < 1e18 ? n : 0;
}

static void memory_class_line(str_builder *b, const tuple_object *row)
{
    char line[128], used[TEXT_NUMBER_SIZE], free[TEXT_NUMBER_SIZE];
    const ouro_value *items = row->items;
    snprintf(line, sizeof line, "\n%10.0f  %7.0f  %12s  %12s  %3.0f %%  ", memory_number(items[0]), memory_number(items[2]),
             text_number(used, (uint64_t)memory_number(items[3])), text_number(free, (uint64_t)memory_number(items[4])),
             memory_number(items[5]) * 100);
    str_builder_cstring(b, line);
    if (value_is_str(b->rt, items[1])) {
        str_builder_str(b, items[1]);
    }
}

/* Calls `line` for each of the first rows of `list` that is an instance of `type`. */
static void memory_lines(str_builder *b, ouro_value list, const type_object *type, void (*line)(str_builder *, const tuple_object *))
{
    enum { LINES = 10 };
    for (size_t i = 0; i < LINES && value_is_list(b->rt, list) && i < as_list(list)->size; i++) {
        ouro_value row = as_list(list)->items[i];
        if (value_is_instance_exactly(b->rt, row, type)) {
            line(b, as_tuple(row));
        }
    }
}

static void memory_pin_line(str_builder *b, const tuple_object *row)
{
    if (value_is_str(b->rt, row->items[PIN_FIELDS - 1])) {
        str_builder_cstring(b, "\n");
        str_builder_str(b, row->items[PIN_FIELDS - 1]);
    }
}

static ouro_value memory_fragmentation_str(ouro_runtime *rt, ouro_value self)
{
    const ouro_value *items = as_tuple(self)->items;
    char line[256], live[TEXT_BYTES_SIZE], resident[TEXT_BYTES_SIZE], empty[TEXT_BYTES_SIZE];
    snprintf(line, sizeof line, "%s in use, %s of pages taken (%.2f times), %s of them empty; %.0f arenas, %.0f pools, %.0f free",
             text_bytes(live, memory_number(items[0])), text_bytes(resident, memory_number(items[1])), memory_number(items[3]),
             text_bytes(empty, memory_number(items[2])), memory_number(items[4]), memory_number(items[5]),
             memory_number(items[6]));
    str_builder b;
    str_builder_init(&b, rt);
    str_builder_cstring(&b, line);
    str_builder_cstring(&b, "\nblock size    pools          used          free   fill  kind");
    memory_lines(&b, items[7], MODULE_TYPE(rt, fragmentation_class), memory_class_line);
    memory_lines(&b, items[10], MODULE_TYPE(rt, page_pin), memory_pin_line);
    return str_builder_finish(&b);
}

/* All is found before the first object is made of it: the answer does not count itself. */
ouro_value insight_fragmentation(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t limit = PINS_LIMIT;
    ouro_value given = arg_or_null(args, nargs, 0);
    if (!ouro_is_null(given) && !object_as_index(rt, given, &limit, true)) {
        return OURO_NULL;
    }
    if (limit < 0 || limit > PINS_MAX) {
        return error_value(rt, "limit must be from 0 to %d", (int)PINS_MAX);
    }
    ouro_heap_graph *g = insight_take(rt, OURO_NULL);
    if (g == NULL) {
        return OURO_NULL;
    }
    ouro_mem_statistics s;
    page_pins pins;
    ouro_mem_stats(rt->mem, &s);
    bool good = page_pins_find(rt, g, (size_t)limit, &pins);
    ouro_heap_destroy(g);
    if (!good) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    ouro_value items[FRAGMENTATION_FIELDS] = {
        int_from_uint64(rt, s.live_bytes),
        int_from_uint64(rt, s.system_bytes),
        int_from_uint64(rt, s.empty_bytes),
        float_new(rt, s.live_bytes == 0 ? 1 : (double)s.system_bytes / (double)s.live_bytes),
        int_from_uint64(rt, s.arenas),
        int_from_uint64(rt, s.pools),
        int_from_uint64(rt, s.free_pools),
        memory_classes(rt, &s),
        memory_arenas(rt, &pins),
        int_from_uint64(rt, pins.totals.pinned),
        memory_pins(rt, &pins),
    };
    page_pins_free(&pins);
    return struct_sequence_new(rt, MODULE_TYPE(rt, fragmentation), items);
}

/* ---- the census -------------------------------------------------------------------------------------- */

static int memory_visit_roots(ouro_runtime *rt, ouro_visit_fn visit, void *context)
{
    int stopped = types_visit_roots(rt, visit, context);
    stopped = stopped != 0 ? stopped : vm_visit_roots(rt, visit, context);
    return stopped != 0 ? stopped : modules_visit_roots(rt, visit, context);
}

ouro_value insight_census(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value given = arg_or_null(args, nargs, 0);
    int leaves = ouro_is_null(given) ? 1 : object_truth(rt, given);
    gc_census census;
    if (leaves < 0 || !types_fill_all(rt)) {
        return OURO_NULL;
    }
    if (!gc_census_take(rt, leaves != 0, memory_visit_roots, &census)) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    ouro_value list = list_new(rt, NULL, 0);
    for (size_t i = 0; i < census.count && !ouro_is_null(list); i++) {
        ouro_value items[CENSUS_FIELDS] = {str_from_cstring(rt, census.rows[i].name),
                                           int_from_uint64(rt, census.rows[i].count),
                                           int_from_uint64(rt, census.rows[i].bytes)};
        ouro_value row = struct_sequence_new(rt, MODULE_TYPE(rt, census_row), items);
        if (ouro_is_null(row) || !list_append_steal(rt, list, row)) {
            value_clear(rt, &list);
        }
    }
    gc_census_free(&census);
    return list;
}
