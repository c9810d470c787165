/* struct_sequence.c: tuples whose items also have names. */
#include "types/struct_sequence.h"

#include "types/binder.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/str.h"

static const struct_sequence_def *struct_sequence_def_of(const type_object *type)
{
    return (const struct_sequence_def *)(const void *)type->spec; /* the spec is its first member */
}

static size_t struct_sequence_index(const member_def *member)
{
    return (member->offset - offsetof(tuple_object, items)) / sizeof(ouro_value);
}

/* The member that names item `index`, or NULL. */
static const member_def *struct_sequence_member(const struct_sequence_def *def, size_t index)
{
    for (const member_def *m = def->spec.members; m->name; m++) {
        if (struct_sequence_index(m) == index) {
            return m;
        }
    }
    return NULL;
}

static bool struct_sequence_set(ouro_runtime *rt, dict_object *dict, const char *name, ouro_value value)
{
    bool done = false;
    if (ouro_is_null(value)) {
        return false;
    }
    ouro_value key = str_intern_cstring(rt, name);
    if (!ouro_is_null(key)) {
        done = dict_set(rt, dict, key, value);
    }
    value_decref(rt, key);
    value_decref(rt, value);
    return done;
}

type_object *struct_sequence_start(ouro_runtime *rt, const struct_sequence_def *def)
{
    return type_from_spec(rt, &def->spec);
}

bool struct_sequence_fill(ouro_runtime *rt, type_object *type, dict_object *dict)
{
    const struct_sequence_def *def = struct_sequence_def_of(type);
    size_t unnamed = 0, named_visible = 0;
    for (size_t i = 0; i < def->count; i++) {
        if (!struct_sequence_member(def, i)) {
            unnamed++;
        } else if (i < def->visible) {
            named_visible++;
        }
    }
    ouro_value names = OURO_NULL;
    tuple_object *names_tuple = tuple_new_blank(rt, named_visible);
    if (names_tuple) {
        size_t at = 0;
        bool whole = true;
        for (size_t i = 0; i < def->visible && whole; i++) {
            const member_def *m = struct_sequence_member(def, i);
            if (m) {
                names_tuple->items[at] = str_intern_cstring(rt, m->name);
                whole = !ouro_is_null(names_tuple->items[at++]);
            }
        }
        names = ouro_from_object(names_tuple);
        if (!whole) {
            value_clear(rt, &names);
        } else {
            gc_track(rt, &names_tuple->object);
        }
    }
    return struct_sequence_set(rt, dict, "__match_args__", names) &&
           struct_sequence_set(rt, dict, "n_fields", ouro_int((int64_t)def->count)) &&
           struct_sequence_set(rt, dict, "n_sequence_fields", ouro_int((int64_t)def->visible)) &&
           struct_sequence_set(rt, dict, "n_unnamed_fields", ouro_int((int64_t)unnamed));
}

int struct_sequence_traverse(ouro_runtime *rt, ouro_object *self, ouro_visit_fn visit, void *context)
{
    tuple_object *t = (tuple_object *)(void *)self;
    const struct_sequence_def *def = struct_sequence_def_of((type_object *)(void *)self->shape->type);
    for (size_t i = def->visible; i < def->count; i++) {
        int stop = ouro_is_null(t->items[i]) ? 0 : visit(t->items[i], context);
        if (stop) {
            return stop;
        }
    }
    return 0;
}

void struct_sequence_clear(ouro_runtime *rt, ouro_object *self)
{
    tuple_object *t = (tuple_object *)(void *)self;
    const struct_sequence_def *def = struct_sequence_def_of((type_object *)(void *)self->shape->type);
    for (size_t i = def->visible; i < def->count; i++) {
        value_clear(rt, &t->items[i]);
    }
}

ouro_value struct_sequence_new(ouro_runtime *rt, type_object *type, ouro_value *items)
{
    const struct_sequence_def *def = struct_sequence_def_of(type);
    tuple_object *t = NULL;
    bool whole = true;
    for (size_t i = 0; i < def->count; i++) {
        whole = whole && !ouro_is_null(items[i]);
    }
    if (whole) {
        t = object_new(rt, &type->type, def->count * sizeof(ouro_value));
    }
    if (!t) {
        for (size_t i = 0; i < def->count; i++) {
            value_decref(rt, items[i]);
        }
        return OURO_NULL;
    }
    memcpy(t->items, items, def->count * sizeof(ouro_value));
    t->size = def->visible;
    gc_track(rt, &t->object);
    return ouro_from_object(t);
}

ouro_value struct_sequence_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                ouro_value kwnames)
{
    const struct_sequence_def *def = struct_sequence_def_of(type);
    const char *name = type->spec->name;
    ouro_value bound[2];
    if (!arguments_bind(rt, "structseq", "sequence, dict={}", args, nargs, kwnames, bound)) {
        return OURO_NULL;
    }
    ouro_value items = tuple_from_iterable(rt, bound[0]);
    if (ouro_is_null(items)) {
        if (error_clear_if(rt, EXC(rt, TypeError))) {
            error_type(rt, "constructor requires a sequence");
        }
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    size_t given = as_tuple(items)->size;
    if (!ouro_is_null(bound[1]) && !value_is_dict(rt, bound[1])) {
        error_type(rt, "%s() takes a dict as second arg, if any", name);
        goto end;
    }
    if (given < def->visible || given > def->count) {
        if (def->visible == def->count) {
            error_type(rt, "%s() takes a %zu-sequence (%zu-sequence given)", name, def->visible, given);
        } else if (given < def->visible) {
            error_type(rt, "%s() takes an at least %zu-sequence (%zu-sequence given)", name, def->visible, given);
        } else {
            error_type(rt, "%s() takes an at most %zu-sequence (%zu-sequence given)", name, def->count, given);
        }
        goto end;
    }
    tuple_object *t = object_new(rt, &type->type, def->count * sizeof(ouro_value));
    if (!t) {
        goto end;
    }
    t->size = def->visible;
    for (size_t i = 0; i < def->count; i++) {
        t->items[i] = i < given ? value_incref(as_tuple(items)->items[i]) : OURO_NONE;
    }
    for (size_t i = given; i < def->count && !ouro_is_null(bound[1]); i++) {
        const member_def *m = struct_sequence_member(def, i);
        if (m) {
            ouro_value key = str_intern_cstring(rt, m->name);
            ouro_value value = ouro_is_null(key) ? OURO_NULL : dict_get(rt, as_dict(bound[1]), key);
            value_decref(rt, key);
            if (!ouro_is_null(value)) {
                t->items[i] = value_incref(value);
            } else if (error_is_set(rt)) {
                object_decref(rt, &t->object);
                goto end;
            }
        }
    }
    gc_track(rt, &t->object);
    result = ouro_from_object(t);
end:
    value_decref(rt, items);
    return result;
}

ouro_value struct_sequence_repr(ouro_runtime *rt, ouro_value self)
{
    type_object *type = value_type(rt, self);
    const struct_sequence_def *def = struct_sequence_def_of(type);
    tuple_object *t = as_tuple(self);
    if (!rt_enter(rt, " while getting the repr of an object")) {
        return OURO_NULL;
    }
    str_builder b;
    str_builder_init(&b, rt);
    str_builder_cstring(&b, type->spec->name);
    str_builder_char(&b, '(');
    for (size_t i = 0; i < def->visible; i++) {
        const member_def *m = struct_sequence_member(def, i);
        if (i > 0) {
            str_builder_cstring(&b, ", ");
        }
        if (m) {
            str_builder_cstring(&b, m->name);
            str_builder_char(&b, '=');
        }
        str_builder_repr(&b, t->items[i]);
    }
    str_builder_char(&b, ')');
    rt_leave(rt);
    return str_builder_finish(&b);
}

static ouro_value struct_sequence_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    type_object *type = value_type(rt, args[0]);
    const struct_sequence_def *def = struct_sequence_def_of(type);
    tuple_object *t = as_tuple(args[0]);
    ouro_value items = tuple_new(rt, t->items, def->visible);
    ouro_value hidden = ouro_is_null(items) ? OURO_NULL : dict_new(rt, def->count - def->visible);
    ouro_value result = OURO_NULL;
    bool whole = !ouro_is_null(hidden);
    for (size_t i = def->visible; i < def->count && whole; i++) {
        const member_def *m = struct_sequence_member(def, i);
        ouro_value key = m ? str_intern_cstring(rt, m->name) : OURO_NONE;
        whole = !ouro_is_null(key) && (!m || dict_set(rt, as_dict(hidden), key, t->items[i]));
        value_decref(rt, key);
    }
    ouro_value arguments = whole ? tuple_pack2(rt, items, hidden) : OURO_NULL;
    if (!ouro_is_null(arguments)) {
        result = tuple_pack2(rt, type_value(type), arguments);
    }
    value_decref(rt, arguments);
    value_decref(rt, items);
    value_decref(rt, hidden);
    return result;
}

const method_def struct_sequence_methods[] = {
    {"__reduce__", "?self, /", struct_sequence_reduce},
    {0},
};
