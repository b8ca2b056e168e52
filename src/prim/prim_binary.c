// Primitives on numbers as bytes: fields of byte vectors, numeric vectors, and single bits of integers.
//
// Uses: data/elements, data/string, data/symbol, prim/args.  Used by: prim/table.
//
// A procedure per kind of element is a thunk around a shared function, made by macros over data/elements.def.
#include "data/elements.h"
#include "data/natural.h"
#include "data/string.h"
#include "data/symbol.h"
#include "prim/args.h"
#include "prim/tables.h"

// --- fields of byte vectors ---------------------------------------------------------------------------

static Value raise_bytes(struct context *cx, const char *who, Value v) {
  return raise_type(cx, who, 1, "a bytevector", v);
}

// Are there `size` bytes at args[1] in the byte vector args[0], and is `order`, the optional endianness, one?
static Value check_field(struct context *cx, const char *who, Value *args, size_t size, unsigned argument, Value order,
                         bool *is_big) {
  if (!is_bytes(args[0])) return raise_bytes(cx, who, args[0]);
  sword length = bytes_length(args[0]), last = length - (sword)size;
  if (!is_fixnum(args[1]) || last < 0) return raise_index(cx, who, 2, args[1], "bytevector", length);
  if (fixnum_int(args[1]) < 0 || fixnum_int(args[1]) > last) return raise_range(cx, who, 2, args[1], 0, last);
  *is_big = value_eq(order, known(cx->heap, KNOWN_BIG));
  if (!*is_big && !value_eq(order, VALUE_DEFAULT) && !value_eq(order, known(cx->heap, KNOWN_LITTLE)))
    return raise_type(cx, who, argument, "one of the symbols little and big", order);
  return VALUE_TRUE;
}

static void copy_reversed(unsigned char *to, const unsigned char *from, size_t n) {
  for (size_t i = 0; i < n; i++) to[i] = from[n - 1 - i];
}

static Value get_field(struct context *cx, const char *who, enum element_kind kind, Value *args) {
  size_t size = element_infos[kind].bytes;
  bool is_big;
  Value ok = check_field(cx, who, args, size, 3, args[2], &is_big);
  if (is_outcome(ok)) return ok;
  const unsigned char *from = bytes_data(args[0]) + fixnum_int(args[1]);
  unsigned char reversed[ELEMENT_MOST_BYTES];
  if (is_big) copy_reversed(reversed, from, size);
  return element_load(cx->heap, kind, is_big ? reversed : from);
}

static Value set_field(struct context *cx, const char *who, enum element_kind kind, Value *args) {
  size_t size = element_infos[kind].bytes;
  bool is_big;
  unsigned char bytes[ELEMENT_MOST_BYTES];
  Value ok = check_field(cx, who, args, size, 4, args[3], &is_big);
  if (is_outcome(ok)) return ok;
  if (!element_store(kind, args[2], bytes)) return raise_type(cx, who, 3, element_infos[kind].wanted, args[2]);
  if (object_is_immutable(args[0])) return raise_immutable(cx, who, 1, args[0]);
  unsigned char *to = bytes_data(args[0]) + fixnum_int(args[1]);
  if (is_big) copy_reversed(to, bytes, size);
  else memcpy(to, bytes, size);
  return VALUE_UNSPECIFIED;
}

// As much as no sum of 32 bits overflows with.
#define ONES_SUM_MOST 65536

#define FIELDS(FIELD)                     \
  FIELD(S8, "s8", "signed byte")          \
  FIELD(S16, "s16", "signed 16-bit integer")   \
  FIELD(S32, "s32", "signed 32-bit integer")   \
  FIELD(S64, "s64", "signed 64-bit integer")   \
  FIELD(F32, "ieee-single", "number in 4 bytes of floating point") \
  FIELD(F64, "ieee-double", "number in 8 bytes of floating point")

// Those that headers of files and frames are made of, in the common case; else what get_field and set_field answer.
static inline bool is_place(Value bytes, Value k, size_t size) {
  return is_bytes(bytes) && is_fixnum(k) && fixnum_int(k) >= 0 && fixnum_int(k) <= bytes_length(bytes) - (sword)size;
}

static inline Value get_quickly(struct context *cx, const char *who, enum element_kind kind, size_t size, Value *args) {
  bool is_big = value_eq(args[2], known(cx->heap, KNOWN_BIG));
  if (!is_place(args[0], args[1], size) || !(is_big || value_eq(args[2], VALUE_DEFAULT))) return get_field(cx, who, kind, args);
  const unsigned char *from = bytes_data(args[0]) + fixnum_int(args[1]);
  uint64_t n = 0;
  for (size_t i = 0; i < size; i++) n |= (uint64_t)from[is_big ? size - 1 - i : i] << (8 * i);
  return n <= (uint64_t)FIXNUM_MAX ? fixnum((sword)n) : get_field(cx, who, kind, args);
}

static inline Value set_quickly(struct context *cx, const char *who, enum element_kind kind, size_t size, Value *args) {
  bool is_big = value_eq(args[3], known(cx->heap, KNOWN_BIG));
  bool is_quick = is_place(args[0], args[1], size) && (is_big || value_eq(args[3], VALUE_DEFAULT)) && is_fixnum(args[2]) &&
                  fixnum_int(args[2]) >= 0 && (size == 8 || (uint64_t)fixnum_int(args[2]) >> (8 * size % 64) == 0) && !object_is_immutable(args[0]);
  if (!is_quick) return set_field(cx, who, kind, args);
  unsigned char *to = bytes_data(args[0]) + fixnum_int(args[1]);
  uint64_t n = (uint64_t)fixnum_int(args[2]);
  for (size_t i = 0; i < size; i++) to[is_big ? size - 1 - i : i] = (unsigned char)(n >> (8 * i));
  return VALUE_UNSPECIFIED;
}

#define QUICK_FIELDS(FIELD)                         \
  FIELD(U16, "u16", 2, "unsigned 16-bit integer")   \
  FIELD(U32, "u32", 4, "unsigned 32-bit integer")   \
  FIELD(U64, "u64", 8, "unsigned 64-bit integer")

#define FIELD(kind, name, size, text)                                                                        \
  PRIM(prim_get_##kind) { return get_quickly(cx, "bytevector-" name "-ref", ELEMENT_##kind, size, args); }   \
  PRIM(prim_set_##kind) { return set_quickly(cx, "bytevector-" name "-set!", ELEMENT_##kind, size, args); }
QUICK_FIELDS(FIELD)
#undef FIELD
#define FIELD(kind, name, text)                                                                     \
  PRIM(prim_get_##kind) { return get_field(cx, "bytevector-" name "-ref", ELEMENT_##kind, args); }  \
  PRIM(prim_set_##kind) { return set_field(cx, "bytevector-" name "-set!", ELEMENT_##kind, args); }
FIELDS(FIELD)
#undef FIELD

// --- checksums ---------------------------------------------------------------------------------------------

// (%ones-sum bytes start end sum): RFC 1071, 4.1; an odd byte at the end counts as the upper half of a word.
PRIM(prim_ones_sum) {
  sword start, end;
  if (!is_type(args[0], T_BYTES)) return raise_type(cx, "%ones-sum", 1, "a byte vector", args[0]);
  Value ok = arg_range(cx, "%ones-sum", args, n, 1, bytes_length(args[0]), &start, &end);
  if (is_outcome(ok)) return ok;
  if (!is_fixnum(args[3]) || fixnum_int(args[3]) < 0 || fixnum_int(args[3]) > 0xffff) return raise_range(cx, "%ones-sum", 4, args[3], 0, 0xffff);
  if (end - start > ONES_SUM_MOST) return raise_range(cx, "%ones-sum", 3, args[2], start, start + ONES_SUM_MOST);
  const uint8_t *p = bytes_data(args[0]);
  uint32_t sum = (uint32_t)fixnum_int(args[3]);
  for (; start + 1 < end; start += 2) sum += (uint32_t)p[start] << 8 | p[start + 1];
  if (start < end) sum += (uint32_t)p[start] << 8;
  while (sum > 0xffff) sum = (sum >> 16) + (sum & 0xffff);
  return fixnum((sword)sum);
}

// --- integers of any number of bytes --------------------------------------------------------------------

// args: bytevector k endianness size; the last two at args[at] and on.
static Value check_wide(struct context *cx, const char *who, Value *args, unsigned at, bool *is_big, size_t *size) {
  Value n = args[at + 1];
  if (!is_fixnum(n) || fixnum_int(n) < 1)
    return raise_type(cx, who, at + 2, "a number of bytes (an exact integer above 0)", n);
  *size = (size_t)fixnum_int(n);
  if (is_bytes(args[0]) && fixnum_int(n) > bytes_length(args[0]))
    return raise_range(cx, who, at + 2, n, 1, bytes_length(args[0]));
  return check_field(cx, who, args, *size, at + 1, args[at], is_big);
}

static void reverse_bytes(unsigned char *bytes, size_t n) {
  for (size_t i = 0; i < n / 2; i++) {
    unsigned char t = bytes[i];
    bytes[i] = bytes[n - 1 - i];
    bytes[n - 1 - i] = t;
  }
}

// No program runs meanwhile, so the bytes can be turned round where they are.
static Value load_wide(struct context *cx, unsigned char *from, size_t size, bool is_big, bool is_signed) {
  if (is_big) reverse_bytes(from, size);
  Value v = integer_load(cx, from, size, is_signed);
  if (is_big) reverse_bytes(from, size);
  return v;
}

static Value get_wide(struct context *cx, const char *who, Value *args, bool is_signed) {
  size_t size;
  bool is_big;
  Value ok = check_wide(cx, who, args, 2, &is_big, &size);
  if (is_outcome(ok)) return ok;
  unsigned char *from = bytes_data(args[0]) + fixnum_int(args[1]);
  if (!bytes_may_change(args[0])) return load_wide(cx, from, size, is_big, is_signed);
  struct scratch s;
  scratch_init(&s, cx);
  unsigned char *copy = (unsigned char *)scratch_words(&s, size / WORD_BYTES + 1);
  Value v = copy ? load_wide(cx, memcpy(copy, from, size), size, is_big, is_signed) : scratch_outcome(&s, who);
  scratch_free(&s);
  return v;
}

static Value set_wide(struct context *cx, const char *who, Value *args, bool is_signed) {
  size_t size;
  bool is_big;
  Value ok = check_wide(cx, who, args, 3, &is_big, &size);
  if (is_outcome(ok)) return ok;
  if (object_is_immutable(args[0])) return raise_immutable(cx, who, 1, args[0]);
  unsigned char *to = bytes_data(args[0]) + fixnum_int(args[1]);
  if (!integer_store(args[2], to, size, is_signed))
    return raise_type(cx, who, 3, is_signed ? "an exact integer that fits the bytes"
                                            : "an exact integer, not negative, that fits the bytes", args[2]);
  if (is_big) reverse_bytes(to, size);
  return VALUE_UNSPECIFIED;
}

PRIM(prim_uint_ref) { return get_wide(cx, "bytevector-uint-ref", args, false); }
PRIM(prim_sint_ref) { return get_wide(cx, "bytevector-sint-ref", args, true); }
PRIM(prim_uint_set) { return set_wide(cx, "bytevector-uint-set!", args, false); }
PRIM(prim_sint_set) { return set_wide(cx, "bytevector-sint-set!", args, true); }

// --- numeric vectors ----------------------------------------------------------------------------------------

static bool is_kind(Value v, enum element_kind kind) {
  return is_numbers(v) && numbers_kind(v) == kind;
}

// "a f64vector" and its like: the word in the text of an error that starts with `who`, from the kind.
static Value raise_vector(struct context *cx, const char *who, unsigned argument, enum element_kind kind, Value v) {
  static const char *const wanted[N_ELEMENT_KINDS] = {
#define ELEMENT(id, name, bytes, text) "a " #name "vector",
#include "data/elements.def"
#undef ELEMENT
  };
  return raise_type(cx, who, argument, wanted[kind], v);
}

static Value raise_element(struct context *cx, const char *who, unsigned argument, enum element_kind kind, Value v) {
  return raise_type(cx, who, argument, element_infos[kind].wanted, v);
}

static unsigned char *element_at(Value v, sword i) {
  return bytes_data(v) + (size_t)i * element_infos[numbers_kind(v)].bytes;
}

// args[1] as an index into the numeric vector args[0].
static Value check_index(struct context *cx, const char *who, Value *args) {
  sword length = numbers_length(args[0]);
  if (is_fixnum(args[1]) && fixnum_int(args[1]) >= 0 && fixnum_int(args[1]) < length) return VALUE_TRUE;
  return raise_index(cx, who, 2, args[1], "numeric vector", length);
}

static Value get_element(struct context *cx, const char *who, Value *args) {
  Value ok = check_index(cx, who, args);
  if (is_outcome(ok)) return ok;
  return element_load(cx->heap, numbers_kind(args[0]), element_at(args[0], fixnum_int(args[1])));
}

static Value set_element(struct context *cx, const char *who, Value *args) {
  Value ok = check_index(cx, who, args);
  if (is_outcome(ok)) return ok;
  if (object_is_immutable(args[0])) return raise_immutable(cx, who, 1, args[0]);
  enum element_kind kind = numbers_kind(args[0]);
  if (element_store(kind, args[2], element_at(args[0], fixnum_int(args[1])))) return VALUE_UNSPECIFIED;
  return raise_element(cx, who, 3, kind, args[2]);
}

// Element `start` is there; the others up to `end` become the same.
static void repeat_element(Value v, sword start, sword end) {
  size_t size = element_infos[numbers_kind(v)].bytes;
  unsigned char *p = element_at(v, start);
  for (size_t done = size, all = (size_t)(end - start) * size; done < all;) {
    size_t part = done < all - done ? done : all - done;
    memcpy(p + done, p, part);
    done += part;
  }
}

static Value make_filled(struct context *cx, const char *who, enum element_kind kind, Value length, Value fill) {
  unsigned char element[ELEMENT_MOST_BYTES];
  if (!is_fixnum(length) || fixnum_int(length) < 0)
    return raise_type(cx, who, 1, "a length (an exact integer, not negative)", length);
  bool filled = !value_eq(fill, VALUE_DEFAULT);
  if (filled && !element_store(kind, fill, element)) return raise_element(cx, who, 2, kind, fill);
  sword n = fixnum_int(length);
  Value v = numbers_make(cx, kind, (size_t)n);
  if (is_outcome(v) || !filled || n == 0) return v;
  memcpy(bytes_data(v), element, element_infos[kind].bytes);
  repeat_element(v, 0, n);
  return v;
}

static Value make_of(struct context *cx, const char *who, enum element_kind kind, Value *args, unsigned n) {
  unsigned char element[ELEMENT_MOST_BYTES];
  for (unsigned i = 0; i < n; i++)
    if (!element_store(kind, args[i], element)) return raise_element(cx, who, i + 1, kind, args[i]);
  Value v = numbers_make(cx, kind, n);
  for (unsigned i = 0; !is_outcome(v) && i < n; i++) element_store(kind, args[i], element_at(v, i));
  return v;
}

#define VECTORS(VECTOR) \
  VECTOR(S8, "s8") VECTOR(U16, "u16") VECTOR(S16, "s16") VECTOR(U32, "u32") VECTOR(S32, "s32") VECTOR(U64, "u64") \
  VECTOR(S64, "s64") VECTOR(F32, "f32") VECTOR(F64, "f64") VECTOR(C64, "c64") VECTOR(C128, "c128")

#define VECTOR(kind, name)                                                                                  \
  PRIM(prim_is_##kind) { return value_bool(is_kind(args[0], ELEMENT_##kind)); }                             \
  PRIM(prim_make_##kind) {                                                                                  \
    return make_filled(cx, "make-" name "vector", ELEMENT_##kind, args[0], args[1]);                        \
  }                                                                                                         \
  PRIM(prim_of_##kind) { return make_of(cx, name "vector", ELEMENT_##kind, args, n); }                      \
  PRIM(prim_length_##kind) {                                                                                \
    if (!is_kind(args[0], ELEMENT_##kind))                                                                  \
      return raise_vector(cx, name "vector-length", 1, ELEMENT_##kind, args[0]);                            \
    return fixnum(numbers_length(args[0]));                                                                 \
  }                                                                                                         \
  PRIM(prim_ref_##kind) {                                                                                   \
    if (!is_kind(args[0], ELEMENT_##kind))                                                                  \
      return raise_vector(cx, name "vector-ref", 1, ELEMENT_##kind, args[0]);                               \
    return get_element(cx, name "vector-ref", args);                                                        \
  }                                                                                                         \
  PRIM(prim_store_##kind) {                                                                                 \
    if (!is_kind(args[0], ELEMENT_##kind))                                                                  \
      return raise_vector(cx, name "vector-set!", 1, ELEMENT_##kind, args[0]);                              \
    return set_element(cx, name "vector-set!", args);                                                       \
  }
VECTORS(VECTOR)
#undef VECTOR

// --- numeric vectors of any kind, for the library ---------------------------------------------------------------

static Value raise_numbers(struct context *cx, const char *who, unsigned argument, Value v) {
  return raise_type(cx, who, argument, "a numeric vector", v);
}
static Value check_kind(struct context *cx, const char *who, Value v) {
  if (is_fixnum(v) && fixnum_int(v) >= 0 && fixnum_int(v) < N_ELEMENT_KINDS) return VALUE_TRUE;
  return raise_type(cx, who, 1, "the number of a kind of element", v);
}

PRIM(prim_numbers_kind) {
  return is_numbers(args[0]) ? fixnum(numbers_kind(args[0])) : VALUE_FALSE;
}

PRIM(prim_numbers_name) {
  Value ok = check_kind(cx, "%numbers-name", args[0]);
  return is_outcome(ok) ? ok : symbol_intern_c(cx, element_infos[fixnum_int(args[0])].name);
}

PRIM(prim_is_element) {
  unsigned char element[ELEMENT_MOST_BYTES];
  Value ok = check_kind(cx, "%element?", args[0]);
  if (is_outcome(ok)) return ok;
  return value_bool(element_store((enum element_kind)fixnum_int(args[0]), args[1], element));
}

PRIM(prim_numbers_length) {
  return is_numbers(args[0]) ? fixnum(numbers_length(args[0])) : raise_numbers(cx, "%numbers-length", 1, args[0]);
}

PRIM(prim_make_numbers) {
  Value ok = check_kind(cx, "%make-numbers", args[0]);
  if (is_outcome(ok)) return ok;
  return make_filled(cx, "%make-numbers", (enum element_kind)fixnum_int(args[0]), args[1], args[2]);
}

PRIM(prim_numbers_ref) {
  return is_numbers(args[0]) ? get_element(cx, "numeric-vector-ref", args)
                             : raise_numbers(cx, "numeric-vector-ref", 1, args[0]);
}

PRIM(prim_numbers_set) {
  return is_numbers(args[0]) ? set_element(cx, "numeric-vector-set!", args)
                             : raise_numbers(cx, "numeric-vector-set!", 1, args[0]);
}

PRIM(prim_numbers_fill) {
  const char *who = "numeric-vector-fill!";
  sword start, end;
  unsigned char element[ELEMENT_MOST_BYTES];
  if (!is_numbers(args[0])) return raise_numbers(cx, who, 1, args[0]);
  enum element_kind kind = numbers_kind(args[0]);
  if (!element_store(kind, args[1], element)) return raise_element(cx, who, 2, kind, args[1]);
  Value ok = arg_range(cx, who, args, n, 2, numbers_length(args[0]), &start, &end);
  if (is_outcome(ok)) return ok;
  if (object_is_immutable(args[0])) return raise_immutable(cx, who, 1, args[0]);
  if (start == end) return VALUE_UNSPECIFIED;
  memcpy(element_at(args[0], start), element, element_infos[kind].bytes);
  repeat_element(args[0], start, end);
  return VALUE_UNSPECIFIED;
}

PRIM(prim_numbers_copy_to) {
  const char *who = "numeric-vector-copy!";
  sword start, end;
  if (!is_numbers(args[0])) return raise_numbers(cx, who, 1, args[0]);
  enum element_kind kind = numbers_kind(args[0]);
  if (!is_kind(args[2], kind)) return raise_vector(cx, who, 3, kind, args[2]);
  Value ok = arg_range(cx, who, args, n, 3, numbers_length(args[2]), &start, &end);
  if (is_outcome(ok)) return ok;
  sword room = numbers_length(args[0]) - (end - start);
  if (!is_fixnum(args[1]) || fixnum_int(args[1]) < 0 || fixnum_int(args[1]) > room)
    return raise_range(cx, who, 2, args[1], 0, room);
  if (object_is_immutable(args[0])) return raise_immutable(cx, who, 1, args[0]);
  memmove(element_at(args[0], fixnum_int(args[1])), element_at(args[2], start),
          (size_t)(end - start) * element_infos[kind].bytes);
  return VALUE_UNSPECIFIED;
}

// --- single bits ----------------------------------------------------------------------------------------------------

PRIM(prim_bit_set_p) {
  if (!is_exact_integer(args[0]) || number_sign(args[0]) < 0)
    return raise_type(cx, "bit-set?", 1, "an exact integer, not negative", args[0]);
  if (!is_exact_integer(args[1])) return raise_type(cx, "bit-set?", 2, "an exact integer", args[1]);
  return value_bool(integer_bit_is_set(args[1], is_fixnum(args[0]) ? (size_t)fixnum_int(args[0]) : SIZE_MAX));
}

PRIM(prim_first_set_bit) {
  if (!is_exact_integer(args[0])) return raise_type(cx, "first-set-bit", 1, "an exact integer", args[0]);
  return fixnum(integer_first_bit(args[0]));
}

#define FIELD(kind, name, text)                                                                              \
  {"bytevector-" name "-ref", prim_get_##kind, 2, 3,                                                         \
   "(bytevector-" name "-ref bytevector k [endianness])\nThe " text " from byte K of BYTEVECTOR on; "        \
   "ENDIANNESS is little (also if not given) or big."},                                                      \
  {"bytevector-" name "-set!", prim_set_##kind, 3, 4,                                                        \
   "(bytevector-" name "-set! bytevector k number [endianness])\nPut NUMBER, a " text                        \
   ", into BYTEVECTOR from byte K on; ENDIANNESS is little (also if not given) or big."},
#define VECTOR(kind, name)                                                                                   \
  {name "vector?", prim_is_##kind, 1, 1, "(" name "vector? x)\nIs X a " name "vector?"},                     \
  {"make-" name "vector", prim_make_##kind, 1, 2,                                                            \
   "(make-" name "vector length [fill])\nA new " name "vector of LENGTH elements, each FILL (0 if not given)."}, \
  {name "vector", prim_of_##kind, 0, PRIMITIVE_REST,                                                         \
   "(" name "vector number ...)\nA new " name "vector of the NUMBERS."},                                     \
  {name "vector-length", prim_length_##kind, 1, 1,                                                           \
   "(" name "vector-length " name "vector)\nHow many elements it has."},                                     \
  {name "vector-ref", prim_ref_##kind, 2, 2, "(" name "vector-ref " name "vector k)\nElement K, counted from 0."}, \
  {name "vector-set!", prim_store_##kind, 3, 3,                                                              \
   "(" name "vector-set! " name "vector k number)\nMake NUMBER element K. An error if it does not fit."},

#define QUICK(kind, name, size, text) FIELD(kind, name, text)

const struct primitive binary_primitives[] = {
  FIELDS(FIELD)
  QUICK_FIELDS(QUICK)
  {"bytevector-uint-ref", prim_uint_ref, 4, 4,
   "(bytevector-uint-ref bytevector k endianness size)\nThe integer, not negative, in SIZE bytes from byte K on; ENDIANNESS is little or big."},
  {"bytevector-sint-ref", prim_sint_ref, 4, 4,
   "(bytevector-sint-ref bytevector k endianness size)\nThe integer in SIZE bytes, two's complement, from byte K on; ENDIANNESS is little or big."},
  {"bytevector-uint-set!", prim_uint_set, 5, 5,
   "(bytevector-uint-set! bytevector k n endianness size)\nPut N, not negative, into SIZE bytes from byte K on; ENDIANNESS is little or big."},
  {"bytevector-sint-set!", prim_sint_set, 5, 5,
   "(bytevector-sint-set! bytevector k n endianness size)\nPut N in two's complement into SIZE bytes from byte K on; ENDIANNESS is little or big."},
  {"%ones-sum", prim_ones_sum, 4, 4,
   "(%ones-sum bytes start end sum)\nSUM and the big-endian words of 16 bits in BYTES, added in one's complement: RFC 1071."},
  VECTORS(VECTOR)
  {"%numbers-kind", prim_numbers_kind, 1, 1, "(%numbers-kind x)\nThe number of the kind of X's elements, 0 for u8; #f if X is no numeric vector."},
  {"%numbers-name", prim_numbers_name, 1, 1, "(%numbers-name kind)\nThe kind's name: u8, s8, u16 ..."},
  {"%element?", prim_is_element, 2, 2, "(%element? kind x)\nCould X be an element of numeric vectors of this KIND?"},
  {"%numbers-length", prim_numbers_length, 1, 1, "(%numbers-length vector)\nHow many elements a numeric vector has."},
  {"%make-numbers", prim_make_numbers, 2, 3, "(%make-numbers kind length [fill])\nA new numeric vector."},
  {"%numbers-ref", prim_numbers_ref, 2, 2, "(%numbers-ref vector k)\nElement K of a numeric vector."},
  {"%numbers-set!", prim_numbers_set, 3, 3, "(%numbers-set! vector k number)\nMake NUMBER element K of a numeric vector."},
  {"%numbers-fill!", prim_numbers_fill, 2, 4, "(%numbers-fill! vector number [start end])\nMake NUMBER the elements from START up to END."},
  {"%numbers-copy!", prim_numbers_copy_to, 3, 5,
   "(%numbers-copy! to at from [start end])\nCopy elements between numeric vectors of one kind, which may be the same."},
  {"bit-set?", prim_bit_set_p, 2, 2, "(bit-set? index integer)\nIs bit INDEX of INTEGER a 1? Bit 0 is the lowest."},
  {"first-set-bit", prim_first_set_bit, 1, 1,
   "(first-set-bit integer)\nThe number of the lowest bit of INTEGER that is 1, or -1 if there is none."},
};
const unsigned n_binary_primitives = ARRAY_LENGTH(binary_primitives);
