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
// A custom table compares and hashes by procedures of the program.  C calls no Scheme (ONE-1), so here it only keeps the
// entries, each under the hash it is given; the library walks those of one hash and compares (lib/boot/tables.scm).
//
// A weak table has for each entry a weak object in the key's place, the value's or both: with weak keys an ephemeron of
// key and value, with weak values a weak pair of the value, with both two weak pairs.  An entry is dead when a part
// of it is gone; it is taken out where a search meets it, when the table is full, and before entries are counted.
//
// Growing a table of many entries takes its time, so it is done in slices: table_set answers OUTCOME_AGAIN until there is
// place.  In between the table is as good as ever.
//
//   TAB-1  Every live entry is in exactly the bucket of its hash; a deleted one is in none and has key VALUE_DELETED.
//          The last entry in use is a live one.
//   TAB-2  If TABLE_EPOCH and TABLE_MAJOR are the heap's, every hash in the index is right.
//   TAB-3  While a table grows, the entries below the number it has come to are in the next storage as well, under
//          the same numbers, with the same hashes and contents.
#ifndef DATA_TABLE_H
#define DATA_TABLE_H

#include "data/outcome.h"

enum {
  TABLE_KIND = 1,  // fixnum, enum table_kind
  TABLE_COUNT,     // live entries
  TABLE_USED,      // entries in use, deleted ones included
  TABLE_ENTRIES,   // vector; a large one is as long as entries were ever in use, and grows in place up to 2 * capacity
  TABLE_INDEX,     // byte vector
  TABLE_EPOCH,     // the heap's epochs when the index was last right
  TABLE_MAJOR,
  TABLE_YOUNG,     // number of the first entry that may have a young key hashed by address
  TABLE_ADDRESSED, // #t once a key was hashed by address
  TABLE_CAPACITY,  // a power of two: buckets in the index, and entries that TABLE_ENTRIES can have
  TABLE_GROWTH,    // #f, or a vector while entries are being moved (see table.c)
  TABLE_LAST_FIELD = TABLE_GROWTH,
  // A custom table has no addresses to keep right; it has the vector of its procedures instead (see CUSTOM_).
  TABLE_CUSTOM_PROCEDURES = TABLE_EPOCH
};
// A custom table cannot be part of an image.
enum table_kind { TABLE_EQ, TABLE_EQV, TABLE_EQUAL, TABLE_STRING, N_TABLE_KINDS, TABLE_CUSTOM = N_TABLE_KINDS };
// Added to the kind.
enum { TABLE_WEAK_KEYS = 8, TABLE_WEAK_VALUES = 16, TABLE_WEAK = TABLE_WEAK_KEYS | TABLE_WEAK_VALUES };
// What is called in the place of the primitive, with the same arguments; the library keeps more behind these.
enum { CUSTOM_REF, CUSTOM_SET, CUSTOM_DELETE, N_CUSTOM_PROCEDURES };

// All that answer a Value may answer a marker instead, before any side effect.
// `kind` is an enum table_kind, and bits of TABLE_WEAK.  With room for `n` entries, unless they are many.
Value table_make(struct context *cx, unsigned kind, size_t n);
// The value of `key`, or `absent`.  Only TABLE_EQUAL tables can answer a marker here.
Value table_get(struct context *cx, Value table, Value key, Value absent);
Value table_set(struct context *cx, Value table, Value key, Value value);
// VALUE_TRUE if it was there.
Value table_delete(struct context *cx, Value table, Value key);
Value table_clear(struct context *cx, Value table);
// A table of the same kind, still without entries; then some of the entries from *position (0 at first) on, in it:
// VALUE_TRUE when they were the last.  With a marker *position says how far it came: go on from there.
Value table_copy(struct context *cx, Value table);
Value table_copy_entries(struct context *cx, Value copy, Value table, size_t *position);
// How many entries it has, dead ones included.
static inline size_t table_count(Value table) {
  return (size_t)fixnum_int(object_field(table, TABLE_COUNT));
}
static inline bool table_is_weak(Value table) {
  return fixnum_int(object_field(table, TABLE_KIND)) & TABLE_WEAK;
}
// Take the dead entries out of a weak table, and give room back if few are left.  VALUE_TRUE, or a marker.
// Cost: O(all entries) if it is weak.
Value table_purge(struct context *cx, Value table);
// For custom tables: one with `procedures`; the first entry of `hash` that comes after entry `e` in its bucket (-1: the
// first of all), or -1; an entry's key and value, false when there is no such entry; another value; a new entry, whose key
// the table does not have; taking one out.
Value table_make_custom(struct context *cx, Value procedures, unsigned weak);
sword table_find_hash(Value table, uint32_t hash, sword e);
bool table_entry(struct heap *heap, Value table, sword e, Value *key, Value *value);
Value table_set_value(struct context *cx, Value table, size_t e, Value value);
Value table_add(struct context *cx, Value table, Value key, Value value, uint32_t hash);
void table_remove(struct heap *heap, Value table, size_t e);
static inline bool is_custom_table(Value table) {
  return (fixnum_int(object_field(table, TABLE_KIND)) & ~TABLE_WEAK) == TABLE_CUSTOM;
}
// Walk the entries of a table that is not weak, in order of insertion: start with *position = 0; false at the end.  A table_set of a new key
// or a table_clear meanwhile ends the walk's meaning.
bool table_next(Value table, size_t *position, Value *key, Value *value);

// For the image loader: the capacity for n entries, the size of an index for it, and filling a fresh one.
size_t table_round_capacity(size_t n);
size_t table_index_bytes(size_t capacity);
void table_index_build(struct heap *heap, Value table);
// For copies: the hash of entry `e` as it stands in the index; put entry `e` in a bucket of an index for `capacity`.
uint32_t table_entry_hash(Value table, size_t e);
void table_index_link(void *index_data, size_t capacity, size_t e, uint32_t hash);

static inline bool is_table(Value v) {
  return is_type(v, T_TABLE);
}

#endif
