// Primitives on ports.  The conventions with the library are in data/port.h.
//
// Uses: data/port, data/env, data/string, data/utf8, base/platform, prim/args.  Used by: prim/table.
//
// Where a primitive hands the rest of its work to refill or drain, it prepares that call first and moves bytes after:
// a lack of room is found before any effect (OUT-1).
#include "base/platform.h"
#include "data/console.h"
#include "data/env.h"
#include "data/list.h"
#include "data/string.h"
#include "data/symbol.h"
#include "data/utf8.h"
#include "prim/args.h"
#include "prim/port_calls.h"
#include "prim/tables.h"

// --- calling Scheme ------------------------------------------------------------------------------------
// A new object for the primitive; where no environment holds one, in unit tests.
static Value make_primitive(struct context *cx, const char *name, Value symbol) {
  unsigned index = 0;
  CHECK(primitive_find(name, strlen(name), &index));
  if (!heap_reserve(cx->heap, FIXED_BYTES(2))) return outcome_collect(cx, FIXED_BYTES(2));
  uword *p = heap_alloc(cx->heap, FIXED_BYTES(2));
  p[0] = header_make(T_PRIMITIVE, 0);
  Value primitive = value_from_object(p);
  object_field_init(primitive, PRIMITIVE_NAME, symbol);
  object_field_init(primitive, PRIMITIVE_INDEX, fixnum((sword)index));
  return primitive;
}

Value primitive_value(struct context *cx, const char *name) {
  Value symbol = symbol_intern_c(cx, name), env = cx->heap->roots[ROOT_PRIMITIVES_ENV];
  if (is_outcome(symbol)) return symbol;
  Value cell = is_type(env, T_ENV) ? env_own(env, symbol) : VALUE_FALSE;
  bool found = is_type(cell, T_CELL) && is_type(cell_value(cell), T_PRIMITIVE);
  return found ? cell_value(cell) : make_primitive(cx, name, symbol);
}

static Value call_procedure(struct context *cx, Value port, unsigned field, const char *retry, unsigned n,
                            const Value *args) {
  Value primitive = primitive_value(cx, retry);
  if (is_outcome(primitive)) return primitive;
  Value list = list_from_array(cx, args, n, VALUE_NIL);
  if (is_outcome(list)) return list;
  list = list_from_array(cx, (Value[]){port, primitive}, 2, list);
  return is_outcome(list) ? list : outcome_tail_call(cx, object_field(port, field), list);
}
Value port_call_refill(struct context *cx, Value port, const char *retry, unsigned n, const Value *args) {
  return call_procedure(cx, port, PORT_REFILL, retry, n, args);
}
Value port_call_drain(struct context *cx, Value port, const char *retry, unsigned n, const Value *args) {
  return call_procedure(cx, port, PORT_DRAIN, retry, n, args);
}

// --- checking ---------------------------------------------------------------------------------------------
static bool has_flags(Value v, unsigned flags) {
  return is_port(v) && (port_flags(v) & flags) == flags;
}

Value port_check(struct context *cx, const char *who, unsigned argument, Value v, unsigned flags) {
  bool input = flags & PORT_INPUT;
  if (has_flags(v, flags)) {
    if (heap_is_frozen(v)) return raise_immutable(cx, who, argument, v);
    if (!(port_flags(v) & (input ? PORT_CLOSED_INPUT : PORT_CLOSED_OUTPUT))) return VALUE_TRUE;
    return raise_type(cx, who, argument, "an open port", v);
  }
  const char *wanted = flags & PORT_TEXTUAL  ? input ? "a textual input port" : "a textual output port"
                       : flags & PORT_BINARY ? input ? "a binary input port" : "a binary output port"
                                             : input ? "an input port" : "an output port";
  return raise_type(cx, who, argument, wanted, v);
}

#define CHECK_PORT(who, flags)                                         \
  do {                                                                 \
    Value checked = port_check(cx, who, 1, args[0], flags);            \
    if (UNLIKELY(is_outcome(checked))) return checked;                 \
  } while (0)
#define CHECK_ANY_PORT(who) \
  if (!is_port(args[0]) || heap_is_frozen(args[0])) return raise_type(cx, who, 1, "a port", args[0])

// --- asking -------------------------------------------------------------------------------------------------
PRIM(prim_port_p) {
  return value_bool(is_port(args[0]));
}
PRIM(prim_input_port_p) {
  return value_bool(has_flags(args[0], PORT_INPUT));
}
PRIM(prim_output_port_p) {
  return value_bool(has_flags(args[0], PORT_OUTPUT));
}
PRIM(prim_textual_port_p) {
  return value_bool(has_flags(args[0], PORT_TEXTUAL));
}
PRIM(prim_binary_port_p) {
  return value_bool(has_flags(args[0], PORT_BINARY));
}
PRIM(prim_input_port_open) {
  if (!has_flags(args[0], PORT_INPUT)) return raise_type(cx, "input-port-open?", 1, "an input port", args[0]);
  return value_bool(!(port_flags(args[0]) & PORT_CLOSED_INPUT));
}
PRIM(prim_output_port_open) {
  if (!has_flags(args[0], PORT_OUTPUT)) return raise_type(cx, "output-port-open?", 1, "an output port", args[0]);
  return value_bool(!(port_flags(args[0]) & PORT_CLOSED_OUTPUT));
}

PRIM(prim_port_name) {
  CHECK_ANY_PORT("%port-name");
  return object_field(args[0], PORT_NAME);
}
PRIM(prim_port_data) {
  CHECK_ANY_PORT("%port-data");
  return object_field(args[0], PORT_DATA);
}
PRIM(prim_port_line) {
  CHECK_ANY_PORT("%port-line");
  return object_field(args[0], PORT_LINE);
}
PRIM(prim_port_column) {
  CHECK_ANY_PORT("%port-column");
  return object_field(args[0], PORT_COLUMN);
}
PRIM(prim_port_output_column) {
  CHECK_ANY_PORT("%port-output-column");
  return object_field(args[0], PORT_OUT_COLUMN);
}

// --- making, changing and closing ---------------------------------------------------------------------------
#define SETTABLE_FLAGS (PORT_INPUT | PORT_OUTPUT | PORT_TEXTUAL | PORT_BINARY | PORT_CONSOLE | PORT_FOLD_CASE)

PRIM(prim_make_port) {
  if (!is_fixnum(args[0])) return raise_type(cx, "%make-port", 1, "a sum of flags", args[0]);
  unsigned flags = (unsigned)fixnum_int(args[0]) & SETTABLE_FLAGS;
  bool fixed = is_true(args[3]) || flags & PORT_CONSOLE;
  size_t out_bytes = !(flags & PORT_OUTPUT) ? 0 : fixed ? OUT_BUFFER_BYTES : OUT_BUFFER_FIRST_BYTES;
  Value port = port_make(cx, flags, args[1], out_bytes);
  if (is_outcome(port)) return port;
  object_field_init(port, PORT_REFILL, args[2]);
  object_field_init(port, PORT_DRAIN, args[3]);
  object_field_init(port, PORT_CLOSE, args[4]);
  object_field_init(port, PORT_DATA, args[5]);
  return port;
}

static Value set_field(struct context *cx, const char *who, Value *args, unsigned field) {
  CHECK_ANY_PORT(who);
  heap_store(cx->heap, args[0], object_slot(args[0], field), args[1]);
  return VALUE_UNSPECIFIED;
}
PRIM(prim_set_port_data) {
  return set_field(cx, "%set-port-data!", args, PORT_DATA);
}
PRIM(prim_set_port_refill) {
  return set_field(cx, "%set-port-refill!", args, PORT_REFILL);
}
PRIM(prim_set_port_drain) {
  return set_field(cx, "%set-port-drain!", args, PORT_DRAIN);
}

PRIM(prim_port_fill) {
  sword start, end;
  if (!has_flags(args[0], PORT_INPUT)) return raise_type(cx, "%port-fill!", 1, "an input port", args[0]);
  if (!is_bytes(args[1])) return raise_type(cx, "%port-fill!", 2, "a bytevector", args[1]);
  Value ok = arg_range(cx, "%port-fill!", args, n, 2, bytes_length(args[1]), &start, &end);
  if (is_outcome(ok)) return ok;
  ok = port_fill(cx, args[0], bytes_data(args[1]) + start, (size_t)(end - start));
  return is_outcome(ok) ? ok : VALUE_UNSPECIFIED;
}

PRIM(prim_port_end) {
  CHECK_ANY_PORT("%port-end!");
  port_set_flags(args[0], port_flags(args[0]) | PORT_AT_END);
  return VALUE_UNSPECIFIED;
}

PRIM(prim_port_take) {
  if (!has_flags(args[0], PORT_OUTPUT)) return raise_type(cx, "%port-take!", 1, "an output port", args[0]);
  Value bytes = port_output_bytes(cx, args[0]);
  if (!is_outcome(bytes)) port_set_number(args[0], PORT_OUT_END, 0);
  return bytes;
}

PRIM(prim_port_pending) {
  CHECK_ANY_PORT("%port-pending");
  struct cursor cursor = cursor_open(args[0]);
  size_t length = (size_t)(cursor.end - cursor.p);
  Value bytes = bytes_make_raw(cx, length);
  if (!is_outcome(bytes)) memcpy(bytes_data(bytes), cursor.p, length);
  return bytes;
}

PRIM(prim_port_fold_case) {
  CHECK_ANY_PORT("%port-fold-case!");
  unsigned flags = port_flags(args[0]) & ~(unsigned)PORT_FOLD_CASE;
  port_set_flags(args[0], is_true(args[1]) ? flags | PORT_FOLD_CASE : flags);
  return VALUE_UNSPECIFIED;
}

PRIM(prim_port_position) {
  CHECK_ANY_PORT("%port-position!");
  for (unsigned i = 1; i <= 2; i++)
    if (!is_fixnum(args[i]) || fixnum_int(args[i]) < 1)
      return raise_type(cx, "%port-position!", i + 1, "a positive number", args[i]);
  port_set_number(args[0], PORT_LINE, fixnum_int(args[1]));
  port_set_number(args[0], PORT_COLUMN, fixnum_int(args[2]));
  return VALUE_UNSPECIFIED;
}

// Close the sides of a port that `sides` has (PORT_INPUT, PORT_OUTPUT), drained first.
static Value close_sides(struct context *cx, const char *who, Value *args, unsigned sides) {
  Value port = args[0];
  unsigned flags = port_flags(port), closed = 0;
  if (sides & flags & PORT_OUTPUT) {
    bool drains = is_pointer(object_field(port, PORT_DRAIN)) && !(flags & (PORT_CLOSED_OUTPUT | PORT_CONSOLE));
    if (drains && port_number(port, PORT_OUT_END) > 0) return port_call_drain(cx, port, who, 1, args);
    closed |= PORT_CLOSED_OUTPUT;
  }
  if (sides & flags & PORT_INPUT) closed |= PORT_CLOSED_INPUT;
  unsigned all = (flags & PORT_INPUT ? PORT_CLOSED_INPUT : 0) | (flags & PORT_OUTPUT ? PORT_CLOSED_OUTPUT : 0);
  bool ends = (flags & all) != all && ((flags | closed) & all) == all;
  Value list = VALUE_NIL, close = object_field(port, PORT_CLOSE);
  if (ends && is_pointer(close)) list = list_from_array(cx, &port, 1, VALUE_NIL);
  if (is_outcome(list)) return list;
  port_set_flags(port, flags | closed);
  return is_pair(list) ? outcome_tail_call(cx, close, list) : VALUE_UNSPECIFIED;
}
PRIM(prim_close_port) {
  CHECK_ANY_PORT("close-port");
  return close_sides(cx, "close-port", args, PORT_INPUT | PORT_OUTPUT);
}
PRIM(prim_close_input_port) {
  if (!has_flags(args[0], PORT_INPUT)) return raise_type(cx, "close-input-port", 1, "an input port", args[0]);
  return close_sides(cx, "close-input-port", args, PORT_INPUT);
}
PRIM(prim_close_output_port) {
  if (!has_flags(args[0], PORT_OUTPUT)) return raise_type(cx, "close-output-port", 1, "an output port", args[0]);
  return close_sides(cx, "close-output-port", args, PORT_OUTPUT);
}

PRIM(prim_open_input_string) {
  if (!is_string(args[0])) return raise_type(cx, "open-input-string", 1, "a string", args[0]);
  Value bytes = string_to_utf8(cx, args[0], 0, string_length(args[0]));
  return is_outcome(bytes) ? bytes : port_from_bytes(cx, PORT_INPUT | PORT_TEXTUAL, VALUE_FALSE, bytes);
}
PRIM(prim_open_input_text) {
  if (!is_bytes(args[0])) return raise_type(cx, "%open-input-text", 1, "a bytevector", args[0]);
  return port_from_bytes(cx, PORT_INPUT | PORT_TEXTUAL, args[1], args[0]);
}
PRIM(prim_open_input_bytevector) {
  if (!is_bytes(args[0])) return raise_type(cx, "open-input-bytevector", 1, "a bytevector", args[0]);
  return port_from_bytes(cx, PORT_INPUT | PORT_BINARY, VALUE_FALSE, args[0]);
}
PRIM(prim_open_output_string) {
  return port_make(cx, PORT_OUTPUT | PORT_TEXTUAL, VALUE_FALSE, OUT_BUFFER_FIRST_BYTES);
}
PRIM(prim_open_output_bytevector) {
  return port_make(cx, PORT_OUTPUT | PORT_BINARY, VALUE_FALSE, OUT_BUFFER_FIRST_BYTES);
}
PRIM(prim_get_output_string) {
  if (!has_flags(args[0], PORT_OUTPUT | PORT_TEXTUAL) || !port_grows(args[0]))
    return raise_type(cx, "get-output-string", 1, "a port made by open-output-string", args[0]);
  return port_output_string(cx, args[0]);
}
PRIM(prim_get_output_bytevector) {
  if (!has_flags(args[0], PORT_OUTPUT | PORT_BINARY) || !port_grows(args[0]))
    return raise_type(cx, "get-output-bytevector", 1, "a port made by open-output-bytevector", args[0]);
  return port_output_bytes(cx, args[0]);
}

// --- text input ------------------------------------------------------------------------------------------------
static Value next_char(struct context *cx, const char *who, const char *retry, Value *args, bool consume) {
  CHECK_PORT(who, PORT_INPUT | PORT_TEXTUAL);
  struct cursor cursor = cursor_open(args[0]);
  uint32_t c;
  unsigned n;
  switch (cursor_peek(&cursor, &c, &n)) {
    case CURSOR_EMPTY: return port_call_refill(cx, args[0], retry, 1, args);
    case CURSOR_END:
      if (consume) port_consume_end(args[0]);
      return VALUE_EOF;
    default: break;
  }
  if (consume) {
    cursor_advance(&cursor, c, n);
    cursor_close(&cursor, args[0]);
  }
  return value_char(c);
}
PRIM(prim_read_char) {
  return next_char(cx, "read-char", "%read-char", args, true);
}
PRIM(prim_peek_char) {
  return next_char(cx, "peek-char", "%peek-char", args, false);
}
PRIM(prim_char_ready) {
  CHECK_PORT("char-ready?", PORT_INPUT | PORT_TEXTUAL);
  struct cursor cursor = cursor_open(args[0]);
  uint32_t c;
  unsigned length;
  return value_bool(cursor_peek(&cursor, &c, &length) != CURSOR_EMPTY);
}

// What reading several bytes or characters has found so far: bytes gather in an output port, args[last], once the
// buffer ran out before the end.
struct gathering {
  struct context *cx;
  Value *args;
  unsigned last;
  Value gathered;  // that port, or #f
  struct cursor from, to;  // what is taken from the buffer now
};

static struct gathering gathering_start(struct context *cx, Value *args, unsigned n, unsigned last) {
  struct gathering g = {.cx = cx, .args = args, .last = last, .gathered = VALUE_FALSE};
  if (is_given(args, n, last) && is_port(args[last])) g.gathered = args[last];
  g.from = g.to = cursor_open(args[0]);
  return g;
}
static size_t gathering_size(struct gathering *g) {
  return (size_t)(g->to.p - g->from.p);
}
// All that was asked for is there, or the end: it as bytes or a string.
static Value gathering_finish(struct gathering *g, size_t n_dropped, bool text) {
  size_t n = gathering_size(g) - n_dropped;
  Value result;
  if (is_true(g->gathered)) {
    result = port_reserve(g->cx, g->gathered, n);
    if (is_outcome(result)) return result;
    sword end = port_number(g->gathered, PORT_OUT_END);
    port_put_bytes(g->gathered, g->from.p, n);
    result = text ? port_output_string(g->cx, g->gathered) : port_output_bytes(g->cx, g->gathered);
    if (is_outcome(result)) port_set_number(g->gathered, PORT_OUT_END, end);
  } else if (text) {
    result = string_from_utf8(g->cx, g->from.p, n);
  } else {
    result = bytes_make_raw(g->cx, n);
    if (!is_outcome(result)) memcpy(bytes_data(result), g->from.p, n);
  }
  if (!is_outcome(result)) cursor_close(&g->to, g->args[0]);
  return result;
}
// The buffer ran out: keep what it had and go on after a refill, with the arguments as they are now.
static Value gathering_refill(struct gathering *g, const char *retry) {
  if (!is_true(g->gathered)) {
    g->gathered = port_make(g->cx, PORT_OUTPUT | PORT_TEXTUAL, VALUE_FALSE, OUT_BUFFER_FIRST_BYTES);
    if (is_outcome(g->gathered)) return g->gathered;
  }
  Value ready = port_reserve(g->cx, g->gathered, gathering_size(g));
  if (is_outcome(ready)) return ready;
  Value args[4];
  for (unsigned i = 0; i < g->last; i++) args[i] = g->args[i];
  args[g->last] = g->gathered;
  Value call = port_call_refill(g->cx, args[0], retry, g->last + 1, args);
  if (!value_eq(call, OUTCOME_TAIL_CALL)) return call;
  port_put_bytes(g->gathered, g->from.p, gathering_size(g));
  cursor_close(&g->to, args[0]);
  return call;
}
static bool gathering_is_empty(struct gathering *g) {
  return gathering_size(g) == 0 && (!is_true(g->gathered) || port_number(g->gathered, PORT_OUT_END) == 0);
}

PRIM(prim_read_line) {
  CHECK_PORT("read-line", PORT_INPUT | PORT_TEXTUAL);
  struct gathering g = gathering_start(cx, args, n, 1);
  while (g.to.p < g.to.end) {
    unsigned char c = *g.to.p++;
    if (c == '\n') {
      g.to.line++;
      g.to.column = 1;
      return gathering_finish(&g, 1, true);
    }
    if (c == '\r') {
      if (g.to.p == g.to.end && !g.to.at_end) {  // is there a line feed behind it?
        g.to.p--;
        return gathering_refill(&g, "%read-line");
      }
      bool is_pair_of_them = g.to.p < g.to.end && *g.to.p == '\n';
      g.to.p += is_pair_of_them;
      g.to.line += is_pair_of_them;
      g.to.column = 1;
      return gathering_finish(&g, is_pair_of_them ? 2 : 1, true);
    }
    g.to.column += (c & 0xc0) != 0x80;
  }
  if (!g.to.at_end) return gathering_refill(&g, "%read-line");
  if (gathering_is_empty(&g)) {
    port_consume_end(args[0]);
    return VALUE_EOF;
  }
  return gathering_finish(&g, 0, true);
}

static Value raise_count(struct context *cx, const char *who, Value v) {
  return raise_type(cx, who, 1, "a count (an exact integer, not negative)", v);
}

PRIM(prim_read_string) {
  CHECK_PORT("read-string", PORT_INPUT | PORT_TEXTUAL);
  sword count = is_fixnum(args[1]) ? fixnum_int(args[1]) : -1, taken = 0;
  if (count < 0) return raise_count(cx, "read-string", args[1]);
  struct gathering g = gathering_start(cx, args, n, 2);
  for (; taken < count; taken++) {
    uint32_t c;
    unsigned length;
    enum cursor_status status = cursor_peek(&g.to, &c, &length);
    if (status == CURSOR_EMPTY) {
      Value rest[4] = {args[0], fixnum(count - taken)};
      g.args = rest;
      return gathering_refill(&g, "%read-string");
    }
    if (status == CURSOR_END) break;
    cursor_advance(&g.to, c, length);
  }
  if (count > 0 && gathering_is_empty(&g)) {
    port_consume_end(args[0]);
    return VALUE_EOF;
  }
  return gathering_finish(&g, 0, true);
}

// --- binary input -----------------------------------------------------------------------------------------------
static Value next_byte(struct context *cx, const char *who, const char *retry, Value *args, bool consume) {
  CHECK_PORT(who, PORT_INPUT | PORT_BINARY);
  struct cursor cursor = cursor_open(args[0]);
  if (cursor.p == cursor.end) {
    if (!cursor.at_end) return port_call_refill(cx, args[0], retry, 1, args);
    if (consume) port_consume_end(args[0]);
    return VALUE_EOF;
  }
  Value byte = fixnum(*cursor.p);
  if (consume) {
    cursor.p++;
    cursor_close(&cursor, args[0]);
  }
  return byte;
}
PRIM(prim_read_u8) {
  return next_byte(cx, "read-u8", "%read-u8", args, true);
}
PRIM(prim_peek_u8) {
  return next_byte(cx, "peek-u8", "%peek-u8", args, false);
}
PRIM(prim_u8_ready) {
  CHECK_PORT("u8-ready?", PORT_INPUT | PORT_BINARY);
  struct cursor cursor = cursor_open(args[0]);
  return value_bool(cursor.p < cursor.end || cursor.at_end);
}

PRIM(prim_read_bytevector) {
  CHECK_PORT("read-bytevector", PORT_INPUT | PORT_BINARY);
  sword count = is_fixnum(args[1]) ? fixnum_int(args[1]) : -1;
  if (count < 0) return raise_count(cx, "read-bytevector", args[1]);
  struct gathering g = gathering_start(cx, args, n, 2);
  sword waiting = g.from.end - g.from.p, taken = waiting < count ? waiting : count;
  g.to.p += taken;
  if (taken < count && !g.to.at_end) {
    Value rest[4] = {args[0], fixnum(count - taken)};
    g.args = rest;
    return gathering_refill(&g, "%read-bytevector");
  }
  if (count > 0 && gathering_is_empty(&g)) {
    port_consume_end(args[0]);
    return VALUE_EOF;
  }
  return gathering_finish(&g, 0, false);
}

// (%read-bytevector! port bytevector start end [read so far])
PRIM(prim_read_bytevector_to) {
  const char *who = "read-bytevector!";
  sword start, end, before = is_given(args, n, 4) ? fixnum_int(args[4]) : 0;
  CHECK_PORT(who, PORT_INPUT | PORT_BINARY);
  if (!is_bytes(args[1])) return raise_type(cx, who, 1, "a bytevector", args[1]);
  Value ok = arg_range(cx, who, args, n, 2, bytes_length(args[1]), &start, &end);
  if (is_outcome(ok)) return ok;
  if (object_is_immutable(args[1])) return raise_immutable(cx, who, 1, args[1]);
  struct cursor cursor = cursor_open(args[0]);
  sword waiting = cursor.end - cursor.p, wanted = end - start, taken = waiting < wanted ? waiting : wanted;
  Value result = fixnum(before + taken);
  if (taken < wanted && !cursor.at_end) {
    Value rest[] = {args[0], args[1], fixnum(start + taken), fixnum(end), result};
    result = port_call_refill(cx, args[0], "%read-bytevector!", 5, rest);
    if (!value_eq(result, OUTCOME_TAIL_CALL)) return result;
  } else if (before + taken == 0 && wanted > 0) {
    port_consume_end(args[0]);
    return VALUE_EOF;
  }
  memcpy(bytes_data(args[1]) + start, cursor.p, (size_t)taken);
  cursor.p += taken;
  cursor_close(&cursor, args[0]);
  return result;
}

// --- text output ------------------------------------------------------------------------------------------------
static Value put_one(struct context *cx, const char *who, const char *retry, Value *args, unsigned n, uint32_t c) {
  CHECK_PORT(who, PORT_OUTPUT | PORT_TEXTUAL);
  Value ready = port_reserve(cx, args[0], UTF8_MAX_BYTES);
  if (value_eq(ready, VALUE_EMPTY)) return port_call_drain(cx, args[0], retry, n, args);
  if (is_outcome(ready)) return ready;
  port_put_char(args[0], c);
  port_settle(cx, args[0]);
  return VALUE_UNSPECIFIED;
}
PRIM(prim_write_char) {
  if (!is_char(args[1])) return raise_type(cx, "write-char", 1, "a character", args[1]);
  return put_one(cx, "write-char", "%write-char", args, 2, char_code(args[1]));
}
PRIM(prim_newline) {
  return put_one(cx, "newline", "%newline", args, 1, '\n');
}
PRIM(prim_fresh_line) {
  CHECK_PORT("fresh-line", PORT_OUTPUT | PORT_TEXTUAL);
  if (port_number(args[0], PORT_OUT_COLUMN) == 1) return VALUE_UNSPECIFIED;
  return put_one(cx, "fresh-line", "%fresh-line", args, 1, '\n');
}

// How far from `start` on the characters fit into `room` bytes; *n_bytes: how many that takes.
static sword find_fitting(Value s, sword start, sword end, size_t room, size_t *n_bytes) {
  *n_bytes = 0;
  while (start < end && *n_bytes + utf8_size(string_char(s, start)) <= room)
    *n_bytes += utf8_size(string_char(s, start++));
  return start;
}

PRIM(prim_write_string) {
  const char *who = "write-string";
  sword start, end;
  CHECK_PORT(who, PORT_OUTPUT | PORT_TEXTUAL);
  Value port = args[0], s = args[1], done = VALUE_UNSPECIFIED;
  if (!is_string(s)) return raise_type(cx, who, 1, "a string", s);
  Value ok = arg_range(cx, who, args, n, 2, string_length(s), &start, &end);
  if (is_outcome(ok)) return ok;
  bool grows = port_grows(port), console = port_flags(port) & PORT_CONSOLE;
  size_t n_bytes;
  if (grows) {
    find_fitting(s, start, end, SIZE_MAX, &n_bytes);
    ok = port_reserve(cx, port, n_bytes);
    if (is_outcome(ok)) return ok;
  } else if (!console) {
    size_t room = (size_t)(bytes_length(object_field(port, PORT_OUT_BUFFER)) - port_number(port, PORT_OUT_END));
    sword middle = find_fitting(s, start, end, room, &n_bytes);
    if (middle < end) {
      Value rest[] = {port, s, fixnum(middle), fixnum(end)};
      done = port_call_drain(cx, port, "%write-string", 4, rest);
      if (!value_eq(done, OUTCOME_TAIL_CALL)) return done;
      end = middle;
    }
  }
  for (sword i = start; i < end; i++) {
    if (console) ok = port_reserve(cx, port, UTF8_MAX_BYTES);
    port_put_char(port, string_char(s, i));
  }
  port_settle(cx, port);
  return done;
}

// --- binary output ------------------------------------------------------------------------------------------------
PRIM(prim_write_u8) {
  if (!is_fixnum(args[1]) || fixnum_int(args[1]) < 0 || fixnum_int(args[1]) > 255)
    return raise_type(cx, "write-u8", 1, "a byte (an exact integer, 0 to 255)", args[1]);
  CHECK_PORT("write-u8", PORT_OUTPUT | PORT_BINARY);
  Value ready = port_reserve(cx, args[0], 1);
  if (value_eq(ready, VALUE_EMPTY)) return port_call_drain(cx, args[0], "%write-u8", 2, args);
  if (is_outcome(ready)) return ready;
  port_put_bytes(args[0], &(unsigned char){(unsigned char)fixnum_int(args[1])}, 1);
  port_settle(cx, args[0]);
  return VALUE_UNSPECIFIED;
}

PRIM(prim_write_bytevector) {
  const char *who = "write-bytevector";
  sword start, end;
  CHECK_PORT(who, PORT_OUTPUT | PORT_BINARY);
  Value port = args[0], done = VALUE_UNSPECIFIED;
  if (!is_bytes(args[1])) return raise_type(cx, who, 1, "a bytevector", args[1]);
  Value ok = arg_range(cx, who, args, n, 2, bytes_length(args[1]), &start, &end);
  if (is_outcome(ok)) return ok;
  if (port_grows(port)) {
    ok = port_reserve(cx, port, (size_t)(end - start));
    if (is_outcome(ok)) return ok;
  } else {
    sword room = bytes_length(object_field(port, PORT_OUT_BUFFER)) - port_number(port, PORT_OUT_END);
    if (room < end - start) {
      Value rest[] = {port, args[1], fixnum(start + room), fixnum(end)};
      done = port_call_drain(cx, port, "%write-bytevector", 4, rest);
      if (!value_eq(done, OUTCOME_TAIL_CALL)) return done;
      end = start + room;
    }
  }
  port_put_bytes(port, bytes_data(args[1]) + start, (size_t)(end - start));
  port_settle(cx, port);
  return done;
}

PRIM(prim_flush) {
  CHECK_PORT("flush-output-port", PORT_OUTPUT);
  bool waiting = !port_grows(args[0]) && port_number(args[0], PORT_OUT_END) > 0;
  if (!waiting) return VALUE_UNSPECIFIED;
  if (!(port_flags(args[0]) & PORT_CONSOLE)) return port_call_drain(cx, args[0], "%flush", 1, args);
  port_finish(cx->heap, args[0]);
  return VALUE_UNSPECIFIED;
}

// --- console and files -------------------------------------------------------------------------------------------
PRIM(prim_console_read) {
  if (!is_bytes(args[0])) return raise_type(cx, "%console-read", 1, "a bytevector", args[0]);
  if (bytes_length(args[0]) == 0) return fixnum(0);
  int count = platform_console_read((char *)bytes_data(args[0]), (size_t)bytes_length(args[0]));
  if (count != 0) return count > 0 ? fixnum(count) : VALUE_EOF;
  // A break that came while it waited is seen before it waits again.
  return cx->interrupts ? OUTCOME_AGAIN : OUTCOME_BLOCK;
}

PRIM(prim_console_type) {
  if (!is_bytes(args[0])) return raise_type(cx, "%console-type", 1, "a bytevector", args[0]);
  return fixnum((sword)platform_console_type((const char *)bytes_data(args[0]), (size_t)bytes_length(args[0])));
}

// What the editor writes goes out as it is.  Anything else is a line of output.
PRIM(prim_console_write) {
  sword start, end;
  const char *who = "%console-write";
  if (!is_string(args[0])) return raise_type(cx, who, 1, "a string", args[0]);
  Value ok = arg_range(cx, who, args, n, 1, string_length(args[0]), &start, &end);
  if (is_outcome(ok)) return ok;
  console_let_go(cx->heap);
  Value unfinished = cx->heap->roots[ROOT_CONSOLE_PORT];
  if (is_port(unfinished)) port_finish(cx->heap, unfinished);
  console_write_raw(args[0], start, end);
  return VALUE_UNSPECIFIED;
}

// (%console-draw string row-before row)
PRIM(prim_console_draw) {
  const char *who = "%console-draw";
  if (!is_string(args[0])) return raise_type(cx, who, 1, "a string", args[0]);
  for (unsigned i = 1; i < 3; i++)
    if (!is_fixnum(args[i]) || fixnum_int(args[i]) < 0) return raise_type(cx, who, i + 1, "a number of rows", args[i]);
  console_draw(cx->heap, args[0], fixnum_int(args[1]), fixnum_int(args[2]));
  return VALUE_UNSPECIFIED;
}

PRIM(prim_console_is_mine) {
  return value_bool(console_is_owner(cx->heap) && value_eq(cx->heap->roots[ROOT_THREAD], cx->heap->roots[ROOT_FOREGROUND]));
}

#define FILE_NAME_BYTES 1024
// The name as the platform takes it; false when it is none.
static bool file_name(Value s, char name[FILE_NAME_BYTES]) {
  size_t n = 0;
  for (sword i = 0; i < string_length(s); i++) {
    uint32_t c = string_char(s, i);
    if (c == 0 || n + UTF8_MAX_BYTES >= FILE_NAME_BYTES) return false;
    n += utf8_encode(c, (unsigned char *)name + n);
  }
  name[n] = 0;
  return n > 0;
}

static Value raise_file(struct context *cx, const char *doing, const char *why, Value name) {
  char message[160];
  size_t n = 0;
  const char *parts[] = {doing, " (", why, "):"};
  for (unsigned i = 0; i < ARRAY_LENGTH(parts); i++)
    for (const char *p = parts[i]; *p && n < sizeof message - 1; p++) message[n++] = *p;
  message[n] = 0;
  return raise_condition(cx, KNOWN_FILE, NULL, message, 1, &name);
}

PRIM(prim_file_bytes) {
  char name[FILE_NAME_BYTES];
  const char *data = NULL, *why = "no such name";
  size_t length = 0;
  if (!is_string(args[0])) return raise_type(cx, "%file-bytes", 1, "a file name (a string)", args[0]);
  if (!file_name(args[0], name) || !platform_file_find(name, &data, &length, &why))
    return raise_file(cx, "cannot read the file", why, args[0]);
  Value bytes = bytes_make_raw(cx, length);
  if (!is_outcome(bytes) && length) memcpy(bytes_data(bytes), data, length);
  return bytes;
}

PRIM(prim_file_write) {
  char name[FILE_NAME_BYTES];
  const char *why = "no such name";
  if (!is_string(args[0])) return raise_type(cx, "%file-write", 1, "a file name (a string)", args[0]);
  if (!is_bytes(args[1])) return raise_type(cx, "%file-write", 2, "a bytevector", args[1]);
  char *data = (char *)bytes_data(args[1]);
  if (!file_name(args[0], name) || !platform_file_write(name, data, (size_t)bytes_length(args[1]), &why))
    return raise_file(cx, "cannot write the file", why, args[0]);
  return VALUE_UNSPECIFIED;
}

PRIM(prim_file_exists_p) {
  char name[FILE_NAME_BYTES];
  if (!is_string(args[0])) return raise_type(cx, "%file-exists?", 1, "a file name (a string)", args[0]);
  return value_bool(file_name(args[0], name) && platform_file_exists(name));
}

PRIM(prim_file_delete) {
  char name[FILE_NAME_BYTES];
  const char *why = "no such name";
  if (!is_string(args[0])) return raise_type(cx, "%file-delete", 1, "a file name (a string)", args[0]);
  if (!file_name(args[0], name) || !platform_file_delete(name, &why))
    return raise_file(cx, "cannot delete the file", why, args[0]);
  return VALUE_UNSPECIFIED;
}

PRIM(prim_make_directory) {
  char name[FILE_NAME_BYTES];
  const char *why = "no such name";
  if (!is_string(args[0])) return raise_type(cx, "%make-directory", 1, "a file name (a string)", args[0]);
  if (!file_name(args[0], name) || !platform_directory_make(name, &why))
    return raise_file(cx, "cannot make the directory", why, args[0]);
  return VALUE_UNSPECIFIED;
}

const struct primitive ports_primitives[] = {
  {"port?", prim_port_p, 1, 1, "(port? x)\nIs X a port?"},
  {"input-port?", prim_input_port_p, 1, 1, "(input-port? x)\nIs X a port to read from?"},
  {"output-port?", prim_output_port_p, 1, 1, "(output-port? x)\nIs X a port to write to?"},
  {"textual-port?", prim_textual_port_p, 1, 1, "(textual-port? x)\nIs X a port of characters?"},
  {"binary-port?", prim_binary_port_p, 1, 1, "(binary-port? x)\nIs X a port of bytes?"},
  {"input-port-open?", prim_input_port_open, 1, 1, "(input-port-open? port)\nCan one still read from the input port PORT?"},
  {"output-port-open?", prim_output_port_open, 1, 1, "(output-port-open? port)\nCan one still write to the output port PORT?"},
  {"close-port", prim_close_port, 1, 1, "(close-port port)\nClose PORT; what was written goes out first. Closing twice is no error."},
  {"close-input-port", prim_close_input_port, 1, 1, "(close-input-port port)\nClose PORT for reading."},
  {"close-output-port", prim_close_output_port, 1, 1, "(close-output-port port)\nClose PORT for writing; what was written goes out first."},
  {"open-input-string", prim_open_input_string, 1, 1, "(open-input-string string)\nA port that reads the characters of STRING as it is now."},
  {"open-output-string", prim_open_output_string, 0, 0, "(open-output-string)\nA port that gathers what is written: see get-output-string."},
  {"get-output-string", prim_get_output_string, 1, 1, "(get-output-string port)\nAll that was written to PORT so far, as a string."},
  {"open-input-bytevector", prim_open_input_bytevector, 1, 1, "(open-input-bytevector bytevector)\nA port that reads the bytes of BYTEVECTOR."},
  {"open-output-bytevector", prim_open_output_bytevector, 0, 0, "(open-output-bytevector)\nA port that gathers bytes: see get-output-bytevector."},
  {"get-output-bytevector", prim_get_output_bytevector, 1, 1, "(get-output-bytevector port)\nAll bytes written to PORT so far."},
  {"%make-port", prim_make_port, 6, 6, "(%make-port flags name refill drain close data)\nA port as data/port.h describes."},
  {"%open-input-text", prim_open_input_text, 2, 2, "(%open-input-text bytevector name)\nA port that reads BYTEVECTOR as UTF-8 text of the file NAME."},
  {"%port-name", prim_port_name, 1, 1, "(%port-name port)\nThe name of PORT, or #f."},
  {"%port-data", prim_port_data, 1, 1, "(%port-data port)\nWhat the library keeps in PORT."},
  {"%set-port-data!", prim_set_port_data, 2, 2, "(%set-port-data! port x)\nKeep X in PORT."},
  {"%set-port-refill!", prim_set_port_refill, 2, 2, "(%set-port-refill! port procedure)\nThe procedure that refills PORT."},
  {"%set-port-drain!", prim_set_port_drain, 2, 2, "(%set-port-drain! port procedure)\nThe procedure that drains PORT."},
  {"%port-fill!", prim_port_fill, 2, 4, "(%port-fill! port bytevector [start end])\nPut bytes behind what waits to be read from PORT."},
  {"%port-end!", prim_port_end, 1, 1, "(%port-end! port)\nNothing follows what waits to be read from PORT."},
  {"%port-take!", prim_port_take, 1, 1, "(%port-take! port)\nThe bytes that wait to be written to PORT, which then has none."},
  {"%port-pending", prim_port_pending, 1, 1, "(%port-pending port)\nThe bytes that wait to be read from PORT, which stay there."},
  {"%port-line", prim_port_line, 1, 1, "(%port-line port)\nThe line, from 1, of the next character of PORT."},
  {"%port-column", prim_port_column, 1, 1, "(%port-column port)\nThe column, from 1, of the next character of PORT."},
  {"%port-output-column", prim_port_output_column, 1, 1, "(%port-output-column port)\nThe column, from 1, where PORT writes next."},
  {"%port-fold-case!", prim_port_fold_case, 2, 2, "(%port-fold-case! port fold?)\nShall read fold the case of symbols from PORT?"},
  {"%port-position!", prim_port_position, 3, 3, "(%port-position! port line column)\nSay where the next character of PORT stands."},
  {"%read-char", prim_read_char, 1, 1, "(%read-char port)\nSee read-char."},
  {"%peek-char", prim_peek_char, 1, 1, "(%peek-char port)\nSee peek-char."},
  {"%char-ready?", prim_char_ready, 1, 1, "(%char-ready? port)\nSee char-ready?."},
  {"%read-line", prim_read_line, 1, 2, "(%read-line port)\nSee read-line."},
  {"%read-string", prim_read_string, 2, 3, "(%read-string port k)\nSee read-string."},
  {"%read-u8", prim_read_u8, 1, 1, "(%read-u8 port)\nSee read-u8."},
  {"%peek-u8", prim_peek_u8, 1, 1, "(%peek-u8 port)\nSee peek-u8."},
  {"%u8-ready?", prim_u8_ready, 1, 1, "(%u8-ready? port)\nSee u8-ready?."},
  {"%read-bytevector", prim_read_bytevector, 2, 3, "(%read-bytevector port k)\nSee read-bytevector."},
  {"%read-bytevector!", prim_read_bytevector_to, 4, 5, "(%read-bytevector! port bytevector start end)\nSee read-bytevector!."},
  {"%write-char", prim_write_char, 2, 2, "(%write-char port char)\nSee write-char."},
  {"%write-string", prim_write_string, 2, 4, "(%write-string port string [start end])\nSee write-string."},
  {"%newline", prim_newline, 1, 1, "(%newline port)\nSee newline."},
  {"%fresh-line", prim_fresh_line, 1, 1, "(%fresh-line port)\nEnd the line on PORT unless nothing is on it."},
  {"%write-u8", prim_write_u8, 2, 2, "(%write-u8 port byte)\nSee write-u8."},
  {"%write-bytevector", prim_write_bytevector, 2, 4, "(%write-bytevector port bytevector [start end])\nSee write-bytevector."},
  {"%flush", prim_flush, 1, 1, "(%flush port)\nSee flush-output-port."},
  {"%console-type", prim_console_type, 1, 1,
   "(%console-type bytevector)\nGive the console these bytes as its input; how many it had room for. A 3 stops what runs."},
  {"%console-read", prim_console_read, 1, 1, "(%console-read bytevector)\nWait for console input; how many bytes it gave, or eof."},
  {"%console-write", prim_console_write, 1, 3, "(%console-write string [start end])\nWrite on the console at once; for what edits there."},
  {"%console-draw", prim_console_draw, 3, 3,
   "(%console-draw string row-before row)\nDraw STRING on the console in the place of a drawing whose cursor is ROW-BEFORE rows below its "
   "first row. It leaves the cursor ROW rows below its own, and what others write goes above it until %console-write is called."},
  {"%console-is-mine?", prim_console_is_mine, 0, 0, "(%console-is-mine?)\nIs this the thread whose input the console is?"},
  {"%file-bytes", prim_file_bytes, 1, 1, "(%file-bytes name)\nThe contents of the file NAME. A file error if there is none."},
  {"%file-write", prim_file_write, 2, 2, "(%file-write name bytevector)\nMake BYTEVECTOR the contents of the file NAME."},
  {"%make-directory", prim_make_directory, 1, 1,
   "(%make-directory name)\nMake the directory NAME unless there is one."},
  {"%file-exists?", prim_file_exists_p, 1, 1, "(%file-exists? name)\nIs there a file or directory NAME?"},
  {"%file-delete", prim_file_delete, 1, 1, "(%file-delete name)\nDelete the file NAME. A file error if it cannot be."},
};
const unsigned n_ports_primitives = ARRAY_LENGTH(ports_primitives);
