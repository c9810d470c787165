/* alloc_peers.h: the allocators of the comparison, each as three functions that the patterns of alloc.c inline or
 * call as a program would: ours inlined and through its public functions, malloc as linked (glibc's, or what
 * LD_PRELOAD puts in its place), PyObject_Malloc through a pointer into libpython. */
#ifndef ALLOC_PEERS_H
#define ALLOC_PEERS_H

#include "mem/mem_inline.h"
#include "ouro/mem.h"
#include <stdlib.h>

typedef struct peer {
    ouro_mem *mem;
    void *(*python_alloc)(size_t size);
    void (*python_free)(void *block);
} peer;

#define PEER_INLINE static inline __attribute__((always_inline))

PEER_INLINE void *peer_inline_alloc(const peer *p, size_t size)
{
    return mem_alloc_object(p->mem, size);
}

PEER_INLINE void peer_inline_free(const peer *p, void *block)
{
    mem_free(p->mem, block);
}

PEER_INLINE void *peer_public_alloc(const peer *p, size_t size)
{
    return ouro_mem_alloc(p->mem, size);
}

PEER_INLINE void peer_public_free(const peer *p, void *block)
{
    ouro_mem_free(p->mem, block);
}

PEER_INLINE void *peer_malloc_alloc(const peer *p, size_t size)
{
    return malloc(size);
}

PEER_INLINE void peer_malloc_free(const peer *p, void *block)
{
    free(block);
}

PEER_INLINE void *peer_python_alloc(const peer *p, size_t size)
{
    return p->python_alloc(size);
}

PEER_INLINE void peer_python_free(const peer *p, void *block)
{
    p->python_free(block);
}

#endif
