/* export_pprof.c: numbers by call stack as a pprof profile: google/pprof's profile.proto, encoded here by hand, in a gzip frame
 * of stored blocks (RFC 1951, 1952).
 */
#include "heap/export.h"

#include <stdlib.h>
#include <string.h>

/* Fields of the message Profile. */
enum {
    PPROF_SAMPLE_TYPE = 1,
    PPROF_SAMPLE = 2,
    PPROF_LOCATION = 4,
    PPROF_FUNCTION = 5,
    PPROF_STRING = 6,
    PPROF_TIME = 9,
    PPROF_DURATION = 10,
    PPROF_PERIOD_TYPE = 11,
    PPROF_PERIOD = 12,
    PPROF_DEFAULT_TYPE = 14,
};

typedef VECTOR_OF(unsigned char) pprof_bytes;

struct pprof {
    pprof_bytes all;     /* the profile */
    pprof_bytes message; /* one message in it */
    map strings;         /* address of a text -> its number */
    bool no_memory;
};

static void pprof_varint(struct pprof *p, pprof_bytes *out, uint64_t number)
{
    do {
        unsigned char byte = (unsigned char)((number & 0x7f) | (number > 0x7f ? 0x80 : 0));
        p->no_memory |= !vector_push(&base_malloc, out, byte);
        number >>= 7;
    } while (number > 0);
}

static void pprof_field(struct pprof *p, pprof_bytes *out, unsigned field, uint64_t number)
{
    pprof_varint(p, out, field << 3);
    pprof_varint(p, out, number);
}

static void pprof_block(struct pprof *p, pprof_bytes *out, unsigned field, const void *bytes, size_t size)
{
    pprof_varint(p, out, field << 3 | 2);
    pprof_varint(p, out, size);
    if (size == 0) {
        return; /* `bytes` is NULL where memory was lacking before */
    }
    if (vector_reserve(&base_malloc, out, size)) {
        memcpy(out->items + out->count, bytes, size);
        out->count += size;
    } else {
        p->no_memory = true;
    }
}

/* Ends the message at hand: it becomes a field of the profile. */
static void pprof_message(struct pprof *p, unsigned field)
{
    pprof_block(p, &p->all, field, p->message.items, p->message.count);
    p->message.count = 0;
}

/* The number of a string of the profile, which is written when it is first asked for.  They are told apart by address. */
static uint64_t pprof_string(struct pprof *p, const char *text)
{
    uint64_t number = p->strings.count;
    if (map_get(&p->strings, (uint64_t)(uintptr_t)text, &number)) {
        return number;
    }
    p->no_memory |= !map_set(&p->strings, (uint64_t)(uintptr_t)text, number);
    pprof_block(p, &p->all, PPROF_STRING, text, strlen(text));
    return number;
}

static void pprof_value_type(struct pprof *p, const char *type, const char *unit, unsigned field)
{
    pprof_field(p, &p->message, 1, pprof_string(p, type));
    pprof_field(p, &p->message, 2, pprof_string(p, unit));
    pprof_message(p, field);
}

static void pprof_sample(struct pprof *p, const export_profile *profile, uint32_t site)
{
    pprof_bytes packed = {0};
    for (uint32_t at = site;;) { /* the leaf first */
        pprof_varint(p, &packed, (uint64_t)at + 1);
        at = at == 0 ? 0 : profile->frame(profile->context, at).parent;
        if (at == 0) {
            break;
        }
    }
    pprof_block(p, &p->message, 1, packed.items, packed.count);
    packed.count = 0;
    for (size_t c = 0; c < profile->column_count; c++) {
        pprof_varint(p, &packed, profile->values[site * profile->column_count + c]);
    }
    pprof_block(p, &p->message, 2, packed.items, packed.count);
    vector_free(&base_malloc, &packed);
    pprof_message(p, PPROF_SAMPLE);
}

static void pprof_site(struct pprof *p, const export_profile *profile, uint32_t site)
{
    export_frame f = site == 0 ? (export_frame){.function = profile->rest, .file = ""}
                               : profile->frame(profile->context, site);
    pprof_bytes line = {0};
    pprof_field(p, &line, 1, (uint64_t)site + 1);
    pprof_field(p, &line, 2, f.line);
    pprof_field(p, &p->message, 1, (uint64_t)site + 1);
    pprof_block(p, &p->message, 4, line.items, line.count);
    vector_free(&base_malloc, &line);
    pprof_message(p, PPROF_LOCATION);
    pprof_field(p, &p->message, 1, (uint64_t)site + 1);
    pprof_field(p, &p->message, 2, pprof_string(p, f.function));
    pprof_field(p, &p->message, 4, site == 0 ? 0 : pprof_string(p, f.file));
    pprof_message(p, PPROF_FUNCTION);
}

static bool pprof_is_counted(const export_profile *profile, uint32_t site)
{
    bool counted = false;
    for (size_t c = 0; c < profile->column_count; c++) {
        counted |= profile->values[site * profile->column_count + c] > 0;
    }
    return counted;
}

static void pprof_encode(struct pprof *p, const export_profile *profile)
{
    (void)pprof_string(p, ""); /* has to be number 0 */
    for (size_t c = 0; c < profile->column_count; c++) {
        pprof_value_type(p, profile->columns[c].type, profile->columns[c].unit, PPROF_SAMPLE_TYPE);
    }
    for (uint32_t site = 0; site < profile->site_count; site++) {
        if (pprof_is_counted(profile, site)) {
            pprof_sample(p, profile, site);
        }
    }
    for (uint32_t site = 0; site < profile->site_count; site++) {
        pprof_site(p, profile, site);
    }
    if (profile->started > 0) {
        pprof_field(p, &p->all, PPROF_TIME, profile->started);
        pprof_field(p, &p->all, PPROF_DURATION, profile->lasted);
    }
    if (profile->sample > 0) {
        pprof_value_type(p, "space", "bytes", PPROF_PERIOD_TYPE);
        pprof_field(p, &p->all, PPROF_PERIOD, profile->sample);
    }
    pprof_field(p, &p->all, PPROF_DEFAULT_TYPE, pprof_string(p, profile->columns[profile->main_column].type));
}

/* CRC-32 of RFC 1952, a bit at a time: profiles are small. */
static uint32_t gzip_checksum(const unsigned char *bytes, size_t size)
{
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = crc & 1 ? crc >> 1 ^ UINT32_C(0xedb88320) : crc >> 1;
        }
    }
    return ~crc;
}

static void gzip_stored(export_sink *sink, const unsigned char *bytes, size_t size)
{
    enum { STORED_MAX = 65535 };
    static const unsigned char head[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255};
    export_bytes(sink, head, sizeof head);
    for (size_t at = 0; at < size || at == 0;) {
        size_t part = size - at < STORED_MAX ? size - at : STORED_MAX;
        unsigned char block[] = {at + part == size, (unsigned char)part, (unsigned char)(part >> 8),
                                 (unsigned char)~part, (unsigned char)(~part >> 8)};
        export_bytes(sink, block, sizeof block);
        export_bytes(sink, bytes + at, part);
        at += part;
        if (part == 0) {
            break;
        }
    }
    uint32_t tail[] = {gzip_checksum(bytes, size), (uint32_t)size};
    export_bytes(sink, tail, sizeof tail);
}

bool export_pprof(const export_profile *profile, int fd, ouro_heap_error *error)
{
    export_sink *sink = export_open(fd, error);
    struct pprof p = {.no_memory = false};
    bool good = sink != NULL;
    map_init(&p.strings, base_malloc);
    if (good) {
        pprof_encode(&p, profile);
        good = !p.no_memory || heap_fail_no_memory(error);
    }
    if (good) {
        gzip_stored(sink, p.all.items, p.all.count);
        good = export_finish(sink, error);
    }
    map_clear(&p.strings);
    vector_free(&base_malloc, &p.all);
    vector_free(&base_malloc, &p.message);
    free(sink);
    return good;
}
