// A platform for unit tests: memory from the system, output to standard output, no interrupts.
//
// Uses: base/platform.h, libc.  Used by: every program of tests/unit, linked in by the Makefile.
//
// The upcalls are weak, so that a test may bring its own core_print_backtrace and the like.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "base/platform.h"

#define MEMORY_BYTES ((size_t)64 << 20)

__attribute__((weak)) void core_interrupt(unsigned bits) { (void)bits; }
__attribute__((weak)) void core_print_backtrace(void) {}

__attribute__((weak)) void platform_memory_expect(char *start, size_t size_bytes) {
  (void)start;
  (void)size_bytes;
}

__attribute__((weak)) struct memory_range platform_memory(void) {
  static struct memory_range memory;
  if (memory.start == NULL) {
    memory.start = aligned_alloc(PAGE_BYTES, MEMORY_BYTES);
    memory.size_bytes = memory.start == NULL ? 0 : MEMORY_BYTES;
  }
  return memory;
}

__attribute__((weak)) void platform_console_write(const char *bytes, size_t n_bytes) {
  fwrite(bytes, 1, n_bytes, stdout);
  fflush(stdout);
}

__attribute__((weak)) int platform_console_read(char *bytes, size_t max) {
  (void)bytes, (void)max;
  return -1;
}

bool platform_console_begin_prompt(void) { return false; }
bool platform_console_is_interactive(void) { return false; }
int platform_console_columns(void) { return 80; }

__attribute__((weak)) uint64_t platform_time_us(void) {
  struct timespec now;
  timespec_get(&now, TIME_UTC);
  return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

uint64_t platform_wall_clock_us(void) { return platform_time_us(); }
bool platform_wall_clock_set(uint64_t us) { return (void)us, false; }
size_t platform_console_type(const char *bytes, size_t n_bytes) { return (void)bytes, (void)n_bytes, 0; }
__attribute__((weak)) void platform_wait(uint64_t timeout_us) { (void)timeout_us; }
void platform_exit(int status) { exit(status); }
void platform_fatal_exit(void) { exit(PLATFORM_FATAL_STATUS); }
int platform_argument_count(void) { return 0; }
const char *platform_argument(int index) { (void)index; return ""; }

__attribute__((weak)) bool platform_file_find(const char *name, const char **bytes, size_t *n_bytes, const char **why) {
  (void)name, (void)bytes, (void)n_bytes;
  *why = "unit tests have no files";
  return false;
}

const char *platform_setting(int index) { (void)index; return NULL; }
__attribute__((weak)) bool platform_has_file_system(void) { return false; }

__attribute__((weak)) bool platform_directory_make(const char *name, const char **why) {
  (void)name;
  *why = "there is no file system here";
  return false;
}
__attribute__((weak)) bool platform_file_exists(const char *name) {
  (void)name;
  return false;
}

__attribute__((weak)) bool platform_file_delete(const char *name, const char **why) {
  (void)name;
  *why = "unit tests have no files";
  return false;
}

__attribute__((weak)) bool platform_file_write(const char *name, const char *bytes, size_t n_bytes, const char **why) {
  (void)name, (void)bytes, (void)n_bytes;
  *why = "unit tests have no files";
  return false;
}

__attribute__((weak)) bool platform_has_devices(void) { return false; }
__attribute__((weak)) uint64_t platform_memory_end(void) { return 0; }
__attribute__((weak)) bool platform_line_is_free(unsigned line) { return (void)line, true; }
__attribute__((weak)) void platform_line_set(unsigned line, bool is_open) { (void)line, (void)is_open; }
__attribute__((weak)) uint32_t platform_port_in(unsigned port, unsigned width_bytes) { (void)port, (void)width_bytes; return ~0u; }
__attribute__((weak)) void platform_port_out(unsigned port, unsigned width_bytes, uint32_t value) { (void)port, (void)width_bytes, (void)value; }
const char *platform_link_name(int link) { return (void)link, NULL; }
int platform_link_read(int link, char *bytes, size_t max) { return (void)link, (void)bytes, (void)max, LINK_IS_GONE; }
bool platform_link_write(int link, const char *bytes, size_t n_bytes) { return (void)link, (void)bytes, (void)n_bytes, false; }
