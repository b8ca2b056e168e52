// The console: the line being typed, and what others write.
//
// Uses: see the header.
#include "data/console.h"
#include "base/platform.h"
#include "data/string.h"
#include "data/utf8.h"

static struct {
  struct heap *owner;
  const struct heap *last_writer;  // compared only: it may have ended
  bool is_mid_line;
  bool is_held;
  sword row;
} console;

void console_set_owner(struct heap *heap) {
  console.last_writer = console.owner = heap;
  console.is_held = console.is_mid_line = false;
}

bool console_is_owner(const struct heap *heap) {
  return heap == console.owner;
}

bool console_wants_lines(const struct heap *heap) {
  return console.owner && (console.is_held || heap != console.owner);
}

static void put(const char *bytes, size_t n_bytes) {
  if (n_bytes == 0) return;
  platform_console_write(bytes, n_bytes);
  console.is_mid_line = bytes[n_bytes - 1] != '\n';
}

void console_write_raw(Value text, sword start, sword end) {
  unsigned char buffer[256];
  size_t n = 0;
  for (sword i = start; i < end; i++) {
    if (n + UTF8_MAX_BYTES > sizeof buffer) {
      put((char *)buffer, n);
      n = 0;
    }
    n += utf8_encode(string_char(text, i), buffer + n);
  }
  put((char *)buffer, n);
}

// Remove a drawing from the screen; the cursor is `row` rows below its first one.
static void erase(sword row) {
  char up[16] = "\r\x1b[";
  unsigned n = 3, scale = 1;
  if (row > 999) row = 999;
  while (row / scale >= 10) scale *= 10;
  for (; scale; scale /= 10) up[n++] = (char)('0' + row / scale % 10);
  up[n++] = 'A';
  if (row > 0) put(up, n);
  put("\r\x1b[J", 4);
}

void console_draw(struct heap *heap, Value text, sword row_before, sword row) {
  erase(row_before);
  console_write_raw(text, 0, string_length(text));
  if (heap != console.owner) return;
  heap->roots[ROOT_CONSOLE_LINE] = text;
  console.is_held = true;
  console.row = row;
  console.last_writer = heap;
}

void console_let_go(struct heap *heap) {
  if (heap != console.owner) return;
  console.is_held = false;
  heap->roots[ROOT_CONSOLE_LINE] = VALUE_FALSE;
}

void console_write(struct heap *heap, const char *bytes, size_t n_bytes) {
  if (console.is_held) erase(console.row);
  else if (console.last_writer != heap && console.is_mid_line) put("\r\n", 2);
  put(bytes, n_bytes);
  console.last_writer = heap;
  if (!console.is_held) return;
  if (console.is_mid_line) put("\r\n", 2);
  Value line = console.owner->roots[ROOT_CONSOLE_LINE];
  console_write_raw(line, 0, string_length(line));
}
