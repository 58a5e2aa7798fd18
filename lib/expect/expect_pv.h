/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KVM's paravirtual interfaces: which feature bit opens which MSR and which
 * hypercall, and what KVM offers.  Pure.  Documentation/virt/kvm/x86/cpuid.rst,
 * msr.rst and hypercalls.rst.
 */
#ifndef LIB_EXPECT_PV_H
#define LIB_EXPECT_PV_H

#include "cpuid.h"

/* Instead of a KVM_FEATURE_*: open in any case, shut in any case. */
enum { PV_NO_FEATURE = -1, PV_NEVER = -2 };

struct pv_msr {
	uint32_t msr;
	const char *name;
	int feature;			/* KVM_FEATURE_* that opens it */
	uint64_t reset;			/* value of a new vCPU */
};

#define PV_NR_MSRS	10
extern const struct pv_msr pv_msrs[PV_NR_MSRS];

/* Called with 0, 0xfd, 0, 0: an APIC id that nobody has, no IPI targets. */
struct pv_call {
	uint32_t nr;
	const char *name;
	int feature;
	uint64_t want;			/* RAX, when open */
};

#define PV_NR_CALLS	14
extern const struct pv_call pv_calls[PV_NR_CALLS];

/* Bits that open an MSR or a hypercall of the tables. */
#define PV_GATE_BITS \
	(BIT(KVM_FEATURE_CLOCKSOURCE) | BIT(KVM_FEATURE_CLOCKSOURCE2) | \
	 BIT(KVM_FEATURE_ASYNC_PF) | BIT(KVM_FEATURE_STEAL_TIME) | \
	 BIT(KVM_FEATURE_PV_EOI) | BIT(KVM_FEATURE_PV_UNHALT) | \
	 BIT(KVM_FEATURE_PV_SEND_IPI) | BIT(KVM_FEATURE_POLL_CONTROL) | \
	 BIT(KVM_FEATURE_PV_SCHED_YIELD) | BIT(KVM_FEATURE_ASYNC_PF_INT))

/* What hypercalls return (include/uapi/linux/kvm_para.h). */
#define PV_EPERM	((uint64_t)-1)
#define PV_EFAULT	((uint64_t)-14)
#define PV_EINVAL	((uint64_t)-22)
#define PV_EOPNOTSUPP	((uint64_t)-95)
#define PV_ENOSYS	((uint64_t)-1000)

/* EAX of leaf 0x40000001 as every KVM on x86 offers it since 5.8. */
uint32_t expect_pv_offered(bool steal_time);

/* Does a feature word, under enforcement, open what has this feature? */
bool expect_pv_open(uint32_t word, int feature);

/* May ASYNC_PF_EN have bits 2 and 3 as in data?  They have bits of their own. */
bool expect_async_pf_flags(uint32_t word, uint64_t data);

#endif
