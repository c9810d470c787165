/* shape.c: the tree of shapes (shape.h has the invariants).
 *
 * Two small tables hang off a shape, both made only when they pay: the index (name -> position), once a shape with
 * more than SHAPE_SEARCH_MAX names is asked for one, and the children (name -> child shape).  Both are open-addressing
 * tables keyed by the identity of the name.
 */
#include "object/shape.h"
#include "object/object.h"

enum { SHAPE_SEARCH_MAX = 6, NAME_TABLE_FIRST = 4 };

struct name_entry {
    ouro_value name; /* borrowed: some shape of the tree owns it */
    union {
        size_t position;
        ouro_shape *shape;
    } as;
};

struct name_table {
    size_t mask; /* capacity - 1 */
    size_t count;
    struct name_entry entries[];
};

struct shape_index {
    struct name_table table;
};
struct shape_children {
    struct name_table table;
};

static struct name_table *name_table_new(ouro_runtime *rt, size_t capacity)
{
    struct name_table *table =
        ouro_mem_alloc_zeroed(rt->mem, sizeof *table + capacity * sizeof table->entries[0]);
    if (table != NULL) {
        table->mask = capacity - 1;
    }
    return table;
}

/* The entry of `name`, or the empty one where it belongs. */
static struct name_entry *name_table_find(struct name_table *table, ouro_value name)
{
    size_t i = (size_t)((name.bits >> 3) * UINT64_C(0x9e3779b97f4a7c15) >> 32);
    while (true) {
        struct name_entry *entry = &table->entries[i & table->mask];
        if (entry->name.bits == name.bits || entry->name.bits == 0) {
            return entry;
        }
        i++;
    }
}

/* A table with the entries of `table` (which may be NULL, and is freed) and room for one more; NULL: no memory, and
 * `table` is untouched. */
static struct name_table *name_table_grow(ouro_runtime *rt, struct name_table *table)
{
    if (table != NULL && (table->count + 1) * 4 <= (table->mask + 1) * 3) {
        return table;
    }
    size_t capacity = table == NULL ? NAME_TABLE_FIRST : (table->mask + 1) * 2;
    struct name_table *bigger = name_table_new(rt, capacity);
    if (bigger == NULL || table == NULL) {
        return bigger;
    }
    for (size_t i = 0; i <= table->mask; i++) {
        if (!ouro_is_null(table->entries[i].name)) {
            *name_table_find(bigger, table->entries[i].name) = table->entries[i];
        }
    }
    bigger->count = table->count;
    ouro_mem_free(rt->mem, table);
    return bigger;
}

/* 0 once all ids are used: such shapes are never cached. */
static uint32_t shape_next_id(ouro_runtime *rt)
{
    uint32_t id = rt->next_shape_id;
    if (id != 0) {
        rt->next_shape_id = id + 1;
    }
    return id;
}

static ouro_shape *shape_new(ouro_runtime *rt, ouro_type *type)
{
    ouro_shape *shape = ouro_mem_alloc_zeroed(rt->mem, sizeof *shape);
    if (shape == NULL) {
        error_no_memory(rt);
        return NULL;
    }
    shape->type = type;
    shape->id = shape_next_id(rt);
    return shape;
}

/* Enters a new shape into the ring of its type. */
static void shape_enter_ring(ouro_type *type, ouro_shape *shape)
{
    if (type->shape == NULL) {
        shape->next_of_type = shape;
        type->shape = shape;
    } else {
        shape->next_of_type = type->shape->next_of_type;
        type->shape->next_of_type = shape;
    }
}

ouro_shape *shape_new_root(ouro_runtime *rt, ouro_type *type, shape_mode mode, unsigned capacity,
                           size_t values_offset)
{
    ouro_shape *shape = shape_new(rt, type);
    if (shape == NULL) {
        return NULL;
    }
    shape->mode = (uint8_t)mode;
    shape->capacity = (uint16_t)capacity;
    shape->values_offset = (uint16_t)values_offset;
    shape->tree_size = 1;
    shape_enter_ring(type, shape);
    return shape;
}

static int shape_find_by_walk(const ouro_shape *shape, ouro_value name)
{
    for (const ouro_shape *s = shape; s->parent != NULL; s = s->parent) {
        if (ouro_is(s->name, name)) {
            return s->count - 1;
        }
    }
    return -1;
}

static void shape_make_index(ouro_runtime *rt, ouro_shape *shape)
{
    size_t capacity = NAME_TABLE_FIRST;
    while (capacity * 2 < (size_t)shape->count * 3) {
        capacity *= 2;
    }
    struct name_table *table = name_table_new(rt, capacity);
    if (table == NULL) {
        return; /* walking works as well */
    }
    for (const ouro_shape *s = shape; s->parent != NULL; s = s->parent) {
        *name_table_find(table, s->name) = (struct name_entry){.name = s->name, .as.position = s->count - 1u};
        table->count++;
    }
    shape->index = (struct shape_index *)(void *)table;
}

int shape_find(ouro_runtime *rt, ouro_shape *shape, ouro_value name)
{
    if (shape->count <= SHAPE_SEARCH_MAX) {
        return shape_find_by_walk(shape, name);
    }
    if (shape->index == NULL) {
        shape_make_index(rt, shape);
        if (shape->index == NULL) {
            return shape_find_by_walk(shape, name);
        }
    }
    const struct name_entry *entry = name_table_find(&shape->index->table, name);
    return ouro_is_null(entry->name) ? -1 : (int)entry->as.position;
}

ouro_shape *shape_add(ouro_runtime *rt, ouro_shape *shape, ouro_value name)
{
    if (shape->children != NULL) {
        struct name_entry *entry = name_table_find(&shape->children->table, name);
        if (!ouro_is_null(entry->name)) {
            return entry->as.shape;
        }
    }
    if (shape->mode != SHAPE_INLINE || shape->count >= shape->capacity || shape->count >= SHAPE_MAX_ATTRIBUTES) {
        return NULL;
    }
    ouro_shape *root = shape;
    while (root->parent != NULL) {
        root = root->parent;
    }
    if (root->tree_size >= SHAPE_MAX_PER_TYPE) {
        return NULL;
    }
    struct name_table *table = name_table_grow(rt, (struct name_table *)(void *)shape->children);
    if (table == NULL) {
        error_no_memory(rt);
        return NULL;
    }
    shape->children = (struct shape_children *)(void *)table;
    ouro_shape *child = shape_new(rt, shape->type);
    if (child == NULL) {
        return NULL;
    }
    child->mode = shape->mode;
    child->count = (uint16_t)(shape->count + 1);
    child->capacity = shape->capacity;
    child->values_offset = shape->values_offset;
    child->name = value_incref(name);
    child->parent = shape;
    *name_table_find(table, name) = (struct name_entry){.name = name, .as.shape = child};
    table->count++;
    root->tree_size++;
    shape_enter_ring(shape->type, child);
    return child;
}

void shape_renew_ids(ouro_runtime *rt, ouro_type *type)
{
    ouro_shape *shape = type->shape;
    if (shape == NULL) {
        return;
    }
    do {
        shape->id = shape_next_id(rt);
        shape = shape->next_of_type;
    } while (shape != type->shape);
}

void shape_free_all(ouro_runtime *rt, ouro_type *type)
{
    ouro_shape *first = type->shape;
    type->shape = NULL;
    ouro_shape *shape = first;
    while (shape != NULL) {
        ouro_shape *next = shape->next_of_type == first ? NULL : shape->next_of_type;
        value_decref(rt, shape->name);
        ouro_mem_free(rt->mem, shape->index);
        ouro_mem_free(rt->mem, shape->children);
        ouro_mem_free(rt->mem, shape);
        shape = next;
    }
}

int shape_traverse_names(ouro_type *type, ouro_visit_fn visit, void *context)
{
    ouro_shape *shape = type->shape;
    if (shape == NULL) {
        return 0;
    }
    do {
        if (ouro_is_object(shape->name)) {
            int result = visit(shape->name, context);
            if (result != 0) {
                return result;
            }
        }
        shape = shape->next_of_type;
    } while (shape != type->shape);
    return 0;
}

ouro_value shape_name_at(const ouro_shape *shape, unsigned i)
{
    const ouro_shape *s = shape;
    while (s->count != i + 1) {
        s = s->parent;
    }
    return s->name;
}

const char *shape_check(const ouro_shape *shape)
{
    if ((shape->parent == NULL) != (shape->count == 0)) {
        return "shape: only a root has no attribute";
    }
    if (shape->parent != NULL) {
        if (shape->count != shape->parent->count + 1 || shape->capacity != shape->parent->capacity ||
            shape->type != shape->parent->type || shape->values_offset != shape->parent->values_offset) {
            return "shape: does not continue its parent";
        }
        if (ouro_is_null(shape->name)) {
            return "shape: no name";
        }
    }
    if (shape->count > shape->capacity) {
        return "shape: more attributes than room";
    }
    if (shape->mode == SHAPE_DICT && (shape->count != 0 || shape->capacity < 1)) {
        return "shape: no room for the dict";
    }
    return NULL;
}
