/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What changes in a guest CPU from one QEMU to another, and why: the question
 * of everyone who upgrades QEMU and migrates guests.
 */
#ifndef LIB_MODEL_DIFF_H
#define LIB_MODEL_DIFF_H

#include "model.h"

enum diff_kind {
	DIFF_CPUID,		/* a register of a CPUID entry */
	DIFF_FLAGS,		/* how KVM is told to look an entry up */
	DIFF_MSR,
	DIFF_VALUE,		/* what is no register: see what */
};

/* One bit, or a whole value that is no set of bits. */
struct model_difference {
	enum diff_kind kind;
	uint32_t function, index;	/* function: MSR index of DIFF_MSR */
	enum cpuid_reg reg;
	int bit;			/* -1: the whole value */
	const char *name;		/* NULL: none is known */
	const char *what;		/* of DIFF_VALUE */
	uint64_t value[2];		/* before and after; 0 or 1 of a bit */
	char reason[160];
	unsigned int since;		/* QEMU(major, minor), 0: not known */
};

/*
 * Compute vCPU number vcpu by both options and call each() for every
 * difference, in order of CPUID entries, MSRs, then the rest.  The two may
 * differ in the version of QEMU and in nothing else.  Returns the number of
 * differences, or -errno with one line in err if either QEMU refuses.
 */
int model_diff(const struct host_facts *f, const struct model_opts *before,
	       const struct model_opts *after, unsigned int vcpu,
	       void (*each)(const struct model_difference *d, void *arg),
	       void *arg, char *err, size_t errlen);

#endif
