// Core nodes as text.
//
// Uses: unit/ast_dump.h.
//
// A stack of things to print, each of which puts its parts back on the stack (ONE-4).
#include "unit/ast_dump.h"
#include "data/message.h"

struct todo {
  struct node *node;  // or else
  const char *text;   // or else
  Value datum;
  bool in_list;       // the datum is the rest of a list
};

struct dump {
  struct arena *arena;
  struct todo *todos;
  size_t n_todos, todo_capacity;
  char *text;
  size_t n, capacity;
  uint32_t n_vars;
  bool failed;
};

// --- the text and the stack ----------------------------------------------------------------------------------
static void *grow(struct dump *d, void *old, size_t n, size_t *capacity, size_t size) {
  size_t larger = *capacity ? 2 * *capacity : 64;
  void *p = arena_alloc(d->arena, larger * size);
  d->failed |= !p;
  if (p && n) memcpy(p, old, n * size);
  *capacity = p ? larger : *capacity;
  return p ? p : old;
}

static void put_char(struct dump *d, char c) {
  if (d->n + 1 >= d->capacity) d->text = grow(d, d->text, d->n, &d->capacity, 1);
  if (d->failed) return;
  d->text[d->n++] = c;
  d->text[d->n] = 0;
}

static void put(struct dump *d, const char *s) {
  while (*s) put_char(d, *s++);
}

static void put_integer(struct dump *d, sword n) {
  struct message m = {.n = 0};
  message_integer(&m, n);
  put(d, m.text);
}

static void put_name(struct dump *d, Value name) {
  while (is_type(name, T_ALIAS)) name = object_field(name, ALIAS_NAME);
  if (!is_type(name, T_SYMBOL)) return put(d, "?");
  Value text = object_field(name, SYMBOL_NAME);
  for (sword i = 0; i < string_length(text); i++) put_char(d, (char)string_char(text, i));
}

static void push(struct dump *d, struct todo t) {
  if (d->n_todos == d->todo_capacity) d->todos = grow(d, d->todos, d->n_todos, &d->todo_capacity, sizeof t);
  if (!d->failed) d->todos[d->n_todos++] = t;
}

static void push_text(struct dump *d, const char *text) {
  push(d, (struct todo){.text = text});
}

static void push_node(struct dump *d, struct node *node) {
  push(d, (struct todo){.node = node});
}

// --- data ------------------------------------------------------------------------------------------------------
static void put_atom(struct dump *d, Value v) {
  if (is_fixnum(v)) put_integer(d, fixnum_int(v));
  else if (is_type(v, T_SYMBOL)) put_name(d, v);
  else if (is_type(v, T_ALIAS)) put(d, "<alias>");
  else if (is_nil(v)) put(d, "()");
  else if (value_eq(v, VALUE_TRUE)) put(d, "#t");
  else if (is_false(v)) put(d, "#f");
  else if (value_eq(v, VALUE_UNSPECIFIED)) put(d, "#!unspecified");
  else if (is_char(v)) put(d, "#\\"), put_char(d, (char)char_code(v));
  else if (is_type(v, T_STRING)) {
    put_char(d, '"');
    for (sword i = 0; i < string_length(v); i++) put_char(d, (char)string_char(v, i));
    put_char(d, '"');
  } else put(d, "#<object>");
}

static void dump_datum(struct dump *d, const struct todo *t) {
  Value v = t->datum;
  if (t->in_list && is_nil(v)) return put(d, ")");
  if (t->in_list && !is_pair(v)) {
    put(d, " . ");
    push_text(d, ")");
    return push(d, (struct todo){.datum = v});
  }
  if (is_pair(v)) {
    put(d, t->in_list ? " " : "(");
    push(d, (struct todo){.datum = pair_cdr(v), .in_list = true});
    return push(d, (struct todo){.datum = pair_car(v)});
  }
  if (!is_type(v, T_VECTOR)) return put_atom(d, v);
  put(d, "#(");
  push_text(d, ")");
  for (sword i = vector_length(v); i-- > 0;) {
    push(d, (struct todo){.datum = vector_slots(v)[i]});
    if (i) push_text(d, " ");
  }
}

// --- nodes -----------------------------------------------------------------------------------------------------
static void put_var(struct dump *d, struct var *var) {
  put_name(d, var->name);
  put_char(d, '.');
  put_integer(d, (sword)var->index);
}

static void bind_var(struct dump *d, struct var *var) {
  var->index = ++d->n_vars;
  put_var(d, var);
}

static void push_kids(struct dump *d, struct node *node) {
  push_text(d, ")");
  for (uint32_t i = node->n_kids; i-- > 0;) {
    push_node(d, node->kids[i]);
    push_text(d, " ");
  }
}

// The variables are numbered before anything inside is printed: "(let (x.1 y.2) init init body)".
static void dump_let(struct dump *d, struct node *node) {
  put(d, node->kind == N_LET ? "(let (" : "(letrec (");
  for (uint32_t i = 0; i < node->n_vars; i++) {
    if (i) put_char(d, ' ');
    bind_var(d, node->vars[i]);
  }
  put_char(d, ')');
  push_kids(d, node);
}

static void push_clause(struct dump *d, struct lambda *lambda, uint32_t i);

static void dump_lambda(struct dump *d, struct lambda *lambda) {
  put(d, lambda->n_clauses == 1 ? "(lambda" : "(case-lambda");
  push_text(d, ")");
  for (uint32_t i = lambda->n_clauses; i-- > 0;) push_clause(d, lambda, i);
}

// Parameters are printed into a text of their own, as they come before what is on the stack.
static void push_clause(struct dump *d, struct lambda *lambda, uint32_t i) {
  struct clause *clause = &lambda->clauses[i];
  struct dump inner = {.arena = d->arena, .n_vars = d->n_vars};
  put(&inner, " (");
  for (uint32_t v = 0; v < clause->n_required + clause->has_rest; v++) {
    if (v) put_char(&inner, ' ');
    if (v == clause->n_required) put(&inner, ". ");
    bind_var(&inner, clause->vars[v]);
  }
  put(&inner, ") ");
  d->n_vars = inner.n_vars;
  d->failed |= inner.failed;
  if (d->failed) return;
  push_node(d, clause->body);
  push_text(d, inner.text);
}

static void dump_node(struct dump *d, struct node *node) {
  switch ((enum node_kind)node->kind) {
    case N_CONST:
      put(d, "'");
      return push(d, (struct todo){.datum = node->value});
    case N_LOCAL: return put_var(d, node->var);
    case N_GLOBAL: return put_name(d, object_field(node->value, CELL_NAME));
    case N_SET_LOCAL:
      put(d, "(set! ");
      put_var(d, node->var);
      return push_kids(d, node);
    case N_SET_GLOBAL:
    case N_DEFINE:
      put(d, node->kind == N_DEFINE ? "(define " : "(set! ");
      put_name(d, object_field(node->value, CELL_NAME));
      return push_kids(d, node);
    case N_IF: put(d, "(if"); return push_kids(d, node);
    case N_SEQ: put(d, "(seq"); return push_kids(d, node);
    case N_CALL: put(d, "(call"); return push_kids(d, node);
    case N_LAMBDA: return dump_lambda(d, node->lambda);
    case N_LET:
    case N_LETREC: return dump_let(d, node);
  }
}

const char *ast_dump(struct arena *arena, struct node *root) {
  struct dump d = {.arena = arena};
  push_node(&d, root);
  while (d.n_todos && !d.failed) {
    struct todo t = d.todos[--d.n_todos];
    if (t.node) dump_node(&d, t.node);
    else if (t.text) put(&d, t.text);
    else dump_datum(&d, &t);
  }
  return d.failed ? NULL : d.text;
}
