// The processor: which thread it runs, and what it does when there is nothing to run.
//
// Uses: vm, platform.  Used by: boot.
#include "proc/cpu.h"
#include "base/platform.h"

static struct vm the_vm;

struct vm *cpu_vm(void) {
  return &the_vm;
}

// A blocked thread is woken by any interrupt, and looks again at what it waits for.
#define WAIT_MOST_US 1000000

// A thread and its first stack segment.
#define THREAD_NEED_BYTES (4096 * sizeof(Value))

static int fail_to_start(void) {
  static const char message[] = "ringlet: memory: there is too little to start in\n";
  platform_console_write(message, sizeof message - 1);
  return PLATFORM_FATAL_STATUS;
}

int cpu_run(struct heap *heap, Value procedure) {
  struct vm *vm = cpu_vm();
  if (!vm_start(vm, heap, procedure)) {
    // It left the procedure in a root.
    (void)!heap_collect(heap, THREAD_NEED_BYTES);
    if (!vm_start(vm, heap, heap->roots[ROOT_TEMP_1])) return fail_to_start();
  }
  for (;;) {
    switch (vm_run(vm)) {
    case VM_EXITED:
      return vm->exit_status;
    case VM_BLOCKED:
      platform_wait(WAIT_MOST_US);
      break;
    case VM_YIELDED:
      break;
    }
  }
}

void core_interrupt(unsigned bits) {
  vm_interrupt(&the_vm, bits);
}
