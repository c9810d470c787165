/* version.c: the version of the library, for programs that ask at run time. */
#include "ouro/ouro.h"

const char *ouro_version(void)
{
    return "0.1.0";
}
