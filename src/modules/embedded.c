/* embedded.c: modules written in Python whose text is part of the library.
 *
 * tracemalloc, site and sysconfig always are these: the first is built on the tracer's own tables and so asks them instead of
 * every block, the others name ouro's own directories;
 * _multibytecodec is the slow part of the codecs of East Asia.  The tools (objgraph, pympler, ...) are found last: who has installed the real ones
 * gets those, and of a package all or nothing.
 */
#include "modules/modules.h"
#include "vm/vm.h"

#include <stdio.h>

/* X(identifier, module name, found last, package) */
#define EMBEDDED_MODULES(X)                                    \
    X(tracemalloc, "tracemalloc", false, false)                \
    X(site, "site", false, false)                              \
    X(sysconfig, "sysconfig", false, false)                    \
    X(multibytecodec, "_multibytecodec", false, false)         \
    X(memory_profiler, "memory_profiler", true, false)         \
    X(pympler, "pympler", true, true) \
    X(pympler_asizeof, "pympler.asizeof", true, false) \
    X(pympler_charts, "pympler.charts", true, false) \
    X(pympler_classtracker, "pympler.classtracker", true, false) \
    X(pympler_classtracker_stats, "pympler.classtracker_stats", true, false) \
    X(pympler_garbagegraph, "pympler.garbagegraph", true, false) \
    X(pympler_mprofile, "pympler.mprofile", true, false) \
    X(pympler_muppy, "pympler.muppy", true, false) \
    X(pympler_process, "pympler.process", true, false) \
    X(pympler_refbrowser, "pympler.refbrowser", true, false) \
    X(pympler_refgraph, "pympler.refgraph", true, false) \
    X(pympler_summary, "pympler.summary", true, false) \
    X(pympler_tracker, "pympler.tracker", true, false) \
    X(pympler_util, "pympler.util", true, true) \
    X(pympler_util_stringutils, "pympler.util.stringutils", true, false) \
    X(pympler_web, "pympler.web", true, false) \
    X(mprof, "mprof", true, false) \
    X(objgraph, "objgraph", true, false)                       \
    X(guppy, "guppy", true, true)                              \
    X(guppy_heapy, "guppy.heapy", true, false)                 \
    X(guppy_kinds, "guppy.kinds", true, false)                 \
    X(guppy_paths, "guppy.paths", true, false)                 \
    X(guppy_tables, "guppy.tables", true, false)

#define EMBEDDED_TEXT(id, name, last, package) \
    extern const char id##_text[];             \
    extern const size_t id##_text_length;
EMBEDDED_MODULES(EMBEDDED_TEXT)
#undef EMBEDDED_TEXT

static bool embedded_start(ouro_runtime *rt, module_object *module)
{
    const module_def *def = module->def;
    char file[100];
    snprintf(file, sizeof file, "<frozen %s>", def->name);
    ouro_value dict = value_incref(ouro_from_object(module->dict));
    ouro_value result = OURO_NULL;
    bool ready = module_add_text(rt, module, "__file__", file) &&
                 (!def->is_package || module_add(rt, module, "__path__", list_new(rt, NULL, 0)));
    if (ready) {
        result = vm_run_source(rt, def->text, *def->text_length, file, 0, AST_MODE_FILE, dict, dict);
    }
    value_decref(rt, dict);
    value_decref(rt, result);
    return !ouro_is_null(result);
}

#define EMBEDDED_MODULE(id, module_name, last, package)             \
    const module_def id##_module_def = {.name = module_name,        \
                                        .start = embedded_start,    \
                                        .is_last = (last),          \
                                        .is_package = (package),    \
                                        .text = id##_text,          \
                                        .text_length = &id##_text_length};
EMBEDDED_MODULES(EMBEDDED_MODULE)
