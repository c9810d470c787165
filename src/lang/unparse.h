/* unparse.h: an expression back to source text, as `from __future__ import annotations` stores it. */
#ifndef OURO_LANG_UNPARSE_H
#define OURO_LANG_UNPARSE_H

#include "lang/ast.h"

/* The text of an expression in CPython's spelling (ast.unparse as annotations use it): UTF-8, NUL-terminated, a
 * block of `mem` that the caller frees.  NULL: no memory. */
OURO_NODISCARD char *unparse_expr(ouro_mem *mem, const ast_expr *e, size_t *length);

#endif
