/* cold_code.c: code that has not run yet has no inline caches.
 *
 * More than half of the units of a function are caches, and of what a program imports it calls little: the caches are
 * made when a function is first called, by the call's slow path (frame_push).
 *
 * In both forms the instructions are the same and stand in the same order, and the loop never writes to them: either
 * form can be made from the other.
 */
#include "types/code.h"

#include "types/error.h"

#include <string.h>

static uint32_t *cold_block(ouro_runtime *rt, size_t units)
{
    uint32_t *block = ouro_mem_alloc_zeroed(rt->mem, units * sizeof *block);
    if (block == NULL) {
        error_no_memory(rt);
    }
    return block;
}

uint32_t *code_all_units(ouro_runtime *rt, const code_object *code)
{
    uint32_t *block = cold_block(rt, code->unit_count);
    bool cold = code->cold_count != 0;
    for (uint32_t from = 0, to = 0; block && to < code->unit_count;) {
        uint32_t unit = code->units[from], caches = opcode_caches[unit & 0xff];
        block[to] = unit;
        to += 1 + caches;
        from += cold ? 1 : 1 + caches;
    }
    return block;
}

uint32_t *code_instructions(ouro_runtime *rt, const code_object *code, uint32_t *count)
{
    bool cold = code->cold_count != 0;
    uint32_t n = code->cold_count;
    for (uint32_t i = 0; !cold && i < code->unit_count; n++) {
        i += 1u + opcode_caches[code->units[i] & 0xff];
    }
    uint32_t *block = cold_block(rt, n);
    for (uint32_t from = 0, to = 0; block && to < n; to++) {
        block[to] = code->units[from];
        from += cold ? 1 : 1u + opcode_caches[code->units[from] & 0xff];
    }
    *count = n;
    return block;
}

bool code_warm(ouro_runtime *rt, code_object *code)
{
    if (code->cold_count == 0) {
        return true;
    }
    uint32_t *units = code_all_units(rt, code);
    if (units == NULL) {
        return false;
    }
    ouro_mem_free(rt->mem, code->units);
    code->units = units;
    code->cold_count = 0;
    return true;
}
