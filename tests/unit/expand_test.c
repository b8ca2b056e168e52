// The expander: forms in, core nodes out, compared as text.
//
// Uses: compile/expand, unit/ast_dump.
#include <stdlib.h>

#include "base/platform.h"
#include "unit/ast_dump.h"
#include "compile/expand.h"
#include "code/primitive.h"
#include "data/env.h"
#include "data/string.h"
#include "tests/unit/test.h"

static struct context cx;
static struct arena arena;
static Value user;

// --- a small reader (recursive: the tests' own data are shallow) -------------------------------------------
static const char *at;

static Value cons(Value a, Value d) {
  uword *p = heap_alloc_more(cx.heap, PAIR_BYTES);
  CHECK(p);
  p[0] = a.w;
  p[1] = d.w;
  return value_from_pair(p);
}

static Value symbol(const char *name) {
  Value v = symbol_intern_c(&cx, name);
  CHECK(!is_outcome(v));
  return v;
}

static Value read_form(void);

static void skip_space(void) {
  while (*at == ' ' || *at == '\n') at++;
}

static Value read_list(void) {
  skip_space();
  if (*at == ')') return at++, VALUE_NIL;
  if (at[0] == '.' && at[1] == ' ') {
    at++;
    Value tail = read_form();
    skip_space();
    CHECK(*at++ == ')');
    return tail;
  }
  Value first = read_form();
  return cons(first, read_list());
}

static Value to_vector(Value list) {
  size_t n = 0;
  for (Value l = list; is_pair(l); l = pair_cdr(l)) n++;
  uword *p = heap_alloc_more(cx.heap, VECTOR_BYTES(n));
  memset(p, 0, VECTOR_BYTES(n));
  p[0] = header_make(T_VECTOR, 0);
  p[1] = fixnum((sword)n).w;
  for (size_t i = 0; i < n; i++, list = pair_cdr(list)) p[2 + i] = pair_car(list).w;
  return value_from_object(p);
}

static Value prefixed(const char *name) {
  Value form = read_form();
  return cons(symbol(name), cons(form, VALUE_NIL));
}

static Value read_form(void) {
  skip_space();
  char c = *at++;
  if (c == '(') return read_list();
  if (c == '\'') return prefixed("quote");
  if (c == '`') return prefixed("quasiquote");
  if (c == ',' && *at == '@') return at++, prefixed("unquote-splicing");
  if (c == ',') return prefixed("unquote");
  if (c == '#' && *at == '(') return at++, to_vector(read_list());
  if (c == '#') return *at++ == 't' ? VALUE_TRUE : VALUE_FALSE;
  char token[100] = {c};
  size_t n = 1;
  if (c == '"') {
    for (n = 0; *at != '"';) token[n++] = *at++;
    token[n] = 0;
    at++;
    return string_from_c(cx.heap, token);
  }
  while (*at && !strchr(" \n()'\"", *at)) token[n++] = *at++;
  char *end;
  long number = strtol(token, &end, 10);
  return *end ? symbol(token) : fixnum(number);
}

static Value read_text(const char *text) {
  at = text;
  return read_form();
}

// --- setting up --------------------------------------------------------------------------------------------
static Value no_primitive(struct context *c, Value *args, unsigned n) {
  (void)c, (void)args, (void)n;
  return VALUE_FALSE;
}
#define P(text) {.name = text, .fn = no_primitive, .max = PRIMITIVE_REST, .doc = ""}
static const struct primitive primitives[] = {
    P("car"), P("cdr"), P("cons"), P("append"), P("list"), P("list->vector"), P("+"), P("vector"), P("eqv?"),
    P("%make-rtd"), P("%record"), P("%record?"), P("%record-ref"), P("%record-set!")};

static const struct primitive *primitive_number(unsigned i) {
  return i < ARRAY_LENGTH(primitives) ? &primitives[i] : NULL;
}

static void import_primitives(Value env) {
  Value name, binding;
  for (size_t i = 0; env_next(cx.heap->roots[ROOT_PRIMITIVES_ENV], false, &i, &name, &binding);) {
    CHECK(env_import(cx.heap, env, name, binding));
  }
}

static void start(void) {
  struct memory_range memory = platform_memory();
  CHECK(pages_init(memory.start, memory.size_bytes, false));
  cx.heap = heap_create((size_t)200 << 20);
  CHECK(cx.heap);
  // The verifier takes what it needs now: at the end of all nothing is left.
  const char *why;
  CHECK(heap_verify(cx.heap, &why));
  // Nothing collects here, so the nursery has to be large enough.
  CHECK(heap_reserve(cx.heap, (size_t)1 << 20));
  Value s = symbol("car");
  (void)s;
  known_init(cx.heap);
  CHECK(env_make_primitive(&cx, primitive_number));
  arena_init(&arena, (size_t)100 << 20);
}

// A new environment that imports everything.
static void new_user(void) {
  heap_collect_major(cx.heap);
  user = env_make(cx.heap, symbol("user"));
  import_primitives(user);
  cx.heap->roots[ROOT_TEMP_1] = user;
}

static const char *expand_value(Value form) {
  static char text[20000];
  struct expander ex;
  struct node *node = NULL;
  if (expander_init(&ex, &cx, &arena, user, VALUE_FALSE, VALUE_FALSE)) node = expand_toplevel(&ex, form);
  const char *result = node ? ast_dump(&arena, node) : NULL;
  if (!node && value_eq(ex.outcome, OUTCOME_RAISE)) {
    Value message = object_field(cx.condition, CONDITION_MESSAGE), who = object_field(cx.condition, CONDITION_WHO);
    size_t n = 0;
    if (is_symbol(who)) {
      Value name = symbol_name(who);
      for (sword i = 0; i < string_length(name); i++) text[n++] = (char)string_char(name, i);
      text[n++] = ':';
      text[n++] = ' ';
    }
    for (sword i = 0; i < string_length(message); i++) text[n++] = (char)string_char(message, i);
    text[n] = 0;
    result = text;
  } else if (result) {
    CHECK(strlen(result) < sizeof text);
    strcpy(text, result);
    result = text;
  }
  arena_free(&arena);
  return result ? result : "no result";
}

static void check(const char *form, const char *wanted, int line) {
  const char *got = expand_value(read_text(form));
  if (!test_check(strcmp(got, wanted) == 0, form, __FILE__, line)) printf("  wanted %s\n  got    %s\n", wanted, got);
}
#define EXPANDS(form, wanted) check(form, wanted, __LINE__)

// --- the cases ---------------------------------------------------------------------------------------------
static void test_expressions(void) {
  EXPANDS("5", "'5");
  EXPANDS("\"abc\"", "'\"abc\"");
  EXPANDS("'(a . #(b))", "'(a . #(b))");
  EXPANDS("(if 1 2)", "(if '1 '2 '#!unspecified)");
  EXPANDS("(+ 1 (car x))", "(call + '1 (call car x))");
  EXPANDS("(begin 1 2)", "(seq '1 '2)");
  EXPANDS("(begin 1)", "'1");
  EXPANDS("(lambda (x . y) y)", "(lambda (x.1 . y.2) y.2)");
  EXPANDS("(lambda x x)", "(lambda (. x.1) x.1)");
  EXPANDS("(lambda (x) \"doc\" x)", "(lambda (x.1) x.1)");
  EXPANDS("(lambda (x) \"doc\")", "(lambda (x.1) '\"doc\")");
  EXPANDS("(case-lambda ((x) x) ((x . y) y))", "(case-lambda (x.3) x.3 (x.1 . y.2) y.2)");
  EXPANDS("(let ((x 1) (y 2)) (+ x y))", "(let (x.1 y.2) '1 '2 (call + x.1 y.2))");
  EXPANDS("(let () 1 2)", "(seq '1 '2)");
  EXPANDS("(let ((x 1)) (let ((x x)) x))", "(let (x.1) '1 (let (x.2) x.1 x.2))");
  EXPANDS("(let loop ((x 1)) (loop x))", "(letrec (loop.1) (lambda (x.2) (call loop.1 x.2)) (call loop.1 '1))");
  EXPANDS("(let loop ((x 1) (y 2) (z 3)) y)",
          "(letrec (loop.1) (lambda (x.2 y.3 z.4) y.3) (call loop.1 '1 '2 '3))");
  EXPANDS("(letrec ((f (lambda () (f)))) f)", "(letrec (f.1) (lambda () (call f.1)) f.1)");
  EXPANDS("(and)", "'#t");
  EXPANDS("(and 1 2 3)", "(if '1 (if '2 '3 '#f) '#f)");
  EXPANDS("(or)", "'#f");
  EXPANDS("(or 1 2)", "(let (_.1) '1 (if _.1 _.1 '2))");
  EXPANDS("(if (or 1 2 3) 4 5)", "(if (if '1 '#t (if '2 '#t '3)) '4 '5)");
  EXPANDS("(let ((if list)) (if 1 2 3))", "(let (if.1) list (call if.1 '1 '2 '3))");
  EXPANDS("(lambda (x) (set! x 1))", "(lambda (x.1) (set! x.1 '1))");
}

static void test_quasiquote(void) {
  EXPANDS("`(1 2)", "'(1 2)");
  EXPANDS("`(1 ,x)", "(call cons '1 (call cons x '()))");
  EXPANDS("`(,@x 1)", "(call append x '(1))");
  EXPANDS("`(1 ,@x)", "(call cons '1 x)");
  EXPANDS("`(1 . ,x)", "(call cons '1 x)");
  EXPANDS("`#(1 ,x)", "(call list->vector (call cons '1 (call cons x '())))");
  EXPANDS("`#(1 2)", "'#(1 2)");
  EXPANDS("`(1 `(2 ,(3 ,x)))",
          "(call cons '1 (call cons (call cons 'quasiquote (call cons (call cons '2 (call cons (call cons 'unquote "
          "(call cons (call cons '3 (call cons x '())) '())) '())) '())) '()))");
  EXPANDS("`(1 `(2 ,3))", "'(1 (quasiquote (2 (unquote 3))))");
  EXPANDS("(let ((cons 1)) `(,cons))", "(let (cons.1) '1 (call cons cons.1 '()))");
  EXPANDS("(let ((unquote list)) `(,1))", "(let (unquote.1) list '((unquote 1)))");
  EXPANDS("`,@x", "unquote-splicing: there is no list here to splice into:");
}

static void test_bodies(void) {
  EXPANDS("(lambda () (define x 1) x)", "(lambda () (letrec (x.1) '1 x.1))");
  EXPANDS("(lambda () (define (f) (g)) (define (g) 1) (f))",
          "(lambda () (letrec (f.1 g.2) (lambda () (call g.2)) (lambda () '1) (call f.1)))");
  EXPANDS("(lambda () (define x 1) (car x) (define y 2) y)",
          "(lambda () (letrec (x.1 _.2 y.3) '1 (call car x.1) '2 y.3))");
  EXPANDS("(lambda () (begin (define x 1) (begin)) (begin x x))", "(lambda () (letrec (x.1) '1 (seq x.1 x.1)))");
  EXPANDS("(lambda (x) (define x 1) x)", "(lambda (x.1) (letrec (x.2) '1 x.2))");
  EXPANDS("(lambda () (define list 1) list)", "(lambda () (letrec (list.1) '1 list.1))");
  EXPANDS("(lambda () (define x 1))", "a body needs an expression at its end:");
  EXPANDS("(lambda () (define x 1) (define x 2) x)", "define: this name is bound twice in one place:");
  EXPANDS("(lambda () (define x 1) (let-syntax () (define x 2) #f) x)",
          "(lambda () (letrec (x.1) '1 (seq (letrec (x.2) '2 '#f) x.1)))");
  EXPANDS("(let-syntax ((m (syntax-rules () ((_) 5)))) (define local (m)) local)", "(letrec (local.1) '5 local.1)");
}

static void test_toplevel(void) {
  new_user();
  EXPANDS("(define x 1)", "(define x '1)");
  EXPANDS("(define (f . y) y)", "(define f (lambda (. y.1) y.1))");
  EXPANDS("(begin (define x 1) (define z 2))", "(seq (define x '1) (define z '2))");
  EXPANDS("(set! x 2)", "(set! x '2)");
  EXPANDS("(set! car 2)", "set!: a library's variable cannot be assigned; define makes one of your own:");
  EXPANDS("(define (car x) (car x))", "(define car (lambda (x.1) (call car x.1)))");
  Value own = env_own(user, symbol("car"));
  TEST(is_type(own, T_CELL) && cell_flags(own) == CELL_DEFINED);
  EXPANDS("(define (cdr x) (if))", "if: this form has too few parts:");
  TEST(value_eq(env_lookup(user, symbol("cdr")), env_own(cx.heap->roots[ROOT_PRIMITIVES_ENV], symbol("cdr"))));
  EXPANDS("(define x 3)", "(define x '3)");
  TEST(cell_flags(env_own(user, symbol("x"))) == (CELL_DEFINED | CELL_ASSIGNED));
  EXPANDS("(define-record-type point (make x y) point? (x point-x set-x!) (y point-y))",
          "(seq (define point (call %make-rtd 'point '#(x y) '#f)) (define point point)"
          " (define make (lambda (x.1 y.2) (call %record point x.1 y.2)))"
          " (define point? (lambda (record.3) (call %record? record.3 point)))"
          " (define point-y (lambda (record.4) (call %record-ref record.4 point '1 'point-y)))"
          " (define set-x! (lambda (record.5 value.6) (call %record-set! record.5 point '0 value.6 'set-x!)))"
          " (define point-x (lambda (record.7) (call %record-ref record.7 point '0 'point-x))))");
  EXPANDS("(let () (define-record-type p (m b) #f (a) (b b b!)) m)",
          "(letrec (p.1 p.2 m.3 b!.4 b.5) (call %make-rtd 'p '#(a b) '#f) p.1"
          " (lambda (b.6) (call %record p.1 '#f b.6))"
          " (lambda (record.7 value.8) (call %record-set! record.7 p.1 '1 value.8 'b!))"
          " (lambda (record.9) (call %record-ref record.9 p.1 '1 'b)) m.3)");
}

static void test_macros(void) {
  new_user();
  EXPANDS("(define-syntax swap! (syntax-rules () ((_ a b) (let ((tmp a)) (set! a b) (set! b tmp)))))", "'swap!");
  EXPANDS("(lambda (tmp other) (swap! tmp other))",
          "(lambda (tmp.1 other.2) (let (tmp.3) tmp.1 (seq (set! tmp.1 other.2) (set! other.2 tmp.3))))");
  EXPANDS("(define-syntax my-let (syntax-rules () ((_ ((n v) ...) b ...) ((lambda (n ...) b ...) v ...))))", "'my-let");
  EXPANDS("(my-let ((x 1) (y 2)) x y)", "(call (lambda (x.1 y.2) (seq x.1 y.2)) '1 '2)");
  EXPANDS("(my-let () 1)", "(call (lambda () '1))");
  EXPANDS("(my-let ((x)) 1)", "my-let: no rule of this macro fits");
  EXPANDS("(define-syntax nest (syntax-rules () ((_ (a b ...) ...) '((b ... a) ...))))", "'nest");
  EXPANDS("(nest (1 2 3) (4) (5 6))", "'((2 3 1) (4) (6 5))");
  EXPANDS("(define-syntax flat (syntax-rules () ((_ (a ...) ...) '(a ... ...))))", "'flat");
  EXPANDS("(flat (1 2) () (3))", "'(1 2 3)");
  EXPANDS("(define-syntax tail (syntax-rules () ((_ a ... b c) '(b c (a ...)))))", "'tail");
  EXPANDS("(tail 1 2 3 4)", "'(3 4 (1 2))");
  EXPANDS("(tail 1 2)", "'(1 2 ())");
  EXPANDS("(tail 1)", "tail: no rule of this macro fits");
  EXPANDS("(define-syntax dot (syntax-rules () ((_ (a b ... . c) ...) '((c a b ...) ...))))", "'dot");
  EXPANDS("(dot (1 2 . 3) (4 . 5) (6))", "'((3 1 2) (5 4) (() 6))");
  EXPANDS("(define-syntax vec (syntax-rules () ((_ #(a (b c) ...)) '#(a #(b ...) c ...))))", "'vec");
  EXPANDS("(vec #(1 (2 3) (4 5)))", "'#(1 #(2 4) 3 5)");
  EXPANDS("(define-syntax custom (syntax-rules ::: () ((_ a :::) '(a ::: ...))))", "'custom");
  EXPANDS("(custom 1 2)", "'(1 2 ...)");
  EXPANDS("(define-syntax escape (syntax-rules () ((_ a) '((... ...) (... (a ...))))))", "'escape");
  EXPANDS("(escape 1)", "'(... (1 ...))");
  EXPANDS("(define-syntax lit (syntax-rules (else) ((_ else) 1) ((_ x) 2)))", "'lit");
  EXPANDS("(lit else)", "'1");
  EXPANDS("(lit if)", "'2");
  EXPANDS("(let ((else 5)) (lit else))", "(let (else.1) '5 '2)");
  EXPANDS("(define-syntax dat (syntax-rules () ((_ 1) 'one) ((_ \"s\") 'string) ((_ #t) 'true) ((_ _) 'other)))", "'dat");
  EXPANDS("(list (dat 1) (dat \"s\") (dat #t) (dat #f))", "(call list 'one 'string 'true 'other)");
  EXPANDS("(define-syntax pairs (syntax-rules () ((_ (a ...) (b ...)) '((a b) ...))))", "'pairs");
  EXPANDS("(pairs (1 2) (3 4))", "'((1 3) (2 4))");
  EXPANDS("(pairs (1 2) (3))", "pairs: variables repeated together in this macro have different lengths:");
  EXPANDS("(define-syntax each (syntax-rules () ((_ a (b ...)) '((a b) ...))))", "'each");
  EXPANDS("(each 1 (3 4))", "'((1 3) (1 4))");
  EXPANDS("(define-syntax more (syntax-rules () ((_ (a ...) (b ...)) '((a b ...) ...))))", "'more");
  EXPANDS("(more (1 2) (3 4))", "'((1 3 4) (2 3 4))");
  EXPANDS("(define-syntax outer (syntax-rules () ((_ (a b ...) ...) '(((a b) ...) ...))))", "'outer");
  EXPANDS("(outer (1 2 3) (4 5))", "'(((1 2) (1 3)) ((4 5)))");
  EXPANDS("(define-syntax deep (syntax-rules () ((_ ((a b ...) ...) ...) '((((b a) ...) ...) ...))))", "'deep");
  EXPANDS("(deep ((1 2 3) (4)) ((5 6)))", "'((((2 1) (3 1)) ()) (((6 5))))");
}

static void test_hygiene(void) {
  new_user();
  EXPANDS("(define-syntax my-or (syntax-rules () ((_) #f) ((_ e) e) ((_ e r ...) (let ((t e)) (if t t (my-or r ...))))))",
          "'my-or");
  EXPANDS("(let ((t 5) (if list)) (my-or #f t))",
          "(let (t.1 if.2) '5 list (let (t.3) '#f (if t.3 t.3 t.1)))");
  EXPANDS("(define-syntax def (syntax-rules () ((_ n v) (define n v))))", "'def");
  EXPANDS("(def a 1)", "(define a '1)");
  EXPANDS("(let () (def a 1) a)", "(letrec (a.1) '1 a.1)");
  // A macro that defines a name of its own and one that is given.
  EXPANDS("(define-syntax two (syntax-rules () ((_ n) (begin (define tmp 1) (define n tmp)))))", "'two");
  EXPANDS("(two b)", "(seq (define tmp '1) (define b tmp))");
  EXPANDS("(let () (two b) (two c) (list b c))",
          "(letrec (tmp.1 b.2 tmp.3 c.4) '1 tmp.1 '1 tmp.3 (call list b.2 c.4))");
  // Macros that define macros.
  EXPANDS("(define-syntax maker (syntax-rules () ((_ n v) (define-syntax n (syntax-rules () ((_ x (... ...)) '(v x (... ...))))))))",
          "'maker");
  EXPANDS("(maker m 7)", "'m");
  EXPANDS("(m 1 2)", "'(7 1 2)");
  EXPANDS("(let-syntax ((foo (syntax-rules () ((_ x) (list x))))) (let ((list 1)) (foo list)))",
          "(let (list.1) '1 (call list list.1))");
  EXPANDS("(let ((x 1)) (let-syntax ((foo (syntax-rules () ((_) x)))) (let ((x 2)) (foo))))",
          "(let (x.1) '1 (let (x.2) '2 x.1))");
  EXPANDS("(letrec-syntax ((even (syntax-rules () ((_) #t) ((_ x . r) (odd . r))))"
          " (odd (syntax-rules () ((_) #f) ((_ x . r) (even . r))))) (list (even 1 2) (even 1)))",
          "(call list '#t '#f)");
  EXPANDS("(let () (define-syntax one (syntax-rules () ((_) 1))) (define x (one)) x)", "(letrec (x.1) '1 x.1)");
  EXPANDS("(let ((x 1)) (define-syntax get (syntax-rules () ((_) x))) (define y 2) (let ((x 3)) (get)))",
          "(let (x.1) '1 (letrec (y.2) '2 (let (x.3) '3 x.1)))");
  EXPANDS("(define-syntax lam (syntax-rules () ((_ n b) (lambda (n x) (list n x b)))))", "'lam");
  EXPANDS("(lam x x)", "(lambda (x.1 x.2) (call list x.1 x.2 x.1))");
  EXPANDS("(define-syntax loop-forever (syntax-rules () ((_ x) (loop-forever (x)))))", "'loop-forever");
  EXPANDS("(define-syntax unless2 (syntax-rules () ((_ c b) (if c #f b))))", "'unless2");
  EXPANDS("(define-syntax if2 if)", "'if2");
  EXPANDS("(if2 1 2 3)", "(if '1 '2 '3)");
  EXPANDS("(let ((if 1)) (unless2 if 2))", "(let (if.1) '1 (if if.1 '#f '2))");
  EXPANDS("(define-syntax named (syntax-rules () ((_ (n v) ...) (let go ((n v) ...) (go n ...)))))", "'named");
  EXPANDS("(let ((go 1)) (named (x go)))",
          "(let (go.1) '1 (letrec (go.2) (lambda (x.3) (call go.2 x.3)) (call go.2 go.1)))");
  // R7RS 4.3.2: the inserted ellipsis escape and be-like-begin.
  EXPANDS("(define-syntax be-like-begin (syntax-rules () ((_ name) (define-syntax name (syntax-rules ()"
          " ((_ expr (... ...)) (begin expr (... ...))))))))", "'be-like-begin");
  EXPANDS("(be-like-begin sequence)", "'sequence");
  EXPANDS("(sequence 1 2 3)", "(seq '1 '2 '3)");
  EXPANDS("(let ((=> #f)) (lambda () =>))", "(let (=>.1) '#f (lambda () =>.1))");
}

// Macros of another environment refer to what is there, also to what they define in the user's.
static void test_environments(void) {
  new_user();
  cx.heap->roots[ROOT_TEMP_2] = user;
  EXPANDS("(define secret 1)", "(define secret '1)");
  EXPANDS("(define-syntax get-secret (syntax-rules () ((_) secret)))", "'get-secret");
  EXPANDS("(define-syntax make (syntax-rules () ((_ n) (begin (define hidden 1) (define (n) hidden)))))", "'make");
  EXPANDS("(define-syntax later (syntax-rules () ((_) undefined-yet)))", "'later");
  EXPANDS("(define-syntax match (syntax-rules (key) ((_ key) 1) ((_ x) 2)))", "'match");
  new_user();
  Value library = cx.heap->roots[ROOT_TEMP_2];
  const char *names[] = {"get-secret", "make", "later", "match"};
  for (unsigned i = 0; i < 4; i++) {
    Value name = symbol(names[i]);
    CHECK(env_import(cx.heap, user, name, env_own(library, name)));
  }
  EXPANDS("(define secret 2)", "(define secret '2)");
  struct expander ex;
  CHECK(expander_init(&ex, &cx, &arena, user, VALUE_FALSE, VALUE_FALSE));
  struct node *node = expand_toplevel(&ex, read_text("(get-secret)"));
  TEST(node && node->kind == N_GLOBAL && value_eq(node->value, env_own(library, symbol("secret"))));
  arena_free(&arena);
  EXPANDS("(make f)", "(seq (define hidden '1) (define f (lambda () hidden)))");
  TEST(!cell_is_free(env_own(user, symbol("hidden"))) && cell_is_free(env_own(library, symbol("hidden"))));
  TEST(cell_flags(env_own(library, symbol("secret"))) & CELL_KEEP);
  CHECK(expander_init(&ex, &cx, &arena, user, VALUE_FALSE, VALUE_FALSE));
  node = expand_toplevel(&ex, read_text("(make g)"));
  struct node *reference = node->kids[1]->kids[0]->lambda->clauses[0].body;
  TEST(value_eq(reference->value, env_own(user, symbol("hidden"))));
  node = expand_toplevel(&ex, read_text("(later)"));
  TEST(node && value_eq(node->value, env_own(library, symbol("undefined-yet"))));
  arena_free(&arena);
  EXPANDS("(match key)", "'1");
  EXPANDS("(define key 1)", "(define key '1)");
  EXPANDS("(match key)", "'2");
}

static void test_errors(void) {
  new_user();
  EXPANDS("()", "an empty list is not an expression (write '() for the value):");
  EXPANDS("(1 . 2)", "a procedure call should be a proper list:");
  EXPANDS("(if 1)", "if: this form has too few parts:");
  EXPANDS("(if 1 2 3 4)", "if: this form has too many parts:");
  EXPANDS("(if 1 . 2)", "if: this form is not a proper list:");
  EXPANDS("if", "if: this is a keyword, which has no value by itself");
  EXPANDS("(lambda (x x) x)", "lambda: this name is bound twice in one place:");
  EXPANDS("(lambda (1) x)", "lambda: only a name can be bound, not");
  EXPANDS("(let ((x 1) (x 2)) x)", "let: this name is bound twice in one place:");
  EXPANDS("(let ((x)) x)", "let: a binding is (name value), not");
  EXPANDS("(let x)", "let: this form has too few parts:");
  EXPANDS("(let)", "let: this form has too few parts:");
  EXPANDS("(set! 1 2)", "set!: only a name can be assigned, not");
  EXPANDS("(set! if 2)", "set!: a keyword cannot be assigned:");
  EXPANDS("(define)", "define: this form has too few parts:");
  EXPANDS("(define 1 2)", "define: only a name can be defined, not");
  EXPANDS("(car (define x 1))", "define: a definition stands at top level or in a body, not within an expression:");
  EXPANDS("(else 1)", "else: this form has no meaning here:");
  EXPANDS("(syntax-error \"my message\" 1 2)", "syntax-error: my message");
  EXPANDS("(define-syntax x 5)", "define-syntax: a macro is defined by (syntax-rules ...) or the name of another, not by");
  EXPANDS("(define-syntax x (syntax-rules))", "syntax-rules: this form has too few parts:");
  EXPANDS("(define-syntax x (syntax-rules () ((_ a a) 1)))", "syntax-rules: a pattern has this variable twice:");
  EXPANDS("(define-syntax x (syntax-rules () ((_ a ...) a)))", "syntax-rules: an ellipsis is missing after this variable:");
  EXPANDS("(define-syntax x (syntax-rules () ((_ a) (a ...))))", "syntax-rules: nothing before this ellipsis in the template is repeated:");
  EXPANDS("(define-syntax x (syntax-rules () ((_ a) (1 ...))))", "syntax-rules: nothing before this ellipsis in the template is repeated:");
  EXPANDS("(define-syntax x (syntax-rules () ((_ a ... b ...) 1)))", "syntax-rules: a list in a pattern can have one ellipsis only:");
  EXPANDS("(define-syntax x (syntax-rules () ((_ ...) 1)))", "syntax-rules: nothing stands before this ellipsis to be repeated:");
  EXPANDS("(define-syntax x (syntax-rules () (_ 1)))", "syntax-rules: a rule is ((keyword part ...) template), not");
  EXPANDS("(define-record-type p (m z) p? (x x))", "define-record-type: the constructor names a field that is none of the type's:");
  EXPANDS("(define-record-type p)", "define-record-type: this form has too few parts:");
}

// Positions of forms, and of what macros insert.
static void test_positions(void) {
  new_user();
  EXPANDS("(define-syntax wrap (syntax-rules () ((_ x) (list (car x)))))", "'wrap");
  Value inner = read_text("(cdr y)");
  Value use = cons(symbol("wrap"), cons(inner, VALUE_NIL));
  Value positions = to_vector(cons(use, cons(fixnum(7), cons(inner, cons(fixnum(9), VALUE_NIL)))));
  struct expander ex;
  CHECK(expander_init(&ex, &cx, &arena, user, positions, VALUE_FALSE));
  struct node *node = expand_toplevel(&ex, use);
  TEST(node && node->position == 7 && node->kids[1]->position == 7 && node->kids[1]->kids[1]->position == 9);
  arena_free(&arena);
  Value bad = read_text("(if)");
  positions = to_vector(cons(bad, cons(fixnum(1234), VALUE_NIL)));
  CHECK(expander_init(&ex, &cx, &arena, user, positions, string_from_c(cx.heap, "f.scm")));
  TEST(!expand_toplevel(&ex, bad) && value_eq(ex.outcome, OUTCOME_RAISE));
  Value where = object_field(cx.condition, CONDITION_POSITION);
  TEST(is_pair(where) && is_type(pair_car(where), T_STRING) && value_eq(pair_cdr(where), fixnum(1234)));
  arena_free(&arena);
}

static void test_head(void) {
  new_user();
  EXPANDS("(define-syntax both (syntax-rules () ((_ a b) (begin a b)) ((_ a) (car a))))", "'both");
  struct expander ex;
  Value special, form = read_text("(both 1 2)");
  CHECK(expander_init(&ex, &cx, &arena, user, VALUE_FALSE, VALUE_FALSE));
  Value head = expand_head(&ex, form, VALUE_FALSE, &special);
  TEST(value_eq(special, symbol("begin")) && is_pair(head) && value_eq(pair_car(pair_cdr(head)), fixnum(1)));
  form = read_text("(both 1)");
  TEST(value_eq(expand_head(&ex, form, VALUE_FALSE, &special), form) && is_false(special));
  form = read_text("(both)");
  TEST(value_eq(expand_head(&ex, form, VALUE_FALSE, &special), OUTCOME_RAISE));
  arena_free(&arena);
}

static void test_vars(void) {
  new_user();
  struct expander ex;
  CHECK(expander_init(&ex, &cx, &arena, user, VALUE_FALSE, VALUE_FALSE));
  struct node *node = expand_toplevel(&ex, read_text("(lambda (x) (let ((y 1) (z (lambda () x))) (set! y 2) (z)))"));
  struct lambda *outer = node->lambda;
  struct node *let = outer->clauses[0].body;
  struct var *x = outer->clauses[0].vars[0], *y = let->vars[0], *z = let->vars[1];
  TEST(x->captured && x->n_refs == 1 && x->owner == outer && !x->known);
  TEST(!y->captured && y->n_sets == 1 && !y->known && y->owner == outer);
  TEST(!z->captured && z->known == let->kids[1] && z->known->lambda->parent == outer && !outer->parent);
  TEST(value_eq(z->known->lambda->name, symbol("z")));
  node = expand_toplevel(&ex, read_text("(define (f) \"what it does\" 1)"));
  TEST(is_type(node->kids[0]->lambda->doc, T_STRING) && value_eq(node->kids[0]->lambda->name, symbol("f")));
  arena_free(&arena);
}

// Deep, wide, shared, cyclic and endless forms (ONE-4).
static Value nested(const char *head, size_t depth, Value inside) {
  Value h = symbol(head);
  for (size_t i = 0; i < depth; i++) inside = cons(h, cons(inside, VALUE_NIL));
  return inside;
}

static const char *outcome_of(Value form) {
  static char text[200];
  struct expander ex;
  struct node *node = NULL;
  if (expander_init(&ex, &cx, &arena, user, VALUE_FALSE, VALUE_FALSE)) node = expand_toplevel(&ex, form);
  arena_free(&arena);
  if (node) return "node";
  // Scratch ran out before its quota: the virtual machine collects and tries again, a few times.
  if (value_eq(ex.outcome, OUTCOME_COLLECT)) return "collect";
  if (!value_eq(ex.outcome, OUTCOME_RAISE)) return "other";
  Value name = symbol_name(object_field(cx.condition, CONDITION_TYPE));
  size_t n = (size_t)string_length(name);
  for (size_t i = 0; i < n; i++) text[i] = (char)string_char(name, (sword)i);
  text[n] = 0;
  return text;
}

#define DEEP 200000
static void test_extremes(void) {
  new_user();
  TEST_STRING(outcome_of(nested("car", DEEP, VALUE_FALSE)), "node");
  TEST_STRING(outcome_of(nested("begin", DEEP, VALUE_FALSE)), "node");
  TEST_STRING(outcome_of(nested("quote", DEEP, VALUE_FALSE)), "node");
  TEST_STRING(outcome_of(nested("quasiquote", 2000, VALUE_FALSE)), "node");
  Value form = VALUE_NIL;
  for (unsigned i = 0; i < DEEP; i++) form = cons(form, VALUE_NIL);
  TEST_STRING(outcome_of(form), "syntax");
  TEST_STRING(outcome_of(cons(symbol("quote"), cons(form, VALUE_NIL))), "node");
  form = VALUE_FALSE;
  for (unsigned i = 0; i < DEEP / 4; i++) form = cons(symbol("let"), cons(VALUE_NIL, cons(form, VALUE_NIL)));
  TEST_STRING(outcome_of(form), "node");
  form = VALUE_FALSE;
  for (unsigned i = 0; i < 10000; i++) {
    Value binding = cons(symbol("x"), cons(symbol("x"), VALUE_NIL));
    form = cons(symbol("let"), cons(cons(binding, VALUE_NIL), cons(form, VALUE_NIL)));
  }
  TEST_STRING(outcome_of(form), "node");
  // (car . itself), '(a . itself) and a shared tree.
  Value cycle = cons(symbol("car"), VALUE_NIL);
  *pair_cdr_slot(cycle) = cycle;
  TEST_STRING(outcome_of(cycle), "syntax");
  TEST_STRING(outcome_of(cons(symbol("quote"), cons(cycle, VALUE_NIL))), "node");
  cycle = cons(symbol("car"), cons(VALUE_NIL, VALUE_NIL));
  *pair_car_slot(pair_cdr(cycle)) = cycle;
  TEST_STRING(outcome_of(cycle), "collect");
  Value tree = VALUE_NIL;
  for (unsigned i = 0; i < 100; i++) tree = cons(tree, tree);
  TEST_STRING(outcome_of(cons(symbol("quote"), cons(tree, VALUE_NIL))), "node");
  EXPANDS("(define-syntax q (syntax-rules () ((_ x) '(x a))))", "'q");
  TEST_STRING(outcome_of(cons(symbol("q"), cons(tree, VALUE_NIL))), "node");
  // Macros without an end.
  EXPANDS("(define-syntax forever (syntax-rules () ((_ x) (forever x))))", "'forever");
  cx.interrupts = IRQ_BREAK | IRQ_TIMER;
  TEST_STRING(outcome_of(read_text("(forever 1)")), "break");
  TEST(cx.interrupts == IRQ_TIMER);
  cx.interrupts = 0;
  EXPANDS("(define-syntax grow (syntax-rules () ((_ . x) (car (grow 1 . x)))))", "'grow");
  TEST_STRING(outcome_of(read_text("(grow)")), "collect");
  const char *why = "";
  TEST(heap_verify(cx.heap, &why));
}

int main(void) {
  start();
  new_user();
  test_expressions();
  test_quasiquote();
  test_bodies();
  test_toplevel();
  test_macros();
  test_hygiene();
  test_environments();
  test_errors();
  test_positions();
  test_head();
  test_vars();
  test_extremes();
  return test_finish();
}
