// SPDX-License-Identifier: GPL-2.0-only
/* Why a bit differs: the first reason that fits. */
#include <string.h>

#include "compare_parts.h"

/* Rows are written for what KVM offers; the model's words go with them. */
static enum source as_offered(enum source s)
{
	return s == SRC_MODEL ? SRC_SUPPORTED :
	       s == SRC_MODEL_MSR ? SRC_FEATURE_MSR : s;
}

static bool mask_has(uint64_t mask, unsigned int bit)
{
	return bit == WHOLE_FACT ? mask != 0 : mask >> bit & 1;
}

static bool covers(const struct fact *f, enum source s, uint32_t first,
		   uint32_t last, uint32_t index, unsigned int word)
{
	return as_offered(f->source) == s && f->function >= first &&
	       f->function <= last &&
	       (index == ANY_SUBLEAF || f->index == index) &&
	       (word == ANY_WORD || f->word == word);
}

/* NULL where the parameter is not known on both, or is the same. */
static bool param_changed(const struct host_facts * const f[2],
			  const struct param_row *r, bool *on)
{
	const char *a = facts_param(f[0], r->module, r->name);
	const char *b = facts_param(f[1], r->module, r->name);

	if (!a || !b || param_same(a, b))
		return false;
	*on = facts_param_bool(f[1], r->module, r->name, false);
	return true;
}

const struct param_row *param_for(const struct host_facts * const f[2],
				  const struct fact *fact, unsigned int bit,
				  bool on)
{
	unsigned int i;
	bool param_on;

	for (i = 0; i < nr_param_rows; i++) {
		const struct param_row *r = &param_rows[i];

		if (!covers(fact, r->source, r->first, r->last, r->index,
			    r->word) || !mask_has(r->mask, bit) ||
		    !param_changed(f, r, &param_on))
			continue;
		if (!r->sign || on == (param_on == (r->sign > 0)))
			return r;
	}
	return NULL;
}

static uint32_t raw(const struct host_facts *f, uint32_t function,
		    uint32_t index, enum cpuid_reg reg)
{
	return cpuid_get(&f->cpu[0].cpuid, function, index, reg);
}

/* KVM's own leaves have nothing to do with those of a hypervisor below. */
static bool own_bit_differs(const struct comparison *c, const struct fact *f,
			    unsigned int bit)
{
	uint32_t mask = bit < 32 ? 1u << bit : ~0u;

	if (c->no_raw || as_offered(f->source) != SRC_SUPPORTED ||
	    f->word >= NR_CPUID_REGS || f->function >> 28 == 4)
		return false;
	return (raw(c->f[0], f->function, f->index, f->word) ^
		raw(c->f[1], f->function, f->index, f->word)) & mask;
}

/* State such as OSPKE is noise by itself, but not for what follows from it. */
static bool follows(const struct comparison *c, const struct follows_row *r,
		    bool on)
{
	uint32_t mask = r->raw.mask;
	uint32_t a = raw(c->f[0], r->raw.function, r->raw.index, r->raw.reg);
	uint32_t b = cpuid_get(c->b_raw, r->raw.function, r->raw.index,
			       r->raw.reg);

	if (c->no_raw || !((a ^ b) & mask))
		return false;
	return mask & (mask - 1) || on == !!(b & mask);
}

static enum cause follows_cause(const struct comparison *c,
				const struct fact *f, unsigned int bit,
				bool on)
{
	unsigned int i;

	for (i = 0; i < nr_follows_rows; i++) {
		const struct follows_row *r = &follows_rows[i];

		if (covers(f, r->source, r->first, r->last, r->index,
			   r->word) && mask_has(r->mask, bit) &&
		    follows(c, r, on))
			return r->cause == CAUSE_CPU ? compare_raw_cause(c) :
						       r->cause;
	}
	return NR_CAUSES;
}

enum cause compare_raw_cause(const struct comparison *c)
{
	return c->other_microcode && !c->other_cpu ? CAUSE_MICROCODE :
						      CAUSE_CPU;
}

enum cause compare_specific_cause(const struct comparison *c,
				  const struct fact *fact, unsigned int bit,
				  bool on, const struct param_row **param)
{
	enum cause r;

	if (fact->source == SRC_RAW || own_bit_differs(c, fact, bit))
		return compare_raw_cause(c);
	r = follows_cause(c, fact, bit, on);
	if (r != NR_CAUSES)
		return r;
	*param = param_for(c->f, fact, bit, on);
	return *param ? CAUSE_PARAM : NR_CAUSES;
}

#define MSR_UCODE_REV	0x8b

enum cause compare_cause(const struct comparison *c, const struct fact *fact,
			 unsigned int bit, bool on,
			 const struct param_row **param)
{
	enum cause r = compare_specific_cause(c, fact, bit, on, param);

	if (r != NR_CAUSES)
		return r;
	if (c->other_cpu && source_infos[fact->source].hardware_first)
		return CAUSE_CPU;
	if (c->other_microcode && fact->function == MSR_UCODE_REV &&
	    as_offered(fact->source) == SRC_FEATURE_MSR)
		return CAUSE_MICROCODE;
	if (c->other_kernel)
		return CAUSE_KERNEL;
	if (c->other_cpu)
		return CAUSE_CPU;
	return c->other_microcode ? CAUSE_MICROCODE : CAUSE_NONE;
}
