// SPDX-License-Identifier: GPL-2.0-only
/*
 * Expand: from what is supported and what was asked for to the features that
 * the guest is to have, before filter compares them with KVM once more.
 */
#include "model_state.h"

/* Bits that the machine type switches off, unless the user says otherwise. */
static void apply_compat(struct model *m)
{
	unsigned int i;

	for (i = 0; i < nr_opt_compat; i++)
		if (opt_machine(m->o) <= opt_compat[i].machine)
			m->user[opt_compat[i].word] |=
				FEATURE_BIT(opt_compat[i].bit);
}

/* Bits given by name, in the order in which QEMU lets them override. */
static void apply_user(struct model *m)
{
	const struct model_opts *o = m->o;
	bool setter = model_rule(m, RULE_AVX10_SETTER);
	enum feature_word w;

	for (w = 0; w < NR_FEATURE_WORDS; w++) {
		m->feat[w] = setter ? o->set_avx10[w] : o->set[w];
		m->user[w] = o->user[w];
	}
	apply_compat(m);
	/* after invtsc=off, before -invtsc: the TSC of a TDX guest is fixed */
	if (o->tdx) {
		m->feat[FEAT_8000_0007_EDX] |= FEATURE_BIT(8);
		m->user[FEAT_8000_0007_EDX] |= FEATURE_BIT(8);
	}
	for (w = 0; w < NR_FEATURE_WORDS; w++) {
		m->feat[w] = (m->feat[w] | o->plus[w]) & ~o->minus[w];
		m->user[w] |= o->plus[w] | o->minus[w];
	}
}

static void auto_enable(struct model *m)
{
	enum feature_word w;

	for (w = 0; w < NR_FEATURE_WORDS; w++)
		m->feat[w] |= model_supported(m, w, true) & ~m->user[w] &
			      ~feature_noauto(w, m->qemu);
}

static void remove_bits(struct model *m, enum feature_word w, uint64_t mask)
{
	m->trace.removed[w] |= m->feat[w] & mask;
	m->feat[w] &= ~mask;
}

static void topology_bits(struct model *m)
{
	if (!model_rule(m, RULE_TOPOLOGY_WORDS) || m->topo.per_pkg < 2)
		return;
	m->feat[FEAT_1_EDX] |= FEATURE_BIT(28);			/* ht */
	if (!model_is_intel(m) && !model_is_zhaoxin(m))
		m->feat[FEAT_8000_0001_ECX] |= FEATURE_BIT(1);	/* cmp */
}

static void pmu_off(struct model *m)
{
	if (m->pmu)
		return;
	if (model_rule(m, RULE_PMU_OFF_PDCM) && !m->o->tdx &&
	    !model_flag(m, OPT_PDCM_WITHOUT_PMU))
		remove_bits(m, FEAT_1_ECX, FEATURE_BIT(15));
	if (model_rule(m, RULE_PMU_OFF_LBR))
		remove_bits(m, FEAT_7_0_EDX, FEATURE_BIT(19));
}

static void note_dep(struct model *m, enum feature_word w, uint64_t mask,
		     unsigned int row)
{
	unsigned int bit;

	for (bit = 0; bit < 64; bit++)
		if (mask >> bit & 1)
			m->trace.dep[w][bit] = row + 1;
}

static void dependencies(struct model *m)
{
	unsigned int i;

	for (i = 0; i < nr_feature_deps; i++) {
		const struct feature_dep *d = &feature_deps[i];

		if (d->since > m->qemu || (m->feat[d->from] & d->from_mask))
			continue;
		note_dep(m, d->to, m->feat[d->to] & d->to_mask, i);
		m->feat[d->to] &= ~d->to_mask;
	}
}

/* As if KVM had neither: enforce minds, x-force-features keeps them. */
static void unavailable_bit(struct model *m, enum feature_word w,
			    unsigned int bit)
{
	m->trace.filtered[w] |= FEATURE_BIT(bit);
	if (!model_flag(m, OPT_FORCE_FEATURES))
		remove_bits(m, w, FEATURE_BIT(bit));
}

static void mpx_or_apx(struct model *m)
{
	if (model_rule(m, RULE_MPX_OR_APX) && model_has(m, FEAT_7_0_EBX, 14) &&
	    model_has(m, FEAT_7_1_EDX, 21)) {
		unavailable_bit(m, FEAT_7_0_EBX, 14);
		unavailable_bit(m, FEAT_7_1_EDX, 21);
	}
}

/* The LBR format must be KVM's, and needs a PMU. */
static int lbr_format(struct model *m)
{
	const uint64_t fmt_mask = 0x3f;
	uint64_t *perf = &m->feat[FEAT_PERF_CAPABILITIES];
	uint64_t fmt = opt_num(m->o, OPT_LBR_FMT), host;

	if (fmt != UINT64_MAX) {
		if (fmt & ~fmt_mask)
			return model_fail(m, "invalid lbr-fmt");
		*perf = (*perf & ~fmt_mask) | fmt;
	}
	fmt = *perf & fmt_mask;
	if (!fmt)
		return 0;
	host = model_supported(m, FEAT_PERF_CAPABILITIES, false) & fmt_mask;
	if (!m->pmu)
		return model_fail(m, "LBR is unsupported without pmu=on");
	if (fmt != host)
		return model_fail(m, "lbr-fmt 0x%llx is not the host's 0x%llx",
				  (unsigned long long)fmt,
				  (unsigned long long)host);
	return 0;
}

int model_expand(struct model *m)
{
	enum feature_word w;
	int r;

	apply_user(m);
	auto_enable(m);
	for (w = 0; w < NR_FEATURE_WORDS; w++)
		m->trace.enabled[w] = m->feat[w];
	r = model_avx10(m);
	if (r)
		return r;
	topology_bits(m);
	pmu_off(m);
	dependencies(m);
	if (!model_flag(m, OPT_KVM))
		remove_bits(m, FEAT_KVM, UINT64_MAX);
	mpx_or_apx(m);
	model_xsave_components(m);
	model_levels(m);
	for (w = 0; w < NR_FEATURE_WORDS; w++)
		m->trace.expanded[w] = m->feat[w];
	return lbr_format(m);
}
