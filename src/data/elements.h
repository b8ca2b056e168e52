// Numbers as a few bytes: elements of numeric vectors, and fields in byte vectors.
//
// Uses: data/number, data/string.  Used by: data/equal, text/printer, prim.
//
// A numeric vector is a T_NUMBERS: its bytes in the order of the machine, least significant first.  What they mean is
// in the header's flags.  A byte vector is the numeric vector of kind ELEMENT_U8; no T_NUMBERS has that kind.
#ifndef DATA_ELEMENTS_H
#define DATA_ELEMENTS_H

#include "data/number.h"

enum element_kind {
#define ELEMENT(id, name, bytes, wanted) ELEMENT_##id,
#include "data/elements.def"
#undef ELEMENT
  N_ELEMENT_KINDS
};
#define ELEMENT_MOST_BYTES 16

struct element_info {
  const char *name;
  unsigned bytes;
  const char *wanted;
};
extern const struct element_info element_infos[N_ELEMENT_KINDS];

// The number in the bytes at `from`, in the guaranteed room.
Value element_load(struct heap *heap, enum element_kind kind, const unsigned char *from);
// Put `v` there; false, and nothing done, if it is not what the kind wants.  Floats take any real number and round it.
bool element_store(enum element_kind kind, Value v, unsigned char *to);

#define NUMBERS_KIND_SHIFT 10
static inline bool is_numbers(Value v) {
  return is_type(v, T_NUMBERS) || is_type(v, T_BYTES);
}
static inline enum element_kind numbers_kind(Value v) {
  return (enum element_kind)(object_header(v) >> NUMBERS_KIND_SHIFT & 15);
}
static inline sword numbers_length(Value v) {
  return bytes_length(v) / (sword)element_infos[numbers_kind(v)].bytes;
}
// `n` elements, all bits 0; a byte vector for ELEMENT_U8.
Value numbers_make(struct context *cx, enum element_kind kind, size_t n);

// The exact integer of `n` bytes, least significant first, in two's complement if it may be negative.
Value integer_load(struct context *cx, const unsigned char *from, size_t n, bool is_signed);
// Whether `v` is an exact integer that fits; then it is in `to`.
bool integer_store(Value v, unsigned char *to, size_t n, bool is_signed);

#endif
