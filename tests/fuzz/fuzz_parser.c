/* fuzz_parser.c: any bytes end in a tree or an error, and leave nothing behind.
 *
 * The first byte chooses the mode and the flags; the rest is the source.
 */
#include "lang/parse.h"
#include "lang/scope.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ignore_piece(void *context, const char *data, size_t length)
{
    (void)context;
    (void)data;
    (void)length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    ouro_mem *mem = ouro_mem_create(NULL);
    if (!mem)
        return 0;
    parse_options options = {.mode = (ast_mode)(data[0] % 3), .flags = data[0] / 3 % 8};
    syntax_error error;
    syntax_error_init(&error, mem);
    ast_tree *tree = parse_source(mem, (const char *)data + 1, size - 1, &options, &error);
    if (tree) {
        ast_dump(tree, true, ignore_piece, NULL);
        if (scope_analyse(tree, &error) && error.kind != SYNTAX_ERROR_NONE)
            __builtin_trap();
    } else if (error.kind == SYNTAX_ERROR_NONE) {
        __builtin_trap();
    }
    ast_tree_free(tree);
    syntax_error_clear(&error);
    ouro_mem_destroy(mem);
    return 0;
}
