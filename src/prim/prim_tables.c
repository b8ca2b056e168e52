// Primitives on hash tables; the library builds its hash-table procedures from them.
//
// Uses: data/table, data/equal, data/string, prim/args.  Used by: prim/table.
#include "data/equal.h"
#include "data/list.h"
#include "data/string.h"
#include "data/table.h"
#include "prim/args.h"
#include "prim/slices.h"
#include "prim/tables.h"

PRIM(prim_make_table) {
  if (!is_fixnum(args[0]) || (uword)(fixnum_int(args[0]) & ~TABLE_WEAK) >= N_TABLE_KINDS)
    return raise_range(cx, "%make-table", 1, args[0], 0, N_TABLE_KINDS - 1);
  sword capacity = is_given(args, n, 1) && is_fixnum(args[1]) ? fixnum_int(args[1]) : 0;
  return table_make(cx, (unsigned)fixnum_int(args[0]), capacity < 0 ? 0 : (size_t)capacity);
}

PRIM(prim_table_p) {
  return value_bool(is_table(args[0]));
}

// Is args[0] a table, and args[1] a key it can have?  VALUE_TRUE or what to answer.
static Value check_table(struct context *cx, const char *who, Value *args, bool with_key) {
  if (UNLIKELY(!is_table(args[0]))) return raise_type(cx, who, 1, "a hash table", args[0]);
  if (with_key && (fixnum_int(object_field(args[0], TABLE_KIND)) & ~TABLE_WEAK) == TABLE_STRING && !is_string(args[1]))
    return raise_type(cx, who, 2, "a string, as all keys of this table", args[1]);
  return VALUE_TRUE;
}

// Likewise, and may it be changed?
static Value check_change(struct context *cx, const char *who, Value *args, bool with_key) {
  Value problem = check_table(cx, who, args, with_key);
  if (is_outcome(problem) || LIKELY(!heap_is_frozen(args[0]))) return problem;
  return raise_immutable(cx, who, 1, args[0]);
}

// What the library does in the place of a primitive when it is a custom table.
static Value call_custom(struct context *cx, unsigned which, Value *args, unsigned n) {
  Value list = list_from_array(cx, args, n, VALUE_NIL);
  if (is_outcome(list)) return list;
  return outcome_tail_call(cx, vector_slots(object_field(args[0], TABLE_CUSTOM_PROCEDURES))[which], list);
}

PRIM(prim_table_ref) {
  Value problem = check_table(cx, "hash-table-ref", args, true);
  if (is_outcome(problem)) return problem;
  if (UNLIKELY(is_custom_table(args[0]))) return call_custom(cx, CUSTOM_REF, args, n);
  return table_get(cx, args[0], args[1], args[2]);
}
PRIM(prim_table_set) {
  Value problem = check_change(cx, "hash-table-set!", args, true);
  if (is_outcome(problem)) return problem;
  if (UNLIKELY(is_custom_table(args[0]))) return call_custom(cx, CUSTOM_SET, args, n);
  return table_set(cx, args[0], args[1], args[2]);
}
PRIM(prim_table_delete) {
  Value problem = check_change(cx, "hash-table-delete!", args, true);
  if (is_outcome(problem)) return problem;
  if (UNLIKELY(is_custom_table(args[0]))) return call_custom(cx, CUSTOM_DELETE, args, n);
  return table_delete(cx, args[0], args[1]);
}
PRIM(prim_table_count) {
  Value problem = check_table(cx, "hash-table-size", args, false);
  if (!is_outcome(problem)) problem = table_purge(cx, args[0]);
  return is_outcome(problem) ? problem : fixnum((sword)table_count(args[0]));
}
PRIM(prim_table_clear) {
  Value problem = check_change(cx, "hash-table-clear!", args, false);
  return is_outcome(problem) ? problem : table_clear(cx, args[0]);
}
// The entries of `table` from `position` on are not yet in `copy`.
static Value copy_more(struct context *cx, Value copy, Value table, size_t position) {
  Value more = slice_prepare(cx, "%table-copy-more");
  if (is_outcome(more)) return more;
  size_t now = position;
  Value done = table_copy_entries(cx, copy, table, &now);
  if (value_eq(done, VALUE_TRUE)) return copy;
  if (value_eq(done, OUTCOME_RAISE) || (now == position && !value_eq(done, OUTCOME_AGAIN))) return done;
  return slice_go_on(cx, more, 3, (Value[]){copy, table, fixnum((sword)now)});
}
PRIM(prim_table_copy) {
  Value problem = check_table(cx, "hash-table-copy", args, false);
  if (is_outcome(problem)) return problem;
  Value copy = table_copy(cx, args[0]);
  return is_outcome(copy) ? copy : copy_more(cx, copy, args[0], 0);
}
PRIM(prim_table_copy_more) {
  return copy_more(cx, args[0], args[1], (size_t)fixnum_int(args[2]));
}
PRIM(prim_table_kind) {
  Value problem = check_table(cx, "%table-kind", args, false);
  return is_outcome(problem) ? problem : fixnum(fixnum_int(object_field(args[0], TABLE_KIND)) & ~TABLE_WEAK);
}
PRIM(prim_table_weakness) {
  Value problem = check_table(cx, "%table-weakness", args, false);
  return is_outcome(problem) ? problem : fixnum(fixnum_int(object_field(args[0], TABLE_KIND)) & TABLE_WEAK);
}

PRIM(prim_table_entries) {
  Value problem = check_table(cx, "hash-table->alist", args, false);
  if (!is_outcome(problem)) problem = table_purge(cx, args[0]);
  if (is_outcome(problem)) return problem;
  return slice_vector(cx, 2 * (sword)table_count(args[0]), args[0], 0, 0, VALUE_NIL, VALUE_FALSE);
}

// --- custom tables: for the library, which calls the program's procedures ----------------------------

PRIM(prim_make_custom_table) {
  if (!is_type(args[0], T_VECTOR) || vector_length(args[0]) < N_CUSTOM_PROCEDURES)
    return raise_type(cx, "%make-custom-table", 1, "a vector of procedures", args[0]);
  unsigned weak = is_given(args, n, 1) && is_fixnum(args[1]) ? (unsigned)fixnum_int(args[1]) & TABLE_WEAK : 0;
  return table_make_custom(cx, args[0], weak);
}

static Value check_custom(struct context *cx, const char *who, Value table) {
  return is_table(table) && is_custom_table(table) && !heap_is_frozen(table) ? VALUE_TRUE : raise_type(cx, who, 1, "a custom hash table", table);
}

PRIM(prim_custom_procedures) {
  Value problem = check_custom(cx, "%custom-procedures", args[0]);
  return is_outcome(problem) ? problem : object_field(args[0], TABLE_CUSTOM_PROCEDURES);
}

// The 32 bits under which an entry is kept, from what the program's hash function gave: any exact integer.
static Value fold_hash(struct context *cx, Value given, uint32_t *hash) {
  bool by_address = false;
  if (!is_fixnum(given) && !is_type(given, T_BIGNUM))
    return raise_condition(cx, KNOWN_TYPE, NULL, "a hash function should return an exact integer, but returned", 1, &given);
  *hash = value_eqv_hash(given, &by_address);
  return VALUE_TRUE;
}

PRIM(prim_custom_find) {
  uint32_t hash;
  Value problem = check_custom(cx, "%custom-find", args[0]);
  if (is_outcome(problem) || is_outcome(problem = fold_hash(cx, args[1], &hash))) return problem;
  sword e = table_find_hash(args[0], hash, is_fixnum(args[2]) ? fixnum_int(args[2]) : -1);
  return e < 0 ? VALUE_FALSE : fixnum(e);
}

PRIM(prim_custom_add) {
  uint32_t hash;
  Value problem = check_custom(cx, "%custom-add!", args[0]);
  if (is_outcome(problem) || is_outcome(problem = fold_hash(cx, args[1], &hash))) return problem;
  return table_add(cx, args[0], args[2], args[3], hash);
}

static bool entry_of(struct context *cx, Value *args, Value *key, Value *value) {
  return is_fixnum(args[1]) && table_entry(cx->heap, args[0], fixnum_int(args[1]), key, value);
}

// An entry may be gone, because the program's own equality changed the table, or because it was weak.
static Value entry_part(struct context *cx, Value *args, unsigned part) {
  Value problem = check_custom(cx, "%custom-key", args[0]), parts[2];
  if (is_outcome(problem)) return problem;
  return entry_of(cx, args, &parts[0], &parts[1]) ? parts[part] : VALUE_DEFAULT;
}
PRIM(prim_custom_key) {
  return entry_part(cx, args, 0);
}
PRIM(prim_custom_value) {
  return entry_part(cx, args, 1);
}

PRIM(prim_custom_set_value) {
  Value problem = check_custom(cx, "%custom-set-value!", args[0]), key, value;
  if (is_outcome(problem)) return problem;
  if (!entry_of(cx, args, &key, &value)) return VALUE_UNSPECIFIED;
  return table_set_value(cx, args[0], (size_t)fixnum_int(args[1]), args[2]);
}

PRIM(prim_custom_remove) {
  Value problem = check_custom(cx, "%custom-remove!", args[0]), key, value;
  if (is_outcome(problem)) return problem;
  if (entry_of(cx, args, &key, &value)) table_remove(cx->heap, args[0], (size_t)fixnum_int(args[1]));
  return VALUE_UNSPECIFIED;
}

PRIM(prim_table_last) {
  Value problem = check_table(cx, "hash-table-pop!", args, false);
  if (is_outcome(problem)) return problem;
  for (sword e = fixnum_int(object_field(args[0], TABLE_USED)); e-- > 0;) {
    Value key, value;
    if (table_entry(cx->heap, args[0], e, &key, &value)) return key;
  }
  return raise_type(cx, "hash-table-pop!", 1, "a hash table that is not empty", args[0]);
}

#define HASH_MASK 0x1fffffffu

PRIM(prim_equal_hash) {
  bool by_address = false;
  uint32_t hash = value_equal_hash(args[0], &by_address);
  if (by_address) hash = header_type(object_header(args[0]));
  return fixnum((sword)(hash & HASH_MASK));
}

PRIM(prim_eq_hash) {
  bool by_address = false;
  return fixnum((sword)(value_eq_hash(args[0], &by_address) & HASH_MASK));
}

const struct primitive tables_primitives[] = {
  {"%make-table", prim_make_table, 1, 2,
   "(%make-table kind [capacity])\nA new hash table; keys are compared with 0 eq?, 1 eqv?, 2 equal?, 3 string=?; plus 8 if it does not keep keys, 16 values."},
  {"hash-table?", prim_table_p, 1, 1, "(hash-table? x)\nIs X a hash table?"},
  {"%table-ref", prim_table_ref, 3, 3, "(%table-ref table key default)\nThe value of KEY in TABLE, or DEFAULT."},
  {"%table-set!", prim_table_set, 3, 3, "(%table-set! table key value)\nMake VALUE the value of KEY in TABLE."},
  {"%table-delete!", prim_table_delete, 2, 2, "(%table-delete! table key)\nTake KEY out of TABLE. Was it there?"},
  {"%table-count", prim_table_count, 1, 1, "(%table-count table)\nHow many keys TABLE has."},
  {"%table-clear!", prim_table_clear, 1, 1, "(%table-clear! table)\nTake all keys out of TABLE."},
  {"%table-copy", prim_table_copy, 1, 1, "(%table-copy table)\nA new table with the keys and values of TABLE."},
  {"%table-copy-more", prim_table_copy_more, 3, 3,
   "(%table-copy-more copy table position)\nGo on with %table-copy."},
  {"%table-kind", prim_table_kind, 1, 1, "(%table-kind table)\nHow TABLE compares keys (see %make-table)."},
  {"%table-entries", prim_table_entries, 1, 1,
   "(%table-entries table)\nA new vector of all keys and values of TABLE by turns, in order of insertion."},
  {"%table-last", prim_table_last, 1, 1, "(%table-last table)\nThe key of TABLE entered last; an error if it is empty."},
  {"%table-weakness", prim_table_weakness, 1, 1,
   "(%table-weakness table)\nWhat TABLE does not keep: 8 keys, 16 values, 24 both, 0 neither."},
  {"%make-custom-table", prim_make_custom_table, 1, 2,
   "(%make-custom-table procedures [weakness])\nA new hash table; PROCEDURES is a vector of what to call for its ref, set!, delete!, and more."},
  {"%custom-procedures", prim_custom_procedures, 1, 1, "(%custom-procedures table)\nThe vector that TABLE was made with."},
  {"%custom-find", prim_custom_find, 3, 3,
   "(%custom-find table hash entry)\nThe first entry with HASH that comes after ENTRY (#f: the first of all), or #f."},
  {"%custom-add!", prim_custom_add, 4, 4, "(%custom-add! table hash key value)\nA new entry of TABLE, which does not have KEY."},
  {"%custom-key", prim_custom_key, 2, 2, "(%custom-key table entry)\nThe key of ENTRY; #!default if it is gone."},
  {"%custom-value", prim_custom_value, 2, 2, "(%custom-value table entry)\nThe value of ENTRY; #!default if it is gone."},
  {"%custom-set-value!", prim_custom_set_value, 3, 3, "(%custom-set-value! table entry value)\nChange the value of ENTRY."},
  {"%custom-remove!", prim_custom_remove, 2, 2, "(%custom-remove! table entry)\nTake ENTRY out of TABLE."},
  {"%eq-hash", prim_eq_hash, 1, 1, "(%eq-hash x)\nAn exact integer, the same for the same object until the next collection."},
  {"equal-hash", prim_equal_hash, 1, 1,
   "(equal-hash x)\nAn exact integer, the same for equal? arguments and in every run; objects without contents to look at count by their kind."},
};
const unsigned n_tables_primitives = ARRAY_LENGTH(tables_primitives);
