// Events: the ring, the classes of pauses, what kind of event a collection is.
//
// Uses: gc.
#include "base/platform.h"
#include "gc/heap.h"
#include "test.h"

static void test_classes(void) {
  static const uint64_t least[] = {0, 4, 6, 8, 12, 16, 24, 32};
  for (unsigned i = 0; i < ARRAY_LENGTH(least); i++) {
    TEST(pause_class(least[i]) == i);
    TEST(i == 0 || pause_class(least[i] - 1) == i - 1);
  }
  TEST(pause_class(16383) == PAUSE_CLASSES - 2);
  TEST(pause_class(16384) == PAUSE_CLASSES - 1);
  TEST(pause_class(UINT64_MAX) == PAUSE_CLASSES - 1);
}

static void test_counting(struct heap *heap) {
  const struct heap_statistics *s = &heap->statistics;
  unsigned n_pauses = 0, n_events = 0;
  for (unsigned i = 0; i < PAUSE_CLASSES; i++) n_pauses += s->pauses[i];
  for (unsigned i = 0; i < N_EVENT_KINDS; i++) n_events += s->events[i];
  TEST(n_pauses == n_events);
  TEST(s->events[EVENT_FULL] == 1);
  TEST(s->n_fallbacks == 0);
}

static void test_ring(void) {
  static struct heap_event events[2000];
  size_t n_free = pages.n_free;
  struct heap *heap = heap_create(1 << 22);
  TEST(events_copy(events, 2000) == 0);
  heap->top += 64;
  heap_fill((uword *)(heap->top - 64), 64);
  heap_collect_minor(heap);
  heap_collect_major(heap);
  TEST(events_copy(events, 2000) == 2);
  TEST(events[0].sequence == 2 && events[0].kind == EVENT_FULL && events[0].cause == CAUSE_REQUESTED);
  TEST(events[1].sequence == 1 && events[1].kind == EVENT_MINOR && events[1].cause == CAUSE_REQUESTED);
  TEST(events[1].before == 64 && events[1].after == 0 && events[1].survived == 0);
  TEST(events[0].heap == heap->number && events[0].held == heap->held_bytes);
  TEST(events_copy(events, 1) == 1 && events[0].sequence == 2);
  test_counting(heap);
  for (unsigned i = 0; i < 3000; i++) heap_collect_minor(heap);
  size_t n = events_copy(events, 2000);
  bool in_order = true;
  for (size_t i = 0; i < n; i++) in_order &= events[i].sequence == 3002 - i;
  TEST(n == 1024 && in_order);
  struct heap *other = heap_create(1 << 22);
  TEST(other->number != heap->number);
  heap_destroy(other);
  heap_destroy(heap);
  TEST(pages.n_free == n_free);
}

int main(void) {
  struct memory_range memory = platform_memory();
  if (!pages_init(memory.start, memory.size_bytes, false)) return 1;
  events_init();
  test_classes();
  test_ring();
  return test_finish();
}
