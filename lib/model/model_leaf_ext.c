// SPDX-License-Identifier: GPL-2.0-only
/* Extended and Centaur leaves, save caches. */
#include <string.h>

#include "model_state.h"

#define REGS(...)	((struct cpuid_regs){ { __VA_ARGS__ } })

/* x-vendor-cpuid-only-v2: Intel and Zhaoxin reserve what AMD defines. */
static bool reserved_on_intel(const struct model *m)
{
	return model_flag(m, OPT_VENDOR_ONLY_V2) && model_is_intel(m);
}

static bool reserved_on_intel_kin(const struct model *m)
{
	return model_flag(m, OPT_VENDOR_ONLY_V2) &&
	       (model_is_intel(m) || model_is_zhaoxin(m));
}

static struct cpuid_regs leaf_0(const struct model *m, uint32_t index)
{
	struct cpuid_regs v = REGS(m->xlevel);

	(void)index;
	if (reserved_on_intel_kin(m))
		return v;
	memcpy(&v.r[REG_EBX], m->vendor, 4);
	memcpy(&v.r[REG_EDX], m->vendor + 4, 4);
	memcpy(&v.r[REG_ECX], m->vendor + 8, 4);
	return v;
}

static struct cpuid_regs leaf_1(const struct model *m, uint32_t index)
{
	struct cpuid_regs v = REGS(m->signature, 0,
				   m->feat[FEAT_8000_0001_ECX],
				   m->feat[FEAT_8000_0001_EDX]);

	(void)index;
	/* Linux drops thread information if CMP_LEG is set on Intel. */
	if (!model_rule(m, RULE_TOPOLOGY_WORDS) && m->topo.per_pkg > 1 &&
	    !model_is_intel(m))
		v.r[REG_ECX] |= 1u << 1;
	return v;
}

static struct cpuid_regs model_id(const struct model *m, unsigned int part)
{
	struct cpuid_regs v;

	memcpy(v.r, m->model_id + 16 * part, 16);
	return v;
}

static struct cpuid_regs leaf_2(const struct model *m, uint32_t index)
{
	(void)index;
	return model_id(m, 0);
}

static struct cpuid_regs leaf_3(const struct model *m, uint32_t index)
{
	(void)index;
	return model_id(m, 1);
}

static struct cpuid_regs leaf_4(const struct model *m, uint32_t index)
{
	(void)index;
	return model_id(m, 2);
}

static struct cpuid_regs leaf_7(const struct model *m, uint32_t index)
{
	(void)index;
	return REGS(0, reserved_on_intel(m) ? 0 : m->feat[FEAT_8000_0007_EBX],
		    0, m->feat[FEAT_8000_0007_EDX]);
}

static struct cpuid_regs leaf_8(const struct model *m, uint32_t index)
{
	struct cpuid_regs v = REGS(m->phys_bits, m->feat[FEAT_8000_0008_EBX]);
	const struct topology *t = &m->topo;

	(void)index;
	if (model_has(m, FEAT_8000_0001_EDX, 29))
		v.r[REG_EAX] |= (model_has(m, FEAT_7_0_ECX, 16) ? 57 : 48) << 8 |
				m->guest_phys_bits << 16;
	if (t->per_pkg > 1 && !reserved_on_intel_kin(m))
		v.r[REG_ECX] = t->pkg_off << 12 | (t->per_pkg - 1);
	return v;
}

static struct cpuid_regs leaf_a(const struct model *m, uint32_t index)
{
	(void)index;
	if (!model_has(m, FEAT_8000_0001_ECX, 2))
		return REGS(0);
	return REGS(1, 0x10, 0, m->feat[FEAT_SVM]);
}

static struct cpuid_regs leaf_1e(const struct model *m, uint32_t index)
{
	const struct topology *t = &m->topo;
	uint32_t node = t->apic_id >> t->pkg_off & 0xff;

	(void)index;
	if (t->core > 255)
		return REGS(0);
	if (model_flag(m, OPT_MULTI_NODE))
		node = (m->o->smp.dies - 1) << 8 |
		       (t->apic_id >> t->die_off & 0xff);
	return REGS(t->apic_id, (m->o->smp.threads - 1) << 8 | t->core, node);
}

static struct cpuid_regs leaf_21(const struct model *m, uint32_t index)
{
	(void)index;
	return REGS(m->feat[FEAT_8000_0021_EAX], m->feat[FEAT_8000_0021_EBX],
		    m->feat[FEAT_8000_0021_ECX]);
}

static struct cpuid_regs leaf_22(const struct model *m, uint32_t index)
{
	(void)index;
	if (!m->pmu || !model_has(m, FEAT_8000_0022_EAX, 0))
		return REGS(0);
	return REGS(1, model_kvm_cpuid(m, 0x80000022, 0, REG_EBX) & 0xf);
}

static struct cpuid_regs centaur_0(const struct model *m, uint32_t index)
{
	(void)index;
	return REGS(m->xlevel2);
}

static struct cpuid_regs centaur_1(const struct model *m, uint32_t index)
{
	(void)index;
	return REGS(m->signature, 0, 0, m->feat[FEAT_C000_0001_EDX]);
}

model_leaf_fn model_leaf_ext(uint32_t function)
{
	static const model_leaf_fn fns[] = {
		[0x00] = leaf_0,		[0x01] = leaf_1,
		[0x02] = leaf_2,		[0x03] = leaf_3,
		[0x04] = leaf_4,		[0x05] = model_leaf_80000005,
		[0x06] = model_leaf_80000006,	[0x07] = leaf_7,
		[0x08] = leaf_8,		[0x0a] = leaf_a,
		[0x1d] = model_leaf_8000001d,	[0x1e] = leaf_1e,
		[0x1f] = model_leaf_8000001f,	[0x21] = leaf_21,
		[0x22] = leaf_22,
	};

	if (function == 0xc0000000)
		return centaur_0;
	if (function == 0xc0000001)
		return centaur_1;
	function -= 0x80000000;
	return function < ARRAY_SIZE(fns) ? fns[function] : NULL;
}
