// Threads of a process: its queues of those that can run, that wait for a time, and for an interrupt.
//
// Uses: see the header.
#include "proc/process.h"
#include "proc/cpu.h"

static void set(struct process *p, Value t, unsigned field, Value v) {
  heap_store(p->heap, t, object_slot(t, field), v);
}

static Value link(Value t) {
  return object_field(t, THREAD_LINK);
}

static void set_state(Value t, enum thread_state state) {
  object_field_init(t, THREAD_STATE, fixnum(state));
}

static uint64_t deadline(Value t) {
  const uword *words = object_words(t);
  return (uint64_t)words[THREAD_DEADLINE] << 32 | (uint32_t)words[THREAD_DEADLINE + 1];
}

static void set_deadline(Value t, uint64_t us) {
  uword *words = object_words(t);
  words[THREAD_DEADLINE] = (uword)(us >> 32);
  words[THREAD_DEADLINE + 1] = (uint32_t)us;
}

// --- ready --------------------------------------------------------------------------------------
static sword priority(Value t) {
  return fixnum_int(object_field(t, THREAD_PRIORITY));
}

// Behind the last one of priority `least` or a higher one.
static void insert_ready(struct process *p, Value t, sword least) {
  Value *roots = p->heap->roots;
  set_state(t, THREAD_IS_READY);
  Value before = roots[ROOT_READY_LAST];
  if (is_true(before) && priority(before) < least) {
    before = VALUE_FALSE;
    for (Value q = roots[ROOT_READY]; priority(q) >= least; q = link(q)) before = q;
  }
  Value after = is_true(before) ? link(before) : roots[ROOT_READY];
  set(p, t, THREAD_LINK, after);
  if (is_true(before)) set(p, before, THREAD_LINK, t);
  else roots[ROOT_READY] = t;
  if (is_false(after)) roots[ROOT_READY_LAST] = t;
  cpu_process_ready(p);
}

void thread_ready(struct process *p, Value t) {
  insert_ready(p, t, priority(t));
}

void thread_set_priority(struct process *p, Value t, sword n) {
  Value *roots = p->heap->roots;
  object_field_init(t, THREAD_PRIORITY, fixnum(n));
  if (thread_state(t) != THREAD_IS_READY) return;
  Value before = VALUE_FALSE;
  for (Value q = roots[ROOT_READY]; !value_eq(q, t); q = link(q)) before = q;
  if (is_true(before)) set(p, before, THREAD_LINK, link(t));
  else roots[ROOT_READY] = link(t);
  if (is_false(link(t))) roots[ROOT_READY_LAST] = before;
  insert_ready(p, t, n);
}

// A thread that ended while it was ready is found out here.
Value thread_take(struct process *p) {
  Value *roots = p->heap->roots;
  for (;;) {
    Value t = roots[ROOT_READY];
    if (is_false(t)) return t;
    roots[ROOT_READY] = link(t);
    if (is_false(link(t))) roots[ROOT_READY_LAST] = VALUE_FALSE;
    set(p, t, THREAD_LINK, VALUE_FALSE);
    if (thread_state(t) != THREAD_IS_READY) continue;
    set_state(t, THREAD_RUNS);
    return t;
  }
}

// --- parked ---------------------------------------------------------------------------------------
static void note_first_sleeper(struct process *p) {
  Value first = p->heap->roots[ROOT_SLEEPERS];
  cpu_set_timer(p, is_true(first) ? deadline(first) : NEVER);
}

static void insert_sleeper(struct process *p, Value t) {
  Value *roots = p->heap->roots;
  Value before = roots[ROOT_SLEEPERS_LAST];
  while (is_true(before) && deadline(before) > deadline(t)) before = object_field(before, THREAD_BACK);
  Value after = is_true(before) ? link(before) : roots[ROOT_SLEEPERS];
  set(p, t, THREAD_BACK, before);
  set(p, t, THREAD_LINK, after);
  if (is_true(before)) set(p, before, THREAD_LINK, t);
  else roots[ROOT_SLEEPERS] = t;
  if (is_true(after)) set(p, after, THREAD_BACK, t);
  else roots[ROOT_SLEEPERS_LAST] = t;
  if (is_false(before)) note_first_sleeper(p);
}

static void remove_sleeper(struct process *p, Value t) {
  Value *roots = p->heap->roots;
  Value before = object_field(t, THREAD_BACK), after = link(t);
  if (is_true(before)) set(p, before, THREAD_LINK, after);
  else roots[ROOT_SLEEPERS] = after;
  if (is_true(after)) set(p, after, THREAD_BACK, before);
  else roots[ROOT_SLEEPERS_LAST] = before;
  set(p, t, THREAD_BACK, VALUE_FALSE);
  set(p, t, THREAD_LINK, VALUE_FALSE);
  if (is_false(before)) note_first_sleeper(p);
}

void thread_park(struct process *p, Value t, uint64_t deadline_us) {
  set_state(t, deadline_us == NEVER ? THREAD_IS_PARKED : THREAD_SLEEPS);
  if (deadline_us == NEVER) return;
  set_deadline(t, deadline_us);
  insert_sleeper(p, t);
}

void thread_unpark(struct process *p, Value t, Value token) {
  enum thread_state state = thread_state(t);
  if (state == THREAD_IS_DONE) return;
  object_field_init(t, THREAD_TOKEN, token);
  if (state == THREAD_SLEEPS) remove_sleeper(p, t);
  // What waited for a time has waited enough.
  bool is_urgent = value_eq(token, TOKEN_LATE);
  if (state == THREAD_SLEEPS || state == THREAD_IS_PARKED) insert_ready(p, t, priority(t) + is_urgent);
}

void process_break_deadlock(struct process *p) {
  Value *roots = p->heap->roots, first = roots[ROOT_FIRST_THREAD];
  if (is_true(roots[ROOT_READY]) || is_true(roots[ROOT_SLEEPERS]) || is_true(roots[ROOT_WAITERS])) return;
  if (is_pair(roots[ROOT_RECEIVERS]) || is_pair(roots[ROOT_CELL_WAITERS]) || thread_state(first) != THREAD_IS_PARKED) return;
  thread_unpark(p, first, TOKEN_STUCK);
}

void process_wake_sleepers(struct process *p, uint64_t now_us) {
  for (Value t; t = p->heap->roots[ROOT_SLEEPERS], is_true(t) && deadline(t) <= now_us;) thread_unpark(p, t, TOKEN_LATE);
}

// --- waiting for an interrupt -----------------------------------------------------------------------
void thread_wait(struct process *p, Value t) {
  set_state(t, THREAD_WAITS);
  set(p, t, THREAD_LINK, p->heap->roots[ROOT_WAITERS]);
  p->heap->roots[ROOT_WAITERS] = t;
}

void process_wake_waiters(struct process *p) {
  Value t = p->heap->roots[ROOT_WAITERS];
  p->heap->roots[ROOT_WAITERS] = VALUE_FALSE;
  while (is_true(t)) {
    Value next = link(t);
    if (thread_state(t) == THREAD_WAITS) insert_ready(p, t, priority(t) + 1);
    t = next;
  }
}

void thread_end(struct process *p, Value t) {
  enum thread_state state = thread_state(t);
  if (state == THREAD_IS_DONE) return;
  if (state == THREAD_SLEEPS) remove_sleeper(p, t);
  set_state(t, THREAD_IS_DONE);
  set(p, t, THREAD_SEGMENT, VALUE_FALSE);
  set(p, t, THREAD_NEXT, VALUE_FALSE);
  set(p, t, THREAD_SPARE, VALUE_FALSE);
  if (state != THREAD_IS_NEW) p->n_threads--;
}
