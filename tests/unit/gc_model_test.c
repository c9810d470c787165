/* gc_model_test.c: the object model and the collector against a naive model, planted faults, and memory that runs out.
 *
 * The model keeps, for each object, what its fields must hold and whether the test holds a reference.  After a full
 * collection exactly the objects that the model reaches must be alive, with exactly those fields.
 */
#include "zoo.h"
#include "gc/gc.h"
#include "gc/state.h"

enum { NODES = 300, FIELDS = 3 };

enum kind { PAIR, ROW, BAG, ODD, FINAL, KINDS };

/* The model cannot see an object die.  When its address comes again, it was dead. */
#define DEAD ((ouro_object *)8)

struct node {
    ouro_object *object; /* NULL: this number is free */
    enum kind kind;
    int fields[FIELDS]; /* numbers of nodes, -1: none */
    int held;           /* references held by the test */
    bool reached;
    ouro_value weak;    /* a weak reference with a callback, or OURO_NULL */
    int callbacks;
};

static struct node nodes[NODES];
static uint64_t seed;

static unsigned below(unsigned n)
{
    return (unsigned)(unit_random(&seed) % n);
}

static unsigned field_count(enum kind kind)
{
    return kind == ODD ? 1 : kind == PAIR || kind == FINAL ? 2 : FIELDS;
}

static ouro_value *field_of(const struct node *node, unsigned f)
{
    switch (node->kind) {
    case PAIR:
    case FINAL:
        return f == 0 ? &((struct pair *)(void *)node->object)->left : &((struct pair *)(void *)node->object)->right;
    case ROW:
        return &((struct row *)(void *)node->object)->items[f];
    case BAG:
        return &((struct bag *)(void *)node->object)->items[f];
    default:
        return &((struct odd *)(void *)node->object)->hidden;
    }
}

static struct node *node_of(const ouro_object *object)
{
    for (int i = 0; i < NODES; i++) {
        if (nodes[i].object == object) {
            return &nodes[i];
        }
    }
    return NULL;
}

static void model_reach(struct node *node)
{
    if (node->reached) {
        return;
    }
    node->reached = true;
    for (unsigned f = 0; f < FIELDS; f++) {
        if (node->fields[f] >= 0) {
            model_reach(&nodes[node->fields[f]]);
        }
    }
}

static void model_reach_all(void)
{
    for (int i = 0; i < NODES; i++) {
        nodes[i].reached = false;
    }
    for (int i = 0; i < NODES; i++) {
        if (nodes[i].object != NULL && nodes[i].held > 0) {
            model_reach(&nodes[i]);
        }
    }
}

static void model_new(void)
{
    struct node *node = node_of(NULL);
    if (node == NULL) {
        return;
    }
    ouro_object *object = NULL;
    struct node new = {.kind = (enum kind)below(KINDS), .fields = {-1, -1, -1}, .held = 1};
    switch (new.kind) {
    case PAIR:
        object = (void *)zoo_pair(OURO_NULL, OURO_NULL);
        break;
    case FINAL:
        object = (void *)zoo_final(OURO_NULL, OURO_NULL);
        break;
    case ROW:
        object = (void *)zoo_row(FIELDS);
        break;
    case ODD:
        object = (void *)zoo_odd(OURO_NULL);
        break;
    default:
        object = (void *)zoo_bag();
        for (int f = 0; f < FIELDS; f++) {
            assert_true(zoo_bag_add((struct bag *)(void *)object, OURO_NULL));
        }
    }
    assert_non_null(object);
    struct node *before = node_of(object);
    if (before != NULL) {
        before->object = DEAD;
    }
    new.object = object;
    *node = new;
}

static struct node *model_pick_held(void)
{
    for (int tries = 0; tries < 20; tries++) {
        struct node *node = &nodes[below(NODES)];
        if (node->object != NULL && node->held > 0) {
            return node;
        }
    }
    return NULL;
}

static void model_link(void)
{
    struct node *from = model_pick_held(), *to = model_pick_held();
    if (from == NULL) {
        return;
    }
    unsigned f = below(field_count(from->kind));
    ouro_value old = *field_of(from, f);
    if (to == NULL || below(5) == 0) {
        *field_of(from, f) = OURO_NULL;
        from->fields[f] = -1;
    } else {
        *field_of(from, f) = HOLD(to->object);
        from->fields[f] = (int)(to - nodes);
    }
    ouro_decref(zoo.rt, old);
}

static void model_drop(void)
{
    struct node *node = model_pick_held();
    if (node != NULL) {
        node->held--;
        DROP(node->object);
    }
}

static void model_follow(void)
{
    struct node *node = model_pick_held();
    if (node == NULL) {
        return;
    }
    unsigned f = below(field_count(node->kind));
    if (node->fields[f] >= 0) {
        nodes[node->fields[f]].held++;
        HOLD(nodes[node->fields[f]].object);
    }
}

static void model_called_back(ouro_runtime *rt, ouro_value reference, void *context)
{
    struct node *node = context;
    (void)rt;
    (void)reference;
    node->callbacks++;
    assert_int_equal(node->callbacks, 1);
}

static void model_weaken(void)
{
    struct node *node = model_pick_held();
    if (node != NULL && node->kind != ROW && node->kind != ODD && ouro_is_null(node->weak)) {
        node->weak = ouro_weakref_create(zoo.rt, node->object, model_called_back, node);
        assert_false(ouro_is_null(node->weak));
    }
}

/* One in three comes back to life. */
static void model_finalize(ouro_runtime *rt, struct pair *self)
{
    (void)rt;
    struct node *node = node_of(&self->object);
    assert_non_null(node);
    assert_int_equal(node->held, 0);
    if (below(3) == 0) {
        node->held = 1;
        HOLD(self);
    }
}

static int model_count(ouro_value v, void *context)
{
    if (strcmp(ouro_object_type(ouro_as_object(v))->name, "weak reference") != 0) {
        ++*(size_t *)context;
    }
    return 0;
}

static void model_compare(void)
{
    model_reach_all();
    size_t reached = 0, live = 0;
    for (int i = 0; i < NODES; i++) {
        struct node *node = &nodes[i];
        if (node->object == NULL) {
            continue;
        }
        if (!ouro_is_null(node->weak)) {
            ouro_value got = ouro_weakref_get(node->weak);
            assert_true(ouro_is_none(got) || (node->reached && ouro_is(got, VALUE(node->object))));
            ouro_decref(zoo.rt, got);
            if (!node->reached) {
                assert_int_equal(node->callbacks, 1);
            }
        }
        if (!node->reached) {
            ouro_decref(zoo.rt, node->weak);
            node->weak = OURO_NULL;
            node->object = NULL;
            continue;
        }
        reached++;
        for (unsigned f = 0; f < field_count(node->kind); f++) {
            ouro_value expected = node->fields[f] < 0 ? OURO_NULL : VALUE(nodes[node->fields[f]].object);
            assert_true(ouro_is(*field_of(node, f), expected));
        }
    }
    ouro_gc_objects(zoo.rt, model_count, &live);
    assert_int_equal(live, reached);
    zoo_check();
}

static void model_roots(void *roots_context, ouro_visit_fn visit, void *context)
{
    (void)roots_context;
    for (int i = 0; i < NODES; i++) {
        for (int n = 0; n < nodes[i].held; n++) {
            visit(VALUE(nodes[i].object), context);
        }
        if (nodes[i].object != NULL && ouro_is_object(nodes[i].weak)) {
            visit(nodes[i].weak, context);
        }
    }
}

static void model_collect_all(void)
{
    /* objects that came back to life in one collection may be garbage for the next: until nothing changes */
    size_t finalized;
    do {
        finalized = zoo.finalized;
        ouro_gc_collect(zoo.rt, 2);
    } while (zoo.finalized != finalized);
    model_compare();
}

static void model_run(unsigned steps, bool failing, bool shadow)
{
    seed = unit_seed();
    memset(nodes, 0, sizeof nodes);
    zoo_open(NULL);
    zoo.rt->gc->shadow_from = shadow ? 0 : SIZE_MAX;
    zoo_on_finalize = model_finalize;
    for (unsigned step = 0; step < steps; step++) {
        switch (below(12)) {
        case 0:
        case 1:
        case 2:
            model_new();
            break;
        case 3:
        case 4:
        case 5:
        case 6:
            model_link();
            break;
        case 7:
        case 8:
            model_drop();
            break;
        case 9:
            model_follow();
            break;
        case 10:
            model_weaken();
            break;
        default:
            if (below(20) == 0) {
                if (failing) {
                    ouro_mem_fail_at(ouro_runtime_mem(zoo.rt), 1 + below(5), true);
                }
                ouro_gc_collect(zoo.rt, (int)below(3));
                ouro_mem_fail_at(ouro_runtime_mem(zoo.rt), 0, false);
            } else if (below(20) == 0) {
                ouro_gc_freeze(zoo.rt);
                ouro_gc_unfreeze(zoo.rt);
            }
        }
        if (step % 2000 == 1999) {
            model_collect_all();
            assert_int_equal(ouro_heap_check_exact(zoo.rt, model_roots, NULL, NULL, NULL), 0);
        }
    }
    zoo_on_finalize = NULL;
    for (int i = 0; i < NODES; i++) {
        while (nodes[i].object != NULL && nodes[i].held > 0) {
            nodes[i].held--;
            DROP(nodes[i].object);
        }
    }
    model_collect_all();
    zoo_close(0);
}

static void test_model(void **state)
{
    (void)state;
    model_run(100000, false, true);
}

/* Full collections with the counts in the headers (find.c) instead of a shadow (full.c). */
static void test_model_without_shadow(void **state)
{
    (void)state;
    model_run(40000, false, false);
}

static void test_model_without_memory(void **state)
{
    (void)state;
    model_run(40000, true, true);
}

/* ---- faults that the check must find --------------------------------------------------------------------- */

static struct pair *root;

static void one_root(void *roots_context, ouro_visit_fn visit, void *context)
{
    (void)roots_context;
    visit(VALUE(root), context);
}

static size_t exact_faults(void)
{
    return ouro_heap_check_exact(zoo.rt, one_root, NULL, NULL, NULL);
}

static void test_planted_faults(void **state)
{
    (void)state;
    zoo_open(NULL);
    struct odd *odd = zoo_odd(VALUE(zoo_pair(OURO_NULL, OURO_NULL)));
    root = zoo_pair(VALUE(odd), VALUE(zoo_leaf(1)));
    assert_int_equal(exact_faults(), 0);
    assert_int_equal(zoo_faults(), 0);

    HOLD(odd); /* a missed decref, of a container and of a leaf */
    assert_int_equal(exact_faults(), 1);
    odd->object.refcount--;
    ouro_as_object(root->right)->refcount++;
    assert_int_equal(exact_faults(), 1);
    ouro_as_object(root->right)->refcount--;

    zoo_odd_hides = true; /* a missed edge in a traversal */
    assert_int_equal(exact_faults(), 1);
    zoo_odd_hides = false;

    root->object.refcount++; /* of the root itself */
    assert_int_equal(exact_faults(), 1);
    root->object.refcount--;

    ouro_value other = HOLD(odd); /* a double decref: the count is one short */
    struct pair *second = zoo_pair(other, OURO_NULL);
    odd->object.refcount--;
    assert_int_equal(zoo_faults(), 1);
    odd->object.refcount++;
    DROP(second);

    uint32_t gc = root->object.gc; /* a wrong position, a wrong generation, a mark left behind */
    root->object.gc ^= 1u << OURO_GC_POSITION_SHIFT;
    assert_true(zoo_faults() > 0);
    root->object.gc = gc ^ 3;
    assert_true(zoo_faults() > 0);
    root->object.gc = gc | OURO_GC_COLLECTING;
    assert_true(zoo_faults() > 0);
    root->object.gc = gc | OURO_GC_SIDE;
    root->object.gc = gc;
    zoo.rt->tracking.sets[OURO_GENERATION_OLD].live++;
    assert_true(zoo_faults() > 0);
    zoo.rt->tracking.sets[OURO_GENERATION_OLD].live--;
    assert_int_equal(exact_faults(), 0);
    DROP(root);
    zoo_close(0);
}

static void test_leak_is_counted(void **state)
{
    (void)state;
    zoo_open(NULL);
    zoo_pair(VALUE(zoo_pair(OURO_NULL, OURO_NULL)), OURO_NULL);
    zoo_close(2);
}

/* ---- memory that runs out -------------------------------------------------------------------------------- */

static void note_call(ouro_runtime *rt, ouro_value reference, void *context)
{
    (void)rt;
    (void)reference;
    ++*(int *)context;
}

/* Builds and drops a little of everything; false: something could not be made. */
static bool scenario(int *calls)
{
    bool done = false;
    struct pair *a = NULL, *b = NULL;
    struct bag *bag = NULL;
    ouro_value weak = OURO_NULL, plain = OURO_NULL;
    if ((a = zoo_final(OURO_NULL, OURO_NULL)) == NULL || (b = zoo_pair(HOLD(a), OURO_NULL)) == NULL ||
        (bag = zoo_bag()) == NULL) {
        goto end;
    }
    a->left = HOLD(b);
    for (int i = 0; i < 100; i++) {
        struct row *row = zoo_row((size_t)i);
        if (row == NULL || !zoo_bag_add(bag, VALUE(row))) {
            goto end;
        }
        if (i > 0) {
            row->items[0] = HOLD(bag);
        }
    }
    if (ouro_is_null(weak = ouro_weakref_create(zoo.rt, a, note_call, calls)) ||
        ouro_is_null(plain = ouro_weakref_create(zoo.rt, bag, NULL, NULL))) {
        goto end;
    }
    done = true;
end:
    if (a != NULL) {
        DROP(a);
    }
    if (b != NULL) {
        DROP(b);
    }
    if (bag != NULL) {
        DROP(bag);
    }
    ouro_gc_collect(zoo.rt, 0);
    ouro_gc_collect(zoo.rt, 2);
    if (done) {
        assert_true(ouro_is_none(ouro_weakref_get(weak)));
        assert_true(ouro_is_none(ouro_weakref_get(plain)));
    }
    ouro_decref(zoo.rt, weak);
    ouro_decref(zoo.rt, plain);
    assert_int_equal(gc_live_objects(zoo.rt, GC_ALL_GENERATIONS), 0);
    return done;
}

static void test_each_allocation_fails(void **state)
{
    (void)state;
    for (int forever = 0; forever < 2; forever++) {
        bool done = false;
        for (uint64_t n = 1; !done; n++) {
            zoo_open(NULL);
            int calls = 0;
            ouro_mem_fail_at(ouro_runtime_mem(zoo.rt), n, forever);
            done = scenario(&calls);
            ouro_mem_fail_at(ouro_runtime_mem(zoo.rt), 0, false);
            zoo_check();
            assert_true(!done || calls == 1);
            zoo_close(0);
        }
    }
}

/* Creating the runtime itself, with an allocator that fails. */
static void test_creation_fails(void **state)
{
    (void)state;
    bool done = false;
    for (uint64_t n = 1; !done; n++) {
        ouro_failing_allocator failing;
        ouro_counting_allocator counting = {0};
        ouro_allocator counted = ouro_allocator_counting(&counting, ouro_allocator_malloc());
        ouro_allocator allocator = ouro_allocator_failing(&failing, counted, n, true);
        ouro_runtime *rt = ouro_runtime_create_bare(&(ouro_mem_config){.allocator = &allocator});
        if (rt != NULL) {
            done = true;
            assert_int_equal(ouro_runtime_destroy_bare(rt), 0);
        }
        assert_int_equal(counting.live_blocks, 0);
        assert_true(n < 1000);
    }
}

/* More garbage than can be noted, without memory: bit by bit, finalizers before anything is cleared. */
static void check_neighbour(ouro_runtime *rt, struct pair *self)
{
    (void)rt;
    assert_true(ouro_is_object(self->left));
}

static void test_much_garbage_without_memory(void **state)
{
    (void)state;
    for (int generation = 0; generation < 3; generation += 2) {
        for (int finals = 0; finals < 2; finals++) {
            zoo_open(NULL);
            zoo_on_finalize = check_neighbour;
            struct pair *first = zoo_pair(OURO_NULL, OURO_NULL), *last = first;
            for (int i = 1; i < 10000; i++) {
                last = finals && i % 3 == 0 ? zoo_final(VALUE(last), OURO_NULL) : zoo_pair(VALUE(last), OURO_NULL);
            }
            first->left = VALUE(last);
            ouro_mem_fail_at(ouro_runtime_mem(zoo.rt), 1, true);
            assert_int_equal(ouro_gc_collect(zoo.rt, generation) >= 1024, 1);
            while (ouro_gc_collect(zoo.rt, 2) > 0) {
            }
            ouro_mem_fail_at(ouro_runtime_mem(zoo.rt), 0, false);
            assert_int_equal(gc_live_objects(zoo.rt, GC_ALL_GENERATIONS), 0);
            assert_int_equal(zoo.finalized, finals ? 3333 : 0);
            zoo_close(0);
        }
    }
}

/* A graph that needs a deep stack to mark, and none to be had. */
static void test_marking_without_memory(void **state)
{
    (void)state;
    zoo_open(NULL);
    struct row *wide = zoo_row(20000);
    for (size_t i = 0; i < wide->count; i++) {
        wide->items[wide->count - 1 - i] = VALUE(zoo_pair(OURO_NULL, VALUE(zoo_pair(OURO_NULL, OURO_NULL))));
    }
    ouro_mem_fail_at(ouro_runtime_mem(zoo.rt), 1, true);
    for (int generation = 0; generation < 3; generation++) {
        assert_int_equal(ouro_gc_collect(zoo.rt, generation), 0);
    }
    ouro_mem_fail_at(ouro_runtime_mem(zoo.rt), 0, false);
    assert_int_equal(gc_live_objects(zoo.rt, GC_ALL_GENERATIONS), 40001);
    zoo_check();
    ouro_gc_collect(zoo.rt, 2);
    DROP(wide);
    zoo_close(0);
}

/* At the hard limit garbage goes before a request fails; but nothing that a program could see going. */
static void test_limit_reclaims(void **state)
{
    (void)state;
    zoo_open(&(ouro_mem_config){.limit = (size_t)64 << 20});
    ouro_mem *mem = ouro_runtime_mem(zoo.rt);
    ouro_gc_disable(zoo.rt);
    struct pair *seen = zoo_final(OURO_NULL, VALUE(zoo_pair(OURO_NULL, OURO_NULL)));
    seen->left = VALUE(seen);
    struct pair *watched = zoo_pair(OURO_NULL, OURO_NULL);
    watched->left = VALUE(watched);
    ouro_value weak = ouro_weakref_create(zoo.rt, watched, NULL, NULL);
    /* ten times what fits, all garbage */
    for (int i = 0; i < 640; i++) {
        struct bag *bag = zoo_bag();
        assert_non_null(bag);
        bag->items = ouro_mem_alloc(mem, 1 << 20);
        assert_non_null(bag->items);
        bag->capacity = 10;
        assert_true(zoo_bag_add(bag, VALUE(bag)));
    }
    assert_int_equal(zoo.finalized, 0);
    assert_true(ouro_is(((struct pair *)(void *)seen)->left, VALUE(seen)));
    ouro_value got = ouro_weakref_get(weak);
    assert_true(ouro_is(got, VALUE(watched)));
    ouro_decref(zoo.rt, got);
    zoo_check();
    /* live data does not fit: the request fails */
    void *blocks[100];
    int n = 0;
    while (n < 100 && (blocks[n] = ouro_mem_alloc(mem, 1 << 20)) != NULL) {
        n++;
    }
    assert_true(n > 40 && n < 64);
    while (n > 0) {
        ouro_mem_free(mem, blocks[--n]);
    }
    ouro_decref(zoo.rt, weak);
    assert_int_equal(ouro_gc_collect(zoo.rt, 2) >= 2, 1);
    assert_int_equal(zoo.finalized, 1);
    zoo_close(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_model),
        cmocka_unit_test(test_model_without_shadow),
        cmocka_unit_test(test_model_without_memory),
        cmocka_unit_test(test_planted_faults),
        cmocka_unit_test(test_leak_is_counted),
        cmocka_unit_test(test_each_allocation_fails),
        cmocka_unit_test(test_creation_fails),
        cmocka_unit_test(test_much_garbage_without_memory),
        cmocka_unit_test(test_marking_without_memory),
        cmocka_unit_test(test_limit_reclaims),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
