/* verify.h: the heap check of a whole Python: every count against the references of objects and of the
 * runtime. */
#ifndef OURO_SRC_MODULES_VERIFY_H
#define OURO_SRC_MODULES_VERIFY_H

#include "object/object.h"

/* ouro_heap_check_exact with the runtime's own roots where that can be (vm_frames_are_exact, and
 * no exit functions running), else ouro_heap_check. *exact (may be NULL): which it was. */
size_t runtime_verify(ouro_runtime *rt, void (*report)(void *context, ouro_object *object, const char *text),
                      void *context, bool *exact);

#endif
