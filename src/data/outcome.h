// Outcomes: what a primitive answers, and how it raises a condition.
//
// Uses: base, obj, gc.  Used by: everything above in C that can fail.
//
// A primitive returns a Value, or one of the markers below (tag 111, never first-class) after putting the
// details into its context.  Whoever calls a function that may answer a marker tests is_outcome and
// passes it up at once:   if (is_outcome(v)) return v;
//
//   OUT-1  A marker is returned before any side effect (so the call can be run again), except where
//          the primitive keeps its progress in a state object and says so.
#ifndef DATA_OUTCOME_H
#define DATA_OUTCOME_H

#include "gc/heap.h"
#include "data/known.h"

#define OUTCOME(n) ((Value){((uword)(n) << 16) | TAG_HEADER})
#define OUTCOME_RAISE OUTCOME(1)      // raise cx->condition
#define OUTCOME_COLLECT OUTCOME(2)    // make cx->need_bytes of room and run me again
#define OUTCOME_AGAIN OUTCOME(3)      // look at interrupts and run me again (a slice is done)
#define OUTCOME_BLOCK OUTCOME(4)      // wait for an interrupt (input, timer) and run me again
#define OUTCOME_TAIL_CALL OUTCOME(5)  // call cx->tail_procedure with the list cx->tail_arguments in my place
#define OUTCOME_VM OUTCOME(6)         // the VM's own: see vm/vm.h (call/cc, exit)
static inline bool is_outcome(Value v) {
  return (v.w & TAG_MASK) == TAG_HEADER;
}

// What C code running for one thread needs to know.  The VM owns it and embeds it.
struct context {
  struct heap *heap;
  Value condition;
  size_t need_bytes;
  Value tail_procedure, tail_arguments;
  unsigned vm_request;          // with OUTCOME_VM
  volatile unsigned interrupts; // IRQ_ bits waiting; long primitives answer OUTCOME_AGAIN when not 0
};

static inline Value outcome_collect(struct context *cx, size_t bytes) {
  cx->need_bytes = bytes;
  return OUTCOME_COLLECT;
}
// There is no room in the commons, or the quota has none: run me again after it was collected, or raise.
Value outcome_commons(struct context *cx, const char *who);
static inline Value outcome_tail_call(struct context *cx, Value procedure, Value argument_list) {
  cx->tail_procedure = procedure;
  cx->tail_arguments = argument_list;
  return OUTCOME_TAIL_CALL;
}
// Let Scheme do it in my place: the procedure in ROOT_IN_SCHEME gets `name`, a symbol, and the arguments.
Value outcome_in_scheme(struct context *cx, const char *name, unsigned n, const Value *args);
// Raise a condition of `type` (a known symbol) from procedure `who` (NULL: none).  `message` is a plain sentence
// part of at most 160 bytes without the culprit's printed form; the culprits are the irritants, printed after it:
//    (car 5): argument 1 should be a pair, but is 5
// All of these fit into HEAP_ROOM_BYTES; when that room is gone they answer OUTCOME_COLLECT, so raise before
// allocating anything else.
Value raise_condition(struct context *cx, enum known_symbol type, const char *who, const char *message,
                      unsigned n_irritants, const Value *irritants);
// The same with `who` a symbol or #f.
Value raise_condition_by(struct context *cx, enum known_symbol type, Value who, const char *message,
                         unsigned n_irritants, const Value *irritants);
// "argument N should be WANTED, but is CULPRIT"; `argument` counts from 1, `wanted` reads like "a pair".
Value raise_type(struct context *cx, const char *who, unsigned argument, const char *wanted, Value culprit);
// "argument N should be between LOW and HIGH, but is CULPRIT" (inclusive).
Value raise_range(struct context *cx, const char *who, unsigned argument, Value culprit, sword low, sword high);
// "index I is out of range for a KIND of length N" (`kind` reads like "vector"); a `culprit` that is no fixnum
// is a type error of `argument` instead.
Value raise_index(struct context *cx, const char *who, unsigned argument, Value culprit, const char *kind, sword length);
// "argument N is a literal constant, which cannot be changed".
Value raise_immutable(struct context *cx, const char *who, unsigned argument, Value culprit);
// "argument N belongs to this process alone; share it first".
Value raise_private(struct context *cx, const char *who, unsigned argument, Value culprit);
// What heap_try_store would not do: `holder` cannot be changed, or `v`, argument N, would have to be shared first.
Value raise_not_stored(struct context *cx, const char *who, Value holder, unsigned argument, Value v);

#endif
