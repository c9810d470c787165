/* gc_log.c: see gc_log.h.
 *
 * A line is written in the middle of a collection, so nothing here touches the program's heap.
 *
 *     gc 14: generation 0, count; 0.21 ms; 702 looked at, 400 freed (31.2 KiB): 200 Node at tree.py:9, 200 dict at tree.py:9
 */
#include "cli/gc_log.h"

#include "base/text.h"
#include "modules/gc_log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { GC_LOG_SHOWN = 4 }; /* rows of a line of text */

/* There is one command, with one log. */
static struct {
    FILE *out; /* NULL: none */
    bool json;
    bool failed;
    pid_t process; /* a forked child of the program writes nothing: the log is its parent's */
} gc_log;

static void log_write_text(FILE *out, const gc_log_entry *entry)
{
    const ouro_gc_collection *f = &entry->facts;
    char bytes[TEXT_BYTES_SIZE];
    fprintf(out, "gc %llu: generation %d, %s; %.3f ms; %zu looked at, %llu freed", (unsigned long long)f->number,
            f->generation, ouro_gc_trigger_name(f->trigger), (double)f->nanoseconds / 1e6, f->examined,
            (unsigned long long)entry->freed);
    if (entry->freed > 0) {
        fprintf(out, " (%s)", text_bytes(bytes, (double)entry->freed_bytes));
    }
    uint64_t rest = entry->freed;
    for (size_t i = 0; i < entry->row_count && i < GC_LOG_SHOWN; i++) {
        const gc_log_row *row = &entry->rows[i];
        fprintf(out, "%s %llu %s", i == 0 ? ":" : ",", (unsigned long long)row->count, row->type);
        if (row->line != 0) {
            fprintf(out, " at %s:%u", row->file, row->line);
        }
        rest -= row->count;
    }
    if (rest > 0) {
        fprintf(out, "%s %llu others", entry->row_count == 0 ? ":" : ",", (unsigned long long)rest);
    }
    const struct {
        size_t count;
        const char *one, *many;
    } events[] = {{f->finalizers, "finalizer", "finalizers"},
                  {f->callbacks, "callback", "callbacks"},
                  {f->resurrected, "object brought back to life", "objects brought back to life"},
                  {f->uncollectable, "uncollectable object", "uncollectable objects"}};
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        if (events[i].count > 0) {
            fprintf(out, "; %zu %s", events[i].count, events[i].count == 1 ? events[i].one : events[i].many);
        }
    }
    if (f->beside > 0) {
        fprintf(out, "; found beside the program in %.3f ms", (double)f->beside / 1e6);
    }
    fputc('\n', out);
}

static void log_write_json(FILE *out, const gc_log_entry *entry)
{
    const ouro_gc_collection *f = &entry->facts;
    fprintf(out,
            "{\"number\": %llu, \"began_ns\": %llu, \"trigger\": \"%s\", \"generation\": %d, \"pause_ns\": %llu, "
            "\"examined\": %zu, \"collected\": %zu, \"freed\": %llu, \"freed_bytes\": %llu, \"finalizers\": %zu, "
            "\"callbacks\": %zu, \"resurrected\": %zu, \"uncollectable\": %zu, \"live_before\": %zu, "
            "\"live_after\": %zu, \"beside_ns\": %llu, \"rows\": [",
            (unsigned long long)f->number, (unsigned long long)f->began, ouro_gc_trigger_name(f->trigger), f->generation,
            (unsigned long long)f->nanoseconds, f->examined, f->collected, (unsigned long long)entry->freed,
            (unsigned long long)entry->freed_bytes, f->finalizers, f->callbacks, f->resurrected, f->uncollectable,
            f->live_before, f->live_after, (unsigned long long)f->beside);
    for (size_t i = 0; i < entry->row_count; i++) {
        const gc_log_row *row = &entry->rows[i];
        fprintf(out, "%s{\"type\": ", i == 0 ? "" : ", ");
        text_write_json(out, row->type);
        fprintf(out, ", \"file\": ");
        text_write_json(out, row->file);
        fprintf(out, ", \"line\": %u, \"count\": %llu, \"bytes\": %llu}", row->line, (unsigned long long)row->count,
                (unsigned long long)row->bytes);
    }
    fprintf(out, "], \"other_count\": %llu, \"other_bytes\": %llu}\n", (unsigned long long)entry->other_count,
            (unsigned long long)entry->other_bytes);
}

static void log_each(void *context, const gc_log_entry *entry)
{
    (void)context;
    if (gc_log.process != getpid()) {
        return;
    }
    if (gc_log.json) {
        log_write_json(gc_log.out, entry);
    } else {
        log_write_text(gc_log.out, entry);
    }
    gc_log.failed |= fflush(gc_log.out) != 0;
}

static bool log_ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), n = strlen(end);
    return length >= n && strcmp(text + length - n, end) == 0;
}

bool gc_log_open(ouro_runtime *rt, const char *where)
{
    bool is_file = where != NULL && strcmp(where, "json") != 0;
    gc_log.json = where != NULL && (!is_file || log_ends_with(where, ".json") || log_ends_with(where, ".jsonl"));
    gc_log.out = is_file ? fopen(where, "we") : stderr;
    gc_log.process = getpid();
    if (gc_log.out == NULL) {
        fprintf(stderr, "ouro: cannot write the log of collections to %s: %s\n", where, strerror(errno));
        return false;
    }
    if (!gc_log_start(rt, 1, log_each, NULL)) {
        fprintf(stderr, "ouro: no memory for the log of collections\n");
        return false;
    }
    return true;
}

bool gc_log_close(void)
{
    if (gc_log.out == NULL) {
        return true;
    }
    bool good = !gc_log.failed && !ferror(gc_log.out);
    if (gc_log.out != stderr) {
        good &= fclose(gc_log.out) == 0;
    }
    gc_log.out = NULL;
    if (!good) {
        fprintf(stderr, "ouro: the log of collections could not be written whole\n");
    }
    return good;
}
