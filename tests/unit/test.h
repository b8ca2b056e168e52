// Unit tests: checks that count, and the last line every runner ends with.
//
// Uses: libc (tests are hosted programs).  Used by: tests/unit/*_test.c.
//
// A test program calls its cases one after another and returns `test_finish()` from main.  A failed
// check prints where and what, and the program goes on.
#ifndef TESTS_UNIT_TEST_H
#define TESTS_UNIT_TEST_H

#include <stdio.h>
#include <string.h>

#include "base/base.h"

static unsigned test_passed, test_failed;

static inline bool test_check(bool ok, const char *what, const char *file, int line) {
  if (ok) {
    test_passed++;
  } else {
    test_failed++;
    printf("%s:%d: failed: %s\n", file, line, what);
  }
  return ok;
}

// Each is an expression that is true when the check passed.
#define TEST(condition) test_check((condition), #condition, __FILE__, __LINE__)
#define TEST_STRING(a, b) test_check(strcmp((a), (b)) == 0, #a " is " #b, __FILE__, __LINE__)

static inline int test_finish(void) {
  printf("%u passed, %u failed\n", test_passed, test_failed);
  return test_failed ? 1 : 0;
}

// A small generator, so that a run is replayed by its seed.
static inline uint32_t test_random(uint64_t *state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(*state >> 33);
}

#endif
