// What all processes may change: cells, vectors and byte vectors of the commons.
//
// Uses: gc/commons, proc.  Used by: prim/table.
//
// Cells and who waits for them: proc/cells.h.
#include "base/platform.h"
#include "data/list.h"
#include "data/number.h"
#include "gc/commons.h"
#include "prim/args.h"
#include "prim/tables.h"
#include "proc/cells.h"
#include "proc/cpu.h"

#define PRUNE_LEAST 16
#define N_WEAK_FIELDS 3
// Made and filled at once.
#define LENGTH_MOST ((sword)1 << 20)
#define BYTES_MOST ((sword)1 << 23)

// --- making -------------------------------------------------------------------------------------------------
// (%make-shared-cell type value)
PRIM(prim_make_cell) {
  if (!commons_may_hold(args[0])) return raise_type(cx, "%make-shared-cell", 1, "a shared record type", args[0]);
  if (!commons_may_hold(args[1])) return raise_private(cx, "make-shared-cell", 1, args[1]);
  size_t bytes = AUX_BYTES(N_CELL_END - 1);
  uword *p = commons_alloc_for(cx->heap, bytes, false);
  if (!p) return outcome_commons(cx, "make-shared-cell");
  p[0] = header_make(T_RECORD, N_CELL_END - 1);
  p[RECORD_TYPE] = args[0].w;
  p[CELL_CONTENT] = args[1].w;
  p[CELL_WAITING] = VALUE_NIL.w;
  p[CELL_N_WAITING] = fixnum(0).w;
  p[CELL_PRUNE_AT] = fixnum(PRUNE_LEAST).w;
  for (size_t i = N_CELL_END; i < bytes / sizeof(uword); i++) p[i] = 0;
  return value_from_object(p);
}

// (%make-weak-shared-cell type value)
PRIM(prim_make_weak) {
  if (!commons_may_hold(args[0])) return raise_type(cx, "%make-weak-shared-cell", 1, "a shared record type", args[0]);
  if (!commons_may_hold(args[1])) return raise_private(cx, "make-weak-shared-cell", 1, args[1]);
  uword *p = commons_alloc_for(cx->heap, AUX_BYTES(1 + N_WEAK_FIELDS), false);
  if (!p) return outcome_commons(cx, "make-weak-shared-cell");
  memset(p, 0, AUX_BYTES(1 + N_WEAK_FIELDS));
  p[0] = header_make(T_RECORD, 1 + N_WEAK_FIELDS);
  p[RECORD_TYPE] = args[0].w;
  commons_weak_make(value_from_object(p), args[1]);
  return value_from_object(p);
}

PRIM(prim_weak_ref) {
  return commons_weak_value(args[0]);
}

PRIM(prim_make_vector) {
  Value fill = is_given(args, n, 1) ? args[1] : VALUE_FALSE;
  if (!is_fixnum(args[0]) || fixnum_int(args[0]) < 0 || fixnum_int(args[0]) > LENGTH_MOST)
    return raise_range(cx, "make-shared-vector", 1, args[0], 0, LENGTH_MOST);
  if (!commons_may_hold(fill)) return raise_private(cx, "make-shared-vector", 2, fill);
  size_t length = (size_t)fixnum_int(args[0]), bytes = VECTOR_BYTES(length);
  uword *p = commons_alloc_for(cx->heap, bytes, false);
  if (!p) return outcome_commons(cx, "make-shared-vector");
  p[0] = header_make(T_VECTOR, 0);
  p[1] = fixnum((sword)length).w;
  for (size_t i = 2; i < bytes / sizeof(uword); i++) p[i] = i < length + 2 ? fill.w : 0;
  return value_from_object(p);
}

PRIM(prim_make_bytes) {
  sword fill = is_given(args, n, 1) && is_fixnum(args[1]) ? fixnum_int(args[1]) : is_given(args, n, 1) ? -1 : 0;
  if (!is_fixnum(args[0]) || fixnum_int(args[0]) < 0 || fixnum_int(args[0]) > BYTES_MOST)
    return raise_range(cx, "make-shared-bytevector", 1, args[0], 0, BYTES_MOST);
  if (fill < 0 || fill > 255) return raise_type(cx, "make-shared-bytevector", 2, "a byte (an exact integer from 0 to 255)", args[1]);
  size_t length = (size_t)fixnum_int(args[0]), bytes = BYTES_BYTES(length);
  uword *p = commons_alloc_for(cx->heap, bytes, false);
  if (!p) return outcome_commons(cx, "make-shared-bytevector");
  memset(p, (int)fill, bytes);
  p[0] = header_make(T_BYTES, 0);
  p[1] = fixnum((sword)length).w;
  return value_from_object(p);
}

// --- waiting --------------------------------------------------------------------------------------------------
// Those that gave up, or were killed, are left out when they may be more than half.  False: no room.
static bool prune(Value cell) {
  sword n_left = 0;
  Value left = VALUE_NIL;
  for (Value list = object_field(cell, CELL_WAITING); is_pair(list); list = pair_cdr(list)) {
    struct process *p = process_of_handle(pair_car(pair_car(list)));
    if (!p || p->is_dying || is_false(cell_take_waiter(p, pair_cdr(pair_car(list)), true))) continue;
    uword *pair = commons_alloc(PAIR_BYTES, true);
    if (!pair) return false;
    pair[0] = pair_car(list).w;
    pair[1] = left.w;
    left = value_from_pair(pair);
    n_left++;
  }
  commons_store(object_slot(cell, CELL_WAITING), left);
  commons_store(object_slot(cell, CELL_N_WAITING), fixnum(n_left));
  commons_store(object_slot(cell, CELL_PRUNE_AT), fixnum(2 * n_left + PRUNE_LEAST));
  return true;
}

// The running thread, under a new number.  False: no room in the commons.
static bool leave_waiter(struct context *cx, Value cell, Value number) {
  sword n = fixnum_int(object_field(cell, CELL_N_WAITING));
  if (n >= fixnum_int(object_field(cell, CELL_PRUNE_AT)) && !prune(cell)) return false;
  uword *pair = commons_alloc(PAIR_BYTES, true), *entry = pair ? commons_alloc_for(cx->heap, PAIR_BYTES, true) : NULL;
  if (pair && !entry) heap_fill(pair, PAIR_BYTES);
  if (!entry) return false;
  entry[0] = cpu_process()->handle.w;
  entry[1] = number.w;
  pair[0] = value_from_pair(entry).w;
  pair[1] = object_field(cell, CELL_WAITING).w;
  commons_store(object_slot(cell, CELL_WAITING), value_from_pair(pair));
  commons_store(object_slot(cell, CELL_N_WAITING), fixnum(fixnum_int(object_field(cell, CELL_N_WAITING)) + 1));
  return true;
}

// One that was woken by the clock is still on its process's list.
static void forget_waiter(struct context *cx, Value t) {
  Value list = cx->heap->roots[ROOT_CELL_WAITERS];
  while (is_pair(list) && !value_eq(pair_cdr(pair_car(list)), t)) list = pair_cdr(list);
  if (is_pair(list)) (void)cell_take_waiter(cpu_process(), pair_car(pair_car(list)), false);
}

// (%shared-cell-wait cell old deadline default)
PRIM(prim_cell_wait) {
  Value *roots = cx->heap->roots, t = roots[ROOT_THREAD], token = object_field(t, THREAD_TOKEN);
  uint64_t deadline_us = NEVER;
  object_field_init(t, THREAD_TOKEN, VALUE_FALSE);
  if (is_true(token)) forget_waiter(cx, t);
  if (!value_eq(object_field(args[0], CELL_CONTENT), args[1])) return object_field(args[0], CELL_CONTENT);
  if (is_true(args[2]) && !integer_to_uint64(args[2], &deadline_us))
    return raise_type(cx, "shared-cell-wait", 3, "a time in microseconds", args[2]);
  if (deadline_us <= platform_time_us()) return args[3];
  if (!heap_reserve(cx->heap, 2 * PAIR_BYTES)) return outcome_collect(cx, 2 * PAIR_BYTES);
  Value number = fixnum((sword)(++cpu_process()->n_waits & INT32_MAX / 8));
  if (!leave_waiter(cx, args[0], number)) return outcome_commons(cx, "shared-cell-wait");
  Value waiter = pair_make(cx->heap, number, t);
  roots[ROOT_CELL_WAITERS] = pair_make(cx->heap, waiter, roots[ROOT_CELL_WAITERS]);
  thread_park(cpu_process(), t, deadline_us);
  return OUTCOME_BLOCK;
}

// --- changing -------------------------------------------------------------------------------------------------
// (%shared-cell-set! cell value)
PRIM(prim_cell_set) {
  if (!heap_store_shared(object_slot(args[0], CELL_CONTENT), args[1])) return raise_not_stored(cx, "shared-cell-set!", args[0], 2, args[1]);
  cell_wake_all(args[0]);
  return VALUE_UNSPECIFIED;
}

// (%shared-cell-swap! cell old new)
PRIM(prim_cell_swap) {
  if (!value_eq(object_field(args[0], CELL_CONTENT), args[1])) return VALUE_FALSE;
  if (!heap_store_shared(object_slot(args[0], CELL_CONTENT), args[2]))
    return raise_not_stored(cx, "shared-cell-compare-and-swap!", args[0], 3, args[2]);
  cell_wake_all(args[0]);
  return VALUE_TRUE;
}

// --- looking --------------------------------------------------------------------------------------------------
PRIM(prim_collect_shared) {
  return commons_wait(cx->heap) ? OUTCOME_AGAIN : VALUE_UNSPECIFIED;
}

#define N_FIGURES 8

// In the order that shared-statistics of lib/boot/shared.scm knows.
PRIM(prim_commons_figures) {
  uint64_t figures[N_FIGURES] = {commons.held_bytes, commons.statistics.live_bytes, commons.statistics.bytes_allocated,
                                 commons.statistics.n_cycles, cx->heap->commons_bytes,
                                 commons.statistics.n_steps, commons.statistics.step_total_us, commons.statistics.step_max_us};
  size_t room = N_FIGURES * (PAIR_BYTES + INTEGER_WORD_BYTES);
  if (!heap_reserve(cx->heap, room)) return outcome_collect(cx, room);
  Value list = VALUE_NIL;
  for (unsigned i = N_FIGURES; i-- > 0;) list = pair_make(cx->heap, integer_from_uint64(cx->heap, figures[i]), list);
  return list;
}

// In the first process, once the boot image is made.
#define ROOT_REGISTRY ROOT_TEMP_4

// (%registry value)
PRIM(prim_registry) {
  Value *root = &cpu.first->heap->roots[ROOT_REGISTRY];
  if (!commons_may_hold(args[0])) return raise_type(cx, "%registry", 1, "something shared", args[0]);
  if (is_false(*root)) *root = args[0];
  commons_note(*root);
  return *root;
}

PRIM(prim_is_shared) {
  return value_bool(commons_may_hold(args[0]));
}

const struct primitive shared_primitives[] = {
    {"%make-shared-cell", prim_make_cell, 2, 2, "(%make-shared-cell type value)\nA record of TYPE in the commons, for lib/boot/shared.scm.", true},
    {"%make-weak-shared-cell", prim_make_weak, 2, 2, "(%make-weak-shared-cell type value)\nA record of TYPE that refers to VALUE weakly.", true},
    {"%weak-shared-cell-ref", prim_weak_ref, 1, 1, "(%weak-shared-cell-ref cell)\nWhat CELL refers to, or #f."},
    {"make-shared-vector", prim_make_vector, 1, 2,
     "(make-shared-vector length [fill])\nA vector of at most 2^20 elements that every process may read and change, as any vector. What it holds has to be "
     "shared: see share.", true},
    {"make-shared-bytevector", prim_make_bytes, 1, 2,
     "(make-shared-bytevector length [byte])\nA byte vector of at most 2^23 bytes that every process may read and change, as any byte vector.", true},
    {"%shared-cell-wait", prim_cell_wait, 4, 4,
     "(%shared-cell-wait cell old deadline default)\nWhat CELL holds when that is not OLD any more; DEFAULT after the deadline.", true},
    {"%shared-cell-set!", prim_cell_set, 2, 2, "(%shared-cell-set! cell value)\nStore, and wake who waits.", true},
    {"%shared-cell-swap!", prim_cell_swap, 3, 3, "(%shared-cell-swap! cell old new)\nStore NEW if CELL holds OLD; whether it did.", true},
    {"collect-shared", prim_collect_shared, 0, 0,
     "(collect-shared)\nReturns when everything in the commons that no process refers to any more is free.  What garbage refers to is so "
     "when that was collected: see collect-garbage.", true},
    {"%commons-figures", prim_commons_figures, 0, 0, "(%commons-figures)\nA list for shared-statistics."},
    {"%registry", prim_registry, 1, 1,
     "(%registry value)\nWhat all processes find here, whoever began them: VALUE of the first that called this."},
    {"shared?", prim_is_shared, 1, 1, "(shared? object)\nMay every process refer to OBJECT? So it is with what share returned, the mutable shared kinds, numbers that "
     "are small, characters and the like, and what belongs to the system."},
};
const unsigned n_shared_primitives = ARRAY_LENGTH(shared_primitives);
