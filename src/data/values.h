// Zero, two or more values on their way from a producer to a consumer.
//
// Uses: gc, data/outcome.  Used by: prim, vm.
//
//   VAL-1  A T_VALUES object never holds exactly one value, and there is one object of zero values per heap.
#ifndef DATA_VALUES_H
#define DATA_VALUES_H

#include "data/outcome.h"

#define VALUES_MAX 1000
// The values[0..n) as one Value: the value itself when n is 1; or OUTCOME_COLLECT, or a range error above VALUES_MAX.
Value values_make(struct context *cx, size_t n, const Value *values);
// Make ROOT_NO_VALUES; at boot.
void values_init(struct heap *heap);

static inline bool is_values(Value v) {
  return is_type(v, T_VALUES);
}
// How many values `v` stands for, and value number i of them.
static inline size_t values_count(Value v) {
  return is_values(v) ? header_aux(object_header(v)) : 1;
}
static inline Value values_ref(Value v, size_t i) {
  return is_values(v) ? object_field(v, 1 + (unsigned)i) : v;
}

#endif
