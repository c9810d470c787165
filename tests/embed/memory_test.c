/* memory_test.c: memory runs out in every function of ouro.h (memory_test.h). */
#include "ouro/ouro.h"

#include "memory_test.h"
#include "modules/verify.h"

#include <pthread.h>

static int leaks;

static bool shows_text, interrupt_waits;

static void ignore_text(void *context, const char *text, size_t length)
{
    (void)context;
    if (shows_text) {
        printf("%.*s", (int)length, text);
    }
}

static void report_leak(void *context, const char *type_name, const void *address, size_t bytes)
{
    (void)context, (void)address, (void)bytes;
    if (leaks++ < 5) {
        printf("left: %s\n", type_name);
    }
}

static void report_fault(void *context, ouro_object *object, const char *text)
{
    (void)context, (void)object;
    printf("heap check: %s\n", text);
}

static ouro_config quiet_config(void)
{
    ouro_config config = ouro_config_default();
    config.isolated = true;
    config.hash_seed = 1;
    config.write_output = config.write_error = ignore_text;
    config.report_leak = report_leak;
    return config;
}

/* Is the runtime as good as new? */
static bool works(ouro_runtime *rt)
{
    ouro_owned six = ouro_eval(rt, "sum([1, 2, 3])");
    ouro_owned text = ouro_eval(rt, "'%s-%d' % ([1], 2)");
    bool good = ouro_is(six, ouro_int(6)) && ouro_str_length(rt, text) == 5 && !ouro_failed(rt);
    ouro_decref(rt, six);
    ouro_decref(rt, text);
    return good;
}

static void memory_run(const scenario *s, uint64_t n, bool forever, bool *failed)
{
    ouro_config config = quiet_config();
    leaks = 0;
    ouro_runtime *rt = ouro_open(&config);
    if (rt == NULL) {
        printf("no memory for the test itself\n");
        exit(2);
    }
    ouro_mem *mem = ouro_heap(rt);
    ouro_mem_fail_at(mem, n, forever);
    outcome result = s->run(rt);
    *failed = ouro_mem_fail_seen(mem) >= n;
    ouro_mem_fail_at(mem, 0, false);
    if (result == RAISED) {
        MEMORY_EXPECT(ouro_failed_with(rt, OURO_ERROR_MEMORY), s, n, forever);
        if (!ouro_failed_with(rt, OURO_ERROR_MEMORY)) {
            shows_text = true;
            ouro_error_print(rt);
            shows_text = false;
        }
    } else {
        MEMORY_EXPECT(!ouro_failed(rt), s, n, forever);
    }
    MEMORY_EXPECT(*failed || result == WORKED, s, n, forever);
    ouro_error_clear(rt);
    if (interrupt_waits) { /* comes with the next code that runs */
        ouro_decref(rt, ouro_eval(rt, "[i for i in range(3)]"));
        ouro_error_clear(rt);
        interrupt_waits = false;
    }
    MEMORY_EXPECT(ouro_mem_check(mem), s, n, forever);
    bool exact;
    MEMORY_EXPECT(runtime_verify(rt, report_fault, NULL, &exact) == 0 && exact, s, n, forever);
    MEMORY_EXPECT(works(rt), s, n, forever);
    MEMORY_EXPECT(ouro_close(rt) == 0 && leaks == 0, s, n, forever);
}

/* The result of a chain of calls: the exception, if there is one, decides. */
static outcome judge(ouro_runtime *rt, bool worked)
{
    return worked ? WORKED : ouro_failed(rt) ? RAISED : REFUSED;
}

/* Releases and tells whether there was something. */
static bool released(ouro_runtime *rt, ouro_owned v)
{
    bool there = !ouro_is_null(v);
    ouro_decref(rt, v);
    return there;
}

/* ---- a runtime ---- */

static uint64_t opening_fails_at;
static bool opening_fails_forever;
static ouro_mem *opening_heap;

static void opening_made(void *context, ouro_mem *mem)
{
    (void)context;
    opening_heap = mem;
    ouro_mem_fail_at(mem, opening_fails_at, opening_fails_forever);
}

/* A runtime in a runtime's scenario: where the outer one's allocation number n would fail, the inner one's does. */
static outcome open_and_close(bool forever)
{
    ouro_counting_allocator counting;
    ouro_allocator allocator = ouro_allocator_counting(&counting, ouro_allocator_malloc());
    ouro_mem_config memory = {.allocator = &allocator};
    for (uint64_t n = 1;; n += 1 + n / 20) {
        ouro_config config = quiet_config();
        config.memory = &memory;
        config.heap_made = opening_made;
        opening_fails_at = n;
        opening_fails_forever = forever;
        opening_heap = NULL;
        ouro_runtime *rt = ouro_open(&config);
        bool failed = true;
        if (rt != NULL) {
            failed = ouro_mem_fail_seen(opening_heap) >= n;
            if (!forever) {
                ouro_mem_fail_at(opening_heap, 0, false);
                if (!works(rt)) {
                    return REFUSED;
                }
            }
            ouro_attach(rt);
            int status = ouro_finish(rt);
            if ((status != 0 && status != 120) || ouro_close(rt) != 0) {
                return REFUSED;
            }
        }
        if (counting.live_bytes != 0) {
            printf("%zu bytes were not given back\n", counting.live_bytes);
            return REFUSED;
        }
        if (!failed) {
            return WORKED;
        }
    }
}

SCENARIO(opening, "ouro_config_default ouro_open ouro_attach ouro_finish ouro_close ouro_version")
{
    (void)rt;
    if (ouro_version() == NULL) {
        return REFUSED;
    }
    outcome once = open_and_close(false);
    return once == WORKED ? open_and_close(true) : once;
}

SCENARIO(user, "ouro_user_data ouro_set_user_data ouro_heap ouro_free")
{
    int mine = 0;
    ouro_set_user_data(rt, &mine);
    void *block = ouro_mem_alloc(ouro_heap(rt), 100);
    bool there = block != NULL;
    ouro_free(rt, block);
    return there && ouro_user_data(rt) == &mine ? WORKED : REFUSED;
}

/* ---- stopping ---- */

SCENARIO(interrupting, "ouro_interrupt")
{
    ouro_interrupt(rt);
    ouro_owned v = ouro_eval(rt, "[i for i in range(3)]");
    bool stopped = ouro_is_null(v) && ouro_failed_with(rt, OURO_ERROR_KEYBOARD_INTERRUPT);
    ouro_decref(rt, v);
    if (stopped) {
        ouro_error_clear(rt);
        return WORKED;
    }
    interrupt_waits = true; /* memory ran out before it came */
    return RAISED;
}

SCENARIO(stopping, "ouro_stop ouro_is_stopped ouro_resume")
{
    ouro_stop(rt);
    bool was = ouro_is_stopped(rt);
    ouro_owned v = ouro_eval(rt, "[i for i in range(3)]");
    bool ended = ouro_is_null(v);
    bool right = ouro_failed_with(rt, OURO_ERROR_STOPPED) || ouro_failed_with(rt, OURO_ERROR_MEMORY);
    bool raised = ouro_failed_with(rt, OURO_ERROR_MEMORY);
    ouro_resume(rt);
    if (!raised) {
        ouro_error_clear(rt);
    }
    ouro_decref(rt, v);
    return raised ? RAISED : was && ended && right && !ouro_is_stopped(rt) ? WORKED : REFUSED;
}

SCENARIO(limits, "ouro_set_time_limit")
{
    bool set = ouro_set_time_limit(rt, 3600);
    return set && ouro_set_time_limit(rt, 0) ? WORKED : REFUSED;
}

/* ---- running ---- */

SCENARIO(running_text, "ouro_run_text")
{
    int status = ouro_run_text(rt, "def f(x, *y, z=3):\n    return [x, y, {z: z}]\nclass C:\n    a = f(1, 2)\n"
                                   "try:\n    C().b\nexcept AttributeError as e:\n    print(e)\n", "<text>");
    return status == 0 ? WORKED : REFUSED;
}

static char *program_path; /* made by main */

SCENARIO(running_file, "ouro_run_file")
{
    return ouro_run_file(rt, program_path) == 0 ? WORKED : REFUSED;
}

SCENARIO(running_module, "ouro_run_module")
{
    /* without the library there is no runpy: then it says so in any case */
    return ouro_run_module(rt, "this_is_no_module") == 1 ? WORKED : REFUSED;
}

SCENARIO(compiling, "ouro_compile ouro_run_code ouro_main")
{
    ouro_owned code = ouro_compile(rt, "x = 3\ny = [x * i for i in range(x)]", "<code>", OURO_MODE_FILE);
    bool good = released(rt, ouro_run_code(rt, code, ouro_main(rt)));
    ouro_decref(rt, code);
    return judge(rt, good);
}

SCENARIO(running, "ouro_run ouro_eval")
{
    ouro_owned globals = ouro_dict_new(rt);
    bool good = released(rt, ouro_run(rt, "x = (1, 'two', 3.0)", "<run>", OURO_MODE_FILE, globals)) &&
                released(rt, ouro_run(rt, "x", "<run>", OURO_MODE_EVAL, globals)) &&
                released(rt, ouro_run(rt, "x", "<run>", OURO_MODE_SINGLE, globals)) &&
                released(rt, ouro_eval(rt, "{1: [2, {3}], 'a': f'{4!r:>5}'}"));
    ouro_decref(rt, globals);
    return judge(rt, good);
}

SCENARIO(importing, "ouro_import")
{
    return judge(rt, released(rt, ouro_import(rt, "itertools")) && released(rt, ouro_import(rt, "math")));
}

/* ---- errors ---- */

SCENARIO(raising, "ouro_raise ouro_failed ouro_failed_with ouro_error_clear")
{
    (void)ouro_raise(rt, OURO_ERROR_KEY, "%s %d", "a message", 42);
    if (ouro_failed(rt) && ouro_failed_with(rt, OURO_ERROR_LOOKUP)) {
        ouro_error_clear(rt);
        return WORKED;
    }
    return RAISED;
}

SCENARIO(raising_value, "ouro_raise_value ouro_error_take ouro_error_restore ouro_error_class")
{
    ouro_owned args = ouro_str(rt, "text");
    ouro_owned exception = ouro_call(rt, ouro_error_class(rt, OURO_ERROR_VALUE), &args, 1);
    ouro_decref(rt, args);
    if (ouro_is_null(exception)) {
        return RAISED;
    }
    (void)ouro_raise_value(rt, exception);
    ouro_decref(rt, exception);
    if (!ouro_failed_with(rt, OURO_ERROR_VALUE)) {
        return RAISED;
    }
    ouro_error_restore(rt, ouro_error_take(rt));
    ouro_decref(rt, ouro_error_take(rt));
    return judge(rt, !ouro_is_null(ouro_error_class(rt, OURO_ERROR_STOPPED)));
}

SCENARIO(printing, "ouro_error_print")
{
    ouro_decref(rt, ouro_eval(rt, "(lambda: 1 / 0)()"));
    ouro_error_print(rt);
    return ouro_failed(rt) ? RAISED : WORKED;
}

SCENARIO(error_texts, "ouro_error_text")
{
    ouro_decref(rt, ouro_eval(rt, "(lambda: 1 / 0)()"));
    ouro_owned text = ouro_error_text(rt);
    if (ouro_is_null(text)) {
        return RAISED;
    }
    ouro_decref(rt, text);
    ouro_error_clear(rt); /* it stays set */
    return WORKED;
}

/* ---- numbers ---- */

SCENARIO(ints, "ouro_int_new ouro_int_new_unsigned ouro_int_from_text ouro_int_get ouro_int_get_unsigned")
{
    ouro_owned low = ouro_int_new(rt, INT64_MIN), high = ouro_int_new_unsigned(rt, UINT64_MAX);
    ouro_owned large = ouro_int_from_text(rt, "123456789012345678901234567890123456789012345678901234567890", 10);
    int64_t i = 0;
    uint64_t u = 0;
    bool good = ouro_int_get(rt, low, &i) && ouro_int_get_unsigned(rt, high, &u) && !ouro_is_null(large);
    good = good && i == INT64_MIN && u == UINT64_MAX;
    ouro_decref(rt, low);
    ouro_decref(rt, high);
    ouro_decref(rt, large);
    return judge(rt, good);
}

SCENARIO(floats, "ouro_float_new ouro_float_get")
{
    ouro_owned tiny = ouro_float_new(rt, 5e-324), large = ouro_int_from_text(rt, "9" "0000000000000000000000000", 0);
    double a = 0, b = 0;
    bool good = ouro_float_get(rt, tiny, &a) && ouro_float_get(rt, large, &b) && a == 5e-324 && b == 9e25;
    ouro_decref(rt, tiny);
    ouro_decref(rt, large);
    return judge(rt, good);
}

/* ---- text and bytes ---- */

SCENARIO(texts, "ouro_str ouro_str_new ouro_str_format ouro_str_copy ouro_str_length")
{
    ouro_owned a = ouro_str(rt, "na\xc3\xafve \xf0\x9f\x90\x8d"), b = ouro_str_new(rt, "a\0b", 3);
    ouro_owned c = ouro_str_format(rt, "%s: %d %*s", "format", 42, 300, "wide");
    size_t length = 0;
    char *copy = ouro_str_copy(rt, a, NULL), *second = copy != NULL ? ouro_str_copy(rt, b, &length) : NULL;
    bool good = copy != NULL && second != NULL && length == 3 && strcmp(copy, "na\xc3\xafve \xf0\x9f\x90\x8d") == 0 &&
                ouro_str_length(rt, c) == 311;
    ouro_free(rt, copy);
    ouro_free(rt, second);
    ouro_decref(rt, a);
    ouro_decref(rt, b);
    ouro_decref(rt, c);
    return judge(rt, good);
}

SCENARIO(bytes, "ouro_bytes_new ouro_bytes_data")
{
    ouro_owned v = ouro_bytes_new(rt, "\0\1\2", 3);
    size_t length = 0;
    const void *data = ouro_bytes_data(rt, v, &length);
    bool good = data != NULL && length == 3 && memcmp(data, "\0\1\2", 3) == 0;
    ouro_decref(rt, v);
    return judge(rt, good);
}

SCENARIO(buffers, "ouro_buffer_get ouro_buffer_release")
{
    ouro_owned v = ouro_eval(rt, "bytearray(b'abc')"), w = ouro_eval(rt, "memoryview(b'abcdef')[1:3]");
    ouro_buffer a, b;
    bool good = ouro_buffer_get(rt, v, true, &a);
    if (good) {
        memcpy(a.data, "xyz", a.length);
        ouro_buffer_release(rt, &a);
        good = ouro_buffer_get(rt, w, false, &b);
        if (good) {
            good = b.length == 2 && b.readonly && memcmp(b.data, "bc", 2) == 0;
            ouro_buffer_release(rt, &b);
        }
    }
    ouro_decref(rt, v);
    ouro_decref(rt, w);
    return judge(rt, good);
}

/* ---- containers ---- */

SCENARIO(sequences, "ouro_tuple_new ouro_list_new ouro_list_append ouro_list_item")
{
    ouro_value items[] = {ouro_int(1), OURO_NONE, ouro_flonum(0.5)};
    ouro_owned tuple = ouro_tuple_new(rt, items, 3), list = ouro_list_new(rt, NULL, 0);
    bool good = ouro_list_append(rt, list, tuple);
    for (int i = 0; good && i < 100; i++) {
        good = ouro_list_append(rt, list, ouro_int(i));
    }
    good = good && ouro_is(ouro_list_item(rt, list, 100), ouro_int(99));
    ouro_decref(rt, tuple);
    ouro_decref(rt, list);
    return judge(rt, good);
}

SCENARIO(dicts, "ouro_dict_new ouro_dict_set ouro_dict_get ouro_dict_next")
{
    ouro_owned dict = ouro_dict_new(rt);
    bool good = true;
    for (int i = 0; good && i < 40; i++) {
        char key[20];
        snprintf(key, sizeof key, "a key %d", i);
        good = ouro_dict_set(rt, dict, key, ouro_int(i));
    }
    good = good && released(rt, ouro_dict_get(rt, dict, "a key 17"));
    size_t position = 0, count = 0;
    ouro_value key, value;
    while (good && ouro_dict_next(rt, dict, &position, &key, &value)) {
        good = ouro_is(value, ouro_int((int64_t)count++));
    }
    good = good && count == 40;
    if (good) {
        ouro_owned absent = ouro_dict_get(rt, dict, "there is no such key");
        good = ouro_is_null(absent) && !ouro_failed(rt);
        ouro_decref(rt, absent);
    }
    ouro_decref(rt, dict);
    return judge(rt, good);
}

SCENARIO(sets, "ouro_set_new ouro_set_add")
{
    ouro_owned items = ouro_eval(rt, "range(20)"), set = ouro_set_new(rt, items), text = ouro_str(rt, "member");
    bool good = ouro_set_add(rt, set, text) && ouro_length(rt, set) == 21;
    ouro_decref(rt, items);
    ouro_decref(rt, set);
    ouro_decref(rt, text);
    return judge(rt, good);
}

static const char helpers[] = "class Box:\n"
                              "    def __init__(self): self.items = {}\n"
                              "    def __len__(self): return len(self.items)\n"
                              "    def __getitem__(self, key): return self.items[key]\n"
                              "    def __setitem__(self, key, value): self.items[key] = [value]\n"
                              "    def __delitem__(self, key): del self.items[key]\n"
                              "    def __contains__(self, key): return key in list(self.items)\n"
                              "    def __iter__(self): return (k for k in [*self.items])\n"
                              "    def __bool__(self): return bool([self])\n"
                              "    def __str__(self): return 'a' + str(1.5)\n"
                              "    def __repr__(self): return 'r' * 50\n"
                              "    def __hash__(self): return hash((1, 'x'))\n"
                              "    def __eq__(self, other): return [1] == [1]\n"
                              "    def __lt__(self, other): return [1] < [2]\n"
                              "    def __add__(self, other): return [self, other]\n"
                              "    def __call__(self, *args, **keywords): return args, keywords\n"
                              "    def __getattr__(self, name):\n"
                              "        if name == 'computed': return [name]\n"
                              "        raise AttributeError(name)\n"
                              "box = Box()\n";

/* The object `box` of the helpers. */
static ouro_owned make_box(ouro_runtime *rt)
{
    ouro_decref(rt, ouro_run(rt, helpers, "<helpers>", OURO_MODE_FILE, OURO_NULL));
    return ouro_failed(rt) ? OURO_NULL : ouro_eval(rt, "box");
}

SCENARIO(items, "ouro_length ouro_item_get ouro_item_set ouro_item_delete ouro_contains")
{
    ouro_owned box = make_box(rt), key = ouro_is_null(box) ? OURO_NULL : ouro_str(rt, "a key");
    bool good = ouro_item_set(rt, box, key, ouro_int(1)) && released(rt, ouro_item_get(rt, box, key)) &&
                ouro_contains(rt, box, key) == 1 && ouro_length(rt, box) == 1 && ouro_item_delete(rt, box, key) &&
                ouro_contains(rt, box, key) == 0;
    ouro_decref(rt, box);
    ouro_decref(rt, key);
    return judge(rt, good);
}

SCENARIO(iterating, "ouro_iterator ouro_next")
{
    ouro_owned box = make_box(rt);
    bool good = ouro_item_set(rt, box, ouro_int(7), OURO_TRUE);
    ouro_owned iterator = good ? ouro_iterator(rt, box) : OURO_NULL;
    ouro_owned first = ouro_next(rt, iterator);
    good = good && ouro_is(first, ouro_int(7));
    if (good) {
        ouro_owned end = ouro_next(rt, iterator);
        good = ouro_is_null(end) && !ouro_failed(rt);
        ouro_decref(rt, end);
    }
    ouro_decref(rt, first);
    ouro_decref(rt, iterator);
    ouro_decref(rt, box);
    return judge(rt, good);
}

/* ---- objects ---- */

SCENARIO(attributes, "ouro_attribute_get ouro_attribute_set ouro_attribute_delete ouro_attribute_has")
{
    ouro_owned box = make_box(rt);
    bool good = ouro_attribute_set(rt, box, "colour", ouro_int(3)) && released(rt, ouro_attribute_get(rt, box, "colour")) &&
                released(rt, ouro_attribute_get(rt, box, "computed")) && ouro_attribute_has(rt, box, "colour") == 1 &&
                ouro_attribute_delete(rt, box, "colour") && ouro_attribute_has(rt, box, "colour") == 0;
    ouro_decref(rt, box);
    return judge(rt, good);
}

SCENARIO(calling, "ouro_call ouro_call_keywords ouro_call_method ouro_is_callable")
{
    ouro_owned box = make_box(rt);
    ouro_value args[] = {ouro_int(1), ouro_int(2), ouro_int(3)};
    const char *const names[] = {"a_name", "another", NULL};
    bool good = ouro_is_callable(rt, box) && released(rt, ouro_call(rt, box, args, 3)) &&
                released(rt, ouro_call_keywords(rt, box, args, 1, names)) &&
                released(rt, ouro_call_method(rt, box, "__setitem__", args, 2));
    ouro_decref(rt, box);
    return judge(rt, good);
}

SCENARIO(types, "ouro_type_of ouro_type_name ouro_is_instance ouro_is_kind")
{
    ouro_owned box = make_box(rt);
    if (ouro_is_null(box)) {
        return RAISED;
    }
    ouro_value type = ouro_type_of(rt, box);
    bool good = strcmp(ouro_type_name(rt, box), "Box") == 0 && ouro_is_kind(rt, type, OURO_KIND_CLASS) &&
                ouro_is_instance(rt, box, type) == 1;
    ouro_owned classes = ouro_tuple_new(rt, &type, 1);
    good = good && ouro_is_instance(rt, ouro_int(1), classes) == 0;
    ouro_decref(rt, classes);
    ouro_decref(rt, box);
    return judge(rt, good);
}

SCENARIO(protocols, "ouro_truth ouro_to_str ouro_repr ouro_hash")
{
    ouro_owned box = make_box(rt);
    int64_t hash;
    bool good = ouro_truth(rt, box) == 1 && released(rt, ouro_to_str(rt, box)) && released(rt, ouro_repr(rt, box)) &&
                ouro_hash(rt, box, &hash);
    ouro_decref(rt, box);
    return judge(rt, good);
}

SCENARIO(comparing, "ouro_compare ouro_binary")
{
    ouro_owned box = make_box(rt), power = OURO_NULL;
    bool good = ouro_compare(rt, box, ouro_int(1), OURO_EQ) == 1 && ouro_compare(rt, box, ouro_int(1), OURO_LT) == 1 &&
                released(rt, ouro_binary(rt, OURO_ADD, box, ouro_int(2)));
    if (good) {
        power = ouro_binary(rt, OURO_POWER, ouro_int(7), ouro_int(200));
        good = released(rt, ouro_binary(rt, OURO_FLOOR_DIVIDE, power, ouro_int(3)));
    }
    ouro_decref(rt, power);
    ouro_decref(rt, box);
    return judge(rt, good);
}

SCENARIO(weakly, "ouro_weakref_new")
{
    ouro_owned box = make_box(rt), told = ouro_is_null(box) ? OURO_NULL : ouro_list_new(rt, NULL, 0);
    ouro_owned append = ouro_attribute_get(rt, told, "append");
    ouro_owned plain = ouro_weakref_new(rt, box, OURO_NULL);
    ouro_owned calling = ouro_is_null(plain) || ouro_is_null(append) ? OURO_NULL : ouro_weakref_new(rt, box, append);
    bool good = !ouro_is_null(calling);
    if (good) {
        ouro_owned gone = ouro_eval(rt, "globals().pop('box')");
        good = released(rt, gone);
    }
    ouro_decref(rt, box); /* the last: the callback runs, and may fail unheard */
    ouro_decref(rt, calling);
    ouro_decref(rt, plain);
    ouro_decref(rt, append);
    ouro_decref(rt, told);
    return judge(rt, good);
}

/* ---- functions, modules and types in C ---- */

static ouro_owned host_pair(ouro_runtime *rt, const ouro_value *args, size_t count)
{
    ouro_value given[8];
    for (size_t i = 0; i < count; i++) {
        given[i] = ouro_is_null(args[i]) ? OURO_NONE : args[i];
    }
    return ouro_tuple_new(rt, given, count);
}

static const ouro_function_def host_function = {"pair", "self, a=1, /, *rest, b=[2], **more", host_pair, "Doc."};

SCENARIO(functions, "ouro_function_new ouro_function_bind")
{
    ouro_owned plain = ouro_function_new(rt, &host_function), list = ouro_list_new(rt, NULL, 0);
    ouro_owned bound = ouro_is_null(plain) ? OURO_NULL : ouro_function_bind(rt, &host_function, list);
    ouro_value args[] = {ouro_int(1), ouro_int(2), ouro_int(3), ouro_int(4)};
    const char *const names[] = {"extra", NULL};
    bool good = released(rt, ouro_call(rt, plain, args, 3)) && released(rt, ouro_call_keywords(rt, bound, args, 2, names)) &&
                released(rt, ouro_repr(rt, bound)) && released(rt, ouro_attribute_get(rt, plain, "__doc__"));
    ouro_decref(rt, plain);
    ouro_decref(rt, bound);
    ouro_decref(rt, list);
    return judge(rt, good);
}

static int destroyed;

static void destroy_pointer(void *pointer)
{
    destroyed += pointer == &destroyed;
}

SCENARIO(carried, "ouro_pointer_new ouro_pointer_get")
{
    destroyed = 0;
    ouro_owned v = ouro_pointer_new(rt, &destroyed, destroy_pointer);
    if (ouro_is_null(v)) {
        return destroyed == 0 ? RAISED : REFUSED; /* the caller still has it */
    }
    bool good = ouro_pointer_get(rt, v) == &destroyed;
    ouro_decref(rt, v);
    return judge(rt, good && destroyed == 1);
}

static bool host_module_start(ouro_runtime *rt, ouro_value module)
{
    ouro_owned table = ouro_eval(rt, "{'a': [1, 2]}");
    bool good = ouro_attribute_set(rt, module, "table", table);
    ouro_decref(rt, table);
    return good;
}

static const ouro_function_def host_functions[] = {{"pair", "a, b", host_pair, NULL}, {0}};
static const ouro_module_def host_module = {"host_module", "A module.", host_functions, host_module_start};

SCENARIO(modules, "ouro_module_register")
{
    bool good = ouro_module_register(rt, &host_module);
    if (good) {
        ouro_owned module = ouro_import(rt, "host_module");
        ouro_value args[] = {ouro_int(1), ouro_int(2)};
        good = released(rt, ouro_call_method(rt, module, "pair", args, 2));
        ouro_decref(rt, module);
    }
    return judge(rt, good);
}

typedef struct host_object {
    ouro_object object;
    ouro_value item;
    int number;
} host_object;

static const ouro_field host_fields[] = {{OURO_FIELD_VALUE, offsetof(host_object, item), 0, "item"}};

static ouro_owned host_init(ouro_runtime *rt, const ouro_value *args, size_t count)
{
    (void)count;
    host_object *self = ouro_instance_get(rt, args[0], (ouro_type *)ouro_user_data(rt));
    if (self == NULL) {
        return OURO_NULL;
    }
    ouro_value old = self->item;
    self->item = ouro_incref(args[1]);
    ouro_decref(rt, old);
    return OURO_NONE;
}

static ouro_owned host_get_item(ouro_runtime *rt, ouro_value self)
{
    (void)rt;
    host_object *h = (host_object *)(void *)ouro_as_object(self);
    return ouro_is_null(h->item) ? OURO_NONE : ouro_incref(h->item);
}

static const ouro_function_def host_methods[] = {
    {"__init__", "self, item=None", host_init, NULL}, {"pair", "self, other", host_pair, "Doc."}, {0}};
static const ouro_attribute_def host_attributes[] = {{"item", host_get_item, NULL, NULL}, {0}};
static const ouro_class_def host_class = {
    .name = "host.Object",
    .size = sizeof(host_object),
    .flags = OURO_TYPE_WEAKREF | OURO_CLASS_BASE | OURO_CLASS_DICT,
    .fields = host_fields,
    .field_count = 1,
    .methods = host_methods,
    .attributes = host_attributes,
};

SCENARIO(classes, "ouro_class_create ouro_instance_new ouro_instance_get")
{
    ouro_type *type = ouro_class_create(rt, &host_class);
    if (type == NULL) {
        return judge(rt, false);
    }
    ouro_set_user_data(rt, type);
    host_object *h = ouro_instance_new(rt, type);
    if (h == NULL) {
        return judge(rt, false);
    }
    ouro_value self = ouro_from_object(h);
    h->item = ouro_incref(self); /* a cycle */
    bool good = ouro_instance_get(rt, self, type) == h && ouro_attribute_set(rt, self, "name", self) &&
                ouro_dict_set(rt, ouro_main(rt), "Object", ouro_from_object(type)) &&
                released(rt, ouro_run(rt, "class Derived(Object):\n    pass\nd = Derived([1])\nd.item.append(d)\n"
                                          "p = d.pair(other=3)\ndel d, p", "<classes>", OURO_MODE_FILE, OURO_NULL));
    ouro_decref(rt, self);
    return judge(rt, good);
}

int main(int argc, char **argv)
{
    char path[] = "memory-test-XXXXXX.py";
    int fd = mkstemps(path, 3);
    FILE *stream = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (stream == NULL) {
        return 2;
    }
    fputs("import sys\nx = {name: [name] for name in sys.modules}\nassert __name__ == '__main__'\n", stream);
    fclose(stream);
    program_path = path;
    int status = memory_main(argc > 1 ? argv[1] : NULL);
    remove(path);
    return status;
}
