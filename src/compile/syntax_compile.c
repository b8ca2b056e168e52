#include "compile/expander.h"
Value macro_compile(struct expander *ex, const struct work *w, Value name, struct scope *scope) {
  (void)name, (void)scope;
  syntax_error(ex, w, "not yet");
  return VALUE_EMPTY;
}
Value macro_expand(struct expander *ex, Value macro, const struct work *w) {
  (void)macro;
  syntax_error(ex, w, "not yet");
  return VALUE_EMPTY;
}
