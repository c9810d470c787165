/* reports.c: what the floors below need from Python's types to name things in reports: attribute names, the edges of
 * dicts, sets and functions; and the call of a weak reference's callback.
 *
 * Nothing here runs program code or allocates: it is called in the middle of collections.
 */
#include "types/reports.h"

#include "types/containers.h"
#include "types/function.h"
#include "types/str.h"
#include "types/weakref_types.h"

#include <stdio.h>

enum { REPORT_KEY_MAX = 40 };

/* Writes a str as UTF-8 as far as there is room, whole characters only. */
static bool report_name_text(ouro_runtime *rt, ouro_value name, char *text, size_t size)
{
    if (!value_is_str(rt, name) || size == 0) {
        return false;
    }
    const str_object *s = as_str(name);
    size_t length = 0;
    for (size_t i = 0; i < str_length(s); i++) {
        uint32_t c = str_char_at(s, i);
        unsigned more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        if (length + more + 2 > size) {
            break;
        }
        static const unsigned char lead[] = {0, 0xc0, 0xe0, 0xf0};
        text[length++] = (char)(lead[more] | (c >> (6 * more)));
        while (more-- > 0) {
            text[length++] = (char)(0x80 | ((c >> (6 * more)) & 0x3f));
        }
    }
    text[length] = 0;
    return true;
}

static void report_key(ouro_runtime *rt, ouro_value key, char *text, size_t size)
{
    char name[REPORT_KEY_MAX];
    if (value_is_str(rt, key) && report_name_text(rt, key, name, sizeof name)) {
        snprintf(text, size, "['%s']", name);
    } else if (ouro_is_int(key)) {
        snprintf(text, size, "[%lld]", (long long)ouro_as_int(key));
    } else {
        snprintf(text, size, "[...]");
    }
}

static bool report_dict_edge(ouro_runtime *rt, ouro_object *self, ouro_value referent, char *text, size_t size)
{
    dict_object *d = (dict_object *)(void *)self;
    size_t position = 0;
    ouro_value key, value;
    while (d->table != NULL && dict_next(d, &position, &key, &value)) {
        if (ouro_is(value, referent)) {
            report_key(rt, key, text, size);
            return true;
        }
        if (ouro_is(key, referent)) {
            snprintf(text, size, ".keys()");
            return true;
        }
    }
    return false;
}

static bool report_set_edge(ouro_runtime *rt, ouro_object *self, ouro_value referent, char *text, size_t size)
{
    (void)rt;
    (void)self;
    (void)referent;
    snprintf(text, size, "{}");
    return true;
}

static bool report_function_edge(ouro_runtime *rt, ouro_object *self, ouro_value referent, char *text, size_t size)
{
    static const char *const names[] = {"__defaults__", "__kwdefaults__", "__annotations__", "__doc__",     "__name__",
                                        "__qualname__", "__module__",     "__dict__",        "__builtins__"};
    const function_extras *extras = ((const function_object *)(void *)self)->extras;
    (void)rt;
    for (size_t i = 0; extras != NULL && i < sizeof names / sizeof names[0]; i++) {
        if (ouro_is(((const ouro_value *)(const void *)extras)[i], referent)) {
            snprintf(text, size, ".%s", names[i]);
            return true;
        }
    }
    return false;
}

void reports_start(ouro_runtime *rt)
{
    rt->call_weakref_callback = weakref_call_callback;
    rt->name_text = report_name_text;
    TYPE(rt, dict)->type.edge_name = report_dict_edge;
    TYPE(rt, set)->type.edge_name = report_set_edge;
    TYPE(rt, frozenset)->type.edge_name = report_set_edge;
    TYPE(rt, function)->type.edge_name = report_function_edge;
}
