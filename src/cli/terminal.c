/* terminal.c: where lines come from.
 *
 * At a terminal the line editor reads them (line_editor.h), for the prompt as well as for input().  Anywhere else, and
 * without the library, they come from sys.__stdin__, so that the prompt and the program take turns at one input.
 */
#include "cli/terminal.h"

#include "cli/line_editor.h"
#include "cli/line_history.h"
#include "cli/prompt.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/module.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/threads.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct terminal {
    ouro_runtime *rt;
    line_editor *editor;
    line_history history;
    bool tried; /* to open the editor */
};

bool terminal_is_here(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* ---- waiting ---- */

/* Other threads run meanwhile; a signal ends the wait, and what it raises gives the line up.  Signals are blocked except
 * while the system waits, so that none comes unseen between the look at rt->pending and the wait. */
static bool terminal_wait(void *context, int fd)
{
    ouro_runtime *rt = ((terminal *)context)->rt;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    for (;;) {
        if (rt->pending && !vm_handle_pending(rt)) {
            return false;
        }
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        int ready = 0;
        if (!rt->pending) {
            thread_state *me = vm_release(rt);
            ready = ppoll(&p, 1, NULL, &before);
            vm_acquire(rt, me);
        }
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        if (ready > 0) {
            return !error_is_set(rt);
        }
    }
}

static line_completion terminal_complete(void *context, const char *before, size_t length, int columns)
{
    return prompt_complete(((terminal *)context)->rt, before, length, columns);
}

static line_editor *terminal_editor(terminal *t)
{
    if (!t->tried && terminal_is_here()) {
        line_hooks hooks = {.context = t, .wait = terminal_wait, .complete = terminal_complete};
        t->tried = true;
        t->editor = line_editor_open(&hooks);
    }
    return t->editor;
}

/* ---- lines ---- */

static void terminal_flush(ouro_runtime *rt, ouro_value name)
{
    ouro_value stream;
    if (object_getattr_optional(rt, rt->vm->sys, name, &stream) > 0) {
        value_decref(rt, ouro_is_none(stream) ? OURO_NULL : object_call_method0(rt, stream, STR(rt, flush)));
        value_decref(rt, stream);
    }
    error_clear(rt);
}

static ouro_value terminal_edit(terminal *t, ouro_value prompt, bool with_completion)
{
    ouro_runtime *rt = t->rt;
    size_t length;
    char *text = str_to_utf8(rt, prompt, &length, true);
    if (!text) {
        return OURO_NULL;
    }
    const char *line;
    line_status status = line_editor_read(t->editor, text, with_completion, &line, &length);
    ouro_mem_free(rt->mem, text);
    switch (status) {
    case LINE_READ:
        return str_from_utf8(rt, line, length);
    case LINE_STOPPED:
        if (write(STDOUT_FILENO, "\n", 1) < 0) {
            /* the terminal is gone: the next read says so */
        }
        return OURO_NULL;
    default:
        return str_from_cstring(rt, "");
    }
}

/* From sys.__stdin__; the prompt goes to the error output, as CPython's does where there is no terminal. */
static ouro_value terminal_read_plainly(terminal *t, ouro_value prompt)
{
    ouro_runtime *rt = t->rt;
    size_t length;
    char *text = str_to_utf8(rt, prompt, &length, true);
    if (!text) {
        return OURO_NULL;
    }
    rt->write_error(rt, text, length);
    ouro_mem_free(rt->mem, text);
    ouro_value input = object_getattr_utf8(rt, rt->vm->sys, "__stdin__");
    ouro_value line = ouro_is_null(input)   ? OURO_NULL
                      : ouro_is_none(input) ? str_from_cstring(rt, "")
                                            : object_call_method0(rt, input, STR(rt, readline));
    value_decref(rt, input);
    if (!ouro_is_null(line) && !value_is_str(rt, line)) {
        value_decref(rt, line);
        return error_type(rt, "object.readline() returned non-string");
    }
    return line;
}

ouro_owned terminal_read(terminal *t, ouro_value prompt)
{
    terminal_flush(t->rt, STR(t->rt, stderr));
    terminal_flush(t->rt, STR(t->rt, stdout));
    return terminal_editor(t) ? terminal_edit(t, prompt, true) : terminal_read_plainly(t, prompt);
}

/* input() at a terminal (vm_state.read_line); NotImplemented: it is to read as anywhere. */
static ouro_value terminal_input(ouro_runtime *rt, ouro_value prompt)
{
    terminal *t = rt->user;
    return t && terminal_editor(t) ? terminal_edit(t, prompt, false) : OURO_NOT_IMPLEMENTED;
}

/* ---- history ---- */

void terminal_use_history(terminal *t, const char *file)
{
    if (!terminal_editor(t)) {
        return;
    }
    line_history_load(&t->history, file);
    for (size_t at = 0; at < t->history.length;) {
        const char *line = t->history.text + at;
        line_editor_remember(t->editor, line);
        at += strlen(line) + 1;
    }
    line_history_loaded(&t->history);
}

void terminal_remember(terminal *t, const char *line, size_t length)
{
    while (length && (line[length - 1] == '\n' || line[length - 1] == '\r')) {
        length--;
    }
    if (!t->editor || length == 0) {
        return;
    }
    const char *kept = line_history_add(&t->history, line, length);
    if (kept) {
        line_editor_remember(t->editor, kept);
    }
}

/* ---- life ---- */

terminal *terminal_open(ouro_runtime *rt)
{
    terminal *t = calloc(1, sizeof *t);
    if (t) {
        t->rt = rt;
        rt->user = t;
        rt->vm->read_line = terminal_input;
    }
    return t;
}

void terminal_close(terminal *t)
{
    if (!t) {
        return;
    }
    t->rt->vm->read_line = NULL;
    t->rt->user = NULL;
    line_history_save(&t->history);
    line_editor_close(t->editor);
    free(t);
}
