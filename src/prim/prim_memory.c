// Primitives that look at the heap: events of collections, pages, objects page by page.
//
// Uses: gc, data.  Used by: prim/table.
//
// They fill vectors that Scheme gives them, so a look at the heap allocates nothing in it.  Nothing moves inside a
// primitive; what may happen between two of them, lib/boot/memory.scm copes with.
#include "data/symbol.h"
#include "prim/args.h"
#include "prim/tables.h"

static Value check_vector(struct context *cx, const char *who, unsigned argument, Value v, sword least) {
  if (!is_type(v, T_VECTOR) || object_is_immutable(v) || !heap_is_private(v))
    return raise_type(cx, who, argument, "a vector that can be changed", v);
  if (vector_length(v) < least) return raise_type(cx, who, argument, "a longer vector", v);
  return VALUE_TRUE;
}

static void put(struct context *cx, Value vector, unsigned i, Value v) {
  heap_store(cx->heap, vector, &vector_slots(vector)[i], v);
}

static Value check_page(struct context *cx, const char *who, Value v) {
  if (!is_fixnum(v)) return raise_type(cx, who, 1, "a page number (an exact integer)", v);
  if ((uword)fixnum_int(v) >= pages.n_pages) return raise_range(cx, who, 1, v, 0, (sword)pages.n_pages - 1);
  return VALUE_TRUE;
}

// --- events ---------------------------------------------------------------------------------------------
PRIM(prim_collection_events) {
  if (!is_type(args[0], T_BYTES) || object_is_immutable(args[0]))
    return raise_type(cx, "%collection-events!", 1, "a byte vector that can be changed", args[0]);
  size_t most = (size_t)bytes_length(args[0]) / EVENT_BYTES;
  return fixnum((sword)events_copy((struct heap_event *)bytes_data(args[0]), most));
}

PRIM(prim_pause_counts) {
  Value ok = check_vector(cx, "%pause-counts!", 1, args[0], N_EVENT_KINDS + PAUSE_CLASSES);
  if (is_outcome(ok)) return ok;
  const struct heap_statistics *figures = &cx->heap->statistics;
  for (unsigned i = 0; i < N_EVENT_KINDS; i++) put(cx, args[0], i, fixnum((sword)figures->events[i]));
  for (unsigned i = 0; i < PAUSE_CLASSES; i++) put(cx, args[0], N_EVENT_KINDS + i, fixnum((sword)figures->pauses[i]));
  return args[0];
}

// --- pages ----------------------------------------------------------------------------------------------
enum { INFO_FIRST, INFO_RUN_PAGES, INFO_KIND, INFO_OWNER, INFO_IS_YOUNG, INFO_LIVE_BYTES, N_INFOS };

PRIM(prim_page_info) {
  Value ok = check_page(cx, "%page-info!", args[0]);
  if (!is_outcome(ok)) ok = check_vector(cx, "%page-info!", 2, args[1], N_INFOS);
  if (is_outcome(ok)) return ok;
  size_t page = (size_t)fixnum_int(args[0]);
  if (pages.info[page].kind != PAGE_FREE) page = pages.info[page].first;
  const struct page_info *info = &pages.info[page];
  bool is_whole = info->first == page;
  put(cx, args[1], INFO_FIRST, fixnum((sword)page));
  put(cx, args[1], INFO_RUN_PAGES, fixnum(is_whole ? (sword)info->run_pages : 1));
  put(cx, args[1], INFO_KIND, fixnum(info->kind));
  put(cx, args[1], INFO_OWNER, fixnum(info->owner ? (sword)info->owner->number : 0));
  put(cx, args[1], INFO_IS_YOUNG, value_bool(pages.dst[page] & PAGE_DST_YOUNG));
  put(cx, args[1], INFO_LIVE_BYTES, fixnum((sword)info->live_bytes));
  return args[1];
}

static bool refers_to(Value object, Value target) {
  Value *slot = (Value *)value_address(object);
  size_t n = 2;
  if (is_object(object)) n = object_values(value_address(object), &slot);
  for (; n > 0; n--) {
    if (value_eq(*slot++, target)) return true;
  }
  return false;
}

// What runs keeps everything it deals with in its stack: that is of no interest.
static bool is_wanted(Value object, Value *args, unsigned n) {
  if (n < 4) return true;
  return !is_type(object, T_STACK) && !value_eq(object, args[2]) && refers_to(object, args[3]);
}

PRIM(prim_page_objects) {
  Value ok = check_page(cx, "%page-objects!", args[0]);
  if (!is_outcome(ok)) ok = check_vector(cx, "%page-objects!", 3, args[2], 2);
  if (is_outcome(ok)) return ok;
  if (!is_fixnum(args[1]) || fixnum_int(args[1]) < 0)
    return raise_type(cx, "%page-objects!", 2, "an offset (an exact integer)", args[1]);
  struct heap_look look;
  sword most = vector_length(args[2]), found = 0;
  heap_look_begin(cx->heap, (uint32_t)fixnum_int(args[0]), (size_t)fixnum_int(args[1]), &look);
  while (look.at < look.end && found + 1 < most) {
    Value object = heap_look_next(&look);
    if (!is_wanted(object, args, n)) continue;
    heap_shade(cx->heap, object);
    put(cx, args[2], (unsigned)++found, object);
  }
  put(cx, args[2], 0, fixnum(found));
  return look.at < look.end ? fixnum(look.at - look.start) : VALUE_FALSE;
}

// --- kinds and sizes --------------------------------------------------------------------------------------
static size_t size_of(Value v) {
  return is_pair(v) ? PAIR_BYTES : object_size_bytes(value_address(v));
}

PRIM(prim_page_census) {
  Value ok = check_page(cx, "%page-census!", args[0]);
  if (!is_outcome(ok)) ok = check_vector(cx, "%page-census!", 2, args[1], 2 * N_OBJECT_TYPES);
  if (is_outcome(ok)) return ok;
  struct heap_look look;
  heap_look_begin(cx->heap, (uint32_t)fixnum_int(args[0]), 0, &look);
  while (look.at < look.end) {
    Value object = heap_look_next(&look);
    unsigned i = 2 * (is_pair(object) ? T_NONE : (unsigned)header_type(object_header(object)));
    Value *slots = vector_slots(args[1]);
    if (!is_fixnum(slots[i]) || !is_fixnum(slots[i + 1])) return raise_type(cx, "%page-census!", 2, "integers", args[1]);
    put(cx, args[1], i, fixnum(fixnum_int(slots[i]) + 1));
    put(cx, args[1], i + 1, fixnum(fixnum_int(slots[i + 1]) + (sword)size_of(object)));
  }
  return args[1];
}

PRIM(prim_type_name) {
  if (!is_fixnum(args[0])) return raise_type(cx, "%type-name", 1, "an exact integer", args[0]);
  uword i = (uword)fixnum_int(args[0]);
  if (i >= N_OBJECT_TYPES) return VALUE_FALSE;
  return symbol_intern_c(cx, i == T_NONE ? "pair" : type_infos[i].name);
}

PRIM(prim_object_page) {
  return is_pointer(args[0]) ? fixnum((sword)page_of(value_address(args[0]))) : VALUE_FALSE;
}

PRIM(prim_object_size) {
  return fixnum(is_pointer(args[0]) ? (sword)size_of(args[0]) : 0);
}

const struct primitive memory_primitives[] = {
    {"%collection-events!", prim_collection_events, 1, 1,
     "(%collection-events! bytes)\nFill BYTES with the newest events, the very newest first; how many. See gc/events.h."},
    {"%pause-counts!", prim_pause_counts, 1, 1,
     "(%pause-counts! vector)\nFill VECTOR: how many pauses there were of each kind, then of each class of length."},
    {"%page-info!", prim_page_info, 2, 2,
     "(%page-info! page vector)\nFill VECTOR: first page of the run that PAGE is in, pages in it, kind, owner (0: none), young?, "
     "bytes that lived when they were last marked. Of a free run only the first page says how many follow."},
    {"%page-objects!", prim_page_objects, 3, 4,
     "(%page-objects! page offset vector [target])\nFill VECTOR, from 1 on, with objects of the run that begins at PAGE (only those "
     "that refer to TARGET); slot 0: how many. Returns the offset to go on from, or #f after the last one."},
    {"%page-census!", prim_page_census, 2, 2,
     "(%page-census! page vector)\nAdd, for each type, the number and bytes of objects in the run that begins at PAGE."},
    {"%type-name", prim_type_name, 1, 1, "(%type-name i)\nThe name of object type I, or #f from the end on."},
    {"%object-page", prim_object_page, 1, 1, "(%object-page x)\nThe page that X lies in, or #f if X is no object in memory."},
    {"object-size", prim_object_size, 1, 1,
     "(object-size x)\nHow many bytes X takes, without what it refers to; 0 if X is a small number, a character, #t or the like."},
};
const unsigned n_memory_primitives = ARRAY_LENGTH(memory_primitives);
