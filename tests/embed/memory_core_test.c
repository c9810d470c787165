/* memory_core_test.c: memory runs out in every function of mem.h, object.h, gc.h, heap.h and trace.h (memory_test.h).
 *
 * What these ask for comes from the C library's malloc and from the system (mmap), and the linker wraps both; the heaps of
 * the scenarios get their blocks from malloc one by one in every second run, so that each request of theirs can fail.
 */
#include "ouro/gc.h"
#include "ouro/heap.h"
#include "ouro/mem.h"
#include "ouro/object.h"
#include "ouro/trace.h"

#include "memory_test.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

/* ---- where memory comes from ---- */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__real_mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset);

static bool counts, fails_forever, from_malloc;
static uint64_t fails_at, seen;

static bool refuses(void)
{
    if (!counts) {
        return false;
    }
    seen++;
    return seen == fails_at || (fails_forever && seen > fails_at);
}

void *__wrap_malloc(size_t size)
{
    return refuses() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return refuses() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
    return refuses() ? NULL : __real_realloc(block, size);
}

void *__wrap_mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset)
{
    if (refuses()) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    return __real_mmap(address, size, protection, flags, fd, offset);
}

static void memory_run(const scenario *s, uint64_t n, bool forever, bool *failed)
{
    for (int variant = 0; variant < 2; variant++) {
        from_malloc = variant == 1;
        fails_at = n;
        fails_forever = forever;
        seen = 0;
        size_t before = mallinfo2().uordblks;
        counts = true;
        outcome result = s->run(NULL);
        counts = false;
        bool same = mallinfo2().uordblks == before;
        /* the first run of each makes what the C library keeps */
        MEMORY_EXPECT(same || n == 1, s, n, forever);
        *failed |= seen >= n;
        MEMORY_EXPECT(seen >= n || result == WORKED, s, n, forever);
        MEMORY_EXPECT(result != RAISED, s, n, forever); /* nothing has exceptions here: what a scenario finds broken */
    }
}

/* ---- heaps (mem.h) ---- */

static ouro_mem *make_heap(void)
{
    ouro_allocator allocator = ouro_allocator_malloc();
    ouro_mem_config config = {.allocator = from_malloc ? &allocator : NULL};
    return ouro_mem_create(&config);
}

/* At the end of a scenario: the heap is whole and holds nothing. */
static outcome end_heap(ouro_mem *mem, bool worked)
{
    bool whole = ouro_mem_check(mem) && ouro_mem_live_blocks(mem) == 0;
    ouro_mem_destroy(mem);
    return !whole ? RAISED : worked ? WORKED : REFUSED;
}

SCENARIO(blocks, "ouro_allocator_malloc ouro_mem_create ouro_mem_destroy ouro_mem_alloc ouro_mem_alloc_object "
                 "ouro_mem_alloc_zeroed ouro_mem_alloc_object_zeroed ouro_mem_resize ouro_mem_free ouro_mem_size "
                 "ouro_mem_good_size ouro_mem_live_blocks ouro_mem_check")
{
    (void)rt;
    ouro_mem *mem = make_heap();
    if (mem == NULL) {
        return REFUSED;
    }
    static const size_t sizes[] = {1, 16, 24, 100, 512, 513, 5000, 70000, 3 << 20};
    void *blocks[4 * 9];
    size_t count = 0;
    bool worked = true, right = true;
    for (size_t i = 0; i < 9; i++) {
        blocks[count] = ouro_mem_alloc(mem, sizes[i]);
        blocks[count + 1] = ouro_mem_alloc_object(mem, sizes[i]);
        blocks[count + 2] = ouro_mem_alloc_zeroed(mem, sizes[i]);
        blocks[count + 3] = ouro_mem_alloc_object_zeroed(mem, sizes[i]);
        for (int j = 0; j < 4; j++) {
            worked &= blocks[count + (size_t)j] != NULL;
        }
        right &= ouro_mem_good_size(mem, sizes[i], OURO_MEM_LEAF) >= sizes[i];
        const unsigned char *zeroed = blocks[count + 2];
        right &= zeroed == NULL || (zeroed[0] == 0 && zeroed[sizes[i] - 1] == 0);
        unsigned char *grown = blocks[count];
        if (grown != NULL) {
            memset(grown, 7, sizes[i]);
            unsigned char *moved = ouro_mem_resize(mem, grown, sizes[i] * 3);
            worked &= moved != NULL;
            blocks[count] = moved != NULL ? moved : grown;
            grown = blocks[count];
            right &= grown[0] == 7 && grown[sizes[i] - 1] == 7 && ouro_mem_size(mem, grown) >= sizes[i];
        }
        count += 4;
    }
    right &= ouro_mem_check(mem);
    for (size_t i = 0; i < count; i++) {
        ouro_mem_free(mem, blocks[i]);
    }
    outcome result = end_heap(mem, worked);
    return right ? result : RAISED;
}

SCENARIO(allocators, "ouro_allocator_counting ouro_allocator_failing ouro_allocator_limiting ouro_allocator_heap")
{
    (void)rt;
    ouro_mem *inner = make_heap();
    if (inner == NULL) {
        return REFUSED;
    }
    ouro_counting_allocator counting;
    ouro_failing_allocator failing;
    ouro_limiting_allocator limiting;
    ouro_allocator chain = ouro_allocator_heap(inner);
    chain = ouro_allocator_counting(&counting, chain);
    chain = ouro_allocator_limiting(&limiting, chain, 1 << 20);
    chain = ouro_allocator_failing(&failing, chain, 0, false);
    ouro_mem_config config = {.allocator = &chain};
    ouro_mem *mem = ouro_mem_create(&config);
    bool worked = mem != NULL;
    if (worked) {
        void *a = ouro_mem_alloc(mem, 100), *b = ouro_mem_alloc(mem, 2000);
        worked = a != NULL && b != NULL;
        ouro_mem_free(mem, a);
        ouro_mem_free(mem, b);
        ouro_mem_destroy(mem);
    }
    bool right = counting.live_bytes == 0 && counting.live_blocks == 0;
    outcome result = end_heap(inner, worked);
    return right ? result : RAISED;
}

static bool count_block(void *context, void *block, size_t size, ouro_mem_kind kind)
{
    (void)block, (void)size, (void)kind;
    (*(size_t *)context)++;
    return true;
}

static void count_line(void *context, const char *text)
{
    *(size_t *)context += strlen(text) > 0;
}

static void count_notice(void *context)
{
    (*(size_t *)context)++;
}

SCENARIO(looking, "ouro_mem_walk ouro_mem_stats ouro_mem_live_bytes ouro_mem_recount ouro_mem_total_bytes "
                  "ouro_mem_system_bytes ouro_mem_print ouro_mem_trim ouro_mem_purge_expired ouro_mem_next_purge "
                  "ouro_mem_park ouro_mem_unpark ouro_mem_set_limit ouro_mem_fail_at ouro_mem_notify_every "
                  "ouro_mem_fail_seen")
{
    (void)rt;
    ouro_mem *mem = make_heap();
    if (mem == NULL) {
        return REFUSED;
    }
    size_t notices = 0, walked = 0, lines = 0;
    ouro_mem_notify_every(mem, 1, count_notice, &notices);
    void *a = ouro_mem_alloc(mem, 40), *b = ouro_mem_alloc_object(mem, 40), *c = ouro_mem_alloc(mem, 40000);
    ouro_mem_notify_every(mem, 0, NULL, NULL);
    size_t blocks = (size_t)(a != NULL) + (b != NULL) + (c != NULL);
    bool walks = ouro_mem_walk(mem, OURO_MEM_ALL, count_block, &walked);
    ouro_mem_statistics statistics;
    ouro_mem_stats(mem, &statistics);
    ouro_mem_print(mem, count_line, &lines);
    bool right = walks && walked == blocks && notices >= 1 && lines > 0 && ouro_mem_recount(mem) >= 80 * (blocks == 3);
    right &= ouro_mem_live_bytes(mem) <= ouro_mem_total_bytes(mem) || blocks < 3;
    ouro_mem_fail_at(mem, 2, false);
    void *d = ouro_mem_alloc(mem, 8), *e = ouro_mem_alloc(mem, 8);
    right &= e == NULL && ouro_mem_fail_seen(mem) == 2;
    ouro_mem_fail_at(mem, 0, false);
    ouro_mem_set_limit(mem, ouro_mem_system_bytes(mem) + 1000);
    void *f = ouro_mem_alloc(mem, 100 << 20);
    right &= f == NULL;
    ouro_mem_set_limit(mem, 0);
    ouro_mem_free(mem, a);
    ouro_mem_free(mem, b);
    ouro_mem_free(mem, c);
    ouro_mem_free(mem, d);
    (void)ouro_mem_next_purge(mem);
    ouro_mem_park(mem);
    ouro_mem_unpark(mem);
    (void)ouro_mem_purge_expired(mem);
    (void)ouro_mem_trim(mem);
    outcome result = end_heap(mem, blocks == 3 && d != NULL);
    return right ? result : RAISED;
}

/* ---- objects (object.h, gc.h) ---- */

typedef struct node {
    ouro_object object;
    ouro_value left, right;
} node;

static const ouro_field node_fields[] = {
    {OURO_FIELD_VALUE, offsetof(node, left), 0, "left"},
    {OURO_FIELD_VALUE, offsetof(node, right), 0, "right"},
};
static int finalized, callbacks;

static void node_finalize(ouro_runtime *rt, ouro_object *self)
{
    (void)rt, (void)self;
    finalized++;
}

static void node_gone(ouro_runtime *rt, ouro_value reference, void *context)
{
    (void)rt, (void)reference, (void)context;
    callbacks++;
}

static const ouro_type_spec node_spec = {.name = "node",
                                         .size = sizeof(node),
                                         .flags = OURO_TYPE_WEAKREF | OURO_TYPE_FINALIZER,
                                         .fields = node_fields,
                                         .field_count = 2,
                                         .finalize = node_finalize};

static ouro_runtime *make_bare(void)
{
    ouro_allocator allocator = ouro_allocator_malloc();
    ouro_mem_config config = {.allocator = from_malloc ? &allocator : NULL};
    return ouro_runtime_create_bare(&config);
}

static node *make_node(ouro_runtime *rt, ouro_type *type, ouro_value left)
{
    node *n = type != NULL ? ouro_object_new(rt, type, 0) : NULL;
    if (n != NULL) {
        n->left = ouro_incref(left);
        ouro_gc_track(rt, n);
    }
    return n;
}

static void report_nothing(void *context, ouro_object *object, const char *text)
{
    (void)object;
    printf("heap check: %s\n", text);
    (*(size_t *)context)++;
}

/* At the end: the heap is whole, and nothing is left when the runtime is gone. */
static outcome end_bare(ouro_runtime *rt, bool worked)
{
    size_t faults = 0;
    size_t found = ouro_heap_check(rt, report_nothing, &faults);
    bool whole = (found == 0 || found == SIZE_MAX) && ouro_mem_check(ouro_runtime_mem(rt));
    bool ended = ouro_runtime_destroy_bare(rt) == 0;
    return !whole || !ended ? RAISED : worked ? WORKED : REFUSED;
}

SCENARIO(objects, "ouro_runtime_create_bare ouro_runtime_destroy_bare ouro_runtime_mem ouro_type_create ouro_object_new "
                  "ouro_object_type ouro_incref ouro_decref ouro_weakref_create ouro_weakref_get")
{
    rt = make_bare();
    if (rt == NULL) {
        return REFUSED;
    }
    finalized = callbacks = 0;
    ouro_type *type = ouro_type_create(rt, &node_spec);
    node *a = make_node(rt, type, ouro_int(1));
    node *b = a != NULL ? make_node(rt, type, ouro_from_object(a)) : NULL;
    ouro_value w = OURO_NULL, v = OURO_NULL;
    bool right = b == NULL || ouro_object_type(b) == type;
    if (b != NULL) {
        w = ouro_weakref_create(rt, b, NULL, NULL);
        v = ouro_weakref_create(rt, b, node_gone, NULL);
        if (!ouro_is_null(w)) {
            ouro_value got = ouro_weakref_get(w);
            right &= ouro_as_object(got) == &b->object;
            ouro_decref(rt, got);
        }
    }
    bool worked = !ouro_is_null(w) && !ouro_is_null(v);
    int nodes = (a != NULL) + (b != NULL);
    ouro_decref(rt, ouro_from_object(b));
    ouro_decref(rt, ouro_from_object(a));
    right &= finalized == nodes && callbacks == !ouro_is_null(v);
    right &= ouro_is_null(w) || ouro_is_none(ouro_weakref_get(w));
    ouro_decref(rt, w);
    ouro_decref(rt, v);
    outcome result = end_bare(rt, worked);
    return right ? result : RAISED;
}

static int count_value(ouro_value v, void *context)
{
    (void)v;
    (*(size_t *)context)++;
    return 0;
}

static void count_collection(void *context, const ouro_gc_collection *collection)
{
    (void)collection;
    (*(size_t *)context)++;
}

static void count_doomed(void *context, ouro_object *object)
{
    (void)object;
    (*(size_t *)context)++;
}

static void count_cycle(void *context, const ouro_gc_cycle *cycle)
{
    *(size_t *)context += strlen(cycle->text) > 0;
}

static void tell_roots(void *context, ouro_visit_fn visit, void *visit_context)
{
    (void)visit(*(ouro_value *)context, visit_context);
}

SCENARIO(collecting, "ouro_gc_track ouro_gc_untrack ouro_gc_is_tracked ouro_gc_collect ouro_gc_poll ouro_gc_enable "
                     "ouro_gc_disable ouro_gc_is_enabled ouro_gc_set_threshold ouro_gc_threshold ouro_gc_freeze "
                     "ouro_gc_unfreeze ouro_gc_stats ouro_gc_referents ouro_gc_objects ouro_gc_trigger_name ouro_gc_pattern_name "
                     "ouro_gc_watch ouro_gc_fork "
                     "ouro_gc_unwatch ouro_gc_explain ouro_gc_cycles ouro_heap_check ouro_heap_check_exact")
{
    rt = make_bare();
    if (rt == NULL) {
        return REFUSED;
    }
    size_t collections = 0, cycles = 0, visited = 0;
    ouro_gc_watcher watcher = {.context = &collections, .doomed = count_doomed, .collected = count_collection};
    ouro_gc_watch(rt, &watcher);
    bool explains = ouro_gc_explain(rt, true);
    ouro_gc_set_threshold(rt, 0, 10);
    ouro_gc_fork(rt, OURO_FORK_LARGE); /* too small a heap */
    ouro_type *type = ouro_type_create(rt, &node_spec);
    size_t made = 0;
    bool worked = explains && type != NULL;
    ouro_gc_disable(rt);
    bool right = !ouro_gc_is_enabled(rt) && ouro_gc_threshold(rt, 0) == 10;
    ouro_gc_enable(rt);
    for (int i = 0; i < 60 && type != NULL; i++) { /* rings of two, forgotten at once */
        node *a = make_node(rt, type, OURO_NONE), *b = a != NULL ? make_node(rt, type, ouro_from_object(a)) : NULL;
        if (b != NULL) {
            a->right = ouro_from_object(b);
            right &= ouro_gc_is_tracked(b);
            right &= ouro_gc_referents(rt, b, count_value, &visited) == 0;
            made += 2;
        } else {
            worked = false;
        }
        ouro_decref(rt, ouro_from_object(a));
        ouro_gc_poll(rt);
    }
    node *kept = make_node(rt, type, OURO_NONE);
    worked &= kept != NULL;
    if (kept != NULL) {
        ouro_gc_untrack(rt, kept);
        right &= !ouro_gc_is_tracked(kept);
        ouro_gc_track(rt, kept);
    }
    right &= ouro_gc_objects(rt, count_value, &visited) == 0;
    ouro_gc_freeze(rt);
    ouro_gc_unfreeze(rt);
    (void)ouro_gc_collect(rt, 0);
    (void)ouro_gc_collect(rt, 2); /* without memory for its work a collection may find nothing */
    worked &= ouro_gc_stats(rt, 2).collections > 0;
    (void)ouro_gc_cycles(rt, count_cycle, &cycles);
    ouro_value root = ouro_from_object(kept);
    size_t faults = 0;
    if (kept != NULL) {
        size_t found = ouro_heap_check_exact(rt, tell_roots, &root, report_nothing, &faults);
        right &= found == 0 || found == SIZE_MAX || made > 0;
    }
    ouro_gc_unwatch(rt, &watcher);
    right &= strcmp(ouro_gc_trigger_name(OURO_GC_TRIGGER_CALL), "gc.collect") == 0;
    right &= strcmp(ouro_gc_pattern_name(OURO_GC_PATTERN_EXCEPTION), "exception and traceback") == 0;
    ouro_decref(rt, root);
    counts = false; /* what is left is collected at the end, which needs memory */
    outcome result = end_bare(rt, worked);
    counts = true;
    return right ? result : RAISED;
}

/* ---- graphs (heap.h) ---- */

/* A graph with texts, a cycle, duplicates, room that is unused, and a list that grows with `items`.  NULL: failed. */
static ouro_heap_graph *make_graph(uint32_t items)
{
    ouro_heap_graph *g = ouro_heap_create();
    if (g == NULL) {
        return NULL;
    }
    uint32_t list = ouro_heap_add_type(g, "list", OURO_HEAP_KIND_SEQUENCE);
    uint32_t text = ouro_heap_add_type(g, "str", OURO_HEAP_KIND_TEXT);
    uint32_t module = ouro_heap_add_type(g, "module", OURO_HEAP_KIND_MODULE);
    uint32_t outer = ouro_heap_add_site(g, 0, "app.py", "main", 3), inner = ouro_heap_add_site(g, outer, "app.py", "f", 9);
    (void)ouro_heap_add_string(g, "a string", 8);
    ouro_heap_set_fact(g, "program", "test");
    ouro_heap_set_fact(g, "time", items > 3 ? "20" : "10");
    ouro_heap_node root = {0}, m = {module, 0, 1, 100, 0x1000}, l = {list, inner, 2, 64, 0x2000};
    (void)ouro_heap_add_node(g, &root);
    ouro_heap_add_edge(g, 1, ouro_heap_label_text(g, OURO_HEAP_EDGE_ROOT, "modules"));
    (void)ouro_heap_add_node(g, &m);
    ouro_heap_set_text(g, 0, 3, "app");
    ouro_heap_add_edge(g, 2, ouro_heap_label_text(g, OURO_HEAP_EDGE_ATTRIBUTE, "cache"));
    (void)ouro_heap_add_node(g, &l);
    ouro_heap_set_unused(g, 4096);
    ouro_heap_add_edge(g, 2, ouro_heap_label_number(g, OURO_HEAP_EDGE_INDEX, 0)); /* holds itself */
    for (uint32_t i = 0; i < items; i++) {
        ouro_heap_add_edge(g, 3 + i, ouro_heap_label_number(g, OURO_HEAP_EDGE_INDEX, 1 + i));
    }
    for (uint32_t i = 0; i < items; i++) {
        ouro_heap_node n = {text, inner, 3 + i, 60, 0x3000 + 0x40 * (uint64_t)i};
        (void)ouro_heap_add_node(g, &n);
        ouro_heap_set_text(g, 77, 5, "equal");
    }
    ouro_heap_error error;
    if (!ouro_heap_finish(g, &error)) {
        ouro_heap_destroy(g);
        return NULL;
    }
    return g;
}

SCENARIO(building, "ouro_heap_create ouro_heap_destroy ouro_heap_add_string ouro_heap_add_type ouro_heap_add_site "
                   "ouro_heap_add_node ouro_heap_add_edge ouro_heap_label_text ouro_heap_label_number ouro_heap_set_text "
                   "ouro_heap_set_unused ouro_heap_set_fact ouro_heap_finish")
{
    (void)rt;
    ouro_heap_graph *g = make_graph(4);
    outcome result = g != NULL ? WORKED : REFUSED;
    ouro_heap_destroy(g);
    return result;
}

SCENARIO(viewing, "ouro_heap_node_count ouro_heap_edge_count ouro_heap_total_size ouro_heap_type_count ouro_heap_site_count "
                  "ouro_heap_node_at ouro_heap_type_name ouro_heap_type_kind ouro_heap_site_at ouro_heap_first_edge "
                  "ouro_heap_end_edge ouro_heap_edge_at ouro_heap_edge_text ouro_heap_node_text ouro_heap_fact "
                  "ouro_heap_find_address")
{
    (void)rt;
    ouro_heap_graph *g = make_graph(4);
    if (g == NULL) {
        return REFUSED;
    }
    char text[100];
    bool right = ouro_heap_node_count(g) == 7 && ouro_heap_edge_count(g) == 7 && ouro_heap_total_size(g) == 404 &&
                 ouro_heap_type_count(g) == 4 && ouro_heap_site_count(g) == 3 && ouro_heap_node_at(g, 2).size == 64 &&
                 strcmp(ouro_heap_type_name(g, 1), "list") == 0 && ouro_heap_type_kind(g, 2) == OURO_HEAP_KIND_TEXT &&
                 ouro_heap_site_at(g, 2).line == 9 && ouro_heap_end_edge(g, 2) - ouro_heap_first_edge(g, 2) == 5 &&
                 ouro_heap_edge_at(g, ouro_heap_first_edge(g, 2)).target == 2 &&
                 ouro_heap_edge_text(g, ouro_heap_first_edge(g, 1), text, sizeof text) == 6 && strcmp(text, ".cache") == 0 &&
                 strcmp(ouro_heap_node_text(g, 3), "equal") == 0 && strcmp(ouro_heap_fact(g, "program"), "test") == 0;
    right &= ouro_heap_find_address(g, 0x2000) == 2; /* without memory for an index it searches */
    ouro_heap_destroy(g);
    return right ? WORKED : RAISED;
}

static char path[] = "memory-core-test-XXXXXX";

SCENARIO(files, "ouro_heap_write ouro_heap_write_fd ouro_heap_read")
{
    (void)rt;
    ouro_heap_graph *g = make_graph(4), *back = NULL;
    ouro_heap_error error;
    bool worked = g != NULL && ouro_heap_write(g, path, &error);
    if (worked) {
        back = ouro_heap_read(path, &error);
        worked = back != NULL;
    }
    bool right = back == NULL || ouro_heap_total_size(back) == ouro_heap_total_size(g);
    int fd = open(path, O_WRONLY | O_TRUNC);
    worked = worked && ouro_heap_write_fd(g, fd, &error);
    close(fd);
    ouro_heap_destroy(back);
    ouro_heap_destroy(g);
    return !right ? RAISED : worked ? WORKED : REFUSED;
}

SCENARIO(holding, "ouro_heap_dominators ouro_heap_dominator ouro_heap_retained ouro_heap_paths ouro_heap_is_reached "
                  "ouro_heap_path_edge ouro_heap_path_text ouro_heap_components ouro_heap_cycles ouro_heap_cycle_through "
                  "ouro_heap_biggest ouro_heap_free")
{
    (void)rt;
    ouro_heap_graph *g = make_graph(4);
    ouro_heap_error error;
    bool worked = g != NULL, right = true;
    if (g != NULL && ouro_heap_dominators(g, NULL, NULL, &error)) {
        right &= ouro_heap_dominator(g, 4) == 2 && ouro_heap_retained(g, 2) == 304;
    } else {
        worked = false;
    }
    if (g != NULL && ouro_heap_paths(g, &error)) {
        uint32_t from;
        char text[100];
        (void)ouro_heap_path_edge(g, 3, &from);
        right &= ouro_heap_is_reached(g, 3) && from == 2 && ouro_heap_path_text(g, 3, text, sizeof text) > 0;
    } else {
        worked = false;
    }
    if (g != NULL && ouro_heap_components(g, &error)) {
        size_t count = 0;
        uint64_t edges[4];
        ouro_heap_cycle *cycles = ouro_heap_cycles(g, &count, &error);
        worked &= cycles != NULL && ouro_heap_cycle_through(g, 2, edges, 4) == 1;
        right &= cycles == NULL || (count == 1 && cycles[0].node == 2);
        ouro_heap_free(cycles);
    } else {
        worked = false;
    }
    ouro_heap_holder holders[3];
    worked &= g != NULL && ouro_heap_biggest(g, holders, 3) > 0;
    ouro_heap_destroy(g);
    return !right ? RAISED : worked ? WORKED : REFUSED;
}

SCENARIO(judging, "ouro_heap_growth ouro_heap_duplicates ouro_heap_sparse_containers ouro_heap_ages ouro_heap_leaks "
                  "ouro_heap_leak_text")
{
    (void)rt;
    ouro_heap_graph *graphs[3] = {make_graph(2), make_graph(40), make_graph(80)};
    bool worked = graphs[0] != NULL && graphs[1] != NULL && graphs[2] != NULL, right = true;
    ouro_heap_error error;
    size_t count = 0;
    if (worked) {
        ouro_heap_row *rows = ouro_heap_growth(graphs[0], graphs[2], OURO_HEAP_BY_TYPE, &count, &error);
        right &= rows == NULL || (count >= 1 && rows[0].bytes - rows[0].bytes_before == 78 * 60);
        ouro_heap_duplicate *duplicates = ouro_heap_duplicates(graphs[2], &count, &error);
        right &= duplicates == NULL || (count == 1 && duplicates[0].wasted == 79 * 60);
        ouro_heap_sparse *sparse = ouro_heap_sparse_containers(graphs[2], &count, &error);
        right &= sparse == NULL || (count == 1 && sparse[0].node == 2);
        ouro_heap_age *ages = ouro_heap_ages(graphs[2], &count, &error);
        right &= ages == NULL || count == 82;
        ouro_heap_leak *leaks = ouro_heap_leaks(graphs, 3, &count, &error);
        char text[300];
        right &= leaks == NULL || count == 0 || ouro_heap_leak_text(graphs[2], leaks, text, sizeof text) > 0;
        worked = rows != NULL && duplicates != NULL && sparse != NULL && ages != NULL && leaks != NULL;
        ouro_heap_free(rows);
        ouro_heap_free(duplicates);
        ouro_heap_free(sparse);
        ouro_heap_free(ages);
        ouro_heap_free(leaks);
    }
    for (int i = 0; i < 3; i++) {
        ouro_heap_destroy(graphs[i]);
    }
    return !right ? RAISED : worked ? WORKED : REFUSED;
}

SCENARIO(exporting, "ouro_heap_export_chrome ouro_heap_export_collapsed ouro_heap_export_speedscope "
                    "ouro_heap_export_pprof")
{
    (void)rt;
    ouro_heap_graph *g = make_graph(4);
    ouro_heap_error error;
    bool worked = g != NULL;
    int fd = open("/dev/null", O_WRONLY);
    if (g != NULL) {
        worked &= ouro_heap_export_chrome(&g, 0, fd, &error);
        worked &= ouro_heap_export_collapsed(g, fd, &error);
        worked &= ouro_heap_export_speedscope(g, fd, &error);
        worked &= ouro_heap_export_pprof(g, fd, &error);
    }
    close(fd);
    ouro_heap_destroy(g);
    return worked ? WORKED : REFUSED;
}

/* ---- tracing (trace.h) ---- */

static ouro_trace_place trace_at;

static ouro_trace_place trace_current(void *context)
{
    (void)context;
    return trace_at;
}

static void trace_describe(void *context, const ouro_trace_place *place, ouro_trace_description *description)
{
    (void)context;
    *description = (ouro_trace_description){"app.py", "f", 6, 1, ouro_trace_place_unit(place), 1};
}

static void trace_watched(void *context)
{
    (*(size_t *)context)++;
}

/* A heap with a tracer; blocks of 24 bytes are born at the lines 1 to `lines`.  *trace NULL: failed. */
static ouro_mem *make_traced(ouro_trace **trace, void **blocks, uint32_t lines)
{
    ouro_trace_config config = {.current = trace_current, .describe = trace_describe};
    ouro_mem *mem = ouro_mem_create(NULL);
    *trace = mem != NULL ? ouro_trace_start(mem, &config) : NULL;
    for (uint32_t i = 0; i < lines; i++) {
        trace_at = ouro_trace_place_of(OURO_TRACE_ROOT, 1, i + 1);
        blocks[i] = mem != NULL ? ouro_mem_alloc(mem, 24) : NULL;
    }
    return mem;
}

static void end_traced(ouro_mem *mem, ouro_trace *trace, void **blocks, uint32_t lines)
{
    for (uint32_t i = 0; i < lines && mem != NULL; i++) {
        ouro_mem_free(mem, blocks[i]);
    }
    ouro_trace_stop(trace);
    if (mem != NULL) {
        ouro_mem_destroy(mem);
    }
}

SCENARIO(tracing, "ouro_trace_start ouro_trace_stop ouro_trace_clear ouro_trace_enter ouro_trace_next_epoch ouro_trace_epoch_now "
                  "ouro_trace_get_totals ouro_trace_get_bytes ouro_trace_reset_peak ouro_trace_find ouro_trace_track "
                  "ouro_trace_untrack ouro_trace_find_tracked ouro_trace_site_frame ouro_trace_watch")
{
    (void)rt;
    void *blocks[20];
    ouro_trace *trace;
    ouro_mem *mem = make_traced(&trace, blocks, 20);
    bool worked = mem != NULL && trace != NULL, right = true;
    if (worked) {
        size_t bytes, peak, calls = 0;
        ouro_trace_totals totals;
        ouro_trace_get_totals(trace, &totals);
        ouro_trace_get_bytes(trace, &bytes, &peak);
        right &= totals.bytes <= 20 * 24 && totals.blocks + totals.lost <= 20;
        ouro_trace_birth birth;
        ouro_trace_frame frame;
        if (blocks[4] != NULL && ouro_trace_find(trace, blocks[4], &birth)) {
            right &= birth.size == 24 && (!ouro_trace_site_frame(trace, birth.site, &frame) || frame.line == 5);
        } else {
            worked = false;
        }
        ouro_trace_place place = ouro_trace_place_of(OURO_TRACE_ROOT, 1, 3);
        (void)ouro_trace_enter(trace, &place);
        ouro_trace_watch(trace, peak, trace_watched, &calls);
        if (ouro_trace_track(trace, 7, 0x5000, 1 << 20)) {
            right &= ouro_trace_find_tracked(trace, 7, 0x5000, &birth);
            ouro_trace_untrack(trace, 7, 0x5000);
            right &= !ouro_trace_find_tracked(trace, 7, 0x5000, &birth);
        } else {
            worked = false;
        }
        ouro_trace_watch(trace, 0, NULL, NULL);
        right &= ouro_trace_next_epoch(trace) == 1;
        right &= ouro_trace_epoch_now(trace) == 1;
        ouro_trace_reset_peak(trace);
        worked &= totals.blocks == 20;
        ouro_trace_clear(trace);
    }
    right &= mem == NULL || ouro_mem_check(mem);
    end_traced(mem, trace, blocks, 20);
    return !right ? RAISED : worked ? WORKED : REFUSED;
}

SCENARIO(snapshots, "ouro_trace_take ouro_trace_snapshot_free ouro_trace_snapshot_rows ouro_trace_snapshot_row "
                    "ouro_trace_snapshot_frame ouro_trace_compare")
{
    (void)rt;
    void *blocks[20];
    ouro_trace *trace;
    ouro_mem *mem = make_traced(&trace, blocks, 20);
    bool worked = trace != NULL, right = true;
    ouro_trace_snapshot *before = trace != NULL ? ouro_trace_take(trace) : NULL;
    void *more = mem != NULL ? ouro_mem_alloc(mem, 5000) : NULL;
    ouro_trace_snapshot *after = before != NULL ? ouro_trace_take(trace) : NULL;
    if (after != NULL) {
        ouro_trace_frame frame;
        size_t count;
        for (size_t i = 0; i < ouro_trace_snapshot_rows(after); i++) {
            right &= ouro_trace_snapshot_row(after, i)->bytes > 0;
            (void)ouro_trace_snapshot_frame(after, ouro_trace_snapshot_row(after, i)->site, &frame);
        }
        ouro_trace_change *changes = ouro_trace_compare(after, before, OURO_TRACE_BY_LINE, &count);
        worked &= changes != NULL && count > 0 && more != NULL;
        free(changes);
    } else {
        worked = false;
    }
    if (mem != NULL) {
        ouro_mem_free(mem, more);
    }
    end_traced(mem, trace, blocks, 20);
    ouro_trace_snapshot_free(before);
    ouro_trace_snapshot_free(after);
    return !right ? RAISED : worked ? WORKED : REFUSED;
}

SCENARIO(recordings, "ouro_trace_record ouro_trace_record_epoch ouro_trace_record_collections ouro_trace_record_types "
                     "ouro_trace_record_map ouro_trace_record_end ouro_trace_recording_read ouro_trace_recording_free "
                     "ouro_trace_recording_follow ouro_trace_recording_started ouro_trace_recording_command "
                     "ouro_trace_recording_is_whole ouro_trace_recording_sample ouro_trace_recording_epochs "
                     "ouro_trace_recording_epoch ouro_trace_recording_changes ouro_trace_recording_types "
                     "ouro_trace_recording_type ouro_trace_recording_type_changes ouro_trace_recording_map "
                     "ouro_trace_recording_sites ouro_trace_recording_frame ouro_trace_record_collection "
                     "ouro_trace_recording_collections")
{
    (void)rt;
    void *blocks[20];
    ouro_trace *trace;
    ouro_mem *mem = make_traced(&trace, blocks, 20);
    bool worked = trace != NULL, right = true;
    int error_number = 0;
    ouro_trace_recorder *recorder = trace != NULL ? ouro_trace_record(trace, path, "a command", &error_number) : NULL;
    right &= trace == NULL || recorder != NULL || error_number == ENOMEM;
    if (recorder != NULL) {
        ouro_trace_collections generations[OURO_TRACE_GENERATIONS] = {{1, 2, 3, 4, 5}};
        ouro_trace_collection one = {.nanoseconds = 7, .generation = 1, .examined = 11, .collected = 5, .bytes = 3};
        ouro_trace_type types[] = {{"list", 3, 300}, {"dict", 2, 200}};
        ouro_trace_slots slots[] = {{1, 4, 16, 4096, 1000}};
        ouro_trace_map map = {slots, 1, 16384, 1, 70000};
        ouro_trace_record_collections(recorder, generations);
        ouro_trace_record_collection(recorder, &one);
        ouro_trace_record_types(recorder, types, 2);
        ouro_trace_record_map(recorder, &map);
        int status = ouro_trace_record_epoch(recorder);
        right &= status == 0 || status == ENOMEM;
        worked &= status == 0;
        status = ouro_trace_record_end(recorder);
        right &= status == 0 || status == ENOMEM;
        worked &= status == 0;
    } else {
        worked = false;
    }
    end_traced(mem, trace, blocks, 20);
    char message[300] = "";
    ouro_trace_recording *r = worked ? ouro_trace_recording_read(path, message, sizeof message) : NULL;
    right &= r != NULL || !worked || message[0] != 0;
    worked &= r != NULL;
    if (r != NULL) {
        ouro_trace_map map;
        ouro_trace_frame frame;
        size_t epoch, epochs = ouro_trace_recording_epochs(r);
        right &= epochs >= 2 && ouro_trace_recording_is_whole(r) && ouro_trace_recording_sample(r) == 0 &&
                 strcmp(ouro_trace_recording_command(r), "a command") == 0 && ouro_trace_recording_started(r) > 0 &&
                 ouro_trace_recording_types(r) == 2 && strlen(ouro_trace_recording_type(r, 1)) == 4 &&
                 ouro_trace_recording_map(r, &map, &epoch) && map.count == 1;
        const ouro_trace_epoch *last = ouro_trace_recording_epoch(r, epochs - 1);
        right &= last->first == 0 || ouro_trace_recording_changes(r) != NULL;
        right &= ouro_trace_recording_type_changes(r) != NULL;
        size_t collections;
        const ouro_trace_collection *single = ouro_trace_recording_collections(r, &collections);
        right &= collections == 0 || (collections == 1 && single->generation == 1 && single->examined == 11);
        for (uint32_t site = 1; site < ouro_trace_recording_sites(r); site++) {
            (void)ouro_trace_recording_frame(r, site, &frame);
        }
        int64_t more = ouro_trace_recording_follow(r, message, sizeof message);
        right &= more == 0 || more == -1;
        ouro_trace_recording_free(r);
    }
    return !right ? RAISED : worked ? WORKED : REFUSED;
}

int main(int argc, char **argv)
{
    /* so that mallinfo2 tells what is in use, not what malloc keeps in its caches */
    if (getenv("GLIBC_TUNABLES") == NULL) {
        setenv("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0", 1);
        execv("/proc/self/exe", argv);
    }
    int fd = mkstemp(path);
    if (fd < 0) {
        return 2;
    }
    close(fd);
    int status = memory_main(argc > 1 ? argv[1] : NULL);
    remove(path);
    return status;
}
