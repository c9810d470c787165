/* modules/warnings.h: where a warning comes from, by the frames. */
#ifndef OURO_SRC_MODULES_WARNINGS_H
#define OURO_SRC_MODULES_WARNINGS_H

#include "types/module.h"

extern const module_def warnings_module;

/* types_state.frame_context: installed when the builtins module starts. */
bool warnings_frame_context(ouro_runtime *rt, int64_t level, bool skip_import, ouro_value *globals,
                            ouro_value *filename, int *line);

#endif
