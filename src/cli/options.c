/* options.c: reads the command line.
 *
 * The options of Python that mean something here have Python's letters; those that change nothing here are
 * accepted, so that scripts that start an interpreter go on working.
 */
#include "cli/options.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPTIONS_UNSAID UINT32_MAX

static const char options_usage[] =
    "usage: ouro [option] ... [-c cmd | -m mod | file | -] [arg] ...\n"
    "       ouro record [-o FILE] [option] ... [-c cmd | -m mod | file | -] [arg] ...\n"
    "       ouro report [--by live|peak|total|growth] [--lines N] FILE\n"
    "       ouro heap FILE | diff OLD NEW | leaks FILE FILE ... | export --format NAME FILE\n";

static const char options_help[] =
    "Runs a Python 3.11 program, and shows where its memory is.\n"
    "\n"
    "What to run:\n"
    "  file             a script, or a directory with a __main__.py\n"
    "  -c cmd           the text itself; all that follows goes to sys.argv\n"
    "  -m mod           a module, as a script\n"
    "  -                standard input (also when nothing is given)\n"
    "\n"
    "Memory:\n"
    "  --memory[=text]  a report when the program has ended: bytes, types, size classes, collections, "
    "cycles, and\n"
    "                   what keeps the biggest survivors alive; on standard error\n"
    "  --memory=json    the same for programs\n"
    "  --memory-file=FILE   writes the report to a file instead\n"
    "  --memory-limit=SIZE  a hard limit (1000000, 512K, 64M, 2G): beyond it the program gets MemoryError\n"
    "\n"
    "Recording (ouro record; ouro report shows it):\n"
    "  -o FILE          where to (run.ouro)\n"
    "  --frames=N       keep only the N innermost calls of each place (default: all)\n"
    "  --sample=SIZE    look at one block for SIZE bytes on average, instead of at every one\n"
    "  --interval=MS    write what changed every MS milliseconds at first (100)\n"
    "\n"
    "Checks of the runtime itself (its tests use them):\n"
    "  --check-heap[=N]     compare every reference count with the references, at the end and at each N-th "
    "stop\n"
    "  --collect-every=N    a full collection after every N allocations\n"
    "  --fail-at=N[+]       the N-th allocation of the program fails (+: and all after it)\n"
    "  --sweep[=STEP[:FIRST]], --sweep-start[=...]   each allocation fails in a copy of the process: does every copy\n"
    "                       end well?  (-start: those of the runtime's own start too)\n"
    "\n"
    "Others:\n"
    "  --stdlib=DIR     the standard library in Python (default: OURO_STDLIB, or /usr/lib/python3.11)\n"
    "  -O, -OO          no asserts; no docstrings either\n"
    "  -I, -E           take nothing from the environment\n"
    "  -V, --version    print the version\n"
    "  -h, --help       print this\n"
    "  -X tracemalloc[=N]   trace from the start, N frames for each block (also: PYTHONTRACEMALLOC)\n"
    "  -B -s -S -u -b -d -i -q -v -x -X opt -W arg   accepted\n";

static options options_end(int status)
{
    return (options){.run = RUN_NOTHING, .status = status};
}

static options options_wrong(const char *format, const char *what)
{
    fprintf(stderr, "ouro: ");
    fprintf(stderr, format, what);
    fprintf(stderr, "\n%sTry `ouro -h' for more information.\n", options_usage);
    return options_end(2);
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

/* The number of frames that tracemalloc is to keep; false: complained. */
static bool options_trace(options *o, const char *text, const char *where)
{
    char *end;
    errno = 0;
    long n = strtol(text, &end, 10);
    if (end == text || *end || errno || n < 0 || n > INT32_MAX) {
        fprintf(stderr, "Fatal Python error: config_init_tracemalloc: %s: invalid number of frames\n", where);
        return false;
    }
    if (n > 65535) {
        fprintf(stderr, "Fatal Python error: init_interp_main: can't initialize tracemalloc\n"
                        "ValueError: the number of frames must be in range [1; 65535]\n");
        return false;
    }
    o->trace_frames = (unsigned)n;
    return true;
}

/* -X option: false: the command ends. */
static bool options_x(options *o, const char *text)
{
    size_t n = strlen("tracemalloc");
    if (strncmp(text, "tracemalloc", n) != 0 || (text[n] && text[n] != '=')) {
        return true;
    }
    return options_trace(o, text[n] ? text + n + 1 : "1", "-X tracemalloc=NFRAME");
}

/* The options of `ouro record` that are its own: 1 read, 0 another, -1 wrong (complained). */
static int options_record(options *o, int argc, char **argv, int *at)
{
    const char *value;
    size_t number = 0;
    if (!o->record.file) {
        return 0;
    }
    if (strcmp(argv[*at], "-o") == 0 && *at + 1 < argc) {
        o->record.file = argv[++*at];
    } else if ((value = options_value("--frames", argc, argv, at))) {
        if (!options_size(value, &number) || number > 65535) {
            *o = options_wrong("--frames: '%s' is no number from 1 to 65535", value);
            return -1;
        }
        o->record.frames = (uint32_t)number;
    } else if ((value = options_value("--sample", argc, argv, at))) {
        if (!options_size(value, &number)) {
            *o = options_wrong("--sample: '%s' is no size", value);
            return -1;
        }
        o->record.sample = number;
    } else if ((value = options_value("--interval", argc, argv, at))) {
        if (!options_size(value, &number) || number > 86400000) {
            *o = options_wrong("--interval: '%s' is no number of milliseconds", value);
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
        switch (*c) {
        case 'c':
        case 'm': {
            const char *value = c[1] ? c + 1 : *at + 1 < argc ? argv[++*at] : NULL;
            if (!value) {
                fprintf(stderr,
                        "Argument expected for the -%c option\n%sTry `ouro -h' for more information.\n", *c,
                        options_usage);
                *o = options_end(2);
                return -1;
            }
            o->run = *c == 'c' ? RUN_TEXT : RUN_MODULE;
            o->what = value;
            options_rest(o, argc, argv, *at + 1, *c == 'c' ? "-c" : "-m");
            return 0;
        }
        case 'O':
            o->optimize++;
            break;
        case 'I':
        case 'E':
            o->isolated = true;
            break;
        case 'h':
            printf("%s%s", options_usage, options_help);
            *o = options_end(0);
            return -1;
        case 'V':
            printf("ouro 0.1.0 (Python 3.11.2)\n");
            *o = options_end(0);
            return -1;
        case 'X':
        case 'W': {
            const char *value = c[1] ? c + 1 : *at + 1 < argc ? argv[++*at] : "";
            if (*c == 'X' && !options_x(o, value)) {
                *o = options_end(1);
                return -1;
            }
            return 1;
        }
        case 'B':
        case 's':
        case 'S':
        case 'u':
        case 'b':
        case 'd':
        case 'i':
        case 'q':
        case 'v':
        case 'x':
        case 'P':
        case 'R':
            break;
        default: {
            char letter[2] = {*c, 0};
            fprintf(stderr, "Unknown option: -%s\n%sTry `ouro -h' for more information.\n", letter,
                    options_usage);
            *o = options_end(2);
            return -1;
        }
        }
    }
    return 1;
}

/* What the environment says where the command line says nothing. */
static options options_from_environment(options o, bool traced)
{
    const char *text = o.isolated || traced ? NULL : getenv("PYTHONTRACEMALLOC");
    if (o.run != RUN_NOTHING && text && *text && !options_trace(&o, text, "PYTHONTRACEMALLOC")) {
        return options_end(1);
    }
    return o;
}

static options options_from_arguments(int argc, char **argv)
{
    static const char *no_arguments[] = {""};
    options o = {.run = RUN_STDIN, .argc = 1, .argv = no_arguments, .trace_frames = OPTIONS_UNSAID};
    int i = 1;
    if (argc > 1 && strcmp(argv[1], "record") == 0) {
        o.record = (record_options){.file = "run.ouro", .interval = 100};
        i++;
    }
    for (; i < argc; i++) {
        const char *a = argv[i];
        const char *value;
        int checked;
        if (strcmp(a, "-") == 0 || a[0] != '-') {
            break;
        }
        if (strcmp(a, "--") == 0) {
            i++;
            break;
        }
        if (strcmp(a, "--help") == 0) {
            printf("%s%s", options_usage, options_help);
            return options_end(0);
        }
        if (strcmp(a, "--version") == 0) {
            printf("ouro 0.1.0 (Python 3.11.2)\n");
            return options_end(0);
        }
        int recorded = options_record(&o, argc, argv, &i);
        if (recorded < 0) {
            return o;
        }
        if (recorded > 0) {
            continue;
        }
        if (strcmp(a, "--memory") == 0 || strcmp(a, "--memory=text") == 0) {
            o.report = REPORT_TEXT;
        } else if (strcmp(a, "--memory=json") == 0) {
            o.report = REPORT_JSON;
        } else if ((value = options_value("--memory-file", argc, argv, &i))) {
            o.report_file = value;
            o.report = o.report ? o.report : REPORT_TEXT;
        } else if ((value = options_value("--memory-limit", argc, argv, &i))) {
            if (!options_size(value, &o.memory_limit)) {
                return options_wrong("--memory-limit: '%s' is no size", value);
            }
        } else if ((value = options_value("--stdlib", argc, argv, &i))) {
            o.stdlib = value;
        } else if ((checked = checks_read(&o.checks, a)) != 0 || (checked = sweep_read(&o.sweep, a)) != 0) {
            if (checked < 0) {
                return options_wrong("%s: no such number", a);
            }
        } else if (a[1] == '-') {
            return options_wrong("unknown option %s", a);
        } else {
            int next = options_letters(&o, argc, argv, &i);
            if (next <= 0) {
                return o;
            }
        }
    }
    if (i < argc) {
        o.run = strcmp(argv[i], "-") == 0 ? RUN_STDIN : RUN_FILE;
        o.what = argv[i];
        o.argc = argc - i;
        o.argv = (const char **)argv + i;
    }
    return o;
}

options options_read(int argc, char **argv)
{
    options o = options_from_arguments(argc, argv);
    bool traced = o.trace_frames != OPTIONS_UNSAID;
    if (!traced) {
        o.trace_frames = 0;
    }
    return options_from_environment(o, traced);
}
