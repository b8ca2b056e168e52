// What Unicode says about characters: looking it up.
//
// Uses: text/unicode, text/unicode_tables, and the tables, which tools/unicode-tables.py makes (text/unicode.mk).
// Used by: see the header.
#include "text/unicode.h"
#include "text/unicode_tables.h"
#include "../build/gen/unicode_tables.inc"

static const struct unicode_record *find_record(uint32_t c) {
  return &unicode_records[unicode_blocks[unicode_index[c / UNICODE_BLOCK]][c % UNICODE_BLOCK]];
}

unsigned unicode_classes(uint32_t c) {
  if (c < UNICODE_TABLE_END) return find_record(c)->flags;
  for (unsigned i = 0; i < n_unicode_ranges; i++)
    if (c >= unicode_ranges[i].first && c <= unicode_ranges[i].last) return unicode_ranges[i].flags;
  return 0;
}

int unicode_digit_value(uint32_t c) {
  return unicode_is(c, UNICODE_DIGIT) ? find_record(c)->digit : -1;
}

uint32_t unicode_map(uint32_t c, enum unicode_case to) {
  if (c >= UNICODE_TABLE_END) return c;
  const struct unicode_record *r = find_record(c);
  int32_t add = to == UNICODE_TO_UPPER ? r->upper : to == UNICODE_TO_LOWER ? r->lower : r->fold;
  return (uint32_t)((int32_t)c + add);
}

static const struct unicode_special *find_special(uint32_t c) {
  unsigned low = 0, high = n_unicode_specials;
  while (low < high) {
    unsigned middle = (low + high) / 2;
    if (unicode_specials[middle].code < c)
      low = middle + 1;
    else
      high = middle;
  }
  bool found = low < n_unicode_specials && unicode_specials[low].code == c;
  return found ? &unicode_specials[low] : NULL;
}

unsigned unicode_map_full(uint32_t c, enum unicode_case to, uint32_t *out) {
  const struct unicode_special *special = c < 0x80 ? NULL : find_special(c);
  if (!special) {
    out[0] = unicode_map(c, to);
    return 1;
  }
  unsigned n = 0;
  while (n < UNICODE_FULL_MAX && special->to[to][n]) {
    out[n] = special->to[to][n];
    n++;
  }
  return n;
}
