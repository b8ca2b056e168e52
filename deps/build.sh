#!/bin/sh
# Build the few foreign routines the core calls into build/deps/PLATFORM/libdeps.a.
#
#   deps/build.sh host|i686      does nothing when the library is newer than everything in deps/
#
# From Debian source packages (deps/fetch.sh), never copied into the tree:
#   musl           the mathematical functions of doubles; `sin` becomes `libm_sin`, so that libc's are
#                  never called by accident and both platforms compute the same bits
#   gmp            low-level natural number arithmetic: __gmpn_add_n and friends, generic C
#   postgresql-15  Ryu, the shortest digits of a double: `ryu_digits` (deps/ryu/ryu.c)
# All of it is compiled with the kernel's own flags; none of it allocates, prints or calls the system.
set -eu

platform=${1:?usage: deps/build.sh host|i686}
root=$(cd "$(dirname "$0")/.." && pwd)
deps=$root/deps
sources=$root/build/deps/src
out=$root/build/deps/$platform
library=$out/libdeps.a

if [ -f "$library" ] && [ -z "$(find "$deps" -newer "$library" -type f)" ]; then
  exit 0
fi

# One build at a time: the sources are shared by the platforms.
mkdir -p "$root/build/deps"
if [ -z "${DEPS_LOCKED:-}" ]; then
  exec env DEPS_LOCKED=yes flock "$root/build/deps/lock" "$0" "$@"
fi

case $platform in
host) prefix= ; arch=x86_64 ; bits=64 ; machine= ;;
i686)
  prefix=i686-linux-gnu- ; arch=i386 ; bits=32
  machine="-msse2 -mfpmath=sse -freg-struct-return" ;;
*) echo "deps/build.sh: unknown platform $platform" >&2; exit 2 ;;
esac
# The platform is a build list: `host` compiles for the machine's own word size, x86-64 so far.
cc=${prefix}gcc
flags="-std=gnu11 -O2 -ffreestanding -fno-pie -fno-pic -fno-asynchronous-unwind-tables -fno-stack-protector
  -fno-strict-aliasing -ffp-contract=off -ffunction-sections -fdata-sections -w $machine"

"$deps/fetch.sh" musl
"$deps/fetch.sh" gmp
"$deps/fetch.sh" postgresql-15 src/common/d2s.c src/common/d2s_intrinsics.h src/common/d2s_full_table.h \
  src/common/digit_table.h src/common/ryu_common.h src/include/common/shortest_dec.h
musl=$sources/musl/tree
gmp=$sources/gmp/tree
ryu=$sources/postgresql-15/tree

work=$out/objects
rm -rf "$work"
mkdir -p "$work/include/bits" "$work/gmp"

# --- musl's headers and functions ---------------------------------------------------------------
sed -f "$musl/tools/mkalltypes.sed" "$musl/arch/$arch/bits/alltypes.h.in" "$musl/include/alltypes.h.in" \
  >"$work/include/bits/alltypes.h"
musl_headers="-nostdinc -I$musl/arch/$arch -I$musl/arch/generic -I$work/include -I$musl/include"

math="__cos __sin __tan __rem_pio2 __rem_pio2_large __expo2 __polevll
  __math_divzero __math_invalid __math_oflow __math_uflow __math_xflow
  acos acosh asin asinh atan atan2 atanh cbrt ceil cos cosh exp exp2 exp_data expm1 floor fmod frexp hypot
  ldexp log log10 log1p log2 log2_data log_data modf pow pow_data rint round scalbn sin sinh
  tan tanh trunc copysign fabs __fpclassify __signbit
  fma nextafter remquo ilogb logb tgamma lgamma_r erf j0 j1 jn"
for f in $math; do
  $cc $flags -nostdinc -D_XOPEN_SOURCE=700 -I"$musl/arch/$arch" -I"$musl/arch/generic" \
    -I"$musl/src/include" -I"$musl/src/internal" -I"$work/include" -I"$musl/include" \
    -c "$musl/src/math/$f.c" -o "$work/libm_$f.o"
done
$cc $flags -fno-math-errno -c "$deps/libm/sqrt.c" -o "$work/libm_sqrt.o"
# Every name musl defines gets the prefix, in definitions and in calls alike.
${prefix}nm -g --defined-only "$work"/libm_*.o | awk 'NF == 3 { print $3, "libm_" $3 }' | sort -u >"$work/libm.names"
for f in "$work"/libm_*.o; do
  ${prefix}objcopy --redefine-syms="$work/libm.names" "$f"
done

# --- gmp: the mpn layer -----------------------------------------------------------------------------
sed -e "s/@HAVE_HOST_CPU_FAMILY_power@/0/; s/@HAVE_HOST_CPU_FAMILY_powerpc@/0/; s/@GMP_LIMB_BITS@/$bits/" \
  -e "s/@GMP_NAIL_BITS@/0/; s/@DEFN_LONG_LONG_LIMB@//; s/@LIBGMP_DLL@/0/; s/@CC@//; s/@CFLAGS@//" \
  "$gmp/gmp-h.in" >"$work/gmp/gmp.h"
# Tables that GMP's build computes with programs of its own, run on the building machine.
for table in fac fib bases; do
  gcc -w -O1 -I"$gmp" "$gmp/gen-$table.c" -o "$work/gmp/gen-$table" -lm
done
"$work/gmp/gen-fac" $bits 0 >"$work/gmp/fac_table.h"
"$work/gmp/gen-fib" header $bits 0 >"$work/gmp/fib_table.h"
"$work/gmp/gen-bases" header $bits 0 >"$work/gmp/mp_bases.h"
mpn="add_n add_1 sub_n sub_1 add sub cmp mul_1 addmul_1 submul_1 mul_basecase sqr_basecase lshift rshift
  divrem_1 divrem_2 sbpi1_div_qr mod_1"
for f in $mpn; do
  $cc $flags $musl_headers -DHAVE_CONFIG_H -D__GMP_WITHIN_GMP -DOPERATION_$f -I"$work/gmp" -I"$deps/gmp" -I"$gmp" \
    -I"$gmp/mpn/generic" -c "$gmp/mpn/generic/$f.c" -o "$work/mpn_$f.o"
done
$cc $flags $musl_headers -DHAVE_CONFIG_H -D__GMP_WITHIN_GMP -I"$work/gmp" -I"$deps/gmp" -I"$gmp" \
  -I"$gmp/mpn/generic" -c "$deps/gmp/divide.c" -o "$work/mpn_divide.o"

# --- Ryu ----------------------------------------------------------------------------------------------
$cc $flags $musl_headers -I"$deps/ryu" -I"$ryu/src/common" -I"$ryu/src/include" -c "$deps/ryu/ryu.c" -o "$work/ryu.o"

rm -f "$library"
${prefix}ar rcD "$library" "$work"/*.o

# --- what is left undefined must be what the core itself offers -------------------------------------
missing=$(${prefix}nm -u "$library" | awk 'NF == 2 { print $2 }' | sort -u | while read -r name; do
  ${prefix}nm -g --defined-only "$library" 2>/dev/null | awk 'NF == 3 { print $3 }' | grep -qx -- "$name" || echo "$name"
done | grep -vxE 'memcpy|memmove|memset|memcmp|__u?divdi3|__u?moddi3|__divmoddi4|__udivmoddi4' || true)
if [ -n "$missing" ]; then
  echo "deps/build.sh: $library needs:" $missing >&2
  rm -f "$library"
  exit 1
fi
