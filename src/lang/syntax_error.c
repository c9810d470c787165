/* syntax_error.c: filling and emptying a syntax_error.
 *
 * The message is formatted once and copied into the error's ouro_mem; so is the source line.  When even that memory
 * is missing, the error becomes SYNTAX_ERROR_MEMORY.
 */
#include "lang/syntax_error.h"

#include "lang/utf8.h"

#include <stdio.h>
#include <string.h>

void syntax_error_init(syntax_error *error, ouro_mem *mem)
{
    memset(error, 0, sizeof *error);
    error->mem = mem;
}

void syntax_error_clear(syntax_error *error)
{
    ouro_mem_free(error->mem, error->message);
    ouro_mem_free(error->mem, error->text);
    syntax_error_init(error, error->mem);
}

void syntax_error_set_memory(syntax_error *error)
{
    if (error->kind != SYNTAX_ERROR_NONE)
        return;
    syntax_error_clear(error);
    error->kind = SYNTAX_ERROR_MEMORY;
}

void syntax_error_set_text(syntax_error *error, const char *text, size_t length)
{
    ouro_mem_free(error->mem, error->text);
    error->text_length = 0;
    bool is_valid = utf8_valid_prefix(text, length) == length;
    error->text = ouro_mem_alloc(error->mem, (is_valid ? length : utf8_replaced_size(length)) + 1);
    if (!error->text)
        return;
    if (is_valid)
        memcpy(error->text, text, length);
    else
        length = utf8_copy_replaced(text, length, error->text);
    error->text[length] = '\0';
    error->text_length = length;
}

void syntax_error_set_va(syntax_error *error, syntax_error_kind kind, const char *source, size_t source_length,
                         int32_t line, int32_t column, int32_t end_line, int32_t end_column, const char *format,
                         va_list arguments)
{
    if (error->kind != SYNTAX_ERROR_NONE)
        return;
    syntax_error_clear(error);
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0)
        length = 0;
    error->message = ouro_mem_alloc(error->mem, (size_t)length + 1);
    if (!error->message) {
        error->kind = SYNTAX_ERROR_MEMORY;
        return;
    }
    error->message[0] = '\0';
    vsnprintf(error->message, (size_t)length + 1, format, arguments);
    error->kind = kind;
    error->line = line;
    error->column = column;
    error->end_line = end_line;
    error->end_column = end_column;
    if (source && line > 0) {
        const char *start;
        size_t size;
        syntax_error_find_line(source, source_length, line, &start, &size);
        syntax_error_set_text(error, start, size);
    }
}

void syntax_error_set(syntax_error *error, syntax_error_kind kind, const char *source, size_t source_length,
                      int32_t line, int32_t column, int32_t end_line, int32_t end_column, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    syntax_error_set_va(error, kind, source, source_length, line, column, end_line, end_column, format, arguments);
    va_end(arguments);
}

const char *syntax_error_class_name(syntax_error_kind kind)
{
    switch (kind) {
    case SYNTAX_ERROR_NONE:
    case SYNTAX_ERROR_RAISED:
    case SYNTAX_ERROR_ENCODING:
        break;
    case SYNTAX_ERROR_SYNTAX:
        return "SyntaxError";
    case SYNTAX_ERROR_INDENTATION:
        return "IndentationError";
    case SYNTAX_ERROR_TAB:
        return "TabError";
    case SYNTAX_ERROR_INCOMPLETE:
        return "SyntaxError"; /* a class of its own came with 3.13 */
    case SYNTAX_ERROR_VALUE:
        return "ValueError";
    case SYNTAX_ERROR_OVERFLOW:
        return "OverflowError";
    case SYNTAX_ERROR_RECURSION:
        return "RecursionError";
    case SYNTAX_ERROR_MEMORY:
        return "MemoryError";
    }
    return "";
}

void syntax_error_find_line(const char *source, size_t length, int32_t line, const char **start, size_t *size)
{
    const char *at = source, *end = source + length;
    for (int32_t i = 1; i < line && at < end; i++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        at = newline ? newline + 1 : end;
    }
    const char *newline = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
    *start = at;
    *size = (size_t)((newline ? newline + 1 : end) - at);
}
