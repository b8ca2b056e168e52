// What the two ways of copying share (proc/copy.h).
//
// Uses: proc/copy.  Used by: proc/copy.c, proc/copy_slices.c.
#ifndef PROC_COPIER_H
#define PROC_COPIER_H

#include "proc/copy.h"

enum copy_way {
  COPY_PLAIN,   // word by word, Values by what they refer to
  COPY_APART,   // likewise, but only in slices: it has raw words, may not move, or is copied in a way of its own
  COPY_REFUSED
};
// How objects with this header are copied.
enum copy_way copy_way(uword header, bool to_commons);
// RAISE: `v`, to which `holder` refers (or #f), cannot be copied.
Value copy_refuse(struct context *cx, const char *who, Value v, Value holder);
// The copy in the commons of a code object of the sender's, or (): there is none.
Value copy_share_code(struct context *cx, Value code);
// `to` is NULL for the commons.
Value copy_in_slices(struct context *cx, const char *who, struct heap *to, Value state);
// A state for copying `v`; or COLLECT.
Value copy_state_make(struct context *cx, Value v);
// RAISE: a copy of so many bytes is more than the quota of `to` allows; or COPY_NO_ROOM.
Value copy_too_large(struct context *cx, const char *who, struct heap *to, size_t bytes);

// The layout of an object whose header is not in its place: the number of its first word that is a Value; how many.
static inline size_t copy_values(uword header, const uword *p, size_t *first) {
  const struct type_info *info = &type_infos[header_type(header)];
  *first = 1;
  switch (info->shape) {
    case SHAPE_FIXED: return info->n_value_words;
    case SHAPE_AUX: return header_aux(header);
    case SHAPE_COUNT_WORDS: *first = 2; return count_word(p, 1);
    case SHAPE_MIXED: *first = 3; return count_word(p, 2);
    default: return 0;
  }
}

#endif
