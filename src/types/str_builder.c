/* str_builder.c: building a str piece by piece.
 *
 * The builder fills a str object from the start (`data` is the str_object that will be the result), so finishing
 * only trims it.  `max_char` is the max class of what was appended; the object's kind follows it.  Between calls the
 * object's own length is 0: only the builder knows how much is filled.
 */
#include "types/text.h"

#include "types/error.h"
#include "types/protocol.h"

static const size_t str_builder_max = SIZE_MAX / 16;

void str_builder_init(str_builder *b, ouro_runtime *rt)
{
    *b = (str_builder){.rt = rt, .max_char = 0x7f, .kind = 1};
}

static inline unsigned char *str_builder_data(str_builder *b)
{
    return ((str_object *)b->data)->data;
}

static void str_builder_fail(str_builder *b)
{
    if (!b->failed) {
        b->failed = true;
        if (!error_is_set(b->rt)) {
            error_no_memory(b->rt);
        }
    }
}

/* What str_builder_reserve leaves: a larger object, or one of a wider kind. */
static __attribute__((noinline)) bool str_builder_grow(str_builder *b, size_t count, uint32_t max_char, bool exact)
{
    if (count > str_builder_max - b->length) {
        str_builder_fail(b);
        return false;
    }
    unsigned kind = text_kind_for(max_char);
    size_t need = b->length + count;
    size_t capacity = b->capacity;
    if (need > capacity) {
        capacity = exact ? need : need < 24 ? 32 : text_grown_capacity(b->data == NULL || b->shared, need);
    }
    if (b->data != NULL && kind == b->kind && !b->shared) {
        if (capacity > b->capacity) {
            str_object *grown = ouro_mem_resize(b->rt->mem, b->data, sizeof(str_object) + capacity * kind);
            if (grown == NULL) {
                str_builder_fail(b);
                return false;
            }
            b->data = grown;
        }
    } else {
        str_object *fresh = object_new(b->rt, &TYPE(b->rt, str)->type, capacity * kind);
        if (fresh == NULL) {
            str_builder_fail(b);
            return false;
        }
        fresh->hash = 0;
        fresh->length = 0;
        fresh->flags = (uint8_t)kind;
        if (b->data != NULL) {
            text_copy(kind, fresh->data, 0, b->kind, str_builder_data(b), 0, b->length);
            value_decref(b->rt, ouro_from_object(b->data));
        }
        b->data = fresh;
        b->shared = false;
    }
    b->capacity = capacity;
    b->kind = kind;
    b->max_char = max_char;
    return true;
}

/* Room for `count` more characters of class `class`. */
static inline bool str_builder_reserve(str_builder *b, size_t count, uint32_t class)
{
    if (b->failed) {
        return false;
    }
    if (OURO_LIKELY(class <= b->max_char && count <= b->capacity - b->length)) {
        return true;
    }
    return str_builder_grow(b, count, class > b->max_char ? class : b->max_char, false);
}

static inline void str_builder_copy(str_builder *b, unsigned kind, const void *text, size_t start, size_t count)
{
    if (OURO_LIKELY(kind == b->kind)) {
        memcpy(str_builder_data(b) + b->length * kind, (const char *)text + start * kind, count * kind);
    } else {
        text_copy(b->kind, str_builder_data(b), b->length, kind, text, start, count);
    }
    b->length += count;
}

void str_builder_expect(str_builder *b, size_t count, uint32_t class)
{
    uint32_t max_char = class > b->max_char ? class : b->max_char;
    if (!b->failed && (count > b->capacity - b->length || text_kind_for(max_char) != b->kind)) {
        (void)str_builder_grow(b, count, max_char, true);
    }
}

void str_builder_fill(str_builder *b, uint32_t c, size_t count)
{
    if (count > 0 && str_builder_reserve(b, count, text_class_of(c))) {
        if (b->kind == 1) {
            memset(str_builder_data(b) + b->length, (int)c, count);
            b->length += count;
        } else {
            for (size_t i = 0; i < count; i++) {
                text_write(b->kind, str_builder_data(b), b->length++, c);
            }
        }
    }
}

void str_builder_char(str_builder *b, uint32_t c)
{
    if (str_builder_reserve(b, 1, text_class_of(c))) {
        text_write(b->kind, str_builder_data(b), b->length++, c);
    }
}

void str_builder_ascii(str_builder *b, const char *text, size_t length)
{
    if (length > 0 && str_builder_reserve(b, length, 0x7f)) {
        str_builder_copy(b, 1, text, 0, length);
    }
}

void str_builder_latin1(str_builder *b, const unsigned char *text, size_t length)
{
    if (length > 0 && str_builder_reserve(b, length, b->max_char >= 0xff ? 0xff : text_max_class(1, text, length))) {
        str_builder_copy(b, 1, text, 0, length);
    }
}

void str_builder_cstring(str_builder *b, const char *ascii_text)
{
    str_builder_ascii(b, ascii_text, strlen(ascii_text));
}

void str_builder_range(str_builder *b, ouro_value v, size_t start, size_t end)
{
    const str_object *s = as_str(v);
    if (end > s->length) {
        end = s->length;
    }
    if (start >= end) {
        return;
    }
    unsigned kind = str_kind(s);
    uint32_t class = str_max_class(s);
    if (b->data == NULL && !b->failed && end - start == s->length && s->length > 1 && value_is_str_exact(b->rt, v)) {
        b->data = ouro_as_object(value_incref(v));
        b->length = b->capacity = s->length;
        b->kind = kind;
        b->max_char = class > b->max_char ? class : b->max_char;
        b->shared = true;
        return;
    }
    if (class > b->max_char && end - start != s->length) {
        class = text_max_class(kind, s->data + start * kind, end - start);
    } else if (class <= b->max_char) {
        class = b->max_char;
    }
    if (str_builder_reserve(b, end - start, class)) {
        str_builder_copy(b, kind, s->data, start, end - start);
    }
}

void str_builder_str(str_builder *b, ouro_value s)
{
    str_builder_range(b, s, 0, as_str(s)->length);
}

void str_builder_repr(str_builder *b, ouro_value v)
{
    if (b->failed) {
        return;
    }
    ouro_value text = object_repr(b->rt, v);
    if (ouro_is_null(text)) {
        b->failed = true;
        return;
    }
    str_builder_str(b, text);
    value_decref(b->rt, text);
}

ouro_value str_builder_finish(str_builder *b)
{
    ouro_runtime *rt = b->rt;
    if (b->failed) {
        str_builder_drop(b);
        return OURO_NULL;
    }
    if (b->length <= 1) {
        ouro_value v = b->length == 0 ? str_empty(rt) : str_from_char(rt, text_read(b->kind, str_builder_data(b), 0));
        str_builder_drop(b);
        return v;
    }
    str_object *s = b->data;
    if (b->shared) {
        str_builder_init(b, rt);
        return ouro_from_object(s);
    }
    if (b->capacity > b->length) {
        /* Shrinking may move a small block to its class; if it fails, the block is only too big. */
        str_object *trimmed = ouro_mem_resize(rt->mem, s, sizeof(str_object) + b->length * b->kind);
        s = trimmed != NULL ? trimmed : s;
    }
    s->length = b->length;
    s->flags = (uint8_t)(b->kind | (b->max_char < 0x80 ? STR_ASCII : 0));
    str_builder_init(b, rt);
    return ouro_from_object(s);
}

void str_builder_drop(str_builder *b)
{
    if (b->data != NULL) {
        value_decref(b->rt, ouro_from_object(b->data));
    }
    str_builder_init(b, b->rt);
}
