/* live_screen.c: see live_screen.h.  The escape sequences are those of ECMA-48 and of xterm's alternate screen. */
#include "cli/live_screen.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define SCREEN_ENTER "\033[?1049h\033[?25l\033[H\033[2J"
#define SCREEN_LEAVE "\033[0m\033[?25h\033[?1049l"

/* What a signal handler needs. */
static struct termios screen_before;
static volatile sig_atomic_t screen_taken, screen_disturbed;

static const int screen_fatal[] = {SIGTERM, SIGHUP, SIGQUIT, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};

static void screen_write(const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(STDOUT_FILENO, bytes, length);
        if (n < 0 && errno != EINTR) {
            return;
        }
        bytes += n > 0 ? n : 0;
        length -= n > 0 ? (size_t)n : 0;
    }
}

static void screen_take(void)
{
    struct termios raw = screen_before;
    raw.c_lflag &= (tcflag_t) ~(ICANON | ECHO); /* Ctrl-C and Ctrl-Z go on working */
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 0;
    (void)tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    screen_write(SCREEN_ENTER, sizeof SCREEN_ENTER - 1);
    screen_taken = 1;
    screen_disturbed = 1;
}

static void screen_give(void)
{
    if (screen_taken) {
        screen_taken = 0;
        screen_write(SCREEN_LEAVE, sizeof SCREEN_LEAVE - 1);
        (void)tcsetattr(STDIN_FILENO, TCSANOW, &screen_before);
    }
}

static void screen_ends(int signal_number)
{
    screen_give();
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static void screen_stops(int signal_number)
{
    (void)signal_number;
    int reason = errno;
    screen_give();
    raise(SIGSTOP);
    screen_take();
    errno = reason;
}

static void screen_changes(int signal_number)
{
    (void)signal_number;
    screen_disturbed = 1;
}

bool screen_start(void)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || tcgetattr(STDIN_FILENO, &screen_before) != 0) {
        return false;
    }
    struct sigaction action = {.sa_handler = screen_ends};
    for (size_t i = 0; i < sizeof screen_fatal / sizeof *screen_fatal; i++) {
        sigaction(screen_fatal[i], &action, NULL);
    }
    action.sa_handler = screen_stops;
    sigaction(SIGTSTP, &action, NULL);
    action.sa_handler = screen_changes;
    sigaction(SIGWINCH, &action, NULL);
    screen_take();
    return true;
}

void screen_end(void)
{
    screen_give();
    for (size_t i = 0; i < sizeof screen_fatal / sizeof *screen_fatal; i++) {
        signal(screen_fatal[i], SIG_DFL);
    }
    signal(SIGTSTP, SIG_DFL);
    signal(SIGWINCH, SIG_DFL);
}

void screen_size(int *rows, int *columns)
{
    struct winsize size = {0};
    bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0;
    *rows = known ? size.ws_row : 24;
    *columns = known ? size.ws_col : 80;
}

bool screen_was_disturbed(void)
{
    bool was = screen_disturbed != 0;
    screen_disturbed = 0;
    return was;
}

bool screen_is_unicode(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value && *value) {
            return strstr(value, "UTF-8") || strstr(value, "utf8") || strstr(value, "UTF8") || strstr(value, "utf-8");
        }
    }
    return false;
}

/* ---- a picture ---- */

static void text_put(screen_text *t, const char *bytes, size_t length)
{
    if (length > t->capacity - t->length) {
        size_t capacity = (t->capacity + length) * 2;
        char *grown = realloc(t->bytes, capacity);
        if (!grown) {
            t->failed = true;
            return;
        }
        t->bytes = grown;
        t->capacity = capacity;
    }
    memcpy(t->bytes + t->length, bytes, length);
    t->length += length;
}

void text_start(screen_text *t, int rows, int columns)
{
    *t = (screen_text){.rows = rows, .columns = columns};
    text_put(t, "\033[H", 3);
}

void text_add(screen_text *t, const char *text)
{
    while (*text && t->column < t->columns) {
        size_t length = 1;
        while (((unsigned char)text[length] & 0xc0) == 0x80) {
            length++;
        }
        bool control = (unsigned char)*text < 0x20 || *text == 0x7f;
        text_put(t, control ? "?" : text, control ? 1 : length);
        text += length;
        t->column++;
    }
}

void text_format(screen_text *t, const char *format, ...)
{
    char text[4096];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    text_add(t, text);
}

void text_style(screen_text *t, const char *style)
{
    text_put(t, "\033[0;", 4);
    text_put(t, style, strlen(style));
    text_put(t, "m", 1);
}

bool text_next(screen_text *t)
{
    text_put(t, "\033[0m\033[K", 7);
    if (t->row + 1 >= t->rows) {
        t->column = t->columns; /* nothing more fits */
        return false;
    }
    text_put(t, "\r\n", 2);
    t->row++;
    t->column = 0;
    return true;
}

void text_draw(screen_text *t)
{
    text_put(t, "\033[0m\033[J", 7);
    if (!t->failed && screen_taken) {
        screen_write(t->bytes, t->length);
    }
    free(t->bytes);
    t->bytes = NULL;
}
