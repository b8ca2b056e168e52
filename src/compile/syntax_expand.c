// syntax-rules, when a macro is used: the first rule whose pattern matches, and its template filled in.
//
// Uses: compile/macro.h.
//
// Bindings live in scratch memory that every use starts again.  A variable under an ellipsis is bound to a sequence:
// a slice of a list of the use where it stands alone before the ellipsis, else an array of bindings.
#include "compile/macro.h"
#include "data/elements.h"
#include "data/equal.h"
#include "data/string.h"

struct scratch_block {
  struct scratch_block *next;
  size_t size, used;
};
#define SCRATCH_BLOCK_BYTES 8000

struct binding {
  Value form;             // depth 0; the rest of the list where a slice starts
  size_t n;               // of a sequence
  struct binding *items;  // its elements, `stride` apart; NULL: a slice
  size_t stride;
};

enum matched { NO_MATCH, MATCH, FAILED };

static void scratch_reset(struct expander *ex) {
  for (struct scratch_block *b = ex->state->scratch; b; b = b->next) b->used = 0;
}

// Zeroed.
static void *scratch_take(struct expander *ex, size_t bytes) {
  bytes = round_up(bytes, 8);
  struct scratch_block *b = ex->state->scratch;
  while (b && b->size - b->used < bytes) b = b->next;
  if (!b) {
    size_t size = bytes > SCRATCH_BLOCK_BYTES ? bytes : SCRATCH_BLOCK_BYTES;
    b = take(ex, round_up(sizeof *b, 8) + size);
    if (!b) return NULL;
    *b = (struct scratch_block){ex->state->scratch, size, 0};
    ex->state->scratch = b;
  }
  void *p = (char *)b + round_up(sizeof *b, 8) + b->used;
  b->used += bytes;
  return memset(p, 0, bytes);
}

// --- matching ----------------------------------------------------------------------------------------------
// A P_REPEAT under way.
struct repeat {
  struct repeat *outer;
  Value list;              // the element being matched is its car
  size_t n_left;
  size_t body, n_vars;
  struct binding *outer_frame;
  size_t outer_first;
};

struct match {
  struct expander *ex;
  const struct work *w;
  Value macro;
  const Value *code;
  size_t pc;
  Value *top;              // of the stack of forms: one above
  struct binding *frame;   // of variable `first` and those after it
  size_t first;
  struct repeat *repeat;
};

static size_t code_operand(const struct match *m, size_t i) {
  return (size_t)fixnum_int(m->code[m->pc + i]);
}

static bool same_datum(Value a, Value b) {
  if (value_eqv(a, b)) return true;
  if (is_type(a, T_STRING) && is_type(b, T_STRING)) return string_equal(a, b);
  return is_numbers(a) && is_numbers(b) && numbers_kind(a) == numbers_kind(b) && bytes_length(a) == bytes_length(b) &&
         !memcmp(bytes_data(a), bytes_data(b), (size_t)bytes_length(a));
}

static bool same_identifier(struct match *m, Value literal, Value form) {
  if (!is_identifier(form)) return false;
  struct meaning here = resolve(m->ex, form, m->w->scope);
  struct meaning there = resolve_in(m->ex, literal, object_field(m->macro, MACRO_ENVIRONMENT));
  return same_meaning(&here, &there);
}

// How many elements of `list` come before the last n_tail?  -1: it has no end, or fewer.
static sword count_repeats(Value list, size_t n_tail) {
  Value end;
  sword n = list_length_dotted(list, &end);
  return n < (sword)n_tail ? -1 : n - (sword)n_tail;
}

static Value list_drop(Value list, size_t n) {
  while (n-- > 0) list = pair_cdr(list);
  return list;
}

// P_SLICE var n_tail, or P_SKIP n_tail.
static bool match_slice(struct match *m, bool skip) {
  Value list = *--m->top;
  sword n = count_repeats(list, code_operand(m, skip ? 0 : 1));
  if (n < 0) return false;
  if (!skip) m->frame[code_operand(m, 0) - m->first] = (struct binding){.form = list, .n = (size_t)n};
  m->pc += skip ? 1 : 2;
  *m->top++ = list_drop(list, (size_t)n);
  return true;
}

static enum matched begin_repeat(struct match *m) {
  size_t lo = code_operand(m, 0), hi = code_operand(m, 1), end = code_operand(m, 3);
  Value list = *--m->top;
  sword count = count_repeats(list, code_operand(m, 2));
  if (count < 0) return NO_MATCH;
  size_t n = (size_t)count;
  struct binding *block = scratch_take(m->ex, n * (hi - lo) * sizeof *block);
  struct repeat *repeat = scratch_take(m->ex, sizeof *repeat);
  if (!block || !repeat) return FAILED;
  for (size_t v = lo; v < hi; v++) {
    m->frame[v - m->first] = (struct binding){.n = n, .items = block + (v - lo), .stride = hi - lo};
  }
  if (n == 0) {
    *m->top++ = list;
    m->pc = end;
    return MATCH;
  }
  *repeat = (struct repeat){m->repeat, list, n, m->pc + 4, hi - lo, m->frame, m->first};
  m->repeat = repeat;
  m->frame = block;
  m->first = lo;
  m->pc += 4;
  *m->top++ = pair_car(list);
  return MATCH;
}

static void next_repeat(struct match *m) {
  struct repeat *repeat = m->repeat;
  repeat->list = pair_cdr(repeat->list);
  if (--repeat->n_left) {
    m->frame += repeat->n_vars;
    m->pc = repeat->body;
    *m->top++ = pair_car(repeat->list);
    return;
  }
  m->frame = repeat->outer_frame;
  m->first = repeat->outer_first;
  m->repeat = repeat->outer;
  *m->top++ = repeat->list;
}

static enum matched match_step(struct match *m) {
  enum pattern_op op = (enum pattern_op)fixnum_int(m->code[m->pc++]);
  switch (op) {
    case P_MATCHED: break;
    case P_PAIR: {
      Value form = *--m->top;
      if (!is_pair(form)) return NO_MATCH;
      *m->top++ = pair_cdr(form);
      *m->top++ = pair_car(form);
      break;
    }
    case P_NIL: return is_nil(*--m->top) ? MATCH : NO_MATCH;
    case P_VAR: m->frame[(size_t)fixnum_int(m->code[m->pc++]) - m->first].form = *--m->top; break;
    case P_ANY: m->top--; break;
    case P_LITERAL: return same_identifier(m, m->code[m->pc++], *--m->top) ? MATCH : NO_MATCH;
    case P_DATUM: return same_datum(m->code[m->pc++], *--m->top) ? MATCH : NO_MATCH;
    case P_VECTOR: {
      if (!is_type(*--m->top, T_VECTOR)) return NO_MATCH;
      Value list = vector_elements(m->ex, *m->top);
      if (value_eq(list, VALUE_EMPTY)) return FAILED;
      *m->top++ = list;
      break;
    }
    case P_SLICE: return match_slice(m, false) ? MATCH : NO_MATCH;
    case P_SKIP: return match_slice(m, true) ? MATCH : NO_MATCH;
    case P_REPEAT: return begin_repeat(m);
    case P_REPEAT_END: next_repeat(m); break;
  }
  return MATCH;
}

// Match the operands of the use with one rule; *vars gets the bindings.
static enum matched match_rule(struct expander *ex, Value macro, const Value *rule, const struct work *w,
                               struct binding **vars) {
  scratch_reset(ex);
  size_t n_code = (size_t)vector_length(rule[RULE_PATTERN]);
  *vars = scratch_take(ex, (size_t)fixnum_int(rule[RULE_N_VARS]) * sizeof **vars);
  Value *stack = scratch_take(ex, (n_code + 2) * sizeof *stack);  // each operation leaves at most one more
  if (!*vars || !stack) return FAILED;
  struct match m = {.ex = ex, .w = w, .macro = macro, .code = vector_slots(rule[RULE_PATTERN]), .frame = *vars};
  m.top = stack;
  *m.top++ = pair_cdr(w->form);
  for (;;) {
    if (fixnum_int(m.code[m.pc]) == P_MATCHED) return MATCH;
    if (!tick(ex)) return FAILED;
    enum matched step = match_step(&m);
    if (step != MATCH) return step;
  }
}

// --- filling in the template -------------------------------------------------------------------------------
// A T_OP_LOOP under way, with the cursors as they were.
struct loop {
  struct loop *outer;
  size_t body, end, n_left;
  size_t level, first, after;
  struct binding *saved;
};

struct filling {
  struct expander *ex;
  const struct work *w;
  Value macro;
  const Value *code;
  size_t pc;
  Value *top;
  struct binding *vars, *cursors;
  const Value *cursor_table;
  Value *aliases;
  struct loop *loop;
};

static Value push_list_front(struct expander *ex, const Value *values, size_t n, Value tail) {
  while (n-- > 0 && !value_eq(tail, VALUE_EMPTY)) tail = take_pair(ex, values[n], tail);
  return tail;
}

// The elements of a sequence of depth 1 in front of `tail`.  A slice that ends its list is used as it is.
static Value splice(struct filling *f, const struct binding *sequence, Value tail) {
  size_t n = sequence->n;
  Value rest = sequence->form;
  if (!sequence->items && is_nil(tail) && is_nil(list_drop(rest, n))) return rest;
  Value *values = scratch_take(f->ex, n * sizeof *values);
  if (!values) return VALUE_EMPTY;
  for (size_t i = 0; i < n; i++) {
    values[i] = sequence->items ? sequence->items[i * sequence->stride].form : pair_car(rest);
    if (!sequence->items) rest = pair_cdr(rest);
  }
  return push_list_front(f->ex, values, n, tail);
}

static bool make_array(struct filling *f, struct binding *slice) {
  struct binding *items = scratch_take(f->ex, slice->n * sizeof *items);
  if (!items) return false;
  Value rest = slice->form;
  for (size_t i = 0; i < slice->n; i++, rest = pair_cdr(rest)) items[i].form = pair_car(rest);
  slice->items = items;
  slice->stride = 1;
  return true;
}

static bool loop_moves(const struct filling *f, const struct loop *loop, size_t cursor) {
  return cursor_moves(f->cursor_table + CURSOR_FIELDS * cursor, (sword)loop->level);
}

static void move_cursors(struct filling *f, const struct loop *loop) {
  for (size_t c = loop->first; c < loop->after; c++) {
    const struct binding *saved = &loop->saved[c - loop->first];
    if (loop_moves(f, loop, c)) f->cursors[c] = saved->items[loop->n_left * saved->stride];
  }
}

static bool begin_loop(struct filling *f) {
  struct loop *loop = scratch_take(f->ex, sizeof *loop);
  if (!loop) return false;
  loop->level = (size_t)fixnum_int(f->code[f->pc]);
  loop->first = (size_t)fixnum_int(f->code[f->pc + 1]);
  loop->after = (size_t)fixnum_int(f->code[f->pc + 2]);
  loop->end = (size_t)fixnum_int(f->code[f->pc + 3]);
  loop->body = f->pc += 4;
  size_t n_cursors = loop->after - loop->first, n = SIZE_MAX;
  loop->saved = scratch_take(f->ex, n_cursors * sizeof *loop->saved);
  if (!loop->saved) return false;
  memcpy(loop->saved, f->cursors + loop->first, n_cursors * sizeof *loop->saved);
  for (size_t c = loop->first; c < loop->after; c++) {
    struct binding *sequence = &loop->saved[c - loop->first];
    if (!loop_moves(f, loop, c)) continue;
    if (n != SIZE_MAX && n != sequence->n) {
      return syntax_error(f->ex, f->w, "variables repeated together in this macro have different lengths:");
    }
    n = sequence->n;
    if (!sequence->items && !make_array(f, sequence)) return false;
  }
  if (n == 0) {
    f->pc = loop->end;
    return true;
  }
  loop->n_left = n - 1;
  loop->outer = f->loop;
  f->loop = loop;
  move_cursors(f, loop);
  return true;
}

static void next_loop(struct filling *f) {
  struct loop *loop = f->loop;
  if (loop->n_left) {
    loop->n_left--;
    f->pc = loop->body;
    move_cursors(f, loop);
    return;
  }
  memcpy(f->cursors + loop->first, loop->saved, (loop->after - loop->first) * sizeof *loop->saved);
  f->loop = loop->outer;
}

// This expansion's alias of an identifier that the template inserts.
static Value insert(struct filling *f, size_t number, Value identifier) {
  if (!f->aliases[number].w) {
    f->aliases[number] = make_alias(f->ex, identifier, object_field(f->macro, MACRO_ENVIRONMENT), false);
  }
  return f->aliases[number];
}

static Value vector_of_list(struct expander *ex, Value list) {
  sword n = list_length(list);
  Value vector = take_vector(ex, n < 0 ? 0 : (size_t)n);
  for (sword i = 0; i < n && !value_eq(vector, VALUE_EMPTY); i++, list = pair_cdr(list)) {
    vector_slots(vector)[i] = pair_car(list);
  }
  return vector;
}

static bool fill_step(struct filling *f) {
  enum template_op op = (enum template_op)fixnum_int(f->code[f->pc++]);
  const Value *operands = f->code + f->pc;
  switch (op) {
    case T_OP_DONE: break;
    case T_OP_DATUM:
      *f->top++ = operands[0];
      f->pc++;
      return true;
    case T_OP_INSERT:
      *f->top++ = insert(f, (size_t)fixnum_int(operands[0]), operands[1]);
      f->pc += 2;
      break;
    case T_OP_VAR:
      *f->top++ = f->vars[fixnum_int(operands[0])].form;
      f->pc++;
      break;
    case T_OP_CURSOR:
      *f->top++ = f->cursors[fixnum_int(operands[0])].form;
      f->pc++;
      break;
    case T_OP_CONS:
      f->top--;
      f->top[-1] = take_pair(f->ex, f->top[0], f->top[-1]);
      break;
    case T_OP_VECTOR: f->top[-1] = vector_of_list(f->ex, f->top[-1]); break;
    case T_OP_SPLICE:
      f->top[-1] = splice(f, &f->cursors[fixnum_int(operands[0])], f->top[-1]);
      f->pc++;
      break;
    case T_OP_LOOP: return begin_loop(f);
    case T_OP_LOOP_END: next_loop(f); return true;
  }
  return !value_eq(f->top[-1], VALUE_EMPTY);
}

static Value fill_template(struct expander *ex, Value macro, const Value *rule, const struct work *w,
                           struct binding *vars) {
  size_t n_code = (size_t)vector_length(rule[RULE_TEMPLATE]);
  size_t n_cursors = (size_t)vector_length(rule[RULE_CURSORS]) / CURSOR_FIELDS;
  struct filling f = {.ex = ex, .w = w, .macro = macro, .vars = vars, .code = vector_slots(rule[RULE_TEMPLATE])};
  f.cursor_table = vector_slots(rule[RULE_CURSORS]);
  f.cursors = scratch_take(ex, n_cursors * sizeof *f.cursors);
  f.aliases = scratch_take(ex, (size_t)fixnum_int(rule[RULE_N_INSERTS]) * sizeof(Value));
  Value *stack = scratch_take(ex, (n_code + 1) * sizeof *stack);
  if (!f.cursors || !f.aliases || !stack) return VALUE_EMPTY;
  for (size_t c = 0; c < n_cursors; c++) f.cursors[c] = vars[fixnum_int(f.cursor_table[CURSOR_FIELDS * c + CURSOR_VAR])];
  f.top = stack;
  while (fixnum_int(f.code[f.pc]) != T_OP_DONE) {
    if (!tick(ex) || !fill_step(&f)) return VALUE_EMPTY;
  }
  return stack[0];
}

Value macro_expand(struct expander *ex, Value macro, const struct work *w) {
  Value rules = object_field(macro, MACRO_RULES);
  sword n = vector_length(rules) / RULE_FIELDS;
  for (sword i = 0; i < n; i++) {
    const Value *rule = vector_slots(rules) + i * RULE_FIELDS;
    struct binding *vars;
    enum matched matched = match_rule(ex, macro, rule, w, &vars);
    if (matched == FAILED) return VALUE_EMPTY;
    if (matched == MATCH) return fill_template(ex, macro, rule, w, vars);
  }
  syntax_error(ex, w, "no rule of this macro fits");
  return VALUE_EMPTY;
}
