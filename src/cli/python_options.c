/* python_options.c: the options and the environment variables of `python3`, with the meaning that they have for
 * CPython 3.11: what sys.flags, sys.warnoptions and sys._xoptions are, and which of two sources counts.
 *
 * For most settings the environment and the command line add up to the higher of the two; for -X utf8,
 * -X int_max_str_digits, -X pycache_prefix and -X tracemalloc the command line decides.
 */
#include "cli/python_options.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PYTHON_MAX_FRAMES = 65535, PYTHON_LEAST_DIGITS = 640 };

const char python_options_help[] =
    "  -b, -bb          BytesWarning for str(bytes) and for comparing bytes with str or int; -bb: as an error\n"
    "  -B               write no cache of compiled modules (PYTHONDONTWRITEBYTECODE)\n"
    "  -d               sets sys.flags.debug (PYTHONDEBUG)\n"
    "  -E               take nothing from PYTHON* variables\n"
    "  -i               a prompt when the program has ended, also where input is no terminal (PYTHONINSPECT)\n"
    "  -I               -E -P -s\n"
    "  -O, -OO          no asserts; no docstrings either (PYTHONOPTIMIZE)\n"
    "  -P               put no directory of the program before sys.path (PYTHONSAFEPATH)\n"
    "  -q               no banner before the prompt\n"
    "  -R               random hashes whatever PYTHONHASHSEED says\n"
    "  -s               leave the user's own packages out (PYTHONNOUSERSITE)\n"
    "  -S               leave all installed packages out: no directories, no .pth files, no sitecustomize\n"
    "  -u               what is written to standard output and error goes out at once (PYTHONUNBUFFERED)\n"
    "  -v               tell each import on standard error (PYTHONVERBOSE)\n"
    "  -W arg           a filter of warnings: action:message:category:module:line (PYTHONWARNINGS)\n"
    "  -x               skip the first line of the file\n"
    "  -X opt           see --help-xoptions\n"
    "  -V, --version    print the version; -VV: more of it\n"
    "  -h, -?, --help   print this; --help-env: variables; --help-xoptions: -X; --help-all: everything\n";

const char python_options_help_environment[] =
    "Environment variables:\n"
    "  OURO_STDLIB                the standard library in Python\n"
    "  OURO_HISTORY               the file of the prompt's history (~/.ouro_history); empty: none\n"
    "  PYTHONBREAKPOINT           what breakpoint() calls; 0: nothing\n"
    "  PYTHONDEBUG                -d\n"
    "  PYTHONDEVMODE              -X dev\n"
    "  PYTHONDONTWRITEBYTECODE    -B\n"
    "  PYTHONFAULTHANDLER         -X faulthandler\n"
    "  PYTHONHASHSEED             seed of str hashes: a number up to 4294967295, or `random'\n"
    "  PYTHONHOME                 what sys.prefix is; the standard library is its lib/python3.11\n"
    "  PYTHONINSPECT              -i; a program may set it as well\n"
    "  PYTHONINTMAXSTRDIGITS      -X int_max_str_digits\n"
    "  PYTHONIOENCODING           encoding[:errors] of the standard streams\n"
    "  PYTHONNODEBUGRANGES        -X no_debug_ranges\n"
    "  PYTHONNOUSERSITE           -s\n"
    "  PYTHONOPTIMIZE             -O; a number: so many\n"
    "  PYTHONPATH                 directories before the library in sys.path, separated by colons\n"
    "  PYTHONPROFILEIMPORTTIME    -X importtime\n"
    "  PYTHONPYCACHEPREFIX        -X pycache_prefix\n"
    "  PYTHONSAFEPATH             -P\n"
    "  PYTHONSTARTUP              a file that is run before the prompt\n"
    "  PYTHONTRACEMALLOC          -X tracemalloc\n"
    "  PYTHONUNBUFFERED           -u\n"
    "  PYTHONUSERBASE             where the user's own packages lie (~/.local)\n"
    "  PYTHONUTF8                 -X utf8\n"
    "  PYTHONVERBOSE              -v; a number: so many\n"
    "  PYTHONWARNDEFAULTENCODING  -X warn_default_encoding\n"
    "  PYTHONWARNINGS             -W, several separated by commas\n"
    "  XDG_CACHE_HOME             where compiled modules go whose own folder cannot be written (~/.cache)\n";

const char python_options_help_x[] =
    "Options for the runtime:\n"
    "  -X dev                     warnings are shown (-W default); -X faulthandler; names of codecs are checked always\n"
    "  -X faulthandler            where the program is, when a fatal signal ends it\n"
    "  -X importtime              how long each import takes, on standard error\n"
    "  -X int_max_str_digits=N    limit of digits between int and decimal str; 0: none\n"
    "  -X no_debug_ranges         no columns: tracebacks have no carets\n"
    "  -X pycache_prefix=DIR      compiled modules are cached in a tree of their own\n"
    "  -X tracemalloc[=N]         trace from the start, N frames for each block\n"
    "  -X utf8[=0]                sets sys.flags.utf8_mode\n"
    "  -X warn_default_encoding   sets sys.flags.warn_default_encoding\n"
    "  -X frozen_modules[=on|off], -X showrefcount   are accepted and change nothing\n"
    "All of them, and any other name, are in sys._xoptions.\n";

/* ---- lists of texts ---- */

/* Adds a copy; `unique`: unless it is in the list. */
static void text_list_add(text_list *list, const char *text, size_t length, bool unique)
{
    for (size_t i = 0; unique && i < list->count; i++) {
        if (strlen(list->items[i]) == length && memcmp(list->items[i], text, length) == 0) {
            return;
        }
    }
    if (list->count + 1 >= list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 8;
        char **grown = realloc(list->items, capacity * sizeof *grown);
        if (!grown) {
            list->failed = true;
            return;
        }
        list->items = grown;
        list->capacity = capacity;
    }
    char *copy = strndup(text, length);
    if (!copy) {
        list->failed = true;
        return;
    }
    list->items[list->count++] = copy;
    list->items[list->count] = NULL;
}

static void text_list_free(text_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i]);
    }
    free(list->items);
    *list = (text_list){0};
}

/* ---- the command line ---- */

bool python_option_letter(python_options *o, char letter)
{
    ouro_flags *f = &o->flags;
    switch (letter) {
    case 'b':
        f->bytes_warning++;
        return true;
    case 'B':
        f->dont_write_bytecode++;
        return true;
    case 'd':
        f->debug++;
        return true;
    case 'E':
        f->ignore_environment++;
        o->isolated = true;
        return true;
    case 'h':
    case '?':
        o->help++;
        return true;
    case 'i':
        f->inspect++;
        f->interactive++;
        return true;
    case 'I':
        f->isolated = 1;
        o->isolated = true;
        return true;
    case 'O':
        o->optimize++;
        return true;
    case 'P':
        f->safe_path = true;
        return true;
    case 'q':
        f->quiet++;
        return true;
    case 'R':
        f->random_hashes = true;
        return true;
    case 's':
        f->no_user_site++;
        return true;
    case 'S':
        f->no_site++;
        return true;
    case 'u':
        f->unbuffered = true;
        return true;
    case 'v':
        f->verbose++;
        return true;
    case 'V':
        o->version++;
        return true;
    case 'x':
        f->skip_first_line = true;
        return true;
    default:
        return false;
    }
}

void python_option_argument(python_options *o, char letter, const char *argument)
{
    text_list_add(letter == 'W' ? &o->warn_options : &o->x_options, argument, strlen(argument), false);
}

/* What follows `name` in the last -X option of that name: "" when it has no value, NULL when it was not given. */
static const char *python_x(const python_options *o, const char *name)
{
    const char *found = NULL;
    size_t length = strlen(name);
    for (size_t i = 0; i < o->x_options.count; i++) {
        const char *text = o->x_options.items[i];
        if (strncmp(text, name, length) == 0 && (text[length] == 0 || text[length] == '=')) {
            found = text[length] ? text + length + 1 : text + length;
        }
    }
    return found;
}

/* ---- the environment ---- */

/* A variable that counts and has a value, or NULL. */
static const char *python_variable(const python_options *o, const char *name)
{
    const char *text = o->isolated ? NULL : getenv(name);
    return text && *text ? text : NULL;
}

/* The number that a variable gives a flag; what is no number counts as 1. */
static int python_level(const python_options *o, const char *name)
{
    const char *text = python_variable(o, name);
    if (!text) {
        return 0;
    }
    char *end;
    errno = 0;
    long n = strtol(text, &end, 10);
    return *end || errno || n < 0 || n > INT_MAX ? 1 : (int)n;
}

static void python_raise_level(const python_options *o, int *level, const char *name)
{
    int wanted = python_level(o, name);
    *level = wanted > *level ? wanted : *level;
}

/* The message with which CPython does not start.  Returns the status of the command. */
static int python_fatal(const char *where, const char *what)
{
    fprintf(stderr, "Fatal Python error: %s: %s\nPython runtime state: preinitialized\n\n", where, what);
    return 1;
}

static int python_settle_trace(python_options *o)
{
    const char *text = python_x(o, "tracemalloc"), *where = "-X tracemalloc=NFRAME";
    if (text) {
        text = *text ? text : "1";
    } else {
        where = "PYTHONTRACEMALLOC";
        text = python_variable(o, where);
    }
    o->trace_frames = 0;
    if (!text) {
        return 0;
    }
    char *end;
    errno = 0;
    long n = strtol(text, &end, 10);
    if (end == text || *end || errno || n < 0 || n > INT32_MAX) {
        char message[80];
        snprintf(message, sizeof message, "%s: invalid number of frames", where);
        return python_fatal("config_init_tracemalloc", message);
    }
    if (n > PYTHON_MAX_FRAMES) {
        fprintf(stderr, "Fatal Python error: init_interp_main: can't initialize tracemalloc\n"
                        "ValueError: the number of frames must be in range [1; 65535]\n");
        return 1;
    }
    o->trace_frames = n;
    return 0;
}

static bool python_digits(const char *text, int64_t *digits)
{
    char *end;
    errno = 0;
    long n = strtol(text, &end, 10);
    *digits = n;
    return end != text && !*end && !errno && n <= INT32_MAX && (n == 0 || n >= PYTHON_LEAST_DIGITS);
}

static int python_settle_digits(python_options *o)
{
    static const char where[] = "config_init_int_max_str_digits";
    o->flags.int_max_str_digits = -1;
    const char *text = python_variable(o, "PYTHONINTMAXSTRDIGITS");
    if (text && !python_digits(text, &o->flags.int_max_str_digits)) {
        return python_fatal(where, "PYTHONINTMAXSTRDIGITS: invalid limit; must be >= 640 or 0 for unlimited.");
    }
    text = python_x(o, "int_max_str_digits");
    if (text && !python_digits(text, &o->flags.int_max_str_digits)) {
        return python_fatal(where, "-X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.");
    }
    return 0;
}

/* The locale that the environment asks for is the plain one ("C", "POSIX", or none). */
static const char *python_locale(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *text = getenv(names[i]);
        if (text && *text) {
            return text;
        }
    }
    return "C";
}

static int python_settle_utf8(python_options *o)
{
    const char *text = python_x(o, "utf8"), *locale = python_locale();
    if (text) {
        if (*text && strcmp(text, "0") != 0 && strcmp(text, "1") != 0) {
            fprintf(stderr, "Fatal Python error: preconfig_init_utf8_mode: invalid -X utf8 option value\n"
                            "Python runtime state: preinitializing\n\n");
            return 1;
        }
        o->flags.utf8_mode = *text != '0';
        return 0;
    }
    text = python_variable(o, "PYTHONUTF8");
    if (text) {
        if (strcmp(text, "0") != 0 && strcmp(text, "1") != 0) {
            fprintf(stderr,
                    "Fatal Python error: preconfig_init_utf8_mode: invalid PYTHONUTF8 environment variable value\n"
                    "Python runtime state: preinitializing\n\n");
            return 1;
        }
        o->flags.utf8_mode = *text == '1';
        return 0;
    }
    o->flags.utf8_mode = strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0;
    return 0;
}

/* How bytes that are no text come in and go out: where the locale says nothing, unchanged. */
static void python_settle_streams(python_options *o)
{
    static const char *const plain[] = {"C", "POSIX", "C.UTF-8", "C.utf8", "UTF-8"};
    const char *locale = python_locale(), *text = python_variable(o, "PYTHONIOENCODING");
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        if (o->flags.utf8_mode || strcmp(locale, plain[i]) == 0) {
            o->flags.io_errors = "surrogateescape";
        }
    }
    if (!text) {
        return;
    }
    const char *colon = strchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : strlen(text);
    if (length) {
        o->encoding = strndup(text, length);
        o->warnings.failed |= o->encoding == NULL;
        o->flags.io_encoding = o->encoding;
        o->flags.io_errors = "strict";
    }
    if (colon && colon[1]) {
        o->flags.io_errors = colon + 1;
    }
}

/* sys.warnoptions: -X dev, then the variable, then -W, then what -b asks for. */
static void python_settle_warnings(python_options *o)
{
    text_list *list = &o->warnings;
    if (o->flags.dev_mode) {
        text_list_add(list, "default", strlen("default"), true);
    }
    for (const char *at = python_variable(o, "PYTHONWARNINGS"); at && *at;) {
        size_t length = strcspn(at, ",");
        if (length) {
            text_list_add(list, at, length, true);
        }
        at += length + (at[length] == ',');
    }
    for (size_t i = 0; i < o->warn_options.count; i++) {
        text_list_add(list, o->warn_options.items[i], strlen(o->warn_options.items[i]), true);
    }
    if (o->flags.bytes_warning) {
        const char *text = o->flags.bytes_warning > 1 ? "error::BytesWarning" : "default::BytesWarning";
        text_list_add(list, text, strlen(text), true);
    }
}

int python_options_settle(python_options *o)
{
    ouro_flags *f = &o->flags;
    if (f->isolated) {
        f->ignore_environment++;
        f->no_user_site++;
        f->safe_path = true;
    }
    python_raise_level(o, &f->debug, "PYTHONDEBUG");
    python_raise_level(o, &f->verbose, "PYTHONVERBOSE");
    python_raise_level(o, &o->optimize, "PYTHONOPTIMIZE");
    python_raise_level(o, &f->inspect, "PYTHONINSPECT");
    f->dont_write_bytecode = f->dont_write_bytecode || python_level(o, "PYTHONDONTWRITEBYTECODE") > 0;
    f->no_user_site |= python_level(o, "PYTHONNOUSERSITE") > 0;
    f->unbuffered |= python_level(o, "PYTHONUNBUFFERED") > 0;
    f->safe_path |= python_variable(o, "PYTHONSAFEPATH") != NULL;
    f->dev_mode = python_x(o, "dev") || python_variable(o, "PYTHONDEVMODE");
    o->fault_handler = f->dev_mode || python_x(o, "faulthandler") || python_variable(o, "PYTHONFAULTHANDLER");
    f->no_debug_ranges = python_x(o, "no_debug_ranges") || python_variable(o, "PYTHONNODEBUGRANGES");
    f->import_time = python_x(o, "importtime") || python_variable(o, "PYTHONPROFILEIMPORTTIME");
    f->warn_default_encoding =
        python_x(o, "warn_default_encoding") || python_variable(o, "PYTHONWARNDEFAULTENCODING");
    f->pycache_prefix = python_x(o, "pycache_prefix");
    if (!f->pycache_prefix) {
        f->pycache_prefix = python_variable(o, "PYTHONPYCACHEPREFIX");
    }
    if (f->pycache_prefix && !*f->pycache_prefix) {
        f->pycache_prefix = NULL;
    }
    const char *seed = python_variable(o, "PYTHONHASHSEED");
    if (seed && strcmp(seed, "random") != 0) {
        char *end;
        errno = 0;
        unsigned long n = strtoul(seed, &end, 10);
        if (*end || errno || *seed == '-' || n > UINT32_MAX) {
            return python_fatal("config_init_hash_seed",
                                "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]");
        }
    }
    const char *frozen = python_x(o, "frozen_modules");
    if (frozen && *frozen && strcmp(frozen, "on") != 0 && strcmp(frozen, "off") != 0) {
        fprintf(stderr, "Fatal Python error: bad value for option -X frozen_modules (expected \"on\" or \"off\")\n"
                        "Python runtime state: preinitialized\n\n");
        return 1;
    }
    int status = python_settle_utf8(o);
    status = status ? status : python_settle_trace(o);
    status = status ? status : python_settle_digits(o);
    if (status) {
        return status;
    }
    python_settle_warnings(o);
    f->warn_options = (const char *const *)o->warnings.items;
    f->x_options = (const char *const *)o->x_options.items;
    python_settle_streams(o);
    if (o->warnings.failed || o->warn_options.failed || o->x_options.failed) {
        fprintf(stderr, "ouro: no memory for the command line\n");
        return 1;
    }
    return 0;
}

void python_options_free(python_options *o)
{
    text_list_free(&o->warn_options);
    text_list_free(&o->x_options);
    text_list_free(&o->warnings);
    free(o->encoding);
    o->encoding = NULL;
}
