// UTF-8, one code point at a time.
//
// Uses: base.  Used by: data/string, data/port, text.
#ifndef DATA_UTF8_H
#define DATA_UTF8_H

#include "base/base.h"

#define UTF8_MAX_BYTES 4
#define CHAR_REPLACEMENT 0xfffdu

// Decode the sequence at p[0..n), n > 0, into *c and answer its length in bytes.
//   0     the sequence is a valid beginning that n bytes do not complete
//   < 0   the first -result bytes are not UTF-8 (overlong, surrogate, above 0x10ffff, stray)
int utf8_decode(const unsigned char *p, size_t n, uint32_t *c);
// Encode a scalar value; answers how many bytes, 1 to 4.
unsigned utf8_encode(uint32_t c, unsigned char *p);
static inline unsigned utf8_size(uint32_t c) {
  return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}
// Decode anything: invalid and cut-off sequences answer U+FFFD.  n > 0; answers at least 1.
unsigned utf8_decode_lenient(const unsigned char *p, size_t n, uint32_t *c);

#endif
