/* resource.h: what a process used, for the modules that wait for one. */
#ifndef OURO_SRC_MODULES_RESOURCE_H
#define OURO_SRC_MODULES_RESOURCE_H

#include <sys/resource.h>

#include "types/types.h"

/* A new resource.struct_rusage.  The module resource has been imported, and its type is there. */
OURO_NODISCARD ouro_value resource_usage(ouro_runtime *rt, const struct rusage *u);

#endif
