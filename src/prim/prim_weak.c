// Primitives on weak pairs, ephemerons and guardians.
//
// Uses: data/weak, prim/args.  Used by: prim/table.
#include "data/weak.h"
#include "prim/args.h"
#include "prim/tables.h"

static Value part_or_false(Value v) {
  return value_eq(v, VALUE_DELETED) ? VALUE_FALSE : v;
}

static Value check(struct context *cx, const char *who, enum object_type type, Value v) {
  if (LIKELY(is_type(v, type))) return VALUE_TRUE;
  return raise_type(cx, who, 1, type == T_WEAK_PAIR ? "a weak pair" : "an ephemeron", v);
}

// Of a weak pair or an ephemeron.
static Value key_of(struct context *cx, const char *who, enum object_type type, Value v) {
  Value problem = check(cx, who, type, v);
  return is_outcome(problem) ? problem : part_or_false(weak_key(cx->heap, v));
}
static Value is_broken(struct context *cx, const char *who, enum object_type type, Value v) {
  Value problem = check(cx, who, type, v);
  return is_outcome(problem) ? problem : value_bool(value_eq(weak_key(cx->heap, v), VALUE_DELETED));
}

// --- weak pairs ------------------------------------------------------------------------------------------
PRIM(prim_weak_cons) {
  return weak_make(cx->heap, T_WEAK_PAIR, WEAK_BYTES, args[1], args[0], VALUE_FALSE);
}
PRIM(prim_weak_pair_p) {
  return value_bool(is_type(args[0], T_WEAK_PAIR));
}
PRIM(prim_weak_car) {
  return key_of(cx, "weak-car", T_WEAK_PAIR, args[0]);
}
PRIM(prim_weak_cdr) {
  Value problem = check(cx, "weak-cdr", T_WEAK_PAIR, args[0]);
  return is_outcome(problem) ? problem : object_field(args[0], WEAK_REST);
}
PRIM(prim_weak_broken_p) {
  return is_broken(cx, "weak-pair-broken?", T_WEAK_PAIR, args[0]);
}
PRIM(prim_weak_set_cdr) {
  Value problem = check(cx, "weak-set-cdr!", T_WEAK_PAIR, args[0]);
  if (is_outcome(problem)) return problem;
  heap_store(cx->heap, args[0], object_slot(args[0], WEAK_REST), args[1]);
  return VALUE_UNSPECIFIED;
}

// --- ephemerons ------------------------------------------------------------------------------------------
PRIM(prim_make_ephemeron) {
  return weak_make(cx->heap, T_EPHEMERON, WEAK_BYTES, VALUE_FALSE, args[0], args[1]);
}
PRIM(prim_ephemeron_p) {
  return value_bool(is_type(args[0], T_EPHEMERON));
}
PRIM(prim_ephemeron_key) {
  return key_of(cx, "ephemeron-key", T_EPHEMERON, args[0]);
}
PRIM(prim_ephemeron_value) {
  Value problem = check(cx, "ephemeron-value", T_EPHEMERON, args[0]);
  return is_outcome(problem) ? problem : weak_value(cx->heap, args[0]);
}
PRIM(prim_ephemeron_broken_p) {
  return is_broken(cx, "ephemeron-broken?", T_EPHEMERON, args[0]);
}
PRIM(prim_reference_barrier) {
  return VALUE_UNSPECIFIED;
}

// --- guardians: the library makes procedures around these states -------------------------------------------
PRIM(prim_make_guardian_state) {
  uword *p = heap_alloc(cx->heap, GUARDIAN_BYTES);
  p[0] = header_make(T_GUARDIAN, 0);
  p[GUARDIAN_WAITING] = p[GUARDIAN_READY] = VALUE_FALSE.w;
  p[GUARDIAN_LINK] = 0;
  return value_from_object(p);
}
PRIM(prim_guard) {
  if (!is_type(args[0], T_GUARDIAN)) return raise_type(cx, "%guard!", 1, "the state of a guardian", args[0]);
  Value waiting = object_field(args[0], GUARDIAN_WAITING);
  Value entry = weak_make(cx->heap, T_GUARDED, GUARDED_BYTES, waiting, args[1], args[2]);
  heap_store(cx->heap, args[0], object_slot(args[0], GUARDIAN_WAITING), entry);
  return VALUE_UNSPECIFIED;
}
PRIM(prim_next_guarded) {
  if (!is_type(args[0], T_GUARDIAN)) return raise_type(cx, "%next-guarded", 1, "the state of a guardian", args[0]);
  Value entry = object_field(args[0], GUARDIAN_READY);
  if (is_false(entry)) return VALUE_FALSE;
  heap_store(cx->heap, args[0], object_slot(args[0], GUARDIAN_READY), object_field(entry, WEAK_REST));
  return heap_weak_value(cx->heap, object_field(entry, WEAK_VALUE));
}
// Is it a procedure made around a state?  No other procedure captures one.
PRIM(prim_guardian_p) {
  bool captures = is_type(args[0], T_CLOSURE) && header_aux(object_header(args[0])) >= CLOSURE_CAPTURED;
  return value_bool(captures && is_type(object_field(args[0], CLOSURE_CAPTURED), T_GUARDIAN));
}

const struct primitive weak_primitives[] = {
  {"weak-cons", prim_weak_cons, 2, 2,
   "(weak-cons car cdr)\nA new weak pair, which does not keep CAR: when nothing else refers to it, it may be gone after a collection."},
  {"weak-pair?", prim_weak_pair_p, 1, 1, "(weak-pair? x)\nIs X a weak pair?  (pair? is #f for it.)"},
  {"weak-car", prim_weak_car, 1, 1, "(weak-car weak-pair)\nThe car of WEAK-PAIR, or #f if it is gone."},
  {"weak-cdr", prim_weak_cdr, 1, 1, "(weak-cdr weak-pair)\nThe cdr of WEAK-PAIR, which is never gone."},
  {"weak-pair-broken?", prim_weak_broken_p, 1, 1, "(weak-pair-broken? weak-pair)\nIs the car of WEAK-PAIR gone?"},
  {"weak-set-cdr!", prim_weak_set_cdr, 2, 2, "(weak-set-cdr! weak-pair x)\nMake X the cdr of WEAK-PAIR."},
  {"make-ephemeron", prim_make_ephemeron, 2, 2,
   "(make-ephemeron key value)\nA new ephemeron, which does not keep KEY, and VALUE only as long as KEY lives, even if VALUE refers to KEY."},
  {"ephemeron?", prim_ephemeron_p, 1, 1, "(ephemeron? x)\nIs X an ephemeron?"},
  {"ephemeron-key", prim_ephemeron_key, 1, 1, "(ephemeron-key ephemeron)\nThe key of EPHEMERON, or #f if it is gone."},
  {"ephemeron-value", prim_ephemeron_value, 1, 1,
   "(ephemeron-value ephemeron)\nThe value of EPHEMERON, or #f if the key is gone."},
  {"ephemeron-broken?", prim_ephemeron_broken_p, 1, 1, "(ephemeron-broken? ephemeron)\nIs the key of EPHEMERON gone?"},
  {"reference-barrier", prim_reference_barrier, 1, 1,
   "(reference-barrier x)\nDo nothing, but refer to X: until this call it is not gone from anything weak."},
  {"%make-guardian-state", prim_make_guardian_state, 0, 0, "(%make-guardian-state)\nWhat a new guardian captures."},
  {"%guard!", prim_guard, 3, 3, "(%guard! state object representative)\nAdd an object to a guardian."},
  {"%next-guarded", prim_next_guarded, 1, 1,
   "(%next-guarded state)\nTake one of the representatives whose objects are gone from a guardian, or #f."},
  {"guardian?", prim_guardian_p, 1, 1, "(guardian? x)\nWas X made by make-guardian?"},
};
const unsigned n_weak_primitives = ARRAY_LENGTH(weak_primitives);
