/* audit.h: telling the hooks of sys.addaudithook what a program is about to do (PEP 578).
 *
 * A place that tells asks audit_is_on first where gathering what it tells costs something.  A hook that raises forbids what it
 * was told of.  While a hook runs nothing is traced, unless it has a true __cantrace__.
 */
#ifndef OURO_SRC_VM_AUDIT_H
#define OURO_SRC_VM_AUDIT_H

#include "vm/vm.h"

static inline bool audit_is_on(const ouro_runtime *rt)
{
    return !ouro_is_null(rt->vm->audit_hooks);
}

/* Tells all hooks; `rest` is a tuple.  False: one has raised. */
OURO_NODISCARD bool audit_tell(ouro_runtime *rt, ouro_value event, ouro_value rest);
/* The same for values that are borrowed: a null one is told as None. */
OURO_NODISCARD bool audit_event(ouro_runtime *rt, const char *event, const ouro_value *args, size_t count);

#endif
