/* sre_match.c: runs compiled patterns: a backtracking machine with stacks of its own.
 *
 * The machine has a place in the code and a place in the string.  Where there is a choice it pushes what else
 * there is on a stack of choices, and goes on with the first; a failure pops the newest choice and goes on
 * there.  What changes on the way (group marks, repeat counters) is noted with its old value on a trail,
 * which is undone down to the height that the choice remembers.  So it needs no native stack however long the
 * string is.
 *
 * Repeats of more than one character have a context (counter, place of the last iteration); the innermost one
 * is a register, contexts made after a choice are dropped with it.  A part that must match as one
 * (lookaround, atomic group, possessive repeat) runs behind a barrier, a choice that its SUCCESS cuts the
 * stack back to.
 *
 * Cost: linear space in the number of open choices; exponential time for patterns that ask for it, as
 * everywhere with backtracking; interrupts are looked at on the way.
 */
#include "modules/sre.h"
#include "modules/sre_char.h"

#include "types/error.h"
#include "vm/vm.h"

enum sre_at {
    SRE_AT_BEGINNING,
    SRE_AT_BEGINNING_LINE,
    SRE_AT_BEGINNING_STRING,
    SRE_AT_BOUNDARY,
    SRE_AT_NON_BOUNDARY,
    SRE_AT_END,
    SRE_AT_END_LINE,
    SRE_AT_END_STRING,
    SRE_AT_LOC_BOUNDARY,
    SRE_AT_LOC_NON_BOUNDARY,
    SRE_AT_UNI_BOUNDARY,
    SRE_AT_UNI_NON_BOUNDARY,
};

enum { SRE_MAXREPEAT = -1 /* as a 32-bit word: all ones */ };

typedef enum sre_choice_kind {
    CHOICE_BRANCH,     /* the alternative headed by the word at pc */
    CHOICE_REPEAT_ONE, /* one character less */
    CHOICE_MIN_ONE,    /* one character more */
    CHOICE_MAX_TAIL,   /* leave the repeat */
    CHOICE_MIN_ITEM,   /* once more round the repeat */
    CHOICE_ASSERT,     /* barriers from here on */
    CHOICE_ASSERT_NOT,
    CHOICE_ATOMIC,
    CHOICE_POSSESSIVE,
} sre_choice_kind;

typedef struct sre_choice {
    sre_choice_kind kind;
    uint32_t pc;
    int64_t ptr;
    int64_t count;      /* CHOICE_MAX_TAIL: of the context, before the iteration that followed; so is last_ptr */
    int64_t last_ptr;
    int32_t last_index;
    int32_t repeat;     /* the register's value */
    int32_t barrier;    /* of a barrier: the one outside it */
    uint32_t contexts;  /* in use */
    uint32_t trail;
} sre_choice;

typedef struct sre_context {
    int64_t count;
    int64_t last_ptr; /* where the last iteration began; -1: none */
    uint32_t pc;      /* of the REPEAT */
    int32_t outer;    /* index of the enclosing repeat's context, -1: none */
} sre_context;

/* Which cell had which value. */
typedef struct sre_change {
    int64_t cell; /* >= 0: mark; < 0: ~cell is 2 * context + (0 count, 1 last_ptr) */
    int64_t old;
} sre_change;

/* Room in the state itself: most matches need no more, and so no block but the state's. */
enum { FIRST_CHOICES = 3, FIRST_CONTEXTS = 1, FIRST_TRAIL = 6 };

struct sre_state {
    const sre_pattern_object *pattern;
    const uint32_t *code;
    sre_text text;
    int64_t end;
    int64_t from;       /* where the next search begins */
    int64_t start, ptr; /* of the last match */
    uint32_t first;     /* place of an instruction that a match's first character must satisfy; 0: not known */
    bool must_advance;  /* an empty match at `from` does not count */
    bool must_end;      /* a match must reach the end */
    size_t mark_count;
    int64_t last_index;
    sre_choice *choices;
    size_t choice_count, choice_room;
    sre_context *contexts;
    size_t context_count, context_room;
    sre_change *trail;
    size_t trail_count, trail_room;
    unsigned steps;
    sre_choice first_choices[FIRST_CHOICES];
    sre_context first_contexts[FIRST_CONTEXTS];
    sre_change first_trail[FIRST_TRAIL];
    int64_t marks[];
};

/* ---- positions ---------------------------------------------------------------------------------------- */

static inline uint32_t sre_at(const sre_state *s, int64_t i)
{
    return sre_text_at(&s->text, i);
}

/* How many characters from `ptr` on, at most `most`, the instruction accepts. */
static int64_t sre_count(const sre_state *s, uint32_t pc, int64_t ptr, uint32_t most)
{
    int64_t end = s->end;
    if (most != (uint32_t)SRE_MAXREPEAT && most < end - ptr) {
        end = ptr + most;
    }
    return sre_span(&s->text, s->code, pc, ptr, end, true) - ptr;
}

static bool sre_boundary(const sre_state *s, int64_t ptr, bool unicode)
{
    bool before = ptr > 0 && sre_is_word(sre_at(s, ptr - 1), unicode);
    bool after = ptr < s->end && sre_is_word(sre_at(s, ptr), unicode);
    return before != after;
}

static bool sre_position(const sre_state *s, uint32_t what, int64_t ptr)
{
    switch (what) {
    case SRE_AT_BEGINNING:
    case SRE_AT_BEGINNING_STRING:
        return ptr == 0;
    case SRE_AT_BEGINNING_LINE:
        return ptr == 0 || sre_at(s, ptr - 1) == '\n';
    case SRE_AT_END:
        return ptr == s->end || (ptr == s->end - 1 && sre_at(s, ptr) == '\n');
    case SRE_AT_END_LINE:
        return ptr == s->end || sre_at(s, ptr) == '\n';
    case SRE_AT_END_STRING:
        return ptr == s->end;
    case SRE_AT_BOUNDARY:
    case SRE_AT_LOC_BOUNDARY:
        return s->end > 0 && sre_boundary(s, ptr, false);
    case SRE_AT_NON_BOUNDARY:
    case SRE_AT_LOC_NON_BOUNDARY:
        return s->end > 0 && !sre_boundary(s, ptr, false);
    case SRE_AT_UNI_BOUNDARY:
        return s->end > 0 && sre_boundary(s, ptr, true);
    default:
        return s->end > 0 && !sre_boundary(s, ptr, true);
    }
}

/* ---- stacks ------------------------------------------------------------------------------------------ */

/* Makes room for one more item; false: MemoryError.  `first`: the room in the state. */
static __attribute__((noinline)) bool sre_grow_slow(ouro_runtime *rt, void *slot, const void *first, size_t *room,
                                                    size_t item_size)
{
    void *block;
    memcpy(&block, slot, sizeof block);
    size_t more = *room < 8 ? 16 : *room * 2;
    void *old = block == first ? NULL : block;
    /* indices of choices, contexts and changes are kept in 32 bits */
    block = more > INT32_MAX ? NULL : ouro_mem_resize(rt->mem, old, more * item_size);
    if (block == NULL) {
        error_no_memory(rt);
        return false;
    }
    if (old == NULL) {
        memcpy(block, first, *room * item_size);
    }
    memcpy(slot, &block, sizeof block);
    *room = more;
    return true;
}

static inline bool sre_grow(ouro_runtime *rt, void *slot, const void *first, size_t count, size_t *room, size_t item_size)
{
    return OURO_LIKELY(count < *room) || sre_grow_slow(rt, slot, first, room, item_size);
}

static int64_t *sre_cell(sre_state *s, int64_t cell)
{
    if (cell >= 0) {
        return &s->marks[cell];
    }
    sre_context *context = &s->contexts[~cell / 2];
    return ~cell % 2 == 0 ? &context->count : &context->last_ptr;
}

/* Sets a mark or a field of a context; the old value is kept while there is a choice that may want it back.
 */
static bool sre_set(ouro_runtime *rt, sre_state *s, int64_t cell, int64_t value)
{
    int64_t *at = sre_cell(s, cell);
    if (s->choice_count > 0) {
        if (!sre_grow(rt, &s->trail, s->first_trail, s->trail_count, &s->trail_room, sizeof *s->trail)) {
            return false;
        }
        s->trail[s->trail_count++] = (sre_change){cell, *at};
    }
    *at = value;
    return true;
}

static void sre_undo(sre_state *s, size_t height)
{
    while (s->trail_count > height) {
        s->trail_count--;
        *sre_cell(s, s->trail[s->trail_count].cell) = s->trail[s->trail_count].old;
    }
}

/* The registers of the machine. */
typedef struct sre_registers {
    uint32_t pc;
    int64_t ptr;
    int32_t repeat;  /* innermost context, -1: none */
    int32_t barrier; /* innermost barrier's index among the choices, -1: none */
} sre_registers;

static bool sre_push(ouro_runtime *rt, sre_state *s, const sre_registers *r, sre_choice_kind kind,
                     uint32_t pc, int64_t ptr, int64_t count)
{
    if (!sre_grow(rt, &s->choices, s->first_choices, s->choice_count, &s->choice_room, sizeof *s->choices)) {
        return false;
    }
    s->choices[s->choice_count++] = (sre_choice){.kind = kind,
                                                 .pc = pc,
                                                 .ptr = ptr,
                                                 .count = count,
                                                 .last_index = (int32_t)s->last_index,
                                                 .repeat = r->repeat,
                                                 .barrier = r->barrier,
                                                 .contexts = (uint32_t)s->context_count,
                                                 .trail = (uint32_t)s->trail_count};
    return true;
}

/* Begins a part that must match as one. */
static bool sre_push_barrier(ouro_runtime *rt, sre_state *s, sre_registers *r, sre_choice_kind kind,
                             uint32_t pc, int64_t ptr, int64_t count)
{
    if (!sre_push(rt, s, r, kind, pc, ptr, count)) {
        return false;
    }
    r->barrier = (int32_t)s->choice_count - 1;
    return true;
}

/* ---- the machine ------------------------------------------------------------------------------------- */

typedef enum sre_step { STEP_GO, STEP_FAIL, STEP_DONE, STEP_ERROR } sre_step;

/* Pops the newest choice and goes on there. */
static sre_step sre_backtrack(ouro_runtime *rt, sre_state *s, sre_registers *r)
{
    enum { STEPS_BETWEEN_LOOKS = 4096 };
    const uint32_t *code = s->code;
    if (++s->steps % STEPS_BETWEEN_LOOKS == 0 && !rt_heed_signals(rt)) {
        return STEP_ERROR;
    }
    while (s->choice_count > 0) {
        sre_choice *c = &s->choices[s->choice_count - 1];
        sre_undo(s, c->trail);
        s->context_count = c->contexts;
        s->last_index = c->last_index;
        r->repeat = c->repeat;
        r->ptr = c->ptr;
        switch (c->kind) {
        case CHOICE_BRANCH: {
            uint32_t next = c->pc + code[c->pc];
            r->pc = c->pc + 1;
            if (code[next] == 0) {
                s->choice_count--;
            } else {
                c->pc = next;
            }
            return STEP_GO;
        }
        case CHOICE_REPEAT_ONE: {
            uint32_t skip = sre_skip(code, c->pc);
            int64_t least = code[c->pc + 2];
            c->count--;
            if (code[skip] == SRE_OP_LITERAL) {
                while (c->count >= least &&
                       (c->ptr + c->count >= s->end || sre_at(s, c->ptr + c->count) != code[skip + 1])) {
                    c->count--;
                }
            }
            if (c->count < least) {
                s->choice_count--;
                continue;
            }
            r->ptr = c->ptr + c->count;
            r->pc = sre_skip(code, c->pc);
            if (c->count == least) {
                s->choice_count--;
            }
            return STEP_GO;
        }
        case CHOICE_MIN_ONE:
            if ((code[c->pc + 3] == (uint32_t)SRE_MAXREPEAT || c->count < code[c->pc + 3]) &&
                c->ptr < s->end && sre_accepts(code, c->pc + 4, sre_at(s, c->ptr))) {
                c->ptr++;
                c->count++;
                r->ptr = c->ptr;
                r->pc = sre_skip(code, c->pc);
                return STEP_GO;
            }
            s->choice_count--;
            continue;
        case CHOICE_MAX_TAIL:
            s->contexts[c->repeat].count = c->count;
            s->contexts[c->repeat].last_ptr = c->last_ptr;
            r->pc = c->pc + 1;
            r->repeat = s->contexts[c->repeat].outer;
            s->choice_count--;
            return STEP_GO;
        case CHOICE_MIN_ITEM: {
            const sre_context *context = &s->contexts[c->repeat];
            uint32_t most = code[context->pc + 3];
            int64_t ptr = c->ptr;
            s->choice_count--;
            if ((context->count >= most && most != (uint32_t)SRE_MAXREPEAT) || ptr == context->last_ptr) {
                continue;
            }
            if (!sre_set(rt, s, ~((int64_t)r->repeat * 2 + 1), ptr) ||
                !sre_set(rt, s, ~((int64_t)r->repeat * 2), context->count + 1)) {
                return STEP_ERROR;
            }
            r->pc = context->pc + 4;
            return STEP_GO;
        }
        case CHOICE_ASSERT:
        case CHOICE_ATOMIC:
            r->barrier = c->barrier;
            s->choice_count--;
            continue;
        case CHOICE_ASSERT_NOT:
            r->barrier = c->barrier;
            r->pc = sre_skip(code, c->pc);
            s->choice_count--;
            return STEP_GO;
        case CHOICE_POSSESSIVE:
            r->barrier = c->barrier;
            s->choice_count--;
            if (c->count < code[c->pc + 2]) {
                continue;
            }
            r->pc = sre_skip(code, c->pc) + 1;
            return STEP_GO;
        }
    }
    return STEP_FAIL;
}

/* A possessive repeat after `count` iterations: another one, or what follows. */
static sre_step sre_possessive(ouro_runtime *rt, sre_state *s, sre_registers *r, uint32_t pc, int64_t count,
                               bool advanced)
{
    uint32_t least = s->code[pc + 2], most = s->code[pc + 3];
    if (count < least || ((most == (uint32_t)SRE_MAXREPEAT || count < most) && advanced)) {
        if (!sre_push_barrier(rt, s, r, CHOICE_POSSESSIVE, pc, r->ptr, count)) {
            return STEP_ERROR;
        }
        r->pc = pc + 4;
        return STEP_GO;
    }
    r->pc = pc + 1 + s->code[pc + 1] + 1;
    return STEP_GO;
}

/* SUCCESS within a barrier: the choices of the part are dropped. */
static sre_step sre_commit(ouro_runtime *rt, sre_state *s, sre_registers *r)
{
    sre_choice c = s->choices[r->barrier];
    s->choice_count = (size_t)r->barrier;
    r->barrier = c.barrier;
    uint32_t skip = c.pc + 1 + s->code[c.pc + 1];
    switch (c.kind) {
    case CHOICE_ASSERT:
        r->ptr = c.ptr;
        r->pc = skip;
        return STEP_GO;
    case CHOICE_ASSERT_NOT:
        sre_undo(s, c.trail);
        s->last_index = c.last_index;
        r->repeat = c.repeat;
        return STEP_FAIL;
    case CHOICE_POSSESSIVE:
        return sre_possessive(rt, s, r, c.pc, c.count + 1, r->ptr != c.ptr);
    default:
        r->pc = skip;
        return STEP_GO;
    }
}

/* The end of an iteration of a repeat. */
static sre_step sre_until(ouro_runtime *rt, sre_state *s, sre_registers *r, bool greedy)
{
    int32_t index = r->repeat;
    sre_context *context = &s->contexts[index];
    uint32_t least = s->code[context->pc + 2], most = s->code[context->pc + 3];
    uint32_t item = context->pc + 4;
    int64_t count = context->count; /* iterations done so far */
    if (count < least) {
        r->pc = item;
        return sre_set(rt, s, ~((int64_t)index * 2), count + 1) ? STEP_GO : STEP_ERROR;
    }
    if (greedy) {
        if ((most == (uint32_t)SRE_MAXREPEAT || count < most) && r->ptr != context->last_ptr) {
            if (!sre_push(rt, s, r, CHOICE_MAX_TAIL, r->pc, r->ptr, count)) {
                return STEP_ERROR;
            }
            /* the choice itself has the old values: half of what the trail would take for each iteration */
            s->choices[s->choice_count - 1].last_ptr = context->last_ptr;
            context->last_ptr = r->ptr;
            context->count = count + 1;
            r->pc = item;
            return STEP_GO;
        }
    } else if (!sre_push(rt, s, r, CHOICE_MIN_ITEM, r->pc, r->ptr, 0)) {
        return STEP_ERROR;
    }
    r->repeat = s->contexts[index].outer;
    r->pc++;
    return STEP_GO;
}

static sre_step sre_group_reference(const sre_state *s, sre_registers *r, uint32_t group, int fold)
{
    int64_t start = s->marks[2 * group], end = s->marks[2 * group + 1];
    if (start < 0 || end < start || end - start > s->end - r->ptr) {
        return STEP_FAIL;
    }
    for (int64_t i = 0; i < end - start; i++) {
        uint32_t a = sre_at(s, start + i), b = sre_at(s, r->ptr + i);
        if (a != b && (fold == 0 || sre_lower(a, fold > 1) != sre_lower(b, fold > 1))) {
            return STEP_FAIL;
        }
    }
    r->ptr += end - start;
    r->pc += 2;
    return STEP_GO;
}

static sre_step sre_instruction(ouro_runtime *rt, sre_state *s, sre_registers *r)
{
    const uint32_t *code = s->code;
    uint32_t pc = r->pc;
    switch (code[pc]) {
    case SRE_OP_FAILURE:
        return STEP_FAIL;
    case SRE_OP_SUCCESS:
        if (r->barrier >= 0) {
            return sre_commit(rt, s, r);
        }
        if ((s->must_end && r->ptr != s->end) || (s->must_advance && r->ptr == s->from)) {
            return STEP_FAIL;
        }
        return STEP_DONE;
    case SRE_OP_LITERAL:
        if (r->ptr >= s->end || sre_at(s, r->ptr) != code[pc + 1]) {
            return STEP_FAIL;
        }
        r->ptr++;
        r->pc += 2;
        return STEP_GO;
    case SRE_OP_ANY:
    case SRE_OP_ANY_ALL:
        if (r->ptr >= s->end || !sre_accepts(code, pc, sre_at(s, r->ptr))) {
            return STEP_FAIL;
        }
        r->ptr++;
        r->pc++;
        return STEP_GO;
    case SRE_OP_NOT_LITERAL:
    case SRE_OP_LITERAL_IGNORE:
    case SRE_OP_NOT_LITERAL_IGNORE:
    case SRE_OP_LITERAL_LOC_IGNORE:
    case SRE_OP_NOT_LITERAL_LOC_IGNORE:
    case SRE_OP_LITERAL_UNI_IGNORE:
    case SRE_OP_NOT_LITERAL_UNI_IGNORE:
    case SRE_OP_CATEGORY:
        if (r->ptr >= s->end || !sre_accepts(code, pc, sre_at(s, r->ptr))) {
            return STEP_FAIL;
        }
        r->ptr++;
        r->pc += 2;
        return STEP_GO;
    case SRE_OP_IN:
    case SRE_OP_IN_IGNORE:
    case SRE_OP_IN_LOC_IGNORE:
    case SRE_OP_IN_UNI_IGNORE:
        if (r->ptr >= s->end || !sre_accepts(code, pc, sre_at(s, r->ptr))) {
            return STEP_FAIL;
        }
        r->ptr++;
        r->pc = sre_skip(code, pc);
        return STEP_GO;
    case SRE_OP_AT:
        if (!sre_position(s, code[pc + 1], r->ptr)) {
            return STEP_FAIL;
        }
        r->pc += 2;
        return STEP_GO;
    case SRE_OP_MARK: {
        uint32_t mark = code[pc + 1];
        if ((mark & 1) != 0) {
            s->last_index = mark / 2 + 1;
        }
        r->pc += 2;
        return sre_set(rt, s, mark, r->ptr) ? STEP_GO : STEP_ERROR;
    }
    case SRE_OP_INFO:
    case SRE_OP_JUMP:
        r->pc = sre_skip(code, pc);
        return STEP_GO;
    case SRE_OP_BRANCH:
        /* each alternative is headed by its length; a length of 0 ends them */
        r->pc = pc + 2;
        if (code[sre_skip(code, pc)] != 0 &&
            !sre_push(rt, s, r, CHOICE_BRANCH, sre_skip(code, pc), r->ptr, 0)) {
            return STEP_ERROR;
        }
        return STEP_GO;
    case SRE_OP_REPEAT_ONE: {
        int64_t least = code[pc + 2];
        if (s->end - r->ptr < least) {
            return STEP_FAIL;
        }
        int64_t count = sre_count(s, pc + 4, r->ptr, code[pc + 3]);
        if (count < least) {
            return STEP_FAIL;
        }
        if (count > least && !sre_push(rt, s, r, CHOICE_REPEAT_ONE, pc, r->ptr, count)) {
            return STEP_ERROR;
        }
        r->ptr += count;
        r->pc = sre_skip(code, pc);
        return STEP_GO;
    }
    case SRE_OP_MIN_REPEAT_ONE: {
        int64_t least = code[pc + 2];
        if (s->end - r->ptr < least || (least > 0 && sre_count(s, pc + 4, r->ptr, (uint32_t)least) < least)) {
            return STEP_FAIL;
        }
        r->ptr += least;
        r->pc = sre_skip(code, pc);
        return sre_push(rt, s, r, CHOICE_MIN_ONE, pc, r->ptr, least) ? STEP_GO : STEP_ERROR;
    }
    case SRE_OP_POSSESSIVE_REPEAT_ONE: {
        int64_t least = code[pc + 2];
        int64_t count = s->end - r->ptr < least ? -1 : sre_count(s, pc + 4, r->ptr, code[pc + 3]);
        if (count < least) {
            return STEP_FAIL;
        }
        r->ptr += count;
        r->pc = sre_skip(code, pc);
        return STEP_GO;
    }
    case SRE_OP_REPEAT:
        if (!sre_grow(rt, &s->contexts, s->first_contexts, s->context_count, &s->context_room,
                      sizeof *s->contexts)) {
            return STEP_ERROR;
        }
        s->contexts[s->context_count] = (sre_context){0, -1, pc, r->repeat};
        r->repeat = (int32_t)s->context_count++;
        r->pc = sre_skip(code, pc);
        return STEP_GO;
    case SRE_OP_MAX_UNTIL:
        return sre_until(rt, s, r, true);
    case SRE_OP_MIN_UNTIL:
        return sre_until(rt, s, r, false);
    case SRE_OP_POSSESSIVE_REPEAT:
        return sre_possessive(rt, s, r, pc, 0, true);
    case SRE_OP_ATOMIC_GROUP:
        if (!sre_push_barrier(rt, s, r, CHOICE_ATOMIC, pc, r->ptr, 0)) {
            return STEP_ERROR;
        }
        r->pc = pc + 2;
        return STEP_GO;
    case SRE_OP_ASSERT:
    case SRE_OP_ASSERT_NOT: {
        bool negative = code[pc] == SRE_OP_ASSERT_NOT;
        int64_t back = code[pc + 2];
        if (r->ptr < back) {
            r->pc = sre_skip(code, pc);
            return negative ? STEP_GO : STEP_FAIL;
        }
        if (!sre_push_barrier(rt, s, r, negative ? CHOICE_ASSERT_NOT : CHOICE_ASSERT, pc, r->ptr, 0)) {
            return STEP_ERROR;
        }
        r->ptr -= back;
        r->pc = pc + 3;
        return STEP_GO;
    }
    case SRE_OP_GROUPREF:
        return sre_group_reference(s, r, code[pc + 1], 0);
    case SRE_OP_GROUPREF_IGNORE:
    case SRE_OP_GROUPREF_LOC_IGNORE:
        return sre_group_reference(s, r, code[pc + 1], 1);
    case SRE_OP_GROUPREF_UNI_IGNORE:
        return sre_group_reference(s, r, code[pc + 1], 2);
    case SRE_OP_GROUPREF_EXISTS: {
        uint32_t group = code[pc + 1];
        bool there = s->marks[2 * group] >= 0 && s->marks[2 * group + 1] >= s->marks[2 * group];
        r->pc = there ? pc + 3 : pc + 1 + code[pc + 2];
        return STEP_GO;
    }
    default:
        error_runtime(rt, "invalid SRE code");
        return STEP_ERROR;
    }
}

/* Matches at exactly `at`: 1, 0, -1. */
static int sre_run(ouro_runtime *rt, sre_state *s, int64_t at)
{
    sre_registers r = {0, at, -1, -1};
    s->choice_count = 0;
    s->context_count = 0;
    s->trail_count = 0;
    s->last_index = -1;
    for (size_t i = 0; i < s->mark_count; i++) {
        s->marks[i] = -1;
    }
    for (;;) {
        sre_step step = sre_instruction(rt, s, &r);
        if (step == STEP_FAIL) {
            step = sre_backtrack(rt, s, &r);
            if (step == STEP_FAIL) {
                return 0;
            }
        }
        if (step == STEP_DONE) {
            s->start = at;
            s->ptr = r.ptr;
            return 1;
        }
        if (step == STEP_ERROR) {
            return -1;
        }
    }
}

/* The place of a one-character instruction that the first character of any match satisfies; 0: none is known. */
static uint32_t sre_first_instruction(const uint32_t *code)
{
    uint32_t pc = code[0] == SRE_OP_INFO ? sre_skip(code, 0) : 0;
    while (code[pc] == SRE_OP_MARK) {
        pc += 2;
    }
    if ((code[pc] == SRE_OP_REPEAT_ONE || code[pc] == SRE_OP_MIN_REPEAT_ONE ||
         code[pc] == SRE_OP_POSSESSIVE_REPEAT_ONE) &&
        code[pc + 2] > 0) {
        pc += 4;
    }
    return sre_is_single(code[pc]) ? pc : 0;
}

/* The first place from `at` on where a match can begin, by what the INFO block says (even where the first instruction
 * says otherwise, as of (?a:\W): CPython does so too), else by the first instruction; > last: none. */
static int64_t sre_next_candidate(const sre_state *s, int64_t at, int64_t last)
{
    enum { HAS_PREFIX = 1, HAS_CHARSET = 4 };
    const uint32_t *code = s->code;
    const uint32_t *first_op = code[0] == SRE_OP_INFO ? code + 1 + code[1] : code;
    if (first_op[0] == SRE_OP_AT && (first_op[1] == SRE_AT_BEGINNING || first_op[1] == SRE_AT_BEGINNING_STRING)) {
        return at == 0 ? 0 : last + 1; /* else a search that cannot match would look at every character */
    }
    int64_t end = last + 1 < s->end ? last + 1 : s->end;
    unsigned flags = code[0] == SRE_OP_INFO && at <= last ? code[2] : 0;
    int64_t found;
    if ((flags & HAS_PREFIX) != 0) {
        found = sre_span(&s->text, (const uint32_t[]){SRE_OP_LITERAL, code[7]}, 0, at, end, false);
    } else if ((flags & HAS_CHARSET) != 0) {
        found = sre_span_set(&s->text, code + 5, at, end, false);
    } else if (s->first > 0) {
        found = sre_span(&s->text, code, s->first, at, end, false);
    } else {
        return at;
    }
    return found < end ? found : last + 1;
}

int sre_state_next(ouro_runtime *rt, sre_state *s, sre_mode mode)
{
    int found = 0;
    s->must_end = mode == SRE_FULLMATCH;
    if (s->from > s->end) {
        return 0;
    }
    if (mode != SRE_SEARCH) {
        found = sre_run(rt, s, s->from);
    } else {
        int64_t least = s->code[0] == SRE_OP_INFO ? s->code[3] : 0;
        int64_t last = s->end - least;
        for (int64_t at = s->from; found == 0; at++) {
            at = sre_next_candidate(s, at, last);
            if (at > last) {
                break;
            }
            found = sre_run(rt, s, at);
        }
    }
    if (found > 0) {
        s->must_advance = s->ptr == s->start;
        s->from = s->ptr;
    }
    return found;
}

/* ---- the state --------------------------------------------------------------------------------------- */

sre_state *sre_state_new(ouro_runtime *rt, const sre_pattern_object *pattern, const sre_input *input,
                         int64_t start, int64_t end)
{
    size_t mark_count = pattern->groups * 2;
    sre_state *s = ouro_mem_alloc(rt->mem, sizeof *s + mark_count * sizeof *s->marks);
    if (s == NULL) {
        error_no_memory(rt);
        return NULL;
    }
    s->pattern = pattern;
    s->code = pattern->code;
    s->text = (sre_text){input->data, input->kind};
    s->end = end;
    s->from = start;
    s->start = s->ptr = 0;
    s->first = sre_first_instruction(pattern->code);
    s->must_advance = s->must_end = false;
    s->mark_count = mark_count;
    s->last_index = 0;
    s->choices = s->first_choices;
    s->contexts = s->first_contexts;
    s->trail = s->first_trail;
    s->choice_room = FIRST_CHOICES;
    s->context_room = FIRST_CONTEXTS;
    s->trail_room = FIRST_TRAIL;
    s->choice_count = s->context_count = s->trail_count = 0;
    s->steps = 0;
    return s;
}

void sre_state_free(ouro_runtime *rt, sre_state *s)
{
    if (s == NULL) {
        return;
    }
    if (s->choices != s->first_choices) {
        ouro_mem_free(rt->mem, s->choices);
    }
    if (s->contexts != s->first_contexts) {
        ouro_mem_free(rt->mem, s->contexts);
    }
    if (s->trail != s->first_trail) {
        ouro_mem_free(rt->mem, s->trail);
    }
    ouro_mem_free(rt->mem, s);
}

int64_t sre_state_start(const sre_state *s)
{
    return s->start;
}

int64_t sre_state_end(const sre_state *s)
{
    return s->ptr;
}

int64_t sre_state_last_index(const sre_state *s)
{
    return s->last_index;
}

const int64_t *sre_state_marks(const sre_state *s)
{
    return s->marks;
}
