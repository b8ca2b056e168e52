// Pairs and lists from C.
//
// Uses: gc.  Used by: data, text, compile, vm, prim.
//
//   LIST-1  Every walk over a list that a program made ends, also when it is circular: lengths are taken
//           first, by list_length, and bound the walks that follow.
#ifndef DATA_LIST_H
#define DATA_LIST_H

#include "gc/heap.h"

struct context;

// A new pair, from the guaranteed or reserved room.
static inline Value pair_make(struct heap *heap, Value car, Value cdr) {
  Value *p = (Value *)heap_alloc(heap, PAIR_BYTES);
  p[0] = car;
  p[1] = cdr;
  return value_from_pair(p);
}

// The number of pairs of a proper list; or one of these.  O(n), Brent's cycle finding.
#define LIST_CIRCULAR (-1)
#define LIST_IMPROPER (-2)  // ends in something that is not ()
sword list_length(Value list);
// The same, but a dotted list counts its pairs and *tail gets what it ends in.  LIST_CIRCULAR if it has no end.
sword list_length_dotted(Value list, Value *tail);
// The list of values[0..n) followed by `tail`, or OUTCOME_COLLECT.
Value list_from_array(struct context *cx, const Value *values, size_t n, Value tail);

// A list built front to back in reserved room: start with LIST_BUILDER, end with list_builder_finish.
struct list_builder {
  struct heap *heap;
  Value first, last;
};
#define LIST_BUILDER(heap) ((struct list_builder){(heap), VALUE_NIL, VALUE_NIL})
void list_builder_add(struct list_builder *b, Value v);
Value list_builder_finish(struct list_builder *b, Value tail);

#endif
