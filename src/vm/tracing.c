/* tracing.c: what a tracer asks of the frames (tracing.h).
 *
 * Everything here runs in the middle of an allocation: it must not touch the heap, and what memory it needs
 * comes from the C library.
 *
 * A piece of code is known by its version, which is never used twice in a runtime; a place is described while the frame that
 * is there is on the stack.  What leads fast from an instruction to its place goes by its address, and is forgotten when
 * code dies: its memory may come to be other code's.
 */
#include "vm/tracing.h"
#include "lang/opcode.h"
#include "trace/birth.h"
#include "types/error.h"
#include "types/str.h"

#include <stdlib.h>
#include <string.h>

enum { TRACING_PATH_FIRST = 64 };

struct tracing_text {
    char *bytes;
    size_t capacity;
};

struct vm_tracing {
    ouro_trace *trace;
    bool only_innermost; /* a limit of one frame: nobody's caller matters */
    frame **path;        /* room for the frames whose context is being found */
    size_t path_capacity;
    struct tracing_text file, function; /* a description that is not ASCII */
};

static inline ouro_trace_place tracing_place(const frame *f, ouro_trace_site context)
{
    size_t at = (size_t)(f->ip - f->code->units);
    return ouro_trace_place_of(context, f->code->version,
                               at ? (uint32_t)at - 1 : 0); /* frame_unit, inlined */
}

static bool tracing_path_reserve(struct vm_tracing *tracing, size_t length)
{
    if (length < tracing->path_capacity) {
        return true;
    }
    size_t capacity = tracing->path_capacity ? tracing->path_capacity * 2 : TRACING_PATH_FIRST;
    frame **path = realloc(tracing->path, capacity * sizeof *path);
    if (!path) {
        return false;
    }
    tracing->path = path;
    tracing->path_capacity = capacity;
    return true;
}

/* Finds the contexts of a frame and of all callers that have none yet, the outermost first. */
static __attribute__((noinline)) void tracing_find_context(struct vm_tracing *tracing, frame *f)
{
    frame *caller = f->previous;
    if (OURO_LIKELY(caller && caller->trace_context)) { /* nearly always, once a program has run for a while */
        ouro_trace_place place = tracing_place(caller, caller->trace_context);
        f->trace_context = ouro_trace_enter(tracing->trace, &place);
        return;
    }
    size_t length = 0;
    for (; f && !f->trace_context; f = f->previous) {
        if (!tracing_path_reserve(tracing, length)) {
            break; /* as if the outer calls were not there */
        }
        tracing->path[length++] = f;
    }
    while (length > 0) {
        frame *inner = tracing->path[--length];
        inner->trace_context = OURO_TRACE_ROOT;
        if (f && f->trace_context) {
            ouro_trace_place place = tracing_place(f, f->trace_context);
            inner->trace_context = ouro_trace_enter(tracing->trace, &place);
        }
        f = inner;
    }
}

static bool tracing_is_prologue(uint32_t unit)
{
    return (unit & 0xff) == OP_MAKE_CELL || (unit & 0xff) == OP_RETURN_GENERATOR;
}

/* True while a frame makes its cells, or itself a generator: that is its caller's doing (as CPython has it).
 */
static bool tracing_is_incomplete(const frame *f)
{
    const uint32_t *at = f->code->units;
    while (at < f->ip && tracing_is_prologue(*at)) {
        at++;
    }
    return at > f->code->units && at == f->ip;
}

/* Where the program is: the innermost frame that counts (NULL: none), with its context. */
static frame *tracing_here(const ouro_runtime *rt, ouro_trace_site *context)
{
    struct vm_tracing *tracing = rt->vm->tracing;
    frame *f = rt->vm->frame;
    if (f && tracing_is_incomplete(f)) {
        f = f->previous;
    }
    *context = OURO_TRACE_ROOT;
    if (f && !tracing->only_innermost) {
        if (!f->trace_context) {
            tracing_find_context(tracing, f);
        }
        *context = f->trace_context;
    }
    return f;
}

static ouro_trace_place tracing_current(void *context)
{
    ouro_trace_site site;
    const frame *f = tracing_here(context, &site);
    return f ? tracing_place(f, site) : (ouro_trace_place){.context = site};
}

/* What a hint knows a place by.  A frame whose context nobody has asked for, and one that is incomplete, have a key that
 * leads nowhere: what is born there has the context, or the key, of another. */
static inline birth_key tracing_key(const frame *f, ouro_trace_site context, size_t size)
{
    return birth_key_of((uint64_t)(uintptr_t)f->ip, context, size);
}

static __attribute__((noinline)) void *tracing_note(ouro_trace *trace, void *block, size_t size)
{
    ouro_trace_site context;
    const frame *f = tracing_here(trace->context, &context);
    ouro_trace_place place = f ? tracing_place(f, context) : (ouro_trace_place){.context = context};
    birth_key key = f ? tracing_key(f, context, size) : birth_key_of(0, context, size);
    mem_pool *pool = trace->heap->is_external ? NULL : mem_pool_of(block);
    if (OURO_LIKELY(pool && pool->type == POOL_SMALL)) { /* the first birth in a call, whose context is known now */
        const trace_hint *hint = birth_put(trace, pool, block, pool->own.slot, key);
        if (OURO_LIKELY(hint != NULL)) {
            return birth_count(trace, block, hint->cohort, size);
        }
    }
    birth_note(trace, block, size, &place, &key);
    return block;
}

/* A block of a small pool is born.  What cannot be told at one look at the frame leaves by tracing_note. */
static inline __attribute__((always_inline)) void *tracing_note_small(ouro_trace *trace, mem_pool *pool, unsigned slot,
                                                                      void *block, size_t size, bool only_innermost)
{
    const frame *f = *(frame *const *)trace->here;
    if (OURO_LIKELY(f != NULL)) {
        birth_key key = tracing_key(f, only_innermost ? OURO_TRACE_ROOT : f->trace_context, size);
        const trace_hint *hint = birth_put(trace, pool, block, slot, key);
        if (OURO_LIKELY(hint != NULL)) {
            return birth_count(trace, block, hint->cohort, size);
        }
    }
    return tracing_note(trace, block, size);
}

static void tracing_allocated(void *context, void *block, size_t size, ouro_mem_kind kind)
{
    (void)kind;
    ouro_trace *trace = context;
    const ouro_runtime *rt = trace->context;
    mem_pool *pool = rt->mem->is_external ? NULL : mem_pool_of(block);
    if (OURO_LIKELY(pool && pool->type == POOL_SMALL)) {
        tracing_note_small(trace, pool, pool->own.slot, block, size, rt->vm->tracing->only_innermost);
    } else {
        tracing_note(trace, block, size);
    }
}

#ifndef MEM_CHECKED
/* The hook that takes the place of allocating a small block. */
static inline __attribute__((always_inline)) void *tracing_take_at(ouro_mem *mem, size_t size, unsigned slot,
                                                                   bool only_innermost)
{
    void *block = mem_take_held(mem, slot);
    if (OURO_UNLIKELY(!block)) {
        return mem_alloc_slow(mem, size, size_class_slot_kind(slot));
    }
    return tracing_note_small(mem->hooks.context, mem_pool_of(block), slot, block, size, only_innermost);
}

static void *tracing_take(ouro_mem *mem, size_t size, unsigned slot)
{
    return tracing_take_at(mem, size, slot, false);
}

static void *tracing_take_innermost(ouro_mem *mem, size_t size, unsigned slot)
{
    return tracing_take_at(mem, size, slot, true);
}
#endif

static void tracing_code_gone(ouro_runtime *rt)
{
    birth_forget_keys(rt->vm->tracing->trace);
}

static uint32_t tracing_depth(void *context)
{
    const ouro_runtime *rt = context;
    uint32_t depth = 0;
    for (const frame *f = rt->vm->frame; f; f = f->previous) {
        depth++;
    }
    return depth;
}

/* The characters of a str as UTF-8, lone surrogates as three bytes; "" without memory. */
static const char *tracing_text_of(struct tracing_text *text, ouro_value v, size_t *length)
{
    const str_object *s = as_str(v);
    if (s->flags & STR_ASCII) {
        *length = str_length(s);
        return (const char *)s->data;
    }
    size_t needed = str_length(s) * 4;
    if (needed > text->capacity) {
        char *bytes = realloc(text->bytes, needed);
        if (!bytes) {
            *length = 0;
            return "";
        }
        text->bytes = bytes;
        text->capacity = needed;
    }
    char *at = text->bytes;
    for (size_t i = 0; i < str_length(s); i++) {
        uint32_t c = str_char_at(s, i);
        if (c < 0x80) {
            *at++ = (char)c;
        } else if (c < 0x800) {
            *at++ = (char)(0xc0 | c >> 6);
            *at++ = (char)(0x80 | (c & 0x3f));
        } else if (c < 0x10000) {
            *at++ = (char)(0xe0 | c >> 12);
            *at++ = (char)(0x80 | (c >> 6 & 0x3f));
            *at++ = (char)(0x80 | (c & 0x3f));
        } else {
            *at++ = (char)(0xf0 | c >> 18);
            *at++ = (char)(0x80 | (c >> 12 & 0x3f));
            *at++ = (char)(0x80 | (c >> 6 & 0x3f));
            *at++ = (char)(0x80 | (c & 0x3f));
        }
    }
    *length = (size_t)(at - text->bytes);
    return text->bytes;
}

static void tracing_describe(void *context, const ouro_trace_place *place,
                             ouro_trace_description *description)
{
    ouro_runtime *rt = context;
    struct vm_tracing *tracing = rt->vm->tracing;
    const frame *f = rt->vm->frame;
    while (f && f->code->version != ouro_trace_place_code(place)) {
        f = f->previous;
    }
    if (!f) {
        return;
    }
    const code_object *code = f->code;
    int line, end_line, column, end_column;
    if (!code_position(code, ouro_trace_place_unit(place), &line, &end_line, &column, &end_column)) {
        line = (int)code->first_line;
    }
    description->line = line > 0 ? (uint32_t)line : 0;
    description->first_line = code->first_line;
    description->file = tracing_text_of(&tracing->file, code->filename, &description->file_length);
    description->function =
        tracing_text_of(&tracing->function, code->qualname, &description->function_length);
}

bool tracing_start(ouro_runtime *rt, uint32_t limit, uint64_t sample)
{
    if (rt->vm->tracing) {
        return true;
    }
    if (!types_fill_all(rt)) { /* no line of the program is to be told to have made them */
        error_clear(rt);
        return false;
    }
    struct vm_tracing *tracing = calloc(1, sizeof *tracing);
    if (!tracing) {
        return false;
    }
    for (frame *f = rt->vm->frame; f; f = f->previous) {
        f->trace_context = 0; /* of an earlier tracer */
    }
    tracing->only_innermost = limit == 1;
    rt->vm->tracing_limit = limit;
    rt->vm->tracing = tracing;
    birth_hooks hooks = {.allocated = tracing_allocated, .here = &rt->vm->frame};
#ifndef MEM_CHECKED
    hooks.take = limit == 1 ? tracing_take_innermost : tracing_take;
#endif
    tracing->trace = birth_start(rt->mem, &(ouro_trace_config){
                                                   .limit = limit,
                                                   .sample = sample,
                                                   .current = tracing_current,
                                                   .describe = tracing_describe,
                                                   .depth = tracing_depth,
                                                   .context = rt,
                                               },
                                     &hooks);
    if (!tracing->trace) {
        rt->vm->tracing = NULL;
        free(tracing);
        return false;
    }
    rt->code_gone = tracing_code_gone;
    return true;
}

void tracing_stop(ouro_runtime *rt)
{
    struct vm_tracing *tracing = rt->vm->tracing;
    if (!tracing) {
        return;
    }
    ouro_trace_stop(tracing->trace);
    rt->code_gone = NULL;
    rt->vm->tracing = NULL;
    free(tracing->path);
    free(tracing->file.bytes);
    free(tracing->function.bytes);
    free(tracing);
}

ouro_trace *tracing_get(ouro_runtime *rt)
{
    return rt->vm->tracing ? rt->vm->tracing->trace : NULL;
}

uint32_t tracing_limit(ouro_runtime *rt)
{
    return rt->vm->tracing_limit;
}

bool tracing_find(ouro_runtime *rt, const ouro_object *object, ouro_trace_birth *birth)
{
    return rt->vm->tracing && ouro_trace_find(rt->vm->tracing->trace, object, birth);
}
