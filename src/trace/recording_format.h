/* recording_format.h: what the writer (record.c) and the reader (recording.c) of recordings share;
 * docs/recording.md describes the file.
 *
 *     file    = magic chunk*
 *     chunk   = type (4 bytes) length (4) payload checksum (4: CRC-32 of type, length and payload)
 *     payload = unsigned varints (LEB128) and texts (varint length, bytes)
 *
 * Numbers with a fixed width are little-endian.
 */
#ifndef TRACE_RECORDING_FORMAT_H
#define TRACE_RECORDING_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#define RECORDING_MAGIC "OUROREC1"

enum {
    RECORDING_MAGIC_SIZE = 8,
    RECORDING_CHUNK_HEAD = 8,
    RECORDING_VERSION = 1,
};

#define RECORDING_TYPE(a, b, c, d)                                                                           \
    ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

enum {
    RECORDING_HEAD = RECORDING_TYPE('h', 'e', 'a', 'd'),  /* version, sample, unix seconds, command */
    RECORDING_NAMES = RECORDING_TYPE('n', 'a', 'm', 'e'), /* count, texts: numbered on from 1 */
    RECORDING_PLACES =
        RECORDING_TYPE('p', 'l', 'a', 'c'), /* count, (file, function, line, first line)*: from 1 */
    RECORDING_SITES = RECORDING_TYPE('s', 'i', 't', 'e'), /* count, (caller, place, depth)*: from 2 */
    RECORDING_EPOCH = RECORDING_TYPE('e', 'p', 'o', 'c'), /* nanoseconds, bytes, blocks, peak, resident,
                                                           * count, (site - the last, live bytes, live blocks,
                                                           * total bytes, total blocks)* */
    RECORDING_COLLECTIONS =
        RECORDING_TYPE('c', 'o', 'l', 'l'), /* count, (collections, nanoseconds, longest, examined, collected)*:
                                             * for each generation, since the start */
    RECORDING_SINGLE = RECORDING_TYPE('o', 'n', 'e', 'c'), /* count, (began, nanoseconds, generation, examined, collected,
                                                            * bytes)*: collections one by one */
    RECORDING_TYPES = RECORDING_TYPE('t', 'y', 'p', 'e'),  /* count, texts: numbered on from 1 */
    RECORDING_CENSUS = RECORDING_TYPE('c', 'e', 'n', 's'), /* count, (type - the last, objects, bytes)* */
    RECORDING_MAP = RECORDING_TYPE('m', 'a', 'p', ' '),    /* bytes of a slot, large blocks, their bytes, count,
                                                            * (slots left out since the last run, slots of the
                                                            * run, block size, resident, live bytes)* */
    RECORDING_END = RECORDING_TYPE('t', 'a', 'i', 'l'),   /* the number of epochs */
};

/* CRC-32 (ISO 3309, the one of zip and PNG), to be continued: begin with 0. */
uint32_t recording_checksum(uint32_t sum, const void *data, size_t size);

#endif
