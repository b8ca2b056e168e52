// What is process-local of the image.
//
// Uses: data/local, data/table.
#include "data/local.h"
#include "data/port.h"
#include "data/string.h"
#include "data/table.h"

// ROOT_LOCALS: a vector of a fixnum, how many keys there are, and 2^k pairs of key (VALUE_EMPTY: none) and value, at most
// half of them used.
#define FIRST_PAIRS 16

static Value *slot_of(Value locals, Value key) {
  Value *pairs = vector_slots(locals) + 1;
  size_t mask = ((size_t)vector_length(locals) - 1) / 2 - 1;
  size_t i = ((key.w >> 3) ^ (key.w >> 9)) & mask;
  while (!value_eq(pairs[2 * i], key) && !value_eq(pairs[2 * i], VALUE_EMPTY)) i = (i + 1) & mask;
  return &pairs[2 * i];
}

// This process's value for `key`, or VALUE_EMPTY.
static Value find(struct heap *heap, Value key) {
  Value locals = heap->roots[ROOT_LOCALS];
  if (!is_type(locals, T_VECTOR)) return VALUE_EMPTY;
  Value *slot = slot_of(locals, key);
  return value_eq(slot[0], VALUE_EMPTY) ? VALUE_EMPTY : slot[1];
}

// Twice as many pairs, or the first ones.
static Value grow(struct context *cx, Value old) {
  size_t n_old = is_true(old) ? (size_t)vector_length(old) : 1 + FIRST_PAIRS, n = 2 * n_old - 1;
  uword *p = heap_try_alloc(cx->heap, VECTOR_BYTES(n));
  if (!p) return outcome_collect(cx, VECTOR_BYTES(n));
  p[0] = header_make(T_VECTOR, 0);
  p[1] = fixnum((sword)n).w;
  Value locals = value_from_object(p), *slots = vector_slots(locals);
  slots[0] = is_true(old) ? vector_slots(old)[0] : fixnum(0);
  for (size_t i = 1; i < n; i++) slots[i] = VALUE_EMPTY;
  for (size_t i = 1; is_true(old) && i < n_old; i += 2)
    if (!value_eq(vector_slots(old)[i], VALUE_EMPTY)) memcpy(slot_of(locals, vector_slots(old)[i]), &vector_slots(old)[i], 2 * sizeof(Value));
  return cx->heap->roots[ROOT_LOCALS] = locals;
}

Value local_set(struct context *cx, Value key, Value v) {
  Value locals = cx->heap->roots[ROOT_LOCALS];
  bool is_new = value_eq(find(cx->heap, key), VALUE_EMPTY);
  if (is_new && (is_false(locals) || 4 * (fixnum_int(vector_slots(locals)[0]) + 1) > vector_length(locals) - 1)) {
    locals = grow(cx, locals);
    if (is_outcome(locals)) return locals;
  }
  Value *slot = slot_of(locals, key), *count = vector_slots(locals);
  if (is_new) *count = fixnum(fixnum_int(*count) + 1);
  heap_store(cx->heap, locals, &slot[0], key);
  heap_store(cx->heap, locals, &slot[1], v);
  return VALUE_UNSPECIFIED;
}

static bool is_changed_in_use(Value v) {
  return is_object(v) && heap_is_frozen(v) && (is_port(v) || is_type(v, T_TABLE) || is_bytes(v) || is_type(v, T_ENV)) &&
         !object_flags(v, HEADER_FLAG_IMMUTABLE);
}

// As it is in the image; its parts are the image's, which an environment replaces by its own when they change.
static Value copy_flat(struct context *cx, Value v) {
  size_t bytes = object_size_bytes(value_address(v));
  if (!heap_reserve(cx->heap, bytes)) return outcome_collect(cx, bytes);
  uword *p = heap_alloc(cx->heap, bytes);
  memcpy(p, value_address(v), bytes);
  return value_from_object(p);
}

static Value copy_port(struct context *cx, Value port) {
  static const unsigned buffers[] = {PORT_BUFFER, PORT_OUT_BUFFER};
  Value copy = copy_flat(cx, port);
  for (unsigned i = 0; i < ARRAY_LENGTH(buffers) && !is_outcome(copy); i++) {
    if (!is_bytes(object_field(port, buffers[i]))) continue;
    Value buffer = copy_flat(cx, object_field(port, buffers[i]));
    if (is_outcome(buffer)) return buffer;
    object_field_init(copy, buffers[i], buffer);
  }
  return copy;
}

static Value copy_table(struct context *cx, Value table) {
  Value copy = table_copy(cx, table);
  size_t position = 0;
  if (is_outcome(copy)) return copy;
  Value done = table_copy_entries(cx, copy, table, &position);
  return is_outcome(done) ? done : copy;
}

// This process's own copy of an object of the image.
static Value own(struct context *cx, Value v) {
  Value copy = find(cx->heap, v);
  if (!value_eq(copy, VALUE_EMPTY)) return copy;
  copy = is_type(v, T_TABLE) ? copy_table(cx, v) : is_port(v) ? copy_port(cx, v) : copy_flat(cx, v);
  if (is_outcome(copy)) return copy;
  Value done = local_set(cx, v, copy);
  return is_outcome(done) ? done : copy;
}

// What changes in use is noted for the key as well, so that it is found at once the next time.
static Value value_of(struct context *cx, Value key, Value first) {
  Value v = find(cx->heap, key);
  if (value_eq(v, VALUE_EMPTY)) v = first;
  if (LIKELY(!is_changed_in_use(v))) return v;
  v = own(cx, v);
  Value done = is_outcome(v) ? v : local_set(cx, key, v);
  return is_outcome(done) ? done : v;
}

Value local_value(struct context *cx, Value cell) {
  return value_of(cx, cell, object_field(cell, CELL_INITIAL));
}

Value local_parameter(struct context *cx, Value parameter) {
  Value v = object_field(parameter, PARAMETER_VALUE);
  return heap_is_frozen(parameter) ? value_of(cx, parameter, v) : v;
}

void local_mark(Value cell) {
  uword *p = value_address(cell);
  p[CELL_INITIAL] = p[CELL_VALUE];
  p[CELL_VALUE] = VALUE_LOCAL.w;
}
