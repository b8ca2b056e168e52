// Weak references against a model: random graphs of plain objects, weak pairs, ephemerons and guardians are built twice,
// in a heap and in arrays.  What must be gone is computed from the arrays by repeating one pass until nothing changes,
// which has nothing in common with how the collector does it, and then compared with the heap.
//
// Uses: gc/heap, data/weak, obj.
#include "base/platform.h"
#include "data/weak.h"
#include "test.h"

enum { MOST_NODES = 300, N_EDGES = 3 };
enum kind { PLAIN, WEAK, EPHEMERON, GUARDIAN, N_KINDS };

// Edges of a plain node are strong.  A weak pair has its cdr in edge 0 and its car in edge 1, an ephemeron its key in
// edge 1 and its value in edge 2.  -1: none.
struct node {
  enum kind kind;
  int edge[N_EDGES];
  bool is_root, is_live;
  Value found;
};
struct entry {
  int guardian, object, representative;
  bool is_fired;
};

static struct node nodes[MOST_NODES];
static struct entry entries[MOST_NODES];
static int n_nodes, n_entries;
static uint32_t seed = 1;

static unsigned random_below(unsigned n) {
  seed = seed * 1664525u + 1013904223u;
  return (seed >> 8) % n;
}

// --- the model -----------------------------------------------------------------------------------------
static void make_model(unsigned n, unsigned root_part) {
  n_nodes = (int)n;
  n_entries = 0;
  for (int i = 0; i < n_nodes; i++) {
    unsigned k = random_below(10);
    nodes[i] = (struct node){.kind = k < 4 ? PLAIN : k < 6 ? WEAK : k < 9 ? EPHEMERON : GUARDIAN};
    nodes[i].is_root = random_below(root_part) == 0;
    for (int e = 0; e < N_EDGES; e++) nodes[i].edge[e] = random_below(4) ? (int)random_below(n) : -1;
    if (nodes[i].kind != GUARDIAN) continue;
    for (unsigned more = random_below(8); more > 0 && n_entries < MOST_NODES; more--) {
      int object = (int)random_below(n);
      entries[n_entries++] = (struct entry){i, object, random_below(2) ? object : (int)random_below(n), false};
    }
  }
}

static bool lives(int i) {
  return i < 0 || nodes[i].is_live;
}

static bool revive(int i) {
  if (lives(i)) return false;
  nodes[i].is_live = true;
  return true;
}

static bool revive_from(const struct node *node) {
  bool any = false;
  switch (node->kind) {
    case PLAIN:
      for (int e = 0; e < N_EDGES; e++) any |= revive(node->edge[e]);
      break;
    case WEAK: any = revive(node->edge[0]); break;
    case EPHEMERON: any = lives(node->edge[1]) && revive(node->edge[2]); break;
    default: break;
  }
  return any;
}

static void spread(void) {
  for (bool any = true; any;) {
    any = false;
    for (int i = 0; i < n_nodes; i++) any |= nodes[i].is_live && revive_from(&nodes[i]);
    for (int i = 0; i < n_entries; i++) {
      bool counts = lives(entries[i].guardian) && (entries[i].is_fired || lives(entries[i].object));
      if (counts) any |= revive(entries[i].representative);
    }
  }
}

static void compute_model(void) {
  for (int i = 0; i < n_nodes; i++) nodes[i].is_live = nodes[i].is_root;
  spread();
  for (bool any = true; any;) {
    any = false;
    for (int i = 0; i < n_entries; i++) {
      bool fires = !entries[i].is_fired && lives(entries[i].guardian) && !lives(entries[i].object);
      entries[i].is_fired |= fires;
      any |= fires;
    }
    if (any) spread();
  }
}

// --- the heap ------------------------------------------------------------------------------------------
static Value vector_at(uword *p, unsigned n) {
  CHECK(p);
  p[0] = header_make(T_VECTOR, 0);
  p[1] = fixnum((sword)n).w;
  for (unsigned i = 0; i < n; i++) p[2 + i] = VALUE_FALSE.w;
  return value_from_object(p);
}

static void make_room(struct heap *heap) {
  if (heap->top > heap->limit) CHECK(heap_collect(heap, 0));
}

static Value make_node(struct heap *heap, int i) {
  make_room(heap);
  switch (nodes[i].kind) {
    case WEAK: return weak_make(heap, T_WEAK_PAIR, WEAK_BYTES, VALUE_NIL, VALUE_NIL, VALUE_FALSE);
    case EPHEMERON: return weak_make(heap, T_EPHEMERON, WEAK_BYTES, VALUE_NIL, VALUE_NIL, VALUE_NIL);
    case GUARDIAN: {
      uword *p = heap_alloc(heap, GUARDIAN_BYTES);
      p[0] = header_make(T_GUARDIAN, 0);
      p[GUARDIAN_WAITING] = p[GUARDIAN_READY] = VALUE_FALSE.w;
      p[GUARDIAN_LINK] = 0;
      return value_from_object(p);
    }
    default: {
      Value v = vector_at(heap_alloc(heap, VECTOR_BYTES(1 + N_EDGES)), 1 + N_EDGES);
      vector_slots(v)[0] = fixnum(i);
      return v;
    }
  }
}

static Value *handle(struct heap *heap, int i) {
  return &vector_slots(heap->roots[ROOT_TEMP_1])[i];
}

static void store_edge(struct heap *heap, int i, unsigned word, int to) {
  if (to < 0) return;
  Value v = *handle(heap, i);
  heap_store(heap, v, object_slot(v, word), *handle(heap, to));
}

static void build(struct heap *heap) {
  size_t bytes = VECTOR_BYTES(MOST_NODES);
  if (!heap_reserve(heap, bytes)) CHECK(heap_collect(heap, bytes));
  heap->roots[ROOT_TEMP_1] = vector_at(heap_try_alloc(heap, bytes), MOST_NODES);
  for (int i = 0; i < n_nodes; i++) {
    Value v = make_node(heap, i);
    heap_store(heap, heap->roots[ROOT_TEMP_1], handle(heap, i), v);
  }
  for (int i = 0; i < n_nodes; i++) {
    const int *edge = nodes[i].edge;
    if (nodes[i].kind == PLAIN) for (unsigned e = 0; e < N_EDGES; e++) store_edge(heap, i, 3 + e, edge[e]);
    if (nodes[i].kind == WEAK) store_edge(heap, i, WEAK_REST, edge[0]);
    if (nodes[i].kind == WEAK || nodes[i].kind == EPHEMERON) store_edge(heap, i, WEAK_KEY, edge[1]);
    if (nodes[i].kind == EPHEMERON) store_edge(heap, i, WEAK_VALUE, edge[2]);
  }
  for (int i = 0; i < n_entries; i++) {
    make_room(heap);
    Value g = *handle(heap, entries[i].guardian);
    Value entry = weak_make(heap, T_GUARDED, GUARDED_BYTES, object_field(g, GUARDIAN_WAITING),
                            *handle(heap, entries[i].object), *handle(heap, entries[i].representative));
    heap_store(heap, g, object_slot(g, GUARDIAN_WAITING), entry);
  }
  for (int i = 0; i < n_nodes; i++) {
    if (!nodes[i].is_root) heap_store(heap, heap->roots[ROOT_TEMP_1], handle(heap, i), VALUE_FALSE);
  }
}

// --- comparing -----------------------------------------------------------------------------------------
static bool meet(int i, Value v);

static bool ready_is_right(int guardian, Value ready) {
  unsigned n_expected = 0, n_found = 0;
  for (int i = 0; i < n_entries; i++) n_expected += entries[i].guardian == guardian && entries[i].is_fired;
  for (; is_object(ready); ready = object_field(ready, WEAK_REST)) n_found++;
  return n_expected == n_found;
}

static bool parts_are_right(int i) {
  const struct node *node = &nodes[i];
  Value v = node->found;
  bool ok = true;
  switch (node->kind) {
    case PLAIN:
      for (unsigned e = 0; e < N_EDGES; e++) ok &= meet(node->edge[e], object_field(v, 3 + e));
      return ok && fixnum_int(object_field(v, 2)) == i;
    case WEAK:
    case EPHEMERON: {
      Value key = object_field(v, WEAK_KEY);
      if (lives(node->edge[1])) ok = meet(node->edge[1], key);
      else ok = value_eq(key, VALUE_DELETED) && is_false(object_field(v, WEAK_VALUE));
      if (node->kind == WEAK) return ok && meet(node->edge[0], object_field(v, WEAK_REST));
      return ok && (!lives(node->edge[1]) || meet(node->edge[2], object_field(v, WEAK_VALUE)));
    }
    default: return ready_is_right(i, object_field(v, GUARDIAN_READY));
  }
}

// Node `i` is `v` in the heap, if there is one; what was met for the first time is looked at later.
static bool meet(int i, Value v) {
  if (i < 0) return true;
  if (!lives(i) || !is_object(v)) return false;
  if (!is_false(nodes[i].found)) return value_eq(nodes[i].found, v);
  nodes[i].found = v;
  return true;
}

static bool heap_is_right(struct heap *heap) {
  bool looked_at[MOST_NODES] = {false};
  for (int i = 0; i < n_nodes; i++) nodes[i].found = VALUE_FALSE;
  for (int i = 0; i < n_nodes; i++) {
    if (nodes[i].is_root && !meet(i, *handle(heap, i))) return false;
  }
  for (bool any = true; any;) {
    any = false;
    for (int i = 0; i < n_nodes; i++) {
      if (looked_at[i] || is_false(nodes[i].found)) continue;
      looked_at[i] = any = true;
      if (!parts_are_right(i)) return false;
    }
  }
  return true;
}

// --- the tests -----------------------------------------------------------------------------------------
static struct heap *fresh_heap(size_t pool_pages, unsigned stress) {
  const char *why;
  CHECK(pages_init(platform_memory().start, pool_pages * PAGE_BYTES, false));
  struct heap *heap = heap_create(SIZE_MAX);
  CHECK(heap && heap_verify(heap, &why));
  heap->stress = stress;
  return heap;
}

// Promote what keeps a cycle going, until another one has ended that began after this was called.
static void run_cycles(struct heap *heap) {
  uint64_t until = heap->statistics.n_cycles + 2;
  for (unsigned i = 0; heap->statistics.n_cycles < until && i < 20000000; i++) {
    make_room(heap);
    uword *p = heap_alloc(heap, PAIR_BYTES);
    p[0] = VALUE_NIL.w;
    p[1] = i % 200000 ? heap->roots[ROOT_TEMP_2].w : VALUE_NIL.w;
    heap->roots[ROOT_TEMP_2] = value_from_pair(p);
  }
}

static void test_at_once(unsigned rounds, unsigned stress, unsigned fail_every) {
  bool ok = true;
  for (unsigned i = 0; i < rounds && ok; i++) {
    struct heap *heap = fresh_heap(2000, STRESS_VERIFY | stress);
    make_model(2 + random_below(MOST_NODES - 2), 2 + random_below(20));
    build(heap);
    compute_model();
    pages.fail_after = pages.fail_every = fail_every;
    heap_collect_major(heap);
    pages.fail_after = pages.fail_every = 0;
    ok = heap_is_right(heap);
    heap_collect_major(heap);
    ok = ok && heap_is_right(heap);
    heap_destroy(heap);
  }
  TEST(ok);
}

static void test_in_slices(unsigned rounds) {
  bool ok = true;
  for (unsigned i = 0; i < rounds && ok; i++) {
    struct heap *heap = fresh_heap(16000, STRESS_NONE);
    const char *why;
    make_model(2 + random_below(MOST_NODES - 2), 2 + random_below(20));
    build(heap);
    compute_model();
    run_cycles(heap);
    ok = heap->statistics.n_cycles >= 2 && heap->statistics.n_major == 0 && heap_is_right(heap) && heap_verify(heap, &why);
    heap_destroy(heap);
  }
  TEST(ok);
}

int main(void) {
  test_at_once(300, 0, 0);
  test_at_once(100, STRESS_MAJOR, 0);
  test_at_once(100, STRESS_MAJOR, 2);
  test_at_once(100, 0, 1);
  test_in_slices(10);
  return test_finish();
}
