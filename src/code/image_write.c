// Writing images.
//
// Uses: code/image, data/table, gc/arena.  Used by: boot.
//
// First all reachable objects are numbered, breadth first: the list of the numbered is also the queue.  The numbers
// are found again by a hash table over addresses in scratch pages.  Then shapes and contents are written.
#include "code/image.h"
#include "data/string.h"
#include "data/symbol.h"
#include "data/table.h"
#include "gc/arena.h"

struct slot {
  uword key;
  uint32_t number;  // + 1; 0: free; IS_EXTERNAL: its number among those
};
#define IS_EXTERNAL 0x80000000u

struct writer {
  struct heap *heap;
  const struct image_hooks *hooks;
  const struct image_sink *sink;
  const char *why;
  bool failed;
  struct arena arena;
  Value *objects;
  Value *externals;
  struct slot *slots;  // 2 * capacity of them
  size_t n_objects, n_externals, capacity;
  // What is written passes through here; a first run only counts.
  unsigned char buffer[512];
  size_t n_buffered, total_bytes;
  uint32_t checksum;
  bool counting;
};

static void fail(struct writer *w, const char *why) {
  if (!w->failed) w->why = why;
  w->failed = true;
}

// --- numbering ------------------------------------------------------------------------------------------

#define SMALL_FIXNUM_MAX ((sword)0x3fffffff)
static bool is_wide_fixnum(Value v) {
  return is_fixnum(v) && (fixnum_int(v) > SMALL_FIXNUM_MAX || fixnum_int(v) < -SMALL_FIXNUM_MAX - 1);
}
static bool is_numbered(Value v) {
  return is_pointer(v) || is_wide_fixnum(v);
}

static size_t slot_of(struct writer *w, Value v) {
  size_t mask = 2 * w->capacity - 1;
  uint32_t h = (uint32_t)(v.w >> 3) ^ (uint32_t)((uint64_t)v.w >> 32);
  h *= 0x9e3779b1u;
  size_t i = (h ^ h >> 15) & mask;
  while (w->slots[i].number && w->slots[i].key != v.w) i = (i + 1) & mask;
  return i;
}

static bool grow(struct writer *w) {
  size_t capacity = w->capacity ? 2 * w->capacity : 1024;
  Value *objects = arena_alloc(&w->arena, capacity * sizeof *objects);
  Value *externals = arena_alloc(&w->arena, capacity * sizeof *externals);
  struct slot *slots = arena_alloc(&w->arena, 2 * capacity * sizeof *slots);
  if (!objects || !externals || !slots) return fail(w, "there is not enough memory to write the image"), false;
  if (w->n_objects) memcpy(objects, w->objects, w->n_objects * sizeof *objects);
  if (w->n_externals) memcpy(externals, w->externals, w->n_externals * sizeof *externals);
  w->objects = objects;
  w->externals = externals;
  w->slots = slots;
  w->capacity = capacity;
  for (size_t i = 0; i < w->n_objects; i++) slots[slot_of(w, objects[i])] = (struct slot){objects[i].w, (uint32_t)i + 1};
  for (size_t i = 0; i < w->n_externals; i++)
    slots[slot_of(w, externals[i])] = (struct slot){externals[i].w, ((uint32_t)i + 1) | IS_EXTERNAL};
  return true;
}

static bool is_unsavable(Value v) {
  if (!is_object(v)) return false;
  switch (header_type(object_header(v))) {
    case T_THREAD: case T_CONT: case T_STACK: case T_PORTION: case T_STATE: case T_NONE: case T_FILLER: case T_GAP:
    case T_WEAK_PAIR: case T_EPHEMERON: case T_GUARDED: case T_GUARDIAN:
      return true;
    case T_TABLE: return table_is_weak(v);
    default:
      return false;
  }
}

static const char *unsavable_reason(Value v) {
  switch (header_type(object_header(v))) {
    case T_THREAD: return "a thread cannot be saved in an image";
    case T_CONT: case T_STACK: case T_PORTION: return "a continuation cannot be saved in an image";
    case T_WEAK_PAIR: case T_EPHEMERON: return "a weak reference cannot be saved in an image";
    case T_TABLE: return "a weak hash table cannot be saved in an image";
    case T_GUARDED: case T_GUARDIAN: return "a guardian cannot be saved in an image";
    default: return "an object of the machine's own cannot be saved in an image";
  }
}

// What is written for `v`: itself, or what the caller puts in its place.
static Value saved_value(struct writer *w, Value v) {
  if (LIKELY(!is_unsavable(v))) return v;
  Value instead;
  if (w->hooks->replace && w->hooks->replace(w->hooks->context, v, &instead) && !is_pointer(instead)) return instead;
  fail(w, unsavable_reason(v));
  return VALUE_FALSE;
}

static void number_value(struct writer *w, Value v) {
  v = saved_value(w, v);
  if (!is_numbered(v) || w->failed) return;
  if (w->n_objects + w->n_externals == w->capacity && !grow(w)) return;
  size_t i = slot_of(w, v);
  if (w->slots[i].number) return;
  const char *why = NULL;
  enum image_place place = is_pointer(v) && w->hooks->place ? w->hooks->place(w->hooks->context, v, &why) : IMAGE_WRITTEN;
  if (place == IMAGE_REFUSED) return fail(w, why);
  if (place == IMAGE_EXTERNAL) {
    w->externals[w->n_externals++] = v;
    w->slots[i] = (struct slot){v.w, (uint32_t)w->n_externals | IS_EXTERNAL};
    return;
  }
  w->objects[w->n_objects++] = v;
  w->slots[i] = (struct slot){v.w, (uint32_t)w->n_objects};
}

static uint32_t number_of(struct writer *w, Value v) {
  uint32_t number = w->slots[slot_of(w, v)].number;
  return number & IS_EXTERNAL ? (uint32_t)w->n_objects + (number & ~IS_EXTERNAL) - 1 : number - 1;
}

// The Values of a numbered object that are written in order; a table's are found by table_next.
static size_t values_of(Value v, Value **first) {
  if (is_fixnum(v)) return 0;
  if (is_pair(v)) {
    *first = pair_car_slot(v);
    return 2;
  }
  if (is_type(v, T_PRIMITIVE)) {
    *first = object_slot(v, PRIMITIVE_NAME);
    return 1;
  }
  return object_values(value_address(v), first);
}

typedef void (*ValueVisit)(struct writer *w, Value v);

static void visit_values(struct writer *w, Value v, ValueVisit visit) {
  if (is_type(v, T_TABLE)) {
    size_t position = 0;
    Value key, value;
    while (table_next(v, &position, &key, &value)) {
      visit(w, key);
      visit(w, value);
    }
    return;
  }
  Value *first = NULL;
  size_t n = values_of(v, &first);
  for (size_t i = 0; i < n; i++) visit(w, first[i]);
}

// --- bytes --------------------------------------------------------------------------------------------------

uint32_t image_checksum(uint32_t sum, const unsigned char *bytes, size_t n) {
  uint32_t a = sum & 0xffff, b = sum >> 16;
  while (n) {
    size_t part = n < 5552 ? n : 5552;
    n -= part;
    while (part--) b += a += *bytes++;
    a %= 65521;
    b %= 65521;
  }
  return b << 16 | a;
}

static void flush(struct writer *w) {
  w->checksum = image_checksum(w->checksum, w->buffer, w->n_buffered);
  if (!w->failed && !w->sink->write(w->sink->context, w->buffer, w->n_buffered)) fail(w, "the image could not be written out");
  w->n_buffered = 0;
}

static void put_byte(struct writer *w, unsigned byte) {
  w->total_bytes++;
  if (w->counting) return;
  if (w->n_buffered == sizeof w->buffer) flush(w);
  w->buffer[w->n_buffered++] = (unsigned char)byte;
}

static void put_bytes(struct writer *w, const void *bytes, size_t n) {
  for (size_t i = 0; i < n; i++) put_byte(w, ((const unsigned char *)bytes)[i]);
}

static void put_u32(struct writer *w, uint32_t n) {
  for (unsigned i = 0; i < 4; i++, n >>= 8) put_byte(w, n & 0xff);
}

static void put_varint(struct writer *w, uint32_t n) {
  for (; n >= 0x80; n >>= 7) put_byte(w, (n & 0x7f) | 0x80);
  put_byte(w, n);
}

static void put_value(struct writer *w, Value v) {
  v = saved_value(w, v);
  if (is_numbered(v))
    put_varint(w, number_of(w, v) << 2 | 1);
  else if (is_fixnum(v)) {
    int32_t n = (int32_t)fixnum_int(v);
    put_varint(w, ((uint32_t)n << 1 ^ (uint32_t)(n >> 31)) << 1);
  } else
    put_varint(w, (uint32_t)(v.w >> 3) << 2 | 3);
}

// --- shapes -------------------------------------------------------------------------------------------------

static void put_type(struct writer *w, enum object_type type, unsigned flags) {
  put_varint(w, (uint32_t)type | ((flags >> IMAGE_FLAG_SHIFT) & IMAGE_FLAGS_MASK) << IMAGE_TYPE_BITS);
}

static void put_count(struct writer *w, size_t n) {
  if (n >= UINT32_MAX / 8) fail(w, "an object is too big for an image");
  put_varint(w, (uint32_t)n);
}

static void put_integer(struct writer *w, const void *bytes, size_t n, unsigned flags) {
  const unsigned char *b = bytes;
  while (n && !b[n - 1]) n--;
  put_type(w, T_BIGNUM, flags);
  put_count(w, n);
  put_bytes(w, b, n);
}

// A primitive's name, a symbol or string of ASCII characters.
static void put_name(struct writer *w, Value name) {
  if (is_symbol(name)) name = symbol_name(name);
  if (!is_string(name) || string_width(name) != 1) return fail(w, "a primitive has no name");
  put_count(w, (size_t)string_length(name));
  put_bytes(w, string_data(name), (size_t)string_length(name));
}

static void put_code(struct writer *w, Value code) {
  size_t n_units = (size_t)fixnum_int(object_field(code, CODE_N_UNITS));
  put_count(w, (size_t)fixnum_int(object_field(code, 2)));
  put_count(w, n_units);
  if (!w->counting && w->hooks->unlink) w->hooks->unlink(code);
  put_bytes(w, code_units(code), n_units * sizeof(Unit));
  if (!w->counting && w->hooks->link) w->hooks->link(code);
}

static void put_shape(struct writer *w, Value v) {
  if (is_pair(v)) return put_type(w, IMAGE_TYPE_PAIR, heap_is_constant(v) ? HEADER_FLAG_IMMUTABLE : 0);
  if (is_fixnum(v)) {
    uword magnitude = fixnum_int(v) < 0 ? -(uword)fixnum_int(v) : (uword)fixnum_int(v);
    return put_integer(w, &magnitude, sizeof magnitude, fixnum_int(v) < 0 ? HEADER_FLAG_NEGATIVE : 0);
  }
  uword header = object_header(v);
  enum object_type type = header_type(header);
  if (type == T_BIGNUM) return put_integer(w, bytes_data(v), (size_t)bytes_length(v), (unsigned)header);
  put_type(w, type, (unsigned)header);
  switch (type) {
    case T_FLONUM: return put_bytes(w, (char *)value_address(v) + 8, 8);
    case T_CODE: return put_code(w, v);
    case T_PRIMITIVE: return put_name(w, object_field(v, PRIMITIVE_NAME));
    case T_TABLE:
      put_varint(w, (uint32_t)fixnum_int(object_field(v, TABLE_KIND)));
      return put_count(w, table_count(v));
    default: break;
  }
  switch (type_infos[type].shape) {
    case SHAPE_FIXED: return;
    case SHAPE_AUX: return put_varint(w, header_aux(header));
    case SHAPE_COUNT_WORDS: return put_count(w, (size_t)vector_length(v));
    case SHAPE_COUNT_BYTES:
      put_count(w, (size_t)bytes_length(v));
      return put_bytes(w, bytes_data(v), (size_t)bytes_length(v));
    default: return fail(w, unsavable_reason(v));
  }
}

// --- the whole --------------------------------------------------------------------------------------------------

static void put_image(struct writer *w, Value root, uint32_t size) {
  w->total_bytes = w->n_buffered = 0;
  w->checksum = 1;
  put_bytes(w, IMAGE_MAGIC, IMAGE_MAGIC_BYTES);
  put_u32(w, w->hooks->version);
  put_u32(w, size);
  put_u32(w, (uint32_t)w->n_objects);
  for (size_t i = 0; i < w->n_objects && !w->failed; i++) put_shape(w, w->objects[i]);
  for (size_t i = 0; i < w->n_objects && !w->failed; i++) visit_values(w, w->objects[i], put_value);
  if (w->failed) return;
  put_value(w, root);
  if (!w->counting) flush(w);
  put_u32(w, w->checksum);
  if (!w->counting) flush(w);
}

bool image_write(struct heap *heap, Value root, const struct image_hooks *hooks, const struct image_sink *sink,
                 const char **why) {
  struct writer w = {.heap = heap, .hooks = hooks, .sink = sink};
  arena_init(&w.arena, SIZE_MAX / 2);
  if (grow(&w)) {
    number_value(&w, root);
    for (size_t i = 0; i < w.n_objects && !w.failed; i++) visit_values(&w, w.objects[i], number_value);
  }
  if (w.n_objects >= UINT32_MAX / 8) fail(&w, "there are too many objects for an image");
  if (!w.failed) {
    w.counting = true;
    put_image(&w, root, 0);
    if (w.total_bytes > UINT32_MAX) fail(&w, "the image would be too big");
    w.counting = false;
    if (!w.failed) put_image(&w, root, (uint32_t)w.total_bytes);
    if (!w.failed && hooks->found && !hooks->found(hooks->context, w.externals, w.n_externals))
      fail(&w, "there is not enough memory to write the image");
  }
  arena_free(&w.arena);
  *why = w.why;
  return !w.failed;
}
