/* atlas.c: names, places and sites (atlas.h). */
#include "trace/atlas.h"
#include "base/bits.h"
#include <string.h>

static uint32_t atlas_mix(uint32_t a, uint32_t b)
{
    return (uint32_t)bits_mix((uint64_t)a << 32 | b);
}

/* ---- Names ---- */

/* FNV-1a. */
static uint32_t name_hash_text(const char *text, size_t length)
{
    uint32_t hash = UINT32_C(2166136261);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * UINT32_C(16777619);
    return hash;
}

static uint32_t name_hash(const trace_records *table, const void *item)
{
    return ((const trace_name *)item)->hash;
}

/* The number of a text, noted if it is new; 0: no memory. */
static uint32_t atlas_intern(trace_atlas *atlas, const char *text, size_t length)
{
    trace_records *names = &atlas->names;
    uint32_t hash = name_hash_text(text, length);
    for (uint32_t i = records_first(names, hash); i != 0; i = records_next(names, i)) {
        const trace_name *name = records_at(names, i);
        if (name->hash == hash && name->length == length && memcmp(name->text, text, length) == 0)
            return i;
    }
    if (length > UINT32_MAX - 1 || !records_reserve(names))
        return 0;
    char *copy = ouro_mem_alloc(atlas->mem, length + 1);
    if (copy == NULL)
        return 0;
    memcpy(copy, text, length);
    copy[length] = 0;
    uint32_t number = records_append(names);
    trace_name *name = records_at(names, number);
    name->length = (uint32_t)length;
    name->hash = hash;
    name->text = copy;
    records_link(names, number);
    return number;
}

/* ---- Places ---- */

static uint32_t place_hash(const trace_records *table, const void *item)
{
    const trace_place *place = item;
    return (uint32_t)bits_mix(place->at);
}

static uint32_t atlas_place(trace_atlas *atlas, const ouro_trace_place *wanted)
{
    trace_records *places = &atlas->places;
    for (uint32_t i = records_first(places, (uint32_t)bits_mix(wanted->at)); i != 0;
         i = records_next(places, i)) {
        const trace_place *place = records_at(places, i);
        if (place->at == wanted->at)
            return i;
    }
    if (!records_reserve(places))
        return 0;
    ouro_trace_description description = {.file = "<unknown>", .file_length = 9, .function = "", .line = 0};
    if (atlas->describe != NULL)
        atlas->describe(atlas->context, wanted, &description);
    uint32_t file = atlas_intern(atlas, description.file, description.file_length);
    uint32_t function =
        file != 0 ? atlas_intern(atlas, description.function, description.function_length) : 0;
    if (function == 0)
        return 0;
    uint32_t number = records_append(places);
    trace_place *place = records_at(places, number);
    place->at = wanted->at;
    place->file = file;
    place->function = function;
    place->line = description.line;
    place->first_line = description.first_line;
    records_link(places, number);
    return number;
}

/* ---- Sites ---- */

static uint32_t site_hash(const trace_records *table, const void *item)
{
    const trace_site *site = item;
    return atlas_mix(site->caller, site->place);
}

static ouro_trace_site atlas_find_child(const trace_atlas *atlas, ouro_trace_site caller, uint32_t place)
{
    const trace_records *sites = &atlas->sites;
    for (uint32_t i = records_first(sites, atlas_mix(caller, place)); i != 0; i = records_next(sites, i)) {
        const trace_site *site = records_at(sites, i);
        if (site->caller == caller && site->place == place)
            return i;
    }
    return OURO_TRACE_NO_SITE;
}

/* The site among the callers that has this place; none: OURO_TRACE_NO_SITE. */
static ouro_trace_site atlas_find_recursion(const trace_atlas *atlas, ouro_trace_site site, uint32_t place)
{
    for (; site > OURO_TRACE_ROOT; site = atlas_site_at(atlas, site)->caller) {
        if (atlas_site_at(atlas, site)->place == place)
            return site;
    }
    return OURO_TRACE_NO_SITE;
}

static ouro_trace_site atlas_child(trace_atlas *atlas, ouro_trace_site caller, uint32_t place)
{
    trace_records *sites = &atlas->sites;
    ouro_trace_site found = atlas_find_child(atlas, caller, place);
    if (found == OURO_TRACE_NO_SITE && sites->count >= OURO_TRACE_FOLD_SITES) {
        found = atlas_find_recursion(atlas, caller, place);
        if (found == OURO_TRACE_NO_SITE && sites->count >= OURO_TRACE_MAX_SITES) {
            caller = OURO_TRACE_ROOT;
            found = atlas_find_child(atlas, caller, place);
        }
    }
    if (found != OURO_TRACE_NO_SITE || !records_reserve(sites))
        return found;
    found = records_append(sites);
    trace_site *site = records_at(sites, found);
    site->caller = caller;
    site->place = place;
    site->depth = atlas_site_at(atlas, caller)->depth + 1;
    records_link(sites, found);
    return found;
}

/* Goes outwards to a site whose shortened one is known, leaving the way back in `inner`, and makes the
 * missing ones on that way. */
static ouro_trace_site atlas_shorten(trace_atlas *atlas, ouro_trace_site site)
{
    ouro_trace_site at = site, made = OURO_TRACE_ROOT;
    atlas_site_at(atlas, site)->inner = OURO_TRACE_NO_SITE;
    while (atlas_site_at(atlas, at)->shortened == OURO_TRACE_NO_SITE) {
        ouro_trace_site caller = atlas_site_at(atlas, at)->caller;
        if (caller <= OURO_TRACE_ROOT) {
            atlas_site_at(atlas, at)->shortened = OURO_TRACE_ROOT; /* its only call is the outermost */
            break;
        }
        atlas_site_at(atlas, caller)->inner = at;
        at = caller;
    }
    made = atlas_site_at(atlas, at)->shortened;
    while ((at = atlas_site_at(atlas, at)->inner) != OURO_TRACE_NO_SITE) {
        made = atlas_child(atlas, made, atlas_site_at(atlas, at)->place);
        if (made == OURO_TRACE_NO_SITE)
            return OURO_TRACE_ROOT;
        atlas_site_at(atlas, at)->shortened = made;
    }
    return made;
}

ouro_trace_site atlas_context(trace_atlas *atlas, ouro_trace_site site)
{
    if (site <= OURO_TRACE_ROOT || atlas->limit == 1)
        return OURO_TRACE_ROOT;
    return atlas_site_at(atlas, site)->depth < atlas->limit ? site : atlas_shorten(atlas, site);
}

ouro_trace_site atlas_site(trace_atlas *atlas, const ouro_trace_place *place)
{
    if (ouro_trace_place_code(place) == 0 || place->context == OURO_TRACE_NO_SITE)
        return OURO_TRACE_ROOT;
    size_t index = bits_mix(place->at ^ (uint64_t)place->context << 40) % ATLAS_CACHE;
    if (atlas->cache[index].place.at == place->at && atlas->cache[index].place.context == place->context)
        return atlas->cache[index].site;
    uint32_t number = atlas_place(atlas, place);
    ouro_trace_site site = number != 0 ? atlas_child(atlas, place->context, number) : OURO_TRACE_NO_SITE;
    if (site != OURO_TRACE_NO_SITE) {
        atlas->cache[index].place = *place;
        atlas->cache[index].site = site;
    }
    return site;
}

bool atlas_frame(const trace_atlas *atlas, ouro_trace_site number, ouro_trace_frame *frame)
{
    if (number <= OURO_TRACE_ROOT || number >= atlas->sites.count)
        return false;
    const trace_site *site = atlas_site_at(atlas, number);
    const trace_place *place = records_at(&atlas->places, site->place);
    const trace_name *file = atlas_name(atlas, place->file), *function = atlas_name(atlas, place->function);
    *frame = (ouro_trace_frame){
        .file = file->text,
        .function = function->text,
        .file_length = file->length,
        .function_length = function->length,
        .line = place->line,
        .first_line = place->first_line,
        .total = site->total,
        .caller = site->caller,
    };
    return true;
}

/* ---- The whole ---- */

trace_atlas *atlas_create(const ouro_trace_config *config)
{
    ouro_mem *mem = ouro_mem_create(NULL);
    if (mem == NULL)
        return NULL;
    trace_atlas *atlas = ouro_mem_alloc_zeroed(mem, sizeof *atlas);
    if (atlas == NULL || !records_init(&atlas->names, mem, sizeof(trace_name), name_hash) ||
        !records_init(&atlas->places, mem, sizeof(trace_place), place_hash) ||
        !records_init(&atlas->sites, mem, sizeof(trace_site), site_hash)) {
        ouro_mem_destroy(mem);
        return NULL;
    }
    atlas->mem = mem;
    atlas->owners = 1;
    atlas->limit = config->limit != 0 ? config->limit : UINT32_MAX;
    atlas->describe = config->describe;
    atlas->context = config->context;
    records_append(&atlas->sites); /* OURO_TRACE_ROOT */
    return atlas;
}

void atlas_release(trace_atlas *atlas)
{
    if (atlas != NULL && --atlas->owners == 0)
        ouro_mem_destroy(atlas->mem);
}
