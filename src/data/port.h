// Ports: byte buffers with a Scheme procedure behind them.
//
// Uses: gc, data/outcome, data/console, data/utf8.  Used by: text, prim.
//
// Input: bytes wait in BUFFER[START, END).  Output: bytes gather in OUT_BUFFER[0, OUT_END).  Text is UTF-8 in both
// directions, decoded and encoded a character at a time; string ports are no exception.  C works on the buffers only.
// When an input buffer runs out or an output buffer is full, the primitive tail-calls a Scheme procedure of the
// port, which moves bytes and calls the primitive again:
//
//   (refill port retry argument ...)   must do (%port-fill! port bytevector start end) with at least one byte, or
//                                      (%port-end! port), then (retry argument ...) as a tail call
//   (drain port retry argument ...)    must take the waiting bytes with (%port-take! port) -> bytevector, put them
//                                      where they belong, then (retry argument ...) as a tail call
//
// `retry` is a primitive, not always the one that was called; the arguments carry its progress.
//   kind of port          refill      drain        OUT_BUFFER
//   string, bytevector    #f          #f           grows in the heap
//   file or device        procedure   procedure    fixed, OUT_BUFFER_BYTES
//   console               procedure   not used     written by platform_console_write at the end of each primitive
// A port without refill is at its end when its buffer is empty.
//
//   PORT-1  0 <= START <= END <= bytes in BUFFER; 0 <= OUT_END <= bytes in OUT_BUFFER.
//   PORT-2  Text that is not UTF-8 reads as U+FFFD, except by the reader, which raises a read condition.
//   PORT-3  LINE and COLUMN count from 1 and are the position of the next character to be read.
//
// The primitives, for lib/ (`port` is always given; lib supplies current-input-port and current-output-port):
//   (%make-port flags name refill drain close data) -> port    flags: the sum of PORT_INPUT ... below; close is #f
//                                      or a procedure (close port) called once, after closing
//   (%port-name port) (%port-data port) (%set-port-data! port x) (%set-port-refill! port p) (%set-port-drain! port p)
//   (%port-fill! port bytevector start end) (%port-end! port) (%port-take! port)
//   (%port-line port) (%port-column port) (%port-output-column port) (%port-fold-case! port boolean)
//   (%port-position! port line column)
//   (%port-pending port) -> bytevector of input read ahead but not consumed
//   (open-input-string s) (open-output-string) (get-output-string p)
//   (open-input-bytevector b) (open-output-bytevector) (get-output-bytevector p)
//   (%open-input-text bytevector name) -> text port over UTF-8 bytes, for files
//   port? input-port? output-port? textual-port? binary-port? input-port-open? output-port-open?
//   (close-port p) (close-input-port p) (close-output-port p)   drained first
//   (%read-char port) (%peek-char port) (%char-ready? port) (%read-line port) (%read-string port k)
//   (%read-u8 port) (%peek-u8 port) (%u8-ready? port) (%read-bytevector port k)
//   (%read-bytevector! port bytevector start end) -> count or eof
//   (%write-char port char) (%write-string port string start end) (%newline port) (%fresh-line port)
//   (%write-u8 port byte) (%write-bytevector port bytevector start end) (%flush port)
//   (%console-read bytevector) -> count of bytes, waits; eof at the end of input
//   (%console-write string start end)   (%console-draw string row-before row)   at once, for the line editor
//   (%file-bytes name) -> bytevector      (%file-write name bytevector)
//   (%read port fold-case? positions?) -> datum or eof; with positions (values datum vector)
//   (%write obj port mode)   mode 0 display, 1 write, 2 write-shared, 3 write-simple
//   (%write-to-string obj mode limit) -> string of at most limit characters and "...", limit #f: 100000
#ifndef DATA_PORT_H
#define DATA_PORT_H

#include "data/outcome.h"

enum {
  PORT_FLAGS = 1, PORT_NAME /* string or #f */, PORT_BUFFER, PORT_START, PORT_END, PORT_REFILL, PORT_DRAIN,
  PORT_CLOSE, PORT_LINE, PORT_COLUMN, PORT_DATA, PORT_OUT_BUFFER, PORT_OUT_END, PORT_OUT_COLUMN, PORT_EXTRA
};
#define PORT_FIELDS 15
#define PORT_BYTES FIXED_BYTES(PORT_FIELDS)
#define OUT_BUFFER_BYTES 1024    // of files and the console
#define OUT_BUFFER_FIRST_BYTES 64  // of string and bytevector ports, at first

enum port_flags {
  PORT_INPUT = 1, PORT_OUTPUT = 2, PORT_TEXTUAL = 4, PORT_BINARY = 8, PORT_CONSOLE = 16,
  PORT_FOLD_CASE = 32,        // the reader folds symbols
  PORT_AT_END = 64,           // nothing follows the buffer; cleared when the end is read from a port with refill
  PORT_CLOSED_INPUT = 128, PORT_CLOSED_OUTPUT = 256,
};

static inline bool is_port(Value v) {
  return is_type(v, T_PORT);
}
static inline unsigned port_flags(Value port) {
  return (unsigned)fixnum_int(object_field(port, PORT_FLAGS));
}
static inline void port_set_flags(Value port, unsigned flags) {
  object_field_init(port, PORT_FLAGS, fixnum((sword)flags));
}
static inline sword port_number(Value port, unsigned field) {
  return fixnum_int(object_field(port, field));
}
static inline void port_set_number(Value port, unsigned field, sword n) {
  object_field_init(port, field, fixnum(n));
}
static inline bool port_has_refill(Value port) {
  return is_pointer(object_field(port, PORT_REFILL));
}

// --- making -------------------------------------------------------------------------------------
// A port with an empty input buffer and an output buffer of `out_bytes` (0: none); or OUTCOME_COLLECT.
Value port_make(struct context *cx, unsigned flags, Value name, size_t out_bytes);
// An input port over bytes, which it keeps, not copies.
Value port_from_bytes(struct context *cx, unsigned flags, Value name, Value bytes);
// The position of the next character as line << 10 | column, both cut to what fits.
uint32_t port_position(sword line, sword column);

// --- input ----------------------------------------------------------------------------------------
// A port's input buffer opened for fast reading: nothing moves inside a primitive, so raw pointers do.
// Close it before anything else looks at the port.
struct cursor {
  const unsigned char *p, *end;
  sword line, column;
  bool at_end;  // nothing follows `end`
};
struct cursor cursor_open(Value port);
void cursor_close(const struct cursor *cursor, Value port);

enum cursor_status {
  CURSOR_CHAR,     // *c is the next character, of *n bytes
  CURSOR_INVALID,  // the next *n bytes are not UTF-8; *c is U+FFFD
  CURSOR_END,      // end of input
  CURSOR_EMPTY,    // the port has to be refilled first
};
// Look at the next character without consuming it.
enum cursor_status cursor_peek(const struct cursor *cursor, uint32_t *c, unsigned *n);
static inline void cursor_advance(struct cursor *cursor, uint32_t c, unsigned n) {
  cursor->p += n;
  if (c == '\n') {
    cursor->line++;
    cursor->column = 1;
  } else {
    cursor->column++;
  }
}
// The end was seen by the program: a port with refill may have more later (a console after Control-D).
void port_consume_end(Value port);
// Append bytes to what is waiting.  VALUE_TRUE or OUTCOME_COLLECT.  O(bytes waiting + n).
Value port_fill(struct context *cx, Value port, const unsigned char *bytes, size_t n);

// --- output ---------------------------------------------------------------------------------------
// Make sure that `n_bytes` (at most OUT_BUFFER_BYTES unless the port grows) can be put.
//   VALUE_TRUE   yes        VALUE_EMPTY   the port has to be drained first      OUTCOME_COLLECT
Value port_reserve(struct context *cx, Value port, size_t n_bytes);
// Does the port's buffer grow, so that everything fits after one port_reserve?
static inline bool port_grows(Value port) {
  return !(port_flags(port) & PORT_CONSOLE) && !is_pointer(object_field(port, PORT_DRAIN));
}
// Into room reserved before.
void port_put_char(Value port, uint32_t c);
void port_put_bytes(Value port, const unsigned char *bytes, size_t n);
// At the end of a primitive that wrote: console output goes out now.
// Lines of processes that share the console go out whole, the last one by port_finish.
void port_settle(struct context *cx, Value port);
void port_finish(struct heap *heap, Value port);
// What waits in the output buffer, as bytes or as a string; or OUTCOME_COLLECT.
Value port_output_bytes(struct context *cx, Value port);
Value port_output_string(struct context *cx, Value port);

#endif
