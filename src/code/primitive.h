// Primitives: procedures written in C, with arity and documentation beside the code.
//
// Uses: data/outcome.  Used by: compile (to inline them), vm (to call them), prim (to define them).
//
// A source file of src/prim ends in one table of these; prim/table.c lists the tables.  `args` points at the
// arguments (at least `max` slots are readable, none is to be written, since it may be a variable of the caller;
// optional ones not given hold VALUE_DEFAULT).  A primitive with `max` PRIMITIVE_REST gets all of them, `n` in number.
// Nothing in `args` may be kept after returning.
#ifndef CODE_PRIMITIVE_H
#define CODE_PRIMITIVE_H

#include "data/outcome.h"

typedef Value (*PrimFn)(struct context *cx, Value *args, unsigned n);

#define PRIMITIVE_REST 255
struct primitive {
  const char *name;        // Scheme name; names that start with % are for the library only
  PrimFn fn;
  unsigned char min, max;  // arguments
  const char *doc;         // "(car pair)\nThe first part of PAIR." first line: the signature
  bool framed;             // it may call or switch stacks: always called with a frame of its own
};

#endif
