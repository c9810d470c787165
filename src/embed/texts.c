/* texts.c: str, bytes and buffers for C code (ouro.h). */
#include "embed/embed.h"

#include "types/buffer.h"
#include "types/bytes.h"
#include "types/error.h"
#include "types/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

ouro_owned ouro_str(ouro_runtime *rt, const char *text)
{
    return ouro_str_new(rt, text, strlen(text));
}

ouro_owned ouro_str_new(ouro_runtime *rt, const char *text, size_t length)
{
    API(rt, OURO_NULL);
    return str_from_utf8(rt, text, length);
}

enum { EMBED_FORMAT_FEW = 256 }; /* bytes of text that need no block */

ouro_value embed_format(ouro_runtime *rt, const char *format, va_list arguments)
{
    char few[EMBED_FORMAT_FEW];
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(few, sizeof few, format, arguments);
    ouro_value text = OURO_NULL;
    if (length < 0) {
        error_system(rt, "a printf format cannot be written");
    } else if ((size_t)length < sizeof few) {
        text = str_from_utf8(rt, few, (size_t)length);
    } else {
        char *many = ouro_mem_alloc(rt->mem, (size_t)length + 1);
        if (many == NULL) {
            error_no_memory(rt);
        } else {
            vsnprintf(many, (size_t)length + 1, format, again);
            text = str_from_utf8(rt, many, (size_t)length);
            ouro_mem_free(rt->mem, many);
        }
    }
    va_end(again);
    return text;
}

ouro_owned ouro_str_format(ouro_runtime *rt, const char *format, ...)
{
    API(rt, OURO_NULL);
    va_list arguments;
    va_start(arguments, format);
    ouro_value text = embed_format(rt, format, arguments);
    va_end(arguments);
    return text;
}

char *ouro_str_copy(ouro_runtime *rt, ouro_value v, size_t *length)
{
    API(rt, NULL);
    API_ARGUMENT(rt, v, NULL);
    if (!value_is_str(rt, v)) {
        error_type(rt, "expected str, not %T", v);
        return NULL;
    }
    size_t bytes;
    char *text = str_to_utf8(rt, v, &bytes, false);
    if (text != NULL && length == NULL && strlen(text) != bytes) {
        ouro_mem_free(rt->mem, text);
        error_value(rt, "embedded null character");
        return NULL;
    }
    if (length != NULL) {
        *length = text == NULL ? 0 : bytes;
    }
    return text;
}

int64_t ouro_str_length(ouro_runtime *rt, ouro_value v)
{
    API(rt, -1);
    API_ARGUMENT(rt, v, -1);
    if (!value_is_str(rt, v)) {
        error_type(rt, "expected str, not %T", v);
        return -1;
    }
    return (int64_t)str_length(as_str(v));
}

ouro_owned ouro_bytes_new(ouro_runtime *rt, const void *data, size_t length)
{
    API(rt, OURO_NULL);
    return length == 0 ? bytes_empty(rt) : bytes_new(rt, data, length);
}

const void *ouro_bytes_data(ouro_runtime *rt, ouro_value v, size_t *length)
{
    API(rt, NULL);
    API_ARGUMENT(rt, v, NULL);
    if (!value_is_bytes(rt, v)) {
        error_type(rt, "expected bytes, not %T", v);
        return NULL;
    }
    *length = as_bytes(v)->length;
    return as_bytes(v)->data;
}

/* Do the items lie one behind the other?  (A slice of a memoryview tells its strides even when they do.) */
static bool texts_is_contiguous(const buffer_view *view)
{
    if (view->strides == NULL || view->shape == NULL || view->length == 0) {
        return true;
    }
    int64_t stride = (int64_t)view->item_size;
    for (int i = view->dimensions - 1; i >= 0; i--) {
        if (view->shape[i] > 1 && view->strides[i] != stride) {
            return false;
        }
        stride *= view->shape[i];
    }
    return true;
}

bool ouro_buffer_get(ouro_runtime *rt, ouro_value v, bool writable, ouro_buffer *buffer)
{
    API(rt, false);
    API_ARGUMENT(rt, v, false);
    buffer_view *view = ouro_mem_alloc(rt->mem, sizeof *view);
    if (view == NULL) {
        error_no_memory(rt);
        return false;
    }
    if (!buffer_get(rt, v, view, writable)) {
        ouro_mem_free(rt->mem, view);
        return false;
    }
    if (!texts_is_contiguous(view)) {
        buffer_release(rt, view);
        ouro_mem_free(rt->mem, view);
        error_raise(rt, EXC(rt, BufferError), "the memory is not contiguous");
        return false;
    }
    *buffer = (ouro_buffer){view->data, view->length, view->readonly, view};
    return true;
}

void ouro_buffer_release(ouro_runtime *rt, ouro_buffer *buffer)
{
    API(rt, );
    if (buffer->internal != NULL) {
        buffer_release(rt, buffer->internal);
        ouro_mem_free(rt->mem, buffer->internal);
        *buffer = (ouro_buffer){0};
    }
}
