/* types.c: the start and the end of the types floor.
 *
 * Start: all built-in types are prepared (enough to make objects of them), then names are interned, then the types get
 * their names, bases, dicts.  Nothing can be looked up before the last step, so nothing in these steps may call a
 * special method or raise anything but MemoryError.
 *
 * End: everything that the types hold is dropped while all of them still stand, then names and shared objects, then
 * the types' own blocks.  What a program made must be gone by then.
 */
#include "types/attribute.h"
#include "types/binder.h"
#include "types/codec.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/error_private.h"
#include "types/protocol.h"
#include "types/protocol_private.h"
#include "types/reports.h"
#include "types/slots.h"
#include "types/str.h"
#include "types/text.h"
#include "types/type_build.h"

#include <stdio.h>

/* ---- start ---- */

static bool types_prepare_built_in(ouro_runtime *rt)
{
    static const struct {
        const type_spec *spec;
        size_t place;
    } rows[] = {
#define BUILTIN_TYPE(name, spec) {&spec, offsetof(struct types_state, name)},
        BUILTIN_TYPES(BUILTIN_TYPE)
#undef BUILTIN_TYPE
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        type_object *base = i == 0 ? NULL : TYPE(rt, object);
        if (rows[i].spec->base != NULL) {
            base = type_of_spec(rt, rows[i].spec->base);
        }
        type_object *type = type_prepare(rt, rows[i].spec, base, i <= 1 ? NULL : TYPE(rt, type));
        if (type == NULL) {
            return false;
        }
        *(type_object **)(void *)((char *)rt->types + rows[i].place) = type;
    }
    TYPE(rt, object)->type.object.shape = TYPE(rt, type)->type.shape;
    TYPE(rt, type)->type.object.shape = TYPE(rt, type)->type.shape;
    return true;
}

static bool types_prepare_exceptions(ouro_runtime *rt)
{
    static const struct {
        const type_spec *spec;
        const char *base;
        size_t place;
    } rows[] = {
#define EXCEPTION_TYPE(name, base, spec) {&spec, #base, offsetof(struct types_state, name)},
        EXCEPTION_TYPES(EXCEPTION_TYPE)
#undef EXCEPTION_TYPE
    };
    enum { ROWS = sizeof rows / sizeof rows[0] };
    for (size_t i = 0; i < ROWS; i++) {
        type_object *base = TYPE(rt, object);
        for (size_t j = 0; j < i; j++) {
            if (strcmp(rows[j].spec->name, rows[i].base) == 0) {
                base = *(type_object **)(void *)((char *)rt->types + rows[j].place);
            }
        }
        type_object *type = type_prepare(rt, rows[i].spec, base, TYPE(rt, type));
        if (type == NULL) {
            return false;
        }
        *(type_object **)(void *)((char *)rt->types + rows[i].place) = type;
    }
    return true;
}

static void types_set_shapes(ouro_runtime *rt)
{
    for (unsigned tag = 1; tag < 8; tag += 2) {
        rt->immediate_shapes[tag] = TYPE(rt, int)->type.shape;
    }
    rt->immediate_shapes[2] = rt->immediate_shapes[6] = TYPE(rt, float)->type.shape;
    rt->constant_shapes[OURO_NONE.bits >> 3] = TYPE(rt, none)->type.shape;
    rt->constant_shapes[OURO_FALSE.bits >> 3] = TYPE(rt, bool)->type.shape;
    rt->constant_shapes[OURO_TRUE.bits >> 3] = TYPE(rt, bool)->type.shape;
    rt->constant_shapes[OURO_ELLIPSIS.bits >> 3] = TYPE(rt, ellipsis)->type.shape;
    rt->constant_shapes[OURO_NOT_IMPLEMENTED.bits >> 3] = TYPE(rt, not_implemented)->type.shape;
}

static bool types_intern_names(ouro_runtime *rt)
{
    static const struct {
        const char *text;
        size_t place;
    } rows[] = {
#define PREDEFINED_NAME(name) {#name, offsetof(struct types_state, n_##name)},
        PREDEFINED_NAMES(PREDEFINED_NAME)
#undef PREDEFINED_NAME
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ouro_value name = str_intern_cstring(rt, rows[i].text);
        if (ouro_is_null(name)) {
            return false;
        }
        *(ouro_value *)(void *)((char *)rt->types + rows[i].place) = name;
    }
    return true;
}

/* Completes all types made so far, the oldest first: bases come before the derived. */
static bool types_complete_all(ouro_runtime *rt)
{
    type_object *reversed = NULL;
    for (type_object *t = rt->types->built_in_types; t != NULL; t = t->next_built_in) {
        t->walk_next = reversed;
        reversed = t;
    }
    bool done = true;
    while (reversed != NULL) {
        type_object *type = reversed;
        reversed = type->walk_next;
        type->walk_next = NULL;
        type_object *second = type == EXC(rt, ExceptionGroup) ? EXC(rt, Exception) : NULL;
        done = done && type_complete(rt, type, second);
    }
    return done;
}

/* Before there is a MemoryError to raise, "no memory" is only the failure of the start. */
static void types_no_memory_at_start(ouro_runtime *rt)
{
    (void)rt;
}

bool types_allocate(ouro_runtime *rt)
{
    rt->types = ouro_mem_alloc_zeroed(rt->mem, sizeof *rt->types);
    return rt->types != NULL;
}

bool types_start(ouro_runtime *rt)
{
    if (rt->types == NULL && !types_allocate(rt)) {
        return false;
    }
    rt->set_no_memory = types_no_memory_at_start;
    if (!types_prepare_built_in(rt) || !types_prepare_exceptions(rt)) {
        return false;
    }
    types_set_shapes(rt);
    reports_start(rt);
    tuple_object *empty = object_new(rt, &TYPE(rt, tuple)->type, 0);
    if (empty == NULL) {
        return false;
    }
    rt->types->empty_tuple = ouro_from_object(empty);
    return str_start(rt) && types_intern_names(rt) && slots_start(rt) && types_complete_all(rt) && error_start(rt);
}

/* ---- end ---- */

/* Takes everything out of a type that is an object. */
static void types_empty(ouro_runtime *rt, type_object *type)
{
    dict_object *dict = type->dict;
    type->dict = NULL;
    type->type.flags |= TYPE_FILLED; /* not again */
    value_decref(rt, ouro_from_object(dict));
    value_clear(rt, &type->subclasses);
    value_clear(rt, &type->mro);
    value_clear(rt, &type->bases);
    value_clear(rt, &type->module_types_data);
}

static void types_drop_names(ouro_runtime *rt)
{
    static const size_t places[] = {
#define PREDEFINED_NAME(name) offsetof(struct types_state, n_##name),
        PREDEFINED_NAMES(PREDEFINED_NAME)
#undef PREDEFINED_NAME
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        value_clear(rt, (ouro_value *)(void *)((char *)rt->types + places[i]));
    }
}

/* Are there objects other than the built-in types? */
static bool types_objects_left(ouro_runtime *rt)
{
    size_t types = 0;
    for (type_object *t = rt->types->built_in_types; t != NULL; t = t->next_built_in) {
        types++;
    }
    return runtime_core_count_objects(rt, NULL, NULL) > types;
}

void types_stop(ouro_runtime *rt)
{
    struct types_state *types = rt->types;
    if (types == NULL) {
        return;
    }
    error_stop(rt);
    rt->set_no_memory = types_no_memory_at_start;
    codec_stop(rt);
    lookup_cache_stop(rt);
    binder_stop(rt);
    for (type_object *t = types->built_in_types; t != NULL; t = t->next_built_in) {
        types_empty(rt, t);
    }
    value_clear(rt, &types->new_descriptor);
    slots_stop(rt);
    repr_chain_stop(rt);
    for (type_object *t = types->built_in_types; t != NULL; t = t->next_built_in) {
        value_clear(rt, &t->name);
        value_clear(rt, &t->qualname);
        /* the shapes stay until the last object is gone; the names that they own go now */
        ouro_shape *shape = t->type.shape;
        for (bool more = shape != NULL; more; more = shape != t->type.shape) {
            value_clear(rt, &shape->name);
            shape = shape->next_of_type;
        }
    }
    types_drop_names(rt);
    value_clear(rt, &types->empty_tuple);
    value_clear(rt, &types->empty_bytes);
    str_stop(rt);
    if (types_objects_left(rt)) {
        /* a bug: whoever reports it wants to name the objects' types, so these stay.  Without a shape they do not
         * count as objects any more */
        for (type_object *t = types->built_in_types; t != NULL; t = t->next_built_in) {
            t->type.object.shape = NULL;
        }
        rt->types = NULL;
        return;
    }
    type_object *next;
    for (type_object *t = types->built_in_types; t != NULL; t = next) {
        next = t->next_built_in;
        shape_free_all(rt, &t->type);
        ouro_mem_free(rt->mem, t->owned_fields);
        ouro_mem_free(rt->mem, t);
    }
    memset(rt->immediate_shapes, 0, sizeof rt->immediate_shapes);
    memset(rt->constant_shapes, 0, sizeof rt->constant_shapes);
    ouro_mem_free(rt->mem, types);
    rt->types = NULL;
}
