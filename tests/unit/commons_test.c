// The commons under many heaps: random sharing, storing, sending, dropping, spawning and killing, with its cycle done in
// small steps between; what is reachable stays whole, and in the end nothing is left.
//
// Uses: gc.  usage: commons_test [SEED [STEPS]], a soak: 10^7 steps take about half a minute
#include <stdlib.h>

#include "data/string.h"
#include "data/symbol.h"
#include "gc/collector.h"
#include "gc/commons.h"
#include "test.h"

#define ARENA_BYTES ((size_t)32 << 20)
#define QUOTA_BYTES ((size_t)4 << 20)
#define N_HEAPS 6
#define N_SLOTS 24
// Slots of a shared object before its references: its number, and a check of that.
#define N_OWN 2

static struct heap *heaps[N_HEAPS];
static uint64_t seed = 1;
static sword n_made;
static const char *why;

static unsigned choose(unsigned n) {
  return test_random(&seed) % n;
}

static void fail(const char *what) {
  printf("%s\n", what);
  test_check(false, what, __FILE__, __LINE__);
  exit(test_finish());
}

// --- shared objects ----------------------------------------------------------------------------------------
static bool is_shared(Value v) {
  return is_pointer(v) && pages.dst[page_of(value_address(v))] & PAGE_DST_COMMONS;
}

static void check_shared(Value v) {
  if (!commons_is_object(v)) fail("a shared object is no more");
  if (commons_is_doomed(v)) fail("a shared object is doomed");
  if (is_type(v, T_SYMBOL)) return;
  if (!is_type(v, T_VECTOR)) fail("a shared object is something else");
  sword number = fixnum_int(vector_slots(v)[0]);
  if (fixnum_int(vector_slots(v)[1]) != number * 3 + 1) fail("a shared object is damaged");
}

static bool may_change(Value v) {
  return is_type(v, T_VECTOR) && !(pages.dst[page_of(value_address(v))] & PAGE_DST_FROZEN);
}

// --- heaps -------------------------------------------------------------------------------------------------
static Value *slots_of(struct heap *heap) {
  return vector_slots(heap->roots[ROOT_TEMP_1]);
}

static uword *allocate(struct heap *heap, size_t bytes) {
  for (;;) {
    uword *p = heap_try_alloc(heap, bytes);
    if (p) return p;
    if (!heap_collect(heap, bytes)) fail("no memory");
  }
}

static Value make_vector(struct heap *heap, size_t n) {
  uword *p = allocate(heap, VECTOR_BYTES(n));
  p[0] = header_make(T_VECTOR, 0);
  p[1] = fixnum((sword)n).w;
  Value v = value_from_object(p);
  for (size_t i = 0; i < n; i++) vector_slots(v)[i] = VALUE_FALSE;
  return v;
}

static void put(struct heap *heap, Value v) {
  Value holder = heap->roots[ROOT_TEMP_1];
  heap_store(heap, holder, &vector_slots(holder)[choose(N_SLOTS)], v);
}

// A shared object that the heap reaches, or #f.
static Value get(struct heap *heap) {
  Value v = slots_of(heap)[choose(N_SLOTS)];
  for (unsigned i = 0; i < 6 && is_pointer(v) && !is_shared(v); i++) {
    if (is_pair(v)) v = choose(2) ? pair_car(v) : pair_cdr(v);
    else if (is_type(v, T_VECTOR)) v = vector_slots(v)[choose((unsigned)vector_length(v))];
    else return VALUE_FALSE;
  }
  if (!is_shared(v)) return VALUE_FALSE;
  check_shared(v);
  return v;
}

static void spawn(unsigned i) {
  heaps[i] = heap_create(QUOTA_BYTES);
  CHECK(heaps[i]);
  heaps[i]->stress = choose(2) ? STRESS_CYCLES : 0;
  heaps[i]->roots[ROOT_TEMP_1] = make_vector(heaps[i], N_SLOTS);
}

// --- steps ---------------------------------------------------------------------------------------------------
static void share(struct heap *heap) {
  size_t n = choose(30) ? N_OWN + choose(6) : 600 + choose(1500);
  uword *p = commons_alloc(VECTOR_BYTES(n), choose(3) != 0);
  if (!p) fail("no pages for the commons");
  p[0] = header_make(T_VECTOR, 0);
  p[1] = fixnum((sword)n).w;
  Value v = value_from_object(p);
  heap->commons_bytes += VECTOR_BYTES(n);
  for (size_t i = 0; i < n; i++) vector_slots(v)[i] = i < N_OWN + 6 && choose(2) ? get(heap) : VALUE_FALSE;
  vector_slots(v)[0] = fixnum(++n_made);
  vector_slots(v)[1] = fixnum(n_made * 3 + 1);
  put(heap, v);
}

static void store(struct heap *heap) {
  Value to = get(heap), v = get(heap);
  if (!may_change(to) || vector_length(to) <= N_OWN) return;
  Value *slot = &vector_slots(to)[N_OWN + choose((unsigned)vector_length(to) - N_OWN)];
  if (commons_may_hold(heap->roots[ROOT_TEMP_1])) fail("the commons would hold a private object");
  commons_store(slot, v);
}

static void load(struct heap *heap) {
  Value from = get(heap);
  if (!is_type(from, T_VECTOR)) return;
  Value v = vector_slots(from)[N_OWN - 1 + choose((unsigned)vector_length(from) - N_OWN + 1)];
  if (is_shared(v)) check_shared(v);
  put(heap, v);
}

// A private object that holds shared ones, and perhaps all that the slot had before.
static void keep(struct heap *heap) {
  static const unsigned lengths[] = {1, 3, 40, 40, 3000};
  unsigned n = lengths[choose(ARRAY_LENGTH(lengths))];
  Value v = make_vector(heap, n);
  for (unsigned i = 0; i < 8; i++) vector_slots(v)[choose(n)] = choose(6) ? get(heap) : slots_of(heap)[choose(N_SLOTS)];
  if (choose(4) == 0) vector_slots(v)[0] = VALUE_FALSE;
  put(heap, v);
}

// Move what one private object holds to another, so that it is only on this side of the scan.
static void move(struct heap *heap) {
  Value a = slots_of(heap)[choose(N_SLOTS)], b = slots_of(heap)[choose(N_SLOTS)];
  if (!is_type(a, T_VECTOR) || !is_type(b, T_VECTOR) || is_shared(a) || is_shared(b)) return;
  Value *from = &vector_slots(a)[choose((unsigned)vector_length(a))];
  heap_store(heap, b, &vector_slots(b)[choose((unsigned)vector_length(b))], *from);
  heap_store(heap, a, from, VALUE_FALSE);
}

static void send(struct heap *heap) {
  struct heap *to = heaps[choose(N_HEAPS)];
  Value v = get(heap);
  if (!to || is_false(v)) return;
  commons_note(v);
  uword *p = heap_alloc_outside(to, PAIR_BYTES);
  if (!p) return;
  p[0] = v.w;
  p[1] = VALUE_NIL.w;
  put(to, value_from_pair(p));
}

static void intern(struct heap *heap) {
  struct context cx = {.heap = heap};
  char name[] = "shared-a-a";
  name[7] = (char)('a' + choose(26));
  name[9] = (char)('a' + choose(26));
  Value symbol = symbol_intern_c(&cx, name);
  if (is_outcome(symbol)) return;
  check_shared(symbol);
  put(heap, symbol);
  if (!value_eq(symbol_intern_c(&cx, name), symbol)) fail("two symbols of one name");
}

static void collect(struct heap *heap) {
  switch (choose(8)) {
    case 0: heap_collect_major(heap); break;
    case 1: heap_collect_minor(heap); break;
    default: if (!heap_collect(heap, HEAP_ROOM_BYTES)) fail("no memory");
  }
}

static void check_all(void) {
  if (!commons_verify(&why)) fail(why);
  for (unsigned i = 0; i < N_HEAPS; i++) {
    if (heaps[i] && !heap_verify(heaps[i], &why)) fail(why);
  }
}

// Independently of the verifiers: all that a heap's slots lead to.
static void trace_all(void) {
  for (unsigned i = 0; i < N_HEAPS; i++) {
    for (unsigned j = 0; heaps[i] && j < N_SLOTS; j++) {
      Value v = slots_of(heaps[i])[j];
      if (is_shared(v)) check_shared(v);
      if (!is_type(v, T_VECTOR)) continue;
      for (sword k = is_shared(v) ? N_OWN : 0; k < vector_length(v); k++) {
        if (is_shared(vector_slots(v)[k])) check_shared(vector_slots(v)[k]);
      }
    }
  }
}

static void act(struct heap *heap) {
  switch (choose(16)) {
    case 0: case 1: case 2: share(heap); break;
    case 3: case 4: store(heap); break;
    case 5: case 6: load(heap); break;
    case 7: case 8: keep(heap); break;
    case 9: case 10: move(heap); break;
    case 11: send(heap); break;
    case 12: put(heap, VALUE_FALSE); break;
    case 13: intern(heap); break;
    case 14: collect(heap); break;
    default: commons_step(1 + choose(choose(4) ? 300 : 12000)); break;
  }
}

static void kill(unsigned i) {
  heap_destroy(heaps[i]);
  heaps[i] = NULL;
}

static void run_random(unsigned n_steps) {
  size_t n_before = commons.statistics.n_cycles;
  for (unsigned step = 0; step < n_steps; step++) {
    unsigned i = choose(N_HEAPS);
    if (!heaps[i]) spawn(i);
    else if (choose(400) == 0) kill(i);
    else act(heaps[i]);
    if (step % 64 == 0) trace_all();
    if (step % 512 == 0) check_all();
  }
  TEST(commons.statistics.n_cycles > n_before + 10);
}

// --- cases -------------------------------------------------------------------------------------------------
static void test_nothing_is_left(void) {
  for (unsigned i = 0; i < N_HEAPS; i++)
    if (heaps[i]) kill(i);
  commons_collect();
  TEST(commons_verify(&why));
  TEST(commons.held_bytes == 0);
  TEST(commons.statistics.live_bytes == 0);
  TEST(symbol_table.count == 0);
  TEST(pages_verify(&why));
}

static void test_garbage_cycles(void) {
  spawn(0);
  Value made[2];
  for (unsigned i = 0; i < 2; i++) {
    uword *p = commons_alloc(VECTOR_BYTES(3), false);
    CHECK(p);
    p[0] = header_make(T_VECTOR, 0);
    p[1] = fixnum(3).w;
    made[i] = value_from_object(p);
    for (unsigned j = 0; j < 3; j++) vector_slots(made[i])[j] = fixnum(j * 3);
  }
  commons_store(&vector_slots(made[0])[2], made[1]);
  commons_store(&vector_slots(made[1])[2], made[0]);
  slots_of(heaps[0])[0] = made[0];
  commons_collect();
  TEST(commons.statistics.live_bytes == 2 * VECTOR_BYTES(3));
  TEST(heaps[0]->commons_bytes == 2 * VECTOR_BYTES(3));
  slots_of(heaps[0])[0] = VALUE_FALSE;
  commons_collect();
  TEST(commons.statistics.live_bytes == 0 && commons.held_bytes == 0);
  TEST(heaps[0]->commons_bytes == 0);
  kill(0);
}

// Gaps are filled again, and pages without a reference to the commons are read no more.
static void test_reuse(void) {
  spawn(0);
  heap_collect_major(heaps[0]);
  for (unsigned round = 0; round < 20; round++) {
    for (unsigned i = 0; i < 2000; i++) share(heaps[0]);
    commons_collect();
    if (round == 3) n_made = (sword)commons.held_bytes;
  }
  TEST(commons.held_bytes <= (size_t)4 << 20);
  check_all();
  unsigned n_spared = 0;
  for (uint32_t page = 0; page < pages.n_pages; page++) n_spared += pages.info[page].owner == heaps[0] && pages.src[page] & PAGE_SPARED;
  make_vector(heaps[0], 3000);
  heaps[0]->roots[ROOT_TEMP_2] = make_vector(heaps[0], 3000);
  heap_collect_major(heaps[0]);
  commons_collect();
  unsigned n_spared_now = 0;
  for (uint32_t page = 0; page < pages.n_pages; page++) n_spared_now += pages.info[page].owner == heaps[0] && pages.src[page] & PAGE_SPARED;
  TEST(n_spared_now > n_spared);
  kill(0);
}

// --- each rule by itself -------------------------------------------------------------------------------------
// A shared object of `n_refs` slots, that nobody holds yet.
static Value make_shared(unsigned n_refs, bool frozen) {
  uword *p = commons_alloc(VECTOR_BYTES(N_OWN + n_refs), frozen);
  CHECK(p);
  p[0] = header_make(T_VECTOR, 0);
  p[1] = fixnum((sword)(N_OWN + n_refs)).w;
  Value v = value_from_object(p);
  for (unsigned i = 0; i < n_refs; i++) vector_slots(v)[N_OWN + i] = VALUE_FALSE;
  vector_slots(v)[0] = fixnum(++n_made);
  vector_slots(v)[1] = fixnum(n_made * 3 + 1);
  return v;
}

static void set_slot(struct heap *heap, unsigned i, Value v) {
  heap_store(heap, heap->roots[ROOT_TEMP_1], &slots_of(heap)[i], v);
}

// The cycle that is going on, to its end; then `v` is there, and without its holders it is not.
static void ends_with(struct heap *heap, Value v) {
  while (commons.phase != COMMONS_IDLE) commons_step(50);
  TEST(commons_is_object(v));
  if (commons_is_object(v)) check_shared(v);
  TEST(commons_verify(&why));
  for (unsigned i = 0; i < N_SLOTS; i++) set_slot(heap, i, VALUE_FALSE);
  heap->roots[ROOT_TEMP_2] = VALUE_FALSE;
  heap_collect_major(heap);
  commons_collect();
  TEST(commons.statistics.live_bytes == 0);
  kill(0);
}

// The heap contributes at this step, and what it holds is not marked from yet.
static void contribute_first(void) {
  while (commons.phase != COMMONS_IDLE) commons_step(50);
  commons_step(1);
  TEST(commons.phase == COMMONS_SCAN);
}

static void test_named_root(void) {
  spawn(0);
  Value x = heaps[0]->roots[ROOT_TEMP_2] = make_shared(0, true);
  contribute_first();
  ends_with(heaps[0], x);
}

// What is loaded from a mutable object after the contribution, and overwritten there before that is read.
static void test_overwritten(void) {
  spawn(0);
  struct heap *heap = heaps[0];
  Value x = make_shared(0, true), m = make_shared(1, false);
  commons_store(&vector_slots(m)[N_OWN], x);
  set_slot(heap, 0, m);
  contribute_first();
  set_slot(heap, 1, x);
  commons_store(&vector_slots(m)[N_OWN], VALUE_FALSE);
  ends_with(heap, x);
}

// What is stored in an object that is marked from already, by a heap that forgets it before it contributes.
static void test_stored(void) {
  spawn(0);
  spawn(1);
  Value x = make_shared(0, true), m = make_shared(1, false);
  set_slot(heaps[0], 0, m);
  set_slot(heaps[0], 1, x);
  set_slot(heaps[1], 0, m);
  contribute_first();
  commons_step(1);
  commons_store(&vector_slots(m)[N_OWN], x);
  set_slot(heaps[0], 1, VALUE_FALSE);
  while (commons.phase != COMMONS_IDLE) commons_step(50);
  TEST(commons_is_object(x));
  kill(1);
  set_slot(heaps[0], 1, x);
  ends_with(heaps[0], x);
}

// A large object of the nursery is read late: it is looked at before it goes.
static void test_young_large_dies(void) {
  spawn(0);
  struct heap *heap = heaps[0];
  heap->stress = 0;
  Value x = make_shared(0, true), large = make_vector(heap, 3000);
  vector_slots(large)[2999] = x;
  set_slot(heap, 0, large);
  contribute_first();
  heap->roots[ROOT_TEMP_2] = x;
  set_slot(heap, 0, VALUE_FALSE);
  heap_collect_minor(heap);
  ends_with(heap, x);
}

// An old vector dies after the contribution, before it is read; what it held is in a root, which was read before.
static Value old_dies(struct heap *heap) {
  Value x = make_shared(0, true), v = make_vector(heap, 3);
  vector_slots(v)[0] = x;
  set_slot(heap, 0, v);
  heap_collect_major(heap);
  heap_collect_major(heap);
  contribute_first();
  heap->roots[ROOT_TEMP_2] = x;
  set_slot(heap, 0, VALUE_FALSE);
  return x;
}

// A full collection reads what is left of the contribution of its heap, and of no other.
static void test_old_dies_at_once(void) {
  spawn(0);
  Value x = old_dies(heaps[0]);
  heap_collect_major(heaps[0]);
  TEST(commons.phase == COMMONS_SCAN && !commons_reads(heaps[0]));
  ends_with(heaps[0], x);
}

// A local cycle waits until it is read.
static void test_old_dies(void) {
  spawn(0);
  struct heap *heap = heaps[0];
  heap->stress = STRESS_CYCLES;
  Value x = old_dies(heap);
  uint64_t n = heap->statistics.n_cycles;
  for (unsigned i = 0; i < 100000 && heap->statistics.n_cycles < n + 3; i++) CHECK(heap_collect(heap, HEAP_ROOM_BYTES));
  TEST(heap->statistics.n_cycles >= n + 3);
  ends_with(heap, x);
}

// A bulk store into a page that was spared.
static void test_bulk_store(void) {
  spawn(0);
  struct heap *heap = heaps[0];
  heap->stress = 0;
  set_slot(heap, 0, make_vector(heap, 40));
  heap_collect_major(heap);
  heap_collect_major(heap);
  commons_collect();
  Value v = slots_of(heap)[0], x = make_shared(0, true);
  TEST(!heap_is_young(v) && pages.src[page_of(value_address(v))] & PAGE_SPARED);
  heap_overwrite(heap, vector_slots(v), 1);
  vector_slots(v)[0] = x;
  heap_remember_slots(heap, vector_slots(v), 1);
  contribute_first();
  ends_with(heap, x);
}

int main(int argc, char **argv) {
  if (argc > 1) seed = strtoull(argv[1], NULL, 10);
  char *arena = aligned_alloc(PAGE_BYTES, ARENA_BYTES);
  CHECK(arena && pages_init(arena, ARENA_BYTES, false));
  events_init();
  test_garbage_cycles();
  test_named_root();
  test_overwritten();
  test_stored();
  test_young_large_dies();
  test_old_dies_at_once();
  test_old_dies();
  test_bulk_store();
  run_random(argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 60000);
  test_nothing_is_left();
  test_reuse();
  test_nothing_is_left();
  run_random(20000);
  test_nothing_is_left();
  return test_finish();
}
