/* report.h: `ouro report`: what a recording says, as a table. */
#ifndef OURO_SRC_CLI_REPORT_H
#define OURO_SRC_CLI_REPORT_H

/* Runs `ouro report` with the arguments after that word; the exit status. */
int report_main(int argc, char **argv);

#endif
