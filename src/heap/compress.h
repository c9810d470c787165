/* compress.h: a chunk of bytes made small and back again (zstd). */
#ifndef OURO_SRC_HEAP_COMPRESS_H
#define OURO_SRC_HEAP_COMPRESS_H

#include "ouro/common.h"

/* The most bytes that `size` bytes can become. */
size_t compress_bound(size_t size);
/* Packs `size` bytes, with a checksum of them, into `out`, which has room for compress_bound(size).  Returns
 * the packed size; 0: no memory. */
OURO_NODISCARD size_t compress_pack(void *out, size_t room, const void *bytes, size_t size);
/* Unpacks into exactly `size` bytes.  False: damaged, not so many, or no memory (*no_memory tells). */
OURO_NODISCARD bool compress_unpack(void *bytes, size_t size, const void *packed, size_t packed_size,
                                    bool *no_memory);

#endif
