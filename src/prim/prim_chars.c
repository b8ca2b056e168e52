// Primitives on characters.
//
// Uses: text/unicode, data/string, prim/args.  Used by: prim/table.
#include "data/string.h"
#include "prim/args.h"
#include "prim/tables.h"
#include "text/unicode.h"

PRIM(prim_char_p) {
  return value_bool(is_char(args[0]));
}

PRIM(prim_char_to_integer) {
  if (!is_char(args[0])) return raise_type(cx, "char->integer", 1, "a character", args[0]);
  return fixnum((sword)char_code(args[0]));
}

PRIM(prim_integer_to_char) {
  Value v = args[0];
  bool valid = is_fixnum(v) && fixnum_int(v) >= 0 && fixnum_int(v) < 0x110000 && is_scalar_value((uint32_t)fixnum_int(v));
  if (!valid) return raise_type(cx, "integer->char", 1, "a Unicode scalar value (0 to #xd7ff, #xe000 to #x10ffff)", v);
  return value_char((uint32_t)fixnum_int(v));
}

// Compare neighbours by their code points, folded or not.
enum order { ORDER_EQUAL, ORDER_LESS, ORDER_GREATER, ORDER_LESS_EQUAL, ORDER_GREATER_EQUAL };
static bool in_order(uint32_t a, uint32_t b, enum order order) {
  switch (order) {
    case ORDER_EQUAL: return a == b;
    case ORDER_LESS: return a < b;
    case ORDER_GREATER: return a > b;
    case ORDER_LESS_EQUAL: return a <= b;
    default: return a >= b;
  }
}
static Value compare_chars(struct context *cx, const char *who, Value *args, unsigned n, enum order order, bool fold) {
  uint32_t last = 0;
  bool result = true;
  for (unsigned i = 0; i < n; i++) {
    if (!is_char(args[i])) return raise_type(cx, who, i + 1, "a character", args[i]);
    uint32_t c = char_code(args[i]);
    if (fold) c = unicode_map(c, UNICODE_TO_FOLD);
    if (i && !in_order(last, c, order)) result = false;
    last = c;
  }
  return value_bool(result);
}
#define COMPARE(fn, sign, order)                                                                     \
  PRIM(prim_char_##fn) { return compare_chars(cx, "char" sign, args, n, order, false); }             \
  PRIM(prim_char_ci_##fn) { return compare_chars(cx, "char-ci" sign, args, n, order, true); }
COMPARE(equal, "=?", ORDER_EQUAL)
COMPARE(less, "<?", ORDER_LESS)
COMPARE(greater, ">?", ORDER_GREATER)
COMPARE(less_equal, "<=?", ORDER_LESS_EQUAL)
COMPARE(greater_equal, ">=?", ORDER_GREATER_EQUAL)

static Value map_char(struct context *cx, const char *who, Value v, enum unicode_case to) {
  if (!is_char(v)) return raise_type(cx, who, 1, "a character", v);
  return value_char(unicode_map(char_code(v), to));
}
PRIM(prim_char_upcase) {
  return map_char(cx, "char-upcase", args[0], UNICODE_TO_UPPER);
}
PRIM(prim_char_downcase) {
  return map_char(cx, "char-downcase", args[0], UNICODE_TO_LOWER);
}
PRIM(prim_char_foldcase) {
  return map_char(cx, "char-foldcase", args[0], UNICODE_TO_FOLD);
}

static Value test_char(struct context *cx, const char *who, Value v, unsigned classes) {
  if (!is_char(v)) return raise_type(cx, who, 1, "a character", v);
  return value_bool(unicode_is(char_code(v), classes));
}
PRIM(prim_char_alphabetic) {
  return test_char(cx, "char-alphabetic?", args[0], UNICODE_ALPHABETIC);
}
PRIM(prim_char_numeric) {
  return test_char(cx, "char-numeric?", args[0], UNICODE_DIGIT);
}
PRIM(prim_char_whitespace) {
  return test_char(cx, "char-whitespace?", args[0], UNICODE_WHITE);
}
PRIM(prim_char_upper_case) {
  return test_char(cx, "char-upper-case?", args[0], UNICODE_UPPER);
}
PRIM(prim_char_lower_case) {
  return test_char(cx, "char-lower-case?", args[0], UNICODE_LOWER);
}

PRIM(prim_digit_value) {
  if (!is_char(args[0])) return raise_type(cx, "digit-value", 1, "a character", args[0]);
  int digit = unicode_digit_value(char_code(args[0]));
  return digit < 0 ? VALUE_FALSE : fixnum(digit);
}

PRIM(prim_char_category) {
  if (!is_char(args[0])) return raise_type(cx, "char-general-category", 1, "a character", args[0]);
  return fixnum((sword)unicode_category(char_code(args[0])));
}

PRIM(prim_char_grapheme_class) {
  if (!is_char(args[0])) return raise_type(cx, "%char-grapheme-class", 1, "a character", args[0]);
  return fixnum((sword)unicode_grapheme(char_code(args[0])));
}

// The vector's slots hold plain numbers first and are made fixnums in place, from the last on.
PRIM(prim_char_bounds) {
  const char *who = "%char-bounds";
  for (unsigned i = 0; i < 2; i++)
    if (!is_fixnum(args[i])) return raise_type(cx, who, i + 1, "an exact integer", args[i]);
  uint32_t categories = (uint32_t)fixnum_int(args[0]), classes = (uint32_t)fixnum_int(args[1]);
  unsigned n_bounds = unicode_bounds(categories, classes, NULL);
  uword *p = heap_try_alloc(cx->heap, VECTOR_BYTES(n_bounds));
  if (!p) return outcome_collect(cx, VECTOR_BYTES(n_bounds));
  p[0] = header_make(T_VECTOR, 0);
  p[1] = fixnum((sword)n_bounds).w;
  Value vector = value_from_object(p);
  uint32_t *bounds = (uint32_t *)vector_slots(vector);
  unicode_bounds(categories, classes, bounds);
  for (unsigned i = n_bounds; i-- > 0;) vector_slots(vector)[i] = fixnum((sword)bounds[i]);
  return vector;
}

#define CHAR_COMPARISON(name, fn, words)                                                   \
  {"char" name, prim_char_##fn, 1, PRIMITIVE_REST,                                         \
   "(char" name " char ...)\nAre the characters' code points " words "?"},          \
  {"char-ci" name, prim_char_ci_##fn, 1, PRIMITIVE_REST,                                   \
   "(char-ci" name " char ...)\nAre the characters' case-folded code points " words "?"}

const struct primitive chars_primitives[] = {
  {"char?", prim_char_p, 1, 1, "(char? x)\nIs X a character?"},
  {"char->integer", prim_char_to_integer, 1, 1, "(char->integer char)\nThe code point of CHAR."},
  {"integer->char", prim_integer_to_char, 1, 1,
   "(integer->char n)\nThe character of code point N. An error for surrogates and numbers above #x10ffff."},
  CHAR_COMPARISON("=?", equal, "all equal"),
  CHAR_COMPARISON("<?", less, "strictly increasing"),
  CHAR_COMPARISON(">?", greater, "strictly decreasing"),
  CHAR_COMPARISON("<=?", less_equal, "never decreasing"),
  CHAR_COMPARISON(">=?", greater_equal, "never increasing"),
  {"char-upcase", prim_char_upcase, 1, 1, "(char-upcase char)\nThe upper case form of CHAR, or CHAR if it has none."},
  {"char-downcase", prim_char_downcase, 1, 1, "(char-downcase char)\nThe lower case form of CHAR, or CHAR if it has none."},
  {"char-foldcase", prim_char_foldcase, 1, 1, "(char-foldcase char)\nCHAR without its case, for comparing."},
  {"char-alphabetic?", prim_char_alphabetic, 1, 1, "(char-alphabetic? char)\nIs CHAR a letter, in any script?"},
  {"char-numeric?", prim_char_numeric, 1, 1, "(char-numeric? char)\nIs CHAR a decimal digit, in any script?"},
  {"char-whitespace?", prim_char_whitespace, 1, 1, "(char-whitespace? char)\nIs CHAR a space, a line end or the like?"},
  {"char-upper-case?", prim_char_upper_case, 1, 1, "(char-upper-case? char)\nIs CHAR an upper case letter?"},
  {"char-lower-case?", prim_char_lower_case, 1, 1, "(char-lower-case? char)\nIs CHAR a lower case letter?"},
  {"digit-value", prim_digit_value, 1, 1, "(digit-value char)\nThe value, 0 to 9, of a decimal digit of any script; else #f."},
  {"%char-category", prim_char_category, 1, 1, "(%char-category char)\nThe number of CHAR's general category."},
  {"%char-grapheme-class", prim_char_grapheme_class, 1, 1,
   "(%char-grapheme-class char)\nThe number of CHAR's class in the rules for grapheme clusters."},
  {"%char-bounds", prim_char_bounds, 2, 2,
   "(%char-bounds categories classes)\nThe bounds of the ranges of characters of one of CATEGORIES or CLASSES, both bits."},
};
const unsigned n_chars_primitives = ARRAY_LENGTH(chars_primitives);
