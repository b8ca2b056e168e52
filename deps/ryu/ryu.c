// The shortest decimal digits that read back as a given double: a thin face on Ryu's d2s.c.
//
// Ryu is included as a whole, since the function we want is static; what else it defines is unused and
// stays local.  Strictly shortest: 5e-324, not 4.9e-324.
#include "postgres.h"

#define palloc(n) ((void *)0)
#define double_to_shortest_decimal_bufn unused_bufn
#define double_to_shortest_decimal_buf unused_buf
#define double_to_shortest_decimal unused_shortest
#include "ryu_common.h"
#undef STRICTLY_SHORTEST
#define STRICTLY_SHORTEST 1
#include "d2s.c"

// `f` is finite and above zero.  f = *digits * 10^*exponent, nearest to f among the shortest.
void ryu_digits(double f, uint64_t *digits, int *exponent);

void ryu_digits(double f, uint64_t *digits, int *exponent) {
  uint64_t bits = double_to_bits(f);
  uint64_t mantissa = bits & ((UINT64_C(1) << DOUBLE_MANTISSA_BITS) - 1);
  uint32_t biased = (uint32_t)(bits >> DOUBLE_MANTISSA_BITS) & ((1u << DOUBLE_EXPONENT_BITS) - 1);
  floating_decimal_64 v;
  if (!d2d_small_int(mantissa, biased, &v)) v = d2d(mantissa, biased);
  *digits = v.mantissa;
  *exponent = v.exponent;
}
