// include, include-ci and cond-expand in a body or an expression.
//
// Uses: compile/expander.h.
//
// What a file holds and which features there are, only the library knows, and C does not call it (ONE-1).  So the
// expansion ends there with a request, #(keyword operands position): names of files, or the requirements of clauses.
// The caller expands again and gives the answers to all requests so far; an expansion asks the same in the same order every
// time.  The answer is a list of forms for files, and the number of the clause or #f for cond-expand.
#include "compile/expander.h"

static bool request(struct expander *ex, const struct work *w, enum known_symbol keyword, Value operands) {
  operands = strip_datum(ex, operands);
  if (value_eq(operands, VALUE_EMPTY)) return false;
  Value request = take_vector(ex, 3);
  if (value_eq(request, VALUE_EMPTY)) return false;
  vector_slots(request)[0] = known(ex->cx->heap, keyword);
  vector_slots(request)[1] = operands;
  vector_slots(request)[2] = fixnum((sword)position_of(ex, w->form, w->position));
  ex->outcome = request;
  return false;
}

static bool next_answer(struct expander *ex, Value *answer) {
  if (!is_pair(ex->answers)) return false;
  *answer = pair_car(ex->answers);
  ex->answers = pair_cdr(ex->answers);
  return true;
}

static bool included_forms(struct expander *ex, const struct work *w, enum special_id keyword, Value *forms) {
  if (count_operands(ex, w, 1, FIXNUM_MAX) < 0) return false;
  for (Value rest = pair_cdr(w->form); is_pair(rest); rest = pair_cdr(rest)) {
    if (!is_type(pair_car(rest), T_STRING)) {
      return syntax_error_at(ex, w, "the name of a file is a string, not", pair_car(rest));
    }
  }
  if (next_answer(ex, forms)) return true;
  return request(ex, w, keyword == S_INCLUDE ? KNOWN_INCLUDE : KNOWN_INCLUDE_CI, pair_cdr(w->form));
}

static bool chosen_forms(struct expander *ex, const struct work *w, Value *forms) {
  if (count_operands(ex, w, 1, FIXNUM_MAX) < 0) return false;
  Value requirements = VALUE_NIL, last = VALUE_NIL, answer, clauses = pair_cdr(w->form);
  for (Value rest = clauses; is_pair(rest); rest = pair_cdr(rest)) {
    if (list_length(pair_car(rest)) < 1) {
      return syntax_error_at(ex, w, "a clause is (requirement form ...), not", pair_car(rest));
    }
    Value pair = take_pair(ex, pair_car(pair_car(rest)), VALUE_NIL);
    if (value_eq(pair, VALUE_EMPTY)) return false;
    if (is_nil(last)) requirements = pair;
    else *pair_cdr_slot(last) = pair;  // made just now: no barrier
    last = pair;
  }
  if (!next_answer(ex, &answer)) return request(ex, w, KNOWN_COND_EXPAND, requirements);
  *forms = VALUE_NIL;
  if (!is_fixnum(answer)) return true;
  for (sword i = fixnum_int(answer); i > 0; i--) clauses = pair_cdr(clauses);
  *forms = pair_cdr(pair_car(clauses));
  return true;
}

bool forms_instead(struct expander *ex, const struct work *w, enum special_id keyword, Value *forms) {
  if (keyword == S_COND_EXPAND) return chosen_forms(ex, w, forms);
  return included_forms(ex, w, keyword, forms);
}

bool expand_include(struct expander *ex, struct work *w) {
  struct meaning head = resolve(ex, pair_car(w->form), w->scope);
  Value forms;
  if (!forms_instead(ex, w, (enum special_id)fixnum_int(object_field(head.value, SPECIAL_ID)), &forms)) return false;
  struct work all = *w;
  all.form = take_pair(ex, pair_car(w->form), forms);
  return !value_eq(all.form, VALUE_EMPTY) && expand_begin(ex, &all);
}
