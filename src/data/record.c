// Records and their types.
//
// Uses: gc, data/outcome, data/symbol.  Used by: see the header.
#include "data/record.h"
#include "data/symbol.h"
#include "gc/commons.h"

bool record_has_type(Value v, Value rtd) {
  if (!is_type(v, T_RECORD)) return false;
  Value type = object_field(v, RECORD_TYPE);
  while (!value_eq(type, rtd)) {
    type = object_field(type, RTD_PARENT);
    if (!is_type(type, T_RECORD)) return false;
  }
  return true;
}

Value record_make_raw(struct context *cx, Value rtd, unsigned n_fields) {
  size_t bytes = AUX_BYTES(1 + n_fields);
  uword *p = heap_try_alloc(cx->heap, bytes);
  if (!p) return outcome_collect(cx, bytes);
  p[0] = header_make(T_RECORD, 1 + n_fields);
  p[RECORD_TYPE] = rtd.w;
  return value_from_object(p);
}

// --- types ----------------------------------------------------------------------------------------
static bool is_frozen_or_false(Value v) {
  return is_false(v) || heap_is_frozen(v);
}

// COMMONS-1
static bool may_be_shared(struct heap *heap, Value name, Value parent, Value names) {
  bool is_private = !heap_is_frozen(heap->roots[ROOT_RTD_RTD]) || !heap_is_frozen(name) || !is_frozen_or_false(parent);
  for (sword i = 0; i < vector_length(names) && !is_private; i++) is_private = !heap_is_frozen(vector_slots(names)[i]);
  return !is_private;
}

static uword *take(struct heap *heap, size_t bytes, bool shared) {
  return shared ? commons_alloc_for(heap, bytes, true) : heap_try_alloc(heap, bytes);
}

Value record_type_make(struct context *cx, Value name, Value parent, Value names) {
  struct heap *heap = cx->heap;
  Value above = is_true(parent) ? object_field(parent, RTD_FIELD_NAMES) : VALUE_FALSE;
  size_t n_above = is_true(above) ? (size_t)vector_length(above) : 0, n = n_above + (size_t)vector_length(names);
  size_t bytes = VECTOR_BYTES(n);
  bool shared = may_be_shared(heap, name, parent, names);
  uword *fields = take(heap, bytes, shared);
  uword *p = fields ? take(heap, AUX_BYTES(1 + RTD_N_FIELDS), shared) : NULL;
  if (fields && !p) heap_fill(fields, bytes);
  if (!p) return shared ? outcome_commons(cx, NULL) : outcome_collect(cx, bytes + AUX_BYTES(1 + RTD_N_FIELDS));
  fields[0] = header_make(T_VECTOR, 0) | HEADER_FLAG_IMMUTABLE;
  fields[1] = fixnum((sword)n).w;
  if (n_above) memcpy(fields + 2, vector_slots(above), n_above * sizeof(Value));
  memcpy(fields + 2 + n_above, vector_slots(names), (n - n_above) * sizeof(Value));
  p[0] = header_make(T_RECORD, 1 + RTD_N_FIELDS);
  p[RECORD_TYPE] = heap->roots[ROOT_RTD_RTD].w;
  p[RTD_NAME] = name.w;
  p[RTD_FIELD_NAMES] = value_from_object(fields).w;
  p[RTD_PARENT] = parent.w;
  return value_from_object(p);
}

void record_types_init(struct heap *heap) {
  static const char *const names[RTD_N_FIELDS] = {"name", "fields", "parent"};
  struct context cx = {.heap = heap};
  CHECK(heap_reserve(heap, VECTOR_BYTES(RTD_N_FIELDS) + AUX_BYTES(1 + RTD_N_FIELDS)));
  uword *p = heap_alloc(heap, VECTOR_BYTES(RTD_N_FIELDS));
  Value fields = value_from_object(p);
  p[0] = header_make(T_VECTOR, 0);
  p[1] = fixnum(RTD_N_FIELDS).w;
  for (unsigned i = 0; i < RTD_N_FIELDS; i++) vector_slots(fields)[i] = VALUE_FALSE;
  Value rtd = record_make_raw(&cx, VALUE_FALSE, RTD_N_FIELDS);
  CHECK(!is_outcome(rtd));
  object_field_init(rtd, RECORD_TYPE, rtd);
  object_field_init(rtd, RTD_NAME, VALUE_FALSE);
  object_field_init(rtd, RTD_FIELD_NAMES, fields);
  object_field_init(rtd, RTD_PARENT, VALUE_FALSE);
  heap->roots[ROOT_RTD_RTD] = rtd;
  for (unsigned i = 0; i < RTD_N_FIELDS; i++) {
    Value name = symbol_intern_c(&cx, names[i]);
    CHECK(!is_outcome(name));
    heap_store(heap, fields, &vector_slots(fields)[i], name);
  }
  Value name = symbol_intern_c(&cx, "record-type");
  CHECK(!is_outcome(name));
  heap_store(heap, rtd, object_slot(rtd, RTD_NAME), name);
}
