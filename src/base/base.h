// Words, assertions and byte moves: what every layer above stands on.
//
// Uses: nothing.  Used by: everything.
//
// The core is freestanding: these few declarations replace libc.  `CHECK` is always on, `ASSERT`
// only in debug and test builds; both end in `panic`, which never returns.
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/config.h"

typedef uintptr_t uword;
typedef intptr_t sword;

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define MUST_USE __attribute__((warn_unused_result))
#define NORETURN __attribute__((noreturn))
#define ARRAY_LENGTH(a) (sizeof(a) / sizeof((a)[0]))

#define STRINGIFY_(x) #x
#define STRINGIFY(x) STRINGIFY_(x)

// A broken invariant of the core: print it, the registers if known and the Scheme backtrace, stop.
NORETURN void panic(const char *message, const char *file, int line);

#define CHECK(c) \
  ((c) ? (void)0 : panic("check failed: " #c, __FILE__, __LINE__))
// Without RINGLET_DEBUG the condition is compiled but never evaluated.
#define ASSERT(c) \
  (!RINGLET_DEBUG || (c) ? (void)0 : panic("assertion failed: " #c, __FILE__, __LINE__))

// The four the compiler may call by itself, and the few more we use.
void *memcpy(void *restrict to, const void *restrict from, size_t n_bytes);
void *memmove(void *to, const void *from, size_t n_bytes);
void *memset(void *to, int byte, size_t n_bytes);
int memcmp(const void *a, const void *b, size_t n_bytes);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);

static inline uword round_up(uword n, uword unit) {
  return (n + unit - 1) / unit * unit;
}

#endif
