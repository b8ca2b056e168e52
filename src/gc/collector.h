// The collector's private state, and what its files share.
//
// Uses: gc/heap, gc/pages.  Used by: the files of gc/ only.
//
//   heap.c     making a heap, its pages, its nursery          minor.c    survivors to the old space
//   weak.c     weak references and guardians, in marking
//   alloc.c    allocation of every kind                       mark.c     what is alive, in slices or at once
//   cards.c    which old pages may point to young objects     sweep.c    room in old pages, after marking
//   collect.c  when to do which                               compact.c  stop-the-process major collections
//   cycle.c    the phases of a cycle, and its pace            walk.c, verify.c
//   commons.c, commons_cycle.c, commons_weak.c: the heap that all share
//
// Everything a heap holds is in runs of pages, and every run is walkable from its first page to its end:
// what is not an object there is a gap made by heap_fill.  Objects smaller than a page never leave their
// run; runs longer than a page are nurseries, single large objects, or a nursery that was kept in place.
//
// A minor collection scans roots and dirty cards, copies what is young into regions of the old space and scans
// those until nothing is left (Cheney).  When no page can be had the object stays: its mark bit is set, its
// page waits on the work list to be scanned, and its run becomes an old one (GC-7).
//
// The old space is collected in cycles: IDLE, MARK, SWEEP.  MARK begins right after a minor collection, with roots
// and running frames grey, and marks in slices what was reachable then (docs/gc.md has the argument).  Pages that
// are filled meanwhile are fresh: they lack PAGE_DST_WHITE, and all in them lives.  SWEEP goes through the old
// pages in slices, and when promotion wants room, makes gaps of what is unmarked and clears the marks; so
// outside of MARK and unswept pages no mark is set.
//
// When memory is tight a major collection does all of this at once, with the process stopped, and then empties
// sparse pages into fresh ones as far as there are any.  Neither it nor marking needs memory to succeed.
#ifndef GC_COLLECTOR_H
#define GC_COLLECTOR_H

#include "gc/heap.h"

#define CARDS_PER_PAGE PAGE_CARDS
#define CARD_BYTES (PAGE_BYTES / CARDS_PER_PAGE)

// A page that is being emptied: its objects may have moved.
#define PAGE_DST_LEAVING 0x10u

// page_info.flags
#define PAGE_REFERS 1u  // immortal: holds, or held, references to heap objects: a root of majors
#define PAGE_KEEPS 2u   // nursery run: a minor left objects in place here (at the first page)
#define PAGE_OWN 4u     // the heap's own page: objects begin behind struct heap_page
#define PAGE_STARTS 8u  // page_info.starts is right
#define PAGE_ROOMY 16u  // there are good gaps in this run (at the first page)
#define PAGE_OFFERED 32u  // this run is about to be given away (at the first page)

// Pages the heap may fall back to for a nursery when no others can be had; taken when the heap first grows.
#define RESERVE_PAGES 2
#define WORK_END UINT32_MAX

// So many dirty cards are worth a minor collection.
#define DIRTY_CARDS_MOST 1024

#define POISON_MOVED 0xFD

// Runs in a row, linked by page_info.next.  0: none.
struct run_list {
  uint32_t first, last;
};

// Stands at the end of a region that survivors are copied to, while a minor collection runs: the order in which
// regions are to be scanned.
struct region_end {
  char *start;
  struct region_end *next;
};

// Slots still to be marked from.
struct span {
  Value *next, *end;
};

struct marking {
  struct span *base, *top, *limit;  // the stack, on pages of its own
  uint32_t white;                   // the dst bit of what is to be marked
  uint32_t grey;                    // pages whose marked objects are to be scanned again, linked by prev
  char *at;                         // where to go on in a grey page; NULL: with the next
  size_t words;                     // slots read since the cycle began
  size_t bytes;                     // marked since the cycle began
  // weak.c: all raw addresses of objects, 0: none
  uint32_t awaited;                 // pages with PAGE_DST_AWAITED, linked by next_awaited
  uword ready;                      // those whose key was marked, but not yet their value
  uword guardians;                  // marked and not yet looked at
  uword guardian, entry;            // the one being looked at, and how far
  uword fired;                      // found dead and put to their guardians, values not yet marked
  uint8_t weak_step;                // enum weak_step
};

enum gc_phase { PHASE_IDLE, PHASE_MARK, PHASE_SWEEP };

struct collector {
  struct run_list young;        // nursery runs; top and limit are in the first
  struct run_list young_large;  // large objects born since the last collection
  struct run_list old, fixed, large, immortal;
  struct run_list partial;      // old runs with gaps that survivors may be copied to
  struct run_list fresh;        // MARK: old pages filled since it began
  struct run_list unswept, unswept_large;  // SWEEP: what it has not reached (unswept: old and fixed runs)
  char *old_top, *old_limit;    // the free rest of the region being filled; a struct region_end fits at the limit
  struct region_end *regions;   // the first region of this collection, and so all
  char *hole, *hole_end;        // where to look for the next gap, up to the end of its run; NULL: nowhere
  struct room immortal_room, constant_room;  // for immortal objects, and for immortal constant pairs
  uword *fixed_gaps;            // free gaps of fixed pages, linked (see alloc.c)
  uint32_t work;                // pages to scan, linked by work_next and ended by WORK_END
  uint32_t n_dirty;             // cards dirtied since the last minor
  char *reserve;                // RESERVE_PAGES pages, or NULL when they are in use
  size_t nursery_pages;         // length of the main nursery run, 0: the cradle; it doubles up to the target
  size_t nursery_target_pages;
  bool on_reserve;              // the main nursery run is the reserve or, for want of any page, the cradle
  bool kept_in_place;           // the last minor left objects where they were
  uint8_t phase;                // enum gc_phase
  uint8_t cycle;                // counts cycles, for page_info.swept
  uint8_t evacuated;            // the cycle after which sparse pages were last emptied
  bool warned;                  // out of memory was answered: handlers get a little more
  bool warned_now;              // by the last collection
  bool waits;                   // for pages that the commons may give back (heap_waits)
  unsigned majors_to_rest;      // see compact.c
  size_t young_large_bytes;
  size_t old_bytes;             // pages of the old space, fixed and large ones included
  size_t used_bytes;            // live at the end of the last cycle, and promoted since
  struct marking marking;
  size_t cycle_at_bytes;        // begin a cycle when used_bytes exceeds this
  size_t limit_bytes;           // ... and have it done when it exceeds this
  size_t fresh_from_bytes;      // MARK: used_bytes when it began
  size_t debt_words;            // MARK: work due before the next minor; SWEEP: likewise, in words of pages
  size_t rate_256;              // MARK: words to mark for 256 words promoted
};

// A heap's own page.  Its rest is the cradle, the nursery of a heap that has not grown yet: an empty heap is one
// page.  The page is PAGE_HEAP when nothing is in it, PAGE_NURSERY while objects are born there, PAGE_OLD when some
// had to stay; it is a run of these lists like any other, but one that ends with the heap only.
struct heap_page {
  struct heap heap;
  struct collector collector;
  _Alignas(8) uword stack[HEAP_STACK_WORDS];
};  // a multiple of 8 bytes: objects begin behind it
// The Values in the heap's own stack.
static inline size_t own_stack_values(struct heap *heap, Value **first) {
  return object_values(((struct heap_page *)heap)->stack, first);
}
static inline bool is_own_stack(struct heap *heap, const void *p) {
  return p == ((struct heap_page *)heap)->stack;
}
// What the cradle must offer beside the room for one instruction.
#define LEAST_CRADLE_BYTES (64 * WORD_BYTES)
_Static_assert(sizeof(struct heap_page) + HEAP_ROOM_BYTES + LEAST_CRADLE_BYTES <= PAGE_BYTES,
               "a heap's own page holds it, its collector and a cradle");

// Whatever holds old objects.
#define OLD_LISTS(c) {&(c)->old, &(c)->partial, &(c)->fresh, &(c)->unswept, &(c)->fixed, &(c)->large, &(c)->unswept_large}

// --- heap.c: pages and runs ---------------------------------------------------------------------
void run_append(struct run_list *list, uint32_t run);
void run_prepend(struct run_list *list, uint32_t run);
// Pages for this heap, or NULL.  `must_take_pages` is for collections, which get all of the quota; the others not
// what is kept back, unless out of memory was answered.
char *take_pages(struct heap *heap, size_t n, enum page_kind kind) MUST_USE;
char *must_take_pages(struct heap *heap, size_t n, enum page_kind kind) MUST_USE;
// The heap's own page stays with it, empty.
void drop_run(struct heap *heap, uint32_t run);
void drop_old_run(struct heap *heap, uint32_t run);
// Move all runs of `from` to the end of `to`.
void runs_take(struct run_list *to, struct run_list *from);
// What an old, large or fixed run made now has for dst bits, beside `extra`.
static inline unsigned old_dst(const struct collector *c) {
  return c->phase == PHASE_MARK ? PAGE_DST_HEAP : PAGE_DST_HEAP | PAGE_DST_WHITE;
}
bool quota_allows(struct heap *heap, size_t bytes);
void set_barrier(uint32_t run, unsigned src, unsigned dst);
// False: not even the reserve was left, nothing can be allocated in the nursery.
static inline bool has_nursery(struct heap *heap) {
  return heap->collector->young.first != 0;
}
// This run becomes the one allocated in.
void use_nursery_run(struct heap *heap, char *start);
// After a collection: give back extra nursery runs, adapt the size of the main one, start afresh.
// The collection took `pause_us` so far.
void renew_nursery(struct heap *heap, uint64_t pause_us);
// Give back most of an empty nursery, for a large object.
void shorten_nursery(struct heap *heap);

// --- cards.c -----------------------------------------------------------------------------------------
// Queue `page` on the work list, once.
void add_work(struct collector *c, size_t page);
// The next page of the work list, taken off it; WORK_END when there is none.
uint32_t take_work(struct collector *c);
void remember_bytes(struct heap *heap, const void *start, size_t bytes);
// The object of `run` that reaches beyond `at`, an address in it; found from page_info.starts, or the start of the
// region being filled.
uword *object_over(const struct collector *c, uint32_t run, char *at);
static inline void forget_starts(const void *p) {
  pages.info[page_of(p)].flags &= (uint8_t)~PAGE_STARTS;
  pages.src[page_of(p)] &= (uint8_t)~PAGE_SPARED;
}

// --- alloc.c -----------------------------------------------------------------------------------------
// Link a FILLER of a fixed page so that heap_alloc_fixed finds it.
void add_fixed_gap(struct collector *c, uword *gap);
// Can `bytes` be allocated now, as one object or by heap_reserve?  Where the nursery is too short for a small object
// even when empty, an extra run is added.
bool room_for(struct heap *heap, size_t bytes);
// Are there pages enough for a large object, those of the nursery included, but not in one run?
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

// --- mark.c ----------------------------------------------------------------------------------------------
// Get ready to mark, with a stack of pages; false: none can be had.  Then make the roots grey.
bool mark_begin(struct heap *heap) MUST_USE;
void mark_roots(struct heap *heap);
// Mark until about `words` slots were read; true: everything is marked.
bool mark_slice(struct heap *heap, size_t words);
void mark_end(struct heap *heap);
// With the process stopped: set the mark bit of everything reachable.  The nursery is empty, no cycle is going on.
// Takes pages only to be faster.
void mark_heap(struct heap *heap);
void clear_all_marks(struct collector *c);

// Read about `words` slots of what is grey; what is left of them: not 0 when nothing is grey any more.
size_t mark_some(struct marking *m, size_t words);
// Have the marked objects of `page` scanned again.
void make_grey(struct marking *m, size_t page);
// Shade the named roots, and the frames that are running.
void show_roots(struct heap *heap);
// Mark `v` and, now or later, what it refers to.
void mark_shade(struct marking *m, Value v);

// --- weak.c ----------------------------------------------------------------------------------------------
// Is this, of an object or a pair, the header of an object that marking treats in its own way?
static inline bool is_weak_header(uword word) {
  return word_is_header(word) && header_type(word) - (unsigned)T_WEAK_PAIR <= (unsigned)(T_GUARDIAN - T_WEAK_PAIR);
}
// `p`, weak or a guardian, was just marked.
void weak_mark(struct marking *m, uword *p);
// Of a marked object, the slots that count now.
size_t weak_values(uword *p, Value **first);
// `p` was just marked, on a page with PAGE_DST_AWAITED.
void weak_found(struct marking *m, uword *p);
// Everything grey is marked: work of about *words, of which it takes what it did.  False: marking is done, and every
// weak reference to what is unmarked is broken.  True: mark what is grey now, and go on.
bool weak_slice(struct heap *heap, size_t *words);
// Nothing waits any more.
void weak_forget(struct marking *m);

// --- cycle.c ----------------------------------------------------------------------------------------------
// After a minor collection that promoted `promoted` bytes: begin a cycle if it is time, or reckon what work of the
// one going on is due until the next minor collection, and give the program so much of the nursery before the first slice.
void pace_cycle(struct heap *heap, size_t promoted, size_t need_bytes);
// A slice of the cycle's work, and another part of the nursery, of `need_bytes` at least.
void run_slice(struct heap *heap, size_t need_bytes);
// Stores into what is old in this heap, or into a run, reach heap_store_slow, whatever is stored.
void arm_barrier(struct heap *heap);
void arm_run(uint32_t run);
// Nothing is promised to a cycle any more: what it marked is forgotten, and no page is fresh or unswept.
void abandon_cycle(struct heap *heap);
// From what lives now, decide when the next cycle begins.
void set_trigger(struct heap *heap, size_t live_bytes);

// --- verify.c --------------------------------------------------------------------------------------------
// Is this an object or a pair of at most `left_bytes`?
bool object_is_sound(const uword *p, size_t left_bytes);
// For heaps under STRESS_VERIFY, at the start and at the end of marking: note what is reachable, by a trace of the
// verifier's own, and panic unless all that was noted is marked (GC-8).
void snapshot_take(struct heap *heap);
void snapshot_check(struct heap *heap);
// What is in this run was not noted: it comes to a heap or leaves it.
void snapshot_forget(uint32_t run);

// --- commons.c, commons_cycle.c -----------------------------------------------------------------------
// What is unmarked from here on is dead.
void commons_begin_sweep(void);
// commons_weak.c: empty cells, in steps; false: all were looked at.
bool commons_break_cells(size_t *words);
// The commons may grow by so much before a cycle begins, or by half of what lives.
#define COMMONS_LEAST_GROWTH_BYTES ((size_t)64 * 1024 * WORD_BYTES)
// Sweep the next run; of how many pages it was, 0: there is none.
size_t commons_sweep_next(void);
// What was just made at `p` is new in the cycle.
void commons_mark_new(const void *p);
// Is `v`, which may be any word, an object or a pair of the commons?
bool commons_is_object(Value v);

// --- minor.c, sweep.c, compact.c --------------------------------------------------------------------------
// How many bytes became old.
size_t collect_young(struct heap *heap);
// Free what is unmarked, and make room by emptying pages: sparse ones where that is worth it; or those beside that
// lie so high that free pages below can take what is in them, so that free runs grow together; or all.
enum compaction { COMPACT_SPARSE, COMPACT_LOW, COMPACT_ALL };
void compact_heap(struct heap *heap, enum compaction how);
// Of an old or fixed run, make gaps of what is unmarked, free its wholly empty pages and, unless they are wanted
// still, clear its marks.  What remains, in one run or several with their live_bytes, is appended to `to`.  Answers what
// that cost, in words of marking.
size_t sweep_run(struct heap *heap, uint32_t run, struct run_list *to, bool keep_marks);
// It is swept now, and its objects need marks in the next cycle.
void settle_run(struct collector *c, uint32_t run);
// Put swept runs where they belong, by kind and by what room they have.
void keep_swept(struct collector *c, struct run_list *swept);
// What sweeping everything costs at most, in words of marking, when so much lives.
size_t sweep_words(struct collector *c, size_t live_bytes);
// In page_info.swept of what need not be swept in this cycle.
static inline uint8_t sweep_number(const struct collector *c) {
  return (uint8_t)(c->cycle + (c->phase == PHASE_MARK));
}
// Sweep unswept pages of about `words` words in all; true: all are swept.
bool sweep_slice(struct heap *heap, size_t words);
// May what is on this page be dead, and refer to what is no more?
static inline bool is_unswept(const struct collector *c, uint32_t run) {
  return c->phase == PHASE_SWEEP && pages.dst[run] & PAGE_DST_WHITE && pages.info[run].swept != c->cycle;
}
// Make `c->old_top` point to at least `bytes` of a region in an old page: a fresh one, or a gap in another.  False: none can be had.
bool open_region(struct heap *heap, size_t bytes) MUST_USE;
bool open_fresh_page(struct heap *heap) MUST_USE;
// Around what copies to regions; how many bytes it copied.
void begin_regions(struct collector *c);
size_t end_regions(struct collector *c);
// The page being filled is not to be filled any further.
void close_region(struct collector *c);

#endif
