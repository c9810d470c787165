/* open.c: a whole Python put together from its floors, and taken apart again.
 *
 * The order of opening is that of the floors; of closing, the reverse.  A start that fails half-way is closed
 * like any other: each step back looks whether its step was taken.
 */
#include "embed/embed.h"

#include "base/os.h"
#include "mem/mem_inline.h"
#include "mem/mem_vector.h"
#include "modules/emergency.h"
#include "modules/modules.h"
#include "modules/sys.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/int_view.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/threads.h"
#include "vm/tracing.h"

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
    OPEN_RECURSION_LIMIT = 1000, /* CPython's */
    OPEN_STACK_RESERVE =
        256 * 1024,               /* of native stack, for what runs after the limit was hit; of a small one */
    OPEN_STACK_RESERVED_PART = 4, /* a quarter */
};

ouro_config ouro_config_default(void)
{
    return (ouro_config){0};
}

/* ---- the start ---- */

static void open_seed(uint64_t seed[2], const ouro_config *config)
{
    bool random = config->isolated || (config->flags && config->flags->random_hashes);
    const char *fixed = random ? NULL : getenv("PYTHONHASHSEED");
    if (config->hash_seed) {
        seed[0] = config->hash_seed;
    } else if (fixed && *fixed && strcmp(fixed, "random") != 0) {
        seed[0] = strtoull(fixed, NULL, 10);
    } else if (getrandom(seed, sizeof *seed, GRND_NONBLOCK) != (ssize_t)sizeof *seed) {
        seed[0] = (uint64_t)(uintptr_t)seed ^ (uint64_t)getpid() << 32 ^ (uint64_t)time(NULL);
    }
    seed[1] = (seed[0] ^ UINT64_C(0x5851f42d4c957f2d)) * UINT64_C(0x9e3779b97f4a7c15);
}

/* The lowest address that the runtime may use of the calling thread's stack. */
static void open_limit_stack(ouro_runtime *rt, const ouro_config *config)
{
    char *here = __builtin_frame_address(0), *lowest = os_stack_lowest();
    if (config->stack_size) {
        char *wanted = config->stack_size < (size_t)(uintptr_t)here ? here - config->stack_size : NULL;
        lowest = wanted > lowest ? wanted : lowest;
    }
    size_t size = (size_t)(here - lowest), reserve = size / OPEN_STACK_RESERVED_PART;
    rt->stack_limit = lowest + (reserve < OPEN_STACK_RESERVE ? reserve : OPEN_STACK_RESERVE);
}

/* builtins and sys: the two modules that everything else needs. */
static bool open_first_modules(ouro_runtime *rt)
{
    struct vm_state *vm = rt->vm;
    vm->trees = &ast_hooks;
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
    rt->vm->safe_path = config->isolated;
    if (config->flags) {
        rt->types->bytes_warning = config->flags->bytes_warning;
        rt->types->dev_mode = config->flags->dev_mode;
        rt->types->no_columns = config->flags->no_debug_ranges;
        rt->vm->verbose = config->flags->verbose;
        rt->vm->safe_path = config->flags->safe_path;
        rt->vm->skip_first_line = config->flags->skip_first_line;
        rt->vm->code_hooks = config->flags->cache ? &marshal_code_hooks : NULL;
        rt->vm->inspect = config->flags->inspect;
        rt->vm->import_time = config->flags->import_time;
        rt->vm->check_hash_pycs = config->flags->check_hash_pycs;
        rt->vm->utf8_mode = config->flags->utf8_mode != 0;
        rt->vm->warn_default_encoding = config->flags->warn_default_encoding != 0;
        if (config->flags->int_max_str_digits >= 0) {
            int_set_max_str_digits(rt, config->flags->int_max_str_digits);
        }
    }
    /* the standard streams are files that the program may have */
    rt->denied = config->deny & ~(uint32_t)OURO_DENY_FILES;
    bool ok = sandbox_start(rt) && open_first_modules(rt) && sys_configure(rt, config) &&
              host_streams_add(rt, config);
    rt->denied = config->deny;
    return ok;
}

void embed_write_error(ouro_runtime *rt, const char *text, size_t length)
{
    const ouro_config *config = &rt->opened->config;
    if (config->write_error) {
        config->write_error(config->context, text, length);
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

/* What the checked heap finds is misuse of the library too, or a bug in it. */
static void open_report_fault(void *context, const ouro_mem_report *report)
{
    const ouro_config *config = context;
    if (config->report_misuse) {
        config->report_misuse(config->context, "ouro_mem_free", report->text);
    }
}

static opened *open_create(ouro_mem *mem, const ouro_config *config)
{
    opened *o = ouro_mem_alloc_zeroed(mem, sizeof *o);
    if (o) {
        o->config = *config;
        o->thread = pthread_self();
        map_init(&o->known, mem_allocation(mem));
    }
    return o;
}

/* Says why the start has failed, unless there was no memory: a setting that makes no sense. */
static bool open_explain_failure(ouro_runtime *rt)
{
    static const char head[] = "Fatal Python error: init_sys_streams: can't initialize sys standard streams\n"
                               "Python runtime state: core initialized\n";
    if (!rt->types || !error_is_set(rt) || error_matches(rt, EXC(rt, MemoryError))) {
        return false;
    }
    ouro_value exception = error_take(rt);
    ouro_value text = str_format_c(rt, "%T: %S\n", exception, exception);
    size_t length;
    char *bytes = ouro_is_null(text) ? NULL : str_to_utf8(rt, text, &length, true);
    if (bytes) {
        embed_write_error(rt, head, sizeof head - 1);
        embed_write_error(rt, bytes, length);
    }
    bool told = bytes != NULL;
    ouro_mem_free(rt->mem, bytes);
    value_decref(rt, text);
    value_decref(rt, exception);
    error_clear(rt);
    return told;
}

ouro_runtime *ouro_open(const ouro_config *wanted)
{
    ouro_config config = wanted ? *wanted : ouro_config_default();
    ouro_mem_config memory = config.memory ? *config.memory : (ouro_mem_config){0};
    ouro_mem *mem = ouro_mem_create(&memory);
    if (!mem) {
        return NULL;
    }
    if (config.heap_made) {
        config.heap_made(config.context, mem);
    }
    opened *o = open_create(mem, &config);
    ouro_runtime *rt = o ? runtime_core_create(mem) : NULL;
    if (!rt) {
        ouro_mem_destroy(mem);
        return NULL;
    }
    if (!memory.report && config.report_misuse) {
        mem_set_report(mem, open_report_fault, &o->config);
    }
    rt->opened = o;
    rt->user = config.user;
    rt->write_error = embed_write_error;
    stop_start(rt);
#ifdef OURO_DEBUG
    misuse_opened(rt);
#endif
    if (!open_floors(rt, &config)) {
        int reason = open_explain_failure(rt) ? EINVAL : ENOMEM;
        o->finished = true;
        size_t left = ouro_close(rt);
        OURO_ASSERT(left == 0);
        (void)left;
        errno = reason;
        return NULL;
    }
    rt->types->write_stderr = embed_write_error;
    o->config.memory = NULL; /* looked at only now: it may be gone later */
    o->config.module_path = o->config.argv = NULL;
    o->config.stdlib = NULL;
    o->config.flags = NULL;
    gc_settle(rt);
    if (config.trace_frames && !tracing_start(rt, config.trace_frames, 0)) {
        ouro_close(rt);
        return NULL;
    }
    if (config.memory_error_snapshot && !emergency_on_memory_error(rt, config.memory_error_snapshot)) {
        ouro_close(rt);
        return NULL;
    }
    o->config.memory_error_snapshot = NULL;
    return rt;
}

void ouro_attach(ouro_runtime *rt)
{
#ifdef OURO_DEBUG
    OURO_REQUIRE(misuse_is_open(rt, __func__), return);
#endif
    rt->opened->thread = pthread_self();
    open_limit_stack(rt, &rt->opened->config);
}

void *ouro_user_data(ouro_runtime *rt)
{
    API(rt, NULL);
    return rt->user;
}

void ouro_set_user_data(ouro_runtime *rt, void *user)
{
    API(rt, );
    rt->user = user;
}

ouro_mem *ouro_heap(ouro_runtime *rt)
{
    API(rt, NULL);
    return rt->mem;
}

void ouro_free(ouro_runtime *rt, void *block)
{
    API(rt, );
    ouro_mem_free(rt->mem, block);
}

/* ---- the end ---- */

int ouro_finish(ouro_runtime *rt)
{
    API(rt, -1);
    opened *o = rt->opened;
    if (o->finished) {
        return 0;
    }
    error_clear(rt);
    int status = sys_run_exit(rt);
    vm_threads_end(rt);
    o->finished = true;
    rt->stopping = false; /* the loops in C that take the modules apart must not end */
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
    API(rt, SIZE_MAX);
    opened *o = rt->opened;
    ouro_mem *mem = rt->mem;
    if (!o->finished) {
        (void)ouro_finish(rt);
    }
    rt->stopping = false;
    stop_end(rt);
    if (rt->vm && vm_threads_left(rt)) {
        return 0; /* a thread is still in a call of the system's: nothing can be taken from under it */
    }
    if (rt->modules) {
        modules_forget(rt);
    }
    /* no program runs any more; what closing needs itself must not be refused */
    ouro_mem_set_limit(mem, 0);
    if (rt->vm) {
        vm_stop(rt);
    }
    if (rt->modules) {
        modules_stop(rt);
    }
    if (rt->types) {
        types_stop(rt);
    }
    embed_free_adopted(rt);
    ouro_config config = o->config;
#ifdef OURO_DEBUG
    misuse_closed(rt, &config);
#endif
    if (config.report_misuse) {
        mem_set_report(mem, open_report_fault, &config);
    }
    ouro_mem_free(mem, o);
    rt->opened = NULL;
    size_t objects = runtime_core_destroy(rt, open_report_leak, &config);
    size_t blocks = ouro_mem_live_blocks(mem);
    ouro_mem_destroy(mem);
    return blocks ? blocks : objects;
}
