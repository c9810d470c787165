/* ast_dump: prints what the front end makes of a source file.
 *
 *     ast_dump FILE...               the syntax tree, as ast.dump(tree, include_attributes=True) prints it
 *     ast_dump -s FILE...            the scopes, one line for each
 *     ast_dump -S FILE...            the tree, after its scopes were found
 *     ast_dump -q FILE...            errors only; with -r N each file N times: for timing
 *     ast_dump -i                    file names from the standard input, one in each line
 *     ast_dump -Z                    programs from the standard input, each ended by NUL; so is each answer
 *     ast_dump -c PROGRAM...         the arguments are the programs
 *     ast_dump -m exec|eval|single   the mode;  -I: allow incomplete input;  -D: do not imply dedents
 *     ast_dump -N FILE               the names for \N{...}: lines of a hexadecimal code point, a space, a name
 * An error prints as: class|message|line|column|end line|end column.
 */
#include "lang/parse.h"
#include "lang/scope.h"

#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct settings {
    ast_mode mode;
    bool scopes, quiet, is_source, compiles;
    int repeats;
    uint32_t flags;
    char *names; /* the text of the -N file */
} settings;

static void print_piece(void *context, const char *data, size_t length)
{
    fwrite(data, 1, length, context);
}

/* The hook for \N{...}. */
static bool find_character(void *context, const char *name, size_t length, uint32_t *code_point)
{
    const settings *set = context;
    for (char *line = set->names; line && *line;) {
        char *end = strchr(line, '\n');
        char *space = strchr(line, ' ');
        if (!end || !space)
            break;
        if ((size_t)(end - space - 1) == length && memcmp(space + 1, name, length) == 0) {
            *code_point = (uint32_t)strtoul(line, NULL, 16);
            return true;
        }
        line = end + 1;
    }
    return false;
}

/* The hook for encodings other than utf-8, ascii and latin-1. */
static char *decode_with_iconv(void *context, ouro_mem *mem, const char *encoding, const char *bytes, size_t size,
                               size_t *length)
{
    (void)context;
    *length = 0;
    iconv_t converter = iconv_open("utf-8", encoding);
    if (converter == (iconv_t)-1)
        return NULL;
    char *result = ouro_mem_alloc(mem, size * 4 + 16), *out = result, *in = (char *)bytes;
    size_t in_left = size, out_left = size * 4 + 16;
    if (result && iconv(converter, &in, &in_left, &out, &out_left) == (size_t)-1) {
        ouro_mem_free(mem, result);
        result = NULL;
    }
    iconv_close(converter);
    *length = result ? (size_t)(out - result) : 1;
    return result;
}

static char *read_stream(FILE *file, size_t *length)
{
    size_t capacity = 1 << 16;
    char *data = malloc(capacity + 1);
    *length = 0;
    for (size_t got; data && (got = fread(data + *length, 1, capacity - *length, file)) > 0;) {
        *length += got;
        if (*length == capacity)
            data = realloc(data, (capacity *= 2) + 1);
    }
    if (data)
        data[*length] = '\0';
    return data;
}

static char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    char *data = read_stream(file, length);
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
    if (error->kind == SYNTAX_ERROR_ENCODING) { /* decode_with_iconv knows it not: what its caller says then */
        const char *name = strrchr(error->message, ' ');
        printf("SyntaxError|unknown encoding:%s|0|-1|0|-1\n", name ? name : "");
        return;
    }
    printf("%s|%s|%d|%d|%d|%d\n", syntax_error_class_name(error->kind), error->message ? error->message : "",
           error->line, error->column, error->end_line, error->end_column);
}

static int run_source(ouro_mem *mem, settings *set, const char *name, const char *source, size_t length)
{
    parse_hooks hooks = {.context = set, .character_name = find_character, .decode = decode_with_iconv};
    parse_options options = {.filename = name, .mode = set->mode, .flags = set->flags, .hooks = &hooks};
    int status = 0;
    for (int i = 0; i < set->repeats; i++) {
        syntax_error error;
        syntax_error_init(&error, mem);
        ast_tree *tree = parse_source(mem, source, length, &options, &error);
        if (!tree || ((set->scopes || set->compiles) && !scope_analyse(tree, &error))) {
            print_error(&error);
            status = 1;
        } else if (set->scopes && !set->quiet) {
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

static int run_file(ouro_mem *mem, settings *set, const char *path)
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

static int run_listed_files(ouro_mem *mem, settings *set)
{
    char line[4096];
    int status = 0;
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        int one = run_file(mem, set, line);
        status = one > status ? one : status;
    }
    return status;
}

static int run_programs(ouro_mem *mem, settings *set)
{
    size_t length, at = 0;
    char *text = read_stream(stdin, &length);
    while (text && at < length) {
        size_t size = strlen(text + at);
        run_source(mem, set, "<string>", text + at, size);
        putchar('\0');
        at += size + 1;
    }
    free(text);
    return text ? 0 : 2;
}

int main(int argc, char **argv)
{
    settings set = {.mode = AST_MODE_FILE, .repeats = 1};
    ouro_mem *mem = ouro_mem_create(NULL);
    int status = 0;
    if (!mem)
        return 2;
    for (int i = 1; i < argc; i++) {
        int one = 0;
        if (argv[i][0] != '-' || set.is_source) {
            one = set.is_source ? run_source(mem, &set, "<string>", argv[i], strlen(argv[i]))
                                : run_file(mem, &set, argv[i]);
            status = one > status ? one : status;
            continue;
        }
        switch (argv[i][1]) {
        case 's':
            set.scopes = true;
            break;
        case 'S':
            set.compiles = true;
            break;
        case 'q':
            set.quiet = true;
            break;
        case 'I':
            set.flags |= PARSE_ALLOW_INCOMPLETE;
            break;
        case 'D':
            set.flags |= PARSE_DONT_IMPLY_DEDENT;
            break;
        case 'c':
            set.is_source = true;
            set.flags |= PARSE_IGNORE_COOKIE;
            break;
        case 'r':
            set.repeats = i + 1 < argc ? atoi(argv[++i]) : 1;
            break;
        case 'm':
            i++;
            set.mode = i < argc && strcmp(argv[i], "eval") == 0     ? AST_MODE_EVAL
                       : i < argc && strcmp(argv[i], "single") == 0 ? AST_MODE_SINGLE
                                                                    : AST_MODE_FILE;
            break;
        case 'N': {
            size_t length;
            free(set.names);
            set.names = i + 1 < argc ? read_file(argv[++i], &length) : NULL;
            break;
        }
        case 'i':
            one = run_listed_files(mem, &set);
            break;
        case 'Z':
            set.flags |= PARSE_IGNORE_COOKIE;
            one = run_programs(mem, &set);
            break;
        default:
            fprintf(stderr, "ast_dump: unknown option %s\n", argv[i]);
            one = 2;
        }
        status = one > status ? one : status;
    }
    free(set.names);
    ouro_mem_destroy(mem);
    return status;
}
