// Faults: a processor exception prints what is known and stops the machine.
//
// Uses: base/report.  Used by: interrupts, the double fault's task.
//
// A fault inside the report gets one line, a fault inside that line none: the report always ends.
#include "i686/cpu.h"
#include "i686/machine.h"
#include "base/platform.h"
#include "base/report.h"

enum { STACK_WORDS_SHOWN = 32, DOUBLE_FAULT = 8 };

extern char boot_stack_start[], boot_stack_end[];

static const char *const exception_names[] = {
  "divide error", "debug", "non-maskable interrupt", "breakpoint", "overflow", "bound range", "invalid opcode",
  "no coprocessor", "double fault", "coprocessor overrun", "invalid task state", "segment not present", "stack fault",
  "general protection", "page fault", "reserved", "floating-point error", "alignment check", "machine check",
  "SSE floating-point error",
};

static void report_register(const char *name, uint32_t value) {
  report_text(name);
  report_text(" ");
  report_hex(value, 8);
}

static void report_registers(const struct trap_frame *frame, uint32_t esp) {
  uint32_t cr2;
  __asm__ volatile("movl %%cr2, %0" : "=r"(cr2));
  report_register("  eip", frame->eip);
  report_register("  eflags", frame->eflags);
  report_register("  error", frame->error);
  report_register("  cr2", cr2);
  report_register("\n  eax", frame->eax);
  report_register("  ebx", frame->ebx);
  report_register("  ecx", frame->ecx);
  report_register("  edx", frame->edx);
  report_register("\n  esi", frame->esi);
  report_register("  edi", frame->edi);
  report_register("  ebp", frame->ebp);
  report_register("  esp", esp);
  report_text("\n");
}

// Only what lies in the kernel's own stack is shown: reading anywhere else might fault again.
static void report_stack(uint32_t esp) {
  report_text("stack:");
  if (esp % 4 != 0 || esp < (uint32_t)boot_stack_start) esp = (uint32_t)boot_stack_end;
  const uint32_t *word = (const uint32_t *)esp;
  for (unsigned i = 0; i < STACK_WORDS_SHOWN && word < (uint32_t *)boot_stack_end; i++, word++) {
    report_text(i % 8 == 0 ? "\n  " : " ");
    report_hex(*word, 8);
  }
  report_text("\n");
}

static NORETURN void report(const struct trap_frame *frame, uint32_t esp) {
  static volatile int depth;
  if (depth++ > 1) platform_fatal_exit();
  report_text(depth == 1 ? "\n*** fault: " : "\n*** fault while reporting: ");
  report_text(frame->vector < ARRAY_LENGTH(exception_names) ? exception_names[frame->vector] : "exception");
  report_text(" (");
  report_decimal(frame->vector);
  report_text(")\n");
  if (depth > 1) platform_fatal_exit();
  report_registers(frame, esp);
  report_stack(esp);
  screen_refresh();
  core_print_backtrace();
  platform_fatal_exit();
}

// In one ring the processor pushes no stack pointer: it was just above the frame.
void fault_report(const struct trap_frame *frame) {
  report(frame, (uint32_t)(frame + 1));
}

void fault_report_double(void) {
  const struct task_state *t = &main_task;
  struct trap_frame frame = {
    .edi = t->edi, .esi = t->esi, .ebp = t->ebp, .ebx = t->ebx, .edx = t->edx, .ecx = t->ecx, .eax = t->eax,
    .vector = DOUBLE_FAULT, .eip = t->eip, .cs = t->cs, .eflags = t->eflags,
  };
  report(&frame, t->esp);
}
