/* table.h: the ordered hash table inside every dict and set.
 *
 * One block holds it all:
 *
 *     header (16 bytes) | index: 2^bits slots of 1, 2, 4 or 8 bytes | entries, dense, in order of insertion
 *
 * An entry is, in words: key; value (dicts only); hash (only while the table is TABLE_HASHED).  A table whose
 * keys are all exact strs and immediate ints keeps no hashes: they are cheap to get from the key, and such keys
 * are compared without running any program code.  The first other key converts the table.
 * Up to TABLE_LINEAR_MAX entries there is no index: a look-up scans the keys, first by identity.
 * Removing leaves a hole; holes go away when the table is rebuilt.  The hole at entry 0 tells how many holes
 * follow, so that taking entries from the front again and again stays linear.
 *
 * What always holds (table_check):
 *     live <= filled,  filled + popped <= capacity
 *     holes among the first `filled` entries == filled - live
 *     each live entry is in exactly one slot of the index, and a probe from its hash reaches it
 *     a table that is not TABLE_HASHED has only exact strs (hash computed) and immediate ints as keys
 *     entry 0 is a hole that says n  =>  entries 0 .. n-1 are holes
 *
 * The owner (dict.c, set.c) holds a `struct table *`; functions that can replace the block take its place.  The
 * shared empty tables have capacity 0 and are never written to.
 *
 * Comparing keys can run program code, which can change the very table that is being searched; table_find then
 * begins anew.  Allocating can run a collection, and so finalizers: table_make_room says when the table was
 * changed meanwhile.
 */
#ifndef OURO_SRC_TYPES_TABLE_H
#define OURO_SRC_TYPES_TABLE_H

#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

enum { TABLE_HASHED = 1, TABLE_VALUES = 2 }; /* struct table.kind */

enum { TABLE_LINEAR_MAX = 8 };

enum { TABLE_ABSENT = -1, TABLE_FAILED = -2 }; /* results of a search that are no entry */

struct table {
    uint64_t filled : 40;     /* entries in use, holes included */
    uint64_t popped_low : 24; /* popped: slots of the index in use beyond one for each entry */
    uint64_t popped_high : 16;
    uint64_t live : 40;
    uint64_t size_code : 6;   /* up to TABLE_LINEAR_MAX: the capacity; above: index bits + 5 */
    uint64_t kind : 2;
    ouro_value words[];
};

extern const struct table table_empty_set, table_empty_dict;

static inline struct table *table_empty(unsigned kind)
{
    return (struct table *)(uintptr_t)(kind & TABLE_VALUES ? &table_empty_dict : &table_empty_set);
}

/* ---- layout ---- */

static inline unsigned table_stride(const struct table *t)
{
    return 1u + (t->kind & 1u) + (t->kind >> 1);
}

static inline unsigned table_index_bits(const struct table *t) /* 0: no index */
{
    return t->size_code <= TABLE_LINEAR_MAX ? 0 : (unsigned)t->size_code - 5;
}

/* log2 of the bytes of an index slot */
static inline unsigned table_slot_width(unsigned bits)
{
    return bits <= 8 ? 0 : bits <= 16 ? 1 : bits <= 32 ? 2 : 3;
}

/* Inlined always: in the loop's cached look-ups of globals, where the compiler would rather not, a call costs as much as
 * all the rest. */
static inline __attribute__((always_inline)) ouro_value *table_entries(const struct table *t)
{
    ouro_value *words = (ouro_value *)(uintptr_t)t->words;
    if (OURO_LIKELY(t->size_code <= TABLE_LINEAR_MAX)) {
        return words;
    }
    unsigned bits = table_index_bits(t);
    return words + ((size_t)1 << (bits + table_slot_width(bits) - 3));
}

static inline __attribute__((always_inline)) ouro_value *table_entry(const struct table *t, size_t i)
{
    return table_entries(t) + i * table_stride(t);
}

/* Holes are words that no program can have as a value: OURO_DELETED with a count in the upper bits. */
static inline bool table_is_hole(ouro_value key)
{
    return (key.bits & 0xff) == OURO_DELETED.bits;
}

static inline size_t table_live(const struct table *t)
{
    return t->live;
}

/* ---- hashes ---- */

static inline hash_t table_hash_int(ouro_value v)
{
    int64_t i = ouro_as_int(v);
    const int64_t modulus = (INT64_C(1) << 61) - 1; /* CPython's: hash(i) is i modulo this prime, sign kept */
    if (OURO_UNLIKELY(i >= modulus || i <= -modulus)) {
        i %= modulus;
    }
    return i == -1 ? -2 : i;
}

static inline hash_t table_hash_str(ouro_runtime *rt, ouro_value v)
{
    str_object *s = as_str(v);
    return OURO_LIKELY(s->hash != 0) ? (hash_t)s->hash : str_hash(rt, s);
}

/* Can the key lie in a table without hashes? */
static inline bool table_key_is_simple(ouro_runtime *rt, ouro_value key)
{
    return ouro_is_int(key) || value_is_str_exact(rt, key);
}

/* hash(key), quick for the commonest keys; -1: failed. */
OURO_NODISCARD static inline hash_t table_hash(ouro_runtime *rt, ouro_value key)
{
    if (ouro_is_int(key)) {
        return table_hash_int(key);
    }
    if (value_is_str_exact(rt, key)) {
        return table_hash_str(rt, key);
    }
    if (ouro_is_float(key)) {
        return float_hash(ouro_as_flonum(key));
    }
    return object_hash(rt, key);
}

/* The hash of a live entry; runs no code. */
static inline hash_t table_entry_hash(const struct table *t, const ouro_value *entry)
{
    if (t->kind & TABLE_HASHED) {
        return (hash_t)entry[table_stride(t) - 1].bits;
    }
    return ouro_is_int(entry[0]) ? table_hash_int(entry[0]) : (hash_t)as_str(entry[0])->hash;
}

/* ---- searching ---- */

/* A simple key in a table that is not TABLE_HASHED: its entry, or TABLE_ABSENT; runs no code. */
int64_t table_find_simple(const struct table *t, ouro_value key, hash_t hash);
/* table_find for any key and table. */
OURO_NODISCARD int64_t table_find_slow(ouro_runtime *rt, struct table **place, ouro_value key, hash_t hash);

/* The entry of `key`, TABLE_ABSENT, or TABLE_FAILED (a comparison raised).  May run code; the result is about
 * *place as it is on return. */
OURO_NODISCARD static inline int64_t table_find(ouro_runtime *rt, struct table **place, ouro_value key, hash_t hash)
{
    if (OURO_LIKELY(!((*place)->kind & TABLE_HASHED) && table_key_is_simple(rt, key))) {
        return table_find_simple(*place, key, hash);
    }
    return table_find_slow(rt, place, key, hash);
}

/* The same for an exact str and the text of the keys alone; runs no code.  Keys that are no strs are passed over. */
int64_t table_find_str(ouro_runtime *rt, const struct table *t, ouro_value name);

/* ---- changing ---- */

/* Makes room for one more entry whose key is `key`.  1: table_append may follow; 0: the table was changed by
 * code that ran meanwhile, search again; -1: no memory. */
OURO_NODISCARD int table_make_room_slow(ouro_runtime *rt, struct table **place, ouro_value key);

OURO_NODISCARD static inline int table_make_room(ouro_runtime *rt, struct table **place, ouro_value key)
{
    const struct table *t = *place;
    if (OURO_LIKELY(t->size_code <= TABLE_LINEAR_MAX && t->filled < t->size_code &&
                    ((t->kind & TABLE_HASHED) || table_key_is_simple(rt, key)))) {
        return 1;
    }
    return table_make_room_slow(rt, place, key);
}

/* Enters an entry's number at the first free slot of the index. */
void table_index_add(struct table *t, hash_t hash, size_t entry);

/* Adds an entry whose key is known to be absent.  Steals key and value (the value is ignored in sets). */
static inline void table_append(struct table *t, ouro_value key, hash_t hash, ouro_value value)
{
    size_t i = t->filled;
    ouro_value *entry = table_entry(t, i);
    entry[0] = key;
    if (t->kind & TABLE_VALUES) {
        entry[1] = value;
    }
    if (t->kind & TABLE_HASHED) {
        entry[table_stride(t) - 1].bits = (uint64_t)hash;
    }
    t->filled = i + 1;
    t->live++;
    if (t->size_code > TABLE_LINEAR_MAX) {
        table_index_add(t, hash, i);
    }
}

/* Makes entry i a hole; its references become the caller's (value OURO_NULL in sets). */
void table_remove(struct table *t, size_t i, ouro_value *key, ouro_value *value);
/* Takes the last live entry away together with the holes behind it: live > 0. */
void table_pop_last(struct table *t, ouro_value *key, ouro_value *value, hash_t *hash);
/* The same two steps for the front (OrderedDict.move_to_end): holes are kept there.  table_has_room tells, without
 * running code, whether an entry that is taken out now can be put back at that end. */
OURO_NODISCARD int table_make_room_front(ouro_runtime *rt, struct table **place);
void table_prepend(struct table *t, ouro_value key, hash_t hash, ouro_value value);
bool table_has_room(const struct table *t, bool front);
/* An empty table with room for `expected` simple keys (`kind` may ask for TABLE_HASHED).  NULL: no memory. */
OURO_NODISCARD struct table *table_new(ouro_runtime *rt, unsigned kind, size_t expected);
/* A compact copy of *place with its own references; `kind` may drop the values (a set from a dict's keys), or
 * add them: then each value is `fill` (counted).  May return a shared empty table.  NULL: no memory. */
OURO_NODISCARD struct table *table_copy(ouro_runtime *rt, struct table *const *place, unsigned kind,
                                        ouro_value fill);
/* Frees the block alone, not the references in it. */
void table_free(ouro_runtime *rt, struct table *t);
/* Drops all references in order, then the block.  The owner has put another table in its place before. */
void table_drop(ouro_runtime *rt, struct table *t);

/* ---- walking ---- */

/* The first entry at or after `position` that is live; filled: none. */
static inline size_t table_skip(const struct table *t, size_t position)
{
    size_t filled = t->filled;
    if (filled == 0) {
        return 0;
    }
    unsigned stride = table_stride(t);
    const ouro_value *entries = table_entries(t);
    if (position == 0 && table_is_hole(entries[0])) {
        position = (size_t)(entries[0].bits >> 8);
    }
    while (position < filled && table_is_hole(entries[position * stride])) {
        position++;
    }
    return position;
}

/* The last live entry before `position`, or -1. */
static inline int64_t table_skip_back(const struct table *t, size_t position)
{
    unsigned stride = table_stride(t);
    const ouro_value *entries = table_entries(t);
    while (position > 0 && table_is_hole(entries[(position - 1) * stride])) {
        position--;
    }
    return (int64_t)position - 1;
}

/* Steps through the live entries; *position begins at 0.  Borrowed key, and the entry.  False at the end. */
static inline bool table_next(const struct table *t, size_t *position, ouro_value **entry)
{
    size_t i = *position;
    if (i >= t->filled) {
        return false;
    }
    ouro_value *found = table_entry(t, i);
    if (OURO_UNLIKELY(table_is_hole(*found))) {
        i = table_skip(t, i);
        if (i >= t->filled) {
            return false;
        }
        found = table_entry(t, i);
    }
    *entry = found;
    *position = i + 1;
    return true;
}

/* Bytes of the block (0 for the shared empty tables). */
size_t table_bytes(const struct table *t);
int table_traverse(const struct table *t, ouro_visit_fn visit, void *context);
/* All of the invariants above; for tests and the debug build. */
bool table_check(ouro_runtime *rt, const struct table *t);

#endif
