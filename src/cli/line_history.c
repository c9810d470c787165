/* line_history.c: see line_history.h. */
#include "cli/line_history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HISTORY_MOST_READ = 4 << 20 }; /* bytes from the end of the file that are looked at */

static bool history_grow(line_history *h, size_t more)
{
    if (h->length + more <= h->capacity) {
        return true;
    }
    size_t capacity = h->capacity ? h->capacity : 4096;
    while (capacity < h->length + more) {
        capacity *= 2;
    }
    char *grown = realloc(h->text, capacity);
    if (!grown) {
        return false;
    }
    h->text = grown;
    h->capacity = capacity;
    return true;
}

/* Adds the newest LINES_KEPT lines of an open file. */
static bool history_read(line_history *h, int fd)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        return false;
    }
    off_t start = st.st_size > HISTORY_MOST_READ ? st.st_size - HISTORY_MOST_READ : 0;
    size_t size = (size_t)(st.st_size - start), got = 0;
    if (!history_grow(h, size + 1)) {
        return false;
    }
    char *text = h->text + h->length;
    while (got < size) {
        ssize_t n = pread(fd, text + got, size - got, start + (off_t)got);
        if (n <= 0) {
            if (n < 0 && errno == EINTR) {
                continue;
            }
            break;
        }
        got += (size_t)n;
    }
    while (got && text[got - 1] == '\n') {
        got--;
    }
    /* the newest lines: counted from the end */
    size_t from = got;
    for (size_t lines = 0; from > 0; from--) {
        if (text[from - 1] == '\n' && ++lines == LINES_KEPT) {
            break;
        }
    }
    if (from == 0 && start > 0) { /* begins in the middle of a line */
        const char *newline = memchr(text, '\n', got);
        from = newline ? (size_t)(newline - text) + 1 : got;
    }
    size_t kept = 0;
    for (size_t i = from; i < got; i++) {
        char c = text[i] == '\n' ? 0 : text[i];
        if (c || (kept && text[kept - 1])) {
            text[kept++] = c;
        }
    }
    if (kept && text[kept - 1]) {
        text[kept++] = 0;
    }
    h->length += kept;
    return true;
}

void line_history_load(line_history *h, const char *file)
{
    h->file = file ? strdup(file) : NULL;
    int fd = h->file ? open(h->file, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
    if (fd >= 0) {
        (void)history_read(h, fd);
        close(fd);
    }
}

void line_history_loaded(line_history *h)
{
    h->length = 0;
}

const char *line_history_add(line_history *h, const char *line, size_t length)
{
    if (memchr(line, 0, length) || memchr(line, '\n', length) || !history_grow(h, length + 1)) {
        return NULL;
    }
    char *copy = h->text + h->length;
    memcpy(copy, line, length);
    copy[length] = 0;
    h->length += length + 1;
    return copy;
}

static bool history_write(int fd, const char *text, size_t length)
{
    while (length) {
        ssize_t n = write(fd, text, length);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        text += n;
        length -= (size_t)n;
    }
    return true;
}

/* The same lines with newlines. */
static void history_as_lines(line_history *h)
{
    for (size_t i = 0; i < h->length; i++) {
        h->text[i] = h->text[i] ? h->text[i] : '\n';
    }
}

/* Replaces the file by its newest lines, in one step.  The lock of the old file is held. */
static void history_cut(const char *file, int fd)
{
    line_history all = {0};
    char *name = NULL;
    if (history_read(&all, fd) && asprintf(&name, "%s.%ld", file, (long)getpid()) >= 0) {
        history_as_lines(&all);
        int out = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (out >= 0) {
            bool ok = history_write(out, all.text, all.length);
            ok &= close(out) == 0;
            if (!ok || rename(name, file) != 0) {
                unlink(name);
            }
        }
        free(name);
    }
    free(all.text);
}

static bool history_is_long(int fd)
{
    struct stat st;
    char block[1 << 14];
    size_t lines = 0;
    ssize_t n;
    for (off_t at = 0; fstat(fd, &st) == 0 && at < st.st_size; at += n) {
        n = pread(fd, block, sizeof block, at);
        if (n <= 0) {
            break;
        }
        for (ssize_t i = 0; i < n; i++) {
            lines += block[i] == '\n';
        }
    }
    return lines > 2 * LINES_KEPT;
}

void line_history_save(line_history *h)
{
    if (h->file && h->length) {
        int fd = open(h->file, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
        struct stat st;
        if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && flock(fd, LOCK_EX) == 0) {
            history_as_lines(h);
            if (history_write(fd, h->text, h->length) && history_is_long(fd)) {
                history_cut(h->file, fd);
            }
        }
        if (fd >= 0) {
            close(fd);
        }
    }
    free(h->file);
    free(h->text);
    *h = (line_history){0};
}
