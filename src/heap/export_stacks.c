/* export_stacks.c: numbers by call stack, for the tools that draw these: collapsed stacks and speedscope.
 *
 * The formats: Brendan Gregg's folded stacks; speedscope's file-format-spec.ts.  Collections are a profile of their own in a
 * speedscope file, by time, each a frame that was entered and left.
 */
#include "heap/export.h"

#include <stdlib.h>
#include <string.h>

/* The sites from the outermost caller of `site` to it.  Appends to `stack`, which is emptied first. */
typedef VECTOR_OF(uint32_t) stacks_path;

static bool stacks_fill(const export_profile *p, uint32_t site, stacks_path *stack)
{
    stack->count = 0;
    for (uint32_t at = site;; at = p->frame(p->context, at).parent) {
        if (!vector_push(&base_malloc, stack, at)) {
            return false;
        }
        if (at == 0 || p->frame(p->context, at).parent == 0) {
            break;
        }
    }
    for (size_t i = 0; i < stack->count / 2; i++) {
        uint32_t swapped = stack->items[i];
        stack->items[i] = stack->items[stack->count - 1 - i];
        stack->items[stack->count - 1 - i] = swapped;
    }
    return true;
}

static uint64_t stacks_value(const export_profile *p, size_t site, size_t column)
{
    return p->values[site * p->column_count + column];
}

/* ---- collapsed stacks -------------------------------------------------------------------------------- */

/* "function (file:line)", without what separates frames and numbers in this format. */
static void collapsed_frame(export_sink *sink, const export_profile *p, uint32_t site)
{
    char text[1000];
    if (site == 0) {
        snprintf(text, sizeof text, "%s", p->rest);
    } else {
        export_frame f = p->frame(p->context, site);
        snprintf(text, sizeof text, "%s (%s:%u)", f.function, f.file, f.line);
    }
    for (char *at = text; *at != 0; at++) {
        *at = *at == ';' || *at == '\n' ? '_' : *at;
    }
    export_text(sink, text);
}

bool export_collapsed(const export_profile *p, int fd, ouro_heap_error *error)
{
    export_sink *sink = export_open(fd, error);
    stacks_path stack = {0};
    bool good = sink != NULL;
    for (uint32_t site = 0; good && site < p->site_count; site++) {
        uint64_t value = stacks_value(p, site, p->main_column);
        if (value == 0) {
            continue;
        }
        good = stacks_fill(p, site, &stack) || heap_fail_no_memory(error);
        for (size_t i = 0; good && i < stack.count; i++) {
            export_text(sink, i > 0 ? ";" : "");
            collapsed_frame(sink, p, stack.items[i]);
        }
        export_text(sink, " ");
        export_number(sink, value);
        export_text(sink, "\n");
    }
    good = good && export_finish(sink, error);
    vector_free(&base_malloc, &stack);
    free(sink);
    return good;
}

/* ---- speedscope -------------------------------------------------------------------------------------- */

static bool speedscope_profile(export_sink *sink, const export_profile *p, size_t column, stacks_path *stack)
{
    const export_column *c = &p->columns[column];
    uint64_t total = 0;
    for (size_t s = 0; s < p->site_count; s++) {
        total += stacks_value(p, s, column);
    }
    export_text(sink, "{\"type\":\"sampled\",\"name\":");
    export_json(sink, c->title);
    export_text(sink, strcmp(c->unit, "bytes") == 0 ? ",\"unit\":\"bytes\"" : ",\"unit\":\"none\"");
    export_text(sink, ",\"startValue\":0,\"endValue\":");
    export_number(sink, total);
    export_text(sink, ",\"samples\":[");
    bool first = true;
    for (uint32_t site = 0; site < p->site_count; site++) {
        if (stacks_value(p, site, column) == 0) {
            continue;
        }
        if (!stacks_fill(p, site, stack)) {
            return false;
        }
        export_text(sink, first ? "[" : ",\n[");
        first = false;
        for (size_t i = 0; i < stack->count; i++) {
            export_text(sink, i > 0 ? "," : "");
            export_number(sink, stack->items[i]);
        }
        export_text(sink, "]");
    }
    export_text(sink, "],\"weights\":[");
    first = true;
    for (size_t s = 0; s < p->site_count; s++) {
        if (stacks_value(p, s, column) > 0) {
            export_text(sink, first ? "" : ",");
            first = false;
            export_number(sink, stacks_value(p, s, column));
        }
    }
    export_text(sink, "]}");
    return true;
}

/* The frames of collections come behind those of sites: one for each generation. */
static void speedscope_event(export_sink *sink, const export_profile *p, const char *type, int generation, uint64_t at)
{
    export_text(sink, "{\"type\":\"");
    export_text(sink, type);
    export_text(sink, "\",\"frame\":");
    export_number(sink, p->site_count + (size_t)generation);
    export_text(sink, ",\"at\":");
    export_number(sink, at);
    export_text(sink, "}");
}

/* Events have to be in order of time and well nested, whatever a damaged file says. */
static void speedscope_pauses(export_sink *sink, const export_profile *p)
{
    uint64_t now = 0;
    export_text(sink, ",\n{\"type\":\"evented\",\"name\":\"Collections\",\"unit\":\"nanoseconds\",\"startValue\":0,\"events\":[");
    for (size_t i = 0; i < p->pause_count; i++) {
        uint64_t began = p->pauses[i].began > now ? p->pauses[i].began : now;
        uint64_t ended = p->pauses[i].began + p->pauses[i].nanoseconds;
        now = ended > began ? ended : began;
        export_text(sink, i > 0 ? ",\n" : "");
        speedscope_event(sink, p, "O", p->pauses[i].generation, began);
        export_text(sink, ",");
        speedscope_event(sink, p, "C", p->pauses[i].generation, now);
    }
    export_text(sink, "],\"endValue\":");
    export_number(sink, p->lasted > now ? p->lasted : now);
    export_text(sink, "}");
}

static void speedscope_frames(export_sink *sink, const export_profile *p)
{
    for (uint32_t site = 0; site < p->site_count; site++) {
        export_frame f = site == 0 ? (export_frame){.function = p->rest} : p->frame(p->context, site);
        export_text(sink, site > 0 ? ",\n{\"name\":" : "{\"name\":");
        export_json(sink, f.function);
        if (site > 0) {
            export_text(sink, ",\"file\":");
            export_json(sink, f.file);
            export_text(sink, ",\"line\":");
            export_number(sink, f.line);
        }
        export_text(sink, "}");
    }
    int generations = 0;
    for (size_t i = 0; i < p->pause_count; i++) {
        generations = p->pauses[i].generation >= generations ? p->pauses[i].generation + 1 : generations;
    }
    for (int g = 0; g < generations; g++) {
        export_text(sink, ",\n{\"name\":\"collection of generation ");
        export_number(sink, (uint64_t)g);
        export_text(sink, "\"}");
    }
}

bool export_speedscope(const export_profile *p, int fd, ouro_heap_error *error)
{
    export_sink *sink = export_open(fd, error);
    if (sink == NULL) {
        return false;
    }
    stacks_path stack = {0};
    export_text(sink, "{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\"exporter\":\"ouro\","
                      "\"shared\":{\"frames\":[");
    speedscope_frames(sink, p);
    export_text(sink, "]},\"profiles\":[");
    bool good = speedscope_profile(sink, p, p->main_column, &stack);
    for (size_t c = p->column_count; c-- > 0;) {
        if (c != p->main_column) {
            export_text(sink, ",\n");
            good = good && speedscope_profile(sink, p, c, &stack);
        }
    }
    if (p->pause_count > 0) {
        speedscope_pauses(sink, p);
    }
    export_text(sink, "]}\n");
    good = good ? export_finish(sink, error) : heap_fail_no_memory(error);
    vector_free(&base_malloc, &stack);
    free(sink);
    return good;
}
