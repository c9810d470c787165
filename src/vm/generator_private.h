/* generator_private.h: what generator.c and async_generator.c share. */
#ifndef OURO_SRC_VM_GENERATOR_PRIVATE_H
#define OURO_SRC_VM_GENERATOR_PRIVATE_H

#include "vm/generator.h"

extern const ouro_field generator_fields[];

int generator_traverse(ouro_runtime *rt, ouro_object *self, ouro_visit_fn visit, void *context);
int generator_traverse_edges(ouro_runtime *rt, ouro_object *self, ouro_edge_fn visit, void *context);
void generator_clear(ouro_runtime *rt, ouro_object *self);
void generator_dispose(ouro_runtime *rt, ouro_object *self);
void generator_finalize(ouro_runtime *rt, ouro_object *self);
ouro_value generator_repr(ouro_runtime *rt, ouro_value self);

const char *generator_kind_name(ouro_runtime *rt, const generator_object *g);
ouro_value generator_delegate(const generator_object *g);
/* Throws `exception` (borrowed, an instance) into the generator where it is suspended. */
send_result generator_throw(ouro_runtime *rt, generator_object *g, bool close_on_exit, ouro_value exception,
                            ouro_value *result);
ouro_value generator_close(ouro_runtime *rt, generator_object *g);
ouro_value generator_result(ouro_runtime *rt, send_result state, ouro_value result);
void coroutine_record_origin(ouro_runtime *rt, generator_object *g);
/* The exception that throw(type, value, traceback) means: new reference. */
ouro_value generator_throw_argument(ouro_runtime *rt, ouro_value type, ouro_value value, ouro_value traceback);
ouro_value generator_get_name(ouro_runtime *rt, ouro_value self, void *qualified);
bool generator_set_name(ouro_runtime *rt, ouro_value self, ouro_value value, void *qualified);
ouro_value generator_get_frame(ouro_runtime *rt, ouro_value self, void *closure);
ouro_value generator_get_code(ouro_runtime *rt, ouro_value self, void *closure);
ouro_value generator_get_delegate(ouro_runtime *rt, ouro_value self, void *closure);

ouro_value generator_method_send(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value generator_method_throw(ouro_runtime *rt, const ouro_value *args, size_t nargs);
ouro_value generator_method_close(ouro_runtime *rt, const ouro_value *args, size_t nargs);

/* An async generator that dies unfinished is handed to its finalizer hook: true when it was. */
bool async_generator_finalize(ouro_runtime *rt, generator_object *g);

#endif
