/* file_write.c: writes a graph as a snapshot file (file.h).  Needs two chunks of memory, however large the
 * graph is. */
#include "heap/compress.h"
#include "heap/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct writer {
    int fd;
    char *raw; /* HEAP_CHUNK_SIZE bytes, for columns that are not written as they lie */
    char *packed;
    size_t packed_room;
    ouro_heap_error *error;
};

static bool writer_bytes(struct writer *w, const void *bytes, size_t size)
{
    const char *at = bytes;
    while (size > 0) {
        ssize_t n = write(w->fd, at, size);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return heap_fail(w->error, OURO_HEAP_IO, "the snapshot cannot be written: %s",
                             strerror(n < 0 ? errno : ENOSPC));
        }
        at += n;
        size -= (size_t)n;
    }
    return true;
}

static bool writer_chunk(struct writer *w, heap_column column, const void *bytes, size_t size)
{
    size_t packed = compress_pack(w->packed, w->packed_room, bytes, size);
    if (packed == 0) {
        return heap_fail_no_memory(w->error);
    }
    heap_chunk_header header = {(uint32_t)column, (uint32_t)size, (uint32_t)packed, 0};
    header.checksum = heap_chunk_checksum(&header);
    return writer_bytes(w, &header, sizeof header) && writer_bytes(w, w->packed, packed);
}

/* A chunk holds whole items: the reader takes it as it comes. */
static bool writer_column(struct writer *w, heap_column column, const void *items, size_t size, size_t item_size)
{
    size_t most = HEAP_CHUNK_SIZE / item_size * item_size;
    for (size_t at = 0; at < size; at += most) {
        size_t part = size - at < most ? size - at : most;
        if (!writer_chunk(w, column, (const char *)items + at, part)) {
            return false;
        }
    }
    return true;
}

#define WRITER_COLUMN(w, column, vector)                                                                     \
    writer_column(w, column, (vector).items, (vector).count * sizeof *(vector).items, sizeof *(vector).items)

static bool writer_addresses(struct writer *w, const ouro_heap_graph *g)
{
    enum { PER_CHUNK = HEAP_CHUNK_SIZE / sizeof(uint64_t) };
    uint64_t *differences = (uint64_t *)(void *)w->raw;
    uint64_t before = 0;
    size_t filled = 0;
    for (size_t n = 0; n < g->address_of.count; n++) {
        differences[filled++] = g->address_of.items[n] - before;
        before = g->address_of.items[n];
        if (filled == PER_CHUNK || n + 1 == g->address_of.count) {
            if (!writer_chunk(w, HEAP_COLUMN_ADDRESS_OF, differences, filled * sizeof *differences)) {
                return false;
            }
            filled = 0;
        }
    }
    return true;
}

static bool writer_degrees(struct writer *w, const ouro_heap_graph *g)
{
    enum { PER_CHUNK = HEAP_CHUNK_SIZE / sizeof(uint32_t) };
    uint32_t *degrees = (uint32_t *)(void *)w->raw;
    size_t filled = 0, nodes = heap_node_count(g);
    for (size_t n = 0; n < nodes; n++) {
        uint64_t degree = g->first_edge.items[n + 1] - g->first_edge.items[n];
        if (degree > UINT32_MAX) {
            return heap_fail(w->error, OURO_HEAP_TOO_LARGE, "an object with over 4,294,967,295 references");
        }
        degrees[filled++] = (uint32_t)degree;
        if (filled == PER_CHUNK || n + 1 == nodes) {
            if (!writer_chunk(w, HEAP_COLUMN_DEGREE_OF, degrees, filled * sizeof *degrees)) {
                return false;
            }
            filled = 0;
        }
    }
    return true;
}

static bool writer_graph(struct writer *w, const ouro_heap_graph *g)
{
    heap_file_header header = {.version = HEAP_FILE_VERSION};
    memcpy(header.magic, HEAP_FILE_MAGIC, sizeof header.magic);
    uint64_t end[] = {g->type_of.count, g->targets.count};
    return writer_bytes(w, &header, sizeof header) && WRITER_COLUMN(w, HEAP_COLUMN_FACTS, g->facts) &&
           WRITER_COLUMN(w, HEAP_COLUMN_STRINGS, g->string_bytes) &&
           WRITER_COLUMN(w, HEAP_COLUMN_TYPES, g->types) && WRITER_COLUMN(w, HEAP_COLUMN_SITES, g->sites) &&
           WRITER_COLUMN(w, HEAP_COLUMN_TYPE_OF, g->type_of) &&
           WRITER_COLUMN(w, HEAP_COLUMN_SITE_OF, g->site_of) &&
           WRITER_COLUMN(w, HEAP_COLUMN_EPOCH_OF, g->epoch_of) &&
           WRITER_COLUMN(w, HEAP_COLUMN_SIZE_OF, g->size_of) && writer_addresses(w, g) &&
           writer_degrees(w, g) && WRITER_COLUMN(w, HEAP_COLUMN_TARGETS, g->targets) &&
           WRITER_COLUMN(w, HEAP_COLUMN_LABELS, g->labels) && WRITER_COLUMN(w, HEAP_COLUMN_TEXTS, g->texts) &&
           WRITER_COLUMN(w, HEAP_COLUMN_ROOMS, g->rooms) && writer_chunk(w, HEAP_COLUMN_END, end, sizeof end);
}

bool ouro_heap_write_fd(const ouro_heap_graph *g, int fd, ouro_heap_error *error)
{
    struct writer w = {.fd = fd, .packed_room = compress_bound(HEAP_CHUNK_SIZE), .error = error};
    w.raw = heap_array(HEAP_CHUNK_SIZE, 1, error);
    w.packed = heap_array(w.packed_room, 1, error);
    bool good = w.raw != NULL && w.packed != NULL && writer_graph(&w, g);
    free(w.raw);
    free(w.packed);
    return good;
}

bool ouro_heap_write(const ouro_heap_graph *g, const char *path, ouro_heap_error *error)
{
    static const char suffix[] = ".XXXXXX";
    char *temporary = heap_array(strlen(path) + sizeof suffix, 1, error);
    if (temporary == NULL) {
        return false;
    }
    strcpy(temporary, path);
    strcat(temporary, suffix);
    int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0) {
        (void)heap_fail(error, OURO_HEAP_IO, "%s cannot be written: %s", path, strerror(errno));
        free(temporary);
        return false;
    }
    bool good = ouro_heap_write_fd(g, fd, error);
    mode_t mask = umask(0);
    (void)umask(mask);
    if (good && (fchmod(fd, 0666 & ~mask) != 0 || fsync(fd) != 0)) {
        good = heap_fail(error, OURO_HEAP_IO, "%s cannot be written: %s", path, strerror(errno));
    }
    if (close(fd) != 0 && good) {
        good = heap_fail(error, OURO_HEAP_IO, "%s cannot be written: %s", path, strerror(errno));
    }
    if (good && rename(temporary, path) != 0) {
        good = heap_fail(error, OURO_HEAP_IO, "%s cannot be written: %s", path, strerror(errno));
    }
    if (!good) {
        (void)unlink(temporary);
    }
    free(temporary);
    return good;
}
