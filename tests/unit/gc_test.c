/* gc_test.c: the collector and the death of objects, on a zoo of C types. */
#include "zoo.h"
#include "gc/gc.h"
#include "gc/state.h"

#ifndef LARGE
#define LARGE 1000000
#endif

/* ---- deaths ------------------------------------------------------------------------------------------------ */

static void test_chain_dies(void **state)
{
    (void)state;
    zoo_open(NULL);
    ouro_gc_disable(zoo.rt);
    struct pair *head = NULL;
    for (int i = 0; i < LARGE; i++) {
        head = zoo_pair(VALUE(head), OURO_NONE);
    }
    assert_int_equal(gc_live_objects(zoo.rt, 0), LARGE);
    DROP(head);
    assert_int_equal(gc_live_objects(zoo.rt, GC_ALL_GENERATIONS), 0);
    zoo_close(0);
}

/* Every kind of edge in turn, and finalizers at every hundredth. */
static void test_mixed_chain_dies(void **state)
{
    (void)state;
    zoo_open(NULL);
    ouro_value head = OURO_NULL;
    for (int i = 0; i < 100000; i++) {
        struct row *row = zoo_row(3);
        row->items[1] = head;
        struct bag *bag = zoo_bag();
        assert_true(zoo_bag_add(bag, VALUE(row)));
        assert_true(zoo_bag_add(bag, VALUE(zoo_leaf(i))));
        head = VALUE(zoo_odd(VALUE(i % 100 == 0 ? zoo_final(VALUE(bag), ouro_int(1)) : zoo_pair(OURO_TRUE, VALUE(bag)))));
    }
    ouro_gc_collect(zoo.rt, 2);
    zoo_check();
    ouro_decref(zoo.rt, head);
    assert_int_equal(zoo.finalized, 1000);
    assert_int_equal(gc_live_objects(zoo.rt, GC_ALL_GENERATIONS), 0);
    zoo_close(0);
}

/* A finalizer that itself drops the next object: must not nest as deep as the chain is long. */
static char *highest, *lowest;

static void drop_left(ouro_runtime *rt, struct pair *self)
{
    char *here = __builtin_frame_address(0);
    lowest = lowest == NULL || here < lowest ? here : lowest;
    ouro_value left = self->left;
    self->left = OURO_NULL;
    ouro_decref(rt, left);
}

static void test_finalizers_drop_a_chain(void **state)
{
    (void)state;
    zoo_open(NULL);
    zoo_on_finalize = drop_left;
    struct pair *head = NULL;
    for (int i = 0; i < 200000; i++) {
        head = zoo_final(VALUE(head), OURO_NULL);
        if (i % 50000 == 0) {
            ouro_decref(zoo.rt, ouro_weakref_create(zoo.rt, head, NULL, NULL));
            zoo_on_finalize = drop_left;
        }
    }
    highest = __builtin_frame_address(0);
    lowest = NULL;
    DROP(head);
    assert_int_equal(zoo.finalized, 200000);
    assert_true(highest - lowest < 200000);
    assert_int_equal(gc_live_objects(zoo.rt, GC_ALL_GENERATIONS), 0);
    zoo_close(0);
}

static struct pair *keeper;

static void resurrect(ouro_runtime *rt, struct pair *self)
{
    (void)rt;
    keeper = (struct pair *)(void *)ouro_as_object(HOLD(self));
}

static void test_resurrection(void **state)
{
    (void)state;
    zoo_open(NULL);
    zoo_on_finalize = resurrect;
    struct pair *p = zoo_final(OURO_NULL, OURO_NULL);
    DROP(p);
    assert_ptr_equal(keeper, p);
    assert_int_equal(p->object.refcount, 1);
    assert_true(gc_is_tracked(p));
    DROP(keeper);
    assert_int_equal(zoo.finalized, 1);
    assert_int_equal(gc_live_objects(zoo.rt, GC_ALL_GENERATIONS), 0);
    zoo_close(0);
}

/* ---- cycles ------------------------------------------------------------------------------------------------ */

static struct pair *ring(size_t n)
{
    struct pair *first = zoo_pair(OURO_NULL, OURO_NULL);
    struct pair *last = first;
    for (size_t i = 1; i < n; i++) {
        last = zoo_pair(VALUE(last), OURO_NULL);
    }
    first->left = VALUE(last); /* the ring holds itself: `last` was a new reference */
    return first;              /* borrowed */
}

static void test_rings(void **state)
{
    (void)state;
    zoo_open(NULL);
    for (int generation = 0; generation < 3; generation++) {
        for (size_t n = 1; n < 200; n = n * 3 + 1) {
            ring(n);
            zoo_check();
            assert_int_equal(ouro_gc_collect(zoo.rt, generation), n);
            assert_int_equal(gc_live_objects(zoo.rt, GC_ALL_GENERATIONS), 0);
        }
    }
    /* one that is held, aging through the generations */
    struct pair *p = ring(10);
    ouro_value held = HOLD(p);
    assert_int_equal(object_generation(&p->object), OURO_GENERATION_YOUNG);
    assert_int_equal(ouro_gc_collect(zoo.rt, 0), 0);
    assert_int_equal(object_generation(&p->object), OURO_GENERATION_MIDDLE);
    zoo_check();
    assert_int_equal(ouro_gc_collect(zoo.rt, 1), 0);
    assert_int_equal(object_generation(&p->object), OURO_GENERATION_OLD);
    assert_int_equal(ouro_gc_collect(zoo.rt, 2), 0);
    zoo_check();
    ouro_decref(zoo.rt, held);
    assert_int_equal(ouro_gc_collect(zoo.rt, 1), 0);
    assert_int_equal(ouro_gc_collect(zoo.rt, 2), 10);
    zoo_close(0);
}

static struct pair *tree(int depth, struct pair *parent)
{
    if (depth == 0) {
        return NULL;
    }
    struct pair *p = zoo_pair(OURO_NULL, OURO_NULL);
    p->left = VALUE(tree(depth - 1, p));
    struct row *row = zoo_row(2); /* right child and parent */
    row->items[0] = VALUE(tree(depth - 1, p));
    row->items[1] = parent != NULL ? HOLD(parent) : OURO_NULL;
    p->right = VALUE(row);
    return p;
}

static void test_large(void **state)
{
    (void)state;
    zoo_open(NULL);
    ring(LARGE);
    assert_int_equal(ouro_gc_collect(zoo.rt, 2), LARGE);
    struct pair *root = tree(16, NULL);
    assert_int_equal(ouro_gc_collect(zoo.rt, 2), 0);
    zoo_check();
    DROP(root);
    assert_int_equal(ouro_gc_collect(zoo.rt, 2), 2 * 65535);
    zoo_close(0);
}

/* More positions than a header can hold. */
static void test_edges_of_all_kinds(void **state)
{
    (void)state;
    zoo_open(NULL);
    struct bag *bag = zoo_bag();
    struct row *row = zoo_row(2);
    struct odd *odd = zoo_odd(VALUE(row));
    struct pair *pair = zoo_pair(VALUE(zoo_leaf(1)), VALUE(odd));
    row->items[1] = VALUE(bag);
    assert_true(zoo_bag_add(bag, HOLD(pair)));
    zoo_check();
    assert_int_equal(ouro_gc_collect(zoo.rt, 2), 0);
    DROP(pair);
    assert_int_equal(ouro_gc_collect(zoo.rt, 2), 4);
    zoo_close(0);
}

/* More references than a byte of the shadow counts: all from the cycle, or one of them from outside. */
static void test_many_references(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 125, 126, 127, 128, 253, 254, 255, 256, 257, 1000, 100000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        zoo_open(NULL);
        struct pair *middle = zoo_pair(OURO_NULL, OURO_NULL);
        struct row *row = zoo_row(counts[i]); /* large, in the last round */
        for (size_t j = 0; j < counts[i]; j++) {
            row->items[j] = HOLD(middle);
        }
        middle->left = VALUE(row);
        assert_int_equal(ouro_gc_collect(zoo.rt, 2), 0);
        zoo_check();
        DROP(middle);
        assert_int_equal(ouro_gc_collect(zoo.rt, 2), 2);
        zoo_close(0);
    }
}

/* ---- weak references --------------------------------------------------------------------------------------- */

static char order[100];

static void note_letter(ouro_runtime *rt, ouro_value reference, void *context)
{
    (void)rt;
    assert_true(ouro_is_none(ouro_weakref_get(reference)));
    strcat(order, context);
}

static void test_weak_references(void **state)
{
    (void)state;
    zoo_open(NULL);
    struct pair *p = zoo_pair(OURO_NULL, OURO_NULL);
    ouro_value a = ouro_weakref_create(zoo.rt, p, NULL, NULL);
    ouro_value b = ouro_weakref_create(zoo.rt, p, NULL, NULL);
    assert_true(ouro_is(a, b));
    ouro_value c = ouro_weakref_create(zoo.rt, p, note_letter, "c");
    ouro_value d = ouro_weakref_create(zoo.rt, p, note_letter, "d");
    ouro_value e = ouro_weakref_create(zoo.rt, p, note_letter, "e");
    assert_int_equal(weakref_count(zoo.rt, &p->object), 4);
    ouro_decref(zoo.rt, d);
    assert_int_equal(weakref_count(zoo.rt, &p->object), 3);
    zoo_check();
    ouro_value got = ouro_weakref_get(a);
    assert_true(ouro_is(got, VALUE(p)));
    ouro_decref(zoo.rt, got);
    order[0] = 0;
    DROP(p);
    assert_string_equal(order, "ec"); /* newest first */
    assert_true(ouro_is_none(ouro_weakref_get(a)));
    assert_true(ouro_is_none(ouro_weakref_get(c)));
    ouro_decref(zoo.rt, a);
    ouro_decref(zoo.rt, b);
    ouro_decref(zoo.rt, c);
    ouro_decref(zoo.rt, e);

    /* in a cycle: the callback of a reference outside runs before finalizers, one inside never */
    struct pair *f = zoo_final(OURO_NULL, OURO_NULL);
    f->left = HOLD(f);
    f->right = ouro_weakref_create(zoo.rt, f, note_letter, "inside");
    ouro_value outside = ouro_weakref_create(zoo.rt, f, note_letter, "outside");
    order[0] = 0;
    DROP(f);
    assert_int_equal(ouro_gc_collect(zoo.rt, 2), 2);
    assert_string_equal(order, "outside");
    assert_int_equal(zoo.finalized, 1);
    ouro_decref(zoo.rt, outside);
    zoo_close(0);
}

/* ---- finalizers in cycles ---------------------------------------------------------------------------------- */

static void test_cyclic_resurrection(void **state)
{
    (void)state;
    zoo_open(NULL);
    zoo_on_finalize = resurrect;
    /* garbage: f <-> p, and a ring of its own that f does not reach */
    struct pair *p = zoo_pair(OURO_NULL, VALUE(zoo_leaf(7)));
    struct pair *f = zoo_final(VALUE(p), OURO_NULL);
    p->left = HOLD(f);
    DROP(f);
    ring(5);
    assert_int_equal(ouro_gc_collect(zoo.rt, 2), 5);
    assert_ptr_equal(keeper, f);
    assert_int_equal(f->object.refcount, 2);
    assert_true(ouro_is(p->left, VALUE(f)));
    zoo_check();
    DROP(keeper);
    assert_int_equal(ouro_gc_collect(zoo.rt, 2), 2);
    assert_int_equal(zoo.finalized, 1);
    zoo_close(0);
}

static void kill_cycle(ouro_runtime *rt, struct pair *self)
{
    ouro_value left = self->left;
    self->left = OURO_NULL;
    ouro_decref(rt, left);
}

static void test_finalizer_opens_cycle(void **state)
{
    (void)state;
    zoo_open(NULL);
    zoo_on_finalize = kill_cycle;
    struct pair *f = zoo_final(OURO_NULL, OURO_NULL);
    f->left = VALUE(zoo_final(VALUE(f), OURO_NULL));
    ouro_gc_collect(zoo.rt, 0);
    assert_int_equal(zoo.finalized, 2);
    assert_int_equal(gc_live_objects(zoo.rt, GC_ALL_GENERATIONS), 0);
    zoo_close(0);
}

static void make_garbage(ouro_runtime *rt, struct pair *self)
{
    (void)self;
    ring(3);
    assert_int_equal(ouro_gc_collect(rt, 2), 0); /* never inside another */
}

static void test_collecting_inside(void **state)
{
    (void)state;
    zoo_open(NULL);
    zoo_on_finalize = make_garbage;
    struct pair *f = zoo_final(OURO_NULL, OURO_NULL);
    f->left = VALUE(f);
    assert_int_equal(ouro_gc_collect(zoo.rt, 2), 1);
    assert_int_equal(ouro_gc_collect(zoo.rt, 2), 3);
    zoo_close(0);
}

/* ---- schedule ---------------------------------------------------------------------------------------------- */

static void test_thresholds(void **state)
{
    (void)state;
    zoo_open(NULL);
    for (int i = 0; i < 10000; i++) {
        ring(2);
        ouro_gc_poll(zoo.rt);
        assert_true(gc_live_objects(zoo.rt, GC_ALL_GENERATIONS) <= 702);
    }
    assert_int_equal(ouro_gc_stats(zoo.rt, 0).collections, 26);
    assert_int_equal(ouro_gc_stats(zoo.rt, 1).collections, 2);
    ouro_gc_disable(zoo.rt);
    for (int i = 0; i < 1000; i++) {
        ring(2);
        ouro_gc_poll(zoo.rt);
    }
    assert_true(gc_live_objects(zoo.rt, GC_ALL_GENERATIONS) >= 2000);
    ouro_gc_enable(zoo.rt);
    ring(1);
    ring(8);
    ouro_gc_poll(zoo.rt);
    assert_int_equal(gc_live_objects(zoo.rt, GC_ALL_GENERATIONS), 0);
    gc_force_every(zoo.rt, 10);
    for (int i = 0; i < 100; i++) {
        ring(3);
        ouro_gc_poll(zoo.rt);
        assert_true(gc_live_objects(zoo.rt, GC_ALL_GENERATIONS) <= 12);
    }
    gc_force_every(zoo.rt, 0);
    zoo_close(0);
}

/* Few but large: garbage must not pile up although the count never reaches a threshold. */
static void test_bytes(void **state)
{
    (void)state;
    zoo_open(NULL);
    size_t most = 0;
    for (int i = 0; i < 300; i++) {
        struct bag *bag = zoo_bag();
        bag->items = ouro_mem_alloc(ouro_runtime_mem(zoo.rt), 1 << 20);
        assert_true(zoo_bag_add(bag, OURO_NULL) || true);
        bag->count = 0;
        bag->capacity = (1 << 20) / sizeof(ouro_value);
        assert_true(zoo_bag_add(bag, VALUE(bag)));
        ouro_gc_poll(zoo.rt);
        size_t live = ouro_mem_live_bytes(ouro_runtime_mem(zoo.rt));
        most = live > most ? live : most;
    }
    assert_true(most < (size_t)40 << 20);
    zoo_close(0);
}

static void test_freeze(void **state)
{
    (void)state;
    zoo_open(NULL);
    ring(4);
    ouro_gc_freeze(zoo.rt);
    assert_int_equal(gc_freeze_count(zoo.rt), 4);
    assert_int_equal(gc_live_objects(zoo.rt, GC_ALL_GENERATIONS), 0);
    zoo_check();
    assert_int_equal(ouro_gc_collect(zoo.rt, 2), 0);
    ring(3);
    assert_int_equal(ouro_gc_collect(zoo.rt, 2), 3);
    struct pair *p = zoo_pair(OURO_NULL, OURO_NULL);
    ouro_gc_freeze(zoo.rt);
    DROP(p); /* dies frozen */
    assert_int_equal(gc_freeze_count(zoo.rt), 4);
    ouro_gc_unfreeze(zoo.rt);
    assert_int_equal(gc_freeze_count(zoo.rt), 0);
    assert_int_equal(gc_live_objects(zoo.rt, 2), 4);
    zoo_check();
    assert_int_equal(ouro_gc_collect(zoo.rt, 2), 4);
    zoo_close(0);
}

static void test_lists(void **state)
{
    (void)state;
    zoo_open(NULL);
    struct pair *p = zoo_pair(OURO_NULL, OURO_NULL);
    ouro_value held[40];
    for (int i = 0; i < 40; i++) {
        held[i] = VALUE(i % 2 ? zoo_pair(OURO_NULL, HOLD(p)) : zoo_pair(OURO_NULL, OURO_NULL));
        if (i == 10 || i == 20) {
            ouro_gc_collect(zoo.rt, i == 10 ? 1 : 0);
        }
    }
    struct gc_object_list list;
    ouro_value target = VALUE(p);
    assert_true(gc_list_referrers(zoo.rt, &target, 1, ouro_as_object(held[1]), &list));
    assert_int_equal(list.count, 19);
    gc_list_free(zoo.rt, &list);
    static const size_t expected[] = {19, 10, 12};
    for (int g = 0; g < 3; g++) {
        assert_int_equal(gc_live_objects(zoo.rt, g), expected[g]);
        assert_true(gc_list_objects(zoo.rt, g, &list));
        assert_int_equal(list.count, expected[g]);
        gc_list_free(zoo.rt, &list);
    }
    for (int i = 0; i < 40; i++) {
        ouro_decref(zoo.rt, held[i]);
    }
    DROP(p);
    zoo_close(0);
}

/* ---- explanations ------------------------------------------------------------------------------------------ */

struct expected_cycle {
    const char *text;
    uint64_t count, objects;
};

static void expect_cycle(void *context, const ouro_gc_cycle *cycle)
{
    struct expected_cycle **expected = context;
    assert_string_equal(cycle->text, (*expected)->text);
    assert_int_equal(cycle->count, (*expected)->count);
    assert_int_equal(cycle->objects, (*expected)->objects);
    assert_true(cycle->bytes >= cycle->objects * 16);
    ++*expected;
}

static void test_explain(void **state)
{
    (void)state;
    zoo_open(NULL);
    assert_true(ouro_gc_explain(zoo.rt, true));
    for (int i = 1; i < 50; i++) {
        ring(100 + (size_t)i * 3); /* of any length: one kind */
    }
    for (int i = 0; i < 30; i++) {
        /* one cycle of three kinds of edges, with a tail that is on no cycle; entered from two sides */
        struct bag *bag = zoo_bag();
        struct odd *odd = zoo_odd(VALUE(bag));
        struct pair *pair = zoo_pair(HOLD(zoo_pair(OURO_NULL, OURO_NULL)), VALUE(odd));
        DROP(ouro_as_object(pair->left));
        assert_true(zoo_bag_add(bag, VALUE(pair)));
        if (i % 2) {
            ouro_gc_collect(zoo.rt, 0);
        }
    }
    struct pair *self = zoo_pair(OURO_NULL, OURO_NULL);
    self->right = VALUE(self);
    ouro_gc_collect(zoo.rt, 2);
    struct expected_cycle expected[] = {
        {"pair.left -> ... -> pair", 49, 49 * 100 + 3 * 49 * 50 / 2},
        {"bag[] -> pair.right -> odd -> bag", 30, 120},
        {"pair.right -> pair", 1, 1},
        {NULL, 0, 0},
    };
    struct expected_cycle *next = expected;
    assert_true(ouro_gc_cycles(zoo.rt, expect_cycle, &next));
    assert_null(next->text);
    zoo_close(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chain_dies),
        cmocka_unit_test(test_mixed_chain_dies),
        cmocka_unit_test(test_finalizers_drop_a_chain),
        cmocka_unit_test(test_resurrection),
        cmocka_unit_test(test_rings),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_edges_of_all_kinds),
        cmocka_unit_test(test_many_references),
        cmocka_unit_test(test_weak_references),
        cmocka_unit_test(test_cyclic_resurrection),
        cmocka_unit_test(test_finalizer_opens_cycle),
        cmocka_unit_test(test_collecting_inside),
        cmocka_unit_test(test_thresholds),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_freeze),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_explain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
