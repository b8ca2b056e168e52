// The generator: expressions to instructions, destination first.
//
// Uses: compile/passes.  Used by: compile.
//
// Registers are a stack: a binding takes the next ones and gives them back at its end, temporaries lie above.
// A task is an expression in progress; a step of it emits code and perhaps pushes a subexpression's task,
// after which it goes on with its next step (COMP-1).
#include "compile/generate.h"

// --- small things -----------------------------------------------------------------------------

void gen_push(struct generator *g, struct node *node, struct dest dest) {
  struct task *t = walk_push(g->c, &g->tasks);
  if (!t) return;
  t->node = node;
  t->dest = dest;
  t->primitive = VALUE_FALSE;
}

struct task *gen_task(struct generator *g) {
  return walk_top(&g->tasks);
}

struct dest dest_fresh(unsigned reg) {
  return (struct dest){.kind = DEST_REG, .fresh = true, .reg = reg};
}

static void need_registers(struct generator *g, unsigned n) {
  if (n > g->c->current->frame_size) g->c->current->frame_size = n;
}

unsigned gen_alloc(struct generator *g, unsigned n) {
  unsigned first = g->top;
  g->top += n;
  need_registers(g, g->top);
  return first;
}

struct label *gen_label(struct generator *g) {
  struct label *l = compiler_alloc(g->c, sizeof *l);
  static struct label lost;
  if (!l) return &lost;
  l->at = -1;
  return l;
}

unsigned gen_target(struct generator *g, struct dest dest) {
  return dest.kind == DEST_REG ? dest.reg : gen_alloc(g, 1);
}

bool is_small_immediate(Value v) {
  return is_immediate(v) && v.w <= 0xffff;
}

static struct dest with_labels(struct generator *g, struct task *t) {
  t->l1 = gen_label(g);
  t->l2 = gen_label(g);
  return (struct dest){.kind = DEST_TEST, .fall = 1, .t = t->l1, .f = t->l2};
}

static bool in_current(struct generator *g, struct var *var) {
  return variable_of(var)->owner == g->c->current;
}

int gen_local_register(struct generator *g, struct node *node) {
  if (node->kind != N_LOCAL || variable_of(node->var)->boxed) return -1;
  return in_current(g, node->var) ? node->var->reg : -1;
}

// --- delivering -------------------------------------------------------------------------------

static void emit_jump(struct generator *g, struct label *label) {
  uint32_t at = g->c->current->n_units;
  asm_op(g->c, OP_JMP);
  asm_jump(g->c, label, at);
}

void gen_branch(struct generator *g, enum op op_if_false, struct dest dest, EmitOperands emit, struct task *t) {
  bool jump_if_true = dest.fall == 0;
  uint32_t at = g->c->current->n_units;
  asm_op(g->c, jump_if_true ? op_if_false + 1 : op_if_false);
  emit(g, t);
  asm_jump(g->c, jump_if_true ? dest.t : dest.f, at);
  if (dest.fall < 0) emit_jump(g, dest.t);
}

static void emit_result(struct generator *g, struct task *t) {
  asm_unit(g->c, t->result);
}

void gen_deliver(struct generator *g, unsigned reg, struct dest dest) {
  switch (dest.kind) {
  case DEST_REG:
    if (reg == dest.reg) return;
    asm_move(g->c, dest.reg, reg);
    return;
  case DEST_TAIL:
    asm_op(g->c, OP_RET);
    asm_unit(g->c, reg);
    return;
  case DEST_TEST: {
    // "Is #f" fails where the value is true, so the sense is the other way round.
    struct dest reversed = dest;
    reversed.t = dest.f;
    reversed.f = dest.t;
    reversed.fall = dest.fall < 0 ? -1 : !dest.fall;
    struct task carrier = {.result = reg};
    gen_branch(g, OP_FALSE_F, reversed, emit_result, &carrier);
    return;
  }
  default:
    return;
  }
}

static void load_constant(struct generator *g, Value v, unsigned reg) {
  struct compiler *c = g->c;
  if (is_fixnum(v) && fixnum_int(v) >= -32768 && fixnum_int(v) <= 32767) {
    asm_op(c, OP_LOADI);
    asm_unit(c, reg);
    asm_unit(c, (Unit)fixnum_int(v));
  } else if (is_small_immediate(v)) {
    asm_op(c, OP_IMM);
    asm_unit(c, reg);
    asm_unit(c, (unsigned)v.w);
  } else {
    unsigned k = asm_constant(c, v);
    asm_op(c, c->current->far ? OP_LOADK_FAR : OP_LOADK);
    asm_unit(c, reg);
    asm_unit(c, k & 0xffff);
    if (c->current->far) asm_unit(c, k >> 16);
  }
}

void gen_deliver_constant(struct generator *g, Value v, struct dest dest) {
  if (dest.kind == DEST_EFFECT) return;
  if (dest.kind == DEST_TEST) {
    bool truth = is_true(v);
    if (dest.fall != truth) emit_jump(g, truth ? dest.t : dest.f);
    return;
  }
  if (dest.kind == DEST_TAIL && v.w <= 0xffff && (is_fixnum(v) || is_immediate(v))) {
    asm_op(g->c, OP_RETI);
    asm_unit(g->c, (unsigned)v.w);
    return;
  }
  unsigned reg = gen_target(g, dest);
  load_constant(g, v, reg);
  gen_deliver(g, reg, dest);
}

// --- constants for instructions that want one ---------------------------------------------------

// Emit `near` with a constant operand first or second, or in a far function `far` with a register that the
// constant was loaded into.
static void emit_with_constant(struct generator *g, enum op near, enum op far, Value v, bool dest_first,
                               unsigned reg) {
  struct compiler *c = g->c;
  unsigned operand;
  if (c->current->far) {
    operand = gen_alloc(g, 1);
    load_constant(g, v, operand);
    g->top--;
  } else {
    operand = asm_constant(c, v);
  }
  asm_op(c, c->current->far ? far : near);
  asm_unit(c, dest_first ? reg : operand);
  asm_unit(c, dest_first ? operand : reg);
}

// --- variables --------------------------------------------------------------------------------

static int free_index(struct fn *fn, struct var *var) {
  for (uint32_t i = 0; i < fn->n_free; i++)
    if (fn->free[i] == var) return (int)i;
  return -1;
}

// Bring what the variable's place holds (a box if it is boxed) into a register; `reg` if it is not in one.
static unsigned raw_variable(struct generator *g, struct var *var, unsigned reg) {
  struct compiler *c = g->c;
  if (in_current(g, var)) return (unsigned)var->reg;
  if (variable_of(var)->self == c->current) {
    asm_op(c, OP_SELF);
    asm_unit(c, reg);
    return reg;
  }
  int index = free_index(c->current, var);
  ASSERT(index >= 0);
  asm_op(c, OP_FREE);
  asm_unit(c, reg);
  asm_unit(c, (unsigned)index);
  return reg;
}

static void gen_local(struct generator *g, struct task *t) {
  struct compiler *c = g->c;
  struct var *var = t->node->var;
  gen_pop(g);
  if (t->dest.kind == DEST_EFFECT && !variable_of(var)->checked) return;
  struct dest dest = t->dest;
  uint32_t position = t->node->position;
  if (!variable_of(var)->boxed && in_current(g, var)) {
    gen_deliver(g, (unsigned)var->reg, dest);
    return;
  }
  unsigned reg = gen_target(g, dest);
  unsigned place = raw_variable(g, var, reg);
  if (variable_of(var)->checked) {
    unsigned k = c->current->far ? 0 : asm_constant(c, var->name);
    asm_position(c, position);
    asm_op(c, c->current->far ? OP_UNBOX : OP_UNBOX_CHECKED);
    asm_unit(c, reg);
    asm_unit(c, place);
    if (!c->current->far) asm_unit(c, k);
    place = reg;
  } else if (variable_of(var)->boxed) {
    asm_op(c, OP_UNBOX);
    asm_unit(c, reg);
    asm_unit(c, place);
    place = reg;
  }
  gen_deliver(g, place, dest);
}

static void gen_set_local(struct generator *g, struct task *t) {
  struct compiler *c = g->c;
  if (t->step++ == 0) {
    t->base = gen_alloc(g, 2);
    gen_push(g, t->node->kids[0], dest_fresh(t->base));
    return;
  }
  struct task done = *t;
  gen_pop(g);
  unsigned box = raw_variable(g, done.node->var, done.base + 1);
  asm_op(c, OP_SET_BOX);
  asm_unit(c, box);
  asm_unit(c, done.base);
  gen_deliver_constant(g, VALUE_UNSPECIFIED, done.dest);
}

static void gen_global(struct generator *g, struct task *t) {
  struct task done = *t;
  gen_pop(g);
  unsigned reg = gen_target(g, done.dest);
  asm_position(g->c, done.node->position);
  emit_with_constant(g, OP_GREF, OP_CELL_REF, done.node->value, true, reg);
  gen_deliver(g, reg, done.dest);
}

static void gen_store_global(struct generator *g, struct task *t) {
  if (t->step++ == 0) {
    t->base = gen_alloc(g, 1);
    gen_push(g, t->node->kids[0], dest_fresh(t->base));
    return;
  }
  struct task done = *t;
  gen_pop(g);
  bool define = done.node->kind == N_DEFINE;
  asm_position(g->c, done.node->position);
  emit_with_constant(g, define ? OP_GDEF : OP_GSET, define ? OP_CELL_DEF : OP_CELL_SET, done.node->value, false,
                     done.base);
  Value v = define ? object_field(done.node->value, CELL_NAME) : VALUE_UNSPECIFIED;
  gen_deliver_constant(g, v, done.dest);
}

// --- closures ---------------------------------------------------------------------------------

// A captured letrec variable whose closure is not made yet; its slot is patched when it is.
static bool is_unmade(struct var *var) {
  return var->reg == -2;
}

static void emit_closure(struct generator *g, struct fn *fn, unsigned reg) {
  struct compiler *c = g->c;
  unsigned top = g->top;
  unsigned *sources = compiler_alloc(c, (fn->n_free + 1) * sizeof *sources);
  if (!sources) return;
  for (uint32_t i = 0; i < fn->n_free; i++) {
    struct var *var = fn->free[i];
    unsigned temporary = gen_alloc(g, 1);
    if (in_current(g, var) && is_unmade(var)) {
      load_constant(g, VALUE_UNASSIGNED, temporary);
      sources[i] = temporary;
    } else {
      sources[i] = raw_variable(g, var, temporary);
    }
  }
  unsigned k = asm_fn_constant(c, fn);
  if (c->current->far) {
    unsigned code = gen_alloc(g, 1);
    asm_op(c, OP_LOADK_FAR);
    asm_unit(c, code);
    asm_unit(c, k & 0xffff);
    asm_unit(c, k >> 16);
    k = code;
  }
  asm_op(c, c->current->far ? OP_CLOSURE_FROM : OP_CLOSURE);
  asm_unit(c, reg);
  asm_unit(c, k);
  asm_unit(c, fn->n_free);
  for (uint32_t i = 0; i < fn->n_free; i++)
    asm_unit(c, sources[i]);
  g->top = top;
}

static void gen_lambda(struct generator *g, struct task *t) {
  struct task done = *t;
  gen_pop(g);
  if (done.dest.kind == DEST_EFFECT) return;
  unsigned reg = gen_target(g, done.dest);
  emit_closure(g, done.node->lambda->use, reg);
  gen_deliver(g, reg, done.dest);
}

// --- control ----------------------------------------------------------------------------------

static bool is_constant_false(struct node *n) {
  return n->kind == N_CONST && is_false(n->value);
}

static bool is_constant_true(struct node *n) {
  return n->kind == N_CONST && is_true(n->value);
}

// `if` for a test: where a branch is a constant, its label is the destination's own.
static void gen_if_test(struct generator *g, struct task *t) {
  struct node **kids = t->node->kids;
  struct dest dest = t->dest;
  bool true_then = is_constant_true(kids[1]);
  bool false_else = is_constant_false(kids[2]);
  struct dest test = {.kind = DEST_TEST, .fall = 1};
  switch (t->step++) {
  case 0:
    t->top = g->top;
    t->l1 = true_then ? dest.t : gen_label(g);
    t->l2 = false_else ? dest.f : gen_label(g);
    test.t = t->l1;
    test.f = t->l2;
    test.fall = true_then ? (false_else ? dest.fall : 0) : 1;
    gen_push(g, kids[0], test);
    return;
  case 1:
    g->top = t->top;
    if (true_then) return;
    asm_place(g->c, t->l1);
    if (!false_else) dest.fall = -1;
    gen_push(g, kids[1], dest);
    return;
  case 2:
    g->top = t->top;
    if (false_else) return;
    asm_place(g->c, t->l2);
    gen_push(g, kids[2], dest);
    return;
  default:
    gen_pop(g);
  }
}

static void gen_if(struct generator *g, struct task *t) {
  struct node **kids = t->node->kids;
  if (t->dest.kind == DEST_TEST) {
    gen_if_test(g, t);
    return;
  }
  switch (t->step++) {
  case 0: {
    t->top = g->top;
    struct dest test = with_labels(g, t);
    gen_push(g, kids[0], test);
    return;
  }
  case 1:
    asm_place(g->c, t->l1);
    g->top = t->top;
    gen_push(g, kids[1], t->dest);
    return;
  case 2: {
    bool else_is_nothing = t->dest.kind == DEST_EFFECT && kids[2]->kind == N_CONST;
    t->l1 = gen_label(g);
    if (t->dest.kind != DEST_TAIL && !else_is_nothing) emit_jump(g, t->l1);
    asm_place(g->c, t->l2);
    g->top = t->top;
    gen_push(g, kids[2], t->dest);
    return;
  }
  default:
    asm_place(g->c, t->l1);
    gen_pop(g);
  }
}

static void gen_sequence(struct generator *g, struct task *t) {
  if (t->i) g->top = t->top;
  t->top = g->top;
  uint32_t i = t->i++;
  if (i + 1 < t->node->n_kids) {
    gen_push(g, t->node->kids[i], (struct dest){.kind = DEST_EFFECT});
    return;
  }
  // The last one takes this task's place.
  t->node = t->node->kids[i];
  t->step = t->i = 0;
}

// --- bindings ---------------------------------------------------------------------------------

static void emit_box(struct generator *g, struct var *var) {
  asm_op(g->c, OP_BOX);
  asm_unit(g->c, (unsigned)var->reg);
  asm_unit(g->c, (unsigned)var->reg);
}

// (let ((t e)) (if t t b)), as `or` makes it, where only truth or nothing is wanted: (if e #t b).
static bool rewrite_or(struct task *t) {
  struct node *n = t->node;
  if (t->dest.kind != DEST_TEST || n->kind != N_LET || n->n_vars != 1) return false;
  struct node *body = n->kids[1];
  struct var *var = n->vars[0];
  if (body->kind != N_IF || var->n_refs != 2 || var->captured || variable_of(var)->boxed) return false;
  if (body->kids[0]->kind != N_LOCAL || body->kids[0]->var != var) return false;
  if (body->kids[1]->kind != N_LOCAL || body->kids[1]->var != var) return false;
  body->kids[0] = n->kids[0];
  body->kids[1]->kind = N_CONST;
  body->kids[1]->value = VALUE_TRUE;
  n->kind = N_IF;
  n->kids = body->kids;
  n->n_kids = body->n_kids;
  return true;
}

static void begin_loops(struct generator *g, struct node *n) {
  for (uint32_t i = 0; i < n->n_vars; i++) {
    struct loop *loop = variable_of(n->vars[i])->loop;
    variable_of(n->vars[i])->place = 0;
    if (!loop) continue;
    loop->emitted = false;
    loop->label = (struct label){.at = -1};
    for (uint32_t j = 0; j < loop->clause->n_required; j++) {
      loop->clause->vars[j]->reg = (int)gen_alloc(g, 1);
      variable_of(loop->clause->vars[j])->place = 0;
    }
  }
}

static void end_binding(struct generator *g, struct task *t) {
  struct node *n = t->node;
  for (uint32_t i = 0; i < n->n_vars; i++)
    place_close(g->c, n->vars[i]);
  g->top = t->top;
  gen_pop(g);
}

static void gen_let(struct generator *g, struct task *t) {
  struct node *n = t->node;
  if (t->step == 0) {
    if (rewrite_or(t)) return;
    t->step = 1;
    t->top = g->top;
    begin_loops(g, n);
    for (uint32_t i = 0; i < n->n_vars; i++)
      n->vars[i]->reg = -1;
  }
  while (t->i < n->n_vars && variable_of(n->vars[t->i])->loop)
    t->i++;
  if (t->step == 2) {
    struct var *last = n->vars[t->base];
    g->top = last->reg < 0 ? t->result : (unsigned)last->reg + 1;
    if (variable_of(last)->boxed) emit_box(g, last);
    t->step = 1;
  }
  if (t->step == 1 && t->i < n->n_vars) {
    t->base = t->i;
    t->step = 2;
    struct var *var = n->vars[t->i++];
    if (var->n_refs == 0 && !variable_of(var)->boxed) {
      t->result = g->top;
      gen_push(g, n->kids[t->base], (struct dest){.kind = DEST_EFFECT});
      return;
    }
    unsigned reg = gen_alloc(g, 1);
    var->reg = (int)reg;
    gen_push(g, n->kids[t->base], dest_fresh(reg));
    return;
  }
  if (t->step == 1) {
    t->step = 3;
    // The variables are in scope from here on, not in each other's values.
    for (uint32_t i = 0; i < n->n_vars; i++)
      if (!variable_of(n->vars[i])->loop)
        place_open(g->c, n->vars[i], n->vars[i]->reg < 0 ? PLACE_UNKEPT : PLACE_LOCAL, g->c->current->n_units);
    gen_push(g, n->kids[n->n_vars], t->dest);
    return;
  }
  end_binding(g, t);
}

// Let closures made before `var` know it.
static void patch_closures(struct generator *g, struct node *n, uint32_t made) {
  struct var *var = n->vars[made];
  for (uint32_t i = 0; i < made; i++) {
    if (n->kids[i]->kind != N_LAMBDA || variable_of(n->vars[i])->loop) continue;
    struct fn *fn = n->kids[i]->lambda->use;
    int index = free_index(fn, var);
    if (index < 0) continue;
    unsigned closure = (unsigned)n->vars[i]->reg;
    if (variable_of(n->vars[i])->boxed) {
      // The box still holds the closure: had code run since, `var` would be boxed as well.
      unsigned box = closure;
      closure = gen_alloc(g, 1);
      g->top--;
      asm_op(g->c, OP_UNBOX);
      asm_unit(g->c, closure);
      asm_unit(g->c, box);
    }
    asm_op(g->c, OP_CLOSURE_PATCH);
    asm_unit(g->c, closure);
    asm_unit(g->c, (unsigned)index);
    asm_unit(g->c, (unsigned)var->reg);
  }
}

static void emit_set_box(struct generator *g, struct var *var, unsigned value) {
  asm_op(g->c, OP_SET_BOX);
  asm_unit(g->c, (unsigned)var->reg);
  asm_unit(g->c, value);
}

// Does the box of a letrec's variable get its value only after all values were evaluated?
static bool is_set_late(const struct node *n, uint32_t i) {
  return n->together && variable_of(n->vars[i])->boxed && !is_inert(n->kids[i]);
}

// Boxes first, then values in order; lambdas that know later ones are patched.
static void gen_letrec(struct generator *g, struct task *t) {
  struct node *n = t->node;
  if (t->step == 0) {
    t->step = 1;
    t->top = g->top;
    begin_loops(g, n);
    for (uint32_t i = 0; i < n->n_vars; i++) {
      struct var *var = n->vars[i];
      if (variable_of(var)->loop) continue;
      var->reg = -2;
      if (!variable_of(var)->boxed) continue;
      var->reg = (int)gen_alloc(g, 1);
      load_constant(g, VALUE_UNASSIGNED, (unsigned)var->reg);
      emit_box(g, var);
      place_open(g->c, var, PLACE_LOCAL, g->c->current->n_units);
    }
  }
  if (t->step == 2) {
    struct var *last = n->vars[t->i];
    if (is_set_late(n, t->i)) {
      g->top = t->base + 1;
      last->index = t->base;
    } else if (variable_of(last)->boxed) {
      emit_set_box(g, last, t->base);
      g->top = t->base;
    } else {
      g->top = t->base + 1;
      last->reg = (int)t->base;
      place_open(g->c, last, PLACE_LOCAL, g->c->current->n_units);
      patch_closures(g, n, t->i);
    }
    t->i++;
    t->step = 1;
  }
  while (t->i < n->n_vars && variable_of(n->vars[t->i])->loop)
    t->i++;
  if (t->step == 1 && t->i < n->n_vars) {
    t->step = 2;
    t->base = gen_alloc(g, 1);
    gen_push(g, n->kids[t->i], dest_fresh(t->base));
    return;
  }
  if (t->step == 1) {
    t->step = 3;
    for (uint32_t i = 0; i < n->n_vars; i++)
      if (!variable_of(n->vars[i])->loop && is_set_late(n, i)) emit_set_box(g, n->vars[i], n->vars[i]->index);
    gen_push(g, n->kids[n->n_vars], t->dest);
    return;
  }
  end_binding(g, t);
}

// --- the loop ---------------------------------------------------------------------------------

static void step(struct generator *g) {
  struct task *t = gen_task(g);
  switch (t->node->kind) {
  case N_CONST: {
    struct task done = *t;
    gen_pop(g);
    gen_deliver_constant(g, done.node->value, done.dest);
    return;
  }
  case N_LOCAL: gen_local(g, t); return;
  case N_SET_LOCAL: gen_set_local(g, t); return;
  case N_GLOBAL: gen_global(g, t); return;
  case N_SET_GLOBAL:
  case N_DEFINE: gen_store_global(g, t); return;
  case N_IF: gen_if(g, t); return;
  case N_SEQ: gen_sequence(g, t); return;
  case N_LAMBDA: gen_lambda(g, t); return;
  case N_CALL: gen_call(g, t); return;
  case N_LET: gen_let(g, t); return;
  case N_LETREC: gen_letrec(g, t); return;
  }
}

static void run_tasks(struct generator *g) {
  while (g->tasks.n && !g->c->out_of_memory && !g->c->too_large)
    step(g);
}

// --- functions --------------------------------------------------------------------------------

// The frame size in ENTER is filled in by the caller, when all clauses are known.
static void gen_clause(struct generator *g, struct clause *clause) {
  struct compiler *c = g->c;
  unsigned n = clause->n_required + clause->has_rest;
  uint32_t start = c->current->n_units;
  asm_op(c, clause->has_rest ? OP_ENTER_REST : OP_ENTER);
  asm_unit(c, clause->n_required);
  asm_unit(c, 0);
  g->top = 0;
  gen_alloc(g, n);
  for (unsigned i = 0; i < n; i++) {
    clause->vars[i]->reg = (int)i;
    if (variable_of(clause->vars[i])->boxed) emit_box(g, clause->vars[i]);
  }
  for (unsigned i = 0; i < n; i++) {
    bool rest = i == clause->n_required;
    place_open(c, clause->vars[i], rest ? PLACE_REST : PLACE_PARAMETER, rest ? start + 3 : start);
  }
  gen_push(g, clause->body, (struct dest){.kind = DEST_TAIL});
  run_tasks(g);
  for (unsigned i = 0; i < n; i++)
    place_close(c, clause->vars[i]);
}

static void gen_clauses(struct generator *g, struct lambda *lambda) {
  struct compiler *c = g->c;
  struct fn *fn = c->current;
  uint32_t n = lambda->n_clauses;
  struct label *labels = compiler_alloc(c, n * sizeof *labels);
  if (!labels) return;
  for (uint32_t i = 0; i < n; i++)
    labels[i].at = -1;
  for (uint32_t i = 0; n != 1 && i < n; i++) {
    uint32_t at = fn->n_units;
    asm_op(c, lambda->clauses[i].has_rest ? OP_CASE_REST : OP_CASE);
    asm_unit(c, lambda->clauses[i].n_required);
    asm_jump(c, &labels[i], at);
  }
  if (n == 1) gen_record_procedure(g, &lambda->clauses[0]);
  else asm_op(c, OP_CASE_FAIL);  // all there is of a case-lambda without clauses
  for (uint32_t i = 0; i < n && !c->out_of_memory; i++) {
    asm_place(c, &labels[i]);
    gen_clause(g, &lambda->clauses[i]);
  }
  for (uint32_t i = 0; i < n && !c->out_of_memory; i++)
    fn->units[labels[i].at + 2] = (Unit)fn->frame_size;
}

static void gen_top(struct generator *g, struct node *body) {
  asm_op(g->c, OP_ENTER);
  asm_unit(g->c, 0);
  asm_unit(g->c, 0);
  // No tail call: a backtrace shall show where in the file it began.
  unsigned value = gen_alloc(g, 1);
  gen_push(g, body, dest_fresh(value));
  run_tasks(g);
  gen_deliver(g, value, (struct dest){.kind = DEST_TAIL});
  if (g->c->current->n_units > 2) g->c->current->units[2] = (Unit)g->c->current->frame_size;
}

// Beyond this many units (constants counted in) a 16-bit distance may not reach.
#define NEAR_UNITS 60000

void generate(struct compiler *c, struct fn *fn, struct node *body) {
  c->current = fn;
  for (;;) {
    struct generator g = {.c = c, .tasks = {.frame_bytes = sizeof(struct task)}};
    fn->lone_move = fn->n_units = fn->n_constants = fn->n_lines = fn->n_places = fn->frame_size = 0;
    if (fn->lambda) gen_clauses(&g, fn->lambda);
    else gen_top(&g, body);
    debug_encode(c);
    if (fn->frame_size > 0xfff0) c->too_large = "a procedure with more than 65,000 registers";
    bool too_far = fn->n_units + fn->n_constants * (WORD_BYTES / sizeof(Unit)) > NEAR_UNITS;
    if (!too_far || fn->far || c->out_of_memory || c->too_large) return;
    fn->far = true;
  }
}
