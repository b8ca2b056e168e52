// Bytes: the moves and comparisons the compiler may call by itself, for machines without libc.
//
// Uses: base.  Used by: everything, on bare metal only (the hosted build has libc's).
//
// Built without loop-to-memcpy conversion (see Makefile), or each of these would call itself.
#include "base/base.h"

// A word at any address, of any type: the machines we run on read unaligned words.
typedef uword __attribute__((may_alias, aligned(1))) any_word;

void *memcpy(void *restrict to, const void *restrict from, size_t n_bytes) {
  char *t = to;
  const char *f = from;
  for (; n_bytes >= 4 * sizeof(uword); n_bytes -= 4 * sizeof(uword)) {
    any_word a = ((const any_word *)f)[0], b = ((const any_word *)f)[1];
    any_word c = ((const any_word *)f)[2], d = ((const any_word *)f)[3];
    ((any_word *)t)[0] = a;
    ((any_word *)t)[1] = b;
    ((any_word *)t)[2] = c;
    ((any_word *)t)[3] = d;
    t += 4 * sizeof(uword);
    f += 4 * sizeof(uword);
  }
  for (; n_bytes >= sizeof(uword); n_bytes -= sizeof(uword)) {
    *(any_word *)t = *(const any_word *)f;
    t += sizeof(uword);
    f += sizeof(uword);
  }
  while (n_bytes-- > 0) *t++ = *f++;
  return to;
}

static void copy_downwards(char *to, const char *from, size_t n_bytes) {
  char *t = to + n_bytes;
  const char *f = from + n_bytes;
  for (; n_bytes >= sizeof(uword); n_bytes -= sizeof(uword)) {
    t -= sizeof(uword);
    f -= sizeof(uword);
    *(any_word *)t = *(const any_word *)f;
  }
  while (n_bytes-- > 0) *--t = *--f;
}

// Upwards, memcpy reads each group before it writes it, so it is right whenever `to` is below `from`.
void *memmove(void *to, const void *from, size_t n_bytes) {
  if ((uword)to - (uword)from >= n_bytes) return memcpy(to, from, n_bytes);
  copy_downwards(to, from, n_bytes);
  return to;
}

void *memset(void *to, int byte, size_t n_bytes) {
  char *t = to;
  uword word = (unsigned char)byte * ((uword)-1 / 255);
  for (; n_bytes >= sizeof(uword); n_bytes -= sizeof(uword)) {
    *(any_word *)t = word;
    t += sizeof(uword);
  }
  while (n_bytes-- > 0) *t++ = (char)byte;
  return to;
}

int memcmp(const void *a, const void *b, size_t n_bytes) {
  const unsigned char *p = a, *q = b;
  while (n_bytes >= sizeof(uword) && *(const any_word *)p == *(const any_word *)q) {
    p += sizeof(uword);
    q += sizeof(uword);
    n_bytes -= sizeof(uword);
  }
  for (; n_bytes > 0; n_bytes--, p++, q++)
    if (*p != *q) return *p - *q;
  return 0;
}

size_t strlen(const char *s) {
  const char *p = s;
  while (*p != 0) p++;
  return (size_t)(p - s);
}

int strcmp(const char *a, const char *b) {
  while (*a != 0 && *a == *b) a++, b++;
  return (unsigned char)*a - (unsigned char)*b;
}
