// Copying graphs of any size, in slices.
//
// Uses: data/table, data/weak, gc, proc/copier.  Used by: proc/copy.c.
//
// All progress is in a T_STATE object of the sender's.  Its table maps objects that were met to the addresses of their
// copies (which read as fixnums, OBJ-2), in the order in which they were met: so the entries from COPY_ENTRY on are those
// whose copies are still to be filled.  What goes by reference to the commons stands there too, so that it stays alive.
//
// Copies lie end to end in chunks: large byte vectors, whose contents no collector reads and which never move.  Large
// objects are byte vectors of their own; since a byte vector's length is their second word as well, what belongs there is
// kept beside until the end.
#include "data/list.h"
#include "data/table.h"
#include "data/weak.h"
#include "proc/copier.h"

enum {
  COPY_TABLE = 1,   // object -> address of the copy, or #f: none yet, or it needs none; or code in the commons
  COPY_ROOT,        // what is copied, until it stands in the table
  COPY_ENTRY,       // the first entry of the table whose copy is not filled
  COPY_SLOT,        // how far that one is; 0: not begun
  COPY_HELD_BYTES,  // of all pages taken
  COPY_LARGE,       // a list of vectors, see LARGE_
  COPY_STREAMS,     // for each enum gift of small objects: a list of chunks, the newest first; then the free rest of that
  COPY_STREAM_TOP,
  COPY_STREAM_LIMIT,
  N_STREAM_FIELDS = 3,
  COPY_WORDS = COPY_STREAMS + 2 * N_STREAM_FIELDS - 1
};
// Of a large object: the byte vector that will be it; its header without the tag; its second word as two fixnums.
enum { LARGE_BYTES_VECTOR, LARGE_HEADER, LARGE_WORD, LARGE_WORD_TAG, N_LARGE_SLOTS };

#define CHUNK_PAGES_MOST 16
// A slice in slots read and written; an object met costs as much as some.
#define SLICE_WORK (RINGLET_DEBUG ? 300 : 6000)
#define MEETING_WORK 8
#define RAW_WORDS_PER_WORK 16

struct copier {
  struct context *cx;
  const char *who;
  struct heap *to;
  Value state, table;
  sword work;     // left in this slice
  Value problem;  // the marker to answer when something answers false
};

static bool fail(struct copier *c, Value problem) {
  c->problem = problem;
  return false;
}
static size_t state_number(Value state, unsigned field) {
  return (size_t)fixnum_int(object_field(state, field));
}
static void set_number(Value state, unsigned field, size_t n) {
  object_field_init(state, field, fixnum((sword)n));
}
static bool spend(struct copier *c, sword work) {
  c->work -= work;
  return c->work > 0 || fail(c, OUTCOME_AGAIN);
}

Value copy_state_make(struct context *cx, Value v) {
  Value table = table_make(cx, TABLE_EQ, 100);
  if (is_outcome(table)) return table;
  size_t bytes = AUX_BYTES(COPY_WORDS);
  if (!heap_reserve(cx->heap, bytes)) return outcome_collect(cx, bytes + PAGE_BYTES);
  uword *p = heap_alloc(cx->heap, bytes);
  p[0] = header_make(T_STATE, COPY_WORDS);
  for (unsigned i = COPY_TABLE; i <= COPY_WORDS; i++) p[i] = fixnum(0).w;
  p[COPY_TABLE] = table.w;
  p[COPY_ROOT] = v.w;
  p[COPY_LARGE] = p[COPY_STREAMS] = p[COPY_STREAMS + N_STREAM_FIELDS] = VALUE_NIL.w;
  return value_from_object(p);
}

// --- places for copies -----------------------------------------------------------------------------------

// `bytes` of pages, as a byte vector; not an object of the graph yet.
static uword *take_bytes(struct copier *c, size_t bytes) {
  size_t held = state_number(c->state, COPY_HELD_BYTES) + round_up(bytes, PAGE_BYTES);
  if (c->to && held > c->to->quota_bytes) {
    fail(c, copy_too_large(c->cx, c->who, c->to, held));
    return NULL;
  }
  size_t more = PAIR_BYTES + VECTOR_BYTES(N_LARGE_SLOTS);
  uword *p = heap_reserve(c->cx->heap, more) ? heap_try_alloc(c->cx->heap, bytes) : NULL;
  if (!p) {
    fail(c, outcome_collect(c->cx, bytes + more));
    return NULL;
  }
  p[0] = header_make(T_BYTES, 0);
  set_number(c->state, COPY_HELD_BYTES, held);
  return p;
}

static void push_on(struct copier *c, unsigned field, Value v) {
  Value list = pair_make(c->cx->heap, v, object_field(c->state, field));
  heap_store(c->cx->heap, c->state, object_slot(c->state, field), list);
}

static void fill_rest(struct copier *c, unsigned stream) {
  uword *top = (uword *)object_words(c->state)[stream + 1];
  heap_fill(top, object_words(c->state)[stream + 2] - (uword)top);
}

static bool open_chunk(struct copier *c, unsigned stream) {
  size_t n = 1, held = state_number(c->state, COPY_HELD_BYTES) / PAGE_BYTES;
  if (stream == COPY_STREAMS)
    while (n < CHUNK_PAGES_MOST && n < held) n *= 2;
  uword *p = take_bytes(c, n * PAGE_BYTES);
  if (!p) return false;
  p[1] = fixnum((sword)(n * PAGE_BYTES - BYTES_BYTES(0))).w;
  fill_rest(c, stream);
  push_on(c, stream, value_from_object(p));
  object_words(c->state)[stream + 1] = (uword)p + BYTES_BYTES(0);
  object_words(c->state)[stream + 2] = (uword)p + n * PAGE_BYTES;
  return true;
}

static uword *place_small(struct copier *c, size_t bytes, bool is_fixed) {
  unsigned stream = COPY_STREAMS + is_fixed * N_STREAM_FIELDS;
  uword *rest = &object_words(c->state)[stream + 1];
  if (bytes > rest[1] - rest[0] && !open_chunk(c, stream)) return NULL;
  rest = &object_words(c->state)[stream + 1];
  uword *p = (uword *)rest[0];
  rest[0] += bytes;
  return p;
}

static uword *place_large(struct copier *c, size_t bytes, uword header, uword word) {
  uword *p = take_bytes(c, bytes);
  if (!p) return NULL;
  uword *q = heap_alloc(c->cx->heap, VECTOR_BYTES(N_LARGE_SLOTS));
  Value large = value_from_object(q), *slots = vector_slots(large);
  p[1] = fixnum((sword)(bytes - BYTES_BYTES(0))).w;
  q[0] = header_make(T_VECTOR, 0);
  q[1] = fixnum(N_LARGE_SLOTS).w;
  slots[LARGE_BYTES_VECTOR] = value_from_object(p);
  slots[LARGE_HEADER] = fixnum((sword)(header >> 3));
  slots[LARGE_WORD] = value_from_word(word & ~(uword)TAG_MASK);
  slots[LARGE_WORD_TAG] = fixnum((sword)(word & TAG_MASK));
  push_on(c, COPY_LARGE, large);
  return p;
}

// A chunk begins with a gap in the end, so no small object stands at its start.
static bool is_large(const uword *copy) {
  size_t page = page_of(copy);
  return (const char *)copy == page_address(page) && pages.info[page].kind == PAGE_LARGE;
}

static void put_second_word(struct copier *c, uword *copy, uword word) {
  if (!is_large(copy)) {
    copy[1] = word;
    return;
  }
  Value l = object_field(c->state, COPY_LARGE);
  while (value_address(vector_slots(pair_car(l))[LARGE_BYTES_VECTOR]) != copy) l = pair_cdr(l);
  Value *slots = vector_slots(pair_car(l));
  slots[LARGE_WORD] = value_from_word(word & ~(uword)TAG_MASK);
  slots[LARGE_WORD_TAG] = fixnum((sword)(word & TAG_MASK));
}

// A place for an object of this header, whose second word is `word` if that is a number of things; NULL: see problem.
static uword *place(struct copier *c, size_t bytes, uword header, uword word) {
  enum object_type type = header_type(header);
  bool is_frozen = !c->to && (type == T_VECTOR || type == T_BYTES || type == T_NUMBERS || type == T_STRING);
  if (is_frozen) header |= HEADER_FLAG_IMMUTABLE;
  if (bytes >= HEAP_LARGE_BYTES) return place_large(c, bytes, header, word);
  uword *p = place_small(c, bytes, type == T_CODE);
  if (!p) return NULL;
  p[0] = header;
  p[1] = word;
  return p;
}

// --- meeting objects --------------------------------------------------------------------------------------

static bool note(struct copier *c, Value v, Value address) {
  Value done = table_set(c->cx, c->table, v, address);
  return !is_outcome(done) || fail(c, done);
}

// A place for the copy of `v`, which is noted.
static bool meet(struct copier *c, Value v, Value holder, bool is_noted, uword *address) {
  uword header = TAG_HEADER, word = 0;
  size_t bytes = PAIR_BYTES;
  if (is_object(v)) {
    const uword *p = object_words(v);
    header = p[0];
    if (copy_way(header, !c->to) == COPY_REFUSED) return fail(c, copy_refuse(c->cx, c->who, v, holder));
    bytes = object_size_bytes(p);
    enum object_shape shape = type_infos[header_type(header)].shape;
    if (shape != SHAPE_FIXED && shape != SHAPE_AUX) word = p[1];
  }
  // Growing the table may take many calls, so it comes first.
  if (!is_noted && !note(c, v, VALUE_FALSE)) return false;
  uword *p = is_pair(v) ? place_small(c, bytes, false) : place(c, bytes, header, word);
  if (!p) return false;
  if (is_object(v) && header_type(header) == T_CODE) p[2] = object_words(v)[2];
  if (is_object(v) && header_type(header) == T_TABLE) p[TABLE_ENTRIES] = p[TABLE_INDEX] = 0;
  *address = (uword)p;
  c->work -= MEETING_WORK;
  return note(c, v, value_from_word((uword)p));
}

// What stands for `v` in the copy.
static bool copied_word(struct copier *c, Value v, Value holder, uword *word) {
  *word = v.w;
  if (!is_pointer(v)) return true;
  unsigned dst = pages.dst[page_of(value_address(v))];
  if (!(dst & (PAGE_DST_HEAP | PAGE_DST_COMMONS))) return true;
  Value found = table_get(c->cx, c->table, v, VALUE_EMPTY);
  if (c->to && value_eq(found, VALUE_EMPTY) && dst & PAGE_DST_HEAP && is_type(v, T_CODE)) {
    Value shared = copy_share_code(c->cx, v);
    if (is_object(shared)) {
      if (!note(c, v, shared)) return false;
      found = shared;
    }
  }
  if (is_object(found)) {
    *word = found.w;
    return true;
  }
  if (!(dst & PAGE_DST_HEAP)) return !value_eq(found, VALUE_EMPTY) || note(c, v, VALUE_FALSE);
  uword address = found.w;
  bool is_noted = !value_eq(found, VALUE_EMPTY);
  if ((!is_noted || is_false(found)) && !meet(c, v, holder, is_noted, &address)) return false;
  *word = address | (v.w & TAG_MASK);
  return true;
}

// --- filling copies ----------------------------------------------------------------------------------------

static bool fill_pair(struct copier *c, Value v, uword *copy) {
  return spend(c, 2) && copied_word(c, pair_car(v), VALUE_FALSE, &copy[0]) &&
         copied_word(c, pair_cdr(v), VALUE_FALSE, &copy[1]);
}

// Bytes without Values.  COPY_SLOT: how many bytes were done.
static bool fill_bytes(struct copier *c, Value v, uword *copy) {
  size_t n = object_size_bytes(copy) - BYTES_BYTES(0);
  size_t done = state_number(c->state, COPY_SLOT), have = object_size_bytes(object_words(v)) - BYTES_BYTES(0);
  char *to = (char *)(copy + 2);
  if (!spend(c, 1)) return false;
  while (done < n) {
    size_t part = n - done, most = (size_t)c->work * RAW_WORDS_PER_WORK * sizeof(uword);
    if (part > most) part = most;
    size_t there = done < have ? have - done : 0;
    if (there > part) there = part;
    memcpy(to + done, (char *)bytes_data(v) + done, there);
    memset(to + done + there, 0, part - there);
    done += part;
    set_number(c->state, COPY_SLOT, done);
    if (!spend(c, (sword)(part / (RAW_WORDS_PER_WORK * sizeof(uword)) + 1))) return done == n;
  }
  return true;
}

// COPY_SLOT: the first word that is not done.  Values that the object has no more are #f.  What has a fixed number of words
// is copied in one slice, since they may belong together.
static bool fill_values(struct copier *c, Value v, uword *copy) {
  const uword *from = object_words(v);
  size_t first, had = copy_values(from[0], from, &first), n = had;
  enum object_shape shape = type_infos[header_type(from[0])].shape;
  bool is_weak = header_type(from[0]) == T_WEAK_PAIR || header_type(from[0]) == T_EPHEMERON;
  size_t words = object_size_bytes(copy) / sizeof(uword), i = state_number(c->state, COPY_SLOT);
  if (shape == SHAPE_COUNT_WORDS) n = is_large(copy) ? words - first : count_word(copy, 1);
  bool is_whole = shape == SHAPE_FIXED;
  if (is_whole && !spend(c, 1)) return false;
  if (i == 0) i = first;
  for (; i < first + n; i++) {
    Value part = i < first + had ? value_from_word(from[i]) : VALUE_FALSE;
    uword word;
    if (is_weak) part = heap_weak_value(c->cx->heap, part);
    if ((!is_whole && !spend(c, 1)) || !copied_word(c, part, v, &word)) {
      if (!is_whole) set_number(c->state, COPY_SLOT, i);
      return false;
    }
    if (i == 1)
      put_second_word(c, copy, word);
    else
      copy[i] = word;
  }
  // Here all raw words are few.
  for (; i < words; i++) copy[i] = is_weak ? 0 : shape == SHAPE_COUNT_WORDS ? VALUE_FALSE.w : from[i];
  return true;
}

// --- hash tables -------------------------------------------------------------------------------------------
// COPY_SLOT: the slots of the entries that were cleared, with their buckets; and then the entries that were copied.

static size_t copy_number(const uword *copy, unsigned field) {
  return (size_t)fixnum_int(value_from_word(copy[field]));
}

static bool begin_table(struct copier *c, Value v, uword *copy) {
  size_t used = (size_t)fixnum_int(object_field(v, TABLE_USED)), capacity = table_round_capacity(used);
  if (!copy[TABLE_ENTRIES]) {
    uword *p = place(c, VECTOR_BYTES(2 * capacity), header_make(T_VECTOR, 0), fixnum((sword)(2 * capacity)).w);
    if (!p) return false;
    copy[TABLE_ENTRIES] = (uword)p | TAG_OBJECT;
    copy[TABLE_CAPACITY] = fixnum((sword)capacity).w;
  }
  capacity = copy_number(copy, TABLE_CAPACITY);
  size_t index_bytes = table_index_bytes(capacity);
  if (!copy[TABLE_INDEX]) {
    uword *p = place(c, BYTES_BYTES(index_bytes), header_make(T_BYTES, 0), fixnum((sword)index_bytes).w);
    if (!p) return false;
    copy[TABLE_INDEX] = (uword)p | TAG_OBJECT;
  }
  uword procedures = fixnum(-1).w;
  if (is_custom_table(v) && !copied_word(c, object_field(v, TABLE_CUSTOM_PROCEDURES), v, &procedures)) return false;
  copy[TABLE_KIND] = object_words(v)[TABLE_KIND];
  copy[TABLE_COUNT] = copy[TABLE_USED] = copy[TABLE_YOUNG] = fixnum(0).w;
  copy[TABLE_EPOCH] = procedures;
  copy[TABLE_MAJOR] = fixnum(-1).w;
  copy[TABLE_ADDRESSED] = object_words(v)[TABLE_ADDRESSED];
  copy[TABLE_GROWTH] = VALUE_FALSE.w;
  return true;
}

// An entry, if it has one still.  The copy of an address is another, so all is hashed again at first use (TAB-2).
static bool copy_entry(struct copier *c, Value v, uword *copy, size_t e, size_t capacity) {
  uword *slots = (uword *)(copy[TABLE_ENTRIES] - TAG_OBJECT) + 2 + 2 * e, words[2];
  Value from = object_field(v, TABLE_ENTRIES), *parts = vector_slots(from) + 2 * e;
  slots[0] = VALUE_DELETED.w;
  slots[1] = VALUE_FALSE.w;
  if (2 * e + 1 >= (size_t)vector_length(from) || e >= (size_t)fixnum_int(object_field(v, TABLE_USED))) return true;
  if (value_eq(parts[0], VALUE_DELETED)) return true;
  if (!copied_word(c, parts[0], v, &words[0]) || !copied_word(c, parts[1], v, &words[1])) return false;
  slots[0] = words[0];
  slots[1] = words[1];
  table_index_link((uword *)(copy[TABLE_INDEX] - TAG_OBJECT) + 2, capacity, e, table_entry_hash(v, e));
  copy[TABLE_COUNT] = fixnum((sword)copy_number(copy, TABLE_COUNT) + 1).w;
  copy[TABLE_USED] = fixnum((sword)e + 1).w;
  if (is_true(object_field(v, TABLE_ADDRESSED))) copy[TABLE_ADDRESSED] = VALUE_TRUE.w;
  return true;
}

static bool fill_table(struct copier *c, Value v, uword *copy) {
  size_t at = state_number(c->state, COPY_SLOT);
  if (at == 0 && !begin_table(c, v, copy)) return false;
  size_t capacity = copy_number(copy, TABLE_CAPACITY), n_slots = 2 * capacity;
  uword *slots = (uword *)(copy[TABLE_ENTRIES] - TAG_OBJECT) + 2;
  uint32_t *buckets = (uint32_t *)((uword *)(copy[TABLE_INDEX] - TAG_OBJECT) + 2);
  while (at < n_slots + capacity) {
    bool ok = spend(c, 1);
    if (ok && at < n_slots) {
      slots[at] = VALUE_EMPTY.w;
      buckets[at / 2] = 0;
    } else if (ok) {
      ok = copy_entry(c, v, copy, at - n_slots, capacity);
    }
    if (!ok) {
      set_number(c->state, COPY_SLOT, at);
      return false;
    }
    at++;
  }
  return true;
}

// --- the walk ----------------------------------------------------------------------------------------------

static bool fill(struct copier *c, Value v, uword *copy) {
  if (is_pair(v)) return fill_pair(c, v, copy);
  enum object_type type = header_type(object_header(v));
  if (type == T_TABLE) return fill_table(c, v, copy);
  return type_infos[type].shape == SHAPE_COUNT_BYTES ? fill_bytes(c, v, copy) : fill_values(c, v, copy);
}

static bool fill_all(struct copier *c) {
  Value root = object_field(c->state, COPY_ROOT), v, address;
  uword word;
  if (is_true(root)) {
    if (!copied_word(c, root, VALUE_FALSE, &word)) return false;
    heap_store(c->cx->heap, c->state, object_slot(c->state, COPY_ROOT), VALUE_FALSE);
  }
  for (;;) {
    size_t e = state_number(c->state, COPY_ENTRY);
    if (!table_entry(c->cx->heap, c->table, (sword)e, &v, &address)) return true;
    if (is_fixnum(address) && !fill(c, v, (uword *)address.w)) return false;
    set_number(c->state, COPY_ENTRY, e + 1);
    set_number(c->state, COPY_SLOT, 0);
  }
}

// --- the end -----------------------------------------------------------------------------------------------

static void offer_stream(struct copier *c, unsigned stream, enum gift gift) {
  size_t rest = 0;
  fill_rest(c, stream);
  if (is_pair(object_field(c->state, stream))) rest = object_words(c->state)[stream + 2] - object_words(c->state)[stream + 1];
  for (Value l = object_field(c->state, stream); is_pair(l); l = pair_cdr(l)) {
    Value chunk = pair_car(l);
    size_t bytes = object_size_bytes(object_words(chunk));
    *pair_car_slot(l) = VALUE_FALSE;  // COPY-5: and no barrier shows it to a cycle
    heap_fill(object_words(chunk), BYTES_BYTES(0));
    heap_offer(chunk, gift, bytes - rest);
    rest = 0;
  }
}

static void offer_large(struct copier *c) {
  for (Value l = object_field(c->state, COPY_LARGE); is_pair(l); l = pair_cdr(l)) {
    Value *slots = vector_slots(pair_car(l)), bytes = slots[LARGE_BYTES_VECTOR];
    uword *p = object_words(bytes);
    size_t size = object_size_bytes(p);
    slots[LARGE_BYTES_VECTOR] = VALUE_FALSE;  // COPY-5
    p[0] = (uword)fixnum_int(slots[LARGE_HEADER]) << 3 | TAG_HEADER;
    p[1] = slots[LARGE_WORD].w | (uword)fixnum_int(slots[LARGE_WORD_TAG]);
    heap_offer(bytes, GIFT_LARGE, size);
  }
}

static Value finish(struct copier *c) {
  struct heap *from = c->cx->heap, *to = c->to;
  size_t held = state_number(c->state, COPY_HELD_BYTES);
  if (to && to != from && !heap_can_take(to, held)) return copy_too_large(c->cx, c->who, to, held);
  Value v, address;
  CHECK(table_entry(from, c->table, 0, &v, &address));
  offer_stream(c, COPY_STREAMS, GIFT_OBJECTS);
  offer_stream(c, COPY_STREAMS + N_STREAM_FIELDS, GIFT_FIXED);
  offer_large(c);
  heap_give(from, to);
  return value_from_word(address.w | (v.w & TAG_MASK));
}

Value copy_in_slices(struct context *cx, const char *who, struct heap *to, Value state) {
  struct copier c = {cx, who, to, state, object_field(state, COPY_TABLE), SLICE_WORK, VALUE_FALSE};
  return fill_all(&c) ? finish(&c) : c.problem;
}
