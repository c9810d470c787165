/* open.c: a whole Python put together from its floors, and taken apart again: the functions of ouro.h. */
#include "ouro/ouro.h"

#include "base/assert.h"
#include "modules/modules.h"
#include "modules/sys.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/tracing.h"
#include "vm/vm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    OPEN_RECURSION_LIMIT = 1000,       /* CPython's */
    OPEN_STACK_RESERVE = 256 * 1024,   /* of native stack, for what runs after the limit was hit; of a small one */
    OPEN_STACK_RESERVED_PART = 4,      /* a quarter */
    OPEN_STACK_DEFAULT = 8 * 1024 * 1024,
};

ouro_config ouro_config_default(void)
{
    return (ouro_config){0};
}

/* ---- the start ---- */

static void open_seed(uint64_t seed[2], const ouro_config *config)
{
    const char *fixed = config->isolated ? NULL : getenv("PYTHONHASHSEED");
    if (config->hash_seed) {
        seed[0] = config->hash_seed;
    } else if (fixed && *fixed && strcmp(fixed, "random") != 0) {
        seed[0] = strtoull(fixed, NULL, 10);
    } else if (getrandom(seed, sizeof *seed, GRND_NONBLOCK) != (ssize_t)sizeof *seed) {
        seed[0] = (uint64_t)(uintptr_t)seed ^ (uint64_t)getpid() << 32 ^ (uint64_t)time(NULL);
    }
    seed[1] = (seed[0] ^ UINT64_C(0x5851f42d4c957f2d)) * UINT64_C(0x9e3779b97f4a7c15);
}

static void open_limit_stack(ouro_runtime *rt, const ouro_config *config)
{
    size_t size = config->stack_size;
    if (!size) {
        struct rlimit limit;
        size = OPEN_STACK_DEFAULT;
        if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
            size = limit.rlim_cur;
        }
    }
    char *here = __builtin_frame_address(0);
    size_t reserve = size / OPEN_STACK_RESERVED_PART;
    reserve = reserve < OPEN_STACK_RESERVE ? reserve : OPEN_STACK_RESERVE;
    rt->stack_limit = here - size + reserve;
}

static bool open_reclaim(void *context, size_t size)
{
    ouro_runtime *rt = *(ouro_runtime **)context;
    (void)size;
    if (!rt) {
        return false;
    }
    gc_collect(rt, 2);
    return true;
}

/* builtins and sys: the two modules that everything else needs. */
static bool open_first_modules(ouro_runtime *rt)
{
    struct vm_state *vm = rt->vm;
    import_set_native(rt, native_modules);
    vm->builtins = import_module_cstring(rt, "builtins");
    if (ouro_is_null(vm->builtins)) {
        return false;
    }
    vm->builtins_dict = as_module(vm->builtins)->dict;
    vm->import_function = value_incref(dict_get_str(rt, vm->builtins_dict, STR(rt, __import__)));
    vm->sys = import_module_cstring(rt, "sys");
    return !ouro_is_null(vm->sys);
}

static bool open_floors(ouro_runtime *rt, const ouro_config *config)
{
    rt->recursion_limit = config->recursion_limit ? config->recursion_limit : OPEN_RECURSION_LIMIT;
    open_limit_stack(rt, config);
    if (!types_allocate(rt)) {
        return false;
    }
    open_seed(rt->types->hash_seed, config);
    if (!types_start(rt)) {
        return false;
    }
    if (!modules_start(rt) || !vm_start(rt)) {
        return false;
    }
    rt->vm->optimize = config->optimize;
    rt->vm->executable = config->program;
    return open_first_modules(rt) && sys_configure(rt, config);
}

/* What belongs to a runtime that was opened here. */
struct opened {
    ouro_config config;
    ouro_mem *mem;
    ouro_runtime *rt;
    bool finished;
};
typedef struct opened opened;

static opened *open_find(ouro_runtime *rt)
{
    return rt->opened;
}

static void open_write_error(ouro_runtime *rt, const char *text, size_t length)
{
    const opened *o = open_find(rt);
    if (o && o->config.write_error) {
        o->config.write_error(o->config.context, text, length);
        return;
    }
    while (length > 0) {
        ssize_t n = write(STDERR_FILENO, text, length);
        if (n < 0) {
            if (errno == EINTR) {
                continue;
            }
            return;
        }
        text += n;
        length -= (size_t)n;
    }
}

ouro_runtime *ouro_open(const ouro_config *config)
{
    opened *o = calloc(1, sizeof *o);
    if (!o) {
        return NULL;
    }
    o->config = config ? *config : ouro_config_default();
    ouro_mem_config memory = o->config.memory ? *o->config.memory : (ouro_mem_config){.decay_ms = -1};
    if (!memory.reclaim) {
        memory.reclaim = open_reclaim;
        memory.reclaim_context = &o->rt;
    }
    o->mem = ouro_mem_create(&memory);
    if (o->mem && o->config.heap_made) {
        o->config.heap_made(o->config.context, o->mem);
    }
    ouro_runtime *rt = o->mem ? runtime_core_create(o->mem) : NULL;
    if (!rt) {
        if (o->mem) {
            ouro_mem_destroy(o->mem);
        }
        free(o);
        return NULL;
    }
    rt->opened = o;
    rt->write_error = open_write_error;
    if (!open_floors(rt, &o->config)) {
        o->finished = true;
        size_t left = ouro_close(rt);
        OURO_ASSERT(left == 0);
        (void)left;
        return NULL;
    }
    rt->types->write_stderr = open_write_error;
    o->rt = rt;
    if (o->config.trace_frames && !tracing_start(rt, o->config.trace_frames, 0)) {
        ouro_close(rt);
        return NULL;
    }
    return rt;
}

ouro_mem *ouro_heap(ouro_runtime *rt)
{
    return rt->mem;
}

void ouro_interrupt(ouro_runtime *rt)
{
    rt_set_pending(rt, RT_PENDING_INTERRUPT);
}

/* ---- running ---- */

/* The module __main__, made when first needed: borrowed, or OURO_NULL. */
static ouro_value open_main(ouro_runtime *rt)
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

static int open_run_in_main(ouro_runtime *rt, const char *text, size_t length, const char *filename, uint32_t flags)
{
    ouro_value main = open_main(rt);
    if (!ouro_is_null(main)) {
        ouro_value globals = ouro_from_object(as_module(main)->dict);
        ouro_value result = vm_run_source(rt, text, length, filename, flags, AST_MODE_FILE, globals, globals);
        value_decref(rt, result);
    }
    return error_is_set(rt) ? report_exit_status(rt) : 0;
}

int ouro_run_text(ouro_runtime *rt, const char *text, const char *filename)
{
    ouro_value main = open_main(rt);
    if (ouro_is_null(main) || !import_set_main_loader(rt, main, OURO_NULL)) {
        return report_exit_status(rt);
    }
    return open_run_in_main(rt, text, strlen(text), filename, 0);
}

static bool open_set_main_file(ouro_runtime *rt, const char *path)
{
    ouro_value main = open_main(rt);
    ouro_value file = str_from_utf8(rt, path, strlen(path));
    bool ok = !ouro_is_null(main) && !ouro_is_null(file) &&
              dict_set(rt, as_module(main)->dict, STR(rt, __file__), file) &&
              dict_set(rt, as_module(main)->dict, STR(rt, __cached__), OURO_NONE) &&
              import_set_main_loader(rt, main, file);
    value_decref(rt, file);
    return ok;
}

static void open_complain(ouro_runtime *rt, const char *path, int error_number)
{
    ouro_value text = str_format_c(rt, "%s: can't open file %s%s%s: [Errno %d] %s\n",
                                   rt->vm->executable ? rt->vm->executable : "ouro", "'", path, "'", error_number,
                                   strerror(error_number));
    size_t length;
    char *bytes = ouro_is_null(text) ? NULL : str_to_utf8(rt, text, &length, true);
    if (bytes) {
        open_write_error(rt, bytes, length);
        ouro_mem_free(rt->mem, bytes);
    }
    value_decref(rt, text);
    error_clear(rt);
}

/* Writes "PROGRAM: MESSAGE" of the exception that is set, and drops it. */
static void open_complain_exception(ouro_runtime *rt)
{
    ouro_value exception = error_take(rt);
    ouro_value text = str_format_c(rt, "%s: %S\n", rt->vm->executable ? rt->vm->executable : "ouro", exception);
    size_t length;
    char *bytes = ouro_is_null(text) ? NULL : str_to_utf8(rt, text, &length, true);
    if (bytes) {
        open_write_error(rt, bytes, length);
        ouro_mem_free(rt->mem, bytes);
    }
    value_decref(rt, text);
    value_decref(rt, exception);
    error_clear(rt);
}

int ouro_run_file(ouro_runtime *rt, const char *path)
{
    struct stat st;
    char joined[4096], absolute[4096];
    /* the directory may change while the program runs: its file keeps its name */
    if (*path != '/' && getcwd(absolute, sizeof absolute) && strlen(absolute) + 1 + strlen(path) < sizeof absolute) {
        strcat(strcat(absolute, "/"), path);
        path = absolute;
    }
    if (import_is_archive(path)) {
        bool ok = !ouro_is_null(open_main(rt)) && sys_prepend_path(rt, path) && import_run_archive(rt);
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
                open_write_error(rt, bytes, length);
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
        if (!sys_prepend_path(rt, real ? real : directory)) {
            return report_exit_status(rt);
        }
    }
    size_t length;
    int error_number;
    char *text = import_read_file(rt, path, &length, &error_number);
    if (!text) {
        if (error_number) {
            open_complain(rt, path, error_number);
            return 2;
        }
        return report_exit_status(rt);
    }
    bool ok = open_set_main_file(rt, path);
    if (ok && path == joined) { /* a directory is run as the module __main__ in it */
        ouro_value name = str_intern_cstring(rt, "__main__");
        ok = !ouro_is_null(name) && import_set_main_package(rt, open_main(rt), name);
        value_decref(rt, name);
    }
    int status = ok ? open_run_in_main(rt, text, length, path, PARSE_SCRIPT) : report_exit_status(rt);
    ouro_mem_free(rt->mem, text);
    return status;
}

/* `-m name`: the module's source, or its package's __main__, runs as __main__. */
int ouro_run_module(ouro_runtime *rt, const char *name)
{
    char directory[4096];
    if (!sys_prepend_path(rt, getcwd(directory, sizeof directory) ? directory : "")) {
        return report_exit_status(rt);
    }
    ouro_value v = str_intern_cstring(rt, name);
    ouro_value file = ouro_is_null(v) ? v : import_find_source(rt, v);
    int status;
    size_t length;
    char *path = ouro_is_null(file) ? NULL : str_to_utf8(rt, file, &length, true);
    if (!path && error_matches(rt, EXC(rt, ImportError)) && ouro_is_null(as_exception(rt->exception)->traceback)) {
        open_complain_exception(rt);
        status = 1;
    } else if (!path) {
        status = report_exit_status(rt);
    } else {
        int error_number;
        char *text = import_read_file(rt, path, &length, &error_number);
        if (!text) {
            if (error_number) {
                open_complain(rt, path, error_number);
                status = 2;
            } else {
                status = report_exit_status(rt);
            }
        } else {
            if (!ouro_is_null(import_get_loaded(rt, v))) { /* a package: its __main__ runs */
                ouro_value inner = str_format_c(rt, "%U.__main__", v);
                value_replace(rt, &v, inner);
            }
            status = !ouro_is_null(v) && sys_set_first_argument(rt, path) && open_set_main_file(rt, path) &&
                             import_set_main_package(rt, open_main(rt), v)
                         ? open_run_in_main(rt, text, length, path, 0)
                         : report_exit_status(rt);
            ouro_mem_free(rt->mem, text);
        }
        ouro_mem_free(rt->mem, path);
    }
    value_decref(rt, file);
    value_decref(rt, v);
    return status;
}

/* ---- the end ---- */

int ouro_finish(ouro_runtime *rt)
{
    opened *o = open_find(rt);
    if (o->finished) {
        return 0;
    }
    o->finished = true;
    int status = sys_run_exit(rt);
    vm_finalize_modules(rt);
    return status;
}

static void open_report_leak(void *context, ouro_object *object, const char *type_name)
{
    const ouro_config *config = context;
    if (config->report_leak) {
        config->report_leak(config->context, type_name, object, 0);
    }
}

size_t ouro_close(ouro_runtime *rt)
{
    opened *o = open_find(rt);
    if (!o->finished) {
        (void)ouro_finish(rt);
    }
    /* no program runs any more; what closing needs itself must not be refused */
    ouro_mem_set_limit(o->mem, 0);
    if (rt->vm) {
        vm_stop(rt);
    }
    if (rt->modules) {
        modules_stop(rt);
    }
    if (rt->types) {
        types_stop(rt);
    }
    o->rt = NULL;
    ouro_mem *mem = o->mem;
    size_t objects = runtime_core_destroy(rt, open_report_leak, &o->config);
    size_t blocks = ouro_mem_live_blocks(mem);
    ouro_mem_destroy(mem);
    free(o);
    return blocks ? blocks : objects;
}
