// SPDX-License-Identifier: GPL-2.0-only
/* Filter: what KVM cannot do goes, whoever asked for it. */
#include "model_state.h"

#define PT		25
#define LIP		FEATURE_BIT(31)

static void drop(struct model *m, enum feature_word w, uint64_t mask)
{
	m->trace.filtered[w] |= mask;
	if (!model_flag(m, OPT_FORCE_FEATURES))
		m->feat[w] &= ~mask;
}

/*
 * The guest's leaf 0x14 is a constant, so KVM must offer at least that; IP
 * payloads (LIP) are what the guest was told they are, neither more nor less.
 */
static bool processor_trace_fits(const struct model *m)
{
	struct cpuid_regs s0 = model_kvm_regs(m, 0x14, 0);
	struct cpuid_regs s1 = model_kvm_regs(m, 0x14, 1);

	return s0.r[REG_EAX] &&
	       (s0.r[REG_EBX] & 0xf) == 0xf &&
	       (s0.r[REG_ECX] & 7) == 7 &&
	       (s1.r[REG_EAX] & 0x02490000) == 0x02490000 &&
	       (s1.r[REG_EAX] & 3) >= 2 &&
	       (s1.r[REG_EBX] & 0x003f1fff) == 0x003f1fff &&
	       (s0.r[REG_ECX] & LIP) == (m->feat[FEAT_14_0_ECX] & LIP);
}

static int enforce(struct model *m)
{
	enum feature_word w;
	const char *name;
	uint64_t bad;

	for (w = 0; w < NR_FEATURE_WORDS; w++) {
		bad = m->trace.filtered[w];
		if (!bad)
			continue;
		name = feature_bit_name(w, __builtin_ctzll(bad));
		return model_fail(m, "enforce: the host has no %s (%s bit %d)",
				  name ? name : "such feature",
				  feature_words[w].name, __builtin_ctzll(bad));
	}
	return 0;
}

/* A bit that was asked for and lost its prerequisite is unavailable too. */
static void unmet_requests(struct model *m)
{
	enum feature_word w;
	unsigned int bit;

	for (w = 0; w < NR_FEATURE_WORDS; w++)
		for (bit = 0; bit < 64; bit++)
			if (m->trace.dep[w][bit] && m->user[w] >> bit & 1)
				m->trace.filtered[w] |= FEATURE_BIT(bit);
}

int model_filter(struct model *m)
{
	enum feature_word w;
	bool avx10;

	for (w = 0; w < NR_FEATURE_WORDS; w++)
		drop(m, w, m->feat[w] & ~model_supported(m, w, false));
	if (model_has(m, FEAT_7_0_EBX, PT) && !processor_trace_fits(m))
		drop(m, FEAT_7_0_EBX, FEATURE_BIT(PT));
	avx10 = model_avx10_filter(m);
	unmet_requests(m);
	if (!model_flag(m, OPT_ENFORCE))
		return 0;
	if (!avx10)
		return model_fail(m, "enforce: the host has no AVX10 of that version");
	return enforce(m);
}
