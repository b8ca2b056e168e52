// Primitives on strings.
//
// Uses: data/string, data/list, text/unicode, prim/args.  Used by: prim/table.
//
// Everything is checked, and everything that can lack room is done, before the first visible effect (OUT-1).  What
// would look at more than SLICE_CHARS characters is left to Scheme, as is widening a string of so many.
#include "data/list.h"
#include "data/string.h"
#include "prim/args.h"
#include "prim/slices.h"
#include "prim/tables.h"
#include "text/unicode.h"

static Value raise_string(struct context *cx, const char *who, unsigned argument, Value v) {
  return raise_type(cx, who, argument, "a string", v);
}
static Value raise_char(struct context *cx, const char *who, unsigned argument, Value v) {
  return raise_type(cx, who, argument, "a character", v);
}
static bool is_index(Value *args) {
  return is_fixnum(args[1]) && fixnum_int(args[1]) >= 0 && fixnum_int(args[1]) < string_length(args[0]);
}

// Does it take Scheme to make `s` hold characters of `width` and then do something to `n` of them?
static bool is_long_change(struct context *cx, Value s, unsigned width, sword n) {
  return is_long(cx, string_width(s) < width ? string_length(s) : n, SLICE_CHARS);
}

PRIM(prim_string_p) {
  return value_bool(is_string(args[0]));
}

PRIM(prim_make_string) {
  sword length = is_fixnum(args[0]) ? fixnum_int(args[0]) : -1;
  if (length < 0) return raise_type(cx, "make-string", 1, "a length (an exact integer, not negative)", args[0]);
  uint32_t fill = ' ';
  if (is_given(args, n, 1)) {
    if (!is_char(args[1])) return raise_char(cx, "make-string", 2, args[1]);
    fill = char_code(args[1]);
  }
  if (is_long(cx, length, SLICE_CHARS))
    return outcome_in_scheme(cx, "make-string", 2, (Value[]){args[0], value_char(fill)});
  return string_make(cx, (size_t)length, fill);
}

PRIM(prim_string) {
  uint32_t all = 0;
  for (unsigned i = 0; i < n; i++) {
    if (!is_char(args[i])) return raise_char(cx, "string", i + 1, args[i]);
    all |= char_code(args[i]);
  }
  Value s = string_make_raw(cx, n, char_width(all));
  if (is_outcome(s)) return s;
  for (unsigned i = 0; i < n; i++) string_put(s, (sword)i, char_code(args[i]));
  return s;
}

PRIM(prim_string_length) {
  if (!is_string(args[0])) return raise_string(cx, "string-length", 1, args[0]);
  return fixnum(string_length(args[0]));
}

PRIM(prim_string_ref) {
  if (!is_string(args[0])) return raise_string(cx, "string-ref", 1, args[0]);
  if (!is_index(args)) return raise_index(cx, "string-ref", 2, args[1], "string", string_length(args[0]));
  return value_char(string_char(args[0], fixnum_int(args[1])));
}

PRIM(prim_string_set) {
  if (!is_string(args[0])) return raise_string(cx, "string-set!", 1, args[0]);
  if (!is_index(args)) return raise_index(cx, "string-set!", 2, args[1], "string", string_length(args[0]));
  if (!is_char(args[2])) return raise_char(cx, "string-set!", 3, args[2]);
  if (string_is_immutable(args[0])) return raise_immutable(cx, "string-set!", 1, args[0]);
  if (is_long_change(cx, args[0], char_width(char_code(args[2])), 1)) return outcome_in_scheme(cx, "string-set!", 3, args);
  Value ready = string_widen(cx, args[0], char_width(char_code(args[2])));
  if (is_outcome(ready)) return ready;
  string_put(args[0], fixnum_int(args[1]), char_code(args[2]));
  return VALUE_UNSPECIFIED;
}

// --- comparing ---------------------------------------------------------------------------------------
// A string's characters, folded, one after another.
struct folded {
  Value string;
  sword next;
  uint32_t chars[UNICODE_FULL_MAX];
  unsigned n, i;
};
// The next one, or -1.
static int32_t folded_next(struct folded *f) {
  while (f->i == f->n) {
    if (f->next == string_length(f->string)) return -1;
    f->n = unicode_map_full(string_char(f->string, f->next++), UNICODE_TO_FOLD, f->chars);
    f->i = 0;
  }
  return (int32_t)f->chars[f->i++];
}
static int compare_folded(Value a, Value b) {
  struct folded x = {.string = a}, y = {.string = b};
  for (;;) {
    int32_t c = folded_next(&x), d = folded_next(&y);
    if (c != d) return c < d ? -1 : 1;
    if (c < 0) return 0;
  }
}

enum order { ORDER_EQUAL, ORDER_LESS, ORDER_GREATER, ORDER_LESS_EQUAL, ORDER_GREATER_EQUAL };
static bool in_order(int difference, enum order order) {
  switch (order) {
    case ORDER_EQUAL: return difference == 0;
    case ORDER_LESS: return difference < 0;
    case ORDER_GREATER: return difference > 0;
    case ORDER_LESS_EQUAL: return difference <= 0;
    default: return difference >= 0;
  }
}
static Value compare_strings(struct context *cx, const char *who, Value *args, unsigned n, enum order order, bool fold) {
  for (unsigned i = 0; i < n; i++)
    if (!is_string(args[i])) return raise_string(cx, who, i + 1, args[i]);
  for (unsigned i = 1; i < n; i++) {
    sword length = string_length(args[i - 1]), other = string_length(args[i]);
    if (is_long(cx, length < other || fold ? length : other, fold ? SLICE_PAIRS : SLICE_CHARS))
      return outcome_in_scheme(cx, who, n, args);
    if (order == ORDER_EQUAL && !fold) {
      if (!string_equal(args[i - 1], args[i])) return VALUE_FALSE;
      continue;
    }
    int difference = fold ? compare_folded(args[i - 1], args[i]) : string_compare(args[i - 1], args[i]);
    if (!in_order(difference, order)) return VALUE_FALSE;
  }
  return VALUE_TRUE;
}
#define COMPARE(fn, sign, order)                                                                         \
  PRIM(prim_string_##fn) { return compare_strings(cx, "string" sign, args, n, order, false); }           \
  PRIM(prim_string_ci_##fn) { return compare_strings(cx, "string-ci" sign, args, n, order, true); }
COMPARE(equal, "=?", ORDER_EQUAL)
COMPARE(less, "<?", ORDER_LESS)
COMPARE(greater, ">?", ORDER_GREATER)
COMPARE(less_equal, "<=?", ORDER_LESS_EQUAL)
COMPARE(greater_equal, ">=?", ORDER_GREATER_EQUAL)

// --- copying ------------------------------------------------------------------------------------------
static Value copy_part(struct context *cx, const char *who, Value *args, unsigned n) {
  sword start, end;
  if (!is_string(args[0])) return raise_string(cx, who, 1, args[0]);
  Value ok = arg_range(cx, who, args, n, 1, string_length(args[0]), &start, &end);
  if (is_outcome(ok)) return ok;
  if (is_long(cx, end - start, SLICE_CHARS))
    return outcome_in_scheme(cx, who, 3, (Value[]){args[0], fixnum(start), fixnum(end)});
  return string_substring(cx, args[0], start, end);
}
PRIM(prim_substring) {
  return copy_part(cx, "substring", args, n);
}
PRIM(prim_string_copy) {
  return copy_part(cx, "string-copy", args, n);
}

PRIM(prim_string_append) {
  size_t length = 0;
  unsigned width = 1;
  for (unsigned i = 0; i < n; i++) {
    if (!is_string(args[i])) return raise_string(cx, "string-append", i + 1, args[i]);
    length += (size_t)string_length(args[i]);
    if (string_width(args[i]) > width) width = string_width(args[i]);
  }
  if (is_long(cx, (sword)length, SLICE_CHARS)) return outcome_in_scheme(cx, "string-append", n, args);
  Value s = string_make_raw(cx, length, width);
  if (is_outcome(s)) return s;
  sword at = 0;
  for (unsigned i = 0; i < n; i++) {
    string_move(s, at, args[i], 0, string_length(args[i]));
    at += string_length(args[i]);
  }
  return s;
}

PRIM(prim_string_copy_to) {
  const char *who = "string-copy!";
  sword start, end;
  if (!is_string(args[0])) return raise_string(cx, who, 1, args[0]);
  if (!is_string(args[2])) return raise_string(cx, who, 3, args[2]);
  Value ok = arg_range(cx, who, args, n, 3, string_length(args[2]), &start, &end);
  if (is_outcome(ok)) return ok;
  sword room = string_length(args[0]) - (end - start);
  if (!is_fixnum(args[1]) || fixnum_int(args[1]) < 0 || fixnum_int(args[1]) > room)
    return raise_range(cx, who, 2, args[1], 0, room);
  if (string_is_immutable(args[0])) return raise_immutable(cx, who, 1, args[0]);
  if (is_long_change(cx, args[0], string_width(args[2]), end - start))
    return outcome_in_scheme(cx, who, 5, (Value[]){args[0], args[1], args[2], fixnum(start), fixnum(end)});
  Value ready = string_widen(cx, args[0], string_width(args[2]));
  if (is_outcome(ready)) return ready;
  string_move(args[0], fixnum_int(args[1]), args[2], start, end);
  return VALUE_UNSPECIFIED;
}

PRIM(prim_string_fill) {
  sword start, end;
  if (!is_string(args[0])) return raise_string(cx, "string-fill!", 1, args[0]);
  if (!is_char(args[1])) return raise_char(cx, "string-fill!", 2, args[1]);
  Value ok = arg_range(cx, "string-fill!", args, n, 2, string_length(args[0]), &start, &end);
  if (is_outcome(ok)) return ok;
  if (string_is_immutable(args[0])) return raise_immutable(cx, "string-fill!", 1, args[0]);
  if (is_long_change(cx, args[0], char_width(char_code(args[1])), end - start))
    return outcome_in_scheme(cx, "string-fill!", 4, (Value[]){args[0], args[1], fixnum(start), fixnum(end)});
  Value ready = string_widen(cx, args[0], char_width(char_code(args[1])));
  if (is_outcome(ready)) return ready;
  for (sword i = start; i < end; i++) string_put(args[0], i, char_code(args[1]));
  return VALUE_UNSPECIFIED;
}

PRIM(prim_string_to_list) {
  sword start, end;
  if (!is_string(args[0])) return raise_string(cx, "string->list", 1, args[0]);
  Value ok = arg_range(cx, "string->list", args, n, 1, string_length(args[0]), &start, &end);
  if (is_outcome(ok)) return ok;
  return slice_list(cx, args[0], start, end);
}

PRIM(prim_list_to_string) {
  sword length = slice_length(cx, args[0]);
  if (length == LIST_LONG) return outcome_in_scheme(cx, "list->string", 1, args);
  if (length < 0) return raise_type(cx, "list->string", 1, "a proper list", args[0]);
  uint32_t all = 0;
  for (Value l = args[0]; is_pair(l); l = pair_cdr(l)) {
    if (!is_char(pair_car(l))) return raise_type(cx, "list->string", 1, "a list of characters", args[0]);
    all |= char_code(pair_car(l));
  }
  Value s = string_make_raw(cx, (size_t)length, char_width(all));
  if (is_outcome(s)) return s;
  sword i = 0;
  for (Value l = args[0]; is_pair(l); l = pair_cdr(l)) string_put(s, i++, char_code(pair_car(l)));
  return s;
}

PRIM(prim_string_to_vector) {
  sword start, end;
  if (!is_string(args[0])) return raise_string(cx, "string->vector", 1, args[0]);
  Value ok = arg_range(cx, "string->vector", args, n, 1, string_length(args[0]), &start, &end);
  if (is_outcome(ok)) return ok;
  return slice_vector(cx, end - start, args[0], start, end, VALUE_NIL, VALUE_FALSE);
}

PRIM(prim_vector_to_string) {
  sword start, end;
  uint32_t all = 0;
  if (!is_type(args[0], T_VECTOR)) return raise_type(cx, "vector->string", 1, "a vector", args[0]);
  Value ok = arg_range(cx, "vector->string", args, n, 1, vector_length(args[0]), &start, &end);
  if (is_outcome(ok)) return ok;
  if (is_long(cx, end - start, SLICE_CHARS))
    return outcome_in_scheme(cx, "vector->string", 3, (Value[]){args[0], fixnum(start), fixnum(end)});
  for (sword i = start; i < end; i++) {
    Value c = vector_slots(args[0])[i];
    if (!is_char(c)) return raise_type(cx, "vector->string", 1, "a vector of characters", args[0]);
    all |= char_code(c);
  }
  Value s = string_make_raw(cx, (size_t)(end - start), char_width(all));
  if (is_outcome(s)) return s;
  for (sword i = start; i < end; i++) string_put(s, i - start, char_code(vector_slots(args[0])[i]));
  return s;
}

// --- case ------------------------------------------------------------------------------------------------
#define CAPITAL_SIGMA 0x3a3
#define FINAL_SIGMA 0x3c2
// No more of them in a row are passed in search of a cased character.
#define IGNORABLE_MOST 1000

// From character `i` on in steps of `step`: is the first that is not case-ignorable a cased one?  It is not far away.
static bool meets_cased(Value s, sword i, int step) {
  for (sword left = IGNORABLE_MOST; left > 0 && i >= 0 && i < string_length(s) && unicode_is_case_ignorable(string_char(s, i)); left--)
    i += step;
  return i >= 0 && i < string_length(s) && unicode_is_cased(string_char(s, i));
}

// The full mapping of character `i`; a sigma at the end of a word has a lower case form of its own.
static unsigned map_at(Value s, sword i, enum unicode_case to, uint32_t *out) {
  uint32_t c = string_char(s, i);
  if (c != CAPITAL_SIGMA || to != UNICODE_TO_LOWER) return unicode_map_full(c, to, out);
  out[0] = meets_cased(s, i - 1, -1) && !meets_cased(s, i + 1, 1) ? FINAL_SIGMA : unicode_map(c, to);
  return 1;
}

// Of characters `start` up to `end`, in their surroundings.
static Value map_part(struct context *cx, Value s, sword start, sword end, enum unicode_case to) {
  uint32_t out[UNICODE_FULL_MAX], all = 0;
  size_t length = 0;
  for (sword i = start; i < end; i++) {
    unsigned n = map_at(s, i, to, out);
    for (unsigned k = 0; k < n; k++) all |= out[k];
    length += n;
  }
  Value mapped = string_make_raw(cx, length, char_width(all));
  if (is_outcome(mapped)) return mapped;
  sword at = 0;
  for (sword i = start; i < end; i++) {
    unsigned n = map_at(s, i, to, out);
    for (unsigned k = 0; k < n; k++) string_put(mapped, at++, out[k]);
  }
  return mapped;
}

static Value map_string(struct context *cx, const char *who, Value s, enum unicode_case to) {
  if (!is_string(s)) return raise_string(cx, who, 1, s);
  if (is_long(cx, string_length(s), SLICE_PAIRS)) return outcome_in_scheme(cx, who, 2, (Value[]){s, fixnum(to)});
  return map_part(cx, s, 0, string_length(s), to);
}
// For lib/boot/long.scm.
PRIM(prim_string_map_case) {
  return map_part(cx, args[0], fixnum_int(args[1]), fixnum_int(args[2]), (enum unicode_case)fixnum_int(args[3]));
}
PRIM(prim_string_upcase) {
  return map_string(cx, "string-upcase", args[0], UNICODE_TO_UPPER);
}
PRIM(prim_string_downcase) {
  return map_string(cx, "string-downcase", args[0], UNICODE_TO_LOWER);
}
PRIM(prim_string_foldcase) {
  return map_string(cx, "string-foldcase", args[0], UNICODE_TO_FOLD);
}

// --- searching -------------------------------------------------------------------------------------------------
PRIM(prim_string_search) {
  const char *who = "string-search-forward";
  if (!is_string(args[0])) return raise_string(cx, who, 1, args[0]);
  if (!is_string(args[1])) return raise_string(cx, who, 2, args[1]);
  sword start, end;
  Value ok = arg_range(cx, who, args, n, 2, string_length(args[1]), &start, &end);
  if (is_outcome(ok)) return ok;
  if (is_long(cx, end - start, SLICE_CHARS))
    return outcome_in_scheme(cx, who, 4, (Value[]){args[0], args[1], fixnum(start), fixnum(end)});
  sword found = string_search(args[0], args[1], start, end);
  return found < 0 ? VALUE_FALSE : fixnum(found);
}

// --- for lib/boot/long.scm ---------------------------------------------------------------------------------------
// What they make is filled before a program sees it.
PRIM(prim_string_raw) {
  return string_make_raw(cx, (size_t)fixnum_int(args[0]), is_true(args[1]) ? 4 : 1);
}
PRIM(prim_string_wide) {
  return value_bool(string_width(args[0]) == 4);
}
PRIM(prim_string_become) {
  object_field_init(args[0], STRING_WIDTH, object_field(args[1], STRING_WIDTH));
  heap_store(cx->heap, args[0], object_slot(args[0], STRING_DATA), object_field(args[1], STRING_DATA));
  return VALUE_UNSPECIFIED;
}

PRIM(prim_window_hash) {
  return fixnum((sword)string_window_hash((uint32_t)fixnum_int(args[0]), args[1], fixnum_int(args[2]), fixnum_int(args[3])));
}
PRIM(prim_window_roll) {
  struct string_window w = {fixnum_int(args[4]), (uint32_t)fixnum_int(args[5]), (uint32_t)fixnum_int(args[6])};
  uint32_t h = (uint32_t)fixnum_int(args[0]);
  sword at = string_window_roll(&w, args[1], fixnum_int(args[2]), fixnum_int(args[3]), &h);
  return pair_make(cx->heap, fixnum(at), fixnum((sword)h));
}

PRIM(prim_string_hash) {
  if (!is_string(args[0])) return raise_string(cx, "string-hash", 1, args[0]);
  sword hash = (sword)string_hash(args[0]);
  if (!is_given(args, n, 1)) return fixnum(hash);
  if (!is_fixnum(args[1]) || fixnum_int(args[1]) <= 0)
    return raise_type(cx, "string-hash", 2, "a positive exact integer", args[1]);
  return fixnum(hash % fixnum_int(args[1]));
}

#define STRING_COMPARISON(name, fn, words)                                                         \
  {"string" name, prim_string_##fn, 1, PRIMITIVE_REST,                                             \
   "(string" name " string ...)\nAre the STRINGS " words ", by code points?"},              \
  {"string-ci" name, prim_string_ci_##fn, 1, PRIMITIVE_REST,                                       \
   "(string-ci" name " string ...)\nAre the STRINGS, their case folded, " words "?"}

const struct primitive strings_primitives[] = {
  {"string?", prim_string_p, 1, 1, "(string? x)\nIs X a string?"},
  {"make-string", prim_make_string, 1, 2,
   "(make-string length [char])\nA new string of LENGTH characters, each CHAR (a space if not given)."},
  {"string", prim_string, 0, PRIMITIVE_REST, "(string char ...)\nA new string of the CHARS."},
  {"string-length", prim_string_length, 1, 1, "(string-length string)\nHow many characters STRING has."},
  {"string-ref", prim_string_ref, 2, 2, "(string-ref string k)\nCharacter K of STRING, counted from 0."},
  {"string-set!", prim_string_set, 3, 3,
   "(string-set! string k char)\nMake CHAR character K of STRING. An error if STRING is a literal or a symbol's name."},
  STRING_COMPARISON("=?", equal, "all equal"),
  STRING_COMPARISON("<?", less, "strictly increasing"),
  STRING_COMPARISON(">?", greater, "strictly decreasing"),
  STRING_COMPARISON("<=?", less_equal, "never decreasing"),
  STRING_COMPARISON(">=?", greater_equal, "never increasing"),
  {"substring", prim_substring, 2, 3, "(substring string start [end])\nA new string of the characters from START up to END."},
  {"string-copy", prim_string_copy, 1, 3, "(string-copy string [start end])\nA new string of the characters from START up to END."},
  {"string-append", prim_string_append, 0, PRIMITIVE_REST, "(string-append string ...)\nA new string of all STRINGS' characters."},
  {"string-copy!", prim_string_copy_to, 3, 5,
   "(string-copy! to at from [start end])\nCopy the characters of FROM from START up to END into TO, from AT on. They may be the same."},
  {"string-fill!", prim_string_fill, 2, 4, "(string-fill! string char [start end])\nMake CHAR every character of STRING from START up to END."},
  {"string->list", prim_string_to_list, 1, 3, "(string->list string [start end])\nA list of the characters from START up to END."},
  {"list->string", prim_list_to_string, 1, 1, "(list->string list)\nA new string of the characters in LIST."},
  {"string->vector", prim_string_to_vector, 1, 3, "(string->vector string [start end])\nA vector of the characters from START up to END."},
  {"vector->string", prim_vector_to_string, 1, 3,
   "(vector->string vector [start end])\nA new string of the characters in VECTOR from START up to END."},
  {"string-upcase", prim_string_upcase, 1, 1, "(string-upcase string)\nSTRING in upper case; it may get longer."},
  {"string-downcase", prim_string_downcase, 1, 1, "(string-downcase string)\nSTRING in lower case."},
  {"string-foldcase", prim_string_foldcase, 1, 1, "(string-foldcase string)\nSTRING without its case, for comparing."},
  {"string-search-forward", prim_string_search, 2, 4,
   "(string-search-forward pattern string [start end])\nThe first index where PATTERN occurs in STRING from START up to END, or #f."},
  {"%string-map-case", prim_string_map_case, 4, 4,
   "(%string-map-case string start end to)\nCharacters START up to END in another case."},
  {"%string-raw", prim_string_raw, 2, 2, "(%string-raw n wide?)\nA string of N characters, for any of them if WIDE?, not yet filled."},
  {"%string-wide?", prim_string_wide, 1, 1, "(%string-wide? string)\nHas STRING room for any character?"},
  {"%string-become!", prim_string_become, 2, 2, "(%string-become! string other)\nLet STRING share the characters of OTHER, which is as long."},
  {"%window-hash", prim_window_hash, 4, 4, "(%window-hash h string start end)\nThe hash H of a string that goes on as STRING from START up to END."},
  {"%window-roll", prim_window_roll, 7, 7,
   "(%window-roll h string at last n wanted highest)\nThe first place after AT, up to LAST, where N characters hash to WANTED, and the hash there."},
  {"string-hash", prim_string_hash, 1, 2,
   "(string-hash string [bound])\nAn exact integer from 0 up to BOUND (2^29), the same for equal strings."},
};
const unsigned n_strings_primitives = ARRAY_LENGTH(strings_primitives);
