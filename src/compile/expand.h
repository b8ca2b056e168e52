// The expander: from a datum to core nodes, hygienically.
//
// Uses: gc, data, compile/ast.  Used by: compile.
//
// Renaming: an identifier that a syntax-rules template inserts becomes a fresh alias {name, environment of
// the macro's definition}.  Scopes bind identifiers (symbols or aliases) by identity; an alias bound nowhere
// means its name in its environment.  Quote strips aliases.  All of it works from explicit stacks.
#ifndef COMPILE_EXPAND_H
#define COMPILE_EXPAND_H

#include "compile/ast.h"
#include "data/outcome.h"

struct position_entry;

// Scratch a compilation may use: a form that needs more is refused with a condition.
#define COMPILE_SCRATCH_BYTES ((size_t)256 << 20)
// The outcome when the arena gives no more.  Short of that limit a collection may help; the VM asks for only a few.
Value compile_scratch_used_up(struct context *cx, const struct arena *arena);
struct expand_state;

struct expander {
  struct context *cx;
  struct arena *arena;
  Value environment;     // the top-level environment (T_ENV)
  Value file;            // string or #f
  Value outcome;         // when expand_* answer NULL: why (a marker; OUTCOME_RAISE for a syntax error), or a request
  Value answers;         // the list of answers to requests not used yet (expand_include.c); set by the caller
  // pair -> position, filled from the reader's flat vector [pair, fixnum position, ...]
  struct position_entry *positions;
  size_t n_positions;
  uint32_t position;     // of forms that have none of their own; 0: unknown
  bool only_looking;     // no flag of a cell is to change
  struct expand_state *state;  // private to the expander, in the arena
};

// Set up for one top-level form.  `positions` is the reader's vector or #f; or a pair of that and the position of
// whatever has none, for forms that a macro made.  False: see ex->outcome.
bool expander_init(struct expander *ex, struct context *cx, struct arena *arena, Value environment,
                   Value positions, Value file);
// Expand one top-level form.  Definitions make or find the cell in the environment's own bindings (an
// imported name is shadowed by a new cell); define-syntax takes effect at once and yields a constant.
// A free name gets an own cell that is unbound so far.
struct node *expand_toplevel(struct expander *ex, Value form);
// What is `form`, macros at its head expanded?  *special: the name of the core form at its head, or #f.  Answers the
// expanded form if it is one that the driver takes apart (begin, import, include, ...); else `form` itself, which knows
// its source positions; or a marker.  `positions` as for expander_init, which needs none here: they are read only when
// the form is a macro use.
Value expand_head(struct expander *ex, Value form, Value positions, Value *special);
// What `form` expands to as a tree of lists (expand_tree.c), or a marker.  Definitions in it take no effect, but those
// of syntax do.
Value expand_tree(struct expander *ex, Value form);
// `form` after one step of the macro at its head, aliases turned back into symbols; itself if it has none; or a marker.
Value expand_once(struct expander *ex, Value form);
// `form` with aliases turned back into symbols; VALUE_EMPTY: see ex->outcome.
Value expand_strip(struct expander *ex, Value form);

// Make ROOT_PRIMITIVES_ENV: every core form of specials.def, and a constant cell for each primitive, numbered from 0
// until `primitive_at` answers NULL.  Needs the known symbols.  False: out of memory.
struct primitive;
bool env_make_primitive(struct context *cx, const struct primitive *(*primitive_at)(unsigned index)) MUST_USE;
// The docstring of a T_SPECIAL.
const char *special_doc(Value special);

#endif
