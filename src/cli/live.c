/* live.c: see live.h.
 *
 * The view is a process of its own that reads the recording as it grows, so it costs the program nothing beyond being
 * recorded, and neither can harm the other.  With --live it is the parent: the program, the child, writes its
 * output to a pseudo-terminal whose last lines the view shows; what it has written is printed when the view ends.  Where
 * standard output is no terminal there is no view: a line a second on standard error (of `ouro top` on standard output).
 */
#include "cli/live.h"

#include "cli/live_screen.h"
#include "cli/live_view.h"
#include "cli/run_directory.h"
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    LIVE_REFRESH = 500,        /* milliseconds between two pictures */
    LIVE_LINE = 1000,          /* and between two lines */
    LIVE_OUTPUT = 1 << 17,     /* bytes of the program's output that are kept */
};

static const char top_usage[] = "usage: ouro top [PID]\n"
                                "Shows the memory of a process that runs under `ouro record` (or ouro --live) as it goes;\n"
                                "without PID, which processes those are.\n";

/* What the view looks at, and how it knows of the program. */
typedef struct live_run {
    live_view view;
    char file[PATH_MAX];
    bool readable;  /* the recording has been opened */
    pid_t child;    /* 0: the program is no child of ours */
    int status;     /* of the child, once it has ended */
    int terminal;   /* our end of the pseudo-terminal; -1: none */
    char *output;   /* what came from it; the last LIVE_OUTPUT bytes, and a NUL */
    size_t output_length;
    uint64_t output_lost;
    char said[80], problem[200];
} live_run;

static int64_t live_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* ---- the program ---- */

static void live_note_end(live_run *run, const char *how, int number)
{
    run->view.ended = true;
    snprintf(run->said, sizeof run->said, how, number);
    run->view.said = run->said;
}

/* Has the program ended? */
static void live_look(live_run *run)
{
    if (run->view.ended) {
        return;
    }
    if (run->child) {
        pid_t got = waitpid(run->child, &run->status, WNOHANG);
        if (got == run->child && WIFSIGNALED(run->status)) {
            live_note_end(run, "ended by signal %d", WTERMSIG(run->status));
        } else if (got == run->child) {
            live_note_end(run, "ended with status %d", WEXITSTATUS(run->status));
        }
    } else if (run->readable && ouro_trace_recording_is_whole(run->view.state.recording)) {
        live_note_end(run, "has ended", 0);
    } else if (kill(run->view.pid, 0) != 0 && errno == ESRCH) {
        live_note_end(run, "has ended, its recording breaks off", 0);
    }
}

static void live_keep_output(live_run *run, const char *bytes, size_t n)
{
    if (run->output_length + n > LIVE_OUTPUT) {
        size_t drop = run->output_length + n - LIVE_OUTPUT / 2;
        drop = drop < run->output_length ? drop : run->output_length;
        memmove(run->output, run->output + drop, run->output_length - drop);
        run->output_length -= drop;
        run->output_lost += drop;
    }
    memcpy(run->output + run->output_length, bytes, n);
    run->output_length += n;
    run->output[run->output_length] = 0;
}

/* Takes what the program wrote.  False: there is nothing (now). */
static bool live_read_output(live_run *run)
{
    char bytes[4096];
    ssize_t n = run->terminal < 0 ? 0 : read(run->terminal, bytes, sizeof bytes);
    if (n > 0) {
        live_keep_output(run, bytes, (size_t)n);
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) { /* EIO: nobody has the other end open */
        if (run->terminal >= 0) {
            close(run->terminal);
        }
        run->terminal = -1;
    }
    return n > 0;
}

/* ---- the recording ---- */

/* Opens the recording once it is there, and reads on.  False: it cannot be read; `problem` says why. */
static bool live_read(live_run *run)
{
    if (run->readable) {
        return live_follow(&run->view.state, run->problem, sizeof run->problem) >= 0;
    }
    ouro_trace_recording *recording = ouro_trace_recording_read(run->file, run->problem, sizeof run->problem);
    if (!recording) {
        return run->child != 0; /* it has only begun to write */
    }
    run->readable = live_start(&run->view.state, recording);
    if (!run->readable) {
        live_free(&run->view.state);
        snprintf(run->problem, sizeof run->problem, "no memory");
    }
    return run->readable;
}

/* ---- the loops ---- */

/* Waits for a key, output, or until the time is over. */
static void live_wait(const live_run *run, bool keys, int64_t until)
{
    int64_t left = until - live_clock();
    struct pollfd files[2] = {{.fd = keys ? STDIN_FILENO : -1, .events = POLLIN}, {.fd = run->terminal, .events = POLLIN}};
    (void)poll(files, 2, left > 0 ? (int)left : 0);
}

/* False: it could not be read. */
static bool live_show(live_run *run)
{
    int64_t next = 0;
    bool goes_on = true, ok = true;
    while (goes_on && ok) {
        int64_t now = live_clock();
        bool fresh = screen_was_disturbed();
        while (live_read_output(run)) {
            fresh = true;
        }
        if (now >= next) {
            bool ended = run->view.ended;
            live_look(run);
            ok = live_read(run);
            fresh = fresh || !ended;
            next = now + LIVE_REFRESH;
        }
        if (run->view.ended && !run->readable) {
            break; /* it ended before it could be recorded */
        }
        char key;
        while (goes_on && read(STDIN_FILENO, &key, 1) == 1) {
            goes_on = view_key(&run->view, key);
            fresh = true;
        }
        if (goes_on && fresh && run->readable) {
            view_draw(&run->view);
        }
        if (goes_on) {
            live_wait(run, true, next);
        }
    }
    return ok;
}

static bool live_print(live_run *run)
{
    for (int64_t next = live_clock() + LIVE_LINE;; next += LIVE_LINE) {
        while (!run->view.ended && live_clock() < next) {
            live_wait(run, false, live_clock() + 50);
            while (live_read_output(run)) {
            }
            live_look(run);
        }
        if (!live_read(run)) {
            return false;
        }
        live_look(run);
        if (run->readable) {
            view_print_line(&run->view, run->child != 0);
        }
        if (run->view.ended) {
            return true;
        }
    }
}

/* ---- ouro top ---- */

static void top_print(void *context, pid_t pid, const char *file)
{
    size_t *count = context;
    char message[200];
    ouro_trace_recording *recording = ouro_trace_recording_read(file, message, sizeof message);
    if ((*count)++ == 0) {
        printf("%8s  %s\n", "process", "program (recorded to)");
    }
    printf("%8ld  %s (%s)\n", (long)pid, recording ? ouro_trace_recording_command(recording) : message, file);
    ouro_trace_recording_free(recording);
}

static int top_list(void)
{
    size_t count = 0;
    run_list(top_print, &count);
    if (count == 0) {
        printf("No process of yours is recorded now. `ouro record program.py` starts one.\n");
    }
    return output_finish() ? 0 : 1;
}

/* Why a process cannot be shown. */
static void top_not_found(long pid)
{
    char path[40];
    struct stat process;
    snprintf(path, sizeof path, "/proc/%ld", pid);
    if (kill((pid_t)pid, 0) != 0 && errno != EPERM) {
        fprintf(stderr, "ouro: there is no process %ld\n", pid);
    } else if (stat(path, &process) == 0 && process.st_uid != geteuid()) {
        fprintf(stderr, "ouro: process %ld is another user's (of number %lu): ask as that user\n", pid, (unsigned long)process.st_uid);
    } else {
        fprintf(stderr, "ouro: process %ld is not recorded: start it with `ouro record` (ouro top lists those that are)\n", pid);
    }
}

int top_main(int argc, char **argv)
{
    if (argc == 1 && (strcmp(argv[0], "-h") == 0 || strcmp(argv[0], "--help") == 0)) {
        printf("%s", top_usage);
        return 0;
    }
    if (argc == 0) {
        return top_list();
    }
    char *end;
    long pid = strtol(argv[0], &end, 10);
    if (argc != 1 || *end || end == argv[0] || pid <= 0) {
        fputs(top_usage, stderr);
        return 2;
    }
    live_run run = {.view = {.pid = (pid_t)pid, .said = ""}, .terminal = -1};
    if (!run_find((pid_t)pid, run.file)) {
        top_not_found(pid);
        return 1;
    }
    bool ok = live_read(&run);
    if (ok && screen_start()) {
        ok = live_show(&run);
        screen_end();
    } else if (ok) {
        ok = live_print(&run);
    }
    if (!ok) {
        fprintf(stderr, "ouro: %s: %s\n", run.file, run.problem);
    }
    if (run.readable) {
        live_free(&run.view.state);
    }
    return ok ? 0 : 1;
}

/* ---- ouro --live ---- */

/* A pseudo-terminal of the size that the output has in the view.  -1: none, the program's output goes where ours goes. */
static int live_open_terminal(int *other)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    const char *name = master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0 ? ptsname(master) : NULL;
    *other = name ? open(name, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
    if (*other < 0) {
        if (master >= 0) {
            close(master);
        }
        return -1;
    }
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
        (void)ioctl(*other, TIOCSWINSZ, &size);
    }
    (void)fcntl(master, F_SETFL, O_NONBLOCK);
    return master;
}

/* The program's streams: what was the terminal's is the view's now; its input is at its end. */
static void live_redirect(int other)
{
    int nothing = open("/dev/null", O_RDONLY);
    bool error = isatty(STDERR_FILENO);
    (void)dup2(other, STDOUT_FILENO);
    if (error) {
        (void)dup2(other, STDERR_FILENO);
    }
    if (nothing >= 0) {
        (void)dup2(nothing, STDIN_FILENO);
        close(nothing);
    }
    close(other);
}

/* Prints what is kept of the program's output, as it would have been. */
static void live_print_output(live_run *run)
{
    if (run->output_lost > 0) {
        printf("[%llu bytes of output before this were not kept]\n", (unsigned long long)run->output_lost);
    }
    for (size_t i = 0; i < run->output_length; i++) {
        if (run->output[i] != '\r' || run->output[i + 1] != '\n') {
            putchar(run->output[i]);
        }
    }
    (void)fflush(stdout);
}

/* The view was left: the program goes on, its output on the terminal.  Waits for its end. */
static void live_go_on(live_run *run)
{
    while (!run->view.ended || run->terminal >= 0) {
        run->output_length = 0;
        run->output_lost = 0;
        while (live_read_output(run) && run->output_length < LIVE_OUTPUT / 2) {
        }
        live_print_output(run);
        live_look(run);
        if (run->view.ended && run->output_length == 0) {
            break; /* a child of its own may hold the other end */
        }
        if (!run->view.ended || run->terminal >= 0) {
            live_wait(run, false, live_clock() + 100);
        }
    }
}

static int live_parent(live_run *run, bool own_file)
{
    signal(SIGINT, SIG_IGN); /* Ctrl-C is for the program */
    bool shown = run->terminal >= 0 && screen_start();
    bool ok = shown ? live_show(run) : live_print(run);
    if (shown) {
        screen_end();
    }
    if (!ok) {
        fprintf(stderr, "ouro: %s: %s\n", run->file, run->problem);
    }
    if (run->terminal >= 0 || shown) {
        live_print_output(run);
        live_go_on(run);
    }
    while (!run->view.ended) {
        live_look(run);
        live_wait(run, false, live_clock() + 50);
    }
    if (shown && run->readable && live_read(run)) {
        view_print_line(&run->view, true);
    }
    if (own_file) {
        (void)unlink(run->file);
    }
    if (run->readable) {
        live_free(&run->view.state);
    }
    free(run->output);
    if (WIFSIGNALED(run->status)) {
        signal(WTERMSIG(run->status), SIG_DFL);
        raise(WTERMSIG(run->status));
        return 128 + WTERMSIG(run->status);
    }
    return WEXITSTATUS(run->status);
}

bool live_fork(record_options *record, int *status)
{
    static char file[PATH_MAX];
    live_run run = {.view = {.said = ""}, .terminal = -1, .output = calloc(1, LIVE_OUTPUT + 1)};
    bool own_file = !record->file;
    *status = 1;
    if (own_file) {
        if (!run_temporary(file)) {
            fprintf(stderr, "ouro: no folder for the recording: %s; `ouro record --live -o FILE` names one\n", strerror(errno));
            free(run.output);
            return false;
        }
        record->file = file;
        record->quiet = true;
    }
    snprintf(run.file, sizeof run.file, "%s", record->file);
    (void)truncate(run.file, 0); /* what an earlier run left is not to be taken for this one's */
    int other = -1;
    if (run.output && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
        run.terminal = live_open_terminal(&other);
    }
    fflush(NULL);
    pid_t parent = getpid();
    run.child = run.output ? fork() : -1;
    if (run.child < 0) {
        fprintf(stderr, "ouro: cannot start the program: %s\n", strerror(run.output ? errno : ENOMEM));
        free(run.output);
        return false;
    }
    if (run.child == 0) {
        free(run.output);
        (void)prctl(PR_SET_PDEATHSIG, SIGHUP); /* without its view the program would go on unseen */
        if (getppid() != parent) {
            raise(SIGHUP);
        }
        if (other >= 0) {
            close(run.terminal);
            live_redirect(other);
        }
        return true;
    }
    if (other >= 0) {
        close(other);
    }
    run.view.pid = run.child;
    run.view.output = run.terminal >= 0 ? run.output : NULL;
    *status = live_parent(&run, own_file);
    return false;
}
