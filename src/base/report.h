// Reports: text, hexadecimal and decimal straight to the console, for panics and faults.
//
// Uses: base.  Used by: panic, the platforms' fault handlers, anything that must speak without a heap.
#ifndef BASE_REPORT_H
#define BASE_REPORT_H

#include "base/base.h"

void report_text(const char *text);
void report_decimal(uword n);
// At least `min_digits` digits, no prefix.
void report_hex(uword n, unsigned min_digits);

#endif
