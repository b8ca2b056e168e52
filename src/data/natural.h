// Integers of any size as plain limbs in scratch memory: what the tower of numbers computes with.
//
// Uses: gc, data/outcome, data/mpn.  Used by: data (numbers).
//
// An operation on numbers takes its operands' limbs where they lie (nothing moves meanwhile), computes in a scratch
// that starts on the C stack and goes on in pages, and allocates in the heap only the final result, of exactly the
// size it has.  Failure is sticky: after the first one every function answers 0 at once, and scratch_outcome says what
// happened, so a formula is written down without a test after each step.
//
//   NAT-1  A big's top limb is not 0; zero has n = 0 and is not negative.
//   NAT-2  Limbs are never changed once a big has been returned, so bigs may share them.
#ifndef DATA_NATURAL_H
#define DATA_NATURAL_H

#include "data/outcome.h"
#include "gc/arena.h"

struct big {
  const uword *d;
  size_t n;
  bool negative;
};
#define BIG_ZERO ((struct big){.d = NULL, .n = 0, .negative = false})

enum scratch_failure { SCRATCH_OK, SCRATCH_MEMORY, SCRATCH_TOO_BIG, SCRATCH_INTERRUPTED };

#define SCRATCH_LOCAL_WORDS 192
struct scratch {
  struct context *cx;
  enum scratch_failure failure;
  bool has_arena;
  size_t n_local;  // words of `local` in use
  size_t wanted_bytes;
  struct arena arena;
  uword local[SCRATCH_LOCAL_WORDS];
};

// Every scratch_init is paired with a scratch_free.
static inline void scratch_init(struct scratch *s, struct context *cx) {
  s->cx = cx;
  s->failure = SCRATCH_OK;
  s->has_arena = false;
  s->n_local = 0;
}
static inline void scratch_free(struct scratch *s) {
  if (s->has_arena) arena_free(&s->arena);
}
// Room for `n` limbs, contents undefined; NULL after a failure (and only then).
uword *scratch_words(struct scratch *s, size_t n);
// The marker for a failed scratch: collect, again, or a `range` condition in the name of `who`.
Value scratch_outcome(struct scratch *s, const char *who);
// Note that Control-C waits, in the middle of long work: true if so.
bool scratch_poll(struct scratch *s);

// --- to and from ----------------------------------------------------------------------------------
// Of a fixnum or a bignum.
struct big big_from_value(struct scratch *s, Value v);
struct big big_from_word(struct scratch *s, uword magnitude, bool negative);
struct big big_from_uint64(struct scratch *s, uint64_t magnitude, bool negative);
// Bytes a big takes in the heap (0 if it is a fixnum), and its Value, or NULL-like OUTCOME_COLLECT for `total` bytes.
size_t big_bytes(struct big a);
Value big_to_value(struct scratch *s, struct big a, size_t total);
// scratch_outcome or the Value.
Value big_result(struct scratch *s, const char *who, struct big a);
// The number n / d (d not 0) in lowest terms: an integer or a ratnum.  In number.c.
Value ratio_make(struct scratch *s, const char *who, struct big n, struct big d);

// --- arithmetic -------------------------------------------------------------------------------------
static inline struct big big_negate(struct big a) {
  return (struct big){a.d, a.n, a.n ? !a.negative : false};
}
static inline struct big big_abs(struct big a) {
  return (struct big){a.d, a.n, false};
}
struct big big_add(struct scratch *s, struct big a, struct big b);
struct big big_sub(struct scratch *s, struct big a, struct big b);
// Karatsuba's method above some 30 limbs.
struct big big_mul(struct scratch *s, struct big a, struct big b);
// Truncating; b is not 0.  Either result may be NULL.
void big_divide(struct scratch *s, struct big a, struct big b, struct big *quotient, struct big *remainder);
// The greatest common divisor, not negative.
struct big big_gcd(struct scratch *s, struct big a, struct big b);
struct big big_power(struct scratch *s, struct big a, uword exponent);
// floor(sqrt(a)) of a >= 0.
struct big big_sqrt(struct scratch *s, struct big a);
// The magnitude times 2^bits; divided by 2^bits, towards 0.
struct big big_shift_left(struct scratch *s, struct big a, size_t bits);
struct big big_shift_right(struct scratch *s, struct big a, size_t bits);
// -1, 0, 1: of the values, and of the magnitudes.
int big_compare(struct big a, struct big b);
int big_compare_magnitude(struct big a, struct big b);
// Bits of the magnitude; and whether any of the lowest `bits` of it is 1; its trailing zeros.
size_t big_bits(struct big a);
bool big_has_low_bits(struct big a, size_t bits);
size_t big_trailing_zeros(struct big a);

// --- doubles: the nearest, ties to even ----------------------------------------------------------------
// a * 2^exponent, plus a bit more in magnitude if `sticky`.
double big_to_double(struct big a, sword exponent, bool sticky);
double big_ratio_to_double(struct scratch *s, struct big numerator, struct big denominator);
// A finite double as mantissa * 2^*exponent.
struct big big_from_double(struct scratch *s, double d, int *exponent);

// --- text -------------------------------------------------------------------------------------------------
// The number whose digits (values below `radix`) these are, most significant first.
struct big big_from_digits(struct scratch *s, const unsigned char *digits, size_t n, unsigned radix);
// An upper bound of the digits in `radix`; writing them (values, not characters) to the END of digits[0..max),
// returning how many.
size_t big_digits_bound(struct big a, unsigned radix);
size_t big_to_digits(struct scratch *s, struct big a, unsigned radix, unsigned char *digits, size_t max);

#endif
