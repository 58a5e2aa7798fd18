// SPDX-License-Identifier: GPL-2.0-only
/* What rows of foreign_errata.c ask beyond their columns.  Pure. */
#include <string.h>

#include "errata.h"

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
 * Whatever is set without having been installed, the CPU has; whatever is gone
 * it lacks, or KVM does not offer.
 */
static bool forced(const struct finding *m, uint32_t leaf)
{
	uint64_t set = m->got & ~m->wanted, gone = m->wanted & ~m->got;
	uint32_t raw, offered;

	if (!m->facts || !is_of_vcpu(m->rule))
		return false;
	raw = find_register(&m->facts->cpu[0].cpuid, leaf, m->subleaf, m->reg);
	offered = find_register(&m->facts->supported, leaf, m->subleaf,
				m->reg);
	return !(set & ~raw) && !(gone & raw & offered);
}

/* Entries without an index answer for every subleaf: with what of another? */
static bool of_other_subleaf(const struct finding *m)
{
	const struct cpuid_list *raw;
	uint32_t i;

	if (!m->facts || !m->got)
		return m->facts;
	raw = &m->facts->cpu[0].cpuid;
	for (i = 0; i < raw->nent; i++)
		if (raw->e[i].function == m->leaf &&
		    cpuid_entry_reg(&raw->e[i], m->reg) == m->got)
			return true;
	return false;
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
	return m->facts && finding_has_values(m) && !(m->wanted & ~m->got) &&
	       !(m->got & ~(uint64_t)find_register(&m->facts->cpu[0].cpuid,
						   0xd, 0, REG_EAX));
}

#define MCG_SER_P	(1ull << 24)	/* Intel's, SDM vol. 3, 16.3.1.1 */

bool fits_mcg_ser(const struct finding *m)
{
	return finding_has_values(m) && (m->got ^ m->wanted) == MCG_SER_P;
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

/*
 * CR4 bits that belong to features of leaves 1 and 7 (SDM vol. 3, 2.5):
 * UMIP, FSGSBASE, PCIDE, OSXSAVE, SMEP, SMAP, PKE.
 */
#define CR4_LEAVES_1_7	(1ull << 11 | 1ull << 16 | 1ull << 17 | \
			 1ull << 18 | 1ull << 20 | 1ull << 21 | 1ull << 22)

static bool one_bit(uint64_t v)
{
	return v && !(v & (v - 1));
}

/* One of them, alone, was accepted where it should not have been. */
bool fits_forced_cr4(const struct finding *m)
{
	return one_bit(m->arg & CR4_LEAVES_1_7);
}

/* CR4 differs from what it should be in one of them, which is set. */
bool fits_forced_cr4_value(const struct finding *m)
{
	uint64_t diff = m->got ^ m->wanted;

	return finding_has_values(m) && one_bit(diff) && diff & m->got &&
	       diff & CR4_LEAVES_1_7;
}

bool fits_more_entries(const struct finding *m)
{
	return finding_has_values(m) && m->got > m->wanted;
}
