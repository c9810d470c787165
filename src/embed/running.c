/* running.c: programs and pieces of them: text, files, modules, compiled units. */
#include "embed/embed.h"

#include "modules/sys.h"
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

static int run_in_main(ouro_runtime *rt, const char *text, size_t length, const char *filename,
                       uint32_t flags)
{
    ouro_value main = embed_main(rt);
    if (!ouro_is_null(main)) {
        ouro_value globals = ouro_from_object(as_module(main)->dict);
        ouro_value result = vm_run_source(rt, text, length, filename, flags, AST_MODE_FILE, globals, globals);
        value_decref(rt, result);
    }
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

static int run_text(ouro_runtime *rt, const char *text, size_t length, const char *filename, uint32_t flags)
{
    ouro_value main = embed_main(rt);
    if (ouro_is_null(main) || !import_set_main_loader(rt, main, OURO_NULL)) {
        return report_exit_status(rt);
    }
    return run_in_main(rt, text, length, filename, flags);
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
    ouro_value file = str_from_utf8(rt, path, strlen(path));
    bool ok = !ouro_is_null(main) && !ouro_is_null(file) &&
              dict_set(rt, as_module(main)->dict, STR(rt, __file__), file) &&
              dict_set(rt, as_module(main)->dict, STR(rt, __cached__), OURO_NONE) &&
              import_set_main_loader(rt, main, file);
    value_decref(rt, file);
    return ok;
}

static void run_complain(ouro_runtime *rt, const char *path, int error_number)
{
    ouro_value text = str_format_c(rt, "%s: can't open file %s%s%s: [Errno %d] %s\n",
                                   rt->vm->executable ? rt->vm->executable : "ouro", "'", path, "'",
                                   error_number, strerror(error_number));
    size_t length;
    char *bytes = ouro_is_null(text) ? NULL : str_to_utf8(rt, text, &length, true);
    if (bytes) {
        embed_write_error(rt, bytes, length);
        ouro_mem_free(rt->mem, bytes);
    }
    value_decref(rt, text);
    error_clear(rt);
}

/* Writes "PROGRAM: MESSAGE" of the exception that is set, and drops it. */
static void run_complain_exception(ouro_runtime *rt)
{
    ouro_value exception = error_take(rt);
    ouro_value text =
        str_format_c(rt, "%s: %S\n", rt->vm->executable ? rt->vm->executable : "ouro", exception);
    size_t length;
    char *bytes = ouro_is_null(text) ? NULL : str_to_utf8(rt, text, &length, true);
    if (bytes) {
        embed_write_error(rt, bytes, length);
        ouro_mem_free(rt->mem, bytes);
    }
    value_decref(rt, text);
    value_decref(rt, exception);
    error_clear(rt);
}

int ouro_run_file(ouro_runtime *rt, const char *path)
{
    API(rt, 1);
    struct stat st;
    char joined[4096], absolute[4096];
    /* the directory may change while the program runs: its file keeps its name */
    if (*path != '/' && getcwd(absolute, sizeof absolute) &&
        strlen(absolute) + 1 + strlen(path) < sizeof absolute) {
        strcat(strcat(absolute, "/"), path);
        path = absolute;
    }
    if (import_is_archive(path)) {
        bool ok = !ouro_is_null(embed_main(rt)) && sys_prepend_path(rt, path) && import_run_archive(rt);
        return ok ? 0 : report_exit_status(rt);
    }
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        int n = snprintf(joined, sizeof joined, "%s/__main__.py", path);
        if (n < 0 || (size_t)n >= sizeof joined || access(joined, R_OK) != 0) {
            ouro_value text = str_format_c(rt, "%s: can't find '__main__' module in '%s'\n",
                                           rt->vm->executable ? rt->vm->executable : "ouro", path);
            size_t length;
            char *bytes = ouro_is_null(text) ? NULL : str_to_utf8(rt, text, &length, true);
            if (bytes) {
                embed_write_error(rt, bytes, length);
                ouro_mem_free(rt->mem, bytes);
            }
            value_decref(rt, text);
            error_clear(rt);
            return 1;
        }
        if (!sys_prepend_path(rt, path)) {
            return report_exit_status(rt);
        }
        path = joined;
    } else {
        char directory[4096];
        const char *slash = strrchr(path, '/');
        size_t n = slash ? (size_t)(slash - path) : 0;
        char resolved[4096];
        if (n >= sizeof directory) {
            n = 0;
        }
        memcpy(directory, path, n);
        directory[n] = 0;
        const char *real = realpath(n ? directory : slash ? "/" : ".", resolved);
        if (!sys_prepend_program(rt, real ? real : directory)) {
            return report_exit_status(rt);
        }
    }
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
    const char *start = text;
    if (rt->vm->skip_first_line) { /* the line break stays: lines keep their numbers */
        size_t skipped = strcspn(text, "\n");
        start += skipped;
        length -= skipped;
    }
    bool ok = run_set_main_file(rt, path);
    if (ok && path == joined) { /* a directory is run as the module __main__ in it */
        ouro_value name = str_intern_cstring(rt, "__main__");
        ok = !ouro_is_null(name) && import_set_main_package(rt, embed_main(rt), name);
        value_decref(rt, name);
    }
    int status = ok ? run_in_main(rt, start, length, path, PARSE_SCRIPT) : report_exit_status(rt);
    ouro_mem_free(rt->mem, text);
    return status;
}

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

/* `-m name`: the module's source, or its package's __main__, runs as __main__. */
int ouro_run_module(ouro_runtime *rt, const char *name)
{
    API(rt, 1);
    char directory[4096];
    if (!sys_prepend_program(rt, getcwd(directory, sizeof directory) ? directory : "")) {
        return report_exit_status(rt);
    }
    ouro_value v = str_intern_cstring(rt, name);
    const module_def *embedded = ouro_is_null(v) ? NULL : import_find_native(rt, v);
    bool is_program = embedded != NULL && embedded->text != NULL && !embedded->is_package;
    if (is_program && !embedded->is_last) {
        return run_embedded(rt, embedded, v);
    }
    ouro_value file = ouro_is_null(v) ? v : import_find_source(rt, v);
    if (is_program && ouro_is_null(file) && error_clear_if(rt, EXC(rt, ModuleNotFoundError))) {
        return run_embedded(rt, embedded, v);
    }
    int status;
    size_t length;
    char *path = ouro_is_null(file) ? NULL : str_to_utf8(rt, file, &length, true);
    if (!path && error_matches(rt, EXC(rt, ImportError)) &&
        ouro_is_null(as_exception(rt->exception)->traceback)) {
        run_complain_exception(rt);
        status = 1;
    } else if (!path) {
        status = report_exit_status(rt);
    } else {
        int error_number;
        char *text = import_read_file(rt, path, &length, &error_number);
        if (!text) {
            if (error_number) {
                run_complain(rt, path, error_number);
                status = 2;
            } else {
                status = report_exit_status(rt);
            }
        } else {
            if (!ouro_is_null(import_get_loaded(rt, v))) { /* a package: its __main__ runs */
                ouro_value inner = str_format_c(rt, "%U.__main__", v);
                value_replace(rt, &v, inner);
            }
            status = !ouro_is_null(v) && sys_set_first_argument(rt, path) && run_set_main_file(rt, path) &&
                             import_set_main_package(rt, embed_main(rt), v)
                         ? run_in_main(rt, text, length, path, 0)
                         : report_exit_status(rt);
            ouro_mem_free(rt->mem, text);
        }
        ouro_mem_free(rt->mem, path);
    }
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
