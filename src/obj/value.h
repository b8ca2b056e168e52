// Values: one tagged word, and what can be told from the word alone.
//
// Uses: base.  Used by: everything above.
//
// Low three bits:  xx0 fixnum (1-bit tag: 31 or 63 bits)   001 pair (two words, no header)
//                  011 headered object                      101 immediate
//                  111 header word, or an outcome marker: never a first-class value
//
//   OBJ-1  Objects and pairs are 8-byte aligned; a headered object's first word is tagged 111, and
//          no first-class value is, so any page can be walked from its start.
//   OBJ-2  An even raw address (a code pointer) in a Value slot reads as a fixnum: collectors skip it.
//   OBJ-3  A pair has no room for a flag, so one that is a constant of a program lies where only such pairs lie: in a
//          fixed page, or in an immortal page for them.  Mutators ask heap_is_constant.
#ifndef OBJ_VALUE_H
#define OBJ_VALUE_H

#include "base/base.h"

typedef struct {
  uword w;
} Value;

#define TAG_MASK 7u
#define TAG_PAIR 1u
#define TAG_OBJECT 3u
#define TAG_IMMEDIATE 5u
#define TAG_HEADER 7u

static inline Value value_from_word(uword w) {
  return (Value){w};
}
static inline bool value_eq(Value a, Value b) {
  return a.w == b.w;
}

// --- fixnums --------------------------------------------------------------------------------
#define FIXNUM_MAX ((sword)(UINTPTR_MAX >> 2))
#define FIXNUM_MIN (-FIXNUM_MAX - 1)
static inline bool is_fixnum(Value v) {
  return (v.w & 1) == 0;
}
static inline bool are_fixnums(Value a, Value b) {
  return ((a.w | b.w) & 1) == 0;
}
static inline Value fixnum(sword n) {
  return (Value){(uword)n << 1};
}
static inline sword fixnum_int(Value v) {
  ASSERT(is_fixnum(v));
  return (sword)v.w >> 1;
}
static inline bool fits_fixnum(sword n) {
  return n >= FIXNUM_MIN && n <= FIXNUM_MAX;
}

// --- pointers -------------------------------------------------------------------------------
static inline bool is_pair(Value v) {
  return (v.w & TAG_MASK) == TAG_PAIR;
}
static inline bool is_object(Value v) {
  return (v.w & TAG_MASK) == TAG_OBJECT;
}
// Pair or headered object: bits 0 set and 2 clear.
static inline bool is_pointer(Value v) {
  return (v.w & 5) == 1;
}
static inline uword *value_address(Value v) {
  ASSERT(is_pointer(v));
  return (uword *)(v.w & ~(uword)TAG_MASK);
}
static inline Value value_from_pair(void *p) {
  return (Value){(uword)p | TAG_PAIR};
}
static inline Value value_from_object(void *p) {
  return (Value){(uword)p | TAG_OBJECT};
}

// --- immediates -----------------------------------------------------------------------------
#define IMMEDIATE(payload, sub) \
  ((Value){((uword)(payload) << 8) | ((uword)(sub) << 3) | TAG_IMMEDIATE})
#define FALSE_WORD ((0u << 8) | TAG_IMMEDIATE)
#define VALUE_FALSE IMMEDIATE(0, 0)
#define VALUE_TRUE IMMEDIATE(1, 0)
#define VALUE_NIL IMMEDIATE(2, 0)
#define VALUE_EOF IMMEDIATE(3, 0)
#define VALUE_UNSPECIFIED IMMEDIATE(4, 0)
#define VALUE_UNBOUND IMMEDIATE(5, 0)     // a global cell that was never defined
#define VALUE_DEFAULT IMMEDIATE(6, 0)     // an optional argument that was not given
#define VALUE_FORWARD IMMEDIATE(7, 0)     // first word of an object that moved; never seen outside gc
#define VALUE_EMPTY IMMEDIATE(8, 0)       // a free slot of a hash table; never first-class
#define VALUE_DELETED IMMEDIATE(9, 0)     // a deleted slot of a hash table; never first-class
#define VALUE_UNASSIGNED IMMEDIATE(10, 0) // a letrec variable before its initialisation
#define VALUE_LOCAL IMMEDIATE(13, 0)      // a variable of the image that each process has a value for (data/local.h)

// VALUE_UNBOUND or VALUE_LOCAL, which differ in one bit.
static inline bool is_no_value(Value v) {
  return (v.w & ~(uword)(8 << 8)) == VALUE_UNBOUND.w;
}
static inline bool is_immediate(Value v) {
  return (v.w & TAG_MASK) == TAG_IMMEDIATE;
}
static inline bool is_false(Value v) {
  return v.w == FALSE_WORD;
}
static inline bool is_true(Value v) {
  return v.w != FALSE_WORD;
}
static inline bool is_nil(Value v) {
  return value_eq(v, VALUE_NIL);
}
static inline Value value_bool(bool b) {
  return b ? VALUE_TRUE : VALUE_FALSE;
}
#define CHAR_SUB 1u
static inline bool is_char(Value v) {
  return (v.w & 0xff) == ((CHAR_SUB << 3) | TAG_IMMEDIATE);
}
static inline Value value_char(uint32_t code_point) {
  return IMMEDIATE(code_point, CHAR_SUB);
}
static inline uint32_t char_code(Value v) {
  ASSERT(is_char(v));
  return (uint32_t)(v.w >> 8);
}

// --- headers --------------------------------------------------------------------------------
// A header is 32 bits, also on 64-bit machines:  aux:16 flags:7 type:6 tag:3.
// Payload words of a flonum: its 8 bytes start at byte offset 8 on both word sizes.
#define FLONUM_PAYLOAD_WORDS (WORD_BYTES == 8 ? 1 : 3)

enum object_type {
#define TYPE(id, name, shape, words, values) T_##id,
#include "obj/types.def"
#undef TYPE
  N_OBJECT_TYPES
};
#define HEADER_FLAG_IMMUTABLE (1u << 9)  // mutators refuse
#define HEADER_FLAG_NEGATIVE (1u << 10)  // bignum sign
#define HEADER_FLAG_A (1u << 10)         // free for the type's own use
#define HEADER_FLAG_B (1u << 11)
#define HEADER_FLAG_LOGGED (1u << 15)    // gc: already in the remembered set
#define HEADER_AUX_MAX 0xffffu
static inline uword header_make(enum object_type type, unsigned aux) {
  return ((uword)aux << 16) | ((uword)type << 3) | TAG_HEADER;
}
static inline bool word_is_header(uword w) {
  return (w & TAG_MASK) == TAG_HEADER;
}
static inline enum object_type header_type(uword header) {
  return (enum object_type)((header >> 3) & 63);
}
// The same comparison, without a shift.
static inline bool header_has_type(uword header, enum object_type type) {
  return (header & 63u << 3) == (uword)type << 3;
}
static inline unsigned header_aux(uword header) {
  return (unsigned)(header >> 16) & 0xffffu;
}

#endif
