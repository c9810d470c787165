/* type_build.h: what the files that make types share: type.c, type_new.c, type_inherit.c, types.c. */
#ifndef OURO_SRC_TYPES_TYPE_BUILD_H
#define OURO_SRC_TYPES_TYPE_BUILD_H

#include "types/types.h"

/* The slots of type, and the look-up without AttributeError. */
ouro_value type_getattr(ouro_runtime *rt, ouro_value self, ouro_value name);
bool type_setattr(ouro_runtime *rt, ouro_value self, ouro_value name, ouro_value value);
OURO_NODISCARD ouro_value type_getattr_quiet(ouro_runtime *rt, ouro_value self, ouro_value name);
/* Adds the names that the class and its bases define to the dict `names`. */
OURO_NODISCARD bool type_names_into(ouro_runtime *rt, ouro_value names, type_object *type);
/* isinstance and issubclass without __instancecheck__ and __subclasscheck__ (protocol_class.c). */
OURO_NODISCARD int object_is_instance_plainly(ouro_runtime *rt, ouro_value v, ouro_value class);
OURO_NODISCARD int object_is_subclass_plainly(ouro_runtime *rt, ouro_value v, ouro_value class);

/* type.__new__ and type.__init__. */
ouro_value type_make(ouro_runtime *rt, type_object *metatype, const ouro_value *args, size_t nargs,
                     ouro_value kwnames);
bool type_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs, ouro_value kwnames);

/* object.__new__ and object.__init__. */
ouro_value object_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                       ouro_value kwnames);
bool object_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs, ouro_value kwnames);

/* The C3 linearization of `type` as its bases have it now, or what its metaclass's mro() returns.  A tuple;
 * OURO_NULL: failed. */
OURO_NODISCARD ouro_value type_compute_mro(ouro_runtime *rt, type_object *type);
OURO_NODISCARD ouro_value type_mro_linearize(ouro_runtime *rt, type_object *type);
/* The base whose layout the others' do not contradict: borrowed; NULL with TypeError. */
OURO_NODISCARD type_object *type_best_base(ouro_runtime *rt, ouro_value bases);
/* The nearest type on the chain of bases that adds to the layout (size) of its base. */
type_object *type_solid_base(type_object *type);
/* Could an object of class `from` be one of class `to`? */
bool type_same_layout(ouro_runtime *rt, type_object *from, type_object *to);
/* Flags that a class takes over from a base. */
void type_inherit_flags(type_object *type, const type_object *base);
/* Enters `type` as a direct subclass of each of its bases / takes it out. */
OURO_NODISCARD bool type_enter_subclass(ouro_runtime *rt, type_object *base, type_object *type);
void type_leave_subclass(ouro_runtime *rt, type_object *base, type_object *type);
/* Steps through the direct subclasses: *position begins at 0; borrowed; NULL at the end. */
type_object *type_next_subclass(type_object *type, size_t *position);
/* The type and all classes below it, each once, bases before the derived where there is a single base; the list is
 * threaded through the types and must be stepped through to its end by type_collected_next before another is made. */
type_object *type_collect_subclasses(type_object *type);
type_object *type_collected_next(type_object *type);
/* type.__bases__ = bases. */
OURO_NODISCARD bool type_set_bases(ouro_runtime *rt, type_object *type, ouro_value bases);
uint32_t type_next_version(ouro_runtime *rt);

/* A built-in type in two steps: its block with layout, flags and slots; then its dict, names and MRO. */
OURO_NODISCARD type_object *type_prepare(ouro_runtime *rt, const type_spec *spec, type_object *base,
                                         type_object *metatype);
OURO_NODISCARD bool type_complete(ouro_runtime *rt, type_object *type, type_object *second_base);
/* type_fill_for without an exception, for the look-up; type_fill for all classes of an MRO. */
OURO_NODISCARD bool type_fill_quietly(ouro_runtime *rt, type_object *type, ouro_value name);
OURO_NODISCARD bool type_fill_order(ouro_runtime *rt, ouro_value mro);
/* The built-in type made from `spec`, NULL: none yet. */
type_object *type_of_spec(ouro_runtime *rt, const type_spec *spec);

/* The root shape for new instances of the type, as its inline_guess and flags say.  False: no memory. */
OURO_NODISCARD bool type_make_shape(ouro_runtime *rt, type_object *type);

/* __dict__ of instances. */
extern const getset_def type_dict_getset;

/* ouro_type functions of classes themselves. */
int type_traverse(ouro_runtime *rt, ouro_object *self, ouro_visit_fn visit, void *context);
void type_clear(ouro_runtime *rt, ouro_object *self);
void type_dispose(ouro_runtime *rt, ouro_object *self);

#endif
