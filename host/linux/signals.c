// Signals: the tick, break, job control, and faults, as the interrupts of the hosted machine.
//
// Uses: console, links, libc.  Used by: main; the core through base/platform.h (platform_wait).
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>
#include "linux/host.h"
#include "base/platform.h"
#include "base/report.h"

enum { TICK_US = 10000, FAULT_STACK_BYTES = 65536, STACK_WORDS_SHOWN = 32 };

// Bits raised since platform_wait last returned.
static volatile unsigned wake_bits;

static void raise_interrupt(unsigned bits) {
  wake_bits |= bits;
  core_interrupt(bits);
}

// What the core waits for: console input, and frames.
static nfds_t list_descriptors(struct pollfd *wanted) {
  wanted[0] = (struct pollfd){.fd = console_poll_descriptor(), .events = POLLIN};
  return 1 + (nfds_t)links_poll_descriptors(wanted + 1);
}

static unsigned tell_found(const struct pollfd *found) {
  unsigned bits = links_told(found + 1);
  if (!found[0].revents) return bits;
  console_told();
  return bits | IRQ_CONSOLE;
}

// Input is looked for at each tick, since while anything computes nobody waits for it (platform_wait).
static void on_tick(int signal) {
  int before = errno;
  struct pollfd wanted[1 + LINKS_MOST];
  (void)signal;
  unsigned bits = poll(wanted, list_descriptors(wanted), 0) > 0 ? tell_found(wanted) : 0;
  raise_interrupt(IRQ_TIMER | bits);
  errno = before;
}

static void on_break(int signal) {
  (void)signal;
  raise_interrupt(IRQ_BREAK);
}

// Ended from outside: give the terminal back, then die of the same signal.
static void on_end(int number) {
  console_restore();
  signal(number, SIG_DFL);
  raise(number);
}

static void on_stop(int number) {
  sigset_t stop;
  console_restore();
  signal(number, SIG_DFL);
  sigemptyset(&stop);
  sigaddset(&stop, number);
  raise(number);
  sigprocmask(SIG_UNBLOCK, &stop, NULL);  // stops here
}

static void on_continue(int number);

static void handle(int number, void (*handler)(int)) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigfillset(&action.sa_mask);
  sigaction(number, &action, NULL);
}

static void on_continue(int number) {
  (void)number;
  handle(SIGTSTP, on_stop);
  console_take_over();
  raise_interrupt(IRQ_CONSOLE);
}

// --- faults -------------------------------------------------------------------------------------------

static const char *fault_name(int number) {
  switch (number) {
    case SIGSEGV: return "invalid memory access";
    case SIGBUS: return "bus error";
    case SIGILL: return "invalid opcode";
    case SIGFPE: return "arithmetic";
    default: return "signal";
  }
}

static const struct { const char *name; int index; } registers[] = {
  {"rip", REG_RIP}, {"rsp", REG_RSP}, {"rbp", REG_RBP}, {"rax", REG_RAX}, {"rbx", REG_RBX}, {"rcx", REG_RCX},
  {"rdx", REG_RDX}, {"rsi", REG_RSI}, {"rdi", REG_RDI}, {"r8 ", REG_R8}, {"r9 ", REG_R9}, {"r10", REG_R10},
  {"r11", REG_R11}, {"r12", REG_R12}, {"r13", REG_R13}, {"r14", REG_R14}, {"r15", REG_R15}, {"flg", REG_EFL},
};

static void report_registers(const ucontext_t *context) {
  for (unsigned i = 0; i < ARRAY_LENGTH(registers); i++) {
    report_text(i % 3 == 0 ? "\n  " : "  ");
    report_text(registers[i].name);
    report_text(" ");
    report_hex((uword)context->uc_mcontext.gregs[registers[i].index], 16);
  }
}

// A stack that cannot be read faults again, and the second report is one line.
__attribute__((no_sanitize("address")))
static void report_stack(const ucontext_t *context) {
  const uword *word = (const uword *)(context->uc_mcontext.gregs[REG_RSP] & ~7ll);
  report_text("\nstack:");
  for (unsigned i = 0; i < STACK_WORDS_SHOWN; i++) {
    report_text(i % 4 == 0 ? "\n  " : " ");
    report_hex(word[i], 16);
  }
  report_text("\n");
}

static void on_fault(int number, siginfo_t *info, void *context) {
  static volatile int depth;
  if (depth++ > 1) platform_fatal_exit();
  report_text(depth == 1 ? "\n*** fault: " : "\n*** fault while reporting: ");
  report_text(fault_name(number));
  report_text(" at ");
  report_hex((uword)info->si_addr, 16);
  if (depth > 1) {
    report_text("\n");
    platform_fatal_exit();
  }
  report_registers(context);
  report_stack(context);
  core_print_backtrace();
  platform_fatal_exit();
}

static void handle_faults(void) {
  static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};
  static char stack[FAULT_STACK_BYTES];
  stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  sigaltstack(&other, NULL);
  for (unsigned i = 0; i < ARRAY_LENGTH(faults); i++) sigaction(faults[i], &action, NULL);
}

// --- start and wait -------------------------------------------------------------------------------------

void signals_init(void) {
  struct itimerval tick = {{0, TICK_US}, {0, TICK_US}};
  handle_faults();
  handle(SIGALRM, on_tick);
  handle(SIGINT, on_break);
  handle(SIGTERM, on_end);
  handle(SIGHUP, on_end);
  handle(SIGQUIT, on_end);
  handle(SIGTSTP, on_stop);
  handle(SIGCONT, on_continue);
  setitimer(ITIMER_REAL, &tick, NULL);
}

// Signals are blocked from the look at wake_bits until ppoll lets them in: no wake-up is lost.
void platform_wait(uint64_t timeout_us) {
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  if (wake_bits == 0 && timeout_us > 0) {
    struct pollfd wanted[1 + LINKS_MOST];
    struct timespec timeout = {(time_t)(timeout_us / 1000000), (long)(timeout_us % 1000000 * 1000)};
    if (ppoll(wanted, list_descriptors(wanted), &timeout, &before) > 0) raise_interrupt(tell_found(wanted));
  }
  wake_bits = 0;
  sigprocmask(SIG_SETMASK, &before, NULL);
}
