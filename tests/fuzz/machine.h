// A hosted system in memory that is put back, after each input, to what it was before.
//
// Uses: the core.  Used by: tests/fuzz.
//
// machine_start boots the image and runs targets.scm until it waits for the console.  The memory at that moment is a
// file in memory; each run works on a private copy of its pages, and to forget them is to start again.  So runs depend
// on nothing but their input, and no symbol, environment or loaded image outlives one.
#ifndef TESTS_FUZZ_MACHINE_H
#define TESTS_FUZZ_MACHINE_H

#include "base/base.h"

void machine_start(void);

struct run {
  const char *target;        // the name of a procedure of targets.scm, without "target-"
  const unsigned char *input;
  size_t n_input;
  unsigned stress;           // enum heap_stress
  uint32_t break_after;      // calls and turns of loops until Control-C
};
enum run_end { RUN_EXITED, RUN_BROKEN /* by the count */, RUN_STUCK /* waits for what does not come */ };
// Run one input; panics, sanitizer reports, a verifier complaint and a failed check of targets.scm do not return.
enum run_end machine_run(const struct run *run);
// What the last run wrote to the console.
const char *machine_output(size_t *n_bytes);
// The version that images of this system carry.
const unsigned char *machine_image_head(void);
// End this process as a sanitizer report does.
NORETURN void machine_fail(const char *what);

#endif
