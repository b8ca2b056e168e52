// Processes: their beginning and end, who watches them, and their mailboxes.
//
// Uses: see the header; gc/commons.
#include "proc/process.h"
#include "base/platform.h"
#include "data/port.h"
#include "gc/commons.h"
#include "proc/cpu.h"
#include "proc/device.h"

_Static_assert(sizeof(struct process) <= HEAP_OWNER_WORDS * sizeof(uword), "a process lies in its heap's page");

// --- beginning -----------------------------------------------------------------------------------
static Value make_handle(struct process *p, Value name) {
  uword *words = commons_alloc(FIXED_BYTES(PROCESS_WATCHERS), false);
  if (!words) return VALUE_FALSE;
  words[0] = header_make(T_PROCESS, 0);
  words[PROCESS_SERIAL] = fixnum((sword)p->serial).w;
  words[PROCESS_ADDRESS] = (uword)p;
  words[PROCESS_REASON] = VALUE_FALSE.w;
  words[PROCESS_NAME] = name.w;
  words[PROCESS_WATCHERS] = VALUE_NIL.w;
  return value_from_object(words);
}

// Until a process is started, its ROOT_FOREGROUND is the handle of the one that will do it.
static struct process *starter_of(struct process *p) {
  Value starter = p->heap->roots[ROOT_FOREGROUND];
  return is_type(starter, T_PROCESS) ? process_of_handle(starter) : NULL;
}

static void forget_starter(struct process *p) {
  struct process *starter = starter_of(p);
  if (starter && starter->n_unstarted < UINT8_MAX) starter->n_unstarted--;
  p->heap->roots[ROOT_FOREGROUND] = VALUE_FALSE;
}

struct process *process_begin(struct heap *heap, Value name, struct process *starter) {
  struct process *p = process_of(heap);
  *p = (struct process){.heap = heap, .wake_us = NEVER, .serial = ++cpu.n_processes, .priority = PRIORITY_NORMAL,
                        .share = SHARE_NORMAL, .ticks_most = NEVER,
                        .mailbox_most = MAILBOX_MOST, .n_spent = SPENT_TICKS};
  p->handle = make_handle(p, name);
  if (is_false(p->handle)) return NULL;
  heap->roots[ROOT_MAILBOX] = VALUE_NIL;
  heap->roots[ROOT_RECEIVERS] = heap->roots[ROOT_CELL_WAITERS] = VALUE_NIL;
  if (starter) {
    heap->roots[ROOT_FOREGROUND] = starter->handle;
    commons_note(starter->handle);
    if (starter->n_unstarted < UINT8_MAX) starter->n_unstarted++;
  }
  p->next = cpu.all;
  if (cpu.all) cpu.all->previous = p;
  cpu.all = p;
  vm_attach(cpu_vm(), heap);
  return p;
}

bool process_start(struct process *p, Value procedure, unsigned n_args, Value argument) {
  Value t = thread_make(p->heap, procedure, n_args, argument);
  if (is_false(t)) return false;
  forget_starter(p);
  p->heap->roots[ROOT_FIRST_THREAD] = p->heap->roots[ROOT_FOREGROUND] = t;
  p->n_threads++;
  thread_ready(p, t);
  return true;
}

// --- mailboxes -------------------------------------------------------------------------------------
static void wake_receivers(struct process *p) {
  Value list = p->heap->roots[ROOT_RECEIVERS];
  p->heap->roots[ROOT_RECEIVERS] = VALUE_NIL;
  for (; is_pair(list); list = pair_cdr(list)) thread_unpark(p, pair_car(list), TOKEN_WOKEN);
}

bool process_deliver(struct process *p, Value message) {
  struct heap *heap = p->heap;
  uword *words = heap_alloc_more(heap, PAIR_BYTES);
  if (!words) return false;
  commons_note(message);
  words[0] = message.w;
  words[1] = VALUE_NIL.w;
  Value pair = value_from_pair(words), last = heap->roots[ROOT_MAILBOX_LAST];
  if (is_pair(heap->roots[ROOT_MAILBOX])) heap_store(heap, last, pair_cdr_slot(last), pair);
  else heap->roots[ROOT_MAILBOX] = pair;
  heap->roots[ROOT_MAILBOX_LAST] = pair;
  p->n_messages++;
  p->n_received++;
  wake_receivers(p);
  return true;
}

void process_nudge(struct process *p) {
  p->n_nudges++;
  wake_receivers(p);
}

// --- watching ----------------------------------------------------------------------------------------
static uword *make_vector(unsigned n) {
  uword *words = commons_alloc(VECTOR_BYTES(n), true);
  if (!words) return NULL;
  words[0] = header_make(T_VECTOR, 0) | HEADER_FLAG_IMMUTABLE;
  words[1] = fixnum((sword)n).w;
  if (VECTOR_BYTES(n) > (2 + n) * sizeof(uword)) words[2 + n] = 0;
  return words;
}

bool process_watch(struct process *p, Value watcher, enum watch_kind kind, sword reference) {
  uword *watch = make_vector(3);
  uword *pair = watch ? commons_alloc(PAIR_BYTES, true) : NULL;
  if (watch && !pair) heap_fill(watch, VECTOR_BYTES(3));
  if (!pair) return false;
  watch[2] = watcher.w;
  watch[3] = fixnum(kind).w;
  watch[4] = fixnum(reference).w;
  pair[0] = value_from_object(watch).w;
  pair[1] = object_field(p->handle, PROCESS_WATCHERS).w;
  commons_store(object_slot(p->handle, PROCESS_WATCHERS), value_from_pair(pair));
  return true;
}

static bool is_watch(Value watch, Value watcher, enum watch_kind kind, sword reference) {
  Value *slots = vector_slots(watch);
  return value_eq(slots[0], watcher) && value_eq(slots[1], fixnum(kind)) && value_eq(slots[2], fixnum(reference));
}

// The pairs in front of the one that goes are made anew, since what lies in the commons is frozen.
void process_unwatch(struct process *p, Value watcher, enum watch_kind kind, sword reference) {
  Value list = object_field(p->handle, PROCESS_WATCHERS), left = VALUE_NIL;
  for (; is_pair(list); list = pair_cdr(list)) {
    if (is_watch(pair_car(list), watcher, kind, reference)) continue;
    uword *pair = commons_alloc(PAIR_BYTES, true);
    if (!pair) return;
    pair[0] = pair_car(list).w;
    pair[1] = left.w;
    left = value_from_pair(pair);
  }
  commons_store(object_slot(p->handle, PROCESS_WATCHERS), left);
}

// --- the end -------------------------------------------------------------------------------------------
// #(down reference handle reason), or exit in place of down.
static Value make_notice(Value handle, Value reference, Value reason, bool is_link) {
  uword *notice = make_vector(4);
  if (!notice) return VALUE_FALSE;
  notice[2] = known(cpu.first->heap, is_link ? KNOWN_EXIT : KNOWN_DOWN).w;
  notice[3] = reference.w;
  notice[4] = handle.w;
  notice[5] = reason.w;
  return value_from_object(notice);
}

static void add_dying(struct process *p, Value reason, struct process **dying) {
  p->is_dying = true;
  p->dies_of = reason;
  commons_note(reason);
  p->next_dying = *dying;
  *dying = p;
}

// One that cannot be told, because its memory is used up, ends as well.
static void tell(Value watch, Value handle, Value reason, struct process **dying) {
  Value *slots = vector_slots(watch);
  struct process *w = process_of_handle(slots[0]);
  bool is_link = fixnum_int(slots[1]) == WATCH_LINK;
  if (!w || w->is_dying) return;
  if (fixnum_int(slots[1]) == WATCH_NUDGE) {
    process_nudge(w);
    return;
  }
  if (is_link && value_eq(reason, known(cpu.first->heap, KNOWN_NORMAL))) return;
  if (!is_link || w->traps_exits || w == cpu.first) {
    Value notice = make_notice(handle, slots[2], reason, is_link);
    if (is_true(notice) && process_deliver(w, notice)) return;
    reason = known(cpu.first->heap, KNOWN_MEMORY);
  }
  if (w != cpu.first) add_dying(w, reason, dying);
}

// Its pages go back before its watchers are told, so that there is room to tell them.
static void bury(struct process *p, Value reason, struct process **dying) {
  Value handle = p->handle, watchers = object_field(handle, PROCESS_WATCHERS);
  device_owner_ends(p);
  if (p->n_unstarted) {
    for (struct process *q = cpu.all; q; q = q->next)
      if (!q->is_dying && starter_of(q) == p) add_dying(q, reason, dying);
  }
  forget_starter(p);
  commons_store(object_slot(handle, PROCESS_REASON), reason);
  commons_store(object_slot(handle, PROCESS_WATCHERS), VALUE_NIL);
  object_words(handle)[PROCESS_ADDRESS] = 0;
  if (is_true(p->heap->roots[ROOT_CONSOLE_PORT])) port_finish(p->heap, p->heap->roots[ROOT_CONSOLE_PORT]);
  cpu_forget(p);
  if (p->next) p->next->previous = p->previous;
  if (p->previous) p->previous->next = p->next;
  else cpu.all = p->next;
  heap_destroy(p->heap);
  for (Value list = watchers; is_pair(list); list = pair_cdr(list)) tell(pair_car(list), handle, reason, dying);
}

void process_end(struct process *p, Value reason) {
  struct process *dying = NULL;
  add_dying(p, is_false(reason) ? known(cpu.first->heap, KNOWN_NORMAL) : reason, &dying);
  while (dying) {
    p = dying;
    dying = p->next_dying;
    // The one that runs ends when it comes back to the scheduler, which is to be soon.
    if (p == cpu.running) vm_interrupt(cpu_vm(), IRQ_TIMER);
    else bury(p, p->dies_of, &dying);
  }
}
