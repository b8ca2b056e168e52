// The platform as unit tests see it: memory from mmap, output to stdout, no files, no devices.
//
// Uses: base/platform.h, libc.  Used by: tests/unit/*_test.c, linked beside them.
//
// The core's own memcpy and friends are not linked here: libc's, which sanitizers watch, serve.
#include "base/platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#define FAKE_MEMORY_BYTES ((size_t)256 << 20)

NORETURN void panic(const char *message, const char *file, int line) {
  fflush(stdout);
  fprintf(stderr, "%s:%d: %s\n", file, line, message);
  abort();
}

struct memory_range platform_memory(void) {
  static char *start;
  if (!start) {
    start = mmap(NULL, FAKE_MEMORY_BYTES, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CHECK(start != MAP_FAILED);
  }
  return (struct memory_range){start, FAKE_MEMORY_BYTES};
}

void platform_console_write(const char *bytes, size_t n_bytes) {
  fwrite(bytes, 1, n_bytes, stdout);
}
int platform_console_read(char *bytes, size_t max) {
  (void)bytes, (void)max;
  return -1;
}
bool platform_console_is_interactive(void) {
  return false;
}
int platform_console_columns(void) {
  return 80;
}

static uint64_t clock_us(clockid_t id) {
  struct timespec t;
  clock_gettime(id, &t);
  return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}
uint64_t platform_time_us(void) {
  return clock_us(CLOCK_MONOTONIC);
}
uint64_t platform_wall_clock_us(void) {
  return clock_us(CLOCK_REALTIME);
}
void platform_wait(uint64_t timeout_us) {
  (void)timeout_us;
}
NORETURN void platform_exit(int status) {
  exit(status);
}
NORETURN void platform_fatal_exit(void) {
  exit(PLATFORM_FATAL_STATUS);
}

int platform_argument_count(void) {
  return 0;
}
const char *platform_argument(int index) {
  (void)index;
  return "";
}
bool platform_file_find(const char *name, const char **bytes, size_t *n_bytes, const char **why) {
  (void)name, (void)bytes, (void)n_bytes;
  *why = "unit tests have no files";
  return false;
}
bool platform_file_write(const char *name, const char *bytes, size_t n_bytes, const char **why) {
  (void)name, (void)bytes, (void)n_bytes;
  *why = "unit tests have no files";
  return false;
}

uint32_t platform_port_in(unsigned port, unsigned width_bytes) {
  (void)port, (void)width_bytes;
  return UINT32_MAX;
}
void platform_port_out(unsigned port, unsigned width_bytes, uint32_t value) {
  (void)port, (void)width_bytes, (void)value;
}
