// The copier of messages, within one heap.
//
// Uses: proc/copy.  Used by: prim/table.
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

const struct primitive copy_primitives[] = {
    {"%copy", prim_copy, 1, 1,
     "(%copy object)\nA copy of OBJECT and all that it refers to, as if it were sent to this process."},
    {"%copy-more", prim_copy_more, 1, 1, "(%copy-more state)\nGo on with a copy, for %copy."},
    {"%share", prim_share, 1, 1,
     "(%share object)\nA copy of OBJECT and all that it refers to that every process may use and nobody can change."},
    {"%share-more", prim_share_more, 1, 1, "(%share-more state)\nGo on with a copy, for %share."},
};
const unsigned n_copy_primitives = ARRAY_LENGTH(copy_primitives);
