// The console, on which every process writes.
//
// Uses: gc, data/string, data/utf8, platform.  Used by: data/port, prim/prim_ports, proc.
//
// One process has the console: its input, and a line that a person is typing on it.  What others write meanwhile goes above
// that line, which is taken away and drawn again, so neither is harmed.  Nobody's output begins in another one's line.
//
//   CONSOLE-1  While a line is held the cursor is where its drawing left it, so many rows below the drawing's first one.
//   CONSOLE-2  Only the owner's foreground thread holds a line (ROOT_CONSOLE_LINE), and any other writing of it lets go.
#ifndef DATA_CONSOLE_H
#define DATA_CONSOLE_H

#include "data/outcome.h"

// The process whose input the console is; it need not end a line for that to be seen.
void console_set_owner(struct heap *heap);
bool console_is_owner(const struct heap *heap);
// Does what `heap` writes have to come in whole lines?
bool console_wants_lines(const struct heap *heap);
// Write for `heap`: above the line being typed if there is one, and at a line's start if another one wrote last.
void console_write(struct heap *heap, const char *bytes, size_t n_bytes);
// Write what the person at the console sees of the line being typed: `text`, a string, from `start` to `end`.
void console_write_raw(Value text, sword start, sword end);
// Draw `text` in the place of a drawing whose cursor is `row_before` rows below its first row; from now on the cursor is
// `row` rows below, and the line is held.  Let go of it.
void console_draw(struct heap *heap, Value text, sword row_before, sword row);
void console_let_go(struct heap *heap);

#endif
