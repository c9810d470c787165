/* resource.c: the resource module: usage and limits of the process. */
#include "modules/modules.h"
#include "modules/resource.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/int_view.h"
#include "types/protocol.h"

#include <errno.h>
#include <unistd.h>

enum { RESOURCE_USAGE_FIELDS = 16 };

static const member_def resource_usage_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "ru_utime", "user time used"),
    STRUCT_SEQUENCE_FIELD(1, "ru_stime", "system time used"),
    STRUCT_SEQUENCE_FIELD(2, "ru_maxrss", "max. resident set size"),
    STRUCT_SEQUENCE_FIELD(3, "ru_ixrss", "shared memory size"),
    STRUCT_SEQUENCE_FIELD(4, "ru_idrss", "unshared data size"),
    STRUCT_SEQUENCE_FIELD(5, "ru_isrss", "unshared stack size"),
    STRUCT_SEQUENCE_FIELD(6, "ru_minflt", "page faults not requiring I/O"),
    STRUCT_SEQUENCE_FIELD(7, "ru_majflt", "page faults requiring I/O"),
    STRUCT_SEQUENCE_FIELD(8, "ru_nswap", "number of swap outs"),
    STRUCT_SEQUENCE_FIELD(9, "ru_inblock", "block input operations"),
    STRUCT_SEQUENCE_FIELD(10, "ru_oublock", "block output operations"),
    STRUCT_SEQUENCE_FIELD(11, "ru_msgsnd", "IPC messages sent"),
    STRUCT_SEQUENCE_FIELD(12, "ru_msgrcv", "IPC messages received"),
    STRUCT_SEQUENCE_FIELD(13, "ru_nsignals", "signals received"),
    STRUCT_SEQUENCE_FIELD(14, "ru_nvcsw", "voluntary context switches"),
    STRUCT_SEQUENCE_FIELD(15, "ru_nivcsw", "involuntary context switches"),
    {0},
};

static const struct_sequence_def resource_usage_def = {
    STRUCT_SEQUENCE_SPEC("resource.struct_rusage",
                         "struct_rusage: Result from getrusage.\n\n"
                         "This object may be accessed either as a tuple of\n"
                         "    (utime,stime,maxrss,ixrss,idrss,isrss,minflt,majflt,\n"
                         "    nswap,inblock,oublock,msgsnd,msgrcv,nsignals,nvcsw,nivcsw)\n"
                         "or via the attributes ru_utime, ru_stime, ru_maxrss, and so on.",
                         resource_usage_fields),
    RESOURCE_USAGE_FIELDS, RESOURCE_USAGE_FIELDS};

static bool resource_int(ouro_runtime *rt, ouro_value v, int *result)
{
    int64_t wide;
    if (!object_as_index(rt, v, &wide, true)) {
        return false;
    }
    if (wide > INT32_MAX || wide < INT32_MIN) {
        error_overflow(rt, "Python int too large to convert to C int");
        return false;
    }
    *result = (int)wide;
    return true;
}

static ouro_value resource_seconds(ouro_runtime *rt, const struct timeval *t)
{
    return float_new(rt, (double)t->tv_sec + (double)t->tv_usec * 1e-6);
}

ouro_value resource_usage(ouro_runtime *rt, const struct rusage *u)
{
    ouro_value items[RESOURCE_USAGE_FIELDS] = {
        resource_seconds(rt, &u->ru_utime), resource_seconds(rt, &u->ru_stime), ouro_int(u->ru_maxrss),
        ouro_int(u->ru_ixrss),              ouro_int(u->ru_idrss),              ouro_int(u->ru_isrss),
        ouro_int(u->ru_minflt),             ouro_int(u->ru_majflt),             ouro_int(u->ru_nswap),
        ouro_int(u->ru_inblock),            ouro_int(u->ru_oublock),            ouro_int(u->ru_msgsnd),
        ouro_int(u->ru_msgrcv),             ouro_int(u->ru_nsignals),           ouro_int(u->ru_nvcsw),
        ouro_int(u->ru_nivcsw)};
    return struct_sequence_new(rt, MODULE_TYPE(rt, struct_rusage), items);
}

static ouro_value resource_getrusage(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int who;
    struct rusage u;
    if (!resource_int(rt, args[0], &who)) {
        return OURO_NULL;
    }
    if (getrusage(who, &u) < 0) {
        return errno == EINVAL ? error_value(rt, "invalid who parameter")
                               : error_os(rt, errno, OURO_NULL, OURO_NULL);
    }
    return resource_usage(rt, &u);
}

/* Infinity is -1 on this side, as in C. */
static ouro_value resource_limits_pair(ouro_runtime *rt, const struct rlimit *limit)
{
    ouro_value pair[2] = {int_from_int64(rt, (int64_t)limit->rlim_cur), int_from_int64(rt, (int64_t)limit->rlim_max)};
    return tuple_new_made(rt, pair, 2);
}

static bool resource_number(ouro_runtime *rt, ouro_value v, int *resource)
{
    if (!resource_int(rt, v, resource)) {
        return false;
    }
    if (*resource < 0 || *resource >= RLIM_NLIMITS) {
        error_value(rt, "invalid resource specified");
        return false;
    }
    return true;
}

static ouro_value resource_getrlimit(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int resource;
    struct rlimit limit;
    if (!resource_number(rt, args[0], &resource)) {
        return OURO_NULL;
    }
    if (getrlimit((__rlimit_resource_t)resource, &limit) < 0) {
        return error_os(rt, errno, OURO_NULL, OURO_NULL);
    }
    return resource_limits_pair(rt, &limit);
}

static bool resource_limit_value(ouro_runtime *rt, ouro_value v, rlim_t *limit)
{
    ouro_value i = object_index(rt, v);
    int64_t wide;
    if (ouro_is_null(i)) {
        return false;
    }
    bool fits = int_as_int64(rt, i, &wide);
    value_decref(rt, i);
    *limit = (rlim_t)wide;
    return fits;
}

static bool resource_limits_argument(ouro_runtime *rt, ouro_value v, struct rlimit *limit)
{
    ouro_value pair = tuple_from_iterable(rt, v);
    bool done = false;
    if (ouro_is_null(pair)) {
        return false;
    }
    if (as_tuple(pair)->size != 2) {
        error_value(rt, "expected a tuple of 2 integers");
    } else {
        done = resource_limit_value(rt, as_tuple(pair)->items[0], &limit->rlim_cur) &&
               resource_limit_value(rt, as_tuple(pair)->items[1], &limit->rlim_max);
    }
    value_decref(rt, pair);
    return done;
}

static ouro_value resource_limit_error(ouro_runtime *rt)
{
    if (errno == EINVAL) {
        return error_value(rt, "current limit exceeds maximum limit");
    }
    if (errno == EPERM) {
        return error_value(rt, "not allowed to raise maximum limit");
    }
    return error_os(rt, errno, OURO_NULL, OURO_NULL);
}

static ouro_value resource_setrlimit(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int resource;
    struct rlimit limit;
    if (!resource_number(rt, args[0], &resource) || !resource_limits_argument(rt, args[1], &limit)) {
        return OURO_NULL;
    }
    return setrlimit((__rlimit_resource_t)resource, &limit) < 0 ? resource_limit_error(rt) : OURO_NONE;
}

static ouro_value resource_prlimit(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int pid, resource;
    struct rlimit limit, old;
    ouro_value limits = arg_or_null(args, nargs, 2);
    bool set = !ouro_is_null(limits) && !ouro_is_none(limits);
    if (!resource_int(rt, args[0], &pid) || !resource_number(rt, args[1], &resource) ||
        (set && !resource_limits_argument(rt, limits, &limit))) {
        return OURO_NULL;
    }
    if (prlimit(pid, (__rlimit_resource_t)resource, set ? &limit : NULL, &old) < 0) {
        return errno == EINVAL ? resource_limit_error(rt) : error_os(rt, errno, OURO_NULL, OURO_NULL);
    }
    return resource_limits_pair(rt, &old);
}

static ouro_value resource_getpagesize(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int(sysconf(_SC_PAGESIZE));
}

static const method_def resource_functions[] = {
    {"getrusage", "who, /", resource_getrusage, .doc = "Return the resources used by the process or its children."},
    {"getrlimit", "resource, /", resource_getrlimit, .doc = "Return the soft and hard limit of a resource."},
    {"setrlimit", "resource, limits, /", resource_setrlimit, .doc = "Set the limits of a resource."},
    {"prlimit", "?pid, resource, limits=None, /", resource_prlimit, .doc = "Get and set limits of a process."},
    {"getpagesize", "", resource_getpagesize, .doc = "Return the size of a page in bytes."},
    {0},
};

static const struct {
    const char *name;
    int64_t value;
} resource_constants[] = {
    {"RLIMIT_CPU", RLIMIT_CPU},
    {"RLIMIT_FSIZE", RLIMIT_FSIZE},
    {"RLIMIT_DATA", RLIMIT_DATA},
    {"RLIMIT_STACK", RLIMIT_STACK},
    {"RLIMIT_CORE", RLIMIT_CORE},
    {"RLIMIT_NOFILE", RLIMIT_NOFILE},
    {"RLIMIT_OFILE", RLIMIT_OFILE},
    {"RLIMIT_AS", RLIMIT_AS},
    {"RLIMIT_RSS", RLIMIT_RSS},
    {"RLIMIT_NPROC", RLIMIT_NPROC},
    {"RLIMIT_MEMLOCK", RLIMIT_MEMLOCK},
    {"RLIMIT_MSGQUEUE", RLIMIT_MSGQUEUE},
    {"RLIMIT_NICE", RLIMIT_NICE},
    {"RLIMIT_RTPRIO", RLIMIT_RTPRIO},
    {"RLIMIT_RTTIME", RLIMIT_RTTIME},
    {"RLIMIT_SIGPENDING", RLIMIT_SIGPENDING},
    {"RUSAGE_SELF", RUSAGE_SELF},
    {"RUSAGE_CHILDREN", RUSAGE_CHILDREN},
    {"RUSAGE_THREAD", RUSAGE_THREAD},
    {"RLIM_INFINITY", -1},
};

static bool resource_start(ouro_runtime *rt, module_object *module)
{
    for (size_t i = 0; i < sizeof resource_constants / sizeof resource_constants[0]; i++) {
        if (!module_add_int(rt, module, resource_constants[i].name, resource_constants[i].value)) {
            return false;
        }
    }
    return module_add(rt, module, "error", value_incref(type_value(EXC(rt, OSError)))) &&
           module_add_sequence_type(rt, module, &resource_usage_def, &MODULE_TYPE(rt, struct_rusage));
}

const module_def resource_module_def = {
    .name = "resource",
    .doc = "Usage and limits of the process's resources.",
    .functions = resource_functions,
    .start = resource_start,
};
