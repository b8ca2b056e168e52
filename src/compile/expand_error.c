// Syntax errors: the condition names the keyword, what is wrong, the form and where it stands.
//
// Uses: compile/expander.h.
#include "compile/expander.h"
#include "data/string.h"
#include "data/symbol.h"

bool raise_at(struct expander *ex, uint32_t position, enum known_symbol type, Value who, const char *message,
              Value message_string, Value irritants) {
  struct heap *heap = ex->cx->heap;
  // raise_condition allocates from the guaranteed room, which the expansion may have used up.
  if (!heap_reserve(heap, HEAP_ROOM_BYTES)) {
    ex->outcome = outcome_collect(ex->cx, HEAP_ROOM_BYTES);
    return false;
  }
  Value where = VALUE_FALSE;
  if (position) where = pair_make(heap, ex->file, fixnum((sword)position));
  ex->outcome = raise_condition(ex->cx, type, NULL, message, 0, NULL);
  if (!value_eq(ex->outcome, OUTCOME_RAISE)) return false;
  Value condition = ex->cx->condition;  // just made: these are first stores
  object_field_init(condition, CONDITION_WHO, who);
  object_field_init(condition, CONDITION_POSITION, where);
  object_field_init(condition, CONDITION_IRRITANTS, irritants);
  if (is_type(message_string, T_STRING)) object_field_init(condition, CONDITION_MESSAGE, message_string);
  return false;
}

// A keyword that only the library's macros use tells a program nothing.
static bool is_internal(Value symbol) {
  Value name = symbol_name(symbol);
  return string_length(name) > 0 && string_char(name, 0) == '%';
}

bool syntax_error_at(struct expander *ex, const struct work *w, const char *message, Value culprit) {
  Value who = VALUE_FALSE;
  if (is_pair(w->form) && is_identifier(pair_car(w->form))) who = identifier_symbol(pair_car(w->form));
  if (is_symbol(who) && is_internal(who)) who = VALUE_FALSE;
  uint32_t position = position_of(ex, culprit, w->position);
  Value datum = strip_datum(ex, culprit);
  if (value_eq(datum, VALUE_EMPTY)) return false;
  Value irritants = take_pair(ex, datum, VALUE_NIL);
  if (value_eq(irritants, VALUE_EMPTY)) return false;
  return raise_at(ex, position, KNOWN_SYNTAX, who, message, VALUE_FALSE, irritants);
}

bool syntax_error(struct expander *ex, const struct work *w, const char *message) {
  return syntax_error_at(ex, w, message, w->form);
}
