// Small helpers to check arguments in primitives.
//
// Uses: code/primitive.  Used by: prim.
#ifndef PRIM_ARGS_H
#define PRIM_ARGS_H

#include "code/primitive.h"

// The head of every primitive; parameters it does not need are no warning.
#define PRIM(name) \
  static Value name(__attribute__((unused)) struct context *cx, __attribute__((unused)) Value *args, \
                    __attribute__((unused)) unsigned n)

// Was optional argument `i` given?
static inline bool is_given(Value *args, unsigned n, unsigned i) {
  return i < n && !value_eq(args[i], VALUE_DEFAULT);
}

// Optional arguments `first` (start) and first + 1 (end) of a sequence of `length`.  Not an outcome: in range.
static inline Value arg_range(struct context *cx, const char *who, Value *args, unsigned n, unsigned first,
                              sword length, sword *start, sword *end) {
  *start = 0;
  *end = length;
  if (is_given(args, n, first + 1)) {
    Value v = args[first + 1];
    if (!is_fixnum(v)) return raise_type(cx, who, first + 2, "an end index (an exact integer)", v);
    if (fixnum_int(v) < 0 || fixnum_int(v) > length) return raise_range(cx, who, first + 2, v, 0, length);
    *end = fixnum_int(v);
  }
  if (is_given(args, n, first)) {
    Value v = args[first];
    if (!is_fixnum(v)) return raise_type(cx, who, first + 1, "a start index (an exact integer)", v);
    if (fixnum_int(v) < 0 || fixnum_int(v) > *end) return raise_range(cx, who, first + 1, v, 0, *end);
    *start = fixnum_int(v);
  }
  return VALUE_TRUE;
}

#endif
