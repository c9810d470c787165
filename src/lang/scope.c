/* scope.c: builds the scopes of a tree in one walk, then resolves their names.
 *
 * The walk (scope_visit.c) enters each name of each scope with what the source does to it.  This file has the tables,
 * the entry of a name with the errors that it can meet, and the resolution:
 *
 *   A name that is not bound where it is used is looked for in the enclosing scopes, innermost first.  Classes are
 *   passed over (but for `__class__`), a `global` ends the search.  A function that binds it gets a cell, and every
 *   scope on the way gets the name as a free one.
 *
 * The cost is the number of names times the depth of nesting; no sets are copied.
 */
#include "lang/future.h"
#include "lang/scope_visit.h"

#include <stdlib.h>
#include <string.h>

enum { SCOPE_LINEAR_NAMES = 8, SCOPE_FIRST_NAMES = 8 };

/* ---- the table of a scope ---------------------------------------------------------------------------- */

static scope_name *scope_find_entry(const scope *s, const ast_identifier *name)
{
    if (!s->name_index) {
        for (uint32_t i = 0; i < s->name_count; i++)
            if (s->names[i].name == name)
                return &s->names[i];
        return NULL;
    }
    for (uint32_t slot = name->hash & s->name_index_mask; s->name_index[slot]; slot = (slot + 1) & s->name_index_mask) {
        scope_name *entry = &s->names[s->name_index[slot] - 1];
        if (entry->name == name)
            return entry;
    }
    return NULL;
}

const scope_name *scope_find(const scope *table, const ast_identifier *mangled)
{
    return scope_find_entry(table, mangled);
}

static bool scope_grow(ast_arena *arena, scope *s)
{
    uint32_t capacity = s->name_capacity ? s->name_capacity * 2 : SCOPE_FIRST_NAMES;
    scope_name *names = ast_arena_alloc(arena, capacity * sizeof *names);
    if (!names)
        return false;
    if (s->name_count)
        memcpy(names, s->names, s->name_count * sizeof *names);
    s->names = names;
    s->name_capacity = capacity;
    if (capacity <= SCOPE_LINEAR_NAMES)
        return true;
    /* The index is at most half full. */
    uint32_t *index = ast_arena_alloc(arena, capacity * 2 * sizeof *index);
    if (!index)
        return false;
    memset(index, 0, capacity * 2 * sizeof *index);
    s->name_index = index;
    s->name_index_mask = capacity * 2 - 1;
    for (uint32_t i = 0; i < s->name_count; i++) {
        uint32_t slot = names[i].name->hash & s->name_index_mask;
        while (index[slot])
            slot = (slot + 1) & s->name_index_mask;
        index[slot] = i + 1;
    }
    return true;
}

/* Adds a name that is not there.  NULL: no memory. */
static scope_name *scope_add_entry(ast_arena *arena, scope *s, const ast_identifier *name)
{
    if (s->name_count == s->name_capacity && !scope_grow(arena, s))
        return NULL;
    scope_name *entry = &s->names[s->name_count++];
    *entry = (scope_name){.name = name};
    if (s->name_index) {
        uint32_t slot = name->hash & s->name_index_mask;
        while (s->name_index[slot])
            slot = (slot + 1) & s->name_index_mask;
        s->name_index[slot] = s->name_count;
    }
    return entry;
}

/* ---- errors ------------------------------------------------------------------------------------------ */

bool scope_fail(scope_visitor *v, ast_place place, const char *format, ...)
{
    /* CPython reports the columns of these errors in bytes. */
    const ast_text *source = &v->tree->source;
    va_list arguments;
    va_start(arguments, format);
    syntax_error_set_va(v->error, SYNTAX_ERROR_SYNTAX, source->data, source->length, place.line, place.column + 1,
                        place.end_line, place.end_column + 1, format, arguments);
    va_end(arguments);
    return false;
}

bool scope_fail_memory(scope_visitor *v)
{
    syntax_error_set_memory(v->error);
    return false;
}

static bool scope_fail_directive(scope_visitor *v, const scope *s, const ast_identifier *name, const char *format)
{
    ast_place place = s->place;
    for (const scope_directive *d = s->directives; d; d = d->next)
        if (d->name == name)
            place = d->place; /* the list is newest first: the oldest wins */
    return scope_fail(v, place, format, name->text);
}

/* ---- entering names ---------------------------------------------------------------------------------- */

const ast_identifier *scope_mangle(ast_arena *arena, const ast_identifier *class_name, const ast_identifier *name)
{
    if (!class_name || name->length < 3 || name->text[0] != '_' || name->text[1] != '_')
        return name;
    if ((name->text[name->length - 1] == '_' && name->text[name->length - 2] == '_') || strchr(name->text, '.'))
        return name;
    const char *start = class_name->text;
    while (*start == '_')
        start++;
    if (!*start)
        return name;
    size_t class_length = strlen(start), length = class_length + 1 + name->length;
    char *mangled = ast_arena_alloc(arena, length);
    if (!mangled)
        return NULL;
    mangled[0] = '_';
    memcpy(mangled + 1, start, class_length);
    memcpy(mangled + 1 + class_length, name->text, name->length);
    return ast_intern(arena, mangled, length);
}

static const ast_identifier *scope_mangle_here(scope_visitor *v, const ast_identifier *name)
{
    if (!v->class_name || name->text[0] != '_')
        return name;
    const ast_identifier *mangled = scope_mangle(v->arena, v->class_name, name);
    if (!mangled)
        scope_fail_memory(v);
    return mangled;
}

uint16_t scope_lookup(scope_visitor *v, const scope *s, const ast_identifier *name)
{
    const ast_identifier *mangled = scope_mangle_here(v, name);
    const scope_name *entry = mangled ? scope_find_entry(s, mangled) : NULL;
    return entry ? entry->uses : 0;
}

static bool scope_add_parameter(scope_visitor *v, scope *s, const ast_identifier *name)
{
    /* Capacities are powers of two; they follow from the count. */
    uint32_t count = s->parameter_count;
    if ((count & (count - 1)) == 0) {
        const ast_identifier **grown = ast_arena_alloc(v->arena, (count ? count * 2 : 1) * sizeof *grown);
        if (!grown)
            return scope_fail_memory(v);
        if (count)
            memcpy(grown, s->parameters, count * sizeof *grown);
        s->parameters = grown;
    }
    s->parameters[s->parameter_count++] = name;
    return true;
}

bool scope_define_in(scope_visitor *v, scope *s, const ast_identifier *name, uint16_t uses, ast_place place)
{
    const ast_identifier *mangled = scope_mangle_here(v, name);
    if (!mangled)
        return false;
    scope_name *entry = scope_find_entry(s, mangled);
    if (entry && (uses & SCOPE_DEF_PARAM) && (entry->uses & SCOPE_DEF_PARAM))
        return scope_fail(v, place, "duplicate argument '%s' in function definition", name->text);
    if (!entry && !(entry = scope_add_entry(v->arena, s, mangled)))
        return scope_fail_memory(v);
    entry->uses |= uses;
    if (s->comprehension_iterates_target) {
        if (entry->uses & (SCOPE_DEF_GLOBAL | SCOPE_DEF_NONLOCAL))
            return scope_fail(v, place,
                              "comprehension inner loop cannot rebind assignment expression target '%s'", name->text);
        entry->uses |= SCOPE_DEF_COMP_ITER;
    }
    if (uses & SCOPE_DEF_PARAM)
        return scope_add_parameter(v, s, mangled);
    if ((uses & SCOPE_DEF_GLOBAL) && s != v->tree->scope) {
        /* The module knows the names that its functions declare global. */
        scope *module = v->tree->scope;
        scope_name *global = scope_find_entry(module, mangled);
        if (!global && !(global = scope_add_entry(v->arena, module, mangled)))
            return scope_fail_memory(v);
        global->uses |= uses;
    }
    return true;
}

bool scope_record_directive(scope_visitor *v, const ast_identifier *name, ast_place place)
{
    scope_directive *directive = ast_arena_alloc(v->arena, sizeof *directive);
    const ast_identifier *mangled = directive ? scope_mangle_here(v, name) : NULL;
    if (!mangled)
        return scope_fail_memory(v);
    directive->name = mangled;
    directive->place = place;
    directive->next = v->current->directives;
    v->current->directives = directive;
    return true;
}

/* ---- entering and leaving scopes --------------------------------------------------------------------- */

scope *scope_open(scope_visitor *v, scope_kind kind, scope_function_kind function_kind, const ast_identifier *name,
                  ast_place place)
{
    scope *s = ast_arena_alloc(v->arena, sizeof *s);
    if (!s || !name) {
        scope_fail_memory(v);
        return NULL;
    }
    memset(s, 0, sizeof *s);
    s->kind = kind;
    s->function_kind = function_kind;
    s->is_comprehension = function_kind >= SCOPE_LIST_COMP;
    s->name = name;
    s->place = place;
    scope *outer = v->current;
    s->parent = outer;
    s->class_name = v->class_name;
    if (outer) {
        s->is_nested = outer->is_nested || outer->kind == SCOPE_FUNCTION;
        s->comprehension_iterable_depth = outer->comprehension_iterable_depth;
        if (kind != SCOPE_ANNOTATION) {
            /* Annotations that are never evaluated leave nothing behind. */
            if (outer->last_child)
                outer->last_child->next = s;
            else
                outer->first_child = s;
            outer->last_child = s;
        }
    }
    v->current = s;
    return s;
}

void scope_close(scope_visitor *v)
{
    v->current = v->current->parent;
}

/* ---- resolution -------------------------------------------------------------------------------------- */

/* The scope that binds `name` for `s`, which does not: a function, or the class of `__class__`.  NULL: it is global. */
static scope *scope_find_binding(scope_visitor *v, const scope *s, const ast_identifier *name)
{
    for (scope *outer = s->parent; outer; outer = outer->parent) {
        if (outer->kind == SCOPE_CLASS) {
            if (name == v->dunder_class)
                return outer;
            continue;
        }
        if (outer->kind != SCOPE_FUNCTION)
            return NULL;
        const scope_name *entry = scope_find_entry(outer, name);
        if (!entry)
            continue;
        if (entry->uses & SCOPE_DEF_GLOBAL)
            return NULL;
        if ((entry->uses & SCOPE_DEF_BOUND) && !(entry->uses & SCOPE_DEF_NONLOCAL))
            return outer;
    }
    return NULL;
}

/* Makes `name` a cell where it is bound, and free on the way there. */
static bool scope_pass_through(scope_visitor *v, scope *s, scope *binding, const ast_identifier *name)
{
    if (binding->kind == SCOPE_CLASS)
        binding->needs_class_closure = true;
    else
        scope_find_entry(binding, name)->resolution = SCOPE_CELL;
    for (scope *between = s->parent; between != binding; between = between->parent) {
        scope_name *entry = scope_find_entry(between, name);
        if (entry) {
            if (between->kind == SCOPE_CLASS && (entry->uses & (SCOPE_DEF_BOUND | SCOPE_DEF_GLOBAL)))
                entry->uses |= SCOPE_DEF_FREE_CLASS;
            continue;
        }
        entry = scope_add_entry(v->arena, between, name);
        if (!entry)
            return scope_fail_memory(v);
        entry->resolution = SCOPE_FREE;
    }
    return true;
}

static bool scope_resolve_name(scope_visitor *v, scope *s, uint32_t index)
{
    /* The table may move when a name is passed through; this scope's does not, but its own entry is read first. */
    const ast_identifier *name = s->names[index].name;
    uint16_t uses = s->names[index].uses;
    scope_resolution resolution;
    if (uses & SCOPE_DEF_GLOBAL) {
        if (uses & SCOPE_DEF_NONLOCAL)
            return scope_fail_directive(v, s, name, "name '%s' is nonlocal and global");
        resolution = SCOPE_GLOBAL_EXPLICIT;
    } else if ((uses & SCOPE_DEF_BOUND) && !(uses & SCOPE_DEF_NONLOCAL)) {
        if (s->names[index].resolution == SCOPE_CELL)
            return true;
        resolution = SCOPE_LOCAL;
    } else {
        if ((uses & SCOPE_DEF_NONLOCAL) && s->kind == SCOPE_MODULE)
            return scope_fail_directive(v, s, name, "nonlocal declaration not allowed at module level");
        scope *binding = scope_find_binding(v, s, name);
        if (!binding && (uses & SCOPE_DEF_NONLOCAL))
            return scope_fail_directive(v, s, name, "no binding for nonlocal '%s' found");
        if (binding && !scope_pass_through(v, s, binding, name))
            return false;
        resolution = binding ? SCOPE_FREE : SCOPE_GLOBAL_IMPLICIT;
        s->has_free = s->has_free || binding || s->is_nested;
    }
    s->names[index].resolution = (uint8_t)resolution;
    return true;
}

static int scope_compare_names(const void *a, const void *b)
{
    return strcmp((*(const ast_identifier *const *)a)->text, (*(const ast_identifier *const *)b)->text);
}

/* Lists the cells or the free names of a scope, sorted. */
static bool scope_collect(scope_visitor *v, scope *s, scope_resolution wanted, uint16_t or_uses,
                          const ast_identifier ***list, uint32_t *count)
{
    uint32_t total = 0;
    for (uint32_t i = 0; i < s->name_count; i++)
        total += s->names[i].resolution == wanted || (s->names[i].uses & or_uses);
    *count = total;
    if (!total)
        return true;
    const ast_identifier **names = ast_arena_alloc(v->arena, total * sizeof *names);
    if (!names)
        return scope_fail_memory(v);
    total = 0;
    for (uint32_t i = 0; i < s->name_count; i++)
        if (s->names[i].resolution == wanted || (s->names[i].uses & or_uses))
            names[total++] = s->names[i].name;
    qsort((void *)names, total, sizeof *names, scope_compare_names);
    *list = names;
    return true;
}

/* The next scope in the order parent, children, siblings.  NULL: that was the last. */
static scope *scope_next(scope *s)
{
    if (s->first_child)
        return s->first_child;
    while (s && !s->next)
        s = s->parent;
    return s ? s->next : NULL;
}

static bool scope_resolve(scope_visitor *v)
{
    for (scope *s = v->tree->scope; s; s = scope_next(s)) {
        /* Names that are passed through this scope later are resolved already when they come. */
        uint32_t count = s->name_count;
        for (uint32_t i = 0; i < count; i++)
            if (s->names[i].resolution != SCOPE_FREE && !scope_resolve_name(v, s, i))
                return false;
    }
    for (scope *s = v->tree->scope; s; s = scope_next(s)) {
        if (!scope_collect(v, s, SCOPE_CELL, 0, &s->cell_names, &s->cell_count) ||
            !scope_collect(v, s, SCOPE_FREE, SCOPE_DEF_FREE_CLASS, &s->free_names, &s->free_count))
            return false;
        s->has_free = s->has_free || s->free_count > 0;
        if (s->has_free)
            for (scope *outer = s->parent; outer && !outer->child_has_free; outer = outer->parent)
                outer->child_has_free = true;
    }
    return true;
}

bool scope_analyse(ast_tree *tree, syntax_error *error)
{
    if (!future_find(tree, error))
        return false;
    scope_visitor v = {.tree = tree, .arena = tree->arena, .mem = ast_arena_mem(tree->arena), .error = error};
    v.future_annotations = (tree->future & AST_FUTURE_ANNOTATIONS) != 0;
    v.dunder_class = ast_intern(tree->arena, "__class__", 9);
    v.super = ast_intern(tree->arena, "super", 5);
    const ast_identifier *top = ast_intern(tree->arena, "top", 3);
    if (!v.dunder_class || !v.super || !top)
        return scope_fail_memory(&v);
    tree->scope = scope_open(&v, SCOPE_MODULE, SCOPE_NO_FUNCTION, top, (ast_place){0, 0, 0, 0});
    bool fine = tree->scope && scope_visit_tree(&v) && scope_resolve(&v);
    ouro_mem_free(v.mem, v.spine);
    return fine;
}
