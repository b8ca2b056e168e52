// Arenas: bump allocation in runs of scratch pages.
//
// Uses: gc/pages.
//
// The first granules of each run hold the link to the run before it.  Runs grow with the arena, so that
// a large one is few runs; when a long run cannot be had, a short one serves.
#include "gc/arena.h"

#define MAX_RUN_PAGES 64

struct arena_run {
  struct arena_run *next;
  size_t size_bytes;
};
#define RUN_HEAD_BYTES round_up(sizeof(struct arena_run), 8)

void arena_init(struct arena *arena, size_t quota_bytes) {
  *arena = (struct arena){.quota_bytes = quota_bytes};
}

static bool add_run(struct arena *arena, size_t n_pages) {
  size_t size_bytes = n_pages * PAGE_BYTES;
  if (size_bytes > arena->quota_bytes - arena->held_bytes) return false;
  char *start = pages_alloc(n_pages, NULL, PAGE_SCRATCH);
  if (!start) return false;
  struct arena_run *run = (struct arena_run *)start;
  *run = (struct arena_run){.next = arena->runs, .size_bytes = size_bytes};
  arena->runs = run;
  arena->held_bytes += size_bytes;
  arena->top = start + RUN_HEAD_BYTES;
  arena->limit = start + size_bytes;
  return true;
}

void *arena_alloc(struct arena *arena, size_t bytes) {
  if (bytes > arena->quota_bytes) return NULL;
  bytes = round_up(bytes + !bytes, 8);
  if (bytes > (size_t)(arena->limit - arena->top)) {
    size_t needed = round_up(bytes + RUN_HEAD_BYTES, PAGE_BYTES) / PAGE_BYTES;
    size_t wanted = arena->held_bytes / PAGE_BYTES;
    if (wanted > MAX_RUN_PAGES) wanted = MAX_RUN_PAGES;
    bool longer = wanted > needed && add_run(arena, wanted);
    if (!longer && !add_run(arena, needed)) return NULL;
  }
  char *p = arena->top;
  arena->top += bytes;
  return memset(p, 0, bytes);
}

void arena_free(struct arena *arena) {
  while (arena->runs) {
    struct arena_run *run = arena->runs;
    arena->runs = run->next;
    pages_free(run);
  }
  arena_init(arena, arena->quota_bytes);
}
