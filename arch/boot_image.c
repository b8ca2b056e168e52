// The boot image and the archive of compiled libraries inside the program: the bytes of the files that the Makefile
// names, each between two symbols.
//
// Uses: nothing.  Used by: prim/images.h, which declares the symbols.
__asm__(".section .rodata.boot_image, \"a\"\n"
        ".balign 16\n"
        ".globl boot_image_start, boot_image_end, libraries_start, libraries_end\n"
        "boot_image_start:\n"
        ".incbin \"" BOOT_IMAGE_FILE "\"\n"
        "boot_image_end:\n"
        ".balign 16\n"
        "libraries_start:\n"
        ".incbin \"" LIBRARIES_FILE "\"\n"
        "libraries_end:\n"
        ".balign 16\n"
        ".previous\n");
