// Files: whole files read and written by name.
//
// Uses: libc.  Used by: the core through base/platform.h.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/platform.h"

static bool fail(const char **why) {
  *why = strerror(errno);
  return false;
}

// Read to the end into a buffer that doubles: works for pipes and devices too.  The buffer stays.
static bool read_all(int fd, size_t expected, const char **bytes, size_t *n_bytes) {
  size_t room = expected + 1, n = 0;
  char *buffer = malloc(room);
  while (buffer != NULL) {
    ssize_t got = read(fd, buffer + n, room - n);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) break;
    if (got == 0) {
      *bytes = buffer;
      *n_bytes = n;
      return true;
    }
    n += (size_t)got;
    if (n < room) continue;
    char *larger = realloc(buffer, room *= 2);
    if (larger == NULL) break;
    buffer = larger;
  }
  free(buffer);
  return false;
}

bool platform_file_find(const char *name, const char **bytes, size_t *n_bytes, const char **why) {
  struct stat facts;
  int fd = open(name, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail(why);
  bool is_regular = fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode);
  bool is_read = read_all(fd, is_regular ? (size_t)facts.st_size : 4096, bytes, n_bytes);
  if (!is_read) fail(why);
  close(fd);
  return is_read;
}

bool platform_file_write(const char *name, const char *bytes, size_t n_bytes, const char **why) {
  int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) return fail(why);
  while (n_bytes > 0) {
    ssize_t n = write(fd, bytes, n_bytes);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      fail(why);
      close(fd);
      return false;
    }
    bytes += n;
    n_bytes -= (size_t)n;
  }
  return close(fd) == 0 ? true : fail(why);
}

bool platform_has_file_system(void) {
  return true;
}

bool platform_file_exists(const char *name) {
  return access(name, F_OK) == 0;
}

bool platform_file_delete(const char *name, const char **why) {
  return unlink(name) == 0 ? true : fail(why);
}

bool platform_directory_make(const char *name, const char **why) {
  return mkdir(name, 0777) == 0 || errno == EEXIST ? true : fail(why);
}
