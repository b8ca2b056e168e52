// What Unicode says about characters: case and class.
//
// Uses: base.  Used by: text, prim.
//
// O(1), from two-level tables of about 30 KB made at build time.
#ifndef TEXT_UNICODE_H
#define TEXT_UNICODE_H

#include "base/base.h"

enum unicode_class {
  UNICODE_ALPHABETIC = 1, UNICODE_UPPER = 2, UNICODE_LOWER = 4, UNICODE_WHITE = 8,
  UNICODE_DIGIT = 16,    // a decimal digit
  UNICODE_GRAPHIC = 32,  // leaves ink or combines: worth printing as it is
};
enum unicode_case { UNICODE_TO_UPPER, UNICODE_TO_LOWER, UNICODE_TO_FOLD };

unsigned unicode_classes(uint32_t c);  // enum unicode_class bits
static inline bool unicode_is(uint32_t c, unsigned classes) {
  return (unicode_classes(c) & classes) != 0;
}
// 0 to 9, or -1 for what is no decimal digit.
int unicode_digit_value(uint32_t c);
// The simple mapping, one character to one.
uint32_t unicode_map(uint32_t c, enum unicode_case to);
// The full mapping, at most three characters; answers how many.  Final sigma is the caller's business.
#define UNICODE_FULL_MAX 3
unsigned unicode_map_full(uint32_t c, enum unicode_case to, uint32_t *out);

#endif
