// Numbers: the tower of fixnums, bignums, ratnums, flonums and compnums.
//
// Uses: gc, data/outcome, data/natural (with mpn and libm from deps).  Used by: data/equal, text, code, vm, prim.
//
// Exact integers are fixnums or bignums, exact fractions ratnums, inexact reals flonums; a compnum has two of these as
// its parts.  C makes, compares and prints compnums; computing with them is left to Scheme.  Everything here answers
// a Value, or a marker before any side effect (OUT-1): a type error in the name of the Scheme procedure, a `divide`
// condition, OUTCOME_COLLECT, or a `range` condition for a result of more than NUMBER_MAX_BITS.
//
//   NUM-1  A bignum's limbs are words, least significant first; the top one is not 0; the sign is
//          HEADER_FLAG_NEGATIVE.  An integer that fits a fixnum is one.
//   NUM-2  A ratnum's denominator is an exact integer above 1, prime to the numerator.
//   NUM-3  A compnum's parts are both exact or both flonums; its imaginary part is not an exact 0.
//   NUM-4  Results are the same bits on every word size and platform: no libc function is called.
#ifndef DATA_NUMBER_H
#define DATA_NUMBER_H

#include "data/outcome.h"

// No exact integer is bigger than this; larger results are a `range` condition.
#define NUMBER_MAX_BITS (16u << 20)

static inline bool is_flonum(Value v) {
  return is_type(v, T_FLONUM);
}
static inline bool is_bignum(Value v) {
  return is_type(v, T_BIGNUM);
}
static inline bool is_ratnum(Value v) {
  return is_type(v, T_RATNUM);
}
static inline bool is_compnum(Value v) {
  return is_type(v, T_COMPNUM);
}
static inline bool is_exact_integer(Value v) {
  return is_fixnum(v) || is_bignum(v);
}
static inline bool is_exact(Value v) {
  return is_fixnum(v) || (is_object(v) && (header_type(object_header(v)) == T_BIGNUM ||
                                           header_type(object_header(v)) == T_RATNUM));
}
static inline bool is_real(Value v) {
  return is_fixnum(v) || (is_object(v) && header_type(object_header(v)) >= T_FLONUM &&
                          header_type(object_header(v)) <= T_RATNUM);
}
static inline bool is_number(Value v) {
  return is_fixnum(v) || (is_object(v) && header_type(object_header(v)) >= T_FLONUM &&
                          header_type(object_header(v)) <= T_COMPNUM);
}
// `integer?` and `rational?` of Scheme: 3.0 is an integer, infinities and NaN are neither.
bool is_integer(Value v);
bool is_rational(Value v);

// --- making, in the guaranteed room -----------------------------------------------------------
static inline Value flonum_make(struct heap *heap, double d) {
  uword *p = heap_alloc(heap, FLONUM_BYTES);
  p[0] = header_make(T_FLONUM, 0);
  if (WORD_BYTES == 4) p[1] = 0;
  *(double *)((char *)p + 8) = d;
  return value_from_object(p);
}
// Room for these two: at most INTEGER_WORD_BYTES.
#define INTEGER_WORD_BYTES 32
Value integer_from_int64(struct heap *heap, int64_t n);
Value integer_from_uint64(struct heap *heap, uint64_t n);
// An integer from its magnitude as bytes, least significant first.
Value integer_from_bytes(struct context *cx, const unsigned char *bytes, size_t n, bool negative);
// Whether `v` is an exact integer that fits; then it is in *n.
bool integer_to_int64(Value v, int64_t *n);
bool integer_to_uint64(Value v, uint64_t *n);

// --- arithmetic; errors name + - * / quotient ... ------------------------------------------------
Value number_add(struct context *cx, Value a, Value b);
Value number_sub(struct context *cx, Value a, Value b);
Value number_mul(struct context *cx, Value a, Value b);
Value number_div(struct context *cx, Value a, Value b);
Value number_quotient(struct context *cx, Value a, Value b);
Value number_remainder(struct context *cx, Value a, Value b);
Value number_modulo(struct context *cx, Value a, Value b);
Value number_negate(struct context *cx, Value a);
// `who` is "+", "-", "*" or "/": of all the arguments, from the left; "-" and "/" have at least one, which is what the
// others are taken from.
Value number_fold(struct context *cx, const char *who, Value *args, unsigned n);
// Division under another name in errors: VALUE_TRUE or a marker; *quotient and *remainder may be NULL.
enum division { DIVIDE_TRUNCATE, DIVIDE_FLOOR };
Value integer_divide(struct context *cx, const char *who, Value a, Value b, enum division how,
                     Value *quotient, Value *remainder);
Value number_gcd(struct context *cx, const char *who, Value a, Value b);
Value number_lcm(struct context *cx, const char *who, Value a, Value b);
Value number_expt(struct context *cx, Value base, Value exponent);
Value number_sqrt(struct context *cx, Value a);
// The root of an exact non-negative integer and what is left.  VALUE_TRUE or a marker.
Value integer_sqrt(struct context *cx, const char *who, Value a, Value *root, Value *rest);
enum rounding { ROUND_FLOOR, ROUND_CEILING, ROUND_TRUNCATE, ROUND_EVEN };
Value number_round(struct context *cx, const char *who, Value a, enum rounding how);

// --- comparison: VALUE_TRUE, VALUE_FALSE or a marker.  Exact, also between exact and inexact. -----
Value number_equal(struct context *cx, Value a, Value b);
Value number_less(struct context *cx, Value a, Value b);
Value number_less_equal(struct context *cx, Value a, Value b);
Value number_greater(struct context *cx, Value a, Value b);
Value number_greater_equal(struct context *cx, Value a, Value b);
// -1, 0, 1 of a real number (NaN: 0).
int number_sign(Value a);

// --- complex numbers (src/data/number_complex.c) ------------------------------------------------------
Value number_real_part(Value v);
Value number_imag_part(Value v);
// From two real numbers: parts, or magnitude and angle.
Value number_rectangular(struct context *cx, Value real, Value imaginary);
Value number_polar(struct context *cx, Value magnitude, Value angle);
// The primitive `who` got arguments that are not all real, or its result is not real: OUTCOME_TAIL_CALL to the
// procedure in ROOT_IN_SCHEME, or a type error if not all of the arguments are numbers.
Value number_complex(struct context *cx, const char *who, const Value *args, unsigned n);

// --- exactness, sameness ----------------------------------------------------------------------------
// The double nearest to a real number, ties to even.
double number_to_double(Value v);
Value number_exact(struct context *cx, const char *who, Value v);
Value number_inexact(struct context *cx, const char *who, Value v);
// eqv? of two numbers (false of anything else), and a hash that agrees with it, the same on every word size.
bool number_eqv(Value a, Value b);
uint32_t number_hash(Value v);

// --- bits of exact integers, in two's complement without end ------------------------------------------
enum bit_operation { BITS_AND, BITS_IOR, BITS_XOR };
Value integer_bitwise(struct context *cx, const char *who, enum bit_operation op, Value a, Value b);
// By 2^shift, towards minus infinity.
Value integer_shift(struct context *cx, const char *who, Value a, sword shift);
// Bits needed without the sign; and ones of a non-negative, zeros of a negative integer.
size_t integer_length_bits(Value a);
size_t integer_bit_count(Value a);
// Is bit `index` 1?  The number of the lowest 1, -1 if there is none.
bool integer_bit_is_set(Value a, size_t index);
sword integer_first_bit(Value a);

// --- text (src/data/number_text.c) -----------------------------------------------------------------------
// All of R7RS's syntax of numbers, with prefixes, and a point in any radix: a number, #f if the characters are none, or a marker.
// Takes at most NUMBER_PARSE_BYTES of the guaranteed or reserved room, besides bignums.
#define NUMBER_PARSE_BYTES 256
Value number_parse(struct context *cx, const uint32_t *chars, size_t n, unsigned radix);
Value number_parse_string(struct context *cx, Value string, unsigned radix);
// The external form as a new string.  Any radix from 2 to 36 of exact numbers; flonums are printed with the
// fewest digits that read back as the same number, in radix 10 only.
Value number_to_string(struct context *cx, Value v, unsigned radix);
// The same into a buffer, for numbers that need at most NUMBER_TEXT_MAX characters (every fixnum and flonum does);
// returns the length, 0 if it is too long (use number_to_string).
#define NUMBER_TEXT_MAX 72
// Where i is a digit no complex number is read or written.
#define COMPLEX_RADIX_MAX 18
size_t number_format(Value v, unsigned radix, char buffer[NUMBER_TEXT_MAX]);

#endif
