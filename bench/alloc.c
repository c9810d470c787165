/* alloc.c: the allocator beside its peers, in one run.
 *
 *     bench-alloc [ROUNDS] [PATTERN]
 *
 * Each measurement is a process of its own (this program again, with LD_PRELOAD for the peers that are malloc
 * replacements); the allocators take turns within a round, and the medians over the rounds are printed: on a
 * machine that others use too, only alternating medians mean anything, and ratios more than times.
 *
 * Patterns, all on requests of 8 to 512 bytes; "mix" is the distribution of block sizes in a CPython process
 * that parsed source and JSON (sys._debugmallocstats): pair      one block of 48 bytes, allocated and freed:
 * everything in cache lifo      1,000 blocks of the mix, freed in reverse fifo      a queue of 10,000 blocks
 * of the mix: the oldest is freed random    10,000 blocks of the mix; each step frees one at random and
 * allocates another random-1m the same with a million blocks burst     3 million blocks of the mix, then all
 * freed in order shuffled  1 million blocks of the mix, then all freed in random order survivors 5 million
 * blocks of 56 bytes, then all but 1 in 1,000 freed at random
 *
 * Printed: nanoseconds of processor time for an allocation and a free together, the same as a ratio to
 * PyObject_Malloc, and megabytes of resident memory at the peak and after the drain (after a second of light
 * use, in which allocators that return memory late have the chance to).
 */
#include "alloc_peers.h"
#include "base/os.h"
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef MEM_CHECKED
#warning "the checked build is measured: its figures mean nothing"
#endif

typedef struct result {
    double nanoseconds, peak, after; /* megabytes */
} result;

/* Processor time of this process, in user and kernel: on a machine that others use too, the time on the wall
 * is mostly theirs. */
static int64_t bench_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* ---- Sizes ---- */

enum { SIZE_TABLE = 4096 };
static uint16_t size_table[SIZE_TABLE];

/* Parts in a thousand of the blocks up to each size, by CPython's classes; both multiples of 8 occur. */
static void bench_fill_sizes(void)
{
    static const struct {
        uint16_t size, weight;
    } mix[] = {{16, 47},  {32, 351}, {48, 88}, {64, 346}, {80, 17}, {96, 5},  {112, 3},
               {128, 50}, {160, 6},  {192, 2}, {208, 68}, {224, 2}, {256, 3}, {288, 2},
               {320, 2},  {352, 2},  {400, 3}, {448, 1},  {480, 1}, {512, 1}};
    size_t at = 0;
    for (size_t i = 0; i < sizeof mix / sizeof *mix; i++) {
        size_t count = (size_t)mix[i].weight * SIZE_TABLE / 1000;
        for (size_t j = 0; j < count && at < SIZE_TABLE; j++)
            size_table[at++] = (uint16_t)(mix[i].size - (j % 2) * 8);
    }
    while (at < SIZE_TABLE)
        size_table[at++] = 56;
}

PEER_INLINE uint64_t bench_random(uint64_t *state)
{
    uint64_t x = *state;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return *state = x;
}

PEER_INLINE size_t bench_size(uint64_t random)
{
    return size_table[random % SIZE_TABLE];
}

/* What a program does with a new block: it writes its header. */
PEER_INLINE void bench_touch(void *block)
{
    ((uint64_t *)block)[0] = 1;
}

/* Anonymous memory of this process that is resident, counted page by page: the figure of statm may be off by
 * a quarter of a megabyte, and includes the pages of programs and libraries. */
static size_t bench_resident(void)
{
    static char text[4096];
    int file = open("/proc/self/smaps_rollup", O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);
    if (file >= 0)
        close(file);
    text[length > 0 ? length : 0] = '\0';
    const char *line = strstr(text, "\nAnonymous:");
    return line != NULL ? (size_t)strtoull(line + sizeof "\nAnonymous:" - 1, NULL, 10) * 1024 : os_resident();
}

static double bench_megabytes(size_t base)
{
    size_t resident = bench_resident();
    return resident > base ? (double)(resident - base) / 1e6 : 0;
}

/* ---- Patterns ---- */

typedef void *(*alloc_function)(const peer *p, size_t size);
typedef void (*free_function)(const peer *p, void *block);

PEER_INLINE result bench_pair(const peer *p, alloc_function allocate, free_function release)
{
    enum { STEPS = 30000000 };
    int64_t begin = bench_clock();
    for (int i = 0; i < STEPS; i++) {
        void *block = allocate(p, 48);
        bench_touch(block);
        __asm__ volatile("" : : "r"(block) : "memory");
        release(p, block);
    }
    return (result){(double)(bench_clock() - begin) / STEPS, 0, 0};
}

PEER_INLINE result bench_lifo(const peer *p, alloc_function allocate, free_function release)
{
    enum { DEPTH = 1000, ROUNDS = 10000 };
    static void *blocks[DEPTH];
    uint64_t seed = 1;
    int64_t begin = bench_clock();
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < DEPTH; i++)
            bench_touch(blocks[i] = allocate(p, bench_size(bench_random(&seed))));
        for (int i = DEPTH; i-- > 0;)
            release(p, blocks[i]);
    }
    return (result){(double)(bench_clock() - begin) / DEPTH / ROUNDS, 0, 0};
}

PEER_INLINE result bench_slots(const peer *p, alloc_function allocate, free_function release, size_t slots,
                               size_t steps, bool in_order)
{
    void **blocks = malloc(slots * sizeof *blocks);
    memset(blocks, 1, slots * sizeof *blocks); /* touched before the measurement begins */
    uint64_t seed = 1;
    size_t base = bench_resident();
    for (size_t i = 0; i < slots; i++)
        bench_touch(blocks[i] = allocate(p, bench_size(bench_random(&seed))));
    int64_t begin = bench_clock();
    for (size_t i = 0, next = 0; i < steps; i++) {
        uint64_t random = bench_random(&seed);
        size_t slot = in_order ? next : (size_t)((random >> 32) % slots);
        next = next + 1 == slots ? 0 : next + 1;
        release(p, blocks[slot]);
        bench_touch(blocks[slot] = allocate(p, bench_size(random)));
    }
    double nanoseconds = (double)(bench_clock() - begin) / (double)steps;
    double peak = bench_megabytes(base);
    for (size_t i = 0; i < slots; i++)
        release(p, blocks[i]);
    return (result){nanoseconds, peak, 0};
}

/* Light use for a while: what a program does between two bursts. */
PEER_INLINE void bench_idle(const peer *p, alloc_function allocate, free_function release)
{
    uint64_t seed = 7;
    for (int i = 0; i < 200; i++) {
        void *blocks[200];
        for (int j = 0; j < 200; j++)
            bench_touch(blocks[j] = allocate(p, bench_size(bench_random(&seed))));
        for (int j = 0; j < 200; j++)
            release(p, blocks[j]);
        usleep(5000);
    }
}

PEER_INLINE result bench_burst(const peer *p, alloc_function allocate, free_function release, size_t count,
                               size_t fixed, size_t keep, bool shuffle)
{
    void **blocks = malloc(count * sizeof *blocks);
    memset(blocks, 1, count * sizeof *blocks);
    uint64_t seed = 1;
    size_t base = bench_resident();
    int64_t begin = bench_clock();
    for (size_t i = 0; i < count; i++)
        bench_touch(blocks[i] = allocate(p, fixed != 0 ? fixed : bench_size(bench_random(&seed))));
    int64_t took = bench_clock() - begin;
    double peak = bench_megabytes(base);
    for (size_t i = count - 1; shuffle && i > 0; i--) {
        size_t j = bench_random(&seed) % (i + 1);
        void *other = blocks[i];
        blocks[i] = blocks[j];
        blocks[j] = other;
    }
    begin = bench_clock();
    for (size_t i = keep != 0 ? count / keep : 0; i < count; i++)
        release(p, blocks[i]);
    took += bench_clock() - begin;
    bench_idle(p, allocate, release);
    return (result){(double)took / (double)count, peak, bench_megabytes(base)};
}

static const char *const patterns[] = {"pair",      "lifo",  "fifo",     "random",
                                       "random-1m", "burst", "shuffled", "survivors"};
enum { PATTERNS = sizeof patterns / sizeof *patterns };

PEER_INLINE result bench_pattern(const peer *p, alloc_function allocate, free_function release,
                                 unsigned pattern)
{
    switch (pattern) {
    case 0:
        return bench_pair(p, allocate, release);
    case 1:
        return bench_lifo(p, allocate, release);
    case 2:
        return bench_slots(p, allocate, release, 10000, 10000000, true);
    case 3:
        return bench_slots(p, allocate, release, 10000, 10000000, false);
    case 4:
        return bench_slots(p, allocate, release, 1000000, 4000000, false);
    case 5:
        return bench_burst(p, allocate, release, 3000000, 0, 0, false);
    case 6:
        return bench_burst(p, allocate, release, 1000000, 0, 0, true);
    default:
        return bench_burst(p, allocate, release, 5000000, 56, 1000, true);
    }
}

/* ---- Allocators ---- */

typedef enum peer_kind { PEER_INLINED, PEER_PUBLIC, PEER_MALLOC, PEER_PYTHON } peer_kind;

static const struct {
    const char *name;
    peer_kind kind;
    const char *preload;
} allocators[] = {
    {"ouro", PEER_INLINED, NULL},
    {"ouro call", PEER_PUBLIC, NULL},
    {"glibc", PEER_MALLOC, NULL},
    {"mimalloc", PEER_MALLOC, "libmimalloc.so.2"},
    {"jemalloc", PEER_MALLOC, "libjemalloc.so.2"},
    {"PyObject", PEER_PYTHON, NULL},
};
enum { ALLOCATORS = sizeof allocators / sizeof *allocators, BASE_ALLOCATOR = ALLOCATORS - 1 };

/* Lets the machine under this one back the memory that the measurement will use: otherwise whoever comes
 * after a pause, or after a peer that gave its memory back, pays for that. */
static void bench_back_memory(void)
{
    size_t size = (size_t)512 << 20;
    for (int huge = 1; huge >= 0; huge--) {
        char *range = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (range == MAP_FAILED)
            return;
        if (huge)
            os_advise_huge(range, size, true);
        for (size_t at = 0; at < size; at += 4096)
            range[at] = 1;
        munmap(range, size);
    }
}

static result bench_child(unsigned allocator, unsigned pattern)
{
    peer p = {0};
    if (pattern >= 4)
        bench_back_memory();
    bench_fill_sizes();
    switch (allocators[allocator].kind) {
    case PEER_INLINED:
        p.mem = ouro_mem_create(NULL);
        return bench_pattern(&p, peer_inline_alloc, peer_inline_free, pattern);
    case PEER_PUBLIC:
        p.mem = ouro_mem_create(NULL);
        return bench_pattern(&p, peer_public_alloc, peer_public_free, pattern);
    case PEER_MALLOC:
        return bench_pattern(&p, peer_malloc_alloc, peer_malloc_free, pattern);
    case PEER_PYTHON: {
        void *library = dlopen("libpython3.11.so.1.0", RTLD_NOW);
        if (library == NULL)
            break;
        *(void **)&p.python_alloc = dlsym(library, "PyObject_Malloc");
        *(void **)&p.python_free = dlsym(library, "PyObject_Free");
        return bench_pattern(&p, peer_python_alloc, peer_python_free, pattern);
    }
    }
    return (result){0};
}

/* ---- Running ---- */

static result bench_run(const char *self, unsigned allocator, unsigned pattern)
{
    int channel[2];
    result measured = {0};
    if (pipe(channel) != 0)
        return measured;
    pid_t child = fork();
    if (child == 0) {
        char which[16], what[16], where[16];
        snprintf(which, sizeof which, "%u", allocator);
        snprintf(what, sizeof what, "%u", pattern);
        snprintf(where, sizeof where, "%d", channel[1]);
        if (allocators[allocator].preload != NULL)
            setenv("LD_PRELOAD", allocators[allocator].preload, 1);
        execl(self, self, "--child", which, what, where, (char *)NULL);
        _exit(1);
    }
    close(channel[1]);
    if (read(channel[0], &measured, sizeof measured) != (ssize_t)sizeof measured)
        measured = (result){0};
    close(channel[0]);
    waitpid(child, NULL, 0);
    return measured;
}

static int bench_compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return left < right ? -1 : left > right;
}

static double bench_median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, bench_compare);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

int main(int argc, char **argv)
{
    enum { ROUNDS_MAX = 99 };
    if (argc == 5 && strcmp(argv[1], "--child") == 0) {
        result measured = bench_child((unsigned)atoi(argv[2]), (unsigned)atoi(argv[3]));
        return write(atoi(argv[4]), &measured, sizeof measured) == (ssize_t)sizeof measured ? 0 : 1;
    }
    int rounds = argc > 1 ? atoi(argv[1]) : 5;
    if (rounds < 1 || rounds > ROUNDS_MAX)
        rounds = 5;
    printf("%-10s %-10s %10s %8s %10s %10s\n", "pattern", "allocator", "ns/pair", "ratio", "peak MB",
           "after MB");
    for (unsigned pattern = 0; pattern < PATTERNS; pattern++) {
        if (argc > 2 && strcmp(argv[2], patterns[pattern]) != 0)
            continue;
        static double times[ALLOCATORS][ROUNDS_MAX], peaks[ALLOCATORS][ROUNDS_MAX],
            afters[ALLOCATORS][ROUNDS_MAX];
        for (int round = 0; round < rounds; round++) {
            for (unsigned turn = 0; turn < ALLOCATORS; turn++) {
                /* Each goes first once: whoever follows finds memory that the host has backed already. */
                unsigned allocator = (turn + (unsigned)round) % ALLOCATORS;
                result measured = bench_run("/proc/self/exe", allocator, pattern);
                times[allocator][round] = measured.nanoseconds;
                peaks[allocator][round] = measured.peak;
                afters[allocator][round] = measured.after;
            }
        }
        double base = bench_median(times[BASE_ALLOCATOR], rounds);
        for (unsigned allocator = 0; allocator < ALLOCATORS; allocator++) {
            double time = bench_median(times[allocator], rounds);
            printf("%-10s %-10s %10.2f %8.2f %10.2f %10.2f\n", patterns[pattern], allocators[allocator].name,
                   time, base > 0 ? time / base : 0, bench_median(peaks[allocator], rounds),
                   bench_median(afters[allocator], rounds));
        }
        fflush(stdout);
    }
    return 0;
}
