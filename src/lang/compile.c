/* compile.c: the compiler's entry: parses, analyses scopes, compiles the outermost unit; and its errors. */
#include "lang/compile.h"

#include "lang/emit.h"
#include "lang/scope.h"
#include "types/character_name.h"
#include "types/codec.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/int_view.h"
#include "types/protocol.h"
#include "types/str.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>


/* ---- errors ---- */

static type_object *compile_error_type(ouro_runtime *rt, syntax_error_kind kind)
{
    switch (kind) {
    case SYNTAX_ERROR_INDENTATION:
        return EXC(rt, IndentationError);
    case SYNTAX_ERROR_TAB:
        return EXC(rt, TabError);
    case SYNTAX_ERROR_VALUE:
        return EXC(rt, ValueError);
    case SYNTAX_ERROR_OVERFLOW:
        return EXC(rt, OverflowError);
    case SYNTAX_ERROR_RECURSION:
        return EXC(rt, RecursionError);
    case SYNTAX_ERROR_MEMORY:
        return EXC(rt, MemoryError);
    default:
        return EXC(rt, SyntaxError);
    }
}

/* SyntaxError(message), or with a file name SyntaxError(message, (filename, line, column, text, end_line, end_column)) */
static ouro_value compile_make_syntax_error(ouro_runtime *rt, const syntax_error *error, ouro_value filename)
{
    if (error->line <= 0 && ouro_is_null(filename)) {
        ouro_value text = str_from_cstring(rt, error->message ? error->message : "invalid syntax");
        ouro_value plain = ouro_is_null(text) ? text : object_call1(rt, type_value(compile_error_type(rt, error->kind)), text);
        value_decref(rt, text);
        return plain;
    }
    ouro_value text = OURO_NONE;
    if (error->text) {
        text = str_from_utf8(rt, error->text, error->text_length);
        if (ouro_is_null(text)) {
            error_clear(rt);
            text = OURO_NONE;
        }
    }
    ouro_value details[6] = {value_incref(filename),
                             ouro_int(error->line),
                             ouro_int(error->column),
                             text,
                             error->end_line > 0 ? ouro_int(error->end_line) : OURO_NONE,
                             error->end_line > 0 && error->end_column != SYNTAX_ERROR_NO_END ? ouro_int(error->end_column)
                                                                                             : OURO_NONE};
    bool is_nowhere = error->line == 0 && error->column == 0 && error->end_line == 0; /* of an empty source */
    if (is_nowhere) {
        details[4] = details[5] = ouro_int(0);
    }
    size_t count = error->end_line > 0 || is_nowhere ? 6 : 4;
    ouro_value tuple = tuple_new_steal(rt, details, count);
    ouro_value message = str_from_cstring(rt, error->message ? error->message : "invalid syntax");
    ouro_value exception = OURO_NULL;
    if (!ouro_is_null(tuple) && !ouro_is_null(message)) {
        exception = object_call2(rt, type_value(compile_error_type(rt, error->kind)), message, tuple);
    }
    value_decref(rt, tuple);
    value_decref(rt, message);
    return exception;
}

ouro_value compile_raise_syntax_error(ouro_runtime *rt, syntax_error *error, ouro_value filename)
{
    switch (error->kind) {
    case SYNTAX_ERROR_RAISED:
        break; /* the exception is set */
    case SYNTAX_ERROR_MEMORY:
        if (error->message) {
            error_raise(rt, EXC(rt, MemoryError), "%s", error->message);
        } else {
            error_no_memory(rt);
        }
        break;
    case SYNTAX_ERROR_VALUE:
    case SYNTAX_ERROR_OVERFLOW:
    case SYNTAX_ERROR_RECURSION:
        error_raise(rt, compile_error_type(rt, error->kind), "%s", error->message ? error->message : "");
        break;
    default: {
        ouro_value exception = compile_make_syntax_error(rt, error, filename);
        if (!ouro_is_null(exception)) {
            error_raise_value(rt, exception);
            value_decref(rt, exception);
        }
    }
    }
    syntax_error_clear(error);
    return OURO_NULL;
}

/* Columns in the tree count bytes from 0, in an error of the compiler bytes from 1. */
static int32_t compile_error_column(int32_t column)
{
    return column < 0 ? 0 : column + 1;
}

/* Of what the parser accepted, an error shows the line of the file, if there is such a file. */
static void compile_error_check_text(ouro_runtime *rt, syntax_error *error, ouro_value filename)
{
    size_t length;
    char *path = error->text ? str_to_utf8(rt, filename, &length, true) : NULL;
    if (!path) {
        error_clear(rt);
    }
    if (!path || strlen(path) != length || access(path, R_OK) != 0) {
        ouro_mem_free(error->mem, error->text);
        error->text = NULL;
    }
    ouro_mem_free(rt->mem, path);
}

static void compile_error_va(compiler *c, ast_place place, const char *format, va_list arguments)
{
    if (c->failed) {
        return;
    }
    c->failed = true;
    syntax_error error;
    syntax_error_init(&error, c->rt->mem);
    syntax_error_set_va(&error, SYNTAX_ERROR_SYNTAX, c->tree->source.data, c->tree->source.length, place.line,
                        compile_error_column(place.column), place.end_line,
                        compile_error_column(place.end_column), format, arguments);
    compile_error_check_text(c->rt, &error, c->filename);
    compile_raise_syntax_error(c->rt, &error, c->filename);
}

void compile_error(compiler *c, ast_place place, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    compile_error_va(c, place, format, arguments);
    va_end(arguments);
}

void compile_warning(compiler *c, ast_place place, const char *format, ...)
{
    if (c->failed) {
        return;
    }
    char text[200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (error_warn_at(c->rt, EXC(c->rt, SyntaxWarning), c->filename, place.line, "%s", text)) {
        return;
    }
    if (error_clear_if(c->rt, EXC(c->rt, SyntaxWarning))) {
        compile_error(c, place, "%s", text);
    }
    c->failed = true;
}

/* ---- the outermost unit ---- */

static void compile_module_body(compiler *c)
{
    ast_tree *tree = c->tree;
    const scope *table = c->unit->scope;
    emit_at(c, (ast_place){0, 0, 0, 0});
    if (compile_is_top_level_await(c) && table->is_coroutine && !table->is_generator) {
        c->unit->code_flags |= CODE_COROUTINE;
        emit(c, OP_RETURN_GENERATOR, 0);
        emit(c, OP_POP_TOP, 0);
    }
    emit(c, OP_RESUME, 0);
    switch (tree->mode) {
    case AST_MODE_FILE:
    case AST_MODE_SINGLE:
        compile_body_with_annotations(c, tree->body);
        emit_at_nothing(c);
        emit_constant(c, OURO_NONE);
        break;
    case AST_MODE_EVAL:
        compile_expr(c, tree->expression);
        emit_at(c, tree->expression->place);
        break;
    case AST_MODE_FUNCTION_TYPE:
        break;
    }
    emit(c, OP_RETURN_VALUE, 0);
}

static code_object *compile_tree(ouro_runtime *rt, ast_tree *tree, const compile_request *request)
{
    compiler c = {.rt = rt, .tree = tree, .filename = request->filename, .optimize = request->optimize,
                  .top_level_await = request->top_level_await};
    c.constant_cache = dict_new(rt, 0);
    if (ouro_is_null(c.constant_cache)) {
        return NULL;
    }
    compile_unit unit;
    ouro_value name = str_intern_cstring(rt, "<module>");
    code_object *code = NULL;
    if (unit_begin(&c, &unit, tree->scope, name, value_incref(name), 1)) {
        compile_module_body(&c);
        code = c.failed ? NULL : unit_assemble(&c);
    }
    unit_end(&c);
    value_decref(rt, c.constant_cache);
    return code;
}

/* ---- hooks of the parser ---- */

static bool compile_hook_warn(void *context, parse_warning category, const char *message, const char *filename,
                              int32_t line, bool *raised)
{
    ouro_runtime *rt = context;
    type_object *type =
        category == PARSE_DEPRECATION_WARNING ? EXC(rt, DeprecationWarning) : EXC(rt, SyntaxWarning);
    ouro_value name = str_from_cstring(rt, filename);
    if (ouro_is_null(name)) {
        *raised = true;
        return false;
    }
    bool ok = error_warn_at(rt, type, name, line, "%s", message);
    value_decref(rt, name);
    *raised = !ok && !error_clear_if(rt, type);
    return ok;
}

/* Source in an encoding that only the codecs know. */
static char *compile_hook_decode(void *context, ouro_mem *mem, const char *encoding, const char *bytes, size_t size,
                                 size_t *length)
{
    ouro_runtime *rt = context;
    (void)mem; /* the runtime's own */
    ouro_value text = codec_decode(rt, bytes, size, encoding, "strict");
    char *utf8 = ouro_is_null(text) ? NULL : str_to_utf8(rt, text, length, false);
    value_decref(rt, text);
    return utf8;
}

/* The source did not decode, and an exception says why: it becomes the text of a SyntaxError, as in CPython, unless it is
 * an error of the codec itself.  A script's reader says only which encoding it was. */
static void compile_raise_encoding_error(ouro_runtime *rt, syntax_error *error, const compile_request *request)
{
    bool is_script = request->flags & PARSE_SCRIPT;
    if (!is_script && !error_matches(rt, EXC(rt, LookupError)) && !error_matches(rt, EXC(rt, ValueError)) &&
        !error_matches(rt, EXC(rt, SyntaxError))) {
        return;
    }
    ouro_value raised = error_take(rt);
    ouro_value text = is_script ? str_from_cstring(rt, error->message ? error->message : "encoding problem")
                                : object_str(rt, raised);
    value_decref(rt, raised);
    ouro_value details[4] = {value_incref(request->filename), ouro_int(0), ouro_int(-1), OURO_NONE};
    ouro_value tuple = tuple_new_steal(rt, details, 4);
    ouro_value made = OURO_NULL;
    if (!ouro_is_null(text) && !ouro_is_null(tuple)) {
        made = is_script ? object_call1(rt, type_value(EXC(rt, SyntaxError)), text)
                         : object_call2(rt, type_value(EXC(rt, SyntaxError)), text, tuple);
    }
    if (!ouro_is_null(made)) {
        error_raise_value(rt, made);
        value_decref(rt, made);
    }
    value_decref(rt, tuple);
    value_decref(rt, text);
}

ast_tree *compile_parse(ouro_runtime *rt, const char *bytes, size_t length, const compile_request *request)
{
    size_t filename_length;
    char *filename = str_to_utf8(rt, request->filename, &filename_length, true);
    if (!filename) {
        return NULL;
    }
    parse_hooks hooks = {.context = rt,
                         .character_name = character_find_one,
                         .decode = compile_hook_decode,
                         .warn = compile_hook_warn};
    parse_options options = {.filename = filename, .mode = request->mode, .flags = request->flags,
                             .max_digits = (uint32_t)int_max_str_digits(rt), .unknown_minor = request->unknown_minor, .future = request->future, .hooks = &hooks};
    syntax_error error;
    syntax_error_init(&error, rt->mem);
    ast_tree *tree = parse_source(rt->mem, bytes, length, &options, &error);
    if (!tree && error.kind == SYNTAX_ERROR_ENCODING) {
        compile_raise_encoding_error(rt, &error, request);
        syntax_error_clear(&error);
    } else if (!tree) {
        /* an error of a script's encoding stands in no line of it */
        bool placeless = request->flags & PARSE_SCRIPT && error.line <= 0;
        compile_raise_syntax_error(rt, &error, placeless ? OURO_NULL : request->filename);
    }
    ouro_mem_free(rt->mem, filename);
    return tree;
}

bool compile_scopes(ouro_runtime *rt, ast_tree *tree, ouro_value filename)
{
    syntax_error error;
    syntax_error_init(&error, rt->mem);
    bool ok = scope_analyse(tree, &error);
    if (!ok) {
        compile_error_check_text(rt, &error, filename);
        compile_raise_syntax_error(rt, &error, filename);
    }
    return ok;
}

code_object *compile_from_tree(ouro_runtime *rt, ast_tree *tree, const compile_request *request)
{
    if (!compile_scopes(rt, tree, request->filename)) {
        return NULL;
    }
    code_object *code = compile_tree(rt, tree, request);
    if (!code && !error_is_set(rt)) { /* the compiler fails silently for one reason only */
        error_no_memory(rt);
    }
    return code;
}

code_object *compile_source(ouro_runtime *rt, const char *bytes, size_t length, const compile_request *request)
{
    ast_tree *tree = compile_parse(rt, bytes, length, request);
    code_object *code = tree ? compile_from_tree(rt, tree, request) : NULL;
    ast_tree_free(tree);
    return code;
}
