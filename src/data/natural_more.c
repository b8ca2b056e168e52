// Integers of any size in scratch memory: common divisors, roots, doubles, digits.
//
// Uses: data/natural, data/mpn.  Used by: data (numbers).
#include "data/mpn.h"
#include "data/natural.h"
#include "data/number.h"

// --- the greatest common divisor --------------------------------------------------------------
static uword gcd_words(uword a, uword b) {
  while (b) {
    uword t = a % b;
    a = b;
    b = t;
  }
  return a;
}

// Lehmer's step: what Euclid's algorithm does to the leading words tells what it does to the whole numbers, as long as
// the quotients agree for all numbers with these leading words (Knuth, 4.5.2 L).  x >= y are the leading words; the
// new pair is (A a + B b, C a + D b).  False: not even the first quotient is certain.
struct cosequence {
  sword a, b, c, d;
};

static bool lehmer_step(uword x, uword y, struct cosequence *m) {
  sword a = 1, b = 0, c = 0, d = 1;
  // x and y have at most WORD_BITS - 2 bits, so nothing below overflows.
  sword xs = (sword)x, ys = (sword)y;
  while (ys + c != 0 && ys + d != 0) {
    sword q = (xs + a) / (ys + c);
    if (q != (xs + b) / (ys + d)) break;
    sword t = a - q * c;
    a = c;
    c = t;
    t = b - q * d;
    b = d;
    d = t;
    t = xs - q * ys;
    xs = ys;
    ys = t;
  }
  *m = (struct cosequence){a, b, c, d};
  return b != 0;
}

// r[n] = u * a[n] + v * b[n], where u and v have opposite signs and the result is not negative and below B^n.
static void combine(uword *r, const uword *a, sword u, const uword *b, sword v, size_t n) {
  if (u < 0 || (u == 0 && v > 0)) {
    const uword *p = a;
    sword w = u;
    a = b, u = v;
    b = p, v = w;
  }
  __gmpn_mul_1(r, a, (sword)n, (uword)u);
  __gmpn_submul_1(r, b, (sword)n, -(uword)v);
}

static uword leading_word(const uword *d, size_t n, unsigned shift) {
  uword w = d[n - 1] << shift;
  if (shift && n > 1) w |= d[n - 2] >> (WORD_BITS - shift);
  return w >> 2;
}

static size_t trimmed(const uword *d, size_t n) {
  while (n > 0 && d[n - 1] == 0) n--;
  return n;
}

// x[nx] >= y[ny] >= B: replaced by a later pair of the same remainder sequence, with u and v as room.
static void reduce_pair(struct scratch *s, uword **x, size_t *nx, uword **y, size_t *ny, uword **u, uword **v) {
  size_t n = *nx;
  unsigned shift = (unsigned)(n * WORD_BITS - big_bits((struct big){*x, n, false}));
  struct cosequence m;
  if (*ny + 1 >= n) {
    for (size_t i = *ny; i < n; i++) (*y)[i] = 0;
    if (lehmer_step(leading_word(*x, n, shift), leading_word(*y, n, shift), &m)) {
      combine(*u, *x, m.a, *y, m.b, n);
      combine(*v, *x, m.c, *y, m.d, n);
      uword *t = *x;
      *x = *u, *u = t;
      t = *y;
      *y = *v, *v = t;
      *nx = trimmed(*x, n);
      *ny = trimmed(*y, n);
      return;
    }
  }
  struct scratch inner;
  scratch_init(&inner, s->cx);
  struct big rest;
  big_divide(&inner, (struct big){*x, *nx, false}, (struct big){*y, *ny, false}, NULL, &rest);
  if (inner.failure) {
    s->failure = inner.failure;
    s->wanted_bytes = inner.wanted_bytes;
    rest = BIG_ZERO;
  }
  if (rest.n) memcpy(*x, rest.d, rest.n * sizeof(uword));
  scratch_free(&inner);
  uword *t = *x;
  *x = *y, *y = t;
  *nx = *ny;
  *ny = rest.n;
}

struct big big_gcd(struct scratch *s, struct big a, struct big b) {
  if (s->failure) return BIG_ZERO;
  if (big_compare_magnitude(a, b) < 0) {
    struct big t = a;
    a = b;
    b = t;
  }
  if (b.n == 0) return big_abs(a);
  if (b.n > 1) {
    uword *x = scratch_words(s, a.n + 1), *y = scratch_words(s, a.n + 1);
    uword *u = scratch_words(s, a.n + 1), *v = scratch_words(s, a.n + 1);
    if (!v) return BIG_ZERO;
    size_t nx = a.n, ny = b.n;
    memcpy(x, a.d, nx * sizeof(uword));
    memcpy(y, b.d, ny * sizeof(uword));
    while (ny > 1 && !scratch_poll(s)) reduce_pair(s, &x, &nx, &y, &ny, &u, &v);
    if (s->failure) return BIG_ZERO;
    a = (struct big){x, nx, false};
    b = (struct big){y, ny, false};
    if (b.n == 0) return a;
  }
  uword rest = a.n == 1 ? a.d[0] : __gmpn_mod_1(a.d, (sword)a.n, b.d[0]);
  return big_from_word(s, gcd_words(b.d[0], rest), false);
}

// --- roots ------------------------------------------------------------------------------------------
// Newton's iteration from above: x <- (x + a / x) / 2 falls until floor(sqrt a).  It starts from a power of two for
// small numbers, and from the root of the leading half of the bits (rounded up) for larger ones, so two or three steps
// are made at each size.
static struct big improve_root(struct scratch *s, struct big a, struct big x) {
  while (!s->failure) {
    struct big q;
    big_divide(s, a, x, &q, NULL);
    struct big y = big_shift_right(s, big_add(s, x, q), 1);
    if (big_compare(y, x) >= 0) break;
    x = y;
  }
  return x;
}

struct big big_sqrt(struct scratch *s, struct big a) {
  if (s->failure || a.n == 0) return BIG_ZERO;
  size_t bits = big_bits(a);
  // The sizes to pass through: bits, about half of it, ... down to at most 60.
  size_t shifts[32];
  unsigned n = 0;
  size_t dropped = 0;
  while (bits - dropped > 60) {
    size_t left = bits - dropped, drop = (left / 2) & ~(size_t)1;
    dropped += drop;
    shifts[n++] = drop;
  }
  struct big one = big_from_word(s, 1, false);
  struct big top = big_shift_right(s, a, dropped);
  struct big x = improve_root(s, top, big_shift_left(s, one, (big_bits(top) + 1) / 2));
  while (n-- > 0 && !s->failure) {
    dropped -= shifts[n];
    // x + 1 exceeds the root of the leading part, so shifted it exceeds the root of the next.
    x = big_shift_left(s, big_add(s, x, one), shifts[n] / 2);
    x = improve_root(s, big_shift_right(s, a, dropped), x);
  }
  return x;
}

// --- doubles --------------------------------------------------------------------------------------------
union double_bits {
  double d;
  uint64_t bits;
};

// The 64 bits from bit `low` on (negative: zeros come in).
static uint64_t extract_bits(struct big a, sword low) {
  uint64_t r = 0;
  for (size_t i = low > 0 ? (size_t)low / WORD_BITS : 0; i < a.n; i++) {
    sword at = (sword)(i * WORD_BITS) - low;
    if (at >= 64) break;
    r |= at >= 0 ? (uint64_t)a.d[i] << at : (uint64_t)(a.d[i] >> -at);
  }
  return r;
}

double big_to_double(struct big a, sword exponent, bool sticky) {
  if (a.n == 0) return 0.0;
  sword bits = (sword)big_bits(a);
  sword top = bits - 1 + exponent;  // the exponent of the leading bit
  double result;
  if (top > 1023) {
    result = __builtin_inf();
  } else {
    // How many bits the result has: 53, or fewer for subnormals.
    sword precision = top >= -1022 ? 53 : 53 - (-1022 - top);
    if (precision < 0) {
      result = 0.0;
    } else {
      sword low = bits - precision;  // bits below this one are rounded away
      uint64_t mantissa = precision ? extract_bits(a, low) & (~(uint64_t)0 >> (64 - precision)) : 0;
      if (low > 0) {
        size_t half = (size_t)low - 1;
        bool above = (a.d[half / WORD_BITS] >> half % WORD_BITS) & 1;
        bool rest = sticky || big_has_low_bits(a, half);
        if (above && (rest || (mantissa & 1))) mantissa++;
      }
      result = libm_scalbn((double)mantissa, (int)(low + exponent));
    }
  }
  return a.negative ? -result : result;
}

double big_ratio_to_double(struct scratch *s, struct big numerator, struct big denominator) {
  // Enough quotient bits for every rounding; what is beyond them is only whether there is more.
  sword shift = 66 - ((sword)big_bits(numerator) - (sword)big_bits(denominator));
  struct big q, r;
  if (shift > 0)
    numerator = big_shift_left(s, numerator, (size_t)shift);
  else
    denominator = big_shift_left(s, denominator, (size_t)-shift);
  if (s->failure) return 0.0;
  big_divide(s, numerator, denominator, &q, &r);
  return big_to_double(q, -shift, r.n != 0);
}

struct big big_from_double(struct scratch *s, double d, int *exponent) {
  union double_bits u = {.d = d};
  unsigned biased = (unsigned)(u.bits >> 52) & 0x7ff;
  uint64_t mantissa = u.bits & (((uint64_t)1 << 52) - 1);
  ASSERT(biased != 0x7ff);
  if (biased) mantissa |= (uint64_t)1 << 52;
  *exponent = (int)(biased ? biased : 1) - 1075;
  return big_from_uint64(s, mantissa, u.bits >> 63);
}

// --- digits ---------------------------------------------------------------------------------------------
// The largest power of `radix` in a word, and its exponent.
static uword radix_power(unsigned radix, unsigned *n_digits) {
  uword power = radix;
  unsigned n = 1;
  while (power <= UINTPTR_MAX / radix) {
    power *= radix;
    n++;
  }
  *n_digits = n;
  return power;
}

static unsigned radix_bits(unsigned radix) {
  unsigned bits = 0;
  while ((1u << (bits + 1)) <= radix) bits++;
  return bits;
}

// One more power each level, the square of the one before.
#define MAX_POWERS 24
struct digit_powers {
  unsigned radix;
  unsigned n;
  struct big power[MAX_POWERS];
  size_t n_digits[MAX_POWERS];
};

// The powers of the radix of at most `max_words` limbs.
static void make_powers(struct scratch *s, struct digit_powers *powers, unsigned radix, size_t max_words) {
  unsigned chunk;
  struct big power = big_from_word(s, radix_power(radix, &chunk), false);
  size_t n_digits = chunk;
  powers->radix = radix;
  powers->n = 0;
  while (power.n <= max_words && !s->failure && powers->n < MAX_POWERS) {
    powers->power[powers->n] = power;
    powers->n_digits[powers->n++] = n_digits;
    if (2 * power.n - 1 > max_words) break;
    power = big_mul(s, power, power);
    n_digits *= 2;
  }
}

// Up to this many digits are read word by word; above, two parts are read and joined by a power of the radix.
#define PLAIN_READ_DIGITS 800

static struct big read_plainly(struct scratch *s, const unsigned char *digits, size_t n, unsigned radix) {
  unsigned chunk;
  radix_power(radix, &chunk);
  uword *r = scratch_words(s, n / chunk + 2);
  if (!r) return BIG_ZERO;
  size_t size = 0, at = 0;
  while (at < n) {
    uword piece = 0, scale = 1;
    size_t take = (n - at) % chunk ? (n - at) % chunk : chunk;
    for (size_t end = at + take; at < end; at++) {
      piece = piece * radix + digits[at];
      scale *= radix;
    }
    uword carry = size ? __gmpn_mul_1(r, r, (sword)size, scale) : 0;
    if (carry) r[size++] = carry;
    for (size_t i = 0; piece; i++) {
      if (i == size) r[size++] = 0;
      r[i] += piece;
      piece = r[i] < piece;
    }
  }
  return (struct big){.d = r, .n = size, .negative = false};
}

// The length or the level halves each time, so the depth is the logarithm of n.
static struct big read_split(struct scratch *s, const unsigned char *digits, size_t n, const struct digit_powers *powers,
                             unsigned level) {
  while (level > 0 && powers->n_digits[level - 1] >= n) level--;
  if (level == 0 || n <= PLAIN_READ_DIGITS) return read_plainly(s, digits, n, powers->radix);
  size_t low = powers->n_digits[level - 1];
  struct big high = read_split(s, digits, n - low, powers, level);
  struct big shifted = big_mul(s, high, powers->power[level - 1]);
  return big_add(s, shifted, read_split(s, digits + (n - low), low, powers, level - 1));
}

struct big big_from_digits(struct scratch *s, const unsigned char *digits, size_t n, unsigned radix) {
  // Leading zeros are no reason to think the number too big.
  while (n > 0 && *digits == 0) {
    digits++;
    n--;
  }
  if (n <= PLAIN_READ_DIGITS) return read_plainly(s, digits, n, radix);
  if (n > NUMBER_MAX_BITS) s->failure = SCRATCH_TOO_BIG;
  struct digit_powers powers;
  unsigned chunk;
  radix_power(radix, &chunk);
  make_powers(s, &powers, radix, n / chunk / 2 + 2);
  return s->failure ? BIG_ZERO : read_split(s, digits, n, &powers, powers.n);
}

size_t big_digits_bound(struct big a, unsigned radix) {
  size_t bits = big_bits(a);
  // 10 has 3.3219 bits: 3.3 bounds it from below.
  if (radix == 10) return bits / 33 * 10 + bits % 33 + 2;
  return bits / radix_bits(radix) + 2;
}

// Digits of a power of two radix are groups of bits.
static size_t bit_digits(struct big a, unsigned bits, unsigned char *digits, size_t max) {
  size_t n = 0, total = big_bits(a);
  for (size_t at = 0; at < total; at += bits) {
    unsigned digit = 0;
    for (unsigned k = 0; k < bits; k++) {
      size_t bit = at + k;
      if (bit < total) digit |= (unsigned)((a.d[bit / WORD_BITS] >> bit % WORD_BITS) & 1) << k;
    }
    digits[max - ++n] = (unsigned char)digit;
  }
  return n;
}

// Up to this many limbs digits come off by words; above, the number is halved by a power of the radix.
#define PLAIN_DIGITS_WORDS 40

static size_t plain_digits(struct scratch *s, struct big a, unsigned radix, unsigned char *end) {
  unsigned chunk;
  uword power = radix_power(radix, &chunk);
  uword *rest = scratch_words(s, a.n);
  if (!rest) return 0;
  memcpy(rest, a.d, a.n * sizeof(uword));
  size_t n = a.n, done = 0;
  while (n > 0) {
    uword piece = __gmpn_divrem_1(rest, 0, rest, (sword)n, power);
    if (rest[n - 1] == 0) n--;
    if (radix == 10)  // a constant divisor is many times quicker
      for (unsigned i = 0; i < chunk && (n > 0 || piece); i++, piece /= 10) *(end - ++done) = (unsigned char)(piece % 10);
    else
      for (unsigned i = 0; i < chunk && (n > 0 || piece); i++, piece /= radix)
        *(end - ++done) = (unsigned char)(piece % radix);
  }
  return done;
}

// The digits of a, before `end`, padded with zeros to `width` (0: not at all).  The number or the level
// halves each time, so the depth is the logarithm of the size.
static size_t split_digits(struct scratch *outer, struct big a, const struct digit_powers *powers, unsigned level,
                           unsigned char *end, size_t width) {
  struct scratch inner, *s = &inner;
  scratch_init(s, outer->cx);
  size_t done = 0;
  while (level > 0 && big_compare(a, powers->power[level - 1]) < 0) level--;
  if (level == 0 || a.n <= PLAIN_DIGITS_WORDS) {
    done = plain_digits(s, a, powers->radix, end);
  } else {
    struct big q, r;
    size_t low = powers->n_digits[level - 1];
    big_divide(s, a, powers->power[level - 1], &q, &r);
    if (!s->failure) {
      split_digits(s, r, powers, level - 1, end, low);
      // At the same level: the largest power is not always the larger half.
      if (!s->failure) done = low + split_digits(s, q, powers, level, end - low, 0);
    }
  }
  if (s->failure) {
    outer->failure = s->failure;
    outer->wanted_bytes = s->wanted_bytes;
  } else {
    while (done < width) *(end - ++done) = 0;
  }
  scratch_free(s);
  return done;
}

size_t big_to_digits(struct scratch *s, struct big a, unsigned radix, unsigned char *digits, size_t max) {
  if (s->failure) return 0;
  if (a.n == 0) {
    digits[max - 1] = 0;
    return 1;
  }
  a = big_abs(a);
  if ((radix & (radix - 1)) == 0) return bit_digits(a, radix_bits(radix), digits, max);
  struct digit_powers powers;
  make_powers(s, &powers, radix, a.n / 2 + 1);
  if (s->failure) return 0;
  return split_digits(s, a, &powers, powers.n, digits + max, 0);
}
