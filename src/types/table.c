/* table.c: the ordered hash table inside every dict and set (table.h has the layout and the invariants).
 *
 * Probing: slot = slot * 5 + 1 + perturb, perturb shifted right by 5 each step, so that all bits of the hash come
 * into play before the sequence becomes a full cycle over the slots (Knuth, The Art of Computer Programming,
 * volume 3, section 6.4; the recurrence is the one CPython made known).
 *
 * Load: entries are at most 5/8 of the slots.  A full table is rebuilt for half as much again as is live, so it
 * grows by doubling, keeps its size when there are many holes, and shrinks when nearly all are holes; each
 * rebuild is paid for by at least a third as many insertions.
 *
 * Does not know dicts and sets, nor versions of layouts: those are the owner's.
 */
#include "types/table.h"

#include <assert.h>

const struct table table_empty_set = {.kind = 0};
const struct table table_empty_dict = {.kind = TABLE_VALUES};

enum { SLOT_EMPTY = -1, SLOT_DUMMY = -2, PERTURB_SHIFT = 5, INDEX_BITS_MAX = 40, INDEX_BITS_MIN = 4 };

/* ---- sizes ---- */

static inline size_t table_capacity_of(unsigned size_code)
{
    if (size_code <= TABLE_LINEAR_MAX) {
        return size_code;
    }
    unsigned bits = size_code - 5;
    return ((size_t)1 << (bits - 1)) + ((size_t)1 << (bits - 3));
}

static inline size_t table_index_bytes(unsigned size_code)
{
    if (size_code <= TABLE_LINEAR_MAX) {
        return 0;
    }
    unsigned bits = size_code - 5;
    return (size_t)1 << (bits + table_slot_width(bits));
}

static inline unsigned table_stride_of(unsigned kind)
{
    return 1u + (kind & 1u) + (kind >> 1);
}

static inline size_t table_bytes_of(unsigned size_code, unsigned kind)
{
    return sizeof(struct table) + table_index_bytes(size_code) +
           table_capacity_of(size_code) * table_stride_of(kind) * sizeof(ouro_value);
}

static inline uint64_t table_popped(const struct table *t)
{
    return (uint64_t)t->popped_high << 24 | t->popped_low;
}

static inline void table_set_popped(struct table *t, uint64_t popped)
{
    t->popped_low = popped & 0xffffff;
    t->popped_high = (popped >> 24) & 0xffff;
}

/* The smallest size for n entries; 0 for n > 0: too many. */
static unsigned table_code_for(size_t n)
{
    if (n <= TABLE_LINEAR_MAX) {
        return (unsigned)n;
    }
    for (unsigned bits = INDEX_BITS_MIN; bits <= INDEX_BITS_MAX; bits++) {
        if (table_capacity_of(bits + 5) >= n) {
            return bits + 5;
        }
    }
    return 0;
}

/* The size to rebuild a full table of `live` entries to.  The first size keeps a container of one entry within
 * 96 bytes, its object included. */
static unsigned table_code_for_growth(size_t live, unsigned kind)
{
    static const uint8_t first[4] = {4, 3, 3, 2};
    if (live < first[kind]) {
        return first[kind];
    }
    if (live < TABLE_LINEAR_MAX) {
        return live <= 3 ? 5 : TABLE_LINEAR_MAX;
    }
    return table_code_for(live + live / 2 + 1);
}

size_t table_bytes(const struct table *t)
{
    return t->size_code == 0 ? 0 : table_bytes_of(t->size_code, t->kind);
}

/* ---- the index ---- */

static inline int64_t slot_load(const struct table *t, unsigned width, size_t i)
{
    const void *index = t->words;
    switch (width) {
    case 0: {
        uint8_t s = ((const uint8_t *)index)[i];
        return s >= 0xfe ? (int8_t)s : s;
    }
    case 1: {
        uint16_t s = ((const uint16_t *)index)[i];
        return s >= 0xfffe ? (int16_t)s : s;
    }
    case 2: {
        uint32_t s = ((const uint32_t *)index)[i];
        return s >= 0xfffffffe ? (int32_t)s : (int64_t)s;
    }
    default:
        return ((const int64_t *)index)[i];
    }
}

static inline void slot_store(struct table *t, unsigned width, size_t i, int64_t entry)
{
    void *index = t->words;
    switch (width) {
    case 0:
        ((uint8_t *)index)[i] = (uint8_t)entry;
        break;
    case 1:
        ((uint16_t *)index)[i] = (uint16_t)entry;
        break;
    case 2:
        ((uint32_t *)index)[i] = (uint32_t)entry;
        break;
    default:
        ((int64_t *)index)[i] = entry;
        break;
    }
}

/* A walk over the slots that a hash may be in.  `filled + popped <= capacity` leaves empty ones, so it ends. */
typedef struct table_probe {
    uint64_t perturb;
    size_t mask, slot;
    unsigned width;
} table_probe;

static inline table_probe probe_begin(const struct table *t, hash_t hash)
{
    unsigned bits = table_index_bits(t);
    table_probe p;
    p.perturb = (uint64_t)hash;
    p.mask = ((size_t)1 << bits) - 1;
    p.slot = (size_t)hash & p.mask;
    p.width = table_slot_width(bits);
    return p;
}

static inline void probe_step(table_probe *p)
{
    p->perturb >>= PERTURB_SHIFT;
    p->slot = (p->slot * 5 + (size_t)p->perturb + 1) & p->mask;
}

void table_index_add(struct table *t, hash_t hash, size_t entry)
{
    table_probe p = probe_begin(t, hash);
    while (slot_load(t, p.width, p.slot) >= 0) {
        probe_step(&p);
    }
    slot_store(t, p.width, p.slot, (int64_t)entry);
}

static void table_index_remove(struct table *t, hash_t hash, size_t entry)
{
    table_probe p = probe_begin(t, hash);
    while (slot_load(t, p.width, p.slot) != (int64_t)entry) {
        assert(slot_load(t, p.width, p.slot) != SLOT_EMPTY);
        probe_step(&p);
    }
    slot_store(t, p.width, p.slot, SLOT_DUMMY);
}

static void table_index_rebuild(struct table *t)
{
    size_t bytes = table_index_bytes(t->size_code);
    if (bytes == 0) {
        return;
    }
    memset(t->words, 0xff, bytes);
    unsigned stride = table_stride(t);
    const ouro_value *entry = table_entries(t);
    for (size_t i = 0; i < t->filled; i++, entry += stride) {
        if (!table_is_hole(entry[0])) {
            table_index_add(t, table_entry_hash(t, entry), i);
        }
    }
}

/* ---- searching ---- */

/* table_find_simple in the index, whose slots have 1 << width bytes: inlined for each width that is known. */
static inline __attribute__((always_inline)) int64_t table_find_indexed(const struct table *t, unsigned width,
                                                                        ouro_value key, hash_t hash)
{
    unsigned stride = table_stride(t);
    const ouro_value *entries = table_entries(t);
    bool is_int = ouro_is_int(key);
    for (table_probe p = probe_begin(t, hash);; probe_step(&p)) {
        int64_t i = slot_load(t, width, p.slot);
        if (i < 0) {
            if (i == SLOT_EMPTY) {
                return TABLE_ABSENT;
            }
            continue;
        }
        ouro_value k = entries[(size_t)i * stride];
        if (k.bits == key.bits) {
            return i;
        }
        if (!is_int && ouro_is_object(k) && as_str(k)->hash == (uint64_t)hash &&
            str_equal(as_str(k), as_str(key))) {
            return i;
        }
    }
}

int64_t table_find_simple(const struct table *t, ouro_value key, hash_t hash)
{
    if (t->size_code > TABLE_LINEAR_MAX) {
        unsigned width = table_slot_width(table_index_bits(t));
        return width == 0 ? table_find_indexed(t, 0, key, hash) : table_find_indexed(t, width, key, hash);
    }
    unsigned stride = table_stride(t);
    const ouro_value *entries = t->words;
    size_t filled = t->filled;
    for (size_t i = 0; i < filled; i++) {
        if (entries[i * stride].bits == key.bits) {
            return (int64_t)i;
        }
    }
    if (ouro_is_int(key)) {
        return TABLE_ABSENT;
    }
    for (size_t i = 0; i < filled; i++) {
        ouro_value k = entries[i * stride];
        if (ouro_is_object(k) && as_str(k)->hash == (uint64_t)hash && str_equal(as_str(k), as_str(key))) {
            return (int64_t)i;
        }
    }
    return TABLE_ABSENT;
}

/* Is entry i of `t` the wanted key?  1, 0; -1 failed; 2: the table has changed, begin anew. */
static int table_entry_equals(ouro_runtime *rt, struct table **place, size_t i, ouro_value key, hash_t hash)
{
    struct table *t = *place;
    const ouro_value *entry = table_entry(t, i);
    ouro_value k = entry[0];
    if (ouro_is(k, key)) {
        return 1;
    }
    if (table_is_hole(k) || table_entry_hash(t, entry) != hash) {
        return 0;
    }
    if (value_is_str_exact(rt, k) && value_is_str_exact(rt, key)) {
        return str_equal(as_str(k), as_str(key));
    }
    unsigned size_code = t->size_code, kind = t->kind;
    value_incref(k);
    int equal = object_compare_truth(rt, k, key, COMPARE_EQ);
    value_decref(rt, k);
    if (equal < 0) {
        return -1;
    }
    /* The block may have been freed and another made at its address: look at nothing that was read before. */
    if (*place != t || t->size_code != size_code || t->kind != kind || i >= t->filled ||
        !ouro_is(table_entry(t, i)[0], k)) {
        return 2;
    }
    return equal;
}

int64_t table_find_slow(ouro_runtime *rt, struct table **place, ouro_value key, hash_t hash)
{
restart:;
    const struct table *t = *place;
    if (t->size_code <= TABLE_LINEAR_MAX) {
        unsigned stride = table_stride(t);
        for (size_t i = 0; i < t->filled; i++) {
            if (ouro_is(t->words[i * stride], key)) {
                return (int64_t)i;
            }
        }
        for (size_t i = 0; i < t->filled; i++) {
            int equal = table_entry_equals(rt, place, i, key, hash);
            if (equal == 0) {
                continue;
            }
            if (equal == 2) {
                goto restart;
            }
            return equal < 0 ? TABLE_FAILED : (int64_t)i;
        }
        return TABLE_ABSENT;
    }
    for (table_probe p = probe_begin(t, hash);; probe_step(&p)) {
        int64_t i = slot_load(t, p.width, p.slot);
        if (i < 0) {
            if (i == SLOT_EMPTY) {
                return TABLE_ABSENT;
            }
            continue;
        }
        int equal = table_entry_equals(rt, place, (size_t)i, key, hash);
        if (equal == 0) {
            continue;
        }
        if (equal == 2) {
            goto restart;
        }
        return equal < 0 ? TABLE_FAILED : i;
    }
}

int64_t table_find_str(ouro_runtime *rt, const struct table *t, ouro_value name)
{
    hash_t hash = table_hash_str(rt, name);
    if (OURO_LIKELY(!(t->kind & TABLE_HASHED))) {
        return table_find_simple(t, name, hash);
    }
    unsigned stride = table_stride(t);
    const ouro_value *entries = table_entries(t);
    if (t->size_code <= TABLE_LINEAR_MAX) {
        for (size_t i = 0; i < t->filled; i++) {
            ouro_value k = entries[i * stride];
            if (ouro_is(k, name) || (!table_is_hole(k) && value_is_str(rt, k) &&
                                     (hash_t)entries[i * stride + stride - 1].bits == hash &&
                                     str_equal(as_str(k), as_str(name)))) {
                return (int64_t)i;
            }
        }
        return TABLE_ABSENT;
    }
    for (table_probe p = probe_begin(t, hash);; probe_step(&p)) {
        int64_t i = slot_load(t, p.width, p.slot);
        if (i == SLOT_EMPTY) {
            return TABLE_ABSENT;
        }
        if (i < 0) {
            continue;
        }
        const ouro_value *entry = entries + (size_t)i * stride;
        if (ouro_is(entry[0], name) || ((hash_t)entry[stride - 1].bits == hash && value_is_str(rt, entry[0]) &&
                                        str_equal(as_str(entry[0]), as_str(name)))) {
            return i;
        }
    }
}

/* ---- making and rebuilding ---- */

static struct table *table_allocate(ouro_runtime *rt, unsigned kind, unsigned size_code)
{
    struct table *t = ouro_mem_alloc(rt->mem, table_bytes_of(size_code, kind));
    if (t == NULL) {
        error_no_memory(rt);
        return NULL;
    }
    *t = (struct table){.kind = kind & 3, .size_code = size_code & 63};
    return t;
}

struct table *table_new(ouro_runtime *rt, unsigned kind, size_t expected)
{
    if (expected == 0) {
        return table_empty(kind);
    }
    unsigned size_code = table_code_for(expected);
    if (size_code == 0) {
        error_no_memory(rt);
        return NULL;
    }
    struct table *t = table_allocate(rt, kind, size_code);
    if (t != NULL) {
        table_index_rebuild(t);
    }
    return t;
}

/* Builds the index of `to`, which has the live entries of `from`.  With the same slots and the same numbers of the
 * entries it is what `from` has: the hashes are the same in every layout. */
static void table_transfer_index(struct table *to, const struct table *from)
{
    if (to != from && to->size_code == from->size_code && from->live == from->filled && table_popped(from) == 0) {
        memcpy(to->words, from->words, table_index_bytes(to->size_code));
    } else {
        table_index_rebuild(to);
    }
}

/* Copies the live entries of `from` to the beginning of `to` (which may be the same block, when the layouts are
 * the same) and builds the index.  References move as they are. */
static void table_transfer(struct table *to, const struct table *from, ouro_value fill)
{
    unsigned to_stride = table_stride(to), from_stride = table_stride(from);
    bool values = (to->kind & TABLE_VALUES) != 0, from_values = (from->kind & TABLE_VALUES) != 0;
    bool hashes = (to->kind & TABLE_HASHED) != 0;
    ouro_value *target = table_entries(to);
    const ouro_value *source = table_entries(from);
    size_t filled = from->filled, live = from->live;
    if (to->kind == from->kind && live == filled) {
        if (target != source && live > 0) {
            memcpy(target, source, live * to_stride * sizeof *target);
        }
    } else {
        for (size_t i = 0; i < filled; i++, source += from_stride) {
            if (table_is_hole(source[0])) {
                continue;
            }
            hash_t hash = hashes ? table_entry_hash(from, source) : 0;
            target[0] = source[0];
            if (values) {
                target[1] = from_values ? source[1] : fill;
            }
            if (hashes) {
                target[to_stride - 1].bits = (uint64_t)hash;
            }
            target += to_stride;
        }
    }
    to->filled = live;
    to->live = live;
    table_set_popped(to, 0);
    table_transfer_index(to, from);
}

int table_make_room_slow(ouro_runtime *rt, struct table **place, ouro_value key)
{
    struct table *t = *place;
    unsigned kind = t->kind;
    if (!(kind & TABLE_HASHED) && OURO_UNLIKELY(!table_key_is_simple(rt, key))) {
        kind |= TABLE_HASHED;
    }
    bool full = t->filled + table_popped(t) >= table_capacity_of(t->size_code);
    if (OURO_LIKELY(kind == t->kind && !full)) {
        return 1;
    }
    size_t live = t->live, filled = t->filled;
    unsigned old_code = t->size_code, old_kind = t->kind;
    /* A conversion alone keeps the size, but for the first keys, where sizes depend on the layout. */
    unsigned size_code = full || live == 0 ? table_code_for_growth(live, kind) : old_code;
    if (size_code == 0) {
        error_no_memory(rt);
        return -1;
    }
    /* A small table with holes grows past them: an iteration over it then sees a key that was taken out and put in
     * again as new, and misses none. */
    bool keep_holes = full && kind == old_kind && live < filled && old_code < TABLE_LINEAR_MAX;
    if (keep_holes) {
        size_code = table_code_for_growth(filled, kind);
    }
    if (size_code == old_code && kind == old_kind) {
        table_transfer(t, t, OURO_NULL);
        return 1;
    }
    struct table *new_table = table_allocate(rt, kind, size_code);
    if (new_table == NULL) {
        return -1;
    }
    if (OURO_UNLIKELY(*place != t || t->live != live || t->filled != filled || t->size_code != old_code ||
                      t->kind != old_kind)) {
        table_free(rt, new_table);
        return 0;
    }
    if (keep_holes) {
        memcpy(new_table->words, t->words, filled * table_stride(t) * sizeof(ouro_value));
        new_table->filled = filled;
        new_table->live = live;
    } else {
        table_transfer(new_table, t, OURO_NULL);
    }
    *place = new_table;
    table_free(rt, t);
    return 1;
}

static inline ouro_value table_hole(size_t skip)
{
    return (ouro_value){(uint64_t)skip << 8 | OURO_DELETED.bits};
}

void table_remove(struct table *t, size_t i, ouro_value *key, ouro_value *value)
{
    unsigned stride = table_stride(t);
    ouro_value *entries = table_entries(t);
    ouro_value *entry = entries + i * stride;
    if (t->size_code > TABLE_LINEAR_MAX) {
        table_index_remove(t, table_entry_hash(t, entry), i);
    }
    *key = entry[0];
    *value = t->kind & TABLE_VALUES ? entry[1] : OURO_NULL;
    entry[0] = table_hole(1);
    if (t->kind & TABLE_VALUES) {
        entry[1] = OURO_NULL;
    }
    t->live--;
    /* Was it the first live entry?  Then the next one is looked for once, here, and remembered. */
    if (i == 0 || (table_is_hole(entries[0]) && entries[0].bits >> 8 == i)) {
        size_t front = i + 1;
        while (front < t->filled && table_is_hole(entries[front * stride])) {
            front++;
        }
        entries[0] = table_hole(front);
    }
}

void table_pop_last(struct table *t, ouro_value *key, ouro_value *value, hash_t *hash)
{
    size_t i = (size_t)table_skip_back(t, t->filled);
    ouro_value *entry = table_entry(t, i);
    *hash = table_entry_hash(t, entry);
    *key = entry[0];
    *value = t->kind & TABLE_VALUES ? entry[1] : OURO_NULL;
    if (t->size_code > TABLE_LINEAR_MAX) {
        table_index_remove(t, *hash, i);
        table_set_popped(t, table_popped(t) + (t->filled - i));
    }
    t->filled = i;
    t->live--;
    if (t->live == 0 && i > 0) {
        /* Only holes are left, and the count at entry 0 may reach beyond them. */
        if (t->size_code > TABLE_LINEAR_MAX) {
            table_set_popped(t, table_popped(t) + i);
        }
        t->filled = 0;
    }
}

/* Adds a reference to each key and value of a table without holes. */
static void table_incref_all(const struct table *t)
{
    unsigned stride = table_stride(t), owned = t->kind & TABLE_VALUES ? 2 : 1;
    const ouro_value *entry = table_entries(t);
    for (size_t i = t->live; i > 0; i--, entry += stride) {
        value_incref(entry[0]);
        if (owned == 2) {
            value_incref(entry[1]);
        }
    }
}

struct table *table_copy(ouro_runtime *rt, struct table *const *place, unsigned kind, ouro_value fill)
{
    for (;;) {
        const struct table *t = *place;
        unsigned copy_kind = (kind & TABLE_VALUES) | (t->kind & TABLE_HASHED);
        size_t live = t->live;
        if (live == 0) {
            return table_empty(copy_kind);
        }
        struct table *copy = table_allocate(rt, copy_kind, table_code_for(live));
        if (copy == NULL) {
            return NULL;
        }
        if (*place != t || t->live != live || (t->kind & TABLE_HASHED) != (copy_kind & TABLE_HASHED)) {
            table_free(rt, copy);
            continue;
        }
        table_transfer(copy, t, fill);
        table_incref_all(copy);
        return copy;
    }
}

void table_free(ouro_runtime *rt, struct table *t)
{
    if (t->size_code != 0) {
        ouro_mem_free(rt->mem, t);
    }
}

void table_drop(ouro_runtime *rt, struct table *t)
{
    unsigned stride = table_stride(t);
    bool values = (t->kind & TABLE_VALUES) != 0;
    ouro_value *entry = table_entries(t);
    for (size_t i = 0; i < t->filled; i++, entry += stride) {
        if (!table_is_hole(entry[0])) {
            value_decref(rt, entry[0]);
            if (values) {
                value_decref(rt, entry[1]);
            }
        }
    }
    table_free(rt, t);
}

int table_traverse(const struct table *t, ouro_visit_fn visit, void *context)
{
    unsigned stride = table_stride(t);
    bool values = (t->kind & TABLE_VALUES) != 0;
    const ouro_value *entry = table_entries(t);
    for (size_t i = 0; i < t->filled; i++, entry += stride) {
        int stop = 0;
        if (ouro_is_object(entry[0])) {
            stop = visit(entry[0], context);
        }
        if (stop == 0 && values && ouro_is_object(entry[1])) {
            stop = visit(entry[1], context);
        }
        if (stop != 0) {
            return stop;
        }
    }
    return 0;
}

/* ---- the front ---- */

bool table_has_room(const struct table *t, bool front)
{
    if (front && (t->filled == 0 || !table_is_hole(table_entries(t)[0]))) {
        return false;
    }
    return (front && t->size_code <= TABLE_LINEAR_MAX) ||
           t->filled + table_popped(t) < table_capacity_of(t->size_code);
}

int table_make_room_front(ouro_runtime *rt, struct table **place)
{
    struct table *t = *place;
    if (table_has_room(t, true)) {
        return 1;
    }
    /* As many holes in front as pay for the next rebuild, and as much room behind. */
    size_t live = t->live, filled = t->filled, gap = live / 2 + 4;
    unsigned kind = t->kind, size_code = table_code_for(live + 2 * gap);
    struct table *new_table = size_code != 0 ? table_allocate(rt, kind, size_code) : NULL;
    if (new_table == NULL) {
        if (size_code == 0) {
            error_no_memory(rt);
        }
        return -1;
    }
    if (*place != t || t->live != live || t->filled != filled || t->kind != kind) {
        table_free(rt, new_table);
        return 0;
    }
    table_transfer(new_table, t, OURO_NULL);
    unsigned stride = table_stride(new_table);
    ouro_value *entries = table_entries(new_table);
    memmove(entries + gap * stride, entries, live * stride * sizeof *entries);
    memset(entries, 0, gap * stride * sizeof *entries);
    for (size_t i = 0; i < gap; i++) {
        entries[i * stride] = table_hole(i == 0 ? gap : 1);
    }
    new_table->filled = live + gap;
    table_index_rebuild(new_table);
    *place = new_table;
    table_free(rt, t);
    return 1;
}

void table_prepend(struct table *t, ouro_value key, hash_t hash, ouro_value value)
{
    unsigned stride = table_stride(t);
    ouro_value *entries = table_entries(t);
    size_t i = (size_t)(entries[0].bits >> 8) - 1;
    if (i > 0) {
        entries[0] = table_hole(i);
    }
    ouro_value *entry = entries + i * stride;
    entry[0] = key;
    if (t->kind & TABLE_VALUES) {
        entry[1] = value;
    }
    if (t->kind & TABLE_HASHED) {
        entry[stride - 1].bits = (uint64_t)hash;
    }
    t->live++;
    if (t->size_code > TABLE_LINEAR_MAX) {
        /* The hole may have left a mark in the index already: this is one more slot in use. */
        table_set_popped(t, table_popped(t) + 1);
        table_index_add(t, hash, i);
    }
}

/* ---- checking ---- */

/* How often the index names entry i on the way of its hash before an empty slot. */
static bool table_check_reachable(const struct table *t, size_t i)
{
    for (table_probe p = probe_begin(t, table_entry_hash(t, table_entry(t, i)));; probe_step(&p)) {
        int64_t found = slot_load(t, p.width, p.slot);
        if (found == (int64_t)i) {
            return true;
        }
        if (found == SLOT_EMPTY) {
            return false;
        }
    }
}

bool table_check(ouro_runtime *rt, const struct table *t)
{
    size_t capacity = table_capacity_of(t->size_code);
    if (t->live > t->filled || t->filled + table_popped(t) > capacity) {
        return false;
    }
    size_t holes = 0, front = 0;
    for (size_t i = 0; i < t->filled; i++) {
        ouro_value key = table_entry(t, i)[0];
        if (table_is_hole(key)) {
            holes++;
            front = i == 0 ? (size_t)(key.bits >> 8) : front;
            continue;
        }
        if (i < front || (!(t->kind & TABLE_HASHED) && !table_key_is_simple(rt, key)) ||
            (t->size_code > TABLE_LINEAR_MAX && !table_check_reachable(t, i))) {
            return false;
        }
    }
    if (holes != t->filled - t->live || front > t->filled) {
        return false;
    }
    if (t->size_code > TABLE_LINEAR_MAX) {
        unsigned bits = table_index_bits(t);
        size_t named = 0;
        for (size_t slot = 0; slot >> bits == 0; slot++) {
            int64_t i = slot_load(t, table_slot_width(bits), slot);
            if (i >= 0) {
                if ((uint64_t)i >= t->filled || table_is_hole(table_entry(t, (size_t)i)[0])) {
                    return false;
                }
                named++;
            }
        }
        return named == t->live;
    }
    return true;
}
