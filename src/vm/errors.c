// The conditions the VM itself raises.
//
// Uses: data/outcome, data/list.  Used by: vm.
#include "vm/errors.h"
#include "base/platform.h"
#include "data/known.h"
#include "data/list.h"
#include "data/message.h"
#include "data/string.h"
#include "data/symbol.h"

// Arguments shown in a condition.
#define SHOWN_ARGUMENTS 8

static Value with_arguments(struct vm *vm, Value outcome, const Value *args, unsigned n_args) {
  if (!value_eq(outcome, OUTCOME_RAISE)) return outcome;
  unsigned n = n_args < SHOWN_ARGUMENTS ? n_args : SHOWN_ARGUMENTS;
  Value list = list_from_array(&vm->cx, args, n, VALUE_NIL);
  if (is_outcome(list)) return list;
  Value condition = vm->cx.condition;
  heap_store(vm->cx.heap, condition, object_slot(condition, CONDITION_ARGUMENTS), list);
  return outcome;
}

Value error_not_procedure(struct vm *vm, Value callee, const Value *args, unsigned n_args) {
  Value v = raise_condition(&vm->cx, KNOWN_NOT_PROCEDURE, NULL, "only a procedure can be called, not", 1, &callee);
  return with_arguments(vm, v, args, n_args);
}

static void add_count(struct message *t, unsigned min, unsigned max, bool has_rest) {
  if (has_rest) message_text(t, "at least ");
  message_integer(t, min);
  if (!has_rest && max > min) {
    message_text(t, " to ");
    message_integer(t, max);
  }
  message_text(t, max == 1 && !has_rest ? " argument" : " arguments");
}

static void add_parameters(struct message *t, Value list) {
  message_text(t, " (");
  for (unsigned n = 0; is_pair(list) && n < 8; n++, list = pair_cdr(list)) {
    if (n) message_text(t, " ");
    message_symbol(t, pair_car(list));
  }
  if (is_type(list, T_SYMBOL)) {
    message_text(t, " . ");
    message_symbol(t, list);
  }
  message_text(t, ")");
}

// The first line of documentation, which is the signature.  False: it is none.
static bool add_signature(struct message *t, Value doc) {
  if (!is_string(doc) || string_length(doc) == 0 || string_char(doc, 0) != '(') return false;
  message_text(t, ", as in ");
  for (sword i = 0; i < string_length(doc) && string_char(doc, i) != '\n'; i++) {
    uint32_t c = string_char(doc, i);
    message_text(t, (char[]){c >= 32 && c < 127 ? (char)c : '?', 0});
  }
  return true;
}

static void add_primitive_signature(struct message *t, const char *doc) {
  message_text(t, ", as in ");
  for (; *doc && *doc != '\n'; doc++) message_text(t, (char[]){*doc, 0});
}

#define CLAUSES_SHOWN 6

// "(a), (a b) or (a . b)": what each clause of a case-lambda binds, as its ENTER at the target of the jump says.
static void add_clauses(struct message *t, Value code) {
  const Unit *units = code_units(code);
  for (unsigned at = 0, n = 0; n < CLAUSES_SHOWN && (units[at] == OP_CASE || units[at] == OP_CASE_REST); n++) {
    unsigned enter = at + (unsigned)unit_s32(units + at + 2);
    struct code_walk walk = code_variables(code);
    struct code_variable v;
    const char *separator = " (";
    at += op_length(units + at);
    bool last = units[at] == OP_CASE_FAIL;
    message_text(t, n == 0 ? "" : last ? " or" : ",");
    while (code_next_variable(&walk, code, enter + op_length(units + enter), &v) && v.kind <= PLACE_REST) {
      message_text(t, v.kind == PLACE_REST ? " . " : separator);
      message_symbol(t, v.name);
      separator = " ";
    }
    message_text(t, separator[1] ? " ()" : ")");
  }
}

static void add_closure_arity(struct message *t, Value code) {
  if (code_units(code)[0] == OP_CASE_FAIL) {
    message_text(t, "has no clauses at all");
    return;
  }
  unsigned arity = (unsigned)fixnum_int(object_field(code, CODE_ARITY));
  bool cases = code_units(code)[0] == OP_CASE || code_units(code)[0] == OP_CASE_REST;
  Value doc = object_field(code, CODE_DOC), parameters = object_field(code, CODE_PARAMETERS);
  message_text(t, cases ? "takes other arguments" : "takes ");
  if (!cases) add_count(t, arity & 1023, arity & 1023, arity >> 20);
  if (!cases && is_pair(parameters)) {
    add_parameters(t, parameters);
  } else if (!add_signature(t, doc) && cases) {
    message_text(t, ":");
    add_clauses(t, code);
  }
}

Value error_arity(struct vm *vm, Value callee, const Value *args, unsigned n_args) {
  struct message t = {.n = 0};
  Value who;
  if (is_type(callee, T_PRIMITIVE)) {
    const struct primitive *p = vm->primitives[fixnum_int(object_field(callee, PRIMITIVE_INDEX))];
    who = object_field(callee, PRIMITIVE_NAME);
    message_text(&t, "takes ");
    add_count(&t, p->min, p->max, p->max == PRIMITIVE_REST);
    add_primitive_signature(&t, p->doc);
  } else if (is_type(callee, T_PARAMETER)) {
    who = object_field(callee, PARAMETER_NAME);
    message_text(&t, "takes ");
    add_count(&t, 0, 1, false);
  } else {
    Value code = object_field(callee, CLOSURE_CODE);
    who = object_field(code, CODE_NAME);
    add_closure_arity(&t, code);
  }
  message_text(&t, ", but was given ");
  message_integer(&t, n_args);
  return with_arguments(vm, raise_condition_by(&vm->cx, KNOWN_ARITY, who, t.text, 0, NULL), args, n_args);
}

#define ARGUMENT_DIGIT 9  // in "argument 1 should be"

static const char *const source_operators[][3] = {
    // of the instruction, with exchanged operands, compared with 0
    {"+", "+", "+"}, {"*", "*", "*"}, {"=", "=", "zero?"}, {"<", ">", "negative?"}, {">", "<", "positive?"}, {"<=", ">=", "<="}, {">=", "<=", ">="}};

static bool text_is(Value string, const char *text) {
  size_t n = strlen(text);
  return string_length(string) == (sword)n && string_width(string) == 1 && !memcmp(string_data(string), text, n);
}

void error_restore_operator(struct vm *vm, unsigned flags) {
  Value c = vm->cx.condition;
  if (!flags || !value_eq(object_field(c, CONDITION_TYPE), known(vm->cx.heap, KNOWN_TYPE))) return;
  Value who = object_field(c, CONDITION_WHO), message = object_field(c, CONDITION_MESSAGE);
  if (!is_type(who, T_SYMBOL) || string_width(message) != 1 || string_length(message) <= ARGUMENT_DIGIT) return;
  for (unsigned i = 0; i < ARRAY_LENGTH(source_operators); i++) {
    if (!text_is(symbol_name(who), source_operators[i][0])) continue;
    const char *name = source_operators[i][flags & OPERATOR_ZERO ? 2 : flags & OPERATOR_SWAPPED ? 1 : 0];
    Value symbol = symbol_intern_c(&vm->cx, flags & OPERATOR_MINUS ? "-" : name);
    if (is_outcome(symbol)) return;
    heap_store(vm->cx.heap, c, object_slot(c, CONDITION_WHO), symbol);
    unsigned char *digit = (unsigned char *)string_data(message) + ARGUMENT_DIGIT;
    if (flags & OPERATOR_SWAPPED) *digit = *digit == '1' ? '2' : '1';
    return;
  }
}

Value error_unbound(struct vm *vm, Value name) {
  return raise_condition(&vm->cx, KNOWN_UNBOUND, NULL, "this name has no definition:", 1, &name);
}

Value error_unassigned(struct vm *vm, Value name) {
  return raise_condition(&vm->cx, KNOWN_UNBOUND, NULL, "this variable was used before its definition was reached:", 1,
                         &name);
}

Value error_out_of_memory(struct vm *vm) {
  return raise_condition(&vm->cx, KNOWN_MEMORY, NULL, "out of memory: everything the quota allows is in use", 0, NULL);
}

Value error_stack(struct vm *vm) {
  return raise_condition(&vm->cx, KNOWN_STACK, NULL, "recursion is too deep: its stack takes all the memory there is", 0,
                         NULL);
}

bool error_is_about_room(struct vm *vm, Value callee, const Value *args, unsigned n_args) {
  struct heap *heap = vm->cx.heap;
  if (n_args != 1 || !value_eq(callee, heap->roots[ROOT_RAISE_HANDLER]) || !is_type(args[0], T_CONDITION)) return false;
  Value type = object_field(args[0], CONDITION_TYPE);
  return value_eq(type, known(heap, KNOWN_MEMORY)) || value_eq(type, known(heap, KNOWN_STACK));
}

Value error_argument_list(struct vm *vm, Value list) {
  return raise_type(&vm->cx, "apply", 2, "a proper list of at most 60,000 arguments", list);
}

Value error_record(struct vm *vm, Value who, Value record, Value type) {
  Value irritants[] = {record};
  struct message t = {.n = 0};
  message_text(&t, "argument 1 should be a record of type ");
  if (is_type(type, T_RECORD)) message_symbol(&t, object_field(type, RTD_NAME));
  message_text(&t, ", but is");
  return raise_condition_by(&vm->cx, KNOWN_TYPE, who, t.text, 1, irritants);
}

Value error_frozen_record(struct vm *vm, Value who, Value record) {
  return raise_condition_by(&vm->cx, KNOWN_IMMUTABLE, who, "argument 1 belongs to the system or is shared, and cannot be changed:", 1,
                            &record);
}

Value error_index(struct vm *vm, const char *who, Value object, Value index) {
  struct context *cx = &vm->cx;
  bool string = is_type(object, T_STRING), bytes = is_type(object, T_BYTES);
  const char *kind = string ? "string" : bytes ? "bytevector" : "vector";
  return raise_index(cx, who, 2, index, kind, vector_length(object));
}

static void print(const char *s) {
  platform_console_write(s, strlen(s));
}

static void print_string(Value s) {
  for (sword i = 0; is_string(s) && i < string_length(s); i++) {
    uint32_t c = string_char(s, i);
    char byte = c < 127 ? (char)c : '?';
    platform_console_write(&byte, 1);
  }
}

static void print_plain(Value v) {
  struct message t = {.n = 0};
  print(" ");
  if (is_type(v, T_SYMBOL)) {
    print_string(object_field(v, SYMBOL_NAME));
  } else if (is_string(v)) {
    print_string(v);
  } else if (is_fixnum(v)) {
    message_integer(&t, fixnum_int(v));
    print(t.text);
  } else {
    print("(an object)");
  }
}

void error_uncaught(struct vm *vm) {
  Value c = vm->cx.condition;
  print("ringlet: error before the library was ready:");
  if (is_type(c, T_CONDITION)) {
    print_plain(object_field(c, CONDITION_TYPE));
    print_plain(object_field(c, CONDITION_WHO));
    print_plain(object_field(c, CONDITION_MESSAGE));
    for (Value i = object_field(c, CONDITION_IRRITANTS); is_pair(i); i = pair_cdr(i))
      print_plain(pair_car(i));
  }
  print("\n");
  panic("no handler for conditions", __FILE__, __LINE__);
}
