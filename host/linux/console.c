// The console: standard input and output, and the terminal when there is one.
//
// Uses: libc.  Used by: the core through base/platform.h; main, signals.
//
// At the prompt the terminal is taken over: every key comes at once and unechoed; only Control-C, -Z and
// -\ keep their meaning as signals.  For programs it stays as it is, so reading a line works as usual.
#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include "linux/host.h"
#include "base/platform.h"

static bool is_terminal;             // a person may type
static bool is_interactive;          // and does so at the prompt
static volatile bool is_taken_over;
static struct termios found;         // the terminal as we found it
// Nobody need be woken for input that was told and not yet read, nor after its end.
static volatile bool is_told, is_ended;

void console_take_over(void) {
  if (!is_interactive || is_taken_over) return;
  struct termios raw = found;
  raw.c_iflag &= (tcflag_t)~(ICRNL | INLCR | IGNCR | IXON | ISTRIP);
  raw.c_lflag &= (tcflag_t)~(ICANON | ECHO | ECHONL | IEXTEN);
  raw.c_lflag |= ISIG | NOFLSH;
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  raw.c_cc[VINTR] = 3;
  is_taken_over = true;
  tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
}

void console_restore(void) {
  if (!is_taken_over) return;
  is_taken_over = false;
  tcsetattr(STDIN_FILENO, TCSADRAIN, &found);
}

void console_init(void) {
  is_terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && tcgetattr(STDIN_FILENO, &found) == 0;
}

int console_poll_descriptor(void) {
  return is_told || is_ended ? -1 : STDIN_FILENO;
}

void console_told(void) {
  is_told = true;
}

static bool is_ready(short events, int fd, int timeout_ms) {
  struct pollfd wanted = {.fd = fd, .events = events};
  return poll(&wanted, 1, timeout_ms) > 0;
}

int platform_console_read(char *bytes, size_t max) {
  is_told = false;
  if (is_ended) return -1;
  if (max == 0 || !is_ready(POLLIN, STDIN_FILENO, 0)) return 0;
  ssize_t n = read(STDIN_FILENO, bytes, max);
  if (n < 0 && (errno == EINTR || errno == EAGAIN)) return 0;
  if (n > 0) return (int)n;
  is_ended = true;
  return -1;
}

size_t platform_console_type(const char *bytes, size_t n_bytes) {
  (void)bytes, (void)n_bytes;
  return 0;
}

// A reader that went away ends us by SIGPIPE, or here when that is ignored.
void platform_console_write(const char *bytes, size_t n_bytes) {
  while (n_bytes > 0) {
    ssize_t n = write(STDOUT_FILENO, bytes, n_bytes);
    if (n >= 0) {
      bytes += n;
      n_bytes -= (size_t)n;
    } else if (errno == EAGAIN) {
      is_ready(POLLOUT, STDOUT_FILENO, -1);
    } else if (errno != EINTR) {
      platform_fatal_exit();
    }
  }
}

bool platform_console_begin_prompt(void) {
  is_interactive = is_terminal;
  console_take_over();
  return is_interactive;
}

bool platform_console_is_interactive(void) {
  return is_interactive;
}

int platform_console_columns(void) {
  struct winsize size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 10) return size.ws_col;
  return 80;
}
