/* embedded.c: modules written in Python whose text is part of the library.
 *
 * tracemalloc always is this one: it is built on the tracer's own tables and so asks them instead of every block.  The tools
 * (objgraph, ...) are found last: who has installed the real ones gets those.
 */
#include "modules/modules.h"
#include "vm/vm.h"

#include <stdio.h>

#define EMBEDDED_MODULES(X) \
    X(tracemalloc, "tracemalloc", false, false) \
    X(memory_profiler, "memory_profiler", true, false)         \
    X(objgraph, "objgraph", true, false)

struct embedded_text {
    const char *name, *text;
    const size_t *length;
    bool is_package;
};

#define EMBEDDED_TEXT(id, name, last, package) \
    extern const char id##_text[];             \
    extern const size_t id##_text_length;
EMBEDDED_MODULES(EMBEDDED_TEXT)
#undef EMBEDDED_TEXT

static bool embedded_run(ouro_runtime *rt, module_object *module, const struct embedded_text *text)
{
    char file[100];
    snprintf(file, sizeof file, "<frozen %s>", text->name);
    ouro_value dict = value_incref(ouro_from_object(module->dict));
    ouro_value result = OURO_NULL;
    bool ready = module_add_text(rt, module, "__file__", file) &&
                 (!text->is_package || module_add(rt, module, "__path__", list_new(rt, NULL, 0)));
    if (ready) {
        result = vm_run_source(rt, text->text, *text->length, file, 0, AST_MODE_FILE, dict, dict);
    }
    value_decref(rt, dict);
    value_decref(rt, result);
    return !ouro_is_null(result);
}

#define EMBEDDED_MODULE(id, module_name, last, package)                                               \
    static bool embedded_start_##id(ouro_runtime *rt, module_object *module)                          \
    {                                                                                                 \
        static const struct embedded_text text = {module_name, id##_text, &id##_text_length, package}; \
        return embedded_run(rt, module, &text);                                                       \
    }                                                                                                 \
    const module_def id##_module_def = {                                                              \
        .name = module_name, .start = embedded_start_##id, .is_last = (last), .is_package = (package)};
EMBEDDED_MODULES(EMBEDDED_MODULE)
