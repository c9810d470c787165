/* hash_modules.c: the modules _md5, _sha1, _sha256, _sha512, _sha3 and _blake2, over the digests of hash.h.
 */
#include "modules/hash.h"
#include "modules/modules.h"

#include "types/binder.h"
#include "types/buffer.h"
#include "types/bytes.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "types/type_build.h"

typedef struct hash_object {
    ouro_object object;
    hash_state state;
} hash_object;

static hash_state *hash_of(ouro_value v)
{
    return &((hash_object *)(void *)ouro_as_object(v))->state;
}

static bool hash_feed(ouro_runtime *rt, hash_state *s, ouro_value data)
{
    buffer_view view;
    if (value_is_str(rt, data)) {
        error_type(rt, "Unicode-objects must be encoded before hashing");
        return false;
    }
    if (!value_has_buffer(rt, data)) {
        error_type(rt, "object supporting the buffer API required");
        return false;
    }
    if (!buffer_get(rt, data, &view, false)) {
        return false;
    }
    hash_update(s, view.data, view.length);
    buffer_release(rt, &view);
    return true;
}

static ouro_value hash_update_method(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return hash_feed(rt, hash_of(args[0]), args[1]) ? OURO_NONE : OURO_NULL;
}

/* How long a digest: the kind's, or what the argument says. */
static bool hash_length(ouro_runtime *rt, const ouro_value *args, size_t nargs, size_t *length)
{
    const hash_state *s = hash_of(args[0]);
    int64_t asked;
    *length = s->digest_size;
    if (s->kind->digest_size != 0) {
        return true;
    }
    if (!object_as_index(rt, args[1], &asked, true)) {
        return false;
    }
    if (asked < 0 || asked >= INT64_C(1) << 29) {
        error_value(rt, asked < 0 ? "value must be positive" : "length is too large");
        return false;
    }
    *length = (size_t)asked;
    return true;
}

static ouro_value hash_digest_method(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    size_t length;
    if (!hash_length(rt, args, nargs, &length)) {
        return OURO_NULL;
    }
    ouro_value bytes = bytes_new(rt, NULL, length);
    if (!ouro_is_null(bytes)) {
        hash_digest(hash_of(args[0]), as_bytes(bytes)->data, length);
    }
    return bytes;
}

static ouro_value hash_hexdigest_method(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value bytes = hash_digest_method(rt, args, nargs);
    if (ouro_is_null(bytes)) {
        return bytes;
    }
    static const char digits[] = "0123456789abcdef";
    size_t length = as_bytes(bytes)->length;
    str_object *text = str_new_blank(rt, 2 * length, 127);
    for (size_t i = 0; text != NULL && i < length; i++) {
        text->data[2 * i] = (unsigned char)digits[as_bytes(bytes)->data[i] >> 4];
        text->data[2 * i + 1] = (unsigned char)digits[as_bytes(bytes)->data[i] & 15];
    }
    value_decref(rt, bytes);
    return text == NULL ? OURO_NULL : ouro_from_object(text);
}

static ouro_value hash_copy_method(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    hash_object *copy = object_new(rt, &value_type(rt, args[0])->type, 0);
    if (copy == NULL) {
        return OURO_NULL;
    }
    copy->state = *hash_of(args[0]);
    return ouro_from_object(copy);
}

static ouro_value hash_get_name(ouro_runtime *rt, ouro_value self, void *closure)
{
    return str_from_cstring(rt, hash_of(self)->kind->name);
}

static ouro_value hash_get_block_size(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_int((int64_t)hash_of(self)->kind->block_size);
}

static ouro_value hash_get_digest_size(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_int((int64_t)hash_of(self)->digest_size);
}

static const getset_def hash_getsets[] = {
    {"name", hash_get_name, NULL, NULL, NULL},
    {"block_size", hash_get_block_size, NULL, NULL, NULL},
    {"digest_size", hash_get_digest_size, NULL, NULL, NULL},
    {0},
};

/* Of the 1,600 bits of SHA-3's state a block fills the rate; the capacity is the rest. */
static ouro_value hash_get_rate(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_int((int64_t)hash_of(self)->kind->block_size * 8);
}

static ouro_value hash_get_capacity(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_int(1600 - (int64_t)hash_of(self)->kind->block_size * 8);
}

static ouro_value hash_get_suffix(ouro_runtime *rt, ouro_value self, void *closure)
{
    return bytes_new(rt, &hash_of(self)->kind->padding, 1);
}

static const getset_def hash_sha3_getsets[] = {
    {"name", hash_get_name, NULL, NULL, NULL},
    {"block_size", hash_get_block_size, NULL, NULL, NULL},
    {"digest_size", hash_get_digest_size, NULL, NULL, NULL},
    {"_capacity_bits", hash_get_capacity, NULL, NULL, NULL},
    {"_rate_bits", hash_get_rate, NULL, NULL, NULL},
    {"_suffix", hash_get_suffix, NULL, NULL, NULL},
    {0},
};

static const method_def hash_methods[] = {
    {"update", "self, obj, /", hash_update_method, NULL, 0,
     "Update this hash object's state with the provided string."},
    {"digest", "self, /", hash_digest_method, NULL, 0, "Return the digest value as a bytes object."},
    {"hexdigest", "self, /", hash_hexdigest_method, NULL, 0,
     "Return the digest value as a string of hexadecimal digits."},
    {"copy", "self, /", hash_copy_method, NULL, 0, "Return a copy of the hash object."},
    {0},
};

static const method_def hash_shake_methods[] = {
    {"update", "self, obj, /", hash_update_method, NULL, 0,
     "Update this hash object's state with the provided bytes-like "
     "object."},
    {"digest", "self, length, /", hash_digest_method, NULL, 0, "Return the digest value as a bytes object."},
    {"hexdigest", "self, length, /", hash_hexdigest_method, NULL, 0,
     "Return the digest value as a string of hexadecimal digits."},
    {"copy", "self, /", hash_copy_method, NULL, 0, "Return a copy of the hash object."},
    {0},
};

static ouro_value hash_make_of(ouro_runtime *rt, type_object *type, const hash_kind *kind, ouro_value data)
{
    hash_object *h = object_new(rt, &type->type, 0);
    if (h == NULL) {
        return OURO_NULL;
    }
    hash_begin(&h->state, kind);
    ouro_value result = ouro_from_object(h);
    if (!ouro_is_null(data) && !hash_feed(rt, &h->state, data)) {
        value_clear(rt, &result);
    }
    return result;
}

static type_object *hash_type_of(ouro_runtime *rt, const type_spec *spec)
{
    type_object *type = type_of_spec(rt, spec);
    return type != NULL ? type : type_from_spec(rt, spec);
}

/* ---- _md5, _sha1, _sha256, _sha512: functions that make objects of hidden types
 * --------------------------------- */

#define HASH_PLAIN(id, module_name, type_name)                                                               \
    static const type_spec hash_##id##_spec = {                                                              \
        .name = module_name "." type_name,                                                                   \
        .size = sizeof(hash_object),                                                                         \
        .flags = OURO_TYPE_LEAF | TYPE_NO_MAKE,                                                              \
        .methods = hash_methods,                                                                             \
        .getsets = hash_getsets,                                                                             \
    };                                                                                                       \
    static ouro_value hash_new_##id(ouro_runtime *rt, const ouro_value *args, size_t nargs)                  \
    {                                                                                                        \
        return hash_make_of(rt, hash_type_of(rt, &hash_##id##_spec), &hash_##id,                             \
                            arg_or_null(args, nargs, 0));                                                    \
    }

HASH_PLAIN(md5, "_md5", "md5")
HASH_PLAIN(sha1, "_sha1", "sha1")
HASH_PLAIN(sha224, "_sha256", "sha224")
HASH_PLAIN(sha256, "_sha256", "sha256")
HASH_PLAIN(sha384, "_sha512", "sha384")
HASH_PLAIN(sha512, "_sha512", "sha512")

#define HASH_FUNCTION(id)                                                                                    \
    {                                                                                                        \
#id, "string=b'', *, usedforsecurity=True", hash_new_##id, NULL, 0,                                  \
            "Return a new " #id " hash object."                                                              \
    }

static const method_def hash_md5_functions[] = {HASH_FUNCTION(md5), {0}};
static const method_def hash_sha1_functions[] = {HASH_FUNCTION(sha1), {0}};
static const method_def hash_sha256_functions[] = {HASH_FUNCTION(sha256), HASH_FUNCTION(sha224), {0}};
static const method_def hash_sha512_functions[] = {HASH_FUNCTION(sha512), HASH_FUNCTION(sha384), {0}};

/* The types exist from the module's start on, so that making an object needs no type made. */
static bool hash_md5_start(ouro_runtime *rt, module_object *module)
{
    return hash_type_of(rt, &hash_md5_spec) != NULL;
}

static bool hash_sha1_start(ouro_runtime *rt, module_object *module)
{
    return hash_type_of(rt, &hash_sha1_spec) != NULL;
}

static bool hash_sha256_start(ouro_runtime *rt, module_object *module)
{
    return hash_type_of(rt, &hash_sha224_spec) != NULL && hash_type_of(rt, &hash_sha256_spec) != NULL;
}

static bool hash_sha512_start(ouro_runtime *rt, module_object *module)
{
    return hash_type_of(rt, &hash_sha384_spec) != NULL && hash_type_of(rt, &hash_sha512_spec) != NULL;
}

const module_def md5_module_def = {.name = "_md5", .functions = hash_md5_functions, .start = hash_md5_start};
const module_def sha1_module_def = {
    .name = "_sha1", .functions = hash_sha1_functions, .start = hash_sha1_start};
const module_def sha256_module_def = {
    .name = "_sha256", .functions = hash_sha256_functions, .start = hash_sha256_start};
const module_def sha512_module_def = {
    .name = "_sha512", .functions = hash_sha512_functions, .start = hash_sha512_start};

/* ---- _sha3: types
 * ------------------------------------------------------------------------------------------ */

static ouro_value hash_make_sha3(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                 ouro_value kwnames)
{
    static const hash_kind *const kinds[] = {&hash_sha3_224, &hash_sha3_256,  &hash_sha3_384,
                                             &hash_sha3_512, &hash_shake_128, &hash_shake_256};
    ouro_value out[2];
    const char *name = type_short_name(type);
    if (!arguments_bind(rt, name, "data=b'', /, *, usedforsecurity=True", args, nargs, kwnames, out)) {
        return OURO_NULL;
    }
    size_t i = 0;
    while (strcmp(kinds[i]->name, name) != 0) {
        i++;
    }
    return hash_make_of(rt, type, kinds[i], out[0]);
}

#define HASH_SHA3(id, method_table)                                                                          \
    static const type_spec hash_##id##_spec = {                                                              \
        .name = "_sha3." #id,                                                                                \
        .size = sizeof(hash_object),                                                                         \
        .flags = OURO_TYPE_LEAF,                                                                             \
        .methods = method_table,                                                                             \
        .getsets = hash_sha3_getsets,                                                                             \
        .slots = {.make = hash_make_sha3},                                                                   \
    };

HASH_SHA3(sha3_224, hash_methods)
HASH_SHA3(sha3_256, hash_methods)
HASH_SHA3(sha3_384, hash_methods)
HASH_SHA3(sha3_512, hash_methods)
HASH_SHA3(shake_128, hash_shake_methods)
HASH_SHA3(shake_256, hash_shake_methods)

static bool hash_sha3_start(ouro_runtime *rt, module_object *module)
{
    static const type_spec *const specs[] = {&hash_sha3_224_spec, &hash_sha3_256_spec,  &hash_sha3_384_spec,
                                             &hash_sha3_512_spec, &hash_shake_128_spec, &hash_shake_256_spec};
    for (size_t i = 0; i < 6; i++) {
        if (module_add_type(rt, module, specs[i]) == NULL) {
            return false;
        }
    }
    return module_add_text(rt, module, "implementation", "generic 64-bit");
}

const module_def sha3_module_def = {.name = "_sha3", .start = hash_sha3_start};

/* ---- _blake2
 * ----------------------------------------------------------------------------------------------- */

/* An optional int argument within [least, most]. */
static bool blake2_number(ouro_runtime *rt, ouro_value v, const char *message, uint64_t least, uint64_t most,
                          uint64_t *number)
{
    if (ouro_is_null(v)) {
        return true;
    }
    ouro_value index = object_index(rt, v);
    bool ok = !ouro_is_null(index);
    if (ok && int_sign(index) < 0) {
        error_value(rt, "%s", message);
        ok = false;
    }
    ok = ok && int_as_uint64(rt, index, number);
    value_decref(rt, index);
    if (ok && (*number < least || *number > most)) {
        error_value(rt, "%s", message);
        ok = false;
    }
    return ok;
}

/* An optional int argument that may be as large as its field in the parameter block. */
static bool blake2_large(ouro_runtime *rt, ouro_value v, const char *what, uint64_t most, uint64_t *number)
{
    if (!blake2_number(rt, v, "value must be positive", 0, UINT64_MAX, number)) {
        return false;
    }
    if (*number > most) {
        error_overflow(rt, "%s is too large", what);
    }
    return *number <= most;
}

/* An optional bytes-like argument of at most `most` bytes into `out`. */
static bool blake2_bytes(ouro_runtime *rt, ouro_value v, const char *what, size_t most, unsigned char *out,
                         size_t *length)
{
    buffer_view view;
    *length = 0;
    if (ouro_is_null(v)) {
        return true;
    }
    if (!buffer_get(rt, v, &view, false)) {
        return false;
    }
    bool ok = view.length <= most;
    if (ok) {
        memcpy(out, view.data, view.length);
        *length = view.length;
    } else {
        error_value(rt, "maximum %s length is %zu bytes", what, most);
    }
    buffer_release(rt, &view);
    return ok;
}

static ouro_value hash_make_blake2(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                   ouro_value kwnames)
{
    enum {
        DATA,
        DIGEST_SIZE,
        KEY,
        SALT,
        PERSON,
        FANOUT,
        DEPTH,
        LEAF_SIZE,
        NODE_OFFSET,
        NODE_DEPTH,
        INNER_SIZE,
        LAST_NODE,
        SECURITY,
        COUNT
    };
    ouro_value out[COUNT];
    if (!arguments_bind(
            rt, type_short_name(type),
            "data=b'', /, *, digest_size=64, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, "
            "node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True",
            args, nargs, kwnames, out)) {
        return OURO_NULL;
    }
    bool wide = strcmp(type_short_name(type), "blake2b") == 0;
    const hash_kind *kind = wide ? &hash_blake2b : &hash_blake2s;
    size_t most = kind->digest_size, salt_size = wide ? 16 : 8;
    uint64_t digest_size = most, fanout = 1, depth = 1, leaf_size = 0, node_offset = 0, node_depth = 0,
             inner_size = 0;
    unsigned char parameters[64] = {0}, key[HASH_MAX_KEY];
    size_t key_length, ignored;
    size_t salt_at = wide ? 32 : 16;
    int last = ouro_is_null(out[LAST_NODE]) ? 0 : object_truth(rt, out[LAST_NODE]);
    if (last < 0 ||
        !blake2_number(rt, out[DIGEST_SIZE],
                       wide ? "digest_size for blake2b must be between 1 and 64 bytes"
                            : "digest_size for blake2s must be between 1 and 32 bytes",
                       1, most, &digest_size) ||
        !blake2_bytes(rt, out[SALT], "salt", salt_size, parameters + salt_at, &ignored) ||
        !blake2_bytes(rt, out[PERSON], "person", salt_size, parameters + salt_at + salt_size, &ignored) ||
        !blake2_number(rt, out[FANOUT], "fanout must be between 0 and 255", 0, 255, &fanout) ||
        !blake2_number(rt, out[DEPTH], "depth must be between 1 and 255", 1, 255, &depth) ||
        !blake2_large(rt, out[LEAF_SIZE], "leaf_size", UINT32_MAX, &leaf_size) ||
        !blake2_large(rt, out[NODE_OFFSET], "node_offset", wide ? UINT64_MAX : (UINT64_C(1) << 48) - 1, &node_offset) ||
        !blake2_number(rt, out[NODE_DEPTH], "node_depth must be between 0 and 255", 0, 255, &node_depth) ||
        !blake2_number(rt, out[INNER_SIZE],
                       wide ? "inner_size must be between 0 and is 64"
                            : "inner_size must be between 0 and is 32",
                       0, most, &inner_size) ||
        !blake2_bytes(rt, out[KEY], "key", most, key, &key_length)) {
        return OURO_NULL;
    }
    parameters[0] = (unsigned char)digest_size;
    parameters[1] = (unsigned char)key_length;
    parameters[2] = (unsigned char)fanout;
    parameters[3] = (unsigned char)depth;
    for (size_t i = 0; i < 4; i++) {
        parameters[4 + i] = (unsigned char)(leaf_size >> (8 * i));
    }
    for (size_t i = 0; i < (wide ? 8 : 6); i++) {
        parameters[8 + i] = (unsigned char)(node_offset >> (8 * i));
    }
    parameters[wide ? 16 : 14] = (unsigned char)node_depth;
    parameters[wide ? 17 : 15] = (unsigned char)inner_size;
    hash_object *h = object_new(rt, &type->type, 0);
    if (h == NULL) {
        return OURO_NULL;
    }
    hash_begin_blake2(&h->state, kind, parameters, key, key_length);
    h->state.flags_last_node = last > 0;
    ouro_value result = ouro_from_object(h);
    if (!ouro_is_null(out[DATA]) && !hash_feed(rt, &h->state, out[DATA])) {
        value_clear(rt, &result);
    }
    return result;
}

#define HASH_BLAKE2(id)                                                                                      \
    static const type_spec hash_##id##_spec = {                                                              \
        .name = "_blake2." #id,                                                                              \
        .size = sizeof(hash_object),                                                                         \
        .flags = OURO_TYPE_LEAF,                                                                             \
        .methods = hash_methods,                                                                             \
        .getsets = hash_getsets,                                                                             \
        .slots = {.make = hash_make_blake2},                                                                 \
    };

HASH_BLAKE2(blake2b)
HASH_BLAKE2(blake2s)

static bool hash_blake2_start(ouro_runtime *rt, module_object *module)
{
    static const struct {
        const type_spec *spec;
        int64_t salt, person, key, digest;
    } types[] = {{&hash_blake2b_spec, 16, 16, 64, 64}, {&hash_blake2s_spec, 8, 8, 32, 32}};
    for (size_t i = 0; i < 2; i++) {
        type_object *type = module_add_type(rt, module, types[i].spec);
        if (type == NULL) {
            return false;
        }
        const struct {
            const char *name;
            int64_t value;
        } numbers[] = {{"SALT_SIZE", types[i].salt},
                       {"PERSON_SIZE", types[i].person},
                       {"MAX_KEY_SIZE", types[i].key},
                       {"MAX_DIGEST_SIZE", types[i].digest}};
        for (size_t k = 0; k < 4; k++) {
            ouro_value name = str_intern_cstring(rt, numbers[k].name);
            bool ok = !ouro_is_null(name) && type_fill(rt, type) && dict_set(rt, type->dict, name, ouro_int(numbers[k].value));
            value_decref(rt, name);
            if (!ok) {
                return false;
            }
        }
        type_modified(rt, type);
    }
    return true;
}

const module_def blake2_module_def = {.name = "_blake2", .start = hash_blake2_start};
