/* object_test.c: values, shapes, the side table, counts that saturate. */
#include "zoo.h"
#include "gc/gc.h"
#include "object/edge.h"
#include "object/side.h"

#include <math.h>

static void test_immediates(void **state)
{
    (void)state;
    static const int64_t ints[] = {0, 1, -1, 42, OURO_INT_MAX, OURO_INT_MIN, INT64_C(1) << 61, -(INT64_C(1) << 61)};
    for (size_t i = 0; i < sizeof ints / sizeof ints[0]; i++) {
        assert_true(ouro_int_fits(ints[i]));
        assert_true(ouro_is_int(ouro_int(ints[i])));
        assert_false(ouro_is_float(ouro_int(ints[i])) || ouro_is_object_or_null(ouro_int(ints[i])));
        assert_int_equal(ouro_as_int(ouro_int(ints[i])), ints[i]);
    }
    assert_false(ouro_int_fits(OURO_INT_MAX + 1));
    assert_false(ouro_int_fits(OURO_INT_MIN - 1));
    uint64_t seed = unit_seed();
    for (int i = 0; i < 200000; i++) {
        uint64_t bits = unit_random(&seed);
        double d;
        if (i % 2) {
            bits = (bits & ~(UINT64_C(7) << 60)) | (bits & 1 ? UINT64_C(3) << 60 : UINT64_C(4) << 60);
        }
        memcpy(&d, &bits, sizeof d);
        if (ouro_float_fits(d)) {
            ouro_value v = ouro_flonum(d);
            assert_true(ouro_is_float(v));
            assert_false(ouro_is_int(v) || ouro_is_constant(v));
            double back = ouro_as_flonum(v);
            assert_memory_equal(&back, &d, sizeof d);
        } else {
            assert_true(fabs(d) < 1e-76 || fabs(d) > 1e76 || isnan(d));
        }
    }
    assert_true(ouro_float_fits(0.0) && !ouro_float_fits(-0.0));
    assert_true(ouro_as_flonum(ouro_flonum(0.0)) == 0.0);
    assert_true(ouro_is_none(OURO_NONE) && ouro_is_constant(OURO_NONE) && !ouro_is_object_or_null(OURO_NONE));
    assert_true(ouro_is_object_or_null(OURO_NULL) && !ouro_is_object(OURO_NULL));
}

static void test_saturation(void **state)
{
    (void)state;
    zoo_open(NULL);
    struct pair *p = zoo_pair(OURO_NULL, OURO_NULL);
    p->object.refcount = OURO_IMMORTAL - 1;
    HOLD(p);
    HOLD(p);
    assert_int_equal(p->object.refcount, OURO_IMMORTAL);
    DROP(p);
    DROP(p);
    assert_int_equal(p->object.refcount, OURO_IMMORTAL);
    /* more references than a working count can hold: never found to be garbage, and no harm done */
    struct pair *q = zoo_pair(OURO_NULL, OURO_NULL);
    q->left = VALUE(q);
    q->object.refcount = 1u << 25;
    assert_int_equal(ouro_gc_collect(zoo.rt, 2), 0);
    q->object.refcount = 1;
    assert_int_equal(ouro_gc_collect(zoo.rt, 2), 1);
    p->object.refcount = 1;
    DROP(p);
    zoo_close(0);
}

/* ---- shapes ------------------------------------------------------------------------------------------------ */

enum { NAMES = 400 };

static void test_shapes(void **state)
{
    (void)state;
    zoo_open(NULL);
    ouro_runtime *rt = zoo.rt;
    ouro_value names[NAMES];
    for (int i = 0; i < NAMES; i++) {
        names[i] = VALUE(zoo_leaf(i));
    }
    ouro_type type = {.name = "shaped", .size = sizeof(ouro_object)};
    ouro_shape *first = shape_new_root(rt, &type, SHAPE_INLINE, 300, 16);
    assert_ptr_equal(type.shape, first);
    ouro_shape *shape = first;
    for (unsigned i = 0; i < SHAPE_MAX_ATTRIBUTES; i++) {
        assert_int_equal(shape_find(rt, shape, names[i]), -1);
        ouro_shape *next = shape_add(rt, shape, names[i]);
        assert_non_null(next);
        assert_ptr_equal(shape_add(rt, shape, names[i]), next); /* found again */
        assert_null(shape_check(next));
        assert_true(next->id > shape->id);
        shape = next;
        for (unsigned j = 0; j <= i; j += 1 + i / 10) {
            assert_int_equal(shape_find(rt, shape, names[j]), j);
            assert_true(ouro_is(shape_name_at(shape, j), names[j]));
        }
        assert_int_equal(shape_find(rt, shape, names[NAMES - 1]), -1);
    }
    assert_null(shape_add(rt, shape, names[NAMES - 1])); /* the limit */
    /* many children of one shape, up to the limit for a tree */
    unsigned made = 0;
    for (int i = 0; i < NAMES; i++) {
        for (int j = 0; j < 12; j++) {
            ouro_shape *one = shape_add(rt, first, names[i]);
            ouro_shape *two = one != NULL ? shape_add(rt, one, names[(i + 1 + j) % NAMES]) : NULL;
            made += two != NULL;
            if (two != NULL) {
                assert_int_equal(shape_find(rt, two, names[i]), 0);
            }
        }
    }
    assert_int_equal(first->tree_size, SHAPE_MAX_PER_TYPE);
    assert_true(made > 3000);
    /* a second root, of little room */
    ouro_shape *small = shape_new_root(rt, &type, SHAPE_INLINE, 1, 16);
    ouro_shape *full = shape_add(rt, small, names[0]);
    assert_non_null(full);
    assert_null(shape_add(rt, full, names[1]));
    assert_null(shape_add(rt, shape_new_root(rt, &type, SHAPE_DICT, 1, 16), names[0]));
    /* new ids for all; when they run out: 0 */
    uint32_t id = shape->id, next = rt->next_shape_id;
    shape_renew_ids(rt, &type);
    assert_true(shape->id != id && shape->id >= next && full->id >= next);
    rt->next_shape_id = UINT32_MAX - 10;
    shape_renew_ids(rt, &type);
    assert_int_equal(rt->next_shape_id, 0);
    shape_renew_ids(rt, &type);
    assert_int_equal(shape->id, 0);
    assert_int_equal(first->id, 0);
    shape_free_all(rt, &type);
    assert_null(type.shape);
    for (int i = 0; i < NAMES; i++) {
        assert_int_equal(ouro_as_object(names[i])->refcount, 1);
        ouro_decref(rt, names[i]);
    }
    zoo_close(0);
}

/* Each allocation of a few transitions fails in turn; what was there stays. */
static void test_shapes_without_memory(void **state)
{
    (void)state;
    bool done = false;
    for (uint64_t n = 1; !done; n++) {
        zoo_open(NULL);
        ouro_value names[30];
        for (int i = 0; i < 30; i++) {
            names[i] = VALUE(zoo_leaf(i));
        }
        ouro_type type = {.name = "shaped", .size = sizeof(ouro_object)};
        ouro_mem_fail_at(ouro_runtime_mem(zoo.rt), n, false);
        ouro_shape *root = shape_new_root(zoo.rt, &type, SHAPE_INLINE, 40, 16);
        if (root != NULL) {
            ouro_shape *shape = root;
            int i;
            for (i = 0; i < 30; i++) {
                ouro_shape *next = shape_add(zoo.rt, shape, names[i]);
                if (next == NULL || shape_add(zoo.rt, root, names[i]) == NULL) {
                    break;
                }
                shape = next;
                assert_int_equal(shape_find(zoo.rt, shape, names[i]), i); /* also without an index */
                assert_int_equal(shape_find(zoo.rt, shape, names[i / 2]), i / 2);
            }
            done = i == 30;
            assert_null(shape_check(shape));
        }
        ouro_mem_fail_at(ouro_runtime_mem(zoo.rt), 0, false);
        shape_free_all(zoo.rt, &type);
        for (int i = 0; i < 30; i++) {
            assert_int_equal(ouro_as_object(names[i])->refcount, 1);
            ouro_decref(zoo.rt, names[i]);
        }
        zoo_close(0);
    }
}

/* Shaped objects: attribute values lie in the object, die with it, are traversed. */
static void test_shaped_objects(void **state)
{
    (void)state;
    zoo_open(NULL);
    ouro_value names[3] = {VALUE(zoo_leaf(0)), VALUE(zoo_leaf(1)), VALUE(zoo_leaf(2))};
    ouro_type type = {.object = {.refcount = 1, .shape = zoo.pair->object.shape},
                      .name = "shaped",
                      .size = sizeof(ouro_object),
                      .flags = OURO_TYPE_SHAPED | OURO_TYPE_COUNTED};
    ouro_shape *shape = shape_new_root(zoo.rt, &type, SHAPE_INLINE, 5, sizeof(ouro_object));
    ouro_object *o = object_new(zoo.rt, &type, 0);
    assert_int_equal(type.object.refcount, 2);
    assert_true(object_size(zoo.rt, o) >= 16 + 5 * 8);
    for (int i = 0; i < 3; i++) {
        shape = shape_add(zoo.rt, shape, names[i]);
        shape_values(shape, o)[i] = i == 1 ? HOLD(o) : VALUE(zoo_leaf(i));
        o->shape = shape;
    }
    gc_track(zoo.rt, o);
    char text[40];
    assert_true(object_edge_name(zoo.rt, o, VALUE(o), text, sizeof text));
    assert_string_equal(text, ".attribute 1");
    zoo_check();
    assert_int_equal(ouro_gc_collect(zoo.rt, 0), 0);
    object_decref(zoo.rt, o);
    assert_int_equal(ouro_gc_collect(zoo.rt, 1), 1);
    assert_int_equal(type.object.refcount, 1);
    /* in dict mode value 0 is the dict */
    shape = shape_new_root(zoo.rt, &type, SHAPE_DICT, 2, sizeof(ouro_object));
    o = object_new(zoo.rt, &type, 0);
    o->shape = shape;
    shape_values(shape, o)[0] = VALUE(zoo_bag());
    gc_track(zoo.rt, o);
    zoo_check();
    object_decref(zoo.rt, o);
    assert_int_equal(gc_live_objects(zoo.rt, GC_ALL_GENERATIONS), 0);
    shape_free_all(zoo.rt, &type);
    for (int i = 0; i < 3; i++) {
        ouro_decref(zoo.rt, names[i]);
    }
    zoo_close(0);
}

/* ---- side table -------------------------------------------------------------------------------------------- */

static void test_side_table(void **state)
{
    (void)state;
    enum { COUNT = 2000 };
    zoo_open(NULL);
    uint64_t seed = unit_seed();
    static struct pair *objects[COUNT];
    static ouro_value dicts[COUNT]; /* the model */
    for (int i = 0; i < COUNT; i++) {
        objects[i] = zoo_pair(OURO_NULL, OURO_NULL);
        dicts[i] = OURO_NULL;
    }
    for (int step = 0; step < 40000; step++) {
        int i = (int)(unit_random(&seed) % (step < 30000 ? COUNT : 100));
        ouro_object *object = &objects[i]->object;
        if (unit_random(&seed) % 3) {
            dicts[i] = VALUE(zoo_leaf(step));
            assert_true(side_set_dict(zoo.rt, object, dicts[i]));
        } else if (unit_random(&seed) % 2) {
            ouro_value old = side_take_dict(zoo.rt, object);
            assert_true(ouro_is(old, dicts[i]));
            ouro_decref(zoo.rt, old);
            dicts[i] = OURO_NULL;
        } else {
            ouro_value weak = ouro_weakref_create(zoo.rt, object, NULL, NULL);
            assert_int_equal(weakref_count(zoo.rt, object), 1);
            ouro_decref(zoo.rt, weak);
            assert_int_equal(weakref_count(zoo.rt, object), 0);
        }
        assert_true(ouro_is(side_dict(zoo.rt, object), dicts[i]));
        assert_int_equal((object->gc & OURO_GC_SIDE) != 0, !ouro_is_null(dicts[i]));
        if (step % 5000 == 0) {
            assert_null(side_check(zoo.rt));
        }
    }
    zoo_check();
    for (int i = 0; i < COUNT; i++) {
        assert_true(ouro_is(side_dict(zoo.rt, &objects[i]->object), dicts[i]));
        DROP(objects[i]);
        if (i % 100 == 0) {
            assert_null(side_check(zoo.rt));
        }
    }
    assert_int_equal(side_count(zoo.rt), 0);
    zoo_close(0);
}

/* Memory runs out while the table grows: the garbage that is collected then takes its records out of it. */
static void test_side_table_collects(void **state)
{
    (void)state;
    size_t collected = 0;
    for (size_t limit = 1500000; limit < 3500000; limit += 50000) {
        zoo_open(&(ouro_mem_config){.limit = limit, .decay_ms = -1});
        ouro_gc_disable(zoo.rt);
        for (int i = 0; i < 20000; i++) {
            struct pair *pair = zoo_pair(OURO_NULL, OURO_NULL);
            assert_non_null(pair);
            pair->left = HOLD(pair);
            assert_true(side_set_dict(zoo.rt, &pair->object, ouro_int(i)));
            DROP(pair);
        }
        assert_null(side_check(zoo.rt));
        assert_int_equal(side_count(zoo.rt), gc_live_objects(zoo.rt, GC_ALL_GENERATIONS));
        collected += ouro_gc_stats(zoo.rt, 2).collections;
        zoo_check();
        ouro_gc_collect(zoo.rt, 2);
        assert_int_equal(side_count(zoo.rt), 0);
        zoo_close(0);
    }
    assert_true(collected > 10);
}

/* A dict out of line is an edge like any other. */
static void test_side_dict_cycle(void **state)
{
    (void)state;
    zoo_open(NULL);
    struct row *row = zoo_row(1);
    assert_true(side_set_dict(zoo.rt, &row->object, VALUE(zoo_pair(VALUE(row), OURO_NULL))));
    zoo_check();
    assert_int_equal(ouro_gc_collect(zoo.rt, 2), 2);
    zoo_close(0);
}

/* ---- recursion --------------------------------------------------------------------------------------------- */

static void test_recursion(void **state)
{
    (void)state;
    zoo_open(NULL);
    zoo.rt->recursion_limit = 5;
    for (int i = 0; i < 5; i++) {
        assert_true(rt_enter(zoo.rt, ""));
    }
    assert_false(rt_enter(zoo.rt, ""));
    for (int i = 0; i < 5; i++) {
        rt_leave(zoo.rt);
    }
    assert_int_equal(zoo.rt->recursion, 0);
    zoo.rt->stack_limit = (char *)__builtin_frame_address(0) + 100000;
    assert_false(rt_enter(zoo.rt, ""));
    zoo.rt->stack_limit = NULL;
    zoo_close(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_immediates),
        cmocka_unit_test(test_saturation),
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_shapes_without_memory),
        cmocka_unit_test(test_shaped_objects),
        cmocka_unit_test(test_side_table),
        cmocka_unit_test(test_side_table_collects),
        cmocka_unit_test(test_side_dict_cycle),
        cmocka_unit_test(test_recursion),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
