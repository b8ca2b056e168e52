// Port I/O for device drivers.
//
// Uses: cpu, keyboard.  Used by: the core through base/platform.h.
#include "i686/cpu.h"
#include "i686/machine.h"
#include "base/platform.h"

bool platform_has_devices(void) {
  return true;
}

uint64_t platform_memory_end(void) {
  struct memory_range memory = platform_memory();
  return (uint64_t)(uintptr_t)memory.start + memory.size_bytes;
}

uint32_t platform_port_in(unsigned port, unsigned width_bytes) {
  switch (width_bytes) {
    case 1: return port == KEYBOARD_DATA_PORT || port == KEYBOARD_STATUS_PORT ? keyboard_port(port) : port_in8(port);
    case 2: return port_in16(port);
    case 4: return port_in32(port);
    default: return ~0u;
  }
}

void platform_port_out(unsigned port, unsigned width_bytes, uint32_t value) {
  switch (width_bytes) {
    case 1: port_out8(port, (uint8_t)value); break;
    case 2: port_out16(port, (uint16_t)value); break;
    case 4: port_out32(port, value); break;
    default: break;
  }
}

// --- links: none, there are cards ----------------------------------------------------------------------
const char *platform_link_name(int link) {
  (void)link;
  return NULL;
}

int platform_link_read(int link, char *bytes, size_t max) {
  (void)link, (void)bytes, (void)max;
  return LINK_IS_GONE;
}

bool platform_link_write(int link, const char *bytes, size_t n_bytes) {
  (void)link, (void)bytes, (void)n_bytes;
  return false;
}
