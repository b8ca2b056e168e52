// Run kept inputs through the targets: what the fuzzer once found must not come back.
//
// Uses: fuzz.  Used by: ./test.
//
//   replay DIRECTORY      every file of DIRECTORY/TARGET, for each target; ends with `N passed, N failed`
//   replay TARGET FILE    one file, in this process
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/machine.h"

#define INPUT_MOST (1 << 20)
#define SECONDS_MOST 20

static unsigned n_passed, n_failed;

static void run_file(const char *target, const char *name) {
  static unsigned char input[INPUT_MOST];
  FILE *file = fopen(name, "rb");
  if (!file) {
    fprintf(stderr, "replay: %s cannot be read\n", name);
    exit(2);
  }
  size_t n = fread(input, 1, sizeof input, file);
  fclose(file);
  // Not beside anything else, so that a read beyond its end is seen.
  unsigned char *alone = malloc(n ? n : 1);
  memcpy(alone, input, n);
  fuzz_one(target, alone, n);
  free(alone);
}

// Each file in a process of its own: one that fails does not hide the next.
static void check_file(const char *target, const char *name) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    alarm(SECONDS_MOST);
    run_file(target, name);
    _exit(0);
  }
  int status = 1;
  waitpid(child, &status, 0);
  if (status == 0) {
    n_passed++;
  } else {
    n_failed++;
    printf("FAIL %s: status %#x\n", name, (unsigned)status);
  }
}

static int is_input(const struct dirent *entry) {
  return entry->d_name[0] != '.';
}

static void check_target(const char *directory, const char *target) {
  char name[1000];
  struct dirent **entries;
  snprintf(name, sizeof name, "%s/%s", directory, target);
  int n = scandir(name, &entries, is_input, alphasort);
  for (int i = 0; i < n; i++) {
    snprintf(name, sizeof name, "%s/%s/%s", directory, target, entries[i]->d_name);
    check_file(target, name);
    free(entries[i]);
  }
  if (n >= 0) free(entries);
}

int main(int argc, char **argv) {
  if (argc < 2 || argc > 3) {
    fprintf(stderr, "usage: replay DIRECTORY | TARGET FILE\n");
    return 2;
  }
  machine_start();
  if (argc == 3) {
    run_file(argv[1], argv[2]);
    size_t n;
    const char *text = machine_output(&n);
    fwrite(text, 1, n, stdout);
    return 0;
  }
  for (const char *const *target = fuzz_targets; *target; target++)
    check_target(argv[1], *target);
  printf("%u passed, %u failed\n", n_passed, n_failed);
  return n_failed ? 1 : 0;
}
