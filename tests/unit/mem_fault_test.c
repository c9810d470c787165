/* mem_fault_test.c: faults committed on purpose: each must be caught by its detector, and leave the heap whole.
 *
 * The checked build (OURO_DEBUG, AddressSanitizer) catches all of them.  The release build catches what its
 * records show for nothing: blocks freed into an empty pool or a free chunk.
 */
#include "mem_test.h"
#include <sys/wait.h>
#include <unistd.h>

typedef struct faults {
    size_t count;
    ouro_mem_fault last;
    const void *block;
    size_t size;
} faults;

static void note_fault(void *context, const ouro_mem_report *report)
{
    faults *found = context;
    found->count++;
    found->last = report->fault;
    found->block = report->block;
    found->size = report->size;
    assert_non_null(strstr(report->text, "memory"));
}

static ouro_mem *faulty_heap(faults *found, const ouro_allocator *allocator)
{
    *found = (faults){0};
    ouro_mem_config config = {.report = note_fault, .report_context = found, .allocator = allocator};
    return ouro_mem_create(&config);
}

static void expect(const faults *found, size_t count, ouro_mem_fault fault, const void *block)
{
    assert_int_equal(found->count, count);
    assert_int_equal(found->last, fault);
    assert_ptr_equal(found->block, block);
}

#ifdef MEM_CHECKED

static const size_t sizes[] = {1, 8, 40, 100, 505, 512, 3000, 100000};
enum { SIZES = sizeof sizes / sizeof *sizes };

/* Writes where AddressSanitizer would stop the program. */
static MEM_NO_ASAN void scribble(char *at)
{
    *(volatile char *)at ^= 0x55;
}

static void test_double_free(void **state)
{
    faults found;
    ouro_allocator allocator = ouro_allocator_malloc();
    for (int external = 0; external < 2; external++) {
        ouro_mem *mem = faulty_heap(&found, external ? &allocator : NULL);
        for (size_t i = 0; i < SIZES; i++) {
            void *neighbour = ouro_mem_alloc(mem, sizes[i]);
            void *block = i % 2 ? ouro_mem_alloc(mem, sizes[i]) : ouro_mem_alloc_object(mem, sizes[i]);
            ouro_mem_free(mem, block);
            ouro_mem_free(mem, block);
            expect(&found, 2 * i + 1, OURO_MEM_DOUBLE_FREE, block);
            assert_int_equal(found.size, sizes[i]);
            assert_null(ouro_mem_resize(mem, block, 10));
            expect(&found, 2 * i + 2, OURO_MEM_DOUBLE_FREE, block);
            ouro_mem_free(mem, neighbour);
        }
        assert_true(ouro_mem_check(mem));
        assert_int_equal(ouro_mem_live_blocks(mem), 0);
        ouro_mem_destroy(mem);
    }
}

static void test_foreign_free(void **state)
{
    faults found;
    ouro_allocator allocator = ouro_allocator_malloc();
    for (int external = 0; external < 2; external++) {
        ouro_mem *mem = faulty_heap(&found, external ? &allocator : NULL);
        ouro_mem *other = ouro_mem_create(NULL);
        char *mine = ouro_mem_alloc(mem, 100), *medium = ouro_mem_alloc(mem, 5000);
        char *large = ouro_mem_alloc(mem, 500000);
        char *others = ouro_mem_alloc(other, 100);
        char on_stack[64];
        void *from_malloc = malloc(100);
        char *foreign[] = {others, on_stack + 16, from_malloc, mine + 8, mine + 1, medium + 16, large + 4096};
        size_t count = sizeof foreign / sizeof *foreign;
        for (size_t i = 0; i < count; i++) {
            ouro_mem_free(mem, foreign[i]);
            expect(&found, i + 1, OURO_MEM_FOREIGN_FREE, foreign[i]);
        }
        ouro_mem_free(mem, mine);
        ouro_mem_free(mem, medium);
        ouro_mem_free(mem, large);
        ouro_mem_free(other, others);
        free(from_malloc);
        assert_int_equal(found.count, count);
        assert_int_equal(ouro_mem_live_blocks(mem), 0);
        assert_int_equal(ouro_mem_live_blocks(other), 0);
        ouro_mem_destroy(mem);
        ouro_mem_destroy(other);
    }
}

static void test_write_past_end(void **state)
{
    faults found;
    ouro_allocator allocator = ouro_allocator_malloc();
    for (int external = 0; external < 2; external++) {
        ouro_mem *mem = faulty_heap(&found, external ? &allocator : NULL);
        for (size_t i = 0; i < SIZES; i++) {
            char *block = ouro_mem_alloc(mem, sizes[i]);
            assert_true(ouro_mem_check(mem));
            size_t before = found.count;
            /* The first byte behind what was asked for, and the last one of the guard. */
            for (size_t past = 0; past < 8; past += 7) {
                scribble(block + sizes[i] + past);
                assert_false(ouro_mem_check(mem));
                ouro_mem_free(mem, block);
                expect(&found, before += 2, OURO_MEM_WRITE_PAST_END, block);
                scribble(block + sizes[i] + past);
            }
            /* Nothing was done about it: the block still lives, whole again. */
            assert_true(ouro_mem_check(mem));
            /* Asking for the size claims the bytes up to it. */
            size_t usable = ouro_mem_size(mem, block);
            memset(block, 1, usable);
            assert_true(ouro_mem_check(mem));
            ouro_mem_free(mem, block);
            assert_int_equal(found.count, before);
        }
        assert_int_equal(ouro_mem_live_blocks(mem), 0);
        ouro_mem_destroy(mem);
    }
}

static void test_write_after_free(void **state)
{
    faults found;
    ouro_mem *mem = faulty_heap(&found, NULL);
    for (size_t i = 0; i < SIZES; i++) {
        char *block = ouro_mem_alloc(mem, sizes[i]);
        ouro_mem_free(mem, block);
        assert_true(ouro_mem_check(mem));
        block = ouro_mem_alloc(mem, sizes[i]);
        ouro_mem_free(mem, block);
        scribble(block + sizes[i] / 2);
        assert_false(ouro_mem_check(mem)); /* lets the quarantine go */
        expect(&found, i + 1, OURO_MEM_WRITE_AFTER_FREE, block);
    }
    assert_true(ouro_mem_check(mem));
    ouro_mem_destroy(mem);
}

static void test_poison(void **state)
{
    ouro_mem *mem = ouro_mem_create(NULL);
    unsigned char *block = ouro_mem_alloc(mem, 100);
    for (int i = 0; i < 100; i++)
        assert_int_equal(block[i], 0xCB);
    memset(block, 0, 100);
    ouro_mem_free(mem, block);
    /* A freed block is not handed out again at once. */
    for (int i = 0; i < 100; i++) {
        void *other = ouro_mem_alloc(mem, 100);
        assert_ptr_not_equal(other, block);
        ouro_mem_free(mem, other);
    }
    /* Growing always moves, so that a stale pointer is one. */
    block = ouro_mem_alloc(mem, 100);
    assert_ptr_not_equal(ouro_mem_resize(mem, block, 101), block);
    ouro_mem_destroy(mem);
}

#else

static void test_release(void **state)
{
    faults found;
    ouro_mem *mem = faulty_heap(&found, NULL);
    /* Into a free chunk. */
    void *before = ouro_mem_alloc(mem, 2000), *block = ouro_mem_alloc(mem, 2000), *after = ouro_mem_alloc(mem, 2000);
    ouro_mem_free(mem, block);
    ouro_mem_free(mem, block);
    expect(&found, 1, OURO_MEM_DOUBLE_FREE, block);
    ouro_mem_free(mem, before);
    ouro_mem_free(mem, after);
    /* Into an empty pool. */
    void *blocks[64];
    for (int i = 0; i < 64; i++)
        blocks[i] = ouro_mem_alloc(mem, 512);
    for (int i = 0; i < 64; i++)
        ouro_mem_free(mem, blocks[i]);
    (void)ouro_mem_recount(mem); /* puts them back into their pools */
    ouro_mem_free(mem, blocks[0]);
    expect(&found, 2, OURO_MEM_DOUBLE_FREE, blocks[0]);
    assert_true(ouro_mem_check(mem));
    assert_int_equal(ouro_mem_live_blocks(mem), 0);
    ouro_mem_destroy(mem);
}

#endif

#ifdef MEM_ASAN

/* Commits a fault in a child process: AddressSanitizer must end it. */
static void expect_death(void (*commit)(ouro_mem *mem))
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        ouro_mem *mem = ouro_mem_create(NULL);
        (void)freopen("/dev/null", "w", stderr);
        commit(mem);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
}

static void use_after_free(ouro_mem *mem)
{
    volatile char *block = ouro_mem_alloc(mem, 40);
    ouro_mem_free(mem, (void *)block);
    (void)block[20];
}

static void use_after_free_medium(ouro_mem *mem)
{
    volatile char *block = ouro_mem_alloc(mem, 4000);
    ouro_mem_free(mem, (void *)block);
    (void)block[2000];
}

static void read_past_end(ouro_mem *mem)
{
    volatile char *block = ouro_mem_alloc(mem, 40);
    (void)block[40];
}

static void use_after_resize(ouro_mem *mem)
{
    volatile char *block = ouro_mem_alloc(mem, 40);
    (void)!ouro_mem_resize(mem, (void *)block, 41);
    block[0] = 1;
}

static void test_sanitizer(void **state)
{
    expect_death(use_after_free);
    expect_death(use_after_free_medium);
    expect_death(read_past_end);
    expect_death(use_after_resize);
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
#ifdef MEM_CHECKED
        cmocka_unit_test(test_double_free),      cmocka_unit_test(test_foreign_free),
        cmocka_unit_test(test_write_past_end),   cmocka_unit_test(test_write_after_free),
        cmocka_unit_test(test_poison),
#else
        cmocka_unit_test(test_release),
#endif
#ifdef MEM_ASAN
        cmocka_unit_test(test_sanitizer),
#endif
    };
    return cmocka_run_group_tests_name("mem-fault", tests, NULL, NULL);
}
