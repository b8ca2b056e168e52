// Messages under construction: short ASCII text in a buffer on the C stack.
//
// Uses: obj.  Used by: data/outcome, compile, vm.
//
// What does not fit is cut off; the text is always terminated.  Start with {.n = 0}.
#ifndef DATA_MESSAGE_H
#define DATA_MESSAGE_H

#include "obj/object.h"

#define MESSAGE_MAX 160
struct message {
  char text[MESSAGE_MAX];
  size_t n;
};

void message_text(struct message *m, const char *s);
void message_integer(struct message *m, sword n);
// The first characters of a symbol's name, those beyond ASCII as `?`; nothing of any other Value.
void message_symbol(struct message *m, Value symbol);

#endif
