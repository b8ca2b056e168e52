// Numbers: making complex ones, and handing over to Scheme what is computed with them.
//
// Uses: data/list, data/mpn, data/symbol.  Used by: see data/number.h.
#include "data/list.h"
#include "data/mpn.h"
#include "data/number.h"
#include "data/symbol.h"

Value number_real_part(Value v) {
  return is_compnum(v) ? object_field(v, COMPNUM_REAL) : v;
}

Value number_imag_part(Value v) {
  return is_compnum(v) ? object_field(v, COMPNUM_IMAGINARY) : fixnum(0);
}

Value number_rectangular(struct context *cx, Value real, Value imaginary) {
  if (value_eq(imaginary, fixnum(0))) return real;
  if (is_flonum(real) && !is_flonum(imaginary)) imaginary = flonum_make(cx->heap, number_to_double(imaginary));
  if (is_flonum(imaginary) && !is_flonum(real)) real = flonum_make(cx->heap, number_to_double(real));
  uword *p = heap_alloc(cx->heap, FIXED_BYTES(2));
  p[0] = header_make(T_COMPNUM, 0);
  if (WORD_BYTES == 8) p[FIXED_BYTES(2) / WORD_BYTES - 1] = 0;
  Value v = value_from_object(p);
  object_field_init(v, COMPNUM_REAL, real);
  object_field_init(v, COMPNUM_IMAGINARY, imaginary);
  return v;
}

Value number_polar(struct context *cx, Value magnitude, Value angle) {
  if (value_eq(angle, fixnum(0)) || value_eq(magnitude, fixnum(0))) return magnitude;
  double m = number_to_double(magnitude), a = number_to_double(angle);
  Value real = flonum_make(cx->heap, m * libm_cos(a));
  return number_rectangular(cx, real, flonum_make(cx->heap, m * libm_sin(a)));
}

Value number_complex(struct context *cx, const char *who, const Value *args, unsigned n) {
  for (unsigned i = 0; i < n; i++)
    if (!is_number(args[i])) return raise_type(cx, who, i + 1, "a number", args[i]);
  return outcome_in_scheme(cx, who, n, args);
}
