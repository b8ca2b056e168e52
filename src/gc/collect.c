// Collections: when to do which, and what is recorded about them.
//
// Uses: gc/collector.
//
// The nursery is collected when it is full, when many cards are dirty, or when something large is wanted; the old space
// in cycles (cycle.c), whose slices come when a part of the nursery is used up.  Everything is collected at once, with
// the process stopped, only when the quota or the machine's pages are used up, when a minor collection found no room
// for survivors, or when the program asks for it.
#include "gc/collector.h"
#include "gc/commons.h"

// Up to so many live bytes sparse pages are emptied at the end of a cycle, if the old space takes SPARSE_FACTOR times
// as much, and SPARSE_LEAST_BYTES.
#define EVACUATED_BYTES_MOST ((size_t)32 * 1024 * WORD_BYTES)
#define SPARSE_FACTOR 4
#define SPARSE_LEAST_BYTES (64 * PAGE_BYTES)
// The part of the machine's pages from which on what the commons holds is worth waiting for.
#define WORTH_WAITING_PART 16

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

// --- the two kinds --------------------------------------------------------------------------------------
// How many bytes it promoted.
static size_t run_minor(struct heap *heap) {
  check_heap(heap);
  heap->statistics.bytes_allocated += young_bytes(heap);
  size_t promoted = collect_young(heap);
  heap->epoch++;
  heap->statistics.n_minor++;
  check_heap(heap);
  return promoted;
}

// The nursery is empty.  Who calls this counts it.
static void collect_all(struct heap *heap, enum compaction how) {
  struct collector *c = heap->collector;
  commons_read_heap(heap);  // COMMONS-5
  abandon_cycle(heap);
  mark_heap(heap);
  size_t live_bytes = c->marking.bytes;
  compact_heap(heap, heap->stress & STRESS_MAJOR ? COMPACT_ALL : how);
  if (!has_nursery(heap) || c->on_reserve) renew_nursery(heap, 0);
  heap->statistics.live_bytes = live_bytes;
  set_trigger(heap, live_bytes);
  heap->epoch++;
  check_heap(heap);
}

static void run_major(struct heap *heap, enum compaction how) {
  collect_all(heap, how);
  heap->statistics.n_major++;
}

// Gaps are filled by survivors, so pages need not be emptied for the heap's own sake; but where few objects keep many
// pages from the rest of the machine, they are, and as few are alive that is short.
static bool is_worth_evacuating(struct heap *heap) {
  struct collector *c = heap->collector;
  size_t live = c->used_bytes;
  if (c->phase != PHASE_IDLE || c->evacuated == c->cycle || live > EVACUATED_BYTES_MOST) return false;
  return c->old_bytes > SPARSE_FACTOR * live + SPARSE_LEAST_BYTES;
}

static void run_evacuation(struct heap *heap) {
  heap->collector->evacuated = heap->collector->cycle;
  collect_all(heap, COMPACT_SPARSE);
  heap->statistics.n_evacuations++;
}

void heap_collect_minor(struct heap *heap) {
  struct pause pause;
  pause_begin(&pause, heap, CAUSE_REQUESTED);
  pace_cycle(heap, run_minor(heap), 0);
  pause_end(&pause, heap);
}

void heap_collect_major(struct heap *heap) {
  struct pause pause;
  pause_begin(&pause, heap, CAUSE_REQUESTED);
  (void)run_minor(heap);
  run_major(heap, COMPACT_SPARSE);
  pause_end(&pause, heap);
}

// --- the choice -----------------------------------------------------------------------------------------
static bool is_tight(struct heap *heap) {
  return !has_nursery(heap) || heap->collector->on_reserve || !quota_allows(heap, 0);
}

static bool pages_run_low(struct heap *heap) {
  struct collector *c = heap->collector;
  return pages.n_free < c->nursery_pages && c->used_bytes > c->cycle_at_bytes;
}

static bool major_is_due(struct heap *heap, size_t need_bytes) {
  if (heap->stress & STRESS_MAJOR) return true;
  if (heap->collector->kept_in_place || pages_run_low(heap)) return true;
  // Without a page to be had, fixed objects find no room, however much the nursery has.
  return is_tight(heap) || !quota_allows(heap, PAGE_BYTES) || !room_for(heap, need_bytes);
}

// Out of memory is answered once when the quota or the pages are used up; after that the condition's
// handlers may go on, in the reserve or in what was kept back, until that is used up as well.
static bool may_go_on(struct heap *heap) {
  struct collector *c = heap->collector;
  bool was_warned = c->warned;
  c->warned_now = false;
  if (is_tight(heap)) {
    c->warned = true;
    c->warned_now = !was_warned;
    return was_warned && has_nursery(heap);
  }
  c->warned = false;
  if (was_warned) c->warned = !quota_allows(heap, 0);
  return true;
}

// Only a part of the nursery is used up.
static bool slice_is_due(struct heap *heap, size_t need_bytes) {
  if (!heap->limit || !has_nursery(heap) || heap->stress & STRESS_EVERY_SAFEPOINT) return false;
  char *end = heap->hard_limit - HEAP_ROOM_BYTES;
  return heap->limit < end && need_bytes < HEAP_LARGE_BYTES && need_bytes <= (size_t)(end - heap->top);
}

static enum event_cause cause_of_minor(struct heap *heap, size_t need_bytes) {
  if (heap->stress & (STRESS_EVERY_SAFEPOINT | STRESS_MAJOR)) return CAUSE_STRESS;
  if (need_bytes >= HEAP_LARGE_BYTES) return CAUSE_LARGE;
  if (heap->collector->n_dirty >= DIRTY_CARDS_MOST) return CAUSE_CARDS;
  return heap->limit ? CAUSE_NURSERY : CAUSE_REQUESTED;
}

// After the minor collection that made it due.
static enum event_cause cause_of_major(struct heap *heap, size_t need_bytes) {
  if (heap->stress & STRESS_MAJOR) return CAUSE_STRESS;
  if (heap->collector->kept_in_place) return CAUSE_IN_PLACE;
  return quota_allows(heap, need_bytes) ? CAUSE_PAGES : CAUSE_QUOTA;
}

static void collect(struct heap *heap, size_t need_bytes, struct pause *pause) {
  size_t promoted = run_minor(heap);
  bool is_major = major_is_due(heap, need_bytes);
  if (!is_major) {
    if (is_worth_evacuating(heap)) {
      pause->event.cause = CAUSE_SPARSE;
      run_evacuation(heap);
      promoted = 0;  // it is among what that found alive
    }
    pace_cycle(heap, promoted, need_bytes);
    is_major = !room_for(heap, need_bytes);  // a cycle takes pages when it begins
  }
  if (is_major) {
    pause->event.cause = cause_of_major(heap, need_bytes);
    run_major(heap, COMPACT_SPARSE);
  }
  if (room_is_scattered(heap, need_bytes)) shorten_nursery(heap);
  if (room_is_scattered(heap, need_bytes)) {
    pause->event.cause = CAUSE_SCATTERED;
    run_major(heap, COMPACT_LOW);
    // The nursery does not move, and may stand in the middle of what is free now.
    if (room_is_scattered(heap, need_bytes)) shorten_nursery(heap);
  }
}

static bool is_waiting(const struct heap *heap) {
  return heap->collector->waits && commons.statistics.n_cycles < heap->commons_wait;
}

bool heap_waits(struct heap *heap) {
  struct collector *c = heap->collector;
  bool was_warned = c->warned && !c->warned_now;
  c->warned_now = false;
  if (was_warned || commons.held_bytes / PAGE_BYTES < pages.n_pages / WORTH_WAITING_PART) return false;
  if (!quota_allows(heap, c->nursery_pages * PAGE_BYTES)) return false;
  c->waits = commons_wait_for_room(heap);
  // The condition is still to be raised, if that is in vain.
  if (c->waits) c->warned = false;
  return c->waits;
}

bool heap_collect(struct heap *heap, size_t need_bytes) {
  struct pause pause;
  if (is_waiting(heap)) return false;
  bool is_slice = slice_is_due(heap, need_bytes);
  pause_begin(&pause, heap, is_slice ? CAUSE_PACE : cause_of_minor(heap, need_bytes));
  if (is_slice) {
    run_slice(heap, need_bytes);
  } else {
    collect(heap, need_bytes, &pause);
  }
  pause_end(&pause, heap);
  bool ok = is_slice || (may_go_on(heap) && room_for(heap, need_bytes));
  // What else may wait for the commons goes on to do so: two that began anew for each other would never end.
  if (ok) heap->collector->waits = false;
  return ok;
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
