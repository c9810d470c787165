/* capture.h: a heap graph of a runtime's objects, taken while the program stands still.
 *
 * Objects the collector can see are found by walking their pools; leaves (texts, numbers) through the
 * references to them. What only the floors above know comes through a source: the roots with their names,
 * what a text says, where a block was allocated.  Nothing is allocated in the heap that is looked at, and no
 * program code runs, so the graph is of one moment, and a heap without a free byte can be captured.
 */
#ifndef OURO_SRC_HEAP_CAPTURE_H
#define OURO_SRC_HEAP_CAPTURE_H

#include "object/edge.h"
#include "ouro/heap.h"

typedef struct heap_capture heap_capture;

/* What is worth knowing of one object besides its edges.  All zero: nothing. */
typedef struct heap_detail {
    bool is_text;
    uint64_t hash, length; /* of a text: equal texts have equal hashes; characters */
    char beginning[64];    /* of a text: UTF-8, NUL-terminated */
    uint64_t unused;       /* bytes of room in its buffers */
} heap_detail;

/* Where a block was allocated. */
typedef struct heap_birth {
    uint32_t site; /* number in the tracer's own counting; 0: unknown */
    uint32_t epoch;
} heap_birth;

typedef struct heap_source {
    ouro_runtime *rt;
    void *context;
    /* Calls heap_capture_root and heap_capture_frame for all there are. */
    void (*roots)(heap_capture *c, void *context);
    /* The kind of a type's instances; OURO_HEAP_KINDS: they are the observer's own, and left out. */
    ouro_heap_kind (*kind)(void *context, const ouro_type *type);
    /* True: the object is the observer's own, and left out.  NULL: none is. */
    bool (*hides)(void *context, const ouro_object *object);
    /* NULL: no details. */
    void (*detail)(void *context, ouro_object *object, heap_detail *detail);
    /* NULL: nothing is traced. */
    bool (*birth)(void *context, const void *block, heap_birth *birth);
    /* What is at a site of the tracer: the strings must be good until the next call. */
    ouro_heap_site (*site)(void *context, uint32_t site);
} heap_source;

/* Takes the graph, ready for questions.  NULL: no memory. */
OURO_NODISCARD ouro_heap_graph *heap_capture_take(const heap_source *source, ouro_heap_error *error);

/* For heap_source.roots: the object is held from outside, as `name`. */
void heap_capture_root(heap_capture *c, ouro_value object, const char *name);
/* For heap_source.roots: a node that is no object (a frame on the stack) holds what heap_capture_frame_edge
 * tells next. */
void heap_capture_frame(heap_capture *c, const char *name);
void heap_capture_frame_edge(heap_capture *c, ouro_value object, const ouro_edge *edge);

#endif
