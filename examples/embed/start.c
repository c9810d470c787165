/* start.c: the ten lines that a Python in a C program takes.
 *
 *     cc start.c $(pkg-config --cflags --libs ouro) && ./a.out
 */
#include <ouro/ouro.h>

int main(void)
{
    ouro_runtime *rt = ouro_open(NULL);
    if (rt == NULL) {
        return 1;
    }
    int status = ouro_run_text(rt, "print('hello from', __name__, sum(range(10)))", "<start>");
    return ouro_close(rt) == 0 ? status : 1;
}
