// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "promise.h"

static void add(struct promises *all, struct promise *p)
{
	struct promise *more;

	if (all->n == all->room) {
		all->room = all->room ? 2 * all->room : 256;
		more = realloc(all->p, all->room * sizeof(*more));
		if (!more) {
			all->out_of_memory = true;
			all->room = all->n;
			return;
		}
		all->p = more;
	}
	promise_name(p);
	all->p[all->n++] = *p;
}

static bool is_control(uint32_t msr)
{
	return (msr >= 0x481 && msr <= 0x484) || msr == 0x48b ||
	       (msr >= 0x48d && msr <= 0x490);
}

/*
 * Where 0 is what is offered: of VMX controls it counts where 1 is possible
 * too; of performance events as many as leaf 0xa EAX says; of other leaves if
 * the CPU says 0: a KVM that says it of a CPU with 1 is only older.
 */
static bool zero_counts(const struct promise *p, unsigned int bit,
			const struct host_facts *baseline)
{
	if (p->source == PROMISE_MSR)
		return !is_control(p->function) ||
		       p->wanted >> (bit + 32) & 1;
	if (p->function == 0xa)
		return bit < cpuid_get(&baseline->supported, 0xa, 0,
				       REG_EAX) >> 24;
	return !(cpuid_get(&baseline->cpu[0].cpuid, p->function, p->index,
			   p->reg) & p->mask);
}

/* Is there anything to lose in this part? */
static bool offers(const struct promise *p, unsigned int bit,
		   const struct host_facts *baseline)
{
	switch (p->kind) {
	case FIELD_IDENTITY:
		return false;
	case FIELD_ZEROS:
		return !(p->wanted & p->mask) &&
		       zero_counts(p, bit, baseline);
	default:
		return p->wanted & p->mask;
	}
}

static enum field_space space_of(const struct promise *p)
{
	switch (p->source) {
	case PROMISE_HYPERV:
		return SPACE_HYPERV;
	case PROMISE_MSR:
	case PROMISE_MCE:
		return SPACE_MSR;
	default:
		return SPACE_CPUID;
	}
}

/* Every part of a word; p says which word. */
static void add_word(struct promises *all, struct promise *p,
		     unsigned int width, const struct host_facts *baseline)
{
	uint64_t done = 0;
	unsigned int bit;

	for (bit = 0; bit < width; bit++) {
		if (done >> bit & 1)
			continue;
		p->field = field_of(space_of(p), p->function, p->index, p->reg,
				    bit);
		p->kind = p->field ? p->field->kvm : FIELD_BITS;
		p->mask = field_mask(p->field, bit);
		done |= p->mask;
		if (offers(p, bit, baseline))
			add(all, p);
	}
}

static const struct cpuid_list *list_of(const struct host_facts *f,
					enum promise_source source)
{
	switch (source) {
	case PROMISE_EMULATED:
		return &f->emulated;
	case PROMISE_HYPERV:
		return &f->hv;
	default:
		return &f->supported;
	}
}

static void add_list(struct promises *all, enum promise_source source,
		     const struct host_facts *baseline)
{
	const struct cpuid_list *list = list_of(baseline, source);
	uint32_t i;

	for (i = 0; i < list->nent; i++) {
		const struct kvm_cpuid_entry2 *e = &list->e[i];
		struct promise p = { .source = source,
				     .function = e->function,
				     .index = e->index };

		/* A name stands for one bit: a second entry has none. */
		if (cpuid_find(list, e->function, e->index) != e)
			continue;
		for (p.reg = 0; p.reg < NR_CPUID_REGS; p.reg++) {
			p.wanted = cpuid_entry_reg(e, p.reg);
			add_word(all, &p, 32, baseline);
		}
	}
}

static void add_system_words(struct promises *all,
			     const struct host_facts *baseline)
{
	struct promise p = { .source = PROMISE_XCOMP, .function = 0xd,
			     .wanted = baseline->xcomp_guest_supp };

	if (baseline->xcomp_valid)
		add_word(all, &p, 64, baseline);
	p = (struct promise){ .source = PROMISE_MCE, .function = 0x179,
			      .wanted = baseline->mce_cap };
	if (baseline->mce_cap_valid)
		add_word(all, &p, 64, baseline);
}

static void add_msrs(struct promises *all, const struct host_facts *baseline)
{
	const struct msr_list *l = &baseline->feature_msrs;
	struct promise p;
	uint32_t i;

	for (i = 0; i < l->n; i++) {
		if (msr_find(l, l->m[i].index) != &l->m[i])
			continue;
		p = (struct promise){ .source = PROMISE_FEATURE_MSR,
				      .function = l->m[i].index, .kind =
				      FIELD_BITS, .mask = 1, .wanted = 1 };
		add(all, &p);
		p = (struct promise){ .source = PROMISE_MSR,
				      .function = l->m[i].index,
				      .wanted = l->m[i].value };
		if (l->m[i].valid)
			add_word(all, &p, 64, baseline);
	}
}

static void add_msr_index(struct promises *all,
			  const struct host_facts *baseline)
{
	const struct msr_list *l = &baseline->msr_index;
	struct promise p;
	uint32_t i;

	for (i = 0; i < l->n; i++) {
		p = (struct promise){ .source = PROMISE_MSR_INDEX,
				      .function = l->m[i].index,
				      .mask = 1, .wanted = 1 };
		if (msr_find(l, l->m[i].index) == &l->m[i])
			add(all, &p);
	}
}

/* Capabilities whose value is a set of flags; others are numbers. */
static const uint32_t flag_caps[] = {
	KVM_CAP_ADJUST_CLOCK, KVM_CAP_DISABLE_QUIRKS2, KVM_CAP_EXIT_HYPERCALL,
	KVM_CAP_PMU_CAPABILITY, KVM_CAP_SYNC_REGS, KVM_CAP_VM_TYPES,
	KVM_CAP_X2APIC_API, KVM_CAP_X86_BUS_LOCK_EXIT,
	KVM_CAP_X86_DISABLE_EXITS, KVM_CAP_X86_NOTIFY_VMEXIT,
	KVM_CAP_X86_USER_SPACE_MSR,
};

bool promise_cap_has_flags(uint32_t cap)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flag_caps); i++)
		if (flag_caps[i] == cap)
			return true;
	return false;
}

static void add_cap(struct promises *all, const struct cap_value *c)
{
	struct promise p = { .source = PROMISE_CAP, .function = c->cap,
			     .kind = FIELD_AT_MOST, .mask = UINT32_MAX,
			     .wanted = c->value };
	unsigned int bit;

	if (c->value <= 0)
		return;
	if (!promise_cap_has_flags(c->cap)) {
		add(all, &p);
		return;
	}
	p.kind = FIELD_BITS;
	for (bit = 0; bit < 31; bit++) {
		p.mask = UINT64_C(1) << bit;
		if (p.wanted & p.mask)
			add(all, &p);
	}
}

int promises_make(struct promises *all, const struct host_facts *baseline)
{
	uint32_t i;

	*all = (struct promises){ 0 };
	add_list(all, PROMISE_SUPPORTED, baseline);
	add_list(all, PROMISE_EMULATED, baseline);
	add_list(all, PROMISE_HYPERV, baseline);
	add_system_words(all, baseline);
	add_msrs(all, baseline);
	add_msr_index(all, baseline);
	for (i = 0; i < baseline->nr_caps; i++)
		add_cap(all, &baseline->caps[i]);
	return all->out_of_memory ? -ENOMEM : 0;
}

void promises_free(struct promises *all)
{
	free(all->p);
	*all = (struct promises){ 0 };
}

static uint64_t word_of(const struct promise *p, const struct host_facts *f)
{
	switch (p->source) {
	case PROMISE_SUPPORTED:
	case PROMISE_EMULATED:
	case PROMISE_HYPERV:
		return cpuid_get(list_of(f, p->source), p->function, p->index,
				 p->reg);
	case PROMISE_XCOMP:
		return f->xcomp_guest_supp;
	case PROMISE_MCE:
		return f->mce_cap;
	case PROMISE_MSR:
		return msr_get(&f->feature_msrs, p->function);
	case PROMISE_FEATURE_MSR:
		return msr_find(&f->feature_msrs, p->function) != NULL;
	case PROMISE_MSR_INDEX:
		return msr_find(&f->msr_index, p->function) != NULL;
	default:
		return facts_cap(f, p->function) > 0 ?
		       facts_cap(f, p->function) : 0;
	}
}

/* An MSR that is gone offers nothing, not even zeros. */
static bool gone(const struct promise *p, const struct host_facts *here)
{
	return p->source == PROMISE_MSR &&
	       !msr_find(&here->feature_msrs, p->function);
}

/* The CPU had what KVM offered then, and what is here has it not. */
static bool cpu_lacks(const struct promise *p,
		      const struct host_facts *baseline,
		      const struct host_facts *here)
{
	uint64_t then, now;

	if (p->source != PROMISE_SUPPORTED)
		return false;
	then = cpuid_get(&baseline->cpu[0].cpuid, p->function, p->index,
			 p->reg);
	now = cpuid_get(&here->cpu[0].cpuid, p->function, p->index, p->reg);
	return !field_missing(p->kind, p->mask, p->wanted, then) &&
	       field_missing(p->kind, p->mask, p->wanted, now);
}

void promise_judge(struct promise *p, const struct host_facts *baseline,
		   const struct host_facts *here)
{
	p->got = word_of(p, here);
	p->lost = gone(p, here) ? p->mask :
		  field_missing(p->kind, p->mask, p->wanted, p->got);
	p->by_cpu = p->lost && cpu_lacks(p, baseline, here);
}
