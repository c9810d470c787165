/* posix_denied.c: the posix module of a program that may not do everything (ouro_config.deny).
 *
 * Every function of the finished module is looked at: those that only tell something harmless stay, and those
 * whose kind is denied are replaced by one that raises PermissionError.  A function that no list here knows
 * counts as both file access and process control, so that a new one is denied until somebody has thought
 * about it.
 */
#include "modules/posix_private.h"
#include "ouro/ouro.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/str.h"

#include <errno.h>

static const char *const posix_harmless[] = {
    "strerror",
    "fspath",
    "sysconf",
    "ctermid",
    "getpid",
    "getppid",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "getpgrp",
    "getgroups",
    "times",
    "uname",
    "cpu_count",
    "getloadavg",
    "sched_yield",
    "urandom",
    "getrandom",
    "isatty",
    "device_encoding",
    "WIFEXITED",
    "WEXITSTATUS",
    "WIFSIGNALED",
    "WTERMSIG",
    "WIFSTOPPED",
    "WSTOPSIG",
    "WIFCONTINUED",
    "WCOREDUMP",
    "major",
    "minor",
    "makedev",
    "waitstatus_to_exitcode",
    "register_at_fork",
    "get_terminal_size",
};

static bool posix_in_table(const method_def *table, const str_object *name)
{
    while (table->name != NULL && !str_equal_ascii(name, table->name)) {
        table++;
    }
    return table->name != NULL;
}

/* The OURO_DENY_* of which any keeps a program from the function. */
static uint32_t posix_needs(const str_object *name)
{
    for (size_t i = 0; i < sizeof posix_harmless / sizeof *posix_harmless; i++) {
        if (str_equal_ascii(name, posix_harmless[i])) {
            return 0;
        }
    }
    if (str_equal_ascii(name, "putenv") || str_equal_ascii(name, "unsetenv")) {
        return OURO_DENY_ENVIRONMENT;
    }
    if (posix_in_table(posix_descriptor_functions, name) || posix_in_table(posix_file_functions, name) ||
        posix_in_table(posix_directory_functions, name)) {
        return OURO_DENY_FILES;
    }
    if (posix_in_table(posix_process_functions, name)) {
        return OURO_DENY_PROCESSES;
    }
    return OURO_DENY_FILES | OURO_DENY_PROCESSES;
}

static ouro_value posix_denied(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    return error_os(rt, EPERM, OURO_NULL, OURO_NULL);
}

static const method_def posix_denied_def = {
    "denied", NULL, .raw = posix_denied,
    .doc = "Takes the place of a function that the host does not allow."};

bool posix_deny(ouro_runtime *rt, module_object *module)
{
    if (!rt->denied) {
        return true;
    }
    ouro_value denied = native_function_new(rt, &posix_denied_def, ouro_from_object(module), OURO_NULL);
    size_t position = 0;
    ouro_value name, value;
    bool done = !ouro_is_null(denied);
    while (done && dict_next(module->dict, &position, &name, &value)) {
        if (value_is_instance_exactly(rt, value, TYPE(rt, builtin_function)) &&
            (posix_needs(as_str(name)) & rt->denied)) {
            done = dict_set(rt, module->dict, name, denied); /* a key that is there: nothing moves */
        }
    }
    value_decref(rt, denied);
    return done;
}
