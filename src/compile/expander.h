// What the files of the expander share: the work list, scopes, and what identifiers mean.
//
// Uses: compile/expand, data.  Used by: compile/expand*.c, compile/syntax_*.c only.
//
// Idea: one stack of work items; each is a form, the scope it stands in, and where its node goes.  Taking one
// makes a node and pushes items for its parts, so nothing recurses.  Functions that can fail answer false (or
// NULL, or VALUE_EMPTY) after setting ex->outcome; whoever sees that returns at once.
//
//   EXP-1  Bindings are found by the identity of the identifier: all bindings of an identifier in this expansion
//          hang from its entry in one table, and the one in the innermost enclosing scope counts.
//   EXP-2  Items are taken in the order of the source, so definitions of syntax precede their uses.
//   EXP-3  Nothing outlives the expansion but nodes: a scope that a macro or alias in the heap remembers is behind
//          a T_SCOPE, which is emptied at the end and then means the top level.
#ifndef COMPILE_EXPANDER_H
#define COMPILE_EXPANDER_H

#include "base/platform.h"
#include "compile/expand.h"
#include "data/env.h"
#include "data/list.h"

enum special_id {
#define SPECIAL(id, name, handler, doc) S_##id,
#include "compile/specials.def"
#undef SPECIAL
  N_SPECIALS
};

// The scopes form a tree; NULL is the top level.  `jump` makes the question "is it inside?" logarithmic.
struct scope {
  struct scope *parent, *jump;
  uint32_t depth;
  struct lambda *lambda;  // the one whose frame this scope's variables live in; NULL: top level
  Value handle;           // its T_SCOPE, or VALUE_EMPTY
  struct scope *next_with_handle;
  struct bound *bounds;    // of this scope, newest first
  uint32_t n_bounds;
};
// The words of a T_SCOPE: the struct scope (raw, fixnum 0 when gone), the top-level environment below it.
enum { SCOPE_POINTER = 1, SCOPE_ENVIRONMENT };

enum bound_kind {
  BOUND_VAR,      // var
  BOUND_SYNTAX,   // value: a T_MACRO or T_SPECIAL
  BOUND_INDEX,    // index: while syntax-rules compiles
  BOUND_LITERAL   // likewise
};
struct bound {
  Value identifier;
  struct scope *scope;
  struct bound *older;  // of the same identifier
  enum bound_kind kind;
  uint32_t index;
  struct var *var;
  Value value;
  struct bound *next_in_scope;
};

enum meaning_kind { MEANS_NOTHING, MEANS_LOCAL, MEANS_CELL, MEANS_MACRO, MEANS_SPECIAL, MEANS_FREE };
struct meaning {
  enum meaning_kind kind;
  struct var *var;  // MEANS_LOCAL
  Value value;      // cell, macro, special
  Value symbol;     // global or free: the name,
  Value env;        // and where it was looked up
};

enum work_kind { WORK_EXPRESSION, WORK_TOPLEVEL, WORK_BODY, WORK_QUASI, WORK_FOLD };
struct work {
  enum work_kind kind;
  bool is_test;        // only whether it is #f matters
  uint32_t position;   // of the innermost enclosing form whose position is known
  uint32_t depth;      // of quasiquote
  Value form;
  Value name;          // for a lambda in this place, or VALUE_FALSE
  Value macro;         // the keyword of the macro use that became the form; w is 0: none did
  struct scope *scope;
  struct node **dest;
};

// An array in the arena that doubles; old copies are left behind.
struct growable {
  char *items;
  size_t n, capacity;
};

struct identifier_entry {
  Value identifier;  // w is 0: free
  struct bound *newest;
};

struct let_var {
  struct let_var *next;
  struct var *var;
  struct node **init;
};
struct cell_change {
  struct cell_change *next;
  Value cell;
  sword old_flags;
};

struct expand_state {
  struct growable work;                   // struct work
  struct growable pending, items;         // of the body being read
  struct growable keywords;               // Value: those that its forms began with so far
  struct growable walk;                   // Value: of expand_quote.c
  struct identifier_entry *identifiers;   // 2^k slots
  size_t n_identifiers, identifier_slots;
  struct scope *with_handles;
  struct let_var *let_vars;
  struct cell_change *changes;            // undone if the expansion fails
  struct growable code, fixups, vars;     // of syntax_compile.c
  struct scratch_block *scratch;          // of syntax_expand.c
  uint32_t n_steps;
};

// --- expand.c ----------------------------------------------------------------------------------------
void *take(struct expander *ex, size_t bytes) MUST_USE;        // zeroed, from the arena
uword *take_heap(struct expander *ex, size_t bytes) MUST_USE;  // from the heap
Value take_pair(struct expander *ex, Value car, Value cdr);
Value take_constant_pair(struct expander *ex, Value car, Value cdr);  // in a program's text (OBJ-3), otherwise like take_pair
Value take_vector(struct expander *ex, size_t n);              // filled with fixnum 0
void *growable_push(struct expander *ex, struct growable *g, size_t item_bytes) MUST_USE;
// Count a step; now and then look whether Control-C waits.
bool tick(struct expander *ex) MUST_USE;
// Room for n work items; item number i in source order is at [n - 1 - i].  All are zeroed but position, name, kind.
struct work *push_work(struct expander *ex, const struct work *from, size_t n) MUST_USE;
bool push_expression(struct expander *ex, const struct work *from, Value form, struct node **dest);
struct node *make_node(struct expander *ex, const struct work *w, enum node_kind kind, uint32_t n_kids);
bool put_constant(struct expander *ex, const struct work *w, Value value);
bool put_local(struct expander *ex, const struct work *w, struct var *var, struct node **dest);
struct var *make_var(struct expander *ex, Value identifier, struct lambda *owner);
bool note_let_var(struct expander *ex, struct var *var, struct node **init);
uint32_t position_of(struct expander *ex, Value form, uint32_t otherwise);
// Expand macros at the head of w->form; *m is what the head means then.
bool expand_macro_uses(struct expander *ex, struct work *w, struct meaning *m) MUST_USE;
// The number of w's forms after its keyword, when it is at least `min` and at most `max`; otherwise -1.
sword count_operands(struct expander *ex, const struct work *w, sword min, sword max);
Value operand(const struct work *w, unsigned i);  // 1 is the first after the keyword
void mark_cell(struct expander *ex, Value cell, sword flag);
bool define_global(struct expander *ex, const struct work *w, Value identifier, Value *cell) MUST_USE;
// False, having raised `immutable`, where nothing can be defined.
bool check_environment(struct expander *ex, const struct work *w, Value identifier) MUST_USE;

// --- expand_scope.c ----------------------------------------------------------------------------------
struct scope *make_scope(struct expander *ex, struct scope *parent, struct lambda *lambda);
static inline struct lambda *scope_lambda(struct scope *scope) {
  return scope ? scope->lambda : NULL;
}
// What an alias or macro made in this scope remembers: a T_SCOPE, or the environment; VALUE_EMPTY: no memory.
Value scope_value(struct expander *ex, struct scope *scope);
void scopes_empty_handles(struct expander *ex);
struct bound *scope_bind(struct expander *ex, struct scope *scope, Value identifier, enum bound_kind kind);
// The binding of an identifier in this very scope, or NULL.
struct bound *bound_in(struct expander *ex, struct scope *scope, Value identifier);
struct meaning resolve(struct expander *ex, Value identifier, struct scope *scope);
struct meaning resolve_in(struct expander *ex, Value identifier, Value scope_value);
bool same_meaning(const struct meaning *a, const struct meaning *b);
// Does it name the core form (auxiliary ones also when free and spelled alike)?
bool names_special(struct expander *ex, Value identifier, struct scope *scope, enum special_id id);
// Defined at top level, a hidden alias has a variable of its own; another defines its symbol.
Value make_alias(struct expander *ex, Value identifier, Value environment, bool hidden);
uint32_t hash_word(uword w);

// --- expand_error.c ----------------------------------------------------------------------------------
// Raise `syntax` about w->form; who is the keyword at its head.  Always false.
bool syntax_error(struct expander *ex, const struct work *w, const char *message);
// The same about a part of it.
bool syntax_error_at(struct expander *ex, const struct work *w, const char *message, Value culprit);
bool raise_at(struct expander *ex, uint32_t position, enum known_symbol type, Value who, const char *message,
              Value message_string, Value irritants);

// --- expand_quote.c ----------------------------------------------------------------------------------
// `datum` with every alias replaced by its symbol; itself if there is none.  VALUE_EMPTY: failed.
Value strip_datum(struct expander *ex, Value datum);
// The same for a constant of the program: what is in the program's text is made immutable.
Value strip_constant(struct expander *ex, Value datum);
Value vector_elements(struct expander *ex, Value vector);  // a list
bool expand_quasi_item(struct expander *ex, struct work *w);
bool fold_quasi(struct expander *ex, struct work *w);

// --- expand_body.c ------------------------------------------------------------------------------------
bool expand_body(struct expander *ex, struct work *w);
// A form of the body being read began with this keyword.
bool note_keyword(struct expander *ex, Value identifier) MUST_USE;
struct lambda *make_lambda(struct expander *ex, const struct work *w, uint32_t n_clauses, struct node **dest);
bool add_clause(struct expander *ex, const struct work *w, struct lambda *lambda, uint32_t i, Value parameters,
                Value body);
// The value of a definition: `form` is an expression, or with `parameters` not VALUE_EMPTY a procedure's body.
struct definition {
  Value identifier, parameters, form;
};
bool parse_define(struct expander *ex, const struct work *w, struct definition *d) MUST_USE;
bool push_definition_value(struct expander *ex, const struct work *w, const struct definition *d, struct node **dest);

// --- expand_syntax.c, syntax_compile.c, syntax_expand.c -------------------------------------------------
// What (name rules) binds: a T_MACRO or T_SPECIAL, or VALUE_EMPTY.
Value evaluate_syntax(struct expander *ex, const struct work *w, Value name, Value rules, struct scope *scope);
// A scope in which the macros of a let-syntax form are bound, or NULL.
struct scope *bind_let_syntax(struct expander *ex, const struct work *w, bool recursive);
Value macro_compile(struct expander *ex, const struct work *w, Value name, struct scope *scope);
Value macro_expand(struct expander *ex, Value macro, const struct work *w);

// --- expand_include.c ---------------------------------------------------------------------------------
// The forms that an include, include-ci or cond-expand form stands for.  False: failed, or ex->outcome is a request.
bool forms_instead(struct expander *ex, const struct work *w, enum special_id keyword, Value *forms) MUST_USE;

// --- expand_record.c ----------------------------------------------------------------------------------
// The list of definitions that a define-record-type form means, or VALUE_EMPTY.
Value record_definitions(struct expander *ex, const struct work *w);

typedef bool (*SpecialHandler)(struct expander *ex, struct work *w);
#define SPECIAL(id, name, handler, doc) bool handler(struct expander *ex, struct work *w);
#include "compile/specials.def"
#undef SPECIAL

#endif
