/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VMX capability MSRs (SDM vol. 3, appendix A): what KVM offers to a nested
 * hypervisor on a host, and what it lets userspace set.  Pure.
 */
#ifndef LIB_VMX_CAPS_H
#define LIB_VMX_CAPS_H

#include "facts.h"

#define VMX_FIRST	0x480
#define VMX_LAST	0x491
#define NR_VMX_MSRS	(VMX_LAST - VMX_FIRST + 1)

struct vmx_caps {
	uint64_t msr[NR_VMX_MSRS];
	/* Bits that can be predicted from what is known of the host. */
	uint64_t care[NR_VMX_MSRS];
};

/*
 * What KVM offers.  host: the VMX MSRs of the CPU, as far as they could be
 * read; without them only what does not depend on the CPU is predicted.
 */
void vmx_caps_of_kvm(const struct host_facts *f, const struct msr_list *host,
		     struct vmx_caps *caps);

/*
 * How a model changes what a vCPU has: CR0/CR4_FIXED1, and secondary controls
 * of instructions that CPUID hides (unless STUFF_FEATURE_MSRS is off).
 */
void vmx_caps_of_vcpu(const struct host_facts *f,
		      const struct cpuid_list *cpuid, bool stuffing,
		      struct vmx_caps *caps);

/* May userspace write value, where KVM offers sys and the vCPU has now? */
bool vmx_cap_writable(uint32_t index, const uint64_t *sys,
		      const uint64_t *now, uint64_t value);

/* 0x481-0x484 are the TRUE ones with the default1 class set (A.3.1-A.5). */
uint64_t vmx_default1(uint32_t index);
uint32_t vmx_true_index(uint32_t index);

const char *vmx_cap_name(uint32_t index);

#endif
