/* fault_traceback.h: the running frames of a runtime as text, written where nothing may be relied on: in the handler of
 * a fatal signal, or from a thread that does not hold the runtime's lock.
 *
 * Only system calls that a signal handler may use; no allocation, no lock, no reference taken.  What is read may be
 * damaged, or change meanwhile: memory is asked of the system before it is read, and every loop has a limit. */
#ifndef OURO_SRC_MODULES_FAULT_TRACEBACK_H
#define OURO_SRC_MODULES_FAULT_TRACEBACK_H

#include "types/types.h"

#include <pthread.h>

/* Writes all of `text`, as far as it can. */
void fault_write(int fd, const char *text);
void fault_write_number(int fd, uint64_t number, unsigned base, unsigned least_digits);
/* The frames of the thread `self`, under CPython's headline.  `main_id` is the thread of a runtime that has started none. */
void fault_write_stack(int fd, ouro_runtime *rt, pthread_t main_id, pthread_t self);
/* Those of all threads; that of `self` (if it is one of the runtime's) is called the current one. */
void fault_write_threads(int fd, ouro_runtime *rt, pthread_t main_id, pthread_t self);

#endif
