// Links: Ethernet frames to and from a datagram socket or a TAP device.
//
// Uses: libc.  Used by: the core through base/platform.h; main, signals.
//
// The interrupt line of a link is its number.  While that is open, a frame that waits closes it and is told to the core.
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "linux/host.h"
#include "base/platform.h"

#define BUFFER_BYTES (1 << 20)

static struct link {
  const char *name;
  int descriptor;
  bool is_socket;
  volatile bool is_open;  // its interrupt line
  struct sockaddr_un remote;
} links[LINKS_MOST];
static int n_links;

// --- beginning --------------------------------------------------------------------------------------------
static bool set_path(struct sockaddr_un *address, const char *path, size_t length) {
  if (length == 0 || length >= sizeof address->sun_path) return false;
  address->sun_family = AF_UNIX;
  memcpy(address->sun_path, path, length);
  address->sun_path[length] = 0;
  return true;
}

static const char *open_datagrams(struct link *link, const char *paths) {
  struct sockaddr_un local = {0};
  struct stat found;
  const char *colon = strchr(paths, ':');
  int size = BUFFER_BYTES;
  if (!colon || !set_path(&local, paths, (size_t)(colon - paths)) || !set_path(&link->remote, colon + 1, strlen(colon + 1)))
    return "--link needs dgram:LOCAL:REMOTE, two short paths, not";
  // What an earlier run left there.
  if (lstat(local.sun_path, &found) == 0 && S_ISSOCK(found.st_mode)) unlink(local.sun_path);
  link->is_socket = true;
  link->descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (link->descriptor < 0 || bind(link->descriptor, (struct sockaddr *)&local, sizeof local) != 0) return strerror(errno);
  setsockopt(link->descriptor, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  return NULL;
}

static const char *open_tap(struct link *link, const char *name) {
  struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
  if (*name == 0 || strlen(name) >= sizeof request.ifr_name) return "--link needs tap:NAME, not";
  strcpy(request.ifr_name, name);
  link->descriptor = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (link->descriptor < 0 || ioctl(link->descriptor, TUNSETIFF, &request) != 0) return strerror(errno);
  return NULL;
}

const char *links_add(const char *name) {
  if (n_links == LINKS_MOST) return "there are too many links:";
  struct link *link = &links[n_links];
  link->name = name;
  const char *why = "--link needs dgram:LOCAL:REMOTE or tap:NAME, not";
  if (strncmp(name, "dgram:", 6) == 0) why = open_datagrams(link, name + 6);
  else if (strncmp(name, "tap:", 4) == 0) why = open_tap(link, name + 4);
  if (!why) n_links++;
  return why;
}

// --- interrupts -------------------------------------------------------------------------------------------
int links_poll_descriptors(struct pollfd *wanted) {
  for (int i = 0; i < n_links; i++)
    wanted[i] = (struct pollfd){.fd = links[i].is_open ? links[i].descriptor : -1, .events = POLLIN};
  return n_links;
}

unsigned links_told(const struct pollfd *found) {
  unsigned bits = 0;
  for (int i = 0; i < n_links; i++) {
    if (!links[i].is_open || !found[i].revents) continue;
    links[i].is_open = false;
    bits |= IRQ_DEVICE | 1u << (IRQ_LINES_SHIFT + i);
  }
  return bits;
}

bool platform_line_is_free(unsigned line) {
  return line < (unsigned)n_links;
}

void platform_line_set(unsigned line, bool is_open) {
  if (line < (unsigned)n_links) links[line].is_open = is_open;
}

// --- frames -----------------------------------------------------------------------------------------------
const char *platform_link_name(int i) {
  return i < n_links ? links[i].name : NULL;
}

int platform_link_read(int i, char *bytes, size_t max) {
  ssize_t n;
  do {
    n = links[i].is_socket ? recv(links[i].descriptor, bytes, max, MSG_TRUNC) : read(links[i].descriptor, bytes, max);
  } while (n < 0 && errno == EINTR);
  if (n >= 0) return (int)n;
  return errno == EBADFD || errno == ENODEV || errno == EIO ? LINK_IS_GONE : LINK_HAS_NOTHING;
}

// A peer that is not there hears nothing, as at the other end of a cable.
bool platform_link_write(int i, const char *bytes, size_t n_bytes) {
  ssize_t n;
  do {
    n = links[i].is_socket ? sendto(links[i].descriptor, bytes, n_bytes, 0, (struct sockaddr *)&links[i].remote, sizeof links[i].remote)
                           : write(links[i].descriptor, bytes, n_bytes);
  } while (n < 0 && errno == EINTR);
  return n >= 0 || (errno != EAGAIN && errno != ENOBUFS);
}
