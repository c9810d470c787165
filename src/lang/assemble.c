/* assemble.c: from emitted instructions to a code object.
 *
 * Passes, in order: jumps to jumps are shortened; neighbours that often stand together become one instruction
 * (where no jump leads between them and the same handler protects both); instructions get their unit numbers;
 * units, positions and exception ranges are written.
 */
#include "lang/emit.h"

#include "gc/gc.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/positions.h"
#include "types/str.h"

#include <string.h>

/* ---- jumps to jumps ---- */

static emitted *assemble_target(compile_unit *u, label l)
{
    uint32_t at = (uint32_t)u->labels[l].at;
    return at < u->count ? &u->instructions[at] : NULL;
}

static void assemble_thread_jumps(compile_unit *u)
{
    for (uint32_t i = 0; i < u->count; i++) {
        emitted *e = &u->instructions[i];
        if (!e->target || e->op == OP_SEND || e->op == OP_FOR_ITER) {
            continue;
        }
        /* bounded: a chain of jumps may be a loop */
        for (int hops = 0; hops < 8; hops++) {
            const emitted *t = assemble_target(u, e->target);
            if (!t || t->op != OP_JUMP || t->target == e->target || u->labels[t->target].at <= (int32_t)i ||
                (t->place.line > 0 && t->place.line != e->place.line)) { /* a `break` or `continue`: a line to be seen */
                break;
            }
            e->target = t->target;
        }
    }
}

/* A jump back is a safe point: an endless loop can be interrupted, and its garbage collected. */
static void assemble_mark_backward(compile_unit *u)
{
    for (uint32_t i = 0; i < u->count; i++) {
        emitted *e = &u->instructions[i];
        if (e->op == OP_JUMP && u->labels[e->target].at <= (int32_t)i) {
            e->op = OP_JUMP_BACKWARD;
        }
    }
}

/* ---- locals ---- */

static void assemble_number_locals(compile_unit *u, size_t locals, size_t cells)
{
    for (uint32_t i = 0; i < u->count; i++) {
        emitted *e = &u->instructions[i];
        if (opcode_arguments[e->op] != ARG_LOCAL) {
            continue;
        }
        if (e->argument & LOCAL_IS_FREE) {
            e->argument = (e->argument & ~(uint32_t)LOCAL_IS_FREE) + (uint32_t)(locals + cells);
        } else if (e->argument & LOCAL_IS_CELL) {
            e->argument = (e->argument & ~(uint32_t)LOCAL_IS_CELL) + (uint32_t)locals;
        }
    }
}

/* ---- lines ---- */

/* Instructions that no text stands for (the jump at the end of a branch, what ends a handler) are on the line before them,
 * where they can only be reached from there. */
static void assemble_inherit_lines(compile_unit *u, const unsigned char *is_target)
{
    for (uint32_t i = 1; i < u->count; i++) {
        emitted *e = &u->instructions[i];
        if (e->place.line <= 0 && !is_target[i] && (e->op != OP_RERAISE || e->argument)) {
            e->place = u->instructions[i - 1].place;
        }
    }
}

/* ---- fusion ---- */

enum { ASSEMBLE_LONGEST_RUN = 4 };

static bool assemble_fits(const emitted *e, uint32_t bits)
{
    return e->argument < 1u << bits;
}

static bool assemble_same_line(const emitted *e, const emitted *f)
{
    return e->place.line == f->place.line;
}

/* What the run of `available` instructions that begins at `e` can become one instruction of, and how many it takes;
 * OP_NOP: nothing.  All are on one line, which tracing and tracebacks show, but for STORE_FAST_LOAD_FAST: there the
 * LOAD_FAST stays behind it, and tells its line. */
static opcode assemble_find_fusion(const emitted *e, uint32_t available, uint32_t *taken)
{
    *taken = 2;
    const emitted *f = e + 1, *g = e + 2;
    if (available < 2) {
        return OP_NOP;
    }
    if (e->op == OP_STORE_FAST && f->op == OP_LOAD_FAST) {
        /* not where the second can begin something itself: as many instructions then, or one less */
        bool better = assemble_find_fusion(f, available - 1, taken) != OP_NOP;
        *taken = 2;
        return !better && assemble_fits(e, 12) && assemble_fits(f, 12) ? OP_STORE_FAST_LOAD_FAST : OP_NOP;
    }
    if (!assemble_same_line(e, f)) {
        return OP_NOP;
    }
    if (e->op == OP_LOAD_FAST && (f->op == OP_LOAD_FAST || f->op == OP_LOAD_CONST) && available >= 3 &&
        assemble_same_line(e, g) && assemble_fits(e, 8) && assemble_fits(f, 8)) {
        bool constant = f->op == OP_LOAD_CONST;
        if (g->op == OP_BINARY_OP || g->op == OP_COMPARE_OP) {
            *taken = 3;
            return g->op == OP_BINARY_OP ? (constant ? OP_BINARY_OP_LOCAL_CONST : OP_BINARY_OP_LOCAL_LOCAL)
                                         : (constant ? OP_COMPARE_LOCAL_CONST : OP_COMPARE_LOCAL_LOCAL);
        }
    }
    if (e->op == OP_LOAD_FAST && f->op == OP_LOAD_ATTR && assemble_fits(e, 8) && assemble_fits(f, 16)) {
        return OP_LOAD_ATTR_LOCAL;
    }
    if (assemble_fits(e, 12) && assemble_fits(f, 12)) {
        if (e->op == OP_LOAD_FAST && f->op == OP_LOAD_FAST) {
            return OP_LOAD_FAST_LOAD_FAST;
        }
        if (e->op == OP_LOAD_FAST && f->op == OP_LOAD_CONST) {
            return OP_LOAD_FAST_LOAD_CONST;
        }
        if (e->op == OP_STORE_FAST && f->op == OP_STORE_FAST) {
            return OP_STORE_FAST_STORE_FAST;
        }
    }
    return OP_NOP;
}

/* Makes one instruction of the run that begins at `e`, in its place; returns how many of the run are done with. */
static uint32_t assemble_fuse_at(emitted *e, uint32_t available)
{
    uint32_t taken;
    opcode op = assemble_find_fusion(e, available, &taken);
    const emitted *f = e + 1;
    switch (op) {
    case OP_NOP:
        return 1;
    case OP_LOAD_ATTR_LOCAL: {
        uint32_t local = e->argument;
        *e = *f;
        e->argument = local | f->argument << 8;
        break;
    }
    case OP_BINARY_OP_LOCAL_LOCAL:
    case OP_BINARY_OP_LOCAL_CONST:
    case OP_COMPARE_LOCAL_LOCAL:
    case OP_COMPARE_LOCAL_CONST: {
        const emitted *g = e + 2;
        uint32_t argument = g->argument | e->argument << 8 | f->argument << 16;
        *e = *g;
        e->argument = argument;
        break;
    }
    default:
        e->argument |= f->argument << 12;
        break;
    }
    e->op = (uint8_t)op;
    return op == OP_STORE_FAST_LOAD_FAST ? 1 : taken;
}

/* How many instructions from i on are free of labels (but at i itself) and of changes of handler. */
static uint32_t assemble_run(const compile_unit *u, const unsigned char *is_target, uint32_t i)
{
    uint32_t n = 1;
    while (n < ASSEMBLE_LONGEST_RUN && i + n < u->count && !is_target[i + n] &&
           u->instructions[i + n].handler == u->instructions[i].handler) {
        n++;
    }
    return n;
}

/* A NOP keeps a line that has no other instruction (`pass`).  Is this one needless? */
static bool assemble_nop_is_needless(const compile_unit *u, const unsigned char *is_target, uint32_t i, uint32_t out)
{
    const emitted *e = &u->instructions[i];
    if (e->place.line <= 0) {
        return true;
    }
    if (out > 0 && !is_target[i] && u->instructions[out - 1].place.line == e->place.line) {
        return true;
    }
    return i + 1 < u->count && u->instructions[i + 1].place.line == e->place.line;
}

/* Drops needless NOPs, fuses, in place; labels are moved with the instructions.  False: no memory. */
static bool assemble_fuse(compiler *c, compile_unit *u)
{
    size_t bytes = (size_t)u->count + 1;
    unsigned char *is_target = ouro_mem_alloc_zeroed(c->rt->mem, bytes);
    uint32_t *moved = ouro_mem_alloc(c->rt->mem, bytes * sizeof *moved);
    bool ok = is_target && moved;
    if (ok) {
        for (uint32_t l = 0; l < u->label_count; l++) {
            if (u->labels[l].at >= 0) {
                is_target[u->labels[l].at] = 1;
            }
        }
        assemble_inherit_lines(u, is_target);
        uint32_t out = 0;
        for (uint32_t i = 0; i < u->count;) {
            if (u->instructions[i].op == OP_NOP && assemble_nop_is_needless(u, is_target, i, out)) {
                moved[i] = out;
                is_target[i + 1] |= is_target[i];
                i++;
                continue;
            }
            uint32_t taken = assemble_fuse_at(&u->instructions[i], assemble_run(u, is_target, i));
            for (uint32_t k = 0; k < taken; k++) {
                moved[i + k] = out;
            }
            u->instructions[out++] = u->instructions[i];
            i += taken;
        }
        moved[u->count] = out;
        for (uint32_t l = 0; l < u->label_count; l++) {
            if (u->labels[l].at >= 0) {
                u->labels[l].at = (int32_t)moved[u->labels[l].at];
            }
        }
        u->count = out;
    } else {
        error_no_memory(c->rt);
    }
    ouro_mem_free(c->rt->mem, is_target);
    ouro_mem_free(c->rt->mem, moved);
    return ok;
}

/* ---- writing ---- */

/* The code comes cold: without the caches, which are counted all the same (types/code.h). */
static bool assemble_units(compiler *c, compile_unit *u, code_object *code, uint32_t *unit_of)
{
    uint32_t units = 0;
    for (uint32_t i = 0; i < u->count; i++) {
        unit_of[i] = units;
        units += 1u + opcode_caches[u->instructions[i].op];
    }
    unit_of[u->count] = units;
    if (units >= 1u << 24) {
        error_raise(c->rt, EXC(c->rt, SystemError), "code too large");
        return false;
    }
    code->units = ouro_mem_alloc(c->rt->mem, u->count * sizeof *code->units);
    if (!code->units) {
        error_no_memory(c->rt);
        return false;
    }
    code->unit_count = units;
    code->cold_count = u->count;
    for (uint32_t i = 0; i < u->count; i++) {
        const emitted *e = &u->instructions[i];
        code->units[i] = unit_make((opcode)e->op, e->target ? unit_of[u->labels[e->target].at] : e->argument);
    }
    return true;
}

static bool assemble_positions(compiler *c, compile_unit *u, code_object *code)
{
    positions_writer w;
    positions_start(&w, c->rt->mem, (int32_t)code->first_line);
    bool ok = true;
    for (uint32_t i = 0; ok && i < u->count;) {
        ast_place place = u->instructions[i].place;
        uint32_t units = 0;
        while (i < u->count && memcmp(&u->instructions[i].place, &place, sizeof place) == 0) {
            units += 1u + opcode_caches[u->instructions[i].op];
            i++;
        }
        ok = positions_add(&w, units, (position){place.line, place.end_line, place.column, place.end_column});
    }
    if (!ok) {
        ouro_mem_free(c->rt->mem, w.bytes);
        error_no_memory(c->rt);
        return false;
    }
    code->positions = w.bytes;
    code->positions_size = (uint32_t)w.size;
    return true;
}

static bool assemble_ranges(compiler *c, compile_unit *u, code_object *code, const uint32_t *unit_of)
{
    uint32_t n = 0;
    for (int pass = 0; pass < 2; pass++) {
        n = 0;
        for (uint32_t i = 0; i < u->count;) {
            int32_t handler = u->instructions[i].handler;
            uint32_t start = i;
            while (i < u->count && u->instructions[i].handler == handler) {
                i++;
            }
            if (!handler) {
                continue;
            }
            if (pass) {
                const emit_handler *h = &u->handlers[handler - 1];
                code->ranges[n] = (exception_range){.start = unit_of[start],
                                                    .end = unit_of[i],
                                                    .handler = unit_of[u->labels[h->entry].at],
                                                    .depth = (uint32_t)h->depth};
            }
            n++;
        }
        if (!pass && n) {
            code->ranges = ouro_mem_alloc(c->rt->mem, n * sizeof *code->ranges);
            if (!code->ranges) {
                error_no_memory(c->rt);
                return false;
            }
        }
    }
    code->range_count = n;
    return true;
}

static bool assemble_local_names(compiler *c, compile_unit *u, code_object *code)
{
    const list_object *parts[] = {as_list(u->locals), as_list(u->cells), as_list(u->frees)};
    size_t total = parts[0]->size + parts[1]->size + parts[2]->size;
    code->local_count = (uint32_t)parts[0]->size;
    code->cell_count = (uint32_t)parts[1]->size;
    code->free_count = (uint32_t)parts[2]->size;
    if (total == 0) {
        code->local_names = value_incref(c->rt->types->empty_tuple);
        return true;
    }
    tuple_object *names = tuple_new_blank(c->rt, total);
    code->local_kinds = ouro_mem_alloc(c->rt->mem, total);
    if (!names || !code->local_kinds) {
        if (names) {
            value_decref(c->rt, ouro_from_object(names));
            error_no_memory(c->rt);
        }
        return false;
    }
    static const unsigned char kinds[] = {CODE_LOCAL_PLAIN, CODE_LOCAL_CELL, CODE_LOCAL_FREE};
    size_t at = 0;
    for (int p = 0; p < 3; p++) {
        for (size_t i = 0; i < parts[p]->size; i++, at++) {
            names->items[at] = value_incref(parts[p]->items[i]);
            code->local_kinds[at] = kinds[p];
        }
    }
    for (uint32_t i = 0; i < u->count; i++) { /* parameters that inner functions use */
        const emitted *e = &u->instructions[i];
        if (e->op == OP_MAKE_CELL && e->argument < code->local_count) {
            code->local_kinds[e->argument] |= CODE_LOCAL_CELL;
        }
    }
    gc_track(c->rt, names);
    code->local_names = ouro_from_object(names);
    return true;
}

static bool assemble_into(compiler *c, compile_unit *u, code_object *code, uint32_t *unit_of)
{
    ouro_runtime *rt = c->rt;
    code->first_line = u->first_line;
    code->argument_count = u->positional_count;
    code->positional_only_count = u->positional_only_count;
    code->keyword_only_count = u->keyword_only_count;
    code->flags = u->code_flags | (c->tree->future & AST_FUTURE_ANNOTATIONS ? CODE_FUTURE_ANNOTATIONS : 0) |
                  (c->tree->future & AST_FUTURE_BARRY_AS_BDFL ? CODE_FUTURE_BARRY : 0);
    code->stack_size = (uint32_t)u->max_depth;
    code->name = value_incref(u->name);
    code->qualname = value_incref(u->qualname);
    code->filename = value_incref(c->filename);
    code->docstring = value_incref(u->docstring);
    if (!ouro_is_null(u->self_attributes)) {
        code->self_attribute_count = (uint32_t)set_size(u->self_attributes);
    }
    code->version = ++rt->next_version;
    code->constants = list_as_tuple(rt, u->constants);
    code->names = list_as_tuple(rt, u->names);
    return !ouro_is_null(code->constants) && !ouro_is_null(code->names) && assemble_local_names(c, u, code) &&
           assemble_units(c, u, code, unit_of) && assemble_positions(c, u, code) &&
           assemble_ranges(c, u, code, unit_of);
}

code_object *unit_assemble(compiler *c)
{
    compile_unit *u = c->unit;
    if (c->failed) {
        return NULL;
    }
    assemble_number_locals(u, as_list(u->locals)->size, as_list(u->cells)->size);
    assemble_thread_jumps(u);
    assemble_mark_backward(u);
    if (!assemble_fuse(c, u)) {
        return NULL;
    }
    uint32_t *unit_of = ouro_mem_alloc(c->rt->mem, ((size_t)u->count + 1) * sizeof *unit_of);
    code_object *code = unit_of ? code_new_blank(c->rt) : NULL;
    if (!unit_of) {
        error_no_memory(c->rt);
    }
    if (code) {
        bool ok = assemble_into(c, u, code, unit_of);
        if (!ok) {
            object_decref(c->rt, &code->object);
            code = NULL;
        }
    }
    ouro_mem_free(c->rt->mem, unit_of);
    return code;
}
