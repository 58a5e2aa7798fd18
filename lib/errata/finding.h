/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One thing that is not as it should be, as a test hands it over: it is told
 * to people and to programs (lib/report) and looked up among the known defects.
 */
#ifndef LIB_FINDING_H
#define LIB_FINDING_H

#include "cpuid.h"
#include "facts.h"
#include "rules.h"

enum finding_kind {
	FOUND_CPUID,	/* a register of CPUID */
	FOUND_MSR,	/* the value of an MSR */
	FOUND_EVENT,	/* a fault, a return value, anything else */
};

struct finding {
	enum finding_kind kind;
	enum rule rule;
	const char *why;		/* one sentence, with its source */
	/* As numbers: CPUID and MSR always; an event if has_values. */
	bool has_values;
	uint64_t wanted, got;
	/* CPUID */
	uint32_t leaf, subleaf;
	enum cpuid_reg reg;
	const char *installed_by;	/* may be NULL */
	/* An MSR's value; an event that is an access to one has_msr. */
	bool has_msr;
	uint32_t msr;
	const char *who;		/* "guest", "KVM_GET_MSRS", ... */
	/* An event: "WRMSR EFER 0x501", "no fault", "#GP(0x0)". */
	const char *what, *wanted_text, *got_text;
	uint64_t arg;			/* the value that was asked for */
	const struct finding *cpuid;	/* the same as a register; or NULL */
	/* What a kernel with a known defect gives here, if that is known. */
	bool has_known;
	uint64_t known;			/* of CPUID */
	const char *known_text;		/* of an event */
	/* Filled in by lib/report for the errata table. */
	const struct host_facts *facts;	/* NULL: no KVM */
	bool as_known;			/* got is what is known */
};

#endif
