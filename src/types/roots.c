/* roots.c: the references that the types floor owns outside of all objects.
 *
 * For the exact heap check: a reference that types_state, or a table behind it, owns and that is not told
 * here shows there as a count that is too high.  Built-in types are immortal and not told; the table of
 * interned names and the index of slots only borrow.
 */
#include "types/attribute.h"
#include "types/codec.h"
#include "types/types.h"
#include "types/warnings.h"

#define ROOTS_VISIT(v)                                                                                       \
    do {                                                                                                     \
        ouro_value root_ = (v);                                                                              \
        int result_ = ouro_is_object(root_) ? visit(root_, context) : 0;                                     \
        if (result_ != 0) {                                                                                  \
            return result_;                                                                                  \
        }                                                                                                    \
    } while (0)

static int roots_visit_names(struct types_state *types, ouro_visit_fn visit, void *context)
{
    static const size_t places[] = {
#define PREDEFINED_NAME(name) offsetof(struct types_state, n_##name),
        PREDEFINED_NAMES(PREDEFINED_NAME)
#undef PREDEFINED_NAME
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        ROOTS_VISIT(*(ouro_value *)(void *)((char *)types + places[i]));
    }
    return 0;
}

int types_visit_roots(ouro_runtime *rt, ouro_visit_fn visit, void *context)
{
    struct types_state *types = rt->types;
    int result = roots_visit_names(types, visit, context);
    if (result == 0) {
        result = lookup_cache_visit_roots(rt, visit, context);
    }
    if (result == 0) {
        result = codec_visit_roots(rt, visit, context);
    }
    if (result != 0) {
        return result;
    }
    ROOTS_VISIT(types->empty_str);
    ROOTS_VISIT(types->empty_tuple);
    ROOTS_VISIT(types->empty_bytes);
    ROOTS_VISIT(types->memory_error);
    ROOTS_VISIT(types->new_descriptor);
    for (size_t i = 0; i < sizeof types->latin1_chars / sizeof types->latin1_chars[0]; i++) {
        ROOTS_VISIT(types->latin1_chars[i]);
    }
    if (types->warnings != NULL) {
        ROOTS_VISIT(types->warnings->filters);
        ROOTS_VISIT(types->warnings->once_registry);
        ROOTS_VISIT(types->warnings->default_action);
    }
    return 0;
}
