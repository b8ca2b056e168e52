// Events: one for every time a collector stopped its program, in a ring of the machine, and figures of each heap.
//
// Uses: base.  Used by: gc, prim.
//
// Idea: the collector says when a pause begins and why; what was done in it follows from what changed meanwhile.
// The ring has pages of its own, so nothing that is written or read here allocates in a heap.  Where there is no
// ring (unit tests, a machine too small) only the figures of the heaps are kept.
#ifndef GC_EVENTS_H
#define GC_EVENTS_H

#include "base/base.h"

struct heap;

// Scheme knows these by number: lib/boot/memory.scm.
enum event_kind {
  EVENT_MINOR,       // the nursery
  EVENT_MARK_BEGIN,  // ... after which a cycle began
  EVENT_MARK,        // a slice of marking
  EVENT_MARK_END,    // ... the last one, with what follows it
  EVENT_SWEEP,       // a slice of sweeping
  EVENT_EVACUATION,  // sparse pages of a heap with little in it
  EVENT_FULL,        // everything, with the program stopped
  N_EVENT_KINDS
};

enum event_cause {
  CAUSE_NURSERY,    // it was full
  CAUSE_CARDS,      // many were dirty
  CAUSE_LARGE,      // room for something large was wanted
  CAUSE_PACE,       // a slice was due
  CAUSE_REQUESTED,  // by the program, or by C
  CAUSE_STRESS,
  // Of full ones.  Those are what cycles should make unnecessary: they are counted (heap_statistics.n_fallbacks).
  CAUSE_QUOTA,      // it was used up
  CAUSE_PAGES,      // the machine's were
  CAUSE_IN_PLACE,   // survivors found no page
  CAUSE_SPARSE,     // most of the old space was gaps
  CAUSE_SCATTERED,  // free pages had to be brought together
};

// Sizes in bytes.  Scheme reads these as so many u64 (EVENT_BYTES), in this order.
struct heap_event {
  uint64_t sequence;     // counts the machine's events, from 1
  uint64_t heap;         // its number
  uint64_t kind, cause;
  uint64_t start_us, pause_us;
  uint64_t before, after;  // in use
  uint64_t survived;     // copied out of the nursery
  uint64_t held;         // pages held afterwards
  uint64_t old;          // of these, of the old space
  uint64_t words;        // marked
  uint64_t debt;         // words of work that are due afterwards
};
#define EVENT_BYTES sizeof(struct heap_event)

// Pauses up to 4 us, then two classes for each doubling, and all from 16 ms on.
#define PAUSE_CLASSES 26
static inline unsigned pause_class(uint64_t us) {
  if (us < 4) return 0;
  unsigned bits = 63 - (unsigned)__builtin_clzll(us);
  unsigned class = 2 * bits - 3 + (us >> (bits - 1) & 1);
  return class < PAUSE_CLASSES ? class : PAUSE_CLASSES - 1;
}

struct heap_statistics {
  uint64_t n_minor, n_cycles, n_evacuations, n_major /* with the process stopped */, n_in_place /* objects kept for want of a page */;
  uint64_t n_fallbacks;  // majors that nobody requested
  uint64_t bytes_allocated, bytes_promoted;
  size_t live_bytes;     // when they were last marked
  uint64_t pause_total_us;
  uint32_t pause_max_us;
  uint32_t events[N_EVENT_KINDS];
  uint32_t pauses[PAUSE_CLASSES];
};

// A pause that lasts.
struct pause {
  struct heap_event event;
  struct heap_statistics *figures;
  uint64_t n_minor, n_major, promoted;
  size_t words;
  uint8_t phase;
};

// Take pages for the ring.  None can be had: there is none.
void events_init(void);
// A pause begins, and ends.  A later cause, of a full collection, is put into pause->event.cause between.
void pause_begin(struct pause *pause, struct heap *heap, enum event_cause cause);
void pause_end(struct pause *pause, struct heap *heap);
// Copy the newest events, the very newest first, as far as there are any; returns how many.
size_t events_copy(struct heap_event *to, size_t most);

#endif
