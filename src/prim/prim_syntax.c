// Primitives on environments and syntax.
//
// Uses: compile/expand, data/env.  Used by: prim/table.
#include "compile/expand.h"
#include "data/env.h"
#include "data/list.h"
#include "data/string.h"
#include "data/values.h"
#include "prim/args.h"
#include "prim/tables.h"

#define SCRATCH_QUOTA_BYTES ((size_t)256 << 20)
// What growing the table of a large environment may need.
#define BINDING_ROOM_BYTES VECTOR_BYTES(8192)

static bool is_environment(Value v) {
  return is_type(v, T_ENV);
}

// --- environments ------------------------------------------------------------------------------------------
PRIM(prim_make_environment) {
  Value env = env_make(cx->heap, args[0]);
  return value_eq(env, VALUE_EMPTY) ? outcome_collect(cx, BINDING_ROOM_BYTES) : env;
}

PRIM(prim_primitive_environment) {
  return cx->heap->roots[ROOT_PRIMITIVES_ENV];
}

PRIM(prim_environment_p) {
  return value_bool(is_environment(args[0]));
}

PRIM(prim_environment_name) {
  if (!is_environment(args[0])) return raise_type(cx, "%environment-name", 1, "an environment", args[0]);
  return object_field(args[0], ENV_NAME);
}

PRIM(prim_environment_lookup) {
  if (!is_environment(args[0])) return raise_type(cx, "%environment-lookup", 1, "an environment", args[0]);
  if (!is_identifier(args[1])) return raise_type(cx, "%environment-lookup", 2, "a symbol", args[1]);
  return env_lookup(args[0], args[1]);
}

static bool is_binding(Value v) {
  return is_type(v, T_CELL) || is_type(v, T_MACRO) || is_type(v, T_SPECIAL);
}

PRIM(prim_environment_import) {
  const char *who = "%environment-import!";
  if (!is_environment(args[0])) return raise_type(cx, who, 1, "an environment", args[0]);
  if (!is_symbol(args[1])) return raise_type(cx, who, 2, "a symbol", args[1]);
  if (!is_binding(args[2])) return raise_type(cx, who, 3, "a cell, macro or special form", args[2]);
  if (env_is_fixed(args[0])) {
    return raise_condition(cx, KNOWN_IMMUTABLE, "import", "nothing can be imported into this environment:", 1, &args[0]);
  }
  if (!env_import(cx->heap, args[0], args[1], args[2])) return outcome_collect(cx, BINDING_ROOM_BYTES);
  return VALUE_UNSPECIFIED;
}

PRIM(prim_environment_define) {
  const char *who = "%environment-define!";
  if (!is_environment(args[0])) return raise_type(cx, who, 1, "an environment", args[0]);
  if (!is_symbol(args[1])) return raise_type(cx, who, 2, "a symbol", args[1]);
  if (env_is_fixed(args[0])) return raise_immutable(cx, who, 1, args[0]);
  Value cell = env_own_cell(cx->heap, args[0], args[1]);
  if (value_eq(cell, VALUE_EMPTY)) return outcome_collect(cx, BINDING_ROOM_BYTES);
  sword again = cell_flags(cell) & CELL_DEFINED ? CELL_ASSIGNED : 0;
  cell_set_flags(cell, cell_flags(cell) | CELL_DEFINED | again);
  heap_store(cx->heap, cell, object_slot(cell, CELL_VALUE), args[2]);
  return cell;
}

// Put (identifier . binding) in front of *list.
static bool push_binding(struct heap *heap, Value identifier, Value binding, Value *list) {
  uword *p = heap_alloc_more(heap, 2 * PAIR_BYTES);
  if (!p) return false;
  p[0] = identifier.w;
  p[1] = binding.w;
  p[2] = value_from_pair(p).w;
  p[3] = list->w;
  *list = value_from_pair(p + 2);
  return true;
}

// The bindings as a list of (symbol . binding) in front of `list`; VALUE_EMPTY: no memory.  With `hiding` not
// VALUE_EMPTY, only those that the environment `hiding` does not define itself.
static Value list_bindings(struct heap *heap, Value env, bool imports, Value hiding, Value list) {
  Value symbol, binding;
  for (size_t i = 0; env_next(env, imports, &i, &symbol, &binding);) {
    if (!value_eq(hiding, VALUE_EMPTY) && !value_eq(env_lookup(hiding, symbol), binding)) continue;
    if (!push_binding(heap, symbol, binding, &list)) return VALUE_EMPTY;
  }
  return list;
}

PRIM(prim_environment_own) {
  if (!is_environment(args[0])) return raise_type(cx, "%environment-own", 1, "an environment", args[0]);
  Value list = list_bindings(cx->heap, args[0], false, VALUE_EMPTY, VALUE_NIL);
  return value_eq(list, VALUE_EMPTY) ? outcome_collect(cx, BINDING_ROOM_BYTES) : list;
}

// With aliases and free names, which env_next leaves out.
PRIM(prim_environment_bindings) {
  if (!is_environment(args[0])) return raise_type(cx, "%environment-bindings", 1, "an environment", args[0]);
  Value bindings = object_field(args[0], ENV_BINDINGS), list = VALUE_NIL;
  Value *slots = vector_slots(bindings);
  for (sword i = 1; i < vector_length(bindings); i += 2) {
    if (value_eq(slots[i], VALUE_EMPTY)) continue;
    if (!push_binding(cx->heap, slots[i], slots[i + 1], &list)) return outcome_collect(cx, BINDING_ROOM_BYTES);
  }
  return list;
}

PRIM(prim_environment_bind) {
  const char *who = "%environment-bind!";
  if (!is_environment(args[0])) return raise_type(cx, who, 1, "an environment", args[0]);
  if (!is_identifier(args[1])) return raise_type(cx, who, 2, "an identifier", args[1]);
  if (!is_binding(args[2])) return raise_type(cx, who, 3, "a cell, macro or special form", args[2]);
  return env_bind(cx->heap, args[0], args[1], args[2]) ? VALUE_UNSPECIFIED : outcome_collect(cx, BINDING_ROOM_BYTES);
}

PRIM(prim_environment_all) {
  if (!is_environment(args[0])) return raise_type(cx, "%environment-all", 1, "an environment", args[0]);
  Value list = list_bindings(cx->heap, args[0], true, args[0], VALUE_NIL);
  if (!value_eq(list, VALUE_EMPTY)) list = list_bindings(cx->heap, args[0], false, VALUE_EMPTY, list);
  return value_eq(list, VALUE_EMPTY) ? outcome_collect(cx, BINDING_ROOM_BYTES) : list;
}

PRIM(prim_environment_fix) {
  if (!is_environment(args[0])) return raise_type(cx, "%environment-fix!", 1, "an environment", args[0]);
  if (!heap_is_frozen(args[0])) object_field_init(args[0], ENV_FIXED, VALUE_TRUE);  // an immediate needs no barrier
  return args[0];
}

PRIM(prim_seal_environment) {
  if (!is_environment(args[0])) return raise_type(cx, "%seal-environment!", 1, "an environment", args[0]);
  if (heap_is_frozen(args[0])) return raise_immutable(cx, "%seal-environment!", 1, args[0]);
  Value symbol, cell;
  for (size_t i = 0; env_next(args[0], false, &i, &symbol, &cell);) {
    if (!is_type(cell, T_CELL) || cell_flags(cell) & (CELL_ASSIGNED | CELL_KEEP)) continue;
    if (!value_eq(cell_value(cell), VALUE_UNBOUND)) cell_set_flags(cell, cell_flags(cell) | CELL_CONSTANT);
  }
  return VALUE_UNSPECIFIED;
}

PRIM(prim_cell_free_p) {
  if (!is_type(args[0], T_CELL)) return raise_type(cx, "%cell-free?", 1, "a cell", args[0]);
  return value_bool(cell_is_free(args[0]));
}

// --- syntax --------------------------------------------------------------------------------------------------
PRIM(prim_macro_p) {
  return value_bool(is_type(args[0], T_MACRO));
}

PRIM(prim_special_p) {
  return value_bool(is_type(args[0], T_SPECIAL));
}

PRIM(prim_special_doc) {
  if (!is_type(args[0], T_SPECIAL)) return raise_type(cx, "%special-doc", 1, "a special form", args[0]);
  const char *doc = special_doc(args[0]);
  size_t room = FIXED_BYTES(3) + BYTES_BYTES(strlen(doc));
  return heap_reserve(cx->heap, room) ? string_from_c(cx->heap, doc) : outcome_collect(cx, room);
}

PRIM(prim_expand_head) {
  if (!is_environment(args[1])) return raise_type(cx, "%expand-head", 2, "an environment", args[1]);
  struct arena arena;
  struct expander ex;
  arena_init(&arena, SCRATCH_QUOTA_BYTES);
  Value answers[2] = {VALUE_FALSE, OUTCOME_RAISE};
  if (expander_init(&ex, cx, &arena, args[1], VALUE_FALSE, args[3])) {
    answers[1] = expand_head(&ex, args[0], args[2], &answers[0]);
  } else {
    answers[1] = ex.outcome;
  }
  arena_free(&arena);
  return is_outcome(answers[1]) ? answers[1] : values_make(cx, 2, answers);
}

PRIM(prim_syntax_to_datum) {
  struct arena arena;
  struct expander ex;
  arena_init(&arena, SCRATCH_QUOTA_BYTES);
  Value datum = VALUE_EMPTY;
  if (expander_init(&ex, cx, &arena, cx->heap->roots[ROOT_PRIMITIVES_ENV], VALUE_FALSE, VALUE_FALSE)) {
    datum = expand_strip(&ex, args[0]);
  }
  arena_free(&arena);
  return value_eq(datum, VALUE_EMPTY) ? ex.outcome : datum;
}

const struct primitive syntax_primitives[] = {
    {"%make-environment", prim_make_environment, 1, 1,
     "(%make-environment name)\nA new environment without any bindings."},
    {"%primitive-environment", prim_primitive_environment, 0, 0,
     "(%primitive-environment)\nThe environment of every primitive and core form."},
    {"environment?", prim_environment_p, 1, 1, "(environment? x)\nIs X an environment?"},
    {"%environment-name", prim_environment_name, 1, 1,
     "(%environment-name environment)\nThe name that the environment was made with."},
    {"%environment-lookup", prim_environment_lookup, 2, 2,
     "(%environment-lookup environment symbol)\nWhat SYMBOL is bound to there: a cell, macro or special form, or #f."},
    {"%environment-import!", prim_environment_import, 3, 3,
     "(%environment-import! environment symbol binding)\nBind SYMBOL there to the binding of another environment."},
    {"%environment-define!", prim_environment_define, 3, 3,
     "(%environment-define! environment symbol value)\nDefine a variable there; answers its cell."},
    {"%environment-own", prim_environment_own, 1, 1,
     "(%environment-own environment)\nIts own bindings, a list of (symbol . binding)."},
    {"%environment-bindings", prim_environment_bindings, 1, 1,
     "(%environment-bindings environment)\nIts own bindings, a list of (identifier . binding), with free names and those"
     " that macros made."},
    {"%environment-bind!", prim_environment_bind, 3, 3,
     "(%environment-bind! environment identifier binding)\nBind IDENTIFIER there among its own bindings."},
    {"%environment-all", prim_environment_all, 1, 1,
     "(%environment-all environment)\nIts own and imported bindings, a list of (symbol . binding)."},
    {"%environment-fix!", prim_environment_fix, 1, 1,
     "(%environment-fix! environment)\nThe environment, in which nothing can be defined any more."},
    {"%seal-environment!", prim_seal_environment, 1, 1,
     "(%seal-environment! environment)\nMake constants of its own variables that nothing assigns."},
    {"%cell-free?", prim_cell_free_p, 1, 1,
     "(%cell-free? cell)\nWas this variable only referred to, and never defined or assigned?"},
    {"%macro?", prim_macro_p, 1, 1, "(%macro? x)\nIs X a macro?"},
    {"%special?", prim_special_p, 1, 1, "(%special? x)\nIs X the binding of a core form?"},
    {"%special-doc", prim_special_doc, 1, 1, "(%special-doc special)\nThe documentation of a core form."},
    {"%expand-head", prim_expand_head, 4, 4,
     "(%expand-head form environment positions file)\nExpand macros at the head of FORM. Two values: the name of the core form that it"
     " then is, or #f; and the expansion of a begin or library form, otherwise FORM. A syntax error if a macro does not"
     " fit."},
    {"%syntax->datum", prim_syntax_to_datum, 1, 1,
     "(%syntax->datum form)\nFORM with the names that macros inserted turned into symbols."},
};
const unsigned n_syntax_primitives = ARRAY_LENGTH(syntax_primitives);
