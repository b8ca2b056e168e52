// Where the system starts: memory, heap, image, main procedure.
//
// Uses: everything below.  Used by: the platform.
#include "base/platform.h"
#include "boot/boot.h"
#include "data/known.h"
#include "data/record.h"
#include "data/string.h"
#include "data/symbol.h"
#include "data/values.h"
#include "prim/tables.h"

void boot_say(const char *text) {
  platform_console_write(text, strlen(text));
}

// Stop before the prompt: one clear line on what is left.
NORETURN void boot_fail(const char *what, const char *why) {
  boot_say("ringlet: ");
  boot_say(what);
  boot_say(": ");
  boot_say(why ? why : "no reason given");
  boot_say("\n");
  platform_exit(PLATFORM_FATAL_STATUS);
}

#define HEAP_QUOTA_LEAST ((size_t)256 << 10)

static struct heap *make_heap(void) {
  struct memory_range memory = platform_memory();
  if (!pages_init(memory.start, memory.size_bytes, memory.is_zeroed)) boot_fail("memory", "there is too little to start in");
  events_init();
  struct heap *heap = heap_create(memory.size_bytes);
  if (!heap) boot_fail("memory", "there is too little to start in");
  return heap;
}

// The table of primitives as the VM wants it: one array, in memory that is never given back.
static void set_primitives(struct vm *vm) {
  unsigned n = primitive_count();
  size_t bytes = round_up(n * sizeof(struct primitive *), PAGE_BYTES);
  const struct primitive **table = pages_alloc(bytes / PAGE_BYTES, NULL, PAGE_RESERVED);
  if (!table) boot_fail("memory", "there is too little to start in");
  for (unsigned i = 0; i < n; i++)
    table[i] = primitive_at(i);
  vm->primitives = table;
  vm->n_primitives = n;
}

// A decimal number, perhaps with K or M behind it; 0 if it is none.
static size_t parse_size(const char *s) {
  size_t n = 0;
  for (; *s >= '0' && *s <= '9' && n < (size_t)1 << 28; s++)
    n = n * 10 + (size_t)(*s - '0');
  if (*s == 'K' || *s == 'k') return s[1] ? 0 : n << 10;
  if (*s == 'M' || *s == 'm') return s[1] || n > 4095 ? 0 : n << 20;
  return *s ? 0 : n;
}

// "N" or "N,EVERY".
static void fail_pages(const char *numbers) {
  uint32_t parts[2] = {0, 0};
  unsigned part = 0;
  for (; *numbers; numbers++) {
    if (*numbers == ',' && part++ == 0) continue;
    if (*numbers < '0' || *numbers > '9' || part > 1 || parts[part] > 99999999) {
      boot_fail("--fail-pages", "needs a number, or two with a comma between");
    }
    parts[part] = parts[part] * 10 + (uint32_t)(*numbers - '0');
  }
  pages.fail_after = parts[0];
  pages.fail_every = parts[1];
}

// Options for testing, before all others; they are not part of (command-line):
//   --stress BITS   enum heap_stress, debug builds only
//   --quota SIZE    what the heap may hold beside the image
//   --fail-pages N[,EVERY]   the Nth allocation of pages from here on fails, and each EVERYth after it; debug builds only
static void take_options(struct vm *vm) {
  struct heap *heap = vm->cx.heap;
  while ((int)vm->first_argument + 1 < platform_argument_count()) {
    const char *option = platform_argument((int)vm->first_argument);
    size_t n = parse_size(platform_argument((int)vm->first_argument + 1));
    bool is_for_debug = !strcmp(option, "--stress") || !strcmp(option, "--fail-pages");
    if (is_for_debug && !RINGLET_DEBUG) boot_fail(option, "only a debug build can do that");
    if (!strcmp(option, "--stress")) {
      heap->stress = (unsigned)n;
      pages.guards |= n & STRESS_GUARD;
    } else if (!strcmp(option, "--fail-pages")) {
      fail_pages(platform_argument((int)vm->first_argument + 1));
    } else if (!strcmp(option, "--quota")) {
      if (n < HEAP_QUOTA_LEAST) boot_fail("--quota", "a size of at least 256K is needed");
      if (!heap_set_quota(heap, n)) boot_fail("--quota", "the system itself needs more");
    } else {
      return;
    }
    vm->first_argument += 2;
  }
}

void core_main(void) {
  struct heap *heap = make_heap();
  struct vm *vm = cpu_vm();
  vm->cx.heap = heap;
  set_primitives(vm);
  if (platform_argument_count() == 3 && !strcmp(platform_argument(0), "--build-image"))
    platform_exit(boot_build_image(heap, platform_argument(1), platform_argument(2)));
  boot_load_image(heap);
  take_options(vm);
  platform_exit(cpu_run(heap, heap->roots[ROOT_MAIN]));
}
