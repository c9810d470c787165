/* random.c: the _random module: the Mersenne Twister MT19937.
 *
 * M. Matsumoto and T. Nishimura, "Mersenne Twister: A 623-dimensionally equidistributed uniform pseudorandom number
 * generator", 1998; seeding by array as in their reference of 2002.  The sequences equal CPython's for the same seed:
 * an int seeds with its magnitude as 32-bit words, any other object with the bits of its hash.
 */
#include "modules/modules.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/int_view.h"
#include "types/protocol.h"

#include <sys/random.h>
#include <time.h>

enum { RANDOM_WORDS = 624, RANDOM_MIDDLE = 397 };

typedef struct random_object {
    ouro_object object;
    uint32_t index; /* of the next word; RANDOM_WORDS: make new ones */
    uint32_t words[RANDOM_WORDS];
} random_object;

static random_object *as_random(ouro_value v)
{
    return (random_object *)(void *)ouro_as_object(v);
}

/* ---- the generator ------------------------------------------------------------------------------------ */

static void random_refill(random_object *r)
{
    for (int k = 0; k < RANDOM_WORDS; k++) {
        uint32_t y = (r->words[k] & 0x80000000u) | (r->words[(k + 1) % RANDOM_WORDS] & 0x7fffffffu);
        r->words[k] = r->words[(k + RANDOM_MIDDLE) % RANDOM_WORDS] ^ (y >> 1) ^ ((y & 1) ? 0x9908b0dfu : 0);
    }
    r->index = 0;
}

static uint32_t random_word(random_object *r)
{
    if (r->index >= RANDOM_WORDS) {
        random_refill(r);
    }
    uint32_t y = r->words[r->index++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    return y ^ (y >> 18);
}

static void random_seed_word(random_object *r, uint32_t seed)
{
    r->words[0] = seed;
    for (uint32_t i = 1; i < RANDOM_WORDS; i++) {
        r->words[i] = 1812433253u * (r->words[i - 1] ^ (r->words[i - 1] >> 30)) + i;
    }
    r->index = RANDOM_WORDS;
}

static void random_seed_array(random_object *r, const uint32_t *key, size_t length)
{
    random_seed_word(r, 19650218u);
    size_t i = 1, j = 0;
    uint32_t *w = r->words;
    for (size_t k = length > RANDOM_WORDS ? length : RANDOM_WORDS; k > 0; k--) {
        w[i] = (w[i] ^ ((w[i - 1] ^ (w[i - 1] >> 30)) * 1664525u)) + key[j] + (uint32_t)j;
        if (++i >= RANDOM_WORDS) {
            w[0] = w[RANDOM_WORDS - 1];
            i = 1;
        }
        if (++j >= length) {
            j = 0;
        }
    }
    for (size_t k = RANDOM_WORDS - 1; k > 0; k--) {
        w[i] = (w[i] ^ ((w[i - 1] ^ (w[i - 1] >> 30)) * 1566083941u)) - (uint32_t)i;
        if (++i >= RANDOM_WORDS) {
            w[0] = w[RANDOM_WORDS - 1];
            i = 1;
        }
    }
    w[0] = 0x80000000u;
}

/* ---- seeding ------------------------------------------------------------------------------------------ */

static void random_seed_from_system(random_object *r)
{
    uint32_t key[RANDOM_WORDS];
    if (getrandom(key, sizeof key, GRND_NONBLOCK) != (ssize_t)sizeof key) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        uint64_t t = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
        key[0] = (uint32_t)t;
        key[1] = (uint32_t)(t >> 32);
        random_seed_array(r, key, 2);
        return;
    }
    random_seed_array(r, key, RANDOM_WORDS);
}

static bool random_seed_value(ouro_runtime *rt, random_object *r, ouro_value v)
{
    if (ouro_is_null(v) || ouro_is_none(v)) {
        random_seed_from_system(r);
        return true;
    }
    ouro_value number;
    if (value_is_int(rt, v)) {
        number = int_absolute(rt, v);
    } else {
        hash_t h = object_hash(rt, v);
        if (h == -1) {
            return false;
        }
        number = int_from_uint64(rt, (uint64_t)h);
    }
    if (ouro_is_null(number)) {
        return false;
    }
    uint64_t bits = int_bit_length(number);
    size_t length = bits == 0 ? 1 : (size_t)((bits - 1) / 32 + 1);
    uint32_t *key = ouro_mem_alloc_zeroed(rt->mem, length * sizeof *key);
    bool done = key && int_to_bytes(rt, number, (unsigned char *)key, length * sizeof *key, true, false);
    if (!key) {
        error_no_memory(rt);
    }
    value_decref(rt, number);
    if (done) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        for (size_t i = 0; i < length; i++) {
            key[i] = __builtin_bswap32(key[i]);
        }
#endif
        random_seed_array(r, key, length);
    }
    ouro_mem_free(rt->mem, key);
    return done;
}

static ouro_value random_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                              ouro_value kwnames)
{
    if (nargs > 1) {
        return error_type(rt, "Random() requires 0 or 1 argument");
    }
    random_object *r = object_new(rt, &type->type, 0);
    if (!r) {
        return OURO_NULL;
    }
    r->index = RANDOM_WORDS;
    if (!random_seed_value(rt, r, arg_or_null(args, nargs, 0))) {
        object_decref(rt, &r->object);
        return OURO_NULL;
    }
    if (!(type->type.flags & OURO_TYPE_LEAF)) {
        gc_track(rt, &r->object);
    }
    return ouro_from_object(r);
}

static ouro_value random_seed(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return random_seed_value(rt, as_random(args[0]), arg_or_null(args, nargs, 1)) ? OURO_NONE : OURO_NULL;
}

/* ---- numbers ------------------------------------------------------------------------------------------ */

static ouro_value random_random(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    random_object *r = as_random(args[0]);
    uint32_t a = random_word(r) >> 5, b = random_word(r) >> 6; /* 27 and 26 bits */
    return float_new(rt, (a * 67108864.0 + b) * (1.0 / 9007199254740992.0));
}

static ouro_value random_getrandbits(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    random_object *r = as_random(args[0]);
    int64_t k;
    ouro_value i = object_index(rt, args[1]);
    if (ouro_is_null(i)) {
        return OURO_NULL;
    }
    bool fits = int_fits_int64(i, &k) && k <= INT32_MAX && k >= INT32_MIN;
    value_decref(rt, i);
    if (!fits) {
        return error_overflow(rt, "Python int too large to convert to C int");
    }
    if (k < 0) {
        return error_value(rt, "number of bits must be non-negative");
    }
    if (k == 0) {
        return ouro_int(0);
    }
    if (k <= 32) {
        return ouro_int((int64_t)(random_word(r) >> (32 - k)));
    }
    size_t count = (size_t)((k - 1) / 32 + 1);
    unsigned char *bytes = ouro_mem_alloc(rt->mem, count * 4);
    if (!bytes) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    for (size_t n = 0; n < count; n++, k -= 32) {
        uint32_t word = random_word(r);
        if (k < 32) {
            word >>= 32 - k;
        }
        for (int b = 0; b < 4; b++) {
            bytes[n * 4 + (size_t)b] = (unsigned char)(word >> (8 * b));
        }
    }
    ouro_value result = int_from_bytes(rt, bytes, count * 4, true, false);
    ouro_mem_free(rt->mem, bytes);
    return result;
}

static ouro_value random_getstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const random_object *r = as_random(args[0]);
    ouro_value items[RANDOM_WORDS + 1];
    for (int i = 0; i < RANDOM_WORDS; i++) {
        items[i] = ouro_int(r->words[i]);
    }
    items[RANDOM_WORDS] = ouro_int(r->index);
    return tuple_new(rt, items, RANDOM_WORDS + 1);
}

static ouro_value random_setstate(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    random_object *r = as_random(args[0]);
    if (!value_is_tuple(rt, args[1])) {
        return error_type(rt, "state vector must be a tuple");
    }
    const tuple_object *t = as_tuple(args[1]);
    if (t->size != RANDOM_WORDS + 1) {
        return error_value(rt, "state vector is the wrong size");
    }
    uint32_t words[RANDOM_WORDS];
    for (int i = 0; i <= RANDOM_WORDS; i++) {
        uint64_t word;
        if (!value_is_int(rt, t->items[i])) {
            return error_type(rt, "an integer is required");
        }
        if (i < RANDOM_WORDS) {
            if (!int_as_uint64(rt, t->items[i], &word)) {
                return OURO_NULL;
            }
            words[i] = (uint32_t)word;
        }
    }
    int64_t index;
    if (!int_as_int64(rt, t->items[RANDOM_WORDS], &index)) {
        return OURO_NULL;
    }
    if (index < 0 || index > RANDOM_WORDS) {
        return error_value(rt, "invalid state");
    }
    memcpy(r->words, words, sizeof words);
    r->index = (uint32_t)index;
    return OURO_NONE;
}

static const method_def random_methods[] = {
    {"random", "self, /", random_random, .doc = "random() -> x in the interval [0, 1)."},
    {"seed", "self, n=None, /", random_seed, .doc = "Defaults to use urandom and falls back to the time."},
    {"getrandbits", "self, k, /", random_getrandbits, .doc = "getrandbits(k) -> x.  Generates an int with k bits."},
    {"getstate", "self, /", random_getstate, .doc = "getstate() -> tuple containing the current state."},
    {"setstate", "self, state, /", random_setstate, .doc = "Restores a state that getstate returned."},
    {0},
};

static const type_spec random_spec = {
    .name = "_random.Random",
    .size = sizeof(random_object),
    .flags = OURO_TYPE_LEAF | TYPE_BASE,
    .doc = "Random() -> create a random number generator with its own internal state.",
    .methods = random_methods,
    .slots = {.make = random_make},
};

static bool random_start(ouro_runtime *rt, module_object *module)
{
    return module_add_type(rt, module, &random_spec) != NULL;
}

const module_def random_module_def = {
    .name = "_random",
    .doc = "Module implements the Mersenne Twister random number generator.",
    .functions = (const method_def[]){{0}},
    .start = random_start,
};
