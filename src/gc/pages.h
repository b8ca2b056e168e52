// The page allocator: all memory, in pages of 512 words, with a side table by page number.
//
// Uses: base.  Used by: gc/heap, and compiler scratch.
//
// Idea: the platform hands over one range; page n starts at pages.start + n * PAGE_BYTES.  A run of
// pages belongs to one owner (a heap, scratch, or nobody).  The two byte tables `src` and `dst` are the
// write barrier's whole knowledge (see heap_store).
//
//   PAGE-1  A page is in exactly one run; free runs are coalesced.  Page 0 is never free, so that
//           page number 0 can end a list.
//   PAGE-2  A free page has src = dst = 0 and, in debug builds, is filled with poison.
#ifndef GC_PAGES_H
#define GC_PAGES_H

#include "base/base.h"

struct heap;

enum page_kind {
  PAGE_FREE, PAGE_RESERVED /* the tables themselves */, PAGE_SCRATCH, PAGE_NURSERY,
  PAGE_OLD /* movable old objects */, PAGE_FIXED /* small objects that never move */,
  PAGE_LARGE /* first page of one large object */, PAGE_LARGE_REST, PAGE_IMMORTAL /* the image */,
  PAGE_COMMONS, PAGE_HEAP /* a struct heap */
};

// dst bits: what a Value that points here is.  src bits: which of those matter to a store into here.
#define PAGE_DST_YOUNG 1u
#define PAGE_DST_HEAP 2u   // any page of a process heap, old or young
#define PAGE_DST_COMMONS 4u
#define PAGE_DST_FROZEN 8u    // nobody may change what lies here: the image, and most of the commons
#define PAGE_DST_CONSTANT 0x20u  // pairs that lie here are constants of a program (OBJ-3)
#define PAGE_DST_WHITE 0x40u     // what lies here must be marked to outlive a cycle (collector.h)
#define PAGE_DST_AWAITED 0x80u   // weak objects wait for something that lies here to be marked (gc/weak.c)
#define PAGE_ALWAYS 0x80u        // a src bit
// The src bit that meets PAGE_DST_COMMONS: nothing that lies here refers to the commons (COMMONS-4).
#define PAGE_SPARED PAGE_DST_COMMONS

#define PAGE_CARDS 16

struct page_info {
  struct heap *owner;
  uword awaited;        // for gc/weak.c: the weak objects that wait for what lies here, if PAGE_DST_AWAITED
  uint32_t next_awaited;
  uint32_t run_pages;   // at the first page of a run: its length
  uint32_t first;       // first page of the run this page is in (free runs: at first and last page)
  uint32_t next;        // link of the one list the run is in (free runs: of pages.c, else of gc/)
  uint32_t prev;        // free runs: the other link; others: link of gc's list of grey pages, 0: not in it
  uint32_t work_next;   // link of gc's list of pages that want scanning; 0: not in it
  uint32_t live_bytes;  // at the first page of a run, after marking
  uint16_t dirty;       // a bit per card, a sixteenth of the page: it has slots that may point to young objects
  uint8_t kind;         // enum page_kind
  uint8_t flags;        // for gc/
  uint8_t swept;        // for gc/: the last cycle that swept this run
  uint8_t starts[PAGE_CARDS];  // for gc/: where in each card the first object begins (cards.c)
};

// The free rest of a page that is being filled.
struct room {
  char *top, *limit;
};

// One mark bit per 8 bytes, for gc/: what they say means something only during a collection.
#define PAGE_GRANULES (PAGE_BYTES / 8)
#define PAGE_MARK_WORDS (PAGE_GRANULES / 32)
#define PAGES_N_BINS 24

struct pages {
  char *start;          // first byte of page 0
  size_t n_pages, n_free;
  uint8_t *src, *dst;   // indexed by page number
  struct page_info *info;
  uint32_t *marks;      // PAGE_MARK_WORDS for each page
  uint32_t *verifier_marks;  // twice as many for verify.c, from its first use on; else NULL
  uint32_t free_bins[PAGES_N_BINS];  // free runs of 2^i pages and more; 0: none
  uint32_t low;         // when not 0, single pages are the lowest from this run on; nothing may be freed meanwhile
  // fault injection: when not 0, the allocation counted down to 0 fails (and so does every `fail_every`th)
  uint32_t fail_after, fail_every;
  bool guards;          // debug builds: what is freed from now on is inaccessible until it is allocated again
};
// The machine's one page allocator.
extern struct pages pages;

// Take over the platform's memory range, which may be known to be zeroed.  False when it is too small to hold anything.
bool pages_init(char *start, size_t size_bytes, bool is_zeroed) MUST_USE;
// A run of `n` contiguous pages for `owner`, or NULL; its src and dst are 0.  Single pages come from
// low addresses and longer runs from high ones.  Cost: O(n), and a short search of free runs.
void *pages_alloc(size_t n, struct heap *owner, enum page_kind kind) MUST_USE;
// Is there a free run of `n` pages?
bool pages_have_run(size_t n);
// How many pages the longest free run has; divided by pages.n_free it says how fragmented memory is.
// Cost: the free runs of at least half that length.
size_t pages_largest_run(void);
// Give back a whole run.  Cost: O(n).
void pages_free(void *first);
// Cut an allocated run in two: its first `n` pages, and the rest, which is returned.
void *pages_split(void *first, size_t n) MUST_USE;
// Check PAGE-1 and PAGE-2 over the whole range.  False: *why says what.  Cost: O(all pages).
bool pages_verify(const char **why) MUST_USE;

static inline char *page_address(size_t page) {
  return pages.start + page * PAGE_BYTES;
}
static inline size_t page_of(const void *p) {
  return (size_t)((const char *)p - pages.start) / PAGE_BYTES;
}

#endif
