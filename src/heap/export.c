/* export.c: see export.h. */
#include "heap/export.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void export_flush(export_sink *s)
{
    size_t done = 0;
    while (done < s->filled && s->error_number == 0) {
        ssize_t n = write(s->fd, s->buffer + done, s->filled - done);
        if (n < 0 && errno != EINTR) {
            s->error_number = errno;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    s->filled = 0;
}

void export_bytes(export_sink *s, const void *bytes, size_t size)
{
    const char *at = bytes;
    while (size > 0) {
        if (s->filled == sizeof s->buffer) {
            export_flush(s);
        }
        size_t part = sizeof s->buffer - s->filled;
        part = size < part ? size : part;
        memcpy(s->buffer + s->filled, at, part);
        s->filled += part;
        at += part;
        size -= part;
    }
}

void export_text(export_sink *s, const char *text)
{
    export_bytes(s, text, strlen(text));
}

void export_number(export_sink *s, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    export_bytes(s, digits + at, sizeof digits - at);
}

/* The bytes of the UTF-8 character at `text`; 0: there is none (RFC 3629: no surrogates, nothing above
 * U+10FFFF). */
static size_t export_character(const unsigned char *text)
{
    if (text[0] < 0x80) {
        return 1;
    }
    size_t length = text[0] >= 0xf0 ? 4 : text[0] >= 0xe0 ? 3 : 2;
    if (text[0] < 0xc2 || text[0] > 0xf4) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    bool too_short = (text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xf0 && text[1] < 0x90);
    bool no_character = (text[0] == 0xed && text[1] > 0x9f) || (text[0] == 0xf4 && text[1] > 0x8f);
    return too_short || no_character ? 0 : length;
}

void export_json(export_sink *s, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    export_bytes(s, "\"", 1);
    while (*at != 0) {
        size_t length = export_character(at);
        char escape[8];
        if (length == 0) {
            export_text(s, "\\ufffd");
            length = 1;
        } else if (*at == '"' || *at == '\\') {
            escape[0] = '\\';
            escape[1] = (char)*at;
            export_bytes(s, escape, 2);
        } else if (*at < 0x20 || *at == 0x7f) {
            snprintf(escape, sizeof escape, "\\u%04x", *at);
            export_text(s, escape);
        } else {
            export_bytes(s, at, length);
        }
        at += length;
    }
    export_bytes(s, "\"", 1);
}

bool export_finish(export_sink *s, ouro_heap_error *error)
{
    export_flush(s);
    return s->error_number == 0 ||
           heap_fail(error, OURO_HEAP_IO, "the export cannot be written: %s", strerror(s->error_number));
}

export_sink *export_open(int fd, ouro_heap_error *error)
{
    export_sink *sink = heap_array(1, sizeof *sink, error);
    if (sink != NULL) {
        sink->fd = fd;
        sink->error_number = 0;
        sink->filled = 0;
    }
    return sink;
}

/* ---- what is alive, by call stack ------------------------------------------------------------------------ */

uint64_t *export_site_sums(const ouro_heap_graph *g, ouro_heap_error *error)
{
    uint64_t *sums = calloc(g->sites.count * 2, sizeof *sums);
    if (sums == NULL) {
        (void)heap_fail_no_memory(error);
        return NULL;
    }
    for (size_t n = 1; n < g->type_of.count; n++) {
        sums[2 * g->site_of.items[n]]++;
        sums[2 * g->site_of.items[n] + 1] += g->size_of.items[n];
    }
    return sums;
}

static export_frame export_heap_frame(const void *context, uint32_t site)
{
    const ouro_heap_graph *g = context;
    const heap_site *s = &g->sites.items[site];
    return (export_frame){.parent = s->parent,
                          .line = s->line,
                          .function = heap_string(g, s->function),
                          .file = heap_string(g, s->file)};
}

static bool export_heap(const ouro_heap_graph *g, int fd, ouro_heap_error *error,
                        bool (*write_profile)(const export_profile *, int, ouro_heap_error *))
{
    static const export_column columns[] = {{"inuse_objects", "count", "Live objects"},
                                            {"inuse_space", "bytes", "Live memory"}};
    uint64_t *sums = export_site_sums(g, error);
    if (sums == NULL) {
        return false;
    }
    export_profile profile = {.site_count = g->sites.count,
                              .frame = export_heap_frame,
                              .context = g,
                              .rest = "(not traced)",
                              .columns = columns,
                              .column_count = 2,
                              .main_column = 1,
                              .values = sums};
    bool good = write_profile(&profile, fd, error);
    free(sums);
    return good;
}

bool ouro_heap_export_collapsed(const ouro_heap_graph *g, int fd, ouro_heap_error *error)
{
    return export_heap(g, fd, error, export_collapsed);
}

bool ouro_heap_export_speedscope(const ouro_heap_graph *g, int fd, ouro_heap_error *error)
{
    return export_heap(g, fd, error, export_speedscope);
}

bool ouro_heap_export_pprof(const ouro_heap_graph *g, int fd, ouro_heap_error *error)
{
    return export_heap(g, fd, error, export_pprof);
}
