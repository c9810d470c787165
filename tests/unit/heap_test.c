/* heap_test.c: heap graphs: building, files, and every answer against a naive one on random graphs. */
#include "unit_test.h"

#include "heap/file.h"
#include "heap/graph.h"

#include <fcntl.h>
#include <unistd.h>

/* ---- random graphs ------------------------------------------------------------------------------------- */

/* A graph of `nodes` nodes with about `degree` edges each, one in ten of them weak.  Roots: up to three. */
static ouro_heap_graph *random_graph(uint64_t *seed, uint32_t nodes, uint32_t degree)
{
    ouro_heap_graph *g = ouro_heap_create();
    assert_non_null(g);
    uint32_t type = ouro_heap_add_type(g, "node", OURO_HEAP_KIND_INSTANCE);
    uint32_t site = ouro_heap_add_site(g, 0, "model.py", "make", 7);
    uint32_t next = ouro_heap_label_text(g, OURO_HEAP_EDGE_ATTRIBUTE, "next");
    uint32_t weak = ouro_heap_label_text(g, OURO_HEAP_EDGE_WEAK, "weakref");
    uint32_t root = ouro_heap_label_text(g, OURO_HEAP_EDGE_ROOT, "root");
    for (uint32_t n = 0; n < nodes; n++) {
        ouro_heap_node node = {.type = n == 0 ? 0 : type, .site = n == 0 ? 0 : site, .address = n * 16u};
        node.size = n == 0 ? 0 : 16 + unit_random(seed) % 100;
        assert_int_equal(ouro_heap_add_node(g, &node), n);
        uint64_t edges = n == 0 ? 1 + unit_random(seed) % 3 : unit_random(seed) % (2 * degree + 1);
        for (uint64_t e = 0; e < edges; e++) {
            bool is_weak = n != 0 && unit_random(seed) % 10 == 0;
            ouro_heap_add_edge(g, (uint32_t)(unit_random(seed) % nodes),
                               n == 0    ? root
                               : is_weak ? weak
                                         : next);
        }
        if (n % 7 == 3) {
            ouro_heap_set_text(g, unit_random(seed) % 5, n, "text");
        }
        if (n % 5 == 2) {
            ouro_heap_set_unused(g, n);
        }
    }
    ouro_heap_error error;
    assert_true(ouro_heap_finish(g, &error));
    return g;
}

/* Which nodes the root reaches when `removed` is not there: the naive reference. */
static void naive_reach(const ouro_heap_graph *g, uint32_t removed, bool *reached)
{
    uint32_t nodes = ouro_heap_node_count(g);
    memset(reached, 0, nodes);
    reached[0] = removed != 0;
    for (bool more = reached[0]; more;) {
        more = false;
        for (uint32_t n = 0; n < nodes; n++) {
            for (uint64_t e = ouro_heap_first_edge(g, n); reached[n] && e < ouro_heap_end_edge(g, n); e++) {
                ouro_heap_edge edge = ouro_heap_edge_at(g, e);
                if (edge.kind != OURO_HEAP_EDGE_WEAK && edge.target != removed && !reached[edge.target]) {
                    reached[edge.target] = more = true;
                }
            }
        }
    }
}

/* ---- answers ------------------------------------------------------------------------------------------- */

static void test_retained_sizes(void **state)
{
    (void)state;
    uint64_t seed = unit_seed();
    bool with[200], without[200];
    for (int round = 0; round < 200; round++) {
        uint32_t nodes = 1 + (uint32_t)(unit_random(&seed) % 60);
        ouro_heap_graph *g = random_graph(&seed, nodes, 1 + round % 3);
        assert_true(ouro_heap_dominators(g, NULL, NULL, NULL));
        naive_reach(g, UINT32_MAX, with);
        for (uint32_t n = 1; n < nodes; n++) {
            if (!with[n]) {
                continue;
            }
            naive_reach(g, n, without);
            uint64_t freed = 0;
            for (uint32_t m = 1; m < nodes; m++) {
                freed += with[m] && !without[m] ? ouro_heap_node_at(g, m).size : 0;
            }
            assert_int_equal(ouro_heap_retained(g, n), freed);
            naive_reach(g, ouro_heap_dominator(g, n), without);
            assert_false(without[n]);
        }
        assert_int_equal(ouro_heap_retained(g, 0), ouro_heap_total_size(g));
        ouro_heap_destroy(g);
    }
}

static void test_paths(void **state)
{
    (void)state;
    uint64_t seed = unit_seed();
    bool reached[200];
    for (int round = 0; round < 100; round++) {
        uint32_t nodes = 1 + (uint32_t)(unit_random(&seed) % 60);
        ouro_heap_graph *g = random_graph(&seed, nodes, 1);
        assert_true(ouro_heap_paths(g, NULL));
        naive_reach(g, UINT32_MAX, reached);
        for (uint32_t n = 1; n < nodes; n++) {
            assert_int_equal(ouro_heap_is_reached(g, n), reached[n]);
            if (!reached[n]) {
                continue;
            }
            uint32_t from = n, steps = 0;
            while (from != 0) {
                uint32_t to = from;
                uint64_t edge = ouro_heap_path_edge(g, to, &from);
                assert_int_equal(ouro_heap_edge_at(g, edge).target, to);
                assert_true(edge >= ouro_heap_first_edge(g, from) && edge < ouro_heap_end_edge(g, from));
                assert_true(++steps <= nodes);
            }
        }
        ouro_heap_destroy(g);
    }
}

static void test_components(void **state)
{
    (void)state;
    uint64_t seed = unit_seed();
    for (int round = 0; round < 100; round++) {
        uint32_t nodes = 1 + (uint32_t)(unit_random(&seed) % 40);
        ouro_heap_graph *g = random_graph(&seed, nodes, 1);
        assert_true(ouro_heap_components(g, NULL));
        bool reach[40][40] = {{false}};
        for (uint32_t n = 0; n < nodes; n++) { /* Warshall */
            for (uint64_t e = ouro_heap_first_edge(g, n); e < ouro_heap_end_edge(g, n); e++) {
                ouro_heap_edge edge = ouro_heap_edge_at(g, e);
                reach[n][edge.target] |= edge.kind != OURO_HEAP_EDGE_WEAK;
            }
        }
        for (uint32_t k = 0; k < nodes; k++) {
            for (uint32_t i = 0; i < nodes; i++) {
                for (uint32_t j = 0; j < nodes; j++) {
                    reach[i][j] |= reach[i][k] && reach[k][j];
                }
            }
        }
        for (uint32_t i = 0; i < nodes; i++) {
            uint64_t edges[64];
            size_t length = ouro_heap_cycle_through(g, i, edges, 64);
            assert_int_equal(length > 0, reach[i][i]);
            for (size_t e = 0; e < length; e++) { /* a closed way */
                uint32_t from = e == 0 ? i : ouro_heap_edge_at(g, edges[e - 1]).target;
                assert_true(edges[e] >= ouro_heap_first_edge(g, from) &&
                            edges[e] < ouro_heap_end_edge(g, from));
            }
            if (length > 0) {
                assert_int_equal(ouro_heap_edge_at(g, edges[length - 1]).target, i);
            }
            for (uint32_t j = 0; j < nodes; j++) {
                bool together = i == j || (reach[i][j] && reach[j][i]);
                assert_int_equal(g->component_of[i] == g->component_of[j], together);
            }
        }
        ouro_heap_destroy(g);
    }
}

static void test_path_text(void **state)
{
    (void)state;
    ouro_heap_graph *g = ouro_heap_create();
    uint32_t module = ouro_heap_add_type(g, "module", OURO_HEAP_KIND_MODULE);
    uint32_t dict = ouro_heap_add_type(g, "dict", OURO_HEAP_KIND_MAPPING);
    uint32_t list = ouro_heap_add_type(g, "list", OURO_HEAP_KIND_SEQUENCE);
    (void)ouro_heap_add_node(g, &(ouro_heap_node){.type = 0});
    ouro_heap_add_edge(g, 1, ouro_heap_label_text(g, OURO_HEAP_EDGE_ROOT, "app"));
    (void)ouro_heap_add_node(g, &(ouro_heap_node){.type = module});
    ouro_heap_add_edge(g, 2, ouro_heap_label_text(g, OURO_HEAP_EDGE_FIELD, "__dict__"));
    (void)ouro_heap_add_node(g, &(ouro_heap_node){.type = dict});
    ouro_heap_add_edge(g, 3, ouro_heap_label_text(g, OURO_HEAP_EDGE_KEY, "CACHE"));
    (void)ouro_heap_add_node(g, &(ouro_heap_node){.type = dict});
    ouro_heap_add_edge(g, 4, ouro_heap_label_text(g, OURO_HEAP_EDGE_KEY, "x"));
    for (uint32_t n = 4; n < 1000; n++) {
        (void)ouro_heap_add_node(g, &(ouro_heap_node){.type = list});
        if (n < 999) {
            ouro_heap_add_edge(g, n + 1, ouro_heap_label_number(g, OURO_HEAP_EDGE_INDEX, 0));
        }
    }
    assert_true(ouro_heap_finish(g, NULL));
    assert_true(ouro_heap_paths(g, NULL));
    char text[400];
    (void)ouro_heap_path_text(g, 5, text, sizeof text);
    assert_string_equal(text, "app.CACHE['x'][0]");
    (void)ouro_heap_path_text(g, 999, text, sizeof text);
    assert_ptr_equal(strstr(text, "app.CACHE['x'][0]"), text);
    assert_non_null(strstr(text, "]...["));
    char tiny[6];
    assert_int_equal(ouro_heap_path_text(g, 5, tiny, sizeof tiny), 5);
    assert_string_equal(tiny, "app.C");
    ouro_heap_destroy(g);
}

/* ---- leaks --------------------------------------------------------------------------------------------- */

/* A program with a dict `leak` that gets 100 rows in each interval, a dict `full` whose 50 rows are replaced
 * by and by, and a dict `filling` that has nearly all it will ever have.  Moment 0, 1, 2, ... */
static ouro_heap_graph *moment_of_program(uint32_t moment)
{
    static const uint32_t fill[] = {0, 400, 600, 700, 720, 725};
    ouro_heap_graph *g = ouro_heap_create();
    uint32_t dict = ouro_heap_add_type(g, "dict", OURO_HEAP_KIND_MAPPING);
    uint32_t row = ouro_heap_add_type(g, "Row", OURO_HEAP_KIND_INSTANCE);
    uint32_t part = ouro_heap_add_type(g, "list", OURO_HEAP_KIND_SEQUENCE);
    uint32_t sites[3];
    for (uint32_t s = 0; s < 3; s++) {
        sites[s] = ouro_heap_add_site(g, 0, "app.py", "handle", 10 + s);
    }
    char time[20];
    snprintf(time, sizeof time, "%u", 1000 + 60 * moment);
    ouro_heap_set_fact(g, "time", time);
    uint32_t rows[3] = {100 * moment, 50, fill[moment]};
    uint32_t first[3] = {4, 4 + 2 * rows[0], 4 + 2 * rows[0] + 2 * rows[1]};
    static const char *const names[] = {"leak", "full", "filling"};
    (void)ouro_heap_add_node(g, &(ouro_heap_node){.type = 0});
    for (uint32_t d = 0; d < 3; d++) {
        ouro_heap_add_edge(g, 1 + d, ouro_heap_label_text(g, OURO_HEAP_EDGE_ROOT, names[d]));
    }
    for (uint32_t d = 0; d < 3; d++) {
        (void)ouro_heap_add_node(g, &(ouro_heap_node){.type = dict, .size = 1000, .address = 1 + d});
        for (uint32_t i = 0; i < rows[d]; i++) {
            ouro_heap_add_edge(g, first[d] + 2 * i, ouro_heap_label_number(g, OURO_HEAP_EDGE_KEY_NUMBER, i));
        }
    }
    for (uint32_t d = 0; d < 3; d++) {
        for (uint32_t i = 0; i < rows[d]; i++) { /* of the full one, 20 rows are new in each moment */
            uint64_t address = (d + 1) * 1000000 + 2 * (uint64_t)(d == 1 ? i + 20 * moment : i);
            (void)ouro_heap_add_node(
                g, &(ouro_heap_node){.type = row, .size = 50, .site = sites[d], .address = address});
            ouro_heap_add_edge(g, first[d] + 2 * i + 1,
                               ouro_heap_label_text(g, OURO_HEAP_EDGE_ATTRIBUTE, "parts"));
            (void)ouro_heap_add_node(
                g, &(ouro_heap_node){.type = part, .size = 150, .site = sites[d], .address = address + 1});
        }
    }
    assert_true(ouro_heap_finish(g, NULL));
    return g;
}

static void test_leaks(void **state)
{
    (void)state;
    enum { MOMENTS = 6 };
    ouro_heap_graph *graphs[MOMENTS];
    for (uint32_t m = 0; m < MOMENTS; m++) {
        graphs[m] = moment_of_program(m);
    }
    size_t count;
    ouro_heap_error error;
    ouro_heap_leak *leaks = ouro_heap_leaks(graphs, MOMENTS, &count, &error);
    assert_non_null(leaks);
    assert_int_equal(count, 3);
    assert_int_equal(leaks[0].verdict, OURO_HEAP_LEAK);
    assert_string_equal(leaks[0].type, "Row");
    assert_int_equal(leaks[0].line, 10);
    assert_int_equal(leaks[0].holder, 1);
    assert_int_equal(leaks[0].count, 400); /* not the 100 that only came in the last interval */
    assert_int_equal(leaks[0].bytes, 400 * 200);
    assert_true(leaks[0].bytes_per_second > 333 && leaks[0].bytes_per_second < 334); /* 100 rows of 200 bytes a minute */
    assert_int_equal(leaks[1].verdict, OURO_HEAP_SLOWING);
    assert_int_equal(leaks[1].line, 12);
    assert_int_equal(leaks[2].verdict, OURO_HEAP_STEADY);
    assert_int_equal(leaks[2].line, 11);
    char text[400];
    (void)ouro_heap_leak_text(graphs[MOMENTS - 1], &leaks[0], text, sizeof text);
    assert_string_equal(
        text, "app.py:10 (Row) grew by 20.0 KB per snapshot over 6 snapshots; 100 % is kept alive by dict leak; "
              "the oldest is 4 minutes old");
    ouro_heap_free(leaks);
    ouro_heap_row *rows = ouro_heap_growth(graphs[0], graphs[1], OURO_HEAP_BY_LINE, &count, &error);
    assert_non_null(rows);
    assert_int_equal(rows[0].line, 12);
    assert_int_equal(rows[0].count - rows[0].count_before, 800);
    assert_int_equal(rows[1].line, 10);
    assert_int_equal(rows[1].bytes - rows[1].bytes_before, 100 * 200);
    ouro_heap_free(rows);
    for (uint32_t m = 0; m < MOMENTS; m++) {
        ouro_heap_destroy(graphs[m]);
    }
}

/* ---- files --------------------------------------------------------------------------------------------- */

static void assert_same_graph(ouro_heap_graph *a, ouro_heap_graph *b)
{
    assert_int_equal(ouro_heap_node_count(a), ouro_heap_node_count(b));
    assert_int_equal(ouro_heap_edge_count(a), ouro_heap_edge_count(b));
    for (uint32_t n = 0; n < ouro_heap_node_count(a); n++) {
        ouro_heap_node x = ouro_heap_node_at(a, n), y = ouro_heap_node_at(b, n);
        assert_string_equal(ouro_heap_type_name(a, x.type), ouro_heap_type_name(b, y.type));
        assert_int_equal(x.size, y.size);
        assert_int_equal(x.address, y.address);
        assert_int_equal(x.site, y.site);
        assert_int_equal(ouro_heap_end_edge(a, n), ouro_heap_end_edge(b, n));
        const char *s = ouro_heap_node_text(a, n), *t = ouro_heap_node_text(b, n);
        assert_true((s == NULL) == (t == NULL) && (s == NULL || strcmp(s, t) == 0));
    }
    for (uint64_t e = 0; e < ouro_heap_edge_count(a); e++) {
        char s[50], t[50];
        assert_int_equal(ouro_heap_edge_at(a, e).target, ouro_heap_edge_at(b, e).target);
        (void)ouro_heap_edge_text(a, e, s, sizeof s);
        (void)ouro_heap_edge_text(b, e, t, sizeof t);
        assert_string_equal(s, t);
    }
}

static void test_files(void **state)
{
    (void)state;
    uint64_t seed = unit_seed();
    ouro_heap_graph *g = random_graph(&seed, 400000, 3); /* several chunks of every column: no item of one lies in two */
    char path[] = "/tmp/ouro-heap-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    ouro_heap_error error;
    assert_true(ouro_heap_write(g, path, &error));
    ouro_heap_graph *again = ouro_heap_read(path, &error);
    assert_non_null(again);
    assert_same_graph(g, again);
    assert_int_equal(ouro_heap_find_address(again, 16 * 777), 777);
    assert_int_equal(ouro_heap_find_address(again, 16 * 777 + 1), OURO_HEAP_NONE);
    ouro_heap_destroy(again);
    ouro_heap_destroy(g);
    unlink(path);
}

static void test_errors(void **state)
{
    (void)state;
    ouro_heap_error error;
    assert_null(ouro_heap_read("/nowhere/at/all", &error));
    assert_int_equal(error.status, OURO_HEAP_IO);
    assert_null(ouro_heap_read("/dev/null", &error));
    assert_int_equal(error.status, OURO_HEAP_DAMAGED);
    ouro_heap_graph *g = ouro_heap_create();
    (void)ouro_heap_add_node(g, &(ouro_heap_node){.type = 0});
    ouro_heap_add_edge(g, 1, ouro_heap_label_text(g, OURO_HEAP_EDGE_ROOT, "nothing"));
    assert_false(ouro_heap_finish(g, &error));
    assert_int_equal(error.status, OURO_HEAP_INVALID);
    ouro_heap_destroy(g);
}

/* Every change of a byte, and every cut, gives a graph or an error, never anything else. */
static void test_damage(void **state)
{
    (void)state;
    uint64_t seed = unit_seed();
    ouro_heap_graph *g = random_graph(&seed, 300, 2);
    char path[] = "/tmp/ouro-heap-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_true(ouro_heap_write_fd(g, fd, NULL));
    ouro_heap_destroy(g);
    off_t size = lseek(fd, 0, SEEK_END);
    char *bytes = malloc((size_t)size);
    assert_int_equal(pread(fd, bytes, (size_t)size, 0), size);
    int unnoticed = 0;
    for (int round = 0; round < 3000; round++) {
        bool cut = round % 3 == 0;
        off_t at = (off_t)(unit_random(&seed) % (uint64_t)size);
        char changed = (char)(bytes[at] ^ (1 << unit_random(&seed) % 8));
        if (cut) {
            assert_int_equal(ftruncate(fd, at), 0);
        } else {
            assert_int_equal(pwrite(fd, &changed, 1, at), 1);
        }
        ouro_heap_error error;
        ouro_heap_graph *read = ouro_heap_read(path, &error);
        if (read != NULL) {
            assert_false(cut);
            unnoticed++; /* unused bits of the packing's own frame headers, the reserved word */
            assert_true(heap_graph_check(read, NULL));
            ouro_heap_destroy(read);
        }
        assert_int_equal(pwrite(fd, bytes, (size_t)size, 0), size);
    }
    assert_true(unnoticed < 300);
    free(bytes);
    close(fd);
    unlink(path);
}

/* A file whose checksums are right and whose contents lie: the reader refuses it, or all answers can be
 * asked. */
static void test_hostile(void **state)
{
    (void)state;
    uint64_t seed = unit_seed();
    char path[] = "/tmp/ouro-heap-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    int refused = 0;
    for (int round = 0; round < 1000; round++) {
        ouro_heap_graph *g = random_graph(&seed, 2 + (uint32_t)(unit_random(&seed) % 30), 2);
        uint32_t lie = (uint32_t)unit_random(&seed) >> unit_random(&seed) % 32;
        size_t at = (size_t)unit_random(&seed);
        switch (unit_random(&seed) % 12) {
        case 0:
            g->type_of.items[at % g->type_of.count] = lie;
            break;
        case 1:
            g->site_of.items[at % g->site_of.count] = lie;
            break;
        case 2:
            g->first_edge.items[at % g->first_edge.count] = lie;
            break;
        case 3:
            g->targets.count > 0 ? (void)(g->targets.items[at % g->targets.count] = lie) : (void)0;
            break;
        case 4:
            g->labels.count > 0 ? (void)(g->labels.items[at % g->labels.count] = lie) : (void)0;
            break;
        case 5:
            g->types.items[at % g->types.count] = (heap_type){lie, lie};
            break;
        case 6:
            g->sites.items[at % g->sites.count].parent = lie;
            break;
        case 7:
            g->sites.items[at % g->sites.count].file = lie;
            break;
        case 8:
            g->texts.count > 0 ? (void)(g->texts.items[at % g->texts.count].node = lie) : (void)0;
            break;
        case 9:
            g->rooms.count > 0 ? (void)(g->rooms.items[at % g->rooms.count].node = lie) : (void)0;
            break;
        case 10:
            g->string_bytes.items[at % g->string_bytes.count] = (char)lie;
            break;
        case 11:
            g->string_bytes.count -= at % 3;
            break;
        }
        assert_int_equal(ftruncate(fd, 0), 0);
        assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
        assert_true(ouro_heap_write_fd(g, fd, NULL) || g->first_edge.items != NULL);
        ouro_heap_destroy(g);
        ouro_heap_error error = {OURO_HEAP_OK, ""};
        g = ouro_heap_read(path, &error);
        if (g == NULL) {
            refused++;
            assert_int_equal(error.status, OURO_HEAP_DAMAGED);
            continue;
        }
        char text[100];
        size_t cycles;
        assert_true(ouro_heap_dominators(g, NULL, NULL, NULL) && ouro_heap_paths(g, NULL) &&
                    ouro_heap_components(g, NULL));
        ouro_heap_free(ouro_heap_cycles(g, &cycles, NULL));
        for (uint32_t n = 0; n < ouro_heap_node_count(g); n++) {
            (void)ouro_heap_path_text(g, n, text, sizeof text);
            (void)ouro_heap_node_text(g, n);
        }
        ouro_heap_destroy(g);
    }
    assert_true(refused > 100);
    close(fd);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_retained_sizes), cmocka_unit_test(test_paths),
        cmocka_unit_test(test_components),     cmocka_unit_test(test_path_text),
        cmocka_unit_test(test_files),          cmocka_unit_test(test_errors),
        cmocka_unit_test(test_leaks),          cmocka_unit_test(test_damage),
        cmocka_unit_test(test_hostile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
