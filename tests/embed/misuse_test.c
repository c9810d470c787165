/* misuse_test.c: the checked build tells the embedder what was used wrongly, and nothing breaks. */
#include "embed_test.h"

#include <pthread.h>

__attribute__((unused)) static void *from_another_thread(void *argument)
{
    EXPECT(ouro_is_null(ouro_eval(argument, "1")));
    EXPECT(ouro_run_text(argument, "pass", "<x>") == 1);
    return NULL;
}

int main(void)
{
#ifdef OURO_DEBUG
    caught a = {0}, b = {0};
    ouro_config config_a = caught_config(&a), config_b = caught_config(&b);
    ouro_runtime *one = ouro_open(&config_a), *two = ouro_open(&config_b);
    ouro_owned text = ouro_str(one, "of the first");
    /* a value of another runtime */
    EXPECT(ouro_is_null(ouro_repr(two, text)));
    EXPECT(b.misuses == 1 && strcmp(b.misuse, "ouro_repr: an argument is no object of this runtime") == 0);
    EXPECT(!ouro_failed(two));
    EXPECT(ouro_is_null(ouro_list_new(two, &text, 1)) && b.misuses == 2);
    EXPECT(!ouro_attribute_set(two, ouro_main(two), "x", text) && b.misuses == 3);
    EXPECT(a.misuses == 0);
    /* immediates belong to all */
    EXPECT(ouro_truth(two, ouro_int(1)) == 1 && b.misuses == 3);
    /* a wrong thread */
    pthread_t thread;
    pthread_create(&thread, NULL, from_another_thread, one);
    pthread_join(thread, NULL);
    EXPECT(a.misuses == 2 && strstr(a.misuse, "another thread") != NULL);
    ouro_attach(one);
    /* a block that is no block */
    int local;
    ouro_free(one, &local);
    EXPECT(a.misuses == 3 && strstr(a.misuse, "no block of this heap") != NULL);
    ouro_decref(one, text);
    EXPECT(ouro_close(one) == 0);
    /* after the close */
    EXPECT(ouro_is_null(ouro_eval(one, "1")) && a.misuses == 4);
    EXPECT(strcmp(a.misuse, "ouro_eval: the runtime is closed") == 0);
    EXPECT(ouro_close(one) == SIZE_MAX && a.misuses == 5);
    EXPECT(ouro_run_text(two, "pass", "<x>") == 0);
    EXPECT(ouro_close(two) == 0 && b.misuses == 3);
    /* a reference that was forgotten is told at the close */
    ouro_runtime *three = ouro_open(&config_b);
    ouro_owned kept = ouro_list_new(three, NULL, 0);
    (void)kept;
    EXPECT(ouro_close(three) > 0);
    EXPECT(b.leaks == 1);
#endif
    return embed_result();
}
