// Building and loading the boot image.
//
// Uses: proc, prim, code/image, text/reader, compile.  Used by: boot/main.
//
// The builder is the system without a library: it reads lib/boot.scm form by form, compiles each in the environment
// of primitives and runs it.  What the heap's roots then reach is the image.  The one form it knows itself is a
// top-level (include "file"), relative to the file it stands in.
#include "base/platform.h"
#include "boot/boot.h"
#include "compile/compile.h"
#include "data/list.h"
#include "data/port.h"
#include "data/record.h"
#include "data/string.h"
#include "data/symbol.h"
#include "data/values.h"
#include "prim/images.h"
#include "prim/tables.h"
#include "text/reader.h"
#include "data/env.h"
#include "data/local.h"
#include "vm/errors.h"

// --- what writer and loader share ---------------------------------------------------------------

// Roots that an image carries, in this order.
static const enum heap_root image_roots[] = {
    ROOT_KNOWN, ROOT_PRIMITIVES_ENV, ROOT_RAISE_HANDLER, ROOT_IN_SCHEME, ROOT_SET_PARAMETER,
    ROOT_BREAK_HANDLER, ROOT_TIME_HANDLER, ROOT_RESCUE, ROOT_MAIN, ROOT_PROCESS_MAIN, ROOT_RTD_RTD, ROOT_NO_VALUES,
};

static void enter_symbol(void *context, Value v, enum page_kind kind) {
  (void)context;
  (void)kind;
  if (is_symbol(v) && symbol_is_interned(v) && !symbol_enter(v)) boot_fail("memory", "there is too little to start in");
}

void boot_load_image(struct heap *heap) {
  struct image_hooks h = image_hooks_make();
  h.is_system = true;
  Value roots;
  const char *why = NULL;
  size_t n = (size_t)(boot_image_end - boot_image_start);
  if (n == 0) boot_fail("image", "this program was built without one");
  if (!image_load(heap, boot_image_start, n, &h, NULL, 0, &roots, &why)) boot_fail("image", why);
  if (!is_type(roots, T_VECTOR) || vector_length(roots) != ARRAY_LENGTH(image_roots))
    boot_fail("image", "it is not a system's");
  for (size_t i = 0; i < ARRAY_LENGTH(image_roots); i++)
    heap->roots[image_roots[i]] = vector_slots(roots)[i];
  heap_walk(heap, enter_symbol, NULL);
  heap_freeze_image(heap);
}

// --- building -------------------------------------------------------------------------------------

static void collect(struct heap *heap, size_t need) {
  if (!heap_collect(heap, need)) boot_fail("build", "out of memory");
}

// More than the environment of primitives takes.
#define PRIMITIVES_BYTES ((size_t)2 << 20)

static void init_heap(struct context *cx) {
  struct heap *heap = cx->heap;
  collect(heap, PRIMITIVES_BYTES);
  known_init(heap);
  values_init(heap);
  record_types_init(heap);
  collect(heap, PRIMITIVES_BYTES);
  if (!heap_reserve(heap, PRIMITIVES_BYTES) || !env_make_primitive(cx, primitive_at)) boot_fail("build", "out of memory");
}

static void retry(struct context *cx, Value outcome, const char *what) {
  if (value_eq(outcome, OUTCOME_COLLECT)) {
    collect(cx->heap, cx->need_bytes);
  } else if (value_eq(outcome, OUTCOME_RAISE)) {
    boot_say("ringlet: while building the image: ");
    boot_say(what);
    boot_say("\n");
    cx->heap->roots[ROOT_RAISE_HANDLER] = VALUE_FALSE;
    error_uncaught(cpu_vm());
  }
}

// Roots the builder uses while it works on a file: a list of readers, the file it reads now first.
#define ROOT_READERS ROOT_TEMP_2
#define ROOT_FORM ROOT_TEMP_3
#define ROOT_FILE ROOT_TEMP_4

static bool is_include(struct heap *heap, Value form) {
  return is_pair(form) && value_eq(pair_car(form), known(heap, KNOWN_INCLUDE)) && is_pair(pair_cdr(form)) &&
         is_string(pair_car(pair_cdr(form)));
}

// Compile and run the form in ROOT_FORM, a datum and its positions.
static void run_form(struct vm *vm) {
  struct heap *heap = vm->cx.heap;
  struct primitive_table table = {vm->primitives, vm->n_primitives};
  Value thunk;
  for (;;) {
    Value both = heap->roots[ROOT_FORM];
    thunk = compile_form(&vm->cx, &table, values_ref(both, 0), heap->roots[ROOT_PRIMITIVES_ENV], values_ref(both, 1),
                         heap->roots[ROOT_FILE], VALUE_NIL);
    if (!is_outcome(thunk)) break;
    retry(&vm->cx, thunk, "compiling");
  }
  int status = cpu_run(heap, thunk);
  if (status) platform_exit(status);
}

static void open_file(struct context *cx, const char *name) {
  const char *bytes, *why = NULL;
  size_t n;
  if (!platform_file_find(name, &bytes, &n, &why)) boot_fail(name, why);
  struct heap *heap = cx->heap;
  for (;;) {
    collect(heap, 4096 + n);
    Value file = string_from_utf8(cx, (const unsigned char *)name, strlen(name));
    Value text = bytes_make_raw(cx, n);
    if (is_outcome(text) || is_outcome(file)) continue;
    memcpy(bytes_data(text), bytes, n);
    Value port = port_from_bytes(cx, PORT_INPUT | PORT_TEXTUAL, file, text);
    Value reader = is_outcome(port) ? port : reader_make(cx, port, true);
    if (is_outcome(reader)) continue;
    if (!heap_reserve(heap, PAIR_BYTES)) continue;
    heap->roots[ROOT_FILE] = file;
    heap->roots[ROOT_READERS] = pair_make(heap, reader, heap->roots[ROOT_READERS]);
    return;
  }
}

#define NAME_MAX 256

// `file` (ASCII) in the directory of the file being read.
static void open_included(struct context *cx, const char *directory, Value file) {
  char name[NAME_MAX];
  size_t n = strlen(directory);
  if (n + (size_t)string_length(file) >= NAME_MAX) boot_fail("build", "a file's name is too long");
  memcpy(name, directory, n);
  for (sword i = 0; i < string_length(file); i++)
    name[n++] = (char)string_char(file, i);
  name[n] = 0;
  open_file(cx, name);
}

static void load(struct vm *vm, const char *source) {
  struct context *cx = &vm->cx;
  struct heap *heap = cx->heap;
  char directory[NAME_MAX] = "";
  size_t n = strlen(source);
  while (n > 0 && source[n - 1] != '/')
    n--;
  if (n >= NAME_MAX) boot_fail("build", "a file's name is too long");
  memcpy(directory, source, n);
  directory[n] = 0;
  heap->roots[ROOT_READERS] = VALUE_NIL;
  open_file(cx, source);
  while (is_pair(heap->roots[ROOT_READERS])) {
    Value reader = pair_car(heap->roots[ROOT_READERS]);
    Value both = reader_run(cx, reader);
    if (is_outcome(both)) {
      retry(cx, both, "reading");
      continue;
    }
    if (value_eq(values_ref(both, 0), VALUE_EOF)) {
      heap->roots[ROOT_READERS] = pair_cdr(heap->roots[ROOT_READERS]);
      continue;
    }
    heap->roots[ROOT_FORM] = both;
    if (is_include(heap, values_ref(both, 0)))
      open_included(cx, directory, pair_car(pair_cdr(values_ref(both, 0))));
    else
      run_form(vm);
  }
}

// --- writing ----------------------------------------------------------------------------------------

// The image gathers in pages of its own before it goes to the file.
struct image_buffer {
  unsigned char *bytes;
  size_t n, capacity;
};

static bool buffer_write(void *context, const unsigned char *bytes, size_t n) {
  struct image_buffer *b = context;
  if (b->n + n > b->capacity) return false;
  memcpy(b->bytes + b->n, bytes, n);
  b->n += n;
  return true;
}

#define IMAGE_MOST_BYTES ((size_t)16 << 20)

// What the library assigns, each process has for itself.
static void mark_local(void *context, Value v, enum page_kind kind) {
  (void)context;
  (void)kind;
  bool is_changed = is_type(v, T_CELL) && cell_flags(v) & (CELL_ASSIGNED | CELL_KEEP) && !(cell_flags(v) & CELL_CONSTANT);
  if (is_changed && !value_eq(cell_value(v), VALUE_UNBOUND)) local_mark(v);
}

static Value roots_vector(struct context *cx) {
  struct heap *heap = cx->heap;
  collect(heap, 4096);
  uword *p = heap_alloc(heap, VECTOR_BYTES(ARRAY_LENGTH(image_roots)));
  p[0] = header_make(T_VECTOR, 0);
  p[1] = fixnum(ARRAY_LENGTH(image_roots)).w;
  for (size_t i = 0; i < ARRAY_LENGTH(image_roots); i++)
    p[2 + i] = heap->roots[image_roots[i]].w;
  return value_from_object(p);
}

int boot_build_image(struct heap *heap, const char *image, const char *source) {
  struct vm *vm = cpu_vm();
  const char *why = NULL;
  init_heap(&vm->cx);
  load(vm, source);
  heap_collect_major(heap);
  heap_walk(heap, mark_local, NULL);
  heap->roots[ROOT_FORM] = heap->roots[ROOT_FILE] = heap->roots[ROOT_THREAD] = VALUE_FALSE;
  struct image_buffer buffer = {.capacity = IMAGE_MOST_BYTES};
  buffer.bytes = pages_alloc(IMAGE_MOST_BYTES / PAGE_BYTES, NULL, PAGE_SCRATCH);
  if (!buffer.bytes) boot_fail("build", "out of memory");
  struct image_hooks h = image_hooks_make();
  struct image_sink sink = {&buffer, buffer_write};
  if (!image_write(heap, roots_vector(&vm->cx), &h, &sink, &why)) boot_fail("build", why);
  if (!platform_file_write(image, (const char *)buffer.bytes, buffer.n, &why)) boot_fail(image, why);
  return 0;
}
