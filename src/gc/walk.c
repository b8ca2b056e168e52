// Walking: every object of a heap, dead ones included, in no particular order; or those of one run, bit by bit.
//
// Uses: gc/collector.
#include "gc/collector.h"

static void walk_span(char *p, char *end, HeapVisit visit, void *context, enum page_kind kind) {
  while (p < end) {
    size_t bytes = size_at((uword *)p);
    if (!is_filler(*(uword *)p)) visit(context, value_at((uword *)p), kind);
    p += bytes;
  }
}

static void walk_list(const struct run_list *list, HeapVisit visit, void *context) {
  for (uint32_t run = list->first; run; run = pages.info[run].next) {
    enum page_kind kind = (enum page_kind)pages.info[run].kind;
    walk_span(run_start(run), run_end(run), visit, context, kind);
  }
}

// The first nursery run is filled up to heap->top only.
void heap_walk(struct heap *heap, HeapVisit visit, void *context) {
  struct collector *c = heap->collector;
  const struct run_list *lists[] = OLD_LISTS(c);
  walk_list(&c->young_large, visit, context);
  walk_list(&c->immortal, visit, context);
  for (unsigned i = 0; i < ARRAY_LENGTH(lists); i++) walk_list(lists[i], visit, context);
  uint32_t run = c->young.first;
  if (!run) return;
  walk_span(run_start(run), heap->top, visit, context, PAGE_NURSERY);
  struct run_list full = {pages.info[run].next, c->young.last};
  walk_list(&full, visit, context);
}

static bool can_be_walked(const struct heap *heap, uint32_t page) {
  const struct page_info *info = &pages.info[page];
  if (info->first != page) return false;
  switch (info->kind) {
    case PAGE_IMMORTAL: return true;
    case PAGE_NURSERY: return info->owner == heap && pages.dst[page] & PAGE_DST_YOUNG;
    case PAGE_OLD: case PAGE_FIXED: case PAGE_LARGE: return info->owner == heap;
    default: return false;
  }
}

// Dead objects of unswept runs may refer to what is no more; all others are whole.
static char *skip_gaps(const struct heap_look *look, char *p) {
  while (p < look->end && (is_filler(*(uword *)p) || (look->some_dead && !is_marked(p)))) p += size_at((uword *)p);
  return p;
}

void heap_look_begin(struct heap *heap, uint32_t page, size_t offset, struct heap_look *look) {
  *look = (struct heap_look){NULL, NULL, NULL, false};
  if (!can_be_walked(heap, page)) return;
  char *start = run_start(page), *end = page == heap->collector->young.first ? heap->top : run_end(page);
  *look = (struct heap_look){start, start, end, is_unswept(heap->collector, page)};
  while (look->at < end && (size_t)(look->at - start) < offset) look->at += size_at((uword *)look->at);
  look->at = skip_gaps(look, look->at);
}

Value heap_look_next(struct heap_look *look) {
  uword *p = (uword *)look->at;
  look->at = skip_gaps(look, look->at + size_at(p));
  return value_at(p);
}
