// Copying small graphs at once; what can be copied.
//
// Uses: data/table, gc/commons, proc/copier.  Used by: see proc/copy.h.
#include "data/table.h"
#include "gc/commons.h"
#include "proc/copier.h"

// --- what can be copied --------------------------------------------------------------------------------

static const uint8_t heap_ways[N_OBJECT_TYPES] = {
    [T_TABLE] = COPY_APART,     [T_CODE] = COPY_APART,      [T_WEAK_PAIR] = COPY_APART,  [T_EPHEMERON] = COPY_APART,
    [T_NONE] = COPY_REFUSED,    [T_FILLER] = COPY_REFUSED,  [T_GAP] = COPY_REFUSED,      [T_CONT] = COPY_REFUSED,
    [T_STACK] = COPY_REFUSED,   [T_PORTION] = COPY_REFUSED, [T_THREAD] = COPY_REFUSED,   [T_PORT] = COPY_REFUSED,
    [T_STATE] = COPY_REFUSED,   [T_GUARDED] = COPY_REFUSED, [T_GUARDIAN] = COPY_REFUSED,
};

// More is refused: what changes by itself or by assignment.
static bool may_be_shared(enum object_type type) {
  switch (type) {
    case T_TABLE: case T_CELL: case T_BOX: case T_PARAMETER: case T_ENV: case T_MACRO: case T_ALIAS: case T_SCOPE:
    case T_WEAK_PAIR: case T_EPHEMERON:
      return false;
    default: return true;
  }
}

enum copy_way copy_way(uword header, bool to_commons) {
  enum object_type type = header_type(header);
  if (to_commons && type == T_CODE) return COPY_PLAIN;  // nothing moves there
  return to_commons && !may_be_shared(type) ? COPY_REFUSED : (enum copy_way)heap_ways[type];
}

static const char *reason(enum object_type type) {
  switch (type) {
    case T_PORT: return "a port belongs to its process and cannot be copied out of it";
    case T_CONT: case T_STACK: case T_PORTION: return "a continuation belongs to its process and cannot be copied out of it";
    case T_THREAD: return "a thread belongs to its process and cannot be copied out of it";
    case T_GUARDED: case T_GUARDIAN: return "a guardian belongs to its process and cannot be copied out of it";
    case T_CELL: return "the value of a global variable of this process cannot be shared: pass it as an argument, or share it first";
    case T_BOX: return "a procedure cannot be shared if a variable that it uses is assigned";
    case T_PARAMETER: return "a parameter can be changed and so cannot be shared";
    case T_TABLE: return "a hash table can be changed and so cannot be shared: make a shared one, or share its contents";
    case T_WEAK_PAIR: case T_EPHEMERON: return "what refers weakly cannot be shared";
    default:
      return heap_ways[type] == COPY_REFUSED ? "this belongs to its process and cannot be copied out of it"
                                             : "this can be changed and so cannot be shared";
  }
}

Value copy_refuse(struct context *cx, const char *who, Value v, Value holder) {
  enum object_type type = header_type(object_header(v));
  Value culprit = v;
  if (type == T_CELL) culprit = object_field(v, CELL_NAME);
  if (type == T_BOX && is_true(holder)) culprit = holder;
  return raise_condition(cx, KNOWN_TYPE, who, reason(type), 1, &culprit);
}

Value copy_too_large(struct context *cx, const char *who, struct heap *to, size_t bytes) {
  if (!to) return outcome_commons(cx, who);
  if (bytes / 8 * 9 + 2 * PAGE_BYTES <= to->quota_bytes) return COPY_NO_ROOM;
  return raise_condition(cx, KNOWN_MEMORY, who, "the copy would be larger than the receiver's quota of memory allows", 0, NULL);
}

// --- small graphs --------------------------------------------------------------------------------------

#define NOTES_MOST 48
// In all: a nursery of one page has room for them.
#define SMALL_BYTES_MOST (192 * WORD_BYTES)

struct note {
  uword *from;
  uword first;   // the first word of the object
  uword to;      // the copy's distance from the start of all, then its address
  size_t bytes;  // 0: there is a copy already, and this is its address
  bool is_aside; // it belongs to code but is no constant of it
};

struct notes {
  struct context *cx;
  struct heap *to;         // NULL: the commons
  unsigned n;
  size_t bytes, bytes_most;
  Value culprit, holder;   // what is refused, and what refers to it
  bool is_small;
  bool is_code;            // code is copied for all processes: see is_literal
  struct note notes[NOTES_MOST];
};

static void restore(struct notes *s) {
  for (unsigned i = 0; i < s->n; i++) *s->notes[i].from = s->notes[i].first;
}

static Value note_value(const struct note *note) {
  return word_is_header(note->first) ? value_from_object(note->from) : value_from_pair(note->from);
}

// What stands for an object that was noted.
static inline bool is_note(uword word) {
  return (word & 0x1ff) == TAG_HEADER;  // a header of type NONE
}
static inline unsigned note_number(uword word) {
  return (unsigned)(word >> 16);
}
_Static_assert(T_NONE == 0, "so that is_note is one comparison");

// The copy of a code object that all processes share, if there is one; #f: it is not known yet, (): there can be none.
static Value shared_code(struct context *cx, Value code) {
  Value table = cx->heap->roots[ROOT_SHARED_CODE];
  return is_table(table) ? table_get(cx, table, code, VALUE_FALSE) : VALUE_FALSE;
}

// Code is noted like all else, but its copy is there already.
static bool note_code(struct notes *s, Value code) {
  uword *p = value_address(code);
  Value shared = shared_code(s->cx, code);
  if (!is_object(shared) || s->n == NOTES_MOST) return false;
  s->notes[s->n] = (struct note){p, *p, (uword)value_address(shared), 0, false};
  *p = ((uword)s->n++ << 16) | TAG_HEADER;
  return true;
}

// May a constant of code be the same object for all?  Code that was made of data, by eval, can have others.
static bool is_literal(Value v) {
  if (is_pair(v)) return heap_is_constant(v);
  switch (header_type(object_header(v))) {
    case T_VECTOR: case T_STRING: case T_BYTES: case T_NUMBERS:
      return object_flags(v, HEADER_FLAG_IMMUTABLE);
    case T_CODE: case T_SYMBOL: case T_FLONUM: case T_BIGNUM: case T_RATNUM: case T_COMPNUM: return true;
    default: return false;
  }
}

// Note what `v` refers to.  False: this is nothing for here.
static inline __attribute__((always_inline)) bool note(struct notes *s, Value v, Value holder, bool is_aside) {
  if (copy_is_by_reference(v)) return true;
  uword *p = value_address(v), first = *p;
  if (is_note(first)) return true;
  size_t bytes = PAIR_BYTES;
  if (UNLIKELY(s->is_code) && !is_aside && !is_literal(v)) return false;
  if (is_object(v)) {
    enum copy_way way = copy_way(first, !s->to);
    if (way == COPY_REFUSED) {
      s->culprit = v;
      s->holder = holder;
    }
    if (UNLIKELY(way != COPY_PLAIN)) return header_has_type(first, T_CODE) && note_code(s, v);
    bytes = object_size_bytes(p);
  }
  if (s->n == NOTES_MOST || bytes > s->bytes_most - s->bytes) return false;
  s->notes[s->n] = (struct note){p, first, s->bytes, bytes, is_aside};
  *p = ((uword)s->n << 16) | TAG_HEADER;
  s->n++;
  s->bytes += bytes;
  return true;
}

static bool note_graph(struct notes *s, Value v) {
  if (!note(s, v, VALUE_FALSE, false)) return false;
  for (unsigned i = 0; i < s->n; i++) {
    const uword *p = s->notes[i].from;
    uword head = s->notes[i].first;
    bool is_aside = s->notes[i].is_aside;
    if (!s->notes[i].bytes) continue;
    if (!word_is_header(head)) {
      if (!note(s, value_from_word(head), VALUE_FALSE, is_aside)) return false;
      if (!note(s, value_from_word(p[1]), VALUE_FALSE, is_aside)) return false;
      continue;
    }
    size_t first, n = copy_values(head, p, &first), n_aside = header_has_type(head, T_CODE) ? CODE_CONSTANTS : 0;
    Value holder = note_value(&s->notes[i]);
    for (size_t j = first; j < first + n; j++)
      if (!note(s, value_from_word(p[j]), holder, is_aside || j < n_aside)) return false;
  }
  return true;
}

static inline uword copied_word(const struct notes *s, uword word) {
  Value v = value_from_word(word);
  if (copy_is_by_reference(v)) return word;
  return s->notes[note_number(*value_address(v))].to | (word & TAG_MASK);
}

static void fill_copy(const struct notes *s, unsigned i) {
  const uword *p = s->notes[i].from;
  size_t bytes = s->notes[i].bytes;
  uword *to = (uword *)s->notes[i].to, head = s->notes[i].first;
  if (!word_is_header(head)) {
    to[0] = copied_word(s, head);
    to[1] = copied_word(s, p[1]);
    return;
  }
  size_t first, n = copy_values(head, p, &first);
  to[0] = !s->to && header_type(head) - (unsigned)T_VECTOR <= T_STRING - T_VECTOR ? head | HEADER_FLAG_IMMUTABLE : head;
  for (size_t j = 1; j < first; j++) to[j] = p[j];
  for (size_t j = first; j < first + n; j++) to[j] = copied_word(s, p[j]);
  for (size_t j = first + n; j < bytes / sizeof(uword); j++) to[j] = p[j];
}

// Places for all; false: there is no room.
static bool place_in_heap(struct notes *s) {
  uword base = (uword)heap_alloc_outside(s->to, s->bytes);
  if (!base) return false;
  for (unsigned i = 0; i < s->n; i++)
    if (s->notes[i].bytes) s->notes[i].to += base;
  return true;
}

static bool place_in_commons(struct notes *s) {
  unsigned i;
  if (!commons_allows(s->cx->heap, s->bytes)) return false;
  for (i = 0; i < s->n; i++) {
    struct note *note = &s->notes[i];
    uword *p = note->bytes ? commons_alloc(note->bytes, true) : (uword *)note->to;
    if (!p) break;
    note->to = (uword)p;
  }
  if (i == s->n) {
    s->cx->heap->commons_bytes += s->bytes;
    commons_found_room(s->cx->heap);
    return true;
  }
  while (i-- > 0) heap_fill((uword *)s->notes[i].to, s->notes[i].bytes);
  return false;
}

// What the copies refer to comes into reach of who gets them (COMMONS-3).
static void note_copied(const struct notes *s) {
  for (unsigned i = 0; i < s->n; i++) {
    uword *p = (uword *)s->notes[i].to, head = *p;
    size_t first = 0, n = word_is_header(head) ? copy_values(head, p, &first) : 2;
    if (!s->notes[i].bytes) {
      commons_note(word_is_header(head) ? value_from_object(p) : value_from_pair(p));
      continue;
    }
    for (size_t j = first; j < first + n; j++) commons_note(value_from_word(p[j]));
  }
}

// VALUE_EMPTY: there is no room.
static Value copy_noted(struct notes *s, Value v) {
  if (s->bytes && !(s->to ? place_in_heap(s) : place_in_commons(s))) return VALUE_EMPTY;
  for (unsigned i = 0; i < s->n; i++)
    if (s->notes[i].bytes) fill_copy(s, i);
  if (UNLIKELY(commons.phase == COMMONS_SCAN)) note_copied(s);
  return value_from_word(copied_word(s, v.w));
}

// The copy of `v`, or VALUE_EMPTY: it is nothing for here (is_small is false), it is refused, or there is no room.
static Value copy_small(struct notes *s, struct context *cx, Value v, struct heap *to, size_t bytes_most, bool is_code) {
  s->cx = cx;
  s->is_code = is_code;
  s->to = to;
  s->n = 0;
  s->bytes = 0;
  s->bytes_most = bytes_most;
  s->culprit = s->holder = VALUE_FALSE;
  s->is_small = note_graph(s, v);
  Value copied = s->is_small ? copy_noted(s, v) : VALUE_EMPTY;
  restore(s);
  return copied;
}

// --- code ------------------------------------------------------------------------------------------------

// In the commons pages need not have room for all of it.
#define SHARED_CODE_BYTES_MOST (4096 * WORD_BYTES)

// Where a procedure's code is copied, it is copied into the commons if all it refers to can be there, and later copies
// of it are by reference: a weak table of the sender's knows.
Value copy_share_code(struct context *cx, Value code) {
  Value *root = &cx->heap->roots[ROOT_SHARED_CODE], shared = shared_code(cx, code);
  struct notes s;
  if (!is_false(shared)) return shared;
  Value table = is_table(*root) ? *root : table_make(cx, TABLE_EQ | TABLE_WEAK_KEYS, 0);
  if (is_outcome(table)) return VALUE_NIL;
  *root = table;
  // First, since it may have no room; then it has the key.
  if (is_outcome(table_set(cx, table, code, VALUE_NIL))) return VALUE_NIL;
  shared = copy_small(&s, cx, code, NULL, SHARED_CODE_BYTES_MOST, true);
  if (value_eq(shared, VALUE_EMPTY)) return VALUE_NIL;
  return is_outcome(table_set(cx, table, code, shared)) ? VALUE_NIL : shared;
}

// --- in all ----------------------------------------------------------------------------------------------

static Value copy(struct context *cx, const char *who, Value v, struct heap *to, Value *state) {
  if (is_object(*state)) return copy_in_slices(cx, who, to, *state);
  if (copy_is_by_reference(v)) {
    commons_note(v);
    return v;
  }
  struct notes s;
  Value copied = copy_small(&s, cx, v, to, SMALL_BYTES_MOST, false);
  if (LIKELY(!value_eq(copied, VALUE_EMPTY))) return copied;
  if (is_true(s.culprit)) return copy_refuse(cx, who, s.culprit, s.holder);
  if (s.is_small) return copy_too_large(cx, who, to, s.bytes);
  Value made = copy_state_make(cx, v);
  if (is_outcome(made)) return made;
  *state = made;
  return OUTCOME_AGAIN;
}

Value copy_to_heap(struct context *cx, const char *who, Value v, struct heap *to, Value *state) {
  return copy(cx, who, v, to, state);
}

Value copy_to_commons(struct context *cx, const char *who, Value v, Value *state) {
  return copy(cx, who, v, NULL, state);
}

Value copy_move_bytes(struct context *cx, const char *who, Value bytes, struct heap *to, Value *state) {
  if (!is_type(bytes, T_BYTES)) return raise_type(cx, who, 1, "a byte vector", bytes);
  if (object_is_immutable(bytes) || copy_is_by_reference(bytes)) return raise_immutable(cx, who, 1, bytes);
  Value copied = copy(cx, who, bytes, to, state);
  if (!is_outcome(copied)) heap_empty_bytes(cx->heap, bytes);
  return copied;
}
