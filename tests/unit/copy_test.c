// Copies between heaps: random graphs, whose copies are compared with them by a walk that knows nothing of the copier;
// with collections in both heaps between two slices, changes meanwhile, quotas, refusals, and copies that are given up.
//
// Uses: proc/copy, data, gc.
#include <stdlib.h>

#include "base/platform.h"
#include "data/list.h"
#include "data/record.h"
#include "data/string.h"
#include "data/symbol.h"
#include "data/table.h"
#include "data/values.h"
#include "data/weak.h"
#include "gc/commons.h"
#include "proc/copy.h"
#include "test.h"

static struct context cx;  // of the sender
static struct heap *receiver;
static uint64_t seed = 1;

static unsigned below(unsigned n) {
  return test_random(&seed) % n;
}
static bool is_sound(struct heap *heap) {
  const char *why = "";
  bool ok = heap_verify(heap, &why);
  if (!ok) printf("%s\n", why);
  return ok;
}

// --- random graphs ---------------------------------------------------------------------------------------
// Nothing is collected while one is made.
enum kind { PAIR, VECTOR, STRING, BYTES, FLONUM, RECORD, BOX, CELL, CLOSURE, WIDE, LONG, CODE, SYMBOL, EPHEMERON, WEAK, TABLE,
            BIG_RECORD, N_KINDS };
#define NODES_MOST 3000
static Value nodes[NODES_MOST];
static unsigned n_nodes;

static uword *room(size_t bytes) {
  uword *p = heap_alloc_more(cx.heap, bytes);
  CHECK(p);
  return p;
}

// For what allocates from reserved room.
static void make_room(size_t bytes) {
  while (!heap_reserve(cx.heap, bytes)) heap_fill(room(100 * WORD_BYTES), 100 * WORD_BYTES);
}

static Value counted(enum object_type type, size_t bytes, size_t n, Value fill, size_t n_values) {
  uword *p = room(bytes);
  p[0] = header_make(type, 0);
  p[1] = fixnum((sword)n).w;
  for (size_t i = 0; i < n_values; i++) p[2 + i] = fill.w;
  return value_from_object(p);
}

static Value plain(enum object_type type, unsigned aux, unsigned n_words) {
  uword *p = room(AUX_BYTES(n_words));
  p[0] = header_make(type, aux);
  for (unsigned i = 1; i <= n_words; i++) p[i] = VALUE_FALSE.w;
  return value_from_object(p);
}

static Value bytes_of(size_t n) {
  Value v = counted(T_BYTES, BYTES_BYTES(n), n, VALUE_FALSE, 0);
  for (size_t i = 0; i < n; i++) bytes_data(v)[i] = (unsigned char)below(256);
  return v;
}

static Value string_of(size_t n) {
  Value v = plain(T_STRING, 0, 3);
  object_field_init(v, STRING_LENGTH, fixnum((sword)n));
  object_field_init(v, STRING_WIDTH, fixnum(1));
  object_field_init(v, STRING_DATA, bytes_of(n));
  return v;
}

#define N_CONSTANTS 4
static Value code_of(unsigned n_units) {
  size_t raw = (n_units * sizeof(Unit) + sizeof(uword) - 1) / sizeof(uword), n = CODE_FIXED_VALUES + N_CONSTANTS;
  uword *p = heap_alloc_fixed(cx.heap, MIXED_BYTES(n + raw));
  CHECK(p);
  p[0] = header_make(T_CODE, 0);
  p[1] = fixnum((sword)(n + raw)).w;
  p[2] = fixnum((sword)n).w;
  for (size_t i = 0; i < n; i++) p[3 + i] = VALUE_FALSE.w;
  Value v = value_from_object(p);
  object_field_init(v, CODE_N_UNITS, fixnum((sword)n_units));
  memset(p + 3 + n, 0x5a, raw * sizeof(uword));
  return v;
}

static Value rtd;

static Value make_node(enum kind kind) {
  switch (kind) {
    case PAIR: {
      uword *p = room(PAIR_BYTES);
      p[0] = p[1] = VALUE_NIL.w;
      return value_from_pair(p);
    }
    case VECTOR: {
      unsigned n = below(12);
      return counted(T_VECTOR, VECTOR_BYTES(n), n, VALUE_NIL, n);
    }
    case WIDE: {
      unsigned n = 600 + below(3000);
      return counted(T_VECTOR, VECTOR_BYTES(n), n, VALUE_NIL, n);
    }
    case STRING: return string_of(below(40));
    case BYTES: return bytes_of(below(100));
    case LONG: return bytes_of(5000 + below(20000));
    case FLONUM: {
      uword *p = room(FLONUM_BYTES);
      p[0] = header_make(T_FLONUM, 0);
      *(double *)((char *)p + 8) = below(1000) / 7.0;
      return value_from_object(p);
    }
    case RECORD: {
      Value v = plain(T_RECORD, 4, 4);
      object_field_init(v, RECORD_TYPE, rtd);
      return v;
    }
    case BIG_RECORD: {
      unsigned n = 700 + below(600);
      return plain(T_VALUES, n, n);
    }
    case BOX: return plain(T_BOX, 0, 1);
    case CELL: {
      Value v = plain(T_CELL, 0, 5);
      object_field_init(v, CELL_FLAGS, fixnum(0));
      return v;
    }
    case CLOSURE: {
      unsigned n = 1 + below(5);
      Value v = plain(T_CLOSURE, n, n);
      return v;
    }
    case CODE: return code_of(below(100));
    case SYMBOL: {
      Value v = plain(T_SYMBOL, 0, 2);
      object_words(v)[0] |= SYMBOL_FLAG_UNINTERNED;
      object_field_init(v, SYMBOL_NAME, string_of(5));
      object_field_init(v, SYMBOL_HASH, fixnum(77));
      return v;
    }
    case EPHEMERON: case WEAK:
      make_room(WEAK_BYTES);
      return weak_make(cx.heap, kind == WEAK ? T_WEAK_PAIR : T_EPHEMERON, WEAK_BYTES, VALUE_NIL, VALUE_NIL, VALUE_NIL);
    default: {
      make_room(600 * WORD_BYTES);
      Value v = table_make(&cx, below(2) ? TABLE_EQ : TABLE_EQUAL, below(40));
      CHECK(!is_outcome(v));
      return v;
    }
  }
}

static Value random_value(void) {
  switch (below(8)) {
    case 0: return fixnum((sword)below(1000));
    case 1: return VALUE_TRUE;
    case 2: return symbol_intern_c(&cx, "a-symbol");
    default: return nodes[below(n_nodes)];
  }
}

// In a table that compares contents, what does not change later.
static Value random_key(Value table) {
  Value key = random_value();
  bool compares = fixnum_int(object_field(table, TABLE_KIND)) == TABLE_EQUAL;
  return compares && (is_pair(key) || is_type(key, T_VECTOR)) ? fixnum((sword)below(30)) : key;
}

static void link_slot(Value v, Value *slot) {
  heap_store(cx.heap, v, slot, random_value());
}

static void link_node(enum kind kind, Value v) {
  Value *first;
  size_t n;
  switch (kind) {
    case STRING: case BYTES: case LONG: case FLONUM: case SYMBOL: return;
    case PAIR:
      link_slot(v, pair_car_slot(v));
      link_slot(v, pair_cdr_slot(v));
      return;
    case WIDE:
      for (unsigned i = 0; i < 20; i++) link_slot(v, vector_slots(v) + below((unsigned)vector_length(v)));
      return;
    case RECORD:
      for (unsigned i = RECORD_FIELDS; i < RECORD_FIELDS + 3; i++) link_slot(v, object_slot(v, i));
      return;
    case CELL:
      link_slot(v, object_slot(v, CELL_VALUE));
      return;
    case CODE:
      for (unsigned i = 0; i < N_CONSTANTS; i++) link_slot(v, object_slot(v, CODE_CONSTANTS + i));
      return;
    case TABLE:
      for (unsigned i = 0; i < 30; i++) {
        make_room(HEAP_ROOM_BYTES);
        Value done, key = random_key(v), value = random_value();
        do done = table_set(&cx, v, key, value);
        while (value_eq(done, OUTCOME_AGAIN));
        if (is_outcome(done)) return;
        if (below(4) == 0) (void)table_delete(&cx, v, key);
      }
      return;
    default:
      n = object_values(object_words(v), &first);
      for (size_t i = 0; i < n && i < 30; i++) link_slot(v, &first[below((unsigned)n)]);
  }
}

// What can be shared, too.
static bool is_sharable(enum kind kind) {
  return kind != BOX && kind != CELL && kind != EPHEMERON && kind != WEAK && kind != TABLE;
}

static void make_graph(unsigned n, unsigned rare_part, bool sharable) {
  static enum kind kinds[NODES_MOST];
  n_nodes = 0;
  for (unsigned i = 0; i < n; i++) {
    enum kind kind = (enum kind)below(below(rare_part) ? WIDE : N_KINDS);
    if (sharable && !is_sharable(kind)) kind = PAIR;
    kinds[i] = kind;
    nodes[n_nodes] = make_node(kind);
    n_nodes++;
  }
  for (unsigned i = 0; i < n; i++) link_node(kinds[i], nodes[i]);
  // A root that reaches most.
  Value root = counted(T_VECTOR, VECTOR_BYTES(10), 10, VALUE_NIL, 10);
  for (unsigned i = 0; i < 10; i++) vector_slots(root)[i] = nodes[below(n_nodes)];
  cx.heap->roots[ROOT_TEMP_1] = root;
}

// --- comparing -------------------------------------------------------------------------------------------
// Pairs of an object and its copy, found by hash of the object.
#define MAP_SIZE (1u << 17)
static struct { uword a, b; } map[MAP_SIZE];
static unsigned order[MAP_SIZE], n_mapped;
static struct heap *owner;  // of the copies; NULL: the commons

static bool is_in_place(Value b) {
  const struct page_info *info = &pages.info[page_of(value_address(b))];
  return info->owner == owner && (owner || info->kind == PAGE_COMMONS);
}

static bool code_is_same(Value a, Value b) {
  uword *p = object_words(a), *q = object_words(b);
  size_t n = object_size_bytes(p) / sizeof(uword), raw = 3 + count_word(p, 2);
  if (n != object_size_bytes(q) / sizeof(uword) || p[2] != q[2] || memcmp(p + raw, q + raw, (n - raw) * sizeof(uword))) return false;
  for (unsigned i = 0; i < N_CONSTANTS; i++) {
    Value x = object_field(a, CODE_CONSTANTS + i), y = object_field(b, CODE_CONSTANTS + i);
    bool same = copy_is_by_reference(x) ? value_eq(x, y) : is_object(x) && is_object(y) && (object_header(x) & 0x1ff) == (object_header(y) & 0x1ff);
    if (!same) return false;
  }
  return true;
}

// The copy of `a` must be `b`; a pair that is new is looked at later.
static bool match(Value a, Value b) {
  if (copy_is_by_reference(a)) return value_eq(a, b);
  // Code that refers to nothing of the process may be there already; then it is compared by its bytes.
  if (owner && is_type(a, T_CODE) && is_type(b, T_CODE) && pages.info[page_of(value_address(b))].kind == PAGE_COMMONS)
    return code_is_same(a, b);
  if (!is_pointer(b) || (a.w & TAG_MASK) != (b.w & TAG_MASK) || value_eq(a, b) || !is_in_place(b)) return false;
  unsigned i = (unsigned)(a.w * 2654435761u >> 8) % MAP_SIZE;
  while (map[i].a && map[i].a != a.w) i = (i + 1) % MAP_SIZE;
  if (map[i].a) return map[i].b == b.w;
  map[i].a = a.w;
  map[i].b = b.w;
  order[n_mapped++] = i;
  CHECK(n_mapped < MAP_SIZE / 2);
  return true;
}

static bool tables_match(Value a, Value b) {
  Value key_a, key_b, value_a, value_b;
  size_t i = 0, j = 0, n = 0;
  struct context other = {.heap = owner};
  while (table_next(a, &i, &key_a, &value_a)) {
    if (!table_next(b, &j, &key_b, &value_b) || !match(key_a, key_b) || !match(value_a, value_b)) return false;
    n++;
  }
  if (table_next(b, &j, &key_b, &value_b) || table_count(b) != n) return false;
  for (j = 0; table_next(b, &j, &key_b, &value_b);) {
    Value found = table_get(&other, b, key_b, VALUE_EMPTY);
    if (!value_eq(found, value_b)) return false;
  }
  return true;
}

// Found dead in the copy, whose heap was collected.
static bool is_broken(Value b) {
  return value_eq(object_field(b, WEAK_KEY), VALUE_DELETED) && is_false(object_field(b, WEAK_VALUE));
}

static bool objects_match(Value a, Value b) {
  if (is_pair(a)) return match(pair_car(a), pair_car(b)) && match(pair_cdr(a), pair_cdr(b));
  uword *p = object_words(a), *q = object_words(b), differ = p[0] ^ q[0];
  if (!owner) differ &= ~(uword)HEADER_FLAG_IMMUTABLE;
  if (differ || object_size_bytes(p) != object_size_bytes(q)) return false;
  if (is_table(a)) return tables_match(a, b);
  if ((header_type(p[0]) == T_WEAK_PAIR || header_type(p[0]) == T_EPHEMERON) && is_broken(b))
    return match(object_field(a, WEAK_REST), object_field(b, WEAK_REST));
  Value *first_a, *first_b;
  size_t n = object_values(p, &first_a), words = object_size_bytes(p) / sizeof(uword);
  object_values(q, &first_b);
  size_t from = (size_t)((uword *)first_a - p);
  for (size_t i = 0; i < n; i++)
    if (!match(first_a[i], first_b[i])) return false;
  if (type_infos[header_type(p[0])].shape == SHAPE_COUNT_BYTES) {
    return p[1] == q[1] && memcmp(p + 2, q + 2, (size_t)count_word(p, 1)) == 0;
  }
  if (type_infos[header_type(p[0])].shape == SHAPE_COUNT_WORDS || header_type(p[0]) == T_WEAK_PAIR ||
      header_type(p[0]) == T_EPHEMERON) return p[1] == q[1] || type_infos[header_type(p[0])].shape == SHAPE_FIXED;
  for (size_t i = 1; i < from; i++)
    if (p[i] != q[i]) return false;
  if (header_type(p[0]) != T_CODE && header_type(p[0]) != T_FLONUM) return true;
  return memcmp(p + from + n, q + from + n, (words - from - n) * sizeof(uword)) == 0;
}

static bool is_copy(Value a, Value b, struct heap *of) {
  memset(map, 0, sizeof map);
  n_mapped = 0;
  owner = of;
  if (!match(a, b)) return false;
  for (unsigned i = 0; i < n_mapped; i++) {
    Value x = value_from_word(map[order[i]].a), y = value_from_word(map[order[i]].b);
    if (!objects_match(x, y)) {
      printf("differ: type %s\n", is_pair(x) ? "pair" : type_infos[header_type(object_header(x))].name);
      return false;
    }
  }
  return true;
}

// --- copying ---------------------------------------------------------------------------------------------
static unsigned n_slices;
static bool collects, changes;

static void change_something(void) {
  Value root = cx.heap->roots[ROOT_TEMP_1], v = root;
  for (unsigned i = below(10); i > 0; i--) {
    Value *first;
    size_t n;
    if (is_pair(v)) {
      first = pair_car_slot(v);
      n = 2;
    } else if (is_type(v, T_VECTOR) || is_type(v, T_RECORD)) {
      n = object_values(object_words(v), &first);
    } else {
      break;
    }
    if (n == 0) break;
    unsigned k = below((unsigned)n);
    Value next = first[k];
    if (below(2) && !is_type(v, T_RECORD)) heap_store(cx.heap, v, &first[k], below(2) ? root : fixnum(5));
    if (copy_is_by_reference(next)) break;
    v = next;
  }
}

static void between_slices(void) {
  if (changes) change_something();
  if (!collects) return;
  switch (below(6)) {
    case 0: heap_collect_major(cx.heap); break;
    case 1: heap_collect_minor(cx.heap); break;
    case 2: heap_collect_major(receiver); break;
    case 3: (void)!heap_collect(cx.heap, 0); break;
    default: break;
  }
}

static Value copy_root(struct heap *to, unsigned most_slices) {
  struct heap *heap = cx.heap;
  heap->roots[ROOT_TEMP_2] = VALUE_FALSE;
  for (n_slices = 0; n_slices < most_slices; n_slices++) {
    Value state = heap->roots[ROOT_TEMP_2], v = is_object(state) ? VALUE_FALSE : heap->roots[ROOT_TEMP_1];
    if (heap->top > heap->limit) CHECK(heap_collect(heap, 0));
    Value copied = to ? copy_to_heap(&cx, "send", v, to, &state) : copy_to_commons(&cx, "share", v, &state);
    state = is_object(state) ? state : heap->roots[ROOT_TEMP_2];
    heap->roots[ROOT_TEMP_2] = state;
    if (value_eq(copied, OUTCOME_COLLECT)) {
      if (!heap_collect(heap, cx.need_bytes)) return copied;
    } else if (!value_eq(copied, OUTCOME_AGAIN)) {
      heap->roots[ROOT_TEMP_2] = VALUE_FALSE;
      return copied;
    }
    between_slices();
  }
  return OUTCOME_AGAIN;
}

static void fresh_heaps(unsigned stress, size_t quota_bytes) {
  receiver = heap_create(quota_bytes);
  CHECK(receiver);
  receiver->stress = cx.heap->stress = stress;
}

static void test_copies(unsigned n, unsigned rare_part, unsigned stress, bool collecting) {
  collects = collecting;
  fresh_heaps(stress, SIZE_MAX);
  make_graph(n, rare_part, false);
  if (below(2)) heap_collect_major(cx.heap);
  if (below(3) == 0) heap_collect_minor(receiver);
  Value copied = copy_root(receiver, UINT32_MAX);
  if (!TEST(!is_outcome(copied))) return;
  receiver->roots[ROOT_TEMP_1] = copied;
  TEST(is_sound(cx.heap) && is_sound(receiver));
  TEST(is_copy(cx.heap->roots[ROOT_TEMP_1], receiver->roots[ROOT_TEMP_1], receiver));
  heap_collect_minor(receiver);
  TEST(is_sound(receiver));
  TEST(is_copy(cx.heap->roots[ROOT_TEMP_1], receiver->roots[ROOT_TEMP_1], receiver));
  heap_collect_major(receiver);
  for (unsigned i = 0; i < 50; i++) (void)!heap_collect(receiver, 0);
  TEST(is_sound(receiver));
  TEST(is_copy(cx.heap->roots[ROOT_TEMP_1], receiver->roots[ROOT_TEMP_1], receiver));
  receiver->roots[ROOT_TEMP_1] = VALUE_FALSE;
  heap_collect_major(receiver);
  TEST(is_sound(receiver) && heap_used_bytes(receiver) < 4 * PAGE_BYTES);
  heap_destroy(receiver);
  cx.heap->roots[ROOT_TEMP_1] = VALUE_FALSE;
  heap_collect_major(cx.heap);
  TEST(is_sound(cx.heap));
}

// A receiver that marks takes what it is given as new.
static void test_while_marking(void) {
  fresh_heaps(STRESS_VERIFY, SIZE_MAX);
  collects = false;
  make_graph(2000, 5, false);
  struct context other = {.heap = receiver};
  receiver->stress |= STRESS_CYCLES;
  Value kept = VALUE_NIL;
  for (unsigned i = 0; i < 20000; i++) {
    receiver->roots[ROOT_TEMP_3] = kept;
    if (receiver->top > receiver->limit) CHECK(heap_collect(receiver, 0));
    kept = pair_make(other.heap, fixnum((sword)i), receiver->roots[ROOT_TEMP_3]);
    if (i % 2000 == 1999) {
      receiver->roots[ROOT_TEMP_3] = kept;
      Value copied = copy_root(receiver, UINT32_MAX);
      if (!TEST(!is_outcome(copied))) return;
      receiver->roots[ROOT_TEMP_1] = copied;
      TEST(is_copy(cx.heap->roots[ROOT_TEMP_1], copied, receiver));
      kept = receiver->roots[ROOT_TEMP_3];
    }
  }
  TEST(is_sound(receiver));
  TEST(is_copy(cx.heap->roots[ROOT_TEMP_1], receiver->roots[ROOT_TEMP_1], receiver));
  heap_destroy(receiver);
}

static void test_commons(unsigned n, unsigned rare_part, bool collecting) {
  collects = collecting;
  fresh_heaps(STRESS_VERIFY, SIZE_MAX);
  make_graph(n, rare_part, true);
  Value copied = copy_root(NULL, UINT32_MAX);
  if (!TEST(!is_outcome(copied))) return;
  TEST(is_copy(cx.heap->roots[ROOT_TEMP_1], copied, NULL));
  TEST(heap_is_frozen(copied));
  cx.heap->roots[ROOT_TEMP_3] = receiver->roots[ROOT_TEMP_3] = copied;
  heap_collect_major(cx.heap);
  TEST(is_sound(cx.heap) && is_sound(receiver));
  TEST(is_copy(cx.heap->roots[ROOT_TEMP_1], copied, NULL));
  cx.heap->roots[ROOT_TEMP_1] = copied;
  TEST(value_eq(copy_root(NULL, UINT32_MAX), copied));
  heap_destroy(receiver);
}

// What is copied while it changes is some graph, whatever it looks like.
static void test_changes(unsigned stress) {
  collects = changes = true;
  fresh_heaps(stress, SIZE_MAX);
  make_graph(1500, 10, false);
  Value copied = copy_root(receiver, UINT32_MAX);
  changes = false;
  if (!TEST(!is_outcome(copied))) return;
  receiver->roots[ROOT_TEMP_1] = copied;
  TEST(is_sound(cx.heap) && is_sound(receiver));
  heap_collect_major(receiver);
  TEST(is_sound(receiver));
  heap_destroy(receiver);
}

static void make_list(unsigned n) {
  Value list = VALUE_NIL;
  while (n-- > 0) {
    uword *p = room(PAIR_BYTES);
    p[0] = fixnum(1).w;
    p[1] = list.w;
    list = value_from_pair(p);
  }
  cx.heap->roots[ROOT_TEMP_1] = list;
}

// Given up in the middle, a copy is garbage of the sender's.
static void test_given_up(void) {
  fresh_heaps(STRESS_VERIFY, SIZE_MAX);
  collects = false;
  make_list(5000);
  heap_collect_major(cx.heap);
  size_t before = heap_used_bytes(cx.heap), held = receiver->held_bytes;
  TEST(value_eq(copy_root(receiver, 3), OUTCOME_AGAIN));
  TEST(receiver->held_bytes == held);
  TEST(heap_used_bytes(cx.heap) > before);
  cx.heap->roots[ROOT_TEMP_2] = VALUE_FALSE;
  heap_collect_major(cx.heap);
  TEST(heap_used_bytes(cx.heap) <= before + 4 * PAGE_BYTES);
  heap_destroy(receiver);
  TEST(is_sound(cx.heap));
}

// --- code --------------------------------------------------------------------------------------------------
// Code that refers to nothing of the process is copied once for all; other code with each copy.
static void test_code(void) {
  collects = false;
  for (unsigned i = 0; i < 3; i++) {
    fresh_heaps(STRESS_VERIFY, SIZE_MAX);
    Value code = code_of(50), closure = plain(T_CLOSURE, 1, 1);
    object_field_init(closure, CLOSURE_CODE, code);
    Value part = i == 0 ? fixnum(7) : i == 1 ? counted(T_VECTOR, VECTOR_BYTES(1), 1, VALUE_NIL, 1) : plain(T_CELL, 0, 5);
    heap_store(cx.heap, code, object_slot(code, CODE_CONSTANTS), part);
    cx.heap->roots[ROOT_TEMP_1] = closure;
    Value first = copy_root(receiver, UINT32_MAX), code_1 = object_field(first, CLOSURE_CODE);
    receiver->roots[ROOT_TEMP_1] = first;
    size_t held = receiver->held_bytes;
    Value second = copy_root(receiver, UINT32_MAX), code_2 = object_field(second, CLOSURE_CODE);
    receiver->roots[ROOT_TEMP_2] = second;
    TEST(value_eq(code_1, code_2) == (i == 0));
    TEST(copy_is_by_reference(code_1) == (i == 0));
    TEST((receiver->held_bytes == held) == (i == 0));
    heap_collect_major(cx.heap);
    heap_collect_major(receiver);
    TEST(is_sound(cx.heap) && is_sound(receiver));
    TEST(is_copy(cx.heap->roots[ROOT_TEMP_1], receiver->roots[ROOT_TEMP_1], receiver));
    heap_destroy(receiver);
  }
}

// --- moving byte vectors -----------------------------------------------------------------------------------
static Value move_root(unsigned *n) {
  struct heap *heap = cx.heap;
  heap->roots[ROOT_TEMP_2] = VALUE_FALSE;
  for (*n = 0;; ++*n) {
    Value state = heap->roots[ROOT_TEMP_2];
    Value moved = copy_move_bytes(&cx, "move", heap->roots[ROOT_TEMP_1], receiver, &state);
    heap->roots[ROOT_TEMP_2] = state;
    if (value_eq(moved, OUTCOME_COLLECT))
      CHECK(heap_collect(heap, cx.need_bytes));
    else if (!value_eq(moved, OUTCOME_AGAIN))
      return moved;
  }
}

static void test_moves(void) {
  for (unsigned i = 0; i < 8; i++) {
    size_t n = i < 4 ? 100 : 1000000;
    unsigned n_calls;
    fresh_heaps(STRESS_VERIFY, SIZE_MAX);
    if (heap_used_bytes(cx.heap)) heap_collect_major(cx.heap);
    size_t before = heap_used_bytes(cx.heap);
    Value v = bytes_of(n);
    cx.heap->roots[ROOT_TEMP_1] = v;
    if (i % 2) heap_collect_minor(cx.heap);
    unsigned char *expected = malloc(n);
    memcpy(expected, bytes_data(cx.heap->roots[ROOT_TEMP_1]), n);
    Value moved = move_root(&n_calls);
    if (!TEST(!is_outcome(moved))) return;
    receiver->roots[ROOT_TEMP_1] = moved;
    TEST(n_calls > 1 || n == 100);
    TEST(bytes_length(cx.heap->roots[ROOT_TEMP_1]) == 0);
    TEST(is_sound(cx.heap) && is_sound(receiver));
    if (i % 4 < 2) heap_collect_minor(cx.heap);
    heap_collect_minor(receiver);
    TEST(bytes_length(cx.heap->roots[ROOT_TEMP_1]) == 0 && is_sound(cx.heap));
    heap_collect_major(cx.heap);
    heap_collect_major(receiver);
    moved = receiver->roots[ROOT_TEMP_1];
    TEST(bytes_length(moved) == (sword)n && memcmp(bytes_data(moved), expected, n) == 0);
    TEST(bytes_length(cx.heap->roots[ROOT_TEMP_1]) == 0 && is_sound(cx.heap) && is_sound(receiver));
    cx.heap->roots[ROOT_TEMP_2] = VALUE_FALSE;
    heap_collect_major(cx.heap);
    TEST(heap_used_bytes(cx.heap) <= before + 4 * PAGE_BYTES);
    free(expected);
    heap_destroy(receiver);
  }
  fresh_heaps(STRESS_NONE, SIZE_MAX);
  unsigned n_calls;
  Value v = bytes_of(10);
  object_words(v)[0] |= HEADER_FLAG_IMMUTABLE;
  cx.heap->roots[ROOT_TEMP_1] = v;
  TEST(value_eq(move_root(&n_calls), OUTCOME_RAISE));
  cx.heap->roots[ROOT_TEMP_1] = VALUE_NIL;
  TEST(value_eq(move_root(&n_calls), OUTCOME_RAISE));
  heap_destroy(receiver);
}

// --- quotas and refusals -----------------------------------------------------------------------------------
static bool was_refused(Value v, enum known_symbol type, const char *message) {
  if (!value_eq(v, OUTCOME_RAISE)) return false;
  Value c = cx.condition, text = object_field(c, CONDITION_MESSAGE);
  bool ok = value_eq(object_field(c, CONDITION_TYPE), known(cx.heap, type)) && string_equal_c(text, message);
  if (!ok) printf("message: %.*s\n", (int)string_length(text), (char *)string_data(text));
  return ok;
}

static void test_quotas(void) {
  const char *too_large = "the copy would be larger than the receiver's quota of memory allows";
  collects = false;
  for (unsigned n = 40; n <= 4000; n *= 100) {
    fresh_heaps(STRESS_NONE, PAGE_BYTES * (n < 100 ? 1 : 8));
    make_list(n);
    if (n < 100) {
      heap_fill((uword *)receiver->top, (size_t)(receiver->limit - receiver->top));
      receiver->top = receiver->limit;
    }
    size_t held = receiver->held_bytes;
    char *top = receiver->top;
    TEST(was_refused(copy_root(receiver, UINT32_MAX), KNOWN_MEMORY, too_large));
    TEST(receiver->held_bytes == held && receiver->top == top && is_sound(receiver));
    heap_destroy(receiver);
  }
  // It could be taken by a heap that held less.
  fresh_heaps(STRESS_NONE, 64 * PAGE_BYTES);
  make_list(500);
  heap_collect_minor(receiver);
  Value held = VALUE_NIL;
  for (unsigned i = 0; i < 48; i++) {
    uword *p = heap_alloc_more(receiver, VECTOR_BYTES(300));
    if (!p) break;
    p[0] = header_make(T_VECTOR, 0);
    p[1] = fixnum(300).w;
    for (unsigned j = 0; j < 300; j++) p[2 + j] = held.w;
    held = value_from_object(p);
  }
  receiver->roots[ROOT_TEMP_3] = held;
  while (heap_can_take(receiver, PAGE_BYTES)) {
    uword *p = heap_alloc_more(receiver, HEAP_LARGE_BYTES - 8);
    if (!p) break;
    heap_fill(p, HEAP_LARGE_BYTES - 8);
  }
  TEST(value_eq(copy_root(receiver, UINT32_MAX), COPY_NO_ROOM));
  receiver->roots[ROOT_TEMP_3] = VALUE_FALSE;
  heap_collect_major(receiver);
  TEST(!is_outcome(copy_root(receiver, UINT32_MAX)));
  heap_destroy(receiver);
}

static void test_refusals(void) {
  static const struct { enum object_type type; const char *message; bool only_shared; } cases[] = {
    {T_PORT, "a port belongs to its process and cannot be copied out of it", false},
    {T_CONT, "a continuation belongs to its process and cannot be copied out of it", false},
    {T_THREAD, "a thread belongs to its process and cannot be copied out of it", false},
    {T_GUARDIAN, "a guardian belongs to its process and cannot be copied out of it", false},
    {T_GUARDED, "a guardian belongs to its process and cannot be copied out of it", false},
    {T_STATE, "this belongs to its process and cannot be copied out of it", false},
    {T_BOX, "a procedure cannot be shared if a variable that it uses is assigned", true},
    {T_CELL, "the value of a global variable of this process cannot be shared: pass it as an argument, or share it first", true},
    {T_PARAMETER, "a parameter can be changed and so cannot be shared", true},
    {T_TABLE, "a hash table can be changed and so cannot be shared: make a shared one, or share its contents", true},
    {T_WEAK_PAIR, "what refers weakly cannot be shared", true},
    {T_EPHEMERON, "what refers weakly cannot be shared", true},
    {T_ENV, "this can be changed and so cannot be shared", true},
  };
  for (unsigned i = 0; i < ARRAY_LENGTH(cases); i++) {
    for (unsigned large = 0; large < 2; large++) {
      fresh_heaps(STRESS_NONE, SIZE_MAX);
      unsigned n = large ? 3000 : 3;
      Value v = plain(cases[i].type, 0, 24), holder = counted(T_VECTOR, VECTOR_BYTES(n), n, VALUE_NIL, n);
      vector_slots(holder)[2] = v;
      cx.heap->roots[ROOT_TEMP_1] = holder;
      size_t held = receiver->held_bytes;
      if (!cases[i].only_shared) TEST(was_refused(copy_root(receiver, UINT32_MAX), KNOWN_TYPE, cases[i].message));
      TEST(receiver->held_bytes == held);
      TEST(was_refused(copy_root(NULL, UINT32_MAX), KNOWN_TYPE, cases[i].message));
      holder = cx.heap->roots[ROOT_TEMP_1];
      TEST(is_type(holder, T_VECTOR) && is_type(vector_slots(holder)[2], cases[i].type));
      cx.heap->roots[ROOT_TEMP_1] = VALUE_FALSE;
      heap_destroy(receiver);
    }
  }
}

static struct heap *fresh_sender(void) {
  cx.heap = heap_create(SIZE_MAX);
  CHECK(cx.heap);
  known_init(cx.heap);
  values_init(cx.heap);
  heap_collect_minor(cx.heap);
  record_types_init(cx.heap);
  uword *p = commons_alloc(AUX_BYTES(5), true);
  CHECK(p);
  p[0] = header_make(T_RECORD, 5);
  for (unsigned i = 1; i <= 5; i++) p[i] = VALUE_FALSE.w;
  rtd = value_from_object(p);
  return cx.heap;
}

int main(void) {
  struct memory_range memory = platform_memory();
  CHECK(pages_init(memory.start, memory.size_bytes, false));
  fresh_sender();
  for (unsigned i = 0; i < 60; i++) {
    test_copies(1 + below(30), 1000, STRESS_VERIFY, false);
    test_copies(1 + below(300), 1 + below(30), STRESS_VERIFY, i % 2);
  }
  for (unsigned i = 0; i < 12; i++) {
    test_copies(1 + below(NODES_MOST), 1 + below(30), STRESS_VERIFY | (i % 3 ? STRESS_CYCLES : 0), i % 4);
    test_changes(STRESS_VERIFY | (i % 2 ? STRESS_CYCLES : 0));
    test_commons(1 + below(i % 2 ? 20 : 2000), 1 + below(30), i % 4);
  }
  test_while_marking();
  test_given_up();
  test_code();
  test_moves();
  test_quotas();
  test_refusals();
  return test_finish();
}
