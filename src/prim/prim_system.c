// Primitives of the system: roots, time, statistics, the console's facts, the command line.
//
// Uses: vm, platform, data.  Used by: prim/table.
#include "base/platform.h"
#include "data/list.h"
#include "data/number.h"
#include "data/string.h"
#include "data/symbol.h"
#include "gc/commons.h"
#include "prim/args.h"
#include "prim/tables.h"
#include "vm/vm.h"

static const char *const root_names[] = {
#define ROOT(id) #id,
#include "gc/roots.def"
#undef ROOT
};

static bool symbol_is(Value symbol, const char *name) {
  Value s = symbol_name(symbol);
  size_t n = strlen(name);
  if ((size_t)string_length(s) != n) return false;
  for (size_t i = 0; i < n; i++)
    if (string_char(s, (sword)i) != (uint32_t)name[i]) return false;
  return true;
}

static Value find_root(struct context *cx, const char *who, Value name, unsigned *root) {
  if (!is_symbol(name)) return raise_type(cx, who, 1, "a symbol", name);
  for (*root = 0; *root < N_HEAP_ROOTS; ++*root)
    if (symbol_is(name, root_names[*root])) return VALUE_TRUE;
  return raise_type(cx, who, 1, "the name of a root", name);
}

PRIM(prim_root) {
  unsigned root;
  Value v = find_root(cx, "%root", args[0], &root);
  return is_outcome(v) ? v : cx->heap->roots[root];
}

PRIM(prim_root_name) {
  if (!is_fixnum(args[0])) return raise_type(cx, "%root-name", 1, "an exact integer", args[0]);
  uword i = (uword)fixnum_int(args[0]);
  return i < N_HEAP_ROOTS ? symbol_intern_c(cx, root_names[i]) : VALUE_FALSE;
}

PRIM(prim_set_root) {
  unsigned root;
  Value v = find_root(cx, "%set-root!", args[0], &root);
  if (is_outcome(v)) return v;
  cx->heap->roots[root] = args[1];
  return VALUE_UNSPECIFIED;
}

PRIM(prim_current_jiffy) {
  return integer_from_uint64(cx->heap, platform_time_us());
}

PRIM(prim_jiffies_per_second) {
  return fixnum(1000000);
}

PRIM(prim_wall_clock) {
  return integer_from_uint64(cx->heap, platform_wall_clock_us());
}

PRIM(prim_set_wall_clock) {
  uint64_t us;
  if (!integer_to_uint64(args[0], &us) || us > INT64_MAX) return raise_type(cx, "set-clock!", 1, "microseconds since 1970", args[0]);
  if (platform_wall_clock_set(us)) return VALUE_UNSPECIFIED;
  return raise_condition(cx, KNOWN_DEVICE, "set-clock!", "the clock is the host's", 0, NULL);
}

PRIM(prim_console_columns) {
  return fixnum(platform_console_columns());
}

PRIM(prim_console_begin_prompt) {
  return value_bool(platform_console_begin_prompt());
}

PRIM(prim_console_interactive) {
  return value_bool(platform_console_is_interactive());
}

PRIM(prim_setting) {
  if (!is_fixnum(args[0]) || fixnum_int(args[0]) < 0 || fixnum_int(args[0]) > INT32_MAX)
    return raise_type(cx, "%setting", 1, "a small index", args[0]);
  const char *s = platform_setting((int)fixnum_int(args[0]));
  return s ? string_from_utf8(cx, (const unsigned char *)s, strlen(s)) : VALUE_FALSE;
}

PRIM(prim_has_file_system) {
  return value_bool(platform_has_file_system());
}

PRIM(prim_command_line) {
  int first = (int)((struct vm *)cx)->first_argument, count = platform_argument_count();
  size_t room = 0;
  for (int i = first; i < count; i++)
    room += STRING_BYTES + 4 * BYTES_BYTES(strlen(platform_argument(i))) + PAIR_BYTES;
  if (!heap_reserve(cx->heap, room)) return outcome_collect(cx, room);
  Value list = VALUE_NIL;
  for (int i = count; i-- > first;) {
    const char *s = platform_argument(i);
    Value v = string_from_utf8(cx, (const unsigned char *)s, strlen(s));
    if (is_outcome(v)) return v;
    list = pair_make(cx->heap, v, list);
  }
  return list;
}

PRIM(prim_primitives) {
  struct vm *vm = (struct vm *)cx;
  size_t room = vm->n_primitives * (PAIR_BYTES + 128);
  if (!heap_reserve(cx->heap, room)) return outcome_collect(cx, room);
  Value list = VALUE_NIL;
  for (unsigned i = vm->n_primitives; i-- > 0;) {
    Value name = symbol_intern_c(cx, vm->primitives[i]->name);
    if (is_outcome(name)) return name;
    list = pair_make(cx->heap, name, list);
  }
  return list;
}

struct figure {
  const char *name;
  uint64_t value;
};

// An association list of names and integers.
PRIM(prim_statistics) {
  struct vm *vm = (struct vm *)cx;
  struct heap *heap = cx->heap;
  struct figure figures[] = {
      {"minor-collections", heap->statistics.n_minor},
      {"cycles", heap->statistics.n_cycles},
      {"major-collections", heap->statistics.n_major},
      {"fallback-collections", heap->statistics.n_fallbacks},
      {"objects-kept-in-place", heap->statistics.n_in_place},
      {"bytes-allocated", heap_allocated_bytes(heap)},
      {"bytes-promoted", heap->statistics.bytes_promoted},
      {"pause-total-us", heap->statistics.pause_total_us},
      {"pause-longest-us", heap->statistics.pause_max_us},
      {"bytes-live", heap->statistics.live_bytes},
      {"bytes-used", heap_used_bytes(heap)},
      {"bytes-held", heap->held_bytes},
      {"bytes-quota", heap->quota_bytes},
      {"bytes-commons", commons.held_bytes},
      {"heap-number", heap->number},
      {"page-bytes", PAGE_BYTES},
      {"pages", pages.n_pages},
      {"pages-free", pages.n_free},
      {"pages-free-in-a-row", pages_largest_run()},
      {"stack-segments", vm->n_segments},
      {"continuations-captured", vm->n_captures},
  };
  size_t room = ARRAY_LENGTH(figures) * (2 * PAIR_BYTES + INTEGER_WORD_BYTES + 128);
  if (!heap_reserve(heap, room)) return outcome_collect(cx, room);
  Value list = VALUE_NIL;
  for (size_t i = ARRAY_LENGTH(figures); i-- > 0;) {
    Value name = symbol_intern_c(cx, figures[i].name);
    if (is_outcome(name)) return name;
    list = pair_make(heap, pair_make(heap, name, integer_from_uint64(heap, figures[i].value)), list);
  }
  return list;
}

// Unlike %statistics these two allocate nothing, so they can measure.
PRIM(prim_bytes_allocated) {
  return integer_from_uint64(cx->heap, heap_allocated_bytes(cx->heap));
}

PRIM(prim_collections) {
  return integer_from_uint64(cx->heap, cx->heap->statistics.n_minor + cx->heap->statistics.n_major);
}

PRIM(prim_set_stress) {
  if (!is_fixnum(args[0])) return raise_type(cx, "%set-stress!", 1, "an exact integer", args[0]);
  cx->heap->stress = (unsigned)fixnum_int(args[0]);
  pages.guards |= cx->heap->stress & STRESS_GUARD;
  return VALUE_UNSPECIFIED;
}

PRIM(prim_verify) {
  const char *why = "";
  // What runs stores into its segment without the barrier; a collection remembers it in the same way.
  Value thread = cx->heap->roots[ROOT_THREAD];
  if (is_type(thread, T_THREAD)) heap_remember(cx->heap, object_field(thread, THREAD_SEGMENT));
  if (heap_verify(cx->heap, &why)) return VALUE_TRUE;
  return string_from_utf8(cx, (const unsigned char *)why, strlen(why));
}

const struct primitive system_primitives[] = {
    {"%root", prim_root, 1, 1, "(%root name)\nThe object in the heap's root NAME, a symbol of gc/roots.def."},
    {"%root-name", prim_root_name, 1, 1, "(%root-name i)\nThe name of the heap's root number I, or #f from the end on."},
    {"%set-root!", prim_set_root, 2, 2, "(%set-root! name object)\nPut OBJECT into the heap's root NAME."},
    {"current-jiffy", prim_current_jiffy, 0, 0, "(current-jiffy)\nMicroseconds since the system started."},
    {"jiffies-per-second", prim_jiffies_per_second, 0, 0, "(jiffies-per-second)\nAlways 1000000."},
    {"%wall-clock-us", prim_wall_clock, 0, 0, "(%wall-clock-us)\nMicroseconds since 1970, or 0 if not known."},
    {"%set-wall-clock!", prim_set_wall_clock, 1, 1, "(%set-wall-clock! us)\nSay how many microseconds since 1970 it is; an error where a host knows."},
    {"%console-columns", prim_console_columns, 0, 0, "(%console-columns)\nHow many characters wide the console is."},
    {"%console-begin-prompt!", prim_console_begin_prompt, 0, 0,
     "(%console-begin-prompt!)\nFrom now on a person types at the console, key by key; #f where no person can."},
    {"%console-interactive?", prim_console_interactive, 0, 0,
     "(%console-interactive?)\nWhether a person types at the console, key by key."},
    {"%command-line", prim_command_line, 0, 0, "(%command-line)\nThe list of the program's arguments, strings."},
    {"%setting", prim_setting, 1, 1,
     "(%setting index)\nA setting of the environment, a string NAME=VALUE, or #f from the end on."},
    {"%file-system?", prim_has_file_system, 0, 0, "(%file-system?)\nAre there files that can be written?"},
    {"%primitives", prim_primitives, 0, 0, "(%primitives)\nThe names of all primitives."},
    {"%statistics", prim_statistics, 0, 0,
     "(%statistics)\nFigures of the heap and the virtual machine: an association list of symbols and integers."},
    {"%bytes-allocated", prim_bytes_allocated, 0, 0, "(%bytes-allocated)\nHow many bytes were allocated so far."},
    {"%collections", prim_collections, 0, 0, "(%collections)\nHow many collections there were, of both kinds."},
    {"%set-stress!", prim_set_stress, 1, 1,
     "(%set-stress! bits)\nStress the collector (debug builds): 1 collect at every safepoint, 2 move everything, "
     "4 verify around each collection, 8 make free memory inaccessible."},
    {"%verify-heap", prim_verify, 0, 0, "(%verify-heap)\n#t if the heap's invariants hold, else a string that says why not."},
};
const unsigned n_system_primitives = ARRAY_LENGTH(system_primitives);
