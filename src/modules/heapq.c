/* heapq.c: the _heapq module: a list as a heap, the smallest item first (or the largest, for the _max functions).
 *
 * Comparisons run program code, which may change the list: after each one its size is looked at again, and
 * items are owned across it.  A list that changed its size is a RuntimeError.
 */
#include "modules/modules.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"

/* Is list[i] to come before list[j]?  1, 0, -1 failed or the size changed. */
static int heapq_before(ouro_runtime *rt, list_object *heap, size_t size, size_t i, size_t j, bool largest)
{
    ouro_value a = value_incref(heap->items[i]);
    ouro_value b = value_incref(heap->items[j]);
    int less = largest ? object_compare_truth(rt, b, a, COMPARE_LT) : object_compare_truth(rt, a, b, COMPARE_LT);
    value_decref(rt, a);
    value_decref(rt, b);
    if (less >= 0 && heap->size != size) {
        error_runtime(rt, "list changed size during iteration");
        return -1;
    }
    return less;
}

static void heapq_swap(list_object *heap, size_t i, size_t j)
{
    ouro_value swap = heap->items[i];
    heap->items[i] = heap->items[j];
    heap->items[j] = swap;
}

/* Moves the item at `at` towards `start` to its place. */
static bool heapq_sift_down(ouro_runtime *rt, list_object *heap, size_t start, size_t at, bool largest)
{
    size_t size = heap->size;
    if (at >= size) {
        error_index(rt, "index out of range");
        return false;
    }
    while (at > start) {
        size_t parent = (at - 1) / 2;
        int before = heapq_before(rt, heap, size, at, parent, largest);
        if (before < 0) {
            return false;
        }
        if (!before) {
            break;
        }
        heapq_swap(heap, at, parent);
        at = parent;
    }
    return true;
}

/* Moves the item at `at` to a leaf, always to the smaller child, and from there back to its place: fewer comparisons
 * than stopping early, since an item taken from the end usually belongs near it. */
static bool heapq_sift_up(ouro_runtime *rt, list_object *heap, size_t at, bool largest)
{
    size_t size = heap->size, start = at;
    if (at >= size) {
        error_index(rt, "index out of range");
        return false;
    }
    while (at < size / 2) {
        size_t child = 2 * at + 1;
        if (child + 1 < size) {
            int before = heapq_before(rt, heap, size, child, child + 1, largest);
            if (before < 0) {
                return false;
            }
            child += !before;
        }
        heapq_swap(heap, child, at);
        at = child;
    }
    return heapq_sift_down(rt, heap, start, at, largest);
}

static list_object *heapq_list(ouro_runtime *rt, const char *function, const char *argument, ouro_value v)
{
    if (!value_is_list(rt, v)) {
        error_type(rt, "%s() %s must be list, not %T", function, argument, v);
        return NULL;
    }
    return as_list(v);
}

static ouro_value heapq_heappush(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    list_object *heap = heapq_list(rt, "heappush", "argument 1", args[0]);
    if (!heap || !list_append(rt, args[0], args[1])) {
        return OURO_NULL;
    }
    return heapq_sift_down(rt, heap, 0, heap->size - 1, false) ? OURO_NONE : OURO_NULL;
}

static ouro_value heapq_pop(ouro_runtime *rt, list_object *heap, bool largest)
{
    if (heap->size == 0) {
        return error_index(rt, "index out of range");
    }
    ouro_value last = heap->items[--heap->size];
    if (heap->size == 0) {
        return last;
    }
    ouro_value first = heap->items[0];
    heap->items[0] = last;
    if (!heapq_sift_up(rt, heap, 0, largest)) {
        value_decref(rt, first);
        return OURO_NULL;
    }
    return first;
}

static ouro_value heapq_heappop(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    list_object *heap = heapq_list(rt, "heappop", "argument", args[0]);
    return heap ? heapq_pop(rt, heap, false) : OURO_NULL;
}

static ouro_value heapq_heappop_max(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    list_object *heap = heapq_list(rt, "_heappop_max", "argument", args[0]);
    return heap ? heapq_pop(rt, heap, true) : OURO_NULL;
}

static ouro_value heapq_replace(ouro_runtime *rt, list_object *heap, ouro_value item, bool largest)
{
    if (heap->size == 0) {
        return error_index(rt, "index out of range");
    }
    ouro_value first = heap->items[0];
    heap->items[0] = value_incref(item);
    if (!heapq_sift_up(rt, heap, 0, largest)) {
        value_decref(rt, first);
        return OURO_NULL;
    }
    return first;
}

static ouro_value heapq_heapreplace(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    list_object *heap = heapq_list(rt, "heapreplace", "argument 1", args[0]);
    return heap ? heapq_replace(rt, heap, args[1], false) : OURO_NULL;
}

static ouro_value heapq_heapreplace_max(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    list_object *heap = heapq_list(rt, "_heapreplace_max", "argument 1", args[0]);
    return heap ? heapq_replace(rt, heap, args[1], true) : OURO_NULL;
}

static ouro_value heapq_heappushpop(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    list_object *heap = heapq_list(rt, "heappushpop", "argument 1", args[0]);
    if (!heap) {
        return OURO_NULL;
    }
    if (heap->size == 0) {
        return value_incref(args[1]);
    }
    ouro_value top = value_incref(heap->items[0]);
    int less = object_compare_truth(rt, top, args[1], COMPARE_LT);
    value_decref(rt, top);
    if (less < 0) {
        return OURO_NULL;
    }
    if (!less) {
        return value_incref(args[1]);
    }
    return heapq_replace(rt, heap, args[1], false);
}

static ouro_value heapq_make(ouro_runtime *rt, list_object *heap, bool largest)
{
    size_t size = heap->size;
    for (size_t i = size / 2; i-- > 0;) {
        if (!heapq_sift_up(rt, heap, i, largest)) {
            return OURO_NULL;
        }
        if (heap->size != size) {
            return error_runtime(rt, "list changed size during iteration");
        }
    }
    return OURO_NONE;
}

static ouro_value heapq_heapify(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    list_object *heap = heapq_list(rt, "heapify", "argument", args[0]);
    return heap ? heapq_make(rt, heap, false) : OURO_NULL;
}

static ouro_value heapq_heapify_max(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    list_object *heap = heapq_list(rt, "_heapify_max", "argument", args[0]);
    return heap ? heapq_make(rt, heap, true) : OURO_NULL;
}

static const method_def heapq_functions[] = {
    {"heappush", "heap, item, /", heapq_heappush, .doc = "Push item onto heap, maintaining the heap invariant."},
    {"heappop", "heap, /", heapq_heappop, .doc = "Pop the smallest item off the heap."},
    {"heapreplace", "heap, item, /", heapq_heapreplace,
     .doc = "Pop and return the current smallest value, and add the new item."},
    {"heappushpop", "heap, item, /", heapq_heappushpop,
     .doc = "Push item on the heap, then pop and return the smallest item from the heap."},
    {"heapify", "heap, /", heapq_heapify, .doc = "Transform list into a heap, in-place, in O(len(heap)) time."},
    {"_heappop_max", "heap, /", heapq_heappop_max, .doc = "Maxheap variant of heappop."},
    {"_heapreplace_max", "heap, item, /", heapq_heapreplace_max, .doc = "Maxheap variant of heapreplace."},
    {"_heapify_max", "heap, /", heapq_heapify_max, .doc = "Maxheap variant of heapify."},
    {0},
};

static bool heapq_start(ouro_runtime *rt, module_object *module)
{
    return module_add_text(rt, module, "__about__",
                           "A heap is a list where heap[k] <= heap[2*k+1] and heap[k] <= heap[2*k+2] for\n"
                           "all k, counting from zero, as far as there are such items.");
}

const module_def heapq_module_def = {
    .name = "_heapq",
    .doc = "Heap queue algorithm (a.k.a. priority queue).",
    .functions = heapq_functions,
    .start = heapq_start,
};
