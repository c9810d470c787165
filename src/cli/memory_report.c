/* memory_report.c: gathers what `ouro --memory` tells (memory_report.h); memory_print.c lays it out.
 *
 * Everything is copied into blocks of the C library while the program's objects still exist, so that printing
 * needs no runtime and the report costs the measured heap nothing.
 */
#include "cli/memory_report.h"

#include "cli/memory_facts.h"
#include "heap/graph.h"
#include "modules/snapshot_source.h"
#include "types/error.h"

#include <stdlib.h>
#include <string.h>

void memory_report_start(ouro_runtime *rt)
{
    (void)ouro_gc_explain(rt, true); /* without memory for it the report has no cycles */
    if (!types_fill_all(rt)) {       /* what the start left for later is not the program's */
        error_clear(rt);
    }
}

static char *report_copy(const char *text)
{
    char *copy = strdup(text);
    return copy ? copy : NULL;
}

static void report_add_line(memory_cycle *c, const ouro_gc_line *line)
{
    c->lines[c->member_lines + c->closing_lines] =
        (memory_line){report_copy(line->type), report_copy(line->file), line->line, line->count, line->bytes};
}

static void report_add_cycle(void *context, const ouro_gc_cycle *cycle)
{
    memory_report *r = context;
    if (r->cycle_count == MEMORY_CYCLES) {
        r->cycles_more++;
        return;
    }
    memory_cycle *c = &r->cycles[r->cycle_count++];
    c->text = report_copy(cycle->text);
    c->count = cycle->count;
    c->objects = cycle->objects;
    c->bytes = cycle->bytes;
    c->pattern = cycle->pattern;
    c->seconds = (double)cycle->watched / 1e9;
    c->collector = (double)cycle->nanoseconds / 1e9;
    c->waited = (double)cycle->waited / (double)cycle->count / 1e9;
    c->longest_wait = (double)cycle->longest_wait / 1e9;
    c->elsewhere = cycle->members_elsewhere;
    for (size_t i = 0; i < cycle->member_lines; i++) {
        if (i < MEMORY_CYCLE_MEMBERS) {
            report_add_line(c, &cycle->members[i]);
            c->member_lines++;
        } else {
            c->elsewhere += cycle->members[i].count;
        }
    }
    for (size_t i = 0; i < cycle->closing_lines && i < MEMORY_CYCLE_CLOSINGS; i++) {
        report_add_line(c, &cycle->closings[i]);
        c->closing_lines++;
    }
}

static bool report_add_types(memory_report *r, const ouro_heap_graph *g)
{
    size_t count;
    ouro_heap_row *rows = ouro_heap_growth(NULL, g, OURO_HEAP_BY_TYPE, &count, NULL);
    if (rows == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (r->type_count < MEMORY_TYPES) {
            r->types[r->type_count++] =
                (memory_type){report_copy(rows[i].name), rows[i].count, rows[i].bytes};
        } else {
            r->other_types.count += rows[i].count;
            r->other_types.bytes += rows[i].bytes;
        }
        r->objects += rows[i].count;
    }
    r->type_total = count;
    r->object_bytes = ouro_heap_total_size(g);
    ouro_heap_free(rows);
    return true;
}

static void report_add_holders(memory_report *r, ouro_heap_graph *g)
{
    ouro_heap_holder holders[MEMORY_HOLDERS];
    size_t n = ouro_heap_biggest(g, holders, MEMORY_HOLDERS);
    for (size_t i = 0; i < n; i++) {
        ouro_heap_node node = ouro_heap_node_at(g, holders[i].node);
        if (i >= MEMORY_HOLDERS_ALWAYS && holders[i].through < r->object_bytes / 100) {
            break;
        }
        char text[512];
        (void)ouro_heap_path_text(g, holders[i].node, text, sizeof text);
        r->holders[r->holder_count++] = (memory_holder){
            .path = report_copy(text),
            .type = report_copy(ouro_heap_type_name(g, node.type)),
            .bytes = node.size,
            .through = holders[i].through,
            .retained = holders[i].retained,
        };
    }
    if (n > 0) {
        uint64_t unreached;
        (void)heap_unreached(g, &unreached);
        r->unreached = unreached;
    }
}

/* Only what would return a hundredth of the heap and much more than it holds itself is worth a line. */
static void report_add_pins(memory_report *r, ouro_runtime *rt, ouro_heap_graph *g)
{
    page_pins found;
    if (!page_pins_find(rt, g, MEMORY_PINS, &found)) {
        return;
    }
    r->pinned = found.totals.pinned;
    for (size_t i = 0; i < found.count; i++) {
        page_pin *pin = &found.pins[i];
        if (pin->pin.returned < 2 * pin->pin.bytes || pin->pin.returned < r->at_end.system_bytes / 100) {
            break;
        }
        r->pins[r->pin_count++] = *pin;
        pin->file = pin->type = NULL; /* they are the report's now */
    }
    page_pins_free(&found);
}

memory_report *memory_report_take(ouro_runtime *rt, const char *program)
{
    memory_report *r = calloc(1, sizeof *r);
    if (!r) {
        return NULL;
    }
    r->program = report_copy(program ? program : "");
    ouro_mem_stats(rt->mem, &r->at_end);
    for (int g = 0; g < 3; g++) {
        r->generations[g] = ouro_gc_stats(rt, g);
        r->thresholds[g] = ouro_gc_threshold(rt, g);
    }
    ouro_heap_graph *g = snapshot_take(rt, NULL);
    if (g != NULL && report_add_types(r, g)) {
        report_add_holders(r, g);
        report_add_pins(r, rt, g);
    }
    ouro_heap_destroy(g);
    /* cycles that the program left behind without a collection are garbage as well: found now, told apart */
    r->left_in_cycles = ouro_gc_collect(rt, 2);
    if (!ouro_gc_cycles(rt, report_add_cycle, r)) {
        r->cycle_count = 0;
    }
    return r;
}

void memory_report_end(memory_report *r, ouro_runtime *rt)
{
    (void)ouro_mem_trim(ouro_heap(rt));
    ouro_mem_stats(ouro_heap(rt), &r->after_close);
}

void memory_report_free(memory_report *r)
{
    if (!r) {
        return;
    }
    for (size_t i = 0; i < r->type_count; i++) {
        free(r->types[i].name);
    }
    for (size_t i = 0; i < r->cycle_count; i++) {
        free(r->cycles[i].text);
        for (size_t line = 0; line < r->cycles[i].member_lines + r->cycles[i].closing_lines; line++) {
            free(r->cycles[i].lines[line].type);
            free(r->cycles[i].lines[line].file);
        }
    }
    for (size_t i = 0; i < r->holder_count; i++) {
        free(r->holders[i].path);
        free(r->holders[i].type);
    }
    for (size_t i = 0; i < r->pin_count; i++) {
        free(r->pins[i].file);
        free(r->pins[i].type);
    }
    free(r->program);
    free(r);
}
