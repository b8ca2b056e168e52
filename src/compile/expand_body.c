// Bodies, procedures and the forms that bind local variables.
//
// Uses: compile/expander.h.
//
// A body is read once: macro uses at the heads of its forms are expanded, begin is spliced, definitions bind their
// names in the body's scope; only then are the expressions put on the work list.  A body with definitions is a letrec*;
// an expression among them is the value of a variable that nobody uses.
#include "compile/expander.h"

struct pending {  // forms of the body yet to be read
  Value forms;
  uint32_t position;
};
struct item {
  struct var *var;  // NULL: an expression
  Value macro;
  struct definition definition;
  uint32_t position;
};

static bool add_pending(struct expander *ex, Value forms, uint32_t position) {
  struct pending *p = growable_push(ex, &ex->state->pending, sizeof *p);
  if (p) *p = (struct pending){forms, position};
  return p != NULL;
}

static bool add_item(struct expander *ex, const struct work *w, struct var *var, struct definition d) {
  struct item *item = growable_push(ex, &ex->state->items, sizeof *item);
  if (item) *item = (struct item){var, w->macro, d, w->position};
  return item != NULL;
}

// A body cannot define a keyword that told what an earlier form, or this one, is.
static bool is_noted_keyword(struct expander *ex, Value identifier) {
  const Value *keywords = (const Value *)ex->state->keywords.items;
  size_t i = 0;
  while (i < ex->state->keywords.n && !value_eq(keywords[i], identifier)) i++;
  return i < ex->state->keywords.n;
}

bool note_keyword(struct expander *ex, Value identifier) {
  // An alias is known to one expansion only: what else could define it?
  if (!is_type(identifier, T_SYMBOL) || is_noted_keyword(ex, identifier)) return true;
  Value *keyword = growable_push(ex, &ex->state->keywords, sizeof *keyword);
  if (keyword) *keyword = identifier;
  return keyword != NULL;
}

// --- definitions ---------------------------------------------------------------------------------------------
bool parse_define(struct expander *ex, const struct work *w, struct definition *d) {
  if (count_operands(ex, w, 2, FIXNUM_MAX) < 0) return false;
  Value head = operand(w, 1), rest = pair_cdr(pair_cdr(w->form));
  if (is_pair(head)) {
    *d = (struct definition){pair_car(head), pair_cdr(head), rest};
  } else {
    if (count_operands(ex, w, 2, 2) < 0) return false;
    *d = (struct definition){head, VALUE_EMPTY, pair_car(rest)};
  }
  return is_identifier(d->identifier) || syntax_error_at(ex, w, "only a name can be defined, not", d->identifier);
}

bool push_definition_value(struct expander *ex, const struct work *w, const struct definition *d, struct node **dest) {
  struct work value = *w;
  value.name = identifier_symbol(d->identifier);
  if (!value_eq(d->parameters, VALUE_EMPTY)) {
    struct lambda *lambda = make_lambda(ex, &value, 1, dest);
    return lambda && add_clause(ex, &value, lambda, 0, d->parameters, d->form);
  }
  struct work *item = push_work(ex, &value, 1);
  if (!item) return false;
  item->form = d->form;
  item->name = value.name;
  item->dest = dest;
  return true;
}

static struct bound *bind_once(struct expander *ex, const struct work *w, struct scope *scope, Value identifier,
                               enum bound_kind kind) {
  if (!is_identifier(identifier)) {
    syntax_error_at(ex, w, "only a name can be bound, not", identifier);
    return NULL;
  }
  struct bound *before = bound_in(ex, scope, identifier);
  if (before) {
    syntax_error_at(ex, w, "this name is bound twice in one place:", identifier);
    return NULL;
  }
  if (w->kind == WORK_BODY && is_noted_keyword(ex, identifier)) {
    syntax_error_at(ex, w, "this body has used the keyword that it defines here:", identifier);
    return NULL;
  }
  return scope_bind(ex, scope, identifier, kind);
}

static struct var *bind_var(struct expander *ex, const struct work *w, struct scope *scope, Value identifier) {
  struct bound *bound = bind_once(ex, w, scope, identifier, BOUND_VAR);
  if (!bound) return NULL;
  return bound->var = make_var(ex, identifier, scope->lambda);
}

// --- bodies ----------------------------------------------------------------------------------------------------
static bool read_definition(struct expander *ex, const struct work *w) {
  struct definition d;
  if (!parse_define(ex, w, &d)) return false;
  struct var *var = bind_var(ex, w, w->scope, d.identifier);
  return var && add_item(ex, w, var, d);
}

static bool read_syntax_definition(struct expander *ex, const struct work *w) {
  if (count_operands(ex, w, 2, 2) < 0) return false;
  struct bound *bound = bind_once(ex, w, w->scope, operand(w, 1), BOUND_SYNTAX);
  if (!bound) return false;
  bound->value = evaluate_syntax(ex, w, operand(w, 1), operand(w, 2), w->scope);
  return !value_eq(bound->value, VALUE_EMPTY);
}

static bool read_body_form(struct expander *ex, struct work *w) {
  struct meaning m;
  if (!expand_macro_uses(ex, w, &m)) return false;
  if (m.kind == MEANS_SPECIAL && !note_keyword(ex, pair_car(w->form))) return false;
  sword special = m.kind == MEANS_SPECIAL ? fixnum_int(object_field(m.value, SPECIAL_ID)) : -1;
  switch (special) {
    case S_BEGIN:
      return count_operands(ex, w, 0, FIXNUM_MAX) >= 0 && add_pending(ex, pair_cdr(w->form), w->position);
    case S_DEFINE: return read_definition(ex, w);
    case S_DEFINE_SYNTAX: return read_syntax_definition(ex, w);
    case S_DEFINE_RECORD_TYPE: {
      Value definitions = record_definitions(ex, w);
      return !value_eq(definitions, VALUE_EMPTY) && add_pending(ex, definitions, w->position);
    }
    case S_INCLUDE:
    case S_INCLUDE_CI:
    case S_COND_EXPAND: {
      Value forms;
      return forms_instead(ex, w, (enum special_id)special, &forms) && add_pending(ex, forms, w->position);
    }
    default: return add_item(ex, w, NULL, (struct definition){VALUE_FALSE, VALUE_EMPTY, w->form});
  }
}

static bool read_body(struct expander *ex, const struct work *w) {
  struct growable *pending = &ex->state->pending;
  pending->n = ex->state->items.n = ex->state->keywords.n = 0;
  if (!add_pending(ex, w->form, w->position)) return false;
  while (pending->n) {
    struct pending *p = (struct pending *)pending->items + pending->n - 1;
    if (is_nil(p->forms)) {
      pending->n--;
      continue;
    }
    if (!is_pair(p->forms)) return syntax_error(ex, w, "a body should be a proper list of forms:");
    struct work form = {.kind = WORK_BODY, .scope = w->scope, .position = p->position, .form = pair_car(p->forms)};
    p->forms = pair_cdr(p->forms);
    if (!tick(ex) || !read_body_form(ex, &form)) return false;
  }
  return true;
}

// Items first.. of the body in order, as the kids of `node` from `kid` on.
static bool push_items(struct expander *ex, const struct work *w, size_t first, size_t n, struct node *node,
                       uint32_t kid) {
  // In reverse, so that the first is taken first.
  for (size_t i = n; i-- > 0;) {
    struct item *item = (struct item *)ex->state->items.items + first + i;
    struct work at = {.kind = WORK_EXPRESSION, .scope = w->scope, .position = item->position};
    struct node **dest = node ? &node->kids[kid + i] : w->dest;
    if (item->var) {
      if (!push_definition_value(ex, &at, &item->definition, dest)) return false;
      continue;
    }
    if (!push_expression(ex, &at, item->definition.form, dest)) return false;
    struct work *pushed = (struct work *)ex->state->work.items + ex->state->work.n - 1;
    pushed->macro = item->macro;
    if (first + i == ex->state->items.n - 1) {
      pushed->name = w->name;
      pushed->is_test = w->is_test;
    }
  }
  return true;
}

static bool push_expressions(struct expander *ex, const struct work *w, size_t first) {
  size_t n = ex->state->items.n - first;
  if (n == 1) return push_items(ex, w, first, 1, NULL, 0);
  struct node *node = make_node(ex, w, N_SEQ, (uint32_t)n);
  if (!node) return false;
  *w->dest = node;
  return push_items(ex, w, first, n, node, 0);
}

bool expand_body(struct expander *ex, struct work *w) {
  if (!read_body(ex, w)) return false;
  size_t n = ex->state->items.n, n_bound = 0;
  struct item *items = (struct item *)ex->state->items.items;
  for (size_t i = 0; i < n; i++) n_bound = items[i].var ? i + 1 : n_bound;
  if (n_bound == n) return syntax_error(ex, w, "a body needs an expression at its end:");
  if (n_bound == 0) return push_expressions(ex, w, 0);
  struct node *node = make_node(ex, w, N_LETREC, (uint32_t)n_bound + 1);
  if (!node) return false;
  node->vars = take(ex, n_bound * sizeof *node->vars);
  if (!node->vars) return false;
  node->n_vars = (uint32_t)n_bound;
  Value nobody = known(ex->cx->heap, KNOWN_UNDERSCORE);
  for (size_t i = 0; i < n_bound; i++) {
    node->vars[i] = items[i].var ? items[i].var : make_var(ex, nobody, w->scope->lambda);
    if (!node->vars[i] || !note_let_var(ex, node->vars[i], &node->kids[i])) return false;
  }
  *w->dest = node;
  struct work rest = *w;
  rest.dest = &node->kids[n_bound];
  return push_expressions(ex, &rest, n_bound) && push_items(ex, w, 0, n_bound, node, 0);
}

// --- procedures -------------------------------------------------------------------------------------------------
struct lambda *make_lambda(struct expander *ex, const struct work *w, uint32_t n_clauses, struct node **dest) {
  struct node *node = make_node(ex, w, N_LAMBDA, 0);
  struct lambda *lambda = node ? take(ex, sizeof *lambda) : NULL;
  if (!lambda) return NULL;
  lambda->name = w->name;
  lambda->doc = VALUE_FALSE;
  lambda->parent = scope_lambda(w->scope);
  lambda->n_clauses = n_clauses;
  lambda->position = w->position;
  lambda->clauses = take(ex, n_clauses * sizeof *lambda->clauses);
  if (!lambda->clauses) return NULL;
  node->lambda = lambda;
  *dest = node;
  return lambda;
}

static bool bind_parameters(struct expander *ex, const struct work *w, struct clause *clause, struct scope *scope,
                            Value parameters) {
  Value tail;
  sword n = list_length_dotted(parameters, &tail);
  if (n < 0) return syntax_error(ex, w, "the parameter list has no end:");
  clause->n_required = (uint32_t)n;
  clause->has_rest = !is_nil(tail);
  clause->vars = take(ex, ((size_t)n + 1) * sizeof *clause->vars);
  if (!clause->vars) return false;
  Value rest = parameters;
  for (sword i = 0; i < n; i++, rest = pair_cdr(rest)) {
    if (!(clause->vars[i] = bind_var(ex, w, scope, pair_car(rest)))) return false;
  }
  return !clause->has_rest || (clause->vars[n] = bind_var(ex, w, scope, tail));
}

bool add_clause(struct expander *ex, const struct work *w, struct lambda *lambda, uint32_t i, Value parameters,
                Value body) {
  struct clause *clause = &lambda->clauses[i];
  struct scope *scope = make_scope(ex, w->scope, lambda);
  if (!scope || !bind_parameters(ex, w, clause, scope, parameters)) return false;
  clause->parameters = strip_datum(ex, parameters);
  if (value_eq(clause->parameters, VALUE_EMPTY)) return false;
  if (is_pair(body) && is_pair(pair_cdr(body)) && is_type(pair_car(body), T_STRING)) {
    if (is_false(lambda->doc)) lambda->doc = pair_car(body);
    body = pair_cdr(body);
  }
  struct work *item = push_work(ex, w, 1);
  if (!item) return false;
  item->kind = WORK_BODY;
  item->form = body;
  item->dest = &clause->body;
  item->scope = make_scope(ex, scope, lambda);
  return item->scope != NULL;
}

bool expand_lambda(struct expander *ex, struct work *w) {
  if (count_operands(ex, w, 2, FIXNUM_MAX) < 0) return false;
  struct lambda *lambda = make_lambda(ex, w, 1, w->dest);
  return lambda && add_clause(ex, w, lambda, 0, operand(w, 1), pair_cdr(pair_cdr(w->form)));
}

bool expand_case_lambda(struct expander *ex, struct work *w) {
  sword n = count_operands(ex, w, 0, FIXNUM_MAX);
  struct lambda *lambda = n < 0 ? NULL : make_lambda(ex, w, (uint32_t)n, w->dest);
  if (!lambda) return false;
  Value rest = pair_cdr(w->form);
  for (sword i = 0; i < n; i++, rest = pair_cdr(rest)) {
    Value clause = pair_car(rest);
    if (list_length(clause) < 2) return syntax_error_at(ex, w, "a clause is (parameters body ...), not", clause);
    if (!add_clause(ex, w, lambda, (uint32_t)i, pair_car(clause), pair_cdr(clause))) return false;
  }
  return true;
}

// --- let and its relatives -----------------------------------------------------------------------------------------
static bool check_bindings(struct expander *ex, const struct work *w, Value bindings, sword *n) {
  *n = list_length(bindings);
  if (*n < 0) return syntax_error_at(ex, w, "the bindings are a list of (name value), not", bindings);
  for (; is_pair(bindings); bindings = pair_cdr(bindings)) {
    if (list_length(pair_car(bindings)) != 2) {
      return syntax_error_at(ex, w, "a binding is (name value), not", pair_car(bindings));
    }
  }
  return true;
}

// (let name ((x init) ...) body ...) is (letrec ((name (lambda (x ...) body ...))) (name init ...)), the values of the
// call not seeing the name.
static bool expand_named_let(struct expander *ex, struct work *w) {
  sword n;
  if (count_operands(ex, w, 3, FIXNUM_MAX) < 0 || !check_bindings(ex, w, operand(w, 2), &n)) return false;
  struct scope *scope = make_scope(ex, w->scope, scope_lambda(w->scope));
  struct var *var = scope ? bind_var(ex, w, scope, operand(w, 1)) : NULL;
  struct node *node = var ? make_node(ex, w, N_LETREC, 2) : NULL;
  struct node *call = node ? make_node(ex, w, N_CALL, (uint32_t)n + 1) : NULL;
  if (!call || !(node->vars = take(ex, sizeof *node->vars))) return false;
  node->vars[0] = var;
  node->n_vars = 1;
  node->kids[1] = call;
  *w->dest = node;
  if (!put_local(ex, w, var, &call->kids[0]) || !note_let_var(ex, var, &node->kids[0])) return false;
  // The values, in the scope outside, then the procedure.
  struct work *items = push_work(ex, w, (size_t)n);
  if (!items) return false;
  Value names = VALUE_NIL, rest = operand(w, 2);
  for (sword i = 0; i < n; i++, rest = pair_cdr(rest)) {
    items[n - 1 - i].form = pair_car(pair_cdr(pair_car(rest)));
    items[n - 1 - i].dest = &call->kids[i + 1];
    Value last = take_pair(ex, pair_car(pair_car(rest)), VALUE_NIL);
    if (value_eq(last, VALUE_EMPTY)) return false;
    if (i == 0) names = last;
    else *pair_cdr_slot(items[n - i].name) = last;  // made just now: no barrier
    items[n - 1 - i].name = last;
  }
  for (sword i = 0; i < n; i++) items[i].name = VALUE_FALSE;
  struct work procedure = *w;
  procedure.scope = scope;
  procedure.name = var->name;
  struct lambda *lambda = make_lambda(ex, &procedure, 1, &node->kids[0]);
  return lambda && add_clause(ex, &procedure, lambda, 0, names, pair_cdr(pair_cdr(pair_cdr(w->form))));
}

static bool expand_bindings(struct expander *ex, struct work *w, enum node_kind kind, bool together) {
  sword n;
  if (count_operands(ex, w, 2, FIXNUM_MAX) < 0 || !check_bindings(ex, w, operand(w, 1), &n)) return false;
  struct scope *scope = make_scope(ex, w->scope, scope_lambda(w->scope));
  struct node *node = n && scope ? make_node(ex, w, kind, (uint32_t)n + 1) : NULL;
  if (!scope || (n && (!node || !(node->vars = take(ex, (size_t)n * sizeof *node->vars))))) return false;
  struct work *items = push_work(ex, w, (size_t)n + 1);
  if (!items) return false;
  items[0] = *w;
  items[0].kind = WORK_BODY;
  items[0].form = pair_cdr(pair_cdr(w->form));
  items[0].dest = node ? &node->kids[n] : w->dest;
  if (!(items[0].scope = make_scope(ex, scope, scope->lambda))) return false;
  Value rest = operand(w, 1);
  for (sword i = 0; i < n; i++, rest = pair_cdr(rest)) {
    Value name = pair_car(pair_car(rest));
    struct var *var = bind_var(ex, w, scope, name);
    if (!var || !note_let_var(ex, var, &node->kids[i])) return false;
    node->vars[i] = var;
    items[n - i].form = pair_car(pair_cdr(pair_car(rest)));
    items[n - i].dest = &node->kids[i];
    items[n - i].name = var->name;
    if (kind == N_LETREC) items[n - i].scope = scope;
  }
  if (!node) return true;
  node->n_vars = (uint32_t)n;
  node->together = together;
  *w->dest = node;
  return true;
}

bool expand_let(struct expander *ex, struct work *w) {
  if (is_pair(pair_cdr(w->form)) && is_identifier(operand(w, 1))) return expand_named_let(ex, w);
  return expand_bindings(ex, w, N_LET, false);
}

bool expand_letrec(struct expander *ex, struct work *w) {
  struct meaning head = resolve(ex, pair_car(w->form), w->scope);
  return expand_bindings(ex, w, N_LETREC, fixnum_int(object_field(head.value, SPECIAL_ID)) == S_LETREC);
}
