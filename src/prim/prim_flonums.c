// Primitives on flonums only, most of them one function of musl each.  An argument of another kind is a condition.
//
// Uses: data/number, data/values, data/mpn, prim/args.  Used by: prim/table.
#include "data/mpn.h"
#include "data/number.h"
#include "data/values.h"
#include "prim/args.h"
#include "prim/tables.h"

// VALUE_TRUE if the first n arguments are flonums.
static Value check(struct context *cx, const char *who, Value *args, unsigned n) {
  for (unsigned i = 0; i < n; i++)
    if (!is_flonum(args[i])) return raise_type(cx, who, i + 1, "a flonum", args[i]);
  return VALUE_TRUE;
}
static Value two_values(struct context *cx, Value a, Value b) {
  Value both[] = {a, b};
  return values_make(cx, 2, both);
}

static double square(double x) { return x * x; }
static double sign(double x) { return libm_copysign(1, x); }
static double absolute(double x) { return __builtin_fabs(x); }
static double absolute_difference(double x, double y) { return __builtin_fabs(x - y); }
static double positive_difference(double x, double y) { return x <= y ? 0 : x - y; }
static double quotient(double x, double y) { return libm_trunc(x / y); }

// --- tables: a function, its name, what it is for ------------------------------------------------------------

#define FUNCTIONS(F)                                                              \
  F(fl_square, square, "flsquare", "X times X")                                   \
  F(fl_sgn, sign, "flsgn", "1.0 with the sign of X")                              \
  F(fl_abs, absolute, "flabs", "X without its sign")                              \
  F(fl_exponent, libm_logb, "flexponent", "The exponent of X as a power of 2, a flonum") \
  F(fl_floor, libm_floor, "flfloor", "The largest whole flonum that is not above X") \
  F(fl_ceiling, libm_ceil, "flceiling", "The smallest whole flonum that is not below X") \
  F(fl_round, libm_rint, "flround", "The whole flonum nearest to X, the even one of two") \
  F(fl_truncate, libm_trunc, "fltruncate", "X without what follows the point")    \
  F(fl_exp, libm_exp, "flexp", "Euler's number to the power of X")                \
  F(fl_exp2, libm_exp2, "flexp2", "2 to the power of X")                          \
  F(fl_expm1, libm_expm1, "flexp-1", "Euler's number to the power of X, less 1; exact for small X") \
  F(fl_sqrt, libm_sqrt, "flsqrt", "The square root of X; +nan.0 of a negative number") \
  F(fl_cbrt, libm_cbrt, "flcbrt", "The cube root of X")                           \
  F(fl_log, libm_log, "fllog", "The natural logarithm of X")                      \
  F(fl_log1p, libm_log1p, "fllog1+", "The natural logarithm of 1 + X; exact for small X") \
  F(fl_log2, libm_log2, "fllog2", "The logarithm of X to base 2")                 \
  F(fl_log10, libm_log10, "fllog10", "The logarithm of X to base 10")             \
  F(fl_sin, libm_sin, "flsin", "The sine of X in radians")                        \
  F(fl_cos, libm_cos, "flcos", "The cosine of X in radians")                      \
  F(fl_tan, libm_tan, "fltan", "The tangent of X in radians")                     \
  F(fl_asin, libm_asin, "flasin", "The angle from -pi/2 to pi/2 whose sine is X") \
  F(fl_acos, libm_acos, "flacos", "The angle from 0 to pi whose cosine is X")     \
  F(fl_sinh, libm_sinh, "flsinh", "The hyperbolic sine of X")                     \
  F(fl_cosh, libm_cosh, "flcosh", "The hyperbolic cosine of X")                   \
  F(fl_tanh, libm_tanh, "fltanh", "The hyperbolic tangent of X")                  \
  F(fl_asinh, libm_asinh, "flasinh", "The number whose hyperbolic sine is X")     \
  F(fl_acosh, libm_acosh, "flacosh", "The number, not negative, whose hyperbolic cosine is X") \
  F(fl_atanh, libm_atanh, "flatanh", "The number whose hyperbolic tangent is X")  \
  F(fl_gamma, libm_tgamma, "flgamma", "The gamma function of X: (X - 1)! of a whole X") \
  F(fl_erf, libm_erf, "flerf", "The error function of X")                         \
  F(fl_erfc, libm_erfc, "flerfc", "1 less the error function of X; exact also where that is near 1")

#define FUNCTIONS_OF_TWO(F)                                                       \
  F(fl_adjacent, libm_nextafter, "fladjacent", "The flonum next to X in the direction of Y; X if they are equal") \
  F(fl_copysign, libm_copysign, "flcopysign", "X with the sign of Y")             \
  F(fl_absdiff, absolute_difference, "flabsdiff", "The difference of X and Y without its sign") \
  F(fl_posdiff, positive_difference, "flposdiff", "X less Y, or 0 if that is negative") \
  F(fl_hypot, libm_hypot, "flhypot", "The length of the vector (X, Y)")           \
  F(fl_expt, libm_pow, "flexpt", "X to the power of Y")                           \
  F(fl_quotient, quotient, "flquotient", "X divided by Y, towards 0, a whole flonum") \
  F(fl_remainder, libm_fmod, "flremainder", "What flquotient leaves; it has the sign of X")

#define TESTS(T)                                                                  \
  T(fl_integer_p, x - x == 0 && libm_trunc(x) == x, "flinteger?", "Is X a whole number?") \
  T(fl_zero_p, x == 0, "flzero?", "Is X 0.0 or -0.0?")                            \
  T(fl_positive_p, x > 0, "flpositive?", "Is X above 0?")                         \
  T(fl_negative_p, x < 0, "flnegative?", "Is X below 0? -0.0 is not.")            \
  T(fl_finite_p, x - x == 0, "flfinite?", "Is X neither infinite nor NaN?")       \
  T(fl_infinite_p, x == x && x - x != 0, "flinfinite?", "Is X infinite?")         \
  T(fl_nan_p, x != x, "flnan?", "Is X not a number?")                             \
  T(fl_normalized_p, x - x == 0 && __builtin_fabs(x) >= 0x1p-1022, "flnormalized?", \
    "Has X the full precision: is it finite and not too near to 0?")              \
  T(fl_denormalized_p, x != 0 && __builtin_fabs(x) < 0x1p-1022, "fldenormalized?", \
    "Is X so near to 0, but not 0, that it has less than the full precision?")

// The result of one or more flonums is folded from the left; `x` is that so far, `y` the next.
#define FOLDS(F)                                                                  \
  F(fl_add, 0.0, x, x + y, "fl+", 0, "(fl+ x ...)\nThe sum of the flonums, 0.0 if there are none.") \
  F(fl_mul, 1.0, x, x * y, "fl*", 0, "(fl* x ...)\nThe product of the flonums, 1.0 if there are none.") \
  F(fl_sub, 0.0, -x, x - y, "fl-", 1, "(fl- x y ...)\nX less all the Ys; alone, its negative.") \
  F(fl_div, 0.0, 1 / x, x / y, "fl/", 1, "(fl/ x y ...)\nX divided by all the Ys; alone, 1.0 divided by it.") \
  F(fl_max, -__builtin_inf(), x, x != x || y > x ? y : x, "flmax", 0,             \
    "(flmax x ...)\nThe largest of the flonums that are numbers, -inf.0 if there are none.") \
  F(fl_min, __builtin_inf(), x, x != x || y < x ? y : x, "flmin", 0,              \
    "(flmin x ...)\nThe smallest of the flonums that are numbers, +inf.0 if there are none.")

#define COMPARISONS(C)                                                            \
  C(fl_equal, ==, "fl=?", "Are the flonums all equal?")                           \
  C(fl_less, <, "fl<?", "Is each of the flonums below the next?")                 \
  C(fl_greater, >, "fl>?", "Is each of the flonums above the next?")              \
  C(fl_less_equal, <=, "fl<=?", "Is each of the flonums below the next or equal to it?") \
  C(fl_greater_equal, >=, "fl>=?", "Is each of the flonums above the next or equal to it?")

#define FUNCTION(name, function, who, doc)                                                    \
  PRIM(prim_##name) {                                                                         \
    Value ok = check(cx, who, args, 1);                                                       \
    return is_outcome(ok) ? ok : flonum_make(cx->heap, function(flonum_double(args[0])));     \
  }
FUNCTIONS(FUNCTION)
#undef FUNCTION
#define FUNCTION(name, function, who, doc)                                                    \
  PRIM(prim_##name) {                                                                         \
    Value ok = check(cx, who, args, 2);                                                       \
    if (is_outcome(ok)) return ok;                                                            \
    return flonum_make(cx->heap, function(flonum_double(args[0]), flonum_double(args[1])));   \
  }
FUNCTIONS_OF_TWO(FUNCTION)
#undef FUNCTION
#define TEST(name, test, who, doc)                                                            \
  PRIM(prim_##name) {                                                                         \
    Value ok = check(cx, who, args, 1);                                                       \
    if (is_outcome(ok)) return ok;                                                            \
    double x = flonum_double(args[0]);                                                        \
    return value_bool(test);                                                                  \
  }
TESTS(TEST)
#undef TEST
#define FOLD(name, none, one, more, who, least, doc)                                          \
  PRIM(prim_##name) {                                                                         \
    Value ok = check(cx, who, args, n);                                                       \
    if (is_outcome(ok)) return ok;                                                            \
    if (n == 0) return flonum_make(cx->heap, none);                                           \
    double x = flonum_double(args[0]);                                                        \
    if (n == 1) return flonum_make(cx->heap, one);                                            \
    for (unsigned i = 1; i < n; i++) {                                                        \
      double y = flonum_double(args[i]);                                                      \
      x = more;                                                                               \
    }                                                                                         \
    return flonum_make(cx->heap, x);                                                          \
  }
FOLDS(FOLD)
#undef FOLD
#define COMPARISON(name, operator, who, doc)                                                  \
  PRIM(prim_##name) {                                                                         \
    Value ok = check(cx, who, args, n);                                                       \
    if (is_outcome(ok)) return ok;                                                            \
    for (unsigned i = 1; i < n; i++)                                                          \
      if (!(flonum_double(args[i - 1]) operator flonum_double(args[i]))) return VALUE_FALSE;  \
    return VALUE_TRUE;                                                                        \
  }
COMPARISONS(COMPARISON)
#undef COMPARISON

// --- the others -------------------------------------------------------------------------------------------------

PRIM(prim_fl_unordered_p) {
  Value ok = check(cx, "flunordered?", args, 2);
  if (is_outcome(ok)) return ok;
  double x = flonum_double(args[0]), y = flonum_double(args[1]);
  return value_bool(x != x || y != y);
}

static Value parity(struct context *cx, const char *who, Value v, double wanted) {
  if (!is_flonum(v) || !is_integer(v)) return raise_type(cx, who, 1, "a flonum that is a whole number", v);
  return value_bool(__builtin_fabs(libm_fmod(flonum_double(v), 2)) == wanted);
}
PRIM(prim_fl_odd_p) { return parity(cx, "flodd?", args[0], 1); }
PRIM(prim_fl_even_p) { return parity(cx, "fleven?", args[0], 0); }

PRIM(prim_fl_fma) {
  Value ok = check(cx, "fl+*", args, 3);
  if (is_outcome(ok)) return ok;
  return flonum_make(cx->heap, libm_fma(flonum_double(args[0]), flonum_double(args[1]), flonum_double(args[2])));
}

PRIM(prim_fl_atan) {
  bool two = is_given(args, n, 1);
  Value ok = check(cx, "flatan", args, two ? 2 : 1);
  if (is_outcome(ok)) return ok;
  double y = flonum_double(args[0]);
  return flonum_make(cx->heap, two ? libm_atan2(y, flonum_double(args[1])) : libm_atan(y));
}

PRIM(prim_fl_sign_bit) {
  Value ok = check(cx, "flsign-bit", args, 1);
  return is_outcome(ok) ? ok : fixnum(__builtin_signbit(flonum_double(args[0])) != 0);
}

// An exact integer as an int, cut off where it makes no difference to doubles; false if it is none.
static bool take_int(Value v, int *i) {
  const sword most = 100000;
  if (!is_exact_integer(v)) return false;
  sword w = is_fixnum(v) ? fixnum_int(v) : number_sign(v) * most;
  *i = (int)(w > most ? most : w < -most ? -most : w);
  return true;
}

PRIM(prim_make_flonum) {
  int n2;
  Value ok = check(cx, "make-flonum", args, 1);
  if (is_outcome(ok)) return ok;
  if (!take_int(args[1], &n2)) return raise_type(cx, "make-flonum", 2, "an exact integer", args[1]);
  return flonum_make(cx->heap, libm_scalbn(flonum_double(args[0]), n2));
}

PRIM(prim_fl_integer_exponent) {
  Value ok = check(cx, "flinteger-exponent", args, 1);
  // The bounds fit the fixnums of every platform; musl's INT_MIN and INT_MAX do not.
  const int most = 1 << 20;
  if (is_outcome(ok)) return ok;
  int exponent = libm_ilogb(flonum_double(args[0]));
  return fixnum(exponent > most ? most : exponent < -most ? -most : exponent);
}

PRIM(prim_fl_integer_fraction) {
  double whole;
  Value ok = check(cx, "flinteger-fraction", args, 1);
  if (is_outcome(ok)) return ok;
  double fraction = libm_modf(flonum_double(args[0]), &whole);
  return two_values(cx, flonum_make(cx->heap, whole), flonum_make(cx->heap, fraction));
}

PRIM(prim_fl_normalized_fraction) {
  int exponent = 0;
  Value ok = check(cx, "flnormalized-fraction-exponent", args, 1);
  if (is_outcome(ok)) return ok;
  double x = flonum_double(args[0]), fraction = x - x == 0 ? libm_frexp(x, &exponent) : x;
  return two_values(cx, flonum_make(cx->heap, fraction), fixnum(exponent));
}

PRIM(prim_fl_remquo) {
  int quotient_bits = 0;
  Value ok = check(cx, "flremquo", args, 2);
  if (is_outcome(ok)) return ok;
  double rest = libm_remquo(flonum_double(args[0]), flonum_double(args[1]), &quotient_bits);
  // 30 bits fit the fixnums of every platform.
  int low = quotient_bits < 0 ? -(-quotient_bits & 0x3fffffff) : quotient_bits & 0x3fffffff;
  return two_values(cx, flonum_make(cx->heap, rest), fixnum(low));
}

PRIM(prim_fl_loggamma) {
  int sign_of_gamma = 1;
  Value ok = check(cx, "flloggamma", args, 1);
  if (is_outcome(ok)) return ok;
  double log = libm_lgamma_r(flonum_double(args[0]), &sign_of_gamma);
  return two_values(cx, flonum_make(cx->heap, log), flonum_make(cx->heap, sign_of_gamma < 0 ? -1 : 1));
}

static Value bessel(struct context *cx, const char *who, double function(int, double), Value *args) {
  int order;
  if (!take_int(args[0], &order)) return raise_type(cx, who, 1, "an exact integer", args[0]);
  if (!is_flonum(args[1])) return raise_type(cx, who, 2, "a flonum", args[1]);
  return flonum_make(cx->heap, function(order, flonum_double(args[1])));
}
PRIM(prim_fl_bessel1) { return bessel(cx, "flfirst-bessel", libm_jn, args); }
PRIM(prim_fl_bessel2) { return bessel(cx, "flsecond-bessel", libm_yn, args); }

#define FUNCTION(name, function, who, doc) {who, prim_##name, 1, 1, "(" who " x)\n" doc "."},
#define FUNCTION2(name, function, who, doc) {who, prim_##name, 2, 2, "(" who " x y)\n" doc "."},
#define TEST(name, test, who, doc) {who, prim_##name, 1, 1, "(" who " x)\n" doc},
#define FOLD(name, none, one, more, who, least, doc) {who, prim_##name, least, PRIMITIVE_REST, doc},
#define COMPARISON(name, operator, who, doc) {who, prim_##name, 1, PRIMITIVE_REST, "(" who " x ...)\n" doc},

const struct primitive flonums_primitives[] = {
  FUNCTIONS(FUNCTION) FUNCTIONS_OF_TWO(FUNCTION2) TESTS(TEST) FOLDS(FOLD) COMPARISONS(COMPARISON)
  {"flunordered?", prim_fl_unordered_p, 2, 2, "(flunordered? x y)\nIs X or Y not a number?"},
  {"flodd?", prim_fl_odd_p, 1, 1, "(flodd? x)\nIs the whole number X odd?"},
  {"fleven?", prim_fl_even_p, 1, 1, "(fleven? x)\nIs the whole number X even?"},
  {"fl+*", prim_fl_fma, 3, 3, "(fl+* x y z)\nX times Y and Z, rounded once."},
  {"flatan", prim_fl_atan, 1, 2,
   "(flatan y [x])\nThe angle whose tangent is Y; with X, the angle of the point (X, Y), from -pi to pi."},
  {"flsign-bit", prim_fl_sign_bit, 1, 1, "(flsign-bit x)\n1 if X has a sign, -0.0 too, otherwise 0."},
  {"make-flonum", prim_make_flonum, 2, 2, "(make-flonum x n)\nX times 2 to the power of the exact integer N."},
  {"flinteger-exponent", prim_fl_integer_exponent, 1, 1,
   "(flinteger-exponent x)\nThe exponent of X as a power of 2, an exact integer."},
  {"flinteger-fraction", prim_fl_integer_fraction, 1, 1,
   "(flinteger-fraction x)\nTwo values: what stands before and after the point of X, both with its sign."},
  {"flnormalized-fraction-exponent", prim_fl_normalized_fraction, 1, 1,
   "(flnormalized-fraction-exponent x)\nTwo values: a flonum from 0.5 to below 1.0, with the sign of X, and the power of 2 that makes X of it."},
  {"flremquo", prim_fl_remquo, 2, 2,
   "(flremquo x y)\nTwo values: what dividing X by Y, to the nearest whole number, leaves, and the low bits of that number."},
  {"flloggamma", prim_fl_loggamma, 1, 1,
   "(flloggamma x)\nTwo values: the logarithm of the gamma function of X without its sign, and that sign, 1.0 or -1.0."},
  {"flfirst-bessel", prim_fl_bessel1, 2, 2, "(flfirst-bessel n x)\nThe Bessel function of the first kind, order N, of X."},
  {"flsecond-bessel", prim_fl_bessel2, 2, 2, "(flsecond-bessel n x)\nThe Bessel function of the second kind, order N, of X."},
};
const unsigned n_flonums_primitives = ARRAY_LENGTH(flonums_primitives);
