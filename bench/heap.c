/* heap.c: what the analysis of a heap graph costs: seconds of processor time, and bytes of working memory.
 *
 *     ninja -C build bench/bench-heap && build/bench/bench-heap [millions of nodes]
 *
 * Each node refers to two others: a binary tree in the order of its making, one of ten references instead to
 * any node.
 */
#include "ouro/heap.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double peak_megabytes(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

static uint64_t random_state = 1;

static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    return random_state ^= random_state << 17;
}

static ouro_heap_graph *make(uint32_t nodes)
{
    ouro_heap_graph *g = ouro_heap_create();
    uint32_t type = ouro_heap_add_type(g, "Node", OURO_HEAP_KIND_INSTANCE);
    uint32_t left = ouro_heap_label_text(g, OURO_HEAP_EDGE_ATTRIBUTE, "left");
    uint32_t right = ouro_heap_label_text(g, OURO_HEAP_EDGE_ATTRIBUTE, "right");
    (void)ouro_heap_add_node(g, &(ouro_heap_node){.type = 0});
    ouro_heap_add_edge(g, 1, ouro_heap_label_text(g, OURO_HEAP_EDGE_ROOT, "tree"));
    for (uint32_t n = 1; n < nodes; n++) {
        (void)ouro_heap_add_node(g, &(ouro_heap_node){.type = type, .size = 48, .address = (uint64_t)n * 48});
        for (uint32_t child = 2 * n; child <= 2 * n + 1; child++) {
            uint32_t target = child < nodes ? child : n;
            if (next_random() % 10 == 0) {
                target = (uint32_t)(next_random() % nodes);
            }
            ouro_heap_add_edge(g, target, child % 2 == 0 ? left : right);
        }
    }
    ouro_heap_error error;
    if (!ouro_heap_finish(g, &error)) {
        fprintf(stderr, "%s\n", error.text);
        exit(1);
    }
    return g;
}

static double tell(const char *what, double since)
{
    printf("%-24s %8.2f s   peak %8.0f MB\n", what, now() - since, peak_megabytes());
    return now();
}

int main(int argc, char **argv)
{
    uint32_t nodes = (uint32_t)((argc > 1 ? atof(argv[1]) : 10) * 1e6);
    double start = now();
    ouro_heap_graph *g = make(nodes);
    printf("%u nodes, %llu edges\n", nodes, (unsigned long long)ouro_heap_edge_count(g));
    start = tell("building", start);
    if (!ouro_heap_dominators(g, NULL, NULL, NULL)) {
        return 1;
    }
    start = tell("dominators, retained", start);
    if (!ouro_heap_paths(g, NULL)) {
        return 1;
    }
    start = tell("shortest paths", start);
    if (!ouro_heap_components(g, NULL)) {
        return 1;
    }
    start = tell("components", start);
    if (!ouro_heap_write(g, "/tmp/ouro-bench.heap", NULL)) {
        return 1;
    }
    start = tell("writing", start);
    ouro_heap_destroy(g);
    g = ouro_heap_read("/tmp/ouro-bench.heap", NULL);
    remove("/tmp/ouro-bench.heap");
    if (g == NULL) {
        return 1;
    }
    tell("reading and checking", start);
    ouro_heap_destroy(g);
    return 0;
}
