// A heap: allocation, the write barrier, collection.  One per process, always behind a pointer.
//
// Uses: base, obj, gc/pages.  Used by: everything above that allocates.
//
// Idea: objects are born in the nursery and move once, to the old space, when they survive.  That is marked and
// swept in slices; only when memory is tight at once, and then sparse pages are emptied; large and fixed objects never
// move.  Reading a Value is always safe; storing one goes through heap_store.
//
// Invariants (heap_verify checks each)
//   GC-1  A page belongs to one heap and has one kind, so age is a look at the side table.
//   GC-2  An old, fixed, large or immortal object that refers to a young one is on a dirty card, or the
//         object was given to heap_remember.
//   GC-3  Objects move only in heap_collect, which only the VM loop calls, between two instructions.
//   GC-4  Every Value slot of every object, and every root, holds a valid Value of this heap, of an
//         immortal page, or an immediate.
//   GC-5  Every page is walkable: objects and pairs lie end to end up to the page's fill point.
//   GC-6  At the start of every instruction HEAP_ROOM_BYTES can be allocated without asking.
//   GC-7  A collection never fails for want of memory: what cannot be copied stays where it is.
//   GC-8  What was reachable when a cycle began, or is reachable when it ends, is marked then; outside of a cycle
//         nothing is.
//   GC-9  held_bytes <= quota_bytes, always.  The last part of the quota, heap_kept_back_bytes, is for
//         collections to copy to and for the handlers of a memory condition.
//   GC-10 A reference in a slot outside the nursery is not overwritten but by heap_store, or after heap_overwrite.
//         The frames of running code are no such slots, nor are the named roots: they are seen as a whole.
#ifndef GC_HEAP_H
#define GC_HEAP_H

#include "gc/events.h"
#include "gc/pages.h"
#include "obj/object.h"

// What a primitive may allocate in all without asking (GC-6).
#define HEAP_ROOM_BYTES (160 * WORD_BYTES)
// From this size an object gets pages of its own and never moves.
// A smaller one fits a page beside the two words that a region of survivors ends with.
#define HEAP_LARGE_BYTES (PAGE_BYTES - 2 * WORD_BYTES + 8)

// The named roots of a heap; everything reachable hangs from one of these.
enum heap_root {
#define ROOT(id) ROOT_##id,
#include "gc/roots.def"
#undef ROOT
  N_HEAP_ROOTS
};

enum { MARKS_OLD = 1, MARKS_COMMONS = 2 };

enum heap_stress {
  STRESS_NONE = 0,
  STRESS_EVERY_SAFEPOINT = 1, // a minor collection whenever the VM polls or allocates
  STRESS_MAJOR = 2,           // ... and make it a major one that moves every movable object
  STRESS_VERIFY = 4,          // verify before and after every collection
  STRESS_GUARD = 8,           // free pages cannot be touched (pages.guards), and no nursery is used twice in a row
  STRESS_PREEMPT = 32,        // another thread has its turn at every safepoint
  STRESS_CYCLES = 16,         // a cycle begins whenever none is under way, and is done in many small slices
};

#define HEAP_OWNER_WORDS 28
// A stack segment in the heap's own page, for the first thread.
#define HEAP_STACK_WORDS 88

struct heap {
  // Nursery allocation: [top, limit) is free.  The VM compares against `limit`, which leaves
  // HEAP_ROOM_BYTES before `hard_limit`.
  char *top, *limit, *hard_limit;
  uint64_t epoch;        // counts collections, the commons' too: an address may have changed, or what nobody holds be gone, only if this did
  uint64_t major_epoch;  // counts collections that moved old objects
  // What is overwritten outside the nursery belongs to a snapshot that is not read yet: that of a cycle (MARKS_OLD), or
  // what this heap contributed to a cycle of the commons (MARKS_COMMONS, gc/commons.h).
  uint8_t is_marking;
  uint8_t commons_cycle; // the last one it contributed to
  bool commons_is_read;  // all its old pages were read for that
  uint8_t commons_tries; // how often it looked for room there in vain since it last found some
  size_t commons_wait;   // the commons' n_cycles after which it looks for room there again, or 0
  uword commons_seen;    // bytes_allocated there when it last found none
  Value roots[N_HEAP_ROOTS];
  unsigned stress;       // enum heap_stress bits
  void (*poll)(void *context);  // brings running code to a safepoint soon; NULL: nothing runs
  void *poll_context;
  size_t armed_bytes;    // debug builds: what heap_alloc may still give to the running primitive
  uint32_t stress_wait;  // safepoints until the next collection for stress
  uint32_t number;       // of the heaps made so far
  size_t quota_bytes;    // pages this heap may hold, in bytes (GC-9)
  size_t held_bytes;     // pages it holds now
  size_t commons_bytes;  // what of the commons it is charged for
  size_t commons_change; // of that, by the cycle it contributed to
  struct heap *next, *previous;  // of all
  struct heap_statistics statistics;
  struct collector *collector;  // private to gc/
  uword owner[HEAP_OWNER_WORDS];  // for whoever the heap belongs to
};

// Make a heap on pages of its own: one, as long as it is empty.  NULL when there is none, or a page is above the
// quota.  Everything in it, and itself, is given back by heap_destroy without being collected.
struct heap *heap_create(size_t quota_bytes) MUST_USE;
void heap_destroy(struct heap *heap);
// Its own stack segment.  That is no object of any run: it is never freed, and the Values in its window are roots.
Value heap_own_stack(struct heap *heap);
// Another quota, at a safepoint.  Collects everything if more is held; false if that did not do: the quota is as
// it was.
bool heap_set_quota(struct heap *heap, size_t quota_bytes) MUST_USE;
// What of a quota only collections and the handlers of a memory condition get.
static inline size_t heap_kept_back_bytes(size_t quota_bytes) {
  size_t bytes = quota_bytes / 8 + 2 * PAGE_BYTES;
  return bytes < quota_bytes / 2 ? bytes : quota_bytes / 2;
}

// --- allocation (never collects) ---------------------------------------------------------------
// `bytes` must be a multiple of 8.  The caller fills every word before the next safepoint.
// heap_alloc: from the guaranteed or reserved room; cannot fail (CHECK).
static inline uword *heap_alloc(struct heap *heap, size_t bytes);
// heap_arm: debug builds check that a primitive takes no more than it was promised or has reserved.
#define HEAP_UNARMED SIZE_MAX
static inline void heap_arm(struct heap *heap, size_t bytes);
// heap_try_alloc: any size; small from the nursery, from HEAP_LARGE_BYTES up on own pages.  NULL: the
// primitive returns outcome_collect(cx, bytes) before any side effect and is run again.  Young either
// way until the next collection: first stores need no barrier.
uword *heap_try_alloc(struct heap *heap, size_t bytes) MUST_USE;
// A large one may be cut short, though to no less than HEAP_LARGE_BYTES, with a gap behind it (heap_fill), and grow
// into that again.
// heap_reserve: after true, `bytes` in all may be taken with heap_alloc, in objects smaller than
// HEAP_LARGE_BYTES.  Reserve more than the nursery holds is served by extra young pages when the
// quota has them.
bool heap_reserve(struct heap *heap, size_t bytes) MUST_USE;
// heap_alloc_more: like heap_try_alloc, but a full nursery gets extra young pages at once (for the
// compiler and expander, whose need is not known beforehand).  NULL: quota or memory is used up.
uword *heap_alloc_more(struct heap *heap, size_t bytes) MUST_USE;
// An object that never moves (code, stack segments, pairs that are constants).  Born old and remembered.  NULL as above.
uword *heap_alloc_fixed(struct heap *heap, size_t bytes) MUST_USE;
// Image objects: never moved, never freed, outside every quota.  NULL: out of memory.  A first store of
// a reference to a heap object must be by heap_store or followed by heap_remember.  Only the heap that
// made them scans them when it collects everything.
uword *heap_alloc_immortal(struct heap *heap, size_t bytes) MUST_USE;
uword *heap_alloc_immortal_constant(struct heap *heap) MUST_USE;  // a pair (OBJ-3)
// Once the image is loaded: nobody changes these objects any more, and they are no heap's.  `heap` and all heaps after it
// have the roots that it has now.
void heap_freeze_image(struct heap *heap);
void heap_share_image(struct heap *heap);
// For whoever puts something into the heap of a process that does not run: like heap_alloc_more, for what is small, but
// a full nursery gets no more pages than needed.
uword *heap_alloc_outside(struct heap *heap, size_t bytes) MUST_USE;
// Make a walkable gap of `bytes` (a multiple of 8) at p.
void heap_fill(uword *p, size_t bytes);

// --- pages for another heap ------------------------------------------------------------------------
// What is written into a large byte vector, from its header on, can be given to another heap as objects, with its pages
// and without being copied.
// Offer one of `from`: the first `used_bytes` of it are objects now, small ones that may move, or that may not, or one
// large one.  No slot of `from` refers to it any more, not even a dead one.
enum gift { GIFT_OBJECTS, GIFT_FIXED, GIFT_LARGE };
void heap_offer(Value bytes, enum gift gift, size_t used_bytes);
// Give all that was offered since the last time to `to` (the same heap, perhaps), or to the frozen part of the commons if
// that is NULL.  Ask before whether the quota of `to` allows it: bytes of whole pages.  Cost: the large objects of `from`.
void heap_give(struct heap *from, struct heap *to);
bool heap_can_take(struct heap *to, size_t bytes) MUST_USE;
// This byte vector has length 0 from now on, and but for one page its own pages go back.
void heap_empty_bytes(struct heap *heap, Value bytes);

// --- the write barrier ---------------------------------------------------------------------------
// Store `v` in `*slot`, a Value field of `holder`.  Every store but a first one into an object of this
// same primitive goes through here; nothing else keeps GC-2 true, and shows what is overwritten to a
// collection that is marking (GC-10).
static inline void heap_store(struct heap *heap, Value holder, Value *slot, Value v);
void heap_store_slow(struct heap *heap, Value holder, Value *slot, Value v);
// The same where the holder may be of the image or the commons.  False: it is frozen, or may not hold `v` (COMMONS-1), and nothing
// was stored.
bool heap_store_shared(Value *slot, Value v) MUST_USE;
static inline bool heap_try_store(struct heap *heap, Value holder, Value *slot, Value v) MUST_USE;
// A store that needs no barrier, in field `i`: the first one into an object of this same primitive, or of a fixnum or
// an immediate over another.  Debug builds check that no reference is lost (GC-10).
static inline void object_field_init(Value object, unsigned i, Value v);
// Bulk moves (vector-fill!, vector-copy!, growing tables) store directly, and do heap_overwrite before and
// heap_remember after, without a safepoint between them.  What is overwritten matters if it may be a pointer.
//
// The Values in [first, first+n) are about to be overwritten without heap_store.  They lie in one object.
static inline void heap_overwrite(struct heap *heap, Value *first, size_t n);
void heap_overwrite_slow(struct heap *heap, Value *first, size_t n);
// All of `object` (old, fixed, large, immortal) may have been stored into: scan it at the next
// minor collection.  For stack segments, and after a bulk move.
void heap_remember(struct heap *heap, Value object);
// The same for the `n` Values from `first` on, in one object, perhaps a young one.
void heap_remember_slots(struct heap *heap, const Value *first, size_t n);
static inline bool heap_is_young(Value v);
// These slots of a stack segment, which a continuation kept alive until now, belong to running frames from here on.
void heap_reuse_slots(struct heap *heap, Value *first, size_t n);
// While a cycle marks: `v` will be found alive.  For what is read out of a weak reference.
void heap_shade(struct heap *heap, Value v);
// What a weak reference to `v` may give to the program: `v`, which will be found alive from now on, or VALUE_DELETED if
// it was found dead already.  Whatever leaves a weak object goes through here.
Value heap_weak_value(struct heap *heap, Value v);
// Collect at the next safepoint.
void heap_want_collection(struct heap *heap);

// --- collection ------------------------------------------------------------------------------------
// Collect so that `need_bytes` can be allocated (as one object if it is large): a slice of a cycle, or a minor
// collection, and a major one if that did not do.  False: not even a major one made enough room (out of memory in this process).  When
// quota or pages are used up this is answered once; after that collections succeed again in a small
// reserve (or what is kept back of the quota), for the condition's handlers, until that is full as well.  If
// top is still above limit then, the process cannot go on.
bool heap_collect(struct heap *heap, size_t need_bytes) MUST_USE;
// That failed.  True: because the machine has no pages, and the commons may give some back: collect again after its next
// step (until it has ended, that fails at once).
bool heap_waits(struct heap *heap);
void heap_collect_minor(struct heap *heap);
void heap_collect_major(struct heap *heap);

// --- walking and checking ----------------------------------------------------------------------------
// Call `visit` for every object and pair of the heap, dead ones included (a Value with the right tag).
typedef void (*HeapVisit)(void *context, Value object, enum page_kind kind);
void heap_walk(struct heap *heap, HeapVisit visit, void *context);
// A look at the objects of the run that begins at `page`, from `offset` bytes behind the first one on: while at < end,
// heap_look_next is the next one.  It may be dead, so one that is kept is given to heap_shade.  What is no run of objects
// of the heap has none.  Cost: what stands before is passed, since an offset says nothing once a collection was there.
struct heap_look {
  char *at, *start, *end;
  bool some_dead;  // what is unmarked is
};
void heap_look_begin(struct heap *heap, uint32_t page, size_t offset, struct heap_look *look);
Value heap_look_next(struct heap_look *look);
// Check GC-1, 2, 4, 5, 9 over everything reachable, and walkability.  False: *why says what and where.
bool heap_verify(struct heap *heap, const char **why) MUST_USE;
// Bytes in use after the last collection plus allocated since; and pages held.
size_t heap_used_bytes(struct heap *heap);
// What was allocated since the heap was made.
uint64_t heap_allocated_bytes(struct heap *heap);

// --- inline parts --------------------------------------------------------------------------------------
static inline void heap_arm(struct heap *heap, size_t bytes) {
  if (RINGLET_DEBUG) heap->armed_bytes = bytes;
}
static inline uword *heap_alloc(struct heap *heap, size_t bytes) {
  char *p = heap->top;
  ASSERT(bytes <= heap->armed_bytes);
  if (RINGLET_DEBUG && heap->armed_bytes != HEAP_UNARMED) heap->armed_bytes -= bytes;
  CHECK(bytes <= (size_t)(heap->hard_limit - p));
  heap->top = p + bytes;
  return (uword *)p;
}
static inline bool heap_is_young(Value v) {
  return is_pointer(v) && (pages.dst[page_of(value_address(v))] & PAGE_DST_YOUNG);
}
// Is this pair a constant of a program (OBJ-3)?
static inline bool heap_is_constant(Value pair) {
  return pages.dst[page_of(value_address(pair))] & PAGE_DST_CONSTANT;
}
static inline void object_field_init(Value object, unsigned i, Value v) {
  uword *p = value_address(object);
  ASSERT(heap_is_young(object) || !is_pointer(value_from_word(p[i])));
  p[i] = v.w;
}
static inline bool heap_is_frozen(Value v) {
  return pages.dst[page_of(value_address(v))] & PAGE_DST_FROZEN;
}
// Is it of a process's heap, and not of the image or the commons?
static inline bool heap_is_private(Value v) {
  return pages.dst[page_of(value_address(v))] & PAGE_DST_HEAP;
}
// May no program change it, because it is a literal or frozen?
static inline bool object_is_immutable(Value v) {
  return object_flags(v, HEADER_FLAG_IMMUTABLE) || heap_is_frozen(v);
}
// Do the bytes of the slot's page and of the value's say that this store matters?
static inline bool store_matters(const Value *slot, Value v) {
  unsigned src = pages.src[page_of(slot)];
  return src & (is_pointer(v) ? pages.dst[page_of(value_address(v))] | PAGE_ALWAYS : PAGE_ALWAYS);
}
static inline void heap_store(struct heap *heap, Value holder, Value *slot, Value v) {
  if (UNLIKELY(store_matters(slot, v))) heap_store_slow(heap, holder, slot, v);
  *slot = v;
}
static inline bool heap_try_store(struct heap *heap, Value holder, Value *slot, Value v) {
  if (UNLIKELY(store_matters(slot, v))) {
    if (UNLIKELY(pages.dst[page_of(slot)] & (PAGE_DST_FROZEN | PAGE_DST_COMMONS))) return heap_store_shared(slot, v);
    heap_store_slow(heap, holder, slot, v);
  }
  *slot = v;
  return true;
}
static inline void heap_overwrite(struct heap *heap, Value *first, size_t n) {
  if (UNLIKELY(heap->is_marking)) heap_overwrite_slow(heap, first, n);
}

#endif
