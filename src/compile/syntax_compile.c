// syntax-rules, when a macro is defined: rules become code, and their errors are found.
//
// Uses: compile/macro.h.
#include "compile/macro.h"

// Work yet to be done on a pattern or template; the last one put down is taken first.
enum todo_kind { DO_PATTERN, DO_REPEAT_END, DO_TEMPLATE, DO_CONS, DO_VECTOR, DO_LOOPS, DO_LOOPS_END };
struct todo {
  enum todo_kind kind;
  bool escaped;        // under (... template): the ellipsis is an ordinary identifier
  bool in_list;        // the rest of a list
  bool is_operator;    // first of a list
  uint32_t depth;      // ellipses around it
  uint32_t n_loops, at, first_cursor;
  Value form;
};

struct rules {
  struct expander *ex;
  const struct work *w;
  Value ellipsis;                // the macro's own, or VALUE_FALSE
  struct scope *scope;           // of the definition
  struct scope *literals, *vars, *inserts;
  struct growable cursors;       // CURSOR_FIELDS Values each
  uint32_t n_inserts;
};

// --- small parts -------------------------------------------------------------------------------------------
static bool emit(struct rules *r, Value v) {
  Value *slot = growable_push(r->ex, &r->ex->state->code, sizeof v);
  if (slot) *slot = v;
  return slot != NULL;
}

static bool emit_number(struct rules *r, size_t n) {
  return emit(r, fixnum((sword)n));
}

static Value *code_at(struct rules *r, size_t i) {
  return (Value *)r->ex->state->code.items + i;
}

static bool put_down(struct rules *r, struct todo todo) {
  struct todo *slot = growable_push(r->ex, &r->ex->state->fixups, sizeof todo);
  if (slot) *slot = todo;
  return slot != NULL;
}

static bool complain(struct rules *r, const char *message, Value culprit) {
  return syntax_error_at(r->ex, r->w, message, culprit);
}

// Does it look so, and does no variable or literal of that name hide the meaning?
static bool is_mark(struct rules *r, Value v, enum known_symbol symbol, enum special_id id) {
  return is_identifier(v) && value_eq(identifier_symbol(v), known(r->ex->cx->heap, symbol)) &&
         !bound_in(r->ex, r->literals, v) && names_special(r->ex, v, r->scope, id);
}

static bool is_ellipsis(struct rules *r, Value v) {
  if (is_true(r->ellipsis)) return value_eq(v, r->ellipsis) && !bound_in(r->ex, r->literals, v);
  return is_mark(r, v, KNOWN_ELLIPSIS, S_ELLIPSIS);
}

static bool is_underscore(struct rules *r, Value v) {
  return is_mark(r, v, KNOWN_UNDERSCORE, S_UNDERSCORE);
}

static Value code_vector(struct expander *ex, const struct growable *g) {
  Value v = take_vector(ex, g->n);
  if (!value_eq(v, VALUE_EMPTY) && g->n) memcpy(vector_slots(v), g->items, g->n * sizeof(Value));
  return v;
}

// --- patterns ----------------------------------------------------------------------------------------------
static bool bind_pattern_var(struct rules *r, Value identifier, uint32_t depth, uint32_t *index) {
  struct expander *ex = r->ex;
  if (bound_in(ex, r->vars, identifier)) return complain(r, "a pattern has this variable twice:", identifier);
  struct bound *bound = scope_bind(ex, r->vars, identifier, BOUND_INDEX);
  uint32_t *slot = bound ? growable_push(ex, &ex->state->vars, sizeof depth) : NULL;
  if (!slot) return false;
  *slot = depth;
  *index = bound->index = (uint32_t)ex->state->vars.n - 1;
  return true;
}

static bool pattern_identifier(struct rules *r, const struct todo *t) {
  uint32_t index;
  if (bound_in(r->ex, r->literals, t->form)) return emit_number(r, P_LITERAL) && emit(r, t->form);
  if (is_underscore(r, t->form)) return emit_number(r, P_ANY);
  if (is_ellipsis(r, t->form)) return complain(r, "nothing stands before this ellipsis to be repeated:", t->form);
  return bind_pattern_var(r, t->form, t->depth, &index) && emit_number(r, P_VAR) && emit_number(r, index);
}

// (part ... . tail)
static bool pattern_repeat(struct rules *r, const struct todo *t) {
  Value part = pair_car(t->form), tail = pair_cdr(pair_cdr(t->form)), end;
  sword n_tail = list_length_dotted(tail, &end);
  if (n_tail < 0) return complain(r, "this pattern has no end:", t->form);
  for (Value rest = tail; is_pair(rest); rest = pair_cdr(rest)) {
    if (is_ellipsis(r, pair_car(rest))) return complain(r, "a list in a pattern can have one ellipsis only:", t->form);
  }
  if (is_ellipsis(r, end)) return complain(r, "an ellipsis cannot stand after a dot:", t->form);
  if (!put_down(r, (struct todo){.kind = DO_PATTERN, .depth = t->depth, .form = tail})) return false;
  if (is_underscore(r, part)) return emit_number(r, P_SKIP) && emit_number(r, (size_t)n_tail);
  if (is_identifier(part) && !is_ellipsis(r, part) && !bound_in(r->ex, r->literals, part)) {
    uint32_t index;
    return bind_pattern_var(r, part, t->depth + 1, &index) && emit_number(r, P_SLICE) && emit_number(r, index) &&
           emit_number(r, (size_t)n_tail);
  }
  uint32_t at = (uint32_t)r->ex->state->code.n;
  return emit_number(r, P_REPEAT) && emit_number(r, r->ex->state->vars.n) && emit_number(r, 0) &&
         emit_number(r, (size_t)n_tail) && emit_number(r, 0) &&
         put_down(r, (struct todo){.kind = DO_REPEAT_END, .at = at}) &&
         put_down(r, (struct todo){.kind = DO_PATTERN, .depth = t->depth + 1, .form = part});
}

static bool repeat_end(struct rules *r, const struct todo *t) {
  if (!emit_number(r, P_REPEAT_END)) return false;
  *code_at(r, t->at + 2) = fixnum((sword)r->ex->state->vars.n);
  *code_at(r, t->at + 4) = fixnum((sword)r->ex->state->code.n);
  return true;
}

static bool pattern_part(struct rules *r, const struct todo *t) {
  struct todo first = {.kind = DO_PATTERN, .depth = t->depth}, rest = first;
  if (is_identifier(t->form)) return pattern_identifier(r, t);
  if (is_nil(t->form)) return emit_number(r, P_NIL);
  if (is_type(t->form, T_VECTOR)) {
    first.form = vector_elements(r->ex, t->form);
    return !value_eq(first.form, VALUE_EMPTY) && emit_number(r, P_VECTOR) && put_down(r, first);
  }
  if (!is_pair(t->form)) return emit_number(r, P_DATUM) && emit(r, t->form);
  rest.form = pair_cdr(t->form);
  if (is_pair(rest.form) && is_ellipsis(r, pair_car(rest.form))) return pattern_repeat(r, t);
  first.form = pair_car(t->form);
  return emit_number(r, P_PAIR) && put_down(r, rest) && put_down(r, first);
}

// --- templates ---------------------------------------------------------------------------------------------
static bool template_cursor(struct rules *r, enum template_op op, Value identifier, uint32_t var, uint32_t nesting) {
  uint32_t depth = ((uint32_t *)r->ex->state->vars.items)[var];
  if (nesting < depth) return complain(r, "an ellipsis is missing after this variable:", identifier);
  Value *cursor = growable_push(r->ex, &r->cursors, CURSOR_FIELDS * sizeof *cursor);
  if (!cursor) return false;
  // Under more ellipses than in the pattern the outer ones move it, unless an inner one would have nothing to move.
  bool inner = op == T_OP_SPLICE;
  cursor[CURSOR_VAR] = fixnum((sword)var);
  cursor[CURSOR_ABOVE] = fixnum((sword)(inner ? nesting - depth : 0));
  cursor[CURSOR_UP_TO] = fixnum((sword)(inner ? nesting : depth));
  cursor[CURSOR_NESTING] = fixnum((sword)nesting);
  return emit_number(r, op) && emit_number(r, r->cursors.n - 1);
}

// A template that inserts a global name other than as an operator may be assigning it, itself or through another
// macro.
static bool keep_assignable(struct rules *r, Value identifier) {
  struct expander *ex = r->ex;
  struct meaning m = resolve(ex, identifier, r->scope);
  if (m.kind != MEANS_CELL && m.kind != MEANS_FREE) return true;
  Value cell = m.kind == MEANS_FREE ? env_own_cell(ex->cx->heap, m.env, m.symbol) : env_own(m.env, m.symbol);
  if (value_eq(cell, VALUE_EMPTY)) ex->outcome = outcome_collect(ex->cx, VECTOR_BYTES(1024));
  else if (is_type(cell, T_CELL)) mark_cell(ex, cell, CELL_KEEP);
  return !is_outcome(ex->outcome);
}

static bool template_identifier(struct rules *r, const struct todo *t) {
  struct expander *ex = r->ex;
  struct bound *bound = bound_in(ex, r->vars, t->form);
  if (bound && ((uint32_t *)ex->state->vars.items)[bound->index] > 0) {
    return template_cursor(r, T_OP_CURSOR, t->form, bound->index, t->depth);
  }
  if (bound) return emit_number(r, T_OP_VAR) && emit_number(r, bound->index);
  if (!t->escaped && is_ellipsis(r, t->form)) {
    return complain(r, "nothing stands before this ellipsis to be repeated:", t->form);
  }
  bound = bound_in(ex, r->inserts, t->form);
  if (!bound) {
    if (!(bound = scope_bind(ex, r->inserts, t->form, BOUND_INDEX))) return false;
    bound->index = r->n_inserts++;
  }
  if (!t->is_operator && !keep_assignable(r, t->form)) return false;
  return emit_number(r, T_OP_INSERT) && emit_number(r, bound->index) && emit(r, t->form);
}

// (part ... ... . rest): the code of the rest, then the loops that put elements in front of it.
static bool template_repeat(struct rules *r, const struct todo *t) {
  struct todo loops = *t, rest = *t;
  loops.kind = DO_LOOPS;
  loops.n_loops = 0;
  rest.in_list = true;
  loops.form = pair_car(t->form);
  rest.form = pair_cdr(t->form);
  for (; is_pair(rest.form) && is_ellipsis(r, pair_car(rest.form)); rest.form = pair_cdr(rest.form)) {
    loops.n_loops++;
    if (!tick(r->ex)) return false;
  }
  return put_down(r, loops) && put_down(r, rest);
}

static bool template_loops(struct rules *r, const struct todo *t) {
  struct bound *bound = is_identifier(t->form) ? bound_in(r->ex, r->vars, t->form) : NULL;
  if (bound && t->n_loops == 1 && ((uint32_t *)r->ex->state->vars.items)[bound->index] > 0) {
    return template_cursor(r, T_OP_SPLICE, t->form, bound->index, t->depth + 1);
  }
  struct todo end = *t, cons = *t, part = *t;
  part.in_list = part.is_operator = false;
  end.kind = DO_LOOPS_END;
  end.at = (uint32_t)r->ex->state->code.n;
  end.first_cursor = (uint32_t)r->cursors.n;
  for (uint32_t i = 0; i < t->n_loops; i++) {
    if (!emit_number(r, T_OP_LOOP) || !emit_number(r, t->depth + i + 1) || !emit_number(r, r->cursors.n)) return false;
    if (!emit_number(r, 0) || !emit_number(r, 0)) return false;
  }
  cons.kind = DO_CONS;
  part.kind = DO_TEMPLATE;
  part.depth += t->n_loops;
  return put_down(r, end) && put_down(r, cons) && put_down(r, part);
}

// Does the loop at `level` move a cursor from `first` on?
static bool loop_moves_some(struct rules *r, size_t first, sword level) {
  for (size_t c = first; c < r->cursors.n; c++) {
    if (cursor_moves((Value *)r->cursors.items + CURSOR_FIELDS * c, level)) return true;
  }
  return false;
}

// Let the innermost loops around them move the cursors from `first` on.
static void move_by_inner_loops(struct rules *r, size_t first) {
  for (size_t c = first; c < r->cursors.n; c++) {
    Value *cursor = (Value *)r->cursors.items + CURSOR_FIELDS * c;
    sword depth = fixnum_int(cursor[CURSOR_UP_TO]) - fixnum_int(cursor[CURSOR_ABOVE]);
    cursor[CURSOR_UP_TO] = cursor[CURSOR_NESTING];
    cursor[CURSOR_ABOVE] = fixnum(fixnum_int(cursor[CURSOR_NESTING]) - depth);
  }
}

static bool template_loops_end(struct rules *r, const struct todo *t) {
  size_t n = r->cursors.n, code_end = r->ex->state->code.n;
  for (uint32_t i = t->n_loops; i-- > 0;) {
    sword level = (sword)(t->depth + i + 1);
    if (!loop_moves_some(r, t->first_cursor, level)) move_by_inner_loops(r, t->first_cursor);
  }
  for (uint32_t i = 0; i < t->n_loops; i++) {
    if (!loop_moves_some(r, t->first_cursor, (sword)(t->depth + i + 1))) {
      return complain(r, "nothing before this ellipsis in the template is repeated:", t->form);
    }
    *code_at(r, t->at + 5 * i + 3) = fixnum((sword)n);
    *code_at(r, t->at + 5 * i + 4) = fixnum((sword)(code_end + t->n_loops - i));
    if (!emit_number(r, T_OP_LOOP_END)) return false;
  }
  return true;
}

static bool template_part(struct rules *r, const struct todo *t) {
  struct todo first = *t, rest = *t, build = *t;
  if (is_identifier(t->form)) return template_identifier(r, t);
  first.is_operator = rest.is_operator = false;
  if (is_type(t->form, T_VECTOR)) {
    build.kind = DO_VECTOR;
    first.form = vector_elements(r->ex, t->form);
    first.in_list = true;
    return !value_eq(first.form, VALUE_EMPTY) && put_down(r, build) && put_down(r, first);
  }
  if (!is_pair(t->form)) return emit_number(r, T_OP_DATUM) && emit(r, t->form);
  first.form = pair_car(t->form);
  rest.form = pair_cdr(t->form);
  if (!t->escaped && is_ellipsis(r, first.form)) {
    if (!is_pair(rest.form) || !is_nil(pair_cdr(rest.form))) {
      return complain(r, "an escape is (... template), not", t->form);
    }
    first.form = pair_car(rest.form);
    first.escaped = true;
    first.in_list = false;
    return put_down(r, first);
  }
  if (!t->escaped && is_pair(rest.form) && is_ellipsis(r, pair_car(rest.form))) return template_repeat(r, t);
  build.kind = DO_CONS;
  first.is_operator = !t->in_list;
  first.in_list = false;
  rest.in_list = true;
  return put_down(r, build) && put_down(r, first) && put_down(r, rest);
}

// --- rules -------------------------------------------------------------------------------------------------
static bool compile_part(struct rules *r, enum todo_kind kind, Value form) {
  struct growable *todos = &r->ex->state->fixups;
  todos->n = r->ex->state->code.n = 0;
  bool ok = put_down(r, (struct todo){.kind = kind, .form = form});
  while (ok && todos->n) {
    struct todo t = ((struct todo *)todos->items)[--todos->n];
    if (!tick(r->ex)) return false;
    switch (t.kind) {
      case DO_PATTERN: ok = pattern_part(r, &t); break;
      case DO_REPEAT_END: ok = repeat_end(r, &t); break;
      case DO_TEMPLATE: ok = template_part(r, &t); break;
      case DO_CONS: ok = emit_number(r, T_OP_CONS); break;
      case DO_VECTOR: ok = emit_number(r, T_OP_VECTOR); break;
      case DO_LOOPS: ok = template_loops(r, &t); break;
      case DO_LOOPS_END: ok = template_loops_end(r, &t); break;
    }
  }
  return ok && emit_number(r, 0);  // P_MATCHED, T_OP_DONE
}

static bool compile_rule(struct rules *r, Value rule, Value *fields) {
  struct expander *ex = r->ex;
  if (list_length(rule) != 2 || !is_pair(pair_car(rule))) {
    return complain(r, "a rule is ((keyword part ...) template), not", rule);
  }
  r->vars = make_scope(ex, NULL, NULL);
  r->inserts = make_scope(ex, NULL, NULL);
  r->cursors.n = ex->state->vars.n = r->n_inserts = 0;
  if (!r->vars || !r->inserts || !compile_part(r, DO_PATTERN, pair_cdr(pair_car(rule)))) return false;
  fields[RULE_PATTERN] = code_vector(ex, &ex->state->code);
  if (!compile_part(r, DO_TEMPLATE, pair_car(pair_cdr(rule)))) return false;
  fields[RULE_TEMPLATE] = code_vector(ex, &ex->state->code);
  fields[RULE_N_VARS] = fixnum((sword)ex->state->vars.n);
  fields[RULE_N_INSERTS] = fixnum((sword)r->n_inserts);
  struct growable cursors = {r->cursors.items, CURSOR_FIELDS * r->cursors.n, 0};
  fields[RULE_CURSORS] = code_vector(ex, &cursors);
  return !value_eq(fields[RULE_PATTERN], VALUE_EMPTY) && !value_eq(fields[RULE_TEMPLATE], VALUE_EMPTY) &&
         !value_eq(fields[RULE_CURSORS], VALUE_EMPTY);
}

static bool read_literals(struct rules *r, Value literals) {
  if (list_length(literals) < 0) return complain(r, "the literals should be a list of names, not", literals);
  r->literals = make_scope(r->ex, NULL, NULL);
  if (!r->literals) return false;
  for (; is_pair(literals); literals = pair_cdr(literals)) {
    if (!is_identifier(pair_car(literals))) return complain(r, "a literal should be a name, not", pair_car(literals));
    if (!scope_bind(r->ex, r->literals, pair_car(literals), BOUND_LITERAL)) return false;
  }
  return true;
}

Value macro_compile(struct expander *ex, const struct work *w, Value name, struct scope *scope) {
  struct rules r = {.ex = ex, .w = w, .ellipsis = VALUE_FALSE, .scope = scope};
  if (count_operands(ex, w, 1, FIXNUM_MAX) < 0) return VALUE_EMPTY;
  Value rest = pair_cdr(w->form);
  if (is_identifier(pair_car(rest))) {
    r.ellipsis = pair_car(rest);
    rest = pair_cdr(rest);
    if (is_nil(rest)) {
      syntax_error(ex, w, "the list of literals is missing:");
      return VALUE_EMPTY;
    }
  }
  Value literals = pair_car(rest), environment = scope_value(ex, scope);
  if (value_eq(environment, VALUE_EMPTY) || !read_literals(&r, literals)) return VALUE_EMPTY;
  size_t n_rules = (size_t)list_length(pair_cdr(rest));
  Value rules = take_vector(ex, n_rules * RULE_FIELDS);
  if (value_eq(rules, VALUE_EMPTY)) return VALUE_EMPTY;
  for (size_t i = 0; i < n_rules; i++) {
    rest = pair_cdr(rest);
    Value fields[RULE_FIELDS];
    if (!compile_rule(&r, pair_car(rest), fields)) return VALUE_EMPTY;
    memcpy(vector_slots(rules) + i * RULE_FIELDS, fields, sizeof fields);
  }
  uword *p = take_heap(ex, FIXED_BYTES(5));
  if (!p) return VALUE_EMPTY;
  p[0] = header_make(T_MACRO, 0);
  p[MACRO_LITERALS] = literals.w;
  p[MACRO_RULES] = rules.w;
  p[MACRO_ENVIRONMENT] = environment.w;
  p[MACRO_ELLIPSIS] = r.ellipsis.w;
  p[MACRO_NAME] = identifier_symbol(name).w;
  return value_from_object(p);
}
