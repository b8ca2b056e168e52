// Top-level environments: names bound to cells, macros and special forms.
//
// Uses: data/env.
#include "data/env.h"

#define FIRST_SLOTS 8

Value identifier_symbol(Value identifier) {
  while (is_type(identifier, T_ALIAS)) identifier = object_field(identifier, ALIAS_NAME);
  return identifier;
}

// --- bindings vectors (ENV-3) -----------------------------------------------------------------------
static Value bindings_make(struct heap *heap, size_t n_slots) {
  size_t n = 1 + 2 * n_slots;
  uword *p = heap_alloc_more(heap, VECTOR_BYTES(n));
  if (!p) return VALUE_EMPTY;
  p[0] = header_make(T_VECTOR, 0);
  p[1] = fixnum((sword)n).w;
  Value bindings = value_from_object(p);
  Value *slots = vector_slots(bindings);
  slots[0] = fixnum(0);
  for (size_t i = 1; i < n; i++) slots[i] = VALUE_EMPTY;
  return bindings;
}

static size_t bindings_capacity(Value bindings) {
  return ((size_t)vector_length(bindings) - 1) / 2;
}

// The slot of an identifier: where it is, or where it would be put.
static Value *bindings_slot(Value bindings, Value identifier) {
  size_t mask = bindings_capacity(bindings) - 1;
  size_t i = symbol_hash(identifier_symbol(identifier)) & mask;
  Value *pairs = vector_slots(bindings) + 1;
  while (!value_eq(pairs[2 * i], identifier) && !value_eq(pairs[2 * i], VALUE_EMPTY)) i = (i + 1) & mask;
  return &pairs[2 * i];
}

static Value bindings_find(Value bindings, Value identifier) {
  Value *slot = bindings_slot(bindings, identifier);
  return value_eq(slot[0], VALUE_EMPTY) ? VALUE_FALSE : slot[1];
}

// The same bindings in another vector, of so many slots.
static Value bindings_copy(struct heap *heap, Value old, size_t n_slots) {
  size_t capacity = bindings_capacity(old);
  Value grown = bindings_make(heap, n_slots);
  if (value_eq(grown, VALUE_EMPTY)) return grown;
  Value *pairs = vector_slots(old) + 1;
  for (size_t i = 0; i < capacity; i++) {
    if (value_eq(pairs[2 * i], VALUE_EMPTY)) continue;
    Value *slot = bindings_slot(grown, pairs[2 * i]);
    slot[0] = pairs[2 * i];
    slot[1] = pairs[2 * i + 1];
  }
  vector_slots(grown)[0] = vector_slots(old)[0];
  return grown;
}

// Put into the bindings in field `field` of `env`.
static bool bindings_put(struct heap *heap, Value env, unsigned field, Value identifier, Value binding) {
  Value bindings = object_field(env, field);
  sword n_used = fixnum_int(vector_slots(bindings)[0]);
  size_t capacity = bindings_capacity(bindings);
  bool is_full = (size_t)n_used + 1 > capacity / 4 * 3;
  if (is_full || heap_is_frozen(bindings)) {
    bindings = bindings_copy(heap, bindings, is_full ? capacity * 2 : capacity);
    if (value_eq(bindings, VALUE_EMPTY)) return false;
    heap_store(heap, env, object_slot(env, field), bindings);
  }
  Value *slot = bindings_slot(bindings, identifier);
  if (value_eq(slot[0], VALUE_EMPTY)) {
    heap_store(heap, bindings, &slot[0], identifier);
    vector_slots(bindings)[0] = fixnum(n_used + 1);
  }
  heap_store(heap, bindings, &slot[1], binding);
  return true;
}

// --- environments -----------------------------------------------------------------------------------
Value env_make(struct heap *heap, Value name) {
  Value own = bindings_make(heap, FIRST_SLOTS);
  Value imports = bindings_make(heap, FIRST_SLOTS);
  if (value_eq(own, VALUE_EMPTY) || value_eq(imports, VALUE_EMPTY)) return VALUE_EMPTY;
  uword *p = heap_alloc_more(heap, FIXED_BYTES(4));
  if (!p) return VALUE_EMPTY;
  p[0] = header_make(T_ENV, 0);
  p[ENV_NAME] = name.w;
  p[ENV_BINDINGS] = own.w;
  p[ENV_IMPORTS] = imports.w;
  p[ENV_FIXED] = VALUE_FALSE.w;
  if (FIXED_BYTES(4) > 5 * sizeof(Value)) p[5] = 0;
  return value_from_object(p);
}

Value env_own(Value env, Value identifier) {
  return bindings_find(object_field(env, ENV_BINDINGS), identifier);
}

Value env_lookup(Value env, Value identifier) {
  Value own = env_own(env, identifier);
  if (is_true(own) && !(is_type(own, T_CELL) && cell_is_free(own))) return own;
  Value imported = bindings_find(object_field(env, ENV_IMPORTS), identifier);
  return is_true(imported) ? imported : own;
}

// In the image's environments nothing is bound any more; what refers to a free name there has a cell of its own.
bool env_bind(struct heap *heap, Value env, Value identifier, Value binding) {
  if (heap_is_frozen(env)) return true;
  return bindings_put(heap, env, ENV_BINDINGS, identifier, binding);
}

bool env_import(struct heap *heap, Value env, Value symbol, Value binding) {
  return bindings_put(heap, env, ENV_IMPORTS, symbol, binding);
}

Value cell_make(struct heap *heap, Value value, Value name, sword flags) {
  uword *p = heap_alloc_more(heap, FIXED_BYTES(CELL_INITIAL));
  if (!p) return VALUE_EMPTY;
  p[0] = header_make(T_CELL, 0);
  p[CELL_VALUE] = value.w;
  p[CELL_NAME] = name.w;
  p[CELL_FLAGS] = fixnum(flags).w;
  p[CELL_DOC] = p[CELL_INITIAL] = VALUE_FALSE.w;
  return value_from_object(p);
}

Value env_own_cell(struct heap *heap, Value env, Value name) {
  Value own = env_own(env, name);
  if (is_type(own, T_CELL) && !(cell_flags(own) & CELL_CONSTANT)) return own;
  Value cell = cell_make(heap, VALUE_UNBOUND, identifier_symbol(name), 0);
  if (value_eq(cell, VALUE_EMPTY) || !env_bind(heap, env, name, cell)) return VALUE_EMPTY;
  return cell;
}

bool env_next(Value env, bool imports, size_t *index, Value *symbol, Value *binding) {
  Value bindings = object_field(env, imports ? ENV_IMPORTS : ENV_BINDINGS);
  size_t capacity = bindings_capacity(bindings);
  Value *pairs = vector_slots(bindings) + 1;
  while (*index < capacity) {
    size_t i = (*index)++;
    *symbol = pairs[2 * i];
    *binding = pairs[2 * i + 1];
    if (is_type(*symbol, T_SYMBOL) && !(is_type(*binding, T_CELL) && cell_is_free(*binding))) return true;
  }
  return false;
}
