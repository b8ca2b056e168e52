// Symbols that C knows by name.
//
// Uses: gc.  Used by: data, text, compile, prim.
#ifndef DATA_KNOWN_H
#define DATA_KNOWN_H

#include "gc/heap.h"

enum known_symbol {
#define KNOWN(id, name) KNOWN_##id,
#include "data/known.def"
#undef KNOWN
  N_KNOWN_SYMBOLS
};

static inline Value known(struct heap *heap, enum known_symbol symbol) {
  return vector_slots(heap->roots[ROOT_KNOWN])[symbol];
}
// Intern them all into ROOT_KNOWN; at boot, after the symbol table exists.
void known_init(struct heap *heap);

#endif
