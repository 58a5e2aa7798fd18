/* SPDX-License-Identifier: GPL-2.0-only */
/* The three probe images, as bytes in the host program. */
	.section .rodata
	.macro	image name file
	.globl	\name
	.globl	\name\()_end
	.balign	16
\name:
	.incbin	"\file"
\name\()_end:
	.endm

	image	probe_image64 "probe64.bin"
	image	probe_image32 "probe32.bin"
	image	probe_image16 "probe16.bin"
	.section .note.GNU-stack, "", @progbits
