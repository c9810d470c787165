/* sweep.c: see sweep.h.  Copies are made by fork(), one at a time; each writes to two files in memory of its
 * own. */
#include "cli/sweep.h"

#include "cli/checks.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SWEEP_TOLD = 12, SWEEP_SECONDS = 60 };

typedef struct sweep_text {
    char *text;
    size_t length;
} sweep_text;

static struct {
    ouro_mem *mem;
    uint64_t step, allocation, runs, faults;
    sweep_text expected;
    int written_fd; /* standard output of the first process */
    bool on, first, copy, forever;
} sweep;

int sweep_read(sweep_options *s, const char *argument)
{
    if (strncmp(argument, "--sweep", 7) != 0) {
        return 0;
    }
    const char *numbers = argument + 7;
    if (strncmp(numbers, "-start", 6) == 0) {
        s->whole = true;
        numbers += 6;
    }
    s->step = 1;
    s->first = 1;
    if (!*numbers) {
        return 1;
    }
    if (*numbers != '=') {
        return -1;
    }
    char *end;
    s->step = strtoull(numbers + 1, &end, 10);
    if (*end == ':') {
        s->first = strtoull(end + 1, &end, 10);
    }
    return *end || s->step == 0 || s->first == 0 ? -1 : 1;
}

static void sweep_die(const char *what)
{
    fprintf(stderr, "ouro: sweep: %s: %s\n", what, strerror(errno));
    _exit(CHECKS_STATUS);
}

static sweep_text sweep_read_file(int fd)
{
    off_t size = lseek(fd, 0, SEEK_END);
    sweep_text t = {malloc(size > 0 ? (size_t)size + 1 : 1), 0};
    if (!t.text || size < 0) {
        sweep_die("reading back");
    }
    while (t.length < (size_t)size) {
        ssize_t n = pread(fd, t.text + t.length, (size_t)size - t.length, (off_t)t.length);
        if (n <= 0) {
            sweep_die("reading back");
        }
        t.length += (size_t)n;
    }
    t.text[t.length] = 0;
    close(fd);
    return t;
}

/* How much of the program's output the first process has written: the copies write the rest. */
static size_t sweep_written(void)
{
    off_t end = sweep.written_fd ? lseek(sweep.written_fd, 0, SEEK_END) : 0;
    return end > 0 ? (size_t)end : 0;
}

/* Makes a copy of this process.  True in the copy; in the first process after the copy has ended. */
static bool sweep_copy(sweep_text *out, sweep_text *err, int *status)
{
    int out_fd = memfd_create("stdout", 0), err_fd = memfd_create("stderr", 0);
    pid_t child = out_fd < 0 || err_fd < 0 ? -1 : fork();
    if (child < 0) {
        sweep_die("making a copy");
    }
    if (child == 0) {
        dup2(out_fd, STDOUT_FILENO);
        dup2(err_fd, STDERR_FILENO);
        close(out_fd);
        close(err_fd);
        sweep.on = sweep.first = false;
        ouro_mem_notify_every(sweep.mem, 0, NULL, NULL);
        alarm(SWEEP_SECONDS);
        return true;
    }
    while (waitpid(child, status, 0) < 0) {
        if (errno != EINTR) {
            sweep_die("waiting for a copy");
        }
    }
    *out = sweep_read_file(out_fd);
    *err = sweep_read_file(err_fd);
    return false;
}

/* Does a line begin with MemoryError?  Others may follow: of what it caused, of what was never awaited. */
static bool sweep_tells_memory_error(const char *text)
{
    return strncmp(text, "MemoryError", 11) == 0 || strstr(text, "\nMemoryError") != NULL;
}

/* What is wrong with how a copy ended, or NULL. */
static const char *sweep_judge(int status, const sweep_text *out, const sweep_text *err)
{
    size_t written = sweep_written();
    if (written > sweep.expected.length) {
        return "the output differs from run to run";
    }
    sweep_text rest = {sweep.expected.text + written, sweep.expected.length - written};
    const sweep_text *expected = &rest;
    if (!WIFEXITED(status)) {
        return WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM ? "does not end" : "crashed";
    }
    if (strstr(err->text, "blocks left at close")) {
        return "left blocks behind";
    }
    if (strstr(err->text, "ouro: heap check") || strstr(err->text, "ouro: memory")) {
        return "broke the heap";
    }
    if (strstr(err->text, "SystemError")) {
        return "SystemError";
    }
    /* told by who ignored it; or by the program itself (except* makes a group of it) */
    bool ignored = strstr(err->text, "MemoryError") != NULL || strstr(out->text, "MemoryError") != NULL;
    if (WEXITSTATUS(status) == 0) {
        bool same = out->length == expected->length && memcmp(out->text, expected->text, out->length) == 0;
        return same || ignored ? NULL : "wrote something else";
    }
    if (WEXITSTATUS(status) ==
        120) { /* what was left could not be written at the end: told, as CPython does */
        return ignored ? NULL : "status 120, and no MemoryError";
    }
    if (WEXITSTATUS(status) != 1) {
        return "wrong exit status";
    }
    if (strstr(err->text, "ouro: cannot start: no memory")) {
        return NULL;
    }
    if (!sweep_tells_memory_error(err->text)) {
        return "no MemoryError";
    }
    bool beginning = out->length <= expected->length && memcmp(out->text, expected->text, out->length) == 0;
    return beginning || strstr(err->text, "Exception ignored") ? NULL : "wrote something else";
}

static void sweep_fail_here(bool forever)
{
    sweep_text out, err;
    int status;
    if (sweep_copy(&out, &err, &status)) {
        sweep.copy = true;
        sweep.forever = forever;
        ouro_mem_fail_at(sweep.mem, 1, forever);
        return;
    }
    sweep.runs++;
    const char *wrong = sweep_judge(status, &out, &err);
    if (wrong && sweep.faults++ < SWEEP_TOLD) {
        size_t from = err.length > 600 ? err.length - 600 : 0;
        fprintf(stderr, "ouro: sweep: allocation %llu%s: %s (status %d%s)\n%s\n",
                (unsigned long long)sweep.allocation, forever ? "+" : "", wrong,
                WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status),
                WIFEXITED(status) ? "" : ", a signal", err.text + from);
    }
    free(out.text);
    free(err.text);
}

static void sweep_notify(void *context)
{
    (void)context;
    if (!sweep.on) {
        return;
    }
    sweep_fail_here(false);
    if (!sweep.copy) {
        sweep_fail_here(true);
    }
    sweep.allocation += sweep.step;
}

static void sweep_notify_first(void *context)
{
    ouro_mem_notify_every(sweep.mem, sweep.step, sweep_notify, NULL);
    sweep_notify(context);
}

void sweep_start(ouro_mem *mem, const sweep_options *s)
{
    sweep_text err;
    int status;
    sweep.mem = mem;
    fflush(NULL);
    if (sweep_copy(&sweep.expected, &err, &status)) {
        return;
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "ouro: sweep: the program fails by itself:\n%s", err.text);
        exit(CHECKS_STATUS);
    }
    free(err.text);
    sweep.written_fd = memfd_create("written", MFD_CLOEXEC);
    if (sweep.written_fd < 0 || dup2(sweep.written_fd, STDOUT_FILENO) < 0) {
        sweep_die("standard output");
    }
    sweep.on = sweep.first = true;
    sweep.step = s->step;
    sweep.allocation = s->first;
    ouro_mem_notify_every(sweep.mem, s->first, sweep_notify_first, NULL);
}

bool sweep_is_first(void)
{
    return sweep.first;
}

bool sweep_is_copy(bool *forever)
{
    *forever = sweep.forever;
    return sweep.copy;
}

int sweep_end(void)
{
    free(sweep.expected.text);
    fprintf(stderr, "ouro: sweep: %llu runs, %llu bad\n", (unsigned long long)sweep.runs,
            (unsigned long long)sweep.faults);
    return sweep.faults ? CHECKS_STATUS : 0;
}
