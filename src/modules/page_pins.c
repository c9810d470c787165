/* page_pins.c: see page_pins.h.
 *
 * Owners have numbers in the order in which they are met.  Many sites of a tracer share a line: a map leads from the site to
 * the owner, another from file and line.  Texts are copied when an owner is among those found.  Blocks that are known to
 * nobody (the buffer of an untraced list, the runtime's own tables) belong to nobody.
 */
#include "modules/page_pins.h"

#include "base/text.h"
#include "heap/graph.h"
#include "types/type.h"
#include "vm/tracing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pins_owner {
    const char *file; /* NULL: by type; the tracer's */
    const char *type; /* the type's, or the graph's */
    uint32_t line;
};

struct pins_context {
    ouro_runtime *rt;
    ouro_trace *trace;
    ouro_heap_graph *g;
    VECTOR_OF(struct pins_owner) owners;
    map of_site, of_text; /* -> number */
    VECTOR_OF(mem_pins_arena) arenas;
    bool failed;
};

/* The number of the owner; MEM_PINS_NOBODY: no memory. */
static uint32_t pins_number(struct pins_context *c, const char *file, const char *type, uint32_t line)
{
    const char *text = file != NULL ? file : type;
    uint64_t hash = heap_hash_text(text, strlen(text)) + line * UINT64_C(0x9e3779b97f4a7c15), number;
    for (; map_get(&c->of_text, hash, &number); hash++) { /* the next one, should two have the same */
        const struct pins_owner *o = &c->owners.items[number];
        if (o->line == line && (o->file == NULL) == (file == NULL) &&
            strcmp(o->file != NULL ? o->file : o->type, text) == 0) {
            return (uint32_t)number;
        }
    }
    if (!vector_push(&base_malloc, &c->owners, (struct pins_owner){file, type, line}) ||
        !map_set(&c->of_text, hash, c->owners.count - 1)) {
        c->failed = true;
        return MEM_PINS_NOBODY;
    }
    return (uint32_t)(c->owners.count - 1);
}

static uint32_t pins_of_site(struct pins_context *c, ouro_trace_site site)
{
    uint64_t number;
    ouro_trace_frame where;
    if (map_get(&c->of_site, site, &number)) {
        return (uint32_t)number;
    }
    if (!ouro_trace_site_frame(c->trace, site, &where)) {
        return MEM_PINS_NOBODY;
    }
    number = pins_number(c, where.file, NULL, where.line);
    c->failed |= !map_set(&c->of_site, site, number);
    return (uint32_t)number;
}

static uint32_t pins_owner_of(void *context, void *block, size_t size, ouro_mem_kind kind)
{
    struct pins_context *c = context;
    ouro_trace_birth birth;
    (void)size;
    if (c->trace != NULL && ouro_trace_find(c->trace, block, &birth)) {
        return pins_of_site(c, birth.site);
    }
    if (kind == OURO_MEM_OBJECT && ((ouro_object *)block)->shape != NULL) {
        return pins_number(c, NULL, ((ouro_object *)block)->shape->type->name, 0);
    }
    uint32_t node = c->g != NULL ? ouro_heap_find_address(c->g, (uint64_t)(uintptr_t)block) : OURO_HEAP_NONE;
    return node == OURO_HEAP_NONE ? MEM_PINS_NOBODY
                                  : pins_number(c, NULL, ouro_heap_type_name(c->g, ouro_heap_node_at(c->g, node).type), 0);
}

static void pins_add_arena(void *context, const mem_pins_arena *arena)
{
    struct pins_context *c = context;
    c->failed |= !vector_push(&base_malloc, &c->arenas, *arena);
}

static bool pins_copy(const struct pins_context *c, const mem_pin *pin, page_pin *to)
{
    const struct pins_owner *o = &c->owners.items[pin->owner];
    *to = (page_pin){.line = o->line, .pin = *pin};
    to->file = o->file != NULL ? strdup(o->file) : NULL;
    to->type = strdup(o->type != NULL ? o->type : "");
    return to->type != NULL && (to->file != NULL || o->file == NULL);
}

void page_pins_free(page_pins *found)
{
    for (size_t i = 0; i < found->count; i++) {
        free(found->pins[i].file);
        free(found->pins[i].type);
    }
    free(found->pins);
    free(found->arenas);
    *found = (page_pins){.count = 0};
}

bool page_pins_find(ouro_runtime *rt, ouro_heap_graph *g, size_t limit, page_pins *found)
{
    struct pins_context c = {.rt = rt, .trace = tracing_get(rt), .g = g};
    map_init(&c.of_site, base_malloc);
    map_init(&c.of_text, base_malloc);
    *found = (page_pins){.pins = calloc(limit + 1, sizeof *found->pins)};
    mem_pin *pins = calloc(limit + 1, sizeof *pins);
    bool good = found->pins != NULL && pins != NULL;
    if (good) {
        size_t count = mem_pins_find(rt->mem, pins_owner_of, pins_add_arena, &c, pins, limit, &found->totals);
        good = count != SIZE_MAX && !c.failed;
        for (size_t i = 0; good && i < count; i++) {
            good = pins_copy(&c, &pins[i], &found->pins[found->count++]);
        }
    }
    found->arenas = c.arenas.items; /* a block of the C library's malloc */
    found->arena_count = c.arenas.count;
    vector_free(&base_malloc, &c.owners);
    map_clear(&c.of_site);
    map_clear(&c.of_text);
    free(pins);
    if (!good) {
        page_pins_free(found);
    }
    return good;
}

const char *page_pin_text(const page_pin *pin, char text[PAGE_PINS_TEXT])
{
    char bytes[TEXT_BYTES_SIZE], number[TEXT_NUMBER_SIZE];
    (void)text_bytes(bytes, (double)pin->pin.returned);
    (void)text_number(number, pin->pin.blocks);
    if (pin->file != NULL) {
        snprintf(text, PAGE_PINS_TEXT, "freeing %s block%s from %s:%u would return %s", number,
                 pin->pin.blocks == 1 ? "" : "s", pin->file, pin->line, bytes);
    } else {
        snprintf(text, PAGE_PINS_TEXT, "freeing %s %s object%s would return %s", number, pin->type,
                 pin->pin.blocks == 1 ? "" : "s", bytes);
    }
    return text;
}
