#!/bin/sh
# Does the virtual machine's loop still have an indirect jump of its own for each instruction?  A compiler may merge
# them into one, which no result shows and which makes the loop several times slower.
#
#   tests/dispatch.sh FILE...   programs with the symbol vm_run
passed=0 failed=0
for file in "$@"; do
  n=$(objdump -d --disassemble=vm_run "$file" | grep -c 'jmp  *\*')
  if [ "$n" -ge 100 ]; then
    passed=$((passed + 1))
  else
    echo "FAIL $file: $n indirect jumps in vm_run"
    failed=$((failed + 1))
  fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
