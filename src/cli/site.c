/* site.c: the directories of installed packages, at the start of the command.
 *
 * Most starts have nothing to do here and must not pay for it: this file looks whether the directories are there, puts them on
 * sys.path, and imports the module `site` (src/modules/site.py, which says what lies where) only when it has work: when there
 * is a .pth file in one of them, or somebody has put a sitecustomize or usercustomize on the path.  So both agree on the
 * directories, their order, and what the path is in the end.
 *
 * What the directories are must not change the number of allocations where those are counted: nothing is done then.
 */
#include "cli/site.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/module.h"
#include "types/str.h"
#include "vm/vm.h"

#include <dirent.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SITE_USER, SITE_ALL, SITE_COUNT };

typedef struct site_places {
    char path[SITE_COUNT][PATH_MAX]; /* "": there is none */
    bool user_enabled;
} site_places;

/* Makes the path; "" if it is too long, or nothing is there that may be looked into. */
static void site_make_path(char path[PATH_MAX], const char *base, const char *rest)
{
    struct stat status;
    int length = snprintf(path, PATH_MAX, "%s%s", base, rest);
    if (length < 0 || length >= PATH_MAX || stat(path, &status) != 0 || !S_ISDIR(status.st_mode)) {
        *path = 0;
    }
}

static void site_find_user(site_places *p, const options *o)
{
    const char *base = o->python.isolated ? NULL : getenv("PYTHONUSERBASE"), *rest = "/lib/python3.11/site-packages";
    if (!base || !*base) {
        base = getenv("HOME");
        if (!base) {
            const struct passwd *user = getpwuid(getuid());
            base = user ? user->pw_dir : NULL;
        }
        rest = "/.local/lib/python3.11/site-packages";
    }
    if (base) {
        site_make_path(p->path[SITE_USER], base, rest);
    }
}

/* Beside the directory that the command lies in. */
static void site_find_all(site_places *p)
{
    char base[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", base, sizeof base - 1);
    if (length <= 0) {
        return;
    }
    base[length] = 0;
    for (int up = 0; up < 2; up++) {
        char *slash = strrchr(base, '/');
        if (!slash) {
            return;
        }
        *slash = 0;
    }
    site_make_path(p->path[SITE_ALL], base, "/lib/ouro/site-packages");
}

static bool site_has_pth(const char *path)
{
    DIR *directory = opendir(path);
    const struct dirent *entry;
    bool found = false;
    while (directory && !found && (entry = readdir(directory))) {
        size_t length = strlen(entry->d_name);
        found = length >= 4 && strcmp(entry->d_name + length - 4, ".pth") == 0;
    }
    if (directory) {
        closedir(directory);
    }
    return found;
}

static bool site_has_custom(const char *path, bool user_enabled)
{
    static const char *const names[] = {"sitecustomize.py", "sitecustomize/__init__.py", "usercustomize.py",
                                        "usercustomize/__init__.py"};
    char file[PATH_MAX];
    for (int i = 0; i < (user_enabled ? 4 : 2); i++) {
        int length = snprintf(file, sizeof file, "%s/%s", path, names[i]);
        if (length > 0 && length < PATH_MAX && access(file, F_OK) == 0) {
            return true;
        }
    }
    return false;
}

/* The attribute of sys: borrowed, OURO_NULL: there is none. */
static ouro_value site_sys(ouro_runtime *rt, const char *name)
{
    ouro_value key = str_intern_cstring(rt, name);
    ouro_value value = ouro_is_null(key) ? key : dict_get_str(rt, as_module(rt->vm->sys)->dict, key);
    value_decref(rt, key);
    error_clear(rt);
    return value;
}

/* Is there a module to run on what PYTHONPATH has put on sys.path?  The first entry "" is the program's own; the library's
 * directory is not looked into: what distributions have there is for their CPython. */
static bool site_path_has_custom(ouro_runtime *rt, ouro_value path, bool user_enabled)
{
    ouro_value library = site_sys(rt, "_stdlib_dir");
    for (size_t i = 0; i < as_list(path)->size; i++) {
        ouro_value entry = as_list(path)->items[i];
        if (!value_is_str(rt, entry) || str_length(as_str(entry)) == 0 ||
            (value_is_str(rt, library) && str_equal(as_str(entry), as_str(library)))) {
            continue;
        }
        size_t length;
        char *text = str_to_system(rt, entry, &length);
        bool found = text && site_has_custom(text, user_enabled);
        error_clear(rt);
        ouro_mem_free(rt->mem, text);
        if (found) {
            return true;
        }
    }
    return false;
}

/* Appends the directory, unless it is there.  False: failed. */
static bool site_append(ouro_runtime *rt, ouro_value path, const char *directory, bool *work)
{
    ouro_value text = str_from_system(rt, directory, strlen(directory));
    if (ouro_is_null(text)) {
        return false;
    }
    bool there = false;
    for (size_t i = 0; i < as_list(path)->size; i++) {
        ouro_value entry = as_list(path)->items[i];
        there = there || (value_is_str(rt, entry) && str_equal(as_str(entry), as_str(text)));
    }
    bool ok = there || list_append(rt, path, text);
    value_decref(rt, text);
    return ok;
}

int site_start(ouro_runtime *rt, const options *o)
{
    if (o->python.flags.no_site || o->sweep.step || o->checks.fail_at) {
        return -1;
    }
    site_places p = {.user_enabled = !o->python.flags.no_user_site && getuid() == geteuid() && getgid() == getegid()};
    if (p.user_enabled) {
        site_find_user(&p, o);
    }
    site_find_all(&p);
    ouro_value path = site_sys(rt, "path");
    if (ouro_is_null(path) || !value_is_list(rt, path)) {
        return -1;
    }
    bool work = site_path_has_custom(rt, path, p.user_enabled);
    for (int i = 0; i < SITE_COUNT && !work; i++) {
        work = *p.path[i] && (site_has_pth(p.path[i]) || site_has_custom(p.path[i], p.user_enabled));
    }
    bool ok = true;
    for (int i = 0; i < SITE_COUNT && ok && !work; i++) {
        ok = !*p.path[i] || site_append(rt, path, p.path[i], &work);
    }
    if (ok && work) {
        ouro_owned module = ouro_import(rt, "site");
        ouro_owned done = ouro_is_null(module) ? OURO_NULL : ouro_call_method(rt, module, "_start", NULL, 0);
        ok = !ouro_is_null(done);
        ouro_decref(rt, done);
        ouro_decref(rt, module);
    }
    return ok ? -1 : report_exit_status(rt);
}
