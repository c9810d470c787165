/* ast_module.c: the module _ast: ast.AST, and the node classes that follow the table (ast_nodes.h).
 *
 * The classes are mutable, as in CPython: the library's ast.py adds attributes to some.  What the conversions
 * need of a runtime is one tuple, rt->modules->ast_classes:
 *
 *     classes of the nodes | classes of the sums | instances of operators and contexts (else None)
 *         | field names of the nodes (tuples) | the four names of a place
 */
#include "modules/ast_nodes.h"
#include "modules/modules.h"

#include "types/type_build.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/vm.h"

enum {
    PLACE_NAME_COUNT = 4,
    AST_FLAG_ONLY_AST = 0x400,
    AST_FLAG_TYPE_COMMENTS = 0x1000,
    AST_FLAG_TOP_LEVEL_AWAIT = 0x2000,
};

static const char *const ast_place_names[PLACE_NAME_COUNT] = {"lineno", "col_offset", "end_lineno",
                                                              "end_col_offset"};

/* ---- what the conversions ask ----------------------------------------------------------------------------
 */

static ouro_value ast_kept(ouro_runtime *rt, size_t index)
{
    return as_tuple(rt->modules->ast_classes)->items[index];
}

bool ast_classes_ready(ouro_runtime *rt)
{
    if (!ouro_is_null(rt->modules->ast_classes)) {
        return true;
    }
    ouro_value module = import_module_cstring(rt, "_ast");
    value_decref(rt, module);
    return !ouro_is_null(module);
}

type_object *ast_node_class(ouro_runtime *rt, size_t row)
{
    return as_type(ast_kept(rt, row));
}

ouro_value ast_node_instance(ouro_runtime *rt, size_t row)
{
    return ast_kept(rt, ast_node_count + SUM_COUNT + row);
}

ouro_value ast_node_field_names(ouro_runtime *rt, size_t row)
{
    return ast_kept(rt, 2 * ast_node_count + SUM_COUNT + row);
}

ouro_value ast_place_name(ouro_runtime *rt, int i)
{
    return ast_kept(rt, 3 * ast_node_count + SUM_COUNT + (size_t)i);
}

/* ---- ast.AST ----------------------------------------------------------------------------------------------
 */

/* The class's _fields as a tuple or list in *fields (a new reference; OURO_NULL: it has none). */
static bool ast_fields_of(ouro_runtime *rt, ouro_value self, ouro_value *fields)
{
    ouro_value name = str_intern_cstring(rt, "_fields");
    if (ouro_is_null(name)) {
        return false;
    }
    ouro_value found = OURO_NULL;
    int has = object_getattr_optional(rt, type_value(value_type(rt, self)), name, &found);
    value_decref(rt, name);
    *fields = OURO_NULL;
    if (has > 0) {
        *fields = tuple_from_iterable(rt, found);
        value_decref(rt, found);
        return !ouro_is_null(*fields);
    }
    return has == 0;
}

static ouro_value ast_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                           ouro_value kwnames)
{
    return instance_new(rt, type);
}

static bool ast_init(ouro_runtime *rt, ouro_value self, const ouro_value *args, size_t nargs,
                     ouro_value kwnames)
{
    ouro_value fields;
    if (!ast_fields_of(rt, self, &fields)) {
        return false;
    }
    size_t count = ouro_is_null(fields) ? 0 : as_tuple(fields)->size;
    bool ok = nargs <= count;
    if (!ok) {
        error_type(rt, "%s constructor takes at most %zu positional argument%s",
                   type_short_name(value_type(rt, self)), count, count == 1 ? "" : "s");
    }
    for (size_t i = 0; ok && i < nargs; i++) {
        ok = object_setattr(rt, self, as_tuple(fields)->items[i], args[i]);
    }
    size_t keywords = ouro_is_null(kwnames) ? 0 : as_tuple(kwnames)->size;
    for (size_t k = 0; ok && k < keywords; k++) {
        ouro_value name = as_tuple(kwnames)->items[k];
        for (size_t i = 0; ok && i < nargs; i++) {
            int same = object_equal(rt, as_tuple(fields)->items[i], name);
            ok = same == 0;
            if (same > 0) {
                error_type(rt, "%s got multiple values for argument '%U'",
                           type_short_name(value_type(rt, self)), name);
            }
        }
        ok = ok && object_setattr(rt, self, name, args[nargs + k]);
    }
    value_decref(rt, fields);
    return ok;
}

/* (class, (), attributes): for pickle and copy. */
static ouro_value ast_reduce(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value dict = OURO_NULL, empty = tuple_new(rt, NULL, 0), result = OURO_NULL;
    ouro_value type = type_value(value_type(rt, args[0]));
    int found = ouro_is_null(empty) ? -1 : object_getattr_optional(rt, args[0], STR(rt, __dict__), &dict);
    if (found > 0) {
        result = tuple_pack3(rt, type, empty, dict);
        value_decref(rt, dict);
    } else if (found == 0) {
        result = tuple_pack2(rt, type, empty);
    }
    value_decref(rt, empty);
    return result;
}

static const method_def ast_methods[] = {
    {"__reduce__", "?self, /", ast_reduce, NULL, 0, NULL},
    {0},
};

static const type_spec ast_spec = {
    .name = "ast.AST",
    .size = sizeof(ouro_object),
    .flags = TYPE_BASE | TYPE_HAS_DICT | OURO_TYPE_SHAPED,
    .methods = ast_methods,
    .slots = {.make = ast_make, .init = ast_init},
};

/* ---- making the classes -----------------------------------------------------------------------------------
 */

/* "Name(identifier id, expr_context ctx)" */
static void ast_doc_of_node(str_builder *b, const ast_node_def *def)
{
    static const char *const kinds[] = {
        [HOLDS_IDENTIFIER] = "identifier",
        [HOLDS_TYPE_COMMENT] = "string",
        [HOLDS_CONSTANT] = "constant",
        [HOLDS_PREFIX] = "string",
        [HOLDS_SINGLETON] = "constant",
        [HOLDS_BOOL] = "int",
        [HOLDS_INT8] = "int",
        [HOLDS_INT32] = "int",
    };
    str_builder_cstring(b, def->name);
    for (const ast_field *f = def->fields; f->name != NULL; f++) {
        str_builder_cstring(b, f == def->fields ? "(" : ", ");
        str_builder_cstring(b, f->holds <= HOLDS_ENUM ? ast_sum_defs[f->sum].name : kinds[f->holds]);
        if (f->quantity != ONE) {
            str_builder_char(b, (uint32_t)f->quantity);
        }
        str_builder_char(b, ' ');
        str_builder_cstring(b, f->name);
    }
    if (def->fields[0].name != NULL) {
        str_builder_char(b, ')');
    }
}

/* "expr = BoolOp(...)\n     | NamedExpr(...)"; a sum of plain names stands on one line. */
static void ast_doc_of_sum(str_builder *b, const ast_sum_def *sum)
{
    size_t indent = strlen(sum->name) + 1;
    bool plain = ast_node_defs[sum->first].fields[0].name == NULL;
    str_builder_cstring(b, sum->name);
    str_builder_cstring(b, " = ");
    for (size_t i = 0; i < sum->count; i++) {
        if (i > 0 && plain) {
            str_builder_cstring(b, " | ");
        } else if (i > 0) {
            str_builder_char(b, '\n');
            for (size_t k = 0; k < indent; k++) {
                str_builder_char(b, ' ');
            }
            str_builder_cstring(b, "| ");
        }
        ast_doc_of_node(b, &ast_node_defs[sum->first + i]);
    }
}

static bool ast_dict_set(ouro_runtime *rt, ouro_value dict, const char *name, ouro_value v)
{
    ouro_value key = ouro_is_null(v) ? OURO_NULL : str_intern_cstring(rt, name);
    bool ok = !ouro_is_null(key) && dict_set(rt, as_dict(dict), key, v);
    value_decref(rt, key);
    value_decref(rt, v);
    return ok;
}

/* The names of a place, or (). */
static ouro_value ast_attribute_names(ouro_runtime *rt, const ast_sum_def *sum)
{
    ouro_value names[PLACE_NAME_COUNT];
    size_t count = sum->place >= 0 ? PLACE_NAME_COUNT : 0;
    for (size_t i = 0; i < count; i++) {
        names[i] = str_intern_cstring(rt, ast_place_names[i]);
        if (ouro_is_null(names[i])) {
            while (i > 0) {
                value_decref(rt, names[--i]);
            }
            return OURO_NULL;
        }
    }
    return tuple_new_steal(rt, names, count);
}

static ouro_value ast_field_names(ouro_runtime *rt, const ast_node_def *def)
{
    ouro_value names[AST_MAX_FIELDS];
    size_t count = def == NULL ? 0 : ast_node_field_count(def);
    for (size_t i = 0; i < count; i++) {
        names[i] = str_intern_cstring(rt, def->fields[i].name);
        if (ouro_is_null(names[i])) {
            while (i > 0) {
                value_decref(rt, names[--i]);
            }
            return OURO_NULL;
        }
    }
    return tuple_new_steal(rt, names, count);
}

/* The class of a node (`def`) or of a sum (`def` NULL; of both for a product): new reference. */
static ouro_value ast_make_class(ouro_runtime *rt, const ast_sum_def *sum, const ast_node_def *def,
                                 ouro_value base)
{
    ouro_value namespace_dict = dict_new(rt, 6), fields = ast_field_names(rt, def), made = OURO_NULL;
    bool ok = !ouro_is_null(namespace_dict) && !ouro_is_null(fields) &&
              ast_dict_set(rt, namespace_dict, "_fields", value_incref(fields)) &&
              ast_dict_set(rt, namespace_dict, "__match_args__", value_incref(fields)) &&
              ast_dict_set(rt, namespace_dict, "__module__", str_intern_cstring(rt, "ast"));
    if (ok) {
        str_builder doc;
        str_builder_init(&doc, rt);
        if (def != NULL) {
            ast_doc_of_node(&doc, def);
        } else {
            ast_doc_of_sum(&doc, sum);
        }
        ok = ast_dict_set(rt, namespace_dict, "__doc__", str_builder_finish(&doc));
    }
    if (ok && (def == NULL || sum->is_product)) {
        ok = ast_dict_set(rt, namespace_dict, "_attributes", ast_attribute_names(rt, sum));
    }
    for (const ast_field *f = def == NULL ? NULL : def->fields; ok && f != NULL && f->name != NULL; f++) {
        if (f->quantity == OPTIONAL) {
            ok = ast_dict_set(rt, namespace_dict, f->name, OURO_NONE);
        }
    }
    if (ok && (def == NULL || sum->is_product) && sum->place >= 0 && !sum->end_required) {
        ok = ast_dict_set(rt, namespace_dict, "end_lineno", OURO_NONE) &&
             ast_dict_set(rt, namespace_dict, "end_col_offset", OURO_NONE);
    }
    ouro_value name = ok ? str_intern_cstring(rt, def != NULL ? def->name : sum->name) : OURO_NULL;
    ouro_value bases = tuple_pack1(rt, base);
    if (!ouro_is_null(name) && !ouro_is_null(bases)) {
        made = type_new_class(rt, TYPE(rt, type), name, bases, namespace_dict, NULL, OURO_NULL);
    }
    value_decref(rt, name);
    value_decref(rt, bases);
    value_decref(rt, fields);
    value_decref(rt, namespace_dict);
    return made;
}

/* Fills `t` as the head of this file lays out, and adds the classes to the module. */
static bool ast_make_classes(ouro_runtime *rt, module_object *module, ouro_value base, tuple_object *t)
{
    for (size_t s = 0; s < SUM_COUNT; s++) {
        const ast_sum_def *sum = &ast_sum_defs[s];
        ouro_value *sum_class = &t->items[ast_node_count + s];
        if (!sum->is_product) {
            *sum_class = ast_make_class(rt, sum, NULL, base);
            if (!module_add(rt, module, sum->name, value_incref(*sum_class))) {
                return false;
            }
        }
        for (size_t row = sum->first; row < (size_t)sum->first + sum->count; row++) {
            const ast_node_def *def = &ast_node_defs[row];
            ouro_value class_made = ast_make_class(rt, sum, def, sum->is_product ? base : *sum_class);
            t->items[row] = class_made;
            if (!module_add(rt, module, def->name, value_incref(class_made))) {
                return false;
            }
            if (sum->is_product) {
                *sum_class = value_incref(class_made);
            }
            ouro_value instance =
                ast_sum_is_enum((ast_sum)s) ? instance_new(rt, as_type(class_made)) : OURO_NONE;
            ouro_value names = ast_field_names(rt, def);
            t->items[ast_node_count + SUM_COUNT + row] = instance;
            t->items[2 * ast_node_count + SUM_COUNT + row] = names;
            if (ouro_is_null(instance) || ouro_is_null(names)) {
                return false;
            }
        }
    }
    for (size_t i = 0; i < PLACE_NAME_COUNT; i++) {
        ouro_value name = str_intern_cstring(rt, ast_place_names[i]);
        t->items[3 * ast_node_count + SUM_COUNT + i] = name;
        if (ouro_is_null(name)) {
            return false;
        }
    }
    return true;
}

static bool ast_start(ouro_runtime *rt, module_object *module)
{
    type_object *base = type_of_spec(rt, &ast_spec);
    base = base != NULL ? base : type_from_spec(rt, &ast_spec);
    if (base == NULL || !type_fill(rt, base) || !module_add(rt, module, "AST", value_incref(type_value(base)))) {
        return false;
    }
    ouro_value dict = ouro_from_object(base->dict);
    if (!ast_dict_set(rt, dict, "_fields", tuple_new(rt, NULL, 0)) ||
        !ast_dict_set(rt, dict, "__match_args__", tuple_new(rt, NULL, 0)) ||
        !ast_dict_set(rt, dict, "_attributes", tuple_new(rt, NULL, 0))) {
        return false;
    }
    type_modified(rt, base);
    tuple_object *kept = tuple_new_blank(rt, 3 * ast_node_count + SUM_COUNT + PLACE_NAME_COUNT);
    if (kept == NULL) {
        return false;
    }
    ouro_value all = ouro_from_object(kept);
    if (!ast_make_classes(rt, module, type_value(base), kept)) {
        value_decref(rt, all);
        return false;
    }
    gc_track(rt, &kept->object);
    value_replace(rt, &rt->modules->ast_classes, all);
    return module_add_int(rt, module, "PyCF_ONLY_AST", AST_FLAG_ONLY_AST) &&
           module_add_int(rt, module, "PyCF_TYPE_COMMENTS", AST_FLAG_TYPE_COMMENTS) &&
           module_add_int(rt, module, "PyCF_ALLOW_TOP_LEVEL_AWAIT", AST_FLAG_TOP_LEVEL_AWAIT);
}

const module_def ast_module_def = {
    .name = "_ast",
    .start = ast_start,
};

/* ---- compile() --------------------------------------------------------------------------------------------
 */

/* Is the value an instance of ast.AST?  Without the module there can be none. */
static bool ast_is_node(ouro_runtime *rt, ouro_value v)
{
    type_object *base = type_of_spec(rt, &ast_spec);
    return base != NULL && ouro_is_object(v) && value_is_instance(rt, v, base);
}

static code_object *ast_compile(ouro_runtime *rt, ouro_value node, const compile_request *request)
{
    ouro_value keep = OURO_NULL;
    code_object *code = NULL;
    ast_tree *tree = ast_from_object(rt, node, request->mode, &keep);
    if (tree != NULL) {
        tree->future = request->future;
        code = compile_from_tree(rt, tree, request);
        ast_tree_free(tree);
    }
    value_decref(rt, keep);
    return code;
}

const vm_tree_hooks ast_hooks = {ast_is_node, ast_to_object, ast_compile};
