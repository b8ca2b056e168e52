// Bytecode: the instruction table, and linking constants for a word size.
//
// Uses: obj.  Used by: compile, vm, image loading.
#ifndef CODE_CODE_H
#define CODE_CODE_H

#include "obj/object.h"

enum op {
#define OP(name, operands) OP_##name,
#include "code/op.def"
#undef OP
  N_OPS
};

struct op_info {
  const char *name;
  const char *operands;
};
extern const struct op_info op_infos[N_OPS];

// Units the instruction at `pc` takes, its opcode included.
unsigned op_length(const Unit *pc);
// Turn every `k` operand from an index into a distance for this word size, and back.
void code_link(Value code);
void code_unlink(Value code);
// The source position (line << 10 | column, 0: unknown) of the instruction that contains unit `offset`.
uint32_t code_position(Value code, unsigned offset);

static inline int32_t unit_s32(const Unit *u) {
  return (int32_t)((uint32_t)u[0] | (uint32_t)u[1] << 16);
}
static inline void unit_set_s32(Unit *u, int32_t n) {
  u[0] = (Unit)((uint32_t)n & 0xffff);
  u[1] = (Unit)((uint32_t)n >> 16);
}
// CODE_ARITY.
#define ARITY(required, has_rest) ((sword)(required) | (sword)((has_rest) ? 1 << 20 : 0))

#endif
