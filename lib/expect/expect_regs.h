/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which values registers may have: CR0, CR4, EFER, XCR0, XSS, IA32_APIC_BASE,
 * MTRRs, VM_HSAVE_PA, by guest CPUID, by what KVM supports and by the CPU.
 * Pure.  Rules: SDM vol. 3, 2.5, 4.1.4, 10.4.4, 11.11; SDM vol. 1, 13.3; APM
 * vol. 2, 3.1.
 *
 * list is what is installed in the vCPU; nent 0 is a vCPU without CPUID.
 */
#ifndef LIB_EXPECT_REGS_H
#define LIB_EXPECT_REGS_H

#include "changes.h"
#include "facts.h"

/* --- CR0, CR4 --------------------------------------------------------------- */

/* Bits 63:32 are 0, NW needs CD, PG needs PE. */
bool expect_cr0_valid(uint64_t cr0);

/* A CR4 bit that belongs to a feature of guest CPUID. */
struct cr4_bit {
	const char *name;
	struct cpuid_feature f;
	enum kvm_change since;		/* KVM knows the bit */
	uint8_t bit;
};

extern const struct cr4_bit cr4_bits[];
extern const unsigned int nr_cr4_bits;

/* The row of a bit, if this kernel knows it as one of a feature; else NULL. */
const struct cr4_bit *expect_cr4_bit(const struct host_facts *f,
				     unsigned int bit);

/* Bits that KVM ties to no feature: VME to OSXMMEXCPT. */
#define CR4_UNTIED	0x7ffull

/* Bits of CR4 that a guest with this list may set. */
uint64_t expect_cr4_mask(const struct host_facts *f,
			 const struct cpuid_list *list);

/* The same before KVM_SET_CPUID2: no feature is there since 6.14. */
uint64_t expect_cr4_mask_without_cpuid(const struct host_facts *f);

/* CR4.CET belongs to two features, and needs CR0.WP: not predicted. */
bool expect_cr4_is_sure(const struct host_facts *f, unsigned int bit);

/* --- EFER --------------------------------------------------------------------- */

struct efer_bit {
	struct cpuid_feature f;
	uint8_t bit;
	bool amd_only;			/* kvm-amd alone lets it through */
	bool by_kvm;			/* KVM's word counts, not the CPU's */
	enum kvm_change since;
};

extern const struct efer_bit efer_bits[];
extern const unsigned int nr_efer_bits;

const struct efer_bit *expect_efer_bit(unsigned int bit);

/* Bits that this KVM knows on this CPU: KVM_SET_MSRS looks at nothing else. */
uint64_t expect_efer_host(const struct host_facts *f);

/* Of them those that a guest with this list may set. */
uint64_t expect_efer_guest(const struct host_facts *f,
			   const struct cpuid_list *list);

/* --- XCR0, XSS ---------------------------------------------------------------- */

/*
 * XCR0 bits that a guest with this list may set: its leaf 0xD as far as KVM
 * has them.  x87 is allowed in any case.
 */
uint64_t expect_xcr0_mask(const struct cpuid_list *list,
			  const struct cpuid_list *supported);

/* May XCR0 have this value, as far as the mask allows it? */
bool expect_xcr0_valid(uint64_t xcr0, uint64_t mask);

/* XSS bits that a guest with this list may set. */
uint64_t expect_xss_mask(const struct cpuid_list *list,
			 const struct cpuid_list *supported);

/* --- physical addresses --------------------------------------------------------- */

/* MAXPHYADDR of a guest; 36 without leaf 0x80000008 or a maximum that has it. */
unsigned int expect_maxphyaddr(const struct cpuid_list *list);

/* Address bits from MAXPHYADDR on. */
uint64_t expect_beyond_phys(const struct cpuid_list *list);

/* What userspace may write; and the changes of mode that a guest may make. */
bool expect_apic_base_valid(const struct host_facts *f,
			    const struct cpuid_list *list, uint64_t value);
bool expect_apic_base_step(uint64_t old, uint64_t value);

/* UC, WC, WT, WP, WB: SDM vol. 3, table 12-8. */
bool expect_mtrr_type_valid(uint64_t type);
bool expect_mtrr_base_valid(const struct cpuid_list *list, uint64_t value);
bool expect_mtrr_mask_valid(const struct cpuid_list *list, uint64_t value);
bool expect_hsave_pa_valid(const struct cpuid_list *list, uint64_t value);

#endif
