// When two values are the same, and hashes that agree with it.
//
// Uses: gc, data/outcome, data/number.  Used by: data/table, compile, prim.
//
//   EQ-1  value_equal ends on every input, cyclic ones included, with the answer of comparing the (perhaps
//         infinite) trees that the two values unfold to.
//   EQ-2  Equal values hash alike, under the hash that belongs to the comparison.
#ifndef DATA_EQUAL_H
#define DATA_EQUAL_H

#include "data/outcome.h"

// eqv?: identity, numbers of one exactness by value.  O(1), bignums O(size).
bool value_eqv(Value a, Value b);
// equal?: pairs and vectors by parts, strings and byte vectors by contents, the rest by eqv?.  VALUE_TRUE or VALUE_FALSE;
// OUTCOME_AGAIN when Control-C waits; or a raised `memory` condition.  O(size of the smaller unfolded graph).
Value value_equal(struct context *cx, Value a, Value b);

// The hash of eqv?, and of equal? (looks at a bounded part of a structure).  *by_address: it holds only as long as
// `v` does not move.
uint32_t value_eq_hash(Value v, bool *by_address);
uint32_t value_eqv_hash(Value v, bool *by_address);
uint32_t value_equal_hash(Value v, bool *by_address);

static inline uint32_t hash_mix(uint32_t h) {
  h ^= h >> 16;
  h *= 0x7feb352du;
  h ^= h >> 15;
  h *= 0x846ca68bu;
  return h ^ (h >> 16);
}

#endif
