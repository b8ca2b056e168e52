// The console: output to serial line and screen, input from serial line and keyboard.
//
// Uses: serial, screen, boot_info.  Used by: the core through base/platform.h; devices.
//
// Input waits in one ring with one writer (interrupt handlers, which do not nest, and with interrupts off
// platform_console_type) and one reader (the core), so neither needs a lock: each moves only its own index.
#include "i686/machine.h"
#include "base/platform.h"
#include "i686/cpu.h"

// A byte that arrives while the serial chip is being switched on can be lost, so who pipes input into the
// machine sends a few SYN first, which mean nothing, and a 0x04 last.
enum { RING_BYTES = 65536, CONTROL_C = 3, CONTROL_D = 4, SYN = 0x16 };

static uint8_t ring[RING_BYTES];
static volatile uint32_t n_written, n_read;
static volatile bool has_begun;  // a byte that is no SYN was seen
static volatile bool is_ended;   // batch only: the 0x04 was seen

void console_init(void) {
  serial_init();
}

size_t console_input_room(void) {
  return RING_BYTES - (n_written - n_read);
}

void console_input(uint8_t byte) {
  if (byte == CONTROL_C && !boot_options()->is_batch) {
    interrupts_raise(IRQ_BREAK);
    return;
  }
  if (byte == SYN && !has_begun) return;
  has_begun = true;
  if (byte == CONTROL_D && boot_options()->is_batch) {
    is_ended = true;
  } else if (console_input_room() > 0) {
    ring[n_written % RING_BYTES] = byte;
    n_written = n_written + 1;
  }
  interrupts_raise(IRQ_CONSOLE);
}

int platform_console_read(char *bytes, size_t max) {
  size_t n = 0;
  bool was_ended = is_ended;
  while (n < max && n_read != n_written) {
    bytes[n++] = (char)ring[n_read % RING_BYTES];
    n_read = n_read + 1;
  }
  if (console_input_room() >= RING_BYTES / 2) serial_resume();
  return n == 0 && max > 0 && was_ended ? -1 : (int)n;
}

size_t platform_console_type(const char *bytes, size_t n_bytes) {
  size_t n = 0;
  interrupts_off();
  while (n < n_bytes && console_input_room() > 0) console_input((uint8_t)bytes[n++]);
  interrupts_on();
  return n;
}

// A terminal on the serial line needs CR LF; a file that takes a program's output needs LF alone.
void platform_console_write(const char *bytes, size_t n_bytes) {
  bool is_batch = boot_options()->is_batch;
  for (size_t i = 0; i < n_bytes; i++) {
    uint8_t byte = (uint8_t)bytes[i];
    if (byte == '\n' && !is_batch) serial_write_byte('\r');
    serial_write_byte(byte);
    screen_write_byte(byte);
  }
}

bool platform_console_begin_prompt(void) {
  return platform_console_is_interactive();
}

bool platform_console_is_interactive(void) {
  return !boot_options()->is_batch;
}

int platform_console_columns(void) {
  int n = boot_options()->n_columns;
  return screen_is_present() || n == 0 ? SCREEN_COLUMNS : n;
}
