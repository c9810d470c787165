/* record.c: writes recordings (trace.h, recording_format.h).
 *
 * An epoch's chunks are put together in one buffer and written with one call, the tables first: names, places
 * and sites that are new since the last epoch, then the counts that changed.  A write that fails in the
 * middle is taken back by cutting the file to where it was, so what is in the file is always whole chunks,
 * unless the machine stops.
 *
 * In a child process the recorder does nothing: the file is the parent's.
 *
 * All memory is the C library's.  record_notes.c has what the owner of the heap adds to an epoch.
 */
#include "trace/recorder.h"
#include "base/os.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Four bits at a time: what the polynomial does to each value of them. */
uint32_t recording_checksum(uint32_t sum, const void *data, size_t size)
{
    static const uint32_t steps[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
        0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    };
    const unsigned char *at = data;
    sum = ~sum;
    while (size-- > 0) {
        sum ^= *at++;
        sum = sum >> 4 ^ steps[sum & 15];
        sum = sum >> 4 ^ steps[sum & 15];
    }
    return ~sum;
}

/* ---- The buffer ---- */

void record_put(ouro_trace_recorder *recorder, const void *data, size_t size)
{
    if (recorder->failed)
        return;
    if (size > recorder->buffer_capacity - recorder->length) {
        size_t capacity = recorder->buffer_capacity * 2;
        while (capacity - recorder->length < size)
            capacity *= 2;
        unsigned char *grown = realloc(recorder->buffer, capacity);
        if (grown == NULL) {
            recorder->failed = true;
            return;
        }
        recorder->buffer = grown;
        recorder->buffer_capacity = capacity;
    }
    memcpy(recorder->buffer + recorder->length, data, size);
    recorder->length += size;
}

void record_number(ouro_trace_recorder *recorder, uint64_t value)
{
    unsigned char bytes[10];
    size_t n = 0;
    for (; value >= 0x80; value >>= 7)
        bytes[n++] = (unsigned char)(value | 0x80);
    bytes[n++] = (unsigned char)value;
    record_put(recorder, bytes, n);
}

void record_text(ouro_trace_recorder *recorder, const char *text, size_t length)
{
    record_number(recorder, length);
    record_put(recorder, text, length);
}

static void record_fixed(unsigned char *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (unsigned char)(value >> 8 * i);
}

void record_begin(ouro_trace_recorder *recorder, uint32_t type)
{
    unsigned char head[RECORDING_CHUNK_HEAD] = {0};
    record_fixed(head, type);
    recorder->chunk = recorder->length;
    record_put(recorder, head, sizeof head);
}

void record_finish(ouro_trace_recorder *recorder)
{
    if (recorder->failed)
        return;
    unsigned char *chunk = recorder->buffer + recorder->chunk, sum[4];
    size_t size = recorder->length - recorder->chunk;
    record_fixed(chunk + 4, (uint32_t)(size - RECORDING_CHUNK_HEAD));
    record_fixed(sum, recording_checksum(0, chunk, size));
    record_put(recorder, sum, sizeof sum);
}

/* Writes the buffer, whole or not at all. */
static int record_write(ouro_trace_recorder *recorder)
{
    if (recorder->failed)
        return ENOMEM;
    off_t before = lseek(recorder->fd, 0, SEEK_CUR);
    size_t done = 0;
    while (done < recorder->length) {
        ssize_t n = write(recorder->fd, recorder->buffer + done, recorder->length - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            int reason = errno;
            if (before >= 0 && ftruncate(recorder->fd, before) == 0)
                (void)lseek(recorder->fd, before, SEEK_SET);
            return reason;
        }
        done += (size_t)n;
    }
    return 0;
}

/* ---- What is new ---- */

static void record_names(ouro_trace_recorder *recorder, const trace_atlas *atlas)
{
    if (recorder->names + 1 == atlas->names.count)
        return;
    record_begin(recorder, RECORDING_NAMES);
    record_number(recorder, atlas->names.count - 1 - recorder->names);
    for (uint32_t i = recorder->names + 1; i < atlas->names.count; i++)
        record_text(recorder, atlas_name(atlas, i)->text, atlas_name(atlas, i)->length);
    record_finish(recorder);
}

static void record_places(ouro_trace_recorder *recorder, const trace_atlas *atlas)
{
    if (recorder->places + 1 == atlas->places.count)
        return;
    record_begin(recorder, RECORDING_PLACES);
    record_number(recorder, atlas->places.count - 1 - recorder->places);
    for (uint32_t i = recorder->places + 1; i < atlas->places.count; i++) {
        const trace_place *place = records_at(&atlas->places, i);
        record_number(recorder, place->file);
        record_number(recorder, place->function);
        record_number(recorder, place->line);
        record_number(recorder, place->first_line);
    }
    record_finish(recorder);
}

static void record_sites(ouro_trace_recorder *recorder, const trace_atlas *atlas)
{
    if (recorder->sites == atlas->sites.count)
        return;
    record_begin(recorder, RECORDING_SITES);
    record_number(recorder, atlas->sites.count - recorder->sites);
    for (uint32_t i = recorder->sites; i < atlas->sites.count; i++) {
        const trace_site *site = atlas_site_at(atlas, i);
        record_number(recorder, site->caller);
        record_number(recorder, site->place);
        record_number(recorder, site->total);
    }
    record_finish(recorder);
}

/* ---- Counts ---- */

static bool record_reserve(ouro_trace_recorder *recorder, size_t sites)
{
    if (sites <= recorder->capacity)
        return true;
    size_t capacity = recorder->capacity * 2 > sites ? recorder->capacity * 2 : sites;
    record_site *last = realloc(recorder->last, capacity * sizeof *last);
    if (last != NULL)
        recorder->last = last;
    record_site *now = realloc(recorder->now, capacity * sizeof *now);
    if (now != NULL)
        recorder->now = now;
    if (last == NULL || now == NULL)
        return false;
    memset(last + recorder->capacity, 0, (capacity - recorder->capacity) * sizeof *last);
    recorder->capacity = capacity;
    return true;
}

/* Adds up what the cohorts know of each site; the number of blocks that live. */
static uint64_t record_count(ouro_trace_recorder *recorder)
{
    const ouro_trace *trace = recorder->trace;
    const trace_atlas *atlas = trace->atlas;
    uint64_t blocks = 0;
    for (uint32_t i = 0; i < atlas->sites.count; i++) {
        const trace_site *site = atlas_site_at(atlas, i);
        recorder->now[i] = (record_site){.total_bytes = site->dead_bytes, .total_blocks = site->dead_blocks};
    }
    for (uint32_t i = 1; i < trace->cohorts.count; i++) {
        const trace_cohort *cohort = cohort_at(trace, i);
        if (cohort->site == 0)
            continue;
        record_site *site = &recorder->now[cohort->site];
        uint64_t live = sample_estimate(trace, cohort->born - cohort->died, cohort->size);
        uint64_t born = sample_estimate(trace, cohort->born, cohort->size);
        site->live_blocks += live;
        site->live_bytes += live * cohort->size;
        site->total_blocks += born;
        site->total_bytes += born * cohort->size;
        blocks += live;
    }
    return blocks;
}

static void record_epoch(ouro_trace_recorder *recorder)
{
    const ouro_trace *trace = recorder->trace;
    uint32_t sites = trace->atlas->sites.count;
    if (!record_reserve(recorder, sites)) {
        recorder->failed = true;
        return;
    }
    uint64_t blocks = record_count(recorder), count = 0, bytes = 0;
    for (uint32_t i = 0; i < sites; i++) {
        count += memcmp(&recorder->now[i], &recorder->last[i], sizeof *recorder->now) != 0;
        bytes += recorder->now[i].live_bytes;
    }
    record_begin(recorder, RECORDING_EPOCH);
    record_number(recorder, (uint64_t)(os_clock() - recorder->start));
    record_number(recorder, bytes);
    record_number(recorder, blocks);
    record_number(recorder, trace->peak > bytes ? trace->peak : bytes);
    record_number(recorder, os_resident());
    record_number(recorder, count);
    uint32_t previous = 0;
    for (uint32_t i = 0; i < sites; i++) {
        const record_site *site = &recorder->now[i];
        if (memcmp(site, &recorder->last[i], sizeof *site) == 0)
            continue;
        record_number(recorder, i - previous);
        record_number(recorder, site->live_bytes);
        record_number(recorder, site->live_blocks);
        record_number(recorder, site->total_bytes);
        record_number(recorder, site->total_blocks);
        previous = i;
    }
    record_finish(recorder);
}

/* ---- The recorder ---- */

static void record_free(ouro_trace_recorder *recorder)
{
    if (recorder->fd >= 0)
        close(recorder->fd);
    record_free_notes(recorder);
    free(recorder->last);
    free(recorder->now);
    free(recorder->buffer);
    free(recorder);
}

int ouro_trace_record_epoch(ouro_trace_recorder *recorder)
{
    if (getpid() != recorder->process)
        return 0;
    const trace_atlas *atlas = recorder->trace->atlas;
    record_write_notes(recorder);
    record_names(recorder, atlas);
    record_places(recorder, atlas);
    record_sites(recorder, atlas);
    record_epoch(recorder);
    int reason = record_write(recorder);
    if (reason == 0 || recorder->epochs > 0)
        recorder->length = 0;
    recorder->failed = false;
    if (reason != 0)
        record_forget_notes(recorder);
    else {
        record_keep_notes(recorder);
        recorder->names = atlas->names.count - 1;
        recorder->places = atlas->places.count - 1;
        recorder->sites = atlas->sites.count;
        memcpy(recorder->last, recorder->now, atlas->sites.count * sizeof *recorder->last);
        recorder->epochs++;
        ouro_trace_next_epoch(recorder->trace);
    }
    return reason;
}

ouro_trace_recorder *ouro_trace_record(ouro_trace *trace, const char *path, const char *command,
                                       int *error_number)
{
    ouro_trace_recorder *recorder = calloc(1, sizeof *recorder);
    if (recorder == NULL || (recorder->buffer = malloc(4096)) == NULL) {
        free(recorder);
        *error_number = ENOMEM;
        return NULL;
    }
    recorder->buffer_capacity = 4096;
    recorder->trace = trace;
    record_start_notes(recorder);
    recorder->process = getpid();
    recorder->start = os_clock();
    recorder->sites = OURO_TRACE_ROOT + 1;
    recorder->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (recorder->fd < 0) {
        *error_number = errno;
        record_free(recorder);
        return NULL;
    }
    record_put(recorder, RECORDING_MAGIC, RECORDING_MAGIC_SIZE);
    record_begin(recorder, RECORDING_HEAD);
    record_number(recorder, RECORDING_VERSION);
    record_number(recorder, (uint64_t)trace->sample);
    record_number(recorder, (uint64_t)time(NULL));
    record_text(recorder, command, strlen(command));
    record_finish(recorder);
    *error_number = ouro_trace_record_epoch(recorder);
    if (*error_number != 0) {
        record_free(recorder);
        return NULL;
    }
    return recorder;
}

int ouro_trace_record_end(ouro_trace_recorder *recorder)
{
    int reason = ouro_trace_record_epoch(recorder);
    if (reason == 0 && getpid() == recorder->process) {
        record_begin(recorder, RECORDING_END);
        record_number(recorder, recorder->epochs);
        record_finish(recorder);
        reason = record_write(recorder);
    }
    record_free(recorder);
    return reason;
}
