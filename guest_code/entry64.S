/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * 64-bit entry: the host sets up long mode, descriptor tables and a stack and
 * starts at the first byte with RDI = struct probe_header.  Gates of the IDT
 * point at vectors64 + 16 * vector.
 */
#define __ASSEMBLER__ 1
#include "protocol.h"
#include "state.h"

	.code64
	.section .entry, "ax"
	.globl	_start
_start:
	mov	%rdi, batch(%rip)
	cld
	call	probe_main
	ud2

/* 16 bytes a vector, at a fixed offset that host code knows. */
	.org	_start + 0x100
vectors:
	.set	vec, 0
	.rept	PROBE_NR_VECTORS
	.org	vectors + 16 * vec
	/* 8, 10-14, 17, 21, 29, 30 push an error code (APM vol. 2, 8.2) */
	.if	!((0x60227d00 >> vec) & 1)
	push	$0
	.endif
	push	$vec
	jmp	fault
	.set	vec, vec + 1
	.endr
	.org	vectors + 16 * PROBE_NR_VECTORS
	/*
	 * Where PROBE_RETURN_VECTOR points.  Code at CPL 0 in 64-bit mode comes
	 * here by an interrupt that it has let in.  One that arrives while IF is
	 * clear is a stray: count it, and go on as if it had not been.
	 */
	cmpl	$PROBE_CS64, 8(%rsp)
	jne	1f
	testl	$0x200, 16(%rsp)
	jnz	1f
	incl	probe_state + ST_STRAYS(%rip)
	iretq
1:	push	$0
	push	$-1
	jmp	fault

	.text
/*
 * Stack: vector, error, RIP, CS, RFLAGS, RSP, SS.  A clean return by
 * PROBE_RETURN_VECTOR comes here too, with vector -1.
 */
fault:
	cld
	mov	%rax, probe_state + ST_RAX(%rip)
	mov	%rbx, probe_state + ST_RBX(%rip)
	mov	%rcx, probe_state + ST_RCX(%rip)
	mov	%rdx, probe_state + ST_RDX(%rip)
	pop	%rax
	pop	%rcx
	cmp	$-1, %rax
	je	1f
	mov	%eax, probe_state + ST_VECTOR(%rip)
	mov	%ecx, probe_state + ST_ERROR(%rip)
	mov	(%rsp), %rdx
	mov	%rdx, probe_state + ST_RIP(%rip)
	mov	%cr2, %rdx
	mov	%rdx, probe_state + ST_CR2(%rip)
1:	mov	probe_state + ST_SP(%rip), %rdx
	test	%rdx, %rdx
	jz	2f
	mov	$PROBE_DS, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	mov	%rdx, %rsp
	mov	$1, %eax
	jmp	back
2:	mov	batch(%rip), %rdi
	call	probe_died

/* Of the request in RDX. */
	.macro	load_regs
	mov	REQ_RAX(%rdx), %rax
	mov	REQ_RBX(%rdx), %rbx
	mov	REQ_RCX(%rdx), %rcx
	mov	REQ_RSI(%rdx), %rsi
	mov	REQ_RDI(%rdx), %rdi
	mov	REQ_RDX(%rdx), %rdx
	.endm

/* RDI: target, RDX: request.  EAX: as exec() says.  Keeps RDX alone. */
	.globl	probe_exec
probe_exec:
	push	%rdx
	mov	%rsp, probe_state + ST_SP(%rip)
	mov	%rdi, %r8
	load_regs
	call	*%r8
	mov	(%rsp), %rsi
	mov	%rax, REQ_GOT(%rsi)
	mov	%rbx, REQ_GOT + 8(%rsi)
	mov	%rcx, REQ_GOT + 16(%rsi)
	mov	%rdx, REQ_GOT + 24(%rsi)
	xor	%eax, %eax
back:
	pop	%rdx
	movq	$0, probe_state + ST_SP(%rip)
	ret

/* ESI: enum probe_where.  By IRET: SS, RSP, RFLAGS, CS, RIP from the table. */
	.globl	probe_exec_at
probe_exec_at:
	push	%rdx
	mov	%rsp, probe_state + ST_SP(%rip)
	lea	places(%rip), %r9
	shl	$5, %esi
	add	%rsi, %r9
	add	16(%r9), %rdi
	mov	(%r9), %ecx
	mov	%ecx, %ds
	mov	%ecx, %es
	push	%rcx
	pushq	24(%r9)
	pushq	$2
	pushq	8(%r9)
	push	%rdi
	load_regs
	iretq

	.globl	probe_stub_cpuid
probe_stub_cpuid:
	cpuid
	ret
	.globl	probe_stub_rdmsr
probe_stub_rdmsr:
	rdmsr
	ret
	.globl	probe_stub_wrmsr
probe_stub_wrmsr:
	wrmsr
	ret

	.section .rodata
	.balign	8
/* enum probe_where: SS, CS, offset of the alias, RSP */
places:
	.quad	0, 0, 0, 0
	.quad	PROBE_UDS, PROBE_UCS64, PROBE_USER_ALIAS
	.quad	PROBE_USER_ALIAS + PROBE_STACK_USER
	.quad	PROBE_DS, PROBE_CS32, 0, PROBE_STACK_USER
	.quad	PROBE_UDS, PROBE_UCS32, PROBE_USER_ALIAS
	.quad	PROBE_USER_ALIAS + PROBE_STACK_USER

	.data
	.balign	8
batch:	.quad	0
	.section .note.GNU-stack, "", @progbits
