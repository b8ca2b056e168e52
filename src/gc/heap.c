// Heaps: making them, their pages, their nursery.
//
// Uses: gc/pages, gc/collector.
//
// A heap and its collector lie in one page, whose rest is the first nursery, the cradle; so a fresh heap costs
// that page.  When the cradle is full the heap takes its reserve and a nursery of one page, which doubles at each
// collection until it has its target size: a process that allocates little stays small.
#include "gc/collector.h"
#include "gc/commons.h"

// What a minor collection should take at most, and the length below which a nursery is not shortened for that.
#define MINOR_PAUSE_US 100
#define LEAST_NURSERY_PAGES 8
#define NURSERY_MAX_BYTES ((size_t)64 * 1024 * WORD_BYTES)

// --- lists of runs ---------------------------------------------------------------------------------
void run_append(struct run_list *list, uint32_t run) {
  pages.info[run].next = 0;
  if (list->last) {
    pages.info[list->last].next = run;
  } else {
    list->first = run;
  }
  list->last = run;
}

void run_prepend(struct run_list *list, uint32_t run) {
  pages.info[run].next = list->first;
  list->first = run;
  if (!list->last) list->last = run;
}

void runs_take(struct run_list *to, struct run_list *from) {
  if (from->first) {
    if (to->last) {
      pages.info[to->last].next = from->first;
    } else {
      to->first = from->first;
    }
    to->last = from->last;
  }
  *from = (struct run_list){0, 0};
}

// --- pages -----------------------------------------------------------------------------------------
void set_barrier(uint32_t run, unsigned src, unsigned dst) {
  size_t n = pages.info[run].run_pages;
  memset(pages.src + run, (int)src, n);
  memset(pages.dst + run, (int)dst, n);
}

// Once out of memory was answered, the condition's handlers may use all of the quota.
bool quota_allows(struct heap *heap, size_t bytes) {
  size_t quota = heap->quota_bytes;
  if (!heap->collector->warned) quota -= heap_kept_back_bytes(quota);
  return heap->held_bytes <= quota && bytes <= quota - heap->held_bytes;
}

char *must_take_pages(struct heap *heap, size_t n, enum page_kind kind) {
  if (n * PAGE_BYTES > heap->quota_bytes - heap->held_bytes) return NULL;
  char *start = pages_alloc(n, heap, kind);
  if (!start) return NULL;
  heap->held_bytes += n * PAGE_BYTES;
  snapshot_forget((uint32_t)page_of(start));
  return start;
}

char *take_pages(struct heap *heap, size_t n, enum page_kind kind) {
  if (!quota_allows(heap, n * PAGE_BYTES)) return NULL;
  return must_take_pages(heap, n, kind);
}

void drop_run(struct heap *heap, uint32_t run) {
  if (pages.info[run].flags & PAGE_OWN) {
    pages.info[run].kind = PAGE_HEAP;
    set_barrier(run, 0, 0);
    return;
  }
  heap->held_bytes -= run_bytes(run);
  if (RINGLET_DEBUG) snapshot_forget(run);
  pages_free(run_start(run));
}

void drop_old_run(struct heap *heap, uint32_t run) {
  heap->collector->old_bytes -= run_bytes(run);
  drop_run(heap, run);
}

static void drop_runs(struct heap *heap, struct run_list *list) {
  for (uint32_t run = list->first, next; run; run = next) {
    next = pages.info[run].next;
    drop_run(heap, run);
  }
  *list = (struct run_list){0, 0};
}

// --- the nursery -----------------------------------------------------------------------------------
static void set_allocation_window(struct heap *heap, char *start, char *end) {
  heap->top = start;
  heap->hard_limit = end;
  heap->limit = end - HEAP_ROOM_BYTES;
}

// No nursery: nothing fits, so whoever asks for room is told to collect.
static void close_allocation_window(struct heap *heap) {
  char *nowhere = (char *)heap + PAGE_BYTES;
  set_allocation_window(heap, nowhere, nowhere);
}

void use_nursery_run(struct heap *heap, char *start) {
  uint32_t run = (uint32_t)page_of(start);
  if (has_nursery(heap)) heap_fill((uword *)heap->top, (size_t)(heap->hard_limit - heap->top));
  set_barrier(run, 0, PAGE_DST_YOUNG | PAGE_DST_HEAP);
  run_prepend(&heap->collector->young, run);
  set_allocation_window(heap, start, run_end(run));
}

// The rest of the heap's own page, as a nursery; NULL: something old is in it.
static char *take_cradle(struct heap *heap) {
  uint32_t own = (uint32_t)page_of(heap);
  if (pages.info[own].kind != PAGE_HEAP) return NULL;
  pages.info[own].kind = PAGE_NURSERY;
  heap->collector->nursery_pages = 0;
  return run_start(own);
}

// A nursery of `n` pages, or the longest that can be had, else the reserve or the cradle; NULL: not even that.
static char *take_nursery(struct heap *heap, size_t n) {
  struct collector *c = heap->collector;
  for (; n > 0; n /= 2) {
    c->nursery_pages = n;
    char *start = take_pages(heap, n, PAGE_NURSERY);
    if (start) return start;
  }
  c->nursery_pages = RESERVE_PAGES;
  char *start = c->reserve ? c->reserve : take_cradle(heap);
  c->on_reserve = start != NULL;
  return start;
}

// Of the emptied nursery runs, keep one of the right length and give the others back; 0: none.
static uint32_t keep_main_run(struct heap *heap) {
  struct collector *c = heap->collector;
  uint32_t kept = 0;
  for (uint32_t run = c->young.first, next; run; run = next) {
    next = pages.info[run].next;
    if (run_start(run) == c->reserve) {
      set_barrier(run, 0, 0);
    } else if (!kept && pages.info[run].run_pages == c->nursery_pages) {
      kept = run;
    } else {
      drop_run(heap, run);
    }
  }
  c->young = (struct run_list){0, 0};
  c->on_reserve = false;
  return kept;
}

// The length the next nursery should have: it grows up to the target as long as collecting it is short, and shrinks
// where that takes too long, or where its survivors might find no room.
static size_t next_nursery_pages(struct collector *c, uint64_t pause_us) {
  size_t n = c->nursery_pages;
  if (n == 0) return 1;
  if (pause_us > MINOR_PAUSE_US && n > LEAST_NURSERY_PAGES) return n / 2;
  bool is_short = pause_us < MINOR_PAUSE_US / 4 || n < LEAST_NURSERY_PAGES;
  if (is_short && n < c->nursery_target_pages && pages.n_free > 4 * n) return n * 2;
  while (n > 1 && pages.n_free < n) n /= 2;
  return n;
}

// Debug builds: another run of the same length, so that an old address into `run` is one into a free page.
static uint32_t exchange_run(struct heap *heap, uint32_t run) {
  char *other = take_pages(heap, pages.info[run].run_pages, PAGE_NURSERY);
  if (!other) return run;
  drop_run(heap, run);
  return (uint32_t)page_of(other);
}

void renew_nursery(struct heap *heap, uint64_t pause_us) {
  struct collector *c = heap->collector;
  uint32_t kept = keep_main_run(heap);
  if (RINGLET_DEBUG && pages.guards && kept) kept = exchange_run(heap, kept);
  size_t n = next_nursery_pages(c, pause_us);
  close_allocation_window(heap);
  if (!c->reserve) c->reserve = must_take_pages(heap, RESERVE_PAGES, PAGE_NURSERY);
  if (kept && n == pages.info[kept].run_pages && quota_allows(heap, 0)) {
    if (RINGLET_DEBUG) memset(run_start(kept), POISON_MOVED, run_room(kept));
    use_nursery_run(heap, run_start(kept));
    return;
  }
  if (kept) drop_run(heap, kept);
  char *start = take_nursery(heap, n);
  if (start) use_nursery_run(heap, start);
}

void shorten_nursery(struct heap *heap) {
  struct collector *c = heap->collector;
  if (c->nursery_pages < 2 || c->on_reserve) return;
  c->nursery_pages = 1;
  renew_nursery(heap, 0);
}

// --- making and ending -----------------------------------------------------------------------------
static size_t target_nursery_pages(size_t quota_bytes) {
  size_t bytes = NURSERY_MAX_BYTES;
  if (bytes > quota_bytes / 8) bytes = quota_bytes / 8;
  if (bytes > pages.n_pages * PAGE_BYTES / 16) bytes = pages.n_pages * PAGE_BYTES / 16;
  return bytes < PAGE_BYTES ? 1 : bytes / PAGE_BYTES;
}

// Heaps are numbered in the order in which they were made.
static uint32_t n_heaps;

struct heap *heap_create(size_t quota_bytes) {
  if (quota_bytes < PAGE_BYTES) return NULL;
  struct heap_page *page = pages_alloc(1, NULL, PAGE_HEAP);
  if (!page) return NULL;
  struct heap *heap = &page->heap;
  struct collector *c = &page->collector;
  *page = (struct heap_page){0};
  heap->number = ++n_heaps;
  page->stack[0] = header_make(T_STACK, 0);
  page->stack[STACK_CAPACITY] = fixnum(HEAP_STACK_WORDS - STACK_SLOTS).w;
  pages.info[page_of(page)].owner = heap;
  pages.info[page_of(page)].flags = PAGE_OWN;
  heap->collector = c;
  heap->quota_bytes = quota_bytes;
  heap->armed_bytes = HEAP_UNARMED;
  heap->held_bytes = PAGE_BYTES;
  for (unsigned i = 0; i < N_HEAP_ROOTS; i++) heap->roots[i] = VALUE_FALSE;
  c->work = c->marking.grey = WORK_END;
  c->nursery_target_pages = target_nursery_pages(quota_bytes);
  set_trigger(heap, 0);
  use_nursery_run(heap, take_cradle(heap));
  commons_join(heap);
  return heap;
}

Value heap_own_stack(struct heap *heap) {
  return value_from_object(((struct heap_page *)heap)->stack);
}

bool heap_set_quota(struct heap *heap, size_t quota_bytes) {
  struct collector *c = heap->collector;
  size_t target = target_nursery_pages(quota_bytes);
  if (c->nursery_pages > target) c->nursery_pages = target;
  if (heap->held_bytes > quota_bytes) heap_collect_major(heap);
  if (heap->held_bytes > quota_bytes) return false;
  c->nursery_target_pages = target;
  heap->quota_bytes = quota_bytes;
  set_trigger(heap, c->used_bytes);
  return true;
}

// Immortal pages stay behind; they must not look queued on a list that is gone.
void heap_destroy(struct heap *heap) {
  struct collector *c = heap->collector;
  commons_leave(heap);
  for (uint32_t page; (page = take_work(c)) != WORK_END;) pages.info[page].dirty = 0;
  mark_end(heap);
  struct run_list *lists[] = OLD_LISTS(c);
  drop_runs(heap, &c->young);
  drop_runs(heap, &c->young_large);
  for (unsigned i = 0; i < ARRAY_LENGTH(lists); i++) drop_runs(heap, lists[i]);
  if (c->reserve && !c->on_reserve) drop_run(heap, (uint32_t)page_of(c->reserve));
  ASSERT(heap->held_bytes == PAGE_BYTES);
  pages_free(heap);
}
