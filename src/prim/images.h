// What images of this system have in common, for the boot image and those of libraries.
//
// Uses: code/image.  Used by: prim, boot.
#ifndef PRIM_IMAGES_H
#define PRIM_IMAGES_H

#include "code/image.h"

struct image_hooks image_hooks_make(void);

// The boot image and the archive of compiled libraries, joined to the program when it is linked (arch/boot_image.c).
// Weak: a program of unit tests has neither.
extern const unsigned char boot_image_start[] __attribute__((weak)), boot_image_end[] __attribute__((weak));
extern const unsigned char libraries_start[] __attribute__((weak)), libraries_end[] __attribute__((weak));

#endif
