// Use after free is caught: freed pages and emptied nurseries cannot be touched in debug builds.
//
// Uses: gc/heap, fork.  Each deliberate mistake is made in a child process, which must die of it.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/platform.h"
#include "gc/heap.h"
#include "test.h"

// Does a process that reads (or writes) the word at `p` die?
static bool is_caught(volatile uword *p, bool writes) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    (void)!freopen("/dev/null", "w", stderr);
    if (writes) {
      *p = 1;
    } else {
      (void)*p;
    }
    _exit(0);
  }
  int status = 0;
  bool ended = child > 0 && waitpid(child, &status, 0) == child;
  return ended && !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static bool dies(void *p) {
  return is_caught(p, false) && is_caught(p, true);
}

static bool lives(void *p) {
  return !is_caught(p, false) && !is_caught(p, true);
}

static void test_pages(void) {
  char *one = pages_alloc(1, NULL, PAGE_SCRATCH), *many = pages_alloc(5, NULL, PAGE_SCRATCH);
  CHECK(one && many);
  TEST(lives(one) && lives(many) && lives(many + 5 * PAGE_BYTES - 8));
  pages_free(one);
  pages_free(many);
  TEST(dies(one) && dies(one + PAGE_BYTES - 8) && dies(many) && dies(many + 5 * PAGE_BYTES - 8));
  char *rest = pages_alloc(5, NULL, PAGE_SCRATCH);
  CHECK(rest);
  TEST(lives(rest));
  char *tail = pages_split(rest, 2);
  pages_free(rest);
  TEST(dies(rest) && lives(tail));
  pages_free(tail);
}

static Value cons(struct heap *heap, Value a, Value b) {
  uword *p = heap_alloc(heap, PAIR_BYTES);
  p[0] = a.w;
  p[1] = b.w;
  return value_from_pair(p);
}

// What a primitive would do that keeps an address over a collection.
static void test_moved(void) {
  struct heap *heap = heap_create(SIZE_MAX);
  CHECK(heap);
  heap->stress = STRESS_GUARD;
  for (unsigned i = 0; i < 6; i++) {
    heap_collect_minor(heap);  // the nursery grows out of the heap's own page
    while (heap->top <= heap->limit) (void)cons(heap, fixnum(1), VALUE_NIL);
  }
  heap_collect_minor(heap);
  Value *root = &heap->roots[ROOT_TEMP_1], kept = *root = cons(heap, fixnum(2), VALUE_NIL);
  TEST(lives(value_address(kept)));
  heap_collect_minor(heap);
  TEST(dies(value_address(kept)));
  TEST(lives(value_address(*root)));
  kept = *root;
  *root = VALUE_NIL;
  heap_collect_major(heap);
  TEST(dies(value_address(kept)));
  heap_destroy(heap);
  TEST(dies(heap));
}

int main(void) {
  CHECK(pages_init(platform_memory().start, 1000 * PAGE_BYTES, false));
  if (!RINGLET_DEBUG) return test_finish();
  pages.guards = true;
  test_pages();
  test_moved();
  return test_finish();
}
