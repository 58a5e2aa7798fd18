/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What KVM_GET_MSR_INDEX_LIST and KVM_GET_MSR_FEATURE_INDEX_LIST must hold, in
 * order, by vendor, kernel, parameter and CPU.  Pure.
 */
#ifndef LIB_MSR_LISTS_H
#define LIB_MSR_LISTS_H

#include "msr_model.h"

/* Where an MSR of the index list comes from. */
enum msr_listed {
	LIST_SAVED,	/* listed if RDMSR works on the host */
	LIST_EMULATED,	/* listed on every host that the row is for */
};

struct msr_list_row {
	uint32_t index;
	enum msr_listed kind;
	enum msr_vendor vendor;
	enum kvm_change since, before;	/* CHANGE_NONE: no limit */
	bool (*shown)(const struct msr_cpu *c, uint32_t index);
};

extern const struct msr_list_row msr_list_rows[];
extern const unsigned int msr_nr_list_rows;

enum msr_listing { MSR_LISTED, MSR_NOT_LISTED, MSR_MAY_BE_LISTED };

/* c->host tells which MSRs the host has; c->cpuid is not looked at. */
enum msr_listing msr_list_expect(const struct msr_cpu *c,
				 const struct msr_list_row *r);

/* The feature list, complete; returns how many. */
unsigned int msr_feature_list(const struct msr_cpu *c, uint32_t *index,
			      unsigned int max);

/*
 * ARCH_CAPABILITIES as KVM must offer it.  host is the CPU's, 0 if it has
 * none; the kernel's opinion on vulnerabilities comes by name.
 */
struct vulnerabilities {
	/* -1 the kernel does not know of it, 0 not affected, 1 affected */
	int meltdown, ssb, mds, rfds, its, gds, taa;
	bool gds_in_microcode;
	bool rtm;		/* in the kernel's opinion */
	bool l1d_flush_never;
};

uint64_t msr_arch_cap_offered(uint64_t host, const struct vulnerabilities *v);

#endif
