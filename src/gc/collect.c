// Collections: when to do which, and what is recorded about them.
//
// Uses: gc/collector.
//
// Everything is collected when the old space has doubled since the last time (small heaps: grown by a
// few megabytes, or a good part of the quota or of the machine), when the quota or the machine's pages
// are used up, or when a minor collection found no room for survivors.
#include "base/platform.h"
#include "gc/collector.h"

#define LEAST_GROWTH_BYTES ((size_t)4 << 20)

static size_t least(size_t a, size_t b) {
  return a < b ? a : b;
}

void set_major_trigger(struct heap *heap) {
  struct collector *c = heap->collector;
  size_t growth = least(LEAST_GROWTH_BYTES, heap->quota_bytes / 4);
  growth = least(growth, pages.n_pages * PAGE_BYTES / 8);
  c->live_bytes = c->old_bytes;
  c->major_at_bytes = c->live_bytes + (growth > c->live_bytes ? growth : c->live_bytes);
}

// What was taken from the nursery since the last collection.
static uint64_t young_bytes(struct heap *heap) {
  uint32_t run = heap->collector->young.first;
  if (!run) return 0;
  uint64_t bytes = (uint64_t)(heap->top - run_start(run));
  while ((run = pages.info[run].next)) bytes += run_room(run);
  return bytes;
}

uint64_t heap_allocated_bytes(struct heap *heap) {
  return heap->statistics.bytes_allocated + young_bytes(heap);
}

static void check_heap(struct heap *heap) {
  const char *why;
  if (!(heap->stress & STRESS_VERIFY) || heap_verify(heap, &why)) return;
  panic(why, __FILE__, __LINE__);
}

static void count_pause(struct heap *heap, uint64_t since_us) {
  uint64_t pause_us = platform_time_us() - since_us;
  heap->statistics.pause_total_us += pause_us;
  if (pause_us > heap->statistics.pause_max_us) heap->statistics.pause_max_us = pause_us;
}

// --- the two kinds --------------------------------------------------------------------------------------
static void run_minor(struct heap *heap) {
  check_heap(heap);
  heap->statistics.bytes_allocated += young_bytes(heap);
  collect_young(heap);
  heap->epoch++;
  heap->statistics.n_minor++;
  check_heap(heap);
}

// The nursery is empty.
static void run_major(struct heap *heap, enum compaction how) {
  mark_heap(heap);
  compact_heap(heap, heap->stress & STRESS_MAJOR ? COMPACT_ALL : how);
  if (!has_nursery(heap) || heap->collector->on_reserve) renew_nursery(heap);
  set_major_trigger(heap);
  heap->epoch++;
  heap->statistics.n_major++;
  check_heap(heap);
}

void heap_collect_minor(struct heap *heap) {
  uint64_t since_us = platform_time_us();
  run_minor(heap);
  count_pause(heap, since_us);
}

void heap_collect_major(struct heap *heap) {
  uint64_t since_us = platform_time_us();
  run_minor(heap);
  run_major(heap, COMPACT_SPARSE);
  count_pause(heap, since_us);
}

// --- the choice -----------------------------------------------------------------------------------------
static bool is_tight(struct heap *heap) {
  return !has_nursery(heap) || heap->collector->on_reserve || !quota_allows(heap, 0);
}

static bool pages_run_low(struct collector *c) {
  return pages.n_free < c->nursery_pages && c->old_bytes > c->live_bytes + c->live_bytes / 8;
}

static bool major_is_due(struct heap *heap, size_t need_bytes) {
  struct collector *c = heap->collector;
  if (heap->stress & STRESS_MAJOR) return true;
  if (c->old_bytes >= c->major_at_bytes || c->kept_in_place || pages_run_low(c)) return true;
  return is_tight(heap) || !room_for(heap, need_bytes);
}

// Out of memory is answered once when the quota or the pages are used up; after that the condition's
// handlers may go on, in the reserve or in what was kept back, until that is used up as well.
static bool may_go_on(struct heap *heap) {
  struct collector *c = heap->collector;
  bool was_warned = c->warned;
  if (is_tight(heap)) {
    c->warned = true;
    return was_warned && has_nursery(heap);
  }
  c->warned = false;
  if (was_warned) c->warned = !quota_allows(heap, 0);
  return true;
}

bool heap_collect(struct heap *heap, size_t need_bytes) {
  uint64_t since_us = platform_time_us();
  run_minor(heap);
  if (major_is_due(heap, need_bytes)) run_major(heap, COMPACT_SPARSE);
  if (room_is_scattered(heap, need_bytes)) run_major(heap, COMPACT_LOW);
  count_pause(heap, since_us);
  return may_go_on(heap) && room_for(heap, need_bytes);
}

size_t heap_used_bytes(struct heap *heap) {
  struct collector *c = heap->collector;
  size_t bytes = c->old_bytes - (size_t)(c->old_limit - c->old_top) + c->young_large_bytes;
  uint32_t run = c->young.first;
  if (!run) return bytes;
  bytes += (size_t)(heap->top - run_start(run));
  while ((run = pages.info[run].next)) bytes += run_room(run);
  return bytes;
}
