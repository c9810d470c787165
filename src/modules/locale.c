/* locale.c: the _locale module: the C library's locales, and its messages in other languages.
 *
 * A locale is the process's, not a runtime's.  What characters are is asked of no locale: text that comes from the C
 * library is UTF-8, and so a program sees a locale for UTF-8 from the start (PEP 538): the first import chooses
 * LC_CTYPE from the environment, or C.UTF-8 where that would be plain C.
 */
#include "modules/posix_private.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/text.h"

#include <errno.h>
#include <langinfo.h>
#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <wchar.h>

static ouro_value locale_text(ouro_runtime *rt, const char *text)
{
    return str_from_system(rt, text, strlen(text));
}

static ouro_value locale_fail(ouro_runtime *rt, const char *message)
{
    return error_raise(rt, MODULE_TYPE(rt, locale_error), "%s", message);
}

/* A str (or None, if allowed: *text is NULL) as text of C, to be freed.  False: raised. */
static bool locale_argument(ouro_runtime *rt, ouro_value v, const char *function, bool or_none, char **text)
{
    *text = NULL;
    if (or_none && ouro_is_none(v)) {
        return true;
    }
    if (!value_is_str(rt, v)) {
        error_type(rt, "%s must be str%s, not %T", function, or_none ? " or None" : "", v);
        return false;
    }
    *text = text_c_name(rt, v);
    return *text != NULL;
}

static ouro_value locale_setlocale(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int category;
    char *name = NULL;
    ouro_value given = arg_or_null(args, nargs, 1);
    if (!posix_int(rt, args[0], &category) ||
        (!ouro_is_null(given) && !locale_argument(rt, given, "setlocale() argument 2", true, &name))) {
        return OURO_NULL;
    }
    const char *result = setlocale(category, name);
    const char *message = name ? "unsupported locale setting" : "locale query failed";
    ouro_mem_free(rt->mem, name);
    return result ? locale_text(rt, result) : locale_fail(rt, message);
}

/* How digits are grouped: a list of sizes that ends with 0 (the last repeats) or CHAR_MAX (no more groups). */
static ouro_value locale_grouping(ouro_runtime *rt, const char *sizes)
{
    ouro_value list = list_new(rt, NULL, 0);
    for (size_t i = 0; sizes[0] != '\0' && !ouro_is_null(list); i++) {
        if (!list_append(rt, list, ouro_int(sizes[i]))) {
            value_clear(rt, &list);
            break;
        }
        if (sizes[i] == '\0' || sizes[i] == CHAR_MAX) {
            break;
        }
    }
    return list;
}

/* `value` stolen. */
static bool locale_enter(ouro_runtime *rt, ouro_value dict, const char *name, ouro_value value)
{
    ouro_value key = ouro_is_null(value) ? OURO_NULL : str_intern_cstring(rt, name);
    bool done = !ouro_is_null(key) && dict_set(rt, as_dict(dict), key, value);
    value_decref(rt, key);
    value_decref(rt, value);
    return done;
}

#define LOCALE_MONEY(X) \
    X(int_curr_symbol, locale_text) X(currency_symbol, locale_text) X(mon_decimal_point, locale_text) \
    X(mon_thousands_sep, locale_text) X(mon_grouping, locale_grouping) X(positive_sign, locale_text) \
    X(negative_sign, locale_text) X(int_frac_digits, locale_small) X(frac_digits, locale_small) \
    X(p_cs_precedes, locale_small) X(p_sep_by_space, locale_small) X(n_cs_precedes, locale_small) \
    X(n_sep_by_space, locale_small) X(p_sign_posn, locale_small) X(n_sign_posn, locale_small) \
    X(decimal_point, locale_text) X(thousands_sep, locale_text) X(grouping, locale_grouping)

static ouro_value locale_small(ouro_runtime *rt, char number)
{
    return ouro_int(number);
}

static ouro_value locale_localeconv(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const struct lconv *conventions = localeconv();
    ouro_value dict = dict_new(rt, 18);
    if (ouro_is_null(dict)) {
        return OURO_NULL;
    }
#define LOCALE_ENTER(name, convert) locale_enter(rt, dict, #name, convert(rt, conventions->name)) &&
    bool ok = LOCALE_MONEY(LOCALE_ENTER) true;
#undef LOCALE_ENTER
    if (!ok) {
        value_clear(rt, &dict);
    }
    return dict;
}

/* The characters as the C library's wide ones, with a 0 at the end; to be freed.  NULL: raised. */
static wchar_t *locale_wide(ouro_runtime *rt, ouro_value v)
{
    const str_object *s = as_str(v);
    size_t length = str_length(s);
    wchar_t *wide = ouro_mem_alloc(rt->mem, (length + 1) * sizeof *wide);
    if (!wide) {
        error_no_memory(rt);
        return NULL;
    }
    for (size_t i = 0; i < length; i++) {
        wide[i] = (wchar_t)str_char_at(s, i);
        if (wide[i] == 0) {
            error_value(rt, "embedded null character");
            ouro_mem_free(rt->mem, wide);
            return NULL;
        }
    }
    wide[length] = 0;
    return wide;
}

static ouro_value locale_strcoll(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    for (int i = 0; i < 2; i++) {
        if (!value_is_str(rt, args[i])) {
            return error_type(rt, "strcoll() argument %d must be str, not %T", i + 1, args[i]);
        }
    }
    wchar_t *a = locale_wide(rt, args[0]), *b = a ? locale_wide(rt, args[1]) : NULL;
    int order = b ? wcscoll(a, b) : 0;
    bool ok = b != NULL;
    ouro_mem_free(rt->mem, a);
    ouro_mem_free(rt->mem, b);
    return ok ? ouro_int((order > 0) - (order < 0)) : OURO_NULL; /* how large it is hangs on where the texts lie */
}

static ouro_value locale_strxfrm(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    if (!value_is_str(rt, args[0])) {
        return error_type(rt, "strxfrm() argument must be str, not %T", args[0]);
    }
    wchar_t *text = locale_wide(rt, args[0]), *key = NULL;
    if (!text) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    size_t room = str_length(as_str(args[0])) + 1;
    for (;;) {
        wchar_t *larger = ouro_mem_resize(rt->mem, key, room * sizeof *key);
        if (!larger) {
            error_no_memory(rt);
            break;
        }
        key = larger;
        errno = 0;
        size_t need = wcsxfrm(key, text, room);
        if (errno != 0 && errno != ERANGE) {
            posix_error(rt);
            break;
        }
        if (need < room) {
            result = str_from_kind(rt, sizeof *key, key, need);
            break;
        }
        room = need + 1;
    }
    ouro_mem_free(rt->mem, text);
    ouro_mem_free(rt->mem, key);
    return result;
}

/* ---- messages --------------------------------------------------------------------------------------------- */

static ouro_value locale_gettext(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char *message;
    if (!locale_argument(rt, args[0], "gettext() argument", false, &message)) {
        return OURO_NULL;
    }
    ouro_value result = locale_text(rt, gettext(message));
    ouro_mem_free(rt->mem, message);
    return result;
}

static ouro_value locale_translate(ouro_runtime *rt, const ouro_value *args, const char *function, int category)
{
    char *domain, *message, argument[32];
    snprintf(argument, sizeof argument, "%s() argument 1", function);
    if (!locale_argument(rt, args[0], argument, true, &domain)) {
        return OURO_NULL;
    }
    snprintf(argument, sizeof argument, "%s() argument 2", function);
    ouro_value result = OURO_NULL;
    if (locale_argument(rt, args[1], argument, false, &message)) {
        result = locale_text(rt, dcgettext(domain, message, category));
        ouro_mem_free(rt->mem, message);
    }
    ouro_mem_free(rt->mem, domain);
    return result;
}

static ouro_value locale_dgettext(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return locale_translate(rt, args, "dgettext", LC_MESSAGES);
}

static ouro_value locale_dcgettext(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int category;
    return posix_int(rt, args[2], &category) ? locale_translate(rt, args, "dcgettext", category) : OURO_NULL;
}

static ouro_value locale_textdomain(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char *domain;
    if (!locale_argument(rt, args[0], "textdomain() argument", true, &domain)) {
        return OURO_NULL;
    }
    const char *current = textdomain(domain);
    ouro_value result = current ? locale_text(rt, current) : posix_error(rt);
    ouro_mem_free(rt->mem, domain);
    return result;
}

static ouro_value locale_bindtextdomain(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char *domain;
    if (!locale_argument(rt, args[0], "bindtextdomain() argument 1", false, &domain)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    posix_path path = {.fd = -1, .object = OURO_NULL};
    if (domain[0] == '\0') {
        locale_fail(rt, "domain must be a non-empty string");
    } else if (ouro_is_none(args[1]) || posix_path_get(rt, &path, args[1], "bindtextdomain", "dir", 0)) {
        const char *directory = bindtextdomain(domain, path.narrow);
        result = directory ? locale_text(rt, directory) : posix_error(rt);
        posix_path_free(rt, &path);
    }
    ouro_mem_free(rt->mem, domain);
    return result;
}

static ouro_value locale_bind_codeset(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char *domain, *codeset;
    if (!locale_argument(rt, args[0], "bind_textdomain_codeset() argument 1", false, &domain)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (locale_argument(rt, args[1], "bind_textdomain_codeset() argument 2", true, &codeset)) {
        const char *current = bind_textdomain_codeset(domain, codeset);
        result = current ? locale_text(rt, current) : OURO_NONE;
        ouro_mem_free(rt->mem, codeset);
    }
    ouro_mem_free(rt->mem, domain);
    return result;
}

/* ---- the module --------------------------------------------------------------------------------------------- */

#define LOCALE_ITEMS(X) \
    X(DAY_1) X(DAY_2) X(DAY_3) X(DAY_4) X(DAY_5) X(DAY_6) X(DAY_7) X(ABDAY_1) X(ABDAY_2) X(ABDAY_3) X(ABDAY_4) \
    X(ABDAY_5) X(ABDAY_6) X(ABDAY_7) X(MON_1) X(MON_2) X(MON_3) X(MON_4) X(MON_5) X(MON_6) X(MON_7) X(MON_8) X(MON_9) \
    X(MON_10) X(MON_11) X(MON_12) X(ABMON_1) X(ABMON_2) X(ABMON_3) X(ABMON_4) X(ABMON_5) X(ABMON_6) X(ABMON_7) \
    X(ABMON_8) X(ABMON_9) X(ABMON_10) X(ABMON_11) X(ABMON_12) X(RADIXCHAR) X(THOUSEP) X(CRNCYSTR) X(D_FMT) X(D_T_FMT) \
    X(T_FMT) X(AM_STR) X(PM_STR) X(CODESET) X(T_FMT_AMPM) X(ERA) X(ERA_D_FMT) X(ERA_D_T_FMT) X(ERA_T_FMT) \
    X(ALT_DIGITS) X(YESEXPR) X(NOEXPR) X(_DATE_FMT)

static const struct {
    const char *name;
    int value;
} locale_items[] = {
#define LOCALE_ITEM(name) {#name, name},
    LOCALE_ITEMS(LOCALE_ITEM)
#undef LOCALE_ITEM
}, locale_categories[] = {
    {"LC_CTYPE", LC_CTYPE}, {"LC_TIME", LC_TIME}, {"LC_COLLATE", LC_COLLATE}, {"LC_MONETARY", LC_MONETARY},
    {"LC_MESSAGES", LC_MESSAGES}, {"LC_NUMERIC", LC_NUMERIC}, {"LC_ALL", LC_ALL}, {"CHAR_MAX", CHAR_MAX},
};

static ouro_value locale_nl_langinfo(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int key;
    if (!posix_int(rt, args[0], &key)) {
        return OURO_NULL;
    }
    for (size_t i = 0; i < sizeof locale_items / sizeof *locale_items; i++) {
        if (locale_items[i].value == key) {
            const char *text = nl_langinfo(key);
            return locale_text(rt, text ? text : "");
        }
    }
    return error_value(rt, "unsupported langinfo constant");
}

static ouro_value locale_getencoding(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return str_from_cstring(rt, "UTF-8"); /* whatever the locale says: see above */
}

static const method_def locale_functions[] = {
    {"setlocale", "?category, locale=None, /", locale_setlocale, .doc = "Activates/queries locale processing."},
    {"localeconv", "", locale_localeconv, .doc = "Returns numeric and monetary locale-specific parameters."},
    {"strcoll", "os1, os2, /", locale_strcoll, .doc = "Compares two strings according to the locale."},
    {"strxfrm", "string, /", locale_strxfrm, .doc = "Return a string that can be used as a key for locale-aware comparisons."},
    {"nl_langinfo", "key, /", locale_nl_langinfo, .doc = "Return the value for the locale information associated with key."},
    {"gettext", "msg, /", locale_gettext, .doc = "Return translation of msg."},
    {"dgettext", "domain, msg, /", locale_dgettext, .doc = "Return translation of msg in domain."},
    {"dcgettext", "domain, msg, category, /", locale_dcgettext, .doc = "Return translation of msg in domain and category."},
    {"textdomain", "domain, /", locale_textdomain, .doc = "Set the C library's text domain, returning the new one."},
    {"bindtextdomain", "domain, dir, /", locale_bindtextdomain, .doc = "Bind the C library's domain to dir."},
    {"bind_textdomain_codeset", "domain, codeset, /", locale_bind_codeset, .doc = "Bind the C library's domain to codeset."},
    {"getencoding", "", locale_getencoding, .doc = "Get the current locale encoding."},
    {0},
};

static void locale_choose_characters(void)
{
    const char *now = setlocale(LC_CTYPE, NULL);
    if (now && strcmp(now, "C") == 0) {
        now = setlocale(LC_CTYPE, "");
        if (!now || strcmp(now, "C") == 0 || strcmp(now, "POSIX") == 0) {
            (void)setlocale(LC_CTYPE, "C.UTF-8");
        }
    }
}

static bool locale_start(ouro_runtime *rt, module_object *module)
{
    locale_choose_characters();
    bool ok = module_add_exception(rt, module, "locale.Error", EXC(rt, Exception), &MODULE_TYPE(rt, locale_error));
    for (size_t i = 0; ok && i < sizeof locale_items / sizeof *locale_items; i++) {
        ok = module_add_int(rt, module, locale_items[i].name, locale_items[i].value);
    }
    for (size_t i = 0; ok && i < sizeof locale_categories / sizeof *locale_categories; i++) {
        ok = module_add_int(rt, module, locale_categories[i].name, locale_categories[i].value);
    }
    return ok;
}

const module_def locale_module_def = {
    .name = "_locale",
    .doc = "Support for POSIX locales.",
    .functions = locale_functions,
    .start = locale_start,
};
