// Strings: code points with constant-time indexing.
//
// Uses: gc, data/outcome, data/utf8.  Used by: data, text, compile, prim.
//
// A string's characters lie in a byte vector of their own, 1 byte each while all are below 256, else 4.  Storing a
// wider character replaces that vector, so the string keeps its identity.
//
//   STR-1  Every element is a Unicode scalar value: below 0x110000 and no surrogate.
//   STR-2  A string of width 1 and one of width 4 with the same characters are equal everywhere.
//   STR-3  HEADER_FLAG_IMMUTABLE on the string (literals, names of symbols) makes every mutator refuse.
#ifndef DATA_STRING_H
#define DATA_STRING_H

#include "data/outcome.h"

#define STRING_BYTES FIXED_BYTES(3)

static inline bool is_string(Value v) {
  return is_type(v, T_STRING);
}
static inline bool is_bytes(Value v) {
  return is_type(v, T_BYTES);
}
static inline bool string_is_immutable(Value s) {
  return object_is_immutable(s);
}
static inline void string_set_immutable(Value s) {
  *value_address(s) |= HEADER_FLAG_IMMUTABLE;
}
static inline bool is_scalar_value(uint32_t c) {
  return c < 0xd800 || (c >= 0xe000 && c < 0x110000);
}
static inline unsigned char *string_data(Value s) {
  return bytes_data(object_field(s, STRING_DATA));
}
// The width a string that holds `c` needs.
static inline unsigned char_width(uint32_t c) {
  return c < 256 ? 1 : 4;
}

// --- making; each answers a string (a byte vector), or OUTCOME_COLLECT before any effect. O(n) ------------
// Contents of string_make_raw and bytes_make_raw are undefined: fill them at once.
Value bytes_make_raw(struct context *cx, size_t n);
// May a card change these bytes while they are read?  What is looked at twice is copied first.
static inline bool bytes_may_change(Value bytes) {
  return (pages.dst[page_of(value_address(bytes))] & (PAGE_DST_COMMONS | PAGE_DST_FROZEN)) == PAGE_DST_COMMONS;
}
Value string_make_raw(struct context *cx, size_t n, unsigned width);
Value string_make(struct context *cx, size_t n, uint32_t fill);
Value string_from_chars(struct context *cx, const uint32_t *chars, size_t n);
Value string_from_latin1(struct context *cx, const unsigned char *chars, size_t n);
// From UTF-8; invalid sequences become U+FFFD.
Value string_from_utf8(struct context *cx, const unsigned char *bytes, size_t n);
// From ASCII, in room the caller reserved: STRING_BYTES + BYTES_BYTES(strlen(text)).
Value string_from_c(struct heap *heap, const char *text);
Value string_substring(struct context *cx, Value s, sword start, sword end);
// The UTF-8 of s[start, end) as a byte vector.
Value string_to_utf8(struct context *cx, Value s, sword start, sword end);

// --- changing ------------------------------------------------------------------------------------------------
// Make `s` able to hold characters of `width`: VALUE_TRUE, or OUTCOME_COLLECT.  No visible effect.  O(length).
Value string_widen(struct context *cx, Value s, unsigned width);
// Store into a string that is wide enough.
static inline void string_put(Value s, sword i, uint32_t c) {
  if (string_width(s) == 1)
    string_data(s)[i] = (unsigned char)c;
  else
    ((uint32_t *)string_data(s))[i] = c;
}
// Copy from[start, end) to to[at...), which is wide enough and may be the same string.  O(n).
void string_move(Value to, sword at, Value from, sword start, sword end);

// --- asking ----------------------------------------------------------------------------------------------------
bool string_equal(Value a, Value b);
// Below, equal or above 0, by code points.
int string_compare(Value a, Value b);
bool string_equal_c(Value s, const char *ascii);
// 29 bits, the same for equal strings and on every word size.
uint32_t string_hash(Value s);
// The first index where `pattern` occurs in s[start, end), or -1.  O(end - start + pattern).
sword string_search(Value pattern, Value s, sword start, sword end);
// Its parts, for going on with it: the hash of what was hashed to `h` and s[start, end); and moving a window of `n`
// characters, whose hash is *hash, from `at` to the next place where it is `wanted`, or to `last`.  `highest` is
// 48271^(n - 1) modulo 536870909.
struct string_window {
  sword n;
  uint32_t wanted, highest;
};
uint32_t string_window_hash(uint32_t h, Value s, sword start, sword end);
sword string_window_roll(const struct string_window *w, Value s, sword at, sword last, uint32_t *hash);

#endif
