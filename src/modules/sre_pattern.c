/* sre_pattern.c: re.Pattern: match, search, findall, split, sub and their kin; and the scanner behind finditer. */
#include "modules/modules.h"
#include "modules/sre.h"

#include "types/binder.h"
#include "types/bytes.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/protocol_iterators.h"
#include "types/str.h"
#include "types/text.h"

/* ---- strings -------------------------------------------------------------------------------------------- */

bool sre_input_open(ouro_runtime *rt, ouro_value string, sre_input *input)
{
    *input = (sre_input){0};
    if (value_is_str(rt, string)) {
        const str_object *s = as_str(string);
        input->data = s->data;
        input->kind = str_kind(s);
        input->length = (int64_t)str_length(s);
        return true;
    }
    if (!value_has_plain_buffer(rt, string)) {
        error_type(rt, "expected string or bytes-like object, got '%.200T'", string);
        return false;
    }
    if (!buffer_get(rt, string, &input->view, false)) {
        return false;
    }
    input->has_view = true;
    input->is_bytes = true;
    input->data = input->view.data;
    input->kind = 1;
    input->length = (int64_t)input->view.length;
    return true;
}

void sre_input_close(ouro_runtime *rt, sre_input *input)
{
    if (input->has_view) {
        buffer_release(rt, &input->view);
        input->has_view = false;
    }
}

ouro_value sre_slice(ouro_runtime *rt, ouro_value string, const sre_input *input, int64_t start, int64_t end)
{
    if (!input->is_bytes) {
        return str_substring(rt, string, (size_t)start, (size_t)end);
    }
    return bytes_new(rt, (const unsigned char *)input->data + start, (size_t)(end - start));
}

/* Opens the string for the pattern, and clips pos and endpos to it. */
static bool sre_pattern_open(ouro_runtime *rt, const sre_pattern_object *p, ouro_value string, sre_input *input,
                             int64_t *pos, int64_t *endpos)
{
    if (!sre_input_open(rt, string, input)) {
        return false;
    }
    if (p->is_bytes >= 0 && input->is_bytes != (p->is_bytes > 0)) {
        error_type(rt, p->is_bytes > 0 ? "cannot use a bytes pattern on a string-like object"
                                       : "cannot use a string pattern on a bytes-like object");
        sre_input_close(rt, input);
        return false;
    }
    *endpos = *endpos < 0 ? 0 : *endpos > input->length ? input->length : *endpos;
    *pos = *pos < 0 ? 0 : *pos > input->length ? input->length : *pos;
    return true;
}

/* string, pos=0, endpos=sys.maxsize */
static bool sre_pattern_positions(ouro_runtime *rt, const ouro_value *args, size_t nargs, int64_t *pos,
                                  int64_t *endpos)
{
    ouro_value given = arg_or_null(args, nargs, 2);
    *pos = 0;
    *endpos = INT64_MAX;
    if (!ouro_is_null(given) && !text_size_argument(rt, given, pos)) {
        return false;
    }
    given = arg_or_null(args, nargs, 3);
    return ouro_is_null(given) || text_size_argument(rt, given, endpos);
}

/* ---- one match ------------------------------------------------------------------------------------------ */

static ouro_value sre_pattern_once(ouro_runtime *rt, const ouro_value *args, size_t nargs, sre_mode mode)
{
    const sre_pattern_object *p = as_sre_pattern(args[0]);
    int64_t pos, endpos;
    sre_input input;
    if (!sre_pattern_positions(rt, args, nargs, &pos, &endpos) ||
        !sre_pattern_open(rt, p, args[1], &input, &pos, &endpos)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    sre_state *s = sre_state_new(rt, p, &input, pos, endpos);
    if (s != NULL) {
        int found = sre_state_next(rt, s, mode);
        if (found >= 0) {
            result = found > 0 ? sre_match_new(rt, args[0], args[1], s, pos, endpos) : OURO_NONE;
        }
        sre_state_free(rt, s);
    }
    sre_input_close(rt, &input);
    return result;
}

static ouro_value sre_pattern_match(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return sre_pattern_once(rt, args, nargs, SRE_MATCH);
}

static ouro_value sre_pattern_fullmatch(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return sre_pattern_once(rt, args, nargs, SRE_FULLMATCH);
}

static ouro_value sre_pattern_search(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return sre_pattern_once(rt, args, nargs, SRE_SEARCH);
}

/* ---- all matches ---------------------------------------------------------------------------------------- */

/* What group `i` (1, 2, ...) of the last match took: `absent` (borrowed) if it took no part. */
static ouro_value sre_group_text(ouro_runtime *rt, ouro_value string, const sre_input *input, const sre_state *s,
                                 size_t i, ouro_value absent)
{
    const int64_t *marks = sre_state_marks(s);
    int64_t start = marks[2 * (i - 1)], end = marks[2 * (i - 1) + 1];
    if (start < 0 || end < start) {
        return value_incref(absent);
    }
    return sre_slice(rt, string, input, start, end);
}

static ouro_value sre_findall_item(ouro_runtime *rt, const sre_pattern_object *p, ouro_value string,
                                   const sre_input *input, const sre_state *s)
{
    if (p->groups == 0) {
        return sre_slice(rt, string, input, sre_state_start(s), sre_state_end(s));
    }
    ouro_value empty = sre_slice(rt, string, input, 0, 0);
    ouro_value item = OURO_NULL;
    if (ouro_is_null(empty)) {
        return OURO_NULL;
    }
    if (p->groups == 1) {
        item = sre_group_text(rt, string, input, s, 1, empty);
    } else {
        tuple_object *tuple = tuple_new_blank(rt, p->groups);
        bool ok = tuple != NULL;
        for (size_t i = 0; ok && i < p->groups; i++) {
            tuple->items[i] = sre_group_text(rt, string, input, s, i + 1, empty);
            ok = !ouro_is_null(tuple->items[i]);
        }
        item = ouro_from_object(tuple);
        if (ok) {
            gc_track(rt, &tuple->object);
        } else {
            value_clear(rt, &item);
        }
    }
    value_decref(rt, empty);
    return item;
}

static ouro_value sre_pattern_findall(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const sre_pattern_object *p = as_sre_pattern(args[0]);
    int64_t pos, endpos;
    sre_input input;
    if (!sre_pattern_positions(rt, args, nargs, &pos, &endpos) ||
        !sre_pattern_open(rt, p, args[1], &input, &pos, &endpos)) {
        return OURO_NULL;
    }
    ouro_value list = list_new(rt, NULL, 0);
    sre_state *s = ouro_is_null(list) ? NULL : sre_state_new(rt, p, &input, pos, endpos);
    int found = s == NULL ? -1 : 0;
    while (s != NULL && (found = sre_state_next(rt, s, SRE_SEARCH)) > 0) {
        ouro_value item = sre_findall_item(rt, p, args[1], &input, s);
        if (ouro_is_null(item) || !list_append_steal(rt, list, item)) {
            found = -1;
            break;
        }
    }
    sre_state_free(rt, s);
    sre_input_close(rt, &input);
    if (found < 0) {
        value_decref(rt, list);
        return OURO_NULL;
    }
    return list;
}

/* string, maxsplit=0 */
static ouro_value sre_pattern_split(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const sre_pattern_object *p = as_sre_pattern(args[0]);
    int64_t pos = 0, endpos = INT64_MAX, most = 0, last = 0, done = 0;
    sre_input input;
    ouro_value given = arg_or_null(args, nargs, 2);
    if ((!ouro_is_null(given) && !object_as_index(rt, given, &most, false)) ||
        !sre_pattern_open(rt, p, args[1], &input, &pos, &endpos)) {
        return OURO_NULL;
    }
    ouro_value list = list_new(rt, NULL, 0);
    sre_state *s = ouro_is_null(list) ? NULL : sre_state_new(rt, p, &input, pos, endpos);
    bool ok = s != NULL;
    while (ok && (most == 0 || done < most)) {
        int found = sre_state_next(rt, s, SRE_SEARCH);
        if (found <= 0) {
            ok = found == 0;
            break;
        }
        ouro_value piece = sre_slice(rt, args[1], &input, last, sre_state_start(s));
        ok = !ouro_is_null(piece) && list_append_steal(rt, list, piece);
        for (size_t i = 1; ok && i <= p->groups; i++) {
            piece = sre_group_text(rt, args[1], &input, s, i, OURO_NONE);
            ok = !ouro_is_null(piece) && list_append_steal(rt, list, piece);
        }
        last = sre_state_end(s);
        done++;
    }
    if (ok) {
        ouro_value piece = sre_slice(rt, args[1], &input, last, endpos);
        ok = !ouro_is_null(piece) && list_append_steal(rt, list, piece);
    }
    sre_state_free(rt, s);
    sre_input_close(rt, &input);
    if (!ok) {
        value_decref(rt, list);
        return OURO_NULL;
    }
    return list;
}

/* Calls a function of the Python module re. */
static ouro_value sre_call_re(ouro_runtime *rt, const char *function, const ouro_value *args, size_t nargs)
{
    ouro_value name = str_from_cstring(rt, "re");
    ouro_value re = ouro_is_null(name) ? OURO_NULL : rt->types->import_name(rt, name);
    ouro_value callable = ouro_is_null(re) ? OURO_NULL : object_getattr_utf8(rt, re, function);
    ouro_value result = ouro_is_null(callable) ? OURO_NULL : object_call(rt, callable, args, nargs, OURO_NULL);
    value_decref(rt, callable);
    value_decref(rt, re);
    value_decref(rt, name);
    return result;
}

/* What stands for a match: *filter is the text itself, or (*callable) a function of the match.  New reference. */
static bool sre_template(ouro_runtime *rt, ouro_value pattern, ouro_value template, ouro_value *filter, bool *callable)
{
    *callable = object_is_callable(rt, template);
    if (*callable) {
        *filter = value_incref(template);
        return true;
    }
    sre_input text;
    bool literal = false;
    if (sre_input_open(rt, template, &text)) {
        literal = true;
        for (int64_t i = 0; literal && i < text.length; i++) {
            uint32_t c = text.kind == 1   ? ((const uint8_t *)text.data)[i]
                         : text.kind == 2 ? ((const uint16_t *)text.data)[i]
                                          : ((const uint32_t *)text.data)[i];
            literal = c != '\\';
        }
        sre_input_close(rt, &text);
    } else {
        error_clear(rt);
    }
    if (literal) {
        *filter = value_incref(template);
        return true;
    }
    ouro_value args[2] = {pattern, template};
    *filter = sre_call_re(rt, "_subx", args, 2);
    if (ouro_is_null(*filter)) {
        return false;
    }
    *callable = object_is_callable(rt, *filter);
    return true;
}

static ouro_value sre_substitute(ouro_runtime *rt, const ouro_value *args, size_t nargs, bool with_count)
{
    const sre_pattern_object *p = as_sre_pattern(args[0]);
    int64_t pos = 0, endpos = INT64_MAX, most = 0, last = 0, done = 0;
    ouro_value given = arg_or_null(args, nargs, 3), filter, list = OURO_NULL, result = OURO_NULL;
    bool callable;
    sre_input input;
    if ((!ouro_is_null(given) && !object_as_index(rt, given, &most, false)) ||
        !sre_template(rt, args[0], args[1], &filter, &callable)) {
        return OURO_NULL;
    }
    if (!sre_pattern_open(rt, p, args[2], &input, &pos, &endpos)) {
        value_decref(rt, filter);
        return OURO_NULL;
    }
    list = list_new(rt, NULL, 0);
    sre_state *s = ouro_is_null(list) ? NULL : sre_state_new(rt, p, &input, pos, endpos);
    bool ok = s != NULL;
    while (ok && (most == 0 || done < most)) {
        int found = sre_state_next(rt, s, SRE_SEARCH);
        if (found <= 0) {
            ok = found == 0;
            break;
        }
        if (last < sre_state_start(s)) {
            ouro_value piece = sre_slice(rt, args[2], &input, last, sre_state_start(s));
            ok = !ouro_is_null(piece) && list_append_steal(rt, list, piece);
        }
        if (ok && callable) {
            ouro_value match = sre_match_new(rt, args[0], args[2], s, pos, endpos);
            ouro_value piece = ouro_is_null(match) ? OURO_NULL : object_call1(rt, filter, match);
            value_decref(rt, match);
            ok = !ouro_is_null(piece) && (ouro_is_none(piece) || list_append(rt, list, piece));
            value_decref(rt, piece);
        } else if (ok) {
            ok = list_append(rt, list, filter);
        }
        last = sre_state_end(s);
        done++;
    }
    if (ok && last < endpos) {
        ouro_value piece = sre_slice(rt, args[2], &input, last, endpos);
        ok = !ouro_is_null(piece) && list_append_steal(rt, list, piece);
    }
    if (ok) {
        ouro_value empty = sre_slice(rt, args[2], &input, 0, 0);
        result = ouro_is_null(empty) ? OURO_NULL : object_call_method1(rt, empty, STR(rt, join), list);
        value_decref(rt, empty);
    }
    sre_state_free(rt, s);
    sre_input_close(rt, &input);
    value_decref(rt, list);
    value_decref(rt, filter);
    if (!ouro_is_null(result) && with_count) {
        ouro_value pair = tuple_pack2(rt, result, ouro_int(done));
        value_decref(rt, result);
        return pair;
    }
    return result;
}

static ouro_value sre_pattern_sub(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return sre_substitute(rt, args, nargs, false);
}

static ouro_value sre_pattern_subn(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return sre_substitute(rt, args, nargs, true);
}

/* ---- scanner -------------------------------------------------------------------------------------------- */

/* Keeps its place between matches. */
typedef struct sre_scanner_object {
    ouro_object object;
    ouro_value pattern, string;
    sre_input input;
    sre_state *state;
    int64_t pos, endpos;
    bool running; /* a match is being searched: its state must not be touched */
} sre_scanner_object;

static sre_scanner_object *as_sre_scanner(ouro_value v)
{
    return (sre_scanner_object *)(void *)ouro_as_object(v);
}

static ouro_value sre_pattern_scanner(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t pos, endpos;
    if (!sre_pattern_positions(rt, args, nargs, &pos, &endpos)) {
        return OURO_NULL;
    }
    sre_scanner_object *scanner = object_new(rt, &MODULE_TYPE(rt, sre_scanner)->type, 0);
    if (scanner == NULL) {
        return OURO_NULL;
    }
    ouro_value result = ouro_from_object(scanner);
    if (!sre_pattern_open(rt, as_sre_pattern(args[0]), args[1], &scanner->input, &pos, &endpos)) {
        value_decref(rt, result);
        return OURO_NULL;
    }
    scanner->pattern = value_incref(args[0]);
    scanner->string = value_incref(args[1]);
    scanner->pos = pos;
    scanner->endpos = endpos;
    scanner->state = sre_state_new(rt, as_sre_pattern(args[0]), &scanner->input, pos, endpos);
    if (scanner->state == NULL) {
        value_decref(rt, result);
        return OURO_NULL;
    }
    gc_track(rt, &scanner->object);
    return result;
}

static ouro_value sre_scanner_step(ouro_runtime *rt, ouro_value self, sre_mode mode)
{
    sre_scanner_object *scanner = as_sre_scanner(self);
    if (scanner->state == NULL) {
        return OURO_NONE;
    }
    if (scanner->running) {
        return error_value(rt, "regular expression scanner already executing");
    }
    scanner->running = true;
    int found = sre_state_next(rt, scanner->state, mode);
    scanner->running = false;
    if (found < 0) {
        return OURO_NULL;
    }
    if (found == 0) {
        return OURO_NONE;
    }
    return sre_match_new(rt, scanner->pattern, scanner->string, scanner->state, scanner->pos, scanner->endpos);
}

static ouro_value sre_scanner_search(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return sre_scanner_step(rt, args[0], SRE_SEARCH);
}

static ouro_value sre_scanner_match(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return sre_scanner_step(rt, args[0], SRE_MATCH);
}

/* The buffer is given back and the state freed when the object goes. */
static void sre_scanner_clear(ouro_runtime *rt, ouro_object *self)
{
    sre_scanner_object *scanner = (sre_scanner_object *)(void *)self;
    sre_state *s = scanner->state;
    scanner->state = NULL;
    sre_state_free(rt, s);
    sre_input_close(rt, &scanner->input);
}

static int sre_scanner_traverse(ouro_runtime *rt, ouro_object *self, ouro_visit_fn visit, void *context)
{
    const sre_scanner_object *scanner = (const sre_scanner_object *)(const void *)self;
    if (scanner->input.has_view && ouro_is_object(scanner->input.view.owner)) {
        return visit(scanner->input.view.owner, context);
    }
    return 0;
}

static ouro_value sre_pattern_finditer(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value scanner = sre_pattern_scanner(rt, args, nargs);
    if (ouro_is_null(scanner)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    ouro_value search = object_getattr_utf8(rt, scanner, "search");
    value_decref(rt, scanner);
    if (!ouro_is_null(search)) {
        result = callable_iterator_new(rt, search, OURO_NONE);
        value_decref(rt, search);
    }
    return result;
}

static const ouro_field sre_scanner_fields[] = {
    {OURO_FIELD_VALUE, offsetof(sre_scanner_object, pattern), 0, "pattern"},
    {OURO_FIELD_VALUE, offsetof(sre_scanner_object, string), 0, "string"},
};

static const method_def sre_scanner_methods[] = {
    {"search", "self, /", sre_scanner_search, NULL, 0, NULL},
    {"match", "self, /", sre_scanner_match, NULL, 0, NULL},
    {0},
};

static const member_def sre_scanner_members[] = {
    {"pattern", offsetof(sre_scanner_object, pattern), MEMBER_READONLY, NULL},
    {0},
};

const type_spec sre_scanner_spec = {
    .name = "_sre.SRE_Scanner",
    .size = sizeof(sre_scanner_object),
    .flags = TYPE_NO_MAKE,
    .fields = sre_scanner_fields,
    .field_count = 2,
    .traverse = sre_scanner_traverse,
    .clear = sre_scanner_clear,
    .methods = sre_scanner_methods,
    .members = sre_scanner_members,
};

/* ---- the pattern's type --------------------------------------------------------------------------------- */

static ouro_value sre_pattern_repr(ouro_runtime *rt, ouro_value self)
{
    static const struct {
        const char *name;
        int64_t flag;
    } names[] = {{"re.TEMPLATE", 1}, {"re.IGNORECASE", 2}, {"re.LOCALE", 4},  {"re.MULTILINE", 8}, {"re.DOTALL", 16},
                 {"re.UNICODE", 32}, {"re.VERBOSE", 64},   {"re.DEBUG", 128}, {"re.ASCII", 256}};
    enum { UNICODE_FLAG = 32, EXPLICIT_MASK = 2 | 4 | 8 | 16 | 32 | 64 | 128 | 256 | 1, SHOWN_LENGTH = 200 };
    const sre_pattern_object *p = as_sre_pattern(self);
    int64_t flags = p->flags;
    if (p->is_bytes == 0 && (flags & (4 | UNICODE_FLAG | 256)) == UNICODE_FLAG) {
        flags &= ~(int64_t)UNICODE_FLAG;
    }
    ouro_value text = object_repr(rt, p->pattern);
    if (ouro_is_null(text)) {
        return OURO_NULL;
    }
    str_builder b;
    str_builder_init(&b, rt);
    str_builder_cstring(&b, "re.compile(");
    size_t length = str_length(as_str(text));
    str_builder_range(&b, text, 0, length > SHOWN_LENGTH ? SHOWN_LENGTH : length);
    value_decref(rt, text);
    bool first = true;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if ((flags & names[i].flag) != 0) {
            str_builder_cstring(&b, first ? ", " : "|");
            str_builder_cstring(&b, names[i].name);
            first = false;
        }
    }
    int64_t rest = flags & ~(int64_t)EXPLICIT_MASK;
    if (rest != 0) {
        char number[32];
        size_t n = 0;
        static const char digits[] = "0123456789abcdef";
        for (int shift = 60; shift >= 0; shift -= 4) {
            unsigned digit = (unsigned)(rest >> shift) & 15;
            if (digit != 0 || n > 0) {
                number[n++] = digits[digit];
            }
        }
        str_builder_cstring(&b, first ? ", 0x" : "|0x");
        str_builder_ascii(&b, number, n);
    }
    str_builder_char(&b, ')');
    return str_builder_finish(&b);
}

static ouro_value sre_pattern_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if ((op != COMPARE_EQ && op != COMPARE_NE) || value_type(rt, a) != value_type(rt, b)) {
        return OURO_NOT_IMPLEMENTED;
    }
    const sre_pattern_object *x = as_sre_pattern(a), *y = as_sre_pattern(b);
    int equal = x->flags == y->flags && x->is_bytes == y->is_bytes && x->code_size == y->code_size &&
                memcmp(x->code, y->code, x->code_size * sizeof x->code[0]) == 0;
    if (equal) {
        equal = object_equal(rt, x->pattern, y->pattern);
    }
    return equal < 0 ? OURO_NULL : ouro_bool((equal > 0) == (op == COMPARE_EQ));
}

static hash_t sre_pattern_hash(ouro_runtime *rt, ouro_value self)
{
    const sre_pattern_object *p = as_sre_pattern(self);
    hash_t h = object_hash(rt, p->pattern);
    if (h == -1) {
        return -1;
    }
    uint64_t mixed = (uint64_t)h ^ (uint64_t)p->flags ^ (uint64_t)p->code_size << 20;
    return (hash_t)mixed == -1 ? -2 : (hash_t)mixed;
}

static ouro_value sre_pattern_copy(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return value_incref(args[0]);
}

static ouro_value sre_class_getitem(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_call2(rt, type_value(TYPE(rt, generic_alias)), args[0], args[1]);
}

static ouro_value sre_pattern_get_group_index(ouro_runtime *rt, ouro_value self, void *closure)
{
    return object_call1(rt, type_value(TYPE(rt, mappingproxy)), as_sre_pattern(self)->group_index);
}

static ouro_value sre_pattern_get_flags(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_int(as_sre_pattern(self)->flags);
}

static ouro_value sre_pattern_get_groups(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_int((int64_t)as_sre_pattern(self)->groups);
}

static const ouro_field sre_pattern_fields[] = {
    {OURO_FIELD_VALUE, offsetof(sre_pattern_object, pattern), 0, "pattern"},
    {OURO_FIELD_VALUE, offsetof(sre_pattern_object, group_index), 0, "groupindex"},
    {OURO_FIELD_VALUE, offsetof(sre_pattern_object, index_group), 0, "indexgroup"},
};

static const method_def sre_pattern_methods[] = {
    {"match", "self, /, string, pos=0, endpos=sys.maxsize", sre_pattern_match, NULL, 0,
     "Matches zero or more characters at the beginning of the string."},
    {"fullmatch", "self, /, string, pos=0, endpos=sys.maxsize", sre_pattern_fullmatch, NULL, 0,
     "Matches against all of the string."},
    {"search", "self, /, string, pos=0, endpos=sys.maxsize", sre_pattern_search, NULL, 0,
     "Scan through string looking for a match, and return a corresponding match object instance."},
    {"findall", "self, /, string, pos=0, endpos=sys.maxsize", sre_pattern_findall, NULL, 0,
     "Return a list of all non-overlapping matches of pattern in string."},
    {"finditer", "self, /, string, pos=0, endpos=sys.maxsize", sre_pattern_finditer, NULL, 0,
     "Return an iterator over all non-overlapping matches for the RE pattern in string."},
    {"scanner", "self, /, string, pos=0, endpos=sys.maxsize", sre_pattern_scanner, NULL, 0, NULL},
    {"split", "self, /, string, maxsplit=0", sre_pattern_split, NULL, 0,
     "Split string by the occurrences of pattern."},
    {"sub", "self, /, repl, string, count=0", sre_pattern_sub, NULL, 0,
     "Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the "
     "replacement repl."},
    {"subn", "self, /, repl, string, count=0", sre_pattern_subn, NULL, 0,
     "Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping occurrences of "
     "pattern with the replacement repl."},
    {"__copy__", "self, /", sre_pattern_copy, NULL, 0, NULL},
    {"__deepcopy__", "self, memo, /", sre_pattern_copy, NULL, 0, NULL},
    {"__class_getitem__", "?cls, item, /", sre_class_getitem, NULL, METHOD_CLASS, "See PEP 585"},
    {0},
};

static const member_def sre_pattern_members[] = {
    {"pattern", offsetof(sre_pattern_object, pattern), MEMBER_READONLY,
     "The pattern string from which the RE object was compiled."},
    {0},
};

static const getset_def sre_pattern_getsets[] = {
    {"groupindex", sre_pattern_get_group_index, NULL, "A dictionary mapping group names to group numbers.", NULL},
    {"flags", sre_pattern_get_flags, NULL, "The regex matching flags.", NULL},
    {"groups", sre_pattern_get_groups, NULL, "The number of capturing groups in the pattern.", NULL},
    {0},
};

const type_spec sre_pattern_spec = {
    .name = "re.Pattern",
    .size = sizeof(sre_pattern_object),
    .flags = OURO_TYPE_WEAKREF | TYPE_NO_MAKE,
    .doc = "Compiled regular expression object.",
    .fields = sre_pattern_fields,
    .field_count = 3,
    .methods = sre_pattern_methods,
    .members = sre_pattern_members,
    .getsets = sre_pattern_getsets,
    .slots = {.repr = sre_pattern_repr, .compare = sre_pattern_compare, .hash = sre_pattern_hash},
};
