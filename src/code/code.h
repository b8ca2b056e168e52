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

// --- for the debugger -----------------------------------------------------------------------------
// CODE_DEBUG is a byte vector of varints (7 bits a byte, least significant first, 128 added to all but the last):
//   the number of positions, then for each: units since the one before, zigzagged lines since the one before << 3 |
//   enum operator_flag, column;
//   until the end, for each place of a variable: index << 4 | kind << 1 | boxed, number of the constant that is its
//   name; and if it is not captured, the first unit where it is there, and for how many units it is.
enum place_kind {
  PLACE_PARAMETER,  // index: the register
  PLACE_REST,       // likewise: the list of the arguments beyond
  PLACE_LOCAL,      // likewise
  PLACE_CAPTURED,   // index: which of the closure's values
  PLACE_UNKEPT      // bound, but never used and so in no register
};
struct code_variable {
  Value name;
  enum place_kind kind;
  bool boxed;
  unsigned index;
};
// The variables that the instruction which contains unit `offset` can see, one after the other in the order of their
// binding; code_next_variable answers false after the last.
struct code_walk {
  const unsigned char *at, *end;
};
struct code_walk code_variables(Value code);
bool code_next_variable(struct code_walk *walk, Value code, unsigned offset, struct code_variable *variable);
// The source position (line << 10 | column, 0: unknown) of the instruction that contains unit `offset`.
uint32_t code_position(Value code, unsigned offset);
// How an arithmetic instruction differs from the call in the source, which an error should name.
enum operator_flag {
  OPERATOR_SWAPPED = 1,  // the operands are exchanged
  OPERATOR_MINUS = 2,    // an addition that is a subtraction
  OPERATOR_ZERO = 4      // a comparison that is zero?, positive? or negative?
};
unsigned code_operator(Value code, unsigned offset);

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
