/* posix_private.h: what the files of the posix module share: path arguments, errors, and the functions by file. */
#ifndef OURO_SRC_MODULES_POSIX_PRIVATE_H
#define OURO_SRC_MODULES_POSIX_PRIVATE_H

#include "modules/modules.h"
#include "types/function.h"

#include <sys/stat.h>
#include <sys/types.h>

enum {
    POSIX_PATH_FD = 1,   /* an int is taken as a file descriptor */
    POSIX_PATH_NONE = 2, /* None is taken as absent (narrow NULL) */
};

/* A path argument: either `narrow` or `fd` (>= 0 or an invalid number that the system refuses). */
typedef struct posix_path {
    char *narrow;      /* NUL-terminated, a leaf block; NULL: fd or None */
    int fd;            /* -1 if narrow is set */
    bool is_fd;
    bool is_bytes;     /* results are bytes, too */
    ouro_value object; /* what errors call it: the str, bytes or int; owned */
} posix_path;

/* Converts a str, bytes or os.PathLike (or what flags allow).  `function` and `argument` begin the error messages. */
OURO_NODISCARD bool posix_path_get(ouro_runtime *rt, posix_path *path, ouro_value v, const char *function,
                                   const char *argument, int flags);
void posix_path_free(ouro_runtime *rt, posix_path *path);
/* A name from the system as str (surrogateescape) or bytes. */
OURO_NODISCARD ouro_value posix_name(ouro_runtime *rt, const char *name, size_t length, bool as_bytes);
/* os.fspath(v): a new reference to a str or bytes. */
OURO_NODISCARD ouro_value posix_fspath_value(ouro_runtime *rt, ouro_value v);

/* dir_fd=...: AT_FDCWD if absent or None. */
OURO_NODISCARD bool posix_dir_fd(ouro_runtime *rt, ouro_value v, int *fd);
/* A C int. */
OURO_NODISCARD bool posix_int(ouro_runtime *rt, ouro_value v, int *result);
OURO_NODISCARD bool posix_owner_id(ouro_runtime *rt, ouro_value v, const char *name, uint32_t *id);
OURO_NODISCARD bool posix_int64(ouro_runtime *rt, ouro_value v, int64_t *result);
/* A file descriptor: an int, or an object with fileno(). */
OURO_NODISCARD bool posix_fd(ouro_runtime *rt, ouro_value v, int *fd);
/* Truth of an optional argument. */
OURO_NODISCARD bool posix_flag(ouro_runtime *rt, const ouro_value *args, size_t nargs, size_t i, bool *flag);

/* OSError from errno. */
ouro_value posix_error(ouro_runtime *rt);
ouro_value posix_error_path(ouro_runtime *rt, const posix_path *path);
/* After EINTR: true to try again, false: a signal handler raised. */
OURO_NODISCARD bool posix_retry(ouro_runtime *rt);
/* None, or OSError if result < 0. */
OURO_NODISCARD ouro_value posix_none(ouro_runtime *rt, int result);

OURO_NODISCARD ouro_value posix_stat_value(ouro_runtime *rt, const struct stat *st);

/* fork() with the callbacks of register_at_fork on both sides; 0 in the child, where this thread is the only one left; -1
 * with errno. */
OURO_NODISCARD pid_t posix_fork_with_callbacks(ouro_runtime *rt);

/* Replaces the functions that the host denies.  Called when the module is whole. */
OURO_NODISCARD bool posix_deny(ouro_runtime *rt, module_object *module);

extern const method_def posix_descriptor_functions[]; /* posix_descriptor.c */
extern const method_def posix_file_functions[];       /* posix_file.c */
extern const method_def posix_directory_functions[];  /* posix_directory.c */
extern const method_def posix_process_functions[];    /* posix_process.c */
extern const type_spec posix_dir_entry_spec, posix_scandir_spec; /* posix_directory.c */
extern const struct_sequence_def posix_stat_def, posix_statvfs_def; /* posix_file.c */
extern const struct_sequence_def posix_times_def, posix_uname_def, posix_sched_param_def; /* posix_process.c */
extern const struct_sequence_def posix_terminal_size_def;                             /* posix_descriptor.c */

OURO_NODISCARD bool posix_add_constants(ouro_runtime *rt, module_object *module); /* posix_constants.c */

OURO_NODISCARD bool posix_configuration_name(ouro_runtime *rt, ouro_value v, bool of_path, int *number);

#endif
