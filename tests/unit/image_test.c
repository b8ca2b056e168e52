// Images: random graphs there and back, the same bytes on both word sizes, damaged ones refused.
//
// Uses: code/image, data, gc.
#include <stdlib.h>

#include "base/platform.h"
#include "code/image.h"
#include "data/number.h"
#include "data/record.h"
#include "data/string.h"
#include "data/symbol.h"
#include "data/table.h"
#include "data/values.h"
#include "test.h"

static struct context cx;
static uint64_t seed = 7;
static unsigned below(unsigned n) {
  return test_random(&seed) % n;
}

// --- hooks ----------------------------------------------------------------------------------------------
static unsigned char image[4 << 20];
static size_t image_bytes, image_limit = sizeof image;

static bool write_bytes(void *context, const unsigned char *bytes, size_t n) {
  (void)context;
  if (image_bytes + n > image_limit) return false;
  memcpy(image + image_bytes, bytes, n);
  image_bytes += n;
  return true;
}
static bool find_primitive(void *context, const char *name, size_t n, unsigned *index) {
  (void)context;
  *index = 1234;
  return n == 3 && memcmp(name, "car", 3) == 0;
}
static unsigned n_linked;
static void link_code(Value code) {
  if (fixnum_int(object_field(code, CODE_N_UNITS)) > 0) code_units(code)[0] ^= 0x5555;
  n_linked++;
}
static bool replace_thread(void *context, Value v, Value *instead) {
  (void)context;
  *instead = VALUE_EOF;
  return is_type(v, T_THREAD);
}
static struct image_hooks hooks = {.version = 42, .find_primitive = find_primitive, .link = link_code, .unlink = link_code};

static bool write_image(Value root, const char **why) {
  static const struct image_sink sink = {NULL, write_bytes};
  image_bytes = 0;
  return image_write(cx.heap, root, &hooks, &sink, why);
}
static void write_checksum(unsigned char *bytes, size_t n) {
  uint32_t sum = image_checksum(1, bytes, n - IMAGE_TAIL_BYTES);
  for (unsigned i = 0; i < 4; i++) bytes[n - 4 + i] = (unsigned char)(sum >> 8 * i);
}

// --- making objects -----------------------------------------------------------------------------------------
#define N_NODES 300

static Value make(enum object_type type, unsigned aux, size_t bytes) {
  uword *p = heap_alloc_more(cx.heap, bytes);
  CHECK(p);
  memset(p, 0, bytes);
  p[0] = header_make(type, aux);
  return value_from_object(p);
}
static void room(void) {
  if (cx.heap->top + PAGE_BYTES <= cx.heap->limit) return;
  uword *p = heap_alloc_more(cx.heap, HEAP_LARGE_BYTES - 8);
  CHECK(p);
  heap_fill(p, HEAP_LARGE_BYTES - 8);
}
static Value make_vector(unsigned n) {
  Value v = make(T_VECTOR, 0, VECTOR_BYTES(n));
  object_field_init(v, 1, fixnum((sword)n));
  return v;
}
static Value make_string(const char *s) {
  room();
  return string_from_c(cx.heap, s);
}
static Value make_wide_string(void) {
  room();
  Value s = string_make(&cx, 5, 0x1f600);
  CHECK(!is_outcome(s));
  return s;
}
static Value symbol(const char *name) {
  room();
  Value s = symbol_intern_c(&cx, name);
  CHECK(!is_outcome(s));
  return s;
}
static Value make_code(unsigned n_constants, unsigned n_units) {
  size_t n_values = CODE_FIXED_VALUES + n_constants;
  size_t payload = n_values + round_up(n_units * sizeof(Unit), WORD_BYTES) / WORD_BYTES;
  uword *p = heap_alloc_fixed(cx.heap, round_up((3 + payload) * WORD_BYTES, 8));
  CHECK(p);
  memset(p, 0, round_up((3 + payload) * WORD_BYTES, 8));
  p[0] = header_make(T_CODE, 0);
  p[1] = fixnum((sword)payload).w;
  p[2] = fixnum((sword)n_values).w;
  Value code = value_from_object(p);
  object_field_init(code, CODE_N_UNITS, fixnum((sword)n_units));
  for (unsigned i = 0; i < n_units; i++) code_units(code)[i] = (Unit)below(65536);
  return code;
}
static Value make_table(enum table_kind kind) {
  room();
  Value t = table_make(&cx, kind, 0);
  CHECK(!is_outcome(t));
  return t;
}
static void set(Value table, Value key, Value value) {
  room();
  Value done;
  do done = table_set(&cx, table, key, value);
  while (value_eq(done, OUTCOME_AGAIN));
  CHECK(!is_outcome(done));
}
static Value make_pair(void) {
  Value *p = (Value *)heap_alloc_more(cx.heap, PAIR_BYTES);
  p[0] = p[1] = VALUE_NIL;
  return value_from_pair(p);
}
static Value make_record(void) {
  Value r = make(T_RECORD, 4, AUX_BYTES(4));
  object_field_init(r, RECORD_TYPE, cx.heap->roots[ROOT_RTD_RTD]);
  return r;
}

static Value leaf(void) {
  static const double doubles[] = {0.0, -0.0, 1.5, 1e300, -1e-300};
  char name[20];
  room();
  switch (below(12)) {
    case 0: return fixnum((sword)below(100) - 50);
    case 1: return fixnum(FIXNUM_MAX - (sword)below(3));
    case 2: return fixnum(FIXNUM_MIN + (sword)below(3));
    case 3: return integer_from_int64(cx.heap, INT64_MIN + below(3));
    case 4: return flonum_make(cx.heap, doubles[below(ARRAY_LENGTH(doubles))]);
    case 5: return value_char(below(0xd800));
    case 6: snprintf(name, sizeof name, "s%u", below(50)); return symbol(name);
    case 7: return make_string("hello");
    case 8: return make_wide_string();
    case 9: return VALUE_TRUE;
    case 10: return VALUE_UNBOUND;
    default: {
      unsigned n = below(40);
      Value b = make(T_BYTES, 0, BYTES_BYTES(n));
      object_field_init(b, 1, fixnum((sword)n));
      for (unsigned i = 0; i < n; i++) bytes_data(b)[i] = (unsigned char)below(256);
      if (n & 1) *value_address(b) |= HEADER_FLAG_IMMUTABLE;
      return b;
    }
  }
}

static Value node(void) {
  switch (below(10)) {
    case 0: case 1: case 2: return make_pair();
    case 3: case 4: return make_vector(below(12));
    case 5: return make_record();
    case 6: return make_code(below(4), below(9));
    case 7: return make_table((enum table_kind)below(3));
    case 8: return make(T_CELL, 0, FIXED_BYTES(CELL_INITIAL));
    default: return leaf();
  }
}

// A random graph over N_NODES objects; its vector is the root.
static Value make_graph(void) {
  Value all = make_vector(N_NODES), *nodes = vector_slots(all);
  for (unsigned i = 0; i < N_NODES; i++) nodes[i] = node();
  for (unsigned i = 0; i < N_NODES; i++) {
    Value *first = NULL;
    size_t n = 0, from = 0;
    if (is_pair(nodes[i])) {
      first = pair_car_slot(nodes[i]);
      n = 2;
    } else if (is_type(nodes[i], T_TABLE)) {
      for (unsigned k = below(12); k > 0; k--) set(nodes[i], nodes[below(N_NODES)], nodes[below(N_NODES)]);
    } else if (is_type(nodes[i], T_VECTOR) || is_type(nodes[i], T_CODE) || is_type(nodes[i], T_CELL) || is_type(nodes[i], T_RECORD)) {
      n = object_values(value_address(nodes[i]), &first);
      from = is_type(nodes[i], T_CODE) ? CODE_FIXED_VALUES : is_type(nodes[i], T_RECORD) ? 1 : 0;
      if (is_type(nodes[i], T_CELL)) n = 2;
    }
    for (size_t k = from; k < n; k++) {
      Value holder = nodes[i];
      heap_store(cx.heap, holder, &first[k], below(5) ? nodes[below(N_NODES)] : leaf());
    }
  }
  return all;
}

// --- comparing graphs: a walk side by side, each object of one paired with one of the other ----------------
#define MAX_SEEN 20000
static struct { Value a, b; } seen[MAX_SEEN];
static unsigned n_seen, n_done;

static bool meet(Value a, Value b) {
  if (!is_pointer(a) || !is_pointer(b)) return value_eq(a, b);
  for (unsigned i = 0; i < n_seen; i++)
    if (value_eq(seen[i].a, a) || value_eq(seen[i].b, b)) return value_eq(seen[i].a, a) && value_eq(seen[i].b, b);
  CHECK(n_seen < MAX_SEEN);
  seen[n_seen].a = a;
  seen[n_seen++].b = b;
  return true;
}

static bool same_tables(Value a, Value b) {
  size_t i = 0, j = 0;
  Value ka, va, kb, vb;
  if (table_count(a) != table_count(b)) return false;
  while (table_next(a, &i, &ka, &va)) {
    if (!table_next(b, &j, &kb, &vb) || !meet(ka, kb) || !meet(va, vb)) return false;
    if (!value_eq(table_get(&cx, b, kb, VALUE_EMPTY), vb)) return false;
  }
  return true;
}

static bool same_objects(Value a, Value b) {
  if (is_pair(a)) return is_pair(b) && meet(pair_car(a), pair_car(b)) && meet(pair_cdr(a), pair_cdr(b));
  if (!is_object(b)) return false;
  unsigned mask = IMAGE_FLAGS_MASK << IMAGE_FLAG_SHIFT;
  uword ha = object_header(a), hb = object_header(b);
  if (header_type(ha) != header_type(hb) || header_aux(ha) != header_aux(hb) || ((ha ^ hb) & mask)) return false;
  if (is_number(a) && !is_ratnum(a)) return number_eqv(a, b);
  if (is_type(a, T_TABLE)) return same_tables(a, b);
  if (is_type(a, T_BYTES)) return bytes_length(a) == bytes_length(b) && !memcmp(bytes_data(a), bytes_data(b), (size_t)bytes_length(a));
  if (is_type(a, T_CODE) && memcmp(code_units(a), code_units(b), (size_t)fixnum_int(object_field(a, CODE_N_UNITS)) * 2)) return false;
  Value *fa, *fb;
  size_t n = object_values(value_address(a), &fa), m = object_values(value_address(b), &fb);
  if (n != m) return false;
  for (size_t i = 0; i < n; i++)
    if (!meet(fa[i], fb[i])) return false;
  return true;
}

static bool same_graphs(Value a, Value b) {
  n_seen = n_done = 0;
  if (!meet(a, b)) return false;
  for (; n_done < n_seen; n_done++)
    if (!same_objects(seen[n_done].a, seen[n_done].b)) return false;
  return true;
}

// --- cases --------------------------------------------------------------------------------------------------
static void test_round_trips(void) {
  for (unsigned round = 0; round < 200; round++) {
    heap_collect_major(cx.heap);
    hooks.is_system = round % 2;
    Value graph = make_graph(), copy = VALUE_FALSE;
    const char *why = NULL;
    TEST(write_image(graph, &why));
    size_t n = image_bytes;
    TEST(image_load(cx.heap, image, n, &hooks, NULL, 0, &copy, &why));
    TEST(same_graphs(graph, copy));
    cx.heap->roots[ROOT_TEMP_1] = graph;
    cx.heap->roots[ROOT_TEMP_2] = copy;
    if (round % 20 == 0) TEST(heap_verify(cx.heap, &why));
    heap_collect_minor(cx.heap);
    TEST(same_graphs(cx.heap->roots[ROOT_TEMP_1], cx.heap->roots[ROOT_TEMP_2]));
    // What is stored into a loaded object later is found by the collector.
    Value young = make_pair();
    *pair_car_slot(young) = fixnum(77);
    copy = cx.heap->roots[ROOT_TEMP_2];
    heap_store(cx.heap, copy, &vector_slots(copy)[0], young);
    heap_collect_major(cx.heap);
    TEST(value_eq(pair_car(vector_slots(cx.heap->roots[ROOT_TEMP_2])[0]), fixnum(77)));
    cx.heap->roots[ROOT_TEMP_1] = cx.heap->roots[ROOT_TEMP_2] = VALUE_FALSE;
  }
  hooks.is_system = false;
}

static void test_damage(void) {
  heap_collect_major(cx.heap);
  const char *why = NULL;
  Value copy;
  TEST(write_image(make_graph(), &why));
  size_t n = image_bytes;
  unsigned char *bad = malloc(n);
  for (unsigned round = 0; round < 4000; round++) {
    size_t cut = n;
    memcpy(bad, image, n);
    for (unsigned k = 1 + below(4); k > 0; k--) bad[below(4) ? below((unsigned)n) : below(400)] ^= (unsigned char)(1 + below(255));
    if (below(8) == 0) cut = below((unsigned)n);
    why = NULL;
    TEST(!image_load(cx.heap, bad, cut, &hooks, NULL, 0, &copy, &why) && why);
    // With a checksum and a size that agree it may load, or not; it does not crash.
    if (cut < IMAGE_HEAD_BYTES + IMAGE_TAIL_BYTES) continue;
    memcpy(bad, image, IMAGE_MAGIC_BYTES + 4);
    for (unsigned i = 0; i < 4; i++) bad[IMAGE_MAGIC_BYTES + 4 + i] = (unsigned char)(cut >> 8 * i);
    write_checksum(bad, cut);
    hooks.link = NULL;
    why = NULL;
    bool ok = image_load(cx.heap, bad, cut, &hooks, NULL, 0, &copy, &why);
    hooks.link = link_code;
    if (!ok && !why) TEST(false);
    if (round % 200 == 0 && !TEST(heap_verify(cx.heap, &why))) printf("%s\n", why);
  }
  free(bad);
}

static void test_refusals(void) {
  const char *why = NULL;
  Value copy, v = make_vector(1), t = make(T_THREAD, 0, FIXED_BYTES(15));
  vector_slots(v)[0] = t;
  TEST(!write_image(v, &why));
  TEST_STRING(why, "a thread cannot be saved in an image");
  hooks.replace = replace_thread;
  TEST(write_image(v, &why) && image_load(cx.heap, image, image_bytes, &hooks, NULL, 0, &copy, &why));
  TEST(value_eq(vector_slots(copy)[0], VALUE_EOF));
  hooks.replace = NULL;
  Value p = make(T_PRIMITIVE, 0, FIXED_BYTES(2));
  object_field_init(p, PRIMITIVE_NAME, symbol("car"));
  vector_slots(v)[0] = p;
  TEST(write_image(v, &why) && image_load(cx.heap, image, image_bytes, &hooks, NULL, 0, &copy, &why));
  TEST(fixnum_int(object_field(vector_slots(copy)[0], PRIMITIVE_INDEX)) == 1234);
  object_field_init(p, PRIMITIVE_NAME, symbol("cdr"));
  TEST(write_image(v, &why) && !image_load(cx.heap, image, image_bytes, &hooks, NULL, 0, &copy, &why));
  TEST_STRING(why, "the image names a primitive that this system does not have");
  hooks.version = 43;
  TEST(!image_load(cx.heap, image, image_bytes, &hooks, NULL, 0, &copy, &why));
  TEST_STRING(why, "the image was made by another version of the system");
  hooks.version = 42;
  TEST(!image_load(cx.heap, image, 0, &hooks, NULL, 0, &copy, &why));
  TEST(!image_load(cx.heap, image, image_bytes - 1, &hooks, NULL, 0, &copy, &why));
  image_limit = 10;
  TEST(!write_image(v, &why));
  TEST_STRING(why, "the image could not be written out");
  image_limit = sizeof image;
}

#define PORTABLE_SUM 0x3aa51e1eu
// The same bytes come out on 32- and 64-bit words: every element, also big integers, is the same.
static void test_portable(void) {
  const char *why = NULL;
  Value v = make_vector(9), *s = vector_slots(v), copy;
  room();
  static const int64_t integers[] = {0x3fffffff, -0x40000000, 0x40000000, -0x40000001, INT64_C(1) << 62, INT64_MIN, INT64_MAX, -1};
  for (unsigned i = 0; i < ARRAY_LENGTH(integers); i++) s[i] = integer_from_int64(cx.heap, integers[i]);
  s[8] = make_table(TABLE_EQV);
  for (unsigned i = 0; i < 8; i++) set(s[8], s[i], fixnum((sword)i));
  TEST(write_image(v, &why) && image_load(cx.heap, image, image_bytes, &hooks, NULL, 0, &copy, &why));
  for (unsigned i = 0; i < 8; i++) {
    int64_t n;
    TEST(integer_to_int64(vector_slots(copy)[i], &n) && n == integers[i]);
    TEST(value_eq(table_get(&cx, vector_slots(copy)[8], s[i], VALUE_FALSE), fixnum((sword)i)));
  }
  uint32_t sum = image_checksum(1, image, image_bytes - IMAGE_TAIL_BYTES);
  if (!TEST(sum == PORTABLE_SUM)) printf("the sum is %#x\n", (unsigned)sum);
}

// A long list and a deep one: nothing recurses.
static void test_size(void) {
  const char *why = NULL;
  heap_collect_major(cx.heap);
  Value list = VALUE_NIL, deep = VALUE_NIL, copy;
  for (int i = 0; i < 120000; i++) {
    Value p = make_pair();
    *pair_car_slot(p) = fixnum(i);
    *pair_cdr_slot(p) = list;
    list = p;
    p = make_pair();
    *pair_car_slot(p) = deep;
    deep = p;
  }
  Value v = make_pair();
  *pair_car_slot(v) = list;
  *pair_cdr_slot(v) = deep;
  uint64_t t0 = platform_time_us();
  TEST(write_image(v, &why));
  uint64_t t1 = platform_time_us();
  TEST(image_load(cx.heap, image, image_bytes, &hooks, NULL, 0, &copy, &why));
  uint64_t t2 = platform_time_us();
  if (getenv("SHOW")) printf("240000 pairs: %zu bytes, written in %u us, loaded in %u us\n", image_bytes, (unsigned)(t1 - t0), (unsigned)(t2 - t1));
  int n = 0;
  for (Value p = pair_car(copy); is_pair(p); p = pair_cdr(p)) n++;
  for (Value p = pair_cdr(copy); is_pair(p); p = pair_car(p)) n++;
  TEST(n == 240000);
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
  test_portable();
  test_round_trips();
  test_refusals();
  test_size();
  test_damage();
  return test_finish();
}
