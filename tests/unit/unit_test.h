/* unit_test.h: what every unit test includes: cmocka with the headers it wants, and random numbers whose seed is
 * printed and can be given again (OURO_SEED=123). */
#ifndef UNIT_TEST_H
#define UNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

/* A seed: from the environment, or new; printed so that a failure can be repeated. */
static inline uint64_t unit_seed(void)
{
    const char *given = getenv("OURO_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 0) : (uint64_t)time(NULL) * 1000003u + (uint64_t)clock();
    printf("seed: OURO_SEED=%llu\n", (unsigned long long)seed);
    return seed;
}

/* The next random number (SplitMix64). */
static inline uint64_t unit_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

#endif
