/* report.c: an uncaught exception as text: its chain of causes and contexts, tracebacks, notes, groups; and
 * what the end of a program makes of it. */
#include "vm/report.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/bytes.h"
#include "types/number.h"
#include "types/protocol.h"

#include <string.h>

enum {
    REPORT_GROUP_WIDTH = 15, /* exceptions of a group that are shown */
    REPORT_GROUP_DEPTH = 10, /* groups in groups that are shown */
};

static const char report_cause_text[] =
    "\nThe above exception was the direct cause of the following exception:\n\n";
static const char report_context_text[] =
    "\nDuring handling of the above exception, another exception occurred:\n\n";

void report_cstring(report *r, const char *text)
{
    str_builder_cstring(&r->text, text);
}

static void report_spaces(report *r, int count)
{
    for (int i = 0; i < count; i++) {
        str_builder_char(&r->text, ' ');
    }
}

static int report_indent(const report *r)
{
    return 2 * r->group_depth;
}

void report_line_start(report *r)
{
    report_spaces(r, report_indent(r));
    if (r->margin) {
        report_cstring(r, "| ");
    }
}

/* Several lines of text, each with indentation and margin. */
static void report_text(report *r, const char *text)
{
    while (*text) {
        size_t n = strcspn(text, "\n");
        if (n || r->margin) {
            report_line_start(r);
        }
        str_builder_ascii(&r->text, text, n);
        report_cstring(r, "\n");
        text += n + (text[n] == '\n');
    }
}

/* ---- one exception ---- */

/* The class's name as shown: qualified, with the module unless that is builtins or __main__. */
static void report_class(report *r, ouro_value exception)
{
    ouro_runtime *rt = r->rt;
    type_object *type = value_type(rt, exception);
    ouro_value module;
    int found = object_getattr_optional(rt, type_value(type), STR(rt, __module__), &module);
    if (found < 0) {
        error_clear(rt);
    }
    if (found <= 0 || !value_is_str(rt, module)) {
        report_cstring(r, found > 0 ? "<unknown>." : "");
    } else if (!str_equal_ascii(as_str(module), "builtins") && !str_equal_ascii(as_str(module), "__main__")) {
        str_builder_str(&r->text, module);
        report_cstring(r, ".");
    }
    if (found > 0) {
        value_decref(rt, module);
    }
    str_builder_str(&r->text, type->qualname);
}

/* Text that may have line breaks: those after the first line get indentation and margin. */
static void report_multiline(report *r, ouro_value text)
{
    if (!r->margin && r->group_depth == 0) {
        str_builder_str(&r->text, text);
        return;
    }
    const str_object *s = as_str(text);
    size_t start = 0, length = str_length(s);
    for (;;) {
        int64_t newline = str_find_char(s, '\n', start, length);
        str_builder_range(&r->text, text, start, newline < 0 ? length : (size_t)newline);
        if (newline < 0) {
            return;
        }
        report_cstring(r, "\n");
        report_line_start(r);
        start = (size_t)newline + 1;
    }
}

static void report_headline(report *r, ouro_value exception)
{
    ouro_runtime *rt = r->rt;
    report_line_start(r);
    report_class(r, exception);
    ouro_value text = object_str(rt, exception);
    if (ouro_is_null(text)) {
        error_clear(rt);
        report_cstring(r, ": <exception str() failed>");
    } else if (str_length(as_str(text)) > 0) {
        report_cstring(r, ": ");
        report_multiline(r, text);
    }
    value_decref(rt, text);
    ouro_value suggestion = report_suggestion(rt, exception);
    if (!ouro_is_null(suggestion)) {
        report_cstring(r, ". Did you mean: '");
        str_builder_str(&r->text, suggestion);
        report_cstring(r, "'?");
        value_decref(rt, suggestion);
    }
    report_cstring(r, "\n");
}

/* An int attribute of a SyntaxError; -1: None or absent. */
static int64_t report_int(ouro_runtime *rt, ouro_value exception, const char *name)
{
    ouro_value v = object_getattr_utf8(rt, exception, name);
    int64_t i = -1;
    if (ouro_is_null(v) || !value_is_int(rt, v) || !int_fits_int64(v, &i)) {
        i = -1;
    }
    error_clear(rt);
    value_decref(rt, v);
    return i;
}

/* Of the first line of a text, from the character `start` on, in UTF-8. */
static int64_t report_count_bytes(const str_object *s, size_t start)
{
    int64_t count = 0;
    for (size_t i = start; i < str_length(s); i++) {
        uint32_t c = str_char_at(s, i);
        if (c == '\n') {
            break;
        }
        count += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    }
    return count;
}

/* The line that a SyntaxError is about, with its carets. */
static void report_syntax_source(report *r, ouro_value exception, ouro_value text, int64_t line)
{
    ouro_runtime *rt = r->rt;
    int64_t offset = report_int(rt, exception, "offset");
    /* of IndentationError and other subclasses CPython marks one place, not a range */
    bool has_end = value_type(rt, exception) == EXC(rt, SyntaxError);
    int64_t end_line = has_end ? report_int(rt, exception, "end_lineno") : line;
    int64_t end_offset = has_end ? report_int(rt, exception, "end_offset") : -1;
    const str_object *s = as_str(text);
    size_t end = str_length(s), start = 0;
    while (end > 0 && (str_char_at(s, end - 1) == '\n' || str_char_at(s, end - 1) == ' ' ||
                       str_char_at(s, end - 1) == '\t' || str_char_at(s, end - 1) == '\r')) {
        end--;
    }
    while (start < end &&
           (str_char_at(s, start) == ' ' || str_char_at(s, start) == '\t' || str_char_at(s, start) == '\f')) {
        start++;
    }
    /* CPython writes these lines without the margin of a group */
    report_cstring(r, "    ");
    str_builder_range(&r->text, text, start, end);
    report_cstring(r, "\n");
    if (offset < 1) {
        return;
    }
    if (end_line > line || end_offset < 0) {
        end_offset = end_line > line ? (int64_t)end + 1 : offset;
    }
    if (end_offset == offset || end_offset < 1) {
        end_offset = offset + 1;
    }
    int64_t first = offset - 1 - (int64_t)start;
    int64_t last = end_offset - 1 - (int64_t)start;
    if (first < 0) {
        return;
    }
    /* No caret lies more than one place behind the line, whose length CPython counts in bytes. */
    int64_t limit = report_count_bytes(s, start);
    first = first > limit ? limit : first;
    last = last > limit + 1 ? limit : last; /* an end that lies nowhere is the end of the line */
    last = last <= first ? first + 1 : last;
    report_cstring(r, "    ");
    for (int64_t i = 0; i < first; i++) {
        uint32_t c = start + (size_t)i < end ? str_char_at(s, start + (size_t)i) : ' ';
        str_builder_char(&r->text, c == '\t' || c == '\f' ? c : ' ');
    }
    for (int64_t i = first; i < last; i++) {
        str_builder_char(&r->text, '^');
    }
    report_cstring(r, "\n");
}

static void report_syntax_error(report *r, ouro_value exception)
{
    ouro_runtime *rt = r->rt;
    int64_t line = report_int(rt, exception, "lineno");
    ouro_value filename = object_getattr_utf8(rt, exception, "filename");
    ouro_value text = object_getattr_utf8(rt, exception, "text");
    ouro_value message = object_getattr_utf8(rt, exception, "msg");
    error_clear(rt);
    if (line >= 0) {
        ouro_value place = !ouro_is_null(filename) && !ouro_is_none(filename)
                               ? str_format_c(rt, "  File \"%S\", line %lld\n", filename, (long long)line)
                               : str_format_c(rt, "  File \"<string>\", line %lld\n", (long long)line);
        error_clear(rt);
        if (!ouro_is_null(place)) {
            report_line_start(r);
            str_builder_str(&r->text, place);
            value_decref(rt, place);
        }
        if (!ouro_is_null(text) && value_is_str(rt, text)) {
            report_syntax_source(r, exception, text, line);
        }
    }
    report_line_start(r);
    report_class(r, exception);
    if (!ouro_is_null(message) && value_is_str(rt, message)) {
        report_cstring(r, ": ");
        str_builder_str(&r->text, message);
    } else {
        ouro_value shown = object_str(rt, exception);
        error_clear(rt);
        if (!ouro_is_null(shown)) {
            report_cstring(r, ": ");
            str_builder_str(&r->text, shown);
        }
        value_decref(rt, shown);
    }
    report_cstring(r, "\n");
    value_decref(rt, message);
    value_decref(rt, text);
    value_decref(rt, filename);
}

static void report_note_text(report *r, ouro_value note)
{
    const str_object *s = as_str(note);
    size_t start = 0, length = str_length(s);
    for (;;) {
        int64_t newline = str_find_char(s, '\n', start, length);
        report_line_start(r);
        str_builder_range(&r->text, note, start, newline < 0 ? length : (size_t)newline);
        report_cstring(r, "\n");
        if (newline < 0) {
            return;
        }
        start = (size_t)newline + 1;
    }
}

static void report_notes(report *r, ouro_value exception)
{
    ouro_runtime *rt = r->rt;
    ouro_value notes;
    if (object_getattr_optional(rt, exception, STR(rt, __notes__), &notes) <= 0) {
        error_clear(rt);
        return;
    }
    if (!ouro_is_object(notes) || value_is_str(rt, notes) || value_is_bytes(rt, notes) ||
        !value_has_flag(rt, notes, TYPE_SEQUENCE)) {
        ouro_value shown = object_repr(rt, notes);
        error_clear(rt);
        if (!ouro_is_null(shown)) { /* no list: as it is, and no newline */
            report_line_start(r);
            str_builder_str(&r->text, shown);
        }
        value_decref(rt, shown);
        value_decref(rt, notes);
        return;
    }
    int64_t count = object_length(rt, notes);
    for (int64_t i = 0; i < count; i++) {
        ouro_value note = object_getitem(rt, notes, ouro_int(i));
        ouro_value shown = ouro_is_null(note) ? note : object_str(rt, note);
        if (ouro_is_null(shown)) {
            error_clear(rt);
            report_text(r, "<note str() failed>");
        } else {
            report_note_text(r, shown);
        }
        value_decref(rt, shown);
        value_decref(rt, note);
    }
    error_clear(rt);
    value_decref(rt, notes);
}

/* ---- chains and groups ---- */

static void report_exception(report *r, ouro_value exception);

static ouro_value report_address(ouro_value v)
{
    return ouro_int((int64_t)(v.bits >> 3));
}

static void report_group(report *r, ouro_value exception);

/* Traceback, headline, notes of one exception; its chain is not looked at. */
static void report_alone(report *r, ouro_value exception)
{
    ouro_value traceback = as_exception(exception)->traceback;
    if (report_shows(r, traceback)) {
        report_line_start(r);
        report_cstring(r, "Traceback (most recent call last):\n");
        report_traceback(r, traceback);
    }
    bool syntax = value_is_instance(r->rt, exception, EXC(r->rt, SyntaxError));
    if (syntax) {
        report_syntax_error(r, exception);
    } else {
        report_headline(r, exception);
    }
    report_notes(r, exception);
}

static void report_group(report *r, ouro_value exception)
{
    ouro_runtime *rt = r->rt;
    ouro_value parts = object_getattr_utf8(rt, exception, "exceptions");
    if (ouro_is_null(parts) || !value_is_tuple(rt, parts)) {
        error_clear(rt);
        value_decref(rt, parts);
        return;
    }
    bool outermost = r->group_depth == 0;
    if (outermost) {
        r->group_depth++;
        r->margin = true;
    }
    ouro_value traceback = as_exception(exception)->traceback;
    if (report_shows(r, traceback)) {
        if (outermost) {
            report_spaces(r, report_indent(r));
            report_cstring(r, "+ Exception Group Traceback (most recent call last):\n");
        } else {
            report_line_start(r);
            report_cstring(r, "Exception Group Traceback (most recent call last):\n");
        }
        report_traceback(r, traceback);
    }
    report_headline(r, exception);
    report_notes(r, exception);
    size_t count = as_tuple(parts)->size;
    size_t shown = count <= REPORT_GROUP_WIDTH ? count : REPORT_GROUP_WIDTH + 1;
    r->need_close = false;
    for (size_t i = 0; i < shown; i++) {
        bool last = i + 1 == shown;
        if (last) {
            r->need_close = true;
        }
        bool truncated = i >= REPORT_GROUP_WIDTH;
        report_spaces(r, report_indent(r));
        ouro_value rule =
            truncated ? str_format_c(rt, "%s+---------------- ... ----------------\n", i ? "" : "+-")
                      : str_format_c(rt, "%s+---------------- %zu ----------------\n", i ? "" : "+-", i + 1);
        if (!ouro_is_null(rule)) {
            if (i > 0) {
                report_cstring(r, "  ");
            }
            str_builder_str(&r->text, rule);
            value_decref(rt, rule);
        }
        r->group_depth++;
        if (truncated) {
            ouro_value text = str_format_c(rt, "and %zu more exception%s\n", count - REPORT_GROUP_WIDTH,
                                           count - REPORT_GROUP_WIDTH > 1 ? "s" : "");
            report_line_start(r);
            if (!ouro_is_null(text)) {
                str_builder_str(&r->text, text);
            }
            value_decref(rt, text);
        } else if (r->group_depth > REPORT_GROUP_DEPTH) {
            report_text(r, "... (max_group_depth is 10)");
        } else {
            report_exception(r, as_tuple(parts)->items[i]);
        }
        if (last && r->need_close) {
            report_spaces(r, report_indent(r));
            report_cstring(r, "+------------------------------------\n");
            r->need_close = false;
        }
        r->group_depth--;
    }
    if (outermost) {
        r->group_depth--;
        r->margin = false;
    }
    value_decref(rt, parts);
}

static bool report_is_seen(report *r, ouro_value exception)
{
    int seen = set_contains(r->rt, r->seen, report_address(exception));
    error_clear(r->rt);
    return seen != 0;
}

/* The exceptions behind `exception`, oldest first: walked with a list, since a chain may be of any length. */
static void report_exception(report *r, ouro_value exception)
{
    ouro_runtime *rt = r->rt;
    if (!rt_enter(rt, " while printing an exception")) {
        error_clear(rt);
        return;
    }
    ouro_value chain = list_new(rt, NULL, 0);
    ouro_value at = exception;
    bool ok = !ouro_is_null(chain);
    while (ok && ouro_is_object(at) && !report_is_seen(r, at)) {
        ok = list_append(rt, chain, at) && set_add(rt, r->seen, report_address(at));
        const exception_object *e = as_exception(at);
        at = ouro_is_object(e->cause) ? e->cause : e->suppress_context ? OURO_NULL : e->context;
    }
    error_clear(rt);
    r->failed |= !ok;
    for (size_t i = ok ? as_list(chain)->size : 0; i > 0; i--) {
        ouro_value e = as_list(chain)->items[i - 1];
        bool need_close = r->need_close;
        if (value_is_instance(rt, e, EXC(rt, BaseExceptionGroup))) {
            report_group(r, e);
        } else {
            report_alone(r, e);
        }
        if (i > 1) { /* a group among the contexts does not close the one around them */
            r->need_close = need_close;
            ouro_value next = as_list(chain)->items[i - 2];
            report_text(r, ouro_is(as_exception(next)->cause, e) ? report_cause_text : report_context_text);
        }
    }
    value_decref(rt, chain);
    rt_leave(rt);
}

ouro_value report_format_exception(ouro_runtime *rt, ouro_value exception)
{
    struct runtime_suspended saved = runtime_suspend(rt);
    report r = {.rt = rt};
    r.seen = set_new(rt, OURO_NULL);
    ouro_value text = OURO_NULL;
    if (!ouro_is_null(r.seen)) {
        str_builder_init(&r.text, rt);
        report_exception(&r, exception);
        text = str_builder_finish(&r.text);
        /* what made the builder fail may have been cleared since */
        if (r.failed || (ouro_is_null(text) && !error_is_set(rt))) {
            value_clear(rt, &text);
            error_no_memory(rt);
        }
    }
    value_decref(rt, r.seen);
    value_decref(rt, r.cached_name);
    ouro_mem_free(rt->mem, r.source);
    ouro_value failure = error_take(rt);
    runtime_resume(rt, saved);
    if (ouro_is_null(text)) {
        error_restore(rt, failure);
    } else {
        value_decref(rt, failure);
    }
    return text;
}

/* ---- at the end of a program ---- */

/* Straight to the host's error output: what is left when the hooks fail. */
static void report_plainly(ouro_runtime *rt, ouro_value exception)
{
    error_clear(rt);
    ouro_value text = report_format_exception(rt, exception);
    size_t length;
    char *bytes = ouro_is_null(text) ? NULL : str_to_utf8(rt, text, &length, true);
    if (bytes && rt->write_error) {
        rt->write_error(rt, bytes, length);
    } else if (rt->write_error) {
        /* no memory to say more: the name needs none */
        const char *name = value_type(rt, exception)->type.name;
        rt->write_error(rt, name, strlen(name));
        rt->write_error(rt, "\n", 1);
    }
    ouro_mem_free(rt->mem, bytes);
    value_decref(rt, text);
    error_clear(rt);
}

static void report_remember(ouro_runtime *rt, ouro_value exception)
{
    ouro_value traceback = as_exception(exception)->traceback;
    traceback = ouro_is_null(traceback) ? OURO_NONE : traceback;
    if (ouro_is_null(rt->vm->sys) ||
        !object_setattr(rt, rt->vm->sys, STR(rt, last_type), type_value(value_type(rt, exception))) ||
        !object_setattr(rt, rt->vm->sys, STR(rt, last_value), exception) ||
        !object_setattr(rt, rt->vm->sys, STR(rt, last_traceback), traceback)) {
        error_clear(rt);
    }
}

void report_print_exception(ouro_runtime *rt)
{
    ouro_value exception = error_take(rt);
    if (ouro_is_null(exception)) {
        return;
    }
    report_remember(rt, exception);
    ouro_value hook = OURO_NULL;
    int found =
        ouro_is_null(rt->vm->sys) ? 0 : object_getattr_optional(rt, rt->vm->sys, STR(rt, excepthook), &hook);
    if (found <= 0) {
        error_clear(rt);
        report_plainly(rt, exception);
    } else {
        /* what the program has written comes first */
        ouro_value out;
        if (object_getattr_optional(rt, rt->vm->sys, STR(rt, stdout), &out) > 0) {
            value_decref(rt, ouro_is_none(out) ? OURO_NULL : object_call_method0(rt, out, STR(rt, flush)));
            value_decref(rt, out);
        }
        error_clear(rt);
        ouro_value traceback = as_exception(exception)->traceback;
        ouro_value args[3] = {type_value(value_type(rt, exception)), exception,
                              ouro_is_null(traceback) ? OURO_NONE : value_incref(traceback)};
        ouro_value done = object_call(rt, hook, args, 3, OURO_NULL);
        if (ouro_is_null(done)) {
            ouro_value second = error_take(rt);
            static const char head[] = "Error in sys.excepthook:\n", tail[] = "\nOriginal exception was:\n";
            /* that memory is still lacking tells nothing new */
            bool lacking = value_is_instance(rt, second, EXC(rt, MemoryError)) &&
                           value_is_instance(rt, exception, EXC(rt, MemoryError));
            if (rt->write_error && !lacking && !value_is_instance(rt, second, EXC(rt, SystemExit))) {
                rt->write_error(rt, head, sizeof head - 1);
                report_plainly(rt, second);
                rt->write_error(rt, tail, sizeof tail - 1);
            }
            value_decref(rt, second);
            report_plainly(rt, exception);
        }
        value_decref(rt, done);
        value_decref(rt, args[2]);
        value_decref(rt, hook);
    }
    value_decref(rt, exception);
}

/* The status that SystemExit asks for; text is printed. */
static int report_system_exit(ouro_runtime *rt, ouro_value exception)
{
    ouro_value code = object_getattr(rt, exception, STR(rt, code));
    int status = 1;
    int64_t i;
    if (ouro_is_null(code)) {
        error_clear(rt);
    } else if (ouro_is_none(code)) {
        status = 0;
    } else if (value_is_int(rt, code)) {
        status = int_fits_int64(code, &i) ? (int)(i & 0xff) : 255;
    } else {
        ouro_value text = object_str(rt, code);
        ouro_value line = ouro_is_null(text) ? text : str_format_c(rt, "%U\n", text);
        ouro_value stream = OURO_NULL;
        ouro_value done = OURO_NULL;
        if (!ouro_is_null(line) && object_getattr_optional(rt, rt->vm->sys, STR(rt, stderr), &stream) > 0 &&
            !ouro_is_none(stream)) {
            done = object_call_method1(rt, stream, STR(rt, write), line);
        } else if (!ouro_is_null(line)) {
            size_t length;
            char *bytes = str_to_utf8(rt, line, &length, true);
            if (bytes && rt->types->write_stderr) {
                rt->types->write_stderr(rt, bytes, length);
            }
            ouro_mem_free(rt->mem, bytes);
        }
        error_clear(rt);
        value_decref(rt, done);
        value_decref(rt, stream);
        value_decref(rt, line);
        value_decref(rt, text);
    }
    value_decref(rt, code);
    return status;
}

int report_exit_status(ouro_runtime *rt)
{
    if (!error_is_set(rt)) {
        return 1;
    }
    if (error_matches(rt, EXC(rt, SystemExit)) && !rt->vm->inspect) {
        ouro_value exception = error_take(rt);
        int status = report_system_exit(rt, exception);
        value_decref(rt, exception);
        return status;
    }
    bool interrupted = error_matches(rt, EXC(rt, KeyboardInterrupt));
    rt->vm->interrupted |= interrupted;
    report_print_exception(rt);
    return interrupted ? 130 : 1;
}
