// The platform: the few functions a machine gives the core, and the upcalls it makes.
//
// Uses: base.  Used by: gc (memory), proc, prim, boot.
//
// Implemented once in arch/i686 and once in host/linux; nothing in the core asks which.
//
//   PLAT-1  Upcalls marked [irq] come with interrupts off (hosted: from a signal handler), perhaps
//           in the middle of anything.  They set bits and return; they never touch a heap.
//   PLAT-2  Output is never lost and never blocks for ever: serial and screen both get it.
#ifndef BASE_PLATFORM_H
#define BASE_PLATFORM_H

#include "base/base.h"

// --- memory -------------------------------------------------------------------------------
// One contiguous range of usable memory, PAGE_BYTES-aligned at both ends (the largest the machine
// has; hosted: reserved by --memory, default 1 GB, untouched pages cost nothing).
struct memory_range {
  char *start;
  size_t size_bytes;
  bool is_zeroed;  // known to hold zeros only
};
struct memory_range platform_memory(void);
// This part of it is about to be used.  A hosted system brings it in ahead, many pages at a time, since each page that
// is brought in by a fault instead costs microseconds, in the middle of a collection.
void platform_memory_expect(char *start, size_t size_bytes);
// Debug builds of hosted systems: make a part of it inaccessible, so that touching it is a fault, or accessible again.
// True: that is cheap (under the address sanitizer), else it may cost microseconds.
bool platform_memory_guard(char *start, size_t size_bytes, bool is_accessible);
// Nothing writes to this part of it any more.  Debug builds of hosted systems: a write is a fault from now on.
void platform_memory_freeze(char *start, size_t size_bytes);

// --- console ------------------------------------------------------------------------------
// Console output, UTF-8 bytes.  On bare metal to serial and to the VGA text screen, which
// understands the few ANSI sequences the line editor uses (CUB/CUF/CUU/CUD, CHA, EL, ED, SGR colours).
void platform_console_write(const char *bytes, size_t n_bytes);
// Take up to `max` waiting input bytes; returns how many (0: none now, -1: end of input).
// Control-C is not among them: see IRQ_BREAK.
int platform_console_read(char *bytes, size_t max);
// As if these bytes came from outside; returns how many there was room for.  Hosted there is no room.
size_t platform_console_type(const char *bytes, size_t n_bytes);
// From now on a person types at the prompt, key by key; false where no person can (a pipe, a batch run).
bool platform_console_begin_prompt(void);
// Is that so, and how wide is the terminal?
bool platform_console_is_interactive(void);
int platform_console_columns(void);

// --- time, idling, ending -----------------------------------------------------------------
// Microseconds since boot, monotonic; and since 1970 (0: nobody has said).
uint64_t platform_time_us(void);
uint64_t platform_wall_clock_us(void);
// So it is now; false: a host knows better.
bool platform_wall_clock_set(uint64_t us);
// Sleep until an interrupt (input, timer, break) or about `timeout_us` from now; returns at once when
// something is already pending (checked with interrupts off, so no wake-up is lost).
void platform_wait(uint64_t timeout_us);
// Stop the machine or the process with this status.  Bare metal: QEMU's debug exit gives
// (code * 2 + 1) xor the table in arch/i686/exit.c; without QEMU: power off or halt.
NORETURN void platform_exit(int status);
// After a panic: like exit, with the distinct fatal status (PLATFORM_FATAL_STATUS).
#define PLATFORM_FATAL_STATUS 70
NORETURN void platform_fatal_exit(void);

// --- files handed over at start (boot modules; hosted: real files) --------------------------
// The kernel's command line or the process's arguments after the options the platform itself took.
int platform_argument_count(void);
const char *platform_argument(int index);
// A setting of the environment, NAME=VALUE, or NULL from the end on.
const char *platform_setting(int index);
// The whole of a named file as bytes that stay put: a boot module on bare metal, a mapped file
// hosted.  False when there is none of this name; *why says what went wrong in words.
bool platform_file_find(const char *name, const char **bytes, size_t *n_bytes, const char **why);
// Create or replace a file (hosted only; bare metal answers false with *why).
bool platform_file_write(const char *name, const char *bytes, size_t n_bytes, const char **why);
// Are there files that can be written?
bool platform_has_file_system(void);
// Is there anything of this name, be it a directory?
bool platform_file_exists(const char *name);
bool platform_file_delete(const char *name, const char **why);
// Make a directory; true when there is one.
bool platform_directory_make(const char *name, const char **why);

// --- upcalls, implemented by the core -----------------------------------------------------
// Called once, on the platform's only C stack, when the machine is ready.
void core_main(void);
// [irq] The bits below were raised; the core looks at its next safepoint.
#define IRQ_TIMER 1u    // the tick, every 10 ms
#define IRQ_BREAK 2u    // Control-C (0x03 on serial, Ctrl-C on the keyboard, SIGINT hosted)
#define IRQ_CONSOLE 4u  // console input is waiting
#define IRQ_YIELD 16u   // another thread should run (no device's either)
#define IRQ_COMMONS 32u // a step of collecting the commons is due
#define IRQ_TIME 64u     // the process has used up its time
#define IRQ_COLLECT 8u  // the heap wants a collection (no device's, but it comes to the VM in the same way)
void core_interrupt(unsigned bits);
// Called by panic and by the platform's fault handlers after the registers were printed: print the
// Scheme backtrace of what ran, as far as it can be trusted, through platform_console_write.
void core_print_backtrace(void);

// [irq] Device lines (bits 16 and up) that raised an interrupt, and are closed until platform_line_set opens them.
#define IRQ_DEVICE 128u
#define IRQ_LINES_SHIFT 16

// --- devices, for proc/device -----------------------------------------------------------------
bool platform_has_devices(void);
// Where the machine's memory ends; devices may lie behind it.
uint64_t platform_memory_end(void);
// No part of the platform has this line itself.
bool platform_line_is_free(unsigned line);
void platform_line_set(unsigned line, bool is_open);
// Hosted: links to other machines, each with the interrupt line of its number.  What it was asked for as, NULL from the
// end on; the length of the next frame, which is cut to `max` bytes, or one of these; put one into the queue, false: that is full.
#define LINK_HAS_NOTHING (-1)
#define LINK_IS_GONE (-2)
const char *platform_link_name(int link);
int platform_link_read(int link, char *bytes, size_t max);
bool platform_link_write(int link, const char *bytes, size_t n_bytes);
// Port I/O; hosted: no ports, reads answer all ones.
uint32_t platform_port_in(unsigned port, unsigned width_bytes);
void platform_port_out(unsigned port, unsigned width_bytes, uint32_t value);

#endif
