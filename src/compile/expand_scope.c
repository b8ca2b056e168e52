// Scopes, and what identifiers mean in them.
//
// Uses: compile/expander.h.
#include "compile/expander.h"

uint32_t hash_word(uword w) {
  uint32_t h = (uint32_t)(w >> 3) * 0x9e3779b1u;
  return h ^ h >> 15;
}

// --- scopes -----------------------------------------------------------------------------------------------
struct scope *make_scope(struct expander *ex, struct scope *parent, struct lambda *lambda) {
  struct scope *scope = take(ex, sizeof *scope);
  if (!scope) return NULL;
  scope->parent = parent;
  scope->lambda = lambda;
  scope->handle = VALUE_EMPTY;
  scope->jump = scope;
  if (!parent) return scope;
  scope->depth = parent->depth + 1;
  struct scope *jump = parent->jump;
  bool joins = parent->depth - jump->depth == jump->depth - jump->jump->depth;
  scope->jump = joins ? jump->jump : parent;
  return scope;
}

static bool is_inside(struct scope *scope, struct scope *outer) {
  while (scope && scope->depth > outer->depth) {
    scope = scope->jump->depth >= outer->depth ? scope->jump : scope->parent;
  }
  return scope == outer;
}

Value scope_value(struct expander *ex, struct scope *scope) {
  if (!scope) return ex->environment;
  if (!value_eq(scope->handle, VALUE_EMPTY)) return scope->handle;
  uword *p = take_heap(ex, FIXED_BYTES(3));
  if (!p) return VALUE_EMPTY;
  p[0] = header_make(T_SCOPE, 0);
  p[SCOPE_POINTER] = (uword)scope;  // OBJ-2: reads as a fixnum
  p[SCOPE_ENVIRONMENT] = ex->environment.w;
  p[3] = VALUE_FALSE.w;
  scope->handle = value_from_object(p);
  scope->next_with_handle = ex->state->with_handles;
  ex->state->with_handles = scope;
  return scope->handle;
}

void scopes_empty_handles(struct expander *ex) {
  for (struct scope *s = ex->state->with_handles; s; s = s->next_with_handle) {
    object_field_init(s->handle, SCOPE_POINTER, fixnum(0));
  }
}

// --- the table of identifiers (EXP-1) -----------------------------------------------------------------------
static struct identifier_entry *find_entry(struct identifier_entry *entries, size_t slots, Value identifier) {
  size_t i = hash_word(identifier.w) & (slots - 1);
  while (entries[i].identifier.w && !value_eq(entries[i].identifier, identifier)) i = (i + 1) & (slots - 1);
  return &entries[i];
}

static bool grow_entries(struct expander *ex) {
  struct expand_state *state = ex->state;
  size_t slots = 2 * state->identifier_slots;
  struct identifier_entry *grown = take(ex, slots * sizeof *grown);
  if (!grown) return false;
  for (size_t i = 0; i < state->identifier_slots; i++) {
    struct identifier_entry *e = &state->identifiers[i];
    if (e->identifier.w) *find_entry(grown, slots, e->identifier) = *e;
  }
  state->identifiers = grown;
  state->identifier_slots = slots;
  return true;
}

struct bound *scope_bind(struct expander *ex, struct scope *scope, Value identifier, enum bound_kind kind) {
  struct expand_state *state = ex->state;
  if (4 * (state->n_identifiers + 1) > 3 * state->identifier_slots && !grow_entries(ex)) return NULL;
  struct identifier_entry *entry = find_entry(state->identifiers, state->identifier_slots, identifier);
  struct bound *bound = take(ex, sizeof *bound);
  if (!bound) return NULL;
  if (!entry->identifier.w) {
    entry->identifier = identifier;
    state->n_identifiers++;
  }
  bound->identifier = identifier;
  bound->scope = scope;
  bound->kind = kind;
  bound->value = VALUE_FALSE;
  bound->older = entry->newest;
  entry->newest = bound;
  bound->next_in_scope = scope->bounds;
  scope->bounds = bound;
  scope->n_bounds++;
  return bound;
}

// A scope with more bindings than this is not searched through for one.
#define FEW_BOUNDS 16

struct bound *bound_in(struct expander *ex, struct scope *scope, Value identifier) {
  struct bound *b = scope->bounds;
  if (scope->n_bounds <= FEW_BOUNDS) {
    while (b && !value_eq(b->identifier, identifier)) b = b->next_in_scope;
    return b;
  }
  b = find_entry(ex->state->identifiers, ex->state->identifier_slots, identifier)->newest;
  while (b && b->scope != scope) b = b->older;
  return b;
}

// The binding in the innermost scope around `scope` that has one.  A scope gets its bindings before scopes are made
// within it, so the newest that counts is the innermost.
static struct bound *find_bound(struct expander *ex, Value identifier, struct scope *scope) {
  struct bound *b = find_entry(ex->state->identifiers, ex->state->identifier_slots, identifier)->newest;
  while (b && (b->scope->depth > scope->depth || !is_inside(scope, b->scope))) b = b->older;
  return b;
}

// --- meanings -----------------------------------------------------------------------------------------------
static struct meaning syntax_meaning(Value value) {
  enum meaning_kind kind = is_type(value, T_MACRO) ? MEANS_MACRO : MEANS_SPECIAL;
  return (struct meaning){.kind = kind, .value = value};
}

static struct meaning global_meaning(Value binding, Value symbol, Value env) {
  struct meaning m = {.kind = MEANS_FREE, .symbol = symbol, .env = env};
  if (is_false(binding) || (is_type(binding, T_CELL) && cell_is_free(binding))) return m;
  if (!is_type(binding, T_CELL)) return syntax_meaning(binding);
  m.kind = MEANS_CELL;
  m.value = binding;
  return m;
}

static struct meaning look_up(struct expander *ex, Value identifier, struct scope *scope, Value env) {
  for (;;) {
    struct bound *b = scope ? find_bound(ex, identifier, scope) : NULL;
    if (b && b->kind == BOUND_VAR) return (struct meaning){.kind = MEANS_LOCAL, .var = b->var};
    if (b) return syntax_meaning(b->value);
    if (!is_type(identifier, T_ALIAS)) return global_meaning(env_lookup(env, identifier), identifier, env);
    Value defined = env_own(env, identifier);
    if (is_true(defined)) return global_meaning(defined, identifier_symbol(identifier), env);
    env = object_field(identifier, ALIAS_ENVIRONMENT);
    scope = NULL;
    if (is_type(env, T_SCOPE)) {
      scope = (struct scope *)object_field(env, SCOPE_POINTER).w;
      env = object_field(env, SCOPE_ENVIRONMENT);
    }
    identifier = object_field(identifier, ALIAS_NAME);
  }
}

struct meaning resolve(struct expander *ex, Value identifier, struct scope *scope) {
  return look_up(ex, identifier, scope, ex->environment);
}

struct meaning resolve_in(struct expander *ex, Value identifier, Value where) {
  if (!is_type(where, T_SCOPE)) return look_up(ex, identifier, NULL, where);
  struct scope *scope = (struct scope *)object_field(where, SCOPE_POINTER).w;
  return look_up(ex, identifier, scope, object_field(where, SCOPE_ENVIRONMENT));
}

// An auxiliary form that was not imported is free, and means the same as its binding elsewhere.
static bool is_auxiliary(const struct meaning *m, Value symbol) {
  return m->kind == MEANS_SPECIAL && fixnum_int(object_field(m->value, SPECIAL_ID)) >= S_ELSE &&
         value_eq(object_field(m->value, SPECIAL_NAME), symbol);
}

bool same_meaning(const struct meaning *a, const struct meaning *b) {
  if (a->kind == MEANS_FREE && b->kind != MEANS_FREE) return is_auxiliary(b, a->symbol);
  if (b->kind == MEANS_FREE && a->kind != MEANS_FREE) return is_auxiliary(a, b->symbol);
  if (a->kind != b->kind) return false;
  if (a->kind == MEANS_LOCAL) return a->var == b->var;
  if (a->kind == MEANS_FREE) return value_eq(a->symbol, b->symbol);
  return value_eq(a->value, b->value);
}

bool names_special(struct expander *ex, Value identifier, struct scope *scope, enum special_id id) {
  if (!is_identifier(identifier)) return false;
  struct meaning m = resolve(ex, identifier, scope);
  if (m.kind == MEANS_SPECIAL) return fixnum_int(object_field(m.value, SPECIAL_ID)) == (sword)id;
  if (m.kind != MEANS_FREE) return false;
  enum known_symbol k = id == S_ELSE               ? KNOWN_ELSE
                        : id == S_ARROW            ? KNOWN_ARROW
                        : id == S_ELLIPSIS         ? KNOWN_ELLIPSIS
                        : id == S_UNDERSCORE       ? KNOWN_UNDERSCORE
                        : id == S_UNQUOTE          ? KNOWN_UNQUOTE
                        : id == S_UNQUOTE_SPLICING ? KNOWN_UNQUOTE_SPLICING
                                                   : N_KNOWN_SYMBOLS;
  return k != N_KNOWN_SYMBOLS && value_eq(m.symbol, known(ex->cx->heap, k));
}

Value make_alias(struct expander *ex, Value identifier, Value environment, bool hidden) {
  uword *p = take_heap(ex, FIXED_BYTES(3));
  if (!p) return VALUE_EMPTY;
  p[0] = header_make(T_ALIAS, 0);
  p[ALIAS_NAME] = identifier.w;
  p[ALIAS_ENVIRONMENT] = environment.w;
  p[ALIAS_HIDDEN] = value_bool(hidden).w;
  return value_from_object(p);
}
