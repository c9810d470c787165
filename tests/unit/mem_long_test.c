/* mem_long_test.c: the allocator at length (suite "full"): the model for millions of steps, and the budget of memory
 * kept after most of many small objects died. */
#include "mem_test.h"

static void run_long(const ouro_mem_config *config, size_t blocks, size_t steps, size_t largest)
{
    model m;
    model_init(&m, ouro_mem_create(config), blocks, largest, unit_seed());
    for (int part = 0; part < 10; part++) {
        model_run(&m, steps / 10);
        model_compare_walk(&m);
    }
    model_drop_all(&m);
    assert_int_equal(ouro_mem_recount(m.mem), 0);
    ouro_mem_trim(m.mem);
    assert_true(ouro_mem_system_bytes(m.mem) < 300000);
    assert_true(ouro_mem_check(m.mem));
    ouro_mem_destroy(m.mem);
    free(m.blocks);
}

static void test_long_model(void **state)
{
    run_long(NULL, 50000, 1000000, 512);
    run_long(NULL, 20000, 400000, 50000);
    ouro_mem_config impatient = {.decay_ms = -1};
    run_long(&impatient, 20000, 300000, 20000);
    ouro_mem_config limited = {.limit = 16 << 20};
    run_long(&limited, 50000, 400000, 300000); /* refuses often */
}

/* DESIGN.md's budget: resident over live bytes at most 100 with 1 of 1,000 left, 60 with 1 of 100. */
static void test_survivors(void **state)
{
    enum { COUNT = 5000000, SIZE = 56 };
    static const struct {
        size_t keep;
        double most;
    } budgets[] = {{1000, 100}, {100, 60}};
    void **blocks = malloc(COUNT * sizeof *blocks);
    for (size_t which = 0; which < 2; which++) {
        ouro_mem *mem = ouro_mem_create(NULL);
        for (size_t i = 0; i < COUNT; i++) {
            blocks[i] = mem_alloc_object(mem, SIZE);
            assert_non_null(blocks[i]);
            memset(blocks[i], 1, SIZE);
        }
        uint64_t seed = 9;
        for (size_t i = COUNT - 1; i > 0; i--) {
            size_t j = unit_random(&seed) % (i + 1);
            void *other = blocks[i];
            blocks[i] = blocks[j];
            blocks[j] = other;
        }
        size_t live = COUNT / budgets[which].keep;
        for (size_t i = live; i < COUNT; i++)
            mem_free(mem, blocks[i]);
        ouro_mem_trim(mem);
        double ratio = (double)ouro_mem_system_bytes(mem) / (double)(live * SIZE);
        printf("1 of %zu left: %.1f times the live bytes\n", budgets[which].keep, ratio);
#ifndef MEM_CHECKED /* (where blocks are larger) */
        assert_true(ratio <= budgets[which].most);
#endif
        assert_true(ouro_mem_check(mem));
        ouro_mem_destroy(mem);
    }
    free(blocks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_long_model),
        cmocka_unit_test(test_survivors),
    };
    return cmocka_run_group_tests_name("mem-long", tests, NULL, NULL);
}
