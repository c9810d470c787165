/* compress.c: the one file that knows zstd (compress.h). */
#include "heap/compress.h"

#include <zstd.h>
#include <zstd_errors.h>

/* Level 1 packs the columns of a graph nearly as small as the default 3, in two thirds of its time. */
enum { COMPRESS_LEVEL = 1 };

size_t compress_bound(size_t size)
{
    return ZSTD_compressBound(size);
}

size_t compress_pack(void *out, size_t room, const void *bytes, size_t size)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    if (context == NULL) {
        return 0;
    }
    size_t packed = 0;
    if (!ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, COMPRESS_LEVEL)) &&
        !ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1))) {
        packed = ZSTD_compress2(context, out, room, bytes, size);
    }
    ZSTD_freeCCtx(context);
    return ZSTD_isError(packed) ? 0 : packed;
}

bool compress_unpack(void *bytes, size_t size, const void *packed, size_t packed_size, bool *no_memory)
{
    size_t got = ZSTD_decompress(bytes, size, packed, packed_size);
    *no_memory = ZSTD_isError(got) && ZSTD_getErrorCode(got) == ZSTD_error_memory_allocation;
    return !ZSTD_isError(got) && got == size;
}
