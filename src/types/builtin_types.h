/* builtin_types.h: the built-in types, bases before the derived.
 *
 * X(field, spec): `field` is the member of types_state (type_ + name), `spec` the name of the constant
 * type_spec in the type's own file.
 */
#ifndef OURO_SRC_TYPES_BUILTIN_TYPES_H
#define OURO_SRC_TYPES_BUILTIN_TYPES_H

#include "types/type.h"

#define BUILTIN_TYPES(X) \
    X(type_object, object_spec) \
    X(type_type, type_type_spec) \
    X(type_none, none_spec) \
    X(type_not_implemented, not_implemented_spec) \
    X(type_ellipsis, ellipsis_spec) \
    X(type_int, int_spec) \
    X(type_bool, bool_spec) \
    X(type_float, float_spec) \
    X(type_complex, complex_spec) \
    X(type_str, str_spec) \
    X(type_bytes, bytes_spec) \
    X(type_bytearray, bytearray_spec) \
    X(type_memoryview, memoryview_spec) \
    X(type_managed_buffer, managed_buffer_spec) \
    X(type_tuple, tuple_spec) \
    X(type_list, list_spec) \
    X(type_dict, dict_spec) \
    X(type_set, set_spec) \
    X(type_frozenset, frozenset_spec) \
    X(type_slice, slice_spec) \
    X(type_range, range_spec) \
    X(type_function, function_spec) \
    X(type_builtin_function, builtin_function_spec) \
    X(type_bound_method, bound_method_spec) \
    X(type_method_descriptor, method_descriptor_spec) \
    X(type_classmethod_descriptor, classmethod_descriptor_spec) \
    X(type_wrapper_descriptor, wrapper_descriptor_spec) \
    X(type_method_wrapper, method_wrapper_spec) \
    X(type_getset_descriptor, getset_descriptor_spec) \
    X(type_member_descriptor, member_descriptor_spec) \
    X(type_property, property_spec) \
    X(type_classmethod, classmethod_spec) \
    X(type_staticmethod, staticmethod_spec) \
    X(type_super, super_spec) \
    X(type_cell, cell_spec) \
    X(type_code, code_spec) \
    X(type_frame, frame_spec) \
    X(type_traceback, traceback_spec) \
    X(type_module, module_spec) \
    X(type_mappingproxy, mappingproxy_spec) \
    X(type_simple_namespace, simple_namespace_spec) \
    X(type_generic_alias, generic_alias_spec) \
    X(type_union_type, union_type_spec) \
    X(type_generator, generator_spec) \
    X(type_coroutine, coroutine_spec) \
    X(type_coroutine_wrapper, coroutine_wrapper_spec) \
    X(type_async_generator, async_generator_spec) \
    X(type_async_generator_asend, async_generator_asend_spec) \
    X(type_async_generator_athrow, async_generator_athrow_spec) \
    X(type_async_generator_wrapped_value, async_generator_wrapped_value_spec) \
    X(type_list_iterator, list_iterator_spec) \
    X(type_list_reverse_iterator, list_reverse_iterator_spec) \
    X(type_tuple_iterator, tuple_iterator_spec) \
    X(type_str_iterator, str_iterator_spec) \
    X(type_bytes_iterator, bytes_iterator_spec) \
    X(type_bytearray_iterator, bytearray_iterator_spec) \
    X(type_range_iterator, range_iterator_spec) \
    X(type_long_range_iterator, long_range_iterator_spec) \
    X(type_dict_keys, dict_keys_spec) \
    X(type_dict_values, dict_values_spec) \
    X(type_dict_items, dict_items_spec) \
    X(type_dict_key_iterator, dict_key_iterator_spec) \
    X(type_dict_value_iterator, dict_value_iterator_spec) \
    X(type_dict_item_iterator, dict_item_iterator_spec) \
    X(type_dict_reverse_key_iterator, dict_reverse_key_iterator_spec) \
    X(type_dict_reverse_value_iterator, dict_reverse_value_iterator_spec) \
    X(type_dict_reverse_item_iterator, dict_reverse_item_iterator_spec) \
    X(type_set_iterator, set_iterator_spec) \
    X(type_sequence_iterator, sequence_iterator_spec) \
    X(type_callable_iterator, callable_iterator_spec) \
    X(type_module_spec, module_spec_spec) \
    X(type_source_loader, source_loader_spec) \
    X(type_builtin_loader, builtin_loader_spec) \
    X(type_memory_iterator, memory_iterator_spec) \
    X(type_enumerate, enumerate_spec) \
    X(type_reversed, reversed_spec) \
    X(type_zip, zip_spec) \
    X(type_map, map_spec) \
    X(type_filter, filter_spec) \
    X(type_anext_awaitable, anext_awaitable_spec) \
    X(type_weakref, weakref_spec) \
    X(type_weak_proxy, weak_proxy_spec) \
    X(type_weak_callable_proxy, weak_callable_proxy_spec)

#define BUILTIN_TYPE(name, spec) extern const type_spec spec;
BUILTIN_TYPES(BUILTIN_TYPE)
#undef BUILTIN_TYPE

#endif
