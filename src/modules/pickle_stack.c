/* pickle_stack.c: what an unpickler has made so far: its stack with the marks on it, and its memo.
 *
 *     marks[0] <= marks[1] <= ... <= depth;  fence == (mark_count == 0 ? 0 : marks[mark_count - 1])
 *
 * No opcode but those that end a mark reaches below the fence, whatever the pickle says.
 *
 * The memo is an array for as long as the numbers that a pickle gives follow each other more or less; a
 * number far beyond goes into a dict, as a pickle of ten bytes must not ask for gigabytes.  A number is in
 * one of the two places.
 */
#include "modules/pickle.h"

enum {
    STACK_FIRST = 32,
    MARKS_FIRST = 16,
    MEMO_NEAR = 1024, /* numbers below are in the array anyway */
    MEMO_SPARSE = 8,  /* and those below so many times the count of what is in the memo */
};

/* ---- the stack ---- */

/* Room for twice as many items of `size` bytes, at least `first`.  False: MemoryError. */
static bool stack_grow(ouro_runtime *rt, void **block, size_t *capacity, size_t first, size_t size)
{
    size_t wanted = *capacity == 0 ? first : *capacity * 2;
    void *grown = *capacity > SIZE_MAX / 4 / size ? NULL : ouro_mem_resize(rt->mem, *block, wanted * size);
    if (grown == NULL) {
        error_no_memory(rt);
        return false;
    }
    *block = grown;
    *capacity = wanted;
    return true;
}

bool unpickle_push_slow(ouro_runtime *rt, unpickler_object *u, ouro_value v)
{
    if (ouro_is_null(v)) {
        return false;
    }
    void *block = u->stack;
    if (u->depth == u->stack_capacity &&
        !stack_grow(rt, &block, &u->stack_capacity, STACK_FIRST, sizeof *u->stack)) {
        value_decref(rt, v);
        return false;
    }
    u->stack = block;
    u->stack[u->depth++] = v;
    return true;
}

bool unpickle_underflow(ouro_runtime *rt, unpickler_object *u)
{
    return unpickling_error(rt, u->mark_count > 0 ? "unexpected MARK found" : "unpickling stack underflow");
}

bool unpickle_has(ouro_runtime *rt, unpickler_object *u, size_t count)
{
    return OURO_LIKELY(u->depth - u->fence >= count) || unpickle_underflow(rt, u);
}

ouro_value unpickle_pop(ouro_runtime *rt, unpickler_object *u)
{
    return unpickle_has(rt, u, 1) ? u->stack[--u->depth] : OURO_NULL;
}

bool unpickle_mark(ouro_runtime *rt, unpickler_object *u)
{
    void *block = u->marks;
    if (u->mark_count == u->mark_capacity &&
        !stack_grow(rt, &block, &u->mark_capacity, MARKS_FIRST, sizeof *u->marks)) {
        return false;
    }
    u->marks = block;
    u->marks[u->mark_count++] = u->fence = u->depth;
    return true;
}

void unpickle_drop_mark(unpickler_object *u)
{
    u->mark_count--;
    u->fence = u->mark_count == 0 ? 0 : u->marks[u->mark_count - 1];
}

bool unpickle_pop_mark(ouro_runtime *rt, unpickler_object *u, size_t *at)
{
    if (u->mark_count == 0) {
        return unpickling_error(rt, "could not find MARK");
    }
    *at = u->fence;
    unpickle_drop_mark(u);
    return true;
}

void unpickle_cut(ouro_runtime *rt, unpickler_object *u, size_t depth)
{
    while (u->depth > depth) {
        value_decref(rt, u->stack[--u->depth]);
    }
}

ouro_value unpickle_pop_tuple(ouro_runtime *rt, unpickler_object *u, size_t at)
{
    size_t count = u->depth - at;
    if (count == 0) {
        return value_incref(rt->types->empty_tuple);
    }
    tuple_object *t = tuple_new_blank(rt, count);
    if (t == NULL) {
        return OURO_NULL;
    }
    memcpy(t->items, u->stack + at, count * sizeof *t->items);
    u->depth = at;
    gc_track(rt, t);
    return ouro_from_object(t);
}

ouro_value unpickle_pop_list(ouro_runtime *rt, unpickler_object *u, size_t at)
{
    ouro_value list = list_new(rt, u->stack + at, u->depth - at);
    if (!ouro_is_null(list)) {
        unpickle_cut(rt, u, at);
    }
    return list;
}

/* ---- the memo ---- */

static ouro_value memo_far(ouro_runtime *rt, unpickler_object *u, uint64_t number)
{
    if (ouro_is_null(u->far_memo)) {
        return OURO_NULL;
    }
    ouro_value key = int_from_uint64(rt, number);
    ouro_value found = ouro_is_null(key) ? key : dict_get(rt, as_dict(u->far_memo), key);
    value_decref(rt, key);
    return found;
}

ouro_value unpickle_memo_get(ouro_runtime *rt, unpickler_object *u, uint64_t number)
{
    ouro_value found = number < u->memo_size ? u->memo[number] : OURO_NULL;
    if (OURO_UNLIKELY(ouro_is_null(found))) {
        found = memo_far(rt, u, number);
        if (ouro_is_null(found) && !error_is_set(rt)) {
            unpickling_error(rt, "Memo value not found at index %llu", (unsigned long long)number);
        }
    }
    return found;
}

static bool memo_put_far(ouro_runtime *rt, unpickler_object *u, uint64_t number, ouro_value v)
{
    if (ouro_is_null(u->far_memo)) {
        u->far_memo = dict_new(rt, 0);
    }
    ouro_value key = ouro_is_null(u->far_memo) ? u->far_memo : int_from_uint64(rt, number);
    if (ouro_is_null(key)) {
        return false;
    }
    dict_object *far = as_dict(u->far_memo);
    size_t before = dict_size(far);
    bool ok = dict_set(rt, far, key, v);
    u->memo_count += ok && dict_size(far) > before;
    value_decref(rt, key);
    return ok;
}

/* Extends the array so that the number has a place. */
static bool memo_reach(ouro_runtime *rt, unpickler_object *u, size_t number)
{
    while (number >= u->memo_capacity) {
        void *block = u->memo;
        size_t first = number < MEMO_NEAR && number >= STACK_FIRST ? MEMO_NEAR : STACK_FIRST;
        if (!stack_grow(rt, &block, &u->memo_capacity, first, sizeof *u->memo)) {
            return false;
        }
        u->memo = block;
    }
    while (u->memo_size <= number) {
        u->memo[u->memo_size++] = OURO_NULL;
    }
    return true;
}

bool unpickle_memo_put(ouro_runtime *rt, unpickler_object *u, uint64_t number, ouro_value v)
{
    if (number >= u->memo_size) {
        bool near = number < MEMO_NEAR || number / MEMO_SPARSE <= u->memo_count;
        bool is_far = !near || !ouro_is_null(memo_far(rt, u, number));
        if (error_is_set(rt)) {
            return false;
        }
        if (is_far) {
            return memo_put_far(rt, u, number, v);
        }
        if (!memo_reach(rt, u, (size_t)number)) {
            return false;
        }
    } else if (OURO_UNLIKELY(ouro_is_null(u->memo[number])) && !ouro_is_null(u->far_memo)) {
        if (!ouro_is_null(memo_far(rt, u, number))) {
            return memo_put_far(rt, u, number, v);
        }
        if (error_is_set(rt)) {
            return false;
        }
    }
    u->memo_count += ouro_is_null(u->memo[number]);
    value_replace(rt, &u->memo[number], value_incref(v));
    return true;
}

void unpickle_memo_clear(ouro_runtime *rt, unpickler_object *u)
{
    ouro_value *memo = u->memo;
    size_t size = u->memo_size;
    u->memo = NULL;
    u->memo_size = u->memo_capacity = u->memo_count = 0;
    value_clear(rt, &u->far_memo);
    values_decref(rt, memo, size);
    ouro_mem_free(rt->mem, memo);
}

ouro_value unpickle_memo_as_dict(ouro_runtime *rt, unpickler_object *u)
{
    ouro_value dict =
        ouro_is_null(u->far_memo) ? dict_new(rt, u->memo_count) : dict_copy(rt, as_dict(u->far_memo));
    for (size_t i = 0; !ouro_is_null(dict) && i < u->memo_size; i++) {
        if (!ouro_is_null(u->memo[i]) && !dict_set(rt, as_dict(dict), ouro_int((int64_t)i), u->memo[i])) {
            value_clear(rt, &dict);
        }
    }
    return dict;
}
