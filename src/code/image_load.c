// Loading images.
//
// Uses: code/image, data/table, gc/arena.  Used by: boot.
//
// A first pass over the shapes allocates every object, its Values all 0, and notes its address; so references may
// point anywhere, and the immortal pages can be walked whatever happens.  A second pass fills in the Values.  Then
// objects on whose parts C relies without asking are checked, tables indexed and code linked (IMG-5).
#include "code/image.h"
#include "data/record.h"
#include "data/string.h"
#include "data/symbol.h"
#include "data/table.h"
#include "gc/arena.h"

struct loader {
  struct heap *heap;
  const struct image_hooks *hooks;
  const char *why;
  const unsigned char *at, *end;
  Value *objects;
  size_t n_objects, n_externals;  // the external ones stand after the others in `objects`
  size_t values_left;  // every Value takes a byte, so damaged counts are caught before they take memory
};

static bool fail(struct loader *l, const char *why) {
  if (!l->why) l->why = why;
  return false;
}
static bool damaged(struct loader *l) {
  return fail(l, "the image is damaged");
}

// --- bytes ----------------------------------------------------------------------------------------------

static uint32_t get_u32(const unsigned char *p) {
  return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline bool get_varint(struct loader *l, uint32_t *n) {
  uint32_t result = 0;
  const unsigned char *p = l->at;
  for (unsigned shift = 0; shift < 35 && p < l->end; shift += 7) {
    unsigned byte = *p++;
    result |= (uint32_t)(byte & 0x7f) << shift;
    if (byte >= 0x80) continue;
    l->at = p;
    *n = result;
    return true;
  }
  return damaged(l);
}

// `n` raw bytes, where they lie.
static bool get_bytes(struct loader *l, size_t n, const unsigned char **bytes) {
  if (n > (size_t)(l->end - l->at)) return damaged(l);
  *bytes = l->at;
  l->at += n;
  return true;
}

static bool get_values_count(struct loader *l, uint32_t *n) {
  if (!get_varint(l, n)) return false;
  if (*n > l->values_left) return damaged(l);
  l->values_left -= *n;
  return true;
}

static bool is_good_immediate(Value v) {
  uword payload = v.w >> 8, sub = (v.w >> 3) & 31;
  if (sub == CHAR_SUB) return is_scalar_value((uint32_t)payload);
  return sub == 0 && (payload <= (VALUE_UNASSIGNED.w >> 8) || value_eq(v, VALUE_LOCAL)) && !value_eq(v, VALUE_FORWARD);
}

static inline bool get_value(struct loader *l, Value *v) {
  uint32_t u;
  if (!get_varint(l, &u)) return false;
  if (!(u & 1)) {
    u >>= 1;
    *v = fixnum((sword)(int32_t)(u >> 1 ^ -(u & 1)));
    return true;
  }
  if (!(u & 2)) {
    if (u >> 2 >= l->n_objects + l->n_externals) return damaged(l);
    *v = l->objects[u >> 2];
    return true;
  }
  Value immediate = {(uword)(u >> 2) << 3 | TAG_IMMEDIATE};
  if (!is_good_immediate(immediate)) return damaged(l);
  *v = immediate;
  return true;
}

const char image_no_memory[] = "there is not enough memory for the image";

// --- shapes ------------------------------------------------------------------------------------------------

// `bytes` of memory, its first word the header, the rest 0.
static uword *take(struct loader *l, size_t bytes, uword header) {
  uword *p = l->hooks->is_system             ? heap_alloc_immortal(l->heap, bytes)
             : header_type(header) == T_CODE ? heap_alloc_fixed(l->heap, bytes)
                                             : heap_alloc_more(l->heap, bytes);
  if (!p) return fail(l, image_no_memory), NULL;
  p[0] = header;
  for (size_t i = 1; i < bytes / sizeof(uword); i++) p[i] = 0;
  return p;
}

static uword *take_counted(struct loader *l, size_t bytes, uword header, size_t n) {
  uword *p = take(l, bytes, header);
  if (p) p[1] = fixnum((sword)n).w;
  return p;
}

// An integer: a fixnum if this word size can hold it.
static bool load_integer(struct loader *l, uword header, Value *v) {
  uint32_t n;
  const unsigned char *bytes;
  if (!get_varint(l, &n) || !get_bytes(l, n, &bytes)) return false;
  if (n && !bytes[n - 1]) return damaged(l);
  bool negative = header & HEADER_FLAG_NEGATIVE;
  if (n <= sizeof(uword)) {
    uword magnitude = 0;
    for (uint32_t i = n; i-- > 0;) magnitude = magnitude << 8 | bytes[i];
    if (magnitude <= (uword)FIXNUM_MAX + negative) {
      *v = fixnum(negative ? (sword)-magnitude : (sword)magnitude);
      return true;
    }
  }
  size_t n_limb_bytes = round_up(n, sizeof(uword));
  uword *p = take_counted(l, BYTES_BYTES(n_limb_bytes), header, n_limb_bytes);
  if (!p) return false;
  memcpy(p + 2, bytes, n);
  *v = value_from_object(p);
  return true;
}

static bool load_bytes(struct loader *l, uword header, Value *v) {
  uint32_t n;
  const unsigned char *bytes;
  if (!get_varint(l, &n) || !get_bytes(l, n, &bytes)) return false;
  uword *p = take_counted(l, BYTES_BYTES(n), header, n);
  if (!p) return false;
  memcpy(p + 2, bytes, n);
  *v = value_from_object(p);
  return true;
}

static bool load_flonum(struct loader *l, uword header, Value *v) {
  const unsigned char *bytes;
  if (!get_bytes(l, 8, &bytes)) return false;
  uword *p = take(l, FLONUM_BYTES, header);
  if (!p) return false;
  memcpy((char *)p + 8, bytes, 8);
  *v = value_from_object(p);
  return true;
}

static bool load_code(struct loader *l, uword header, Value *v) {
  uint32_t n_values, n_units;
  const unsigned char *bytes;
  if (!get_values_count(l, &n_values) || !get_varint(l, &n_units)) return false;
  if (n_values < CODE_FIXED_VALUES || n_units > (uint32_t)(l->end - l->at) / sizeof(Unit)) return damaged(l);
  if (!get_bytes(l, n_units * sizeof(Unit), &bytes)) return false;
  size_t payload = n_values + round_up(n_units * sizeof(Unit), sizeof(uword)) / sizeof(uword);
  uword *p = take(l, round_up((3 + payload) * sizeof(uword), 8), header);
  if (!p) return false;
  p[1] = fixnum((sword)payload).w;
  p[2] = fixnum((sword)n_values).w;
  memcpy(p + 3 + n_values, bytes, n_units * sizeof(Unit));
  // Kept until the contents say the same.
  p[CODE_N_UNITS] = fixnum((sword)n_units).w;
  *v = value_from_object(p);
  return true;
}

static bool load_primitive(struct loader *l, uword header, Value *v) {
  uint32_t n;
  unsigned index = 0;
  const unsigned char *name;
  if (!get_varint(l, &n) || !get_bytes(l, n, &name)) return false;
  if (!l->hooks->find_primitive || !l->hooks->find_primitive(l->hooks->context, (const char *)name, n, &index))
    return fail(l, "the image names a primitive that this system does not have");
  uword *p = take(l, FIXED_BYTES(2), header);
  if (!p) return false;
  p[PRIMITIVE_INDEX] = fixnum((sword)index).w;
  *v = value_from_object(p);
  return true;
}

static bool load_table(struct loader *l, uword header, Value *v) {
  uint32_t kind, n;
  if (!get_varint(l, &kind) || !get_values_count(l, &n)) return false;
  if (kind >= N_TABLE_KINDS || n > l->values_left) return damaged(l);
  l->values_left -= n;
  size_t capacity = table_round_capacity(n);
  uword *p = take(l, FIXED_BYTES(TABLE_LAST_FIELD), header);
  uword *entries = p ? take_counted(l, VECTOR_BYTES(2 * capacity), header_make(T_VECTOR, 0), 2 * capacity) : NULL;
  size_t index_bytes = table_index_bytes(capacity);
  uword *index = entries ? take_counted(l, BYTES_BYTES(index_bytes), header_make(T_BYTES, 0), index_bytes) : NULL;
  if (!index) return false;
  *v = value_from_object(p);
  object_field_init(*v, TABLE_KIND, fixnum((sword)kind));
  object_field_init(*v, TABLE_COUNT, fixnum((sword)n));
  object_field_init(*v, TABLE_USED, fixnum((sword)n));
  object_field_init(*v, TABLE_ENTRIES, value_from_object(entries));
  object_field_init(*v, TABLE_INDEX, value_from_object(index));
  object_field_init(*v, TABLE_ADDRESSED, VALUE_FALSE);
  object_field_init(*v, TABLE_CAPACITY, fixnum((sword)capacity));
  object_field_init(*v, TABLE_GROWTH, VALUE_FALSE);
  return true;
}

static bool load_pair(struct loader *l, bool is_constant, Value *v) {
  Value *p = (Value *)(l->hooks->is_system ? is_constant ? heap_alloc_immortal_constant(l->heap) : heap_alloc_immortal(l->heap, PAIR_BYTES)
                       : is_constant       ? heap_alloc_fixed(l->heap, PAIR_BYTES)
                                           : heap_alloc_more(l->heap, PAIR_BYTES));
  if (!p) return fail(l, image_no_memory);
  p[0] = p[1] = VALUE_FALSE;
  *v = value_from_pair(p);
  return true;
}

// An object of a shape that has nothing raw in it.
static bool load_plain(struct loader *l, enum object_type type, uword header, Value *v) {
  uint32_t n = type_infos[type].n_payload_words;
  uword *p = NULL;
  switch (type_infos[type].shape) {
    case SHAPE_FIXED: p = take(l, FIXED_BYTES(n), header); break;
    case SHAPE_AUX:
      if (!get_values_count(l, &n)) return false;
      if (n > HEADER_AUX_MAX) return damaged(l);
      p = take(l, AUX_BYTES(n), header | (uword)n << 16);
      break;
    case SHAPE_COUNT_WORDS:
      if (!get_values_count(l, &n)) return false;
      p = take_counted(l, VECTOR_BYTES(n), header, n);
      break;
    default: return damaged(l);
  }
  if (!p) return false;
  *v = value_from_object(p);
  return true;
}

static bool load_shape(struct loader *l, Value *v) {
  uint32_t u;
  if (!get_varint(l, &u)) return false;
  uint32_t type = u & ((1u << IMAGE_TYPE_BITS) - 1), flags = u >> IMAGE_TYPE_BITS;
  if (type >= N_OBJECT_TYPES || flags > IMAGE_FLAGS_MASK) return damaged(l);
  if (type == IMAGE_TYPE_PAIR) return load_pair(l, flags, v);
  uword header = header_make((enum object_type)type, 0) | (uword)flags << IMAGE_FLAG_SHIFT;
  switch (type) {
    case T_BIGNUM: return load_integer(l, header, v);
    case T_BYTES: case T_NUMBERS: return load_bytes(l, header, v);
    case T_FLONUM: return load_flonum(l, header, v);
    case T_CODE: return load_code(l, header, v);
    case T_PRIMITIVE: return load_primitive(l, header, v);
    case T_TABLE: return load_table(l, header, v);
    case T_NONE: case T_FILLER: case T_GAP: case T_THREAD: case T_CONT: case T_STACK: case T_PORTION: case T_STATE:
    case T_WEAK_PAIR: case T_EPHEMERON: case T_GUARDED: case T_GUARDIAN:
      return damaged(l);
    default: return load_plain(l, (enum object_type)type, header, v);
  }
}

// --- contents ------------------------------------------------------------------------------------------------

static bool load_contents(struct loader *l, Value v) {
  Value *first = NULL;
  size_t n;
  if (is_fixnum(v)) return true;
  if (is_pair(v)) {
    first = pair_car_slot(v);
    n = 2;
  } else if (is_type(v, T_PRIMITIVE)) {
    first = object_slot(v, PRIMITIVE_NAME);
    n = 1;
  } else if (is_type(v, T_TABLE)) {
    first = vector_slots(object_field(v, TABLE_ENTRIES));
    n = 2 * table_count(v);
  } else {
    n = object_values(value_address(v), &first);
  }
  Value n_units = is_type(v, T_CODE) ? object_field(v, CODE_N_UNITS) : VALUE_FALSE;
  for (size_t i = 0; i < n; i++) {
    Value part;
    if (!get_value(l, &part)) return false;
    heap_store(l->heap, v, &first[i], part);  // an external object may be young
  }
  return !is_type(v, T_CODE) || value_eq(n_units, object_field(v, CODE_N_UNITS)) || damaged(l);
}

// --- checks ----------------------------------------------------------------------------------------------------

static bool is_good_string(Value v) {
  Value length = object_field(v, STRING_LENGTH), width = object_field(v, STRING_WIDTH), data = object_field(v, STRING_DATA);
  if (!is_fixnum(length) || !is_fixnum(width) || !is_type(data, T_BYTES)) return false;
  sword n = fixnum_int(length), w = fixnum_int(width);
  if ((w != 1 && w != 4) || n < 0 || n > bytes_length(data) / w) return false;
  for (sword i = 0; w == 4 && i < n; i++)
    if (!is_scalar_value(string_char(v, i))) return false;
  return true;
}

static bool is_integer_object(Value v) {
  return is_fixnum(v) || is_type(v, T_BIGNUM);
}

static bool is_real_object(Value v) {
  return is_integer_object(v) || is_type(v, T_RATNUM) || is_type(v, T_FLONUM);
}

static bool is_good_rtd(Value v) {
  return is_type(v, T_RECORD) && header_aux(object_header(v)) >= 1 + RTD_N_FIELDS &&
         is_type(object_field(v, RTD_FIELD_NAMES), T_VECTOR);
}

// Does an object have what C takes for granted?  Looks one level down only, so parts are checked in their turn.
static bool is_good_object(Value v) {
  uword header = object_header(v);
  switch (header_type(header)) {
    case T_STRING: return is_good_string(v);
    case T_SYMBOL: {
      Value hash = object_field(v, SYMBOL_HASH);
      return is_type(object_field(v, SYMBOL_NAME), T_STRING) && is_fixnum(hash) && (uword)fixnum_int(hash) <= SYMBOL_HASH_MASK;
    }
    case T_RATNUM:
      return is_integer_object(object_field(v, RATNUM_NUMERATOR)) && is_integer_object(object_field(v, RATNUM_DENOMINATOR));
    case T_COMPNUM: return is_real_object(object_field(v, COMPNUM_REAL)) && is_real_object(object_field(v, COMPNUM_IMAGINARY));
    case T_RECORD: return header_aux(header) >= 1 && is_good_rtd(object_field(v, RECORD_TYPE));
    case T_CLOSURE: return header_aux(header) >= 1 && is_type(object_field(v, CLOSURE_CODE), T_CODE);
    case T_CELL: return is_fixnum(object_field(v, CELL_FLAGS));
    default: return true;
  }
}

static bool has_string_keys(Value table) {
  size_t position = 0;
  Value key, value;
  while (table_next(table, &position, &key, &value))
    if (!is_string(key)) return false;
  return true;
}

static bool check_objects(struct loader *l) {
  for (size_t i = 0; i < l->n_objects; i++)
    if (is_object(l->objects[i]) && !is_good_object(l->objects[i])) return damaged(l);
  return true;
}

static bool finish_objects(struct loader *l) {
  for (size_t i = 0; i < l->n_objects; i++) {
    Value v = l->objects[i];
    if (is_type(v, T_CODE) && l->hooks->link) l->hooks->link(v);
    if (!is_type(v, T_TABLE)) continue;
    if (fixnum_int(object_field(v, TABLE_KIND)) == TABLE_STRING && !has_string_keys(v)) return damaged(l);
    table_index_build(l->heap, v);
  }
  return true;
}

// --- the whole ------------------------------------------------------------------------------------------------

static bool check_head(struct loader *l, const unsigned char *bytes, size_t n) {
  if (n < IMAGE_HEAD_BYTES + IMAGE_TAIL_BYTES || memcmp(bytes, IMAGE_MAGIC, IMAGE_MAGIC_BYTES))
    return fail(l, "this is not an image");
  const unsigned char *head = bytes + IMAGE_MAGIC_BYTES;
  if (get_u32(head) != l->hooks->version) return fail(l, "the image was made by another version of the system");
  if (get_u32(head + 4) != n) return fail(l, "the image is cut off, or something follows it");
  if (image_checksum(1, bytes, n - IMAGE_TAIL_BYTES) != get_u32(bytes + n - IMAGE_TAIL_BYTES)) return damaged(l);
  l->n_objects = get_u32(head + 8);
  l->at = bytes + IMAGE_HEAD_BYTES;
  l->end = bytes + n - IMAGE_TAIL_BYTES;
  l->values_left = n;
  return l->n_objects <= (size_t)(l->end - l->at) || damaged(l);
}

static bool load_objects(struct loader *l, struct arena *arena, const Value *externals, Value *root) {
  l->objects = arena_alloc(arena, (l->n_objects + l->n_externals) * sizeof(Value) + sizeof(Value));
  if (!l->objects) return fail(l, image_no_memory);
  for (size_t i = 0; i < l->n_externals; i++) l->objects[l->n_objects + i] = externals[i];
  for (size_t i = 0; i < l->n_objects; i++)
    if (!load_shape(l, &l->objects[i])) return false;
  for (size_t i = 0; i < l->n_objects; i++)
    if (!load_contents(l, l->objects[i])) return false;
  if (!get_value(l, root)) return false;
  if (l->at != l->end) return damaged(l);
  return check_objects(l) && finish_objects(l);
}

bool image_load(struct heap *heap, const unsigned char *bytes, size_t n, const struct image_hooks *hooks,
                const Value *externals, size_t n_externals, Value *root, const char **why) {
  struct loader l = {.heap = heap, .hooks = hooks, .n_externals = n_externals};
  struct arena arena;
  arena_init(&arena, SIZE_MAX / 2);
  bool ok = check_head(&l, bytes, n) && load_objects(&l, &arena, externals, root);
  arena_free(&arena);
  *why = l.why;
  return ok;
}
