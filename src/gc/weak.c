// Weak references: pairs, ephemerons and what guardians guard, while the old space is marked.
//
// Uses: gc/collector.
//
// Minor collections keep all that weak objects refer to; only marking finds that something is referred to weakly alone.
// A weak object that is marked before its key waits for it: with the key's page, in a digital search tree by the key's
// place in the page, so that looking for a key takes no longer than its address has bits.  What waits for the same key
// hangs from one node.  When a key is marked its node is taken out, and the values of all that waited are marked too.
// So each weak object is touched a bounded number of times whatever the order, no memory is needed, and in the end
// exactly those that refer to something dead are still in the trees.
//
//   WEAK-1  A marked weak object is in the tree of its key's page just as long as that key is unmarked.
//   WEAK-2  What the program reads out of a weak object is shaded, so it never holds what is found dead later.  When
//           breaking has begun nothing more is marked, and reading answers VALUE_DELETED for what is dead.
//   WEAK-3  Weak objects on fresh pages need no look: the program had their keys, so those are marked in the end.
//
// The raw words mean something from when an object is marked until the cycle ends.  Old objects do not move meanwhile.
#include "gc/collector.h"

enum weak_step { WEAK_MARKING, WEAK_GUARDING, WEAK_FIRING, WEAK_BREAKING };

static bool is_found_dead(Value v) {
  if (!is_pointer(v)) return false;
  uword *p = value_address(v);
  return pages.dst[page_of(p)] & PAGE_DST_WHITE && !is_marked(p);
}

static Value field(const uword *p, unsigned i) {
  return value_from_word(p[i]);
}

// --- waiting for a key ---------------------------------------------------------------------------------
// Where the node of `key` is, or would be.
static uword *node_place(const uword *key) {
  uword *at = &pages.info[page_of(key)].awaited;
  for (size_t path = granule_of(key); *at; path >>= 1) {
    uword *node = (uword *)*at;
    if (value_address(field(node, WEAK_KEY)) == key) break;
    at = &node[path & 1 ? WEAK_RIGHT : WEAK_LEFT];
  }
  return at;
}

// Take the node at `at` out of its tree.  Any leaf below it can stand in its place.
static void unlink_node(uword *at) {
  uword *node = (uword *)*at, *leaf_at = at;
  for (;;) {
    uword *leaf = (uword *)*leaf_at;
    if (leaf[WEAK_LEFT]) leaf_at = &leaf[WEAK_LEFT];
    else if (leaf[WEAK_RIGHT]) leaf_at = &leaf[WEAK_RIGHT];
    else break;
  }
  uword *leaf = (uword *)*leaf_at;
  *leaf_at = 0;
  if (leaf == node) return;
  leaf[WEAK_LEFT] = node[WEAK_LEFT];
  leaf[WEAK_RIGHT] = node[WEAK_RIGHT];
  *at = (uword)leaf;
}

static void await_key(struct marking *m, uword *p) {
  uword *key = value_address(field(p, WEAK_KEY));
  size_t page = page_of(key);
  if (!(pages.dst[page] & PAGE_DST_AWAITED)) {
    pages.dst[page] |= PAGE_DST_AWAITED;
    pages.info[page].awaited = 0;
    pages.info[page].next_awaited = m->awaited;
    m->awaited = (uint32_t)page;
  }
  uword *at = node_place(key);
  p[WEAK_LEFT] = p[WEAK_RIGHT] = p[WEAK_SAME] = 0;
  if (*at) {
    uword *node = (uword *)*at;
    p[WEAK_SAME] = node[WEAK_SAME];
    node[WEAK_SAME] = (uword)p;
  } else {
    *at = (uword)p;
  }
}

void weak_mark(struct marking *m, uword *p) {
  if (header_type(*p) == T_GUARDIAN) {
    p[GUARDIAN_LINK] = m->guardians;
    m->guardians = (uword)p;
    return;
  }
  if (*p & GUARDED_IS_FIRED) p[WEAK_KEY] = VALUE_DELETED.w;
  if (is_found_dead(field(p, WEAK_KEY))) await_key(m, p);
}

size_t weak_values(uword *p, Value **first) {
  size_t n = object_values(p, first);
  return header_type(*p) != T_GUARDIAN && is_found_dead(field(p, WEAK_KEY)) ? 1 : n;
}

void weak_found(struct marking *m, uword *p) {
  uword *at = node_place(p), *node = (uword *)*at;
  if (!node) return;
  unlink_node(at);
  node[WEAK_LEFT] = m->ready;
  m->ready = (uword)node;
}

// Mark the value of one object whose key was marked.
static void finish_ready(struct marking *m) {
  uword *p = (uword *)m->ready, *same = (uword *)p[WEAK_SAME];
  m->ready = p[WEAK_LEFT];
  if (same) {
    same[WEAK_LEFT] = m->ready;
    m->ready = (uword)same;
  }
  mark_shade(m, field(p, WEAK_VALUE));
}

// --- guardians -----------------------------------------------------------------------------------------
// The entry at `*at` guarded what is dead: its guardian has it to answer.  All these are older than what moves, so no
// card gets dirty, and everything is marked already.
static void fire(struct marking *m, uword *at) {
  uword *guardian = (uword *)m->guardian, *p = value_address(value_from_word(*at)), entry = *at;
  *at = p[WEAK_REST];
  p[WEAK_REST] = guardian[GUARDIAN_READY];
  guardian[GUARDIAN_READY] = entry;
  *p |= GUARDED_IS_FIRED;
  p[GUARDED_FIRED] = m->fired;
  m->fired = (uword)p;
}

// Look at the entries of one guardian.  Entries made since the cycle began stand before the others and may move, so
// the way through them is not remembered.
static void look_at_entries(struct marking *m, size_t *words) {
  uword *guardian = (uword *)m->guardian;
  uword *at = m->entry ? (uword *)m->entry + WEAK_REST : guardian + GUARDIAN_WAITING;
  while (*words) {
    Value v = value_from_word(*at);
    if (!is_object(v)) {
      m->guardian = m->entry = 0;
      return;
    }
    uword *p = value_address(v);
    bool is_old = pages.dst[page_of(p)] & PAGE_DST_WHITE;
    if (is_old) --*words;
    if (is_old && is_found_dead(field(p, WEAK_KEY))) {
      fire(m, at);
      continue;
    }
    at = p + WEAK_REST;
    if (is_old) m->entry = (uword)p;
  }
}

// --- breaking ------------------------------------------------------------------------------------------
static void break_one(uword *p) {
  p[WEAK_KEY] = VALUE_DELETED.w;
  if (header_type(*p) != T_GUARDED) p[WEAK_VALUE] = VALUE_FALSE.w;
}

// Break what waits on the first awaited page, by turning its tree into a list as far as it has to be one.
static void break_awaiting(struct marking *m, size_t *words) {
  uint32_t page = m->awaited;
  uword *node = (uword *)pages.info[page].awaited;
  for (; node && *words; --*words) {
    uword *left = (uword *)node[WEAK_LEFT], *same = (uword *)node[WEAK_SAME];
    if (left) {
      node[WEAK_LEFT] = left[WEAK_RIGHT];
      left[WEAK_RIGHT] = (uword)node;
      node = left;
    } else if (same) {
      node[WEAK_SAME] = same[WEAK_SAME];
      break_one(same);
    } else {
      break_one(node);
      node = (uword *)node[WEAK_RIGHT];
    }
  }
  pages.info[page].awaited = (uword)node;
  if (node) return;
  pages.dst[page] &= (uint8_t)~PAGE_DST_AWAITED;
  m->awaited = pages.info[page].next_awaited;
}

// --- the steps -----------------------------------------------------------------------------------------
// Guardians are asked when marking is done, and all of them before anything they answer is marked: so of two dead
// objects both are answered though one refers to the other.  What is marked then may make more guardians reachable.
bool weak_slice(struct heap *heap, size_t *words) {
  struct marking *m = &heap->collector->marking;
  if (m->ready) {
    for (; m->ready && *words; --*words) finish_ready(m);
    return true;
  }
  if (m->weak_step == WEAK_MARKING) m->weak_step = WEAK_GUARDING;
  while (m->weak_step == WEAK_GUARDING && *words) {
    if (!m->guardian && !m->guardians) {
      m->weak_step = m->fired ? WEAK_FIRING : WEAK_BREAKING;
      continue;
    }
    if (!m->guardian) {
      m->guardian = m->guardians;
      m->guardians = ((uword *)m->guardian)[GUARDIAN_LINK];
      --*words;
    }
    if (*words) look_at_entries(m, words);
  }
  if (m->weak_step == WEAK_FIRING) {
    for (; m->fired && *words; --*words) {
      uword *p = (uword *)m->fired;
      m->fired = p[GUARDED_FIRED];
      mark_shade(m, field(p, WEAK_VALUE));
    }
    if (!m->fired) m->weak_step = WEAK_MARKING;
    return true;
  }
  if (m->weak_step != WEAK_BREAKING) return true;
  heap->is_marking &= (uint8_t)~MARKS_OLD;
  while (m->awaited && *words) break_awaiting(m, words);
  return m->awaited != 0;
}

void weak_forget(struct marking *m) {
  for (; m->awaited; m->awaited = pages.info[m->awaited].next_awaited) {
    pages.dst[m->awaited] &= (uint8_t)~PAGE_DST_AWAITED;
  }
}

Value heap_weak_value(struct heap *heap, Value v) {
  heap_shade(heap, v);
  bool is_breaking = heap->collector->phase == PHASE_MARK && !(heap->is_marking & MARKS_OLD);
  return is_breaking && is_found_dead(v) ? VALUE_DELETED : v;
}
