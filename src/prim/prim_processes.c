// Primitives of processes: what lib/boot/processes.scm builds on.
//
// Uses: proc, gc/commons, data.  Used by: prim/table.
#include "base/platform.h"
#include "data/list.h"
#include "data/number.h"
#include "gc/commons.h"
#include "prim/args.h"
#include "prim/slices.h"
#include "prim/tables.h"
#include "proc/copy.h"
#include "proc/cpu.h"

#define CHECK_PROCESS(who) \
  if (!is_type(args[0], T_PROCESS)) return raise_type(cx, who, 1, "a process", args[0])

// What a copier answered, where `v`, args[1], is to be copied and args[2] is its state: go on with that.
static Value go_on(struct context *cx, const char *name, Value *args, Value answer, Value state) {
  bool is_first = is_true(state) && !(is_pointer(args[2]));
  if (!is_first || !(value_eq(answer, OUTCOME_AGAIN) || value_eq(answer, OUTCOME_COLLECT))) return answer;
  Value more = slice_prepare(cx, name);
  return is_outcome(more) ? more : slice_go_on(cx, more, 3, (Value[]){args[0], VALUE_FALSE, state});
}

// args[1] in the heap `to`, or what to answer.  Where that has no room it is collected once: its process does not run.
static Value copy_in(struct context *cx, const char *who, Value *args, unsigned n, struct heap *to) {
  Value state = is_given(args, n, 2) ? args[2] : VALUE_FALSE;
  Value v = copy_to_heap(cx, who, args[1], to, &state);
  if (value_eq(v, COPY_NO_ROOM) && to != cx->heap) {
    vm_collect_other(cpu_vm(), args + n, to, PAGE_BYTES);
    v = copy_to_heap(cx, who, args[1], to, &state);
  }
  if (!value_eq(v, COPY_NO_ROOM)) return is_outcome(v) ? go_on(cx, who, args, v, state) : v;
  if (to == cx->heap) return outcome_collect(cx, PAGE_BYTES);
  return raise_condition(cx, KNOWN_MEMORY, who, "the receiver's memory has no room for", 1, &args[1]);
}

// --- beginning and end ----------------------------------------------------------------------------------
// (%new-process quota name)
PRIM(prim_new_process) {
  // A quarter of the machine, but no more than the parent has.
  uint64_t quota = pages.n_pages / 4 * PAGE_BYTES;
  if (quota > cx->heap->quota_bytes) quota = cx->heap->quota_bytes;
  if (is_true(args[0]) && (!integer_to_uint64(args[0], &quota) || quota < 4 * PAGE_BYTES || quota > SIZE_MAX / 2))
    return raise_type(cx, "spawn-process", 2, "a quota in bytes, of some pages at least", args[0]);
  struct heap *heap = heap_create((size_t)quota);
  struct process *p = NULL;
  if (heap) {
    heap_share_image(heap);
    heap->stress = cx->heap->stress;
    p = process_begin(heap, args[1], cpu_process());
    if (!p) heap_destroy(heap);
  }
  if (p) {
    commons_found_room(cx->heap);
    return p->handle;
  }
  if (commons_wait_for_room(cx->heap)) return OUTCOME_AGAIN;
  return raise_condition(cx, KNOWN_MEMORY, "spawn-process", "the machine has no memory for another process", 0, NULL);
}

// (%start-process process thunk [state])
PRIM(prim_start_process) {
  CHECK_PROCESS("%start-process");
  struct process *p = process_of_handle(args[0]);
  if (!p) return VALUE_FALSE;
  Value thunk = copy_in(cx, "%start-process", args, n, p->heap);
  if (value_eq(thunk, OUTCOME_RAISE)) process_end(p, VALUE_FALSE);
  if (is_outcome(thunk)) return thunk;
  p->heap->roots[ROOT_TEMP_1] = thunk;
  for (unsigned i = 0; i < 2; i++) {
    thunk = p->heap->roots[ROOT_TEMP_1];
    if (process_start(p, p->heap->roots[ROOT_PROCESS_MAIN], 1, thunk)) {
      p->heap->roots[ROOT_TEMP_1] = VALUE_FALSE;
      return args[0];
    }
    vm_collect_other(cpu_vm(), args + n, p->heap, THREAD_ROOM_BYTES);
  }
  process_end(p, VALUE_FALSE);
  return raise_condition(cx, KNOWN_MEMORY, "spawn-process", "the quota is too small to begin with", 0, NULL);
}

PRIM(prim_kill) {
  CHECK_PROCESS("kill");
  struct process *p = process_of_handle(args[0]);
  if (!commons_may_hold(args[1])) return raise_type(cx, "kill", 2, "a shared reason", args[1]);
  if (!p || p->is_dying) return VALUE_FALSE;
  if (p == cpu.first)
    return raise_condition(cx, KNOWN_TYPE, "kill", "this process ends with the system; use exit:", 1, &args[0]);
  process_end(p, args[1]);
  if (p != cpu_process()) return VALUE_TRUE;
  cx->vm_request = VM_FINISH;
  return OUTCOME_VM;
}

// --- messages ---------------------------------------------------------------------------------------------
// (send process message [state])
PRIM(prim_send) {
  CHECK_PROCESS("send");
  struct process *p = process_of_handle(args[0]);
  if (!p || p->is_dying) return VALUE_FALSE;
  if (p->n_messages >= p->mailbox_most)
    return raise_condition(cx, KNOWN_MAILBOX, "send", "the mailbox is full:", 1, &args[0]);
  Value message = copy_is_by_reference(args[1]) && !is_given(args, n, 2) ? args[1] : copy_in(cx, "send", args, n, p->heap);
  if (is_outcome(message)) return message;
  if (process_deliver(p, message)) return VALUE_TRUE;
  if (p->heap == cx->heap) return outcome_collect(cx, PAGE_BYTES);
  return raise_condition(cx, KNOWN_MEMORY, "send", "the receiver's memory has no room for", 1, &args[1]);
}

static void forget_receiver(struct context *cx, Value t) {
  Value before = VALUE_FALSE, list = cx->heap->roots[ROOT_RECEIVERS];
  for (; is_pair(list); before = list, list = pair_cdr(list)) {
    if (!value_eq(pair_car(list), t)) continue;
    if (is_pair(before)) heap_store(cx->heap, before, pair_cdr_slot(before), pair_cdr(list));
    else cx->heap->roots[ROOT_RECEIVERS] = pair_cdr(list);
    return;
  }
}

// The running thread looks: it waits no more, unless it goes on to.
static void stop_receiving(struct context *cx) {
  Value t = cx->heap->roots[ROOT_THREAD], token = object_field(t, THREAD_TOKEN);
  object_field_init(t, THREAD_TOKEN, VALUE_FALSE);
  if (is_true(token)) forget_receiver(cx, t);
}

// It waits for a message or a nudge until `deadline` (#f: for ever), argument `argument` of `who`; #f when that has passed.
static Value wait_to_receive(struct context *cx, const char *who, unsigned argument, Value deadline) {
  Value *roots = cx->heap->roots, t = roots[ROOT_THREAD];
  uint64_t deadline_us = NEVER;
  if (is_true(deadline) && !integer_to_uint64(deadline, &deadline_us))
    return raise_type(cx, who, argument, "a time in microseconds", deadline);
  if (deadline_us <= platform_time_us()) return VALUE_FALSE;
  if (!heap_reserve(cx->heap, PAIR_BYTES)) return outcome_collect(cx, PAIR_BYTES);
  roots[ROOT_RECEIVERS] = pair_make(cx->heap, t, roots[ROOT_RECEIVERS]);
  thread_park(cpu_process(), t, deadline_us);
  return OUTCOME_BLOCK;
}

// (%next-message previous deadline)
PRIM(prim_next_message) {
  Value next = is_pair(args[0]) ? pair_cdr(args[0]) : cx->heap->roots[ROOT_MAILBOX];
  stop_receiving(cx);
  return is_pair(next) ? next : wait_to_receive(cx, "receive-message", 1, args[1]);
}

// A nudge is a message without content.  Who waits for one has looked at (%nudges) before it looked whether there is something to
// wait for, so none is lost between.
PRIM(prim_nudge) {
  CHECK_PROCESS("%nudge");
  struct process *p = process_of_handle(args[0]);
  if (!p || p->is_dying) return VALUE_FALSE;
  process_nudge(p);
  return VALUE_TRUE;
}

PRIM(prim_nudges) {
  return fixnum(cpu_process()->n_nudges);
}

// (%await-nudge seen deadline)
PRIM(prim_await_nudge) {
  stop_receiving(cx);
  if (!value_eq(args[0], fixnum(cpu_process()->n_nudges))) return VALUE_TRUE;
  return wait_to_receive(cx, "%await-nudge", 2, args[1]);
}

// (%take-message! previous)
PRIM(prim_take_message) {
  Value *roots = cx->heap->roots;
  Value pair = is_pair(args[0]) ? pair_cdr(args[0]) : roots[ROOT_MAILBOX];
  if (!is_pair(pair)) return VALUE_FALSE;
  if (is_pair(args[0])) heap_store(cx->heap, args[0], pair_cdr_slot(args[0]), pair_cdr(pair));
  else roots[ROOT_MAILBOX] = pair_cdr(pair);
  if (value_eq(roots[ROOT_MAILBOX_LAST], pair)) roots[ROOT_MAILBOX_LAST] = args[0];
  cpu_process()->n_messages--;
  return pair_car(pair);
}

// --- watching -----------------------------------------------------------------------------------------------
// (%watch process watcher link? reference): #f if it has ended
PRIM(prim_watch) {
  CHECK_PROCESS("monitor");
  if (!is_type(args[1], T_PROCESS)) return raise_type(cx, "monitor", 2, "a process", args[1]);
  struct process *p = process_of_handle(args[0]);
  if (!p || p->is_dying) return VALUE_FALSE;
  bool ok = process_watch(p, args[1], is_true(args[2]) ? WATCH_LINK : WATCH_MONITOR, fixnum_int(args[3]));
  return ok ? VALUE_TRUE : outcome_commons(cx, "monitor");
}

PRIM(prim_unwatch) {
  CHECK_PROCESS("demonitor");
  struct process *p = process_of_handle(args[0]);
  if (!p) return VALUE_FALSE;
  process_unwatch(p, args[1], is_true(args[2]) ? WATCH_LINK : WATCH_MONITOR, fixnum_int(args[3]));
  return VALUE_TRUE;
}

// (%watch-by-nudge process watcher): #f if it has ended
PRIM(prim_watch_by_nudge) {
  CHECK_PROCESS("%watch-by-nudge");
  struct process *p = process_of_handle(args[0]);
  if (!p || p->is_dying) return VALUE_FALSE;
  return process_watch(p, args[1], WATCH_NUDGE, 0) ? VALUE_TRUE : outcome_commons(cx, "%watch-by-nudge");
}

// (%unwatch-by-nudge process watcher)
PRIM(prim_unwatch_by_nudge) {
  CHECK_PROCESS("%unwatch-by-nudge");
  struct process *p = process_of_handle(args[0]);
  if (p) process_unwatch(p, args[1], WATCH_NUDGE, 0);
  return value_bool(p);
}

PRIM(prim_trap_exits) {
  cpu_process()->traps_exits = is_true(args[0]);
  return VALUE_UNSPECIFIED;
}

// --- asking ---------------------------------------------------------------------------------------------------
PRIM(prim_self) {
  return cpu_process()->handle;
}

PRIM(prim_is_process) {
  return value_bool(is_type(args[0], T_PROCESS));
}

PRIM(prim_process_id) {
  CHECK_PROCESS("process-id");
  return object_field(args[0], PROCESS_SERIAL);
}

PRIM(prim_process_name) {
  CHECK_PROCESS("process-name");
  return object_field(args[0], PROCESS_NAME);
}

PRIM(prim_is_alive) {
  CHECK_PROCESS("process-alive?");
  struct process *p = process_of_handle(args[0]);
  return value_bool(p && !p->is_dying);
}

PRIM(prim_is_watched) {
  CHECK_PROCESS("%watched?");
  return value_bool(is_pair(object_field(args[0], PROCESS_WATCHERS)));
}

PRIM(prim_exit_reason) {
  CHECK_PROCESS("process-exit-reason");
  return object_field(args[0], PROCESS_REASON);
}

PRIM(prim_processes) {
  size_t n_alive = 0;
  for (struct process *p = cpu.all; p; p = p->next) n_alive++;
  if (!heap_reserve(cx->heap, n_alive * PAIR_BYTES)) return outcome_collect(cx, n_alive * PAIR_BYTES);
  Value list = VALUE_NIL;
  for (struct process *p = cpu.all; p; p = p->next) {
    commons_note(p->handle);
    list = pair_make(cx->heap, p->handle, list);
  }
  return list;
}

#define N_FIGURES 13

// In the order that process-info of lib/boot/processes.scm knows.
PRIM(prim_process_figures) {
  CHECK_PROCESS("process-info");
  struct process *p = process_of_handle(args[0]);
  if (!p) return VALUE_FALSE;
  uint64_t figures[N_FIGURES] = {p->n_threads,    p->n_messages,         p->n_received,
                                 p->heap->held_bytes, p->heap->quota_bytes,  heap_allocated_bytes(p->heap),
                                 p->ticks,        p->priority,           p == cpu_process() || p->is_queued,
                                 p->share,        p->ticks_most == NEVER ? 0 : p->ticks_most, p->heap->commons_bytes,
                                 p->traps_exits};
  size_t room = VECTOR_BYTES(N_FIGURES) + N_FIGURES * INTEGER_WORD_BYTES;
  if (!heap_reserve(cx->heap, room)) return outcome_collect(cx, room);
  uword *words = heap_alloc(cx->heap, VECTOR_BYTES(N_FIGURES));
  words[0] = header_make(T_VECTOR, 0);
  words[1] = fixnum(N_FIGURES).w;
  Value vector = value_from_object(words);
  for (unsigned i = 0; i < N_FIGURES; i++) vector_slots(vector)[i] = fixnum(0);
  for (unsigned i = 0; i < N_FIGURES; i++) vector_slots(vector)[i] = integer_from_uint64(cx->heap, figures[i]);
  return vector;
}

PRIM(prim_set_priority) {
  CHECK_PROCESS("set-process-priority!");
  struct process *p = process_of_handle(args[0]);
  if (!is_fixnum(args[1]) || (uword)fixnum_int(args[1]) >= PROCESS_PRIORITIES)
    return raise_range(cx, "set-process-priority!", 2, args[1], 0, PROCESS_PRIORITIES - 1);
  if (!p) return VALUE_FALSE;
  cpu_set_priority(p, (unsigned)fixnum_int(args[1]));
  return VALUE_TRUE;
}

PRIM(prim_set_share) {
  CHECK_PROCESS("spawn-process");
  struct process *p = process_of_handle(args[0]);
  if (!is_fixnum(args[1]) || fixnum_int(args[1]) < 1 || fixnum_int(args[1]) > SHARE_MOST)
    return raise_range(cx, "spawn-process", 2, args[1], 1, SHARE_MOST);
  if (p) p->share = (uint16_t)fixnum_int(args[1]);
  return VALUE_UNSPECIFIED;
}

PRIM(prim_set_time) {
  CHECK_PROCESS("spawn-process");
  struct process *p = process_of_handle(args[0]);
  uint64_t ticks;
  if (!integer_to_uint64(args[1], &ticks) || ticks < 1) return raise_type(cx, "spawn-process", 2, "a number of ticks", args[1]);
  if (p) p->ticks_most = ticks;
  return VALUE_UNSPECIFIED;
}

PRIM(prim_set_mailbox) {
  CHECK_PROCESS("spawn-process");
  struct process *p = process_of_handle(args[0]);
  if (!is_fixnum(args[1]) || fixnum_int(args[1]) < 1 || fixnum_int(args[1]) > INT32_MAX)
    return raise_range(cx, "spawn-process", 2, args[1], 1, INT32_MAX);
  if (p) p->mailbox_most = (uint32_t)fixnum_int(args[1]);
  return VALUE_UNSPECIFIED;
}

const struct primitive processes_primitives[] = {
    {"%new-process", prim_new_process, 2, 2, "(%new-process quota name)\nA process with an empty heap of at most QUOTA bytes (#f: a quarter of the machine's memory)."},
    {"%start-process", prim_start_process, 2, 3,
     "(%start-process process thunk [state])\nCopy THUNK into the new PROCESS, and let it call that.", true},
    {"%kill", prim_kill, 2, 2, "(%kill process reason)\nEnd PROCESS; #f if it has ended already.", true},
    {"send", prim_send, 2, 3,
     "(send process message)\nPut a copy of MESSAGE into the mailbox of PROCESS; #f if that has ended. What is shared goes by "
     "reference. An error of the sender if the mailbox is full or the receiver's quota has no room.", true},
    {"%next-message", prim_next_message, 2, 2,
     "(%next-message previous deadline)\nThe mailbox's pair after PREVIOUS (#f: the first), waiting for one until DEADLINE, in "
     "microseconds as current-jiffy counts, or for ever if it is #f; #f when that has passed.", true},
    {"%take-message!", prim_take_message, 1, 1, "(%take-message! previous)\nTake the message after PREVIOUS (#f: the first)."},
    {"%watch", prim_watch, 4, 4,
     "(%watch process watcher link? reference)\nLet the process WATCHER be told of the end of PROCESS; #f if it has ended."},
    {"%unwatch", prim_unwatch, 4, 4, "(%unwatch process watcher link? reference)\nUndo what %watch did."},
    {"%watch-by-nudge", prim_watch_by_nudge, 2, 2,
     "(%watch-by-nudge process watcher)\nLet the process WATCHER be nudged when PROCESS ends; #f if it has ended.", true},
    {"%unwatch-by-nudge", prim_unwatch_by_nudge, 2, 2, "(%unwatch-by-nudge process watcher)\nUndo what %watch-by-nudge did."},
    {"%nudge", prim_nudge, 1, 1,
     "(%nudge process)\nLet the threads of PROCESS that are in %await-nudge look again at what it shares with others; #f if it has ended."},
    {"%nudges", prim_nudges, 0, 0, "(%nudges)\nA number that changes when this process is nudged."},
    {"%await-nudge", prim_await_nudge, 2, 2,
     "(%await-nudge seen deadline)\nWait until (%nudges) is not SEEN any more: #t, or #f when DEADLINE has passed."},
    {"trap-exits!", prim_trap_exits, 1, 1,
     "(trap-exits! on?)\nLet the end of a linked process come as a message, #(exit 0 process reason), and not end this one."},
    {"self", prim_self, 0, 0, "(self)\nThe process that runs."},
    {"process?", prim_is_process, 1, 1, "(process? object)\nIs OBJECT a process?"},
    {"process-id", prim_process_id, 1, 1, "(process-id process)\nA number that no other process has."},
    {"process-name", prim_process_name, 1, 1, "(process-name process)\nThe name PROCESS was made with, or #f."},
    {"process-alive?", prim_is_alive, 1, 1, "(process-alive? process)\nHas PROCESS not ended yet?"},
    {"%watched?", prim_is_watched, 1, 1, "(%watched? process)\nWill any process be told of the end of PROCESS?"},
    {"process-exit-reason", prim_exit_reason, 1, 1,
     "(process-exit-reason process)\nWhy PROCESS ended: normal, killed, or whatever it was; #f while it lives."},
    {"processes", prim_processes, 0, 0, "(processes)\nA list of the processes, the oldest first."},
    {"%process-figures", prim_process_figures, 1, 1, "(%process-figures process)\nA vector for process-info; #f if it has ended."},
    {"%set-process-priority!", prim_set_priority, 2, 2, "(%set-process-priority! process n)\nGive PROCESS a priority from 0 to 3."},
    {"%set-process-share!", prim_set_share, 2, 2,
     "(%set-process-share! process n)\nLet PROCESS have time in proportion to N, 100 being what the others have."},
    {"%set-process-time!", prim_set_time, 2, 2, "(%set-process-time! process ticks)\nLet PROCESS run for so many ticks of the clock."},
    {"%set-mailbox-limit!", prim_set_mailbox, 2, 2, "(%set-mailbox-limit! process n)\nLet at most N messages wait."},
};
const unsigned n_processes_primitives = ARRAY_LENGTH(processes_primitives);
