/* time.c: the time module: clocks, calendar times, sleeping.
 *
 * Clocks are read in nanoseconds.  A calendar time is C's struct tm; a program may hand in any tuple of nine ints,
 * which is checked before the C library sees it.  strptime is the standard library's own, in Python.
 */
#include "base/os.h"
#include "modules/modules.h"
#include "ouro/ouro.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/int_view.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "types/struct_sequence.h"
#include "vm/threads.h"

#include <errno.h>
#include <math.h>
#include <time.h>

enum { TIME_NANOSECONDS = 1000000000, TIME_FIELDS = 11, TIME_VISIBLE_FIELDS = 9 };

/* ---- clocks ------------------------------------------------------------------------------------------- */

static bool time_read_clock(ouro_runtime *rt, clockid_t clock, int64_t *nanoseconds)
{
    struct timespec now;
    if (clock_gettime(clock, &now) != 0) {
        error_os(rt, errno, OURO_NULL, OURO_NULL);
        return false;
    }
    *nanoseconds = (int64_t)now.tv_sec * TIME_NANOSECONDS + now.tv_nsec;
    return true;
}

static double time_as_seconds(int64_t nanoseconds)
{
    if (nanoseconds % TIME_NANOSECONDS == 0) {
        return (double)(nanoseconds / TIME_NANOSECONDS);
    }
    return (double)nanoseconds / 1e9;
}

static ouro_value time_clock_seconds(ouro_runtime *rt, clockid_t clock)
{
    int64_t t;
    return time_read_clock(rt, clock, &t) ? float_new(rt, time_as_seconds(t)) : OURO_NULL;
}

static ouro_value time_clock_nanoseconds(ouro_runtime *rt, clockid_t clock)
{
    int64_t t;
    return time_read_clock(rt, clock, &t) ? int_from_int64(rt, t) : OURO_NULL;
}

#define TIME_CLOCK(name, clock)                                                                                  \
    static ouro_value time_##name(ouro_runtime *rt, const ouro_value *args, size_t nargs)                        \
    {                                                                                                            \
        return time_clock_seconds(rt, clock);                                                                    \
    }                                                                                                            \
    static ouro_value time_##name##_ns(ouro_runtime *rt, const ouro_value *args, size_t nargs)                   \
    {                                                                                                            \
        return time_clock_nanoseconds(rt, clock);                                                                \
    }

TIME_CLOCK(time, CLOCK_REALTIME)
TIME_CLOCK(monotonic, CLOCK_MONOTONIC)
TIME_CLOCK(process_time, CLOCK_PROCESS_CPUTIME_ID)
TIME_CLOCK(thread_time, CLOCK_THREAD_CPUTIME_ID)

static bool time_clock_id(ouro_runtime *rt, ouro_value v, clockid_t *clock)
{
    int64_t id;
    if (!object_as_index(rt, v, &id, false)) {
        return false;
    }
    *clock = (clockid_t)id;
    return true;
}

static ouro_value time_clock_gettime(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    clockid_t clock;
    return time_clock_id(rt, args[0], &clock) ? time_clock_seconds(rt, clock) : OURO_NULL;
}

static ouro_value time_clock_gettime_ns(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    clockid_t clock;
    return time_clock_id(rt, args[0], &clock) ? time_clock_nanoseconds(rt, clock) : OURO_NULL;
}

static ouro_value time_clock_set(ouro_runtime *rt, clockid_t clock, int64_t nanoseconds)
{
    int64_t seconds = nanoseconds / 1000000000, rest = nanoseconds % 1000000000;
    if (rest < 0) {
        seconds--;
        rest += 1000000000;
    }
    if (rt->denied & OURO_DENY_PROCESSES) { /* the clock of all the others as well */
        return error_os(rt, EPERM, OURO_NULL, OURO_NULL);
    }
    struct timespec to = {.tv_sec = (time_t)seconds, .tv_nsec = (long)rest};
    return clock_settime(clock, &to) == 0 ? OURO_NONE : error_os(rt, errno, OURO_NULL, OURO_NULL);
}

static ouro_value time_clock_settime(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    clockid_t clock;
    double seconds;
    int64_t whole;
    if (!time_clock_id(rt, args[0], &clock)) {
        return OURO_NULL;
    }
    if (value_has_flag(rt, args[1], TYPE_IS_FLOAT)) {
        if (!object_as_double(rt, args[1], &seconds)) {
            return OURO_NULL;
        }
    } else if (object_as_index(rt, args[1], &whole, false)) {
        seconds = (double)whole;
    } else {
        return OURO_NULL;
    }
    if (!(seconds > -9e9 && seconds < 9e9)) {
        return error_overflow(rt, "timestamp out of range for platform time_t");
    }
    return time_clock_set(rt, clock, (int64_t)floor(seconds * 1e9));
}

static ouro_value time_clock_settime_ns(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    clockid_t clock;
    int64_t nanoseconds;
    if (!time_clock_id(rt, args[0], &clock) || !object_as_index(rt, args[1], &nanoseconds, false)) {
        return OURO_NULL;
    }
    return time_clock_set(rt, clock, nanoseconds);
}

static ouro_value time_clock_getres(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    clockid_t clock;
    struct timespec resolution;
    if (!time_clock_id(rt, args[0], &clock)) {
        return OURO_NULL;
    }
    if (clock_getres(clock, &resolution) != 0) {
        return error_os(rt, errno, OURO_NULL, OURO_NULL);
    }
    return float_new(rt, (double)resolution.tv_sec + (double)resolution.tv_nsec * 1e-9);
}

static ouro_value time_get_clock_info(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    static const struct {
        const char *name, *implementation;
        clockid_t clock;
        bool monotonic, adjustable;
    } clocks[] = {
        {"time", "clock_gettime(CLOCK_REALTIME)", CLOCK_REALTIME, false, true},
        {"monotonic", "clock_gettime(CLOCK_MONOTONIC)", CLOCK_MONOTONIC, true, false},
        {"perf_counter", "clock_gettime(CLOCK_MONOTONIC)", CLOCK_MONOTONIC, true, false},
        {"process_time", "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", CLOCK_PROCESS_CPUTIME_ID, true, false},
        {"thread_time", "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", CLOCK_THREAD_CPUTIME_ID, true, false},
    };
    if (!value_is_str(rt, args[0])) {
        return error_type(rt, "get_clock_info() argument 1 must be str, not %T", args[0]);
    }
    for (size_t i = 0; i < sizeof clocks / sizeof clocks[0]; i++) {
        if (!str_equal_ascii(as_str(args[0]), clocks[i].name)) {
            continue;
        }
        struct timespec resolution = {0, 1};
        clock_getres(clocks[i].clock, &resolution);
        ouro_value values[4] = {ouro_bool(clocks[i].adjustable), str_from_cstring(rt, clocks[i].implementation),
                                ouro_bool(clocks[i].monotonic),
                                float_new(rt, (double)resolution.tv_sec + (double)resolution.tv_nsec * 1e-9)};
        static const char *const names[4] = {"adjustable", "implementation", "monotonic", "resolution"};
        ouro_value result = OURO_NULL;
        ouro_value keywords = dict_new(rt, 4);
        bool whole = !ouro_is_null(keywords);
        for (size_t k = 0; k < 4; k++) {
            ouro_value key = whole ? str_intern_cstring(rt, names[k]) : OURO_NULL;
            whole = whole && !ouro_is_null(values[k]) && !ouro_is_null(key) &&
                    dict_set(rt, as_dict(keywords), key, values[k]);
            value_decref(rt, key);
        }
        if (whole) {
            result = object_call_tuple(rt, type_value(TYPE(rt, simple_namespace)), rt->types->empty_tuple, keywords);
        }
        for (size_t k = 0; k < 4; k++) {
            value_decref(rt, values[k]);
        }
        value_decref(rt, keywords);
        return result;
    }
    return error_value(rt, "unknown clock");
}

/* ---- sleeping ----------------------------------------------------------------------------------------- */

/* The same where another thread can run meanwhile; and can be ended, which wakes it. */
static ouro_value time_sleep_among_threads(ouro_runtime *rt, int64_t end)
{
    int64_t now;
    do {
        vm_wait(rt, end);
        if (rt->pending && !vm_handle_pending(rt)) {
            return OURO_NULL;
        }
        if (!time_read_clock(rt, CLOCK_MONOTONIC, &now)) {
            return OURO_NULL;
        }
    } while (now < end);
    return OURO_NONE;
}

static ouro_value time_sleep(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double seconds;
    int64_t duration, now;
    if (value_is_float(rt, args[0])) {
        seconds = float_value(args[0]);
        if (isnan(seconds)) {
            return error_value(rt, "Invalid value NaN (not a number)");
        }
        double nanoseconds = ceil(seconds * 1e9);
        if (seconds >= 9223372036.854775) {
            return error_overflow(rt, "timestamp too large to convert to C _PyTime_t");
        }
        duration = seconds < 0 ? -1 : (int64_t)nanoseconds;
    } else {
        ouro_value whole = object_index(rt, args[0]);
        int64_t count;
        if (ouro_is_null(whole)) {
            return OURO_NULL;
        }
        bool fits = int_fits_int64(whole, &count) && count <= INT64_MAX / TIME_NANOSECONDS;
        int sign = int_sign(whole);
        value_decref(rt, whole);
        if (!fits && sign > 0) {
            return error_overflow(rt, "timestamp too large to convert to C _PyTime_t");
        }
        duration = sign < 0 ? -1 : count * TIME_NANOSECONDS;
    }
    if (duration < 0) {
        return error_value(rt, "sleep length must be non-negative");
    }
    if (!time_read_clock(rt, CLOCK_MONOTONIC, &now)) {
        return OURO_NULL;
    }
    int64_t end = now > INT64_MAX - duration ? INT64_MAX : now + duration;
    if (rt->vm->threads != NULL) {
        return time_sleep_among_threads(rt, end);
    }
    for (;;) { /* a signal that raises nothing does not shorten the sleep */
        int pending = rt->pending;
        if (pending) {
            if (!vm_handle_pending(rt)) {
                return OURO_NULL;
            }
            pending = rt->pending;
        }
        /* A sleep long enough for memory to expire: the heap may give it back meanwhile. */
        bool parks = duration >= TIME_NANOSECONDS / 20;
        if (parks) {
            ouro_mem_park(rt->mem);
        }
        bool over = os_wait_until(&rt->pending, pending, end);
        if (parks) {
            ouro_mem_unpark(rt->mem);
        }
        if (over) {
            return OURO_NONE;
        }
    }
}

/* ---- struct_time -------------------------------------------------------------------------------------- */

static const member_def time_struct_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "tm_year", "year, for example, 1993"),
    STRUCT_SEQUENCE_FIELD(1, "tm_mon", "month of year, range [1, 12]"),
    STRUCT_SEQUENCE_FIELD(2, "tm_mday", "day of month, range [1, 31]"),
    STRUCT_SEQUENCE_FIELD(3, "tm_hour", "hours, range [0, 23]"),
    STRUCT_SEQUENCE_FIELD(4, "tm_min", "minutes, range [0, 59]"),
    STRUCT_SEQUENCE_FIELD(5, "tm_sec", "seconds, range [0, 61])"),
    STRUCT_SEQUENCE_FIELD(6, "tm_wday", "day of week, range [0, 6], Monday is 0"),
    STRUCT_SEQUENCE_FIELD(7, "tm_yday", "day of year, range [1, 366]"),
    STRUCT_SEQUENCE_FIELD(8, "tm_isdst", "1 if summer time is in effect, 0 if not, and -1 if unknown"),
    STRUCT_SEQUENCE_FIELD(9, "tm_zone", "abbreviation of timezone name"),
    STRUCT_SEQUENCE_FIELD(10, "tm_gmtoff", "offset from UTC in seconds"),
    {0},
};

static const struct_sequence_def time_struct_def = {
    STRUCT_SEQUENCE_SPEC("time.struct_time",
                         "The time value as returned by gmtime(), localtime(), and strptime(), and\n"
                         "accepted by asctime(), mktime() and strftime().  May be considered as a\n"
                         "sequence of 9 integers.",
                         time_struct_fields),
    TIME_FIELDS, TIME_VISIBLE_FIELDS};

static ouro_value time_struct_new(ouro_runtime *rt, const struct tm *tm)
{
    ouro_value items[TIME_FIELDS] = {
        ouro_int((int64_t)tm->tm_year + 1900), ouro_int(tm->tm_mon + 1), ouro_int(tm->tm_mday),
        ouro_int(tm->tm_hour),                 ouro_int(tm->tm_min),     ouro_int(tm->tm_sec),
        ouro_int((tm->tm_wday + 6) % 7),       ouro_int(tm->tm_yday + 1), ouro_int(tm->tm_isdst),
        str_from_cstring(rt, tm->tm_zone ? tm->tm_zone : ""), ouro_int(tm->tm_gmtoff)};
    return struct_sequence_new(rt, MODULE_TYPE(rt, struct_time), items);
}

/* The argument of gmtime and its kin: absent or None is now. */
static bool time_argument(ouro_runtime *rt, ouro_value v, time_t *result)
{
    if (ouro_is_null(v) || ouro_is_none(v)) {
        *result = time(NULL);
        return true;
    }
    if (value_is_float(rt, v)) {
        double d = float_value(v);
        if (isnan(d)) {
            error_value(rt, "Invalid value NaN (not a number)");
            return false;
        }
        d = floor(d);
        if (!(d >= -9.2e18 && d <= 9.2e18)) {
            error_overflow(rt, "timestamp out of range for platform time_t");
            return false;
        }
        *result = (time_t)d;
        return true;
    }
    ouro_value i = object_index(rt, v);
    if (ouro_is_null(i)) {
        return false;
    }
    int64_t seconds;
    bool fits = int_fits_int64(i, &seconds);
    value_decref(rt, i);
    if (!fits) {
        error_overflow(rt, "timestamp out of range for platform time_t");
        return false;
    }
    *result = (time_t)seconds;
    return true;
}

static ouro_value time_gmtime(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    time_t when;
    struct tm tm;
    if (!time_argument(rt, arg_or_null(args, nargs, 0), &when)) {
        return OURO_NULL;
    }
    errno = 0;
    if (!gmtime_r(&when, &tm)) {
        return error_os(rt, errno ? errno : EINVAL, OURO_NULL, OURO_NULL);
    }
    return time_struct_new(rt, &tm);
}

static ouro_value time_localtime(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    time_t when;
    struct tm tm;
    if (!time_argument(rt, arg_or_null(args, nargs, 0), &when)) {
        return OURO_NULL;
    }
    errno = 0;
    tzset();
    if (!localtime_r(&when, &tm)) {
        return error_os(rt, errno ? errno : EINVAL, OURO_NULL, OURO_NULL);
    }
    return time_struct_new(rt, &tm);
}

/* A tuple of nine ints as a struct tm, not yet checked.  *zone: the str that tm_zone points into, owned. */
static bool time_tuple_argument(ouro_runtime *rt, ouro_value v, const char *function, struct tm *tm, char **zone)
{
    *zone = NULL;
    if (!value_is_tuple(rt, v)) {
        error_type(rt, "Tuple or struct_time argument required");
        return false;
    }
    tuple_object *t = as_tuple(v);
    int64_t field[TIME_VISIBLE_FIELDS];
    if (t->size != TIME_VISIBLE_FIELDS) {
        error_type(rt, "%s(): illegal time tuple argument", function);
        return false;
    }
    for (size_t i = 0; i < TIME_VISIBLE_FIELDS; i++) {
        if (!object_as_index(rt, t->items[i], &field[i], true)) {
            return false;
        }
        if (field[i] > INT32_MAX || field[i] < INT32_MIN) {
            error_overflow(rt, field[i] > 0 ? "signed integer is greater than maximum"
                                            : "signed integer is less than minimum");
            return false;
        }
    }
    if (field[0] < INT32_MIN + 1900) {
        error_overflow(rt, "year out of range");
        return false;
    }
    memset(tm, 0, sizeof *tm);
    tm->tm_year = (int)(field[0] - 1900);
    tm->tm_mon = (int)(field[1] > INT32_MIN ? field[1] - 1 : field[1]);
    tm->tm_mday = (int)field[2];
    tm->tm_hour = (int)field[3];
    tm->tm_min = (int)field[4];
    tm->tm_sec = (int)field[5];
    tm->tm_wday = (int)((field[6] + 1) % 7);
    tm->tm_yday = (int)(field[7] > INT32_MIN ? field[7] - 1 : field[7]);
    tm->tm_isdst = (int)field[8];
    if (value_type(rt, v) == MODULE_TYPE(rt, struct_time)) {
        int64_t offset;
        if (value_is_int(rt, t->items[10]) && int_fits_int64(t->items[10], &offset)) {
            tm->tm_gmtoff = (long)offset;
        }
        if (value_is_str(rt, t->items[9])) {
            size_t length;
            *zone = str_to_utf8(rt, t->items[9], &length, true);
            if (!*zone) {
                return false;
            }
            tm->tm_zone = *zone;
        }
    }
    return true;
}

static bool time_check(ouro_runtime *rt, struct tm *tm)
{
    const char *wrong = NULL;
    if (tm->tm_mon == -1) {
        tm->tm_mon = 0;
    } else if (tm->tm_mon < 0 || tm->tm_mon > 11) {
        wrong = "month out of range";
    }
    if (tm->tm_mday == 0) {
        tm->tm_mday = 1;
    } else if (!wrong && (tm->tm_mday < 0 || tm->tm_mday > 31)) {
        wrong = "day of month out of range";
    }
    if (!wrong && (tm->tm_hour < 0 || tm->tm_hour > 23)) {
        wrong = "hour out of range";
    }
    if (!wrong && (tm->tm_min < 0 || tm->tm_min > 59)) {
        wrong = "minute out of range";
    }
    if (!wrong && (tm->tm_sec < 0 || tm->tm_sec > 61)) {
        wrong = "seconds out of range";
    }
    if (!wrong && tm->tm_wday < 0) {
        wrong = "day of week out of range";
    }
    if (tm->tm_yday == -1) {
        tm->tm_yday = 0;
    } else if (!wrong && (tm->tm_yday < 0 || tm->tm_yday > 365)) {
        wrong = "day of year out of range";
    }
    if (wrong) {
        error_value(rt, "%s", wrong);
    }
    return !wrong;
}

/* The optional time tuple of asctime and strftime: absent is now. */
static bool time_tuple_or_now(ouro_runtime *rt, ouro_value v, const char *function, struct tm *tm, char **zone)
{
    *zone = NULL;
    if (ouro_is_null(v)) {
        time_t now = time(NULL);
        localtime_r(&now, tm);
        return true;
    }
    if (!time_tuple_argument(rt, v, function, tm, zone)) {
        return false;
    }
    if (!time_check(rt, tm)) {
        ouro_mem_free(rt->mem, *zone);
        *zone = NULL;
        return false;
    }
    return true;
}

static ouro_value time_text(ouro_runtime *rt, const struct tm *tm)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    return str_format_c(rt, "%s %s%3d %.2d:%.2d:%.2d %d", days[tm->tm_wday], months[tm->tm_mon], tm->tm_mday,
                        tm->tm_hour, tm->tm_min, tm->tm_sec, tm->tm_year + 1900);
}

static ouro_value time_asctime(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    struct tm tm;
    char *zone;
    if (!time_tuple_or_now(rt, arg_or_null(args, nargs, 0), "asctime", &tm, &zone)) {
        return OURO_NULL;
    }
    ouro_mem_free(rt->mem, zone);
    return time_text(rt, &tm);
}

static ouro_value time_ctime(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    time_t when;
    struct tm tm;
    if (!time_argument(rt, arg_or_null(args, nargs, 0), &when)) {
        return OURO_NULL;
    }
    errno = 0;
    if (!localtime_r(&when, &tm)) {
        return error_os(rt, errno ? errno : EINVAL, OURO_NULL, OURO_NULL);
    }
    return time_text(rt, &tm);
}

static ouro_value time_mktime(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    struct tm tm;
    char *zone;
    if (!time_tuple_argument(rt, args[0], "mktime", &tm, &zone)) {
        return OURO_NULL;
    }
    ouro_mem_free(rt->mem, zone);
    tm.tm_wday = -1; /* mktime fills it: its absence tells -1 from one second before the epoch */
    time_t when = mktime(&tm);
    if (when == (time_t)-1 && tm.tm_wday == -1) {
        return error_overflow(rt, "mktime argument out of range");
    }
    return float_new(rt, (double)when);
}

static ouro_value time_strftime(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    struct tm tm;
    char *zone;
    ouro_value result = OURO_NULL;
    size_t length;
    if (!value_is_str(rt, args[0])) {
        return error_type(rt, "strftime() argument 1 must be str, not %T", args[0]);
    }
    if (!time_tuple_or_now(rt, arg_or_null(args, nargs, 1), "strftime", &tm, &zone)) {
        return OURO_NULL;
    }
    if (tm.tm_isdst < -1) {
        tm.tm_isdst = -1;
    } else if (tm.tm_isdst > 1) {
        tm.tm_isdst = 1;
    }
    char *format = str_to_utf8(rt, args[0], &length, true);
    if (!format) {
        goto end;
    }
    if (strlen(format) != length) {
        error_value(rt, "embedded null character");
        goto end;
    }
    /* 0 means "too small" or "empty"; beyond 256 times the format it is the latter */
    for (size_t room = 1024;; room *= 2) {
        char *text = ouro_mem_alloc(rt->mem, room);
        if (!text) {
            error_no_memory(rt);
            break;
        }
        size_t written = strftime(text, room, format, &tm);
        if (written > 0 || room >= 256 * length) {
            result = str_from_utf8(rt, text, written);
        }
        ouro_mem_free(rt->mem, text);
        if (written > 0 || room >= 256 * length) {
            break;
        }
    }
end:
    ouro_mem_free(rt->mem, format);
    ouro_mem_free(rt->mem, zone);
    return result;
}

static ouro_value time_strptime(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    ouro_value name = str_from_cstring(rt, "_strptime");
    ouro_value module = ouro_is_null(name) ? OURO_NULL : rt->types->import_name(rt, name);
    value_decref(rt, name);
    if (ouro_is_null(module)) {
        return OURO_NULL;
    }
    ouro_value function = object_getattr_utf8(rt, module, "_strptime_time");
    value_decref(rt, module);
    if (ouro_is_null(function)) {
        return OURO_NULL;
    }
    ouro_value result = object_call(rt, function, args, nargs, kwnames);
    value_decref(rt, function);
    return result;
}

/* ---- the zone ----------------------------------------------------------------------------------------- */

/* timezone, altzone, daylight, tzname: what the zone has in January and in July of this year. */
static bool time_set_zone(ouro_runtime *rt, ouro_value module)
{
    enum { TIME_QUARTER_HALF_YEAR = 365 * 24 * 3600 / 2 };
    struct tm january, july;
    time_t now = time(NULL);
    tzset();
    time_t begin = now / (365 * 24 * 3600 + 6 * 3600) * (365 * 24 * 3600 + 6 * 3600);
    localtime_r(&begin, &january);
    time_t middle = begin + TIME_QUARTER_HALF_YEAR;
    localtime_r(&middle, &july);
    bool south = january.tm_gmtoff > july.tm_gmtoff; /* summer is around January */
    const struct tm *winter = south ? &july : &january;
    const struct tm *summer = south ? &january : &july;
    ouro_value pair[2] = {str_from_cstring(rt, winter->tm_zone), str_from_cstring(rt, summer->tm_zone)};
    ouro_value names = tuple_new_made(rt, pair, 2);
    if (ouro_is_null(names)) {
        return false;
    }
    static const char *const attributes[4] = {"timezone", "altzone", "daylight", "tzname"};
    ouro_value values[4] = {ouro_int(-winter->tm_gmtoff), ouro_int(-summer->tm_gmtoff),
                            ouro_int(january.tm_gmtoff != july.tm_gmtoff), names};
    bool done = true;
    for (size_t i = 0; i < 4 && done; i++) {
        ouro_value key = str_intern_cstring(rt, attributes[i]);
        done = !ouro_is_null(key) && object_setattr(rt, module, key, values[i]);
        value_decref(rt, key);
    }
    value_decref(rt, names);
    return done;
}

static ouro_value time_tzset(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value module = rt->types->import_name(rt, STR(rt, time));
    if (ouro_is_null(module)) {
        return OURO_NULL;
    }
    bool done = time_set_zone(rt, module);
    value_decref(rt, module);
    return done ? OURO_NONE : OURO_NULL;
}

/* ---- the module --------------------------------------------------------------------------------------- */

static const method_def time_functions[] = {
    {"time", "?", time_time, .doc = "time() -> seconds since the epoch, as a float."},
    {"time_ns", "?", time_time_ns, .doc = "time_ns() -> nanoseconds since the epoch."},
    {"monotonic", "?", time_monotonic, .doc = "monotonic() -> seconds of a clock that never goes back."},
    {"monotonic_ns", "?", time_monotonic_ns, .doc = "monotonic_ns() -> the same in nanoseconds."},
    {"perf_counter", "?", time_monotonic, .doc = "perf_counter() -> seconds, for measuring short durations."},
    {"perf_counter_ns", "?", time_monotonic_ns, .doc = "perf_counter_ns() -> the same in nanoseconds."},
    {"process_time", "?", time_process_time, .doc = "process_time() -> CPU seconds of the process."},
    {"process_time_ns", "?", time_process_time_ns, .doc = "process_time_ns() -> the same in nanoseconds."},
    {"thread_time", "?", time_thread_time, .doc = "thread_time() -> CPU seconds of the thread."},
    {"thread_time_ns", "?", time_thread_time_ns, .doc = "thread_time_ns() -> the same in nanoseconds."},
    {"clock_gettime", "?clk_id, /", time_clock_gettime, .doc = "clock_gettime(clk_id) -> seconds of the clock."},
    {"clock_gettime_ns", "?clk_id, /", time_clock_gettime_ns,
     .doc = "clock_gettime_ns(clk_id) -> nanoseconds of the clock."},
    {"clock_settime", "?clk_id, time, /", time_clock_settime,
     .doc = "clock_settime(clk_id, time): sets the clock to a number of seconds."},
    {"clock_settime_ns", "?clk_id, time, /", time_clock_settime_ns,
     .doc = "clock_settime_ns(clk_id, time): sets the clock to a number of nanoseconds."},
    {"clock_getres", "?clk_id, /", time_clock_getres, .doc = "clock_getres(clk_id) -> the clock's resolution."},
    {"get_clock_info", "?name, /", time_get_clock_info,
     .doc = "get_clock_info(name) -> a namespace that describes the clock."},
    {"sleep", "?seconds, /", time_sleep, .doc = "sleep(seconds): delay execution for that long."},
    {"gmtime", "?seconds=None, /", time_gmtime, .doc = "gmtime([seconds]) -> struct_time in UTC."},
    {"localtime", "?seconds=None, /", time_localtime, .doc = "localtime([seconds]) -> struct_time in local time."},
    {"asctime", "?tuple=None, /", time_asctime, .doc = "asctime([tuple]) -> 'Sat Jun 06 16:26:11 1998'."},
    {"ctime", "?seconds=None, /", time_ctime, .doc = "ctime([seconds]) -> the same for seconds since the epoch."},
    {"mktime", "?tuple, /", time_mktime, .doc = "mktime(tuple) -> seconds since the epoch of a local time."},
    {"strftime", "?format, tuple=None, /", time_strftime, .doc = "strftime(format[, tuple]) -> string."},
    {"strptime", .raw = time_strptime, .doc = "strptime(string, format) -> struct_time."},
    {"tzset", "?", time_tzset, .doc = "tzset(): read the environment's TZ again."},
    {0},
};

static bool time_start(ouro_runtime *rt, module_object *module)
{
    return module_add_sequence_type(rt, module, &time_struct_def, &MODULE_TYPE(rt, struct_time)) &&
           module_add_int(rt, module, "_STRUCT_TM_ITEMS", TIME_FIELDS) &&
           module_add_int(rt, module, "CLOCK_REALTIME", CLOCK_REALTIME) &&
           module_add_int(rt, module, "CLOCK_MONOTONIC", CLOCK_MONOTONIC) &&
           module_add_int(rt, module, "CLOCK_MONOTONIC_RAW", CLOCK_MONOTONIC_RAW) &&
           module_add_int(rt, module, "CLOCK_PROCESS_CPUTIME_ID", CLOCK_PROCESS_CPUTIME_ID) &&
           module_add_int(rt, module, "CLOCK_THREAD_CPUTIME_ID", CLOCK_THREAD_CPUTIME_ID) &&
           module_add_int(rt, module, "CLOCK_BOOTTIME", CLOCK_BOOTTIME) &&
           module_add_int(rt, module, "CLOCK_TAI", CLOCK_TAI) &&
           time_set_zone(rt, ouro_from_object(module));
}

const module_def time_module_def = {
    .name = "time",
    .doc = "Clocks, calendar times and their conversions.",
    .functions = time_functions,
    .start = time_start,
};
