/* main.c: the command `ouro`: opens a runtime, runs what the command line says, reports, closes. */
#include "cli/gc_log.h"
#include "cli/heap_commands.h"
#include "cli/live.h"
#include "cli/memory_report.h"
#include "cli/options.h"
#include "cli/prompt.h"
#include "cli/record.h"
#include "cli/report.h"
#include "cli/site.h"
#include "cli/terminal.h"
#include "embed/embed.h"
#include "modules/emergency.h"
#include "ouro/ouro.h"
#include "types/codec.h"
#include "types/str.h"
#include "vm/stores.h"
#include "vm/threads.h"
#include "vm/vm.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The runtime that Ctrl-C interrupts.  A signal handler has no other way to learn of it. */
static ouro_runtime *volatile main_runtime;

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
/* Until it is closed; for good when threads are left behind, or were at a fork: what they hold stays (threads.h), and is not
 * for the sanitizer to report. */
static ouro_runtime *main_open;

__attribute__((visibility("default"))) int __lsan_is_turned_off(void)
{
    return main_open && vm_threads_left(main_open);
}
#define MAIN_OPEN(rt) (main_open = (rt))
#else
#define MAIN_OPEN(rt) (void)0
#endif

static void main_interrupt(int signal_number)
{
    (void)signal_number;
    ouro_runtime *rt = main_runtime;
    if (rt) {
        ouro_interrupt(rt);
    }
}

/* What the callbacks of the runtime work on. */
typedef struct main_context {
    const options *options;
    size_t leaks_told;
} main_context;

static void main_leak(void *context, const char *type_name, const void *address, size_t bytes)
{
    main_context *c = context;
    (void)bytes;
    if (c->leaks_told++ < 20) {
        fprintf(stderr, "ouro: still alive at close: %s at %p\n", type_name, address);
    }
}

/* All of standard input, *size bytes: a block of the C library; NULL: cannot be read, or no memory. */
static char *main_read_stdin(size_t *size)
{
    size_t capacity = 1 << 16, length = 0;
    char *text = malloc(capacity);
    while (text) {
        if (length + 1 == capacity) {
            char *grown = realloc(text, capacity * 2);
            if (!grown) {
                free(text);
                return NULL;
            }
            text = grown;
            capacity *= 2;
        }
        ssize_t n = read(STDIN_FILENO, text + length, capacity - length - 1);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            free(text);
            return NULL;
        }
        if (n == 0) {
            text[length] = 0;
            *size = length;
            return text;
        }
        length += (size_t)n;
    }
    return NULL;
}

static bool main_input_is_interactive(const options *o)
{
    return isatty(STDIN_FILENO) || o->python.flags.interactive;
}

/* `first`: there is no program before it. */
static int main_prompt(ouro_runtime *rt, const options *o, terminal *t, bool first)
{
    const char *home = getenv("HOME"), *file = o->python.isolated ? NULL : getenv("OURO_HISTORY");
    char *history = NULL;
    if (!file && home && *home && asprintf(&history, "%s/.ouro_history", home) < 0) {
        history = NULL;
    }
    const char *startup = first && !o->python.isolated ? getenv("PYTHONSTARTUP") : NULL;
    prompt_options p = {.banner = (first && !o->python.flags.quiet) || o->python.flags.verbose,
                        .startup = startup && *startup ? startup : NULL,
                        .history = file && *file ? file : history};
    rt->vm->inspect = false; /* from here on, SystemExit ends it */
    int status = prompt_run(rt, t, &p);
    free(history);
    return status;
}

/* -c: the program is text; bytes of it that are none stop it, with CPython's words. */
static int main_run_command(ouro_runtime *rt, const char *command)
{
    ouro_value text = str_from_system(rt, command, strlen(command));
    ouro_value bytes = ouro_is_null(text) ? text : codec_utf8_encode(rt, text, "strict");
    bool fine = !ouro_is_null(bytes);
    ouro_decref(rt, bytes);
    ouro_decref(rt, text);
    if (fine) {
        return ouro_run_text(rt, command, "<string>");
    }
    fputs("Unable to decode the command from the command line:\n", stderr);
    ouro_error_print(rt);
    return 1;
}

static int main_run(ouro_runtime *rt, const options *o, terminal *t)
{
    switch (o->run) {
    case RUN_TEXT:
        return main_run_command(rt, o->what);
    case RUN_MODULE:
        return ouro_run_module(rt, o->what);
    case RUN_FILE:
        return ouro_run_file(rt, o->what);
    default: {
        if (main_input_is_interactive(o)) {
            return main_prompt(rt, o, t, true);
        }
        size_t length;
        char *text = main_read_stdin(&length);
        if (!text) {
            fprintf(stderr, "ouro: cannot read standard input: %s\n", strerror(errno));
            return 2;
        }
        int status = embed_run_input(rt, text, length);
        free(text);
        return status;
    }
    }
}

/* The prompt after a program, where -i or PYTHONINSPECT (which the program may have set) asks for it. */
static int main_prompt_after(ouro_runtime *rt, const options *o, terminal *t, int status)
{
    const char *inspect = o->python.isolated ? NULL : getenv("PYTHONINSPECT");
    if ((o->python.flags.inspect || (inspect && *inspect)) && main_input_is_interactive(o)) {
        return main_prompt(rt, o, t, false);
    }
    return status;
}

/* The filters of -W and its kin are the library's warnings module's business, which reads them when it is imported. */
static void main_settle_warnings(ouro_runtime *rt, const options *o)
{
    if (!o->python.flags.warn_options) {
        return;
    }
    ouro_owned module = ouro_import(rt, "warnings");
    if (ouro_is_null(module)) { /* without the library there are no filters; a program that needs it will say so */
        ouro_error_clear(rt);
    }
    ouro_decref(rt, module);
}

/* -X faulthandler.  Without a standard error there is nothing to write to, which is no error. */
static void main_enable_fault_handler(ouro_runtime *rt)
{
    ouro_owned module = ouro_import(rt, "faulthandler");
    ouro_owned done = ouro_is_null(module) ? OURO_NULL : ouro_call_method(rt, module, "enable", NULL, 0);
    if (ouro_is_null(done)) {
        ouro_error_clear(rt);
    }
    ouro_decref(rt, done);
    ouro_decref(rt, module);
}

/* Writes the report where the options say.  False: it could not be written. */
static bool main_write_report(const memory_report *report, const options *o)
{
    FILE *out = o->report_file ? fopen(o->report_file, "w") : stderr;
    if (!out) {
        fprintf(stderr, "ouro: cannot write the report to %s: %s\n", o->report_file, strerror(errno));
        return false;
    }
    memory_report_print(report, o->report, out, !o->report_file && isatty(STDERR_FILENO));
    bool ok = fflush(out) == 0 && !ferror(out);
    if (o->report_file) {
        ok &= fclose(out) == 0;
    }
    if (!ok) {
        fprintf(stderr, "ouro: the report could not be written whole: %s\n", strerror(errno));
    }
    return ok;
}

static void main_heap_made(void *context, ouro_mem *mem)
{
    const main_context *c = context;
    if (c->options->sweep.whole) {
        sweep_start(mem, &c->options->sweep);
    }
}

/* Closes the runtime, which nothing outside it names from then on.  Returns the blocks left. */
static size_t main_close(ouro_runtime *rt)
{
    main_runtime = NULL;
    bool stays = vm_threads_left(rt);
    size_t left = ouro_close(rt);
    if (!stays) {
        MAIN_OPEN(NULL);
    }
    return left;
}

static const char *main_program_name(const options *o)
{
    return o->run == RUN_TEXT ? "-c" : o->run == RUN_STDIN ? "standard input" : o->what;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "report") == 0) {
        return report_main(argc - 2, argv + 2);
    }
    if (argc > 1 && strcmp(argv[1], "top") == 0) {
        return top_main(argc - 2, argv + 2);
    }
    int heap_status;
    if (heap_command(argc, argv, &heap_status)) {
        return heap_status;
    }
    options o = options_read(argc, argv);
    if (o.run == RUN_NOTHING) {
        options_free(&o);
        return o.status;
    }
    int live_status;
    if (o.record.live && !live_fork(&o.record, &live_status)) {
        options_free(&o);
        return live_status;
    }
    main_context context = {&o, 0};
    ouro_mem_config memory = {.limit = o.memory_limit};
    ouro_config config = ouro_config_default();
    config.memory = &memory;
    config.program = argv[0];
    config.stdlib = o.stdlib;
    config.argc = o.argc;
    config.argv = o.argv;
    config.optimize = o.python.optimize;
    config.isolated = o.python.isolated;
    config.memory_error_snapshot = o.on_memory_error;
    config.trace_frames = (uint32_t)o.python.trace_frames;
    config.flags = &o.python.flags;
    /* where allocations are counted, whether a file is there must not change their number */
    o.python.flags.cache = o.sweep.step == 0 && o.checks.fail_at == 0;
    config.report_leak = main_leak;
    config.heap_made = main_heap_made;
    config.context = &context;
    errno = 0;
    ouro_runtime *rt = ouro_open(&config);
    if (!rt) {
        if (errno != EINVAL) {
            fprintf(stderr, o.memory_limit ? "ouro: cannot start within the memory limit\n"
                                           : "ouro: cannot start: no memory\n");
        }
        options_free(&o);
        return 1;
    }
    main_runtime = rt;
    MAIN_OPEN(rt);
    struct sigaction action = {.sa_handler = main_interrupt};
    struct sigaction before;
    if (sigaction(SIGINT, NULL, &before) == 0 && before.sa_handler != SIG_IGN) { /* ignored: as the parent wants */
        sigaction(SIGINT, &action, NULL);
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that would be too large is an OSError */
    if (o.report) {
        memory_report_start(rt);
    }
    recording_run *recording = NULL;
    if (o.record.file && !(recording = record_start(rt, &o.record, main_program_name(&o)))) {
        (void)main_close(rt);
        options_free(&o);
        return 1;
    }
    int reason = o.on_signal ? emergency_on_signal(rt, SIGUSR2, o.on_signal) : 0;
    if (reason) {
        fprintf(stderr, "ouro: no snapshots on SIGUSR2: %s\n", strerror(reason));
    }
    if (o.trace_stores && !stores_trace(rt, true)) {
        fprintf(stderr, "ouro: no memory to trace stores\n");
    }
    if (o.gc_log && !gc_log_open(rt, o.gc_log_where)) {
        (void)main_close(rt);
        options_free(&o);
        return 1;
    }
    o.checks.heap |= o.sweep.step != 0;
    if (o.sweep.step && !o.sweep.whole) {
        sweep_start(ouro_heap(rt), &o.sweep);
    }
    checks_start(rt, &o.checks);
    if (o.python.fault_handler) {
        main_enable_fault_handler(rt);
    }
    main_settle_warnings(rt, &o);
    terminal *t = terminal_open(rt);
    if (!t) {
        fprintf(stderr, "ouro: cannot start: no memory\n");
        (void)main_close(rt);
        options_free(&o);
        return 1;
    }
    int status = site_start(rt, &o);
    if (status < 0) {
        status = main_run(rt, &o, t);
    }
    if (o.run != RUN_STDIN || !main_input_is_interactive(&o)) {
        status = main_prompt_after(rt, &o, t, status);
    }
    terminal_close(t);
    (void)checks_end(rt, &o.checks, "at the end");
    if (recording && !record_end(recording) && status == 0) {
        status = 1;
    }
    memory_report *report = o.report ? memory_report_take(rt, main_program_name(&o)) : NULL;
    bool interrupted = rt->vm->interrupted;
    int flushed = ouro_finish(rt);
    main_runtime = NULL;
    if (report) {
        memory_report_end(report, rt);
    }
    size_t faults = checks_end(rt, &o.checks, "after the end");
    size_t left = main_close(rt);
    if (status == 0) {
        status = flushed;
    }
    if (!gc_log_close() && status == 0) {
        status = 1;
    }
    if (o.report) {
        if (!report) {
            fprintf(stderr, "ouro: no memory for the report\n");
        } else if (!main_write_report(report, &o) && status == 0) {
            status = 1;
        }
        memory_report_free(report);
    }
    if (left) {
        fprintf(stderr, "ouro: %zu blocks left at close: a bug in ouro\n", left);
    }
    if (o.checks.heap && (faults || left)) {
        status = CHECKS_STATUS;
    }
    if (sweep_is_first()) {
        return sweep_end();
    }
    options_free(&o);
    if (interrupted && status == 130) { /* the shell is to see that it was Ctrl-C that ended the program */
        fflush(NULL);
        signal(SIGINT, SIG_DFL);
        kill(getpid(), SIGINT);
    }
    return status;
}
