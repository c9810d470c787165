/* collector.c: what the core costs: birth and death, young collections, full collections; in nanoseconds for
 * each object.
 *
 *     ninja -C build bench/bench-collector && build/bench/bench-collector [MILLIONS [PART]]
 *
 * Ordered: a list that refers to its nodes in the order of their birth.  Tree: a binary tree built depth
 * first.  Shuffled: every node refers to two others at random: two cache misses for each node without
 * prefetching.
 */
#include "ouro/gc.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct node {
    ouro_object object;
    ouro_value left, right;
};

struct vector {
    ouro_object object;
    ouro_value *items;
    size_t count;
};

static const ouro_field node_fields[] = {
    {OURO_FIELD_VALUE, offsetof(struct node, left), 0, "left"},
    {OURO_FIELD_VALUE, offsetof(struct node, right), 0, "right"},
};
static const ouro_field vector_fields[] = {
    {OURO_FIELD_BUFFER, offsetof(struct vector, items), offsetof(struct vector, count), NULL},
};

static ouro_runtime *rt;
static ouro_type *node_type, *vector_type;
static size_t total;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void dispose_vector(ouro_runtime *r, ouro_object *self)
{
    ouro_mem_free(ouro_runtime_mem(r), ((struct vector *)(void *)self)->items);
}

static struct node *node(ouro_value left, ouro_value right)
{
    struct node *n = ouro_object_new(rt, node_type, 0);
    if (n == NULL) {
        abort();
    }
    n->left = left;
    n->right = right;
    ouro_gc_track(rt, n);
    return n;
}

static struct vector *vector(size_t count)
{
    struct vector *v = ouro_object_new(rt, vector_type, 0);
    if (v == NULL ||
        (v->items = ouro_mem_alloc_zeroed(ouro_runtime_mem(rt), count * sizeof(ouro_value))) == NULL) {
        abort();
    }
    v->count = count;
    ouro_gc_track(rt, v);
    return v;
}

static void open(void)
{
    rt = ouro_runtime_create_bare(NULL);
    node_type = ouro_type_create(
        rt, &(ouro_type_spec){
                .name = "node", .size = sizeof(struct node), .fields = node_fields, .field_count = 2});
    vector_type = ouro_type_create(rt, &(ouro_type_spec){.name = "vector",
                                                         .size = sizeof(struct vector),
                                                         .fields = vector_fields,
                                                         .field_count = 1,
                                                         .dispose = dispose_vector});
    ouro_gc_disable(rt);
}

static void report(const char *what, double ns, size_t count)
{
    printf("%-58s %8.2f ns\n", what, ns / (double)count);
}

static void full(const char *what, void *root)
{
    char text[80];
    ouro_gc_collect(rt, 2);
    double best = 1e30;
    for (int i = 0; i < 3; i++) {
        double start = now();
        ouro_gc_collect(rt, 2);
        double ns = now() - start;
        best = ns < best ? ns : best;
    }
    snprintf(text, sizeof text, "full collection, %s", what);
    report(text, best, ouro_gc_stats(rt, 2).live);
    double start = now();
    ouro_decref(rt, ouro_from_object(root));
    ouro_gc_collect(rt, 2);
    snprintf(text, sizeof text, "  death of it, cycles by the collector");
    report(text, now() - start, total);
    if (ouro_runtime_destroy_bare(rt) != 0) {
        abort();
    }
}

static void bench_ordered(void)
{
    open();
    struct vector *v = vector(total);
    double start = now();
    for (size_t i = 0; i < total; i++) {
        v->items[i] = ouro_from_object(node(ouro_int(1), OURO_NONE));
    }
    report("birth, tracked, collection off", now() - start, total);
    full("ordered", v);
}

static struct node *tree(size_t count)
{
    if (count == 0) {
        return NULL;
    }
    struct node *n = node(OURO_NULL, OURO_NULL);
    n->left = ouro_from_object(tree((count - 1) / 2));
    n->right = ouro_from_object(tree(count - 1 - (count - 1) / 2));
    return n;
}

static void bench_tree(void)
{
    open();
    full("tree", tree(total));
}

static void bench_shuffled(void)
{
    open();
    struct vector *v = vector(total);
    for (size_t i = 0; i < total; i++) {
        v->items[i] = ouro_from_object(node(OURO_NULL, OURO_NULL));
    }
    uint64_t seed = 1;
    for (size_t i = 0; i < total; i++) {
        struct node *n = (struct node *)(void *)ouro_as_object(v->items[i]);
        for (int side = 0; side < 2; side++) {
            seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
            ouro_value other = ouro_incref(v->items[(seed >> 20) % total]);
            *(side ? &n->left : &n->right) = other;
        }
    }
    full("shuffled, two references each", v);
}

static void bench_chain(void)
{
    open();
    struct node *n = NULL;
    for (size_t i = 0; i < total; i++) {
        n = node(ouro_from_object(n), OURO_NONE);
    }
    double start = now();
    ouro_decref(rt, ouro_from_object(n));
    report("death of a chain", now() - start, total);
    n = NULL;
    start = now();
    for (size_t i = 0; i < total; i++) {
        ouro_decref(rt, ouro_from_object(node(ouro_int(1), OURO_NONE)));
    }
    report("birth and death, one at a time", now() - start, total);
    ouro_runtime_destroy_bare(rt);
}

static void bench_young(bool on, int fork)
{
    static const char *const titles[] = {", full ones here", ", in a copy if large"};
    char text[80];
    open();
    struct vector *v = vector(total);
    if (on) {
        ouro_gc_enable(rt);
        ouro_gc_fork(rt, fork);
    }
    double start = now();
    for (size_t i = 0; i < total; i++) {
        v->items[i] = ouro_from_object(node(ouro_int(1), OURO_NONE));
        ouro_gc_poll(rt);
    }
    double ns = now() - start;
    snprintf(text, sizeof text, "building live objects, collection %s%s", on ? "on" : "off", on ? titles[fork] : "");
    report(text, ns, total);
    if (on) {
        for (int g = 0; g < 3; g++) {
            ouro_gc_statistics s = ouro_gc_stats(rt, g);
            printf("  generation %d: %llu collections, %.1f ns for each object examined, longest %.3f ms\n",
                   g, (unsigned long long)s.collections, (double)s.nanoseconds / (double)(s.examined + 1),
                   (double)s.longest / 1e6);
        }
    }
    ouro_decref(rt, ouro_from_object(v));
    ouro_runtime_destroy_bare(rt);
}

static void bench_garbage(void)
{
    open();
    ouro_gc_enable(rt);
    double start = now();
    for (size_t i = 0; i < total; i += 2) {
        struct node *a = node(OURO_NULL, OURO_NULL);
        a->left = ouro_from_object(node(ouro_from_object(a), OURO_NULL));
        ouro_gc_poll(rt);
    }
    report("cyclic garbage made and collected", now() - start, total);
    ouro_runtime_destroy_bare(rt);
}

static void bench_build(void)
{
    bench_young(false, OURO_FORK_NEVER);
    bench_young(true, OURO_FORK_NEVER);
    bench_young(true, OURO_FORK_LARGE);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } parts[] = {{"ordered", bench_ordered}, {"tree", bench_tree},   {"shuffled", bench_shuffled},
                 {"chain", bench_chain},     {"build", bench_build}, {"garbage", bench_garbage}};
    total = (size_t)(argc > 1 ? atoi(argv[1]) : 2) * 1000000;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (argc <= 2 || strcmp(argv[2], parts[i].name) == 0) {
            parts[i].run();
        }
    }
    return 0;
}
