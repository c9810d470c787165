/* buffer.c: the buffer protocol: getting and giving back views of other objects' memory.
 *
 * A view owns a reference to its owner.  A get_buffer slot fills everything but the owner, for which it may leave
 * OURO_NULL: the object itself.
 */
#include "types/buffer.h"
#include "types/bytes_methods.h"

#include "types/error.h"

bool value_has_buffer(ouro_runtime *rt, ouro_value v)
{
    return ouro_is_object(v) && value_type(rt, v)->slots.get_buffer != NULL;
}

bool value_has_plain_buffer(ouro_runtime *rt, ouro_value v)
{
    return value_has_buffer(rt, v) && !byte_span_has_gaps(rt, v);
}

bool buffer_get(ouro_runtime *rt, ouro_value v, buffer_view *view, bool writable)
{
    *view = (buffer_view){.item_size = 1, .format = "B", .dimensions = 1};
    if (!value_has_buffer(rt, v)) {
        error_type(rt, "a bytes-like object is required, not '%T'", v);
        return false;
    }
    if (!value_type(rt, v)->slots.get_buffer(rt, v, view, writable)) {
        return false;
    }
    if (ouro_is_null(view->owner)) {
        view->owner = value_incref(v);
    }
    return true;
}

void buffer_release(ouro_runtime *rt, buffer_view *view)
{
    ouro_value owner = view->owner;
    if (ouro_is_null(owner)) {
        return;
    }
    type_object *type = value_type(rt, owner);
    if (type->slots.release_buffer != NULL) {
        type->slots.release_buffer(rt, owner, view);
    }
    view->owner = OURO_NULL;
    value_decref(rt, owner);
}
