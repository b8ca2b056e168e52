// Exit: end the machine with a status.
//
// Uses: cpu, screen.  Used by: the core through base/platform.h.
//
// QEMU's debug-exit device at port 0xf4 ends QEMU with status 2 v + 1 for a written v, of which the shell
// sees 8 bits.  We write v = status + 16: status 0 is QEMU's 33 and no status collides with QEMU's own
// failures (1) or with a triple fault under -no-reboot (0).  A status above 111 is told as 111.
//
//   EXIT-1  The port is written here and nowhere else, so a running machine is never ended by a probe.
#include "i686/cpu.h"
#include "i686/machine.h"
#include "base/platform.h"
#include "base/report.h"

enum { DEBUG_EXIT_PORT = 0xf4, STATUS_OFFSET = 16, STATUS_MAX = 111 };

void platform_exit(int status) {
  interrupts_off();
  screen_refresh();
  unsigned told = status < 0 || status > STATUS_MAX ? STATUS_MAX : (unsigned)status;
  port_out32(DEBUG_EXIT_PORT, told + STATUS_OFFSET);
  report_text("\nRinglet has ended with status ");
  report_decimal(told);
  report_text("; the machine can be switched off.\n");
  screen_refresh();
  for (;;) __asm__ volatile("cli; hlt");
}

void platform_fatal_exit(void) {
  platform_exit(PLATFORM_FATAL_STATUS);
}
