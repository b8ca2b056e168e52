// Primitives whose time grows with their operands, a slice at a time.
//
// Uses: code/primitive.  Used by: prim.
//
// A primitive that has done a slice and is not at its end answers a tail call, of itself or of a primitive made for
// that, whose arguments are the rest of the work.  Between two slices the program can be interrupted and the heap
// collected, and nothing is lost: all progress is in the arguments and in the objects worked on.  So the longest
// stretch between two safepoints depends on SLICE_WORDS and on no operand (ONE-5).
#ifndef PRIM_SLICES_H
#define PRIM_SLICES_H

#include "code/primitive.h"

// A slice in words moved: some 50 us.  Debug builds take small ones, so that all tests go through many.
#define SLICE_WORDS ((sword)(RINGLET_DEBUG ? 100 : 8192))
#define SLICE_BYTES (SLICE_WORDS * (sword)sizeof(Value))
// In pairs walked and made.
#define SLICE_PAIRS (SLICE_WORDS / 2)
// In characters looked at, or bytes.
#define SLICE_CHARS (4 * SLICE_PAIRS)

// Should Scheme do what takes `n` steps, by way of outcome_in_scheme?  lib/boot/long.scm does it by calls of primitives
// whose operands are short.  While the library is built, nothing is long.
static inline bool is_long(struct context *cx, sword n, sword slice) {
  return UNLIKELY(n > slice) && is_true(cx->heap->roots[ROOT_IN_SCHEME]);
}

// The length of a list, as list_length and list_length_dotted; or that it is long, and Scheme has to measure it.
#define LIST_LONG (-3)
sword slice_length(struct context *cx, Value list);
sword slice_length_dotted(struct context *cx, Value list, Value *tail);

// The primitive `name`, to go on with; or a marker.  Before the slice's first effect: it makes room for slice_go_on.
Value slice_prepare(struct context *cx, const char *name);
#define SLICE_ARGUMENTS_MOST 8
// The slice is done: go on with these arguments.
Value slice_go_on(struct context *cx, Value primitive, unsigned n, const Value *args);

// A new vector of `length` slots that hold, one after another: the elements of `source` (a vector, a string or a list)
// from `start` up to `end`, then those of the vectors in the list `rest`, then `fill`.  Of a hash table as the source,
// keys and values by turns.
Value slice_vector(struct context *cx, sword length, Value source, sword start, sword end, Value rest, Value fill);
// A new list of the elements of `sequence` (a vector or a string) from `start` up to `end`.
Value slice_list(struct context *cx, Value sequence, sword start, sword end);
// A new list of `length` times `fill`, and `tail` behind them.
Value slice_list_fill(struct context *cx, sword length, Value fill, Value tail);

#endif
