/* multibyte.h: the encodings of East Asia in which characters take one to four bytes, as tables.
 *
 * The tables (multibyte_data.c, made by tools/make_multibyte_data.py at build time) say what bytes mean.  A codec turns them
 * around when it first encodes.
 */
#ifndef OURO_SRC_MODULES_MULTIBYTE_H
#define OURO_SRC_MODULES_MULTIBYTE_H

#include "ouro/mem.h"

/* What a first byte begins. */
typedef struct multibyte_lead {
    uint32_t value;      /* the character; of a row: where its cells begin */
    uint8_t first, last; /* of a row: the second bytes that have cells */
    uint8_t kind;        /* 0: nothing; 1: it is a character; 2: a row of characters of two bytes */
} multibyte_lead;

enum {
    MULTIBYTE_WIDE = 0xd800,  /* cells from here to 0xdfff: the others of `wide`; 0: no character */
    MULTIBYTE_PREFIX = 0x8f,  /* of three bytes, where there are such: the other two as in `prefixed` */
    MULTIBYTE_PAGES = 0x300,  /* pages of 256 characters that can be encoded by table */
    MULTIBYTE_LONGEST = 8,
};

typedef struct multibyte_charset {
    const char *name;
    const multibyte_lead *leads;
    const multibyte_lead *prefixed;  /* or NULL */
    const uint32_t (*wide)[2];       /* beyond 16 bits, or two characters (else the second is 0) */
    const uint32_t (*fixed)[2];      /* character, its bytes as a number: not the first bytes that mean it; 0: none */
    uint32_t fixed_count;
    const uint32_t (*pairs)[3];      /* two characters and the bytes of both */
    uint32_t pair_count;
    bool has_four_bytes; /* GB18030: the second byte is a digit */
    bool has_jamo;       /* EUC-KR: Hangul without a code is spelled in eight bytes */
} multibyte_charset;

extern const uint16_t multibyte_cells[];
extern const multibyte_charset multibyte_charsets[]; /* ended by a NULL name */
extern const uint32_t multibyte_four_bytes[][3];     /* number of a sequence, how many follow one another, first character */
extern const unsigned char multibyte_jamo[];         /* second bytes of 19 initials, 21 vowels, 28 finals */

/* NULL: no such encoding. */
const multibyte_charset *multibyte_find(const char *name);
/* The character at `bytes` (two: the second is not 0), as many bytes as it takes; 0: more bytes may make it one; -1: they
 * cannot. */
int multibyte_read(const multibyte_charset *charset, const unsigned char *bytes, size_t left, uint32_t characters[2]);

/* Characters to bytes: pages of numbers, made of the tables. */
typedef struct multibyte_codes {
    uint32_t *pages[MULTIBYTE_PAGES];
} multibyte_codes;

/* A block of `mem`; NULL: no memory. */
OURO_NODISCARD multibyte_codes *multibyte_codes_make(ouro_mem *mem, const multibyte_charset *charset);
void multibyte_codes_free(ouro_mem *mem, multibyte_codes *codes);
size_t multibyte_codes_size(ouro_mem *mem, const multibyte_codes *codes);
/* Writes a character and returns the number of bytes; 0: it has no code.  `next`: the character behind it, or 0; *both: it
 * was written with it. */
int multibyte_write(const multibyte_charset *charset, const multibyte_codes *codes, uint32_t c, uint32_t next, bool *both,
                    unsigned char bytes[MULTIBYTE_LONGEST]);
/* Can a character be written with one that follows it? */
bool multibyte_begins_pair(const multibyte_charset *charset, uint32_t c);

#endif
