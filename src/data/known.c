// Symbols that C knows by name.
//
// Uses: data/symbol.  Used by: boot, tests.
#include "data/known.h"
#include "data/symbol.h"

static const char *const known_names[N_KNOWN_SYMBOLS] = {
#define KNOWN(id, name) name,
#include "data/known.def"
#undef KNOWN
};

// The symbol, after collections where it found no room.
static Value must_intern(struct context *cx, const char *name) {
  Value symbol;
  while (is_outcome(symbol = symbol_intern_c(cx, name))) CHECK(value_eq(symbol, OUTCOME_COLLECT) && heap_collect(cx->heap, cx->need_bytes));
  return symbol;
}

void known_init(struct heap *heap) {
  size_t bytes = VECTOR_BYTES(N_KNOWN_SYMBOLS);
  CHECK(heap_reserve(heap, bytes));
  uword *p = heap_alloc(heap, bytes);
  Value vector = value_from_object(p);
  p[0] = header_make(T_VECTOR, 0);
  object_field_init(vector, 1, fixnum(N_KNOWN_SYMBOLS));
  for (unsigned i = 0; i < N_KNOWN_SYMBOLS; i++) vector_slots(vector)[i] = VALUE_FALSE;
  heap->roots[ROOT_KNOWN] = vector;
  struct context cx = {.heap = heap};
  for (unsigned i = 0; i < N_KNOWN_SYMBOLS; i++) {
    Value symbol = must_intern(&cx, known_names[i]);
    vector = heap->roots[ROOT_KNOWN];
    heap_store(heap, vector, &vector_slots(vector)[i], symbol);
  }
}
