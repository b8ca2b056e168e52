// Primitives of threads: what lib/boot/threads.scm makes mutexes, conditions and channels of.
//
// Uses: proc, data.  Used by: prim/table.
#include "base/platform.h"
#include "data/number.h"
#include "prim/args.h"
#include "prim/tables.h"
#include "proc/cpu.h"

static Value check_thread(struct context *cx, const char *who, Value v) {
  return is_type(v, T_THREAD) ? v : raise_type(cx, who, 1, "a thread", v);
}
#define CHECK_THREAD(who)                         \
  Value t = check_thread(cx, who, args[0]);       \
  if (is_outcome(t)) return t

// (%make-thread thunk name parameters)
PRIM(prim_make_thread) {
  if (!heap_reserve(cx->heap, THREAD_ROOM_BYTES)) return outcome_collect(cx, THREAD_ROOM_BYTES);
  heap_arm(cx->heap, HEAP_UNARMED);
  Value t = thread_make(cx->heap, args[0], 0, VALUE_FALSE);
  if (is_false(t)) return outcome_collect(cx, PAGE_BYTES);
  object_field_init(t, THREAD_NAME, args[1]);
  object_field_init(t, THREAD_PARAMETERS, args[2]);
  object_field_init(t, THREAD_PRIORITY, object_field(cx->heap->roots[ROOT_THREAD], THREAD_PRIORITY));
  return t;
}

// A thread became ready: one of a higher priority runs at the next safepoint.
static void prefer_higher(struct context *cx, Value t) {
  sword mine = fixnum_int(object_field(cx->heap->roots[ROOT_THREAD], THREAD_PRIORITY));
  if (thread_state(t) == THREAD_IS_READY && fixnum_int(object_field(t, THREAD_PRIORITY)) > mine) vm_interrupt(cpu_vm(), IRQ_YIELD);
}

PRIM(prim_thread_start) {
  CHECK_THREAD("%thread-start!");
  if (thread_state(t) != THREAD_IS_NEW) return VALUE_FALSE;
  cpu_process()->n_threads++;
  thread_ready(cpu_process(), t);
  prefer_higher(cx, t);
  return VALUE_TRUE;
}

PRIM(prim_current_thread) {
  return cx->heap->roots[ROOT_THREAD];
}

PRIM(prim_is_thread) {
  return value_bool(is_type(args[0], T_THREAD));
}

PRIM(prim_yield) {
  cx->vm_request = VM_YIELD;
  return OUTCOME_VM;
}

PRIM(prim_park) {
  Value t = cx->heap->roots[ROOT_THREAD];
  Value token = object_field(t, THREAD_TOKEN);
  uint64_t deadline_us = NEVER;
  if (is_true(token)) {
    object_field_init(t, THREAD_TOKEN, VALUE_FALSE);
    return value_eq(token, TOKEN_STUCK) ? token : value_bool(value_eq(token, TOKEN_WOKEN));
  }
  if (is_true(args[0]) && !integer_to_uint64(args[0], &deadline_us)) {
    return raise_type(cx, "%park", 1, "#f or a time in microseconds", args[0]);
  }
  if (deadline_us <= platform_time_us()) return VALUE_FALSE;
  thread_park(cpu_process(), t, deadline_us);
  return OUTCOME_BLOCK;
}

PRIM(prim_unpark) {
  CHECK_THREAD("%unpark");
  thread_unpark(cpu_process(), t, TOKEN_WOKEN);
  prefer_higher(cx, t);
  return VALUE_UNSPECIFIED;
}

PRIM(prim_thread_state) {
  CHECK_THREAD("%thread-state");
  return object_field(t, THREAD_STATE);
}

PRIM(prim_thread_end) {
  CHECK_THREAD("%thread-end!");
  if (thread_state(t) == THREAD_RUNS) return VALUE_FALSE;
  thread_end(cpu_process(), t);
  return VALUE_TRUE;
}

PRIM(prim_thread_finish) {
  cx->vm_request = VM_FINISH;
  return OUTCOME_VM;
}

PRIM(prim_thread_name) {
  CHECK_THREAD("thread-name");
  return object_field(t, THREAD_NAME);
}

PRIM(prim_thread_data) {
  CHECK_THREAD("%thread-data");
  return object_field(t, THREAD_DATA);
}

PRIM(prim_set_thread_data) {
  CHECK_THREAD("%set-thread-data!");
  heap_store(cx->heap, t, object_slot(t, THREAD_DATA), args[1]);
  return VALUE_UNSPECIFIED;
}

PRIM(prim_thread_priority) {
  CHECK_THREAD("%thread-priority");
  return object_field(t, THREAD_PRIORITY);
}

PRIM(prim_set_thread_priority) {
  CHECK_THREAD("%set-thread-priority!");
  if (!is_fixnum(args[1])) return raise_type(cx, "%set-thread-priority!", 2, "an exact integer", args[1]);
  thread_set_priority(cpu_process(), t, fixnum_int(args[1]));
  Value first = cx->heap->roots[ROOT_READY];
  if (is_true(first)) prefer_higher(cx, first);
  return VALUE_UNSPECIFIED;
}

PRIM(prim_preemption_off) {
  cpu_vm()->preemption_off = 1;
  return VALUE_UNSPECIFIED;
}

PRIM(prim_preemption_on) {
  vm_allow_preemption(cpu_vm());
  return VALUE_UNSPECIFIED;
}

PRIM(prim_set_foreground) {
  CHECK_THREAD("%set-foreground!");
  cx->heap->roots[ROOT_FOREGROUND] = t;
  cpu_vm()->takes_breaks = cpu_process() == cpu.first && value_eq(t, cx->heap->roots[ROOT_THREAD]);
  return VALUE_UNSPECIFIED;
}

const struct primitive threads_primitives[] = {
    {"%make-thread", prim_make_thread, 3, 3,
     "(%make-thread thunk name parameters)\nA thread that will call THUNK once it is started, with the list of parameter bindings."},
    {"%thread-start!", prim_thread_start, 1, 1, "(%thread-start! thread)\nLet a new THREAD run; #f if it is not new."},
    {"current-thread", prim_current_thread, 0, 0, "(current-thread)\nThe thread that runs."},
    {"thread?", prim_is_thread, 1, 1, "(thread? object)\nIs OBJECT a thread?"},
    {"thread-yield!", prim_yield, 0, 0, "(thread-yield!)\nLet the other threads that are ready run first.", true},
    {"%park", prim_park, 1, 1,
     "(%park deadline)\nWait until another thread unparks this one: #t; or until DEADLINE, in microseconds as current-jiffy "
     "counts, or #f: never: #f. Takes at once a wake-up that came before. 0: every thread waits. Waiting ends a section without "
     "preemption.", true},
    {"%unpark", prim_unpark, 1, 1, "(%unpark thread)\nWake THREAD, or let it not wait the next time it parks."},
    {"%thread-state", prim_thread_state, 1, 1,
     "(%thread-state thread)\n0 new, 1 ready, 2 running, 3 parked, 4 parked with a deadline, 5 waiting for an interrupt, 6 done."},
    {"%thread-end!", prim_thread_end, 1, 1,
     "(%thread-end! thread)\nEnd THREAD wherever it is; #f if it is the one that runs."},
    {"%thread-finish", prim_thread_finish, 0, 0, "(%thread-finish)\nEnd the running thread at once.", true},
    {"thread-name", prim_thread_name, 1, 1, "(thread-name thread)\nThe name THREAD was made with."},
    {"%thread-data", prim_thread_data, 1, 1, "(%thread-data thread)\nWhat the library keeps with THREAD."},
    {"%set-thread-data!", prim_set_thread_data, 2, 2, "(%set-thread-data! thread object)\nKeep OBJECT with THREAD."},
    {"%thread-priority", prim_thread_priority, 1, 1, "(%thread-priority thread)\nIts priority: higher ones run first."},
    {"%set-thread-priority!", prim_set_thread_priority, 2, 2,
     "(%set-thread-priority! thread n)\nGive THREAD the priority N."},
    {"%preemption-off", prim_preemption_off, 0, 0,
     "(%preemption-off)\nLet no other thread run, and no break come, until (%preemption-on) or the thread waits."},
    {"%preemption-on", prim_preemption_on, 0, 0, "(%preemption-on)\nEnd what (%preemption-off) began."},
    {"%set-foreground!", prim_set_foreground, 1, 1, "(%set-foreground! thread)\nA break is for THREAD from now on."},
};
const unsigned n_threads_primitives = ARRAY_LENGTH(threads_primitives);
