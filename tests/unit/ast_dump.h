// Core nodes as text, for tests.
//
// Uses: compile/ast.  Used by: tests.
#ifndef UNIT_AST_DUMP_H
#define UNIT_AST_DUMP_H

#include "compile/ast.h"

// The tree as text like (let ((x.1 '5)) (call + x.1 '2)), in the arena; NULL when that is full.  Variables are numbered in
// the order of their binding, in var->index: call it before the generator uses that.
const char *ast_dump(struct arena *arena, struct node *root);

#endif
