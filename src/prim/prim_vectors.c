// Primitives on vectors.
//
// Uses: data/list, prim/args.  Used by: prim/table.
//
// A vector literal carries HEADER_FLAG_IMMUTABLE, and every mutator refuses it.  Moves of many elements are done in
// slices, each between heap_overwrite and heap_remember_slots.
#include "data/list.h"
#include "prim/args.h"
#include "prim/slices.h"
#include "prim/tables.h"

#define VECTOR_LENGTH_MAX ((sword)(PTRDIFF_MAX / WORD_BYTES - 64))

static bool is_vector(Value v) {
  return is_type(v, T_VECTOR);
}

// A new vector whose elements the caller fills at once; or OUTCOME_COLLECT.
static Value make_vector(struct context *cx, sword length) {
  size_t bytes = VECTOR_BYTES(length);
  uword *p = heap_try_alloc(cx->heap, bytes);
  if (!p) return outcome_collect(cx, bytes);
  p[0] = header_make(T_VECTOR, 0);
  p[1] = fixnum(length).w;
  return value_from_object(p);
}

PRIM(prim_vector_p) {
  return value_bool(is_vector(args[0]));
}

PRIM(prim_make_vector) {
  sword length = is_fixnum(args[0]) ? fixnum_int(args[0]) : -1;
  if (length < 0) return raise_type(cx, "make-vector", 1, "a length (an exact integer, not negative)", args[0]);
  if (length > VECTOR_LENGTH_MAX) return raise_range(cx, "make-vector", 1, args[0], 0, VECTOR_LENGTH_MAX);
  return slice_vector(cx, length, VALUE_NIL, 0, 0, VALUE_NIL, is_given(args, n, 1) ? args[1] : VALUE_FALSE);
}

PRIM(prim_vector) {
  Value v = make_vector(cx, (sword)n);
  if (is_outcome(v)) return v;
  for (unsigned i = 0; i < n; i++) vector_slots(v)[i] = args[i];
  return v;
}

PRIM(prim_vector_length) {
  if (!is_vector(args[0])) return raise_type(cx, "vector-length", 1, "a vector", args[0]);
  return fixnum(vector_length(args[0]));
}

static inline bool is_index(Value v, sword length) {
  return is_fixnum(v) && (uword)fixnum_int(v) < (uword)length;
}

PRIM(prim_vector_ref) {
  if (UNLIKELY(!is_vector(args[0]))) return raise_type(cx, "vector-ref", 1, "a vector", args[0]);
  sword length = vector_length(args[0]);
  if (UNLIKELY(!is_index(args[1], length))) return raise_index(cx, "vector-ref", 2, args[1], "vector", length);
  return vector_slots(args[0])[fixnum_int(args[1])];
}

PRIM(prim_vector_set) {
  if (UNLIKELY(!is_vector(args[0]))) return raise_type(cx, "vector-set!", 1, "a vector", args[0]);
  sword length = vector_length(args[0]);
  if (UNLIKELY(!is_index(args[1], length))) return raise_index(cx, "vector-set!", 2, args[1], "vector", length);
  if (UNLIKELY(object_is_immutable(args[0]))) return raise_immutable(cx, "vector-set!", 1, args[0]);
  if (UNLIKELY(!heap_try_store(cx->heap, args[0], &vector_slots(args[0])[fixnum_int(args[1])], args[2])))
    return raise_not_stored(cx, "vector-set!", args[0], 3, args[2]);
  return VALUE_UNSPECIFIED;
}

// vector->list and its kin take (vector [start end]): check, and answer the range.
static Value vector_range(struct context *cx, const char *who, Value *args, unsigned n, sword *start, sword *end) {
  if (!is_vector(args[0])) return raise_type(cx, who, 1, "a vector", args[0]);
  return arg_range(cx, who, args, n, 1, vector_length(args[0]), start, end);
}

PRIM(prim_vector_to_list) {
  sword start = 0, end = 0;
  Value problem = vector_range(cx, "vector->list", args, n, &start, &end);
  if (is_outcome(problem)) return problem;
  if (end - start > SLICE_PAIRS) return slice_list(cx, args[0], start, end);
  return list_from_array(cx, vector_slots(args[0]) + start, (size_t)(end - start), VALUE_NIL);
}

PRIM(prim_list_to_vector) {
  sword length = slice_length(cx, args[0]);
  if (length == LIST_LONG) return outcome_in_scheme(cx, "list->vector", 1, args);
  if (length < 0) return raise_type(cx, "list->vector", 1, "a list", args[0]);
  return slice_vector(cx, length, args[0], 0, 0, VALUE_NIL, VALUE_FALSE);
}

PRIM(prim_vector_fill) {
  sword start = 0, end = 0;
  if (!is_vector(args[0])) return raise_type(cx, "vector-fill!", 1, "a vector", args[0]);
  if (object_is_immutable(args[0])) return raise_immutable(cx, "vector-fill!", 1, args[0]);
  Value problem = arg_range(cx, "vector-fill!", args, n, 2, vector_length(args[0]), &start, &end);
  if (is_outcome(problem)) return problem;
  sword stop = end - start > SLICE_WORDS ? start + SLICE_WORDS : end;
  Value more = stop < end ? slice_prepare(cx, "vector-fill!") : VALUE_FALSE, *slots = vector_slots(args[0]);
  if (is_outcome(more)) return more;
  if (heap_is_private(args[0])) {
    heap_overwrite(cx->heap, slots + start, (size_t)(stop - start));
    for (sword i = start; i < stop; i++) slots[i] = args[1];
    if (is_pointer(args[1])) heap_remember_slots(cx->heap, slots + start, (size_t)(stop - start));
  } else {
    for (sword i = start; i < stop; i++)
      if (!heap_store_shared(&slots[i], args[1])) return raise_not_stored(cx, "vector-fill!", args[0], 2, args[1]);
  }
  if (stop == end) return VALUE_UNSPECIFIED;
  return slice_go_on(cx, more, 4, (Value[]){args[0], args[1], fixnum(stop), fixnum(end)});
}

static Value copy_range(struct context *cx, const char *who, Value *args, unsigned n) {
  sword start = 0, end = 0;
  Value problem = vector_range(cx, who, args, n, &start, &end);
  return is_outcome(problem) ? problem : slice_vector(cx, end - start, args[0], start, end, VALUE_NIL, VALUE_FALSE);
}

PRIM(prim_vector_copy) {
  return copy_range(cx, "vector-copy", args, n);
}

PRIM(prim_subvector) {
  return copy_range(cx, "subvector", args, n);
}

// A slice of vector-copy!, from the end that is not in the way of the rest when both are one vector.
static Value move_elements(struct context *cx, Value *args, sword at, sword start, sword end) {
  sword n = end - start > SLICE_WORDS ? SLICE_WORDS : end - start;
  bool is_last = n == end - start, from_end = value_eq(args[0], args[2]) && at > start;
  Value more = is_last ? VALUE_FALSE : slice_prepare(cx, "vector-copy!");
  if (is_outcome(more)) return more;
  sword skip = from_end ? end - start - n : 0;
  Value *to = vector_slots(args[0]) + at + skip, *from = vector_slots(args[2]) + start + skip;
  if (heap_is_private(args[0])) {
    heap_overwrite(cx->heap, to, (size_t)n);
    memmove(to, from, (size_t)n * sizeof(Value));
    heap_remember_slots(cx->heap, to, (size_t)n);
  } else {
    for (sword i = 0; i < n; i++) {
      sword k = from_end ? n - 1 - i : i;
      Value v = from[k];
      if (!heap_store_shared(&to[k], v)) return raise_not_stored(cx, "vector-copy!", args[0], 3, v);
    }
  }
  if (is_last) return VALUE_UNSPECIFIED;
  if (from_end) end -= n;
  else at += n, start += n;
  return slice_go_on(cx, more, 5, (Value[]){args[0], fixnum(at), args[2], fixnum(start), fixnum(end)});
}

PRIM(prim_vector_copy_to) {
  const char *who = "vector-copy!";
  if (!is_vector(args[0])) return raise_type(cx, who, 1, "a vector", args[0]);
  if (object_is_immutable(args[0])) return raise_immutable(cx, who, 1, args[0]);
  if (!is_vector(args[2])) return raise_type(cx, who, 3, "a vector", args[2]);
  sword room = vector_length(args[0]), start, end;
  sword at = is_fixnum(args[1]) ? fixnum_int(args[1]) : -1;
  if (at < 0 || at > room) return raise_index(cx, who, 2, args[1], "vector", room);
  Value problem = arg_range(cx, who, args, n, 3, vector_length(args[2]), &start, &end);
  if (is_outcome(problem)) return problem;
  if (end - start > room - at) {
    Value sizes[] = {fixnum(end - start), fixnum(at), fixnum(room)};
    return raise_condition(cx, KNOWN_RANGE, who, "too many elements for the place (count, place, length):", 3, sizes);
  }
  return move_elements(cx, args, at, start, end);
}

PRIM(prim_vector_append) {
  sword length = 0;
  for (unsigned i = 0; i < n; i++) {
    if (!is_vector(args[i])) return raise_type(cx, "vector-append", i + 1, "a vector", args[i]);
    length += vector_length(args[i]);
    if (length > VECTOR_LENGTH_MAX) return raise_range(cx, "vector-append", i + 1, fixnum(length), 0, VECTOR_LENGTH_MAX);
  }
  Value vectors = list_from_array(cx, args, n, VALUE_NIL);
  return is_outcome(vectors) ? vectors : slice_vector(cx, length, VALUE_NIL, 0, 0, vectors, VALUE_FALSE);
}

PRIM(prim_vector_grow) {
  if (!is_vector(args[0])) return raise_type(cx, "vector-grow", 1, "a vector", args[0]);
  sword old = vector_length(args[0]), length = is_fixnum(args[1]) ? fixnum_int(args[1]) : -1;
  if (length < old || length > VECTOR_LENGTH_MAX) return raise_range(cx, "vector-grow", 2, args[1], old, VECTOR_LENGTH_MAX);
  return slice_vector(cx, length, args[0], 0, old, VALUE_NIL, VALUE_FALSE);
}

const struct primitive vectors_primitives[] = {
  {"vector?", prim_vector_p, 1, 1, "(vector? x)\nIs X a vector?"},
  {"make-vector", prim_make_vector, 1, 2, "(make-vector length [fill])\nA new vector of LENGTH elements, each FILL (#f if not given)."},
  {"vector", prim_vector, 0, PRIMITIVE_REST, "(vector value ...)\nA new vector of the VALUES."},
  {"vector-length", prim_vector_length, 1, 1, "(vector-length vector)\nHow many elements VECTOR has."},
  {"vector-ref", prim_vector_ref, 2, 2, "(vector-ref vector k)\nElement K of VECTOR, counted from 0. An error if it has no more than K."},
  {"vector-set!", prim_vector_set, 3, 3,
   "(vector-set! vector k value)\nMake VALUE element K of VECTOR, counted from 0. An error if VECTOR is a literal."},
  {"vector->list", prim_vector_to_list, 1, 3, "(vector->list vector [start end])\nA new list of the elements of VECTOR from START up to END."},
  {"list->vector", prim_list_to_vector, 1, 1, "(list->vector list)\nA new vector of the elements of LIST."},
  {"vector-fill!", prim_vector_fill, 2, 4, "(vector-fill! vector value [start end])\nMake VALUE every element of VECTOR from START up to END."},
  {"vector-copy", prim_vector_copy, 1, 3, "(vector-copy vector [start end])\nA new vector of the elements of VECTOR from START up to END."},
  {"subvector", prim_subvector, 3, 3, "(subvector vector start end)\nA new vector of the elements of VECTOR from START up to END."},
  {"vector-copy!", prim_vector_copy_to, 3, 5,
   "(vector-copy! to at from [start end])\nCopy the elements of FROM from START up to END into TO, from AT on. They may be the same vector."},
  {"vector-append", prim_vector_append, 0, PRIMITIVE_REST, "(vector-append vector ...)\nA new vector of the elements of all VECTORS."},
  {"vector-grow", prim_vector_grow, 2, 2, "(vector-grow vector length)\nA longer copy of VECTOR; the new elements are #f."},
};
const unsigned n_vectors_primitives = ARRAY_LENGTH(vectors_primitives);
