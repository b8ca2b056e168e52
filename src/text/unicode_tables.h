// The layout of the generated Unicode tables (tools/unicode-tables.py).
//
// Uses: base.  Used by: text/unicode.c only.
#ifndef TEXT_UNICODE_TABLES_H
#define TEXT_UNICODE_TABLES_H

#include "base/base.h"

#define UNICODE_BLOCK 64
#define UNICODE_TABLE_END 0x20000

struct unicode_record {
  int32_t upper, lower, fold;  // what to add to the code point
  uint8_t flags, digit, category;
};
// From UNICODE_TABLE_END on: long ranges of the same flags and category, no case, no digits.
struct unicode_range {
  uint32_t first, last;
  uint16_t flags, category;
};
// Characters whose full mapping is more than one character: upper, lower, fold; 0 ends a mapping.
struct unicode_special {
  uint32_t code, to[3][3];
};

#endif
