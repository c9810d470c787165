/* cell.c: the cell that a closure's variable lives in.
 *
 * contents is OURO_NULL while the variable is unbound.  Cells compare by what is in them, an empty one before all
 * others.
 */
#include "object/object_inline.h"
#include "types/binder.h"
#include "types/compare.h"
#include "types/error.h"
#include "types/function.h"
#include "types/protocol.h"
#include "types/str.h"

static cell_object *as_cell(ouro_value v)
{
    return (cell_object *)(void *)ouro_as_object(v);
}

ouro_value cell_new(ouro_runtime *rt, ouro_value contents)
{
    cell_object *cell = object_new_plain(rt, &TYPE(rt, cell)->type, sizeof *cell);
    if (cell == NULL) {
        return OURO_NULL;
    }
    cell->contents = value_incref(contents);
    gc_track(rt, &cell->object);
    return ouro_from_object(cell);
}

static ouro_value cell_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                            ouro_value kwnames)
{
    if (!arguments_positional(rt, "cell", nargs, kwnames, 0, 1)) {
        return OURO_NULL;
    }
    return cell_new(rt, arg_or_null(args, nargs, 0));
}

static ouro_value cell_compare(ouro_runtime *rt, ouro_value a, ouro_value b, compare_op op)
{
    if (!value_is_instance_exactly(rt, b, TYPE(rt, cell))) {
        return OURO_NOT_IMPLEMENTED;
    }
    ouro_value x = as_cell(a)->contents, y = as_cell(b)->contents;
    if (!ouro_is_null(x) && !ouro_is_null(y)) {
        value_incref(x);
        value_incref(y);
        ouro_value result = object_compare(rt, x, y, op);
        value_decref(rt, y);
        value_decref(rt, x);
        return result;
    }
    int order = (int)!ouro_is_null(x) - (int)!ouro_is_null(y);
    return ouro_bool(compare_decides(order, 0, op));
}

static ouro_value cell_repr(ouro_runtime *rt, ouro_value self)
{
    ouro_value contents = as_cell(self)->contents;
    unsigned long long address = self.bits;
    if (ouro_is_null(contents)) {
        return str_format_c(rt, "<cell at 0x%llx: empty>", address);
    }
    return str_format_c(rt, "<cell at 0x%llx: %.80T object at 0x%llx>", address, contents,
                        (unsigned long long)contents.bits);
}

static ouro_value cell_get_contents(ouro_runtime *rt, ouro_value self, void *closure)
{
    ouro_value contents = as_cell(self)->contents;
    return ouro_is_null(contents) ? error_value(rt, "Cell is empty") : value_incref(contents);
}

static bool cell_set_contents(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    value_replace(rt, &as_cell(self)->contents, value_incref(value));
    return true;
}

static const ouro_field cell_fields[] = {
    {OURO_FIELD_VALUE, offsetof(cell_object, contents), 0, "cell_contents"},
};

static const getset_def cell_getsets[] = {
    {"cell_contents", cell_get_contents, cell_set_contents, NULL, NULL},
    {0},
};

const type_spec cell_spec = {
    .name = "cell",
    .signature = "([contents])",
    .size = sizeof(cell_object),
    .fields = cell_fields,
    .field_count = 1,
    .doc = "Create a new cell object.\n\n  contents\n    the contents of the cell. If not specified, the cell will be "
           "empty,\n    and \n further attempts to access its cell_contents attribute will\n    raise a ValueError.",
    .getsets = cell_getsets,
    .slots = {.make = cell_make, .repr = cell_repr, .compare = cell_compare, .hash = hash_not_implemented},
};
