/* hash.c: the digests of hash.h. */
#include "modules/hash.h"

#include <string.h>

static uint32_t rotate_left32(uint32_t x, unsigned n)
{
    return x << n | x >> (32 - n);
}

static uint32_t rotate_right32(uint32_t x, unsigned n)
{
    return x >> n | x << (32 - n);
}

static uint64_t rotate_right64(uint64_t x, unsigned n)
{
    return x >> n | x << (64 - n);
}

static uint64_t load(const unsigned char *p, size_t bytes, bool big_endian)
{
    uint64_t v = 0;
    for (size_t i = 0; i < bytes; i++) {
        v |= (uint64_t)p[i] << (8 * (big_endian ? bytes - 1 - i : i));
    }
    return v;
}

static void store(unsigned char *p, uint64_t v, size_t bytes, bool big_endian)
{
    for (size_t i = 0; i < bytes; i++) {
        p[i] = (unsigned char)(v >> (8 * (big_endian ? bytes - 1 - i : i)));
    }
}

/* ---- the frame that all share -----------------------------------------------------------------------------
 */

static bool is_blake2(const hash_state *s)
{
    return s->kind == &hash_blake2b || s->kind == &hash_blake2s;
}

void hash_begin(hash_state *s, const hash_kind *kind)
{
    memset(s, 0, sizeof *s);
    s->kind = kind;
    s->digest_size = kind->digest_size;
    if (kind->initial != NULL) {
        memcpy(s->words64, kind->initial, kind->block_size == 64 ? 32 : 64);
    }
}

void hash_update(hash_state *s, const void *data, size_t length)
{
    const unsigned char *from = data;
    size_t block = s->kind->block_size;
    while (length > 0) {
        /* BLAKE2 must not compress its last block before it knows that it is the last */
        if (s->used == block) {
            s->length += block;
            s->kind->compress(s, s->block);
            s->used = 0;
        }
        size_t n = block - s->used < length ? block - s->used : length;
        memcpy(s->block + s->used, from, n);
        s->used += n;
        from += n;
        length -= n;
        if (s->used == block && !is_blake2(s)) {
            s->length += block;
            s->kind->compress(s, s->block);
            s->used = 0;
        }
    }
}

void hash_digest(const hash_state *s, unsigned char *out, size_t length)
{
    hash_state copy = *s;
    copy.kind->finish(&copy, out, length);
}

/* Merkle and Damgard's padding: a one bit, zeros, the length in bits in the last `bytes` bytes. */
static void finish_with_length(hash_state *s, unsigned char *out, size_t length, size_t word, bool big_endian,
                               size_t length_bytes)
{
    unsigned char padding[2 * 128] = {0x80};
    uint64_t total = s->length + s->used;
    size_t block = s->kind->block_size;
    size_t zeros = (2 * block - 1 - length_bytes - s->used) % block;
    size_t size = 1 + zeros + length_bytes;
    if (big_endian) {
        store(padding + size - 8, total << 3, 8, true);
        if (length_bytes == 16) {
            padding[size - 9] = (unsigned char)(total >> 61);
        }
    } else {
        store(padding + size - 8, total << 3, 8, false);
    }
    hash_update(s, padding, size);
    unsigned char words[64];
    for (size_t i = 0; i < 64 / word && i * word < sizeof words; i++) {
        if (i < 8) {
            store(words + i * word, word == 4 ? s->words32[i] : s->words64[i], word, big_endian);
        }
    }
    memcpy(out, words, length);
}

/* ---- MD5 --------------------------------------------------------------------------------------------------
 */

static void md5_compress(hash_state *s, const unsigned char *block)
{
    /* floor(2^32 * abs(sin(i + 1))) */
    static const uint32_t sines[64] = {
        0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
        0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
        0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
        0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
        0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
        0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
        0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
        0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};
    static const uint8_t shifts[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
    uint32_t *h = s->words32, a = h[0], b = h[1], c = h[2], d = h[3], m[16];
    for (size_t i = 0; i < 16; i++) {
        m[i] = (uint32_t)load(block + 4 * i, 4, false);
    }
    for (unsigned i = 0; i < 64; i++) {
        uint32_t f;
        unsigned g;
        switch (i / 16) {
        case 0:
            f = (b & c) | (~b & d);
            g = i;
            break;
        case 1:
            f = (d & b) | (~d & c);
            g = (5 * i + 1) % 16;
            break;
        case 2:
            f = b ^ c ^ d;
            g = (3 * i + 5) % 16;
            break;
        default:
            f = c ^ (b | ~d);
            g = 7 * i % 16;
        }
        uint32_t next = b + rotate_left32(a + f + sines[i] + m[g], shifts[i / 16][i % 4]);
        a = d;
        d = c;
        c = b;
        b = next;
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
}

static void md5_finish(hash_state *s, unsigned char *out, size_t length)
{
    finish_with_length(s, out, length, 4, false, 8);
}

/* ---- SHA-1, SHA-2 -----------------------------------------------------------------------------------------
 */

static void sha1_compress(hash_state *s, const unsigned char *block)
{
    uint32_t w[80], *h = s->words32, a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    for (size_t i = 0; i < 80; i++) {
        w[i] = i < 16 ? (uint32_t)load(block + 4 * i, 4, true)
                      : rotate_left32(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    }
    for (size_t i = 0; i < 80; i++) {
        uint32_t f = i < 20              ? (b & c) | (~b & d)
                     : i < 40 || i >= 60 ? b ^ c ^ d
                                         : (b & c) | (b & d) | (c & d);
        uint32_t k = i < 20 ? 0x5a827999 : i < 40 ? 0x6ed9eba1 : i < 60 ? 0x8f1bbcdc : 0xca62c1d6;
        uint32_t next = rotate_left32(a, 5) + f + e + k + w[i];
        e = d;
        d = c;
        c = rotate_left32(b, 30);
        b = a;
        a = next;
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
    h[4] += e;
}

/* The first 64 bits of the fractional parts of the cube roots of the first 80 primes; SHA-256 takes the upper
 * halves. */
static const uint64_t sha2_constants[80] = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc, 0x3956c25bf348b538,
    0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118, 0xd807aa98a3030242, 0x12835b0145706fbe,
    0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2, 0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235,
    0xc19bf174cf692694, 0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5, 0x983e5152ee66dfab,
    0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2, 0xd5a79147930aa725,
    0x06ca6351e003826f, 0x142929670a0e6e70, 0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed,
    0x53380d139d95b3df, 0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30, 0xd192e819d6ef5218,
    0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8, 0x19a4c116b8d2d0c8, 0x1e376c085141ab53,
    0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373,
    0x682e6ff3d6b2b8a3, 0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b, 0xca273eceea26619c,
    0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178, 0x06f067aa72176fba, 0x0a637dc5a2c898a6,
    0x113f9804bef90dae, 0x1b710b35131c471b, 0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc,
    0x431d67c49c100d4c, 0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817};

static void sha256_compress(hash_state *s, const unsigned char *block)
{
    uint32_t w[64], v[8];
    memcpy(v, s->words32, sizeof v);
    for (size_t i = 0; i < 64; i++) {
        if (i < 16) {
            w[i] = (uint32_t)load(block + 4 * i, 4, true);
        } else {
            uint32_t x = w[i - 15], y = w[i - 2];
            w[i] = w[i - 16] + (rotate_right32(x, 7) ^ rotate_right32(x, 18) ^ x >> 3) + w[i - 7] +
                   (rotate_right32(y, 17) ^ rotate_right32(y, 19) ^ y >> 10);
        }
    }
    for (size_t i = 0; i < 64; i++) {
        uint32_t e = v[4], a = v[0];
        uint32_t t1 = v[7] + (rotate_right32(e, 6) ^ rotate_right32(e, 11) ^ rotate_right32(e, 25)) +
                      ((e & v[5]) ^ (~e & v[6])) + (uint32_t)(sha2_constants[i] >> 32) + w[i];
        uint32_t t2 = (rotate_right32(a, 2) ^ rotate_right32(a, 13) ^ rotate_right32(a, 22)) +
                      ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof v[0]);
        v[4] += t1;
        v[0] = t1 + t2;
    }
    for (size_t i = 0; i < 8; i++) {
        s->words32[i] += v[i];
    }
}

static void sha512_compress(hash_state *s, const unsigned char *block)
{
    uint64_t w[80], v[8];
    memcpy(v, s->words64, sizeof v);
    for (size_t i = 0; i < 80; i++) {
        if (i < 16) {
            w[i] = load(block + 8 * i, 8, true);
        } else {
            uint64_t x = w[i - 15], y = w[i - 2];
            w[i] = w[i - 16] + (rotate_right64(x, 1) ^ rotate_right64(x, 8) ^ x >> 7) + w[i - 7] +
                   (rotate_right64(y, 19) ^ rotate_right64(y, 61) ^ y >> 6);
        }
    }
    for (size_t i = 0; i < 80; i++) {
        uint64_t e = v[4], a = v[0];
        uint64_t t1 = v[7] + (rotate_right64(e, 14) ^ rotate_right64(e, 18) ^ rotate_right64(e, 41)) +
                      ((e & v[5]) ^ (~e & v[6])) + sha2_constants[i] + w[i];
        uint64_t t2 = (rotate_right64(a, 28) ^ rotate_right64(a, 34) ^ rotate_right64(a, 39)) +
                      ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof v[0]);
        v[4] += t1;
        v[0] = t1 + t2;
    }
    for (size_t i = 0; i < 8; i++) {
        s->words64[i] += v[i];
    }
}

static void sha_finish32(hash_state *s, unsigned char *out, size_t length)
{
    finish_with_length(s, out, length, 4, true, 8);
}

static void sha_finish64(hash_state *s, unsigned char *out, size_t length)
{
    finish_with_length(s, out, length, 8, true, 16);
}

/* ---- SHA-3 ------------------------------------------------------------------------------------------------
 */

static void keccak_permute(uint64_t a[25])
{
    static const uint64_t rounds[24] = {
        0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
        0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
        0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
        0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
        0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};
    static const uint8_t turns[24] = {1,  3,  6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
                                      27, 41, 56, 8,  25, 43, 62, 18, 39, 61, 20, 44};
    static const uint8_t lanes[24] = {10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
                                      15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1};
    for (size_t r = 0; r < 24; r++) {
        uint64_t c[5];
        for (size_t x = 0; x < 5; x++) {
            c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
        }
        for (size_t x = 0; x < 5; x++) {
            uint64_t d = c[(x + 4) % 5] ^ rotate_right64(c[(x + 1) % 5], 63);
            for (size_t y = 0; y < 25; y += 5) {
                a[x + y] ^= d;
            }
        }
        uint64_t moving = a[1];
        for (size_t i = 0; i < 24; i++) {
            uint64_t next = a[lanes[i]];
            a[lanes[i]] = rotate_right64(moving, 64u - turns[i]);
            moving = next;
        }
        for (size_t y = 0; y < 25; y += 5) {
            memcpy(c, a + y, sizeof c);
            for (size_t x = 0; x < 5; x++) {
                a[x + y] = c[x] ^ (~c[(x + 1) % 5] & c[(x + 2) % 5]);
            }
        }
        a[0] ^= rounds[r];
    }
}

static void sha3_compress(hash_state *s, const unsigned char *block)
{
    for (size_t i = 0; i < s->kind->block_size / 8; i++) {
        s->words64[i] ^= load(block + 8 * i, 8, false);
    }
    keccak_permute(s->words64);
}

static void sha3_finish(hash_state *s, unsigned char *out, size_t length)
{
    size_t rate = s->kind->block_size;
    memset(s->block + s->used, 0, rate - s->used);
    s->block[s->used] = s->kind->padding;
    s->block[rate - 1] |= 0x80;
    sha3_compress(s, s->block);
    for (size_t done = 0; done < length;) {
        for (size_t i = 0; i < rate && done < length; i++, done++) {
            out[done] = (unsigned char)(s->words64[i / 8] >> (8 * (i % 8)));
        }
        if (done < length) {
            keccak_permute(s->words64);
        }
    }
}

/* ---- BLAKE2 -----------------------------------------------------------------------------------------------
 */

static const uint8_t blake2_order[12][16] = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
                                             {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
                                             {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
                                             {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
                                             {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
                                             {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
                                             {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
                                             {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
                                             {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
                                             {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
                                             {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
                                             {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3}};

static const uint32_t sha256_initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                           0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
static const uint64_t sha512_initial[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
                                           0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
                                           0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};

/* The four columns, then the four diagonals. */
static const uint8_t blake2_cells[8][4] = {{0, 4, 8, 12},  {1, 5, 9, 13},  {2, 6, 10, 14}, {3, 7, 11, 15},
                                           {0, 5, 10, 15}, {1, 6, 11, 12}, {2, 7, 8, 13},  {3, 4, 9, 14}};

static void blake2b_round(hash_state *s, const unsigned char *block, uint64_t taken, bool last)
{
    uint64_t v[16], m[16];
    for (size_t i = 0; i < 16; i++) {
        m[i] = load(block + 8 * i, 8, false);
        v[i] = i < 8 ? s->words64[i] : sha512_initial[i - 8];
    }
    v[12] ^= taken;
    v[14] ^= last ? UINT64_MAX : 0;
    v[15] ^= last && s->flags_last_node ? UINT64_MAX : 0;
    for (size_t r = 0; r < 12; r++) {
        for (size_t g = 0; g < 8; g++) {
            uint64_t *a = &v[blake2_cells[g][0]], *b = &v[blake2_cells[g][1]], *c = &v[blake2_cells[g][2]],
                     *d = &v[blake2_cells[g][3]];
            *a += *b + m[blake2_order[r][2 * g]];
            *d = rotate_right64(*d ^ *a, 32);
            *c += *d;
            *b = rotate_right64(*b ^ *c, 24);
            *a += *b + m[blake2_order[r][2 * g + 1]];
            *d = rotate_right64(*d ^ *a, 16);
            *c += *d;
            *b = rotate_right64(*b ^ *c, 63);
        }
    }
    for (size_t i = 0; i < 8; i++) {
        s->words64[i] ^= v[i] ^ v[i + 8];
    }
}

static void blake2s_round(hash_state *s, const unsigned char *block, uint64_t taken, bool last)
{
    uint32_t v[16], m[16];
    for (size_t i = 0; i < 16; i++) {
        m[i] = (uint32_t)load(block + 4 * i, 4, false);
        v[i] = i < 8 ? s->words32[i] : sha256_initial[i - 8];
    }
    v[12] ^= (uint32_t)taken;
    v[13] ^= (uint32_t)(taken >> 32);
    v[14] ^= last ? UINT32_MAX : 0;
    v[15] ^= last && s->flags_last_node ? UINT32_MAX : 0;
    for (size_t r = 0; r < 10; r++) {
        for (size_t g = 0; g < 8; g++) {
            uint32_t *a = &v[blake2_cells[g][0]], *b = &v[blake2_cells[g][1]], *c = &v[blake2_cells[g][2]],
                     *d = &v[blake2_cells[g][3]];
            *a += *b + m[blake2_order[r][2 * g]];
            *d = rotate_right32(*d ^ *a, 16);
            *c += *d;
            *b = rotate_right32(*b ^ *c, 12);
            *a += *b + m[blake2_order[r][2 * g + 1]];
            *d = rotate_right32(*d ^ *a, 8);
            *c += *d;
            *b = rotate_right32(*b ^ *c, 7);
        }
    }
    for (size_t i = 0; i < 8; i++) {
        s->words32[i] ^= v[i] ^ v[i + 8];
    }
}

static void blake2b_compress(hash_state *s, const unsigned char *block)
{
    blake2b_round(s, block, s->length, false);
}

static void blake2s_compress(hash_state *s, const unsigned char *block)
{
    blake2s_round(s, block, s->length, false);
}

static void blake2_finish(hash_state *s, unsigned char *out, size_t length)
{
    bool wide = s->kind == &hash_blake2b;
    unsigned char words[64] = {0};
    memset(s->block + s->used, 0, s->kind->block_size - s->used);
    (wide ? blake2b_round : blake2s_round)(s, s->block, s->length + s->used, true);
    for (size_t i = 0; i < 8; i++) {
        store(words + i * (wide ? 8 : 4), wide ? s->words64[i] : s->words32[i], wide ? 8 : 4, false);
    }
    memcpy(out, words, length);
}

void hash_begin_blake2(hash_state *s, const hash_kind *kind, const unsigned char *parameters, const void *key,
                       size_t key_length)
{
    hash_begin(s, kind);
    for (size_t i = 0; i < 8; i++) {
        if (kind == &hash_blake2b) {
            s->words64[i] = sha512_initial[i] ^ load(parameters + 8 * i, 8, false);
        } else {
            s->words32[i] = sha256_initial[i] ^ (uint32_t)load(parameters + 4 * i, 4, false);
        }
    }
    s->digest_size = parameters[0];
    if (key_length > 0) {
        unsigned char block[128] = {0};
        memcpy(block, key, key_length);
        hash_update(s, block, kind->block_size);
    }
}

/* ---- the table --------------------------------------------------------------------------------------------
 */

static const uint32_t md5_initial[8] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
static const uint32_t sha1_initial[8] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
static const uint32_t sha224_initial[8] = {0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939,
                                           0xffc00b31, 0x68581511, 0x64f98fa7, 0xbefa4fa4};
static const uint64_t sha384_initial[8] = {0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17,
                                           0x152fecd8f70e5939, 0x67332667ffc00b31, 0x8eb44a8768581511,
                                           0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4};

const hash_kind hash_md5 = {"md5", 64, 16, md5_compress, md5_finish, md5_initial, 0};
const hash_kind hash_sha1 = {"sha1", 64, 20, sha1_compress, sha_finish32, sha1_initial, 0};
const hash_kind hash_sha224 = {"sha224", 64, 28, sha256_compress, sha_finish32, sha224_initial, 0};
const hash_kind hash_sha256 = {"sha256", 64, 32, sha256_compress, sha_finish32, sha256_initial, 0};
const hash_kind hash_sha384 = {"sha384", 128, 48, sha512_compress, sha_finish64, sha384_initial, 0};
const hash_kind hash_sha512 = {"sha512", 128, 64, sha512_compress, sha_finish64, sha512_initial, 0};
const hash_kind hash_sha3_224 = {"sha3_224", 144, 28, sha3_compress, sha3_finish, NULL, 0x06};
const hash_kind hash_sha3_256 = {"sha3_256", 136, 32, sha3_compress, sha3_finish, NULL, 0x06};
const hash_kind hash_sha3_384 = {"sha3_384", 104, 48, sha3_compress, sha3_finish, NULL, 0x06};
const hash_kind hash_sha3_512 = {"sha3_512", 72, 64, sha3_compress, sha3_finish, NULL, 0x06};
const hash_kind hash_shake_128 = {"shake_128", 168, 0, sha3_compress, sha3_finish, NULL, 0x1f};
const hash_kind hash_shake_256 = {"shake_256", 136, 0, sha3_compress, sha3_finish, NULL, 0x1f};
const hash_kind hash_blake2b = {"blake2b", 128, 64, blake2b_compress, blake2_finish, NULL, 0};
const hash_kind hash_blake2s = {"blake2s", 64, 32, blake2s_compress, blake2_finish, NULL, 0};
