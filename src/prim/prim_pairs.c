// Primitives on pairs and lists.
//
// Uses: data/list, data/equal, code/primitive.  Used by: prim/table.
//
// Walks over lists are bounded by a length taken first, or find cycles as they go (LIST-1), so a circular list is
// an error and not a hang.
#include "data/equal.h"
#include "data/list.h"
#include "prim/args.h"
#include "prim/tables.h"

// --- pairs ----------------------------------------------------------------------------------

PRIM(prim_cons) {
  return pair_make(cx->heap, args[0], args[1]);
}

PRIM(prim_car) {
  if (UNLIKELY(!is_pair(args[0]))) return raise_type(cx, "car", 1, "a pair", args[0]);
  return pair_car(args[0]);
}

PRIM(prim_cdr) {
  if (UNLIKELY(!is_pair(args[0]))) return raise_type(cx, "cdr", 1, "a pair", args[0]);
  return pair_cdr(args[0]);
}

PRIM(prim_set_car) {
  if (!is_pair(args[0])) return raise_type(cx, "set-car!", 1, "a pair", args[0]);
  if (heap_is_constant(args[0])) return raise_immutable(cx, "set-car!", 1, args[0]);
  heap_store(cx->heap, args[0], pair_car_slot(args[0]), args[1]);
  return VALUE_UNSPECIFIED;
}

PRIM(prim_set_cdr) {
  if (!is_pair(args[0])) return raise_type(cx, "set-cdr!", 1, "a pair", args[0]);
  if (heap_is_constant(args[0])) return raise_immutable(cx, "set-cdr!", 1, args[0]);
  heap_store(cx->heap, args[0], pair_cdr_slot(args[0]), args[1]);
  return VALUE_UNSPECIFIED;
}

// Take `v` apart by the letters of `path` (a: car, d: cdr), from the last to the first.
static Value walk_path(struct context *cx, const char *who, const char *wanted, const char *path, size_t n, Value v) {
  Value part = v;
  while (n-- > 0) {
    if (UNLIKELY(!is_pair(part))) return raise_type(cx, who, 1, wanted, v);
    part = path[n] == 'a' ? pair_car(part) : pair_cdr(part);
  }
  return part;
}

#define CXR_ALL(X)                                                                          \
  X(aa) X(ad) X(da) X(dd) X(aaa) X(aad) X(ada) X(add) X(daa) X(dad) X(dda) X(ddd) X(aaaa)   \
  X(aaad) X(aada) X(aadd) X(adaa) X(adad) X(adda) X(addd) X(daaa) X(daad) X(dada) X(dadd)   \
  X(ddaa) X(ddad) X(ddda) X(dddd)
#define CXR_FUNCTION(path)                                                                  \
  PRIM(prim_c##path##r) {                                                                   \
    return walk_path(cx, "c" #path "r", "a structure that has a c" #path "r", #path,        \
                     sizeof #path - 1, args[0]);                                            \
  }
CXR_ALL(CXR_FUNCTION)
#define CXR_ENTRY(path)                                                                     \
  {"c" #path "r", prim_c##path##r, 1, 1,                                                    \
   "(c" #path "r pair)\nThe part of PAIR that the letters name, a for car and d for cdr, the last one first. "  \
   "An error unless PAIR is nested that deep."},

// --- making lists -----------------------------------------------------------------------------

PRIM(prim_list) {
  return list_from_array(cx, args, n, VALUE_NIL);
}

PRIM(prim_cons_star) {
  return list_from_array(cx, args, n - 1, args[n - 1]);
}

PRIM(prim_make_list) {
  sword length = is_fixnum(args[0]) ? fixnum_int(args[0]) : -1;
  if (length < 0 || length > (sword)(PTRDIFF_MAX / PAIR_BYTES))
    return raise_type(cx, "make-list", 1, "a length (an exact integer, not negative)", args[0]);
  size_t bytes = (size_t)length * PAIR_BYTES;
  if (!heap_reserve(cx->heap, bytes)) return outcome_collect(cx, bytes);
  Value fill = is_given(args, n, 1) ? args[1] : VALUE_FALSE, list = VALUE_NIL;
  while (length-- > 0) list = pair_make(cx->heap, fill, list);
  return list;
}

// Copy the first `n` pairs of `list` and end the copy in `tail`; the room is reserved.
static Value copy_pairs(struct heap *heap, Value list, sword n, Value tail) {
  struct list_builder b = LIST_BUILDER(heap);
  for (; n > 0; n--, list = pair_cdr(list)) list_builder_add(&b, pair_car(list));
  return list_builder_finish(&b, tail);
}

PRIM(prim_list_copy) {
  Value tail;
  sword length = list_length_dotted(args[0], &tail);
  if (length < 0) return raise_type(cx, "list-copy", 1, "a list that ends", args[0]);
  size_t bytes = (size_t)length * PAIR_BYTES;
  if (!heap_reserve(cx->heap, bytes)) return outcome_collect(cx, bytes);
  return copy_pairs(cx->heap, args[0], length, tail);
}

PRIM(prim_append) {
  if (n == 0) return VALUE_NIL;
  size_t bytes = 0;
  for (unsigned i = 0; i + 1 < n; i++) {
    sword length = list_length(args[i]);
    if (length < 0) return raise_type(cx, "append", i + 1, "a list", args[i]);
    bytes += (size_t)length * PAIR_BYTES;
  }
  if (!heap_reserve(cx->heap, bytes)) return outcome_collect(cx, bytes);
  struct list_builder b = LIST_BUILDER(cx->heap);
  for (unsigned i = 0; i + 1 < n; i++)
    for (Value l = args[i]; is_pair(l); l = pair_cdr(l)) list_builder_add(&b, pair_car(l));
  return list_builder_finish(&b, args[n - 1]);
}

static Value reverse_onto(struct context *cx, const char *who, Value list, Value tail) {
  sword length = list_length(list);
  if (length < 0) return raise_type(cx, who, 1, "a list", list);
  size_t bytes = (size_t)length * PAIR_BYTES;
  if (!heap_reserve(cx->heap, bytes)) return outcome_collect(cx, bytes);
  for (; is_pair(list); list = pair_cdr(list)) tail = pair_make(cx->heap, pair_car(list), tail);
  return tail;
}

PRIM(prim_reverse) {
  return reverse_onto(cx, "reverse", args[0], VALUE_NIL);
}

PRIM(prim_append_reverse) {
  return reverse_onto(cx, "append-reverse", args[0], args[1]);
}

PRIM(prim_reverse_in_place) {
  if (list_length(args[0]) < 0) return raise_type(cx, "reverse!", 1, "a list", args[0]);
  Value done = VALUE_NIL, list = args[0];
  for (Value l = list; is_pair(l); l = pair_cdr(l))
    if (heap_is_constant(l)) return raise_immutable(cx, "reverse!", 1, list);
  while (is_pair(list)) {
    Value next = pair_cdr(list);
    heap_store(cx->heap, list, pair_cdr_slot(list), done);
    done = list;
    list = next;
  }
  return done;
}

// --- taking lists apart -------------------------------------------------------------------------

PRIM(prim_list_p) {
  return value_bool(list_length(args[0]) >= 0);
}

PRIM(prim_length) {
  sword length = list_length(args[0]);
  if (UNLIKELY(length < 0))
    return raise_type(cx, "length", 1, length == LIST_CIRCULAR ? "a list that ends" : "a list", args[0]);
  return fixnum(length);
}

PRIM(prim_length_plus) {
  sword length = list_length(args[0]);
  if (length == LIST_IMPROPER) return raise_type(cx, "length+", 1, "a list", args[0]);
  return length < 0 ? VALUE_FALSE : fixnum(length);
}

#define CIRCULAR_INDEX_MAX (1 << 20)
// The list without its first args[1] pairs, in *tail; VALUE_UNSPECIFIED or what to answer.  A circular list has
// all indices, but we do not go round one for ever to reach them.
static Value skip_pairs(struct context *cx, const char *who, Value *args, bool want_pair, Value *tail) {
  sword k = is_fixnum(args[1]) ? fixnum_int(args[1]) : -1;
  if (k < 0) return raise_type(cx, who, 2, "an index (an exact integer, not negative)", args[1]);
  Value list = args[0], end;
  if (k > CIRCULAR_INDEX_MAX && list_length_dotted(list, &end) < 0)
    return raise_range(cx, who, 2, args[1], 0, CIRCULAR_INDEX_MAX);
  sword i = 0;
  while (i < k && is_pair(list)) list = pair_cdr(list), i++;
  if (i < k || (want_pair && !is_pair(list))) {
    if (!is_pair(args[0]) && !is_nil(args[0])) return raise_type(cx, who, 1, "a list", args[0]);
    return raise_index(cx, who, 2, args[1], "list", i);
  }
  *tail = list;
  return VALUE_UNSPECIFIED;
}

static Value list_tail(struct context *cx, const char *who, Value *args) {
  Value tail = VALUE_NIL, problem = skip_pairs(cx, who, args, false, &tail);
  return is_outcome(problem) ? problem : tail;
}

PRIM(prim_list_tail) {
  return list_tail(cx, "list-tail", args);
}
PRIM(prim_drop) {
  return list_tail(cx, "drop", args);
}

PRIM(prim_list_ref) {
  Value tail = VALUE_NIL, problem = skip_pairs(cx, "list-ref", args, true, &tail);
  return is_outcome(problem) ? problem : pair_car(tail);
}

PRIM(prim_list_set) {
  Value tail = VALUE_NIL, problem = skip_pairs(cx, "list-set!", args, true, &tail);
  if (is_outcome(problem)) return problem;
  if (heap_is_constant(tail)) return raise_immutable(cx, "list-set!", 1, args[0]);
  heap_store(cx->heap, tail, pair_car_slot(tail), args[2]);
  return VALUE_UNSPECIFIED;
}

static Value list_head(struct context *cx, const char *who, Value *args) {
  Value tail = VALUE_NIL, problem = skip_pairs(cx, who, args, false, &tail);
  if (is_outcome(problem)) return problem;
  size_t bytes = (size_t)fixnum_int(args[1]) * PAIR_BYTES;
  if (!heap_reserve(cx->heap, bytes)) return outcome_collect(cx, bytes);
  return copy_pairs(cx->heap, args[0], fixnum_int(args[1]), VALUE_NIL);
}

PRIM(prim_list_head) {
  return list_head(cx, "list-head", args);
}
PRIM(prim_take) {
  return list_head(cx, "take", args);
}

PRIM(prim_last_pair) {
  Value tail, list = args[0];
  if (!is_pair(list)) return raise_type(cx, "last-pair", 1, "a pair", list);
  if (list_length_dotted(list, &tail) < 0) return raise_type(cx, "last-pair", 1, "a list that ends", list);
  while (is_pair(pair_cdr(list))) list = pair_cdr(list);
  return list;
}

// --- searching --------------------------------------------------------------------------------------

typedef bool (*SameFn)(Value a, Value b);

// A walk that notices when it goes round (Brent): true until then.
struct walk {
  Value mark;
  size_t n, limit;
};
#define WALK(list) ((struct walk){(list), 0, 64})
static inline bool walk_goes_on(struct walk *w, Value at) {
  if (value_eq(at, w->mark)) return false;
  if (++w->n == w->limit) {
    w->mark = at;
    w->limit *= 2;
  }
  return true;
}

static inline Value find_member(struct context *cx, const char *who, Value *args, SameFn same) {
  Value list = args[1];
  struct walk walk = WALK(list);
  while (is_pair(list)) {
    if (same(args[0], pair_car(list))) return list;
    list = pair_cdr(list);
    if (!walk_goes_on(&walk, list)) return raise_type(cx, who, 2, "a list that ends", args[1]);
  }
  if (!is_nil(list)) return raise_type(cx, who, 2, "a list", args[1]);
  return VALUE_FALSE;
}

static inline Value find_entry(struct context *cx, const char *who, Value *args, SameFn same) {
  Value list = args[1];
  struct walk walk = WALK(list);
  while (is_pair(list)) {
    Value entry = pair_car(list);
    if (!is_pair(entry)) return raise_type(cx, who, 2, "a list of pairs", args[1]);
    if (same(args[0], pair_car(entry))) return entry;
    list = pair_cdr(list);
    if (!walk_goes_on(&walk, list)) return raise_type(cx, who, 2, "a list that ends", args[1]);
  }
  if (!is_nil(list)) return raise_type(cx, who, 2, "a list of pairs", args[1]);
  return VALUE_FALSE;
}

PRIM(prim_memq) {
  return find_member(cx, "memq", args, value_eq);
}
PRIM(prim_memv) {
  return find_member(cx, "memv", args, value_eqv);
}
PRIM(prim_assq) {
  return find_entry(cx, "assq", args, value_eq);
}
PRIM(prim_assv) {
  return find_entry(cx, "assv", args, value_eqv);
}

PRIM(prim_pair_p) {
  return value_bool(is_pair(args[0]));
}
PRIM(prim_null_p) {
  return value_bool(is_nil(args[0]));
}

const struct primitive pairs_primitives[] = {
  {"cons", prim_cons, 2, 2, "(cons a b)\nA new pair of A and B."},
  {"car", prim_car, 1, 1, "(car pair)\nThe first part of PAIR. An error if it is not a pair."},
  {"cdr", prim_cdr, 1, 1, "(cdr pair)\nThe second part of PAIR. An error if it is not a pair."},
  {"set-car!", prim_set_car, 2, 2, "(set-car! pair value)\nMake VALUE the first part of PAIR."},
  {"set-cdr!", prim_set_cdr, 2, 2, "(set-cdr! pair value)\nMake VALUE the second part of PAIR."},
  {"pair?", prim_pair_p, 1, 1, "(pair? x)\nIs X a pair?"},
  {"null?", prim_null_p, 1, 1, "(null? x)\nIs X the empty list?"},
  CXR_ALL(CXR_ENTRY)
  {"list", prim_list, 0, PRIMITIVE_REST, "(list value ...)\nA new list of the VALUES."},
  {"cons*", prim_cons_star, 1, PRIMITIVE_REST, "(cons* value ... tail)\nA new list of the VALUES that ends in TAIL."},
  {"make-list", prim_make_list, 1, 2, "(make-list length [fill])\nA new list of LENGTH times FILL (#f if not given)."},
  {"list-copy", prim_list_copy, 1, 1,
   "(list-copy list)\nNew pairs with the elements of LIST, and its end if it is dotted. An error if it is circular."},
  {"append", prim_append, 0, PRIMITIVE_REST,
   "(append list ... tail)\nThe elements of the LISTS in new pairs, followed by TAIL itself. An error if a LIST does not end in ()."},
  {"reverse", prim_reverse, 1, 1, "(reverse list)\nA new list of the elements of LIST, last one first."},
  {"append-reverse", prim_append_reverse, 2, 2,
   "(append-reverse list tail)\nThe elements of LIST, last one first, in new pairs, followed by TAIL."},
  {"reverse!", prim_reverse_in_place, 1, 1, "(reverse! list)\nTurn LIST around, in its own pairs, and answer its new first pair."},
  {"list?", prim_list_p, 1, 1, "(list? x)\nIs X a list that ends in ()? A circular list is none."},
  {"length", prim_length, 1, 1, "(length list)\nHow many elements LIST has. An error if it is circular or does not end in ()."},
  {"length+", prim_length_plus, 1, 1, "(length+ list)\nHow many elements LIST has, or #f if it is circular."},
  {"list-tail", prim_list_tail, 2, 2, "(list-tail list k)\nLIST without its first K elements. An error if it has fewer."},
  {"list-head", prim_list_head, 2, 2, "(list-head list k)\nA new list of the first K elements of LIST. An error if it has fewer."},
  {"drop", prim_drop, 2, 2, "(drop list k)\nLIST without its first K elements. An error if it has fewer."},
  {"take", prim_take, 2, 2, "(take list k)\nA new list of the first K elements of LIST. An error if it has fewer."},
  {"list-ref", prim_list_ref, 2, 2, "(list-ref list k)\nElement K of LIST, counted from 0. An error if it has no more than K."},
  {"list-set!", prim_list_set, 3, 3, "(list-set! list k value)\nMake VALUE element K of LIST, counted from 0."},
  {"last-pair", prim_last_pair, 1, 1, "(last-pair list)\nThe last pair of LIST. An error if LIST is empty or circular."},
  {"memq", prim_memq, 2, 2, "(memq x list)\nThe rest of LIST from the first element that is eq? to X, or #f."},
  {"memv", prim_memv, 2, 2, "(memv x list)\nThe rest of LIST from the first element that is eqv? to X, or #f."},
  {"assq", prim_assq, 2, 2, "(assq x pairs)\nThe first pair in the list PAIRS whose car is eq? to X, or #f."},
  {"assv", prim_assv, 2, 2, "(assv x pairs)\nThe first pair in the list PAIRS whose car is eqv? to X, or #f."},
};
const unsigned n_pairs_primitives = ARRAY_LENGTH(pairs_primitives);
