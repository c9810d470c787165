/* mem_test.c: the allocator against a model, and its promises one by one: limits, failures, walks, returning
 * memory, growth by moving pages, parking, other allocators, hooks. */
#include "mem_test.h"
#include "base/os.h"
#include "mem/mem_internal.h"
#include "mem/mem_vector.h"
#include <unistd.h>

/* ---- The model ---- */

static void run_model(const ouro_mem_config *config, size_t steps, size_t largest)
{
    model m;
    uint64_t seed = unit_seed();
    model_init(&m, ouro_mem_create(config), 3000, largest, seed);
    for (int part = 0; part < 8; part++) {
        model_run(&m, steps / 8);
        model_compare_walk(&m);
        if (part % 3 == 1) {
            ouro_mem_trim(m.mem);
            model_compare_walk(&m);
        }
    }
    model_drop_all(&m);
    assert_int_equal(ouro_mem_live_blocks(m.mem), 0);
    assert_int_equal(ouro_mem_recount(m.mem), 0);
    assert_int_equal(ouro_mem_live_bytes(m.mem), 0);
    assert_true(ouro_mem_check(m.mem));
    ouro_mem_trim(m.mem);
    ouro_mem_statistics statistics;
    ouro_mem_stats(m.mem, &statistics);
    assert_int_equal(statistics.faults, 0);
    assert_int_equal(statistics.arenas, 0);
    assert_true(statistics.system_bytes < 200000);
    ouro_mem_destroy(m.mem);
    free(m.blocks);
}

static void test_model_small(void **state)
{
    run_model(NULL, 60000, 512);
}

static void test_model_all_sizes(void **state)
{
    run_model(NULL, 40000, 1 << 20);
}

static void test_model_no_decay(void **state)
{
    ouro_mem_config config = {.decay_ms = -1};
    run_model(&config, 40000, 100000);
}

static void test_model_external(void **state)
{
    ouro_counting_allocator counting;
    ouro_allocator allocator = ouro_allocator_counting(&counting, ouro_allocator_malloc());
    ouro_mem_config config = {.allocator = &allocator};
    run_model(&config, 30000, 100000);
    assert_int_equal(counting.live_blocks, 0);
    assert_int_equal(counting.live_bytes, 0);
    assert_true(counting.allocations == counting.releases && counting.peak_bytes > 0);
}

/* A heap inside a heap: one as the other's allocator. */
static void test_model_nested(void **state)
{
    ouro_mem *outer = ouro_mem_create(NULL);
    ouro_allocator allocator = ouro_allocator_heap(outer);
    ouro_mem_config config = {.allocator = &allocator};
    run_model(&config, 10000, 100000);
    assert_int_equal(ouro_mem_live_blocks(outer), 0);
    ouro_mem_destroy(outer);
}

/* ---- Sizes ---- */

static void test_sizes(void **state)
{
    ouro_mem *mem = ouro_mem_create(NULL);
    for (size_t size = 0; size <= 300000; size += size < 1100 ? 1 : size / 7) {
        for (int kind = 0; kind < 2; kind++) {
            unsigned char *block = kind ? ouro_mem_alloc_object(mem, size) : ouro_mem_alloc(mem, size);
            size_t usable = ouro_mem_size(mem, block);
            assert_true(usable >= size && usable == ouro_mem_good_size(mem, size, (ouro_mem_kind)kind));
            size_t least = size < 8 ? 8 : size;
            if (kind && least < 16)
                least = 16;
            size_t step = size <= 256 ? 8 : size < 200000 ? 16 : 4096;
            assert_true(usable < least + step);
            memset(block, 1, usable);
            ouro_mem_free(mem, block);
        }
    }
    unsigned char *zeros = ouro_mem_alloc_zeroed(mem, 100);
    for (int i = 0; i < 100; i++)
        assert_int_equal(zeros[i], 0);
    unsigned char *object = ouro_mem_alloc_object_zeroed(mem, 600);
    for (int i = 0; i < 600; i++)
        assert_int_equal(object[i], 0);
    unsigned char *large = ouro_mem_alloc_zeroed(mem, 1 << 20);
    memset(large, 1, 1 << 20);
    ouro_mem_free(mem, large);
    large = ouro_mem_alloc_zeroed(mem, 1 << 20); /* the same mapping again */
    for (int i = 0; i < 1 << 20; i += 1000)
        assert_int_equal(large[i], 0);
    assert_null(ouro_mem_alloc(mem, SIZE_MAX));
    assert_null(ouro_mem_alloc(mem, (size_t)1 << 62));
    assert_null(ouro_mem_alloc_object(mem, PTRDIFF_MAX));
    assert_null(ouro_mem_resize(mem, zeros, SIZE_MAX));
    assert_null(ouro_mem_resize(mem, large, (size_t)1 << 60));
    ouro_mem_free(mem, NULL);
    void *from_null = ouro_mem_resize(mem, NULL, 10);
    assert_non_null(from_null);
    ouro_mem_free(mem, from_null);
    ouro_mem_free(mem, zeros);
    ouro_mem_free(mem, object);
    ouro_mem_free(mem, large);
    assert_true(ouro_mem_check(mem));
    ouro_mem_destroy(mem);
    ouro_mem_destroy(NULL);
}

/* ---- Failures ---- */

/* Fills a vector and a heap of blocks; false: memory ran out on the way, and everything was given back. */
static bool failing_work(ouro_mem *mem)
{
    VECTOR_OF(void *) blocks = {0};
    bool done = false;
    for (size_t i = 0; i < 60; i++) {
        void *block = i % 2 ? mem_alloc(mem, i * i * 20) : mem_alloc_object(mem, i * 30);
        if (block == NULL)
            goto out;
        if (!mem_push(mem, &blocks, block)) {
            mem_free(mem, block);
            goto out;
        }
        void *moved = ouro_mem_resize(mem, block, i * 100);
        if (moved == NULL)
            goto out;
        blocks.items[blocks.count - 1] = moved;
    }
    done = true;
out:
    while (blocks.count > 0)
        mem_free(mem, vector_pop(&blocks));
    mem_vector_free(mem, &blocks);
    return done;
}

static void test_injection(void **state)
{
    for (int forever = 0; forever < 2; forever++) {
        ouro_mem *mem = ouro_mem_create(NULL);
        uint64_t n = 1;
        bool done = false;
        for (; !done; n++) {
            ouro_mem_fail_at(mem, n, forever);
            done = failing_work(mem);
            if (!done && forever)
                assert_null(ouro_mem_alloc(mem, 10));
            uint64_t seen = ouro_mem_fail_seen(mem);
            ouro_mem_fail_at(mem, 0, false);
            assert_true(done ? seen < n : seen >= n);
            assert_int_equal(ouro_mem_live_blocks(mem), 0);
            if (n % 16 == 0)
                assert_true(ouro_mem_check(mem));
        }
        assert_true(n > 120);
        ouro_mem_destroy(mem);
    }
    /* The same with an allocator that fails. */
    for (uint64_t n = 1;; n++) {
        ouro_failing_allocator failing;
        ouro_allocator allocator = ouro_allocator_failing(&failing, ouro_allocator_malloc(), n, n % 2 == 0);
        ouro_mem_config config = {.allocator = &allocator};
        ouro_mem *mem = ouro_mem_create(&config);
        bool done = mem != NULL && failing_work(mem);
        assert_true(mem != NULL || n == 1 || n % 2 == 0);
        if (mem != NULL)
            assert_int_equal(ouro_mem_live_blocks(mem), 0);
        ouro_mem_destroy(mem);
        if (done)
            break;
        assert_true(failing.refused > 0);
    }
}

typedef struct reclaimer {
    ouro_mem *mem;
    void *blocks[200];
    size_t count, calls;
} reclaimer;

static bool reclaim_some(void *context, size_t size)
{
    reclaimer *r = context;
    r->calls++;
    if (r->count == 0)
        return false;
    for (int i = 0; i < 50 && r->count > 0; i++)
        ouro_mem_free(r->mem, r->blocks[--r->count]);
    return true;
}

static void test_limit(void **state)
{
    static const size_t sizes[] = {100, 3000, 100000, 400000};
    for (size_t which = 0; which < sizeof sizes / sizeof *sizes; which++) {
        reclaimer r = {0};
        ouro_mem_config config = {.limit = 4 << 20, .reclaim = reclaim_some, .reclaim_context = &r};
        ouro_mem *mem = r.mem = ouro_mem_create(&config);
        for (int i = 0; i < 200; i++) {
            void *block = ouro_mem_alloc(mem, 8000);
            assert_non_null(block);
            r.blocks[r.count++] = block;
        }
        size_t size = sizes[which], got = 0;
        void **mine = calloc(50000, sizeof *mine);
        while ((mine[got] = ouro_mem_alloc(mem, size)) != NULL)
            memset(mine[got++], 1, size);
        /* The reserve was used up, and the limit was kept. */
        assert_true(r.count == 0 && r.calls >= 4);
        assert_true(ouro_mem_system_bytes(mem) <= 4 << 20);
        assert_true(got * size > 2 << 20);
        ouro_mem_statistics statistics;
        ouro_mem_stats(mem, &statistics);
        assert_true(statistics.refused >= 1 && statistics.system_peak <= 4 << 20);
        assert_null(ouro_mem_resize(mem, mine[0], 8 << 20));
        assert_true(ouro_mem_check(mem));
        /* What is freed can be used again, in another size. */
        size_t freed = got;
        while (freed > 0)
            ouro_mem_free(mem, mine[--freed]);
        for (size_t other = 0; other < sizeof sizes / sizeof *sizes; other++) {
            size_t count = 0;
            while (count * sizes[other] < 2 << 20) {
                mine[count] = ouro_mem_alloc(mem, sizes[other]);
                assert_non_null(mine[count++]);
            }
            while (count > 0)
                ouro_mem_free(mem, mine[--count]);
        }
        ouro_mem_set_limit(mem, 0);
        void *beyond = ouro_mem_alloc(mem, 16 << 20);
        assert_non_null(beyond);
        free(mine);
        ouro_mem_destroy(mem);
    }
    ouro_limiting_allocator limiting;
    ouro_allocator allocator = ouro_allocator_limiting(&limiting, ouro_allocator_malloc(), 1 << 20);
    ouro_mem_config config = {.allocator = &allocator};
    ouro_mem *mem = ouro_mem_create(&config);
    size_t got = 0;
    while (ouro_mem_alloc(mem, 1000) != NULL)
        got++;
    assert_true(got > 900 && got < 1050 && limiting.refused > 0);
    ouro_mem_destroy(mem);
    assert_int_equal(limiting.live_bytes, 0);
}

/* ---- Returning memory ---- */

/* Keeps one block in `keep`; the ratio of resident to live bytes after a trim. */
static double ratio_after_drop(size_t count, size_t keep, size_t size, bool objects)
{
    ouro_mem *mem = ouro_mem_create(NULL);
    void **blocks = malloc(count * sizeof *blocks);
    for (size_t i = 0; i < count; i++) {
        blocks[i] = objects ? mem_alloc_object(mem, size) : mem_alloc(mem, size);
        assert_non_null(blocks[i]);
        memset(blocks[i], 1, size);
    }
    uint64_t seed = 42;
    for (size_t i = count - 1; i > 0; i--) {
        size_t j = unit_random(&seed) % (i + 1);
        void *other = blocks[i];
        blocks[i] = blocks[j];
        blocks[j] = other;
    }
    for (size_t i = count / keep; i < count; i++)
        mem_free(mem, blocks[i]);
    size_t before = ouro_mem_system_bytes(mem);
    size_t returned = ouro_mem_trim(mem);
    assert_true((returned > 0 || keep < 50) && ouro_mem_system_bytes(mem) == before - returned);
    double ratio = (double)ouro_mem_system_bytes(mem) / (double)(count / keep * size);
    /* The free blocks of returned pages come back to life. */
    for (size_t i = count / keep; i < count; i++) {
        blocks[i] = objects ? mem_alloc_object(mem, size) : mem_alloc(mem, size);
        assert_non_null(blocks[i]);
        memset(blocks[i], 2, size);
    }
    assert_true(ouro_mem_check(mem));
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(*(char *)blocks[i], i < count / keep ? 1 : 2);
        mem_free(mem, blocks[i]);
    }
    assert_int_equal(ouro_mem_live_blocks(mem), 0);
    ouro_mem_trim(mem);
    assert_true(ouro_mem_system_bytes(mem) < 100000);
    ouro_mem_destroy(mem);
    free(blocks);
    return ratio;
}

static void test_trim_partial(void **state)
{
    for (int objects = 0; objects < 2; objects++) {
        assert_true(ratio_after_drop(200000, 1000, 56, objects) <= 110);
        assert_true(ratio_after_drop(200000, 100, 56, objects) <= 62);
        ratio_after_drop(200000, 20, 24, objects);
        ratio_after_drop(20000, 50, 480, objects);
        ratio_after_drop(3000, 10, 5000, objects);
    }
}

/* What so many chunks cost a heap that gives everything back as soon as it looks. */
static double seconds_of_chunks(int64_t decay_ms, void **blocks, int count)
{
    ouro_mem_config config = {.decay_ms = decay_ms};
    ouro_mem *mem = ouro_mem_create(&config);
    struct timespec begin, end;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
    for (int i = 0; i < count; i++) {
        if (i % 64 == 0) { /* from here on something waits */
            blocks[i] = mem_alloc(mem, 100000);
            mem_free(mem, blocks[i]);
        }
        blocks[i] = mem_alloc(mem, 600 + (size_t)i % 1000);
    }
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    ouro_mem_destroy(mem);
    return (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
}

/* A round looks at every chunk: however short the decay, no allocation is burdened with one of its own. */
static void test_impatient(void **state)
{
    enum { COUNT = 30000 };
    void **blocks = malloc(COUNT * sizeof *blocks);
    double patient = 1e9, impatient = 1e10;
    for (int trial = 0; trial < 5 && impatient > 2 * patient; trial++) {
        double one = seconds_of_chunks(0, blocks, COUNT), other = seconds_of_chunks(-1, blocks, COUNT);
        patient = one < patient ? one : patient;
        impatient = other < impatient ? other : impatient;
    }
    if (impatient > 2 * patient)
        fail_msg("%d chunks: %.1f ms, and %.1f ms without decay", COUNT, patient * 1e3, impatient * 1e3);
    free(blocks);
}

/* A mapping that is used again is no larger than one made anew, to the heap and to the system. */
static void test_large_again(void **state)
{
    ouro_mem *mem = ouro_mem_create(NULL);
    void *first = ouro_mem_alloc(mem, 1200000);
    memset(first, 1, 1200000);
    ouro_mem_free(mem, first);
    size_t before = ouro_mem_system_bytes(mem);
    void *again = ouro_mem_alloc(mem, 1000000);
    memset(again, 2, 1000000);
#ifndef MEM_CHECKED /* (whose quarantine has the first block) */
    assert_ptr_equal(again, first);
    assert_true(ouro_mem_system_bytes(mem) <= before - 190000);
#endif
    assert_true(ouro_mem_size(mem, again) < 1010000);
    assert_true(ouro_mem_check(mem));
    ouro_mem_free(mem, again);
    (void)before;
    ouro_mem_destroy(mem);
}

static void test_decay(void **state)
{
    ouro_mem_config config = {.decay_ms = 20};
    ouro_mem *mem = ouro_mem_create(&config);
    enum { COUNT = 50000 };
    void **blocks = malloc(COUNT * sizeof *blocks);
    assert_int_equal(ouro_mem_next_purge(mem), -1);
    for (int i = 0; i < COUNT; i++)
        blocks[i] = mem_alloc_object(mem, i % 50 ? 100 : 3000);
    size_t full = ouro_mem_system_bytes(mem);
    void *large = ouro_mem_alloc(mem, 3 << 20);
    for (int i = 0; i < COUNT; i++) {
        if (i % 100 != 7) /* a few stay */
            mem_free(mem, blocks[i]);
    }
    ouro_mem_free(mem, large);
    ouro_mem_trim(mem);
    size_t trimmed = ouro_mem_system_bytes(mem);
    assert_true(trimmed < full);
    for (int i = 0; i < COUNT; i++) {
        if (i % 100 != 7)
            blocks[i] = mem_alloc_object(mem, i % 50 ? 100 : 3000);
    }
    int64_t begin = os_clock();
    for (int i = 0; i < COUNT; i++) {
        if (i % 100 != 7)
            mem_free(mem, blocks[i]);
    }
    /* An event loop: sleep until the next purge, purge, until nothing waits.  Where freeing took longer than the decay, it
     * is over in one. */
    bool slow = os_clock() - begin > 10000000;
    int rounds = 0;
    for (int64_t wait; (wait = ouro_mem_next_purge(mem)) >= 0; rounds++) {
        usleep((unsigned)(wait / 1000) + 1);
        ouro_mem_purge_expired(mem);
        assert_true(rounds < 20);
    }
    int64_t took = os_clock() - begin;
    assert_true((slow || rounds >= 2) && took >= 15000000);
#ifndef MEM_CHECKED /* (the last freed blocks are in quarantine there) */
    assert_true(ouro_mem_system_bytes(mem) <= trimmed + 600000);
#endif
    assert_true(ouro_mem_check(mem));
    /* A heap in use notices by itself. */
    for (int i = 0; i < COUNT; i++) {
        if (i % 100 != 7)
            blocks[i] = mem_alloc_object(mem, 100);
    }
    full = ouro_mem_system_bytes(mem);
    for (int i = 0; i < COUNT; i++) {
        if (i % 100 != 7)
            mem_free(mem, blocks[i]);
    }
    begin = os_clock();
    while (ouro_mem_system_bytes(mem) > full / 3 * 2) {
        for (int i = 0; i < 1000; i++)
            mem_free(mem, mem_alloc(mem, 2000));
        if (os_clock() - begin > 60000000000)
            fail_msg("%zu bytes of %zu were not returned", ouro_mem_system_bytes(mem), full);
    }
    free(blocks);
    ouro_mem_destroy(mem);
}

/* A trim that takes long does not put off the purges that come after it. */
static void test_purge_after_trim(void **state)
{
    enum { COUNT = 64, SIZE = 200000 };
    static void *blocks[COUNT * 8];
    ouro_mem_config config = {.decay_ms = 1};
    ouro_mem *mem = ouro_mem_create(&config);
    for (int i = 0; i < COUNT * 8; i++)
        memset(blocks[i] = mem_alloc(mem, SIZE), 1, SIZE);
    for (int i = 0; i < COUNT * 8; i++)
        mem_free(mem, blocks[i]);
    int64_t begin = os_clock();
    ouro_mem_trim(mem);
    int64_t took = os_clock() - begin;
    for (int i = 0; i < COUNT; i++)
        blocks[i] = mem_alloc(mem, SIZE);
    for (int i = 0; i < COUNT; i++)
        mem_free(mem, blocks[i]);
    assert_true(ouro_mem_next_purge(mem) >= 0);
    while (ouro_mem_next_purge(mem) > 0)
        usleep(1000);
    usleep(5000); /* the coarse clock has come there too */
    print_message("a trim of %.1f ms\n", (double)took / 1e6);
    assert_true(purge_is_due(mem));
    ouro_mem_destroy(mem);
}

static void test_park(void **state)
{
    ouro_mem_config config = {.decay_ms = 10};
    ouro_mem *mem = ouro_mem_create(&config);
    ouro_mem_park(mem); /* nothing waits: no thread */
    ouro_mem_unpark(mem);
    for (int round = 0; round < 3; round++) {
        static void *blocks[20000];
        for (int i = 0; i < 20000; i++)
            blocks[i] = mem_alloc(mem, 200);
        size_t full = ouro_mem_system_bytes(mem);
        for (int i = 0; i < 20000; i++)
            mem_free(mem, blocks[i]);
        size_t most = full / 2 + 400000, left = full;
        for (unsigned wait = 200000; left >= most && wait < 20000000; wait *= 3) { /* the thread may get no processor */
            ouro_mem_park(mem);
            usleep(wait);
            ouro_mem_unpark(mem);
            left = ouro_mem_system_bytes(mem);
        }
        assert_true(left < most);
        assert_true(ouro_mem_check(mem));
    }
    ouro_mem_destroy(mem);
}

/* Many heaps made and destroyed leave nothing behind. */
static void test_many_heaps(void **state)
{
    size_t resident = 0;
    for (int i = 0; i < 600; i++) {
        if (i == 100)
            resident = os_resident();
        ouro_mem *mem = ouro_mem_create(NULL);
        for (size_t size = 1; size < 2000000; size *= 3)
            memset(ouro_mem_alloc(mem, size), 1, size);
        ouro_mem_destroy(mem);
    }
    assert_true(os_resident() < resident + (2 << 20) || getenv("ASAN_OPTIONS") != NULL);
}

/* ---- Growing ---- */

static void test_growth(void **state)
{
    ouro_mem *mem = ouro_mem_create(NULL);
    size_t size = 1;
    unsigned char *block = ouro_mem_alloc(mem, size);
    block[0] = 0;
    /* A growing buffer: every byte survives every step, through all three kinds of block. */
    while (size < 40 << 20) {
        size_t larger = size + size / 2 + 1;
        block = ouro_mem_resize(mem, block, larger);
        assert_non_null(block);
        for (size_t i = size; i < larger; i += (i - size) / 64 + 1)
            block[i] = (unsigned char)(i * 31);
        for (size_t i = size / 3 * 2; i + 1 < size; i += size / 20 + 1)
            (void)block[i];
        assert_int_equal(block[0], 0);
        block[larger - 1] = (unsigned char)larger;
        if (size > 1)
            assert_int_equal(block[size - 1] == (unsigned char)size || block[size - 1] == (unsigned char)((size - 1) * 31), 1);
        size = larger;
    }
    assert_int_equal(ouro_mem_live_blocks(mem), 1);
    while (size > 3) {
        size /= 2;
        block = ouro_mem_resize(mem, block, size);
        assert_non_null(block);
        assert_int_equal(block[0], 0);
        assert_true(ouro_mem_size(mem, block) < size * 2 + 4096);
    }
    assert_true(ouro_mem_check(mem));
    /* Moving pages: a gigabyte grows at once, though only a page of it was ever touched. */
    size = (size_t)300 << 20;
    char *huge = ouro_mem_alloc(mem, size), *wall = ouro_mem_alloc(mem, size);
    if (huge != NULL && wall != NULL) {
        huge[0] = 1;
        huge[size - 1] = 2;
#ifndef MEM_ASAN /* (which poisons byte for byte) */
        int64_t begin = os_clock();
#endif
        huge = ouro_mem_resize(mem, huge, size * 3);
        assert_non_null(huge);
        assert_true(huge[0] == 1 && huge[size - 1] == 2 && (uintptr_t)huge % 16 == 0);
#ifndef MEM_ASAN
        assert_true(os_clock() - begin < 100000000);
#endif
    }
    ouro_mem_destroy(mem);
}

/* ---- Walks and hooks ---- */

static bool free_visited(void *context, void *block, size_t size, ouro_mem_kind kind)
{
    ouro_mem_free(context, block);
    return true;
}

static bool stop_at_ten(void *context, void *block, size_t size, ouro_mem_kind kind)
{
    return ++*(int *)context < 10;
}

static void test_walk(void **state)
{
    ouro_mem *mem = ouro_mem_create(NULL);
    int seen = 0;
    assert_true(ouro_mem_walk(mem, OURO_MEM_ALL, stop_at_ten, &seen));
    assert_int_equal(seen, 0);
    for (size_t i = 0; i < 5000; i++)
        assert_non_null(i % 2 ? ouro_mem_alloc(mem, i) : ouro_mem_alloc_object(mem, i * 2));
    for (int i = 0; i < 5; i++)
        assert_non_null(ouro_mem_alloc_object(mem, 300000));
    assert_false(ouro_mem_walk(mem, OURO_MEM_ALL, stop_at_ten, &seen));
    assert_int_equal(seen, 10);
    /* Freeing what is visited. */
    assert_true(ouro_mem_walk(mem, OURO_MEM_OBJECTS, free_visited, mem));
    assert_int_equal(ouro_mem_live_blocks(mem), 2500);
    assert_true(ouro_mem_check(mem));
    assert_true(ouro_mem_walk(mem, OURO_MEM_ALL, free_visited, mem));
    assert_int_equal(ouro_mem_live_blocks(mem), 0);
    assert_true(ouro_mem_check(mem));
    ouro_mem_destroy(mem);
}

typedef struct hook_counts {
    size_t live, bytes, kept;
} hook_counts;

static void hook_allocated(void *context, void *block, size_t size, ouro_mem_kind kind)
{
    ((hook_counts *)context)->live++;
    ((hook_counts *)context)->bytes += size;
}

static uint64_t hook_freed(void *context, void *block)
{
    ((hook_counts *)context)->live--;
    return (uintptr_t)block;
}

static void hook_kept(void *context, void *block, uint64_t known)
{
    assert_true(known == (uintptr_t)block);
    ((hook_counts *)context)->live++;
    ((hook_counts *)context)->kept++;
}

static void test_hooks(void **state)
{
    ouro_mem *mem = ouro_mem_create(NULL);
    void *before = mem_alloc(mem, 40);
    hook_counts counts = {0};
    mem_hooks hooks = {
        .context = &counts, .allocated = hook_allocated, .freed = hook_freed, .kept = hook_kept
    };
    mem_set_hooks(mem, &hooks);
    void *blocks[100];
    for (size_t i = 0; i < 100; i++)
        blocks[i] = mem_alloc(mem, i * 50);
    blocks[0] = ouro_mem_resize(mem, blocks[0], 5000);
    assert_true(counts.live == 100 && counts.bytes == 4950 * 50 + 5000);
    ouro_mem_fail_at(mem, 1, true);
    assert_null(ouro_mem_resize(mem, blocks[0], SIZE_MAX / 2));
    ouro_mem_fail_at(mem, 0, false);
    assert_null(ouro_mem_resize(mem, blocks[0], SIZE_MAX / 2));
    assert_true(counts.live == 100 && counts.kept == 1);
    assert_true(ouro_mem_check(mem));
    for (size_t i = 0; i < 50; i++)
        mem_free(mem, blocks[i]);
    assert_int_equal(counts.live, 50);
    mem_set_hooks(mem, NULL);
    for (size_t i = 50; i < 100; i++)
        mem_free(mem, blocks[i]);
    mem_free(mem, before);
    assert_int_equal(counts.live, 50);
    assert_true(ouro_mem_check(mem));
    assert_int_equal(ouro_mem_live_blocks(mem), 0);
    ouro_mem_destroy(mem);
}

/* ---- Statistics ---- */

static void count_line(void *context, const char *text)
{
    assert_true(strlen(text) < 200 && strchr(text, '\n') == NULL);
    ++*(int *)context;
}

static void test_statistics(void **state)
{
    ouro_mem *mem = ouro_mem_create(NULL);
    uint64_t total = ouro_mem_total_bytes(mem);
    assert_int_equal(total, 0);
    static void *blocks[10000];
    for (int i = 0; i < 10000; i++) {
        blocks[i] = ouro_mem_alloc_object(mem, 40);
        assert_true(ouro_mem_total_bytes(mem) >= total + 40);
        total = ouro_mem_total_bytes(mem);
    }
    for (int i = 0; i < 5000; i++)
        ouro_mem_free(mem, blocks[i]);
    assert_true(ouro_mem_total_bytes(mem) == total);
    ouro_mem_statistics s;
    ouro_mem_stats(mem, &s);
    assert_int_equal(s.live_blocks, 5000);
    assert_true(s.live_bytes == s.small_bytes && s.live_bytes >= 5000 * 40 && s.peak_bytes >= 9900 * 40);
    assert_true(s.total_bytes >= 10000 * 40 && s.system_bytes >= s.live_bytes && s.resident_bytes > 0);
    size_t used = 0, pools = 0;
    for (int i = 0; i < OURO_MEM_CLASSES; i++) {
        used += s.classes[i].blocks_used;
        pools += s.classes[i].pools;
    }
    assert_true(used == 5000 && pools == s.pools);
    int lines = 0;
    ouro_mem_print(mem, count_line, &lines);
    assert_true(lines >= 10);
#ifndef MEM_CHECKED
    /* The budget: a 40-byte object costs 41 bytes, once there are many. */
    size_t before = ouro_mem_system_bytes(mem);
    for (int i = 0; i < 200000; i++)
        assert_non_null(ouro_mem_alloc_object(mem, 40));
    assert_true((double)(ouro_mem_system_bytes(mem) - before) / 200000 < 40.5);
#endif
    ouro_mem_destroy(mem);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_model_small),
        cmocka_unit_test(test_model_all_sizes),
        cmocka_unit_test(test_model_no_decay),
        cmocka_unit_test(test_model_external),
        cmocka_unit_test(test_model_nested),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_injection),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_trim_partial),
        cmocka_unit_test(test_impatient),
        cmocka_unit_test(test_large_again),
        cmocka_unit_test(test_decay),
        cmocka_unit_test(test_purge_after_trim),
        cmocka_unit_test(test_park),
        cmocka_unit_test(test_many_heaps),
        cmocka_unit_test(test_growth),
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_hooks),
        cmocka_unit_test(test_statistics),
    };
    return cmocka_run_group_tests_name("mem", tests, NULL, NULL);
}
