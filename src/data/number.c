// Numbers: the tower's dispatch.  Adding, multiplying, dividing, comparing.
//
// Uses: data/natural, data/mpn.  Used by: see data/number.h.
//
// Each operation tries the cheap cases first: two fixnums, then anything with a flonum, then exact integers by their
// limbs, then fractions.
#include "data/number.h"
#include "data/mpn.h"
#include "data/natural.h"

static Value not_number(struct context *cx, const char *who, unsigned argument, Value v) {
  return raise_type(cx, who, argument, "a number", v);
}

static Value division_by_zero(struct context *cx, const char *who, Value dividend) {
  return raise_condition(cx, KNOWN_DIVIDE, who, "division by zero of", 1, &dividend);
}

// --- making -----------------------------------------------------------------------------------
Value integer_from_uint64(struct heap *heap, uint64_t n) {
  if (n <= (uint64_t)FIXNUM_MAX) return fixnum((sword)n);
  size_t words = (n >> 32) || WORD_BYTES == 8 ? 8 / WORD_BYTES : 1;
  uword *p = heap_alloc(heap, BYTES_BYTES(words * WORD_BYTES));
  p[0] = header_make(T_BIGNUM, 0);
  p[1] = fixnum((sword)(words * WORD_BYTES)).w;
  if (WORD_BYTES == 4) p[3] = 0;
  for (size_t i = 0; i < words; i++) p[2 + i] = (uword)(n >> (32 * i));
  return value_from_object(p);
}

Value integer_from_int64(struct heap *heap, int64_t n) {
  if (n >= (int64_t)FIXNUM_MIN && n <= (int64_t)FIXNUM_MAX) return fixnum((sword)n);
  Value v = integer_from_uint64(heap, n < 0 ? -(uint64_t)n : (uint64_t)n);
  if (n < 0) *value_address(v) |= HEADER_FLAG_NEGATIVE;
  return v;
}

Value integer_from_bytes(struct context *cx, const unsigned char *bytes, size_t n, bool negative) {
  struct scratch s;
  scratch_init(&s, cx);
  size_t words = n / WORD_BYTES + 1;
  uword *d = scratch_words(&s, words);
  struct big a = BIG_ZERO;
  if (d) {
    memset(d, 0, words * sizeof(uword));
    for (size_t i = 0; i < n; i++) d[i / WORD_BYTES] |= (uword)bytes[i] << (i % WORD_BYTES * 8);
    while (words > 0 && d[words - 1] == 0) words--;
    a = (struct big){d, words, negative && words > 0};
  }
  Value v = big_result(&s, NULL, a);
  scratch_free(&s);
  return v;
}

bool integer_to_uint64(Value v, uint64_t *n) {
  if (is_fixnum(v)) {
    *n = (uint64_t)fixnum_int(v);
    return fixnum_int(v) >= 0;
  }
  if (!is_bignum(v) || object_flags(v, HEADER_FLAG_NEGATIVE) || bytes_length(v) > 8) return false;
  const uword *d = (const uword *)bytes_data(v);
  *n = d[0];
  if (WORD_BYTES == 4 && bytes_length(v) == 8) *n |= (uint64_t)d[8 / WORD_BYTES - 1] << 32;
  return true;
}

bool integer_to_int64(Value v, int64_t *n) {
  if (is_fixnum(v)) {
    *n = fixnum_int(v);
    return true;
  }
  if (!is_bignum(v) || bytes_length(v) > 8) return false;
  const uword *d = (const uword *)bytes_data(v);
  uint64_t m = d[0];
  if (WORD_BYTES == 4 && bytes_length(v) == 8) m |= (uint64_t)d[8 / WORD_BYTES - 1] << 32;
  bool negative = object_flags(v, HEADER_FLAG_NEGATIVE) != 0;
  if (m > (uint64_t)INT64_MAX + negative) return false;
  *n = (int64_t)(negative ? -m : m);
  return true;
}

// --- flonums: of what kind a double is ----------------------------------------------------------
static bool is_finite(double d) {
  return d - d == 0;
}

bool is_integer(Value v) {
  if (is_flonum(v)) return is_finite(flonum_double(v)) && libm_trunc(flonum_double(v)) == flonum_double(v);
  return is_exact_integer(v);
}

bool is_rational(Value v) {
  return is_flonum(v) ? is_finite(flonum_double(v)) : is_exact(v);
}

double number_to_double(Value v) {
  if (is_fixnum(v)) return (double)fixnum_int(v);
  if (is_flonum(v)) return flonum_double(v);
  struct scratch s;
  // No function used here answers through the context.
  struct context none = {.heap = NULL};
  scratch_init(&s, &none);
  double d;
  if (is_bignum(v)) {
    d = big_to_double(big_from_value(&s, v), 0, false);
  } else {
    struct big n = big_from_value(&s, object_field(v, RATNUM_NUMERATOR));
    struct big m = big_from_value(&s, object_field(v, RATNUM_DENOMINATOR));
    // Of very long parts, the leading bits decide all but the rarest last digit.
    d = big_ratio_to_double(&s, n, m);
  }
  scratch_free(&s);
  return d;
}

// --- exact fractions in scratch -------------------------------------------------------------------
struct ratio {
  struct big n, d;
};

static struct ratio ratio_from_value(struct scratch *s, Value v) {
  if (is_ratnum(v))
    return (struct ratio){big_from_value(s, object_field(v, RATNUM_NUMERATOR)),
                          big_from_value(s, object_field(v, RATNUM_DENOMINATOR))};
  return (struct ratio){big_from_value(s, v), big_from_word(s, 1, false)};
}

static bool is_one(struct big a) {
  return a.n == 1 && a.d[0] == 1 && !a.negative;
}

Value ratio_make(struct scratch *s, const char *who, struct big n, struct big d) {
  if (!is_one(d) && !s->failure) {
    struct big common = big_gcd(s, n, d);
    if (!is_one(common)) {
      big_divide(s, n, common, &n, NULL);
      big_divide(s, d, common, &d, NULL);
    }
    if (d.negative) {
      n = big_negate(n);
      d = big_negate(d);
    }
  }
  if (s->failure || is_one(d)) return big_result(s, who, n);
  if (n.n + d.n > NUMBER_MAX_BITS / WORD_BITS) {
    s->failure = SCRATCH_TOO_BIG;
    return scratch_outcome(s, who);
  }
  size_t total = big_bytes(n) + big_bytes(d);
  uword *p = heap_alloc(s->cx->heap, FIXED_BYTES(2));
  p[0] = header_make(T_RATNUM, 0);
  if (WORD_BYTES == 8) p[FIXED_BYTES(2) / WORD_BYTES - 1] = 0;
  Value v = value_from_object(p);
  object_field_init(v, RATNUM_NUMERATOR, fixnum(0));
  object_field_init(v, RATNUM_DENOMINATOR, fixnum(1));
  Value top = big_to_value(s, n, total + FIXED_BYTES(2));
  if (is_outcome(top)) return top;
  object_field_init(v, RATNUM_NUMERATOR, top);
  Value bottom = big_to_value(s, d, total + FIXED_BYTES(2));
  if (is_outcome(bottom)) return bottom;
  object_field_init(v, RATNUM_DENOMINATOR, bottom);
  return v;
}

// --- the four operations -----------------------------------------------------------------------------
enum operation { ADD, SUB, MUL, DIV };
static const char *const operation_names[] = {"+", "-", "*", "/"};

static double apply_doubles(enum operation op, double x, double y) {
  switch (op) {
    case ADD: return x + y;
    case SUB: return x - y;
    case MUL: return x * y;
    default: return x / y;
  }
}

static struct big combine_bigs(struct scratch *s, enum operation op, struct big x, struct big y) {
  return op == ADD ? big_add(s, x, y) : op == SUB ? big_sub(s, x, y) : big_mul(s, x, y);
}

// Not in lowest terms, except that a denominator of 1 stays 1.
static struct ratio apply_ratios(struct scratch *s, enum operation op, struct ratio x, struct ratio y) {
  if (op == DIV) {
    struct big t = y.n;
    y.n = y.d;
    y.d = t;
    op = MUL;
  }
  if (is_one(x.d) && is_one(y.d)) return (struct ratio){combine_bigs(s, op, x.n, y.n), x.d};
  if (op == MUL) return (struct ratio){big_mul(s, x.n, y.n), big_mul(s, x.d, y.d)};
  return (struct ratio){combine_bigs(s, op, big_mul(s, x.n, y.d), big_mul(s, y.n, x.d)), big_mul(s, x.d, y.d)};
}

static Value exact_operation(struct context *cx, enum operation op, Value a, Value b) {
  const char *who = operation_names[op];
  struct scratch s;
  scratch_init(&s, cx);
  Value result;
  if (op != DIV && !is_ratnum(a) && !is_ratnum(b)) {
    result = big_result(&s, who, combine_bigs(&s, op, big_from_value(&s, a), big_from_value(&s, b)));
  } else {
    struct ratio r = apply_ratios(&s, op, ratio_from_value(&s, a), ratio_from_value(&s, b));
    result = ratio_make(&s, who, r.n, r.d);
  }
  scratch_free(&s);
  return result;
}

// What is left when not both are fixnums and not both are flonums.
static Value mixed_operation(struct context *cx, enum operation op, Value a, Value b) {
  if (is_exact(a) && is_exact(b)) return exact_operation(cx, op, a, b);
  if (!is_real(a) || !is_real(b)) return number_complex(cx, operation_names[op], (Value[]){a, b}, 2);
  return flonum_make(cx->heap, apply_doubles(op, number_to_double(a), number_to_double(b)));
}

Value number_add(struct context *cx, Value a, Value b) {
  if (are_fixnums(a, b)) return integer_from_int64(cx->heap, (int64_t)fixnum_int(a) + fixnum_int(b));
  if (is_flonum(a) && is_flonum(b)) return flonum_make(cx->heap, flonum_double(a) + flonum_double(b));
  return mixed_operation(cx, ADD, a, b);
}

Value number_sub(struct context *cx, Value a, Value b) {
  if (are_fixnums(a, b)) return integer_from_int64(cx->heap, (int64_t)fixnum_int(a) - fixnum_int(b));
  if (is_flonum(a) && is_flonum(b)) return flonum_make(cx->heap, flonum_double(a) - flonum_double(b));
  return mixed_operation(cx, SUB, a, b);
}

Value number_mul(struct context *cx, Value a, Value b) {
  int64_t product;
  if (are_fixnums(a, b) && !__builtin_mul_overflow((int64_t)fixnum_int(a), (int64_t)fixnum_int(b), &product))
    return integer_from_int64(cx->heap, product);
  if (is_flonum(a) && is_flonum(b)) return flonum_make(cx->heap, flonum_double(a) * flonum_double(b));
  return mixed_operation(cx, MUL, a, b);
}

Value number_div(struct context *cx, Value a, Value b) {
  if (is_flonum(a) && is_flonum(b)) return flonum_make(cx->heap, flonum_double(a) / flonum_double(b));
  if (value_eq(b, fixnum(0))) return is_number(a) ? division_by_zero(cx, "/", a) : not_number(cx, "/", 1, a);
  if (are_fixnums(a, b) && fixnum_int(a) % fixnum_int(b) == 0)
    return integer_from_int64(cx->heap, (int64_t)(fixnum_int(a) / fixnum_int(b)));
  return mixed_operation(cx, DIV, a, b);
}

Value number_negate(struct context *cx, Value a) {
  if (is_flonum(a)) return flonum_make(cx->heap, -flonum_double(a));
  return is_exact(a) ? number_sub(cx, fixnum(0), a) : number_complex(cx, "-", &a, 1);
}

// --- folding over many arguments ---------------------------------------------------------------------
// The running total: a fixnum, then a fraction in scratch once that overflows, then a double from the first flonum
// on.  Only the final result is allocated, however many arguments there are.
struct total {
  enum { TOTAL_FIXNUM, TOTAL_RATIO, TOTAL_DOUBLE } kind;
  int64_t fixnum;
  struct ratio ratio;
  double d;
};

static bool apply_fixnums(enum operation op, int64_t x, int64_t y, int64_t *r) {
  switch (op) {
    case ADD: return !__builtin_add_overflow(x, y, r);
    case SUB: return !__builtin_sub_overflow(x, y, r);
    case MUL: return !__builtin_mul_overflow(x, y, r);
    default: return false;
  }
}

static struct ratio lowest_terms(struct scratch *s, struct ratio x) {
  if (is_one(x.d)) return x;
  struct big common = big_gcd(s, x.n, x.d);
  if (s->failure || is_one(common)) return x;
  big_divide(s, x.n, common, &x.n, NULL);
  big_divide(s, x.d, common, &x.d, NULL);
  return x;
}

static void total_start(struct scratch *s, struct total *t, Value v) {
  if (is_fixnum(v)) {
    t->fixnum = fixnum_int(v);
  } else if (is_flonum(v)) {
    t->kind = TOTAL_DOUBLE;
    t->d = flonum_double(v);
  } else {
    t->kind = TOTAL_RATIO;
    t->ratio = ratio_from_value(s, v);
  }
}

static void total_add(struct scratch *s, struct total *t, enum operation op, Value v) {
  int64_t sum;
  if (t->kind == TOTAL_FIXNUM && is_fixnum(v) && apply_fixnums(op, t->fixnum, fixnum_int(v), &sum)) {
    t->fixnum = sum;
    return;
  }
  if (t->kind == TOTAL_DOUBLE || is_flonum(v)) {
    if (t->kind == TOTAL_FIXNUM) t->d = (double)t->fixnum;
    if (t->kind == TOTAL_RATIO) t->d = s->failure ? 0 : big_ratio_to_double(s, t->ratio.n, t->ratio.d);
    t->kind = TOTAL_DOUBLE;
    t->d = apply_doubles(op, t->d, number_to_double(v));
    return;
  }
  if (t->kind == TOTAL_FIXNUM) {
    uint64_t magnitude = t->fixnum < 0 ? -(uint64_t)t->fixnum : (uint64_t)t->fixnum;
    t->ratio = (struct ratio){big_from_uint64(s, magnitude, t->fixnum < 0), big_from_word(s, 1, false)};
  }
  t->kind = TOTAL_RATIO;
  t->ratio = lowest_terms(s, apply_ratios(s, op, t->ratio, ratio_from_value(s, v)));
}

Value number_fold(struct context *cx, const char *who, Value *args, unsigned n) {
  enum operation op = who[0] == '+' ? ADD : who[0] == '-' ? SUB : who[0] == '*' ? MUL : DIV;
  for (unsigned i = 0; i < n; i++)
    if (!is_real(args[i])) return number_complex(cx, who, args, n);
  struct scratch s;
  scratch_init(&s, cx);
  struct total t = {.kind = TOTAL_FIXNUM, .fixnum = op == MUL};
  if (n > 0) total_start(&s, &t, args[0]);
  Value result = VALUE_FALSE;
  for (unsigned i = 1; i < n && is_false(result) && !s.failure; i++) {
    if (op == DIV && value_eq(args[i], fixnum(0)))
      result = division_by_zero(cx, who, args[0]);
    else
      total_add(&s, &t, op, args[i]);
  }
  if (s.failure)
    result = scratch_outcome(&s, who);
  else if (is_outcome(result))
    ;
  else if (t.kind == TOTAL_FIXNUM)
    result = integer_from_int64(cx->heap, t.fixnum);
  else if (t.kind == TOTAL_DOUBLE)
    result = flonum_make(cx->heap, t.d);
  else
    result = ratio_make(&s, who, t.ratio.n, t.ratio.d);
  scratch_free(&s);
  return result;
}

// --- whole division -----------------------------------------------------------------------------------
static Value divide_doubles(struct context *cx, double x, double y, enum division how, Value *quotient,
                            Value *remainder) {
  double r = libm_fmod(x, y);
  double q = libm_rint((x - r) / y);
  if (how == DIVIDE_FLOOR && r != 0 && (r < 0) != (y < 0)) {
    r += y;
    q -= 1;
  }
  if (quotient) *quotient = flonum_make(cx->heap, q);
  if (remainder) *remainder = flonum_make(cx->heap, r);
  return VALUE_TRUE;
}

static Value divide_bigs(struct context *cx, const char *who, Value a, Value b, enum division how, Value *quotient,
                         Value *remainder) {
  struct scratch s;
  scratch_init(&s, cx);
  struct big x = big_from_value(&s, a), y = big_from_value(&s, b), q = BIG_ZERO, r;
  big_divide(&s, x, y, quotient ? &q : NULL, &r);
  if (how == DIVIDE_FLOOR && r.n && r.negative != y.negative) {
    r = big_add(&s, r, y);
    if (quotient) q = big_sub(&s, q, big_from_word(&s, 1, false));
  }
  Value result = VALUE_TRUE;
  if (s.failure) {
    result = scratch_outcome(&s, who);
  } else {
    size_t total = (quotient ? big_bytes(q) : 0) + (remainder ? big_bytes(r) : 0);
    if (quotient) {
      *quotient = big_to_value(&s, q, total);
      if (is_outcome(*quotient)) result = *quotient;
    }
    if (remainder && !is_outcome(result)) {
      *remainder = big_to_value(&s, r, total);
      if (is_outcome(*remainder)) result = *remainder;
    }
  }
  scratch_free(&s);
  return result;
}

// Exactly, with inexact results.
static Value divide_mixed(struct context *cx, const char *who, Value a, Value b, enum division how, Value *quotient,
                          Value *remainder) {
  a = number_exact(cx, who, a);
  if (is_outcome(a)) return a;
  b = number_exact(cx, who, b);
  if (is_outcome(b)) return b;
  Value done = divide_bigs(cx, who, a, b, how, quotient, remainder);
  if (is_outcome(done)) return done;
  if (quotient) *quotient = number_inexact(cx, who, *quotient);
  if (remainder) *remainder = number_inexact(cx, who, *remainder);
  return done;
}

Value integer_divide(struct context *cx, const char *who, Value a, Value b, enum division how, Value *quotient,
                     Value *remainder) {
  if (!is_integer(a)) return raise_type(cx, who, 1, "an integer", a);
  if (!is_integer(b)) return raise_type(cx, who, 2, "an integer", b);
  if (value_eq(b, fixnum(0))) return division_by_zero(cx, who, a);
  if (are_fixnums(a, b)) {
    sword x = fixnum_int(a), y = fixnum_int(b), q = x / y, r = x % y;
    if (how == DIVIDE_FLOOR && r != 0 && (r < 0) != (y < 0)) {
      r += y;
      q -= 1;
    }
    if (quotient) *quotient = integer_from_int64(cx->heap, (int64_t)q);
    if (remainder) *remainder = fixnum(r);
    return VALUE_TRUE;
  }
  if (is_flonum(a) || is_flonum(b)) {
    double x = number_to_double(a), y = number_to_double(b);
    if (y == 0) return division_by_zero(cx, who, a);
    // A larger exact integer may be none that a double holds.
    bool is_mixed = is_flonum(a) != is_flonum(b);
    if (is_mixed && __builtin_fabs(is_flonum(a) ? y : x) > 0x1p53) return divide_mixed(cx, who, a, b, how, quotient, remainder);
    return divide_doubles(cx, x, y, how, quotient, remainder);
  }
  return divide_bigs(cx, who, a, b, how, quotient, remainder);
}

Value number_quotient(struct context *cx, Value a, Value b) {
  Value q, done = integer_divide(cx, "quotient", a, b, DIVIDE_TRUNCATE, &q, NULL);
  return is_outcome(done) ? done : q;
}

Value number_remainder(struct context *cx, Value a, Value b) {
  Value r, done = integer_divide(cx, "remainder", a, b, DIVIDE_TRUNCATE, NULL, &r);
  return is_outcome(done) ? done : r;
}

Value number_modulo(struct context *cx, Value a, Value b) {
  Value r, done = integer_divide(cx, "modulo", a, b, DIVIDE_FLOOR, NULL, &r);
  return is_outcome(done) ? done : r;
}

// Replace two integers, perhaps inexact, by exact ones.  VALUE_TRUE or a marker.
static Value exact_integers(struct context *cx, const char *who, Value *a, Value *b) {
  if (!is_integer(*a)) return raise_type(cx, who, 1, "an integer", *a);
  if (!is_integer(*b)) return raise_type(cx, who, 2, "an integer", *b);
  *a = number_exact(cx, who, *a);
  if (is_outcome(*a)) return *a;
  *b = number_exact(cx, who, *b);
  return is_outcome(*b) ? *b : VALUE_TRUE;
}

Value number_gcd(struct context *cx, const char *who, Value a, Value b) {
  bool inexact = is_flonum(a) || is_flonum(b);
  Value problem = exact_integers(cx, who, &a, &b);
  if (is_outcome(problem)) return problem;
  struct scratch s;
  scratch_init(&s, cx);
  Value r = big_result(&s, who, big_gcd(&s, big_from_value(&s, a), big_from_value(&s, b)));
  scratch_free(&s);
  return inexact && !is_outcome(r) ? number_inexact(cx, who, r) : r;
}

Value number_lcm(struct context *cx, const char *who, Value a, Value b) {
  bool inexact = is_flonum(a) || is_flonum(b);
  Value problem = exact_integers(cx, who, &a, &b);
  if (is_outcome(problem)) return problem;
  struct scratch s;
  scratch_init(&s, cx);
  struct big x = big_abs(big_from_value(&s, a)), y = big_abs(big_from_value(&s, b)), q = BIG_ZERO;
  if (x.n && y.n) big_divide(&s, x, big_gcd(&s, x, y), &q, NULL);
  Value r = big_result(&s, who, big_mul(&s, q, y));
  scratch_free(&s);
  return inexact && !is_outcome(r) ? number_inexact(cx, who, r) : r;
}

// --- comparison -----------------------------------------------------------------------------------------
#define UNORDERED 2

int number_sign(Value a) {
  if (is_fixnum(a)) return fixnum_int(a) < 0 ? -1 : fixnum_int(a) > 0;
  if (is_flonum(a)) return flonum_double(a) < 0 ? -1 : flonum_double(a) > 0;
  if (is_ratnum(a)) return number_sign(object_field(a, RATNUM_NUMERATOR));
  return object_flags(a, HEADER_FLAG_NEGATIVE) ? -1 : 1;
}

static int order_doubles(double x, double y) {
  return x < y ? -1 : x > y ? 1 : x == y ? 0 : UNORDERED;
}

// A finite double as a fraction.
static struct ratio ratio_from_double(struct scratch *s, double d) {
  int exponent;
  struct ratio r = {big_from_double(s, d, &exponent), big_from_word(s, 1, false)};
  if (exponent >= 0)
    r.n = big_shift_left(s, r.n, (size_t)exponent);
  else
    r.d = big_shift_left(s, r.d, (size_t)-exponent);
  return r;
}

static struct ratio ratio_from_real(struct scratch *s, Value v) {
  return is_flonum(v) ? ratio_from_double(s, flonum_double(v)) : ratio_from_value(s, v);
}

static int order_ratios(struct scratch *s, struct ratio x, struct ratio y) {
  if (is_one(x.d) && is_one(y.d)) return big_compare(x.n, y.n);
  if (x.n.negative != y.n.negative) return x.n.negative ? -1 : 1;
  return big_compare(big_mul(s, x.n, y.d), big_mul(s, y.n, x.d));
}

// Compare two real numbers; the order is in *order unless a marker is answered.
static Value compare(struct context *cx, const char *who, Value a, Value b, int *order) {
  if (are_fixnums(a, b)) {
    *order = fixnum_int(a) < fixnum_int(b) ? -1 : fixnum_int(a) > fixnum_int(b);
    return VALUE_TRUE;
  }
  bool flonum_a = is_flonum(a), flonum_b = is_flonum(b);
  if (!is_real(a)) return raise_type(cx, who, 1, "a real number", a);
  if (!is_real(b)) return raise_type(cx, who, 2, "a real number", b);
  if (flonum_a && flonum_b) {
    *order = order_doubles(flonum_double(a), flonum_double(b));
    return VALUE_TRUE;
  }
  if (flonum_a || flonum_b) {
    double d = flonum_double(flonum_a ? a : b);
    if (!is_finite(d)) {
      *order = d != d ? UNORDERED : (d < 0) == flonum_a ? -1 : 1;
      return VALUE_TRUE;
    }
    // Rounding keeps order, so different doubles settle it.
    *order = order_doubles(number_to_double(a), number_to_double(b));
    if (*order != 0) return VALUE_TRUE;
  }
  struct scratch s;
  scratch_init(&s, cx);
  *order = order_ratios(&s, ratio_from_real(&s, a), ratio_from_real(&s, b));
  Value done = s.failure ? scratch_outcome(&s, who) : VALUE_TRUE;
  scratch_free(&s);
  return done;
}

Value number_equal(struct context *cx, Value a, Value b) {
  int order;
  if (!are_fixnums(a, b) && (!is_real(a) || !is_real(b))) {
    if (!is_number(a)) return not_number(cx, "=", 1, a);
    if (!is_number(b)) return not_number(cx, "=", 2, b);
    Value imaginary = number_equal(cx, number_imag_part(a), number_imag_part(b));
    return is_true(imaginary) && !is_outcome(imaginary) ? number_equal(cx, number_real_part(a), number_real_part(b))
                                                        : imaginary;
  }
  Value done = compare(cx, "=", a, b, &order);
  return is_outcome(done) ? done : value_bool(order == 0);
}

Value number_less(struct context *cx, Value a, Value b) {
  int order;
  Value done = compare(cx, "<", a, b, &order);
  return is_outcome(done) ? done : value_bool(order == -1);
}

Value number_less_equal(struct context *cx, Value a, Value b) {
  int order;
  Value done = compare(cx, "<=", a, b, &order);
  return is_outcome(done) ? done : value_bool(order <= 0);
}

Value number_greater(struct context *cx, Value a, Value b) {
  int order;
  Value done = compare(cx, ">", a, b, &order);
  return is_outcome(done) ? done : value_bool(order == 1);
}

Value number_greater_equal(struct context *cx, Value a, Value b) {
  int order;
  Value done = compare(cx, ">=", a, b, &order);
  return is_outcome(done) ? done : value_bool(order == 0 || order == 1);
}

// --- exactness ---------------------------------------------------------------------------------------------
Value number_inexact(struct context *cx, const char *who, Value v) {
  if (is_flonum(v)) return v;
  if (!is_exact(v)) return number_complex(cx, who, &v, 1);
  return flonum_make(cx->heap, number_to_double(v));
}

Value number_exact(struct context *cx, const char *who, Value v) {
  if (is_exact(v)) return v;
  if (!is_flonum(v)) return number_complex(cx, who, &v, 1);
  double d = flonum_double(v);
  if (!is_finite(d)) return raise_type(cx, who, 1, "a finite number", v);
  if (d > -1e9 && d < 1e9 && d == (double)(int32_t)d) return fixnum((sword)(int32_t)d);
  struct scratch s;
  scratch_init(&s, cx);
  int exponent;
  struct big m = big_from_double(&s, d, &exponent);
  Value result;
  if (exponent < 0) {
    size_t zeros = big_trailing_zeros(m), down = zeros < (size_t)-exponent ? zeros : (size_t)-exponent;
    struct big one = big_from_word(&s, 1, false);
    result = ratio_make(&s, who, big_shift_right(&s, m, down), big_shift_left(&s, one, (size_t)-exponent - down));
  } else {
    result = big_result(&s, who, big_shift_left(&s, m, (size_t)exponent));
  }
  scratch_free(&s);
  return result;
}

// --- sameness --------------------------------------------------------------------------------------------------
static bool same_integer(Value a, Value b) {
  if (value_eq(a, b)) return true;
  if (!is_bignum(a) || !is_bignum(b)) return false;
  return bytes_length(a) == bytes_length(b) &&
         object_flags(a, HEADER_FLAG_NEGATIVE) == object_flags(b, HEADER_FLAG_NEGATIVE) &&
         memcmp(bytes_data(a), bytes_data(b), (size_t)bytes_length(a)) == 0;
}

bool number_eqv(Value a, Value b) {
  if (value_eq(a, b)) return is_number(a);
  if (is_flonum(a) && is_flonum(b)) {
    double x = flonum_double(a), y = flonum_double(b);
    return memcmp(&x, &y, sizeof x) == 0 || (x != x && y != y);
  }
  if (is_ratnum(a) && is_ratnum(b))
    return same_integer(object_field(a, RATNUM_NUMERATOR), object_field(b, RATNUM_NUMERATOR)) &&
           same_integer(object_field(a, RATNUM_DENOMINATOR), object_field(b, RATNUM_DENOMINATOR));
  if (is_compnum(a) && is_compnum(b))
    return number_eqv(object_field(a, COMPNUM_REAL), object_field(b, COMPNUM_REAL)) &&
           number_eqv(object_field(a, COMPNUM_IMAGINARY), object_field(b, COMPNUM_IMAGINARY));
  return same_integer(a, b);
}

static uint32_t hash_step(uint32_t h, uint32_t w) {
  h = (h ^ w) * 0x9e3779b1u;
  return h ^ (h >> 15);
}

// By 32-bit pieces of the magnitude without leading zeros, so that a fixnum here and a bignum there agree.
static uint32_t hash_integer(Value v) {
  const uword *d;
  uword small;
  size_t n = 1;
  bool negative;
  if (is_fixnum(v)) {
    negative = fixnum_int(v) < 0;
    small = negative ? -(uword)fixnum_int(v) : (uword)fixnum_int(v);
    d = &small;
  } else {
    negative = object_flags(v, HEADER_FLAG_NEGATIVE) != 0;
    d = (const uword *)bytes_data(v);
    n = (size_t)bytes_length(v) / WORD_BYTES;
  }
  uint32_t h = negative ? 0x85ebca6bu : 0;
  for (size_t i = 0; i < n; i++) {
    uint64_t w = d[i];
    h = hash_step(h, (uint32_t)w);
    if (WORD_BYTES == 8 && (i + 1 < n || w >> 32)) h = hash_step(h, (uint32_t)(w >> 32));
  }
  return h;
}

uint32_t number_hash(Value v) {
  if (is_flonum(v)) {
    double d = flonum_double(v);
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    if (d != d) return 0x7ff80000u;
    return hash_step(hash_step(0x2545f491u, (uint32_t)bits), (uint32_t)(bits >> 32));
  }
  if (is_ratnum(v))
    return hash_step(hash_integer(object_field(v, RATNUM_NUMERATOR)),
                     hash_integer(object_field(v, RATNUM_DENOMINATOR)));
  if (is_compnum(v))
    return hash_step(number_hash(object_field(v, COMPNUM_REAL)), number_hash(object_field(v, COMPNUM_IMAGINARY)));
  return hash_integer(v);
}
