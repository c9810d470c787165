/* ast.c: the arena of a syntax tree, its interned identifiers, and the end of both.
 *
 * The arena is a list of chunks from an ouro_mem; a request moves a pointer, and a request that is large for a
 * chunk gets a chunk of its own behind the current one.  Identifiers are interned in an open-addressing table
 * that at most half fills, with FNV-1a hashes kept in the identifier.
 */
#include "lang/ast.h"

#include <string.h>

enum {
    ARENA_FIRST_CHUNK = 4096,
    ARENA_LARGEST_CHUNK = 256 * 1024,
    ARENA_FIRST_IDENTIFIERS = 128,
};

typedef struct arena_chunk {
    struct arena_chunk *next;
    size_t size;
    _Alignas(16) char data[];
} arena_chunk;

struct ast_arena {
    ouro_mem *mem;
    char *position;
    char *limit;
    arena_chunk *chunks;
    size_t next_size;
    const ast_identifier **identifiers;
    uint32_t identifier_count;
    uint32_t identifier_mask; /* table size - 1; 0: no table yet */
};

ast_arena *ast_arena_create(ouro_mem *mem)
{
    ast_arena *arena = ouro_mem_alloc_zeroed(mem, sizeof *arena);
    if (!arena)
        return NULL;
    arena->mem = mem;
    arena->next_size = ARENA_FIRST_CHUNK;
    return arena;
}

void ast_arena_destroy(ast_arena *arena)
{
    if (!arena)
        return;
    ouro_mem *mem = arena->mem;
    for (arena_chunk *chunk = arena->chunks, *next; chunk; chunk = next) {
        next = chunk->next;
        ouro_mem_free(mem, chunk);
    }
    ouro_mem_free(mem, (void *)arena->identifiers);
    ouro_mem_free(mem, arena);
}

static void *arena_alloc_slowly(ast_arena *arena, size_t size)
{
    bool own_chunk = size > arena->next_size / 4;
    size_t chunk_size = own_chunk ? size : arena->next_size;
    if (chunk_size > SIZE_MAX - sizeof(arena_chunk))
        return NULL;
    arena_chunk *chunk = ouro_mem_alloc(arena->mem, sizeof(arena_chunk) + chunk_size);
    if (!chunk)
        return NULL;
    chunk->size = chunk_size;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    if (own_chunk)
        return chunk->data;
    if (arena->next_size < ARENA_LARGEST_CHUNK)
        arena->next_size *= 2;
    arena->position = chunk->data + size;
    arena->limit = chunk->data + chunk_size;
    return chunk->data;
}

void *ast_arena_alloc(ast_arena *arena, size_t size)
{
    if (OURO_UNLIKELY(size > SIZE_MAX / 2))
        return NULL;
    size = (size + 7) & ~(size_t)7;
    if (OURO_LIKELY((size_t)(arena->limit - arena->position) >= size)) {
        void *block = arena->position;
        arena->position += size;
        return block;
    }
    return arena_alloc_slowly(arena, size);
}

char *ast_arena_copy(ast_arena *arena, const char *data, size_t length)
{
    char *copy = ast_arena_alloc(arena, length + 1);
    if (!copy)
        return NULL;
    if (length)
        memcpy(copy, data, length);
    copy[length] = '\0';
    return copy;
}

ouro_mem *ast_arena_mem(const ast_arena *arena)
{
    return arena->mem;
}

static bool arena_grow_identifiers(ast_arena *arena)
{
    uint32_t size = arena->identifier_mask ? (arena->identifier_mask + 1) * 2 : ARENA_FIRST_IDENTIFIERS;
    const ast_identifier **table = ouro_mem_alloc_zeroed(arena->mem, size * sizeof *table);
    if (!table)
        return false;
    for (uint32_t i = 0; arena->identifiers && i <= arena->identifier_mask; i++) {
        const ast_identifier *identifier = arena->identifiers[i];
        if (!identifier)
            continue;
        uint32_t slot = identifier->hash & (size - 1);
        while (table[slot])
            slot = (slot + 1) & (size - 1);
        table[slot] = identifier;
    }
    ouro_mem_free(arena->mem, (void *)arena->identifiers);
    arena->identifiers = table;
    arena->identifier_mask = size - 1;
    return true;
}

const ast_identifier *ast_intern(ast_arena *arena, const char *text, size_t length)
{
    if (length > UINT32_MAX - 64)
        return NULL;
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    hash ^= hash >> 15;
    if (arena->identifier_count * 2 >= arena->identifier_mask && !arena_grow_identifiers(arena))
        return NULL;
    uint32_t slot = hash & arena->identifier_mask;
    for (const ast_identifier *found; (found = arena->identifiers[slot]) != NULL;
         slot = (slot + 1) & arena->identifier_mask) {
        if (found->hash == hash && found->length == length && memcmp(found->text, text, length) == 0)
            return found;
    }
    ast_identifier *identifier = ast_arena_alloc(arena, sizeof *identifier + length + 1);
    if (!identifier)
        return NULL;
    identifier->hash = hash;
    identifier->length = (uint32_t)length;
    memcpy(identifier->text, text, length);
    identifier->text[length] = '\0';
    arena->identifiers[slot] = identifier;
    arena->identifier_count++;
    return identifier;
}

void ast_tree_free(ast_tree *tree)
{
    if (tree)
        ast_arena_destroy(tree->arena);
}

const ast_expr *ast_chain_next(const ast_expr *e)
{
    switch (e->kind) {
    case AST_BIN_OP:
        return e->bin_op.left;
    case AST_CALL:
        return e->call.function;
    case AST_ATTRIBUTE:
        return e->attribute.value;
    case AST_SUBSCRIPT:
        return e->subscript.value;
    default:
        return NULL;
    }
}
