/* ast_dump: prints what the front end makes of a source file.
 *
 *     ast_dump FILE...               the syntax tree, as ast.dump(tree, include_attributes=True) prints it
 *     ast_dump -s FILE...            the scopes, one line for each
 *     ast_dump -q FILE...            nothing: for timing; -r N repeats
 *     ast_dump -i -                  one file name in each line of the standard input
 *     ast_dump -m exec|eval|single   the mode
 *     ast_dump -c                    the argument is the program itself, as a str
 * An error prints as: class|message|line|column|end line|end column.
 */
#include "lang/parse.h"
#include "lang/scope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct settings {
    ast_mode mode;
    bool scopes, quiet, is_source, from_input, compiles;
    int repeats;
    uint32_t flags;
} settings;

static void print_piece(void *context, const char *data, size_t length)
{
    fwrite(data, 1, length, context);
}

static bool find_character(void *context, const char *name, size_t length, uint32_t *code_point)
{
    /* Enough of the names for the programs that are compared. */
    static const struct {
        const char *name;
        uint32_t code_point;
    } names[] = {{"SNOWMAN", 0x2603}, {"LATIN SMALL LETTER A", 'a'}};
    (void)context;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i].name) == length && memcmp(names[i].name, name, length) == 0) {
            *code_point = names[i].code_point;
            return true;
        }
    }
    *code_point = '?';
    return getenv("ANY_CHARACTER_NAME") != NULL;
}

static char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    size_t capacity = 1 << 16;
    char *data = malloc(capacity);
    *length = 0;
    for (size_t got; data && (got = fread(data + *length, 1, capacity - *length, file)) > 0;) {
        *length += got;
        if (*length == capacity)
            data = realloc(data, capacity *= 2);
    }
    fclose(file);
    return data;
}

static void print_names(const char *label, const ast_identifier **names, uint32_t count)
{
    printf(" %s=", label);
    for (uint32_t i = 0; i < count; i++)
        printf("%s%s", i ? "," : "", names[i]->text);
}

static void print_scope(const scope *s)
{
    static const char *const kinds[] = {"module", "class", "function", "annotation"};
    static const char resolutions[] = "?LGgFC";
    printf("%s %s %d", kinds[s->kind], s->name->text, s->place.line);
    printf(" flags=%s%s%s%s", s->is_nested ? "n" : "", s->is_generator ? "g" : "", s->is_coroutine ? "c" : "",
           s->needs_class_closure ? "C" : "");
    print_names("params", s->parameters, s->parameter_count);
    print_names("cells", s->cell_names, s->cell_count);
    print_names("frees", s->free_names, s->free_count);
    printf(" names=");
    for (uint32_t i = 0; i < s->name_count; i++)
        printf("%s%s:%d%c", i ? "," : "", s->names[i].name->text, s->names[i].uses,
               resolutions[s->names[i].resolution]);
    printf("\n");
    for (const scope *child = s->first_child; child; child = child->next)
        print_scope(child);
}

static void print_error(const syntax_error *error)
{
    printf("%s|%s|%d|%d|%d|%d\n", syntax_error_class_name(error->kind), error->message ? error->message : "",
           error->line, error->column, error->end_line, error->end_column);
}

static int run_source(ouro_mem *mem, const settings *set, const char *name, const char *source, size_t length)
{
    static const parse_hooks hooks = {.character_name = find_character};
    parse_options options = {.filename = name, .mode = set->mode, .flags = set->flags, .hooks = &hooks};
    int status = 0;
    for (int i = 0; i < set->repeats; i++) {
        syntax_error error;
        syntax_error_init(&error, mem);
        ast_tree *tree = parse_source(mem, source, length, &options, &error);
        if (!tree || ((set->scopes || set->compiles) && !scope_analyse(tree, &error))) {
            print_error(&error);
            status = 1;
        } else if (set->scopes) {
            print_scope(tree->scope);
        } else if (!set->quiet) {
            ast_dump(tree, true, print_piece, stdout);
            printf("\n");
        }
        ast_tree_free(tree);
        syntax_error_clear(&error);
    }
    return status;
}

static int run_file(ouro_mem *mem, const settings *set, const char *path)
{
    size_t length;
    char *source = read_file(path, &length);
    if (!source) {
        fprintf(stderr, "cannot read %s\n", path);
        return 2;
    }
    int status = run_source(mem, set, path, source, length);
    free(source);
    return status;
}

int main(int argc, char **argv)
{
    settings set = {.mode = AST_MODE_FILE, .repeats = 1};
    ouro_mem *mem = ouro_mem_create(NULL);
    int status = 0;
    if (!mem)
        return 2;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-s") == 0) {
            set.scopes = true;
        } else if (strcmp(argv[i], "-S") == 0) {
            set.compiles = true;
        } else if (strcmp(argv[i], "-q") == 0) {
            set.quiet = true;
        } else if (strcmp(argv[i], "-I") == 0) {
            set.flags |= PARSE_ALLOW_INCOMPLETE;
        } else if (strcmp(argv[i], "-D") == 0) {
            set.flags |= PARSE_DONT_IMPLY_DEDENT;
        } else if (strcmp(argv[i], "-c") == 0) {
            set.is_source = true;
        } else if (strcmp(argv[i], "-r") == 0 && i + 1 < argc) {
            set.repeats = atoi(argv[++i]);
        } else if (strcmp(argv[i], "-m") == 0 && i + 1 < argc) {
            i++;
            set.mode = strcmp(argv[i], "eval") == 0     ? AST_MODE_EVAL
                       : strcmp(argv[i], "single") == 0 ? AST_MODE_SINGLE
                                                        : AST_MODE_FILE;
        } else if (strcmp(argv[i], "-i") == 0) {
            char line[4096];
            while (fgets(line, sizeof line, stdin)) {
                line[strcspn(line, "\n")] = '\0';
                int one = run_file(mem, &set, line);
                status = one > status ? one : status;
            }
        } else {
            int one;
            if (set.is_source) {
                set.flags |= PARSE_IGNORE_COOKIE;
                one = run_source(mem, &set, "<string>", argv[i], strlen(argv[i]));
            } else {
                one = run_file(mem, &set, argv[i]);
            }
            status = one > status ? one : status;
        }
    }
    ouro_mem_destroy(mem);
    return status;
}
