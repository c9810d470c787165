/* why.h: `ouro why SNAPSHOT WHAT`: what keeps an object, or the objects of a type, alive. */
#ifndef OURO_SRC_CLI_WHY_H
#define OURO_SRC_CLI_WHY_H

/* argv without the first two words.  The status of the command: 1 when nothing in the snapshot is meant, 2 for wrong
 * arguments and files that cannot be read. */
int why_main(int argc, char **argv);

#endif
