// Hash tables: compact, in order of insertion.
//
// Uses: gc, data/equal.  Used by: data/env, code/image, compile, prim.
//
// A table has a vector of entries (key, value, key, value ...) in order of insertion, and an index: a byte vector
// of 32-bit words, first the buckets (entry number + 1 of the first entry, 0: none), then for each entry its hash and
// the entry number + 1 of the next in the same bucket.  The index holds no Values, so building it needs no barrier.
//
// Keys hashed by address: those that were young when entered stand at or after TABLE_YOUNG, and are hashed again when
// a collection has happened since; all are hashed again when old objects may have moved.  Symbols, numbers and
// strings (in a table that compares contents) never need it.
//
//   TAB-1  Every live entry is in exactly the bucket of its hash; a deleted one is in none and has key VALUE_DELETED.
//   TAB-2  If TABLE_EPOCH and TABLE_MAJOR are the heap's, every hash in the index is right.
#ifndef DATA_TABLE_H
#define DATA_TABLE_H

#include "data/outcome.h"

enum {
  TABLE_KIND = 1,  // fixnum, enum table_kind
  TABLE_COUNT,     // live entries
  TABLE_USED,      // entries in use, deleted ones included
  TABLE_ENTRIES,   // vector, 2 * capacity long
  TABLE_INDEX,     // byte vector
  TABLE_EPOCH,     // the heap's epochs when the index was last right
  TABLE_MAJOR,
  TABLE_YOUNG,     // number of the first entry that may have a young key hashed by address
  TABLE_ADDRESSED  // #t once a key was hashed by address
};
enum table_kind { TABLE_EQ, TABLE_EQV, TABLE_EQUAL, TABLE_STRING, N_TABLE_KINDS };

// All that answer a Value may answer a marker instead, before any side effect.
Value table_make(struct context *cx, enum table_kind kind, size_t capacity);
// The value of `key`, or `absent`.  Only TABLE_EQUAL tables can answer a marker here.
Value table_get(struct context *cx, Value table, Value key, Value absent);
Value table_set(struct context *cx, Value table, Value key, Value value);
// VALUE_TRUE if it was there.
Value table_delete(struct context *cx, Value table, Value key);
Value table_clear(struct context *cx, Value table);
Value table_copy(struct context *cx, Value table);
static inline size_t table_count(Value table) {
  return (size_t)fixnum_int(object_field(table, TABLE_COUNT));
}
// Walk the entries in order of insertion: start with *position = 0; false at the end.  A table_set of a new key
// or a table_clear meanwhile ends the walk's meaning.
bool table_next(Value table, size_t *position, Value *key, Value *value);

// For the image loader: the capacity for n entries, the size of an index for it, and filling a fresh one.
size_t table_round_capacity(size_t n);
size_t table_index_bytes(size_t capacity);
void table_index_build(struct heap *heap, Value table);

static inline bool is_table(Value v) {
  return is_type(v, T_TABLE);
}

#endif
