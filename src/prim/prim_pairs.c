// Primitives on pairs and lists.
//
// Uses: data/list, data/equal, code/primitive.  Used by: prim/table.
//
// Walks over lists are bounded by a length taken first, or find cycles as they go (LIST-1), so a circular list is
// an error and not a hang.  What would walk more than SLICE_PAIRS pairs is left to Scheme.
#include "data/equal.h"
#include "data/list.h"
#include "prim/args.h"
#include "prim/port_calls.h"
#include "prim/slices.h"
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
  return slice_list_fill(cx, length, is_given(args, n, 1) ? args[1] : VALUE_FALSE, VALUE_NIL);
}

// Copy the first `n` pairs of `list` and end the copy in `tail`; the room is reserved.
static Value copy_pairs(struct heap *heap, Value list, sword n, Value tail) {
  struct list_builder b = LIST_BUILDER(heap);
  for (; n > 0; n--, list = pair_cdr(list)) list_builder_add(&b, pair_car(list));
  return list_builder_finish(&b, tail);
}

PRIM(prim_list_copy) {
  Value tail;
  sword length = slice_length_dotted(cx, args[0], &tail);
  if (length == LIST_LONG) return outcome_in_scheme(cx, "list-copy", 1, args);
  if (length < 0) return raise_type(cx, "list-copy", 1, "a list that ends", args[0]);
  size_t bytes = (size_t)length * PAIR_BYTES;
  if (!heap_reserve(cx->heap, bytes)) return outcome_collect(cx, bytes);
  return copy_pairs(cx->heap, args[0], length, tail);
}

PRIM(prim_append) {
  if (n == 0) return VALUE_NIL;
  size_t bytes = 0;
  for (unsigned i = 0; i + 1 < n; i++) {
    sword length = slice_length(cx, args[i]);
    if (length == LIST_LONG) return outcome_in_scheme(cx, "append", n, args);
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
  sword length = slice_length(cx, list);
  if (length == LIST_LONG) return outcome_in_scheme(cx, who, 2, (Value[]){list, tail});
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
  sword length = slice_length(cx, args[0]);
  if (length == LIST_LONG) return outcome_in_scheme(cx, "reverse!", 1, args);
  if (length < 0) return raise_type(cx, "reverse!", 1, "a list", args[0]);
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
  sword length = slice_length(cx, args[0]);
  return UNLIKELY(length == LIST_LONG) ? outcome_in_scheme(cx, "list?", 1, args) : value_bool(length >= 0);
}

PRIM(prim_length) {
  sword length = slice_length(cx, args[0]);
  if (UNLIKELY(length == LIST_LONG)) return outcome_in_scheme(cx, "length", 1, args);
  if (UNLIKELY(length < 0))
    return raise_type(cx, "length", 1, length == LIST_CIRCULAR ? "a list that ends" : "a list", args[0]);
  return fixnum(length);
}

PRIM(prim_length_plus) {
  sword length = slice_length(cx, args[0]);
  if (length == LIST_LONG) return outcome_in_scheme(cx, "length+", 1, args);
  if (length == LIST_IMPROPER) return raise_type(cx, "length+", 1, "a list", args[0]);
  return length < 0 ? VALUE_FALSE : fixnum(length);
}

#define CIRCULAR_INDEX_MAX (1 << 20)
// The list without its first args[1] pairs, in *tail; VALUE_UNSPECIFIED or what to answer.  A circular list has
// all indices, but we do not go round one for ever to reach them.
static Value skip_pairs(struct context *cx, const char *who, Value *args, unsigned n, bool want_pair, Value *tail) {
  sword k = is_fixnum(args[1]) ? fixnum_int(args[1]) : -1;
  if (k < 0) return raise_type(cx, who, 2, "an index (an exact integer, not negative)", args[1]);
  if (is_long(cx, k, SLICE_PAIRS)) return outcome_in_scheme(cx, who, n, args);
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
  Value tail = VALUE_NIL, problem = skip_pairs(cx, who, args, 2, false, &tail);
  return is_outcome(problem) ? problem : tail;
}

PRIM(prim_list_tail) {
  return list_tail(cx, "list-tail", args);
}
PRIM(prim_drop) {
  return list_tail(cx, "drop", args);
}

PRIM(prim_list_ref) {
  Value tail = VALUE_NIL, problem = skip_pairs(cx, "list-ref", args, 2, true, &tail);
  return is_outcome(problem) ? problem : pair_car(tail);
}

PRIM(prim_list_set) {
  Value tail = VALUE_NIL, problem = skip_pairs(cx, "list-set!", args, 3, true, &tail);
  if (is_outcome(problem)) return problem;
  if (heap_is_constant(tail)) return raise_immutable(cx, "list-set!", 1, args[0]);
  heap_store(cx->heap, tail, pair_car_slot(tail), args[2]);
  return VALUE_UNSPECIFIED;
}

static Value list_head(struct context *cx, const char *who, Value *args) {
  Value tail = VALUE_NIL, problem = skip_pairs(cx, who, args, 2, false, &tail);
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
  sword length = slice_length_dotted(cx, list, &tail);
  if (length == LIST_LONG) return outcome_in_scheme(cx, "last-pair", 1, args);
  if (length < 0) return raise_type(cx, "last-pair", 1, "a list that ends", list);
  while (is_pair(pair_cdr(list))) list = pair_cdr(list);
  return list;
}

// For lib/boot/long.scm: (pairs walked . where it came to), walking at most `n` pairs, up to the pair `mark`.  With
// is_checked also up to a constant pair.
PRIM(prim_list_skip) {
  sword k = fixnum_int(args[1]), i = 0;
  bool is_checked = is_true(args[3]);
  Value at = args[0];
  while (i < k && is_pair(at) && !(is_checked && heap_is_constant(at))) {
    at = pair_cdr(at);
    i++;
    if (value_eq(at, args[2])) break;
  }
  return pair_make(cx->heap, fixnum(i), at);
}

PRIM(prim_slice_length) {
  return fixnum(SLICE_PAIRS);
}

// Put the first args[1] pairs of a list before args[2], the last one first, in new pairs; or, if args[3], in their own.
PRIM(prim_reverse_more) {
  sword n_left = fixnum_int(args[1]), k = n_left > SLICE_PAIRS ? SLICE_PAIRS : n_left;
  Value list = args[0], done = args[2];
  bool in_place = is_true(args[3]);
  size_t bytes = (size_t)(k + SLICE_ARGUMENTS_MOST) * PAIR_BYTES;
  if (!heap_reserve(cx->heap, bytes)) return outcome_collect(cx, bytes);
  Value more = primitive_value(cx, "%reverse-more");
  if (is_outcome(more)) return more;
  for (; k > 0 && is_pair(list); k--, n_left--) {
    Value pair = list;
    list = pair_cdr(list);
    if (in_place) heap_store(cx->heap, pair, pair_cdr_slot(pair), done);
    done = in_place ? pair : pair_make(cx->heap, pair_car(pair), done);
  }
  if (n_left == 0 || !is_pair(list)) return done;
  return slice_go_on(cx, more, 4, (Value[]){list, fixnum(n_left), done, args[3]});
}

// --- searching --------------------------------------------------------------------------------------

enum search { SEARCH_MEMQ, SEARCH_MEMV, SEARCH_ASSQ, SEARCH_ASSV };
static const char *const search_names[] = {"memq", "memv", "assq", "assv"};

// A search in list `whole`, which has come to `rest`.  It notices when it goes round: `mark` is where it was at a power
// of two (Brent), and `n` pairs were passed.
struct search_state {
  Value x, whole, rest, mark;
  sword n;
};

static Value raise_search(struct context *cx, enum search which, Value whole, bool is_circular) {
  bool is_pairs = which >= SEARCH_ASSQ && !is_circular;
  return raise_type(cx, search_names[which], 2, is_circular ? "a list that ends" : is_pairs ? "a list of pairs" : "a list", whole);
}

static inline Value search_slice(struct context *cx, enum search which, struct search_state s) {
  for (sword left = SLICE_PAIRS; is_pair(s.rest); left--) {
    Value element = pair_car(s.rest), key = element;
    if (which >= SEARCH_ASSQ) {
      if (UNLIKELY(!is_pair(element))) return raise_search(cx, which, s.whole, false);
      key = pair_car(element);
    }
    if (which == SEARCH_MEMQ || which == SEARCH_ASSQ ? value_eq(s.x, key) : value_eqv(s.x, key))
      return which >= SEARCH_ASSQ ? element : s.rest;
    if (UNLIKELY(left == 0)) {
      Value more = slice_prepare(cx, "%search-more"), n = fixnum(s.n);
      return is_outcome(more) ? more : slice_go_on(cx, more, 6, (Value[]){fixnum(which), s.x, s.whole, s.rest, s.mark, n});
    }
    s.rest = pair_cdr(s.rest);
    if (value_eq(s.rest, s.mark)) return raise_search(cx, which, s.whole, true);
    s.n++;
    if ((s.n & (s.n - 1)) == 0) s.mark = s.rest;
  }
  return is_nil(s.rest) ? VALUE_FALSE : raise_search(cx, which, s.whole, false);
}
#define SEARCH(fn, which) \
  PRIM(fn) { return search_slice(cx, which, (struct search_state){args[0], args[1], args[1], args[1], 0}); }
SEARCH(prim_memq, SEARCH_MEMQ)
SEARCH(prim_memv, SEARCH_MEMV)
SEARCH(prim_assq, SEARCH_ASSQ)
SEARCH(prim_assv, SEARCH_ASSV)

PRIM(prim_search_more) {
  struct search_state s = {args[1], args[2], args[3], args[4], fixnum_int(args[5])};
  return search_slice(cx, (enum search)fixnum_int(args[0]), s);
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
  {"%slice-length", prim_slice_length, 0, 0, "(%slice-length)\nHow many pairs a primitive walks at a time."},
  {"%list-skip", prim_list_skip, 4, 4,
   "(%list-skip list n mark checked?)\nA pair of how many pairs of LIST were passed, N at most and up to MARK, and what comes then. If CHECKED?, up to a constant."},
  {"%reverse-more", prim_reverse_more, 4, 4,
   "(%reverse-more list n tail in-place?)\nThe first N elements of LIST, last one first, followed by TAIL."},
  {"%search-more", prim_search_more, 6, 6, "(%search-more which x list rest mark n)\nGo on with memq, memv, assq or assv."},
  {"memq", prim_memq, 2, 2, "(memq x list)\nThe rest of LIST from the first element that is eq? to X, or #f."},
  {"memv", prim_memv, 2, 2, "(memv x list)\nThe rest of LIST from the first element that is eqv? to X, or #f."},
  {"assq", prim_assq, 2, 2, "(assq x pairs)\nThe first pair in the list PAIRS whose car is eq? to X, or #f."},
  {"assv", prim_assv, 2, 2, "(assv x pairs)\nThe first pair in the list PAIRS whose car is eqv? to X, or #f."},
};
const unsigned n_pairs_primitives = ARRAY_LENGTH(pairs_primitives);
