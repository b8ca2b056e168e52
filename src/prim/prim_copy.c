// The copier of messages, within one heap.
//
// Uses: proc/copy.  Used by: prim/table.
#include "data/list.h"
#include "data/number.h"
#include "gc/commons.h"
#include "prim/args.h"
#include "prim/slices.h"
#include "prim/tables.h"
#include "proc/copy.h"

static Value go_on(struct context *cx, Value copied, const char *name, Value state) {
  if (!value_eq(copied, OUTCOME_AGAIN) || is_false(state)) return copied;
  Value more = slice_prepare(cx, name);
  return is_outcome(more) ? more : slice_go_on(cx, more, 1, &state);
}

PRIM(prim_copy) {
  Value state = VALUE_FALSE;
  Value copied = copy_to_heap(cx, "%copy", args[0], cx->heap, &state);
  return go_on(cx, copied, "%copy-more", state);
}

PRIM(prim_copy_more) {
  if (!is_type(args[0], T_STATE)) return raise_type(cx, "%copy-more", 1, "the state of a copy", args[0]);
  return copy_to_heap(cx, "%copy", VALUE_FALSE, cx->heap, args);
}

PRIM(prim_share) {
  Value state = VALUE_FALSE;
  Value copied = copy_to_commons(cx, "share", args[0], &state);
  return go_on(cx, copied, "%share-more", state);
}

PRIM(prim_share_more) {
  if (!is_type(args[0], T_STATE)) return raise_type(cx, "%share-more", 1, "the state of a copy", args[0]);
  return copy_to_commons(cx, "share", VALUE_FALSE, args);
}

PRIM(prim_collect_shared) {
  return commons_wait(cx->heap) ? OUTCOME_AGAIN : VALUE_UNSPECIFIED;
}

#define N_FIGURES 5

// In the order that shared-statistics of lib/boot/processes.scm knows.
PRIM(prim_commons_figures) {
  uint64_t figures[N_FIGURES] = {commons.held_bytes, commons.statistics.live_bytes, commons.statistics.bytes_allocated,
                                 commons.statistics.n_cycles, cx->heap->commons_bytes};
  size_t room = N_FIGURES * (PAIR_BYTES + INTEGER_WORD_BYTES);
  if (!heap_reserve(cx->heap, room)) return outcome_collect(cx, room);
  Value list = VALUE_NIL;
  for (unsigned i = N_FIGURES; i-- > 0;) list = pair_make(cx->heap, integer_from_uint64(cx->heap, figures[i]), list);
  return list;
}

const struct primitive copy_primitives[] = {
    {"%copy", prim_copy, 1, 1,
     "(%copy object)\nA copy of OBJECT and all that it refers to, as if it were sent to this process."},
    {"%copy-more", prim_copy_more, 1, 1, "(%copy-more state)\nGo on with a copy, for %copy."},
    {"%share", prim_share, 1, 1,
     "(%share object)\nA copy of OBJECT and all that it refers to that every process may use and nobody can change."},
    {"collect-shared", prim_collect_shared, 0, 0,
     "(collect-shared)\nReturns when everything in the commons that no process refers to any more is free.  What garbage refers to is so "
     "when that was collected: see collect-garbage.", true},
    {"%commons-figures", prim_commons_figures, 0, 0, "(%commons-figures)\nA list for shared-statistics."},
    {"%share-more", prim_share_more, 1, 1, "(%share-more state)\nGo on with a copy, for %share."},
};
const unsigned n_copy_primitives = ARRAY_LENGTH(copy_primitives);
