// Strings: making, copying, comparing and searching.
//
// Uses: data/string, data/utf8.  Used by: see the header.
#include "data/string.h"
#include "data/utf8.h"

// More characters than any heap holds; keeps sizes in bytes from overflowing (the request then fails).
#define LENGTH_MAX ((size_t)(FIXNUM_MAX / 8))

static Value init_bytes(uword *p, size_t n) {
  p[0] = header_make(T_BYTES, 0);
  Value bytes = value_from_object(p);
  object_field_init(bytes, 1, fixnum((sword)n));
  return bytes;
}

static Value init_string(uword *p, size_t n, unsigned width, Value data) {
  p[0] = header_make(T_STRING, 0);
  Value string = value_from_object(p);
  object_field_init(string, STRING_LENGTH, fixnum((sword)n));
  object_field_init(string, STRING_WIDTH, fixnum((sword)width));
  object_field_init(string, STRING_DATA, data);
  return string;
}

Value bytes_make_raw(struct context *cx, size_t n) {
  if (n > LENGTH_MAX * 4) return outcome_collect(cx, (size_t)FIXNUM_MAX & ~(size_t)7);
  uword *p = heap_try_alloc(cx->heap, BYTES_BYTES(n));
  if (!p) return outcome_collect(cx, BYTES_BYTES(n));
  return init_bytes(p, n);
}

Value string_make_raw(struct context *cx, size_t n, unsigned width) {
  if (n > LENGTH_MAX) return outcome_collect(cx, (size_t)FIXNUM_MAX & ~(size_t)7);
  size_t bytes = BYTES_BYTES(n * width);
  if (bytes + STRING_BYTES < HEAP_LARGE_BYTES) {
    if (!heap_reserve(cx->heap, bytes + STRING_BYTES)) return outcome_collect(cx, bytes + STRING_BYTES);
    Value data = init_bytes(heap_alloc(cx->heap, bytes), n * width);
    return init_string(heap_alloc(cx->heap, STRING_BYTES), n, width, data);
  }
  uword *p = heap_try_alloc(cx->heap, bytes);
  if (!p) return outcome_collect(cx, bytes + STRING_BYTES);
  Value data = init_bytes(p, n * width);
  p = heap_try_alloc(cx->heap, STRING_BYTES);
  if (!p) return outcome_collect(cx, bytes + STRING_BYTES);
  return init_string(p, n, width, data);
}

Value string_make(struct context *cx, size_t n, uint32_t fill) {
  Value s = string_make_raw(cx, n, char_width(fill));
  if (is_outcome(s)) return s;
  if (fill < 256) {
    memset(string_data(s), (int)fill, n);
  } else {
    uint32_t *data = (uint32_t *)string_data(s);
    for (size_t i = 0; i < n; i++) data[i] = fill;
  }
  return s;
}

Value string_from_chars(struct context *cx, const uint32_t *chars, size_t n) {
  uint32_t all = 0;
  for (size_t i = 0; i < n; i++) all |= chars[i];
  Value s = string_make_raw(cx, n, char_width(all));
  if (is_outcome(s)) return s;
  if (string_width(s) == 4) {
    memcpy(string_data(s), chars, n * 4);
  } else {
    unsigned char *data = string_data(s);
    for (size_t i = 0; i < n; i++) data[i] = (unsigned char)chars[i];
  }
  return s;
}

Value string_from_latin1(struct context *cx, const unsigned char *chars, size_t n) {
  Value s = string_make_raw(cx, n, 1);
  if (!is_outcome(s)) memcpy(string_data(s), chars, n);
  return s;
}

Value string_from_utf8(struct context *cx, const unsigned char *bytes, size_t n) {
  size_t length = 0;
  uint32_t all = 0, c;
  for (size_t i = 0; i < n; length++) {
    i += utf8_decode_lenient(bytes + i, n - i, &c);
    all |= c;
  }
  Value s = string_make_raw(cx, length, char_width(all));
  if (is_outcome(s)) return s;
  for (size_t i = 0, at = 0; i < n; at++) {
    i += utf8_decode_lenient(bytes + i, n - i, &c);
    string_put(s, (sword)at, c);
  }
  return s;
}

Value string_from_c(struct heap *heap, const char *text) {
  size_t n = strlen(text);
  Value data = init_bytes(heap_alloc(heap, BYTES_BYTES(n)), n);
  memcpy(bytes_data(data), text, n);
  return init_string(heap_alloc(heap, STRING_BYTES), n, 1, data);
}

Value string_substring(struct context *cx, Value s, sword start, sword end) {
  size_t n = (size_t)(end - start);
  if (string_width(s) == 4) return string_from_chars(cx, (uint32_t *)string_data(s) + start, n);
  Value copy = string_make_raw(cx, n, 1);
  if (!is_outcome(copy)) memcpy(string_data(copy), string_data(s) + start, n);
  return copy;
}

Value string_to_utf8(struct context *cx, Value s, sword start, sword end) {
  size_t n = 0;
  for (sword i = start; i < end; i++) n += utf8_size(string_char(s, i));
  Value bytes = bytes_make_raw(cx, n);
  if (is_outcome(bytes)) return bytes;
  unsigned char *p = bytes_data(bytes);
  for (sword i = start; i < end; i++) p += utf8_encode(string_char(s, i), p);
  return bytes;
}

Value string_widen(struct context *cx, Value s, unsigned width) {
  if (string_width(s) >= width) return VALUE_TRUE;
  size_t n = (size_t)string_length(s);
  Value data = bytes_make_raw(cx, n * 4);
  if (is_outcome(data)) return data;
  uint32_t *to = (uint32_t *)bytes_data(data);
  const unsigned char *from = string_data(s);
  for (size_t i = 0; i < n; i++) to[i] = from[i];
  object_field_init(s, STRING_WIDTH, fixnum(4));
  heap_store(cx->heap, s, object_slot(s, STRING_DATA), data);
  return VALUE_TRUE;
}

void string_move(Value to, sword at, Value from, sword start, sword end) {
  size_t n = (size_t)(end - start);
  unsigned width = string_width(to);
  if (width == string_width(from)) {
    memmove(string_data(to) + (size_t)at * width, string_data(from) + (size_t)start * width, n * width);
    return;
  }
  // Different widths are different strings, so the direction does not matter.
  for (sword i = start; i < end; i++) string_put(to, at + (i - start), string_char(from, i));
}

bool string_equal(Value a, Value b) {
  return string_length(a) == string_length(b) && string_compare(a, b) == 0;
}

int string_compare(Value a, Value b) {
  sword n_a = string_length(a), n_b = string_length(b);
  sword n = n_a < n_b ? n_a : n_b;
  if (string_width(a) == 1 && string_width(b) == 1) {
    int order = memcmp(string_data(a), string_data(b), (size_t)n);
    if (order) return order;
  } else {
    for (sword i = 0; i < n; i++) {
      uint32_t x = string_char(a, i), y = string_char(b, i);
      if (x != y) return x < y ? -1 : 1;
    }
  }
  return n_a < n_b ? -1 : n_a > n_b;
}

bool string_equal_c(Value s, const char *ascii) {
  sword n = string_length(s);
  for (sword i = 0; i < n; i++)
    if (!ascii[i] || string_char(s, i) != (unsigned char)ascii[i]) return false;
  return !ascii[n];
}

// Of a long string the hash is taken of its ends and of some characters in between.
#define HASHED_ENDS 1024
#define HASHED_SAMPLES 2048

uint32_t string_hash(Value s) {
  uint32_t h = 2166136261u;
  sword n = string_length(s), step = n / HASHED_SAMPLES + 1;
  for (sword i = 0; i < n; i += i < HASHED_ENDS || n - i <= HASHED_ENDS ? 1 : step)
    h = (h ^ string_char(s, i)) * 16777619u;
  h ^= h >> 15;
  h *= 0x2c1b3c6du;
  h ^= h >> 12;
  return h & 0x1fffffffu;
}

static bool occurs_at(Value pattern, Value s, sword at) {
  sword n = string_length(pattern);
  for (sword i = 0; i < n; i++)
    if (string_char(pattern, i) != string_char(s, at + i)) return false;
  return true;
}

// A short pattern is compared at every place.
#define LONG_PATTERN 32

// A long one is compared only where a rolling hash of the text, modulo a prime below 2^29, says that it may be.
#define HASH_PRIME 536870909u
#define HASH_BASE 48271u

static uint32_t hash_step(uint32_t h, uint32_t c) {
  return (uint32_t)(((uint64_t)h * HASH_BASE + c) % HASH_PRIME);
}

uint32_t string_window_hash(uint32_t h, Value s, sword start, sword end) {
  for (sword i = start; i < end; i++) h = hash_step(h, string_char(s, i));
  return h;
}

sword string_window_roll(const struct string_window *w, Value s, sword at, sword last, uint32_t *hash) {
  uint32_t h = *hash;
  while (at < last) {
    uint32_t leaving = (uint32_t)((uint64_t)w->highest * string_char(s, at) % HASH_PRIME);
    h = hash_step(h + (leaving ? HASH_PRIME - leaving : 0), string_char(s, at + w->n));
    at++;
    if (h == w->wanted) break;
  }
  *hash = h;
  return at;
}

static sword search_long(Value pattern, Value s, sword start, sword last) {
  sword n = string_length(pattern), at = start;
  struct string_window window = {n, string_window_hash(0, pattern, 0, n), 1};
  for (sword i = 1; i < n; i++) window.highest = hash_step(window.highest, 0);
  uint32_t h = string_window_hash(0, s, start, start + n);
  while (h != window.wanted || !occurs_at(pattern, s, at)) {
    if (at == last) return -1;
    at = string_window_roll(&window, s, at, last, &h);
  }
  return at;
}

sword string_search(Value pattern, Value s, sword start, sword end) {
  sword last = end - string_length(pattern);
  if (start <= last && string_length(pattern) > LONG_PATTERN) return search_long(pattern, s, start, last);
  for (sword at = start; at <= last; at++)
    if (occurs_at(pattern, s, at)) return at;
  return -1;
}
