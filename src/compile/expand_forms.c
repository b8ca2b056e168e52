// The core forms of expressions and of the top level.
//
// Uses: compile/expander.h.
#include "compile/expander.h"

bool expand_quote(struct expander *ex, struct work *w) {
  if (count_operands(ex, w, 1, 1) < 0) return false;
  Value datum = strip_constant(ex, operand(w, 1));
  return !value_eq(datum, VALUE_EMPTY) && put_constant(ex, w, datum);
}

// Put the parts of w->form from its operand `first` on into the kids of `node` from `kid` on, to be expanded as
// items of `kind`.  The last one takes over what w says about its place.
static bool push_operands(struct expander *ex, const struct work *w, struct node *node, uint32_t kid,
                          enum work_kind kind, unsigned first) {
  Value rest = w->form;
  while (first-- > 0) rest = pair_cdr(rest);
  uint32_t n = node->n_kids - kid;
  struct work *items = push_work(ex, w, n);
  if (!items) return false;
  for (uint32_t i = 0; i < n; i++, rest = pair_cdr(rest)) {
    struct work *item = &items[n - 1 - i];
    item->kind = kind;
    item->form = pair_car(rest);
    item->dest = &node->kids[kid + i];
  }
  items[0].name = w->name;
  items[0].is_test = w->is_test;
  return true;
}

bool expand_begin(struct expander *ex, struct work *w) {
  sword n = count_operands(ex, w, 0, FIXNUM_MAX);
  if (n < 0) return false;
  if (n == 0) return put_constant(ex, w, VALUE_UNSPECIFIED);
  struct node *node = make_node(ex, w, N_SEQ, (uint32_t)n);
  if (!node || !push_operands(ex, w, node, 0, w->kind, 1)) return false;
  // A single form needs no sequence.
  if (n == 1) ((struct work *)ex->state->work.items)[ex->state->work.n - 1].dest = w->dest;
  else *w->dest = node;
  return true;
}

bool expand_if(struct expander *ex, struct work *w) {
  sword n = count_operands(ex, w, 2, 3);
  struct node *node = n < 0 ? NULL : make_node(ex, w, N_IF, 3);
  struct work *items = node ? push_work(ex, w, (size_t)n) : NULL;
  if (!items) return false;
  for (sword i = 0; i < n; i++) {
    items[n - 1 - i].form = operand(w, (unsigned)i + 1);
    items[n - 1 - i].dest = &node->kids[i];
    items[n - 1 - i].is_test = i == 0 || w->is_test;
    if (i > 0) items[n - 1 - i].name = w->name;
  }
  *w->dest = node;
  struct work otherwise = *w;
  otherwise.dest = &node->kids[2];
  return n == 3 || put_constant(ex, &otherwise, VALUE_UNSPECIFIED);
}

// (and a b c) is (if a (if b c #f) #f).
bool expand_and(struct expander *ex, struct work *w) {
  sword n = count_operands(ex, w, 0, FIXNUM_MAX);
  if (n < 0) return false;
  if (n == 0) return put_constant(ex, w, VALUE_TRUE);
  struct work *items = push_work(ex, w, (size_t)n);
  struct work at = *w;
  Value rest = pair_cdr(w->form);
  for (sword i = 0; items && i < n; i++, rest = pair_cdr(rest)) {
    struct work *item = &items[n - 1 - i];
    item->form = pair_car(rest);
    item->is_test = i < n - 1 || w->is_test;
    item->dest = at.dest;
    if (i == n - 1) return true;
    struct node *node = make_node(ex, w, N_IF, 3);
    if (!node) return false;
    *at.dest = node;
    item->dest = &node->kids[0];
    at.dest = &node->kids[2];
    if (!put_constant(ex, &at, VALUE_FALSE)) return false;
    at.dest = &node->kids[1];
  }
  return false;
}

// One step of (or a rest ...): the node for it in *at->dest, where a's value goes in *test, and where the rest goes
// becomes at->dest.  As a test it is (if a #t rest), as a value (let ((t a)) (if t t rest)).
static bool put_or(struct expander *ex, struct work *at, struct node ***test) {
  struct node *choice = make_node(ex, at, N_IF, 3);
  if (!choice) return false;
  struct node **dest = at->dest;
  if (at->is_test) {
    *dest = choice;
    *test = &choice->kids[0];
    at->dest = &choice->kids[1];
    if (!put_constant(ex, at, VALUE_TRUE)) return false;
  } else {
    struct node *let = make_node(ex, at, N_LET, 2);
    struct var **vars = take(ex, sizeof *vars);
    struct var *var = make_var(ex, known(ex->cx->heap, KNOWN_UNDERSCORE), scope_lambda(at->scope));
    if (!let || !vars || !var || !note_let_var(ex, var, &let->kids[0])) return false;
    var->inserted = true;
    vars[0] = var;
    let->vars = vars;
    let->n_vars = 1;
    let->kids[1] = choice;
    *dest = let;
    *test = &let->kids[0];
    if (!put_local(ex, at, var, &choice->kids[0]) || !put_local(ex, at, var, &choice->kids[1])) return false;
  }
  at->dest = &choice->kids[2];
  return true;
}

bool expand_or(struct expander *ex, struct work *w) {
  sword n = count_operands(ex, w, 0, FIXNUM_MAX);
  if (n < 0) return false;
  if (n == 0) return put_constant(ex, w, VALUE_FALSE);
  struct work *items = push_work(ex, w, (size_t)n);
  struct work at = *w;
  Value rest = pair_cdr(w->form);
  for (sword i = 0; items && i < n; i++, rest = pair_cdr(rest)) {
    struct work *item = &items[n - 1 - i];
    item->form = pair_car(rest);
    item->is_test = w->is_test;
    item->dest = at.dest;
    if (i == n - 1) return true;
    if (!put_or(ex, &at, &item->dest)) return false;
  }
  return false;
}

// --- assignment -------------------------------------------------------------------------------------------
static bool refuse_assignment(struct expander *ex, const struct work *w, Value name, const char *why) {
  Value irritants = take_pair(ex, identifier_symbol(name), VALUE_NIL);
  if (value_eq(irritants, VALUE_EMPTY)) return false;
  Value who = identifier_symbol(pair_car(w->form));
  return raise_at(ex, w->position, KNOWN_IMMUTABLE, who, why, VALUE_FALSE, irritants);
}

// The cell that (set! name ...) assigns.
static bool find_assigned(struct expander *ex, const struct work *w, Value name, const struct meaning *m, Value *cell) {
  if (m->kind == MEANS_MACRO || m->kind == MEANS_SPECIAL) {
    return syntax_error_at(ex, w, "a keyword cannot be assigned:", name);
  }
  *cell = m->kind == MEANS_CELL ? m->value : env_own_cell(ex->cx->heap, m->env, m->symbol);
  if (value_eq(*cell, VALUE_EMPTY)) {
    ex->outcome = outcome_collect(ex->cx, VECTOR_BYTES(1024));
    return false;
  }
  if (cell_flags(*cell) & CELL_CONSTANT) return refuse_assignment(ex, w, name, "a library's variable cannot be assigned; define makes one of your own:");
  Value own = env_own(m->env, m->symbol);
  if (!value_eq(own, *cell) && !is_type(name, T_ALIAS)) {
    return refuse_assignment(ex, w, name, "an imported variable cannot be assigned:");
  }
  mark_cell(ex, *cell, CELL_ASSIGNED);
  return !is_outcome(ex->outcome);
}

bool expand_set(struct expander *ex, struct work *w) {
  if (count_operands(ex, w, 2, 2) < 0) return false;
  Value name = operand(w, 1), cell = VALUE_FALSE;
  if (!is_identifier(name)) return syntax_error_at(ex, w, "only a name can be assigned, not", name);
  struct meaning m = resolve(ex, name, w->scope);
  if (m.kind != MEANS_LOCAL && !find_assigned(ex, w, name, &m, &cell)) return false;
  struct node *node = make_node(ex, w, m.kind == MEANS_LOCAL ? N_SET_LOCAL : N_SET_GLOBAL, 1);
  if (!node) return false;
  node->value = cell;
  node->var = m.var;
  if (m.var) {
    m.var->n_sets++;
    if (m.var->owner != scope_lambda(w->scope)) m.var->captured = true;
  }
  *w->dest = node;
  return push_expression(ex, w, operand(w, 2), &node->kids[0]);
}

// --- definitions at top level --------------------------------------------------------------------------------
static bool check_place(struct expander *ex, const struct work *w) {
  return w->kind == WORK_TOPLEVEL ||
         syntax_error(ex, w, "a definition stands at top level or in a body, not within an expression:");
}

bool expand_define(struct expander *ex, struct work *w) {
  struct definition d;
  Value cell;
  if (!check_place(ex, w) || !parse_define(ex, w, &d) || !define_global(ex, w, d.identifier, &cell)) return false;
  struct node *node = make_node(ex, w, N_DEFINE, 1);
  if (!node) return false;
  node->value = cell;
  *w->dest = node;
  return push_definition_value(ex, w, &d, &node->kids[0]);
}

bool expand_define_record_type(struct expander *ex, struct work *w) {
  if (!check_place(ex, w)) return false;
  Value definitions = record_definitions(ex, w);
  if (value_eq(definitions, VALUE_EMPTY)) return false;
  struct work all = *w;
  all.form = take_pair(ex, VALUE_FALSE, definitions);
  return !value_eq(all.form, VALUE_EMPTY) && expand_begin(ex, &all);
}

// The value is the name, as of other definitions.
bool expand_define_syntax(struct expander *ex, struct work *w) {
  if (!check_place(ex, w) || count_operands(ex, w, 2, 2) < 0) return false;
  Value name = operand(w, 1);
  if (!is_identifier(name)) return syntax_error_at(ex, w, "only a name can be defined, not", name);
  if (!check_environment(ex, w, name)) return false;
  Value syntax = evaluate_syntax(ex, w, name, operand(w, 2), w->scope);
  if (value_eq(syntax, VALUE_EMPTY)) return false;
  Value symbol = identifier_symbol(name), env = ex->environment;
  struct heap *heap = ex->cx->heap;
  bool ok = env_bind(heap, env, symbol, syntax);
  if (ok && is_type(name, T_ALIAS)) {
    struct meaning m = resolve(ex, name, NULL);
    if (!value_eq(m.value, syntax)) ok = env_bind(heap, env, name, syntax);
  }
  if (!ok) ex->outcome = outcome_collect(ex->cx, VECTOR_BYTES(1024));
  return ok && put_constant(ex, w, symbol);
}

// Its forms are a body, at top level too: what it defines is local.
bool expand_let_syntax(struct expander *ex, struct work *w) {
  struct meaning head = resolve(ex, pair_car(w->form), w->scope);
  bool recursive = fixnum_int(object_field(head.value, SPECIAL_ID)) == S_LETREC_SYNTAX;
  struct scope *scope = bind_let_syntax(ex, w, recursive);
  if (!scope) return false;
  struct work *item = push_work(ex, w, 1);
  if (!item) return false;
  *item = *w;
  item->kind = WORK_BODY;
  item->form = pair_cdr(pair_cdr(w->form));
  item->scope = make_scope(ex, scope, scope->lambda);
  return item->scope != NULL;
}

// --- forms that are errors here ------------------------------------------------------------------------------
bool expand_misplaced(struct expander *ex, struct work *w) {
  return syntax_error(ex, w, "this form has no meaning here:");
}

bool expand_syntax_error(struct expander *ex, struct work *w) {
  if (count_operands(ex, w, 1, FIXNUM_MAX) < 0) return false;
  Value message = operand(w, 1);
  if (!is_type(message, T_STRING)) return syntax_error_at(ex, w, "the message should be a string, but is", message);
  Value irritants = strip_datum(ex, pair_cdr(pair_cdr(w->form)));
  if (value_eq(irritants, VALUE_EMPTY)) return false;
  Value who = identifier_symbol(w->macro.w ? w->macro : pair_car(w->form));
  return raise_at(ex, w->position, KNOWN_SYNTAX, who, "", message, irritants);
}
