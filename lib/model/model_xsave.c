// SPDX-License-Identifier: GPL-2.0-only
/* XSAVE: which components, how large, where (SDM vol. 1, chapter 13). */
#include "model_state.h"

#define LEGACY_SIZE	576	/* legacy region and header */
#define ARCH_LBR	15
#define FLAGS_KEPT	6	/* 64-byte alignment, XFD */

/*
 * Components and the features that bring them, any of several rows.  QEMU 7.2
 * takes the first row only when it asks whether KVM has the component.
 */
static const struct xsave_feature {
	uint16_t since;
	uint8_t area, word, bit;
	uint16_t size;
} xsave_features[] = {
	{  702,  0, FEAT_1_ECX,   26, 0 },	/* x87 */
	{  702,  1, FEAT_1_ECX,   26, 0 },	/* SSE */
	{  702,  2, FEAT_1_ECX,   28, 256 },	/* AVX */
	{  702,  3, FEAT_7_0_EBX, 14, 64 },	/* MPX bounds */
	{  702,  4, FEAT_7_0_EBX, 14, 64 },	/* MPX configuration */
	{  702,  5, FEAT_7_0_EBX, 16, 64 },	/* AVX-512 masks */
	{  702,  6, FEAT_7_0_EBX, 16, 512 },	/* ZMM0-15 upper halves */
	{  702,  7, FEAT_7_0_EBX, 16, 1024 },	/* ZMM16-31 */
	{  902,  5, FEAT_7_1_EDX, 19, 64 },	/* the same for AVX10 */
	{  902,  6, FEAT_7_1_EDX, 19, 512 },
	{  902,  7, FEAT_7_1_EDX, 19, 1024 },
	{  702,  9, FEAT_7_0_ECX,  3, 8 },	/* PKRU */
	{ 1100, 11, FEAT_7_0_ECX,  7, 16 },	/* CET_U */
	{ 1100, 11, FEAT_7_0_EDX, 20, 16 },
	{ 1100, 12, FEAT_7_0_ECX,  7, 24 },	/* CET_S */
	{ 1100, 12, FEAT_7_0_EDX, 20, 24 },
	{  702, 15, FEAT_7_0_EDX, 19, 0x328 },	/* architectural LBR */
	{  702, 17, FEAT_7_0_EDX, 24, 64 },	/* AMX tile configuration */
	{  702, 18, FEAT_7_0_EDX, 24, 8192 },	/* AMX tile data */
	{ 1100, 19, FEAT_7_1_EDX, 21, 128 },	/* APX */
};

/* Component bits that QEMU lets into XCR0 and into IA32_XSS. */
static const struct {
	uint16_t since;
	uint64_t xcr0, xss;
} component_masks[] = {
	{  702, 0x602ff, 0x8000 },
	{ 1100, 0xe02ff, 0x9800 },
};

uint64_t model_xsave_mask(const struct model *m, bool xss)
{
	uint64_t mask = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(component_masks); i++)
		if (component_masks[i].since <= m->qemu)
			mask = xss ? component_masks[i].xss :
				     component_masks[i].xcr0;
	return mask;
}

static uint64_t kvm_components(const struct model *m)
{
	uint64_t lo = model_kvm_cpuid(m, 0xd, 0, REG_EAX);
	uint64_t hi = model_kvm_cpuid(m, 0xd, 0, REG_EDX);

	if (model_rule(m, RULE_XSAVE_XSS_AREAS)) {
		lo |= model_kvm_cpuid(m, 0xd, 1, REG_ECX);
		hi |= model_kvm_cpuid(m, 0xd, 1, REG_EDX);
	}
	return hi << 32 | lo;
}

/*
 * Offset and flags are the host's; sizes are architectural constants, and QEMU
 * stops by an assertion on a host with others.
 */
static int set_layout(struct model *m, unsigned int i)
{
	struct cpuid_regs v = model_host_regs(m, 0xd, i);

	if (!v.r[REG_EAX])
		return 0;
	if (v.r[REG_EAX] != m->area[i].size)
		return model_fail(m, "XSAVE area %u of this CPU has %u bytes; QEMU takes %u only",
				  i, v.r[REG_EAX], m->area[i].size);
	m->area[i].offset = v.r[REG_EBX];
	m->area[i].flags = v.r[REG_ECX];
	return 0;
}

int model_xsave_areas(struct model *m)
{
	bool absent_rule = model_rule(m, RULE_XSAVE_ABSENT_AREAS);
	uint64_t kvm = kvm_components(m);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(xsave_features); i++) {
		const struct xsave_feature *x = &xsave_features[i];

		if (x->since > m->qemu || m->area[x->area].size || !x->size)
			continue;
		if (absent_rule && !(kvm >> x->area & 1))
			continue;
		m->area[x->area].size = x->size;
		if ((model_rule(m, RULE_XSAVE_LAYOUT) ||
		     model_supported(m, x->word, false) >> x->bit & 1) &&
		    set_layout(m, x->area))
			return -1;
	}
	return 0;
}

static uint64_t wanted_components(const struct model *m)
{
	uint64_t mask = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(xsave_features); i++) {
		const struct xsave_feature *x = &xsave_features[i];

		if (x->since > m->qemu || !model_has(m, x->word, x->bit))
			continue;
		if (model_rule(m, RULE_XSAVE_NEEDS_SIZE) && x->area > 1 &&
		    !m->area[x->area].size)
			continue;
		mask |= UINT64_C(1) << x->area;
	}
	return mask;
}

void model_xsave_components(struct model *m)
{
	uint64_t mask, xcr0 = 0, xss = 0;

	if (model_has(m, FEAT_1_ECX, 26)) {
		mask = wanted_components(m);
		xcr0 = mask & model_xsave_mask(m, false);
		if (model_has(m, FEAT_XSAVE, 3) ||
		    !model_rule(m, RULE_XSS_NEEDS_XSAVES))
			xss = mask & model_xsave_mask(m, true);
	} else if (!model_rule(m, RULE_XSS_NEEDS_XSAVE)) {
		xss = m->feat[FEAT_XSAVE_XSS_LO] |
		      m->feat[FEAT_XSAVE_XSS_HI] << 32;
	}
	m->feat[FEAT_XSAVE_XCR0_LO] = xcr0 & UINT32_MAX;
	m->feat[FEAT_XSAVE_XCR0_HI] = xcr0 >> 32;
	m->feat[FEAT_XSAVE_XSS_LO] = xss & UINT32_MAX;
	m->feat[FEAT_XSAVE_XSS_HI] = xss >> 32;
}

static uint64_t xcr0_components(const struct model *m)
{
	return m->feat[FEAT_XSAVE_XCR0_HI] << 32 | m->feat[FEAT_XSAVE_XCR0_LO];
}

static uint64_t xss_components(const struct model *m)
{
	return m->feat[FEAT_XSAVE_XSS_HI] << 32 | m->feat[FEAT_XSAVE_XSS_LO];
}

/* The compacted size lacks the alignment that the SDM asks for: QEMU's way. */
static uint32_t area_size(const struct model *m, uint64_t mask, bool compact)
{
	uint32_t i, size = LEGACY_SIZE;

	for (i = 2; i < XSAVE_AREAS; i++) {
		uint32_t at = compact ? size : m->area[i].offset;

		if ((mask >> i & 1) && at + m->area[i].size > size)
			size = at + m->area[i].size;
	}
	return size;
}

/* Until 10.x, LBR state is decided when the leaf is made, by the PMU. */
static bool lbr_by_pmu(const struct model *m)
{
	return !model_rule(m, RULE_XSS_WORD) && m->pmu &&
	       model_has(m, FEAT_7_0_EDX, 19);
}

static struct cpuid_regs subleaf_1(const struct model *m)
{
	struct cpuid_regs v = { { m->feat[FEAT_XSAVE] } };

	v.r[REG_EBX] = area_size(m, xcr0_components(m) | xss_components(m),
				 true);
	v.r[REG_ECX] = m->feat[FEAT_XSAVE_XSS_LO];
	v.r[REG_EDX] = m->feat[FEAT_XSAVE_XSS_HI];
	if (!model_rule(m, RULE_XSS_WORD)) {
		v.r[REG_ECX] &= ~(1u << ARCH_LBR);
		if (lbr_by_pmu(m) && model_has(m, FEAT_XSAVE, 3))
			v.r[REG_ECX] |= 1u << ARCH_LBR;
	}
	return v;
}

static struct cpuid_regs subleaf_area(const struct model *m, uint32_t index)
{
	const struct xsave_area *a = &m->area[index];

	if (model_rule(m, RULE_XSAVE_ALL_AREAS)) {
		if (!a->size)
			return (struct cpuid_regs){ { 0 } };
		return (struct cpuid_regs){ { a->size, a->offset, a->flags } };
	}
	if (xcr0_components(m) >> index & 1)
		return (struct cpuid_regs){ { a->size, a->offset,
					      a->flags & FLAGS_KEPT } };
	if (xss_components(m) >> index & 1)
		return (struct cpuid_regs){ { a->size, 0, 1 } };
	return (struct cpuid_regs){ { 0 } };
}

struct cpuid_regs model_leaf_d(const struct model *m, uint32_t index)
{
	uint32_t size;

	if (!model_has(m, FEAT_1_ECX, 26))
		return (struct cpuid_regs){ { 0 } };
	if (index == 0) {
		size = area_size(m, xcr0_components(m), false);
		return (struct cpuid_regs){ {
			m->feat[FEAT_XSAVE_XCR0_LO], size, size,
			m->feat[FEAT_XSAVE_XCR0_HI],
		} };
	}
	if (index == 1)
		return subleaf_1(m);
	if (index == ARCH_LBR && lbr_by_pmu(m))
		return model_kvm_regs(m, 0xd, index);
	if (index < XSAVE_AREAS)
		return subleaf_area(m, index);
	return (struct cpuid_regs){ { 0 } };
}
