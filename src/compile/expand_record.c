// define-record-type: definitions over the record primitives.
//
// Uses: compile/expander.h.
//
//   (define hidden (%make-rtd 'type '#(field ...) #f))
//   (define type hidden)
//   (define (constructor field ...) (%record hidden field-or-#f ...))
//   (define (predicate record) (%record? record hidden))
//   (define (accessor record) (%record-ref record hidden i 'accessor))
//   (define (modifier record value) (%record-set! record hidden i value 'modifier))
//
// The hidden name is new in each expansion: procedures keep their own type when a type of the same name is defined.
#include "compile/expander.h"

struct record {
  struct expander *ex;
  const struct work *w;
  Value type, hidden, definitions;
  Value fields;  // a vector of identifiers
  bool failed;
};

static Value make_list(struct record *r, const Value *items, size_t n, Value tail) {
  for (size_t i = n; i-- > 0 && !r->failed;) {
    tail = take_pair(r->ex, items[i], tail);
    if (value_eq(tail, VALUE_EMPTY)) r->failed = true;
  }
  return tail;
}
#define LIST(r, ...) \
  make_list(r, (Value[]){__VA_ARGS__}, ARRAY_LENGTH(((Value[]){__VA_ARGS__})), VALUE_NIL)

// A new identifier: what `symbol` means among the primitives, or (bound) a name of its own.
static Value fresh(struct record *r, Value identifier) {
  if (r->failed) return VALUE_FALSE;
  Value alias = make_alias(r->ex, identifier, r->ex->cx->heap->roots[ROOT_PRIMITIVES_ENV], false);
  if (value_eq(alias, VALUE_EMPTY)) r->failed = true;
  return alias;
}

static Value primitive(struct record *r, enum known_symbol symbol) {
  return fresh(r, known(r->ex->cx->heap, symbol));
}

static Value quoted(struct record *r, Value datum) {
  return LIST(r, primitive(r, KNOWN_QUOTE), datum);
}

static void add_definition(struct record *r, Value head, Value body) {
  Value definition = LIST(r, primitive(r, KNOWN_DEFINE), head, body);
  r->definitions = make_list(r, &definition, 1, r->definitions);
}

static bool add_type(struct record *r) {
  Value name = quoted(r, r->type), fields = quoted(r, r->fields);
  add_definition(r, r->type, r->hidden);
  add_definition(r, r->hidden, LIST(r, primitive(r, KNOWN_MAKE_RTD), name, fields, VALUE_FALSE));
  return !r->failed;
}

static sword field_index(struct record *r, Value name) {
  for (sword i = 0; i < vector_length(r->fields); i++) {
    if (value_eq(vector_slots(r->fields)[i], name)) return i;
  }
  return -1;
}

// The condition has the name and the list of the fields there are.
static bool refuse_field(struct record *r, Value name) {
  struct expander *ex = r->ex;
  Value fields = take_pair(ex, vector_elements(ex, r->fields), VALUE_NIL);
  Value irritants = strip_datum(ex, take_pair(ex, name, fields));
  if (is_outcome(ex->outcome)) return false;
  Value who = identifier_symbol(pair_car(r->w->form));
  return raise_at(ex, position_of(ex, name, r->w->position), KNOWN_SYNTAX, who,
                  "the constructor names a field that is none of the type's:", VALUE_FALSE, irritants);
}

static bool add_constructor(struct record *r, Value name, Value given) {
  struct expander *ex = r->ex;
  sword n = vector_length(r->fields);
  Value values = take_vector(ex, (size_t)n);
  if (value_eq(values, VALUE_EMPTY)) return false;
  for (sword i = 0; i < n; i++) vector_slots(values)[i] = VALUE_FALSE;
  sword n_given = list_length(given);
  if (n_given < 0) return syntax_error(ex, r->w, "the constructor should be (name field ...):");
  Value parameters = take_vector(ex, (size_t)n_given);
  if (value_eq(parameters, VALUE_EMPTY)) return false;
  for (sword i = 0; i < n_given; i++, given = pair_cdr(given)) {
    sword at = field_index(r, pair_car(given));
    if (at < 0) return refuse_field(r, pair_car(given));
    Value parameter = fresh(r, pair_car(given));
    if (is_true(vector_slots(values)[at])) return syntax_error_at(ex, r->w, "a field is given twice:", pair_car(given));
    vector_slots(values)[at] = vector_slots(parameters)[i] = parameter;
  }
  Value head = make_list(r, vector_slots(parameters), (size_t)n_given, VALUE_NIL);
  Value arguments = make_list(r, vector_slots(values), (size_t)n, VALUE_NIL);
  Value call[] = {primitive(r, KNOWN_RECORD_MAKE), r->hidden};
  add_definition(r, make_list(r, &name, 1, head), make_list(r, call, 2, arguments));
  return !r->failed;
}

static bool add_predicate(struct record *r, Value name) {
  Value x = primitive(r, KNOWN_RECORD);
  add_definition(r, LIST(r, name, x), LIST(r, primitive(r, KNOWN_RECORD_P), x, r->hidden));
  return !r->failed;
}

static bool add_accessor(struct record *r, Value name, sword i) {
  Value x = primitive(r, KNOWN_RECORD);
  add_definition(r, LIST(r, name, x),
                 LIST(r, primitive(r, KNOWN_RECORD_REF), x, r->hidden, fixnum(i), quoted(r, name)));
  return !r->failed;
}

static bool add_modifier(struct record *r, Value name, sword i) {
  Value x = primitive(r, KNOWN_RECORD), v = primitive(r, KNOWN_VALUE);
  add_definition(r, LIST(r, name, x, v),
                 LIST(r, primitive(r, KNOWN_RECORD_SET), x, r->hidden, fixnum(i), v, quoted(r, name)));
  return !r->failed;
}

static bool read_fields(struct record *r, Value fields, sword n) {
  r->fields = take_vector(r->ex, (size_t)n);
  if (value_eq(r->fields, VALUE_EMPTY)) return false;
  for (sword i = 0; i < n; i++, fields = pair_cdr(fields)) {
    Value field = pair_car(fields);
    Value name = is_pair(field) ? pair_car(field) : field;
    sword length = is_pair(field) ? list_length(field) : 1;
    if (!is_identifier(name) || length < 1 || length > 3) {
      return syntax_error_at(r->ex, r->w, "a field is (name accessor [modifier]), not", field);
    }
    if (field_index(r, name) >= 0) return syntax_error_at(r->ex, r->w, "this field is there twice:", name);
    vector_slots(r->fields)[i] = name;
  }
  return true;
}

static bool holds(Value list, Value name) {
  while (is_pair(list) && !value_eq(pair_car(list), name)) list = pair_cdr(list);
  return is_pair(list);
}

// Does a field before `last` have a procedure of this name, or `last` another one that comes later?
static bool is_name_taken(Value fields, Value last, Value names) {
  if (holds(pair_cdr(names), pair_car(names))) return true;
  for (; !value_eq(fields, last); fields = pair_cdr(fields)) {
    if (is_pair(pair_car(fields)) && holds(pair_cdr(pair_car(fields)), pair_car(names))) return true;
  }
  return false;
}

static bool add_field_procedures(struct record *r, Value fields) {
  Value all = fields;
  for (sword i = 0; is_pair(fields); i++, fields = pair_cdr(fields)) {
    Value rest = is_pair(pair_car(fields)) ? pair_cdr(pair_car(fields)) : VALUE_NIL;
    for (Value names = rest; is_pair(names); names = pair_cdr(names)) {
      if (!is_identifier(pair_car(names))) {
        return syntax_error_at(r->ex, r->w, "this should be the name of a procedure:", pair_car(names));
      }
      if (is_name_taken(all, fields, names)) {
        return syntax_error_at(r->ex, r->w, "two procedures of the fields have this name:", pair_car(names));
      }
    }
    if (is_pair(rest) && !add_accessor(r, pair_car(rest), i)) return false;
    if (is_pair(rest) && is_pair(pair_cdr(rest)) && !add_modifier(r, pair_car(pair_cdr(rest)), i)) return false;
  }
  return true;
}

// (name field ...), name for all the fields, or #f for none.
static bool add_constructor_of(struct record *r, Value spec) {
  if (is_false(spec)) return true;
  if (is_pair(spec) && is_identifier(pair_car(spec))) return add_constructor(r, pair_car(spec), pair_cdr(spec));
  if (!is_identifier(spec)) {
    return syntax_error_at(r->ex, r->w, "the constructor should be (name field ...), not", spec);
  }
  Value all = make_list(r, vector_slots(r->fields), (size_t)vector_length(r->fields), VALUE_NIL);
  return !r->failed && add_constructor(r, spec, all);
}

Value record_definitions(struct expander *ex, const struct work *w) {
  struct record r = {.ex = ex, .w = w, .definitions = VALUE_NIL};
  sword n = count_operands(ex, w, 3, FIXNUM_MAX);
  if (n < 0) return VALUE_EMPTY;
  Value spec = operand(w, 1), predicate = operand(w, 3);
  Value fields = pair_cdr(pair_cdr(pair_cdr(pair_cdr(w->form))));
  r.type = is_pair(spec) && is_nil(pair_cdr(spec)) ? pair_car(spec) : spec;
  if (!is_identifier(r.type)) {
    syntax_error_at(ex, w, "the type's name should be a name, not", spec);
    return VALUE_EMPTY;
  }
  r.hidden = make_alias(ex, r.type, ex->environment, true);
  if (value_eq(r.hidden, VALUE_EMPTY)) return VALUE_EMPTY;
  if (is_true(predicate) && !is_identifier(predicate)) {
    syntax_error_at(ex, w, "the predicate should be a name, not", predicate);
    return VALUE_EMPTY;
  }
  // Made from the last to the first.
  bool ok = read_fields(&r, fields, n - 3) && add_field_procedures(&r, fields) &&
            (is_false(predicate) || add_predicate(&r, predicate)) && add_constructor_of(&r, operand(w, 2)) &&
            add_type(&r);
  return ok ? r.definitions : VALUE_EMPTY;
}
