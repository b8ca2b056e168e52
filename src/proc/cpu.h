// The processor: which process and thread it runs, and what it does when there is nothing to run.
//
// Uses: vm, proc/process, platform.  Used by: boot, prim.
//
// Control goes up by returning: the VM answers EXITED, DONE, BLOCKED or YIELDED, and cpu_run decides.  A process runs for
// a tick of the clock at most, then the next one of its priority has its turn; a lower priority has its turn when no higher one
// can run, and now and then.
#ifndef PROC_CPU_H
#define PROC_CPU_H

#include "proc/process.h"

// Where processes wait for their turn, and for a time.
extern struct cpu {
  struct process *running;
  struct process *all;     // the youngest first, by `next`
  struct process *first;   // the one that started with the machine, and ends with it
  struct process *timers;  // by wake_us
  struct process_queue { struct process *first, *last; } run[PROCESS_PRIORITIES][2];  // the second: see cpu_process_ready
  uint64_t tick_us;        // when a tick was last charged for, or the processor was idle
  unsigned n_ticks;        // since the lowest priority had its turn
  unsigned n_light;        // taken from the first in a row
  uint32_t n_processes;    // made so far
  bool has_waiters;
} cpu;

// The one processor's VM.  Interrupt handlers reach it through core_interrupt only.
struct vm *cpu_vm(void);
// Call `procedure` in the first thread of the first process and run until that exits; its exit status.
int cpu_run(struct heap *heap, Value procedure);

// The process that runs.
static inline struct process *cpu_process(void) {
  return cpu.running;
}
// It has a ready thread; its earliest deadline; it is to be forgotten.
void cpu_process_ready(struct process *p);
void cpu_set_timer(struct process *p, uint64_t wake_us);
void cpu_forget(struct process *p);
void cpu_set_priority(struct process *p, unsigned priority);

#endif
