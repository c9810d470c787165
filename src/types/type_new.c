/* type_new.c: type(name, bases, namespace, **keywords): how a class statement becomes a class.
 *
 * In order: the metaclass is the most derived one of the bases; the layout is that of the best base plus one value for
 * each of __slots__; the dict is a copy of the namespace; then MRO and slots are computed, and the class is whole.  Only
 * then does program code run: __set_name__ of what the dict holds, __init_subclass__ of the bases.  (A metaclass's own
 * mro() is the exception: it sees a class without one.)
 *
 * Layout of an instance:  [fixed part of the base][one value for each slot, sorted by name][attribute values]
 * Attribute values exist if the class has a __dict__ and its objects have a fixed size; objects with items behind the
 * fixed part (int, str, tuple) keep their __dict__ in the side table.  They cannot have slots, but for subclasses of str
 * (as CPython has it), whose slots are in the side table too.
 */
#include "types/attribute.h"
#include "types/containers.h"
#include "types/descriptor.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/function.h"
#include "types/protocol.h"
#include "types/slots.h"
#include "types/str.h"
#include "types/type_build.h"

/* What is known while a class is being made.  All references are borrowed but `dict` and `slots`. */
typedef struct class_plan {
    type_object *metatype;
    ouro_value name, bases;
    type_object *base;
    ouro_value dict;     /* owned: the copy of the namespace */
    ouro_value slots;    /* owned: a tuple of the names that get a place, mangled and sorted; OURO_NULL: no __slots__ */
    bool add_dict, add_weakref;
} class_plan;

/* ---- __slots__ ---- */

/* Objects of such a type cannot have weak references in CPython, for lack of a place. */
static bool class_has_items(const type_object *base)
{
    return (base->type.flags & TYPE_VAR_SIZED) != 0 && !(base->type.flags & TYPE_IS_STR);
}

/* __name in class _C is _C__name: new reference. */
static ouro_value class_mangle(ouro_runtime *rt, ouro_value class_name, ouro_value name)
{
    const str_object *s = as_str(name), *c = as_str(class_name);
    size_t n = str_length(s), skip = 0;
    while (skip < str_length(c) && str_char_at(c, skip) == '_') {
        skip++;
    }
    if (n < 3 || str_char_at(s, 0) != '_' || str_char_at(s, 1) != '_' ||
        (str_char_at(s, n - 1) == '_' && str_char_at(s, n - 2) == '_') || skip == str_length(c)) {
        return str_intern(rt, value_incref(name));
    }
    str_builder text;
    str_builder_init(&text, rt);
    str_builder_char(&text, '_');
    str_builder_range(&text, class_name, skip, str_length(c));
    str_builder_str(&text, name);
    return str_intern(rt, str_builder_finish(&text));
}

/* Sorts the first `count` items by text. */
static void class_sort_names(ouro_value *items, size_t count)
{
    for (size_t gap = count / 2; gap > 0; gap /= 2) {
        for (size_t i = gap; i < count; i++) {
            ouro_value v = items[i];
            size_t j = i;
            for (; j >= gap && str_order(as_str(items[j - gap]), as_str(v)) > 0; j -= gap) {
                items[j] = items[j - gap];
            }
            items[j] = v;
        }
    }
}

/* Takes one name of __slots__: __dict__ and __weakref__ become flags.  1: it needs a place, 0: not, -1: failed. */
static int class_check_slot(ouro_runtime *rt, class_plan *plan, ouro_value name)
{
    uint32_t base_flags = plan->base->type.flags;
    if (!value_is_str(rt, name)) {
        error_type(rt, "__slots__ items must be strings, not '%T'", name);
        return -1;
    }
    if (!str_is_identifier(as_str(name))) {
        error_type(rt, "__slots__ must be identifiers");
        return -1;
    }
    if (str_equal(as_str(name), as_str(STR(rt, __dict__)))) {
        if (plan->add_dict || (base_flags & TYPE_HAS_DICT)) {
            error_type(rt, "__dict__ slot disallowed: we already got one");
            return -1;
        }
        plan->add_dict = true;
        return 0;
    }
    if (str_equal(as_str(name), as_str(STR(rt, __weakref__)))) {
        if (plan->add_weakref || (base_flags & OURO_TYPE_WEAKREF) || class_has_items(plan->base)) {
            error_type(rt, "__weakref__ slot disallowed: either we already got one, or __itemsize__ != 0");
            return -1;
        }
        plan->add_weakref = true;
        return 0;
    }
    return 1;
}

/* Does the class body define the name of a slot?  1, 0, -1: failed. */
static int class_slot_conflicts(ouro_runtime *rt, class_plan *plan, ouro_value name)
{
    ouro_value there = dict_get(rt, as_dict(plan->dict), name);
    if (ouro_is_null(there)) {
        return error_is_set(rt) ? -1 : 0;
    }
    /* CPython creates these two only when they are read */
    if (ouro_is(name, STR(rt, __qualname__)) || ouro_is(name, STR(rt, __classcell__))) {
        return 0;
    }
    error_value(rt, "%R in __slots__ conflicts with class variable", name);
    return 1;
}

/* Turns the names into those that get a place: mangled, sorted, as a tuple in plan->slots. */
static bool class_place_slots(ouro_runtime *rt, class_plan *plan, ouro_value names)
{
    const tuple_object *t = as_tuple(names);
    ouro_value *kept = NULL;
    size_t count = 0;
    bool done = false;
    if (t->size > 0) {
        kept = ouro_mem_alloc(rt->mem, t->size * sizeof *kept);
        if (kept == NULL) {
            error_no_memory(rt);
            return false;
        }
    }
    for (size_t i = 0; i < t->size; i++) {
        int place = class_check_slot(rt, plan, t->items[i]);
        if (place < 0) {
            goto done;
        }
        if (place == 0) {
            continue;
        }
        ouro_value name = class_mangle(rt, plan->name, t->items[i]);
        if (ouro_is_null(name)) {
            goto done;
        }
        kept[count++] = name;
        if (class_slot_conflicts(rt, plan, name) != 0) {
            goto done;
        }
    }
    class_sort_names(kept, count);
    plan->slots = tuple_new(rt, kept, count);
    done = !ouro_is_null(plan->slots);
done:
    for (size_t i = 0; i < count; i++) {
        value_decref(rt, kept[i]);
    }
    ouro_mem_free(rt->mem, kept);
    return done;
}

/* A base other than the first may bring what __slots__ has not asked for. */
static void class_add_from_other_bases(ouro_runtime *rt, class_plan *plan)
{
    const tuple_object *bases = as_tuple(plan->bases);
    for (size_t i = 0; i < bases->size; i++) {
        type_object *base = as_type(bases->items[i]);
        if (base == plan->base) {
            continue;
        }
        if (!(plan->base->type.flags & TYPE_HAS_DICT) && (base->type.flags & TYPE_HAS_DICT)) {
            plan->add_dict = true;
        }
        if (!(plan->base->type.flags & OURO_TYPE_WEAKREF) && (base->type.flags & OURO_TYPE_WEAKREF)) {
            plan->add_weakref = true;
        }
    }
}

static bool class_plan_slots(ouro_runtime *rt, class_plan *plan)
{
    ouro_value slots = dict_get_str(rt, as_dict(plan->dict), STR(rt, __slots__));
    uint32_t base_flags = plan->base->type.flags;
    if (ouro_is_null(slots)) {
        plan->add_dict = !(base_flags & TYPE_HAS_DICT);
        plan->add_weakref = !(base_flags & OURO_TYPE_WEAKREF) && !class_has_items(plan->base);
        return true;
    }
    value_incref(slots);
    ouro_value names = value_is_str(rt, slots) ? tuple_pack1(rt, slots) : tuple_from_iterable(rt, slots);
    value_decref(rt, slots);
    if (ouro_is_null(names)) {
        return false;
    }
    bool done = false;
    if (as_tuple(names)->size > 0 && (class_has_items(plan->base) || (base_flags & TYPE_IS_TYPE))) {
        error_type(rt, "nonempty __slots__ not supported for subtype of '%N'", plan->base);
    } else if (class_place_slots(rt, plan, names)) {
        class_add_from_other_bases(rt, plan);
        done = true;
    }
    value_decref(rt, names);
    return done;
}

/* ---- layout ---- */

bool type_make_shape(ouro_runtime *rt, type_object *type)
{
    shape_mode mode = type->type.flags & OURO_TYPE_SHAPED ? SHAPE_INLINE : SHAPE_FIXED;
    unsigned capacity = 0;
    if (mode == SHAPE_INLINE) {
        capacity = type->inline_guess == 0 ? 1 : type->inline_guess;
        if (capacity > SHAPE_MAX_ATTRIBUTES) {
            capacity = SHAPE_MAX_ATTRIBUTES;
        }
    }
    ouro_shape *shape = shape_new_root(rt, &type->type, mode, capacity, type->type.size);
    if (shape == NULL) {
        return false;
    }
    type->type.shape = shape;
    return true;
}

/* The characters of a str end the object, so slots of its subclasses have no place in it. */
static bool class_slots_are_out_of_line(const class_plan *plan)
{
    return (plan->base->type.flags & TYPE_VAR_SIZED) != 0;
}

enum { CLASS_FIELD_NAME_MAX = 200 }; /* longer names of slots are cut in reports */

/* The fields of a class: those of its base, copied (also their names: a class that dies in a cycle may outlive its base
 * for a moment), and its own slots.  Fields and names are one block. */
static bool class_make_fields(ouro_runtime *rt, type_object *type, const type_object *base, ouro_value slots,
                              size_t slot_count)
{
    size_t base_count = base->type.field_count, count = base_count + slot_count, text_size = 0;
    char name[CLASS_FIELD_NAME_MAX];
    for (size_t i = 0; i < base_count; i++) {
        text_size += base->type.fields[i].name == NULL ? 0 : strlen(base->type.fields[i].name) + 1;
    }
    for (size_t i = 0; i < slot_count; i++) {
        text_size += rt->name_text(rt, as_tuple(slots)->items[i], name, sizeof name) ? strlen(name) + 1 : 1;
    }
    type->owned_fields = ouro_mem_alloc(rt->mem, count * sizeof(ouro_field) + text_size);
    if (type->owned_fields == NULL) {
        error_no_memory(rt);
        return false;
    }
    char *text = (char *)(type->owned_fields + count);
    for (size_t i = 0; i < count; i++) {
        ouro_field *field = &type->owned_fields[i];
        const char *from = name;
        if (i < base_count) {
            *field = base->type.fields[i];
            from = field->name;
        } else {
            size_t slot = i - base_count;
            *field = (ouro_field){.kind = OURO_FIELD_VALUE,
                                  .offset = (uint32_t)(base->type.size + slot * sizeof(ouro_value))};
            if (!rt->name_text(rt, as_tuple(slots)->items[slot], name, sizeof name)) {
                name[0] = 0;
            }
        }
        if (from != NULL) {
            field->name = strcpy(text, from);
            text += strlen(text) + 1;
        }
    }
    type->type.fields = type->owned_fields;
    type->type.field_count = (uint32_t)count;
    return true;
}

static bool class_lay_out(ouro_runtime *rt, class_plan *plan, type_object *type)
{
    type_object *base = plan->base;
    size_t slot_count =
        ouro_is_null(plan->slots) || class_slots_are_out_of_line(plan) ? 0 : as_tuple(plan->slots)->size;
    type->type.size = base->type.size + slot_count * sizeof(ouro_value);
    type->type.flags = TYPE_HEAP | TYPE_BASE | TYPE_READY | TYPE_FILLED | OURO_TYPE_COUNTED;
    type->slot_count = (uint16_t)(base->slot_count + slot_count);
    if (type->type.size + SHAPE_MAX_ATTRIBUTES * sizeof(ouro_value) > UINT16_MAX) {
        error_value(rt, "too many __slots__");
        return false;
    }
    type_inherit_flags(type, base);
    if (plan->add_dict) {
        type->type.flags |= TYPE_HAS_DICT;
    }
    if (plan->add_weakref) {
        type->type.flags |= OURO_TYPE_WEAKREF;
    }
    /* attribute values lie in the object unless the base keeps a __dict__ of its own or has items at its end */
    if ((base->type.flags & OURO_TYPE_SHAPED) || (plan->add_dict && !(base->type.flags & TYPE_VAR_SIZED))) {
        type->type.flags |= OURO_TYPE_SHAPED;
    }
    type->inline_guess = base->inline_guess;
    if (base->type.field_count + slot_count > 0 && !class_make_fields(rt, type, base, plan->slots, slot_count)) {
        return false;
    }
    type->type.traverse = base->type.traverse;
    type->type.clear = base->type.clear;
    type->type.dispose = base->type.dispose;
    type->type.finalize = base->type.finalize;
    type->type.extra_size = base->type.extra_size;
    type->type.traverse_edges = base->type.traverse_edges;
    return type_make_shape(rt, type);
}

/* ---- the dict ---- */

static const type_object *class_nearest_built_in(ouro_runtime *rt, ouro_value self)
{
    const type_object *base = value_type(rt, self);
    while (base->type.flags & TYPE_HEAP) {
        base = base->base;
    }
    return base;
}

/* The __dict__ descriptor of the built-in type that self is an instance of, if that keeps its own kind of dict (classes and
 * modules do): a class that comes first in the MRO must not stand in front of it.  Borrowed, or OURO_NULL. */
static ouro_value class_built_in_dict(ouro_runtime *rt, ouro_value self)
{
    const type_object *base = class_nearest_built_in(rt, self);
    ouro_value found = base->dict == NULL ? OURO_NULL : dict_get_str(rt, base->dict, STR(rt, __dict__));
    bool ours = !ouro_is_null(found) && value_type(rt, found) == TYPE(rt, getset_descriptor) &&
                ((getset_descriptor_object *)(void *)ouro_as_object(found))->def == &type_dict_getset;
    return ours ? OURO_NULL : found;
}

static ouro_value class_get_dict(ouro_runtime *rt, ouro_value self, void *closure)
{
    ouro_value built_in = class_built_in_dict(rt, self);
    return ouro_is_null(built_in)
               ? instance_dict(rt, self)
               : value_type(rt, built_in)->slots.descr_get(rt, built_in, self, type_value(value_type(rt, self)));
}

static bool class_set_dict(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    ouro_value built_in = class_built_in_dict(rt, self);
    if (!ouro_is_null(built_in)) {
        return value_type(rt, built_in)->slots.descr_set(rt, built_in, self, value);
    }
    if (ouro_is_null(value) && class_nearest_built_in(rt, self)->type.flags & TYPE_HAS_DICT) {
        error_type(rt, "cannot delete __dict__"); /* only a class's own, not what a built-in type gives its instances */
        return false;
    }
    if (!ouro_is_null(value) && !value_is_dict(rt, value)) {
        error_type(rt, "__dict__ must be set to a dictionary, not a '%T'", value);
        return false;
    }
    return instance_set_dict(rt, self, value);
}

static ouro_value class_get_weakref(ouro_runtime *rt, ouro_value self, void *closure)
{
    struct weak_reference *first = weakref_first(rt, ouro_as_object(self));
    return first == NULL ? OURO_NONE : value_incref(ouro_from_object(first));
}

const getset_def type_dict_getset = {.name = "__dict__", .get = class_get_dict, .set = class_set_dict,
                                             .doc = "dictionary for instance variables (if defined)"};
static const getset_def class_weakref_getset = {.name = "__weakref__", .get = class_get_weakref,
                                                .doc = "list of weak references to the object (if defined)"};

static bool class_store(ouro_runtime *rt, class_plan *plan, ouro_value name, ouro_value value)
{
    if (ouro_is_null(value)) {
        return false;
    }
    bool done = dict_set(rt, as_dict(plan->dict), name, value);
    value_decref(rt, value);
    return done;
}

/* Stores `value` (stolen) unless the class body has the name. */
static bool class_store_missing(ouro_runtime *rt, class_plan *plan, ouro_value name, ouro_value value)
{
    if (ouro_is_null(value)) {
        return false;
    }
    if (!ouro_is_null(dict_get_str(rt, as_dict(plan->dict), name))) {
        value_decref(rt, value);
        return true;
    }
    return class_store(rt, plan, name, value);
}

static bool class_set_qualname(ouro_runtime *rt, class_plan *plan, type_object *type)
{
    ouro_value qualname = dict_get_str(rt, as_dict(plan->dict), STR(rt, __qualname__));
    if (ouro_is_null(qualname)) {
        type->qualname = value_incref(type->name);
        return true;
    }
    if (!value_is_str(rt, qualname)) {
        error_type(rt, "type __qualname__ must be a str, not %T", qualname);
        return false;
    }
    type->qualname = value_incref(qualname);
    return dict_delete(rt, as_dict(plan->dict), STR(rt, __qualname__)) >= 0;
}

/* A docstring has to be text that UTF-8 can hold (one that is set later need not be). */
static bool class_set_doc(ouro_runtime *rt, class_plan *plan)
{
    ouro_value doc = dict_get_str(rt, as_dict(plan->dict), STR(rt, __doc__));
    if (ouro_is_null(doc)) {
        return class_store(rt, plan, STR(rt, __doc__), OURO_NONE);
    }
    if (!value_is_str(rt, doc) || str_kind(as_str(doc)) == 1) {
        return true;
    }
    size_t length;
    char *text = str_to_utf8(rt, doc, &length, false);
    ouro_mem_free(rt->mem, text);
    return text != NULL;
}

static bool class_set_module(ouro_runtime *rt, class_plan *plan)
{
    struct types_state *types = rt->types;
    if (!ouro_is_null(dict_get_str(rt, as_dict(plan->dict), STR(rt, __module__))) ||
        types->current_globals == NULL) {
        return true;
    }
    ouro_value globals = types->current_globals(rt);
    if (ouro_is_null(globals)) {
        return true;
    }
    ouro_value module = dict_get_str(rt, as_dict(globals), STR(rt, __name__));
    return ouro_is_null(module) || class_store(rt, plan, STR(rt, __module__), value_incref(module));
}

/* __new__ is a static method, __init_subclass__ and __class_getitem__ are class methods, if they are plain functions. */
static bool class_wrap_functions(ouro_runtime *rt, class_plan *plan)
{
    const ouro_value names[] = {STR(rt, __new__), STR(rt, __init_subclass__), STR(rt, __class_getitem__)};
    for (size_t i = 0; i < 3; i++) {
        ouro_value function = dict_get_str(rt, as_dict(plan->dict), names[i]);
        if (ouro_is_null(function) || value_type(rt, function) != TYPE(rt, function)) {
            continue;
        }
        ouro_value wrapped = i == 0 ? staticmethod_new(rt, function) : classmethod_new(rt, function);
        if (!class_store(rt, plan, names[i], wrapped)) {
            return false;
        }
    }
    return true;
}

static bool class_add_descriptors(ouro_runtime *rt, class_plan *plan, type_object *type)
{
    size_t count = ouro_is_null(plan->slots) ? 0 : as_tuple(plan->slots)->size;
    for (size_t i = 0; i < count; i++) {
        ouro_value name = as_tuple(plan->slots)->items[i];
        uint32_t offset = (uint32_t)(plan->base->type.size + i * sizeof(ouro_value));
        uint32_t flags = class_slots_are_out_of_line(plan) ? MEMBER_OUT_OF_LINE : 0;
        if (!class_store(rt, plan, name, member_descriptor_new(rt, type, name, offset, flags, NULL))) {
            return false;
        }
    }
    if (plan->add_dict && !class_store_missing(rt, plan, STR(rt, __dict__),
                                               getset_descriptor_new(rt, type, &type_dict_getset))) {
        return false;
    }
    return !plan->add_weakref || class_store_missing(rt, plan, STR(rt, __weakref__),
                                                     getset_descriptor_new(rt, type, &class_weakref_getset));
}

/* An __eq__ without a __hash__ makes instances unhashable. */
static bool class_set_hash(ouro_runtime *rt, class_plan *plan)
{
    if (ouro_is_null(dict_get_str(rt, as_dict(plan->dict), STR(rt, __eq__)))) {
        return true;
    }
    return class_store_missing(rt, plan, STR(rt, __hash__), OURO_NONE);
}

/* Hands the class to the cell through which methods see __class__. */
static bool class_fill_cell(ouro_runtime *rt, class_plan *plan, type_object *type)
{
    ouro_value cell = dict_get_str(rt, as_dict(plan->dict), STR(rt, __classcell__));
    if (ouro_is_null(cell)) {
        return true;
    }
    if (value_type(rt, cell) != TYPE(rt, cell)) {
        error_type(rt, "__classcell__ must be a nonlocal cell, not %R", type_value(value_type(rt, cell)));
        return false;
    }
    cell_object *c = (cell_object *)(void *)ouro_as_object(cell);
    value_replace(rt, &c->contents, value_incref(type_value(type)));
    return dict_delete(rt, as_dict(plan->dict), STR(rt, __classcell__)) >= 0;
}

/* ---- after the class is whole ---- */

/* The RuntimeError that tells where a __set_name__ failed, with the failure as its cause. */
static void class_set_name_failed(ouro_runtime *rt, type_object *type, ouro_value key, ouro_value value)
{
    ouro_value cause = error_take(rt);
    error_runtime(rt, "Error calling __set_name__ on '%T' instance %R in '%N'", value, key, type);
    ouro_value error = error_take(rt);
    /* without memory for the RuntimeError this is the MemoryError in reserve, perhaps the cause itself */
    if (!ouro_is_null(error) && value_type(rt, error) == EXC(rt, RuntimeError)) {
        value_replace(rt, &as_exception(error)->cause, value_incref(cause));
        value_replace(rt, &as_exception(error)->context, value_incref(cause));
        as_exception(error)->suppress_context = true;
    }
    value_decref(rt, cause);
    error_restore(rt, error);
}

static bool class_set_names(ouro_runtime *rt, type_object *type)
{
    /* first look whether there is anything to do: mostly not */
    size_t position = 0;
    ouro_value key, value;
    bool any = false;
    while (!any && dict_next(type->dict, &position, &key, &value)) {
        any = !ouro_is_null(type_lookup(rt, value_type(rt, value), STR(rt, __set_name__)));
    }
    if (!any) {
        return true;
    }
    ouro_value copy = dict_copy(rt, type->dict);
    if (ouro_is_null(copy)) {
        return false;
    }
    bool done = true;
    position = 0;
    while (done && dict_next(as_dict(copy), &position, &key, &value)) {
        ouro_value args[3] = {value, type_value(type), key};
        bool found;
        ouro_value result = slots_call_special(rt, STR(rt, __set_name__), args, 3, &found);
        if (found && ouro_is_null(result)) {
            class_set_name_failed(rt, type, key, value);
            done = false;
        }
        value_decref(rt, result);
    }
    value_decref(rt, copy);
    return done;
}

static bool class_init_subclass(ouro_runtime *rt, type_object *type, const ouro_value *kwvalues,
                                ouro_value kwnames)
{
    ouro_value super_args[2] = {type_value(type), type_value(type)};
    size_t keywords = ouro_is_null(kwnames) ? 0 : as_tuple(kwnames)->size;
    /* usually it is object's, which does nothing but refuse keywords */
    const tuple_object *mro = as_tuple(type->mro);
    ouro_value found = OURO_NULL;
    for (size_t i = 1; i < mro->size && ouro_is_null(found); i++) {
        dict_object *dict = as_type(mro->items[i])->dict;
        found = dict == NULL ? OURO_NULL : dict_get_str(rt, dict, STR(rt, __init_subclass__));
    }
    if (keywords == 0 && !ouro_is_null(found) &&
        value_type(rt, found) == TYPE(rt, classmethod_descriptor)) {
        return true;
    }
    ouro_value super = object_call(rt, type_value(TYPE(rt, super)), super_args, 2, OURO_NULL);
    if (ouro_is_null(super)) {
        return false;
    }
    ouro_value method = object_getattr(rt, super, STR(rt, __init_subclass__));
    value_decref(rt, super);
    if (ouro_is_null(method)) {
        return false;
    }
    ouro_value result = object_call(rt, method, kwvalues, 0, kwnames);
    value_decref(rt, method);
    if (ouro_is_null(result)) {
        return false;
    }
    value_decref(rt, result);
    return true;
}

/* ---- putting it together ---- */

static bool class_set_name(ouro_runtime *rt, class_plan *plan, type_object *type)
{
    size_t length;
    type->owned_name = str_to_utf8(rt, plan->name, &length, false);
    if (type->owned_name == NULL) {
        return false;
    }
    type->type.name = type->owned_name;
    if (strlen(type->owned_name) != length) {
        error_value(rt, "type name must not contain null characters");
        return false;
    }
    type->name = value_incref(plan->name);
    return true;
}

static bool class_resolve(ouro_runtime *rt, type_object *type)
{
    /* a mro() method that assigns __bases__ has set one already */
    value_replace(rt, &type->mro, type_compute_mro(rt, type));
    if (ouro_is_null(type->mro)) {
        return false;
    }
    /* the first in this order that is a sequence or a mapping says what patterns take the class for, not the base whose
     * layout it has */
    const tuple_object *mro = as_tuple(type->mro);
    type->type.flags &= ~(uint32_t)(TYPE_SEQUENCE | TYPE_MAPPING);
    for (size_t i = 1; i < mro->size; i++) {
        if (!(type->type.flags & (TYPE_SEQUENCE | TYPE_MAPPING))) {
            type->type.flags |= as_type(mro->items[i])->type.flags & (TYPE_SEQUENCE | TYPE_MAPPING);
        }
    }
    rt->types->strange_names |= dict_has_strange_keys(type->dict);
    type->version = type_next_version(rt);
    type->slots = type->base->slots;
    /* all that a single base can give is already in its slots */
    const tuple_object *base_mro = as_tuple(type->base->mro);
    if (mro->size == base_mro->size + 1 &&
        memcmp(mro->items + 1, base_mro->items, base_mro->size * sizeof(ouro_value)) == 0) {
        slots_update_own(rt, type);
    } else {
        slots_update_all(rt, type);
    }
    return true;
}

static bool class_enter_bases(ouro_runtime *rt, type_object *type)
{
    const tuple_object *bases = as_tuple(type->bases);
    for (size_t i = 0; i < bases->size; i++) {
        if (!type_enter_subclass(rt, as_type(bases->items[i]), type)) {
            return false;
        }
    }
    return true;
}

/* Makes the class up to the point where program code may see it. */
static type_object *class_build(ouro_runtime *rt, class_plan *plan)
{
    type_object *type = object_new(rt, &plan->metatype->type, 0);
    if (type == NULL) {
        return NULL;
    }
    type->bases = value_incref(plan->bases);
    type->base = OBJECT_INCREF(plan->base);
    bool done = class_set_name(rt, plan, type) && class_lay_out(rt, plan, type) &&
                class_set_qualname(rt, plan, type) && class_set_module(rt, plan) &&
                class_wrap_functions(rt, plan) && class_fill_cell(rt, plan, type) &&
                class_add_descriptors(rt, plan, type) &&
                class_set_doc(rt, plan) && class_set_hash(rt, plan);
    if (done) {
        type->dict = as_dict(value_incref(plan->dict));
        done = class_resolve(rt, type) && class_enter_bases(rt, type);
    }
    gc_track(rt, type);
    if (!done) {
        /* its descriptors hold the class, which nothing else will ever break */
        dict_clear(rt, as_dict(plan->dict));
        object_decref(rt, &type->type.object);
        return NULL;
    }
    return type;
}

/* Finds the real metaclass and the base that the layout comes from.  *delegate is set when another metaclass with a
 * __new__ of its own has to make the class. */
static bool class_plan_bases(ouro_runtime *rt, class_plan *plan, bool *delegate)
{
    const tuple_object *bases = as_tuple(plan->bases);
    *delegate = false;
    for (size_t i = 0; i < bases->size; i++) {
        if (value_is_type(rt, bases->items[i])) {
            continue;
        }
        ouro_value entries;
        int found = object_getattr_optional(rt, bases->items[i], STR(rt, __mro_entries__), &entries);
        if (found > 0) {
            value_decref(rt, entries);
            error_type(rt, "type() doesn't support MRO entry resolution; use types.new_class()");
        }
        if (found != 0) {
            return false;
        }
    }
    type_object *winner = type_calculate_metaclass(rt, plan->metatype, plan->bases);
    if (winner == NULL) {
        return false;
    }
    if (winner != plan->metatype) {
        plan->metatype = winner;
        if (winner->slots.make != type_make) {
            *delegate = true;
            return true;
        }
    }
    plan->base = type_best_base(rt, plan->bases);
    return plan->base != NULL;
}

ouro_value type_new_class(ouro_runtime *rt, type_object *metatype, ouro_value name, ouro_value bases,
                          ouro_value namespace_dict, const ouro_value *kwvalues, ouro_value kwnames)
{
    class_plan plan = {.metatype = metatype, .name = name, .dict = OURO_NULL, .slots = OURO_NULL};
    plan.bases = as_tuple(bases)->size > 0 ? value_incref(bases) : tuple_pack1(rt, type_value(TYPE(rt, object)));
    if (ouro_is_null(plan.bases)) {
        return OURO_NULL;
    }
    type_object *type = NULL;
    bool delegate;
    ouro_value result = OURO_NULL;
    if (!class_plan_bases(rt, &plan, &delegate)) {
        goto done;
    }
    if (delegate) {
        size_t keywords = ouro_is_null(kwnames) ? 0 : as_tuple(kwnames)->size;
        ouro_value few[12];
        ouro_value *all = keywords <= 8 ? few : ouro_mem_alloc(rt->mem, (3 + keywords) * sizeof *all);
        if (all == NULL) {
            error_no_memory(rt);
            goto done;
        }
        all[0] = name;
        all[1] = bases;
        all[2] = namespace_dict;
        if (keywords > 0) {
            memcpy(all + 3, kwvalues, keywords * sizeof *all);
        }
        result = plan.metatype->slots.make(rt, plan.metatype, all, 3, kwnames);
        if (all != few) {
            ouro_mem_free(rt->mem, all);
        }
        goto done;
    }
    plan.dict = dict_copy(rt, as_dict(namespace_dict));
    if (ouro_is_null(plan.dict) || !class_plan_slots(rt, &plan)) {
        goto done;
    }
    type = class_build(rt, &plan);
    if (type == NULL) {
        goto done;
    }
    if (class_set_names(rt, type) && class_init_subclass(rt, type, kwvalues, kwnames)) {
        result = type_value(type);
    } else {
        object_decref(rt, &type->type.object);
    }
done:
    value_decref(rt, plan.slots);
    value_decref(rt, plan.dict);
    value_decref(rt, plan.bases);
    return result;
}

ouro_value type_make(ouro_runtime *rt, type_object *metatype, const ouro_value *args, size_t nargs,
                     ouro_value kwnames)
{
    static const struct {
        uint32_t flag;
        const char *name;
    } expected[] = {{TYPE_IS_STR, "str"}, {TYPE_IS_TUPLE, "tuple"}, {TYPE_IS_DICT, "dict"}};
    if (nargs != 3) {
        return error_type(rt, "type.__new__() takes exactly 3 arguments (%zu given)", nargs);
    }
    for (size_t i = 0; i < 3; i++) {
        if (!value_has_flag(rt, args[i], expected[i].flag)) {
            return error_type(rt, "type.__new__() argument %zu must be %s, not %T", i + 1, expected[i].name, args[i]);
        }
    }
    return type_new_class(rt, metatype, args[0], args[1], args[2], args + 3, kwnames);
}

bool type_set_inline_guess(ouro_runtime *rt, type_object *type, unsigned count)
{
    if (!(type->type.flags & OURO_TYPE_SHAPED) || count <= type->inline_guess) {
        return true;
    }
    type->inline_guess = (uint16_t)(count > SHAPE_MAX_ATTRIBUTES ? SHAPE_MAX_ATTRIBUTES : count);
    return type_make_shape(rt, type);
}
