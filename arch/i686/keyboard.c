// The keyboard: a PS/2 keyboard behind the 8042 controller, whose scan codes wait here for their driver.
//
// Uses: cpu, console.  Used by: main, interrupts, ports.
//
// The controller translates to scan code set 1, and holds 16 codes at most.  So they are taken from it at once, whatever else
// runs, and put into a ring; who reads the controller's ports (lib/ringlet/keyboard.scm) reads the ring.  Control-C is
// recognised here, for it must stop a program that no driver can run beside.
#include "i686/cpu.h"
#include "i686/machine.h"
#include "base/platform.h"

enum {
  DATA = KEYBOARD_DATA_PORT, STATUS = KEYBOARD_STATUS_PORT, COMMAND = 0x64, STATUS_OUTPUT_FULL = 1, STATUS_INPUT_FULL = 2, STATUS_FROM_MOUSE = 0x20,
  MAX_POLLS = 20000, RELEASE = 0x80, KEY_CONTROL = 0x1d, KEY_C = 0x2e, CONTROL_C = 3, RING_CODES = 4096,
};

// One writer, the interrupt's handler, and one reader; as in console.c neither needs a lock.
static uint8_t ring[RING_CODES];
static volatile uint32_t n_written, n_read;
static bool is_control_down;

// --- controller ---------------------------------------------------------------------------------------

static bool wait_status(uint8_t mask, uint8_t value) {
  for (int i = 0; i < MAX_POLLS; i++)
    if ((port_in8(STATUS) & mask) == value) return true;
  return false;
}

static bool command(uint8_t byte) {
  if (!wait_status(STATUS_INPUT_FULL, 0)) return false;
  port_out8(COMMAND, byte);
  return true;
}

static bool send(uint8_t byte) {
  if (!wait_status(STATUS_INPUT_FULL, 0)) return false;
  port_out8(DATA, byte);
  return true;
}

static void drain(void) {
  for (int i = 0; i < 64 && port_in8(STATUS) & STATUS_OUTPUT_FULL; i++) port_in8(DATA);
}

void keyboard_init(void) {
  if (port_in8(STATUS) == 0xff) return;  // no controller at all
  if (!command(0xad) || !command(0xa7)) return;
  drain();
  if (!command(0x20) || !wait_status(STATUS_OUTPUT_FULL, STATUS_OUTPUT_FULL)) return;
  uint8_t configuration = port_in8(DATA);
  configuration = (uint8_t)((configuration | 0x41) & ~0x32u);  // keyboard interrupt, translation, clock on
  if (!command(0x60) || !send(configuration) || !command(0xae)) return;
  if (send(0xf4) && wait_status(STATUS_OUTPUT_FULL, STATUS_OUTPUT_FULL)) port_in8(DATA);
  interrupts_unmask(IRQ_LINE_KEYBOARD);
}

// --- codes --------------------------------------------------------------------------------------------

void keyboard_interrupt(void) {
  uint8_t status = port_in8(STATUS);
  if (!(status & STATUS_OUTPUT_FULL)) return;
  uint8_t code = port_in8(DATA);
  if (status & STATUS_FROM_MOUSE) return;
  if ((code & ~RELEASE) == KEY_CONTROL) is_control_down = code == KEY_CONTROL;
  if (code == KEY_C && is_control_down) console_input(CONTROL_C);
  if (n_written - n_read < RING_CODES) {
    ring[n_written % RING_CODES] = code;
    n_written = n_written + 1;
  }
  interrupts_raise(IRQ_DEVICE | 1u << (IRQ_LINES_SHIFT + IRQ_LINE_KEYBOARD));
}

uint8_t keyboard_port(unsigned port) {
  bool has_code = n_read != n_written;
  if (port == STATUS) return has_code ? STATUS_OUTPUT_FULL : 0;
  if (!has_code) return 0;
  uint8_t code = ring[n_read % RING_CODES];
  n_read = n_read + 1;
  return code;
}
