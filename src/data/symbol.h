// Symbols: interned names, found by one open hash table for all processes.
//
// Uses: gc, data/outcome, data/string.  Used by: data, text, compile, prim, boot.
//
//   SYM-1  Two interned symbols of equal names are the same object.
//   SYM-2  A symbol's hash is computed from the code points of its name alone, in 32-bit arithmetic, and kept to
//          29 bits: it is the same on every word size.
//   SYM-3  A symbol's name is an immutable string.
//   SYM-4  An interned symbol lies in the image or the commons, with its name, so every process has the same one.
//   SYM-5  The table holds its symbols weakly: what nobody else refers to is taken out by a cycle of the commons before it
//          is freed, and not found from when it is doomed (COMMONS-6).
#ifndef DATA_SYMBOL_H
#define DATA_SYMBOL_H

#include "data/outcome.h"

#define SYMBOL_HASH_MASK 0x1fffffffu
// In the symbol's header: not in the table, equal only to itself.
#define SYMBOL_FLAG_UNINTERNED HEADER_FLAG_A

static inline bool is_symbol(Value v) {
  return is_type(v, T_SYMBOL);
}
static inline Value symbol_name(Value symbol) {
  ASSERT(is_symbol(symbol));
  return object_field(symbol, SYMBOL_NAME);
}
static inline uint32_t symbol_hash(Value symbol) {
  return (uint32_t)fixnum_int(object_field(symbol, SYMBOL_HASH));
}
static inline bool symbol_is_interned(Value symbol) {
  return !object_flags(symbol, SYMBOL_FLAG_UNINTERNED);
}

// Open addressing; at most seven eighths of the slots are used, a free one is #f.  A table half full is replaced by one
// of twice the length, a little with every new symbol; once the new one takes symbols, both are asked.
extern struct symbol_table {
  Value *slots, *next;
  size_t capacity, count;
  size_t progress;       // slots of `next` made free, then slots of `slots` moved there
  size_t n_broken;       // slots looked at by this cycle of the commons
  uint64_t n_generated;  // names given to uninterned symbols
} symbol_table;

// Each answers the symbol, or OUTCOME_COLLECT before anything changed.  O(length).
Value symbol_intern(struct context *cx, const uint32_t *chars, size_t n);
Value symbol_intern_ascii(struct context *cx, const char *chars, size_t n);
Value symbol_intern_c(struct context *cx, const char *name);
Value symbol_intern_string(struct context *cx, Value string);
// Put an interned symbol of the image, whose name no other one has, into the table.  False: no pages.
bool symbol_enter(Value symbol) MUST_USE;
// A new uninterned symbol whose name is `prefix` (ASCII) and a number.
Value symbol_generate(struct context *cx, const char *prefix);
// A new uninterned symbol of this name (a string, copied unless it is immutable).
Value symbol_make_uninterned(struct context *cx, Value string);

#endif
