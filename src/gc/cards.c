// Cards: which slots outside the nursery may hold references to young objects (GC-2).
//
// Uses: gc/collector.
//
// A card is an eighth of a page and has one bit in page_info.dirty.  Pages with dirty cards are on the
// work list, so a minor collection looks at them and at no other old page.  After it nothing is young,
// and all cards are clean.  For an immortal page it also matters whether it refers to the heap at all:
// PAGE_REFERS makes it a root of every major collection from then on.
#include "gc/collector.h"

void add_work(struct collector *c, size_t page) {
  struct page_info *info = &pages.info[page];
  if (info->work_next) return;
  info->work_next = c->work;
  c->work = (uint32_t)page;
}

uint32_t take_work(struct collector *c) {
  uint32_t page = c->work;
  if (page == WORK_END) return page;
  c->work = pages.info[page].work_next;
  pages.info[page].work_next = 0;
  return page;
}

// After this a store of an old reference into `page` is of no interest any more.
static void note_immortal_refers(size_t page) {
  if (pages.info[page].kind != PAGE_IMMORTAL) return;
  pages.info[pages.info[page].first].flags |= PAGE_REFERS;
  pages.src[page] &= (uint8_t)~PAGE_DST_HEAP;
}

void heap_store_slow(struct heap *heap, Value holder, Value *slot, Value v) {
  (void)holder;
  size_t page = page_of(slot);
  note_immortal_refers(page);
  if (!heap_is_young(v)) return;
  pages.info[page].dirty |= (uint8_t)(1u << ((uword)slot % PAGE_BYTES / CARD_BYTES));
  add_work(heap->collector, page);
}

// The Values in [first, first+n) are about to be overwritten without heap_store; what they refer to is
// shaded, for it belongs to the snapshot.  Nothing marks in slices yet, so there is no snapshot to keep.
void heap_overwrite_slow(struct heap *heap, Value *first, size_t n) {
  (void)heap;
  (void)first;
  (void)n;
}

// The dirty bits of the cards that [from, to) touches, both offsets within one page, from < to.
static unsigned card_bits(size_t from, size_t to) {
  unsigned first = (unsigned)(from / CARD_BYTES), last = (unsigned)((to - 1) / CARD_BYTES);
  return (2u << last) - (1u << first);
}

void remember_bytes(struct heap *heap, const void *start, size_t bytes) {
  const char *p = start, *end = p + bytes;
  while (p < end) {
    size_t page = page_of(p);
    char *page_end = page_address(page + 1);
    const char *stop = end < page_end ? end : page_end;
    size_t offset = (size_t)(p - page_address(page));
    note_immortal_refers(page);
    pages.info[page].dirty |= (uint8_t)card_bits(offset, offset + (size_t)(stop - p));
    add_work(heap->collector, page);
    p = stop;
  }
}

void heap_remember(struct heap *heap, Value object) {
  if (!is_pointer(object) || heap_is_young(object)) return;
  Value *first;
  size_t n = values_at(value_address(object), &first);
  remember_bytes(heap, first, n * sizeof(Value));
}
