/* stores.c: see stores.h.
 *
 * The table: buckets of STORES_WAYS entries, a power of two of them, chosen by a hash of the two addresses.  It begins
 * small and doubles while entries fall out of buckets, up to STORES_MAX entries.  A place in the program is a number:
 * code's version (never used twice in a runtime) and unit, described once.
 */
#include "vm/stores.h"

#include "heap/graph.h"
#include "lang/opcode.h"
#include "types/function.h"
#include "types/str.h"
#include "vm/settrace.h"

#include <stdlib.h>
#include <string.h>

enum { STORES_WAYS = 8, STORES_FIRST = 4096, STORES_FILE_MAX = 1024 };

struct store_entry {
    uint64_t from, to; /* 0: empty */
    uint64_t serial;
    uint32_t place;
};

struct store_place {
    char *file;
    uint32_t line;
};

struct vm_stores {
    struct store_entry *entries;
    size_t capacity;
    uint64_t serial;
    VECTOR_OF(struct store_place) places;
    map place_of; /* version << 32 | unit -> index */
    map files;    /* hash of a path -> char * */
};

/* ---- places ---------------------------------------------------------------------------------------------- */

/* The path as a text of the table's own; NULL: no memory. */
static char *stores_file(ouro_runtime *rt, struct vm_stores *s, const code_object *code)
{
    char text[STORES_FILE_MAX];
    if (rt->name_text == NULL || !rt->name_text(rt, code->filename, text, sizeof text)) {
        return NULL;
    }
    uint64_t hash = heap_hash_text(text, strlen(text)), found;
    for (; map_get(&s->files, hash, &found); hash++) { /* the next number, should two have the same */
        if (strcmp((const char *)(uintptr_t)found, text) == 0) {
            return (char *)(uintptr_t)found;
        }
    }
    char *copy = strdup(text);
    if (copy != NULL && !map_set(&s->files, hash, (uint64_t)(uintptr_t)copy)) {
        free(copy);
        copy = NULL;
    }
    return copy;
}

/* The number of the place; UINT32_MAX: no memory. */
static uint32_t stores_place(ouro_runtime *rt, struct vm_stores *s, const code_object *code, uint32_t unit)
{
    uint64_t key = (uint64_t)code->version << 32 | unit, number;
    if (map_get(&s->place_of, key, &number)) {
        return (uint32_t)number;
    }
    int line, end_line, column, end_column;
    if (!code_position(code, unit, &line, &end_line, &column, &end_column) || line <= 0) {
        line = (int)code->first_line;
    }
    char *file = stores_file(rt, s, code);
    if (file == NULL || !vector_push(&base_malloc, &s->places, (struct store_place){file, (uint32_t)line})) {
        return UINT32_MAX;
    }
    if (!map_set(&s->place_of, key, s->places.count - 1)) {
        s->places.count--;
        return UINT32_MAX;
    }
    return (uint32_t)(s->places.count - 1);
}

/* ---- the table ------------------------------------------------------------------------------------------- */

static struct store_entry *stores_bucket(const struct vm_stores *s, uint64_t from, uint64_t to)
{
    uint64_t hash = (from ^ to * UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xbf58476d1ce4e5b9);
    hash ^= hash >> 32;
    return &s->entries[(size_t)hash & (s->capacity - 1) & ~(size_t)(STORES_WAYS - 1)];
}

/* Puts an entry in; true when another one had to go for it. */
static bool stores_put(const struct vm_stores *s, struct store_entry entry)
{
    struct store_entry *bucket = stores_bucket(s, entry.from, entry.to), *oldest = bucket;
    for (size_t i = 0; i < STORES_WAYS; i++) {
        if (bucket[i].from == entry.from && bucket[i].to == entry.to) {
            bucket[i] = entry;
            return false;
        }
        if (bucket[i].serial < oldest->serial) {
            oldest = &bucket[i];
        }
    }
    bool lost = oldest->from != 0;
    *oldest = entry;
    return lost;
}

/* Without memory the table stays as it is, and forgets the oldest instead. */
static void stores_grow(struct vm_stores *s)
{
    struct store_entry *entries = calloc(s->capacity * 2, sizeof *entries);
    if (entries == NULL) {
        return;
    }
    struct vm_stores old = *s;
    s->entries = entries;
    s->capacity *= 2;
    for (size_t i = 0; i < old.capacity; i++) {
        if (old.entries[i].from != 0) {
            (void)stores_put(s, old.entries[i]);
        }
    }
    free(old.entries);
}

static void stores_add(ouro_runtime *rt, const frame *f, uint32_t at, ouro_value from, ouro_value to)
{
    struct vm_stores *s = rt->vm->stores;
    if (!ouro_is_object(from) || !ouro_is_object(to) ||
        (ouro_as_object(to)->shape->type->flags & OURO_TYPE_LEAF)) {
        return; /* what holds nothing closes no cycle */
    }
    uint32_t place = stores_place(rt, s, f->code, at);
    if (place == UINT32_MAX) {
        return;
    }
    struct store_entry entry = {(uint64_t)(uintptr_t)ouro_as_object(from), (uint64_t)(uintptr_t)ouro_as_object(to),
                                ++s->serial, place};
    if (stores_put(s, entry) && s->capacity < STORES_MAX) {
        stores_grow(s);
    }
}

bool stores_find(ouro_runtime *rt, ouro_object *from, ouro_object *to, gc_place *place)
{
    const struct vm_stores *s = rt->vm != NULL ? rt->vm->stores : NULL;
    if (s == NULL) {
        return false;
    }
    uint64_t a = (uint64_t)(uintptr_t)from, b = (uint64_t)(uintptr_t)to;
    const struct store_entry *bucket = stores_bucket(s, a, b);
    for (size_t i = 0; i < STORES_WAYS; i++) {
        if (bucket[i].from == a && bucket[i].to == b) {
            const struct store_place *p = &s->places.items[bucket[i].place];
            *place = (gc_place){.file = p->file, .line = p->line, .serial = bucket[i].serial};
            return true;
        }
    }
    return false;
}

/* ---- instructions ---------------------------------------------------------------------------------------- */

/* list.append(x), d.setdefault(k, x), setattr(o, "name", x): what a native function is given may be stored in the object
 * that it is a method of, or in its first argument. */
static void stores_note_call(ouro_runtime *rt, const frame *f, uint32_t at, size_t count)
{
    const ouro_value *args = f->top - count;
    ouro_value callable = args[-2];
    if (!ouro_is_object(callable)) {
        return;
    }
    const ouro_type *type = ouro_as_object(callable)->shape->type;
    ouro_value self = args[-1];
    if (type == &TYPE(rt, builtin_function)->type && ouro_is_null(self)) {
        self = ((const native_object *)(const void *)ouro_as_object(callable))->self;
    } else if (type != &TYPE(rt, method_descriptor)->type && type != &TYPE(rt, wrapper_descriptor)->type) {
        return;
    }
    size_t from = 0;
    if (ouro_is_null(self) || !ouro_is_object(self) ||
        ouro_as_object(self)->shape->type == &TYPE(rt, module)->type) {
        if (count == 0) {
            return;
        }
        self = args[from++];
    }
    for (; from < count; from++) {
        stores_add(rt, f, at, self, args[from]);
    }
}

static void stores_note_local(ouro_runtime *rt, frame *f, uint32_t at, ouro_value v)
{
    if (f->object != NULL && ouro_is_object(v) && (ouro_as_object(v)->shape->type->flags & TYPE_IS_EXCEPTION)) {
        stores_add(rt, f, at, ouro_from_object(f->object), v); /* its traceback holds the frame */
    }
}

void stores_note(ouro_runtime *rt, frame *f, uint32_t at, uint32_t unit)
{
    const ouro_value *top = f->top;
    uint32_t argument = unit_argument(unit);
    switch (unit_opcode(unit)) {
    case OP_STORE_ATTR:
        stores_add(rt, f, at, top[-1], top[-2]);
        break;
    case OP_STORE_SUBSCR:
        stores_add(rt, f, at, top[-2], top[-3]);
        break;
    case OP_STORE_DEREF:
        stores_add(rt, f, at, frame_locals(f)[argument], top[-1]);
        break;
    case OP_STORE_GLOBAL:
        stores_add(rt, f, at, ouro_from_object(frame_globals(f)), top[-1]);
        break;
    case OP_STORE_NAME:
        stores_add(rt, f, at, f->locals, top[-1]);
        break;
    case OP_STORE_FAST:
    case OP_STORE_FAST_LOAD_FAST:
        stores_note_local(rt, f, at, top[-1]);
        break;
    case OP_STORE_FAST_STORE_FAST:
        stores_note_local(rt, f, at, top[-1]);
        stores_note_local(rt, f, at, top[-2]);
        break;
    case OP_CALL:
        stores_note_call(rt, f, at, argument);
        break;
    default:
        break;
    }
}

/* ---- on and off ------------------------------------------------------------------------------------------ */

static void stores_free(struct vm_stores *s)
{
    size_t position = 0;
    uint64_t key, value;
    while (map_next(&s->files, &position, &key, &value)) {
        free((char *)(uintptr_t)value);
    }
    map_clear(&s->files);
    map_clear(&s->place_of);
    vector_free(&base_malloc, &s->places);
    free(s->entries);
    free(s);
}

bool stores_trace(ouro_runtime *rt, bool on)
{
    struct vm_stores *s = rt->vm->stores;
    if (on == (s != NULL)) {
        return true;
    }
    rt->vm->stores = NULL;
    if (!on) {
        stores_free(s);
    } else {
        s = calloc(1, sizeof *s);
        struct store_entry *entries = s != NULL ? calloc(STORES_FIRST, sizeof *entries) : NULL;
        if (entries == NULL) {
            free(s);
            return false;
        }
        s->entries = entries;
        s->capacity = STORES_FIRST;
        map_init(&s->place_of, base_malloc);
        map_init(&s->files, base_malloc);
        rt->vm->stores = s;
    }
    settrace_update(rt);
    return true;
}
