// Minor collections: everything young that is reachable becomes old.
//
// Uses: gc/collector.
//
// Survivors are copied to regions of the old space, and scanned there in the order they were copied, so
// the regions from that of `scan` on are the whole queue.  An object that finds no page stays where it
// is, marked, and its page goes to the work list; a young large object becomes old by a change of its
// page's bits.  Nothing is young afterwards, so no card is dirty.
#include "base/platform.h"
#include "gc/collector.h"
#include "gc/commons.h"

struct minor {
  struct heap *heap;
  struct collector *c;
  char *scan;           // survivors of `region` up to here are scanned
  struct region_end *region;  // NULL: none yet
};

// What copying needs at every slot, in a local variable that no call sees, so it stays in registers.
// It is loaded from the collector at the start of a scan and stored back before anything is called.
struct copier {
  struct heap *heap;
  const char *start;    // of page 0
  const uint8_t *dst;
  char *top, *limit;
};

static inline struct copier copier_load(struct heap *heap) {
  struct collector *c = heap->collector;
  return (struct copier){heap, pages.start, pages.dst, c->old_top, c->old_limit};
}

// --- survivors -----------------------------------------------------------------------------------------
// The mark bits of nursery runs are stale until the first object has to stay in one.
static void begin_keeping(struct collector *c) {
  if (c->kept_in_place) return;
  c->kept_in_place = true;
  for (uint32_t run = c->young.first; run; run = pages.info[run].next) clear_marks(run);
}

static void keep_in_place(struct heap *heap, uword *p) {
  size_t page = page_of(p);
  begin_keeping(heap->collector);
  set_mark(p);
  pages.info[pages.info[page].first].flags |= PAGE_KEEPS;
  add_work(heap->collector, page);
  heap->statistics.n_in_place++;
}

static void promote_large(struct heap *heap, uword *p) {
  uint32_t run = (uint32_t)page_of(p);
  settle_run(heap->collector, run);
  clear_marks(run);  // a heap that ended while it marked may have left some
  add_work(heap->collector, run);
}

// The rest of `forward`: a large object, one that stays, or one that needs another page.
static __attribute__((noinline)) Value forward_slow(struct heap *heap, Value v, size_t bytes) {
  struct collector *c = heap->collector;
  uword *from = value_address(v);
  if (bytes >= HEAP_LARGE_BYTES || pages.info[page_of(from)].kind == PAGE_LARGE) {
    if (pages.dst[page_of(from)] & PAGE_DST_YOUNG) promote_large(heap, from);
    return v;
  }
  if (c->kept_in_place && is_marked(from)) return v;
  if (bytes > (size_t)(c->old_limit - c->old_top) && !open_region(heap, bytes)) {
    keep_in_place(heap, from);
    return v;
  }
  uword *to = (uword *)c->old_top;
  c->old_top += bytes;
  memcpy(to, from, bytes);
  from[0] = VALUE_FORWARD.w;
  from[1] = (uword)to | (v.w & TAG_MASK);
  return value_from_word(from[1]);
}

// Where the young object `v` is from now on.  Where objects may stay in place, all goes the slow way.
static inline __attribute__((always_inline)) Value forward(struct copier *k, Value v) {
  uword *from = value_address(v);
  uword tag = v.w & TAG_MASK;
  if (from[0] == VALUE_FORWARD.w) return value_from_word(from[1]);
  size_t bytes = tag == TAG_PAIR ? PAIR_BYTES : object_size_bytes(from);
  if (UNLIKELY(tag != TAG_PAIR && header_has_type(from[0], T_STACK))) return v;  // the heap's own
  uword *to = (uword *)k->top;
  if (UNLIKELY(bytes > (size_t)(k->limit - k->top)) || UNLIKELY(k->heap->collector->kept_in_place)) {
    k->heap->collector->old_top = k->top;
    v = forward_slow(k->heap, v, bytes);
    k->top = k->heap->collector->old_top;
    k->limit = k->heap->collector->old_limit;
    return v;
  }
  k->top += bytes;
  to[0] = from[0];
  to[1] = from[1];
  for (size_t i = 2; i < bytes / sizeof(uword); i++) to[i] = from[i];
  from[0] = VALUE_FORWARD.w;
  from[1] = (uword)to | tag;
  return value_from_word((uword)to | tag);
}

static inline __attribute__((always_inline)) void forward_slot(struct copier *k, Value *slot) {
  Value v = *slot;
  if (!is_pointer(v)) return;
  if (k->dst[(uword)((char *)v.w - k->start) / PAGE_BYTES] & PAGE_DST_YOUNG) *slot = forward(k, v);
}

static void forward_slots(struct heap *heap, Value *slot, Value *end) {
  struct copier k = copier_load(heap);
  for (; slot < end; slot++) forward_slot(&k, slot);
  heap->collector->old_top = k.top;
}

// --- what is scanned -------------------------------------------------------------------------------------
static void scan_roots(struct heap *heap) {
  Value *frames;
  size_t n = own_stack_values(heap, &frames);
  forward_slots(heap, heap->roots, heap->roots + N_HEAP_ROOTS);
  forward_slots(heap, frames, frames + n);
}

// The slots in [from, to), dirty cards of one run.  Values that lie elsewhere (T_PORTION) were all forwarded when their
// holder was, and are none of these slots.  The dead of an unswept run may refer to what is no more.
static void scan_range(struct minor *m, uint32_t run, char *from, char *to) {
  struct copier k = copier_load(m->heap);
  bool some_dead = is_unswept(m->c, run);
  char *p = (char *)object_over(m->c, run, from);
  while (p < to) {
    if (p == k.top) {
      p = k.limit + sizeof(struct region_end);
      continue;
    }
    if (!some_dead || is_marked(p)) {
      Value *slot;
      size_t n = values_at((uword *)p, &slot);
      Value *stop = slot + n;
      if ((char *)slot < from) slot = (Value *)from;
      if ((char *)stop > to) stop = (Value *)to;
      for (; slot < stop; slot++) forward_slot(&k, slot);
    }
    p += size_at((uword *)p);
  }
  m->c->old_top = k.top;
}

static void scan_cards(struct minor *m, uint32_t page, unsigned dirty) {
  char *start = page_address(page);
  uint32_t run = pages.info[page].first;
  while (dirty) {
    unsigned first = (unsigned)__builtin_ctz(dirty);
    unsigned n = (unsigned)__builtin_ctz(~(dirty >> first));
    char *from = start + first * CARD_BYTES;
    if (from < run_start(run)) from = run_start(run);
    scan_range(m, run, from, start + (first + n) * CARD_BYTES);
    dirty &= ~(((1u << n) - 1) << first);
  }
}

// The objects of one nursery page that stay in it.
static void scan_kept(struct heap *heap, uint32_t page) {
  char *end = page_address(page + 1);
  for (char *p = next_marked(page_address(page), end); p < end; p = next_marked(p + 8, end)) {
    Value *slot;
    size_t n = values_at((uword *)p, &slot);
    forward_slots(heap, slot, slot + n);
  }
}

static void scan_work(struct minor *m) {
  struct heap *heap = m->heap;
  for (uint32_t page; (page = take_work(m->c)) != WORK_END;) {
    struct page_info *info = &pages.info[page];
    unsigned dirty = info->dirty;
    info->dirty = 0;
    if (info->kind == PAGE_NURSERY) {
      scan_kept(heap, page);
    } else if (info->kind == PAGE_LARGE && !dirty) {
      Value *slot;
      size_t n = values_at((uword *)page_address(page), &slot);
      forward_slots(heap, slot, slot + n);
    } else {
      info->work_next = WORK_END;  // it is still busy: not to be swept
      scan_cards(m, page, dirty);
      info->work_next = 0;
    }
  }
}

// Scan survivors in the order they were copied, region by region.
static void scan_survivors(struct minor *m) {
  struct copier k = copier_load(m->heap);
  char *scan = m->scan;
  if (!m->region) {
    m->region = m->c->regions;
    if (!m->region) return;
    scan = m->region->start;
  }
  while (scan != k.top) {
    if (scan == (char *)m->region) {
      m->region = m->region->next;
      scan = m->region->start;
      continue;
    }
    uword *p = (uword *)scan;
    if (!word_is_header(*p)) {
      scan += PAIR_BYTES;
      forward_slot(&k, (Value *)p);
      forward_slot(&k, (Value *)p + 1);
      continue;
    }
    Value *slot;
    size_t n = object_values(p, &slot);
    scan += object_size_bytes(p);
    for (Value *end = slot + n; slot < end; slot++) forward_slot(&k, slot);
  }
  m->scan = scan;
  m->c->old_top = k.top;
}

// --- afterwards --------------------------------------------------------------------------------------------
static void settle_large(struct heap *heap) {
  struct collector *c = heap->collector;
  for (uint32_t run = c->young_large.first, next; run; run = next) {
    next = pages.info[run].next;
    if (pages.dst[run] & PAGE_DST_YOUNG) {
      commons_last_look(heap, run);
      drop_run(heap, run);
    } else {
      run_append(&c->large, run);
      c->old_bytes += run_bytes(run);
    }
  }
  c->young_large = (struct run_list){0, 0};
  c->young_large_bytes = 0;
}

// A run where objects stayed becomes an old one.  What was copied out of it is unmarked, so it goes with
// the dead.
static void settle_kept(struct heap *heap) {
  struct collector *c = heap->collector;
  struct run_list young = c->young;
  struct run_list kept = {0, 0};
  c->young = (struct run_list){0, 0};
  for (uint32_t run = young.first, next; run; run = next) {
    next = pages.info[run].next;
    if (!(pages.info[run].flags & PAGE_KEEPS)) {
      run_append(&c->young, run);
      continue;
    }
    if (run_start(run) == c->reserve) c->reserve = NULL;
    for (uint32_t i = run; i < run + pages.info[run].run_pages; i++) {
      pages.info[i].kind = PAGE_OLD;
      pages.info[i].flags &= (uint8_t)~PAGE_KEEPS;
    }
    c->old_bytes += run_bytes(run);
    sweep_run(heap, run, &kept, false);
  }
  runs_take(c->phase == PHASE_MARK ? &c->fresh : &c->old, &kept);
}

size_t collect_young(struct heap *heap) {
  struct collector *c = heap->collector;
  struct minor m = {.heap = heap, .c = c};
  size_t kept;
  uint64_t since_us = platform_time_us();
  c->kept_in_place = false;
  c->n_dirty = 0;
  begin_regions(c);
  scan_roots(heap);
  do {
    scan_work(&m);
    scan_survivors(&m);
  } while (c->work != WORK_END);
  size_t promoted = end_regions(c);
  kept = c->old_bytes;
  settle_large(heap);
  if (c->kept_in_place) settle_kept(heap);
  promoted += c->old_bytes - kept;
  heap->statistics.bytes_promoted += promoted;
  renew_nursery(heap, platform_time_us() - since_us);
  return promoted;
}
