// Reports: text and numbers to the console without a heap.
//
// Uses: base.  Used by: panic, fault handlers.
#include "base/report.h"
#include "base/platform.h"

void report_text(const char *text) {
  platform_console_write(text, strlen(text));
}

static void report_number(uword n, unsigned radix, unsigned min_digits) {
  char digits[3 * sizeof(uword)];
  char *p = digits + sizeof digits;
  unsigned n_digits = 0;
  do {
    *--p = "0123456789abcdef"[n % radix];
    n /= radix;
    n_digits++;
  } while (n != 0 || n_digits < min_digits);
  platform_console_write(p, n_digits);
}

void report_decimal(uword n) {
  report_number(n, 10, 1);
}

void report_hex(uword n, unsigned min_digits) {
  unsigned most = 2 * sizeof(uword);
  report_number(n, 16, min_digits < most ? min_digits : most);
}
