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

static const struct unicode_range *find_range(uint32_t c) {
  for (unsigned i = 0; i < n_unicode_ranges; i++)
    if (c >= unicode_ranges[i].first && c <= unicode_ranges[i].last) return &unicode_ranges[i];
  return NULL;
}

unsigned unicode_classes(uint32_t c) {
  if (c < UNICODE_TABLE_END) return find_record(c)->flags;
  const struct unicode_range *range = find_range(c);
  return range ? range->flags : 0;
}

enum unicode_category unicode_category(uint32_t c) {
  if (c < UNICODE_TABLE_END) return find_record(c)->category;
  const struct unicode_range *range = find_range(c);
  return range ? range->category : UNICODE_CN;
}

// The last of the characters from `c` on that are known to have the same properties as `c`.
static uint32_t same_until(uint32_t c) {
  if (c < UNICODE_TABLE_END) return c;
  uint32_t last = 0x10ffff;
  for (unsigned i = 0; i < n_unicode_ranges; i++) {
    if (c >= unicode_ranges[i].first && c <= unicode_ranges[i].last) return unicode_ranges[i].last;
    if (c < unicode_ranges[i].first && unicode_ranges[i].first <= last) last = unicode_ranges[i].first - 1;
  }
  return last;
}

unsigned unicode_bounds(uint32_t categories, unsigned classes, uint32_t *out) {
  unsigned n = 0;
  bool inside = false;
  for (uint32_t c = 0; c < 0x110000; c = same_until(c) + 1) {
    bool here = (categories >> unicode_category(c) & 1) || (classes && unicode_is(c, classes));
    if (c >= 0xd800 && c < 0xe000) here = false;
    if (here == inside) continue;
    if (out) out[n] = c;
    n++;
    inside = here;
  }
  if (inside && out) out[n] = 0x110000;
  return n + inside;
}

#define HANGUL_FIRST 0xac00
#define HANGUL_LAST 0xd7a3
#define HANGUL_TAILS 28

enum unicode_grapheme unicode_grapheme(uint32_t c) {
  if (c >= HANGUL_FIRST && c <= HANGUL_LAST)
    return (c - HANGUL_FIRST) % HANGUL_TAILS ? UNICODE_GRAPHEME_LVT : UNICODE_GRAPHEME_LV;
  unsigned low = 0, high = n_unicode_grapheme_starts;  // the last start at or before `c` is in [low, high)
  while (high - low > 1) {
    unsigned middle = (low + high) / 2;
    if (unicode_grapheme_starts[middle] >> 4 <= c)
      low = middle;
    else
      high = middle;
  }
  return unicode_grapheme_starts[low] & 15;
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

#define CATEGORY_BIT(category) (1u << (category))

bool unicode_is_cased(uint32_t c) {
  return unicode_is(c, UNICODE_UPPER | UNICODE_LOWER) || unicode_category(c) == UNICODE_LT;
}

bool unicode_is_case_ignorable(uint32_t c) {
  static const uint16_t marks[] = {'\'', '.', ':', 0xb7, 0x387, 0x55f, 0x5f4, 0x2018, 0x2019, 0x2024, 0x2027,
                                   0xfe13, 0xfe52, 0xfe55, 0xff07, 0xff0e, 0xff1a};
  for (unsigned i = 0; i < ARRAY_LENGTH(marks); i++)
    if (c == marks[i]) return true;
  const uint32_t ignorable = CATEGORY_BIT(UNICODE_MN) | CATEGORY_BIT(UNICODE_ME) | CATEGORY_BIT(UNICODE_CF) |
                             CATEGORY_BIT(UNICODE_LM) | CATEGORY_BIT(UNICODE_SK);
  return ignorable >> unicode_category(c) & 1;
}
