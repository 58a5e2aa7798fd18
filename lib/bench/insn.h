/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One instruction of each feature that has one which always executes, and a
 * vCPU in which all of them can.
 */
#ifndef LIB_INSN_H
#define LIB_INSN_H

#include "bench.h"

/*
 * Memory operands are at RDI, that is PROBE_SCRATCH; RSI is a second place,
 * always zero; RAX, RCX and RDX are 0 unless the row says so.
 */
struct insn {
	const char *name;
	struct cpuid_feature f;
	uint64_t xcr0;			/* components it needs */
	uint8_t len;
	uint8_t bytes[PROBE_INSN_MAX];
	uint8_t rax, rcx;
};

extern const struct insn insns[];
extern const unsigned int nr_insns;

/* Another one, which no feature stands for. */
struct named_insn {
	const char *name;
	uint8_t bytes[5];
	uint8_t len;
};

/* Add an instruction with RDI and RSI set. */
struct probe_request *insn_plain(struct bench *g, const void *bytes,
				 unsigned int len);

/* The same from the table, with what is wanted of it. */
struct probe_request *insn_add(struct bench *g, const struct insn *insn,
			       uint8_t vector, const struct reason *rule);
struct probe_request *insn_runs(struct bench *g, struct cpuid_feature f,
				const struct reason *rule);
struct probe_request *insn_is_ud(struct bench *g, struct cpuid_feature f,
				 const struct reason *rule);

/*
 * A vCPU with g->list, XCR0 as full as it goes, and as first request of the
 * batch a MOV of insn_cr4() to CR4.  Returns XCR0, 0 without XSAVE.
 */
uint64_t insn_boot(struct bench *g);
uint64_t insn_cr4(const struct bench *g);

#endif
