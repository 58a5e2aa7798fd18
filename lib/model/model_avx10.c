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

/* Bits of every version up to this one, even those switched off by name. */
static int set_version(struct model *m, unsigned int version)
{
	unsigned int i;

	m->avx10_version = version;
	if (!model_rule(m, RULE_AVX10_SETTER))
		return 0;
	if (version > LAST_VERSION)
		return model_fail(m, "AVX10 version %u, QEMU knows %u",
				  version, LAST_VERSION);
	for (i = 0; i < ARRAY_SIZE(version_bits); i++)
		if (version_bits[i].version <= version)
			m->feat[version_bits[i].word] |= version_bits[i].mask;
	return 0;
}

static unsigned int kvm_version(const struct model *m)
{
	return model_kvm_cpuid(m, 0x24, 0, REG_EBX) & 0xff;
}

int model_avx10(struct model *m)
{
	unsigned int version = opt_num(m->o, OPT_AVX10_VERSION);

	if (!model_rule(m, RULE_AVX10))
		return 0;
	if (!version && model_has(m, FEAT_7_1_EDX, 19))
		version = kvm_version(m);
	return set_version(m, version);
}

void model_avx10_filter(struct model *m)
{
	unsigned int kvm = kvm_version(m);

	if (model_has(m, FEAT_7_1_EDX, 19) && kvm < m->avx10_version)
		m->avx10_version = kvm;
}
