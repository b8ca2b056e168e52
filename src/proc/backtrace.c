// The backtrace after a panic or a fault: trusts nothing, allocates nothing.
//
// Uses: vm, platform.  Used by: the platform's fault handlers.
#include "base/platform.h"
#include "base/report.h"
#include "proc/cpu.h"

#define FRAMES_SHOWN 30
#define NAME_SHOWN 60

// Is this a pointer into the pages, to an object of this type?  The heap may be damaged.
static bool is_sane(Value v, enum object_type type) {
  if (!is_object(v)) return false;
  const char *p = (const char *)(v.w - TAG_OBJECT);
  if (p < pages.start || p >= pages.start + pages.n_pages * PAGE_BYTES) return false;
  return is_type(v, type);
}

static void print_text(Value string) {
  if (!is_sane(string, T_STRING) || !is_sane(object_field(string, STRING_DATA), T_BYTES)) {
    report_text("?");
    return;
  }
  for (sword i = 0; i < string_length(string) && i < NAME_SHOWN; i++) {
    uint32_t c = string_char(string, i);
    char text[2] = {c >= 32 && c < 127 ? (char)c : '?', 0};
    report_text(text);
  }
}

static bool print_frame(void *context, Value procedure, const Unit *pc, Value *fp) {
  unsigned *n = context;
  (void)fp;
  report_text("  ");
  if (is_sane(procedure, T_PRIMITIVE)) {
    print_text(object_field(object_field(procedure, PRIMITIVE_NAME), SYMBOL_NAME));
  } else if (is_sane(procedure, T_CLOSURE) && is_sane(object_field(procedure, CLOSURE_CODE), T_CODE)) {
    Value code = object_field(procedure, CLOSURE_CODE);
    Value name = object_field(code, CODE_NAME);
    if (is_sane(name, T_SYMBOL)) print_text(object_field(name, SYMBOL_NAME));
    else report_text("(a procedure)");
    sword offset = pc - code_units(code);
    if (offset >= 0 && offset <= fixnum_int(object_field(code, CODE_N_UNITS)) && is_sane(object_field(code, CODE_FILE), T_STRING)) {
      report_text("  ");
      print_text(object_field(code, CODE_FILE));
      report_text(":");
      report_decimal(code_position(code, (unsigned)offset) >> 10);
    }
  } else {
    report_text("(not a procedure: the stack is damaged)\n");
    return false;
  }
  report_text("\n");
  return ++*n < FRAMES_SHOWN;
}

void core_print_backtrace(void) {
  struct vm *vm = cpu_vm();
  static bool already;
  if (already || !vm->cx.heap || !vm->fp || !is_sane(vm->cx.heap->roots[ROOT_THREAD], T_THREAD)) return;
  already = true;
  report_text("Scheme, as of the last safepoint:\n");
  unsigned n = 0;
  vm_walk_frames(vm, VALUE_FALSE, print_frame, &n);
}
