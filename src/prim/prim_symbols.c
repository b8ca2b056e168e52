// Primitives on symbols.
//
// Uses: data/symbol, data/string, prim/args.  Used by: prim/table.
#include "data/string.h"
#include "data/symbol.h"
#include "prim/args.h"
#include "prim/tables.h"

PRIM(prim_symbol_p) {
  return value_bool(is_symbol(args[0]));
}

PRIM(prim_string_to_symbol) {
  if (!is_string(args[0])) return raise_type(cx, "string->symbol", 1, "a string", args[0]);
  return symbol_intern_string(cx, args[0]);
}

PRIM(prim_symbol_to_string) {
  if (!is_symbol(args[0])) return raise_type(cx, "symbol->string", 1, "a symbol", args[0]);
  return symbol_name(args[0]);
}

PRIM(prim_string_to_uninterned_symbol) {
  if (!is_string(args[0])) return raise_type(cx, "string->uninterned-symbol", 1, "a string", args[0]);
  return symbol_make_uninterned(cx, args[0]);
}

// The prefix as ASCII, what does not fit left out.
static Value generate(struct context *cx, const char *who, Value *args, unsigned n) {
  char prefix[60] = "g";
  if (is_given(args, n, 0)) {
    Value name = is_symbol(args[0]) ? symbol_name(args[0]) : args[0];
    if (!is_string(name)) return raise_type(cx, who, 1, "a string or a symbol", args[0]);
    sword length = 0;
    for (sword i = 0; i < string_length(name) && length < (sword)sizeof prefix - 1; i++)
      if (string_char(name, i) < 128) prefix[length++] = (char)string_char(name, i);
    prefix[length] = 0;
  }
  return symbol_generate(cx, prefix);
}
PRIM(prim_gensym) {
  return generate(cx, "gensym", args, n);
}
PRIM(prim_generate_symbol) {
  return generate(cx, "generate-symbol", args, n);
}

PRIM(prim_symbol_interned) {
  if (!is_symbol(args[0])) return raise_type(cx, "symbol-interned?", 1, "a symbol", args[0]);
  return value_bool(symbol_is_interned(args[0]));
}

PRIM(prim_symbol_less) {
  for (unsigned i = 0; i < n; i++)
    if (!is_symbol(args[i])) return raise_type(cx, "symbol<?", i + 1, "a symbol", args[i]);
  for (unsigned i = 1; i < n; i++)
    if (string_compare(symbol_name(args[i - 1]), symbol_name(args[i])) >= 0) return VALUE_FALSE;
  return VALUE_TRUE;
}

const struct primitive symbols_primitives[] = {
  {"symbol?", prim_symbol_p, 1, 1, "(symbol? x)\nIs X a symbol?"},
  {"string->symbol", prim_string_to_symbol, 1, 1, "(string->symbol string)\nThe symbol named STRING."},
  {"symbol->string", prim_symbol_to_string, 1, 1,
   "(symbol->string symbol)\nThe name of SYMBOL, a string that cannot be changed."},
  {"string->uninterned-symbol", prim_string_to_uninterned_symbol, 1, 1,
   "(string->uninterned-symbol string)\nA new symbol named STRING that is the same as no other."},
  {"%gensym", prim_gensym, 0, 1, "(%gensym [prefix])\nA new uninterned symbol named PREFIX and a number."},
  {"generate-symbol", prim_generate_symbol, 0, 1,
   "(generate-symbol [prefix])\nA new symbol, the same as no other, named PREFIX and a number."},
  {"symbol-interned?", prim_symbol_interned, 1, 1,
   "(symbol-interned? symbol)\nIs SYMBOL the one that string->symbol gives for its name?"},
  {"symbol<?", prim_symbol_less, 1, PRIMITIVE_REST, "(symbol<? symbol ...)\nAre the SYMBOLS' names strictly increasing?"},
};
const unsigned n_symbols_primitives = ARRAY_LENGTH(symbols_primitives);
