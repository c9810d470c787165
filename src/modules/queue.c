/* queue.c: the _queue module: SimpleQueue, which threads hand items on through.
 *
 * The items lie in a ring: a block of `capacity` values (a power of two), of which `size` from `start` on are in use.
 *
 *     size <= capacity;  items == NULL  <=>  capacity == 0
 *
 * All under the runtime's lock; put() runs no program code, so a finalizer may call it at any time.
 */
#include "modules/modules.h"
#include "modules/timeout.h"
#include "modules/wait_queue.h"
#include "types/binder.h"
#include "types/container.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"

typedef struct simple_queue {
    ouro_object object;
    ouro_value *items;
    size_t capacity, start, size;
    wait_queue takers;
} simple_queue;

static simple_queue *as_simple_queue(ouro_value v)
{
    return (simple_queue *)(void *)ouro_as_object(v);
}

static ouro_value *queue_at(const simple_queue *q, size_t i)
{
    return &q->items[(q->start + i) & (q->capacity - 1)];
}

/* Makes the ring one of `capacity` >= size; false: no memory, it is as it was. */
static bool queue_set_capacity(ouro_runtime *rt, simple_queue *q, size_t capacity)
{
    ouro_value *items = ouro_mem_alloc(rt->mem, capacity * sizeof *items);
    if (!items) {
        return false;
    }
    for (size_t i = 0; i < q->size; i++) {
        items[i] = *queue_at(q, i);
    }
    ouro_mem_free(rt->mem, q->items);
    q->items = items;
    q->capacity = capacity;
    q->start = 0;
    return true;
}

/* The first item, owned.  size > 0. */
static ouro_value queue_take(ouro_runtime *rt, simple_queue *q)
{
    ouro_value item = *queue_at(q, 0);
    q->start = (q->start + 1) & (q->capacity - 1);
    q->size--;
    if (q->capacity > 64 && q->size < q->capacity / 8) {
        (void)queue_set_capacity(rt, q, q->capacity / 2); /* no memory: it stays large */
    }
    return item;
}

static ouro_value queue_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                             ouro_value kwnames)
{
    if (!arguments_positional_new(rt, type, "SimpleQueue", 0, kwnames, 0, 0)) {
        return OURO_NULL;
    }
    if (nargs > 0 && type == MODULE_TYPE(rt, simple_queue)) {
        return error_type(rt, "SimpleQueue() takes no positional arguments");
    }
    simple_queue *q = object_new(rt, &type->type, 0);
    if (!q) {
        return OURO_NULL;
    }
    gc_track(rt, &q->object);
    return ouro_from_object(q);
}

static ouro_value queue_put(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    simple_queue *q = as_simple_queue(args[0]);
    if (q->size == q->capacity && (q->capacity > SIZE_MAX / 4 / sizeof(ouro_value) ||
                                   !queue_set_capacity(rt, q, q->capacity ? q->capacity * 2 : 8))) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    *queue_at(q, q->size) = value_incref(args[1]);
    q->size++;
    wait_queue_wake_first(&q->takers);
    return OURO_NONE;
}

static bool queue_has_item(ouro_value self)
{
    return as_simple_queue(self)->size > 0;
}

/* When to give up: INT64_MAX never, 0 at once.  False: raised. */
static bool queue_deadline(ouro_runtime *rt, ouro_value block, ouro_value timeout, int64_t *deadline)
{
    int waits = ouro_is_null(block) ? 1 : object_truth(rt, block);
    int64_t span;
    *deadline = waits ? INT64_MAX : 0;
    if (waits <= 0 || ouro_is_null(timeout) || ouro_is_none(timeout)) {
        return waits >= 0;
    }
    if (!timeout_get(rt, timeout, TIMEOUT_SECOND, &span)) {
        return false;
    }
    if (span < 0) {
        error_value(rt, "'timeout' must be a non-negative number");
        return false;
    }
    if (span / 1000 > INT64_MAX / 1000000) {
        error_overflow(rt, "timeout value is too large");
        return false;
    }
    *deadline = timeout_deadline(span);
    return true;
}

static ouro_value queue_get(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    simple_queue *q = as_simple_queue(args[0]);
    int64_t deadline;
    if (!queue_deadline(rt, arg_or_null(args, nargs, 1), arg_or_null(args, nargs, 2), &deadline)) {
        return OURO_NULL;
    }
    if (q->size == 0) {
        int there = deadline == 0 ? 0
                                  : wait_queue_wait(rt, &q->takers, args[0], queue_has_item, deadline,
                                                    "the queue is empty and there is no other thread to put something");
        if (there <= 0) {
            return there < 0 ? OURO_NULL : error_raise(rt, MODULE_TYPE(rt, queue_empty), NULL);
        }
    }
    ouro_value item = queue_take(rt, q);
    if (q->size > 0) {
        wait_queue_wake_first(&q->takers); /* two may have been put while the first taker had not run yet */
    }
    return item;
}

static ouro_value queue_get_nowait(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const ouro_value at_once[2] = {args[0], OURO_FALSE};
    return queue_get(rt, at_once, 2);
}

static ouro_value queue_is_empty(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_bool(as_simple_queue(args[0])->size == 0);
}

static ouro_value queue_size(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int((int64_t)as_simple_queue(args[0])->size);
}

static int queue_traverse(ouro_runtime *rt, ouro_object *self, ouro_visit_fn visit, void *context)
{
    const simple_queue *q = (simple_queue *)(void *)self;
    int result = 0;
    for (size_t i = 0; result == 0 && i < q->size; i++) {
        ouro_value v = *queue_at(q, i);
        result = ouro_is_object(v) ? visit(v, context) : 0;
    }
    return result;
}

static int queue_traverse_edges(ouro_runtime *rt, ouro_object *self, ouro_edge_fn visit, void *context)
{
    const simple_queue *q = (simple_queue *)(void *)self;
    int result = 0;
    for (size_t i = 0; result == 0 && i < q->size; i++) {
        result = edge_tell(*queue_at(q, i), &(ouro_edge){.kind = OURO_EDGE_INDEX, .number = i}, visit, context);
    }
    return result;
}

static void queue_clear(ouro_runtime *rt, ouro_object *self)
{
    simple_queue *q = (simple_queue *)(void *)self;
    while (q->size > 0) {
        value_decref(rt, queue_take(rt, q));
    }
}

static void queue_dispose(ouro_runtime *rt, ouro_object *self)
{
    ouro_mem_free(rt->mem, ((simple_queue *)(void *)self)->items);
}

static size_t queue_extra_size(ouro_runtime *rt, ouro_object *self)
{
    return ((simple_queue *)(void *)self)->capacity * sizeof(ouro_value);
}

static const method_def queue_methods[] = {
    {"__class_getitem__", "?self, item, /", container_class_getitem, .flags = METHOD_CLASS, .doc = "See PEP 585"},
    {"empty", "self, /", queue_is_empty, .doc = "Return True if the queue is empty, False otherwise (not reliable!)."},
    {"get", "self, /, block=True, timeout=None", queue_get,
     .doc = "Remove and return an item from the queue.\n\nIf it is empty, wait for one: for ever, or so many seconds; then, or\n"
            "at once if `block` is false, raise Empty."},
    {"get_nowait", "self, /", queue_get_nowait, .doc = "Remove and return an item from the queue, or raise Empty."},
    {"put", "self, /, item, block=True, timeout=None", queue_put,
     .doc = "Put the item on the queue.\n\nThis never blocks: the other arguments are those of Queue.put()."},
    {"put_nowait", "self, /, item", queue_put, .doc = "Put an item into the queue: the same as put(item)."},
    {"qsize", "self, /", queue_size, .doc = "Return the approximate size of the queue (not reliable!)."},
    {0},
};

static const type_spec simple_queue_spec = {
    .name = "_queue.SimpleQueue",
    .size = sizeof(simple_queue),
    .flags = OURO_TYPE_WEAKREF | TYPE_BASE,
    .doc = "Simple, unbounded, reentrant FIFO queue.",
    .signature = "()",
    .traverse = queue_traverse,
    .traverse_edges = queue_traverse_edges,
    .clear = queue_clear,
    .dispose = queue_dispose,
    .extra_size = queue_extra_size,
    .methods = queue_methods,
    .slots = {.make = queue_make},
};

static bool queue_start(ouro_runtime *rt, module_object *module)
{
    return module_add_kept_type(rt, module, &simple_queue_spec, &MODULE_TYPE(rt, simple_queue)) &&
           module_add_exception(rt, module, "_queue.Empty", EXC(rt, Exception), &MODULE_TYPE(rt, queue_empty));
}

const module_def queue_module_def = {
    .name = "_queue",
    .doc = "A queue in C, for the module queue.",
    .start = queue_start,
};
