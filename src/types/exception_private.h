/* exception_private.h: what the files of the exception types share. */
#ifndef OURO_SRC_TYPES_EXCEPTION_PRIVATE_H
#define OURO_SRC_TYPES_EXCEPTION_PRIVATE_H

#include "types/containers.h"
#include "types/error.h"
#include "types/error_private.h"
#include "types/exception.h"
#include "types/protocol.h"
#include "types/str.h"

enum { EXCEPTION_FLAGS = TYPE_BASE | TYPE_HAS_DICT | TYPE_IS_EXCEPTION };

/* The references that every exception holds; the fields of a type with more begin with these. */
#define EXCEPTION_FIELDS \
    {OURO_FIELD_VALUE, offsetof(exception_object, args), 0, "args"}, \
        {OURO_FIELD_VALUE, offsetof(exception_object, traceback), 0, "__traceback__"}, \
        {OURO_FIELD_VALUE, offsetof(exception_object, context), 0, "__context__"}, \
        {OURO_FIELD_VALUE, offsetof(exception_object, cause), 0, "__cause__"}, \
        {OURO_FIELD_VALUE, offsetof(exception_object, notes), 0, "__notes__"}

enum { EXCEPTION_FIELD_COUNT = 5 };

extern const ouro_field exception_fields[EXCEPTION_FIELD_COUNT];

/* BaseException.__new__, __init__, __str__. */
ouro_value exception_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                          ouro_value kwnames);
bool exception_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs, ouro_value kwnames);
ouro_value exception_str(ouro_runtime *rt, ouro_value self);
/* Sets self.args to the tuple of these. */
OURO_NODISCARD bool exception_set_args(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs);
/* (type, args) or (type, args, state): what __reduce__ returns.  `state` may be OURO_NULL. */
ouro_value exception_reduce_with(ouro_runtime *rt, ouro_value self, ouro_value args, ouro_value state);
/* A copy of what __reduce__ tells as state: own attributes and notes; None when there are none. */
ouro_value exception_state(ouro_runtime *rt, ouro_value self);
/* The i-th of self.args, borrowed; OURO_NULL: there are fewer. */
ouro_value exception_arg(ouro_value self, size_t i);
size_t exception_arg_count(ouro_value self);

#endif
