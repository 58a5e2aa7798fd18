// SPDX-License-Identifier: GPL-2.0-only
/* Basic leaves, save caches, topology and XSAVE. */
#include <string.h>

#include "model_state.h"

#define REGS(...)	((struct cpuid_regs){ { __VA_ARGS__ } })

static struct cpuid_regs leaf_0(const struct model *m, uint32_t index)
{
	struct cpuid_regs v = REGS(m->level);

	(void)index;
	memcpy(&v.r[REG_EBX], m->vendor, 4);
	memcpy(&v.r[REG_EDX], m->vendor + 4, 4);
	memcpy(&v.r[REG_ECX], m->vendor + 8, 4);
	return v;
}

/* Logical processors in a package: ids on Intel, CPUs elsewhere. */
static uint32_t package_count(const struct model *m)
{
	uint32_t n = m->topo.per_pkg;

	if (!model_rule(m, RULE_TOPOLOGY_WORDS))
		return n;
	if (model_is_intel(m) || model_is_zhaoxin(m))
		n = 1u << m->topo.pkg_off;
	return n < 255 ? n : 255;
}

static struct cpuid_regs leaf_1(const struct model *m, uint32_t index)
{
	struct cpuid_regs v = REGS(m->signature, m->topo.apic_id << 24 | 8 << 8,
				   m->feat[FEAT_1_ECX], m->feat[FEAT_1_EDX]);
	bool in_words = model_rule(m, RULE_TOPOLOGY_WORDS);

	(void)index;
	if (m->topo.per_pkg > 1) {
		v.r[REG_EBX] |= package_count(m) << 16;
		if (!in_words)
			v.r[REG_EDX] |= 1u << 28;	/* ht */
	}
	if (!m->pmu && (!model_rule(m, RULE_PMU_OFF_PDCM) ||
			model_flag(m, OPT_PDCM_WITHOUT_PMU)))
		v.r[REG_ECX] &= ~(1u << 15);		/* pdcm */
	return v;
}

/* CPUs that idle by themselves see the host's MONITOR leaf. */
static struct cpuid_regs leaf_5(const struct model *m, uint32_t index)
{
	struct cpuid_regs v = REGS(0, 0, 3, 0);

	(void)index;
	if (m->o->cpu_pm && model_has(m, FEAT_1_ECX, 3)) {
		v = model_host_regs(m, 5, 0);
		v.r[REG_ECX] |= 3;
	}
	return v;
}

static struct cpuid_regs leaf_6(const struct model *m, uint32_t index)
{
	(void)index;
	return REGS(m->feat[FEAT_6_EAX]);
}

static struct cpuid_regs leaf_7_0(const struct model *m)
{
	struct cpuid_regs v = REGS(m->func7, m->feat[FEAT_7_0_EBX],
				   m->feat[FEAT_7_0_ECX],
				   m->feat[FEAT_7_0_EDX]);
	const uint32_t sgx = 1u << 2, sgxlc = 1u << 30;

	if (model_rule(m, RULE_SGX_DEPS))
		return v;
	if (!(model_kvm_cpuid(m, 7, 0, REG_EBX) & sgx))
		v.r[REG_EBX] &= ~sgx;
	if (!(v.r[REG_EBX] & sgx) ||
	    !(model_kvm_cpuid(m, 7, 0, REG_ECX) & sgxlc))
		v.r[REG_ECX] &= ~sgxlc;
	return v;
}

/* Words that a version lacks are zero, so 7.2 needs no case of its own. */
static struct cpuid_regs leaf_7(const struct model *m, uint32_t index)
{
	switch (index) {
	case 0:
		return leaf_7_0(m);
	case 1:
		return REGS(m->feat[FEAT_7_1_EAX], 0, m->feat[FEAT_7_1_ECX],
			    m->feat[FEAT_7_1_EDX]);
	case 2:
		return REGS(0, 0, 0, m->feat[FEAT_7_2_EDX]);
	default:
		return REGS(0);
	}
}

static struct cpuid_regs leaf_a(const struct model *m, uint32_t index)
{
	return m->pmu ? model_kvm_regs(m, 0xa, index) : REGS(0);
}

/* What processor trace is on an Ice Lake server: a constant of QEMU's. */
static struct cpuid_regs leaf_14(const struct model *m, uint32_t index)
{
	if (!model_has(m, FEAT_7_0_EBX, 25))
		return REGS(0);
	if (index == 0)
		return REGS(1, 0xf, 7 | (m->feat[FEAT_14_0_ECX] & 1u << 31));
	return index == 1 ? REGS(0x02490002, 0x003f1fff) : REGS(0);
}

static struct cpuid_regs leaf_1c(const struct model *m, uint32_t index)
{
	struct cpuid_regs v = model_kvm_regs(m, 0x1c, 0);

	(void)index;
	if (!model_has(m, FEAT_7_0_EDX, 19) ||
	    (!m->pmu && !model_rule(m, RULE_PMU_OFF_LBR)))
		return REGS(0);
	v.r[REG_EDX] = 0;
	return v;
}

static bool has_amx(const struct model *m)
{
	return model_has(m, FEAT_7_0_EDX, 24);
}

/* Tile palette 1 of Sapphire Rapids (SDM vol. 2A, leaf 0x1d). */
static struct cpuid_regs leaf_1d(const struct model *m, uint32_t index)
{
	if (!has_amx(m))
		return REGS(0);
	if (index == 0)
		return REGS(1);
	return index == 1 ? REGS(0x04002000, 0x00080040, 0x10) : REGS(0);
}

static struct cpuid_regs leaf_1e(const struct model *m, uint32_t index)
{
	bool subleaves = model_rule(m, RULE_AMX_SUBLEAVES);

	if (!has_amx(m))
		return REGS(0);
	if (index == 0)
		return REGS(subleaves ? model_kvm_cpuid(m, 0x1e, 0, REG_EAX) :
					0, 0x4010);
	return index == 1 ? REGS(m->feat[FEAT_1E_1_EAX]) : REGS(0);
}

static struct cpuid_regs leaf_24(const struct model *m, uint32_t index)
{
	if (!model_has(m, FEAT_7_1_EDX, 19))
		return REGS(0);
	if (index == 0)
		return REGS(m->avx10_subleaf,
			    m->feat[FEAT_24_0_EBX] | m->avx10_version);
	return index == 1 ? REGS(0, 0, m->feat[FEAT_24_1_ECX]) : REGS(0);
}

static struct cpuid_regs leaf_29(const struct model *m, uint32_t index)
{
	(void)index;
	if (!model_has(m, FEAT_7_1_EDX, 21))
		return REGS(0);
	return REGS(0, m->feat[FEAT_29_0_EBX]);
}

model_leaf_fn model_leaf_basic(uint32_t function)
{
	static const model_leaf_fn fns[] = {
		[0x00] = leaf_0,	[0x01] = leaf_1,
		[0x02] = model_leaf_2,	[0x04] = model_leaf_4,
		[0x05] = leaf_5,	[0x06] = leaf_6,
		[0x07] = leaf_7,	[0x0a] = leaf_a,
		[0x0b] = model_leaf_b,	[0x0d] = model_leaf_d,
		[0x12] = model_leaf_12,	[0x14] = leaf_14,
		[0x1c] = leaf_1c,	[0x1d] = leaf_1d,
		[0x1e] = leaf_1e,	[0x1f] = model_leaf_1f,
		[0x24] = leaf_24,	[0x29] = leaf_29,
	};

	return function < ARRAY_SIZE(fns) ? fns[function] : NULL;
}
