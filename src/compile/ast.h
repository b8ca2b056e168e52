// The core language between expander and code generator: a tree of nodes in an arena.
//
// Uses: obj, gc/arena.  Used by: compile.
//
// All macros are gone, every identifier is resolved: a local variable is a `struct var`, a global one its
// cell.  Passes walk it with explicit stacks; depth is the user's data (ONE-4).
#ifndef COMPILE_AST_H
#define COMPILE_AST_H

#include "gc/arena.h"
#include "obj/object.h"

struct lambda;

struct var {
  Value name;            // symbol
  struct lambda *owner;  // the lambda whose frame it lives in
  uint32_t n_refs, n_sets;
  bool captured;         // referred to by an inner lambda
  bool inserted;         // its name comes from a macro, not from the program's text
  struct node *known;    // a letrec/let variable never assigned: its initial value's node, else NULL
  int reg;               // the generator's: its register, or -1
  uint32_t index;        // the generator's
  void *use;             // the generator's
};

enum node_kind {
  N_CONST,       // value
  N_LOCAL,       // var
  N_SET_LOCAL,   // var, kids[0]
  N_GLOBAL,      // value: the cell
  N_SET_GLOBAL,  // value: the cell, kids[0]
  N_DEFINE,      // value: the cell, kids[0]: a top-level definition; its own value is the symbol
  N_IF,          // kids[0] test, [1] then, [2] else
  N_SEQ,         // kids, at least one; value of the last
  N_LAMBDA,      // lambda
  N_CALL,        // kids[0] operator, the rest arguments
  N_LET,         // vars[0..n_vars), kids[0..n_vars) their values, kids[n_vars] the body
  N_LETREC       // the same; letrec*: evaluated in order, all variables in scope in all of it; see `together`
};

struct node {
  uint8_t kind;
  uint8_t flags;         // the generator's
  bool together;         // N_LETREC, of letrec: no variable gets its value before all values are evaluated
  uint32_t position;     // line << 10 | column, 0 unknown
  uint32_t n_kids, n_vars;
  Value value;
  struct var *var;
  struct var **vars;
  struct node **kids;
  struct lambda *lambda;
  void *use;             // the generator's
};

// One clause of a lambda or case-lambda.  vars: the required ones, then the rest variable if has_rest.
struct clause {
  uint32_t n_required;
  bool has_rest;
  struct var **vars;
  struct node *body;
  Value parameters;      // the parameter list as written (symbols), for messages
};

struct lambda {
  Value name;            // symbol or #f
  Value doc;             // docstring or #f: a string first in a body of more than one expression
  struct lambda *parent; // the lambda it stands in; NULL at top level
  uint32_t n_clauses;
  struct clause *clauses;
  uint32_t position;
  void *use;             // the generator's
};

#endif
