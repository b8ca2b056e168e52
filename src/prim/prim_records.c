// Primitives on records, conditions, cells and parameters: objects of a few named fields.
//
// Uses: data/record, data/string, data/symbol, prim/args.  Used by: prim/table.
#include "data/list.h"
#include "data/record.h"
#include "data/string.h"
#include "data/symbol.h"
#include "data/local.h"
#include "prim/args.h"
#include "prim/tables.h"

// A new object of a FIXED shape, from the guaranteed room.
static Value make_fixed(struct heap *heap, enum object_type type, const Value *fields, unsigned n_words) {
  uword *p = heap_alloc(heap, FIXED_BYTES(n_words));
  p[0] = header_make(type, 0);
  for (unsigned i = 0; i < n_words; i++) p[1 + i] = fields[i].w;
  return value_from_object(p);
}

// --- record types -------------------------------------------------------------------------------

static bool are_symbols(Value vector) {
  for (sword i = 0; i < vector_length(vector); i++)
    if (!is_symbol(vector_slots(vector)[i])) return false;
  return true;
}

#define RECORD_FIELDS_MAX 1000

// A type called <point> makes points: the symbol without the brackets that many programs write.
static Value bare_name(struct context *cx, Value symbol) {
  Value name = symbol_name(symbol);
  sword n = string_length(name);
  if (n < 3 || string_char(name, 0) != '<' || string_char(name, n - 1) != '>') return symbol;
  Value bare = string_substring(cx, name, 1, n - 1);
  return is_outcome(bare) ? bare : symbol_intern_string(cx, bare);
}

PRIM(prim_make_rtd) {
  const char *who = "%make-rtd";
  struct heap *heap = cx->heap;
  Value parent = is_given(args, n, 2) ? args[2] : VALUE_FALSE;
  if (!is_symbol(args[0])) return raise_type(cx, who, 1, "a symbol", args[0]);
  if (!is_type(args[1], T_VECTOR) || !are_symbols(args[1])) return raise_type(cx, who, 2, "a vector of symbols", args[1]);
  if (is_true(parent) && !is_rtd(heap, parent)) return raise_type(cx, who, 3, "a record type or #f", parent);
  sword n_parents = is_true(parent) ? vector_length(object_field(parent, RTD_FIELD_NAMES)) : 0;
  sword n_fields = n_parents + vector_length(args[1]);
  if (n_fields > RECORD_FIELDS_MAX) return raise_range(cx, who, 2, fixnum(n_fields), 0, RECORD_FIELDS_MAX);
  Value name = bare_name(cx, args[0]);
  return is_outcome(name) ? name : record_type_make(cx, name, parent, args[1]);
}

static Value rtd_part(struct context *cx, const char *who, Value rtd, unsigned field) {
  if (!is_rtd(cx->heap, rtd)) return raise_type(cx, who, 1, "a record type", rtd);
  return object_field(rtd, field);
}
PRIM(prim_rtd_p) {
  return value_bool(is_rtd(cx->heap, args[0]));
}
PRIM(prim_rtd_name) {
  return rtd_part(cx, "%rtd-name", args[0], RTD_NAME);
}
PRIM(prim_rtd_fields) {
  return rtd_part(cx, "%rtd-fields", args[0], RTD_FIELD_NAMES);
}
PRIM(prim_rtd_parent) {
  return rtd_part(cx, "%rtd-parent", args[0], RTD_PARENT);
}

// --- records ----------------------------------------------------------------------------------------

PRIM(prim_record) {
  if (!is_rtd(cx->heap, args[0])) return raise_type(cx, "%record", 1, "a record type", args[0]);
  sword wanted = vector_length(object_field(args[0], RTD_FIELD_NAMES));
  if (wanted != (sword)n - 1) {
    Value sizes[] = {fixnum(wanted), fixnum((sword)n - 1)};
    return raise_condition(cx, KNOWN_ARITY, "%record", "wrong number of fields (wanted, given):", 2, sizes);
  }
  Value record = record_make_raw(cx, args[0], n - 1);
  if (is_outcome(record)) return record;
  for (unsigned i = 1; i < n; i++) object_field_init(record, RECORD_FIELDS + i - 1, args[i]);
  return record;
}

PRIM(prim_is_record) {
  return value_bool(record_has_type(args[0], args[1]));
}
PRIM(prim_record_p) {
  return value_bool(is_type(args[0], T_RECORD));
}
PRIM(prim_record_type) {
  if (!is_type(args[0], T_RECORD)) return raise_type(cx, "%record-type", 1, "a record", args[0]);
  return object_field(args[0], RECORD_TYPE);
}

// "argument 1 should be a <point>, but is": the type's name is the only part that is not ASCII for sure.
static Value raise_record_type(struct context *cx, Value who, Value rtd, Value culprit) {
  char message[120] = "argument 1 should be a record of type ";
  size_t at = strlen(message);
  Value name = is_rtd(cx->heap, rtd) ? object_field(rtd, RTD_NAME) : VALUE_FALSE;
  if (is_symbol(name)) {
    Value string = symbol_name(name);
    for (sword i = 0; i < string_length(string) && at < 100; i++) {
      uint32_t c = string_char(string, i);
      message[at++] = c < 128 ? (char)c : '?';
    }
  }
  memcpy(message + at, ", but is", sizeof ", but is");
  return raise_condition_by(cx, KNOWN_TYPE, is_symbol(who) ? who : VALUE_FALSE, message, 1, &culprit);
}

// The slot of field args[2] of args[0], a record of type args[1]; NULL: *problem is what to answer.
static Value *record_field(struct context *cx, Value *args, Value who, Value *problem) {
  if (UNLIKELY(!record_has_type(args[0], args[1]))) {
    *problem = raise_record_type(cx, who, args[1], args[0]);
    return NULL;
  }
  unsigned n_fields = record_n_fields(args[0]);
  if (UNLIKELY(!is_fixnum(args[2]) || (uword)fixnum_int(args[2]) >= n_fields)) {
    *problem = raise_index(cx, "%record-ref", 3, args[2], "record", (sword)n_fields);
    return NULL;
  }
  return object_slot(args[0], RECORD_FIELDS + (unsigned)fixnum_int(args[2]));
}

PRIM(prim_record_ref) {
  Value problem, *slot = record_field(cx, args, n > 3 ? args[3] : VALUE_FALSE, &problem);
  return slot ? *slot : problem;
}

PRIM(prim_record_set) {
  Value problem, *slot = record_field(cx, args, n > 4 ? args[4] : VALUE_FALSE, &problem);
  if (!slot) return problem;
  if (!heap_try_store(cx->heap, args[0], slot, args[3])) return raise_immutable(cx, "%record-set!", 1, args[0]);
  return VALUE_UNSPECIFIED;
}

// --- conditions ----------------------------------------------------------------------------------------

#define CONDITION_N_FIELDS 7

PRIM(prim_make_condition) {
  Value fields[CONDITION_N_FIELDS];
  for (unsigned i = 0; i < CONDITION_N_FIELDS; i++) fields[i] = is_given(args, n, i) ? args[i] : VALUE_FALSE;
  if (!is_symbol(fields[0])) return raise_type(cx, "%make-condition", 1, "a symbol", args[0]);
  if (is_false(fields[3])) fields[3] = VALUE_NIL;
  if (list_length(fields[3]) < 0) return raise_type(cx, "%make-condition", 4, "a list", fields[3]);
  return make_fixed(cx->heap, T_CONDITION, fields, CONDITION_N_FIELDS);
}

PRIM(prim_condition_p) {
  return value_bool(is_type(args[0], T_CONDITION));
}

static Value check_condition(struct context *cx, const char *who, Value *args) {
  if (!is_type(args[0], T_CONDITION)) return raise_type(cx, who, 1, "a condition", args[0]);
  if (!is_fixnum(args[1]) || (uword)fixnum_int(args[1]) >= CONDITION_N_FIELDS)
    return raise_index(cx, who, 2, args[1], "condition", CONDITION_N_FIELDS);
  return VALUE_TRUE;
}

PRIM(prim_condition_ref) {
  Value problem = check_condition(cx, "%condition-ref", args);
  if (is_outcome(problem)) return problem;
  return object_field(args[0], CONDITION_TYPE + (unsigned)fixnum_int(args[1]));
}

PRIM(prim_condition_set) {
  Value problem = check_condition(cx, "%condition-set!", args);
  if (is_outcome(problem)) return problem;
  if (!heap_try_store(cx->heap, args[0], object_slot(args[0], CONDITION_TYPE + (unsigned)fixnum_int(args[1])), args[2]))
    return raise_immutable(cx, "%condition-set!", 1, args[0]);
  return VALUE_UNSPECIFIED;
}

// --- cells: global variables ------------------------------------------------------------------------------

PRIM(prim_make_cell) {
  Value fields[] = {VALUE_UNBOUND, args[0], fixnum(0), VALUE_FALSE, VALUE_FALSE};
  return make_fixed(cx->heap, T_CELL, fields, 5);
}
PRIM(prim_cell_p) {
  return value_bool(is_type(args[0], T_CELL));
}
PRIM(prim_cell_ref) {
  if (!is_type(args[0], T_CELL)) return raise_type(cx, "%cell-ref", 1, "a cell", args[0]);
  Value value = object_field(args[0], CELL_VALUE), name = object_field(args[0], CELL_NAME);
  if (value_eq(value, VALUE_LOCAL)) return local_value(cx, args[0]);
  if (!value_eq(value, VALUE_UNBOUND)) return value;
  return raise_condition(cx, KNOWN_UNBOUND, NULL, "this variable is not defined:", 1, &name);
}
PRIM(prim_cell_bound_p) {
  if (!is_type(args[0], T_CELL)) return raise_type(cx, "%cell-bound?", 1, "a cell", args[0]);
  return value_bool(!value_eq(object_field(args[0], CELL_VALUE), VALUE_UNBOUND));
}
PRIM(prim_cell_set) {
  if (!is_type(args[0], T_CELL)) return raise_type(cx, "%cell-set!", 1, "a cell", args[0]);
  if (value_eq(object_field(args[0], CELL_VALUE), VALUE_LOCAL)) return local_set(cx, args[0], args[1]);
  if (heap_is_frozen(args[0])) return raise_immutable(cx, "%cell-set!", 1, args[0]);
  heap_store(cx->heap, args[0], object_slot(args[0], CELL_VALUE), args[1]);
  return VALUE_UNSPECIFIED;
}
PRIM(prim_cell_name) {
  if (!is_type(args[0], T_CELL)) return raise_type(cx, "%cell-name", 1, "a cell", args[0]);
  return object_field(args[0], CELL_NAME);
}
PRIM(prim_cell_flags) {
  if (!is_type(args[0], T_CELL)) return raise_type(cx, "%cell-flags", 1, "a cell", args[0]);
  return object_field(args[0], CELL_FLAGS);
}

// --- parameters ----------------------------------------------------------------------------------------------

PRIM(prim_make_parameter) {
  Value fields[] = {args[0], args[1], is_given(args, n, 2) ? args[2] : VALUE_FALSE};
  return make_fixed(cx->heap, T_PARAMETER, fields, 3);
}
PRIM(prim_parameter_p) {
  return value_bool(is_type(args[0], T_PARAMETER));
}
PRIM(prim_parameter_value) {
  if (!is_type(args[0], T_PARAMETER)) return raise_type(cx, "%parameter-value", 1, "a parameter", args[0]);
  return local_parameter(cx, args[0]);
}
PRIM(prim_parameter_set_value) {
  if (!is_type(args[0], T_PARAMETER)) return raise_type(cx, "%parameter-set-value!", 1, "a parameter", args[0]);
  if (heap_is_frozen(args[0])) return local_set(cx, args[0], args[1]);
  heap_store(cx->heap, args[0], object_slot(args[0], PARAMETER_VALUE), args[1]);
  return VALUE_UNSPECIFIED;
}
PRIM(prim_parameter_converter) {
  if (!is_type(args[0], T_PARAMETER)) return raise_type(cx, "%parameter-converter", 1, "a parameter", args[0]);
  return object_field(args[0], PARAMETER_CONVERTER);
}

const struct primitive records_primitives[] = {
  {"%make-rtd", prim_make_rtd, 2, 3,
   "(%make-rtd name fields [parent])\nA new record type; FIELDS, a vector of symbols, come after those of PARENT (a record type or #f)."},
  {"%rtd?", prim_rtd_p, 1, 1, "(%rtd? x)\nIs X a record type?"},
  {"%rtd-name", prim_rtd_name, 1, 1, "(%rtd-name rtd)\nThe name of a record type."},
  {"%rtd-fields", prim_rtd_fields, 1, 1, "(%rtd-fields rtd)\nThe names of all fields of a record type, its parent's first: a vector."},
  {"%rtd-parent", prim_rtd_parent, 1, 1, "(%rtd-parent rtd)\nThe record type that RTD extends, or #f."},
  {"%record", prim_record, 1, PRIMITIVE_REST, "(%record rtd field ...)\nA new record of type RTD. An error unless all its fields are given."},
  {"%record?", prim_is_record, 2, 2, "(%record? x rtd)\nIs X a record of type RTD or of one that extends it?"},
  {"record?", prim_record_p, 1, 1, "(record? x)\nIs X a record of any type?"},
  {"%record-ref", prim_record_ref, 3, 4,
   "(%record-ref record rtd k [who])\nField K of RECORD, counted from 0. An error in the name of WHO unless it is of type RTD."},
  {"%record-set!", prim_record_set, 4, 5,
   "(%record-set! record rtd k value [who])\nMake VALUE field K of RECORD. An error in the name of WHO unless it is of type RTD."},
  {"%record-type", prim_record_type, 1, 1, "(%record-type record)\nThe type of RECORD."},
  {"%make-condition", prim_make_condition, 1, 7,
   "(%make-condition type [who message irritants position extra arguments])\nA new condition; TYPE is a symbol."},
  {"condition?", prim_condition_p, 1, 1, "(condition? x)\nIs X a condition, as errors raise them?"},
  {"%condition-ref", prim_condition_ref, 2, 2,
   "(%condition-ref condition k)\nPart K of CONDITION: 0 type, 1 who, 2 message, 3 irritants, 4 position, 5 extra, 6 arguments."},
  {"%condition-set!", prim_condition_set, 3, 3, "(%condition-set! condition k value)\nMake VALUE part K of CONDITION (see %condition-ref)."},
  {"%make-cell", prim_make_cell, 1, 1, "(%make-cell name)\nA new variable without a value."},
  {"%cell?", prim_cell_p, 1, 1, "(%cell? x)\nIs X a variable's cell?"},
  {"%cell-ref", prim_cell_ref, 1, 1, "(%cell-ref cell)\nThe value of a variable. An error if it has none yet."},
  {"%cell-bound?", prim_cell_bound_p, 1, 1, "(%cell-bound? cell)\nDoes the variable have a value?"},
  {"%cell-set!", prim_cell_set, 2, 2, "(%cell-set! cell value)\nGive a variable a value."},
  {"%cell-name", prim_cell_name, 1, 1, "(%cell-name cell)\nThe name of a variable."},
  {"%cell-flags", prim_cell_flags, 1, 1, "(%cell-flags cell)\nWhat the compiler knows of a variable: 1 constant, 2 assigned."},
  {"%make-parameter", prim_make_parameter, 2, 3,
   "(%make-parameter value converter [name])\nA new parameter object; CONVERTER is a procedure or #f and is not called."},
  {"%parameter?", prim_parameter_p, 1, 1, "(%parameter? x)\nIs X a parameter object?"},
  {"%parameter-value", prim_parameter_value, 1, 1, "(%parameter-value parameter)\nThe outermost value of PARAMETER."},
  {"%parameter-set-value!", prim_parameter_set_value, 2, 2, "(%parameter-set-value! parameter value)\nReplace the outermost value of PARAMETER."},
  {"%parameter-converter", prim_parameter_converter, 1, 1, "(%parameter-converter parameter)\nThe procedure that converts values for PARAMETER, or #f."},
};
const unsigned n_records_primitives = ARRAY_LENGTH(records_primitives);
