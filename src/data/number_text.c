// Numbers as text: reading all of R7RS's syntax, printing the shortest form.
//
// Uses: data/natural, data/mpn, data/string.  Used by: see data/number.h.
//
// Reading is exact: the digits become an integer, and the double is the one nearest to integer * 10^exponent.  Printing
// a flonum takes Ryu's digits; so what is printed reads back as the same number.
#include "data/mpn.h"
#include "data/natural.h"
#include "data/number.h"
#include "data/string.h"

// --- reading ------------------------------------------------------------------------------------
// Digits beyond these change a double only by being there at all.
#define SIGNIFICANT_DIGITS 800
// Exponents are read up to here; what is larger acts the same.
#define EXPONENT_LIMIT 100000000

struct parser {
  struct scratch s;
  const uint32_t *p, *end;
  unsigned radix;
  char exactness;  // 'e', 'i', or 0: by the form
};

static int lower(uint32_t c) {
  if (c >= 'A' && c <= 'Z') return (int)c + 32;
  return c < 128 ? (int)c : -1;
}

static int digit_value(uint32_t c, unsigned radix) {
  int l = lower(c);
  int v = l >= '0' && l <= '9' ? l - '0' : l >= 'a' && l <= 'z' ? l - 'a' + 10 : -1;
  return v < (int)radix ? v : -1;
}

static bool parse_prefix(struct parser *r) {
  bool radix_seen = false;
  while (r->end - r->p >= 2 && r->p[0] == '#') {
    int c = lower(r->p[1]);
    unsigned radix = c == 'x' ? 16 : c == 'd' ? 10 : c == 'o' ? 8 : c == 'b' ? 2 : 0;
    if (radix && !radix_seen) {
      r->radix = radix;
      radix_seen = true;
    } else if ((c == 'e' || c == 'i') && !r->exactness) {
      r->exactness = (char)c;
    } else {
      return false;
    }
    r->p += 2;
  }
  return true;
}

static bool rest_is(struct parser *r, const char *text) {
  const uint32_t *p = r->p;
  for (; *text; text++, p++)
    if (p == r->end || lower(*p) != *text) return false;
  return p == r->end;
}

// A run of digits at p: where it ends.
static const uint32_t *skip_digits(struct parser *r, const uint32_t *p) {
  while (p < r->end && digit_value(*p, r->radix) >= 0) p++;
  return p;
}

// The integer of the digits in [a, a_end) followed by those in [b, b_end).
static struct big digits_to_big(struct parser *r, const uint32_t *a, const uint32_t *a_end, const uint32_t *b,
                                const uint32_t *b_end) {
  size_t n = (size_t)(a_end - a) + (size_t)(b_end - b);
  unsigned char *digits = (unsigned char *)scratch_words(&r->s, n / WORD_BYTES + 1);
  if (!digits) return BIG_ZERO;
  size_t i = 0;
  for (; a < a_end; a++) digits[i++] = (unsigned char)digit_value(*a, r->radix);
  for (; b < b_end; b++) digits[i++] = (unsigned char)digit_value(*b, r->radix);
  return big_from_digits(&r->s, digits, n, r->radix);
}

// Powers of ten that are exact doubles.
static const double small_powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                      1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

// digits * 10^exponent as the nearest double, where `digits` is short by whole trailing places that hold `more`.
static double scale_to_double(struct scratch *s, struct big digits, sword exponent, size_t n_digits) {
  if (digits.n == 0) return 0.0;
  if (exponent + (sword)n_digits > 400) return __builtin_inf();
  if (exponent + (sword)n_digits < -400) return 0.0;
  if (big_bits(digits) <= 53 && exponent >= -22 && exponent <= 22) {
    // Both factors are exact, so the one rounding is right.
    double d = big_to_double(digits, 0, false);
    return exponent < 0 ? d / small_powers[-exponent] : d * small_powers[exponent];
  }
  struct big ten = big_from_word(s, 10, false);
  struct big power = big_power(s, ten, (uword)(exponent < 0 ? -exponent : exponent));
  if (exponent >= 0) return big_to_double(big_mul(s, digits, power), 0, false);
  return s->failure ? 0.0 : big_ratio_to_double(s, digits, power);
}

static Value make_exact_decimal(struct parser *r, struct big digits, sword exponent) {
  struct scratch *s = &r->s;
  struct big one = big_from_word(s, 1, false);
  if (digits.n == 0) return fixnum(0);
  struct big power = big_power(s, big_from_word(s, 10, false), (uword)(exponent < 0 ? -exponent : exponent));
  if (exponent >= 0) return ratio_make(s, NULL, big_mul(s, digits, power), one);
  if (s->failure) return scratch_outcome(s, NULL);
  return ratio_make(s, NULL, digits, power);
}

// The exponent after `e` at *p, which is moved on.  False: there is none, or it is no number.
static bool parse_exponent(struct parser *r, const uint32_t **p, sword *exponent) {
  const uint32_t *q = *p + 1;
  bool negative = q < r->end && *q == '-';
  if (q < r->end && (*q == '-' || *q == '+')) q++;
  if (q == r->end) return false;
  sword n = 0;
  for (; q < r->end && digit_value(*q, 10) >= 0; q++)
    if (n < EXPONENT_LIMIT) n = n * 10 + digit_value(*q, 10);
  *exponent = negative ? -n : n;
  *p = q;
  return true;
}

// In another radix than 10: whole-part digits, a point, a fraction.  Not in R7RS, but how flonums are written there.
static Value parse_point(struct parser *r, const uint32_t *whole, const uint32_t *whole_end, bool negative) {
  const uint32_t *fraction = whole_end + 1;
  size_t n_fraction = (size_t)(r->end - fraction);
  if (*whole_end != '.' || skip_digits(r, fraction) != r->end || (whole == whole_end && n_fraction == 0)) return VALUE_FALSE;
  struct big n = digits_to_big(r, whole, whole_end, fraction, r->end);
  struct big d = big_power(&r->s, big_from_word(&r->s, r->radix, false), n_fraction);
  if (r->s.failure) return scratch_outcome(&r->s, NULL);
  if (r->exactness == 'e') return ratio_make(&r->s, NULL, negative ? big_negate(n) : n, d);
  double q = n.n ? big_ratio_to_double(&r->s, n, d) : 0.0;
  return r->s.failure ? scratch_outcome(&r->s, NULL) : flonum_make(r->s.cx->heap, negative ? -q : q);
}

// What follows whole-part digits [whole, whole_end) in radix 10: a fraction, an exponent, or both.
static Value parse_decimal(struct parser *r, const uint32_t *whole, const uint32_t *whole_end, bool negative) {
  const uint32_t *p = whole_end, *fraction = p, *fraction_end = p;
  if (p < r->end && *p == '.') {
    fraction = p + 1;
    p = fraction_end = skip_digits(r, fraction);
  }
  if (whole == whole_end && fraction == fraction_end) return VALUE_FALSE;
  sword exponent = 0;
  if (p < r->end && lower(*p) == 'e' && !parse_exponent(r, &p, &exponent)) return VALUE_FALSE;
  if (p != r->end) return VALUE_FALSE;
  exponent -= fraction_end - fraction;
  if (r->exactness == 'e') {
    struct big digits = digits_to_big(r, whole, whole_end, fraction, fraction_end);
    if (negative) digits = big_negate(digits);
    return r->s.failure ? scratch_outcome(&r->s, NULL) : make_exact_decimal(r, digits, exponent);
  }
  // Leading zeros do not count, and of very many digits the last are dropped for a 1 that stands for "more".
  while (whole < whole_end && *whole == '0') whole++;
  if (whole == whole_end)
    while (fraction < fraction_end && *fraction == '0') fraction++;
  size_t n = (size_t)(whole_end - whole) + (size_t)(fraction_end - fraction), dropped = 0;
  if (n > SIGNIFICANT_DIGITS) {
    dropped = n - SIGNIFICANT_DIGITS;
    size_t of_fraction = (size_t)(fraction_end - fraction);
    if (of_fraction > dropped) of_fraction = dropped;
    fraction_end -= of_fraction;
    whole_end -= dropped - of_fraction;
    exponent += (sword)dropped;
  }
  struct big digits = digits_to_big(r, whole, whole_end, fraction, fraction_end);
  if (dropped) {
    digits = big_mul(&r->s, digits, big_from_word(&r->s, 10, false));
    digits = big_add(&r->s, digits, big_from_word(&r->s, 1, false));
    exponent -= 1;
  }
  double d = scale_to_double(&r->s, digits, exponent, n - dropped + (dropped != 0));
  if (r->s.failure) return scratch_outcome(&r->s, NULL);
  return flonum_make(r->s.cx->heap, negative ? -d : d);
}

static Value parse_real(struct parser *r) {
  struct heap *heap = r->s.cx->heap;
  if (r->p == r->end) return VALUE_FALSE;
  bool negative = *r->p == '-';
  if (*r->p == '-' || *r->p == '+') {
    r->p++;
    bool inf = rest_is(r, "inf.0"), nan = rest_is(r, "nan.0");
    if (inf || nan) {
      if (r->exactness == 'e') return VALUE_FALSE;
      double d = inf ? __builtin_inf() : __builtin_nan("");
      return flonum_make(heap, negative ? -d : d);
    }
  }
  const uint32_t *start = r->p, *end = skip_digits(r, start);
  if (end == r->end) {
    if (start == end) return VALUE_FALSE;
    struct big n = digits_to_big(r, start, end, end, end);
    if (negative) n = big_negate(n);
    if (r->exactness == 'i' && !r->s.failure) {
      double d = big_to_double(n, 0, false);
      return flonum_make(heap, negative && d == 0 ? -0.0 : d);
    }
    return big_result(&r->s, NULL, n);
  }
  if (*end != '/') return r->radix == 10 ? parse_decimal(r, start, end, negative) : parse_point(r, start, end, negative);
  const uint32_t *below = end + 1, *below_end = skip_digits(r, below);
  if (start == end || below == below_end || below_end != r->end) return VALUE_FALSE;
  struct big n = digits_to_big(r, start, end, end, end), d = digits_to_big(r, below, below_end, below_end, below_end);
  if (r->s.failure) return scratch_outcome(&r->s, NULL);
  if (negative) n = big_negate(n);
  if (d.n == 0) return VALUE_FALSE;
  if (r->exactness == 'i') {
    double q = n.n ? big_ratio_to_double(&r->s, n, d) : negative ? -0.0 : 0.0;
    return r->s.failure ? scratch_outcome(&r->s, NULL) : flonum_make(heap, q);
  }
  return ratio_make(&r->s, NULL, n, d);
}

// The real number [from, to).
static Value parse_part(struct parser *r, const uint32_t *from, const uint32_t *to) {
  r->p = from;
  r->end = to;
  return parse_real(r);
}

// The second of two parts: when there is no room for it, ask for the first one's as well.
static Value parse_second(struct parser *r, const uint32_t *from, const uint32_t *to) {
  Value v = parse_part(r, from, to);
  if (value_eq(v, OUTCOME_COLLECT)) r->s.cx->need_bytes *= 2;
  return v;
}

static Value parse_polar(struct parser *r, const uint32_t *from, const uint32_t *at, const uint32_t *to) {
  struct context *cx = r->s.cx;
  Value magnitude = parse_part(r, from, at);
  if (is_outcome(magnitude) || is_false(magnitude)) return magnitude;
  Value angle = parse_second(r, at + 1, to);
  if (is_outcome(angle) || is_false(angle)) return angle;
  Value v = number_polar(cx, magnitude, angle);
  if (r->exactness != 'e' || !is_compnum(v)) return v;
  if (!is_rational(number_real_part(v)) || !is_rational(number_imag_part(v))) return VALUE_FALSE;
  Value real = number_exact(cx, NULL, number_real_part(v));
  return number_rectangular(cx, real, number_exact(cx, NULL, number_imag_part(v)));
}

// Real part, sign, imaginary part and i.  Either part may be missing.
static Value parse_rectangular(struct parser *r, const uint32_t *from, const uint32_t *sign, const uint32_t *i) {
  Value real = fixnum(0), imaginary = fixnum(*sign == '-' ? -1 : 1);
  if (sign > from) real = parse_part(r, from, sign);
  if (is_outcome(real) || is_false(real)) return real;
  if (sign + 1 < i)
    imaginary = parse_second(r, sign, i);
  else if (r->exactness == 'i')
    imaginary = flonum_make(r->s.cx->heap, *sign == '-' ? -1 : 1);
  if (is_outcome(imaginary) || is_false(imaginary)) return imaginary;
  return number_rectangular(r->s.cx, real, imaginary);
}

static Value parse_complex(struct parser *r) {
  const uint32_t *from = r->p, *to = r->end, *last_sign = NULL;
  for (const uint32_t *p = from; p < to; p++) {
    bool of_exponent = r->radix == 10 && p > from && lower(p[-1]) == 'e';
    if ((*p == '+' || *p == '-') && !of_exponent) last_sign = p;
    if (*p == '@') return parse_polar(r, from, p, to);
  }
  if (last_sign && lower(to[-1]) == 'i' && r->radix <= COMPLEX_RADIX_MAX)
    return parse_rectangular(r, from, last_sign, to - 1);
  return parse_real(r);
}

Value number_parse(struct context *cx, const uint32_t *chars, size_t n, unsigned radix) {
  struct parser r = {.p = chars, .end = chars + n, .radix = radix, .exactness = 0};
  scratch_init(&r.s, cx);
  Value v = parse_prefix(&r) ? parse_complex(&r) : VALUE_FALSE;
  scratch_free(&r.s);
  return v;
}

Value number_parse_string(struct context *cx, Value string, unsigned radix) {
  sword n = string_length(string);
  if (string_width(string) == 4) return number_parse(cx, (const uint32_t *)string_data(string), (size_t)n, radix);
  struct scratch s;
  scratch_init(&s, cx);
  uint32_t *chars = (uint32_t *)scratch_words(&s, (size_t)n * 4 / WORD_BYTES + 1);
  Value v;
  if (chars) {
    for (sword i = 0; i < n; i++) chars[i] = string_char(string, i);
    v = number_parse(cx, chars, (size_t)n, radix);
  } else {
    v = scratch_outcome(&s, "string->number");
  }
  scratch_free(&s);
  return v;
}

// --- printing -------------------------------------------------------------------------------------
static char digit_char(unsigned digit) {
  return (char)(digit < 10 ? '0' + digit : 'a' + digit - 10);
}

static size_t put_text(char *to, const char *text) {
  size_t n = 0;
  while (text[n]) {
    to[n] = text[n];
    n++;
  }
  return n;
}

// At most 66 characters.
static size_t put_integer(char *to, sword v, unsigned radix) {
  char digits[WORD_BITS];
  size_t n = 0, at = 0;
  uword rest = v < 0 ? -(uword)v : (uword)v;
  do {
    digits[n++] = digit_char((unsigned)(rest % radix));
    rest /= radix;
  } while (rest);
  if (v < 0) to[at++] = '-';
  while (n > 0) to[at++] = digits[--n];
  return at;
}

// Positional from 1e-6 to below 1e21, otherwise d.ddde<exponent>: always with a point.
static size_t put_double(char *to, double d) {
  if (d != d) return put_text(to, "+nan.0");
  size_t at = 0;
  union {
    double d;
    uint64_t bits;
  } u = {.d = d};
  bool negative = u.bits >> 63;
  if (d - d != 0) return put_text(to, negative ? "-inf.0" : "+inf.0");
  if (negative) to[at++] = '-';
  if (d == 0) return at + put_text(to + at, "0.0");
  uint64_t mantissa;
  int exponent;
  ryu_digits(negative ? -d : d, &mantissa, &exponent);
  while (mantissa % 10 == 0) {
    mantissa /= 10;
    exponent++;
  }
  char digits[20];
  int n = 0;
  for (uint64_t m = mantissa; m; m /= 10) digits[n++] = (char)('0' + m % 10);
  int point = n + exponent;  // digits before the point
  if (point > 21 || point < -5) {
    to[at++] = digits[--n];
    to[at++] = '.';
    if (n == 0) to[at++] = '0';
    while (n > 0) to[at++] = digits[--n];
    to[at++] = 'e';
    return at + put_integer(to + at, point - 1, 10);
  }
  if (point <= 0) {
    at += put_text(to + at, "0.");
    for (int i = point; i < 0; i++) to[at++] = '0';
    while (n > 0) to[at++] = digits[--n];
    return at;
  }
  for (int i = 0; i < point; i++) to[at++] = n > 0 ? digits[--n] : '0';
  to[at++] = '.';
  if (n == 0) to[at++] = '0';
  while (n > 0) to[at++] = digits[--n];
  return at;
}

size_t number_format(Value v, unsigned radix, char buffer[NUMBER_TEXT_MAX]) {
  if (is_fixnum(v)) return put_integer(buffer, fixnum_int(v), radix);
  if (is_flonum(v)) return put_double(buffer, flonum_double(v));
  return 0;
}

// The characters of an exact integer, written before `end`; returns how many.
static size_t big_text(struct scratch *s, struct big a, unsigned radix, unsigned char *end, size_t max) {
  size_t n = big_to_digits(s, a, radix, end - max, max);
  for (size_t i = 1; i <= n; i++) end[-(sword)i] = (unsigned char)digit_char(end[-(sword)i]);
  if (a.negative && !s->failure) end[-(sword)++n] = '-';
  return n;
}

// The most characters number_text writes.
static size_t text_bound(struct scratch *s, Value v, unsigned radix) {
  if (is_bignum(v)) return big_digits_bound(big_from_value(s, v), radix) + 1;
  if (!is_ratnum(v) && !is_compnum(v)) return NUMBER_TEXT_MAX;
  return 2 + text_bound(s, object_field(v, 1), radix) + text_bound(s, object_field(v, 2), radix);
}

// Write the characters of a number before `end`, for it is done from the right; returns how many.
static size_t number_text(struct scratch *s, Value v, unsigned radix, unsigned char *end) {
  size_t n = 0;
  if (is_bignum(v)) return big_text(s, big_from_value(s, v), radix, end, text_bound(s, v, radix));
  if (is_ratnum(v)) {
    n = number_text(s, object_field(v, RATNUM_DENOMINATOR), radix, end);
    end[-(sword)++n] = '/';
    return n + number_text(s, object_field(v, RATNUM_NUMERATOR), radix, end - n);
  }
  if (is_compnum(v)) {
    Value real = object_field(v, COMPNUM_REAL), imaginary = object_field(v, COMPNUM_IMAGINARY);
    end[-(sword)++n] = 'i';
    bool unit = value_eq(imaginary, fixnum(1)) || value_eq(imaginary, fixnum(-1));
    if (!unit) n += number_text(s, imaginary, radix, end - n);
    // A negative number, an infinity and NaN have their sign already.
    if (unit || (end[-(sword)n] != '-' && end[-(sword)n] != '+'))
      end[-(sword)++n] = unit && number_sign(imaginary) < 0 ? '-' : '+';
    return value_eq(real, fixnum(0)) ? n : n + number_text(s, real, radix, end - n);
  }
  char buffer[NUMBER_TEXT_MAX];
  n = number_format(v, radix, buffer);
  memcpy(end - n, buffer, n);
  return n;
}

Value number_to_string(struct context *cx, Value v, unsigned radix) {
  char buffer[NUMBER_TEXT_MAX];
  size_t n = number_format(v, radix, buffer);
  if (n) return string_from_latin1(cx, (const unsigned char *)buffer, n);
  struct scratch s;
  scratch_init(&s, cx);
  size_t max = text_bound(&s, v, radix);
  unsigned char *text = (unsigned char *)scratch_words(&s, max / WORD_BYTES + 1);
  n = text ? number_text(&s, v, radix, text + max) : 0;
  Value r = s.failure ? scratch_outcome(&s, "number->string") : string_from_latin1(cx, text + max - n, n);
  scratch_free(&s);
  return r;
}
