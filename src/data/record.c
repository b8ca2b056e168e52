// Records and their types.
//
// Uses: gc, data/outcome, data/symbol.  Used by: see the header.
#include "data/record.h"
#include "data/symbol.h"

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

void record_types_init(struct heap *heap) {
  static const char *const names[RTD_N_FIELDS] = {"name", "fields", "parent", "extra"};
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
  object_field_init(rtd, RTD_EXTRA, VALUE_FALSE);
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
