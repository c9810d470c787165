/* os.h: the operating system, as much of it as the core needs.
 *
 * Pages: address ranges are reserved readable and writable; the system backs them when they are first touched.
 * All addresses and sizes given here are multiples of OS_PAGE.  Nothing here keeps state.
 */
#ifndef BASE_OS_H
#define BASE_OS_H

#include "ouro/common.h"

/* The unit in which memory is returned.  Where the system's pages are larger (16 or 64 KiB on some ARM machines)
 * os_purge returns only the whole system pages inside the range. */
enum { OS_PAGE = 4096 };

/* Reserves `size` bytes at a multiple of `alignment` (a power of two >= OS_PAGE).  `hint` may name an address to
 * try first (an aligned one saves two system calls), or be NULL.  NULL: refused. */
OURO_NODISCARD void *os_reserve(size_t size, size_t alignment, void *hint);
/* Gives an address range back. */
void os_release(void *address, size_t size);
/* Gives the pages back but keeps the range, which reads as zeros afterwards.  Returns the bytes really returned. */
size_t os_purge(void *address, size_t size);
/* Has the system back all pages of the range at once, as if each were written to.  False: it did not. */
bool os_populate(void *address, size_t size);
/* Asks for (or against) huge pages in the range.  Advice only. */
void os_advise_huge(void *address, size_t size, bool wanted);
/* Resizes a range, moving its pages (not their bytes) to an address that is again a multiple of `alignment`, if
 * it cannot grow in place.  NULL: refused, the old range is as it was. */
OURO_NODISCARD void *os_remap(void *address, size_t old_size, size_t new_size, size_t alignment);

/* Memory of zeros that a forked child shares with this process; backed when it is first touched.  NULL: refused. */
OURO_NODISCARD void *os_share(size_t size);
/* How many threads this process has; 0: unknown. */
size_t os_threads(void);

/* Nanoseconds of a clock that never goes back. */
int64_t os_clock(void);
/* The same, with a granularity of some milliseconds and at a fifth of the price. */
int64_t os_clock_coarse(void);
/* Waits until *word is no longer `expected` and os_wake was called for it, or os_clock reaches `until`, or a signal
 * arrives.  True: the time is over. */
bool os_wait_until(volatile int *word, int expected, int64_t until);
/* Wakes those who wait for the word, after it was changed.  May be called by signal handlers. */
void os_wake(volatile int *word);
/* Resident bytes of this process; 0: unknown. */
size_t os_resident(void);
/* The lowest address that the calling thread's native stack may use (a cautious one when unknown). */
void *os_stack_lowest(void);

#endif
