// What the passes of the compiler share: annotations, and the stack they walk with.
//
// Uses: compile/ast.  Used by: compile only.
#ifndef COMPILE_PASSES_H
#define COMPILE_PASSES_H

#include "code/code.h"
#include "compile/compile.h"

struct region;
struct label {
  int32_t at;            // unit offset, -1: not yet placed
  struct fixup *fixups;
};

// A local procedure that is only ever called in tail position of where it is bound: its body is code in the
// frame of its owner, a call to it is a jump.
struct loop {
  struct clause *clause;
  struct region *home;   // the tail region of the form that binds it
  struct region *region; // of its own body
  struct loop_call *calls;
  bool failed;           // it is an ordinary procedure after all
  bool emitted;
  struct label label;
};
struct loop_call {
  struct region *region;
  struct loop_call *next;
};
// The set of positions whose value is the value of one lambda body or binding form.
struct region {
  struct loop *loop;     // set if this is the body of a loop: continue at loop->home
};

// What the generator knows of a variable (var->use).
struct variable {
  uint32_t first_ref;    // in the order of the walk, UINT32_MAX: none
  struct fn *owner;      // the function in whose frame it lives
  struct loop *loop;
  struct fn *self;       // the function whose closure this variable always is
  uint32_t place;        // the number of its newest place, counted from 1
  bool boxed;
  bool checked;          // may be read before its definition
};

// From unit `at` on, instructions come from this position in the source.
struct line {
  uint32_t at, position;
  unsigned flags;        // enum operator_flag
};

// Where in a function's code a variable is to be found in a register, for the debugger.
struct place {
  struct var *var;
  uint32_t start, end;   // unit offsets; end PLACE_OPEN: not yet known
  enum place_kind kind;
};
#define PLACE_OPEN UINT32_MAX

// One function being generated (lambda->use; the top level has one too).
struct fn {
  struct lambda *lambda; // NULL: top level
  struct fn *parent;     // the function around it
  struct fn *next;       // all of them, inner before outer
  struct var **free;
  uint32_t n_free, free_capacity;
  // assemble.c
  Unit *units;
  uint32_t n_units, units_capacity;
  uint32_t lone_move;    // where a MOVE ends that no label follows, so that the next one may join it
  Value *constants;
  struct fn **constant_fns;
  uint32_t n_constants, constants_capacity;
  struct line *lines;
  uint32_t n_lines, lines_capacity;
  struct place *places;
  uint32_t n_places, places_capacity;
  unsigned char *debug;  // CODE_DEBUG's bytes
  uint32_t n_debug;
  uint32_t frame_size;
  bool far;              // too large for 16-bit distances to its constants
  Value code;
};

struct compiler {
  struct context *cx;
  struct arena *arena;
  const struct primitive_table *primitives;
  Value file;
  struct fn *fns, *current;
  bool out_of_memory;
  const char *too_large; // what, when a limit of the instruction format is passed
};

static inline struct variable *variable_of(struct var *var) {
  return var->use;
}

// Zeroed arena memory; NULL sets c->out_of_memory.
void *compiler_alloc(struct compiler *c, size_t bytes);
// A stack of fixed-size frames in the arena, doubling.
struct walk_stack {
  char *frames;
  size_t frame_bytes, n, capacity;
};
// Push a zeroed frame (older frame pointers become invalid), or NULL.
void *walk_push(struct compiler *c, struct walk_stack *s);
static inline void *walk_top(struct walk_stack *s) {
  return s->frames + (s->n - 1) * s->frame_bytes;
}
// Grow *array (of n elements of `size`) so that one more fits.
bool compiler_grow(struct compiler *c, void **array, uint32_t n, uint32_t *capacity, size_t size);

// analyse.c: rewrite direct applications, find loops, then owners and free variables.  False: out of memory.
// Does evaluating `n` run no code at all, so that nothing can be seen half-initialised by it?
bool is_inert(const struct node *n);
bool analyse(struct compiler *c, struct node *root, struct fn *top);

// generate.c: fill in fn->units and the rest.
void generate(struct compiler *c, struct fn *fn, struct node *body);

// debug.c
// From `start` on, `var` is in its register, or for PLACE_UNKEPT nowhere.  Ignored when a macro made up the name, but for
// parameters: they are the arguments that a backtrace shows.
void place_open(struct compiler *c, struct var *var, enum place_kind kind, uint32_t start);
// No longer, from here on.
void place_close(struct compiler *c, struct var *var);
// Again, after place_close.
void place_reopen(struct compiler *c, struct var *var);
// Fill in fn->debug, when all instructions are there.
void debug_encode(struct compiler *c);

// assemble.c
unsigned asm_constant(struct compiler *c, Value v);
unsigned asm_fn_constant(struct compiler *c, struct fn *fn);
void asm_op(struct compiler *c, enum op op);
void asm_unit(struct compiler *c, unsigned operand);
void asm_move(struct compiler *c, unsigned to, unsigned from);
void asm_jump(struct compiler *c, struct label *label, uint32_t instruction);
void asm_place(struct compiler *c, struct label *label);
void asm_position(struct compiler *c, uint32_t position);
void asm_operator_position(struct compiler *c, uint32_t position, unsigned flags);
// Make the code objects of all functions; the top one's closure, or a marker.
Value asm_finish(struct compiler *c, struct fn *top);

#endif
