/* fast.h: the shortest ways of the commonest operations, inlined into the loop.
 *
 * Each tells when it does not know the case; the loop then takes the long way, which gives the same answer.
 */
#ifndef OURO_SRC_VM_FAST_H
#define OURO_SRC_VM_FAST_H

#include "lang/opcode.h"
#include "types/containers.h"
#include "types/iterators.h"
#include "types/str.h"

/* value_decref without a call where the value lives on: a call would cost more than what it does. */
static inline __attribute__((always_inline)) void eval_drop(ouro_runtime *rt, ouro_value v)
{
    if (ouro_is_object_or_null(v) && v.bits != 0) {
        object_decref(rt, ouro_as_object(v));
    }
}

/* Small-int and float arithmetic without a call; OURO_NULL: take the long way. */
static inline __attribute__((always_inline)) ouro_value eval_fast_binary(uint32_t op, ouro_value a, ouro_value b)
{
    if (OURO_LIKELY(a.bits & b.bits & 1)) {
        int64_t x = ouro_as_int(a), y = ouro_as_int(b), r;
        switch (op & 0x3f) {
        case BINARY_ADD:
            /* tags: (2x+1) + (2y+1) - 1; overflow of 64 bits is overflow of the immediate */
            if (!__builtin_add_overflow((int64_t)a.bits, (int64_t)(b.bits - 1), &r)) {
                return (ouro_value){(uint64_t)r};
            }
            break;
        case BINARY_SUBTRACT:
            if (!__builtin_sub_overflow((int64_t)a.bits, (int64_t)(b.bits - 1), &r)) {
                return (ouro_value){(uint64_t)r};
            }
            break;
        case BINARY_MULTIPLY:
            if (!__builtin_mul_overflow(x, (int64_t)(b.bits - 1), &r)) {
                return (ouro_value){(uint64_t)r | 1};
            }
            break;
        case BINARY_AND:
            return (ouro_value){a.bits & b.bits};
        case BINARY_OR:
            return (ouro_value){a.bits | b.bits};
        case BINARY_XOR:
            return (ouro_value){(a.bits ^ b.bits) | 1};
        case BINARY_FLOOR_DIVIDE:
            if (y > 0) {
                r = x / y;
                return ouro_int(r - (x % y < 0));
            }
            break;
        case BINARY_REMAINDER:
            if (y > 0) {
                r = x % y;
                return ouro_int(r < 0 ? r + y : r);
            }
            break;
        case BINARY_RSHIFT:
            if (y >= 0) {
                return ouro_int(y > 63 ? (x < 0 ? -1 : 0) : x >> y);
            }
            break;
        case BINARY_LSHIFT:
            if (y >= 0 && y < 62 && x >= -(OURO_INT_MAX >> y) && x <= OURO_INT_MAX >> y) {
                return ouro_int((int64_t)((uint64_t)x << y));
            }
            break;
        default:
            break;
        }
        return OURO_NULL;
    }
    double x, y, r;
    if (ouro_is_float(a)) {
        x = ouro_as_flonum(a);
        if (ouro_is_float(b)) {
            y = ouro_as_flonum(b);
        } else if (ouro_is_int(b) && (b.bits + (UINT64_C(1) << 53)) < UINT64_C(1) << 54) {
            y = (double)ouro_as_int(b);
        } else {
            return OURO_NULL;
        }
    } else if (ouro_is_float(b) && ouro_is_int(a) && (a.bits + (UINT64_C(1) << 53)) < UINT64_C(1) << 54) {
        x = (double)ouro_as_int(a);
        y = ouro_as_flonum(b);
    } else {
        return OURO_NULL;
    }
    switch (op & 0x3f) {
    case BINARY_ADD:
        r = x + y;
        break;
    case BINARY_SUBTRACT:
        r = x - y;
        break;
    case BINARY_MULTIPLY:
        r = x * y;
        break;
    case BINARY_TRUE_DIVIDE:
        if (y == 0) {
            return OURO_NULL;
        }
        r = x / y;
        break;
    default:
        return OURO_NULL;
    }
    return ouro_float_fits(r) ? ouro_flonum(r) : OURO_NULL;
}

/* Comparison of immediates of one kind: OURO_NULL: the long way. */
static inline __attribute__((always_inline)) ouro_value eval_fast_compare(uint32_t op, ouro_value a, ouro_value b)
{
    if (OURO_LIKELY(a.bits & b.bits & 1)) {
        int64_t x = (int64_t)a.bits, y = (int64_t)b.bits;
        switch (op) {
        case COMPARE_LT:
            return ouro_bool(x < y);
        case COMPARE_LE:
            return ouro_bool(x <= y);
        case COMPARE_EQ:
            return ouro_bool(x == y);
        case COMPARE_NE:
            return ouro_bool(x != y);
        case COMPARE_GT:
            return ouro_bool(x > y);
        default:
            return ouro_bool(x >= y);
        }
    }
    if (ouro_is_float(a) && ouro_is_float(b)) {
        double x = ouro_as_flonum(a), y = ouro_as_flonum(b);
        switch (op) {
        case COMPARE_LT:
            return ouro_bool(x < y);
        case COMPARE_LE:
            return ouro_bool(x <= y);
        case COMPARE_EQ:
            return ouro_bool(x == y);
        case COMPARE_NE:
            return ouro_bool(x != y);
        case COMPARE_GT:
            return ouro_bool(x > y);
        default:
            return ouro_bool(x >= y);
        }
    }
    return OURO_NULL;
}

/* The truth of the commonest values without a call; -2: the long way. */
static inline __attribute__((always_inline)) int eval_fast_truth(ouro_value v)
{
    if (v.bits == OURO_TRUE.bits) {
        return 1;
    }
    if (v.bits == OURO_FALSE.bits || v.bits == OURO_NONE.bits) {
        return 0;
    }
    if (ouro_is_int(v)) {
        return v.bits != 1;
    }
    return -2;
}

/* container[key] for exact lists, tuples and dicts with easy keys: OURO_NULL without an exception: the long way. */
static inline __attribute__((always_inline)) ouro_value eval_fast_subscript(ouro_runtime *rt, ouro_value container, ouro_value key)
{
    if (!ouro_is_object(container)) {
        return OURO_NULL;
    }
    const ouro_type *type = ouro_as_object(container)->shape->type;
    if (ouro_is_int(key)) {
        int64_t i = ouro_as_int(key);
        if (type == &TYPE(rt, list)->type) {
            const list_object *list = as_list(container);
            i += i < 0 ? (int64_t)list->size : 0;
            return (uint64_t)i < list->size ? value_incref(list->items[i]) : OURO_NULL;
        }
        if (type == &TYPE(rt, tuple)->type) {
            const tuple_object *tuple = as_tuple(container);
            i += i < 0 ? (int64_t)tuple->size : 0;
            return (uint64_t)i < tuple->size ? value_incref(tuple->items[i]) : OURO_NULL;
        }
    }
    if (type == &TYPE(rt, dict)->type) {
        if (value_is_str_exact(rt, key)) {
            return value_incref(dict_get_str(rt, as_dict(container), key));
        }
        ouro_value v = dict_get(rt, as_dict(container), key);
        return value_incref(v);
    }
    return OURO_NULL;
}

/* The next item of the iterators that loops mostly use.  1: *item is a new reference; 0: exhausted; -1: not one of
 * these. */
static inline __attribute__((always_inline)) int eval_fast_next(ouro_runtime *rt, ouro_value iterator, ouro_value *item)
{
    const ouro_type *type = ouro_as_object(iterator)->shape->type;
    if (type == &TYPE(rt, range_iterator)->type) {
        range_iterator *it = (range_iterator *)(void *)ouro_as_object(iterator);
        if (it->remaining <= 0) {
            return 0;
        }
        *item = ouro_int(it->next);
        it->next = (int64_t)((uint64_t)it->next + (uint64_t)it->step);
        it->remaining--;
        return 1;
    }
    if (type == &TYPE(rt, list_iterator)->type) {
        list_iterator *it = (list_iterator *)(void *)ouro_as_object(iterator);
        if (!ouro_is_null(it->list) && (size_t)it->index < as_list(it->list)->size) {
            *item = value_incref(as_list(it->list)->items[it->index++]);
            return 1;
        }
        *item = list_iterator_next(rt, iterator);
        return !ouro_is_null(*item);
    }
    if (type == &TYPE(rt, tuple_iterator)->type) {
        tuple_iterator *it = (tuple_iterator *)(void *)ouro_as_object(iterator);
        if (!ouro_is_null(it->tuple) && it->index < as_tuple(it->tuple)->size) {
            *item = value_incref(as_tuple(it->tuple)->items[it->index++]);
            return 1;
        }
        *item = tuple_iterator_next(rt, iterator);
        return !ouro_is_null(*item);
    }
    return -1;
}

/* s = s + t: the local that the next instruction stores to gives its reference to `s` up, so that s grows in
 * place. */
static inline void eval_give_up_local(ouro_runtime *rt, uint32_t next, ouro_value *locals, ouro_value s)
{
    ouro_value *slot = NULL;
    if (unit_opcode(next) == OP_STORE_FAST) {
        slot = &locals[unit_argument(next)];
    } else if (unit_opcode(next) == OP_STORE_FAST_LOAD_FAST && (next >> 8 & 0xfff) != next >> 20) {
        slot = &locals[next >> 8 & 0xfff];
    }
    if (slot && ouro_is(*slot, s)) {
        value_clear(rt, slot);
    }
}

#endif
