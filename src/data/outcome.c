// Outcomes: how a primitive raises a condition.
//
// Uses: data/known, data/list, data/message, data/string, data/symbol.  Used by: everything in C that can fail.
//
// Everything a condition needs is reserved before the first allocation, so a failing reservation has no side
// effect and the primitive can be run again (OUT-1).  Messages are built in a small buffer on the C stack; what
// does not fit is cut off.
#include "data/outcome.h"
#include "data/list.h"
#include "data/message.h"
#include "data/string.h"
#include "data/symbol.h"
#include "gc/commons.h"

#define CONDITION_PAYLOAD_WORDS 7
// Condition, message, a name to intern, and slack.
#define CONDITION_ROOM_BYTES(n_irritants) \
  (FIXED_BYTES(CONDITION_PAYLOAD_WORDS) + FIXED_BYTES(3) + BYTES_BYTES(MESSAGE_MAX) + (n_irritants) * PAIR_BYTES)

// The room of GC-6, unless it is spent.
static bool take_room(struct heap *heap, size_t bytes) {
  if (bytes > (size_t)(heap->hard_limit - heap->top)) return heap_reserve(heap, bytes);
  // What is left of the guaranteed room is enough, though the primitive may have used what it was promised.
  if (heap->armed_bytes < bytes) heap_arm(heap, bytes);
  return true;
}

Value outcome_commons(struct context *cx, const char *who) {
  if (commons_wait_for_room(cx->heap)) return OUTCOME_AGAIN;
  return raise_condition(cx, KNOWN_MEMORY, who, "there is no memory left to share this", 0, NULL);
}

Value outcome_in_scheme(struct context *cx, const char *name, unsigned n, const Value *args) {
  Value symbol = symbol_intern_c(cx, name);
  if (is_outcome(symbol)) return symbol;
  Value list = list_from_array(cx, args, n, VALUE_NIL);
  if (!is_outcome(list)) list = list_from_array(cx, &symbol, 1, list);
  return is_outcome(list) ? list : outcome_tail_call(cx, cx->heap->roots[ROOT_IN_SCHEME], list);
}

Value raise_condition(struct context *cx, enum known_symbol type, const char *who, const char *message,
                      unsigned n_irritants, const Value *irritants) {
  Value name = VALUE_FALSE;
  if (who) {
    name = symbol_intern_c(cx, who);
    if (is_outcome(name)) return name;
  }
  return raise_condition_by(cx, type, name, message, n_irritants, irritants);
}

Value raise_condition_by(struct context *cx, enum known_symbol type, Value who, const char *message,
                         unsigned n_irritants, const Value *irritants) {
  struct heap *heap = cx->heap;
  size_t room = CONDITION_ROOM_BYTES(n_irritants);
  if (!take_room(heap, room)) return outcome_collect(cx, room);
  Value list = VALUE_NIL;
  for (unsigned i = n_irritants; i-- > 0;) list = pair_make(heap, irritants[i], list);
  Value text = string_from_c(heap, message);
  uword *p = heap_alloc(heap, FIXED_BYTES(CONDITION_PAYLOAD_WORDS));
  Value condition = value_from_object(p);
  p[0] = header_make(T_CONDITION, 0);
  object_field_init(condition, CONDITION_TYPE, known(heap, type));
  object_field_init(condition, CONDITION_WHO, who);
  object_field_init(condition, CONDITION_MESSAGE, text);
  object_field_init(condition, CONDITION_IRRITANTS, list);
  object_field_init(condition, CONDITION_POSITION, VALUE_FALSE);
  object_field_init(condition, CONDITION_EXTRA, VALUE_FALSE);
  object_field_init(condition, CONDITION_ARGUMENTS, VALUE_FALSE);
  cx->condition = condition;
  return OUTCOME_RAISE;
}

static void message_argument(struct message *m, unsigned argument) {
  *m = (struct message){.n = 0};
  message_text(m, "argument ");
  message_integer(m, (sword)argument);
}

Value raise_type(struct context *cx, const char *who, unsigned argument, const char *wanted, Value culprit) {
  struct message m;
  message_argument(&m, argument);
  message_text(&m, " should be ");
  message_text(&m, wanted);
  message_text(&m, ", but is");
  return raise_condition(cx, KNOWN_TYPE, who, m.text, 1, &culprit);
}

Value raise_range(struct context *cx, const char *who, unsigned argument, Value culprit, sword low, sword high) {
  struct message m;
  message_argument(&m, argument);
  message_text(&m, " should be between ");
  message_integer(&m, low);
  message_text(&m, " and ");
  message_integer(&m, high);
  message_text(&m, ", but is");
  return raise_condition(cx, KNOWN_RANGE, who, m.text, 1, &culprit);
}

Value raise_index(struct context *cx, const char *who, unsigned argument, Value culprit, const char *kind, sword length) {
  if (!is_fixnum(culprit)) return raise_type(cx, who, argument, "an index (an exact integer)", culprit);
  struct message m = {.n = 0};
  message_text(&m, "index ");
  message_integer(&m, fixnum_int(culprit));
  message_text(&m, " is out of range for a ");
  message_text(&m, kind);
  message_text(&m, " of length ");
  message_integer(&m, length);
  return raise_condition(cx, KNOWN_RANGE, who, m.text, 0, NULL);
}

Value raise_immutable(struct context *cx, const char *who, unsigned argument, Value culprit) {
  struct message m;
  message_argument(&m, argument);
  message_text(&m, " is a constant, which cannot be changed:");
  return raise_condition(cx, KNOWN_IMMUTABLE, who, m.text, 1, &culprit);
}

Value raise_private(struct context *cx, const char *who, unsigned argument, Value culprit) {
  struct message m;
  message_argument(&m, argument);
  message_text(&m, " belongs to this process alone; share it first:");
  return raise_condition(cx, KNOWN_TYPE, who, m.text, 1, &culprit);
}

Value raise_not_stored(struct context *cx, const char *who, Value holder, unsigned argument, Value v) {
  return heap_is_frozen(holder) ? raise_immutable(cx, who, 1, holder) : raise_private(cx, who, argument, v);
}
