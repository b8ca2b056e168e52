// Records and their types.
//
// Uses: gc, data/outcome.  Used by: code/image, prim, boot.
//
//   REC-1  A record has as many fields as its type has names; a type's names start with its parent's.
//   REC-2  Chains of parents end: a type is made after its parent and never changes it.
//   REC-3  A type lies in the image or the commons, so that a record sent to another process keeps it; while the image is
//          built, and when a name in it is a symbol of one process only, in a heap.
#ifndef DATA_RECORD_H
#define DATA_RECORD_H

#include "data/outcome.h"

#define RTD_N_FIELDS 3
// Make ROOT_RTD_RTD, the type of record types, its own type; at boot, after known_init.
void record_types_init(struct heap *heap);
// A type with these symbols for its name and, in a vector, its fields behind those of `parent`, a type or #f; or
// OUTCOME_COLLECT.
Value record_type_make(struct context *cx, Value name, Value parent, Value names);
// Is `v` a record of this type or of one below it?  O(depth of types).
bool record_has_type(Value v, Value rtd);
static inline bool is_rtd(struct heap *heap, Value v) {
  return is_type(v, T_RECORD) && value_eq(object_field(v, RECORD_TYPE), heap->roots[ROOT_RTD_RTD]);
}
static inline unsigned record_n_fields(Value record) {
  return header_aux(object_header(record)) - 1;
}
// A record whose n_fields fields the caller fills at once; or OUTCOME_COLLECT.
Value record_make_raw(struct context *cx, Value rtd, unsigned n_fields);

#endif
