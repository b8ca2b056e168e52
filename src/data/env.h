// Top-level environments: names bound to cells, macros and special forms.
//
// Uses: gc, data/symbol.  Used by: compile, prim, boot.
//
// An environment has bindings of its own and imported ones; its own come first.  A binding is a T_CELL (a
// variable), a T_MACRO or a T_SPECIAL, and it is the binding that libraries share, so an imported variable is
// its library's cell.  Both kinds stand in open hash tables, keyed by the identity of the identifier and the
// stored hash of its symbol, so they survive moving and images as they are.
//
//   ENV-1  Keys are symbols; also aliases in the own bindings, where a macro of another environment defined a
//          name that its own references must find, or a hidden name was defined.
//   ENV-2  A cell that is neither assigned nor defined was made by a reference to a free name.  It does not hide
//          an imported binding, and counts as free.
//   ENV-3  A bindings vector is: fixnum n_used, then 2^k pairs of identifier (VALUE_EMPTY: none) and binding, at
//          most three quarters used.
#ifndef DATA_ENV_H
#define DATA_ENV_H

#include "data/outcome.h"
#include "data/symbol.h"

// CELL_FLAGS besides CELL_CONSTANT.
#define CELL_ASSIGNED 2  // by set!, or defined more than once
#define CELL_DEFINED 4   // some definition of it was compiled
#define CELL_KEEP 8      // a macro may bring an assignment of it anywhere: never make it a constant

static inline bool is_identifier(Value v) {
  return is_type(v, T_SYMBOL) || is_type(v, T_ALIAS);
}
// The symbol that was written: aliases undone.
Value identifier_symbol(Value identifier);

// Each of these that allocates answers VALUE_EMPTY or false when there is no memory, having changed nothing.
Value env_make(struct heap *heap, Value name);
// The binding of an identifier in this environment, or VALUE_FALSE; in its own bindings only, likewise (here a
// free name's cell is found too).  O(1).
Value env_lookup(Value env, Value identifier);
Value env_own(Value env, Value identifier);
// Bind, or bind again, among the own bindings; among the imports.
bool env_bind(struct heap *heap, Value env, Value identifier, Value binding) MUST_USE;
bool env_import(struct heap *heap, Value env, Value symbol, Value binding) MUST_USE;
// The own cell of a name, made unbound if need be.  A binding that is not a cell, or a constant one, is replaced.
Value env_own_cell(struct heap *heap, Value env, Value name);
// Visit bindings: the index starts at 0; false when there are no more.  Aliases and free names are left out.
bool env_next(Value env, bool imports, size_t *index, Value *symbol, Value *binding);

Value cell_make(struct heap *heap, Value value, Value name, sword flags);
static inline Value cell_value(Value cell) {
  return object_field(cell, CELL_VALUE);
}
static inline sword cell_flags(Value cell) {
  return fixnum_int(object_field(cell, CELL_FLAGS));
}
static inline void cell_set_flags(Value cell, sword flags) {
  object_field_init(cell, CELL_FLAGS, fixnum(flags));  // a fixnum needs no barrier
}
// Is it one where nothing can be defined or imported any more?
static inline bool env_is_fixed(Value env) {
  return is_true(object_field(env, ENV_FIXED)) || heap_is_frozen(env);
}
static inline bool cell_is_free(Value cell) {
  return value_eq(cell_value(cell), VALUE_UNBOUND) && !(cell_flags(cell) & (CELL_DEFINED | CELL_ASSIGNED));
}

#endif
