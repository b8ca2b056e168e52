// The processor: which thread it runs, and what it does when there is nothing to run.
//
// Uses: vm, platform.  Used by: boot.
#include "proc/cpu.h"
#include "base/platform.h"
#include "data/console.h"
#include "data/port.h"
#include "gc/commons.h"
#include "proc/device.h"

_Static_assert(sizeof(struct process) <= HEAP_OWNER_WORDS * sizeof(uword), "a process lies in its heap's page");

// However little is to be done, the processor looks around this often.
#define WAIT_MOST_US 1000000
// So many processes that wait soon may run in a row while another one waits for its turn.
#define LIGHT_MOST 16
// What a process that is told that its time is used up has left: a part of it, and some ticks.
#define GRACE_PART 8
#define GRACE_TICKS 10
// Of so many ticks one is for the lowest priority that anybody has.
#define TICKS_BEFORE_LOW 16
#define TICK_US 10000
// Words of a step of collecting the commons where there is nothing to run.
#define IDLE_COMMONS_WORDS 8192

static struct vm the_vm;
struct cpu cpu;

struct vm *cpu_vm(void) {
  return &the_vm;
}

// --- the run queue ---------------------------------------------------------------------------------
// Behind `before`; NULL: as the first.
static void enqueue_behind(struct process *p, struct process_queue *queue, struct process *before) {
  struct process *after = before ? before->run_next : queue->first;
  p->queue = queue;
  p->is_queued = true;
  p->run_previous = before;
  p->run_next = after;
  if (before) before->run_next = p;
  else queue->first = p;
  if (after) after->run_previous = p;
  else queue->last = p;
}

static void enqueue(struct process *p, struct process_queue *queue) {
  enqueue_behind(p, queue, queue->last);
}

// One that waits soon after it begins to run, as what talks to somebody does, goes before those that use their slices up.
static struct process_queue *queue_of(const struct process *p) {
  unsigned priority = p->priority == PRIORITY_DRIVER && p->n_spent > DRIVER_TICKS ? PRIORITY_NORMAL : p->priority;
  return &cpu.run[priority][p->n_spent >= SPENT_TICKS];
}

void cpu_process_ready(struct process *p) {
  if (!p->is_queued && p != cpu.running) enqueue(p, queue_of(p));
}

static void unqueue(struct process *p) {
  if (!p->is_queued) return;
  p->is_queued = false;
  if (p->run_previous) p->run_previous->run_next = p->run_next;
  else p->queue->first = p->run_next;
  if (p->run_next) p->run_next->run_previous = p->run_previous;
  else p->queue->last = p->run_previous;
}

// Of those that use up their ticks, the first one whose credit is enough for one: deficit round robin (Shreedhar and Varghese,
// 1996), so that their ticks are in proportion to their shares.
static struct process *spent_process(struct process_queue *queue) {
  struct process *p;
  while ((p = queue->first) && p->credit < SHARE_NORMAL) {
    p->credit += p->share;
    if (p->credit >= SHARE_NORMAL || p == queue->last) continue;
    unqueue(p);
    enqueue(p, queue);
  }
  return p;
}

// Those that used their slices up are not left out for ever, nor are those of a lower priority; but a driver that waits soon
// goes before them, unless there has been one at every look for as many ticks again.
static struct process *take_process(void) {
  bool has_driver = cpu.run[PRIORITY_DRIVER][0].first;
  bool is_low_turn = cpu.n_ticks >= (has_driver ? 2 * TICKS_BEFORE_LOW : TICKS_BEFORE_LOW);
  if (is_low_turn) cpu.n_ticks = 0;
  for (unsigned k = 0; k < PROCESS_PRIORITIES; k++) {
    unsigned i = is_low_turn ? k : PROCESS_PRIORITIES - 1 - k;
    struct process *light = cpu.run[i][0].first;
    bool is_light = light && (!cpu.run[i][1].first || cpu.n_light < LIGHT_MOST);
    struct process *p = is_light ? light : spent_process(&cpu.run[i][1]);
    if (!p) continue;
    cpu.n_light = is_light ? cpu.n_light + 1 : 0;
    unqueue(p);
    return p;
  }
  return NULL;
}

// --- timers ----------------------------------------------------------------------------------------
void cpu_set_timer(struct process *p, uint64_t wake_us) {
  if (p->wake_us != NEVER) {
    if (p->timer_previous) p->timer_previous->timer_next = p->timer_next;
    else cpu.timers = p->timer_next;
    if (p->timer_next) p->timer_next->timer_previous = p->timer_previous;
  }
  p->wake_us = wake_us;
  if (wake_us == NEVER) return;
  struct process *before = NULL, *after = cpu.timers;
  for (; after && after->wake_us <= wake_us; after = after->timer_next) before = after;
  p->timer_previous = before;
  p->timer_next = after;
  if (before) before->timer_next = p;
  else cpu.timers = p;
  if (after) after->timer_previous = p;
}

static void wake_sleepers(void) {
  if (!cpu.timers) return;
  uint64_t now = platform_time_us();
  while (cpu.timers && cpu.timers->wake_us <= now) process_wake_sleepers(cpu.timers, now);
}

static void wake_waiters(void) {
  if (!cpu.has_waiters) return;
  cpu.has_waiters = false;
  for (struct process *p = cpu.all; p; p = p->next) {
    if (is_false(p->heap->roots[ROOT_WAITERS])) continue;
    process_wake_waiters(p);
  }
}

void cpu_set_priority(struct process *p, unsigned priority) {
  bool was_queued = p->is_queued;
  unqueue(p);
  p->priority = (uint8_t)priority;
  if (was_queued) cpu_process_ready(p);
}

void cpu_forget(struct process *p) {
  unqueue(p);
  cpu_set_timer(p, NEVER);
}

// --- running ---------------------------------------------------------------------------------------
// A break is for one thread of the first process, whatever it waits for.
static void deliver_break(struct process *foreground) {
  Value t = foreground->heap->roots[ROOT_FOREGROUND];
  if (!is_type(t, T_THREAD)) return;
  enum thread_state state = thread_state(t);
  if (state == THREAD_IS_PARKED || state == THREAD_SLEEPS) thread_unpark(foreground, t, VALUE_FALSE);
  process_wake_waiters(foreground);
  foreground->has_break = true;
  // Whatever the others do, a person is answered.
  foreground->n_spent = 0;
  cpu_set_priority(foreground, foreground->priority);
}

static unsigned look_at_signals(struct process *foreground) {
  unsigned bits = the_vm.signals | (__atomic_exchange_n(&the_vm.cx.interrupts, 0, __ATOMIC_SEQ_CST) & ~(IRQ_COLLECT | IRQ_COMMONS));
  the_vm.signals = 0;
  if (bits & IRQ_TIMER) wake_sleepers();
  if (bits & IRQ_CONSOLE) wake_waiters();
  if (bits & IRQ_DEVICE) device_interrupts(bits >> IRQ_LINES_SHIFT);
  if (bits & IRQ_BREAK) deliver_break(foreground);
  return bits;
}

// Less of its share is left for it.
static void charge_share(struct process *p, uint64_t credit) {
  p->credit -= (int32_t)credit;
  if (p->credit < -SHARE_NORMAL) p->credit = -SHARE_NORMAL;
}

// The time since a tick was last seen, or what came with it was done.
static uint64_t credit_since_tick(void) {
  uint64_t since_us = cpu.tick_us;
  cpu.tick_us = platform_time_us();
  return (cpu.tick_us - since_us) * SHARE_NORMAL / TICK_US;
}

// At each tick, and for each turn under stress.  What somebody wants of it sooner he does himself (IRQ_COMMONS).  It takes
// of the time of whoever is next; who has a large heap to be read gives that back.
static void collect_commons(bool has_ticked) {
  size_t words = has_ticked ? commons_due_words() : 0;
  if (cpu.first->heap->stress & STRESS_CYCLES) words = COMMONS_STRESS_WORDS;
  if (!words) return;
  struct heap *heap = commons_step(words);
  uint64_t credit = credit_since_tick();
  if (heap) charge_share(process_of(heap), credit);
}

static void wait(void) {
  uint64_t wait_us = WAIT_MOST_US;
  if (cpu.timers) {
    uint64_t now = platform_time_us();
    uint64_t left = cpu.timers->wake_us > now ? cpu.timers->wake_us - now : 0;
    if (left < wait_us) wait_us = left;
  }
  if (wait_us) platform_wait(wait_us);
}

// There is time to collect the commons, step by step.
static void idle(void) {
  if (commons.phase != COMMONS_IDLE) commons_step(IDLE_COMMONS_WORDS);
  else wait();
  cpu.tick_us = platform_time_us();
  wake_sleepers();
}

// Run thread `t` for a while.
static enum vm_result run_thread(struct process *p, Value t) {
  struct vm *vm = &the_vm;
  vm_enter(vm, p->heap, t);
  vm->takes_breaks = p == cpu.first && value_eq(t, p->heap->roots[ROOT_FOREGROUND]);
  vm->preemption_off = 0;
  vm->deferred = 0;
  if (p->has_break && vm->takes_breaks) {
    p->has_break = false;
    vm_interrupt(vm, IRQ_BREAK);
  }
  if (p->is_late) {
    p->is_late = false;
    vm_interrupt(vm, IRQ_TIME);
  }
  enum vm_result result = vm_run(vm);
  // To wait ends a section without preemption.  What was kept back in it is seen now: a device's line is closed until it is.
  if (vm->deferred & IRQ_TIME) p->is_late = true;
  vm->signals |= vm->deferred;
  return result;
}

static int fail_to_start(void) {
  static const char message[] = "ringlet: memory: there is too little to start in\n";
  platform_console_write(message, sizeof message - 1);
  return PLATFORM_FATAL_STATUS;
}

// The process of `heap`, the machine's first, about to call `procedure`; NULL: no memory.
static struct process *begin_first(struct heap *heap, Value procedure) {
  struct process *p = process_of(heap);
  if (!p->heap && !process_begin(heap, VALUE_FALSE, NULL)) return NULL;
  cpu.first = p;
  console_set_owner(heap);
  if (process_start(p, procedure, 0, VALUE_FALSE)) return p;
  heap->roots[ROOT_TEMP_1] = procedure;
  (void)!heap_collect(heap, THREAD_ROOM_BYTES);
  procedure = heap->roots[ROOT_TEMP_1];
  heap->roots[ROOT_TEMP_1] = VALUE_FALSE;
  return process_start(p, procedure, 0, VALUE_FALSE) ? p : NULL;
}

// The thread that ran is put away as the result says.  False: its process is over.
static bool put_away(struct process *p, Value t, enum vm_result result) {
  if (result == VM_EXITED) return false;
  if (result == VM_DONE) {
    thread_end(p, t);
    return !value_eq(t, p->heap->roots[ROOT_FIRST_THREAD]);
  }
  vm_leave(&the_vm);
  if (result == VM_YIELDED) thread_ready(p, t);
  if (result == VM_BLOCKED && thread_state(t) == THREAD_RUNS) {
    thread_wait(p, t);
    cpu.has_waiters = true;
  }
  return true;
}

// It ran and can go on: at once, if it has credit for another tick.
static void keep_ready(struct process *p, bool has_ticked) {
  if (has_ticked && p->credit >= SHARE_NORMAL) enqueue_behind(p, queue_of(p), NULL);
  else cpu_process_ready(p);
}

// A tick came while it ran.  What its share gave it for that is spent.
static void charge_tick(struct process *p) {
  if (p->n_spent <= DRIVER_TICKS) p->n_spent++;
  cpu.n_ticks++;
  charge_share(p, credit_since_tick());
  if (++p->ticks < p->ticks_most || p->is_dying) return;
  if (p->ticks == p->ticks_most) {
    p->is_late = true;
  } else if (p->ticks - p->ticks_most > p->ticks_most / GRACE_PART + GRACE_TICKS) {
    p->is_dying = true;
    p->dies_of = known(cpu.first->heap, KNOWN_TIME);
  }
}

// Lines that are not complete.
static void finish_output(void) {
  for (struct process *p = cpu.all; p; p = p->next) {
    Value port = p->heap->roots[ROOT_CONSOLE_PORT];
    if (is_true(port)) port_finish(p->heap, port);
  }
}

int cpu_run(struct heap *heap, Value procedure) {
  if (!begin_first(heap, procedure)) return fail_to_start();
  for (;;) {
    collect_commons(look_at_signals(cpu.first) & IRQ_TIMER);
    struct process *p = take_process();
    if (!p) {
      idle();
      continue;
    }
    cpu.running = p;
    Value t = thread_take(p);
    bool goes_on = true, has_ticked = false;
    if (is_true(t)) {
      the_vm.exit_status = 0;
      enum vm_result result = run_thread(p, t);
      has_ticked = the_vm.signals & IRQ_TIMER;
      if (has_ticked) charge_tick(p);
      goes_on = put_away(p, p->heap->roots[ROOT_THREAD], result);
    }
    cpu.running = NULL;
    if (!goes_on && p == cpu.first) {
      finish_output();
      return the_vm.exit_status;
    }
    if (p->is_dying) process_end(p, p->dies_of);
    else if (!goes_on) process_end(p, the_vm.exit_status ? fixnum(the_vm.exit_status) : VALUE_FALSE);
    else if (is_true(p->heap->roots[ROOT_READY])) keep_ready(p, has_ticked);
    else {
      p->n_spent = 0;
      p->credit = 0;
      process_break_deadlock(p);
    }
  }
}

void core_interrupt(unsigned bits) {
  vm_interrupt(&the_vm, bits);
}
