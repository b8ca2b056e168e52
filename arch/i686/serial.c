// The serial line: a 16550 at the first PC port, 115200 baud.
//
// Uses: cpu, console.  Used by: console, interrupts.
//
// Received bytes come by interrupt.  When the input ring is full we stop taking them, so they wait in
// the chip and behind it in the sender (QEMU holds them; a real cable sees RTS drop): none is lost.
// Output polls; a line that takes nothing for a second is given up until it moves again.
#include "i686/cpu.h"
#include "i686/machine.h"

enum {
  DATA = 0x3f8, INTERRUPT_ENABLE = DATA + 1, FIFO_CONTROL = DATA + 2, LINE_CONTROL = DATA + 3,
  MODEM_CONTROL = DATA + 4, LINE_STATUS = DATA + 5, SCRATCH = DATA + 7,
  STATUS_RECEIVED = 0x01, STATUS_CAN_SEND = 0x20, MODEM_ON = 0x0b, MODEM_NO_RTS = 0x09,
  FIFO_BYTES = 16, PATIENCE_POLLS = 2000000,
};

static bool is_present, is_stuck;
static volatile bool has_stopped_receiving;
static unsigned send_room;  // bytes the transmit FIFO still takes without a look at its status

static bool detect(void) {
  port_out8(SCRATCH, 0x5a);
  bool first = port_in8(SCRATCH) == 0x5a;
  port_out8(SCRATCH, 0xa5);
  return first && port_in8(SCRATCH) == 0xa5;
}

void serial_init(void) {
  is_present = detect();
  if (!is_present) return;
  // A byte that came before we did would be lost when the FIFO is switched on.
  bool has_early = port_in8(LINE_STATUS) & STATUS_RECEIVED;
  uint8_t early = has_early ? port_in8(DATA) : 0;
  port_out8(INTERRUPT_ENABLE, 0);
  port_out8(LINE_CONTROL, 0x80);
  port_out8(DATA, 1);
  port_out8(INTERRUPT_ENABLE, 0);
  port_out8(LINE_CONTROL, 0x03);  // 8 data bits, no parity, 1 stop bit
  port_out8(FIFO_CONTROL, 0x87);  // on, cleared, interrupt from 8 bytes or a pause
  port_out8(MODEM_CONTROL, MODEM_ON);
  if (has_early) console_input(early);
  port_out8(INTERRUPT_ENABLE, 1);
  interrupts_unmask(IRQ_LINE_SERIAL);
}

static bool wait_until_free(void) {
  unsigned polls = is_stuck ? 1 : PATIENCE_POLLS;
  while (polls-- > 0) {
    if (!(port_in8(LINE_STATUS) & STATUS_CAN_SEND)) continue;
    send_room = FIFO_BYTES;
    is_stuck = false;
    return true;
  }
  is_stuck = true;
  return false;
}

void serial_write_byte(uint8_t byte) {
  if (!is_present) return;
  if (send_room == 0 && !wait_until_free()) return;
  send_room--;
  port_out8(DATA, byte);
}

static void receive_waiting(void) {
  while (port_in8(LINE_STATUS) & STATUS_RECEIVED) {
    if (console_input_room() == 0) {
      has_stopped_receiving = true;
      port_out8(INTERRUPT_ENABLE, 0);
      port_out8(MODEM_CONTROL, MODEM_NO_RTS);
      return;
    }
    console_input(port_in8(DATA));
  }
}

void serial_interrupt(void) {
  receive_waiting();
}

void serial_resume(void) {
  if (!has_stopped_receiving) return;
  interrupts_off();
  has_stopped_receiving = false;
  port_out8(MODEM_CONTROL, MODEM_ON);
  port_out8(INTERRUPT_ENABLE, 1);
  receive_waiting();
  interrupts_on();
}
