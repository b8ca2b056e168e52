// Copying small graphs at once; what can be copied.
//
// Uses: gc/commons, proc/copier.  Used by: see proc/copy.h.
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
  if (!to) return raise_condition(cx, KNOWN_MEMORY, who, "there is no memory left to share this", 0, NULL);
  if (bytes / 8 * 9 + 2 * PAGE_BYTES <= to->quota_bytes) return COPY_NO_ROOM;
  return raise_condition(cx, KNOWN_MEMORY, who, "the copy would be larger than the receiver's quota of memory allows", 0, NULL);
}

// --- small graphs --------------------------------------------------------------------------------------

#define NOTES_MOST 48
// In all: a nursery of one page has room for them.
#define SMALL_BYTES_MOST (192 * WORD_BYTES)

struct note {
  uword *from;
  uword first;  // the first word of the object
  uword to;     // its distance from the start of the copies, then its address
};

struct notes {
  struct heap *to;         // NULL: the commons
  unsigned n;
  size_t bytes;
  Value culprit, holder;   // what is refused, and what refers to it
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

// Note what `v` refers to.  False: this is nothing for here.
static inline __attribute__((always_inline)) bool note(struct notes *s, Value v, Value holder) {
  if (copy_is_by_reference(v)) return true;
  uword *p = value_address(v), first = *p;
  if (is_note(first)) return true;
  size_t bytes = PAIR_BYTES;
  if (is_object(v)) {
    enum copy_way way = copy_way(first, !s->to);
    if (way == COPY_REFUSED) {
      s->culprit = v;
      s->holder = holder;
    }
    if (way != COPY_PLAIN) return false;
    bytes = object_size_bytes(p);
  }
  if (s->n == NOTES_MOST || bytes > SMALL_BYTES_MOST - s->bytes) return false;
  s->notes[s->n] = (struct note){p, first, s->bytes};
  *p = ((uword)s->n << 16) | TAG_HEADER;
  s->n++;
  s->bytes += bytes;
  return true;
}

static bool note_graph(struct notes *s, Value v) {
  if (!note(s, v, VALUE_FALSE)) return false;
  for (unsigned i = 0; i < s->n; i++) {
    const uword *p = s->notes[i].from;
    uword head = s->notes[i].first;
    if (!word_is_header(head)) {
      if (!note(s, value_from_word(head), VALUE_FALSE) || !note(s, value_from_word(p[1]), VALUE_FALSE)) return false;
      continue;
    }
    size_t first, n = copy_values(head, p, &first);
    Value holder = note_value(&s->notes[i]);
    for (size_t j = first; j < first + n; j++)
      if (!note(s, value_from_word(p[j]), holder)) return false;
  }
  return true;
}

static inline uword copied_word(const struct notes *s, uword word) {
  Value v = value_from_word(word);
  if (copy_is_by_reference(v)) return word;
  return s->notes[note_number(*value_address(v))].to | (word & TAG_MASK);
}

static inline size_t note_bytes(const struct notes *s, unsigned i, size_t end) {
  return (i + 1 < s->n ? s->notes[i + 1].to : end) - s->notes[i].to;
}

static void fill_copy(const struct notes *s, unsigned i, size_t bytes) {
  const uword *p = s->notes[i].from;
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
  for (unsigned i = 0; i < s->n; i++) s->notes[i].to += base;
  return true;
}

static bool place_in_commons(struct notes *s, const size_t *sizes) {
  unsigned i;
  for (i = 0; i < s->n; i++) {
    s->notes[i].to = (uword)commons_alloc(sizes[i], true);
    if (!s->notes[i].to) break;
  }
  if (i == s->n) return true;
  while (i-- > 0) heap_fill((uword *)s->notes[i].to, sizes[i]);
  return false;
}

static Value copy_small(struct notes *s, Value v) {
  size_t sizes[NOTES_MOST];
  for (unsigned i = 0; i < s->n; i++) sizes[i] = note_bytes(s, i, s->bytes);
  if (!(s->to ? place_in_heap(s) : place_in_commons(s, sizes))) return VALUE_EMPTY;
  for (unsigned i = 0; i < s->n; i++) fill_copy(s, i, sizes[i]);
  return value_from_word(copied_word(s, v.w));
}

// --- in all ----------------------------------------------------------------------------------------------

static Value copy(struct context *cx, const char *who, Value v, struct heap *to, Value *state) {
  if (is_object(*state)) return copy_in_slices(cx, who, to, *state);
  if (copy_is_by_reference(v)) return v;
  struct notes s;
  s.to = to;
  s.n = 0;
  s.bytes = 0;
  s.culprit = s.holder = VALUE_FALSE;
  bool is_small = note_graph(&s, v);
  Value copied = is_small ? copy_small(&s, v) : VALUE_EMPTY;
  restore(&s);
  if (LIKELY(!value_eq(copied, VALUE_EMPTY))) return copied;
  if (is_true(s.culprit)) return copy_refuse(cx, who, s.culprit, s.holder);
  if (is_small) return copy_too_large(cx, who, to, s.bytes);
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
