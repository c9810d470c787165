/* compile_pattern.c: match statements.
 *
 * A pattern is compiled with its subject on top of the stack, and consumes it.  Names captured on the way are
 * bound only when the whole pattern has matched: until then their values wait on the stack, below the items that
 * are still to be looked at:
 *
 *     ... subject-copy | captured values (context.stores, the first on top) | items in progress (context.on_top) |
 *
 * A failing test jumps to one of the context's fail labels: fail[n] drops n values and goes on with the next case.
 */
#include "lang/compile.h"
#include "lang/emit.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/str.h"

#include <string.h>

typedef struct pattern_context {
    const ast_identifier **stores;
    uint32_t store_count, store_capacity;
    label *fail; /* fail[n]: n values to drop */
    uint32_t fail_count, fail_capacity;
    uint32_t on_top;
    bool allow_irrefutable; /* may a pattern that always matches stand here? */
} pattern_context;

static bool pattern_grow(compiler *c, void **items, uint32_t needed, uint32_t *capacity, size_t size)
{
    if (needed <= *capacity) {
        return true;
    }
    uint32_t wanted = needed * 2 > 8 ? needed * 2 : 8;
    void *grown = ouro_mem_resize(c->rt->mem, *items, wanted * size);
    if (!grown) {
        error_no_memory(c->rt);
        c->failed = true;
        return false;
    }
    *items = grown;
    *capacity = wanted;
    return true;
}

static void pattern_context_free(compiler *c, pattern_context *p)
{
    ouro_mem_free(c->rt->mem, p->stores);
    ouro_mem_free(c->rt->mem, p->fail);
    p->stores = NULL;
    p->fail = NULL;
    p->store_count = p->store_capacity = p->fail_count = p->fail_capacity = 0;
}

/* The label that drops everything of this pattern in progress. */
static label pattern_fail_label(compiler *c, pattern_context *p)
{
    uint32_t drop = p->on_top + p->store_count;
    while (p->fail_count <= drop && !c->failed) {
        if (!pattern_grow(c, (void **)&p->fail, p->fail_count + 1, &p->fail_capacity, sizeof *p->fail)) {
            return 0;
        }
        p->fail[p->fail_count++] = label_new(c);
    }
    return c->failed ? 0 : p->fail[drop];
}

static void pattern_jump_to_fail(compiler *c, pattern_context *p, opcode op)
{
    label l = pattern_fail_label(c, p);
    if (!c->failed) {
        emit_jump(c, op, l);
    }
}

/* Places all fail labels: from the deepest down to fail[0]. */
static void pattern_place_fails(compiler *c, pattern_context *p)
{
    for (uint32_t i = p->fail_count; i > 0 && !c->failed; i--) {
        label_place(c, p->fail[i - 1]);
        if (i > 1) {
            emit(c, OP_POP_TOP, 0);
        }
    }
    p->fail_count = 0;
}

/* Moves the top of the stack below the next n - 1 values. */
static void pattern_rotate(compiler *c, uint32_t n)
{
    for (; n > 1; n--) {
        emit(c, OP_SWAP, n);
    }
}

static void compile_pattern(compiler *c, const ast_pattern *p, pattern_context *pc);

static void pattern_store(compiler *c, const ast_identifier *name, ast_place place, pattern_context *pc)
{
    if (!name) {
        emit(c, OP_POP_TOP, 0);
        return;
    }
    if (strcmp(name->text, "__debug__") == 0) {
        compile_error(c, place, "cannot assign to __debug__");
        return;
    }
    for (uint32_t i = 0; i < pc->store_count; i++) {
        if (pc->stores[i] == name) {
            compile_error(c, place, "multiple assignments to name '%s' in pattern", name->text);
            return;
        }
    }
    if (!pattern_grow(c, (void **)&pc->stores, pc->store_count + 1, &pc->store_capacity, sizeof *pc->stores)) {
        return;
    }
    pattern_rotate(c, pc->on_top + pc->store_count + 1);
    pc->stores[pc->store_count++] = name;
}

static bool pattern_is_wildcard(const ast_pattern *p)
{
    return p->kind == AST_MATCH_AS && !p->as.name && !p->as.pattern;
}

static bool pattern_is_star_wildcard(const ast_pattern *p)
{
    return p->kind == AST_MATCH_STAR && !p->as.name;
}

/* A subpattern: one that always matches is fine here. */
static void pattern_sub(compiler *c, const ast_pattern *p, pattern_context *pc)
{
    bool outer = pc->allow_irrefutable;
    pc->allow_irrefutable = true;
    compile_pattern(c, p, pc);
    pc->allow_irrefutable = outer;
}

/* ---- sequences ---- */

static void pattern_sequence_unpack(compiler *c, const ast_pattern_list *items, ast_place place,
                                    pattern_context *pc)
{
    bool starred = false;
    for (uint32_t i = 0; i < items->count; i++) {
        if (items->items[i]->kind == AST_MATCH_STAR) {
            if (i >= 1 << 8 || items->count - i - 1 >= 1 << 15) {
                compile_error(c, place, "too many expressions in star-unpacking sequence pattern");
                return;
            }
            emit(c, OP_UNPACK_EX, i | (items->count - i - 1) << 8);
            starred = true;
        }
    }
    if (!starred) {
        emit(c, OP_UNPACK_SEQUENCE, items->count);
    }
    pc->on_top += items->count;
    for (uint32_t i = 0; i < items->count; i++) {
        pc->on_top--;
        pattern_sub(c, items->items[i], pc);
    }
}

/* Takes single items out by index: the star captures nothing, so nothing need be copied. */
static void pattern_sequence_subscript(compiler *c, const ast_pattern_list *items, uint32_t star,
                                       pattern_context *pc)
{
    pc->on_top++;
    for (uint32_t i = 0; i < items->count; i++) {
        const ast_pattern *item = items->items[i];
        if (pattern_is_wildcard(item) || i == star) {
            continue;
        }
        emit(c, OP_COPY, 1);
        if (i < star) {
            emit_constant(c, ouro_int(i));
        } else {
            emit(c, OP_GET_LEN, 0);
            emit_constant(c, ouro_int(items->count - i));
            emit(c, OP_BINARY_OP, BINARY_SUBTRACT);
        }
        emit(c, OP_BINARY_SUBSCR, 0);
        pattern_sub(c, item, pc);
    }
    pc->on_top--;
    emit(c, OP_POP_TOP, 0);
}

static void pattern_sequence(compiler *c, const ast_pattern *p, pattern_context *pc)
{
    const ast_pattern_list *items = p->sequence.patterns;
    uint32_t star = UINT32_MAX;
    bool only_wildcards = true;
    bool star_wildcard = false;
    for (uint32_t i = 0; i < items->count; i++) {
        const ast_pattern *item = items->items[i];
        if (item->kind == AST_MATCH_STAR) {
            if (star != UINT32_MAX) {
                compile_error(c, p->place, "multiple starred names in sequence pattern");
                return;
            }
            star_wildcard = pattern_is_star_wildcard(item);
            only_wildcards &= star_wildcard;
            star = i;
            continue;
        }
        only_wildcards &= pattern_is_wildcard(item);
    }
    pc->on_top++;
    emit(c, OP_MATCH_SEQUENCE, 0);
    pattern_jump_to_fail(c, pc, OP_POP_JUMP_IF_FALSE);
    if (star == UINT32_MAX) {
        emit(c, OP_GET_LEN, 0);
        emit_constant(c, ouro_int(items->count));
        emit(c, OP_COMPARE_OP, COMPARE_EQ);
        pattern_jump_to_fail(c, pc, OP_POP_JUMP_IF_FALSE);
    } else if (items->count > 1) {
        emit(c, OP_GET_LEN, 0);
        emit_constant(c, ouro_int(items->count - 1));
        emit(c, OP_COMPARE_OP, COMPARE_GE);
        pattern_jump_to_fail(c, pc, OP_POP_JUMP_IF_FALSE);
    }
    pc->on_top--;
    if (only_wildcards) {
        emit(c, OP_POP_TOP, 0);
    } else if (star_wildcard) {
        pattern_sequence_subscript(c, items, star, pc);
    } else {
        pattern_sequence_unpack(c, items, p->place, pc);
    }
}

/* ---- mappings ---- */

static void pattern_mapping_keys(compiler *c, const ast_pattern *p)
{
    ouro_value seen = set_new(c->rt, OURO_NULL);
    c->failed |= ouro_is_null(seen);
    for (uint32_t i = 0; i < p->mapping.keys->count && !c->failed; i++) {
        const ast_expr *key = p->mapping.keys->items[i];
        ouro_value constant = fold_expr(c, key);
        if (!ouro_is_null(constant)) {
            int had = set_contains(c->rt, seen, constant);
            if (had == 1) {
                ouro_value text = object_repr(c->rt, constant);
                size_t length;
                char *shown = ouro_is_null(text) ? NULL : str_to_utf8(c->rt, text, &length, true);
                if (shown) {
                    compile_error(c, p->place, "mapping pattern checks duplicate key (%s)", shown);
                }
                c->failed = true;
                ouro_mem_free(c->rt->mem, shown);
                value_decref(c->rt, text);
            } else if (had < 0 || !set_add(c->rt, seen, constant)) {
                c->failed = true;
            }
            value_decref(c->rt, constant);
        } else if (key->kind != AST_ATTRIBUTE) {
            compile_error(c, p->place, "mapping pattern keys may only match literals and attribute lookups");
        }
        compile_expr(c, key);
    }
    value_decref(c->rt, seen);
}

static void pattern_mapping(compiler *c, const ast_pattern *p, pattern_context *pc)
{
    uint32_t n = p->mapping.keys->count;
    const ast_identifier *rest = p->mapping.rest;
    pc->on_top++;
    emit(c, OP_MATCH_MAPPING, 0);
    pattern_jump_to_fail(c, pc, OP_POP_JUMP_IF_FALSE);
    if (n == 0 && !rest) {
        pc->on_top--;
        emit(c, OP_POP_TOP, 0);
        return;
    }
    if (n) {
        emit(c, OP_GET_LEN, 0);
        emit_constant(c, ouro_int(n));
        emit(c, OP_COMPARE_OP, COMPARE_GE);
        pattern_jump_to_fail(c, pc, OP_POP_JUMP_IF_FALSE);
    }
    pattern_mapping_keys(c, p);
    emit(c, OP_BUILD_TUPLE, n);
    emit(c, OP_MATCH_KEYS, 0); /* subject keys values-or-None */
    pc->on_top += 2;
    emit(c, OP_COPY, 1);
    emit_constant(c, OURO_NONE);
    emit(c, OP_IS_OP, 1);
    pattern_jump_to_fail(c, pc, OP_POP_JUMP_IF_FALSE);
    emit(c, OP_UNPACK_SEQUENCE, n);
    pc->on_top += n;
    pc->on_top--;
    for (uint32_t i = 0; i < n; i++) {
        pc->on_top--;
        pattern_sub(c, p->mapping.patterns->items[i], pc);
    }
    /* subject keys */
    pc->on_top -= 2;
    if (rest) {
        /* rest = dict(subject); for each key: del rest[key] */
        emit(c, OP_BUILD_MAP, 0);   /* subject keys rest */
        emit(c, OP_SWAP, 3);        /* rest keys subject */
        emit(c, OP_DICT_UPDATE, 2); /* rest keys */
        emit(c, OP_UNPACK_SEQUENCE, n);
        for (uint32_t i = n; i > 0; i--) {
            emit(c, OP_COPY, 1 + i); /* rest ... key rest */
            emit(c, OP_SWAP, 2);
            emit(c, OP_DELETE_SUBSCR, 0);
        }
        pattern_store(c, rest, p->place, pc);
    } else {
        emit(c, OP_POP_TOP, 0);
        emit(c, OP_POP_TOP, 0);
    }
}

/* ---- classes ---- */

static void pattern_class(compiler *c, const ast_pattern *p, pattern_context *pc)
{
    uint32_t positional = p->class.patterns->count;
    uint32_t named = p->class.keyword_names->count;
    for (uint32_t i = 0; i < named; i++) {
        if (strcmp(p->class.keyword_names->items[i]->text, "__debug__") == 0) {
            compile_error(c, p->class.keyword_patterns->items[i]->place, "cannot assign to __debug__");
            return;
        }
        for (uint32_t j = i + 1; j < named; j++) {
            if (p->class.keyword_names->items[i] == p->class.keyword_names->items[j]) {
                compile_error(c, p->class.keyword_patterns->items[j]->place,
                              "attribute name repeated in class pattern: %s",
                              p->class.keyword_names->items[i]->text);
                return;
            }
        }
    }
    compile_expr(c, p->class.type);
    tuple_object *names = named ? tuple_new_blank(c->rt, named) : NULL;
    if (named && !names) {
        c->failed = true;
        return;
    }
    for (uint32_t i = 0; i < named; i++) {
        names->items[i] = identifier_value(c, p->class.keyword_names->items[i]);
    }
    if (names) {
        gc_track(c->rt, names);
        emit_constant_steal(c, ouro_from_object(names));
    } else {
        emit_constant(c, c->rt->types->empty_tuple);
    }
    emit_at(c, p->place);
    emit(c, OP_MATCH_CLASS, positional);
    emit(c, OP_COPY, 1);
    emit_constant(c, OURO_NONE);
    emit(c, OP_IS_OP, 1);
    pc->on_top++;
    pattern_jump_to_fail(c, pc, OP_POP_JUMP_IF_FALSE);
    emit(c, OP_UNPACK_SEQUENCE, positional + named);
    pc->on_top += positional + named;
    pc->on_top--;
    for (uint32_t i = 0; i < positional + named; i++) {
        pc->on_top--;
        const ast_pattern *sub =
            i < positional ? p->class.patterns->items[i] : p->class.keyword_patterns->items[i - positional];
        if (pattern_is_wildcard(sub)) {
            emit(c, OP_POP_TOP, 0);
            continue;
        }
        pattern_sub(c, sub, pc);
    }
}

/* ---- alternatives ---- */

/* Brings the values captured by one alternative into the order of the first one's names. */
static void pattern_or_reorder(compiler *c, const ast_pattern *p, pattern_context *first, pattern_context *own)
{
    uint32_t n = first->store_count;
    for (uint32_t i = n; i > 0 && !c->failed; i--) {
        uint32_t at = 0;
        while (at < n && own->stores[at] != first->stores[i - 1]) {
            at++;
        }
        if (at == n) {
            compile_error(c, p->place, "alternative patterns bind different names");
            return;
        }
        if (at == i - 1) {
            continue;
        }
        /* stores[k] lies k below the top: exchange the places at and i - 1 */
        const ast_identifier *name = own->stores[at];
        uint32_t deep = at + 1;
        uint32_t target = i;
        if (target == 1 || deep == 1) {
            emit(c, OP_SWAP, target + deep - 1);
        } else {
            emit(c, OP_SWAP, target);
            emit(c, OP_SWAP, deep);
            emit(c, OP_SWAP, target);
        }
        own->stores[at] = own->stores[i - 1];
        own->stores[i - 1] = name;
    }
}

static void pattern_or(compiler *c, const ast_pattern *p, pattern_context *pc)
{
    const ast_pattern_list *choices = p->sequence.patterns;
    label end = label_new(c);
    pattern_context first = {0};
    pattern_context outer = *pc;
    for (uint32_t i = 0; i < choices->count && !c->failed; i++) {
        pattern_context own = {0};
        own.allow_irrefutable = i + 1 == choices->count && outer.allow_irrefutable;
        emit(c, OP_COPY, 1);
        compile_pattern(c, choices->items[i], &own);
        if (!c->failed && i > 0 && own.store_count != first.store_count) {
            compile_error(c, p->place, "alternative patterns bind different names");
        }
        if (!c->failed && i > 0) {
            pattern_or_reorder(c, p, &first, &own);
        }
        if (!c->failed) {
            emit_jump(c, OP_JUMP, end);
            pattern_place_fails(c, &own);
        }
        if (i == 0) {
            ouro_mem_free(c->rt->mem, own.fail);
            first = own;
            first.fail = NULL;
            first.fail_count = first.fail_capacity = 0;
        } else {
            pattern_context_free(c, &own);
        }
    }
    /* no alternative matched: the subject itself is still there */
    emit(c, OP_POP_TOP, 0);
    pattern_jump_to_fail(c, pc, OP_JUMP);
    label_place(c, end);
    /* subject | captured of the alternative: the captured go below all that waits and is in progress outside, the
     * first of them first, so that in the order of stores each lies below the one before */
    uint32_t captured = first.store_count;
    uint32_t below = captured + 1 + pc->on_top + pc->store_count;
    for (uint32_t i = 0; i < captured && !c->failed; i++) {
        pattern_rotate(c, below);
        for (uint32_t j = 0; j < pc->store_count; j++) {
            if (pc->stores[j] == first.stores[i]) {
                compile_error(c, p->place, "multiple assignments to name '%s' in pattern", first.stores[i]->text);
            }
        }
        if (pattern_grow(c, (void **)&pc->stores, pc->store_count + 1, &pc->store_capacity, sizeof *pc->stores)) {
            pc->stores[pc->store_count++] = first.stores[i];
        }
    }
    emit(c, OP_POP_TOP, 0); /* the subject */
    pattern_context_free(c, &first);
}

/* ---- the kinds ---- */

static void pattern_as(compiler *c, const ast_pattern *p, pattern_context *pc)
{
    if (!p->as.pattern) {
        if (!pc->allow_irrefutable) {
            if (p->as.name) {
                compile_error(c, p->place, "name capture '%s' makes remaining patterns unreachable",
                              p->as.name->text);
            } else {
                compile_error(c, p->place, "wildcard makes remaining patterns unreachable");
            }
            return;
        }
        pattern_store(c, p->as.name, p->place, pc);
        return;
    }
    pc->on_top++;
    emit(c, OP_COPY, 1);
    compile_pattern(c, p->as.pattern, pc);
    pc->on_top--;
    pattern_store(c, p->as.name, p->place, pc);
}

static void pattern_value(compiler *c, const ast_pattern *p, pattern_context *pc)
{
    const ast_expr *value = p->value.value;
    ouro_value constant = fold_expr(c, value);
    if (ouro_is_null(constant) && value->kind != AST_ATTRIBUTE) {
        compile_error(c, p->place, "patterns may only match literals and attribute lookups");
        return;
    }
    value_decref(c->rt, constant);
    compile_expr(c, value);
    emit(c, OP_COMPARE_OP, COMPARE_EQ);
    pattern_jump_to_fail(c, pc, OP_POP_JUMP_IF_FALSE);
}

static void pattern_singleton(compiler *c, const ast_pattern *p, pattern_context *pc)
{
    emit_constant(c, p->singleton == AST_CONSTANT_NONE   ? OURO_NONE
                     : p->singleton == AST_CONSTANT_TRUE ? OURO_TRUE
                                                         : OURO_FALSE);
    emit(c, OP_IS_OP, 0);
    pattern_jump_to_fail(c, pc, OP_POP_JUMP_IF_FALSE);
}

static void compile_pattern(compiler *c, const ast_pattern *p, pattern_context *pc)
{
    if (c->failed) {
        return;
    }
    emit_at(c, p->place);
    switch ((ast_pattern_kind)p->kind) {
    case AST_MATCH_VALUE:
        pattern_value(c, p, pc);
        break;
    case AST_MATCH_SINGLETON:
        pattern_singleton(c, p, pc);
        break;
    case AST_MATCH_SEQUENCE:
        pattern_sequence(c, p, pc);
        break;
    case AST_MATCH_MAPPING:
        pattern_mapping(c, p, pc);
        break;
    case AST_MATCH_CLASS:
        pattern_class(c, p, pc);
        break;
    case AST_MATCH_STAR:
        pattern_store(c, p->as.name, p->place, pc);
        break;
    case AST_MATCH_AS:
        pattern_as(c, p, pc);
        break;
    case AST_MATCH_OR:
        pattern_or(c, p, pc);
        break;
    }
}

void compile_match(compiler *c, const ast_stmt *s)
{
    label end = label_new(c);
    compile_expr(c, s->match.subject);
    uint32_t n = s->match.cases->count;
    for (uint32_t i = 0; i < n && !c->failed; i++) {
        const ast_match_case *m = s->match.cases->items[i];
        pattern_context pc = {0};
        pc.allow_irrefutable = m->guard != NULL || i + 1 == n;
        label next = label_new(c);
        emit_at(c, m->pattern->place);
        emit(c, OP_COPY, 1);
        compile_pattern(c, m->pattern, &pc);
        for (uint32_t k = 0; k < pc.store_count && !c->failed; k++) {
            emit_variable(c, pc.stores[k], AST_STORE);
        }
        if (m->guard) {
            compile_jump_if(c, m->guard, next, false);
        }
        emit(c, OP_POP_TOP, 0); /* the subject */
        compile_statements(c, m->body);
        emit_at(c, (ast_place){0, 0, 0, 0});
        emit_jump(c, OP_JUMP, end);
        /* fail[0] and a false guard arrive with the subject only */
        pattern_place_fails(c, &pc);
        label_place(c, next);
        pattern_context_free(c, &pc);
    }
    emit(c, OP_POP_TOP, 0);
    label_place(c, end);
}
