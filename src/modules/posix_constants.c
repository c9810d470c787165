/* posix_constants.c: the posix module's constants, and the names of sysconf. */
#include "modules/posix_private.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/str.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#ifndef SCHED_RESET_ON_FORK
#define SCHED_RESET_ON_FORK 0x40000000
#endif

#define POSIX_CONSTANTS(X) \
    X(O_RDONLY) X(O_WRONLY) X(O_RDWR) X(O_APPEND) X(O_CREAT) X(O_EXCL) X(O_TRUNC) X(O_NONBLOCK) \
    X(O_NDELAY) X(O_NOCTTY) X(O_DSYNC) X(O_RSYNC) X(O_SYNC) X(O_CLOEXEC) X(O_DIRECT) X(O_DIRECTORY) \
    X(O_NOFOLLOW) X(O_NOATIME) X(O_PATH) X(O_TMPFILE) X(O_ACCMODE) X(O_ASYNC) X(O_LARGEFILE) X(O_FSYNC) \
    X(F_OK) X(R_OK) X(W_OK) X(X_OK) X(SEEK_DATA) X(SEEK_HOLE) X(F_LOCK) X(F_TLOCK) X(F_ULOCK) X(F_TEST) \
    X(WNOHANG) X(WUNTRACED) X(WCONTINUED) X(WEXITED) X(WNOWAIT) X(WSTOPPED) X(P_PID) X(P_PGID) X(P_ALL) \
    X(CLD_EXITED) X(CLD_KILLED) X(CLD_DUMPED) X(CLD_TRAPPED) X(CLD_STOPPED) X(CLD_CONTINUED) X(EX_OK) \
    X(EX_USAGE) X(EX_DATAERR) X(EX_NOINPUT) X(EX_NOUSER) X(EX_NOHOST) X(EX_UNAVAILABLE) X(EX_SOFTWARE) \
    X(EX_OSERR) X(EX_OSFILE) X(EX_CANTCREAT) X(EX_IOERR) X(EX_TEMPFAIL) X(EX_PROTOCOL) X(EX_NOPERM) \
    X(EX_CONFIG) X(SCHED_OTHER) X(SCHED_FIFO) X(SCHED_RR) X(SCHED_BATCH) X(SCHED_IDLE) \
    X(SCHED_RESET_ON_FORK) X(PRIO_PROCESS) X(PRIO_PGRP) X(PRIO_USER) X(RTLD_LAZY) X(RTLD_NOW) \
    X(RTLD_GLOBAL) X(RTLD_LOCAL) X(RTLD_NODELETE) X(RTLD_NOLOAD) X(RTLD_DEEPBIND) X(GRND_RANDOM) \
    X(GRND_NONBLOCK) X(ST_RDONLY) X(ST_NOSUID) X(ST_NODEV) X(ST_NOEXEC) X(ST_SYNCHRONOUS) X(ST_MANDLOCK) \
    X(ST_WRITE) X(ST_APPEND) X(ST_NOATIME) X(ST_NODIRATIME) X(ST_RELATIME) X(TMP_MAX) X(NGROUPS_MAX)

#define POSIX_SYSCONF_NAMES(X) \
    X(SC_2_CHAR_TERM) X(SC_2_C_BIND) X(SC_2_C_DEV) X(SC_2_C_VERSION) X(SC_2_FORT_DEV) X(SC_2_FORT_RUN) \
    X(SC_2_LOCALEDEF) X(SC_2_SW_DEV) X(SC_2_UPE) X(SC_2_VERSION) X(SC_AIO_LISTIO_MAX) X(SC_AIO_MAX) \
    X(SC_AIO_PRIO_DELTA_MAX) X(SC_ARG_MAX) X(SC_ASYNCHRONOUS_IO) X(SC_ATEXIT_MAX) X(SC_AVPHYS_PAGES) \
    X(SC_BC_BASE_MAX) X(SC_BC_DIM_MAX) X(SC_BC_SCALE_MAX) X(SC_BC_STRING_MAX) X(SC_CHARCLASS_NAME_MAX) \
    X(SC_CHAR_BIT) X(SC_CHAR_MAX) X(SC_CHAR_MIN) X(SC_CHILD_MAX) X(SC_CLK_TCK) X(SC_COLL_WEIGHTS_MAX) \
    X(SC_DELAYTIMER_MAX) X(SC_EQUIV_CLASS_MAX) X(SC_EXPR_NEST_MAX) X(SC_FSYNC) X(SC_GETGR_R_SIZE_MAX) \
    X(SC_GETPW_R_SIZE_MAX) X(SC_INT_MAX) X(SC_INT_MIN) X(SC_IOV_MAX) X(SC_JOB_CONTROL) X(SC_LINE_MAX) \
    X(SC_LOGIN_NAME_MAX) X(SC_LONG_BIT) X(SC_MAPPED_FILES) X(SC_MB_LEN_MAX) X(SC_MEMLOCK) \
    X(SC_MEMLOCK_RANGE) X(SC_MEMORY_PROTECTION) X(SC_MESSAGE_PASSING) X(SC_MINSIGSTKSZ) \
    X(SC_MQ_OPEN_MAX) X(SC_MQ_PRIO_MAX) X(SC_NGROUPS_MAX) X(SC_NL_ARGMAX) X(SC_NL_LANGMAX) \
    X(SC_NL_MSGMAX) X(SC_NL_NMAX) X(SC_NL_SETMAX) X(SC_NL_TEXTMAX) X(SC_NPROCESSORS_CONF) \
    X(SC_NPROCESSORS_ONLN) X(SC_NZERO) X(SC_OPEN_MAX) X(SC_PAGESIZE) X(SC_PAGE_SIZE) X(SC_PASS_MAX) \
    X(SC_PHYS_PAGES) X(SC_PII) X(SC_PII_INTERNET) X(SC_PII_INTERNET_DGRAM) X(SC_PII_INTERNET_STREAM) \
    X(SC_PII_OSI) X(SC_PII_OSI_CLTS) X(SC_PII_OSI_COTS) X(SC_PII_OSI_M) X(SC_PII_SOCKET) X(SC_PII_XTI) \
    X(SC_POLL) X(SC_PRIORITIZED_IO) X(SC_PRIORITY_SCHEDULING) X(SC_REALTIME_SIGNALS) X(SC_RE_DUP_MAX) \
    X(SC_RTSIG_MAX) X(SC_SAVED_IDS) X(SC_SCHAR_MAX) X(SC_SCHAR_MIN) X(SC_SELECT) X(SC_SEMAPHORES) \
    X(SC_SEM_NSEMS_MAX) X(SC_SEM_VALUE_MAX) X(SC_SHARED_MEMORY_OBJECTS) X(SC_SHRT_MAX) X(SC_SHRT_MIN) \
    X(SC_SIGQUEUE_MAX) X(SC_SSIZE_MAX) X(SC_STREAM_MAX) X(SC_SYNCHRONIZED_IO) X(SC_THREADS) \
    X(SC_THREAD_ATTR_STACKADDR) X(SC_THREAD_ATTR_STACKSIZE) X(SC_THREAD_DESTRUCTOR_ITERATIONS) \
    X(SC_THREAD_KEYS_MAX) X(SC_THREAD_PRIORITY_SCHEDULING) X(SC_THREAD_PRIO_INHERIT) \
    X(SC_THREAD_PRIO_PROTECT) X(SC_THREAD_PROCESS_SHARED) X(SC_THREAD_SAFE_FUNCTIONS) \
    X(SC_THREAD_STACK_MIN) X(SC_THREAD_THREADS_MAX) X(SC_TIMERS) X(SC_TIMER_MAX) X(SC_TTY_NAME_MAX) \
    X(SC_TZNAME_MAX) X(SC_T_IOV_MAX) X(SC_UCHAR_MAX) X(SC_UINT_MAX) X(SC_UIO_MAXIOV) X(SC_ULONG_MAX) \
    X(SC_USHRT_MAX) X(SC_VERSION) X(SC_WORD_BIT) X(SC_XBS5_ILP32_OFF32) X(SC_XBS5_ILP32_OFFBIG) \
    X(SC_XBS5_LP64_OFF64) X(SC_XBS5_LPBIG_OFFBIG) X(SC_XOPEN_CRYPT) X(SC_XOPEN_ENH_I18N) \
    X(SC_XOPEN_LEGACY) X(SC_XOPEN_REALTIME) X(SC_XOPEN_REALTIME_THREADS) X(SC_XOPEN_SHM) \
    X(SC_XOPEN_UNIX) X(SC_XOPEN_VERSION) X(SC_XOPEN_XCU_VERSION) X(SC_XOPEN_XPG2) X(SC_XOPEN_XPG3) \
    X(SC_XOPEN_XPG4)

#define POSIX_PATHCONF_NAMES(X) \
    X(PC_ALLOC_SIZE_MIN) X(PC_ASYNC_IO) X(PC_CHOWN_RESTRICTED) X(PC_FILESIZEBITS) X(PC_LINK_MAX) \
    X(PC_MAX_CANON) X(PC_MAX_INPUT) X(PC_NAME_MAX) X(PC_NO_TRUNC) X(PC_PATH_MAX) X(PC_PIPE_BUF) \
    X(PC_PRIO_IO) X(PC_REC_INCR_XFER_SIZE) X(PC_REC_MAX_XFER_SIZE) X(PC_REC_MIN_XFER_SIZE) \
    X(PC_REC_XFER_ALIGN) X(PC_SOCK_MAXBUF) X(PC_SYMLINK_MAX) X(PC_SYNC_IO) X(PC_VDISABLE)

typedef struct posix_constant {
    const char *name;
    int64_t value;
} posix_constant;

static const posix_constant posix_constants[] = {
#define X(name) {#name, name},
    POSIX_CONSTANTS(X)
#undef X
};

static const posix_constant posix_sysconf_names[] = {
#define X(name) {#name, _##name},
    POSIX_SYSCONF_NAMES(X)
#undef X
};

static const posix_constant posix_pathconf_names[] = {
#define X(name) {#name, _##name},
    POSIX_PATHCONF_NAMES(X)
#undef X
};

static ouro_value posix_names_dict(ouro_runtime *rt, const posix_constant *names, size_t count)
{
    ouro_value dict = dict_new(rt, count);
    for (size_t i = 0; i < count && !ouro_is_null(dict); i++) {
        ouro_value key = str_intern_cstring(rt, names[i].name);
        if (ouro_is_null(key) || !dict_set(rt, as_dict(dict), key, ouro_int(names[i].value))) {
            value_clear(rt, &dict);
        }
        value_decref(rt, key);
    }
    return dict;
}

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* A name of sysconf or pathconf, or its number. */
bool posix_configuration_name(ouro_runtime *rt, ouro_value v, bool of_path, int *number)
{
    if (value_type(rt, v)->slots.to_index) {
        return posix_int(rt, v, number);
    }
    if (!value_is_str(rt, v)) {
        error_type(rt, "configuration names must be strings or integers");
        return false;
    }
    const posix_constant *names = of_path ? posix_pathconf_names : posix_sysconf_names;
    size_t count = of_path ? COUNT_OF(posix_pathconf_names) : COUNT_OF(posix_sysconf_names);
    for (size_t i = 0; i < count; i++) {
        if (str_equal_ascii(as_str(v), names[i].name)) {
            *number = (int)names[i].value;
            return true;
        }
    }
    error_value(rt, "unrecognized configuration name");
    return false;
}

bool posix_add_constants(ouro_runtime *rt, module_object *module)
{
    for (size_t i = 0; i < COUNT_OF(posix_constants); i++) {
        if (!module_add_int(rt, module, posix_constants[i].name, posix_constants[i].value)) {
            return false;
        }
    }
    return module_add(rt, module, "sysconf_names",
                      posix_names_dict(rt, posix_sysconf_names, COUNT_OF(posix_sysconf_names))) &&
           module_add(rt, module, "pathconf_names",
                      posix_names_dict(rt, posix_pathconf_names, COUNT_OF(posix_pathconf_names)));
}
