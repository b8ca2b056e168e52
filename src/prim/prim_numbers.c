// Primitives on numbers.
//
// Uses: data/number, data/values, data/string, data/mpn, code/primitive.  Used by: prim/table.
#include "data/mpn.h"
#include "data/number.h"
#include "data/string.h"
#include "data/values.h"
#include "prim/tables.h"

#define PRIM(name) static Value name(struct context *cx, Value *args, unsigned n)
#define UNUSED_N (void)n
#define UNUSED_CX (void)cx

static Value wrong(struct context *cx, const char *who, Value v) {
  return raise_type(cx, who, 1, "a number", v);
}

static Value wrong_real(struct context *cx, const char *who, Value v) {
  return raise_type(cx, who, 1, "a real number", v);
}

static Value wrong_integer(struct context *cx, const char *who, Value v) {
  return raise_type(cx, who, 1, "an integer", v);
}

// --- kinds ------------------------------------------------------------------------------------
PRIM(prim_number_p) {
  UNUSED_CX, UNUSED_N;
  return value_bool(is_number(args[0]));
}

PRIM(prim_real_p) {
  UNUSED_CX, UNUSED_N;
  return value_bool(is_real(args[0]));
}

PRIM(prim_rational_p) {
  UNUSED_CX, UNUSED_N;
  return value_bool(is_rational(args[0]));
}

PRIM(prim_integer_p) {
  UNUSED_CX, UNUSED_N;
  return value_bool(is_integer(args[0]));
}

PRIM(prim_exact_integer_p) {
  UNUSED_CX, UNUSED_N;
  return value_bool(is_exact_integer(args[0]));
}

PRIM(prim_exact_rational_p) {
  UNUSED_CX, UNUSED_N;
  return value_bool(is_exact(args[0]));
}

PRIM(prim_exact_nonnegative_integer_p) {
  UNUSED_CX, UNUSED_N;
  return value_bool(is_exact_integer(args[0]) && number_sign(args[0]) >= 0);
}

PRIM(prim_fixnum_p) {
  UNUSED_CX, UNUSED_N;
  return value_bool(is_fixnum(args[0]));
}

PRIM(prim_flonum_p) {
  UNUSED_CX, UNUSED_N;
  return value_bool(is_flonum(args[0]));
}

PRIM(prim_exact_p) {
  UNUSED_N;
  return is_number(args[0]) ? value_bool(is_exact(number_real_part(args[0]))) : wrong(cx, "exact?", args[0]);
}

PRIM(prim_inexact_p) {
  UNUSED_N;
  return is_number(args[0]) ? value_bool(is_flonum(number_real_part(args[0]))) : wrong(cx, "inexact?", args[0]);
}

static bool is_nan(Value v) {
  return is_flonum(v) && flonum_double(v) != flonum_double(v);
}

static bool is_infinite(Value v) {
  return !is_rational(v) && !is_nan(v);
}

// Does it hold of the real or the imaginary part?
static Value either_part(struct context *cx, const char *who, bool (*holds)(Value), Value v) {
  if (!is_number(v)) return wrong(cx, who, v);
  return value_bool(holds(number_real_part(v)) || holds(number_imag_part(v)));
}

PRIM(prim_nan_p) {
  UNUSED_N;
  return either_part(cx, "nan?", is_nan, args[0]);
}

PRIM(prim_finite_p) {
  UNUSED_N;
  if (!is_number(args[0])) return wrong(cx, "finite?", args[0]);
  return value_bool(is_rational(number_real_part(args[0])) && is_rational(number_imag_part(args[0])));
}

PRIM(prim_infinite_p) {
  UNUSED_N;
  return either_part(cx, "infinite?", is_infinite, args[0]);
}

PRIM(prim_zero_p) {
  UNUSED_N;
  return is_number(args[0]) ? number_equal(cx, args[0], fixnum(0)) : wrong(cx, "zero?", args[0]);
}

PRIM(prim_positive_p) {
  UNUSED_N;
  return is_real(args[0]) ? value_bool(number_sign(args[0]) > 0) : wrong_real(cx, "positive?", args[0]);
}

PRIM(prim_negative_p) {
  UNUSED_N;
  return is_real(args[0]) ? value_bool(number_sign(args[0]) < 0) : wrong_real(cx, "negative?", args[0]);
}

static bool is_odd(Value v) {
  if (is_fixnum(v)) return fixnum_int(v) & 1;
  if (is_bignum(v)) return *(const uword *)bytes_data(v) & 1;
  return libm_fmod(flonum_double(v), 2.0) != 0;
}

PRIM(prim_odd_p) {
  UNUSED_N;
  return is_integer(args[0]) ? value_bool(is_odd(args[0])) : wrong_integer(cx, "odd?", args[0]);
}

PRIM(prim_even_p) {
  UNUSED_N;
  return is_integer(args[0]) ? value_bool(!is_odd(args[0])) : wrong_integer(cx, "even?", args[0]);
}

// --- comparing ----------------------------------------------------------------------------------
typedef Value (*Comparison)(struct context *, Value, Value);

static Value compare_all(struct context *cx, const char *who, Comparison holds, Value *args, unsigned n) {
  // Types first: also the arguments behind the one that settles it.
  bool ordered = holds != number_equal;
  for (unsigned i = 0; i < n; i++)
    if (!(ordered ? is_real(args[i]) : is_number(args[i])))
      return raise_type(cx, who, i + 1, ordered ? "a real number" : "a number", args[i]);
  for (unsigned i = 1; i < n; i++) {
    Value r = holds(cx, args[i - 1], args[i]);
    if (is_outcome(r) || is_false(r)) return r;
  }
  return VALUE_TRUE;
}

PRIM(prim_equal) {
  return compare_all(cx, "=", number_equal, args, n);
}

PRIM(prim_less) {
  return compare_all(cx, "<", number_less, args, n);
}

PRIM(prim_greater) {
  return compare_all(cx, ">", number_greater, args, n);
}

PRIM(prim_less_equal) {
  return compare_all(cx, "<=", number_less_equal, args, n);
}

PRIM(prim_greater_equal) {
  return compare_all(cx, ">=", number_greater_equal, args, n);
}

// The extreme one; inexact if any is, NaN if any is.
static Value extreme(struct context *cx, const char *who, Comparison better, Value *args, unsigned n) {
  bool inexact = false;
  for (unsigned i = 0; i < n; i++) {
    if (!is_real(args[i])) return raise_type(cx, who, i + 1, "a real number", args[i]);
    inexact = inexact || is_flonum(args[i]);
  }
  Value best = args[0];
  for (unsigned i = 1; i < n; i++) {
    if (is_flonum(best) && flonum_double(best) != flonum_double(best)) break;
    bool nan = is_flonum(args[i]) && flonum_double(args[i]) != flonum_double(args[i]);
    Value r = nan ? VALUE_TRUE : better(cx, args[i], best);
    if (is_outcome(r)) return r;
    if (is_true(r)) best = args[i];
  }
  return inexact ? number_inexact(cx, who, best) : best;
}

PRIM(prim_max) {
  return extreme(cx, "max", number_greater, args, n);
}

PRIM(prim_min) {
  return extreme(cx, "min", number_less, args, n);
}

// --- the four operations ----------------------------------------------------------------------------
PRIM(prim_add) {
  return n == 2 ? number_add(cx, args[0], args[1]) : number_fold(cx, "+", args, n);
}

PRIM(prim_mul) {
  return n == 2 ? number_mul(cx, args[0], args[1]) : number_fold(cx, "*", args, n);
}

PRIM(prim_sub) {
  if (n == 1) return number_negate(cx, args[0]);
  return n == 2 ? number_sub(cx, args[0], args[1]) : number_fold(cx, "-", args, n);
}

PRIM(prim_div) {
  if (n == 1) {
    if (!is_real(args[0])) return number_complex(cx, "/", args, 1);
    return number_div(cx, fixnum(1), args[0]);
  }
  return n == 2 ? number_div(cx, args[0], args[1]) : number_fold(cx, "/", args, n);
}

PRIM(prim_increment) {
  UNUSED_N;
  return is_number(args[0]) ? number_add(cx, args[0], fixnum(1)) : wrong(cx, "1+", args[0]);
}

PRIM(prim_decrement) {
  UNUSED_N;
  return is_number(args[0]) ? number_sub(cx, args[0], fixnum(1)) : wrong(cx, "-1+", args[0]);
}

PRIM(prim_abs) {
  UNUSED_N;
  if (is_flonum(args[0])) return flonum_make(cx->heap, __builtin_fabs(flonum_double(args[0])));
  if (!is_exact(args[0])) return wrong_real(cx, "abs", args[0]);
  return number_sign(args[0]) < 0 ? number_negate(cx, args[0]) : args[0];
}

PRIM(prim_square) {
  UNUSED_N;
  return is_number(args[0]) ? number_mul(cx, args[0], args[0]) : wrong(cx, "square", args[0]);
}

// --- whole division -----------------------------------------------------------------------------------
static Value quotient_of(struct context *cx, const char *who, Value *args, enum division how) {
  Value q, done = integer_divide(cx, who, args[0], args[1], how, &q, NULL);
  return is_outcome(done) ? done : q;
}

static Value remainder_of(struct context *cx, const char *who, Value *args, enum division how) {
  Value r, done = integer_divide(cx, who, args[0], args[1], how, NULL, &r);
  return is_outcome(done) ? done : r;
}

static Value both_of(struct context *cx, const char *who, Value *args, enum division how) {
  Value both[2], done = integer_divide(cx, who, args[0], args[1], how, &both[0], &both[1]);
  return is_outcome(done) ? done : values_make(cx, 2, both);
}

PRIM(prim_quotient) {
  UNUSED_N;
  return quotient_of(cx, "quotient", args, DIVIDE_TRUNCATE);
}

PRIM(prim_remainder) {
  UNUSED_N;
  return remainder_of(cx, "remainder", args, DIVIDE_TRUNCATE);
}

PRIM(prim_modulo) {
  UNUSED_N;
  return remainder_of(cx, "modulo", args, DIVIDE_FLOOR);
}

PRIM(prim_truncate_quotient) {
  UNUSED_N;
  return quotient_of(cx, "truncate-quotient", args, DIVIDE_TRUNCATE);
}

PRIM(prim_truncate_remainder) {
  UNUSED_N;
  return remainder_of(cx, "truncate-remainder", args, DIVIDE_TRUNCATE);
}

PRIM(prim_floor_quotient) {
  UNUSED_N;
  return quotient_of(cx, "floor-quotient", args, DIVIDE_FLOOR);
}

PRIM(prim_floor_remainder) {
  UNUSED_N;
  return remainder_of(cx, "floor-remainder", args, DIVIDE_FLOOR);
}

PRIM(prim_truncate_both) {
  UNUSED_N;
  return both_of(cx, "truncate/", args, DIVIDE_TRUNCATE);
}

PRIM(prim_floor_both) {
  UNUSED_N;
  return both_of(cx, "floor/", args, DIVIDE_FLOOR);
}

typedef Value (*Pairwise)(struct context *, const char *, Value, Value);

static Value fold_integers(struct context *cx, const char *who, Pairwise f, sword unit, Value *args, unsigned n) {
  for (unsigned i = 0; i < n; i++)
    if (!is_integer(args[i])) return raise_type(cx, who, i + 1, "an integer", args[i]);
  Value total = fixnum(unit);
  for (unsigned i = 0; i < n; i++) {
    // An inexact intermediate takes room of its own: a long list must not use up the guaranteed room.
    if (i > 8 && !heap_reserve(cx->heap, 4 * FLONUM_BYTES)) return outcome_collect(cx, n * 4 * FLONUM_BYTES);
    total = f(cx, who, total, args[i]);
    if (is_outcome(total)) return total;
  }
  return total;
}

PRIM(prim_gcd) {
  return fold_integers(cx, "gcd", number_gcd, 0, args, n);
}

PRIM(prim_lcm) {
  return fold_integers(cx, "lcm", number_lcm, 1, args, n);
}

// --- parts of fractions, rounding ----------------------------------------------------------------------
static Value fraction_part(struct context *cx, const char *who, Value v, unsigned field) {
  if (!is_rational(v)) return raise_type(cx, who, 1, "a rational number", v);
  Value exact = number_exact(cx, who, v);
  if (is_outcome(exact)) return exact;
  Value part = is_ratnum(exact) ? object_field(exact, field) : field == RATNUM_NUMERATOR ? exact : fixnum(1);
  return is_flonum(v) ? number_inexact(cx, who, part) : part;
}

PRIM(prim_numerator) {
  UNUSED_N;
  return fraction_part(cx, "numerator", args[0], RATNUM_NUMERATOR);
}

PRIM(prim_denominator) {
  UNUSED_N;
  return fraction_part(cx, "denominator", args[0], RATNUM_DENOMINATOR);
}

PRIM(prim_floor) {
  UNUSED_N;
  return number_round(cx, "floor", args[0], ROUND_FLOOR);
}

PRIM(prim_ceiling) {
  UNUSED_N;
  return number_round(cx, "ceiling", args[0], ROUND_CEILING);
}

PRIM(prim_truncate) {
  UNUSED_N;
  return number_round(cx, "truncate", args[0], ROUND_TRUNCATE);
}

PRIM(prim_round) {
  UNUSED_N;
  return number_round(cx, "round", args[0], ROUND_EVEN);
}

PRIM(prim_exact) {
  UNUSED_N;
  return number_exact(cx, "exact", args[0]);
}

PRIM(prim_inexact) {
  UNUSED_N;
  return number_inexact(cx, "inexact", args[0]);
}

// --- roots and powers --------------------------------------------------------------------------------------
PRIM(prim_sqrt) {
  UNUSED_N;
  return number_sqrt(cx, args[0]);
}

PRIM(prim_exact_integer_sqrt) {
  UNUSED_N;
  Value both[2], done = integer_sqrt(cx, "exact-integer-sqrt", args[0], &both[0], &both[1]);
  return is_outcome(done) ? done : values_make(cx, 2, both);
}

PRIM(prim_expt) {
  UNUSED_N;
  return number_expt(cx, args[0], args[1]);
}

// --- complex numbers ------------------------------------------------------------------------------------
PRIM(prim_real_part) {
  UNUSED_N;
  return is_number(args[0]) ? number_real_part(args[0]) : wrong(cx, "real-part", args[0]);
}

PRIM(prim_imag_part) {
  UNUSED_N;
  return is_number(args[0]) ? number_imag_part(args[0]) : wrong(cx, "imag-part", args[0]);
}

static Value from_two(struct context *cx, const char *who, Value (*make)(struct context *, Value, Value), Value *args) {
  for (unsigned i = 0; i < 2; i++)
    if (!is_real(args[i])) return raise_type(cx, who, i + 1, "a real number", args[i]);
  return make(cx, args[0], args[1]);
}

PRIM(prim_make_rectangular) {
  UNUSED_N;
  return from_two(cx, "make-rectangular", number_rectangular, args);
}

PRIM(prim_make_polar) {
  UNUSED_N;
  return from_two(cx, "make-polar", number_polar, args);
}

// --- functions of doubles ------------------------------------------------------------------------------------
// The exact argument `from` has the exact result `to`; other reals up to `limit` go through doubles.
#define DOUBLE_FUNCTION(name, text, function, from, to, limit)                           \
  PRIM(name) {                                                                           \
    UNUSED_N;                                                                            \
    if (value_eq(args[0], fixnum(from))) return fixnum(to);                              \
    if (!is_real(args[0])) return number_complex(cx, text, args, 1);                     \
    double x = number_to_double(args[0]);                                                \
    if (__builtin_fabs(x) > (limit)) return number_complex(cx, text, args, 1);           \
    return flonum_make(cx->heap, function(x));                                           \
  }
#define NO_LIMIT __builtin_inf()
DOUBLE_FUNCTION(prim_exp, "exp", libm_exp, 0, 1, NO_LIMIT)
DOUBLE_FUNCTION(prim_sin, "sin", libm_sin, 0, 0, NO_LIMIT)
DOUBLE_FUNCTION(prim_cos, "cos", libm_cos, 0, 1, NO_LIMIT)
DOUBLE_FUNCTION(prim_tan, "tan", libm_tan, 0, 0, NO_LIMIT)
DOUBLE_FUNCTION(prim_asin, "asin", libm_asin, 0, 0, 1)
DOUBLE_FUNCTION(prim_acos, "acos", libm_acos, 1, 0, 1)

#define HALF_PI 1.57079632679489661923

PRIM(prim_atan) {
  UNUSED_N;
  bool two = !value_eq(args[1], VALUE_DEFAULT);
  if (!is_real(args[0])) return two ? wrong_real(cx, "atan", args[0]) : number_complex(cx, "atan", args, 1);
  if (two && !is_real(args[1])) return raise_type(cx, "atan", 2, "a real number", args[1]);
  if (value_eq(args[0], fixnum(0)) && (!two || (is_exact(args[1]) && number_sign(args[1]) > 0))) return fixnum(0);
  double y = number_to_double(args[0]);
  // R7RS wants 0.0 straight above an exact 0.
  if (two && y == 0 && is_flonum(args[0]) && value_eq(args[1], fixnum(0)))
    return flonum_make(cx->heap, __builtin_copysign(HALF_PI, y));
  return flonum_make(cx->heap, two ? libm_atan2(y, number_to_double(args[1])) : libm_atan(y));
}

#define LN_2 0.69314718055994530942

// The natural logarithm, also of integers that no double holds: take off binary places and add them again.
static Value natural_log(struct context *cx, Value v, double *result) {
  double d = number_to_double(v);
  *result = libm_log(d);
  if (is_flonum(v) || (d != 0 && d - d == 0) || number_sign(v) <= 0) return VALUE_TRUE;
  if (is_ratnum(v)) {
    double below;
    Value done = natural_log(cx, object_field(v, RATNUM_DENOMINATOR), &below);
    if (!is_outcome(done)) done = natural_log(cx, object_field(v, RATNUM_NUMERATOR), result);
    *result -= below;
    return done;
  }
  size_t places = integer_length_bits(v) - 64;
  Value top = integer_shift(cx, "log", v, -(sword)places);
  if (is_outcome(top)) return top;
  *result = libm_log(number_to_double(top)) + (double)places * LN_2;
  return VALUE_TRUE;
}

// Also -0.0: its logarithm is -inf.0+3.14i.
static bool has_no_real_log(Value v) {
  return !is_real(v) || (is_flonum(v) ? !is_nan(v) && __builtin_signbit(flonum_double(v)) : number_sign(v) < 0);
}

PRIM(prim_log) {
  UNUSED_N;
  bool two = !value_eq(args[1], VALUE_DEFAULT);
  if (has_no_real_log(args[0]) || (two && has_no_real_log(args[1]))) return number_complex(cx, "log", args, two ? 2 : 1);
  if (value_eq(args[0], fixnum(1))) return fixnum(0);
  double x = number_to_double(args[0]), top, base;
  // These two have functions of their own, which are right to the last digit.
  if (two && x > 0 && x - x == 0) {
    if (number_to_double(args[1]) == 2) return flonum_make(cx->heap, libm_log2(x));
    if (number_to_double(args[1]) == 10) return flonum_make(cx->heap, libm_log10(x));
  }
  Value done = natural_log(cx, args[0], &top);
  if (is_outcome(done)) return done;
  if (!two) return flonum_make(cx->heap, top);
  done = natural_log(cx, args[1], &base);
  return is_outcome(done) ? done : flonum_make(cx->heap, top / base);
}

// --- text -------------------------------------------------------------------------------------------------------
// The optional radix in args[1]; false after raising.
static bool take_radix(struct context *cx, const char *who, Value v, unsigned *radix, Value *failure) {
  *radix = 10;
  if (value_eq(v, VALUE_DEFAULT)) return true;
  if (is_fixnum(v) && fixnum_int(v) >= 2 && fixnum_int(v) <= 36) {
    *radix = (unsigned)fixnum_int(v);
    return true;
  }
  *failure = raise_range(cx, who, 2, v, 2, 36);
  return false;
}

PRIM(prim_number_to_string) {
  UNUSED_N;
  unsigned radix;
  Value failure;
  if (!is_number(args[0])) return wrong(cx, "number->string", args[0]);
  if (!take_radix(cx, "number->string", args[1], &radix, &failure)) return failure;
  if (radix > COMPLEX_RADIX_MAX && is_compnum(args[0]))
    return raise_condition(cx, KNOWN_RANGE, "number->string", "i is a digit, so no complex number is written in radix", 1,
                           &args[1]);
  if (radix != 10 && is_flonum(number_real_part(args[0]))) return number_complex(cx, "number->string", args, 2);
  return number_to_string(cx, args[0], radix);
}

PRIM(prim_string_to_number) {
  UNUSED_N;
  unsigned radix;
  Value failure;
  if (!is_string(args[0])) return raise_type(cx, "string->number", 1, "a string", args[0]);
  if (!take_radix(cx, "string->number", args[1], &radix, &failure)) return failure;
  Value v = number_parse_string(cx, args[0], radix);
  // A number that is too big is none that can be represented.
  return value_eq(v, OUTCOME_RAISE) ? VALUE_FALSE : v;
}

// --- bits ----------------------------------------------------------------------------------------------------------
static Value fold_bits(struct context *cx, const char *who, enum bit_operation op, sword unit, Value *args, unsigned n) {
  for (unsigned i = 0; i < n; i++)
    if (!is_exact_integer(args[i])) return raise_type(cx, who, i + 1, "an exact integer", args[i]);
  Value total = fixnum(unit);
  for (unsigned i = 0; i < n && !is_outcome(total); i++) total = integer_bitwise(cx, who, op, total, args[i]);
  return total;
}

PRIM(prim_bitwise_and) {
  return fold_bits(cx, "bitwise-and", BITS_AND, -1, args, n);
}

PRIM(prim_bitwise_ior) {
  return fold_bits(cx, "bitwise-ior", BITS_IOR, 0, args, n);
}

PRIM(prim_bitwise_xor) {
  return fold_bits(cx, "bitwise-xor", BITS_XOR, 0, args, n);
}

PRIM(prim_bitwise_not) {
  UNUSED_N;
  if (!is_exact_integer(args[0])) return raise_type(cx, "bitwise-not", 1, "an exact integer", args[0]);
  return number_sub(cx, fixnum(-1), args[0]);
}

PRIM(prim_arithmetic_shift) {
  UNUSED_N;
  if (!is_exact_integer(args[1])) return raise_type(cx, "arithmetic-shift", 2, "an exact integer", args[1]);
  sword shift = is_fixnum(args[1]) ? fixnum_int(args[1]) : number_sign(args[1]) < 0 ? FIXNUM_MIN : FIXNUM_MAX;
  return integer_shift(cx, "arithmetic-shift", args[0], shift);
}

PRIM(prim_bit_count) {
  UNUSED_N;
  if (!is_exact_integer(args[0])) return raise_type(cx, "bit-count", 1, "an exact integer", args[0]);
  return fixnum((sword)integer_bit_count(args[0]));
}

PRIM(prim_integer_length) {
  UNUSED_N;
  if (!is_exact_integer(args[0])) return raise_type(cx, "integer-length", 1, "an exact integer", args[0]);
  return fixnum((sword)integer_length_bits(args[0]));
}

const struct primitive numbers_primitives[] = {
  {"number?", prim_number_p, 1, 1, "(number? x)\nIs X a number?"},
  {"complex?", prim_number_p, 1, 1, "(complex? x)\nIs X a number? Every number is complex, so this is number?."},
  {"real?", prim_real_p, 1, 1, "(real? x)\nIs X a number without an imaginary part? Infinities and NaN are; 1+0.0i is not."},
  {"rational?", prim_rational_p, 1, 1, "(rational? x)\nIs X a number that is a fraction? Infinities and NaN are not."},
  {"integer?", prim_integer_p, 1, 1, "(integer? x)\nIs X a whole number? 3 and 3.0 are."},
  {"exact-integer?", prim_exact_integer_p, 1, 1, "(exact-integer? x)\nIs X an exact whole number?"},
  {"exact-rational?", prim_exact_rational_p, 1, 1, "(exact-rational? x)\nIs X an exact integer or fraction?"},
  {"exact-nonnegative-integer?", prim_exact_nonnegative_integer_p, 1, 1,
   "(exact-nonnegative-integer? x)\nIs X an exact integer, 0 or above?"},
  {"fixnum?", prim_fixnum_p, 1, 1, "(fixnum? x)\nIs X an exact integer that fits a machine word?"},
  {"flonum?", prim_flonum_p, 1, 1, "(flonum? x)\nIs X an inexact real number?"},
  {"exact?", prim_exact_p, 1, 1, "(exact? number)\nIs NUMBER exact?"},
  {"inexact?", prim_inexact_p, 1, 1, "(inexact? number)\nIs NUMBER inexact?"},
  {"nan?", prim_nan_p, 1, 1, "(nan? number)\nIs NUMBER the inexact not-a-number?"},
  {"finite?", prim_finite_p, 1, 1, "(finite? number)\nIs NUMBER neither infinite nor NaN?"},
  {"infinite?", prim_infinite_p, 1, 1, "(infinite? number)\nIs NUMBER +inf.0 or -inf.0?"},
  {"zero?", prim_zero_p, 1, 1, "(zero? number)\nIs NUMBER equal to 0?"},
  {"positive?", prim_positive_p, 1, 1, "(positive? number)\nIs NUMBER above 0?"},
  {"negative?", prim_negative_p, 1, 1, "(negative? number)\nIs NUMBER below 0?"},
  {"odd?", prim_odd_p, 1, 1, "(odd? integer)\nIs INTEGER odd?"},
  {"even?", prim_even_p, 1, 1, "(even? integer)\nIs INTEGER even?"},
  {"=", prim_equal, 1, PRIMITIVE_REST, "(= number ...)\nAre the NUMBERS all equal? Compares values exactly: (= 1 1.0) is #t."},
  {"<", prim_less, 1, PRIMITIVE_REST, "(< number ...)\nDoes each NUMBER lie below the next?"},
  {">", prim_greater, 1, PRIMITIVE_REST, "(> number ...)\nDoes each NUMBER lie above the next?"},
  {"<=", prim_less_equal, 1, PRIMITIVE_REST, "(<= number ...)\nIs no NUMBER above the next?"},
  {">=", prim_greater_equal, 1, PRIMITIVE_REST, "(>= number ...)\nIs no NUMBER below the next?"},
  {"max", prim_max, 1, PRIMITIVE_REST, "(max number ...)\nThe largest of the NUMBERS; inexact if any of them is."},
  {"min", prim_min, 1, PRIMITIVE_REST, "(min number ...)\nThe smallest of the NUMBERS; inexact if any of them is."},
  {"+", prim_add, 0, PRIMITIVE_REST, "(+ number ...)\nThe sum of the NUMBERS, 0 if there are none."},
  {"*", prim_mul, 0, PRIMITIVE_REST, "(* number ...)\nThe product of the NUMBERS, 1 if there are none."},
  {"-", prim_sub, 1, PRIMITIVE_REST, "(- number other ...)\nNUMBER less all the OTHERS; alone, its negative."},
  {"/", prim_div, 1, PRIMITIVE_REST,
   "(/ number other ...)\nNUMBER divided by all the OTHERS; alone, 1 divided by it. Dividing by an exact 0 is an error."},
  {"1+", prim_increment, 1, 1, "(1+ number)\nNUMBER and 1."},
  {"-1+", prim_decrement, 1, 1, "(-1+ number)\nNUMBER less 1."},
  {"abs", prim_abs, 1, 1, "(abs number)\nNUMBER without its sign."},
  {"square", prim_square, 1, 1, "(square number)\nNUMBER times itself."},
  {"quotient", prim_quotient, 2, 2, "(quotient n d)\nThe integer N divided by D, towards 0."},
  {"remainder", prim_remainder, 2, 2, "(remainder n d)\nWhat quotient leaves; it has the sign of N."},
  {"modulo", prim_modulo, 2, 2, "(modulo n d)\nWhat floor-quotient leaves; it has the sign of D."},
  {"truncate-quotient", prim_truncate_quotient, 2, 2, "(truncate-quotient n d)\nThe integer N divided by D, towards 0."},
  {"truncate-remainder", prim_truncate_remainder, 2, 2, "(truncate-remainder n d)\nWhat truncate-quotient leaves; it has the sign of N."},
  {"floor-quotient", prim_floor_quotient, 2, 2, "(floor-quotient n d)\nThe integer N divided by D, towards minus infinity."},
  {"floor-remainder", prim_floor_remainder, 2, 2, "(floor-remainder n d)\nWhat floor-quotient leaves; it has the sign of D."},
  {"truncate/", prim_truncate_both, 2, 2, "(truncate/ n d)\nTwo values: (truncate-quotient N D) and (truncate-remainder N D)."},
  {"floor/", prim_floor_both, 2, 2, "(floor/ n d)\nTwo values: (floor-quotient N D) and (floor-remainder N D)."},
  {"gcd", prim_gcd, 0, PRIMITIVE_REST, "(gcd integer ...)\nThe greatest common divisor, 0 if there are no INTEGERS."},
  {"lcm", prim_lcm, 0, PRIMITIVE_REST, "(lcm integer ...)\nThe least common multiple, 1 if there are no INTEGERS."},
  {"numerator", prim_numerator, 1, 1, "(numerator number)\nThe numerator of NUMBER as a fraction in lowest terms."},
  {"denominator", prim_denominator, 1, 1, "(denominator number)\nThe denominator, always positive, of NUMBER as a fraction in lowest terms."},
  {"floor", prim_floor, 1, 1, "(floor number)\nThe largest whole number that is not above NUMBER."},
  {"ceiling", prim_ceiling, 1, 1, "(ceiling number)\nThe smallest whole number that is not below NUMBER."},
  {"truncate", prim_truncate, 1, 1, "(truncate number)\nNUMBER without what follows the point."},
  {"round", prim_round, 1, 1, "(round number)\nThe whole number nearest to NUMBER; the even one of two as near."},
  {"exact", prim_exact, 1, 1, "(exact number)\nThe exact number equal to NUMBER. An error if it is infinite or NaN."},
  {"inexact", prim_inexact, 1, 1, "(inexact number)\nThe inexact number nearest to NUMBER."},
  {"inexact->exact", prim_exact, 1, 1, "(inexact->exact number)\nThe same as (exact NUMBER)."},
  {"exact->inexact", prim_inexact, 1, 1, "(exact->inexact number)\nThe same as (inexact NUMBER)."},
  {"sqrt", prim_sqrt, 1, 1,
   "(sqrt number)\nThe square root of NUMBER, exact if NUMBER is and has an exact one. Its real part is not negative."},
  {"exact-integer-sqrt", prim_exact_integer_sqrt, 1, 1,
   "(exact-integer-sqrt n)\nTwo values: the largest integer whose square is not above N, and what is left of N then."},
  {"expt", prim_expt, 2, 2, "(expt base exponent)\nBASE to the power of EXPONENT; exact if both are and EXPONENT is whole."},
  {"real-part", prim_real_part, 1, 1, "(real-part number)\nThe real part of NUMBER: itself if it is real."},
  {"imag-part", prim_imag_part, 1, 1, "(imag-part number)\nThe imaginary part of NUMBER: an exact 0 if it is real."},
  {"make-rectangular", prim_make_rectangular, 2, 2,
   "(make-rectangular real imaginary)\nThe number with these parts, REAL itself if IMAGINARY is an exact 0."},
  {"make-polar", prim_make_polar, 2, 2,
   "(make-polar magnitude angle)\nThe number this far from 0 in this direction, in radians from the positive real axis."},
  {"exp", prim_exp, 1, 1, "(exp number)\nEuler's number to the power of NUMBER."},
  {"log", prim_log, 1, 2, "(log number [base])\nThe logarithm of NUMBER, natural or to BASE. Its imaginary part is from -pi to pi."},
  {"sin", prim_sin, 1, 1, "(sin angle)\nThe sine of ANGLE in radians."},
  {"cos", prim_cos, 1, 1, "(cos angle)\nThe cosine of ANGLE in radians."},
  {"tan", prim_tan, 1, 1, "(tan angle)\nThe tangent of ANGLE in radians."},
  {"asin", prim_asin, 1, 1, "(asin number)\nThe angle from -pi/2 to pi/2 whose sine is NUMBER."},
  {"acos", prim_acos, 1, 1, "(acos number)\nThe angle from 0 to pi whose cosine is NUMBER."},
  {"atan", prim_atan, 1, 2, "(atan y [x])\nThe angle whose tangent is Y; with X, the angle of the point (X, Y), from -pi to pi."},
  {"number->string", prim_number_to_string, 1, 2,
   "(number->string number [radix])\nNUMBER as text that reads back as the same number, in RADIX 10 or any from 2 to 36."},
  {"string->number", prim_string_to_number, 1, 2,
   "(string->number string [radix])\nThe number that STRING is the text of, or #f if it is none."},
  {"bitwise-and", prim_bitwise_and, 0, PRIMITIVE_REST, "(bitwise-and integer ...)\nThe bits that all INTEGERS have; -1 if there are none."},
  {"bitwise-ior", prim_bitwise_ior, 0, PRIMITIVE_REST, "(bitwise-ior integer ...)\nThe bits that any of the INTEGERS has."},
  {"bitwise-xor", prim_bitwise_xor, 0, PRIMITIVE_REST, "(bitwise-xor integer ...)\nThe bits that an odd number of the INTEGERS has."},
  {"bitwise-not", prim_bitwise_not, 1, 1, "(bitwise-not integer)\nThe bits that INTEGER does not have: -1 - INTEGER."},
  {"arithmetic-shift", prim_arithmetic_shift, 2, 2,
   "(arithmetic-shift integer count)\nINTEGER shifted COUNT bits to the left; to the right if COUNT is negative."},
  {"bit-count", prim_bit_count, 1, 1, "(bit-count integer)\nHow many bits are 1; of a negative INTEGER, how many are 0."},
  {"integer-length", prim_integer_length, 1, 1, "(integer-length integer)\nHow many bits INTEGER needs without its sign."},
};
const unsigned n_numbers_primitives = ARRAY_LENGTH(numbers_primitives);
