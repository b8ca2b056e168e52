// Symbols: interned names, found by an open hash table in ROOT_SYMBOLS.
//
// Uses: gc, data/outcome, data/string.  Used by: data, text, compile, prim, boot.
//
//   SYM-1  Two interned symbols of equal names are the same object.
//   SYM-2  A symbol's hash is computed from the code points of its name alone, in 32-bit arithmetic, and kept to
//          29 bits: it is the same on every word size, so the table survives in an image as it is.
//   SYM-3  A symbol's name is an immutable string.
//   SYM-4  ROOT_SYMBOLS is a vector: number of symbols, number of gensyms made, then 2^k slots, each a symbol or
//          #f, at most three quarters used.
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

// Each answers the symbol, or OUTCOME_COLLECT before anything changed.  O(length), and now and then
// O(number of symbols) when the table grows.  The table is made by the first call.
Value symbol_intern(struct context *cx, const uint32_t *chars, size_t n);
Value symbol_intern_ascii(struct context *cx, const char *chars, size_t n);
Value symbol_intern_c(struct context *cx, const char *name);
Value symbol_intern_string(struct context *cx, Value string);
// A new uninterned symbol whose name is `prefix` (ASCII) and a number.
Value symbol_generate(struct context *cx, const char *prefix);
// A new uninterned symbol of this name (a string, copied unless it is immutable).
Value symbol_make_uninterned(struct context *cx, Value string);

#endif
