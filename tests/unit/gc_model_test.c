// The collector against an independent model: the same graph in plain C arrays, which knows by itself what is
// reachable, of what size, and what every field holds.
//
// Uses: gc/heap, obj.
//
//   gc_model_test [SEED [RUNS [STRESS]]]    RUNS runs from SEED on, each with a seed of its own, and with these stress
//                                           bits as well; a failure tells its seed and step
//
// The mutator's registers are the slots of one vector; what it works on it finds by walking from there, so it never
// touches what is unreachable.  Collections happen only where it asks for them.  After some, both graphs are walked side
// by side; after a full one the heap must hold exactly what the model says is reachable, object by object and byte by
// byte.  In between the reachable objects must be there, among others that died late.
#include <stdlib.h>

#include "base/platform.h"
#include "gc/heap.h"
#include "test.h"

// --- the model ---------------------------------------------------------------------------------------
// A field: 2n is fixnum n, 2i + 1 refers to thing i.
enum kind { PAIR, VECTOR, RECORD, BOX, CLOSURE, BYTES, FLONUM, CODE, STACK, N_KINDS };
#define MOST_THINGS 400000
#define N_REGISTERS 200
#define REGISTERS 0  // the thing that is the vector of registers

struct thing {
  enum kind kind;
  bool used, reached;
  unsigned n;           // fields, or bytes
  unsigned *fields;
  Value seen;           // where it was in the last comparison
};
static struct thing things[MOST_THINGS];
static unsigned queue[MOST_THINGS], n_queued, next_thing;
static size_t n_used;

// Something in both worlds: a field and the Value it stands for.
struct ref {
  unsigned field;
  Value v;
};

static uint64_t seed;
static unsigned below(unsigned n) {
  return test_random(&seed) % n;
}

// --- the run -----------------------------------------------------------------------------------------
struct run {
  size_t pool_pages, quota_bytes;
  unsigned n_steps, collect_every, largest;  // a vector has at most `largest` slots
  size_t most_things;
};
static struct heap *heap;
static const struct run *now;

static void register_thing(unsigned i, enum kind kind, unsigned n, bool has_fields) {
  things[i] = (struct thing){.kind = kind, .used = true, .n = n};
  if (has_fields) things[i].fields = calloc(n + 1, sizeof(unsigned));
  n_used++;
}

static void forget_thing(unsigned i) {
  free(things[i].fields);
  things[i] = (struct thing){0};
  n_used--;
}

// The model's own idea of sizes, in bytes of 64- or 32-bit words, rounded up to 8.
static size_t thing_bytes(const struct thing *t) {
  size_t words = 0;
  switch (t->kind) {
    case PAIR: return 2 * WORD_BYTES;
    case VECTOR: words = 2 + t->n; break;
    case RECORD: case CLOSURE: case BOX: words = 1 + t->n; break;
    case BYTES: return (2 * WORD_BYTES + t->n + 7) / 8 * 8;
    case FLONUM: return 16;
    case CODE: words = 3 + t->n + t->n % 3; break;
    default: words = 4 + t->n + t->n % 5; break;
  }
  return (words * WORD_BYTES + 7) / 8 * 8;
}

static void reach(unsigned field) {
  if (!(field & 1) || things[field / 2].reached) return;
  things[field / 2].reached = true;
  queue[n_queued++] = field / 2;
}

// Count what is reachable, and forget the rest.
static void trace_model(size_t *n, size_t *bytes) {
  n_queued = 0;
  *bytes = 0;
  for (unsigned i = 0; i < MOST_THINGS; i++) things[i].reached = false;
  reach(2 * REGISTERS + 1);
  for (unsigned i = 0; i < n_queued; i++) {
    struct thing *t = &things[queue[i]];
    *bytes += thing_bytes(t);
    for (unsigned f = 0; t->fields && f < t->n; f++) reach(t->fields[f]);
  }
  *n = n_queued;
  for (unsigned i = 0; i < MOST_THINGS; i++) {
    if (things[i].used && !things[i].reached) forget_thing(i);
  }
}

// --- objects in the heap -------------------------------------------------------------------------------
static Value *slots_of(const struct thing *t, Value v) {
  switch (t->kind) {
    case PAIR: return pair_car_slot(v);
    case VECTOR: return vector_slots(v);
    case CODE: return object_slot(v, 3);
    case STACK: return object_slot(v, STACK_SLOTS);
    default: return object_slot(v, 1);
  }
}

static unsigned char byte_of(unsigned thing, unsigned i) {
  return (unsigned char)(thing * 31 + i);
}

static uword *try_allocate(size_t bytes, bool fixed) {
  if (fixed) return heap_alloc_fixed(heap, bytes);
  return below(8) ? heap_try_alloc(heap, bytes) : heap_alloc_more(heap, bytes);
}

static void forget_registers(void) {
  Value v = heap->roots[ROOT_TEMP_1];
  for (unsigned i = 0; i < N_REGISTERS; i++) {
    things[REGISTERS].fields[i] = 0;
    heap_store(heap, v, &vector_slots(v)[i], fixnum(0));
  }
}

// NULL: there is no memory, not even after everything was dropped.
static uword *allocate(size_t bytes, bool fixed) {
  for (unsigned i = 0; i < 8; i++) {
    uword *p = heap->top <= heap->limit || fixed ? try_allocate(bytes, fixed) : NULL;
    if (p) return p;
    if (!heap_collect(heap, fixed ? 0 : bytes) && i > 1) forget_registers();
  }
  return NULL;
}

static unsigned random_size(enum kind kind) {
  switch (kind) {
    case PAIR: return 2;
    case BOX: return 1;
    case FLONUM: return 8;
    case VECTOR: return below(30) ? below(12) : below(10) ? below(1500) : below(now->largest);
    case BYTES: return below(20) ? below(40) : below(20000);
    case STACK: return below(4) ? below(60) : below(700);
    default: return 1 + below(10);
  }
}

static void write_header(uword *p, enum kind kind, unsigned n) {
  static const enum object_type types[N_KINDS] = {T_NONE, T_VECTOR, T_RECORD, T_BOX, T_CLOSURE, T_BYTES, T_FLONUM,
                                                  T_CODE, T_STACK};
  bool counts_in_header = kind == RECORD || kind == CLOSURE;
  p[0] = header_make(types[kind], counts_in_header ? n : 0);
  if (kind == VECTOR || kind == BYTES) p[1] = fixnum((sword)n).w;
  if (kind == CODE) {
    p[1] = fixnum((sword)(n + n % 3)).w;
    p[2] = fixnum((sword)n).w;
    for (unsigned i = 0; i < n % 3; i++) p[3 + n + i] = 0x5a5a5a59;
  } else if (kind == STACK) {
    p[STACK_CAPACITY] = fixnum((sword)(n + n % 5)).w;
    p[STACK_LIVE_FROM] = fixnum(0).w;
    p[STACK_LIVE] = fixnum((sword)n).w;
    for (unsigned i = 0; i < n % 5; i++) p[STACK_SLOTS + n + i] = 0x5a5a5a59;
  }
}

static struct ref pick(void);

// A new object; its fields refer to anything reachable, by first stores.  {0}: no memory.
static struct ref make(enum kind kind, unsigned n) {
  unsigned id = next_thing++ % MOST_THINGS;
  while (things[id].used) id = next_thing++ % MOST_THINGS;
  bool has_fields = kind != BYTES && kind != FLONUM;
  struct thing shape = {.kind = kind, .n = n};
  uword *p = allocate(thing_bytes(&shape), kind == CODE || kind == STACK);
  if (!p) return (struct ref){0, fixnum(0)};
  register_thing(id, kind, n, has_fields);
  if (kind != PAIR) write_header(p, kind, n);
  Value v = kind == PAIR ? value_from_pair(p) : value_from_object(p);
  if (kind == FLONUM) *(double *)((char *)p + 8) = id + 0.5;
  for (unsigned i = 0; kind == BYTES && i < n; i++) bytes_data(v)[i] = byte_of(id, i);
  if (WORD_BYTES == 4 && kind != PAIR && kind != BYTES && kind != FLONUM) p[thing_bytes(&shape) / 4 - 1] = 0;
  for (unsigned i = 0; has_fields && i < n; i++) {
    struct ref child = below(n > 20 ? 40 : 2) ? (struct ref){2 * i, fixnum((sword)i)} : pick();
    things[id].fields[i] = child.field;
    slots_of(&shape, v)[i] = child.v;
  }
  return (struct ref){2 * id + 1, v};
}

// --- finding and storing in both ---------------------------------------------------------------------------
static struct ref registers_ref(void) {
  return (struct ref){2 * REGISTERS + 1, heap->roots[ROOT_TEMP_1]};
}

static struct ref field_ref(struct ref holder, unsigned i) {
  const struct thing *t = &things[holder.field / 2];
  return (struct ref){t->fields[i], slots_of(t, holder.v)[i]};
}

static bool has_fields(struct ref r) {
  return r.field & 1 && things[r.field / 2].fields && things[r.field / 2].n;
}

static struct ref walk(struct ref r, unsigned steps) {
  while (steps-- > 0 && has_fields(r)) r = field_ref(r, below(things[r.field / 2].n));
  return r;
}

static struct ref pick(void) {
  return walk(registers_ref(), 1 + below(12));
}

static void store(struct ref holder, unsigned i, struct ref v) {
  struct thing *t = &things[holder.field / 2];
  Value *slot = &slots_of(t, holder.v)[i];
  t->fields[i] = v.field;
  if (t->kind == STACK && below(2)) {
    heap_overwrite(heap, slot, 1);
    *slot = v.v;
    heap_remember(heap, holder.v);
  } else {
    heap_store(heap, holder.v, slot, v.v);
  }
}

static void set_register(unsigned i, struct ref v) {
  store(registers_ref(), i, v);
}

// A part of an object is filled with one value, or moved within it, as vector-fill! and vector-copy! do.
static void store_many(struct ref holder) {
  struct thing *t = &things[holder.field / 2];
  Value *slots = slots_of(t, holder.v);
  unsigned from = below(t->n), n = 1 + below(t->n - from), to = below(t->n - n + 1);
  struct ref v = pick();
  heap_overwrite(heap, slots + to, n);
  if (below(2)) {
    memmove(slots + to, slots + from, n * sizeof(Value));
    memmove(t->fields + to, t->fields + from, n * sizeof(unsigned));
  } else {
    for (unsigned i = to; i < to + n; i++) {
      slots[i] = v.v;
      t->fields[i] = v.field;
    }
  }
  heap_remember(heap, holder.v);
}

// --- comparing ---------------------------------------------------------------------------------------------
static bool content_agrees(unsigned id, Value v) {
  const struct thing *t = &things[id];
  if (t->kind == PAIR) return is_pair(v);
  if (!is_object(v) || object_size_bytes(value_address(v)) != thing_bytes(t)) return false;
  if (t->kind == FLONUM) return is_type(v, T_FLONUM) && flonum_double(v) == id + 0.5;
  if (t->kind != BYTES) return true;
  bool ok = is_type(v, T_BYTES) && bytes_length(v) == (sword)t->n;
  for (unsigned i = 0; ok && i < t->n; i++) ok = bytes_data(v)[i] == byte_of(id, i);
  return ok;
}

static bool field_agrees(unsigned field, Value v) {
  if (!(field & 1)) return v.w == fixnum((sword)(field / 2)).w;
  struct thing *t = &things[field / 2];
  if (t->reached) return value_eq(t->seen, v);
  if (!is_pointer(v) || !content_agrees(field / 2, v)) return false;
  t->reached = true;
  t->seen = v;
  queue[n_queued++] = field / 2;
  return true;
}

static bool graphs_agree(void) {
  n_queued = 0;
  for (unsigned i = 0; i < MOST_THINGS; i++) things[i].reached = false;
  if (!field_agrees(2 * REGISTERS + 1, heap->roots[ROOT_TEMP_1])) return false;
  for (unsigned i = 0; i < n_queued; i++) {
    const struct thing *t = &things[queue[i]];
    for (unsigned f = 0; t->fields && f < t->n; f++) {
      if (!field_agrees(t->fields[f], slots_of(t, t->seen)[f])) return false;
    }
  }
  return true;
}

struct census {
  size_t n, bytes;
};
static void count_object(void *context, Value object, enum page_kind kind) {
  struct census *census = context;
  if (kind == PAGE_IMMORTAL) return;
  census->n++;
  census->bytes += is_pair(object) ? PAIR_BYTES : object_size_bytes(value_address(object));
}

static bool complain(const char *what) {
  printf("  %s\n", what);
  return false;
}

// Everything reachable is as it should be; `exactly`: and nothing else is there.
static bool heap_agrees(bool exactly) {
  const char *why;
  size_t n, bytes;
  struct census census = {0, 0};
  if (!heap_verify(heap, &why) || !pages_verify(&why)) return complain(why);
  if (!graphs_agree()) return complain("the graphs differ");
  trace_model(&n, &bytes);
  heap_walk(heap, count_object, &census);
  if (census.n < n || census.bytes < bytes) return complain("a walk finds less than is reachable");
  if (exactly && (census.n != n || census.bytes != bytes)) {
    printf("  reachable: %zu objects, %zu bytes; a walk finds %zu and %zu\n", n, bytes, census.n, census.bytes);
    return false;
  }
  return heap->held_bytes <= heap->quota_bytes || complain("the quota is exceeded");
}

// --- mutation -----------------------------------------------------------------------------------------------
static void make_something(void) {
  enum kind kind = below(3) ? PAIR : (enum kind)below(N_KINDS);
  struct ref r = make(kind, random_size(kind));
  unsigned place = below(N_REGISTERS);
  if (has_fields(r) && below(4)) store(r, below(things[r.field / 2].n), field_ref(registers_ref(), place));
  set_register(place, r);
}

// Nested `n` deep, to one side or the other, or in turns.
static void make_deep(unsigned n) {
  unsigned place = below(N_REGISTERS), side = below(3);
  for (unsigned i = 0; i < n; i++) {
    struct ref r = make(PAIR, 2);
    if (!(r.field & 1)) return;
    struct ref old = field_ref(registers_ref(), place);
    store(r, side < 2 ? side : i & 1, old);
    set_register(place, r);
  }
}

static void make_wide(unsigned n) {
  unsigned place = below(N_REGISTERS);
  set_register(place, make(VECTOR, n));
  for (unsigned i = 0; i < n; i++) {
    enum kind kind = below(4) ? PAIR : BOX;
    struct ref r = make(kind, random_size(kind)), holder = field_ref(registers_ref(), place);
    if (!(r.field & 1)) return;
    if (has_fields(holder) && i < things[holder.field / 2].n) store(holder, i, r);
  }
}

static void make_cycle(unsigned n) {
  unsigned place = below(N_REGISTERS);
  struct ref last;
  make_deep(n);
  last = walk(field_ref(registers_ref(), place), n / 2);
  if (has_fields(last)) store(last, below(things[last.field / 2].n), field_ref(registers_ref(), place));
}

// A reference is overwritten seldom, or little would stay reachable.
static void store_somewhere(struct ref holder) {
  unsigned i = below(things[holder.field / 2].n);
  if (!(things[holder.field / 2].fields[i] & 1) || below(16) == 0) store(holder, i, pick());
}

static void mutate(void) {
  unsigned what = below(1000);
  if (n_used > now->most_things) {
    size_t n, bytes;
    trace_model(&n, &bytes);
    for (unsigned i = 0; n > now->most_things / 2 && i < N_REGISTERS / 4; i++) {
      set_register(below(N_REGISTERS), (struct ref){0, fixnum(0)});
    }
  }
  struct ref holder = pick();
  if (what < 550) {
    make_something();
  } else if (what < 900) {
    if (has_fields(holder)) store_somewhere(holder);
  } else if (what < 960) {
    if (has_fields(holder) && below(4) == 0) store_many(holder);
  } else if (what < 990) {
    set_register(below(N_REGISTERS), below(3) ? pick() : (struct ref){0, fixnum(0)});
  } else if (what < 993) {
    make_deep(below(400));
  } else if (what < 995) {
    make_cycle(below(300));
  } else if (below(20) == 0) {
    make_wide(below(now->largest / 20 + 10));
  }
}

static bool collect_somehow(void) {
  unsigned how = below(100);
  if (how < (heap->stress & STRESS_CYCLES ? 1 : 8)) {
    heap_collect_major(heap);
    return heap_agrees(true);
  }
  if (how < 30) {
    heap_collect_minor(heap);
  } else if (!heap_collect(heap, 0) && below(2)) {
    forget_registers();
  }
  if (how == 99) heap->stress ^= STRESS_MAJOR;
  if (how == 98) (void)!heap_set_quota(heap, now->quota_bytes - (below(2) ? now->quota_bytes / 4 : 0));
  return below(6) || heap_agrees(false);
}

static void start(void) {
  CHECK(pages_init(platform_memory().start, now->pool_pages * PAGE_BYTES, false));
  heap = heap_create(now->quota_bytes);
  CHECK(heap);
  CHECK(heap_collect(heap, 0));
  for (unsigned i = 0; i < N_HEAP_ROOTS; i++) heap->roots[i] = fixnum(0);
  for (unsigned i = 0; i < MOST_THINGS; i++) {
    if (things[i].used) forget_thing(i);
  }
  uword *p = heap_try_alloc(heap, VECTOR_BYTES(N_REGISTERS));
  CHECK(p);
  write_header(p, VECTOR, N_REGISTERS);
  register_thing(REGISTERS, VECTOR, N_REGISTERS, true);
  for (unsigned i = 0; i < N_REGISTERS; i++) p[2 + i] = fixnum(0).w;
  heap->roots[ROOT_TEMP_1] = value_from_object(p);
  next_thing = 1;
}

static bool run_steps(void) {
  for (unsigned i = 0; i < now->n_steps; i++) {
    mutate();
    bool full = heap->top > heap->limit || (heap->stress & STRESS_EVERY_SAFEPOINT && below(4) == 0);
    if (!full && below(now->collect_every)) continue;
    if (collect_somehow()) continue;
    printf("  at step %u\n", i);
    return false;
  }
  return true;
}

static void run_model(const struct run *run, unsigned stress, uint64_t from_seed) {
  seed = from_seed;
  now = run;
  start();
  heap->stress = stress;
  bool ok = run_steps();
  const struct heap_statistics *s = &heap->statistics;
  printf("  seed %llu, stress %u: %zu objects, %zu KB used, %u minor, %u cycles, %u major, %u in place\n",
         (unsigned long long)from_seed, stress, n_used, heap_used_bytes(heap) / 1024, (unsigned)s->n_minor,
         (unsigned)s->n_cycles, (unsigned)s->n_major, (unsigned)s->n_in_place);
  heap_collect_major(heap);
  ok = ok && heap_agrees(true);
  forget_registers();
  heap_collect_major(heap);
  ok = ok && heap_agrees(true) && heap_used_bytes(heap) <= PAGE_BYTES;
  TEST(ok);
  heap_destroy(heap);
}

int main(int n_arguments, char **arguments) {
  static const struct run runs[] = {
      {14000, SIZE_MAX, 60000, 150, 100000, 60000},
      {14000, 900 * PAGE_BYTES, 60000, 100, 30000, 20000},
      {14000, 120 * PAGE_BYTES, 30000, 50, 3000, 4000},
      {200, SIZE_MAX, 30000, 50, 3000, 4000},
      {400, 60 * PAGE_BYTES, 20000, 50, 1000, 1500},
  };
  static const unsigned stresses[] = {STRESS_VERIFY | STRESS_CYCLES, STRESS_NONE, STRESS_MAJOR, STRESS_VERIFY, STRESS_CYCLES};
  uint64_t first = n_arguments > 1 ? strtoull(arguments[1], NULL, 0) : 1;
  uint64_t n_runs = n_arguments > 2 ? strtoull(arguments[2], NULL, 0) : 15;
  unsigned stress = n_arguments > 3 ? (unsigned)strtoul(arguments[3], NULL, 0) : 0;
  for (uint64_t i = first; i < first + n_runs; i++) {
    run_model(&runs[i % ARRAY_LENGTH(runs)], stresses[i / ARRAY_LENGTH(runs) % ARRAY_LENGTH(stresses)] | stress, i);
  }
  return test_finish();
}
