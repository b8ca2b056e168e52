// Analysis: which local procedures are loops, and what each closure captures.
//
// Uses: compile/ast.  Used by: compile.
//
// The first walk counts references, rewrites ((lambda (x) ...) e) to a let, and decides which bound
// lambdas are loops; the second finds, with loops dissolved into their owners, every variable's
// frame and every function's free variables.
#include "compile/passes.h"

struct visit {
  struct node *node;
  struct region *region;  // tail region, or NULL when the value is used
  struct fn *fn;          // second walk
  struct var *bound_to;   // second walk: the letrec variable that a lambda here is the value of
  uint32_t next;          // child to visit next
  struct region *body_region;
};

struct analysis {
  struct compiler *c;
  struct walk_stack stack;
  uint32_t order;
};

static void push(struct analysis *a, struct node *node, struct region *region) {
  struct visit *v = walk_push(a->c, &a->stack);
  if (!v) return;
  v->node = node;
  v->region = region;
}

static void push_owned(struct analysis *a, struct node *node, struct fn *fn, struct var *bound_to) {
  struct visit *v = walk_push(a->c, &a->stack);
  if (!v) return;
  v->node = node;
  v->fn = fn;
  v->bound_to = bound_to;
}

static struct variable *new_variable(struct compiler *c, struct var *var) {
  struct variable *use = compiler_alloc(c, sizeof *use);
  if (!use) return NULL;
  use->first_ref = UINT32_MAX;
  var->use = use;
  var->reg = -1;
  var->captured = false;
  var->n_refs = var->n_sets = 0;
  return use;
}

static struct region *new_region(struct compiler *c, struct loop *loop) {
  struct region *r = compiler_alloc(c, sizeof *r);
  if (r) r->loop = loop;
  return r;
}

static bool is_binder(struct node *n) {
  return n->kind == N_LET || n->kind == N_LETREC;
}

// ((lambda (x ...) body) e ...) is (let ((x e) ...) body).
static void rewrite_direct_call(struct compiler *c, struct node *n) {
  struct node *operator = n->kids[0];
  if (operator->kind != N_LAMBDA || operator->lambda->n_clauses != 1) return;
  struct clause *clause = &operator->lambda->clauses[0];
  uint32_t n_args = n->n_kids - 1;
  if (clause->has_rest || clause->n_required != n_args) return;
  struct node **kids = compiler_alloc(c, (n_args + 1) * sizeof *kids);
  if (!kids) return;
  for (uint32_t i = 0; i < n_args; i++)
    kids[i] = n->kids[i + 1];
  kids[n_args] = clause->body;
  n->kind = N_LET;
  n->n_vars = n_args;
  n->vars = clause->vars;
  n->n_kids = n_args + 1;
  n->kids = kids;
}

// --- first walk -------------------------------------------------------------------------------

static void note_reference(struct analysis *a, struct var *var) {
  struct variable *use = variable_of(var);
  var->n_refs++;
  if (use->first_ref == UINT32_MAX) use->first_ref = a->order;
}

bool is_inert(const struct node *n) {
  return n->kind == N_CONST || n->kind == N_LAMBDA || n->kind == N_GLOBAL;
}

static void begin_binder(struct analysis *a, struct visit *v) {
  struct node *n = v->node;
  v->body_region = v->region ? v->region : new_region(a->c, NULL);
  for (uint32_t i = 0; i < n->n_vars; i++) {
    struct node *init = n->kids[i];
    bool captured = n->vars[i]->captured;
    struct variable *use = new_variable(a->c, n->vars[i]);
    // A continuation of a letrec's value that is used again assigns the variable, which closures made before see.
    if (use && n->together && captured && !is_inert(init)) use->boxed = true;
    if (!use || init->kind != N_LAMBDA || init->lambda->n_clauses != 1) continue;
    if (init->lambda->clauses[0].has_rest) continue;
    struct loop *loop = compiler_alloc(a->c, sizeof *loop);
    if (!loop) return;
    loop->clause = &init->lambda->clauses[0];
    loop->home = v->body_region;
    loop->region = new_region(a->c, loop);
    use->loop = loop;
  }
}

// Is a call from `from` a jump to something bound in region `home`, given which loops stand so far?
static bool reaches(struct region *from, struct region *home) {
  while (from && from != home)
    from = from->loop && !from->loop->failed ? from->loop->home : NULL;
  return from != NULL;
}

static void end_binder(struct node *n) {
  bool changed;
  do {
    changed = false;
    for (uint32_t i = 0; i < n->n_vars; i++) {
      struct loop *loop = variable_of(n->vars[i])->loop;
      if (!loop || loop->failed) continue;
      if (n->vars[i]->n_sets) loop->failed = true;
      for (struct loop_call *call = loop->calls; call && !loop->failed; call = call->next)
        loop->failed = !reaches(call->region, loop->home);
      changed |= loop->failed;
    }
  } while (changed);
  for (uint32_t i = 0; i < n->n_vars; i++) {
    struct variable *use = variable_of(n->vars[i]);
    if (use->loop && use->loop->failed) use->loop = NULL;
  }
}

// A reference that is not the operator of a fitting call makes an ordinary procedure of it.
static void escape(struct var *var) {
  struct loop *loop = variable_of(var)->loop;
  if (loop) loop->failed = true;
}

static void visit_call(struct analysis *a, struct visit *v) {
  struct node *n = v->node;
  struct node *operator = n->kids[0];
  if (operator->kind != N_LOCAL) return;
  struct loop *loop = variable_of(operator->var)->loop;
  if (!loop) return;
  if (!v->region || loop->clause->n_required != n->n_kids - 1) {
    loop->failed = true;
    return;
  }
  struct loop_call *call = compiler_alloc(a->c, sizeof *call);
  if (!call) return;
  call->region = v->region;
  call->next = loop->calls;
  loop->calls = call;
}

static struct region *child_region(struct visit *v, uint32_t i) {
  struct node *n = v->node;
  switch (n->kind) {
  case N_IF:
    return i == 0 ? NULL : v->region;
  case N_SEQ:
    return i + 1 == n->n_kids ? v->region : NULL;
  case N_LET:
  case N_LETREC:
    return i == n->n_vars ? v->body_region : NULL;
  default:
    return NULL;
  }
}

static void push_clauses(struct analysis *a, struct lambda *lambda, struct region *region) {
  for (uint32_t i = 0; i < lambda->n_clauses; i++) {
    struct clause *clause = &lambda->clauses[i];
    for (uint32_t j = 0; j < clause->n_required + clause->has_rest; j++)
      if (!new_variable(a->c, clause->vars[j])) return;
    push(a, clause->body, region ? region : new_region(a->c, NULL));
  }
}

static void first_walk_enter(struct analysis *a, struct visit *v) {
  struct node *n = v->node;
  a->order++;
  if (n->kind == N_CALL) rewrite_direct_call(a->c, n);
  switch (n->kind) {
  case N_LOCAL:
    note_reference(a, n->var);
    escape(n->var);
    break;
  case N_SET_LOCAL:
    note_reference(a, n->var);
    n->var->n_sets++;
    escape(n->var);
    break;
  case N_CALL:
    visit_call(a, v);
    break;
  case N_LET:
  case N_LETREC:
    begin_binder(a, v);
    break;
  default:
    break;
  }
}

static void first_walk_step(struct analysis *a, struct visit *v) {
  struct node *n = v->node;
  uint32_t i = v->next;
  if (i == 0) first_walk_enter(a, v);
  if (a->c->out_of_memory) return;
  if (n->kind == N_LAMBDA) {
    if (i > 0) {
      a->stack.n--;
      return;
    }
    v->next = 1;
    push_clauses(a, n->lambda, NULL);
    return;
  }
  // After the initial values of a letrec, remember where they ended: see var_needs_box.
  if (is_binder(n) && i > 0 && i <= n->n_vars) n->vars[i - 1]->index = a->order;
  if (i >= n->n_kids) {
    if (is_binder(n)) end_binder(n);
    a->stack.n--;
    return;
  }
  v->next = i + 1;
  struct node *kid = n->kids[i];
  // The operator of a call to a possible loop is no escape.
  if (n->kind == N_CALL && i == 0 && kid->kind == N_LOCAL) {
    a->order++;
    note_reference(a, kid->var);
    return;
  }
  if (is_binder(n) && i < n->n_vars && variable_of(n->vars[i])->loop && kid->kind == N_LAMBDA) {
    push_clauses(a, kid->lambda, variable_of(n->vars[i])->loop->region);
    return;
  }
  push(a, kid, child_region(v, i));
}

// --- second walk ------------------------------------------------------------------------------

static void own(struct var *var, struct fn *fn) {
  variable_of(var)->owner = fn;
  variable_of(var)->boxed |= var->n_sets > 0;
}

static struct fn *new_fn(struct compiler *c, struct lambda *lambda, struct fn *parent) {
  struct fn *fn = compiler_alloc(c, sizeof *fn);
  if (!fn) return NULL;
  fn->lambda = lambda;
  fn->parent = parent;
  fn->next = c->fns;
  c->fns = fn;
  lambda->use = fn;
  return fn;
}

// Make `var` reachable in `fn`: captured by it and by every function between it and the owner.
static void capture(struct compiler *c, struct fn *fn, struct var *var) {
  while (fn != variable_of(var)->owner) {
    if (variable_of(var)->self == fn) return;
    for (uint32_t i = 0; i < fn->n_free; i++)
      if (fn->free[i] == var) return;
    if (!compiler_grow(c, (void **)&fn->free, fn->n_free, &fn->free_capacity, sizeof *fn->free)) return;
    fn->free[fn->n_free++] = var;
    var->captured = true;
    fn = fn->parent;
  }
}

// A letrec variable needs a box if it is assigned, if code that runs before it has its value may refer to
// it, or (a lambda) if a closure that such code may make captures it.  In a letrec whose values come together, all
// values that run code do so before a variable with such a value has it.
static void classify_letrec(struct node *n) {
  if (n->kind != N_LETREC) return;
  uint32_t last_of_all = 0, last_active = 0;  // where the last initial value that runs code ended
  for (uint32_t i = 0; i < n->n_vars; i++) {
    if (n->together && !is_inert(n->kids[i])) last_of_all = n->vars[i]->index;
  }
  for (uint32_t i = 0; i < n->n_vars; i++) {
    struct variable *use = variable_of(n->vars[i]);
    bool is_lambda = n->kids[i]->kind == N_LAMBDA;
    uint32_t end = n->vars[i]->index;
    if (!is_inert(n->kids[i])) last_active = end;
    if (!is_inert(n->kids[i]) && n->together) end = last_of_all;
    if (use->first_ref <= (is_lambda ? last_active : end) || n->vars[i]->n_sets)
      use->boxed = use->checked = true;
  }
}

static void second_walk_lambda(struct analysis *a, struct visit *v) {
  struct lambda *lambda = v->node->lambda;
  struct var *bound_to = v->bound_to;
  struct fn *fn = new_fn(a->c, lambda, v->fn);
  if (!fn) return;
  if (bound_to && !variable_of(bound_to)->boxed) variable_of(bound_to)->self = fn;
  for (uint32_t i = 0; i < lambda->n_clauses; i++) {
    struct clause *clause = &lambda->clauses[i];
    for (uint32_t j = 0; j < clause->n_required + clause->has_rest; j++)
      own(clause->vars[j], fn);
    push_owned(a, clause->body, fn, NULL);
  }
}

static void second_walk_step(struct analysis *a, struct visit *v) {
  struct node *n = v->node;
  uint32_t i = v->next++;
  if (n->kind == N_LAMBDA) {
    if (i == 0) second_walk_lambda(a, v);
    else a->stack.n--;
    return;
  }
  if (i == 0) {
    if (n->kind == N_LOCAL || n->kind == N_SET_LOCAL) {
      if (!variable_of(n->var)->loop) capture(a->c, v->fn, n->var);
    } else if (is_binder(n)) {
      for (uint32_t j = 0; j < n->n_vars; j++)
        own(n->vars[j], v->fn);
      classify_letrec(n);
    }
  }
  if (i >= n->n_kids) {
    a->stack.n--;
    return;
  }
  struct node *kid = n->kids[i];
  bool bound = is_binder(n) && i < n->n_vars;
  if (bound && variable_of(n->vars[i])->loop) {
    struct clause *clause = variable_of(n->vars[i])->loop->clause;
    for (uint32_t j = 0; j < clause->n_required; j++)
      own(clause->vars[j], v->fn);
    push_owned(a, clause->body, v->fn, NULL);
    return;
  }
  struct var *name = bound && n->kind == N_LETREC ? n->vars[i] : NULL;
  push_owned(a, kid, v->fn, name);
}

bool analyse(struct compiler *c, struct node *root, struct fn *top) {
  struct analysis a = {.c = c, .stack = {.frame_bytes = sizeof(struct visit)}};
  push(&a, root, new_region(c, NULL));
  while (a.stack.n && !c->out_of_memory)
    first_walk_step(&a, walk_top(&a.stack));
  push_owned(&a, root, top, NULL);
  while (a.stack.n && !c->out_of_memory)
    second_walk_step(&a, walk_top(&a.stack));
  return !c->out_of_memory;
}
