/* misuse_test.c: the checked build tells the embedder what was used wrongly, and nothing breaks. */
#include "embed_test.h"

#include <pthread.h>

#ifdef OURO_DEBUG

/* Every function that must not be called now is: each tells so, once, and fails.  `v` is any value but an object. */
#define MISUSED(call)                                                                                          \
    do {                                                                                                       \
        int before = c->misuses;                                                                               \
        EXPECT(call);                                                                                          \
        if (c->misuses != before + 1 || strstr(c->misuse, what) == NULL) {                                     \
            printf("%s: told %d times: %s\n", #call, c->misuses - before, c->misuse);                          \
            embed_failures++;                                                                                  \
        }                                                                                                      \
    } while (0)
#define MISUSED_NULL(call) MISUSED(ouro_is_null(call))
#define MISUSED_VOID(call) MISUSED(((call), true))

static ouro_owned function(ouro_runtime *rt, const ouro_value *args, size_t count)
{
    (void)rt, (void)args, (void)count;
    return ouro_own(OURO_NONE);
}

static const ouro_function_def function_def = {"f", "self", function, NULL};
static const ouro_module_def module_def = {.name = "misused"};
static const ouro_class_def class_def = {.name = "misused.Class", .size = sizeof(ouro_object)};

static void everything(ouro_runtime *rt, caught *c, const char *what)
{
    ouro_value v = ouro_int(1), key, value;
    const char *const no_names[] = {NULL};
    ouro_buffer buffer = {0};
    size_t length, position = 0;
    int64_t i;
    uint64_t u;
    double d;
    MISUSED(ouro_finish(rt) == -1);
    MISUSED(ouro_close(rt) == SIZE_MAX);
    MISUSED(ouro_user_data(rt) == NULL);
    MISUSED_VOID(ouro_set_user_data(rt, NULL));
    MISUSED(ouro_heap(rt) == NULL);
    MISUSED_VOID(ouro_free(rt, NULL));
    MISUSED(!ouro_set_time_limit(rt, 1));
    MISUSED_VOID(ouro_resume(rt));
    MISUSED(ouro_run_text(rt, "pass", "<x>") == 1);
    MISUSED(ouro_run_file(rt, "nothing.py") != 0);
    MISUSED(ouro_run_module(rt, "nothing") != 0);
    MISUSED_NULL(ouro_compile(rt, "1", "<x>", OURO_MODE_EVAL));
    MISUSED_NULL(ouro_run_code(rt, v, OURO_NULL));
    MISUSED_NULL(ouro_run(rt, "1", "<x>", OURO_MODE_EVAL, OURO_NULL));
    MISUSED_NULL(ouro_eval(rt, "1"));
    MISUSED_NULL(ouro_import(rt, "math"));
    MISUSED_NULL(ouro_main(rt));
    MISUSED_NULL(ouro_raise(rt, OURO_ERROR_VALUE, "text"));
    MISUSED_NULL(ouro_raise_value(rt, v));
    MISUSED(ouro_failed(rt));
    MISUSED(!ouro_failed_with(rt, OURO_ERROR_ANY));
    MISUSED_NULL(ouro_error_take(rt));
    MISUSED_VOID(ouro_error_restore(rt, OURO_NULL));
    MISUSED_VOID(ouro_error_clear(rt));
    MISUSED_VOID(ouro_error_print(rt));
    MISUSED_NULL(ouro_error_text(rt));
    MISUSED_NULL(ouro_error_class(rt, OURO_ERROR_TYPE));
    MISUSED_NULL(ouro_int_new(rt, INT64_MAX));
    MISUSED_NULL(ouro_int_new_unsigned(rt, UINT64_MAX));
    MISUSED_NULL(ouro_int_from_text(rt, "1", 10));
    MISUSED(!ouro_int_get(rt, v, &i));
    MISUSED(!ouro_int_get_unsigned(rt, v, &u));
    MISUSED_NULL(ouro_float_new(rt, 1e300));
    MISUSED(!ouro_float_get(rt, v, &d));
    MISUSED_NULL(ouro_str(rt, "text"));
    MISUSED_NULL(ouro_str_new(rt, "text", 4));
    MISUSED_NULL(ouro_str_format(rt, "%d", 1));
    MISUSED(ouro_str_copy(rt, v, NULL) == NULL);
    MISUSED(ouro_str_length(rt, v) == -1);
    MISUSED_NULL(ouro_bytes_new(rt, "", 0));
    MISUSED(ouro_bytes_data(rt, v, &length) == NULL);
    MISUSED(!ouro_buffer_get(rt, v, false, &buffer));
    MISUSED_VOID(ouro_buffer_release(rt, &buffer));
    MISUSED_NULL(ouro_tuple_new(rt, &v, 1));
    MISUSED_NULL(ouro_list_new(rt, &v, 1));
    MISUSED(!ouro_list_append(rt, v, v));
    MISUSED_NULL(ouro_list_item(rt, v, 0));
    MISUSED_NULL(ouro_dict_new(rt));
    MISUSED(!ouro_dict_set(rt, v, "key", v));
    MISUSED_NULL(ouro_dict_get(rt, v, "key"));
    MISUSED(!ouro_dict_next(rt, v, &position, &key, &value));
    MISUSED_NULL(ouro_set_new(rt, OURO_NULL));
    MISUSED(!ouro_set_add(rt, v, v));
    MISUSED(ouro_length(rt, v) == -1);
    MISUSED_NULL(ouro_item_get(rt, v, v));
    MISUSED(!ouro_item_set(rt, v, v, v));
    MISUSED(!ouro_item_delete(rt, v, v));
    MISUSED(ouro_contains(rt, v, v) == -1);
    MISUSED_NULL(ouro_iterator(rt, v));
    MISUSED_NULL(ouro_next(rt, v));
    MISUSED_NULL(ouro_attribute_get(rt, v, "real"));
    MISUSED(!ouro_attribute_set(rt, v, "real", v));
    MISUSED(!ouro_attribute_delete(rt, v, "real"));
    MISUSED(ouro_attribute_has(rt, v, "real") == -1);
    MISUSED_NULL(ouro_call(rt, v, NULL, 0));
    MISUSED_NULL(ouro_call_keywords(rt, v, NULL, 0, no_names));
    MISUSED_NULL(ouro_call_method(rt, v, "bit_length", NULL, 0));
    MISUSED(!ouro_is_callable(rt, v));
    MISUSED_NULL(ouro_type_of(rt, v));
    MISUSED(ouro_type_name(rt, v) != NULL);
    MISUSED(ouro_is_instance(rt, v, v) == -1);
    MISUSED(!ouro_is_kind(rt, v, OURO_KIND_INT));
    MISUSED(ouro_truth(rt, v) == -1);
    MISUSED_NULL(ouro_to_str(rt, v));
    MISUSED_NULL(ouro_repr(rt, v));
    MISUSED(!ouro_hash(rt, v, &i));
    MISUSED(ouro_compare(rt, v, v, OURO_EQ) == -1);
    MISUSED_NULL(ouro_binary(rt, OURO_ADD, v, v));
    MISUSED_NULL(ouro_weakref_new(rt, v, OURO_NULL));
    MISUSED_NULL(ouro_function_new(rt, &function_def));
    MISUSED_NULL(ouro_function_bind(rt, &function_def, v));
    MISUSED_NULL(ouro_pointer_new(rt, NULL, NULL));
    MISUSED(ouro_pointer_get(rt, v) == NULL);
    MISUSED(!ouro_module_register(rt, &module_def));
    MISUSED(ouro_class_create(rt, &class_def) == NULL);
    MISUSED(ouro_instance_new(rt, NULL) == NULL);
    MISUSED(ouro_instance_get(rt, v, NULL) == NULL);
}

/* Every function that takes values gets one of another runtime. */
static void every_foreign_value(ouro_runtime *rt, caught *c, ouro_value v)
{
    static const char what[] = "an argument is no object of this runtime";
    ouro_value list = ouro_eval(rt, "[1]"), key, value;
    const char *const no_names[] = {NULL};
    ouro_buffer buffer;
    size_t length, position = 0;
    int64_t i;
    uint64_t u;
    double d;
    MISUSED_NULL(ouro_run_code(rt, v, OURO_NULL));
    MISUSED_NULL(ouro_run(rt, "1", "<x>", OURO_MODE_EVAL, v));
    MISUSED_NULL(ouro_raise_value(rt, v));
    MISUSED(!ouro_int_get(rt, v, &i));
    MISUSED(!ouro_int_get_unsigned(rt, v, &u));
    MISUSED(!ouro_float_get(rt, v, &d));
    MISUSED(ouro_str_copy(rt, v, NULL) == NULL);
    MISUSED(ouro_str_length(rt, v) == -1);
    MISUSED(ouro_bytes_data(rt, v, &length) == NULL);
    MISUSED(!ouro_buffer_get(rt, v, false, &buffer));
    MISUSED_NULL(ouro_tuple_new(rt, &v, 1));
    MISUSED_NULL(ouro_list_new(rt, &v, 1));
    MISUSED(!ouro_list_append(rt, v, list));
    MISUSED(!ouro_list_append(rt, list, v));
    MISUSED_NULL(ouro_list_item(rt, v, 0));
    MISUSED(!ouro_dict_set(rt, v, "key", list));
    MISUSED(!ouro_dict_set(rt, ouro_main(rt), "key", v));
    MISUSED_NULL(ouro_dict_get(rt, v, "key"));
    MISUSED(!ouro_dict_next(rt, v, &position, &key, &value));
    MISUSED_NULL(ouro_set_new(rt, v));
    MISUSED(!ouro_set_add(rt, v, ouro_int(1)));
    MISUSED(ouro_length(rt, v) == -1);
    MISUSED_NULL(ouro_item_get(rt, v, ouro_int(0)));
    MISUSED_NULL(ouro_item_get(rt, list, v));
    MISUSED(!ouro_item_set(rt, v, ouro_int(0), list));
    MISUSED(!ouro_item_set(rt, list, v, list));
    MISUSED(!ouro_item_set(rt, list, ouro_int(0), v));
    MISUSED(!ouro_item_delete(rt, v, ouro_int(0)));
    MISUSED(!ouro_item_delete(rt, list, v));
    MISUSED(ouro_contains(rt, v, list) == -1);
    MISUSED(ouro_contains(rt, list, v) == -1);
    MISUSED_NULL(ouro_iterator(rt, v));
    MISUSED_NULL(ouro_next(rt, v));
    MISUSED_NULL(ouro_attribute_get(rt, v, "real"));
    MISUSED(!ouro_attribute_set(rt, v, "real", list));
    MISUSED(!ouro_attribute_set(rt, list, "real", v));
    MISUSED(!ouro_attribute_delete(rt, v, "real"));
    MISUSED(ouro_attribute_has(rt, v, "real") == -1);
    MISUSED_NULL(ouro_call(rt, v, NULL, 0));
    MISUSED_NULL(ouro_call(rt, ouro_error_class(rt, OURO_ERROR_VALUE), &v, 1));
    MISUSED_NULL(ouro_call_keywords(rt, v, NULL, 0, no_names));
    MISUSED_NULL(ouro_call_keywords(rt, ouro_error_class(rt, OURO_ERROR_VALUE), &v, 1, no_names));
    MISUSED_NULL(ouro_call_method(rt, v, "append", &list, 1));
    MISUSED_NULL(ouro_call_method(rt, list, "append", &v, 1));
    MISUSED(!ouro_is_callable(rt, v));
    MISUSED_NULL(ouro_type_of(rt, v));
    MISUSED(ouro_type_name(rt, v) != NULL);
    MISUSED(ouro_is_instance(rt, v, ouro_type_of(rt, list)) == -1);
    MISUSED(ouro_is_instance(rt, list, v) == -1);
    MISUSED(!ouro_is_kind(rt, v, OURO_KIND_STR));
    MISUSED(ouro_truth(rt, v) == -1);
    MISUSED_NULL(ouro_to_str(rt, v));
    MISUSED_NULL(ouro_repr(rt, v));
    MISUSED(!ouro_hash(rt, v, &i));
    MISUSED(ouro_compare(rt, v, list, OURO_EQ) == -1);
    MISUSED(ouro_compare(rt, list, v, OURO_EQ) == -1);
    MISUSED_NULL(ouro_binary(rt, OURO_ADD, v, list));
    MISUSED_NULL(ouro_binary(rt, OURO_ADD, list, v));
    MISUSED_NULL(ouro_weakref_new(rt, v, OURO_NULL));
    MISUSED_NULL(ouro_weakref_new(rt, ouro_error_class(rt, OURO_ERROR_VALUE), v));
    MISUSED_NULL(ouro_function_bind(rt, &function_def, v));
    MISUSED(ouro_pointer_get(rt, v) == NULL);
    MISUSED(ouro_instance_get(rt, v, (ouro_type *)ouro_as_object(ouro_type_of(rt, list))) == NULL);
    EXPECT(!ouro_failed(rt)); /* misuse is no exception */
    ouro_decref(rt, list);
}

static struct {
    ouro_runtime *rt;
    caught *caught;
} others;

static void *from_another_thread(void *argument)
{
    (void)argument;
    everything(others.rt, others.caught, "the runtime belongs to another thread");
    return NULL;
}

int main(void)
{
    caught a = {0}, b = {0};
    ouro_config config_a = caught_config(&a), config_b = caught_config(&b);
    ouro_runtime *one = ouro_open(&config_a), *two = ouro_open(&config_b);
    ouro_owned text = ouro_str(one, "of the first");
    /* a value of another runtime */
    EXPECT(ouro_is_null(ouro_repr(two, text)));
    EXPECT(b.misuses == 1 && strcmp(b.misuse, "ouro_repr: an argument is no object of this runtime") == 0);
    EXPECT(ouro_is_null(ouro_list_new(two, &text, 1)) && strstr(b.misuse, "ouro_list_new: ") == b.misuse);
    every_foreign_value(two, &b, text);
    EXPECT(a.misuses == 0);
    /* immediates belong to all */
    int before = b.misuses;
    EXPECT(ouro_truth(two, ouro_int(1)) == 1 && b.misuses == before);
    /* a wrong thread */
    pthread_t thread;
    others.rt = one;
    others.caught = &a;
    pthread_create(&thread, NULL, from_another_thread, NULL);
    pthread_join(thread, NULL);
    EXPECT(ouro_run_text(one, "x = 1", "<x>") == 0); /* nothing has happened to it */
    ouro_attach(one);
    /* a block that is no block */
    int local;
    before = a.misuses;
    ouro_free(one, &local);
    EXPECT(a.misuses == before + 1 && strstr(a.misuse, "no block of this heap") != NULL);
    ouro_decref(one, text);
    EXPECT(ouro_close(one) == 0);
    /* after the close */
    before = a.misuses;
    EXPECT(ouro_is_null(ouro_eval(one, "1")) && a.misuses == before + 1);
    EXPECT(strcmp(a.misuse, "ouro_eval: the runtime is closed") == 0);
    everything(one, &a, "the runtime is closed");
    before = a.misuses;
    ouro_attach(one);
    EXPECT(a.misuses == before + 1 && strcmp(a.misuse, "ouro_attach: the runtime is closed") == 0);
    /* after the program has ended, only reports and the close are left */
    before = b.misuses;
    EXPECT(ouro_run_text(two, "pass", "<x>") == 0 && b.misuses == before);
    EXPECT(ouro_close(two) == 0 && b.misuses == before);
    /* a reference that was forgotten is told at the close */
    ouro_runtime *three = ouro_open(&config_b);
    ouro_owned kept = ouro_list_new(three, NULL, 0);
    (void)kept;
    EXPECT(ouro_close(three) > 0);
    EXPECT(b.leaks == 1);
    return embed_result();
}

#else

int main(void)
{
    return embed_result(); /* a release build does not look */
}

#endif
