// Processes and their threads: who can run, and who waits.
//
// Uses: vm.  Used by: proc/cpu, prim.
//
// A process is a heap with threads that share it.  Its struct lies in the heap's own page and ends with it.  Threads are
// objects of the heap; those that can run stand in the process's queue, by priority and then in turn, and a process with
// such threads stands in the processor's run queue.
//
//   PROC-1  At most one thread runs; every other one's frames are saved (VM-5), so its heap may be collected.
//   PROC-2  A thread is in one state, and linked (THREAD_LINK) in the one queue that belongs to it: ready, parked with a
//           deadline (also THREAD_BACK), or waiting for an interrupt.
//   PROC-3  A process with ready threads runs or is in the run queue.
//   PROC-4  A wake-up is not lost: unparking leaves a token, which the next parking takes instead of waiting.
#ifndef PROC_PROCESS_H
#define PROC_PROCESS_H

#include "vm/vm.h"

enum thread_state { THREAD_IS_NEW, THREAD_IS_READY, THREAD_RUNS, THREAD_IS_PARKED, THREAD_SLEEPS /* parked, with a deadline */,
                    THREAD_WAITS /* for an interrupt */, THREAD_IS_DONE };
// THREAD_TOKEN besides #f.
#define TOKEN_WOKEN VALUE_TRUE
#define TOKEN_LATE VALUE_EOF
#define TOKEN_STUCK fixnum(0)

#define PROCESS_PRIORITIES 4
#define PRIORITY_NORMAL 1
#define SHARE_NORMAL 100
#define SHARE_MOST 10000
#define PRIORITY_DRIVER 3  // but what computes for more than so many ticks is a normal process while it does
#define DRIVER_TICKS 10
// One that had so many ticks since it last waited uses them up.  One tick is chance.
#define SPENT_TICKS 2
#define NEVER UINT64_MAX

// How others are told of the end of one (PROCESS_WATCHERS: a list of #(watcher kind reference) in the commons).  WATCH_NUDGE: it is
// nudged.
enum watch_kind { WATCH_MONITOR, WATCH_LINK, WATCH_NUDGE };
// Messages that may wait in a mailbox, unless its process says otherwise.
#define MAILBOX_MOST 100000

struct process {
  struct heap *heap;
  Value handle;                     // T_PROCESS
  struct process *next, *previous;  // of all
  struct process *run_next, *run_previous;  // of the run queue
  struct process_queue *queue;
  struct process *timer_next, *timer_previous;  // those with sleepers, by wake_us
  uint64_t wake_us;                 // the earliest deadline, or NEVER
  uint64_t ticks;                   // of the clock that came while it ran
  uint64_t ticks_most;              // it may have so many, or NEVER
  uint64_t n_received;
  uint32_t n_messages, mailbox_most;
  uint32_t serial;
  uint32_t n_waits;                 // for shared cells, so far
  uint32_t n_threads;               // started, not yet done
  int32_t credit;                   // of ticks, in parts of SHARE_NORMAL
  uint16_t share;                   // the credit it gets in each round of those that use up their ticks
  uint16_t n_nudges;                // see process_nudge
  uint8_t priority;
  bool is_queued;                   // in the run queue
  bool traps_exits;                 // the end of a linked process is a message
  bool is_dying;                    // of `dies_of`, as soon as it does not run
  Value dies_of;
  struct process *next_dying;
  bool has_break;                   // its foreground thread is to be broken
  bool is_late;                     // the next of its threads that runs is told that its time is used up
  uint8_t n_spent;                  // ticks of the clock that came since it last had nothing to run
  uint8_t n_unstarted;              // processes it has begun and not started yet, which end with it; 255: or more
};
static inline struct process *process_of(struct heap *heap) {
  return (struct process *)heap->owner;
}

// --- processes: process.c -------------------------------------------------------------------------
// Make `heap` a process, which `starter` (NULL: the system) is going to start; NULL: no room in the commons for its handle.
struct process *process_begin(struct heap *heap, Value name, struct process *starter) MUST_USE;
// Its first thread, which calls `procedure` with the `n_args` arguments.  False: no room in its heap.
bool process_start(struct process *p, Value procedure, unsigned n_args, Value argument) MUST_USE;
// End it, for a `reason` the commons may hold (#f: none): its pages are given back and its watchers told.  The one that runs
// ends as soon as it comes back to the scheduler.
void process_end(struct process *p, Value reason);
// The process of a handle; NULL: it has ended.
static inline struct process *process_of_handle(Value handle) {
  return (struct process *)object_words(handle)[PROCESS_ADDRESS];
}
// Put `message`, of p's heap or what every heap may hold, into its mailbox.  False: no room there.
bool process_deliver(struct process *p, Value message) MUST_USE;
// Its threads that wait for that, or for a message, look again: something has changed that it shares with others.
void process_nudge(struct process *p);
// `watcher` will be told of p's end.  False: no room in the commons.
bool process_watch(struct process *p, Value watcher, enum watch_kind kind, sword reference) MUST_USE;
void process_unwatch(struct process *p, Value watcher, enum watch_kind kind, sword reference);

// --- threads: thread.c ---------------------------------------------------------------------------------------------------------------------------------------------------
static inline enum thread_state thread_state(Value t) {
  return (enum thread_state)fixnum_int(object_field(t, THREAD_STATE));
}
// It can run from now on.
void thread_ready(struct process *p, Value t);
// The next one to run, taken off the queue; #f: there is none.
Value thread_take(struct process *p);
// The running thread waits: until unparked or `deadline_us` (NEVER), or for the next interrupt.
void thread_park(struct process *p, Value t, uint64_t deadline_us);
void thread_wait(struct process *p, Value t);
// Wake it with this token, if it is parked; else the token waits for it.
void thread_unpark(struct process *p, Value t, Value token);
// Its priority from now on, in the queue too.
void thread_set_priority(struct process *p, Value t, sword n);
// Whatever it waits for, it is done.  The one that runs is not ended in this way.
void thread_end(struct process *p, Value t);
// Make those ready whose deadline has passed.
void process_wake_sleepers(struct process *p, uint64_t now_us);
// If all its threads wait for each other, the first one is woken to say so.  Not so where an interrupt, a time or a message may
// come.
void process_break_deadlock(struct process *p);
// Those that wait for an interrupt look again.
void process_wake_waiters(struct process *p);

#endif
