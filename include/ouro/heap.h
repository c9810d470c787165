/* heap.h: the object graph as data: who holds whom, how much would be freed with whom, what grew and why it
 * lives.
 *
 * A graph has nodes (objects, with a type, a size, the site that allocated them) and named edges
 * (references).  Node 0 stands for nothing in the heap: its edges are the roots.  Whoever has objects can
 * build one:
 *
 *     ouro_heap_graph *g = ouro_heap_create();
 *     uint32_t type = ouro_heap_add_type(g, "node", OURO_HEAP_KIND_INSTANCE);
 *     ouro_heap_add_node(g, &(ouro_heap_node){.type = 0});                      -- the root, always first
 *     ouro_heap_add_edge(g, 1, ouro_heap_label_text(g, OURO_HEAP_EDGE_ROOT, "globals"));
 *     ouro_heap_add_node(g, &(ouro_heap_node){.type = type, .size = 48});       -- node 1
 *     ouro_heap_error error;
 *     if (!ouro_heap_finish(g, &error)) ...                                     -- also tells if an addition
 * failed
 *
 * or read one from a file (ouro_heap_read), or have it taken from a runtime (capture.h of the library).  A
 * finished graph does not change; the questions below only add answers to it.  Nothing here needs a runtime,
 * and all memory comes from the C library's malloc, outside any heap that is looked at.
 *
 * Sizes are in bytes.  A function that can fail returns false or NULL and fills in `error` (which may be
 * NULL); what it was asked for is then not there, and all else is as it was.  A graph belongs to one thread
 * at a time.
 */
#ifndef OURO_HEAP_H
#define OURO_HEAP_H

#include "common.h"

OURO_BEGIN

typedef struct ouro_heap_graph ouro_heap_graph;

/* No node, no string, no site, no label. */
#define OURO_HEAP_NONE UINT32_MAX

/* ---- errors ---------------------------------------------------------------------------------------------- */

typedef enum ouro_heap_status {
    OURO_HEAP_OK,
    OURO_HEAP_NO_MEMORY,
    OURO_HEAP_IO,        /* the system refused: the text says what */
    OURO_HEAP_DAMAGED,   /* the file is not what was written */
    OURO_HEAP_VERSION,   /* not a snapshot, or of a version that this library does not know */
    OURO_HEAP_TOO_LARGE, /* over 4,294,967,294 nodes, or 268,435,455 names */
    OURO_HEAP_INVALID,   /* an edge, type or site that is not there */
} ouro_heap_status;

typedef struct ouro_heap_error {
    ouro_heap_status status;
    char text[200]; /* one line for a person, without a line end */
} ouro_heap_error;

/* Called now and then during long work; `fraction` from 0 to 1. */
typedef void (*ouro_heap_progress)(void *context, const char *what, double fraction);

/* ---- building -------------------------------------------------------------------------------------------- */

typedef enum ouro_heap_kind {
    OURO_HEAP_KIND_ROOT,     /* nothing in the heap: a place where searches begin */
    OURO_HEAP_KIND_OBJECT,   /* built in, and none of the following */
    OURO_HEAP_KIND_INSTANCE, /* of a class of the program */
    OURO_HEAP_KIND_TYPE,
    OURO_HEAP_KIND_MODULE,
    OURO_HEAP_KIND_FUNCTION, /* functions, methods */
    OURO_HEAP_KIND_CODE,
    OURO_HEAP_KIND_FRAME,
    OURO_HEAP_KIND_TEXT, /* str, bytes */
    OURO_HEAP_KIND_NUMBER,
    OURO_HEAP_KIND_SEQUENCE, /* list, tuple */
    OURO_HEAP_KIND_MAPPING,  /* dict */
    OURO_HEAP_KIND_SET,
    OURO_HEAP_KIND_CELL,
    OURO_HEAP_KIND_EXCEPTION,
    OURO_HEAP_KIND_TRACEBACK,
    OURO_HEAP_KIND_BUFFER, /* bytes that belong to no object known */
    OURO_HEAP_KINDS
} ouro_heap_kind;

typedef enum ouro_heap_edge_kind {
    OURO_HEAP_EDGE_ATTRIBUTE,  /* text: .name, an attribute that a program sees */
    OURO_HEAP_EDGE_FIELD,      /* text: .name, a part of the object that its type declares */
    OURO_HEAP_EDGE_INDEX,      /* number: [3] */
    OURO_HEAP_EDGE_KEY,        /* text: ['key'] */
    OURO_HEAP_EDGE_KEY_OTHER,  /* text: [(1, 2)], the key as a person would write it */
    OURO_HEAP_EDGE_KEY_NUMBER, /* number: [7], a key that is an int */
    OURO_HEAP_EDGE_ITEM,       /* number: the n-th key of a dict, or item of a set */
    OURO_HEAP_EDGE_LOCAL,      /* text: a local variable of a frame */
    OURO_HEAP_EDGE_OPERAND,    /* number: an unnamed intermediate result of a frame */
    OURO_HEAP_EDGE_ROOT,       /* text: what the root is */
    OURO_HEAP_EDGE_WEAK,       /* text: does not keep alive; left out of all searches */
    OURO_HEAP_EDGE_KINDS
} ouro_heap_edge_kind;

typedef struct ouro_heap_node {
    uint32_t type;    /* from ouro_heap_add_type */
    uint32_t site;    /* from ouro_heap_add_site; 0: unknown */
    uint32_t epoch;   /* when it was allocated, in the tracer's counting; 0: unknown */
    uint64_t size;    /* the object with all buffers that it owns */
    uint64_t address; /* tells a node from others of its graph, and finds it in a later one; 0: none */
} ouro_heap_node;

/* An empty graph.  NULL: no memory. */
OURO_NODISCARD OURO_PUBLIC ouro_heap_graph *ouro_heap_create(void);
/* Frees the graph with all answers.  NULL is ignored. */
OURO_PUBLIC void ouro_heap_destroy(ouro_heap_graph *g);

/* The number of a text (copied; equal texts have one number).  OURO_HEAP_NONE: no memory; ouro_heap_finish
 * will say so. */
OURO_PUBLIC uint32_t ouro_heap_add_string(ouro_heap_graph *g, const char *text, size_t length);
/* A type; type 0 is there from the start and is that of the root. */
OURO_PUBLIC uint32_t ouro_heap_add_type(ouro_heap_graph *g, const char *name, ouro_heap_kind kind);
/* A site below `parent` (0: none): a place in a source text, called from the parent's place.  Site 0 is
 * "unknown". */
OURO_PUBLIC uint32_t ouro_heap_add_site(ouro_heap_graph *g, uint32_t parent, const char *file,
                                        const char *function, uint32_t line);
/* Appends a node; the edges that follow are its.  Returns its number: 0, 1, 2, ... */
OURO_PUBLIC uint32_t ouro_heap_add_node(ouro_heap_graph *g, const ouro_heap_node *node);
/* Appends an edge of the node appended last.  The target may be a node that is still to come. */
OURO_PUBLIC void ouro_heap_add_edge(ouro_heap_graph *g, uint32_t target, uint32_t label);
/* Labels of edges. */
OURO_PUBLIC uint32_t ouro_heap_label_text(ouro_heap_graph *g, ouro_heap_edge_kind kind, const char *text);
OURO_PUBLIC uint32_t ouro_heap_label_number(ouro_heap_graph *g, ouro_heap_edge_kind kind, uint64_t number);
/* The node appended last is a text: its hash (equal texts have equal hashes), its length in characters, and
 * its beginning. */
OURO_PUBLIC void ouro_heap_set_text(ouro_heap_graph *g, uint64_t hash, uint64_t length,
                                    const char *beginning);
/* The node appended last has `unused` bytes of room in its buffers. */
OURO_PUBLIC void ouro_heap_set_unused(ouro_heap_graph *g, uint64_t unused);
/* What is known of the whole: "program", "pid", "time", ... */
OURO_PUBLIC void ouro_heap_set_fact(ouro_heap_graph *g, const char *name, const char *value);
/* Ends the building.  False: an addition failed (no memory, too large), or an edge leads nowhere. */
OURO_NODISCARD OURO_PUBLIC bool ouro_heap_finish(ouro_heap_graph *g, ouro_heap_error *error);

/* ---- looking --------------------------------------------------------------------------------------------- */

OURO_PUBLIC uint32_t ouro_heap_node_count(const ouro_heap_graph *g); /* the root included */
OURO_PUBLIC uint64_t ouro_heap_edge_count(const ouro_heap_graph *g);
OURO_PUBLIC uint64_t ouro_heap_total_size(const ouro_heap_graph *g); /* of all nodes */
OURO_PUBLIC uint32_t ouro_heap_type_count(const ouro_heap_graph *g);
OURO_PUBLIC uint32_t ouro_heap_site_count(const ouro_heap_graph *g); /* site 0 included */
/* What was added; `node`, `type`, `site` and `edge` must be there. */
OURO_PUBLIC ouro_heap_node ouro_heap_node_at(const ouro_heap_graph *g, uint32_t node);
OURO_PUBLIC const char *ouro_heap_type_name(const ouro_heap_graph *g, uint32_t type);
OURO_PUBLIC ouro_heap_kind ouro_heap_type_kind(const ouro_heap_graph *g, uint32_t type);

typedef struct ouro_heap_site {
    uint32_t parent;
    const char *file, *function; /* good as long as the graph */
    uint32_t line;
} ouro_heap_site;
OURO_PUBLIC ouro_heap_site ouro_heap_site_at(const ouro_heap_graph *g, uint32_t site);

typedef struct ouro_heap_edge {
    uint32_t target;
    ouro_heap_edge_kind kind;
    const char *text; /* NULL when the label is a number; good as long as the graph */
    uint64_t number;
} ouro_heap_edge;
/* The edges of a node are those from first to end - 1. */
OURO_PUBLIC uint64_t ouro_heap_first_edge(const ouro_heap_graph *g, uint32_t node);
OURO_PUBLIC uint64_t ouro_heap_end_edge(const ouro_heap_graph *g, uint32_t node);
OURO_PUBLIC ouro_heap_edge ouro_heap_edge_at(const ouro_heap_graph *g, uint64_t edge);
/* How a person writes the edge: ".next", "[3]", "['key']".  As by snprintf; returns the length of the whole.
 */
OURO_PUBLIC size_t ouro_heap_edge_text(const ouro_heap_graph *g, uint64_t edge, char *text, size_t size);
/* The beginning of a node that is a text, or NULL. */
OURO_PUBLIC const char *ouro_heap_node_text(const ouro_heap_graph *g, uint32_t node);
/* The value of a fact, or NULL. */
OURO_PUBLIC const char *ouro_heap_fact(const ouro_heap_graph *g, const char *name);
/* The node with this address, or OURO_HEAP_NONE.  Builds an index at the first call; without memory for it,
 * searches. */
OURO_PUBLIC uint32_t ouro_heap_find_address(ouro_heap_graph *g, uint64_t address);

/* ---- files (docs/heap-file.md) --------------------------------------------------------------------------- */

/* Writes the graph to a file, by way of a temporary one beside it: what stands at `path` is always whole. */
OURO_NODISCARD OURO_PUBLIC bool ouro_heap_write(const ouro_heap_graph *g, const char *path,
                                                ouro_heap_error *error);
/* The same to an open file descriptor. */
OURO_NODISCARD OURO_PUBLIC bool ouro_heap_write_fd(const ouro_heap_graph *g, int fd, ouro_heap_error *error);
/* Reads a file back.  Damage and malice give an error, never anything else.  NULL: see `error`. */
OURO_NODISCARD OURO_PUBLIC ouro_heap_graph *ouro_heap_read(const char *path, ouro_heap_error *error);

/* ---- what holds what ------------------------------------------------------------------------------------- */

/* Computes dominators and retained sizes.  Node d dominates n when every way from the root to n leads through
 * d; what a node retains are the bytes of all nodes that it dominates: what would be freed with it.  Nodes
 * that no root reaches count as held by the root.  Source: semidominators of Lengauer and Tarjan (1979) with
 * the nearest-common-ancestor step of Georgiadis (SEMI-NCA, 2005).  Asked again: does nothing. */
OURO_NODISCARD OURO_PUBLIC bool ouro_heap_dominators(ouro_heap_graph *g, ouro_heap_progress progress,
                                                     void *context, ouro_heap_error *error);
/* After ouro_heap_dominators: the immediate dominator (0 for what the roots hold, OURO_HEAP_NONE for the
 * root). */
OURO_PUBLIC uint32_t ouro_heap_dominator(const ouro_heap_graph *g, uint32_t node);
/* After ouro_heap_dominators: bytes, the node's own included. */
OURO_PUBLIC uint64_t ouro_heap_retained(const ouro_heap_graph *g, uint32_t node);

/* Computes the shortest way from the root to each node (breadth first).  Modules are roots of their own: the
 * way to what a module holds begins with it.  Asked again: does nothing. */
OURO_NODISCARD OURO_PUBLIC bool ouro_heap_paths(ouro_heap_graph *g, ouro_heap_error *error);
/* After ouro_heap_paths: true when a root reaches the node. */
OURO_PUBLIC bool ouro_heap_is_reached(const ouro_heap_graph *g, uint32_t node);
/* After ouro_heap_paths: the edge through which the shortest way enters the node, and the node from which it
 * comes (OURO_HEAP_NONE for the root and what is not reached). */
OURO_PUBLIC uint64_t ouro_heap_path_edge(const ouro_heap_graph *g, uint32_t node, uint32_t *from);
/* After ouro_heap_paths: the way as a program would write it: "app.cache._seen['x'][3].body".  As by
 * snprintf, shortened in the middle; returns the length of what was written. */
OURO_PUBLIC size_t ouro_heap_path_text(const ouro_heap_graph *g, uint32_t node, char *text, size_t size);

/* Computes strongly connected components: nodes that all reach each other.  Source: Tarjan (1972), without
 * recursion. */
OURO_NODISCARD OURO_PUBLIC bool ouro_heap_components(ouro_heap_graph *g, ouro_heap_error *error);

typedef struct ouro_heap_cycle {
    uint32_t node;  /* a member */
    uint32_t nodes; /* members of the component */
    uint64_t bytes; /* their sizes */
} ouro_heap_cycle;
/* After ouro_heap_components: the components of more than one node, or with an edge from a node to itself,
 * the largest first; the caller frees the array with ouro_heap_free.  NULL with *count 0: none, or no memory
 * (see `error`). */
OURO_PUBLIC ouro_heap_cycle *ouro_heap_cycles(ouro_heap_graph *g, size_t *count, ouro_heap_error *error);
/* After ouro_heap_components: the shortest cycle through `node`, as edges; at most `limit` are written.
 * Returns the length of the cycle; 0: none, or no memory. */
OURO_PUBLIC size_t ouro_heap_cycle_through(ouro_heap_graph *g, uint32_t node, uint64_t *edges, size_t limit);

/* ---- tables -------------------------------------------------------------------------------------------- */

/* By what objects are counted together. */
typedef enum ouro_heap_group {
    OURO_HEAP_BY_TYPE,
    OURO_HEAP_BY_LINE, /* the line that allocated them, whoever called it */
} ouro_heap_group;

typedef struct ouro_heap_row {
    const char *name; /* of the type, or of the file; good as long as the later graph */
    const char *function;
    uint32_t line; /* 0: by type, or unknown */
    uint64_t count_before, count, bytes_before, bytes;
} ouro_heap_row;
/* Counts `after`, beside `before` (NULL: nothing before); most growth of bytes first.  The caller frees the rows with
 * ouro_heap_free; NULL: no memory. */
OURO_PUBLIC ouro_heap_row *ouro_heap_growth(const ouro_heap_graph *before, const ouro_heap_graph *after,
                                            ouro_heap_group by, size_t *count, ouro_heap_error *error);

typedef struct ouro_heap_holder {
    uint32_t node;
    uint64_t through;  /* bytes of all that is reached through it first, itself included */
    uint64_t retained; /* bytes of what only it keeps alive, itself included */
} ouro_heap_holder;
/* What holds most and is worth telling: what modules, frames and the roots refer to, or, where nearly all of that hangs on
 * one thing further in, that thing.  Up to `limit`, most bytes reached through them first; returns how many.  Asks for
 * dominators and paths; 0 without memory for that. */
OURO_PUBLIC size_t ouro_heap_biggest(ouro_heap_graph *g, ouro_heap_holder *holders, size_t limit);

typedef struct ouro_heap_duplicate {
    uint32_t node;       /* one of them */
    uint64_t count;      /* how many equal texts there are */
    uint64_t wasted;     /* bytes of all but one */
} ouro_heap_duplicate;
/* Equal texts that are there more than once, most bytes wasted first.  As above. */
OURO_PUBLIC ouro_heap_duplicate *ouro_heap_duplicates(const ouro_heap_graph *g, size_t *count,
                                                      ouro_heap_error *error);

typedef struct ouro_heap_sparse {
    uint32_t node;
    uint64_t unused; /* bytes of room that hold nothing */
} ouro_heap_sparse;
/* Containers with room to spare, most first.  As above. */
OURO_PUBLIC ouro_heap_sparse *ouro_heap_sparse_containers(const ouro_heap_graph *g, size_t *count,
                                                          ouro_heap_error *error);

typedef struct ouro_heap_age {
    uint32_t epoch;
    uint64_t count, bytes;
} ouro_heap_age;
/* What is alive by the epoch of its birth, oldest first; epoch 0: not known.  As above. */
OURO_PUBLIC ouro_heap_age *ouro_heap_ages(const ouro_heap_graph *g, size_t *count, ouro_heap_error *error);

/* ---- leaks --------------------------------------------------------------------------------------------- */

typedef enum ouro_heap_verdict {
    OURO_HEAP_LEAK,   /* grew in every interval, and does not slow down */
    OURO_HEAP_SLOWING,/* grows, but less and less: a cache that fills up */
    OURO_HEAP_STEADY, /* what is new replaces what is old: a cache that is full */
    OURO_HEAP_GARBAGE,/* no root reaches it: cycles that the collector has yet to find (a leak when it is off) */
} ouro_heap_verdict;

typedef struct ouro_heap_leak {
    ouro_heap_verdict verdict;
    const char *type;     /* of what accumulates; texts are good as long as the last graph */
    const char *file, *function; /* who makes it: where a library does, the program's line that called there */
    uint32_t line;        /* 0: not known */
    const char *library_file; /* the library's own line then; NULL: the line above is where it is made */
    uint32_t library_line;
    uint32_t holder;      /* the node of the last graph that alone keeps it alive; 0: several do, or nothing */
    bool garbage;         /* nothing does: no root reaches it */
    uint64_t count, bytes;/* accumulated since the first graph, and still alive in the last */
    double share;         /* of all that accumulated from this line: this holder keeps so much */
    double bytes_per_interval; /* by which it grows; of what is STEADY: that are replaced */
    double bytes_per_second; /* 0: the graphs do not tell their "time" */
    uint32_t intervals;   /* over how many it was watched */
    double oldest;        /* seconds since the oldest of it was first seen, at least; 0: not known */
} ouro_heap_leak;

/* Looks for what accumulates over graphs of one program in order of time: objects that were not there in the first
 * graph, survived at least one interval, and are alive in the last (with two graphs: all that are new).  They are grouped
 * by what alone keeps them alive, their type and their line.  Source of the rule: memlab (Meta, 2022).  Asks the graphs
 * for dominators and paths.  Most bytes first, leaks before others; the caller frees the array with ouro_heap_free.
 * NULL with *count 0: nothing accumulates, or `error` says why. */
OURO_PUBLIC ouro_heap_leak *ouro_heap_leaks(ouro_heap_graph *const *graphs, size_t graph_count, size_t *count,
                                            ouro_heap_error *error);
/* The verdict as a sentence: "views.py:88 (Row) grew by 3.1 MB per snapshot over 6 snapshots; 97 % is kept alive by dict
 * app.cache._seen; the oldest is 41 minutes old".  As by snprintf; returns the length written. */
OURO_PUBLIC size_t ouro_heap_leak_text(const ouro_heap_graph *last, const ouro_heap_leak *leak, char *text,
                                       size_t size);

/* ---- for other tools ----------------------------------------------------------------------------------- */

/* Writes graphs[which] as a .heapsnapshot of Chrome's DevTools.  The graphs before it, earlier ones of the same program,
 * give objects the ids by which DevTools compare snapshots. */
OURO_NODISCARD OURO_PUBLIC bool ouro_heap_export_chrome(ouro_heap_graph *const *graphs, size_t which, int fd,
                                                        ouro_heap_error *error);
/* What is alive by where it was allocated: folded stacks ("a;b;c 123", bytes), a speedscope file, a pprof profile. */
OURO_NODISCARD OURO_PUBLIC bool ouro_heap_export_collapsed(const ouro_heap_graph *g, int fd, ouro_heap_error *error);
OURO_NODISCARD OURO_PUBLIC bool ouro_heap_export_speedscope(const ouro_heap_graph *g, int fd, ouro_heap_error *error);
OURO_NODISCARD OURO_PUBLIC bool ouro_heap_export_pprof(const ouro_heap_graph *g, int fd, ouro_heap_error *error);

/* Frees an array that a function of this header gave. */
OURO_PUBLIC void ouro_heap_free(void *array);

OURO_END

#endif
