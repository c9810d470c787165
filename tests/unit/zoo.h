/* zoo.h: object types for the tests of the object model and the collector: one of each layout, no Python.
 *
 *   pair    two value fields, weak references allowed
 *   row     inline items, as many as its count says
 *   bag     an array of items in a buffer of its own
 *   odd     one reference that only a traverse function knows
 *   leaf    no references
 *   final   as pair, with a finalizer that calls zoo.on_finalize
 */
#ifndef TESTS_ZOO_H
#define TESTS_ZOO_H

#include "ouro/gc.h"
#include "ouro/object.h"
#include "unit_test.h"

struct pair {
    ouro_object object;
    ouro_value left, right;
};

struct row {
    ouro_object object;
    size_t count;
    ouro_value items[];
};

struct bag {
    ouro_object object;
    ouro_value *items;
    size_t count, capacity;
};

struct odd {
    ouro_object object;
    ouro_value hidden;
    int64_t number;
};

struct leaf {
    ouro_object object;
    int64_t number;
};

struct zoo {
    ouro_runtime *rt;
    ouro_type *pair, *row, *bag, *odd, *leaf, *final;
    size_t finalized;
};

/* What the finalizer of `final` objects does besides counting; the tests set it. */
typedef void (*zoo_finalize_fn)(ouro_runtime *rt, struct pair *self);

extern struct zoo zoo;
extern zoo_finalize_fn zoo_on_finalize;
/* Objects of type odd do not tell of their reference while this is set: a planted fault. */
extern bool zoo_odd_hides;

void zoo_open(const ouro_mem_config *config);
/* Destroys the runtime and checks that `left` objects were left. */
void zoo_close(size_t left);

struct pair *zoo_pair(ouro_value left, ouro_value right); /* the references are stolen */
struct pair *zoo_final(ouro_value left, ouro_value right);
struct row *zoo_row(size_t count);
struct bag *zoo_bag(void);
bool zoo_bag_add(struct bag *bag, ouro_value item); /* stolen */
struct odd *zoo_odd(ouro_value hidden);
struct leaf *zoo_leaf(int64_t number);

#define VALUE(object) ouro_from_object(object)
#define HOLD(object) ouro_incref(ouro_from_object(object))
#define DROP(object) ouro_decref(zoo.rt, ouro_from_object(object))

/* Fails the test with all the faults that heap_check finds, if any. */
void zoo_check(void);
size_t zoo_faults(void); /* how many; prints none */

#endif
