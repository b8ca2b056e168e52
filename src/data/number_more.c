// Numbers: rounding, roots, powers, bits.
//
// Uses: data/natural, data/mpn.  Used by: see data/number.h.
#include "data/mpn.h"
#include "data/natural.h"
#include "data/number.h"

// --- rounding ---------------------------------------------------------------------------------
static double round_double(double d, enum rounding how) {
  switch (how) {
    case ROUND_FLOOR: return libm_floor(d);
    case ROUND_CEILING: return libm_ceil(d);
    case ROUND_TRUNCATE: return libm_trunc(d);
    default: return libm_rint(d);
  }
}

// floor(n / d), d > 0; whether something was left.
static struct big floor_quotient(struct scratch *s, struct big n, struct big d, bool *left) {
  struct big q, r;
  big_divide(s, n, d, &q, &r);
  *left = r.n > 0;
  return r.negative ? big_sub(s, q, big_from_word(s, 1, false)) : q;
}

static struct big round_ratio(struct scratch *s, struct big n, struct big d, enum rounding how) {
  struct big q;
  bool left;
  if (how == ROUND_TRUNCATE) {
    big_divide(s, n, d, &q, NULL);
    return q;
  }
  if (how == ROUND_EVEN) {
    // floor((2n + d) / 2d); a tie gives the even one of the two neighbours.
    q = floor_quotient(s, big_add(s, big_shift_left(s, n, 1), d), big_shift_left(s, d, 1), &left);
    bool odd = q.n && (q.d[0] & 1);
    return !left && odd ? big_sub(s, q, big_from_word(s, 1, false)) : q;
  }
  q = floor_quotient(s, n, d, &left);
  return how == ROUND_CEILING ? big_add(s, q, big_from_word(s, 1, false)) : q;
}

Value number_round(struct context *cx, const char *who, Value a, enum rounding how) {
  if (is_exact_integer(a)) return a;
  if (is_flonum(a)) return flonum_make(cx->heap, round_double(flonum_double(a), how));
  if (!is_ratnum(a)) return raise_type(cx, who, 1, "a real number", a);
  struct scratch s;
  scratch_init(&s, cx);
  struct big n = big_from_value(&s, object_field(a, RATNUM_NUMERATOR));
  struct big d = big_from_value(&s, object_field(a, RATNUM_DENOMINATOR));
  struct big q = s.failure ? BIG_ZERO : round_ratio(&s, n, d, how);
  Value r = big_result(&s, who, q);
  scratch_free(&s);
  return r;
}

// --- roots --------------------------------------------------------------------------------------
Value integer_sqrt(struct context *cx, const char *who, Value a, Value *root, Value *rest) {
  if (!is_exact_integer(a) || number_sign(a) < 0)
    return raise_type(cx, who, 1, "an exact integer that is not negative", a);
  struct scratch s;
  scratch_init(&s, cx);
  struct big n = big_from_value(&s, a), r = big_sqrt(&s, n);
  struct big left = big_sub(&s, n, big_mul(&s, r, r));
  Value done = VALUE_TRUE;
  if (s.failure) {
    done = scratch_outcome(&s, who);
  } else {
    size_t total = big_bytes(r) + big_bytes(left);
    *root = big_to_value(&s, r, total);
    *rest = is_outcome(*root) ? *root : big_to_value(&s, left, total);
    if (is_outcome(*rest)) done = *rest;
  }
  scratch_free(&s);
  return done;
}

static struct big exact_root(struct scratch *s, struct big a, bool *perfect) {
  struct big r = big_sqrt(s, a);
  *perfect = *perfect && big_sub(s, a, big_mul(s, r, r)).n == 0;
  return r;
}

// The root of an exact positive number that has no exact one, rounded once, also where its double would overflow.
static double inexact_root(struct scratch *s, struct big n, struct big d) {
  if (big_bits(n) <= 53 && big_bits(d) == 1) return libm_sqrt(big_to_double(n, 0, false));
  // 2^(2k) times the number has some 130 bits.
  sword k = (130 - ((sword)big_bits(n) - (sword)big_bits(d))) / 2;
  if (k > 0)
    n = big_shift_left(s, n, (size_t)(2 * k));
  else
    d = big_shift_left(s, d, (size_t)(-2 * k));
  if (s->failure) return 0;
  struct big q;
  big_divide(s, n, d, &q, NULL);
  return big_to_double(big_sqrt(s, q), -k, true);
}

Value number_sqrt(struct context *cx, Value a) {
  if (is_flonum(a)) {
    double d = flonum_double(a);
    if (!(d < 0)) return flonum_make(cx->heap, libm_sqrt(d));
  }
  if (!is_exact(a) || number_sign(a) < 0) return number_complex(cx, "sqrt", &a, 1);
  struct scratch s;
  scratch_init(&s, cx);
  bool ratio = is_ratnum(a), perfect = true;
  struct big n = big_from_value(&s, ratio ? object_field(a, RATNUM_NUMERATOR) : a);
  struct big d = ratio ? big_from_value(&s, object_field(a, RATNUM_DENOMINATOR)) : big_from_word(&s, 1, false);
  struct big rn = exact_root(&s, n, &perfect);
  struct big rd = ratio && perfect ? exact_root(&s, d, &perfect) : d;
  Value r;
  if (s.failure) {
    r = scratch_outcome(&s, "sqrt");
  } else if (!perfect) {
    double x = inexact_root(&s, n, d);
    r = s.failure ? scratch_outcome(&s, "sqrt") : flonum_make(cx->heap, x);
  } else {
    r = ratio_make(&s, "sqrt", rn, rd);
  }
  scratch_free(&s);
  return r;
}

// --- powers ---------------------------------------------------------------------------------------
static Value exact_power(struct context *cx, Value base, sword exponent) {
  if (exponent < 0 && value_eq(base, fixnum(0)))
    return raise_condition(cx, KNOWN_DIVIDE, "expt", "division by zero: a negative power of", 1, &base);
  struct scratch s;
  scratch_init(&s, cx);
  uword e = exponent < 0 ? -(uword)exponent : (uword)exponent;
  bool ratio = is_ratnum(base);
  struct big n = big_power(&s, big_from_value(&s, ratio ? object_field(base, RATNUM_NUMERATOR) : base), e);
  struct big d = big_from_word(&s, 1, false);
  if (ratio) d = big_power(&s, big_from_value(&s, object_field(base, RATNUM_DENOMINATOR)), e);
  Value r = exponent < 0 ? ratio_make(&s, "expt", d, n) : ratio_make(&s, "expt", n, d);
  scratch_free(&s);
  return r;
}

Value number_expt(struct context *cx, Value base, Value exponent) {
  bool real = is_real(base) && is_real(exponent);
  if (!real || (number_sign(base) < 0 && is_rational(base) && is_rational(exponent) && !is_integer(exponent)))
    return number_complex(cx, "expt", (Value[]){base, exponent}, 2);
  if (is_exact(base)) {
    if (is_fixnum(exponent)) return exact_power(cx, base, fixnum_int(exponent));
    if (is_bignum(exponent)) {
      // Only 0, 1 and -1 have powers as high as that; which of them, the last bit of the exponent says.
      bool odd = *(const uword *)bytes_data(exponent) & 1;
      sword sign = number_sign(exponent);
      return exact_power(cx, base, sign < 0 ? (odd ? FIXNUM_MIN + 1 : FIXNUM_MIN) : odd ? FIXNUM_MAX : FIXNUM_MAX - 1);
    }
    if (is_ratnum(exponent) && value_eq(object_field(exponent, RATNUM_DENOMINATOR), fixnum(2))) {
      Value root = number_sqrt(cx, base);
      if (is_outcome(root) || is_flonum(root)) return root;
      return number_expt(cx, root, object_field(exponent, RATNUM_NUMERATOR));
    }
  }
  if (value_eq(exponent, fixnum(0))) return fixnum(1);
  return flonum_make(cx->heap, libm_pow(number_to_double(base), number_to_double(exponent)));
}

// --- bits ---------------------------------------------------------------------------------------------
// r[n] = a in two's complement, n > a.n.
static void to_complement(uword *r, struct big a, size_t n) {
  if (a.n) memcpy(r, a.d, a.n * sizeof(uword));
  memset(r + a.n, 0, (n - a.n) * sizeof(uword));
  if (!a.negative) return;
  uword carry = 1;
  for (size_t i = 0; i < n; i++) {
    r[i] = ~r[i] + carry;
    carry = carry && r[i] == 0;
  }
}

static struct big from_complement(uword *r, size_t n) {
  bool negative = r[n - 1] >> (WORD_BITS - 1);
  uword carry = 1;
  for (size_t i = 0; negative && i < n; i++) {
    r[i] = ~r[i] + carry;
    carry = carry && r[i] == 0;
  }
  while (n > 0 && r[n - 1] == 0) n--;
  return (struct big){r, n, negative};
}

static uword combine_bits(enum bit_operation op, uword a, uword b) {
  return op == BITS_AND ? a & b : op == BITS_IOR ? a | b : a ^ b;
}

Value integer_bitwise(struct context *cx, const char *who, enum bit_operation op, Value a, Value b) {
  if (are_fixnums(a, b)) return fixnum((sword)combine_bits(op, (uword)fixnum_int(a), (uword)fixnum_int(b)));
  if (!is_exact_integer(a)) return raise_type(cx, who, 1, "an exact integer", a);
  if (!is_exact_integer(b)) return raise_type(cx, who, 2, "an exact integer", b);
  struct scratch s;
  scratch_init(&s, cx);
  struct big x = big_from_value(&s, a), y = big_from_value(&s, b), r = BIG_ZERO;
  size_t n = (x.n > y.n ? x.n : y.n) + 1;
  uword *p = scratch_words(&s, n), *q = scratch_words(&s, n);
  if (q) {
    to_complement(p, x, n);
    to_complement(q, y, n);
    for (size_t i = 0; i < n; i++) p[i] = combine_bits(op, p[i], q[i]);
    r = from_complement(p, n);
  }
  Value v = big_result(&s, who, r);
  scratch_free(&s);
  return v;
}

Value integer_shift(struct context *cx, const char *who, Value a, sword shift) {
  if (!is_exact_integer(a)) return raise_type(cx, who, 1, "an exact integer", a);
  if (is_fixnum(a) && shift <= 0) {
    return fixnum(fixnum_int(a) >> (shift <= -(sword)WORD_BITS ? WORD_BITS - 1 : (unsigned)-shift));
  }
  if (value_eq(a, fixnum(0))) return a;
  struct scratch s;
  scratch_init(&s, cx);
  struct big x = big_from_value(&s, a), r;
  if (shift >= 0) {
    r = big_shift_left(&s, x, (size_t)shift);
  } else {
    size_t down = -(size_t)shift;
    r = big_shift_right(&s, x, down);
    // Towards minus infinity.
    if (x.negative && big_has_low_bits(x, down)) r = big_sub(&s, r, big_from_word(&s, 1, false));
  }
  Value v = big_result(&s, who, r);
  scratch_free(&s);
  return v;
}

// The limbs of an exact integer; of a fixnum, in *room.
static struct big limbs(Value a, uword *room) {
  if (is_bignum(a))
    return (struct big){(const uword *)bytes_data(a), (size_t)bytes_length(a) / WORD_BYTES, number_sign(a) < 0};
  sword n = fixnum_int(a);
  *room = n < 0 ? -(uword)n : (uword)n;
  return (struct big){room, *room != 0, n < 0};
}

size_t integer_length_bits(Value a) {
  uword room;
  struct big x = limbs(a, &room);
  size_t bits = big_bits(x);
  return x.negative && big_trailing_zeros(x) == bits - 1 ? bits - 1 : bits;
}

size_t integer_bit_count(Value a) {
  uword room;
  struct big x = limbs(a, &room);
  size_t ones = 0;
  for (size_t i = 0; i < x.n; i++)
    for (uword w = x.d[i]; w; w &= w - 1) ones++;
  // A negative one's zeros are the ones of its magnitude less one.
  return x.negative ? ones - 1 + big_trailing_zeros(x) : ones;
}

bool integer_bit_is_set(Value a, size_t index) {
  uword room;
  struct big x = limbs(a, &room);
  size_t i = index / WORD_BITS;
  if (i >= x.n) return x.negative;
  uword w = x.d[i];
  // The complement keeps the lowest 1 and all below it.
  if (x.negative) w = big_has_low_bits(x, i * WORD_BITS) ? ~w : -w;
  return w >> (index % WORD_BITS) & 1;
}

sword integer_first_bit(Value a) {
  uword room;
  struct big x = limbs(a, &room);
  return x.n ? (sword)big_trailing_zeros(x) : -1;
}
