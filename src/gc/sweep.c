// Sweeping: what is unmarked becomes room for survivors, or free pages.
//
// Uses: gc/collector.
//
// Only marked objects are visited, by their bits; what lies between them becomes gaps, so no dead object with stale
// slots is left in a swept page.  Runs are swept in slices, or when promotion wants room, and never without need: a
// run with good gaps goes to the partial ones.  Survivors are copied to regions: a gap, or a fresh page.
#include "gc/collector.h"

// A gap shorter than this is not looked at, and for an object larger than that, none is.
#define LEAST_HOLE_BYTES (8 * WORD_BYTES)
#define MOST_HOLE_OBJECT (PAGE_BYTES / 8)
// A run is partial from this share of bytes in such gaps on.
#define PARTIAL_PART 8
// What sweeping a page costs, and besides each object that lives in it, in words of marking.
#define SWEEP_PAGE_WORDS 64
#define SWEEP_OBJECT_WORDS 2
// Runs swept, and runs looked at, for one region before a fresh page is taken instead.
#define SWEEP_FOR_REGION 4
#define LOOKS_FOR_REGION 4

// --- sweeping ----------------------------------------------------------------------------------------
struct sweep {
  struct heap *heap;
  struct run_list *to;
  uint32_t piece;       // the run being swept, from its first page not yet disposed of; 0: none left
  size_t live_bytes;    // in it so far
  bool keep_marks;
  size_t room_bytes;    // in good gaps of the piece
};

static void fill_gap(struct sweep *s, char *start, char *end) {
  if (start == end) return;
  if (end - start >= LEAST_HOLE_BYTES) s->room_bytes += (size_t)(end - start);
  heap_fill((uword *)start, (size_t)(end - start));
  if (pages.info[page_of(start)].kind != PAGE_FIXED) return;
  if (header_type(*(uword *)start) == T_FILLER) add_fixed_gap(s->heap->collector, (uword *)start);
}

// It is swept now, and its objects need marks in the next cycle.
void settle_run(struct collector *c, uint32_t run) {
  bool fixed = pages.info[run].kind == PAGE_FIXED;
  unsigned dst = old_dst(c) | (fixed ? PAGE_DST_CONSTANT : 0);
  for (uint32_t page = run; page < run + pages.info[run].run_pages; page++) {
    pages.src[page] = (uint8_t)(PAGE_DST_YOUNG | (pages.src[page] & (PAGE_SPARED | PAGE_ALWAYS)));
    pages.dst[page] = (uint8_t)dst;
  }
  pages.info[run].swept = sweep_number(c);
  pages.info[run].flags &= (uint8_t)~(PAGE_STARTS | PAGE_ROOMY);
}

static void finish_piece(struct sweep *s) {
  pages.info[s->piece].live_bytes = (uint32_t)s->live_bytes;
  if (!s->keep_marks) clear_marks(s->piece);
  settle_run(s->heap->collector, s->piece);
  if (s->room_bytes >= run_bytes(s->piece) / PARTIAL_PART) pages.info[s->piece].flags |= PAGE_ROOMY;
  s->room_bytes = 0;
  run_append(s->to, s->piece);
  s->live_bytes = 0;
}

// Free the pages [start, end) of the piece; what is before them is finished, what is after goes on.
static void free_pages_within(struct sweep *s, char *start, char *end) {
  uint32_t dead = (uint32_t)page_of(start), after = (uint32_t)page_of(end);
  if (dead > s->piece) {
    (void)!pages_split(run_start(s->piece), dead - s->piece);
    finish_piece(s);
  }
  s->piece = 0;
  if (end < run_end(dead)) {
    (void)!pages_split(start, after - dead);
    s->piece = after;
  }
  drop_old_run(s->heap, dead);
}

// Nothing lives in [start, end).
static void close_gap(struct sweep *s, char *start, char *end) {
  bool is_at_start = start == run_start(s->piece);
  char *first = is_at_start ? page_address(s->piece) : page_address(page_of(start + PAGE_BYTES - 1));
  char *last = page_address(page_of(end));
  if (first >= last) {
    fill_gap(s, start, end);
    return;
  }
  if (!is_at_start) fill_gap(s, start, first);
  fill_gap(s, last, end);
  free_pages_within(s, first, last);
}

size_t sweep_run(struct heap *heap, uint32_t run, struct run_list *to, bool keep_marks) {
  struct sweep s = {heap, to, run, 0, keep_marks, 0};
  char *end = run_end(run), *gap = run_start(run), *p;
  size_t words = pages.info[run].run_pages * SWEEP_PAGE_WORDS;
  while ((p = next_marked(gap, end)) < end) {
    if (p > gap) close_gap(&s, gap, p);
    do {
      size_t bytes = size_at((uword *)p);
      s.live_bytes += bytes;
      p += bytes;
      words += SWEEP_OBJECT_WORDS;
    } while (p < end && is_marked(p));
    gap = p;
  }
  close_gap(&s, gap, end);
  if (s.piece) finish_piece(&s);
  return words;
}

// --- in slices ---------------------------------------------------------------------------------------------
// A page with dirty cards is on a list, so it cannot be freed before the next minor collection.
static bool is_queued(uint32_t run) {
  for (uint32_t i = run; i < run + pages.info[run].run_pages; i++) {
    if (pages.info[i].work_next) return true;
  }
  return false;
}

static uint32_t take_first(struct run_list *list) {
  uint32_t run = list->first;
  list->first = pages.info[run].next;
  if (!list->first) list->last = 0;
  return run;
}

void keep_swept(struct collector *c, struct run_list *swept) {
  for (uint32_t run = swept->first, next; run; run = next) {
    next = pages.info[run].next;
    bool partial = pages.info[run].flags & PAGE_ROOMY;
    if (pages.info[run].kind == PAGE_FIXED) {
      run_append(&c->fixed, run);
    } else {
      run_append(partial ? &c->partial : &c->old, run);
    }
  }
}

// The next unswept run; one that is queued waits until after the next minor collection.  The words that it cost.
static size_t sweep_next(struct heap *heap) {
  struct collector *c = heap->collector;
  size_t words = SWEEP_PAGE_WORDS;
  struct run_list swept = {0, 0};
  uint32_t run = take_first(&c->unswept);
  if (!(pages.dst[run] & PAGE_DST_WHITE)) {  // fresh: all in it lives
    settle_run(c, run);
    run_append(&c->old, run);
  } else if (is_queued(run)) {
    run_append(&c->unswept, run);
  } else {
    words = sweep_run(heap, run, &swept, false);
    keep_swept(c, &swept);
  }
  return words;
}

static void sweep_next_large(struct heap *heap) {
  struct collector *c = heap->collector;
  uint32_t run = take_first(&c->unswept_large);
  if (!(pages.dst[run] & PAGE_DST_WHITE) || is_marked(run_start(run))) {
    clear_mark(run_start(run));
    settle_run(c, run);
    run_append(&c->large, run);
  } else if (is_queued(run)) {
    run_append(&c->unswept_large, run);
  } else {
    drop_old_run(heap, run);
  }
}

bool sweep_slice(struct heap *heap, size_t words) {
  struct collector *c = heap->collector;
  for (size_t done = 0; done < words && c->unswept_large.first; done += SWEEP_PAGE_WORDS) {
    sweep_next_large(heap);
  }
  for (size_t done = 0; done < words && c->unswept.first;) done += sweep_next(heap);
  return !c->unswept.first && !c->unswept_large.first;
}

size_t sweep_words(struct collector *c, size_t live_bytes) {
  return c->old_bytes / PAGE_BYTES * SWEEP_PAGE_WORDS + live_bytes / PAIR_BYTES * SWEEP_OBJECT_WORDS;
}

// --- regions -------------------------------------------------------------------------------------------------
#define END_BYTES sizeof(struct region_end)
_Static_assert(HEAP_LARGE_BYTES - 8 + END_BYTES <= PAGE_BYTES, "every small object fits a fresh page");

static struct region_end *region_end(const struct collector *c) {
  return (struct region_end *)c->old_limit;
}

// [start, end) is the region to be filled; `c` may have another, which is full.
static void use_region(struct collector *c, char *start, char *end) {
  struct region_end *last = (struct region_end *)(end - END_BYTES);
  *last = (struct region_end){start, NULL};
  if (c->old_limit) {
    heap_fill((uword *)c->old_top, (size_t)(c->old_limit - c->old_top));
    region_end(c)->next = last;
  }
  if (!c->regions) c->regions = last;
  c->old_top = start;
  c->old_limit = (char *)last;
  for (char *p = start; p < end; p += PAGE_BYTES) forget_starts(p);
  forget_starts(end - 8);
}

bool open_fresh_page(struct heap *heap) {
  struct collector *c = heap->collector;
  char *start = must_take_pages(heap, 1, PAGE_OLD);
  if (!start) return false;
  uint32_t run = (uint32_t)page_of(start);
  clear_marks(run);
  settle_run(c, run);
  pages.info[run].live_bytes = PAGE_BYTES;
  run_append(c->phase == PHASE_MARK ? &c->fresh : &c->old, run);
  c->old_bytes += PAGE_BYTES;
  use_region(c, start, start + PAGE_BYTES);
  return true;
}

// The next gap of the run being filled, of `bytes` at least.
static bool open_hole(struct collector *c, size_t bytes) {
  size_t least = bytes + END_BYTES > LEAST_HOLE_BYTES ? bytes + END_BYTES : LEAST_HOLE_BYTES;
  while (c->hole && c->hole < c->hole_end) {
    uword *p = (uword *)c->hole;
    size_t size = size_at(p);
    c->hole += size;
    if (!is_filler(*p) || size < least) continue;
    // A gap does not end at the page, but what stands in one page is scanned by the cards of that page.
    use_region(c, (char *)p, (char *)p + size);
    return true;
  }
  c->hole = NULL;
  return false;
}

static bool next_partial(struct heap *heap) {
  struct collector *c = heap->collector;
  for (unsigned i = 0; !c->partial.first && c->unswept.first && i < SWEEP_FOR_REGION; i++) {
    sweep_next(heap);
  }
  if (!c->partial.first) return false;
  uint32_t run = take_first(&c->partial);
  run_append(&c->old, run);
  pages.info[run].live_bytes = (uint32_t)run_bytes(run);
  c->hole = run_start(run);
  c->hole_end = run_end(run);
  return true;
}

bool open_region(struct heap *heap, size_t bytes) {
  struct collector *c = heap->collector;
  ASSERT(bytes <= PAGE_BYTES);
  if (c->phase == PHASE_MARK || bytes > MOST_HOLE_OBJECT) return open_fresh_page(heap);
  for (unsigned i = 0; i < LOOKS_FOR_REGION; i++) {
    if (open_hole(c, bytes)) return true;
    if (!next_partial(heap)) break;
  }
  return open_fresh_page(heap);
}

void begin_regions(struct collector *c) {
  c->regions = region_end(c);
  if (!c->regions) return;
  *c->regions = (struct region_end){c->old_top, NULL};
  forget_starts(c->old_top);
}

size_t end_regions(struct collector *c) {
  size_t bytes = 0;
  for (struct region_end *end = c->regions, *next; end; end = next) {
    next = end->next;
    bool is_last = end == region_end(c);
    char *stop = is_last ? c->old_top : (char *)end;
    bytes += (size_t)(stop - end->start);
    heap_fill((uword *)stop, (size_t)((char *)end + END_BYTES - stop));
  }
  c->regions = NULL;
  return bytes;
}

void close_region(struct collector *c) {
  c->old_top = c->old_limit = c->hole = NULL;
}
