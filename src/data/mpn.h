// The routines of deps/ that arithmetic stands on: limbs, mathematical functions, shortest digits.
//
// Uses: base.  Used by: data (numbers), prim.
//
// A limb is a word on every platform.  GMP's conventions: least significant limb first, sizes at least 1 unless said
// otherwise, results may overlap an operand only if they are the same.
#ifndef DATA_MPN_H
#define DATA_MPN_H

#include "base/base.h"

// a[n] op b[n] -> r[n]; the carry or borrow.
uword __gmpn_add_n(uword *r, const uword *a, const uword *b, sword n);
uword __gmpn_sub_n(uword *r, const uword *a, const uword *b, sword n);
// a[n] * b -> r[n], added to it, subtracted from it; the high limb.
uword __gmpn_mul_1(uword *r, const uword *a, sword n, uword b);
uword __gmpn_addmul_1(uword *r, const uword *a, sword n, uword b);
uword __gmpn_submul_1(uword *r, const uword *a, sword n, uword b);
// a[na] * b[nb] -> r[na + nb], na >= nb; a[n]^2 -> r[2n] for small n.  No overlap.
void __gmpn_mul_basecase(uword *r, const uword *a, sword na, const uword *b, sword nb);
// By 1 to WORD_BITS - 1 bits; the bits shifted out.
uword __gmpn_lshift(uword *r, const uword *a, sword n, unsigned bits);
uword __gmpn_rshift(uword *r, const uword *a, sword n, unsigned bits);
// a[n] / b -> q[n] (n_fraction 0); the remainder.
uword __gmpn_divrem_1(uword *q, sword n_fraction, const uword *a, sword n, uword b);
uword __gmpn_mod_1(const uword *a, sword n, uword b);
// a[na] / d[nd], 2 <= nd < na, the top bit of d set: the quotient is q[na - nd] and the returned top limb; the
// remainder is left in a[nd].
uword mpn_divide(uword *q, uword *a, sword na, const uword *d, sword nd);

// musl's functions of doubles.
double libm_acos(double);
double libm_asin(double);
double libm_atan(double);
double libm_atan2(double y, double x);
double libm_ceil(double);
double libm_cos(double);
double libm_exp(double);
double libm_floor(double);
double libm_fmod(double, double);
double libm_frexp(double, int *);
double libm_log(double);
double libm_log2(double);
double libm_log10(double);
double libm_pow(double, double);
double libm_rint(double);
double libm_scalbn(double, int);
double libm_sin(double);
double libm_sqrt(double);
double libm_tan(double);
double libm_trunc(double);
double libm_cosh(double);
double libm_sinh(double);
double libm_tanh(double);
double libm_acosh(double);
double libm_asinh(double);
double libm_atanh(double);
double libm_expm1(double);
double libm_log1p(double);
double libm_cbrt(double);
double libm_hypot(double, double);
double libm_copysign(double, double);
double libm_erf(double);
double libm_erfc(double);
double libm_exp2(double);
double libm_fma(double, double, double);
int libm_ilogb(double);
double libm_jn(int, double);
double libm_lgamma_r(double, int *sign);
double libm_logb(double);
double libm_modf(double, double *whole);
double libm_nextafter(double, double);
double libm_remquo(double, double, int *quotient);
double libm_tgamma(double);
double libm_yn(int, double);

// Ryu: of a finite f > 0, f = *digits * 10^*exponent, with the fewest digits that identify f.
void ryu_digits(double f, uint64_t *digits, int *exponent);

#endif
