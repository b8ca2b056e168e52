// Primitives on all objects: sameness, kinds, and the values that are only themselves.
//
// Uses: data/equal, prim/args.  Used by: prim/table.
#include "data/equal.h"
#include "data/symbol.h"
#include "prim/args.h"
#include "prim/tables.h"

PRIM(prim_eq) {
  return value_bool(value_eq(args[0], args[1]));
}
PRIM(prim_eqv) {
  return value_bool(value_eqv(args[0], args[1]));
}
PRIM(prim_equal) {
  return value_equal(cx, args[0], args[1]);
}
PRIM(prim_not) {
  return value_bool(is_false(args[0]));
}

static bool is_boolean(Value v) {
  return is_false(v) || value_eq(v, VALUE_TRUE);
}
static bool is_procedure(Value v) {
  return is_type(v, T_CLOSURE) || is_type(v, T_PRIMITIVE) || is_type(v, T_CONT) || is_type(v, T_PARAMETER);
}

PRIM(prim_boolean_p) {
  return value_bool(is_boolean(args[0]));
}
PRIM(prim_procedure_p) {
  return value_bool(is_procedure(args[0]));
}
PRIM(prim_eof_object) {
  return VALUE_EOF;
}
PRIM(prim_eof_object_p) {
  return value_bool(value_eq(args[0], VALUE_EOF));
}
PRIM(prim_default_object_p) {
  return value_bool(value_eq(args[0], VALUE_DEFAULT));
}
PRIM(prim_unspecified) {
  return VALUE_UNSPECIFIED;
}

// Are all arguments of a kind (else an error), and all the same?
static Value all_same(struct context *cx, const char *who, const char *wanted, bool (*is_kind)(Value), Value *args, unsigned n) {
  bool same = true;
  for (unsigned i = 0; i < n; i++) {
    if (!is_kind(args[i])) return raise_type(cx, who, i + 1, wanted, args[i]);
    same = same && value_eq(args[i], args[0]);
  }
  return value_bool(same);
}
PRIM(prim_boolean_same) {
  return all_same(cx, "boolean=?", "a boolean", is_boolean, args, n);
}
PRIM(prim_symbol_same) {
  return all_same(cx, "symbol=?", "a symbol", is_symbol, args, n);
}

static const char *kind_name(Value v) {
  if (is_fixnum(v)) return "fixnum";
  if (is_pair(v)) return "pair";
  if (is_char(v)) return "character";
  if (is_boolean(v)) return "boolean";
  if (is_nil(v)) return "null";
  if (value_eq(v, VALUE_EOF)) return "eof";
  if (!is_object(v)) return "unspecified";
  return type_infos[header_type(object_header(v))].name;
}

PRIM(prim_object_kind) {
  return symbol_intern_c(cx, kind_name(args[0]));
}

static bool has_immutability(Value v) {
  return is_type(v, T_VECTOR) || is_type(v, T_BYTES) || is_type(v, T_STRING);
}
PRIM(prim_immutable_p) {
  if (is_pair(args[0])) return value_bool(heap_is_constant(args[0]));
  return value_bool(!has_immutability(args[0]) || object_is_immutable(args[0]));
}
PRIM(prim_make_immutable) {
  if (has_immutability(args[0]) && !object_is_immutable(args[0])) *value_address(args[0]) |= HEADER_FLAG_IMMUTABLE;
  return args[0];
}

const struct primitive objects_primitives[] = {
  {"eq?", prim_eq, 2, 2, "(eq? a b)\nAre A and B the same object?"},
  {"eqv?", prim_eqv, 2, 2, "(eqv? a b)\nAre A and B the same object, or equal numbers of one exactness, or the same character?"},
  {"equal?", prim_equal, 2, 2,
   "(equal? a b)\nDo A and B look the same: eqv?, or strings, byte vectors, pairs or vectors with equal? contents? Circular ones too."},
  {"not", prim_not, 1, 1, "(not x)\n#t if X is #f, else #f."},
  {"boolean?", prim_boolean_p, 1, 1, "(boolean? x)\nIs X #t or #f?"},
  {"procedure?", prim_procedure_p, 1, 1, "(procedure? x)\nCan X be called?"},
  {"boolean=?", prim_boolean_same, 1, PRIMITIVE_REST, "(boolean=? a b ...)\nAre the booleans all the same?"},
  {"symbol=?", prim_symbol_same, 1, PRIMITIVE_REST, "(symbol=? a b ...)\nAre the symbols all the same?"},
  {"eof-object", prim_eof_object, 0, 0, "(eof-object)\nThe object that stands for the end of input."},
  {"eof-object?", prim_eof_object_p, 1, 1, "(eof-object? x)\nIs X the object that stands for the end of input?"},
  {"default-object?", prim_default_object_p, 1, 1, "(default-object? x)\nIs X an optional argument that was not given?"},
  {"unspecified", prim_unspecified, 0, 0, "(unspecified)\nThe value of expressions that have no useful one."},
  {"%object-kind", prim_object_kind, 1, 1, "(%object-kind x)\nThe kind of object that X is, as a symbol."},
  {"%immutable?", prim_immutable_p, 1, 1, "(%immutable? x)\nDo all mutators refuse X?"},
  {"%make-immutable!", prim_make_immutable, 1, 1, "(%make-immutable! x)\nMake mutators refuse X, a string, vector or byte vector, and answer it."},
};
const unsigned n_objects_primitives = ARRAY_LENGTH(objects_primitives);
