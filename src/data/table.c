// Hash tables: compact, in order of insertion.
//
// Uses: data/equal, data/string.  Used by: see the header.
//
// There are as many buckets as entries fit.  When a table is full its entries move to storage twice as big; or, when most
// of them were deleted, the live ones move down within the storage it has.  Both are done in slices.
#include "data/table.h"
#include "data/equal.h"
#include "data/string.h"
#include "data/weak.h"

#define MIN_CAPACITY 8
#define MAX_CAPACITY ((size_t)1 << 26)
#define EPOCH_MASK 0xfffffff
// Entries moved, and buckets cleared, between two safepoints: some 100 us.  Few in debug builds, for the tests' sake.
#define SLICE_ENTRIES ((size_t)(RINGLET_DEBUG ? 48 : 2048))
#define SLICE_BUCKETS (16 * SLICE_ENTRIES)

#define NOT_FOUND (-1)
#define FIND_FAILED (-2)

static size_t table_capacity(Value table) {
  return (size_t)fixnum_int(object_field(table, TABLE_CAPACITY));
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

// --- the state of growing ---------------------------------------------------------------------------
// A vector.  With next storage in it, progress counts the buckets that were cleared and then the entries that were moved.
// With #f there, entries move down: progress is the number of the next to look at, GROWTH_TO where the next live one goes,
// and all between the two are deleted.
enum { GROWTH_ENTRIES, GROWTH_INDEX, GROWTH_PROGRESS, GROWTH_TO, N_GROWTH_SLOTS };

static Value *growth_slots(Value table) {
  return vector_slots(object_field(table, TABLE_GROWTH));
}
static bool is_growing(Value table) {
  return is_true(object_field(table, TABLE_GROWTH));
}
static bool is_moving_up(Value table) {
  return is_growing(table) && is_true(growth_slots(table)[GROWTH_ENTRIES]);
}
static size_t growth_number(Value table, unsigned i) {
  return (size_t)fixnum_int(growth_slots(table)[i]);
}
static void set_growth_number(Value table, unsigned i, size_t n) {
  growth_slots(table)[i] = fixnum((sword)n);  // over a fixnum
}
static void stop_growing(struct heap *heap, Value table) {
  if (is_growing(table)) heap_store(heap, table, object_slot(table, TABLE_GROWTH), VALUE_FALSE);
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

// Of the storage that the table moves to, twice as big.
static struct index next_index(Value table) {
  return index_of(growth_slots(table)[GROWTH_INDEX], 2 * table_capacity(table));
}

// How many entries are in the next storage as well (TAB-3).
static size_t moved_entries(Value table) {
  if (LIKELY(!is_growing(table)) || !is_moving_up(table)) return 0;
  size_t progress = growth_number(table, GROWTH_PROGRESS), n_buckets = 2 * table_capacity(table);
  return progress > n_buckets ? progress - n_buckets : 0;
}

static void index_link(struct index *index, size_t e, uint32_t hash) {
  uint32_t *bucket = &index->buckets[hash & index->mask];
  index->links[e] = (struct links){hash, *bucket};
  *bucket = (uint32_t)e + 1;
}

uint32_t table_entry_hash(Value table, size_t e) {
  return table_index(table).links[e].hash;
}

void table_index_link(void *index_data, size_t capacity, size_t e, uint32_t hash) {
  uint32_t *words = index_data;
  struct index index = {words, (struct links *)(words + capacity), (uint32_t)capacity - 1};
  index_link(&index, e, hash);
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
  if (is_moving_up(table)) stop_growing(heap, table);  // the next index would be wrong
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
  struct index index = table_index(table), next = {0};
  size_t used = table_used(table), young = used, n_moved = moved_entries(table);
  if (n_moved) next = next_index(table);
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
    if (e >= n_moved) continue;
    index_unlink(&next, e);
    index_link(&next, e, hash);
  }
  set_number(table, TABLE_YOUNG, young);
  mark_current(heap, table);
}

// Make TAB-2 true.
static void refresh(struct heap *heap, Value table) {
  if (LIKELY(is_false(object_field(table, TABLE_ADDRESSED)))) return;
  if (LIKELY(fixnum_int(object_field(table, TABLE_EPOCH)) == (sword)(heap->epoch & EPOCH_MASK))) return;
  if (heap_is_frozen(table)) return;  // its keys never move
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

// Even, as entries have two.
#define LEAST_LARGE_SLOTS (HEAP_LARGE_BYTES / sizeof(Value) / 2 * 2 + 2)

// A vector that can grow to `capacity` entries in place, its slots empty; a marker.
static Value make_entries(struct context *cx, size_t capacity) {
  size_t bytes = VECTOR_BYTES(2 * capacity), n = 2 * capacity;
  uword *p = heap_try_alloc(cx->heap, bytes);
  if (!p) return outcome_collect(cx, storage_bytes(capacity));
  if (n > LEAST_LARGE_SLOTS && n > 2 * SLICE_ENTRIES) n = LEAST_LARGE_SLOTS;
  p[0] = header_make(T_VECTOR, 0);
  p[1] = fixnum((sword)n).w;
  heap_fill((uword *)((char *)p + VECTOR_BYTES(n)), bytes - VECTOR_BYTES(n));
  Value entries = value_from_object(p);
  for (size_t i = 0; i < n; i++) vector_slots(entries)[i] = VALUE_EMPTY;
  return entries;
}

// Let `entries`, made for `capacity`, have slots for entry `e` and a slice of those behind it.
static void extend_entries(Value entries, size_t capacity, size_t e) {
  size_t n = (size_t)vector_length(entries), most = 2 * capacity;
  if (LIKELY(2 * e < n)) return;
  size_t now = 2 * (e + SLICE_ENTRIES) < most ? 2 * (e + SLICE_ENTRIES) : most;
  for (size_t i = n; i < now; i++) vector_slots(entries)[i] = VALUE_EMPTY;
  heap_fill((uword *)(vector_slots(entries) + now), (most - now) * sizeof(Value));
  object_field_init(entries, 1, fixnum((sword)now));
}

// Entries and an index for `capacity`, its buckets not cleared: VALUE_TRUE, or a marker.
static Value make_raw_storage(struct context *cx, size_t capacity, Value *entries, Value *index) {
  size_t index_bytes = BYTES_BYTES(table_index_bytes(capacity));
  if (capacity > MAX_CAPACITY)
    return raise_condition(cx, KNOWN_MEMORY, NULL, "a hash table would get too big", 0, NULL);
  *entries = make_entries(cx, capacity);
  if (is_outcome(*entries)) return *entries;
  // Two large objects at once may be more than heap_try_alloc gives between two collections.
  uword *p = index_bytes < HEAP_LARGE_BYTES ? heap_try_alloc(cx->heap, index_bytes) : heap_alloc_more(cx->heap, index_bytes);
  if (!p) return outcome_collect(cx, storage_bytes(capacity));
  p[0] = header_make(T_BYTES, 0);
  p[1] = fixnum((sword)table_index_bytes(capacity)).w;
  *index = value_from_object(p);
  return VALUE_TRUE;
}

static Value make_storage(struct context *cx, size_t capacity, Value *entries, Value *index) {
  Value done = make_raw_storage(cx, capacity, entries, index);
  if (!is_outcome(done)) memset(bytes_data(*index), 0, capacity * sizeof(uint32_t));
  return done;
}

size_t table_round_capacity(size_t n) {
  size_t capacity = MIN_CAPACITY;
  while (capacity < n && capacity <= MAX_CAPACITY) capacity *= 2;
  return capacity;
}

// More places than this come with more entries: a table is made in no time.
#define FIRST_CAPACITY_MOST 4096

Value table_make(struct context *cx, unsigned kind, size_t n) {
  size_t capacity = table_round_capacity(n < FIRST_CAPACITY_MOST ? n : FIRST_CAPACITY_MOST);
  Value entries, index, done = make_storage(cx, capacity, &entries, &index);
  if (is_outcome(done)) return done;
  size_t bytes = FIXED_BYTES(TABLE_LAST_FIELD);
  if (!heap_reserve(cx->heap, bytes)) return outcome_collect(cx, bytes + storage_bytes(capacity));
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
  set_number(table, TABLE_CAPACITY, capacity);
  object_field_init(table, TABLE_GROWTH, VALUE_FALSE);
  mark_current(cx->heap, table);
  return table;
}

static void set_storage(struct heap *heap, Value table, size_t capacity, Value entries, Value index) {
  heap_store(heap, table, object_slot(table, TABLE_ENTRIES), entries);
  heap_store(heap, table, object_slot(table, TABLE_INDEX), index);
  set_number(table, TABLE_CAPACITY, capacity);
  stop_growing(heap, table);
}

// --- growing ------------------------------------------------------------------------------------------

static Value make_growth(struct context *cx) {
  size_t bytes = VECTOR_BYTES(N_GROWTH_SLOTS);
  if (!heap_reserve(cx->heap, bytes)) return outcome_collect(cx, bytes);
  uword *p = heap_alloc(cx->heap, bytes);
  Value growth = value_from_object(p), *slots = vector_slots(growth);
  p[0] = header_make(T_VECTOR, 0);
  p[1] = fixnum(N_GROWTH_SLOTS).w;
  slots[GROWTH_ENTRIES] = slots[GROWTH_INDEX] = VALUE_FALSE;
  slots[GROWTH_PROGRESS] = slots[GROWTH_TO] = fixnum(0);
  return growth;
}

// Into storage twice as big, or down within its own where most entries were deleted.
static Value begin_growing(struct context *cx, Value table) {
  Value growth = make_growth(cx);
  if (is_outcome(growth)) return growth;
  if (table_count(table) > table_capacity(table) / 2) {
    Value *slots = vector_slots(growth);
    Value done = make_raw_storage(cx, 2 * table_capacity(table), &slots[GROWTH_ENTRIES], &slots[GROWTH_INDEX]);
    if (is_outcome(done)) return done;
  }
  heap_store(cx->heap, table, object_slot(table, TABLE_GROWTH), growth);
  return VALUE_TRUE;
}

// Put entries from `e` up to `end` into the next storage too, under the same numbers; the hashes are right and stay so.
static void copy_entries_up(struct heap *heap, Value table, size_t e, size_t end) {
  struct index from = table_index(table), to = next_index(table);
  Value entries = growth_slots(table)[GROWTH_ENTRIES], *first = vector_slots(entries) + 2 * e;
  extend_entries(entries, 2 * table_capacity(table), end - 1);
  memcpy(first, entry_slots(table, e), 2 * (end - e) * sizeof(Value));  // over what is empty
  heap_remember_slots(heap, first, 2 * (end - e));
  for (; e < end; e++)
    if (!value_eq(entry_slots(table, e)[0], VALUE_DELETED)) index_link(&to, e, from.links[e].hash);
}

// VALUE_TRUE when all entries are in storage twice as big.
static Value move_up(struct context *cx, Value table) {
  size_t n_buckets = 2 * table_capacity(table), progress = growth_number(table, GROWTH_PROGRESS);
  if (progress < n_buckets) {
    size_t n = n_buckets - progress < SLICE_BUCKETS ? n_buckets - progress : SLICE_BUCKETS;
    memset(next_index(table).buckets + progress, 0, n * sizeof(uint32_t));
    progress += n;
    set_growth_number(table, GROWTH_PROGRESS, progress);
    if (progress < n_buckets || n > SLICE_ENTRIES) return OUTCOME_AGAIN;
  }
  size_t used = table_used(table), e = progress - n_buckets, end = used - e < SLICE_ENTRIES ? used : e + SLICE_ENTRIES;
  if (e < end) copy_entries_up(cx->heap, table, e, end);
  set_growth_number(table, GROWTH_PROGRESS, n_buckets + end);
  if (end < used) return OUTCOME_AGAIN;
  Value *slots = growth_slots(table);
  set_storage(cx->heap, table, n_buckets, slots[GROWTH_ENTRIES], slots[GROWTH_INDEX]);
  return VALUE_TRUE;
}

// Entry `from` becomes entry `to`, which is deleted, in its bucket too.
static void move_entry_down(struct heap *heap, Value table, size_t from, size_t to) {
  struct index index = table_index(table);
  Value entries = object_field(table, TABLE_ENTRIES), *old = entry_slots(table, from), *now = entry_slots(table, to);
  uint32_t *p = &index.buckets[index.links[from].hash & index.mask];
  while (*p != from + 1) p = &index.links[*p - 1].next;
  *p = (uint32_t)to + 1;
  index.links[to] = index.links[from];
  heap_store(heap, entries, &now[0], old[0]);
  heap_store(heap, entries, &now[1], old[1]);
  heap_store(heap, entries, &old[0], VALUE_DELETED);
  heap_store(heap, entries, &old[1], VALUE_FALSE);
}

// VALUE_TRUE when no entry below the last one is deleted.
static Value move_down(struct context *cx, Value table) {
  size_t used = table_used(table), from = growth_number(table, GROWTH_PROGRESS), to = growth_number(table, GROWTH_TO);
  size_t end = used - from < SLICE_ENTRIES ? used : from + SLICE_ENTRIES;
  size_t young = (size_t)fixnum_int(object_field(table, TABLE_YOUNG));
  for (; from < end; from++) {
    if (value_eq(entry_slots(table, from)[0], VALUE_DELETED)) continue;
    if (to < young && young <= from) young = to;
    if (from != to) move_entry_down(cx->heap, table, from, to);
    to++;
  }
  if (from == used && young > to) young = to;
  set_number(table, TABLE_YOUNG, young);
  if (from == used) {
    set_number(table, TABLE_USED, to);
    stop_growing(cx->heap, table);
    return VALUE_TRUE;
  }
  set_growth_number(table, GROWTH_PROGRESS, from);
  set_growth_number(table, GROWTH_TO, to);
  return OUTCOME_AGAIN;
}

// Few are left of many.
static size_t shrunk_capacity(Value table) {
  size_t capacity = table_capacity(table), count = table_count(table);
  return count < capacity / 8 ? table_round_capacity(2 * count) : capacity;
}

// Move the few entries there are to storage for `capacity`; hashes that are right stay so.
static Value shrink(struct context *cx, Value table, size_t capacity) {
  Value entries, index, done = make_storage(cx, capacity, &entries, &index);
  if (is_outcome(done)) return done;
  struct index from = table_index(table), to = index_of(index, capacity);
  size_t n = 0, used = table_used(table), old_young = (size_t)fixnum_int(object_field(table, TABLE_YOUNG)), young = 0;
  for (size_t e = 0; e < used; e++) {
    Value *slots = entry_slots(table, e);
    if (e == old_young) young = n;
    if (value_eq(slots[0], VALUE_DELETED)) continue;
    extend_entries(entries, capacity, n);
    vector_slots(entries)[2 * n] = slots[0];
    vector_slots(entries)[2 * n + 1] = slots[1];
    index_link(&to, n++, from.links[e].hash);
  }
  set_storage(cx->heap, table, capacity, entries, index);
  set_number(table, TABLE_USED, n);
  set_number(table, TABLE_YOUNG, old_young >= used ? n : young);
  return VALUE_TRUE;
}

Value table_purge(struct context *cx, Value table) {
  if (!table_is_weak(table)) return VALUE_TRUE;
  drop_dead(cx->heap, table);
  size_t capacity = shrunk_capacity(table);
  return capacity < table_capacity(table) ? shrink(cx, table, capacity) : VALUE_TRUE;
}

// Make place for one more entry: VALUE_TRUE, or a marker; AGAIN after each slice.
static Value make_place(struct context *cx, Value table) {
  if (UNLIKELY(table_used(table) == table_capacity(table))) {
    Value done = VALUE_TRUE;
    if (!is_growing(table)) done = table_purge(cx, table);
    if (!is_outcome(done) && table_used(table) == table_capacity(table)) {
      if (!is_growing(table)) done = begin_growing(cx, table);
      if (!is_outcome(done)) done = is_moving_up(table) ? move_up(cx, table) : move_down(cx, table);
    }
    if (is_outcome(done)) return done;
  }
  extend_entries(object_field(table, TABLE_ENTRIES), table_capacity(table), table_used(table));
  return VALUE_TRUE;
}

// --- changing -------------------------------------------------------------------------------------------

// What stands in the slots of a new entry, whose key hashes to `hash`.
struct entry {
  Value key, value;
  uint32_t hash;
  bool by_address, is_young;
};

static void append_entry(struct heap *heap, Value table, const struct entry *entry) {
  size_t e = table_used(table);
  struct index index = table_index(table);
  Value entries = object_field(table, TABLE_ENTRIES), *slots = entry_slots(table, e);
  heap_store(heap, entries, &slots[0], entry->key);
  heap_store(heap, entries, &slots[1], entry->value);
  index_link(&index, e, entry->hash);
  set_number(table, TABLE_USED, e + 1);
  set_number(table, TABLE_COUNT, table_count(table) + 1);
  if (entry->by_address && is_false(object_field(table, TABLE_ADDRESSED))) {
    object_field_init(table, TABLE_ADDRESSED, VALUE_TRUE);
    mark_current(heap, table);
  }
  bool young = entry->by_address && entry->is_young;
  if (!young && (size_t)fixnum_int(object_field(table, TABLE_YOUNG)) == e) set_number(table, TABLE_YOUNG, e + 1);
}

static void add_entry(struct heap *heap, Value table, Value key, Value value, uint32_t hash, bool by_address) {
  struct entry entry = {key, value, hash, by_address, heap_is_young(key)};
  wrap_entry(heap, table_weakness(table), &entry.key, &entry.value);
  append_entry(heap, table, &entry);
}

// Into the next storage too, if the entry was moved (TAB-3).
static void store_part(struct heap *heap, Value table, size_t e, unsigned part, Value v) {
  heap_store(heap, object_field(table, TABLE_ENTRIES), &entry_slots(table, e)[part], v);
  if (LIKELY(e >= moved_entries(table))) return;
  Value next = growth_slots(table)[GROWTH_ENTRIES];
  heap_store(heap, next, &vector_slots(next)[2 * e + part], v);
}

// The weak objects of an entry may be those of a copy of the table too, so there are new ones.
Value table_set_value(struct context *cx, Value table, size_t e, Value value) {
  if (LIKELY(!table_is_weak(table))) {
    store_part(cx->heap, table, e, 1, value);
    return VALUE_UNSPECIFIED;
  }
  Value key, old;
  if (!has_room_to_wrap(cx->heap, table)) return outcome_collect(cx, 2 * WEAK_BYTES);
  if (!table_entry(cx->heap, table, (sword)e, &key, &old)) return VALUE_UNSPECIFIED;
  wrap_entry(cx->heap, table_weakness(table), &key, &value);
  store_part(cx->heap, table, e, 0, key);
  store_part(cx->heap, table, e, 1, value);
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

static void remove_from(struct heap *heap, Value entries, struct index index, size_t e) {
  Value *slots = vector_slots(entries) + 2 * e;
  index_unlink(&index, e);
  heap_store(heap, entries, &slots[0], VALUE_DELETED);
  heap_store(heap, entries, &slots[1], VALUE_FALSE);
}

// The entries in use are fewer now, so what was moved of them may be too.
static void grow_from_fewer(struct heap *heap, Value table) {
  size_t used = table_used(table);
  if (is_moving_up(table)) {
    if (moved_entries(table) > used) set_growth_number(table, GROWTH_PROGRESS, 2 * table_capacity(table) + used);
  } else if (growth_number(table, GROWTH_PROGRESS) > used) {
    stop_growing(heap, table);
  }
}

void table_remove(struct heap *heap, Value table, size_t e) {
  remove_from(heap, object_field(table, TABLE_ENTRIES), table_index(table), e);
  if (UNLIKELY(e < moved_entries(table))) remove_from(heap, growth_slots(table)[GROWTH_ENTRIES], next_index(table), e);
  set_number(table, TABLE_COUNT, table_count(table) - 1);
  // The last entry in use is a live one, so to take out the last again and again is linear.
  size_t used = table_used(table);
  while (used && value_eq(entry_slots(table, used - 1)[0], VALUE_DELETED)) used--;
  set_number(table, TABLE_USED, used);
  if ((size_t)fixnum_int(object_field(table, TABLE_YOUNG)) > used) set_number(table, TABLE_YOUNG, used);
  if (UNLIKELY(is_growing(table))) grow_from_fewer(heap, table);
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
  set_storage(cx->heap, table, MIN_CAPACITY, entries, index);
  set_number(table, TABLE_COUNT, 0);
  set_number(table, TABLE_USED, 0);
  set_number(table, TABLE_YOUNG, 0);
  return VALUE_UNSPECIFIED;
}

Value table_copy(struct context *cx, Value table) {
  Value copy = table_make(cx, table_kind(table) | table_weakness(table), table_count(table));
  if (!is_outcome(copy) && is_custom_table(table))
    object_field_init(copy, TABLE_CUSTOM_PROCEDURES, object_field(table, TABLE_CUSTOM_PROCEDURES));
  return copy;
}

Value table_copy_entries(struct context *cx, Value copy, Value table, size_t *position) {
  refresh(cx->heap, table);
  refresh(cx->heap, copy);
  bool by_address = is_true(object_field(table, TABLE_ADDRESSED));
  size_t end = *position + SLICE_ENTRIES < table_used(table) ? *position + SLICE_ENTRIES : table_used(table);
  for (; *position < end; ++*position) {
    Value *slots = entry_slots(table, *position);
    if (is_dead(table, *position)) continue;
    Value place = make_place(cx, copy);
    if (is_outcome(place)) return place;
    struct entry entry = {slots[0], slots[1], table_index(table).links[*position].hash, by_address,
                          heap_is_young(peek_key(table, *position))};
    append_entry(cx->heap, copy, &entry);
  }
  return end < table_used(table) ? OUTCOME_AGAIN : VALUE_TRUE;
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
