/* report_traceback.c: the entries of a traceback: place, source line, and carets under the part that failed.
 *
 * Carets (PEP 657) mark the columns of the instruction.  Under a binary operator or a subscript the operands get
 * tildes and the operator carets; for that the marked text is parsed again.  A mark over the whole line says nothing
 * and is left out.
 */
#include "ouro/ouro.h"
#include "lang/source.h"
#include "types/bytes.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/error_private.h"
#include "types/number.h"
#include "vm/report.h"

#include <string.h>

enum {
    REPORT_SAME_LINES = 3,      /* equal entries printed before "[Previous line repeated ...]" */
    REPORT_MAX_ENTRIES = 1000,  /* where sys.tracebacklimit says nothing else */
};

/* ---- source lines ---- */

/* Turns a source in another encoding, which its cookie says, into UTF-8; what does not decode is not shown. */
static void report_decode_source(report *r)
{
    ouro_runtime *rt = r->rt;
    char encoding[64];
    if (!r->source || !source_find_declared(r->source, r->source_length, encoding, sizeof encoding)) {
        return;
    }
    ouro_value text = codec_decode(rt, r->source, r->source_length, encoding, "strict");
    ouro_mem_free(rt->mem, r->source);
    r->source = ouro_is_null(text) ? NULL : str_to_utf8(rt, text, &r->source_length, true);
    error_clear(rt);
    value_decref(rt, text);
}

static bool report_load_source(report *r, ouro_value filename)
{
    ouro_runtime *rt = r->rt;
    if (!ouro_is_null(r->cached_name) && str_equal(as_str(r->cached_name), as_str(filename))) {
        return r->source != NULL;
    }
    value_replace(rt, &r->cached_name, value_incref(filename));
    ouro_mem_free(rt->mem, r->source);
    r->source = NULL;
    size_t length;
    if (!ouro_is_null(rt->vm->typed)) {
        ouro_value typed = dict_get_str(rt, as_dict(rt->vm->typed), filename);
        r->source = ouro_is_null(typed) ? NULL : str_to_utf8(rt, typed, &r->source_length, true);
        error_clear(rt);
        if (r->source) {
            return true;
        }
    }
    char *path = str_to_system(rt, filename, &length);
    if (!path) {
        error_clear(rt);
        return false;
    }
    int error_number;
    /* a program can give its code any file name: with files denied, no file is shown that way */
    r->source = path[0] == '<' || (rt->denied & OURO_DENY_FILES) ? NULL : import_read_file(rt, path, &r->source_length, &error_number);
    error_clear(rt);
    ouro_mem_free(rt->mem, path);
    report_decode_source(r);
    return r->source != NULL;
}

bool report_source_line(report *r, ouro_value filename, int number, const char **line, size_t *length)
{
    if (number < 1 || !report_load_source(r, filename)) {
        return false;
    }
    const char *at = r->source, *end = r->source + r->source_length;
    if (r->source_length >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0) {
        at += 3;
    }
    for (int i = 1; i < number; i++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        if (!newline) {
            return false;
        }
        at = newline + 1;
    }
    if (at >= end) {
        return false;
    }
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    *length = (size_t)((newline ? newline : end) - at);
    if (*length && at[*length - 1] == '\r') {
        --*length;
    }
    *line = at;
    return true;
}

/* ---- carets ---- */

/* Characters (not bytes) in the first `bytes` bytes. */
static int report_characters(const char *text, int bytes, size_t length)
{
    size_t limit = bytes < 0 ? 0 : (size_t)bytes < length ? (size_t)bytes : length;
    int n = 0;
    for (size_t i = 0; i < limit; i++) {
        n += ((unsigned char)text[i] & 0xc0) != 0x80;
    }
    return n;
}

static bool report_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\f';
}

/* Byte offsets within the marked text of the operator (or of the parenthesis before it: 3.11 does not look further): [*from, *to).  False: nothing to single out. */
static bool report_find_anchor(report *r, const char *text, size_t length, int *from, int *to)
{
    syntax_error error;
    syntax_error_init(&error, r->rt->mem);
    parse_options options = {.mode = AST_MODE_EVAL, .flags = PARSE_IGNORE_COOKIE};
    ast_tree *tree = parse_source(r->rt->mem, text, length, &options, &error);
    syntax_error_clear(&error);
    bool found = false;
    if (tree && tree->expression->place.line == 1 && tree->expression->place.end_line == 1) {
        const ast_expr *e = tree->expression;
        if (e->kind == AST_BIN_OP) {
            for (int i = e->bin_op.left->place.end_column; i < e->bin_op.right->place.column; i++) {
                if (report_is_blank(text[i])) {
                    continue;
                }
                *from = i;
                *to = i + 1;
                if (i + 1 < e->bin_op.right->place.column && !report_is_blank(text[i + 1])) {
                    *to = i + 2;
                }
                found = true;
                break;
            }
        } else if (e->kind == AST_SUBSCRIPT) {
            *from = e->subscript.value->place.end_column;
            *to = e->subscript.slice->place.end_column + 1;
            found = *to <= (int)length;
        }
    }
    ast_tree_free(tree);
    return found;
}

static void report_repeat(report *r, char c, int count)
{
    for (int i = 0; i < count; i++) {
        str_builder_char(&r->text, (uint32_t)(unsigned char)c);
    }
}

/* The line under a source line.  `stripped` bytes of leading space were left out of what was printed. */
static void report_carets(report *r, const char *line, size_t length, size_t stripped, int start, int end)
{
    while (length > stripped && (line[length - 1] == ' ' || line[length - 1] == '\t' || line[length - 1] == '\f')) {
        length--;
    }
    if (end < 0 || (size_t)end > length) {
        end = (int)length;
    }
    if (start < (int)stripped) {
        start = (int)stripped;
    }
    if (start >= end) {
        return;
    }
    int from, to;
    bool anchor = report_find_anchor(r, line + start, (size_t)(end - start), &from, &to);
    if (!anchor && (size_t)(end - start) == length - stripped) {
        return;
    }
    const char *text = line + stripped;
    size_t text_length = length - stripped;
    int first = report_characters(text, start - (int)stripped, text_length);
    int last = report_characters(text, end - (int)stripped, text_length);
    report_line_start(r);
    report_cstring(r, "    ");
    report_repeat(r, ' ', first);
    if (anchor) {
        int a = report_characters(text, start + from - (int)stripped, text_length);
        int b = report_characters(text, start + to - (int)stripped, text_length);
        report_repeat(r, '~', a - first);
        report_repeat(r, '^', b - a);
        report_repeat(r, '~', last - b);
    } else {
        report_repeat(r, '^', last - first);
    }
    report_cstring(r, "\n");
}

/* ---- entries ---- */

static void report_entry_source(report *r, const code_object *code, int line_number, int unit)
{
    const char *line;
    size_t length;
    if (!report_source_line(r, code->filename, line_number, &line, &length)) {
        return;
    }
    size_t stripped = 0;
    while (stripped < length && (line[stripped] == ' ' || line[stripped] == '\t' || line[stripped] == '\f')) {
        stripped++;
    }
    size_t end = length;
    while (end > stripped && (line[end - 1] == ' ' || line[end - 1] == '\t' || line[end - 1] == '\f')) {
        end--;
    }
    ouro_value text = str_from_utf8(r->rt, line + stripped, end - stripped);
    if (ouro_is_null(text)) {
        error_clear(r->rt);
        return;
    }
    report_line_start(r);
    report_cstring(r, "    ");
    str_builder_str(&r->text, text);
    report_cstring(r, "\n");
    value_decref(r->rt, text);
    int first, last, column, end_column;
    if (unit >= 0 && code_position(code, (uint32_t)unit, &first, &last, &column, &end_column) &&
        first == line_number && column >= 0 && !r->rt->types->no_columns) {
        report_carets(r, line, length, stripped, column, last == first ? end_column : -1);
    }
}

static void report_repeated(report *r, int count)
{
    if (count <= REPORT_SAME_LINES) {
        return;
    }
    ouro_value text = str_format_c(r->rt, "  [Previous line repeated %d more time%s]\n", count - REPORT_SAME_LINES,
                                   count - REPORT_SAME_LINES == 1 ? "" : "s");
    report_line_start(r);
    if (!ouro_is_null(text)) {
        str_builder_str(&r->text, text);
    }
    value_decref(r->rt, text);
}

static traceback_object *report_next_entry(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_object(v) && value_type(rt, v) == TYPE(rt, traceback)
               ? (traceback_object *)(void *)ouro_as_object(v)
               : NULL;
}

static size_t report_limit(report *r)
{
    ouro_value limit = error_sys_attribute(r->rt, STR(r->rt, tracebacklimit));
    int64_t n = REPORT_MAX_ENTRIES;
    if (!ouro_is_null(limit) && value_is_int(r->rt, limit) && !int_fits_int64(limit, &n)) {
        n = int_sign(limit) < 0 ? 0 : INT64_MAX;
    }
    value_decref(r->rt, limit);
    return n < 0 ? 0 : (size_t)n;
}

bool report_shows(report *r, ouro_value traceback)
{
    return ouro_is_object(traceback) && report_limit(r) > 0;
}

void report_traceback(report *r, ouro_value traceback)
{
    ouro_runtime *rt = r->rt;
    const size_t limit = report_limit(r);
    size_t depth = 0;
    for (traceback_object *t = report_next_entry(rt, traceback); t; t = report_next_entry(rt, t->next)) {
        depth++;
    }
    size_t skip = depth > limit ? depth - limit : 0;
    const code_object *last_code = NULL;
    int last_line = -1, same = 0;
    for (traceback_object *t = report_next_entry(rt, traceback); t; t = report_next_entry(rt, t->next)) {
        if (skip) {
            skip--;
            continue;
        }
        frame *f = ((frame_object *)(void *)ouro_as_object(t->frame))->frame;
        if (!f) {
            continue;
        }
        code_object *code = f->code;
        int line = traceback_line(rt, t);
        if (code == last_code && line == last_line) {
            same++;
        } else {
            report_repeated(r, same);
            last_code = code;
            last_line = line;
            same = 1;
        }
        if (same > REPORT_SAME_LINES) {
            continue;
        }
        report_line_start(r);
        ouro_value text =
            str_format_c(rt, "  File \"%U\", line %d, in %U\n", code->filename, line, code->name);
        if (ouro_is_null(text)) {
            return;
        }
        str_builder_str(&r->text, text);
        value_decref(rt, text);
        report_entry_source(r, code, line, t->unit);
    }
    report_repeated(r, same);
}
