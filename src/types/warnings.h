/* warnings.h: the machinery under the warnings module: filters, registries, display. */
#ifndef OURO_SRC_TYPES_WARNINGS_H
#define OURO_SRC_TYPES_WARNINGS_H

#include "types/types.h"

struct warnings_state {
    ouro_value filters;        /* list of (action, message, category, module, line) */
    ouro_value once_registry;  /* dict */
    ouro_value default_action; /* str */
    int64_t version;           /* of the filters: registries of another version are stale */
};

/* The runtime's state, made when first asked for.  NULL: failed, an exception is set. */
OURO_NODISCARD struct warnings_state *warnings_get(ouro_runtime *rt);
/* Drops it. */
void warnings_stop(ouro_runtime *rt);

/* warnings.warn: `category` OURO_NULL or None: by the message, else UserWarning.  False: became an exception. */
OURO_NODISCARD bool warnings_warn(ouro_runtime *rt, ouro_value message, ouro_value category, int64_t stack_level,
                                  ouro_value source);
/* warnings.warn_explicit: `module`, `registry`, `source_line` and `source` may be OURO_NULL or None. */
OURO_NODISCARD bool warnings_warn_explicit(ouro_runtime *rt, ouro_value message, ouro_value category,
                                           ouro_value filename, int64_t line, ouro_value module, ouro_value registry,
                                           ouro_value source_line, ouro_value source);

/* A coroutine that never ran is about to die: RuntimeWarning, by warnings._warn_unawaited_coroutine (it knows where the
 * coroutine was made) where that module is loaded.  What goes wrong is told as unraisable. */
void warnings_unawaited(ouro_runtime *rt, ouro_value coroutine, ouro_value qualname);

#endif
