/* snapshot_source.c: what a snapshot of a Python consists of beside its objects (snapshot_source.h).
 *
 * Roots, in this order: the modules of sys.modules by name (the program's own first, sys and builtins last),
 * the frames on the stack by function and line, and all that the floors hold for themselves, as
 * "<interpreter>".
 */
#include "modules/snapshot_source.h"

#include "gc/gc.h"
#include "modules/modules.h"
#include "types/bytes.h"
#include "types/containers.h"
#include "types/str.h"
#include "vm/tracing.h"
#include "vm/vm.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SNAPSHOT_NAME_MAX = 300 };

struct snapshot_context {
    ouro_runtime *rt;
    ouro_value argument;
    const snapshot_filter *filter; /* NULL: nothing but snapshots is left out */
};

/* ---- roots ------------------------------------------------------------------------------------------- */

static void snapshot_name(ouro_runtime *rt, ouro_value name, char *text, size_t size)
{
    if (!rt->name_text(rt, name, text, size)) {
        snprintf(text, size, "?");
    }
}

static void snapshot_modules(ouro_runtime *rt, heap_capture *c)
{
    for (int pass = 0; pass < 3; pass++) {
        size_t position = 0;
        ouro_value key, value;
        while (value_is_dict(rt, rt->vm->modules) &&
               dict_next(as_dict(rt->vm->modules), &position, &key, &value)) {
            bool main = ouro_is(value, rt->vm->main);
            bool base = ouro_is(value, rt->vm->sys) || ouro_is(value, rt->vm->builtins);
            if (ouro_is_object(value) && (pass == 0) == main && (pass == 2) == base) {
                char name[SNAPSHOT_NAME_MAX];
                snapshot_name(rt, key, name, sizeof name);
                heap_capture_root(c, value, name);
            }
        }
    }
}

struct snapshot_visit {
    heap_capture *capture;
    const char *name;
};

struct snapshot_frame_visit {
    heap_capture *capture;
    ouro_value ignored; /* operands that are this are not told; OURO_NULL: none */
};

static int snapshot_frame_edge(ouro_value referent, const ouro_edge *edge, void *context)
{
    const struct snapshot_frame_visit *v = context;
    if (edge->kind != OURO_EDGE_OPERAND || !ouro_is(referent, v->ignored)) {
        heap_capture_frame_edge(v->capture, referent, edge);
    }
    return 0;
}

static void snapshot_frames(ouro_runtime *rt, heap_capture *c, ouro_value argument, const snapshot_filter *filter)
{
    struct snapshot_frame_visit visit = {c, argument};
    for (frame *f = rt->vm->frame; f; f = f->previous) {
        char function[SNAPSHOT_NAME_MAX], file[SNAPSHOT_NAME_MAX], name[2 * SNAPSHOT_NAME_MAX + 30];
        snapshot_name(rt, f->code->qualname, function, sizeof function);
        snapshot_name(rt, f->code->filename, file, sizeof file);
        if (filter != NULL && strncmp(file, filter->files, strlen(filter->files)) == 0) {
            continue;
        }
        snprintf(name, sizeof name, "%s() at %s:%d", function, file, frame_line(f));
        heap_capture_frame(c, name);
        (void)vm_visit_frame_edges(f, snapshot_frame_edge, &visit);
        visit.ignored = OURO_NULL;
    }
}

static int snapshot_visit_root(ouro_value referent, void *context)
{
    const struct snapshot_visit *v = context;
    heap_capture_root(v->capture, referent, v->name);
    return 0;
}

static void snapshot_roots(heap_capture *c, void *context)
{
    const struct snapshot_context *s = context;
    ouro_runtime *rt = s->rt;
    struct snapshot_visit interpreter = {c, "<interpreter>"};
    snapshot_modules(rt, c);
    snapshot_frames(rt, c, s->argument, s->filter);
    (void)types_visit_roots(rt, snapshot_visit_root, &interpreter);
    (void)vm_visit_state_roots(rt, snapshot_visit_root, &interpreter);
    (void)modules_visit_roots(rt, snapshot_visit_root, &interpreter);
    if (ouro_is_object(rt->exception)) {
        heap_capture_root(c, rt->exception, "<exception being raised>");
    }
    for (type_object *type = rt->types->built_in_types; type != NULL; type = type->next_built_in) {
        heap_capture_root(c, ouro_from_object(type), "<built-in type>");
    }
}

/* ---- objects ----------------------------------------------------------------------------------------- */

static ouro_heap_kind snapshot_kind(void *context, const ouro_type *type)
{
    static const struct {
        uint32_t flag;
        ouro_heap_kind kind;
    } by_flag[] = {
        {TYPE_IS_STR, OURO_HEAP_KIND_TEXT},      {TYPE_IS_BYTES, OURO_HEAP_KIND_TEXT},
        {TYPE_IS_INT, OURO_HEAP_KIND_NUMBER},    {TYPE_IS_FLOAT, OURO_HEAP_KIND_NUMBER},
        {TYPE_IS_LIST, OURO_HEAP_KIND_SEQUENCE}, {TYPE_IS_TUPLE, OURO_HEAP_KIND_SEQUENCE},
        {TYPE_IS_DICT, OURO_HEAP_KIND_MAPPING},  {TYPE_IS_SET, OURO_HEAP_KIND_SET},
        {TYPE_IS_TYPE, OURO_HEAP_KIND_TYPE},     {TYPE_IS_EXCEPTION, OURO_HEAP_KIND_EXCEPTION},
    };
    ouro_runtime *rt = ((const struct snapshot_context *)context)->rt;
    const struct {
        const type_object *type;
        ouro_heap_kind kind;
    } by_type[] = {
        {TYPE(rt, module), OURO_HEAP_KIND_MODULE},
        {TYPE(rt, function), OURO_HEAP_KIND_FUNCTION},
        {TYPE(rt, bound_method), OURO_HEAP_KIND_FUNCTION},
        {TYPE(rt, builtin_function), OURO_HEAP_KIND_FUNCTION},
        {TYPE(rt, code), OURO_HEAP_KIND_CODE},
        {TYPE(rt, frame), OURO_HEAP_KIND_FRAME},
        {TYPE(rt, cell), OURO_HEAP_KIND_CELL},
        {TYPE(rt, traceback), OURO_HEAP_KIND_TRACEBACK},
    };
    const type_object *const observers[] = {rt->modules->snapshot, rt->modules->heapy_nodes, rt->modules->heapy_graph};
    for (size_t i = 0; i < sizeof observers / sizeof *observers; i++) {
        if (observers[i] != NULL && type == &observers[i]->type) {
            return OURO_HEAP_KINDS;
        }
    }
    const snapshot_filter *filter = ((const struct snapshot_context *)context)->filter;
    if (filter != NULL && filter->hides(filter->context, type)) {
        return OURO_HEAP_KINDS;
    }
    for (size_t i = 0; i < sizeof by_type / sizeof *by_type; i++) {
        if (type == &by_type[i].type->type) {
            return by_type[i].kind;
        }
    }
    for (size_t i = 0; i < sizeof by_flag / sizeof *by_flag; i++) {
        if (type->flags & by_flag[i].flag) {
            return by_flag[i].kind;
        }
    }
    return type->flags & TYPE_HEAP ? OURO_HEAP_KIND_INSTANCE : OURO_HEAP_KIND_OBJECT;
}

static bool snapshot_hides(void *context, const ouro_object *object)
{
    const snapshot_filter *filter = ((const struct snapshot_context *)context)->filter;
    return filter->hides(filter->context, object);
}

/* A hash of content, eight bytes at a time (multiply and mix, as in SplitMix64). */
static uint64_t snapshot_hash(const unsigned char *bytes, size_t size)
{
    uint64_t hash = size * UINT64_C(0x9e3779b97f4a7c15);
    for (size_t i = 0; i < size; i += 8) {
        uint64_t word = 0;
        memcpy(&word, bytes + i, size - i < 8 ? size - i : 8);
        hash = (hash ^ word) * UINT64_C(0xbf58476d1ce4e5b9);
        hash ^= hash >> 29;
    }
    return hash;
}

static void snapshot_detail_bytes(const bytes_object *b, heap_detail *detail)
{
    detail->is_text = true;
    detail->length = b->length;
    detail->hash = snapshot_hash(b->data, b->length);
    size_t shown = 0;
    for (size_t i = 0; i < b->length && shown + 1 < sizeof detail->beginning; i++) {
        detail->beginning[shown++] = b->data[i] >= 32 && b->data[i] < 127 ? (char)b->data[i] : '.';
    }
    detail->beginning[shown] = 0;
}

static void snapshot_detail(void *context, ouro_object *object, heap_detail *detail)
{
    ouro_runtime *rt = ((const struct snapshot_context *)context)->rt;
    ouro_value v = ouro_from_object(object);
    if (value_is_str(rt, v)) {
        const str_object *s = as_str(v);
        detail->is_text = true;
        detail->length = str_length(s);
        detail->hash = snapshot_hash(s->data, str_length(s) * str_kind(s)) + str_kind(s);
        snapshot_name(rt, v, detail->beginning, sizeof detail->beginning);
    } else if (value_is_bytes(rt, v)) {
        snapshot_detail_bytes(as_bytes(v), detail);
    } else if (value_is_list(rt, v)) {
        detail->unused = (as_list(v)->capacity - as_list(v)->size) * sizeof(ouro_value);
    } else if (value_is_dict(rt, v) && object->shape->type->extra_size != NULL) {
        /* an entry is a hash, a key and a value at most; what the table has beyond is room */
        size_t bytes = object->shape->type->extra_size(rt, object),
               used = dict_size(as_dict(v)) * 3 * sizeof(ouro_value);
        detail->unused = bytes > 2 * used ? bytes - used : 0;
    }
}

/* ---- where they were allocated ----------------------------------------------------------------------- */

static bool snapshot_birth(void *context, const void *block, heap_birth *birth)
{
    ouro_runtime *rt = ((const struct snapshot_context *)context)->rt;
    ouro_trace_birth known;
    if (!tracing_find(rt, block, &known)) {
        return false;
    }
    *birth = (heap_birth){known.site, known.epoch + 1}; /* 0 is "unknown" in a graph */
    return true;
}

static ouro_heap_site snapshot_site(void *context, uint32_t site)
{
    ouro_runtime *rt = ((const struct snapshot_context *)context)->rt;
    ouro_trace_frame known;
    if (!ouro_trace_site_frame(tracing_get(rt), site, &known)) {
        return (ouro_heap_site){.file = "<unknown>", .function = ""};
    }
    uint32_t caller = known.caller == OURO_TRACE_ROOT ? 0 : known.caller;
    return (ouro_heap_site){caller, known.file, known.function, known.line};
}

/* ---- together ---------------------------------------------------------------------------------------- */

static void snapshot_facts(ouro_runtime *rt, ouro_heap_graph *g)
{
    char text[40];
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    snprintf(text, sizeof text, "%.3f", (double)now.tv_sec + (double)now.tv_nsec / 1e9);
    ouro_heap_set_fact(g, "time", text);
    int64_t process = rt->modules->snapshot_process;
    snprintf(text, sizeof text, "%lld", process != 0 ? (long long)process : (long long)getpid());
    ouro_heap_set_fact(g, "pid", text);
    ouro_mem_statistics statistics;
    ouro_mem_stats(rt->mem, &statistics);
    snprintf(text, sizeof text, "%zu", statistics.live_bytes);
    ouro_heap_set_fact(g, "live bytes", text);
    snprintf(text, sizeof text, "%zu", statistics.live_blocks);
    ouro_heap_set_fact(g, "live blocks", text);
    snprintf(text, sizeof text, "%zu", statistics.resident_bytes);
    ouro_heap_set_fact(g, "resident bytes", text);
    ouro_heap_set_fact(g, "collector", gc_is_enabled(rt) ? "on" : "off");
}

static ouro_heap_graph *snapshot_take_filtered(ouro_runtime *rt, ouro_value argument, const snapshot_filter *filter,
                                               ouro_heap_error *error)
{
    struct snapshot_context context = {rt, argument, filter};
    heap_source source = {.rt = rt,
                          .context = &context,
                          .roots = snapshot_roots,
                          .kind = snapshot_kind,
                          .detail = filter != NULL ? NULL : snapshot_detail,
                          .hides = filter != NULL ? snapshot_hides : NULL};
    ouro_trace *trace = tracing_get(rt);
    if (trace != NULL) {
        source.birth = snapshot_birth;
        source.site = snapshot_site;
    }
    ouro_heap_graph *g = heap_capture_take(&source, error);
    if (g != NULL) {
        snapshot_facts(rt, g);
    }
    if (trace != NULL && filter == NULL) {
        (void)ouro_trace_next_epoch(trace); /* what is born from now on is younger than the snapshot */
    }
    return g;
}

ouro_heap_graph *snapshot_take_for(ouro_runtime *rt, ouro_value argument, ouro_heap_error *error)
{
    return snapshot_take_filtered(rt, argument, NULL, error);
}

ouro_heap_graph *snapshot_take_without(ouro_runtime *rt, const snapshot_filter *filter, ouro_heap_error *error)
{
    return snapshot_take_filtered(rt, OURO_NULL, filter, error);
}

ouro_heap_graph *snapshot_take(ouro_runtime *rt, ouro_heap_error *error)
{
    return snapshot_take_for(rt, OURO_NULL, error);
}

uint32_t snapshot_find(ouro_heap_graph *g, ouro_value object)
{
    return ouro_is_object(object) ? ouro_heap_find_address(g, (uint64_t)(uintptr_t)ouro_as_object(object))
                                  : OURO_HEAP_NONE;
}
