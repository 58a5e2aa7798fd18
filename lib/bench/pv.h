/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests of KVM's paravirtual interfaces: vCPUs with KVM leaves of one's
 * choice, hypercalls, and what they write to memory.
 */
#ifndef LIB_PV_H
#define LIB_PV_H

#include "bench.h"
#include "expect_pv.h"

#define PV_PAGE		PROBE_SCRATCH	/* what the MSRs point at */
#define PV_NO_MEMORY	0xfee0000000ull

/* The model is without KVM leaves, and is what g->list begins as. */
void pv_begin(struct bench *g, unsigned int vm_flags);

/* The plain list, and the same with KVM leaves at a base. */
void pv_add_leaves(struct cpuid_list *l, uint32_t base, uint32_t features);
void pv_list(const struct bench *g, struct cpuid_list *l, uint32_t base,
	     uint32_t features);

/* Hyper-V's signature in place of KVM's, up to leaf max; "Hv#1" or another. */
void pv_add_hyperv_leaves(struct cpuid_list *l, uint32_t max,
			  uint32_t interface);

/* A new vCPU; enforced or not; ready to run in 64-bit mode. */
void pv_vcpu(struct bench *g, const struct cpuid_list *l, bool enforce);
void pv_enforce(struct bench *g, bool on);

/* Host vendor's hypercall instruction; wanted is RAX as a whole. */
struct probe_request *pv_hypercall(struct bench *g, uint64_t nr, uint64_t a0,
				   uint64_t a1, uint64_t a2, uint64_t a3);
struct probe_request *pv_hypercall_is(struct bench *g, uint64_t nr,
				      uint64_t want);
void pv_hypercall_insn(bool amd, uint8_t insn[3]);

/* A VM with one vCPU that has the plain list, not enforced. */
void pv_begin_vcpu(struct bench *g, unsigned int vm_flags);

struct probe_request *pv_wrmsr(struct bench *g, uint32_t msr, uint64_t data,
			       const char *why);
struct probe_request *pv_rdmsr(struct bench *g, uint32_t msr, uint64_t want,
			       const char *why);

/* The guest's own look at a byte or word of memory, in EAX. */
struct probe_request *pv_guest_reads(struct bench *g, uint64_t gpa,
				     unsigned int bytes);
struct probe_request *pv_guest_writes0(struct bench *g, uint64_t gpa);

/*
 * One hypercall that anybody has: is it answered?  kvm-amd and kvm-intel must;
 * on some other KVM a guest may not even come back from it.
 */
bool pv_try_hypercall(void);

/* Is the feature word in force such that POLL_CONTROL is visible? */
bool pv_poll_visible(struct bench *g);

#endif
