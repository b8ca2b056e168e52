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
// Store in a mutable object of the commons: `v` is an immediate, of the image or of the commons (COMMONS-1).
static inline void commons_store(Value *slot, Value v) {
  ASSERT(!is_pointer(v) || pages.dst[page_of(value_address(v))] & (PAGE_DST_COMMONS | PAGE_DST_FROZEN));
  *slot = v;
}
static inline bool commons_may_hold(Value v) {
  return !is_pointer(v) || pages.dst[page_of(value_address(v))] & (PAGE_DST_COMMONS | PAGE_DST_FROZEN);
}
// How many bytes its pages take.
size_t commons_held_bytes(void);

#endif
