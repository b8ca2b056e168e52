// Primitives on fixnums only: an argument that is none, or a result, is a condition.
//
// Uses: data/number, prim/args.  Used by: prim/table.
#include "data/number.h"
#include "prim/args.h"
#include "prim/tables.h"

// The first of the arguments that is no fixnum.
static Value raise_fixnum(struct context *cx, const char *who, Value *args) {
  unsigned i = 0;
  while (is_fixnum(args[i])) i++;
  return raise_type(cx, who, i + 1, "a fixnum", args[i]);
}

static Value raise_overflow(struct context *cx, const char *who, Value *args, unsigned n) {
  return raise_condition(cx, KNOWN_RANGE, who, "the result is no fixnum, of", n, args);
}

static Value make_result(struct context *cx, const char *who, Value *args, unsigned n, bool overflow, sword r) {
  return overflow || !fits_fixnum(r) ? raise_overflow(cx, who, args, n) : fixnum(r);
}

// `overflow` computes r from a and b.
#define UNARY(name, who, overflow)                              \
  PRIM(name) {                                                  \
    if (!is_fixnum(args[0])) return raise_fixnum(cx, who, args); \
    sword a = fixnum_int(args[0]), r = 0;                       \
    bool fails = overflow;                                      \
    return make_result(cx, who, args, 1, fails, r);             \
  }
#define BINARY(name, who, overflow)                                          \
  PRIM(name) {                                                               \
    if (!are_fixnums(args[0], args[1])) return raise_fixnum(cx, who, args);  \
    sword a = fixnum_int(args[0]), b = fixnum_int(args[1]), r = 0;           \
    bool fails = overflow;                                                   \
    return make_result(cx, who, args, 2, fails, r);                          \
  }

BINARY(prim_fx_add, "fx+", (r = a + b, false))
BINARY(prim_fx_sub, "fx-", (r = a - b, false))
BINARY(prim_fx_mul, "fx*", __builtin_mul_overflow(a, b, &r))
UNARY(prim_fx_neg, "fxneg", (r = -a, false))
UNARY(prim_fx_abs, "fxabs", (r = a < 0 ? -a : a, false))
UNARY(prim_fx_square, "fxsquare", __builtin_mul_overflow(a, a, &r))

static Value divide(struct context *cx, const char *who, Value *args, bool is_quotient) {
  if (!are_fixnums(args[0], args[1])) return raise_fixnum(cx, who, args);
  sword a = fixnum_int(args[0]), b = fixnum_int(args[1]);
  if (b == 0) return raise_condition(cx, KNOWN_DIVIDE, who, "division by zero", 0, NULL);
  return make_result(cx, who, args, 2, false, is_quotient ? a / b : a % b);
}
PRIM(prim_fx_quotient) { return divide(cx, "fxquotient", args, true); }
PRIM(prim_fx_remainder) { return divide(cx, "fxremainder", args, false); }

#define MOST_SHIFT ((sword)WORD_BITS - 2)
static Value shift(struct context *cx, const char *who, Value *args, sword least, int sign) {
  if (!are_fixnums(args[0], args[1])) return raise_fixnum(cx, who, args);
  sword a = fixnum_int(args[0]), by = fixnum_int(args[1]), r = 0;
  if (by < least || by > MOST_SHIFT) return raise_range(cx, who, 2, args[1], least, MOST_SHIFT);
  by *= sign;
  if (by <= 0) return fixnum(a >> -by);
  bool fails = __builtin_mul_overflow(a, (sword)1 << by, &r);
  return make_result(cx, who, args, 2, fails, r);
}
PRIM(prim_fx_shift) { return shift(cx, "fxarithmetic-shift", args, -MOST_SHIFT, 1); }
PRIM(prim_fx_shift_left) { return shift(cx, "fxarithmetic-shift-left", args, 0, 1); }
PRIM(prim_fx_shift_right) { return shift(cx, "fxarithmetic-shift-right", args, 0, -1); }

#define COMPARE(name, who, operator)                                                      \
  PRIM(name) {                                                                            \
    bool holds = true;                                                                    \
    for (unsigned i = 0; i < n; i++) {                                                    \
      if (!is_fixnum(args[i])) return raise_fixnum(cx, who, args);                        \
      if (i && !(fixnum_int(args[i - 1]) operator fixnum_int(args[i]))) holds = false;    \
    }                                                                                     \
    return value_bool(holds);                                                             \
  }
COMPARE(prim_fx_equal, "fx=?", ==)
COMPARE(prim_fx_less, "fx<?", <)
COMPARE(prim_fx_greater, "fx>?", >)
COMPARE(prim_fx_less_equal, "fx<=?", <=)
COMPARE(prim_fx_greater_equal, "fx>=?", >=)

const struct primitive fixnums_primitives[] = {
  {"fx+", prim_fx_add, 2, 2, "(fx+ i j)\nThe sum of two fixnums. An error if it is none."},
  {"fx-", prim_fx_sub, 2, 2, "(fx- i j)\nThe difference of two fixnums. An error if it is none."},
  {"fx*", prim_fx_mul, 2, 2, "(fx* i j)\nThe product of two fixnums. An error if it is none."},
  {"fxneg", prim_fx_neg, 1, 1, "(fxneg i)\nThe negative of a fixnum. An error if it is none."},
  {"fxabs", prim_fx_abs, 1, 1, "(fxabs i)\nA fixnum without its sign. An error if that is none."},
  {"fxsquare", prim_fx_square, 1, 1, "(fxsquare i)\nThe square of a fixnum. An error if it is none."},
  {"fxquotient", prim_fx_quotient, 2, 2, "(fxquotient i j)\nFixnum I divided by J, towards 0."},
  {"fxremainder", prim_fx_remainder, 2, 2, "(fxremainder i j)\nWhat fxquotient leaves; it has the sign of I."},
  {"fxarithmetic-shift", prim_fx_shift, 2, 2,
   "(fxarithmetic-shift i count)\nFixnum I shifted COUNT bits to the left, right if negative; an error if the result is no fixnum."},
  {"fxarithmetic-shift-left", prim_fx_shift_left, 2, 2,
   "(fxarithmetic-shift-left i count)\nFixnum I shifted COUNT bits to the left. An error if the result is no fixnum."},
  {"fxarithmetic-shift-right", prim_fx_shift_right, 2, 2,
   "(fxarithmetic-shift-right i count)\nFixnum I shifted COUNT bits to the right."},
  {"fx=?", prim_fx_equal, 0, PRIMITIVE_REST, "(fx=? i ...)\nAre the fixnums all equal?"},
  {"fx<?", prim_fx_less, 0, PRIMITIVE_REST, "(fx<? i ...)\nIs each of the fixnums below the next?"},
  {"fx>?", prim_fx_greater, 0, PRIMITIVE_REST, "(fx>? i ...)\nIs each of the fixnums above the next?"},
  {"fx<=?", prim_fx_less_equal, 0, PRIMITIVE_REST, "(fx<=? i ...)\nIs none of the fixnums above the next?"},
  {"fx>=?", prim_fx_greater_equal, 0, PRIMITIVE_REST, "(fx>=? i ...)\nIs none of the fixnums below the next?"},
};
const unsigned n_fixnums_primitives = ARRAY_LENGTH(fixnums_primitives);
