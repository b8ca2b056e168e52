// After marking: free what is dead, and empty sparse pages into fresh ones.
//
// Uses: gc/collector.
//
// Sweeping visits marked objects only, by their bits; what lies between them becomes gaps, so no dead
// object with stale slots is left in a walkable page.  Then the sparse pages are emptied as far as
// pages can be had, each copied object leaving a forwarding address and losing its mark; one pass over
// all live slots replaces the addresses; and the emptied pages are swept once more, which frees them, or,
// if memory ran out, keeps the rest of what was in them.
#include "gc/collector.h"

// A page is sparse below this share of live bytes, and the sparse pages are worth emptying when that
// frees one part in WORTHWHILE_PART of the old space.
#define SPARSE_EIGHTHS 6
#define WORTHWHILE_PART 8
// After emptying pages that freed next to nothing (objects that fit badly), majors without a new try.
#define MAJORS_TO_REST 4

static void sweep_list(struct heap *heap, struct run_list *list, bool keep_marks) {
  struct run_list left = {0, 0};
  for (uint32_t run = list->first, next; run; run = next) {
    next = pages.info[run].next;
    sweep_run(heap, run, &left, keep_marks);
  }
  *list = left;
}

static void sweep_large(struct heap *heap) {
  struct collector *c = heap->collector;
  struct run_list left = {0, 0};
  for (uint32_t run = c->large.first, next; run; run = next) {
    next = pages.info[run].next;
    if (is_marked(run_start(run))) {
      settle_run(c, run);
      run_append(&left, run);
    } else {
      drop_old_run(heap, run);
    }
  }
  c->large = left;
}

// --- choosing and copying ----------------------------------------------------------------------------
static bool is_sparse(uint32_t run) {
  return pages.info[run].live_bytes < run_bytes(run) / 8 * SPARSE_EIGHTHS;
}

static bool is_worth_moving(struct collector *c) {
  size_t saved = 0, held = 0;
  if (c->majors_to_rest > 0) {
    c->majors_to_rest--;
    return false;
  }
  for (uint32_t run = c->old.first; run; run = pages.info[run].next) {
    held += run_bytes(run);
    if (is_sparse(run)) saved += run_bytes(run) - pages.info[run].live_bytes;
  }
  return saved > PAGE_BYTES && saved >= held / WORTHWHILE_PART;
}

// The page above which as many old pages lie as free ones lie below it.
static uint32_t packing_border(struct heap *heap) {
  size_t n_above = 0, n_below = 0;
  uint32_t first = 0;
  for (uint32_t run = heap->collector->old.first; run; run = pages.info[run].next) n_above += pages.info[run].run_pages;
  for (; first < pages.n_pages && n_below < n_above; first += pages.info[first].run_pages) {
    const struct page_info *run = &pages.info[first];
    if (run->kind == PAGE_FREE) n_below += run->run_pages;
    if (run->kind == PAGE_OLD && run->owner == heap) n_above -= run->run_pages;
  }
  return first;
}

// Take the runs to be emptied, sparse ones and all from page `border` on, off the old space.
static struct run_list choose_leaving(struct collector *c, uint32_t border) {
  struct run_list old = c->old, leaving = {0, 0};
  c->old = (struct run_list){0, 0};
  for (uint32_t run = old.first, next; run; run = next) {
    next = pages.info[run].next;
    bool leaves = run >= border || is_sparse(run);
    if (leaves) set_barrier(run, PAGE_DST_YOUNG, PAGE_DST_HEAP | PAGE_DST_LEAVING);
    run_append(leaves ? &leaving : &c->old, run);
  }
  return leaving;
}

// False: no page can be had.
static bool move_object(struct heap *heap, uword *from) {
  struct collector *c = heap->collector;
  size_t bytes = size_at(from);
  uword tag = word_is_header(*from) ? TAG_OBJECT : TAG_PAIR;
  if (bytes > (size_t)(c->old_limit - c->old_top) && !open_fresh_page(heap)) return false;
  memcpy(c->old_top, from, bytes);
  from[0] = VALUE_FORWARD.w;
  from[1] = (uword)c->old_top | tag;
  c->old_top += bytes;
  clear_mark(from);
  return true;
}

static void move_objects(struct heap *heap, const struct run_list *leaving) {
  for (uint32_t run = leaving->first; run; run = pages.info[run].next) {
    char *end = run_end(run);
    for (char *p = next_marked(run_start(run), end); p < end; p = next_marked(p + 8, end)) {
      if (!move_object(heap, (uword *)p)) return;
    }
  }
}

// --- replacing addresses -------------------------------------------------------------------------------
static void update_slots(Value *slot, size_t n) {
  for (Value *end = slot + n; slot < end; slot++) {
    if (!is_pointer(*slot)) continue;
    uword *p = value_address(*slot);
    if (!(pages.dst[page_of(p)] & PAGE_DST_LEAVING)) continue;
    if (p[0] == VALUE_FORWARD.w) *slot = value_from_word(p[1]);
  }
}

static void update_object(uword *p) {
  Value *slot;
  size_t n = values_at(p, &slot);
  update_slots(slot, n);
}

static void update_runs(const struct run_list *list, unsigned needed_flags) {
  for (uint32_t run = list->first; run; run = pages.info[run].next) {
    if ((pages.info[run].flags & needed_flags) != needed_flags) continue;
    char *end = run_end(run);
    for (char *p = run_start(run); p < end; p += size_at((uword *)p)) update_object((uword *)p);
  }
}

// Objects that did not move out of a leaving run are those still marked.
static void update_leaving(const struct run_list *leaving) {
  for (uint32_t run = leaving->first; run; run = pages.info[run].next) {
    char *end = run_end(run);
    for (char *p = next_marked(run_start(run), end); p < end; p = next_marked(p + 8, end)) {
      update_object((uword *)p);
    }
  }
}

static void update_heap(struct heap *heap, const struct run_list *leaving) {
  struct collector *c = heap->collector;
  update_slots(heap->roots, N_HEAP_ROOTS);
  update_object(((struct heap_page *)heap)->stack);
  update_runs(&c->old, 0);
  update_runs(&c->fixed, 0);
  update_runs(&c->large, 0);
  update_runs(&c->immortal, PAGE_REFERS);
  update_leaving(leaving);
}

static void empty_pages(struct heap *heap, enum compaction how) {
  struct collector *c = heap->collector;
  size_t before_bytes = c->old_bytes;
  uint32_t border = how == COMPACT_ALL ? 0 : how == COMPACT_LOW ? packing_border(heap) : UINT32_MAX;
  struct run_list leaving = choose_leaving(c, border);
  if (how == COMPACT_LOW) pages.low = pages.info[0].run_pages;
  begin_regions(c);
  move_objects(heap, &leaving);
  (void)end_regions(c);
  pages.low = 0;
  update_heap(heap, &leaving);
  sweep_list(heap, &leaving, true);
  runs_take(&c->old, &leaving);
  heap->major_epoch++;
  bool in_vain = how == COMPACT_SPARSE && c->old_bytes + before_bytes / (2 * WORTHWHILE_PART) > before_bytes;
  if (in_vain) c->majors_to_rest = MAJORS_TO_REST;
}

void compact_heap(struct heap *heap, enum compaction how) {
  struct collector *c = heap->collector;
  close_region(c);
  c->fixed_gaps = NULL;
  runs_take(&c->old, &c->partial);
  sweep_list(heap, &c->old, true);
  sweep_list(heap, &c->fixed, true);
  sweep_large(heap);
  if (how != COMPACT_SPARSE || is_worth_moving(c)) empty_pages(heap, how);
  clear_all_marks(c);
  struct run_list swept = c->old;
  c->old = (struct run_list){0, 0};
  keep_swept(c, &swept);
}
