// The collector against a shadow: a random mutator builds the same graph in the heap and in plain C
// arrays, and after collections both are walked side by side.
//
// Uses: gc/heap, obj.
#include <stdlib.h>

#include "base/platform.h"
#include "gc/heap.h"
#include "test.h"

// --- the shadow --------------------------------------------------------------------------------------
// A field is an even number 2n for fixnum n, or 2 * node + 1.
enum shape { PAIR, VECTOR, CLOSURE, BOX, BYTES, FLONUM, CODE, STACK, VALUES, N_SHAPES };
#define MAX_NODES 20000
#define MAX_FIELDS 3000

struct node {
  enum shape shape;
  unsigned n;         // fields, or bytes
  unsigned *fields;
  bool used, reached;
  Value seen;
};
static struct node nodes[MAX_NODES];
static unsigned root_fields[N_HEAP_ROOTS];
// Some nodes are immortal vectors: they are roots too.
#define N_IMMORTALS 20
static unsigned immortals[N_IMMORTALS];
static Value immortal_values[N_IMMORTALS];
static unsigned queue[MAX_NODES];
static unsigned next_node;
static uint64_t seed;
static bool any_collect_failed;

static unsigned below(unsigned n) {
  return test_random(&seed) % n;
}

static Value *node_slots(const struct node *node, Value v) {
  switch (node->shape) {
    case PAIR: return pair_car_slot(v);
    case VECTOR: return vector_slots(v);
    case CODE: return object_slot(v, 3);
    case STACK: return object_slot(v, STACK_SLOTS);
    default: return object_slot(v, 1);
  }
}

static unsigned char byte_of(unsigned node, unsigned i) {
  return (unsigned char)(node * 31 + i);
}

// --- making the same object twice -----------------------------------------------------------------------
static void reach(unsigned field, unsigned *n) {
  if (!(field & 1) || nodes[field / 2].reached) return;
  nodes[field / 2].reached = true;
  queue[(*n)++] = field / 2;
}

static void free_unreached(void) {
  unsigned n = 0;
  for (unsigned i = 0; i < MAX_NODES; i++) nodes[i].reached = false;
  for (unsigned i = 0; i < N_HEAP_ROOTS; i++) reach(root_fields[i], &n);
  for (unsigned i = 0; i < N_IMMORTALS; i++) reach(immortals[i], &n);
  for (unsigned i = 0; i < n; i++) {
    struct node *node = &nodes[queue[i]];
    for (unsigned f = 0; node->fields && f < node->n; f++) reach(node->fields[f], &n);
  }
  for (unsigned i = 0; i < MAX_NODES; i++) {
    if (!nodes[i].used || nodes[i].reached) continue;
    free(nodes[i].fields);
    nodes[i] = (struct node){0};
  }
}

static unsigned take_node(void) {
  for (unsigned tries = 0; tries < 2; tries++) {
    for (unsigned i = 0; i < MAX_NODES; i++, next_node++) {
      if (!nodes[next_node % MAX_NODES].used) return next_node % MAX_NODES;
    }
    free_unreached();
  }
  return MAX_NODES;  // too much is reachable
}

static unsigned random_size(enum shape shape) {
  switch (shape) {
    case PAIR: return 2;
    case BOX: return 1;
    case FLONUM: return 8;
    case VECTOR: return below(20) ? below(12) : below(MAX_FIELDS);
    case BYTES: return below(20) ? below(40) : below(20000);
    case STACK: return below(4) ? below(60) : below(700);
    default: return 1 + below(10);
  }
}

static uword *allocate(struct heap *heap, size_t bytes, bool fixed) {
  if (fixed) return heap_alloc_fixed(heap, bytes);
  return below(8) ? heap_try_alloc(heap, bytes) : heap_alloc_more(heap, bytes);
}

static uword *must_allocate(struct heap *heap, size_t bytes, bool fixed) {
  uword *p = allocate(heap, bytes, fixed);
  for (unsigned i = 0; !p && i < 3; i++) {
    if (!heap_collect(heap, bytes)) any_collect_failed = true;
    p = allocate(heap, bytes, fixed);
  }
  return p;
}

static void fill_values(Value *slots, unsigned n) {
  for (unsigned i = 0; i < n; i++) slots[i] = fixnum((sword)i);
}

// NULL word: no memory.
static Value make_object(struct heap *heap, unsigned id, enum shape shape, unsigned n) {
  static const enum object_type types[N_SHAPES] = {T_NONE, T_VECTOR, T_CLOSURE, T_BOX, T_BYTES,
                                                   T_FLONUM, T_CODE, T_STACK, T_VALUES};
  unsigned raw_words = 5 + n % 3;
  size_t bytes = shape == PAIR     ? PAIR_BYTES
                 : shape == VECTOR ? VECTOR_BYTES(n)
                 : shape == BYTES  ? BYTES_BYTES(n)
                 : shape == FLONUM ? FLONUM_BYTES
                 : shape == BOX    ? FIXED_BYTES(1)
                 : shape == CODE  ? MIXED_BYTES(n + raw_words)
                 : shape == STACK ? WINDOW_BYTES(n + raw_words)
                                  : AUX_BYTES(n);
  uword *p = must_allocate(heap, bytes, shape == CODE || shape == STACK);
  if (!p) return value_from_word(0);
  if (shape == PAIR) {
    fill_values((Value *)p, 2);
    return value_from_pair(p);
  }
  Value v = value_from_object(p);
  p[0] = header_make(types[shape], shape == CLOSURE || shape == VALUES ? n : 0);
  if (shape == VECTOR || shape == BYTES) p[1] = fixnum((sword)n).w;
  if (shape == CODE || shape == STACK) {
    p[1] = fixnum((sword)(n + raw_words)).w;
    p[2] = shape == CODE ? fixnum((sword)n).w : fixnum(0).w;
    if (shape == STACK) p[3] = fixnum((sword)n).w;
    uword *raw = p + (shape == CODE ? 3 : STACK_SLOTS) + n;
    for (unsigned i = 0; i < raw_words; i++) raw[i] = 0x5a5a5a59;
  }
  if (shape == BYTES) {
    for (unsigned i = 0; i < n; i++) bytes_data(v)[i] = byte_of(id, i);
  } else if (shape == FLONUM) {
    *(double *)((char *)p + 8) = id + 0.5;
  } else {
    fill_values(node_slots(&(struct node){.shape = shape}, v), n);
  }
  return v;
}

static unsigned make_node(struct heap *heap, Value *v) {
  unsigned id = take_node();
  if (id == MAX_NODES) return id;
  enum shape shape = below(3) ? PAIR : (enum shape)below(N_SHAPES);
  unsigned n = random_size(shape);
  if (shape == VALUES && below(2)) n = 0;
  *v = make_object(heap, id, shape, n);
  if (v->w == 0) return MAX_NODES;
  struct node *node = &nodes[id];
  *node = (struct node){.shape = shape, .n = n, .used = true};
  if (shape != BYTES && shape != FLONUM) {
    node->fields = calloc(n + 1, sizeof(unsigned));
    for (unsigned i = 0; i < n; i++) node->fields[i] = i * 2;
  }
  return id;
}

// --- walking and storing in both --------------------------------------------------------------------------
static unsigned walk_from_root(struct heap *heap, Value *v) {
  unsigned root = below(N_HEAP_ROOTS + N_IMMORTALS / 4), immortal = below(N_IMMORTALS);
  bool from_root = root < N_HEAP_ROOTS;
  unsigned field = from_root ? root_fields[root] : immortals[immortal];
  *v = from_root ? heap->roots[root] : immortal_values[immortal];
  for (unsigned steps = below(30); field & 1 && steps; steps--) {
    struct node *node = &nodes[field / 2];
    if (!node->fields || node->n == 0) break;
    unsigned i = below(node->n);
    field = node->fields[i];
    *v = node_slots(node, *v)[i];
  }
  return field;
}

static void store(struct heap *heap, unsigned holder, Value h, unsigned i, unsigned field, Value v) {
  struct node *node = &nodes[holder];
  node->fields[i] = field;
  Value *slot = &node_slots(node, h)[i];
  if (node->shape == STACK) {
    heap_overwrite(heap, slot, 1);
    *slot = v;  // the virtual machine stores there without a barrier, but never while a marker has not been there
    heap_remember(heap, h);
  } else {
    heap_store(heap, h, slot, v);
  }
}

static void set_root(struct heap *heap, unsigned root, unsigned field, Value v) {
  root_fields[root] = field;
  heap->roots[root] = v;
}

// Put a new object between a root and what it referred to, so that graphs grow.
static void add_object(struct heap *heap) {
  Value v;
  unsigned id = make_node(heap, &v), root = below(N_HEAP_ROOTS);
  if (id == MAX_NODES) {
    set_root(heap, root, 0, fixnum(0));
    return;
  }
  if (nodes[id].fields && nodes[id].n) {
    store(heap, id, v, below(nodes[id].n), root_fields[root], heap->roots[root]);
  }
  set_root(heap, root, 2 * id + 1, v);
}

static void mutate(struct heap *heap) {
  Value v, holder;
  if (below(3)) add_object(heap);
  unsigned field = walk_from_root(heap, &v);
  unsigned id = walk_from_root(heap, &holder);
  if (id & 1 && nodes[id / 2].fields && nodes[id / 2].n) {
    unsigned i = below(nodes[id / 2].n);
    bool cuts = nodes[id / 2].fields[i] & 1;  // seldom, or little would stay reachable
    if (!cuts || below(50) == 0) store(heap, id / 2, holder, i, field, v);
  }
  if (below(2000) == 0) set_root(heap, below(N_HEAP_ROOTS), field, v);
}

// --- comparing --------------------------------------------------------------------------------------------
static bool content_agrees(unsigned id, Value v) {
  struct node *node = &nodes[id];
  if (node->shape == PAIR) return is_pair(v);
  if (!is_object(v)) return false;
  if (node->shape == FLONUM) return is_type(v, T_FLONUM) && flonum_double(v) == id + 0.5;
  if (node->shape != BYTES) return true;
  bool ok = is_type(v, T_BYTES) && bytes_length(v) == (sword)node->n;
  for (unsigned i = 0; ok && i < node->n; i++) ok = bytes_data(v)[i] == byte_of(id, i);
  return ok;
}

static bool field_agrees(unsigned field, Value v, unsigned *n_queued) {
  if (!(field & 1)) return v.w == fixnum((sword)(field / 2)).w;
  struct node *node = &nodes[field / 2];
  if (node->reached) return value_eq(node->seen, v);
  if (!is_pointer(v) || !content_agrees(field / 2, v)) return false;
  node->reached = true;
  node->seen = v;
  queue[(*n_queued)++] = field / 2;
  return true;
}

static bool heap_agrees(struct heap *heap) {
  unsigned n_queued = 0;
  for (unsigned i = 0; i < MAX_NODES; i++) nodes[i].reached = false;
  for (unsigned i = 0; i < N_HEAP_ROOTS; i++) {
    if (!field_agrees(root_fields[i], heap->roots[i], &n_queued)) return false;
  }
  for (unsigned i = 0; i < N_IMMORTALS; i++) {
    if (!field_agrees(immortals[i], immortal_values[i], &n_queued)) return false;
  }
  for (unsigned i = 0; i < n_queued; i++) {
    struct node *node = &nodes[queue[i]];
    for (unsigned f = 0; node->fields && f < node->n; f++) {
      if (!field_agrees(node->fields[f], node_slots(node, node->seen)[f], &n_queued)) return false;
    }
  }
  return true;
}

static bool is_sound(struct heap *heap) {
  const char *why;
  if (!heap_verify(heap, &why) || !pages_verify(&why)) {
    printf("%s\n", why);
    return false;
  }
  return heap_agrees(heap);
}

// --- runs -------------------------------------------------------------------------------------------------
// Drop every reference from roots and immortal objects, in both worlds.
static void forget_all(struct heap *heap) {
  for (unsigned i = 0; i < N_HEAP_ROOTS; i++) {
    root_fields[i] = 0;
    heap->roots[i] = fixnum(0);
  }
  for (unsigned i = 0; i < N_IMMORTALS; i++) {
    for (unsigned f = 0; f < nodes[immortals[i] / 2].n; f++) {
      store(heap, immortals[i] / 2, immortal_values[i], f, 0, fixnum(0));
    }
  }
  free_unreached();
}

// A fresh heap, and immortal vectors short and long.
static struct heap *start(size_t pool_pages, size_t quota_bytes) {
  TEST(pages_init(platform_memory().start, pool_pages * PAGE_BYTES, false));
  struct heap *heap = heap_create(quota_bytes);
  CHECK(heap);
  for (unsigned i = 0; i < MAX_NODES; i++) {
    free(nodes[i].fields);
    nodes[i] = (struct node){0};
  }
  for (unsigned i = 0; i < N_HEAP_ROOTS; i++) root_fields[i] = 0;
  for (unsigned i = 0; i < N_HEAP_ROOTS; i++) heap->roots[i] = fixnum(0);
  for (unsigned i = 0; i < N_IMMORTALS; i++) {
    unsigned n = i < 2 ? 700 : 5 + i;
    uword *p = heap_alloc_immortal(heap, VECTOR_BYTES(n));
    CHECK(p);
    p[0] = header_make(T_VECTOR, 0);
    p[1] = fixnum((sword)n).w;
    for (unsigned f = 0; f < n; f++) p[2 + f] = 0;
    nodes[i] = (struct node){VECTOR, n, calloc(n, sizeof(unsigned)), true, false, {0}};
    immortals[i] = 2 * i + 1;
    immortal_values[i] = value_from_object(p);
  }
  return heap;
}

// Pages that no heap gives back: the tables, the verifier's marks, and immortal ones.
static size_t lasting_pages(void) {
  size_t n = 0;
  for (size_t i = 0; i < pages.n_pages; i++) {
    n += pages.info[i].kind == PAGE_IMMORTAL || pages.info[i].kind == PAGE_RESERVED;
  }
  return n;
}

// One run: `fail_every` injects failures into the page allocator; 0: none; ONLY_COLLECTING: some
// collections get no page at all.
#define ONLY_COLLECTING UINT32_MAX
struct run {
  size_t pool_pages, quota_bytes;
  unsigned stress, n_steps, fail_every, collect_every;
};

static bool collect(struct heap *heap, const struct run *run) {
  bool none = run->fail_every == ONLY_COLLECTING && below(2);
  if (none) pages.fail_after = pages.fail_every = 1;
  bool ok = heap_collect(heap, 0);
  if (none) pages.fail_after = pages.fail_every = 0;
  return ok || none;
}

static bool step(struct heap *heap, const struct run *run) {
  bool polls = heap->stress & STRESS_EVERY_SAFEPOINT && below(4) == 0;
  if (heap->top > heap->limit || polls || below(run->collect_every) == 0) {
    if (!collect(heap, run)) forget_all(heap);
  }
  for (unsigned i = 0; heap->top > heap->limit; i++) {
    if (i == 3) return false;
    forget_all(heap);
    if (heap_collect(heap, 0)) break;
  }
  if (below(4000) == 0) heap_collect_major(heap);
  mutate(heap);
  return below(1000) || is_sound(heap);
}

static void run_mutator(struct run run) {
  struct heap *heap = start(run.pool_pages, run.quota_bytes);
  bool ok = true;
  heap->stress = run.stress;
  if (run.fail_every != ONLY_COLLECTING) pages.fail_after = pages.fail_every = run.fail_every;
  any_collect_failed = false;
  for (unsigned i = 0; ok && i < run.n_steps; i++) ok = step(heap, &run);
  TEST(ok);
  printf("  %u KB used, ", (unsigned)(heap_used_bytes(heap) / 1024));
  TEST(is_sound(heap));
  TEST(!any_collect_failed || run.pool_pages < 1000 || run.quota_bytes < SIZE_MAX);
  pages.fail_after = pages.fail_every = 0;
  forget_all(heap);
  heap_collect_major(heap);
  TEST(heap_used_bytes(heap) == 0);
  TEST(is_sound(heap));
  const struct heap_statistics *s = &heap->statistics;
  printf("%u minor, %u major, %u in place\n", (unsigned)s->n_minor, (unsigned)s->n_major,
         (unsigned)s->n_in_place);
  heap_destroy(heap);
  TEST(pages.n_free == pages.n_pages - lasting_pages());
}

int main(int n_arguments, char **arguments) {
  const unsigned every = STRESS_VERIFY | STRESS_EVERY_SAFEPOINT;
  seed = n_arguments > 1 ? strtoul(arguments[1], NULL, 0) : 1;
  run_mutator((struct run){7000, SIZE_MAX, STRESS_NONE, 100000, 0, 500});
  run_mutator((struct run){7000, SIZE_MAX, every, 5000, 0, 50});
  run_mutator((struct run){7000, SIZE_MAX, every | STRESS_MAJOR, 3000, 0, 50});
  run_mutator((struct run){7000, 300 * PAGE_BYTES, STRESS_NONE, 100000, 0, 500});
  run_mutator((struct run){7000, 60 * PAGE_BYTES, STRESS_VERIFY, 30000, 0, 500});
  run_mutator((struct run){140, SIZE_MAX, STRESS_VERIFY, 30000, 0, 300});
  run_mutator((struct run){90, SIZE_MAX, STRESS_VERIFY, 30000, 0, 300});
  run_mutator((struct run){700, SIZE_MAX, STRESS_VERIFY, 30000, 3, 100});
  run_mutator((struct run){700, SIZE_MAX, STRESS_VERIFY | STRESS_MAJOR, 20000, 2, 100});
  run_mutator((struct run){400, 200 * PAGE_BYTES, every, 10000, 5, 100});
  run_mutator((struct run){2000, SIZE_MAX, STRESS_VERIFY, 50000, ONLY_COLLECTING, 100});
  run_mutator((struct run){2000, SIZE_MAX, every | STRESS_MAJOR, 3000, ONLY_COLLECTING, 100});
  return test_finish();
}
