/* sre.c: the _sre module: makes pattern objects of what re._compiler has compiled, after a check (sre_check.c). */
#include "modules/sre.h"
#include "modules/modules.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

/* The version of the instruction set: re._constants has the same. */
enum { SRE_MAGIC = 20220615 };

static ouro_value sre_compile(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t flags, groups;
    if (!value_is_list(rt, args[2])) {
        return error_type(rt, "compile() argument 'code' must be list, not %T", args[2]);
    }
    if (!value_is_dict(rt, args[4])) {
        return error_type(rt, "compile() argument 'groupindex' must be dict, not %T", args[4]);
    }
    if (!value_is_tuple(rt, args[5])) {
        return error_type(rt, "compile() argument 'indexgroup' must be tuple, not %T", args[5]);
    }
    if (!object_as_index(rt, args[1], &flags, false) || !object_as_index(rt, args[3], &groups, false)) {
        return OURO_NULL;
    }
    size_t size = as_list(args[2])->size;
    if (size == 0 || groups < 0 || groups > INT32_MAX / 2) {
        return error_runtime(rt, "invalid SRE code");
    }
    sre_pattern_object *p = object_new(rt, &MODULE_TYPE(rt, sre_pattern)->type, size * sizeof(uint32_t));
    if (p == NULL) {
        return OURO_NULL;
    }
    ouro_value result = ouro_from_object(p);
    p->code_size = size;
    for (size_t i = 0; i < size; i++) {
        ouro_value word = i < as_list(args[2])->size ? as_list(args[2])->items[i] : OURO_NONE;
        int64_t number;
        if (!value_is_int(rt, word) || !int_fits_int64(word, &number) || number < 0 || number > UINT32_MAX) {
            value_decref(rt, result);
            return error_overflow(rt, "regular expression code size limit exceeded");
        }
        p->code[i] = (uint32_t)number;
    }
    p->pattern = value_incref(args[0]);
    p->group_index = value_incref(args[4]);
    p->index_group = value_incref(args[5]);
    p->flags = flags;
    p->groups = (size_t)groups;
    p->is_bytes = ouro_is_none(args[0]) ? -1 : !value_is_str(rt, args[0]);
    if (!sre_code_is_sound(p->code, size, (size_t)groups)) {
        value_decref(rt, result);
        return error_runtime(rt, "invalid SRE code");
    }
    gc_track(rt, &p->object);
    return result;
}

static ouro_value sre_getcodesize(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return ouro_int(sizeof(uint32_t));
}

/* The character that the functions below are asked about: false with an exception. */
static bool sre_character(ouro_runtime *rt, ouro_value v, uint32_t *c)
{
    int64_t number;
    if (!object_as_index(rt, v, &number, false)) {
        return false;
    }
    *c = (uint32_t)number;
    return true;
}

static ouro_value sre_ascii_iscased(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    uint32_t c;
    return sre_character(rt, args[0], &c) ? ouro_bool(sre_is_cased(c, false)) : OURO_NULL;
}

static ouro_value sre_unicode_iscased(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    uint32_t c;
    return sre_character(rt, args[0], &c) ? ouro_bool(sre_is_cased(c, true)) : OURO_NULL;
}

static ouro_value sre_ascii_tolower(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    uint32_t c;
    return sre_character(rt, args[0], &c) ? ouro_int(sre_lower(c, false)) : OURO_NULL;
}

static ouro_value sre_unicode_tolower(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    uint32_t c;
    return sre_character(rt, args[0], &c) ? ouro_int(sre_lower(c, true)) : OURO_NULL;
}

static const method_def sre_functions[] = {
    {"compile", "pattern, flags, code, groups, groupindex, indexgroup", sre_compile, NULL, 0, NULL},
    {"getcodesize", "", sre_getcodesize, NULL, 0, NULL},
    {"ascii_iscased", "character, /", sre_ascii_iscased, NULL, 0, NULL},
    {"unicode_iscased", "character, /", sre_unicode_iscased, NULL, 0, NULL},
    {"ascii_tolower", "character, /", sre_ascii_tolower, NULL, 0, NULL},
    {"unicode_tolower", "character, /", sre_unicode_tolower, NULL, 0, NULL},
    {0},
};

static bool sre_start(ouro_runtime *rt, module_object *module)
{
    return module_keep_type(rt, &sre_pattern_spec, &rt->modules->sre_pattern) &&
           module_keep_type(rt, &sre_match_spec, &rt->modules->sre_match) &&
           module_keep_type(rt, &sre_scanner_spec, &rt->modules->sre_scanner) &&
           module_add_int(rt, module, "MAGIC", SRE_MAGIC) &&
           module_add_int(rt, module, "CODESIZE", (int64_t)sizeof(uint32_t)) &&
           module_add_int(rt, module, "MAXREPEAT", UINT32_MAX) && module_add_int(rt, module, "MAXGROUPS", INT32_MAX / 2);
}

const module_def sre_module_def = {
    .name = "_sre",
    .functions = sre_functions,
    .start = sre_start,
};
