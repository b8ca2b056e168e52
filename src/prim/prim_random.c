// Primitives for random numbers: the generator xoshiro256** of Blackman and Vigna, seeded by their SplitMix64.
//
// Uses: data/number, data/string, prim/args.  Used by: prim/table.
//
// The state is four words of 64 bits in a byte vector that belongs to the caller.  It moves on only when there is a
// result (OUT-1).  The same state gives the same numbers on every platform.
#include "data/number.h"
#include "data/string.h"
#include "prim/args.h"
#include "prim/tables.h"

#define STATE_BYTES 32

static uint64_t rotate(uint64_t x, unsigned by) {
  return (x << by) | (x >> (64 - by));
}

static uint64_t next(uint64_t *s) {
  uint64_t result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate(s[3], 45);
  return result;
}

static uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static bool is_state(Value v) {
  return is_bytes(v) && bytes_length(v) == STATE_BYTES && !object_is_immutable(v);
}

// The 64 bits of an exact integer's magnitude from bit 64 * i on; 0 beyond its end.
static uint64_t magnitude_part(Value v, size_t i) {
  uint64_t part = 0;
  if (is_fixnum(v)) return i ? 0 : (uint64_t)(fixnum_int(v) < 0 ? -(int64_t)fixnum_int(v) : (int64_t)fixnum_int(v));
  size_t length = (size_t)bytes_length(v);
  if (i * 8 < length) memcpy(&part, bytes_data(v) + i * 8, length - i * 8 < 8 ? length - i * 8 : 8);
  return part;
}

PRIM(prim_random_seed) {
  if (!is_state(args[0])) return raise_type(cx, "%random-seed!", 1, "a byte vector of 32 bytes", args[0]);
  if (!is_exact_integer(args[1])) return raise_type(cx, "%random-seed!", 2, "an exact integer", args[1]);
  uint64_t x = number_sign(args[1]) < 0, s[4];
  size_t parts = integer_length_bits(args[1]) / 64 + 1;
  for (size_t i = 0; i < parts; i++) x = mix(x + magnitude_part(args[1], i) + 0x9e3779b97f4a7c15u);
  for (unsigned i = 0; i < 4; i++) s[i] = mix(x += 0x9e3779b97f4a7c15u);
  memcpy(bytes_data(args[0]), s, sizeof s);
  return VALUE_UNSPECIFIED;
}

// Below `limit`, all equally likely: what would make some likelier is thrown away.
static uint64_t below(uint64_t *s, uint64_t limit) {
  uint64_t skip = -limit % limit, r;  // 2^64 mod limit
  do r = next(s);
  while (r < skip);
  return r % limit;
}

static bool is_less(const unsigned char *a, size_t n, Value limit) {
  if (integer_length_bits(limit) > 8 * n) return true;
  for (size_t i = n / 8; i-- > 0;) {
    uint64_t part, most = magnitude_part(limit, i);
    memcpy(&part, a + 8 * i, 8);
    if (part != most) return part < most;
  }
  return false;
}

// As many bits as the limit less one has, until they are below it: two tries on average at worst.
static Value big_below(struct context *cx, uint64_t *s, Value limit) {
  size_t bits = integer_length_bits(limit);
  if ((size_t)integer_first_bit(limit) == bits - 1) bits--;
  size_t n = (bits + 63) / 64 * 8;
  Value bytes = bytes_make_raw(cx, n);
  if (is_outcome(bytes)) return bytes;
  unsigned char *p = bytes_data(bytes);
  do {
    for (size_t i = 0; i < n; i += 8) {
      uint64_t r = next(s);
      if (i + 8 == n && bits % 64) r >>= 64 - bits % 64;
      memcpy(p + i, &r, 8);
    }
  } while (!is_less(p, n, limit));
  return integer_from_bytes(cx, p, n, false);
}

PRIM(prim_random) {
  if (!is_state(args[0])) return raise_type(cx, "%random", 1, "a byte vector of 32 bytes", args[0]);
  uint64_t s[4], limit;
  memcpy(s, bytes_data(args[0]), sizeof s);
  Value result;
  if (is_flonum(args[1]) && flonum_double(args[1]) > 0)
    result = flonum_make(cx->heap, (double)(next(s) >> 11) * 0x1p-53 * flonum_double(args[1]));
  else if (!is_exact_integer(args[1]) || number_sign(args[1]) <= 0)
    return raise_type(cx, "random", 1, "an exact integer or inexact real number above 0", args[1]);
  else if (integer_to_uint64(args[1], &limit))
    result = integer_from_uint64(cx->heap, below(s, limit));
  else
    result = big_below(cx, s, args[1]);
  if (!is_outcome(result)) memcpy(bytes_data(args[0]), s, sizeof s);
  return result;
}

const struct primitive random_primitives[] = {
  {"%random", prim_random, 2, 2,
   "(%random state limit)\nA number from 0 to below LIMIT; STATE, a byte vector of 32 bytes, moves on."},
  {"%random-seed!", prim_random_seed, 2, 2,
   "(%random-seed! state seed)\nFill STATE, a byte vector of 32 bytes, from the exact integer SEED."},
};
const unsigned n_random_primitives = ARRAY_LENGTH(random_primitives);
