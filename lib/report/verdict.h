/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a failure is told: leaf, subleaf, register, bit, feature name; wanted
 * and got with a mark under the differing bits; why it was wanted and what
 * installed it.  One block of lines per register, all beginning with "# ".
 *
 * After it stands one line for programs, "#! {json}"; see machine.h.
 */
#ifndef LIB_VERDICT_H
#define LIB_VERDICT_H

#include "finding.h"
#include "guest_code/protocol.h"

void report_finding(const struct finding *f);

/* "#GP(0x0)", "no fault"; buf of at least 24 bytes is returned. */
const char *fault_text(uint8_t vector, uint32_t error, char *buf, size_t len);

/*
 * A register of CPUID, wanted and got, of which the bits of mask count: if they
 * differ it is reported with what else the finding says.  Returns whether they
 * are the same.  verdict_entry() does so for the four of an entry.
 */
bool verdict_register(struct finding f, uint32_t mask);
bool verdict_entry(const struct kvm_cpuid_entry2 *want,
		   const struct kvm_cpuid_entry2 *got, struct finding f);

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

/*
 * And where a kernel with a known defect gives another vector, or another value
 * of the register (which is no vector: 0x20 or more).
 */
bool verdict_request_known(const struct probe_request *r, uint64_t arg,
			   const char *what, enum rule rule, const char *why,
			   uint64_t known);

/* What a request does: EVENT_GUEST_WRMSR and so on. */
enum event event_of_request(const struct probe_request *r);

/* Would all that verdict_request() reports be explained by known defects? */
bool verdict_is_known(const struct probe_request *r, const char *what,
		      enum rule rule);

#endif
