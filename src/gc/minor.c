// Minor collections: everything young that is reachable becomes old.
//
// Uses: gc/collector.
//
// Survivors are copied to the end of the old space, and scanned there in the order they were copied, so
// the pages between `scan` and old_top are the whole queue.  An object that finds no page stays where it
// is, marked, and its page goes to the work list; a young large object becomes old by a change of its
// page's bits.  Nothing is young afterwards, so no card is dirty.
#include "gc/collector.h"

struct minor {
  struct heap *heap;
  struct collector *c;
  char *before;         // old_top at the start: survivors are above it in its page
  char *scan;           // survivors up to here are scanned; in page `scan_page`, 0: none yet
  uint32_t scan_page;
};

// --- survivors -----------------------------------------------------------------------------------------
bool open_old_page(struct heap *heap, size_t bytes) {
  struct collector *c = heap->collector;
  ASSERT(bytes <= PAGE_BYTES);
  char *start = must_take_pages(heap, 1, PAGE_OLD);
  if (!start) return false;
  uint32_t run = (uint32_t)page_of(start);
  set_barrier(run, PAGE_DST_YOUNG, PAGE_DST_HEAP);
  heap_fill((uword *)c->old_top, (size_t)(c->old_limit - c->old_top));
  run_append(&c->old, run);
  c->old_bytes += PAGE_BYTES;
  c->old_top = start;
  c->old_limit = start + PAGE_BYTES;
  return true;
}

// The mark bits of nursery runs are stale until the first object has to stay in one.
static void begin_keeping(struct collector *c) {
  if (c->kept_in_place) return;
  c->kept_in_place = true;
  for (uint32_t run = c->young.first; run; run = pages.info[run].next) clear_marks(run);
}

static void keep_in_place(struct heap *heap, uword *p, size_t bytes) {
  size_t page = page_of(p);
  begin_keeping(heap->collector);
  set_mark(p);
  pages.info[pages.info[page].first].flags |= PAGE_KEEPS;
  add_work(heap->collector, page);
  heap->statistics.n_in_place++;
  heap->statistics.bytes_promoted += bytes;
}

static void promote_large(struct heap *heap, uword *p) {
  uint32_t run = (uint32_t)page_of(p);
  set_barrier(run, PAGE_DST_YOUNG, PAGE_DST_HEAP);
  add_work(heap->collector, run);
  heap->statistics.bytes_promoted += run_bytes(run);
}

// The rest of `forward` for what is neither a copied object nor a small one that fits.
static Value stay(struct heap *heap, Value v, uword *p, size_t bytes) {
  if (bytes >= HEAP_LARGE_BYTES) {
    promote_large(heap, p);
  } else if (!heap->collector->kept_in_place || !is_marked(p)) {
    keep_in_place(heap, p, bytes);
  }
  return v;
}

static inline void copy_words(uword *to, const uword *from, size_t bytes) {
  for (size_t i = 0; i < bytes / sizeof(uword); i++) to[i] = from[i];
}

// Where the young object `v` is from now on.
static inline Value forward(struct heap *heap, Value v) {
  struct collector *c = heap->collector;
  uword *from = value_address(v);
  uword tag = v.w & TAG_MASK;
  if (from[0] == VALUE_FORWARD.w) return value_from_word(from[1]);
  size_t bytes = tag == TAG_PAIR ? PAIR_BYTES : object_size_bytes(from);
  if (UNLIKELY(bytes >= HEAP_LARGE_BYTES)) return stay(heap, v, from, bytes);
  if (UNLIKELY(c->kept_in_place && is_marked(from))) return v;
  if (UNLIKELY(bytes > (size_t)(c->old_limit - c->old_top)) && !open_old_page(heap, bytes)) {
    return stay(heap, v, from, bytes);
  }
  uword *to = (uword *)c->old_top;
  c->old_top += bytes;
  if (tag == TAG_PAIR) {
    to[0] = from[0];
    to[1] = from[1];
  } else {
    copy_words(to, from, bytes);
  }
  from[0] = VALUE_FORWARD.w;
  from[1] = (uword)to | tag;
  return value_from_word(from[1]);
}

static inline void forward_slots(struct heap *heap, Value *slot, Value *end) {
  for (; slot < end; slot++) {
    if (heap_is_young(*slot)) *slot = forward(heap, *slot);
  }
}

// --- what is scanned -------------------------------------------------------------------------------------
static void scan_roots(struct heap *heap) {
  forward_slots(heap, heap->roots, heap->roots + N_HEAP_ROOTS);
}

// The slots of dirty cards of one old page.  Objects are found by walking its run from the start.
static void scan_cards(struct minor *m, uint32_t page, unsigned dirty) {
  char *p = run_start(pages.info[page].first);
  char *start = page_address(page), *end = start + PAGE_BYTES;
  if (m->before > start && m->before < end) end = m->before;
  while (p < end) {
    Value *slot;
    size_t n = values_at((uword *)p, &slot);
    Value *stop = slot + n;
    if ((char *)slot < start) slot = (Value *)start;
    if ((char *)stop > end) stop = (Value *)end;
    for (; slot < stop; slot++) {
      if (dirty >> ((size_t)((char *)slot - start) / CARD_BYTES) & 1) {
        forward_slots(m->heap, slot, slot + 1);
      }
    }
    p += size_at((uword *)p);
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
      scan_cards(m, page, dirty);
    }
  }
}

// Scan survivors in the order they were copied, page by page along the list of old pages.
static void scan_survivors(struct minor *m) {
  struct collector *c = m->c;
  while (m->scan != c->old_top) {
    if ((uword)m->scan % PAGE_BYTES == 0 && m->scan != page_address(m->scan_page)) {
      m->scan_page = m->scan_page ? pages.info[m->scan_page].next : c->old.first;
      m->scan = page_address(m->scan_page);
      continue;
    }
    Value *slot;
    uword *p = (uword *)m->scan;
    size_t n = values_at(p, &slot);
    m->scan += size_at(p);
    forward_slots(m->heap, slot, slot + n);
  }
}

// --- afterwards --------------------------------------------------------------------------------------------
static void settle_large(struct heap *heap) {
  struct collector *c = heap->collector;
  for (uint32_t run = c->young_large.first, next; run; run = next) {
    next = pages.info[run].next;
    if (pages.dst[run] & PAGE_DST_YOUNG) {
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
      pages.info[i].flags = 0;
    }
    set_barrier(run, PAGE_DST_YOUNG, PAGE_DST_HEAP);
    c->old_bytes += run_bytes(run);
    sweep_run(heap, run, &kept);
  }
  runs_prepend(&c->old, &kept);
}

void collect_young(struct heap *heap) {
  struct collector *c = heap->collector;
  struct minor m = {heap, c, c->old_top, c->old_top, c->old.last};
  c->kept_in_place = false;
  scan_roots(heap);
  do {
    scan_work(&m);
    scan_survivors(&m);
  } while (c->work != WORK_END);
  heap_fill((uword *)c->old_top, (size_t)(c->old_limit - c->old_top));
  settle_large(heap);
  if (c->kept_in_place) settle_kept(heap);
  renew_nursery(heap);
}
