// The probe: a tiny core that tries every platform function, so a platform can be tested without the system.
//
// Uses: base/platform.h.  Used by: tests/platform/run.py, built for bare metal and hosted.
//
// The first argument chooses what it does; without one it echoes what is typed.
#include "base/platform.h"
#include "base/report.h"

static volatile unsigned pending;
static volatile unsigned n_ticks;

void core_interrupt(unsigned bits) {
  pending |= bits;
  if (bits & IRQ_TIMER) n_ticks = n_ticks + 1;
}

void core_print_backtrace(void) {
  report_text("backtrace: probe\n");
}

static void line(const char *name, uword value) {
  report_text(name);
  report_text(" ");
  report_decimal(value);
  report_text("\n");
}

static void run_facts(void) {
  struct memory_range memory = platform_memory();
  line("memory-kb", memory.size_bytes / 1024);
  memory.start[0] = memory.start[memory.size_bytes - 1] = 1;
  line("aligned", ((uword)memory.start | memory.size_bytes) % PAGE_BYTES == 0);
  line("interactive", platform_console_is_interactive());
  line("columns", (uword)platform_console_columns());
  for (int i = 0; i < platform_argument_count(); i++) {
    report_text("argument ");
    report_text(platform_argument(i));
    report_text("\n");
  }
}

// How many instructions it took to get here, under QEMU's -icount shift=0.
static void run_cycles(void) {
  line("cycles", (uword)__builtin_ia32_rdtsc());
}

static void run_files(void) {
  for (int i = 1; i < platform_argument_count(); i++) {
    const char *bytes, *why;
    size_t n_bytes;
    bool found = platform_file_find(platform_argument(i), &bytes, &n_bytes, &why);
    report_text(platform_argument(i));
    report_text(": ");
    if (found) platform_console_write(bytes, n_bytes);
    else report_text(why);
    report_text("\n");
  }
}

// A second of waiting: time and ticks have to agree roughly.
static void run_clock(void) {
  uint64_t start = platform_time_us();
  unsigned first = n_ticks;
  double sum = 0;
  while (platform_time_us() - start < 1000000) {
    platform_wait(1000000);
    sum += 0.5;
  }
  unsigned ticks = n_ticks - first;
  line("ticks-some", ticks > 0 && sum > 0);
  line("ticks-ok", ticks >= 90 && ticks <= 102 && sum > 10);
  line("start-ms", (uword)(start / 1000));
}

// Everything that is typed, until the input ends or a line is "quit".
static void run_echo(bool is_slow) {
  static const char quit[] = "quit";
  unsigned n_matched = 0;
  platform_console_begin_prompt();
  report_text("ready\n");
  for (;;) {
    char bytes[64];
    if (is_slow) platform_wait(20000);
    int n = platform_console_read(bytes, sizeof bytes);
    if (n < 0) return;
    for (int i = 0; i < n; i++) {
      if (bytes[i] == '\r') bytes[i] = '\n';
      n_matched = bytes[i] == quit[n_matched] ? n_matched + 1 : 0;
      if (n_matched == 4) return;
    }
    platform_console_write(bytes, (size_t)n);
    if (pending & IRQ_BREAK) report_text("<break>\n");
    pending = 0;
    if (n == 0) platform_wait(1000000);
  }
}

// Read the keyboard's codes as its driver does, and print them: are all there, in their order?
static void run_keys(void) {
  report_text("ready\n");
  for (;;) {
    if (pending & IRQ_BREAK) report_text("<break>\n");
    pending = 0;
    if (platform_port_in(0x64, 1) & 1) line("code", platform_port_in(0x60, 1));
    else platform_wait(1000000);
  }
}

static void run_screen(void) {
  report_text("\033[2J\033[Htop\n");
  for (int i = 0; i < 40; i++) line("row", (uword)i);
  report_text("\033[5;10Hfive\033[2DXY\033[K\033[6;1H\033[31;1mred\033[0m \xc3\xa9\xe2\x94\x80\xce\xbb\tt\033[25;1Hlast");
  report_text("\033[10;80Hab");
}

static void run_fault(void) {
#define IF_ARGUMENT(name) if (strcmp(platform_argument(1), name) == 0)
  IF_ARGUMENT("invalid") __builtin_trap();
  IF_ARGUMENT("panic") CHECK(platform_argument_count() == 0);
  IF_ARGUMENT("divide") __asm__ volatile("xorl %%edx, %%edx; xorl %%ecx, %%ecx; divl %%ecx" ::: "eax", "ecx", "edx");
  IF_ARGUMENT("double") {
    // A table of vectors that ends after the double fault's: any other exception cannot be delivered.
    struct { uint16_t limit; uint64_t base; } __attribute__((packed)) table;
    __asm__ volatile("sidt %0" : "=m"(table));
    table.limit = 9 * 8 - 1;
    __asm__ volatile("lidt %0; int $13" ::"m"(table));
  }
}

void core_main(void) {
  const char *what = platform_argument_count() > 0 ? platform_argument(0) : "echo";
  if (strcmp(what, "facts") == 0) run_facts();
  else if (strcmp(what, "cycles") == 0) run_cycles();
  else if (strcmp(what, "files") == 0) run_files();
  else if (strcmp(what, "clock") == 0) run_clock();
  else if (strcmp(what, "echo") == 0) run_echo(false);
  else if (strcmp(what, "slow-echo") == 0) run_echo(true);
  else if (strcmp(what, "keys") == 0) run_keys();
  else if (strcmp(what, "screen") == 0) run_screen(), run_echo(false);
  else if (strcmp(what, "fault") == 0) run_fault();
  else if (strcmp(what, "exit") == 0) platform_exit(platform_argument(1)[0] - '0');
  else report_text(what), platform_exit(9);
  platform_exit(0);
}
