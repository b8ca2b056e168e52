// Primitives on images: compiled libraries as bytes, and the archive of them in the program.
//
// Uses: code/image, data/table, gc/arena.  Used by: prim/table.
//
// The library (lib/boot/compiled.scm) says which objects belong to others and finds them again by their names; an
// interned symbol never belongs to an image.
#include "prim/images.h"
#include "code/code.h"
#include "data/env.h"
#include "data/number.h"
#include "data/string.h"
#include "data/symbol.h"
#include "data/table.h"
#include "data/values.h"
#include "gc/arena.h"
#include "prim/args.h"
#include "prim/tables.h"

// --- hooks --------------------------------------------------------------------------------------------------
// A fingerprint of the instructions: an image made for others must not be run.
static uint32_t code_version(void) {
  uint32_t hash = 2166136261u;
  for (unsigned i = 0; i < N_OPS; i++)
    for (const char *s = op_infos[i].name; *s; s++) hash = (hash ^ (unsigned char)*s) * 16777619u;
  return hash;
}

static bool find_primitive(void *context, const char *name, size_t n, unsigned *index) {
  (void)context;
  return primitive_find(name, n, index);
}

struct image_hooks image_hooks_make(void) {
  return (struct image_hooks){
      .version = code_version(),
      .find_primitive = find_primitive,
      .link = code_link,
      .unlink = code_unlink,
  };
}

// --- writing ------------------------------------------------------------------------------------------------
#define IMAGE_QUOTA_BYTES ((size_t)256 << 20)

// The bytes and the external objects, gathered in an arena until there is an object for them.
struct gathering {
  struct context *cx;
  Value names;  // the table of what is external
  struct arena arena;
  unsigned char *bytes;
  size_t n, capacity;
  Value *externals;
  size_t n_externals;
};

static enum image_place place(void *context, Value v, const char **why) {
  struct gathering *g = context;
  if (is_symbol(v)) return symbol_is_interned(v) ? IMAGE_EXTERNAL : IMAGE_WRITTEN;
  bool is_variable = is_type(v, T_CELL);
  if (!is_variable && !is_type(v, T_ENV) && !is_type(v, T_MACRO) && !is_type(v, T_SPECIAL)) return IMAGE_WRITTEN;
  if (is_true(table_get(g->cx, g->names, v, VALUE_FALSE))) return IMAGE_EXTERNAL;
  *why = is_variable ? "it refers to a variable of another library that has no name"
                     : "it refers to an environment or core form that has no name";
  // What a library defines has no value before the library runs.
  if (is_type(v, T_MACRO) || (is_variable && value_eq(cell_value(v), VALUE_UNBOUND))) return IMAGE_WRITTEN;
  return IMAGE_REFUSED;
}

static bool gather(void *context, const unsigned char *bytes, size_t n) {
  struct gathering *g = context;
  if (g->n + n > g->capacity) {
    size_t capacity = g->capacity ? 2 * g->capacity : 1 << 16;
    unsigned char *grown = arena_alloc(&g->arena, capacity);
    if (!grown) return false;
    if (g->n) memcpy(grown, g->bytes, g->n);
    g->bytes = grown;
    g->capacity = capacity;
  }
  memcpy(g->bytes + g->n, bytes, n);
  g->n += n;
  return true;
}

static bool keep_externals(void *context, const Value *externals, size_t n) {
  struct gathering *g = context;
  g->externals = arena_alloc(&g->arena, n * sizeof(Value) + sizeof(Value));
  if (!g->externals) return false;
  if (n) memcpy(g->externals, externals, n * sizeof(Value));
  g->n_externals = n;
  return true;
}

static Value gathered_result(struct gathering *g) {
  size_t room = BYTES_BYTES(g->n) + VECTOR_BYTES(g->n_externals) + AUX_BYTES(2);
  if (!heap_reserve(g->cx->heap, room)) return outcome_collect(g->cx, room);
  Value bytes = bytes_make_raw(g->cx, g->n);
  if (is_outcome(bytes)) return bytes;
  uword *p = heap_alloc_more(g->cx->heap, VECTOR_BYTES(g->n_externals));
  if (!p) return outcome_collect(g->cx, room);
  p[0] = header_make(T_VECTOR, 0);
  p[1] = fixnum((sword)g->n_externals).w;
  for (size_t i = 0; i < g->n_externals; i++) p[2 + i] = g->externals[i].w;
  if (g->n_externals * sizeof(Value) % 8 && sizeof(Value) == 4) p[2 + g->n_externals] = 0;
  memcpy(bytes_data(bytes), g->bytes, g->n);
  Value both[2] = {bytes, value_from_object(p)};
  return values_make(g->cx, 2, both);
}

PRIM(prim_image_write) {
  if (!is_table(args[1])) return raise_type(cx, "%image-write", 2, "a hash table", args[1]);
  struct gathering g = {.cx = cx, .names = args[1]};
  arena_init(&g.arena, IMAGE_QUOTA_BYTES);
  struct image_hooks hooks = image_hooks_make();
  hooks.context = &g;
  hooks.place = place;
  hooks.found = keep_externals;
  struct image_sink sink = {&g, gather};
  const char *why = NULL;
  bool ok = image_write(cx->heap, args[0], &hooks, &sink, &why);
  Value result = ok ? gathered_result(&g) : raise_condition(cx, KNOWN_FILE, "%image-write", why, 0, NULL);
  arena_free(&g.arena);
  return result;
}

PRIM(prim_image_load) {
  const char *who = "%image-load", *why = NULL;
  if (!is_bytes(args[0])) return raise_type(cx, who, 1, "a bytevector", args[0]);
  sword n_bytes = bytes_length(args[0]);
  if (!is_fixnum(args[1]) || fixnum_int(args[1]) < 0 || fixnum_int(args[1]) > n_bytes)
    return raise_range(cx, who, 2, args[1], 0, n_bytes);
  if (!is_type(args[2], T_VECTOR)) return raise_type(cx, who, 3, "a vector", args[2]);
  struct image_hooks hooks = image_hooks_make();
  Value root;
  sword start = fixnum_int(args[1]);
  if (image_load(cx->heap, bytes_data(args[0]) + start, (size_t)(n_bytes - start), &hooks, vector_slots(args[2]),
                 (size_t)vector_length(args[2]), &root, &why))
    return root;
  return raise_condition(cx, why == image_no_memory ? KNOWN_MEMORY : KNOWN_FILE, who, why, 0, NULL);
}

// --- what is joined to the program ----------------------------------------------------------------------------
PRIM(prim_archive_bytes) {
  sword n_bytes = libraries_end - libraries_start, start, end;
  Value ok = arg_range(cx, "%archive-bytes", args, n, 0, n_bytes, &start, &end);
  if (is_outcome(ok)) return ok;
  Value bytes = bytes_make_raw(cx, (size_t)(end - start));
  if (!is_outcome(bytes) && end > start) memcpy(bytes_data(bytes), libraries_start + start, (size_t)(end - start));
  return bytes;
}

// FNV-1a, 64 bits.
static uint64_t hash_bytes(const unsigned char *bytes, size_t n) {
  uint64_t hash = 14695981039346656037u;
  for (size_t i = 0; i < n; i++) hash = (hash ^ bytes[i]) * 1099511628211u;
  return hash;
}

PRIM(prim_hash_bytes) {
  if (!is_bytes(args[0])) return raise_type(cx, "%hash-bytes", 1, "a bytevector", args[0]);
  return integer_from_uint64(cx->heap, hash_bytes(bytes_data(args[0]), (size_t)bytes_length(args[0])));
}

PRIM(prim_system_id) {
  size_t n_bytes = (size_t)(boot_image_end - boot_image_start);
  return integer_from_uint64(cx->heap, n_bytes < 4 ? 0 : hash_bytes(boot_image_start + n_bytes - 4, 4));
}

const struct primitive images_primitives[] = {
    {"%image-write", prim_image_write, 2, 2,
     "(%image-write x table)\nTwo values: X as the bytes of an image, and the vector of the external objects it refers to:"
     " interned symbols and the variables, macros, core forms and environments that are keys of TABLE."},
    {"%image-load", prim_image_load, 3, 3,
     "(%image-load bytes start externals)\nThe object whose image BYTES is from START on; EXTERNALS are the external ones,"
     " in the order in which they were found when it was written."},
    {"%archive-bytes", prim_archive_bytes, 0, 2,
     "(%archive-bytes [start [end]])\nBytes of the archive of compiled libraries that is part of the program."},
    {"%hash-bytes", prim_hash_bytes, 1, 1, "(%hash-bytes bytevector)\nA hash of 64 bits of its contents (FNV-1a)."},
    {"%system-id", prim_system_id, 0, 0,
     "(%system-id)\nA number that differs between systems whose compiled libraries do not fit each other."},
};
const unsigned n_images_primitives = ARRAY_LENGTH(images_primitives);
