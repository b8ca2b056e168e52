// Memory that must not be touched: poisoned for the address sanitizer where that is linked in, else protected.
//
// Uses: libc.  Used by: gc/pages through base/platform.h, in debug builds; unit tests.
#include <sys/mman.h>
#include "base/platform.h"

__attribute__((weak)) void __asan_poison_memory_region(void const volatile *start, size_t size_bytes);
__attribute__((weak)) void __asan_unpoison_memory_region(void const volatile *start, size_t size_bytes);

// A process may have only so many ranges of different protection; where there are too many, memory stays accessible.
bool platform_memory_guard(char *start, size_t size_bytes, bool is_accessible) {
  if (!__asan_poison_memory_region) {
    (void)!mprotect(start, size_bytes, is_accessible ? PROT_READ | PROT_WRITE : PROT_NONE);
    return false;
  }
  if (is_accessible) {
    __asan_unpoison_memory_region(start, size_bytes);
  } else {
    __asan_poison_memory_region(start, size_bytes);
  }
  return true;
}

void platform_memory_freeze(char *start, size_t size_bytes) {
  if (RINGLET_DEBUG) (void)!mprotect(start, size_bytes, PROT_READ);
}
