// Going on with what other primitives began.
//
// Uses: data/list, data/string, data/table, prim/port_calls.  Used by: prim/table.
//
// A vector that grows in slices is a short one with a gap behind it.  It is large, so it stays where it is, and whole
// at every safepoint.
#include "prim/slices.h"
#include "data/list.h"
#include "data/string.h"
#include "data/table.h"
#include "prim/args.h"
#include "prim/port_calls.h"
#include "prim/tables.h"

sword slice_length_dotted(struct context *cx, Value list, Value *tail) {
  sword n = 0;
  for (*tail = list; n <= SLICE_PAIRS && is_pair(*tail); n++) *tail = pair_cdr(*tail);
  if (LIKELY(!is_pair(*tail))) return n;
  return is_long(cx, n, SLICE_PAIRS) ? LIST_LONG : list_length_dotted(list, tail);
}

sword slice_length(struct context *cx, Value list) {
  Value tail;
  sword n = slice_length_dotted(cx, list, &tail);
  return n >= 0 && !is_nil(tail) ? LIST_IMPROPER : n;
}

Value slice_prepare(struct context *cx, const char *name) {
  Value primitive = primitive_value(cx, name);
  size_t bytes = SLICE_ARGUMENTS_MOST * PAIR_BYTES;
  if (is_outcome(primitive) || heap_reserve(cx->heap, bytes)) return primitive;
  return outcome_collect(cx, bytes);
}

Value slice_go_on(struct context *cx, Value primitive, unsigned n, const Value *args) {
  Value list = VALUE_NIL;
  while (n-- > 0) list = pair_make(cx->heap, args[n], list);
  return outcome_tail_call(cx, primitive, list);
}

// --- vectors -----------------------------------------------------------------------------------------
// What is still to be put into a vector: see slice_vector.
struct filling {
  Value source;
  sword start, end;
  Value rest, fill;
};

static void next_source(struct filling *f) {
  f->source = pair_car(f->rest);
  f->rest = pair_cdr(f->rest);
  f->start = 0;
  f->end = vector_length(f->source);
}

// Take at most `n` values from the source; how many.
static sword take_values(struct heap *heap, struct filling *f, Value *to, sword n) {
  if (is_type(f->source, T_VECTOR) || is_type(f->source, T_STRING)) {
    if (n > f->end - f->start) n = f->end - f->start;
    if (is_type(f->source, T_VECTOR))
      memcpy(to, vector_slots(f->source) + f->start, (size_t)n * sizeof(Value));
    else
      for (sword i = 0; i < n; i++) to[i] = value_char(string_char(f->source, f->start + i));
    f->start += n;
    return n;
  }
  sword taken = 0;
  if (is_table(f->source)) {
    sword used = fixnum_int(object_field(f->source, TABLE_USED));
    while (taken < n && f->start < used)
      if (table_entry(heap, f->source, f->start++, &to[taken], &to[taken + 1])) taken += 2;
    return taken;
  }
  for (; taken < n && is_pair(f->source); f->source = pair_cdr(f->source)) to[taken++] = pair_car(f->source);
  return taken;
}

// Fill `n` slots; how many of them, if it is a table that has fewer entries than when it was asked.
static sword take_slice(struct heap *heap, struct filling *f, Value *to, sword n) {
  if (is_table(f->source)) return take_values(heap, f, to, n);
  sword all = n;
  while (n > 0) {
    sword taken = take_values(heap, f, to, n);
    to += taken;
    n -= taken;
    if (n > 0 && is_pair(f->rest)) {
      next_source(f);
    } else {
      for (; n > 0; n--) *to++ = f->fill;
    }
  }
  return all;
}

// What can be cut short must stay large.  Even, as entries of tables are two.
#define LEAST_WORDS ((sword)(HEAP_LARGE_BYTES / sizeof(Value) / 2 * 2 + 2))
#define FIRST_WORDS (SLICE_WORDS > LEAST_WORDS ? SLICE_WORDS : LEAST_WORDS)

// The vector gets more elements, up to `length` in the end.  Its room is for `length` from the start.
static Value fill_vector(struct context *cx, Value vector, sword length, struct filling *f) {
  sword old = vector_length(vector), least = old ? SLICE_WORDS : FIRST_WORDS;
  sword now = old + least < length ? old + least : length;
  Value more = now < length ? slice_prepare(cx, "%vector-more") : VALUE_FALSE;
  if (is_outcome(more)) return more;
  Value *first = vector_slots(vector) + old;
  sword taken = take_slice(cx->heap, f, first, now - old);
  bool is_last = now == length || taken < now - old;
  now = old + taken;
  size_t bytes = VECTOR_BYTES(now);
  heap_fill((uword *)((char *)value_address(vector) + bytes), VECTOR_BYTES(length) - bytes);
  object_field_init(vector, 1, fixnum(now));
  heap_remember_slots(cx->heap, first, (size_t)(now - old));
  if (is_last) return vector;
  Value rest[] = {vector, fixnum(length), f->source, fixnum(f->start), fixnum(f->end), f->rest, f->fill};
  return slice_go_on(cx, more, ARRAY_LENGTH(rest), rest);
}

Value slice_vector(struct context *cx, sword length, Value source, sword start, sword end, Value rest, Value fill) {
  size_t bytes = VECTOR_BYTES(length);
  uword *p = heap_try_alloc(cx->heap, bytes);
  if (!p) return outcome_collect(cx, bytes);
  Value vector = value_from_object(p);
  struct filling f = {source, start, end, rest, fill};
  p[0] = header_make(T_VECTOR, 0);
  if (length <= FIRST_WORDS) {
    sword taken = take_slice(cx->heap, &f, vector_slots(vector), length);
    p[1] = fixnum(taken).w;
    heap_fill((uword *)((char *)p + VECTOR_BYTES(taken)), bytes - VECTOR_BYTES(taken));
    return vector;
  }
  p[1] = fixnum(0).w;
  heap_fill(p + 2, bytes - VECTOR_BYTES(0));
  return fill_vector(cx, vector, length, &f);
}

PRIM(prim_vector_more) {
  struct filling f = {args[2], fixnum_int(args[3]), fixnum_int(args[4]), args[5], args[6]};
  return fill_vector(cx, args[0], fixnum_int(args[1]), &f);
}

// --- lists ---------------------------------------------------------------------------------------------
static Value list_onto(struct context *cx, Value sequence, sword start, sword end, Value list) {
  sword from = end - start > SLICE_PAIRS ? end - SLICE_PAIRS : start;
  size_t bytes = (size_t)(end - from + SLICE_ARGUMENTS_MOST) * PAIR_BYTES;
  if (!heap_reserve(cx->heap, bytes)) return outcome_collect(cx, bytes);
  Value more = from > start ? primitive_value(cx, "%list-onto") : VALUE_FALSE;
  if (is_outcome(more)) return more;
  bool is_vector = is_type(sequence, T_VECTOR);
  for (sword i = end; i-- > from;)
    list = pair_make(cx->heap, is_vector ? vector_slots(sequence)[i] : value_char(string_char(sequence, i)), list);
  return from == start ? list : slice_go_on(cx, more, 4, (Value[]){sequence, fixnum(start), fixnum(from), list});
}

Value slice_list(struct context *cx, Value sequence, sword start, sword end) {
  return list_onto(cx, sequence, start, end, VALUE_NIL);
}

PRIM(prim_list_onto) {
  return list_onto(cx, args[0], fixnum_int(args[1]), fixnum_int(args[2]), args[3]);
}

Value slice_list_fill(struct context *cx, sword length, Value fill, Value tail) {
  sword n = length > SLICE_PAIRS ? SLICE_PAIRS : length;
  size_t bytes = (size_t)(n + SLICE_ARGUMENTS_MOST) * PAIR_BYTES;
  if (!heap_reserve(cx->heap, bytes)) return outcome_collect(cx, bytes);
  Value more = n < length ? primitive_value(cx, "%list-fill") : VALUE_FALSE;
  if (is_outcome(more)) return more;
  for (sword i = 0; i < n; i++) tail = pair_make(cx->heap, fill, tail);
  return n == length ? tail : slice_go_on(cx, more, 3, (Value[]){fixnum(length - n), fill, tail});
}

PRIM(prim_list_fill) {
  return slice_list_fill(cx, fixnum_int(args[0]), args[1], args[2]);
}

PRIM(prim_list_to_vector) {
  return slice_vector(cx, fixnum_int(args[1]), args[0], 0, 0, VALUE_NIL, VALUE_FALSE);
}

const struct primitive slices_primitives[] = {
  {"%vector-more", prim_vector_more, 7, 7,
   "(%vector-more vector length source start end rest fill)\nGo on filling VECTOR, for primitives that began it."},
  {"%list-onto", prim_list_onto, 4, 4,
   "(%list-onto sequence start end tail)\nGo on making a list, for primitives that began it: elements START up to END of SEQUENCE, then TAIL."},
  {"%list-fill", prim_list_fill, 3, 3, "(%list-fill n fill tail)\nN times FILL, then TAIL, for make-list, which began it."},
  {"%list->vector", prim_list_to_vector, 2, 2, "(%list->vector list n)\nA new vector of the N elements of LIST."},
};
const unsigned n_slices_primitives = ARRAY_LENGTH(slices_primitives);
