// The compiler's entry: expand, analyse, generate, make the code objects.
//
// Uses: compile/expand, compile/passes.  Used by: prim.
#include "compile/passes.h"
#include "data/list.h"

// A limit of the instructions was passed by the form that stands there.
static Value raise_limit(struct compiler *c, uint32_t position) {
  struct heap *heap = c->cx->heap;
  if (!heap_reserve(heap, HEAP_ROOM_BYTES)) return outcome_collect(c->cx, HEAP_ROOM_BYTES);
  Value v = raise_condition(c->cx, KNOWN_IMPLEMENTATION, "compile", c->too_large, 0, NULL);
  if (!value_eq(v, OUTCOME_RAISE) || !position) return v;
  Value condition = c->cx->condition;
  object_field_init(condition, CONDITION_POSITION, pair_make(heap, c->file, fixnum((sword)position)));
  return v;
}

static Value compile_node(struct compiler *c, struct node *root) {
  struct fn *top = compiler_alloc(c, sizeof *top);
  if (!top) return compile_scratch_used_up(c->cx, c->arena);
  c->fns = top;
  if (!analyse(c, root, top)) return compile_scratch_used_up(c->cx, c->arena);
  for (struct fn *fn = c->fns; fn && !c->out_of_memory && !c->too_large; fn = fn->next)
    generate(c, fn, root);
  if (c->out_of_memory) return compile_scratch_used_up(c->cx, c->arena);
  if (c->too_large) return raise_limit(c, root->position);
  return asm_finish(c, top);
}

Value compile_form(struct context *cx, const struct primitive_table *primitives, Value form, Value environment,
                   Value positions, Value file, Value answers) {
  struct arena arena;
  arena_init(&arena, COMPILE_SCRATCH_BYTES);
  struct expander ex = {0};
  struct compiler c = {.cx = cx, .arena = &arena, .primitives = primitives, .file = file};
  Value result = VALUE_FALSE;
  struct node *root = NULL;
  if (expander_init(&ex, cx, &arena, environment, positions, file)) {
    ex.answers = answers;
    root = expand_toplevel(&ex, form);
  }
  result = root ? compile_node(&c, root) : ex.outcome;
  arena_free(&arena);
  return result;
}
