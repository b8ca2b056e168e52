// Stacks: segments, growing, capturing and bringing back portions, collecting.
//
// Uses: vm/vm.h.  Used by: vm.
#include "base/platform.h"
#include "gc/commons.h"
#include "vm/vm.h"

#define SEGMENT_WORDS_FIRST 120
#define SEGMENT_WORDS_MOST 8000
// For frames that come back from a continuation: enough for those that are soon captured again, and quickly emptied.
#define SEGMENT_WORDS_BACK 1000
// A heap that holds so much keeps a segment in reserve, this one a large one.
#define RESERVE_LEAST_BYTES (8 * PAGE_BYTES)
#define LARGE_RESERVE_LEAST_BYTES (64 * PAGE_BYTES)
#define SMALL_RESERVE_WORDS 1000
// Frames of a captured continuation are copied back until this many slots are reached.
#define COPY_SLOTS 96

// Each stub is preceded by the distance that a return subtracts from fp: none.
static const Unit underflow_units[] = {0, OP_UNDERFLOW};
static const Unit trap_units[] = {0, OP_TRAP_RETURN};
static const Unit prim_units[] = {0, OP_PRIM_RETURN};
static const Unit reapply_units[] = {0, OP_REAPPLY};
static const Unit halt_units[] = {0, OP_HALT};
const Unit *const stub_underflow = underflow_units + 1;
const Unit *const stub_trap = trap_units + 1;
const Unit *const stub_prim = prim_units + 1;
const Unit *const stub_reapply = reapply_units + 1;
const Unit *const stub_halt = halt_units + 1;

// --- segments ---------------------------------------------------------------------------------

static Value *segment_slots(Value segment) {
  return object_slot(segment, STACK_SLOTS);
}

static sword segment_capacity(Value segment) {
  return fixnum_int(object_field(segment, STACK_CAPACITY));
}

// Which slots of the segment the running frames are in.
static void segment_set_live(Value segment, const Value *base, const Value *top) {
  object_field_init(segment, STACK_LIVE_FROM, fixnum(base - segment_slots(segment)));
  object_field_init(segment, STACK_LIVE, fixnum(top - base));
}

static Value thread(struct vm *vm) {
  return vm->cx.heap->roots[ROOT_THREAD];
}

static Value thread_field(struct vm *vm, unsigned field) {
  return object_field(thread(vm), field);
}

static void thread_set(struct vm *vm, unsigned field, Value v) {
  heap_store(vm->cx.heap, thread(vm), object_slot(thread(vm), field), v);
}

static Value make_segment(struct heap *heap, size_t n_slots) {
  size_t bytes = round_up((STACK_SLOTS + n_slots) * sizeof(Value), 8);
  uword *p = heap_alloc_fixed(heap, bytes);
  if (!p) return VALUE_FALSE;
  p[0] = header_make(T_STACK, 0);
  p[STACK_CAPACITY] = fixnum((sword)n_slots).w;
  p[STACK_LIVE_FROM] = p[STACK_LIVE] = fixnum(0).w;
  memset(p + STACK_SLOTS, 0, bytes - STACK_SLOTS * sizeof(Value));
  return value_from_object(p);
}

// VM-1: nothing above `top` may outlive a collection unseen.
static void clear_above(struct vm *vm, Value *top) {
  memset(top, 0, (size_t)((char *)vm->segment_end - (char *)top));
}

static void set_limit(struct vm *vm) {
  vm->stack_limit = vm->real_limit;
  if (vm->cx.interrupts) vm->stack_limit = NULL;
}

static void use_segment(struct vm *vm, Value segment) {
  vm->segment_end = segment_slots(segment) + segment_capacity(segment);
  vm->real_limit = vm->segment_end - VM_SLACK;
  set_limit(vm);
}

static void enter_segment(struct vm *vm, Value segment) {
  thread_set(vm, THREAD_SEGMENT, segment);
  use_segment(vm, segment);
}

// No frame runs in the current segment any more.  Slots below `top` are continuations'; if there are none it is spare.
static void leave_segment(struct vm *vm, Value *top) {
  Value segment = thread_field(vm, THREAD_SEGMENT);
  Value *slots = segment_slots(segment);
  segment_set_live(segment, slots, slots);
  if (top == slots) thread_set(vm, THREAD_SPARE, segment);
}

static Value take_segment(struct vm *vm, size_t n_slots) {
  Value spare = thread_field(vm, THREAD_SPARE);
  if (is_true(spare) && (size_t)segment_capacity(spare) >= n_slots) {
    thread_set(vm, THREAD_SPARE, VALUE_FALSE);
    // It may hold what an old collection moved.
    memset(segment_slots(spare), 0, (size_t)segment_capacity(spare) * sizeof(Value));
    return spare;
  }
  vm->n_segments++;
  return make_segment(vm->cx.heap, n_slots);
}

// --- continuations ------------------------------------------------------------------------------

// The frames from `base` to `top` as an object that keeps alive what they hold.
static Value make_portion(struct heap *heap, Value *base, Value *top) {
  uword *p = heap_alloc(heap, FIXED_BYTES(PORTION_COUNT));
  p[0] = header_make(T_PORTION, 0);
  p[PORTION_ADDRESS] = (uword)base;
  p[PORTION_COUNT] = fixnum(top - base).w;
  return value_from_object(p);
}

static Value make_cont(struct heap *heap, Value thread, Value segment, Value *base, Value *top, const Unit *pc, Value next, bool shared) {
  if (heap->top + CONT_BYTES > heap->hard_limit) return VALUE_FALSE;
  Value portion = make_portion(heap, base, top);
  uword *p = heap_alloc(heap, FIXED_BYTES(CONT_PORTION));
  Value k = value_from_object(p);
  p[0] = header_make(T_CONT, 0);
  object_field_init(k, CONT_SEGMENT, segment);
  object_field_init(k, CONT_BASE, fixnum(base - segment_slots(segment)));
  object_field_init(k, CONT_TOP, fixnum(top - segment_slots(segment)));
  object_field_init(k, CONT_PC, raw_pc(pc));
  object_field_init(k, CONT_NEXT, next);
  object_field_init(k, CONT_WINDERS, object_field(thread, THREAD_WINDERS));
  object_field_init(k, CONT_HANDLERS, object_field(thread, THREAD_HANDLERS));
  object_field_init(k, CONT_PARAMETERS, object_field(thread, THREAD_PARAMETERS));
  object_field_init(k, CONT_SHARED, value_bool(shared));
  object_field_init(k, CONT_PORTION, portion);
  return k;
}

// VM-4.  Stops at the first that is shared: all below it are.
static void share_chain(Value k) {
  while (is_true(k) && is_false(object_field(k, CONT_SHARED))) {
    object_field_init(k, CONT_SHARED, VALUE_TRUE);  // an immediate needs no barrier
    k = object_field(k, CONT_NEXT);
  }
}

bool stack_capture(struct vm *vm, Value *slot, Value *cont) {
  Value next = thread_field(vm, THREAD_NEXT);
  bool empty = slot == vm->base;
  Value k;
  if (empty) {
    // The same frames as the continuation below, with today's winders, handlers and parameters.
    Value *slots = segment_slots(object_field(next, CONT_SEGMENT));
    k = make_cont(vm->cx.heap, thread(vm), object_field(next, CONT_SEGMENT), slots + fixnum_int(object_field(next, CONT_BASE)),
                  slots + fixnum_int(object_field(next, CONT_TOP)), slot_pc(object_field(next, CONT_PC)),
                  object_field(next, CONT_NEXT), false);
  } else {
    k = make_cont(vm->cx.heap, thread(vm), thread_field(vm, THREAD_SEGMENT), vm->base, slot, slot_pc(*slot), next, false);
  }
  if (is_false(k)) return false;
  vm->n_captures++;
  share_chain(k);
  share_chain(next);
  if (!empty) {
    vm->base = slot;
    *slot = raw_pc(stub_underflow);
    thread_set(vm, THREAD_NEXT, k);
  }
  *cont = k;
  return true;
}

Value *frame_below(Value *slot, const Unit **pc) {
  enum op op = (enum op) **pc;
  if (op != OP_TRAP_RETURN && op != OP_PRIM_RETURN) return slot + 2 - (*pc)[-1];
  Value *trap = slot - 3;
  *pc = slot_pc(trap[0]);
  return trap - fixnum_int(trap[1]);
}

// Portion `k` had one user: go on in its own segment.
static void switch_back(struct vm *vm, Value k, Value v) {
  Value segment = object_field(k, CONT_SEGMENT);
  Value *slots = segment_slots(segment);
  Value *top = slots + fixnum_int(object_field(k, CONT_TOP));
  leave_segment(vm, vm->base);
  thread_set(vm, THREAD_NEXT, object_field(k, CONT_NEXT));
  // The continuation is used up, and these frames change without a barrier from here on, while a marker may not have
  // read them yet.
  Value *bottom = slots + fixnum_int(object_field(k, CONT_BASE));
  object_field_init(object_field(k, CONT_PORTION), PORTION_COUNT, fixnum(0));
  heap_reuse_slots(vm->cx.heap, bottom, (size_t)(top - bottom));
  enter_segment(vm, segment);
  vm->base = slots + fixnum_int(object_field(k, CONT_BASE));
  clear_above(vm, top);
  vm->pc = slot_pc(object_field(k, CONT_PC));
  top[0] = v;
  vm->fp = top + 2 - vm->pc[-1];
}

// Copy the newest frames of `k` to the empty portion.
static bool copy_back(struct vm *vm, Value k, Value v) {
  Value *slots = segment_slots(object_field(k, CONT_SEGMENT));
  Value *bottom = slots + fixnum_int(object_field(k, CONT_BASE));
  Value *top = slots + fixnum_int(object_field(k, CONT_TOP));
  const Unit *resume = slot_pc(object_field(k, CONT_PC));
  Value *start = top;
  const Unit *pc = resume;
  while (start > bottom && top - start < COPY_SLOTS) {
    start = frame_below(start, &pc) - 2;
    pc = slot_pc(*start);
  }
  size_t n = (size_t)(top - start);
  if (vm->base + n + VM_SLACK > vm->real_limit) {
    size_t n_slots = n + SEGMENT_WORDS_BACK;
    Value segment = take_segment(vm, n_slots);
    if (is_false(segment)) return false;
    leave_segment(vm, vm->base);
    enter_segment(vm, segment);
    vm->base = segment_slots(segment);
  }
  Value below = object_field(k, CONT_NEXT);
  if (start > bottom) {
    below = make_cont(vm->cx.heap, thread(vm), object_field(k, CONT_SEGMENT), bottom, start, pc, below, true);
    if (is_false(below)) return false;
  }
  thread_set(vm, THREAD_NEXT, below);
  memcpy(vm->base, start, n * sizeof(Value));
  if (n) vm->base[0] = raw_pc(stub_underflow);
  vm->base[n] = v;
  vm->pc = resume;
  vm->fp = vm->base + n + 2 - resume[-1];
  return true;
}

bool stack_underflow(struct vm *vm) {
  Value k = thread_field(vm, THREAD_NEXT);
  Value v = vm->base[0];
  if (is_true(object_field(k, CONT_SHARED))) return copy_back(vm, k, v);
  switch_back(vm, k, v);
  return true;
}

void stack_resume(struct vm *vm, Value k, Value v) {
  share_chain(k);
  thread_set(vm, THREAD_NEXT, k);
  thread_set(vm, THREAD_WINDERS, object_field(k, CONT_WINDERS));
  thread_set(vm, THREAD_HANDLERS, object_field(k, CONT_HANDLERS));
  thread_set(vm, THREAD_PARAMETERS, object_field(k, CONT_PARAMETERS));
  vm->base[0] = v;
  vm->fp = vm->base + 2;
  vm->pc = stub_underflow;
}

bool stack_grow(struct vm *vm, size_t need) {
  Value old = thread_field(vm, THREAD_SEGMENT);
  size_t n_slots = (size_t)segment_capacity(old) * 2;
  if (n_slots > SEGMENT_WORDS_MOST) n_slots = SEGMENT_WORDS_MOST;
  if (n_slots < need + vm->n_args + 2 * VM_SLACK) n_slots = need + vm->n_args + 2 * VM_SLACK;
  Value *slot = vm->fp - 2;
  bool alone = slot == vm->base;
  Value next = thread_field(vm, THREAD_NEXT);
  if (!alone) {
    next = make_cont(vm->cx.heap, thread(vm), old, vm->base, slot, slot_pc(*slot), next, false);
    if (is_false(next)) return false;
  }
  Value segment = take_segment(vm, n_slots);
  if (is_false(segment)) return false;
  Value *slots = segment_slots(segment);
  memcpy(slots + 1, slot + 1, (1 + vm->n_args) * sizeof(Value));
  slots[0] = raw_pc(stub_underflow);
  leave_segment(vm, slot);
  thread_set(vm, THREAD_NEXT, next);
  enter_segment(vm, segment);
  vm->base = slots;
  vm->fp = slots + 2;
  return true;
}

Value *vm_top(struct vm *vm) {
  enum op op = (enum op)*vm->pc;
  if (op == OP_ENTER || op == OP_ENTER_REST || op == OP_REAPPLY) return vm->fp + vm->n_args;
  // A value was returned to a stub.
  if (op == OP_UNDERFLOW || op == OP_TRAP_RETURN || op == OP_PRIM_RETURN) return vm->fp - 1;
  return frame_top(vm, vm->fp);
}

// --- collecting ---------------------------------------------------------------------------------

static void before_collection(struct vm *vm, Value *top) {
  Value segment = thread_field(vm, THREAD_SEGMENT);
  segment_set_live(segment, vm->base, top);
  heap_remember(vm->cx.heap, segment);
  vm->n_collections++;
}

static void after_collection(struct vm *vm, Value *top) {
  struct heap *heap = vm->cx.heap;
  Value reserve = heap->roots[ROOT_STACK_RESERVE];
  clear_above(vm, top);
  if (heap->held_bytes < RESERVE_LEAST_BYTES) return;
  sword n_slots = heap->held_bytes < LARGE_RESERVE_LEAST_BYTES ? SMALL_RESERVE_WORDS : SEGMENT_WORDS_MOST;
  if (is_true(reserve) && segment_capacity(reserve) >= n_slots) return;
  reserve = make_segment(heap, (size_t)n_slots);
  if (is_true(reserve)) heap->roots[ROOT_STACK_RESERVE] = reserve;
}

bool vm_collect(struct vm *vm, Value *top, size_t need_bytes) {
  before_collection(vm, top);
  bool ok = heap_collect(vm->cx.heap, need_bytes);
  if (vm->cx.heap->stress & STRESS_CYCLES) commons_step(COMMONS_STRESS_WORDS);
  after_collection(vm, top);
  return ok;
}

void vm_collect_all(struct vm *vm, Value *top) {
  before_collection(vm, top);
  heap_collect_major(vm->cx.heap);
  after_collection(vm, top);
}

void vm_collect_other(struct vm *vm, Value *top, struct heap *other, size_t need_bytes) {
  before_collection(vm, top);
  (void)!heap_collect(other, need_bytes);
  clear_above(vm, top);
}

void vm_collect_commons(struct vm *vm, Value *top, size_t words) {
  uint64_t epoch = vm->cx.heap->epoch;
  before_collection(vm, top);
  commons_step(words);
  if (epoch != vm->cx.heap->epoch) clear_above(vm, top);
}

void stack_use_reserve(struct vm *vm) {
  Value reserve = vm->cx.heap->roots[ROOT_STACK_RESERVE];
  if (is_false(reserve)) return;
  thread_set(vm, THREAD_SPARE, reserve);
  vm->cx.heap->roots[ROOT_STACK_RESERVE] = VALUE_FALSE;
}

bool stack_is_short(struct vm *vm) {
  return segment_capacity(thread_field(vm, THREAD_SEGMENT)) < SEGMENT_WORDS_MOST;
}

// --- starting -----------------------------------------------------------------------------------

static void poll_for_collection(void *vm) {
  vm_interrupt(vm, IRQ_COLLECT);
}

static void poll_for_commons(void *vm) {
  vm_interrupt(vm, IRQ_COMMONS);
}

void vm_attach(struct vm *vm, struct heap *heap) {
  heap->poll = poll_for_collection;
  heap->poll_context = vm;
  commons.poll = poll_for_commons;
  commons.poll_context = vm;
}

// Below everything of a new thread: an empty, shared portion that returns to HALT.
Value thread_make(struct heap *heap, Value procedure, unsigned n_args, Value argument) {
  if (heap->top + THREAD_ROOM_BYTES > heap->hard_limit) return VALUE_FALSE;
  // The first thread is the only one, as far as the heap's own stack is concerned.
  bool is_first = is_false(heap->roots[ROOT_FIRST_THREAD]);
  Value segment = is_first ? heap_own_stack(heap) : make_segment(heap, SEGMENT_WORDS_FIRST);
  if (is_false(segment)) return VALUE_FALSE;
  uword *p = heap_alloc(heap, FIXED_BYTES(THREAD_WORDS));
  p[0] = header_make(T_THREAD, 0);
  Value t = value_from_object(p);
  for (unsigned i = 1; i <= THREAD_WORDS; i++) object_field_init(t, i, VALUE_FALSE);
  object_field_init(t, THREAD_WINDERS, VALUE_NIL);
  object_field_init(t, THREAD_HANDLERS, VALUE_NIL);
  object_field_init(t, THREAD_PARAMETERS, VALUE_NIL);
  object_field_init(t, THREAD_STATE, fixnum(0));
  object_field_init(t, THREAD_PRIORITY, fixnum(0));
  object_field_init(t, THREAD_SEGMENT, segment);
  Value *slots = segment_slots(segment);
  object_field_init(t, THREAD_NEXT, make_cont(heap, t, segment, slots, slots, stub_halt, VALUE_FALSE, true));
  slots[0] = raw_pc(stub_underflow);
  slots[1] = procedure;
  slots[2] = argument;
  object_field_init(t, THREAD_PC, raw_pc(stub_reapply));
  object_field_init(t, THREAD_FP, fixnum(2));
  object_field_init(t, THREAD_BASE, fixnum(0));
  object_field_init(t, THREAD_N_ARGS, fixnum(n_args));
  object_field_init(t, THREAD_EPOCH, fixnum(0));
  segment_set_live(segment, slots, slots + 2 + n_args);
  heap_remember(heap, segment);
  return t;
}

static Value epoch_mark(struct heap *heap) {
  return fixnum((sword)(heap->epoch & 0xffffff));
}

void vm_leave(struct vm *vm) {
  Value t = thread(vm), segment = thread_field(vm, THREAD_SEGMENT);
  Value *slots = segment_slots(segment);
  object_field_init(t, THREAD_PC, raw_pc(vm->pc));
  object_field_init(t, THREAD_FP, fixnum(vm->fp - slots));
  object_field_init(t, THREAD_BASE, fixnum(vm->base - slots));
  object_field_init(t, THREAD_N_ARGS, fixnum(vm->n_args));
  object_field_init(t, THREAD_EPOCH, epoch_mark(vm->cx.heap));
  segment_set_live(segment, vm->base, vm_top(vm));
  heap_remember(vm->cx.heap, segment);
}

void vm_enter(struct vm *vm, struct heap *heap, Value t) {
  vm->cx.heap = heap;
  heap->roots[ROOT_THREAD] = t;
  Value segment = object_field(t, THREAD_SEGMENT);
  Value *slots = segment_slots(segment);
  vm->pc = slot_pc(object_field(t, THREAD_PC));
  vm->fp = slots + fixnum_int(object_field(t, THREAD_FP));
  vm->base = slots + fixnum_int(object_field(t, THREAD_BASE));
  vm->n_args = (unsigned)fixnum_int(object_field(t, THREAD_N_ARGS));
  use_segment(vm, segment);
  Value *top = vm_top(vm);
  // These frames change without a barrier from here on (MARK-3).
  heap_reuse_slots(heap, vm->base, (size_t)(top - vm->base));
  if (!value_eq(object_field(t, THREAD_EPOCH), epoch_mark(heap))) clear_above(vm, top);
}

bool stack_rescue(struct vm *vm) {
  struct heap *heap = vm->cx.heap;
  Value bottom = thread_field(vm, THREAD_NEXT);
  while (is_true(object_field(bottom, CONT_NEXT)))
    bottom = object_field(bottom, CONT_NEXT);
  thread_set(vm, THREAD_NEXT, bottom);
  thread_set(vm, THREAD_WINDERS, VALUE_NIL);
  thread_set(vm, THREAD_HANDLERS, VALUE_NIL);
  thread_set(vm, THREAD_PARAMETERS, VALUE_NIL);
  vm->base = segment_slots(thread_field(vm, THREAD_SEGMENT));
  vm->base[0] = raw_pc(stub_underflow);
  vm->base[1] = heap->roots[ROOT_RESCUE];
  vm->fp = vm->base + 2;
  vm->pc = stub_reapply;
  vm->n_args = 0;
  vm->cx.condition = vm->cx.tail_procedure = vm->cx.tail_arguments = VALUE_FALSE;
  vm_collect_all(vm, vm->fp);
  return is_type(vm->base[1], T_CLOSURE) && heap->top <= heap->limit;
}

void vm_interrupt(struct vm *vm, unsigned bits) {
  __atomic_fetch_or(&vm->cx.interrupts, bits, __ATOMIC_SEQ_CST);
  vm->stack_limit = NULL;
}

// --- walking ------------------------------------------------------------------------------------

#define WALK_MOST 100000

struct walk {
  Value *base, *fp;
  const Unit *pc;
  Value next;
};

// frame_below for a walk: the pc of an interrupted frame is made to lie behind the start of its instruction, as a
// return address lies behind its call.
static Value *visible_frame_below(Value *slot, const Unit **pc) {
  bool injected = **pc == OP_TRAP_RETURN || **pc == OP_PRIM_RETURN;
  Value *fp = frame_below(slot, pc);
  *pc += injected;
  return fp;
}

// Go on at the newest frame of the portions from w->next on.  False: there is none.
static bool next_portion(struct walk *w) {
  while (is_type(w->next, T_CONT)) {
    Value k = w->next;
    Value *slots = segment_slots(object_field(k, CONT_SEGMENT));
    Value *top = slots + fixnum_int(object_field(k, CONT_TOP));
    w->base = slots + fixnum_int(object_field(k, CONT_BASE));
    w->pc = slot_pc(object_field(k, CONT_PC));
    w->next = object_field(k, CONT_NEXT);
    if (top == w->base) continue;
    w->fp = visible_frame_below(top, &w->pc);
    return true;
  }
  return false;
}

void vm_walk_frames(struct vm *vm, Value continuation, FrameVisit visit, void *context) {
  struct walk w = {vm->base, vm->fp, vm->pc, continuation};
  if (is_true(continuation)) {
    if (!next_portion(&w)) return;
  } else {
    w.next = thread_field(vm, THREAD_NEXT);
  }
  for (unsigned n = 0; n < WALK_MOST; n++) {
    if (!visit(context, w.fp[-1], w.pc, w.fp)) return;
    if (w.fp - 2 > w.base) {
      w.pc = slot_pc(w.fp[-2]);
      w.fp = visible_frame_below(w.fp - 2, &w.pc);
    } else if (!next_portion(&w)) {
      return;
    }
  }
}
