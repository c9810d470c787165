/* errors.c: raising, asking for, taking and printing exceptions, for C code (ouro.h). */
#include "embed/embed.h"

#include "mem/mem_inline.h"
#include "modules/modules.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/str.h"
#include "vm/vm.h"

#include <stdarg.h>

static type_object *errors_class(ouro_runtime *rt, ouro_error error)
{
    switch (error) {
#define ERRORS_CASE(name, class)                                                                             \
    case OURO_ERROR_##name:                                                                                  \
        return EXC(rt, class);
        OURO_ERRORS(ERRORS_CASE)
#undef ERRORS_CASE
    case OURO_ERROR_STOPPED:
        return stop_class(rt);
    default:
        return EXC(rt, SystemError);
    }
}

ouro_owned ouro_raise(ouro_runtime *rt, ouro_error error, const char *format, ...)
{
    API(rt, OURO_NULL);
    type_object *class = errors_class(rt, error);
    if (class == NULL) {
        return OURO_NULL;
    }
    if (format == NULL) {
        return error_raise(rt, class, NULL);
    }
    va_list arguments;
    va_start(arguments, format);
    ouro_value text = embed_format(rt, format, arguments);
    va_end(arguments);
    if (!ouro_is_null(text)) {
        error_raise(rt, class, "%U", text);
        value_decref(rt, text);
    }
    return OURO_NULL;
}

ouro_owned ouro_raise_value(ouro_runtime *rt, ouro_value exception)
{
    API(rt, OURO_NULL);
    API_ARGUMENT(rt, exception, OURO_NULL);
    if (!value_is_exception(rt, exception) && !value_is_exception_class(rt, exception)) {
        return error_type(rt, "exceptions must derive from BaseException");
    }
    return error_raise_value(rt, exception);
}

bool ouro_failed(ouro_runtime *rt)
{
    API(rt, true);
    return error_is_set(rt);
}

bool ouro_failed_with(ouro_runtime *rt, ouro_error error)
{
    API(rt, false);
    if (!error_is_set(rt)) {
        return false;
    }
    const type_object *class = error == OURO_ERROR_STOPPED ? rt->modules->stopped : errors_class(rt, error);
    return class != NULL && error_matches(rt, class);
}

ouro_owned ouro_error_take(ouro_runtime *rt)
{
    API(rt, OURO_NULL);
    return error_take(rt);
}

void ouro_error_restore(ouro_runtime *rt, ouro_owned exception)
{
    API(rt, );
    if (ouro_is_null(exception) || !value_is_exception(rt, exception)) {
        value_decref(rt, exception);
        embed_null_argument(rt, __func__);
        return;
    }
    error_clear(rt);
    error_restore(rt, exception);
}

void ouro_error_clear(ouro_runtime *rt)
{
    API(rt, );
    error_clear(rt);
    error_forget_no_memory(rt, false);
}

/* How much beyond its limit a heap may take to tell an error: a program that has filled it to the last block is to be told
 * so, with its traceback. */
enum { ERRORS_TEXT_MARGIN = 1 << 20 };

static size_t errors_raise_limit(ouro_runtime *rt)
{
    size_t limit = rt->mem->limit;
    if (limit != 0 && limit <= SIZE_MAX - ERRORS_TEXT_MARGIN) {
        ouro_mem_set_limit(rt->mem, limit + ERRORS_TEXT_MARGIN);
    }
    return limit;
}

static void errors_restore_limit(ouro_runtime *rt, size_t limit)
{
    if (limit != 0 && rt->mem->limit == limit + ERRORS_TEXT_MARGIN) { /* an excepthook of the host's may have set another */
        ouro_mem_set_limit(rt->mem, limit);
    }
}

void ouro_error_print(ouro_runtime *rt)
{
    API(rt, );
    if (error_is_set(rt)) {
        size_t limit = errors_raise_limit(rt);
        report_print_exception(rt);
        errors_restore_limit(rt, limit);
        error_forget_no_memory(rt, false);
    }
}

ouro_owned ouro_error_text(ouro_runtime *rt)
{
    API(rt, OURO_NULL);
    if (!error_is_set(rt)) {
        return OURO_NULL;
    }
    ouro_value exception = error_take(rt);
    size_t limit = errors_raise_limit(rt);
    ouro_value text = report_format_exception(rt, exception);
    errors_restore_limit(rt, limit);
    if (ouro_is_null(text)) {
        value_decref(rt, exception); /* what formatting raised is set now */
        return OURO_NULL;
    }
    error_clear(rt);
    error_restore(rt, exception);
    return text;
}

ouro_value ouro_error_class(ouro_runtime *rt, ouro_error error)
{
    API(rt, OURO_NULL);
    type_object *class = errors_class(rt, error);
    return class == NULL ? OURO_NULL : type_value(class);
}
