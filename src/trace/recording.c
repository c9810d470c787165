/* recording.c: reads recordings (trace.h, recording_format.h).
 *
 * Nothing in a file is believed: a chunk counts when its checksum is right; every number that says how much
 * follows is compared with what is there; every number that refers to something is compared with how much of
 * it there is.  A file that ends in the middle of a chunk, or is damaged from some point on, is read up to
 * there; what comes after the first epoch is not needed for a recording to be one.
 */
#include "trace/recording.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *recording_add(recording_array *array, size_t size)
{
    if (array->count == array->capacity) {
        size_t capacity = array->capacity != 0 ? array->capacity * 2 : 16;
        void *items = capacity < SIZE_MAX / 2 / size ? realloc(array->items, capacity * size) : NULL;
        if (items == NULL)
            return NULL;
        array->items = items;
        array->capacity = capacity;
    }
    return (char *)array->items + array->count++ * size;
}

uint64_t recording_number(recording_payload *p)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (p->at == p->end)
            break;
        unsigned char byte = *p->at++;
        if (shift == 63 && byte > 1)
            break;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return value;
    }
    p->bad = true;
    return 0;
}

uint32_t recording_below(recording_payload *p, uint64_t limit)
{
    uint64_t value = recording_number(p);
    if (value >= limit) {
        p->bad = true;
        return 0;
    }
    return (uint32_t)value;
}

uint64_t recording_count(recording_payload *p, size_t size)
{
    uint64_t count = recording_number(p);
    if (count > (uint64_t)(p->end - p->at) / size) {
        p->bad = true;
        return 0;
    }
    return count;
}

char *recording_text(recording_payload *p, size_t *length)
{
    *length = (size_t)recording_count(p, 1);
    char *text = p->bad ? NULL : malloc(*length + 1);
    if (text == NULL)
        return NULL;
    memcpy(text, p->at, *length);
    text[*length] = 0;
    p->at += *length;
    return text;
}

/* Each reads one payload.  False: no memory, or p->bad. */

static bool recording_read_head(ouro_trace_recording *r, recording_payload *p)
{
    uint64_t version = recording_number(p);
    r->sample = recording_number(p);
    r->started = recording_number(p);
    size_t length;
    if (r->command != NULL || version != RECORDING_VERSION) {
        p->bad = true;
        return false;
    }
    r->command = recording_text(p, &length);
    return r->command != NULL;
}

static bool recording_read_names(ouro_trace_recording *r, recording_payload *p)
{
    for (uint64_t count = recording_count(p, 1); count > 0 && !p->bad; count--) {
        size_t length;
        char *text = recording_text(p, &length);
        recording_name *name = text != NULL ? recording_add(&r->names, sizeof *name) : NULL;
        if (name == NULL) {
            free(text);
            return false;
        }
        *name = (recording_name){text, length};
    }
    return !p->bad;
}

static bool recording_read_places(ouro_trace_recording *r, recording_payload *p)
{
    for (uint64_t count = recording_count(p, 4); count > 0 && !p->bad; count--) {
        recording_place *place = recording_add(&r->places, sizeof *place);
        if (place == NULL)
            return false;
        place->file = recording_below(p, r->names.count + 1);
        place->function = recording_below(p, r->names.count + 1);
        place->line = recording_below(p, UINT64_C(1) << 32);
        place->first_line = recording_below(p, UINT64_C(1) << 32);
        p->bad |= place->file == 0 || place->function == 0;
        r->places.count -= p->bad;
    }
    return !p->bad;
}

static bool recording_read_sites(ouro_trace_recording *r, recording_payload *p)
{
    for (uint64_t count = recording_count(p, 3); count > 0 && !p->bad; count--) {
        recording_site *site = recording_add(&r->sites, sizeof *site);
        if (site == NULL)
            return false;
        /* Callers come first: so a walk outwards ends. */
        site->caller = recording_below(p, r->sites.count + OURO_TRACE_ROOT);
        site->place = recording_below(p, r->places.count + 1);
        site->total = recording_below(p, UINT64_C(1) << 32);
        p->bad |= site->caller == 0 || site->place == 0;
        r->sites.count -= p->bad;
    }
    return !p->bad;
}

static bool recording_read_epoch(ouro_trace_recording *r, recording_payload *p)
{
    ouro_trace_epoch epoch = r->notes;
    epoch.nanoseconds = (int64_t)recording_number(p);
    epoch.bytes = recording_number(p);
    epoch.blocks = recording_number(p);
    epoch.peak_bytes = recording_number(p);
    epoch.resident_bytes = recording_number(p);
    epoch.first = r->changes.count;
    uint64_t site = 0;
    p->bad |= epoch.nanoseconds < 0;
    for (uint64_t count = recording_count(p, 5); count > 0 && !p->bad; count--) {
        ouro_trace_count *change = recording_add(&r->changes, sizeof *change);
        if (change == NULL)
            return false;
        site += recording_number(p);
        p->bad |= site < OURO_TRACE_ROOT || site >= r->sites.count + OURO_TRACE_ROOT + 1;
        change->site = (uint32_t)site;
        change->live_bytes = recording_number(p);
        change->live_blocks = recording_number(p);
        change->total_bytes = recording_number(p);
        change->total_blocks = recording_number(p);
        epoch.count++;
    }
    ouro_trace_epoch *added = p->bad ? NULL : recording_add(&r->epochs, sizeof *added);
    if (added == NULL) {
        r->changes.count = epoch.first;
        return false;
    }
    *added = epoch;
    r->notes.type_first += epoch.type_count;
    r->notes.type_count = 0;
    return true;
}

static uint32_t recording_fixed(const unsigned char *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static bool recording_read_chunk(ouro_trace_recording *r, uint32_t type, recording_payload *p)
{
    switch (type) {
    case RECORDING_HEAD:
        return recording_read_head(r, p);
    case RECORDING_NAMES:
        return recording_read_names(r, p);
    case RECORDING_PLACES:
        return recording_read_places(r, p);
    case RECORDING_SITES:
        return recording_read_sites(r, p);
    case RECORDING_EPOCH:
        return recording_read_epoch(r, p);
    case RECORDING_END:
        r->whole = recording_number(p) == r->epochs.count;
        return true;
    default:
        return recording_read_note(r, type, p);
    }
}

/* The chunk at `at`: its length with head and checksum; 0: there is no sound one. */
static size_t recording_chunk(const unsigned char *at, const unsigned char *end)
{
    enum { SUM = 4 };
    if (end - at < RECORDING_CHUNK_HEAD + SUM)
        return 0;
    size_t length = recording_fixed(at + 4);
    if (length > (size_t)(end - at) - RECORDING_CHUNK_HEAD - SUM)
        return 0;
    size_t size = RECORDING_CHUNK_HEAD + length;
    return recording_checksum(0, at, size) == recording_fixed(at + size) ? size + SUM : 0;
}

/* How many bytes hold whole epochs, and the end: what comes after may be half of a write that failed, which the writer
 * takes back. */
static size_t recording_settled(const unsigned char *at, const unsigned char *end)
{
    size_t settled = 0, size;
    for (size_t read = 0; (size = recording_chunk(at + read, end)) != 0;) {
        uint32_t type = recording_fixed(at + read);
        read += size;
        settled = type == RECORDING_EPOCH || type == RECORDING_END ? read : settled;
    }
    return settled;
}

/* Reads chunks up to the end or the first that is not sound; *at is then behind the last.  False: no memory. */
static bool recording_parse(ouro_trace_recording *r, const unsigned char **at, const unsigned char *end)
{
    size_t size;
    while (!r->whole && (size = recording_chunk(*at, end)) != 0) {
        recording_payload p = {*at + RECORDING_CHUNK_HEAD, *at + size - 4, false};
        uint32_t type = recording_fixed(*at);
        if (r->command == NULL && type != RECORDING_HEAD)
            return true;
        if (!recording_read_chunk(r, type, &p))
            return p.bad;
        *at += size;
    }
    return true;
}

/* The file from `offset` on, or NULL with errno set. */
static unsigned char *recording_load(const char *path, size_t offset, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    if (offset != 0 && fseeko(file, (off_t)offset, SEEK_SET) != 0) {
        fclose(file);
        errno = EIO;
        return NULL;
    }
    size_t capacity = 1 << 16;
    unsigned char *bytes = malloc(capacity);
    *length = 0;
    int reason = ENOMEM;
    while (bytes != NULL) {
        size_t n = fread(bytes + *length, 1, capacity - *length, file);
        reason = ferror(file) ? errno : ENOMEM;
        *length += n;
        if (*length < capacity)
            break;
        unsigned char *grown = realloc(bytes, capacity * 2);
        if (grown == NULL)
            free(bytes);
        bytes = grown;
        capacity *= 2;
    }
    if (bytes != NULL && ferror(file)) {
        free(bytes);
        bytes = NULL;
    }
    fclose(file);
    errno = reason;
    return bytes;
}

ouro_trace_recording *ouro_trace_recording_read(const char *path, char *message, size_t size)
{
    size_t length;
    unsigned char *bytes = recording_load(path, 0, &length);
    if (bytes == NULL) {
        snprintf(message, size, "%s", strerror(errno));
        return NULL;
    }
    ouro_trace_recording *r = NULL;
    const unsigned char *at = bytes + RECORDING_MAGIC_SIZE;
    if (length < RECORDING_MAGIC_SIZE || memcmp(bytes, RECORDING_MAGIC, RECORDING_MAGIC_SIZE) != 0) {
        snprintf(message, size, "not a recording of ouro");
    } else if ((r = calloc(1, sizeof *r)) == NULL || (r->path = strdup(path)) == NULL ||
               !recording_parse(r, &at, at + recording_settled(at, bytes + length))) {
        snprintf(message, size, "no memory");
        ouro_trace_recording_free(r);
        r = NULL;
    } else if (r->epochs.count == 0) {
        snprintf(message, size,
                 "the recording is damaged, or of a version that is not known: no epoch can be read");
        ouro_trace_recording_free(r);
        r = NULL;
    } else {
        r->length = (size_t)(at - bytes);
    }
    free(bytes);
    return r;
}

int64_t ouro_trace_recording_follow(ouro_trace_recording *r, char *message, size_t size)
{
    size_t length, before = r->epochs.count;
    if (r->whole)
        return 0;
    unsigned char *bytes = recording_load(r->path, r->length, &length);
    if (bytes == NULL) {
        snprintf(message, size, "%s", strerror(errno));
        return -1;
    }
    const unsigned char *at = bytes;
    bool ok = recording_parse(r, &at, bytes + recording_settled(bytes, bytes + length));
    r->length += (size_t)(at - bytes);
    free(bytes);
    if (!ok) {
        snprintf(message, size, "no memory");
        return -1;
    }
    return (int64_t)(r->epochs.count - before);
}

void ouro_trace_recording_free(ouro_trace_recording *r)
{
    if (r == NULL)
        return;
    for (size_t i = 0; i < r->names.count; i++)
        free((void *)(uintptr_t)((recording_name *)r->names.items)[i].text);
    free(r->names.items);
    free(r->places.items);
    free(r->sites.items);
    free(r->epochs.items);
    free(r->changes.items);
    free(r->command);
    free(r->path);
    recording_free_notes(r);
    free(r);
}

const char *ouro_trace_recording_command(const ouro_trace_recording *r)
{
    return r->command;
}

bool ouro_trace_recording_is_whole(const ouro_trace_recording *r)
{
    return r->whole;
}

uint64_t ouro_trace_recording_started(const ouro_trace_recording *r)
{
    return r->started;
}

uint64_t ouro_trace_recording_sample(const ouro_trace_recording *r)
{
    return r->sample;
}

size_t ouro_trace_recording_epochs(const ouro_trace_recording *r)
{
    return r->epochs.count;
}

const ouro_trace_epoch *ouro_trace_recording_epoch(const ouro_trace_recording *r, size_t i)
{
    return i < r->epochs.count ? (const ouro_trace_epoch *)r->epochs.items + i : NULL;
}

const ouro_trace_count *ouro_trace_recording_changes(const ouro_trace_recording *r)
{
    return r->changes.items;
}

uint32_t ouro_trace_recording_sites(const ouro_trace_recording *r)
{
    return (uint32_t)(r->sites.count + OURO_TRACE_ROOT + 1);
}

bool ouro_trace_recording_frame(const ouro_trace_recording *r, ouro_trace_site number,
                                ouro_trace_frame *frame)
{
    if (number <= OURO_TRACE_ROOT || number >= ouro_trace_recording_sites(r))
        return false;
    const recording_site *site = (const recording_site *)r->sites.items + (number - OURO_TRACE_ROOT - 1);
    const recording_place *place = (const recording_place *)r->places.items + (site->place - 1);
    const recording_name *names = r->names.items;
    *frame = (ouro_trace_frame){
        .file = names[place->file - 1].text,
        .function = names[place->function - 1].text,
        .file_length = names[place->file - 1].length,
        .function_length = names[place->function - 1].length,
        .line = place->line,
        .first_line = place->first_line,
        .total = site->total,
        .caller = site->caller,
    };
    return true;
}
