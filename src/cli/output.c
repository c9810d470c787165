/* output.c: see output.h. */
#include "cli/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool output_finish(void)
{
    errno = 0;
    bool good = fflush(stdout) == 0 && !ferror(stdout);
    if (!good) {
        fprintf(stderr, "ouro: standard output cannot be written: %s\n",
                errno ? strerror(errno) : "a part of it got lost");
    }
    return good;
}
