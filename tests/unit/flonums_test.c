// Flonums as text: ten million random bit patterns are printed and read back to the same bits.
//
// Uses: data/number, gc.
//
// Every exponent is as likely as any other, so nearly all of these take the long way of reading.  How many can be
// given as an argument; a build with assertions tries fewer.
#include <stdlib.h>

#include "base/platform.h"
#include "data/number.h"
#include "test.h"

#define TIMES (RINGLET_DEBUG ? 100000u : 10000000u)

union double_bits {
  double d;
  uint64_t bits;
};

static uint64_t next_bits(uint64_t *state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15u;  // SplitMix64
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static bool reads_back(struct context *cx, union double_bits u, char text[NUMBER_TEXT_MAX + 1]) {
  size_t n = number_format(flonum_make(cx->heap, u.d), 10, text);
  uint32_t chars[NUMBER_TEXT_MAX];
  text[n] = 0;
  for (size_t i = 0; i < n; i++) chars[i] = (unsigned char)text[i];
  Value v = number_parse(cx, chars, n, 10);
  union double_bits back = {.d = is_flonum(v) ? flonum_double(v) : 0};
  return is_flonum(v) && (back.bits == u.bits || (u.d != u.d && back.d != back.d));
}

int main(int argc, char **argv) {
  struct context cx = {.heap = NULL};
  struct memory_range range = platform_memory();
  CHECK(pages_init(range.start, range.size_bytes, false));
  cx.heap = heap_create(range.size_bytes);
  CHECK(cx.heap);
  uint64_t state = 1;
  unsigned times = argc > 1 ? (unsigned)atoi(argv[1]) : TIMES, wrong = 0;
  for (unsigned i = 0; i < times; i++) {
    union double_bits u = {.bits = next_bits(&state)};
    char text[NUMBER_TEXT_MAX + 1];
    if (cx.heap->top > cx.heap->limit) heap_collect_minor(cx.heap);
    if (!reads_back(&cx, u, text) && wrong++ < 10) printf("%016llx: %s\n", (unsigned long long)u.bits, text);
  }
  TEST(wrong == 0);
  return test_finish();
}
