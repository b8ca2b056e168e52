#!/bin/sh
# Build and run the C unit tests of one variant (host, debug or asan), and add up what they say.
#
#   tests/run-unit.sh VARIANT
set -u
cd "$(dirname "$0")/.." || exit 1
variant=${1:-debug}
passed=0 failed=0

# A test that does not build fails; the others still run.
make -s -k -j"$(nproc)" unit-build VARIANT="$variant" >&2 || true
for source in tests/unit/*_test.c; do
  [ -e "$source" ] || continue
  name=$(basename "$source" .c)
  output=$(timeout 120 "build/$variant/unit/$name" 2>&1)
  status=$?
  counts=$(printf '%s\n' "$output" | sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' | tail -1)
  p=${counts% *} f=${counts#* }
  if [ -z "$counts" ] || { [ "$status" != 0 ] && [ "$f" = 0 ]; }; then
    echo "FAIL unit $variant $name: status $status"
    printf '%s\n' "$output" | tail -20
    failed=$((failed + 1))
    continue
  fi
  [ "$f" = 0 ] || { echo "FAIL unit $variant $name:"; printf '%s\n' "$output" | tail -20; }
  passed=$((passed + p))
  failed=$((failed + f))
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
