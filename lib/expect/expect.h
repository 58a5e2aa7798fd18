/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The expectation: what a guest must see, given what was installed, the
 * vCPU's control state and the kernel's rules.  Pure.  Written from the rules
 * of KVM's CPUID code and of the SDM and APM, never from the max model nor
 * from what a guest answered.
 */
#ifndef LIB_EXPECT_H
#define LIB_EXPECT_H

#include "changes.h"
#include "cpuid.h"
#include "facts.h"
#include "rules.h"

/* All of a vCPU's state that CPUID depends on. */
struct vcpu_state {
	uint32_t kernel;		/* KERNEL() of the running kernel */
	uint64_t cr4;
	uint64_t xcr0;			/* 1 after reset */
	uint64_t xss;
	uint64_t apic_base;		/* MSR 0x1b */
	uint64_t misc_enable;		/* MSR 0x1a0 */
	bool kernel_has_pku;		/* the host's, in use or not */
	bool mwait_quirk_off;		/* KVM_X86_QUIRK_MISC_ENABLE_NO_MWAIT */
	bool hlt_exits_off;		/* KVM_CAP_X86_DISABLE_EXITS, HLT */
	/*
	 * Base of the KVM leaves in the list that was installed before the
	 * one in question was updated, 0 if there was none: see PV_UNHALT in
	 * expect_runtime.c.
	 */
	uint32_t old_kvm_base;
	/* Raw CPUID of the CPU: sizes of XSAVE areas come from hardware. */
	const struct cpuid_list *host;
	/* Supported CPUID: has KVM XSAVE, PKU? */
	const struct cpuid_list *supported;
};

/* State of a new vCPU: CR4 as the probe sets it, the rest as after reset. */
#define VCPU_STATE_RESET_APIC_BASE	0xfee00900ull	/* BSP, enabled */
#define VCPU_STATE_MISC_ENABLE		0x1800ull

/* Where an answer comes from, for the report. */
struct cpuid_answer {
	struct cpuid_regs want;
	enum rule rule;
	const char *why;		/* one sentence with its source */
	int from;			/* index of the installed entry, or -1 */
};

/*
 * The list as KVM keeps it once the runtime bits are applied; this is what
 * KVM_GET_CPUID2 returns, and what the guest's CPUID is looked up in.
 */
void expect_installed(const struct cpuid_list *installed,
		      const struct vcpu_state *st, struct cpuid_list *out);

/*
 * What CPUID(leaf, subleaf) gives in a guest.  list is the output of
 * expect_installed().
 */
struct cpuid_answer expect_cpuid(const struct cpuid_list *list,
				 uint32_t leaf, uint32_t subleaf);

/*
 * First leaf of the KVM leaves: the first base from 0x40000000 on, in steps of
 * 0x100 and below 0x40010000, whose entry has KVM's signature.  0 if none.
 */
uint32_t expect_kvm_base(const struct cpuid_list *list);

/* Must this kernel behave so, by its number? */
bool expect_change(const struct host_facts *f, enum kvm_change change);

/*
 * The bit counts for KVM's own decisions about a guest with this list: the
 * list shows it.  Since 6.14 (8f2a27752e80) a bit that KVM neither supports
 * nor emulates does not count, though the guest is shown it.
 */
bool expect_feature_counts(const struct host_facts *f,
			   const struct cpuid_list *list,
			   struct cpuid_feature bit);

/*
 * Bytes of an XSAVE area that holds the components of xcr0, in standard or
 * compacted form, by the raw CPUID of the host (SDM vol. 1, 13.4.2, 13.4.3).
 */
uint32_t expect_xsave_size(const struct cpuid_list *host, uint64_t features,
			   bool compacted);

#endif
