// What is process-local of the image.
//
// Uses: data/local, data/table, data/list.
#include "data/local.h"
#include "data/list.h"
#include "data/port.h"
#include "data/string.h"
#include "data/table.h"

static Value find(struct heap *heap, Value key) {
  Value list = heap->roots[ROOT_LOCALS];
  for (; is_pair(list); list = pair_cdr(list))
    if (value_eq(pair_car(pair_car(list)), key)) return pair_car(list);
  return VALUE_FALSE;
}

Value local_set(struct context *cx, Value key, Value v) {
  struct heap *heap = cx->heap;
  Value entry = find(heap, key);
  if (is_pair(entry)) {
    heap_store(heap, entry, pair_cdr_slot(entry), v);
    return VALUE_UNSPECIFIED;
  }
  if (!heap_reserve(heap, 2 * PAIR_BYTES)) return outcome_collect(cx, 2 * PAIR_BYTES);
  Value locals = is_pair(heap->roots[ROOT_LOCALS]) ? heap->roots[ROOT_LOCALS] : VALUE_NIL;
  heap->roots[ROOT_LOCALS] = pair_make(heap, pair_make(heap, key, v), locals);
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
  Value entry = find(cx->heap, v);
  if (is_pair(entry)) return pair_cdr(entry);
  Value copy = is_type(v, T_TABLE) ? copy_table(cx, v) : is_port(v) ? copy_port(cx, v) : copy_flat(cx, v);
  if (is_outcome(copy)) return copy;
  Value done = local_set(cx, v, copy);
  return is_outcome(done) ? done : copy;
}

static Value value_of(struct context *cx, Value key, Value first) {
  Value entry = find(cx->heap, key);
  Value v = is_pair(entry) ? pair_cdr(entry) : first;
  return is_changed_in_use(v) ? own(cx, v) : v;
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
