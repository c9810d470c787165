/* pwd.c: the modules pwd and grp: the system's tables of users and groups. */
#include "modules/modules.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>

static ouro_value account_text(ouro_runtime *rt, const char *text)
{
    return text == NULL ? OURO_NONE : str_from_system(rt, text, strlen(text));
}

/* A user or group number: -1 and what does not fit are no number of anybody. */
static bool account_number(ouro_runtime *rt, ouro_value v, const char *what, uint32_t *number)
{
    int64_t n;
    ouro_value index = object_index(rt, v);
    if (ouro_is_null(index)) {
        return false;
    }
    bool fits = int_fits_int64(index, &n) && n >= -1 && n <= UINT32_MAX;
    if (!fits) {
        error_raise(rt, EXC(rt, KeyError), "%s(): %s not found",
                    strcmp(what, "uid") == 0 ? "getpwuid" : "getgrgid", what);
    } else {
        *number = (uint32_t)n;
    }
    value_decref(rt, index);
    return fits;
}

/* A name as the system wants it: a block that the caller frees, or NULL. */
static char *account_name(ouro_runtime *rt, const char *function, ouro_value v)
{
    if (!value_is_str(rt, v)) {
        error_type(rt, "%s() argument must be str, not %T", function, v);
        return NULL;
    }
    size_t length;
    char *name = str_to_system(rt, v, &length);
    if (name != NULL && strlen(name) != length) {
        error_value(rt, "embedded null byte");
        ouro_mem_free(rt->mem, name);
        name = NULL;
    }
    return name;
}

/* ---- pwd --------------------------------------------------------------------------------------------------
 */

static const member_def pwd_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "pw_name", "user name"),
    STRUCT_SEQUENCE_FIELD(1, "pw_passwd", "password"),
    STRUCT_SEQUENCE_FIELD(2, "pw_uid", "user id"),
    STRUCT_SEQUENCE_FIELD(3, "pw_gid", "group id"),
    STRUCT_SEQUENCE_FIELD(4, "pw_gecos", "real name"),
    STRUCT_SEQUENCE_FIELD(5, "pw_dir", "home directory"),
    STRUCT_SEQUENCE_FIELD(6, "pw_shell", "shell program"),
    {0},
};

static const struct_sequence_def pwd_def = {
    STRUCT_SEQUENCE_SPEC("pwd.struct_passwd", "pwd.struct_passwd: Results from getpw*() routines.",
                         pwd_fields),
    7, 7};

static ouro_value pwd_entry(ouro_runtime *rt, const struct passwd *p)
{
    ouro_value items[7] = {account_text(rt, p->pw_name),  account_text(rt, p->pw_passwd),
                           ouro_int(p->pw_uid),           ouro_int(p->pw_gid),
                           account_text(rt, p->pw_gecos), account_text(rt, p->pw_dir),
                           account_text(rt, p->pw_shell)};
    return struct_sequence_new(rt, MODULE_TYPE(rt, struct_passwd), items);
}

static ouro_value pwd_getpwuid(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    uint32_t uid;
    if (!account_number(rt, args[0], "uid", &uid)) {
        return OURO_NULL;
    }
    const struct passwd *p = getpwuid(uid);
    return p != NULL ? pwd_entry(rt, p)
                     : error_raise(rt, EXC(rt, KeyError), "getpwuid(): uid not found: %R", args[0]);
}

static ouro_value pwd_getpwnam(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char *name = account_name(rt, "getpwnam", args[0]);
    if (name == NULL) {
        return OURO_NULL;
    }
    const struct passwd *p = getpwnam(name);
    ouro_mem_free(rt->mem, name);
    return p != NULL ? pwd_entry(rt, p)
                     : error_raise(rt, EXC(rt, KeyError), "getpwnam(): name not found: %R", args[0]);
}

static ouro_value pwd_getpwall(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value list = list_new(rt, NULL, 0);
    const struct passwd *p;
    setpwent();
    while (!ouro_is_null(list) && (p = getpwent()) != NULL) {
        ouro_value entry = pwd_entry(rt, p);
        if (ouro_is_null(entry) || !list_append_steal(rt, list, entry)) {
            value_clear(rt, &list);
        }
    }
    endpwent();
    return list;
}

static const method_def pwd_functions[] = {
    {"getpwuid", "uidobj, /", pwd_getpwuid, NULL, 0,
     "Return the password database entry for the given numeric user ID."},
    {"getpwnam", "name, /", pwd_getpwnam, NULL, 0,
     "Return the password database entry for the given user name."},
    {"getpwall", "", pwd_getpwall, NULL, 0,
     "Return a list of all available password database entries, in arbitrary order."},
    {0},
};

static bool pwd_start(ouro_runtime *rt, module_object *module)
{
    return module_add_sequence_type(rt, module, &pwd_def, &rt->modules->struct_passwd);
}

const module_def pwd_module_def = {
    .name = "pwd",
    .doc = "This module provides access to the Unix password database.",
    .functions = pwd_functions,
    .start = pwd_start,
};

/* ---- grp --------------------------------------------------------------------------------------------------
 */

static const member_def grp_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "gr_name", "group name"),
    STRUCT_SEQUENCE_FIELD(1, "gr_passwd", "password"),
    STRUCT_SEQUENCE_FIELD(2, "gr_gid", "group id"),
    STRUCT_SEQUENCE_FIELD(3, "gr_mem", "group members"),
    {0},
};

static const struct_sequence_def grp_def = {
    STRUCT_SEQUENCE_SPEC("grp.struct_group", "grp.struct_group: Results from getgr*() routines.", grp_fields),
    4, 4};

static ouro_value grp_entry(ouro_runtime *rt, const struct group *g)
{
    ouro_value members = list_new(rt, NULL, 0);
    for (char **at = g->gr_mem; !ouro_is_null(members) && *at != NULL; at++) {
        ouro_value name = account_text(rt, *at);
        if (ouro_is_null(name) || !list_append_steal(rt, members, name)) {
            value_clear(rt, &members);
        }
    }
    ouro_value items[4] = {account_text(rt, g->gr_name), account_text(rt, g->gr_passwd), ouro_int(g->gr_gid),
                           members};
    return struct_sequence_new(rt, MODULE_TYPE(rt, struct_group), items);
}

static ouro_value grp_getgrgid(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    uint32_t gid;
    if (!account_number(rt, args[0], "gid", &gid)) {
        return OURO_NULL;
    }
    const struct group *g = getgrgid(gid);
    return g != NULL ? grp_entry(rt, g)
                     : error_raise(rt, EXC(rt, KeyError), "getgrgid(): gid not found: %R", args[0]);
}

static ouro_value grp_getgrnam(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char *name = account_name(rt, "getgrnam", args[0]);
    if (name == NULL) {
        return OURO_NULL;
    }
    const struct group *g = getgrnam(name);
    ouro_mem_free(rt->mem, name);
    return g != NULL ? grp_entry(rt, g)
                     : error_raise(rt, EXC(rt, KeyError), "getgrnam(): name not found: %R", args[0]);
}

static ouro_value grp_getgrall(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value list = list_new(rt, NULL, 0);
    const struct group *g;
    setgrent();
    while (!ouro_is_null(list) && (g = getgrent()) != NULL) {
        ouro_value entry = grp_entry(rt, g);
        if (ouro_is_null(entry) || !list_append_steal(rt, list, entry)) {
            value_clear(rt, &list);
        }
    }
    endgrent();
    return list;
}

static const method_def grp_functions[] = {
    {"getgrgid", "id", grp_getgrgid, NULL, 0,
     "Return the group database entry for the given numeric group ID."},
    {"getgrnam", "name", grp_getgrnam, NULL, 0, "Return the group database entry for the given group name."},
    {"getgrall", "", grp_getgrall, NULL, 0,
     "Return a list of all available group entries, in arbitrary order."},
    {0},
};

static bool grp_start(ouro_runtime *rt, module_object *module)
{
    return module_add_sequence_type(rt, module, &grp_def, &rt->modules->struct_group);
}

const module_def grp_module_def = {
    .name = "grp",
    .doc = "Access to the Unix group database.",
    .functions = grp_functions,
    .start = grp_start,
};
