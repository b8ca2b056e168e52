// The virtual machine: one thread's registers, its stack, and the loop.
//
// Uses: code, data, gc.  Used by: proc, prim (control), boot.
//
// A thread's stack is a chain of portions of heap-allocated segments.  The newest portion, from `base` up, is being
// run in; older ones are continuation objects.  A frame:
//
//     slot        fp[-2]  return address, raw (OBJ-2): the instruction after the call, pc[-1] of which says
//                         how far below fp the caller's frame starts
//                 fp[-1]  the procedure running (a closure, or a primitive)
//                 fp[0..] its arguments and registers
//
// The bottom frame of a portion returns to UNDERFLOW, which brings back the portion below.  Capturing a
// continuation turns the whole portion into an object and starts an empty portion above it: constant time.
// A portion that only overflow made has one user and is switched back to; one that was captured is copied back
// a few frames at a time, and never written again.
//
// An error, an interrupt or a port's refill in the middle of an instruction injects a call: above the frame stand
// the interrupted pc, the distance down to its fp, and n_args; then an ordinary frame returning to a stub.
//
//   VM-1  Every slot from `base` to the top of the running frame holds a valid Value; slots above it hold what was
//         valid at some moment since the last collection, or an immediate (clear_above).  Slots below `base` are
//         kept alive by the continuations they belong to (T_PORTION), and by nothing else.
//   VM-2  ENTER leaves VM_SLACK slots free above the frame, so an injected call always fits.
//   VM-3  Interrupts reach running code by one word: stack_limit 0 makes the next ENTER or LOOP fail its check.
//   VM-5  Of a thread that does not run, the frames of its newest portion are in its segment's window, and the
//         segment was remembered; its registers are in the thread object.
//   VM-4  A portion below a captured one is marked shared before anything else runs, so that it too is copied.
#ifndef VM_VM_H
#define VM_VM_H

#include "code/code.h"
#include "code/primitive.h"

#define VM_SLACK 48

enum vm_result {
  VM_EXITED,   // (%exit status): exit_status says which
  VM_DONE,     // the thread's procedure returned
  VM_BLOCKED,  // the running primitive waits, and is to be run again
  VM_YIELDED,  // there were interrupts, or the thread asked for it
};

// With OUTCOME_VM: what a control primitive wants.
enum vm_request { VM_CAPTURE /* (%call/cc f) */, VM_RESUME /* (%resume k values) */, VM_EXIT /* (%exit status) */,
                  VM_RESCUE /* (%restart) */,
                  VM_COLLECT_ALL /* (collect-garbage) */, VM_YIELD /* (%yield) */,
                  VM_FINISH /* (%thread-finish) */ };

struct vm {
  struct context cx;             // first: a primitive's context is its VM
  Value *volatile stack_limit;   // VM-3
  Value *fp;
  const Unit *pc;
  unsigned n_args;
  Value *base, *real_limit, *segment_end;
  const struct primitive *const *primitives;
  unsigned n_primitives;
  unsigned first_argument;       // of the platform's, that belongs to the program
  int exit_status;
  unsigned signals;              // IRQ_ bits that were taken and concern the scheduler
  bool takes_breaks;             // what runs is what a break is meant for
  unsigned preemption_off;       // the thread asked not to be preempted: bits are kept in `deferred`
  unsigned deferred;
  bool was_preempted;            // under STRESS_PREEMPT: at the last safepoint
  uint32_t break_after;          // debug builds: a Control-C after so many calls and turns of loops, or 0
  uint64_t n_collections, n_segments, n_captures;
};

// Interrupt this VM when `heap` wants a collection.
void vm_attach(struct vm *vm, struct heap *heap);
// A thread that will call `procedure` with `argument`, if `n_args` is 1, or none.  #f: no room (THREAD_ROOM_BYTES) or no
// page.
Value thread_make(struct heap *heap, Value procedure, unsigned n_args, Value argument);
#define THREAD_ROOM_BYTES (FIXED_BYTES(THREAD_WORDS) + FIXED_BYTES(CONT_PORTION) + FIXED_BYTES(PORTION_COUNT))
// Go on with thread `t` of `heap`; and put away the one that runs, whose frames are then as objects are (VM-5).
void vm_enter(struct vm *vm, struct heap *heap, Value t);
void vm_leave(struct vm *vm);
// Run until the thread ends, waits, or was interrupted.
enum vm_result vm_run(struct vm *vm);
// [irq] Leave `bits` for the next safepoint.
void vm_interrupt(struct vm *vm, unsigned bits);
// End a section without preemption, as an error in it does too; what came meanwhile is seen at the next safepoint.
static inline void vm_allow_preemption(struct vm *vm) {
  vm->preemption_off = 0;
  if (vm->deferred) vm_interrupt(vm, vm->deferred);
  vm->deferred = 0;
}

// --- stack.c ------------------------------------------------------------------------------------
extern const Unit *const stub_underflow, *const stub_trap, *const stub_prim, *const stub_reapply, *const stub_halt;

static inline Value raw_pc(const Unit *pc) {
  return value_from_word((uword)pc);
}
static inline const Unit *slot_pc(Value v) {
  return (const Unit *)v.w;
}
// The frame that a return through `slot` to `pc` goes back to, injected calls seen through.
Value *frame_below(Value *slot, const Unit **pc);
// Move the callee's frame at fp (n arguments, `need` more slots) to a larger, new segment.  False: no memory.
bool stack_grow(struct vm *vm, size_t need) MUST_USE;
// Make the portion up to `slot` (where a return to the running frame's caller stands) an object.  May be called
// with less than CONT_BYTES room: then false.
bool stack_capture(struct vm *vm, Value *slot, Value *cont) MUST_USE;
// Where the frame at `fp`, in the middle of its procedure, ends.
static inline Value *frame_top(struct vm *vm, Value *fp) {
  Value procedure = fp[-1];
  if (is_type(procedure, T_CLOSURE))
    return fp + fixnum_int(object_field(object_field(procedure, CLOSURE_CODE), CODE_FRAME_SIZE));
  return fp + vm->n_args;
}
// Where the running frame ends, wherever it is.
Value *vm_top(struct vm *vm);
// The empty portion at base[0] holds a value: bring back what is below it; sets fp and pc.  False: room first.
bool stack_underflow(struct vm *vm) MUST_USE;
// Continue with continuation `k` and value `v`.
void stack_resume(struct vm *vm, Value k, Value v);
// Collect with everything below `top` live.  False: out of memory.
bool vm_collect(struct vm *vm, Value *top, size_t need_bytes) MUST_USE;
// A major collection, with everything below `top` live.
void vm_collect_all(struct vm *vm, Value *top);
// Collect another heap, whose process does not run, from a framed primitive whose arguments end at `top`.
void vm_collect_other(struct vm *vm, Value *top, struct heap *other, size_t need_bytes);
// A step of collecting the commons, with everything below `top` live.
void vm_collect_commons(struct vm *vm, Value *top, size_t words);
// The stack cannot grow: let the next growth have the segment kept in reserve (a later collection replaces it).
void stack_use_reserve(struct vm *vm);
// Is the segment that is run in smaller than they get where recursion is deep?
bool stack_is_short(struct vm *vm);
// Drop everything the thread was doing and let it call the root RESCUE next.  False: there is no such procedure, or
// no memory even so.
bool stack_rescue(struct vm *vm) MUST_USE;
#define CONT_BYTES (FIXED_BYTES(CONT_PORTION) + FIXED_BYTES(PORTION_COUNT))

// Call `visit` for each frame from the newest on: procedure, pc within it (or NULL), frame pointer, n arguments
// known to be there.  Stops when it answers false.  Trusts nothing: safe after a panic.
typedef bool (*FrameVisit)(void *context, Value procedure, const Unit *pc, Value *fp);
void vm_walk_frames(struct vm *vm, Value continuation, FrameVisit visit, void *context);

#endif
