/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reset ROM of the Intel machine: 64 KiB at 0xf0000, seen below 4 GiB as well.
 * No BIOS: the kernel and its PVH start info lie in memory already; all that is
 * left to do is what a kernel may expect of the CPU at its PVH entry (flat
 * 32-bit protected mode, EBX = start info), and what firmware alone does.
 *
 * mkimage.c fills in the words at "image" and the MP tables in between.
 */
#define SEG		0xf000
#define LINEAR(x)	((x) + 0xf0000)
/* The emulator hands out memory of this size on first touch. */
#define BLOCK		0x10000

#define MSR_MTRR_DEF_TYPE	0x2ff
#define MTRR_ENABLED_WB		0x806

	.code16
	.section .text
	.org 0
image:
	.ascii "KVMCPUID"
image_base:	.long 0
image_size:	.long 0
entry:		.long 0
start_info:	.long 0

	.org 0xe000
	.balign 8
gdt:
	.quad 0
	.quad 0x00cf9b000000ffff	/* flat code, accessed */
	.quad 0x00cf93000000ffff	/* flat data, accessed */
gdt_end:
gdt_ptr:
	.word gdt_end - gdt - 1
	.long LINEAR(gdt)

start16:
	cli
	lgdtl %cs:gdt_ptr
	movl %cr0, %eax
	orl $1, %eax
	movl %eax, %cr0
	ljmpl $8, $LINEAR(start32)

	.code32
start32:
	movl $16, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %fs
	movl %eax, %gs
	movl %eax, %ss

	/*
	 * The preloaded image is one piece of the emulator's memory, but where
	 * a block of guest memory lies there is decided when it is first
	 * touched: touch the image in order, before anything else.
	 */
	movl LINEAR(image_base), %esi
	movl LINEAR(image_size), %ecx
	addl %esi, %ecx
1:	movl (%esi), %eax
	addl $BLOCK, %esi
	cmpl %ecx, %esi
	jb 1b

	inb $0x92, %al			/* A20 */
	orb $2, %al
	outb %al, $0x92

	movl $MSR_MTRR_DEF_TYPE, %ecx
	movl $MTRR_ENABLED_WB, %eax
	xorl %edx, %edx
	wrmsr

	movl LINEAR(start_info), %ebx
	jmp *LINEAR(entry)

	.code16
	.org 0xfff0
	jmp start16
	.org 0x10000
