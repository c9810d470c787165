/* memory_print.c: lays a memory report out, for a person at a terminal or as JSON. */
#include "base/text.h"
#include "cli/memory_facts.h"

#include <string.h>

typedef struct printer {
    FILE *out;
    bool color;
} printer;

static const char *printer_on(const printer *p, const char *code)
{
    return p->color ? code : "";
}

static void print_head(const printer *p, const char *text)
{
    fprintf(p->out, "\n%s%s%s\n", printer_on(p, "\033[1m"), text, printer_on(p, "\033[0m"));
}

static const char *print_time(char text[24], double nanoseconds)
{
    if (nanoseconds < 1e4) {
        snprintf(text, 24, "%.0f ns", nanoseconds);
    } else if (nanoseconds < 1e7) {
        snprintf(text, 24, "%.1f us", nanoseconds / 1e3);
    } else {
        snprintf(text, 24, "%.1f ms", nanoseconds / 1e6);
    }
    return text;
}

/* ---- text ---- */

static void print_line(const printer *p, const char *label, double bytes, const char *remark)
{
    char text[24];
    fprintf(p->out, "  %-34s %12s%s%s%s%s\n", label, text_bytes(text, bytes), *remark ? "   " : "",
            printer_on(p, "\033[2m"), remark, printer_on(p, "\033[0m"));
}

static void print_heap(const printer *p, const memory_report *r)
{
    const ouro_mem_statistics *m = &r->at_end, *after = &r->after_close;
    char remark[96], a[24];
    print_head(p, "Bytes");
    print_line(p, "most live at one time (peak)", (double)m->peak_bytes, "");
    snprintf(remark, sizeof remark, "in %zu blocks", m->live_blocks);
    print_line(p, "live when the program ended", (double)m->live_bytes, remark);
    print_line(p, "handed out in all", (double)m->total_bytes, "");
    snprintf(remark, sizeof remark, "at most %s", text_bytes(a, (double)m->system_peak));
    print_line(p, "taken from the system", (double)m->system_bytes, remark);
    print_line(p, "resident, the whole process", (double)m->resident_bytes, "");
    print_line(p, "given back while it ran", (double)m->returned_bytes, "");
    snprintf(remark, sizeof remark, "%zu blocks live, %s still held", after->live_blocks,
             text_bytes(a, (double)after->system_bytes));
    print_line(p, "given back at its end", (double)(after->returned_bytes - m->returned_bytes), remark);
}

static void print_types(const printer *p, const memory_report *r)
{
    char a[32], b[24];
    double total = r->at_end.live_bytes ? (double)r->at_end.live_bytes : 1;
    print_head(p, "Live objects by type, when the program ended");
    fprintf(p->out, "  %-30s %12s %12s %7s %12s\n", "type", "objects", "bytes", "share", "average");
    for (size_t i = 0; i <= r->type_count; i++) {
        const memory_type *t = i < r->type_count ? &r->types[i] : &r->other_types;
        if (!t->count) {
            continue;
        }
        char name[40];
        if (i < r->type_count) {
            snprintf(name, sizeof name, "%s", t->name ? t->name : "?");
        } else {
            snprintf(name, sizeof name, "(%zu more types)", r->type_total - r->type_count);
        }
        fprintf(p->out, "  %-30.30s %12s %12s %6.1f%% %10.0f B\n", name, text_number(a, t->count),
                text_bytes(b, (double)t->bytes), 100 * (double)t->bytes / total,
                (double)t->bytes / (double)t->count);
    }
    double rest = (double)r->at_end.live_bytes - (double)r->object_bytes;
    if (rest > 0) {
        fprintf(p->out, "  %-30s %12s %12s %6.1f%%\n", "(tables of the runtime itself)", "",
                text_bytes(b, rest), 100 * rest / total);
    }
}

static void print_classes(const printer *p, const memory_report *r)
{
    const ouro_mem_statistics *m = &r->at_end;
    char a[32], b[24], c[24];
    print_head(p, "Allocations by size class, when the program ended");
    fprintf(p->out, "  %6s %-7s %7s %12s %12s %12s %6s\n", "block", "kind", "pools", "used", "free", "lost",
            "fill");
    size_t others = 0, other_pools = 0, other_used = 0;
    double other_free = 0;
    for (size_t i = 0; i < OURO_MEM_CLASSES; i++) {
        const ouro_mem_class_stats *k = &m->classes[i];
        if (!k->pools) {
            continue;
        }
        if (k->blocks_used * k->block_size < m->live_bytes / 200) { /* too little to tell each */
            others++;
            other_pools += k->pools;
            other_used += k->blocks_used;
            other_free += (double)(k->blocks_free * k->block_size);
            continue;
        }
        size_t room = k->blocks_used + k->blocks_free;
        fprintf(p->out, "  %4zu B %-7s %7zu %12s %12s %12s %5.0f%%\n", k->block_size,
                k->kind == OURO_MEM_OBJECT ? "object" : "leaf", k->pools, text_number(a, k->blocks_used),
                text_bytes(b, (double)(k->blocks_free * k->block_size)),
                text_bytes(c, (double)(k->bytes_rounding + k->bytes_tail)),
                room ? 100 * (double)k->blocks_used / (double)room : 0.0);
    }
    if (others) {
        fprintf(p->out, "  (%zu more)      %7zu %12s %12s\n", others, other_pools, text_number(a, other_used),
                text_bytes(b, other_free));
    }
    fprintf(p->out, "  medium: %zu blocks, %s; large: %zu blocks, %s; %zu arenas, %zu pools\n",
            m->medium_blocks, text_bytes(b, (double)m->medium_bytes), m->large_blocks,
            text_bytes(c, (double)m->large_bytes), m->arenas, m->pools);
    double held = (double)m->system_bytes;
    double idle = held - (double)m->live_bytes;
    fprintf(p->out, "  fragmentation: %s of %s held are not live (%.0f%%)\n",
            text_bytes(b, idle > 0 ? idle : 0), text_bytes(c, held),
            held > 0 && idle > 0 ? 100 * idle / held : 0.0);
}

static void print_pins(const printer *p, const memory_report *r)
{
    char text[PAGE_PINS_TEXT], a[TEXT_BYTES_SIZE];
    for (size_t i = 0; i < r->pin_count; i++) {
        const page_pin *pin = &r->pins[i];
        if (i == 0) {
            print_head(p, "Pages that few blocks keep from going back");
        }
        fprintf(p->out, "  %s  (their own bytes: %s)\n", page_pin_text(pin, text), text_bytes(a, (double)pin->pin.bytes));
    }
}

static void print_collections(const printer *p, const memory_report *r)
{
    char a[32], b[32], c[24], d[24];
    print_head(p, "Collections");
    fprintf(p->out, "  %-12s %9s %11s %12s %12s %12s %12s\n", "generation", "threshold", "collections",
            "collected", "examined", "longest", "together");
    for (int g = 0; g < 3; g++) {
        const ouro_gc_statistics *s = &r->generations[g];
        char name[16];
        snprintf(name, sizeof name, "%d", g);
        fprintf(p->out, "  %-12s %9d %11llu %12s %12s %12s %12s\n", name, r->thresholds[g],
                (unsigned long long)s->collections, text_number(a, s->collected), text_number(b, s->examined),
                print_time(c, (double)s->longest), print_time(d, (double)s->nanoseconds));
    }
}

static void print_cycle_lines(const printer *p, const memory_cycle *y)
{
    char a[TEXT_NUMBER_SIZE], b[TEXT_BYTES_SIZE];
    for (size_t i = 0; i < y->member_lines; i++) {
        const memory_line *l = &y->lines[i];
        fprintf(p->out, "      %s:%u allocated %s %s, %s\n", l->file ? l->file : "?", l->line, text_number(a, l->count),
                l->type ? l->type : "?", text_bytes(b, (double)l->bytes));
    }
    if (y->member_lines && y->elsewhere) {
        fprintf(p->out, "      %s more were allocated elsewhere\n", text_number(a, y->elsewhere));
    }
    for (size_t i = y->member_lines; i < y->member_lines + y->closing_lines; i++) {
        const memory_line *l = &y->lines[i];
        fprintf(p->out, "      %s:%u closed it, %s times\n", l->file ? l->file : "?", l->line, text_number(a, l->count));
    }
}

static void print_cycle_cost(const printer *p, const memory_cycle *y)
{
    char a[TEXT_BYTES_SIZE], b[24], c[24], d[24];
    if (y->seconds > 0) {
        fprintf(p->out, "      %s%s; %s and %s of collections per second; waited %s on average, %s at most%s\n",
                printer_on(p, "\033[2m"), ouro_gc_pattern_name(y->pattern),
                text_bytes(a, (double)y->bytes / y->seconds), print_time(b, y->collector / y->seconds * 1e9),
                print_time(c, y->waited * 1e9), print_time(d, y->longest_wait * 1e9), printer_on(p, "\033[0m"));
    }
}

static void print_cycles(const printer *p, const memory_report *r)
{
    char a[32], b[32], c[24];
    print_head(p, "Cycles found, each kind once");
    if (!r->cycle_count) {
        fprintf(p->out, "  none\n");
    }
    for (size_t i = 0; i < r->cycle_count; i++) {
        const memory_cycle *y = &r->cycles[i];
        fprintf(p->out, "  %s times, %s objects, %s\n      %s%s%s\n", text_number(a, y->count),
                text_number(b, y->objects), text_bytes(c, (double)y->bytes), printer_on(p, "\033[36m"),
                y->text ? y->text : "?", printer_on(p, "\033[0m"));
        print_cycle_cost(p, y);
        print_cycle_lines(p, y);
    }
    if (r->cycles_more) {
        fprintf(p->out, "  and %zu more kinds\n", r->cycles_more);
    }
    if (r->left_in_cycles) {
        fprintf(p->out, "  %s objects of these were still waiting for a collection when the program ended\n",
                text_number(a, r->left_in_cycles));
    }
}

static void print_holders(const printer *p, const memory_report *r)
{
    char a[24], b[24], c[24];
    print_head(p, "What keeps the biggest survivors alive");
    for (size_t i = 0; i < r->holder_count; i++) {
        const memory_holder *h = &r->holders[i];
        fprintf(p->out, "  %10s  %s%s%s  (%s, %s itself, %s held by nothing else)\n",
                text_bytes(a, (double)h->through), printer_on(p, "\033[33m"), h->path ? h->path : "?",
                printer_on(p, "\033[0m"), h->type ? h->type : "?", text_bytes(b, (double)h->bytes),
                text_bytes(c, (double)h->retained));
    }
    if (r->unreached) {
        fprintf(p->out, "  %zu objects are reached from nowhere: garbage not collected yet\n", r->unreached);
    }
}

static void print_text(const memory_report *r, FILE *out, bool color)
{
    printer p = {out, color};
    fprintf(out, "\n%sMemory of %s%s\n", printer_on(&p, "\033[1;32m"), r->program ? r->program : "",
            printer_on(&p, "\033[0m"));
    print_heap(&p, r);
    print_types(&p, r);
    print_holders(&p, r);
    print_cycles(&p, r);
    print_collections(&p, r);
    print_classes(&p, r);
    print_pins(&p, r);
}

/* ---- JSON ---- */

static void json_heap(FILE *out, const char *name, const ouro_mem_statistics *m)
{
    fprintf(
        out,
        "  \"%s\": {\"live_bytes\": %zu, \"live_blocks\": %zu, \"peak_bytes\": %zu, \"total_bytes\": %llu, "
        "\"system_bytes\": %zu, \"system_peak\": %zu, \"returned_bytes\": %llu, \"resident_bytes\": %zu, "
        "\"arenas\": %zu, \"pools\": %zu, \"medium_blocks\": %zu, \"medium_bytes\": %zu, \"large_blocks\": "
        "%zu, "
        "\"large_bytes\": %zu},\n",
        name, m->live_bytes, m->live_blocks, m->peak_bytes, (unsigned long long)m->total_bytes,
        m->system_bytes, m->system_peak, (unsigned long long)m->returned_bytes, m->resident_bytes, m->arenas,
        m->pools, m->medium_blocks, m->medium_bytes, m->large_blocks, m->large_bytes);
}

static void json_classes(FILE *out, const ouro_mem_statistics *m)
{
    fprintf(out, "  \"size_classes\": [");
    const char *comma = "";
    for (size_t i = 0; i < OURO_MEM_CLASSES; i++) {
        const ouro_mem_class_stats *k = &m->classes[i];
        if (k->pools) {
            fprintf(out,
                    "%s\n    {\"block_size\": %zu, \"kind\": \"%s\", \"pools\": %zu, \"used\": %zu, "
                    "\"free\": %zu, "
                    "\"rounding_bytes\": %zu, \"tail_bytes\": %zu}",
                    comma, k->block_size, k->kind == OURO_MEM_OBJECT ? "object" : "leaf", k->pools,
                    k->blocks_used, k->blocks_free, k->bytes_rounding, k->bytes_tail);
            comma = ",";
        }
    }
    fprintf(out, "\n  ],\n");
}

static void json_lines(FILE *out, const char *name, const memory_line *lines, size_t count)
{
    fprintf(out, ", \"%s\": [", name);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%s{\"type\": ", i ? ", " : "");
        text_write_json(out, lines[i].type);
        fprintf(out, ", \"file\": ");
        text_write_json(out, lines[i].file);
        fprintf(out, ", \"line\": %u, \"count\": %llu, \"bytes\": %llu}", lines[i].line,
                (unsigned long long)lines[i].count, (unsigned long long)lines[i].bytes);
    }
    fprintf(out, "]");
}

/* What follows the cycle's text. */
static void json_cycle(FILE *out, const memory_cycle *y)
{
    fprintf(out,
            ", \"count\": %llu, \"objects\": %llu, \"bytes\": %llu, \"pattern\": \"%s\", \"watched_s\": %.6f, "
            "\"collector_s\": %.9f, \"waited_s\": %.6f, \"longest_wait_s\": %.6f, \"elsewhere\": %llu",
            (unsigned long long)y->count, (unsigned long long)y->objects, (unsigned long long)y->bytes,
            ouro_gc_pattern_name(y->pattern), y->seconds, y->collector, y->waited, y->longest_wait,
            (unsigned long long)y->elsewhere);
    json_lines(out, "members", y->lines, y->member_lines);
    json_lines(out, "closed_by", y->lines + y->member_lines, y->closing_lines);
    fprintf(out, "}");
}

static void print_json(const memory_report *r, FILE *out)
{
    fprintf(out, "{\n  \"program\": ");
    text_write_json(out, r->program);
    fprintf(out, ",\n");
    json_heap(out, "at_end", &r->at_end);
    json_heap(out, "after_close", &r->after_close);
    fprintf(out, "  \"objects\": %zu,\n  \"object_bytes\": %zu,\n  \"types\": [", r->objects,
            r->object_bytes);
    for (size_t i = 0; i < r->type_count; i++) {
        fprintf(out, "%s\n    {\"type\": ", i ? "," : "");
        text_write_json(out, r->types[i].name);
        fprintf(out, ", \"objects\": %zu, \"bytes\": %zu}", r->types[i].count, r->types[i].bytes);
    }
    fprintf(out, "\n  ],\n  \"other_types\": {\"objects\": %zu, \"bytes\": %zu},\n  \"holders\": [",
            r->other_types.count, r->other_types.bytes);
    for (size_t i = 0; i < r->holder_count; i++) {
        fprintf(out, "%s\n    {\"path\": ", i ? "," : "");
        text_write_json(out, r->holders[i].path);
        fprintf(out, ", \"type\": ");
        text_write_json(out, r->holders[i].type);
        fprintf(out, ", \"bytes\": %zu, \"held_bytes\": %zu, \"retained_bytes\": %zu}", r->holders[i].bytes,
                r->holders[i].through, r->holders[i].retained);
    }
    fprintf(out, "\n  ],\n  \"cycles\": [");
    for (size_t i = 0; i < r->cycle_count; i++) {
        fprintf(out, "%s\n    {\"cycle\": ", i ? "," : "");
        text_write_json(out, r->cycles[i].text);
        json_cycle(out, &r->cycles[i]);
    }
    fprintf(out, "\n  ],\n  \"left_in_cycles\": %zu,\n  \"collections\": [", r->left_in_cycles);
    for (int g = 0; g < 3; g++) {
        const ouro_gc_statistics *s = &r->generations[g];
        fprintf(out,
                "%s\n    {\"generation\": %d, \"threshold\": %d, \"collections\": %llu, \"collected\": %llu, "
                "\"examined\": %llu, \"longest_ns\": %llu, \"total_ns\": %llu}",
                g ? "," : "", g, r->thresholds[g], (unsigned long long)s->collections,
                (unsigned long long)s->collected, (unsigned long long)s->examined,
                (unsigned long long)s->longest, (unsigned long long)s->nanoseconds);
    }
    fprintf(out, "\n  ],\n");
    json_classes(out, &r->at_end);
    fprintf(out, "  \"pinned_bytes\": %zu,\n  \"pins\": [", r->pinned);
    for (size_t i = 0; i < r->pin_count; i++) {
        const page_pin *pin = &r->pins[i];
        fprintf(out, "%s\n    {\"file\": ", i ? "," : "");
        text_write_json(out, pin->file);
        fprintf(out, ", \"line\": %u, \"type\": ", pin->line);
        text_write_json(out, pin->type);
        fprintf(out, ", \"blocks\": %zu, \"bytes\": %zu, \"alone\": %zu, \"returned\": %zu}", pin->pin.blocks,
                pin->pin.bytes, pin->pin.alone, pin->pin.returned);
    }
    fprintf(out, "\n  ],\n");
    fprintf(out, "  \"unreached_objects\": %zu\n}\n", r->unreached);
}

void memory_report_print(const memory_report *report, report_kind kind, FILE *out, bool color)
{
    if (kind == REPORT_JSON) {
        print_json(report, out);
    } else {
        print_text(report, out, color);
    }
}
