// The commons: the one heap that every process may point into.  Nothing in it moves.
//
// Uses: gc/pages, obj.  Used by: data/symbol, proc.
//
//   COMMONS-1  An object of the commons refers to the commons, to the image and to immediates only.
//   COMMONS-2  Its pages are walkable; what lies on frozen ones is never written after it was made.
#ifndef GC_COMMONS_H
#define GC_COMMONS_H

#include "gc/heap.h"

extern struct commons {
  struct room frozen, mutable;
  uint32_t runs;  // all of them, linked by page_info.next
  size_t held_bytes;
} commons;

// Room for an object of `bytes`, a multiple of 8, that nobody will change (`frozen`) or everybody may; NULL: no pages.
// The caller fills every word before the next safepoint.
uword *commons_alloc(size_t bytes, bool frozen) MUST_USE;
// A run of `live_bytes` of frozen objects, which a heap gives (gc/give.c).
void commons_take(uint32_t run);
// How many bytes its pages take.
size_t commons_held_bytes(void);

#endif
