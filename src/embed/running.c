/* running.c: programs and pieces of them: text, files, modules, compiled units. */
#include "embed/embed.h"

#include "modules/modules.h"
#include "modules/sys.h"
#include "types/bytes.h"
#include "types/code.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/vm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The module __main__, made when first needed: borrowed, or OURO_NULL. */
ouro_value embed_main(ouro_runtime *rt)
{
    struct vm_state *vm = rt->vm;
    if (ouro_is_null(vm->main)) {
        ouro_value name = str_intern_cstring(rt, "__main__");
        ouro_value module = module_new(rt, "__main__");
        if (ouro_is_null(name) || ouro_is_null(module) || !dict_set(rt, as_dict(vm->modules), name, module) ||
            !dict_set(rt, as_module(module)->dict, STR(rt, __builtins__), vm->builtins)) {
            value_clear(rt, &module);
        }
        value_decref(rt, name);
        vm->main = module;
    }
    return vm->main;
}

/* After MemoryError: the traceback in sys.last_value and kin would keep alive what used the memory up. */
static void run_forget_last(ouro_runtime *rt)
{
    static const char *const names[] = {"last_type", "last_value", "last_traceback"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        ouro_value name = str_intern_cstring(rt, names[i]);
        if (!ouro_is_null(name) && dict_delete(rt, as_module(rt->vm->sys)->dict, name) < 0) {
            error_clear(rt);
        }
        value_decref(rt, name);
    }
    error_clear(rt);
    error_forget_no_memory(rt, false);
}

/* The exit status, once the program has ended: with the exception that is set, or without. */
static int run_end(ouro_runtime *rt)
{
    if (!error_is_set(rt)) {
        return 0;
    }
    bool no_memory = error_matches(rt, EXC(rt, MemoryError));
    int status = report_exit_status(rt);
    if (no_memory) {
        run_forget_last(rt);
    }
    return status;
}

static int run_in_main(ouro_runtime *rt, const char *text, size_t length, const char *filename,
                       uint32_t flags)
{
    ouro_value main = embed_main(rt);
    if (!ouro_is_null(main)) {
        ouro_value globals = ouro_from_object(as_module(main)->dict);
        ouro_value result = vm_run_source(rt, text, length, filename, flags, AST_MODE_FILE, globals, globals);
        value_decref(rt, result);
    }
    return run_end(rt);
}

/* __main__ comes from no file. */
static bool run_prepare_main(ouro_runtime *rt)
{
    ouro_value main = embed_main(rt);
    return !ouro_is_null(main) && import_set_main_loader(rt, main, OURO_NULL);
}

static int run_text(ouro_runtime *rt, const char *text, size_t length, const char *filename, uint32_t flags)
{
    return run_prepare_main(rt) ? run_in_main(rt, text, length, filename, flags) : report_exit_status(rt);
}

int ouro_run_text(ouro_runtime *rt, const char *text, const char *filename)
{
    API(rt, 1);
    if (strncmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
    }
    return run_text(rt, text, strlen(text), filename, PARSE_IGNORE_COOKIE);
}

int embed_run_input(ouro_runtime *rt, const char *bytes, size_t length)
{
    return run_text(rt, bytes, length, "<stdin>", PARSE_SCRIPT);
}

static bool run_set_main_file(ouro_runtime *rt, const char *path)
{
    ouro_value main = embed_main(rt);
    ouro_value file = str_from_system(rt, path, strlen(path));
    bool ok = !ouro_is_null(main) && !ouro_is_null(file) &&
              dict_set(rt, as_module(main)->dict, STR(rt, __file__), file) &&
              dict_set(rt, as_module(main)->dict, STR(rt, __cached__), OURO_NONE) &&
              import_set_main_loader(rt, main, file);
    value_decref(rt, file);
    return ok;
}

/* ---- complaints ------------------------------------------------------------------------------------------- */

static const char *run_program(ouro_runtime *rt)
{
    return rt->vm->executable ? rt->vm->executable : "ouro";
}

/* Writes the text (stolen; OURO_NULL: nothing), and drops what has gone wrong with it. */
static void run_tell(ouro_runtime *rt, ouro_value text)
{
    size_t length;
    char *bytes = ouro_is_null(text) ? NULL : str_to_utf8(rt, text, &length, true);
    if (bytes) {
        embed_write_error(rt, bytes, length);
        ouro_mem_free(rt->mem, bytes);
    }
    value_decref(rt, text);
    error_clear(rt);
}

static void run_complain(ouro_runtime *rt, const char *path, int error_number)
{
    ouro_value name = str_from_system(rt, path, strlen(path));
    run_tell(rt, ouro_is_null(name) ? name
                                    : str_format_c(rt, "%s: can't open file %R: [Errno %d] %s\n", run_program(rt), name,
                                                   error_number, strerror(error_number)));
    value_decref(rt, name);
}

static void run_complain_no_main(ouro_runtime *rt, const char *path)
{
    ouro_value name = str_from_system(rt, path, strlen(path));
    run_tell(rt, ouro_is_null(name) ? name
                                    : str_format_c(rt, "%s: can't find '__main__' module in %R\n", run_program(rt), name));
    value_decref(rt, name);
}

/* Writes "PROGRAM: MESSAGE" of the exception that is set, and drops it. */
static void run_complain_exception(ouro_runtime *rt)
{
    ouro_value exception = error_take(rt);
    run_tell(rt, str_format_c(rt, "%s: %S\n", run_program(rt), exception));
    value_decref(rt, exception);
}

/* ---- files ------------------------------------------------------------------------------------------------ */

/* Is it what py_compile writes (PEP 552: 16 bytes, then the code)? */
static bool run_is_compiled(const char *path, const char *data, size_t length)
{
    unsigned char magic[4];
    imp_magic(magic);
    size_t n = strlen(path);
    return (length >= sizeof magic && memcmp(data, magic, sizeof magic) == 0) ||
           (n > 4 && strcmp(path + n - 4, ".pyc") == 0);
}

/* The code in it: new reference, or OURO_NULL with RuntimeError. */
static ouro_value run_load_compiled(ouro_runtime *rt, const char *data, size_t length)
{
    enum { HEAD = 16 };
    unsigned char magic[4];
    imp_magic(magic);
    if (length < HEAD || memcmp(data, magic, sizeof magic) != 0) {
        return error_runtime(rt, "Bad magic number in .pyc file");
    }
    ouro_value marshal = import_module_cstring(rt, "marshal"), name = str_intern_cstring(rt, "loads");
    ouro_value bytes = bytes_new(rt, data + HEAD, length - HEAD), code = OURO_NULL;
    if (!ouro_is_null(marshal) && !ouro_is_null(name) && !ouro_is_null(bytes)) {
        code = object_call_method1(rt, marshal, name, bytes);
    }
    if (!ouro_is_null(code) && value_type(rt, code) != TYPE(rt, code)) {
        value_clear(rt, &code);
        error_runtime(rt, "Bad code object in .pyc file");
    }
    value_decref(rt, bytes);
    value_decref(rt, name);
    value_decref(rt, marshal);
    return code;
}

/* __main__.__loader__ = SourcelessFileLoader("__main__", __file__) */
static bool run_set_compiled_loader(ouro_runtime *rt)
{
    dict_object *globals = as_module(embed_main(rt))->dict;
    ouro_value external = import_module_cstring(rt, "_frozen_importlib_external");
    ouro_value type = ouro_is_null(external) ? external : object_getattr_utf8(rt, external, "SourcelessFileLoader");
    ouro_value loader = ouro_is_null(type) ? type
                                           : object_call2(rt, type, dict_get_str(rt, globals, STR(rt, __name__)),
                                                          dict_get_str(rt, globals, STR(rt, __file__)));
    ouro_value name = str_intern_cstring(rt, "__loader__");
    bool ok = !ouro_is_null(loader) && !ouro_is_null(name) && dict_set(rt, globals, name, loader);
    value_decref(rt, name);
    value_decref(rt, loader);
    value_decref(rt, type);
    value_decref(rt, external);
    return ok;
}

static int run_compiled(ouro_runtime *rt, const char *data, size_t length)
{
    ouro_value code = run_load_compiled(rt, data, length);
    if (!ouro_is_null(code) && run_set_compiled_loader(rt)) {
        ouro_value globals = ouro_from_object(as_module(embed_main(rt))->dict);
        ouro_value result = vm_run_stolen(rt, as_code(code), globals);
        value_decref(rt, result);
    } else {
        value_decref(rt, code);
    }
    return run_end(rt);
}

/* The module __main__ of the archive or directory, through the library's runpy. */
static int run_main_inside(ouro_runtime *rt, const char *path)
{
    ouro_value name = str_intern_cstring(rt, "__main__");
    bool ok = !ouro_is_null(name) && run_prepare_main(rt) && sys_prepend_path(rt, path) &&
              import_run_main(rt, name, false) > 0;
    value_decref(rt, name);
    return ok ? 0 : report_exit_status(rt);
}

/* Reads and runs a script; `is_inside`: it is the module __main__ of its directory. */
static int run_script(ouro_runtime *rt, const char *path, bool is_inside)
{
    size_t length;
    int error_number;
    char *text = import_read_file(rt, path, &length, &error_number);
    if (!text) {
        if (error_number) {
            run_complain(rt, path, error_number);
            return 2;
        }
        return report_exit_status(rt);
    }
    bool ok = run_set_main_file(rt, path);
    if (ok && is_inside) {
        ouro_value name = str_intern_cstring(rt, "__main__");
        ok = !ouro_is_null(name) && import_set_main_package(rt, embed_main(rt), name);
        value_decref(rt, name);
    }
    int status;
    if (ok && run_is_compiled(path, text, length)) {
        status = run_compiled(rt, text, length);
    } else if (ok) {
        /* of a line that is skipped the break stays: lines keep their numbers */
        size_t skipped = rt->vm->skip_first_line ? strcspn(text, "\n") : 0;
        status = run_in_main(rt, text + skipped, length - skipped, path, is_inside ? 0 : PARSE_SCRIPT);
    } else {
        status = report_exit_status(rt);
    }
    ouro_mem_free(rt->mem, text);
    return status;
}

static int run_directory(ouro_runtime *rt, const char *path)
{
    char joined[4096];
    int n = snprintf(joined, sizeof joined, "%s/__main__.pyc", path);
    if (n < 0 || (size_t)n >= sizeof joined) {
        run_complain_no_main(rt, path);
        return 1;
    }
    joined[n - 1] = 0; /* .py */
    if (access(joined, R_OK) == 0) {
        return sys_prepend_path(rt, path) ? run_script(rt, joined, true) : report_exit_status(rt);
    }
    joined[n - 1] = 'c';
    if (access(joined, R_OK) == 0) {
        return run_main_inside(rt, path);
    }
    run_complain_no_main(rt, path);
    return 1;
}

/* The directory of a script goes into sys.path. */
static bool run_prepend_directory(ouro_runtime *rt, const char *path)
{
    char directory[4096], resolved[4096];
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;
    if (n >= sizeof directory) {
        n = 0;
    }
    memcpy(directory, path, n);
    directory[n] = 0;
    const char *real = realpath(n ? directory : slash ? "/" : ".", resolved);
    return sys_prepend_program(rt, real ? real : directory);
}

int ouro_run_file(ouro_runtime *rt, const char *path)
{
    API(rt, 1);
    struct stat st;
    char absolute[4096];
    /* the directory may change while the program runs: its file keeps its name */
    if (*path != '/' && getcwd(absolute, sizeof absolute) &&
        strlen(absolute) + 1 + strlen(path) < sizeof absolute) {
        strcat(strcat(absolute, "/"), path);
        path = absolute;
    }
    if (import_is_archive(path)) {
        return run_main_inside(rt, path);
    }
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        return run_directory(rt, path);
    }
    return run_prepend_directory(rt, path) ? run_script(rt, path, false) : report_exit_status(rt);
}

/* ---- modules ---------------------------------------------------------------------------------------------- */

/* A module whose text is part of the library runs as __main__; `name` is stolen. */
static int run_embedded(ouro_runtime *rt, const module_def *def, ouro_value name)
{
    char path[100];
    snprintf(path, sizeof path, "<frozen %s>", def->name);
    int status = sys_set_first_argument(rt, path) && run_set_main_file(rt, path) &&
                         import_set_main_package(rt, embed_main(rt), name)
                     ? run_in_main(rt, def->text, *def->text_length, path, 0)
                     : report_exit_status(rt);
    value_decref(rt, name);
    return status;
}

/* Archives, compiled files, and how to say what is wrong with a name are the business of the library's runpy.  An exception
 * that is set is told where there is no library. */
static int run_module_by_library(ouro_runtime *rt, ouro_value name)
{
    ouro_value failure = error_take(rt);
    int done = run_prepare_main(rt) ? import_run_main(rt, name, true) : -1;
    if (done == 0 && !ouro_is_null(failure)) {
        error_clear(rt);
        error_restore(rt, failure);
        run_complain_exception(rt);
        return 1;
    }
    value_decref(rt, failure);
    return done > 0 ? 0 : report_exit_status(rt);
}

/* The module `name` (stolen), whose source or whose package's __main__ is in `path`. */
static int run_module_file(ouro_runtime *rt, ouro_value name, const char *path)
{
    size_t length;
    int error_number, status;
    char *text = import_read_file(rt, path, &length, &error_number);
    if (text == NULL && error_number) {
        run_complain(rt, path, error_number);
        status = 2;
    } else if (text == NULL) {
        status = report_exit_status(rt);
    } else {
        if (!ouro_is_null(import_get_loaded(rt, name))) { /* a package: its __main__ runs */
            ouro_value inner = str_format_c(rt, "%U.__main__", name);
            value_replace(rt, &name, inner);
        }
        status = !ouro_is_null(name) && sys_set_first_argument(rt, path) && run_set_main_file(rt, path) &&
                         import_set_main_package(rt, embed_main(rt), name)
                     ? run_in_main(rt, text, length, path, 0)
                     : report_exit_status(rt);
        ouro_mem_free(rt->mem, text);
    }
    value_decref(rt, name);
    return status;
}

/* The module was not found, and nothing of the program's own has gone wrong. */
static bool run_is_unknown(ouro_runtime *rt)
{
    return (error_matches(rt, EXC(rt, ImportError)) || error_matches(rt, EXC(rt, AttributeError))) &&
           ouro_is_null(as_exception(rt->exception)->traceback);
}

/* `-m name`: the module's source, or its package's __main__, runs as __main__. */
int ouro_run_module(ouro_runtime *rt, const char *name)
{
    API(rt, 1);
    char directory[4096];
    ouro_value v = str_from_system(rt, name, strlen(name));
    v = ouro_is_null(v) ? v : str_intern(rt, v);
    if (ouro_is_null(v) || !sys_prepend_program(rt, getcwd(directory, sizeof directory) ? directory : "")) {
        value_decref(rt, v);
        return report_exit_status(rt);
    }
    const module_def *embedded = import_find_native(rt, v);
    bool is_program = embedded != NULL && embedded->text != NULL && !embedded->is_package;
    if (is_program && !embedded->is_last) {
        return run_embedded(rt, embedded, v);
    }
    bool is_no_name = *name == '.' || *name == 0;
    ouro_value file = is_no_name ? OURO_NULL : import_find_source(rt, v);
    if (is_program && ouro_is_null(file) && error_clear_if(rt, EXC(rt, ModuleNotFoundError))) {
        return run_embedded(rt, embedded, v);
    }
    int status;
    char *path = ouro_is_null(file) ? NULL : str_to_system(rt, file, NULL);
    if (path != NULL) {
        status = run_module_file(rt, value_incref(v), path);
    } else {
        status = is_no_name || run_is_unknown(rt) ? run_module_by_library(rt, v) : report_exit_status(rt);
    }
    ouro_mem_free(rt->mem, path);
    value_decref(rt, file);
    value_decref(rt, v);
    return status;
}

/* ---- pieces of programs ---------------------------------------------------------------------------------
 */

ouro_owned ouro_compile(ouro_runtime *rt, const char *text, const char *filename, ouro_mode mode)
{
    static const ast_mode modes[] = {AST_MODE_FILE, AST_MODE_EVAL, AST_MODE_SINGLE};
    API(rt, OURO_NULL);
    ouro_value name = str_from_utf8(rt, filename, strlen(filename));
    if (ouro_is_null(name)) {
        return OURO_NULL;
    }
    compile_request request = {.filename = name, .mode = modes[mode], .optimize = rt->vm->optimize};
    code_object *code = compile_source(rt, text, strlen(text), &request);
    value_decref(rt, name);
    return code == NULL ? OURO_NULL : ouro_from_object(code);
}

ouro_owned ouro_run_code(ouro_runtime *rt, ouro_value code, ouro_value globals)
{
    API(rt, OURO_NULL);
    API_ARGUMENT(rt, code, OURO_NULL);
    API_VALUE(rt, globals, OURO_NULL);
    if (ouro_is_null(globals)) {
        /* "that of __main__", unless the caller's own globals have failed */
        globals = error_is_set(rt) ? OURO_NULL : ouro_main(rt);
        if (ouro_is_null(globals)) {
            return OURO_NULL;
        }
    }
    if (!value_is_instance_exactly(rt, code, TYPE(rt, code))) {
        return error_type(rt, "expected code, not %T", code);
    }
    if (!value_is_dict(rt, globals)) {
        return error_type(rt, "expected dict, not %T", globals);
    }
    code_object *unit = (code_object *)(void *)ouro_as_object(code);
    if (unit->free_count > 0) {
        return error_type(rt, "code object may not contain free variables");
    }
    if (ouro_is_null(dict_get_str(rt, as_dict(globals), STR(rt, __builtins__))) &&
        !dict_set(rt, as_dict(globals), STR(rt, __builtins__), rt->vm->builtins)) {
        return OURO_NULL;
    }
    value_incref(globals);
    ouro_value result = vm_run_code(rt, unit, globals, globals, OURO_NULL);
    value_decref(rt, globals);
    return result;
}

ouro_owned ouro_run(ouro_runtime *rt, const char *text, const char *filename, ouro_mode mode,
                    ouro_value globals)
{
    API(rt, OURO_NULL);
    ouro_value code = ouro_is_null(globals) && error_is_set(rt) ? OURO_NULL : ouro_compile(rt, text, filename, mode);
    ouro_value result = ouro_is_null(code) ? code : ouro_run_code(rt, code, globals);
    value_decref(rt, code);
    return result;
}

ouro_owned ouro_eval(ouro_runtime *rt, const char *expression)
{
    API(rt, OURO_NULL);
    return ouro_run(rt, expression, "<eval>", OURO_MODE_EVAL, OURO_NULL);
}

ouro_owned ouro_import(ouro_runtime *rt, const char *name)
{
    API(rt, OURO_NULL);
    return import_module_cstring(rt, name);
}

ouro_value ouro_main(ouro_runtime *rt)
{
    API(rt, OURO_NULL);
    ouro_value main = embed_main(rt);
    return ouro_is_null(main) ? main : ouro_from_object(as_module(main)->dict);
}
