# The boot entry: a multiboot loader jumps here; C takes over at machine_main.
#
# The loader leaves us in 32-bit flat protected mode with interrupts off, a magic number in %eax and the
# address of its information in %ebx.  Nothing is needed before C but a stack, 16-byte aligned at the call.

        .set MAGIC, 0x1BADB002
        .set FLAGS, 3                   # modules on page boundaries, tell the memory map

        .section .multiboot, "a"
        .align 4
        .long MAGIC, FLAGS, -(MAGIC + FLAGS)

        .text
        .globl machine_entry
machine_entry:
        cli
        cld
        movl    $boot_stack_end, %esp
        xorl    %ebp, %ebp
        subl    $8, %esp
        pushl   %ebx
        pushl   %eax
        call    machine_main
1:      cli
        hlt
        jmp     1b

        .section .bss.stack, "aw", @nobits
        .align  16
        .globl  boot_stack_start, boot_stack_end
boot_stack_start:
        .skip   65536
boot_stack_end:

        .section .note.GNU-stack, "", @progbits
