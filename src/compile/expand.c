// The expander: its work loop, expressions that are no core form, and its entry points.
//
// Uses: compile/expander.h.
#include "compile/expander.h"

#define STEPS_BETWEEN_LOOKS 4096
#define FIRST_IDENTIFIER_SLOTS 64
// A form that is still a macro use after so many expansions will ever be one.  Macros that compute (by passing what
// is to be done next from use to use) take some thousands; a limit without such room would be noticed by those only.
#define MOST_EXPANSIONS 100000

struct position_entry {
  Value pair;  // w is 0: free
  uint32_t position;
};

static const SpecialHandler handlers[N_SPECIALS] = {
#define SPECIAL(id, name, handler, doc) handler,
#include "compile/specials.def"
#undef SPECIAL
};

// --- memory -------------------------------------------------------------------------------------------
// What a collection should be able to give back, if it is garbage that leaves too little for scratch.
#define SCRATCH_NEED_BYTES ((size_t)2 << 20)

Value compile_scratch_used_up(struct context *cx, const struct arena *arena) {
  if (arena->held_bytes < COMPILE_SCRATCH_BYTES / 2) return outcome_collect(cx, SCRATCH_NEED_BYTES);
  return raise_condition(cx, KNOWN_MEMORY, "compile", "there is not enough memory to compile this form", 0, NULL);
}

void *take(struct expander *ex, size_t bytes) {
  void *p = arena_alloc(ex->arena, bytes);
  if (!p) ex->outcome = compile_scratch_used_up(ex->cx, ex->arena);
  return p;
}

uword *take_heap(struct expander *ex, size_t bytes) {
  uword *p = heap_alloc_more(ex->cx->heap, bytes);
  if (!p) ex->outcome = outcome_collect(ex->cx, bytes);
  return p;
}

Value take_pair(struct expander *ex, Value car, Value cdr) {
  uword *p = take_heap(ex, PAIR_BYTES);
  if (!p) return VALUE_EMPTY;
  p[0] = car.w;
  p[1] = cdr.w;
  return value_from_pair(p);
}

Value take_constant_pair(struct expander *ex, Value car, Value cdr) {
  if (!ex->positions) return take_pair(ex, car, cdr);
  uword *p = heap_alloc_fixed(ex->cx->heap, PAIR_BYTES);
  if (!p) {
    ex->outcome = outcome_collect(ex->cx, PAGE_BYTES);
    return VALUE_EMPTY;
  }
  p[0] = car.w;
  p[1] = cdr.w;
  return value_from_pair(p);
}

Value take_vector(struct expander *ex, size_t n) {
  uword *p = take_heap(ex, VECTOR_BYTES(n));
  if (!p) return VALUE_EMPTY;
  memset(p, 0, VECTOR_BYTES(n));
  p[0] = header_make(T_VECTOR, 0);
  p[1] = fixnum((sword)n).w;
  return value_from_object(p);
}

static bool growable_reserve(struct expander *ex, struct growable *g, size_t n, size_t item_bytes) {
  if (g->n + n <= g->capacity) return true;
  size_t capacity = g->capacity ? g->capacity * 2 : 16;
  while (capacity < g->n + n) capacity *= 2;
  char *items = take(ex, capacity * item_bytes);
  if (!items) return false;
  if (g->n) memcpy(items, g->items, g->n * item_bytes);
  g->items = items;
  g->capacity = capacity;
  return true;
}

void *growable_push(struct expander *ex, struct growable *g, size_t item_bytes) {
  if (!growable_reserve(ex, g, 1, item_bytes)) return NULL;
  return memset(g->items + g->n++ * item_bytes, 0, item_bytes);
}

bool tick(struct expander *ex) {
  struct context *cx = ex->cx;
  if (++ex->state->n_steps % STEPS_BETWEEN_LOOKS || !(cx->interrupts & IRQ_BREAK)) return true;
  __atomic_and_fetch(&cx->interrupts, ~IRQ_BREAK, __ATOMIC_RELAXED);
  return raise_at(ex, 0, KNOWN_BREAK, VALUE_FALSE, "interrupted while expanding", VALUE_FALSE, VALUE_NIL);
}

// --- source positions -----------------------------------------------------------------------------------
// The reader's vector in what the driver passes; *otherwise: the position of what is not in it.
static Value positions_vector(Value positions, uint32_t *otherwise) {
  *otherwise = 0;
  if (!is_pair(positions)) return positions;
  if (is_fixnum(pair_cdr(positions))) *otherwise = (uint32_t)fixnum_int(pair_cdr(positions));
  return pair_car(positions);
}

static uint32_t search_position(Value positions, Value form) {
  uint32_t position;
  positions = positions_vector(positions, &position);
  if (!is_type(positions, T_VECTOR)) return position;
  Value *flat = vector_slots(positions);
  for (sword i = 0; i + 1 < vector_length(positions); i += 2) {
    if (value_eq(flat[i], form) && is_fixnum(flat[i + 1])) return (uint32_t)fixnum_int(flat[i + 1]);
  }
  return position;
}

static bool read_positions(struct expander *ex, Value positions) {
  positions = positions_vector(positions, &ex->position);
  if (!is_type(positions, T_VECTOR)) return true;
  size_t n = (size_t)vector_length(positions) / 2, slots = 16;
  while (slots < 2 * n) slots *= 2;
  ex->positions = take(ex, slots * sizeof *ex->positions);
  if (!ex->positions) return false;
  ex->n_positions = slots;
  Value *flat = vector_slots(positions);
  for (size_t i = 0; i < n; i++) {
    if (!is_pair(flat[2 * i]) || !is_fixnum(flat[2 * i + 1])) continue;
    size_t at = hash_word(flat[2 * i].w) & (slots - 1);
    while (ex->positions[at].pair.w) at = (at + 1) & (slots - 1);
    ex->positions[at].pair = flat[2 * i];
    ex->positions[at].position = (uint32_t)fixnum_int(flat[2 * i + 1]);
  }
  return true;
}

uint32_t position_of(struct expander *ex, Value form, uint32_t otherwise) {
  if (!is_pair(form) || !ex->n_positions) return otherwise;
  size_t at = hash_word(form.w) & (ex->n_positions - 1);
  while (ex->positions[at].pair.w) {
    if (value_eq(ex->positions[at].pair, form)) return ex->positions[at].position;
    at = (at + 1) & (ex->n_positions - 1);
  }
  return otherwise;
}

// --- nodes and work ---------------------------------------------------------------------------------------
struct node *make_node(struct expander *ex, const struct work *w, enum node_kind kind, uint32_t n_kids) {
  struct node *node = take(ex, sizeof *node + n_kids * sizeof(struct node *));
  if (!node) return NULL;
  node->kind = (uint8_t)kind;
  node->position = w->position;
  node->n_kids = n_kids;
  node->value = VALUE_FALSE;
  node->kids = (struct node **)(node + 1);
  return node;
}

bool put_constant(struct expander *ex, const struct work *w, Value value) {
  struct node *node = make_node(ex, w, N_CONST, 0);
  if (!node) return false;
  node->value = value;
  *w->dest = node;
  return true;
}

bool put_local(struct expander *ex, const struct work *w, struct var *var, struct node **dest) {
  struct node *node = make_node(ex, w, N_LOCAL, 0);
  if (!node) return false;
  node->var = var;
  var->n_refs++;
  if (var->owner != scope_lambda(w->scope)) var->captured = true;
  *dest = node;
  return true;
}

struct var *make_var(struct expander *ex, Value identifier, struct lambda *owner) {
  struct var *var = take(ex, sizeof *var);
  if (!var) return NULL;
  var->name = identifier_symbol(identifier);
  var->inserted = !is_type(identifier, T_SYMBOL);
  var->owner = owner;
  var->reg = -1;
  return var;
}

bool note_let_var(struct expander *ex, struct var *var, struct node **init) {
  struct let_var *note = take(ex, sizeof *note);
  if (!note) return false;
  *note = (struct let_var){ex->state->let_vars, var, init};
  ex->state->let_vars = note;
  return true;
}

struct work *push_work(struct expander *ex, const struct work *from, size_t n) {
  struct growable *stack = &ex->state->work;
  struct work item = {.kind = WORK_EXPRESSION, .position = from->position, .scope = from->scope};
  item.form = item.name = VALUE_FALSE;
  if (!growable_reserve(ex, stack, n, sizeof item)) return NULL;
  struct work *items = (struct work *)stack->items + stack->n;
  for (size_t i = 0; i < n; i++) items[i] = item;
  stack->n += n;
  return items;
}

bool push_expression(struct expander *ex, const struct work *from, Value form, struct node **dest) {
  struct work *item = push_work(ex, from, 1);
  if (!item) return false;
  item->form = form;
  item->dest = dest;
  return true;
}

Value operand(const struct work *w, unsigned i) {
  Value form = w->form;
  while (i-- > 0) form = pair_cdr(form);
  return pair_car(form);
}

sword count_operands(struct expander *ex, const struct work *w, sword min, sword max) {
  sword n = list_length(w->form) - 1;
  const char *why = n < 0     ? "this form is not a proper list:"
                    : n < min ? "this form has too few parts:"
                    : n > max ? "this form has too many parts:"
                              : NULL;
  if (!why) return n;
  syntax_error(ex, w, why);
  return -1;
}

// --- global names -------------------------------------------------------------------------------------------
// Changed flags are put back if the expansion fails or is to be run again; without memory to remember them the
// expansion fails anyway.
void mark_cell(struct expander *ex, Value cell, sword flag) {
  struct cell_change *change = take(ex, sizeof *change);
  if (!change || heap_is_frozen(cell)) return;
  *change = (struct cell_change){ex->state->changes, cell, cell_flags(cell)};
  ex->state->changes = change;
  cell_set_flags(cell, cell_flags(cell) | flag);
}

bool check_environment(struct expander *ex, const struct work *w, Value identifier) {
  if (!env_is_fixed(ex->environment)) return true;
  Value irritants = take_pair(ex, identifier_symbol(identifier), VALUE_NIL);
  if (value_eq(irritants, VALUE_EMPTY)) return false;
  Value who = identifier_symbol(pair_car(w->form));
  return raise_at(ex, w->position, KNOWN_IMMUTABLE, who, "nothing can be defined in this environment:", VALUE_FALSE,
                  irritants);
}

bool define_global(struct expander *ex, const struct work *w, Value identifier, Value *cell) {
  struct heap *heap = ex->cx->heap;
  if (!check_environment(ex, w, identifier)) return false;
  bool hidden = is_type(identifier, T_ALIAS) && is_true(object_field(identifier, ALIAS_HIDDEN));
  *cell = env_own_cell(heap, ex->environment, hidden ? identifier : identifier_symbol(identifier));
  bool ok = !value_eq(*cell, VALUE_EMPTY);
  if (ok) {
    bool again = cell_flags(*cell) & CELL_DEFINED;
    mark_cell(ex, *cell, again ? CELL_DEFINED | CELL_ASSIGNED : CELL_DEFINED);
    // ENV-1: the macro's own references to the name must find it, if they look elsewhere.
    struct meaning m = resolve(ex, identifier, NULL);
    if (is_type(identifier, T_ALIAS) && !(m.kind == MEANS_CELL && value_eq(m.value, *cell))) {
      ok = env_bind(heap, ex->environment, identifier, *cell);
    }
  }
  if (!ok) ex->outcome = outcome_collect(ex->cx, VECTOR_BYTES(1024));
  return ok && is_outcome(ex->outcome) == false;
}

static bool expand_reference(struct expander *ex, struct work *w) {
  struct meaning m = resolve(ex, w->form, w->scope);
  if (m.kind == MEANS_LOCAL) return put_local(ex, w, m.var, w->dest);
  if (m.kind == MEANS_MACRO || m.kind == MEANS_SPECIAL) {
    return raise_at(ex, w->position, KNOWN_SYNTAX, identifier_symbol(w->form),
                    "this is a keyword, which has no value by itself", VALUE_FALSE, VALUE_NIL);
  }
  Value cell = m.kind == MEANS_CELL ? m.value : env_own_cell(ex->cx->heap, m.env, m.symbol);
  if (value_eq(cell, VALUE_EMPTY)) {
    ex->outcome = outcome_collect(ex->cx, VECTOR_BYTES(1024));
    return false;
  }
  struct node *node = make_node(ex, w, N_GLOBAL, 0);
  if (!node) return false;
  node->value = cell;
  *w->dest = node;
  return true;
}

// --- expressions ----------------------------------------------------------------------------------------------
static bool expand_call(struct expander *ex, struct work *w) {
  sword n = list_length(w->form);
  if (n < 0) return syntax_error(ex, w, "a procedure call should be a proper list:");
  struct node *node = make_node(ex, w, N_CALL, (uint32_t)n);
  struct work *items = node ? push_work(ex, w, (size_t)n) : NULL;
  if (!items) return false;
  Value rest = w->form;
  for (sword i = 0; i < n; i++, rest = pair_cdr(rest)) {
    items[n - 1 - i].form = pair_car(rest);
    items[n - 1 - i].dest = &node->kids[i];
  }
  *w->dest = node;
  return true;
}

static bool expand_atom(struct expander *ex, struct work *w) {
  if (is_identifier(w->form)) return expand_reference(ex, w);
  if (is_nil(w->form)) return syntax_error(ex, w, "an empty list is not an expression (write '() for the value):");
  Value datum = strip_datum(ex, w->form);
  return !value_eq(datum, VALUE_EMPTY) && put_constant(ex, w, datum);
}

bool expand_macro_uses(struct expander *ex, struct work *w, struct meaning *m) {
  struct work use = *w;
  for (uint32_t n = 0;; n++) {
    *m = (struct meaning){.kind = MEANS_NOTHING};
    uint32_t position = position_of(ex, w->form, 0);
    if (position) w->position = position;
    if (!is_pair(w->form) || !is_identifier(pair_car(w->form))) return true;
    *m = resolve(ex, pair_car(w->form), w->scope);
    if (m->kind != MEANS_MACRO) return true;
    if (n == 0 || position) {  // a form of the program, perhaps an operand that was all the macro left
      use.position = w->position;
      w->macro = pair_car(w->form);
      if (w->kind == WORK_BODY && !note_keyword(ex, w->macro)) return false;
    }
    if (n == MOST_EXPANSIONS) {
      return syntax_error(ex, &use, "this macro use never ends: it was expanded 100000 times and is still one:");
    }
    if (!tick(ex)) return false;
    w->form = macro_expand(ex, m->value, w);
    if (value_eq(w->form, VALUE_EMPTY)) return false;
  }
}

static bool expand_form(struct expander *ex, struct work *w) {
  struct meaning m;
  if (!expand_macro_uses(ex, w, &m)) return false;
  if (!is_pair(w->form)) return expand_atom(ex, w);
  if (m.kind == MEANS_SPECIAL) return handlers[fixnum_int(object_field(m.value, SPECIAL_ID))](ex, w);
  return expand_call(ex, w);
}

static bool run(struct expander *ex) {
  struct growable *stack = &ex->state->work;
  while (stack->n) {
    struct work w = ((struct work *)stack->items)[--stack->n];
    bool ok = tick(ex);
    if (ok && w.kind == WORK_BODY) ok = expand_body(ex, &w);
    else if (ok && w.kind == WORK_QUASI) ok = expand_quasi_item(ex, &w);
    else if (ok && w.kind == WORK_FOLD) ok = fold_quasi(ex, &w);
    else if (ok) ok = expand_form(ex, &w);
    if (!ok) return false;
  }
  return true;
}

// --- entry points -----------------------------------------------------------------------------------------------
bool expander_init(struct expander *ex, struct context *cx, struct arena *arena, Value environment, Value positions,
                   Value file) {
  *ex = (struct expander){.cx = cx, .arena = arena, .environment = environment, .file = file};
  ex->outcome = VALUE_FALSE;
  ex->answers = VALUE_NIL;
  ex->state = take(ex, sizeof *ex->state);
  if (!ex->state) return false;
  ex->state->identifier_slots = FIRST_IDENTIFIER_SLOTS;
  ex->state->identifiers = take(ex, FIRST_IDENTIFIER_SLOTS * sizeof *ex->state->identifiers);
  return ex->state->identifiers && read_positions(ex, positions);
}

static void finish(struct expander *ex, bool ok) {
  scopes_empty_handles(ex);
  for (struct cell_change *c = ex->state->changes; c && !ok; c = c->next) cell_set_flags(c->cell, c->old_flags);
  for (struct let_var *v = ex->state->let_vars; v && ok; v = v->next) {
    v->var->known = v->var->n_sets ? NULL : *v->init;
  }
}

struct node *expand_toplevel(struct expander *ex, Value form) {
  struct node *result = NULL;
  struct work top = {.kind = WORK_TOPLEVEL, .position = ex->position};
  top.form = top.name = VALUE_FALSE;
  bool ok = push_expression(ex, &top, form, &result);
  if (ok) ((struct work *)ex->state->work.items)[0].kind = WORK_TOPLEVEL;
  ok = ok && run(ex);
  finish(ex, ok && !ex->only_looking);
  return ok ? result : NULL;
}

// The forms that the library's driver takes apart at top level.
static bool is_for_driver(Value special) {
  sword id = fixnum_int(object_field(special, SPECIAL_ID));
  return id == S_BEGIN || (id >= S_IMPORT && id <= S_COND_EXPAND);
}

Value expand_head(struct expander *ex, Value form, Value positions, Value *special) {
  struct work w = {.kind = WORK_TOPLEVEL, .form = form};
  struct meaning m = {.kind = MEANS_NOTHING};
  *special = VALUE_FALSE;
  if (is_pair(form) && is_identifier(pair_car(form))) m = resolve(ex, pair_car(form), NULL);
  if (m.kind == MEANS_MACRO) w.position = search_position(positions, form);
  bool ok = expand_macro_uses(ex, &w, &m);
  finish(ex, ok);
  if (!ok) return ex->outcome;
  // The driver knows these where nothing is bound yet; a macro may make them there as well.
  if (m.kind == MEANS_FREE && (value_eq(m.symbol, known(ex->cx->heap, KNOWN_IMPORT)) ||
                               value_eq(m.symbol, known(ex->cx->heap, KNOWN_DEFINE_LIBRARY)))) {
    *special = m.symbol;
    return w.form;
  }
  if (m.kind != MEANS_SPECIAL) return form;
  *special = object_field(m.value, SPECIAL_NAME);
  return is_for_driver(m.value) ? w.form : form;
}

Value expand_strip(struct expander *ex, Value form) {
  return strip_datum(ex, form);
}
