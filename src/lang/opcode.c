/* opcode.c: the tables that opcode.h generates, and stack effects that depend on the argument. */
#include "lang/opcode.h"

const uint8_t opcode_caches[OPCODE_COUNT] = {
#define OPCODE(name, argument, caches, effect) caches,
    OPCODES(OPCODE)
#undef OPCODE
};

const uint8_t opcode_arguments[OPCODE_COUNT] = {
#define OPCODE(name, argument, caches, effect) argument,
    OPCODES(OPCODE)
#undef OPCODE
};

const char *const opcode_names[OPCODE_COUNT] = {
#define OPCODE(name, argument, caches, effect) #name,
    OPCODES(OPCODE)
#undef OPCODE
};

static const int8_t opcode_effects[OPCODE_COUNT] = {
#define OPCODE(name, argument, caches, effect) effect,
    OPCODES(OPCODE)
#undef OPCODE
};

static int opcode_bits(uint32_t flags)
{
    return __builtin_popcount(flags);
}

int opcode_stack_effect(opcode op, uint32_t argument, bool jumps)
{
    int n = (int)argument;
    switch (op) {
    case OP_BUILD_SLICE:
    case OP_BUILD_TUPLE:
    case OP_BUILD_LIST:
    case OP_BUILD_SET:
    case OP_BUILD_STRING:
        return 1 - n;
    case OP_BUILD_MAP:
        return 1 - 2 * n;
    case OP_BUILD_CONST_KEY_MAP:
        return -n;
    case OP_JUMP_IF_FALSE_OR_POP:
    case OP_JUMP_IF_TRUE_OR_POP:
        return jumps ? 0 : -1;
    case OP_FOR_ITER:
        return jumps ? -1 : 1;
    case OP_SEND:
        return jumps ? -1 : 0;
    case OP_CALL:
        return -n - 1;
    case OP_CALL_KW:
        return -n - 2;
    case OP_CALL_EX:
        return -1 - (n & 1);
    case OP_MAKE_FUNCTION:
        return -opcode_bits(argument & 0xf);
    case OP_UNPACK_SEQUENCE:
        return n - 1;
    case OP_UNPACK_EX:
        return (n & 0xff) + (n >> 8);
    case OP_FORMAT_VALUE:
        return n & OPCODE_FORMAT_SPEC ? -1 : 0;
    case OP_RAISE:
        return -n;
    default:
        return opcode_effects[op];
    }
}
