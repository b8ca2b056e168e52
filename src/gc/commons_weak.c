// Weak cells of the commons: an object does not stay for their sake.
//
// Uses: see gc/commons.h.
//
// A cell is a record with three fields of these.  The reference is kept as numbers, which no marking follows; so is the list of all
// cells.  When a cycle has found what lives, and before a page is swept, dead cells are taken off the list, and those
// emptied whose object is dead (COMMONS-6).
#include "gc/collector.h"
#include "gc/commons.h"

enum { WEAK_PLACE = RECORD_FIELDS, WEAK_TAG /* or what it holds, if the place is 0 */, WEAK_NEXT };

static struct weak_cells {
  uword *first;
  uword *before;  // the last one that was looked at in this cycle; NULL: none
} cells;

static uword place_of(const uword *p) {
  return fixnum(p ? ((const char *)p - pages.start) / 8 + 1 : 0).w;
}

static uword *at_place(uword place) {
  sword n = fixnum_int(value_from_word(place));
  return n ? (uword *)(pages.start + (n - 1) * 8) : NULL;
}

static bool is_weak(const uword *cell) {
  return at_place(cell[WEAK_PLACE]);
}

static Value referent(const uword *cell) {
  return value_from_word((uword)at_place(cell[WEAK_PLACE]) | (uword)fixnum_int(value_from_word(cell[WEAK_TAG])));
}

void commons_weak_make(Value cell, Value v) {
  uword *p = value_address(cell);
  bool can_go = is_pointer(v) && pages.dst[page_of(value_address(v))] & PAGE_DST_COMMONS;
  p[WEAK_PLACE] = place_of(can_go ? value_address(v) : NULL);
  p[WEAK_TAG] = can_go ? fixnum((sword)(v.w & TAG_MASK)).w : v.w;
  p[WEAK_NEXT] = place_of(cells.first);
  cells.first = p;
}

Value commons_weak_value(Value cell) {
  const uword *p = value_address(cell);
  if (!is_weak(p)) return value_from_word(p[WEAK_TAG]);
  Value v = referent(p);
  if (commons_is_doomed(v)) return VALUE_FALSE;
  commons_note(v);
  return v;
}

bool commons_break_cells(size_t *words) {
  uword *p;
  for (; (p = cells.before ? at_place(cells.before[WEAK_NEXT]) : cells.first); --*words) {
    if (!*words) return true;
    if (commons_is_doomed(value_from_object(p))) {
      if (cells.before) cells.before[WEAK_NEXT] = p[WEAK_NEXT];
      else cells.first = at_place(p[WEAK_NEXT]);
      continue;
    }
    if (is_weak(p) && commons_is_doomed(referent(p))) {
      p[WEAK_PLACE] = place_of(NULL);
      p[WEAK_TAG] = VALUE_FALSE.w;
    }
    cells.before = p;
  }
  cells.before = NULL;
  return false;
}
