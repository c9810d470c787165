/* page_pins.h: which line's survivors, or which type's, keep pages from going back (mem/mem_pins.h), in the program's words. */
#ifndef OURO_SRC_MODULES_PAGE_PINS_H
#define OURO_SRC_MODULES_PAGE_PINS_H

#include "mem/mem_pins.h"
#include "object/object.h"
#include "ouro/heap.h"

enum { PAGE_PINS_TEXT = 400 };

/* All blocks of one line, or, where a tracer knows no line, of one type. */
typedef struct page_pin {
    char *file; /* NULL: by type */
    char *type;
    uint32_t line;
    mem_pin pin;
} page_pin;

typedef struct page_pins {
    page_pin *pins; /* the most waste first */
    size_t count;
    mem_pins_arena *arenas; /* in order of address */
    size_t arena_count;
    mem_pins_totals totals;
} page_pins;

/* Up to `limit` of them.  `g` (NULL: none) is a graph of this moment: it tells the types of what no tracer knows.  False:
 * no memory; no exception is set. */
OURO_NODISCARD bool page_pins_find(ouro_runtime *rt, ouro_heap_graph *g, size_t limit, page_pins *found);
void page_pins_free(page_pins *found);
/* "freeing 14 objects from x.py:9 would return 11 MB". */
const char *page_pin_text(const page_pin *pin, char text[PAGE_PINS_TEXT]);

#endif
