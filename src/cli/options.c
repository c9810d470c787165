/* options.c: reads the command line: what to run, the options of ouro itself; those of python3 are python_options.c's. */
#include "cli/options.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char options_usage[] =
    "usage: ouro [option] ... [-c cmd | -m mod | file | -] [arg] ...\n"
    "       ouro record [-o FILE] [option] ... [-c cmd | -m mod | file | -] [arg] ...\n"
    "       ouro --live [option] ... [-c cmd | -m mod | file] [arg] ...\n"
    "       ouro top [PID]\n"
    "       ouro report [--by live|peak|total|growth] [--lines N] [--tree | --html[=PAGE]] FILE [--heap SNAPSHOT ...]\n"
    "       ouro heap FILE | diff OLD NEW | leaks FILE FILE ... | why FILE WHAT | export --format NAME FILE\n";

static const char options_help[] =
    "Runs a Python 3.11 program, and shows where its memory is.\n"
    "\n"
    "What to run:\n"
    "  file             a script, or a directory or a zip file with a __main__.py\n"
    "  -c cmd           the text itself; all that follows goes to sys.argv\n"
    "  -m mod           a module, as a script\n"
    "  -                standard input; the same without anything, and a prompt at a terminal\n"
    "  --stdlib=DIR     the standard library in Python (default: OURO_STDLIB, or /usr/lib/python3.11)\n"
    "\n"
    "Memory:\n"
    "  --memory[=text]  a report when the program has ended: bytes, types, size classes, collections, "
    "cycles, and\n"
    "                   what keeps the biggest survivors alive; on standard error\n"
    "  --memory=json    the same for programs\n"
    "  --memory-file=FILE   writes the report to a file instead\n"
    "  --memory-limit=SIZE  a hard limit (1000000, 512K, 64M, 2G): beyond it the program gets MemoryError\n"
    "  --gc-log[=FILE]  a line for each collection: why it began, how long it took, what it freed, by type and\n"
    "                   line (lines: with -X tracemalloc); =json, or a FILE.json: for programs\n"
    "  --on-memory-error=FILE  at the first MemoryError a snapshot of the heap to FILE, a report to FILE.txt\n"
    "  --snapshot-on-signal[=FILE]  the same whenever SIGUSR2 comes (FILE: ouro-%p-%n.heap; %p: the process, %n: the\n"
    "                   number)\n"
    "  --trace-stores   remember which line stored which object in which: --memory then names the line that closed\n"
    "                   each kind of cycle (slow)\n"
    "\n"
    "As in python3:\n";

/* What -h leaves out, which is to fit on a screen. */
static const char options_help_more[] =
    "Recording (ouro record; ouro report shows it, ouro top PID while it runs):\n"
    "  --live           run the program beside a view of its memory (with ouro record: and keep the recording)\n"
    "  -o FILE          where to (run.ouro)\n"
    "  --frames=N       keep only the N innermost calls of each place (default: all)\n"
    "  --sample=SIZE    look at one block for SIZE bytes on average, instead of at every one\n"
    "  --interval=MS    write what changed every MS milliseconds at first (100)\n"
    "\n"
    "Checks of the runtime itself (its tests use them):\n"
    "  --check-heap[=N]     compare every reference count with the references, at the end and at each N-th "
    "stop\n"
    "  --collect-every=N    a full collection after every N allocations\n"
    "  --fork-collections=WHEN  full collections in a forked copy of the process: never, large (when the heap is:\n"
    "                       the default), always\n"
    "  --fail-at=N[+]       the N-th allocation of the program fails (+: and all after it)\n"
    "  --sweep[=STEP[:FIRST]], --sweep-start[=...]   each allocation fails in a copy of the process: does every copy\n"
    "                       end well?  (-start: those of the runtime's own start too)\n";

/* The command ends with the status.  Returns -1. */
static int options_end(options *o, int status)
{
    o->run = RUN_NOTHING;
    o->status = status;
    return -1;
}

static int options_wrong(options *o, const char *format, const char *what)
{
    fprintf(stderr, "ouro: ");
    fprintf(stderr, format, what);
    fprintf(stderr, "\n%sTry `ouro -h' for more information.\n", options_usage);
    return options_end(o, 2);
}

/* The value of `--name=value` or `--name value`: NULL if the argument is another. */
static const char *options_value(const char *name, int argc, char **argv, int *at)
{
    size_t n = strlen(name);
    if (strncmp(argv[*at], name, n) != 0) {
        return NULL;
    }
    if (argv[*at][n] == '=') {
        return argv[*at] + n + 1;
    }
    if (argv[*at][n] == 0 && *at + 1 < argc) {
        return argv[++*at];
    }
    return NULL;
}

/* A size with an optional K, M or G; false: no size. */
static bool options_size(const char *text, size_t *size)
{
    char *end;
    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    unsigned shift = 0;
    switch (*end) {
    case 'k':
    case 'K':
        shift = 10;
        break;
    case 'm':
    case 'M':
        shift = 20;
        break;
    case 'g':
    case 'G':
        shift = 30;
        break;
    default:
        break;
    }
    end += shift != 0;
    if (shift && (*end == 'B' || *end == 'b')) {
        end++;
    }
    if (end == text || *end || errno || *text == '-' || n == 0 || n > (SIZE_MAX >> shift)) {
        return false;
    }
    *size = (size_t)n << shift;
    return true;
}

/* --live, and with it or with `ouro record` the options of recordings: 1 read, 0 another, -1 wrong (complained). */
static int options_record(options *o, int argc, char **argv, int *at)
{
    const char *value;
    size_t number = 0;
    if (strcmp(argv[*at], "--live") == 0) {
        o->record.live = true;
        o->record.interval = o->record.interval ? o->record.interval : 100;
        return 1;
    }
    if (!o->record.file && !o->record.live) {
        return 0;
    }
    if (strcmp(argv[*at], "-o") == 0 && *at + 1 < argc) {
        o->record.file = argv[++*at];
    } else if ((value = options_value("--frames", argc, argv, at))) {
        if (!options_size(value, &number) || number > 65535) {
            (void)options_wrong(o, "--frames: '%s' is no number from 1 to 65535", value);
            return -1;
        }
        o->record.frames = (uint32_t)number;
    } else if ((value = options_value("--sample", argc, argv, at))) {
        if (!options_size(value, &number)) {
            (void)options_wrong(o, "--sample: '%s' is no size", value);
            return -1;
        }
        o->record.sample = number;
    } else if ((value = options_value("--interval", argc, argv, at))) {
        if (!options_size(value, &number) || number > 86400000) {
            (void)options_wrong(o, "--interval: '%s' is no number of milliseconds", value);
            return -1;
        }
        o->record.interval = (uint32_t)number;
    } else {
        return 0;
    }
    return 1;
}

static void options_rest(options *o, int argc, char **argv, int from, const char *first)
{
    o->argc = argc - from + 1;
    o->argv = (const char **)argv + from - 1;
    o->argv[0] = first;
}

/* A cluster of single letters.  Returns how the reading goes on: 1 next argument, 0 what to run has been
 * found, -1 the command ends (o->status). */
static int options_letters(options *o, int argc, char **argv, int *at)
{
    for (const char *c = argv[*at] + 1; *c; c++) {
        bool takes = *c == 'c' || *c == 'm' || *c == 'X' || *c == 'W';
        if (!takes && python_option_letter(&o->python, *c)) {
            continue;
        }
        if (!takes) {
            fprintf(stderr, "Unknown option: -%c\n%sTry `ouro -h' for more information.\n", *c, options_usage);
            return options_end(o, 2);
        }
        const char *value = c[1] ? c + 1 : *at + 1 < argc ? argv[++*at] : NULL;
        if (!value) {
            fprintf(stderr, "Argument expected for the -%c option\n%sTry `ouro -h' for more information.\n", *c,
                    options_usage);
            return options_end(o, 2);
        }
        if (*c == 'X' || *c == 'W') {
            python_option_argument(&o->python, *c, value);
            return 1;
        }
        o->run = *c == 'c' ? RUN_TEXT : RUN_MODULE;
        o->what = value;
        options_rest(o, argc, argv, *at + 1, *c == 'c' ? "-c" : "-m");
        return 0;
    }
    return 1;
}

/* The options that let somebody watch the run.  False: another one. */
static bool options_watch(options *o, const char *a)
{
    if (strncmp(a, "--gc-log", strlen("--gc-log")) == 0 && (a[8] == 0 || a[8] == '=')) {
        o->gc_log = true;
        o->gc_log_where = a[8] == 0 ? NULL : a + 9;
        return true;
    }
    if (strncmp(a, "--on-memory-error=", strlen("--on-memory-error=")) == 0) {
        o->on_memory_error = a + strlen("--on-memory-error=");
        return true;
    }
    if (strncmp(a, "--snapshot-on-signal", strlen("--snapshot-on-signal")) == 0 && (a[20] == 0 || a[20] == '=')) {
        o->on_signal = a[20] == 0 ? "ouro-%p-%n.heap" : a + 21;
        return true;
    }
    if (strcmp(a, "--trace-stores") == 0) {
        return o->trace_stores = true;
    }
    return false;
}

/* The options that begin with two dashes, and those of python3 that do: as options_letters; 2: none of them. */
static int options_long(options *o, int argc, char **argv, int *at)
{
    static const struct {
        const char *name, *texts[9];
    } helps[] = {{"--help-env", {python_options_help_environment}},
                 {"--help-xoptions", {python_options_help_x}},
                 {"--help-all",
                  {options_usage, options_help, python_options_help, "\n", options_help_more, "\n",
                   python_options_help_environment, "\n", python_options_help_x}}};
    const char *a = argv[*at], *value;
    if (strcmp(a, "--help") == 0) {
        o->python.help++;
        return 1;
    }
    if (strcmp(a, "--version") == 0) {
        o->python.version++;
        return 1;
    }
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(a, helps[i].name) == 0) {
            for (size_t k = 0; k < sizeof helps[i].texts / sizeof *helps[i].texts && helps[i].texts[k]; k++) {
                printf("%s", helps[i].texts[k]);
            }
            return options_end(o, 0);
        }
    }
    int checked = options_record(o, argc, argv, at);
    if (checked) {
        return checked;
    }
    if (strcmp(a, "--memory") == 0 || strcmp(a, "--memory=text") == 0) {
        o->report = REPORT_TEXT;
    } else if (strcmp(a, "--memory=json") == 0) {
        o->report = REPORT_JSON;
    } else if ((value = options_value("--memory-file", argc, argv, at))) {
        o->report_file = value;
        o->report = o->report ? o->report : REPORT_TEXT;
    } else if ((value = options_value("--memory-limit", argc, argv, at))) {
        if (!options_size(value, &o->memory_limit)) {
            return options_wrong(o, "--memory-limit: '%s' is no size", value);
        }
    } else if (options_watch(o, a)) {
        return 1;
    } else if ((value = options_value("--stdlib", argc, argv, at))) {
        o->stdlib = value;
    } else if ((value = options_value("--check-hash-based-pycs", argc, argv, at))) {
        o->python.flags.check_hash_pycs = strcmp(value, "always") == 0 ? 1 : strcmp(value, "never") == 0 ? 2 : 0;
        if (o->python.flags.check_hash_pycs == 0 && strcmp(value, "default") != 0) {
            fprintf(stderr,
                    "--check-hash-based-pycs must be one of 'default', 'always', or 'never'\n"
                    "%sTry `ouro -h' for more information.\n",
                    options_usage);
            return options_end(o, 2);
        }
    } else if ((checked = checks_read(&o->checks, a)) != 0 || (checked = sweep_read(&o->sweep, a)) != 0) {
        if (checked < 0) {
            return options_wrong(o, "%s: no such number", a);
        }
    } else if (a[1] == '-') {
        fprintf(stderr, "unknown option %s\n%sTry `ouro -h' for more information.\n", a, options_usage);
        return options_end(o, 2);
    } else {
        return 2;
    }
    return 1;
}

/* False: the command ends (o->status). */
static bool options_from_arguments(options *o, int argc, char **argv)
{
    int i = 1;
    if (argc > 1 && strcmp(argv[1], "record") == 0) {
        o->record = (record_options){.file = "run.ouro", .interval = 100};
        i++;
    }
    for (; i < argc; i++) {
        const char *a = argv[i];
        if (strcmp(a, "-") == 0 || a[0] != '-') {
            break;
        }
        if (strcmp(a, "--") == 0) {
            i++;
            break;
        }
        int next = options_long(o, argc, argv, &i);
        next = next == 2 ? options_letters(o, argc, argv, &i) : next;
        if (next <= 0) {
            return next == 0;
        }
    }
    if (i < argc) {
        o->run = strcmp(argv[i], "-") == 0 ? RUN_STDIN : RUN_FILE;
        o->what = argv[i];
        o->argc = argc - i;
        o->argv = (const char **)argv + i;
    }
    return true;
}

static void options_print_version(unsigned times)
{
#ifdef __clang__
    static const char compiler[] = __VERSION__;
#else
    static const char compiler[] = "GCC " __VERSION__;
#endif
    if (times > 1) {
        printf("%s [%s]\n", OPTIONS_VERSION, compiler);
    } else {
        printf("%s\n", OPTIONS_VERSION);
    }
}

options options_read(int argc, char **argv)
{
    static const char *no_arguments[] = {""};
    options o = {.run = RUN_STDIN, .argc = 1, .argv = no_arguments};
    o.python.flags.orig_argc = argc;
    /* sys.argv is made of the array itself: its pointers are kept as they were */
    const char **original = calloc((size_t)argc + 1, sizeof *original);
    if (!original) {
        fprintf(stderr, "ouro: no memory for the command line\n");
        (void)options_end(&o, 1);
        return o;
    }
    memcpy(original, argv, (size_t)argc * sizeof *original);
    o.python.flags.orig_argv = original;
    if (!options_from_arguments(&o, argc, argv)) {
        return o;
    }
    if (o.python.help) {
        printf("%s%s%s", options_usage, options_help, python_options_help);
        (void)options_end(&o, 0);
    } else if (o.python.version) {
        options_print_version(o.python.version);
        (void)options_end(&o, 0);
    } else {
        int status = python_options_settle(&o.python);
        if (status) {
            (void)options_end(&o, status);
        }
    }
    return o;
}

void options_free(options *o)
{
    free((void *)o->python.flags.orig_argv);
    o->python.flags.orig_argv = NULL;
    python_options_free(&o->python);
}
