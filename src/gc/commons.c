// The commons: its pages, allocation, sweeping, walking and checking.
//
// Uses: see the header.
//
// Runs are on one of these lists: those with good gaps, by kind; those to be swept; all others.  What is allocated fills
// gaps before it takes pages.  A wholly dead run goes back to the page allocator.
#include "gc/commons.h"
#include "gc/collector.h"

struct commons commons = {.poll_at_bytes = COMMONS_LEAST_GROWTH_BYTES};

// A gap shorter than this is not looked at, and a run is roomy with an eighth of its bytes in others.
#define LEAST_HOLE_BYTES (8 * WORD_BYTES)
#define ROOMY_PART 8

struct space {
  struct room room;         // being filled
  char *hole, *hole_end;    // where to look for the next gap, up to the end of its run; NULL: nowhere
  struct run_list roomy;
};

static struct runs {
  struct space frozen, mutable;
  struct run_list full, unswept;
  uint8_t swept;            // counts sweeps: in page_info.swept of what need not be swept in this one
} runs;

static bool is_frozen_run(uint32_t run) {
  return pages.dst[run] & PAGE_DST_FROZEN;
}

// --- pages -----------------------------------------------------------------------------------------------
static void add_run(uint32_t run, bool frozen) {
  set_barrier(run, PAGE_ALWAYS, PAGE_DST_COMMONS | (frozen ? PAGE_DST_FROZEN | PAGE_DST_CONSTANT : 0));
  clear_marks(run);
  pages.info[run].swept = runs.swept;
  run_append(&runs.full, run);
  commons.held_bytes += run_bytes(run);
}

static char *take_run(size_t n_pages, bool frozen) {
  char *start = pages_alloc(n_pages, NULL, PAGE_COMMONS);
  if (!start) return NULL;
  add_run((uint32_t)page_of(start), frozen);
  return start;
}

static void count(size_t bytes) {
  commons.statistics.bytes_allocated += bytes;
  if (LIKELY(commons.statistics.bytes_allocated < commons.poll_at_bytes)) return;
  commons.poll_at_bytes = UINT64_MAX;
  if (commons.poll) commons.poll(commons.poll_context);
}

void commons_take(uint32_t run) {
  for (uint32_t i = run; i < run + pages.info[run].run_pages; i++) {
    pages.info[i].owner = NULL;
    pages.info[i].kind = PAGE_COMMONS;
    pages.info[i].flags = 0;
  }
  add_run(run, true);
  for (char *p = run_start(run); p < run_end(run); p += size_at((uword *)p))
    if (!is_filler(*(uword *)p)) commons_mark_new(p);
  count(run_bytes(run));
}

// --- allocation --------------------------------------------------------------------------------------------
static void use_room(struct space *space, char *start, size_t bytes) {
  space->room = (struct room){start, start + bytes};
}

static bool open_hole(struct space *space, size_t bytes) {
  size_t least = bytes > LEAST_HOLE_BYTES ? bytes : LEAST_HOLE_BYTES;
  for (;;) {
    while (space->hole && space->hole < space->hole_end) {
      uword *p = (uword *)space->hole;
      size_t size = size_at(p);
      space->hole += size;
      if (!is_filler(*p) || size < least) continue;
      use_room(space, (char *)p, size);
      return true;
    }
    uint32_t run = space->roomy.first;
    space->hole = NULL;
    // A large object is not worth a search through many runs.
    if (!run || bytes > PAGE_BYTES / 8) return false;
    space->roomy.first = pages.info[run].next;
    if (!space->roomy.first) space->roomy.last = 0;
    run_append(&runs.full, run);
    space->hole = run_start(run);
    space->hole_end = run_end(run);
  }
}

static uword *take_large(size_t bytes, bool frozen) {
  size_t n_pages = bytes / PAGE_BYTES + (bytes % PAGE_BYTES != 0);
  char *start = take_run(n_pages, frozen);
  if (start) heap_fill((uword *)(start + bytes), n_pages * PAGE_BYTES - bytes);
  return (uword *)start;
}

static uword *take_small(struct space *space, size_t bytes, bool frozen) {
  if (bytes > (size_t)(space->room.limit - space->room.top) && !open_hole(space, bytes)) {
    char *start = take_run(1, frozen);
    if (!start) return NULL;
    use_room(space, start, PAGE_BYTES);
  }
  uword *p = (uword *)space->room.top;
  space->room.top += bytes;
  heap_fill((uword *)space->room.top, (size_t)(space->room.limit - space->room.top));
  return p;
}

uword *commons_alloc(size_t bytes, bool frozen) {
  uword *p = bytes >= HEAP_LARGE_BYTES ? take_large(bytes, frozen)
                                       : take_small(frozen ? &runs.frozen : &runs.mutable, bytes, frozen);
  if (!p) return NULL;
  count(bytes);
  commons_mark_new(p);
  return p;
}

bool commons_allows(const struct heap *heap, size_t bytes) {
  return heap->commons_bytes <= heap->quota_bytes && bytes <= heap->quota_bytes - heap->commons_bytes;
}

uword *commons_alloc_for(struct heap *heap, size_t bytes, bool frozen) {
  uword *p = commons_allows(heap, bytes) ? commons_alloc(bytes, frozen) : NULL;
  if (!p) return NULL;
  heap->commons_bytes += bytes;
  commons_found_room(heap);
  return p;
}

// --- sweeping ----------------------------------------------------------------------------------------------
static void forget_space(struct space *space) {
  runs_take(&runs.unswept, &space->roomy);
  *space = (struct space){0};
}

void commons_begin_sweep(void) {
  runs.swept++;
  runs_take(&runs.unswept, &runs.full);
  forget_space(&runs.frozen);
  forget_space(&runs.mutable);
}

static size_t fill_gap(char *start, char *end) {
  if (start < end) heap_fill((uword *)start, (size_t)(end - start));
  return (size_t)(end - start) >= LEAST_HOLE_BYTES ? (size_t)(end - start) : 0;
}

static void sweep_one(uint32_t run) {
  char *end = run_end(run), *gap = run_start(run), *p;
  size_t live_bytes = 0, room_bytes = 0;
  while ((p = next_marked(gap, end)) < end) {
    room_bytes += fill_gap(gap, p);
    for (gap = p; gap < end && is_marked(gap);) gap += size_at((uword *)gap);
    live_bytes += (size_t)(gap - p);
  }
  commons.statistics.live_bytes += live_bytes;
  if (!live_bytes) {
    commons.held_bytes -= run_bytes(run);
    pages_free(run_start(run));
    return;
  }
  room_bytes += fill_gap(gap, end);
  clear_marks(run);
  pages.info[run].swept = runs.swept;
  struct space *space = is_frozen_run(run) ? &runs.frozen : &runs.mutable;
  run_append(room_bytes >= run_bytes(run) / ROOMY_PART ? &space->roomy : &runs.full, run);
}

size_t commons_sweep_next(void) {
  uint32_t run = runs.unswept.first;
  if (!run) return 0;
  size_t n_pages = pages.info[run].run_pages;
  runs.unswept.first = pages.info[run].next;
  if (!runs.unswept.first) runs.unswept.last = 0;
  sweep_one(run);
  return n_pages;
}

static bool is_unswept_run(uint32_t run) {
  return commons.phase == COMMONS_SWEEP && pages.info[run].swept != runs.swept;
}

bool commons_is_doomed(Value v) {
  if (commons.phase != COMMONS_SWEEP || !is_pointer(v)) return false;
  uword *p = value_address(v);
  size_t page = page_of(p);
  return pages.dst[page] & PAGE_DST_COMMONS && is_unswept_run(pages.info[page].first) && !is_marked(p);
}

// --- walking -------------------------------------------------------------------------------------------------
typedef bool (*RunVisit)(void *context, uint32_t run);

static bool each_run(RunVisit visit, void *context) {
  const struct run_list *lists[] = {&runs.full, &runs.unswept, &runs.frozen.roomy, &runs.mutable.roomy};
  for (unsigned i = 0; i < ARRAY_LENGTH(lists); i++) {
    for (uint32_t run = lists[i]->first; run; run = pages.info[run].next) {
      if (!visit(context, run)) return false;
    }
  }
  return true;
}

static bool is_there(uint32_t run, const char *p) {
  return !is_filler(*(const uword *)p) && (!is_unswept_run(run) || is_marked(p));
}

bool commons_is_object(Value v) {
  if (!is_pointer(v)) return false;
  char *at = (char *)value_address(v);
  if (at < pages.start || page_of(at) >= pages.n_pages || (size_t)(at - pages.start) % 8) return false;
  if (pages.info[page_of(at)].kind != PAGE_COMMONS) return false;
  char *p = run_start(pages.info[page_of(at)].first);
  while (p < at) p += size_at((uword *)p);
  return p == at && !is_filler(*(uword *)p) && word_is_header(*(uword *)p) == !is_pair(v);
}

// --- checking ------------------------------------------------------------------------------------------------
static const char *slot_fault(Value v) {
  if (!is_pointer(v)) return v.w == VALUE_FORWARD.w ? "COMMONS-1: a slot holds no Value" : NULL;
  char *p = (char *)value_address(v);
  if (p < pages.start || page_of(p) >= pages.n_pages) return "COMMONS-1: a slot refers to nothing";
  if (pages.info[page_of(p)].kind == PAGE_IMMORTAL) return NULL;
  if (pages.info[page_of(p)].kind != PAGE_COMMONS) return "COMMONS-1: a slot refers to a process's heap";
  if (!commons_is_object(v)) return "COMMONS-1: a slot refers to no object";
  return commons_is_doomed(v) ? "COMMONS-3: a slot refers to what is about to be freed" : NULL;
}

static bool check_object(const char **why, uint32_t run, char *p) {
  Value *slot;
  if (!is_there(run, p)) return true;
  size_t n = values_at((uword *)p, &slot);
  for (Value *end = slot + n; slot < end; slot++) {
    if ((*why = slot_fault(*slot))) return false;
  }
  return true;
}

static bool check_run(void *context, uint32_t run) {
  const char **why = context;
  unsigned dst = pages.dst[run];
  for (uint32_t i = run; i < run + pages.info[run].run_pages; i++) {
    const struct page_info *info = &pages.info[i];
    *why = "COMMONS-2: a page's kind, owner or barrier bits";
    if (info->kind != PAGE_COMMONS || info->owner || info->first != run) return false;
    if (!(dst & PAGE_DST_COMMONS) || pages.dst[i] != dst || pages.src[i] != PAGE_ALWAYS) return false;
  }
  for (char *p = run_start(run), *end = run_end(run); p < end; p += size_at((uword *)p)) {
    *why = "COMMONS-2: not an object, or one beyond the end of its run";
    if (!object_is_sound((uword *)p, (size_t)(end - p))) return false;
    *why = "COMMONS-2: a mark outside of a cycle";
    if (is_marked(p) && (commons.phase == COMMONS_IDLE || (commons.phase == COMMONS_SWEEP && !is_unswept_run(run)))) return false;
    if (!check_object(why, run, p)) return false;
  }
  return true;
}

// Of what is spared: does an object refer to the commons?
static bool check_spared(const char **why, uint32_t run) {
  const struct page_info *info = &pages.info[run];
  bool is_old = (info->kind == PAGE_OLD || info->kind == PAGE_FIXED || info->kind == PAGE_LARGE) && info->owner;
  if (!is_old) return true;
  *why = "COMMONS-4: a spared page refers to the commons";
  bool some_dead = is_unswept(info->owner->collector, run);
  for (char *p = run_start(run), *end = run_end(run); p < end; p += size_at((uword *)p)) {
    Value *slot;
    if (some_dead && !is_marked(p)) continue;
    if (is_filler(*(uword *)p) || header_type(*(uword *)p) == T_PORTION || header_type(*(uword *)p) == T_STACK) continue;
    size_t n = values_at((uword *)p, &slot);
    for (Value *last = slot + n; slot < last; slot++) {
      bool refers = is_pointer(*slot) && pages.dst[page_of(value_address(*slot))] & PAGE_DST_COMMONS;
      if (refers && pages.src[page_of(slot)] & PAGE_SPARED) return false;
    }
  }
  return true;
}

bool commons_verify(const char **why) {
  if (!each_run(check_run, why)) return false;
  for (uint32_t run = 0; commons.phase != COMMONS_SCAN && run < pages.n_pages; run += pages.info[run].run_pages) {
    if (!check_spared(why, run)) return false;
  }
  return true;
}
