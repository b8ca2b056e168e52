// The generator's calls: instructions for known primitives, jumps for loops, frames for the rest.
//
// Uses: compile/generate.  Used by: compile.
#include "compile/generate.h"
#include "data/env.h"

static const struct inline_info inline_infos[] = {
#define INLINE(name, n, kind, op, extra) {name, n, I_##kind, OP_##op, INLINE_EXTRA_##kind(extra)},
#define INLINE_EXTRA_VALUE(x) 0
#define INLINE_EXTRA_EFFECT(x) 0
#define INLINE_EXTRA_TEST(x) 0
#define INLINE_EXTRA_NOT(x) 0
#define INLINE_EXTRA_ZERO(x) 0
#define INLINE_EXTRA_ARITH(x) 0
#define INLINE_EXTRA_RECORD(x) 0
#define INLINE_EXTRA_TYPE(x) x
#define INLINE_EXTRA_COMPARE(x) OP_##x
#define INLINE_EXTRA_SWAP(x) OP_##x
#define INLINE_EXTRA_EQV(x) OP_##x
#include "compile/inline.def"
#undef INLINE
};

static const struct inline_info *find_inline(const char *name, uint32_t n_args) {
  size_t low = 0, high = ARRAY_LENGTH(inline_infos);
  while (low < high) {
    size_t middle = (low + high) / 2;
    int order = strcmp(name, inline_infos[middle].name);
    if (order == 0) return inline_infos[middle].n_args == n_args ? &inline_infos[middle] : NULL;
    if (order < 0) high = middle;
    else low = middle + 1;
  }
  return NULL;
}

const struct primitive *gen_known_primitive(struct generator *g, struct node *operator) {
  if (operator->kind != N_GLOBAL) return NULL;
  Value cell = operator->value;
  if (!(fixnum_int(object_field(cell, CELL_FLAGS)) & CELL_CONSTANT)) return NULL;
  Value v = object_field(cell, CELL_VALUE);
  if (!is_type(v, T_PRIMITIVE)) return NULL;
  return g->c->primitives->entries[fixnum_int(object_field(v, PRIMITIVE_INDEX))];
}

static bool is_short_fixnum(struct node *n) {
  return n->kind == N_CONST && is_fixnum(n->value) && fixnum_int(n->value) >= -32767 &&
         fixnum_int(n->value) <= 32767;
}

// Is it a fixnum on every word size?  An image that one of 64 bits made serves one of 32, where it may be a bignum.
static bool is_fixnum_everywhere(Value v) {
  return is_fixnum(v) && fixnum_int(v) >= -(1 << 28) && fixnum_int(v) < 1 << 28;
}

// May eq? stand for equal? when one side is this constant?
static bool is_eq_comparable(struct node *n) {
  return n->kind == N_CONST &&
         (is_fixnum_everywhere(n->value) || is_immediate(n->value) || is_type(n->value, T_SYMBOL));
}

// --- operands ---------------------------------------------------------------------------------

// Evaluate operand t->i of an instruction, unless it can be used where it is.  True when one was pushed.
static bool push_operand(struct generator *g, struct task *t) {
  struct node *kid = t->node->kids[t->i + (t->second || (t->ends && t->i == 1) ? 2 : 1)];
  int reg = gen_local_register(g, kid);
  if (reg >= 0) {
    t->operands[t->i++] = (unsigned)reg;
    return false;
  }
  // The first temporary may be where the result goes, if nothing reads that before: so (+ (+ (+ a b) c) d) needs
  // no more registers the deeper it is.
  bool in_place = t->i == 0 && t->dest.kind == DEST_REG && t->dest.fresh;
  unsigned temporary = in_place ? t->dest.reg : gen_alloc(g, 1);
  if (!in_place) t->base = temporary + 1;
  t->operands[t->i++] = temporary;
  gen_push(g, kid, dest_fresh(temporary));
  return true;
}

// Evaluate operands up to `n`; t->base is the first register that none of them has.  True: not done yet.
static bool push_operands(struct generator *g, struct task *t, uint32_t n) {
  // What an operand used beside its own register is free again.
  g->top = t->i ? t->base : t->top;
  if (!t->i) t->base = t->top;
  while (t->i < n)
    if (push_operand(g, t)) return true;
  return false;
}

static void emit_operands(struct generator *g, struct task *t) {
  for (uint32_t i = 0; i < t->i; i++)
    asm_unit(g->c, t->operands[i]);
  if (t->immediate) asm_unit(g->c, t->result);
}

static void emit_swapped(struct generator *g, struct task *t) {
  asm_unit(g->c, t->operands[1]);
  asm_unit(g->c, t->operands[0]);
}

// --- tests ------------------------------------------------------------------------------------

static enum op flipped(enum op op) {
  switch (op) {
  case OP_LTI_F: return OP_GTI_F;
  case OP_LEI_F: return OP_GEI_F;
  case OP_GTI_F: return OP_LTI_F;
  case OP_GEI_F: return OP_LEI_F;
  default: return op;
  }
}

// Choose instruction and operands of a test; false: it is no instruction after all.
static bool plan_test(struct task *t) {
  struct node **args = t->node->kids + 1;
  const struct inline_info *info = t->inlined;
  t->op = info->op;
  switch (info->kind) {
  case I_TYPE:
    t->immediate = true;
    t->result = info->extra;
    return true;
  case I_ZERO:
    t->immediate = true;
    t->result = 0;
    return true;
  case I_COMPARE:
  case I_SWAP:
    if (is_short_fixnum(args[1])) {
      t->immediate = true;
      t->result = (Unit)fixnum_int(args[1]->value);
      t->op = info->extra;
    } else if (is_short_fixnum(args[0])) {
      t->immediate = true;
      t->result = (Unit)fixnum_int(args[0]->value);
      t->op = flipped(info->extra);
      t->second = true;
    }
    return true;
  case I_EQV:
    if (info->name[2] != '?' && !is_eq_comparable(args[0]) && !is_eq_comparable(args[1])) return false;
    for (int i = 0; i < 2 && !t->immediate; i++) {
      if (args[i]->kind != N_CONST || !is_small_immediate(args[i]->value)) continue;
      t->immediate = true;
      t->result = (unsigned)args[i]->value.w;
      t->op = OP_EQI_F;
      t->second = i == 0;
    }
    return true;
  default:
    return true;
  }
}

static void gen_test(struct generator *g, struct task *t) {
  uint32_t n = t->immediate ? 1 : t->inlined->n_args;
  if (push_operands(g, t, n)) return;
  struct task done = *t;
  bool exchanged = done.inlined->kind == I_SWAP && !done.immediate;
  EmitOperands emit = exchanged ? emit_swapped : emit_operands;
  asm_operator_position(g->c, done.node->position,
                        (exchanged || done.second ? OPERATOR_SWAPPED : 0) |
                            (done.inlined->kind == I_ZERO ? OPERATOR_ZERO : 0));
  if (done.dest.kind == DEST_TEST) {
    gen_pop(g);
    gen_branch(g, done.op, done.dest, emit, &done);
    return;
  }
  struct label *yes = gen_label(g), *no = gen_label(g), *end = gen_label(g);
  struct dest test = {.kind = DEST_TEST, .fall = 1, .t = yes, .f = no};
  gen_pop(g);
  gen_branch(g, done.op, test, emit, &done);
  asm_place(g->c, yes);
  g->top = done.top;
  gen_deliver_constant(g, VALUE_TRUE, done.dest);
  uint32_t at = g->c->current->n_units;
  asm_op(g->c, OP_JMP);
  asm_jump(g->c, end, at);
  asm_place(g->c, no);
  gen_deliver_constant(g, VALUE_FALSE, done.dest);
  asm_place(g->c, end);
}

static void gen_not(struct generator *g, struct task *t) {
  struct node *kid = t->node->kids[1];
  if (t->dest.kind == DEST_TEST) {
    struct dest d = t->dest;
    t->dest.t = d.f;
    t->dest.f = d.t;
    t->dest.fall = d.fall < 0 ? -1 : !d.fall;
    t->node = kid;
    t->step = t->i = 0;
    return;
  }
  if (t->step == 1) {
    t->l1 = gen_label(g);
    t->l2 = gen_label(g);
    t->step = 2;
    gen_push(g, kid, (struct dest){.kind = DEST_TEST, .fall = 0, .t = t->l2, .f = t->l1});
    return;
  }
  struct task done = *t;
  struct label *end = gen_label(g);
  gen_pop(g);
  asm_place(g->c, done.l1);
  g->top = done.top;
  gen_deliver_constant(g, VALUE_TRUE, done.dest);
  uint32_t at = g->c->current->n_units;
  asm_op(g->c, OP_JMP);
  asm_jump(g->c, end, at);
  asm_place(g->c, done.l2);
  gen_deliver_constant(g, VALUE_FALSE, done.dest);
  asm_place(g->c, end);
}

// --- values -----------------------------------------------------------------------------------

static void plan_value(struct task *t) {
  struct node **args = t->node->kids + 1;
  t->op = t->inlined->op;
  bool add = t->op == OP_ADD, subtract = t->op == OP_SUB, ref = t->op == OP_VECTOR_REF, multiply = t->op == OP_MUL;
  // Not x - 0: as a sum it would lose the sign of -0.0.
  bool less_zero = subtract && args[1]->kind == N_CONST && value_eq(args[1]->value, fixnum(0));
  bool divides = t->op == OP_QUOTIENT || t->op == OP_REMAINDER || t->op == OP_MODULO;
  if ((add || subtract || ref || multiply) && is_short_fixnum(args[1]) && !less_zero) {
    sword n = fixnum_int(args[1]->value);
    t->op = ref ? OP_VECTOR_REFI : multiply ? OP_MULI : OP_ADDI;
    t->result = (Unit)(subtract ? -n : n);
    t->immediate = true;
  } else if (divides && is_short_fixnum(args[1]) && fixnum_int(args[1]->value) > 0) {
    t->op = (uint8_t)(t->op == OP_QUOTIENT ? OP_QUOTIENTI : t->op == OP_REMAINDER ? OP_REMAINDERI : OP_MODULOI);
    t->result = (Unit)fixnum_int(args[1]->value);
    t->immediate = true;
  } else if ((add || multiply) && is_short_fixnum(args[0])) {
    t->op = add ? OP_ADDI : OP_MULI;
    t->result = (Unit)fixnum_int(args[0]->value);
    t->immediate = t->second = true;
  }
}

static void gen_value(struct generator *g, struct task *t) {
  if (push_operands(g, t, t->inlined->n_args - t->immediate)) return;
  struct task done = *t;
  gen_pop(g);
  g->top = done.top;
  unsigned reg = gen_target(g, done.dest);
  bool minus = done.op == OP_ADDI && done.inlined->op == OP_SUB;
  asm_operator_position(g->c, done.node->position,
                        (done.second ? OPERATOR_SWAPPED : 0) | (minus ? OPERATOR_MINUS : 0));
  asm_op(g->c, done.op);
  asm_unit(g->c, reg);
  emit_operands(g, &done);
  gen_deliver(g, reg, done.dest);
}

static void plan_effect(struct task *t) {
  struct node *index = t->node->kids[2];
  t->op = t->inlined->op;
  if (t->op != OP_VECTOR_SET || !is_short_fixnum(index)) return;
  t->op = OP_VECTOR_SETI;
  t->result = (Unit)fixnum_int(index->value);
  t->immediate = t->ends = true;
}

static void gen_effect(struct generator *g, struct task *t) {
  if (push_operands(g, t, t->inlined->n_args - t->immediate)) return;
  struct task done = *t;
  gen_pop(g);
  g->top = done.top;
  asm_position(g->c, done.node->position);
  asm_op(g->c, done.op);
  emit_operands(g, &done);
  gen_deliver_constant(g, VALUE_UNSPECIFIED, done.dest);
}

// --- calls of primitives ------------------------------------------------------------------------

static void gen_primitive(struct generator *g, struct task *t) {
  struct compiler *c = g->c;
  const struct primitive *p = gen_known_primitive(g, t->node->kids[0]);
  uint32_t n_args = t->node->n_kids - 1;
  // The one argument of a primitive that takes no more is used where it is.
  int local = n_args == 1 && p->max == 1 ? gen_local_register(g, t->node->kids[1]) : -1;
  if (t->i < n_args && local < 0) {
    if (t->i == 0) t->base = g->top;
    g->top = t->base + t->i;
    unsigned reg = gen_alloc(g, 1);
    gen_push(g, t->node->kids[++t->i], dest_fresh(reg));
    return;
  }
  struct task done = *t;
  if (n_args == 0 || local >= 0) done.base = g->top;
  gen_pop(g);
  unsigned slots = p->max == PRIMITIVE_REST || n_args > p->max ? n_args : p->max;
  g->top = done.base;
  gen_alloc(g, slots + 1);
  g->top = done.top;
  unsigned reg = gen_target(g, done.dest);
  asm_position(c, done.node->position);
  unsigned k = asm_constant(c, done.primitive);
  asm_op(c, OP_PRIM);
  asm_unit(c, reg);
  asm_unit(c, k);
  asm_unit(c, n_args);
  asm_unit(c, local >= 0 ? (unsigned)local : done.base);
  gen_deliver(g, reg, done.dest);
}

// --- calls in general -----------------------------------------------------------------------------

// A call of error or raise does not return: the frame had better stay, for the backtrace.
static bool never_returns(struct generator *g, struct node *operator) {
  if (operator->kind != N_GLOBAL) return false;
  struct heap *heap = g->c->cx->heap;
  Value name = object_field(operator->value, CELL_NAME);
  return value_eq(name, known(heap, KNOWN_ERROR)) || value_eq(name, known(heap, KNOWN_RAISE));
}

static void gen_general_call(struct generator *g, struct task *t) {
  struct compiler *c = g->c;
  struct node *n = t->node;
  struct dest dest = t->dest;
  // At top level an unknown operator is looked at first: in (defien (f x) ...) it is what is wrong, not f.
  bool unknown = !c->current->lambda && n->kids[0]->kind == N_GLOBAL && cell_is_free(n->kids[0]->value);
  bool global = n->kids[0]->kind == N_GLOBAL && !c->current->far && !unknown;
  int callee = gen_local_register(g, n->kids[0]);
  if (t->i == 0) {
    bool in_place = dest.kind == DEST_REG && dest.fresh && dest.reg + 1 == g->top;
    t->base = in_place ? dest.reg : g->top;
    t->i = global || callee >= 0;
  }
  bool tail = dest.kind == DEST_TAIL && !never_returns(g, n->kids[0]);
  bool single = global && !tail && n->n_kids == 2;
  int local = single ? gen_local_register(g, n->kids[1]) : -1;
  if (t->i < n->n_kids && local < 0) {
    g->top = t->base + 1 + t->i;
    unsigned reg = gen_alloc(g, 1);
    gen_push(g, n->kids[t->i++], dest_fresh(reg));
    return;
  }
  struct task done = *t;
  gen_pop(g);
  unsigned n_args = n->n_kids - 1;
  g->top = done.base;
  gen_alloc(g, n_args + 2);
  asm_position(c, n->position);
  if (single) {
    unsigned k = asm_constant(c, n->kids[0]->value);
    asm_op(c, OP_CALL_GLOBAL_1);
    asm_unit(c, k);
    n_args = local >= 0 ? (unsigned)local : done.base + 2;  // where the one argument is
  } else if (global) {
    unsigned k = asm_constant(c, n->kids[0]->value);
    asm_op(c, tail ? OP_TAIL_GLOBAL : OP_CALL_GLOBAL);
    asm_unit(c, k);
  } else {
    asm_op(c, tail ? OP_TAIL : OP_CALL);
    asm_unit(c, callee >= 0 ? (unsigned)callee : done.base + 1);
  }
  asm_unit(c, n_args);
  asm_unit(c, done.base + 2);
  g->top = done.top > done.base + 1 ? done.top : done.base + 1;
  if (!tail) gen_deliver(g, done.base, dest);
}

// --- loops ----------------------------------------------------------------------------------------

// May evaluating `n` read register `reg`?  Looks two levels deep and answers yes beyond.
static bool may_read(struct generator *g, struct node *n, int reg, int depth) {
  switch (n->kind) {
  case N_CONST:
  case N_GLOBAL:
    return false;
  case N_LOCAL:
    return variable_of(n->var)->owner == g->c->current && n->var->reg == reg;
  case N_CALL:
    if (depth == 0 || !gen_known_primitive(g, n->kids[0])) return true;
    for (uint32_t i = 1; i < n->n_kids; i++)
      if (may_read(g, n->kids[i], reg, depth - 1)) return true;
    return false;
  default:
    return true;
  }
}

// An argument still to evaluate that may go straight into its variable, as no other one to come reads that;
// else the first one left, for a temporary (*direct false).  -1: none is left.
static int next_argument(struct generator *g, struct task *t, struct loop *loop, struct loop_arg *args, bool *direct) {
  int left = -1;
  uint32_t n = loop->clause->n_required;
  for (uint32_t i = 0; i < n; i++) {
    if (args[i].state != ARG_WAITING) continue;
    if (left < 0) left = (int)i;
    bool read = false;
    for (uint32_t j = 0; j < n && !read; j++)
      read = j != i && args[j].state == ARG_WAITING &&
             may_read(g, t->node->kids[j + 1], loop->clause->vars[i]->reg, 2);
    if (read) continue;
    *direct = true;
    return (int)i;
  }
  *direct = false;
  return left;
}

#define LOOP_BODY_DONE 2

static void enter_loop(struct generator *g, struct task *t, struct loop *loop) {
  struct compiler *c = g->c;
  struct clause *clause = loop->clause;
  if (loop->emitted) {
    uint32_t at = c->current->n_units;
    asm_op(c, OP_LOOP);
    asm_jump(c, &loop->label, at);
    for (uint32_t i = 0; i < clause->n_required; i++)
      if (t->args[i].state == ARG_RENEWED) place_reopen(c, clause->vars[i]);
    gen_pop(g);
    return;
  }
  loop->emitted = true;
  asm_place(c, &loop->label);
  for (uint32_t i = 0; i < clause->n_required; i++) {
    struct var *var = clause->vars[i];
    if (!variable_of(var)->boxed) continue;
    asm_op(c, OP_BOX);
    asm_unit(c, (unsigned)var->reg);
    asm_unit(c, (unsigned)var->reg);
  }
  for (uint32_t i = 0; i < clause->n_required; i++)
    place_open(c, clause->vars[i], PLACE_LOCAL, c->current->n_units);
  t->step = LOOP_BODY_DONE;
  gen_push(g, clause->body, t->dest);
}

static void end_loop(struct generator *g, struct loop *loop) {
  for (uint32_t i = 0; i < loop->clause->n_required; i++)
    place_close(g->c, loop->clause->vars[i]);
  gen_pop(g);
}

static void gen_loop_call(struct generator *g, struct task *t, struct loop *loop) {
  uint32_t n = loop->clause->n_required;
  if (t->step == 0) {
    t->step = 1;
    t->args = compiler_alloc(g->c, (n + 1) * sizeof *t->args);
    if (!t->args) return;
  }
  if (t->step == LOOP_BODY_DONE) return end_loop(g, loop);
  struct loop_arg *args = t->args;
  for (uint32_t j = 0; j < n; j++)
    if (args[j].state == ARG_RENEWED) place_close(g->c, loop->clause->vars[j]);
  bool direct;
  int i = next_argument(g, t, loop, args, &direct);
  if (i >= 0) {
    struct node *arg = t->node->kids[i + 1];
    unsigned reg = (unsigned)loop->clause->vars[i]->reg;
    args[i].state = direct ? ARG_RENEWED : ARG_IN_TEMPORARY;
    if (gen_local_register(g, arg) == (int)reg && !variable_of(loop->clause->vars[i])->boxed) {
      args[i].state = ARG_IN_PLACE;
      return;
    }
    if (direct) {
      gen_push(g, arg, (struct dest){.kind = DEST_REG, .reg = reg});
      return;
    }
    args[i].temporary = gen_alloc(g, 1);
    gen_push(g, arg, dest_fresh(args[i].temporary));
    return;
  }
  for (uint32_t j = 0; j < n; j++) {
    if (args[j].state != ARG_IN_TEMPORARY) continue;
    asm_move(g->c, (unsigned)loop->clause->vars[j]->reg, args[j].temporary);
  }
  g->top = t->top;
  enter_loop(g, t, loop);
}

// --- the choice -------------------------------------------------------------------------------------

// (+ a b c ...) is (+ (+ a b) c ...), likewise - and *.
static void nest_arithmetic(struct generator *g, struct node *n) {
  struct node **args = n->kids;
  uint32_t last = n->n_kids - 1;
  struct node *first = args[1];
  for (uint32_t i = 2; i <= last; i++) {
    struct node *outer = i == last ? n : compiler_alloc(g->c, sizeof *outer);
    struct node **kids = compiler_alloc(g->c, 3 * sizeof *kids);
    if (!outer || !kids) return;
    *outer = *n;
    outer->kids = kids;
    outer->n_kids = 3;
    kids[0] = args[0];
    kids[1] = first;
    kids[2] = args[i];
    first = outer;
  }
}

static bool is_arithmetic_name(const char *name) {
  return (name[0] == '+' || name[0] == '-' || name[0] == '*') && name[1] == 0;
}

static bool plan_inline(struct generator *g, struct task *t, const struct primitive *p) {
  if (t->node->n_kids > 3 && is_arithmetic_name(p->name)) nest_arithmetic(g, t->node);
  t->inlined = find_inline(p->name, t->node->n_kids - 1);
  if (!t->inlined) return false;
  switch (t->inlined->kind) {
  case I_VALUE:
  case I_ARITH:
    plan_value(t);
    return true;
  case I_EFFECT:
    plan_effect(t);
    return true;
  case I_RECORD: {
    struct node *index = t->node->kids[3];
    bool set = t->inlined->n_args == 5;
    t->op = set ? OP_RECORD_SET : OP_RECORD_REF;
    return is_short_fixnum(index) && fixnum_int(index->value) >= 0;
  }
  case I_NOT:
    return true;
  default:
    return plan_test(t);
  }
}

static void gen_inlined(struct generator *g, struct task *t) {
  switch (t->inlined->kind) {
  case I_VALUE:
  case I_ARITH: gen_value(g, t); return;
  case I_EFFECT: gen_effect(g, t); return;
  case I_RECORD: gen_record(g, t); return;
  case I_NOT: gen_not(g, t); return;
  default: gen_test(g, t); return;
  }
}

void gen_call(struct generator *g, struct task *t) {
  struct node *operator = t->node->kids[0];
  if (operator->kind == N_LOCAL && variable_of(operator->var)->loop) {
    if (t->step == 0) t->top = g->top;
    gen_loop_call(g, t, variable_of(operator->var)->loop);
    return;
  }
  if (t->step == 0) {
    t->step = 1;
    t->i = 0;
    t->top = g->top;
    t->inlined = NULL;
    t->primitive = VALUE_FALSE;
    t->immediate = t->second = t->ends = false;
    const struct primitive *p = gen_known_primitive(g, operator);
    uint32_t n_args = t->node->n_kids - 1;
    if (p && !plan_inline(g, t, p)) {
      t->inlined = NULL;
      t->immediate = t->second = false;
      bool fits = n_args >= p->min && (p->max == PRIMITIVE_REST || n_args <= p->max);
      if (fits && !p->framed && !g->c->current->far) t->primitive = object_field(operator->value, CELL_VALUE);
    }
  }
  if (t->inlined) gen_inlined(g, t);
  else if (is_true(t->primitive)) gen_primitive(g, t);
  else gen_general_call(g, t);
}
