/* embed_test.h: what the tests of ouro.h share: a check that counts, and a runtime whose text is caught. */
#ifndef TESTS_EMBED_TEST_H
#define TESTS_EMBED_TEST_H

#include "ouro/ouro.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int embed_checks, embed_failures;

#define EXPECT(condition)                                                                                    \
    do {                                                                                                     \
        embed_checks++;                                                                                      \
        if (!(condition)) {                                                                                  \
            embed_failures++;                                                                                \
            printf("FAIL %s:%d: %s\n", __FILE__, __LINE__, #condition);                                      \
        }                                                                                                    \
    } while (0)

/* Text written by a runtime. */
typedef struct caught {
    char output[8192], error[8192], misuse[1024];
    size_t output_length, error_length;
    int misuses, leaks;
    const char *input;
} caught;

static inline void caught_add(char *text, size_t size, size_t *length, const char *more, size_t count)
{
    if (*length + count >= size) {
        count = size - *length - 1;
    }
    memcpy(text + *length, more, count);
    *length += count;
    text[*length] = 0;
}

static inline void caught_output(void *context, const char *text, size_t length)
{
    caught *c = context;
    caught_add(c->output, sizeof c->output, &c->output_length, text, length);
}

static inline void caught_error(void *context, const char *text, size_t length)
{
    caught *c = context;
    caught_add(c->error, sizeof c->error, &c->error_length, text, length);
}

static inline size_t caught_input(void *context, char *buffer, size_t size)
{
    caught *c = context;
    size_t length = c->input != NULL ? strlen(c->input) : 0;
    length = length < size ? length : size;
    memcpy(buffer, c->input != NULL ? c->input : "", length);
    c->input += length;
    return length;
}

static inline void caught_misuse(void *context, const char *function, const char *text)
{
    caught *c = context;
    c->misuses++;
    snprintf(c->misuse, sizeof c->misuse, "%s: %s", function, text);
}

static inline void caught_leak(void *context, const char *type_name, const void *address, size_t bytes)
{
    caught *c = context;
    (void)bytes;
    if (c->leaks++ < 10) {
        printf("left at close: %s at %p\n", type_name, address);
    }
}

static inline ouro_config caught_config(caught *c)
{
    ouro_config config = ouro_config_default();
    config.isolated = true;
    config.write_output = caught_output;
    config.write_error = caught_error;
    config.read_input = caught_input;
    config.report_misuse = caught_misuse;
    config.report_leak = caught_leak;
    config.context = c;
    return config;
}

static inline void caught_reset(caught *c)
{
    c->output[0] = c->error[0] = 0;
    c->output_length = c->error_length = 0;
}

/* At the end of main: the exit status. */
static inline int embed_result(void)
{
    printf("%d passed, %d failed\n", embed_checks - embed_failures, embed_failures);
    return embed_failures != 0;
}

#endif
