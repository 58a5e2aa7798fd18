/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a failure is told: leaf, subleaf, register, bit, feature name; wanted
 * and got with a mark under the differing bits; why it was wanted and what
 * installed it.  One block of lines per register, all beginning with "# ".
 *
 * The first line of a block is for machines: "# MISMATCH key=value ...".
 */
#ifndef LIB_VERDICT_H
#define LIB_VERDICT_H

#include "expect.h"
#include "guest_code/protocol.h"

/* A register of CPUID that is not what it should be. */
struct cpuid_mismatch {
	uint32_t leaf;
	uint32_t subleaf;
	enum cpuid_reg reg;
	uint64_t wanted;
	uint64_t got;
	enum rule rule;
	const char *why;
	const char *installed_by;	/* may be NULL */
	/* What a kernel with a known defect gives; see lib/errata. */
	bool has_known;
	uint64_t known;
};

void report_cpuid(const struct cpuid_mismatch *m);

/* An MSR value; who is "guest", "KVM_GET_MSRS", ... */
struct msr_mismatch {
	uint32_t msr;
	const char *who;
	uint64_t wanted;
	uint64_t got;
	enum rule rule;
	const char *why;
};

void report_msr(const struct msr_mismatch *m);

/*
 * Something that faulted, or did not, or returned another number than it
 * should: "what" names it ("RDMSR 0x10a", "KVM_SET_SREGS cr4=0x...").
 */
struct event_mismatch {
	const char *what;
	const char *wanted;
	const char *got;
	enum rule rule;
	const char *why;
	/* For the errata table, not printed; all may be left out. */
	const char *known;		/* what a known defect gives as got */
	uint64_t arg;			/* the value asked for */
	bool has_values;
	uint64_t wanted_value, got_value;
	bool has_msr;
	uint32_t msr;
	const struct cpuid_mismatch *cpuid;	/* the same as a register */
};

void report_event(const struct event_mismatch *m);

/* "#GP(0x0)", "no fault"; buf of at least 24 bytes is returned. */
const char *fault_text(uint8_t vector, uint32_t error, char *buf, size_t len);

/*
 * Compare one answered request with its expectation and report what differs:
 * registers for CPUID, value for RDMSR, fault for all.  Returns whether the
 * request is as wanted.
 */
bool verdict_request(const struct probe_request *r, const char *what,
		     enum rule rule, const char *why);

/* The same for more than its name: the value that was asked for. */
bool verdict_request_of(const struct probe_request *r, uint64_t arg,
			const char *what, enum rule rule, const char *why);

/* Would all that verdict_request() reports be explained by known defects? */
bool verdict_is_known(const struct probe_request *r, const char *what,
		      enum rule rule);

#endif
