// Walking: every object of a heap, dead ones included, in no particular order.
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
