/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one contract between host and guest: where things lie in guest memory,
 * what a request looks like, how a batch ends.  Included by both sides; needs
 * nothing but <stdint.h>, so that it also builds freestanding with -m32 and
 * -m16.
 *
 * The guest knows nothing of CPU models: it executes what a request names,
 * catches the fault if there is one, compares with the expectation that the
 * host put beside the request, and leaves the guest once per batch.
 */
#ifndef GUEST_CODE_PROTOCOL_H
#define GUEST_CODE_PROTOCOL_H

#ifndef __ASSEMBLER__
#include <stdint.h>
#endif

/*
 * Guest physical map, 2 MiB in all.  Virtual addresses equal physical ones;
 * a second mapping of the same 2 MiB at PROBE_USER_ALIAS has the U/S bit set,
 * so that CPL 3 code can run while SMEP and SMAP may be on for CPL 0.
 */
#define PROBE_MEM_SIZE		0x200000
#define PROBE_USER_ALIAS	0x200000
#define PROBE_GDT		0x1000
#define PROBE_IDT		0x2000	/* 64-bit gates, or 32-bit ones */
#define PROBE_TSS		0x3000
#define PROBE_PML4		0x4000
#define PROBE_PDPT		0x5000
#define PROBE_PD		0x6000
#define PROBE_PML5		0x7000	/* for the host's LA57 tests */
#define PROBE_IMAGE16		0x8000
#define PROBE_STACK16		0xbfe0	/* grows down, below 64 KiB */
#define PROBE_EXEC16		0xbfe0	/* up to 32 bytes, real mode */
#define PROBE_BATCH16		0xc000	/* up to 0xffff */
#define PROBE_BATCH16_SIZE	0x4000
#define PROBE_IMAGE64		0x10000
#define PROBE_IMAGE32		0x18000
#define PROBE_STACK		0x24000	/* grows down */
#define PROBE_STACK_RSP0	0x28000	/* for entries from CPL 3 */
#define PROBE_STACK_USER	0x2c000
#define PROBE_EXEC		0x30000	/* instruction under test */
#define PROBE_SCRATCH		0x31000	/* memory operands, 28 KiB */
#define PROBE_SCRATCH_SIZE	0x7000
#define PROBE_BATCH		0x40000	/* struct probe_header, requests */
#define PROBE_BATCH_SIZE	(PROBE_MEM_SIZE - PROBE_BATCH)

/* Selectors of the GDT that the host lays out. */
#define PROBE_CS64		0x08
#define PROBE_DS		0x10
#define PROBE_CS32		0x18	/* compatibility, or protected mode */
#define PROBE_UDS		0x23
#define PROBE_UCS64		0x2b
#define PROBE_UCS32		0x33
#define PROBE_TR		0x38	/* 16 bytes */

/* A byte written to this port ends the KVM_RUN. */
#define PROBE_PORT		0xf4
#define PROBE_EXIT_DONE		1	/* batch answered */
#define PROBE_EXIT_DIED		2	/* fault outside of a request */

/* Vector by which tested code that cannot "ret" comes back. */
#define PROBE_RETURN_VECTOR	0x81
#define PROBE_NR_VECTORS	32

#ifndef __ASSEMBLER__

enum probe_op {
	PROBE_OP_CPUID,		/* rax leaf, rcx subleaf */
	PROBE_OP_RDMSR,		/* rcx index; answer in edx:eax */
	PROBE_OP_WRMSR,		/* rcx index, edx:eax value */
	PROBE_OP_EXEC,		/* execute insn[], then come back */
	PROBE_OP_BARE_CPUID,	/* rsi times CPUID(rax, rcx), no check */
};

/* Where tested code runs; all but PROBE_AT_CPL0 need working exceptions. */
enum probe_where {
	PROBE_AT_CPL0,		/* the mode of the image, CPL 0 */
	PROBE_AT_CPL3,		/* 64-bit, CPL 3 */
	PROBE_AT_COMPAT0,	/* compatibility mode, CPL 0 */
	PROBE_AT_COMPAT3,	/* compatibility mode, CPL 3 */
};

#define PROBE_NO_VECTOR		0xff	/* no fault */
#define PROBE_ANY_VECTOR	0xfe	/* in want_vector: do not compare */

#define PROBE_INSN_MAX		15	/* SDM vol. 2A, 2.3.11 */

/* Registers given to and taken from the tested instruction. */
struct probe_regs {
	uint64_t rax, rbx, rcx, rdx, rsi, rdi;
};

struct probe_request {
	/* host writes */
	uint8_t op;			/* enum probe_op */
	uint8_t where;			/* enum probe_where */
	uint8_t insn_len;
	uint8_t want_vector;
	uint32_t want_error;		/* compared if there is a fault ... */
	uint32_t care_error;		/* ... under this mask */
	uint8_t insn[PROBE_INSN_MAX + 1];
	uint32_t tag;			/* the host's own, e.g. a table row */
	struct probe_regs in;
	uint64_t want[4];		/* rax, rbx, rcx, rdx */
	uint64_t care[4];		/* bits of want[] that count */
	/* guest writes */
	uint64_t got[4];
	uint64_t fault_addr;		/* CR2 of a page fault */
	uint32_t error;
	uint8_t vector;			/* PROBE_NO_VECTOR: no fault */
	uint8_t answered;
	uint8_t mismatch;
	uint8_t reserved;
};

#define PROBE_MAGIC		0x50524f42	/* "PROB" */

struct probe_header {
	/* host writes */
	uint32_t magic;
	uint32_t nr;			/* requests in the batch */
	/* guest writes */
	uint32_t done;			/* requests answered */
	uint32_t mismatches;
	uint32_t died_vector;		/* with PROBE_EXIT_DIED */
	uint32_t died_error;
	uint64_t died_rip;
	uint64_t died_cr2;
	uint32_t runs;			/* batches begun */
	uint32_t strays;		/* interrupts that IF did not let in */
	uint32_t reserved[4];
	struct probe_request req[];
};

#endif
#endif
