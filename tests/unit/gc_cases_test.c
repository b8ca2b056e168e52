// The collector, case by case: deep and wide graphs, large and fixed objects, running out, walking, and
// the verifier against planted errors.
//
// Uses: gc/heap, obj.
#include "base/platform.h"
#include "gc/heap.h"
#include "test.h"

// A pool of pages in which the verifier has what it needs; how many are free then.
static size_t fresh_pool(size_t pool_pages) {
  const char *why;
  CHECK(pages_init(platform_memory().start, pool_pages * PAGE_BYTES, false));
  struct heap *heap = heap_create(SIZE_MAX);
  CHECK(heap && heap_verify(heap, &why));
  heap_destroy(heap);
  return pages.n_free;
}

static struct heap *fresh_heap(size_t pool_pages, size_t quota_bytes) {
  (void)fresh_pool(pool_pages);
  struct heap *heap = heap_create(quota_bytes);
  const char *why;
  CHECK(heap && heap_verify(heap, &why));  // the verifier has its memory now
  heap->stress = STRESS_VERIFY;
  return heap;
}

static void make_room(struct heap *heap) {
  if (heap->top > heap->limit) CHECK(heap_collect(heap, 0));
}

static Value cons(struct heap *heap, Value a, Value b) {
  uword *p = heap_alloc(heap, PAIR_BYTES);
  p[0] = a.w;
  p[1] = b.w;
  return value_from_pair(p);
}

static Value vector_at(uword *p, unsigned n) {
  CHECK(p);
  p[0] = header_make(T_VECTOR, 0);
  p[1] = fixnum((sword)n).w;
  for (unsigned i = 0; i < n; i++) p[2 + i] = VALUE_FALSE.w;
  return value_from_object(p);
}

static bool is_sound(struct heap *heap) {
  const char *why;
  return heap_verify(heap, &why) && pages_verify(&why);
}

// --- shapes that break recursion ------------------------------------------------------------------------
static Value *root(struct heap *heap) {
  return &heap->roots[ROOT_TEMP_1];
}

// A list nested to the left (in cars) or to the right, as deep as `n`.
static void build_deep(struct heap *heap, unsigned n, bool left) {
  *root(heap) = VALUE_NIL;
  for (unsigned i = 0; i < n; i++) {
    make_room(heap);
    Value v = *root(heap), k = fixnum((sword)i);
    *root(heap) = left ? cons(heap, v, k) : cons(heap, k, v);
  }
}

static bool deep_is_right(struct heap *heap, unsigned n, bool left) {
  Value v = *root(heap);
  while (n-- > 0) {
    if (!is_pair(v)) return false;
    if (fixnum_int(left ? pair_cdr(v) : pair_car(v)) != (sword)n) return false;
    v = left ? pair_car(v) : pair_cdr(v);
  }
  return is_nil(v);
}

static void test_deep(bool left, bool no_pages) {
  enum { N = 200000 };
  struct heap *heap = fresh_heap(8000, SIZE_MAX);
  heap->stress = STRESS_NONE;
  build_deep(heap, N, left);
  if (no_pages) pages.fail_after = pages.fail_every = 1;
  heap_collect_major(heap);
  pages.fail_after = pages.fail_every = 0;
  TEST(deep_is_right(heap, N, left));
  TEST(is_sound(heap));
  *root(heap) = VALUE_FALSE;
  heap_collect_major(heap);
  TEST(heap_used_bytes(heap) == 0);
  heap_destroy(heap);
}

// A vector of lists, each in its own page by the time they are old.
static void test_wide(bool no_pages) {
  enum { N = 30000 };
  struct heap *heap = fresh_heap(8000, SIZE_MAX);
  *root(heap) = vector_at(heap_try_alloc(heap, VECTOR_BYTES(N)), N);
  for (unsigned i = 0; i < N; i++) {
    make_room(heap);
    Value list = cons(heap, fixnum((sword)i), cons(heap, *root(heap), VALUE_NIL));
    heap_store(heap, *root(heap), &vector_slots(*root(heap))[i], list);
  }
  if (no_pages) pages.fail_after = pages.fail_every = 1;
  heap_collect_major(heap);
  pages.fail_after = pages.fail_every = 0;
  bool ok = true;
  for (unsigned i = 0; i < N; i++) {
    Value list = vector_slots(*root(heap))[i];
    ok &= fixnum_int(pair_car(list)) == (sword)i;
    ok &= value_eq(pair_car(pair_cdr(list)), *root(heap));
  }
  TEST(ok);
  TEST(is_sound(heap));
  heap_destroy(heap);
}

// --- kinds of objects -------------------------------------------------------------------------------------
static void test_large(void) {
  struct heap *heap = fresh_heap(4000, SIZE_MAX);
  const unsigned n = 5 * PAGE_WORDS;
  Value large = vector_at(heap_try_alloc(heap, VECTOR_BYTES(n)), n);
  *root(heap) = large;
  TEST(heap_is_young(large));
  vector_slots(large)[n - 1] = cons(heap, fixnum(7), VALUE_NIL);
  heap_collect_minor(heap);
  TEST(value_eq(*root(heap), large));
  TEST(!heap_is_young(large));
  TEST(fixnum_int(pair_car(vector_slots(large)[n - 1])) == 7);
  heap_store(heap, large, &vector_slots(large)[n / 2], cons(heap, fixnum(8), VALUE_NIL));
  TEST(is_sound(heap));
  heap_collect_minor(heap);
  TEST(fixnum_int(pair_car(vector_slots(large)[n / 2])) == 8);
  // Temporary large objects go at minor collections, and never need a major one.
  size_t held = heap->held_bytes;
  for (unsigned i = 0; i < 1000; i++) {
    uword *p = heap_try_alloc(heap, VECTOR_BYTES(n));
    if (!p) CHECK(heap_collect(heap, VECTOR_BYTES(n)));
    if (!p) p = heap_try_alloc(heap, VECTOR_BYTES(n));
    (void)vector_at(p, n);
  }
  TEST(heap->statistics.n_major == 0);
  heap_collect_minor(heap);
  TEST(heap->held_bytes <= held + 512 * PAGE_BYTES);
  heap_destroy(heap);
}

// Objects of every size around that of a page survive.
static void test_nearly_large(void) {
  struct heap *heap = fresh_heap(4000, SIZE_MAX);
  *root(heap) = VALUE_NIL;
  for (size_t bytes = PAGE_BYTES - 64; bytes <= PAGE_BYTES + 64; bytes += 8) {
    unsigned n = (unsigned)((bytes - VECTOR_BYTES(0)) / WORD_BYTES);
    make_room(heap);
    uword *p = heap_try_alloc(heap, VECTOR_BYTES(n));
    if (!p) CHECK(heap_collect(heap, VECTOR_BYTES(n)));
    if (!p) p = heap_try_alloc(heap, VECTOR_BYTES(n));
    Value v = vector_at(p, n);
    vector_slots(v)[n - 1] = fixnum((sword)n);
    make_room(heap);
    *root(heap) = cons(heap, v, *root(heap));
    heap_collect_minor(heap);
    for (unsigned i = 0; i < 10; i++) *root(heap) = cons(heap, cons(heap, VALUE_NIL, VALUE_NIL), *root(heap));
  }
  heap_collect_minor(heap);
  bool ok = true;
  for (Value l = *root(heap); is_pair(l); l = pair_cdr(l)) {
    Value v = pair_car(l);
    ok &= is_pair(v) || fixnum_int(vector_slots(v)[vector_length(v) - 1]) == vector_length(v);
  }
  TEST(ok);
  TEST(is_sound(heap));
  heap_destroy(heap);
}

static Value code_at(uword *p, unsigned n_words, unsigned n_values) {
  CHECK(p);
  p[0] = header_make(T_CODE, 0);
  p[1] = fixnum((sword)n_words).w;
  p[2] = fixnum((sword)n_values).w;
  for (unsigned i = 0; i < n_words; i++) p[3 + i] = i < n_values ? VALUE_FALSE.w : ~(uword)0;
  return value_from_object(p);
}

static void test_fixed(void) {
  struct heap *heap = fresh_heap(4000, SIZE_MAX);
  heap->stress |= STRESS_MAJOR;
  CHECK(heap_collect(heap, VECTOR_BYTES(200)));
  Value code[200];
  *root(heap) = vector_at(heap_try_alloc(heap, VECTOR_BYTES(200)), 200);
  for (unsigned i = 0; i < 200; i++) {
    code[i] = code_at(heap_alloc_fixed(heap, MIXED_BYTES(10 + i)), 10 + i, 4);
    object_field_init(code[i], 3, cons(heap, fixnum((sword)i), VALUE_NIL));
    heap_store(heap, *root(heap), &vector_slots(*root(heap))[i], code[i]);
    make_room(heap);
  }
  TEST(heap_collect(heap, 0));
  bool ok = true;
  for (unsigned i = 0; i < 200; i++) {
    ok &= value_eq(vector_slots(*root(heap))[i], code[i]);
    ok &= fixnum_int(pair_car(object_field(code[i], 3))) == (sword)i;
  }
  TEST(ok);
  // Every other one goes; new ones of the same sizes fit into the gaps.
  for (unsigned i = 0; i < 200; i += 2) {
    heap_store(heap, *root(heap), &vector_slots(*root(heap))[i], VALUE_FALSE);
  }
  heap_collect_major(heap);
  size_t held = heap->held_bytes;
  for (unsigned i = 200; i > 0;) {
    i -= 2;
    Value v = code_at(heap_alloc_fixed(heap, MIXED_BYTES(10 + i)), 10 + i, 4);
    heap_store(heap, *root(heap), &vector_slots(*root(heap))[i], v);
  }
  TEST(heap->held_bytes <= held + 8 * PAGE_BYTES);
  TEST(is_sound(heap));
  heap_destroy(heap);
}

// Of a stack segment only the used part is scanned: beyond it stand words that are no Values.
static void test_stack(void) {
  struct heap *heap = fresh_heap(4000, SIZE_MAX);
  uword *p = heap_alloc_fixed(heap, WINDOW_BYTES(1000));
  CHECK(p);
  p[0] = header_make(T_STACK, 0);
  p[STACK_CAPACITY] = fixnum(1000).w;
  p[STACK_LIVE_FROM] = p[STACK_LIVE] = fixnum(0).w;
  for (unsigned i = 0; i < 1000; i++) p[STACK_SLOTS + i] = 0x31;
  Value stack = value_from_object(p);
  *root(heap) = stack;
  heap_collect_minor(heap);
  CHECK(heap_reserve(heap, 900 * PAIR_BYTES));
  for (unsigned i = 0; i < 900; i++) p[STACK_SLOTS + i] = cons(heap, fixnum((sword)i), VALUE_NIL).w;
  p[STACK_LIVE] = fixnum(900).w;
  heap_remember(heap, stack);
  TEST(is_sound(heap));
  heap_collect_minor(heap);
  bool ok = true;
  for (unsigned i = 0; i < 900; i++) {
    ok &= fixnum_int(pair_car(object_field(stack, STACK_SLOTS + i))) == (sword)i;
  }
  TEST(ok);
  heap_destroy(heap);
}

static void test_immortal(void) {
  struct heap *heap = fresh_heap(4000, SIZE_MAX);
  size_t held = heap->held_bytes;
  Value small = vector_at(heap_alloc_immortal(heap, VECTOR_BYTES(3)), 3);
  Value large = vector_at(heap_alloc_immortal(heap, VECTOR_BYTES(2000)), 2000);
  TEST(heap->held_bytes == held);
  heap_store(heap, small, &vector_slots(small)[1], cons(heap, fixnum(1), large));
  heap_store(heap, large, &vector_slots(large)[1999], cons(heap, fixnum(2), small));
  heap->stress |= STRESS_MAJOR;
  for (unsigned i = 0; i < 3; i++) TEST(heap_collect(heap, 0));
  TEST(fixnum_int(pair_car(vector_slots(small)[1])) == 1);
  TEST(fixnum_int(pair_car(vector_slots(large)[1999])) == 2);
  heap_store(heap, small, &vector_slots(small)[1], VALUE_FALSE);
  heap_store(heap, large, &vector_slots(large)[1999], VALUE_FALSE);
  heap_collect_major(heap);
  TEST(heap_used_bytes(heap) == 0);
  heap_destroy(heap);
}

// --- room ---------------------------------------------------------------------------------------------------
static void test_room(void) {
  struct heap *heap = fresh_heap(4000, SIZE_MAX);
  TEST(heap->hard_limit - heap->limit == HEAP_ROOM_BYTES);
  size_t much = 100 * PAGE_BYTES;
  TEST(heap_reserve(heap, much));
  for (size_t i = 0; i < much / PAIR_BYTES; i++) *root(heap) = cons(heap, VALUE_NIL, *root(heap));
  TEST(is_sound(heap));
  TEST(!heap_reserve(heap, much));
  TEST(heap_collect(heap, much));
  TEST(heap_reserve(heap, much));
  TEST(!heap_reserve(heap, SIZE_MAX / 2));
  TEST(!heap_collect(heap, SIZE_MAX / 2));
  for (unsigned i = 0; i < 3000; i++) {
    *root(heap) = vector_at(heap_alloc_more(heap, VECTOR_BYTES(60)), 60);
  }
  TEST(is_sound(heap));
  TEST(heap_collect(heap, 0));
  heap_destroy(heap);
}

// Garbage of large and of fixed objects alone, in a small quota: memory does not run out.
static void test_large_garbage(bool fixed) {
  struct heap *heap = fresh_heap(4000, 400 * PAGE_BYTES);
  heap->stress = STRESS_NONE;
  bool ok = true;
  for (unsigned i = 0; ok && i < 3000; i++) {
    size_t n = fixed ? 100 + i % 400 : 3 * PAGE_WORDS;
    make_room(heap);
    uword *p = NULL;
    for (unsigned tries = 0; !p && tries < 3; tries++) {
      p = fixed ? heap_alloc_fixed(heap, VECTOR_BYTES(n)) : heap_try_alloc(heap, VECTOR_BYTES(n));
      if (!p) ok = heap_collect(heap, VECTOR_BYTES(n)) || (fixed && heap_collect(heap, VECTOR_BYTES(n)));
    }
    ok &= p != NULL;
    if (ok) *root(heap) = vector_at(p, (unsigned)n);
    if (ok && i % 8 == 0) heap_collect_minor(heap);
  }
  TEST(ok);
  heap_destroy(heap);
}

// Fill a heap until it says so, let go, and go on; several times.
static void test_exhaustion(size_t pool_pages, size_t quota_bytes) {
  struct heap *heap = fresh_heap(pool_pages, quota_bytes);
  for (unsigned round = 0; round < 4; round++) {
    unsigned n = 0;
    bool ok = true;
    *root(heap) = VALUE_NIL;
    while (ok) {
      if (heap->top > heap->limit) ok = heap_collect(heap, 0);
      if (ok) *root(heap) = cons(heap, fixnum((sword)n++), *root(heap));
    }
    TEST(n > 5 * PAGE_WORDS);
    TEST(heap->top <= heap->limit);  // the condition's handlers have room
    TEST(is_sound(heap));
    for (unsigned i = 0; i < 50; i++) *root(heap) = cons(heap, fixnum((sword)n++), *root(heap));
    TEST(deep_is_right(heap, n, false));
    *root(heap) = VALUE_NIL;
    TEST(heap_collect(heap, 0) || heap_collect(heap, 0));
  }
  heap_destroy(heap);
}

// --- the cradle: a heap of one page ---------------------------------------------------------------------
static enum page_kind own_kind(struct heap *heap) {
  return (enum page_kind)pages.info[page_of(heap)].kind;
}

// Pairs in a list until the window is full; how many.
static unsigned fill_window(struct heap *heap) {
  unsigned n = 0;
  *root(heap) = VALUE_NIL;
  while (heap->top <= heap->limit) *root(heap) = cons(heap, fixnum((sword)n++), *root(heap));
  return n;
}

static void test_empty_heap(void) {
  size_t n_free = fresh_pool(100);
  struct heap *heap = heap_create(SIZE_MAX);
  CHECK(heap);
  TEST(heap->held_bytes == PAGE_BYTES);
  TEST(pages.n_free == n_free - 1);
  TEST(heap_used_bytes(heap) == 0 && heap_allocated_bytes(heap) == 0);
  TEST(heap->hard_limit - heap->limit == HEAP_ROOM_BYTES);
  TEST(is_sound(heap));
  unsigned n = fill_window(heap);
  TEST(n >= 16 && deep_is_right(heap, n, false));
  TEST(heap_used_bytes(heap) == n * PAIR_BYTES);
  TEST(heap->held_bytes == PAGE_BYTES);
  TEST(is_sound(heap));
  heap_destroy(heap);
  TEST(pages.n_free == n_free);
}

// The first collection leaves the cradle for a nursery of whole pages, and takes the reserve.
static void test_growing(void) {
  struct heap *heap = fresh_heap(100, SIZE_MAX);
  unsigned n = fill_window(heap);
  TEST(own_kind(heap) == PAGE_NURSERY);
  TEST(heap_collect(heap, 0));
  TEST(own_kind(heap) == PAGE_HEAP);
  TEST(heap->held_bytes <= 5 * PAGE_BYTES);
  TEST(deep_is_right(heap, n, false));
  TEST(heap_allocated_bytes(heap) == n * PAIR_BYTES);
  // A need that no nursery of this length could serve, even when empty.
  TEST(heap_collect(heap, HEAP_LARGE_BYTES - 8));
  TEST(heap_try_alloc(heap, HEAP_LARGE_BYTES - 8) != NULL);
  heap_destroy(heap);
}

// No page to copy to: what lives stays in the cradle, which is an old page until all of it is dead.
static void test_kept_in_cradle(bool moves) {
  struct heap *heap = fresh_heap(100, SIZE_MAX);
  size_t n_free = pages.n_free;
  unsigned n = fill_window(heap);
  pages.fail_after = pages.fail_every = 1;
  TEST(!heap_collect(heap, 0));
  TEST(own_kind(heap) == PAGE_OLD && heap->held_bytes == PAGE_BYTES);
  TEST(heap->top > heap->limit);
  TEST(deep_is_right(heap, n, false));
  TEST(is_sound(heap));
  if (moves) {
    pages.fail_after = pages.fail_every = 0;
    heap->stress |= STRESS_MAJOR;
    TEST(heap_collect(heap, 0));
    TEST(own_kind(heap) == PAGE_HEAP);
    TEST(deep_is_right(heap, n, false));
  } else {
    // Still no page: when all is dropped, the cradle is the room that a collection finds.
    *root(heap) = VALUE_NIL;
    TEST(heap_collect(heap, 0));
    TEST(own_kind(heap) == PAGE_NURSERY && heap->held_bytes == PAGE_BYTES);
    TEST(fill_window(heap) == n);
    pages.fail_after = pages.fail_every = 0;
    TEST(heap_collect(heap, 0));
    TEST(own_kind(heap) == PAGE_HEAP);
  }
  TEST(is_sound(heap));
  heap_destroy(heap);
  TEST(pages.n_free == n_free + 1);
}

// A machine whose pages are all taken: out of memory is answered while the cradle is empty, so there is room to
// handle it, and once.
static void test_full_machine(void) {
  struct heap *heap = fresh_heap(100, SIZE_MAX);
  void *others = pages_alloc(pages.n_free - 1, NULL, PAGE_SCRATCH);
  unsigned n = fill_window(heap);
  TEST(!heap_collect(heap, 0));
  TEST(heap->top <= heap->limit);
  TEST(deep_is_right(heap, n, false));
  for (unsigned i = 0; i < 20; i++) {
    *root(heap) = VALUE_NIL;
    TEST(heap_collect(heap, 0));
    TEST(heap->held_bytes <= 2 * PAGE_BYTES);
    (void)fill_window(heap);
  }
  pages_free(others);
  TEST(heap_collect(heap, 0));
  TEST(own_kind(heap) == PAGE_HEAP);
  TEST(is_sound(heap));
  heap_destroy(heap);
}

// --- giving back ------------------------------------------------------------------------------------------
// A list and some large vectors, until the heap says that there is no more room.
static unsigned fill_machine(struct heap *heap) {
  unsigned n = 0;
  *root(heap) = heap->roots[ROOT_TEMP_2] = VALUE_NIL;
  for (bool ok = true; ok;) {
    if (heap->top > heap->limit) ok = heap_collect(heap, 0);
    if (ok) *root(heap) = cons(heap, fixnum((sword)n++), *root(heap));
    if (!ok || n % 3000) continue;
    size_t bytes = VECTOR_BYTES(n % 7 * PAGE_WORDS);
    uword *p = bytes < HEAP_LARGE_BYTES ? NULL : heap_try_alloc(heap, bytes);
    if (p) heap->roots[ROOT_TEMP_2] = vector_at(p, n % 7 * PAGE_WORDS);
  }
  return n;
}

// Two heaps have nearly all of memory in turn; each gets as much the tenth time as the first.
static void test_alternation(void) {
  size_t n_free = fresh_pool(3000);
  struct heap *heaps[2] = {heap_create(SIZE_MAX), heap_create(SIZE_MAX)};
  CHECK(heaps[0] && heaps[1]);
  unsigned least = UINT32_MAX;
  for (unsigned round = 0; round < 10; round++) {
    struct heap *heap = heaps[round % 2];
    unsigned n = fill_machine(heap);
    if (n < least) least = n;
    TEST(deep_is_right(heap, n, false));
    TEST(is_sound(heap));
    *root(heap) = heap->roots[ROOT_TEMP_2] = VALUE_NIL;
    heap_collect_major(heap);
    TEST(heap->held_bytes <= n_free / 16 * PAGE_BYTES + 4 * PAGE_BYTES);
  }
  TEST(least * PAIR_BYTES > n_free * PAGE_BYTES / 4 * 3);
  TEST(pages_largest_run() >= pages.n_free / 8 * 7);
  heap_destroy(heaps[0]);
  heap_destroy(heaps[1]);
  TEST(pages.n_free == n_free && pages_largest_run() == n_free);
}

// A list that grows until there is no more room, and then again; large garbage beside it.  The length it has at last.
static unsigned grow_lists(struct heap *heap, unsigned steps) {
  unsigned n = 0;
  *root(heap) = VALUE_NIL;
  for (unsigned i = 0; i < steps; i++) {
    if (heap->top > heap->limit && !heap_collect(heap, 0)) {
      *root(heap) = VALUE_NIL;
      n = 0;
    }
    if (heap->top <= heap->limit) *root(heap) = cons(heap, fixnum((sword)n++), *root(heap));
    uword *p = i % 500 ? NULL : heap_try_alloc(heap, VECTOR_BYTES(2 * PAGE_WORDS));
    if (p) (void)vector_at(p, 2 * PAGE_WORDS);
  }
  return n;
}

// A heap can end at any moment, also between two slices of a cycle; all of its pages are free then.
static void test_ends(void) {
  size_t n_free = fresh_pool(4000);
  bool given_back = true;
  unsigned n_cycling = 0;
  for (unsigned n = 0; n < 400; n++) {
    struct heap *heap = heap_create(SIZE_MAX);
    CHECK(heap);
    build_deep(heap, n * 500, n % 2);
    if (n % 3) (void)vector_at(heap_try_alloc(heap, VECTOR_BYTES(PAGE_WORDS * n)), PAGE_WORDS * n);
    if (n % 5 == 0) (void)!heap_collect(heap, 0);
    n_cycling += heap->is_marking;
    heap_destroy(heap);
    given_back &= pages.n_free == n_free && pages_largest_run() == n_free;
  }
  TEST(given_back);
  TEST(n_cycling > 0);
}

static void test_many_ends(void) {
  size_t n_free = fresh_pool(400);
  for (unsigned i = 0; i < (RINGLET_DEBUG ? 20000 : 1000000); i++) {
    struct heap *heap = heap_create(SIZE_MAX);
    CHECK(heap);
    heap_destroy(heap);
  }
  TEST(pages.n_free == n_free && pages_largest_run() == n_free);
}

// Pages that are dense but lie scattered: a list in every other page, after what was between them is gone.
static void scatter(struct heap *heap, unsigned n_pages) {
  const unsigned n = PAGE_WORDS / 8 * 7;
  *root(heap) = heap->roots[ROOT_TEMP_2] = VALUE_NIL;
  for (unsigned i = 0; i < n_pages; i++) {
    Value *list = &heap->roots[i % 2 ? ROOT_TEMP_1 : ROOT_TEMP_2];
    while (!heap_reserve(heap, VECTOR_BYTES(n) + PAIR_BYTES)) CHECK(heap_collect(heap, VECTOR_BYTES(n) + PAIR_BYTES));
    Value v = vector_at(heap_alloc(heap, VECTOR_BYTES(n)), n);
    vector_slots(v)[0] = fixnum((sword)i);
    *list = cons(heap, v, *list);
    heap_arm(heap, HEAP_UNARMED);
  }
  heap->roots[ROOT_TEMP_2] = VALUE_NIL;
}

static bool scattered_is_right(struct heap *heap, unsigned n_pages) {
  Value list = *root(heap);
  for (unsigned i = n_pages - 1; is_pair(list); list = pair_cdr(list), i -= 2) {
    if (fixnum_int(vector_slots(pair_car(list))[0]) != (sword)i) return false;
  }
  return true;
}

// A large object is served from free pages that are not side by side, by moving what lies between them.
static void test_fragments(void) {
  enum { POOL = 2000, SCATTERED = 1400, LARGE = 1000 };
  struct heap *heap = fresh_heap(POOL, SIZE_MAX);
  heap->stress = STRESS_NONE;
  scatter(heap, SCATTERED);
  heap_collect_major(heap);
  TEST(pages.n_free > LARGE && pages_largest_run() < LARGE / 2);
  uint64_t n_major = heap->statistics.n_major;
  size_t bytes = VECTOR_BYTES(LARGE * PAGE_WORDS);
  TEST(heap_collect(heap, bytes));
  TEST(heap->statistics.n_major <= n_major + 2);
  uword *p = heap_try_alloc(heap, bytes);
  TEST(p != NULL);
  if (p) (void)vector_at(p, LARGE * PAGE_WORDS);
  TEST(scattered_is_right(heap, SCATTERED));
  TEST(is_sound(heap));
  heap_destroy(heap);
}

// Make, use and discard a heap while the page allocator fails at one allocation after the other: nothing stays behind.
static void test_faults_everywhere(void) {
  size_t n_free = fresh_pool(400);
  unsigned n_refused = 0;
  bool sound = true, given_back = true;
  for (unsigned i = 0; i < 600; i++) {
    pages.fail_after = 1 + i / 3;
    pages.fail_every = i % 3;
    struct heap *heap = heap_create(200 * PAGE_BYTES);
    unsigned n = heap ? grow_lists(heap, 4000) : 0;
    pages.fail_after = pages.fail_every = 0;
    if (heap) {
      sound &= is_sound(heap) && deep_is_right(heap, n, false);
      heap_destroy(heap);
    } else {
      n_refused++;
    }
    given_back &= pages.n_free == n_free && pages_largest_run() == n_free;
  }
  TEST(n_refused == 3);
  TEST(sound);
  TEST(given_back);
}

// --- the quota's edge ------------------------------------------------------------------------------------
// From this quota on, every memory condition finds room to be handled in.
#define PAGES_FOR_HANDLERS 8

struct edge {
  struct heap *heap;
  uint64_t seed;
  unsigned n_exhausted, n_without_room;
  bool in_handling;  // since a memory condition the heap has not been below what is kept back
  bool within, sound, promised;
};

static unsigned edge_below(struct edge *e, unsigned n) {
  return test_random(&e->seed) % n;
}

static bool edge_collect(struct edge *e, size_t need) {
  struct heap *heap = e->heap;
  bool ok = heap_collect(heap, need);
  e->within &= heap->held_bytes <= heap->quota_bytes;
  if (ok && heap->held_bytes <= heap->quota_bytes - heap_kept_back_bytes(heap->quota_bytes)) e->in_handling = false;
  return ok;
}

enum edge_kind { EDGE_SMALL, EDGE_MEDIUM, EDGE_LARGE, EDGE_FIXED, EDGE_MORE };

// One more object on the list, a vector of `n`; false: none to be had without a collection.
static bool edge_allocate(struct edge *e, enum edge_kind kind, unsigned n, size_t *need) {
  struct heap *heap = e->heap;
  *need = VECTOR_BYTES(n) + (kind == EDGE_LARGE ? 0 : PAIR_BYTES);
  uword *p;
  switch (kind) {
    case EDGE_LARGE: p = heap_try_alloc(heap, VECTOR_BYTES(n)); break;
    case EDGE_FIXED: p = heap_alloc_fixed(heap, VECTOR_BYTES(n)); break;
    case EDGE_MORE: p = heap_alloc_more(heap, VECTOR_BYTES(n)); break;
    default: p = heap_reserve(heap, *need) ? heap_alloc(heap, VECTOR_BYTES(n)) : NULL;
  }
  heap_arm(heap, HEAP_UNARMED);
  if (!p) return false;
  Value v = vector_at(p, n);
  if (heap->top + PAIR_BYTES > heap->hard_limit) return true;
  *root(heap) = cons(heap, v, *root(heap));
  return true;
}

// What a handler does: some allocation of its own, a collection if need be; then the program lets go of some of
// its data, or of all.
static void edge_handle(struct edge *e) {
  struct heap *heap = e->heap;
  e->n_exhausted++;
  if (heap->top > heap->limit && !e->in_handling) e->n_without_room++;
  e->in_handling = true;
  for (unsigned i = 0; i < 15 && heap->top <= heap->limit; i++) heap->roots[ROOT_TEMP_2] = cons(heap, fixnum(1), VALUE_NIL);
  if (edge_below(e, 4) == 0) (void)!edge_collect(e, 0);
  if (edge_below(e, 2) && heap->top <= heap->limit && is_pair(*root(heap))) {
    unsigned keep = edge_below(e, 20);
    Value last = *root(heap);
    while (keep-- > 0 && is_pair(pair_cdr(last))) last = pair_cdr(last);
    heap_store(heap, last, pair_cdr_slot(last), VALUE_NIL);
  } else {
    *root(heap) = VALUE_NIL;
  }
  for (unsigned i = 0; i < 3 && !edge_collect(e, 0); i++) *root(heap) = VALUE_NIL;
}

// What a collection has promised can be had: small and large objects, not fixed ones.
static void edge_step(struct edge *e) {
  enum edge_kind kind = edge_below(e, 8) ? EDGE_SMALL : (enum edge_kind)edge_below(e, 5);
  unsigned n = 1 + edge_below(e, kind == EDGE_MEDIUM ? PAGE_WORDS - 16 : 30);
  if (kind == EDGE_LARGE) n = PAGE_WORDS * (1 + edge_below(e, 6));
  size_t need;
  if (e->heap->top > e->heap->limit && !edge_collect(e, 0)) edge_handle(e);
  if (edge_allocate(e, kind, n, &need)) return;
  if (!edge_collect(e, need)) {
    edge_handle(e);
  } else if (!edge_allocate(e, kind, n, &need) && kind <= EDGE_LARGE) {
    e->promised = false;
  }
}

static void test_quota_edge(size_t quota_pages, unsigned stress, unsigned fail_every) {
  struct heap *bystander = fresh_heap(4000, 100 * PAGE_BYTES);
  build_deep(bystander, 100, true);
  size_t n_free = pages.n_free, bystander_held = bystander->held_bytes;
  struct edge e = {.heap = heap_create(quota_pages * PAGE_BYTES), .seed = quota_pages, .within = true, .sound = true, .promised = true};
  CHECK(e.heap);
  e.heap->stress = stress;
  pages.fail_after = pages.fail_every = fail_every;
  for (unsigned i = 0; i < 4000; i++) {
    edge_step(&e);
    e.within &= e.heap->held_bytes <= e.heap->quota_bytes;
    if (i % 100 == 0) e.sound &= is_sound(e.heap);
  }
  pages.fail_after = pages.fail_every = 0;
  TEST(e.within);
  TEST(e.promised || fail_every);
  TEST(e.sound && is_sound(e.heap));
  TEST(e.n_exhausted > 0);
  if (quota_pages >= PAGES_FOR_HANDLERS && !fail_every) TEST(e.n_without_room == 0);
  *root(e.heap) = e.heap->roots[ROOT_TEMP_2] = VALUE_NIL;
  heap_collect_major(e.heap);
  TEST(heap_used_bytes(e.heap) == 0 && heap_collect(e.heap, 0));
  heap_destroy(e.heap);
  TEST(pages.n_free == n_free);
  // The other heap knows nothing of it all.
  TEST(bystander->held_bytes == bystander_held && deep_is_right(bystander, 100, true));
  TEST(heap_collect(bystander, 0) && is_sound(bystander));
  heap_destroy(bystander);
}

static void test_quotas(void) {
  for (size_t n = 1; n < 40; n += 1 + n / 8) test_quota_edge(n, STRESS_NONE, 0);
  for (size_t n = 1; n < 500; n = n * 2 + 5) test_quota_edge(n, STRESS_VERIFY, 0);
  for (size_t n = 1; n < 500; n = n * 2 + 5) test_quota_edge(n, STRESS_MAJOR, 0);
  for (size_t n = 1; n < 500; n = n * 2 + 5) test_quota_edge(n, STRESS_NONE, 3);
  TEST(!heap_create(PAGE_BYTES - 1));
}

static void test_set_quota(void) {
  struct heap *heap = fresh_heap(4000, SIZE_MAX);
  build_deep(heap, 100000, false);
  size_t held = heap->held_bytes;
  TEST(!heap_set_quota(heap, 100000 * PAIR_BYTES - PAGE_BYTES));
  TEST(heap->quota_bytes == SIZE_MAX);
  TEST(heap_set_quota(heap, 2 * held));
  TEST(heap->held_bytes <= 2 * held && deep_is_right(heap, 100000, false));
  *root(heap) = VALUE_NIL;
  TEST(heap_set_quota(heap, 20 * PAGE_BYTES));
  TEST(heap->held_bytes <= 20 * PAGE_BYTES);
  TEST(is_sound(heap));
  heap_destroy(heap);
}

// --- walking and verifying -----------------------------------------------------------------------------------
static void count_object(void *context, Value object, enum page_kind kind) {
  (void)kind;
  ((unsigned *)context)[is_pair(object)]++;
}

static void test_walk(void) {
  struct heap *heap = fresh_heap(4000, SIZE_MAX);
  unsigned counts[2] = {0, 0};
  build_deep(heap, 1000, false);
  heap_collect_major(heap);
  *root(heap) = cons(heap, *root(heap), vector_at(heap_try_alloc(heap, VECTOR_BYTES(3)), 3));
  (void)vector_at(heap_try_alloc(heap, VECTOR_BYTES(3000)), 3000);
  (void)vector_at(heap_alloc_immortal(heap, VECTOR_BYTES(3)), 3);
  (void)code_at(heap_alloc_fixed(heap, MIXED_BYTES(9)), 9, 3);
  heap_walk(heap, count_object, counts);
  TEST(counts[1] == 1001);
  TEST(counts[0] == 4);
  heap_destroy(heap);
}

static bool finds(struct heap *heap, const char *invariant) {
  const char *why = "";
  bool ok = !heap_verify(heap, &why) && strncmp(why, invariant, strlen(invariant)) == 0;
  if (!ok) printf("  the verifier says: %s\n", why);
  return ok;
}

// Put `bad` where `*word` is, see what the verifier says, and put back what was there.
static bool catches(struct heap *heap, uword *word, uword bad, const char *invariant) {
  uword good = *word;
  *word = bad;
  bool ok = finds(heap, invariant);
  *word = good;
  return ok && is_sound(heap);
}

static void test_verifier(void) {
  struct heap *heap = fresh_heap(4000, SIZE_MAX);
  *root(heap) = vector_at(heap_try_alloc(heap, VECTOR_BYTES(10)), 10);
  heap_collect_minor(heap);
  Value old = *root(heap);
  Value immortal = vector_at(heap_alloc_immortal(heap, VECTOR_BYTES(3)), 3);
  Value young = vector_at(heap_try_alloc(heap, VECTOR_BYTES(4)), 4);
  uword *slot = (uword *)vector_slots(old), *header = value_address(old);
  size_t page = page_of(slot);
  TEST(is_sound(heap));
  TEST(catches(heap, slot, young.w, "GC-2"));
  TEST(catches(heap, slot, VALUE_FORWARD.w, "GC-4"));
  TEST(catches(heap, slot, header_make(T_VECTOR, 0), "GC-4"));
  TEST(catches(heap, slot, old.w + 16, "GC-4"));
  TEST(catches(heap, slot, (old.w & ~(uword)TAG_MASK) | TAG_PAIR, "GC-4"));
  TEST(catches(heap, slot, ((uword)slot + 8) | TAG_PAIR, "GC-4"));
  TEST(catches(heap, slot, (uword)heap->top | TAG_PAIR, "GC-4"));
  TEST(catches(heap, slot, (uword)page_address(pages.n_pages / 2) | TAG_PAIR, "GC-4"));
  TEST(catches(heap, slot, (uword)pages.start | TAG_OBJECT, "GC-4"));
  TEST(catches(heap, slot, 16 | TAG_OBJECT, "GC-4"));
  TEST(catches(heap, header, header_make((enum object_type)63, 0), "GC-5"));
  TEST(catches(heap, header + 1, fixnum(100000).w, "GC-5"));
  TEST(catches(heap, (uword *)vector_slots(immortal), old.w, "GC-2"));
  TEST(catches(heap, (uword *)heap->roots, old.w + 8, "GC-4"));
  pages.info[page].kind = PAGE_FIXED;
  TEST(finds(heap, "GC-1"));
  pages.info[page].kind = PAGE_OLD;
  pages.dst[page] |= PAGE_DST_YOUNG;
  TEST(finds(heap, "GC-1"));
  pages.dst[page] &= (uint8_t)~PAGE_DST_YOUNG;
  heap->held_bytes += PAGE_BYTES;
  TEST(finds(heap, "GC-1"));
  heap->held_bytes -= PAGE_BYTES;
  heap->quota_bytes = heap->held_bytes - 1;
  TEST(finds(heap, "GC-9"));
  heap->quota_bytes = SIZE_MAX;
  TEST(is_sound(heap));
  heap_destroy(heap);
}

int main(void) {
  for (unsigned i = 0; i < 4; i++) test_deep(i & 1, i & 2);
  test_wide(false);
  test_wide(true);
  test_large();
  test_nearly_large();
  test_fixed();
  test_stack();
  test_immortal();
  test_room();
  test_exhaustion(200, SIZE_MAX);
  test_exhaustion(60, SIZE_MAX);
  test_exhaustion(4000, 100 * PAGE_BYTES);
  test_empty_heap();
  test_growing();
  test_kept_in_cradle(false);
  test_kept_in_cradle(true);
  test_full_machine();
  test_alternation();
  test_ends();
  test_many_ends();
  test_fragments();
  test_faults_everywhere();
  test_quotas();
  test_set_quota();
  test_large_garbage(false);
  test_large_garbage(true);
  test_walk();
  test_verifier();
  return test_finish();
}
