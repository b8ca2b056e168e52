// The processor: which thread it runs, and what it does when there is nothing to run.
//
// Uses: vm, platform.  Used by: boot.
//
// One process and one thread so far; the run queue comes with processes.  Control goes up by returning: the VM
// answers EXITED, BLOCKED or YIELDED, and cpu_run decides.
#ifndef PROC_CPU_H
#define PROC_CPU_H

#include "vm/vm.h"

// The one processor's VM.  Interrupt handlers reach it through core_interrupt only.
struct vm *cpu_vm(void);
// Call `procedure` in a new thread and run until it exits; its exit status.
int cpu_run(struct heap *heap, Value procedure);

#endif
