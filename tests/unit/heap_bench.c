// What a process costs: bytes of an empty heap, and the time to make one and discard it.
//
// Uses: gc/heap.  Used by: ./bench.
//
// Half of the heaps are made while others live, so that the page allocator's free runs are not always the same one.
#include "base/platform.h"
#include "gc/heap.h"
#include "test.h"

#define ROUNDS 10
#define HEAPS_PER_ROUND 100000
#define NEIGHBOURS 64

static unsigned round_ns(void) {
  struct heap *neighbours[NEIGHBOURS] = {NULL};
  uint64_t since_us = platform_time_us();
  for (unsigned i = 0; i < HEAPS_PER_ROUND / 2; i++) {
    struct heap *heap = heap_create((size_t)16 << 20);
    CHECK(heap);
    heap_destroy(heap);
    struct heap **neighbour = &neighbours[i * 37 % NEIGHBOURS];
    if (*neighbour) heap_destroy(*neighbour);
    *neighbour = heap_create((size_t)16 << 20);
    CHECK(*neighbour);
  }
  uint64_t us = platform_time_us() - since_us;
  for (unsigned i = 0; i < NEIGHBOURS; i++) heap_destroy(neighbours[i]);
  return (unsigned)(us * 1000 / HEAPS_PER_ROUND);
}

int main(void) {
  struct memory_range memory = platform_memory();
  CHECK(pages_init(memory.start, memory.size_bytes, memory.is_zeroed));
  size_t n_free = pages.n_free;
  struct heap *heap = heap_create((size_t)16 << 20);
  CHECK(heap);
  size_t bytes = (n_free - pages.n_free) * PAGE_BYTES;
  heap_destroy(heap);
  unsigned least = UINT32_MAX;
  for (unsigned i = 0; i < ROUNDS; i++) {
    unsigned ns = round_ns();
    if (ns < least) least = ns;
  }
  CHECK(pages.n_free == n_free);
  printf("heap-create-destroy-ns %u bytes-empty %u\n", least, (unsigned)bytes);
  return 0;
}
