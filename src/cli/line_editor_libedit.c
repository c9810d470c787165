/* line_editor_libedit.c: line editing by libedit.
 *
 * The library is loaded when the first line is to be edited: a program that reads no line from a terminal does not pay for
 * mapping it and what it needs (two more libraries), and the command runs where it is not installed.
 *
 * libedit takes the encoding from the locale.  The rest of ouro has none: a locale of our own is the calling thread's
 * while libedit works, and no longer.
 */
#include "cli/line_editor.h"

#ifdef OURO_LIBEDIT

#include <dlfcn.h>
#include <errno.h>
#include <histedit.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The library copies the name and the text of a function that is added, and el_end does not free them: 200 bytes for each
 * editor, of which there is one.  The sanitizer is told, here only. */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#define EDITOR_LEAK_BEGIN __lsan_disable()
#define EDITOR_LEAK_END __lsan_enable()
#else
#define EDITOR_LEAK_BEGIN (void)0
#define EDITOR_LEAK_END (void)0
#endif

enum { EDITOR_HISTORY = 1000, EDITOR_DEFAULT_COLUMNS = 80 };

/* X(member, symbol, result, arguments): what is used of the library. */
#define EDITOR_FUNCTIONS(X)                                                                                        \
    X(init, el_init, EditLine *, (const char *, FILE *, FILE *, FILE *))                                           \
    X(end, el_end, void, (EditLine *))                                                                             \
    X(set, el_set, int, (EditLine *, int, ...))                                                                    \
    X(gets, el_gets, const char *, (EditLine *, int *))                                                            \
    X(line, el_line, const LineInfo *, (EditLine *))                                                               \
    X(insert, el_insertstr, int, (EditLine *, const char *))                                                       \
    X(resize, el_resize, void, (EditLine *))                                                                       \
    X(source, el_source, int, (EditLine *, const char *))                                                          \
    X(history_init, history_init, History *, (void))                                                               \
    X(history_end, history_end, void, (History *))                                                                 \
    X(history, history, int, (History *, HistEvent *, int, ...))

struct line_editor {
    line_hooks hooks;
    void *library;
#define EDITOR_MEMBER(member, symbol, result, arguments) result(*member) arguments;
    EDITOR_FUNCTIONS(EDITOR_MEMBER)
#undef EDITOR_MEMBER
    EditLine *el;
    History *lines;
    locale_t locale;
    const char *prompt;
    bool with_completion, stopped;
};

/* The editor that is at work on this thread: the library's callbacks are handed nothing else that tells. */
static _Thread_local line_editor *editor_at_work;

static void editor_enter(line_editor *e)
{
    editor_at_work = e;
    uselocale(e->locale);
}

static void editor_leave(void)
{
    uselocale(LC_GLOBAL_LOCALE);
    editor_at_work = NULL;
}

static char *editor_prompt(EditLine *el)
{
    (void)el;
    return (char *)(uintptr_t)editor_at_work->prompt;
}

/* How many bytes the character takes that begins with this one; 0: none begins so. */
static int editor_character_size(unsigned char first)
{
    return first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
}

/* One byte, never more than that: what follows may be meant for another reader.  1, 0 at the end, -1 given up. */
static int editor_read_byte(line_editor *e, unsigned char *byte)
{
    for (;;) {
        if (!e->hooks.wait(e->hooks.context, STDIN_FILENO)) {
            e->stopped = true;
            errno = EINTR;
            return -1;
        }
        ssize_t n = read(STDIN_FILENO, byte, 1);
        if (n >= 0) {
            return (int)n;
        }
        if (errno != EINTR && errno != EAGAIN) {
            return 0;
        }
    }
}

/* A character of the terminal; bytes that are no UTF-8 become U+FFFD. */
static int editor_read_character(EditLine *el, wchar_t *character)
{
    static const unsigned char masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    (void)el;
    line_editor *e = editor_at_work;
    unsigned char byte;
    int n = editor_read_byte(e, &byte);
    if (n <= 0) {
        return n;
    }
    int size = editor_character_size(byte);
    *character = size ? (wchar_t)(byte & masks[size]) : 0xfffd;
    for (int i = 1; i < size; i++) {
        n = editor_read_byte(e, &byte);
        if (n <= 0) {
            return n;
        }
        if ((byte & 0xc0) != 0x80) {
            *character = 0xfffd;
            return 1;
        }
        *character = *character << 6 | (byte & 0x3f);
    }
    return 1;
}

static int editor_columns(void)
{
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : EDITOR_DEFAULT_COLUMNS;
}

static unsigned char editor_complete(EditLine *el, int key)
{
    (void)key;
    line_editor *e = editor_at_work;
    const LineInfo *info = e->line(el);
    if (!e->with_completion) {
        return e->insert(el, "\t") < 0 ? CC_ERROR : CC_REFRESH;
    }
    editor_leave();
    line_completion c =
        e->hooks.complete(e->hooks.context, info->buffer, (size_t)(info->cursor - info->buffer), editor_columns());
    editor_enter(e);
    unsigned char result = CC_ERROR;
    if (c.insert && *c.insert) {
        result = e->insert(el, c.insert) < 0 ? CC_ERROR : CC_REFRESH;
    } else if (c.list) {
        printf("\n%s", c.list);
        fflush(stdout);
        result = CC_REDISPLAY;
    }
    free(c.insert);
    free(c.list);
    return result;
}

static bool editor_load(line_editor *e)
{
    e->library = dlopen("libedit.so.2", RTLD_NOW | RTLD_LOCAL);
    if (!e->library) {
        return false;
    }
#define EDITOR_LOOK_UP(member, symbol, result, arguments)                                                          \
    *(void **)(void *)&e->member = dlsym(e->library, #symbol);                                                     \
    if (!e->member) {                                                                                              \
        return false;                                                                                              \
    }
    EDITOR_FUNCTIONS(EDITOR_LOOK_UP)
#undef EDITOR_LOOK_UP
    return true;
}

static bool editor_start(line_editor *e)
{
    HistEvent event;
    e->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (!e->locale) {
        return false;
    }
    editor_enter(e);
    e->lines = e->history_init();
    e->el = e->lines ? e->init("ouro", stdin, stdout, stderr) : NULL;
    if (e->el) {
        e->history(e->lines, &event, H_SETSIZE, EDITOR_HISTORY);
        e->history(e->lines, &event, H_SETUNIQUE, 1);
        e->set(e->el, EL_PROMPT, editor_prompt);
        e->set(e->el, EL_EDITOR, "emacs");
        e->set(e->el, EL_SIGNAL, 0);
        e->set(e->el, EL_HIST, e->history, e->lines);
        e->set(e->el, EL_GETCFN, editor_read_character);
        EDITOR_LEAK_BEGIN;
        e->set(e->el, EL_ADDFN, "ouro-complete", "Complete the name before the cursor", editor_complete);
        EDITOR_LEAK_END;
        e->set(e->el, EL_BIND, "^I", "ouro-complete", NULL);
        e->set(e->el, EL_BIND, "^R", "em-inc-search-prev", NULL);
        e->source(e->el, NULL); /* the user's own keys: ~/.editrc */
    }
    editor_leave();
    return e->el != NULL;
}

line_editor *line_editor_open(const line_hooks *hooks)
{
    line_editor *e = calloc(1, sizeof *e);
    if (!e) {
        return NULL;
    }
    e->hooks = *hooks;
    if (!editor_load(e) || !editor_start(e)) {
        line_editor_close(e);
        return NULL;
    }
    return e;
}

void line_editor_close(line_editor *e)
{
    if (!e) {
        return;
    }
    if (e->el) {
        e->end(e->el);
    }
    if (e->lines) {
        e->history_end(e->lines);
    }
    if (e->locale) {
        freelocale(e->locale);
    }
    /* the library stays: the terminal library under it keeps blocks of its own, which only it knows */
    free(e);
}

line_status line_editor_read(line_editor *e, const char *prompt, bool with_completion, const char **line, size_t *length)
{
    int count = 0;
    e->prompt = prompt;
    e->with_completion = with_completion;
    e->stopped = false;
    editor_enter(e);
    e->resize(e->el);
    *line = e->gets(e->el, &count);
    editor_leave();
    if (e->stopped) {
        return LINE_STOPPED;
    }
    *length = *line && count > 0 ? strlen(*line) : 0;
    return *length ? LINE_READ : LINE_END;
}

void line_editor_remember(line_editor *e, const char *line)
{
    HistEvent event;
    editor_enter(e);
    e->history(e->lines, &event, H_ENTER, line);
    editor_leave();
}

#else

line_editor *line_editor_open(const line_hooks *hooks)
{
    (void)hooks;
    return NULL;
}

void line_editor_close(line_editor *e)
{
    (void)e;
}

line_status line_editor_read(line_editor *e, const char *prompt, bool with_completion, const char **line, size_t *length)
{
    (void)e, (void)prompt, (void)with_completion, (void)line, (void)length;
    return LINE_END;
}

void line_editor_remember(line_editor *e, const char *line)
{
    (void)e, (void)line;
}

#endif
