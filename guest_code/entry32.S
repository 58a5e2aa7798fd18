/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * 32-bit protected mode (PROBE_REAL_MODE undefined) and real mode entry.  The
 * host starts at the first byte with EDI = struct probe_header.  Protected
 * mode catches faults as 64-bit mode does; real mode does not: any fault
 * there leaves the guest by PROBE_EXIT_DIED.
 */
#define __ASSEMBLER__ 1
#include "protocol.h"
#include "state.h"

#ifdef PROBE_REAL_MODE
	.code16gcc
#else
	.code32
#endif
	.section .entry, "ax"
	.globl	_start
_start:
	mov	%edi, batch
	cld
	push	%edi
	call	probe_main
	ud2

	.org	_start + 0x100
vectors:
#ifdef PROBE_REAL_MODE
	/* every vector of the real mode table points here */
	movl	$-1, probe_state + ST_VECTOR
	pushl	batch
	call	probe_died
#else
	.set	vec, 0
	.rept	PROBE_NR_VECTORS
	.org	vectors + 16 * vec
	.if	!((0x60227d00 >> vec) & 1)
	push	$0
	.endif
	push	$vec
	jmp	fault
	.set	vec, vec + 1
	.endr
	.org	vectors + 16 * PROBE_NR_VECTORS
	push	$0
	push	$-1
	jmp	fault
#endif

	.text
#ifndef PROBE_REAL_MODE
fault:
	cld
	mov	%eax, probe_state + ST_RAX
	mov	%ebx, probe_state + ST_RBX
	mov	%ecx, probe_state + ST_RCX
	mov	%edx, probe_state + ST_RDX
	pop	%eax
	pop	%ecx
	mov	%eax, probe_state + ST_VECTOR
	mov	%ecx, probe_state + ST_ERROR
	mov	(%esp), %edx
	mov	%edx, probe_state + ST_RIP
	mov	%cr2, %edx
	mov	%edx, probe_state + ST_CR2
	mov	probe_state + ST_SP, %edx
	test	%edx, %edx
	jz	1f
	mov	%edx, %esp
	mov	$1, %eax
	jmp	back
1:	pushl	batch
	call	probe_died
#endif

/*
 * EDI: target, EDX: request.  EAX: as exec() says.  Keeps EDX alone.  The
 * upper halves of r->got are 0: the host made them so.
 */
	.globl	probe_exec
probe_exec:
	push	%edx
	mov	%esp, probe_state + ST_SP
	push	%edi
	mov	REQ_RAX(%edx), %eax
	mov	REQ_RBX(%edx), %ebx
	mov	REQ_RCX(%edx), %ecx
	mov	REQ_RSI(%edx), %esi
	mov	REQ_RDI(%edx), %edi
	mov	REQ_RDX(%edx), %edx
	pop	%ebp
	call	*%ebp
	mov	(%esp), %esi
	mov	%eax, REQ_GOT(%esi)
	mov	%ebx, REQ_GOT + 8(%esi)
	mov	%ecx, REQ_GOT + 16(%esi)
	mov	%edx, REQ_GOT + 24(%esi)
	xor	%eax, %eax
back:
	pop	%edx
	movl	$0, probe_state + ST_SP
	ret

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

	.data
	.balign	4
batch:	.long	0
	.section .note.GNU-stack, "", @progbits
