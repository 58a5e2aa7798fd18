// SPDX-License-Identifier: GPL-2.0-only
/* What a row asks beyond its columns.  Pure. */
#include "errata.h"

/*
 * Whatever is set without having been installed, the CPU has; whatever is gone
 * it lacks, or KVM does not offer.
 */
static bool forced(const struct mismatch *m)
{
	uint64_t set = m->got & ~m->wanted, gone = m->wanted & ~m->got;

	return m->has_raw && !(set & ~m->raw) &&
	       !(gone & m->raw & m->supported);
}

/* Entries without an index stand for every subleaf: 7.1, or none beyond. */
static bool of_other_subleaf(const struct mismatch *m)
{
	return m->leaf == 7 && (m->got == 0 || m->got == 0x30);
}

bool fits_forced(const struct mismatch *m)
{
	return forced(m) || of_other_subleaf(m);
}

/* Size of the XSAVE area while XCR0 is 1, as in a new vCPU. */
#define XSAVE_MIN	576

bool fits_forced_or_xsave(const struct mismatch *m)
{
	return m->got == XSAVE_MIN || forced(m);
}

bool fits_zero(const struct mismatch *m)
{
	return m->has_values && !m->got;
}

/* 64 bits where there should be the lower 32. */
bool fits_upper_kept(const struct mismatch *m)
{
	return m->has_values && m->got >> 32 &&
	       m->wanted == (uint32_t)m->got;
}

#define EFER_FFXSR	(1ull << 14)

bool fits_arg_ffxsr(const struct mismatch *m)
{
	return m->arg & EFER_FFXSR;
}

bool fits_value_ffxsr(const struct mismatch *m)
{
	return m->has_values && (m->got ^ m->wanted) == EFER_FFXSR;
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
bool fits_forced_cr4(const struct mismatch *m)
{
	return one_bit(m->arg & CR4_LEAVES_1_7);
}

/* CR4 differs from what it should be in one of them, which is set. */
bool fits_forced_cr4_value(const struct mismatch *m)
{
	uint64_t diff = m->got ^ m->wanted;

	return m->has_values && one_bit(diff) && diff & m->got &&
	       diff & CR4_LEAVES_1_7;
}

bool fits_more_entries(const struct mismatch *m)
{
	return m->has_values && m->got > m->wanted;
}
