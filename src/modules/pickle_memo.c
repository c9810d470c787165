/* pickle_memo.c: the pickler's memo: which object has been written, and as which number.
 *
 * The objects lie in the order in which they came, so that the number of each is its place; a hash table
 * leads from an object's address to the place (Knuth's multiplicative hashing, linear probing).  A slot has a
 * tag from the hash beside the place: a probe looks at an object only where it is almost surely the right
 * one.
 */
#include "modules/pickle.h"

enum { MEMO_FIRST_SLOTS = 32, MEMO_FIRST_VALUES = 8 };

static inline uint64_t memo_hash(ouro_value v)
{
    return v.bits * UINT64_C(0x9e3779b97f4a7c15);
}

static inline size_t memo_home(const pickle_memo *m, uint64_t hash)
{
    return (size_t)(hash >> 20) & m->mask;
}

static inline uint64_t memo_tag(uint64_t hash)
{
    return hash >> 32 << 32;
}

static inline size_t memo_place(uint64_t slot)
{
    return (size_t)(slot & UINT32_MAX) - 1;
}

/* The slot that names the object, or the free one where it would be entered. */
static inline uint64_t *memo_probe(const pickle_memo *m, ouro_value v, uint64_t hash)
{
    size_t i = memo_home(m, hash);
    uint64_t tag = memo_tag(hash);
    for (;; i = (i + 1) & m->mask) {
        uint64_t slot = m->slots[i];
        if (slot == 0) {
            return &m->slots[i];
        }
        if (((slot ^ tag) >> 32) == 0 && memo_place(slot) < m->count &&
            ouro_is(m->values[memo_place(slot)], v)) {
            return &m->slots[i];
        }
    }
}

bool pickle_memo_find(const pickle_memo *m, ouro_value v, uint64_t *number)
{
    if (m->slots == NULL) {
        return false;
    }
    uint64_t slot = *memo_probe(m, v, memo_hash(v));
    if (slot == 0) {
        return false;
    }
    *number = m->numbers != NULL ? m->numbers[memo_place(slot)] : memo_place(slot);
    return true;
}

/* Twice as many slots, and only those that name an object. */
static bool memo_grow_slots(ouro_runtime *rt, pickle_memo *m)
{
    size_t size = m->slots == NULL ? MEMO_FIRST_SLOTS : (m->mask + 1) * 2;
    uint64_t *slots = ouro_mem_alloc_zeroed(rt->mem, size * sizeof *slots);
    if (slots == NULL) {
        error_no_memory(rt);
        return false;
    }
    ouro_mem_free(rt->mem, m->slots);
    m->slots = slots;
    m->mask = size - 1;
    m->used = 0;
    for (size_t place = 0; place < m->count; place++) {
        if (!ouro_is_null(m->values[place])) {
            uint64_t hash = memo_hash(m->values[place]);
            uint64_t *slot = memo_probe(m, m->values[place], hash);
            m->used += *slot == 0;
            *slot = memo_tag(hash) | (place + 1); /* of two places with one object the later counts */
        }
    }
    return true;
}

static bool memo_grow_values(ouro_runtime *rt, pickle_memo *m)
{
    size_t capacity = m->capacity == 0 ? MEMO_FIRST_VALUES : m->capacity * 2;
    if (m->capacity > UINT32_MAX / 4) {
        return pickling_error(rt, "memo id too large");
    }
    ouro_value *values = ouro_mem_resize(rt->mem, m->values, capacity * sizeof *values);
    if (values != NULL) {
        m->values = values;
    }
    uint64_t *numbers = m->numbers;
    if (values != NULL && numbers != NULL) {
        numbers = ouro_mem_resize(rt->mem, numbers, capacity * sizeof *numbers);
        m->numbers = numbers != NULL ? numbers : m->numbers;
    }
    if (values == NULL || (m->numbers != NULL && numbers == NULL)) {
        error_no_memory(rt);
        return false;
    }
    m->capacity = capacity;
    return true;
}

bool pickle_memo_add(ouro_runtime *rt, pickle_memo *m, ouro_value v)
{
    if (OURO_UNLIKELY(m->count == m->capacity) && !memo_grow_values(rt, m)) {
        return false;
    }
    if (!ouro_is_null(v)) {
        if (OURO_UNLIKELY(m->slots == NULL || m->used * 2 > m->mask) && !memo_grow_slots(rt, m)) {
            return false;
        }
        uint64_t hash = memo_hash(v);
        uint64_t *slot = memo_probe(m, v, hash);
        m->used += *slot == 0;
        *slot = memo_tag(hash) | (m->count + 1);
    }
    if (m->numbers != NULL) {
        m->numbers[m->count] = m->next++;
    }
    m->values[m->count++] = value_incref(v);
    return true;
}

bool pickle_memo_add_as(ouro_runtime *rt, pickle_memo *m, ouro_value v, uint64_t number)
{
    if (m->numbers == NULL && number != m->count) {
        size_t capacity = m->capacity == 0 ? MEMO_FIRST_VALUES : m->capacity;
        uint64_t *numbers = ouro_mem_alloc(rt->mem, capacity * sizeof *numbers);
        if (numbers == NULL) {
            error_no_memory(rt);
            return false;
        }
        for (size_t i = 0; i < m->count; i++) {
            numbers[i] = i;
        }
        m->numbers = numbers;
        m->next = m->count;
    }
    uint64_t next = pickle_memo_next(m);
    if (!pickle_memo_add(rt, m, v)) {
        return false;
    }
    if (m->numbers != NULL) {
        m->numbers[m->count - 1] = number;
        m->next = number >= next ? number + 1 : next;
    }
    return true;
}

bool pickle_memo_copy(ouro_runtime *rt, const pickle_memo *from, pickle_memo *to)
{
    *to = (pickle_memo){0};
    for (size_t i = 0; i < from->count; i++) {
        if (!pickle_memo_add_as(rt, to, from->values[i], from->numbers != NULL ? from->numbers[i] : i)) {
            pickle_memo_clear(rt, to);
            return false;
        }
    }
    return true;
}

void pickle_memo_free(ouro_runtime *rt, pickle_memo *m)
{
    ouro_mem_free(rt->mem, m->values);
    ouro_mem_free(rt->mem, m->slots);
    ouro_mem_free(rt->mem, m->numbers);
    *m = (pickle_memo){0};
}

void pickle_memo_clear(ouro_runtime *rt, pickle_memo *m)
{
    pickle_memo old = *m;
    *m = (pickle_memo){0};
    values_decref(rt, old.values, old.count);
    pickle_memo_free(rt, &old);
}

size_t pickle_memo_bytes(const pickle_memo *m)
{
    size_t each = sizeof *m->values + (m->numbers != NULL ? sizeof *m->numbers : 0);
    return m->capacity * each + (m->slots != NULL ? (m->mask + 1) * sizeof *m->slots : 0);
}

ouro_value pickle_memo_as_dict(ouro_runtime *rt, const pickle_memo *m)
{
    ouro_value dict = dict_new(rt, m->count);
    for (size_t i = 0; !ouro_is_null(dict) && i < m->count; i++) {
        if (ouro_is_null(m->values[i])) {
            continue;
        }
        ouro_value number = int_from_uint64(rt, m->numbers != NULL ? m->numbers[i] : i);
        ouro_value pair = ouro_is_null(number) ? number : tuple_pack2(rt, number, m->values[i]);
        ouro_value id = ouro_is_null(pair) ? pair : int_from_uint64(rt, m->values[i].bits);
        if (ouro_is_null(id) || !dict_set(rt, as_dict(dict), id, pair)) {
            value_clear(rt, &dict);
        }
        value_decref(rt, id);
        value_decref(rt, pair);
        value_decref(rt, number);
    }
    return dict;
}
