/* future.c: finds the future statements of a module.  Only a docstring and other future statements may stand before
 * them.
 */
#include "lang/future.h"

#include <string.h>

static bool future_check_features(ast_tree *tree, const ast_stmt *s, syntax_error *error)
{
    static const struct {
        const char *name;
        uint32_t flag;
    } features[] = {
        {"nested_scopes", 0},   {"generators", 0},       {"division", 0},
        {"absolute_import", 0}, {"with_statement", 0},   {"print_function", 0},
        {"unicode_literals", 0}, {"barry_as_FLUFL", AST_FUTURE_BARRY_AS_BDFL}, {"generator_stop", 0},
        {"annotations", AST_FUTURE_ANNOTATIONS},
    };
    for (uint32_t i = 0; i < s->import.names->count; i++) {
        const char *name = s->import.names->items[i]->name->text;
        size_t k = 0, count = sizeof features / sizeof *features;
        while (k < count && strcmp(name, features[k].name) != 0)
            k++;
        if (k < count) {
            tree->future |= features[k].flag;
            continue;
        }
        if (strcmp(name, "braces") == 0)
            syntax_error_set(error, SYNTAX_ERROR_SYNTAX, tree->source.data, tree->source.length, s->place.line,
                             s->place.column + 1, s->place.line, SYNTAX_ERROR_NO_END, "not a chance");
        else
            syntax_error_set(error, SYNTAX_ERROR_SYNTAX, tree->source.data, tree->source.length, s->place.line,
                             s->place.column + 1, s->place.line, SYNTAX_ERROR_NO_END, "future feature %s is not defined", name);
        return false;
    }
    return true;
}

bool future_find(ast_tree *tree, syntax_error *error)
{
    bool done = false;
    int32_t line = 0;
    for (uint32_t i = 0; i < tree->body->count; i++) {
        const ast_stmt *s = tree->body->items[i];
        if (done && s->place.line > line)
            return true;
        line = s->place.line;
        if (s->kind == AST_IMPORT_FROM && s->import.module && strcmp(s->import.module->text, "__future__") == 0) {
            if (done) {
                syntax_error_set(error, SYNTAX_ERROR_SYNTAX, tree->source.data, tree->source.length, line,
                                 s->place.column, line, SYNTAX_ERROR_NO_END,
                                 "from __future__ imports must occur at the beginning of the file");
                return false;
            }
            if (!future_check_features(tree, s, error))
                return false;
            tree->future_line = line;
        } else if (s->kind != AST_EXPR_STMT || s->expr.value->kind != AST_CONSTANT ||
                   s->expr.value->constant.kind != AST_CONSTANT_STR) {
            done = true;
        }
    }
    return true;
}
