// The commons: the one heap that every process may point into.  Nothing in it moves.
//
// Uses: gc/pages, obj.  Used by: gc, data, proc.
//
//   COMMONS-1  An object of the commons refers to the commons, to the image and to immediates only.
//   COMMONS-2  Its pages are walkable; what lies on frozen ones is never written after it was made.
//   COMMONS-3  While a cycle scans, whatever of the commons comes into reach is shaded: what a heap contributes, what is
//              overwritten in or stored into a mutable object, sent to another heap, found through a weak reference, or new.
//   COMMONS-4  A page of a heap or of the image has PAGE_SPARED only if no object of it refers to the commons.
//   COMMONS-5  What a heap contributed is a snapshot: until it is all read, nothing that belonged to it is taken for dead,
//              and what is overwritten in it is shaded.
//   COMMONS-6  While it is swept, an object on an unswept page that is not marked is never answered to anybody.
//
// Collected in cycles, by the protocol that docs/sharing.md describes and tests/model/commons.pml checks.  On one
// processor the phase ARM, and every handshake, is over at once.
#ifndef GC_COMMONS_H
#define GC_COMMONS_H

#include "gc/heap.h"

enum commons_phase { COMMONS_IDLE, COMMONS_SCAN, COMMONS_SWEEP };

struct commons_statistics {
  size_t n_cycles, live_bytes;        // so far; found alive by the last one
  uint64_t bytes_allocated;
  size_t n_steps;
  uint64_t step_total_us, step_max_us;
};

extern struct commons {
  uint8_t phase;                      // enum commons_phase
  // Entries of weak tables that commons_is_doomed are taken out by this, in steps of about *words; false: all are out.
  bool (*break_weak)(size_t *words);
  // A step is due: somebody is to call commons_step soon.
  void (*poll)(void *context);
  void *poll_context;
  uint64_t poll_at_bytes;             // of bytes_allocated
  size_t held_bytes;                  // pages
  struct commons_statistics statistics;
} commons;

// Room for an object of `bytes`, a multiple of 8, that nobody will change (`frozen`) or everybody may; NULL: no pages.
// The caller fills every word before the next safepoint.
uword *commons_alloc(size_t bytes, bool frozen) MUST_USE;
// Has the heap's quota, which is the same for what it keeps there as for itself, room for so much more?
bool commons_allows(const struct heap *heap, size_t bytes);
// Such room, for all that is wanted, within the heap's quota and charged to it; NULL also where that does not allow it.
uword *commons_alloc_for(struct heap *heap, size_t bytes, bool frozen) MUST_USE;
// True: ask again after the next step.  False: since the heap first asked, all garbage was taken away.
bool commons_wait(struct heap *heap);
// There was no room.  True: look again after the next step.  False: all garbage was taken away, and there is none; or there
// was some, and others were quicker to use it too often.  commons_found_room when all that was wanted is there.
bool commons_wait_for_room(struct heap *heap);
static inline void commons_found_room(struct heap *heap) {
  heap->commons_tries = 0;
}
// A run of `live_bytes` of frozen objects, which a heap gives (gc/give.c).
void commons_take(uint32_t run);
// Store in a mutable object of the commons: `v` is an immediate, of the image or of the commons (COMMONS-1).
void commons_store(Value *slot, Value v);
static inline bool commons_may_hold(Value v) {
  return !is_pointer(v) || pages.dst[page_of(value_address(v))] & (PAGE_DST_COMMONS | PAGE_DST_FROZEN);
}

// --- the cycle ---------------------------------------------------------------------------------------
// How much work for commons_step is due now: 0 if no cycle is going on, nor should begin.
size_t commons_due_words(void);
// A step of about `words` of work; it begins a cycle if none is going on.  Every heap is at a safepoint, with all frames
// saved, and nobody holds what nothing refers to.  Takes longer only where one heap's nursery has more than that.  Answers
// the heap for whose sake it was, as far as can be told; NULL: everybody's.
struct heap *commons_step(size_t words);
// Those of each step under stress.
#define COMMONS_STRESS_WORDS 64
// One whole cycle from the beginning, after the one that is going on.
void commons_collect(void);
// `v` comes into reach (COMMONS-3): for what is copied from one heap to another by reference, or was
// found through a weak reference.
static inline void commons_note(Value v);
void commons_shade(Value v);
// Was this, found through a weak reference, found dead (COMMONS-6)?  If not, it is noted before it is used.
bool commons_is_doomed(Value v);
// The same for all that is in a run which a heap was given.
void commons_note_run(uint32_t run);

// --- weak cells: commons_weak.c ------------------------------------------------------------------------
// Let `cell`, a record of three fields in the mutable part of the commons, refer to `v` weakly.
void commons_weak_make(Value cell, Value v);
// What it refers to; #f: that is gone.
Value commons_weak_value(Value cell);

// --- heaps ---------------------------------------------------------------------------------------------
void commons_join(struct heap *heap);
void commons_leave(struct heap *heap);
// Is something of this heap's contribution still to be read?
bool commons_reads(const struct heap *heap);
// Read it all now, since what is dead in the heap is about to be taken away.  Takes as long as marking the heap would.
void commons_read_heap(struct heap *heap);
// A young large object dies before it was read.
void commons_last_look(struct heap *heap, uint32_t run);

// --- checking --------------------------------------------------------------------------------------------
// Check COMMONS-1, 2 and 4 over all pages.  False: *why says what.
bool commons_verify(const char **why) MUST_USE;

static inline void commons_note(Value v) {
  if (UNLIKELY(commons.phase == COMMONS_SCAN)) commons_shade(v);
}

#endif
