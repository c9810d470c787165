/* ast_nodes.c: the table of node classes: names, fields and their order as in CPython 3.11's abstract
 * grammar. */
#include "modules/ast_nodes.h"

#include <stddef.h>

#define NODE(name, sum, owner, member)                                                                       \
    {                                                                                                        \
        name, HOLDS_NODE, SUM_##sum, ONE, false, offsetof(owner, member)                                     \
    }
#define NODE_OPTIONAL(name, sum, owner, member)                                                              \
    {                                                                                                        \
        name, HOLDS_NODE, SUM_##sum, OPTIONAL, false, offsetof(owner, member)                                \
    }
#define NODES(name, sum, owner, member)                                                                      \
    {                                                                                                        \
        name, HOLDS_NODE, SUM_##sum, MANY, false, offsetof(owner, member)                                    \
    }
#define NODES_OPTIONAL(name, sum, owner, member)                                                             \
    {                                                                                                        \
        name, HOLDS_NODE, SUM_##sum, MANY, true, offsetof(owner, member)                                     \
    }
#define ENUM(name, sum, owner, member)                                                                       \
    {                                                                                                        \
        name, HOLDS_ENUM, SUM_##sum, ONE, false, offsetof(owner, member)                                     \
    }
#define ENUMS(name, sum, owner, member)                                                                      \
    {                                                                                                        \
        name, HOLDS_ENUM, SUM_##sum, MANY, false, offsetof(owner, member)                                    \
    }
#define NAME(name, owner, member)                                                                            \
    {                                                                                                        \
        name, HOLDS_IDENTIFIER, 0, ONE, false, offsetof(owner, member)                                       \
    }
#define NAME_OPTIONAL(name, owner, member)                                                                   \
    {                                                                                                        \
        name, HOLDS_IDENTIFIER, 0, OPTIONAL, false, offsetof(owner, member)                                  \
    }
#define NAMES(name, owner, member)                                                                           \
    {                                                                                                        \
        name, HOLDS_IDENTIFIER, 0, MANY, false, offsetof(owner, member)                                      \
    }
#define PLAIN(name, holds, owner, member)                                                                    \
    {                                                                                                        \
        name, holds, 0, ONE, false, offsetof(owner, member)                                                  \
    }
#define TYPE_COMMENT(owner, member)                                                                          \
    {                                                                                                        \
        "type_comment", HOLDS_TYPE_COMMENT, 0, OPTIONAL, false, offsetof(owner, member.type_comment)         \
    }

const ast_node_def ast_node_defs[] = {
    /* mod: fields of ast_tree (ast_tree_field) */
    {"Module",
     {{"body", HOLDS_NODE, SUM_STMT, MANY, false, 0},
      {"type_ignores", HOLDS_NODE, SUM_TYPE_IGNORE, MANY, false, 0}}},
    {"Interactive", {{"body", HOLDS_NODE, SUM_STMT, MANY, false, 0}}},
    {"Expression", {{"body", HOLDS_NODE, SUM_EXPR, ONE, false, 0}}},
    {"FunctionType",
     {{"argtypes", HOLDS_NODE, SUM_EXPR, MANY, false, 0}, {"returns", HOLDS_NODE, SUM_EXPR, ONE, false, 0}}},
    /* stmt: in the order of ast_stmt_kind */
    {"FunctionDef",
     {NAME("name", ast_stmt, function_def.name), NODE("args", ARGUMENTS, ast_stmt, function_def.args),
      NODES("body", STMT, ast_stmt, function_def.body),
      NODES("decorator_list", EXPR, ast_stmt, function_def.decorators),
      NODE_OPTIONAL("returns", EXPR, ast_stmt, function_def.returns), TYPE_COMMENT(ast_stmt, function_def)}},
    {"AsyncFunctionDef",
     {NAME("name", ast_stmt, function_def.name), NODE("args", ARGUMENTS, ast_stmt, function_def.args),
      NODES("body", STMT, ast_stmt, function_def.body),
      NODES("decorator_list", EXPR, ast_stmt, function_def.decorators),
      NODE_OPTIONAL("returns", EXPR, ast_stmt, function_def.returns), TYPE_COMMENT(ast_stmt, function_def)}},
    {"ClassDef",
     {NAME("name", ast_stmt, class_def.name), NODES("bases", EXPR, ast_stmt, class_def.bases),
      NODES("keywords", KEYWORD, ast_stmt, class_def.keywords), NODES("body", STMT, ast_stmt, class_def.body),
      NODES("decorator_list", EXPR, ast_stmt, class_def.decorators)}},
    {"Return", {NODE_OPTIONAL("value", EXPR, ast_stmt, expr.value)}},
    {"Delete", {NODES("targets", EXPR, ast_stmt, delete_.targets)}},
    {"Assign",
     {NODES("targets", EXPR, ast_stmt, assign.targets), NODE("value", EXPR, ast_stmt, assign.value),
      TYPE_COMMENT(ast_stmt, assign)}},
    {"AugAssign",
     {NODE("target", EXPR, ast_stmt, aug_assign.target), ENUM("op", OPERATOR, ast_stmt, op),
      NODE("value", EXPR, ast_stmt, aug_assign.value)}},
    {"AnnAssign",
     {NODE("target", EXPR, ast_stmt, ann_assign.target),
      NODE("annotation", EXPR, ast_stmt, ann_assign.annotation),
      NODE_OPTIONAL("value", EXPR, ast_stmt, ann_assign.value),
      PLAIN("simple", HOLDS_BOOL, ast_stmt, simple)}},
    {"For",
     {NODE("target", EXPR, ast_stmt, for_.target), NODE("iter", EXPR, ast_stmt, for_.iter),
      NODES("body", STMT, ast_stmt, for_.body), NODES("orelse", STMT, ast_stmt, for_.orelse), TYPE_COMMENT(ast_stmt, for_)}},
    {"AsyncFor",
     {NODE("target", EXPR, ast_stmt, for_.target), NODE("iter", EXPR, ast_stmt, for_.iter),
      NODES("body", STMT, ast_stmt, for_.body), NODES("orelse", STMT, ast_stmt, for_.orelse), TYPE_COMMENT(ast_stmt, for_)}},
    {"While",
     {NODE("test", EXPR, ast_stmt, if_.test), NODES("body", STMT, ast_stmt, if_.body),
      NODES("orelse", STMT, ast_stmt, if_.orelse)}},
    {"If",
     {NODE("test", EXPR, ast_stmt, if_.test), NODES("body", STMT, ast_stmt, if_.body),
      NODES("orelse", STMT, ast_stmt, if_.orelse)}},
    {"With",
     {NODES("items", WITH_ITEM, ast_stmt, with.items), NODES("body", STMT, ast_stmt, with.body),
      TYPE_COMMENT(ast_stmt, with)}},
    {"AsyncWith",
     {NODES("items", WITH_ITEM, ast_stmt, with.items), NODES("body", STMT, ast_stmt, with.body),
      TYPE_COMMENT(ast_stmt, with)}},
    {"Match",
     {NODE("subject", EXPR, ast_stmt, match.subject), NODES("cases", MATCH_CASE, ast_stmt, match.cases)}},
    {"Raise",
     {NODE_OPTIONAL("exc", EXPR, ast_stmt, raise.exception),
      NODE_OPTIONAL("cause", EXPR, ast_stmt, raise.cause)}},
    {"Try",
     {NODES("body", STMT, ast_stmt, try_.body), NODES("handlers", HANDLER, ast_stmt, try_.handlers),
      NODES("orelse", STMT, ast_stmt, try_.orelse), NODES("finalbody", STMT, ast_stmt, try_.finally)}},
    {"TryStar",
     {NODES("body", STMT, ast_stmt, try_.body), NODES("handlers", HANDLER, ast_stmt, try_.handlers),
      NODES("orelse", STMT, ast_stmt, try_.orelse), NODES("finalbody", STMT, ast_stmt, try_.finally)}},
    {"Assert",
     {NODE("test", EXPR, ast_stmt, assert_.test), NODE_OPTIONAL("msg", EXPR, ast_stmt, assert_.message)}},
    {"Import", {NODES("names", ALIAS, ast_stmt, import.names)}},
    {"ImportFrom",
     {NAME_OPTIONAL("module", ast_stmt, import.module),
      NODES("names", ALIAS, ast_stmt, import.names),
      {"level", HOLDS_INT32, 0, OPTIONAL, false, offsetof(ast_stmt, import.level)}}},
    {"Global", {NAMES("names", ast_stmt, names.names)}},
    {"Nonlocal", {NAMES("names", ast_stmt, names.names)}},
    {"Expr", {NODE("value", EXPR, ast_stmt, expr.value)}},
    {"Pass", {{0}}},
    {"Break", {{0}}},
    {"Continue", {{0}}},
    /* expr: in the order of ast_expr_kind */
    {"BoolOp", {ENUM("op", BOOL_OPERATOR, ast_expr, op), NODES("values", EXPR, ast_expr, bool_op.values)}},
    {"NamedExpr",
     {NODE("target", EXPR, ast_expr, named_expr.target), NODE("value", EXPR, ast_expr, named_expr.value)}},
    {"BinOp",
     {NODE("left", EXPR, ast_expr, bin_op.left), ENUM("op", OPERATOR, ast_expr, op),
      NODE("right", EXPR, ast_expr, bin_op.right)}},
    {"UnaryOp",
     {ENUM("op", UNARY_OPERATOR, ast_expr, op), NODE("operand", EXPR, ast_expr, unary_op.operand)}},
    {"Lambda", {NODE("args", ARGUMENTS, ast_expr, lambda.args), NODE("body", EXPR, ast_expr, lambda.body)}},
    {"IfExp",
     {NODE("test", EXPR, ast_expr, if_exp.test), NODE("body", EXPR, ast_expr, if_exp.body),
      NODE("orelse", EXPR, ast_expr, if_exp.orelse)}},
    {"Dict",
     {NODES_OPTIONAL("keys", EXPR, ast_expr, dict.keys), NODES("values", EXPR, ast_expr, dict.values)}},
    {"Set", {NODES("elts", EXPR, ast_expr, set.elements)}},
    {"ListComp",
     {NODE("elt", EXPR, ast_expr, comprehension.element),
      NODES("generators", COMPREHENSION, ast_expr, comprehension.generators)}},
    {"SetComp",
     {NODE("elt", EXPR, ast_expr, comprehension.element),
      NODES("generators", COMPREHENSION, ast_expr, comprehension.generators)}},
    {"DictComp",
     {NODE("key", EXPR, ast_expr, comprehension.element), NODE("value", EXPR, ast_expr, comprehension.value),
      NODES("generators", COMPREHENSION, ast_expr, comprehension.generators)}},
    {"GeneratorExp",
     {NODE("elt", EXPR, ast_expr, comprehension.element),
      NODES("generators", COMPREHENSION, ast_expr, comprehension.generators)}},
    {"Await", {NODE("value", EXPR, ast_expr, yield.value)}},
    {"Yield", {NODE_OPTIONAL("value", EXPR, ast_expr, yield.value)}},
    {"YieldFrom", {NODE("value", EXPR, ast_expr, yield.value)}},
    {"Compare",
     {NODE("left", EXPR, ast_expr, compare.left), ENUMS("ops", COMPARE_OPERATOR, ast_expr, compare.ops),
      NODES("comparators", EXPR, ast_expr, compare.comparators)}},
    {"Call",
     {NODE("func", EXPR, ast_expr, call.function), NODES("args", EXPR, ast_expr, call.args),
      NODES("keywords", KEYWORD, ast_expr, call.keywords)}},
    {"FormattedValue",
     {NODE("value", EXPR, ast_expr, formatted_value.value),
      PLAIN("conversion", HOLDS_INT8, ast_expr, conversion),
      NODE_OPTIONAL("format_spec", EXPR, ast_expr, formatted_value.format_spec)}},
    {"JoinedStr", {NODES("values", EXPR, ast_expr, joined_str.values)}},
    {"Constant",
     {PLAIN("value", HOLDS_CONSTANT, ast_expr, constant),
      {"kind", HOLDS_PREFIX, 0, OPTIONAL, false, offsetof(ast_expr, constant)}}},
    {"Attribute",
     {NODE("value", EXPR, ast_expr, attribute.value), NAME("attr", ast_expr, attribute.attribute),
      ENUM("ctx", CONTEXT, ast_expr, context)}},
    {"Subscript",
     {NODE("value", EXPR, ast_expr, subscript.value), NODE("slice", EXPR, ast_expr, subscript.slice),
      ENUM("ctx", CONTEXT, ast_expr, context)}},
    {"Starred", {NODE("value", EXPR, ast_expr, starred.value), ENUM("ctx", CONTEXT, ast_expr, context)}},
    {"Name", {NAME("id", ast_expr, name.id), ENUM("ctx", CONTEXT, ast_expr, context)}},
    {"List", {NODES("elts", EXPR, ast_expr, sequence.elements), ENUM("ctx", CONTEXT, ast_expr, context)}},
    {"Tuple", {NODES("elts", EXPR, ast_expr, sequence.elements), ENUM("ctx", CONTEXT, ast_expr, context)}},
    {"Slice",
     {NODE_OPTIONAL("lower", EXPR, ast_expr, slice.lower),
      NODE_OPTIONAL("upper", EXPR, ast_expr, slice.upper),
      NODE_OPTIONAL("step", EXPR, ast_expr, slice.step)}},
    /* expr_context, boolop, operator, unaryop, cmpop: in the order of their enumerations */
    {"Load", {{0}}},
    {"Store", {{0}}},
    {"Del", {{0}}},
    {"And", {{0}}},
    {"Or", {{0}}},
    {"Add", {{0}}},
    {"Sub", {{0}}},
    {"Mult", {{0}}},
    {"MatMult", {{0}}},
    {"Div", {{0}}},
    {"Mod", {{0}}},
    {"Pow", {{0}}},
    {"LShift", {{0}}},
    {"RShift", {{0}}},
    {"BitOr", {{0}}},
    {"BitXor", {{0}}},
    {"BitAnd", {{0}}},
    {"FloorDiv", {{0}}},
    {"Invert", {{0}}},
    {"Not", {{0}}},
    {"UAdd", {{0}}},
    {"USub", {{0}}},
    {"Eq", {{0}}},
    {"NotEq", {{0}}},
    {"Lt", {{0}}},
    {"LtE", {{0}}},
    {"Gt", {{0}}},
    {"GtE", {{0}}},
    {"Is", {{0}}},
    {"IsNot", {{0}}},
    {"In", {{0}}},
    {"NotIn", {{0}}},
    /* products, and sums of one or few */
    {"comprehension",
     {NODE("target", EXPR, ast_comprehension, target), NODE("iter", EXPR, ast_comprehension, iter),
      NODES("ifs", EXPR, ast_comprehension, conditions),
      PLAIN("is_async", HOLDS_BOOL, ast_comprehension, is_async)}},
    {"ExceptHandler",
     {NODE_OPTIONAL("type", EXPR, ast_handler, type), NAME_OPTIONAL("name", ast_handler, name),
      NODES("body", STMT, ast_handler, body)}},
    {"arguments",
     {NODES("posonlyargs", ARG, ast_arguments, positional_only), NODES("args", ARG, ast_arguments, args),
      NODE_OPTIONAL("vararg", ARG, ast_arguments, vararg),
      NODES("kwonlyargs", ARG, ast_arguments, keyword_only),
      NODES_OPTIONAL("kw_defaults", EXPR, ast_arguments, keyword_defaults),
      NODE_OPTIONAL("kwarg", ARG, ast_arguments, kwarg), NODES("defaults", EXPR, ast_arguments, defaults)}},
    {"arg",
     {NAME("arg", ast_arg, name), NODE_OPTIONAL("annotation", EXPR, ast_arg, annotation),
      {"type_comment", HOLDS_TYPE_COMMENT, 0, OPTIONAL, false, offsetof(ast_arg, type_comment)}}},
    {"keyword", {NAME_OPTIONAL("arg", ast_keyword, name), NODE("value", EXPR, ast_keyword, value)}},
    {"alias", {NAME("name", ast_alias, name), NAME_OPTIONAL("asname", ast_alias, as)}},
    {"withitem",
     {NODE("context_expr", EXPR, ast_with_item, context),
      NODE_OPTIONAL("optional_vars", EXPR, ast_with_item, target)}},
    {"match_case",
     {NODE("pattern", PATTERN, ast_match_case, pattern), NODE_OPTIONAL("guard", EXPR, ast_match_case, guard),
      NODES("body", STMT, ast_match_case, body)}},
    /* pattern: in the order of ast_pattern_kind */
    {"MatchValue", {NODE("value", EXPR, ast_pattern, value.value)}},
    {"MatchSingleton", {PLAIN("value", HOLDS_SINGLETON, ast_pattern, singleton)}},
    {"MatchSequence", {NODES("patterns", PATTERN, ast_pattern, sequence.patterns)}},
    {"MatchMapping",
     {NODES("keys", EXPR, ast_pattern, mapping.keys),
      NODES("patterns", PATTERN, ast_pattern, mapping.patterns),
      NAME_OPTIONAL("rest", ast_pattern, mapping.rest)}},
    {"MatchClass",
     {NODE("cls", EXPR, ast_pattern, class.type), NODES("patterns", PATTERN, ast_pattern, class.patterns),
      NAMES("kwd_attrs", ast_pattern, class.keyword_names),
      NODES("kwd_patterns", PATTERN, ast_pattern, class.keyword_patterns)}},
    {"MatchStar", {NAME_OPTIONAL("name", ast_pattern, as.name)}},
    {"MatchAs",
     {NODE_OPTIONAL("pattern", PATTERN, ast_pattern, as.pattern),
      NAME_OPTIONAL("name", ast_pattern, as.name)}},
    {"MatchOr", {NODES("patterns", PATTERN, ast_pattern, sequence.patterns)}},
    {"TypeIgnore",
     {PLAIN("lineno", HOLDS_INT32, ast_type_ignore, line), PLAIN("tag", HOLDS_TYPE_COMMENT, ast_type_ignore, tag)}},
};

const size_t ast_node_count = sizeof ast_node_defs / sizeof ast_node_defs[0];

const ast_sum_def ast_sum_defs[SUM_COUNT] = {
    [SUM_MOD] = {"mod", 0, 4, 0, -1, false, false},
    [SUM_STMT] = {"stmt", 4, 27, sizeof(ast_stmt), offsetof(ast_stmt, place), false, false},
    [SUM_EXPR] = {"expr", 31, 27, sizeof(ast_expr), offsetof(ast_expr, place), false, false},
    [SUM_CONTEXT] = {"expr_context", 58, 3, 0, -1, false, false},
    [SUM_BOOL_OPERATOR] = {"boolop", 61, 2, 0, -1, false, false},
    [SUM_OPERATOR] = {"operator", 63, 13, 0, -1, false, false},
    [SUM_UNARY_OPERATOR] = {"unaryop", 76, 4, 0, -1, false, false},
    [SUM_COMPARE_OPERATOR] = {"cmpop", 80, 10, 0, -1, false, false},
    [SUM_COMPREHENSION] = {"comprehension", 90, 1, sizeof(ast_comprehension), -1, true, false},
    [SUM_HANDLER] = {"excepthandler", 91, 1, sizeof(ast_handler), offsetof(ast_handler, place), false, false},
    [SUM_ARGUMENTS] = {"arguments", 92, 1, sizeof(ast_arguments), -1, true, false},
    [SUM_ARG] = {"arg", 93, 1, sizeof(ast_arg), offsetof(ast_arg, place), true, false},
    [SUM_KEYWORD] = {"keyword", 94, 1, sizeof(ast_keyword), offsetof(ast_keyword, place), true, false},
    [SUM_ALIAS] = {"alias", 95, 1, sizeof(ast_alias), offsetof(ast_alias, place), true, false},
    [SUM_WITH_ITEM] = {"withitem", 96, 1, sizeof(ast_with_item), -1, true, false},
    [SUM_MATCH_CASE] = {"match_case", 97, 1, sizeof(ast_match_case), -1, true, false},
    [SUM_PATTERN] = {"pattern", 98, 8, sizeof(ast_pattern), offsetof(ast_pattern, place), false, true},
    [SUM_TYPE_IGNORE] = {"type_ignore", 106, 1, sizeof(ast_type_ignore), -1, false, false},
};

_Static_assert(sizeof ast_node_defs / sizeof ast_node_defs[0] == 107, "the sums cover the nodes");
_Static_assert(AST_CONTINUE == 26 && AST_SLICE == 26 && AST_FLOOR_DIV == 12 && AST_NOT_IN == 9 &&
                   AST_MATCH_OR == 7,
               "the rows follow the enumerations of lang/ast.h");

size_t ast_mode_row(ast_mode mode)
{
    static const size_t rows[] = {
        [AST_MODE_FILE] = 0, [AST_MODE_SINGLE] = 1, [AST_MODE_EVAL] = 2, [AST_MODE_FUNCTION_TYPE] = 3};
    return rows[mode];
}

const void *ast_tree_field(const ast_tree *tree, const ast_field *field)
{
    switch ((ast_sum)field->sum) {
    case SUM_STMT:
        return tree->body;
    case SUM_TYPE_IGNORE:
        return tree->type_ignores;
    default:
        return field->quantity == MANY ? (const void *)tree->argument_types : tree->expression;
    }
}

size_t ast_node_field_count(const ast_node_def *def)
{
    size_t n = 0;
    while (def->fields[n].name != NULL) {
        n++;
    }
    return n;
}
