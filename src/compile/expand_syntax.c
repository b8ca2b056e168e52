// Forms that define macros, and the core forms' bindings in the primitive environment.
//
// Uses: compile/expander.h.
#include "compile/expander.h"
#include "code/primitive.h"

// `rules` is (syntax-rules ...), a macro use that becomes one, or the name of another macro or core form.
Value evaluate_syntax(struct expander *ex, const struct work *w, Value name, Value rules, struct scope *scope) {
  struct work at = *w;
  at.form = rules;
  at.scope = scope;
  struct meaning m;
  if (!expand_macro_uses(ex, &at, &m)) return VALUE_EMPTY;
  if (is_identifier(at.form)) {
    m = resolve(ex, at.form, scope);
    if (m.kind == MEANS_MACRO || m.kind == MEANS_SPECIAL) return m.value;
  } else if (m.kind == MEANS_SPECIAL && fixnum_int(object_field(m.value, SPECIAL_ID)) == S_SYNTAX_RULES) {
    return macro_compile(ex, &at, name, scope);
  }
  syntax_error_at(ex, w, "a macro is defined by (syntax-rules ...) or the name of another, not by", rules);
  return VALUE_EMPTY;
}

struct scope *bind_let_syntax(struct expander *ex, const struct work *w, bool recursive) {
  if (count_operands(ex, w, 2, FIXNUM_MAX) < 0) return NULL;
  struct scope *scope = make_scope(ex, w->scope, scope_lambda(w->scope));
  Value bindings = operand(w, 1);
  if (!scope) return NULL;
  if (list_length(bindings) < 0) {
    syntax_error_at(ex, w, "the bindings are a list of (name rules), not", bindings);
    return NULL;
  }
  for (; is_pair(bindings); bindings = pair_cdr(bindings)) {
    Value binding = pair_car(bindings);
    if (list_length(binding) != 2 || !is_identifier(pair_car(binding))) {
      syntax_error_at(ex, w, "a binding is (name rules), not", binding);
      return NULL;
    }
    if (bound_in(ex, scope, pair_car(binding))) {
      syntax_error_at(ex, w, "this name is bound twice in one place:", pair_car(binding));
      return NULL;
    }
    Value syntax = evaluate_syntax(ex, w, pair_car(binding), pair_car(pair_cdr(binding)), recursive ? scope : w->scope);
    struct bound *bound = value_eq(syntax, VALUE_EMPTY) ? NULL : scope_bind(ex, scope, pair_car(binding), BOUND_SYNTAX);
    if (!bound) return NULL;
    bound->value = syntax;
  }
  return scope;
}

// --- the primitive environment -----------------------------------------------------------------------------
static const struct {
  const char *name, *doc;
} specials[N_SPECIALS] = {
#define SPECIAL(id, name, handler, doc) {name, doc},
#include "compile/specials.def"
#undef SPECIAL
};

const char *special_doc(Value special) {
  return specials[fixnum_int(object_field(special, SPECIAL_ID))].doc;
}

// An object of type SPECIAL or PRIMITIVE: both are a name and a number.
static Value make_named(struct heap *heap, enum object_type type, unsigned name_field, Value name, sword number) {
  uword *p = heap_alloc_more(heap, FIXED_BYTES(2));
  if (!p) return VALUE_EMPTY;
  p[0] = header_make(type, 0);
  p[name_field] = name.w;
  p[3 - name_field] = fixnum(number).w;
  if (FIXED_BYTES(2) > 3 * sizeof(Value)) p[3] = 0;
  return value_from_object(p);
}

static bool bind_special(struct context *cx, Value env, unsigned id) {
  Value name = symbol_intern_c(cx, specials[id].name);
  if (is_outcome(name)) return false;
  Value special = make_named(cx->heap, T_SPECIAL, SPECIAL_NAME, name, (sword)id);
  return !value_eq(special, VALUE_EMPTY) && env_bind(cx->heap, env, name, special);
}

static bool bind_primitive(struct context *cx, Value env, const struct primitive *p, unsigned index) {
  Value name = symbol_intern_c(cx, p->name);
  if (is_outcome(name)) return false;
  Value value = make_named(cx->heap, T_PRIMITIVE, PRIMITIVE_NAME, name, (sword)index);
  if (value_eq(value, VALUE_EMPTY)) return false;
  Value cell = cell_make(cx->heap, value, name, CELL_CONSTANT | CELL_DEFINED);
  return !value_eq(cell, VALUE_EMPTY) && env_bind(cx->heap, env, name, cell);
}

bool env_make_primitive(struct context *cx, const struct primitive *(*primitive_at)(unsigned index)) {
  Value name = symbol_intern_c(cx, "primitives");
  Value env = is_outcome(name) ? VALUE_EMPTY : env_make(cx->heap, name);
  if (value_eq(env, VALUE_EMPTY)) return false;
  for (unsigned id = 0; id < N_SPECIALS; id++) {
    if (!bind_special(cx, env, id)) return false;
  }
  const struct primitive *p;
  for (unsigned i = 0; (p = primitive_at(i)); i++) {
    if (!bind_primitive(cx, env, p, i)) return false;
  }
  cx->heap->roots[ROOT_PRIMITIVES_ENV] = env;
  return true;
}
