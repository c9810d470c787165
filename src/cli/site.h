/* site.h: the directories of installed packages, at the start of the command. */
#ifndef OURO_SRC_CLI_SITE_H
#define OURO_SRC_CLI_SITE_H

#include "cli/options.h"

/* Puts the directories of installed packages on sys.path and does what lies in them for the start.  -1: done; else that
 * ended the program, with this exit status. */
OURO_NODISCARD int site_start(ouro_runtime *rt, const options *o);

#endif
