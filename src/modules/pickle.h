/* pickle.h: what the files of the _pickle module share.
 *
 *     pickle_memo.c      the pickler's memo: which object has been written as which number
 *     pickle_write.c     bytes out: opcodes, frames, the file's write()
 *     pickle_save.c      values of built-in types as opcodes
 *     pickle_reduce.c    all others: what their __reduce_ex__ tells, or plain instances directly
 *     pickle_global.c    names of modules, and what is in them
 *     pickle_hook.c      persistent_id and persistent_load
 *     pickle_pickler.c   the type Pickler
 *     pickle_read.c      bytes in: from memory, or from the file's read() and readline()
 *     pickle_stack.c     the unpickler's stack, marks and memo
 *     pickle_load.c      opcodes as values of built-in types
 *     pickle_build.c     those that call the program: classes, instances, containers of other types
 *     pickle_unpickler.c the type Unpickler
 *     pickle_proxy.c     the memos as a program sees them
 *     pickle_buffer.c    PickleBuffer
 *     pickle.c           the module
 *
 * The format is CPython's, protocols 0 to 5 (PEP 307, 3154, 574; Lib/pickletools.py describes each opcode).
 */
#ifndef OURO_SRC_MODULES_PICKLE_H
#define OURO_SRC_MODULES_PICKLE_H

#include "modules/modules.h"
#include "types/buffer.h"
#include "types/bytes.h"
#include "types/container.h"

enum {
    PICKLE_HIGHEST_PROTOCOL = 5,
    PICKLE_DEFAULT_PROTOCOL = 4,
    PICKLE_BATCH = 1000,           /* items that one APPENDS, SETITEMS or ADDITEMS takes */
    PICKLE_FRAME_HEADER = 9,       /* the opcode and eight bytes of length */
    PICKLE_FRAME_MIN = 4,          /* shorter ones are written without a header */
    PICKLE_FRAME_TARGET = 1 << 16, /* a frame ends at the first value behind so many bytes */
};

typedef enum pickle_opcode {
    PICKLE_MARK = '(',
    PICKLE_STOP = '.',
    PICKLE_POP = '0',
    PICKLE_POP_MARK = '1',
    PICKLE_DUP = '2',
    PICKLE_FLOAT = 'F',
    PICKLE_INT = 'I',
    PICKLE_BININT = 'J',
    PICKLE_BININT1 = 'K',
    PICKLE_LONG = 'L',
    PICKLE_BININT2 = 'M',
    PICKLE_NONE = 'N',
    PICKLE_PERSID = 'P',
    PICKLE_BINPERSID = 'Q',
    PICKLE_REDUCE = 'R',
    PICKLE_STRING = 'S',
    PICKLE_BINSTRING = 'T',
    PICKLE_SHORT_BINSTRING = 'U',
    PICKLE_UNICODE = 'V',
    PICKLE_BINUNICODE = 'X',
    PICKLE_APPEND = 'a',
    PICKLE_BUILD = 'b',
    PICKLE_GLOBAL = 'c',
    PICKLE_DICT = 'd',
    PICKLE_EMPTY_DICT = '}',
    PICKLE_APPENDS = 'e',
    PICKLE_GET = 'g',
    PICKLE_BINGET = 'h',
    PICKLE_INST = 'i',
    PICKLE_LONG_BINGET = 'j',
    PICKLE_LIST = 'l',
    PICKLE_EMPTY_LIST = ']',
    PICKLE_OBJ = 'o',
    PICKLE_PUT = 'p',
    PICKLE_BINPUT = 'q',
    PICKLE_LONG_BINPUT = 'r',
    PICKLE_SETITEM = 's',
    PICKLE_TUPLE = 't',
    PICKLE_EMPTY_TUPLE = ')',
    PICKLE_SETITEMS = 'u',
    PICKLE_BINFLOAT = 'G',
    /* protocol 2 */
    PICKLE_PROTO = 0x80,
    PICKLE_NEWOBJ = 0x81,
    PICKLE_EXT1 = 0x82,
    PICKLE_EXT2 = 0x83,
    PICKLE_EXT4 = 0x84,
    PICKLE_TUPLE1 = 0x85,
    PICKLE_TUPLE2 = 0x86,
    PICKLE_TUPLE3 = 0x87,
    PICKLE_NEWTRUE = 0x88,
    PICKLE_NEWFALSE = 0x89,
    PICKLE_LONG1 = 0x8a,
    PICKLE_LONG4 = 0x8b,
    /* protocol 3 */
    PICKLE_BINBYTES = 'B',
    PICKLE_SHORT_BINBYTES = 'C',
    /* protocol 4 */
    PICKLE_SHORT_BINUNICODE = 0x8c,
    PICKLE_BINUNICODE8 = 0x8d,
    PICKLE_BINBYTES8 = 0x8e,
    PICKLE_EMPTY_SET = 0x8f,
    PICKLE_ADDITEMS = 0x90,
    PICKLE_FROZENSET = 0x91,
    PICKLE_NEWOBJ_EX = 0x92,
    PICKLE_STACK_GLOBAL = 0x93,
    PICKLE_MEMOIZE = 0x94,
    PICKLE_FRAME = 0x95,
    /* protocol 5 */
    PICKLE_BYTEARRAY8 = 0x96,
    PICKLE_NEXT_BUFFER = 0x97,
    PICKLE_READONLY_BUFFER = 0x98,
} pickle_opcode;

/* ---- the module's state (pickle.c) ---- */

/* What the module takes from Python's library: rt->modules->pickle_library is a tuple of them. */
enum {
    PICKLE_LIB_DISPATCH_TABLE, /* copyreg: dicts */
    PICKLE_LIB_EXTENSION_REGISTRY,
    PICKLE_LIB_INVERTED_REGISTRY,
    PICKLE_LIB_EXTENSION_CACHE,
    PICKLE_LIB_NAMES_TO_3, /* _compat_pickle: dicts */
    PICKLE_LIB_MODULES_TO_3,
    PICKLE_LIB_NAMES_TO_2,
    PICKLE_LIB_MODULES_TO_2,
    PICKLE_LIB_ENCODE,  /* codecs.encode */
    PICKLE_LIB_GETATTR, /* builtins.getattr */
    PICKLE_LIB_PARTIAL, /* functools.partial */
    PICKLE_LIB_COUNT,
};

/* Borrowed: good until the module is forgotten, at the end. */
static inline ouro_value pickle_library(ouro_runtime *rt, int which)
{
    return as_tuple(rt->modules->pickle_library)->items[which];
}

static inline dict_object *pickle_library_dict(ouro_runtime *rt, int which)
{
    return as_dict(pickle_library(rt, which));
}

/* PicklingError and UnpicklingError with a formatted message (error.h): false. */
bool pickling_error(ouro_runtime *rt, const char *format, ...);
bool unpickling_error(ouro_runtime *rt, const char *format, ...);

/* ---- a method that a subclass may have, or that is assigned ---- */

/* A callable that takes one argument.  One that is bound to the object itself is kept without it, or each of
 * them would be a cycle. */
typedef struct pickle_hook {
    ouro_value function; /* OURO_NULL: none */
    bool bound;          /* to be called with the owner in front */
} pickle_hook;

/* Finds owner.name; false: raised (AttributeError means that there is none). */
OURO_NODISCARD bool pickle_hook_find(ouro_runtime *rt, ouro_value owner, const char *name, pickle_hook *hook);
OURO_NODISCARD ouro_value pickle_hook_call(ouro_runtime *rt, const pickle_hook *hook, ouro_value owner,
                                           ouro_value v);
/* What the attribute `name` of the owner shows: AttributeError if there is none. */
OURO_NODISCARD ouro_value pickle_hook_get(ouro_runtime *rt, const pickle_hook *hook, ouro_value owner,
                                          const char *name);
OURO_NODISCARD bool pickle_hook_set(ouro_runtime *rt, pickle_hook *hook, ouro_value v, const char *name);

/* ---- the pickler's memo (pickle_memo.c) ---- */

/* Objects by number, and a hash table from an object to its place.
 *
 *     values[i] was the i-th to be noted, and has the number i (or numbers[i], after a program has given a
 * memo of its own) a slot is 0, or  tag << 32 | place + 1;  2 * (slots in use) <= slots
 *
 * Places at and beyond `count` that slots still name are as good as absent. */
typedef struct pickle_memo {
    ouro_value *values; /* owned; OURO_NULL: a number given away without an object */
    size_t count, capacity;
    uint64_t *slots; /* NULL until the first object */
    size_t mask, used;
    uint64_t *numbers; /* NULL: as the places */
    uint64_t next;     /* with numbers: the next one */
} pickle_memo;

/* The number of the object; false: it is not there.  Runs no code. */
bool pickle_memo_find(const pickle_memo *m, ouro_value v, uint64_t *number);
/* Notes an object (OURO_NULL: none) under the next number.  False: MemoryError. */
OURO_NODISCARD bool pickle_memo_add(ouro_runtime *rt, pickle_memo *m, ouro_value v);
/* The same under a number of the caller's. */
OURO_NODISCARD bool pickle_memo_add_as(ouro_runtime *rt, pickle_memo *m, ouro_value v, uint64_t number);
static inline uint64_t pickle_memo_next(const pickle_memo *m)
{
    return m->numbers != NULL ? m->next : m->count;
}
/* False: MemoryError, *to is empty. */
OURO_NODISCARD bool pickle_memo_copy(ouro_runtime *rt, const pickle_memo *from, pickle_memo *to);
/* Empties it; may run code, which finds it empty. */
void pickle_memo_clear(ouro_runtime *rt, pickle_memo *m);
/* Frees the blocks of one without references. */
void pickle_memo_free(ouro_runtime *rt, pickle_memo *m);
size_t pickle_memo_bytes(const pickle_memo *m);
/* A dict: id -> (number, object). */
OURO_NODISCARD ouro_value pickle_memo_as_dict(ouro_runtime *rt, const pickle_memo *m);

/* ---- the pickler ---- */

enum { PICKLE_NO_FRAME = -1 };

typedef struct pickler_object {
    ouro_object object;
    ouro_value write; /* of the file; OURO_NULL: all stays in `out` (dumps), or __init__ was not called */
    pickle_hook persistent_id;
    ouro_value dispatch_table;   /* OURO_NULL: copyreg's */
    ouro_value reducer_override; /* during dump() alone */
    ouro_value buffer_callback;  /* OURO_NULL: none */
    ouro_value fast_memo;        /* dict: containers being written, deep inside fast mode; OURO_NULL: none */
    pickle_memo memo;
    bytes_builder out; /* what is not yet with the file; out.data is a reference of ours */
    int64_t frame;     /* where the open frame's header begins in `out`, PICKLE_NO_FRAME: none is open */
    int64_t protocol, binary, fast; /* binary and fast: as a program may set them */
    int64_t fast_depth;
    bool fix_imports, framing, ready, busy;
    uint32_t plain_shape; /* id of a shape whose instances are written without __reduce_ex__; 0: none known */
} pickler_object;

static inline pickler_object *as_pickler(ouro_value v)
{
    return (pickler_object *)(void *)ouro_as_object(v);
}

extern const type_spec pickler_spec;

/* A pickler for one use by the module's functions: not initialized by __init__.  NULL: raised. */
OURO_NODISCARD pickler_object *pickler_new(ouro_runtime *rt, ouro_value protocol, ouro_value fix_imports,
                                           ouro_value buffer_callback);
/* file.write: TypeError if there is none. */
OURO_NODISCARD bool pickler_set_file(ouro_runtime *rt, pickler_object *p, ouro_value file);
/* Writes the whole pickle of v into `out` and, with a file, from there to the file. */
OURO_NODISCARD bool pickler_dump(ouro_runtime *rt, pickler_object *p, ouro_value v);

/* ---- bytes out (pickle_write.c); failure is an exception ---- */

/* Room for `size` bytes that belong together.  NULL: MemoryError. */
OURO_NODISCARD unsigned char *pickle_room_slow(pickler_object *p, size_t size);

OURO_NODISCARD static inline unsigned char *pickle_room(pickler_object *p, size_t size)
{
    bytes_builder *out = &p->out;
    if (OURO_UNLIKELY(out->data == NULL || size > out->capacity - out->length ||
                      (p->framing && p->frame == PICKLE_NO_FRAME))) {
        return pickle_room_slow(p, size);
    }
    unsigned char *room = out->data->data + out->length;
    out->length += size;
    return room;
}

OURO_NODISCARD static inline bool pickle_write_opcode(pickler_object *p, pickle_opcode opcode)
{
    unsigned char *room = pickle_room(p, 1);
    if (OURO_UNLIKELY(room == NULL)) {
        return false;
    }
    *room = (unsigned char)opcode;
    return true;
}

/* The opcode, and a number of so many bytes, the least first. */
OURO_NODISCARD bool pickle_write_number(pickler_object *p, pickle_opcode opcode, uint64_t number,
                                        size_t size);
/* The opcode, the text, and the end of the line. */
OURO_NODISCARD bool pickle_write_line(pickler_object *p, pickle_opcode opcode, const void *text,
                                      size_t length);
/* A block behind its length, with the shortest opcode for it: _short (one byte of length; 0: there is none),
 * _middle (four; 0: none), _long (eight).  Long blocks go to the file by themselves, outside of frames;
 * `owner` is a bytes object of just this content, or OURO_NULL. */
OURO_NODISCARD bool pickle_write_block(ouro_runtime *rt, pickler_object *p, pickle_opcode short_opcode,
                                       pickle_opcode middle_opcode, pickle_opcode long_opcode,
                                       const void *data, size_t length, ouro_value owner);
OURO_NODISCARD bool pickle_end_frames(ouro_runtime *rt, pickler_object *p);
/* Ends the frame and gives it to the file. */
OURO_NODISCARD bool pickle_pass_frame(ouro_runtime *rt, pickler_object *p);

/* Between two values: a frame that is long enough ends. */
OURO_NODISCARD static inline bool pickle_between(ouro_runtime *rt, pickler_object *p)
{
    return OURO_LIKELY(p->frame == PICKLE_NO_FRAME ||
                       (int64_t)p->out.length - p->frame < PICKLE_FRAME_TARGET + PICKLE_FRAME_HEADER) ||
           pickle_pass_frame(rt, p);
}

/* ---- values out (pickle_save.c, pickle_reduce.c, pickle_global.c): v is the caller's throughout ---- */

OURO_NODISCARD bool pickle_save(ouro_runtime *rt, pickler_object *p, ouro_value v);
OURO_NODISCARD bool pickle_save_tuple(ouro_runtime *rt, pickler_object *p, ouro_value v);
/* Notes the object in the memo, and in the pickle.  OURO_NULL: uses a number up. */
OURO_NODISCARD bool pickle_memoize(ouro_runtime *rt, pickler_object *p, ouro_value v);
/* If the memo has the object, takes `pops` values (PICKLE_POP_MARK: all to the mark) off the stack, fetches
 * it instead, and sets *found. */
OURO_NODISCARD bool pickle_fetch_instead(ouro_runtime *rt, pickler_object *p, ouro_value v, size_t pops,
                                         bool to_mark, bool *found);
/* Items of an iterator for the list on the stack; pairs for the dict there. */
OURO_NODISCARD bool pickle_save_appends(ouro_runtime *rt, pickler_object *p, ouro_value iterator);
OURO_NODISCARD bool pickle_save_pairs(ouro_runtime *rt, pickler_object *p, ouro_value iterator);
/* An object of a type that has no opcode. */
OURO_NODISCARD bool pickle_save_object(ouro_runtime *rt, pickler_object *p, ouro_value v);
/* What a reduction (a tuple of two to six) tells; `v` OURO_NULL: it is not to be memoized. */
OURO_NODISCARD bool pickle_save_reduction(ouro_runtime *rt, pickler_object *p, ouro_value reduction,
                                          ouro_value v);
/* function(*arguments) of built-in parts: steals `arguments`, OURO_NULL fails. */
OURO_NODISCARD bool pickle_save_call(ouro_runtime *rt, pickler_object *p, ouro_value function,
                                     ouro_value arguments, ouro_value v);
/* A class, a function: as module and name (OURO_NULL: its own). */
OURO_NODISCARD bool pickle_save_global(ouro_runtime *rt, pickler_object *p, ouro_value v, ouro_value name);
OURO_NODISCARD bool pickle_save_type(ouro_runtime *rt, pickler_object *p, ouro_value v);
/* object.name for a dotted name: AttributeError. */
OURO_NODISCARD ouro_value pickle_attribute(ouro_runtime *rt, ouro_value object, ouro_value name, bool dotted);

/* ---- the unpickler ---- */

typedef struct unpickler_object {
    ouro_object object;
    /* values; those below `fence` belong to what is outside of the innermost mark */
    ouro_value *stack;
    size_t depth, stack_capacity;
    size_t *marks;
    size_t mark_count, mark_capacity;
    size_t fence; /* the innermost mark, or 0 */
    /* memo: numbers below memo_size here (OURO_NULL: not given), those that lie far above what was given so
     * far in a dict */
    ouro_value *memo;
    size_t memo_size, memo_capacity, memo_count;
    ouro_value far_memo; /* OURO_NULL: no number is far */
    pickle_hook persistent_load;
    ouro_value read, readline, peek,
        readinto;       /* of the file; OURO_NULL: input is all there is (loads), or no such method */
    ouro_value buffers; /* iterator, or OURO_NULL */
    ouro_value encoding, errors; /* strs */
    buffer_view input;           /* owner OURO_NULL: none */
    const unsigned char *data;   /* input.data */
    size_t length, at;
    size_t taken; /* so much of `data` has been read from the file; the rest was only peeked at */
    char *line;   /* a line, with a NUL behind it: leaf block */
    size_t line_capacity;
    int64_t protocol;
    bool fix_imports, ready, busy;
    uint32_t
        plain_shape; /* id of a shape whose instances get their attributes without __dict__; 0: none known */
} unpickler_object;

static inline unpickler_object *as_unpickler(ouro_value v)
{
    return (unpickler_object *)(void *)ouro_as_object(v);
}

extern const type_spec unpickler_spec;

OURO_NODISCARD unpickler_object *unpickler_new(ouro_runtime *rt);
OURO_NODISCARD bool unpickler_set_file(ouro_runtime *rt, unpickler_object *u, ouro_value file);
/* The options fix_imports, encoding, errors, buffers; OURO_NULL: not given.  `function` is for messages. */
OURO_NODISCARD bool unpickler_set_options(ouro_runtime *rt, unpickler_object *u, const char *function,
                                          const ouro_value *options);
/* The next value in the input. */
OURO_NODISCARD ouro_value unpickler_load(ouro_runtime *rt, unpickler_object *u);
OURO_NODISCARD ouro_value unpickler_find_class(ouro_runtime *rt, unpickler_object *u, ouro_value module,
                                               ouro_value name);

/* ---- bytes in (pickle_read.c) ---- */

/* Begins to read from the memory of an object; TypeError if it has none. */
OURO_NODISCARD bool unpickle_set_input(ouro_runtime *rt, unpickler_object *u, ouro_value source);
void unpickle_drop_input(ouro_runtime *rt, unpickler_object *u);
/* The next `size` bytes, good until the next is asked for or program code runs.  NULL: UnpicklingError. */
OURO_NODISCARD const unsigned char *unpickle_read_slow(ouro_runtime *rt, unpickler_object *u, size_t size);

OURO_NODISCARD static inline const unsigned char *unpickle_read(ouro_runtime *rt, unpickler_object *u,
                                                                size_t size)
{
    if (OURO_UNLIKELY(size > u->length - u->at)) {
        return unpickle_read_slow(rt, u, size);
    }
    const unsigned char *bytes = u->data + u->at;
    u->at += size;
    return bytes;
}

/* The same as a bytes object. */
OURO_NODISCARD ouro_value unpickle_read_bytes(ouro_runtime *rt, unpickler_object *u, size_t size);
/* A number of so many bytes, the least first. */
OURO_NODISCARD static inline bool unpickle_read_number(ouro_runtime *rt, unpickler_object *u, size_t size,
                                                       uint64_t *number)
{
    const unsigned char *bytes = unpickle_read(rt, u, size);
    *number = bytes != NULL ? bytes[0] : 0;
    for (size_t i = 1; bytes != NULL && i < size; i++) {
        *number |= (uint64_t)bytes[i] << (8 * i);
    }
    return bytes != NULL;
}
/* A length of four or eight bytes: OverflowError "WHAT exceeds system's maximum size of ... bytes". */
OURO_NODISCARD bool unpickle_read_length(ouro_runtime *rt, unpickler_object *u, size_t size, const char *what,
                                         size_t *length);
/* u->line becomes the next line, without its end; *length of it, at least `least`. */
OURO_NODISCARD bool unpickle_read_line(ouro_runtime *rt, unpickler_object *u, size_t least, size_t *length);
/* The file's place becomes that behind what was read. */
OURO_NODISCARD bool unpickle_take_peeked(ouro_runtime *rt, unpickler_object *u);

/* ---- stack and memo (pickle_stack.c) ---- */

OURO_NODISCARD bool unpickle_push_slow(ouro_runtime *rt, unpickler_object *u, ouro_value v);

/* Steals; OURO_NULL fails at once. */
OURO_NODISCARD static inline bool unpickle_push(ouro_runtime *rt, unpickler_object *u, ouro_value v)
{
    if (OURO_UNLIKELY(u->depth == u->stack_capacity || ouro_is_null(v))) {
        return unpickle_push_slow(rt, u, v);
    }
    u->stack[u->depth++] = v;
    return true;
}

/* The topmost value becomes the caller's.  OURO_NULL: UnpicklingError. */
OURO_NODISCARD ouro_value unpickle_pop(ouro_runtime *rt, unpickler_object *u);
/* UnpicklingError: a value is missing.  False. */
bool unpickle_underflow(ouro_runtime *rt, unpickler_object *u);
/* Are there `count` values above the innermost mark?  UnpicklingError. */
OURO_NODISCARD bool unpickle_has(ouro_runtime *rt, unpickler_object *u, size_t count);
OURO_NODISCARD bool unpickle_mark(ouro_runtime *rt, unpickler_object *u);
/* Takes the innermost mark away: *at is where it was, and so the place of the first value above it. */
OURO_NODISCARD bool unpickle_pop_mark(ouro_runtime *rt, unpickler_object *u, size_t *at);
/* Takes a mark that nothing lies above. */
void unpickle_drop_mark(unpickler_object *u);
/* Drops all values from `depth` up. */
void unpickle_cut(ouro_runtime *rt, unpickler_object *u, size_t depth);
/* The values from `at` up as a tuple, a list: they leave the stack. */
OURO_NODISCARD ouro_value unpickle_pop_tuple(ouro_runtime *rt, unpickler_object *u, size_t at);
OURO_NODISCARD ouro_value unpickle_pop_list(ouro_runtime *rt, unpickler_object *u, size_t at);
/* Borrowed; OURO_NULL: UnpicklingError. */
OURO_NODISCARD ouro_value unpickle_memo_get(ouro_runtime *rt, unpickler_object *u, uint64_t number);
OURO_NODISCARD bool unpickle_memo_put(ouro_runtime *rt, unpickler_object *u, uint64_t number, ouro_value v);
void unpickle_memo_clear(ouro_runtime *rt, unpickler_object *u);
/* A dict: number -> object. */
OURO_NODISCARD ouro_value unpickle_memo_as_dict(ouro_runtime *rt, unpickler_object *u);

/* ---- opcodes that may call the program (pickle_build.c) ---- */

OURO_NODISCARD bool unpickle_persistent(ouro_runtime *rt, unpickler_object *u, ouro_value id);
OURO_NODISCARD bool unpickle_global(ouro_runtime *rt, unpickler_object *u, ouro_value module,
                                    ouro_value name);
OURO_NODISCARD bool unpickle_extension(ouro_runtime *rt, unpickler_object *u, int64_t code);
OURO_NODISCARD bool unpickle_inst(ouro_runtime *rt, unpickler_object *u);
OURO_NODISCARD bool unpickle_obj(ouro_runtime *rt, unpickler_object *u);
OURO_NODISCARD bool unpickle_newobj(ouro_runtime *rt, unpickler_object *u, bool keywords);
OURO_NODISCARD bool unpickle_reduce(ouro_runtime *rt, unpickler_object *u);
OURO_NODISCARD bool unpickle_state(ouro_runtime *rt, unpickler_object *u);
/* What lies from `at` up goes into the container below it. */
OURO_NODISCARD bool unpickle_append(ouro_runtime *rt, unpickler_object *u, size_t at);
OURO_NODISCARD bool unpickle_set_items(ouro_runtime *rt, unpickler_object *u, size_t at);
OURO_NODISCARD bool unpickle_add_items(ouro_runtime *rt, unpickler_object *u, size_t at);
OURO_NODISCARD bool unpickle_next_buffer(ouro_runtime *rt, unpickler_object *u);
OURO_NODISCARD bool unpickle_readonly_buffer(ouro_runtime *rt, unpickler_object *u);

/* ---- what a program sees of memos (pickle_proxy.c), and buffers (pickle_buffer.c) ---- */

extern const type_spec pickler_memo_proxy_spec, unpickler_memo_proxy_spec, pickle_buffer_spec;

/* A memoryview of what a PickleBuffer stands for: a new reference; ValueError: it has been released. */
OURO_NODISCARD ouro_value pickle_buffer_view(ouro_runtime *rt, ouro_value v);

OURO_NODISCARD ouro_value pickler_memo_get(ouro_runtime *rt, ouro_value self, void *closure);
OURO_NODISCARD bool pickler_memo_set(ouro_runtime *rt, ouro_value self, ouro_value v, void *closure);
OURO_NODISCARD ouro_value unpickler_memo_get(ouro_runtime *rt, ouro_value self, void *closure);
OURO_NODISCARD bool unpickler_memo_set(ouro_runtime *rt, ouro_value self, ouro_value v, void *closure);

#endif
