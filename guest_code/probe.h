/* SPDX-License-Identifier: GPL-2.0-only */
/* What probe.c and the entry code of each mode share. */
#ifndef GUEST_CODE_PROBE_H
#define GUEST_CODE_PROBE_H

#include "protocol.h"

#ifdef __x86_64__
typedef uint64_t probe_word;
#else
typedef uint32_t probe_word;
#endif

#ifdef PROBE_REAL_MODE
/* Within the 64 KiB that a real mode segment reaches, above the stack. */
#define PROBE_EXEC_HERE		PROBE_EXEC16
#else
#define PROBE_EXEC_HERE		PROBE_EXEC
#endif

/* What a fault leaves.  Laid out for the entry code: state.h. */
struct probe_state {
	uint64_t got[4];	/* rax, rbx, rcx, rdx */
	uint64_t cr2;
	uint64_t rip;
	uint64_t saved_sp;	/* not 0: a fault now belongs to a request */
	uint32_t error;
	uint32_t vector;
	uint32_t strays;	/* see struct probe_header */
};

extern struct probe_state probe_state;

extern const char probe_stub_cpuid[];
extern const char probe_stub_rdmsr[];
extern const char probe_stub_wrmsr[];

void probe_main(struct probe_header *h);
void probe_died(struct probe_header *h);

#endif
