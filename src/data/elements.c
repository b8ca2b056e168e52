// Numbers as a few bytes.
//
// Uses: data/natural, data/string.  Used by: see the header.
#include "data/elements.h"
#include "data/natural.h"
#include "data/string.h"

const struct element_info element_infos[N_ELEMENT_KINDS] = {
#define ELEMENT(id, name, bytes, wanted) {#name, bytes, wanted},
#include "data/elements.def"
#undef ELEMENT
};

static double load_float(const unsigned char *from, unsigned bytes) {
  float f;
  double d;
  if (bytes == 8) {
    memcpy(&d, from, 8);
    return d;
  }
  memcpy(&f, from, 4);
  return f;
}

static void store_float(double d, unsigned char *to, unsigned bytes) {
  float f = (float)d;
  if (bytes == 8) memcpy(to, &d, 8);
  else memcpy(to, &f, 4);
}

Value element_load(struct heap *heap, enum element_kind kind, const unsigned char *from) {
  unsigned bytes = element_infos[kind].bytes;
  if (kind >= ELEMENT_C64) {
    uword *p = heap_alloc(heap, FIXED_BYTES(2));
    p[0] = header_make(T_COMPNUM, 0);
    Value v = value_from_object(p);
    object_field_init(v, COMPNUM_REAL, flonum_make(heap, load_float(from, bytes / 2)));
    object_field_init(v, COMPNUM_IMAGINARY, flonum_make(heap, load_float(from + bytes / 2, bytes / 2)));
    return v;
  }
  if (kind >= ELEMENT_F32) return flonum_make(heap, load_float(from, bytes));
  uint64_t n = 0;
  memcpy(&n, from, bytes);
  if (kind % 2 == 0) return integer_from_uint64(heap, n);
  unsigned unused = 64 - 8 * bytes;
  return integer_from_int64(heap, (int64_t)(n << unused) >> unused);
}

// The common case of integer_store.
static bool store_fixnum(int64_t i, unsigned char *to, unsigned bytes, bool is_signed) {
  unsigned bits = 8 * bytes - is_signed;
  int64_t above = bits == 64 ? -(i < 0) : i >> bits;
  if (above != 0 && !(is_signed && above == -1)) return false;
  memcpy(to, &i, bytes);
  return true;
}

bool element_store(enum element_kind kind, Value v, unsigned char *to) {
  unsigned bytes = element_infos[kind].bytes;
  if (kind < ELEMENT_F32)
    return is_fixnum(v) ? store_fixnum(fixnum_int(v), to, bytes, kind % 2) : integer_store(v, to, bytes, kind % 2);
  if (kind < ELEMENT_C64) {
    if (!is_real(v)) return false;
    store_float(number_to_double(v), to, bytes);
    return true;
  }
  bool complex = is_compnum(v);
  if (!complex && !is_real(v)) return false;
  Value real = complex ? object_field(v, COMPNUM_REAL) : v;
  Value imaginary = complex ? object_field(v, COMPNUM_IMAGINARY) : fixnum(0);
  store_float(number_to_double(real), to, bytes / 2);
  store_float(number_to_double(imaginary), to + bytes / 2, bytes / 2);
  return true;
}

Value numbers_make(struct context *cx, enum element_kind kind, size_t n) {
  unsigned size = element_infos[kind].bytes;
  // More than any heap has is asked for as such, without overflow.
  Value v = bytes_make_raw(cx, n > (size_t)FIXNUM_MAX / size ? (size_t)FIXNUM_MAX : n * size);
  if (is_outcome(v)) return v;
  memset(bytes_data(v), 0, n * size);
  if (kind != ELEMENT_U8) *value_address(v) = header_make(T_NUMBERS, 0) | (uword)kind << NUMBERS_KIND_SHIFT;
  return v;
}

// --- integers of any width --------------------------------------------------------------------------

// n bytes become their negative in two's complement.
static void negate_bytes(unsigned char *bytes, size_t n) {
  unsigned carry = 1;
  for (size_t i = 0; i < n; i++) {
    carry += (unsigned char)~bytes[i];
    bytes[i] = (unsigned char)carry;
    carry >>= 8;
  }
}

Value integer_load(struct context *cx, const unsigned char *from, size_t n, bool is_signed) {
  if (!is_signed || n == 0 || from[n - 1] < 128) return integer_from_bytes(cx, from, n, false);
  struct scratch s;
  scratch_init(&s, cx);
  unsigned char *copy = (unsigned char *)scratch_words(&s, n / WORD_BYTES + 1);
  if (copy) {
    memcpy(copy, from, n);
    negate_bytes(copy, n);
  }
  Value v = copy ? integer_from_bytes(cx, copy, n, true) : scratch_outcome(&s, NULL);
  scratch_free(&s);
  return v;
}

bool integer_store(Value v, unsigned char *to, size_t n, bool is_signed) {
  if (!is_exact_integer(v)) return false;
  bool negative = number_sign(v) < 0;
  if ((negative && !is_signed) || integer_length_bits(v) + is_signed > 8 * n) return false;
  uword small = 0;
  const uword *limbs = &small;
  size_t n_bytes = sizeof small;
  if (is_fixnum(v)) {
    small = negative ? -(uword)fixnum_int(v) : (uword)fixnum_int(v);
  } else {
    limbs = (const uword *)bytes_data(v);
    n_bytes = (size_t)bytes_length(v);
  }
  for (size_t i = 0; i < n; i++)
    to[i] = i < n_bytes ? (unsigned char)(limbs[i / WORD_BYTES] >> (i % WORD_BYTES * 8)) : 0;
  if (negative) negate_bytes(to, n);
  return true;
}
