// What a process costs: bytes of an empty heap, and the time to make one and discard it.
//
// Uses: gc/heap, base/platform.h.  Used by: ./bench gc, built for bare metal and hosted.
//
// Half of the heaps are made while others live, so that the page allocator's free runs are not always the same one.
// Bare metal under QEMU's -icount shift=0 a nanosecond is an instruction.
#include "base/platform.h"
#include "base/report.h"
#include "gc/heap.h"

#define ROUNDS 10
#define HEAPS_PER_ROUND 100000u
#define NEIGHBOURS 64
#define QUOTA_BYTES ((size_t)16 << 20)

void core_interrupt(unsigned bits) {
  (void)bits;
}
void core_print_backtrace(void) {}

static void line(const char *name, uword value) {
  report_text(name);
  report_text(" ");
  report_decimal(value);
  report_text("\n");
}

static uword round_ns(void) {
  struct heap *neighbours[NEIGHBOURS] = {NULL};
  uint64_t since_us = platform_time_us();
  for (unsigned i = 0; i < HEAPS_PER_ROUND / 2; i++) {
    struct heap *heap = heap_create(QUOTA_BYTES);
    CHECK(heap);
    heap_destroy(heap);
    struct heap **neighbour = &neighbours[i * 37 % NEIGHBOURS];
    if (*neighbour) heap_destroy(*neighbour);
    *neighbour = heap_create(QUOTA_BYTES);
    CHECK(*neighbour);
  }
  uint64_t us = platform_time_us() - since_us;
  for (unsigned i = 0; i < NEIGHBOURS; i++) heap_destroy(neighbours[i]);
  return (uword)us * 1000 / HEAPS_PER_ROUND;
}

void core_main(void) {
  struct memory_range memory = platform_memory();
  CHECK(pages_init(memory.start, memory.size_bytes, memory.is_zeroed));
  size_t n_free = pages.n_free;
  struct heap *heap = heap_create(QUOTA_BYTES);
  CHECK(heap);
  size_t bytes = (n_free - pages.n_free) * PAGE_BYTES;
  heap_destroy(heap);
  uword least = (uword)-1;
  for (unsigned i = 0; i < ROUNDS; i++) {
    uword ns = round_ns();
    if (ns < least) least = ns;
  }
  CHECK(pages.n_free == n_free);
  line("bytes-empty", bytes);
  line("create-destroy-ns", least);
  platform_exit(0);
}
