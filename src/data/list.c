// Pairs and lists from C.
//
// Uses: gc, data/outcome.  Used by: data, text, compile, vm, prim.
#include "data/list.h"
#include "data/outcome.h"

sword list_length_dotted(Value list, Value *tail) {
  Value hare = list, tortoise = list;
  sword n = 0, limit = 64;
  while (is_pair(hare)) {
    hare = pair_cdr(hare);
    n++;
    if (value_eq(hare, tortoise) && is_pair(hare)) return LIST_CIRCULAR;
    if (n == limit) {
      tortoise = hare;
      limit *= 2;
    }
  }
  *tail = hare;
  return n;
}

sword list_length(Value list) {
  Value tail;
  sword n = list_length_dotted(list, &tail);
  return n >= 0 && !is_nil(tail) ? LIST_IMPROPER : n;
}

Value list_from_array(struct context *cx, const Value *values, size_t n, Value tail) {
  if (!heap_reserve(cx->heap, n * PAIR_BYTES)) return outcome_collect(cx, n * PAIR_BYTES);
  while (n-- > 0) tail = pair_make(cx->heap, values[n], tail);
  return tail;
}

void list_builder_add(struct list_builder *b, Value v) {
  Value pair = pair_make(b->heap, v, VALUE_NIL);
  if (is_nil(b->first))
    b->first = pair;
  else
    *pair_cdr_slot(b->last) = pair;  // young, from this same primitive
  b->last = pair;
}

Value list_builder_finish(struct list_builder *b, Value tail) {
  if (is_nil(b->first)) return tail;
  *pair_cdr_slot(b->last) = tail;
  return b->first;
}
