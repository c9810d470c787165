/* cycle_witness.h: what Python knows of the objects on a cycle (gc_witness in gc/gc.h). */
#ifndef OURO_SRC_MODULES_CYCLE_WITNESS_H
#define OURO_SRC_MODULES_CYCLE_WITNESS_H

#include "gc/gc.h"

extern const gc_witness cycle_witness;

#endif
