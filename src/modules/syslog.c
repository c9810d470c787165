/* syslog.c: the syslog module: messages to the system's log.
 *
 * The C library keeps one log for the process, with a pointer to the program's name: it lies here, not in a runtime.
 */
#include "modules/posix_private.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/text.h"
#include "vm/threads.h"

#include <stdio.h>
#include <syslog.h>

enum { SYSLOG_NAME = 240 };

static char syslog_name[SYSLOG_NAME];
static bool syslog_is_open;

static bool syslog_text(ouro_runtime *rt, ouro_value v, const char *what, char **text)
{
    if (!value_is_str(rt, v)) {
        error_type(rt, "%s must be str, not %T", what, v);
        return false;
    }
    size_t length;
    *text = str_to_utf8(rt, v, &length, false);
    return *text != NULL;
}

/* The last part of sys.argv[0], or OURO_NULL: there is none, or raised. */
static ouro_value syslog_program(ouro_runtime *rt)
{
    ouro_value sys = rt->types->import_name(rt, STR(rt, sys)), argv = OURO_NULL, first = OURO_NULL, result = OURO_NULL;
    if (!ouro_is_null(sys)) {
        argv = object_getattr_utf8(rt, sys, "argv");
    }
    if (!ouro_is_null(argv) && value_is_list(rt, argv) && as_list(argv)->size > 0) {
        first = value_incref(as_list(argv)->items[0]);
    }
    if (!ouro_is_null(first) && value_is_str(rt, first)) {
        const str_object *s = as_str(first);
        size_t start = str_length(s);
        while (start > 0 && str_char_at(s, start - 1) != '/') {
            start--;
        }
        if (start < str_length(s)) {
            result = str_substring(rt, first, start, str_length(s));
        }
    }
    value_decref(rt, first);
    value_decref(rt, argv);
    value_decref(rt, sys);
    return result;
}

static bool syslog_open(ouro_runtime *rt, ouro_value name, int options, int facility)
{
    ouro_value used = ouro_is_null(name) ? syslog_program(rt) : value_incref(name);
    char *text = NULL;
    if (error_is_set(rt) || (!ouro_is_null(used) && !syslog_text(rt, used, "openlog() argument 1", &text))) {
        value_decref(rt, used);
        return false;
    }
    value_decref(rt, used);
    snprintf(syslog_name, sizeof syslog_name, "%s", text ? text : "");
    ouro_mem_free(rt->mem, text);
    openlog(syslog_name[0] ? syslog_name : NULL, options, facility);
    syslog_is_open = true;
    return true;
}

static ouro_value syslog_openlog(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int options = 0, facility = LOG_USER;
    ouro_value second = arg_or_null(args, nargs, 1), third = arg_or_null(args, nargs, 2);
    if ((!ouro_is_null(second) && !posix_int(rt, second, &options)) ||
        (!ouro_is_null(third) && !posix_int(rt, third, &facility))) {
        return OURO_NULL;
    }
    return syslog_open(rt, arg_or_null(args, nargs, 0), options, facility) ? OURO_NONE : OURO_NULL;
}

static ouro_value syslog_syslog(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    int priority = LOG_INFO;
    char *message;
    ouro_value text = nargs > 0 ? args[nargs - 1] : OURO_NULL;
    if (!ouro_is_null(kwnames) || nargs < 1 || nargs > 2 || !value_is_str(rt, text) ||
        (nargs == 2 && !value_is_int(rt, args[0]))) {
        return error_type(rt, "[priority,] message string");
    }
    if ((nargs == 2 && !posix_int(rt, args[0], &priority)) || !syslog_text(rt, text, "message", &message)) {
        return OURO_NULL;
    }
    bool ok = syslog_is_open || syslog_open(rt, OURO_NULL, 0, LOG_USER);
    if (ok) {
        thread_state *me = vm_release(rt);
        syslog(priority, "%s", message);
        vm_acquire(rt, me);
    }
    ouro_mem_free(rt->mem, message);
    return ok ? OURO_NONE : OURO_NULL;
}

static ouro_value syslog_closelog(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (syslog_is_open) {
        closelog();
        syslog_is_open = false;
    }
    return OURO_NONE;
}

static ouro_value syslog_setlogmask(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int mask;
    return posix_int(rt, args[0], &mask) ? ouro_int(setlogmask(mask)) : OURO_NULL;
}

static ouro_value syslog_log_mask(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int priority;
    return posix_int(rt, args[0], &priority) ? ouro_int((int)(1u << (priority & 31))) : OURO_NULL;
}

static ouro_value syslog_log_upto(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int priority;
    return posix_int(rt, args[0], &priority) ? ouro_int((int)((1u << ((priority + 1) & 31)) - 1)) : OURO_NULL;
}

static const method_def syslog_functions[] = {
    {"openlog", "?ident=None, logoption=0, facility=8", syslog_openlog, .doc = "Options for the messages to come."},
    {"closelog", "?", syslog_closelog, .doc = "Forget the options."},
    {"syslog", .raw = syslog_syslog, .doc = "syslog([priority,] message): send a message to the system's log."},
    {"setlogmask", "?maskpri, /", syslog_setlogmask, .doc = "Set which priorities are logged; returns the mask before."},
    {"LOG_MASK", "?pri, /", syslog_log_mask, .doc = "The mask for one priority."},
    {"LOG_UPTO", "?pri, /", syslog_log_upto, .doc = "The mask for all priorities up to this one."},
    {0},
};

#define SYSLOG_CONSTANTS(X) \
    X(LOG_EMERG) X(LOG_ALERT) X(LOG_CRIT) X(LOG_ERR) X(LOG_WARNING) X(LOG_NOTICE) X(LOG_INFO) X(LOG_DEBUG) X(LOG_PID) \
    X(LOG_CONS) X(LOG_NDELAY) X(LOG_ODELAY) X(LOG_NOWAIT) X(LOG_PERROR) X(LOG_KERN) X(LOG_USER) X(LOG_MAIL) X(LOG_DAEMON) \
    X(LOG_AUTH) X(LOG_LPR) X(LOG_LOCAL0) X(LOG_LOCAL1) X(LOG_LOCAL2) X(LOG_LOCAL3) X(LOG_LOCAL4) X(LOG_LOCAL5) \
    X(LOG_LOCAL6) X(LOG_LOCAL7) X(LOG_SYSLOG) X(LOG_CRON) X(LOG_UUCP) X(LOG_NEWS) X(LOG_AUTHPRIV)

static bool syslog_start(ouro_runtime *rt, module_object *module)
{
    static const struct {
        const char *name;
        int64_t value;
    } constants[] = {
#define SYSLOG_CONSTANT(name) {#name, name},
        SYSLOG_CONSTANTS(SYSLOG_CONSTANT)
#undef SYSLOG_CONSTANT
    };
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof constants / sizeof *constants; i++) {
        ok = module_add_int(rt, module, constants[i].name, constants[i].value);
    }
    return ok;
}

const module_def syslog_module_def = {
    .name = "syslog",
    .doc = "Messages to the system's log.",
    .functions = syslog_functions,
    .start = syslog_start,
};
