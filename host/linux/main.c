// The hosted platform: options, memory, files, ending; the system as a process on Linux.
//
// Uses: console, links, signals, libc.  Used by: the core through base/platform.h.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "linux/host.h"
#include "base/platform.h"

#define DEFAULT_MEMORY_BYTES ((size_t)1 << 30)
#define MIN_MEMORY_BYTES ((size_t)1 << 20)

#define EXPECT_BYTES ((size_t)64 << 10)

static struct memory_range memory;
static unsigned char *expected;  // for each EXPECT_BYTES of it: was it brought in?
static char **arguments;
static int n_arguments;

static void fail(const char *message, const char *culprit) {
  fprintf(stderr, "ringlet: %s: %s\n", message, culprit);
  exit(2);
}

static size_t parse_size(const char *text) {
  char *end;
  errno = 0;
  unsigned long long n = strtoull(text, &end, 10);
  unsigned shift = 0;
  switch (*end | 0x20) {
    case 'k': shift = 10, end++; break;
    case 'm': shift = 20, end++; break;
    case 'g': shift = 30, end++; break;
    default: break;
  }
  if (end == text || *end != 0 || *text == '-' || errno != 0 || n > (SIZE_MAX / 4) >> shift)
    fail("--memory needs a size like 64M or 1G, not", text);
  if (n << shift < MIN_MEMORY_BYTES) fail("--memory needs at least 1M, not", text);
  return (size_t)n << shift;
}

static void reserve_memory(size_t size_bytes, const char *told) {
  size_bytes = size_bytes / PAGE_BYTES * PAGE_BYTES;
  void *start = mmap(NULL, size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED) fail("the system does not give us so much memory", told);
  memory = (struct memory_range){start, size_bytes, true};
  size_t n = size_bytes / EXPECT_BYTES + 1;
  expected = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (expected == MAP_FAILED) fail("the system does not give us so much memory", told);
}

// Take our own options from the front; everything from the first other word on is the core's.
static void take_options(int argc, char **argv) {
  size_t size_bytes = DEFAULT_MEMORY_BYTES;
  const char *told = "1G";
  int i = 1;
  for (; i < argc; i++) {
    if (strcmp(argv[i], "--memory") == 0) {
      if (i + 1 == argc) fail("--memory needs a size like 64M or 1G", "none is given");
      size_bytes = parse_size(told = argv[++i]);
    } else if (strncmp(argv[i], "--memory=", 9) == 0) {
      size_bytes = parse_size(told = argv[i] + 9);
    } else if (strcmp(argv[i], "--link") == 0) {
      if (i + 1 == argc) fail("--link needs dgram:LOCAL:REMOTE or tap:NAME", "none is given");
      const char *why = links_add(argv[++i]);
      if (why) fail(why, argv[i]);
    } else {
      break;
    }
  }
  arguments = argv + i;
  n_arguments = argc - i;
  reserve_memory(size_bytes, told);
}

int main(int argc, char **argv) {
  take_options(argc, argv);
  console_init();
  signals_init();
  core_main();
  platform_exit(0);
}

// --- the core's view ------------------------------------------------------------------------------------

void platform_memory_expect(char *start, size_t size_bytes) {
  size_t first = (size_t)(start - memory.start) / EXPECT_BYTES;
  size_t last = (size_t)(start + size_bytes - 1 - memory.start) / EXPECT_BYTES;
  for (size_t i = first; i <= last; i++) {
    if (expected[i]) continue;
    expected[i] = 1;
    // Where the system does not know this, the faults do it.
    (void)madvise(memory.start + i * EXPECT_BYTES, EXPECT_BYTES, MADV_POPULATE_WRITE);
  }
}

struct memory_range platform_memory(void) {
  return memory;
}

int platform_argument_count(void) {
  return n_arguments;
}

const char *platform_argument(int index) {
  return arguments[index];
}

const char *platform_setting(int index) {
  for (int i = 0; i < index; i++)
    if (environ[i] == NULL) return NULL;
  return environ[index];
}

static uint64_t clock_us(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

uint64_t platform_time_us(void) {
  static uint64_t start_us;
  uint64_t now_us = clock_us(CLOCK_MONOTONIC);
  if (start_us == 0) start_us = now_us;
  return now_us - start_us;
}

uint64_t platform_wall_clock_us(void) {
  return clock_us(CLOCK_REALTIME);
}

bool platform_wall_clock_set(uint64_t us) {
  (void)us;
  return false;
}

void platform_exit(int status) {
  console_restore();
  exit(status & 0xff);
}

// Perhaps in a signal handler: no atexit work.
void platform_fatal_exit(void) {
  console_restore();
  _exit(PLATFORM_FATAL_STATUS);
}

bool platform_has_devices(void) {
  return false;
}

uint64_t platform_memory_end(void) {
  return 0;
}

uint32_t platform_port_in(unsigned port, unsigned width_bytes) {
  (void)port, (void)width_bytes;
  return ~0u;
}

void platform_port_out(unsigned port, unsigned width_bytes, uint32_t value) {
  (void)port, (void)width_bytes, (void)value;
}
