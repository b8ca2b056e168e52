// Allocation of every kind of object.
//
// Uses: gc/collector.
//
// Small objects are born in the nursery.  Large ones get a run of their own and are young until the next
// collection, so stores into a fresh one need no barrier.  Fixed ones are born old, with all their cards
// dirty because their creator fills them without a barrier; they go into gaps that the last major left
// among fixed objects, or to the end of the newest fixed page.
#include "base/platform.h"
#include "gc/collector.h"

// Young large objects are collected when together they exceed this many times the nursery.
#define YOUNG_LARGE_FACTOR 16
// An extra nursery run for allocation whose total is not known.
#define MORE_PAGES 16

void heap_fill(uword *p, size_t bytes) {
  if (bytes == 0) return;
  if (bytes < 2 * sizeof(uword)) {
    *p = header_make(T_GAP, 0);
    return;
  }
  p[0] = header_make(T_FILLER, 0);
  p[1] = fixnum((sword)(bytes - 2 * sizeof(uword))).w;
}

static size_t pages_for(size_t bytes) {
  return bytes / PAGE_BYTES + (bytes % PAGE_BYTES != 0);
}

// --- large objects -----------------------------------------------------------------------------------
// A run for one object, whose rest is a gap.  NULL: none.
static uword *take_large(struct heap *heap, size_t bytes, enum page_kind kind) {
  char *start = take_pages(heap, pages_for(bytes), kind);
  if (!start) return NULL;
  uint32_t run = (uint32_t)page_of(start);
  for (size_t i = run + 1; i < run + pages.info[run].run_pages; i++) {
    pages.info[i].kind = PAGE_LARGE_REST;
  }
  heap_fill((uword *)(start + bytes), run_bytes(run) - bytes);
  return (uword *)start;
}

static uword *take_young_large(struct heap *heap, size_t bytes) {
  struct collector *c = heap->collector;
  uword *p = take_large(heap, bytes, PAGE_LARGE);
  if (!p) return NULL;
  uint32_t run = (uint32_t)page_of(p);
  set_barrier(run, 0, PAGE_DST_YOUNG | PAGE_DST_HEAP);
  run_append(&c->young_large, run);
  c->young_large_bytes += bytes;
  heap->statistics.bytes_allocated += bytes;
  return p;
}

static bool young_large_allows(struct heap *heap, size_t bytes) {
  struct collector *c = heap->collector;
  size_t most = c->nursery_target_pages * PAGE_BYTES * YOUNG_LARGE_FACTOR;
  return !c->young_large.first || c->young_large_bytes + bytes <= most;
}

// --- small objects -----------------------------------------------------------------------------------
static bool has_room(struct heap *heap, size_t bytes) {
  return heap->top <= heap->limit && bytes <= (size_t)(heap->limit - heap->top);
}

static bool add_nursery_run(struct heap *heap, size_t n_pages) {
  char *start = take_pages(heap, n_pages, PAGE_NURSERY);
  if (!start) return false;
  use_nursery_run(heap, start);
  return true;
}

static uword *take_from_top(struct heap *heap, size_t bytes) {
  char *p = heap->top;
  heap->top += bytes;
  return (uword *)p;
}

uword *heap_try_alloc(struct heap *heap, size_t bytes) {
  if (bytes >= HEAP_LARGE_BYTES) {
    return young_large_allows(heap, bytes) ? take_young_large(heap, bytes) : NULL;
  }
  return has_room(heap, bytes) ? take_from_top(heap, bytes) : NULL;
}

// More than an empty nursery holds is served by an extra run, but one between two collections only, or
// a program whose every step reserves much would never collect.
static bool extend_for(struct heap *heap, size_t bytes) {
  struct collector *c = heap->collector;
  bool fits_empty = has_nursery(heap) && bytes + HEAP_ROOM_BYTES <= run_room(c->young.last);
  bool extended = c->young.first != c->young.last;
  if (fits_empty || extended || bytes > heap->quota_bytes) return false;
  return add_nursery_run(heap, pages_for(bytes + HEAP_ROOM_BYTES));
}

// What is no small object may be one large one, for which room in the nursery is none.
bool room_for(struct heap *heap, size_t bytes) {
  if (bytes < HEAP_LARGE_BYTES) return has_room(heap, bytes) || extend_for(heap, bytes);
  if (bytes > heap->quota_bytes) return false;
  size_t n = pages_for(bytes + HEAP_ROOM_BYTES);
  return quota_allows(heap, n * PAGE_BYTES) && pages_have_run(n);
}

bool room_is_scattered(struct heap *heap, size_t bytes) {
  struct collector *c = heap->collector;
  if (bytes < HEAP_LARGE_BYTES || bytes > heap->quota_bytes || room_for(heap, bytes)) return false;
  size_t need = pages_for(bytes + HEAP_ROOM_BYTES) * PAGE_BYTES;
  size_t nursery = c->young.last ? run_bytes(c->young.last) : 0;
  return need <= pages.n_free * PAGE_BYTES + nursery && quota_allows(heap, need > nursery ? need - nursery : 0);
}

bool heap_reserve(struct heap *heap, size_t bytes) {
  if (!has_room(heap, bytes) && !extend_for(heap, bytes)) return false;
  if (RINGLET_DEBUG && heap->armed_bytes < bytes) heap->armed_bytes = bytes;
  return true;
}

uword *heap_alloc_more(struct heap *heap, size_t bytes) {
  if (bytes >= HEAP_LARGE_BYTES) return take_young_large(heap, bytes);
  if (!has_room(heap, bytes)) {
    size_t least = pages_for(bytes + HEAP_ROOM_BYTES);
    if (!add_nursery_run(heap, MORE_PAGES) && !add_nursery_run(heap, least)) return NULL;
  }
  return take_from_top(heap, bytes);
}

uword *heap_alloc_outside(struct heap *heap, size_t bytes) {
  if (!has_room(heap, bytes) && !add_nursery_run(heap, pages_for(bytes + HEAP_ROOM_BYTES))) return NULL;
  return take_from_top(heap, bytes);
}

// --- fixed objects -------------------------------------------------------------------------------------
// A free gap is a FILLER; one of four words or more holds, in its third, the address of the next.
#define GAP_NEXT 2
#define LEAST_LINKED_GAP_BYTES (4 * sizeof(uword))

static size_t gap_bytes(const uword *gap) {
  return object_size_bytes(gap);
}

void add_fixed_gap(struct collector *c, uword *gap) {
  if (gap_bytes(gap) < LEAST_LINKED_GAP_BYTES) return;
  gap[GAP_NEXT] = (uword)c->fixed_gaps;
  c->fixed_gaps = gap;
}

static uword *take_fixed_gap(struct collector *c, size_t bytes) {
  uword *before = NULL;
  for (uword *gap = c->fixed_gaps; gap; before = gap, gap = (uword *)gap[GAP_NEXT]) {
    size_t rest = gap_bytes(gap) - bytes;
    if (gap_bytes(gap) < bytes) continue;
    if (before) {
      before[GAP_NEXT] = gap[GAP_NEXT];
    } else {
      c->fixed_gaps = (uword *)gap[GAP_NEXT];
    }
    if (rest) {
      uword *tail = (uword *)((char *)gap + bytes);
      heap_fill(tail, rest);
      add_fixed_gap(c, tail);
    }
    return gap;
  }
  return NULL;
}

static uword *alloc_fixed_large(struct heap *heap, size_t bytes) {
  uword *p = take_large(heap, bytes, PAGE_LARGE);
  if (!p) return NULL;
  uint32_t run = (uint32_t)page_of(p);
  clear_mark(p);
  settle_run(heap->collector, run);
  run_append(&heap->collector->large, run);
  heap->collector->old_bytes += run_bytes(run);
  return p;
}

static bool add_fixed_page(struct heap *heap) {
  char *start = take_pages(heap, 1, PAGE_FIXED);
  if (!start) return false;
  uint32_t run = (uint32_t)page_of(start);
  set_barrier(run, PAGE_DST_YOUNG, PAGE_DST_HEAP | PAGE_DST_CONSTANT | PAGE_DST_WHITE);
  clear_marks(run);
  pages.info[run].swept = heap->collector->cycle;
  run_append(&heap->collector->fixed, run);
  heap->collector->old_bytes += PAGE_BYTES;
  heap_fill((uword *)start, PAGE_BYTES);
  add_fixed_gap(heap->collector, (uword *)start);
  return true;
}

uword *heap_alloc_fixed(struct heap *heap, size_t bytes) {
  struct collector *c = heap->collector;
  uword *p;
  if (bytes >= HEAP_LARGE_BYTES) {
    p = alloc_fixed_large(heap, bytes);
  } else {
    p = take_fixed_gap(c, bytes);
    if (!p && add_fixed_page(heap)) p = take_fixed_gap(c, bytes);
    // In MARK what is new counts as live.
    if (p && c->phase == PHASE_MARK) set_mark(p);
    if (p) forget_starts(p);
  }
  if (!p) return NULL;
  heap->statistics.bytes_allocated += bytes;
  c->used_bytes += bytes;
  remember_bytes(heap, p, bytes);
  return p;
}

// --- the image ----------------------------------------------------------------------------------------------
static Value image_roots[N_HEAP_ROOTS];

void heap_freeze_image(struct heap *heap) {
  struct collector *c = heap->collector;
  for (uint32_t run = c->immortal.first; run; run = pages.info[run].next) {
    set_barrier(run, PAGE_ALWAYS, PAGE_DST_FROZEN | PAGE_DST_CONSTANT);
    platform_memory_freeze(run_start(run), run_bytes(run));
  }
  c->immortal = (struct run_list){0, 0};
  c->immortal_room = c->constant_room = (struct room){NULL, NULL};
  memcpy(image_roots, heap->roots, sizeof image_roots);
}

void heap_share_image(struct heap *heap) {
  memcpy(heap->roots, image_roots, sizeof image_roots);
}

// --- immortal objects ------------------------------------------------------------------------------------
// Immortal pages have a src bit for all heap pages until the first such reference was stored there.
static char *take_immortal_run(struct heap *heap, size_t n_pages, unsigned dst) {
  char *start = pages_alloc(n_pages, NULL, PAGE_IMMORTAL);
  if (!start) return NULL;
  uint32_t run = (uint32_t)page_of(start);
  set_barrier(run, PAGE_DST_YOUNG | PAGE_DST_HEAP, dst);
  run_append(&heap->collector->immortal, run);
  return start;
}

static uword *take_immortal(struct heap *heap, struct room *room, size_t bytes, unsigned dst) {
  if (bytes > (size_t)(room->limit - room->top)) {
    char *start = take_immortal_run(heap, 1, dst);
    if (!start) return NULL;
    room->top = start;
    room->limit = start + PAGE_BYTES;
  }
  uword *p = (uword *)room->top;
  room->top += bytes;
  heap_fill((uword *)room->top, (size_t)(room->limit - room->top));
  forget_starts(p);
  return p;
}

uword *heap_alloc_immortal(struct heap *heap, size_t bytes) {
  if (bytes >= HEAP_LARGE_BYTES) {
    char *start = take_immortal_run(heap, pages_for(bytes), 0);
    if (!start) return NULL;
    heap_fill((uword *)(start + bytes), pages_for(bytes) * PAGE_BYTES - bytes);
    return (uword *)start;
  }
  return take_immortal(heap, &heap->collector->immortal_room, bytes, 0);
}

uword *heap_alloc_immortal_constant(struct heap *heap) {
  return take_immortal(heap, &heap->collector->constant_room, PAIR_BYTES, PAGE_DST_CONSTANT);
}
