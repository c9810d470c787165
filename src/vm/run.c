/* run.c: running code from outside the loop: calls, modules, compile(), eval(), exec(), class statements. */
#include "lang/opcode.h"
#include "types/buffer.h"
#include "types/codec.h"
#include "types/error.h"
#include "types/module.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/audit.h"
#include "vm/vm.h"

#include <string.h>

ouro_value vm_call_function(ouro_runtime *rt, ouro_value callable, const ouro_value *args, size_t nargs,
                            ouro_value kwnames)
{
    function_object *function = (function_object *)(void *)ouro_as_object(callable);
    frame *f = frame_push(rt, OBJECT_INCREF(function));
    if (!f) {
        return OURO_NULL;
    }
    if (!frame_bind(rt, f, args, nargs, kwnames)) {
        frame_pop(rt, f);
        return OURO_NULL;
    }
    return vm_run(rt, f);
}

/* A frame that is ready to run and owns all that it needs.  NULL: no memory. */
static frame *run_make_frame(ouro_runtime *rt, code_object *code, ouro_value globals, ouro_value locals,
                             ouro_value closure)
{
    ouro_value v = function_new(rt, code, as_dict(globals));
    if (ouro_is_null(v)) {
        return NULL;
    }
    function_object *function = (function_object *)(void *)ouro_as_object(v);
    if (!ouro_is_null(closure)) {
        function->closure = value_incref(code->free_count == 1 ? as_tuple(closure)->items[0] : closure);
    }
    frame *f = frame_push(rt, function);
    if (f && !(code->flags & CODE_NEWLOCALS)) {
        f->locals = value_incref(locals);
    }
    return f;
}

ouro_value vm_run_code(ouro_runtime *rt, code_object *code, ouro_value globals, ouro_value locals, ouro_value closure)
{
    frame *f = run_make_frame(rt, code, globals, locals, closure);
    return f ? vm_run(rt, f) : OURO_NULL;
}

/* ---- where the running code is ---- */

ouro_value vm_current_globals(ouro_runtime *rt)
{
    frame *f = rt->vm->frame;
    return f ? ouro_from_object(frame_globals(f)) : OURO_NULL;
}

ouro_value vm_current_locals(ouro_runtime *rt)
{
    frame *f = rt->vm->frame;
    if (!f) {
        return error_system(rt, "frame does not exist");
    }
    return frame_locals_dict(rt, f);
}

ouro_value vm_builtins_of(ouro_runtime *rt, const frame *f)
{
    struct vm_state *vm = rt->vm;
    const function_extras *extras = f->function->extras;
    if (extras && !ouro_is_null(extras->builtins)) {
        return extras->builtins;
    }
    ouro_value v = dict_get_str(rt, frame_globals(f), STR(rt, __builtins__));
    if (ouro_is_null(v) || ouro_is(v, vm->builtins)) {
        return ouro_from_object(vm->builtins_dict);
    }
    if (value_is_instance(rt, v, TYPE(rt, module))) {
        return ouro_from_object(((module_object *)(void *)ouro_as_object(v))->dict);
    }
    return v;
}

ouro_value vm_inherited_builtins(ouro_runtime *rt)
{
    ouro_value v = rt->vm->frame ? vm_builtins_of(rt, rt->vm->frame) : OURO_NULL;
    return ouro_is(v, ouro_from_object(rt->vm->builtins_dict)) ? OURO_NULL : v;
}

ouro_value vm_handled_exception(ouro_runtime *rt)
{
    for (handled_slot *slot = rt->vm->handled; slot; slot = slot->previous) {
        if (!ouro_is_null(slot->exception)) {
            return slot->exception;
        }
    }
    return OURO_NULL;
}

/* Zero-argument super(): the class cell and the first argument of the innermost Python frame. */
bool vm_super_arguments(ouro_runtime *rt, ouro_value *class, ouro_value *self)
{
    frame *f = rt->vm->frame;
    if (!f) {
        error_runtime(rt, "super(): no current frame");
        return false;
    }
    code_object *code = f->code;
    if (code->argument_count == 0) {
        error_runtime(rt, "super(): no arguments");
        return false;
    }
    ouro_value *locals = frame_locals(f);
    ouro_value first = locals[0];
    if (ouro_is_object(first) && (code->local_kinds[0] & CODE_LOCAL_CELL) &&
        value_type(rt, first) == TYPE(rt, cell)) {
        first = ((cell_object *)(void *)ouro_as_object(first))->contents;
    }
    if (ouro_is_null(first)) {
        error_runtime(rt, "super(): arg[0] deleted");
        return false;
    }
    const tuple_object *names = as_tuple(code->local_names);
    for (size_t i = names->size - code->free_count; i < names->size; i++) {
        if (!ouro_is(names->items[i], STR(rt, __class__))) {
            continue;
        }
        ouro_value contents = ((cell_object *)(void *)ouro_as_object(locals[i]))->contents;
        if (ouro_is_null(contents)) {
            error_runtime(rt, "super(): empty __class__ cell");
            return false;
        }
        if (!value_has_flag(rt, contents, TYPE_IS_TYPE)) {
            error_runtime(rt, "super(): __class__ is not a type (%T)", contents);
            return false;
        }
        *class = contents;
        *self = first;
        return true;
    }
    error_runtime(rt, "super(): __class__ cell not found");
    return false;
}

/* ---- compile, eval, exec ---- */

/* Globals without __builtins__ get the dict `builtins`, OURO_NULL: that of the module builtins. */
static bool run_ensure_builtins(ouro_runtime *rt, ouro_value globals, ouro_value builtins)
{
    if (!ouro_is_null(dict_get_str(rt, as_dict(globals), STR(rt, __builtins__)))) {
        return true;
    }
    builtins = value_incref(ouro_is_null(builtins) ? ouro_from_object(rt->vm->builtins_dict) : builtins);
    bool done = dict_set(rt, as_dict(globals), STR(rt, __builtins__), builtins);
    value_decref(rt, builtins);
    return done;
}

/* Nothing is held here while the program runs: the heap check counts what frames hold. */
static ouro_value run_stolen(ouro_runtime *rt, code_object *code, ouro_value globals, ouro_value locals)
{
    frame *f = run_ensure_builtins(rt, globals, OURO_NULL)
                   ? run_make_frame(rt, code, globals, locals, OURO_NULL)
                   : NULL;
    object_decref(rt, &code->object);
    return f ? vm_run(rt, f) : OURO_NULL;
}

ouro_value vm_run_stolen(ouro_runtime *rt, code_object *code, ouro_value globals)
{
    return run_stolen(rt, code, globals, globals);
}

ouro_value vm_run_source(ouro_runtime *rt, const char *text, size_t length, const char *filename, uint32_t flags,
                         ast_mode mode, ouro_value globals, ouro_value locals)
{
    ouro_value name = str_from_system(rt, filename, strlen(filename));
    if (ouro_is_null(name)) {
        return name;
    }
    compile_request request = {.filename = name, .mode = mode, .flags = flags, .optimize = rt->vm->optimize};
    code_object *code = compile_source(rt, text, length, &request);
    value_decref(rt, name);
    return code ? run_stolen(rt, code, globals, locals) : OURO_NULL;
}

/* The source of compile(), eval(), exec() as bytes: a str as UTF-8, or a bytes-like object.  A block that the caller
 * frees; *is_text: it came from a str, so no coding cookie counts. */
static char *run_source_bytes(ouro_runtime *rt, ouro_value source, const char *function, const char *kinds,
                              size_t *length, bool *is_text)
{
    if (value_is_str(rt, source)) {
        *is_text = true;
        return str_to_utf8(rt, source, length, false);
    }
    *is_text = false;
    if (!value_has_plain_buffer(rt, source)) {
        error_type(rt, "%s() arg 1 must be a %s object", function, kinds);
        return NULL;
    }
    buffer_view view;
    if (!buffer_get(rt, source, &view, false)) {
        return NULL;
    }
    char *bytes = ouro_mem_alloc(rt->mem, view.length + 1);
    if (bytes) {
        memcpy(bytes, view.data, view.length);
        bytes[view.length] = 0;
        *length = view.length;
    } else {
        error_no_memory(rt);
    }
    buffer_release(rt, &view);
    return bytes;
}

/* Source as compile() takes it, in a block that the caller frees, parsed from *text on; NULL: an exception is set. */
static char *run_source(ouro_runtime *rt, ouro_value source, const char *function, const char *kinds,
                        compile_request *request, const char **text, size_t *length)
{
    bool is_text;
    char *bytes = run_source_bytes(rt, source, function, kinds, length, &is_text);
    if (!bytes) {
        return NULL;
    }
    if (is_text) {
        request->flags |= PARSE_IGNORE_COOKIE;
    }
    if (memchr(bytes, 0, *length)) {
        error_value(rt, "source code string cannot contain null bytes");
        ouro_mem_free(rt->mem, bytes);
        return NULL;
    }
    *text = bytes;
    if (strcmp(function, "eval") == 0) { /* which passes over leading blanks */
        while (*length && (**text == ' ' || **text == '\t')) {
            ++*text;
            --*length;
        }
    }
    return bytes;
}

static code_object *run_compile(ouro_runtime *rt, ouro_value source, const char *function, const char *kinds,
                                const compile_request *base)
{
    compile_request request = *base;
    const char *text;
    size_t length;
    char *bytes = run_source(rt, source, function, kinds, &request, &text, &length);
    code_object *code = bytes ? compile_source(rt, text, length, &request) : NULL;
    ouro_mem_free(rt->mem, bytes);
    return code;
}

/* compile() that stops at the tree. */
static ouro_value run_parse(ouro_runtime *rt, ouro_value source, const compile_request *base)
{
    compile_request request = *base;
    const char *text;
    size_t length;
    char *bytes = run_source(rt, source, "compile", "string, bytes or AST", &request, &text, &length);
    ast_tree *tree = bytes ? compile_parse(rt, text, length, &request) : NULL;
    ouro_value result = tree ? rt->vm->trees->to_object(rt, tree) : OURO_NULL;
    ast_tree_free(tree);
    ouro_mem_free(rt->mem, bytes);
    return result;
}

static ouro_value run_code_value(code_object *code)
{
    return code ? ouro_from_object(code) : OURO_NULL;
}

/* compile()'s flags: CPython's values. */
enum {
    RUN_FLAG_ONLY_AST = 0x400,
    RUN_FLAG_DONT_IMPLY_DEDENT = 0x200,
    RUN_FLAG_TYPE_COMMENTS = 0x1000,
    RUN_FLAG_TOP_LEVEL_AWAIT = 0x2000,
    RUN_FLAG_ALLOW_INCOMPLETE = 0x4000,
    RUN_FLAGS_KNOWN = 0x1000000 | 0x800000 | 0x400000 | 0x200000 | 0x100000 | 0x80000 | 0x40000 | 0x20000 | 0x10 |
                      0x100 | 0x400 | 0x200 | 0x1000 | 0x2000 | 0x4000,
};

static uint32_t run_future_of(uint32_t code_flags)
{
    return (code_flags & CODE_FUTURE_ANNOTATIONS ? AST_FUTURE_ANNOTATIONS : 0) |
           (code_flags & CODE_FUTURE_BARRY ? AST_FUTURE_BARRY_AS_BDFL : 0);
}

/* What __fspath__ gives for a file name that is neither str nor bytes: new reference. */
static ouro_value run_path_of(ouro_runtime *rt, ouro_value given)
{
    ouro_value method = object_special(rt, given, STR(rt, __fspath__));
    if (ouro_is_null(method)) {
        return error_is_set(rt) ? method : error_type(rt, "expected str, bytes or os.PathLike object, not %T", given);
    }
    ouro_value path = object_call0(rt, method);
    value_decref(rt, method);
    if (!ouro_is_null(path) && !value_is_str(rt, path) && !value_is_bytes(rt, path)) {
        error_type(rt, "expected %T.__fspath__() to return str or bytes, not %T", given, path);
        value_clear(rt, &path);
    }
    return path;
}

/* The file name of compile() as a str: str, bytes, a path, or (with a warning) another buffer.  New reference. */
static ouro_value run_file_name(ouro_runtime *rt, ouro_value given)
{
    ouro_value name;
    if (value_is_str(rt, given) || value_is_bytes(rt, given)) {
        name = value_incref(given);
    } else if (!value_has_buffer(rt, given)) {
        name = run_path_of(rt, given);
    } else {
        bool ok = error_warn(rt, EXC(rt, DeprecationWarning), 1,
                             "path should be string, bytes, or os.PathLike, not %s", type_short_name(value_type(rt, given)));
        name = ok ? bytes_from_object(rt, given) : OURO_NULL;
    }
    if (!ouro_is_null(name) && value_is_bytes(rt, name)) {
        value_replace(rt, &name,
                      codec_utf8_decode(rt, as_bytes(name)->data, as_bytes(name)->length, "surrogateescape", NULL));
    }
    if (!ouro_is_null(name) && str_find_char(as_str(name), 0, 0, str_length(as_str(name))) >= 0) {
        error_value(rt, "embedded null character");
        value_clear(rt, &name);
    }
    return name;
}

/* False: ValueError. */
static bool run_find_mode(ouro_runtime *rt, const str_object *name, bool only_tree, ast_mode *mode)
{
    static const char *const names[] = {[AST_MODE_FILE] = "exec",
                                        [AST_MODE_EVAL] = "eval",
                                        [AST_MODE_SINGLE] = "single",
                                        [AST_MODE_FUNCTION_TYPE] = "func_type"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!str_equal_ascii(name, names[i])) {
            continue;
        }
        *mode = (ast_mode)i;
        if (i == AST_MODE_FUNCTION_TYPE && !only_tree) {
            error_value(rt, "compile() mode 'func_type' requires flag PyCF_ONLY_AST");
            return false;
        }
        return true;
    }
    error_value(rt, only_tree ? "compile() mode must be 'exec', 'eval', 'single' or 'func_type'"
                              : "compile() mode must be 'exec', 'eval' or 'single'");
    return false;
}

ast_tree *vm_parse_scopes(ouro_runtime *rt, ouro_value source, ouro_value filename, ast_mode mode, const char *function)
{
    compile_request request = {.mode = mode, .filename = run_file_name(rt, filename)};
    if (ouro_is_null(request.filename)) {
        return NULL;
    }
    const char *text;
    size_t length;
    char *bytes = run_source(rt, source, function, "string or bytes", &request, &text, &length);
    ast_tree *tree = bytes ? compile_parse(rt, text, length, &request) : NULL;
    ouro_mem_free(rt->mem, bytes);
    if (tree && !compile_scopes(rt, tree, request.filename)) {
        ast_tree_free(tree);
        tree = NULL;
    }
    value_decref(rt, request.filename);
    return tree;
}

/* The audit event "compile": the source as bytes (None: a tree), the file's name. */
static bool run_tell_compile(ouro_runtime *rt, ouro_value source, ouro_value filename)
{
    if (!audit_is_on(rt)) {
        return true;
    }
    bool is_text = value_is_str(rt, source);
    ouro_value told[2] = {OURO_NULL, filename};
    if (is_text) {
        told[0] = codec_encode(rt, source, "utf-8", "surrogatepass");
    } else if (value_is_bytes(rt, source)) {
        told[0] = value_incref(source);
    }
    bool ok = !(is_text && ouro_is_null(told[0])) && audit_event(rt, "compile", told, 2);
    value_decref(rt, told[0]);
    return ok;
}

ouro_value vm_builtin_compile(ouro_runtime *rt, ouro_value source, ouro_value filename, ouro_value mode, int64_t flags,
                              bool dont_inherit, int optimize, int feature_version)
{
    if (flags & ~(int64_t)RUN_FLAGS_KNOWN) {
        return error_value(rt, "compile(): unrecognised flags");
    }
    if (optimize < -1 || optimize > 2) {
        return error_value(rt, "compile(): invalid optimize value");
    }
    if (!value_is_str(rt, mode)) {
        return error_type(rt, "compile() argument 'mode' must be str, not %T", mode);
    }
    if (flags & RUN_FLAG_ONLY_AST && !rt->vm->trees) {
        return error_value(rt, "compile(): the syntax tree is not available as Python objects (PyCF_ONLY_AST)");
    }
    compile_request request = {.optimize = optimize < 0 ? rt->vm->optimize : optimize};
    if (!run_find_mode(rt, as_str(mode), flags & RUN_FLAG_ONLY_AST, &request.mode)) {
        return OURO_NULL;
    }
    if (flags & RUN_FLAG_ONLY_AST && feature_version >= 0) {
        request.unknown_minor = (uint32_t)feature_version + 1;
    }
    request.flags |= flags & RUN_FLAG_TYPE_COMMENTS ? PARSE_TYPE_COMMENTS : 0;
    if (!dont_inherit && rt->vm->frame) {
        request.future = run_future_of(rt->vm->frame->code->flags);
    }
    request.future |= run_future_of((uint32_t)flags);
    request.flags |= flags & RUN_FLAG_DONT_IMPLY_DEDENT ? PARSE_DONT_IMPLY_DEDENT : 0;
    request.flags |= flags & RUN_FLAG_ALLOW_INCOMPLETE ? PARSE_ALLOW_INCOMPLETE : 0;
    request.top_level_await = flags & RUN_FLAG_TOP_LEVEL_AWAIT;
    ouro_value name = run_file_name(rt, filename);
    if (ouro_is_null(name)) {
        return name;
    }
    request.filename = name;
    ouro_value result;
    if (!run_tell_compile(rt, source, name)) {
        result = OURO_NULL;
    } else if (rt->vm->trees && rt->vm->trees->is_node(rt, source)) {
        result = flags & RUN_FLAG_ONLY_AST ? value_incref(source)
                                           : run_code_value(rt->vm->trees->compile(rt, source, &request));
    } else if (flags & RUN_FLAG_ONLY_AST) {
        result = run_parse(rt, source, &request);
    } else {
        result = run_code_value(run_compile(rt, source, "compile", "string, bytes or AST", &request));
    }
    value_decref(rt, name);
    return result;
}

static bool run_is_mapping(ouro_runtime *rt, ouro_value v)
{
    return value_type(rt, v)->slots.getitem != NULL;
}

/* Globals and locals of eval() and exec(): borrowed globals and an owned locals mapping. */
static bool run_namespaces(ouro_runtime *rt, const char *function, ouro_value *globals, ouro_value *locals)
{
    bool no_globals = ouro_is_null(*globals) || ouro_is_none(*globals);
    bool no_locals = ouro_is_null(*locals) || ouro_is_none(*locals);
    if (!no_globals && !value_is_dict(rt, *globals)) {
        if (strcmp(function, "eval") == 0) {
            error_type(rt, run_is_mapping(rt, *globals)
                               ? "globals must be a real dict; try eval(code, {}, mapping)"
                               : "globals must be a dict");
        } else {
            error_type(rt, "%s() globals must be a dict, not %T", function, *globals);
        }
        return false;
    }
    if (!no_locals && !run_is_mapping(rt, *locals)) {
        if (strcmp(function, "eval") == 0) {
            error_type(rt, "locals must be a mapping");
        } else {
            error_type(rt, "locals must be a mapping or None, not %T", *locals);
        }
        return false;
    }
    if (no_globals) {
        *globals = vm_current_globals(rt);
        if (ouro_is_null(*globals)) {
            error_system(rt, "globals and locals cannot be NULL");
            return false;
        }
        *locals = no_locals ? vm_current_locals(rt) : value_incref(*locals);
    } else {
        *locals = value_incref(no_locals ? *globals : *locals);
    }
    if (ouro_is_null(*locals)) {
        return false;
    }
    if (!run_ensure_builtins(rt, *globals, vm_inherited_builtins(rt))) {
        value_decref(rt, *locals);
        return false;
    }
    return true;
}

static ouro_value run_text_or_code(ouro_runtime *rt, ouro_value source, ouro_value globals, ouro_value locals,
                                   ouro_value closure, ast_mode mode, const char *function)
{
    if (value_is_instance_exactly(rt, source, TYPE(rt, code))) {
        code_object *code = as_code(source);
        if (code->free_count && ouro_is_null(closure)) {
            return error_type(rt, "code object passed to %s() may not contain free variables", function);
        }
        return audit_event(rt, "exec", &source, 1) ? vm_run_code(rt, code, globals, locals, closure) : OURO_NULL;
    }
    compile_request request = {.mode = mode, .optimize = rt->vm->optimize};
    if (rt->vm->frame) {
        request.future = run_future_of(rt->vm->frame->code->flags);
    }
    request.filename = str_from_cstring(rt, "<string>");
    if (ouro_is_null(request.filename)) {
        return OURO_NULL;
    }
    code_object *code = run_tell_compile(rt, source, request.filename)
                            ? run_compile(rt, source, function, "string, bytes or code", &request)
                            : NULL;
    value_decref(rt, request.filename);
    if (!code) {
        return OURO_NULL;
    }
    ouro_value made = ouro_from_object(code);
    ouro_value result = audit_event(rt, "exec", &made, 1) ? vm_run_code(rt, code, globals, locals, OURO_NULL) : OURO_NULL;
    object_decref(rt, &code->object);
    return result;
}

ouro_value vm_builtin_eval(ouro_runtime *rt, ouro_value source, ouro_value globals, ouro_value locals)
{
    if (!run_namespaces(rt, "eval", &globals, &locals)) {
        return OURO_NULL;
    }
    value_incref(globals);
    ouro_value result = run_text_or_code(rt, source, globals, locals, OURO_NULL, AST_MODE_EVAL, "eval");
    value_decref(rt, globals);
    value_decref(rt, locals);
    return result;
}

static bool run_is_closure(ouro_runtime *rt, const tuple_object *cells)
{
    for (size_t i = 0; i < cells->size; i++) {
        if (!value_is_instance_exactly(rt, cells->items[i], TYPE(rt, cell))) {
            return false;
        }
    }
    return true;
}

ouro_value vm_builtin_exec(ouro_runtime *rt, ouro_value source, ouro_value globals, ouro_value locals,
                           ouro_value closure)
{
    if (!run_namespaces(rt, "exec", &globals, &locals)) {
        return OURO_NULL;
    }
    if (ouro_is_none(closure)) {
        closure = OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    bool is_code = value_is_instance_exactly(rt, source, TYPE(rt, code));
    if (!ouro_is_null(closure) && !is_code) {
        error_type(rt, "closure can only be used when source is a code object");
    } else if (!ouro_is_null(closure) && as_code(source)->free_count == 0) {
        error_type(rt, "cannot use a closure with this code object");
    } else if (is_code && as_code(source)->free_count &&
               (ouro_is_null(closure) || !value_is_instance_exactly(rt, closure, TYPE(rt, tuple)) ||
                as_tuple(closure)->size != as_code(source)->free_count || !run_is_closure(rt, as_tuple(closure)))) {
        error_type(rt, "code object requires a closure of exactly length %u", as_code(source)->free_count);
    } else {
        value_incref(globals);
        result = run_text_or_code(rt, source, globals, locals, closure, AST_MODE_FILE, "exec");
        value_decref(rt, globals);
        if (!ouro_is_null(result)) {
            value_replace(rt, &result, OURO_NONE);
        }
    }
    value_decref(rt, locals);
    return result;
}

ouro_value vm_run(ouro_runtime *rt, frame *f)
{
    if (!rt_enter(rt, "")) {
        frame_pop(rt, f);
        return OURO_NULL;
    }
    f->flags |= FRAME_ENTRY;
    f->previous = rt->vm->frame;
    rt->vm->frame = f;
    return vm_run_frame(rt, f, false);
}
