// The commons: its cycles.
//
// Uses: see gc/commons.h.
//
// SCAN: every heap contributes what it refers to, as it is at one moment; the named roots, the frames that run and the
// nursery at once, all old pages that are not spared in one pass over the page table, in slices.  Meanwhile the barrier
// that serves a local cycle shades what of a contribution is overwritten (COMMONS-5).  What is shaded is marked between.
// When every heap has contributed, every page is read, and nothing is grey: SWEEP, first the weak tables, then the pages.
//
// Where the rules of tests/model/commons.pml are kept, by the names there, without NO_:
//   INSERT DELETE               commons_store
//   ALLOC_WHITE INITSHADE       commons_mark_new: what is new is marked and grey (GREY_NEW)
//   SENDSHADE                   commons_note in proc/copy; commons_note_run for whole pages (gc/give)
//   MBOX                        a mailbox lies in its process's heap: contribute, the owner's words
//   SCANWAIT PAGEWAIT           scan
//   OVERWRITE                   contribute arms the barrier; heap_store_slow, heap_shade, heap_reuse_slots
//   LASTLOOK                    commons_last_look in gc/minor; commons_reads in gc/cycle; commons_read_heap in gc/collect
//   UNSPARE                     heap_store_slow, remember_bytes, forget_starts, read_slots and spare
//   BORN_SCANNED                commons_join: an empty heap has contributed (BORN_EMPTY), what it gets is sent to it
//   EXITFLUSH KEEP_GREYS        what is grey is in one list, no heap's, and begin empties it
//   WEAKSHADE DOOMED WEAKCLEAR  commons_note and commons_is_doomed in data/symbol and commons_weak; in sweep
// Void on one processor, where every heap is at a safepoint when a step is taken: ARM, FLUSHROUND and IDLEWAIT (the
// handshakes) and ARM_BLACK.
#include "base/platform.h"
#include "gc/collector.h"
#include "gc/commons.h"

// The most pages the stack takes, and its spans when there is none.
#define MAX_STACK_PAGES 16
#define SMALL_STACK_SPANS 64
// What sweeping a page of pairs, and looking at a heap, costs in words of marking, of 35 to 72 instructions each.
#define SWEEP_PAGE_WORDS (PAGE_BYTES / PAIR_BYTES)
#define HEAP_WORDS 32
// The least step, the words done for a word allocated, and the longest step.
#define STEP_WORDS 4096
#define WORDS_FOR_WORD 8
#define MOST_STEP_WORDS (5 * STEP_WORDS / 2)
// A wait for room that was given up so many cycles ago is not remembered.
#define WAIT_CYCLES 4
// A process looks for room so often while others find such a part of it.
#define MOST_TRIES 64
#define SOME_PART 32

static struct cycle {
  struct marking marking;
  struct heap *heaps;          // all
  struct heap *next;           // the first of those that have not contributed, or settled; NULL: all have
  struct heap *charged;        // whose contribution is being marked; NULL: nobody's
  size_t counted;              // marking.bytes that somebody was charged for, or nobody
  size_t page;                 // the next one to be read
  char *at;                    // where to go on in its run; NULL: at its start
  uint8_t number;
  bool symbols_are_clean, cells_are_clean;  // of what was found dead
  bool is_wanted;              // somebody waits for it
  uint64_t allocated;          // bytes_allocated when the last cycle ended, and when the last step did
  uint64_t paid;
  size_t step_words;           // of the step that is going on
  struct span small[SMALL_STACK_SPANS];
} cycle;

// --- shading -----------------------------------------------------------------------------------------------
void commons_shade(Value v) {
  if (commons.phase == COMMONS_SCAN) mark_shade(&cycle.marking, v);
}

void commons_mark_new(const void *p) {
  if (commons.phase != COMMONS_SCAN) return;
  set_mark(p);
  make_grey(&cycle.marking, page_of(p));
}

// Both what is overwritten and what is stored (DELETE and INSERT).
void commons_store(Value *slot, Value v) {
  ASSERT(pages.dst[page_of(slot)] & PAGE_DST_COMMONS && !(pages.dst[page_of(slot)] & PAGE_DST_FROZEN));
  ASSERT(commons_may_hold(v));
  commons_note(*slot);
  commons_note(v);
  *slot = v;
}

// From here on what is marked is charged to `heap`.
static void charge(struct heap *heap) {
  if (cycle.charged) cycle.charged->commons_change += cycle.marking.bytes - cycle.counted;
  cycle.counted = cycle.marking.bytes;
  cycle.charged = heap;
}

// --- reading objects of heaps --------------------------------------------------------------------------------
static void read_slots(Value *slot, Value *end) {
  for (; slot < end; slot++) {
    Value v = *slot;
    if (!is_pointer(v) || !(pages.dst[page_of(value_address(v))] & PAGE_DST_COMMONS)) continue;
    pages.src[page_of(slot)] &= (uint8_t)~PAGE_SPARED;
    mark_shade(&cycle.marking, v);
  }
}

// Frames of a stack that nobody needs any more may have been overwritten with what is no Value.
static void read_frames(uword *p) {
  Value *slot;
  size_t n = values_at(p, &slot);
  pages.src[page_of(p)] &= (uint8_t)~PAGE_SPARED;
  for (Value *end = slot + n; slot < end; slot++) {
    if (commons_is_object(*slot)) mark_shade(&cycle.marking, *slot);
  }
}

static void read_object(uword *p) {
  Value *slot;
  if (is_filler(*p)) return;
  if (word_is_header(*p) && (header_type(*p) == T_STACK || header_type(*p) == T_PORTION)) {
    read_frames(p);
    return;
  }
  size_t n = values_at(p, &slot);
  read_slots(slot, slot + n);
}

static void read_span(char *p, char *end) {
  while (p < end) {
    read_object((uword *)p);
    p += size_at((uword *)p);
  }
}

void commons_note_run(uint32_t run) {
  if (commons.phase == COMMONS_SCAN) read_span(run_start(run), run_end(run));
}

// --- contributions ---------------------------------------------------------------------------------------------
// What a heap refers to at this moment: from here on it shows what of that it overwrites.
static size_t contribute(struct heap *heap) {
  struct collector *c = heap->collector;
  size_t bytes = 0;
  charge(heap);
  heap->commons_change = 0 - heap->commons_bytes;
  heap->commons_cycle = cycle.number;
  heap->commons_is_read = false;
  heap->is_marking |= MARKS_COMMONS;
  // What frames that were left behind hold is not shown (VM-1).
  heap->epoch++;
  arm_barrier(heap);
  show_roots(heap);
  // What its owner keeps there may be a reference as well.
  for (unsigned i = 0; i < HEAP_OWNER_WORDS; i++) {
    Value v = value_from_word(heap->owner[i]);
    if (commons_is_object(v)) mark_shade(&cycle.marking, v);
  }
  for (uint32_t run = c->young.first; run; run = pages.info[run].next) {
    char *end = run == c->young.first ? heap->top : run_end(run);
    read_span(run_start(run), end);
    bytes += (size_t)(end - run_start(run));
  }
  for (uint32_t run = c->young_large.first; run; run = pages.info[run].next) arm_run(run);
  return bytes / WORD_BYTES + heap->held_bytes / PAGE_BYTES / 8 + HEAP_WORDS;
}

bool commons_reads(const struct heap *heap) {
  if (commons.phase != COMMONS_SCAN || heap->commons_cycle != cycle.number || heap->commons_is_read) return false;
  return cycle.next || cycle.page < pages.n_pages;
}

void commons_last_look(struct heap *heap, uint32_t run) {
  if (commons_reads(heap)) read_object((uword *)run_start(run));
}

void commons_join(struct heap *heap) {
  heap->commons_cycle = cycle.number;
  heap->commons_is_read = false;
  if (commons.phase == COMMONS_SCAN) heap->is_marking |= MARKS_COMMONS;
  heap->next = cycle.heaps;
  if (cycle.heaps) cycle.heaps->previous = heap;
  cycle.heaps = heap;
}

void commons_leave(struct heap *heap) {
  if (heap->next) heap->next->previous = heap->previous;
  if (heap->previous) heap->previous->next = heap->next;
  else cycle.heaps = heap->next;
  if (cycle.next == heap) cycle.next = heap->next;
  if (cycle.charged == heap) charge(NULL);
}

// --- the pass over old pages -------------------------------------------------------------------------------------
static bool has_objects(uint32_t run) {
  const struct page_info *info = &pages.info[run];
  bool has_kind = info->kind == PAGE_OLD || info->kind == PAGE_FIXED || info->kind == PAGE_LARGE || info->kind == PAGE_IMMORTAL;
  return has_kind && info->first == run;
}

static bool is_to_be_read(uint32_t run) {
  const struct page_info *info = &pages.info[run];
  // What is dead and not swept yet is never read: that is what keeps every other slot valid.
  if (info->kind == PAGE_LARGE && is_unswept(info->owner->collector, run) && !is_marked(run_start(run))) return false;
  for (uint32_t page = run; page < run + info->run_pages; page++) {
    if (!(pages.src[page] & PAGE_SPARED)) return true;
  }
  return false;
}

// Objects are made on immortal pages until they are frozen, and they are filled without a barrier.
static void spare(uint32_t run) {
  if (pages.info[run].kind == PAGE_IMMORTAL && !(pages.dst[run] & PAGE_DST_FROZEN)) return;
  for (uint32_t page = run; page < run + pages.info[run].run_pages; page++) pages.src[page] |= PAGE_SPARED;
}

static size_t read_large(uint32_t run, size_t words) {
  uword *p = (uword *)run_start(run);
  Value *slot;
  size_t n = values_at(p, &slot);
  if (word_is_header(*p) && (header_type(*p) == T_STACK || header_type(*p) == T_PORTION)) {
    read_frames(p);
    return n < words ? words - n : 0;
  }
  Value *end = slot + n;
  if (cycle.at && (Value *)cycle.at > slot) slot = (Value *)cycle.at < end ? (Value *)cycle.at : end;
  Value *stop = (size_t)(end - slot) < words ? end : slot + words;
  read_slots(slot, stop);
  cycle.at = stop < end ? (char *)stop : NULL;
  return words - (size_t)(stop - slot);
}

// Between two slices gaps may have been joined, so where the reading goes on is found from the start.
static size_t read_small(uint32_t run, size_t words) {
  bool some_dead = pages.info[run].kind != PAGE_IMMORTAL && is_unswept(pages.info[run].owner->collector, run);
  char *p = run_start(run), *end = run_end(run);
  while (p < cycle.at) p += size_at((uword *)p);
  size_t least = pages.info[run].run_pages > 1 ? words : SIZE_MAX;
  char *from = p;
  while (p < end && (size_t)(p - from) / WORD_BYTES <= least) {
    if (!some_dead || is_marked(p)) read_object((uword *)p);
    p += size_at((uword *)p);
  }
  size_t done = (size_t)(p - from) / WORD_BYTES;
  cycle.at = p < end ? p : NULL;
  return done < words ? words - done : 0;
}

// What is left of a run that was split, or something else stands there now.
static void go_on(void) {
  size_t page = page_of(cycle.at);
  uint32_t run = pages.info[page].first;
  bool can = pages.info[page].kind != PAGE_FREE && has_objects(run);
  cycle.page = can ? run : page;
  if (!can) cycle.at = NULL;
}

// From cycle.at on.
static size_t read_run(uint32_t run, size_t words) {
  if (!cycle.at) spare(run);
  return pages.info[run].kind == PAGE_LARGE ? read_large(run, words) : read_small(run, words);
}

static size_t read_pages(size_t words) {
  while (words && cycle.page < pages.n_pages) {
    if (cycle.at) go_on();
    uint32_t run = (uint32_t)cycle.page;
    if (pages.info[run].kind == PAGE_FREE || !has_objects(run)) {
      bool is_shared = pages.info[run].kind == PAGE_COMMONS && pages.info[run].first == run;
      cycle.page += is_shared ? pages.info[run].run_pages : 1;
      words--;
      continue;
    }
    words--;
    if (cycle.at || is_to_be_read(run)) {
      charge(pages.info[run].owner);
      words = read_run(run, words);
    }
    if (!cycle.at) cycle.page += pages.info[run].run_pages;
  }
  return words;
}

void commons_read_heap(struct heap *heap) {
  const struct run_list *lists[] = OLD_LISTS(heap->collector);
  char *at = cycle.at;
  if (!commons_reads(heap)) return;
  charge(heap);
  for (unsigned i = 0; i < ARRAY_LENGTH(lists); i++) {
    for (uint32_t run = lists[i]->first; run; run = pages.info[run].next) {
      if (!is_to_be_read(run)) continue;
      cycle.at = NULL;
      (void)read_run(run, SIZE_MAX);
    }
  }
  cycle.at = at;
  heap->commons_is_read = true;
}

// --- the phases ----------------------------------------------------------------------------------------------------
static void begin(void) {
  size_t n = commons.held_bytes / PAGE_BYTES / 64 + 1;
  struct span *stack = pages_alloc(n < MAX_STACK_PAGES ? n : MAX_STACK_PAGES, NULL, PAGE_SCRATCH);
  size_t n_spans = stack ? pages.info[page_of(stack)].run_pages * PAGE_BYTES / sizeof *stack : SMALL_STACK_SPANS;
  if (!stack) stack = cycle.small;
  cycle.marking = (struct marking){.base = stack, .top = stack, .limit = stack + n_spans - 1, .grey = WORK_END,
                                   .white = PAGE_DST_COMMONS};
  cycle.number++;
  cycle.next = cycle.heaps;
  cycle.page = 0;
  cycle.at = NULL;
  cycle.charged = NULL;
  cycle.counted = 0;
  commons.phase = COMMONS_SCAN;
}

static void begin_sweep(void) {
  charge(NULL);
  if (cycle.marking.base != cycle.small) pages_free(cycle.marking.base);
  cycle.next = cycle.heaps;
  cycle.symbols_are_clean = !commons.break_weak;
  cycle.cells_are_clean = false;
  commons.phase = COMMONS_SWEEP;
  commons.statistics.live_bytes = 0;
  commons_begin_sweep();
}

static size_t scan(size_t words) {
  words = mark_some(&cycle.marking, words);
  if (!words) return 0;
  if (cycle.next) {
    struct heap *heap = cycle.next;
    // What a nursery takes is not known before; it is not added to a step that has done much.
    if (words < cycle.step_words / 4 * 3) return 0;
    cycle.next = heap->next;
    size_t done = heap->commons_cycle == cycle.number ? 1 : contribute(heap);
    return done < words ? words - done : 0;
  }
  if (cycle.page < pages.n_pages) return read_pages(words);
  begin_sweep();
  return words;
}

// A heap need not shade any more, and knows what it is charged.
static void settle(struct heap *heap) {
  heap->is_marking &= (uint8_t)~MARKS_COMMONS;
  heap->commons_bytes += heap->commons_change;
  heap->commons_change = 0;
}

static size_t sweep(size_t words) {
  if (cycle.next) {
    struct heap *heap = cycle.next;
    cycle.next = heap->next;
    settle(heap);
    return words > HEAP_WORDS ? words - HEAP_WORDS : 0;
  }
  if (!cycle.symbols_are_clean) {
    cycle.symbols_are_clean = !commons.break_weak(&words);
    return words;
  }
  if (!cycle.cells_are_clean) {
    cycle.cells_are_clean = !commons_break_cells(&words);
    return words;
  }
  size_t done = commons_sweep_next() * SWEEP_PAGE_WORDS;
  if (done) return done < words ? words - done : 0;
  commons.phase = COMMONS_IDLE;
  commons.statistics.n_cycles++;
  cycle.allocated = commons.statistics.bytes_allocated;
  return 0;
}

// How much is allocated in the meantime.
static size_t next_bytes(void) {
  size_t live_bytes = commons.statistics.live_bytes;
  if (commons.phase != COMMONS_IDLE) return STEP_WORDS * WORD_BYTES;
  return live_bytes / 2 > COMMONS_LEAST_GROWTH_BYTES ? live_bytes / 2 : COMMONS_LEAST_GROWTH_BYTES;
}

static void check(void) {
  const char *why;
  if (cycle.heaps->stress & STRESS_VERIFY && !commons_verify(&why)) panic(why, __FILE__, __LINE__);
}

static void count_step(uint64_t start_us) {
  struct commons_statistics *figures = &commons.statistics;
  uint64_t us = platform_time_us() - start_us;
  figures->n_steps++;
  figures->step_total_us += us;
  if (us > figures->step_max_us) figures->step_max_us = us;
}

struct heap *commons_step(size_t words) {
  uint64_t start_us = platform_time_us();
  if (commons.phase == COMMONS_IDLE) begin();
  uint8_t phase = commons.phase;
  cycle.step_words = words;
  while (words && commons.phase != COMMONS_IDLE) words = commons.phase == COMMONS_SCAN ? scan(words) : sweep(words);
  cycle.paid = commons.statistics.bytes_allocated;
  cycle.is_wanted = false;
  commons.poll_at_bytes = cycle.paid + next_bytes();
  count_step(start_us);
  if (phase != commons.phase && cycle.heaps) check();
  return commons.phase == COMMONS_SCAN ? cycle.charged : NULL;
}

void commons_collect(void) {
  while (commons.phase != COMMONS_IDLE) commons_step(SIZE_MAX / 2);
  do commons_step(SIZE_MAX / 2); while (commons.phase != COMMONS_IDLE);
}

size_t commons_due_words(void) {
  if (cycle.is_wanted) return MOST_STEP_WORDS;
  uint64_t allocated = commons.statistics.bytes_allocated;
  if (commons.phase == COMMONS_IDLE) return allocated - cycle.allocated < next_bytes() ? 0 : STEP_WORDS;
  size_t words = STEP_WORDS + (size_t)(allocated - cycle.paid) / WORD_BYTES * WORDS_FOR_WORD;
  return words < MOST_STEP_WORDS ? words : MOST_STEP_WORDS;
}

bool commons_wait(struct heap *heap) {
  size_t n = commons.statistics.n_cycles;
  bool has_waited = heap->commons_wait && n >= heap->commons_wait && n - heap->commons_wait < WAIT_CYCLES;
  if (n >= heap->commons_wait) heap->commons_wait = 0;
  if (has_waited) return false;
  // One that goes on may have found alive what is garbage by now.
  if (!heap->commons_wait) heap->commons_wait = n + (commons.phase == COMMONS_IDLE ? 1 : 2);
  cycle.is_wanted = true;
  if (commons.poll) commons.poll(commons.poll_context);
  return commons.poll;
}

bool commons_wait_for_room(struct heap *heap) {
  uword allocated = (uword)commons.statistics.bytes_allocated;
  if (!heap->commons_wait) heap->commons_seen = allocated;
  if (commons_wait(heap)) return true;
  if (allocated - heap->commons_seen > commons.held_bytes / SOME_PART && ++heap->commons_tries < MOST_TRIES) {
    heap->commons_seen = allocated;
    return commons_wait(heap);
  }
  commons_found_room(heap);
  return false;
}
