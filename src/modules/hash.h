/* hash.h: the digests under hashlib: MD5, SHA-1, SHA-2 (RFC 1321, FIPS 180-4), SHA-3 and SHAKE (FIPS 202),
 * BLAKE2 (RFC 7693), as functions over one state. */
#ifndef OURO_SRC_MODULES_HASH_H
#define OURO_SRC_MODULES_HASH_H

#include "ouro/common.h"

enum { HASH_MAX_BLOCK = 168, HASH_MAX_DIGEST = 64, HASH_MAX_KEY = 64 };

struct hash_kind;

typedef struct hash_state {
    const struct hash_kind *kind;
    union {
        uint32_t words32[8];
        uint64_t words64[25];
    };
    uint64_t length; /* bytes taken in */
    size_t used;     /* of block */
    size_t digest_size;
    uint8_t flags_last_node; /* BLAKE2 */
    unsigned char block[HASH_MAX_BLOCK];
} hash_state;

typedef struct hash_kind {
    const char *name;
    size_t block_size, digest_size; /* digest_size 0: as long as asked for (SHAKE) */
    void (*compress)(hash_state *s, const unsigned char *block);
    void (*finish)(hash_state *s, unsigned char *out, size_t length);
    const void *initial;   /* words */
    unsigned char padding; /* SHA-3: first byte of the padding */
} hash_kind;

extern const hash_kind hash_md5, hash_sha1, hash_sha224, hash_sha256, hash_sha384, hash_sha512;
extern const hash_kind hash_sha3_224, hash_sha3_256, hash_sha3_384, hash_sha3_512, hash_shake_128,
    hash_shake_256;
extern const hash_kind hash_blake2b, hash_blake2s;

void hash_begin(hash_state *s, const hash_kind *kind);
void hash_update(hash_state *s, const void *data, size_t length);
/* The digest of what has been taken in; the state itself stays as it is. */
void hash_digest(const hash_state *s, unsigned char *out, size_t length);

/* BLAKE2's parameter block: 64 bytes for blake2b, 32 for blake2s, as in the RFC. */
void hash_begin_blake2(hash_state *s, const hash_kind *kind, const unsigned char *parameters, const void *key,
                       size_t key_length);

#endif
