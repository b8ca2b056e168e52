// The collector's private state, and what its files share.
//
// Uses: gc/heap, gc/pages.  Used by: the files of gc/ only.
//
//   heap.c     making a heap, its pages, its nursery          minor.c    survivors to the old space
//   alloc.c    allocation of every kind                       mark.c     what is alive, for a major
//   cards.c    which old pages may point to young objects     compact.c  freeing and moving, after marking
//   collect.c  when to do which                               walk.c, verify.c
//
// Everything a heap holds is in runs of pages, and every run is walkable from its first page to its end:
// what is not an object there is a gap made by heap_fill.  Objects smaller than a page never leave their
// run; runs longer than a page are nurseries, single large objects, or a nursery that was kept in place.
//
// A minor collection scans roots and dirty cards, copies what is young into old pages and scans those
// until nothing is left (Cheney).  When no page can be had the object stays: its mark bit is set, its
// page waits on the work list to be scanned, and its run becomes an old one (GC-7).
//
// A major collection empties the nursery, marks, frees what is unmarked, and then empties sparse pages
// into fresh ones, as far as there are any.  Neither it nor marking needs memory to succeed.
#ifndef GC_COLLECTOR_H
#define GC_COLLECTOR_H

#include "gc/heap.h"

#define CARDS_PER_PAGE 8
#define CARD_BYTES (PAGE_BYTES / CARDS_PER_PAGE)

// A page that is being emptied by compact.c: its objects may have moved.
#define PAGE_DST_LEAVING 0x10u

// page_info.flags
#define PAGE_REFERS 1u  // immortal: holds, or held, references to heap objects: a root of majors
#define PAGE_KEEPS 2u   // nursery run: a minor left objects in place here (at the first page)
#define PAGE_OWN 4u     // the heap's own page: objects begin behind struct heap_page

// Pages the heap may fall back to for a nursery when no others can be had; taken when the heap first grows.
#define RESERVE_PAGES 2
#define WORK_END UINT32_MAX

#define POISON_MOVED 0xFD

// Runs in a row, linked by page_info.next.  0: none.
struct run_list {
  uint32_t first, last;
};

// The free rest of a page that is being filled.
struct room {
  char *top, *limit;
};

struct collector {
  struct run_list young;        // nursery runs; top and limit are in the first
  struct run_list young_large;  // large objects born since the last collection
  struct run_list old, fixed, large, immortal;
  char *old_top, *old_limit;    // the free rest of the old page being filled
  struct room immortal_room, constant_room;  // for immortal objects, and for immortal constant pairs
  uword *fixed_gaps;            // free gaps of fixed pages, linked (see alloc.c)
  uint32_t work;                // pages to scan, linked by work_next and ended by WORK_END
  char *reserve;                // RESERVE_PAGES pages, or NULL when they are in use
  size_t nursery_pages;         // length of the main nursery run, 0: the cradle; it doubles up to the target
  size_t nursery_target_pages;
  bool on_reserve;              // the main nursery run is the reserve or, for want of any page, the cradle
  bool kept_in_place;           // the last minor left objects where they were
  unsigned majors_to_rest;      // see compact.c
  bool warned;                  // out of memory was answered: handlers get a little more
  size_t young_large_bytes;
  size_t old_bytes;             // pages of the old space, fixed and large ones included
  size_t live_bytes;            // old_bytes after the last major
  size_t major_at_bytes;        // collect all when old_bytes exceeds this
};

// A heap's own page.  Its rest is the cradle, the nursery of a heap that has not grown yet: an empty heap is one
// page.  The page is PAGE_HEAP when nothing is in it, PAGE_NURSERY while objects are born there, PAGE_OLD when some
// had to stay; it is a run of these lists like any other, but one that ends with the heap only.
struct heap_page {
  struct heap heap;
  struct collector collector;
};
// What the cradle must offer beside the room for one instruction.
#define LEAST_CRADLE_BYTES (64 * WORD_BYTES)
_Static_assert(sizeof(struct heap_page) + HEAP_ROOM_BYTES + LEAST_CRADLE_BYTES <= PAGE_BYTES,
               "a heap's own page holds it, its collector and a cradle");

// --- heap.c: pages and runs ---------------------------------------------------------------------
void run_append(struct run_list *list, uint32_t run);
void run_prepend(struct run_list *list, uint32_t run);
// Put all of `more` before the runs of `list`.  The old page being filled stays last that way.
void runs_prepend(struct run_list *list, const struct run_list *more);
// Pages for this heap, or NULL.  `must_take_pages` is for collections, which get all of the quota; the others not
// what is kept back, unless out of memory was answered.
char *take_pages(struct heap *heap, size_t n, enum page_kind kind) MUST_USE;
char *must_take_pages(struct heap *heap, size_t n, enum page_kind kind) MUST_USE;
// The heap's own page stays with it, empty.
void drop_run(struct heap *heap, uint32_t run);
void drop_old_run(struct heap *heap, uint32_t run);
bool quota_allows(struct heap *heap, size_t bytes);
void set_barrier(uint32_t run, unsigned src, unsigned dst);
// False: not even the reserve was left, nothing can be allocated in the nursery.
static inline bool has_nursery(struct heap *heap) {
  return heap->collector->young.first != 0;
}
// This run becomes the one allocated in.
void use_nursery_run(struct heap *heap, char *start);
// After a collection: give back extra nursery runs, adapt the size of the main one, start afresh.
void renew_nursery(struct heap *heap);

// --- cards.c -----------------------------------------------------------------------------------------
// Queue `page` on the work list, once.
void add_work(struct collector *c, size_t page);
// The next page of the work list, taken off it; WORK_END when there is none.
uint32_t take_work(struct collector *c);
void remember_bytes(struct heap *heap, const void *start, size_t bytes);

// --- alloc.c -----------------------------------------------------------------------------------------
// Link a FILLER of a fixed page so that heap_alloc_fixed finds it.
void add_fixed_gap(struct collector *c, uword *gap);
// Can `bytes` be allocated now, as one object or by heap_reserve?  Where the nursery is too short for a small object
// even when empty, an extra run is added.
bool room_for(struct heap *heap, size_t bytes);
// Are there pages enough for a large object, but not in one run?
bool room_is_scattered(struct heap *heap, size_t bytes);

// --- marks ---------------------------------------------------------------------------------------------
static inline size_t granule_of(const void *p) {
  return (size_t)((const char *)p - pages.start) / 8;
}
static inline bool is_marked(const void *p) {
  size_t granule = granule_of(p);
  return pages.marks[granule / 32] >> (granule % 32) & 1;
}
static inline void set_mark(const void *p) {
  size_t granule = granule_of(p);
  pages.marks[granule / 32] |= 1u << (granule % 32);
}
static inline void clear_mark(const void *p) {
  size_t granule = granule_of(p);
  pages.marks[granule / 32] &= ~(1u << (granule % 32));
}
static inline void clear_marks(uint32_t run) {
  memset(pages.marks + (size_t)run * PAGE_MARK_WORDS, 0,
         pages.info[run].run_pages * PAGE_MARK_WORDS * sizeof(uint32_t));
}
// The first marked address in [p, end), or end.  Both 8-aligned.  mark.c.
char *next_marked(char *p, char *end);

// --- objects and runs ------------------------------------------------------------------------------------
// Where its objects begin.
static inline char *run_start(uint32_t run) {
  return page_address(run) + (pages.info[run].flags & PAGE_OWN ? sizeof(struct heap_page) : 0);
}
static inline char *run_end(uint32_t run) {
  return page_address(run + pages.info[run].run_pages);
}
// What it costs, and what fits into it.
static inline size_t run_bytes(uint32_t run) {
  return pages.info[run].run_pages * PAGE_BYTES;
}
static inline size_t run_room(uint32_t run) {
  return (size_t)(run_end(run) - run_start(run));
}
static inline size_t size_at(const uword *p) {
  return word_is_header(*p) ? object_size_bytes(p) : PAIR_BYTES;
}
static inline size_t values_at(uword *p, Value **first) {
  if (word_is_header(*p)) return object_values(p, first);
  *first = (Value *)p;
  return 2;
}
static inline Value value_at(uword *p) {
  return word_is_header(*p) ? value_from_object(p) : value_from_pair(p);
}
static inline bool is_filler(uword word) {
  return word_is_header(word) && (header_type(word) == T_FILLER || header_type(word) == T_GAP);
}

// --- collect.c ------------------------------------------------------------------------------------------
// Decide, from what is held now, at what growth of the old space everything is collected.
void set_major_trigger(struct heap *heap);

// --- minor.c, mark.c, compact.c --------------------------------------------------------------------------
void collect_young(struct heap *heap);
// Set the mark bit of everything reachable.  The nursery is empty.  Takes pages only to be faster.
void mark_heap(struct heap *heap);
// Free what is unmarked, and make room by emptying pages: sparse ones where that is worth it; or those beside that
// lie so high that free pages below can take what is in them, so that free runs grow together; or all.
enum compaction { COMPACT_SPARSE, COMPACT_LOW, COMPACT_ALL };
void compact_heap(struct heap *heap, enum compaction how);
// Of an old or fixed run, make gaps of what is unmarked and free its wholly empty pages.  What remains,
// in one run or several with their live_bytes, is appended to `to`.
void sweep_run(struct heap *heap, uint32_t run, struct run_list *to);
// Make `c->old_top` point to at least `bytes` in a fresh old page.  False: no page can be had.
bool open_old_page(struct heap *heap, size_t bytes) MUST_USE;

#endif
