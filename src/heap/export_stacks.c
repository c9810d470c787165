/* export_stacks.c: what is alive by where it was allocated, for the tools that draw call stacks: collapsed
 * stacks, speedscope, pprof.
 *
 * The formats: Brendan Gregg's folded stacks; speedscope's file-format-spec.ts; google/pprof's profile.proto
 * (encoded here by hand) in a gzip frame of stored blocks (RFC 1951, 1952).
 */
#include "heap/export.h"

#include <stdlib.h>
#include <string.h>

/* The sites from the outermost caller of `site` to it.  Appends to `stack`, which is emptied first. */
typedef VECTOR_OF(uint32_t) stacks_path;

static bool stacks_fill(const ouro_heap_graph *g, uint32_t site, stacks_path *stack)
{
    stack->count = 0;
    for (uint32_t at = site;; at = g->sites.items[at].parent) {
        if (!vector_push(&base_malloc, stack, at)) {
            return false;
        }
        if (at == 0 || g->sites.items[at].parent == 0) {
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

static export_sink *stacks_sink(int fd, ouro_heap_error *error)
{
    export_sink *sink = heap_array(1, sizeof *sink, error);
    if (sink != NULL) {
        sink->fd = fd;
        sink->error_number = 0;
        sink->filled = 0;
    }
    return sink;
}

/* ---- collapsed stacks -------------------------------------------------------------------------------- */

/* "file:line function", without what separates frames and numbers in this format. */
static void stacks_frame(export_sink *sink, const ouro_heap_graph *g, uint32_t site)
{
    const heap_site *s = &g->sites.items[site];
    char text[1000];
    if (site == 0) {
        snprintf(text, sizeof text, "(not traced)");
    } else {
        snprintf(text, sizeof text, "%s (%s:%u)", heap_string(g, s->function), heap_string(g, s->file),
                 s->line);
    }
    for (char *at = text; *at != 0; at++) {
        *at = *at == ';' || *at == '\n' ? '_' : *at;
    }
    export_text(sink, text);
}

bool ouro_heap_export_collapsed(const ouro_heap_graph *g, int fd, ouro_heap_error *error)
{
    export_sink *sink = stacks_sink(fd, error);
    uint64_t *sums = sink == NULL ? NULL : export_site_sums(g, error);
    stacks_path stack = {0};
    bool good = sums != NULL;
    for (uint32_t site = 0; good && site < g->sites.count; site++) {
        if (sums[2 * site + 1] == 0) {
            continue;
        }
        good = stacks_fill(g, site, &stack) || heap_fail_no_memory(error);
        for (size_t i = 0; good && i < stack.count; i++) {
            export_text(sink, i > 0 ? ";" : "");
            stacks_frame(sink, g, stack.items[i]);
        }
        export_text(sink, " ");
        export_number(sink, sums[2 * site + 1]);
        export_text(sink, "\n");
    }
    good = good && export_finish(sink, error);
    vector_free(&base_malloc, &stack);
    free(sums);
    free(sink);
    return good;
}

/* ---- speedscope -------------------------------------------------------------------------------------- */

static bool speedscope_profile(export_sink *sink, const ouro_heap_graph *g, const uint64_t *sums, int which,
                               stacks_path *stack)
{
    uint64_t total = 0;
    for (size_t s = 0; s < g->sites.count; s++) {
        total += sums[2 * s + (size_t)which];
    }
    export_text(sink, "{\"type\":\"sampled\",\"name\":");
    export_text(sink,
                which == 1 ? "\"Live memory\",\"unit\":\"bytes\"" : "\"Live objects\",\"unit\":\"none\"");
    export_text(sink, ",\"startValue\":0,\"endValue\":");
    export_number(sink, total);
    export_text(sink, ",\"samples\":[");
    bool first = true;
    for (uint32_t site = 0; site < g->sites.count; site++) {
        if (sums[2 * site + (size_t)which] == 0) {
            continue;
        }
        if (!stacks_fill(g, site, stack)) {
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
    for (size_t s = 0; s < g->sites.count; s++) {
        if (sums[2 * s + (size_t)which] > 0) {
            export_text(sink, first ? "" : ",");
            first = false;
            export_number(sink, sums[2 * s + (size_t)which]);
        }
    }
    export_text(sink, "]}");
    return true;
}

bool ouro_heap_export_speedscope(const ouro_heap_graph *g, int fd, ouro_heap_error *error)
{
    export_sink *sink = stacks_sink(fd, error);
    uint64_t *sums = sink == NULL ? NULL : export_site_sums(g, error);
    stacks_path stack = {0};
    bool good = sums != NULL;
    if (good) {
        export_text(
            sink, "{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\"exporter\":\"ouro\","
                  "\"shared\":{\"frames\":[");
        for (uint32_t site = 0; site < g->sites.count; site++) {
            const heap_site *s = &g->sites.items[site];
            export_text(sink, site > 0 ? ",\n{\"name\":" : "{\"name\":");
            export_json(sink, site == 0 ? "(not traced)" : heap_string(g, s->function));
            if (site > 0) {
                export_text(sink, ",\"file\":");
                export_json(sink, heap_string(g, s->file));
                export_text(sink, ",\"line\":");
                export_number(sink, s->line);
            }
            export_text(sink, "}");
        }
        export_text(sink, "]},\"profiles\":[");
        good = speedscope_profile(sink, g, sums, 1, &stack);
        export_text(sink, ",\n");
        good = good && speedscope_profile(sink, g, sums, 0, &stack);
        export_text(sink, "]}\n");
        good = good ? export_finish(sink, error) : heap_fail_no_memory(error);
    }
    vector_free(&base_malloc, &stack);
    free(sums);
    free(sink);
    return good;
}

/* ---- pprof ------------------------------------------------------------------------------------------- */

typedef VECTOR_OF(unsigned char) pprof_bytes;

struct pprof {
    pprof_bytes all;     /* the profile */
    pprof_bytes message; /* one message in it */
    bool no_memory;
};

static void pprof_varint(struct pprof *p, pprof_bytes *out, uint64_t number)
{
    do {
        unsigned char byte = (unsigned char)((number & 0x7f) | (number > 0x7f ? 0x80 : 0));
        p->no_memory |= !vector_push(&base_malloc, out, byte);
        number >>= 7;
    } while (number > 0);
}

static void pprof_field(struct pprof *p, pprof_bytes *out, unsigned field, uint64_t number)
{
    pprof_varint(p, out, field << 3);
    pprof_varint(p, out, number);
}

static void pprof_block(struct pprof *p, pprof_bytes *out, unsigned field, const void *bytes, size_t size)
{
    pprof_varint(p, out, field << 3 | 2);
    pprof_varint(p, out, size);
    if (size == 0) {
        return; /* `bytes` is NULL where memory was lacking before */
    }
    if (vector_reserve(&base_malloc, out, size)) {
        memcpy(out->items + out->count, bytes, size);
        out->count += size;
    } else {
        p->no_memory = true;
    }
}

/* Ends the message at hand: it becomes a field of the profile. */
static void pprof_message(struct pprof *p, unsigned field)
{
    pprof_block(p, &p->all, field, p->message.items, p->message.count);
    p->message.count = 0;
}

/* Numbers of the first strings of the profile; those of the graph follow. */
enum { PPROF_EMPTY, PPROF_OBJECTS, PPROF_COUNT, PPROF_SPACE, PPROF_BYTES, PPROF_UNTRACED, PPROF_STRINGS };

static void pprof_value_type(struct pprof *p, uint64_t type, uint64_t unit)
{
    pprof_field(p, &p->message, 1, type);
    pprof_field(p, &p->message, 2, unit);
    pprof_message(p, 1);
}

static void pprof_sample(struct pprof *p, const ouro_heap_graph *g, uint32_t site, const uint64_t *sums)
{
    pprof_bytes packed = {0};
    for (uint32_t at = site;; at = g->sites.items[at].parent) { /* the leaf first */
        pprof_varint(p, &packed, (uint64_t)at + 1);
        if (at == 0 || g->sites.items[at].parent == 0) {
            break;
        }
    }
    pprof_block(p, &p->message, 1, packed.items, packed.count);
    packed.count = 0;
    pprof_varint(p, &packed, sums[2 * site]);
    pprof_varint(p, &packed, sums[2 * site + 1]);
    pprof_block(p, &p->message, 2, packed.items, packed.count);
    vector_free(&base_malloc, &packed);
    pprof_message(p, 2);
}

static void pprof_site(struct pprof *p, const ouro_heap_graph *g, uint32_t site)
{
    const heap_site *s = &g->sites.items[site];
    pprof_bytes line = {0};
    pprof_field(p, &line, 1, (uint64_t)site + 1);
    pprof_field(p, &line, 2, s->line);
    pprof_field(p, &p->message, 1, (uint64_t)site + 1);
    pprof_block(p, &p->message, 4, line.items, line.count);
    vector_free(&base_malloc, &line);
    pprof_message(p, 4);
    pprof_field(p, &p->message, 1, (uint64_t)site + 1);
    pprof_field(p, &p->message, 2, site == 0 ? PPROF_UNTRACED : PPROF_STRINGS + (uint64_t)s->function);
    pprof_field(p, &p->message, 4, site == 0 ? PPROF_EMPTY : PPROF_STRINGS + (uint64_t)s->file);
    pprof_message(p, 5);
}

static void pprof_encode(struct pprof *p, const ouro_heap_graph *g, const uint64_t *sums)
{
    static const char *const own[PPROF_STRINGS] = {"",      "inuse_objects", "count", "inuse_space",
                                                   "bytes", "(not traced)"};
    pprof_value_type(p, PPROF_OBJECTS, PPROF_COUNT);
    pprof_value_type(p, PPROF_SPACE, PPROF_BYTES);
    for (uint32_t site = 0; site < g->sites.count; site++) {
        if (sums[2 * site] > 0) {
            pprof_sample(p, g, site, sums);
        }
    }
    for (uint32_t site = 0; site < g->sites.count; site++) {
        pprof_site(p, g, site);
    }
    for (size_t i = 0; i < PPROF_STRINGS; i++) {
        pprof_block(p, &p->all, 6, own[i], strlen(own[i]));
    }
    for (size_t i = 0; i < g->string_starts.count; i++) {
        const char *text = heap_string(g, (uint32_t)i);
        pprof_block(p, &p->all, 6, text, strlen(text));
    }
}

/* CRC-32 of RFC 1952, a bit at a time: profiles are small. */
static uint32_t gzip_checksum(const unsigned char *bytes, size_t size)
{
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = crc & 1 ? crc >> 1 ^ UINT32_C(0xedb88320) : crc >> 1;
        }
    }
    return ~crc;
}

static void gzip_stored(export_sink *sink, const unsigned char *bytes, size_t size)
{
    enum { STORED_MAX = 65535 };
    static const unsigned char head[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255};
    export_bytes(sink, head, sizeof head);
    for (size_t at = 0; at < size || at == 0;) {
        size_t part = size - at < STORED_MAX ? size - at : STORED_MAX;
        unsigned char block[] = {at + part == size, (unsigned char)part, (unsigned char)(part >> 8),
                                 (unsigned char)~part, (unsigned char)(~part >> 8)};
        export_bytes(sink, block, sizeof block);
        export_bytes(sink, bytes + at, part);
        at += part;
        if (part == 0) {
            break;
        }
    }
    uint32_t tail[] = {gzip_checksum(bytes, size), (uint32_t)size};
    export_bytes(sink, tail, sizeof tail);
}

bool ouro_heap_export_pprof(const ouro_heap_graph *g, int fd, ouro_heap_error *error)
{
    export_sink *sink = stacks_sink(fd, error);
    uint64_t *sums = sink == NULL ? NULL : export_site_sums(g, error);
    struct pprof p = {.no_memory = false};
    bool good = sums != NULL;
    if (good) {
        pprof_encode(&p, g, sums);
        good = !p.no_memory || heap_fail_no_memory(error);
    }
    if (good) {
        gzip_stored(sink, p.all.items, p.all.count);
        good = export_finish(sink, error);
    }
    vector_free(&base_malloc, &p.all);
    vector_free(&base_malloc, &p.message);
    free(sums);
    free(sink);
    return good;
}
