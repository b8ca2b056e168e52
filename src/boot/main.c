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

static struct heap *make_heap(void) {
  struct memory_range memory = platform_memory();
  if (!pages_init(memory.start, memory.size_bytes)) boot_fail("memory", "there is too little to start in");
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

void core_main(void) {
  struct heap *heap = make_heap();
  struct vm *vm = cpu_vm();
  vm->cx.heap = heap;
  set_primitives(vm);
  if (platform_argument_count() == 3 && !strcmp(platform_argument(0), "--build-image"))
    platform_exit(boot_build_image(heap, platform_argument(1), platform_argument(2)));
  boot_load_image(heap);
  platform_exit(cpu_run(heap, heap->roots[ROOT_MAIN]));
}
