/* zoo.c: the object types of zoo.h. */
#include "zoo.h"

struct zoo zoo;
zoo_finalize_fn zoo_on_finalize;
bool zoo_odd_hides;

static const ouro_field pair_fields[] = {
    {OURO_FIELD_VALUE, offsetof(struct pair, left), 0, "left"},
    {OURO_FIELD_VALUE, offsetof(struct pair, right), 0, "right"},
};
static const ouro_field row_fields[] = {
    {OURO_FIELD_INLINE, offsetof(struct row, items), offsetof(struct row, count), NULL},
};
static const ouro_field bag_fields[] = {
    {OURO_FIELD_BUFFER, offsetof(struct bag, items), offsetof(struct bag, count), NULL},
};

static void bag_dispose(ouro_runtime *rt, ouro_object *self)
{
    ouro_mem_free(ouro_runtime_mem(rt), ((struct bag *)(void *)self)->items);
}

static size_t bag_extra_size(ouro_runtime *rt, ouro_object *self)
{
    const struct bag *bag = (struct bag *)(void *)self;
    return bag->items != NULL ? ouro_mem_size(ouro_runtime_mem(rt), bag->items) : 0;
}

static int odd_traverse(ouro_runtime *rt, ouro_object *self, ouro_visit_fn visit, void *context)
{
    const struct odd *odd = (struct odd *)(void *)self;
    (void)rt;
    return ouro_is_object(odd->hidden) && !zoo_odd_hides ? visit(odd->hidden, context) : 0;
}

static void odd_clear(ouro_runtime *rt, ouro_object *self)
{
    struct odd *odd = (struct odd *)(void *)self;
    ouro_value hidden = odd->hidden;
    odd->hidden = OURO_NULL;
    ouro_decref(rt, hidden);
}

static void final_finalize(ouro_runtime *rt, ouro_object *self)
{
    zoo.finalized++;
    if (zoo_on_finalize != NULL) {
        zoo_on_finalize(rt, (struct pair *)(void *)self);
    }
}

void zoo_open(const ouro_mem_config *config)
{
    zoo = (struct zoo){0};
    zoo_on_finalize = NULL;
    zoo_odd_hides = false;
    zoo.rt = ouro_runtime_create_bare(config);
    assert_non_null(zoo.rt);
    ouro_type_spec pair = {
        .name = "pair", .size = sizeof(struct pair), .flags = OURO_TYPE_WEAKREF, .fields = pair_fields, .field_count = 2};
    ouro_type_spec final = pair;
    final.name = "final";
    final.finalize = final_finalize;
    zoo.pair = ouro_type_create(zoo.rt, &pair);
    zoo.final = ouro_type_create(zoo.rt, &final);
    zoo.row = ouro_type_create(
        zoo.rt, &(ouro_type_spec){.name = "row", .size = sizeof(struct row), .fields = row_fields, .field_count = 1});
    zoo.bag = ouro_type_create(zoo.rt, &(ouro_type_spec){.name = "bag",
                                                         .size = sizeof(struct bag),
                                                         .flags = OURO_TYPE_WEAKREF,
                                                         .fields = bag_fields,
                                                         .field_count = 1,
                                                         .dispose = bag_dispose,
                                                         .extra_size = bag_extra_size});
    zoo.odd = ouro_type_create(
        zoo.rt,
        &(ouro_type_spec){.name = "odd", .size = sizeof(struct odd), .traverse = odd_traverse, .clear = odd_clear});
    zoo.leaf = ouro_type_create(
        zoo.rt, &(ouro_type_spec){.name = "leaf", .size = sizeof(struct leaf), .flags = OURO_TYPE_LEAF});
    assert_non_null(zoo.pair);
    assert_non_null(zoo.final);
    assert_non_null(zoo.row);
    assert_non_null(zoo.bag);
    assert_non_null(zoo.odd);
    assert_non_null(zoo.leaf);
}

void zoo_close(size_t left)
{
    assert_int_equal(ouro_runtime_destroy_bare(zoo.rt), left);
    zoo.rt = NULL;
}

static struct pair *zoo_pair_of(ouro_type *type, ouro_value left, ouro_value right)
{
    struct pair *pair = ouro_object_new(zoo.rt, type, 0);
    if (pair == NULL) {
        ouro_decref(zoo.rt, left);
        ouro_decref(zoo.rt, right);
        return NULL;
    }
    pair->left = left;
    pair->right = right;
    ouro_gc_track(zoo.rt, pair);
    return pair;
}

struct pair *zoo_pair(ouro_value left, ouro_value right)
{
    return zoo_pair_of(zoo.pair, left, right);
}

struct pair *zoo_final(ouro_value left, ouro_value right)
{
    return zoo_pair_of(zoo.final, left, right);
}

struct row *zoo_row(size_t count)
{
    struct row *row = ouro_object_new(zoo.rt, zoo.row, count * sizeof(ouro_value));
    if (row != NULL) {
        row->count = count;
        ouro_gc_track(zoo.rt, row);
    }
    return row;
}

struct bag *zoo_bag(void)
{
    struct bag *bag = ouro_object_new(zoo.rt, zoo.bag, 0);
    if (bag != NULL) {
        ouro_gc_track(zoo.rt, bag);
    }
    return bag;
}

bool zoo_bag_add(struct bag *bag, ouro_value item)
{
    if (bag->count == bag->capacity) {
        size_t capacity = bag->capacity * 2 + 4;
        ouro_value *items = ouro_mem_resize(ouro_runtime_mem(zoo.rt), bag->items, capacity * sizeof *items);
        if (items == NULL) {
            ouro_decref(zoo.rt, item);
            return false;
        }
        bag->items = items;
        bag->capacity = capacity;
    }
    bag->items[bag->count++] = item;
    return true;
}

struct odd *zoo_odd(ouro_value hidden)
{
    struct odd *odd = ouro_object_new(zoo.rt, zoo.odd, 0);
    if (odd == NULL) {
        ouro_decref(zoo.rt, hidden);
        return NULL;
    }
    odd->hidden = hidden;
    ouro_gc_track(zoo.rt, odd);
    return odd;
}

struct leaf *zoo_leaf(int64_t number)
{
    struct leaf *leaf = ouro_object_new(zoo.rt, zoo.leaf, 0);
    if (leaf != NULL) {
        leaf->number = number;
    }
    return leaf;
}

static void zoo_print_fault(void *context, ouro_object *object, const char *text)
{
    (void)context;
    fprintf(stderr, "heap_check: %p: %s\n", (void *)object, text);
}

void zoo_check(void)
{
    assert_int_equal(ouro_heap_check(zoo.rt, zoo_print_fault, NULL), 0);
}

size_t zoo_faults(void)
{
    return ouro_heap_check(zoo.rt, NULL, NULL);
}
