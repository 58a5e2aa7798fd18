// SPDX-License-Identifier: GPL-2.0-only
/* AVX10 has a version number, and each version stands for feature bits. */
#include "model_state.h"

static const struct {
	uint8_t version, word;
	uint64_t mask;
} version_bits[] = {
	{ 1, FEAT_7_1_EDX,  FEATURE_BIT(19) },
	{ 1, FEAT_24_0_EBX, FEATURE_BIT(16) | FEATURE_BIT(17) |
			    FEATURE_BIT(18) },
	{ 2, FEAT_24_1_ECX, FEATURE_BIT(2) },
};

#define LAST_VERSION	2

uint64_t model_avx10_bits(enum feature_word w, unsigned int version)
{
	uint64_t mask = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(version_bits); i++)
		if (version_bits[i].word == w &&
		    version_bits[i].version <= version)
			mask |= version_bits[i].mask;
	return mask;
}

static unsigned int kvm_version(const struct model *m)
{
	return model_kvm_cpuid(m, 0x24, 0, REG_EBX) & 0xff;
}

static void take_kvm_version(struct model *m)
{
	enum feature_word w;

	m->avx10_version = kvm_version(m);
	if (model_rule(m, RULE_AVX10_SETTER))
		for (w = 0; w < NR_FEATURE_WORDS; w++)
			m->feat[w] |= model_avx10_bits(w, m->avx10_version);
}

/*
 * The bits of a version that was given are those of set_avx10 already.  Else
 * those of KVM's version are set here, even if switched off by name.
 */
int model_avx10(struct model *m)
{
	m->avx10_version = opt_num(m->o, OPT_AVX10_VERSION);
	if (!model_rule(m, RULE_AVX10))
		return 0;
	if (!m->avx10_version && model_has(m, FEAT_7_1_EDX, 19))
		take_kvm_version(m);
	if (!model_rule(m, RULE_AVX10_SETTER))
		return 0;
	if (m->avx10_version > LAST_VERSION)
		return model_fail(m, "AVX10 version %u, QEMU knows %u",
				  m->avx10_version, LAST_VERSION);
	m->avx10_subleaf = m->avx10_version > 1;
	return 0;
}

/*
 * The number of subleaves stays that of the higher version.  Returns whether
 * the version is available as it is; one without AVX10 is not.
 */
bool model_avx10_filter(struct model *m)
{
	unsigned int kvm = kvm_version(m);

	if (!model_rule(m, RULE_AVX10) || !m->avx10_version)
		return true;
	if (!model_has(m, FEAT_7_1_EDX, 19))
		return false;
	if (kvm >= m->avx10_version)
		return true;
	m->avx10_version = kvm;
	return false;
}
