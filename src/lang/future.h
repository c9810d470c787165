/* future.h: `from __future__ import ...` (PEP 236). */
#ifndef OURO_LANG_FUTURE_H
#define OURO_LANG_FUTURE_H

#include "lang/ast.h"
#include "lang/syntax_error.h"

/* Reads the future imports at the start of a tree into tree->future and tree->future_line.  False: an unknown feature,
 * or an import that comes too late on the same line; `error` is set.  Imports that come later are the compiler's to
 * refuse ("from __future__ imports must occur at the beginning of the file"). */
OURO_NODISCARD bool future_find(ast_tree *tree, syntax_error *error);

#endif
