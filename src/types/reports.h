/* reports.h: connects the floors below with what Python's types know (reports.c). */
#ifndef OURO_SRC_TYPES_REPORTS_H
#define OURO_SRC_TYPES_REPORTS_H

#include "types/types.h"

/* Called once all built-in types exist. */
void reports_start(ouro_runtime *rt);

#endif
