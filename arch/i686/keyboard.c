// The keyboard: a PS/2 keyboard behind the 8042 controller, as the bytes a terminal would send.
//
// Uses: cpu, console.  Used by: main, interrupts.
//
// The controller translates to scan code set 1.  The layout is US.  Alt sends ESC before the key.
#include "i686/cpu.h"
#include "i686/machine.h"

enum {
  DATA = 0x60, STATUS = 0x64, COMMAND = 0x64, STATUS_OUTPUT_FULL = 1, STATUS_INPUT_FULL = 2, STATUS_FROM_MOUSE = 0x20,
  MAX_POLLS = 20000, RELEASE = 0x80, EXTENDED = 0xe0, PAUSE = 0xe1,
  KEY_CONTROL = 0x1d, KEY_LEFT_SHIFT = 0x2a, KEY_RIGHT_SHIFT = 0x36, KEY_ALT = 0x38, KEY_CAPS = 0x3a, KEY_NUM = 0x45,
  KEY_KEYPAD_FIRST = 0x47, KEY_KEYPAD_LAST = 0x53,
};

static struct {
  bool is_extended, left_shift, right_shift, control, alt, caps, num;
  unsigned n_skip;  // bytes of a Pause sequence still to ignore
} keys;

// One character per scan code from 0; 0 for none.
static const char plain_keys[] =
  "\0\033" "1234567890-=\177\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";
static const char shifted_keys[] =
  "\0\033" "!@#$%^&*()_+\177\tQWERTYUIOP{}\r\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 ";

// --- controller ---------------------------------------------------------------------------------------

static bool wait_status(uint8_t mask, uint8_t value) {
  for (int i = 0; i < MAX_POLLS; i++)
    if ((port_in8(STATUS) & mask) == value) return true;
  return false;
}

static bool command(uint8_t byte) {
  if (!wait_status(STATUS_INPUT_FULL, 0)) return false;
  port_out8(COMMAND, byte);
  return true;
}

static bool send(uint8_t byte) {
  if (!wait_status(STATUS_INPUT_FULL, 0)) return false;
  port_out8(DATA, byte);
  return true;
}

static void drain(void) {
  for (int i = 0; i < 64 && port_in8(STATUS) & STATUS_OUTPUT_FULL; i++) port_in8(DATA);
}

void keyboard_init(void) {
  if (port_in8(STATUS) == 0xff) return;  // no controller at all
  if (!command(0xad) || !command(0xa7)) return;
  drain();
  if (!command(0x20) || !wait_status(STATUS_OUTPUT_FULL, STATUS_OUTPUT_FULL)) return;
  uint8_t configuration = port_in8(DATA);
  configuration = (uint8_t)((configuration | 0x41) & ~0x32u);  // keyboard interrupt, translation, clock on
  if (!command(0x60) || !send(configuration) || !command(0xae)) return;
  if (send(0xf4) && wait_status(STATUS_OUTPUT_FULL, STATUS_OUTPUT_FULL)) port_in8(DATA);
  interrupts_unmask(IRQ_LINE_KEYBOARD);
}

// --- keys ---------------------------------------------------------------------------------------------

static void type_text(const char *text) {
  while (*text != 0) console_input((uint8_t)*text++);
}

// ESC [ 1 ; m X, or ESC [ X without modifiers; ESC [ n ~ for the editing keys.
static void type_cursor_key(char final) {
  int modifiers = (keys.left_shift || keys.right_shift ? 1 : 0) + (keys.alt ? 2 : 0) + (keys.control ? 4 : 0);
  type_text("\033[");
  if (final >= '0' && final <= '9') {
    console_input((uint8_t)final);
    final = '~';
  } else if (modifiers != 0) {
    type_text("1;");
    console_input((uint8_t)('1' + modifiers));
  }
  console_input((uint8_t)final);
}

static bool type_navigation(uint8_t code) {
  static const char finals[KEY_KEYPAD_LAST - KEY_KEYPAD_FIRST + 1] = "HA5\0D\0C\0FB6" "23";
  char final = finals[code - KEY_KEYPAD_FIRST];
  if (final == 0) return false;
  type_cursor_key(final);
  return true;
}

static void type_keypad(uint8_t code) {
  static const char digits[KEY_KEYPAD_LAST - KEY_KEYPAD_FIRST + 1] = "789-456+1230.";
  char digit = digits[code - KEY_KEYPAD_FIRST];
  if (keys.num || digit == '-' || digit == '+' || !type_navigation(code)) console_input((uint8_t)digit);
}

static void type_character(char c) {
  bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  if (is_letter && keys.caps) c ^= 0x20;
  if (keys.control && c >= '@' && c <= '~') c &= 0x1f;
  else if (keys.control && c == ' ') c = 0;
  else if (keys.control && (c == '/' || c == '-')) c = 0x1f;
  if (keys.alt) console_input(0x1b);
  console_input((uint8_t)c);
}

static void press(uint8_t code, bool is_extended) {
  bool shift = keys.left_shift || keys.right_shift;
  if (code >= KEY_KEYPAD_FIRST && code <= KEY_KEYPAD_LAST) {
    if (is_extended) type_navigation(code);
    else type_keypad(code);
  } else if (is_extended && code != 0x1c && code != 0x35) {
    return;  // of the other extended keys only the keypad's Enter and / type anything
  } else if (code < sizeof plain_keys) {
    char c = shift && !is_extended ? shifted_keys[code] : plain_keys[code];
    if (c != 0) type_character(c);
  }
}

// True when the code was a modifier.  The fake shifts around extended keys are no shifts.
static bool track_modifier(uint8_t code, bool is_down, bool is_extended) {
  switch (code) {
    case KEY_LEFT_SHIFT: if (!is_extended) keys.left_shift = is_down; return true;
    case KEY_RIGHT_SHIFT: if (!is_extended) keys.right_shift = is_down; return true;
    case KEY_CONTROL: keys.control = is_down; return true;
    case KEY_ALT: keys.alt = is_down; return true;
    case KEY_CAPS: if (is_down) keys.caps = !keys.caps; return true;
    case KEY_NUM: if (is_down) keys.num = !keys.num; return true;
    default: return false;
  }
}

static void scan_code(uint8_t byte) {
  if (keys.n_skip > 0) {
    keys.n_skip--;
  } else if (byte == PAUSE) {
    keys.n_skip = 2;
  } else if (byte == EXTENDED) {
    keys.is_extended = true;
  } else {
    bool is_down = !(byte & RELEASE), is_extended = keys.is_extended;
    uint8_t code = byte & ~RELEASE;
    keys.is_extended = false;
    if (!track_modifier(code, is_down, is_extended) && is_down) press(code, is_extended);
  }
}

void keyboard_interrupt(void) {
  uint8_t status = port_in8(STATUS);
  if (!(status & STATUS_OUTPUT_FULL)) return;
  uint8_t byte = port_in8(DATA);
  if (!(status & STATUS_FROM_MOUSE)) scan_code(byte);
}
