// The parts of the hosted platform and what each offers the others.
//
// Uses: base.  Used by: host/linux only.
//
//   HOST-1  Signal handlers only set bits, except those for faults, which report and end the process.
#ifndef LINUX_HOST_H
#define LINUX_HOST_H

#include "base/base.h"

// --- console.c
void console_init(void);
// Give the terminal back as it was found.  Safe in a signal handler, and when called twice.
void console_restore(void);
void console_take_over(void);
// [irq] or with signals blocked: is there input the core has not been told of?
int console_poll_descriptor(void);  // -1: nothing to wait for
void console_told(void);

// --- links.c
#define LINKS_MOST 8
struct pollfd;
// NULL, or why there is no link of this name.
const char *links_add(const char *name);
// [irq] or with signals blocked: what to poll for those links whose lines are open, LINKS_MOST at most; how many.  Then the bits
// to be raised for what was found.
int links_poll_descriptors(struct pollfd *wanted);
unsigned links_told(const struct pollfd *found);

// --- signals.c
void signals_init(void);

#endif
