// Integers of any size in scratch memory: adding, multiplying, dividing.
//
// Uses: gc, data/outcome, data/mpn.  Used by: data (numbers).
//
// Recursion here follows the logarithm of a size (at most 20 deep), never a user's structure.
#include "data/natural.h"
#include "base/platform.h"
#include "data/mpn.h"
#include "data/number.h"

// --- scratch ----------------------------------------------------------------------------------
// Operands may be as big as NUMBER_MAX_BITS and a formula needs a few dozen of them.
#define SCRATCH_MAX_BYTES ((size_t)256 << 20)
// What no operation on permitted numbers needs at once.
#define BIG_MAX_WORDS (16 * (size_t)NUMBER_MAX_BITS / WORD_BITS)

uword *scratch_words(struct scratch *s, size_t n) {
  if (s->failure) return NULL;
  if (n <= SCRATCH_LOCAL_WORDS - s->n_local) {
    uword *p = &s->local[s->n_local];
    s->n_local += n;
    return p;
  }
  if (n > BIG_MAX_WORDS) {
    s->failure = SCRATCH_TOO_BIG;
    return NULL;
  }
  if (!s->has_arena) {
    arena_init(&s->arena, SCRATCH_MAX_BYTES);
    s->has_arena = true;
  }
  uword *p = arena_alloc(&s->arena, n * sizeof(uword));
  if (!p) {
    s->failure = SCRATCH_MEMORY;
    s->wanted_bytes = round_up(s->arena.held_bytes + n * sizeof(uword), 8);
  }
  return p;
}

Value scratch_outcome(struct scratch *s, const char *who) {
  switch (s->failure) {
    case SCRATCH_TOO_BIG:
      return raise_condition(s->cx, KNOWN_RANGE, who, "the result would have more than 16 million bits", 0, NULL);
    case SCRATCH_INTERRUPTED: return OUTCOME_AGAIN;
    default: return outcome_collect(s->cx, s->wanted_bytes);
  }
}

bool scratch_poll(struct scratch *s) {
  if (UNLIKELY(s->cx->interrupts & IRQ_BREAK)) s->failure = SCRATCH_INTERRUPTED;
  return s->failure != SCRATCH_OK;
}

// --- to and from --------------------------------------------------------------------------------
static struct big normalised(const uword *d, size_t n, bool negative) {
  while (n > 0 && d[n - 1] == 0) n--;
  return (struct big){.d = d, .n = n, .negative = negative && n > 0};
}

struct big big_from_word(struct scratch *s, uword magnitude, bool negative) {
  if (magnitude == 0) return BIG_ZERO;
  uword *d = scratch_words(s, 1);
  if (!d) return BIG_ZERO;
  d[0] = magnitude;
  return (struct big){.d = d, .n = 1, .negative = negative};
}

struct big big_from_uint64(struct scratch *s, uint64_t magnitude, bool negative) {
  uword *d = scratch_words(s, 8 / WORD_BYTES);
  if (!d) return BIG_ZERO;
  for (unsigned i = 0; i < 8 / WORD_BYTES; i++) d[i] = (uword)(magnitude >> (i * 32));
  return normalised(d, 8 / WORD_BYTES, negative);
}

struct big big_from_value(struct scratch *s, Value v) {
  if (is_fixnum(v)) {
    sword n = fixnum_int(v);
    return big_from_word(s, n < 0 ? -(uword)n : (uword)n, n < 0);
  }
  ASSERT(is_bignum(v));
  return (struct big){.d = (const uword *)bytes_data(v),
                      .n = (size_t)bytes_length(v) / WORD_BYTES,
                      .negative = object_flags(v, HEADER_FLAG_NEGATIVE) != 0};
}

static bool is_small(struct big a) {
  return a.n == 0 || (a.n == 1 && a.d[0] <= (uword)FIXNUM_MAX + a.negative);
}

size_t big_bytes(struct big a) {
  return is_small(a) ? 0 : BYTES_BYTES(a.n * WORD_BYTES);
}

Value big_to_value(struct scratch *s, struct big a, size_t total) {
  if (is_small(a)) {
    uword w = a.n ? a.d[0] : 0;
    return fixnum((sword)(a.negative ? -w : w));
  }
  size_t bytes = big_bytes(a);
  uword *p = heap_try_alloc(s->cx->heap, bytes);
  if (!p) return outcome_collect(s->cx, total);
  p[0] = header_make(T_BIGNUM, 0) | (a.negative ? HEADER_FLAG_NEGATIVE : 0);
  p[1] = fixnum((sword)(a.n * WORD_BYTES)).w;
  memcpy(p + 2, a.d, a.n * WORD_BYTES);
  for (size_t i = 2 + a.n; i < bytes / WORD_BYTES; i++) p[i] = 0;
  return value_from_object(p);
}

Value big_result(struct scratch *s, const char *who, struct big a) {
  if (!s->failure && a.n > NUMBER_MAX_BITS / WORD_BITS) s->failure = SCRATCH_TOO_BIG;
  if (s->failure) return scratch_outcome(s, who);
  return big_to_value(s, a, big_bytes(a));
}

// --- comparing ----------------------------------------------------------------------------------
int big_compare_magnitude(struct big a, struct big b) {
  if (a.n != b.n) return a.n < b.n ? -1 : 1;
  for (size_t i = a.n; i-- > 0;)
    if (a.d[i] != b.d[i]) return a.d[i] < b.d[i] ? -1 : 1;
  return 0;
}

int big_compare(struct big a, struct big b) {
  if (a.negative != b.negative) return a.negative ? -1 : 1;
  int order = big_compare_magnitude(a, b);
  return a.negative ? -order : order;
}

static unsigned leading_zeros(uword w) {
  return WORD_BYTES == 8 ? (unsigned)__builtin_clzll(w) : (unsigned)__builtin_clz((unsigned)w);
}
static unsigned trailing_zeros(uword w) {
  return WORD_BYTES == 8 ? (unsigned)__builtin_ctzll(w) : (unsigned)__builtin_ctz((unsigned)w);
}

size_t big_bits(struct big a) {
  return a.n ? a.n * WORD_BITS - leading_zeros(a.d[a.n - 1]) : 0;
}

size_t big_trailing_zeros(struct big a) {
  size_t i = 0;
  while (i < a.n && a.d[i] == 0) i++;
  return i < a.n ? i * WORD_BITS + trailing_zeros(a.d[i]) : 0;
}

bool big_has_low_bits(struct big a, size_t bits) {
  size_t words = bits / WORD_BITS;
  for (size_t i = 0; i < words && i < a.n; i++)
    if (a.d[i]) return true;
  return words < a.n && bits % WORD_BITS && (a.d[words] & (((uword)1 << bits % WORD_BITS) - 1));
}

// --- adding -------------------------------------------------------------------------------------
// r[na] = a[na] + b[nb], na >= nb; the carry.
static uword add_words(uword *r, const uword *a, size_t na, const uword *b, size_t nb) {
  uword carry = nb ? __gmpn_add_n(r, a, b, (sword)nb) : 0;
  size_t i = nb;
  for (; i < na && carry; i++) carry = (r[i] = a[i] + 1) == 0;
  if (i < na && r != a) memcpy(r + i, a + i, (na - i) * sizeof(uword));
  return carry;
}

// r[na] = a[na] - b[nb], na >= nb; the borrow.
static uword sub_words(uword *r, const uword *a, size_t na, const uword *b, size_t nb) {
  uword borrow = nb ? __gmpn_sub_n(r, a, b, (sword)nb) : 0;
  size_t i = nb;
  for (; i < na && borrow; i++) {
    borrow = a[i] == 0;
    r[i] = a[i] - 1;
  }
  if (i < na && r != a) memcpy(r + i, a + i, (na - i) * sizeof(uword));
  return borrow;
}

static struct big add_signed(struct scratch *s, struct big a, struct big b) {
  if (big_compare_magnitude(a, b) < 0) {
    struct big t = a;
    a = b;
    b = t;
  }
  if (b.n == 0) return a;
  uword *r = scratch_words(s, a.n + 1);
  if (!r) return BIG_ZERO;
  if (a.negative == b.negative) {
    r[a.n] = add_words(r, a.d, a.n, b.d, b.n);
    return normalised(r, a.n + 1, a.negative);
  }
  sub_words(r, a.d, a.n, b.d, b.n);
  return normalised(r, a.n, a.negative);
}

struct big big_add(struct scratch *s, struct big a, struct big b) {
  if (s->failure) return BIG_ZERO;
  return add_signed(s, a, b);
}

struct big big_sub(struct scratch *s, struct big a, struct big b) {
  if (s->failure) return BIG_ZERO;
  return add_signed(s, a, big_negate(b));
}

// --- multiplying ----------------------------------------------------------------------------------
#define KARATSUBA_WORDS 32
// Above this many words one step is long enough to look at Control-C before it.
#define POLL_WORDS 1024

// r[n] = |a[n] - b[nb]|, nb <= n; whether a < b.
static bool difference(uword *r, const uword *a, const uword *b, size_t n, size_t nb) {
  size_t i = n;
  while (i > nb && a[i - 1] == 0) i--;
  if (i == nb)
    while (i > 0 && a[i - 1] == b[i - 1]) i--;
  if (i > 0 && i <= nb && a[i - 1] < b[i - 1]) {
    __gmpn_sub_n(r, b, a, (sword)nb);
    memset(r + nb, 0, (n - nb) * sizeof(uword));
    return true;
  }
  sub_words(r, a, n, b, nb);
  return false;
}

// r[2n] = a[n] * b[n], with karatsuba_words(n) words of scratch at t.  With m = ceil(n/2), a = a1 B^m + a0, the
// middle part a0 b1 + a1 b0 is a0 b0 + a1 b1 - (a0 - a1)(b0 - b1): three products instead of four.
static size_t karatsuba_words(size_t n) {
  return 4 * n + 128;
}

static void multiply_equal(struct scratch *s, uword *r, const uword *a, const uword *b, size_t n, uword *t) {
  if (n < KARATSUBA_WORDS) {
    __gmpn_mul_basecase(r, a, (sword)n, b, (sword)n);
    return;
  }
  if (n > POLL_WORDS && scratch_poll(s)) return;
  size_t h = n / 2, m = n - h;
  bool flip = difference(r, a, a + m, m, h) != difference(r + m, b, b + m, m, h);
  uword *sum = t + 2 * m;
  multiply_equal(s, t, r, r + m, m, sum);
  multiply_equal(s, r, a, b, m, sum);
  multiply_equal(s, r + 2 * m, a + m, b + m, h, sum);
  sum[2 * m] = add_words(sum, r, 2 * m, r + 2 * m, 2 * h);
  if (flip)
    sum[2 * m] += __gmpn_add_n(sum, sum, t, (sword)(2 * m));
  else
    sum[2 * m] -= __gmpn_sub_n(sum, sum, t, (sword)(2 * m));
  size_t n_sum = 2 * m + (sum[2 * m] != 0);
  add_words(r + m, r + m, 2 * n - m, sum, n_sum);
}

// r[na + nb] = a[na] * b[nb]; no overlap.
static void multiply(struct scratch *s, uword *r, const uword *a, size_t na, const uword *b, size_t nb) {
  if (na < nb) {
    const uword *d = a;
    size_t n = na;
    a = b, na = nb;
    b = d, nb = n;
  }
  if (nb == 0) {
    memset(r, 0, na * sizeof(uword));
    return;
  }
  if (nb < KARATSUBA_WORDS) {
    __gmpn_mul_basecase(r, a, (sword)na, b, (sword)nb);
    return;
  }
  uword *t = scratch_words(s, karatsuba_words(nb));
  if (!t) return;
  if (na == nb) {
    multiply_equal(s, r, a, b, nb, t);
    return;
  }
  // Pieces of a as long as b, each product added where it belongs.
  uword *part = scratch_words(s, 2 * nb);
  if (!part) return;
  multiply_equal(s, r, a, b, nb, t);
  size_t done = nb;
  for (; na - done >= nb && !s->failure; done += nb) {
    multiply_equal(s, part, a + done, b, nb, t);
    r[done + nb] = 0;
    memcpy(r + done + nb, part + nb, nb * sizeof(uword));
    uword carry = __gmpn_add_n(r + done, r + done, part, (sword)nb);
    add_words(r + done + nb, r + done + nb, nb, &carry, 1);
  }
  size_t rest = na - done;
  if (rest == 0 || s->failure) return;
  multiply(s, part, b, nb, a + done, rest);
  if (s->failure) return;
  memcpy(r + done + nb, part + nb, rest * sizeof(uword));
  uword carry = __gmpn_add_n(r + done, r + done, part, (sword)nb);
  add_words(r + done + nb, r + done + nb, rest, &carry, 1);
}

struct big big_mul(struct scratch *s, struct big a, struct big b) {
  if (s->failure || a.n == 0 || b.n == 0) return BIG_ZERO;
  if (a.n + b.n > 2 + 2 * (NUMBER_MAX_BITS / WORD_BITS)) s->failure = SCRATCH_TOO_BIG;
  uword *r = scratch_words(s, a.n + b.n);
  if (!r) return BIG_ZERO;
  if (b.n == 1)
    r[a.n] = __gmpn_mul_1(r, a.d, (sword)a.n, b.d[0]);
  else
    multiply(s, r, a.d, a.n, b.d, b.n);
  if (s->failure) return BIG_ZERO;
  return normalised(r, a.n + b.n, a.negative != b.negative);
}

struct big big_power(struct scratch *s, struct big a, uword exponent) {
  if (s->failure) return BIG_ZERO;
  struct big result = big_from_word(s, 1, false);
  if (exponent == 0) return result;
  if (a.n == 0) return a;
  if (a.n == 1 && a.d[0] == 1) return exponent & 1 ? a : big_abs(a);
  if ((uint64_t)(big_bits(a) - 1) * exponent > NUMBER_MAX_BITS || exponent > NUMBER_MAX_BITS) {
    s->failure = SCRATCH_TOO_BIG;
    return BIG_ZERO;
  }
  // Powers of two are shifts; of the rest, the odd part is what has to be multiplied.
  size_t zeros = big_trailing_zeros(a);
  struct big odd = big_shift_right(s, a, zeros);
  for (uword bit = (uword)1 << (WORD_BITS - 1 - leading_zeros(exponent)); bit && !s->failure; bit >>= 1) {
    result = big_mul(s, result, result);
    if (exponent & bit) result = big_mul(s, result, odd);
  }
  return big_shift_left(s, result, zeros * exponent);
}

// --- shifting ---------------------------------------------------------------------------------------
struct big big_shift_left(struct scratch *s, struct big a, size_t bits) {
  if (s->failure || a.n == 0) return BIG_ZERO;
  if (bits == 0) return a;
  size_t words = bits / WORD_BITS;
  uword *r = words > BIG_MAX_WORDS ? scratch_words(s, words) : scratch_words(s, a.n + words + 1);
  if (!r) return BIG_ZERO;
  memset(r, 0, words * sizeof(uword));
  if (bits % WORD_BITS) {
    r[words + a.n] = __gmpn_lshift(r + words, a.d, (sword)a.n, bits % WORD_BITS);
  } else {
    memcpy(r + words, a.d, a.n * sizeof(uword));
    r[words + a.n] = 0;
  }
  return normalised(r, words + a.n + 1, a.negative);
}

struct big big_shift_right(struct scratch *s, struct big a, size_t bits) {
  size_t words = bits / WORD_BITS;
  if (s->failure || words >= a.n) return BIG_ZERO;
  if (bits % WORD_BITS == 0) return (struct big){a.d + words, a.n - words, a.negative};
  uword *r = scratch_words(s, a.n - words);
  if (!r) return BIG_ZERO;
  __gmpn_rshift(r, a.d + words, (sword)(a.n - words), bits % WORD_BITS);
  return normalised(r, a.n - words, a.negative);
}

// --- dividing -----------------------------------------------------------------------------------------
// Limb products of one piece of a long division.
#define DIVIDE_PIECE 300000
// Divisors and quotients shorter than this are divided the way of school.
#define SPLIT_WORDS 80

static int compare_words(const uword *a, const uword *b, size_t n) {
  while (n > 0 && a[n - 1] == b[n - 1]) n--;
  return n == 0 ? 0 : a[n - 1] < b[n - 1] ? -1 : 1;
}

// q[na - nd + 1] = a[na] / d[nd], the remainder left in a[nd]; the top bit of d is set and nd >= 2.  Quotient limbs
// come in pieces from the top, so that Control-C is seen between two.
static void divide_plainly(struct scratch *s, uword *q, uword *a, size_t na, const uword *d, size_t nd) {
  size_t left = na - nd, step = DIVIDE_PIECE / nd + 1;
  bool first = true;
  q[left] = 0;
  if (left == 0) {
    q[0] = compare_words(a, d, nd) >= 0;
    if (q[0]) __gmpn_sub_n(a, a, d, (sword)nd);
    return;
  }
  while (left > 0 && !scratch_poll(s)) {
    size_t n = left < step ? left : step;
    left -= n;
    uword top = mpn_divide(q + left, a + left, (sword)(nd + n), d, (sword)nd);
    if (first) q[left + n] = top;
    first = false;
  }
}

// Burnikel and Ziegler's division: a long division whose two "digits" are half the divisor each.
// q[n] = a[2n] / b[n], the remainder left in a[n]; the upper half of a is below b; t is room for halves_words(n).
static size_t halves_words(size_t n) {
  return n + karatsuba_words(n / 2);
}

static void divide_halves(struct scratch *s, uword *q, uword *a, const uword *b, size_t n, uword *t);

// q[h] = a[3h] / b[2h], the remainder left in a[2h]; the upper two thirds of a are below b.
static void divide_thirds(struct scratch *s, uword *q, uword *a, const uword *b, size_t h, uword *t) {
  uword top = 0;
  if (compare_words(a + 2 * h, b + h, h) < 0) {
    divide_halves(s, q, a + h, b + h, h, t);
  } else {
    // The estimate would not fit: it is B^h - 1, and a less that times the upper half of b leaves one b more.
    memset(q, 0xff, h * sizeof(uword));
    top = __gmpn_add_n(a + h, a + h, b + h, (sword)h);
  }
  if (s->failure) return;
  multiply_equal(s, t, q, b, h, t + 2 * h);
  if (s->failure) return;
  top -= __gmpn_sub_n(a, a, t, (sword)(2 * h));
  while (top) {
    // Too high by one or two.
    for (size_t i = 0; q[i]-- == 0;) i++;
    top += __gmpn_add_n(a, a, b, (sword)(2 * h));
  }
}

static void divide_halves(struct scratch *s, uword *q, uword *a, const uword *b, size_t n, uword *t) {
  if (n < SPLIT_WORDS || n % 2 || s->failure) {
    if (!scratch_poll(s)) mpn_divide(q, a, (sword)(2 * n), b, (sword)n);
    return;
  }
  divide_thirds(s, q + n / 2, a + n / 2, b, n / 2, t);
  divide_thirds(s, q, a, b, n / 2, t);
}

// A long dividend: pieces as long as the divisor, which is made of a size that halves well.
static void divide_in_pieces(struct scratch *s, uword *q, uword *a, size_t na, const uword *d, size_t nd) {
  size_t unit = 1;
  while (nd / unit >= SPLIT_WORDS) unit *= 2;
  size_t n = round_up(nd, unit), low = n - nd, pieces = (na + low) / n + 1;
  uword *b = scratch_words(s, n), *c = scratch_words(s, pieces * n);
  uword *r = scratch_words(s, pieces * n), *t = scratch_words(s, halves_words(n));
  if (!t) return;
  memset(b, 0, low * sizeof(uword));
  memcpy(b + low, d, nd * sizeof(uword));
  memset(c, 0, pieces * n * sizeof(uword));
  memcpy(c + low, a, na * sizeof(uword));
  for (size_t i = pieces - 1; i-- > 0;) divide_halves(s, r + i * n, c + i * n, b, n, t);
  if (s->failure) return;
  size_t n_quotient = na - nd + 1, n_made = (pieces - 1) * n;
  if (n_made > n_quotient) n_made = n_quotient;
  memcpy(q, r, n_made * sizeof(uword));
  memset(q + n_made, 0, (n_quotient - n_made) * sizeof(uword));
  memcpy(a, c + low, nd * sizeof(uword));
}

// As divide_plainly.
static void divide_words(struct scratch *s, uword *q, uword *a, size_t na, const uword *d, size_t nd) {
  size_t m = na - nd + 1;
  if (nd < SPLIT_WORDS || m < SPLIT_WORDS) {
    divide_plainly(s, q, a, na, d, nd);
    return;
  }
  if (m >= nd) {
    divide_in_pieces(s, q, a, na, d, nd);
    return;
  }
  // A short quotient: the leading m limbs of the divisor give it, or a little more.
  size_t k = nd - m;
  divide_in_pieces(s, q, a + k, na - k, d + k, m);
  uword *p = scratch_words(s, nd);
  if (!p) return;
  multiply(s, p, q, m, d, k);
  if (s->failure) return;
  uword below = __gmpn_sub_n(a, a, p, (sword)nd);
  while (below) {
    for (size_t i = 0; q[i]-- == 0;) i++;
    below -= __gmpn_add_n(a, a, d, (sword)nd);
  }
}

static void divide_by_word(struct scratch *s, struct big a, struct big b, struct big *quotient, struct big *remainder) {
  uword rest;
  if (quotient) {
    uword *q = scratch_words(s, a.n);
    if (!q) return;
    rest = __gmpn_divrem_1(q, 0, a.d, (sword)a.n, b.d[0]);
    *quotient = normalised(q, a.n, a.negative != b.negative);
  } else {
    rest = __gmpn_mod_1(a.d, (sword)a.n, b.d[0]);
  }
  if (remainder) *remainder = big_from_word(s, rest, a.negative);
}

void big_divide(struct scratch *s, struct big a, struct big b, struct big *quotient, struct big *remainder) {
  if (quotient) *quotient = BIG_ZERO;
  if (remainder) *remainder = BIG_ZERO;
  if (s->failure) return;
  ASSERT(b.n > 0);
  if (big_compare_magnitude(a, b) < 0) {
    if (remainder) *remainder = a;
    return;
  }
  if (b.n == 1) {
    divide_by_word(s, a, b, quotient, remainder);
    return;
  }
  // Shift both so that the divisor's top bit is set.
  unsigned shift = leading_zeros(b.d[b.n - 1]);
  struct big d = big_shift_left(s, big_abs(b), shift);
  uword *r = scratch_words(s, a.n + 1), *q = scratch_words(s, a.n - b.n + 2);
  if (!q) return;
  if (shift) {
    r[a.n] = __gmpn_lshift(r, a.d, (sword)a.n, shift);
  } else {
    memcpy(r, a.d, a.n * sizeof(uword));
    r[a.n] = 0;
  }
  size_t na = a.n + (r[a.n] != 0);
  divide_words(s, q, r, na, d.d, d.n);
  if (s->failure) return;
  if (quotient) *quotient = normalised(q, na - d.n + 1, a.negative != b.negative);
  if (remainder) {
    if (shift) __gmpn_rshift(r, r, (sword)d.n, shift);
    *remainder = normalised(r, d.n, a.negative);
  }
}
