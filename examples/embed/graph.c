/* graph.c: a graph of C objects that cleans up after itself, with object.h and gc.h alone: no Python
 * anywhere.
 *
 * Cities are joined by roads in both directions, so every city is in many cycles; a country is dropped as a
 * whole by dropping the one city that the program holds.
 */
#include <ouro/gc.h>
#include <ouro/object.h>

#include <stdio.h>
#include <string.h>

/* The roads are an array that the object owns: OURO_FIELD_BUFFER tells the collector to look into it. */
typedef struct city {
    ouro_object object;
    ouro_value *roads; /* to cities, owned references; a block of the runtime's heap */
    size_t count, capacity;
    char name[32];
} city;

static void city_dispose(ouro_runtime *rt, ouro_object *self)
{
    ouro_mem_free(ouro_runtime_mem(rt), ((city *)(void *)self)->roads);
}

static const ouro_field city_fields[] = {
    {OURO_FIELD_BUFFER, offsetof(city, roads), offsetof(city, count), "road"},
};

static const ouro_type_spec city_spec = {
    .name = "city",
    .size = sizeof(city),
    .flags = OURO_TYPE_WEAKREF,
    .fields = city_fields,
    .field_count = 1,
    .dispose = city_dispose,
};

static city *city_new(ouro_runtime *rt, ouro_type *type, const char *name)
{
    city *c = ouro_object_new(rt, type, 0);
    if (c != NULL) {
        snprintf(c->name, sizeof c->name, "%s", name);
        ouro_gc_track(rt, c);
    }
    return c;
}

/* One direction.  False: no memory. */
static bool city_add_road(ouro_runtime *rt, city *from, city *to)
{
    if (from->count == from->capacity) {
        size_t capacity = from->capacity ? 2 * from->capacity : 4;
        ouro_value *roads = ouro_mem_resize(ouro_runtime_mem(rt), from->roads, capacity * sizeof *roads);
        if (roads == NULL) {
            return false;
        }
        from->roads = roads;
        from->capacity = capacity;
    }
    from->roads[from->count] = ouro_incref(ouro_from_object(to));
    from->count++; /* the collector looks at `count`: last */
    return true;
}

static bool city_join(ouro_runtime *rt, city *a, city *b)
{
    return city_add_road(rt, a, b) && city_add_road(rt, b, a);
}

typedef struct census {
    const ouro_type *type;
    size_t count;
} census;

static int count_one(ouro_value object, void *context)
{
    census *c = context;
    c->count += ouro_object_type(ouro_as_object(object)) == c->type;
    return 0;
}

static size_t cities_alive(ouro_runtime *rt, const ouro_type *type)
{
    census c = {type, 0};
    ouro_gc_objects(rt, count_one, &c);
    return c.count;
}

static void city_gone(ouro_runtime *rt, ouro_value reference, void *context)
{
    printf("%s is gone\n", (const char *)context);
}

/* A country of `size` cities in a ring with chords: the first is returned, owned by the caller. */
static city *build_country(ouro_runtime *rt, ouro_type *type, size_t size)
{
    city *first = city_new(rt, type, "capital"), *last = first;
    for (size_t i = 1; first != NULL && i < size; i++) {
        char name[32];
        snprintf(name, sizeof name, "city %zu", i);
        city *next = city_new(rt, type, name);
        if (next == NULL || !city_join(rt, last, next) || (i % 3 == 0 && !city_join(rt, first, next))) {
            return NULL; /* what was built is held by the capital: the runtime frees it when it is destroyed
                          */
        }
        ouro_decref(rt, ouro_from_object(next)); /* its neighbour holds it */
        last = next;
        ouro_gc_poll(rt);
    }
    return first;
}

int main(void)
{
    ouro_runtime *rt = ouro_runtime_create_bare(NULL);
    ouro_type *type = rt == NULL ? NULL : ouro_type_create(rt, &city_spec);
    city *capital = type == NULL ? NULL : build_country(rt, type, 1000);
    if (capital == NULL) {
        return 1;
    }
    ouro_owned weak = ouro_weakref_create(rt, capital, city_gone, "the capital");
    printf("%zu cities, the capital has %zu roads\n", cities_alive(rt, type), capital->count);
    ouro_decref(rt, ouro_from_object(capital));
    printf("%zu cities after the capital was let go\n", cities_alive(rt, type));
    printf("%zu found by the collector\n", ouro_gc_collect(rt, 2));
    printf("%zu cities\n", cities_alive(rt, type));
    ouro_decref(rt, weak);
    return ouro_runtime_destroy_bare(rt) == 0 ? 0 : 1;
}
