// SPDX-License-Identifier: GPL-2.0-only
/* The max models of two hosts: what differs beyond what KVM offers. */
#include <stdlib.h>

#include "compare_parts.h"

static bool same_place(const struct fact *kvm, const struct fact *model)
{
	bool pair = (kvm->source == SRC_SUPPORTED &&
		     model->source == SRC_MODEL) ||
		    (kvm->source == SRC_FEATURE_MSR &&
		     model->source == SRC_MODEL_MSR);

	return pair && kvm->function == model->function &&
	       kvm->index == model->index && kvm->word == model->word &&
	       kvm->nth == model->nth;
}

/*
 * The model follows from the facts, so that where the bit's own do not
 * explain it, other facts do: those of the same leaf, or else any.
 */
static enum cause borrowed_cause(const struct comparison *c,
				 const struct fact *f)
{
	enum cause any = NR_CAUSES;
	unsigned int i;

	for (i = 0; i < c->n; i++) {
		const struct difference *d = &c->d[i];

		if (d->fact.source == SRC_MODEL ||
		    d->fact.source == SRC_MODEL_MSR)
			continue;
		if (d->fact.function == f->function)
			return d->cause;
		if (any == NR_CAUSES)
			any = d->cause;
	}
	return any;
}

static enum cause model_cause(const struct comparison *c,
			      const struct fact *f, unsigned int bit, bool on,
			      const struct param_row **param)
{
	enum cause r = compare_specific_cause(c, f, bit, on, param);

	if (r == NR_CAUSES)
		r = borrowed_cause(c, f);
	return r != NR_CAUSES ? r : compare_cause(c, f, bit, on, param);
}

/* What is left when KVM's own differences in this place are told. */
static uint64_t untold(struct comparison *c, const struct difference *d,
		       bool *told)
{
	uint64_t differs = d->value[0] ^ d->value[1], left = differs;
	unsigned int i;

	*told = false;
	for (i = 0; i < c->n; i++) {
		struct difference *kvm = &c->d[i];

		if (!same_place(&kvm->fact, &d->fact) ||
		    kvm->mask & ~differs)
			continue;
		kvm->in_model = true;
		*told = true;
		left &= ~kvm->mask;
	}
	return left;
}

static void add_model(struct comparison *c, const struct difference *d)
{
	struct difference whole = *d;
	bool told;
	uint64_t left = untold(c, d, &told);

	if (left) {
		compare_split(c, d, left, model_cause);
	} else if (!told) {
		whole.cause = model_cause(c, &d->fact, WHOLE_FACT, d->in[1],
					  &whole.param);
		compare_add(c, &whole);
	}
}

void compare_models(struct comparison *c)
{
	struct guest_cpu *cpu = calloc(2, sizeof(*cpu));
	unsigned int i;

	if (!cpu) {
		c->out_of_memory = true;
		return;
	}
	for (i = 0; i < 2 && !c->no_model; i++)
		c->no_model = model_compute(c->f[i], NULL, 0, &cpu[i],
					    c->why_no_model,
					    sizeof(c->why_no_model));
	if (!c->no_model) {
		compare_entries(c, SRC_MODEL, &cpu[0].cpuid, &cpu[1].cpuid,
				add_model);
		compare_msrs(c, SRC_MODEL_MSR, &cpu[0].msrs, &cpu[1].msrs,
			     add_model);
	}
	free(cpu);
}
