// The generator's own shapes: where a value goes, and what is in progress.
//
// Uses: compile/passes.  Used by: compile/generate*.c only.
#ifndef COMPILE_GENERATE_H
#define COMPILE_GENERATE_H

#include "compile/passes.h"

// Where the value of an expression is wanted.
enum dest_kind {
  DEST_REG,     // in register `reg`
  DEST_EFFECT,  // nowhere
  DEST_TAIL,    // returned
  DEST_TEST     // true: at label t, false: at label f
};
struct dest {
  uint8_t kind;
  bool fresh;    // DEST_REG: nothing can read `reg` before the value is there
  int8_t fall;   // DEST_TEST: what follows directly: 1 label t, 0 label f, -1 neither
  unsigned reg;
  struct label *t, *f;
};

enum inline_kind { I_VALUE, I_EFFECT, I_TEST, I_SWAP, I_TYPE, I_ARITH, I_COMPARE, I_ZERO, I_NOT, I_RECORD, I_EQV };
struct inline_info {
  const char *name;
  uint8_t n_args, kind, op, extra;
};

// An argument of a jump to a loop on its way into the loop's variable.
enum loop_arg_state { ARG_WAITING, ARG_IN_PLACE, ARG_RENEWED /* in place, the old value gone */, ARG_IN_TEMPORARY };
struct loop_arg {
  uint8_t state;
  unsigned temporary;
};

// An expression being generated.
#define MAX_OPERANDS 5
struct task {
  struct node *node;
  struct dest dest;
  uint32_t step, i;
  unsigned top;                   // registers below this one are taken
  unsigned base;                  // of outgoing arguments
  unsigned operands[MAX_OPERANDS];
  unsigned result;
  struct label *l1, *l2;
  const struct inline_info *inlined;
  Value primitive;                // to be called without a frame, or #f
  bool immediate;                 // `result` is the last operand, an immediate in the instruction
  bool second;                    // the only operand in a register is the second argument
  bool ends;                      // the second argument of three is the immediate
  uint8_t op;
  struct loop_arg *args;          // of a jump to a loop
};

struct generator {
  struct compiler *c;
  struct walk_stack tasks;
  unsigned top;
};

void gen_push(struct generator *g, struct node *node, struct dest dest);
static inline void gen_pop(struct generator *g) {
  g->tasks.n--;
}
struct task *gen_task(struct generator *g);
struct dest dest_fresh(unsigned reg);
unsigned gen_alloc(struct generator *g, unsigned n);
struct label *gen_label(struct generator *g);
// The register that a value for `dest` is best computed into: the wanted one, or a new temporary.
unsigned gen_target(struct generator *g, struct dest dest);
// The value is in `reg`: bring it where it is wanted.
void gen_deliver(struct generator *g, unsigned reg, struct dest dest);
void gen_deliver_constant(struct generator *g, Value v, struct dest dest);
// Emit op with a jump to whichever label must be jumped to; `op` is the _F form, operands so far emitted by
// `emit_operands`.
typedef void (*EmitOperands)(struct generator *g, struct task *t);
void gen_branch(struct generator *g, enum op op_if_false, struct dest dest, EmitOperands emit, struct task *t);
// A local variable that sits unboxed in a register of the current frame: its register, or -1.
int gen_local_register(struct generator *g, struct node *node);
bool is_small_immediate(Value v);

// generate_call.c
void gen_call(struct generator *g, struct task *t);
// The primitive that a call's operator certainly is, or NULL.
const struct primitive *gen_known_primitive(struct generator *g, struct node *operator);

// generate_record.c
void gen_record(struct generator *g, struct task *t);
// Before the ENTER of a procedure that define-record-type makes: the instruction that does it all at once.
void gen_record_procedure(struct generator *g, struct clause *clause);

#endif
