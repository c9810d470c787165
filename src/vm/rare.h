/* rare.h: instructions outside the loop.  Private to the vm floor. */
#ifndef OURO_SRC_VM_RARE_H
#define OURO_SRC_VM_RARE_H

#include "vm/frame.h"

/* Executes the instruction `unit` on the frame's stored stack.  False: an exception is set. */
OURO_NODISCARD bool eval_rare(ouro_runtime *rt, frame *f, uint32_t unit);

#endif
