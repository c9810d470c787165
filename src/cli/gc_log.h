/* gc_log.h: `ouro --gc-log`: a line for each collection, as it happens. */
#ifndef OURO_SRC_CLI_GC_LOG_H
#define OURO_SRC_CLI_GC_LOG_H

#include "ouro/common.h"

typedef struct ouro_runtime ouro_runtime;

/* Begins to write: `where` is a file, "json" (lines of JSON on standard error), or NULL (text there).  A file whose name
 * ends in .json or .jsonl gets JSON.  False: it cannot; the reason has been printed. */
OURO_NODISCARD bool gc_log_open(ouro_runtime *rt, const char *where);
/* After the end of the program.  False: something could not be written; said so. */
bool gc_log_close(void);

#endif
