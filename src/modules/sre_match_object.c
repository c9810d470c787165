/* sre_match_object.c: re.Match: what a pattern matched, whole and by groups. */
#include "modules/modules.h"
#include "modules/sre.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

ouro_value sre_match_new(ouro_runtime *rt, ouro_value pattern, ouro_value string, const sre_state *s, int64_t pos,
                         int64_t endpos)
{
    size_t groups = as_sre_pattern(pattern)->groups + 1;
    sre_match_object *m = object_new(rt, &MODULE_TYPE(rt, sre_match)->type, groups * 2 * sizeof(int64_t));
    if (m == NULL) {
        return OURO_NULL;
    }
    m->pattern = value_incref(pattern);
    m->string = value_incref(string);
    m->pos = pos;
    m->endpos = endpos;
    m->last_index = sre_state_last_index(s);
    m->groups = groups;
    m->marks[0] = sre_state_start(s);
    m->marks[1] = sre_state_end(s);
    const int64_t *marks = sre_state_marks(s);
    for (size_t i = 1; i < groups; i++) {
        int64_t start = marks[2 * (i - 1)], end = marks[2 * (i - 1) + 1];
        bool there = start >= 0 && end >= start;
        m->marks[2 * i] = there ? start : -1;
        m->marks[2 * i + 1] = there ? end : -1;
    }
    gc_track(rt, &m->object);
    return ouro_from_object(m);
}

int64_t sre_match_group_index(ouro_runtime *rt, const sre_match_object *match, ouro_value index)
{
    int64_t number = -1;
    if (value_is_int(rt, index) || value_type(rt, index)->slots.to_index != NULL) {
        if (!object_as_index(rt, index, &number, true)) {
            return -1;
        }
    } else {
        ouro_value found = dict_get(rt, as_dict(as_sre_pattern(match->pattern)->group_index), index);
        if (ouro_is_null(found) && error_is_set(rt)) {
            return -1;
        }
        number = ouro_is_int(found) ? ouro_as_int(found) : -1;
    }
    if (number < 0 || (size_t)number >= match->groups) {
        error_index(rt, "no such group");
        return -1;
    }
    return number;
}

/* What group `i` took; `absent` (borrowed) if it took no part. */
static ouro_value sre_match_text(ouro_runtime *rt, const sre_match_object *m, int64_t i, ouro_value absent)
{
    sre_input input;
    int64_t start = m->marks[2 * i], end = m->marks[2 * i + 1];
    if (start < 0 || ouro_is_none(m->string)) {
        return value_incref(absent);
    }
    if (!sre_input_open(rt, m->string, &input)) {
        return OURO_NULL;
    }
    /* a buffer may have shrunk since */
    end = end > input.length ? input.length : end;
    start = start > end ? end : start;
    ouro_value text = sre_slice(rt, m->string, &input, start, end);
    sre_input_close(rt, &input);
    return text;
}

static ouro_value sre_match_by_index(ouro_runtime *rt, const sre_match_object *m, ouro_value index)
{
    int64_t i = sre_match_group_index(rt, m, index);
    return i < 0 ? OURO_NULL : sre_match_text(rt, m, i, OURO_NONE);
}

static ouro_value sre_match_group(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    const sre_match_object *m = as_sre_match(args[0]);
    if (!ouro_is_null(kwnames) && as_tuple(kwnames)->size > 0) {
        return error_type(rt, "group() takes no keyword arguments");
    }
    if (nargs == 1) {
        return sre_match_text(rt, m, 0, OURO_NONE);
    }
    if (nargs == 2) {
        return sre_match_by_index(rt, m, args[1]);
    }
    tuple_object *tuple = tuple_new_blank(rt, nargs - 1);
    if (tuple == NULL) {
        return OURO_NULL;
    }
    for (size_t i = 1; i < nargs; i++) {
        tuple->items[i - 1] = sre_match_by_index(rt, m, args[i]);
        if (ouro_is_null(tuple->items[i - 1])) {
            value_decref(rt, ouro_from_object(tuple));
            return OURO_NULL;
        }
    }
    gc_track(rt, &tuple->object);
    return ouro_from_object(tuple);
}

static ouro_value sre_match_getitem(ouro_runtime *rt, ouro_value self, ouro_value index)
{
    return sre_match_by_index(rt, as_sre_match(self), index);
}

static ouro_value sre_match_groups(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const sre_match_object *m = as_sre_match(args[0]);
    ouro_value absent = arg_or_null(args, nargs, 1);
    absent = ouro_is_null(absent) ? OURO_NONE : absent;
    if (m->groups == 1) {
        return value_incref(rt->types->empty_tuple);
    }
    tuple_object *tuple = tuple_new_blank(rt, m->groups - 1);
    if (tuple == NULL) {
        return OURO_NULL;
    }
    for (size_t i = 1; i < m->groups; i++) {
        tuple->items[i - 1] = sre_match_text(rt, m, (int64_t)i, absent);
        if (ouro_is_null(tuple->items[i - 1])) {
            value_decref(rt, ouro_from_object(tuple));
            return OURO_NULL;
        }
    }
    gc_track(rt, &tuple->object);
    return ouro_from_object(tuple);
}

static ouro_value sre_match_groupdict(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const sre_match_object *m = as_sre_match(args[0]);
    ouro_value absent = arg_or_null(args, nargs, 1);
    absent = ouro_is_null(absent) ? OURO_NONE : absent;
    dict_object *names = as_dict(as_sre_pattern(m->pattern)->group_index);
    ouro_value result = dict_new(rt, dict_size(names));
    size_t position = 0;
    ouro_value name, number;
    while (!ouro_is_null(result) && dict_next(names, &position, &name, &number)) {
        ouro_value text = ouro_is_int(number) ? sre_match_text(rt, m, ouro_as_int(number), absent) : OURO_NULL;
        if (ouro_is_null(text) || !dict_set(rt, as_dict(result), name, text)) {
            value_clear(rt, &result);
        }
        value_decref(rt, text);
    }
    return result;
}

/* The index of the group that an optional argument names: 0 by default. */
static int64_t sre_match_optional_group(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value given = arg_or_null(args, nargs, 1);
    return ouro_is_null(given) ? 0 : sre_match_group_index(rt, as_sre_match(args[0]), given);
}

static ouro_value sre_match_start(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t i = sre_match_optional_group(rt, args, nargs);
    return i < 0 ? OURO_NULL : ouro_int(as_sre_match(args[0])->marks[2 * i]);
}

static ouro_value sre_match_end(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t i = sre_match_optional_group(rt, args, nargs);
    return i < 0 ? OURO_NULL : ouro_int(as_sre_match(args[0])->marks[2 * i + 1]);
}

static ouro_value sre_match_span(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const sre_match_object *m = as_sre_match(args[0]);
    int64_t i = sre_match_optional_group(rt, args, nargs);
    return i < 0 ? OURO_NULL : tuple_pack2(rt, ouro_int(m->marks[2 * i]), ouro_int(m->marks[2 * i + 1]));
}

static ouro_value sre_match_expand(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value name = str_from_cstring(rt, "re");
    ouro_value re = ouro_is_null(name) ? OURO_NULL : rt->types->import_name(rt, name);
    ouro_value expand = ouro_is_null(re) ? OURO_NULL : object_getattr_utf8(rt, re, "_expand");
    ouro_value result = OURO_NULL;
    if (!ouro_is_null(expand)) {
        result = object_call3(rt, expand, as_sre_match(args[0])->pattern, args[0], args[1]);
    }
    value_decref(rt, expand);
    value_decref(rt, re);
    value_decref(rt, name);
    return result;
}

static ouro_value sre_match_copy(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return value_incref(args[0]);
}

static ouro_value sre_match_class_getitem(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_call2(rt, type_value(TYPE(rt, generic_alias)), args[0], args[1]);
}

static ouro_value sre_match_repr(ouro_runtime *rt, ouro_value self)
{
    const sre_match_object *m = as_sre_match(self);
    ouro_value text = sre_match_text(rt, m, 0, OURO_NONE);
    if (ouro_is_null(text)) {
        return OURO_NULL;
    }
    ouro_value result = str_format_c(rt, "<re.Match object; span=(%lld, %lld), match=%.50R>", (long long)m->marks[0],
                                     (long long)m->marks[1], text);
    value_decref(rt, text);
    return result;
}

static ouro_value sre_match_get_last_index(ouro_runtime *rt, ouro_value self, void *closure)
{
    int64_t i = as_sre_match(self)->last_index;
    return i < 0 ? OURO_NONE : ouro_int(i);
}

static ouro_value sre_match_get_last_group(ouro_runtime *rt, ouro_value self, void *closure)
{
    const sre_match_object *m = as_sre_match(self);
    const tuple_object *names = as_tuple(as_sre_pattern(m->pattern)->index_group);
    if (m->last_index < 0 || (size_t)m->last_index >= names->size) {
        return OURO_NONE;
    }
    return value_incref(names->items[m->last_index]);
}

static ouro_value sre_match_get_regs(ouro_runtime *rt, ouro_value self, void *closure)
{
    sre_match_object *m = as_sre_match(self);
    if (ouro_is_null(m->regs)) {
        tuple_object *tuple = tuple_new_blank(rt, m->groups);
        if (tuple == NULL) {
            return OURO_NULL;
        }
        for (size_t i = 0; i < m->groups; i++) {
            tuple->items[i] = tuple_pack2(rt, ouro_int(m->marks[2 * i]), ouro_int(m->marks[2 * i + 1]));
            if (ouro_is_null(tuple->items[i])) {
                value_decref(rt, ouro_from_object(tuple));
                return OURO_NULL;
            }
        }
        gc_track(rt, &tuple->object);
        m->regs = ouro_from_object(tuple);
    }
    return value_incref(m->regs);
}

static ouro_value sre_match_get_pos(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_int(closure == NULL ? as_sre_match(self)->pos : as_sre_match(self)->endpos);
}

static const ouro_field sre_match_fields[] = {
    {OURO_FIELD_VALUE, offsetof(sre_match_object, pattern), 0, "re"},
    {OURO_FIELD_VALUE, offsetof(sre_match_object, string), 0, "string"},
    {OURO_FIELD_VALUE, offsetof(sre_match_object, regs), 0, "regs"},
};

static const method_def sre_match_methods[] = {
    {"group", NULL, NULL, sre_match_group, 0,
     "group([group1, ...]) -> str or tuple.\nReturn subgroup(s) of the match by indices or names.\nFor 0 returns the "
     "entire match."},
    {"groups", "self, /, default=None", sre_match_groups, NULL, 0,
     "Return a tuple containing all the subgroups of the match, from 1."},
    {"groupdict", "self, /, default=None", sre_match_groupdict, NULL, 0,
     "Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name."},
    {"start", "self, group=0, /", sre_match_start, NULL, 0,
     "Return index of the start of the substring matched by group."},
    {"end", "self, group=0, /", sre_match_end, NULL, 0, "Return index of the end of the substring matched by group."},
    {"span", "self, group=0, /", sre_match_span, NULL, 0, "For match object m, return the 2-tuple (m.start(group), "
                                                          "m.end(group))."},
    {"expand", "self, /, template", sre_match_expand, NULL, 0,
     "Return the string obtained by doing backslash substitution on the string template, as done by the sub() method."},
    {"__copy__", "self, /", sre_match_copy, NULL, 0, NULL},
    {"__deepcopy__", "self, memo, /", sre_match_copy, NULL, 0, NULL},
    {"__class_getitem__", "?cls, item, /", sre_match_class_getitem, NULL, METHOD_CLASS, "See PEP 585"},
    {0},
};

static const member_def sre_match_members[] = {
    {"string", offsetof(sre_match_object, string), MEMBER_READONLY, "The string passed to match() or search()."},
    {"re", offsetof(sre_match_object, pattern), MEMBER_READONLY, "The regular expression object."},
    {0},
};

static const getset_def sre_match_getsets[] = {
    {"lastindex", sre_match_get_last_index, NULL, "The integer index of the last matched capturing group.", NULL},
    {"lastgroup", sre_match_get_last_group, NULL, "The name of the last matched capturing group.", NULL},
    {"regs", sre_match_get_regs, NULL, NULL, NULL},
    {"pos", sre_match_get_pos, NULL,
     "The index into the string at which the RE engine started looking for a match.", NULL},
    {"endpos", sre_match_get_pos, NULL, "The index into the string beyond which the RE engine will not go.",
     (void *)(uintptr_t)1},
    {0},
};

const type_spec sre_match_spec = {
    .name = "re.Match",
    .size = sizeof(sre_match_object),
    .flags = TYPE_NO_MAKE,
    .doc = "The result of re.match() and re.search().\nMatch objects always have a boolean value of True.",
    .fields = sre_match_fields,
    .field_count = 3,
    .methods = sre_match_methods,
    .members = sre_match_members,
    .getsets = sre_match_getsets,
    .slots = {.repr = sre_match_repr, .getitem = sre_match_getitem},
};
