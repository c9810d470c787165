/* plant.c: the module _ouro_plant of the checked build: faults committed on purpose, so that the tests can
 * show that each is caught by its detector (tests/planted/).
 *
 *     miss_decref(object)      a reference is taken and forgotten: the exact heap check, the leak report
 *     miss_incref(object)      a reference is dropped that was not owned: the heap check
 *     hidden(object)           an object whose traversal does not tell the reference it holds: the exact heap
 * check; a cycle through it is in the leak report leak_block(size)         memory that nobody frees: the
 * count of blocks at close free_twice()             a block is freed twice: the heap's own report (under
 * AddressSanitizer, its) write_past()             a byte is written behind a block: the heap, when the block
 * is freed write_after_free()       a byte is written to a freed block: the heap, when it is checked or the
 * block reused
 */
#ifdef OURO_DEBUG
#include "gc/gc.h"
#include "modules/modules.h"
#include "types/error.h"

static ouro_value plant_miss_decref(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    value_incref(args[0]);
    return OURO_NONE;
}

static ouro_value plant_miss_incref(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!ouro_is_object(args[0]) || ouro_as_object(args[0])->refcount < 2) {
        return error_value(rt, "an object with references is needed");
    }
    ouro_as_object(args[0])->refcount--;
    return OURO_NONE;
}

/* Gives back what miss_incref took. */
static ouro_value plant_mend(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    value_incref(args[0]);
    return OURO_NONE;
}

static ouro_value plant_leak_block(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (ouro_mem_alloc(rt->mem, 40) == NULL) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    return OURO_NONE;
}

/* The compiler must not see that these are wrong. */
static void plant_free(ouro_runtime *rt, char *volatile *block)
{
    ouro_mem_free(rt->mem, *block);
}

static ouro_value plant_free_twice(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char *volatile block = ouro_mem_alloc(rt->mem, 40);
    plant_free(rt, &block);
    plant_free(rt, &block);
    return OURO_NONE;
}

static ouro_value plant_write_past(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char *volatile block = ouro_mem_alloc(rt->mem, 40);
    if (block) {
        block[40] = 'x';
    }
    plant_free(rt, &block);
    return OURO_NONE;
}

static ouro_value plant_write_after_free(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char *volatile block = ouro_mem_alloc(rt->mem, 40);
    plant_free(rt, &block);
    block[20] = 'x';
    return OURO_NONE;
}

typedef struct hidden_object {
    ouro_object object;
    ouro_value held; /* owned, and not told */
} hidden_object;

static ouro_value plant_hidden_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                    ouro_value kwnames)
{
    if (nargs != 1 || !ouro_is_null(kwnames)) {
        return error_type(rt, "hidden() takes exactly one argument");
    }
    hidden_object *hidden = object_new(rt, &type->type, 0);
    if (!hidden) {
        return OURO_NULL;
    }
    hidden->held = value_incref(args[0]);
    gc_track(rt, hidden);
    return ouro_from_object(hidden);
}

static void plant_hidden_dispose(ouro_runtime *rt, ouro_object *self)
{
    value_clear(rt, &((hidden_object *)(void *)self)->held);
}

static const type_spec plant_hidden_spec = {
    .name = "_ouro_plant.hidden",
    .size = sizeof(hidden_object),
    .dispose = plant_hidden_dispose,
    .doc = "Holds an object without telling the collector.",
    .slots = {.make = plant_hidden_make},
};

static const method_def plant_functions[] = {
    {.name = "miss_decref",
     .signature = "object, /",
     .fn = plant_miss_decref,
     .doc = "Take a reference and forget it."},
    {.name = "miss_incref",
     .signature = "object, /",
     .fn = plant_miss_incref,
     .doc = "Drop a reference too many."},
    {.name = "mend", .signature = "object, /", .fn = plant_mend, .doc = "Take the reference back."},
    {.name = "leak_block", .signature = "", .fn = plant_leak_block, .doc = "Take memory and forget it."},
    {.name = "free_twice", .signature = "", .fn = plant_free_twice, .doc = "Free a block twice."},
    {.name = "write_past", .signature = "", .fn = plant_write_past, .doc = "Write behind a block."},
    {.name = "write_after_free",
     .signature = "",
     .fn = plant_write_after_free,
     .doc = "Write to a freed block."},
    {.name = NULL},
};

static bool plant_start(ouro_runtime *rt, module_object *module)
{
    return module_add_type(rt, module, &plant_hidden_spec) != NULL;
}

const module_def plant_module_def = {
    .name = "_ouro_plant",
    .doc = "Faults committed on purpose.",
    .functions = plant_functions,
    .start = plant_start,
};
#else
typedef int plant_is_empty; /* C11 wants a declaration */
#endif
