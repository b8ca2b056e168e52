// The verifier: every invariant of heap.h, checked.
//
// Uses: gc/collector.
//
// First every run is walked from end to end; only then are references trusted enough to be followed.  The
// trace is the collector's idea of reachability written a second time, with mark bits and a stack of its own,
// taken at the first verification and kept: later ones need no memory, and a collection may be under way.  When
// the stack is full, an object is marked and left, and the marked objects of its page are looked at again later.
// Last, the walk is repeated and takes the mark off each object's start: a mark that is left was set by a
// reference into the middle of something.
#include "gc/collector.h"

// The pages of the stack: few, so that pages are looked at again also in tests.
#define STACK_PAGES 4
// page_info.flags: marked objects of this page were left.
#define PAGE_LEFT 0x80u

struct trace_span {
  uword *holder;
  Value *next, *end;
};

struct verifier {
  struct heap *heap;
  struct collector *c;
  const char *what;     // the first fault found
  const void *where;
  struct trace_span *base, *top, *limit;
  bool strong_only;     // what is referred to weakly alone is not followed
  size_t left, left_end;  // no page outside of these has PAGE_LEFT
};

// --- marks of its own --------------------------------------------------------------------------------
// Taken beside all quotas and injected faults.
static bool take_marks(void) {
  size_t bytes = round_up(pages.n_pages * PAGE_MARK_WORDS * sizeof(uint32_t), PAGE_BYTES);
  uint32_t fail_after = pages.fail_after;
  pages.fail_after = 0;
  pages.verifier_marks = pages_alloc(STACK_PAGES + 2 * (bytes / PAGE_BYTES), NULL, PAGE_RESERVED);
  pages.fail_after = fail_after;
  return pages.verifier_marks != NULL;
}

// The second half of the marks says what was reachable when a cycle began.
static size_t n_mark_words(void) {
  return round_up(pages.n_pages * PAGE_MARK_WORDS, PAGE_BYTES / sizeof(uint32_t));
}

static void use_stack(struct verifier *v) {
  v->base = v->top = (struct trace_span *)(pages.verifier_marks + 2 * n_mark_words());
  v->limit = v->base + STACK_PAGES * PAGE_BYTES / sizeof(struct trace_span);
}

static bool is_seen(const void *p) {
  size_t granule = granule_of(p);
  return pages.verifier_marks[granule / 32] >> (granule % 32) & 1;
}

static void set_seen(const void *p, bool seen) {
  size_t granule = granule_of(p);
  uint32_t bit = 1u << (granule % 32), *word = &pages.verifier_marks[granule / 32];
  *word = seen ? *word | bit : *word & ~bit;
}

// The first seen address in [p, end), or end.
static char *next_seen(char *p, char *end) {
  size_t granule = granule_of(p), last = granule_of(end);
  while (granule < last) {
    uint32_t bits = pages.verifier_marks[granule / 32] >> (granule % 32);
    if (bits & 1) return pages.start + granule * 8;
    granule = bits ? granule + 1 : (granule / 32 + 1) * 32;
  }
  return end;
}

static bool fault(struct verifier *v, const char *what, const void *where) {
  v->what = what;
  v->where = where;
  return false;
}

// "what at 0x1234", in a buffer that the next fault overwrites.
static const char *describe(const struct verifier *v) {
  static char text[160];
  size_t n = 0;
  for (const char *s = v->what; *s && n < 120; s++) text[n++] = *s;
  for (const char *s = ", at 0x"; *s; s++) text[n++] = *s;
  for (int shift = WORD_BITS - 4; shift >= 0; shift -= 4) {
    text[n++] = "0123456789abcdef"[(uword)v->where >> shift & 15];
  }
  text[n] = 0;
  return text;
}

// --- every run ---------------------------------------------------------------------------------------
typedef bool (*RunCheck)(struct verifier *v, uint32_t run, char *end);

static bool each_of(struct verifier *v, const struct run_list *list, RunCheck check) {
  for (uint32_t run = list->first; run; run = pages.info[run].next) {
    bool is_filling = run == v->c->young.first;
    if (!check(v, run, is_filling ? v->heap->top : run_end(run))) return false;
  }
  return true;
}

static bool each_run(struct verifier *v, RunCheck check) {
  struct collector *c = v->c;
  const struct run_list *lists[] = OLD_LISTS(c);
  for (unsigned i = 0; i < ARRAY_LENGTH(lists); i++) {
    if (!each_of(v, lists[i], check)) return false;
  }
  return each_of(v, &c->young, check) && each_of(v, &c->young_large, check) && each_of(v, &c->immortal, check);
}

// --- GC-1: pages ---------------------------------------------------------------------------------------
// The dst bits of a list's runs are `dst`, and PAGE_DST_WHITE or not.
static bool check_list(struct verifier *v, const struct run_list *list, enum page_kind list_kind,
                       unsigned src, unsigned list_dst) {
  struct heap *owner = list_kind == PAGE_IMMORTAL ? NULL : v->heap;
  for (uint32_t run = list->first; run; run = pages.info[run].next) {
    bool fixed = list == &v->c->unswept && pages.info[run].kind == PAGE_FIXED;
    enum page_kind kind = fixed ? PAGE_FIXED : list_kind;
    enum page_kind rest = kind == PAGE_LARGE ? PAGE_LARGE_REST : kind;
    unsigned dst = list_dst | (fixed ? PAGE_DST_CONSTANT : 0);
    bool is_old = src && kind != PAGE_IMMORTAL;
    bool may_be_fresh = v->c->phase != PHASE_IDLE && kind != PAGE_FIXED;
    // Only the first mark of a large object is looked at.
    char *end = list == &v->c->young ? run_start(run) : kind == PAGE_LARGE ? run_start(run) + 8 : run_end(run);
    bool is_marked_idly = is_old && v->c->phase == PHASE_IDLE && next_marked(run_start(run), end) < end;
    if (is_marked_idly) return fault(v, "GC-8: a mark outside of a cycle", next_marked(run_start(run), end));
    for (uint32_t i = run; i < run + pages.info[run].run_pages; i++) {
      struct page_info *info = &pages.info[i];
      const void *where = page_address(i);
      if (info->owner != owner) return fault(v, "GC-1: a page of another owner", where);
      if (info->kind != (i == run ? kind : rest)) return fault(v, "GC-1: a page's kind", where);
      // Some immortal pages hold constants.
      unsigned extra = kind == PAGE_IMMORTAL ? PAGE_DST_CONSTANT : is_old ? PAGE_DST_WHITE | PAGE_DST_AWAITED : 0;
      bool fresh = is_old && !(pages.dst[i] & PAGE_DST_WHITE);
      if (fresh && !may_be_fresh) return fault(v, "GC-8: a fresh page outside of a cycle", where);
      bool barrier = (pages.dst[i] & ~extra) == dst && (pages.src[i] & PAGE_DST_YOUNG) == (src & PAGE_DST_YOUNG);
      if (!barrier) return fault(v, "GC-1: a page's barrier bits", where);
      if (info->dirty && !info->work_next) return fault(v, "GC-2: a dirty page is not queued", where);
    }
  }
  return true;
}

static size_t list_bytes(const struct run_list *list) {
  size_t bytes = 0;
  for (uint32_t run = list->first; run; run = pages.info[run].next) bytes += run_bytes(run);
  return bytes;
}

static bool check_pages(struct verifier *v) {
  struct collector *c = v->c;
  const unsigned young = PAGE_DST_YOUNG | PAGE_DST_HEAP, src = PAGE_DST_YOUNG;
  bool kinds = check_list(v, &c->young, PAGE_NURSERY, 0, young) &&
               check_list(v, &c->young_large, PAGE_LARGE, 0, young) &&
               check_list(v, &c->old, PAGE_OLD, src, PAGE_DST_HEAP) &&
               check_list(v, &c->partial, PAGE_OLD, src, PAGE_DST_HEAP) &&
               check_list(v, &c->fresh, PAGE_OLD, src, PAGE_DST_HEAP) &&
               check_list(v, &c->unswept, PAGE_OLD, src, PAGE_DST_HEAP) &&
               check_list(v, &c->unswept_large, PAGE_LARGE, src, PAGE_DST_HEAP) &&
               check_list(v, &c->fixed, PAGE_FIXED, src, PAGE_DST_HEAP | PAGE_DST_CONSTANT) &&
               check_list(v, &c->large, PAGE_LARGE, src, PAGE_DST_HEAP) &&
               check_list(v, &c->immortal, PAGE_IMMORTAL, src, 0);
  if (!kinds) return false;
  const struct run_list *lists[] = OLD_LISTS(c);
  size_t old = 0;
  for (unsigned i = 0; i < ARRAY_LENGTH(lists); i++) old += list_bytes(lists[i]);
  size_t young_bytes = list_bytes(&c->young) + list_bytes(&c->young_large);
  size_t reserve = c->reserve && !c->on_reserve ? RESERVE_PAGES * PAGE_BYTES : 0;
  if (v->heap->held_bytes > v->heap->quota_bytes) return fault(v, "GC-9: more held than the quota", c);
  if (old != c->old_bytes) return fault(v, "GC-1: the count of old pages", c);
  size_t own = pages.info[page_of(v->heap)].kind == PAGE_HEAP ? PAGE_BYTES : 0;
  bool held = v->heap->held_bytes == own + old + young_bytes + reserve;
  return held || fault(v, "GC-1: the count of held pages", c);
}

// --- GC-5: walkable ----------------------------------------------------------------------------------
bool object_is_sound(const uword *p, size_t left_bytes) {
  if (!word_is_header(*p)) return PAIR_BYTES <= left_bytes;
  enum object_type type = header_type(*p);
  if (type >= N_OBJECT_TYPES || type == T_NONE) return false;
  enum object_shape shape = type_infos[type].shape;
  bool counted = shape == SHAPE_COUNT_WORDS || shape == SHAPE_COUNT_BYTES || shape == SHAPE_MIXED ||
                 shape == SHAPE_WINDOW;
  if (counted && (p[1] & 1 || count_word(p, 1) > left_bytes)) return false;
  if (shape == SHAPE_WINDOW && (p[2] & 1 || p[3] & 1 || count_word(p, 2) + count_word(p, 3) > count_word(p, 1))) return false;
  if (shape == SHAPE_MIXED && (p[2] & 1 || count_word(p, 2) > count_word(p, 1))) return false;
  return object_size_bytes(p) <= left_bytes;
}

static bool check_walk(struct verifier *v, uint32_t run, char *end) {
  for (char *p = run_start(run); p < end;) {
    if (!object_is_sound((uword *)p, (size_t)(end - p))) {
      return fault(v, "GC-5: not an object, or one beyond the end of its run", p);
    }
    p += size_at((uword *)p);
  }
  memset(pages.verifier_marks + (size_t)run * PAGE_MARK_WORDS, 0,
         pages.info[run].run_pages * PAGE_MARK_WORDS * sizeof(uint32_t));
  return true;
}

// --- GC-2, GC-4: references --------------------------------------------------------------------------
// Is there an object where `value` points, of the kind its tag says?
static bool target_is_sound(struct verifier *v, Value value) {
  uword *p = value_address(value);
  if (is_own_stack(v->heap, p)) return true;
  if ((char *)p < pages.start || page_of(p) >= pages.n_pages) return false;
  struct page_info *info = &pages.info[page_of(p)];
  if (info->kind < PAGE_NURSERY || info->kind > PAGE_COMMONS) return false;
  if (info->owner != (info->kind >= PAGE_IMMORTAL ? NULL : v->heap)) return false;
  if (info->first == v->c->young.first && (char *)p >= v->heap->top) return false;
  if ((char *)p < run_start(info->first)) return false;
  size_t left_bytes = (size_t)(run_end(info->first) - (char *)p);
  if (*p == VALUE_FORWARD.w || is_filler(*p) || word_is_header(*p) == is_pair(value)) return false;
  return object_is_sound(p, left_bytes);
}

static bool check_slot(struct verifier *v, uword *holder, Value *slot) {
  Value value = *slot;
  if (!is_pointer(value)) {
    bool ok = value.w != VALUE_FORWARD.w && (is_fixnum(value) || is_immediate(value));
    return ok || fault(v, "GC-4: a slot holds no Value", slot);
  }
  if (!target_is_sound(v, value)) return fault(v, "GC-4: a slot refers to no object", slot);
  if (!holder || is_own_stack(v->heap, value_address(value))) return true;
  struct page_info *info = &pages.info[page_of(slot)];
  uint32_t run = pages.info[page_of(value_address(value))].first;
  bool is_doomed = is_unswept(v->c, run) && !is_marked(value_address(value));
  if (is_doomed) return fault(v, "GC-8: a reachable object is not marked", slot);
  unsigned dst = pages.dst[page_of(value_address(value))] & (PAGE_DST_YOUNG | PAGE_DST_HEAP);
  unsigned card = (unsigned)((uword)slot % PAGE_BYTES / CARD_BYTES);
  bool holder_is_young = pages.dst[page_of(holder)] & PAGE_DST_YOUNG;
  if (dst & PAGE_DST_YOUNG && !holder_is_young && !(info->dirty >> card & 1)) {
    return fault(v, "GC-2: an old slot refers to a young object on a clean card", slot);
  }
  if (info->kind == PAGE_IMMORTAL && dst && !(pages.info[info->first].flags & PAGE_REFERS)) {
    return fault(v, "GC-2: an immortal page refers to the heap unnoticed", slot);
  }
  return true;
}

static void leave_for_later(struct verifier *v, size_t page) {
  pages.info[page].flags |= PAGE_LEFT;
  if (page < v->left) v->left = page;
  if (page >= v->left_end) v->left_end = page + 1;
}

static void push_object(struct verifier *v, uword *p) {
  Value *slot;
  size_t n = values_at(p, &slot);
  if (v->strong_only && is_weak_header(*p) && header_type(*p) != T_GUARDIAN) n = WEAK_REST;
  if (v->top == v->limit) {
    leave_for_later(v, page_of(p));
  } else if (n) {
    *v->top++ = (struct trace_span){p, slot, slot + n};
  }
}

// Immortal objects are all looked at by themselves, so they are marked but not followed.
static bool visit_slot(struct verifier *v, uword *holder, Value *slot) {
  if (!check_slot(v, holder, slot)) return false;
  if (!is_pointer(*slot)) return true;
  uword *p = value_address(*slot);
  if (is_seen(p) || is_own_stack(v->heap, p) || pages.info[page_of(p)].kind == PAGE_COMMONS) return true;
  set_seen(p, true);
  if (pages.info[page_of(p)].kind < PAGE_IMMORTAL) push_object(v, p);
  return true;
}

static bool trace_stack(struct verifier *v) {
  while (v->top > v->base) {
    struct trace_span *span = v->top - 1;
    uword *holder = span->holder;
    Value *slot = span->next++;
    if (span->next == span->end) v->top--;
    if (!visit_slot(v, holder, slot)) return false;
  }
  return true;
}

static bool trace_immortals(struct verifier *v, uint32_t run, char *end) {
  for (char *p = run_start(run); p < end; p += size_at((uword *)p)) {
    push_object(v, (uword *)p);
    if (!trace_stack(v)) return false;
  }
  return true;
}

// A page that is left while this goes on may be one from before `left`.
static bool trace_left(struct verifier *v) {
  while (v->left < v->left_end) {
    size_t page = v->left++;
    char *end = page_address(page + 1);
    if (!(pages.info[page].flags & PAGE_LEFT)) continue;
    pages.info[page].flags &= (uint8_t)~PAGE_LEFT;
    for (char *p = next_seen(page_address(page), end); p < end; p = next_seen(p + 8, end)) {
      push_object(v, (uword *)p);
      if (!trace_stack(v)) return false;
    }
  }
  return true;
}

static bool trace_heap(struct verifier *v) {
  for (unsigned i = 0; i < N_HEAP_ROOTS; i++) {
    if (!visit_slot(v, NULL, &v->heap->roots[i]) || !trace_stack(v)) return false;
  }
  Value *frames;
  size_t n = own_stack_values(v->heap, &frames);
  for (size_t i = 0; i < n; i++) {
    if (!visit_slot(v, NULL, &frames[i]) || !trace_stack(v)) return false;
  }
  return each_of(v, &v->c->immortal, trace_immortals) && trace_left(v);
}

static bool check_seen(struct verifier *v, uint32_t run, char *end) {
  for (char *p = run_start(run); p < end; p += size_at((uword *)p)) set_seen(p, false);
  char *left = next_seen(run_start(run), run_end(run));
  return left == run_end(run) || fault(v, "GC-4: a slot refers to the middle of an object", left);
}

// --- the whole -------------------------------------------------------------------------------------------
static void forget_left(struct verifier *v) {
  for (size_t page = v->left; page < v->left_end; page++) pages.info[page].flags &= (uint8_t)~PAGE_LEFT;
}

bool heap_verify(struct heap *heap, const char **why) {
  struct verifier v = {.heap = heap, .c = heap->collector, .left = pages.n_pages};
  *why = "no memory to verify a heap in";
  if (!pages.verifier_marks && !take_marks()) return false;
  use_stack(&v);
  if (check_pages(&v) && each_run(&v, check_walk) && trace_heap(&v) && each_run(&v, check_seen)) return true;
  forget_left(&v);
  *why = describe(&v);
  return false;
}

// --- the snapshot ------------------------------------------------------------------------------------------
static bool note_seen(struct verifier *v, uint32_t run, char *end) {
  size_t first = (size_t)run * PAGE_MARK_WORDS, n = pages.info[run].run_pages * PAGE_MARK_WORDS;
  if (pages.info[run].kind != PAGE_IMMORTAL) {
    memcpy(pages.verifier_marks + n_mark_words() + first, pages.verifier_marks + first, n * sizeof(uint32_t));
  }
  return check_seen(v, run, end);
}

void snapshot_take(struct heap *heap) {
  struct verifier v = {.heap = heap, .c = heap->collector, .left = pages.n_pages, .strong_only = true};
  if (!pages.verifier_marks && !take_marks()) return;
  use_stack(&v);
  bool ok = each_run(&v, check_walk) && trace_heap(&v) && each_run(&v, note_seen);
  if (!ok) panic(describe(&v), __FILE__, __LINE__);
}

void snapshot_forget(uint32_t run) {
  if (!pages.verifier_marks) return;
  memset(pages.verifier_marks + n_mark_words() + (size_t)run * PAGE_MARK_WORDS, 0,
         pages.info[run].run_pages * PAGE_MARK_WORDS * sizeof(uint32_t));
}

// Nothing is freed or moved while a cycle marks, and what was not there at its start has no bits in the snapshot.
void snapshot_check(struct heap *heap) {
  struct verifier v = {.heap = heap};
  const uint32_t *snapshot = pages.verifier_marks + n_mark_words();
  for (size_t i = 0; pages.verifier_marks && i < pages.n_pages * PAGE_MARK_WORDS; i++) {
    uint32_t missing = snapshot[i] & ~pages.marks[i];
    size_t page = i / PAGE_MARK_WORDS;
    if (!missing || pages.info[page].owner != heap || !(pages.dst[page] & PAGE_DST_WHITE)) continue;
    fault(&v, "GC-8: reachable when the cycle began, and not marked", pages.start + (i * 32 + (size_t)__builtin_ctz(missing)) * 8);
    panic(describe(&v), __FILE__, __LINE__);
  }
}
