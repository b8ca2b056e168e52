// All primitive tables of the core, joined into one numbering.
//
// Uses: code/primitive.  Used by: boot, vm, compile's primitive environment, the image loader's caller.
//
// Each file src/prim/prim_AREA.c ends in AREA_primitives[] and n_AREA_primitives; it is joined by one line
// in PRIMITIVE_TABLES.  A primitive's index counts through the tables in that order: it is fixed within one
// build and is never written into an image (images hold names).
#ifndef PRIM_TABLES_H
#define PRIM_TABLES_H

#include "code/primitive.h"

#define PRIMITIVE_TABLES(TABLE) \
  TABLE(pairs)                  \
  TABLE(vectors)                \
  TABLE(slices)                 \
  TABLE(objects)                \
  TABLE(records)                \
  TABLE(tables)                 \
  TABLE(weak)                   \
  TABLE(numbers)                \
  TABLE(fixnums)                \
  TABLE(flonums)                \
  TABLE(random)                 \
  TABLE(symbols)                \
  TABLE(strings)                \
  TABLE(chars)                  \
  TABLE(bytevectors)            \
  TABLE(binary)                 \
  TABLE(ports)                  \
  TABLE(text)                   \
  TABLE(syntax)                 \
  TABLE(images)                 \
  TABLE(control)                \
  TABLE(debug)                  \
  TABLE(memory)                 \
  TABLE(threads)                \
  TABLE(copy)                   \
  TABLE(processes)              \
  TABLE(shared)                 \
  TABLE(devices)                \
  TABLE(system)

#define DECLARE_TABLE(area)                         \
  extern const struct primitive area##_primitives[]; \
  extern const unsigned n_##area##_primitives;
PRIMITIVE_TABLES(DECLARE_TABLE)
#undef DECLARE_TABLE

// How many there are in all.
unsigned primitive_count(void);
// The primitive of this index; NULL when there is none.  O(number of tables).
const struct primitive *primitive_at(unsigned index);
// The index of the primitive of this name, in *index.  O(number of primitives).
bool primitive_find(const char *name, size_t n_bytes, unsigned *index);

#endif
