/* roots.c: the references that the vm floor owns outside of all objects: frames on the runtime's stack,
 * handled exceptions, modules, hooks.
 *
 * Frames are exact when every one of them has stored its operands, and nothing but the loop holds references
 * of its own: at a safe point of the loop (a jump back, a call), or in a native function that the loop has
 * called, as long as no native function is between two frames (vm_frames_are_exact).  A generator that runs
 * tells its locals itself; its operands are told here.
 */
#include "vm/generator.h"

bool vm_frames_are_exact(ouro_runtime *rt)
{
    unsigned entries = 0;
    for (frame *f = rt->vm->frame; f; f = f->previous) {
        entries += (f->flags & FRAME_ENTRY) != 0;
    }
    return rt->vm->threads == NULL && entries <= 1 && rt->death_depth == 0 && rt->finalizer_depth == 0;
}

static int roots_visit_all(const ouro_value *values, size_t count, ouro_visit_fn visit, void *context)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < count; i++) {
        if (ouro_is_object(values[i])) {
            result = visit(values[i], context);
        }
    }
    return result;
}

int vm_visit_state_roots(ouro_runtime *rt, ouro_visit_fn visit, void *context)
{
    struct vm_state *vm = rt->vm;
    const ouro_value owned[] = {vm->modules,
                                vm->builtins,
                                vm->sys,
                                vm->main,
                                vm->trace_function,
                                vm->profile_function,
                                vm->context,
                                vm->async_hooks[0],
                                vm->async_hooks[1],
                                vm->thread_locals,
                                vm->thread_sentinel,
                                vm->import_function,
                                vm->library,
                                vm->audit_hooks,
                                vm->typed,
                                vm->prompt_helper,
                                vm->base_handled.exception};
    return roots_visit_all(owned, sizeof owned / sizeof *owned, visit, context);
}

int vm_visit_frame_edges(frame *f, ouro_edge_fn visit, void *context)
{
    if (!(f->flags & FRAME_GENERATOR)) {
        return frame_traverse_edges(f, visit, context);
    }
    int result = 0;
    for (ouro_value *at = frame_stack(f); result == 0 && at < f->top; at++) {
        ouro_edge edge = {.kind = OURO_EDGE_OPERAND, .number = (size_t)(at - frame_stack(f))};
        result = edge_tell(*at, &edge, visit, context);
    }
    return result;
}

int vm_visit_roots(ouro_runtime *rt, ouro_visit_fn visit, void *context)
{
    int result = vm_visit_state_roots(rt, visit, context);
    for (frame *f = rt->vm->frame; result == 0 && f; f = f->previous) {
        if (f->flags & FRAME_GENERATOR) {
            ouro_value *bottom = frame_stack(f);
            result = roots_visit_all(bottom, (size_t)(f->top - bottom), visit, context);
        } else {
            result = frame_traverse(f, visit, context);
        }
    }
    return result;
}
