/* functions.c: C functions, pointers and modules of the embedder (ouro.h).
 *
 * A definition of the embedder's becomes one of the inner form (method_def, module_def), which lives in a
 * block of the runtime's until it closes: functions refer to it.  Each definition is turned once: `known`
 * finds it again.
 */
#include "embed/embed.h"

#include "mem/mem_vector.h"
#include "modules/modules.h"
#include "types/error.h"
#include "types/function.h"
#include "vm/vm.h"

#include <string.h>

/* ---- blocks that live as long as the runtime -------------------------------------------------------------
 */

struct adopted {
    struct adopted *next;
    void *content[]; /* aligned as a block is: definitions hold pointers and numbers, nothing wider */
};

void *embed_adopt(ouro_runtime *rt, size_t size)
{
    struct adopted *a = ouro_mem_alloc_zeroed(rt->mem, sizeof *a + size);
    if (a == NULL) {
        error_no_memory(rt);
        return NULL;
    }
    a->next = rt->opened->adopted;
    rt->opened->adopted = a;
    return a->content;
}

void embed_free_adopted(ouro_runtime *rt)
{
    opened *o = rt->opened;
    map_clear(&o->known);
    while (o->adopted != NULL) {
        struct adopted *a = o->adopted;
        o->adopted = a->next;
        ouro_mem_free(rt->mem, a);
    }
    ouro_mem_free(rt->mem, o->modules);
    o->modules = NULL;
}

static bool functions_remember(ouro_runtime *rt, const void *outer, const void *inner)
{
    if (!map_set_pointer(&rt->opened->known, outer, inner)) {
        error_no_memory(rt);
        return false;
    }
    return true;
}

/* ---- functions ------------------------------------------------------------------------------------------
 */

static method_def functions_turn(const ouro_function_def *def)
{
    return (method_def){
        .name = def->name,
        .signature = def->signature != NULL ? def->signature : "",
        .fn = def->call,
        .flags = METHOD_PADDED,
        .doc = def->doc,
    };
}

const method_def *embed_functions(ouro_runtime *rt, const ouro_function_def *defs)
{
    static const method_def none = {0};
    size_t count = 0;
    while (defs != NULL && defs[count].name != NULL) {
        count++;
    }
    if (count == 0) {
        return &none;
    }
    method_def *inner = embed_adopt(rt, (count + 1) * sizeof *inner);
    for (size_t i = 0; inner != NULL && i < count; i++) {
        inner[i] = functions_turn(&defs[i]);
    }
    return inner;
}

static const method_def *functions_find(ouro_runtime *rt, const ouro_function_def *def)
{
    method_def *inner = map_get_pointer(&rt->opened->known, def);
    if (inner == NULL) {
        inner = embed_adopt(rt, sizeof *inner);
        if (inner != NULL) {
            *inner = functions_turn(def);
            if (!functions_remember(rt, def, inner)) {
                return NULL;
            }
        }
    }
    return inner;
}

ouro_owned ouro_function_new(ouro_runtime *rt, const ouro_function_def *def)
{
    API(rt, OURO_NULL);
    const method_def *inner = functions_find(rt, def);
    return inner == NULL ? OURO_NULL : native_function_new(rt, inner, OURO_NULL, OURO_NULL);
}

ouro_owned ouro_function_bind(ouro_runtime *rt, const ouro_function_def *def, ouro_value self)
{
    API(rt, OURO_NULL);
    API_ARGUMENT(rt, self, OURO_NULL);
    const method_def *inner = functions_find(rt, def);
    ouro_value descriptor = inner == NULL ? OURO_NULL : native_method_new(rt, inner, TYPE(rt, object));
    if (ouro_is_null(descriptor)) {
        return OURO_NULL;
    }
    ouro_value bound = native_bind(rt, (native_object *)(void *)ouro_as_object(descriptor), self);
    value_decref(rt, descriptor);
    return bound;
}

/* ---- pointers -------------------------------------------------------------------------------------------
 */

typedef struct pointer_object {
    ouro_object object;
    void *pointer;
    void (*destroy)(void *pointer);
} pointer_object;

static void pointer_dispose(ouro_runtime *rt, ouro_object *self)
{
    pointer_object *p = (pointer_object *)(void *)self;
    if (p->destroy != NULL) {
        p->destroy(p->pointer);
    }
}

static const type_spec pointer_spec = {
    .name = "ouro.Pointer",
    .size = sizeof(pointer_object),
    .flags = OURO_TYPE_LEAF | TYPE_NO_MAKE,
    .doc = "A pointer of the program's host.",
    .dispose = pointer_dispose,
};

ouro_owned ouro_pointer_new(ouro_runtime *rt, void *pointer, void (*destroy)(void *pointer))
{
    API(rt, OURO_NULL);
    opened *o = rt->opened;
    if (o->pointer_type == NULL) {
        o->pointer_type = type_from_spec(rt, &pointer_spec);
        if (o->pointer_type == NULL) {
            return OURO_NULL;
        }
    }
    pointer_object *p = object_new(rt, &o->pointer_type->type, 0);
    if (p == NULL) {
        return OURO_NULL;
    }
    p->pointer = pointer;
    p->destroy = destroy;
    return ouro_from_object(p);
}

void *ouro_pointer_get(ouro_runtime *rt, ouro_value v)
{
    API(rt, NULL);
    API_ARGUMENT(rt, v, NULL);
    const type_object *type = rt->opened->pointer_type;
    if (type == NULL || !value_is_instance_exactly(rt, v, type)) {
        error_type(rt, "expected ouro.Pointer, not %T", v);
        return NULL;
    }
    return ((const pointer_object *)(const void *)ouro_as_object(v))->pointer;
}

/* ---- modules --------------------------------------------------------------------------------------------
 */

struct module_record {
    module_def inner; /* first: a module's `def` leads back here */
    const ouro_module_def *outer;
};

static bool functions_start_module(ouro_runtime *rt, module_object *module)
{
    const struct module_record *record = (const struct module_record *)(const void *)module->def;
    if (record->outer->start(rt, ouro_from_object(module))) {
        return true;
    }
    if (!error_is_set(rt)) {
        error_system(rt, "the start of module %s failed without an exception", record->inner.name);
    }
    return false;
}

/* Room for one more in the table of native modules, which is the constant one until now. */
static bool functions_reserve_module(ouro_runtime *rt)
{
    enum { FIRST = 16 };
    opened *o = rt->opened;
    if (o->modules == NULL) {
        while (native_modules[o->module_count] != NULL) {
            o->module_count++;
        }
        o->modules = ouro_mem_alloc(rt->mem, (o->module_count + FIRST) * sizeof *o->modules);
        if (o->modules == NULL) {
            o->module_count = 0;
            return false;
        }
        memcpy(o->modules, native_modules, o->module_count * sizeof *o->modules);
        o->module_capacity = o->module_count + FIRST;
    } else if (o->module_count + 1 >= o->module_capacity) {
        const module_def **more = ouro_mem_resize(rt->mem, o->modules, 2 * o->module_capacity * sizeof *more);
        if (more == NULL) {
            return false;
        }
        o->modules = more;
        o->module_capacity *= 2;
    }
    o->modules[o->module_count] = NULL;
    import_set_native(rt, o->modules);
    return true;
}

bool ouro_module_register(ouro_runtime *rt, const ouro_module_def *def)
{
    API(rt, false);
    opened *o = rt->opened;
    struct module_record *record = embed_adopt(rt, sizeof *record);
    const method_def *functions = record == NULL ? NULL : embed_functions(rt, def->functions);
    if (functions == NULL) {
        return false;
    }
    if (!functions_reserve_module(rt)) {
        error_no_memory(rt);
        return false;
    }
    *record = (struct module_record){
        .inner = {.name = def->name,
                  .doc = def->doc,
                  .functions = functions,
                  .start = def->start != NULL ? functions_start_module : NULL},
        .outer = def,
    };
    o->modules[o->module_count++] = &record->inner;
    o->modules[o->module_count] = NULL;
    return true;
}
