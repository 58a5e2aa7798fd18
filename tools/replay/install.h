/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Any guest CPU installed in a VM here, and what became of it: which calls
 * KVM refused, what it kept, what the guest saw.  All of it happens in a
 * process of its own with a time limit, so that neither a guest that dies nor
 * a call that hangs takes the report along.
 *
 *	struct install *i = install_new();
 *	install_ask_list(i, &cpu->cpuid);
 *	install_run(i, facts, cpu);
 *	i->cpuid, i->msr[], i->kept, i->leaf[]
 */
#ifndef LIB_INSTALL_H
#define LIB_INSTALL_H

#include "expect.h"
#include "facts.h"
#include "model.h"

#define INSTALL_LEAVES	4096
#define INSTALL_UNTRIED	1	/* results are 0 or -errno once tried */

struct install_msr {
	uint32_t index;
	int set, get;			/* 1 done, 0 refused, -errno */
	bool set_tried, get_tried;
	uint64_t wanted, got;
};

struct install_leaf {
	uint32_t leaf, subleaf;
	struct cpuid_answer a;		/* what the guest must see */
	bool answered;
	uint8_t vector;			/* PROBE_NO_VECTOR: no fault */
	uint64_t got[NR_CPUID_REGS];
};

/* Lives in memory that parent and child share. */
struct install {
	int mce, enforce_pv, enforce_hyperv, disable_pmu, cpuid, get_cpuid;
	bool ran;			/* the guest answered everything */
	char trouble[200];		/* else what came in its way */
	struct cpuid_list visible;	/* what KVM_GET_CPUID2 must give */
	struct cpuid_list kept;		/* what it gave */
	uint32_t nr_msrs;
	struct install_msr msr[FACTS_MSRS_MAX];
	uint32_t nr_leaves;
	struct install_leaf leaf[INSTALL_LEAVES];
};

/* NULL if there is no memory. */
struct install *install_new(void);
void install_free(struct install *i);

/* Let the guest ask for a leaf; for every leaf of a list.  Each once. */
void install_ask(struct install *i, uint32_t leaf, uint32_t subleaf);
void install_ask_list(struct install *i, const struct cpuid_list *list);

const struct install_leaf *install_find(const struct install *i,
					uint32_t leaf, uint32_t subleaf);

/*
 * Install in QEMU's order: the PMU's capability of the VM, machine check, the
 * capabilities of the vCPU, CPUID, feature MSRs one by one; then
 * run the guest.  Without CPUID there is nothing to run; anything else that
 * KVM refuses is noted, and the next thing is tried nevertheless.
 */
void install_run(struct install *i, const struct host_facts *here,
		 const struct guest_cpu *cpu);

#endif
