// Pages that change their owner: a large byte vector of one heap becomes a run of objects of another, or of the commons.
//
// Uses: gc/collector, gc/commons.
//
// Nothing in the giver refers to the run any more, and what is in it refers to nothing but itself, others given with it,
// and what is in no heap.  So in the receiver it is as if it had just been promoted, and no card is dirty.
#include "gc/collector.h"
#include "gc/commons.h"

void heap_offer(Value bytes, enum gift gift, size_t used_bytes) {
  static const uint8_t kinds[] = {[GIFT_OBJECTS] = PAGE_OLD, [GIFT_FIXED] = PAGE_FIXED, [GIFT_LARGE] = PAGE_LARGE};
  struct page_info *info = &pages.info[page_of(value_address(bytes))];
  ASSERT(info->kind == PAGE_LARGE && !info->prev && !info->work_next && used_bytes <= info->run_pages * PAGE_BYTES);
  info->kind = kinds[gift];
  if (gift != GIFT_LARGE) info->live_bytes = (uint32_t)used_bytes;
  info->flags |= PAGE_OFFERED;
}

// Pages behind what is used go back at once.
static void cut_run(struct heap *from, uint32_t run) {
  if (pages.info[run].kind == PAGE_LARGE) return;
  char *end = page_address(run) + pages.info[run].live_bytes;
  size_t used = round_up((size_t)pages.info[run].live_bytes, PAGE_BYTES) / PAGE_BYTES;
  heap_fill((uword *)end, (size_t)(page_address(run + used) - end));
  if (used == pages.info[run].run_pages) return;
  void *rest = pages_split(page_address(run), used);
  from->held_bytes -= run_bytes((uint32_t)page_of(rest));
  pages_free(rest);
}

// What is new counts as live while a cycle marks, and fixed pages are white ones then too.
static void mark_all(uint32_t run) {
  for (char *p = run_start(run), *end = run_end(run); p < end; p += size_at((uword *)p)) set_mark(p);
}

static void take_run(struct heap *to, uint32_t run) {
  struct collector *c = to->collector;
  struct page_info *info = &pages.info[run];
  bool marks = c->phase == PHASE_MARK;
  clear_marks(run);
  set_barrier(run, 0, 0);
  for (uint32_t i = run; i < run + info->run_pages; i++) {
    pages.info[i].owner = to;
    if (info->kind != PAGE_LARGE) pages.info[i].kind = info->kind;
    pages.info[i].flags = 0;
  }
  settle_run(c, run);
  if (info->kind == PAGE_FIXED && marks) {
    set_barrier(run, PAGE_DST_YOUNG, old_dst(c) | PAGE_DST_CONSTANT | PAGE_DST_WHITE);
    mark_all(run);
  }
  run_append(info->kind == PAGE_LARGE ? &c->large : info->kind == PAGE_FIXED ? &c->fixed : marks ? &c->fresh : &c->old, run);
  c->old_bytes += run_bytes(run);
  to->held_bytes += run_bytes(run);
  commons_note_run(run);
}

// What came counts as promoted: it brings the next cycle nearer, or more of the work of this one.
static void pay(struct heap *to, size_t bytes) {
  struct collector *c = to->collector;
  to->statistics.bytes_allocated += bytes;
  c->used_bytes += bytes;
  if (c->phase != PHASE_IDLE)
    c->debt_words += bytes / WORD_BYTES * c->rate_256 / 256;
  else if (c->used_bytes > c->cycle_at_bytes)
    heap_want_collection(to);
}

// Give the offered runs of `list`; how many bytes are used in them.
static size_t give_list(struct heap *from, struct heap *to, struct run_list *list, bool is_old) {
  struct run_list all = *list;
  size_t bytes = 0;
  *list = (struct run_list){0, 0};
  for (uint32_t run = all.first, next; run; run = next) {
    next = pages.info[run].next;
    if (!(pages.info[run].flags & PAGE_OFFERED)) {
      run_append(list, run);
      continue;
    }
    size_t used = pages.info[run].kind == PAGE_LARGE ? run_bytes(run) : pages.info[run].live_bytes;
    bytes += used;
    if (is_old) {
      from->collector->old_bytes -= run_bytes(run);
      from->collector->used_bytes -= used < from->collector->used_bytes ? used : from->collector->used_bytes;
    }
    cut_run(from, run);
    snapshot_forget(run);
    from->held_bytes -= run_bytes(run);
    if (to) {
      take_run(to, run);
    } else {
      commons_take(run);
      from->commons_bytes += run_bytes(run);
    }
  }
  return bytes;
}

void heap_give(struct heap *from, struct heap *to) {
  struct collector *c = from->collector;
  size_t bytes = give_list(from, to, &c->young_large, false);
  bytes += give_list(from, to, &c->large, true);
  bytes += give_list(from, to, &c->unswept_large, true);
  if (to) pay(to, bytes);
}

bool heap_can_take(struct heap *to, size_t bytes) {
  return quota_allows(to, bytes);
}

// A large object that is small now stays what it is for all who go by its page (minor.c: or moves from there).
void heap_empty_bytes(struct heap *heap, Value bytes) {
  uword *p = value_address(bytes);
  size_t size = object_size_bytes(p);
  uint32_t run = (uint32_t)page_of(p);
  if (pages.info[run].kind == PAGE_LARGE) {
    size = PAGE_BYTES;
    if (pages.info[run].run_pages > 1) {
      void *rest = pages_split(p, 1);
      size_t rest_bytes = run_bytes((uint32_t)page_of(rest));
      heap->held_bytes -= rest_bytes;
      if (!heap_is_young(bytes)) heap->collector->old_bytes -= rest_bytes;
      pages_free(rest);
    }
  }
  p[1] = fixnum(0).w;
  heap_fill(p + 2, size - BYTES_BYTES(0));
}
