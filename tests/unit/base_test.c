/* base_test.c: the ground: bits, vectors, maps, the operating system. */
#include "unit_test.h"
#include "base/bits.h"
#include "base/map.h"
#include "base/os.h"
#include "base/vector.h"
#include <stdlib.h>

/* An allocation that counts bytes and can be told to refuse. */
typedef struct counter {
    size_t bytes;
    bool refuse;
} counter;

static void *counter_resize(void *context, void *old, size_t old_size, size_t new_size)
{
    counter *count = context;
    if (new_size == 0) {
        count->bytes -= old_size;
        free(old);
        return NULL;
    }
    if (count->refuse)
        return NULL;
    void *fresh = realloc(old, new_size);
    count->bytes += new_size - old_size;
    return fresh;
}

static void test_bits(void **state)
{
    assert_true(bits_is_power_of_two(64) && !bits_is_power_of_two(0) && !bits_is_power_of_two(96));
    assert_int_equal(bits_align_up(4097, 4096), 8192);
    assert_int_equal(bits_align_up(4096, 4096), 4096);
    assert_int_equal(bits_ceil_power_of_two(0), 1);
    assert_int_equal(bits_ceil_power_of_two(1), 1);
    assert_int_equal(bits_ceil_power_of_two(65), 128);
    assert_int_equal(bits_range(4, 0), 0);
    assert_int_equal(bits_range(4, 3), 0x70);
    assert_true(bits_range(0, 64) == ~UINT64_C(0));

    uint64_t words[4] = {0};
    bitmap_fill(words, 60, 10, true);
    assert_int_equal(bitmap_find(words, 0, 256, true), 60);
    assert_int_equal(bitmap_find(words, 60, 256, false), 70);
    assert_int_equal(bitmap_find(words, 70, 256, true), 256);
    assert_int_equal(bitmap_find_run(words, 0, 256, 10, true), 60);
    assert_int_equal(bitmap_find_run(words, 0, 256, 11, true), 256);
    assert_int_equal(bitmap_find_run(words, 50, 256, 100, false), 70);
    bitmap_fill(words, 62, 2, false);
    assert_int_equal(bitmap_find_run(words, 0, 256, 6, true), 64);
    assert_int_equal(bitmap_find_run(words, 70, 75, 6, false), 75);
}

static void test_vector(void **state)
{
    counter count = {0};
    base_allocation allocation = {counter_resize, &count};
    VECTOR_OF(int) numbers = {0};
    for (int i = 0; i < 1000; i++)
        assert_true(vector_push(&allocation, &numbers, i));
    for (int i = 0; i < 1000; i++)
        assert_int_equal(numbers.items[i], i);
    assert_true(vector_insert(&allocation, &numbers, 0, -1));
    assert_int_equal(numbers.items[0], -1);
    assert_int_equal(numbers.items[1000], 999);
    vector_remove(&numbers, 500);
    assert_int_equal(numbers.items[499], 498);
    assert_int_equal(numbers.items[500], 500);
    assert_int_equal(vector_pop(&numbers), 999);
    assert_int_equal(vector_last(&numbers), 998);
    count.refuse = true;
    size_t before = numbers.count;
    assert_false(vector_reserve(&allocation, &numbers, 100000));
    assert_false(vector_reserve(&allocation, &numbers, SIZE_MAX));
    assert_false(vector_reserve(&allocation, &numbers, SIZE_MAX / 2));
    assert_int_equal(numbers.count, before);
    vector_free(&allocation, &numbers);
    assert_int_equal(count.bytes, 0);
    assert_null(numbers.items);
}

/* Random operations against a flat array as the model. */
static void test_map(void **state)
{
    enum { KEYS = 2000 };
    counter count = {0};
    map table;
    map_init(&table, (base_allocation){counter_resize, &count});
    static uint64_t model[KEYS];
    static bool present[KEYS];
    memset(present, 0, sizeof present);
    size_t live = 0;
    uint64_t seed = unit_seed();
    for (int step = 0; step < 200000; step++) {
        uint64_t random = unit_random(&seed);
        /* Phases of growth and of decline, so that the table shrinks too. */
        bool grows = (step / 20000) % 2 == 0;
        size_t key = random % KEYS;
        uint64_t name = key * 4096, value = 0;
        if ((random >> 32) % 4 < (grows ? 3u : 1u)) {
            assert_true(map_set(&table, name, random));
            live += !present[key];
            present[key] = true;
            model[key] = random;
        } else {
            assert_int_equal(map_remove(&table, name, &value), present[key]);
            if (present[key])
                assert_true(value == model[key]);
            live -= present[key];
            present[key] = false;
        }
        size_t other = (random >> 40) % KEYS;
        assert_int_equal(map_get(&table, other * 4096, &value), present[other]);
        if (present[other])
            assert_true(value == model[other]);
        assert_int_equal(table.count, live);
        if (step % 5000 == 0)
            assert_true(map_check(&table));
    }
    size_t position = 0, seen = 0;
    uint64_t key, value;
    while (map_next(&table, &position, &key, &value)) {
        assert_true(present[key / 4096] && model[key / 4096] == value);
        seen++;
    }
    assert_int_equal(seen, live);
    map_clear(&table);
    assert_int_equal(count.bytes, 0);

    /* No memory: nothing changes. */
    count.refuse = true;
    assert_false(map_set(&table, 1, 1));
    assert_true(map_set(&table, 0, 7)); /* the key 0 needs none */
    count.refuse = false;
    for (uint64_t i = 1; i <= 6; i++)
        assert_true(map_set(&table, i, i));
    count.refuse = true;
    uint64_t next = 7;
    while (map_set(&table, next, next))
        next++;
    assert_true(next < 100 && table.count == next && map_find(&table, next) == NULL);
    assert_true(map_check(&table));
    count.refuse = false;
    assert_int_equal(*map_find(&table, 0), 7);
    assert_true(map_set_pointer(&table, &count, &table));
    assert_ptr_equal(map_get_pointer(&table, &count), &table);
    assert_ptr_equal(map_remove_pointer(&table, &count), &table);
    assert_null(map_get_pointer(&table, &count));
    map_clear(&table);
    assert_int_equal(count.bytes, 0);
}

static void test_os(void **state)
{
    size_t alignment = 4u << 20;
    char *range = os_reserve(3 * alignment, alignment, NULL);
    assert_non_null(range);
    assert_int_equal((uintptr_t)range % alignment, 0);
    memset(range, 1, 65536);
    assert_int_equal(os_purge(range, 32768), 32768);
    assert_int_equal(range[0], 0);
    assert_int_equal(range[32768], 1);
    char *moved = os_remap(range, 3 * alignment, 40 * alignment, alignment);
    assert_non_null(moved);
    assert_int_equal((uintptr_t)moved % alignment, 0);
    assert_int_equal(moved[32768], 1);
    moved[40 * alignment - 1] = 2;
    moved = os_remap(moved, 40 * alignment, alignment, alignment);
    assert_int_equal(moved[65535], 1);
    os_release(moved, alignment);
    assert_null(os_reserve((size_t)1 << 60, alignment, NULL));

    int64_t before = os_clock(), coarse = os_clock_coarse(), after = os_clock();
    assert_true(after >= before && before - coarse < 1000000000 && coarse <= after);
    assert_true(os_resident() > 100000);
    char here;
    assert_true((char *)os_stack_lowest() < &here && &here - (char *)os_stack_lowest() < PTRDIFF_MAX / 2);
    assert_true(&here - (char *)os_stack_lowest() >= 65536);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bits),
        cmocka_unit_test(test_vector),
        cmocka_unit_test(test_map),
        cmocka_unit_test(test_os),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
