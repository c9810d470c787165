/* run_directory.h: where a process that is recorded says so, for `ouro top PID` of the same user.
 *
 * A folder of the user's own ($XDG_RUNTIME_DIR/ouro, or ouro-UID in the folder for temporary files) has a file for each such
 * process, named by its number: when the process began (in the system's ticks), and where it is recorded.
 */
#ifndef OURO_SRC_CLI_RUN_DIRECTORY_H
#define OURO_SRC_CLI_RUN_DIRECTORY_H

#include "ouro/common.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Tells that this process is recorded in `file`.  False: it could not; then `ouro top` does not find it, and nothing else
 * is different. */
bool run_publish(const char *file);
/* Ends that. */
void run_withdraw(void);
/* Where a process that lives is recorded: an absolute path.  False: nowhere that is known. */
OURO_NODISCARD bool run_find(pid_t pid, char file[PATH_MAX]);
/* The same for each process that is recorded now.  What processes left behind that are no more is removed. */
void run_list(void (*each)(void *context, pid_t pid, const char *file), void *context);
/* A name in the folder for a recording of this process that is nobody's to keep.  False: no folder. */
OURO_NODISCARD bool run_temporary(char file[PATH_MAX]);

#endif
