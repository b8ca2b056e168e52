// Segments: one flat code and data segment, and a task of its own for double faults.
//
// Uses: cpu.  Used by: main.
//
// There is one ring and no paging, so segments decide nothing, except that the double fault has to
// run on a stack known to be good: only a task gate gives it one.
#include "i686/machine.h"

enum { CODE = 0x08, DATA = 0x10, MAIN_TASK = 0x18, DOUBLE_FAULT_TASK = 0x20, N_DESCRIPTORS = 5 };

struct task_state main_task;
static struct task_state double_fault_task;
static uint64_t descriptors[N_DESCRIPTORS];
static uint8_t double_fault_stack[8192] __attribute__((aligned(16)));

static uint64_t descriptor(uint32_t base, uint32_t limit, uint32_t access, uint32_t flags) {
  return (limit & 0xffff) | (uint64_t)(base & 0xffffff) << 16 | (uint64_t)access << 40 |
         (uint64_t)(limit >> 16 & 0xf) << 48 | (uint64_t)flags << 52 | (uint64_t)(base >> 24) << 56;
}

// A task switch pushes the error code where a call would have pushed a return address, so a stack
// aligned like this one looks to the C function like any other call.
static void init_double_fault_task(void) {
  struct task_state *task = &double_fault_task;
  task->eip = (uint32_t)fault_report_double;
  task->esp = (uint32_t)(double_fault_stack + sizeof double_fault_stack);
  task->eflags = 2;
  task->cs = CODE;
  task->ds = task->es = task->fs = task->gs = task->ss = DATA;
  task->io_map = sizeof *task;
}

void segments_init(void) {
  struct { uint16_t limit; uint32_t base; } __attribute__((packed)) table;
  init_double_fault_task();
  descriptors[CODE / 8] = descriptor(0, 0xfffff, 0x9a, 0xc);
  descriptors[DATA / 8] = descriptor(0, 0xfffff, 0x92, 0xc);
  descriptors[MAIN_TASK / 8] = descriptor((uint32_t)&main_task, sizeof main_task - 1, 0x89, 0);
  descriptors[DOUBLE_FAULT_TASK / 8] =
    descriptor((uint32_t)&double_fault_task, sizeof double_fault_task - 1, 0x89, 0);
  table.limit = sizeof descriptors - 1;
  table.base = (uint32_t)descriptors;
  __asm__ volatile(
    "lgdt %0\n\t"
    "ljmp %1, $1f\n"
    "1:\n\t"
    "movl %2, %%ds\n\tmovl %2, %%es\n\tmovl %2, %%fs\n\tmovl %2, %%gs\n\tmovl %2, %%ss\n\t"
    "ltr %w3"
    ::"m"(table), "i"(CODE), "r"(DATA), "r"(MAIN_TASK) : "memory");
}
