// Marking: what is reachable, in mark bits beside the pages.
//
// Uses: gc/collector.
//
// Depth first, with a stack of spans of slots: only the unread rest of an object is pushed, so a list
// needs no stack and a wide vector one entry.  The stack never grows.  When it is full, an object is
// marked and left, and its page goes to the work list, to have all its marked objects scanned again; each
// such page was put there by a newly marked object, so this ends.
#include "gc/collector.h"

// Spans that need no page, and the most pages the stack takes.
#define SMALL_STACK_SPANS 32
#define MAX_STACK_PAGES 32

// Slots still to be marked from.
struct span {
  Value *next, *end;
};

struct marker {
  struct collector *c;
  struct span *base, *top, *limit;
  struct span small[SMALL_STACK_SPANS];
};

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

// Mark `v`.  If it has slots to mark from in its turn, give them in *child and answer true.
static inline bool mark_value(Value v, struct span *child) {
  if (!is_pointer(v)) return false;
  uword *p = value_address(v);
  if (!(pages.dst[page_of(p)] & PAGE_DST_HEAP) || is_marked(p)) return false;
  set_mark(p);
  size_t n = is_pair(v) ? 2 : object_values(p, &child->next);
  if (is_pair(v)) child->next = (Value *)p;
  child->end = child->next + n;
  return n > 0;
}

static void mark_from(struct marker *m, Value *slot, Value *end) {
  for (;;) {
    while (slot < end) {
      struct span child;
      Value v = *slot++;
      if (!mark_value(v, &child)) continue;
      if (slot < end && m->top == m->limit) {
        add_work(m->c, page_of(value_address(v)));
        continue;
      }
      if (slot < end) *m->top++ = (struct span){slot, end};
      slot = child.next;
      end = child.end;
    }
    if (m->top == m->base) return;
    m->top--;
    slot = m->top->next;
    end = m->top->end;
  }
}

static void mark_from_object(struct marker *m, uword *p) {
  Value *slot;
  size_t n = values_at(p, &slot);
  mark_from(m, slot, slot + n);
}

// --- roots, and what overflowed ----------------------------------------------------------------------
static void mark_from_immortals(struct marker *m) {
  for (uint32_t run = m->c->immortal.first; run; run = pages.info[run].next) {
    if (!(pages.info[run].flags & PAGE_REFERS)) continue;
    char *end = run_end(run);
    for (char *p = run_start(run); p < end; p += size_at((uword *)p)) {
      mark_from_object(m, (uword *)p);
    }
  }
}

static void mark_from_work(struct marker *m) {
  for (uint32_t page; (page = take_work(m->c)) != WORK_END;) {
    char *end = page_address(page + 1);
    for (char *p = next_marked(page_address(page), end); p < end; p = next_marked(p + 8, end)) {
      mark_from_object(m, (uword *)p);
    }
  }
}

// --- the whole ---------------------------------------------------------------------------------------
static void clear_all_marks(struct collector *c) {
  struct run_list *lists[] = {&c->old, &c->fixed, &c->large};
  for (unsigned i = 0; i < ARRAY_LENGTH(lists); i++) {
    for (uint32_t run = lists[i]->first; run; run = pages.info[run].next) clear_marks(run);
  }
}

static char *take_stack(struct marker *m, struct heap *heap) {
  size_t n = heap->held_bytes / PAGE_BYTES / 64 + 1;
  if (n > MAX_STACK_PAGES) n = MAX_STACK_PAGES;
  char *start = pages_alloc(n, heap, PAGE_SCRATCH);
  m->base = start ? (struct span *)start : m->small;
  m->limit = m->base + (start ? n * PAGE_BYTES / sizeof(struct span) : SMALL_STACK_SPANS);
  m->top = m->base;
  return start;
}

void mark_heap(struct heap *heap) {
  struct marker m = {.c = heap->collector};
  ASSERT(m.c->work == WORK_END);
  char *stack = take_stack(&m, heap);
  clear_all_marks(m.c);
  mark_from(&m, heap->roots, heap->roots + N_HEAP_ROOTS);
  mark_from_immortals(&m);
  mark_from_work(&m);
  if (stack) pages_free(stack);
}
