// Booting: from nothing to an image, from an image to a running system.
//
// Uses: proc, prim, code/image.  Used by: boot.
#ifndef BOOT_BOOT_H
#define BOOT_BOOT_H

#include "proc/cpu.h"

void boot_say(const char *text);
NORETURN void boot_fail(const char *what, const char *why);

// Restore the heap's roots from the image inside this program; fails with a line when it is damaged.
void boot_load_image(struct heap *heap);
// Compile and run the forms of the Scheme file `source` in the environment of primitives, then write
// everything the roots reach to the file `image`.  The exit status.
int boot_build_image(struct heap *heap, const char *image, const char *source);

#endif
