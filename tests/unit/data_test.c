// Lists, equality, hash tables, conditions and their primitives, with collections in between.
//
// Uses: data, prim/tables, gc.
#include <stdlib.h>

#include "base/platform.h"
#include "data/equal.h"
#include "data/list.h"
#include "data/record.h"
#include "data/string.h"
#include "data/symbol.h"
#include "data/table.h"
#include "data/values.h"
#include "prim/tables.h"
#include "test.h"

static struct context cx;
static uint64_t seed = 1;

static unsigned below(unsigned n) {
  return test_random(&seed) % n;
}

// --- calling primitives as the VM does ------------------------------------------------------------------
// So that cases may keep Values in C variables, a short room is made longer, and collections happen only where a case
// says so, or for a primitive that needs much.  Then its arguments live in the vector ROOT_TEMP_4.
#define MAX_ARGS 12

static void make_room(size_t bytes) {
  if (cx.heap->top <= cx.heap->limit && bytes <= (size_t)(cx.heap->limit - cx.heap->top)) return;
  if (bytes > 8 * PAGE_BYTES) {
    CHECK(heap_collect(cx.heap, bytes));
  } else {  // a run of many pages
    uword *p = heap_alloc_more(cx.heap, HEAP_LARGE_BYTES - 8);
    CHECK(p);
    heap_fill(p, HEAP_LARGE_BYTES - 8);
  }
}

static Value make_vector(unsigned n) {
  uword *p = heap_alloc_more(cx.heap, VECTOR_BYTES(n));
  CHECK(p);
  p[0] = header_make(T_VECTOR, 0);
  p[1] = fixnum((sword)n).w;
  Value v = value_from_object(p);
  for (unsigned i = 0; i < n; i++) vector_slots(v)[i] = VALUE_FALSE;
  return v;
}

// Some primitives that work in slices are left in the middle, as by Control-C.
static bool leaves_slices;

static Value call(const char *name, unsigned n, const Value *args) {
  unsigned index;
  if (!primitive_find(name, strlen(name), &index)) {
    printf("no primitive %s\n", name);
    abort();
  }
  const struct primitive *p = primitive_at(index);
  CHECK(n >= p->min && (p->max == PRIMITIVE_REST || n <= p->max));
  Value spilled = cx.heap->roots[ROOT_TEMP_4];
  for (unsigned i = 0; i < n; i++) heap_store(cx.heap, spilled, &vector_slots(spilled)[i], args[i]);
  make_room(0);
  for (unsigned tries = 0; tries < 3; tries++) {
    Value copy[MAX_ARGS];
    spilled = cx.heap->roots[ROOT_TEMP_4];
    for (unsigned i = 0; i < MAX_ARGS; i++) copy[i] = i < n ? vector_slots(spilled)[i] : VALUE_DEFAULT;
    Value v = p->fn(&cx, copy, n);
    if (value_eq(v, OUTCOME_AGAIN)) {
      if (leaves_slices && below(3) == 0) return v;
      tries = 0;
      continue;
    }
    // Going on in slices; what the library is to do is for the caller to see.
    if (value_eq(v, OUTCOME_TAIL_CALL) && is_type(cx.tail_procedure, T_PRIMITIVE)) {
      p = primitive_at((unsigned)fixnum_int(object_field(cx.tail_procedure, PRIMITIVE_INDEX)));
      n = 0;
      for (Value l = cx.tail_arguments; is_pair(l); l = pair_cdr(l), n++)
        heap_store(cx.heap, spilled, &vector_slots(spilled)[n], pair_car(l));
      make_room(0);
      tries = 0;
      continue;
    }
    if (!value_eq(v, OUTCOME_COLLECT)) return v;
    if (tries) CHECK(heap_collect(cx.heap, cx.need_bytes));
    make_room(cx.need_bytes);
  }
  printf("%s is never satisfied\n", name);
  abort();
}
#define CALL(name, ...) call(name, sizeof((Value[]){__VA_ARGS__}) / sizeof(Value), (Value[]){__VA_ARGS__})

static Value cons(Value a, Value b) {
  return CALL("cons", a, b);
}
static Value symbol(const char *name) {
  make_room(0);
  return symbol_intern_c(&cx, name);
}
// Every name is one symbol all the time while the table grows, also when there is no page for that now and then; and no
// symbol waits for more than a step of it.
#define N_NAMES 5000
static void test_symbol_table(void) {
  static Value symbols[N_NAMES];
  char name[20];
  unsigned n_refused = 0, n_wrong = 0, n_grown = 0;
  size_t most = 0;
  for (unsigned i = 0; i < N_NAMES; i++) {
    size_t before = symbol_table.progress, capacity = symbol_table.capacity;
    snprintf(name, sizeof name, "n%u", i);
    if (i % 50 < 2 || (i > 3000 && i < 3100)) pages.fail_after = pages.fail_every = 1;
    symbols[i] = symbol_intern_c(&cx, name);
    pages.fail_after = pages.fail_every = 0;
    if (is_outcome(symbols[i])) n_refused++, symbols[i] = symbol_intern_c(&cx, name);
    if (symbol_table.capacity != capacity) n_grown++;
    else if (symbol_table.next && symbol_table.progress > before && symbol_table.progress - before > most) most = symbol_table.progress - before;
    for (unsigned k = 0; k < 20; k++) {
      unsigned j = test_random(&seed) % (i + 1);
      snprintf(name, sizeof name, "n%u", j);
      n_wrong += !value_eq(symbol_intern_c(&cx, name), symbols[j]);
    }
  }
  TEST(n_wrong == 0);
  TEST(n_grown >= 3 && n_refused > 0);
  TEST(most > 0 && most <= 32);
}
static Value text(const char *s) {
  make_room(0);
  return string_from_c(cx.heap, s);
}
static bool raised(Value v, enum known_symbol type, const char *message) {
  if (!value_eq(v, OUTCOME_RAISE)) return false;
  Value c = cx.condition;
  bool ok = value_eq(object_field(c, CONDITION_TYPE), known(cx.heap, type)) &&
            string_equal_c(object_field(c, CONDITION_MESSAGE), message);
  if (!ok) {
    Value m = object_field(c, CONDITION_MESSAGE);
    printf("message: %.*s\n", (int)string_length(m), (char *)string_data(m));
  }
  return ok;
}
static Value numbers(int from, int to) {
  Value list = VALUE_NIL;
  while (to-- > from) list = cons(fixnum(to), list);
  return list;
}
static Value circle(int n) {
  Value list = numbers(0, n), last = CALL("last-pair", list);
  CALL("set-cdr!", last, list);
  return list;
}
static bool same(Value a, Value b) {
  Value v = value_equal(&cx, a, b);
  CHECK(!is_outcome(v));
  return is_true(v);
}

// --- cases -------------------------------------------------------------------------------------------------

static void test_lists(void) {
  Value list = numbers(0, 10);
  TEST(fixnum_int(CALL("length", list)) == 10);
  TEST(fixnum_int(CALL("list-ref", list, fixnum(7))) == 7);
  TEST(fixnum_int(CALL("caddr", list)) == 2);
  TEST(same(CALL("reverse", CALL("reverse", list)), list));
  TEST(same(CALL("append", numbers(0, 4), numbers(4, 7), numbers(7, 10)), list));
  TEST(same(CALL("list-tail", list, fixnum(4)), numbers(4, 10)));
  TEST(same(CALL("list-head", list, fixnum(4)), numbers(0, 4)));
  TEST(same(CALL("memv", fixnum(4), list), numbers(4, 10)));
  TEST(value_eq(CALL("append", fixnum(1)), fixnum(1)));
  TEST(is_nil(call("append", 0, NULL)));
  TEST(same(CALL("list-copy", cons(fixnum(1), fixnum(2))), cons(fixnum(1), fixnum(2))));
  TEST(same(CALL("cons*", fixnum(1), fixnum(2), VALUE_NIL), numbers(1, 3)));
  TEST(is_true(CALL("list?", list)) && is_false(CALL("list?", cons(fixnum(1), fixnum(2)))));
  TEST(fixnum_int(pair_cdr(CALL("assv", fixnum(3), CALL("list", cons(fixnum(1), fixnum(2)), cons(fixnum(3), fixnum(4)))))) == 4);
}

static void test_list_errors(void) {
  TEST(raised(CALL("car", fixnum(5)), KNOWN_TYPE, "argument 1 should be a pair, but is"));
  TEST(value_eq(pair_car(object_field(cx.condition, CONDITION_IRRITANTS)), fixnum(5)));
  TEST(value_eq(object_field(cx.condition, CONDITION_WHO), symbol("car")));
  TEST(raised(CALL("cadr", numbers(0, 1)), KNOWN_TYPE, "argument 1 should be a structure that has a cadr, but is"));
  TEST(raised(CALL("list-ref", numbers(0, 3), fixnum(3)), KNOWN_RANGE, "index 3 is out of range for a list of length 3"));
  TEST(raised(CALL("append", numbers(0, 3), fixnum(3), VALUE_NIL), KNOWN_TYPE, "argument 2 should be a list, but is"));
  for (int n = 1; n < 300; n += 7) {
    Value c = circle(n);
    TEST(is_false(CALL("list?", c)));
    TEST(raised(CALL("length", c), KNOWN_TYPE, "argument 1 should be a list that ends, but is"));
    TEST(value_eq(CALL("list-copy", c), OUTCOME_RAISE));
    TEST(value_eq(CALL("memq", VALUE_TRUE, c), OUTCOME_RAISE));
    TEST(fixnum_int(CALL("list-ref", c, fixnum(1000))) == 1000 % n);
    TEST(value_eq(CALL("list-ref", c, fixnum(FIXNUM_MAX)), OUTCOME_RAISE));
  }
}

static void test_vectors(void) {
  Value v = CALL("vector", fixnum(1), fixnum(2), fixnum(3));
  TEST(raised(CALL("vector-ref", v, fixnum(5)), KNOWN_RANGE, "index 5 is out of range for a vector of length 3"));
  TEST(raised(CALL("vector-ref", v, fixnum(-1)), KNOWN_RANGE, "index -1 is out of range for a vector of length 3"));
  TEST(raised(CALL("vector-ref", v, VALUE_TRUE), KNOWN_TYPE, "argument 2 should be an index (an exact integer), but is"));
  CALL("vector-set!", v, fixnum(1), VALUE_TRUE);
  TEST(value_eq(CALL("vector-ref", v, fixnum(1)), VALUE_TRUE));
  CALL("%make-immutable!", v);
  TEST(raised(CALL("vector-set!", v, fixnum(1), VALUE_TRUE), KNOWN_IMMUTABLE, "argument 1 is a constant, which cannot be changed:"));
  TEST(raised(CALL("vector-fill!", v, fixnum(0)), KNOWN_IMMUTABLE, "argument 1 is a constant, which cannot be changed:"));
  Value w = CALL("vector-append", v, CALL("list->vector", numbers(0, 5)));
  TEST(same(CALL("vector->list", w, fixnum(3)), numbers(0, 5)));
  CALL("vector-copy!", w, fixnum(4), w, fixnum(3), fixnum(7));
  TEST(same(CALL("vector->list", w, fixnum(4)), numbers(0, 4)));
  TEST(value_eq(CALL("vector-copy!", w, fixnum(6), w), OUTCOME_RAISE));
  TEST(value_eq(CALL("make-vector", fixnum(FIXNUM_MAX)), OUTCOME_RAISE) || WORD_BYTES == 8);
  TEST(raised(CALL("subvector", w, fixnum(2), fixnum(9)), KNOWN_RANGE, "argument 3 should be between 0 and 8, but is"));
  // Large vectors, old and young parts.
  Value big = CALL("make-vector", fixnum(100000), fixnum(7));
  cx.heap->roots[ROOT_TEMP_1] = big;
  heap_collect_minor(cx.heap);
  CALL("vector-fill!", cx.heap->roots[ROOT_TEMP_1], cons(fixnum(1), VALUE_NIL), fixnum(98900), fixnum(99000));
  heap_collect_minor(cx.heap);
  big = cx.heap->roots[ROOT_TEMP_1];
  TEST(fixnum_int(pair_car(CALL("vector-ref", big, fixnum(98999)))) == 1);
  TEST(fixnum_int(CALL("vector-ref", big, fixnum(99000))) == 7);
}

static void test_values(void) {
  Value two[] = {fixnum(1), fixnum(2)};
  Value v = values_make(&cx, 2, two);
  TEST(is_values(v) && values_count(v) == 2 && value_eq(values_ref(v, 1), fixnum(2)));
  TEST(value_eq(values_make(&cx, 1, two), fixnum(1)));
  TEST(values_count(values_make(&cx, 0, two)) == 0);
}

static void test_records(void) {
  Value names = CALL("vector", symbol("x"), symbol("y"));
  Value point = CALL("%make-rtd", symbol("<point>"), names);
  cx.heap->roots[ROOT_TEMP_1] = point;
  Value p = CALL("%record", point, fixnum(1), fixnum(2));
  point = cx.heap->roots[ROOT_TEMP_1];
  TEST(is_true(CALL("%record?", p, point)) && is_false(CALL("%record?", fixnum(1), point)));
  TEST(fixnum_int(CALL("%record-ref", p, point, fixnum(1), symbol("point-y"))) == 2);
  CALL("%record-set!", p, point, fixnum(1), fixnum(5), symbol("set-point-y!"));
  TEST(fixnum_int(CALL("%record-ref", p, point, fixnum(1))) == 5);
  TEST(raised(CALL("%record-ref", fixnum(7), point, fixnum(1), symbol("point-y")), KNOWN_TYPE,
              "argument 1 should be a record of type point, but is"));
  TEST(value_eq(object_field(cx.condition, CONDITION_WHO), symbol("point-y")));
  TEST(raised(CALL("%record", point, fixnum(1)), KNOWN_ARITY, "wrong number of fields (wanted, given):"));
  Value sub = CALL("%make-rtd", symbol("<point3>"), CALL("vector", symbol("z")), point);
  Value q = CALL("%record", sub, fixnum(1), fixnum(2), fixnum(3));
  TEST(is_true(CALL("%record?", q, cx.heap->roots[ROOT_TEMP_1])));
  TEST(is_false(CALL("%record?", cx.heap->roots[ROOT_TEMP_1], cx.heap->roots[ROOT_TEMP_1])));
  Value cell = CALL("%make-cell", symbol("x"));
  TEST(raised(CALL("%cell-ref", cell), KNOWN_UNBOUND, "this variable is not defined:"));
  Value c = CALL("%make-condition", symbol("user"), VALUE_FALSE, text("m"));
  TEST(is_nil(CALL("%condition-ref", c, fixnum(3))));
}

// --- equality ------------------------------------------------------------------------------------------------

static void test_equal(void) {
  TEST(same(numbers(0, 5000), numbers(0, 5000)));
  TEST(!same(numbers(0, 5000), numbers(0, 5001)));
  TEST(same(text("abc"), text("abc")) && !same(text("abc"), text("abd")));
  TEST(same(circle(3), circle(5)) == false);
  TEST(!same(circle(3), numbers(0, 3)));
  // Circles of one element, of different sizes: the same infinite list.
  for (int n = 1; n < 60; n += 3)
    for (int m = 1; m < 60; m += 5) {
      Value a = circle(n), b = circle(m);
      for (int i = 0; i < n; i++, a = pair_cdr(a)) CALL("set-car!", a, text("x"));
      for (int i = 0; i < m; i++, b = pair_cdr(b)) CALL("set-car!", b, text("x"));
      TEST(same(a, b));
      CALL("set-car!", b, text("y"));
      TEST(!same(a, b));
    }
  // Nested in the car, deeper than any C stack of ours; and a shared tree of 2^200 leaves.
  Value deep = VALUE_NIL, deep2 = VALUE_NIL, dag = fixnum(1), dag2 = fixnum(1);
  for (int i = 0; i < 20000; i++) {
    deep = cons(deep, fixnum(1));
    deep2 = cons(deep2, fixnum(1));
  }
  TEST(same(deep, deep2));
  deep = cons(fixnum(0), VALUE_NIL);
  deep2 = cons(fixnum(0), VALUE_NIL);
  for (int i = 0; i < 20000; i++) {
    deep = cons(deep, cons(fixnum(2), VALUE_NIL));
    deep2 = cons(deep2, cons(fixnum(2), VALUE_NIL));
  }
  TEST(same(deep, deep2));
  for (int i = 0; i < 200; i++) {
    dag = cons(dag, dag);
    dag2 = cons(dag2, dag2);
  }
  TEST(same(dag, dag2));
  TEST(!same(cons(dag, fixnum(1)), cons(dag2, fixnum(2))));
  bool by_address = false;
  TEST(value_equal_hash(dag, &by_address) == value_equal_hash(dag2, &by_address) && !by_address);
  Value v = CALL("vector", fixnum(1), VALUE_FALSE), w = CALL("vector", fixnum(1), VALUE_FALSE);
  CALL("vector-set!", v, fixnum(1), w);
  CALL("vector-set!", w, fixnum(1), v);
  TEST(same(v, w));
  cx.interrupts = IRQ_BREAK;
  TEST(value_eq(value_equal(&cx, numbers(0, 6000), numbers(0, 6000)), OUTCOME_AGAIN));
  cx.interrupts = 0;
}

// Random graphs of pairs over few nodes; the model answers by partition refinement on all pairs of nodes.
#define N_NODES 14
static void test_equal_random(void) {
  for (unsigned round = 0; round < 3000; round++) {
    if (round % 500 == 0) heap_collect_major(cx.heap);
    Value node[N_NODES];
    int car[N_NODES], cdr[N_NODES];
    for (unsigned i = 0; i < N_NODES; i++) node[i] = cons(fixnum(0), fixnum(0));
    for (unsigned i = 0; i < N_NODES; i++) {
      car[i] = (int)below(N_NODES + 3);
      cdr[i] = (int)below(N_NODES + 1);
      *pair_car_slot(node[i]) = car[i] < N_NODES ? node[car[i]] : fixnum(car[i] > N_NODES);
      *pair_cdr_slot(node[i]) = cdr[i] < N_NODES ? node[cdr[i]] : VALUE_NIL;
    }
    bool differ[N_NODES][N_NODES] = {{false}}, changed = true;
    while (changed) {
      changed = false;
      for (int i = 0; i < N_NODES; i++)
        for (int j = 0; j < N_NODES; j++) {
          if (differ[i][j]) continue;
          int parts[2][2] = {{car[i], car[j]}, {cdr[i], cdr[j]}};
          for (int k = 0; k < 2; k++) {
            int a = parts[k][0], b = parts[k][1];
            bool same_part = a < N_NODES && b < N_NODES ? !differ[a][b]
                             : a >= N_NODES && b >= N_NODES && (k == 1 || (a > N_NODES) == (b > N_NODES));
            if (!same_part) changed = differ[i][j] = true;
          }
        }
    }
    bool ok = true;
    for (int i = 0; i < N_NODES; i++)
      for (int j = 0; j < N_NODES; j++) ok = ok && same(node[i], node[j]) == !differ[i][j];
    TEST(ok);
  }
}

// --- tables ----------------------------------------------------------------------------------------------------
// Keys are elements of a vector in ROOT_TEMP_2; the model is an array by the key's number.
#define N_KEYS 600

static Value key_of(enum table_kind kind, unsigned i) {
  char name[20];
  snprintf(name, sizeof name, "key %u", i);
  switch (kind == TABLE_STRING ? 0 : kind == TABLE_EQUAL ? i % 5 : 1 + i % 4) {
    case 0: return text(name);
    case 1: return symbol(name);
    case 2: return fixnum((sword)i);
    case 3: return kind == TABLE_EQUAL ? cons(text(name), fixnum(1)) : cons(fixnum(1), fixnum(2));
    default: return cons(fixnum((sword)i), VALUE_NIL);
  }
}

static void check_table(Value table, const int *model) {
  size_t position = 0, count = 0;
  Value key, value;
  bool ok = true;
  for (unsigned i = 0; i < N_KEYS; i++) {
    Value got = table_get(&cx, table, vector_slots(cx.heap->roots[ROOT_TEMP_2])[i], VALUE_FALSE);
    ok = ok && (model[i] < 0 ? is_false(got) : value_eq(got, fixnum(model[i])));
    count += model[i] >= 0;
  }
  TEST(ok && table_count(table) == count);
  while (table_next(table, &position, &key, &value)) count--;
  TEST(count == 0);
}

static void test_table(enum table_kind kind, bool moving) {
  int model[N_KEYS];
  cx.heap->roots[ROOT_TEMP_2] = make_vector(N_KEYS);
  for (unsigned i = 0; i < N_KEYS; i++) {
    Value key = key_of(kind, i), keys = cx.heap->roots[ROOT_TEMP_2];
    heap_store(cx.heap, keys, &vector_slots(keys)[i], key);
    model[i] = -1;
  }
  cx.heap->roots[ROOT_TEMP_3] = CALL("%make-table", fixnum(kind));
  for (unsigned step = 0; step < 20000; step++) {
    unsigned i = below(1 + step % N_KEYS);
    if (below(300) == 0) {  // a new key in place of an old one, so that some are young
      CALL("%table-delete!", cx.heap->roots[ROOT_TEMP_3], vector_slots(cx.heap->roots[ROOT_TEMP_2])[i]);
      Value key = key_of(kind, i), keys = cx.heap->roots[ROOT_TEMP_2];
      heap_store(cx.heap, keys, &vector_slots(keys)[i], key);
      model[i] = -1;
    }
    Value key = vector_slots(cx.heap->roots[ROOT_TEMP_2])[i];
    switch (below(4)) {
      case 0: case 1:
        leaves_slices = true;
        if (!value_eq(CALL("%table-set!", cx.heap->roots[ROOT_TEMP_3], key, fixnum((sword)step)), OUTCOME_AGAIN))
          model[i] = (int)step;
        leaves_slices = false;
        break;
      case 2: TEST(is_true(CALL("%table-delete!", cx.heap->roots[ROOT_TEMP_3], key)) == (model[i] >= 0)); model[i] = -1; break;
      default: {
        Value got = CALL("%table-ref", cx.heap->roots[ROOT_TEMP_3], key, VALUE_FALSE);
        TEST(model[i] < 0 ? is_false(got) : value_eq(got, fixnum(model[i])));
      }
    }
    if (moving && below(50) == 0) heap_collect_minor(cx.heap);
    if (moving && below(400) == 0) heap_collect_major(cx.heap);
    if (below(1000) == 0) check_table(cx.heap->roots[ROOT_TEMP_3], model);
    if (below(5000) == 0) cx.heap->roots[ROOT_TEMP_3] = CALL("%table-copy", cx.heap->roots[ROOT_TEMP_3]);
  }
  check_table(cx.heap->roots[ROOT_TEMP_3], model);
  TEST(vector_length(CALL("%table-entries", cx.heap->roots[ROOT_TEMP_3])) ==
       2 * fixnum_int(CALL("%table-count", cx.heap->roots[ROOT_TEMP_3])));
  CALL("%table-clear!", cx.heap->roots[ROOT_TEMP_3]);
  for (unsigned i = 0; i < N_KEYS; i++) model[i] = -1;
  check_table(cx.heap->roots[ROOT_TEMP_3], model);
  const char *why;
  TEST(heap_verify(cx.heap, &why));
}

// Growth far beyond what the nursery holds.
static void test_table_growth(void) {
  cx.heap->roots[ROOT_TEMP_3] = CALL("%make-table", fixnum(TABLE_EQV));
  for (int i = 0; i < 200000; i++) CALL("%table-set!", cx.heap->roots[ROOT_TEMP_3], fixnum(i), fixnum(-i));
  bool ok = fixnum_int(CALL("%table-count", cx.heap->roots[ROOT_TEMP_3])) == 200000;
  for (int i = 0; i < 200000; i++)
    ok = ok && value_eq(CALL("%table-ref", cx.heap->roots[ROOT_TEMP_3], fixnum(i), VALUE_FALSE), fixnum(-i));
  TEST(ok);
}

static void test_table_order(void) {
  cx.heap->roots[ROOT_TEMP_3] = CALL("%make-table", fixnum(TABLE_EQUAL));
  for (int i = 0; i < 1000; i++) CALL("%table-set!", cx.heap->roots[ROOT_TEMP_3], fixnum(i * 7919 % 1000), fixnum(i));
  Value entries = CALL("%table-entries", cx.heap->roots[ROOT_TEMP_3]);
  bool ok = vector_length(entries) == 2000;
  for (int i = 0; ok && i < 1000; i++) ok = value_eq(vector_slots(entries)[2 * i + 1], fixnum(i));
  TEST(ok);
  cx.heap->roots[ROOT_TEMP_3] = CALL("%make-table", fixnum(TABLE_STRING));
  TEST(raised(CALL("%table-set!", cx.heap->roots[ROOT_TEMP_3], fixnum(1), fixnum(1)), KNOWN_TYPE,
              "argument 2 should be a string, as all keys of this table, but is"));
}

static void test_docs(void) {
  bool ok = true;
  for (unsigned i = 0; i < primitive_count(); i++) {
    const struct primitive *p = primitive_at(i);
    unsigned index;
    bool good = p->doc && p->doc[0] == '(' && strchr(p->doc, '\n') && p->min <= p->max &&
                primitive_find(p->name, strlen(p->name), &index) && index == i &&
                strncmp(p->doc + 1, p->name, strlen(p->name)) == 0;
    if (!good) printf("bad entry: %s\n", p->name);
    ok = ok && good;
  }
  TEST(ok && !primitive_at(primitive_count()));
}

int main(void) {
  struct memory_range memory = platform_memory();
  CHECK(pages_init(memory.start, memory.size_bytes, false));
  cx.heap = heap_create((size_t)64 << 20);
  CHECK(cx.heap);
  known_init(cx.heap);
  values_init(cx.heap);
  heap_collect_minor(cx.heap);
  record_types_init(cx.heap);
  cx.heap->roots[ROOT_TEMP_4] = make_vector(MAX_ARGS);
  test_docs();
  test_lists();
  test_list_errors();
  test_vectors();
  test_values();
  test_records();
  test_symbol_table();
  heap_collect_major(cx.heap);
  test_equal();
  heap_collect_major(cx.heap);
  test_equal_random();
  heap_collect_major(cx.heap);
  test_table_growth();
  test_table_order();
  for (int kind = 0; kind < N_TABLE_KINDS; kind++) {
    heap_collect_major(cx.heap);
    test_table((enum table_kind)kind, false);
    test_table((enum table_kind)kind, true);
  }
  return test_finish();
}

// The areas under test; prim/table.c alone would not pull them out of an archive.
__attribute__((used)) static const void *const wanted[] = {
  pairs_primitives, vectors_primitives, records_primitives, objects_primitives, tables_primitives};
