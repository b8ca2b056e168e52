// The page allocator: free runs in bins by size, coalesced at once.
//
// Uses: base.
//
// The side tables lie at the start of the range they describe, in a run of PAGE_RESERVED pages.  A free
// run is known from its first and its last page (run_pages and first), so that a run given back finds
// free neighbours at once; bin i links the free runs of 2^i up to 2^(i+1) - 1 pages.
#include "base/platform.h"
#include "gc/pages.h"

// How many runs of the smallest fitting bin are looked at before a longer run is cut.
#define MAX_PROBES 32
#define POISON_FREE 0xDB

struct pages pages;

static unsigned bin_of(size_t n) {
  unsigned bin = (unsigned)(31 - __builtin_clz((uint32_t)n));
  return bin < PAGES_N_BINS ? bin : PAGES_N_BINS - 1;
}

static void unlink_free(uint32_t first) {
  struct page_info *run = &pages.info[first];
  if (run->prev) {
    pages.info[run->prev].next = run->next;
  } else {
    pages.free_bins[bin_of(run->run_pages)] = run->next;
  }
  if (run->next) pages.info[run->next].prev = run->prev;
}

static void link_free(uint32_t first, size_t n) {
  struct page_info *run = &pages.info[first];
  uint32_t *bin = &pages.free_bins[bin_of(n)];
  run->run_pages = (uint32_t)n;
  run->first = pages.info[first + n - 1].first = first;
  run->prev = 0;
  run->next = *bin;
  if (*bin) pages.info[*bin].prev = first;
  *bin = first;
}

static void own_run(uint32_t first, size_t n, struct heap *owner, enum page_kind kind) {
  for (size_t i = first; i < first + n; i++) {
    pages.info[i] = (struct page_info){.owner = owner, .first = first, .kind = (uint8_t)kind};
    pages.src[i] = pages.dst[i] = 0;
  }
  pages.info[first].run_pages = (uint32_t)n;
}

// Bytes of all side tables for n pages.
static size_t tables_bytes(size_t n) {
  size_t per_page = sizeof(struct page_info) + PAGE_MARK_WORDS * sizeof(uint32_t) + 2;
  return round_up(n * per_page, PAGE_BYTES);
}

bool pages_init(char *start, size_t size_bytes, bool is_zeroed) {
  size_t n = size_bytes / PAGE_BYTES;
  size_t n_reserved = tables_bytes(n) / PAGE_BYTES;
  if (n > UINT32_MAX / 2 || n_reserved + 4 > n) return false;
  pages = (struct pages){.start = start, .n_pages = n};
  if (RINGLET_DEBUG) pages.guards = platform_memory_guard(start, size_bytes, true);
  pages.info = (struct page_info *)start;
  pages.marks = (uint32_t *)(pages.info + n);
  pages.src = (uint8_t *)(pages.marks + n * PAGE_MARK_WORDS);
  pages.dst = pages.src + n;
  // All zero is PAGE_FREE without barrier bits.  A hosted gigabyte's tables are not touched before they are used.
  if (!is_zeroed) memset(start, 0, n_reserved * PAGE_BYTES);
  own_run(0, n_reserved, NULL, PAGE_RESERVED);
  link_free((uint32_t)n_reserved, n - n_reserved);
  pages.n_free = n - n_reserved;
  return true;
}

// Count one allocation against the fault injection: true when it is to fail.
static bool fault_is_due(void) {
  if (!pages.fail_after) return false;
  if (--pages.fail_after) return false;
  pages.fail_after = pages.fail_every;
  return true;
}

// A free run of at least n pages, or 0: the first that fits of the bin of n, else any longer one, else
// whatever the rest of that bin has.
static uint32_t find_run(size_t n) {
  unsigned bin = bin_of(n);
  uint32_t run = pages.free_bins[bin];
  for (unsigned i = 0; i < MAX_PROBES && run; i++, run = pages.info[run].next) {
    if (pages.info[run].run_pages >= n) return run;
  }
  for (unsigned longer = bin + 1; longer < PAGES_N_BINS; longer++) {
    if (pages.free_bins[longer]) return pages.free_bins[longer];
  }
  while (run && pages.info[run].run_pages < n) run = pages.info[run].next;
  return run;
}

bool pages_have_run(size_t n) {
  return n <= pages.n_free && find_run(n) != 0;
}

static uint32_t lowest_run(void) {
  for (; pages.low < pages.n_pages; pages.low += pages.info[pages.low].run_pages) {
    if (pages.info[pages.low].kind == PAGE_FREE) return pages.low;
  }
  return 0;
}

size_t pages_largest_run(void) {
  size_t most = 0;
  for (unsigned bin = PAGES_N_BINS; bin-- > 0 && !most;) {
    for (uint32_t run = pages.free_bins[bin]; run; run = pages.info[run].next) {
      if (pages.info[run].run_pages > most) most = pages.info[run].run_pages;
    }
  }
  return most;
}

void *pages_alloc(size_t n, struct heap *owner, enum page_kind kind) {
  ASSERT(n > 0 && kind != PAGE_FREE);
  if (n > pages.n_free || fault_is_due()) return NULL;
  uint32_t run = pages.low && n == 1 ? lowest_run() : find_run(n);
  if (!run) return NULL;
  size_t rest = pages.info[run].run_pages - n;
  unlink_free(run);
  uint32_t taken = run;
  if (rest && n == 1) {
    link_free(run + 1, rest);
  } else if (rest) {
    taken = run + (uint32_t)rest;
    link_free(run, rest);
  }
  platform_memory_expect(page_address(taken), n * PAGE_BYTES);
  platform_memory_expect((char *)&pages.info[taken], n * sizeof *pages.info);
  platform_memory_expect((char *)&pages.marks[taken * PAGE_MARK_WORDS], n * PAGE_MARK_WORDS * sizeof(uint32_t));
  own_run(taken, n, owner, kind);
  pages.n_free -= n;
  if (RINGLET_DEBUG && pages.guards) platform_memory_guard(page_address(taken), n * PAGE_BYTES, true);
  return page_address(taken);
}

void pages_free(void *start) {
  uint32_t first = (uint32_t)page_of(start);
  size_t n = pages.info[first].run_pages;
  ASSERT(page_address(first) == start && pages.info[first].first == first);
  ASSERT(n > 0 && pages.info[first].kind > PAGE_RESERVED);
  if (RINGLET_DEBUG) memset(start, POISON_FREE, n * PAGE_BYTES);
  if (RINGLET_DEBUG && pages.guards) platform_memory_guard(start, n * PAGE_BYTES, false);
  own_run(first, n, NULL, PAGE_FREE);
  pages.n_free += n;
  size_t after = first + n;
  if (after < pages.n_pages && pages.info[after].kind == PAGE_FREE) {
    unlink_free((uint32_t)after);
    n += pages.info[after].run_pages;
  }
  if (pages.info[first - 1].kind == PAGE_FREE) {
    first = pages.info[first - 1].first;
    unlink_free(first);
    n += pages.info[first].run_pages;
  }
  link_free(first, n);
}

void *pages_split(void *start, size_t n) {
  size_t first = page_of(start);
  size_t rest = pages.info[first].run_pages - n;
  ASSERT(n > 0 && rest > 0 && rest < pages.n_pages);
  pages.info[first].run_pages = (uint32_t)n;
  pages.info[first + n].run_pages = (uint32_t)rest;
  for (size_t i = first + n; i < first + n + rest; i++) {
    pages.info[i].first = (uint32_t)(first + n);
  }
  return page_address(first + n);
}

bool pages_verify(const char **why) {
  size_t n_free = 0, n;
  bool free_before = false;
  for (size_t first = 0; first < pages.n_pages; first += n) {
    struct page_info *run = &pages.info[first];
    bool is_free = run->kind == PAGE_FREE;
    n = run->run_pages;
    *why = "PAGE-1: a run has no length, or is longer than the range";
    if (n == 0 || first + n > pages.n_pages) return false;
    *why = "PAGE-1: a run's ends disagree";
    if (run->first != first || pages.info[first + n - 1].first != first) return false;
    *why = "PAGE-1: two free runs side by side";
    if (is_free && free_before) return false;
    *why = "PAGE-2: a free page has barrier bits or another kind";
    for (size_t i = first; is_free && i < first + n; i++) {
      if (pages.src[i] || pages.dst[i] || pages.info[i].kind != PAGE_FREE) return false;
    }
    n_free += is_free ? n : 0;
    free_before = is_free;
  }
  *why = "PAGE-1: the count of free pages is wrong";
  return n_free == pages.n_free;
}
