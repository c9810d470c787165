/* emergency.c: see emergency.h.
 *
 * MemoryError is noticed where a frame adds itself to its traceback: the native code that ran out has returned by then,
 * and the frame still holds all that it held.  Fork first: in the child nothing matters any more, so the reserve can go and
 * the limits of the process be raised.  The parent waits, because it may be about to end.
 *
 * A signal's handler only notes that it came, and asks the loop to come by; the child of a child then writes, so that the
 * program goes on at once and never has a child to wait for that it did not make.
 */
#include "modules/emergency.h"

#include "base/text.h"
#include "gc/census.h"
#include "heap/graph.h"
#include "modules/modules.h"
#include "modules/snapshot_source.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/str.h"
#include "vm/vm.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    EMERGENCY_SIGNALS = 65,
    EMERGENCY_RESERVE = 64 << 20, /* bytes of address space, no memory: enough for the graph of half a million objects */
    EMERGENCY_RESERVE_PART = 4,   /* but no more than this part of a limit on address space */
    EMERGENCY_ROWS = 20,
    EMERGENCY_TEXT = 600,
};

struct emergency {
    char *memory_error;              /* path; NULL: not asked for, or done */
    char *signals[EMERGENCY_SIGNALS]; /* paths */
    volatile sig_atomic_t came[EMERGENCY_SIGNALS];
    uint32_t written;
    void *reserve;
    size_t reserve_size;
};

/* A handler of signals has no other way to learn whom it is for: the runtime that asked last. */
static ouro_runtime *volatile emergency_runtimes[EMERGENCY_SIGNALS];

/* ---- the report ------------------------------------------------------------------------------------------ */

static void emergency_frames(ouro_runtime *rt, FILE *out)
{
    char function[EMERGENCY_TEXT], file[EMERGENCY_TEXT];
    fprintf(out, "\nWhere the program is, innermost first\n");
    for (const frame *f = rt->vm->frame; f != NULL; f = f->previous) {
        if (!rt->name_text(rt, f->code->qualname, function, sizeof function)) {
            snprintf(function, sizeof function, "?");
        }
        if (!rt->name_text(rt, f->code->filename, file, sizeof file)) {
            snprintf(file, sizeof file, "?");
        }
        fprintf(out, "  %s:%d in %s\n", file, frame_line(f), function);
    }
}

static void emergency_heap(ouro_runtime *rt, FILE *out)
{
    char a[TEXT_BYTES_SIZE], b[TEXT_BYTES_SIZE], c[TEXT_BYTES_SIZE], n[TEXT_NUMBER_SIZE];
    ouro_mem_statistics s;
    ouro_mem_stats(rt->mem, &s);
    fprintf(out, "\nBytes\n  %s live in %s blocks; %s taken from the system, %s at the peak\n",
            text_bytes(a, (double)s.live_bytes), text_number(n, s.live_blocks), text_bytes(b, (double)s.system_bytes),
            text_bytes(c, (double)s.system_peak));
    fprintf(out, "  %s requests were refused\n", text_number(n, s.refused));
}

static void emergency_rows(FILE *out, const ouro_heap_graph *g, ouro_heap_group group, const char *head)
{
    size_t count;
    char bytes[TEXT_BYTES_SIZE], number[TEXT_NUMBER_SIZE];
    ouro_heap_row *rows = ouro_heap_growth(NULL, g, group, &count, NULL);
    if (rows != NULL && count > 0) {
        fprintf(out, "\n%s\n", head);
    }
    for (size_t i = 0; rows != NULL && i < count && i < EMERGENCY_ROWS; i++) {
        fprintf(out, "  %10s  %12s  %s", text_bytes(bytes, (double)rows[i].bytes), text_number(number, rows[i].count),
                rows[i].name);
        if (rows[i].line != 0) {
            fprintf(out, ":%u", rows[i].line);
        }
        fputc('\n', out);
    }
    ouro_heap_free(rows);
}

static void emergency_holders(FILE *out, ouro_heap_graph *g)
{
    ouro_heap_holder holders[EMERGENCY_ROWS];
    size_t count = ouro_heap_biggest(g, holders, EMERGENCY_ROWS / 2);
    char path[EMERGENCY_TEXT], a[TEXT_BYTES_SIZE], b[TEXT_BYTES_SIZE], number[TEXT_NUMBER_SIZE];
    uint64_t objects = 0, unreached = count > 0 ? heap_unreached(g, &objects) : 0;
    if (count > 0) {
        fprintf(out, "\nWhat holds most\n");
    }
    if (objects > 0) {
        const char *collector = ouro_heap_fact(g, "collector");
        fprintf(out, "  %10s  nothing holds: %s objects, cycles that wait for the collector (which is %s), or held by C code\n",
                text_bytes(a, (double)unreached), text_number(number, objects), collector != NULL ? collector : "on");
    }
    for (size_t i = 0; i < count; i++) {
        (void)ouro_heap_path_text(g, holders[i].node, path, sizeof path);
        fprintf(out, "  %10s  %s  (%s, %s held by nothing else)\n", text_bytes(a, (double)holders[i].through), path,
                ouro_heap_type_name(g, ouro_heap_node_at(g, holders[i].node).type),
                text_bytes(b, (double)holders[i].retained));
    }
}

/* What is alive by type when there was no room for the graph: counting needs a few bytes for each type. */
static void emergency_census(ouro_runtime *rt, FILE *out)
{
    gc_census census;
    char bytes[TEXT_BYTES_SIZE], number[TEXT_NUMBER_SIZE];
    if (!gc_census_take(rt, false, NULL, &census)) {
        return;
    }
    fprintf(out, "\nLive objects by type (of those that can refer to others)\n");
    for (size_t i = 0; i < census.count && i < EMERGENCY_ROWS; i++) {
        fprintf(out, "  %10s  %12s  %s\n", text_bytes(bytes, (double)census.rows[i].bytes),
                text_number(number, census.rows[i].count), census.rows[i].name);
    }
    gc_census_free(&census);
}

/* `error`: why there is no snapshot; NULL: there is one. */
static bool emergency_report(ouro_runtime *rt, const char *path, const char *why, ouro_heap_graph *g,
                             const ouro_heap_error *error)
{
    FILE *out = fopen(path, "we");
    if (out == NULL) {
        return false;
    }
    char date[40];
    time_t now = time(NULL);
    struct tm broken;
    strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", localtime_r(&now, &broken));
    fprintf(out, "%s at %s\n", why, date);
    emergency_frames(rt, out);
    emergency_heap(rt, out);
    if (g != NULL) {
        emergency_rows(out, g, OURO_HEAP_BY_TYPE, "Live objects by type");
        if (ouro_heap_site_count(g) > 1) {
            emergency_rows(out, g, OURO_HEAP_BY_LINE, "Live objects by the line that allocated them");
        } else {
            fprintf(out, "\nWhere they were allocated is known with `-X tracemalloc', or under `ouro record'.\n");
        }
        emergency_holders(out, g);
    } else {
        emergency_census(rt, out);
    }
    if (error != NULL) {
        fprintf(out, "\nNo snapshot: %s\n", error->text);
    }
    return fclose(out) == 0;
}

/* ---- the child ------------------------------------------------------------------------------------------- */

/* What stands for what in a path: a block of the C library, or NULL. */
static char *emergency_path(const char *path, long process, uint32_t number, const char *end)
{
    size_t room = strlen(path) * 11 + strlen(end) + 1, length = 0; /* a number has 20 digits at most, for two letters */
    char *text = malloc(room);
    for (; text != NULL && *path != 0; path++) {
        if (path[0] == '%' && (path[1] == 'p' || path[1] == 'n')) {
            length += (size_t)snprintf(text + length, room - length, "%ld", path[1] == 'p' ? process : (long)number);
            path++;
        } else {
            text[length++] = *path;
        }
    }
    if (text != NULL) {
        memcpy(text + length, end, strlen(end) + 1);
    }
    return text;
}

/* 0: both are written. */
static int emergency_write(ouro_runtime *rt, const char *path, long process, const char *why)
{
    struct emergency *e = rt->modules->emergency;
    char *file = emergency_path(path, process, e->written, "");
    char *report = emergency_path(path, process, e->written, ".txt");
    ouro_heap_error error = {OURO_HEAP_NO_MEMORY, "no memory"};
    ouro_heap_graph *g = snapshot_take(rt, &error);
    bool good = g != NULL && file != NULL && ouro_heap_write(g, file, &error);
    bool told = report != NULL && emergency_report(rt, report, why, g, good ? NULL : &error);
    if (!told) {
        (void)dprintf(STDERR_FILENO, "ouro: %s: the report %s cannot be written: %s\n", why, report != NULL ? report : path,
                      strerror(report != NULL ? errno : ENOMEM));
    }
    if (!good) {
        (void)dprintf(STDERR_FILENO, "ouro: %s: no snapshot: %s\n", why, error.text);
    }
    good &= told;
    ouro_heap_destroy(g);
    free(file);
    free(report);
    return good ? 0 : 1;
}

/* In the child, the process may have all that its owner may have. */
static void emergency_make_room(const struct emergency *e)
{
    struct rlimit limit;
    if (e->reserve != NULL) {
        (void)munmap(e->reserve, e->reserve_size);
    }
    if (getrlimit(RLIMIT_AS, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_AS, &limit);
    }
    if (getrlimit(RLIMIT_DATA, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_DATA, &limit);
    }
}

/* Writes in a child, and waits for it if the program may be about to end. */
static void emergency_fork(ouro_runtime *rt, const char *path, const char *why, bool waits)
{
    struct emergency *e = rt->modules->emergency;
    long process = (long)getpid();
    e->written++;
    pid_t child = fork();
    if (child == 0) {
        if (!waits) {
            pid_t writer = fork();
            if (writer != 0) {
                _exit(writer < 0 ? 1 : 0);
            }
        }
        emergency_make_room(e);
        rt->modules->snapshot_process = process;
        _exit(emergency_write(rt, path, process, why));
    }
    if (child < 0) { /* not allowed, or no room for a process: here, with what there is */
        if (e->reserve != NULL) {
            (void)munmap(e->reserve, e->reserve_size);
            e->reserve = NULL;
        }
        (void)emergency_write(rt, path, process, why);
        return;
    }
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
}

/* ---- memory errors --------------------------------------------------------------------------------------- */

static void emergency_memory_error(ouro_runtime *rt)
{
    struct emergency *e = rt->modules != NULL ? rt->modules->emergency : NULL;
    if (e == NULL || e->memory_error == NULL || !error_matches(rt, EXC(rt, MemoryError))) {
        return;
    }
    char *path = e->memory_error;
    e->memory_error = NULL; /* the first only */
    rt->vm->on_memory_error = NULL;
    emergency_fork(rt, path, "MemoryError", true);
    free(path);
    if (e->reserve != NULL) {
        (void)munmap(e->reserve, e->reserve_size);
        e->reserve = NULL;
    }
}

static struct emergency *emergency_get(ouro_runtime *rt)
{
    if (rt->modules->emergency == NULL) {
        rt->modules->emergency = calloc(1, sizeof *rt->modules->emergency);
    }
    return rt->modules->emergency;
}

bool emergency_on_memory_error(ouro_runtime *rt, const char *path)
{
    struct emergency *e = emergency_get(rt);
    char *copy = path != NULL ? strdup(path) : NULL;
    if (e == NULL || (path != NULL && copy == NULL)) {
        free(copy);
        return false;
    }
    free(e->memory_error);
    e->memory_error = copy;
    rt->vm->on_memory_error = copy != NULL ? emergency_memory_error : NULL;
    if (copy != NULL && e->reserve == NULL) {
        struct rlimit limit;
        e->reserve_size = EMERGENCY_RESERVE;
        if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur / EMERGENCY_RESERVE_PART < EMERGENCY_RESERVE) {
            e->reserve_size = (size_t)limit.rlim_cur / EMERGENCY_RESERVE_PART;
        }
        e->reserve = mmap(NULL, e->reserve_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (e->reserve == MAP_FAILED) {
            e->reserve = NULL; /* without */
        }
    }
    return true;
}

/* ---- signals --------------------------------------------------------------------------------------------- */

static void emergency_handler(int number)
{
    ouro_runtime *rt = emergency_runtimes[number];
    if (rt != NULL && rt->modules != NULL && rt->modules->emergency != NULL) {
        rt->modules->emergency->came[number] = 1;
        rt_set_pending(rt, RT_PENDING_CALL);
    }
}

/* At a safe point. */
static void emergency_signals(ouro_runtime *rt)
{
    struct emergency *e = rt->modules != NULL ? rt->modules->emergency : NULL;
    for (int i = 0; e != NULL && i < EMERGENCY_SIGNALS; i++) {
        if (e->came[i] && e->signals[i] != NULL) {
            char why[80];
            const char *name = strsignal(i);
            e->came[i] = 0;
            snprintf(why, sizeof why, name != NULL ? "Signal %d (%s)" : "Signal %d", i, name);
            emergency_fork(rt, e->signals[i], why, false);
        }
    }
}

int emergency_on_signal(ouro_runtime *rt, int number, const char *path)
{
    if (number < 1 || number >= EMERGENCY_SIGNALS) {
        return EINVAL;
    }
    struct emergency *e = emergency_get(rt);
    char *copy = path != NULL ? strdup(path) : NULL;
    if (e == NULL || (path != NULL && copy == NULL)) {
        return ENOMEM;
    }
    struct sigaction action = {.sa_handler = copy != NULL ? emergency_handler : SIG_DFL};
    if (copy != NULL) {
        emergency_runtimes[number] = rt;
        rt->vm->on_pending_call = emergency_signals;
    }
    if ((copy != NULL || e->signals[number] != NULL) && sigaction(number, &action, NULL) < 0) {
        int reason = errno;
        free(copy);
        return reason;
    }
    free(e->signals[number]);
    e->signals[number] = copy;
    e->came[number] = 0;
    return 0;
}

void emergency_stop(ouro_runtime *rt)
{
    struct emergency *e = rt->modules->emergency;
    if (e == NULL) {
        return;
    }
    for (int i = 1; i < EMERGENCY_SIGNALS; i++) {
        if (e->signals[i] != NULL && emergency_runtimes[i] == rt) {
            signal(i, SIG_IGN); /* the program has ended: one that comes now does not kill it */
            emergency_runtimes[i] = NULL;
        }
        free(e->signals[i]);
    }
    rt->modules->emergency = NULL;
    if (rt->vm != NULL) {
        rt->vm->on_memory_error = NULL;
        rt->vm->on_pending_call = NULL;
    }
    if (e->reserve != NULL) {
        (void)munmap(e->reserve, e->reserve_size);
    }
    free(e->memory_error);
    free(e);
}
