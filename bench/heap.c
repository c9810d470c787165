/* heap.c: what the analysis of a heap graph costs: seconds of processor time, and bytes of working memory.
 *
 *     ninja -C build bench/bench-heap && build/bench/bench-heap [millions of nodes]
 *
 * Refuses what cannot be: nodes have 32 bits, and the machine so much memory.
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

enum { BYTES_OF_NODE = 110 }; /* at the peak, of a node with its two edges: 97 at 1 and 4 million */

/* What the machine can give without swapping; 0: it does not say. */
static double available_bytes(void)
{
    FILE *f = fopen("/proc/meminfo", "r");
    char line[200];
    double kilobytes = 0;
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        if (sscanf(line, "MemAvailable: %lf kB", &kilobytes) == 1) {
            break;
        }
    }
    if (f != NULL) {
        fclose(f);
    }
    return kilobytes * 1024;
}

/* The nodes that are asked for; does not return when that is no number, or more than there can be. */
static uint32_t nodes_asked_for(const char *text)
{
    char *end;
    double nodes = strtod(text, &end) * 1e6, available = available_bytes(), needed = nodes * BYTES_OF_NODE;
    if (*end != 0 || end == text || !(nodes >= 2)) {
        fprintf(stderr, "bench-heap: %s is no number of millions of nodes\n", text);
        exit(2);
    }
    if (nodes >= (double)OURO_HEAP_NONE) {
        fprintf(stderr, "bench-heap: %s million nodes: a graph has at most %.0f million (their numbers have 32 bits)\n", text,
                (double)OURO_HEAP_NONE / 1e6);
        exit(2);
    }
    if (available > 0 && needed > available) {
        fprintf(stderr, "bench-heap: %s million nodes need some %.0f MB of memory, and %.0f MB are available: at most %.0f million here\n",
                text, needed / 1e6, available / 1e6, available / BYTES_OF_NODE / 1e6);
        exit(2);
    }
    return (uint32_t)nodes;
}

static double tell(const char *what, double since)
{
    printf("%-24s %8.2f s   peak %8.0f MB\n", what, now() - since, peak_megabytes());
    return now();
}

int main(int argc, char **argv)
{
    uint32_t nodes = nodes_asked_for(argc > 1 ? argv[1] : "10");
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
