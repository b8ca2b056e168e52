// The screen: 80 by 25 VGA text, driven like a small ANSI terminal.
//
// Uses: cpu, glyphs.  Used by: console, clock.
//
// Text goes to a copy in memory; rows that changed are shown at the next tick.  Display memory is slow,
// and a program that prints a thousand lines scrolls only what somebody could have seen.
//
//   SCR-1  A row's dirty mark is set after its cells are written and cleared before they are shown, so a
//          tick in between shows it once more rather than not at all.
//
// Understood: CR LF BS TAB, CSI n A B C D (cursor), G (column), H f (place), J K (erase), m (colours).
// A line is wrapped when the next character comes, as terminals do, not when column 80 is written.
#include "i686/cpu.h"
#include "i686/machine.h"

enum {
  CRTC_INDEX = 0x3d4, CRTC_DATA = 0x3d5, CRTC_CURSOR_START = 0x0a, CRTC_CURSOR_HIGH = 0x0e, CRTC_CURSOR_LOW = 0x0f,
  MAX_PARAMETERS = 8, NORMAL_COLOURS = 0x07, TAB_COLUMNS = 8,
};

enum parse_state { PLAIN, ESCAPE, SEQUENCE };

static volatile uint16_t *const display = (volatile uint16_t *)0xb8000;

static struct {
  bool is_present, must_wrap;
  unsigned row, column;
  uint16_t cells[SCREEN_ROWS][SCREEN_COLUMNS];
  volatile bool dirty[SCREEN_ROWS];
  unsigned shown_cursor;
  // colours: 0-15 each, as set by SGR
  unsigned foreground, background;
  bool is_bold, is_reversed;
  // the sequence being read
  enum parse_state state;
  bool is_private;
  unsigned n_parameters, parameters[MAX_PARAMETERS];
  // the UTF-8 character being read
  uint32_t character;
  unsigned n_more_bytes;
} screen;

static void crtc_write(unsigned index, unsigned value) {
  port_out8(CRTC_INDEX, (uint8_t)index);
  port_out8(CRTC_DATA, (uint8_t)value);
}

static unsigned crtc_read(unsigned index) {
  port_out8(CRTC_INDEX, (uint8_t)index);
  return port_in8(CRTC_DATA);
}

// Both the cells and the cursor registers have to remember what is written to them.
static bool detect(void) {
  crtc_write(CRTC_CURSOR_LOW, 0x5a);
  display[0] = 0x0741;
  display[1] = 0x0742;
  return crtc_read(CRTC_CURSOR_LOW) == 0x5a && display[0] == 0x0741 && display[1] == 0x0742;
}

static uint16_t cell_with(uint8_t glyph) {
  unsigned front = screen.foreground | (screen.is_bold ? 8 : 0), back = screen.background & 7;
  unsigned colours = screen.is_reversed ? (front & 7) << 4 | back : back << 4 | front;
  return (uint16_t)(colours << 8 | glyph);
}

static void mark_dirty(unsigned row) {
  __asm__ volatile("" ::: "memory");
  screen.dirty[row] = true;
}

static void erase(unsigned row, unsigned from, unsigned to) {
  uint16_t blank = (uint16_t)((screen.background & 7) << 12 | NORMAL_COLOURS << 8 | ' ');
  for (unsigned i = from; i < to; i++) screen.cells[row][i] = blank;
  mark_dirty(row);
}

static void reset_colours(void) {
  screen.foreground = NORMAL_COLOURS;
  screen.background = 0;
  screen.is_bold = screen.is_reversed = false;
}

void screen_init(void) {
  screen.is_present = detect();
  if (!screen.is_present) return;
  reset_colours();
  for (unsigned row = 0; row < SCREEN_ROWS; row++) erase(row, 0, SCREEN_COLUMNS);
  crtc_write(CRTC_CURSOR_START, crtc_read(CRTC_CURSOR_START) & ~0x20u);
  screen.shown_cursor = ~0u;
  screen_refresh();
}

bool screen_is_present(void) {
  return screen.is_present;
}

void screen_refresh(void) {
  if (!screen.is_present) return;
  for (unsigned row = 0; row < SCREEN_ROWS; row++) {
    if (!screen.dirty[row]) continue;
    screen.dirty[row] = false;
    for (unsigned i = 0; i < SCREEN_COLUMNS; i++) display[row * SCREEN_COLUMNS + i] = screen.cells[row][i];
  }
  unsigned cursor = screen.row * SCREEN_COLUMNS + screen.column;
  if (cursor == screen.shown_cursor) return;
  screen.shown_cursor = cursor;
  crtc_write(CRTC_CURSOR_HIGH, cursor >> 8);
  crtc_write(CRTC_CURSOR_LOW, cursor & 0xff);
}

static void scroll(void) {
  memmove(screen.cells[0], screen.cells[1], sizeof screen.cells - sizeof screen.cells[0]);
  erase(SCREEN_ROWS - 1, 0, SCREEN_COLUMNS);
  for (unsigned row = 0; row < SCREEN_ROWS; row++) mark_dirty(row);
}

static void move_to(int row, int column) {
  screen.row = (unsigned)(row < 0 ? 0 : row >= SCREEN_ROWS ? SCREEN_ROWS - 1 : row);
  screen.column = (unsigned)(column < 0 ? 0 : column >= SCREEN_COLUMNS ? SCREEN_COLUMNS - 1 : column);
  screen.must_wrap = false;
}

static void next_line(void) {
  if (screen.row + 1 < SCREEN_ROWS) screen.row++;
  else scroll();
}

static void put_glyph(uint8_t glyph) {
  if (screen.must_wrap) {
    screen.column = 0;
    screen.must_wrap = false;
    next_line();
  }
  screen.cells[screen.row][screen.column] = cell_with(glyph);
  mark_dirty(screen.row);
  if (screen.column + 1 < SCREEN_COLUMNS) screen.column++;
  else screen.must_wrap = true;
}

// Line feed starts a new line: programs end lines with LF alone.
static void control_character(uint8_t byte) {
  switch (byte) {
    case '\r': move_to((int)screen.row, 0); break;
    case '\n': move_to((int)screen.row, 0), next_line(); break;
    case '\b': move_to((int)screen.row, (int)screen.column - 1); break;
    case '\t': move_to((int)screen.row, (int)(screen.column / TAB_COLUMNS + 1) * TAB_COLUMNS); break;
    default: break;
  }
}

// --- sequences --------------------------------------------------------------------------------------

static void erase_in_line(unsigned mode) {
  if (mode > 2) return;
  erase(screen.row, mode == 0 ? screen.column : 0, mode == 1 ? screen.column + 1 : SCREEN_COLUMNS);
}

static void erase_in_screen(unsigned mode) {
  if (mode > 3) return;
  for (unsigned row = 0; row < SCREEN_ROWS; row++) {
    bool is_above = row < screen.row;
    if (row != screen.row && (mode >= 2 || is_above == (mode == 1))) erase(row, 0, SCREEN_COLUMNS);
  }
  erase_in_line(mode >= 2 ? 2 : mode);
}

static unsigned vga_colour(unsigned ansi) {
  static const uint8_t colours[8] = {0, 4, 2, 6, 1, 5, 3, 7};
  return colours[ansi & 7] | (ansi & 8);
}

static void set_graphics(unsigned code) {
  if (code == 0) reset_colours();
  else if (code == 1) screen.is_bold = true;
  else if (code == 7) screen.is_reversed = true;
  else if (code == 22) screen.is_bold = false;
  else if (code == 27) screen.is_reversed = false;
  else if (code >= 30 && code <= 37) screen.foreground = vga_colour(code - 30);
  else if (code == 39) screen.foreground = NORMAL_COLOURS;
  else if (code >= 40 && code <= 47) screen.background = vga_colour(code - 40);
  else if (code == 49) screen.background = 0;
  else if (code >= 90 && code <= 97) screen.foreground = vga_colour(code - 90 + 8);
  else if (code >= 100 && code <= 107) screen.background = vga_colour(code - 100);
}

// 38 and 48 are followed by 5 and a colour number, or by 2 and three: only the first sixteen are here.
static void set_all_graphics(void) {
  for (unsigned i = 0; i < screen.n_parameters; i++) {
    unsigned code = screen.parameters[i];
    if (code != 38 && code != 48) {
      set_graphics(code);
    } else if (i + 2 < screen.n_parameters && screen.parameters[i + 1] == 5) {
      unsigned colour = screen.parameters[i += 2];
      if (colour < 16) *(code == 38 ? &screen.foreground : &screen.background) = vga_colour(colour);
    } else {
      i += 4;
    }
  }
}

static void end_sequence(uint8_t final) {
  unsigned first = screen.parameters[0], second = screen.parameters[1];
  int n = first == 0 ? 1 : first > 999 ? 999 : (int)first;
  int row = (int)screen.row, column = (int)screen.column;
  if (screen.is_private) return;
  switch (final) {
    case 'A': move_to(row - n, column); break;
    case 'B': move_to(row + n, column); break;
    case 'C': move_to(row, column + n); break;
    case 'D': move_to(row, column - n); break;
    case 'G': move_to(row, n - 1); break;
    case 'H': case 'f': move_to(n - 1, second == 0 ? 0 : second > 999 ? 999 : (int)second - 1); break;
    case 'J': erase_in_screen(first); break;
    case 'K': erase_in_line(first); break;
    case 'm': set_all_graphics(); break;
    default: break;
  }
}

static void start_sequence(void) {
  screen.state = SEQUENCE;
  screen.is_private = false;
  screen.n_parameters = 1;
  for (unsigned i = 0; i < MAX_PARAMETERS; i++) screen.parameters[i] = 0;
}

static void sequence_byte(uint8_t byte) {
  unsigned last = screen.n_parameters - 1;
  if (byte >= '0' && byte <= '9') {
    if (screen.parameters[last] < 10000) screen.parameters[last] = screen.parameters[last] * 10 + byte - '0';
  } else if (byte == ';') {
    if (screen.n_parameters < MAX_PARAMETERS) screen.n_parameters++;
  } else if (byte >= 0x40 && byte <= 0x7e) {
    screen.state = PLAIN;
    end_sequence(byte);
  } else if (byte < 0x20) {
    screen.state = PLAIN;
    control_character(byte);
  } else {
    screen.is_private = true;
  }
}

// --- characters ---------------------------------------------------------------------------------------

// Bad UTF-8 shows as '?', once per broken character.
static void plain_byte(uint8_t byte) {
  if (screen.n_more_bytes > 0 && (byte & 0xc0) == 0x80) {
    screen.character = screen.character << 6 | (byte & 0x3f);
    if (--screen.n_more_bytes == 0) put_glyph(glyph_for_character(screen.character));
    return;
  }
  if (screen.n_more_bytes > 0) {
    screen.n_more_bytes = 0;
    put_glyph('?');
  }
  if (byte >= 0xc2 && byte <= 0xf4) {
    screen.n_more_bytes = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    screen.character = byte & (0x3f >> screen.n_more_bytes);
  } else if (byte >= 0x80) {
    put_glyph('?');
  } else if (byte < 0x20 || byte == 0x7f) {
    control_character(byte);
  } else {
    put_glyph(byte);
  }
}

void screen_write_byte(uint8_t byte) {
  if (!screen.is_present) return;
  if (byte == 0x1b) screen.state = ESCAPE;
  else if (screen.state == PLAIN) plain_byte(byte);
  else if (screen.state == SEQUENCE) sequence_byte(byte);
  else if (byte == '[') start_sequence();
  else screen.state = PLAIN;
}
