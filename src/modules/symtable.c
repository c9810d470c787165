/* symtable.c: the module _symtable: the scopes of a source (lang/scope.h) as objects, for the library's symtable.py.
 *
 * The bits of a name and the numbers of its resolution are CPython's, so a symbol's flags are the scope's own.
 */
#include "modules/modules.h"

#include "lang/scope.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/str.h"
#include "types/type_build.h"
#include "vm/vm.h"

enum { SYMTABLE_RESOLUTION_SHIFT = 11, SYMTABLE_RESOLUTION_MASK = 15 };

enum { SYMTABLE_FUNCTION, SYMTABLE_CLASS, SYMTABLE_MODULE }; /* the attribute `type` */

typedef struct symtable_entry {
    ouro_object object;
    ouro_value id, name, symbols, varnames, children, nested, type, line;
} symtable_entry;

#define SYMTABLE_FIELD(field, name) {OURO_FIELD_VALUE, offsetof(symtable_entry, field), 0, name}
#define SYMTABLE_MEMBER(field, name) {name, offsetof(symtable_entry, field), MEMBER_READONLY, NULL}

static const ouro_field symtable_fields[] = {
    SYMTABLE_FIELD(id, "id"),             SYMTABLE_FIELD(name, "name"),         SYMTABLE_FIELD(symbols, "symbols"),
    SYMTABLE_FIELD(varnames, "varnames"), SYMTABLE_FIELD(children, "children"), SYMTABLE_FIELD(nested, "nested"),
    SYMTABLE_FIELD(type, "type"),         SYMTABLE_FIELD(line, "lineno"),
};

static const member_def symtable_members[] = {
    SYMTABLE_MEMBER(id, "id"),
    SYMTABLE_MEMBER(name, "name"),
    SYMTABLE_MEMBER(symbols, "symbols"),
    SYMTABLE_MEMBER(varnames, "varnames"),
    SYMTABLE_MEMBER(children, "children"),
    SYMTABLE_MEMBER(nested, "nested"),
    SYMTABLE_MEMBER(type, "type"),
    SYMTABLE_MEMBER(line, "lineno"),
    {0},
};

static symtable_entry *as_symtable_entry(ouro_value v)
{
    return (symtable_entry *)(void *)ouro_as_object(v);
}

static ouro_value symtable_repr(ouro_runtime *rt, ouro_value self)
{
    const symtable_entry *e = as_symtable_entry(self);
    return str_format_c(rt, "<symtable entry %S(%S), line %S>", e->name, e->id, e->line);
}

static const type_spec symtable_spec = {
    .name = "symtable entry",
    .size = sizeof(symtable_entry),
    .flags = TYPE_NO_MAKE,
    .fields = symtable_fields,
    .field_count = sizeof symtable_fields / sizeof *symtable_fields,
    .members = symtable_members,
    .slots = {.repr = symtable_repr},
};

static ouro_value symtable_text(ouro_runtime *rt, const ast_identifier *name)
{
    ouro_value text = str_from_utf8(rt, name->text, name->length);
    return ouro_is_null(text) ? text : str_intern(rt, text);
}

/* {name: what is done with it, and where it lives} */
static ouro_value symtable_symbols(ouro_runtime *rt, const scope *s)
{
    ouro_value dict = dict_new(rt, 0);
    for (uint32_t i = 0; i < s->name_count && !ouro_is_null(dict); i++) {
        const scope_name *n = &s->names[i];
        ouro_value name = symtable_text(rt, n->name);
        int64_t flags = (int64_t)n->uses | (int64_t)n->resolution << SYMTABLE_RESOLUTION_SHIFT;
        if (ouro_is_null(name) || !dict_set(rt, as_dict(dict), name, ouro_int(flags))) {
            value_clear(rt, &dict);
        }
        value_decref(rt, name);
    }
    return dict;
}

static ouro_value symtable_parameters(ouro_runtime *rt, const scope *s)
{
    ouro_value list = list_new(rt, NULL, 0);
    for (uint32_t i = 0; i < s->parameter_count && !ouro_is_null(list); i++) {
        ouro_value name = symtable_text(rt, s->parameters[i]);
        if (ouro_is_null(name) || !list_append_steal(rt, list, name)) {
            value_clear(rt, &list);
        }
    }
    return list;
}

static ouro_value symtable_entry_of(ouro_runtime *rt, const scope *s, int64_t *count);

static ouro_value symtable_children(ouro_runtime *rt, const scope *s, int64_t *count)
{
    ouro_value list = list_new(rt, NULL, 0);
    for (const scope *child = s->first_child; child && !ouro_is_null(list); child = child->next) {
        ouro_value entry = child->kind == SCOPE_ANNOTATION ? OURO_NONE : symtable_entry_of(rt, child, count);
        if (ouro_is_null(entry) || (!ouro_is_none(entry) && !list_append_steal(rt, list, entry))) {
            value_clear(rt, &list);
        }
    }
    return list;
}

/* The entry of a scope and of those in it, whose depth the parser limits.  `count` numbers them. */
static ouro_value symtable_entry_of(ouro_runtime *rt, const scope *s, int64_t *count)
{
    type_object *type = type_of_spec(rt, &symtable_spec);
    if (type == NULL) {
        type = type_from_spec(rt, &symtable_spec);
    }
    if (type == NULL || !rt_enter(rt, " while reading the symbol table")) {
        return OURO_NULL;
    }
    symtable_entry *entry = object_new(rt, &type->type, 0);
    if (entry != NULL) {
        bool is_module = s->kind == SCOPE_MODULE;
        entry->id = ouro_int(++*count);
        entry->nested = ouro_int(s->is_nested);
        entry->type = ouro_int(is_module ? SYMTABLE_MODULE : s->kind == SCOPE_CLASS ? SYMTABLE_CLASS : SYMTABLE_FUNCTION);
        entry->line = ouro_int(is_module ? 0 : s->place.line);
        entry->symbols = entry->varnames = entry->children = OURO_NULL;
        entry->name = symtable_text(rt, s->name);
        if (!ouro_is_null(entry->name)) {
            entry->symbols = symtable_symbols(rt, s);
        }
        if (!ouro_is_null(entry->symbols)) {
            entry->varnames = symtable_parameters(rt, s);
        }
        if (!ouro_is_null(entry->varnames)) {
            entry->children = symtable_children(rt, s, count);
        }
        bool ok = !ouro_is_null(entry->children);
        gc_track(rt, &entry->object);
        if (!ok) {
            object_decref(rt, &entry->object);
            entry = NULL;
        }
    }
    rt_leave(rt);
    return entry == NULL ? OURO_NULL : ouro_from_object(entry);
}

static ouro_value symtable_symtable(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    static const char *const modes[] = {[AST_MODE_FILE] = "exec", [AST_MODE_EVAL] = "eval", [AST_MODE_SINGLE] = "single"};
    size_t mode = 0;
    if (!value_is_str(rt, args[2])) {
        return error_type(rt, "symtable() argument 3 must be str, not %T", args[2]);
    }
    while (mode < sizeof modes / sizeof *modes && !str_equal_ascii(as_str(args[2]), modes[mode])) {
        mode++;
    }
    if (mode == sizeof modes / sizeof *modes) {
        return error_value(rt, "symtable() arg 3 must be 'exec' or 'eval' or 'single'");
    }
    ast_tree *tree = vm_parse_scopes(rt, args[0], args[1], (ast_mode)mode, "symtable");
    int64_t count = 0;
    ouro_value entry = tree ? symtable_entry_of(rt, tree->scope, &count) : OURO_NULL;
    ast_tree_free(tree);
    return entry;
}

static const method_def symtable_functions[] = {
    {"symtable", "source, filename, startstr, /", symtable_symtable,
     .doc = "Return symbol and scope dictionaries used internally by compiler."},
    {0},
};

static bool symtable_start(ouro_runtime *rt, module_object *module)
{
    static const struct {
        const char *name;
        int64_t value;
    } constants[] = {
        {"USE", SCOPE_USE},
        {"DEF_GLOBAL", SCOPE_DEF_GLOBAL},
        {"DEF_NONLOCAL", SCOPE_DEF_NONLOCAL},
        {"DEF_LOCAL", SCOPE_DEF_LOCAL},
        {"DEF_PARAM", SCOPE_DEF_PARAM},
        {"DEF_FREE", 32},
        {"DEF_FREE_CLASS", SCOPE_DEF_FREE_CLASS},
        {"DEF_IMPORT", SCOPE_DEF_IMPORT},
        {"DEF_BOUND", SCOPE_DEF_BOUND},
        {"DEF_ANNOT", SCOPE_DEF_ANNOTATED},
        {"TYPE_FUNCTION", SYMTABLE_FUNCTION},
        {"TYPE_CLASS", SYMTABLE_CLASS},
        {"TYPE_MODULE", SYMTABLE_MODULE},
        {"LOCAL", SCOPE_LOCAL},
        {"GLOBAL_EXPLICIT", SCOPE_GLOBAL_EXPLICIT},
        {"GLOBAL_IMPLICIT", SCOPE_GLOBAL_IMPLICIT},
        {"FREE", SCOPE_FREE},
        {"CELL", SCOPE_CELL},
        {"SCOPE_OFF", SYMTABLE_RESOLUTION_SHIFT},
        {"SCOPE_MASK", SYMTABLE_RESOLUTION_MASK},
    };
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++) {
        if (!module_add_int(rt, module, constants[i].name, constants[i].value)) {
            return false;
        }
    }
    return true;
}

const module_def symtable_module_def = {
    .name = "_symtable",
    .functions = symtable_functions,
    .start = symtable_start,
};
