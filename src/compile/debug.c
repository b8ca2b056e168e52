// What the debugger needs to know of a procedure: source positions, and where its variables are (code/code.h).
//
// Uses: compile/passes.  Used by: compile.
//
// A variable is told of only while its register certainly holds it: from the moment it is bound to the end of its scope,
// and a loop's variable not while its next value is already there but the loop has not yet jumped.
#include "compile/passes.h"

void place_open(struct compiler *c, struct var *var, enum place_kind kind, uint32_t start) {
  struct fn *fn = c->current;
  if (var->inserted && kind != PLACE_PARAMETER && kind != PLACE_REST) return;
  if (!compiler_grow(c, (void **)&fn->places, fn->n_places, &fn->places_capacity, sizeof *fn->places)) return;
  fn->places[fn->n_places++] = (struct place){var, start, PLACE_OPEN, kind};
  variable_of(var)->place = fn->n_places;
}

void place_close(struct compiler *c, struct var *var) {
  uint32_t number = variable_of(var)->place;
  if (!number || c->out_of_memory) return;
  struct place *place = &c->current->places[number - 1];
  if (place->end == PLACE_OPEN) place->end = c->current->n_units;
}

void place_reopen(struct compiler *c, struct var *var) {
  uint32_t number = variable_of(var)->place;
  if (!number || c->out_of_memory) return;
  const struct place *place = &c->current->places[number - 1];
  if (place->end != PLACE_OPEN) place_open(c, var, place->kind, c->current->n_units);
}

static unsigned char *put_varint(unsigned char *p, uint32_t n) {
  for (; n >= 0x80; n >>= 7) *p++ = (unsigned char)(n | 0x80);
  *p++ = (unsigned char)n;
  return p;
}

static unsigned char *put_positions(unsigned char *p, const struct fn *fn) {
  uint32_t at = 0, line = 0;
  p = put_varint(p, fn->n_lines);
  for (uint32_t i = 0; i < fn->n_lines; i++) {
    const struct line *l = &fn->lines[i];
    int32_t lines = (int32_t)((l->position >> 10) - line);
    p = put_varint(p, l->at - at);
    p = put_varint(p, ((uint32_t)lines << 1 ^ (uint32_t)(lines >> 31)) << 3 | l->flags);
    p = put_varint(p, l->position & 1023);
    at = l->at;
    line = l->position >> 10;
  }
  return p;
}

static unsigned char *put_place(unsigned char *p, struct compiler *c, struct var *var, enum place_kind kind,
                                uint32_t index) {
  p = put_varint(p, index << 4 | (uint32_t)kind << 1 | variable_of(var)->boxed);
  return put_varint(p, asm_constant(c, var->name));
}

#define VARINT_BYTES 5

void debug_encode(struct compiler *c) {
  struct fn *fn = c->current;
  size_t most = (1 + 3 * (size_t)fn->n_lines + 2 * (size_t)fn->n_free + 4 * (size_t)fn->n_places) * VARINT_BYTES;
  unsigned char *p = fn->debug = compiler_alloc(c, most);
  if (!p) return;
  p = put_positions(p, fn);
  for (uint32_t i = 0; i < fn->n_places; i++) {
    const struct place *place = &fn->places[i];
    uint32_t end = place->end == PLACE_OPEN ? fn->n_units : place->end;
    if (end <= place->start) continue;
    bool kept = place->kind != PLACE_UNKEPT;
    p = put_place(p, c, place->var, place->kind, kept ? (uint32_t)place->var->reg : 0);
    p = put_varint(p, place->start);
    p = put_varint(p, end - place->start);
  }
  for (uint32_t i = 0; i < fn->n_free; i++)
    if (!fn->free[i]->inserted) p = put_place(p, c, fn->free[i], PLACE_CAPTURED, i);
  fn->n_debug = (uint32_t)(p - fn->debug);
}
