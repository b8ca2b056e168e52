// Numbers: known results, edges of the word, identities on random operands, text round trips.
//
// Uses: data/number, prim/tables, gc.
//
// A case is a line of text, "procedure argument ...", and the text of its result.  With the argument "-" the program
// answers such lines from standard input instead, one result a line, for comparison with another Scheme.
#include <stdlib.h>

#include "base/platform.h"
#include "data/number.h"
#include "data/string.h"
#include "data/symbol.h"
#include "data/values.h"
#include "prim/tables.h"
#include "test.h"

static struct context cx;
static uint64_t seed = 1;

#define MAX_ARGS 40
#define MAX_TEXT 30000

static void make_room(void) {
  if (cx.heap->top > cx.heap->limit) heap_collect_minor(cx.heap);
}

static Value parse_argument(const char *s, size_t n) {
  static uint32_t chars[6 * MAX_TEXT];
  if (*s == '"') return string_from_latin1(&cx, (const unsigned char *)s + 1, n - 2);
  for (size_t i = 0; i < n; i++) chars[i] = (unsigned char)s[i];
  Value v = number_parse(&cx, chars, n, 10);
  CHECK(is_true(v));
  return v;
}

static size_t show(Value v, char *to) {
  size_t at = 0;
  for (size_t i = 0; i < values_count(v); i++) {
    Value x = values_ref(v, i);
    if (i) to[at++] = ' ';
    if (is_string(x)) {
      for (sword k = 0; k < string_length(x); k++) to[at++] = (char)string_char(x, k);
    } else if (is_number(x)) {
      Value s = number_to_string(&cx, x, 10);
      if (is_outcome(s)) return 0;
      for (sword k = 0; k < string_length(s); k++) to[at++] = (char)string_char(s, k);
    } else {
      at += (size_t)sprintf(to + at, "%s", value_eq(x, VALUE_TRUE) ? "#t" : value_eq(x, VALUE_FALSE) ? "#f" : "?");
    }
  }
  to[at] = 0;
  return at;
}

// One try; false: collect, and again.
static bool try_evaluate(const char *line, char *result) {
  Value args[MAX_ARGS];
  unsigned n = 0, index;
  size_t length = strcspn(line, " ");
  if (!primitive_find(line, length, &index)) {
    printf("no primitive in %s\n", line);
    abort();
  }
  const char *p = line + length;
  while (*p == ' ') {
    p++;
    length = strcspn(p, " ");
    args[n] = parse_argument(p, length);
    if (value_eq(args[n], OUTCOME_COLLECT)) return false;
    n++;
    p += length;
  }
  for (unsigned i = n; i < MAX_ARGS; i++) args[i] = VALUE_DEFAULT;
  Value v = primitive_at(index)->fn(&cx, args, n);
  if (value_eq(v, OUTCOME_COLLECT)) return false;
  if (value_eq(v, OUTCOME_RAISE)) {
    Value type = object_field(object_field(cx.condition, CONDITION_TYPE), SYMBOL_NAME);
    size_t at = (size_t)sprintf(result, "error ");
    show(type, result + at);
    return true;
  }
  if (value_eq(v, OUTCOME_TAIL_CALL)) {
    strcpy(result, "left to Scheme");
    return true;
  }
  CHECK(!is_outcome(v));
  return show(v, result) > 0;
}

static const char *evaluate(const char *line) {
  static char result[6 * MAX_TEXT];
  for (unsigned tries = 0; tries < 20; tries++) {
    make_room();
    if (try_evaluate(line, result)) return result;
    CHECK(heap_collect(cx.heap, cx.need_bytes));
  }
  return "out of memory";
}

static void check(const char *line, const char *expected) {
  const char *result = evaluate(line);
  if (strcmp(result, expected) != 0) printf("%.300s gives %.300s, not %.300s\n", line, result, expected);
  TEST(strcmp(result, expected) == 0);
}

// --- known results ------------------------------------------------------------------------------------
static const char *const cases[][2] = {
  // edges of fixnums, of both word sizes
  {"+ 1073741823 1", "1073741824"},
  {"- -1073741824 1", "-1073741825"},
  {"+ 4611686018427387903 1", "4611686018427387904"},
  {"- -4611686018427387904 1", "-4611686018427387905"},
  {"- 1073741824 1", "1073741823"},
  {"- 4611686018427387904 1", "4611686018427387903"},
  {"- -1073741824", "1073741824"},
  {"- -4611686018427387904", "4611686018427387904"},
  {"* -1073741824 -1", "1073741824"},
  {"* -4611686018427387904 -1", "4611686018427387904"},
  {"- 4611686018427387904", "-4611686018427387904"},
  {"quotient -1073741824 -1", "1073741824"},
  {"quotient -4611686018427387904 -1", "4611686018427387904"},
  {"quotient -9223372036854775808 -1", "9223372036854775808"},
  {"abs -4611686018427387904", "4611686018427387904"},
  {"+ 18446744073709551615 1", "18446744073709551616"},
  {"- 18446744073709551616 1", "18446744073709551615"},
  {"+ 340282366920938463463374607431768211455 1", "340282366920938463463374607431768211456"},
  {"- 340282366920938463463374607431768211456 1", "340282366920938463463374607431768211455"},
  {"- 340282366920938463463374607431768211456 340282366920938463463374607431768211455", "1"},
  {"* 65536 65536", "4294967296"},
  {"* 4294967296 4294967296", "18446744073709551616"},
  {"+", "0"},
  {"*", "1"},
  {"+ 1 2 3 4 5", "15"},
  {"- 10 1 2 3", "4"},
  {"/ 1 2 3", "1/6"},
  {"+ 1/2 1/3 1/6", "1"},
  {"+ 1 1/2 0.5", "2.0"},
  {"* 4611686018427387904 2 -1 1/2", "-4611686018427387904"},
  {"/ 6 4", "3/2"},
  {"/ 6 -4", "-3/2"},
  {"/ 6 3", "2"},
  {"/ 5", "1/5"},
  {"/ -1/5", "-5"},
  {"/ 1 0", "error divide"},
  {"/ 1.0 0", "error divide"},
  {"/ 1.0 0.0", "+inf.0"},
  {"/ 0 5", "0"},
  {"/ 2.5", "0.4"},
  // exactness
  {"sqrt 16", "4"},
  {"sqrt 2", "1.4142135623730951"},
  {"sqrt 1/4", "1/2"},
  {"sqrt 16.0", "4.0"},
  {"sqrt -1", "left to Scheme"},
  {"sqrt 15241578753238836750495351562536198787501905199875019052100", "123456789012345678901234567890"},
  {"expt 2 100", "1267650600228229401496703205376"},
  {"expt 2 -2", "1/4"},
  {"expt 2/3 3", "8/27"},
  {"expt 2/3 -3", "27/8"},
  {"expt -2/3 -3", "-27/8"},
  {"expt 0 0", "1"},
  {"expt 0 5", "0"},
  {"expt 0 -1", "error divide"},
  {"expt 2.0 3", "8.0"},
  {"expt 2 0.5", "1.4142135623730951"},
  {"expt 4 1/2", "2"},
  {"expt 1 100000000000000000000000", "1"},
  {"expt -1 100000000000000000000001", "-1"},
  {"expt -1 100000000000000000000000", "1"},
  {"expt 2 100000000000000000000000", "error range"},
  {"expt 10 100000000", "error range"},
  {"expt 10 20", "100000000000000000000"},
  {"exact->inexact 1/3", "0.3333333333333333"},
  {"exact 2.5", "5/2"},
  {"exact 1e18", "1000000000000000000"},
  {"exact 1e23", "99999999999999991611392"},
  {"exact -0.1", "-3602879701896397/36028797018963968"},
  {"exact +inf.0", "error type"},
  {"inexact 123456789012345678901234567890", "1.2345678901234568e29"},
  {"round 7/2", "4"},
  {"round 5/2", "2"},
  {"round -5/2", "-2"},
  {"round -7/2", "-4"},
  {"round 8/3", "3"},
  {"round 2.5", "2.0"},
  {"round -3.5", "-4.0"},
  {"floor -7/2", "-4"},
  {"ceiling -7/2", "-3"},
  {"ceiling 7/2", "4"},
  {"truncate -7/2", "-3"},
  {"floor -4.3", "-5.0"},
  {"truncate -4.3", "-4.0"},
  {"exact-integer-sqrt 17", "4 1"},
  {"exact-integer-sqrt 0", "0 0"},
  {"exact-integer-sqrt -1", "error type"},
  {"exact-integer-sqrt 100000000000000000000000000000000000000001", "316227766016837933199 562477137586013626400"},
  // whole division
  {"floor/ 5 2", "2 1"},
  {"floor/ -5 2", "-3 1"},
  {"floor/ 5 -2", "-3 -1"},
  {"floor/ -5 -2", "2 -1"},
  {"truncate/ -5 2", "-2 -1"},
  {"truncate/ -5.0 2", "-2.0 -1.0"},
  {"modulo -13 4", "3"},
  {"remainder -13 4", "-1"},
  {"modulo 13 -4", "-3"},
  {"modulo -13 4.0", "3.0"},
  {"modulo 100000000000000000000 7", "2"},
  {"modulo -100000000000000000000 7", "5"},
  {"modulo 100000000000000000000 -100000000000000000001", "-1"},
  {"remainder 13 0", "error divide"},
  {"quotient 1.5 2", "error type"},
  {"quotient 340282366920938463463374607431768211456 18446744073709551616", "18446744073709551616"},
  {"gcd", "0"},
  {"gcd 32 -36", "4"},
  {"gcd 0 -5", "5"},
  {"gcd 32.0 -36", "4.0"},
  {"lcm 32 -36", "288"},
  {"lcm", "1"},
  {"lcm 32.0 -36", "288.0"},
  {"gcd 1267650600228229401496703205376 1000000000000000000000000000000", "1073741824"},
  {"numerator 6/4", "3"},
  {"denominator 6/4", "2"},
  {"denominator 0.5", "2.0"},
  {"denominator 0", "1"},
  // comparing
  {"= 1 1.0", "#t"},
  {"= 9007199254740993 9007199254740992.0", "#f"},
  {"< 9007199254740992.0 9007199254740993", "#t"},
  {"< 1/3 0.3333333333333333", "#f"},
  {"< 0.3333333333333333 1/3", "#t"},
  {"= 0.5 1/2", "#t"},
  {"< 1 2 3 3", "#f"},
  {"<= 1 2 3 3", "#t"},
  {"> 100000000000000000000 99999999999999999999 1/2 -1e300 -inf.0", "#t"},
  {"= +nan.0 +nan.0", "#f"},
  {"< 1 +nan.0", "#f"},
  {"<= 1 +nan.0", "#f"},
  {">= 1 +nan.0", "#f"},
  {"< 2/3 3/4", "#t"},
  {"< -2/3 -3/4", "#f"},
  {"max 1 2.0", "2.0"},
  {"max 3 2.0", "3.0"},
  {"max 1/2 1/3", "1/2"},
  {"min 1 +nan.0", "+nan.0"},
  {"min +nan.0 1", "+nan.0"},
  {"zero? -0.0", "#t"},
  {"odd? 3.0", "#t"},
  {"even? 0", "#t"},
  {"odd? 100000000000000000001", "#t"},
  {"odd? 1.5", "error type"},
  {"integer? 3.0", "#t"},
  {"integer? 3.5", "#f"},
  {"rational? +inf.0", "#f"},
  {"real? +nan.0", "#t"},
  {"finite? 1e308", "#t"},
  {"infinite? -inf.0", "#t"},
  {"exact-integer? 5.0", "#f"},
  // functions of doubles
  {"exp 0", "1"},
  {"exp 1", "2.718281828459045"},
  {"sin 1", "0.8414709848078965"},
  {"cos 1.0", "0.5403023058681398"},
  {"tan 1", "1.5574077246549023"},
  {"asin 1", "1.5707963267948966"},
  {"acos -1", "3.141592653589793"},
  {"atan 1", "0.7853981633974483"},
  {"atan 1 -1", "2.356194490192345"},
  {"atan -1 0", "-1.5707963267948966"},
  {"atan -0.0 -1", "-3.141592653589793"},
  {"atan 0 1", "0"},
  {"sin 1e22", "-0.8522008497671888"},
  {"log 2", "0.6931471805599453"},
  {"log 8 2", "3.0"},
  {"log 1000 10", "3.0"},
  {"log 0.0", "-inf.0"},
  {"log -1", "left to Scheme"},
  // bits
  {"bitwise-and 12 10", "8"},
  {"bitwise-ior 12 10", "14"},
  {"bitwise-xor 12 10", "6"},
  {"bitwise-and", "-1"},
  {"bitwise-not 0", "-1"},
  {"bitwise-not -4611686018427387904", "4611686018427387903"},
  {"bitwise-and -1 18446744073709551616", "18446744073709551616"},
  {"bitwise-and -18446744073709551616 18446744073709551615", "0"},
  {"bitwise-ior -18446744073709551616 1", "-18446744073709551615"},
  {"bitwise-xor -18446744073709551617 -1", "18446744073709551616"},
  {"arithmetic-shift 1 100", "1267650600228229401496703205376"},
  {"arithmetic-shift 1267650600228229401496703205376 -99", "2"},
  {"arithmetic-shift -1267650600228229401496703205377 -100", "-2"},
  {"arithmetic-shift -1267650600228229401496703205376 -100", "-1"},
  {"arithmetic-shift -1 -1000", "-1"},
  {"arithmetic-shift -5 -1", "-3"},
  {"arithmetic-shift 5 -100000000000000000000", "0"},
  {"arithmetic-shift 5 100000000000000000000", "error range"},
  {"arithmetic-shift 0 100000000000000000000", "0"},
  {"bit-count 255", "8"},
  {"bit-count -256", "8"},
  {"bit-count -18446744073709551616", "64"},
  {"integer-length 0", "0"},
  {"integer-length 8", "4"},
  {"integer-length -8", "3"},
  {"integer-length -9", "4"},
  {"integer-length 18446744073709551616", "65"},
  {"integer-length -18446744073709551616", "64"},
  // text
  {"+ 1.0", "1.0"},
  {"+ .5", "0.5"},
  {"+ 1.", "1.0"},
  {"+ 1e100", "1.0e100"},
  {"+ 1.5e-7", "1.5e-7"},
  {"+ 1e-6", "0.000001"},
  {"+ 1e21", "1.0e21"},
  {"+ 1e20", "100000000000000000000.0"},
  {"+ 1e22", "1.0e22"},
  {"+ 123456789.125", "123456789.125"},
  {"+ 5e-324", "5.0e-324"},
  {"+ 2e-324", "0.0"},
  {"+ 3e-324", "5.0e-324"},
  {"+ 1.7976931348623157e308", "1.7976931348623157e308"},
  {"+ 1.7976931348623159e308", "+inf.0"},
  {"+ 2.2250738585072011e-308", "2.225073858507201e-308"},
  {"+ -0.0", "-0.0"},
  {"+ -0.0 -0.0 -0.0", "-0.0"},
  {"+ 1e400", "+inf.0"},
  {"+ -1e400", "-inf.0"},
  {"+ 1e-400", "0.0"},
  {"+ 0e999999999999", "0.0"},
  {"+ 9007199254740993.0", "9007199254740992.0"},
  {"+ 9007199254740992.999999999999999999999999999999999999999", "9007199254740992.0"},
  {"+ 9007199254740993.000000000000000000000000000000000000001", "9007199254740994.0"},
  {"+ +inf.0", "+inf.0"},
  {"+ #e1.5", "3/2"},
  {"+ #e1e3", "1000"},
  {"+ #e1.25e-2", "1/80"},
  {"+ #i1/2", "0.5"},
  {"+ #xff", "255"},
  {"+ #x-Ff/2", "-255/2"},
  {"+ #b101", "5"},
  {"+ #o17", "15"},
  {"+ #e#xa", "10"},
  {"+ #x#ia", "10.0"},
  {"+ 6/4", "3/2"},
  {"number->string 255 16", "ff"},
  {"number->string -255 2", "-11111111"},
  {"number->string 1/3 3", "1/10"},
  {"number->string 1267650600228229401496703205376 16", "10000000000000000000000000"},
  {"number->string 1267650600228229401496703205375 36", "3ewfdnca0n6ld1ggvfgf"},
  {"number->string 10 37", "error range"},
  {"string->number \"ff\" 16", "255"},
  {"string->number \"-\"", "#f"},
  {"string->number \"+\"", "#f"},
  {"string->number \".\"", "#f"},
  {"string->number \"\"", "#f"},
  {"string->number \"1e\"", "#f"},
  {"string->number \"1e+\"", "#f"},
  {"string->number \"e1\"", "#f"},
  {"string->number \"1/0\"", "#f"},
  {"string->number \"1/\"", "#f"},
  {"string->number \"/2\"", "#f"},
  {"string->number \"1/2/3\"", "#f"},
  {"string->number \"1.5/2\"", "#f"},
  {"string->number \"#e+inf.0\"", "#f"},
  {"string->number \"#x\"", "#f"},
  {"string->number \"#x#x1\"", "#f"},
  {"string->number \"1.2.3\"", "#f"},
  {"string->number \"--1\"", "#f"},
  {"string->number \"12abc\"", "#f"},
  {"string->number \"+inf.0\"", "+inf.0"},
  {"string->number \"-INF.0\"", "-inf.0"},
  {"string->number \"1E3\"", "1000.0"},
  {"string->number \"1e3\" 16", "483"},
  {"+ \"no\"", "error type"},
  {"< 1 \"no\"", "error type"},
  {"+ 1 \"no\" 3", "error type"},
  {"sqrt \"no\"", "error type"},
};

static void test_cases(void) {
  for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) check(cases[i][0], cases[i][1]);
}

// --- identities on random integers ----------------------------------------------------------------------
static char *random_integer(char *to, unsigned max_digits) {
  char *start = to;
  unsigned n = test_random(&seed) % max_digits + 1;
  if (test_random(&seed) & 1) *to++ = '-';
  *to++ = (char)('1' + test_random(&seed) % 9);
  // Long runs of one digit make carries.
  while (--n > 0) *to++ = (char)('0' + (test_random(&seed) % 4 ? test_random(&seed) % 10 : n % 50 < 25 ? 9 : 0));
  *to = 0;
  return start;
}

// Texts of results: a ring, each good until sixteen more were made.
static const char *keep(const char *text) {
  static char ring[16][MAX_TEXT];
  static unsigned next;
  char *slot = ring[next++ % 16];
  snprintf(slot, MAX_TEXT, "%s", text);
  return slot;
}

static const char *line_of(const char *op, const char *a, const char *b) {
  static char line[2 * MAX_TEXT];
  snprintf(line, sizeof line, "%s %s%s%s", op, a, *b ? " " : "", b);
  return line;
}

static const char *of(const char *op, const char *a, const char *b) {
  return keep(evaluate(line_of(op, a, b)));
}

// op(a, b) = expected
static void holds(const char *op, const char *a, const char *b, const char *expected) {
  check(line_of(op, a, b), expected);
}

static const char *without_sign(const char *a) {
  return a + (*a == '-');
}

static void test_identities(unsigned times, unsigned digits) {
  static char a[MAX_TEXT], b[MAX_TEXT];
  for (unsigned i = 0; i < times; i++) {
    random_integer(a, digits);
    random_integer(b, digits);
    // (a + b) - b = a, and (a + b)(a - b) = a a - b b
    holds("-", of("+", a, b), b, a);
    const char *product = of("*", of("+", a, b), of("-", a, b));
    holds("-", of("*", a, a), of("*", b, b), product);
    // a = q b + r, both ways of rounding
    holds("+", of("*", of("quotient", a, b), b), of("remainder", a, b), a);
    holds("+", of("*", of("floor-quotient", a, b), b), of("modulo", a, b), a);
    // gcd(ab, b) = |b|, and lcm times gcd is the product
    const char *ab = of("*", a, b);
    holds("gcd", ab, b, without_sign(b));
    holds("*", of("gcd", a, b), of("lcm", a, b), without_sign(ab));
    // (a/b) b = a, and (a/b + b/a) a b = a a + b b
    holds("*", of("/", a, b), b, a);
    const char *sum = of("*", of("+", of("/", a, b), of("/", b, a)), ab);
    holds("+", of("*", a, a), of("*", b, b), sum);
    // the root of a square, and of one less
    const char *square = of("*", a, a);
    holds("sqrt", square, "", without_sign(a));
    const char *below = of("exact-integer-sqrt", of("-", square, "1"), "");
    size_t n = strcspn(below, " ");
    char root[MAX_TEXT];
    snprintf(root, sizeof root, "%.*s", (int)n, below);
    holds("+", root, "1", without_sign(a));
    // and + or = a + b, and or - and = xor
    holds("+", of("bitwise-and", a, b), of("bitwise-ior", a, b), of("+", a, b));
    holds("-", of("bitwise-ior", a, b), of("bitwise-and", a, b), of("bitwise-xor", a, b));
    // shifting is multiplying
    holds("arithmetic-shift", of("*", a, of("expt", "2", "137")), "-137", a);
    holds("floor-quotient", a, of("expt", "2", "67"), of("arithmetic-shift", a, "-67"));
  }
}

// --- doubles -----------------------------------------------------------------------------------------------
static double random_double(void) {
  union {
    uint64_t bits;
    double d;
  } u;
  do u.bits = (uint64_t)test_random(&seed) << 33 ^ (uint64_t)test_random(&seed) << 2 ^ test_random(&seed);
  while (u.d - u.d != 0);
  return u.d;
}

// Print, read with libc and with our own reader: always the same double; and as few digits as libc needs.
static void test_doubles(unsigned times) {
  unsigned wrong = 0;
  for (unsigned i = 0; i < times; i++) {
    double d = i % 4 ? random_double() : (double)(int)test_random(&seed) / (double)(1 + test_random(&seed) % 1000);
    make_room();
    char text[NUMBER_TEXT_MAX + 1], libc_text[64];
    text[number_format(flonum_make(cx.heap, d), 10, text)] = 0;
    uint32_t chars[400];
    size_t n = 0;
    for (; text[n]; n++) chars[n] = (unsigned char)text[n];
    if (flonum_double(number_parse(&cx, chars, n, 10)) != d || strtod(text, NULL) != d) wrong++;
    // Digits beyond the shortest, at random lengths: as libc reads them.
    sprintf(libc_text, "%.*e", (int)(i % 25), d);
    for (n = 0; libc_text[n]; n++) chars[n] = (unsigned char)libc_text[n];
    if (flonum_double(number_parse(&cx, chars, n, 10)) != strtod(libc_text, NULL)) wrong++;
    // Exact and back; halfway between two doubles goes to the even one.
    Value exact = number_exact(&cx, "exact", flonum_make(cx.heap, d));
    if (!value_eq(exact, OUTCOME_COLLECT) && number_to_double(exact) != d) wrong++;
  }
  TEST(wrong == 0);
}

static void test_halfway(void) {
  // 1 + 2^-53 exactly, and one digit far behind that.
  static char text[2000];
  const char *tie = "1.00000000000000011102230246251565404236316680908203125";
  sprintf(text, "+ %s", tie);
  check(text, "1.0");
  size_t n = strlen(text);
  memset(text + n, '0', 1200);
  strcpy(text + n + 1200, "1");
  check(text, "1.0000000000000002");
  check("exact->inexact 9007199254740993/9007199254740992", "1.0");
  check("exact->inexact 27021597764222979/9007199254740992", "3.0000000000000004");
}

// --- room and folding ------------------------------------------------------------------------------------------
static void test_many_arguments(void) {
  unsigned index;
  CHECK(primitive_find("+", 1, &index));
  static Value args[5000];
  uint32_t half[] = {'1', '/', '3'};
  make_room();
  Value third = number_parse(&cx, half, 3, 10);
  for (unsigned i = 0; i < 5000; i++) args[i] = i & 1 ? fixnum(FIXNUM_MAX) : third;
  Value v = primitive_at(index)->fn(&cx, args, 5000);
  TEST(is_ratnum(v));
  for (unsigned i = 0; i < 5000; i++) args[i] = i & 1 ? fixnum(FIXNUM_MAX) : fixnum(FIXNUM_MIN);
  TEST(value_eq(primitive_at(index)->fn(&cx, args, 5000), fixnum(-2500)));
}

static void test_int64(void) {
  static const int64_t edges[] = {0, 1, -1, INT64_MAX, INT64_MIN, INT64_MAX - 1, 1 << 30, -(1 << 30), (1 << 30) - 1,
                                  0xffffffff, 0x100000000, -0x100000000, (int64_t)1 << 62, -((int64_t)1 << 62)};
  for (size_t i = 0; i < ARRAY_LENGTH(edges); i++) {
    make_room();
    int64_t n = 0;
    Value v = integer_from_int64(cx.heap, edges[i]);
    TEST(integer_to_int64(v, &n) && n == edges[i]);
    TEST(is_fixnum(v) == (edges[i] >= FIXNUM_MIN && edges[i] <= FIXNUM_MAX));
    char decimal[32];
    sprintf(decimal, "%lld", (long long)edges[i]);
    char line[40];
    sprintf(line, "+ %s", decimal);
    check(line, decimal);
    uint32_t chars[32];
    size_t k = 0;
    for (; decimal[k]; k++) chars[k] = (unsigned char)decimal[k];
    Value w = number_parse(&cx, chars, k, 10);
    TEST(number_eqv(v, w) && number_hash(v) == number_hash(w));
  }
}

static int answer_lines(void) {
  static char line[6 * MAX_TEXT];
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    puts(evaluate(line));
  }
  return 0;
}

int main(int argc, char **argv) {
  struct memory_range range = platform_memory();
  CHECK(pages_init(range.start, range.size_bytes, false));
  cx.heap = heap_create(range.size_bytes);
  CHECK(cx.heap);
  known_init(cx.heap);
  values_init(cx.heap);
  cx.heap->stress = getenv("STRESS") ? (unsigned)atoi(getenv("STRESS")) : 0;
  if (argc > 1 && strcmp(argv[1], "-") == 0) return answer_lines();
  test_cases();
  test_int64();
  test_identities(60, 60);
  test_identities(20, 700);
  test_identities(2, 4000);
  test_doubles(20000);
  test_halfway();
  test_many_arguments();
  return test_finish();
}
