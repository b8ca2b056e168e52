// Two processes' heaps on one image: what each assigns, defines and loads is its own; symbols and record types are not.
//
// Uses: boot, proc, and the image as build/image.bin has it.
#include "base/platform.h"
#include "boot/boot.h"
#include "compile/compile.h"
#include "data/port.h"
#include "data/string.h"
#include "data/symbol.h"
#include "data/values.h"
#include "gc/commons.h"
#include "prim/tables.h"
#include "test.h"
#include "text/reader.h"

__asm__(".section .rodata\n.balign 16\n.globl boot_image_start, boot_image_end\n"
        "boot_image_start:\n.incbin \"build/image.bin\"\nboot_image_end:\n.text\n");

#define QUOTA_BYTES ((size_t)16 << 20)

static struct heap *a, *b;
static char output[4096];
static size_t n_output;

void platform_console_write(const char *bytes, size_t n) {
  for (size_t i = 0; i < n && n_output + 1 < sizeof output; i++) output[n_output++] = bytes[i];
  output[n_output] = 0;
}

// The first datum of `text`, read in `heap`.
static Value read_text(struct context *cx, const char *text) {
  for (;;) {
    Value name = string_from_utf8(cx, (const unsigned char *)"test", 4);
    Value bytes = bytes_make_raw(cx, strlen(text));
    CHECK(!is_outcome(name) && !is_outcome(bytes));
    memcpy(bytes_data(bytes), text, strlen(text));
    Value port = port_from_bytes(cx, PORT_INPUT | PORT_TEXTUAL, name, bytes);
    CHECK(!is_outcome(port));
    Value reader = reader_make(cx, port, false);
    Value datum = is_outcome(reader) ? reader : reader_run(cx, reader);
    if (!is_outcome(datum)) return datum;
    CHECK(heap_collect(cx->heap, HEAP_ROOM_BYTES));
  }
}

// Evaluate a form in `heap` and answer what it displayed.
static const char *run(struct heap *heap, const char *text) {
  struct vm *vm = cpu_vm();
  struct primitive_table table = {vm->primitives, vm->n_primitives};
  vm->cx.heap = heap;
  heap_collect_minor(heap);
  heap->roots[ROOT_TEMP_2] = read_text(&vm->cx, text);
  Value thunk;
  while (is_outcome(thunk = compile_form(&vm->cx, &table, heap->roots[ROOT_TEMP_2], heap->roots[ROOT_PRIMITIVES_ENV], VALUE_FALSE,
                                         VALUE_FALSE, VALUE_NIL))) {
    CHECK(value_eq(thunk, OUTCOME_COLLECT));
    CHECK(heap_collect(heap, vm->cx.need_bytes));
  }
  heap->roots[ROOT_TEMP_2] = VALUE_FALSE;
  output[n_output = 0] = 0;
  int status = cpu_run(heap, thunk);
  if (status) printf("status %d of %s: %s\n", status, text, output);
  return output;
}
#define RUN(heap, text, wanted) TEST_STRING(run((heap), (text)), (wanted))
// Evaluate in the environment that programs are typed into.
#define EVAL(heap, form, wanted) RUN(heap, "(display (eval '" form " (interaction-environment)))", wanted)

static bool is_whole(struct heap *heap) {
  const char *why = NULL;
  bool ok = heap_verify(heap, &why);
  if (!ok) printf("%s\n", why);
  return ok;
}
static void check_both(void) {
  TEST(is_whole(a));
  TEST(is_whole(b));
  heap_collect_major(a);
  heap_collect_major(b);
  TEST(is_whole(a));
  TEST(is_whole(b));
}

static void make_first_heap(void) {
  static const struct primitive *primitives[2000];
  struct memory_range memory = platform_memory();
  CHECK(pages_init(memory.start, memory.size_bytes, memory.is_zeroed));
  events_init();
  a = heap_create(QUOTA_BYTES);
  CHECK(a && primitive_count() <= ARRAY_LENGTH(primitives));
  struct vm *vm = cpu_vm();
  vm->cx.heap = a;
  vm->n_primitives = primitive_count();
  vm->primitives = primitives;
  for (unsigned i = 0; i < vm->n_primitives; i++) primitives[i] = primitive_at(i);
  boot_load_image(a);
}

static struct heap *make_heap(void) {
  struct heap *heap = heap_create(QUOTA_BYTES);
  CHECK(heap);
  heap_share_image(heap);
  return heap;
}

static void test_variables(void) {
  RUN(a, "(display (map (lambda (x) (* x x)) '(1 2 3)))", "(1 4 9)");
  RUN(b, "(display (map (lambda (x) (* x x)) '(1 2 3)))", "(1 4 9)");
  RUN(a, "(begin (set! %last-input '(of a)) (display %last-input))", "(of a)");
  RUN(b, "(display %last-input)", "#f");
  RUN(b, "(begin (set! %last-input '(of b)) (display %last-input))", "(of b)");
  RUN(a, "(display %last-input)", "(of a)");
  check_both();
  RUN(a, "(display %last-input)", "(of a)");
}

static void test_definitions(void) {
  EVAL(a, "(begin (define x 1) (define (f) (set! x (+ x 1)) x) (f))", "2");
  EVAL(b, "(begin (define x 10) (define (f) (set! x (+ x 1)) x) (f))", "11");
  EVAL(a, "(f)", "3");
  EVAL(b, "(f)", "12");
  check_both();
  EVAL(a, "(f)", "4");
  EVAL(b, "(begin (define car cdr) (car '(1 2)))", "(2)");
  EVAL(a, "(car '(1 2))", "1");
}

static void test_libraries(void) {
  EVAL(a, "(begin (define-library (only a) (import (scheme base)) (export y) (begin (define y 'here))) (import (only a)) y)", "here");
  RUN(b, "(display (%table-ref %libraries '(only a) 'none))", "none");
  RUN(a, "(display (if (%table-ref %libraries '(only a) #f) 'some 'none))", "some");
  check_both();
}

static void test_parameters(void) {
  RUN(a, "(begin (%parameter-set-value! %current-file \"a\") (display (%current-file)))", "a");
  RUN(b, "(display (%current-file))", "#f");
  RUN(a, "(display (eq? console-port console-port))", "#t");
  RUN(a, "(display (eq? (current-output-port) console-port))", "#t");
  check_both();
}

static void test_symbols(void) {
  struct context in_a = {.heap = a}, in_b = {.heap = b};
  Value one = symbol_intern_c(&in_a, "a-name-nobody-has"), two = symbol_intern_c(&in_b, "a-name-nobody-has");
  TEST(is_symbol(one) && value_eq(one, two));
  TEST(heap_is_frozen(one) && heap_is_frozen(symbol_name(one)));
  TEST(a->commons_bytes > 0);
  size_t before = b->commons_bytes;
  TEST(!is_outcome(symbol_intern_c(&in_b, "another-name-nobody-has")));
  TEST(b->commons_bytes > before);
  Value own = symbol_generate(&in_b, "g");
  TEST(is_symbol(own) && heap_is_young(own));
}

static void test_record_types(void) {
  RUN(a, "(%set-root! 'TEMP_1 (%make-rtd 'point '#(x y)))", "");
  Value type = a->roots[ROOT_TEMP_1];
  TEST(heap_is_frozen(type) && heap_is_frozen(object_field(type, RTD_FIELD_NAMES)));
  b->roots[ROOT_TEMP_1] = type;
  RUN(b, "(display (%record-ref (%record (%root 'TEMP_1) 1 2) (%root 'TEMP_1) 1))", "2");
  RUN(b, "(%set-root! 'TEMP_1 (%make-rtd 'point3 '#(z) (%root 'TEMP_1)))", "");
  TEST(heap_is_frozen(b->roots[ROOT_TEMP_1]));
  RUN(b, "(display (%rtd-fields (%root 'TEMP_1)))", "#(x y z)");
  // A type that names what is not shared is not shared.
  RUN(b, "(%set-root! 'TEMP_1 (%make-rtd (generate-symbol) '#(x)))", "");
  TEST(!heap_is_frozen(b->roots[ROOT_TEMP_1]));
  RUN(b, "(%set-root! 'TEMP_1 (%make-rtd 'below '#(x) (%root 'TEMP_1)))", "");
  TEST(!heap_is_frozen(b->roots[ROOT_TEMP_1]));
  check_both();
}

static void test_garbage(void) {
  static const char churn[] = "(let loop ((i 0) (l '())) (if (< i 200000) (loop (+ i 1) (if (= 0 (modulo i 1000)) '() (cons i l)))"
                              " (display (length l))))";
  for (unsigned i = 0; i < 3; i++) {
    RUN(a, churn, "999");
    RUN(b, churn, "999");
  }
  check_both();
}

// What a heap held comes back, and the others do not notice.
static void test_end(void) {
  process_end(process_of(b), VALUE_FALSE);
  size_t n_free = pages.n_free;
  for (unsigned i = 0; i < 3; i++) {
    b = make_heap();
    RUN(b, "(display (hash-table-ref/default (let ((t (make-equal-hash-table))) (hash-table-set! t \"k\" 'v) t) \"k\" #f))", "v");
    EVAL(b, "(let-values (((q r) (floor/ 7 2))) (list q r))", "(3 1)");
    TEST(is_whole(b));
    process_end(process_of(b), VALUE_FALSE);
    TEST(pages.n_free == n_free);
  }
  EVAL(a, "(f)", "5");
  TEST(is_whole(a));
}

int main(void) {
  make_first_heap();
  b = make_heap();
  test_variables();
  test_definitions();
  test_libraries();
  test_parameters();
  test_symbols();
  test_record_types();
  test_garbage();
  unsigned stress = RINGLET_DEBUG ? STRESS_EVERY_SAFEPOINT | STRESS_MAJOR | STRESS_VERIFY : STRESS_NONE;
  a->stress = b->stress = stress;
  RUN(a, "(display (assoc \"b\" '((\"a\" . 1) (\"b\" . 2))))", "(b . 2)");
  RUN(b, "(display (list-tail (vector->list (make-vector 50 'x)) 48))", "(x x)");
  a->stress = b->stress = STRESS_NONE;
  test_end();
  return test_finish();
}
