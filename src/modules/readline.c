/* readline.c: the readline module: lines with editing, history and completion for input(), through libedit's imitation of
 * GNU readline; the one file that knows that.
 *
 * The library is loaded late (late_library.h).  It keeps one history and one editor for the process, in memory of its own:
 * so two runtimes that import this share them.  What the program has set is the runtime's (readline_state).  While a line
 * is read, the thread's variable says for whom: the library's callbacks get nothing else that tells.  What a callback's
 * function raises is dropped, as nobody could get it.
 */
#include "modules/late_library.h"

#ifdef OURO_READLINE

#include "modules/posix_private.h"
#include "modules/timeout.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/text.h"
#include "vm/vm.h"

#include <dlfcn.h>
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <editline/readline.h>

#define READLINE_FUNCTIONS(X) \
    X(using_history, void, (void)) \
    X(add_history, int, (const char *)) \
    X(clear_history, void, (void)) \
    X(history_get, HIST_ENTRY *, (int)) \
    X(read_history, int, (const char *)) \
    X(write_history, int, (const char *)) \
    X(append_history, int, (int, const char *)) \
    X(history_truncate_file, int, (const char *, int)) \
    X(rl_initialize, int, (void)) \
    X(rl_parse_and_bind, int, (const char *)) \
    X(rl_read_init_file, int, (const char *)) \
    X(rl_bind_key, int, (int, rl_command_func_t *)) \
    X(rl_complete, int, (int, int)) \
    X(rl_insert, int, (int, int)) \
    X(rl_insert_text, int, (const char *)) \
    X(rl_redisplay, void, (void)) \
    X(rl_forced_update_display, void, (void)) \
    X(rl_completion_matches, char **, (const char *, rl_compentry_func_t *)) \
    X(rl_callback_handler_install, void, (const char *, rl_vcpfunc_t *)) \
    X(rl_callback_read_char, void, (void)) \
    X(rl_callback_handler_remove, void, (void))

/* X(variable of the library, its type). */
#define READLINE_VARIABLES(X) \
    X(history_length, int) \
    X(rl_line_buffer, char *) \
    X(rl_completion_type, int) \
    X(rl_completion_append_character, int) \
    X(rl_attempted_completion_over, int) \
    X(rl_completer_word_break_characters, char *) \
    X(rl_attempted_completion_function, rl_completion_func_t *) \
    X(rl_completion_display_matches_hook, VFunction *) \
    X(rl_catch_signals, int) \
    X(rl_library_version, const char *) \
    X(rl_readline_version, int)

struct readline_library {
    late_library library;
    READLINE_FUNCTIONS(LATE_POINTER)
#define READLINE_ADDRESS(name, type) type *name;
    READLINE_VARIABLES(READLINE_ADDRESS)
#undef READLINE_ADDRESS
};

/* A line that is being read: who reads it, and what has come of it. */
typedef struct readline_call {
    ouro_runtime *rt;
    struct readline_library *library;
    char *line; /* of malloc; NULL: the end */
    bool done;
} readline_call;

static _Thread_local readline_call *readline_at_work;

static struct readline_library *readline_loaded(ouro_runtime *rt)
{
    return (struct readline_library *)(void *)rt->modules->libraries[LATE_READLINE];
}

/* A str as C has it, to be freed.  NULL: raised. */
static char *readline_text(ouro_runtime *rt, ouro_value v, const char *function)
{
    if (!value_is_str(rt, v)) {
        error_type(rt, "%s() argument must be str, not %T", function, v);
        return NULL;
    }
    return text_c_name(rt, v);
}

/* ---- callbacks ---------------------------------------------------------------------------------------------------- */

/* The next completion: completer(text, state); a text of malloc, or NULL. */
static char *readline_generate(const char *text, int state)
{
    ouro_runtime *rt = readline_at_work->rt;
    ouro_value completer = value_incref(rt->modules->readline.completer), found = OURO_NULL;
    char *result = NULL;
    ouro_value word = str_from_system(rt, text, strlen(text));
    if (!ouro_is_null(word) && !ouro_is_null(completer)) {
        found = object_call2(rt, completer, word, ouro_int(state));
    }
    if (!ouro_is_null(found) && value_is_str(rt, found)) {
        size_t length;
        char *name = str_to_system(rt, found, &length);
        result = name ? strdup(name) : NULL;
        ouro_mem_free(rt->mem, name);
    }
    error_clear(rt);
    value_decref(rt, found);
    value_decref(rt, word);
    value_decref(rt, completer);
    return result;
}

static char **readline_complete(const char *text, int start, int end)
{
    if (!readline_at_work) {
        return NULL;
    }
    struct readline_library *library = readline_at_work->library;
    struct readline_state *state = &readline_at_work->rt->modules->readline;
    *library->rl_completion_append_character = '\0';
    *library->rl_attempted_completion_over = 1; /* file names are no completions of a program's words */
    state->begin = start;
    state->end = end;
    return library->rl_completion_matches(text, readline_generate);
}

/* The type that the library declares for it is not the one that it calls. */
static void readline_display(char **matches, int count, int longest)
{
    if (!readline_at_work) {
        return;
    }
    ouro_runtime *rt = readline_at_work->rt;
    ouro_value list = list_new(rt, NULL, 0), word = str_from_system(rt, matches[0], strlen(matches[0]));
    for (int i = 1; i <= count && !ouro_is_null(list); i++) {
        ouro_value match = str_from_system(rt, matches[i], strlen(matches[i]));
        if (ouro_is_null(match) || !list_append_steal(rt, list, match)) {
            value_clear(rt, &list);
        }
    }
    ouro_value hook = value_incref(rt->modules->readline.display_hook);
    if (!ouro_is_null(list) && !ouro_is_null(word) && !ouro_is_null(hook)) {
        value_decref(rt, object_call3(rt, hook, word, list, ouro_int(longest)));
    }
    error_clear(rt);
    value_decref(rt, hook);
    value_decref(rt, word);
    value_decref(rt, list);
}

static void readline_call_hook(ouro_runtime *rt, ouro_value hook)
{
    if (!ouro_is_null(hook)) {
        value_incref(hook);
        value_decref(rt, object_call0(rt, hook));
        error_clear(rt);
        value_decref(rt, hook);
    }
}

static void readline_line_done(char *line)
{
    readline_at_work->line = line;
    readline_at_work->done = true;
    readline_at_work->library->rl_callback_handler_remove();
}

/* ---- a line --------------------------------------------------------------------------------------------------------- */

/* Adds the line to the history unless it is empty or the same as the last. */
static void readline_remember(struct readline_library *library, const struct readline_state *state, const char *line)
{
    int length = *library->history_length;
    if (!state->auto_history || !line[0]) {
        return;
    }
    const HIST_ENTRY *last = length > 0 ? library->history_get(length - 1 + state->base) : NULL;
    if (!last || strcmp(last->line, line) != 0) {
        library->add_history(line);
    }
}

/* Reads until the line is done.  False: a handler of a signal raised. */
static bool readline_run(readline_call *call, const char *prompt)
{
    ouro_runtime *rt = call->rt;
    readline_call_hook(rt, rt->modules->readline.startup_hook);
    call->library->rl_callback_handler_install(prompt, readline_line_done);
    if (!ouro_is_null(rt->modules->readline.pre_input_hook)) {
        readline_call_hook(rt, rt->modules->readline.pre_input_hook);
        call->library->rl_forced_update_display();
    }
    while (!call->done) {
        struct pollfd in = {.fd = 0, .events = POLLIN};
        if (timeout_poll(rt, &in, 1, -1) < 0) {
            call->library->rl_callback_handler_remove();
            return false;
        }
        call->library->rl_callback_read_char();
    }
    return true;
}

/* The library asks the locale for the encoding, also when it is set up: one of our own is the thread's meanwhile. */
typedef struct readline_locale {
    locale_t utf8, before;
} readline_locale;

static readline_locale readline_enter(void)
{
    readline_locale l = {newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0), (locale_t)0};
    if (l.utf8) {
        l.before = uselocale(l.utf8);
    }
    return l;
}

static void readline_leave(readline_locale l)
{
    if (l.utf8) {
        uselocale(l.before);
        freelocale(l.utf8);
    }
}

/* vm_state.read_line, for input(). */
static ouro_value readline_read_line(ouro_runtime *rt, ouro_value prompt)
{
    size_t length;
    char *text = str_to_utf8(rt, prompt, &length, true);
    if (!text) {
        return OURO_NULL;
    }
    readline_call call = {.rt = rt, .library = readline_loaded(rt)}, *before = readline_at_work;
    readline_locale locale = readline_enter();
    readline_at_work = &call;
    bool ok = readline_run(&call, text);
    readline_at_work = before;
    readline_leave(locale);
    ouro_mem_free(rt->mem, text);
    ouro_value result = OURO_NULL;
    if (ok && !call.line) {
        result = value_incref(rt->types->empty_str);
    } else if (ok) {
        readline_remember(call.library, &rt->modules->readline, call.line);
        ouro_value line = str_from_system(rt, call.line, strlen(call.line));
        ouro_value newline = ouro_is_null(line) ? OURO_NULL : str_from_char(rt, '\n');
        result = ouro_is_null(newline) ? OURO_NULL : str_concat(rt, line, newline);
        value_decref(rt, newline);
        value_decref(rt, line);
    }
    free(call.line);
    return result;
}

/* ---- history ---------------------------------------------------------------------------------------------------------- */

static ouro_value readline_add_history(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char *line = readline_text(rt, args[0], "add_history");
    if (!line) {
        return OURO_NULL;
    }
    readline_loaded(rt)->add_history(line);
    ouro_mem_free(rt->mem, line);
    return OURO_NONE;
}

static ouro_value readline_clear_history(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    readline_loaded(rt)->clear_history();
    return OURO_NONE;
}

static ouro_value readline_get_history_item(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int index;
    if (!posix_int(rt, args[0], &index)) {
        return OURO_NULL;
    }
    struct readline_library *library = readline_loaded(rt);
    if (index < 1 || index > *library->history_length) {
        return OURO_NONE;
    }
    const HIST_ENTRY *entry = library->history_get(index - 1 + rt->modules->readline.base);
    return entry && entry->line ? str_from_system(rt, entry->line, strlen(entry->line)) : OURO_NONE;
}

static ouro_value readline_current_length(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int(*readline_loaded(rt)->history_length);
}

/* Takes the line at a position out, or puts another in its place.  The library counts lines by numbers that are never used
 * again: so all are entered anew. */
static ouro_value readline_change(ouro_runtime *rt, ouro_value at, const char *replacement)
{
    struct readline_library *library = readline_loaded(rt);
    int position, length = *library->history_length, copied = 0;
    if (!posix_int(rt, at, &position)) {
        return OURO_NULL;
    }
    if (position < 0) {
        return error_value(rt, "History index cannot be negative");
    }
    if (position >= length) {
        return error_value(rt, "No history item at position %d", position);
    }
    char **lines = ouro_mem_alloc(rt->mem, (size_t)length * sizeof *lines);
    bool whole = lines != NULL;
    for (; whole && copied < length; copied++) {
        const HIST_ENTRY *entry = library->history_get(copied + rt->modules->readline.base);
        const char *line = copied == position ? replacement : entry ? entry->line : NULL;
        size_t size = line ? strlen(line) + 1 : 0;
        lines[copied] = line ? ouro_mem_alloc(rt->mem, size) : NULL;
        whole = !line || lines[copied];
        if (lines[copied]) {
            memcpy(lines[copied], line, size);
        }
    }
    if (whole) {
        library->clear_history();
    } else {
        error_no_memory(rt);
    }
    for (int i = 0; i < copied; i++) {
        if (whole && lines[i]) {
            library->add_history(lines[i]);
        }
        ouro_mem_free(rt->mem, lines[i]);
    }
    ouro_mem_free(rt->mem, lines);
    return whole ? OURO_NONE : OURO_NULL;
}

static ouro_value readline_remove_item(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return readline_change(rt, args[0], NULL);
}

static ouro_value readline_replace_item(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char *line = readline_text(rt, args[1], "replace_history_item");
    ouro_value result = line ? readline_change(rt, args[0], line) : OURO_NULL;
    ouro_mem_free(rt->mem, line);
    return result;
}

/* What the library's functions of files return: an error's number. */
static ouro_value readline_answer(ouro_runtime *rt, int error)
{
    if (error == 0) {
        return OURO_NONE;
    }
    errno = error > 0 ? error : errno;
    return posix_error(rt);
}

/* The file of a function that may get none: path->narrow is NULL then. */
static bool readline_file(ouro_runtime *rt, const ouro_value *args, size_t nargs, size_t i, const char *function, posix_path *path)
{
    ouro_value given = arg_or_null(args, nargs, i);
    *path = (posix_path){.fd = -1, .object = OURO_NULL};
    return ouro_is_null(given) || ouro_is_none(given) || posix_path_get(rt, path, given, function, "filename", 0);
}

static ouro_value readline_read_file(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path path;
    if (!readline_file(rt, args, nargs, 0, "read_history_file", &path)) {
        return OURO_NULL;
    }
    ouro_value result = readline_answer(rt, readline_loaded(rt)->read_history(path.narrow));
    posix_path_free(rt, &path);
    return result;
}

static ouro_value readline_write_file(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path path;
    if (!readline_file(rt, args, nargs, 0, "write_history_file", &path)) {
        return OURO_NULL;
    }
    int most = rt->modules->readline.most_lines, error = readline_loaded(rt)->write_history(path.narrow);
    if (error == 0 && most >= 0) {
        (void)readline_loaded(rt)->history_truncate_file(path.narrow, most);
    }
    ouro_value result = readline_answer(rt, error);
    posix_path_free(rt, &path);
    return result;
}

static ouro_value readline_append_file(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path path;
    int count;
    if (!posix_int(rt, args[0], &count)) {
        return OURO_NULL;
    }
    if (count < 0) {
        return error_value(rt, "nelements must be positive");
    }
    if (!readline_file(rt, args, nargs, 1, "append_history_file", &path)) {
        return OURO_NULL;
    }
    /* the library writes one more than it is told, and nothing if that is more than there are */
    int most = rt->modules->readline.most_lines, length = *readline_loaded(rt)->history_length, error = 0;
    count = count < length ? count : length;
    if (count > 0) {
        error = readline_loaded(rt)->append_history(count - 1, path.narrow);
    }
    if (error == 0 && most >= 0) {
        (void)readline_loaded(rt)->history_truncate_file(path.narrow, most);
    }
    ouro_value result = readline_answer(rt, error);
    posix_path_free(rt, &path);
    return result;
}

static ouro_value readline_set_history_length(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return posix_int(rt, args[0], &rt->modules->readline.most_lines) ? OURO_NONE : OURO_NULL;
}

static ouro_value readline_get_history_length(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int(rt->modules->readline.most_lines);
}

static ouro_value readline_set_auto_history(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return posix_flag(rt, args, nargs, 0, &rt->modules->readline.auto_history) ? OURO_NONE : OURO_NULL;
}

/* ---- completion and hooks ------------------------------------------------------------------------------------------------ */

static ouro_value readline_set_function(ouro_runtime *rt, const ouro_value *args, size_t nargs, const char *what, ouro_value *into)
{
    ouro_value given = arg_or_null(args, nargs, 0);
    if (ouro_is_null(given) || ouro_is_none(given)) {
        value_clear(rt, into);
        return OURO_NONE;
    }
    if (!object_is_callable(rt, given)) {
        return error_type(rt, "set_%s(func): argument not callable", what);
    }
    value_replace(rt, into, value_incref(given));
    return OURO_NONE;
}

static ouro_value readline_set_completer(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return readline_set_function(rt, args, nargs, "completer", &rt->modules->readline.completer);
}

static ouro_value readline_get_completer(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value completer = rt->modules->readline.completer;
    return ouro_is_null(completer) ? OURO_NONE : value_incref(completer);
}

static ouro_value readline_set_startup_hook(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return readline_set_function(rt, args, nargs, "startup_hook", &rt->modules->readline.startup_hook);
}

static ouro_value readline_set_pre_input_hook(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return readline_set_function(rt, args, nargs, "pre_input_hook", &rt->modules->readline.pre_input_hook);
}

static ouro_value readline_set_display_hook(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value *hook = &rt->modules->readline.display_hook;
    ouro_value result = readline_set_function(rt, args, nargs, "completion_display_matches_hook", hook);
    *readline_loaded(rt)->rl_completion_display_matches_hook =
        ouro_is_null(*hook) ? NULL : (VFunction *)(void (*)(void))readline_display;
    return result;
}

static ouro_value readline_get_begin(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int(rt->modules->readline.begin);
}

static ouro_value readline_get_end(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int(rt->modules->readline.end);
}

static ouro_value readline_get_type(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int(*readline_loaded(rt)->rl_completion_type);
}

static ouro_value readline_get_delims(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const char *delims = *readline_loaded(rt)->rl_completer_word_break_characters;
    return str_from_system(rt, delims ? delims : "", delims ? strlen(delims) : 0);
}

/* The library's variable points at a block of malloc from here on: what it was before is not to be freed. */
static bool readline_use_delims(ouro_runtime *rt, const char *delims)
{
    char *copy = strdup(delims);
    if (!copy) {
        error_no_memory(rt);
        return false;
    }
    free(rt->modules->readline.delims);
    rt->modules->readline.delims = copy;
    *readline_loaded(rt)->rl_completer_word_break_characters = copy;
    return true;
}

static ouro_value readline_set_delims(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char *delims = readline_text(rt, args[0], "set_completer_delims");
    if (!delims) {
        return OURO_NULL;
    }
    bool ok = readline_use_delims(rt, delims);
    ouro_mem_free(rt->mem, delims);
    return ok ? OURO_NONE : OURO_NULL;
}

/* ---- the line and the settings ---------------------------------------------------------------------------------------------- */

static ouro_value readline_get_line_buffer(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const char *line = *readline_loaded(rt)->rl_line_buffer;
    return str_from_system(rt, line ? line : "", line ? strlen(line) : 0);
}

static ouro_value readline_insert_text(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char *text = readline_text(rt, args[0], "insert_text");
    if (!text) {
        return OURO_NULL;
    }
    readline_loaded(rt)->rl_insert_text(text);
    ouro_mem_free(rt->mem, text);
    return OURO_NONE;
}

static ouro_value readline_redisplay(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    readline_loaded(rt)->rl_redisplay();
    return OURO_NONE;
}

/* A line of the library's own settings; and the one of GNU readline that programs know: "tab: complete". */
static ouro_value readline_parse_and_bind(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    char *line = readline_text(rt, args[0], "parse_and_bind");
    if (!line) {
        return OURO_NULL;
    }
    struct readline_library *library = readline_loaded(rt);
    if (strncasecmp(line, "tab:", 4) == 0) {
        library->rl_bind_key('\t', strcmp(line + 4 + strspn(line + 4, " "), "complete") == 0 ? library->rl_complete
                                                                                           : library->rl_insert);
    } else {
        library->rl_parse_and_bind(line);
    }
    ouro_mem_free(rt->mem, line);
    return OURO_NONE;
}

static ouro_value readline_read_init(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    posix_path path;
    if (!readline_file(rt, args, nargs, 0, "read_init_file", &path)) {
        return OURO_NULL;
    }
    errno = 0;
    ouro_value result = readline_answer(rt, readline_loaded(rt)->rl_read_init_file(path.narrow));
    posix_path_free(rt, &path);
    return result;
}

static const method_def readline_functions[] = {
    {"add_history", "string, /", readline_add_history, .doc = "Add an item to the history buffer."},
    {"append_history_file", "nelements, filename=None, /", readline_append_file,
     .doc = "Append the last nelements items of the history list to file."},
    {"clear_history", "", readline_clear_history, .doc = "Clear the current readline history."},
    {"get_begidx", "", readline_get_begin, .doc = "Get the beginning index of the completion scope."},
    {"get_completer", "", readline_get_completer, .doc = "Get the current completer function."},
    {"get_completer_delims", "", readline_get_delims, .doc = "Get the word delimiters for completion."},
    {"get_completion_type", "", readline_get_type, .doc = "Get the type of completion being attempted."},
    {"get_current_history_length", "", readline_current_length, .doc = "Return the current (not the maximum) length of history."},
    {"get_endidx", "", readline_get_end, .doc = "Get the ending index of the completion scope."},
    {"get_history_item", "index, /", readline_get_history_item, .doc = "Return the current contents of history item at one-based index."},
    {"get_history_length", "", readline_get_history_length,
     .doc = "Return the maximum number of lines that will be written to the history file."},
    {"get_line_buffer", "", readline_get_line_buffer, .doc = "Return the current contents of the line buffer."},
    {"insert_text", "string, /", readline_insert_text, .doc = "Insert text into the line buffer at the cursor position."},
    {"parse_and_bind", "string, /", readline_parse_and_bind, .doc = "Execute the init line provided in the string argument."},
    {"read_history_file", "filename=None, /", readline_read_file, .doc = "Load a readline history file."},
    {"read_init_file", "filename=None, /", readline_read_init, .doc = "Execute a readline initialization file."},
    {"redisplay", "", readline_redisplay, .doc = "Change what's displayed on the screen to reflect contents of the line buffer."},
    {"remove_history_item", "pos, /", readline_remove_item, .doc = "Remove history item given by its zero-based position."},
    {"replace_history_item", "pos, line, /", readline_replace_item, .doc = "Replaces history item given by its position with contents of line."},
    {"write_history_file", "filename=None, /", readline_write_file, .doc = "Save a readline history file."},
    {"set_auto_history", "enabled, /", readline_set_auto_history, .doc = "Enables or disables automatic history."},
    {"set_completer", "function=None, /", readline_set_completer,
     .doc = "Set or remove the completer function: function(text, state) is called for state 0, 1, 2, ... until it returns no str."},
    {"set_completer_delims", "string, /", readline_set_delims, .doc = "Set the word delimiters for completion."},
    {"set_completion_display_matches_hook", "function=None, /", readline_set_display_hook,
     .doc = "Set or remove the completion display function: function(substitution, [matches], longest_match_length)."},
    {"set_history_length", "length, /", readline_set_history_length,
     .doc = "Set the maximal number of lines which will be written to the history file; negative: no limit."},
    {"set_pre_input_hook", "function=None, /", readline_set_pre_input_hook,
     .doc = "Set or remove the function called when the prompt has been printed."},
    {"set_startup_hook", "function=None, /", readline_set_startup_hook,
     .doc = "Set or remove the function called before the prompt is printed."},
    {0},
};

void readline_forget(ouro_runtime *rt)
{
    struct readline_state *state = &rt->modules->readline;
    value_clear(rt, &state->completer);
    value_clear(rt, &state->startup_hook);
    value_clear(rt, &state->pre_input_hook);
    value_clear(rt, &state->display_hook);
    if (rt->vm && rt->vm->read_line == readline_read_line) {
        rt->vm->read_line = NULL;
    }
    if (readline_loaded(rt)) { /* it stays, for the process */
        if (*readline_loaded(rt)->rl_completer_word_break_characters == state->delims) {
            *readline_loaded(rt)->rl_completer_word_break_characters = NULL;
        }
        *readline_loaded(rt)->rl_completion_display_matches_hook = NULL;
    }
    free(state->delims);
    state->delims = NULL;
}

static bool readline_start(ouro_runtime *rt, module_object *module)
{
    static const char *const files[] = {"libedit.so.2", NULL};
#define READLINE_NAME(name, type) #name,
    static const char *const names[] = {READLINE_FUNCTIONS(LATE_NAME) READLINE_VARIABLES(READLINE_NAME) NULL};
#undef READLINE_NAME
    struct readline_state *state = &rt->modules->readline;
    if (!late_library_load(rt, LATE_READLINE, files, names, sizeof(struct readline_library))) {
        return false;
    }
    /* what it keeps for the process would be lost to its next loading */
    (void)dlopen(files[0], RTLD_LAZY | RTLD_NODELETE);
    struct readline_library *library = readline_loaded(rt);
    readline_locale locale = readline_enter();
    library->using_history();
    readline_leave(locale);
    *library->rl_catch_signals = 0;
    if (*library->history_length == 0) { /* are items counted from 0 or from 1? */
        library->add_history("1");
        state->base = library->history_get(1) != NULL;
        library->clear_history();
    } else {
        state->base = library->history_get(0) == NULL;
    }
    *library->rl_attempted_completion_function = readline_complete;
    state->most_lines = -1;
    state->auto_history = true;
    rt->vm->read_line = readline_read_line;
    return readline_use_delims(rt, " \t\n`~!@#$%^&*()-=+[{]}\\|;:'\",<>/?") &&
           module_add_int(rt, module, "_READLINE_VERSION", *library->rl_readline_version) &&
           module_add_int(rt, module, "_READLINE_RUNTIME_VERSION", *library->rl_readline_version) &&
           module_add_text(rt, module, "_READLINE_LIBRARY_VERSION", *library->rl_library_version);
}

const module_def readline_module_def = {
    .name = "readline",
    .doc = "Importing this module enables command line editing using libedit readline.",
    .functions = readline_functions,
    .start = readline_start,
};

#endif
