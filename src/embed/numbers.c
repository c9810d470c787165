/* numbers.c: ints and floats for C code (ouro.h). */
#include "embed/embed.h"

#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"

#include <string.h>

ouro_owned ouro_int_new(ouro_runtime *rt, int64_t i)
{
    API(rt, OURO_NULL);
    return int_from_int64(rt, i);
}

ouro_owned ouro_int_new_unsigned(ouro_runtime *rt, uint64_t i)
{
    API(rt, OURO_NULL);
    return int_from_uint64(rt, i);
}

ouro_owned ouro_int_from_text(ouro_runtime *rt, const char *text, int base)
{
    API(rt, OURO_NULL);
    if (base != 0 && (base < 2 || base > 36)) {
        return error_value(rt, "int() base must be >= 2 and <= 36, or 0");
    }
    return int_from_text(rt, text, strlen(text), base);
}

bool ouro_int_get(ouro_runtime *rt, ouro_value v, int64_t *result)
{
    API(rt, false);
    API_ARGUMENT(rt, v, false);
    if (ouro_is_int(v)) {
        *result = ouro_as_int(v);
        return true;
    }
    ouro_value whole = object_index(rt, v);
    bool fits = !ouro_is_null(whole) && int_as_int64(rt, whole, result);
    value_decref(rt, whole);
    return fits;
}

bool ouro_int_get_unsigned(ouro_runtime *rt, ouro_value v, uint64_t *result)
{
    API(rt, false);
    API_ARGUMENT(rt, v, false);
    ouro_value whole = object_index(rt, v);
    bool fits = !ouro_is_null(whole) && int_as_uint64(rt, whole, result);
    value_decref(rt, whole);
    return fits;
}

ouro_owned ouro_float_new(ouro_runtime *rt, double d)
{
    API(rt, OURO_NULL);
    return float_new(rt, d);
}

bool ouro_float_get(ouro_runtime *rt, ouro_value v, double *result)
{
    API(rt, false);
    API_ARGUMENT(rt, v, false);
    return object_as_double(rt, v, result);
}
