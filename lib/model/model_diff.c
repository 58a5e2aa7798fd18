// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "model_cause.h"

struct diff {
	struct causes *causes;
	struct guest_cpu cpu[2];	/* before and after */
	void (*each)(const struct model_difference *d, void *arg);
	void *arg;
	int n;
};

static void report(struct diff *x, struct model_difference *d)
{
	causes_explain(x->causes, x->cpu, d);
	x->each(d, x->arg);
	x->n++;
}

/* KVM's leaves go by their usual number even if Hyper-V's moved them. */
static const char *bit_name(const struct model_difference *d)
{
	uint32_t function = d->function == 0x40000101 ? 0x40000001 :
							d->function;

	return d->kind == DIFF_MSR ? feature_msr_bit_name(function, d->bit) :
	       feature_name(function, d->index, d->reg, d->bit);
}

static bool is_word(const struct model_difference *d)
{
	enum feature_word w = d->kind == DIFF_MSR ?
			      feature_word_of_msr(d->function) :
			      feature_word_of(d->function, d->index, d->reg);

	if (d->kind == DIFF_FLAGS)
		return false;
	return w != NR_FEATURE_WORDS || d->function == 0x40000101;
}

static void bits(struct diff *x, struct model_difference *d, uint64_t a,
		 uint64_t b)
{
	for (d->bit = 0; d->bit < 64; d->bit++) {
		if (!((a ^ b) >> d->bit & 1))
			continue;
		d->value[0] = a >> d->bit & 1;
		d->value[1] = b >> d->bit & 1;
		d->name = bit_name(d);
		d->reason[0] = 0;
		report(x, d);
	}
}

/* Bits where bits mean something each, else the number as a whole. */
static void value(struct diff *x, struct model_difference d)
{
	uint64_t a = difference_value(&x->cpu[0], &d);
	uint64_t b = difference_value(&x->cpu[1], &d);

	if (a == b)
		return;
	if (is_word(&d)) {
		bits(x, &d, a, b);
		return;
	}
	d.bit = -1;
	d.value[0] = a;
	d.value[1] = b;
	report(x, &d);
}

static void entry(struct diff *x, const struct kvm_cpuid_entry2 *e)
{
	enum cpuid_reg reg;

	for (reg = 0; reg < NR_CPUID_REGS; reg++)
		value(x, (struct model_difference){ .kind = DIFF_CPUID,
			.function = e->function, .index = e->index,
			.reg = reg });
}

static bool same_leaf(const struct kvm_cpuid_entry2 *a,
		      const struct kvm_cpuid_entry2 *b)
{
	return a->function == b->function &&
	       (a->index == b->index ||
		!(a->flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX));
}

/* One like it among the first n of a list. */
static bool among(const struct cpuid_list *l, uint32_t n,
		  const struct kvm_cpuid_entry2 *e)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (same_leaf(&l->e[i], e))
			return true;
	return false;
}

static void entries(struct diff *x)
{
	const struct cpuid_list *a = &x->cpu[0].cpuid, *b = &x->cpu[1].cpuid;
	uint32_t i;

	for (i = 0; i < a->nent; i++)
		if (!among(a, i, &a->e[i]))
			entry(x, &a->e[i]);
	for (i = 0; i < b->nent; i++)
		if (!among(b, i, &b->e[i]) && !among(a, a->nent, &b->e[i]))
			entry(x, &b->e[i]);
}

/* Of entries that both have. */
static void flags(struct diff *x)
{
	const struct cpuid_list *a = &x->cpu[0].cpuid;
	uint32_t i;

	for (i = 0; i < a->nent; i++)
		if (!among(a, i, &a->e[i]) &&
		    among(&x->cpu[1].cpuid, x->cpu[1].cpuid.nent, &a->e[i]))
			value(x, (struct model_difference){
				.kind = DIFF_FLAGS,
				.function = a->e[i].function,
				.index = a->e[i].index });
}

static void msr(struct diff *x, uint32_t index)
{
	bool in[2] = {
		msr_find(&x->cpu[0].msrs, index),
		msr_find(&x->cpu[1].msrs, index),
	};
	struct model_difference d;

	if (in[0] == in[1]) {
		value(x, (struct model_difference){ .kind = DIFF_MSR,
			.function = index });
		return;
	}
	d = (struct model_difference){ .kind = DIFF_MSR, .function = index,
		.bit = -1, .value = { msr_get(&x->cpu[0].msrs, index),
				      msr_get(&x->cpu[1].msrs, index) } };
	snprintf(d.reason, sizeof(d.reason), "%s", in[0] ?
		 "no longer written" : "written now");
	report(x, &d);
}

static void msrs(struct diff *x)
{
	const struct msr_list *a = &x->cpu[0].msrs, *b = &x->cpu[1].msrs;
	uint32_t i;

	for (i = 0; i < a->n; i++)
		msr(x, a->m[i].index);
	for (i = 0; i < b->n; i++)
		if (!msr_find(a, b->m[i].index))
			msr(x, b->m[i].index);
}

static void other(struct diff *x, const char *what, uint64_t a, uint64_t b,
		  const char *reason)
{
	struct model_difference d = { .kind = DIFF_VALUE, .what = what,
		.bit = -1, .value = { a, b } };

	if (a == b)
		return;
	snprintf(d.reason, sizeof(d.reason), "%s", reason);
	report(x, &d);
}

static void others(struct diff *x)
{
	const struct guest_cpu *a = &x->cpu[0], *b = &x->cpu[1];

	other(x, "machine check capabilities", a->mcg_cap, b->mcg_cap,
	      "KVM_X86_SETUP_MCE");
	other(x, "PMU of KVM switched off", a->disable_pmu, b->disable_pmu,
	      "KVM_PMU_CAP_DISABLE with pmu=off, since QEMU 11.0");
	other(x, "APIC id", a->apic_id, b->apic_id, "topology");
}

static int compare(struct diff *x, const struct host_facts *f,
		   const struct model_opts *const o[2], unsigned int vcpu,
		   char *err, size_t errlen)
{
	unsigned int i;
	int r;

	for (i = 0; i < 2; i++) {
		r = model_compute(f, o[i], vcpu, &x->cpu[i], err, errlen);
		if (r)
			return r;
	}
	x->causes = causes_new(f, o[0], o[1], vcpu);
	if (!x->causes)
		return -ENOMEM;
	entries(x);
	flags(x);
	msrs(x);
	others(x);
	causes_free(x->causes);
	return x->n;
}

int model_diff(const struct host_facts *f, const struct model_opts *before,
	       const struct model_opts *after, unsigned int vcpu,
	       void (*each)(const struct model_difference *d, void *arg),
	       void *arg, char *err, size_t errlen)
{
	const struct model_opts *const o[2] = { before, after };
	struct diff *x = calloc(1, sizeof(*x));
	int r = -ENOMEM;

	snprintf(err, errlen, "out of memory");
	if (x) {
		x->each = each;
		x->arg = arg;
		r = compare(x, f, o, vcpu, err, errlen);
	}
	free(x);
	return r;
}
