// What each target does with its bytes.  Most of it is in targets.scm.
//
// Uses: machine.  Used by: libFuzzer, replay.c.
//
// The target is named by the variable FUZZ_TARGET of the environment.
//   reader   data are read, printed in every way and read back
//   compile  forms are compiled, one after another, in an environment with (ringlet)
//   run      the same, and run; the first byte says how (see modes)
//   text     the bytes as numbers, strings and what ports are made of
//   image    the bytes as an image whose head and checksum are right
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "code/image.h"
#include "gc/heap.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/machine.h"

const char *const fuzz_targets[] = {"reader", "compile", "run", "text", "image", NULL};

#define BREAK_AFTER 30000

// How `run` runs: the last does it twice, at rest and with everything moving, and both must print the same.
static const struct { unsigned stress; uint32_t break_after; bool compare; } modes[] = {
    {0, 10000, false}, {0, 3000, false}, {0, 700, false}, {STRESS_EVERY_SAFEPOINT, 3000, false},
    {STRESS_EVERY_SAFEPOINT | STRESS_MAJOR, 1000, false}, {STRESS_EVERY_SAFEPOINT | STRESS_VERIFY, 200, false},
    {0, 500, false}, {STRESS_EVERY_SAFEPOINT | STRESS_MAJOR, 2000, true},
};

// Do both runs end by themselves, and differ?  What memory allows is not the same in both.
static void compare(struct run *run) {
  static char first[1 << 16];
  size_t n_first, n_second;
  unsigned stress = run->stress;
  run->stress = 0;
  if (machine_run(run) != RUN_EXITED) return;
  const char *text = machine_output(&n_first);
  memcpy(first, text, n_first);
  run->stress = stress;
  if (machine_run(run) != RUN_EXITED) return;
  text = machine_output(&n_second);
  if (n_first == n_second && !memcmp(first, text, n_first)) return;
  if (memmem(first, n_first, "memory", 6) || memmem(text, n_second, "memory", 6)) return;
  fprintf(stderr, "fuzz: at rest it prints\n%.*s\n", (int)n_first, first);
  machine_fail("when everything moves it prints something else");
}

static void run_program(const unsigned char *input, size_t n) {
  if (n == 0) return;
  unsigned mode = input[0] % ARRAY_LENGTH(modes);
  struct run run = {"run", input + 1, n - 1, modes[mode].stress, modes[mode].break_after};
  if (modes[mode].compare) compare(&run);
  else machine_run(&run);
}

// Put what is checked before all else around the bytes: magic and version, size, and at the end the checksum.
static void run_image(const unsigned char *input, size_t n) {
  static unsigned char image[1 << 16];
  if (n + IMAGE_MAGIC_BYTES + 8 + IMAGE_TAIL_BYTES > sizeof image) return;
  size_t total = IMAGE_MAGIC_BYTES + 8 + n + IMAGE_TAIL_BYTES;
  memcpy(image, machine_image_head(), IMAGE_MAGIC_BYTES + 4);
  memcpy(image + IMAGE_MAGIC_BYTES + 8, input, n);
  for (unsigned i = 0; i < 4; i++) image[IMAGE_MAGIC_BYTES + 4 + i] = (unsigned char)(total >> 8 * i);
  uint32_t sum = image_checksum(1, image, total - IMAGE_TAIL_BYTES);
  for (unsigned i = 0; i < 4; i++) image[total - 4 + i] = (unsigned char)(sum >> 8 * i);
  machine_run(&(struct run){"image", image, total, STRESS_VERIFY, BREAK_AFTER});
}

void fuzz_one(const char *target, const unsigned char *input, size_t n) {
  if (!strcmp(target, "run")) run_program(input, n);
  else if (!strcmp(target, "image")) run_image(input, n);
  else machine_run(&(struct run){target, input, n, 0, BREAK_AFTER});
}

// --- what libFuzzer calls ------------------------------------------------------------------------------------
static const char *target;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  target = getenv("FUZZ_TARGET");
  for (const char *const *t = fuzz_targets; target && *t; t++)
    if (!strcmp(*t, target)) return machine_start(), 0;
  fprintf(stderr, "fuzz: FUZZ_TARGET names no target\n");
  exit(2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_one(target, data, size);
  return 0;
}
