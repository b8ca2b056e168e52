// The reader: a character machine over explicit frames.
//
// Uses: text/reader, data/elements, data/list, data/symbol, data/table, data/utf8, data/values, text/unicode.
// Used by: see the header.
//
// `struct reader` is the state object opened for one run: read from it at the start, written back at the end.  The
// machine is in one mode between any two characters.  Characters of a token gather in `token`; a finished datum waits
// in `value` (mode DELIVER) until the frame on top has taken it.  Each mode either makes progress or answers a marker
// having changed nothing, so a run can stop and go on between any two steps (READ-1).
#include "text/reader.h"
#include "data/elements.h"
#include "data/list.h"
#include "data/string.h"
#include "data/symbol.h"
#include "data/table.h"
#include "data/utf8.h"
#include "data/values.h"
#include "text/unicode.h"

enum {
  R_PORT = 1, R_WANT_POSITIONS, R_MODE, R_FLAGS, R_EXTRA, R_TOKEN, R_COUNT, R_START, R_STACK, R_VALUE,
  R_LABELS,          // table: number -> placeholder, or #f
  R_PATCHES,         // chain of places that hold a placeholder, or #f
  R_POSITIONS,       // list of (pair . position), newest first
  R_N_POSITIONS,
  R_ERROR,           // fixnum, enum read_error
  R_FIELDS = R_ERROR
};

enum mode {
  MODE_START,        // between tokens
  MODE_LINE_COMMENT,
  MODE_BLOCK_COMMENT, MODE_BLOCK_BAR, MODE_BLOCK_HASH,  // in the last two | or # was seen
  MODE_HASH,         // after #
  MODE_CHAR,         // after #\, before its first character
  MODE_ATOM,         // in a symbol, number, #name or character name
  MODE_QUOTED,       // between "" or ||
  MODE_RETURN,       // in there, after a carriage return: with a line feed after it, one line end
  MODE_BACKSLASH, MODE_HEX,            // in there, after \ and \x; the token's last: the number so far
  MODE_GAP_BEFORE, MODE_GAP_RETURN, MODE_GAP_AFTER,  // in there, around an escaped line end
  MODE_UNQUOTE,      // after a comma
  MODE_ATOM_DONE, MODE_STRING_DONE, MODE_CLOSE,  // a token is complete: make something of it
  MODE_DELIVER, MODE_FINISH, MODE_FAIL
};

enum reader_flags {
  FLAG_STRING = 1,   // the quoted thing is a string, not part of a symbol
  FLAG_BAR = 2,      // the token has a |part|, so it is a symbol
  FLAG_CHAR = 4,     // the token is what follows #\.
};

// Frames of what is open.
enum { F_NEXT = 1, F_KIND, F_FIRST, F_LAST, F_COUNT, F_POSITION, F_FIELDS = F_POSITION };
enum frame_kind {
  FRAME_LIST, FRAME_AFTER_DOT, FRAME_DOTTED /* complete but for its ) */, FRAME_VECTOR,
  FRAME_PREFIX /* first: quote and the like */, FRAME_COMMENT, FRAME_LABEL /* first: the placeholder */,
  FRAME_NUMBERS    // plus the kind of element: a byte vector or other numeric vector
};
enum { PLACEHOLDER_VALUE = 1, PLACEHOLDER_DONE };
enum { PATCH_NEXT = 1, PATCH_HOLDER, PATCH_INDEX, PATCH_PLACEHOLDER };
#define PATCH_CAR (-1)
#define PATCH_CDR (-2)

#define FIRST_TOKEN_CHARS 64
#define STEPS_PER_LOOK 1024
// The most one step of MODE_DELIVER allocates.
#define DELIVER_BYTES (3 * PAIR_BYTES + AUX_BYTES(4) + AUX_BYTES(F_FIELDS))

struct reader {
  struct context *cx;
  Value state, port;
  struct cursor cursor;
  enum mode mode;
  unsigned flags;
  uint32_t extra;          // where the open string, |symbol| or #| comment started
  uint32_t *token;
  size_t count, capacity;  // in a #| comment `count` is the depth
  uint32_t start;          // position of the token
};

static Value state_make(struct heap *heap, unsigned n_fields) {
  uword *p = heap_alloc(heap, AUX_BYTES(n_fields));
  p[0] = header_make(T_STATE, n_fields);
  Value state = value_from_object(p);
  for (unsigned i = 1; i <= n_fields; i++) object_field_init(state, i, VALUE_FALSE);
  return state;
}
static void store(struct heap *heap, Value holder, unsigned field, Value v) {
  heap_store(heap, holder, object_slot(holder, field), v);
}
static Value get(struct reader *r, unsigned field) {
  return object_field(r->state, field);
}
static void set(struct reader *r, unsigned field, Value v) {
  store(r->cx->heap, r->state, field, v);
}

static void reset(struct heap *heap, Value state) {
  static const unsigned char cleared[] = {R_STACK, R_VALUE, R_LABELS, R_PATCHES};
  static const unsigned char zeroed[] = {R_MODE, R_FLAGS, R_EXTRA, R_COUNT, R_START, R_N_POSITIONS, R_ERROR};
  for (unsigned i = 0; i < sizeof cleared; i++) store(heap, state, cleared[i], VALUE_FALSE);
  for (unsigned i = 0; i < sizeof zeroed; i++) object_field_init(state, zeroed[i], fixnum(0));
  store(heap, state, R_POSITIONS, VALUE_NIL);
}

Value reader_make(struct context *cx, Value port, bool positions) {
  size_t need = AUX_BYTES(R_FIELDS) + BYTES_BYTES(4 * FIRST_TOKEN_CHARS);
  if (!heap_reserve(cx->heap, need)) return outcome_collect(cx, need);
  Value token = bytes_make_raw(cx, 4 * FIRST_TOKEN_CHARS);
  if (is_outcome(token)) return token;
  Value state = state_make(cx->heap, R_FIELDS);
  object_field_init(state, R_PORT, port);
  object_field_init(state, R_WANT_POSITIONS, value_bool(positions));
  object_field_init(state, R_TOKEN, token);
  reset(cx->heap, state);
  return state;
}

Value reader_port(Value reader) {
  return object_field(reader, R_PORT);
}

static void open_token(struct reader *r) {
  Value token = get(r, R_TOKEN);
  r->token = (uint32_t *)bytes_data(token);
  r->capacity = (size_t)bytes_length(token) / 4;
}

static struct reader open_reader(struct context *cx, Value state) {
  struct reader r = {.cx = cx, .state = state, .port = reader_port(state)};
  r.cursor = cursor_open(r.port);
  r.mode = (enum mode)fixnum_int(get(&r, R_MODE));
  r.flags = (unsigned)fixnum_int(get(&r, R_FLAGS));
  r.extra = (uint32_t)fixnum_int(get(&r, R_EXTRA));
  r.count = (size_t)fixnum_int(get(&r, R_COUNT));
  r.start = (uint32_t)fixnum_int(get(&r, R_START));
  open_token(&r);
  return r;
}

static void close_reader(struct reader *r) {
  cursor_close(&r->cursor, r->port);
  object_field_init(r->state, R_MODE, fixnum((sword)r->mode));
  object_field_init(r->state, R_FLAGS, fixnum((sword)r->flags));
  object_field_init(r->state, R_EXTRA, fixnum((sword)r->extra));
  object_field_init(r->state, R_COUNT, fixnum((sword)r->count));
  object_field_init(r->state, R_START, fixnum((sword)r->start));
}

// --- errors ---------------------------------------------------------------------------------------------
enum read_error {
  ERROR_END = 1, ERROR_CLOSE, ERROR_UTF8, ERROR_CONTROL, ERROR_BRACKET, ERROR_HASH, ERROR_CHAR, ERROR_ESCAPE,
  ERROR_DOT, ERROR_AFTER_DOT, ERROR_TWO_AFTER_DOT, ERROR_NOTHING, ERROR_ELEMENT, ERROR_LABEL_UNKNOWN,
  ERROR_LABEL_TWICE, ERROR_LABEL_ITSELF, ERROR_LABEL_BIG
};
// A message that ends in " of" or "inside" is followed by what is open and where it opened.
static const char *const error_messages[] = {
  [ERROR_END] = "the input ends inside",
  [ERROR_CLOSE] = "there is a ) that closes nothing",
  [ERROR_UTF8] = "the input is not UTF-8 text here",
  [ERROR_CONTROL] = "there is a control character, which no program text contains:",
  [ERROR_BRACKET] = "this character has no meaning in program text:",
  [ERROR_HASH] = "unknown syntax after #:",
  [ERROR_CHAR] = "unknown character name:",
  [ERROR_ESCAPE] = "bad \\ escape in",
  [ERROR_DOT] = "a dot by itself is allowed only before the last element of a list",
  [ERROR_AFTER_DOT] = "nothing follows the dot of",
  [ERROR_TWO_AFTER_DOT] = "more than one datum follows the dot of",
  [ERROR_NOTHING] = "a datum is missing before ) in",
  [ERROR_ELEMENT] = "an element is not ",
  [ERROR_LABEL_UNKNOWN] = "this datum label was not defined before:",
  [ERROR_LABEL_TWICE] = "this datum label was defined before:",
  [ERROR_LABEL_ITSELF] = "this datum label stands for nothing but itself:",
  [ERROR_LABEL_BIG] = "this datum label is too big:",
};

static void fail_at(struct reader *r, enum read_error error, uint32_t position) {
  object_field_init(r->state, R_ERROR, fixnum((sword)error));
  r->start = position;
  r->mode = MODE_FAIL;
}
static uint32_t here(struct reader *r) {
  return port_position(r->cursor.line, r->cursor.column);
}
static void fail(struct reader *r, enum read_error error) {
  fail_at(r, error, r->start);
}

struct text {
  char chars[160];
  size_t n;
};
static void text_add(struct text *t, const char *s) {
  while (*s && t->n < sizeof t->chars - 1) t->chars[t->n++] = *s++;
  t->chars[t->n] = 0;
}
static void text_add_number(struct text *t, uint32_t n) {
  char digits[12];
  unsigned i = sizeof digits;
  digits[--i] = 0;
  do digits[--i] = (char)('0' + n % 10);
  while (n /= 10);
  text_add(t, digits + i);
}
static void text_add_place(struct text *t, const char *what, uint32_t position) {
  text_add(t, what);
  text_add(t, " that started at line ");
  text_add_number(t, position >> 10);
  text_add(t, ", column ");
  text_add_number(t, position & 1023);
}

static enum frame_kind frame_kind(Value frame) {
  return (enum frame_kind)fixnum_int(object_field(frame, F_KIND));
}
static enum element_kind element_kind(Value frame) {
  return (enum element_kind)(frame_kind(frame) - FRAME_NUMBERS);
}

static const char *frame_name(Value frame) {
  switch (frame_kind(frame)) {
    case FRAME_VECTOR: return " a vector";
    case FRAME_NUMBERS: return " a bytevector";
    case FRAME_PREFIX: return " a quotation";
    case FRAME_COMMENT: return " a #; comment";
    case FRAME_LABEL: return " a labelled datum";
    case FRAME_LIST: case FRAME_AFTER_DOT: case FRAME_DOTTED: return " a list";
    default: return " a numeric vector";
  }
}

static Value raise_error(struct reader *r) {
  enum read_error error = (enum read_error)fixnum_int(get(r, R_ERROR));
  struct text t = {.n = 0};
  text_add(&t, error_messages[error]);
  if (error == ERROR_ELEMENT) {
    text_add(&t, element_infos[element_kind(get(r, R_STACK))].wanted);
    text_add(&t, " in");
  }
  Value stack = get(r, R_STACK), irritant = VALUE_FALSE;
  uint32_t position = r->start;
  if (error == ERROR_END && r->extra) {
    text_add_place(&t, r->flags & FLAG_STRING ? " a string" : r->flags & FLAG_BAR ? " a |symbol|" : " a #| comment",
                   r->extra);
  } else if (error == ERROR_ESCAPE) {
    text_add_place(&t, r->flags & FLAG_STRING ? " a string" : " a |symbol|", r->extra);
  } else if (is_true(stack) && (error == ERROR_END || error == ERROR_AFTER_DOT || error == ERROR_TWO_AFTER_DOT ||
                                error == ERROR_NOTHING || error == ERROR_ELEMENT)) {
    text_add_place(&t, frame_name(stack), (uint32_t)fixnum_int(object_field(stack, F_POSITION)));
  } else if (error == ERROR_END) {
    text_add(&t, " a datum");
  } else if (error != ERROR_CLOSE && error != ERROR_UTF8 && error != ERROR_DOT) {
    size_t n = r->count > 60 ? 60 : r->count;
    irritant = string_from_chars(r->cx, r->token, n);
    if (is_outcome(irritant)) return irritant;
  }
  if (!heap_reserve(r->cx->heap, PAIR_BYTES)) return outcome_collect(r->cx, PAIR_BYTES);
  Value where = pair_make(r->cx->heap, object_field(r->port, PORT_NAME), fixnum((sword)position));
  Value outcome = raise_condition(r->cx, KNOWN_READ, "read", t.chars, is_true(irritant), &irritant);
  if (value_eq(outcome, OUTCOME_RAISE))
    store(r->cx->heap, r->cx->condition, CONDITION_POSITION, where);
  return outcome;
}

// --- tokens ------------------------------------------------------------------------------------------------
// Room for the characters one character can become.  Otherwise a marker.
static Value ready_token(struct reader *r) {
  if (LIKELY(r->count + UNICODE_FULL_MAX <= r->capacity)) return VALUE_TRUE;
  Value bigger = bytes_make_raw(r->cx, r->capacity * 8);
  if (is_outcome(bigger)) return bigger;
  memcpy(bytes_data(bigger), r->token, r->count * 4);
  set(r, R_TOKEN, bigger);
  open_token(r);
  return VALUE_TRUE;
}
static void add_char(struct reader *r, uint32_t c) {
  r->token[r->count++] = c;
}
static void add_folded(struct reader *r, uint32_t c) {
  if (port_flags(r->port) & PORT_FOLD_CASE && !(r->flags & FLAG_CHAR))
    r->count += unicode_map_full(c, UNICODE_TO_FOLD, r->token + r->count);
  else
    add_char(r, c);
}
static bool token_is(struct reader *r, const char *text) {
  size_t n = strlen(text);
  if (n != r->count) return false;
  for (size_t i = 0; i < n; i++)
    if (r->token[i] != (unsigned char)text[i]) return false;
  return true;
}
// Is the token, from character `start` on, the text?
static bool token_is_ci(struct reader *r, size_t start, const char *text) {
  size_t n = strlen(text);
  if (n != r->count - start) return false;
  for (size_t i = 0; i < n; i++) {
    uint32_t c = r->token[start + i];
    if ((c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c) != (unsigned char)text[i]) return false;
  }
  return true;
}
static void start_token(struct reader *r, enum mode mode, unsigned flags) {
  r->mode = mode;
  r->flags = flags;
  r->count = 0;
  r->extra = 0;
}

static bool is_space(uint32_t c) {
  return c == ' ' || (c >= 9 && c <= 13) || (c >= 0x80 && unicode_is(c, UNICODE_WHITE));
}
static bool is_delimiter(uint32_t c) {
  return is_space(c) || c == '(' || c == ')' || c == '"' || c == ';' || c == '\'' || c == '`' || c == ',';
}
static bool is_control(uint32_t c) {
  return (c < 32 && !is_space(c)) || c == 127;
}
// What gathers the number of an escape \x...; holds this before its first digit.
#define NO_DIGIT_YET UINT32_MAX

static int hex_value(uint32_t c) {
  if (c >= '0' && c <= '9') return (int)c - '0';
  c |= 32;
  return c >= 'a' && c <= 'f' ? (int)c - 'a' + 10 : -1;
}

// --- frames ------------------------------------------------------------------------------------------------
static void push_frame(struct reader *r, enum frame_kind kind, Value first) {
  Value frame = state_make(r->cx->heap, F_FIELDS);
  object_field_init(frame, F_NEXT, get(r, R_STACK));
  object_field_init(frame, F_KIND, fixnum((sword)kind));
  object_field_init(frame, F_FIRST, first);
  object_field_init(frame, F_LAST, VALUE_NIL);
  object_field_init(frame, F_COUNT, fixnum(0));
  object_field_init(frame, F_POSITION, fixnum((sword)r->start));
  set(r, R_STACK, frame);
}
static void pop_frame(struct reader *r) {
  set(r, R_STACK, object_field(get(r, R_STACK), F_NEXT));
}
static bool is_placeholder(Value v) {
  return is_type(v, T_STATE);
}
static void note_patch(struct reader *r, Value holder, sword index, Value placeholder) {
  Value patch = state_make(r->cx->heap, PATCH_PLACEHOLDER);
  object_field_init(patch, PATCH_NEXT, get(r, R_PATCHES));
  object_field_init(patch, PATCH_HOLDER, holder);
  object_field_init(patch, PATCH_INDEX, fixnum(index));
  object_field_init(patch, PATCH_PLACEHOLDER, placeholder);
  set(r, R_PATCHES, patch);
}
static void note_position(struct reader *r, Value frame, Value pair) {
  if (!is_true(get(r, R_WANT_POSITIONS))) return;
  Value entry = pair_make(r->cx->heap, pair, object_field(frame, F_POSITION));
  set(r, R_POSITIONS, pair_make(r->cx->heap, entry, get(r, R_POSITIONS)));
  object_field_init(r->state, R_N_POSITIONS, fixnum(fixnum_int(get(r, R_N_POSITIONS)) + 1));
}

// Append `v` to the list that the frame gathers; the elements of vectors and bytevectors gather in one too.
static void append_element(struct reader *r, Value frame, Value v) {
  struct heap *heap = r->cx->heap;
  bool is_list = frame_kind(frame) == FRAME_LIST;
  Value pair = pair_make(heap, v, VALUE_NIL), last = object_field(frame, F_LAST);
  if (is_list && is_placeholder(v)) note_patch(r, pair, PATCH_CAR, v);
  if (is_nil(last)) {
    store(heap, frame, F_FIRST, pair);
    if (is_list) note_position(r, frame, pair);
  } else {
    heap_store(heap, last, pair_cdr_slot(last), pair);
  }
  store(heap, frame, F_LAST, pair);
  object_field_init(frame, F_COUNT, fixnum(fixnum_int(object_field(frame, F_COUNT)) + 1));
}

// Wrap `v` as (quote v) and pop the frame.
static void deliver_prefix(struct reader *r, Value frame, Value v) {
  struct heap *heap = r->cx->heap;
  Value rest = pair_make(heap, v, VALUE_NIL);
  if (is_placeholder(v)) note_patch(r, rest, PATCH_CAR, v);
  Value form = pair_make(heap, object_field(frame, F_FIRST), rest);
  note_position(r, frame, form);
  set(r, R_VALUE, form);
  pop_frame(r);
}

// Give the finished datum in R_VALUE to the frame on top.
static Value deliver(struct reader *r) {
  struct heap *heap = r->cx->heap;
  if (!heap_reserve(heap, DELIVER_BYTES)) return outcome_collect(r->cx, DELIVER_BYTES);
  Value frame = get(r, R_STACK), v = get(r, R_VALUE);
  unsigned char element[ELEMENT_MOST_BYTES];
  if (!is_true(frame)) {
    r->mode = MODE_FINISH;
    return VALUE_TRUE;
  }
  r->mode = MODE_START;
  switch (frame_kind(frame)) {
    default:
      if (!element_store(element_kind(frame), v, element)) {
        fail(r, ERROR_ELEMENT);
        break;
      }  // fall through
    case FRAME_LIST:
    case FRAME_VECTOR:
      append_element(r, frame, v);
      break;
    case FRAME_AFTER_DOT: {
      Value last = object_field(frame, F_LAST);
      heap_store(heap, last, pair_cdr_slot(last), v);
      if (is_placeholder(v)) note_patch(r, last, PATCH_CDR, v);
      object_field_init(frame, F_KIND, fixnum(FRAME_DOTTED));
      break;
    }
    case FRAME_DOTTED: fail(r, ERROR_TWO_AFTER_DOT); break;
    case FRAME_COMMENT: pop_frame(r); break;
    case FRAME_PREFIX:
      deliver_prefix(r, frame, v);
      r->mode = MODE_DELIVER;
      break;
    case FRAME_LABEL: {
      Value placeholder = object_field(frame, F_FIRST);
      if (value_eq(v, placeholder)) {
        fail(r, ERROR_LABEL_ITSELF);
        break;
      }
      store(heap, placeholder, PLACEHOLDER_VALUE, v);
      object_field_init(placeholder, PLACEHOLDER_DONE, VALUE_TRUE);
      pop_frame(r);
      r->mode = MODE_DELIVER;
      break;
    }
  }
  return VALUE_TRUE;
}

static void deliver_next(struct reader *r, Value v) {
  set(r, R_VALUE, v);
  r->mode = MODE_DELIVER;
}

// What is read with positions is a program, and its strings, vectors and byte vectors are constants.
static void make_literal(struct reader *r, Value v) {
  if (is_true(get(r, R_WANT_POSITIONS))) *value_address(v) |= HEADER_FLAG_IMMUTABLE;
}

// The vector of the frame's elements, or a marker.
static Value make_vector(struct reader *r, Value frame) {
  size_t n = (size_t)fixnum_int(object_field(frame, F_COUNT)), n_patches = 0;
  for (Value l = object_field(frame, F_FIRST); is_pair(l); l = pair_cdr(l)) n_patches += is_placeholder(pair_car(l));
  uword *p = heap_try_alloc(r->cx->heap, VECTOR_BYTES(n));
  if (!p) return outcome_collect(r->cx, VECTOR_BYTES(n));
  p[0] = header_make(T_VECTOR, 0);
  Value vector = value_from_object(p);
  object_field_init(vector, 1, fixnum((sword)n));
  size_t i = 0;
  for (Value l = object_field(frame, F_FIRST); is_pair(l); l = pair_cdr(l)) vector_slots(vector)[i++] = pair_car(l);
  heap_remember(r->cx->heap, vector);
  if (!n_patches) return vector;
  size_t need = n_patches * AUX_BYTES(PATCH_PLACEHOLDER);
  if (!heap_reserve(r->cx->heap, need)) return outcome_collect(r->cx, need);
  for (i = 0; i < n; i++)
    if (is_placeholder(vector_slots(vector)[i])) note_patch(r, vector, (sword)i, vector_slots(vector)[i]);
  return vector;
}

static Value make_numbers(struct reader *r, Value frame) {
  enum element_kind kind = element_kind(frame);
  Value numbers = numbers_make(r->cx, kind, (size_t)fixnum_int(object_field(frame, F_COUNT)));
  if (is_outcome(numbers)) return numbers;
  unsigned char *to = bytes_data(numbers);
  for (Value l = object_field(frame, F_FIRST); is_pair(l); l = pair_cdr(l), to += element_infos[kind].bytes)
    element_store(kind, pair_car(l), to);
  return numbers;
}

// After a ).
static Value close_frame(struct reader *r) {
  Value frame = get(r, R_STACK), v;
  if (!is_true(frame)) {
    fail(r, ERROR_CLOSE);
    return VALUE_TRUE;
  }
  switch (frame_kind(frame)) {
    case FRAME_LIST:
    case FRAME_DOTTED: v = object_field(frame, F_FIRST); break;
    case FRAME_VECTOR: v = make_vector(r, frame); break;
    case FRAME_AFTER_DOT: fail(r, ERROR_AFTER_DOT); return VALUE_TRUE;
    case FRAME_PREFIX: case FRAME_COMMENT: case FRAME_LABEL: fail(r, ERROR_NOTHING); return VALUE_TRUE;
    default: v = make_numbers(r, frame);
  }
  if (is_outcome(v)) return v;
  if (is_type(v, T_VECTOR) || is_numbers(v)) make_literal(r, v);
  pop_frame(r);
  deliver_next(r, v);
  return VALUE_TRUE;
}

// --- finished atoms ------------------------------------------------------------------------------------------
static const struct char_name {
  const char *name;
  uint32_t code;
} char_names[] = {
  {"alarm", 7}, {"backspace", 8}, {"delete", 127}, {"escape", 27}, {"newline", 10}, {"null", 0}, {"return", 13},
  {"space", 32}, {"tab", 9}, {"nul", 0}, {"linefeed", 10}, {"page", 12}, {"vtab", 11}, {"rubout", 127}, {"esc", 27},
};

static bool parse_hex(const uint32_t *chars, size_t n, uint32_t *c) {
  uint32_t value = 0;
  for (size_t i = 0; i < n; i++) {
    int digit = hex_value(chars[i]);
    if (digit < 0 || value > 0x110000) return false;
    value = value * 16 + (uint32_t)digit;
  }
  *c = value;
  return n > 0 && is_scalar_value(value);
}

static void finish_char(struct reader *r) {
  uint32_t c;
  if (r->count == 1) {
    deliver_next(r, value_char(r->token[0]));
    return;
  }
  if (r->token[0] == 'x' && parse_hex(r->token + 1, r->count - 1, &c)) {
    deliver_next(r, value_char(c));
    return;
  }
  if (port_flags(r->port) & PORT_FOLD_CASE)
    for (size_t i = 0; i < r->count; i++) r->token[i] = unicode_map(r->token[i], UNICODE_TO_FOLD);
  for (unsigned i = 0; i < ARRAY_LENGTH(char_names); i++)
    if (token_is(r, char_names[i].name)) {
      deliver_next(r, value_char(char_names[i].code));
      return;
    }
  fail(r, ERROR_CHAR);
}

static const struct hash_name {
  const char *name;
  Value value;
} hash_names[] = {
  {"#t", VALUE_TRUE}, {"#true", VALUE_TRUE}, {"#f", VALUE_FALSE}, {"#false", VALUE_FALSE}, {"#!eof", VALUE_EOF},
  {"#!default", VALUE_DEFAULT}, {"#!unspecific", VALUE_UNSPECIFIED},
};

// The token as a number, or #f.
static Value parse_number(struct reader *r) {
  if (!heap_reserve(r->cx->heap, NUMBER_PARSE_BYTES)) return outcome_collect(r->cx, NUMBER_PARSE_BYTES);
  return number_parse(r->cx, r->token, r->count, 10);
}

static Value finish_hash(struct reader *r) {
  unsigned flags = port_flags(r->port);
  if (token_is(r, "#!fold-case") || token_is(r, "#!no-fold-case")) {
    port_set_flags(r->port, token_is(r, "#!fold-case") ? flags | PORT_FOLD_CASE : flags & ~(unsigned)PORT_FOLD_CASE);
    r->mode = MODE_START;
    return VALUE_TRUE;
  }
  for (unsigned i = 0; i < ARRAY_LENGTH(hash_names); i++)
    if (token_is_ci(r, 0, hash_names[i].name)) {
      deliver_next(r, hash_names[i].value);
      return VALUE_TRUE;
    }
  Value number = parse_number(r);
  if (is_outcome(number)) return number;
  if (is_true(number))
    deliver_next(r, number);
  else
    fail(r, ERROR_HASH);
  return VALUE_TRUE;
}

static void finish_dot(struct reader *r) {
  Value frame = get(r, R_STACK);
  if (is_true(frame) && frame_kind(frame) == FRAME_LIST && !is_nil(object_field(frame, F_LAST))) {
    object_field_init(frame, F_KIND, fixnum(FRAME_AFTER_DOT));
    r->mode = MODE_START;
  } else {
    fail(r, ERROR_DOT);
  }
}

static Value finish_atom(struct reader *r) {
  Value v = VALUE_FALSE;
  if (!(r->flags & FLAG_BAR)) {
    uint32_t c = r->token[0];
    if (r->flags & FLAG_CHAR) {
      finish_char(r);
      return VALUE_TRUE;
    }
    if (c == '#') return finish_hash(r);
    if (token_is(r, ".")) {
      finish_dot(r);
      return VALUE_TRUE;
    }
    if ((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.') v = parse_number(r);
  }
  if (!is_true(v)) v = symbol_intern(r->cx, r->token, r->count);
  if (is_outcome(v)) return v;
  deliver_next(r, v);
  return VALUE_TRUE;
}

static Value finish_string(struct reader *r) {
  Value s = string_from_chars(r->cx, r->token, r->count);
  if (is_outcome(s)) return s;
  make_literal(r, s);
  deliver_next(r, s);
  return VALUE_TRUE;
}

// #n= or #n#: the token is # and the digits; `c` is what follows them.
static Value finish_label(struct reader *r, uint32_t c) {
  struct heap *heap = r->cx->heap;
  sword n = 0;
  for (size_t i = 1; i < r->count; i++) n = n > 9999999 ? n : n * 10 + (sword)(r->token[i] - '0');
  if (n > 9999999) {
    fail(r, ERROR_LABEL_BIG);
    return VALUE_TRUE;
  }
  Value labels = get(r, R_LABELS), placeholder = VALUE_FALSE;
  if (is_true(labels)) placeholder = table_get(r->cx, labels, fixnum(n), VALUE_FALSE);
  if (c == '#') {
    if (!is_true(placeholder))
      fail(r, ERROR_LABEL_UNKNOWN);
    else if (is_true(object_field(placeholder, PLACEHOLDER_DONE)))
      deliver_next(r, object_field(placeholder, PLACEHOLDER_VALUE));
    else
      deliver_next(r, placeholder);
    return VALUE_TRUE;
  }
  if (is_true(placeholder)) {
    fail(r, ERROR_LABEL_TWICE);
    return VALUE_TRUE;
  }
  if (!is_true(labels)) {
    labels = table_make(r->cx, TABLE_EQV, 8);
    if (is_outcome(labels)) return labels;
    set(r, R_LABELS, labels);
  }
  size_t need = AUX_BYTES(PLACEHOLDER_DONE) + AUX_BYTES(F_FIELDS);
  if (!heap_reserve(heap, need)) return outcome_collect(r->cx, need);
  placeholder = state_make(heap, PLACEHOLDER_DONE);
  push_frame(r, FRAME_LABEL, placeholder);
  Value done = table_set(r->cx, labels, fixnum(n), placeholder);
  if (is_outcome(done)) {
    pop_frame(r);
    return done;
  }
  r->mode = MODE_START;
  return VALUE_TRUE;
}

// --- characters, by mode ------------------------------------------------------------------------------------
// Each of these looks at character `c`.  It answers VALUE_TRUE when `c` is used up, VALUE_FALSE when the new mode should
// look at it again, or a marker having changed nothing.

static Value push_open(struct reader *r, enum frame_kind kind, Value first) {
  if (!heap_reserve(r->cx->heap, AUX_BYTES(F_FIELDS))) return outcome_collect(r->cx, AUX_BYTES(F_FIELDS));
  push_frame(r, kind, first);
  r->mode = MODE_START;
  return VALUE_TRUE;
}
static Value push_prefix(struct reader *r, enum known_symbol symbol) {
  return push_open(r, FRAME_PREFIX, known(r->cx->heap, symbol));
}
static Value fail_char(struct reader *r, enum read_error error, uint32_t c) {
  r->count = 0;
  add_char(r, c);
  fail_at(r, error, here(r));
  return VALUE_TRUE;
}
static void open_quoted(struct reader *r, unsigned flags) {
  r->flags |= flags;
  r->extra = r->start;
  r->mode = MODE_QUOTED;
}

static Value step_start(struct reader *r, uint32_t c) {
  if (is_space(c)) return VALUE_TRUE;
  r->start = here(r);
  switch (c) {
    case '(': return push_open(r, FRAME_LIST, VALUE_NIL);
    case ')': r->mode = MODE_CLOSE; return VALUE_TRUE;
    case '\'': return push_prefix(r, KNOWN_QUOTE);
    case '`': return push_prefix(r, KNOWN_QUASIQUOTE);
    case ',': r->mode = MODE_UNQUOTE; return VALUE_TRUE;
    case ';': r->mode = MODE_LINE_COMMENT; return VALUE_TRUE;
    case '"':
      start_token(r, MODE_QUOTED, 0);
      open_quoted(r, FLAG_STRING);
      return VALUE_TRUE;
    case '#': start_token(r, MODE_HASH, 0); return VALUE_TRUE;
    case '[': case ']': case '{': case '}': return fail_char(r, ERROR_BRACKET, c);
    case 0xfeff: return VALUE_TRUE;  // a byte order mark
  }
  if (is_control(c)) return fail_char(r, ERROR_CONTROL, c);
  start_token(r, MODE_ATOM, 0);
  return VALUE_FALSE;
}

static Value step_block(struct reader *r, uint32_t c) {
  if (r->mode == MODE_BLOCK_BAR && c == '#') {
    r->mode = MODE_BLOCK_COMMENT;
    if (--r->count == 0) r->mode = MODE_START;
  } else if (r->mode == MODE_BLOCK_HASH && c == '|') {
    r->count++;
    r->mode = MODE_BLOCK_COMMENT;
  } else {
    r->mode = c == '|' ? MODE_BLOCK_BAR : c == '#' ? MODE_BLOCK_HASH : MODE_BLOCK_COMMENT;
  }
  return VALUE_TRUE;
}

static Value step_hash(struct reader *r, uint32_t c) {
  switch (c) {
    case '(': return push_open(r, FRAME_VECTOR, VALUE_NIL);
    case ';': return push_open(r, FRAME_COMMENT, VALUE_NIL);
    case '\\': r->mode = MODE_CHAR; return VALUE_TRUE;
    case '|':
      r->mode = MODE_BLOCK_COMMENT;
      r->extra = r->start;
      r->count = 1;  // the depth
      return VALUE_TRUE;
  }
  add_char(r, '#');
  r->mode = MODE_ATOM;
  return VALUE_FALSE;
}

// Is the token # and at least one digit?
static bool token_is_label(struct reader *r) {
  if (r->count < 2 || r->token[0] != '#' || r->flags) return false;
  for (size_t i = 1; i < r->count; i++)
    if (r->token[i] < '0' || r->token[i] > '9') return false;
  return true;
}
// Is it the #! of a script's first line?
static bool at_script_start(struct reader *r, uint32_t c) {
  return r->start == port_position(1, 1) && token_is(r, "#!") && (c == '/' || c == ' ');
}

// The kind of element that the token, # and its name, says; N_ELEMENT_KINDS if it is none.
static unsigned token_kind(struct reader *r) {
  unsigned kind = 0;
  if (r->count < 2 || r->token[0] != '#' || r->flags) return N_ELEMENT_KINDS;
  while (kind < N_ELEMENT_KINDS && !token_is_ci(r, 1, element_infos[kind].name)) kind++;
  return kind;
}

static Value step_atom(struct reader *r, uint32_t c) {
  if ((c == '#' || c == '=') && token_is_label(r)) return finish_label(r, c);
  if (c == '(' && token_kind(r) < N_ELEMENT_KINDS) return push_open(r, FRAME_NUMBERS + token_kind(r), VALUE_NIL);
  if (at_script_start(r, c)) {
    r->mode = MODE_LINE_COMMENT;
    return VALUE_TRUE;
  }
  if (is_delimiter(c)) {
    r->mode = MODE_ATOM_DONE;
    return VALUE_FALSE;
  }
  if (c == '|' && !(r->flags & FLAG_CHAR)) {
    open_quoted(r, FLAG_BAR);
    return VALUE_TRUE;
  }
  if (is_control(c)) return fail_char(r, ERROR_CONTROL, c);
  add_folded(r, c);
  return VALUE_TRUE;
}

static Value step_quoted(struct reader *r, uint32_t c) {
  if (c == '\\') {
    r->mode = MODE_BACKSLASH;
  } else if (c == '"' && r->flags & FLAG_STRING) {
    r->mode = MODE_STRING_DONE;
  } else if (c == '|' && !(r->flags & FLAG_STRING)) {
    r->mode = MODE_ATOM;
  } else if (c == '\r' && r->flags & FLAG_STRING) {
    add_char(r, '\n');
    r->mode = MODE_RETURN;
  } else {
    add_char(r, c);
  }
  return VALUE_TRUE;
}

// A line feed belongs to the carriage return before it.
static Value step_return(struct reader *r, uint32_t c, enum mode next) {
  r->mode = next;
  return value_bool(c == '\n');
}

static Value step_backslash(struct reader *r, uint32_t c) {
  static const char letters[] = "abtnr\"\\|";
  static const char meanings[] = "\a\b\t\n\r\"\\|";
  r->mode = MODE_QUOTED;
  for (unsigned i = 0; letters[i]; i++)
    if (c == (unsigned char)letters[i]) {
      add_char(r, (unsigned char)meanings[i]);
      return VALUE_TRUE;
    }
  if (c == 'x' || c == 'X') {
    add_char(r, NO_DIGIT_YET);  // gathers the number
    r->mode = MODE_HEX;
  } else if (r->flags & FLAG_STRING && (c == '\n' || c == ' ' || c == '\t' || c == '\r')) {
    r->mode = c == '\n' ? MODE_GAP_AFTER : c == '\r' ? MODE_GAP_RETURN : MODE_GAP_BEFORE;
  } else {
    fail_at(r, ERROR_ESCAPE, here(r));
  }
  return VALUE_TRUE;
}

static Value step_hex(struct reader *r, uint32_t c) {
  uint32_t *number = &r->token[r->count - 1];
  int digit = hex_value(c);
  if (c == ';' && is_scalar_value(*number)) {
    r->mode = MODE_QUOTED;
  } else if (digit >= 0 && (*number < 0x110000 || *number == NO_DIGIT_YET)) {
    *number = (*number == NO_DIGIT_YET ? 0 : *number * 16) + (uint32_t)digit;
  } else {
    fail_at(r, ERROR_ESCAPE, here(r));
  }
  return VALUE_TRUE;
}

static Value step_gap(struct reader *r, uint32_t c) {
  if (c == ' ' || c == '\t') return VALUE_TRUE;
  if (r->mode == MODE_GAP_AFTER) {
    r->mode = MODE_QUOTED;
    return VALUE_FALSE;
  }
  if (c == '\n' || c == '\r')
    r->mode = c == '\n' ? MODE_GAP_AFTER : MODE_GAP_RETURN;
  else
    fail_at(r, ERROR_ESCAPE, here(r));
  return VALUE_TRUE;
}

static Value step_char(struct reader *r, uint32_t c) {
  switch (r->mode) {
    case MODE_START: return step_start(r, c);
    case MODE_LINE_COMMENT:
      if (c == '\n') r->mode = MODE_START;
      return VALUE_TRUE;
    case MODE_BLOCK_COMMENT:
    case MODE_BLOCK_BAR:
    case MODE_BLOCK_HASH: return step_block(r, c);
    case MODE_HASH: return step_hash(r, c);
    case MODE_CHAR:
      add_char(r, c);
      r->flags = FLAG_CHAR;
      r->mode = MODE_ATOM;
      return VALUE_TRUE;
    case MODE_ATOM: return step_atom(r, c);
    case MODE_QUOTED: return step_quoted(r, c);
    case MODE_RETURN: return step_return(r, c, MODE_QUOTED);
    case MODE_GAP_RETURN: return step_return(r, c, MODE_GAP_AFTER);
    case MODE_BACKSLASH: return step_backslash(r, c);
    case MODE_HEX: return step_hex(r, c);
    case MODE_GAP_BEFORE:
    case MODE_GAP_AFTER: return step_gap(r, c);
    case MODE_UNQUOTE: {
      Value done = push_prefix(r, c == '@' ? KNOWN_UNQUOTE_SPLICING : KNOWN_UNQUOTE);
      return is_outcome(done) ? done : value_bool(c == '@');
    }
    default: panic("reader: a mode without characters", __FILE__, __LINE__);
  }
}

// --- the machine -------------------------------------------------------------------------------------------
// The input ends in a mode that wants a character.  VALUE_EOF if that is where a datum would start.
static Value step_end(struct reader *r) {
  switch (r->mode) {
    case MODE_ATOM:
      r->mode = MODE_ATOM_DONE;
      return VALUE_TRUE;
    case MODE_LINE_COMMENT:
      r->mode = MODE_START;
      return VALUE_TRUE;
    case MODE_START:
      if (!is_true(get(r, R_STACK))) return VALUE_EOF;
      r->extra = 0;
      break;
    case MODE_HASH:
    case MODE_CHAR:
    case MODE_UNQUOTE:
      r->extra = 0;
      break;
    default: break;  // inside a string, symbol or comment: extra says since where
  }
  port_consume_end(r->port);
  fail_at(r, ERROR_END, here(r));
  return VALUE_TRUE;
}

static Value fill_places(struct reader *r) {
  struct heap *heap = r->cx->heap;
  for (Value patch = get(r, R_PATCHES); is_true(patch); patch = object_field(patch, PATCH_NEXT)) {
    Value v = object_field(patch, PATCH_PLACEHOLDER), holder = object_field(patch, PATCH_HOLDER);
    while (is_placeholder(v)) v = object_field(v, PLACEHOLDER_VALUE);
    sword index = fixnum_int(object_field(patch, PATCH_INDEX));
    Value *slot = index == PATCH_CAR   ? pair_car_slot(holder)
                  : index == PATCH_CDR ? pair_cdr_slot(holder)
                                       : &vector_slots(holder)[index];
    heap_store(heap, holder, slot, v);
  }
  Value v = get(r, R_VALUE);
  while (is_placeholder(v)) v = object_field(v, PLACEHOLDER_VALUE);
  return v;
}

static Value make_positions(struct reader *r) {
  size_t n = 2 * (size_t)fixnum_int(get(r, R_N_POSITIONS));
  uword *p = heap_try_alloc(r->cx->heap, VECTOR_BYTES(n));
  if (!p) return outcome_collect(r->cx, VECTOR_BYTES(n));
  p[0] = header_make(T_VECTOR, 0);
  Value vector = value_from_object(p);
  object_field_init(vector, 1, fixnum((sword)n));
  for (Value l = get(r, R_POSITIONS); is_pair(l); l = pair_cdr(l)) {
    Value entry = pair_car(l);
    vector_slots(vector)[--n] = pair_cdr(entry);
    vector_slots(vector)[--n] = pair_car(entry);
  }
  heap_remember(r->cx->heap, vector);
  return vector;
}

// The outermost datum (or the end) in `v` is complete: what reader_run answers.
static Value finish(struct reader *r, Value v) {
  if (is_true(get(r, R_WANT_POSITIONS))) {
    Value positions = make_positions(r);
    if (is_outcome(positions)) return positions;
    v = values_make(r->cx, 2, (Value[]){v, positions});
    if (is_outcome(v)) return v;
  }
  reset(r->cx->heap, r->state);
  r->mode = MODE_START;
  r->count = 0;
  r->flags = r->extra = r->start = 0;
  return v;
}

// A mode that makes something of what is complete.
static Value step_complete(struct reader *r) {
  switch (r->mode) {
    case MODE_ATOM_DONE: return finish_atom(r);
    case MODE_STRING_DONE: return finish_string(r);
    case MODE_CLOSE: return close_frame(r);
    case MODE_DELIVER: return deliver(r);
    case MODE_FAIL: return raise_error(r);
    default: panic("reader: a mode that wants a character", __FILE__, __LINE__);
  }
}

// One character, or the lack of one.  VALUE_TRUE: go on.
static Value step_input(struct reader *r) {
  uint32_t c;
  unsigned n;
  switch (cursor_peek(&r->cursor, &c, &n)) {
    case CURSOR_EMPTY: return VALUE_EMPTY;
    case CURSOR_END: return step_end(r);
    case CURSOR_INVALID:
      fail_at(r, ERROR_UTF8, here(r));
      cursor_advance(&r->cursor, c, n);
      return VALUE_TRUE;
    case CURSOR_CHAR: break;
  }
  Value done = r->mode >= MODE_HASH ? ready_token(r) : VALUE_TRUE;
  if (is_outcome(done)) return done;
  done = step_char(r, c);
  if (is_outcome(done)) return done;
  if (is_true(done)) cursor_advance(&r->cursor, c, n);
  return VALUE_TRUE;
}

static Value run(struct reader *r) {
  for (unsigned steps = 1;; steps++) {
    Value done;
    if (r->mode == MODE_FINISH) return finish(r, fill_places(r));
    done = r->mode >= MODE_ATOM_DONE ? step_complete(r) : step_input(r);
    if (value_eq(done, VALUE_EOF)) {
      done = finish(r, VALUE_EOF);
      if (!is_outcome(done)) port_consume_end(r->port);
      return done;
    }
    // A lack of room after some progress is a new one each time: it is told at the start of the next run.
    if (steps > 1 && value_eq(done, OUTCOME_COLLECT)) return OUTCOME_AGAIN;
    if (!value_eq(done, VALUE_TRUE)) return done;
    if (steps % STEPS_PER_LOOK == 0 && r->cx->interrupts) return OUTCOME_AGAIN;
  }
}

Value reader_run(struct context *cx, Value reader) {
  struct reader r = open_reader(cx, reader);
  Value done = run(&r);
  close_reader(&r);
  return done;
}
