// The assembler: instruction buffers, labels, constants, and the finished code objects.
//
// Uses: code, gc.  Used by: compile.
#include "compile/passes.h"

void *compiler_alloc(struct compiler *c, size_t bytes) {
  void *p = arena_alloc(c->arena, round_up(bytes, 8));
  if (!p) c->out_of_memory = true;
  return p;
}

bool compiler_grow(struct compiler *c, void **array, uint32_t n, uint32_t *capacity, size_t size) {
  if (n < *capacity) return true;
  uint32_t larger = *capacity ? *capacity * 2 : 8;
  void *copy = compiler_alloc(c, larger * size);
  if (!copy) return false;
  if (n) memcpy(copy, *array, n * size);
  *array = copy;
  *capacity = larger;
  return true;
}

void *walk_push(struct compiler *c, struct walk_stack *s) {
  if (s->n == s->capacity) {
    size_t larger = s->capacity ? s->capacity * 2 : 64;
    char *copy = compiler_alloc(c, larger * s->frame_bytes);
    if (!copy) return NULL;
    if (s->n) memcpy(copy, s->frames, s->n * s->frame_bytes);
    s->frames = copy;
    s->capacity = larger;
  }
  void *frame = s->frames + s->n++ * s->frame_bytes;
  memset(frame, 0, s->frame_bytes);
  return frame;
}

// --- constants --------------------------------------------------------------------------------

// How far back an equal constant is looked for.
#define CONSTANT_WINDOW 64

static unsigned add_constant(struct compiler *c, Value v, struct fn *target) {
  struct fn *fn = c->current;
  uint32_t from = fn->n_constants > CONSTANT_WINDOW ? fn->n_constants - CONSTANT_WINDOW : 0;
  for (uint32_t i = from; i < fn->n_constants; i++)
    if (value_eq(fn->constants[i], v) && fn->constant_fns[i] == target) return i;
  uint32_t capacity = fn->constants_capacity;
  if (!compiler_grow(c, (void **)&fn->constants, fn->n_constants, &capacity, sizeof(Value))) return 0;
  capacity = fn->constants_capacity;
  if (!compiler_grow(c, (void **)&fn->constant_fns, fn->n_constants, &capacity, sizeof(struct fn *)))
    return 0;
  fn->constants_capacity = capacity;
  fn->constants[fn->n_constants] = v;
  fn->constant_fns[fn->n_constants] = target;
  return fn->n_constants++;
}

unsigned asm_constant(struct compiler *c, Value v) {
  return add_constant(c, v, NULL);
}

unsigned asm_fn_constant(struct compiler *c, struct fn *target) {
  return add_constant(c, VALUE_FALSE, target);
}

// --- instructions -----------------------------------------------------------------------------

void asm_unit(struct compiler *c, unsigned operand) {
  struct fn *fn = c->current;
  if (!compiler_grow(c, (void **)&fn->units, fn->n_units, &fn->units_capacity, sizeof(Unit))) return;
  if (operand > 0xffff) c->too_large = "a procedure with more than 65,000 variables or arguments";
  fn->units[fn->n_units++] = (Unit)operand;
}

void asm_op(struct compiler *c, enum op op) {
  asm_unit(c, op);
}

void asm_operator_position(struct compiler *c, uint32_t position, unsigned flags) {
  struct fn *fn = c->current;
  struct line last = fn->n_lines ? fn->lines[fn->n_lines - 1] : (struct line){0};
  if (!position) position = last.position;
  if (position == last.position && flags == last.flags) return;
  if (!compiler_grow(c, (void **)&fn->lines, fn->n_lines, &fn->lines_capacity, sizeof *fn->lines)) return;
  fn->lines[fn->n_lines++] = (struct line){fn->n_units, position, flags};
}

void asm_position(struct compiler *c, uint32_t position) {
  asm_operator_position(c, position, 0);
}

void asm_move(struct compiler *c, unsigned to, unsigned from) {
  struct fn *fn = c->current;
  bool joins = fn->lone_move && fn->lone_move == fn->n_units;
  if (joins) fn->units[fn->n_units - 3] = OP_MOVE2;
  else asm_op(c, OP_MOVE);
  asm_unit(c, to);
  asm_unit(c, from);
  fn->lone_move = joins ? 0 : fn->n_units;
}

struct fixup {
  uint32_t instruction, operand;
  struct fixup *next;
};

void asm_jump(struct compiler *c, struct label *label, uint32_t instruction) {
  struct fn *fn = c->current;
  uint32_t operand = fn->n_units;
  asm_unit(c, 0);
  asm_unit(c, 0);
  if (c->out_of_memory) return;
  if (label->at >= 0) {
    unit_set_s32(fn->units + operand, label->at - (int32_t)instruction);
    return;
  }
  struct fixup *fixup = compiler_alloc(c, sizeof *fixup);
  if (!fixup) return;
  *fixup = (struct fixup){instruction, operand, label->fixups};
  label->fixups = fixup;
}

void asm_place(struct compiler *c, struct label *label) {
  struct fn *fn = c->current;
  label->at = (int32_t)fn->n_units;
  fn->lone_move = 0;
  for (struct fixup *f = label->fixups; f && !c->out_of_memory; f = f->next)
    unit_set_s32(fn->units + f->operand, label->at - (int32_t)f->instruction);
  label->fixups = NULL;
}

// --- code objects -----------------------------------------------------------------------------

static size_t code_bytes(struct fn *fn, size_t *n_payload_words) {
  size_t n = CODE_FIXED_VALUES + fn->n_constants;
  *n_payload_words = n + round_up(fn->n_units * sizeof(Unit), WORD_BYTES) / WORD_BYTES;
  return round_up((3 + *n_payload_words) * WORD_BYTES, 8);
}

static Value debug_of(struct compiler *c, struct fn *fn) {
  size_t n_bytes = fn->n_debug;
  uword *p = heap_alloc_more(c->cx->heap, BYTES_BYTES(n_bytes));
  if (!p) return OUTCOME_COLLECT;
  p[0] = header_make(T_BYTES, 0);
  p[1] = fixnum((sword)n_bytes).w;
  if (n_bytes) memcpy(p + 2, fn->debug, n_bytes);
  return value_from_object(p);
}

static bool make_code(struct compiler *c, struct fn *fn) {
  size_t n_payload_words;
  size_t bytes = code_bytes(fn, &n_payload_words);
  Value debug = debug_of(c, fn);
  if (is_outcome(debug)) return false;
  uword *p = heap_alloc_fixed(c->cx->heap, bytes);
  if (!p) return false;
  memset(p, 0, bytes);
  p[0] = header_make(T_CODE, 0);
  p[1] = fixnum((sword)n_payload_words).w;
  p[2] = fixnum((sword)(CODE_FIXED_VALUES + fn->n_constants)).w;
  struct lambda *lambda = fn->lambda;
  struct clause *clause = lambda && lambda->n_clauses ? &lambda->clauses[0] : NULL;
  fn->code = value_from_object(p);
  Value fields[] = {
      lambda ? lambda->name : VALUE_FALSE,
      fixnum(clause ? ARITY(clause->n_required, clause->has_rest || lambda->n_clauses > 1) : 0),
      fixnum((sword)fn->frame_size),
      fixnum((sword)fn->n_units),
      clause ? clause->parameters : VALUE_NIL,
      c->file,
      debug,
      lambda ? lambda->doc : VALUE_FALSE,
  };
  for (unsigned i = 0; i < ARRAY_LENGTH(fields); i++)
    object_field_init(fn->code, CODE_NAME + i, fields[i]);
  for (unsigned i = 0; i < fn->n_constants; i++)
    object_field_init(fn->code, CODE_CONSTANTS + i,
                      fn->constant_fns[i] ? fn->constant_fns[i]->code : fn->constants[i]);
  memcpy(code_units(fn->code), fn->units, fn->n_units * sizeof(Unit));
  code_link(fn->code);
  return true;
}

Value asm_finish(struct compiler *c, struct fn *top) {
  size_t total = AUX_BYTES(1);
  size_t ignored;
  for (struct fn *fn = c->fns; fn; fn = fn->next)
    total += code_bytes(fn, &ignored) + BYTES_BYTES(fn->n_debug);
  for (struct fn *fn = c->fns; fn; fn = fn->next)
    if (fn->n_units && !make_code(c, fn)) return outcome_collect(c->cx, total);
  uword *p = heap_alloc_more(c->cx->heap, AUX_BYTES(1));
  if (!p) return outcome_collect(c->cx, total);
  p[0] = header_make(T_CLOSURE, 1);
  p[1] = top->code.w;
  return value_from_object(p);
}
