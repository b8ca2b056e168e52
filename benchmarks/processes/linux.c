// What Linux takes for the same: processes of its own, pipes between them, on one processor.
//
// Used by: benchmarks/processes.py.  Arguments: how many yields and messages, how many processes begun and ended.
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void use_one_processor(void) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(sched_getcpu(), &set);
  sched_setaffinity(0, sizeof set, &set);
}

// Two processes that leave the processor to each other.
static double yields(long n) {
  pid_t child = fork();
  if (child == 0) {
    for (long i = 0; i < n; i++) sched_yield();
    _exit(0);
  }
  double start = now_us();
  for (long i = 0; i < n; i++) sched_yield();
  waitpid(child, NULL, 0);
  return (now_us() - start) / (double)(2 * n);
}

static double round_trips(long n) {
  int there[2], back[2];
  long word = 0;
  if (pipe(there) || pipe(back)) exit(1);
  pid_t child = fork();
  if (child == 0) {
    for (long i = 0; i < n; i++)
      if (read(there[0], &word, sizeof word) != sizeof word || write(back[1], &word, sizeof word) != sizeof word) _exit(1);
    _exit(0);
  }
  double start = now_us();
  for (long i = 0; i < n; i++)
    if (write(there[1], &i, sizeof i) != sizeof i || read(back[0], &word, sizeof word) != sizeof word || word != i) exit(1);
  double us = (now_us() - start) / (double)n;
  waitpid(child, NULL, 0);
  return us;
}

static double begins_and_ends(long n) {
  double start = now_us();
  for (long i = 0; i < n; i++) {
    pid_t child = fork();
    if (child == 0) _exit(0);
    if (child < 0 || waitpid(child, NULL, 0) != child) exit(1);
  }
  return (now_us() - start) / (double)n;
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  long n = atol(argv[1]), n_processes = atol(argv[2]);
  use_one_processor();
  printf("yield-us %.4f\n", yields(n));
  printf("round-trip-us %.4f\n", round_trips(n));
  printf("begin-and-end-us %.4f\n", begins_and_ends(n_processes));
  printf("result ok\n");
  return 0;
}
