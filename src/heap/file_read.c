/* file_read.c: reads a snapshot file (file.h).  Nothing in it is trusted: headers have checksums, so have the
 * packed bytes, sizes are bounded by what is really there, and the whole graph is checked before anybody sees
 * it.
 */
#include "heap/compress.h"
#include "heap/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef VECTOR_OF(uint32_t) reader_words;

struct reader {
    int fd;
    const char *path;
    ouro_heap_graph *g;
    reader_words degrees;
    uint64_t allowed; /* raw bytes that may still come */
    char *raw, *packed;
    uint32_t packed_room;
    bool ended;
    ouro_heap_error *error;
};

static bool reader_damaged(struct reader *r, const char *what)
{
    return heap_fail(r->error, OURO_HEAP_DAMAGED, "%s is damaged: %s", r->path, what);
}

/* Reads exactly `size` bytes. */
static bool reader_bytes(struct reader *r, void *bytes, size_t size)
{
    char *at = bytes;
    while (size > 0) {
        ssize_t n = read(r->fd, at, size);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return heap_fail(r->error, OURO_HEAP_IO, "%s cannot be read: %s", r->path, strerror(errno));
        }
        if (n == 0) {
            return reader_damaged(r, "it ends too early");
        }
        at += n;
        size -= (size_t)n;
    }
    return true;
}

/* ---- columns ------------------------------------------------------------------------------------------- */

#define READER_APPEND(r, vector, size)                                                                       \
    do {                                                                                                     \
        size_t count_ = (size) / sizeof *(vector).items;                                                     \
        if ((size) % sizeof *(vector).items != 0) {                                                          \
            return reader_damaged(r, "a column with a part of an item");                                     \
        }                                                                                                    \
        if (!vector_reserve(&base_malloc, &(vector), count_)) {                                          \
            return heap_fail_no_memory((r)->error);                                                          \
        }                                                                                                    \
        memcpy((vector).items + (vector).count, (r)->raw, (size));                                           \
        (vector).count += count_;                                                                            \
        return true;                                                                                         \
    } while (0)

static bool reader_end(struct reader *r, size_t size)
{
    uint64_t end[2];
    if (size != sizeof end) {
        return reader_damaged(r, "its last part is too short");
    }
    memcpy(end, r->raw, sizeof end);
    if (end[0] != r->g->type_of.count || end[1] != r->g->targets.count) {
        return reader_damaged(r, "parts of it are missing");
    }
    r->ended = true;
    return true;
}

static bool reader_append(struct reader *r, uint32_t column, size_t size)
{
    ouro_heap_graph *g = r->g;
    switch (column) {
    case HEAP_COLUMN_END:
        return reader_end(r, size);
    case HEAP_COLUMN_TYPE_OF:
        READER_APPEND(r, g->type_of, size);
    case HEAP_COLUMN_SITE_OF:
        READER_APPEND(r, g->site_of, size);
    case HEAP_COLUMN_EPOCH_OF:
        READER_APPEND(r, g->epoch_of, size);
    case HEAP_COLUMN_SIZE_OF:
        READER_APPEND(r, g->size_of, size);
    case HEAP_COLUMN_ADDRESS_OF:
        READER_APPEND(r, g->address_of, size);
    case HEAP_COLUMN_DEGREE_OF:
        READER_APPEND(r, r->degrees, size);
    case HEAP_COLUMN_TARGETS:
        READER_APPEND(r, g->targets, size);
    case HEAP_COLUMN_LABELS:
        READER_APPEND(r, g->labels, size);
    case HEAP_COLUMN_TYPES:
        READER_APPEND(r, g->types, size);
    case HEAP_COLUMN_SITES:
        READER_APPEND(r, g->sites, size);
    case HEAP_COLUMN_TEXTS:
        READER_APPEND(r, g->texts, size);
    case HEAP_COLUMN_ROOMS:
        READER_APPEND(r, g->rooms, size);
    case HEAP_COLUMN_FACTS:
        READER_APPEND(r, g->facts, size);
    case HEAP_COLUMN_STRINGS:
        READER_APPEND(r, g->string_bytes, size);
    default:
        return reader_damaged(r, "a column that this version does not know");
    }
}

static bool reader_chunk(struct reader *r)
{
    heap_chunk_header header;
    if (!reader_bytes(r, &header, sizeof header)) {
        return false;
    }
    if (header.checksum != heap_chunk_checksum(&header) || header.raw_size > HEAP_CHUNK_SIZE ||
        header.packed_size > r->packed_room) {
        return reader_damaged(r, "the head of a part is not what was written");
    }
    if (header.raw_size > r->allowed) {
        return reader_damaged(r, "it would unpack to far more than its size allows");
    }
    r->allowed -= header.raw_size;
    bool no_memory = false;
    if (!reader_bytes(r, r->packed, header.packed_size)) {
        return false;
    }
    if (!compress_unpack(r->raw, header.raw_size, r->packed, header.packed_size, &no_memory)) {
        return no_memory ? heap_fail_no_memory(r->error) : reader_damaged(r, "a part does not unpack");
    }
    return reader_append(r, header.column, header.raw_size);
}

/* ---- from columns to a graph --------------------------------------------------------------------------- */

static bool reader_first_edges(struct reader *r)
{
    ouro_heap_graph *g = r->g;
    if (!vector_reserve(&base_malloc, &g->first_edge, r->degrees.count + 1)) {
        return heap_fail_no_memory(r->error);
    }
    uint64_t sum = 0;
    for (size_t n = 0; n <= r->degrees.count; n++) {
        g->first_edge.items[n] = sum;
        sum += n < r->degrees.count ? r->degrees.items[n] : 0;
    }
    g->first_edge.count = r->degrees.count + 1;
    uint64_t before = 0;
    for (size_t n = 0; n < g->address_of.count; n++) {
        before = g->address_of.items[n] += before;
    }
    return true;
}

static bool reader_strings(struct reader *r)
{
    ouro_heap_graph *g = r->g;
    uint64_t start = 0;
    for (size_t i = 0; i < g->string_bytes.count; i++) {
        if (g->string_bytes.items[i] == 0) {
            if (!vector_push(&base_malloc, &g->string_starts, start)) {
                return heap_fail_no_memory(r->error);
            }
            start = i + 1;
        }
    }
    return true;
}

static bool reader_graph(struct reader *r)
{
    heap_file_header header;
    if (!reader_bytes(r, &header, sizeof header)) {
        return false;
    }
    if (memcmp(header.magic, HEAP_FILE_MAGIC, sizeof header.magic) != 0) {
        return heap_fail(r->error, OURO_HEAP_VERSION, "%s is not a snapshot of a heap", r->path);
    }
    if (header.version != HEAP_FILE_VERSION) {
        return heap_fail(r->error, OURO_HEAP_VERSION, "%s has version %u; this library reads version %u",
                         r->path, header.version, (unsigned)HEAP_FILE_VERSION);
    }
    while (!r->ended) {
        if (!reader_chunk(r)) {
            return false;
        }
    }
    if (!reader_first_edges(r) || !reader_strings(r)) {
        return false;
    }
    r->g->finished = true;
    ouro_heap_error wrong;
    return heap_graph_check(r->g, &wrong) || reader_damaged(r, wrong.text);
}

/* An empty graph has its first type and site already; those of a file come from the file. */
static void reader_empty(ouro_heap_graph *g)
{
    g->types.count = 0;
    g->sites.count = 0;
    g->string_bytes.count = 0;
    g->string_starts.count = 0;
    map_clear(&g->string_index);
}

ouro_heap_graph *ouro_heap_read(const char *path, ouro_heap_error *error)
{
    struct reader r = {
        .path = path, .error = error, .packed_room = (uint32_t)compress_bound(HEAP_CHUNK_SIZE)};
    r.fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (r.fd < 0 || fstat(r.fd, &status) != 0) {
        (void)heap_fail(error, OURO_HEAP_IO, "%s cannot be read: %s", path, strerror(errno));
        if (r.fd >= 0) {
            (void)close(r.fd);
        }
        return NULL;
    }
    r.allowed =
        S_ISREG(status.st_mode) ? ((uint64_t)status.st_size + 4096) * HEAP_FILE_MAX_RATIO : UINT64_MAX;
    r.raw = heap_array(HEAP_CHUNK_SIZE, 1, error);
    r.packed = heap_array(r.packed_room, 1, error);
    r.g = ouro_heap_create();
    bool good = false;
    if (r.g == NULL) {
        (void)heap_fail_no_memory(error);
    } else if (r.raw != NULL && r.packed != NULL) {
        reader_empty(r.g);
        good = reader_graph(&r);
    }
    vector_free(&base_malloc, &r.degrees);
    free(r.raw);
    free(r.packed);
    (void)close(r.fd);
    if (!good) {
        ouro_heap_destroy(r.g);
        return NULL;
    }
    return r.g;
}
