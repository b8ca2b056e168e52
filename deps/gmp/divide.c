// Division by two limbs and more, as one routine over GMP's: it needs an inverse that only GMP's macros make.
#include "gmp.h"
#include "gmp-impl.h"
#include "longlong.h"

// a[na] / d[nd] with 2 <= nd < na and the top bit of d set.  The quotient is q[na - nd] and the returned top limb; the
// remainder is left in a[nd].
mp_limb_t mpn_divide(mp_ptr q, mp_ptr a, mp_size_t na, mp_srcptr d, mp_size_t nd);

mp_limb_t mpn_divide(mp_ptr q, mp_ptr a, mp_size_t na, mp_srcptr d, mp_size_t nd) {
  gmp_pi1_t inverse;
  if (nd == 2) return mpn_divrem_2(q, 0, a, na, d);
  invert_pi1(inverse, d[nd - 1], d[nd - 2]);
  return mpn_sbpi1_div_qr(q, a, na, d, nd, inverse.inv32);
}
