// Symbols: the table, interning, generated names.
//
// Uses: data/symbol, data/string.  Used by: see the header.
#include "data/symbol.h"
#include "data/string.h"
#include "gc/commons.h"

#define FIRST_CAPACITY 1024

struct symbol_table symbol_table;

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
  if (symbol_hash(symbol) != hash || commons_is_doomed(symbol)) return false;
  Value string = symbol_name(symbol);
  if ((size_t)string_length(string) != name->n) return false;
  for (size_t i = 0; i < name->n; i++)
    if (string_char(string, (sword)i) != name_char(name, i)) return false;
  return true;
}

// --- the table ------------------------------------------------------------------------------------
// The slot where the name is, or the free one where it belongs.
static Value *find_slot(Value *slots, size_t capacity, const struct name *name, uint32_t hash) {
  size_t i = hash & (capacity - 1);
  while (is_true(slots[i]) && !name_matches(name, hash, slots[i])) i = (i + 1) & (capacity - 1);
  return &slots[i];
}

static Value *free_slot(Value *slots, size_t capacity, uint32_t hash) {
  size_t i = hash & (capacity - 1);
  while (is_true(slots[i])) i = (i + 1) & (capacity - 1);
  return &slots[i];
}

static Value *take_slots(size_t capacity) {
  return pages_alloc(round_up(capacity * sizeof(Value), PAGE_BYTES) / PAGE_BYTES, NULL, PAGE_SCRATCH);
}

static bool is_moving(const struct symbol_table *t) {
  return t->next && t->progress >= 2 * t->capacity;
}

// The symbol of this name, or #f.
static Value look_up(const struct name *name, uint32_t hash) {
  struct symbol_table *t = &symbol_table;
  if (!t->capacity) return VALUE_FALSE;
  Value found = *find_slot(t->slots, t->capacity, name, hash);
  return is_true(found) || !is_moving(t) ? found : *find_slot(t->next, 2 * t->capacity, name, hash);
}

// A part of what it takes to have the longer table: its slots are made free, then the symbols moved.
static void grow_some(struct symbol_table *t, size_t n) {
  size_t n_new = 2 * t->capacity;
  for (; n && t->progress < n_new; n--) t->next[t->progress++] = VALUE_FALSE;
  for (; n && t->progress < n_new + t->capacity; n--) {
    Value symbol = t->slots[t->progress++ - n_new];
    if (is_true(symbol)) *free_slot(t->next, n_new, symbol_hash(symbol)) = symbol;
  }
  if (t->progress < n_new + t->capacity) return;
  pages_free(t->slots);
  t->slots = t->next;
  t->next = NULL;
  t->capacity = n_new;
  t->n_broken = 0;
}

// Take the symbol in slot `i` out, and move those behind it up that would not be found any more.
static void clear_slot(struct symbol_table *t, size_t i) {
  size_t mask = t->capacity - 1;
  for (size_t j = (i + 1) & mask; is_true(t->slots[j]); j = (j + 1) & mask) {
    size_t home = symbol_hash(t->slots[j]) & mask;
    if (((j - home) & mask) < ((j - i) & mask)) continue;
    t->slots[i] = t->slots[j];
    i = j;
  }
  t->slots[i] = VALUE_FALSE;
  t->count--;
}

// Take out symbols that nobody holds any more, in slices, when the longer table is there that was begun (SYM-5).
static bool break_slots(size_t *words) {
  struct symbol_table *t = &symbol_table;
  if (t->next) {
    grow_some(t, *words);
    *words = 0;
    return true;
  }
  for (; t->n_broken < t->capacity && *words; --*words) {
    if (commons_is_doomed(t->slots[t->n_broken])) clear_slot(t, t->n_broken);
    else t->n_broken++;
  }
  if (t->n_broken < t->capacity) return true;
  t->n_broken = 0;
  return false;
}

// Before each new symbol, so that the longer table is there in time.
#define GROWTH_STEP 16
static bool prepare_table(void) {
  struct symbol_table *t = &symbol_table;
  if (!t->capacity) {
    if (!(t->slots = take_slots(FIRST_CAPACITY))) return false;
    for (size_t i = 0; i < FIRST_CAPACITY; i++) t->slots[i] = VALUE_FALSE;
    t->capacity = FIRST_CAPACITY;
    commons.break_weak = break_slots;
  }
  bool is_full = t->count >= t->capacity / 8 * 7;
  if (!t->next && t->count >= t->capacity / 2 && (!t->n_broken || is_full)) {
    t->next = take_slots(2 * t->capacity);
    t->progress = 0;
    if (!t->next) return !is_full;
  }
  if (t->next) grow_some(t, is_full ? SIZE_MAX : GROWTH_STEP);
  return true;
}

static void put(Value symbol) {
  struct symbol_table *t = &symbol_table;
  bool moving = is_moving(t);
  *free_slot(moving ? t->next : t->slots, moving ? 2 * t->capacity : t->capacity, symbol_hash(symbol)) = symbol;
  t->count++;
}

bool symbol_enter(Value symbol) {
  bool ok = prepare_table();
  if (ok) put(symbol);
  return ok;
}

// --- symbols --------------------------------------------------------------------------------------
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

// Its name, and then the symbol, in the commons.
static Value make_shared(struct context *cx, const struct name *name, uint32_t hash) {
  unsigned width = 1;
  for (size_t i = 0; i < name->n; i++)
    if (name_char(name, i) > 0xff) width = 4;
  size_t size = BYTES_BYTES(name->n * width) + STRING_BYTES + SYMBOL_BYTES;
  uword *bytes = commons_allows(cx->heap, size) ? commons_alloc(BYTES_BYTES(name->n * width), true) : NULL;
  uword *string = bytes ? commons_alloc(STRING_BYTES, true) : NULL;
  uword *p = string ? commons_alloc(SYMBOL_BYTES, true) : NULL;
  if (bytes && !p) heap_fill(bytes, BYTES_BYTES(name->n * width));
  if (string && !p) heap_fill(string, STRING_BYTES);
  if (!p) return outcome_commons(cx, NULL);
  bytes[0] = header_make(T_BYTES, 0) | HEADER_FLAG_IMMUTABLE;
  bytes[1] = fixnum((sword)(name->n * width)).w;
  unsigned char *data = bytes_data(value_from_object(bytes));
  for (size_t i = 0; i < name->n; i++) {
    if (width == 1) data[i] = (unsigned char)name_char(name, i);
    else ((uint32_t *)data)[i] = name_char(name, i);
  }
  string[0] = header_make(T_STRING, 0) | HEADER_FLAG_IMMUTABLE;
  string[STRING_LENGTH] = fixnum((sword)name->n).w;
  string[STRING_WIDTH] = fixnum((sword)width).w;
  string[STRING_DATA] = value_from_object(bytes).w;
  p[0] = header_make(T_SYMBOL, 0);
  p[SYMBOL_NAME] = value_from_object(string).w;
  p[SYMBOL_HASH] = fixnum((sword)hash).w;
  cx->heap->commons_bytes += size;
  return value_from_object(p);
}

static Value intern(struct context *cx, const struct name *name) {
  uint32_t hash = name_hash(name);
  Value found = look_up(name, hash);
  if (is_true(found)) {
    commons_note(found);
    return found;
  }
  if (!prepare_table()) return outcome_collect(cx, 4 * PAGE_BYTES);
  Value symbol = make_shared(cx, name, hash);
  if (!is_outcome(symbol)) put(symbol);
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
  unsigned char text[80];
  size_t n = 0;
  while (prefix[n] && n < 56) {
    text[n] = (unsigned char)prefix[n];
    n++;
  }
  uint64_t number = symbol_table.n_generated + 1;
  unsigned n_digits = 1;
  for (uint64_t rest = number; rest >= 10; rest /= 10) n_digits++;
  for (uint64_t rest = number, i = n_digits; i-- > 0; rest /= 10) text[n + i] = (unsigned char)('0' + rest % 10);
  Value symbol = make_uninterned(cx, &(struct name){.narrow = text, .n = n + n_digits, .string = VALUE_FALSE});
  if (!is_outcome(symbol)) symbol_table.n_generated = number;
  return symbol;
}
