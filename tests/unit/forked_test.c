/* forked_test.c: full collections in a forked copy of the process (gc/forked.h): addresses are looked up, answers verified
 * while the heap goes on changing. */
#include "zoo.h"
#include "base/os.h"
#include "gc/gc.h"
#include "gc/state.h"
#include "mem/mem_inline.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

static uint64_t seed;

static size_t random_below(size_t n)
{
    return (size_t)(unit_random(&seed) % n);
}

static bool finds(const void *address)
{
    mem_finder finder = {.mem = ouro_runtime_mem(zoo.rt)};
    return mem_finds_object(&finder, address);
}

static void test_finds_objects(void **state)
{
    (void)state;
    enum { COUNT = 3000 };
    static ouro_object *objects[COUNT];
    zoo_open(NULL);
    ouro_gc_disable(zoo.rt);
    for (size_t i = 0; i < COUNT; i++) { /* small, medium, large */
        size_t items = i % 100 == 99 ? 50000 : i % 3 == 0 ? 80 + random_below(2000) : random_below(20);
        objects[i] = &zoo_row(items)->object;
    }
    struct leaf *leaf = zoo_leaf(7);
    assert_false(finds(leaf));
    assert_false(finds(NULL));
    assert_false(finds(&leaf));
    assert_false(finds((void *)(uintptr_t)finds));
    assert_false(finds((void *)UINTPTR_MAX));
    mem_finder forwards = {.mem = ouro_runtime_mem(zoo.rt)}, around = forwards;
    for (size_t i = 0; i < COUNT; i++) {
        assert_true(mem_finds_object(&forwards, objects[i]));
        assert_true(mem_finds_object(&around, objects[random_below(COUNT)]));
        assert_true(finds(objects[i]));
        assert_false(mem_finds_object(&around, (char *)objects[i] + 8));
        assert_false(mem_finds_object(&around, (char *)objects[i] + 16));
        assert_false(mem_finds_object(&around, (char *)objects[i] - 8));
        /* the next of its size, if it is one: found or not, nothing is read that is not there */
        (void)mem_finds_object(&around, (char *)objects[i] + ((size_t)1 << (4 + random_below(20))));
    }
    for (size_t i = 0; i < COUNT; i += 2) {
        ouro_decref(zoo.rt, ouro_from_object(objects[i]));
    }
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(finds(objects[i]), i % 2 == 1);
    }
    ouro_mem_trim(ouro_runtime_mem(zoo.rt));
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(finds(objects[i]), i % 2 == 1);
    }
    for (size_t i = 1; i < COUNT; i += 2) {
        ouro_decref(zoo.rt, ouro_from_object(objects[i]));
    }
    assert_false(finds(objects[1]));
    DROP(leaf);
    zoo_close(0);
}

/* ---- answers ---------------------------------------------------------------------------------------------- */

static void begin(void)
{
    struct timespec little = {0, 1000000};
    ouro_gc_set_threshold(zoo.rt, 0, 1000000000);
    while (!gc_collect_beside(zoo.rt)) { /* the last copy is about to go */
        nanosleep(&little, NULL);
    }
}

/* Goes on until no answer is awaited any more. */
static void end(void)
{
    struct timespec little = {0, 200000};
    ouro_gc_set_threshold(zoo.rt, 0, 5);
    for (int i = 0; i < 200000 && zoo.rt->gc->forked.answer != NULL; i++) {
        struct pair *kept[10];
        for (int k = 0; k < 10; k++) {
            kept[k] = zoo_pair(OURO_NULL, OURO_NULL);
        }
        ouro_gc_poll(zoo.rt);
        for (int k = 0; k < 10; k++) {
            DROP(kept[k]);
        }
        nanosleep(&little, NULL);
    }
    assert_null(zoo.rt->gc->forked.answer);
    ouro_gc_set_threshold(zoo.rt, 0, 1000000000);
}

/* A ring that nothing holds, of pairs, rows (large ones too) and bags. */
static void ring(size_t length, bool large)
{
    struct pair *first = zoo_pair(OURO_NULL, OURO_NULL);
    ouro_value last = HOLD(first);
    for (size_t i = 1; i < length; i++) {
        if (i % 3 == 0) {
            struct row *row = zoo_row(large && i % 60 == 0 ? 40000 : 3 + i % 200);
            row->items[2] = last;
            last = VALUE(row);
        } else if (i % 3 == 1) {
            struct bag *bag = zoo_bag();
            assert_true(zoo_bag_add(bag, last));
            last = VALUE(bag);
        } else {
            last = VALUE(zoo_pair(OURO_NULL, last));
        }
    }
    first->left = last;
    DROP(first);
}

static void test_rings(void **state)
{
    (void)state;
    zoo_open(NULL);
    struct bag *kept = zoo_bag();
    for (size_t i = 0; i < 3000; i++) {
        size_t length = i == 1000 ? 9000 : 1 + random_below(12);
        ring(length, i == 1000);
        assert_true(zoo_bag_add(kept, VALUE(zoo_pair(HOLD(kept), VALUE(zoo_leaf((int64_t)i))))));
    }
    ouro_gc_set_threshold(zoo.rt, 0, 1000000000);
    (void)ouro_gc_collect(zoo.rt, 0); /* finds it all: there must be old garbage */
    assert_int_equal(gc_live_objects(zoo.rt, GC_ALL_GENERATIONS), 3001);
    ouro_gc_disable(zoo.rt);
    for (size_t i = 0; i < 3000; i++) {
        ring(i == 1000 ? 9000 : 1 + i % 12, i == 1000);
    }
    gc_settle(zoo.rt); /* it is old now */
    size_t old = gc_live_objects(zoo.rt, 2);
    ouro_gc_enable(zoo.rt);
    ouro_gc_statistics before = ouro_gc_stats(zoo.rt, 2);
    begin();
    assert_int_equal(gc_live_objects(zoo.rt, 2), old);
    end();
    ouro_gc_statistics after = ouro_gc_stats(zoo.rt, 2);
    assert_int_equal(after.collected - before.collected, old - 3001);
    assert_true(after.collections - before.collections >= 3);
    assert_true(after.examined - before.examined >= old);
    zoo_check();
    ouro_decref(zoo.rt, VALUE(kept));
    ouro_gc_collect(zoo.rt, 2);
    zoo_close(0);
}

/* Random graphs, which change between the fork and the answer; garbage comes back through weak references, or dies and its
 * addresses are used again.  What is held must stay, and in the end all is gone. */
static void test_random(void **state)
{
    (void)state;
    enum { HELD = 300, ROUNDS = 60 };
    static ouro_value held[HELD], weak[HELD];
    zoo_open(NULL);
    ouro_gc_set_threshold(zoo.rt, 0, 1000000000);
    for (int round = 0; round < ROUNDS; round++) {
        for (int phase = 0; phase < 2; phase++) {
            for (int i = 0; i < 1500; i++) {
                size_t at = random_below(HELD), other = random_below(HELD);
                ouro_value target = held[other];
                if (!ouro_is_null(weak[other]) && random_below(2) == 0) { /* back to life, perhaps */
                    ouro_value back = ouro_weakref_get(weak[other]);
                    if (ouro_is_object(back)) {
                        ouro_decref(zoo.rt, held[other]);
                        target = held[other] = back;
                    }
                }
                struct pair *p = random_below(20) == 0 ? zoo_final(OURO_NULL, ouro_incref(target))
                                                       : zoo_pair(OURO_NULL, ouro_incref(target));
                if (ouro_is_object(held[at]) && random_below(2) == 0) { /* a cycle */
                    struct pair *old = (struct pair *)(void *)ouro_as_object(held[at]);
                    ouro_value left = old->left;
                    old->left = HOLD(p);
                    ouro_decref(zoo.rt, left);
                }
                ouro_value dropped = held[at];
                held[at] = VALUE(p);
                ouro_decref(zoo.rt, dropped);
                if (random_below(4) == 0) {
                    ouro_decref(zoo.rt, weak[at]);
                    weak[at] = ouro_weakref_create(zoo.rt, p, NULL, NULL);
                }
            }
            if (phase == 0) {
                ouro_gc_disable(zoo.rt);
                gc_settle(zoo.rt);
                ouro_gc_enable(zoo.rt);
                begin();
            } else if (round % 3 == 0) {
                gc_settle(zoo.rt); /* those made since the fork are old, too */
            }
        }
        if (round % 10 == 9) {
            ouro_gc_collect(zoo.rt, 2);
        }
        end();
        zoo_check();
    }
    for (int i = 0; i < HELD; i++) {
        ouro_decref(zoo.rt, held[i]);
        ouro_decref(zoo.rt, weak[i]);
    }
    ouro_gc_collect(zoo.rt, 2);
    zoo_close(0);
}

/* The copy is killed; the full collection that is due then is an ordinary one. */
static void test_killed(void **state)
{
    (void)state;
    zoo_open(NULL);
    ouro_gc_disable(zoo.rt);
    for (int i = 0; i < 100; i++) {
        ring(5, false);
    }
    gc_settle(zoo.rt);
    ouro_gc_enable(zoo.rt);
    begin();
    assert_int_equal(kill(zoo.rt->gc->forked.child, SIGKILL), 0);
    end(); /* it may have been faster */
    size_t left = gc_live_objects(zoo.rt, GC_ALL_GENERATIONS);
    assert_int_equal(ouro_gc_collect(zoo.rt, 2), left);
    zoo_close(0);
}

/* The runtime is closed while a copy is at work; a limit that leaves no room. */
static void test_ends(void **state)
{
    (void)state;
    zoo_open(NULL);
    begin();
    zoo_close(0);
    zoo_open(&(ouro_mem_config){.limit = 3 << 20, .decay_ms = -1});
    ouro_gc_disable(zoo.rt);
    for (int i = 0; i < 100; i++) {
        ring(5, false);
    }
    gc_settle(zoo.rt);
    ouro_gc_enable(zoo.rt);
    begin();
    struct bag *bag = zoo_bag();
    bool room = true;
    while (room) { /* until memory runs out, which frees the garbage at once */
        struct row *row = ouro_object_new(zoo.rt, zoo.row, 0);
        room = row != NULL && zoo_bag_add(bag, VALUE(row));
    }
    assert_null(zoo.rt->gc->forked.answer);
    DROP(bag);
    ouro_gc_collect(zoo.rt, 2);
    zoo_close(0);
}

/* Makes the heap's helper thread, which gives memory back while its owner waits. */
static void wait_in_the_system(ouro_runtime *rt)
{
    ouro_mem *mem = ouro_runtime_mem(rt);
    ouro_mem_free(mem, ouro_mem_alloc(mem, 100000));
    assert_true(ouro_mem_next_purge(mem) >= 0);
    ouro_mem_park(mem);
    ouro_mem_unpark(mem);
}

/* A thread that has been joined may be there for a moment yet. */
static bool may_soon(ouro_runtime *rt)
{
    struct timespec little = {0, 1000000};
    for (int i = 0; i < 10000 && !gc_forked_may(rt); i++) {
        nanosleep(&little, NULL);
    }
    return gc_forked_may(rt);
}

static void *sit(void *context)
{
    pthread_mutex_lock(context);
    pthread_mutex_unlock(context);
    return NULL;
}

/* Helper threads of whatever heap are no hindrance, other threads are; a child of the program's begins to count anew. */
static void test_helpers(void **state)
{
    (void)state;
    ouro_mem_config config = {.decay_ms = 100000};
    zoo_open(&config);
    ouro_runtime *others[2] = {ouro_runtime_create_bare(&config), ouro_runtime_create_bare(&config)};
    wait_in_the_system(others[0]);
    wait_in_the_system(zoo.rt);
    wait_in_the_system(others[1]);
    size_t helpers = os_threads() - 1;
    assert_int_equal(helpers, 3);
    assert_true(gc_forked_may(zoo.rt));
    assert_true(gc_forked_may(others[0]));
    pthread_t thread;
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&gate);
    assert_int_equal(pthread_create(&thread, NULL, sit, &gate), 0);
    assert_false(gc_forked_may(zoo.rt));
    pthread_mutex_unlock(&gate);
    pthread_join(thread, NULL);
    pid_t child = fork();
    if (child == 0) {
        bool good = gc_forked_may(zoo.rt);
        wait_in_the_system(zoo.rt);
        _exit(good && os_threads() == 2 && gc_forked_may(zoo.rt) ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    for (int i = 0; i < 2; i++) {
        assert_true(may_soon(zoo.rt));
        assert_int_equal(ouro_runtime_destroy_bare(others[i]), 0);
    }
    assert_true(may_soon(zoo.rt));
    begin();
    end();
    zoo_close(0);
}

int main(void)
{
    seed = unit_seed();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_objects), cmocka_unit_test(test_rings), cmocka_unit_test(test_random),
        cmocka_unit_test(test_killed),        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_helpers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
