// The targets of the fuzzer, also replayed without one.
//
// Uses: machine.  Used by: libFuzzer, replay.c.
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include "base/base.h"

extern const char *const fuzz_targets[];  // ends with NULL
// Run one input through a target; does not return when something is wrong.
void fuzz_one(const char *target, const unsigned char *input, size_t n);

#endif
