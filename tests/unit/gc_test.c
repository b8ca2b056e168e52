// The collector against a shadow: a random mutator builds the same graph in the heap and in plain C
// arrays, and after collections both are walked side by side.
//
// Uses: gc/heap, obj.
#include <stdlib.h>

#include "base/platform.h"
#include "gc/heap.h"
#include "tests/unit/test.h"

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
static void free_unreached(void) {
  for (unsigned i = 0; i < MAX_NODES; i++) nodes[i].reached = false;
  unsigned n = 0;
  for (unsigned i = 0; i < N_HEAP_ROOTS; i++) {
    if (root_fields[i] & 1 && !nodes[root_fields[i] / 2].reached) {
      nodes[root_fields[i] / 2].reached = true;
      queue[n++] = root_fields[i] / 2;
    }
  }
  for (unsigned i = 0; i < n; i++) {
    struct node *node = &nodes[queue[i]];
    for (unsigned f = 0; node->fields && f < node->n; f++) {
      unsigned field = node->fields[f];
      if (!(field & 1) || nodes[field / 2].reached) continue;
      nodes[field / 2].reached = true;
      queue[n++] = field / 2;
    }
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
  // Too much is reachable: forget most roots in both worlds is up to the caller.
  return MAX_NODES;
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
                 : shape == CODE || shape == STACK ? MIXED_BYTES(n + raw_words)
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
    p[2] = fixnum((sword)n).w;
    for (unsigned i = 0; i < raw_words; i++) p[3 + n + i] = 0x5a5a5a59;
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
  unsigned root = below(N_HEAP_ROOTS), field = root_fields[root];
  *v = heap->roots[root];
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
    *slot = v;  // the virtual machine stores there without a barrier
    heap_remember(heap, h);
  } else {
    heap_store(heap, h, slot, v);
  }
}

static void mutate(struct heap *heap) {
  Value v, h;
  unsigned field;
  if (below(3)) {
    unsigned id = make_node(heap, &v);
    if (id == MAX_NODES) {
      unsigned root = below(N_HEAP_ROOTS);
      root_fields[root] = 0;
      heap->roots[root] = fixnum(0);
      return;
    }
    field = 2 * id + 1;
  } else {
    field = walk_from_root(heap, &v);
  }
  unsigned holder = walk_from_root(heap, &h);
  if (holder & 1 && nodes[holder / 2].fields && nodes[holder / 2].n && below(12)) {
    store(heap, holder / 2, h, below(nodes[holder / 2].n), field, v);
  } else {
    unsigned root = below(N_HEAP_ROOTS);
    root_fields[root] = field;
    heap->roots[root] = v;
  }
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
static void forget_shadow(struct heap *heap) {
  for (unsigned i = 0; i < N_HEAP_ROOTS; i++) {
    root_fields[i] = 0;
    if (heap) heap->roots[i] = fixnum(0);
  }
  free_unreached();
}

static void run_mutator(size_t pool_pages, size_t quota_bytes, unsigned stress, unsigned n_steps,
                        unsigned fail_every) {
  TEST(pages_init(platform_memory().start, pool_pages * PAGE_BYTES));
  size_t n_free = pages.n_free;
  struct heap *heap = heap_create(quota_bytes);
  if (!TEST(heap != NULL)) return;
  forget_shadow(heap);
  heap->stress = stress;
  pages.fail_after = pages.fail_every = fail_every;
  bool ok = true;
  for (unsigned i = 0; ok && i < n_steps; i++) {
    if (heap->top > heap->limit || (stress & STRESS_EVERY_SAFEPOINT && below(4) == 0)) {
      if (!heap_collect(heap, 0)) forget_shadow(heap);
    }
    if (heap->top > heap->limit) {
      forget_shadow(heap);
      if (!heap_collect(heap, 0) && !heap_collect(heap, 0)) break;
    }
    if (below(4000) == 0) heap_collect_major(heap);
    mutate(heap);
    if (below(2000) == 0) ok = is_sound(heap);
  }
  TEST(ok);
  TEST(is_sound(heap));
  pages.fail_after = pages.fail_every = 0;
  forget_shadow(heap);
  heap_collect_major(heap);
  TEST(heap_used_bytes(heap) == 0);
  TEST(is_sound(heap));
  printf("  %llu minor, %llu major, %llu in place\n", (unsigned long long)heap->statistics.n_minor,
         (unsigned long long)heap->statistics.n_major,
         (unsigned long long)heap->statistics.n_in_place);
  heap_destroy(heap);
  TEST(pages.n_free == n_free);
}

int main(void) {
  seed = 1;
  run_mutator(12000, SIZE_MAX, STRESS_NONE, 200000, 0);
  run_mutator(12000, SIZE_MAX, STRESS_VERIFY | STRESS_EVERY_SAFEPOINT, 3000, 0);
  run_mutator(12000, SIZE_MAX, STRESS_VERIFY | STRESS_EVERY_SAFEPOINT | STRESS_MAJOR, 2000, 0);
  run_mutator(12000, 300 * PAGE_BYTES, STRESS_NONE, 100000, 0);
  run_mutator(100, SIZE_MAX, STRESS_NONE, 100000, 0);
  run_mutator(400, SIZE_MAX, STRESS_NONE, 100000, 3);
  run_mutator(4000, SIZE_MAX, STRESS_MAJOR, 20000, 2);
  return test_finish();
}
