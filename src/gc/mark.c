// Marking: what is reachable, in mark bits beside the pages; in slices, or all at once.
//
// Uses: gc/collector.
//
// Depth first, with a stack of spans of slots: only the unread rest of an object is pushed, so a list
// needs no stack and a wide vector one entry.  The stack never grows.  When it is full, an object is
// marked and left, and its page becomes grey, to have all its marked objects scanned again; each
// such page was put there by a newly marked object, so this ends.
//
//   MARK-1  Nothing but objects of white pages is marked, so what is young, fresh or immortal costs one look.
//   MARK-2  An object is marked and its slots are read, or they are on the stack, or its page is grey.
//   MARK-3  Frames that run change without a barrier, and when they return their slots hold what is no Value any more.  So
//           a stack segment waits in a grey page until its running frames, as they are then, are read at once; and before
//           older frames run again (heap_reuse_slots) they are read, and nothing on the stack leads to them any more.
#include "gc/collector.h"
#include "gc/commons.h"

// Spans that need no page, and the most pages the stack takes.
#define SMALL_STACK_SPANS 32
#define MAX_STACK_PAGES 32

char *next_marked(char *p, char *end) {
  size_t granule = granule_of(p), last = granule_of(end);
  while (granule < last) {
    uint32_t bits = pages.marks[granule / 32] >> (granule % 32);
    if (bits) {
      granule += (size_t)__builtin_ctz(bits);
      return granule < last ? pages.start + granule * 8 : end;
    }
    granule = (granule / 32 + 1) * 32;
  }
  return end;
}

void make_grey(struct marking *m, size_t page) {
  struct page_info *info = &pages.info[page];
  if (info->prev) return;
  info->prev = m->grey;
  m->grey = (uint32_t)page;
}

static inline size_t slots_of(uword *p, Value **first) {
  return UNLIKELY(is_weak_header(*p)) ? weak_values(p, first) : values_at(p, first);
}

// Mark `v`.  If it has slots to mark from in its turn, give them in *child and answer true.
static inline bool mark_value(struct marking *m, Value v, struct span *child) {
  if (!is_pointer(v)) return false;
  uword *p = value_address(v);
  unsigned dst = pages.dst[page_of(p)];
  if (!(dst & m->white) || is_marked(p)) return false;
  set_mark(p);
  if (UNLIKELY(dst & PAGE_DST_AWAITED)) weak_found(m, p);
  if (is_pair(v)) {
    m->bytes += PAIR_BYTES;
    *child = (struct span){(Value *)p, (Value *)p + 2};
    return true;
  }
  m->bytes += object_size_bytes(p);
  if (UNLIKELY(header_type(*p) == T_STACK)) {
    make_grey(m, page_of(p));
    return false;
  }
  if (UNLIKELY(is_weak_header(*p))) weak_mark(m, p);
  size_t n = slots_of(p, &child->next);
  child->end = child->next + n;
  return n > 0;
}

// Read about `words` slots at most; what is left of them.  The stack has room for one span more than its limit.
static size_t mark_from(struct marking *m, Value *slot, Value *end, size_t words) {
  for (;;) {
    while (slot < end) {
      struct span child;
      if (words == 0) {
        *m->top++ = (struct span){slot, end};
        return 0;
      }
      words--;
      Value v = *slot++;
      if (!mark_value(m, v, &child)) continue;
      if (slot < end && m->top == m->limit) {
        make_grey(m, page_of(value_address(v)));
        continue;
      }
      if (slot < end) *m->top++ = (struct span){slot, end};
      slot = child.next;
      end = child.end;
    }
    if (m->top == m->base) return words;
    m->top--;
    slot = m->top->next;
    end = m->top->end;
  }
}

// Make what `v` refers to grey, without following it.
void mark_shade(struct marking *m, Value v) {
  struct span child;
  if (!mark_value(m, v, &child)) return;
  if (m->top < m->limit) {
    *m->top++ = child;
  } else {
    make_grey(m, page_of(value_address(v)));
  }
}

static size_t mark_from_object(struct marking *m, uword *p, size_t words) {
  Value *slot;
  size_t n = slots_of(p, &slot);
  if (LIKELY(!word_is_header(*p) || header_type(*p) != T_STACK)) return mark_from(m, slot, slot + n, words);
  for (Value *end = slot + n; slot < end; slot++) mark_shade(m, *slot);
  return mark_from(m, NULL, NULL, n < words ? words - n : 0);
}

static uint32_t take_grey(struct marking *m) {
  uint32_t page = m->grey;
  m->grey = pages.info[page].prev;
  pages.info[page].prev = 0;
  return page;
}

// The marked objects of grey pages, and all objects of immortal ones.
static size_t mark_from_grey(struct marking *m, size_t words) {
  while (words && (m->at || m->grey != WORK_END)) {
    uint32_t page = m->at ? (uint32_t)page_of(m->at) : take_grey(m);
    uint32_t run = pages.info[page].first;
    bool all = pages.info[page].kind == PAGE_IMMORTAL;
    char *end = all ? run_end(run) : page_address(page + 1);
    char *p = m->at ? m->at : page_address(page);
    if (!all) p = next_marked(p, end);
    m->at = NULL;
    while (p < end && words) {
      words = mark_from_object(m, (uword *)p, words);
      p = all ? p + size_at((uword *)p) : next_marked(p + 8, end);
    }
    if (p < end) m->at = p;
  }
  return words;
}

// --- grey objects from outside of marking --------------------------------------------------------------------
void heap_shade(struct heap *heap, Value v) {
  if (heap->is_marking & MARKS_OLD) mark_shade(&heap->collector->marking, v);
  if (heap->is_marking & MARKS_COMMONS) commons_shade(v);
}

void heap_overwrite_slow(struct heap *heap, Value *first, size_t n) {
  for (Value *end = first + n; first < end; first++) heap_shade(heap, *first);
}

void heap_reuse_slots(struct heap *heap, Value *first, size_t n) {
  struct marking *m = &heap->collector->marking;
  if (!heap->is_marking) return;
  heap_overwrite_slow(heap, first, n);
  if (!(heap->is_marking & MARKS_OLD)) return;
  for (struct span *span = m->base; span < m->top; span++) {
    if (span->next < first + n && span->end > first) span->next = span->end;
  }
}

// --- roots -----------------------------------------------------------------------------------------------------
// The frames that are running change without a barrier, so they are read at once.
void show_roots(struct heap *heap) {
  Value *frames;
  size_t n_frames = own_stack_values(heap, &frames);
  heap_overwrite_slow(heap, heap->roots, N_HEAP_ROOTS);
  heap_overwrite_slow(heap, frames, n_frames);
  Value thread = heap->roots[ROOT_THREAD];
  Value segment = is_type(thread, T_THREAD) ? object_field(thread, THREAD_SEGMENT) : VALUE_FALSE;
  if (is_type(segment, T_STACK)) {
    Value *slot;
    size_t n = values_at(value_address(segment), &slot);
    heap_overwrite_slow(heap, slot, n);
  }
}

void mark_roots(struct heap *heap) {
  struct collector *c = heap->collector;
  show_roots(heap);
  for (uint32_t run = c->immortal.first; run; run = pages.info[run].next) {
    if (pages.info[run].flags & PAGE_REFERS) make_grey(&c->marking, run);
  }
}

// --- the whole ---------------------------------------------------------------------------------------------------
bool mark_begin(struct heap *heap) {
  struct marking *m = &heap->collector->marking;
  size_t n = heap->held_bytes / PAGE_BYTES / 64 + 1;
  if (n > MAX_STACK_PAGES) n = MAX_STACK_PAGES;
  struct span *start = pages_alloc(n, heap, PAGE_SCRATCH);
  if (!start) return false;
  *m = (struct marking){.base = start, .top = start, .limit = start + n * PAGE_BYTES / sizeof *start - 1, .grey = WORK_END,
                        .white = PAGE_DST_WHITE};
  return true;
}

size_t mark_some(struct marking *m, size_t words) {
  return mark_from_grey(m, mark_from(m, NULL, NULL, words));
}

bool mark_slice(struct heap *heap, size_t words) {
  struct marking *m = &heap->collector->marking;
  size_t left = words;
  bool is_done = false;
  do {
    left = mark_some(m, left);
    if (left) is_done = !weak_slice(heap, &left);
  } while (left && !is_done);
  m->words += words - left;
  return is_done;
}

void mark_end(struct heap *heap) {
  struct marking *m = &heap->collector->marking;
  while (m->grey != WORK_END) (void)take_grey(m);
  weak_forget(m);
  if (m->base) pages_free(m->base);
  m->base = NULL;
}

void clear_all_marks(struct collector *c) {
  struct run_list *lists[] = OLD_LISTS(c);
  for (unsigned i = 0; i < ARRAY_LENGTH(lists); i++) {
    for (uint32_t run = lists[i]->first; run; run = pages.info[run].next) clear_marks(run);
  }
}

void mark_heap(struct heap *heap) {
  struct span small[SMALL_STACK_SPANS];
  struct marking *m = &heap->collector->marking;
  bool has_pages = mark_begin(heap);
  if (!has_pages)
    *m = (struct marking){.base = small, .top = small, .limit = small + SMALL_STACK_SPANS - 1, .grey = WORK_END,
                          .white = PAGE_DST_WHITE};
  clear_all_marks(heap->collector);
  heap->is_marking |= MARKS_OLD;
  mark_roots(heap);
  while (!mark_slice(heap, SIZE_MAX)) {}
  heap->is_marking &= (uint8_t)~MARKS_OLD;
  if (!has_pages) m->base = NULL;
  mark_end(heap);
}
