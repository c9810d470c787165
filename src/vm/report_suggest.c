/* report_suggest.c: "Did you mean": the name closest to one that was not found.
 *
 * Distance: Levenshtein's, where changing the case of a letter costs half of another change (the costs and the
 * bounds are CPython's).
 */
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"
#include "vm/report.h"

#include <string.h>

enum {
    SUGGEST_MOVE_COST = 2,
    SUGGEST_CASE_COST = 1,
    SUGGEST_MAX_LENGTH = 40,
    SUGGEST_MAX_CANDIDATES = 750,
};

static int suggest_substitution(uint32_t a, uint32_t b)
{
    if (a == b) {
        return 0;
    }
    if (a < 128 && b < 128) {
        uint32_t x = a >= 'A' && a <= 'Z' ? a + 32 : a, y = b >= 'A' && b <= 'Z' ? b + 32 : b;
        if (x == y) {
            return SUGGEST_CASE_COST;
        }
    }
    return SUGGEST_MOVE_COST;
}

/* The distance, or more than `limit` when it is over that. */
static int suggest_distance(const str_object *a, const str_object *b, int limit)
{
    size_t n = str_length(a), m = str_length(b);
    if (n > SUGGEST_MAX_LENGTH || m > SUGGEST_MAX_LENGTH) {
        return limit + 1;
    }
    int row[SUGGEST_MAX_LENGTH + 1];
    for (size_t j = 0; j <= m; j++) {
        row[j] = (int)j * SUGGEST_MOVE_COST;
    }
    for (size_t i = 1; i <= n; i++) {
        int diagonal = row[0];
        row[0] = (int)i * SUGGEST_MOVE_COST;
        int least = row[0];
        for (size_t j = 1; j <= m; j++) {
            int replaced = diagonal + suggest_substitution(str_char_at(a, i - 1), str_char_at(b, j - 1));
            int moved = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + SUGGEST_MOVE_COST;
            diagonal = row[j];
            row[j] = replaced < moved ? replaced : moved;
            least = row[j] < least ? row[j] : least;
        }
        if (least > limit) {
            return limit + 1;
        }
    }
    return row[m];
}

/* The best of a list of names: new reference, or OURO_NULL. */
static ouro_value suggest_best(ouro_runtime *rt, ouro_value names, ouro_value wanted)
{
    ouro_value best = OURO_NULL;
    int best_distance = -1;
    const list_object *list = as_list(names);
    if (list->size >= SUGGEST_MAX_CANDIDATES) {
        return OURO_NULL;
    }
    for (size_t i = 0; i < list->size; i++) {
        ouro_value name = list->items[i];
        if (!value_is_str(rt, name) || str_equal(as_str(name), as_str(wanted))) {
            continue;
        }
        int limit = (int)(str_length(as_str(name)) + str_length(as_str(wanted)) + 3) * SUGGEST_MOVE_COST / 6;
        if (best_distance >= 0 && best_distance - 1 < limit) {
            limit = best_distance - 1;
        }
        int distance = suggest_distance(as_str(wanted), as_str(name), limit);
        if (distance <= limit) {
            best = name;
            best_distance = distance;
        }
    }
    return value_incref(best);
}

/* The names that a NameError could have meant: locals, globals, builtins of the frame that raised. */
static ouro_value suggest_names_in_frame(ouro_runtime *rt, ouro_value exception)
{
    ouro_value at = as_exception(exception)->traceback;
    traceback_object *last = NULL;
    while (ouro_is_object(at) && value_type(rt, at) == TYPE(rt, traceback)) {
        last = (traceback_object *)(void *)ouro_as_object(at);
        at = last->next;
    }
    frame *f = last ? ((frame_object *)(void *)ouro_as_object(last->frame))->frame : NULL;
    if (!f || !f->function) {
        return OURO_NULL;
    }
    ouro_value names = list_new(rt, NULL, 0);
    bool ok = !ouro_is_null(names) && list_extend(rt, names, f->code->local_names) &&
              list_extend(rt, names, ouro_from_object(frame_globals(f))) &&
              list_extend(rt, names, vm_builtins_of(rt, f));
    if (!ok) {
        value_clear(rt, &names);
    }
    return names;
}

static ouro_value suggest_dir(ouro_runtime *rt, ouro_value object)
{
    ouro_value method = object_special(rt, object, STR(rt, __dir__));
    ouro_value names = ouro_is_null(method) ? method : object_call0(rt, method);
    value_decref(rt, method);
    if (!ouro_is_null(names)) {
        value_replace(rt, &names, list_from_iterable(rt, names));
    }
    if (!ouro_is_null(names)) { /* the first of the closest in the order of dir() */
        ouro_value done = object_call_method0(rt, names, STR(rt, sort));
        if (ouro_is_null(done)) {
            value_clear(rt, &names);
        }
        value_decref(rt, done);
    }
    return names;
}

ouro_value report_suggestion(ouro_runtime *rt, ouro_value exception)
{
    bool is_name = value_is_instance(rt, exception, EXC(rt, NameError));
    bool is_attribute = value_is_instance(rt, exception, EXC(rt, AttributeError));
    if (!is_name && !is_attribute) {
        return OURO_NULL;
    }
    ouro_value wanted = object_getattr_utf8(rt, exception, "name");
    ouro_value names = OURO_NULL, best = OURO_NULL;
    if (!ouro_is_null(wanted) && value_is_str(rt, wanted)) {
        if (is_name) {
            names = suggest_names_in_frame(rt, exception);
        } else {
            ouro_value object = object_getattr_utf8(rt, exception, "obj");
            if (!ouro_is_null(object) && !ouro_is_none(object)) {
                names = suggest_dir(rt, object);
            }
            value_decref(rt, object);
        }
        if (!ouro_is_null(names)) {
            best = suggest_best(rt, names, wanted);
        }
    }
    error_clear(rt);
    value_decref(rt, names);
    value_decref(rt, wanted);
    return best;
}
