// Panic: the end of the road for a broken invariant of the core.
//
// Uses: base.  Used by: CHECK and ASSERT everywhere.
//
// A panic inside the report of a panic says so in one line and stops, so the report always ends.
#include "base/platform.h"
#include "base/report.h"

void panic(const char *message, const char *file, int line) {
  static int depth;
  if (depth++ > 1) platform_fatal_exit();
  report_text(depth == 1 ? "\n*** panic: " : "\n*** panic while reporting: ");
  report_text(message);
  report_text("\n    at ");
  report_text(file);
  report_text(":");
  report_decimal((uword)line);
  report_text("\n");
  if (depth == 1) core_print_backtrace();
  platform_fatal_exit();
}
