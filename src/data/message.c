// Messages under construction.
//
// Uses: obj.  Used by: see message.h.
#include "data/message.h"

#define SYMBOL_SHOWN 24

void message_text(struct message *m, const char *s) {
  while (*s && m->n < MESSAGE_MAX - 1) m->text[m->n++] = *s++;
  m->text[m->n] = 0;
}

void message_integer(struct message *m, sword n) {
  char digits[24];
  unsigned i = sizeof digits;
  uword rest = n < 0 ? -(uword)n : (uword)n;
  digits[--i] = 0;
  do {
    digits[--i] = (char)('0' + rest % 10);
    rest /= 10;
  } while (rest);
  if (n < 0) digits[--i] = '-';
  message_text(m, digits + i);
}

void message_symbol(struct message *m, Value symbol) {
  if (!is_type(symbol, T_SYMBOL)) return;
  Value name = object_field(symbol, SYMBOL_NAME);
  for (sword i = 0; i < string_length(name) && i < SYMBOL_SHOWN; i++) {
    uint32_t c = string_char(name, i);
    message_text(m, (char[]){c >= 32 && c < 127 ? (char)c : '?', 0});
  }
}
