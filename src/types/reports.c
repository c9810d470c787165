/* reports.c: what the floors below need from Python's types to name things in reports: the text of attribute names and
 * keys; and the call of a weak reference's callback.
 *
 * Nothing here runs program code or allocates: it is called in the middle of collections.
 */
#include "types/reports.h"

#include "types/str.h"
#include "types/weakref_types.h"

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

void reports_start(ouro_runtime *rt)
{
    rt->call_weakref_callback = weakref_call_callback;
    rt->name_text = report_name_text;
}
