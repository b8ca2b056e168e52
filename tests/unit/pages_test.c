// Pages and arenas: random allocation against a model, coalescing, splitting, injected failures.
//
// Uses: gc/pages, gc/arena.
#include "gc/arena.h"
#include "base/platform.h"
#include "test.h"

#define POOL_PAGES 600
#define MAX_RUNS 200

struct held_run {
  unsigned char *start;
  size_t n_pages;
  unsigned char stamp;
};

static bool pool_is_sound(void) {
  const char *why;
  bool sound = pages_verify(&why);
  if (!sound) printf("%s\n", why);
  return sound;
}

static bool holds_its_stamp(const struct held_run *run) {
  for (size_t i = 0; i < run->n_pages * PAGE_BYTES; i += 64) {
    if (run->start[i] != run->stamp) return false;
  }
  return true;
}

static void take_run(struct held_run *run, size_t n_pages, unsigned char stamp) {
  run->start = pages_alloc(n_pages, NULL, PAGE_SCRATCH);
  if (!run->start) return;
  run->n_pages = n_pages;
  run->stamp = stamp;
  memset(run->start, stamp, n_pages * PAGE_BYTES);
}

static void split_run(struct held_run *run, struct held_run *rest) {
  size_t n = run->n_pages / 2;
  *rest = (struct held_run){pages_split(run->start, n), run->n_pages - n, run->stamp};
  run->n_pages = n;
}

static void test_random_runs(void) {
  static struct held_run runs[MAX_RUNS];
  uint64_t seed = 1;
  size_t n_free = pages.n_free;
  bool stamps = true, sound = true;
  for (unsigned step = 0; step < 20000; step++) {
    struct held_run *run = &runs[test_random(&seed) % MAX_RUNS];
    struct held_run *other = &runs[test_random(&seed) % MAX_RUNS];
    if (!run->start) {
      unsigned large = test_random(&seed) % 8 == 0;
      take_run(run, 1 + test_random(&seed) % (large ? 40 : 4), (unsigned char)step);
    } else if (run->n_pages > 1 && !other->start && step % 4 == 0) {
      split_run(run, other);
    } else {
      stamps &= holds_its_stamp(run);
      pages_free(run->start);
      run->start = NULL;
    }
    if (step % 64 == 0) sound &= pool_is_sound();
    size_t largest = pages_largest_run();
    sound &= largest == 0 || pages_have_run(largest);
    sound &= !pages_have_run(largest + 1);
  }
  TEST(stamps);
  TEST(sound);
  for (unsigned i = 0; i < MAX_RUNS; i++) {
    if (runs[i].start) pages_free(runs[i].start);
  }
  TEST(pool_is_sound());
  TEST(pages.n_free == n_free);
  TEST(pages_largest_run() == n_free);
  void *all = pages_alloc(n_free, NULL, PAGE_SCRATCH);
  TEST(all != NULL);
  TEST(pages_largest_run() == 0);
  TEST(pages_alloc(1, NULL, PAGE_SCRATCH) == NULL);
  pages_free(all);
}

static void test_injected_failures(void) {
  pages.fail_after = 3;
  pages.fail_every = 2;
  unsigned answers = 0;
  for (unsigned i = 0; i < 7; i++) {
    void *page = pages_alloc(1, NULL, PAGE_SCRATCH);
    answers = answers << 1 | (page != NULL);
    if (page) pages_free(page);
  }
  pages.fail_after = pages.fail_every = 0;
  TEST(answers == 0x6a);  // yes yes no yes no yes no
  TEST(pool_is_sound());
}

static void test_arena(void) {
  size_t n_free = pages.n_free;
  struct arena arena;
  arena_init(&arena, 100 * PAGE_BYTES);
  uint64_t seed = 7;
  bool zeroed = true, aligned = true;
  for (unsigned i = 0; i < 500; i++) {
    size_t bytes = test_random(&seed) % 300;
    unsigned char *p = arena_alloc(&arena, bytes);
    aligned &= p && (uword)p % 8 == 0;
    for (size_t j = 0; p && j < bytes; j++) zeroed &= p[j] == 0;
    if (p) memset(p, 0xee, bytes);
  }
  TEST(zeroed);
  TEST(aligned);
  TEST(arena_alloc(&arena, 3 * PAGE_BYTES) != NULL);
  TEST(arena_alloc(&arena, 200 * PAGE_BYTES) == NULL);
  TEST(arena_alloc(&arena, SIZE_MAX) == NULL);
  unsigned n = 0;
  while (arena_alloc(&arena, PAGE_BYTES / 2)) n++;
  TEST(n > 50);
  TEST(arena.held_bytes <= arena.quota_bytes);
  arena_free(&arena);
  TEST(pages.n_free == n_free);
  TEST(pool_is_sound());
}

int main(void) {
  TEST(!pages_init(platform_memory().start, 3 * PAGE_BYTES, false));
  TEST(pages_init(platform_memory().start, POOL_PAGES * PAGE_BYTES, false));
  TEST(pool_is_sound());
  test_random_runs();
  test_injected_failures();
  test_arena();
  return test_finish();
}
