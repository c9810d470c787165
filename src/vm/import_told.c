/* import_told.c: imports told on standard error while they happen: -v (which loader), -X importtime (how long).
 *
 * Times nest: rt->vm->import_inner is what the imports inside the innermost one in progress have taken so far,
 * so that its own time is what passed less that.
 */
#include "types/error.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/import.h"

#include <string.h>
#include <time.h>

static int64_t told_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* Writes the text (stolen) to the host's error output; what fails is not told. */
static void told_write(ouro_runtime *rt, ouro_value text)
{
    size_t length;
    char *bytes = ouro_is_null(text) ? NULL : str_to_utf8(rt, text, &length, true);
    if (bytes && rt->write_error) {
        rt->write_error(rt, bytes, length);
    }
    ouro_mem_free(rt->mem, bytes);
    value_decref(rt, text);
    error_clear(rt);
}

void import_told_begin(ouro_runtime *rt, import_clock *clock)
{
    struct vm_state *vm = rt->vm;
    if (vm->import_time == 1) {
        vm->import_time = 2;
        told_write(rt, str_from_cstring(rt, "import time: self [us] | cumulative | imported package\n"));
    }
    clock->outer = vm->import_inner;
    clock->start = told_now();
    vm->import_inner = 0;
    vm->import_depth++;
}

void import_told_end(ouro_runtime *rt, const import_clock *clock, ouro_value name, ouro_value module)
{
    struct vm_state *vm = rt->vm;
    int64_t all = told_now() - clock->start, own = all - vm->import_inner;
    vm->import_depth--;
    vm->import_inner = clock->outer + all;
    if (ouro_is_null(module)) {
        return;
    }
    if (vm->import_time) {
        told_write(rt, str_format_c(rt, "import time: %9lld | %10lld | %*s%U\n", (long long)(own / 1000),
                                    (long long)(all / 1000), (int)vm->import_depth * 2, "", name));
    }
    if (vm->verbose && !import_library_is_loaded(rt)) { /* importlib tells its own */
        ouro_value loader;
        if (object_getattr_optional(rt, module, STR(rt, __loader__), &loader) <= 0) {
            loader = OURO_NONE;
        }
        error_clear(rt);
        told_write(rt, str_format_c(rt, "import %R # %R\n", name, loader));
        value_decref(rt, loader);
    }
}
