// What people and tools may see of the expander: a form after expansion as a tree of lists, one step of a macro, and
// the cell of a name.
//
// Uses: compile/expander.h.
//
// A node is a list that begins with a symbol; its parts are filled in by and by from a stack of holes (ONE-4):
//   (quote datum)  (local variable)  (global cell)  (set! variable-or-cell node)  (define cell node)
//   (if node node node)  (begin node ...)  (call position node ...)  (lambda name (parameters node) ...)
//   (let (variable ...) node ... body)  (letrec* (variable ...) node ... body)
// A variable is #(name inserted?), the same object wherever it is meant; inserted by a macro or not.
#include "compile/expander.h"

struct hole {
  struct node *node;
  Value pair;  // whose car it is for
};

static const char *const heads[] = {
    [N_CONST] = "quote",   [N_LOCAL] = "local",       [N_SET_LOCAL] = "set!", [N_GLOBAL] = "global",
    [N_SET_GLOBAL] = "set!", [N_DEFINE] = "define",   [N_IF] = "if",          [N_SEQ] = "begin",
    [N_LAMBDA] = "lambda", [N_CALL] = "call",         [N_LET] = "let",        [N_LETREC] = "letrec*",
};

// In front of `rest`, a place for what `node` will be.
static Value hole_before(struct expander *ex, struct growable *holes, struct node *node, Value rest) {
  Value pair = take_pair(ex, VALUE_FALSE, rest);
  struct hole *hole = value_eq(pair, VALUE_EMPTY) ? NULL : growable_push(ex, holes, sizeof *hole);
  if (hole) *hole = (struct hole){node, pair};
  return pair;
}

static Value kids_tree(struct expander *ex, struct growable *holes, struct node *node) {
  Value list = VALUE_NIL;
  for (uint32_t i = node->n_kids; i-- > 0;) list = hole_before(ex, holes, node->kids[i], list);
  return list;
}

static Value variable_tree(struct expander *ex, struct var *var) {
  if (var->use) return value_from_word((uword)var->use);
  Value variable = take_vector(ex, 2);
  if (value_eq(variable, VALUE_EMPTY)) return variable;
  vector_slots(variable)[0] = var->name;
  vector_slots(variable)[1] = value_bool(var->inserted);
  var->use = (void *)variable.w;
  return variable;
}

static Value variables_tree(struct expander *ex, struct var **vars, uint32_t n, Value rest) {
  for (uint32_t i = n; i-- > 0;) rest = take_pair(ex, variable_tree(ex, vars[i]), rest);
  return rest;
}

static Value lambda_tree(struct expander *ex, struct growable *holes, struct lambda *lambda) {
  Value list = VALUE_NIL;
  for (uint32_t i = lambda->n_clauses; i-- > 0;) {
    struct clause *clause = &lambda->clauses[i];
    Value rest = clause->has_rest ? variable_tree(ex, clause->vars[clause->n_required]) : VALUE_NIL;
    Value body = hole_before(ex, holes, clause->body, VALUE_NIL);
    list = take_pair(ex, take_pair(ex, variables_tree(ex, clause->vars, clause->n_required, rest), body), list);
  }
  return take_pair(ex, lambda->name, list);
}

static Value parts_tree(struct expander *ex, struct growable *holes, struct node *node) {
  switch ((enum node_kind)node->kind) {
    case N_CONST:
    case N_GLOBAL: return take_pair(ex, node->value, VALUE_NIL);
    case N_LOCAL: return take_pair(ex, variable_tree(ex, node->var), VALUE_NIL);
    case N_SET_LOCAL: return take_pair(ex, variable_tree(ex, node->var), kids_tree(ex, holes, node));
    case N_SET_GLOBAL:
    case N_DEFINE: return take_pair(ex, node->value, kids_tree(ex, holes, node));
    case N_CALL: return take_pair(ex, fixnum((sword)node->position), kids_tree(ex, holes, node));
    case N_LAMBDA: return lambda_tree(ex, holes, node->lambda);
    case N_LET:
    case N_LETREC:
      return take_pair(ex, variables_tree(ex, node->vars, node->n_vars, VALUE_NIL), kids_tree(ex, holes, node));
    default: return kids_tree(ex, holes, node);
  }
}

Value expand_tree(struct expander *ex, Value form) {
  ex->only_looking = true;
  struct node *root = expand_toplevel(ex, form);
  if (!root) return ex->outcome;
  struct growable holes = {0};
  Value top = hole_before(ex, &holes, root, VALUE_NIL);
  while (holes.n && !is_outcome(ex->outcome) && tick(ex)) {
    struct hole hole = ((struct hole *)holes.items)[--holes.n];
    Value head = symbol_intern_c(ex->cx, heads[hole.node->kind]);
    if (is_outcome(head)) ex->outcome = head;
    else *pair_car_slot(hole.pair) = take_pair(ex, head, parts_tree(ex, &holes, hole.node));
  }
  return is_outcome(ex->outcome) ? ex->outcome : pair_car(top);
}

Value expand_once(struct expander *ex, Value form) {
  struct work w = {.kind = WORK_TOPLEVEL, .form = form};
  w.name = VALUE_FALSE;
  if (!is_pair(form) || !is_identifier(pair_car(form))) return form;
  struct meaning m = resolve(ex, pair_car(form), NULL);
  if (m.kind != MEANS_MACRO) return form;
  Value expansion = macro_expand(ex, m.value, &w);
  if (!value_eq(expansion, VALUE_EMPTY)) expansion = strip_datum(ex, expansion);
  scopes_empty_handles(ex);
  return value_eq(expansion, VALUE_EMPTY) ? ex->outcome : expansion;
}

// (%cell name): the cell or keyword that a global name is bound to; #f for a local variable.
bool expand_cell(struct expander *ex, struct work *w) {
  if (count_operands(ex, w, 1, 1) < 0) return false;
  Value name = operand(w, 1);
  if (!is_identifier(name)) return syntax_error_at(ex, w, "this is not a name:", name);
  struct meaning m = resolve(ex, name, w->scope);
  if (m.kind == MEANS_LOCAL) return put_constant(ex, w, VALUE_FALSE);
  Value binding = m.kind == MEANS_FREE ? env_own_cell(ex->cx->heap, m.env, m.symbol) : m.value;
  if (!value_eq(binding, VALUE_EMPTY)) return put_constant(ex, w, binding);
  ex->outcome = outcome_collect(ex->cx, VECTOR_BYTES(1024));
  return false;
}
