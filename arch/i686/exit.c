// Exit: end the machine with a status.
//
// Uses: cpu, screen.  Used by: the core through base/platform.h.
//
// QEMU's debug-exit device at port 0xf4 ends QEMU with status 2 v + 1 for a written v, of which the shell
// sees 8 bits.  We write v = status + 16: status 0 is QEMU's 33 and no status collides with QEMU's own
// failures (1) or with a triple fault under -no-reboot (0).  A status from 111 to 255 is told as 111 there, and
// wholly at port 0xe9, QEMU's debug console, just before.
//
//   EXIT-1  The ports are written here and nowhere else, so a running machine is never ended by a probe.
#include "i686/cpu.h"
#include "i686/machine.h"
#include "base/platform.h"
#include "base/report.h"

enum { DEBUG_EXIT_PORT = 0xf4, DEBUG_CONSOLE_PORT = 0xe9, STATUS_OFFSET = 16, STATUS_MOST = 111 };

void platform_exit(int status) {
  interrupts_off();
  screen_refresh();
  unsigned told = (unsigned)status & 255;
  if (told >= STATUS_MOST) port_out8(DEBUG_CONSOLE_PORT, (uint8_t)told);
  port_out32(DEBUG_EXIT_PORT, (told < STATUS_MOST ? told : STATUS_MOST) + STATUS_OFFSET);
  report_text("\nRinglet has ended with status ");
  report_decimal(told);
  report_text("; the machine can be switched off.\n");
  screen_refresh();
  for (;;) __asm__ volatile("cli; hlt");
}

void platform_fatal_exit(void) {
  platform_exit(PLATFORM_FATAL_STATUS);
}
