// Events: see events.h.
//
// Uses: base/platform, gc/collector.
#include "base/platform.h"
#include "gc/collector.h"
#include "gc/events.h"

#define RING_EVENTS 1024
// The ring may take this part of the machine's memory.
#define RING_PART 64

_Static_assert(EVENT_BYTES == 13 * sizeof(uint64_t), "Scheme knows what an event consists of");

static struct {
  struct heap_event *events;
  size_t size;
  uint64_t n;  // events so far
} ring;

void events_init(void) {
  size_t n_pages = round_up(RING_EVENTS * EVENT_BYTES, PAGE_BYTES) / PAGE_BYTES;
  if (n_pages > pages.n_pages / RING_PART) return;
  ring.events = pages_alloc(n_pages, NULL, PAGE_RESERVED);
  if (ring.events) ring.size = RING_EVENTS;
}

void pause_begin(struct pause *pause, struct heap *heap, enum event_cause cause) {
  const struct collector *c = heap->collector;
  *pause = (struct pause){
      .event = {.heap = heap->number, .cause = cause, .start_us = platform_time_us(), .before = heap_used_bytes(heap)},
      .figures = &heap->statistics,
      .n_minor = heap->statistics.n_minor,
      .n_major = heap->statistics.n_major,
      .promoted = heap->statistics.bytes_promoted,
      .words = c->marking.words,
      .phase = c->phase,
  };
}

static enum event_kind kind_of(const struct pause *pause, enum gc_phase phase) {
  if (pause->figures->n_major != pause->n_major) return EVENT_FULL;
  if (pause->event.cause == CAUSE_SPARSE) return EVENT_EVACUATION;
  if (pause->phase == PHASE_IDLE && phase == PHASE_MARK) return EVENT_MARK_BEGIN;
  if (pause->figures->n_minor != pause->n_minor) return EVENT_MINOR;
  if (pause->phase == PHASE_MARK) return phase == PHASE_MARK ? EVENT_MARK : EVENT_MARK_END;
  return EVENT_SWEEP;
}

static void count_pause(struct heap_statistics *figures, const struct heap_event *event) {
  uint64_t us = event->pause_us < UINT32_MAX ? event->pause_us : UINT32_MAX;
  figures->pause_total_us += us;
  if (us > figures->pause_max_us) figures->pause_max_us = (uint32_t)us;
  figures->pauses[pause_class(us)]++;
  figures->events[event->kind]++;
  figures->n_fallbacks += event->cause >= CAUSE_QUOTA;
}

void pause_end(struct pause *pause, struct heap *heap) {
  const struct collector *c = heap->collector;
  struct heap_event *event = &pause->event;
  size_t words = c->marking.words;
  event->sequence = ++ring.n;
  event->kind = kind_of(pause, (enum gc_phase)c->phase);
  event->after = heap_used_bytes(heap);
  event->survived = heap->statistics.bytes_promoted - pause->promoted;
  event->held = heap->held_bytes;
  event->old = c->old_bytes;
  event->words = words >= pause->words ? words - pause->words : words;
  event->debt = c->debt_words;
  event->pause_us = platform_time_us() - event->start_us;
  count_pause(&heap->statistics, event);
  if (ring.size) ring.events[event->sequence % ring.size] = *event;
}

size_t events_copy(struct heap_event *to, size_t most) {
  uint64_t n = ring.n < ring.size ? ring.n : ring.size;
  if (n > most) n = most;
  for (uint64_t i = 0; i < n; i++) to[i] = ring.events[(ring.n - i) % ring.size];
  return (size_t)n;
}
