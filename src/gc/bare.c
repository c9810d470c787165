/* bare.c: the public doors include/ouro/object.h and gc.h: a runtime without Python.
 *
 * Its types live as long as the runtime: they are immortal, and not in the collector's sight.  Weak references get a type
 * of this file's; a callback is a leaf object that holds a C function and its context.
 */
#include "gc/gc.h"
#include "gc/state.h"
#include "ouro/gc.h"

struct bare_type {
    ouro_type type;
    struct bare_type *next;
    char name[];
};

struct bare_state {
    struct bare_type *types;
    ouro_type *type_of_types;
    ouro_type *weakref_type;
    ouro_type *callback_type;
};

struct bare_callback {
    ouro_object object;
    ouro_weakref_fn function;
    void *context;
};

ouro_type *ouro_type_create(ouro_runtime *rt, const ouro_type_spec *spec)
{
    struct bare_state *bare = rt->bare;
    size_t length = strlen(spec->name);
    struct bare_type *type = ouro_mem_alloc_zeroed(rt->mem, sizeof *type + length + 1);
    if (type == NULL) {
        return NULL;
    }
    memcpy(type->name, spec->name, length + 1);
    type->type = (ouro_type){
        .object = {.refcount = OURO_IMMORTAL},
        .name = type->name,
        .size = spec->size,
        .flags = spec->flags,
        .field_count = spec->field_count,
        .fields = spec->fields,
        .traverse = spec->traverse,
        .clear = spec->clear,
        .dispose = spec->dispose,
        .finalize = spec->finalize,
        .extra_size = spec->extra_size,
    };
    if (spec->finalize != NULL) {
        type->type.flags |= OURO_TYPE_FINALIZER;
    }
    ouro_shape *shape = shape_new_root(rt, &type->type, SHAPE_FIXED, 0, 0);
    if (shape == NULL) {
        ouro_mem_free(rt->mem, type);
        return NULL;
    }
    type->type.object.shape = bare->type_of_types != NULL ? bare->type_of_types->shape : shape;
    type->next = bare->types;
    bare->types = type;
    return &type->type;
}

static void bare_call_callback(ouro_runtime *rt, ouro_value callback, ouro_value reference)
{
    const struct bare_callback *c = (const struct bare_callback *)(void *)ouro_as_object(callback);
    c->function(rt, reference, c->context);
}

static bool bare_start(ouro_runtime *rt)
{
    struct bare_state *bare = rt->bare = ouro_mem_alloc_zeroed(rt->mem, sizeof *bare);
    if (bare == NULL) {
        return false;
    }
    rt->call_weakref_callback = bare_call_callback;
    bare->type_of_types = ouro_type_create(rt, &(ouro_type_spec){.name = "type", .size = sizeof(ouro_type)});
    bare->weakref_type = ouro_type_create(rt, &(ouro_type_spec){
                                                  .name = "weak reference",
                                                  .size = sizeof(struct weak_reference),
                                                  .flags = OURO_TYPE_IS_WEAKREF,
                                                  .fields = weakref_fields,
                                                  .field_count = 1,
                                                  .clear = weakref_clear_hook,
                                              });
    bare->callback_type = ouro_type_create(
        rt, &(ouro_type_spec){.name = "callback", .size = sizeof(struct bare_callback), .flags = OURO_TYPE_LEAF});
    return bare->type_of_types != NULL && bare->weakref_type != NULL && bare->callback_type != NULL;
}

static void bare_stop(ouro_runtime *rt)
{
    if (rt->bare == NULL) {
        return;
    }
    while (rt->bare->types != NULL) {
        struct bare_type *type = rt->bare->types;
        rt->bare->types = type->next;
        shape_free_all(rt, &type->type);
        ouro_mem_free(rt->mem, type);
    }
    ouro_mem_free(rt->mem, rt->bare);
    rt->bare = NULL;
}

ouro_runtime *ouro_runtime_create_bare(const ouro_mem_config *config)
{
    ouro_mem *mem = ouro_mem_create(config);
    if (mem == NULL) {
        return NULL;
    }
    ouro_runtime *rt = runtime_core_create(mem);
    if (rt != NULL && !bare_start(rt)) {
        bare_stop(rt);
        (void)runtime_core_destroy(rt, NULL, NULL);
        rt = NULL;
    }
    if (rt == NULL) {
        ouro_mem_destroy(mem);
    }
    return rt;
}

size_t ouro_runtime_destroy_bare(ouro_runtime *rt)
{
    gc_unfreeze(rt);
    /* a finalizer may make new garbage: once more as long as something goes, but not forever */
    for (int round = 0; round < 10 && gc_collect_for(rt, GC_GENERATIONS - 1, OURO_GC_TRIGGER_CLOSE) > 0; round++) {
    }
    size_t left = runtime_core_count_objects(rt, NULL, NULL);
    ouro_mem *mem = rt->mem;
    bare_stop(rt);
    core_free(rt);
    ouro_mem_destroy(mem);
    return left;
}

ouro_mem *ouro_runtime_mem(ouro_runtime *rt)
{
    return rt->mem;
}

void *ouro_object_new(ouro_runtime *rt, ouro_type *type, size_t extra)
{
    return object_new(rt, type, extra);
}

ouro_type *ouro_object_type(const void *object)
{
    return ((const ouro_object *)object)->shape->type;
}

ouro_value ouro_incref(ouro_value v)
{
    return value_incref(v);
}

void ouro_decref(ouro_runtime *rt, ouro_value v)
{
    value_decref(rt, v);
}

ouro_value ouro_weakref_create(ouro_runtime *rt, void *object, ouro_weakref_fn callback, void *context)
{
    ouro_value call = OURO_NULL;
    if (callback != NULL) {
        struct bare_callback *c = object_new(rt, rt->bare->callback_type, 0);
        if (c == NULL) {
            return OURO_NULL;
        }
        c->function = callback;
        c->context = context;
        call = ouro_from_object(c);
    }
    struct weak_reference *reference =
        weakref_new(rt, rt->bare->weakref_type, object, call, WEAKREF_SHARED);
    value_decref(rt, call);
    return ouro_from_object(reference);
}

ouro_value ouro_weakref_get(ouro_value reference)
{
    return weakref_get((const struct weak_reference *)(void *)ouro_as_object(reference));
}

void ouro_gc_track(ouro_runtime *rt, void *object)
{
    gc_track(rt, object);
}

void ouro_gc_untrack(ouro_runtime *rt, void *object)
{
    gc_untrack(rt, object);
}

bool ouro_gc_is_tracked(const void *object)
{
    return gc_is_tracked(object);
}

size_t ouro_gc_collect(ouro_runtime *rt, int generation)
{
    return gc_collect(rt, generation);
}

void ouro_gc_poll(ouro_runtime *rt)
{
    if (OURO_UNLIKELY(rt->pending & RT_PENDING_GC)) {
        gc_run_pending(rt);
    }
}

void ouro_gc_enable(ouro_runtime *rt)
{
    gc_enable(rt);
}

void ouro_gc_disable(ouro_runtime *rt)
{
    gc_disable(rt);
}

bool ouro_gc_is_enabled(ouro_runtime *rt)
{
    return gc_is_enabled(rt);
}

void ouro_gc_set_threshold(ouro_runtime *rt, int generation, int threshold)
{
    gc_set_threshold(rt, generation, threshold);
}

int ouro_gc_threshold(ouro_runtime *rt, int generation)
{
    return gc_threshold(rt, generation);
}

void ouro_gc_freeze(ouro_runtime *rt)
{
    gc_freeze(rt);
}

void ouro_gc_unfreeze(ouro_runtime *rt)
{
    gc_unfreeze(rt);
}

ouro_gc_statistics ouro_gc_stats(ouro_runtime *rt, int generation)
{
    const struct gc_generation *g = &rt->gc->generations[generation];
    return (ouro_gc_statistics){
        .collections = g->collections,
        .collected = g->collected,
        .examined = g->examined,
        .nanoseconds = g->nanoseconds,
        .longest = g->longest,
        .live = rt->tracking.sets[generation + OURO_GENERATION_YOUNG].live,
    };
}

int ouro_gc_referents(ouro_runtime *rt, void *object, ouro_visit_fn visit, void *context)
{
    return object_traverse(rt, object, visit, context);
}

int ouro_gc_objects(ouro_runtime *rt, ouro_visit_fn visit, void *context)
{
    return gc_visit_objects(rt, GC_ALL_GENERATIONS, visit, context);
}
