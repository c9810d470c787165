/* api_test.c: every public function of ouro.h, used as its comment says. */
#include "embed_test.h"

static bool is_text(ouro_runtime *rt, ouro_value v, const char *expected)
{
    char *text = ouro_str_copy(rt, v, NULL);
    bool same = text != NULL && strcmp(text, expected) == 0;
    if (!same) {
        printf("expected %s, got %s\n", expected, text ? text : "nothing");
    }
    ouro_free(rt, text);
    return same;
}

/* repr(v) (v owned) is the text. */
static bool shows(ouro_runtime *rt, ouro_owned v, const char *expected)
{
    if (ouro_is_null(v)) {
        ouro_error_print(rt);
        return false;
    }
    ouro_owned text = ouro_repr(rt, v);
    bool same = is_text(rt, text, expected);
    ouro_decref(rt, text);
    ouro_decref(rt, v);
    return same;
}

static void test_running(void)
{
    caught c = {.input = "first\nsecond\n"};
    ouro_config config = caught_config(&c);
    static const char *const argv[] = {"program", "one"};
    config.argc = 2;
    config.argv = argv;
    int user = 7;
    config.user = &user;
    ouro_runtime *rt = ouro_open(&config);
    EXPECT(rt != NULL);
    EXPECT(ouro_user_data(rt) == &user);
    ouro_set_user_data(rt, NULL);
    EXPECT(ouro_user_data(rt) == NULL);
    EXPECT(ouro_run_text(rt, "import sys\nprint('hello', sys.argv)\nx = 6", "<test>") == 0);
    EXPECT(strcmp(c.output, "hello ['program', 'one']\n") == 0);
    EXPECT(ouro_run_text(rt, "print(input(), input('? '))", "<test>") == 0);
    EXPECT(strstr(c.output, "? first second\n") != NULL);
    EXPECT(shows(rt, ouro_eval(rt, "x * 7"), "42"));
    EXPECT(ouro_run_text(rt, "1/0", "<test>") == 1);
    EXPECT(strstr(c.error, "ZeroDivisionError: division by zero") != NULL);
    EXPECT(ouro_run_text(rt, "raise SystemExit(3)", "<test>") == 3);
    EXPECT(ouro_run_text(rt, "raise SystemExit", "<test>") == 0);
    caught_reset(&c);
    EXPECT(ouro_run_file(rt, "/does/not/exist.py") == 2);
    EXPECT(strstr(c.error, "can't open file") != NULL);
    EXPECT(ouro_run_module(rt, "no_such_module_here") == 1);

    ouro_owned code = ouro_compile(rt, "n = n + 1", "<unit>", OURO_MODE_FILE);
    EXPECT(!ouro_is_null(code));
    ouro_owned globals = ouro_dict_new(rt);
    EXPECT(ouro_dict_set(rt, globals, "n", ouro_int(1)));
    for (int i = 0; i < 3; i++) {
        ouro_owned none = ouro_run_code(rt, code, globals);
        EXPECT(ouro_is_none(none));
    }
    EXPECT(shows(rt, ouro_dict_get(rt, globals, "n"), "4"));
    ouro_decref(rt, code);
    EXPECT(shows(rt, ouro_run(rt, "n + 1", "<unit>", OURO_MODE_EVAL, globals), "5"));
    caught_reset(&c);
    EXPECT(ouro_is_none(ouro_run(rt, "n", "<unit>", OURO_MODE_SINGLE, globals)));
    EXPECT(strcmp(c.output, "4\n") == 0);
    EXPECT(ouro_is_null(ouro_compile(rt, "n n", "<unit>", OURO_MODE_FILE)));
    EXPECT(ouro_failed_with(rt, OURO_ERROR_SYNTAX));
    ouro_error_clear(rt);
    EXPECT(ouro_is_null(ouro_run_code(rt, ouro_int(1), globals)));
    ouro_error_clear(rt);
    ouro_decref(rt, globals);
    ouro_owned math = ouro_import(rt, "math");
    EXPECT(shows(rt, ouro_call_method(rt, math, "floor", (ouro_value[]){ouro_flonum(2.5)}, 1), "2"));
    ouro_decref(rt, math);
    EXPECT(ouro_is_null(ouro_import(rt, "no_such_module_here")) &&
           ouro_failed_with(rt, OURO_ERROR_MODULE_NOT_FOUND));
    ouro_error_clear(rt);
    EXPECT(!ouro_is_null(ouro_main(rt)));
    EXPECT(ouro_mem_live_blocks(ouro_heap(rt)) > 0);
    /* the end: exit functions, output that was not flushed */
    caught_reset(&c);
    EXPECT(ouro_run_text(rt, "import atexit\natexit.register(print, 'bye')\nprint('no newline', end='')",
                         "<t>") == 0);
    EXPECT(ouro_finish(rt) == 0);
    EXPECT(strcmp(c.output, "no newlinebye\n") == 0);
    EXPECT(ouro_finish(rt) == 0);
    EXPECT(ouro_close(rt) == 0);
    EXPECT(c.misuses == 0 && c.leaks == 0);
}

static void test_values(ouro_runtime *rt)
{
    int64_t i;
    uint64_t u;
    double d;
    size_t length;
    EXPECT(shows(rt, ouro_int_new(rt, INT64_MIN), "-9223372036854775808"));
    EXPECT(shows(rt, ouro_int_new_unsigned(rt, UINT64_MAX), "18446744073709551615"));
    ouro_owned big = ouro_int_from_text(rt, "123456789012345678901234567890", 10);
    EXPECT(!ouro_int_get(rt, big, &i) && ouro_failed_with(rt, OURO_ERROR_OVERFLOW));
    ouro_error_clear(rt);
    EXPECT(!ouro_int_get_unsigned(rt, ouro_int(-1), &u) && ouro_failed_with(rt, OURO_ERROR_OVERFLOW));
    ouro_error_clear(rt);
    EXPECT(ouro_float_get(rt, big, &d) && d > 1.2e29 && d < 1.3e29);
    ouro_decref(rt, big);
    big = ouro_int_new_unsigned(rt, UINT64_MAX);
    EXPECT(ouro_int_get_unsigned(rt, big, &u) && u == UINT64_MAX);
    ouro_decref(rt, big);
    EXPECT(ouro_int_get(rt, ouro_int(-5), &i) && i == -5);
    EXPECT(ouro_int_get(rt, OURO_TRUE, &i) && i == 1);
    EXPECT(!ouro_int_get(rt, ouro_flonum(1.5), &i) && ouro_failed_with(rt, OURO_ERROR_TYPE));
    ouro_error_clear(rt);
    EXPECT(ouro_is_null(ouro_int_from_text(rt, "12x", 10)) && ouro_failed_with(rt, OURO_ERROR_VALUE));
    ouro_error_clear(rt);
    EXPECT(ouro_is_null(ouro_int_from_text(rt, "12", 77)));
    ouro_error_clear(rt);
    ouro_owned f = ouro_float_new(rt, 1e300);
    EXPECT(ouro_float_get(rt, f, &d) && d == 1e300);
    EXPECT(ouro_is_kind(rt, f, OURO_KIND_FLOAT) && !ouro_is_kind(rt, f, OURO_KIND_INT));
    ouro_decref(rt, f);

    ouro_owned text = ouro_str(rt, "gr\xc3\xbc\xc3\x9f");
    EXPECT(ouro_str_length(rt, text) == 4);
    char *copy = ouro_str_copy(rt, text, &length);
    EXPECT(copy != NULL && length == 6 && strcmp(copy, "gr\xc3\xbc\xc3\x9f") == 0);
    ouro_free(rt, copy);
    ouro_decref(rt, text);
    EXPECT(ouro_is_null(ouro_str(rt, "\xff")) && ouro_failed_with(rt, OURO_ERROR_UNICODE));
    ouro_error_clear(rt);
    text = ouro_str_new(rt, "a\0b", 3);
    EXPECT(ouro_str_copy(rt, text, NULL) == NULL && ouro_failed_with(rt, OURO_ERROR_VALUE));
    ouro_error_clear(rt);
    ouro_decref(rt, text);
    EXPECT(ouro_str_copy(rt, ouro_int(1), NULL) == NULL && ouro_failed_with(rt, OURO_ERROR_TYPE));
    ouro_error_clear(rt);
    EXPECT(ouro_str_length(rt, OURO_NONE) == -1);
    ouro_error_clear(rt);
    EXPECT(shows(rt, ouro_str_format(rt, "%d-%s", 5, "x"), "'5-x'"));
    char many[1000];
    memset(many, 'y', sizeof many - 1);
    many[sizeof many - 1] = 0;
    text = ouro_str_format(rt, "%s!", many);
    EXPECT(ouro_str_length(rt, text) == 1000);
    ouro_decref(rt, text);

    ouro_owned bytes = ouro_bytes_new(rt, "ab\0c", 4);
    const void *data = ouro_bytes_data(rt, bytes, &length);
    EXPECT(data != NULL && length == 4 && memcmp(data, "ab\0c", 4) == 0);
    ouro_buffer buffer;
    EXPECT(ouro_buffer_get(rt, bytes, false, &buffer) && buffer.length == 4 && buffer.readonly);
    ouro_buffer_release(rt, &buffer);
    EXPECT(!ouro_buffer_get(rt, bytes, true, &buffer) && ouro_failed(rt));
    ouro_error_clear(rt);
    EXPECT(shows(rt, bytes, "b'ab\\x00c'"));
    EXPECT(ouro_bytes_data(rt, OURO_NONE, &length) == NULL);
    ouro_error_clear(rt);
    ouro_owned array = ouro_eval(rt, "bytearray(b'xyz')");
    EXPECT(ouro_buffer_get(rt, array, true, &buffer) && !buffer.readonly);
    memcpy(buffer.data, "abc", 3);
    ouro_buffer_release(rt, &buffer);
    ouro_buffer_release(rt, &buffer);
    EXPECT(shows(rt, array, "bytearray(b'abc')"));
    ouro_owned strided = ouro_eval(rt, "memoryview(b'abcdef')[::2]");
    EXPECT(!ouro_buffer_get(rt, strided, false, &buffer) && ouro_failed_with(rt, OURO_ERROR_BUFFER));
    ouro_error_clear(rt);
    ouro_decref(rt, strided);
    EXPECT(shows(rt, ouro_bytes_new(rt, NULL, 0), "b''"));
}

static void test_containers(ouro_runtime *rt)
{
    ouro_value three[] = {ouro_int(1), ouro_int(2), ouro_int(3)};
    EXPECT(shows(rt, ouro_tuple_new(rt, three, 3), "(1, 2, 3)"));
    EXPECT(shows(rt, ouro_tuple_new(rt, NULL, 0), "()"));
    ouro_owned list = ouro_list_new(rt, three, 3);
    EXPECT(ouro_list_append(rt, list, OURO_NONE));
    EXPECT(ouro_length(rt, list) == 4);
    EXPECT(ouro_as_int(ouro_list_item(rt, list, 1)) == 2);
    EXPECT(ouro_is_null(ouro_list_item(rt, list, 4)) && ouro_failed_with(rt, OURO_ERROR_INDEX));
    ouro_error_clear(rt);
    EXPECT(ouro_is_null(ouro_list_item(rt, ouro_int(1), 0)));
    ouro_error_clear(rt);
    EXPECT(!ouro_list_append(rt, ouro_int(3), list) && ouro_failed_with(rt, OURO_ERROR_TYPE));
    ouro_error_clear(rt);
    EXPECT(ouro_item_set(rt, list, ouro_int(-1), OURO_TRUE));
    EXPECT(ouro_item_delete(rt, list, ouro_int(0)));
    EXPECT(ouro_contains(rt, list, ouro_int(3)) == 1 && ouro_contains(rt, list, ouro_int(9)) == 0);
    EXPECT(ouro_contains(rt, ouro_int(1), ouro_int(9)) == -1);
    ouro_error_clear(rt);
    ouro_owned iterator = ouro_iterator(rt, list), item;
    int64_t sum = 0, each;
    while (!ouro_is_null(item = ouro_next(rt, iterator))) {
        EXPECT(ouro_int_get(rt, item, &each));
        sum += each;
        ouro_decref(rt, item);
    }
    EXPECT(!ouro_failed(rt) && sum == 6);
    ouro_decref(rt, iterator);
    EXPECT(ouro_is_null(ouro_iterator(rt, ouro_int(1))) && ouro_failed_with(rt, OURO_ERROR_TYPE));
    ouro_error_clear(rt);
    EXPECT(shows(rt, list, "[2, 3, True]"));

    ouro_owned dict = ouro_dict_new(rt);
    EXPECT(ouro_dict_set(rt, dict, "a", ouro_int(1)) && ouro_dict_set(rt, dict, "b", ouro_int(2)));
    EXPECT(ouro_is_null(ouro_dict_get(rt, dict, "c")) && !ouro_failed(rt));
    size_t position = 0;
    ouro_value key, value;
    int count = 0;
    while (ouro_dict_next(rt, dict, &position, &key, &value)) {
        EXPECT(ouro_is_kind(rt, key, OURO_KIND_STR));
        count += (int)ouro_as_int(value);
    }
    EXPECT(count == 3);
    EXPECT(!ouro_dict_set(rt, ouro_int(1), "a", dict) && ouro_failed_with(rt, OURO_ERROR_TYPE));
    ouro_error_clear(rt);
    ouro_owned name = ouro_str(rt, "z");
    EXPECT(ouro_is_null(ouro_item_get(rt, dict, name)) && ouro_failed_with(rt, OURO_ERROR_KEY));
    ouro_error_clear(rt);
    ouro_decref(rt, name);
    EXPECT(shows(rt, dict, "{'a': 1, 'b': 2}"));
    ouro_owned set = ouro_set_new(rt, OURO_NULL);
    EXPECT(ouro_set_add(rt, set, ouro_int(5)) && ouro_set_add(rt, set, ouro_int(5)) &&
           ouro_length(rt, set) == 1);
    EXPECT(!ouro_set_add(rt, ouro_int(5), ouro_int(5)));
    ouro_error_clear(rt);
    EXPECT(shows(rt, set, "{5}"));
    /* a chain in which something failed ends in the first failure */
    EXPECT(ouro_is_null(ouro_repr(rt, ouro_call(rt, ouro_attribute_get(rt, OURO_NONE, "nothing"), NULL, 0))));
    EXPECT(ouro_failed_with(rt, OURO_ERROR_ATTRIBUTE));
    ouro_error_clear(rt);
    EXPECT(ouro_is_null(ouro_repr(rt, OURO_NULL)) && ouro_failed_with(rt, OURO_ERROR_SYSTEM));
    ouro_error_clear(rt);
    EXPECT(ouro_is_null(ouro_tuple_new(rt, (ouro_value[]){OURO_NULL}, 1)));
    ouro_error_clear(rt);
}

static void test_objects(ouro_runtime *rt)
{
    EXPECT(ouro_run_text(rt,
                         "class Point:\n"
                         "    def __init__(self, x, y=0):\n"
                         "        self.x, self.y = x, y\n"
                         "    def moved(self, by):\n"
                         "        return Point(self.x + by, self.y)\n"
                         "    def __repr__(self):\n"
                         "        return f'Point({self.x}, {self.y})'\n",
                         "<objects>") == 0);
    ouro_owned class = ouro_eval(rt, "Point");
    ouro_owned p = ouro_call_keywords(rt, class, (ouro_value[]){ouro_int(1), ouro_int(2)}, 1,
                                      (const char *const[]){"y", NULL});
    EXPECT(ouro_attribute_has(rt, p, "x") == 1 && ouro_attribute_has(rt, p, "z") == 0);
    EXPECT(ouro_attribute_set(rt, p, "z", ouro_int(9)) && ouro_attribute_has(rt, p, "z") == 1);
    EXPECT(ouro_attribute_delete(rt, p, "z") && ouro_attribute_has(rt, p, "z") == 0);
    EXPECT(!ouro_attribute_delete(rt, p, "z") && ouro_failed_with(rt, OURO_ERROR_ATTRIBUTE));
    ouro_error_clear(rt);
    EXPECT(shows(rt, ouro_call_method(rt, p, "moved", (ouro_value[]){ouro_int(10)}, 1), "Point(11, 2)"));
    EXPECT(ouro_is_instance(rt, p, class) == 1 && ouro_is(ouro_type_of(rt, p), class));
    EXPECT(strcmp(ouro_type_name(rt, p), "Point") == 0);
    EXPECT(ouro_is_callable(rt, class) && !ouro_is_callable(rt, p));
    EXPECT(ouro_is_kind(rt, class, OURO_KIND_CLASS));
    EXPECT(ouro_truth(rt, p) == 1 && ouro_truth(rt, ouro_int(0)) == 0);
    int64_t hash;
    EXPECT(ouro_hash(rt, p, &hash));
    ouro_owned list = ouro_list_new(rt, NULL, 0);
    EXPECT(!ouro_hash(rt, list, &hash) && ouro_failed_with(rt, OURO_ERROR_TYPE));
    ouro_error_clear(rt);
    ouro_decref(rt, list);
    ouro_owned text = ouro_to_str(rt, p);
    EXPECT(is_text(rt, text, "Point(1, 2)"));
    ouro_decref(rt, text);
    EXPECT(ouro_compare(rt, ouro_int(1), ouro_int(2), OURO_LT) == 1);
    EXPECT(ouro_compare(rt, p, ouro_int(2), OURO_LT) == -1 && ouro_failed_with(rt, OURO_ERROR_TYPE));
    ouro_error_clear(rt);
    EXPECT(shows(rt, ouro_binary(rt, OURO_ADD, ouro_int(2), ouro_int(3)), "5"));
    EXPECT(shows(rt, ouro_binary(rt, OURO_POWER, ouro_int(2), ouro_int(70)), "1180591620717411303424"));
    ouro_owned weak = ouro_weakref_new(rt, p, OURO_NULL);
    ouro_owned again = ouro_weakref_get(weak);
    EXPECT(ouro_is(again, p));
    ouro_decref(rt, again);
    ouro_decref(rt, p);
    EXPECT(ouro_is_none(ouro_weakref_get(weak)));
    ouro_decref(rt, weak);
    EXPECT(ouro_is_null(ouro_weakref_new(rt, ouro_int(1), OURO_NULL)) &&
           ouro_failed_with(rt, OURO_ERROR_TYPE));
    ouro_error_clear(rt);
    ouro_decref(rt, class);
}

static void test_errors(ouro_runtime *rt, caught *c)
{
    EXPECT(ouro_is_null(ouro_raise(rt, OURO_ERROR_VALUE, "bad %d", 5)) && ouro_failed(rt));
    EXPECT(ouro_failed_with(rt, OURO_ERROR_VALUE) && ouro_failed_with(rt, OURO_ERROR_ANY) &&
           !ouro_failed_with(rt, OURO_ERROR_KEY));
    ouro_owned text = ouro_error_text(rt);
    EXPECT(is_text(rt, text, "ValueError: bad 5\n") && ouro_failed(rt));
    ouro_decref(rt, text);
    ouro_owned taken = ouro_error_take(rt);
    EXPECT(!ouro_failed(rt) && ouro_is_kind(rt, taken, OURO_KIND_EXCEPTION));
    ouro_error_restore(rt, taken);
    EXPECT(ouro_failed_with(rt, OURO_ERROR_VALUE));
    caught_reset(c);
    ouro_error_print(rt);
    EXPECT(strcmp(c->error, "ValueError: bad 5\n") == 0 && !ouro_failed(rt));
    EXPECT(ouro_is_null(ouro_raise_value(rt, ouro_error_class(rt, OURO_ERROR_KEY))));
    EXPECT(ouro_failed_with(rt, OURO_ERROR_LOOKUP));
    ouro_error_clear(rt);
    ouro_raise_value(rt, ouro_int(1));
    EXPECT(ouro_failed_with(rt, OURO_ERROR_TYPE));
    ouro_error_clear(rt);
    ouro_raise(rt, OURO_ERROR_MEMORY, NULL);
    EXPECT(ouro_failed_with(rt, OURO_ERROR_MEMORY));
    ouro_error_clear(rt);
    EXPECT(ouro_is_null(ouro_error_take(rt)) && ouro_is_null(ouro_error_text(rt)));
    for (int e = 0; e < OURO_ERROR_COUNT; e++) {
        EXPECT(ouro_is_kind(rt, ouro_error_class(rt, (ouro_error)e), OURO_KIND_CLASS));
        ouro_raise(rt, (ouro_error)e, "number %d", e);
        EXPECT(ouro_failed_with(rt, (ouro_error)e));
        ouro_error_clear(rt);
    }
}

/* ---- C functions, modules, types ---- */

static ouro_owned c_sum(ouro_runtime *rt, const ouro_value *args, size_t count)
{
    int64_t a, b = 10, scale = 1;
    EXPECT(count == 3);
    if (!ouro_int_get(rt, args[0], &a) || (!ouro_is_null(args[1]) && !ouro_int_get(rt, args[1], &b)) ||
        (!ouro_is_null(args[2]) && !ouro_int_get(rt, args[2], &scale))) {
        return OURO_NULL;
    }
    return ouro_int_new(rt, (a + b) * scale);
}

static ouro_owned c_all(ouro_runtime *rt, const ouro_value *args, size_t count)
{
    EXPECT(count == 2);
    return ouro_tuple_new(rt, (ouro_value[]){args[0], ouro_is_null(args[1]) ? OURO_NONE : args[1]}, 2);
}

static ouro_owned c_fail(ouro_runtime *rt, const ouro_value *args, size_t count)
{
    return ouro_raise(rt, OURO_ERROR_LOOKUP, "nothing here");
}

static ouro_owned c_closure(ouro_runtime *rt, const ouro_value *args, size_t count)
{
    int *counter = ouro_pointer_get(rt, args[0]);
    return counter == NULL ? OURO_NULL : ouro_int(++*counter);
}

static int destroyed;

static void c_destroy(void *pointer)
{
    destroyed += *(int *)pointer;
}

static const ouro_function_def c_functions[] = {
    {"sum", "a, b=10, /, *, scale=1", c_sum, "Adds and scales."},
    {"all", "*args, **kwargs", c_all, NULL},
    {"fail", "", c_fail, NULL},
    {0},
};

static bool c_start(ouro_runtime *rt, ouro_value module)
{
    return ouro_attribute_set(rt, module, "answer", ouro_int(42));
}

static bool c_start_fails(ouro_runtime *rt, ouro_value module)
{
    ouro_raise(rt, OURO_ERROR_RUNTIME, "does not start");
    return false;
}

static const ouro_module_def c_module = {"host", "The host's own.", c_functions, c_start};
static const ouro_module_def c_bad_module = {"bad_host", NULL, NULL, c_start_fails};

typedef struct node {
    ouro_object object;
    ouro_value next; /* owned */
    double weight;
    char *buffer;
} node;

static int node_finalized, node_disposed;

static void node_dispose(ouro_runtime *rt, ouro_object *self)
{
    node_disposed++;
    ouro_free(rt, ((node *)(void *)self)->buffer);
}

static void node_finalize(ouro_runtime *rt, ouro_object *self)
{
    node_finalized++;
}

static ouro_type *node_type;

static ouro_owned node_init(ouro_runtime *rt, const ouro_value *args, size_t count)
{
    node *n = ouro_instance_get(rt, args[0], node_type);
    if (n == NULL || !ouro_float_get(rt, args[1], &n->weight)) {
        return OURO_NULL;
    }
    if (n->buffer == NULL) {
        n->buffer = ouro_mem_alloc(ouro_heap(rt), 100);
    }
    return n->buffer != NULL ? OURO_NONE : ouro_raise(rt, OURO_ERROR_MEMORY, NULL);
}

static ouro_owned node_repr(ouro_runtime *rt, const ouro_value *args, size_t count)
{
    node *n = ouro_instance_get(rt, args[0], node_type);
    return n == NULL ? OURO_NULL : ouro_str_format(rt, "<node %g>", n->weight);
}

static ouro_owned node_length(ouro_runtime *rt, const ouro_value *args, size_t count)
{
    return ouro_int(3);
}

static ouro_owned node_item(ouro_runtime *rt, const ouro_value *args, size_t count)
{
    int64_t i;
    if (!ouro_int_get(rt, args[1], &i)) {
        return OURO_NULL;
    }
    return i < 3 ? ouro_int(i * i) : ouro_raise(rt, OURO_ERROR_INDEX, "no item");
}

static ouro_owned node_get_next(ouro_runtime *rt, ouro_value self)
{
    const node *n = ouro_instance_get(rt, self, node_type);
    return n == NULL ? OURO_NULL : ouro_is_null(n->next) ? OURO_NONE : ouro_incref(n->next);
}

static bool node_set_next(ouro_runtime *rt, ouro_value self, ouro_value value)
{
    node *n = ouro_instance_get(rt, self, node_type);
    if (n == NULL) {
        return false;
    }
    ouro_value old = n->next;
    n->next = ouro_is_null(value) ? OURO_NULL : ouro_incref(value);
    ouro_decref(rt, old);
    return true;
}

static const ouro_field node_fields[] = {{OURO_FIELD_VALUE, offsetof(node, next), 0, "next"}};
static const ouro_function_def node_methods[] = {
    {"__init__", "self, weight=0.0", node_init, NULL},
    {"__repr__", "self, /", node_repr, NULL},
    {"__len__", "self, /", node_length, NULL},
    {"__getitem__", "self, index, /", node_item, NULL},
    {0},
};
static const ouro_attribute_def node_attributes[] = {{"next", node_get_next, node_set_next, "The next."},
                                                     {0}};
static const ouro_class_def node_class = {
    .name = "host.Node",
    .doc = "A node.",
    .size = sizeof(node),
    .flags = OURO_TYPE_WEAKREF | OURO_CLASS_BASE,
    .fields = node_fields,
    .field_count = 1,
    .dispose = node_dispose,
    .finalize = node_finalize,
    .methods = node_methods,
    .attributes = node_attributes,
};
static const ouro_class_def hidden_class = {
    .name = "host.Hidden", .size = sizeof(ouro_object) + 8, .flags = OURO_TYPE_LEAF | OURO_CLASS_HIDDEN};
static const ouro_class_def leaf_class = {
    .name = "host.Leaf", .size = sizeof(ouro_object) + 8, .flags = OURO_TYPE_LEAF | OURO_CLASS_BASE};

static void test_functions(ouro_runtime *rt, caught *c)
{
    EXPECT(ouro_module_register(rt, &c_module) && ouro_module_register(rt, &c_bad_module));
    caught_reset(c);
    EXPECT(ouro_run_text(
               rt,
               "import host\n"
               "print(host.sum(1), host.sum(1, 2), host.sum(1, scale=3), host.answer)\n"
               "print(host.all(1, 2, x=3), host.all())\n"
               "print(host.__doc__, host.sum.__doc__, host.sum.__name__, host.sum.__text_signature__)\n"
               "for f in (lambda: host.sum(), lambda: host.sum(a=1), lambda: host.sum('x'), host.fail):\n"
               "    try:\n"
               "        f()\n"
               "    except Exception as e:\n"
               "        print(type(e).__name__, e)\n"
               "try:\n"
               "    import bad_host\n"
               "except RuntimeError as e:\n"
               "    print(e)\n",
               "<functions>") == 0);
    EXPECT(strcmp(c->output, "11 3 33 42\n"
                             "((1, 2), {'x': 3}) ((), None)\n"
                             "The host's own. Adds and scales. sum ($module, a, b=10, /, *, scale=1)\n"
                             "TypeError sum() takes at least 1 positional argument (0 given)\n"
                             "TypeError sum() takes at least 1 positional argument (0 given)\n"
                             "TypeError 'str' object cannot be interpreted as an integer\n"
                             "LookupError nothing here\n"
                             "does not start\n") == 0);
    if (embed_failures) {
        printf("%s%s", c->output, c->error);
    }
    ouro_owned f = ouro_function_new(rt, &c_functions[0]);
    EXPECT(shows(rt, ouro_call(rt, f, (ouro_value[]){ouro_int(1)}, 1), "11"));
    ouro_decref(rt, f);
    static int counter = 4;
    static const ouro_function_def closure = {"count", "self, /", c_closure, NULL};
    ouro_owned pointer = ouro_pointer_new(rt, &counter, c_destroy);
    for (int i = 0; i < 100; i++) {
        ouro_owned bound = ouro_function_bind(rt, &closure, pointer);
        ouro_owned result = ouro_call(rt, bound, NULL, 0);
        EXPECT(ouro_as_int(result) == 5 + i);
        ouro_decref(rt, bound);
    }
    EXPECT(destroyed == 0);
    ouro_decref(rt, pointer);
    EXPECT(destroyed == 104);
    EXPECT(ouro_pointer_get(rt, ouro_int(1)) == NULL && ouro_failed_with(rt, OURO_ERROR_TYPE));
    ouro_error_clear(rt);
}

static void test_classes(ouro_runtime *rt, caught *c)
{
    node_type = ouro_class_create(rt, &node_class);
    EXPECT(node_type != NULL);
    ouro_type *hidden = ouro_class_create(rt, &hidden_class), *leaf = ouro_class_create(rt, &leaf_class);
    ouro_value main = ouro_main(rt);
    EXPECT(ouro_dict_set(rt, main, "Node", ouro_from_object(node_type)));
    EXPECT(ouro_dict_set(rt, main, "Hidden", ouro_from_object(hidden)));
    EXPECT(ouro_dict_set(rt, main, "Leaf", ouro_from_object(leaf)));
    caught_reset(c);
    EXPECT(ouro_run_text(rt,
                         "import gc, weakref\n"
                         "a = Node(2.5)\n"
                         "print(a, len(a), a[2], list(a), a.next, Node.__module__, Node.__name__)\n"
                         "a.next = a\n"
                         "w = weakref.ref(a, lambda r: print('gone'))\n"
                         "del a\n"
                         "print(gc.collect() > 0, w())\n"
                         "class Child(Node):\n"
                         "    def __init__(self):\n"
                         "        super().__init__(7)\n"
                         "        self.extra = [self]\n"
                         "    def __len__(self):\n"
                         "        return 99\n"
                         "ch = Child()\n"
                         "print(ch, len(ch), ch.extra == [ch], isinstance(ch, Node))\n"
                         "del ch\n"
                         "gc.collect()\n"
                         "for f in (Hidden, lambda: Node('x'), lambda: Node.__len__(3), lambda: Leaf(1)):\n"
                         "    try:\n"
                         "        f()\n"
                         "    except TypeError as e:\n"
                         "        print(e)\n"
                         "class L(Leaf): pass\n"
                         "x = L(); x.me = x; del x; gc.collect()\n"
                         "Leaf()\n",
                         "<classes>") == 0);
    EXPECT(strcmp(c->output, "<node 2.5> 3 4 [0, 1, 4] None host Node\n"
                             "gone\n"
                             "True None\n"
                             "<node 7> 99 True True\n"
                             "cannot create 'host.Hidden' instances\n"
                             "must be real number, not str\n"
                             "descriptor '__len__' for 'host.Node' objects doesn't apply to a 'int' object\n"
                             "host.Leaf() takes no arguments\n") == 0);
    if (embed_failures) {
        printf("%s%s", c->output, c->error);
    }
    EXPECT(node_finalized == 3 && node_disposed == 3);
    node *n = ouro_instance_new(rt, node_type);
    EXPECT(n != NULL && n->weight == 0 && ouro_is_null(n->next) && ouro_gc_is_tracked(n));
    EXPECT(ouro_instance_get(rt, ouro_from_object(n), node_type) == n);
    ouro_decref(rt, ouro_from_object(n));
    EXPECT(ouro_instance_get(rt, ouro_int(1), node_type) == NULL && ouro_failed_with(rt, OURO_ERROR_TYPE));
    ouro_error_clear(rt);
    static const ouro_class_def small = {.name = "host.Small", .size = 4};
    EXPECT(ouro_class_create(rt, &small) == NULL && ouro_failed_with(rt, OURO_ERROR_SYSTEM));
    ouro_error_clear(rt);
}

int main(void)
{
    EXPECT(strcmp(ouro_version(), "0.1.0") == 0);
    test_running();
    caught c = {0};
    ouro_config config = caught_config(&c);
    ouro_runtime *rt = ouro_open(&config);
    test_values(rt);
    test_containers(rt);
    test_objects(rt);
    test_errors(rt, &c);
    test_functions(rt, &c);
    test_classes(rt, &c);
    EXPECT(ouro_heap_check(rt, NULL, NULL) == 0);
    EXPECT(ouro_close(rt) == 0);
    EXPECT(c.misuses == 0 && c.leaks == 0);
    rt = ouro_open(NULL);
    EXPECT(ouro_run_text(rt, "x = [1]", "<defaults>") == 0);
    EXPECT(ouro_close(rt) == 0);
    return embed_result();
}
