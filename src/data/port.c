// Ports: the buffers and the characters in them.
//
// Uses: data/port, data/console, data/string, data/utf8.  Used by: see the header.
#include "data/port.h"
#include "data/console.h"
#include "data/string.h"
#include "data/utf8.h"

static Value make_port(struct context *cx, unsigned flags, Value name, Value bytes, size_t out_bytes) {
  size_t need = PORT_BYTES + BYTES_BYTES(out_bytes);
  if (!heap_reserve(cx->heap, need)) return outcome_collect(cx, need);
  Value out = VALUE_FALSE;
  if (out_bytes) {
    out = bytes_make_raw(cx, out_bytes);
    if (is_outcome(out)) return out;
  }
  uword *p = heap_alloc(cx->heap, PORT_BYTES);
  p[0] = header_make(T_PORT, 0);
  Value port = value_from_object(p);
  for (unsigned i = 1; i <= PORT_FIELDS; i++) object_field_init(port, i, VALUE_FALSE);
  port_set_flags(port, flags);
  object_field_init(port, PORT_NAME, name);
  object_field_init(port, PORT_BUFFER, bytes);
  object_field_init(port, PORT_OUT_BUFFER, out);
  port_set_number(port, PORT_START, 0);
  port_set_number(port, PORT_END, is_true(bytes) ? bytes_length(bytes) : 0);
  port_set_number(port, PORT_LINE, 1);
  port_set_number(port, PORT_COLUMN, 1);
  port_set_number(port, PORT_OUT_END, 0);
  port_set_number(port, PORT_OUT_COLUMN, 1);
  return port;
}

Value port_make(struct context *cx, unsigned flags, Value name, size_t out_bytes) {
  return make_port(cx, flags, name, VALUE_FALSE, out_bytes);
}

Value port_from_bytes(struct context *cx, unsigned flags, Value name, Value bytes) {
  return make_port(cx, flags, name, bytes, 0);
}

uint32_t port_position(sword line, sword column) {
  uint32_t l = line > 0xfffff ? 0xfffff : (uint32_t)line;
  uint32_t c = column > 1023 ? 1023 : (uint32_t)column;
  return l << 10 | c;
}

// --- input ------------------------------------------------------------------------------------------
struct cursor cursor_open(Value port) {
  static const unsigned char nothing[1];
  Value buffer = object_field(port, PORT_BUFFER);
  const unsigned char *data = is_true(buffer) ? bytes_data(buffer) : nothing;
  return (struct cursor){
    .p = data + port_number(port, PORT_START),
    .end = data + port_number(port, PORT_END),
    .line = port_number(port, PORT_LINE),
    .column = port_number(port, PORT_COLUMN),
    .at_end = !port_has_refill(port) || (port_flags(port) & PORT_AT_END),
  };
}

void cursor_close(const struct cursor *cursor, Value port) {
  port_set_number(port, PORT_START, port_number(port, PORT_END) - (cursor->end - cursor->p));
  port_set_number(port, PORT_LINE, cursor->line);
  port_set_number(port, PORT_COLUMN, cursor->column);
}

enum cursor_status cursor_peek(const struct cursor *cursor, uint32_t *c, unsigned *n) {
  if (cursor->p == cursor->end) return cursor->at_end ? CURSOR_END : CURSOR_EMPTY;
  if (*cursor->p < 0x80) {
    *c = *cursor->p;
    *n = 1;
    return CURSOR_CHAR;
  }
  size_t left = (size_t)(cursor->end - cursor->p);
  int length = utf8_decode(cursor->p, left, c);
  if (length > 0) {
    *n = (unsigned)length;
    return CURSOR_CHAR;
  }
  if (length == 0 && !cursor->at_end) return CURSOR_EMPTY;
  *c = CHAR_REPLACEMENT;
  *n = length < 0 ? (unsigned)-length : (unsigned)left;
  return CURSOR_INVALID;
}

void port_consume_end(Value port) {
  if (port_has_refill(port)) port_set_flags(port, port_flags(port) & ~(unsigned)PORT_AT_END);
}

Value port_fill(struct context *cx, Value port, const unsigned char *bytes, size_t n) {
  sword start = port_number(port, PORT_START), end = port_number(port, PORT_END);
  size_t waiting = (size_t)(end - start);
  Value old = object_field(port, PORT_BUFFER);
  Value buffer = bytes_make_raw(cx, waiting + n);
  if (is_outcome(buffer)) return buffer;
  if (waiting) memcpy(bytes_data(buffer), bytes_data(old) + start, waiting);
  memcpy(bytes_data(buffer) + waiting, bytes, n);
  heap_store(cx->heap, port, object_slot(port, PORT_BUFFER), buffer);
  port_set_number(port, PORT_START, 0);
  port_set_number(port, PORT_END, (sword)(waiting + n));
  return VALUE_TRUE;
}

// --- output -----------------------------------------------------------------------------------------
// Write the first `n` of its bytes.
static void write_console(struct heap *heap, Value port, size_t n) {
  unsigned char *data = bytes_data(object_field(port, PORT_OUT_BUFFER));
  size_t left = (size_t)port_number(port, PORT_OUT_END) - n;
  if (n) console_write(heap, (char *)data, n);
  memmove(data, data + n, left);
  port_set_number(port, PORT_OUT_END, (sword)left);
  heap->roots[ROOT_CONSOLE_PORT] = left ? port : VALUE_FALSE;
}

// How many of its bytes are whole lines.
static size_t count_lines_bytes(Value port) {
  const unsigned char *data = bytes_data(object_field(port, PORT_OUT_BUFFER));
  size_t n = (size_t)port_number(port, PORT_OUT_END);
  while (n > 0 && data[n - 1] != '\n') n--;
  return n;
}

Value port_reserve(struct context *cx, Value port, size_t n_bytes) {
  Value buffer = object_field(port, PORT_OUT_BUFFER);
  size_t used = (size_t)port_number(port, PORT_OUT_END), capacity = (size_t)bytes_length(buffer);
  if (n_bytes <= capacity - used) return VALUE_TRUE;
  if (!port_grows(port)) {
    if (!(port_flags(port) & PORT_CONSOLE)) return VALUE_EMPTY;
    size_t lines = count_lines_bytes(port);
    write_console(cx->heap, port, lines ? lines : used);
    if (capacity - (size_t)port_number(port, PORT_OUT_END) < n_bytes) port_finish(cx->heap, port);
    return VALUE_TRUE;
  }
  size_t size = 2 * capacity > used + n_bytes ? 2 * capacity : used + n_bytes;
  Value bigger = bytes_make_raw(cx, size);
  if (is_outcome(bigger)) return bigger;
  memcpy(bytes_data(bigger), bytes_data(buffer), used);
  heap_store(cx->heap, port, object_slot(port, PORT_OUT_BUFFER), bigger);
  return VALUE_TRUE;
}

void port_put_char(Value port, uint32_t c) {
  sword end = port_number(port, PORT_OUT_END);
  unsigned char *to = bytes_data(object_field(port, PORT_OUT_BUFFER)) + end;
  port_set_number(port, PORT_OUT_END, end + (sword)utf8_encode(c, to));
  port_set_number(port, PORT_OUT_COLUMN, c == '\n' ? 1 : port_number(port, PORT_OUT_COLUMN) + 1);
}

void port_put_bytes(Value port, const unsigned char *bytes, size_t n) {
  sword end = port_number(port, PORT_OUT_END);
  memcpy(bytes_data(object_field(port, PORT_OUT_BUFFER)) + end, bytes, n);
  port_set_number(port, PORT_OUT_END, end + (sword)n);
}

void port_settle(struct context *cx, Value port) {
  if (!(port_flags(port) & PORT_CONSOLE)) return;
  if (console_wants_lines(cx->heap)) write_console(cx->heap, port, count_lines_bytes(port));
  else port_finish(cx->heap, port);
}

void port_finish(struct heap *heap, Value port) {
  write_console(heap, port, (size_t)port_number(port, PORT_OUT_END));
}

Value port_output_bytes(struct context *cx, Value port) {
  size_t n = (size_t)port_number(port, PORT_OUT_END);
  Value bytes = bytes_make_raw(cx, n);
  if (!is_outcome(bytes)) memcpy(bytes_data(bytes), bytes_data(object_field(port, PORT_OUT_BUFFER)), n);
  return bytes;
}

Value port_output_string(struct context *cx, Value port) {
  Value buffer = object_field(port, PORT_OUT_BUFFER);
  return string_from_utf8(cx, bytes_data(buffer), (size_t)port_number(port, PORT_OUT_END));
}
