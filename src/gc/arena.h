// Arenas: scratch memory of the compiler, in pages, given back all at once.
//
// Uses: gc/pages.  Used by: compile, code, text.
//
// An arena lives within one primitive call; Values kept in it are no roots, which is right because nothing
// moves inside a primitive.
#ifndef GC_ARENA_H
#define GC_ARENA_H

#include "gc/pages.h"

struct arena {
  struct arena_run *runs;
  char *top, *limit;
  size_t held_bytes, quota_bytes;
};

void arena_init(struct arena *arena, size_t quota_bytes);
// `bytes` zeroed bytes, 8-aligned, or NULL when memory or the quota is used up.
void *arena_alloc(struct arena *arena, size_t bytes) MUST_USE;
void arena_free(struct arena *arena);

#endif
