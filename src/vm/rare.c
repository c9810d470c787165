/* rare.c: the instructions that are not worth a place in the loop.
 *
 * The loop has stored f->ip and f->top; here `sp` is f->top, and is stored back at the end, on failure as well: the
 * stack then holds what still has to be dropped.
 */
#include "types/error.h"
#include "types/exception.h"
#include "types/protocol.h"
#include "vm/generator.h"
#include "lang/opcode.h"
#include "vm/ops.h"
#include "vm/rare.h"

#define NAME(i) (as_tuple(f->code->names)->items[i])
#define PUSH(v) (*sp++ = (v))
#define POP() (*--sp)
#define PUSH_OR_FAIL(expression)                                                                             \
    do {                                                                                                     \
        ouro_value result_ = (expression);                                                                   \
        if (ouro_is_null(result_)) {                                                                         \
            goto failed;                                                                                     \
        }                                                                                                    \
        PUSH(result_);                                                                                       \
    } while (0)

bool eval_rare(ouro_runtime *rt, frame *f, uint32_t unit)
{
    opcode op = unit_opcode(unit);
    uint32_t argument = unit_argument(unit);
    ouro_value *sp = f->top;
    ouro_value *locals = frame_locals(f);
    switch (op) {
    case OP_DELETE_NAME:
        f->top = sp;
        if (!op_delete_name(rt, f, NAME(argument))) {
            goto failed;
        }
        break;

    case OP_DELETE_GLOBAL:
        f->top = sp;
        if (!op_delete_global(rt, f, NAME(argument))) {
            goto failed;
        }
        break;

    case OP_DELETE_DEREF: {
        cell_object *cell = (cell_object *)(void *)ouro_as_object(locals[argument]);
        if (ouro_is_null(cell->contents)) {
            op_unbound(rt, f, argument);
            goto failed;
        }
        f->top = sp;
        value_clear(rt, &cell->contents);
        break;
    }

    case OP_LOAD_CLASSDEREF:
        f->top = sp;
        PUSH_OR_FAIL(op_load_classderef(rt, f, argument));
        break;

    case OP_DELETE_ATTR: {
        f->top = sp;
        if (!object_setattr(rt, sp[-1], NAME(argument), OURO_NULL)) {
            goto failed;
        }
        ouro_value v = POP();
        f->top = sp;
        value_decref(rt, v);
        break;
    }

    case OP_DELETE_SUBSCR: {
        ouro_value container = sp[-2], key = sp[-1];
        f->top = sp;
        if (!object_setitem(rt, container, key, OURO_NULL)) {
            goto failed;
        }
        sp -= 2;
        f->top = sp;
        value_decref(rt, container);
        value_decref(rt, key);
        break;
    }

    case OP_BUILD_SLICE: {
        ouro_value step = argument == 3 ? POP() : OURO_NONE;
        ouro_value stop = POP();
        ouro_value start = POP();
        f->top = sp;
        ouro_value v = slice_new(rt, start, stop, step);
        value_decref(rt, start);
        value_decref(rt, stop);
        value_decref(rt, step);
        PUSH_OR_FAIL(v);
        break;
    }

    case OP_BUILD_SET: {
        f->top = sp;
        ouro_value set = set_new(rt, OURO_NULL);
        if (ouro_is_null(set)) {
            goto failed;
        }
        for (uint32_t i = argument; i > 0; i--) {
            if (!set_add(rt, set, sp[-(int64_t)i])) {
                value_decref(rt, set);
                goto failed;
            }
        }
        for (uint32_t i = argument; i > 0; i--) {
            ouro_value v = POP();
            f->top = sp;
            value_decref(rt, v);
        }
        PUSH(set);
        break;
    }

    case OP_BUILD_MAP: {
        f->top = sp;
        const ouro_value *items = sp - 2 * (size_t)argument;
        ouro_value dict = dict_from_items(rt, items, 2, items + 1, 2, argument);
        if (ouro_is_null(dict)) {
            goto failed;
        }
        for (uint32_t i = 2 * argument; i > 0; i--) {
            ouro_value v = POP();
            f->top = sp;
            value_decref(rt, v);
        }
        PUSH(dict);
        break;
    }

    case OP_BUILD_CONST_KEY_MAP: {
        f->top = sp;
        const tuple_object *keys = as_tuple(sp[-1]);
        ouro_value dict = dict_from_items(rt, keys->items, 1, sp - 1 - argument, 1, argument);
        if (ouro_is_null(dict)) {
            goto failed;
        }
        for (uint32_t i = argument + 1; i > 0; i--) {
            ouro_value v = POP();
            f->top = sp;
            value_decref(rt, v);
        }
        PUSH(dict);
        break;
    }

    case OP_BUILD_STRING: {
        f->top = sp;
        ouro_value v = op_build_string(rt, sp - argument, argument);
        if (ouro_is_null(v)) {
            goto failed;
        }
        for (uint32_t i = argument; i > 0; i--) {
            value_decref(rt, POP());
        }
        PUSH(v);
        break;
    }

    case OP_SET_ADD: {
        f->top = sp;
        if (!set_add(rt, sp[-1 - (int64_t)argument], sp[-1])) {
            goto failed;
        }
        value_decref(rt, POP());
        break;
    }

    case OP_MAP_ADD: {
        f->top = sp;
        if (!dict_set(rt, as_dict(sp[-2 - (int64_t)argument]), sp[-2], sp[-1])) {
            goto failed;
        }
        ouro_value v = POP();
        ouro_value key = POP();
        f->top = sp;
        value_decref(rt, v);
        value_decref(rt, key);
        break;
    }

    case OP_LIST_EXTEND: {
        f->top = sp;
        if (!op_list_extend(rt, sp[-1 - (int64_t)argument], sp[-1])) {
            goto failed;
        }
        ouro_value v = POP();
        f->top = sp;
        value_decref(rt, v);
        break;
    }

    case OP_SET_UPDATE: {
        f->top = sp;
        if (!set_update(rt, sp[-1 - (int64_t)argument], sp[-1])) {
            goto failed;
        }
        ouro_value v = POP();
        f->top = sp;
        value_decref(rt, v);
        break;
    }

    case OP_DICT_UPDATE: {
        f->top = sp;
        if (!op_dict_merge(rt, sp[-1 - (int64_t)argument], sp[-1], OURO_NULL)) {
            goto failed;
        }
        ouro_value v = POP();
        f->top = sp;
        value_decref(rt, v);
        break;
    }

    case OP_DICT_MERGE: {
        f->top = sp;
        /* callable args dict mapping */
        if (!op_dict_merge(rt, sp[-1 - (int64_t)argument], sp[-1], sp[-3 - (int64_t)argument])) {
            goto failed;
        }
        ouro_value v = POP();
        f->top = sp;
        value_decref(rt, v);
        break;
    }

    case OP_LIST_TO_TUPLE: {
        f->top = sp;
        ouro_value list = sp[-1];
        ouro_value v = list_as_tuple(rt, list);
        if (ouro_is_null(v)) {
            goto failed;
        }
        sp[-1] = v;
        value_decref(rt, list);
        break;
    }

    case OP_UNPACK_EX: {
        ouro_value v = POP();
        f->top = sp;
        if (!op_unpack_ex(rt, v, argument & 0xff, argument >> 8, sp)) {
            value_decref(rt, v);
            goto failed;
        }
        sp += (argument & 0xff) + 1 + (argument >> 8);
        f->top = sp;
        value_decref(rt, v);
        break;
    }

    case OP_FORMAT_VALUE: {
        ouro_value spec = argument & OPCODE_FORMAT_SPEC ? sp[-1] : OURO_NULL;
        ouro_value v = sp[ouro_is_null(spec) ? -1 : -2];
        f->top = sp;
        ouro_value text = op_format_value(rt, v, spec, argument);
        if (ouro_is_null(text)) {
            goto failed;
        }
        sp -= ouro_is_null(spec) ? 1 : 2;
        PUSH(text);
        f->top = sp;
        value_decref(rt, spec);
        value_decref(rt, v);
        break;
    }

    case OP_IMPORT_NAME: {
        f->top = sp;
        ouro_value v = op_import_name(rt, f, NAME(argument), sp[-2], sp[-1]);
        if (ouro_is_null(v)) {
            goto failed;
        }
        value_decref(rt, POP());
        value_decref(rt, POP());
        PUSH(v);
        break;
    }

    case OP_IMPORT_FROM:
        f->top = sp;
        PUSH_OR_FAIL(import_from(rt, sp[-1], NAME(argument)));
        break;

    case OP_IMPORT_STAR: {
        f->top = sp;
        ouro_value namespace = ouro_is_null(f->locals) ? ouro_from_object(f->function->globals) : f->locals;
        if (!import_star(rt, sp[-1], namespace)) {
            goto failed;
        }
        value_decref(rt, POP());
        break;
    }

    case OP_LOAD_ASSERTION_ERROR:
        PUSH(value_incref(type_value(EXC(rt, AssertionError))));
        break;

    case OP_SETUP_ANNOTATIONS:
        f->top = sp;
        if (!op_setup_annotations(rt, f)) {
            goto failed;
        }
        break;

    case OP_PRINT_EXPR: {
        f->top = sp;
        if (!op_print_expr(rt, sp[-1])) {
            goto failed;
        }
        value_decref(rt, POP());
        break;
    }

    case OP_GET_YIELD_FROM_ITER: {
        ouro_value v = sp[-1];
        f->top = sp;
        ouro_value iterator = op_get_yield_from_iter(rt, f, v);
        if (ouro_is_null(iterator)) {
            goto failed;
        }
        sp[-1] = iterator;
        value_decref(rt, v);
        break;
    }

    case OP_GET_AWAITABLE: {
        ouro_value v = sp[-1];
        f->top = sp;
        ouro_value iterator = awaitable_iterator(rt, v, argument);
        if (ouro_is_null(iterator)) {
            goto failed;
        }
        sp[-1] = iterator;
        value_decref(rt, v);
        break;
    }

    case OP_GET_AITER: {
        ouro_value v = sp[-1];
        f->top = sp;
        ouro_value iterator = op_get_aiter(rt, v);
        if (ouro_is_null(iterator)) {
            goto failed;
        }
        sp[-1] = iterator;
        value_decref(rt, v);
        break;
    }

    case OP_GET_ANEXT:
        f->top = sp;
        PUSH_OR_FAIL(op_get_anext(rt, sp[-1]));
        break;

    case OP_ASYNC_GEN_WRAP: {
        ouro_value v = sp[-1];
        f->top = sp;
        ouro_value wrapped = async_generator_wrap(rt, v);
        if (ouro_is_null(wrapped)) {
            goto failed;
        }
        sp[-1] = wrapped;
        value_decref(rt, v);
        break;
    }

    case OP_CHECK_EXC_MATCH: {
        ouro_value type = sp[-1];
        f->top = sp;
        int matches = op_check_exc_match(rt, sp[-2], type);
        if (matches < 0) {
            goto failed;
        }
        sp[-1] = ouro_bool(matches != 0);
        value_decref(rt, type);
        break;
    }

    case OP_CHECK_EG_MATCH: {
        ouro_value exception = sp[-2], type = sp[-1], rest, match;
        f->top = sp;
        if (!op_check_eg_match(rt, exception, type, &rest, &match)) {
            goto failed;
        }
        sp[-2] = rest;
        sp[-1] = match;
        if (!ouro_is_none(match)) {
            value_replace(rt, &rt->vm->handled->exception, value_incref(match));
        }
        value_decref(rt, exception);
        value_decref(rt, type);
        break;
    }

    case OP_PREP_RERAISE_STAR: {
        ouro_value original = sp[-2], results = sp[-1];
        f->top = sp;
        ouro_value v = op_prep_reraise_star(rt, original, results);
        if (ouro_is_null(v)) {
            goto failed;
        }
        sp--;
        sp[-1] = v;
        f->top = sp;
        value_decref(rt, original);
        value_decref(rt, results);
        break;
    }

    case OP_BEFORE_WITH:
    case OP_BEFORE_ASYNC_WITH: {
        ouro_value manager = sp[-1], exit, entered;
        f->top = sp;
        if (!op_before_with(rt, manager, op == OP_BEFORE_ASYNC_WITH, &exit, &entered)) {
            goto failed;
        }
        sp[-1] = exit;
        PUSH(entered);
        f->top = sp;
        value_decref(rt, manager);
        break;
    }

    case OP_WITH_EXCEPT_START: {
        /* exit previous exc */
        ouro_value exception = sp[-1];
        ouro_value args[3] = {type_value(value_type(rt, exception)), exception,
                              as_exception(exception)->traceback};
        if (ouro_is_null(args[2])) {
            args[2] = OURO_NONE;
        }
        f->top = sp;
        value_incref(args[2]); /* __exit__ may replace the traceback */
        ouro_value v = object_call(rt, sp[-3], args, 3, OURO_NULL);
        value_decref(rt, args[2]);
        PUSH_OR_FAIL(v);
        break;
    }

    case OP_GET_LEN: {
        f->top = sp;
        int64_t length = object_length(rt, sp[-1]);
        if (length < 0) {
            goto failed;
        }
        PUSH(ouro_int(length));
        break;
    }

    case OP_MATCH_MAPPING: {
        bool is = value_has_flag(rt, sp[-1], TYPE_MAPPING);
        PUSH(ouro_bool(is));
        break;
    }

    case OP_MATCH_SEQUENCE: {
        bool is = value_has_flag(rt, sp[-1], TYPE_SEQUENCE);
        PUSH(ouro_bool(is));
        break;
    }

    case OP_MATCH_KEYS:
        f->top = sp;
        PUSH_OR_FAIL(op_match_keys(rt, sp[-2], sp[-1]));
        break;

    case OP_MATCH_CLASS: {
        ouro_value subject = sp[-3], type = sp[-2], names = sp[-1];
        f->top = sp;
        ouro_value v = op_match_class(rt, subject, type, argument, names);
        if (ouro_is_null(v)) {
            goto failed;
        }
        sp -= 2;
        sp[-1] = v;
        f->top = sp;
        value_decref(rt, names);
        value_decref(rt, type);
        value_decref(rt, subject);
        break;
    }

    case OP_LOAD_BUILD_CLASS:
        f->top = sp;
        PUSH_OR_FAIL(op_load_build_class(rt, f));
        break;

    case OP_MAKE_FUNCTION: {
        uint32_t parts = (uint32_t)__builtin_popcount(argument) + 1;
        f->top = sp;
        ouro_value v = op_make_function(rt, f, sp - parts, argument);
        if (ouro_is_null(v)) {
            goto failed;
        }
        for (uint32_t i = 0; i < parts; i++) {
            value_decref(rt, POP());
        }
        PUSH(v);
        break;
    }

    case OP_MAKE_CELL: {
        ouro_value cell = cell_new(rt, locals[argument]);
        if (ouro_is_null(cell)) {
            goto failed;
        }
        value_replace(rt, &locals[argument], cell);
        break;
    }

    case OP_LOAD_NAME:
        f->top = sp;
        PUSH_OR_FAIL(op_load_name(rt, f, NAME(argument)));
        break;

    case OP_STORE_NAME: {
        f->top = sp;
        if (!op_store_name(rt, f, NAME(argument), sp[-1])) {
            goto failed;
        }
        ouro_value v = POP();
        f->top = sp;
        value_decref(rt, v);
        break;
    }
    default:
        error_system(rt, "unknown opcode %u", (unsigned)op);
        goto failed;
    }
    f->top = sp;
    return true;

failed:
    f->top = sp;
    return false;
}
