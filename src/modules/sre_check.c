/* sre_check.c: the check of compiled patterns before they run.
 *
 * Walks the code by its structure: every block must end where its length says and hold only whole instructions; every
 * group number must be below the number of groups; a repeat's body must end in the instruction that closes it.  So no
 * array of numbers, whoever made it, leads the engine out of the code or the marks.
 */
#include "modules/sre.h"

typedef struct sre_checker {
    const uint32_t *code;
    size_t groups;
    unsigned depth;
} sre_checker;

enum { SRE_CHECK_MAX_DEPTH = 4000 };

/* A set: from `pc` to exactly `end`, closed by FAILURE as its last word. */
static bool sre_check_set(const sre_checker *k, size_t pc, size_t end)
{
    while (pc < end) {
        size_t left = end - pc;
        switch (k->code[pc]) {
        case SRE_OP_FAILURE:
            return pc + 1 == end;
        case SRE_OP_NEGATE:
            pc += 1;
            break;
        case SRE_OP_LITERAL:
        case SRE_OP_CATEGORY:
            pc += 2;
            break;
        case SRE_OP_RANGE:
        case SRE_OP_RANGE_UNI_IGNORE:
            pc += 3;
            break;
        case SRE_OP_CHARSET:
            pc += 1 + 8;
            break;
        case SRE_OP_BIGCHARSET: {
            if (left < 2 + 64) {
                return false;
            }
            size_t blocks = k->code[pc + 1];
            const uint8_t *index = (const uint8_t *)&k->code[pc + 2];
            for (size_t i = 0; i < 256; i++) {
                if (index[i] >= blocks) {
                    return false;
                }
            }
            if (blocks > 256) {
                return false;
            }
            pc += 2 + 64 + blocks * 8;
            break;
        }
        default:
            return false;
        }
    }
    return false;
}

static bool sre_check_block(sre_checker *k, size_t pc, size_t end);

/* Where the length at `slot` leads, if that is within `end`; 0: it is not. */
static size_t sre_check_target(const sre_checker *k, size_t slot, size_t end)
{
    if (slot >= end) {
        return 0;
    }
    size_t target = slot + k->code[slot];
    return target > slot && target <= end ? target : 0;
}

/* Is the block one instruction that takes exactly one character? */
static bool sre_check_single(const sre_checker *k, size_t pc, size_t end)
{
    switch (k->code[pc]) {
    case SRE_OP_ANY:
    case SRE_OP_ANY_ALL:
        return pc + 1 == end;
    case SRE_OP_IN:
    case SRE_OP_IN_IGNORE:
    case SRE_OP_IN_LOC_IGNORE:
    case SRE_OP_IN_UNI_IGNORE:
        return sre_check_target(k, pc + 1, end) == end;
    case SRE_OP_LITERAL:
    case SRE_OP_NOT_LITERAL:
    case SRE_OP_LITERAL_IGNORE:
    case SRE_OP_NOT_LITERAL_IGNORE:
    case SRE_OP_LITERAL_LOC_IGNORE:
    case SRE_OP_NOT_LITERAL_LOC_IGNORE:
    case SRE_OP_LITERAL_UNI_IGNORE:
    case SRE_OP_NOT_LITERAL_UNI_IGNORE:
    case SRE_OP_CATEGORY:
        return pc + 2 == end;
    default:
        return false;
    }
}

/* The instruction at `pc`: the place after it, 0: unsound. */
static size_t sre_check_instruction(sre_checker *k, size_t pc, size_t end)
{
    const uint32_t *code = k->code;
    size_t target;
    switch (code[pc]) {
    case SRE_OP_ANY:
    case SRE_OP_ANY_ALL:
    case SRE_OP_FAILURE:
        return pc + 1;
    case SRE_OP_AT:
    case SRE_OP_CATEGORY:
    case SRE_OP_LITERAL:
    case SRE_OP_NOT_LITERAL:
    case SRE_OP_LITERAL_IGNORE:
    case SRE_OP_NOT_LITERAL_IGNORE:
    case SRE_OP_LITERAL_LOC_IGNORE:
    case SRE_OP_NOT_LITERAL_LOC_IGNORE:
    case SRE_OP_LITERAL_UNI_IGNORE:
    case SRE_OP_NOT_LITERAL_UNI_IGNORE:
        return pc + 2 <= end ? pc + 2 : 0;
    case SRE_OP_MARK:
        return pc + 2 <= end && code[pc + 1] < 2 * k->groups ? pc + 2 : 0;
    case SRE_OP_GROUPREF:
    case SRE_OP_GROUPREF_IGNORE:
    case SRE_OP_GROUPREF_LOC_IGNORE:
    case SRE_OP_GROUPREF_UNI_IGNORE:
        return pc + 2 <= end && code[pc + 1] < k->groups ? pc + 2 : 0;
    case SRE_OP_IN:
    case SRE_OP_IN_IGNORE:
    case SRE_OP_IN_LOC_IGNORE:
    case SRE_OP_IN_UNI_IGNORE:
        target = sre_check_target(k, pc + 1, end);
        return target != 0 && sre_check_set(k, pc + 2, target) ? target : 0;
    case SRE_OP_INFO:
        target = sre_check_target(k, pc + 1, end);
        if (target < pc + 5) {
            return 0;
        }
        if ((code[pc + 2] & 1) != 0) {
            return target >= pc + 8 && code[pc + 5] >= 1 ? target : 0;
        }
        return (code[pc + 2] & 4) == 0 || sre_check_set(k, pc + 5, target) ? target : 0;
    case SRE_OP_BRANCH: {
        /* alternatives, each ended by a jump to the one place after all of them */
        size_t slot = pc + 1, after = 0;
        for (;;) {
            if (slot >= end) {
                return 0;
            }
            if (code[slot] == 0) {
                return after == slot + 1 ? after : 0;
            }
            target = sre_check_target(k, slot, end);
            if (target < slot + 3 || code[target - 2] != SRE_OP_JUMP) {
                return 0;
            }
            size_t jump = sre_check_target(k, target - 1, end);
            if (jump == 0 || (after != 0 && jump != after) || !sre_check_block(k, slot + 1, target - 2)) {
                return 0;
            }
            after = jump;
            slot = target;
        }
    }
    case SRE_OP_REPEAT_ONE:
    case SRE_OP_MIN_REPEAT_ONE:
    case SRE_OP_POSSESSIVE_REPEAT_ONE:
        target = sre_check_target(k, pc + 1, end);
        if (target < pc + 6 || code[pc + 2] > code[pc + 3] || code[target - 1] != SRE_OP_SUCCESS ||
            !sre_check_single(k, pc + 4, target - 1) || !sre_check_block(k, pc + 4, target - 1)) {
            return 0;
        }
        return target;
    case SRE_OP_REPEAT:
    case SRE_OP_POSSESSIVE_REPEAT:
        target = sre_check_target(k, pc + 1, end);
        if (target < pc + 4 || target >= end || code[pc + 2] > code[pc + 3] || !sre_check_block(k, pc + 4, target)) {
            return 0;
        }
        if (code[pc] == SRE_OP_REPEAT) {
            return code[target] == SRE_OP_MAX_UNTIL || code[target] == SRE_OP_MIN_UNTIL ? target + 1 : 0;
        }
        return code[target] == SRE_OP_SUCCESS ? target + 1 : 0;
    case SRE_OP_ATOMIC_GROUP:
        target = sre_check_target(k, pc + 1, end);
        return target >= pc + 3 && code[target - 1] == SRE_OP_SUCCESS && sre_check_block(k, pc + 2, target - 1) ? target
                                                                                                               : 0;
    case SRE_OP_ASSERT:
    case SRE_OP_ASSERT_NOT:
        target = sre_check_target(k, pc + 1, end);
        return target >= pc + 4 && code[target - 1] == SRE_OP_SUCCESS && sre_check_block(k, pc + 3, target - 1) ? target
                                                                                                               : 0;
    case SRE_OP_GROUPREF_EXISTS: {
        if (pc + 3 > end || code[pc + 1] >= k->groups) {
            return 0;
        }
        size_t no = pc + 1 + code[pc + 2];
        if (no < pc + 3 || no > end) {
            return 0;
        }
        if (no >= pc + 5 && code[no - 2] == SRE_OP_JUMP) {
            /* there are two alternatives, unless the first merely happens to look like it */
            target = sre_check_target(k, no - 1, end);
            if (target != 0 && sre_check_block(k, pc + 3, no - 2) && sre_check_block(k, no, target)) {
                return target;
            }
        }
        return sre_check_block(k, pc + 3, no) ? no : 0;
    }
    default:
        return 0;
    }
}

static bool sre_check_block(sre_checker *k, size_t pc, size_t end)
{
    if (++k->depth > SRE_CHECK_MAX_DEPTH) {
        return false;
    }
    while (pc < end) {
        pc = sre_check_instruction(k, pc, end);
        if (pc == 0) {
            return false;
        }
    }
    k->depth--;
    return pc == end;
}

bool sre_code_is_sound(const uint32_t *code, size_t size, size_t groups)
{
    sre_checker k = {code, groups, 0};
    if (size == 0 || code[size - 1] != SRE_OP_SUCCESS) {
        return false;
    }
    return size == 1 || sre_check_block(&k, 0, size - 1);
}
