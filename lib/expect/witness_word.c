// SPDX-License-Identifier: GPL-2.0-only
/* From the rows of the table to whole registers of feature bits.  Pure. */
#include "witness.h"

/* The two stable series whose later additions have columns of their own. */
static const uint32_t series_61 = KERNEL(6, 1, 0), series_612 = KERNEL(6, 12, 0);

static bool has_column(const struct witness_host *h)
{
	return !h->distro && (kernel_same_series(h->kernel, series_61) ||
			      kernel_same_series(h->kernel, series_612));
}

/*
 * Nothing beyond the table is to be found in these two, nor in any release
 * from 6.12 to the last that the table was checked against.
 */
static bool table_is_complete(const struct witness_host *h)
{
	return has_column(h) ||
	       (!h->distro && kernel_has(h->kernel, CHANGE_AVX10) &&
		h->kernel < RULES_KNOW_UNTIL);
}

/* In a stable series: there, not there, or perhaps. */
static enum tri stable(uint32_t kernel, uint16_t since)
{
	if (!since)
		return NO;
	return kernel % 1000 >= since ? YES : UNKNOWN;
}

enum tri witness_known(const struct witness_host *h,
		       const struct witness_bit *b)
{
	if (!h->kernel)
		return UNKNOWN;
	if (h->kernel >= b->since)
		return YES;
	if (!has_column(h))
		return UNKNOWN;		/* vendors' kernels take from later ones */
	return stable(h->kernel, kernel_same_series(h->kernel, series_61) ? b->s61 : b->s612);
}

enum tri witness_bit_wanted(const struct witness_host *h,
			    const struct witness_bit *b)
{
	enum tri cpu = tri_of(cpuid_has(h->raw, b->f));
	enum tri pass = tri_and(cpu, witness_flag(h, b->flag ? b->flag :
							       b->name));
	enum tri synth = NO;

	pass = tri_and(pass, witness_cond(h, b->need));
	if (b->synth != WITNESS_NONE)
		synth = witness_cond(h, b->synth);
	return tri_and(witness_known(h, b), tri_or(pass, synth));
}

/* Bits without a row: a later kernel may pass on what the CPU has. */
static uint32_t unlisted_care(const struct witness_host *h, uint32_t raw)
{
	return table_is_complete(h) ? ~0u : ~raw;
}

struct witness_reg witness_word(const struct witness_host *h, uint32_t leaf,
				uint32_t index, enum cpuid_reg reg)
{
	uint32_t raw = cpuid_get(h->raw, leaf, index, reg);
	struct witness_reg w = { 0, unlisted_care(h, raw) };
	unsigned int i;

	for (i = 0; i < nr_witness_bits; i++) {
		const struct witness_bit *b = &witness_bits[i];
		uint32_t mask = 1u << b->f.bit;
		enum tri t;

		if (b->f.function != leaf || b->f.index != index ||
		    b->f.reg != reg)
			continue;
		t = witness_bit_wanted(h, b);
		w.want |= t == YES ? mask : 0;
		w.care = t == UNKNOWN ? w.care & ~mask : w.care | mask;
	}
	return w;
}
