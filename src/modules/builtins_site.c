/* builtins_site.c: what the library's site module adds to the builtins of an interactive interpreter: exit,
 * quit, copyright, credits, license, help.
 */
#include "modules/builtins.h"

#include "types/binder.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/vm.h"

#include <stddef.h>

typedef struct site_object {
    ouro_object object;
    const char *name; /* a literal */
} site_object;

static const char *site_name(ouro_value v)
{
    return ((site_object *)(void *)ouro_as_object(v))->name;
}

/* ---- exit, quit ---- */

static ouro_value site_quit(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                            ouro_value kwnames)
{
    ouro_value code, stdin_stream;
    if (!arguments_bind(rt, site_name(self), "code=None", args, nargs, kwnames, &code)) {
        return OURO_NULL;
    }
    /* so that a shell around the interpreter takes no more input */
    if (object_getattr_optional(rt, rt->vm->sys, STR(rt, stdin), &stdin_stream) > 0) {
        value_decref(rt, object_call_method0(rt, stdin_stream, STR(rt, close)));
        value_decref(rt, stdin_stream);
    }
    error_clear(rt);
    ouro_value exception =
        object_call1(rt, type_value(EXC(rt, SystemExit)), ouro_is_null(code) ? OURO_NONE : code);
    if (!ouro_is_null(exception)) {
        error_raise_value(rt, exception);
        value_decref(rt, exception);
    }
    return OURO_NULL;
}

static ouro_value site_quit_repr(ouro_runtime *rt, ouro_value self)
{
    return str_format_c(rt, "Use %s() or Ctrl-D (i.e. EOF) to exit", site_name(self));
}

static const type_spec site_quitter_spec = {
    .name = "_sitebuiltins.Quitter",
    .size = sizeof(site_object),
    .flags = OURO_TYPE_LEAF | TYPE_NO_MAKE,
    .slots = {.call = site_quit, .repr = site_quit_repr},
};

/* ---- copyright, credits, license ---- */

static ouro_value site_text_repr(ouro_runtime *rt, ouro_value self)
{
    const char *name = site_name(self);
    if (*name == 'l') {
        return str_from_cstring(
            rt, "MIT license; see the file LICENSE of ouro.  The standard library is under the "
                "license of CPython.");
    }
    return str_from_cstring(rt, name[1] == 'o'
                                    ? "Copyright (c) 2026 the ouro authors."
                                    : "Thanks to the authors of Python and of its standard library.");
}

static ouro_value site_text_call(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                 ouro_value kwnames)
{
    if (!arguments_bind(rt, site_name(self), "", args, nargs, kwnames, NULL)) {
        return OURO_NULL;
    }
    ouro_value print = object_getattr_utf8(rt, rt->vm->builtins, "print");
    ouro_value result = ouro_is_null(print) ? print : object_call1(rt, print, self);
    value_decref(rt, print);
    return result;
}

static const type_spec site_printer_spec = {
    .name = "_sitebuiltins._Printer",
    .size = sizeof(site_object),
    .flags = OURO_TYPE_LEAF | TYPE_NO_MAKE,
    .slots = {.call = site_text_call, .repr = site_text_repr},
};

/* ---- help ---- */

static ouro_value site_help_repr(ouro_runtime *rt, ouro_value self)
{
    return str_from_cstring(rt, "Type help() for interactive help, or help(object) for help about object.");
}

/* pydoc pages through another process; where none can be started, it prints. */
static bool site_settle_pager(ouro_runtime *rt, ouro_value pydoc)
{
    ouro_value name = str_intern_cstring(rt, "_posixsubprocess");
    bool ok = !ouro_is_null(name);
    if (ok && !import_find_native(rt, name)) {
        ouro_value plain = object_getattr_utf8(rt, pydoc, "plainpager");
        ouro_value pager = ouro_is_null(plain) ? plain : str_intern_cstring(rt, "pager");
        ok = !ouro_is_null(pager) && object_setattr(rt, pydoc, pager, plain);
        value_decref(rt, pager);
        value_decref(rt, plain);
    }
    value_decref(rt, name);
    return ok;
}

static ouro_value site_help(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                            ouro_value kwnames)
{
    ouro_value pydoc = import_module_cstring(rt, "pydoc");
    if (ouro_is_null(pydoc) && error_clear_if(rt, EXC(rt, ModuleNotFoundError))) {
        return error_raise(rt, EXC(rt, ModuleNotFoundError),
                           "help() needs the module pydoc of the standard library, which is not in sys.path");
    }
    if (!ouro_is_null(pydoc) && !site_settle_pager(rt, pydoc)) {
        value_clear(rt, &pydoc);
    }
    ouro_value help = ouro_is_null(pydoc) ? pydoc : object_getattr_utf8(rt, pydoc, "help");
    ouro_value result = ouro_is_null(help) ? help : object_call(rt, help, args, nargs, kwnames);
    value_decref(rt, help);
    value_decref(rt, pydoc);
    return result;
}

static const type_spec site_helper_spec = {
    .name = "_sitebuiltins._Helper",
    .size = sizeof(site_object),
    .flags = OURO_TYPE_LEAF | TYPE_NO_MAKE,
    .slots = {.call = site_help, .repr = site_help_repr},
};

/* ---- the module's part ---- */

bool builtins_add_site(ouro_runtime *rt, module_object *module)
{
    static const struct {
        const type_spec *spec;
        const char *names[4];
    } rows[] = {
        {&site_quitter_spec, {"exit", "quit"}},
        {&site_printer_spec, {"copyright", "credits", "license"}},
        {&site_helper_spec, {"help"}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        type_object *type = type_from_spec(rt, rows[i].spec);
        bool ok = type != NULL;
        for (const char *const *name = rows[i].names; ok && *name; name++) {
            site_object *object = object_new(rt, &type->type, 0);
            if (object) {
                object->name = *name;
            }
            ok = module_add(rt, module, *name, object ? ouro_from_object(object) : OURO_NULL);
        }
        if (type) {
            value_decref(rt, type_value(type));
        }
        if (!ok) {
            return false;
        }
    }
    return true;
}
