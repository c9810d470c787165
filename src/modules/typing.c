/* typing.c: the _typing module: the one function of typing that has to be fast. */
#include "modules/modules.h"

static ouro_value typing_same(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return value_incref(args[0]);
}

static const method_def typing_functions[] = {
    {"_idfunc", "x, /", typing_same, .doc = "Return x: what calling a NewType does."},
    {0},
};

const module_def typing_module_def = {
    .name = "_typing",
    .doc = "What the module typing has in C.",
    .functions = typing_functions,
};
