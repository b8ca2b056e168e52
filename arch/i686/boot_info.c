// What the loader handed over: memory, command line, and modules, which the core sees as files.
//
// Uses: base/report, console.  Used by: main, console; the core through base/platform.h.
//
// Words of the command line and of a module's line are separated by spaces; %XX in a word is one byte,
// so a word may hold spaces and commas.  QEMU puts the kernel's file name first, GRUB does not.
//    --script           a program runs, nobody types: see machine.h
//    --columns=N        the width of the terminal on the serial line
// are ours while they come before any other word; all others are the core's arguments.
//
// A module is the file named by the first word of its line, or by a word name=NAME; a name whose part
// after the last slash is the same finds it too.
//
// The loader's tables may lie in memory the core is about to use, so everything is copied here.
#include "i686/machine.h"
#include "base/platform.h"
#include "base/report.h"

enum {
  LOADER_MAGIC = 0x2badb002, HAS_COMMAND_LINE = 1u << 2, HAS_MODULES = 1u << 3, HAS_MEMORY_MAP = 1u << 6,
  HAS_MEMORY_SIZES = 1u << 0, HAS_LOADER_NAME = 1u << 9, MEMORY_USABLE = 1,
  MAX_MODULES = 32, MAX_WORDS = 128, TEXT_BYTES = 8192, MEGABYTE = 1 << 20, MIN_MEMORY_BYTES = 2 * MEGABYTE,
};
#define MEMORY_END_MAX 0xfff00000u

struct loader_info {
  uint32_t flags, memory_lower_kb, memory_upper_kb, boot_device, command_line, n_modules, modules, symbols[4];
  uint32_t map_bytes, map, drives_bytes, drives, configuration, loader_name;
};
struct loader_module {
  uint32_t start, end, line, reserved;
};
struct loader_region {
  uint32_t size;  // of the rest of this entry
  uint64_t base, length;
  uint32_t type;
} __attribute__((packed));

struct module {
  const char *name, *bytes;
  size_t n_bytes;
};

extern char kernel_start[], kernel_end[];

static char text[TEXT_BYTES];
static size_t text_used;
static const char *arguments[MAX_WORDS];
static int n_arguments, first_argument;
static struct module modules[MAX_MODULES];
static unsigned n_modules;
static struct memory_range memory;
static struct boot_options options;

const struct boot_options *boot_options(void) {
  return &options;
}

// --- words --------------------------------------------------------------------------------------------

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Copy the next word of *line, decoded, into `text`; NULL at the end of the line or of our space.
static const char *take_word(const char **line) {
  const char *p = *line;
  while (*p == ' ') p++;
  if (*p == 0) return NULL;
  char *word = text + text_used;
  while (*p != 0 && *p != ' ') {
    if (text_used + 1 >= TEXT_BYTES) return NULL;
    int high = *p == '%' ? hex_digit(p[1]) : -1;
    int low = high >= 0 ? hex_digit(p[2]) : -1;
    text[text_used++] = low >= 0 ? (char)(high << 4 | low) : *p;
    p += low >= 0 ? 3 : 1;
  }
  text[text_used++] = 0;
  *line = p;
  return word;
}

static bool starts_with(const char *s, const char *start) {
  while (*start != 0)
    if (*s++ != *start++) return false;
  return true;
}

static int parse_decimal(const char *s) {
  int n = 0;
  while (*s >= '0' && *s <= '9' && n < 100000) n = n * 10 + (*s++ - '0');
  return n;
}

static void take_options(void) {
  for (; first_argument < n_arguments; first_argument++) {
    const char *word = arguments[first_argument];
    if (strcmp(word, "--script") == 0) options.is_batch = true;
    else if (starts_with(word, "--columns=")) options.n_columns = parse_decimal(word + 10);
    else break;
  }
}

static void read_command_line(const struct loader_info *info) {
  if (!(info->flags & HAS_COMMAND_LINE)) return;
  const char *line = (const char *)info->command_line, *word;
  bool is_qemu = info->flags & HAS_LOADER_NAME && starts_with((const char *)info->loader_name, "qemu");
  if (is_qemu) take_word(&line);
  while (n_arguments < MAX_WORDS && (word = take_word(&line)) != NULL) arguments[n_arguments++] = word;
  take_options();
}

// --- modules ------------------------------------------------------------------------------------------

static void read_module(const struct loader_module *from) {
  struct module *module = &modules[n_modules];
  const char *line = (const char *)from->line, *word;
  *module = (struct module){"", (const char *)from->start, from->end - from->start};
  for (bool is_first = true; (word = take_word(&line)) != NULL; is_first = false) {
    if (is_first) module->name = word;
    else if (starts_with(word, "name=")) module->name = word + 5;
  }
  n_modules++;
}

static void read_modules(const struct loader_info *info) {
  if (!(info->flags & HAS_MODULES)) return;
  const struct loader_module *from = (const struct loader_module *)info->modules;
  for (uint32_t i = 0; i < info->n_modules && n_modules < MAX_MODULES; i++) read_module(&from[i]);
}

static const char *base_name(const char *name) {
  const char *base = name;
  for (; *name != 0; name++)
    if (*name == '/') base = name + 1;
  return base;
}

static const struct module *find_module(const char *name) {
  for (unsigned i = 0; i < n_modules; i++)
    if (strcmp(modules[i].name, name) == 0) return &modules[i];
  for (unsigned i = 0; i < n_modules; i++)
    if (strcmp(base_name(modules[i].name), base_name(name)) == 0) return &modules[i];
  return NULL;
}

// --- memory -------------------------------------------------------------------------------------------

struct span {
  uint32_t start, end;
};

// The first taken span that reaches into [from, end), or an empty one at `end`.
static struct span next_taken(uint32_t from, uint32_t end) {
  struct span first = {end, end}, kernel = {(uint32_t)kernel_start, (uint32_t)kernel_end};
  if (kernel.end > from && kernel.start < first.start) first = kernel;
  for (unsigned i = 0; i < n_modules; i++) {
    uint32_t start = (uint32_t)modules[i].bytes;
    struct span taken = {start, start + (uint32_t)modules[i].n_bytes};
    if (taken.end > from && taken.start < first.start) first = taken;
  }
  return first;
}

static void consider(uint32_t start, uint32_t end) {
  start = (uint32_t)round_up(start, PAGE_BYTES);
  end = end / PAGE_BYTES * PAGE_BYTES;
  if (end > start && end - start > memory.size_bytes)
    memory = (struct memory_range){(char *)start, end - start, false};
}

static void consider_region(uint64_t base, uint64_t length) {
  uint64_t limit = base + length < MEMORY_END_MAX ? base + length : MEMORY_END_MAX;
  if (base < MEGABYTE) base = MEGABYTE;
  while (base < limit) {
    struct span taken = next_taken((uint32_t)base, (uint32_t)limit);
    if (taken.start > base) consider((uint32_t)base, taken.start);
    base = taken.end;
  }
}

static void read_memory(const struct loader_info *info) {
  if (info->flags & HAS_MEMORY_MAP) {
    for (uint32_t at = info->map; at < info->map + info->map_bytes;) {
      const struct loader_region *region = (const struct loader_region *)at;
      if (region->type == MEMORY_USABLE) consider_region(region->base, region->length);
      at += region->size + sizeof region->size;
    }
  } else if (info->flags & HAS_MEMORY_SIZES) {
    consider_region(MEGABYTE, (uint64_t)info->memory_upper_kb * 1024);
  }
  // Differences of addresses have to fit into a signed word.
  if (memory.size_bytes > INT32_MAX) memory.size_bytes = INT32_MAX / PAGE_BYTES * PAGE_BYTES;
}

void boot_info_read(uint32_t magic, uint32_t info_address) {
  const struct loader_info *info = (const struct loader_info *)info_address;
  if (magic == LOADER_MAGIC) {
    read_command_line(info);
    read_modules(info);
    read_memory(info);
  }
  console_init();
  if (memory.size_bytes >= MIN_MEMORY_BYTES) return;
  report_text(magic == LOADER_MAGIC ? "ringlet: too little memory: "
                                    : "ringlet: not started by a multiboot loader: ");
  report_decimal(memory.size_bytes / 1024);
  report_text(" KB free above 1 MB; at least 16 MB of memory are needed\n");
  platform_exit(PLATFORM_FATAL_STATUS);
}

// --- the core's view ------------------------------------------------------------------------------------

void platform_memory_expect(char *start, size_t size_bytes) {
  (void)start;
  (void)size_bytes;
}

void platform_memory_freeze(char *start, size_t size_bytes) {
  (void)start;
  (void)size_bytes;
}

struct memory_range platform_memory(void) {
  return memory;
}

int platform_argument_count(void) {
  return n_arguments - first_argument;
}

const char *platform_argument(int index) {
  return arguments[first_argument + index];
}

const char *platform_setting(int index) {
  (void)index;
  return NULL;
}

bool platform_file_find(const char *name, const char **bytes, size_t *n_bytes, const char **why) {
  const struct module *module = find_module(name);
  if (module == NULL) {
    *why = "no boot module has this name";
    return false;
  }
  *bytes = module->bytes;
  *n_bytes = module->n_bytes;
  return true;
}

bool platform_file_write(const char *name, const char *bytes, size_t n_bytes, const char **why) {
  (void)name, (void)bytes, (void)n_bytes;
  *why = "there is no file system to write to";
  return false;
}

bool platform_has_file_system(void) {
  return false;
}

bool platform_file_exists(const char *name) {
  return find_module(name) != NULL;
}

bool platform_file_delete(const char *name, const char **why) {
  (void)name;
  *why = "there is no file system to delete from";
  return false;
}

bool platform_directory_make(const char *name, const char **why) {
  (void)name;
  *why = "there is no file system to make it in";
  return false;
}
