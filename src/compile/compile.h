// The compiler: from core nodes to code objects.
//
// Uses: compile/ast, compile/expand, code.  Used by: prim.
//
// Two passes over the tree (analyse.c), then one that generates (generate.c) into buffers of an arena
// (assemble.c), then the code objects are made at once.
//
//   COMP-1  No pass recurses: each keeps a stack of frames in the arena (ONE-4).
//   COMP-2  Variables that are assigned live in boxes, so a register is written once per visit of its
//           binding and a frame may be copied when a continuation is entered again.
//   COMP-3  Nothing is allocated in the heap that outlives the call until all code is generated.
#ifndef COMPILE_COMPILE_H
#define COMPILE_COMPILE_H

#include "code/primitive.h"
#include "compile/ast.h"
#include "compile/expand.h"

// The primitives that may be called without a frame, by their index (the boot gives the VM's table).
struct primitive_table {
  const struct primitive *const *entries;
  unsigned n;
};

// Compile one top-level form into a procedure of no arguments.  Markers: COLLECT (run again), or RAISE with
// a condition of type syntax, memory or break.  A vector is a request: compile again, with its answer at the end of
// `answers` (see expand_include.c).
Value compile_form(struct context *cx, const struct primitive_table *primitives, Value form, Value environment,
                   Value positions, Value file, Value answers);

#endif
