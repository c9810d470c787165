/* protocol.h: Python's operations on any value: what `a + b`, `x.y`, `f(z)`, `len(s)` mean.
 *
 * All arguments are borrowed, all results new references, OURO_NULL / -1 / false report an exception, unless
 * a comment says otherwise.  Every one of these may run program code: whoever holds borrowed references into a
 * container must own what it needs across the call.
 */
#ifndef OURO_SRC_TYPES_PROTOCOL_H
#define OURO_SRC_TYPES_PROTOCOL_H

#include "types/types.h"

/* ---- attributes (name: a str, interned or not) ---- */
OURO_NODISCARD ouro_value object_getattr(ouro_runtime *rt, ouro_value self, ouro_value name);
/* 1: found, *result is a new reference; 0: no such attribute, no exception; -1: failed otherwise. */
OURO_NODISCARD int object_getattr_optional(ouro_runtime *rt, ouro_value self, ouro_value name,
                                           ouro_value *result);
/* `value` OURO_NULL deletes. */
OURO_NODISCARD bool object_setattr(ouro_runtime *rt, ouro_value self, ouro_value name, ouro_value value);
OURO_NODISCARD ouro_value object_getattr_utf8(ouro_runtime *rt, ouro_value self, const char *name);
/* Looks a special method up on the type only, bound to self: new reference; OURO_NULL without an exception: the
 * type has none. */
OURO_NODISCARD ouro_value object_special(ouro_runtime *rt, ouro_value self, ouro_value name);

/* ---- calls ---- */
/* Calls with `nargs` positional arguments followed by the values of the keywords named in the tuple kwnames
 * (OURO_NULL: none). */
OURO_NODISCARD ouro_value object_call(ouro_runtime *rt, ouro_value callable, const ouro_value *args, size_t nargs,
                                      ouro_value kwnames);
OURO_NODISCARD ouro_value object_call0(ouro_runtime *rt, ouro_value callable);
OURO_NODISCARD ouro_value object_call1(ouro_runtime *rt, ouro_value callable, ouro_value a);
OURO_NODISCARD ouro_value object_call2(ouro_runtime *rt, ouro_value callable, ouro_value a, ouro_value b);
OURO_NODISCARD ouro_value object_call3(ouro_runtime *rt, ouro_value callable, ouro_value a, ouro_value b,
                                       ouro_value c);
/* Calls with a tuple and a dict (OURO_NULL: none), as f(*args, **kwargs) does. */
OURO_NODISCARD ouro_value object_call_tuple(ouro_runtime *rt, ouro_value callable, ouro_value args_tuple,
                                            ouro_value kwargs_dict);
/* args[0] is self: self.name(args[1], ...), without making a bound method where it can be helped.  self is held meanwhile:
 * it may be a field that the call replaces. */
OURO_NODISCARD ouro_value object_call_method(ouro_runtime *rt, ouro_value name, const ouro_value *args,
                                             size_t nargs, ouro_value kwnames);
OURO_NODISCARD ouro_value object_call_method0(ouro_runtime *rt, ouro_value self, ouro_value name);
OURO_NODISCARD ouro_value object_call_method1(ouro_runtime *rt, ouro_value self, ouro_value name, ouro_value a);
bool object_is_callable(ouro_runtime *rt, ouro_value v);

/* ---- text, truth, comparison, hash ---- */
OURO_NODISCARD ouro_value object_repr(ouro_runtime *rt, ouro_value v);  /* a str */
OURO_NODISCARD ouro_value object_str(ouro_runtime *rt, ouro_value v);
OURO_NODISCARD ouro_value object_ascii(ouro_runtime *rt, ouro_value v);
OURO_NODISCARD ouro_value object_format(ouro_runtime *rt, ouro_value v, ouro_value spec); /* spec may be NULL */
OURO_NODISCARD int object_truth(ouro_runtime *rt, ouro_value v); /* 1, 0, -1 */
OURO_NODISCARD ouro_value object_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op);
/* Truth of a comparison; COMPARE_EQ and NE take identity first, as containers do.  1, 0, -1. */
OURO_NODISCARD int object_compare_truth(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op);
OURO_NODISCARD int object_equal(ouro_runtime *rt, ouro_value a, ouro_value b); /* identity, then == */
OURO_NODISCARD hash_t object_hash(ouro_runtime *rt, ouro_value v); /* -1 */
OURO_NODISCARD int object_is_instance(ouro_runtime *rt, ouro_value v, ouro_value class_or_tuple);
OURO_NODISCARD int object_is_subclass(ouro_runtime *rt, ouro_value v, ouro_value class_or_tuple);

/* ---- operators ---- */
OURO_NODISCARD ouro_value object_binary(ouro_runtime *rt, binary_op op, ouro_value a, ouro_value b);
OURO_NODISCARD ouro_value object_inplace(ouro_runtime *rt, binary_op op, ouro_value a, ouro_value b);
OURO_NODISCARD ouro_value object_power(ouro_runtime *rt, ouro_value a, ouro_value b, ouro_value modulus);
OURO_NODISCARD ouro_value object_unary(ouro_runtime *rt, unary_op op, ouro_value a);
/* operator.index: an int (exact), or TypeError. */
OURO_NODISCARD ouro_value object_index(ouro_runtime *rt, ouro_value v);
/* object_index clipped or refused: false with OverflowError (type `overflow`, or IndexError if NULL... see
 * below) when it does not fit.  With `clip` the value saturates to INT64_MIN / INT64_MAX instead. */
OURO_NODISCARD bool object_as_index(ouro_runtime *rt, ouro_value v, int64_t *result, bool clip);

/* ---- containers ---- */
OURO_NODISCARD int64_t object_length(ouro_runtime *rt, ouro_value v);
OURO_NODISCARD int64_t object_length_hint(ouro_runtime *rt, ouro_value v, int64_t fallback);
OURO_NODISCARD ouro_value object_getitem(ouro_runtime *rt, ouro_value v, ouro_value key);
OURO_NODISCARD bool object_setitem(ouro_runtime *rt, ouro_value v, ouro_value key, ouro_value value);
OURO_NODISCARD int object_contains(ouro_runtime *rt, ouro_value container, ouro_value item);

/* ---- iteration ---- */
OURO_NODISCARD ouro_value object_iter(ouro_runtime *rt, ouro_value v);
/* The next item; OURO_NULL without an exception: exhausted (StopIteration has been swallowed). */
OURO_NODISCARD ouro_value iterator_next(ouro_runtime *rt, ouro_value iterator);
/* The same; the StopIteration that an iterator ended with is still set. */
OURO_NODISCARD ouro_value iterator_step(ouro_runtime *rt, ouro_value iterator);
bool value_is_iterator(ouro_runtime *rt, ouro_value v);

/* Begins / ends the repr of a container: 0 entered, 1 already in progress (print "[...]"), -1 failed. */
OURO_NODISCARD int repr_enter(ouro_runtime *rt, ouro_value container);
void repr_leave(ouro_runtime *rt, ouro_value container);

#endif
