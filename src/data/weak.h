// Making weak objects, and reading them.
//
// Uses: gc/heap.  Used by: data/table, prim.
#ifndef DATA_WEAK_H
#define DATA_WEAK_H

#include "gc/heap.h"

// A new weak object; the room for `bytes` is there (GC-6).
static inline Value weak_make(struct heap *heap, enum object_type type, size_t bytes, Value rest, Value key, Value value) {
  uword *p = heap_alloc(heap, bytes);
  p[0] = header_make(type, 0);
  for (size_t i = WEAK_LEFT; i < bytes / sizeof(uword); i++) p[i] = 0;
  p[WEAK_REST] = rest.w;
  p[WEAK_KEY] = key.w;
  p[WEAK_VALUE] = value.w;
  return value_from_object(p);
}
// The key, or VALUE_DELETED.
static inline Value weak_key(struct heap *heap, Value weak) {
  return heap_weak_value(heap, object_field(weak, WEAK_KEY));
}
// The value, VALUE_FALSE when the key is gone.
static inline Value weak_value(struct heap *heap, Value weak) {
  if (value_eq(weak_key(heap, weak), VALUE_DELETED)) return VALUE_FALSE;
  return heap_weak_value(heap, object_field(weak, WEAK_VALUE));
}

#endif
