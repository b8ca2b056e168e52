// The machine from the loader's jump to the core's first instruction.
//
// Uses: every part of this directory.  Used by: boot.S.
#include "i686/cpu.h"
#include "i686/machine.h"
#include "base/platform.h"
#include "base/report.h"

#define CPUID_TSC (1u << 4)
#define CPUID_FXSR (1u << 24)
#define CPUID_SSE2 (1u << 26)

static void require_cpu(void) {
  uint32_t eax = 1, ebx, ecx = 0, features;
  __asm__ volatile("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(features));
  uint32_t wanted = CPUID_TSC | CPUID_FXSR | CPUID_SSE2;
  if ((features & wanted) == wanted) return;
  report_text("ringlet: this processor has no SSE2; a Pentium 4 or later is needed\n");
  platform_exit(PLATFORM_FATAL_STATUS);
}

// CR0: no emulation, monitor coprocessor, native errors; CR4: SSE state and its exceptions.
static void enable_floating_point(void) {
  uint32_t cr0, cr4, mxcsr = 0x1f80;
  __asm__ volatile("movl %%cr0, %0" : "=r"(cr0));
  cr0 = (cr0 & ~0x4u) | 0x22;
  __asm__ volatile("movl %0, %%cr0" ::"r"(cr0));
  __asm__ volatile("movl %%cr4, %0" : "=r"(cr4));
  __asm__ volatile("movl %0, %%cr4" ::"r"(cr4 | 0x600));
  __asm__ volatile("fninit; ldmxcsr %0" ::"m"(mxcsr));
}

// Called by boot.S with what the loader left in registers.
void machine_main(uint32_t magic, uint32_t info_address);

void machine_main(uint32_t magic, uint32_t info_address) {
  screen_init();
  segments_init();
  interrupts_init();
  boot_info_read(magic, info_address);
  require_cpu();
  enable_floating_point();
  clock_init();
  keyboard_init();
  clock_start_ticks();
  interrupts_on();
  core_main();
  platform_exit(0);
}
