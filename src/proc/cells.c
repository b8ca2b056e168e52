// Shared cells: who waits for a change.
//
// Uses: see the header.
#include "proc/cells.h"
#include "gc/commons.h"

Value cell_take_waiter(struct process *p, Value number, bool keep) {
  Value before = VALUE_FALSE, list = p->heap->roots[ROOT_CELL_WAITERS];
  for (; is_pair(list); before = list, list = pair_cdr(list)) {
    Value waiter = pair_car(list);
    if (!value_eq(pair_car(waiter), number)) continue;
    if (keep) return VALUE_TRUE;
    if (is_pair(before)) heap_store(p->heap, before, pair_cdr_slot(before), pair_cdr(list));
    else p->heap->roots[ROOT_CELL_WAITERS] = pair_cdr(list);
    return pair_cdr(waiter);
  }
  return VALUE_FALSE;
}

void cell_wake_all(Value cell) {
  Value list = object_field(cell, CELL_WAITING);
  if (!is_pair(list)) return;
  commons_store(object_slot(cell, CELL_WAITING), VALUE_NIL);
  commons_store(object_slot(cell, CELL_N_WAITING), fixnum(0));
  for (; is_pair(list); list = pair_cdr(list)) {
    struct process *p = process_of_handle(pair_car(pair_car(list)));
    Value t = p && !p->is_dying ? cell_take_waiter(p, pair_cdr(pair_car(list)), false) : VALUE_FALSE;
    if (is_true(t)) thread_unpark(p, t, TOKEN_WOKEN);
  }
}

void cell_count_up(Value cell) {
  Value n = object_field(cell, CELL_CONTENT);
  commons_store(object_slot(cell, CELL_CONTENT), fixnum(is_fixnum(n) ? (fixnum_int(n) + 1) & 0xffffff : 0));
  cell_wake_all(cell);
}
