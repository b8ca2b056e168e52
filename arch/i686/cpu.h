// The few instructions C has no words for.
//
// Uses: base.  Used by: arch/i686 only.
#ifndef I686_CPU_H
#define I686_CPU_H

#include "base/base.h"

static inline uint8_t port_in8(unsigned port) {
  uint8_t value;
  __asm__ volatile("inb %w1, %0" : "=a"(value) : "Nd"(port));
  return value;
}
static inline uint16_t port_in16(unsigned port) {
  uint16_t value;
  __asm__ volatile("inw %w1, %0" : "=a"(value) : "Nd"(port));
  return value;
}
static inline uint32_t port_in32(unsigned port) {
  uint32_t value;
  __asm__ volatile("inl %w1, %0" : "=a"(value) : "Nd"(port));
  return value;
}
static inline void port_out8(unsigned port, uint8_t value) {
  __asm__ volatile("outb %0, %w1" ::"a"(value), "Nd"(port));
}
static inline void port_out16(unsigned port, uint16_t value) {
  __asm__ volatile("outw %0, %w1" ::"a"(value), "Nd"(port));
}
static inline void port_out32(unsigned port, uint32_t value) {
  __asm__ volatile("outl %0, %w1" ::"a"(value), "Nd"(port));
}

// Both are compiler barriers too: what an interrupt may change is read again after them.
static inline void interrupts_off(void) {
  __asm__ volatile("cli" ::: "memory");
}
static inline void interrupts_on(void) {
  __asm__ volatile("sti" ::: "memory");
}
// The processor takes no interrupt between `sti` and the next instruction, so one that was already
// waiting ends the halt: no wake-up is lost.  Interrupts are off again afterwards.
static inline void interrupts_on_and_halt(void) {
  __asm__ volatile("sti; hlt; cli" ::: "memory");
}
static inline bool interrupts_are_on(void) {
  uint32_t flags;
  __asm__ volatile("pushfl; popl %0" : "=r"(flags)::"memory");
  return (flags & 0x200) != 0;
}

static inline uint64_t cpu_cycles(void) {
  uint32_t low, high;
  __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
  return (uint64_t)high << 32 | low;
}

#endif
