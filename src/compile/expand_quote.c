// quote and quasiquote: aliases become symbols again, templates become calls of cons and append.
//
// Uses: compile/expander.h.
#include "compile/expander.h"

// A datum of fewer parts is searched for aliases without remembering where we were, which ends for cyclic ones too.
#define PLAIN_SEARCH_STEPS 1000000

// --- stripping ---------------------------------------------------------------------------------------------
// What was met, and its copy (or itself).
struct memo {
  struct memo_entry {
    Value key, copy;
  } *entries;
  size_t n, slots;
};

static struct memo_entry *memo_find(struct memo_entry *entries, size_t slots, Value key) {
  size_t i = hash_word(key.w) & (slots - 1);
  while (entries[i].key.w && !value_eq(entries[i].key, key)) i = (i + 1) & (slots - 1);
  return &entries[i];
}

// The entry of a pair or vector; *is_new if it was not there.  NULL: no memory.
static struct memo_entry *memo_enter(struct expander *ex, struct memo *memo, Value key, bool *is_new) {
  if (2 * (memo->n + 1) > memo->slots) {
    size_t slots = memo->slots ? 2 * memo->slots : 32;
    struct memo_entry *grown = take(ex, slots * sizeof *grown);
    if (!grown) return NULL;
    for (size_t i = 0; i < memo->slots; i++) {
      if (memo->entries[i].key.w) *memo_find(grown, slots, memo->entries[i].key) = memo->entries[i];
    }
    memo->entries = grown;
    memo->slots = slots;
  }
  struct memo_entry *e = memo_find(memo->entries, memo->slots, key);
  *is_new = !e->key.w;
  if (*is_new) {
    *e = (struct memo_entry){key, key};
    memo->n++;
  }
  return e;
}

static bool is_structure(Value v) {
  return is_pair(v) || is_type(v, T_VECTOR);
}

static bool push_value(struct expander *ex, Value v) {
  Value *slot = growable_push(ex, &ex->state->walk, sizeof v);
  if (slot) *slot = v;
  return slot != NULL;
}

enum found { FOUND_NONE, FOUND_ALIAS, FOUND_FAILED, FOUND_TOO_MUCH };

// Is there an alias in `datum`?  With a memo every part is looked at once; without, only so many.
static enum found find_alias(struct expander *ex, Value datum, struct memo *memo) {
  struct growable *walk = &ex->state->walk;
  size_t n_steps = 0;
  walk->n = 0;
  if (!push_value(ex, datum)) return FOUND_FAILED;
  while (walk->n) {
    Value v = ((Value *)walk->items)[--walk->n];
    while (is_structure(v)) {
      bool is_new = true;
      if (memo && !memo_enter(ex, memo, v, &is_new)) return FOUND_FAILED;
      if (!is_new) break;
      if (!memo && ++n_steps > PLAIN_SEARCH_STEPS) return FOUND_TOO_MUCH;
      if (!tick(ex)) return FOUND_FAILED;
      if (is_pair(v)) {
        Value car = pair_car(v);
        if (is_type(car, T_ALIAS)) return FOUND_ALIAS;
        if (is_structure(car) && !push_value(ex, car)) return FOUND_FAILED;
        v = pair_cdr(v);
        continue;
      }
      for (sword i = 0; i < vector_length(v); i++) {
        Value x = vector_slots(v)[i];
        if (is_type(x, T_ALIAS)) return FOUND_ALIAS;
        if (is_structure(x) && !push_value(ex, x)) return FOUND_FAILED;
      }
      n_steps += (size_t)vector_length(v);
      break;
    }
    if (is_type(v, T_ALIAS)) return FOUND_ALIAS;
  }
  return FOUND_NONE;
}

// The copy of one value, its parts still those of the original; it is noted to be filled in.
static Value begin_copy(struct expander *ex, struct memo *memo, bool is_constant, Value v) {
  if (is_type(v, T_ALIAS)) return identifier_symbol(v);
  if (!is_structure(v)) return v;
  bool is_new;
  struct memo_entry *e = memo_enter(ex, memo, v, &is_new);
  if (!e) return VALUE_EMPTY;
  if (!is_new) return e->copy;
  size_t n = is_pair(v) ? 0 : (size_t)vector_length(v);
  Value copy = !is_pair(v)    ? take_vector(ex, n)
               : is_constant ? take_constant_pair(ex, pair_car(v), pair_cdr(v))
                             : take_pair(ex, pair_car(v), pair_cdr(v));
  if (value_eq(copy, VALUE_EMPTY)) return copy;
  if (n) memcpy(vector_slots(copy), vector_slots(v), n * sizeof(Value));
  if (!is_pair(v)) *value_address(copy) |= object_flags(v, HEADER_FLAG_IMMUTABLE);
  e->copy = copy;
  return push_value(ex, copy) ? copy : VALUE_EMPTY;
}

static Value copy_datum(struct expander *ex, bool is_constant, Value datum) {
  struct memo memo = {0};
  struct growable *walk = &ex->state->walk;
  walk->n = 0;
  Value result = begin_copy(ex, &memo, is_constant, datum);
  while (walk->n && !value_eq(result, VALUE_EMPTY)) {
    Value copy = ((Value *)walk->items)[--walk->n];
    Value *slots = is_pair(copy) ? pair_car_slot(copy) : vector_slots(copy);
    size_t n = is_pair(copy) ? 2 : (size_t)vector_length(copy);
    for (size_t i = 0; i < n; i++) {
      Value part = begin_copy(ex, &memo, is_constant, slots[i]);
      if (value_eq(part, VALUE_EMPTY)) return VALUE_EMPTY;
      heap_store(ex->cx->heap, copy, &slots[i], part);
    }
    if (!tick(ex)) return VALUE_EMPTY;
  }
  return result;
}

Value strip_datum(struct expander *ex, Value datum) {
  if (is_type(datum, T_ALIAS)) return identifier_symbol(datum);
  if (!is_structure(datum)) return datum;
  enum found found = find_alias(ex, datum, NULL);
  if (found == FOUND_TOO_MUCH) {
    struct memo memo = {0};
    found = find_alias(ex, datum, &memo);
  }
  if (found == FOUND_FAILED) return VALUE_EMPTY;
  return found == FOUND_ALIAS ? copy_datum(ex, false, datum) : datum;
}

Value strip_constant(struct expander *ex, Value datum) {
  return ex->positions && is_structure(datum) ? copy_datum(ex, true, datum) : strip_datum(ex, datum);
}

// --- quasiquote ----------------------------------------------------------------------------------------------
bool expand_quasiquote(struct expander *ex, struct work *w) {
  if (count_operands(ex, w, 1, 1) < 0) return false;
  struct work *item = push_work(ex, w, 1);
  if (!item) return false;
  item->kind = WORK_QUASI;
  item->form = operand(w, 1);
  item->depth = 1;
  item->dest = w->dest;
  return true;
}

// Is `form` (keyword x)?
static bool is_marked(struct expander *ex, const struct work *w, Value form, enum special_id keyword) {
  return is_pair(form) && is_pair(pair_cdr(form)) && is_nil(pair_cdr(pair_cdr(form))) &&
         names_special(ex, pair_car(form), w->scope, keyword);
}

// Is it (keyword x y ...)?  With none, it may be the end of (quote unquote), which is harmless.
static bool is_overfull(struct expander *ex, const struct work *w, Value form) {
  return is_pair(form) && list_length(form) > 2 && (names_special(ex, pair_car(form), w->scope, S_UNQUOTE) ||
                                                    names_special(ex, pair_car(form), w->scope, S_UNQUOTE_SPLICING));
}

// A call of a primitive at w->dest, whose kids and then the folding of which are put on the work list: the items for
// its arguments are the answer, the last argument first.
static struct work *push_quasi_call(struct expander *ex, const struct work *w, enum known_symbol primitive,
                                    uint32_t n) {
  struct heap *heap = ex->cx->heap;
  Value env = heap->roots[ROOT_PRIMITIVES_ENV], name = known(heap, primitive);
  Value cell = env_lookup(env, name);
  if (!is_type(cell, T_CELL)) cell = env_own_cell(heap, env, name);
  struct node *call = make_node(ex, w, N_CALL, n + 1);
  struct node *operator = make_node(ex, w, N_GLOBAL, 0);
  struct work *items = call && operator ? push_work(ex, w, n + 1) : NULL;
  if (!items) return NULL;
  operator->value = cell;
  call->kids[0] = operator;
  *w->dest = call;
  items[0].kind = WORK_FOLD;
  items[0].form = w->form;
  items[0].dest = w->dest;
  for (uint32_t i = 1; i <= n; i++) {
    items[i].kind = WORK_QUASI;
    items[i].depth = w->depth;
    items[i].dest = &call->kids[n + 1 - i];
  }
  return items + 1;
}

Value vector_elements(struct expander *ex, Value vector) {
  Value list = VALUE_NIL;
  for (sword i = vector_length(vector); i-- > 0 && !value_eq(list, VALUE_EMPTY);) {
    list = take_pair(ex, vector_slots(vector)[i], list);
  }
  return list;
}

bool expand_quasi_item(struct expander *ex, struct work *w) {
  w->position = position_of(ex, w->form, w->position);
  struct work *items;
  if (is_type(w->form, T_VECTOR)) {
    Value list = vector_elements(ex, w->form);
    if (value_eq(list, VALUE_EMPTY) || !(items = push_quasi_call(ex, w, KNOWN_LIST_TO_VECTOR, 1))) return false;
    items[0].form = list;
    return true;
  }
  if (!is_pair(w->form)) return put_constant(ex, w, is_identifier(w->form) ? identifier_symbol(w->form) : w->form);
  bool unquotes = is_marked(ex, w, w->form, S_UNQUOTE), splices = is_marked(ex, w, w->form, S_UNQUOTE_SPLICING);
  if (unquotes && w->depth == 1) return push_expression(ex, w, operand(w, 1), w->dest);
  if (splices && w->depth == 1) return syntax_error(ex, w, "there is no list here to splice into:");
  Value first = pair_car(w->form);
  if (w->depth == 1 && is_overfull(ex, w, w->form)) return syntax_error(ex, w, "this form has too many parts:");
  bool spliced = w->depth == 1 && is_marked(ex, w, first, S_UNQUOTE_SPLICING);
  items = push_quasi_call(ex, w, spliced ? KNOWN_APPEND : KNOWN_CONS, 2);
  if (!items) return false;
  items[0].form = pair_cdr(w->form);
  items[1].form = first;
  if (spliced) {
    items[1].kind = WORK_EXPRESSION;
    items[1].form = pair_car(pair_cdr(first));
  } else if (unquotes || splices) {
    items[0].depth--;
  } else if (is_marked(ex, w, w->form, S_QUASIQUOTE)) {
    items[0].depth++;
  }
  return true;
}

static bool fold_pair(struct expander *ex, struct work *w, Value car, Value cdr) {
  Value pair = take_constant_pair(ex, car, cdr);
  return !value_eq(pair, VALUE_EMPTY) && put_constant(ex, w, pair);
}

static bool fold_vector(struct expander *ex, struct work *w, Value list) {
  size_t n = (size_t)list_length(list);
  Value vector = take_vector(ex, n);
  if (value_eq(vector, VALUE_EMPTY)) return false;
  for (size_t i = 0; i < n; i++, list = pair_cdr(list)) vector_slots(vector)[i] = pair_car(list);
  *value_address(vector) |= HEADER_FLAG_IMMUTABLE;
  return put_constant(ex, w, vector);
}

// The parts of a call made above are there: if they are constants, so is the call.
bool fold_quasi(struct expander *ex, struct work *w) {
  struct node *call = *w->dest, **kids = call->kids;
  if (is_type(w->form, T_VECTOR)) {
    // What is spliced in need not be a list: list->vector will say so.
    bool constant = kids[1]->kind == N_CONST && list_length(kids[1]->value) >= 0;
    return !constant || fold_vector(ex, w, kids[1]->value);
  }
  bool is_cons = value_eq(object_field(kids[0]->value, CELL_NAME), known(ex->cx->heap, KNOWN_CONS));
  if (is_cons) {
    bool constant = kids[1]->kind == N_CONST && kids[2]->kind == N_CONST;
    return !constant || fold_pair(ex, w, kids[1]->value, kids[2]->value);
  }
  if (kids[2]->kind == N_CONST && is_nil(kids[2]->value)) *w->dest = kids[1];
  return true;
}
