/* output.h: the end of a command whose output is its answer: whether the answer came out whole.
 *
 * A full disk or a closed pipe shows only when a buffer is written, which may be long before the end; so both the stream's
 * mark and the last write are looked at.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "ouro/common.h"

#include <stdbool.h>

/* Writes what standard output still holds.  False: not everything came out, and standard error says so. */
OURO_NODISCARD bool output_finish(void);

#endif
