// Hash tables: compact, in order of insertion.
//
// Uses: data/equal, data/string.  Used by: see the header.
//
// The capacity is a power of two, and there are as many buckets as entries fit.  A full table moves its live entries
// to new storage, twice as big unless most of the old entries were deleted.
#include "data/table.h"
#include "data/equal.h"
#include "data/string.h"
#include "data/weak.h"

#define MIN_CAPACITY 8
#define MAX_CAPACITY ((size_t)1 << 26)
#define EPOCH_MASK 0xfffffff

#define NOT_FOUND (-1)
#define FIND_FAILED (-2)

static size_t table_capacity(Value table) {
  return (size_t)vector_length(object_field(table, TABLE_ENTRIES)) / 2;
}
static size_t table_used(Value table) {
  return (size_t)fixnum_int(object_field(table, TABLE_USED));
}
static enum table_kind table_kind(Value table) {
  return (enum table_kind)(fixnum_int(object_field(table, TABLE_KIND)) & ~TABLE_WEAK);
}
static unsigned table_weakness(Value table) {
  return (unsigned)fixnum_int(object_field(table, TABLE_KIND)) & TABLE_WEAK;
}
static Value *entry_slots(Value table, size_t e) {
  return vector_slots(object_field(table, TABLE_ENTRIES)) + 2 * e;
}
// A fixnum in place of a fixnum needs no barrier.
static void set_number(Value table, unsigned field, size_t n) {
  object_field_init(table, field, fixnum((sword)n));
}

// --- weak entries ---------------------------------------------------------------------------------

// To hash it, not to give it to the program.  VALUE_DELETED: it is gone.
static Value peek_key(Value table, size_t e) {
  Value key = entry_slots(table, e)[0];
  return table_weakness(table) & TABLE_WEAK_KEYS && is_pointer(key) ? object_field(key, WEAK_KEY) : key;
}

static bool is_dead(Value table, size_t e) {
  Value *slots = entry_slots(table, e);
  if (value_eq(slots[0], VALUE_DELETED) || value_eq(peek_key(table, e), VALUE_DELETED)) return true;
  return table_weakness(table) & TABLE_WEAK_VALUES && value_eq(object_field(slots[1], WEAK_KEY), VALUE_DELETED);
}

bool table_entry(struct heap *heap, Value table, sword e, Value *key, Value *value) {
  if (e < 0 || e >= (sword)table_used(table)) return false;
  Value *slots = entry_slots(table, (size_t)e);
  unsigned weakness = table_weakness(table);
  *key = slots[0];
  *value = slots[1];
  if (LIKELY(!weakness) || value_eq(*key, VALUE_DELETED)) return !value_eq(*key, VALUE_DELETED);
  if (weakness & TABLE_WEAK_KEYS) *key = weak_key(heap, slots[0]);
  *value = weakness & TABLE_WEAK_VALUES ? weak_key(heap, slots[1]) : weak_value(heap, slots[0]);
  return !value_eq(*key, VALUE_DELETED) && !value_eq(*value, VALUE_DELETED);
}

// What stands in the slots for `key` and `value`; in a weak table it takes 2 * WEAK_BYTES at most.
static void wrap_entry(struct heap *heap, unsigned weakness, Value *key, Value *value) {
  bool weak_keys = weakness & TABLE_WEAK_KEYS, weak_values = weakness & TABLE_WEAK_VALUES;
  if (weak_keys && !weak_values) {
    *key = weak_make(heap, T_EPHEMERON, WEAK_BYTES, VALUE_FALSE, *key, *value);
    *value = VALUE_FALSE;
    return;
  }
  if (weak_keys) *key = weak_make(heap, T_WEAK_PAIR, WEAK_BYTES, VALUE_FALSE, *key, VALUE_FALSE);
  if (weak_values) *value = weak_make(heap, T_WEAK_PAIR, WEAK_BYTES, VALUE_FALSE, *value, VALUE_FALSE);
}

static bool has_room_to_wrap(struct heap *heap, Value table) {
  return !table_weakness(table) || heap_reserve(heap, 2 * WEAK_BYTES);
}

static void drop_dead(struct heap *heap, Value table) {
  if (!table_weakness(table)) return;
  for (size_t e = table_used(table); e-- > 0;) {
    if (is_dead(table, e) && !value_eq(entry_slots(table, e)[0], VALUE_DELETED)) table_remove(heap, table, e);
  }
}

// --- the index ------------------------------------------------------------------------------------

struct links {
  uint32_t hash, next;
};

struct index {
  uint32_t *buckets;
  struct links *links;
  uint32_t mask;
};

size_t table_index_bytes(size_t capacity) {
  return capacity * (sizeof(uint32_t) + sizeof(struct links));
}

static struct index index_of(Value index, size_t capacity) {
  uint32_t *words = (uint32_t *)bytes_data(index);
  return (struct index){words, (struct links *)(words + capacity), (uint32_t)capacity - 1};
}

static struct index table_index(Value table) {
  return index_of(object_field(table, TABLE_INDEX), table_capacity(table));
}

static void index_link(struct index *index, size_t e, uint32_t hash) {
  uint32_t *bucket = &index->buckets[hash & index->mask];
  index->links[e] = (struct links){hash, *bucket};
  *bucket = (uint32_t)e + 1;
}

static void index_unlink(struct index *index, size_t e) {
  uint32_t *p = &index->buckets[index->links[e].hash & index->mask];
  while (*p != e + 1) p = &index->links[*p - 1].next;
  *p = index->links[e].next;
}

static uint32_t key_hash(enum table_kind kind, Value key, bool *by_address) {
  switch (kind) {
    case TABLE_EQ: return value_eq_hash(key, by_address);
    case TABLE_EQV: return value_eqv_hash(key, by_address);
    case TABLE_EQUAL: return value_equal_hash(key, by_address);
    default: return hash_mix(string_hash(key));
  }
}

// The hashes now agree with the addresses.
static void mark_current(struct heap *heap, Value table) {
  set_number(table, TABLE_EPOCH, (size_t)(heap->epoch & EPOCH_MASK));
  set_number(table, TABLE_MAJOR, (size_t)(heap->major_epoch & EPOCH_MASK));
}

void table_index_build(struct heap *heap, Value table) {
  drop_dead(heap, table);
  struct index index = table_index(table);
  size_t used = table_used(table), young = used;
  bool any_address = false;
  memset(index.buckets, 0, table_capacity(table) * sizeof *index.buckets);
  for (size_t e = used; e-- > 0;) {
    Value key = peek_key(table, e);
    bool by_address = false;
    if (value_eq(key, VALUE_DELETED)) continue;
    index_link(&index, e, key_hash(table_kind(table), key, &by_address));
    any_address |= by_address;
    if (by_address && heap_is_young(key)) young = e;
  }
  set_number(table, TABLE_YOUNG, young);
  object_field_init(table, TABLE_ADDRESSED, value_bool(any_address));
  mark_current(heap, table);
}

// Hash again those keys that have moved since they were young.
static void rehash_young(struct heap *heap, Value table) {
  struct index index = table_index(table);
  size_t used = table_used(table), young = used;
  for (size_t e = (size_t)fixnum_int(object_field(table, TABLE_YOUNG)); e < used; e++) {
    Value key = peek_key(table, e);
    bool by_address = false;
    if (!is_pointer(key)) continue;  // VALUE_DELETED too
    uint32_t hash = key_hash(table_kind(table), key, &by_address);
    if (!by_address) continue;
    if (young == used && heap_is_young(key)) young = e;
    if (hash == index.links[e].hash) continue;
    index_unlink(&index, e);
    index_link(&index, e, hash);
  }
  set_number(table, TABLE_YOUNG, young);
  mark_current(heap, table);
}

// Make TAB-2 true.
static void refresh(struct heap *heap, Value table) {
  if (LIKELY(is_false(object_field(table, TABLE_ADDRESSED)))) return;
  if (LIKELY(fixnum_int(object_field(table, TABLE_EPOCH)) == (sword)(heap->epoch & EPOCH_MASK))) return;
  if (fixnum_int(object_field(table, TABLE_MAJOR)) != (sword)(heap->major_epoch & EPOCH_MASK))
    table_index_build(heap, table);
  else
    rehash_young(heap, table);
}

// --- finding ------------------------------------------------------------------------------------------

static Value keys_equal(struct context *cx, enum table_kind kind, Value a, Value b) {
  switch (kind) {
    case TABLE_EQ: return value_bool(value_eq(a, b));
    case TABLE_EQV: return value_bool(value_eqv(a, b));
    case TABLE_EQUAL: return value_equal(cx, a, b);
    default: return value_bool(string_equal(a, b));
  }
}

static void drop_dead_of_bucket(struct heap *heap, Value table, uint32_t hash) {
  struct index index = table_index(table);
  for (uint32_t i = index.buckets[hash & index.mask], next; i; i = next) {
    next = index.links[i - 1].next;
    if (is_dead(table, i - 1)) table_remove(heap, table, i - 1);
  }
}

// The entry of `key`, or NOT_FOUND; FIND_FAILED: see *problem.
static sword find_entry(struct context *cx, Value table, Value key, uint32_t hash, Value *problem) {
  enum table_kind kind = table_kind(table);
  struct index index = table_index(table);
  bool is_weak = table_is_weak(table);
  if (UNLIKELY(is_weak)) drop_dead_of_bucket(cx->heap, table, hash);
  for (uint32_t i = index.buckets[hash & index.mask]; i; i = index.links[i - 1].next) {
    if (index.links[i - 1].hash != hash) continue;
    Value candidate = entry_slots(table, i - 1)[0], value;
    if (UNLIKELY(is_weak) && !table_entry(cx->heap, table, (sword)i - 1, &candidate, &value)) continue;
    if (value_eq(candidate, key)) return (sword)i - 1;
    if (kind == TABLE_EQ) continue;
    Value same = keys_equal(cx, kind, candidate, key);
    if (is_outcome(same)) {
      *problem = same;
      return FIND_FAILED;
    }
    if (is_true(same)) return (sword)i - 1;
  }
  return NOT_FOUND;
}

Value table_get(struct context *cx, Value table, Value key, Value absent) {
  bool by_address = false;
  Value problem = VALUE_FALSE;
  refresh(cx->heap, table);
  sword e = find_entry(cx, table, key, key_hash(table_kind(table), key, &by_address), &problem);
  if (e == FIND_FAILED) return problem;
  if (e < 0) return absent;
  if (LIKELY(!table_is_weak(table))) return entry_slots(table, (size_t)e)[1];
  Value value;
  return table_entry(cx->heap, table, e, &key, &value) ? value : absent;
}

// --- storage ------------------------------------------------------------------------------------------

static size_t storage_bytes(size_t capacity) {
  return VECTOR_BYTES(2 * capacity) + BYTES_BYTES(table_index_bytes(capacity));
}

// Entries and an empty index for `capacity`: VALUE_TRUE, or a marker.
static Value make_storage(struct context *cx, size_t capacity, Value *entries, Value *index) {
  size_t entries_bytes = VECTOR_BYTES(2 * capacity), index_bytes = BYTES_BYTES(table_index_bytes(capacity));
  if (capacity > MAX_CAPACITY)
    return raise_condition(cx, KNOWN_MEMORY, NULL, "a hash table would get too big", 0, NULL);
  uword *p = heap_try_alloc(cx->heap, entries_bytes);
  if (!p) return outcome_collect(cx, storage_bytes(capacity));
  p[0] = header_make(T_VECTOR, 0);
  p[1] = fixnum((sword)(2 * capacity)).w;
  *entries = value_from_object(p);
  for (size_t i = 0; i < 2 * capacity; i++) vector_slots(*entries)[i] = VALUE_EMPTY;
  // Two large objects at once may be more than heap_try_alloc gives between two collections.
  p = index_bytes < HEAP_LARGE_BYTES ? heap_try_alloc(cx->heap, index_bytes) : heap_alloc_more(cx->heap, index_bytes);
  if (!p) return outcome_collect(cx, storage_bytes(capacity));
  p[0] = header_make(T_BYTES, 0);
  p[1] = fixnum((sword)table_index_bytes(capacity)).w;
  *index = value_from_object(p);
  memset(bytes_data(*index), 0, table_index_bytes(capacity));
  return VALUE_TRUE;
}

size_t table_round_capacity(size_t n) {
  size_t capacity = MIN_CAPACITY;
  while (capacity < n && capacity <= MAX_CAPACITY) capacity *= 2;
  return capacity;
}

Value table_make(struct context *cx, unsigned kind, size_t capacity) {
  Value entries, index, done = make_storage(cx, table_round_capacity(capacity), &entries, &index);
  if (is_outcome(done)) return done;
  size_t bytes = FIXED_BYTES(TABLE_ADDRESSED);
  if (!heap_reserve(cx->heap, bytes)) return outcome_collect(cx, bytes + storage_bytes(table_round_capacity(capacity)));
  uword *p = heap_alloc(cx->heap, bytes);
  Value table = value_from_object(p);
  p[0] = header_make(T_TABLE, 0);
  set_number(table, TABLE_KIND, kind);
  set_number(table, TABLE_COUNT, 0);
  set_number(table, TABLE_USED, 0);
  object_field_init(table, TABLE_ENTRIES, entries);
  object_field_init(table, TABLE_INDEX, index);
  set_number(table, TABLE_YOUNG, 0);
  object_field_init(table, TABLE_ADDRESSED, VALUE_FALSE);
  mark_current(cx->heap, table);
  return table;
}

static void set_storage(struct heap *heap, Value table, Value entries, Value index, size_t used, size_t young) {
  heap_store(heap, table, object_slot(table, TABLE_ENTRIES), entries);
  heap_store(heap, table, object_slot(table, TABLE_INDEX), index);
  set_number(table, TABLE_COUNT, used);
  set_number(table, TABLE_USED, used);
  set_number(table, TABLE_YOUNG, young);
}

// Move the entries to storage for `capacity`; hashes that are right stay so.
static Value move_storage(struct context *cx, Value table, size_t capacity) {
  size_t used = table_used(table);
  Value entries, index, done = make_storage(cx, capacity, &entries, &index);
  if (is_outcome(done)) return done;
  struct index from = table_index(table), to = index_of(index, capacity);
  size_t n = 0, old_young = (size_t)fixnum_int(object_field(table, TABLE_YOUNG)), young = 0;
  for (size_t e = 0; e < used; e++) {
    Value *slots = entry_slots(table, e);
    if (e == old_young) young = n;
    if (value_eq(slots[0], VALUE_DELETED)) continue;
    vector_slots(entries)[2 * n] = slots[0];
    vector_slots(entries)[2 * n + 1] = slots[1];
    index_link(&to, n++, from.links[e].hash);
  }
  if (old_young >= used) young = n;
  set_storage(cx->heap, table, entries, index, n, young);
  return VALUE_TRUE;
}

// Few are left of many.
static size_t shrunk_capacity(Value table) {
  size_t capacity = table_capacity(table), count = table_count(table);
  return count < capacity / 8 ? table_round_capacity(2 * count) : capacity;
}

// Make place for one more entry.
static Value make_place(struct context *cx, Value table) {
  size_t capacity = table_capacity(table);
  if (table_used(table) < capacity) return VALUE_TRUE;
  drop_dead(cx->heap, table);
  if (table_count(table) > capacity / 2) return move_storage(cx, table, 2 * capacity);
  return move_storage(cx, table, table_is_weak(table) ? shrunk_capacity(table) : capacity);
}

Value table_purge(struct context *cx, Value table) {
  if (!table_is_weak(table)) return VALUE_TRUE;
  drop_dead(cx->heap, table);
  size_t capacity = shrunk_capacity(table);
  return capacity < table_capacity(table) ? move_storage(cx, table, capacity) : VALUE_TRUE;
}

// --- changing -------------------------------------------------------------------------------------------

static void add_entry(struct heap *heap, Value table, Value key, Value value, uint32_t hash, bool by_address) {
  size_t e = table_used(table);
  struct index index = table_index(table);
  Value entries = object_field(table, TABLE_ENTRIES), *slots = entry_slots(table, e), held = key;
  wrap_entry(heap, table_weakness(table), &held, &value);
  heap_store(heap, entries, &slots[0], held);
  heap_store(heap, entries, &slots[1], value);
  index_link(&index, e, hash);
  set_number(table, TABLE_USED, e + 1);
  set_number(table, TABLE_COUNT, table_count(table) + 1);
  if (by_address && is_false(object_field(table, TABLE_ADDRESSED))) {
    object_field_init(table, TABLE_ADDRESSED, VALUE_TRUE);
    mark_current(heap, table);
  }
  bool young = by_address && heap_is_young(key);
  if (!young && (size_t)fixnum_int(object_field(table, TABLE_YOUNG)) == e) set_number(table, TABLE_YOUNG, e + 1);
}

// The weak objects of an entry may be those of a copy of the table too, so there are new ones.
Value table_set_value(struct context *cx, Value table, size_t e, Value value) {
  Value entries = object_field(table, TABLE_ENTRIES), *slots = entry_slots(table, e);
  if (LIKELY(!table_is_weak(table))) {
    heap_store(cx->heap, entries, &slots[1], value);
    return VALUE_UNSPECIFIED;
  }
  Value key, old;
  if (!has_room_to_wrap(cx->heap, table)) return outcome_collect(cx, 2 * WEAK_BYTES);
  if (!table_entry(cx->heap, table, (sword)e, &key, &old)) return VALUE_UNSPECIFIED;
  wrap_entry(cx->heap, table_weakness(table), &key, &value);
  heap_store(cx->heap, entries, &slots[0], key);
  heap_store(cx->heap, entries, &slots[1], value);
  return VALUE_UNSPECIFIED;
}

Value table_set(struct context *cx, Value table, Value key, Value value) {
  bool by_address = false;
  Value problem = VALUE_FALSE;
  refresh(cx->heap, table);
  uint32_t hash = key_hash(table_kind(table), key, &by_address);
  sword e = find_entry(cx, table, key, hash, &problem);
  if (e == FIND_FAILED) return problem;
  if (e >= 0) return table_set_value(cx, table, (size_t)e, value);
  Value place = make_place(cx, table);
  if (is_outcome(place)) return place;
  if (!has_room_to_wrap(cx->heap, table)) return outcome_collect(cx, 2 * WEAK_BYTES);
  add_entry(cx->heap, table, key, value, hash, by_address);
  return VALUE_UNSPECIFIED;
}

Value table_add(struct context *cx, Value table, Value key, Value value, uint32_t hash) {
  Value place = make_place(cx, table);
  if (is_outcome(place)) return place;
  if (!has_room_to_wrap(cx->heap, table)) return outcome_collect(cx, 2 * WEAK_BYTES);
  add_entry(cx->heap, table, key, value, hash, false);
  return VALUE_UNSPECIFIED;
}

void table_remove(struct heap *heap, Value table, size_t e) {
  struct index index = table_index(table);
  Value entries = object_field(table, TABLE_ENTRIES), *slots = entry_slots(table, e);
  index_unlink(&index, e);
  heap_store(heap, entries, &slots[0], VALUE_DELETED);
  heap_store(heap, entries, &slots[1], VALUE_FALSE);
  set_number(table, TABLE_COUNT, table_count(table) - 1);
  // The last entry in use is a live one, so to take out the last again and again is linear.
  size_t used = table_used(table);
  while (used && value_eq(entry_slots(table, used - 1)[0], VALUE_DELETED)) used--;
  set_number(table, TABLE_USED, used);
  if ((size_t)fixnum_int(object_field(table, TABLE_YOUNG)) > used) set_number(table, TABLE_YOUNG, used);
}

Value table_delete(struct context *cx, Value table, Value key) {
  bool by_address = false;
  Value problem = VALUE_FALSE;
  refresh(cx->heap, table);
  sword e = find_entry(cx, table, key, key_hash(table_kind(table), key, &by_address), &problem);
  if (e == FIND_FAILED) return problem;
  if (e < 0) return VALUE_FALSE;
  table_remove(cx->heap, table, (size_t)e);
  return VALUE_TRUE;
}

Value table_clear(struct context *cx, Value table) {
  Value entries, index, done = make_storage(cx, MIN_CAPACITY, &entries, &index);
  if (is_outcome(done)) return done;
  set_storage(cx->heap, table, entries, index, 0, 0);
  return VALUE_UNSPECIFIED;
}

Value table_copy(struct context *cx, Value table) {
  size_t capacity = table_capacity(table);
  refresh(cx->heap, table);
  Value copy = table_make(cx, table_kind(table) | table_weakness(table), capacity);
  if (is_outcome(copy)) return copy;
  Value entries = object_field(copy, TABLE_ENTRIES), index = object_field(copy, TABLE_INDEX);
  memcpy(vector_slots(entries), entry_slots(table, 0), 2 * capacity * sizeof(Value));
  memcpy(bytes_data(index), bytes_data(object_field(table, TABLE_INDEX)), table_index_bytes(capacity));
  static const unsigned char fields[] = {TABLE_COUNT, TABLE_USED, TABLE_EPOCH, TABLE_MAJOR, TABLE_YOUNG, TABLE_ADDRESSED};
  for (unsigned i = 0; i < sizeof fields; i++) object_field_init(copy, fields[i], object_field(table, fields[i]));
  return copy;
}

Value table_make_custom(struct context *cx, Value procedures, unsigned weak) {
  Value table = table_make(cx, TABLE_CUSTOM | weak, 0);
  if (!is_outcome(table)) object_field_init(table, TABLE_CUSTOM_PROCEDURES, procedures);
  return table;
}

// Between two calls the program may have changed the table: an old entry is only a place to go on from.  Its link leads
// to entries made before it, so the walk ends all the same.
sword table_find_hash(Value table, uint32_t hash, sword e) {
  struct index index = table_index(table);
  if (e >= (sword)table_used(table)) return NOT_FOUND;
  uint32_t i = e < 0 ? index.buckets[hash & index.mask] : index.links[e].next;
  while (i && (index.links[i - 1].hash != hash || is_dead(table, i - 1))) i = index.links[i - 1].next;
  return i ? (sword)i - 1 : NOT_FOUND;
}

bool table_next(Value table, size_t *position, Value *key, Value *value) {
  for (size_t used = table_used(table); *position < used;) {
    Value *slots = entry_slots(table, (*position)++);
    if (value_eq(slots[0], VALUE_DELETED)) continue;
    *key = slots[0];
    *value = slots[1];
    return true;
  }
  return false;
}
