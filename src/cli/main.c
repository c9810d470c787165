/* main.c: the command `ouro`. */
#include "ouro/ouro.h"

#include <stdio.h>
#include <string.h>

static void main_leak(void *context, const char *type_name, const void *address, size_t bytes)
{
    fprintf(stderr, "ouro: still alive at close: %s at %p\n", type_name, address);
}

int main(int argc, char **argv)
{
    ouro_config config = ouro_config_default();
    config.program = argv[0];
    config.report_leak = main_leak;
    bool text = argc > 2 && strcmp(argv[1], "-c") == 0;
    config.argc = argc - 1;
    config.argv = (const char *const *)argv + 1;
    ouro_runtime *rt = ouro_open(&config);
    if (!rt) {
        fprintf(stderr, "ouro: cannot start\n");
        return 1;
    }
    int status = text ? ouro_run_text(rt, argv[2], "<string>") : argc > 1 ? ouro_run_file(rt, argv[1]) : 0;
    ouro_finish(rt);
    size_t left = ouro_close(rt);
    if (left) {
        fprintf(stderr, "ouro: %zu blocks left\n", left);
    }
    return status;
}
