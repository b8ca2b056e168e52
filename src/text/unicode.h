// What Unicode says about characters: case and class.
//
// Uses: base.  Used by: text, prim.
//
// O(1) unless it says otherwise, from two-level tables of about 40 KB made at build time.
#ifndef TEXT_UNICODE_H
#define TEXT_UNICODE_H

#include "base/base.h"

enum unicode_class {
  UNICODE_ALPHABETIC = 1, UNICODE_UPPER = 2, UNICODE_LOWER = 4, UNICODE_WHITE = 8,
  UNICODE_DIGIT = 16,    // a decimal digit
  UNICODE_GRAPHIC = 32,  // leaves ink or combines: worth printing as it is
};
// The general category.  The numbers are known to tools/unicode-tables.py and lib/boot/strings.scm.
enum unicode_category {
  UNICODE_CN, UNICODE_LU, UNICODE_LL, UNICODE_LT, UNICODE_LM, UNICODE_LO, UNICODE_MN, UNICODE_MC, UNICODE_ME,
  UNICODE_ND, UNICODE_NL, UNICODE_NO, UNICODE_PC, UNICODE_PD, UNICODE_PS, UNICODE_PE, UNICODE_PI, UNICODE_PF,
  UNICODE_PO, UNICODE_SM, UNICODE_SC, UNICODE_SK, UNICODE_SO, UNICODE_ZS, UNICODE_ZL, UNICODE_ZP, UNICODE_CC,
  UNICODE_CF, UNICODE_CS, UNICODE_CO,
};
// Grapheme_Cluster_Break and Extended_Pictographic, for UAX 29.  The numbers are known to tools/unicode-tables.py
// and lib/ringlet/graphemes.scm.
enum unicode_grapheme {
  UNICODE_GRAPHEME_OTHER, UNICODE_GRAPHEME_CR, UNICODE_GRAPHEME_LF, UNICODE_GRAPHEME_CONTROL,
  UNICODE_GRAPHEME_EXTEND, UNICODE_GRAPHEME_ZWJ, UNICODE_GRAPHEME_PREPEND, UNICODE_GRAPHEME_SPACING,
  UNICODE_GRAPHEME_REGIONAL, UNICODE_GRAPHEME_PICTOGRAPH, UNICODE_GRAPHEME_L, UNICODE_GRAPHEME_V,
  UNICODE_GRAPHEME_T, UNICODE_GRAPHEME_LV, UNICODE_GRAPHEME_LVT,
};
enum unicode_case { UNICODE_TO_UPPER, UNICODE_TO_LOWER, UNICODE_TO_FOLD };

unsigned unicode_classes(uint32_t c);  // enum unicode_class bits
static inline bool unicode_is(uint32_t c, unsigned classes) {
  return (unicode_classes(c) & classes) != 0;
}
enum unicode_category unicode_category(uint32_t c);
enum unicode_grapheme unicode_grapheme(uint32_t c);  // O(log n)
// What decides about a final sigma.
bool unicode_is_cased(uint32_t c);
bool unicode_is_case_ignorable(uint32_t c);
// The characters that are of one of `categories` (a bit each) or have one of `classes`, as the bounds of their ranges:
// the first character inside, the first outside again, and so on.  Answers how many; `out` may be NULL.
// About 1 ms, in steps of all characters below 0x20000.
unsigned unicode_bounds(uint32_t categories, unsigned classes, uint32_t *out);
// 0 to 9, or -1 for what is no decimal digit.
int unicode_digit_value(uint32_t c);
// The simple mapping, one character to one.
uint32_t unicode_map(uint32_t c, enum unicode_case to);
// The full mapping, at most three characters; answers how many.  Final sigma is the caller's business.
#define UNICODE_FULL_MAX 3
unsigned unicode_map_full(uint32_t c, enum unicode_case to, uint32_t *out);

#endif
