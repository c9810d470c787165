/* frame.c: the stack that frames lie on, and Python-visible frame objects.
 *
 * The stack is a chain of chunks; a frame never spans two.  A chunk that becomes empty is kept once, so that
 * a call at the edge does not allocate each time.
 */
#include "vm/frame.h"
#include "vm/generator_private.h"

#include "lang/opcode.h"
#include "mem/mem_inline.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/settrace.h"
#include "vm/vm.h"

#include <string.h>

enum {
    FRAME_CHUNK_WORDS = 2048,      /* the first chunk: 16 KiB */
    FRAME_CHUNK_MAX_WORDS = 65536, /* later ones double up to 512 KiB */
};

struct stack_chunk {
    struct stack_chunk *previous;
    ouro_value *saved_free; /* of the chunk before, while this one is the newest */
    size_t words;
    ouro_value data[];
};

/* ---- the stack ---- */

static bool frame_new_chunk(ouro_runtime *rt, size_t needed)
{
    struct vm_state *vm = rt->vm;
    struct stack_chunk *chunk = vm->spare;
    if (chunk && chunk->words >= needed) {
        vm->spare = NULL;
    } else {
        size_t words = vm->chunk ? vm->chunk->words * 2 : FRAME_CHUNK_WORDS;
        words = words > FRAME_CHUNK_MAX_WORDS ? FRAME_CHUNK_MAX_WORDS : words;
        words = words < needed ? needed : words;
        chunk = mem_resize_hidden(rt->mem, NULL, sizeof *chunk + words * sizeof *chunk->data);
        if (!chunk) {
            error_no_memory(rt);
            return false;
        }
        chunk->words = words;
    }
    chunk->previous = vm->chunk;
    chunk->saved_free = vm->stack_free;
    vm->chunk = chunk;
    vm->stack_free = chunk->data;
    vm->stack_end = chunk->data + chunk->words;
    return true;
}

static void frame_drop_chunk(ouro_runtime *rt)
{
    struct vm_state *vm = rt->vm;
    struct stack_chunk *chunk = vm->chunk;
    vm->chunk = chunk->previous;
    vm->stack_free = chunk->saved_free;
    vm->stack_end = vm->chunk ? vm->chunk->data + vm->chunk->words : NULL;
    if (!vm->spare || vm->spare->words < chunk->words) {
        ouro_mem_free(rt->mem, vm->spare);
        vm->spare = chunk;
    } else {
        ouro_mem_free(rt->mem, chunk);
    }
}

void frame_free_stack(ouro_runtime *rt)
{
    while (rt->vm->chunk) {
        frame_drop_chunk(rt);
    }
    ouro_mem_free(rt->mem, rt->vm->spare);
    rt->vm->spare = NULL;
}

frame *frame_push(ouro_runtime *rt, function_object *function)
{
    struct vm_state *vm = rt->vm;
    code_object *code = function->code;
    if (OURO_UNLIKELY(code->frame_words == CODE_COLD_FRAME)) {
        if (!code_warm(rt, code)) {
            object_decref(rt, &function->object);
            return NULL;
        }
        code->frame_words = (uint32_t)(code_slot_count(code) + FRAME_WORDS + code->stack_size);
    }
    size_t slots = code_slot_count(code);
    size_t needed = code->frame_words;
    uint32_t flags = 0;
    if (OURO_UNLIKELY((size_t)(vm->stack_end - vm->stack_free) < needed)) {
        if (!frame_new_chunk(rt, needed)) {
            object_decref(rt, &function->object);
            return NULL;
        }
        flags = FRAME_NEW_CHUNK;
    }
    ouro_value *locals = vm->stack_free;
    vm->stack_free += needed;
    frame *f = (frame *)(void *)(locals + slots);
    size_t filled = slots - code->free_count;
    for (size_t i = 0; i < filled; i++) {
        locals[i] = OURO_NULL;
    }
    for (size_t i = 0; i < code->free_count; i++) {
        locals[filled + i] = value_incref(function_cell(function, i));
    }
    f->previous = NULL;
    f->code = OBJECT_INCREF(code);
    f->function = function;
    f->locals = OURO_NULL;
    f->ip = code->units;
    f->top = frame_stack(f);
    f->object = NULL;
    f->flags = flags;
    f->trace_context = 0;
    return f;
}

/* The values that a frame holds, moved out: locals, operands. */
static void frame_drop_values(ouro_runtime *rt, frame *f)
{
    /* operands first, the top one first; each slot is empty before its value goes */
    ouro_value *bottom = frame_stack(f);
    while (f->top > bottom) {
        f->top--;
        value_clear(rt, f->top);
    }
    ouro_value *locals = frame_locals(f);
    size_t n = code_slot_count(f->code);
    for (size_t i = 0; i < n; i++) {
        value_clear(rt, &locals[i]);
    }
    value_clear(rt, &f->locals);
}

/* The frame object outlives the frame: locals and frame move into a block of its own. */
static bool frame_take_over(ouro_runtime *rt, frame_object *object, frame *f)
{
    size_t slots = code_slot_count(f->code);
    ouro_value *own = ouro_mem_alloc(rt->mem, slots * sizeof *own + sizeof(frame));
    if (!own) {
        return false;
    }
    while (f->top > frame_stack(f)) { /* operands are not kept */
        f->top--;
        value_clear(rt, f->top);
    }
    memcpy(own, frame_locals(f), slots * sizeof *own);
    frame *moved = (frame *)(void *)(own + slots);
    *moved = *f;
    moved->top = frame_stack(moved);
    moved->flags = 0;
    moved->object = NULL; /* owned by the object now, not the other way round */
    if (f->previous && ouro_is_null(object->back)) {
        frame_object *back = frame_get_object(rt, f->previous);
        if (back) {
            object->back = value_incref(ouro_from_object(back));
        } else {
            error_clear(rt);
        }
    }
    moved->previous = NULL;
    object->frame = moved;
    object->own = own;
    if (!gc_is_tracked(object)) {
        gc_track(rt, object);
    }
    return true;
}

void frame_finish(ouro_runtime *rt, frame *f)
{
    frame_object *object = f->object;
    if (object) {
        f->object = NULL;
        struct runtime_suspended saved = runtime_suspend(rt);
        bool taken = object->object.refcount > 1 && frame_take_over(rt, object, f);
        if (!taken) {
            object->frame = NULL;
        }
        object_decref(rt, &object->object);
        runtime_resume(rt, saved);
        if (taken) {
            if (f->flags & FRAME_GENERATOR) {
                object_incref(&f->code->object);
                f->function = NULL;
            }
            return;
        }
    }
    frame_drop_values(rt, f);
    code_object *code = f->code;
    function_object *function = f->function;
    f->function = NULL;
    object_decref(rt, &function->object);
    if (!(f->flags & FRAME_GENERATOR)) { /* a finished generator still tells its code */
        object_decref(rt, &code->object);
    }
}

void frame_pop(ouro_runtime *rt, frame *f)
{
    bool new_chunk = (f->flags & FRAME_NEW_CHUNK) != 0;
    bool generator = (f->flags & FRAME_GENERATOR) != 0;
    ouro_value *place = frame_locals(f);
    frame_finish(rt, f);
    if (generator) {
        return;
    }
    if (new_chunk) {
        frame_drop_chunk(rt);
    } else {
        rt->vm->stack_free = place;
    }
}

/* ---- asking ---- */

uint32_t frame_unit(const frame *f)
{
    size_t at = (size_t)(f->ip - f->code->units);
    return at ? (uint32_t)at - 1 : 0;
}

static int frame_line_of_unit(const frame *f, uint32_t unit)
{
    int line, end_line, column, end_column;
    return code_position(f->code, unit, &line, &end_line, &column, &end_column) ? line : 0;
}

int frame_line(const frame *f)
{
    if (f->ip == f->code->units) {
        return (int)f->code->first_line;
    }
    int line = frame_line_of_unit(f, frame_unit(f));
    if (line == 0 && f->object && f->object->traced_unit) { /* an instruction without a line counts to the one before it */
        line = frame_line_of_unit(f, f->object->traced_unit - 1);
    }
    return line;
}

int frame_object_line(ouro_value v, uint32_t unit)
{
    const frame *f = ((frame_object *)(void *)ouro_as_object(v))->frame;
    return f ? frame_line_of_unit(f, unit) : 0;
}

int frame_traverse(frame *f, ouro_visit_fn visit, void *context)
{
    int result = 0;
    const ouro_value heads[] = {ouro_from_object(f->code), ouro_from_object(f->function), f->locals,
                                ouro_from_object(f->object)};
    for (size_t i = 0; result == 0 && i < sizeof heads / sizeof *heads; i++) {
        if (ouro_is_object(heads[i])) {
            result = visit(heads[i], context);
        }
    }
    ouro_value *locals = frame_locals(f);
    size_t n = code_slot_count(f->code);
    for (size_t i = 0; result == 0 && i < n; i++) {
        if (ouro_is_object(locals[i])) {
            result = visit(locals[i], context);
        }
    }
    for (ouro_value *at = frame_stack(f); result == 0 && at < f->top; at++) {
        if (ouro_is_object(*at)) {
            result = visit(*at, context);
        }
    }
    return result;
}

int frame_traverse_edges(frame *f, ouro_edge_fn visit, void *context)
{
    static const char *const texts[] = {"f_code", "function", "f_locals", "frame"};
    const ouro_value heads[] = {ouro_from_object(f->code), ouro_from_object(f->function), f->locals,
                                ouro_from_object(f->object)};
    int result = 0;
    for (size_t i = 0; result == 0 && i < sizeof heads / sizeof *heads; i++) {
        result = edge_tell(heads[i], &(ouro_edge){.kind = OURO_EDGE_FIELD, .text = texts[i]}, visit, context);
    }
    const ouro_value *locals = frame_locals(f);
    const tuple_object *names = as_tuple(f->code->local_names);
    size_t n = code_slot_count(f->code);
    for (size_t i = 0; result == 0 && i < n; i++) {
        ouro_edge edge = {.kind = OURO_EDGE_LOCAL, .name = names->items[i], .number = i};
        result = edge_tell(locals[i], &edge, visit, context);
    }
    for (ouro_value *at = frame_stack(f); result == 0 && at < f->top; at++) {
        ouro_edge edge = {.kind = OURO_EDGE_OPERAND, .number = (size_t)(at - frame_stack(f))};
        result = edge_tell(*at, &edge, visit, context);
    }
    return result;
}

/* ---- locals as a dict ---- */

ouro_value frame_locals_dict(ouro_runtime *rt, frame *f)
{
    if (!ouro_is_null(f->locals)) {
        return value_incref(f->locals);
    }
    frame_object *object = frame_get_object(rt, f);
    if (!object) {
        return OURO_NULL;
    }
    if (ouro_is_null(object->locals)) {
        object->locals = dict_new(rt, 0);
        if (ouro_is_null(object->locals)) {
            return OURO_NULL;
        }
    }
    ouro_value dict = value_incref(object->locals);
    const tuple_object *names = as_tuple(f->code->local_names);
    ouro_value *locals = frame_locals(f);
    for (size_t i = 0; i < names->size; i++) {
        ouro_value v = locals[i];
        unsigned kind = f->code->local_kinds[i];
        if ((kind & (CODE_LOCAL_CELL | CODE_LOCAL_FREE)) && ouro_is_object(v) &&
            value_type(rt, v) == TYPE(rt, cell)) {
            v = ((cell_object *)(void *)ouro_as_object(v))->contents;
        }
        bool ok = ouro_is_null(v) ? dict_delete(rt, as_dict(dict), names->items[i]) >= 0
                                  : dict_set(rt, as_dict(dict), names->items[i], v);
        if (!ok) {
            value_decref(rt, dict);
            return OURO_NULL;
        }
    }
    return dict;
}

void frame_store_locals(ouro_runtime *rt, frame *f)
{
    if (!ouro_is_null(f->locals) || !f->object || ouro_is_null(f->object->locals)) {
        return;
    }
    ouro_value dict = value_incref(f->object->locals);
    const tuple_object *names = as_tuple(f->code->local_names);
    ouro_value *locals = frame_locals(f);
    for (size_t i = 0; i < names->size; i++) {
        ouro_value v = dict_get_str(rt, as_dict(dict), names->items[i]);
        ouro_value *slot = &locals[i];
        if ((f->code->local_kinds[i] & (CODE_LOCAL_CELL | CODE_LOCAL_FREE)) && ouro_is_object(*slot) &&
            value_type(rt, *slot) == TYPE(rt, cell)) {
            slot = &((cell_object *)(void *)ouro_as_object(*slot))->contents;
        }
        if (!ouro_is(*slot, v)) {
            value_replace(rt, slot, value_incref(v));
        }
    }
    value_decref(rt, dict);
}

/* ---- frame objects ---- */

frame_object *frame_get_object(ouro_runtime *rt, frame *f)
{
    if (!f->object) {
        frame_object *object = object_new(rt, &TYPE(rt, frame)->type, 0);
        if (!object) {
            return NULL;
        }
        object->frame = f;
        object->trace_lines = true;
        f->object = object;
        gc_track(rt, object);
    }
    return f->object;
}

static frame_object *as_frame_object(ouro_value v)
{
    return (frame_object *)(void *)ouro_as_object(v);
}

static int frame_object_traverse(ouro_runtime *rt, ouro_object *self, ouro_visit_fn visit, void *context)
{
    frame_object *object = (frame_object *)(void *)self;
    /* while the frame is alive its values belong to the stack or to the generator */
    return object->own ? frame_traverse(object->frame, visit, context) : 0;
}

static int frame_object_traverse_edges(ouro_runtime *rt, ouro_object *self, ouro_edge_fn visit, void *context)
{
    frame_object *object = (frame_object *)(void *)self;
    return object->own ? frame_traverse_edges(object->frame, visit, context) : 0;
}

static void frame_object_clear(ouro_runtime *rt, ouro_object *self)
{
    frame_object *object = (frame_object *)(void *)self;
    if (object->own) {
        frame_drop_values(rt, object->frame);
    }
}

static void frame_object_dispose(ouro_runtime *rt, ouro_object *self)
{
    frame_object *object = (frame_object *)(void *)self;
    if (object->own) {
        object_decref(rt, &object->frame->function->object);
        object_decref(rt, &object->frame->code->object);
        ouro_mem_free(rt->mem, object->own);
    }
}

static ouro_value frame_get_code(ouro_runtime *rt, ouro_value self, void *closure)
{
    frame *f = as_frame_object(self)->frame;
    return f ? value_incref(ouro_from_object(f->code)) : OURO_NONE;
}

static ouro_value frame_get_globals(ouro_runtime *rt, ouro_value self, void *closure)
{
    frame *f = as_frame_object(self)->frame;
    return f ? value_incref(ouro_from_object(frame_globals(f))) : OURO_NONE;
}

static ouro_value frame_get_builtins(ouro_runtime *rt, ouro_value self, void *closure)
{
    frame *f = as_frame_object(self)->frame;
    return f ? value_incref(vm_builtins_of(rt, f)) : OURO_NONE;
}

static ouro_value frame_get_locals(ouro_runtime *rt, ouro_value self, void *closure)
{
    frame_object *object = as_frame_object(self);
    if (!object->frame) {
        return dict_new(rt, 0);
    }
    if (object->own) {
        object->frame->object = object; /* borrowed while the dict is filled */
        ouro_value dict = frame_locals_dict(rt, object->frame);
        object->frame->object = NULL;
        return dict;
    }
    return frame_locals_dict(rt, object->frame);
}

static ouro_value frame_get_line(ouro_runtime *rt, ouro_value self, void *closure)
{
    frame *f = as_frame_object(self)->frame;
    int line = f ? frame_line(f) : 0;
    /* a module begins at line 0 */
    return line || (f && unit_opcode(f->code->units[frame_unit(f)]) == OP_RESUME) ? ouro_int(line) : OURO_NONE;
}

static bool frame_set_line(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    if (ouro_is_null(value)) {
        error_raise(rt, EXC(rt, AttributeError), "cannot delete attribute");
        return false;
    }
    frame_object *object = as_frame_object(self);
    if (!object->frame || object->own) {
        error_value(rt, "can only jump from a 'line' trace event");
        return false;
    }
    return settrace_jump(rt, object->frame, value);
}

static ouro_value frame_get_lasti(ouro_runtime *rt, ouro_value self, void *closure)
{
    frame *f = as_frame_object(self)->frame;
    return f && f->ip != f->code->units ? ouro_int((int64_t)frame_unit(f) * 2) : ouro_int(-1);
}

static ouro_value frame_get_back(ouro_runtime *rt, ouro_value self, void *closure)
{
    frame_object *object = as_frame_object(self);
    if (!ouro_is_null(object->back)) {
        return value_incref(object->back);
    }
    if (!object->frame || object->own || !object->frame->previous) {
        return OURO_NONE;
    }
    frame_object *back = frame_get_object(rt, object->frame->previous);
    return back ? value_incref(ouro_from_object(back)) : OURO_NULL;
}

static ouro_value frame_get_trace(ouro_runtime *rt, ouro_value self, void *closure)
{
    ouro_value trace = as_frame_object(self)->trace;
    return ouro_is_null(trace) ? OURO_NONE : value_incref(trace);
}

static bool frame_set_trace(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    if (ouro_is_none(value)) {
        value = OURO_NULL;
    }
    value_replace(rt, &as_frame_object(self)->trace, value_incref(value));
    return true;
}

static ouro_value frame_get_flag(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_bool(closure ? as_frame_object(self)->trace_opcodes : as_frame_object(self)->trace_lines);
}

static bool frame_set_flag(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    if (!ouro_is_bool(value)) {
        error_type(rt, "attribute value type must be bool");
        return false;
    }
    if (closure) {
        as_frame_object(self)->trace_opcodes = value.bits == OURO_TRUE.bits;
    } else {
        as_frame_object(self)->trace_lines = value.bits == OURO_TRUE.bits;
    }
    return true;
}

/* frame.clear(): drops the locals of a frame that does not run. */
static ouro_value frame_method_clear(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    frame_object *object = as_frame_object(args[0]);
    if (object->frame && !object->own) {
        for (frame *f = rt->vm->frame; f; f = f->previous) {
            if (f == object->frame) {
                return error_runtime(rt, "cannot clear an executing frame");
            }
        }
    }
    if (object->frame && !object->own &&
        (object->frame->flags & FRAME_GENERATOR)) { /* a suspended one ends */
        generator_object *g = frame_generator(object->frame);
        ouro_value generator = value_incref(ouro_from_object(&g->object));
        generator_finalize(rt, &g->object);
        ouro_value closed = frame_state(g->frame) == GENERATOR_CREATED ? generator_close(rt, g) : OURO_NONE;
        value_decref(rt, generator);
        if (ouro_is_null(closed)) {
            return closed;
        }
        value_decref(rt, closed);
    }
    value_clear(rt, &object->locals);
    if (object->own) {
        frame_drop_values(rt, object->frame);
    }
    return OURO_NONE;
}

static ouro_value frame_repr(ouro_runtime *rt, ouro_value self)
{
    frame *f = as_frame_object(self)->frame;
    if (!f) {
        return str_format_c(rt, "<frame at %p>", (void *)ouro_as_object(self));
    }
    return str_format_c(rt, "<frame at %p, file %R, line %d, code %U>", (void *)ouro_as_object(self),
                        f->code->filename, frame_line(f), f->code->name);
}

static const ouro_field frame_fields[] = {
    {OURO_FIELD_VALUE, offsetof(frame_object, back), 0, "f_back"},
    {OURO_FIELD_VALUE, offsetof(frame_object, locals), 0, "f_locals"},
    {OURO_FIELD_VALUE, offsetof(frame_object, trace), 0, "f_trace"},
};

static const getset_def frame_getsets[] = {
    {"f_code", frame_get_code, NULL, NULL, NULL},
    {"f_globals", frame_get_globals, NULL, NULL, NULL},
    {"f_builtins", frame_get_builtins, NULL, NULL, NULL},
    {"f_locals", frame_get_locals, NULL, NULL, NULL},
    {"f_lineno", frame_get_line, frame_set_line, NULL, NULL},
    {"f_lasti", frame_get_lasti, NULL, NULL, NULL},
    {"f_back", frame_get_back, NULL, NULL, NULL},
    {"f_trace", frame_get_trace, frame_set_trace, NULL, NULL},
    {"f_trace_lines", frame_get_flag, frame_set_flag, NULL, NULL, .member = true},
    {"f_trace_opcodes", frame_get_flag, frame_set_flag, NULL, (void *)1, .member = true},
    {0},
};

static const method_def frame_methods[] = {
    {"clear", "self, /", .fn = frame_method_clear,
     .doc = "F.clear(): clear most references held by the frame"},
    {0},
};

const type_spec frame_spec = {
    .name = "frame",
    .size = sizeof(frame_object),
    .flags = TYPE_NO_MAKE,
    .fields = frame_fields,
    .field_count = sizeof frame_fields / sizeof *frame_fields,
    .traverse = frame_object_traverse,
    .traverse_edges = frame_object_traverse_edges,
    .clear = frame_object_clear,
    .dispose = frame_object_dispose,
    .methods = frame_methods,
    .getsets = frame_getsets,
    .slots = {.repr = frame_repr},
};
