// The printer: looking for cycles, then printing from explicit frames.
//
// Uses: text/printer, data/elements, data/list, data/record, data/string, data/symbol, data/table, text/unicode.
// Used by: see the header.
//
// `current` is the object to look at or to print next, VALUE_EMPTY when the frame on top has to say what follows.
#include "text/printer.h"
#include "data/elements.h"
#include "data/record.h"
#include "data/string.h"
#include "data/symbol.h"
#include "data/table.h"
#include "data/utf8.h"
#include "text/unicode.h"

enum {
  P_PORT = 1, P_OBJECT, P_MODE, P_LEFT /* characters, or #f */, P_PHASE, P_CURRENT, P_STACK, P_DEPTH, P_BUDGET,
  P_TABLE /* object -> enum mark, or #f */, P_N_LABELS, P_FIELDS = P_N_LABELS
};
enum phase { PHASE_TREE, PHASE_GRAPH, PHASE_PRINT, PHASE_DONE };
// What the table says of an object: being walked, walked, or reached again, so that it needs a label; then
// MARK_LABEL + n once it was printed as #n=.
enum mark { MARK_OPEN, MARK_DONE, MARK_NEEDED, MARK_LABEL };

enum { F_NEXT = 1, F_KIND, F_OBJECT, F_INDEX, F_FIELDS = F_INDEX };
enum frame_kind {
  FRAME_LIST,       // object: the rest of the list, an element was printed
  FRAME_VECTOR, FRAME_BYTES, FRAME_NUMBERS, FRAME_RECORD,
  FRAME_FIELD,      // of a record: its name was printed
  FRAME_QUOTED,     // a string or symbol between the characters in the index' high bits
  FRAME_TEXT,       // a string as it is
  FRAME_CONDITION,  // index: what comes next
  FRAME_IRRITANTS,  // object: the rest of them
  FRAME_CLOSE,      // index: a character
  FRAME_CHILDREN    // while looking for cycles; index: the next child
};

#define PRINTER_STEP_BYTES 512
#define STEP_CHARS 40           // of a string in one step: at most 11 bytes each
#define STEP_HEAP_BYTES (4 * AUX_BYTES(F_FIELDS))
#define STEPS_PER_LOOK 256
#define TREE_BUDGET 4000000     // steps of the walk without memory
#define TREE_DEPTH 50000
#define LIMITED_BUDGET 20000    // of either walk when the output is limited anyway

struct printer {
  struct context *cx;
  Value state, port, current, stack;
  enum print_mode mode;
  sword left;      // characters, or -1
  bool cut;        // something did not fit into `left`
};

static void store(struct heap *heap, Value holder, unsigned field, Value v) {
  heap_store(heap, holder, object_slot(holder, field), v);
}
static Value get(struct printer *p, unsigned field) {
  return object_field(p->state, field);
}
static sword get_number(struct printer *p, unsigned field) {
  return fixnum_int(get(p, field));
}
static void set_number(struct printer *p, unsigned field, sword n) {
  object_field_init(p->state, field, fixnum(n));
}
static Value state_make(struct heap *heap, unsigned n_fields) {
  uword *p = heap_alloc(heap, AUX_BYTES(n_fields));
  p[0] = header_make(T_STATE, n_fields);
  Value state = value_from_object(p);
  for (unsigned i = 1; i <= n_fields; i++) object_field_init(state, i, VALUE_FALSE);
  return state;
}

Value printer_make(struct context *cx, Value object, Value port, enum print_mode mode, sword limit) {
  if (!heap_reserve(cx->heap, AUX_BYTES(P_FIELDS))) return outcome_collect(cx, AUX_BYTES(P_FIELDS));
  Value state = state_make(cx->heap, P_FIELDS);
  bool tree_is_enough = mode == PRINT_DISPLAY || mode == PRINT_WRITE;
  enum phase phase = mode == PRINT_WRITE_SIMPLE ? PHASE_PRINT : tree_is_enough ? PHASE_TREE : PHASE_GRAPH;
  object_field_init(state, P_PORT, port);
  object_field_init(state, P_OBJECT, object);
  object_field_init(state, P_MODE, fixnum((sword)mode));
  object_field_init(state, P_LEFT, fixnum(limit));
  object_field_init(state, P_PHASE, fixnum((sword)phase));
  object_field_init(state, P_CURRENT, object);
  object_field_init(state, P_DEPTH, fixnum(0));
  object_field_init(state, P_BUDGET, fixnum(limit < 0 ? TREE_BUDGET : LIMITED_BUDGET));
  object_field_init(state, P_N_LABELS, fixnum(0));
  return state;
}

Value printer_port(Value printer) {
  return object_field(printer, P_PORT);
}

// --- frames ------------------------------------------------------------------------------------------------
static void push_frame(struct printer *p, enum frame_kind kind, Value object, sword index) {
  Value frame = state_make(p->cx->heap, F_FIELDS);
  object_field_init(frame, F_NEXT, p->stack);
  object_field_init(frame, F_KIND, fixnum((sword)kind));
  object_field_init(frame, F_OBJECT, object);
  object_field_init(frame, F_INDEX, fixnum(index));
  p->stack = frame;
}
static void pop_frame(struct printer *p) {
  p->stack = object_field(p->stack, F_NEXT);
}
static enum frame_kind frame_kind(Value frame) {
  return (enum frame_kind)fixnum_int(object_field(frame, F_KIND));
}
static sword frame_index(Value frame) {
  return fixnum_int(object_field(frame, F_INDEX));
}
static void frame_set_index(Value frame, sword index) {
  object_field_init(frame, F_INDEX, fixnum(index));
}

// --- looking for cycles ---------------------------------------------------------------------------------------
// The parts that are printed by printing them: of pairs, vectors, records and conditions.
static sword n_children(struct printer *p, Value v) {
  if (is_pair(v)) return 2;
  if (is_type(v, T_VECTOR)) return vector_length(v);
  if (is_type(v, T_RECORD) && !is_rtd(p->cx->heap, v)) return (sword)record_n_fields(v);
  if (is_type(v, T_CONDITION)) return 1;
  return 0;
}
static Value child(Value v, sword i) {
  if (is_pair(v)) return i ? pair_cdr(v) : pair_car(v);
  if (is_type(v, T_VECTOR)) return vector_slots(v)[i];
  if (is_type(v, T_CONDITION)) return object_field(v, CONDITION_IRRITANTS);
  return object_field(v, RECORD_FIELDS + (unsigned)i);
}

static void start_phase(struct printer *p, enum phase phase) {
  set_number(p, P_PHASE, (sword)phase);
  p->current = get(p, P_OBJECT);
  p->stack = VALUE_FALSE;
}

// The walk without memory: it ends if the object unfolds to a small enough tree; then there is no cycle.  The next
// of `current`'s children is walked into, and a frame remembers the rest, if there is any.
static void step_tree(struct printer *p) {
  if (value_eq(p->current, VALUE_EMPTY)) {
    if (!is_true(p->stack)) {
      start_phase(p, PHASE_PRINT);
      return;
    }
    Value frame = p->stack, object = object_field(frame, F_OBJECT);
    sword i = frame_index(frame);
    p->current = child(object, i);
    if (i + 1 < n_children(p, object)) {
      frame_set_index(frame, i + 1);
    } else {
      pop_frame(p);
      set_number(p, P_DEPTH, get_number(p, P_DEPTH) - 1);
    }
    return;
  }
  Value v = p->current;
  p->current = VALUE_EMPTY;
  sword n = n_children(p, v);
  if (n == 0) return;
  sword budget = get_number(p, P_BUDGET), depth = get_number(p, P_DEPTH);
  set_number(p, P_BUDGET, budget - 1);
  if (budget == 0 || depth == TREE_DEPTH) {
    if (p->left >= 0) set_number(p, P_BUDGET, LIMITED_BUDGET);
    start_phase(p, PHASE_GRAPH);
    return;
  }
  if (is_pair(v) && n_children(p, pair_car(v)) == 0) {
    p->current = pair_cdr(v);
    return;
  }
  p->current = child(v, 0);
  bool has_rest = is_pair(v) ? n_children(p, pair_cdr(v)) != 0 : n > 1;
  if (!has_rest) return;
  push_frame(p, FRAME_CHILDREN, v, 1);
  set_number(p, P_DEPTH, depth + 1);
}

static Value get_mark(struct printer *p, Value v) {
  Value table = get(p, P_TABLE);
  return is_true(table) ? table_get(p->cx, table, v, VALUE_FALSE) : VALUE_FALSE;
}
static Value set_mark(struct printer *p, Value v, sword mark) {
  return table_set(p->cx, get(p, P_TABLE), v, fixnum(mark));
}

// All was walked, or as much as a limited output deserves.
static void end_graph(struct printer *p) {
  if (get_number(p, P_N_LABELS) == 0) store(p->cx->heap, p->state, P_TABLE, VALUE_FALSE);
  set_number(p, P_N_LABELS, 0);
  start_phase(p, PHASE_PRINT);
}

// The object was reached again.
static Value mark_again(struct printer *p, Value v, sword mark) {
  bool needs_label = p->mode == PRINT_WRITE_SHARED || mark == MARK_OPEN;
  if (mark == MARK_NEEDED || !needs_label) return VALUE_TRUE;
  Value done = set_mark(p, v, MARK_NEEDED);
  if (!is_outcome(done)) set_number(p, P_N_LABELS, 1);
  return done;
}

// The walk with memory, depth first: an object that is reached while it is open is on a cycle.
static Value step_graph(struct printer *p) {
  if (!is_true(get(p, P_TABLE))) {
    Value table = table_make(p->cx, TABLE_EQ, 16);
    if (is_outcome(table)) return table;
    store(p->cx->heap, p->state, P_TABLE, table);
  }
  Value v = p->current;
  if (value_eq(v, VALUE_EMPTY)) {
    if (!is_true(p->stack)) {
      end_graph(p);
      return VALUE_TRUE;
    }
    Value frame = p->stack, object = object_field(frame, F_OBJECT);
    sword i = frame_index(frame);
    if (i < n_children(p, object)) {
      p->current = child(object, i);
      frame_set_index(frame, i + 1);
      return VALUE_TRUE;
    }
    Value done = get_mark(p, object);
    if (value_eq(done, fixnum(MARK_OPEN))) done = set_mark(p, object, MARK_DONE);
    if (is_outcome(done)) return done;
    pop_frame(p);
    return VALUE_TRUE;
  }
  if (n_children(p, v) > 0) {
    Value mark = get_mark(p, v);
    if (is_outcome(mark)) return mark;
    sword budget = get_number(p, P_BUDGET);
    bool is_new = !is_true(mark);
    if (is_new && budget == 0 && p->left >= 0) {
      end_graph(p);
      return VALUE_TRUE;
    }
    if (is_new) {
      if (!heap_reserve(p->cx->heap, AUX_BYTES(F_FIELDS))) return outcome_collect(p->cx, AUX_BYTES(F_FIELDS));
      push_frame(p, FRAME_CHILDREN, v, 0);
    }
    Value done = is_new ? set_mark(p, v, MARK_OPEN) : mark_again(p, v, fixnum_int(mark));
    if (is_outcome(done)) {
      if (is_new) pop_frame(p);
      return done;
    }
    if (budget > 0) set_number(p, P_BUDGET, budget - 1);
  }
  p->current = VALUE_EMPTY;
  return VALUE_TRUE;
}

// --- writing characters, into room that was reserved ------------------------------------------------------------
static void put_char(struct printer *p, uint32_t c) {
  if (p->left == 0) {
    p->cut = true;
    return;
  }
  if (p->left > 0) p->left--;
  port_put_char(p->port, c);
}
static void put(struct printer *p, const char *text) {
  while (*text) put_char(p, (unsigned char)*text++);
}
static void put_hex(struct printer *p, uint32_t c) {
  unsigned n = 1;
  while (n < 8 && c >> (4 * n)) n++;
  put_char(p, 'x');
  while (n-- > 0) put_char(p, (unsigned char)"0123456789abcdef"[c >> (4 * n) & 15]);
}
static void put_number(struct printer *p, sword n) {
  char text[NUMBER_TEXT_MAX];
  size_t length = number_format(fixnum(n), 10, text);
  for (size_t i = 0; i < length; i++) put_char(p, (unsigned char)text[i]);
}

static bool is_graphic(uint32_t c) {
  return c < 0x7f ? c > 32 : unicode_is(c, UNICODE_GRAPHIC);
}

static void put_char_literal(struct printer *p, uint32_t c) {
  static const struct {
    uint32_t code;
    const char *name;
  } names[] = {{0, "null"}, {7, "alarm"}, {8, "backspace"}, {9, "tab"}, {10, "newline"}, {13, "return"},
               {27, "escape"}, {32, "space"}, {127, "delete"}};
  put(p, "#\\");
  for (unsigned i = 0; i < ARRAY_LENGTH(names); i++)
    if (names[i].code == c) {
      put(p, names[i].name);
      return;
    }
  if (is_graphic(c))
    put_char(p, c);
  else
    put_hex(p, c);
}

// A character between quotes of kind `quote`.
static void put_escaped(struct printer *p, uint32_t c, uint32_t quote) {
  static const char letters[] = "a\ab\bt\tn\nr\r";
  if (c == quote || c == '\\') {
    put_char(p, '\\');
    put_char(p, c);
    return;
  }
  for (unsigned i = 0; letters[i]; i += 2)
    if (c == (unsigned char)letters[i + 1]) {
      put_char(p, '\\');
      put_char(p, (unsigned char)letters[i]);
      return;
    }
  if (c == ' ' || is_graphic(c)) {
    put_char(p, c);
    return;
  }
  put_char(p, '\\');
  put_hex(p, c);
  put_char(p, ';');
}

// --- objects -----------------------------------------------------------------------------------------------------
static bool is_plain_in_symbol(uint32_t c) {
  static const char special[] = "()[]{}\"';`,|\\";
  for (unsigned i = 0; special[i]; i++)
    if (c == (unsigned char)special[i]) return false;
  return is_graphic(c) && !unicode_is(c, UNICODE_WHITE);
}

// Does a symbol of this name need bars?  VALUE_TRUE, VALUE_FALSE or a marker.
static Value needs_bars(struct context *cx, Value name) {
  sword n = string_length(name);
  if (n == 0 || string_char(name, 0) == '#' || string_equal_c(name, ".")) return VALUE_TRUE;
  for (sword i = 0; i < n; i++)
    if (!is_plain_in_symbol(string_char(name, i))) return VALUE_TRUE;
  uint32_t c = string_char(name, 0);
  if (c != '+' && c != '-' && c != '.' && (c < '0' || c > '9')) return VALUE_FALSE;
  Value number = number_parse_string(cx, name, 10);
  return is_outcome(number) ? number : value_bool(is_true(number));
}

static Value print_symbol(struct printer *p, Value symbol) {
  Value name = symbol_name(symbol), bars = VALUE_FALSE;
  if (p->mode != PRINT_DISPLAY) bars = needs_bars(p->cx, name);
  if (is_outcome(bars)) return bars;
  if (!heap_reserve(p->cx->heap, STEP_HEAP_BYTES)) return outcome_collect(p->cx, STEP_HEAP_BYTES);
  if (is_true(bars)) {
    put_char(p, '|');
    push_frame(p, FRAME_CLOSE, VALUE_FALSE, '|');
    push_frame(p, FRAME_QUOTED, name, 0);
  } else {
    push_frame(p, FRAME_TEXT, name, 0);
  }
  return VALUE_TRUE;
}

static void print_string(struct printer *p, Value s) {
  if (p->mode == PRINT_DISPLAY) {
    push_frame(p, FRAME_TEXT, s, 0);
    return;
  }
  put_char(p, '"');
  push_frame(p, FRAME_CLOSE, VALUE_FALSE, '"');
  push_frame(p, FRAME_QUOTED, s, 0);
}

static Value print_number(struct printer *p, Value v) {
  char text[NUMBER_TEXT_MAX];
  size_t n = number_format(v, 10, text);
  for (size_t i = 0; i < n; i++) put_char(p, (unsigned char)text[i]);
  if (n) return VALUE_TRUE;
  Value digits = number_to_string(p->cx, v, 10);
  if (is_outcome(digits)) return digits;
  if (!heap_reserve(p->cx->heap, STEP_HEAP_BYTES)) return outcome_collect(p->cx, STEP_HEAP_BYTES);
  push_frame(p, FRAME_TEXT, digits, 0);
  return VALUE_TRUE;
}

// #<what name>, the name being a symbol, an alias, a string or none.
static void print_named(struct printer *p, const char *what, Value name) {
  put(p, "#<");
  put(p, what);
  push_frame(p, FRAME_CLOSE, VALUE_FALSE, '>');
  while (is_type(name, T_ALIAS)) name = object_field(name, ALIAS_NAME);
  if (is_type(name, T_SYMBOL)) name = symbol_name(name);
  if (!is_string(name)) return;
  put_char(p, ' ');
  push_frame(p, FRAME_TEXT, name, 0);
}
static void print_counted(struct printer *p, const char *what, sword n) {
  put(p, "#<");
  put(p, what);
  put_char(p, ' ');
  put_number(p, n);
  put_char(p, '>');
}

static void print_record(struct printer *p, Value v) {
  Value rtd = object_field(v, RECORD_TYPE);
  if (is_rtd(p->cx->heap, v) || !is_type(rtd, T_RECORD)) {
    print_named(p, "record-type", object_field(v, RTD_NAME));
    return;
  }
  Value name = object_field(rtd, RTD_NAME);
  if (is_symbol(name)) name = symbol_name(name);
  put(p, "#<");
  push_frame(p, FRAME_RECORD, v, 0);
  if (is_string(name)) push_frame(p, FRAME_TEXT, name, 0);
}

static const char *port_kind(Value port) {
  unsigned flags = port_flags(port), both = PORT_INPUT | PORT_OUTPUT;
  if ((flags & both) == both) return flags & PORT_BINARY ? "binary-port" : "port";
  if (flags & PORT_INPUT) return flags & PORT_BINARY ? "binary-input-port" : "input-port";
  return flags & PORT_BINARY ? "binary-output-port" : "output-port";
}

static void print_list(struct printer *p, Value v) {
  static const struct {
    enum known_symbol symbol;
    const char *prefix;
  } prefixes[] = {{KNOWN_QUOTE, "'"}, {KNOWN_QUASIQUOTE, "`"}, {KNOWN_UNQUOTE, ","}, {KNOWN_UNQUOTE_SPLICING, ",@"}};
  Value rest = pair_cdr(v);
  p->current = pair_car(v);
  if (is_symbol(p->current) && is_pair(rest) && is_nil(pair_cdr(rest)) && !is_true(get(p, P_TABLE)))
    for (unsigned i = 0; i < ARRAY_LENGTH(prefixes); i++)
      if (value_eq(p->current, known(p->cx->heap, prefixes[i].symbol))) {
        put(p, prefixes[i].prefix);
        p->current = pair_car(rest);
        return;
      }
  put_char(p, '(');
  push_frame(p, FRAME_LIST, rest, 0);
}

static void print_immediate(struct printer *p, Value v) {
  static const struct {
    Value value;
    const char *text;
  } texts[] = {{VALUE_FALSE, "#f"}, {VALUE_TRUE, "#t"}, {VALUE_NIL, "()"}, {VALUE_EOF, "#<eof>"},
               {VALUE_UNSPECIFIED, "#<unspecified>"}, {VALUE_UNBOUND, "#<unbound>"}, {VALUE_DEFAULT, "#!default"},
               {VALUE_UNASSIGNED, "#<unassigned>"}, {VALUE_EMPTY, "#<empty>"}, {VALUE_DELETED, "#<deleted>"}};
  if (is_char(v)) {
    if (p->mode == PRINT_DISPLAY)
      put_char(p, char_code(v));
    else
      put_char_literal(p, char_code(v));
    return;
  }
  for (unsigned i = 0; i < ARRAY_LENGTH(texts); i++)
    if (value_eq(v, texts[i].value)) {
      put(p, texts[i].text);
      return;
    }
  put(p, "#<immediate>");
}

static Value print_object(struct printer *p, Value v) {
  enum object_type type = header_type(object_header(v));
  switch (type) {
    case T_SYMBOL: return print_symbol(p, v);
    case T_STRING: print_string(p, v); break;
    case T_FLONUM: case T_BIGNUM: case T_RATNUM: case T_COMPNUM: return print_number(p, v);
    case T_VECTOR:
      put(p, "#(");
      push_frame(p, FRAME_VECTOR, v, 0);
      break;
    case T_BYTES:
      put(p, "#u8(");
      push_frame(p, FRAME_BYTES, v, 0);
      break;
    case T_NUMBERS:
      put_char(p, '#');
      put(p, element_infos[numbers_kind(v)].name);
      put_char(p, '(');
      push_frame(p, FRAME_NUMBERS, v, 0);
      break;
    case T_RECORD: print_record(p, v); break;
    case T_CLOSURE: print_named(p, "procedure", object_field(object_field(v, CLOSURE_CODE), CODE_NAME)); break;
    case T_PRIMITIVE: print_named(p, "procedure", object_field(v, PRIMITIVE_NAME)); break;
    case T_CODE: print_named(p, "code", object_field(v, CODE_NAME)); break;
    case T_CELL: print_named(p, "cell", object_field(v, CELL_NAME)); break;
    case T_TABLE: print_counted(p, "hash-table", (sword)table_count(v)); break;
    case T_VALUES: print_counted(p, "values", (sword)header_aux(object_header(v))); break;
    case T_ENV: print_named(p, "environment", object_field(v, ENV_NAME)); break;
    case T_MACRO: print_named(p, "macro", object_field(v, MACRO_NAME)); break;
    case T_SPECIAL: print_named(p, "special-form", object_field(v, SPECIAL_NAME)); break;
    case T_PARAMETER: print_named(p, "parameter", object_field(v, PARAMETER_NAME)); break;
    case T_PROCESS:
      if (is_true(object_field(v, PROCESS_NAME))) print_named(p, "process", object_field(v, PROCESS_NAME));
      else print_counted(p, "process", fixnum_int(object_field(v, PROCESS_SERIAL)));
      break;
    case T_CAPABILITY: {
      static const char *const kinds[] = {"ports", "window", "interrupt", "dma-region", "device"};
      sword kind = fixnum_int(object_field(v, CAPABILITY_KIND));
      print_counted(p, kinds[kind], fixnum_int(object_field(v, kind == 3 ? CAPABILITY_LENGTH : CAPABILITY_BASE)));
      break;
    }
    case T_THREAD: print_named(p, "thread", object_field(v, THREAD_NAME)); break;
    case T_PORT: print_named(p, port_kind(v), object_field(v, PORT_NAME)); break;
    case T_ALIAS: p->current = object_field(v, ALIAS_NAME); break;
    case T_CONDITION:
      put(p, "#<condition");
      push_frame(p, FRAME_CONDITION, v, CONDITION_TYPE);
      break;
    default: print_named(p, type_infos[type].name, VALUE_FALSE); break;
  }
  return VALUE_TRUE;
}

// If the object has a label: print that.  VALUE_TRUE: the object itself follows; VALUE_FALSE: it does not.  Its key is
// in the table, so the table does not allocate.
static Value print_label(struct printer *p, Value v) {
  Value mark = n_children(p, v) ? get_mark(p, v) : VALUE_FALSE;
  if (is_outcome(mark)) return mark;
  if (!is_true(mark) || fixnum_int(mark) < MARK_NEEDED) return VALUE_TRUE;
  sword label = fixnum_int(mark) - MARK_LABEL;
  bool is_first = label < 0;
  if (is_first) {
    label = get_number(p, P_N_LABELS);
    Value done = set_mark(p, v, MARK_LABEL + label);
    if (is_outcome(done)) return done;
    set_number(p, P_N_LABELS, label + 1);
  }
  put_char(p, '#');
  put_number(p, label);
  put_char(p, is_first ? '=' : '#');
  return value_bool(is_first);
}
static bool has_label(struct printer *p, Value v) {
  Value mark = get_mark(p, v);
  return is_true(mark) && fixnum_int(mark) >= MARK_NEEDED;
}

static Value print_current(struct printer *p) {
  Value v = p->current;
  Value follows = print_label(p, v);
  if (is_outcome(follows)) return follows;
  p->current = VALUE_EMPTY;
  if (!is_true(follows)) return VALUE_TRUE;
  if (is_fixnum(v)) {
    put_number(p, fixnum_int(v));
  } else if (is_pair(v)) {
    print_list(p, v);
  } else if (is_object(v)) {
    Value done = print_object(p, v);
    if (is_outcome(done)) p->current = v;
    return done;
  } else {
    print_immediate(p, v);
  }
  return VALUE_TRUE;
}

// --- going on with a frame -------------------------------------------------------------------------------------------
static void step_list(struct printer *p, Value frame) {
  Value rest = object_field(frame, F_OBJECT);
  if (is_pair(rest) && !has_label(p, rest)) {
    put_char(p, ' ');
    p->current = pair_car(rest);
    store(p->cx->heap, frame, F_OBJECT, pair_cdr(rest));
    return;
  }
  if (is_nil(rest)) {
    put_char(p, ')');
    pop_frame(p);
    return;
  }
  put(p, " . ");
  p->current = rest;
  pop_frame(p);
  push_frame(p, FRAME_CLOSE, VALUE_FALSE, ')');
}

static void step_vector(struct printer *p, Value frame) {
  Value v = object_field(frame, F_OBJECT);
  sword i = frame_index(frame);
  if (i == vector_length(v)) {
    put_char(p, ')');
    pop_frame(p);
    return;
  }
  if (i) put_char(p, ' ');
  p->current = vector_slots(v)[i];
  frame_set_index(frame, i + 1);
}

static void step_numbers(struct printer *p, Value frame) {
  Value v = object_field(frame, F_OBJECT);
  sword i = frame_index(frame);
  if (i == numbers_length(v)) {
    put_char(p, ')');
    pop_frame(p);
    return;
  }
  if (i) put_char(p, ' ');
  enum element_kind kind = numbers_kind(v);
  p->current = element_load(p->cx->heap, kind, bytes_data(v) + (size_t)i * element_infos[kind].bytes);
  frame_set_index(frame, i + 1);
}

static void step_bytes(struct printer *p, Value frame) {
  Value v = object_field(frame, F_OBJECT);
  sword n = bytes_length(v), i = frame_index(frame);
  for (unsigned k = 0; k < STEP_CHARS && i < n; k++, i++) {
    if (i) put_char(p, ' ');
    put_number(p, bytes_data(v)[i]);
  }
  frame_set_index(frame, i);
  if (i < n) return;
  put_char(p, ')');
  pop_frame(p);
}

// Fields whose names begin with % are a library's own concern and not shown.
static bool is_hidden_field(Value names, sword i) {
  if (!is_type(names, T_VECTOR) || i >= vector_length(names) || !is_symbol(vector_slots(names)[i])) return false;
  Value name = symbol_name(vector_slots(names)[i]);
  return string_length(name) > 1 && string_char(name, 0) == '%';
}

static void step_record(struct printer *p, Value frame) {
  Value v = object_field(frame, F_OBJECT), names = object_field(object_field(v, RECORD_TYPE), RTD_FIELD_NAMES);
  sword i = frame_index(frame);
  while (i < (sword)record_n_fields(v) && is_hidden_field(names, i)) i++;
  if (i == (sword)record_n_fields(v)) {
    put_char(p, '>');
    pop_frame(p);
    return;
  }
  put_char(p, ' ');
  frame_set_index(frame, i + 1);
  Value name = is_type(names, T_VECTOR) && i < vector_length(names) ? vector_slots(names)[i] : VALUE_FALSE;
  push_frame(p, FRAME_FIELD, v, i);
  if (is_symbol(name)) push_frame(p, FRAME_TEXT, symbol_name(name), 0);
}

static void step_field(struct printer *p, Value frame) {
  put(p, ": ");
  p->current = child(object_field(frame, F_OBJECT), frame_index(frame));
  pop_frame(p);
}

// #<condition type who: message irritant ...>
static void step_condition(struct printer *p, Value frame) {
  static const char *const before[] = {[CONDITION_TYPE] = " ", [CONDITION_WHO] = " ", [CONDITION_MESSAGE] = ": "};
  Value v = object_field(frame, F_OBJECT);
  sword i = frame_index(frame);
  Value part = object_field(v, (unsigned)i);
  if (i == CONDITION_IRRITANTS) {
    pop_frame(p);
    push_frame(p, FRAME_CLOSE, VALUE_FALSE, '>');
    push_frame(p, FRAME_IRRITANTS, part, 0);
    return;
  }
  frame_set_index(frame, i + 1);
  if (is_symbol(part)) part = symbol_name(part);
  if (!is_string(part)) return;
  put(p, before[i]);
  push_frame(p, FRAME_TEXT, part, 0);
}

static void step_irritants(struct printer *p, Value frame) {
  Value rest = object_field(frame, F_OBJECT);
  if (!is_pair(rest) || has_label(p, rest)) {
    pop_frame(p);
    return;
  }
  put_char(p, ' ');
  p->current = pair_car(rest);
  store(p->cx->heap, frame, F_OBJECT, pair_cdr(rest));
}

static void step_string(struct printer *p, Value frame) {
  Value s = object_field(frame, F_OBJECT);
  sword n = string_length(s), i = frame_index(frame);
  bool quoted = frame_kind(frame) == FRAME_QUOTED;
  uint32_t quote = quoted ? (uint32_t)frame_index(object_field(frame, F_NEXT)) : 0;
  for (unsigned k = 0; k < STEP_CHARS && i < n; k++, i++) {
    if (quoted)
      put_escaped(p, string_char(s, i), quote);
    else
      put_char(p, string_char(s, i));
  }
  frame_set_index(frame, i);
  if (i >= n) pop_frame(p);
}

static void step_frame(struct printer *p) {
  Value frame = p->stack;
  switch (frame_kind(frame)) {
    case FRAME_LIST: step_list(p, frame); break;
    case FRAME_VECTOR: step_vector(p, frame); break;
    case FRAME_BYTES: step_bytes(p, frame); break;
    case FRAME_NUMBERS: step_numbers(p, frame); break;
    case FRAME_RECORD: step_record(p, frame); break;
    case FRAME_FIELD: step_field(p, frame); break;
    case FRAME_QUOTED:
    case FRAME_TEXT: step_string(p, frame); break;
    case FRAME_CONDITION: step_condition(p, frame); break;
    case FRAME_IRRITANTS: step_irritants(p, frame); break;
    case FRAME_CLOSE:
      put_char(p, (uint32_t)frame_index(frame));
      pop_frame(p);
      break;
    case FRAME_CHILDREN: panic("printer: a frame of the walk", __FILE__, __LINE__);
  }
}

// --- the machine ----------------------------------------------------------------------------------------------------
static Value step_print(struct printer *p) {
  Value ready = port_reserve(p->cx, p->port, PRINTER_STEP_BYTES);
  if (!value_eq(ready, VALUE_TRUE)) return ready;
  if (!heap_reserve(p->cx->heap, STEP_HEAP_BYTES)) return outcome_collect(p->cx, STEP_HEAP_BYTES);
  if (p->cut) {
    p->left = -1;
    put(p, "...");
    set_number(p, P_PHASE, PHASE_DONE);
  } else if (!value_eq(p->current, VALUE_EMPTY)) {
    return print_current(p);
  } else if (is_true(p->stack)) {
    step_frame(p);
  } else {
    set_number(p, P_PHASE, PHASE_DONE);
  }
  return VALUE_TRUE;
}

static Value step(struct printer *p) {
  switch ((enum phase)get_number(p, P_PHASE)) {
    case PHASE_TREE:
      if (!heap_reserve(p->cx->heap, STEP_HEAP_BYTES)) return outcome_collect(p->cx, STEP_HEAP_BYTES);
      step_tree(p);
      return VALUE_TRUE;
    case PHASE_GRAPH:
      return step_graph(p);
    case PHASE_PRINT: return step_print(p);
    default: return VALUE_UNSPECIFIED;
  }
}

Value printer_run(struct context *cx, Value printer) {
  struct printer p = {.cx = cx, .state = printer, .port = printer_port(printer)};
  p.current = get(&p, P_CURRENT);
  p.stack = get(&p, P_STACK);
  p.mode = (enum print_mode)get_number(&p, P_MODE);
  p.left = get_number(&p, P_LEFT);
  Value done;
  unsigned steps = 1;
  do {
    done = step(&p);
    if (steps % STEPS_PER_LOOK == 0 && cx->interrupts && value_eq(done, VALUE_TRUE)) done = OUTCOME_AGAIN;
    // A lack of room after some progress is a new one each time: it is told at the start of the next run.
    if (steps++ > 1 && value_eq(done, OUTCOME_COLLECT)) done = OUTCOME_AGAIN;
  } while (value_eq(done, VALUE_TRUE));
  store(cx->heap, printer, P_CURRENT, p.current);
  store(cx->heap, printer, P_STACK, p.stack);
  set_number(&p, P_LEFT, p.left);
  port_settle(cx, p.port);
  return done;
}
