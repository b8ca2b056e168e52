// Interrupts: the table of vectors, the two 8259 controllers, and who handles which line.
//
// Uses: cpu, every device with an interrupt.  Used by: main, devices; interrupts.S calls in.
#include "i686/cpu.h"
#include "i686/machine.h"
#include "base/platform.h"

enum { N_EXCEPTIONS = 32, N_VECTORS = 48, DOUBLE_FAULT = 8, DOUBLE_FAULT_TASK = 0x20 };
enum { PIC_MAIN = 0x20, PIC_SECOND = 0xa0, PIC_READ_IN_SERVICE = 0x0b, PIC_END = 0x20 };

extern const uint32_t interrupt_stubs[N_VECTORS];

static uint64_t vectors[N_VECTORS];
// Bits raised since platform_wait last returned.
static volatile unsigned wake_bits;

static void set_mask(unsigned line, bool is_masked) {
  unsigned port = line < 8 ? PIC_MAIN + 1 : PIC_SECOND + 1, bit = 1u << (line & 7), found = port_in8(port);
  port_out8(port, is_masked ? found | bit : found & ~bit);
}

void interrupts_unmask(enum irq_line line) {
  set_mask(line, false);
}

bool platform_line_is_free(unsigned line) {
  return line != IRQ_LINE_CLOCK && line != IRQ_LINE_CASCADE && line != IRQ_LINE_SERIAL;
}

// The keyboard's line is never closed: its handler takes the code itself.  An interrupt between reading the mask and
// writing it would close a line that is opened here again.
void platform_line_set(unsigned line, bool is_open) {
  if (line == IRQ_LINE_KEYBOARD) return;
  bool were_on = interrupts_are_on();
  interrupts_off();
  set_mask(line, !is_open);
  if (were_on) interrupts_on();
}

// Vectors from 32 up, edge triggered, everything masked but the line to the second controller.
static void init_controllers(void) {
  static const uint8_t main_words[] = {N_EXCEPTIONS, 1u << IRQ_LINE_CASCADE, 1};
  static const uint8_t second_words[] = {N_EXCEPTIONS + 8, IRQ_LINE_CASCADE, 1};
  port_out8(PIC_MAIN, 0x11);
  port_out8(PIC_SECOND, 0x11);
  for (unsigned i = 0; i < ARRAY_LENGTH(main_words); i++) {
    port_out8(PIC_MAIN + 1, main_words[i]);
    port_out8(PIC_SECOND + 1, second_words[i]);
  }
  port_out8(PIC_MAIN + 1, 0xff & ~(1u << IRQ_LINE_CASCADE));
  port_out8(PIC_SECOND + 1, 0xff);
}

void interrupts_init(void) {
  struct { uint16_t limit; uint32_t base; } __attribute__((packed)) table;
  for (unsigned i = 0; i < N_VECTORS; i++) {
    uint32_t at = interrupt_stubs[i];
    vectors[i] = (at & 0xffff) | 0x08u << 16 | 0x8e00ull << 32 | (uint64_t)(at >> 16) << 48;
  }
  vectors[DOUBLE_FAULT] = (uint64_t)DOUBLE_FAULT_TASK << 16 | 0x8500ull << 32;
  table.limit = sizeof vectors - 1;
  table.base = (uint32_t)vectors;
  __asm__ volatile("lidt %0" ::"m"(table));
  init_controllers();
}

void interrupts_raise(unsigned bits) {
  wake_bits |= bits;
  core_interrupt(bits);
}

// The controllers report noise as their lowest-priority line without setting its in-service bit.
static bool is_spurious(unsigned line) {
  if ((line & 7) != 7) return false;
  unsigned pic = line < 8 ? PIC_MAIN : PIC_SECOND;
  port_out8(pic, PIC_READ_IN_SERVICE);
  return (port_in8(pic) & 0x80) == 0;
}

static void handle_line(unsigned line) {
  switch (line) {
    case IRQ_LINE_CLOCK: clock_tick(); break;
    case IRQ_LINE_KEYBOARD: keyboard_interrupt(); break;
    case IRQ_LINE_SERIAL: serial_interrupt(); break;
    default:
      set_mask(line, true);
      interrupts_raise(IRQ_DEVICE | 1u << (IRQ_LINES_SHIFT + line));
      break;
  }
}

// Called by every stub.
void interrupt_dispatch(const struct trap_frame *frame);

void interrupt_dispatch(const struct trap_frame *frame) {
  if (frame->vector < N_EXCEPTIONS) fault_report(frame);
  unsigned line = frame->vector - N_EXCEPTIONS;
  bool spurious = is_spurious(line);
  if (!spurious) handle_line(line);
  if (line >= 8 && !spurious) port_out8(PIC_SECOND, PIC_END);
  if (line >= 8 || !spurious) port_out8(PIC_MAIN, PIC_END);
}

// The tick ends every wait, so the timeout only matters for 0 (and "about" means up to one tick).
void platform_wait(uint64_t timeout_us) {
  interrupts_off();
  if (wake_bits == 0 && timeout_us > 0) interrupts_on_and_halt();
  wake_bits = 0;
  interrupts_on();
}
