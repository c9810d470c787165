/* posix.c: the posix module, what os is made from: its start, the environment, and what fits nowhere else.
 *
 * The functions are in posix_descriptor.c, posix_file.c, posix_directory.c and posix_process.c.  Paths are UTF-8
 * with surrogateescape both ways (posix_path.c).
 */
#include "modules/posix_private.h"
#include "ouro/ouro.h"
#include "types/bytes.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

/* ---- environment -------------------------------------------------------------------------------------- */

static ouro_value posix_environ_dict(ouro_runtime *rt)
{
    ouro_value dict = dict_new(rt, 0);
    bool shown = !(rt->denied & OURO_DENY_ENVIRONMENT);
    for (char **entry = environ; shown && entry && *entry && !ouro_is_null(dict); entry++) {
        const char *equals = strchr(*entry, '=');
        if (!equals) {
            continue;
        }
        ouro_value key = bytes_new(rt, *entry, (size_t)(equals - *entry));
        ouro_value value = ouro_is_null(key) ? OURO_NULL : bytes_new(rt, equals + 1, strlen(equals + 1));
        ouro_value kept =
            ouro_is_null(value) ? OURO_NULL : dict_set_default(rt, as_dict(dict), key, value); /* the first wins */
        if (ouro_is_null(kept)) {
            value_clear(rt, &dict);
        }
        value_decref(rt, kept);
        value_decref(rt, key);
        value_decref(rt, value);
    }
    return dict;
}

static ouro_value posix_putenv(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path name, value;
    if (!posix_path_get(rt, &name, args[0], "putenv", "name", 0)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (posix_path_get(rt, &value, args[1], "putenv", "value", 0)) {
        if (strchr(name.narrow, '=')) {
            error_value(rt, "illegal environment variable name");
        } else {
            result = posix_none(rt, setenv(name.narrow, value.narrow, 1));
        }
        posix_path_free(rt, &value);
    }
    posix_path_free(rt, &name);
    return result;
}

static ouro_value posix_unsetenv(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path name;
    if (!posix_path_get(rt, &name, args[0], "unsetenv", "name", 0)) {
        return OURO_NULL;
    }
    ouro_value result = posix_none(rt, unsetenv(name.narrow));
    posix_path_free(rt, &name);
    return result;
}

/* ---- texts and limits --------------------------------------------------------------------------------- */

static ouro_value posix_strerror(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int code;
    if (!posix_int(rt, args[0], &code)) {
        return OURO_NULL;
    }
    char room[128];
    const char *text = strerror_r(code, room, sizeof room);
    return posix_name(rt, text, strlen(text), false);
}

static ouro_value posix_fspath(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return posix_fspath_value(rt, args[0]);
}

static ouro_value posix_sysconf(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int name;
    if (!posix_configuration_name(rt, args[0], false, &name)) {
        return OURO_NULL;
    }
    errno = 0;
    long value = sysconf(name);
    return value == -1 && errno != 0 ? posix_error(rt) : int_from_int64(rt, value);
}

static ouro_value posix_pathconf(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path path;
    int name;
    if (!posix_configuration_name(rt, args[1], true, &name) ||
        !posix_path_get(rt, &path, args[0], "pathconf", "path", POSIX_PATH_FD)) {
        return OURO_NULL;
    }
    errno = 0;
    long value = path.is_fd ? fpathconf(path.fd, name) : pathconf(path.narrow, name);
    ouro_value result = value == -1 && errno != 0 ? posix_error_path(rt, &path) : int_from_int64(rt, value);
    posix_path_free(rt, &path);
    return result;
}

static ouro_value posix_ctermid(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char name[L_ctermid];
    ctermid(name);
    return posix_name(rt, name, strlen(name), false);
}

static const method_def posix_functions[] = {
    {"putenv", "name, value, /", posix_putenv, .doc = "Change or add an environment variable."},
    {"unsetenv", "name, /", posix_unsetenv, .doc = "Delete an environment variable."},
    {"strerror", "code, /", posix_strerror, .doc = "Translate an error code to a message string."},
    {"fspath", "path", posix_fspath, .doc = "Return the file system path representation of the object."},
    {"sysconf", "name, /", posix_sysconf, .doc = "Return an integer-valued system configuration variable."},
    {"pathconf", "path, name", posix_pathconf, .doc = "Return the configuration limit name for the path."},
    {"ctermid", "", posix_ctermid, .doc = "Return the name of the controlling terminal for this process."},
    {0},
};

/* ---- the module --------------------------------------------------------------------------------------- */

static bool posix_add_functions(ouro_runtime *rt, module_object *module, const method_def *functions)
{
    ouro_value name = str_intern_cstring(rt, "posix");
    if (ouro_is_null(name)) {
        return false;
    }
    bool done = true;
    for (const method_def *f = functions; f->name && done; f++) {
        done = module_add(rt, module, f->name, native_function_new(rt, f, ouro_from_object(module), name));
    }
    value_decref(rt, name);
    return done;
}

/* What os looks at to know which functions take dir_fd, a descriptor, or follow_symlinks. */
static ouro_value posix_have_functions(ouro_runtime *rt)
{
    static const char *const names[] = {
        "HAVE_FACCESSAT", "HAVE_FCHDIR",   "HAVE_FCHMOD",    "HAVE_FCHMODAT",  "HAVE_FCHOWN",     "HAVE_FCHOWNAT",
        "HAVE_FDOPENDIR", "HAVE_FEXECVE",  "HAVE_FPATHCONF", "HAVE_FSTATAT",   "HAVE_FSTATVFS",   "HAVE_FTRUNCATE",
        "HAVE_FUTIMENS",  "HAVE_FUTIMES",  "HAVE_FUTIMESAT", "HAVE_LCHOWN",    "HAVE_LINKAT",     "HAVE_LSTAT",
        "HAVE_LUTIMES",   "HAVE_MKDIRAT",  "HAVE_MKFIFOAT",  "HAVE_OPENAT",    "HAVE_READLINKAT", "HAVE_RENAMEAT",
        "HAVE_SYMLINKAT", "HAVE_UNLINKAT", "HAVE_UTIMENSAT",
    };
    ouro_value list = list_new(rt, NULL, sizeof names / sizeof names[0]);
    for (size_t i = 0; i < sizeof names / sizeof names[0] && !ouro_is_null(list); i++) {
        ouro_value name = str_from_cstring(rt, names[i]);
        if (ouro_is_null(name) || !list_append_steal(rt, list, name)) {
            value_clear(rt, &list);
        }
    }
    return list;
}

static bool posix_start(ouro_runtime *rt, module_object *module)
{
    return posix_add_functions(rt, module, posix_descriptor_functions) &&
           posix_add_functions(rt, module, posix_file_functions) &&
           posix_add_functions(rt, module, posix_directory_functions) &&
           posix_add_functions(rt, module, posix_process_functions) && posix_add_constants(rt, module) &&
           module_add_kept_type(rt, module, &posix_dir_entry_spec, &MODULE_TYPE(rt, dir_entry)) &&
           module_keep_type(rt, &posix_scandir_spec, &MODULE_TYPE(rt, scandir_iterator)) &&
           module_add_sequence_type(rt, module, &posix_stat_def, &MODULE_TYPE(rt, stat_result)) &&
           module_add_sequence_type(rt, module, &posix_statvfs_def, &MODULE_TYPE(rt, statvfs_result)) &&
           module_add_sequence_type(rt, module, &posix_terminal_size_def, &MODULE_TYPE(rt, terminal_size)) &&
           module_add_sequence_type(rt, module, &posix_times_def, &MODULE_TYPE(rt, times_result)) &&
           module_add_sequence_type(rt, module, &posix_uname_def, &MODULE_TYPE(rt, uname_result)) &&
           module_add_sequence_type(rt, module, &posix_sched_param_def, &MODULE_TYPE(rt, sched_param)) &&
           module_add(rt, module, "error", value_incref(type_value(EXC(rt, OSError)))) &&
           module_add(rt, module, "environ", posix_environ_dict(rt)) &&
           module_add(rt, module, "_have_functions", posix_have_functions(rt)) && posix_deny(rt, module);
}

const module_def posix_module_def = {
    .name = "posix",
    .doc = "This module provides access to operating system functionality that is\n"
           "standardized by the C Standard and the POSIX standard.",
    .functions = posix_functions,
    .start = posix_start,
};
