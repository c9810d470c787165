/* os.c: Linux (and, where it has the calls, other POSIX systems).  See os.h. */
#include "base/os.h"
#include "base/bits.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/futex.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#endif

static void *os_map(void *hint, size_t size)
{
    void *address =
        mmap(hint, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return address == MAP_FAILED ? NULL : address;
}

void *os_reserve(size_t size, size_t alignment, void *hint)
{
    /* First try: the system often follows a hint, or happens to be aligned. */
    char *address = os_map(hint, size);
    if (address == NULL || ((uintptr_t)address & (alignment - 1)) == 0)
        return address;
    munmap(address, size);
    /* Second: reserve more and cut off what is too much at both ends. */
    size_t generous = size + alignment - OS_PAGE;
    if (generous < size || (address = os_map(NULL, generous)) == NULL)
        return NULL;
    char *aligned = (char *)bits_align_up((uintptr_t)address, alignment);
    if (aligned > address)
        munmap(address, (size_t)(aligned - address));
    if (aligned + size < address + generous)
        munmap(aligned + size, (size_t)(address + generous - (aligned + size)));
    return aligned;
}

void os_release(void *address, size_t size)
{
    munmap(address, size);
}

size_t os_purge(void *address, size_t size)
{
    return madvise(address, size, MADV_DONTNEED) == 0 ? size : 0;
}

bool os_populate(void *address, size_t size)
{
#ifdef MADV_POPULATE_WRITE
    return madvise(address, size, MADV_POPULATE_WRITE) == 0;
#else
    (void)address, (void)size;
    return false;
#endif
}

void os_advise_huge(void *address, size_t size, bool wanted)
{
#ifdef MADV_HUGEPAGE
    (void)madvise(address, size, wanted ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
#else
    (void)address, (void)size, (void)wanted;
#endif
}

void *os_remap(void *address, size_t old_size, size_t new_size, size_t alignment)
{
#ifdef MREMAP_MAYMOVE
    void *in_place = mremap(address, old_size, new_size, 0);
    if (in_place != MAP_FAILED)
        return in_place;
    /* Reserve a new aligned range and move the pages over it: the range is ours until then, so nobody can
     * come between. */
    void *target = os_reserve(new_size, alignment, NULL);
    if (target == NULL)
        return NULL;
    void *moved = mremap(address, old_size, new_size, MREMAP_MAYMOVE | MREMAP_FIXED, target);
    if (moved == MAP_FAILED) {
        munmap(target, new_size);
        return NULL;
    }
    return moved;
#else
    void *target = os_reserve(new_size, alignment, NULL);
    if (target == NULL)
        return NULL;
    memcpy(target, address, old_size < new_size ? old_size : new_size);
    munmap(address, old_size);
    return target;
#endif
}

void *os_share(size_t size)
{
    void *address =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return address == MAP_FAILED ? NULL : address;
}

size_t os_threads(void)
{
    /* a folder of folders has a link from each of them, beside its own two; one system call, and no descriptor */
    struct stat tasks;
    return stat("/proc/self/task", &tasks) == 0 && tasks.st_nlink > 2 ? (size_t)tasks.st_nlink - 2 : 0;
}

static int64_t os_read_clock(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t os_clock(void)
{
    return os_read_clock(CLOCK_MONOTONIC);
}

bool os_wait_until(volatile int *word, int expected, int64_t until)
{
    enum { NANOSECONDS = 1000000000 };
    if (os_clock() >= until)
        return true;
    struct timespec at = {(time_t)(until / NANOSECONDS), (long)(until % NANOSECONDS)};
#ifdef __linux__
    /* FUTEX_WAIT_BITSET takes its time as an absolute one of CLOCK_MONOTONIC */
    long failed = syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, expected, &at, NULL, FUTEX_BITSET_MATCH_ANY);
    return failed != 0 && errno == ETIMEDOUT;
#else
    (void)word, (void)expected;
    return clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == 0;
#endif
}

void os_wake(volatile int *word)
{
#ifdef __linux__
    int before = errno;
    (void)syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
    errno = before;
#else
    (void)word;
#endif
}

int64_t os_clock_coarse(void)
{
#ifdef CLOCK_MONOTONIC_COARSE
    return os_read_clock(CLOCK_MONOTONIC_COARSE);
#else
    return os_read_clock(CLOCK_MONOTONIC);
#endif
}

size_t os_resident(void)
{
    /* The second figure of statm, in pages; read without stdio, which would allocate a buffer. */
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    char text[128];
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    if (length <= 0)
        return 0;
    text[length] = '\0';
    char *end;
    (void)strtoull(text, &end, 10);
    return (size_t)strtoull(end, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE);
}

enum { OS_STACK_CAUTIOUS = 512 * 1024 };

#ifdef __linux__
/* The first thread's stack, from what the kernel laid at its upper end: the program's name.  The C library would read
 * and parse /proc/self/maps for it, which is a tenth of a start and 0.2 MB of its code resident.  Below the stack the
 * kernel leaves at least 128 MiB free, and a gap of one to what comes next; a limit that might reach so far is left to
 * the C library. */
static bool os_first_stack(char **lowest)
{
    enum { LIMIT_MAX = 64 << 20 };
    struct rlimit limit;
    const char *name = (const char *)getauxval(AT_EXECFN);
    if (name == NULL || getpid() != (pid_t)syscall(SYS_gettid) || getrlimit(RLIMIT_STACK, &limit) != 0 ||
        limit.rlim_cur > LIMIT_MAX)
        return false;
    uintptr_t end = bits_align_up((uintptr_t)name + 1, OS_PAGE), here = (uintptr_t)__builtin_frame_address(0);
    if (limit.rlim_cur < OS_PAGE || here >= end || end - here >= limit.rlim_cur)
        return false;
    *lowest = (char *)(end - (limit.rlim_cur & ~(size_t)(OS_PAGE - 1)));
    return true;
}

/* The thread's stack as the C library knows it; false: unknown. */
static bool os_stack(char **lowest)
{
    if (os_first_stack(lowest))
        return true;
    pthread_attr_t attributes;
    void *address = NULL;
    size_t size;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return false;
    bool known = pthread_attr_getstack(&attributes, &address, &size) == 0;
    pthread_attr_destroy(&attributes);
    *lowest = address;
    return known;
}
#else
static bool os_stack(char **lowest)
{
    (void)lowest;
    return false;
}
#endif

void *os_stack_lowest(void)
{
    char *lowest;
    if (os_stack(&lowest))
        return lowest;
    return (char *)__builtin_frame_address(0) - OS_STACK_CAUTIOUS / 2;
}
