// See machine.h.  This is also the platform: no files but the input, a console that gathers, a clock that counts.
//
// Uses: boot, vm, gc.  Used by: fuzz.c, replay.c.
#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/platform.h"
#include "data/symbol.h"
#include "gc/commons.h"
#include "prim/images.h"
#include "proc/cpu.h"
#include "tests/fuzz/machine.h"

#define MEMORY_BYTES ((size_t)32 << 20)
#define MEMORY_ADDRESS ((void *)0x200000000000)  // the same in every process, so that hashes of addresses are
#define SYSTEM_PAGE_BYTES 4096
#define PAGE_IS_PRESENT ((uint64_t)1 << 63)  // /proc/self/pagemap
#define PAGE_IS_OF_FILE ((uint64_t)1 << 61)
#define WRITTEN_MOST 1500
#define OUTPUT_MOST ((size_t)1 << 16)
#define WAITS_MOST 20
#define STATUS_BROKEN 130
#define STATUS_CHECK_FAILED 54321  // no (exit N) gives it: see targets.scm

static int memory_file, page_map;
static pid_t page_map_owner;
static const char *original;  // the memory as it was saved
static jmp_buf booted;
static bool is_booted;
static struct vm saved_vm;
static struct pages saved_pages;
static struct cpu saved_cpu;
static struct symbol_table saved_symbols;
static struct commons saved_commons;
static const struct run *now;
static char output[OUTPUT_MOST];
static size_t n_output;
static unsigned n_reads;
static uint64_t clock_us;

void machine_fail(const char *what) {
  fprintf(stderr, "fuzz: %s\nThe console:\n%.*s\n", what, (int)n_output, output);
  abort();
}

// --- memory and time -----------------------------------------------------------------------------------------
struct memory_range platform_memory(void) {
  memory_file = memfd_create("ringlet", 0);
  if (memory_file < 0 || ftruncate(memory_file, MEMORY_BYTES) != 0) machine_fail("no memory");
  void *start = mmap(MEMORY_ADDRESS, MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED_NOREPLACE, memory_file, 0);
  if (start == MAP_FAILED) machine_fail("no memory");
  return (struct memory_range){start, MEMORY_BYTES, true};
}

static void open_page_map(void) {
  page_map = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  page_map_owner = getpid();
}

static void save(void) {
  saved_vm = *cpu_vm();
  saved_pages = pages;
  saved_cpu = cpu;
  saved_symbols = symbol_table;
  saved_commons = commons;
  original = mmap(NULL, MEMORY_BYTES, PROT_READ, MAP_SHARED, memory_file, 0);
  if (mmap(pages.start, MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, memory_file, 0) == MAP_FAILED)
    machine_fail("the memory cannot be mapped");
}

// Copying back the pages that were written costs less than having the kernel make private ones again, while they
// are few.
static void restore_pages(void) {
  static uint64_t entries[MEMORY_BYTES / SYSTEM_PAGE_BYTES];
  unsigned n_written = 0;
  char *memory = MEMORY_ADDRESS;
  if (pread(page_map, entries, sizeof entries, (off_t)((uintptr_t)memory / SYSTEM_PAGE_BYTES * sizeof entries[0])) !=
      sizeof entries)
    machine_fail("the pages that were written are not known");
  for (size_t i = 0; i < ARRAY_LENGTH(entries); i++) {
    if (!(entries[i] & PAGE_IS_PRESENT) || entries[i] & PAGE_IS_OF_FILE) continue;
    n_written++;
    memcpy(memory + i * SYSTEM_PAGE_BYTES, original + i * SYSTEM_PAGE_BYTES, SYSTEM_PAGE_BYTES);
  }
  if (n_written > WRITTEN_MOST && madvise(memory, MEMORY_BYTES, MADV_DONTNEED) != 0)
    machine_fail("the memory cannot be restored");
}

static void restore(void) {
  if (page_map_owner != getpid()) open_page_map();
  restore_pages();
  *cpu_vm() = saved_vm;
  pages = saved_pages;
  cpu = saved_cpu;
  symbol_table = saved_symbols;
  commons = saved_commons;
  n_output = n_reads = 0;
  clock_us = 1000000;
}

uint64_t platform_time_us(void) { return clock_us += 10; }
uint64_t platform_wall_clock_us(void) { return platform_time_us(); }
bool platform_wall_clock_set(uint64_t us) { return (void)us, false; }
size_t platform_console_type(const char *bytes, size_t n_bytes) { return (void)bytes, (void)n_bytes, 0; }

void platform_wait(uint64_t timeout_us) {
  (void)timeout_us;
  if (!is_booted) longjmp(booted, 1);
}

// --- console -----------------------------------------------------------------------------------------------------
void platform_console_write(const char *bytes, size_t n_bytes) {
  if (!is_booted) fwrite(bytes, 1, n_bytes, stderr);
  if (n_bytes > OUTPUT_MOST - n_output) n_bytes = OUTPUT_MOST - n_output;
  memcpy(output + n_output, bytes, n_bytes);
  n_output += n_bytes;
}

// One byte starts the run; programs find the end of the input.
int platform_console_read(char *bytes, size_t max) {
  if (!now || max == 0) return 0;
  if (n_reads++) return -1;
  bytes[0] = 'g';
  return 1;
}

// All memory is put back as it was after each input.
void platform_memory_expect(char *start, size_t n) { (void)start, (void)n; }
void platform_memory_freeze(char *start, size_t n) { (void)start, (void)n; }
bool platform_memory_guard(char *start, size_t n, bool is_accessible) { return (void)start, (void)n, (void)is_accessible, false; }
bool platform_console_begin_prompt(void) { return false; }
bool platform_console_is_interactive(void) { return false; }
int platform_console_columns(void) { return 80; }

// --- arguments, files, ending ----------------------------------------------------------------------------------
static const char *const arguments[] = {"--quota", "4M", "--script", "targets.scm"};
int platform_argument_count(void) { return ARRAY_LENGTH(arguments); }
const char *platform_argument(int index) { return arguments[index]; }
const char *platform_setting(int index) { return index == 0 ? "HOME=/" : index == 1 ? "RINGLET_CACHE=" : NULL; }

static bool find_driver(const char **bytes, size_t *n_bytes) {
  static char text[1 << 16];
  FILE *file = fopen(TARGETS_FILE, "rb");
  if (!file) return false;
  *bytes = text;
  *n_bytes = fread(text, 1, sizeof text, file);
  fclose(file);
  return true;
}

bool platform_file_find(const char *name, const char **bytes, size_t *n_bytes, const char **why) {
  if (!is_booted && !strcmp(name, "targets.scm")) return find_driver(bytes, n_bytes);
  if (now && !strcmp(name, "input")) return *bytes = (const char *)now->input, *n_bytes = now->n_input, true;
  if (now && !strcmp(name, "target")) return *bytes = now->target, *n_bytes = strlen(now->target), true;
  *why = "there is no such file";
  return false;
}

bool platform_file_write(const char *name, const char *bytes, size_t n_bytes, const char **why) {
  (void)name, (void)bytes, (void)n_bytes;
  *why = "nothing is written here";
  return false;
}
bool platform_file_exists(const char *name) { return now && (!strcmp(name, "input") || !strcmp(name, "target")); }
bool platform_has_file_system(void) { return true; }
bool platform_file_delete(const char *name, const char **why) { return platform_file_write(name, NULL, 0, why); }
bool platform_directory_make(const char *name, const char **why) { return platform_file_write(name, NULL, 0, why); }
void platform_exit(int status) { (void)status, machine_fail("the system ended before it was ready"); }
void platform_fatal_exit(void) { machine_fail("the core failed"); }
bool platform_has_devices(void) { return false; }
uint64_t platform_memory_end(void) { return 0; }
bool platform_line_is_free(unsigned line) { return (void)line, true; }
void platform_line_set(unsigned line, bool is_open) { (void)line, (void)is_open; }
const char *platform_link_name(int link) { return (void)link, NULL; }
int platform_link_read(int link, char *bytes, size_t max) { return (void)link, (void)bytes, (void)max, LINK_IS_GONE; }
bool platform_link_write(int link, const char *bytes, size_t n_bytes) { return (void)link, (void)bytes, (void)n_bytes, false; }
uint32_t platform_port_in(unsigned port, unsigned width_bytes) { return (void)port, (void)width_bytes, ~0u; }
void platform_port_out(unsigned port, unsigned width_bytes, uint32_t value) { (void)port, (void)width_bytes, (void)value; }

// --- running -----------------------------------------------------------------------------------------------------
void machine_start(void) {
  if (setjmp(booted) == 0) core_main();
  is_booted = true;
  save();
}

enum run_end machine_run(const struct run *run) {
  struct vm *vm = cpu_vm();
  unsigned n_waits = 0;
  restore();
  now = run;
  vm->cx.heap->stress = run->stress;
  vm->break_after = run->break_after;
  enum vm_result result;
  while ((result = vm_run(vm)) != VM_EXITED && n_waits < WAITS_MOST)
    n_waits += result == VM_BLOCKED;
  now = NULL;
  if (result != VM_EXITED) return RUN_STUCK;
  if (vm->exit_status == STATUS_CHECK_FAILED) machine_fail("a check failed");
  return vm->exit_status == STATUS_BROKEN ? RUN_BROKEN : RUN_EXITED;
}

const char *machine_output(size_t *n_bytes) {
  *n_bytes = n_output;
  return output;
}

const unsigned char *machine_image_head(void) { return boot_image_start; }
