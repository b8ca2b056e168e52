// Symbols: the table, interning, generated names.
//
// Uses: data/symbol, data/string.  Used by: see the header.
#include "data/symbol.h"
#include "data/string.h"

enum { TABLE_COUNT, TABLE_GENERATED, TABLE_SLOTS };
#define FIRST_CAPACITY 1024

// A name in one of the three forms names come in.
struct name {
  const uint32_t *wide;
  const unsigned char *narrow;
  size_t n;
  Value string;  // an immutable string that already is the name, or #f
};

static uint32_t name_char(const struct name *name, size_t i) {
  return name->wide ? name->wide[i] : name->narrow[i];
}

// FNV-1a over code points, finished so that the low bits depend on all of them (SYM-2).
static uint32_t name_hash(const struct name *name) {
  uint32_t h = 2166136261u;
  for (size_t i = 0; i < name->n; i++) h = (h ^ name_char(name, i)) * 16777619u;
  h ^= h >> 15;
  h *= 0x2c1b3c6du;
  h ^= h >> 12;
  return h & SYMBOL_HASH_MASK;
}

static bool name_matches(const struct name *name, uint32_t hash, Value symbol) {
  if (symbol_hash(symbol) != hash) return false;
  Value string = symbol_name(symbol);
  if ((size_t)string_length(string) != name->n) return false;
  for (size_t i = 0; i < name->n; i++)
    if (string_char(string, (sword)i) != name_char(name, i)) return false;
  return true;
}

static size_t table_capacity(Value table) {
  return (size_t)vector_length(table) - TABLE_SLOTS;
}

// The slot where the name is, or the free one where it belongs.
static Value *find_slot(Value table, const struct name *name, uint32_t hash) {
  Value *slots = vector_slots(table) + TABLE_SLOTS;
  size_t mask = table_capacity(table) - 1;
  size_t i = hash & mask;
  while (is_true(slots[i]) && !name_matches(name, hash, slots[i])) i = (i + 1) & mask;
  return &slots[i];
}

// A table of `capacity` slots holding the symbols of `old` (or #f); #f when there is no room.
static Value make_table(struct heap *heap, size_t capacity, Value old) {
  size_t n = capacity + TABLE_SLOTS;
  uword *p = heap_try_alloc(heap, VECTOR_BYTES(n));
  if (!p) return VALUE_FALSE;
  p[0] = header_make(T_VECTOR, 0);
  Value table = value_from_object(p);
  object_field_init(table, 1, fixnum((sword)n));
  Value *slots = vector_slots(table);
  for (size_t i = 0; i < n; i++) slots[i] = VALUE_FALSE;
  slots[TABLE_COUNT] = slots[TABLE_GENERATED] = fixnum(0);
  if (is_true(old)) {
    slots[TABLE_COUNT] = vector_slots(old)[TABLE_COUNT];
    slots[TABLE_GENERATED] = vector_slots(old)[TABLE_GENERATED];
    slots += TABLE_SLOTS;
    for (size_t i = 0; i < table_capacity(old); i++) {
      Value symbol = vector_slots(old)[TABLE_SLOTS + i];
      if (!is_true(symbol)) continue;
      size_t j = symbol_hash(symbol) & (capacity - 1);
      while (is_true(slots[j])) j = (j + 1) & (capacity - 1);
      slots[j] = symbol;
    }
  }
  heap_remember(heap, table);
  return table;
}

// The table with room for one more symbol, or a marker.
static Value ready_table(struct context *cx) {
  Value table = cx->heap->roots[ROOT_SYMBOLS];
  size_t capacity = FIRST_CAPACITY;
  if (is_type(table, T_VECTOR)) {
    capacity = table_capacity(table);
    size_t used = (size_t)fixnum_int(vector_slots(table)[TABLE_COUNT]);
    if (used < capacity / 4 * 3) return table;
    capacity *= 2;
  } else {
    table = VALUE_FALSE;
  }
  table = make_table(cx->heap, capacity, table);
  if (!is_true(table)) return outcome_collect(cx, VECTOR_BYTES(capacity + TABLE_SLOTS));
  return cx->heap->roots[ROOT_SYMBOLS] = table;
}

#define SYMBOL_BYTES FIXED_BYTES(2)

static Value make_symbol(struct heap *heap, Value string, uint32_t hash, unsigned flags) {
  uword *p = heap_alloc(heap, SYMBOL_BYTES);
  p[0] = header_make(T_SYMBOL, 0) | flags;
  Value symbol = value_from_object(p);
  object_field_init(symbol, SYMBOL_NAME, string);
  object_field_init(symbol, SYMBOL_HASH, fixnum((sword)hash));
  return symbol;
}

static Value name_string(struct context *cx, const struct name *name) {
  if (is_true(name->string)) return name->string;
  Value string = name->wide ? string_from_chars(cx, name->wide, name->n)
                            : string_from_latin1(cx, name->narrow, name->n);
  if (!is_outcome(string)) string_set_immutable(string);
  return string;
}

static Value intern(struct context *cx, const struct name *name) {
  uint32_t hash = name_hash(name);
  Value table = cx->heap->roots[ROOT_SYMBOLS];
  if (is_type(table, T_VECTOR)) {
    Value found = *find_slot(table, name, hash);
    if (is_true(found)) return found;
  }
  table = ready_table(cx);
  if (is_outcome(table)) return table;
  Value string = name_string(cx, name);
  if (is_outcome(string)) return string;
  if (!heap_reserve(cx->heap, SYMBOL_BYTES)) return outcome_collect(cx, SYMBOL_BYTES);
  Value symbol = make_symbol(cx->heap, string, hash, 0);
  heap_store(cx->heap, table, find_slot(table, name, hash), symbol);
  Value *count = &vector_slots(table)[TABLE_COUNT];
  *count = fixnum(fixnum_int(*count) + 1);
  return symbol;
}

Value symbol_intern(struct context *cx, const uint32_t *chars, size_t n) {
  return intern(cx, &(struct name){.wide = chars, .n = n, .string = VALUE_FALSE});
}

Value symbol_intern_ascii(struct context *cx, const char *chars, size_t n) {
  return intern(cx, &(struct name){.narrow = (const unsigned char *)chars, .n = n, .string = VALUE_FALSE});
}

Value symbol_intern_c(struct context *cx, const char *name) {
  return symbol_intern_ascii(cx, name, strlen(name));
}

static struct name name_of_string(Value string) {
  const unsigned char *data = bytes_data(object_field(string, STRING_DATA));
  struct name name = {.n = (size_t)string_length(string), .string = VALUE_FALSE};
  if (string_width(string) == 1)
    name.narrow = data;
  else
    name.wide = (const uint32_t *)data;
  if (object_flags(string, HEADER_FLAG_IMMUTABLE)) name.string = string;
  return name;
}

Value symbol_intern_string(struct context *cx, Value string) {
  struct name name = name_of_string(string);
  return intern(cx, &name);
}

static Value make_uninterned(struct context *cx, const struct name *name) {
  Value string = name_string(cx, name);
  if (is_outcome(string)) return string;
  if (!heap_reserve(cx->heap, SYMBOL_BYTES)) return outcome_collect(cx, SYMBOL_BYTES);
  return make_symbol(cx->heap, string, name_hash(name), SYMBOL_FLAG_UNINTERNED);
}

Value symbol_make_uninterned(struct context *cx, Value string) {
  struct name name = name_of_string(string);
  return make_uninterned(cx, &name);
}

Value symbol_generate(struct context *cx, const char *prefix) {
  Value table = ready_table(cx);
  if (is_outcome(table)) return table;
  Value *counter = &vector_slots(table)[TABLE_GENERATED];
  unsigned char text[80];
  size_t n = 0;
  while (prefix[n] && n < 56) {
    text[n] = (unsigned char)prefix[n];
    n++;
  }
  uword number = (uword)fixnum_int(*counter) + 1;
  unsigned n_digits = 1;
  for (uword rest = number; rest >= 10; rest /= 10) n_digits++;
  for (uword rest = number, i = n_digits; i-- > 0; rest /= 10) text[n + i] = (unsigned char)('0' + rest % 10);
  Value symbol = make_uninterned(cx, &(struct name){.narrow = text, .n = n + n_digits, .string = VALUE_FALSE});
  if (!is_outcome(symbol)) *counter = fixnum((sword)number);
  return symbol;
}
