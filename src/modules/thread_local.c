/* thread_local.c: _thread._local: an object with other attributes for each thread.
 *
 *     _local object ---owns---> entry (dict of attributes) <---knows--- key of a thread
 *
 * An entry stands in two lists: its object's, which owns the dict, and its thread's.  The key is an object that only the
 * thread refers to (vm_state.thread_locals): when the thread ends it dies, and takes the entries out of their objects.
 * So a cycle through the attributes of a _local object is like one through any other object's.
 *
 * The entry used last is the first of its object's list: a thread that goes on using the object finds it at once, however
 * many threads do.
 *
 * What always holds: an entry is in both lists, or in none and about to be freed.
 */
#include "modules/modules.h"

#include "object/edge.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/own_dict.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/vm.h"

typedef struct thread_key_object thread_key_object;

typedef struct thread_entry {
    struct thread_entry *next, **link;             /* of the object */
    struct thread_entry *thread_next, **thread_link; /* of the thread */
    const thread_key_object *key;
    ouro_value dict; /* owned by the object */
} thread_entry;

typedef struct thread_local_object {
    ouro_object object;
    thread_entry *entries;
    ouro_value args, kwargs; /* what a thread that comes later is initialized with */
} thread_local_object;

struct thread_key_object {
    ouro_object object;
    thread_entry *entries;
};

static thread_local_object *as_thread_local(ouro_value v)
{
    return (thread_local_object *)(void *)ouro_as_object(v);
}

/* ---- entries -------------------------------------------------------------------------------------------- */

static void thread_entry_enter(thread_entry *e, thread_local_object *local)
{
    e->next = local->entries;
    e->link = &local->entries;
    if (e->next != NULL) {
        e->next->link = &e->next;
    }
    local->entries = e;
}

static void thread_entry_leave(thread_entry *e)
{
    *e->link = e->next;
    if (e->next != NULL) {
        e->next->link = e->link;
    }
}

static void thread_entry_leave_thread(thread_entry *e)
{
    *e->thread_link = e->thread_next;
    if (e->thread_next != NULL) {
        e->thread_next->thread_link = e->thread_link;
    }
}

static thread_entry *thread_entry_new(ouro_runtime *rt, thread_local_object *local)
{
    ouro_value *slot = &rt->vm->thread_locals;
    if (ouro_is_null(*slot)) {
        thread_key_object *made = object_new(rt, &MODULE_TYPE(rt, thread_key)->type, 0);
        if (made == NULL) {
            return NULL;
        }
        *slot = ouro_from_object(made);
    }
    thread_key_object *key = (thread_key_object *)(void *)ouro_as_object(*slot);
    ouro_value dict = dict_new(rt, 0);
    thread_entry *e = ouro_is_null(dict) ? NULL : ouro_mem_alloc(rt->mem, sizeof *e);
    if (e == NULL) {
        value_decref(rt, dict);
        error_no_memory(rt);
        return NULL;
    }
    e->key = key;
    e->dict = dict;
    thread_entry_enter(e, local);
    e->thread_next = key->entries;
    e->thread_link = &key->entries;
    if (e->thread_next != NULL) {
        e->thread_next->thread_link = &e->thread_next;
    }
    key->entries = e;
    return e;
}

/* The running thread's, which then is the first; NULL: it has none. */
static thread_entry *thread_entry_find(ouro_runtime *rt, thread_local_object *local)
{
    if (ouro_is_null(rt->vm->thread_locals)) {
        return NULL;
    }
    const void *key = ouro_as_object(rt->vm->thread_locals);
    thread_entry *e = local->entries;
    while (e != NULL && (const void *)e->key != key) {
        e = e->next;
    }
    if (e != NULL && e != local->entries) {
        thread_entry_leave(e);
        thread_entry_enter(e, local);
    }
    return e;
}

/* ---- a thread's key ------------------------------------------------------------------------------------- */

/* The thread has ended: so has what it kept in the objects. */
static void thread_key_clear(ouro_runtime *rt, ouro_object *self)
{
    thread_key_object *key = (thread_key_object *)(void *)self;
    thread_entry *list = key->entries;
    key->entries = NULL;
    for (thread_entry *e = list; e != NULL; e = e->thread_next) {
        thread_entry_leave(e);
    }
    while (list != NULL) {
        thread_entry *e = list;
        ouro_value dict = e->dict;
        list = e->thread_next;
        ouro_mem_free(rt->mem, e);
        value_decref(rt, dict);
    }
}

const type_spec thread_key_spec = {
    .name = "_thread._localdummy",
    .size = sizeof(thread_key_object),
    .flags = TYPE_NO_MAKE,
    .doc = "Thread-local dummy",
    .clear = thread_key_clear,
};

/* ---- the object ----------------------------------------------------------------------------------------- */

static int thread_local_traverse(ouro_runtime *rt, ouro_object *self, ouro_visit_fn visit, void *context)
{
    int result = 0;
    for (thread_entry *e = ((thread_local_object *)(void *)self)->entries; result == 0 && e != NULL; e = e->next) {
        result = visit(e->dict, context);
    }
    return result;
}

static int thread_local_traverse_edges(ouro_runtime *rt, ouro_object *self, ouro_edge_fn visit, void *context)
{
    const ouro_edge edge = {.kind = OURO_EDGE_FIELD, .text = "__dict__"};
    int result = 0;
    for (thread_entry *e = ((thread_local_object *)(void *)self)->entries; result == 0 && e != NULL; e = e->next) {
        result = edge_tell(e->dict, &edge, visit, context);
    }
    return result;
}

static void thread_local_clear(ouro_runtime *rt, ouro_object *self)
{
    thread_local_object *local = (thread_local_object *)(void *)self;
    thread_entry *list = local->entries;
    local->entries = NULL;
    for (thread_entry *e = list; e != NULL; e = e->next) {
        thread_entry_leave_thread(e);
    }
    while (list != NULL) {
        thread_entry *e = list;
        ouro_value dict = e->dict;
        list = e->next;
        ouro_mem_free(rt->mem, e);
        value_decref(rt, dict);
    }
}

static size_t thread_local_extra_size(ouro_runtime *rt, ouro_object *self)
{
    size_t size = 0;
    for (thread_entry *e = ((thread_local_object *)(void *)self)->entries; e != NULL; e = e->next) {
        size += sizeof *e;
    }
    return size;
}

static ouro_value thread_local_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                    ouro_value kwnames)
{
    size_t keywords = ouro_is_null(kwnames) ? 0 : as_tuple(kwnames)->size;
    if (nargs + keywords > 0 && type->slots.init == TYPE(rt, object)->slots.init) {
        return error_type(rt, "Initialization arguments are not supported");
    }
    thread_local_object *local = object_new(rt, &type->type, 0);
    if (local == NULL) {
        return OURO_NULL;
    }
    ouro_value result = ouro_from_object(local);
    local->args = tuple_new(rt, args, nargs);
    local->kwargs = keywords > 0 ? dict_new(rt, keywords) : OURO_NULL;
    bool ok = !ouro_is_null(local->args) && (keywords == 0 || !ouro_is_null(local->kwargs));
    for (size_t i = 0; ok && i < keywords; i++) {
        ok = dict_set(rt, as_dict(local->kwargs), as_tuple(kwnames)->items[i], args[nargs + i]);
    }
    /* the maker's attributes; __init__ is called by whoever called us */
    if (!ok || thread_entry_new(rt, local) == NULL) {
        value_decref(rt, result);
        return OURO_NULL;
    }
    gc_track(rt, &local->object);
    return result;
}

/* Calls __init__ for a thread that has just begun to use the object. */
static bool thread_local_init(ouro_runtime *rt, ouro_value self)
{
    thread_local_object *local = as_thread_local(self);
    if (value_type(rt, self)->slots.init == TYPE(rt, object)->slots.init) {
        return true;
    }
    ouro_value init = object_special(rt, self, STR(rt, __init__));
    ouro_value done = ouro_is_null(init) ? OURO_NULL : object_call_tuple(rt, init, local->args, local->kwargs);
    value_decref(rt, init);
    value_decref(rt, done);
    if (ouro_is_null(init) ? !error_is_set(rt) : !ouro_is_null(done)) {
        return true;
    }
    thread_entry *e = thread_entry_find(rt, local);
    if (e != NULL) { /* the next use begins again */
        ouro_value exception = error_take(rt), dict = e->dict;
        thread_entry_leave(e);
        thread_entry_leave_thread(e);
        ouro_mem_free(rt->mem, e);
        value_decref(rt, dict);
        error_clear(rt);
        error_restore(rt, exception);
    }
    return false;
}

/* The running thread's attributes of the object: new reference; made, and __init__ called, at its first use. */
static ouro_value thread_local_dict(ouro_runtime *rt, ouro_value self)
{
    thread_local_object *local = as_thread_local(self);
    thread_entry *e = thread_entry_find(rt, local);
    if (OURO_UNLIKELY(e == NULL)) {
        e = thread_entry_new(rt, local);
        ouro_value dict = e == NULL ? OURO_NULL : value_incref(e->dict);
        if (e != NULL && !thread_local_init(rt, self)) {
            value_clear(rt, &dict);
        }
        return dict;
    }
    return value_incref(e->dict);
}

static ouro_value thread_local_getattr(ouro_runtime *rt, ouro_value self, ouro_value name)
{
    ouro_value dict = thread_local_dict(rt, self);
    if (ouro_is_null(dict) || str_equal_ascii(as_str(name), "__dict__")) {
        return dict;
    }
    ouro_value result = own_dict_getattr(rt, self, name, dict);
    value_decref(rt, dict);
    return result;
}

static bool thread_local_setattr(ouro_runtime *rt, ouro_value self, ouro_value name, ouro_value value)
{
    if (str_equal_ascii(as_str(name), "__dict__")) {
        error_raise(rt, EXC(rt, AttributeError), "'%T' object attribute '__dict__' is read-only", self);
        return false;
    }
    ouro_value dict = thread_local_dict(rt, self);
    bool ok = !ouro_is_null(dict) && own_dict_setattr(rt, self, name, value, &dict);
    value_decref(rt, dict);
    return ok;
}

static const ouro_field thread_local_fields[] = {
    {OURO_FIELD_VALUE, offsetof(thread_local_object, args), 0, "args"},
    {OURO_FIELD_VALUE, offsetof(thread_local_object, kwargs), 0, "kwargs"},
};

const type_spec thread_local_spec = {
    .name = "_thread._local",
    .size = sizeof(thread_local_object),
    .flags = TYPE_BASE | OURO_TYPE_WEAKREF,
    .doc = "Thread-local data",
    .fields = thread_local_fields,
    .field_count = 2,
    .traverse = thread_local_traverse,
    .traverse_edges = thread_local_traverse_edges,
    .clear = thread_local_clear,
    .extra_size = thread_local_extra_size,
    .slots = {.make = thread_local_make, .getattr = thread_local_getattr, .setattr = thread_local_setattr},
};
