// UTF-8: decoding with the table of well-formed sequences of the Unicode standard, and encoding.
//
// Uses: data/utf8.  Used by: see the header.
#include "data/utf8.h"

// Bytes a sequence with this first byte has, 0 for a byte that starts none.
static unsigned sequence_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 0;
}

// The second byte's range rules out overlong forms, surrogates and what lies above 0x10ffff.
static bool second_is_valid(unsigned char first, unsigned char second) {
  unsigned low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  unsigned high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  return second >= low && second <= high;
}

int utf8_decode(const unsigned char *p, size_t n, uint32_t *c) {
  unsigned length = sequence_length(p[0]);
  if (length == 0) return -1;
  if (length == 1) {
    *c = p[0];
    return 1;
  }
  uint32_t code = p[0] & (0x7fu >> length);
  for (unsigned i = 1; i < length; i++) {
    if (i == n) return 0;
    bool valid = i == 1 ? second_is_valid(p[0], p[1]) : (p[i] & 0xc0) == 0x80;
    if (!valid) return -(int)i;
    code = code << 6 | (p[i] & 0x3fu);
  }
  *c = code;
  return (int)length;
}

unsigned utf8_decode_lenient(const unsigned char *p, size_t n, uint32_t *c) {
  int length = utf8_decode(p, n, c);
  if (length > 0) return (unsigned)length;
  *c = CHAR_REPLACEMENT;
  return length < 0 ? (unsigned)-length : (unsigned)n;
}

unsigned utf8_encode(uint32_t c, unsigned char *p) {
  unsigned n = utf8_size(c);
  if (n == 1) {
    p[0] = (unsigned char)c;
    return 1;
  }
  for (unsigned i = n; i-- > 1; c >>= 6) p[i] = (unsigned char)(0x80 | (c & 0x3f));
  p[0] = (unsigned char)(c | (0xf00u >> n));
  return n;
}
