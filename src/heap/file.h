/* file.h: the format of snapshot files (docs/heap-file.md), shared by the writer and the reader.
 *
 *     file    = magic (8 bytes), version (4), 0 (4), chunk ..., last chunk
 *     chunk   = column (4), raw size (4), packed size (4), checksum of these 12 bytes (4), packed bytes
 *     column  = which array of the graph the bytes continue: see heap_column
 *
 * All numbers are little-endian.  Chunks of one column follow each other in order; the order of columns does
 * not matter. A chunk holds at most HEAP_CHUNK_SIZE raw bytes, packed as a zstd frame with a checksum of its
 * own.  The last chunk, of column END, holds the number of nodes and of edges: a file that was cut off is so
 * known as such.
 */
#ifndef OURO_SRC_HEAP_FILE_H
#define OURO_SRC_HEAP_FILE_H

#include "heap/graph.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "snapshot files are written as the numbers lie in memory: little-endian"
#endif

#define HEAP_FILE_MAGIC "OUROHEAP"

enum {
    HEAP_FILE_VERSION = 1,
    HEAP_CHUNK_SIZE = 1 << 20,
    /* A file may unpack to so many times its size.  Real ones stay below 100; without a bound, a small
     * hostile one could ask for all memory there is. */
    HEAP_FILE_MAX_RATIO = 2000,
};

/* The columns of a file, with how a graph's array becomes one. */
typedef enum heap_column {
    HEAP_COLUMN_END,
    HEAP_COLUMN_TYPE_OF,    /* u32 for each node */
    HEAP_COLUMN_SITE_OF,    /* u32 */
    HEAP_COLUMN_EPOCH_OF,   /* u32 */
    HEAP_COLUMN_SIZE_OF,    /* u64 */
    HEAP_COLUMN_ADDRESS_OF, /* u64: the difference to the node before */
    HEAP_COLUMN_DEGREE_OF,  /* u32: how many edges */
    HEAP_COLUMN_TARGETS,    /* u32 for each edge */
    HEAP_COLUMN_LABELS,     /* u32 */
    HEAP_COLUMN_TYPES,      /* heap_type */
    HEAP_COLUMN_SITES,      /* heap_site */
    HEAP_COLUMN_TEXTS,      /* heap_text */
    HEAP_COLUMN_ROOMS,      /* heap_room */
    HEAP_COLUMN_FACTS,      /* heap_fact */
    HEAP_COLUMN_STRINGS,    /* bytes: the strings, each with a NUL */
    HEAP_COLUMNS
} heap_column;

typedef struct heap_chunk_header {
    uint32_t column, raw_size, packed_size, checksum;
} heap_chunk_header;

typedef struct heap_file_header {
    char magic[8];
    uint32_t version, reserved;
} heap_file_header;

/* Of the other fields of a chunk's header (FNV-1a). */
static inline uint32_t heap_chunk_checksum(const heap_chunk_header *h)
{
    uint32_t hash = UINT32_C(0x811c9dc5);
    const uint32_t fields[] = {h->column, h->raw_size, h->packed_size};
    for (size_t i = 0; i < sizeof fields; i++) {
        hash = (hash ^ (fields[i / 4] >> (8 * (i % 4)) & 0xff)) * UINT32_C(0x01000193);
    }
    return hash;
}

#endif
