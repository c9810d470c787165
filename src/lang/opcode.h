/* opcode.h: the instruction set, as one table.
 *
 * The machine has a stack of values for each frame, and numbered locals (arguments, other locals, cells, free
 * variables, in this order).  An instruction is a 32-bit unit: the opcode in the low 8 bits, its argument in the
 * high 24; some are followed by units of inline cache, written by the loop alone and zero at first.  Jumps are
 * absolute: the argument is the index of the target unit.
 *
 * The columns of the table: name, what the argument is (ARG_*), units of cache, effect on the stack's depth
 * (EFFECT_VARIES: opcode_stack_effect computes it).  In the comments the stack grows to the right.
 *
 * Calls: a callable, then self or a null, then the arguments: `callable self_or_null args...`.  A Python function
 * takes the arguments where they lie: they become the first locals of its frame.
 *
 * Exceptions cost nothing until raised: the code object has a table of ranges (code.h).  A handler is entered with
 * the stack cut to the range's depth and the exception pushed.
 */
#ifndef OURO_LANG_OPCODE_H
#define OURO_LANG_OPCODE_H

#include "types/code.h"

typedef enum opcode_argument {
    ARG_NONE,
    ARG_COUNT, /* a number, flags or an operator */
    ARG_CONSTANT,
    ARG_NAME,
    ARG_LOCAL,
    ARG_JUMP,
} opcode_argument;

enum { EFFECT_VARIES = 100 };

#define OPCODES(X)                                                                                           \
    X(NOP, ARG_NONE, 0, 0)                                                                                   \
    X(RESUME, ARG_COUNT, 0, 0)      /* start of a function (0), after yield (1), yield from (2), await (3) */ \
    X(POP_TOP, ARG_NONE, 0, -1)                                                                              \
    X(COPY, ARG_COUNT, 0, 1)        /* pushes the n-th from the top (1: the top) */                          \
    X(SWAP, ARG_COUNT, 0, 0)        /* exchanges the top with the n-th */                                    \
    X(PUSH_NULL, ARG_NONE, 0, 1)                                                                             \
    /* variables */                                                                                          \
    X(LOAD_FAST, ARG_LOCAL, 0, 1)                                                                            \
    X(STORE_FAST, ARG_LOCAL, 0, -1)                                                                          \
    X(DELETE_FAST, ARG_LOCAL, 0, 0)                                                                          \
    X(LOAD_CONST, ARG_CONSTANT, 0, 1)                                                                        \
    X(LOAD_NAME, ARG_NAME, 0, 1)                                                                             \
    X(STORE_NAME, ARG_NAME, 0, -1)                                                                           \
    X(DELETE_NAME, ARG_NAME, 0, 0)                                                                           \
    X(LOAD_GLOBAL, ARG_NAME, 3, 1)  /* cache: layout of globals, layout of builtins, entry */                \
    X(STORE_GLOBAL, ARG_NAME, 0, -1)                                                                         \
    X(DELETE_GLOBAL, ARG_NAME, 0, 0)                                                                         \
    X(MAKE_CELL, ARG_LOCAL, 0, 0)   /* puts what the local holds into a new cell, in its place */            \
    X(LOAD_CLOSURE, ARG_LOCAL, 0, 1) /* the cell itself */                                                   \
    X(LOAD_DEREF, ARG_LOCAL, 0, 1)                                                                           \
    X(STORE_DEREF, ARG_LOCAL, 0, -1)                                                                         \
    X(DELETE_DEREF, ARG_LOCAL, 0, 0)                                                                         \
    X(LOAD_CLASSDEREF, ARG_LOCAL, 0, 1) /* the namespace of the class body first, then the cell */           \
    /* attributes and items; caches: vm/attribute_cache.h */                                                 \
    X(LOAD_ATTR, ARG_NAME, 5, 0)                                                                             \
    X(LOAD_METHOD, ARG_NAME, 5, 1)  /* obj -> method obj, or attribute null: ready for CALL */               \
    X(STORE_ATTR, ARG_NAME, 4, -2)  /* value obj -> */                                                       \
    X(DELETE_ATTR, ARG_NAME, 0, -1)                                                                          \
    X(BINARY_SUBSCR, ARG_NONE, 0, -1)                                                                        \
    X(STORE_SUBSCR, ARG_NONE, 0, -3) /* value obj key -> */                                                  \
    X(DELETE_SUBSCR, ARG_NONE, 0, -2)                                                                        \
    X(BUILD_SLICE, ARG_COUNT, 0, EFFECT_VARIES) /* 2 or 3 */                                                 \
    /* operators */                                                                                          \
    X(BINARY_OP, ARG_COUNT, 1, -1)  /* a binary_op; + OPCODE_INPLACE */                                      \
    X(UNARY_NEGATIVE, ARG_NONE, 0, 0)                                                                        \
    X(UNARY_POSITIVE, ARG_NONE, 0, 0)                                                                        \
    X(UNARY_INVERT, ARG_NONE, 0, 0)                                                                          \
    X(UNARY_NOT, ARG_NONE, 0, 0)                                                                             \
    X(COMPARE_OP, ARG_COUNT, 0, -1) /* a compare_op */                                                       \
    X(IS_OP, ARG_COUNT, 0, -1)      /* 1: is not */                                                          \
    X(CONTAINS_OP, ARG_COUNT, 0, -1) /* item container -> truth; 1: not in */                                \
    /* control */                                                                                            \
    X(JUMP, ARG_JUMP, 0, 0)                                                                                  \
    X(JUMP_BACKWARD, ARG_JUMP, 0, 0) /* looks at rt->pending */                                              \
    X(POP_JUMP_IF_FALSE, ARG_JUMP, 0, -1)                                                                    \
    X(POP_JUMP_IF_TRUE, ARG_JUMP, 0, -1)                                                                     \
    X(POP_JUMP_IF_NONE, ARG_JUMP, 0, -1)                                                                     \
    X(POP_JUMP_IF_NOT_NONE, ARG_JUMP, 0, -1)                                                                 \
    X(JUMP_IF_FALSE_OR_POP, ARG_JUMP, 0, EFFECT_VARIES)                                                      \
    X(JUMP_IF_TRUE_OR_POP, ARG_JUMP, 0, EFFECT_VARIES)                                                       \
    X(GET_ITER, ARG_NONE, 0, 0)                                                                              \
    X(FOR_ITER, ARG_JUMP, 0, EFFECT_VARIES) /* iter -> iter item; at the end: pops it and jumps */           \
    /* calls and functions */                                                                                \
    X(CALL, ARG_COUNT, 2, EFFECT_VARIES)                                                                     \
    X(CALL_KW, ARG_COUNT, 0, EFFECT_VARIES)   /* the last keyword values; above them the tuple of names */   \
    X(CALL_EX, ARG_COUNT, 0, EFFECT_VARIES)   /* callable args_tuple [kwargs if 1] -> result */              \
    X(MAKE_FUNCTION, ARG_COUNT, 0, EFFECT_VARIES) /* [parts by OPCODE_FUNCTION_*] code -> function */        \
    X(RETURN_VALUE, ARG_NONE, 0, -1)                                                                         \
    X(LOAD_BUILD_CLASS, ARG_NONE, 0, 1)                                                                      \
    /* building */                                                                                           \
    X(BUILD_TUPLE, ARG_COUNT, 0, EFFECT_VARIES)                                                              \
    X(BUILD_LIST, ARG_COUNT, 0, EFFECT_VARIES)                                                               \
    X(BUILD_SET, ARG_COUNT, 0, EFFECT_VARIES)                                                                \
    X(BUILD_MAP, ARG_COUNT, 0, EFFECT_VARIES)       /* n pairs */                                            \
    X(BUILD_CONST_KEY_MAP, ARG_COUNT, 0, EFFECT_VARIES) /* n values, tuple of keys */                        \
    X(BUILD_STRING, ARG_COUNT, 0, EFFECT_VARIES)                                                             \
    X(LIST_APPEND, ARG_COUNT, 0, -1)  /* to the list n below the item */                                     \
    X(SET_ADD, ARG_COUNT, 0, -1)                                                                             \
    X(MAP_ADD, ARG_COUNT, 0, -2)      /* key value */                                                        \
    X(LIST_EXTEND, ARG_COUNT, 0, -1)                                                                         \
    X(SET_UPDATE, ARG_COUNT, 0, -1)                                                                          \
    X(DICT_UPDATE, ARG_COUNT, 0, -1)                                                                         \
    X(DICT_MERGE, ARG_COUNT, 0, -1)   /* for calls: a repeated key is a TypeError naming the callable */     \
    X(LIST_TO_TUPLE, ARG_NONE, 0, 0)                                                                         \
    X(UNPACK_SEQUENCE, ARG_COUNT, 0, EFFECT_VARIES) /* first item on top */                                  \
    X(UNPACK_EX, ARG_COUNT, 0, EFFECT_VARIES)       /* low 8 bits: before the star; the rest: after */       \
    X(FORMAT_VALUE, ARG_COUNT, 0, EFFECT_VARIES)    /* OPCODE_FORMAT_* */                                    \
    /* imports, classes, odds */                                                                             \
    X(IMPORT_NAME, ARG_NAME, 0, -1)   /* level fromlist -> module */                                         \
    X(IMPORT_FROM, ARG_NAME, 0, 1)    /* module -> module attribute */                                       \
    X(IMPORT_STAR, ARG_NONE, 0, -1)                                                                          \
    X(LOAD_ASSERTION_ERROR, ARG_NONE, 0, 1)                                                                  \
    X(SETUP_ANNOTATIONS, ARG_NONE, 0, 0)                                                                     \
    X(PRINT_EXPR, ARG_NONE, 0, -1)    /* sys.displayhook(value) */                                           \
    /* generators and coroutines */                                                                          \
    X(RETURN_GENERATOR, ARG_NONE, 0, 1) /* makes and returns the object; resumed, the value sent is there */\
    X(YIELD_VALUE, ARG_COUNT, 0, 0)   /* value -> what was sent; 1: inside the loop of SEND */               \
    X(SEND, ARG_JUMP, 0, 0)           /* receiver value -> receiver yielded; at the end: result, and jumps */ \
    X(GET_YIELD_FROM_ITER, ARG_NONE, 0, 0)                                                                   \
    X(GET_AWAITABLE, ARG_COUNT, 0, 0) /* 1, 2: of __aenter__, __aexit__, for the message */                  \
    X(GET_AITER, ARG_NONE, 0, 0)                                                                             \
    X(GET_ANEXT, ARG_NONE, 0, 1)      /* aiter -> aiter awaitable */                                         \
    X(END_ASYNC_FOR, ARG_NONE, 0, -2) /* aiter exception -> ; other than StopAsyncIteration: raised again */ \
    X(ASYNC_GEN_WRAP, ARG_NONE, 0, 0)                                                                        \
    /* exceptions */                                                                                         \
    X(RAISE, ARG_COUNT, 0, EFFECT_VARIES) /* 0: again; 1: exception; 2: exception cause */                   \
    X(RERAISE, ARG_COUNT, 0, -1)    /* 1: the frame that it leaves tells this line; 0: the one that raised */ \
    X(PUSH_EXC_INFO, ARG_NONE, 0, 1)  /* exc -> previous exc: it is now the one being handled */             \
    X(POP_EXCEPT, ARG_NONE, 0, -1)    /* previous -> : the one before is being handled again */              \
    X(CHECK_EXC_MATCH, ARG_NONE, 0, 0) /* exc type -> exc truth */                                           \
    X(CHECK_EG_MATCH, ARG_NONE, 0, 0) /* exc type -> rest match-or-None */                                   \
    X(PREP_RERAISE_STAR, ARG_NONE, 0, -1) /* original list -> exception-or-None */                           \
    /* with */                                                                                               \
    X(BEFORE_WITH, ARG_NONE, 0, 1)    /* manager -> exit result-of-enter */                                  \
    X(BEFORE_ASYNC_WITH, ARG_NONE, 0, 1)                                                                     \
    X(WITH_EXCEPT_START, ARG_NONE, 0, 1) /* exit previous exc -> exit previous exc result */                 \
    /* match */                                                                                              \
    X(GET_LEN, ARG_NONE, 0, 1)                                                                               \
    X(MATCH_MAPPING, ARG_NONE, 0, 1)                                                                         \
    X(MATCH_SEQUENCE, ARG_NONE, 0, 1)                                                                        \
    X(MATCH_KEYS, ARG_NONE, 0, 1)     /* subject keys -> subject keys values-or-None */                      \
    X(MATCH_CLASS, ARG_COUNT, 0, -2)  /* subject type names -> tuple-or-None; n positional */                \
    /* made by the compiler's last pass from common neighbours (assemble.c); never emitted directly */       \
    X(LOAD_FAST_LOAD_FAST, ARG_COUNT, 0, 2)   /* two locals: 12 bits each */                                 \
    X(LOAD_FAST_LOAD_CONST, ARG_COUNT, 0, 2)                                                                 \
    X(STORE_FAST_LOAD_FAST, ARG_COUNT, 0, -1) /* the LOAD_FAST follows, and is skipped */                    \
    X(STORE_FAST_STORE_FAST, ARG_COUNT, 0, -2)                                                               \
    X(BINARY_OP_LOCAL_LOCAL, ARG_COUNT, 1, 1) /* op: 8 bits, locals: 8 bits each */                          \
    X(BINARY_OP_LOCAL_CONST, ARG_COUNT, 1, 1)                                                                \
    X(COMPARE_LOCAL_LOCAL, ARG_COUNT, 0, 1)                                                                  \
    X(COMPARE_LOCAL_CONST, ARG_COUNT, 0, 1)                                                                  \
    X(LOAD_ATTR_LOCAL, ARG_COUNT, 5, 1)       /* local: 8 bits, name: 16 */

typedef enum opcode {
#define OPCODE(name, argument, caches, effect) OP_##name,
    OPCODES(OPCODE)
#undef OPCODE
    OPCODE_COUNT,
} opcode;

enum {
    OPCODE_INPLACE = 0x40, /* in the argument of BINARY_OP */

    OPCODE_FUNCTION_DEFAULTS = 1,    /* a tuple, below all */
    OPCODE_FUNCTION_KWDEFAULTS = 2,  /* a dict */
    OPCODE_FUNCTION_ANNOTATIONS = 4, /* a tuple of names and values in turn */
    OPCODE_FUNCTION_CLOSURE = 8,     /* its cell, or a tuple of several, next to the code */

    OPCODE_FORMAT_STR = 1, /* conversion !s, !r, !a: the low two bits */
    OPCODE_FORMAT_REPR = 2,
    OPCODE_FORMAT_ASCII = 3,
    OPCODE_FORMAT_SPEC = 4, /* the format spec is on the stack above the value */
};

extern const uint8_t opcode_caches[OPCODE_COUNT];
extern const uint8_t opcode_arguments[OPCODE_COUNT];
extern const char *const opcode_names[OPCODE_COUNT];

/* How the depth of the stack changes: when the instruction falls through, or when it jumps. */
int opcode_stack_effect(opcode op, uint32_t argument, bool jumps);

static inline uint32_t unit_make(opcode op, uint32_t argument)
{
    return (uint32_t)op | argument << 8;
}
static inline opcode unit_opcode(uint32_t unit)
{
    return (opcode)(unit & 0xff);
}
static inline uint32_t unit_argument(uint32_t unit)
{
    return unit >> 8;
}

#endif
