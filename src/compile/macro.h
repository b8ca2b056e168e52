// The code of syntax-rules macros, between the file that compiles rules and the one that applies them.
//
// Uses: compile/expander.  Used by: compile/syntax_*.c only.
//
// MACRO_RULES is a vector of RULE_FIELDS Values per rule.  A pattern is code that takes forms from a stack, starting
// with the operands of the use; a template is code that pushes forms on one.  Both are vectors of operations
// (fixnums) and their operands.  Pattern variables are numbered in the order of the pattern, so those of a part are
// a range.  Every place in a template where a variable of some depth stands has a cursor of its own, which the loops at
// as many nesting levels move.
#ifndef COMPILE_MACRO_H
#define COMPILE_MACRO_H

#include "compile/expander.h"

enum { RULE_N_VARS, RULE_CURSORS /* vector */, RULE_N_INSERTS, RULE_PATTERN, RULE_TEMPLATE, RULE_FIELDS };

// Per cursor: its variable; the loops at levels ABOVE < level <= UP_TO move it; how many are around it.
enum { CURSOR_VAR, CURSOR_ABOVE, CURSOR_UP_TO, CURSOR_NESTING, CURSOR_FIELDS };
static inline bool cursor_moves(const Value *cursor, sword level) {
  return level > fixnum_int(cursor[CURSOR_ABOVE]) && level <= fixnum_int(cursor[CURSOR_UP_TO]);
}

enum pattern_op {
  P_MATCHED,   // end of the rule
  P_PAIR,      // take a pair, push its cdr, then its car
  P_NIL,       // take ()
  P_VAR,       // var: take anything
  P_ANY,       // take anything
  P_LITERAL,   // identifier: take one of the same meaning
  P_DATUM,     // datum: take an equal one
  P_VECTOR,    // take a vector, push the list of its elements
  P_SLICE,     // var, n_tail: take a list, its elements but the last n_tail are var's; push the rest
  P_SKIP,      // n_tail: likewise, without a variable
  P_REPEAT,    // lo, hi, n_tail, end: likewise, each element going through the code up to end; it binds lo..hi
  P_REPEAT_END
};
enum template_op {
  T_OP_DONE,
  T_OP_DATUM,     // datum: push it
  T_OP_INSERT,    // number, identifier: push this expansion's alias of it
  T_OP_VAR,       // var
  T_OP_CURSOR,    // cursor
  T_OP_CONS,      // take car, take cdr, push the pair
  T_OP_VECTOR,    // take a list, push the vector
  T_OP_SPLICE,    // cursor: take a list, push it with the cursor's elements in front
  T_OP_LOOP,      // level, first cursor, end cursor, end: do the code up to end for each element, last one first
  T_OP_LOOP_END
};

#endif
