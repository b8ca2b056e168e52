// Cycles of the old space: their phases, and their pace.
//
// Uses: gc/collector, gc/commons.
//
// A cycle begins when half of the bytes that the old space may grow by since the last one have been promoted, and must
// be done when the other half has.  So each word promoted buys `rate_256` / 256 words of marking.  What a minor
// collection promoted is a debt, which is paid in slices until the next one: the program gets the nursery in as many
// parts as there are slices.  docs/gc.md says why a cycle ends in time, and what happens when it cannot.
#include "gc/collector.h"
#include "gc/commons.h"

// The old space may grow by so much before a cycle ends, however little lives.
#define LEAST_GROWTH_BYTES ((size_t)128 * 1024 * WORD_BYTES)
// A slice reads so many slots, unless a larger debt demands more.
#define SLICE_WORDS 2048
// The least part of the nursery between two slices.
#define LEAST_PART_BYTES ((size_t)512 * WORD_BYTES)
// Every minor collection owes a word for so many words of the nursery, so that a cycle ends where little is promoted.
#define LEAST_DEBT_PART 32
// No slice reads more than this: what large objects owe is paid by many.
#define MOST_SLICE_WORDS (4 * SLICE_WORDS)
// A heap that is no larger reads its contribution to the commons at once, when a cycle waits for that.
#define READ_AT_ONCE_BYTES (64 * PAGE_BYTES)

static size_t least(size_t a, size_t b) {
  return a < b ? a : b;
}
static size_t most(size_t a, size_t b) {
  return a > b ? a : b;
}

// How many bytes of pages the old space could still get.
static size_t headroom(struct heap *heap) {
  size_t free_bytes = pages.n_free * PAGE_BYTES;
  size_t quota = heap->quota_bytes - heap_kept_back_bytes(heap->quota_bytes);
  size_t quota_left = quota > heap->held_bytes ? quota - heap->held_bytes : 0;
  return least(free_bytes, quota_left);
}

void set_trigger(struct heap *heap, size_t live_bytes) {
  struct collector *c = heap->collector;
  size_t growth = most(live_bytes / 4 * 3, least(LEAST_GROWTH_BYTES, heap->quota_bytes / 4));
  growth = least(growth, headroom(heap) / 2);
  c->used_bytes = live_bytes;
  c->cycle_at_bytes = live_bytes + growth / 2;
  c->limit_bytes = live_bytes + growth;
}

// Words of work for 256 words promoted, so that `words` are done when `bytes` have been promoted.
static size_t rate_for(size_t words, size_t bytes) {
  return words / (bytes / WORD_BYTES / 256 + 1) + 1;
}

// --- beginning ---------------------------------------------------------------------------------------------------
void arm_run(uint32_t run) {
  for (uint32_t page = run; page < run + pages.info[run].run_pages; page++) pages.src[page] |= PAGE_ALWAYS;
}

// Old pages have src bit YOUNG; those get ALWAYS too.  Other heaps' pages lose it again at the first store.
void arm_barrier(struct heap *heap) {
  struct collector *c = heap->collector;
  struct run_list *lists[] = OLD_LISTS(c);
  size_t held_pages = heap->held_bytes / PAGE_BYTES;
  if (held_pages > pages.n_pages / 16) {
    // Many bytes at a time; behind the table stands the one of dst bits, which must not be touched.
    const uword all_young = UINTPTR_MAX / 0xff * PAGE_DST_YOUNG;
    uword *words = (uword *)pages.src;
    size_t n = pages.n_pages / WORD_BYTES;
    for (size_t i = 0; i < n; i++) words[i] |= (words[i] & all_young) * PAGE_ALWAYS;
    for (size_t i = n * WORD_BYTES; i < pages.n_pages; i++) pages.src[i] |= pages.src[i] & PAGE_DST_YOUNG ? PAGE_ALWAYS : 0;
    return;
  }
  for (unsigned i = 0; i < ARRAY_LENGTH(lists); i++) {
    for (uint32_t run = lists[i]->first; run; run = pages.info[run].next) {
      arm_run(run);
    }
  }
  for (uint32_t run = c->immortal.first; run; run = pages.info[run].next) arm_run(run);
}

// The nursery is empty.  Without memory for a stack of marks there is no cycle: memory is tight, see collect.c.
static void begin_mark(struct heap *heap) {
  struct collector *c = heap->collector;
  if (!mark_begin(heap)) return;
  close_region(c);
  runs_take(&c->old, &c->partial);
  c->phase = PHASE_MARK;
  c->debt_words = 0;
  c->rate_256 = rate_for(c->old_bytes / WORD_BYTES, most(c->limit_bytes, c->used_bytes + PAGE_BYTES) - c->used_bytes);
  heap->is_marking |= MARKS_OLD;
  arm_barrier(heap);
  mark_roots(heap);
  c->fresh_from_bytes = c->used_bytes;
  if (heap->stress & STRESS_VERIFY) snapshot_take(heap);
}

// --- ending ------------------------------------------------------------------------------------------------------
static void begin_sweep(struct heap *heap) {
  struct collector *c = heap->collector;
  size_t live_bytes = c->marking.bytes + (c->used_bytes - c->fresh_from_bytes);
  if (heap->stress & STRESS_VERIFY) snapshot_check(heap);
  mark_end(heap);
  heap->is_marking &= (uint8_t)~MARKS_OLD;
  close_region(c);
  c->phase = PHASE_SWEEP;
  c->cycle++;
  c->fixed_gaps = NULL;
  c->unswept = c->old;
  c->old = (struct run_list){0, 0};
  runs_take(&c->unswept, &c->fresh);
  runs_take(&c->unswept, &c->fixed);
  runs_take(&c->unswept_large, &c->large);
  heap->statistics.live_bytes = live_bytes;
  set_trigger(heap, live_bytes);
  c->debt_words = 0;
  c->rate_256 = rate_for(sweep_words(c, live_bytes), (c->limit_bytes - c->used_bytes) / 4);
}

static void end_cycle(struct heap *heap) {
  struct collector *c = heap->collector;
  c->phase = PHASE_IDLE;
  c->debt_words = 0;
  heap->statistics.n_cycles++;
}

// The heap grows until it is read, so a slice does what it does at most, and more before the quota stops everything.
static void hasten_reading(struct heap *heap) {
  size_t words = most(commons_due_words(), MOST_SLICE_WORDS);
  if (headroom(heap) < heap->collector->used_bytes / 16) words *= 4;
  if (heap->held_bytes <= READ_AT_ONCE_BYTES) commons_read_heap(heap);
  else commons_step(words);
}

static void work(struct heap *heap, size_t words) {
  struct collector *c = heap->collector;
  c->debt_words -= least(words, c->debt_words);
  if (c->phase == PHASE_MARK) {
    bool is_done = mark_slice(heap, words);
    // What dies in this cycle may belong to what the heap has contributed (COMMONS-5).
    if (is_done && commons_reads(heap)) hasten_reading(heap);
    if (is_done && !commons_reads(heap)) begin_sweep(heap);
  } else if (c->phase == PHASE_SWEEP) {
    if (sweep_slice(heap, words)) end_cycle(heap);
  }
}

void abandon_cycle(struct heap *heap) {
  struct collector *c = heap->collector;
  struct run_list unswept = c->unswept;
  c->unswept = (struct run_list){0, 0};
  mark_end(heap);
  heap->is_marking &= (uint8_t)~MARKS_OLD;
  c->phase = PHASE_IDLE;
  c->debt_words = 0;
  runs_take(&c->large, &c->unswept_large);
  for (uint32_t run = c->fresh.first; run; run = pages.info[run].next) settle_run(c, run);
  for (uint32_t run = c->large.first; run; run = pages.info[run].next) settle_run(c, run);
  runs_take(&c->old, &c->fresh);
  for (uint32_t run = unswept.first, next; run; run = next) {
    next = pages.info[run].next;
    bool fixed = pages.info[run].kind == PAGE_FIXED;
    settle_run(c, run);
    run_append(fixed ? &c->fixed : &c->old, run);
  }
}

// --- the pace ------------------------------------------------------------------------------------------------------
// Give the program the next part of the nursery, so that the debt is paid when it is full.
static void give_part(struct heap *heap, size_t need_bytes) {
  struct collector *c = heap->collector;
  char *end = heap->hard_limit - HEAP_ROOM_BYTES;
  heap->limit = end;
  if (!c->debt_words || heap->top >= end) return;
  size_t left = (size_t)(end - heap->top);
  size_t part = left / (c->debt_words / SLICE_WORDS + 2);
  part = most(round_up(part, 8), most(LEAST_PART_BYTES, need_bytes));
  if (part < left) heap->limit = heap->top + part;
}

// Under stress a cycle takes a hundred slices, whatever there is to do.
static size_t stress_words(const struct collector *c) {
  return c->old_bytes / WORD_BYTES / 100 + 16;
}

void run_slice(struct heap *heap, size_t need_bytes) {
  struct collector *c = heap->collector;
  size_t left = (size_t)(heap->hard_limit - heap->top);
  size_t parts = left / LEAST_PART_BYTES + 1;
  work(heap, heap->stress & STRESS_CYCLES ? stress_words(c)
                                          : least(MOST_SLICE_WORDS, most(SLICE_WORDS, c->debt_words / parts)));
  give_part(heap, need_bytes);
}

// A nursery too short to be cut pays at once; and where its slices will not do, one comes now.
void pace_cycle(struct heap *heap, size_t promoted, size_t need_bytes) {
  struct collector *c = heap->collector;
  c->used_bytes += promoted;
  if (c->phase == PHASE_IDLE) {
    if (c->used_bytes < c->cycle_at_bytes && !(heap->stress & STRESS_CYCLES)) return;
    begin_mark(heap);
    if (c->phase == PHASE_IDLE) return;
  }
  size_t nursery_words = (size_t)(heap->hard_limit - heap->top) / WORD_BYTES;
  c->debt_words += promoted / WORD_BYTES * c->rate_256 / 256 + nursery_words / LEAST_DEBT_PART + 1;
  bool is_short = (size_t)(heap->hard_limit - heap->top) < 4 * LEAST_PART_BYTES;
  bool all_at_once = is_short || heap->stress & STRESS_EVERY_SAFEPOINT;
  if (heap->stress & STRESS_CYCLES) {
    work(heap, stress_words(c));
  } else if (all_at_once) {
    work(heap, c->debt_words);
  } else if (c->debt_words / MOST_SLICE_WORDS > nursery_words * WORD_BYTES / LEAST_PART_BYTES) {
    work(heap, MOST_SLICE_WORDS);
  }
  give_part(heap, need_bytes);
}
