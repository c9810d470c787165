/* live.h: `ouro top PID` and `ouro --live`: what a running program has in memory, as it goes. */
#ifndef OURO_SRC_CLI_LIVE_H
#define OURO_SRC_CLI_LIVE_H

#include "cli/record.h"

/* `ouro top [PID]`: argv without the first two words.  The status of the command. */
int top_main(int argc, char **argv);

/* `ouro --live`: forks.  In the child (true) the program is to run and to be recorded as *record now says; in the parent
 * (false) the view is over, and *status is that of the program.  False too when it cannot start: said so. */
bool live_fork(record_options *record, int *status);

#endif
