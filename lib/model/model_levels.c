// SPDX-License-Identifier: GPL-2.0-only
/* Maximum leaves: KVM's, raised by what the guest has, or as asked for. */
#include "model_state.h"

static void raise_to(uint32_t *level, uint32_t value)
{
	if (*level < value)
		*level = value;
}

static void raise_by_word(struct model *m, enum feature_word w)
{
	const struct feature_word_info *i = &feature_words[w];

	if (!m->feat[w])
		return;
	switch (i->function >> 28) {
	case 0x0:
		raise_to(&m->min_level, i->function);
		break;
	case 0x8:
		raise_to(&m->min_xlevel, i->function);
		break;
	case 0xc:
		raise_to(&m->min_xlevel2, i->function);
		break;
	}
	if (i->function == 7)
		raise_to(&m->min_func7, i->index);
}

/* Leaves that a feature needs without being one of its words. */
static void raise_by_feature(struct model *m)
{
	static const struct {
		uint16_t since;
		uint8_t word, bit;
		uint32_t leaf;
	} rows[] = {
		{  702, FEAT_7_0_EBX,	      2, 0x12 },	/* sgx */
		{  902, FEAT_7_1_EDX,	     19, 0x24 },	/* avx10 */
		{ 1100, FEAT_7_1_EDX,	     21, 0x29 },	/* apxf */
		{  702, FEAT_8000_0001_ECX,  2, 0x8000000a },	/* svm */
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].since <= m->qemu &&
		    model_has(m, rows[i].word, rows[i].bit))
			raise_to(rows[i].leaf >> 31 ? &m->min_xlevel :
						      &m->min_level,
				 rows[i].leaf);
	if (model_sev(m))
		raise_to(&m->min_xlevel, 0x8000001f);
	if (m->feat[FEAT_8000_0021_EAX])
		raise_to(&m->min_xlevel, 0x80000021);
}

/* Processor trace needs its leaf, or goes, which "enforce" does not let pass. */
static void processor_trace(struct model *m)
{
	if (!model_has(m, FEAT_7_0_EBX, 25))
		return;
	if (model_flag(m, OPT_PT_AUTO_LEVEL)) {
		raise_to(&m->min_level, 0x14);
		return;
	}
	if (m->min_level >= 0x14)
		return;
	m->trace.filtered[FEAT_7_0_EBX] |= FEATURE_BIT(25);
	if (model_flag(m, OPT_FORCE_FEATURES))
		return;
	m->trace.removed[FEAT_7_0_EBX] |= FEATURE_BIT(25);
	m->feat[FEAT_7_0_EBX] &= ~FEATURE_BIT(25);
}

static void auto_levels(struct model *m)
{
	enum feature_word w;

	for (w = 0; w < NR_FEATURE_WORDS; w++)
		if (feature_words[w].level_since &&
		    feature_words[w].level_since <= m->qemu)
			raise_by_word(m, w);
	processor_trace(m);
	if (m->topo.extended &&
	    (model_is_intel(m) || !model_flag(m, OPT_VENDOR_ONLY)))
		raise_to(&m->min_level, 0x1f);
	raise_by_feature(m);
}

static uint32_t level_or(const struct model *m, enum opt_num num, uint32_t min)
{
	uint32_t v = opt_num(m->o, num);

	return v == UINT32_MAX ? min : v;
}

static uint32_t start_level(const struct model *m, enum opt_num num,
			    uint32_t function)
{
	if (m->o->num_given[num])
		return m->o->num[num];
	return model_kvm_cpuid(m, function, 0, REG_EAX);
}

void model_levels(struct model *m)
{
	m->min_level = start_level(m, OPT_MIN_LEVEL, 0);
	m->min_xlevel = start_level(m, OPT_MIN_XLEVEL, 0x80000000);
	m->min_xlevel2 = start_level(m, OPT_MIN_XLEVEL2, 0xc0000000);
	m->min_func7 = 0;
	raise_by_word(m, FEAT_7_0_EBX);
	if (model_flag(m, OPT_FULL_AUTO_LEVEL))
		auto_levels(m);
	m->level = level_or(m, OPT_LEVEL, m->min_level);
	m->xlevel = level_or(m, OPT_XLEVEL, m->min_xlevel);
	m->xlevel2 = level_or(m, OPT_XLEVEL2, m->min_xlevel2);
	m->func7 = level_or(m, OPT_LEVEL_FUNC7, m->min_func7);
}
