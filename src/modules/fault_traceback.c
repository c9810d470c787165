/* fault_traceback.c: see fault_traceback.h.  The form is CPython's: what is cut off, and how text is escaped, as well. */
#include "modules/fault_traceback.h"

#include "gc/state.h"
#include "types/code.h"
#include "types/str.h"
#include "vm/threads.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
    FAULT_FRAMES = 100,
    FAULT_THREADS = 100,
    FAULT_CHARACTERS = 500,
    FAULT_POSITIONS = 1 << 26, /* bytes; code that says to have more of them is no code */
    FAULT_PAGE = 4096,
};

/* ---- writing ---- */

static void fault_write_bytes(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, bytes, length);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return;
        }
        bytes += n;
        length -= (size_t)n;
    }
}

void fault_write(int fd, const char *text)
{
    fault_write_bytes(fd, text, strlen(text));
}

void fault_write_number(int fd, uint64_t number, unsigned base, unsigned least_digits)
{
    char digits[24];
    size_t at = sizeof digits;
    do {
        digits[--at] = "0123456789abcdef"[number % base];
        number /= base;
    } while (number != 0 || sizeof digits - at < least_digits);
    fault_write_bytes(fd, digits + at, sizeof digits - at);
}

/* ---- reading ---- */

/* Can these bytes be read?  One byte of each page is copied by the system, which says EFAULT where we would fall. */
static bool fault_readable(const void *start, size_t size)
{
    uintptr_t at = (uintptr_t)start, end = at + size;
    if (at == 0 || end < at) {
        return false;
    }
    for (; at < end; at = (at | (FAULT_PAGE - 1)) + 1) {
        char copy;
        struct iovec here = {&copy, 1}, there = {(void *)at, 1};
        if (process_vm_readv(getpid(), &here, 1, &there, 1, 0) != 1 && errno == EFAULT) {
            return false; /* other errors: the system does not let us ask */
        }
    }
    return true;
}

static const void *fault_aligned(const void *place, size_t size)
{
    return (uintptr_t)place % sizeof(void *) == 0 && fault_readable(place, size) ? place : NULL;
}

static const str_object *fault_str(ouro_value v)
{
    if (!ouro_is_object(v)) {
        return NULL;
    }
    const str_object *s = fault_aligned(ouro_as_object(v), sizeof *s);
    const ouro_shape *shape = s ? fault_aligned(s->object.shape, sizeof *shape) : NULL;
    const ouro_type *type = shape ? fault_aligned(shape->type, sizeof *type) : NULL;
    if (!type || !(type->flags & TYPE_IS_STR) || str_kind(s) == 3 || str_kind(s) > 4) {
        return NULL;
    }
    size_t shown = s->length < FAULT_CHARACTERS ? s->length : FAULT_CHARACTERS;
    return fault_readable(s->data, shown * str_kind(s)) ? s : NULL;
}

/* ---- one frame ---- */

static void fault_write_str(int fd, const str_object *s)
{
    char out[FAULT_CHARACTERS * 10];
    size_t n = 0, length = s->length < FAULT_CHARACTERS ? s->length : FAULT_CHARACTERS;
    for (size_t i = 0; i < length; i++) {
        uint32_t c = str_char_at(s, i);
        if (c >= ' ' && c < 127) {
            out[n++] = (char)c;
            continue;
        }
        unsigned digits = c <= 0xff ? 2 : c <= 0xffff ? 4 : 8;
        out[n++] = '\\';
        out[n++] = digits == 2 ? 'x' : digits == 4 ? 'u' : 'U';
        while (digits-- > 0) {
            out[n++] = "0123456789abcdef"[c >> (digits * 4) & 15];
        }
    }
    fault_write_bytes(fd, out, n);
    if (length < s->length) {
        fault_write(fd, "...");
    }
}

static int fault_line(const frame *f, const code_object *code)
{
    size_t at = f->ip >= code->units && f->ip <= code->units + code->unit_count ? (size_t)(f->ip - code->units) : 0;
    int line, end_line, column, end_column;
    if (at == 0) {
        return (int)code->first_line;
    }
    if (code->positions_size > FAULT_POSITIONS || !fault_readable(code->positions, code->positions_size)) {
        return 0;
    }
    return code_position(code, (uint32_t)at - 1, &line, &end_line, &column, &end_column) ? line : 0;
}

static void fault_write_frame(int fd, const frame *f)
{
    const code_object *code = fault_aligned(f->code, sizeof *code);
    const str_object *file = code ? fault_str(code->filename) : NULL, *name = code ? fault_str(code->name) : NULL;
    int line = code ? fault_line(f, code) : 0;
    fault_write(fd, "  File ");
    if (file) {
        fault_write(fd, "\"");
        fault_write_str(fd, file);
        fault_write(fd, "\"");
    } else {
        fault_write(fd, "???");
    }
    fault_write(fd, ", line ");
    if (line > 0) {
        fault_write_number(fd, (uint64_t)line, 10, 1);
    } else {
        fault_write(fd, "???");
    }
    fault_write(fd, " in ");
    if (name) {
        fault_write_str(fd, name);
    } else {
        fault_write(fd, "???");
    }
    fault_write(fd, "\n");
}

static void fault_write_frames(int fd, const frame *f)
{
    if (f == NULL) {
        fault_write(fd, "  <no Python frame>\n");
        return;
    }
    for (unsigned i = 0; f != NULL; i++, f = f->previous) {
        if (i == FAULT_FRAMES) {
            fault_write(fd, "  ...\n");
            return;
        }
        if (!fault_aligned(f, sizeof *f)) {
            fault_write(fd, "  <invalid frame>\n");
            return;
        }
        fault_write_frame(fd, f);
    }
}

/* ---- threads ---- */

static const frame *fault_thread_frame(ouro_runtime *rt, const vm_threads *t, const thread_state *thread)
{
    return t->holder == thread ? rt->vm->frame : thread->own.frame;
}

static void fault_write_thread(int fd, ouro_runtime *rt, pthread_t id, pthread_t self, const frame *f)
{
    bool is_current = pthread_equal(id, self);
    fault_write(fd, is_current ? "Current thread 0x" : "Thread 0x");
    fault_write_number(fd, (uint64_t)id, 16, sizeof(unsigned long) * 2);
    fault_write(fd, " (most recent call first):\n");
    if (is_current && rt->gc->collecting) {
        fault_write(fd, "  Garbage-collecting\n");
    }
    fault_write_frames(fd, f);
}

void fault_write_stack(int fd, ouro_runtime *rt, pthread_t main_id, pthread_t self)
{
    const vm_threads *t = rt->vm->threads;
    const frame *f = pthread_equal(main_id, self) ? rt->vm->frame : NULL;
    unsigned count = 0;
    for (const thread_state *at = t ? t->all : NULL; at != NULL && count < FAULT_THREADS; at = at->next, count++) {
        if (!fault_aligned(at, sizeof *at)) {
            break;
        }
        if (pthread_equal(at->id, self)) {
            f = fault_thread_frame(rt, t, at);
        }
    }
    fault_write(fd, "Stack (most recent call first):\n");
    fault_write_frames(fd, f);
}

void fault_write_threads(int fd, ouro_runtime *rt, pthread_t main_id, pthread_t self)
{
    const vm_threads *t = rt->vm->threads;
    if (t == NULL) {
        fault_write_thread(fd, rt, main_id, self, rt->vm->frame);
        return;
    }
    unsigned count = 0;
    for (const thread_state *at = t->all; at != NULL; at = at->next, count++) {
        if (count > 0) {
            fault_write(fd, "\n");
        }
        if (count == FAULT_THREADS) {
            fault_write(fd, "...\n");
            return;
        }
        if (!fault_aligned(at, sizeof *at)) {
            return;
        }
        fault_write_thread(fd, rt, at->id, self, fault_thread_frame(rt, t, at));
    }
}
