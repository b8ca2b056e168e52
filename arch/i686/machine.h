// The parts of the machine and what each offers the others; one section per file of this directory.
//
// Uses: base.  Used by: arch/i686 only; the core sees base/platform.h and nothing else.
//
//   MACH-1  Interrupt handlers run with interrupts off, on the one stack, and use no SSE register:
//           this directory is compiled with general registers only.
//   MACH-2  Every wait for a device is bounded: a machine without it goes on without it.
#ifndef I686_MACHINE_H
#define I686_MACHINE_H

#include "base/base.h"

// --- boot_info.c: what the loader told us, copied out of its memory before that is reused ---------
struct boot_options {
  bool is_batch;  // --script: no person types; plain LF on serial, 0x04 ends the input
  int n_columns;  // --columns=N: the width of the terminal on the serial line (0: unknown)
};
// Ends the machine with a clear line when there is no usable memory; also starts the console, as soon as
// the options that decide how it speaks are known.
void boot_info_read(uint32_t magic, uint32_t info_address);
const struct boot_options *boot_options(void);

// --- segments.c ----------------------------------------------------------------------------------
struct task_state {
  uint32_t link, esp0, ss0, esp1, ss1, esp2, ss2, cr3, eip, eflags;
  uint32_t eax, ecx, edx, ebx, esp, ebp, esi, edi, es, cs, ss, ds, fs, gs, ldt;
  uint16_t trap, io_map;
};
void segments_init(void);
// Where the interrupted task's registers are when a double fault has switched to its own task.
extern struct task_state main_task;

// --- interrupts.c --------------------------------------------------------------------------------
enum irq_line { IRQ_LINE_CLOCK = 0, IRQ_LINE_KEYBOARD = 1, IRQ_LINE_CASCADE = 2, IRQ_LINE_SERIAL = 4 };
void interrupts_init(void);
void interrupts_unmask(enum irq_line line);
// [irq] Tell the core, and end a platform_wait.
void interrupts_raise(unsigned bits);

// --- fault.c -------------------------------------------------------------------------------------
// What pushal and the stub left on the stack, lowest address first.
struct trap_frame {
  uint32_t edi, esi, ebp, esp_at_pushal, ebx, edx, ecx, eax;
  uint32_t vector, error, eip, cs, eflags;
};
NORETURN void fault_report(const struct trap_frame *frame);
// The double fault's task starts here, on a stack of its own.
NORETURN void fault_report_double(void);

// --- clock.c -------------------------------------------------------------------------------------
void clock_init(void);
void clock_start_ticks(void);
void clock_tick(void);  // [irq]

// --- console.c -----------------------------------------------------------------------------------
// [irq] One byte of input from any device.
void console_input(uint8_t byte);
size_t console_input_room(void);
void console_init(void);

// --- serial.c ------------------------------------------------------------------------------------
void serial_init(void);
void serial_write_byte(uint8_t byte);
void serial_interrupt(void);  // [irq]
// There is room in the input ring again: go on receiving if that had stopped.
void serial_resume(void);

// --- screen.c ------------------------------------------------------------------------------------
enum { SCREEN_COLUMNS = 80, SCREEN_ROWS = 25 };
void screen_init(void);
bool screen_is_present(void);
// Feed one byte of UTF-8 text or an ANSI sequence.  Changes reach the display at the next
// screen_refresh, which the clock calls at every tick.
void screen_write_byte(uint8_t byte);
void screen_refresh(void);  // [irq] or with interrupts off

// --- glyphs.c ------------------------------------------------------------------------------------
// The code page 437 glyph for a character, '?' when it has none.
uint8_t glyph_for_character(uint32_t character);

// --- keyboard.c ----------------------------------------------------------------------------------
void keyboard_init(void);
void keyboard_interrupt(void);  // [irq]
// What a driver reads at this port of the controller.
enum { KEYBOARD_DATA_PORT = 0x60, KEYBOARD_STATUS_PORT = 0x64 };
uint8_t keyboard_port(unsigned port);

#endif
