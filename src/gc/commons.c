// The commons: its pages and allocation.
//
// Uses: see the header.
#include "gc/commons.h"
#include "gc/collector.h"

struct commons commons;

static void add_run(uint32_t run, bool frozen) {
  set_barrier(run, PAGE_ALWAYS, PAGE_DST_COMMONS | (frozen ? PAGE_DST_FROZEN | PAGE_DST_CONSTANT : 0));
  pages.info[run].next = commons.runs;
  commons.runs = run;
  commons.held_bytes += run_bytes(run);
}

static char *take_run(size_t n_pages, bool frozen) {
  char *start = pages_alloc(n_pages, NULL, PAGE_COMMONS);
  if (!start) return NULL;
  add_run((uint32_t)page_of(start), frozen);
  return start;
}

uword *commons_alloc(size_t bytes, bool frozen) {
  struct room *room = frozen ? &commons.frozen : &commons.mutable;
  if (bytes >= HEAP_LARGE_BYTES) {
    size_t n_pages = bytes / PAGE_BYTES + (bytes % PAGE_BYTES != 0);
    char *start = take_run(n_pages, frozen);
    if (start) heap_fill((uword *)(start + bytes), n_pages * PAGE_BYTES - bytes);
    return (uword *)start;
  }
  if (bytes > (size_t)(room->limit - room->top)) {
    char *start = take_run(1, frozen);
    if (!start) return NULL;
    *room = (struct room){start, start + PAGE_BYTES};
  }
  uword *p = (uword *)room->top;
  room->top += bytes;
  heap_fill((uword *)room->top, (size_t)(room->limit - room->top));
  return p;
}

void commons_take(uint32_t run) {
  for (uint32_t i = run; i < run + pages.info[run].run_pages; i++) {
    pages.info[i].owner = NULL;
    pages.info[i].kind = PAGE_COMMONS;
    pages.info[i].flags = 0;
  }
  add_run(run, true);
}

size_t commons_held_bytes(void) {
  return commons.held_bytes;
}
