/* lisp.c: a small Lisp on ouro's objects and collector, without its Python.
 *
 * It shows what a language of one's own needs: types (pair, symbol, closure, scope, built-in), a reader, a
 * printer, and an evaluator that says when the collector may run.  Numbers are ouro's immediate ints, the
 * empty list is OURO_NONE.
 *
 * Ownership: every function that returns a value returns a new reference; arguments are borrowed; OURO_NULL
 * means an error, whose text is in lisp.error.  Closures refer to their scope and scopes to closures: cycles,
 * which the collector finds.  Tail calls are loops; other recursion is bounded by LISP_DEPTH.
 */
#include <ouro/gc.h>
#include <ouro/object.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LISP_DEPTH = 2000, LISP_NAME = 32 };

/* ---- objects ---- */

typedef struct pair {
    ouro_object object;
    ouro_value first, rest;
} pair;

typedef struct symbol {
    ouro_object object;
    char name[LISP_NAME];
} symbol;

typedef struct closure {
    ouro_object object;
    ouro_value parameters, body, scope;
} closure;

/* The variables of one call: a list of pairs (symbol . value). */
typedef struct scope {
    ouro_object object;
    ouro_value variables, parent;
} scope;

typedef struct lisp lisp;
typedef ouro_value (*built_in_fn)(lisp *l, ouro_value *args, size_t count);

typedef struct built_in {
    ouro_object object;
    built_in_fn call;
    size_t least, most; /* arguments */
} built_in;

struct lisp {
    ouro_runtime *rt;
    ouro_type *pair, *symbol, *closure, *scope, *built_in;
    ouro_value symbols; /* a list of all */
    ouro_value global;  /* a scope */
    ouro_value quote, if_, define, lambda;
    int depth;
    char error[120];
};

#define FIELD(type, name)                                                                                    \
    {                                                                                                        \
        OURO_FIELD_VALUE, offsetof(type, name), 0, #name                                                     \
    }
static const ouro_field pair_fields[] = {FIELD(pair, first), FIELD(pair, rest)};
static const ouro_field closure_fields[] = {FIELD(closure, parameters), FIELD(closure, body),
                                            FIELD(closure, scope)};
static const ouro_field scope_fields[] = {FIELD(scope, variables), FIELD(scope, parent)};

static bool is(const ouro_type *type, ouro_value v)
{
    return ouro_is_object(v) && ouro_object_type(ouro_as_object(v)) == type;
}

static pair *as_pair(ouro_value v)
{
    return (pair *)(void *)ouro_as_object(v);
}

static ouro_value first(ouro_value v)
{
    return as_pair(v)->first;
}

static ouro_value rest(ouro_value v)
{
    return as_pair(v)->rest;
}

static ouro_value fail(lisp *l, const char *what, const char *name)
{
    snprintf(l->error, sizeof l->error, "%s%s%s", what, name ? ": " : "", name ? name : "");
    return OURO_NULL;
}

static void drop(lisp *l, ouro_value v)
{
    ouro_decref(l->rt, v);
}

/* Both arguments are stolen; OURO_NULL in either is passed on. */
static ouro_value cons(lisp *l, ouro_value a, ouro_value b)
{
    pair *p = ouro_is_null(a) || ouro_is_null(b) ? NULL : ouro_object_new(l->rt, l->pair, 0);
    if (p == NULL) {
        drop(l, a);
        drop(l, b);
        return l->error[0] ? OURO_NULL : fail(l, "no memory", NULL);
    }
    p->first = a;
    p->rest = b;
    ouro_gc_track(l->rt, p);
    return ouro_from_object(p);
}

static ouro_value intern(lisp *l, const char *name)
{
    for (ouro_value at = l->symbols; is(l->pair, at); at = rest(at)) {
        if (strcmp(((symbol *)(void *)ouro_as_object(first(at)))->name, name) == 0) {
            return ouro_incref(first(at));
        }
    }
    symbol *s = ouro_object_new(l->rt, l->symbol, 0);
    if (s == NULL) {
        return fail(l, "no memory", NULL);
    }
    snprintf(s->name, sizeof s->name, "%s", name);
    ouro_value list = cons(l, ouro_incref(ouro_from_object(s)), l->symbols);
    l->symbols = ouro_is_null(list) ? OURO_NONE : list;
    return ouro_from_object(s);
}

/* ---- reading ---- */

static void skip_space(const char **text)
{
    while (isspace((unsigned char)**text) || **text == ';') {
        *text += **text == ';' ? strcspn(*text, "\n") : 1;
    }
}

static ouro_value read(lisp *l, const char **text);

/* After the opening parenthesis: built from the front, so that long lists need no recursion. */
static ouro_value read_list(lisp *l, const char **text)
{
    ouro_value list = OURO_NONE;
    pair *last = NULL;
    for (skip_space(text); **text != ')'; skip_space(text)) {
        ouro_value item = **text ? read(l, text) : fail(l, "a list does not end", NULL);
        ouro_value link = ouro_is_null(item) ? item : cons(l, item, OURO_NONE);
        if (ouro_is_null(link)) {
            drop(l, list);
            return link;
        }
        if (last == NULL) {
            list = link;
        } else {
            last->rest = link;
        }
        last = as_pair(link);
    }
    ++*text;
    return list;
}

static ouro_value read(lisp *l, const char **text)
{
    skip_space(text);
    if (**text == '(' || **text == '\'') {
        if (++l->depth > LISP_DEPTH) {
            l->depth--;
            return fail(l, "too deep", NULL);
        }
        ouro_value v = *(*text)++ == '(' ? read_list(l, text)
                                         : cons(l, ouro_incref(l->quote), cons(l, read(l, text), OURO_NONE));
        l->depth--;
        return v;
    }
    char word[LISP_NAME];
    size_t length = strcspn(*text, " \t\n();'");
    if (length == 0 || length >= sizeof word) {
        return fail(l, length ? "a name is too long" : "nothing to read", NULL);
    }
    memcpy(word, *text, length);
    word[length] = 0;
    *text += length;
    char *end;
    long long number = strtoll(word, &end, 10);
    return *end == 0 && ouro_int_fits(number) ? ouro_int(number) : intern(l, word);
}

/* ---- printing ---- */

static void print(lisp *l, ouro_value v, int depth)
{
    if (depth > LISP_DEPTH) {
        printf("...");
    } else if (ouro_is_int(v)) {
        printf("%lld", (long long)ouro_as_int(v));
    } else if (is(l->symbol, v)) {
        printf("%s", ((symbol *)(void *)ouro_as_object(v))->name);
    } else if (is(l->pair, v)) {
        const char *before = "(";
        for (; is(l->pair, v); v = rest(v), before = " ") {
            printf("%s", before);
            print(l, first(v), depth + 1);
        }
        if (!ouro_is_none(v)) {
            printf(" . ");
            print(l, v, depth + 1);
        }
        printf(")");
    } else {
        printf(ouro_is_none(v) ? "()" : ouro_is(v, OURO_TRUE) ? "t" : "#<function>");
    }
}

/* ---- evaluating ---- */

/* The pair (symbol . value) of a variable: borrowed; NULL: there is none. */
static pair *find(lisp *l, ouro_value in, ouro_value name)
{
    for (; is(l->scope, in); in = ((scope *)(void *)ouro_as_object(in))->parent) {
        for (ouro_value at = ((scope *)(void *)ouro_as_object(in))->variables; is(l->pair, at);
             at = rest(at)) {
            if (ouro_is(first(first(at)), name)) {
                return as_pair(first(at));
            }
        }
    }
    return NULL;
}

/* Adds a variable to a scope; `value` is stolen. */
static bool bind(lisp *l, ouro_value in, ouro_value name, ouro_value value)
{
    scope *s = (scope *)(void *)ouro_as_object(in);
    ouro_value variable = cons(l, ouro_incref(name), value);
    ouro_value list = ouro_is_null(variable) ? variable : cons(l, variable, ouro_incref(s->variables));
    if (ouro_is_null(list)) {
        return false;
    }
    ouro_value old = s->variables;
    s->variables = list;
    drop(l, old);
    return true;
}

static ouro_value scope_new(lisp *l, ouro_value parent)
{
    scope *s = ouro_object_new(l->rt, l->scope, 0);
    if (s == NULL) {
        return fail(l, "no memory", NULL);
    }
    s->variables = OURO_NONE;
    s->parent = ouro_incref(parent);
    ouro_gc_track(l->rt, s);
    return ouro_from_object(s);
}

static ouro_value eval(lisp *l, ouro_value form, ouro_value in);

/* A call of a built-in: its arguments are evaluated into an array. */
static ouro_value call_built_in(lisp *l, const built_in *b, ouro_value forms, ouro_value in)
{
    ouro_value args[8], result = OURO_NULL;
    size_t count = 0;
    for (; is(l->pair, forms); forms = rest(forms)) {
        if (count == b->most) {
            fail(l, "too many arguments", NULL);
            goto done;
        }
        args[count] = eval(l, first(forms), in);
        if (ouro_is_null(args[count])) {
            goto done;
        }
        count++;
    }
    result = count < b->least ? fail(l, "too few arguments", NULL) : b->call(l, args, count);
done:
    while (count > 0) {
        drop(l, args[--count]);
    }
    return result;
}

/* The scope of a closure's call, its parameters bound to the values of `forms`. */
static ouro_value call_scope(lisp *l, const closure *c, ouro_value forms, ouro_value in)
{
    ouro_value inner = scope_new(l, c->scope), names = c->parameters;
    for (; !ouro_is_null(inner) && is(l->pair, names); names = rest(names), forms = rest(forms)) {
        ouro_value value =
            is(l->pair, forms) ? eval(l, first(forms), in) : fail(l, "too few arguments", NULL);
        if (ouro_is_null(value) || !bind(l, inner, first(names), value)) {
            drop(l, inner);
            return OURO_NULL;
        }
    }
    if (!ouro_is_null(inner) && is(l->pair, forms)) {
        drop(l, inner);
        return fail(l, "too many arguments", NULL);
    }
    return inner;
}

static ouro_value make_closure(lisp *l, ouro_value parts, ouro_value in)
{
    closure *c = is(l->pair, parts) ? ouro_object_new(l->rt, l->closure, 0) : NULL;
    if (c == NULL) {
        return fail(l, "lambda: (lambda (names) forms)", NULL);
    }
    c->parameters = ouro_incref(first(parts));
    c->body = ouro_incref(rest(parts));
    c->scope = ouro_incref(in);
    ouro_gc_track(l->rt, c);
    return ouro_from_object(c);
}

/* (define name form): in the scope itself. */
static ouro_value define(lisp *l, ouro_value parts, ouro_value in)
{
    if (!is(l->pair, parts) || !is(l->symbol, first(parts)) || !is(l->pair, rest(parts))) {
        return fail(l, "define: (define name form)", NULL);
    }
    ouro_value value = eval(l, first(rest(parts)), in);
    return !ouro_is_null(value) && bind(l, in, first(parts), value) ? ouro_incref(first(parts)) : OURO_NULL;
}

/* One step: the value, or (result OURO_NULL, *next set) a form in tail position with its scope, both owned.
 */
static ouro_value step(lisp *l, ouro_value form, ouro_value in, ouro_value *next, ouro_value *next_scope)
{
    if (is(l->symbol, form)) {
        pair *variable = find(l, in, form);
        return variable ? ouro_incref(variable->rest)
                        : fail(l, "no such variable", ((symbol *)(void *)ouro_as_object(form))->name);
    }
    if (!is(l->pair, form)) {
        return ouro_incref(form);
    }
    ouro_value head = first(form), parts = rest(form);
    if (ouro_is(head, l->quote)) {
        return is(l->pair, parts) ? ouro_incref(first(parts)) : fail(l, "quote: (quote form)", NULL);
    }
    if (ouro_is(head, l->define)) {
        return define(l, parts, in);
    }
    if (ouro_is(head, l->lambda)) {
        return make_closure(l, parts, in);
    }
    if (ouro_is(head, l->if_)) {
        ouro_value test =
            is(l->pair, parts) ? eval(l, first(parts), in) : fail(l, "if: (if test then else)", NULL);
        if (ouro_is_null(test)) {
            return test;
        }
        ouro_value branch = ouro_is_none(test) ? rest(parts) : parts; /* one before the branch */
        drop(l, test);
        branch = is(l->pair, branch) ? rest(branch) : OURO_NONE;
        if (!is(l->pair, branch)) {
            return OURO_NONE;
        }
        *next = ouro_incref(first(branch));
        *next_scope = ouro_incref(in);
        return OURO_NULL;
    }
    ouro_value function = eval(l, head, in), result = OURO_NULL;
    if (is(l->built_in, function)) {
        result = call_built_in(l, (const built_in *)(void *)ouro_as_object(function), parts, in);
    } else if (is(l->closure, function)) {
        const closure *c = (const closure *)(void *)ouro_as_object(function);
        ouro_value inner = call_scope(l, c, parts, in), body = c->body;
        for (; !ouro_is_null(inner) && is(l->pair, body) && is(l->pair, rest(body)); body = rest(body)) {
            ouro_value ignored = eval(l, first(body), inner);
            if (ouro_is_null(ignored)) {
                drop(l, inner);
                inner = OURO_NULL;
            }
            drop(l, ignored);
        }
        if (!ouro_is_null(inner)) {
            *next = is(l->pair, body) ? ouro_incref(first(body)) : OURO_NONE;
            *next_scope = inner;
        }
    } else if (!ouro_is_null(function)) {
        fail(l, "not a function", NULL);
    }
    drop(l, function);
    return result;
}

static ouro_value eval(lisp *l, ouro_value form, ouro_value in)
{
    ouro_value result = OURO_NULL;
    if (++l->depth > LISP_DEPTH) {
        l->depth--;
        return fail(l, "too deep", NULL);
    }
    form = ouro_incref(form);
    in = ouro_incref(in);
    for (;;) {
        ouro_value next = OURO_NULL, next_scope = OURO_NULL;
        result = step(l, form, in, &next, &next_scope);
        drop(l, form);
        drop(l, in);
        if (ouro_is_null(next)) {
            break;
        }
        form = next;
        in = next_scope;
        ouro_gc_poll(l->rt); /* everything alive is in a counted place: a collection may run */
    }
    l->depth--;
    return result;
}

/* ---- built-ins ---- */

static bool two_ints(lisp *l, const ouro_value *args)
{
    if (!ouro_is_int(args[0]) || !ouro_is_int(args[1])) {
        fail(l, "not a number", NULL);
        return false;
    }
    return true;
}

static ouro_value number(lisp *l, int64_t i)
{
    return ouro_int_fits(i) ? ouro_int(i) : fail(l, "a number is too large", NULL);
}

static ouro_value do_add(lisp *l, ouro_value *args, size_t count)
{
    return two_ints(l, args) ? number(l, ouro_as_int(args[0]) + ouro_as_int(args[1])) : OURO_NULL;
}

static ouro_value do_subtract(lisp *l, ouro_value *args, size_t count)
{
    return two_ints(l, args) ? number(l, ouro_as_int(args[0]) - ouro_as_int(args[1])) : OURO_NULL;
}

static ouro_value do_multiply(lisp *l, ouro_value *args, size_t count)
{
    int64_t product;
    if (!two_ints(l, args)) {
        return OURO_NULL;
    }
    return __builtin_mul_overflow(ouro_as_int(args[0]), ouro_as_int(args[1]), &product)
               ? fail(l, "a number is too large", NULL)
               : number(l, product);
}

static ouro_value truth(bool b)
{
    return b ? OURO_TRUE : OURO_NONE;
}

static ouro_value do_less(lisp *l, ouro_value *args, size_t count)
{
    return two_ints(l, args) ? truth(ouro_as_int(args[0]) < ouro_as_int(args[1])) : OURO_NULL;
}

static ouro_value do_eq(lisp *l, ouro_value *args, size_t count)
{
    return truth(ouro_is(args[0], args[1]));
}

static ouro_value do_cons(lisp *l, ouro_value *args, size_t count)
{
    return cons(l, ouro_incref(args[0]), ouro_incref(args[1]));
}

static ouro_value do_first(lisp *l, ouro_value *args, size_t count)
{
    return is(l->pair, args[0]) ? ouro_incref(first(args[0])) : fail(l, "first: not a list", NULL);
}

static ouro_value do_rest(lisp *l, ouro_value *args, size_t count)
{
    return is(l->pair, args[0]) ? ouro_incref(rest(args[0])) : fail(l, "rest: not a list", NULL);
}

static ouro_value do_print(lisp *l, ouro_value *args, size_t count)
{
    print(l, args[0], 0);
    printf("\n");
    return ouro_incref(args[0]);
}

static const struct {
    const char *name;
    built_in_fn call;
    size_t least, most;
} built_ins[] = {
    {"+", do_add, 2, 2},       {"-", do_subtract, 2, 2}, {"*", do_multiply, 2, 2},
    {"<", do_less, 2, 2},      {"eq", do_eq, 2, 2},      {"cons", do_cons, 2, 2},
    {"first", do_first, 1, 1}, {"rest", do_rest, 1, 1},  {"print", do_print, 1, 1},
};

/* ---- a program ---- */

static bool lisp_open(lisp *l)
{
    *l = (lisp){.rt = ouro_runtime_create_bare(NULL), .symbols = OURO_NONE, .global = OURO_NONE};
    if (l->rt == NULL) {
        return false;
    }
#define TYPE(name_, ...) (l->name_ = ouro_type_create(l->rt, &(ouro_type_spec){.name = #name_, __VA_ARGS__}))
    if (!TYPE(pair, .size = sizeof(pair), .fields = pair_fields, .field_count = 2) ||
        !TYPE(symbol, .size = sizeof(symbol), .flags = OURO_TYPE_LEAF) ||
        !TYPE(closure, .size = sizeof(closure), .fields = closure_fields, .field_count = 3) ||
        !TYPE(scope, .size = sizeof(scope), .fields = scope_fields, .field_count = 2) ||
        !TYPE(built_in, .size = sizeof(built_in), .flags = OURO_TYPE_LEAF)) {
        return false;
    }
#undef TYPE
    l->quote = intern(l, "quote");
    l->if_ = intern(l, "if");
    l->define = intern(l, "define");
    l->lambda = intern(l, "lambda");
    l->global = scope_new(l, OURO_NONE);
    bool ok = !ouro_is_null(l->global);
    for (size_t i = 0; ok && i < sizeof built_ins / sizeof *built_ins; i++) {
        built_in *b = ouro_object_new(l->rt, l->built_in, 0);
        ouro_value name = b == NULL ? OURO_NULL : intern(l, built_ins[i].name);
        if ((ok = !ouro_is_null(name))) {
            b->call = built_ins[i].call;
            b->least = built_ins[i].least;
            b->most = built_ins[i].most;
            ok = bind(l, l->global, name, ouro_from_object(b));
        }
        drop(l, name);
    }
    return ok;
}

/* Returns how many objects were left: 0. */
static size_t lisp_close(lisp *l)
{
    ouro_value held[] = {l->symbols, l->global, l->quote, l->if_, l->define, l->lambda};
    for (size_t i = 0; i < sizeof held / sizeof *held; i++) {
        drop(l, held[i]);
    }
    return ouro_runtime_destroy_bare(l->rt);
}

static void run(lisp *l, const char *text)
{
    for (skip_space(&text); *text; skip_space(&text)) {
        l->error[0] = 0;
        ouro_value form = read(l, &text), value = ouro_is_null(form) ? form : eval(l, form, l->global);
        if (ouro_is_null(value)) {
            printf("error: %s\n", l->error);
        }
        drop(l, value);
        drop(l, form);
        if (ouro_is_null(form)) {
            return;
        }
    }
}

static const char program[] =
    "(define fact (lambda (n) (if (< n 2) 1 (* n (fact (- n 1))))))\n"
    "(print (fact 15))\n"
    "(define map (lambda (f list) (if (eq list '()) '() (cons (f (first list)) (map f (rest list))))))\n"
    "(define range (lambda (a b) (if (< a b) (cons a (range (+ a 1) b)) '())))\n"
    "(print (map (lambda (x) (* x x)) (range 0 10)))\n"
    "(define counter (lambda (start) (lambda (by) (cons start by))))   ; closures keep their scope\n"
    "(print ((counter 5) 6))\n"
    "(define loop (lambda (n sum) (if (< n 1) sum (loop (- n 1) (+ sum n)))))\n"
    "(print (loop 100000 0))                                           ; a tail call takes no depth\n"
    "(define knot (lambda (n) (define self (lambda () self)) (if (< n 1) 'done (knot (- n 1)))))\n"
    "(print (knot 10000))                                              ; every call leaves a cycle behind\n"
    "(print '(a (b . c) 'd))\n"
    "(print (fact 100))\n"
    "(define deep (lambda (n) (+ 1 (deep n))))\n"
    "(deep 1)\n"
    "(first 1)\n"
    "(nothing)\n"
    "(print 'end)\n";

int main(void)
{
    lisp l;
    if (!lisp_open(&l)) {
        return 1;
    }
    run(&l, program);
    ouro_gc_statistics young = ouro_gc_stats(l.rt, 0);
    printf("the collector freed cycles while it ran: %s\n", young.collected > 10000 ? "yes" : "no");
    ouro_gc_statistics all = ouro_gc_stats(l.rt, 2);
    printf("objects that live: fewer than a thousand: %s\n", all.live < 1000 ? "yes" : "no");
    return lisp_close(&l) == 0 ? 0 : 1;
}
