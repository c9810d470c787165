/* ops.h: what the rarer instructions do, and the slow paths of the common ones.  Private to the vm floor.
 *
 * Arguments are borrowed, results new references, unless it says "steals".
 */
#ifndef OURO_SRC_VM_OPS_H
#define OURO_SRC_VM_OPS_H

#include "types/attribute.h"
#include "vm/vm.h"

#include <string.h>

/* Layout of the cache units behind LOAD_ATTR, LOAD_METHOD, LOAD_ATTR_LOCAL (STORE_ATTR has the first four):
 *     0  shape id (0: empty)
 *     1  attribute_kind (4 bits), misses (4 bits), index (24 bits)
 *     2  3  value or next shape: 64 bits
 *     4  version
 * A site that has missed OPS_MAX_MISSES times is left alone: it sees too many shapes. */
enum { OPS_MAX_MISSES = 15 };

static inline ouro_value cache_value(const uint32_t *cache)
{
    ouro_value v;
    memcpy(&v, cache + 2, sizeof v);
    return v;
}
static inline attribute_kind cache_kind(const uint32_t *cache)
{
    return (attribute_kind)(cache[1] & 15);
}
static inline uint32_t cache_index(const uint32_t *cache)
{
    return cache[1] >> 8;
}

OURO_NODISCARD ouro_value op_load_attr(ouro_runtime *rt, uint32_t *cache, ouro_value receiver, ouro_value name);
/* Stores callable and self-or-null.  False: failed. */
OURO_NODISCARD bool op_load_method(ouro_runtime *rt, uint32_t *cache, ouro_value receiver, ouro_value name,
                                   ouro_value *callable, ouro_value *self);
OURO_NODISCARD bool op_store_attr(ouro_runtime *rt, uint32_t *cache, ouro_value receiver, ouro_value name,
                                  ouro_value value);

OURO_NODISCARD ouro_value op_load_global(ouro_runtime *rt, frame *f, uint32_t *cache, ouro_value name);
OURO_NODISCARD ouro_value op_load_name(ouro_runtime *rt, frame *f, ouro_value name);
OURO_NODISCARD bool op_store_name(ouro_runtime *rt, frame *f, ouro_value name, ouro_value value);
OURO_NODISCARD bool op_delete_name(ouro_runtime *rt, frame *f, ouro_value name);
OURO_NODISCARD bool op_delete_global(ouro_runtime *rt, frame *f, ouro_value name);
OURO_NODISCARD ouro_value op_load_classderef(ouro_runtime *rt, frame *f, uint32_t local);
/* UnboundLocalError or NameError for an empty local or cell. */
void op_unbound(ouro_runtime *rt, frame *f, uint32_t local);

/* Puts `count` items on the stack at `top`, the first on top.  False: failed, nothing was put. */
OURO_NODISCARD bool op_unpack_sequence(ouro_runtime *rt, ouro_value v, uint32_t count, ouro_value *top);
OURO_NODISCARD bool op_unpack_ex(ouro_runtime *rt, ouro_value v, uint32_t before, uint32_t after, ouro_value *top);
OURO_NODISCARD ouro_value op_build_string(ouro_runtime *rt, ouro_value *parts, uint32_t count);
OURO_NODISCARD ouro_value op_format_value(ouro_runtime *rt, ouro_value v, ouro_value spec, uint32_t flags);
OURO_NODISCARD ouro_value op_make_function(ouro_runtime *rt, frame *f, ouro_value *parts, uint32_t flags);
OURO_NODISCARD bool op_dict_merge(ouro_runtime *rt, ouro_value dict, ouro_value other, ouro_value callable);
OURO_NODISCARD bool op_list_extend(ouro_runtime *rt, ouro_value list, ouro_value iterable);
/* f(*args, **kwargs) */
OURO_NODISCARD ouro_value op_call_ex(ouro_runtime *rt, ouro_value callable, ouro_value args, ouro_value kwargs);

/* raise [exception [from cause]]: OURO_NULLs for what is absent; steals both.  Sets rt->exception. */
void op_raise(ouro_runtime *rt, ouro_value exception, ouro_value cause);
OURO_NODISCARD int op_check_exc_match(ouro_runtime *rt, ouro_value exception, ouro_value type);
/* Splits: *rest and *match (None if there is none) are new references. */
OURO_NODISCARD bool op_check_eg_match(ouro_runtime *rt, ouro_value exception, ouro_value type, ouro_value *rest,
                                      ouro_value *match);
OURO_NODISCARD ouro_value op_prep_reraise_star(ouro_runtime *rt, ouro_value original, ouro_value results);

OURO_NODISCARD bool op_before_with(ouro_runtime *rt, ouro_value manager, bool is_async, ouro_value *exit,
                                   ouro_value *entered);
OURO_NODISCARD ouro_value op_get_aiter(ouro_runtime *rt, ouro_value v);
OURO_NODISCARD ouro_value op_get_anext(ouro_runtime *rt, ouro_value v);
OURO_NODISCARD ouro_value op_get_yield_from_iter(ouro_runtime *rt, frame *f, ouro_value v);

OURO_NODISCARD ouro_value op_match_keys(ouro_runtime *rt, ouro_value subject, ouro_value keys);
OURO_NODISCARD ouro_value op_match_class(ouro_runtime *rt, ouro_value subject, ouro_value type, uint32_t positional,
                                         ouro_value names);
OURO_NODISCARD bool op_print_expr(ouro_runtime *rt, ouro_value v);
OURO_NODISCARD ouro_value op_load_build_class(ouro_runtime *rt, frame *f);
OURO_NODISCARD bool op_setup_annotations(ouro_runtime *rt, frame *f);
OURO_NODISCARD ouro_value op_import_name(ouro_runtime *rt, frame *f, ouro_value name, ouro_value level,
                                         ouro_value fromlist);
/* Adds the frame's place to the traceback of rt->exception. */
void op_add_traceback(ouro_runtime *rt, frame *f);
/* An exception that a handler has passed on (RERAISE) leaves f: from now on the frame tells the line that raised it. */
void op_point_at_raise(ouro_runtime *rt, frame *f);
/* Is `type` a class whose instances are made plainly and then initialised by a Python __init__?  The function
 * (borrowed), or NULL. */
function_object *op_plain_init(ouro_runtime *rt, type_object *type);

/* The handler that protects the unit at `at`, or NULL.  Ranges are sorted and do not overlap. */
const exception_range *op_find_handler(const code_object *code, uint32_t at);
/* Ends a frame that no handler of its own catches the exception in.  Returns its caller. */
frame *op_leave_failed(ouro_runtime *rt, frame *done);

#endif
