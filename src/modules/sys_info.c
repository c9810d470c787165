/* sys_info.c: what sys tells about the interpreter and the machine: versions, limits of numbers, flags,
 * paths. */
#include "modules/modules.h"
#include "modules/sys.h"
#include "modules/sys_private.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/vm.h"

#include <float.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* In the form that the library's platform.py takes apart: version (build) [compiler]. */
#ifdef __clang__
#define SYS_COMPILER "Clang " __clang_version__
#else
#define SYS_COMPILER "GCC " __VERSION__
#endif
#define SYS_VERSION_TEXT "3.11.2 (ouro 0.1.0) [" SYS_COMPILER "]"
#define SYS_CACHE_TAG "ouro-py311"
enum { SYS_HEX_VERSION = 0x030b02f0 };

/* ---- struct sequences ---- */

static const member_def sys_version_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "major", "Major release number"),
    STRUCT_SEQUENCE_FIELD(1, "minor", "Minor release number"),
    STRUCT_SEQUENCE_FIELD(2, "micro", "Patch release number"),
    STRUCT_SEQUENCE_FIELD(3, "releaselevel", "'alpha', 'beta', 'candidate', or 'final'"),
    STRUCT_SEQUENCE_FIELD(4, "serial", "Serial release number"),
    {0},
};
static const struct_sequence_def sys_version_def = {
    STRUCT_SEQUENCE_SEALED_SPEC(
        "sys.version_info", "sys.version_info\n\nVersion information as a named tuple.", sys_version_fields),
    5, 5};

static const member_def sys_flags_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "debug", "-d"),
    STRUCT_SEQUENCE_FIELD(1, "inspect", "-i"),
    STRUCT_SEQUENCE_FIELD(2, "interactive", "-i"),
    STRUCT_SEQUENCE_FIELD(3, "optimize", "-O or -OO"),
    STRUCT_SEQUENCE_FIELD(4, "dont_write_bytecode", "-B"),
    STRUCT_SEQUENCE_FIELD(5, "no_user_site", "-s"),
    STRUCT_SEQUENCE_FIELD(6, "no_site", "-S"),
    STRUCT_SEQUENCE_FIELD(7, "ignore_environment", "-E"),
    STRUCT_SEQUENCE_FIELD(8, "verbose", "-v"),
    STRUCT_SEQUENCE_FIELD(9, "bytes_warning", "-b"),
    STRUCT_SEQUENCE_FIELD(10, "quiet", "-q"),
    STRUCT_SEQUENCE_FIELD(11, "hash_randomization", "-R"),
    STRUCT_SEQUENCE_FIELD(12, "isolated", "-I"),
    STRUCT_SEQUENCE_FIELD(13, "dev_mode", "-X dev"),
    STRUCT_SEQUENCE_FIELD(14, "utf8_mode", "-X utf8"),
    STRUCT_SEQUENCE_FIELD(15, "warn_default_encoding", "-X warn_default_encoding"),
    STRUCT_SEQUENCE_FIELD(16, "safe_path", "-P"),
    STRUCT_SEQUENCE_FIELD(17, "int_max_str_digits", "-X int_max_str_digits"),
    {0},
};
static const struct_sequence_def sys_flags_def = {
    STRUCT_SEQUENCE_SEALED_SPEC("sys.flags",
                                "sys.flags\n\nFlags provided through command line arguments or "
                                "environment vars.",
                                sys_flags_fields),
    18, 18};

static const member_def sys_float_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "max", "DBL_MAX -- maximum representable finite float"),
    STRUCT_SEQUENCE_FIELD(1, "max_exp",
                          "DBL_MAX_EXP -- maximum int e such that radix**(e-1) is representable"),
    STRUCT_SEQUENCE_FIELD(2, "max_10_exp",
                          "DBL_MAX_10_EXP -- maximum int e such that 10**e is representable"),
    STRUCT_SEQUENCE_FIELD(3, "min", "DBL_MIN -- Minimum positive normalized float"),
    STRUCT_SEQUENCE_FIELD(4, "min_exp",
                          "DBL_MIN_EXP -- minimum int e such that radix**(e-1) is a normalized float"),
    STRUCT_SEQUENCE_FIELD(5, "min_10_exp", "DBL_MIN_10_EXP -- minimum int e such that 10**e is a normalized"),
    STRUCT_SEQUENCE_FIELD(6, "dig",
                          "DBL_DIG -- maximum number of decimal digits that can be faithfully represented"),
    STRUCT_SEQUENCE_FIELD(7, "mant_dig", "DBL_MANT_DIG -- mantissa digits"),
    STRUCT_SEQUENCE_FIELD(8, "epsilon",
                          "DBL_EPSILON -- Difference between 1 and the next representable float"),
    STRUCT_SEQUENCE_FIELD(9, "radix", "FLT_RADIX -- radix of exponent"),
    STRUCT_SEQUENCE_FIELD(10, "rounds", "FLT_ROUNDS -- rounding mode used for arithmetic operations"),
    {0},
};
static const struct_sequence_def sys_float_def = {
    STRUCT_SEQUENCE_SPEC("sys.float_info",
                         "sys.float_info\n\nA named tuple holding information about the float type.",
                         sys_float_fields),
    11, 11};

static const member_def sys_int_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "bits_per_digit", "size of a digit in bits"),
    STRUCT_SEQUENCE_FIELD(1, "sizeof_digit", "size in bytes of the C type used to represent a digit"),
    STRUCT_SEQUENCE_FIELD(2, "default_max_str_digits", "maximum string conversion digits limitation"),
    STRUCT_SEQUENCE_FIELD(3, "str_digits_check_threshold", "minimum positive value for int_max_str_digits"),
    {0},
};
static const struct_sequence_def sys_int_def = {
    STRUCT_SEQUENCE_SPEC("sys.int_info",
                         "sys.int_info\n\nA named tuple that holds information about Python's\n"
                         "internal representation of integers.  The attributes are read only.",
                         sys_int_fields),
    4, 4};

static const member_def sys_hash_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "width", "width of the type used for hashing, in bits"),
    STRUCT_SEQUENCE_FIELD(1, "modulus",
                          "prime number giving the modulus on which the hash function is based"),
    STRUCT_SEQUENCE_FIELD(2, "inf", "value to be used for hash of a positive infinity"),
    STRUCT_SEQUENCE_FIELD(3, "nan", "value to be used for hash of a nan"),
    STRUCT_SEQUENCE_FIELD(4, "imag", "multiplier used for the imaginary part of a complex number"),
    STRUCT_SEQUENCE_FIELD(5, "algorithm", "name of the algorithm for hashing of str, bytes and memoryviews"),
    STRUCT_SEQUENCE_FIELD(6, "hash_bits", "internal output size of hash algorithm"),
    STRUCT_SEQUENCE_FIELD(7, "seed_bits", "seed size of hash algorithm"),
    STRUCT_SEQUENCE_FIELD(8, "cutoff", "small string optimization cutoff"),
    {0},
};
static const struct_sequence_def sys_hash_def = {
    STRUCT_SEQUENCE_SPEC("sys.hash_info",
                         "hash_info\n\nA named tuple providing parameters used for computing hashes. "
                         "The attributes are read only.",
                         sys_hash_fields),
    9, 9};

static const member_def sys_thread_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "name", "name of the thread implementation"),
    STRUCT_SEQUENCE_FIELD(1, "lock", "name of the lock implementation"),
    STRUCT_SEQUENCE_FIELD(2, "version", "name and version of the thread library"),
    {0},
};
static const struct_sequence_def sys_thread_def = {
    STRUCT_SEQUENCE_SPEC("sys.thread_info",
                         "sys.thread_info\n\nA named tuple holding information about the thread "
                         "implementation.",
                         sys_thread_fields),
    3, 3};

static const member_def sys_hooks_fields[] = {
    STRUCT_SEQUENCE_FIELD(0, "firstiter", NULL),
    STRUCT_SEQUENCE_FIELD(1, "finalizer", NULL),
    {0},
};
const struct_sequence_def sys_async_hooks_def = {
    STRUCT_SEQUENCE_SPEC("asyncgen_hooks",
                         "sys.asyncgen_hooks\n\nA named tuple holding information about "
                         "asynchronous generators hooks.",
                         sys_hooks_fields),
    2, 2};

/* ---- adding ---- */

/* A struct sequence whose items are made from the values (stolen), as an attribute.  The type dies with it.
 */
static bool sys_add_sequence(ouro_runtime *rt, module_object *sys, const char *name,
                             const struct_sequence_def *def, ouro_value *items)
{
    type_object *type = struct_sequence_start(rt, def);
    if (!type) {
        for (size_t i = 0; i < def->count; i++) {
            value_decref(rt, items[i]);
        }
        return false;
    }
    ouro_value v = struct_sequence_new(rt, type, items);
    value_decref(rt, type_value(type));
    return module_add(rt, sys, name, v);
}

static bool sys_add_numbers(ouro_runtime *rt, module_object *sys)
{
    ouro_value floats[] = {float_new(rt, DBL_MAX),
                           ouro_int(DBL_MAX_EXP),
                           ouro_int(DBL_MAX_10_EXP),
                           float_new(rt, DBL_MIN),
                           ouro_int(DBL_MIN_EXP),
                           ouro_int(DBL_MIN_10_EXP),
                           ouro_int(DBL_DIG),
                           ouro_int(DBL_MANT_DIG),
                           float_new(rt, DBL_EPSILON),
                           ouro_int(FLT_RADIX),
                           ouro_int(1)};
    ouro_value ints[] = {ouro_int(60), ouro_int(8), ouro_int(4300), ouro_int(640)};
    ouro_value hashes[] = {
        ouro_int(64),      int_from_int64(rt, (INT64_C(1) << 61) - 1), ouro_int(314159), ouro_int(0),
        ouro_int(1000003), str_from_cstring(rt, "fold128"),          ouro_int(64),     ouro_int(128),
        ouro_int(0)};
    ouro_value threads[] = {str_from_cstring(rt, "pthread"), str_from_cstring(rt, "semaphore"), OURO_NONE};
    /* each call consumes its items, whatever came of the one before */
    bool ok = sys_add_sequence(rt, sys, "float_info", &sys_float_def, floats);
    ok &= sys_add_sequence(rt, sys, "int_info", &sys_int_def, ints);
    ok &= sys_add_sequence(rt, sys, "hash_info", &sys_hash_def, hashes);
    ok &= sys_add_sequence(rt, sys, "thread_info", &sys_thread_def, threads);
    return ok && module_add(rt, sys, "maxsize", int_from_int64(rt, INT64_MAX)) &&
           module_add_int(rt, sys, "maxunicode", 0x10ffff) &&
           module_add_text(rt, sys, "byteorder", "little") &&
           module_add_text(rt, sys, "float_repr_style", "short");
}

static bool sys_version_items(ouro_runtime *rt, ouro_value items[5])
{
    items[0] = ouro_int(3);
    items[1] = ouro_int(11);
    items[2] = ouro_int(2);
    items[3] = str_intern_cstring(rt, "final");
    items[4] = ouro_int(0);
    return !ouro_is_null(items[3]);
}

static bool sys_set_text(ouro_runtime *rt, ouro_value object, const char *name, ouro_value value)
{
    ouro_value key = str_intern_cstring(rt, name);
    bool ok = !ouro_is_null(key) && !ouro_is_null(value) && object_setattr(rt, object, key, value);
    value_decref(rt, key);
    value_decref(rt, value);
    return ok;
}

/* The cache of the built-in import has names of its own (vm/code_cache.c): `caches` is whether importlib's may be written. */
static bool sys_add_implementation(ouro_runtime *rt, module_object *sys, bool caches)
{
    ouro_value version = value_incref(dict_get_str(rt, sys->dict, STR(rt, version_info)));
    ouro_value v = object_call0(rt, type_value(TYPE(rt, simple_namespace)));
    if (ouro_is_null(v) || ouro_is_null(version)) {
        value_decref(rt, v);
        value_decref(rt, version);
        return false;
    }
    bool ok = sys_set_text(rt, v, "name", str_from_cstring(rt, "ouro"));
    ok &= sys_set_text(rt, v, "cache_tag", caches ? str_from_cstring(rt, SYS_CACHE_TAG) : OURO_NONE);
    ok &= sys_set_text(rt, v, "version", version);
    ok &= sys_set_text(rt, v, "hexversion", ouro_int(SYS_HEX_VERSION));
    ok &= sys_set_text(rt, v, "_multiarch", str_from_cstring(rt, "x86_64-linux-gnu"));
    if (!ok) {
        value_decref(rt, v);
        return false;
    }
    return module_add(rt, sys, "implementation", v);
}

static bool sys_add_versions(ouro_runtime *rt, module_object *sys, const ouro_config *config)
{
    ouro_value version[5];
    if (!sys_version_items(rt, version) ||
        !sys_add_sequence(rt, sys, "version_info", &sys_version_def, version)) {
        return false;
    }
    static const ouro_flags nothing = {.int_max_str_digits = -1};
    const ouro_flags *f = config->flags ? config->flags : &nothing;
    bool alone = !config->flags && config->isolated;
    ouro_value flags[] = {
        ouro_int(f->debug),
        ouro_int(f->inspect),
        ouro_int(f->interactive),
        ouro_int(config->optimize),
        ouro_int(config->flags ? f->dont_write_bytecode : 1),
        ouro_int(f->no_user_site),
        ouro_int(f->no_site),
        ouro_int(alone ? 1 : f->ignore_environment),
        ouro_int(f->verbose),
        ouro_int(f->bytes_warning),
        ouro_int(f->quiet),
        ouro_int(config->hash_seed || rt->types->hash_seed[0] == 0 ? 0 : 1), /* as PYTHONHASHSEED=0 leaves it */
        ouro_int(alone ? 1 : f->isolated),
        ouro_bool(f->dev_mode),
        ouro_int(f->utf8_mode),
        ouro_int(f->warn_default_encoding),
        ouro_bool(f->safe_path),
        ouro_int(f->int_max_str_digits),
    };
    return sys_add_sequence(rt, sys, "flags", &sys_flags_def, flags) &&
           module_add_text(rt, sys, "version", SYS_VERSION_TEXT) &&
           module_add_int(rt, sys, "hexversion", SYS_HEX_VERSION) &&
           module_add_int(rt, sys, "api_version", 1013) && module_add_text(rt, sys, "platform", "linux") &&
           module_add_text(rt, sys, "platlibdir", "lib") && module_add_text(rt, sys, "abiflags", "") &&
           module_add_text(rt, sys, "copyright", "Copyright (c) 2026 the ouro authors.  MIT license.") &&
           sys_add_implementation(rt, sys, config->flags && config->flags->cache);
}

/* sys._git: project, branch, revision; none is known. */
static ouro_value sys_git(ouro_runtime *rt)
{
    ouro_value name = str_from_cstring(rt, "ouro"), none = rt->types->empty_str;
    ouro_value git = ouro_is_null(name) ? name : tuple_pack3(rt, name, none, none);
    value_decref(rt, name);
    return git;
}

/* ---- paths ---- */

/* What the system gave may be no UTF-8: its bytes then become lone surrogates, as os.fsdecode has it. */
static bool sys_append_text(ouro_runtime *rt, ouro_value list, const char *text, size_t length)
{
    ouro_value v = str_from_system(rt, text, length);
    return !ouro_is_null(v) && list_append_steal(rt, list, v);
}

/* A directory that stays the same when the current one changes. */
static bool sys_append_directory(ouro_runtime *rt, ouro_value list, const char *text, size_t length)
{
    char current[PATH_MAX];
    if ((length && *text == '/') || !getcwd(current, sizeof current)) {
        return length == 0 || sys_append_text(rt, list, text, length);
    }
    ouro_value start = str_from_system(rt, current, strlen(current));
    ouro_value rest = length ? str_from_system(rt, text, length) : OURO_NULL;
    ouro_value joined = length && !ouro_is_null(start) && !ouro_is_null(rest)
                            ? str_format_c(rt, "%U/%U", start, rest)
                            : value_incref(length ? OURO_NULL : start);
    value_decref(rt, rest);
    value_decref(rt, start);
    return !ouro_is_null(joined) && list_append_steal(rt, list, joined);
}

static ouro_value sys_options(ouro_runtime *rt, const char *const *options)
{
    ouro_value list = list_new(rt, NULL, 0);
    for (; !ouro_is_null(list) && options && *options; options++) {
        if (!sys_append_text(rt, list, *options, strlen(*options))) {
            value_clear(rt, &list);
        }
    }
    return list;
}

/* {"name": "value"}, True for a name alone. */
static ouro_value sys_x_options(ouro_runtime *rt, const char *const *options)
{
    ouro_value dict = dict_new(rt, 0);
    for (; !ouro_is_null(dict) && options && *options; options++) {
        size_t length = strcspn(*options, "=");
        const char *text = (*options)[length] ? *options + length + 1 : NULL;
        ouro_value name = str_from_system(rt, *options, length);
        ouro_value value = text ? str_from_system(rt, text, strlen(text)) : OURO_TRUE;
        if (ouro_is_null(name) || ouro_is_null(value) || !dict_set(rt, as_dict(dict), name, value)) {
            value_clear(rt, &dict);
        }
        value_decref(rt, value);
        value_decref(rt, name);
    }
    return dict;
}

/* PYTHONHOME, or NULL. */
static const char *sys_home(const ouro_config *config)
{
    const char *home = config->isolated ? NULL : getenv("PYTHONHOME");
    return home && *home ? home : NULL;
}

/* sys.prefix and kin: PYTHONHOME is PREFIX or PREFIX:EXEC_PREFIX. */
static bool sys_add_prefixes(ouro_runtime *rt, module_object *sys, const ouro_config *config)
{
    const char *prefix = sys_home(config), *end;
    prefix = prefix ? prefix : "/usr";
    end = strchrnul(prefix, ':');
    const char *exec_prefix = *end ? end + 1 : prefix;
    static const char *const names[] = {"prefix", "base_prefix", "exec_prefix", "base_exec_prefix"};
    for (int i = 0; i < 4; i++) {
        ouro_value v = i < 2 ? str_from_system(rt, prefix, (size_t)(end - prefix))
                             : str_from_system(rt, exec_prefix, strlen(exec_prefix));
        if (!module_add(rt, sys, names[i], v)) {
            return false;
        }
    }
    return true;
}

/* The directory of the standard library; `room` is for its name. */
static const char *sys_stdlib(const ouro_config *config, char *room, size_t size)
{
    const char *stdlib = config->stdlib, *home = sys_home(config);
    if (!stdlib && !config->isolated) {
        stdlib = getenv("OURO_STDLIB");
    }
    if (stdlib && *stdlib) {
        return stdlib;
    }
    int n = home ? snprintf(room, size, "%.*s/lib/python3.11", (int)strcspn(home, ":"), home) : 0;
    return n > 0 && (size_t)n < size ? room : SYS_DEFAULT_STDLIB;
}

/* What the embedder says, PYTHONPATH, then the standard library. */
static bool sys_add_paths(ouro_runtime *rt, module_object *sys, const ouro_config *config)
{
    ouro_value path = list_new(rt, NULL, 0);
    bool ok = !ouro_is_null(path);
    bool safe = config->flags ? config->flags->safe_path : config->isolated;
    if (ok && !safe && config->argc > 0 &&
        (strcmp(config->argv[0], "-c") == 0 || strcmp(config->argv[0], "-") == 0 || !*config->argv[0])) {
        ok = sys_append_text(rt, path, "", 0); /* no script: the current directory, whichever that is */
    }
    for (const char *const *at = config->module_path; ok && at && *at; at++) {
        ok = sys_append_text(rt, path, *at, strlen(*at));
    }
    const char *extra = config->isolated ? NULL : getenv("PYTHONPATH");
    while (ok && extra && *extra) {
        size_t length = strcspn(extra, ":");
        ok = sys_append_directory(rt, path, extra, length);
        extra += length + (extra[length] == ':');
    }
    char room[PATH_MAX];
    const char *stdlib = sys_stdlib(config, room, sizeof room);
    ok = ok && sys_append_text(rt, path, stdlib, strlen(stdlib));
    if (!ok) {
        value_decref(rt, path);
        return false;
    }
    char executable[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", executable, sizeof executable - 1);
    executable[n > 0 ? n : 0] = 0;
    return module_add(rt, sys, "path", path) && module_add(rt, sys, "path_importer_cache", dict_new(rt, 0)) &&
           module_add_text(rt, sys, "executable", executable) &&
           module_add_text(rt, sys, "_base_executable", executable) &&
           sys_add_prefixes(rt, sys, config) &&
           module_add(rt, sys, "dont_write_bytecode",
                      ouro_bool(!config->flags || config->flags->dont_write_bytecode)) &&
           module_add(rt, sys, "pycache_prefix",
                      config->flags && config->flags->pycache_prefix
                          ? str_from_system(rt, config->flags->pycache_prefix, strlen(config->flags->pycache_prefix))
                          : OURO_NONE) && module_add(rt, sys, "_git", sys_git(rt)) &&
           module_add(rt, sys, "_home", OURO_NONE) &&
           module_add(rt, sys, "_framework", value_incref(rt->types->empty_str)) &&
           module_add(rt, sys, "_stdlib_dir", str_from_system(rt, stdlib, strlen(stdlib))) &&
           module_add(rt, sys, "warnoptions", sys_options(rt, config->flags ? config->flags->warn_options : NULL)) &&
           module_add(rt, sys, "_xoptions", sys_x_options(rt, config->flags ? config->flags->x_options : NULL));
}

static ouro_value sys_texts(ouro_runtime *rt, int count, const char *const *texts)
{
    ouro_value list = list_new(rt, NULL, 0);
    for (int i = 0; !ouro_is_null(list) && i < count; i++) {
        if (!sys_append_text(rt, list, texts[i], strlen(texts[i]))) {
            value_clear(rt, &list);
        }
    }
    return list;
}

static bool sys_add_module_names(ouro_runtime *rt, module_object *sys)
{
    ouro_value list = list_new(rt, NULL, 0);
    bool ok = !ouro_is_null(list);
    for (const module_def *const *at = native_modules; ok && *at; at++) {
        /* what is found last is no name that shadows a file */
        ok = (*at)->is_last || sys_append_text(rt, list, (*at)->name, strlen((*at)->name));
    }
    ok = ok && list_sort(rt, list, OURO_NULL, false);
    ouro_value names = ok ? list_as_tuple(rt, list) : OURO_NULL;
    value_decref(rt, list);
    return module_add(rt, sys, "builtin_module_names", names);
}

ouro_value sys_make_stdlib_names(ouro_runtime *rt)
{
    ouro_value set = frozenset_new(rt, OURO_NULL);
    for (const char *at = sys_stdlib_names; !ouro_is_null(set) && *at;) {
        size_t length = strcspn(at, " ");
        ouro_value name = str_from_utf8(rt, at, length);
        name = ouro_is_null(name) ? name : str_intern(rt, name);
        if (ouro_is_null(name) || !set_add(rt, set, name)) {
            value_clear(rt, &set);
        }
        value_decref(rt, name);
        at += length + (at[length] == ' ');
    }
    return set;
}

bool sys_add_info(ouro_runtime *rt, module_object *sys, const ouro_config *config)
{
    return sys_add_versions(rt, sys, config) && sys_add_numbers(rt, sys) && sys_add_paths(rt, sys, config) &&
           sys_add_module_names(rt, sys) &&
           module_add(rt, sys, "argv", sys_texts(rt, config->argc, config->argv)) &&
           module_add(rt, sys, "orig_argv",
                      config->flags && config->flags->orig_argc
                          ? sys_texts(rt, config->flags->orig_argc, config->flags->orig_argv)
                          : sys_texts(rt, config->argc, config->argv));
}
