// The generator's records: access to fields, and the procedures that define-record-type makes.
//
// Uses: compile/generate.  Used by: compile.
#include "compile/generate.h"

// (%record-ref r type index who), (%record-set! r type index v who) with a constant index.
void gen_record(struct generator *g, struct task *t) {
  bool set = t->op == OP_RECORD_SET;
  struct node **args = t->node->kids + 1;
  while (t->step < (set ? 4u : 3u)) {
    uint32_t wanted = t->step - 1 == 2 ? 3 : t->step - 1;
    t->step++;
    int reg = gen_local_register(g, args[wanted]);
    if (reg >= 0) {
      t->operands[t->i++] = (unsigned)reg;
      continue;
    }
    unsigned temporary = gen_alloc(g, 1);
    t->operands[t->i++] = temporary;
    gen_push(g, args[wanted], dest_fresh(temporary));
    return;
  }
  struct task done = *t;
  gen_pop(g);
  g->top = done.top;
  unsigned index = (unsigned)fixnum_int(args[2]->value);
  asm_position(g->c, done.node->position);
  unsigned reg = set ? 0 : gen_target(g, done.dest);
  asm_op(g->c, done.op);
  if (!set) asm_unit(g->c, reg);
  asm_unit(g->c, done.operands[0]);
  asm_unit(g->c, done.operands[1]);
  asm_unit(g->c, index);
  if (set) asm_unit(g->c, done.operands[2]);
  if (set) gen_deliver_constant(g, VALUE_UNSPECIFIED, done.dest);
  else gen_deliver(g, reg, done.dest);
}

// --- procedures of a record type ----------------------------------------------------------------

static bool is_field_index(const struct node *n) {
  return n->kind == N_CONST && is_fixnum(n->value) && n->value.w <= fixnum(INT16_MAX).w;
}

// Are the arguments from `kid` on the parameters, each as it was given?
static bool are_parameters(const struct clause *clause, struct node **kid, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (kid[i]->kind != N_LOCAL || kid[i]->var != clause->vars[i] || variable_of(clause->vars[i])->boxed) return false;
  return clause->n_required == n;
}

static void emit_shortcut(struct generator *g, enum op op, struct node *type) {
  asm_op(g->c, op);
  asm_unit(g->c, asm_constant(g->c, type->value));
}

// More arguments than this are not worth it, and their record might be a large object.
#define SHORTCUT_FIELDS_MOST 64

void gen_record_procedure(struct generator *g, struct clause *clause) {
  struct node *body = clause->body;
  if (body->kind != N_CALL || clause->has_rest || g->c->current->far) return;
  const struct primitive *p = gen_known_primitive(g, body->kids[0]);
  if (!p || body->n_kids < 2) return;
  struct node **args = body->kids + 1;
  uint32_t n = body->n_kids - 1;
  if (strcmp(p->name, "%record") == 0) {
    if (n - 1 > SHORTCUT_FIELDS_MOST || args[0]->kind != N_GLOBAL || !are_parameters(clause, args + 1, n - 1)) return;
    emit_shortcut(g, OP_RECORD_MAKE, args[0]);
    asm_unit(g->c, n - 1);
    return;
  }
  if (n < 2 || args[1]->kind != N_GLOBAL) return;
  if (strcmp(p->name, "%record?") == 0 && n == 2 && are_parameters(clause, args, 1)) {
    emit_shortcut(g, OP_RECORD_IS, args[1]);
  } else if (strcmp(p->name, "%record-ref") == 0 && n == 4 && is_field_index(args[2]) && are_parameters(clause, args, 1)) {
    emit_shortcut(g, OP_FIELD_GET, args[1]);
    asm_unit(g->c, (unsigned)fixnum_int(args[2]->value));
  } else if (strcmp(p->name, "%record-set!") == 0 && n == 5 && is_field_index(args[2])) {
    struct node *given[] = {args[0], args[3]};
    if (!are_parameters(clause, given, 2)) return;
    emit_shortcut(g, OP_FIELD_SET, args[1]);
    asm_unit(g->c, (unsigned)fixnum_int(args[2]->value));
  }
}
