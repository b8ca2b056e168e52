// Cards: which slots outside the nursery may hold references to young objects (GC-2).
//
// Uses: gc/collector.
//
// A card is a sixteenth of a page and has one bit in page_info.dirty.  Pages with dirty cards are on the
// work list, so a minor collection looks at them and at no other old page.  After it nothing is young,
// and all cards are clean.  For an immortal page it also matters whether it refers to the heap at all:
// PAGE_REFERS makes it a root of every major collection from then on.
#include "gc/collector.h"
#include "gc/commons.h"

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

// A program that stores much and allocates little comes to a minor collection by the number of cards, so that
// the pause for scanning them is bounded.
static void add_dirty(struct heap *heap, size_t page, unsigned bits) {
  struct collector *c = heap->collector;
  struct page_info *info = &pages.info[page];
  uint32_t before = c->n_dirty;
  c->n_dirty += (uint32_t)__builtin_popcount(bits & ~(unsigned)info->dirty);
  info->dirty |= (uint16_t)bits;
  add_work(c, page);
  if (c->n_dirty / DIRTY_CARDS_MOST != before / DIRTY_CARDS_MOST) heap_want_collection(heap);
}

void heap_want_collection(struct heap *heap) {
  heap->limit = NULL;
  if (heap->poll) heap->poll(heap->poll_context);
}

void heap_store_slow(struct heap *heap, Value holder, Value *slot, Value v) {
  (void)holder;
  size_t page = page_of(slot);
  CHECK(!(pages.dst[page] & (PAGE_DST_FROZEN | PAGE_DST_COMMONS)));
  if (heap->is_marking) {
    heap_shade(heap, *slot);
  } else {
    pages.src[page] &= (uint8_t)~PAGE_ALWAYS;
  }
  if (!is_pointer(v)) return;
  if (pages.dst[page_of(value_address(v))] & PAGE_DST_COMMONS) pages.src[page] &= (uint8_t)~PAGE_SPARED;
  note_immortal_refers(page);
  bool is_young = pages.dst[page] & PAGE_DST_YOUNG;  // a large object, armed for the commons
  if (!is_young && heap_is_young(v)) add_dirty(heap, page, 1u << ((uword)slot % PAGE_BYTES / CARD_BYTES));
}

bool heap_store_shared(Value *slot, Value v) {
  if (pages.dst[page_of(slot)] & PAGE_DST_FROZEN || !commons_may_hold(v)) return false;
  commons_store(slot, v);
  return true;
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
    pages.src[page] &= (uint8_t)~PAGE_SPARED;
    add_dirty(heap, page, card_bits(offset, offset + (size_t)(stop - p)));
    p = stop;
  }
}

void heap_remember(struct heap *heap, Value object) {
  if (!is_pointer(object) || heap_is_young(object) || is_own_stack(heap, value_address(object))) return;
  Value *first;
  size_t n = values_at(value_address(object), &first);
  remember_bytes(heap, first, n * sizeof(Value));
}

// --- the object over an address ------------------------------------------------------------------------------
#define NO_START 0xff

// Where the first object of each card begins, in granules from the card's start.
static void learn_starts(uint32_t page) {
  struct page_info *info = &pages.info[page];
  char *start = page_address(page), *end = page_address(page + 1);
  memset(info->starts, NO_START, sizeof info->starts);
  for (char *p = start; p < end; p += size_at((uword *)p)) {
    size_t offset = (size_t)(p - start);
    uint8_t *first = &info->starts[offset / CARD_BYTES];
    if (*first == NO_START) *first = (uint8_t)(offset % CARD_BYTES / 8);
  }
  info->flags |= PAGE_STARTS;
}

uword *object_over(const struct collector *c, uint32_t run, char *at) {
  struct page_info *info = &pages.info[run];
  char *p = run_start(run);
  if (info->kind == PAGE_LARGE) return (uword *)p;
  bool filling = c->old_limit && pages.info[page_of(c->old_limit)].first == run;
  if (info->run_pages == 1 && !filling && !(info->flags & PAGE_OWN)) {
    if (!(info->flags & PAGE_STARTS)) learn_starts(run);
    size_t card = (size_t)(at - p) / CARD_BYTES;
    // The object over the card's first word begins in a card before, unless it begins right there.
    while (card > 0 && (info->starts[card] == NO_START || p + card * CARD_BYTES + info->starts[card] * 8u > at)) card--;
    p += card * CARD_BYTES + info->starts[card] * 8u;
  }
  for (;;) {
    char *next = p == c->old_top ? c->old_limit + sizeof(struct region_end) : p + size_at((uword *)p);
    if (next > at) return (uword *)p;
    p = next;
  }
}

void heap_remember_slots(struct heap *heap, const Value *first, size_t n) {
  if (n && !(pages.dst[page_of(first)] & PAGE_DST_YOUNG)) remember_bytes(heap, first, n * sizeof(Value));
}
