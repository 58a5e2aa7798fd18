// SPDX-License-Identifier: GPL-2.0-only
/* What rows of foreign_errata.c ask beyond their columns.  Pure. */
#include <string.h>

#include "errata.h"
#include "expect_regs.h"
#include "features.h"

/* Size of the XSAVE area while XCR0 is 1, as in a new vCPU. */
#define XSAVE_MIN	576

/* A register of a list, by the entry that a guest would find; 0 if none. */
static uint32_t find_register(const struct cpuid_list *l, uint32_t leaf,
			      uint32_t subleaf, enum cpuid_reg reg)
{
	const struct kvm_cpuid_entry2 *e = cpuid_find(l, leaf, subleaf);

	if (!e) {
		e = cpuid_find(l, leaf, 0);
		if (e && e->flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX)
			e = NULL;
	}
	return e ? cpuid_entry_reg(e, reg) : 0;
}

/* Rules of what a vCPU has: lookup (C), runtime bits (R), KVM_SET_CPUID2 (S). */
static bool is_of_vcpu(enum rule r)
{
	return strchr("CRS", rule_id(r)[0]);
}

/*
 * What is set without having been installed, KVM sets in a list that has nothing;
 * what is gone, it takes away from one that has all.
 */
static bool forced(const struct finding *m, uint32_t leaf)
{
	uint64_t set = m->got & ~m->wanted, gone = m->wanted & ~m->got;
	uint32_t always, never;

	if (!m->bent || !is_of_vcpu(m->rule))
		return false;
	always = find_register(&m->bent->none, leaf, m->subleaf, m->reg);
	never = ~find_register(&m->bent->all, leaf, m->subleaf, m->reg);
	never |= ~find_register(&m->bent->no_index, leaf, m->subleaf, m->reg);
	return !(set & ~(uint64_t)always) && !(gone & ~(uint64_t)never);
}

static bool has_value(const struct cpuid_list *l, const struct finding *m)
{
	uint32_t i;

	for (i = 0; i < l->nent; i++)
		if (l->e[i].function == m->leaf &&
		    cpuid_entry_reg(&l->e[i], m->reg) == m->got)
			return true;
	return false;
}

/* Entries without an index answer for every subleaf: with what of another? */
static bool of_other_subleaf(const struct finding *m)
{
	return m->bent && (!m->got || has_value(&m->bent->none, m) ||
			   has_value(&m->bent->all, m));
}

bool fits_forced(const struct finding *m)
{
	return forced(m, m->leaf);
}

bool fits_forced_subleaf(const struct finding *m)
{
	return is_of_vcpu(m->rule) &&
	       (forced(m, m->leaf) || of_other_subleaf(m));
}

/* Out of range: answered by a leaf that was bent. */
bool fits_redirected(const struct finding *m)
{
	return forced(m, 0x7) || forced(m, 0xd) || m->got == XSAVE_MIN;
}

bool fits_forced_or_xsave(const struct finding *m)
{
	return is_of_vcpu(m->rule) &&
	       (m->got == XSAVE_MIN || fits_forced_subleaf(m));
}

/* Components that the CPU has beyond those that were installed. */
bool fits_more_components(const struct finding *m)
{
	return m->bent && finding_has_values(m) && !(m->wanted & ~m->got) &&
	       !(m->got & ~(uint64_t)find_register(&m->bent->none, 0xd, 0,
						   REG_EAX));
}

#define MCG_SER_P	(1ull << 24)	/* Intel's, SDM vol. 3, 16.3.1.1 */

bool fits_mcg_ser(const struct finding *m)
{
	return finding_has_values(m) && (m->got ^ m->wanted) == MCG_SER_P;
}

/* CMCI_P and LMCE_P, which are Intel's as well. */
#define MCG_INTEL	(1ull << 10 | 1ull << 27)

bool fits_no_intel_mce(const struct finding *m)
{
	return finding_has_values(m) && (m->wanted & ~m->got) == MCG_INTEL &&
	       !(m->got & ~m->wanted);
}

bool fits_zero(const struct finding *m)
{
	return finding_has_values(m) && !m->got;
}

/* 64 bits where there should be the lower 32. */
bool fits_upper_kept(const struct finding *m)
{
	return finding_has_values(m) && m->got >> 32 &&
	       m->wanted == (uint32_t)m->got;
}

#define EFER_FFXSR	(1ull << 14)

bool fits_arg_ffxsr(const struct finding *m)
{
	return m->arg & EFER_FFXSR;
}

bool fits_value_ffxsr(const struct finding *m)
{
	return finding_has_values(m) && (m->got ^ m->wanted) == EFER_FFXSR;
}

/* The one bit of CR4 that depends on a feature; 0: there is none, or several. */
static uint64_t tied_bit(uint64_t cr4)
{
	uint64_t tied = cr4 & ~CR4_UNTIED;

	return tied & (tied - 1) ? 0 : tied;
}

/* KVM takes the bit whatever the list has, or never. */
static bool cr4_forced(const struct finding *m, uint64_t bit)
{
	return m->bent && bit & m->bent->cr4_none;
}

static bool cr4_dropped(const struct finding *m, uint64_t bit)
{
	return m->bent && bit & ~m->bent->cr4_all;
}

/* That bit was accepted where it should not have been, or the reverse. */
bool fits_forced_cr4(const struct finding *m)
{
	return cr4_forced(m, tied_bit(m->arg));
}

bool fits_dropped_cr4(const struct finding *m)
{
	return cr4_dropped(m, tied_bit(m->arg));
}

/* CR4 differs from what it should be in one bit, which is set, or lost. */
bool fits_forced_cr4_value(const struct finding *m)
{
	return finding_has_values(m) && !(m->wanted & ~m->got) &&
	       cr4_forced(m, tied_bit(m->got ^ m->wanted));
}

bool fits_dropped_cr4_value(const struct finding *m)
{
	return finding_has_values(m) && !(m->got & ~m->wanted) &&
	       cr4_dropped(m, tied_bit(m->got ^ m->wanted));
}

/* Entries of what KVM offers that it takes out of a list again. */
static bool takes_entries_out(const struct finding *m)
{
	return m->bent && m->facts &&
	       m->bent->none.nent < m->facts->supported.nent;
}

/* own-misc-enable leaves MWAIT as it was installed. */
bool fits_forced_no_mwait(const struct finding *m)
{
	const uint64_t mwait = 1u << F_MWAIT.bit;
	struct finding rest = *m;

	rest.wanted = (m->wanted & ~mwait) | (m->got & mwait);
	return forced(&rest, m->leaf);
}

/* The feature that makes IA32_ARCH_CAPABILITIES exist is always on, or off. */
bool fits_arch_cap_forced(const struct finding *m)
{
	return m->bent && cpuid_has(&m->bent->none, F_ARCH_CAPABILITIES);
}

bool fits_arch_cap_dropped(const struct finding *m)
{
	return m->bent && !cpuid_has(&m->bent->all, F_ARCH_CAPABILITIES);
}

/* DR6.RTM follows a feature of leaf 7 (SDM vol. 3, 17.2.3). */
bool fits_rtm_forced(const struct finding *m)
{
	return m->bent && cpuid_has(&m->bent->none, F_RTM);
}

bool fits_other_entries(const struct finding *m)
{
	return finding_has_values(m) &&
	       (m->got > m->wanted || takes_entries_out(m));
}
