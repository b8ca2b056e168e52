# Interrupt stubs: every vector pushes an error code (its own or 0) and its number, saves the registers
# as struct trap_frame, and calls interrupt_dispatch with the stack aligned.

        .macro stub vector
interrupt_\vector:
        .if (\vector == 8) || ((\vector >= 10) && (\vector <= 14)) || (\vector == 17) || (\vector == 21)
        .else
        pushl   $0
        .endif
        pushl   $\vector
        jmp     interrupt_common
        .endm

        .text
        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23
        stub    \n
        .endr
        .irp    n, 24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47
        stub    \n
        .endr

interrupt_common:
        pushal
        cld
        movl    %esp, %ebp
        andl    $-16, %esp
        subl    $12, %esp
        pushl   %ebp
        call    interrupt_dispatch
        movl    %ebp, %esp
        popal
        addl    $8, %esp
        iretl

        .section .rodata
        .align  4
        .globl  interrupt_stubs
interrupt_stubs:
        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23
        .long   interrupt_\n
        .endr
        .irp    n, 24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47
        .long   interrupt_\n
        .endr

        .section .note.GNU-stack, "", @progbits
