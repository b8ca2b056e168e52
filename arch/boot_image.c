// The boot image inside the program: the bytes of the file the Makefile names, between two symbols.
//
// Uses: nothing.  Used by: boot, which declares the symbols.
__asm__(".section .rodata.boot_image, \"a\"\n"
        ".balign 16\n"
        ".globl boot_image_start, boot_image_end\n"
        "boot_image_start:\n"
        ".incbin \"" BOOT_IMAGE_FILE "\"\n"
        "boot_image_end:\n"
        ".balign 16\n"
        ".previous\n");
