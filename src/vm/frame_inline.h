/* frame_inline.h: pushing and popping frames, as the loop does it for each call.
 *
 * The same as frame_push and frame_pop (frame.c), which they leave the rare cases to: a full chunk, code that has not
 * run yet, a frame object, a generator.
 */
#ifndef OURO_SRC_VM_FRAME_INLINE_H
#define OURO_SRC_VM_FRAME_INLINE_H

#include "vm/vm.h"

/* Makes a frame whose first `nargs` locals are the arguments (their references moved); `function` is stolen.  NULL: no
 * memory, the arguments are still the caller's. */
static inline frame *frame_push_with(ouro_runtime *rt, function_object *function, const ouro_value *args, size_t nargs)
{
    struct vm_state *vm = rt->vm;
    code_object *code = function->code;
    size_t plain = code->local_count + code->cell_count;
    size_t slots = plain + code->free_count;
    size_t needed = code->frame_words; /* that of code which has not run yet is too much */
    ouro_value *locals = vm->stack_free;
    if (OURO_UNLIKELY((size_t)(vm->stack_end - locals) < needed)) {
        frame *f = frame_push(rt, function);
        for (size_t i = 0; f && i < nargs; i++) {
            frame_locals(f)[i] = args[i];
        }
        return f;
    }
    vm->stack_free = locals + needed;
    size_t i = 0;
    for (; i < nargs; i++) {
        locals[i] = args[i];
    }
    for (; i < plain; i++) {
        locals[i] = OURO_NULL;
    }
    for (; i < slots; i++) {
        locals[i] = value_incref(function_cell(function, i - plain));
    }
    frame *f = (frame *)(void *)(locals + slots);
    object_incref(&code->object);
    f->code = code;
    f->function = function;
    f->locals = OURO_NULL;
    f->ip = code->units;
    f->top = (ouro_value *)(void *)(f + 1);
    f->object = NULL;
    f->flags = 0;
    f->trace_context = 0;
    return f;
}

/* Ends a frame that has returned: its operands are gone. */
static inline void frame_pop_returned(ouro_runtime *rt, frame *f)
{
    if (OURO_UNLIKELY(f->object || f->locals.bits || (f->flags & (FRAME_NEW_CHUNK | FRAME_GENERATOR)))) {
        frame_pop(rt, f);
        return;
    }
    code_object *code = f->code;
    function_object *function = f->function;
    ouro_value *locals = (ouro_value *)(void *)f - code_slot_count(code);
    for (ouro_value *at = locals; at < (ouro_value *)(void *)f; at++) {
        ouro_value v = *at;
        *at = OURO_NULL; /* what dies may look at the frame */
        if (ouro_is_object(v)) {
            object_decref(rt, ouro_as_object(v));
        }
    }
    if (OURO_UNLIKELY(f->object != NULL)) { /* made by what died */
        frame_pop(rt, f);
        return;
    }
    rt->vm->stack_free = locals;
    object_decref(rt, &function->object);
    object_decref(rt, &code->object);
}

#endif
