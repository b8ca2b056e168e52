// Zero, two or more values on their way from a producer to a consumer.
//
// Uses: gc, data/outcome.  Used by: prim, vm.
#include "data/values.h"

Value values_make(struct context *cx, size_t n, const Value *values) {
  if (n == 1) return values[0];
  if (n == 0) return cx->heap->roots[ROOT_NO_VALUES];
  if (n > VALUES_MAX) return raise_range(cx, "values", 1, fixnum((sword)n), 0, VALUES_MAX);
  size_t bytes = AUX_BYTES(n);
  uword *p = heap_try_alloc(cx->heap, bytes);
  if (!p) return outcome_collect(cx, bytes);
  Value v = value_from_object(p);
  p[0] = header_make(T_VALUES, (unsigned)n);
  for (size_t i = 0; i < n; i++) object_field_init(v, 1 + (unsigned)i, values[i]);
  return v;
}

void values_init(struct heap *heap) {
  CHECK(heap_reserve(heap, AUX_BYTES(0)));
  uword *p = heap_alloc(heap, AUX_BYTES(0));
  p[0] = header_make(T_VALUES, 0);
  heap->roots[ROOT_NO_VALUES] = value_from_object(p);
}
