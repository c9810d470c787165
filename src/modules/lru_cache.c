/* lru_cache.c: functools._lru_cache_wrapper: a function that remembers its results.
 *
 * Three ways, by maxsize: 0 counts only; None keeps everything in a dict; else a dict from key to link, and the links
 * in a ring from the longest unused to the most recently used.  The dict owns the links, the ring only points.
 *
 * Everything that runs program code (the function, hashing and comparing keys, dropping results) may call the wrapper
 * again or clear it.  So nothing is remembered across such a call but what is owned, and a link counts as being in the
 * ring only while its `next` is set.
 *
 * What always holds between calls (bounded): the links in the ring are exactly the values of the dict; their number
 * is at most maxsize.
 */
#include "modules/functools.h"

#include "types/binder.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/function.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "types/type_build.h"

typedef struct lru_link_object {
    ouro_object object;
    ouro_value key, result;
    hash_t hash; /* of the key, which is asked for it once */
    struct lru_link_object *previous, *next; /* NULL: not in the ring */
    struct lru_cache_object *owner; /* whose ring; alive as long as the link is in it */
} lru_link_object;

typedef struct lru_cache_object {
    ouro_object object;
    ouro_value function;
    ouro_value cache; /* dict */
    ouro_value info_type;
    ouro_value mark; /* stands between positional and keyword arguments in a key */
    lru_link_object *oldest; /* the ring; NULL: empty */
    type_object *link_type;
    int64_t maxsize; /* -1: no limit */
    int64_t hits, misses;
    bool typed;
} lru_cache_object;

static lru_cache_object *as_lru_cache(ouro_value v)
{
    return (lru_cache_object *)(void *)ouro_as_object(v);
}

static lru_link_object *as_lru_link(ouro_value v)
{
    return (lru_link_object *)(void *)ouro_as_object(v);
}

/* ---- the ring ------------------------------------------------------------------------------------------- */

static void lru_ring_take(lru_cache_object *c, lru_link_object *link)
{
    if (link->next == NULL) {
        return;
    }
    if (link->next == link) {
        c->oldest = NULL;
    } else {
        link->previous->next = link->next;
        link->next->previous = link->previous;
        if (c->oldest == link) {
            c->oldest = link->next;
        }
    }
    link->next = link->previous = NULL;
}

/* Adds it as the most recently used. */
static void lru_ring_add(lru_cache_object *c, lru_link_object *link)
{
    lru_link_object *oldest = c->oldest;
    link->owner = c;
    if (oldest == NULL) {
        c->oldest = link->next = link->previous = link;
        return;
    }
    link->next = oldest;
    link->previous = oldest->previous;
    oldest->previous->next = link;
    oldest->previous = link;
}

static void lru_ring_empty(lru_cache_object *c)
{
    while (c->oldest != NULL) {
        lru_ring_take(c, c->oldest);
    }
}

/* The collector may empty the dict, and so end links, before it comes to the cache. */
static void lru_link_dispose(ouro_runtime *rt, ouro_object *self)
{
    lru_link_object *link = (lru_link_object *)(void *)self;
    if (link->next != NULL) {
        lru_ring_take(link->owner, link);
    }
}

static void lru_cache_clear_hook(ouro_runtime *rt, ouro_object *self)
{
    lru_ring_empty((lru_cache_object *)(void *)self);
}

/* ---- keys ----------------------------------------------------------------------------------------------- */

static bool lru_key_is_simple(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_int(v) || value_is_str_exact(rt, v) || value_is_instance_exactly(rt, v, TYPE(rt, int));
}

static ouro_value lru_key(ouro_runtime *rt, const lru_cache_object *c, const ouro_value *args, size_t nargs,
                          ouro_value kwnames)
{
    size_t keywords = ouro_is_null(kwnames) ? 0 : as_tuple(kwnames)->size;
    if (!c->typed && keywords == 0) {
        if (nargs == 1 && lru_key_is_simple(rt, args[0])) {
            return value_incref(args[0]);
        }
        return tuple_new(rt, args, nargs);
    }
    size_t size = nargs + (keywords > 0 ? 1 + 2 * keywords : 0) + (c->typed ? nargs + keywords : 0);
    if (size == 0) {
        return value_incref(rt->types->empty_tuple);
    }
    tuple_object *key = tuple_new_blank(rt, size);
    if (key == NULL) {
        return OURO_NULL;
    }
    size_t at = 0;
    for (size_t i = 0; i < nargs; i++) {
        key->items[at++] = value_incref(args[i]);
    }
    if (keywords > 0) {
        key->items[at++] = value_incref(c->mark);
        for (size_t i = 0; i < keywords; i++) {
            key->items[at++] = value_incref(as_tuple(kwnames)->items[i]);
            key->items[at++] = value_incref(args[nargs + i]);
        }
    }
    for (size_t i = 0; c->typed && i < nargs + keywords; i++) {
        key->items[at++] = value_incref(type_value(value_type(rt, args[i])));
    }
    gc_track(rt, &key->object);
    return ouro_from_object(key);
}

/* ---- calls ---------------------------------------------------------------------------------------------- */

/* What is stored under `key`: a new reference, or OURO_NULL (absent or failed). */
static ouro_value lru_find(ouro_runtime *rt, const lru_cache_object *c, ouro_value key, hash_t hash)
{
    ouro_value cache = value_incref(c->cache);
    ouro_value found = value_incref(dict_get_hashed(rt, as_dict(cache), key, hash));
    value_decref(rt, cache);
    return found;
}

static bool lru_store(ouro_runtime *rt, const lru_cache_object *c, ouro_value key, hash_t hash, ouro_value value)
{
    ouro_value cache = value_incref(c->cache);
    bool ok = dict_set_hashed(rt, as_dict(cache), key, hash, value);
    value_decref(rt, cache);
    return ok;
}

/* Without a limit: args and key are the caller's. */
static ouro_value lru_call_unlimited(ouro_runtime *rt, lru_cache_object *c, const ouro_value *args, size_t nargs,
                                     ouro_value kwnames, ouro_value key, hash_t hash)
{
    ouro_value result = lru_find(rt, c, key, hash);
    if (!ouro_is_null(result)) {
        c->hits++;
        return result;
    }
    if (error_is_set(rt)) {
        return OURO_NULL;
    }
    c->misses++;
    result = object_call(rt, c->function, args, nargs, kwnames);
    if (!ouro_is_null(result) && !lru_store(rt, c, key, hash, result)) {
        value_decref(rt, result);
        return OURO_NULL;
    }
    return result;
}

/* Makes room for one more: drops the longest unused.  False: an exception is set. */
static bool lru_evict(ouro_runtime *rt, lru_cache_object *c)
{
    lru_link_object *link = OBJECT_INCREF(c->oldest);
    lru_ring_take(c, link);
    ouro_value cache = value_incref(c->cache);
    ouro_value popped = dict_pop_hashed(rt, as_dict(cache), link->key, link->hash);
    value_decref(rt, cache);
    /* Absent: program code has removed it meanwhile. */
    value_decref(rt, popped);
    object_decref(rt, &link->object);
    return !error_is_set(rt);
}

static bool lru_remember(ouro_runtime *rt, lru_cache_object *c, ouro_value key, hash_t hash, ouro_value result)
{
    /* Dropping an old result can run program code that fills the cache again. */
    while (c->oldest != NULL && (int64_t)dict_size(as_dict(c->cache)) >= c->maxsize) {
        if (!lru_evict(rt, c)) {
            return false;
        }
    }
    ouro_value there = lru_find(rt, c, key, hash);
    if (!ouro_is_null(there) || error_is_set(rt)) {
        value_decref(rt, there);
        return !error_is_set(rt);
    }
    lru_link_object *link = object_new(rt, &c->link_type->type, 0);
    if (link == NULL) {
        return false;
    }
    link->key = value_incref(key);
    link->hash = hash;
    link->result = value_incref(result);
    gc_track(rt, &link->object);
    bool ok = lru_store(rt, c, key, hash, ouro_from_object(link));
    if (ok && link->object.refcount > 1) {
        lru_ring_add(c, link);
    }
    object_decref(rt, &link->object);
    return ok;
}

static ouro_value lru_call_limited(ouro_runtime *rt, lru_cache_object *c, const ouro_value *args, size_t nargs,
                                   ouro_value kwnames, ouro_value key, hash_t hash)
{
    ouro_value found = lru_find(rt, c, key, hash);
    if (!ouro_is_null(found)) {
        lru_link_object *link = as_lru_link(found);
        if (link->next != NULL) {
            lru_ring_take(c, link);
            lru_ring_add(c, link);
        }
        ouro_value result = value_incref(link->result);
        c->hits++;
        value_decref(rt, found);
        return result;
    }
    if (error_is_set(rt)) {
        return OURO_NULL;
    }
    c->misses++;
    ouro_value result = object_call(rt, c->function, args, nargs, kwnames);
    if (ouro_is_null(result)) {
        return OURO_NULL;
    }
    /* The call may have stored the same key. */
    found = lru_find(rt, c, key, hash);
    bool ok = !error_is_set(rt);
    if (ok && ouro_is_null(found)) {
        ok = lru_remember(rt, c, key, hash, result);
    }
    value_decref(rt, found);
    if (!ok) {
        value_decref(rt, result);
        return OURO_NULL;
    }
    return result;
}

static ouro_value lru_cache_call(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                                 ouro_value kwnames)
{
    lru_cache_object *c = as_lru_cache(self);
    if (c->maxsize == 0) {
        c->misses++;
        return object_call(rt, c->function, args, nargs, kwnames);
    }
    ouro_value key = lru_key(rt, c, args, nargs, kwnames);
    if (ouro_is_null(key)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    hash_t hash = object_hash(rt, key);
    if (hash != -1) {
        result = c->maxsize < 0 ? lru_call_unlimited(rt, c, args, nargs, kwnames, key, hash)
                                : lru_call_limited(rt, c, args, nargs, kwnames, key, hash);
    }
    value_decref(rt, key);
    return result;
}

/* ---- the type ------------------------------------------------------------------------------------------- */

/* _lru_cache_wrapper(user_function, maxsize, typed, cache_info_type) */
static ouro_value lru_cache_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                 ouro_value kwnames)
{
    ouro_value a[4];
    int64_t maxsize = -1;
    if (!arguments_bind(rt, "lru_cache", "user_function, maxsize, typed, cache_info_type", args, nargs, kwnames, a)) {
        return OURO_NULL;
    }
    if (!object_is_callable(rt, a[0])) {
        return error_type(rt, "the first argument must be callable");
    }
    if (!ouro_is_none(a[1])) {
        if (!value_is_int(rt, a[1])) {
            return error_type(rt, "maxsize should be integer or None");
        }
        if (!int_as_int64(rt, a[1], &maxsize)) {
            return OURO_NULL;
        }
        maxsize = maxsize < 0 ? 0 : maxsize;
    }
    int typed = object_truth(rt, a[2]);
    if (typed < 0) {
        return OURO_NULL;
    }
    ouro_value cache = dict_new(rt, 0);
    ouro_value mark = ouro_is_null(cache) ? OURO_NULL : instance_new(rt, TYPE(rt, object));
    lru_cache_object *c = ouro_is_null(mark) ? NULL : object_new(rt, &type->type, 0);
    if (c == NULL) {
        value_decref(rt, mark);
        value_decref(rt, cache);
        return OURO_NULL;
    }
    c->function = value_incref(a[0]);
    c->cache = cache;
    c->mark = mark;
    c->info_type = value_incref(a[3]);
    c->link_type = type_of_spec(rt, &lru_link_spec);
    c->maxsize = maxsize;
    c->typed = typed > 0;
    gc_track(rt, &c->object);
    return ouro_from_object(c);
}

static ouro_value lru_cache_descr_get(ouro_runtime *rt, ouro_value self, ouro_value instance, ouro_value owner)
{
    if (ouro_is_null(instance) || ouro_is_none(instance)) {
        return value_incref(self);
    }
    return bound_method_new(rt, self, instance);
}

static ouro_value lru_cache_info(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const lru_cache_object *c = as_lru_cache(args[0]);
    ouro_value items[4] = {ouro_int(c->hits), ouro_int(c->misses), c->maxsize < 0 ? OURO_NONE : ouro_int(c->maxsize),
                           ouro_int((int64_t)dict_size(as_dict(c->cache)))};
    return object_call(rt, c->info_type, items, 4, OURO_NULL);
}

static ouro_value lru_cache_empty(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    lru_cache_object *c = as_lru_cache(args[0]);
    lru_ring_empty(c);
    c->hits = c->misses = 0;
    ouro_value fresh = dict_new(rt, 0);
    if (ouro_is_null(fresh)) {
        return OURO_NULL;
    }
    /* The old dict dies as a whole when nobody uses it any more: a call in progress may. */
    value_replace(rt, &c->cache, fresh);
    return OURO_NONE;
}

static ouro_value lru_cache_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return object_getattr(rt, args[0], STR(rt, __qualname__));
}

static ouro_value lru_cache_copy(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return value_incref(args[0]);
}

static const ouro_field lru_link_fields[] = {
    {OURO_FIELD_VALUE, offsetof(lru_link_object, key), 0, "key"},
    {OURO_FIELD_VALUE, offsetof(lru_link_object, result), 0, "result"},
};

const type_spec lru_link_spec = {
    .name = "functools._lru_list_elem",
    .size = sizeof(lru_link_object),
    .flags = TYPE_NO_MAKE,
    .fields = lru_link_fields,
    .field_count = 2,
    .dispose = lru_link_dispose,
};

static const ouro_field lru_cache_fields[] = {
    {OURO_FIELD_VALUE, offsetof(lru_cache_object, function), 0, "__wrapped__"},
    {OURO_FIELD_VALUE, offsetof(lru_cache_object, cache), 0, "cache"},
    {OURO_FIELD_VALUE, offsetof(lru_cache_object, info_type), 0, "cache_info_type"},
    {OURO_FIELD_VALUE, offsetof(lru_cache_object, mark), 0, "kwd_mark"},
};

static const method_def lru_cache_methods[] = {
    {"cache_info", "?self, /", lru_cache_info, NULL, 0, "Report cache statistics"},
    {"cache_clear", "?self, /", lru_cache_empty, NULL, 0, "Clear the cache and cache statistics"},
    {"__reduce__", "?self, /", lru_cache_reduce, NULL, 0, NULL},
    {"__copy__", "?self, /", lru_cache_copy, NULL, 0, NULL},
    {"__deepcopy__", "?self, memo, /", lru_cache_copy, NULL, 0, NULL},
    {0},
};

const type_spec lru_cache_spec = {
    .name = "functools._lru_cache_wrapper",
    .size = sizeof(lru_cache_object),
    .flags = TYPE_BASE | TYPE_HAS_DICT | OURO_TYPE_WEAKREF | TYPE_METHOD_DESCR,
    .doc = "Create a cached callable that wraps another function.\n\nuser_function:      the function being cached\n\n"
           "maxsize:  0         for no caching\n          None      for unlimited cache size\n          n         for a "
           "bounded cache\n\ntyped:    False     cache f(3) and f(3.0) as identical calls\n          True      cache "
           "f(3) and f(3.0) as distinct calls\n\ncache_info_type:    namedtuple class with the fields:\n                "
           "        hits misses currsize maxsize\n",
    .fields = lru_cache_fields,
    .field_count = 4,
    .clear = lru_cache_clear_hook,
    .methods = lru_cache_methods,
    .slots = {.make = lru_cache_make, .call = lru_cache_call, .descr_get = lru_cache_descr_get},
};
