// Primitives that read and write data.
//
// Uses: text/reader, text/printer, prim/port_calls.  Used by: prim/table.
//
// %read and %write make a reader or printer and run it; when that does not finish at once, the rest is a call of a
// second primitive with the reader or printer as its argument, which can be run again as it is.  That call is prepared
// before the first run, so nothing is lost when room is (OUT-1).
#include "data/list.h"
#include "data/string.h"
#include "prim/args.h"
#include "prim/port_calls.h"
#include "prim/tables.h"
#include "text/printer.h"
#include "text/reader.h"

// The call (name state), to be made by tail_call.
struct rest_call {
  Value procedure, arguments;
};
static Value prepare_rest(struct context *cx, const char *name, Value state, struct rest_call *call) {
  call->procedure = primitive_value(cx, name);
  if (is_outcome(call->procedure)) return call->procedure;
  call->arguments = list_from_array(cx, &state, 1, VALUE_NIL);
  return is_outcome(call->arguments) ? call->arguments : VALUE_TRUE;
}
static bool is_finished(Value v) {
  return !value_eq(v, VALUE_EMPTY) && (!is_outcome(v) || value_eq(v, OUTCOME_RAISE));
}
static Value finish_or_call(struct context *cx, Value v, const struct rest_call *call) {
  return is_finished(v) ? v : outcome_tail_call(cx, call->procedure, call->arguments);
}

PRIM(prim_read) {
  Value ok = port_check(cx, "read", 1, args[0], PORT_INPUT | PORT_TEXTUAL);
  if (is_outcome(ok)) return ok;
  Value reader = reader_make(cx, args[0], is_given(args, n, 2) && is_true(args[2]));
  if (is_outcome(reader)) return reader;
  struct rest_call call;
  ok = prepare_rest(cx, "%read-more", reader, &call);
  if (is_outcome(ok)) return ok;
  if (is_given(args, n, 1) && is_true(args[1])) port_set_flags(args[0], port_flags(args[0]) | PORT_FOLD_CASE);
  return finish_or_call(cx, reader_run(cx, reader), &call);
}

PRIM(prim_read_more) {
  if (!is_type(args[0], T_STATE)) return raise_type(cx, "%read-more", 1, "a reader", args[0]);
  Value v = reader_run(cx, args[0]);
  return value_eq(v, VALUE_EMPTY) ? port_call_refill(cx, reader_port(args[0]), "%read-more", 1, args) : v;
}

static bool is_mode(Value v) {
  return is_fixnum(v) && fixnum_int(v) >= PRINT_DISPLAY && fixnum_int(v) <= PRINT_WRITE_SIMPLE;
}
static const char *mode_name(Value mode) {
  static const char *const names[] = {"display", "write", "write-shared", "write-simple"};
  return names[fixnum_int(mode)];
}

// Run the printer once; what is left to do is `more`, a primitive.
static Value start_printing(struct context *cx, Value printer, const char *more) {
  if (is_outcome(printer)) return printer;
  struct rest_call call;
  Value ok = prepare_rest(cx, more, printer, &call);
  if (is_outcome(ok)) return ok;
  return outcome_tail_call(cx, call.procedure, call.arguments);
}

PRIM(prim_write) {
  if (!is_mode(args[2])) return raise_type(cx, "%write", 3, "a mode (0 to 3)", args[2]);
  Value ok = port_check(cx, mode_name(args[2]), 2, args[1], PORT_OUTPUT | PORT_TEXTUAL);
  if (is_outcome(ok)) return ok;
  Value printer = printer_make(cx, args[0], args[1], (enum print_mode)fixnum_int(args[2]), -1);
  if (is_outcome(printer)) return printer;
  struct rest_call call;
  ok = prepare_rest(cx, "%write-more", printer, &call);
  if (is_outcome(ok)) return ok;
  return finish_or_call(cx, printer_run(cx, printer), &call);
}

PRIM(prim_write_more) {
  if (!is_type(args[0], T_STATE)) return raise_type(cx, "%write-more", 1, "a printer", args[0]);
  Value v = printer_run(cx, args[0]);
  return value_eq(v, VALUE_EMPTY) ? port_call_drain(cx, printer_port(args[0]), "%write-more", 1, args) : v;
}

#define TEXT_LIMIT 100000

PRIM(prim_write_to_string) {
  if (!is_mode(args[1])) return raise_type(cx, "%write-to-string", 2, "a mode (0 to 3)", args[1]);
  sword limit = TEXT_LIMIT;
  if (is_given(args, n, 2) && is_true(args[2])) {
    if (!is_fixnum(args[2]) || fixnum_int(args[2]) < 0)
      return raise_type(cx, "%write-to-string", 3, "a number of characters, or #f", args[2]);
    limit = fixnum_int(args[2]);
  }
  Value port = port_make(cx, PORT_OUTPUT | PORT_TEXTUAL, VALUE_FALSE, OUT_BUFFER_FIRST_BYTES);
  if (is_outcome(port)) return port;
  Value printer = printer_make(cx, args[0], port, (enum print_mode)fixnum_int(args[1]), limit);
  return start_printing(cx, printer, "%write-to-string-more");
}

PRIM(prim_write_to_string_more) {
  if (!is_type(args[0], T_STATE)) return raise_type(cx, "%write-to-string-more", 1, "a printer", args[0]);
  Value v = printer_run(cx, args[0]);
  return is_outcome(v) ? v : port_output_string(cx, printer_port(args[0]));
}

const struct primitive text_primitives[] = {
  {"%read", prim_read, 1, 3,
   "(%read port [fold-case? [positions?]])\nThe next datum from PORT, or eof. With POSITIONS? two values, the datum and a vector of "
   "pair, position, ... for all lists in it."},
  {"%read-more", prim_read_more, 1, 1, "(%read-more reader)\nGo on reading."},
  {"%write", prim_write, 3, 3,
   "(%write x port mode)\nWrite X on PORT. MODE 0: display, 1: write, 2: write-shared, 3: write-simple."},
  {"%write-more", prim_write_more, 1, 1, "(%write-more printer)\nGo on writing."},
  {"%write-to-string", prim_write_to_string, 2, 3,
   "(%write-to-string x mode [limit])\nX as %write writes it, in a string of at most LIMIT characters (100000 if #f) and \"...\"."},
  {"%write-to-string-more", prim_write_to_string_more, 1, 1, "(%write-to-string-more printer)\nGo on writing."},
};
const unsigned n_text_primitives = ARRAY_LENGTH(text_primitives);
