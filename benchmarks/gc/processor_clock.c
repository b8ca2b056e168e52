// A clock_gettime whose clocks count the processor time of the process, not what others take of the machine meanwhile.
//
// Uses: libc.  Used by: ./bench gc, preloaded into the programs whose pauses are measured.
//
// Faults and whatever else Linux does for the process count.
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *now) {
  if (clock == CLOCK_MONOTONIC || clock == CLOCK_REALTIME) clock = CLOCK_PROCESS_CPUTIME_ID;
  return (int)syscall(SYS_clock_gettime, clock, now);
}
