/* prompt.c: statements typed one after the other.
 *
 * Each statement is compiled under a file name of its own, <stdin-1>, <stdin-2>, ...; what was typed stays in
 * vm_state.typed under it, where tracebacks find their source lines, also those of a function that was defined a hundred
 * statements ago.  (CPython 3.11 calls all of them <stdin> and shows no source; later ones have <python-input-N>.)
 * Statements that come from a program (-i with a pipe) are all <stdin>, as it expects, and are not kept.
 *
 * A statement ends where CPython's prompt ends it: a simple one with its line, a compound one with an empty line, and
 * any with the error that the parser finds in it, whatever follows.
 */
#include "cli/prompt.h"

#include "cli/options.h"
#include "cli/statement.h"
#include "lang/compile.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/vm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PROMPT_MOST_NO_MEMORY = 16 }; /* MemoryErrors in a row, then the prompt ends; CPython's number */

typedef struct prompt {
    ouro_runtime *rt;
    terminal *terminal;
    ouro_value globals; /* borrowed: __main__ lives as long as the runtime */
    statement statement;
    bool typed; /* at a terminal */
    unsigned long number;
    unsigned no_memory; /* how often in a row */
    uint32_t future; /* from `from __future__ import ...` of earlier statements */
    int status;
    bool done;
} prompt;

/* ---- the prompts ---- */

/* str(sys.ps1) and kin; "" when there is none that can be shown.  New reference or OURO_NULL. */
static ouro_value prompt_text(ouro_runtime *rt, const char *name)
{
    ouro_value key = str_intern_cstring(rt, name), shown = OURO_NULL, v;
    if (!ouro_is_null(key) && object_getattr_optional(rt, rt->vm->sys, key, &v) > 0) {
        shown = object_str(rt, v);
        value_decref(rt, v);
    }
    value_decref(rt, key);
    if (ouro_is_null(shown)) {
        error_clear(rt);
        shown = str_from_cstring(rt, "");
    }
    return shown;
}

static bool prompt_set_default(ouro_runtime *rt, const char *name, const char *text)
{
    ouro_value key = str_intern_cstring(rt, name), v = OURO_NULL;
    int found = ouro_is_null(key) ? -1 : object_getattr_optional(rt, rt->vm->sys, key, &v);
    if (found == 0) {
        v = str_from_cstring(rt, text);
        found = !ouro_is_null(v) && object_setattr(rt, rt->vm->sys, key, v) ? 1 : -1;
    }
    value_decref(rt, v);
    value_decref(rt, key);
    return found > 0;
}

/* ---- a statement ---- */

/* Is more input what it takes to make the text right?  1 yes, 0 it is whole, -1 it is wrong. */
static int prompt_check(prompt *p)
{
    ouro_runtime *rt = p->rt;
    syntax_error error;
    syntax_error_init(&error, rt->mem);
    parse_options how = {.mode = AST_MODE_SINGLE,
                         .flags = PARSE_IGNORE_COOKIE | PARSE_ALLOW_INCOMPLETE | PARSE_DONT_IMPLY_DEDENT};
    ast_tree *tree = parse_source(rt->mem, p->statement.text, p->statement.length, &how, &error);
    int result = tree ? 0 : error.kind == SYNTAX_ERROR_INCOMPLETE ? 1 : -1;
    ast_tree_free(tree);
    syntax_error_clear(&error);
    return result;
}

typedef enum prompt_outcome { PROMPT_STATEMENT, PROMPT_NOTHING, PROMPT_END, PROMPT_RAISED } prompt_outcome;

/* Reads one statement into p->statement. */
static prompt_outcome prompt_read(prompt *p)
{
    ouro_runtime *rt = p->rt;
    statement *s = &p->statement;
    statement_begin(s);
    for (;;) {
        ouro_value shown = prompt_text(rt, s->lines ? "ps2" : "ps1");
        ouro_value line = ouro_is_null(shown) ? OURO_NULL : terminal_read(p->terminal, shown);
        value_decref(rt, shown);
        size_t length;
        char *text = ouro_is_null(line) ? NULL : str_to_utf8(rt, line, &length, true);
        value_decref(rt, line);
        if (!text) {
            return PROMPT_RAISED;
        }
        bool at_end = length == 0, added = at_end || statement_add(s, text, length);
        if (added && !at_end) {
            terminal_remember(p->terminal, text, length);
        }
        ouro_mem_free(rt->mem, text);
        if (!added) {
            error_no_memory(rt);
            return PROMPT_RAISED;
        }
        if (at_end) { /* what is half said is compiled: its error tells what is missing */
            return s->lines && !statement_is_blank(s) ? PROMPT_STATEMENT : PROMPT_END;
        }
        if (statement_is_blank(s)) {
            return PROMPT_NOTHING;
        }
        if (!statement_is_open(s)) {
            if (prompt_check(p) <= 0) {
                return PROMPT_STATEMENT;
            }
            s->ended = false; /* such as a decorator with an empty line behind it */
        } else if (statement_wants_check(s) && prompt_check(p) < 0) {
            return PROMPT_STATEMENT;
        }
    }
}

/* Compiles it under a name of its own, and keeps its text.  NULL: an exception is set. */
static code_object *prompt_compile(prompt *p)
{
    ouro_runtime *rt = p->rt;
    if (memchr(p->statement.text, 0, p->statement.length)) {
        error_value(rt, "source code string cannot contain null bytes");
        return NULL;
    }
    code_object *code = NULL;
    ouro_value name = p->typed ? str_format_c(rt, "<stdin-%lu>", ++p->number) : str_from_cstring(rt, "<stdin>");
    ouro_value text = ouro_is_null(name) ? name : str_from_utf8(rt, p->statement.text, p->statement.length);
    if (!ouro_is_null(text) && (!p->typed || dict_set(rt, as_dict(rt->vm->typed), name, text))) {
        compile_request request = {.filename = name,
                                   .mode = AST_MODE_SINGLE,
                                   .flags = PARSE_IGNORE_COOKIE,
                                   .future = p->future,
                                   .optimize = rt->vm->optimize};
        code = compile_source(rt, p->statement.text, p->statement.length, &request);
    }
    if (code) {
        p->future |= (code->flags & CODE_FUTURE_ANNOTATIONS ? AST_FUTURE_ANNOTATIONS : 0) |
                     (code->flags & CODE_FUTURE_BARRY ? AST_FUTURE_BARRY_AS_BDFL : 0);
    }
    value_decref(rt, text);
    value_decref(rt, name);
    return code;
}

/* Shows the exception that is set; SystemExit ends the prompt. */
static void prompt_report(prompt *p)
{
    ouro_runtime *rt = p->rt;
    if (error_matches(rt, EXC(rt, SystemExit))) {
        p->status = report_exit_status(rt);
        p->done = true;
        return;
    }
    bool no_memory = error_matches(rt, EXC(rt, MemoryError));
    report_print_exception(rt);
    if (!no_memory) {
        p->no_memory = 0;
        return;
    }
    error_forget_no_memory(rt, false);
    if (++p->no_memory > PROMPT_MOST_NO_MEMORY) {
        p->status = 1;
        p->done = true;
    }
}

static void prompt_run_statement(prompt *p)
{
    ouro_runtime *rt = p->rt;
    code_object *code = prompt_compile(p);
    if (code) {
        prompt_tell_linecache(rt);
    }
    ouro_value result = code ? vm_run_stolen(rt, code, p->globals) : OURO_NULL;
    value_decref(rt, result);
    if (error_is_set(rt)) {
        prompt_report(p);
    } else {
        p->no_memory = 0;
    }
}

/* Ctrl-C at the prompt, or the line could not be had. */
static void prompt_line_failed(prompt *p)
{
    ouro_runtime *rt = p->rt;
    if (error_clear_if(rt, EXC(rt, KeyboardInterrupt))) {
        static const char text[] = "KeyboardInterrupt\n";
        rt->write_error(rt, text, sizeof text - 1);
        return;
    }
    bool gone = !error_matches(rt, EXC(rt, MemoryError));
    prompt_report(p);
    if (gone && !p->done) { /* closed, or not readable: it will not get better */
        p->status = 1;
        p->done = true;
    }
}

/* ---- the start ---- */

/* The runtime's answers about memory: a name for every statement, which the program's own hide. */
static bool prompt_add_ouro(ouro_runtime *rt)
{
    ouro_value name = str_intern_cstring(rt, "ouro");
    ouro_value module = ouro_is_null(name) ? name : import_module_cstring(rt, "ouro");
    bool ok = !ouro_is_null(module) && dict_set(rt, rt->vm->builtins_dict, name, module);
    value_decref(rt, module);
    value_decref(rt, name);
    return ok;
}

static void prompt_run_startup(prompt *p, const char *file)
{
    ouro_runtime *rt = p->rt;
    int error_number;
    size_t length;
    char *text = import_read_file(rt, file, &length, &error_number);
    if (text) {
        ouro_value result =
            vm_run_source(rt, text, length, file, PARSE_SCRIPT, AST_MODE_FILE, p->globals, p->globals);
        value_decref(rt, result);
        ouro_mem_free(rt->mem, text);
    } else if (error_number) {
        static const char head[] = "Could not open PYTHONSTARTUP\n";
        rt->write_error(rt, head, sizeof head - 1);
        ouro_value name = str_from_utf8(rt, file, strlen(file));
        if (!ouro_is_null(name)) {
            error_os(rt, error_number, name, OURO_NULL);
        }
        value_decref(rt, name);
    }
    if (error_is_set(rt)) {
        prompt_report(p);
    }
}

/* sys.__interactivehook__, where the program has set one. */
static void prompt_call_hook(prompt *p)
{
    ouro_runtime *rt = p->rt;
    ouro_value name = str_intern_cstring(rt, "__interactivehook__"), hook;
    if (!ouro_is_null(name) && object_getattr_optional(rt, rt->vm->sys, name, &hook) > 0) {
        ouro_value result = object_call0(rt, hook);
        if (ouro_is_null(result)) {
            static const char head[] = "Failed calling sys.__interactivehook__\n";
            rt->write_error(rt, head, sizeof head - 1);
        }
        value_decref(rt, result);
        value_decref(rt, hook);
    }
    value_decref(rt, name);
    if (error_is_set(rt)) {
        prompt_report(p);
    }
}

static bool prompt_start(prompt *p)
{
    ouro_runtime *rt = p->rt;
    p->globals = ouro_main(rt);
    if (ouro_is_null(rt->vm->typed)) {
        rt->vm->typed = dict_new(rt, 0);
    }
    return !ouro_is_null(p->globals) && !ouro_is_null(rt->vm->typed) && prompt_set_default(rt, "ps1", ">>> ") &&
           prompt_set_default(rt, "ps2", "... ") && prompt_add_ouro(rt);
}

int prompt_run(ouro_runtime *rt, terminal *t, const prompt_options *o)
{
    prompt p = {.rt = rt, .terminal = t, .typed = isatty(STDIN_FILENO)};
    if (o->banner) {
        fprintf(stderr, "%s on linux\n"
                        "Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n"
                        "`ouro` knows about memory: ouro.why(x), ouro.leaks(), ouro.live_bytes(); see help(ouro).\n",
                OPTIONS_VERSION);
    }
    if (!prompt_start(&p)) {
        return report_exit_status(rt);
    }
    if (o->startup) {
        prompt_run_startup(&p, o->startup);
    }
    if (!p.done) {
        prompt_call_hook(&p);
    }
    terminal_use_history(t, o->history);
    while (!p.done) {
        switch (prompt_read(&p)) {
        case PROMPT_STATEMENT:
            prompt_run_statement(&p);
            break;
        case PROMPT_NOTHING:
            break;
        case PROMPT_RAISED:
            prompt_line_failed(&p);
            break;
        case PROMPT_END: {
            static const char newline[] = "\n";
            rt->write_error(rt, newline, sizeof newline - 1);
            p.done = true;
            break;
        }
        }
    }
    statement_free(&p.statement);
    return p.status;
}
