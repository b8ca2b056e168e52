// The page allocator: all memory, in pages of 512 words, with a side table by page number.
//
// Uses: base.  Used by: gc/heap, and compiler scratch.
//
// Idea: the platform hands over one range; page n starts at pages.start + n * PAGE_BYTES.  A run of
// pages belongs to one owner (a heap, scratch, or nobody).  The two byte tables `src` and `dst` are the
// write barrier's whole knowledge (see heap_store).
//
//   PAGE-1  A page is in exactly one run; free runs are coalesced.
//   PAGE-2  A free page has src = dst = 0 and, in debug builds, is filled with poison.
#ifndef GC_PAGES_H
#define GC_PAGES_H

#include "base/base.h"

struct heap;

enum page_kind {
  PAGE_FREE, PAGE_RESERVED /* the tables themselves */, PAGE_SCRATCH, PAGE_NURSERY,
  PAGE_OLD /* movable old objects */, PAGE_FIXED /* small objects that never move */,
  PAGE_LARGE /* first page of one large object */, PAGE_LARGE_REST, PAGE_IMMORTAL, PAGE_HEAP /* a struct heap */
};

// dst bits: what a Value that points here is.  src bits: which of those matter to a store into here.
#define PAGE_DST_YOUNG 1u
#define PAGE_DST_HEAP 2u   // any page of a process heap, old or young
#define PAGE_DST_COMMONS 4u
#define PAGE_DST_FOREIGN 8u
#define PAGE_ALWAYS 0x80u

struct page_info {
  struct heap *owner;
  uint32_t run_pages;   // at the first page of a run: its length
  uint8_t kind;         // enum page_kind
  uint8_t dirty;        // one bit per eighth of the page: cards with slots that may point to young objects
  uint8_t spare[2];
};

struct pages {
  char *start;          // first byte of page 0
  size_t n_pages, n_free;
  uint8_t *src, *dst;   // indexed by page number
  struct page_info *info;
  // fault injection: when not 0, the allocation counted down to 0 fails (and so does every `fail_every`th)
  uint32_t fail_after, fail_every;
};
// The machine's one page allocator.
extern struct pages pages;

// Take over the platform's memory range.  False when it is too small to hold anything.
bool pages_init(char *start, size_t size_bytes) MUST_USE;
// A run of `n` contiguous pages for `owner`, or NULL.  Cost: first fit over free runs.
void *pages_alloc(size_t n, struct heap *owner, enum page_kind kind) MUST_USE;
void pages_free(void *first);

static inline size_t page_of(const void *p) {
  return (size_t)((const char *)p - pages.start) / PAGE_BYTES;
}

#endif
