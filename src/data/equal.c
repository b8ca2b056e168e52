// When two values are the same, and hashes that agree with it.
//
// Uses: gc/arena, data/elements, data/string, data/symbol.  Used by: see the header.
//
// value_equal walks both graphs with a stack of its own, in scratch pages once it is deep.  Bare steps and noting ones
// take turns (the interleaving of Adams and Dybvig).  A noting step enters the two parts it is about to compare
// into a union-find over addresses: parts already in one class are being, or have been, compared, so they need not
// be again.  Every entry merges two classes, so entries end, and so does the walk, also over cycles (EQ-1); noting goes
// on as long as it saves work, so heavily shared parts cost little; and a long list without either is noted in small
// part only.  Classes are merged only where the walk goes on to compare the members, so a difference is found.
#include "data/equal.h"
#include "base/platform.h"
#include "data/elements.h"
#include "data/number.h"
#include "data/string.h"
#include "data/symbol.h"
#include "gc/arena.h"

#define FIRST_BARE_STEPS 1000
#define MAX_BARE_STEPS 800
#define NOTING_STEPS 40  // without finding anything
#define POLL_STEPS 4096

// --- leaves ---------------------------------------------------------------------------------------

bool value_eqv(Value a, Value b) {
  return value_eq(a, b) || (is_object(a) && is_object(b) && is_number(a) && number_eqv(a, b));
}

static bool bytes_equal(Value a, Value b) {
  return numbers_kind(a) == numbers_kind(b) && bytes_length(a) == bytes_length(b) &&
         memcmp(bytes_data(a), bytes_data(b), (size_t)bytes_length(a)) == 0;
}

static bool is_structure(Value v) {
  return is_pair(v) || is_type(v, T_VECTOR);
}

// equal? of two values that are not both pairs or both vectors.
static bool leaves_equal(Value a, Value b) {
  if (value_eq(a, b)) return true;
  if (!is_object(a) || !is_object(b)) return false;
  enum object_type type = header_type(object_header(a));
  if (type == T_STRING) return is_string(b) && string_equal(a, b);
  if (is_numbers(a)) return is_numbers(b) && bytes_equal(a, b);
  return value_eqv(a, b);
}

// --- the stack -------------------------------------------------------------------------------------

// Parts still to be compared: the cdrs of two pairs (next is REST), or two vectors from element `next` on.
struct frame {
  Value a, b;
  sword next;
};
#define REST (-1)
#define CHUNK_FRAMES 60
struct chunk {
  struct chunk *below, *above;
  unsigned n;
  struct frame frames[CHUNK_FRAMES];
};

// A class member: `parent` is another node's number, or its own.
struct class_node {
  uword key;
  uint32_t parent, size;
};

struct comparison {
  struct context *cx;
  struct arena arena;
  struct chunk first, *chunk;
  Value problem;             // what to answer when a step fails
  uint32_t steps, random;
  int bare_steps;            // still to go; 0 and below: noting
  struct class_node *nodes;  // numbered from 1
  uint32_t *index;           // node numbers by hash, 2 * capacity slots, 0: free
  uint32_t n_nodes, capacity;
};

static bool fail_memory(struct comparison *c) {
  c->problem = raise_condition(c->cx, KNOWN_MEMORY, "equal?", "there is not enough memory to compare these objects", 0, NULL);
  return false;
}

static bool push_frame(struct comparison *c, Value a, Value b, sword next) {
  struct chunk *chunk = c->chunk;
  if (chunk->n == CHUNK_FRAMES) {
    if (!chunk->above) {
      struct chunk *above = arena_alloc(&c->arena, sizeof *above);
      if (!above) return fail_memory(c);
      above->below = chunk;
      chunk->above = above;
    }
    chunk = c->chunk = chunk->above;
    chunk->n = 0;
  }
  chunk->frames[chunk->n++] = (struct frame){a, b, next};
  return true;
}

// The next two parts to compare; false when nothing is left.
static bool pop_parts(struct comparison *c, Value *a, Value *b) {
  if (c->chunk->n == 0) {
    if (!c->chunk->below) return false;
    c->chunk = c->chunk->below;
  }
  struct frame *f = &c->chunk->frames[c->chunk->n - 1];
  if (f->next == REST) {
    *a = pair_cdr(f->a);
    *b = pair_cdr(f->b);
    c->chunk->n--;
    return true;
  }
  *a = vector_slots(f->a)[f->next];
  *b = vector_slots(f->b)[f->next];
  if (++f->next == vector_length(f->a)) c->chunk->n--;
  return true;
}

// --- classes ------------------------------------------------------------------------------------------

static uint32_t word_hash(uword w) {
  return hash_mix((uint32_t)(w >> 3) ^ (uint32_t)((uint64_t)w >> 32));
}

static void index_node(struct comparison *c, uint32_t number) {
  uint32_t mask = 2 * c->capacity - 1, i = word_hash(c->nodes[number].key) & mask;
  while (c->index[i]) i = (i + 1) & mask;
  c->index[i] = number;
}

static bool grow_classes(struct comparison *c) {
  uint32_t capacity = c->capacity ? 2 * c->capacity : 256;
  struct class_node *nodes = arena_alloc(&c->arena, (size_t)(capacity + 1) * sizeof *nodes);
  uint32_t *index = arena_alloc(&c->arena, (size_t)2 * capacity * sizeof *index);
  if (!nodes || !index) return fail_memory(c);
  if (c->n_nodes) memcpy(nodes, c->nodes, (size_t)(c->n_nodes + 1) * sizeof *nodes);
  c->nodes = nodes;
  c->index = index;
  c->capacity = capacity;
  for (uint32_t i = 1; i <= c->n_nodes; i++) index_node(c, i);
  return true;
}

// The number of the node that leads the class of `v`, entered if it is new.
static uint32_t find_class(struct comparison *c, Value v) {
  uint32_t mask = 2 * c->capacity - 1, i = word_hash(v.w) & mask;
  while (c->index[i] && c->nodes[c->index[i]].key != v.w) i = (i + 1) & mask;
  uint32_t number = c->index[i];
  if (!number) {
    number = c->index[i] = ++c->n_nodes;
    c->nodes[number] = (struct class_node){v.w, number, 1};
  }
  while (c->nodes[number].parent != number) {
    c->nodes[number].parent = c->nodes[c->nodes[number].parent].parent;
    number = c->nodes[number].parent;
  }
  return number;
}

enum step { STEP_COMPARE, STEP_SKIP, STEP_FAIL };

static enum step merge_classes(struct comparison *c, Value a, Value b) {
  if (c->n_nodes + 2 > c->capacity && !grow_classes(c)) return STEP_FAIL;
  uint32_t x = find_class(c, a), y = find_class(c, b);
  if (x == y) return STEP_SKIP;
  if (c->nodes[x].size < c->nodes[y].size) {
    uint32_t t = x;
    x = y;
    y = t;
  }
  c->nodes[y].parent = x;
  c->nodes[x].size += c->nodes[y].size;
  return STEP_COMPARE;
}

// Two structures of one kind are about to be compared.
static enum step next_step(struct comparison *c, Value a, Value b) {
  c->steps++;
  if (c->steps % POLL_STEPS == 0 && (c->cx->interrupts & IRQ_BREAK)) {
    c->problem = OUTCOME_AGAIN;
    return STEP_FAIL;
  }
  if (LIKELY(c->bare_steps > 0)) {
    c->bare_steps--;
    return STEP_COMPARE;
  }
  enum step step = merge_classes(c, a, b);
  if (step == STEP_SKIP) {
    c->bare_steps = 0;
  } else if (--c->bare_steps < -NOTING_STEPS) {
    c->random = c->random * 1664525u + 1013904223u;
    c->bare_steps = (int)((c->random >> 16) % MAX_BARE_STEPS);
  }
  return step;
}

// --- the walk -------------------------------------------------------------------------------------------

// Compare the first parts of two structures of one kind next: in *a and *b, the rest on the stack.
// STEP_SKIP: nothing of them is left to compare.
static enum step enter_structures(struct comparison *c, Value *a, Value *b) {
  enum step step = next_step(c, *a, *b);
  if (step != STEP_COMPARE) return step;
  if (is_pair(*a)) {
    if (!value_eq(pair_cdr(*a), pair_cdr(*b)) && !push_frame(c, *a, *b, REST)) return STEP_FAIL;
    *a = pair_car(*a);
    *b = pair_car(*b);
    return STEP_COMPARE;
  }
  sword length = vector_length(*a);
  if (length == 0) return STEP_SKIP;
  if (length > 1 && !push_frame(c, *a, *b, 1)) return STEP_FAIL;
  *a = vector_slots(*a)[0];
  *b = vector_slots(*b)[0];
  return STEP_COMPARE;
}

static Value compare(struct comparison *c, Value a, Value b) {
  for (;;) {
    bool pairs = is_pair(a) && is_pair(b);
    bool vectors = is_type(a, T_VECTOR) && is_type(b, T_VECTOR);
    if (value_eq(a, b)) {
    } else if (pairs && !is_structure(pair_car(a))) {  // the common list of atoms needs no stack
      if (!leaves_equal(pair_car(a), pair_car(b))) return VALUE_FALSE;
      enum step step = next_step(c, a, b);
      if (step == STEP_FAIL) return c->problem;
      if (step == STEP_COMPARE) {
        a = pair_cdr(a);
        b = pair_cdr(b);
        continue;
      }
    } else if (pairs || vectors) {
      if (vectors && vector_length(a) != vector_length(b)) return VALUE_FALSE;
      enum step step = enter_structures(c, &a, &b);
      if (step == STEP_FAIL) return c->problem;
      if (step == STEP_COMPARE) continue;
    } else if (!leaves_equal(a, b)) {
      return VALUE_FALSE;
    }
    if (!pop_parts(c, &a, &b)) return VALUE_TRUE;
  }
}

Value value_equal(struct context *cx, Value a, Value b) {
  if (!is_structure(a) || !is_structure(b)) return value_bool(leaves_equal(a, b));
  struct comparison c;
  c.cx = cx;
  c.first.below = c.first.above = NULL;
  c.first.n = 0;
  c.chunk = &c.first;
  c.steps = 0;
  c.bare_steps = FIRST_BARE_STEPS;
  c.random = 1;
  c.nodes = NULL;
  c.index = NULL;
  c.n_nodes = c.capacity = 0;
  arena_init(&c.arena, cx->heap->quota_bytes);
  Value answer = compare(&c, a, b);
  arena_free(&c.arena);
  return answer;
}

// --- hashes ------------------------------------------------------------------------------------------------

uint32_t value_eq_hash(Value v, bool *by_address) {
  if (is_type(v, T_SYMBOL)) return hash_mix(symbol_hash(v));
  *by_address |= is_pointer(v);
  return word_hash(v.w << 2);
}

uint32_t value_eqv_hash(Value v, bool *by_address) {
  return is_object(v) && is_number(v) ? hash_mix(number_hash(v)) : value_eq_hash(v, by_address);
}

static uint32_t bytes_hash(Value bytes) {
  uint32_t h = 2166136261u;
  for (sword i = 0; i < bytes_length(bytes); i++) h = (h ^ bytes_data(bytes)[i]) * 16777619u;
  return hash_mix(h);
}

// Hash of a part that is no pair or vector.
static uint32_t leaf_hash(Value v, bool *by_address) {
  if (is_type(v, T_STRING)) return hash_mix(string_hash(v));
  if (is_numbers(v)) return bytes_hash(v);
  return value_eqv_hash(v, by_address);
}

#define HASH_PARTS 64
#define HASH_STACK 24
#define HASH_ELEMENTS 8

// The first HASH_PARTS parts, in the order of a walk over the unfolded tree, so equal graphs of different sharing
// hash alike.  Parts known by their address only count by their type.
static uint32_t structure_hash(Value v) {
  Value stack[HASH_STACK];
  unsigned n = 0;
  uint32_t h = 17;
  stack[n++] = v;
  for (unsigned budget = HASH_PARTS; n && budget; budget--) {
    v = stack[--n];
    bool by_address = false;
    uint32_t part;
    if (is_pair(v)) {
      part = 3;
      if (n + 2 <= HASH_STACK) {
        stack[n++] = pair_cdr(v);
        stack[n++] = pair_car(v);
      }
    } else if (is_type(v, T_VECTOR)) {
      sword i = vector_length(v) < HASH_ELEMENTS ? vector_length(v) : HASH_ELEMENTS;
      part = 5 + (uint32_t)vector_length(v);
      if (n + (unsigned)i <= HASH_STACK)
        while (i-- > 0) stack[n++] = vector_slots(v)[i];
    } else {
      part = leaf_hash(v, &by_address);
      if (by_address) part = header_type(object_header(v));
    }
    h = hash_mix(h * 31 + part);
  }
  return h;
}

uint32_t value_equal_hash(Value v, bool *by_address) {
  return is_structure(v) ? structure_hash(v) : leaf_hash(v, by_address);
}
