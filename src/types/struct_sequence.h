/* struct_sequence.h: tuples whose items also have names: time.struct_time, os.stat_result, sys.flags.
 *
 * Such a type is a constant struct_sequence_def; its names are member_defs that point into the items:
 *
 *     static const member_def fields[] = {STRUCT_SEQUENCE_FIELD(0, "user", "user time"), ..., {0}};
 *     static const struct_sequence_def times_def = {STRUCT_SEQUENCE_SPEC("posix.times_result", doc, fields), 5, 5};
 *
 * The first `visible` items are the tuple; the others can be reached by name only.  An instance is a tuple_object
 * of size `visible` with the hidden items behind.
 */
#ifndef OURO_SRC_TYPES_STRUCT_SEQUENCE_H
#define OURO_SRC_TYPES_STRUCT_SEQUENCE_H

#include "types/containers.h"

typedef struct struct_sequence_def {
    type_spec spec;
    size_t count;   /* items, hidden ones included */
    size_t visible;
} struct_sequence_def;

#define STRUCT_SEQUENCE_FIELD(index, name, doc)                                                                  \
    {                                                                                                            \
        name, (uint32_t)(offsetof(tuple_object, items) + (index) * sizeof(ouro_value)),                          \
            MEMBER_READONLY | MEMBER_NONE_IF_NULL, doc                                                           \
    }

#define STRUCT_SEQUENCE_SPEC(type_name, type_doc, field_members)                                                 \
    STRUCT_SEQUENCE_SPEC_SHOWN(type_name, type_doc, field_members, NULL)

/* The same for a type whose str() is not its repr(). */
#define STRUCT_SEQUENCE_SPEC_SHOWN(type_name, type_doc, field_members, show)                                     \
    {                                                                                                            \
        .name = (type_name), .size = sizeof(tuple_object), .flags = TYPE_SEQUENCE | TYPE_IS_TUPLE | TYPE_VAR_SIZED, \
        .base = &tuple_spec, .doc = (type_doc), .traverse = struct_sequence_traverse,                            \
        .clear = struct_sequence_clear, .methods = struct_sequence_methods, .members = (field_members),          \
        .fill = struct_sequence_fill,                                                                            \
        .slots = {.make = struct_sequence_make, .repr = struct_sequence_repr, .str = (show)},                    \
    }

/* The same for a type that no program can make instances of (sys.flags). */
#define STRUCT_SEQUENCE_SEALED_SPEC(type_name, type_doc, field_members)                                          \
    {                                                                                                            \
        .name = (type_name), .size = sizeof(tuple_object),                                                       \
        .flags = TYPE_SEQUENCE | TYPE_IS_TUPLE | TYPE_VAR_SIZED | TYPE_NO_MAKE, .base = &tuple_spec,             \
        .doc = (type_doc), .traverse = struct_sequence_traverse, .clear = struct_sequence_clear,                 \
        .methods = struct_sequence_methods, .members = (field_members), .fill = struct_sequence_fill,            \
        .slots = {.repr = struct_sequence_repr},                                                                 \
    }

/* Creates the type in this runtime.  NULL: failed. */
OURO_NODISCARD type_object *struct_sequence_start(ouro_runtime *rt, const struct_sequence_def *def);
/* A new instance; `items` are def->count values whose references are stolen (also on failure).  Any of them
 * OURO_NULL: fails at once (so that calls nest). */
OURO_NODISCARD ouro_value struct_sequence_new(ouro_runtime *rt, type_object *type, ouro_value *items);

/* For the specs above. */
int struct_sequence_traverse(ouro_runtime *rt, ouro_object *self, ouro_visit_fn visit, void *context);
/* __match_args__, n_fields and its kin. */
bool struct_sequence_fill(ouro_runtime *rt, type_object *type, dict_object *dict);
void struct_sequence_clear(ouro_runtime *rt, ouro_object *self);
ouro_value struct_sequence_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                ouro_value kwnames);
ouro_value struct_sequence_repr(ouro_runtime *rt, ouro_value self);
extern const method_def struct_sequence_methods[];

#endif
