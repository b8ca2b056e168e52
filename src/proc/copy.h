// Copying object graphs from a process's heap into another one, or into the commons.
//
// Uses: gc, data, code.  Used by: proc, prim.
//
// Sharing and cycles are kept.  A small graph, which nearly every message is, is copied at once: each object is noted in
// an array, and the note's number stands in the place of the object's first word until the copy is done.  A larger one is
// copied in slices.  A hash table of the sender's has the copy of each object met, and is the list of those still to be
// read as well.  The copies are written to pages of the sender's, disguised as byte vectors; when all is there the pages
// change their owner.  So the sender pays, a copy that is given up is garbage of the sender's, and the receiver's heap is
// not touched until then.
//
//   COPY-1  What lies in no process's heap (immediates, the image, the commons, and so symbols that are interned and
//           types of records) goes by reference, and nothing else does.
//   COPY-2  The receiver gets all of a copy or nothing.
//   COPY-3  While a small graph is noted, its objects are not as they should be; nothing else runs or fails meanwhile.
//   COPY-4  Where other threads of the sender change a graph between two slices, each object is copied as it is when its
//           turn comes, as long as it was when it was met; one that is longer than a slice, a part at a time.
//   COPY-5  When pages change their owner no slot of the sender's refers to them.
//   COPY-6  Code of which the commons have a copy goes by reference like it.  Its literals are shared then, apart from what
//           else refers to them in the sender.
//
//   by type                     to a heap                                       to the commons, where nobody changes it
//   pair                        copied; of a literal, too, into one that can be changed        copied
//   vector, string, byte and    copied; a literal stays one                     copied
//     numeric vector, number
//   symbol not interned         copied                                          copied
//   record, values, condition   copied                                          copied
//   hash table                  copied; hashed again where that is by address   refused: it is shared by its own procedures
//   procedure                   copied with what it refers to                   copied, but see cells and boxes
//   code                        copied; into the commons, once for all copies   copied
//                                 of it, if all it refers to can be there
//   cell (a global variable)    copied, with its value: the copy is the receiver's own variable      refused
//   box (a captured variable    copied, likewise                                refused
//     that is assigned)
//   parameter, environment,     copied                                          refused
//     macro and its parts
//   weak pair, ephemeron        copied, with what they refer to                 refused
//   port, continuation, stack,  refused                                         refused
//     thread, guardian, state
#ifndef PROC_COPY_H
#define PROC_COPY_H

#include "data/outcome.h"

// The receiver has no room now, though it could have once it collected or was sent less: nothing was done.
#define COPY_NO_ROOM OUTCOME(16)

// A copy of `v`, an object of cx->heap or COPY-1, in the heap `to`, which may be the same; it is young or newly old there
// and referred to by nothing, so the caller stores it at once.  `who` is named by conditions.
//
// Or a marker: RAISE, when something cannot be copied or is more than the receiver's quota allows; COPY_NO_ROOM; COLLECT,
// for the sender; AGAIN, when a slice is done.  *state is #f at first.  Once it is an object, the caller keeps it and
// calls with it again, `v` being #f then; the work done is in it.  A first call does nothing but make the state.
Value copy_to_heap(struct context *cx, const char *who, Value v, struct heap *to, Value *state);
// The same, in the commons.
Value copy_to_commons(struct context *cx, const char *who, Value v, Value *state);

// The same for a byte vector, which is empty in the sender once it is there; here `bytes` is given in each call.  Its bytes
// are copied: an object's header stands before them on the same page, so pages that left would take the sender's object
// with them.  RAISE also where it may not be changed.
Value copy_move_bytes(struct context *cx, const char *who, Value bytes, struct heap *to, Value *state);

// Does `v` go by reference (COPY-1)?
static inline bool copy_is_by_reference(Value v) {
  return !is_pointer(v) || !heap_is_private(v);
}

#endif
